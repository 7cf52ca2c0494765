//! Which number has this string of bytes?
//!
//! Strings are kept on end in one block of memory and numbered from 0 in the order in which
//! they came; an open-addressing table finds a string's number by its hash.  So a string
//! costs its bytes and some twenty more, and no allocation of its own.
//!
//! The seed of the hash differs from one table to the next (`hashing.rs`), and nothing that is
//! written depends on it.

use super::string_sort::sorted_by_string;
use crate::hashing::{folded_product, random_seed, MIX};

const EMPTY: u32 = u32::MAX;

fn tag_of(bytes: &[u8], seed: u64) -> u32 {
    let mut state = seed ^ bytes.len() as u64;
    let mut chunks = bytes.chunks_exact(16);
    for chunk in &mut chunks {
        state = folded_product(state ^ word(&chunk[..8]), word(&chunk[8..]) ^ MIX[0]);
    }
    let rest = chunks.remainder();
    let (low, high) = rest.split_at(rest.len().min(8));
    let state = folded_product(state ^ word(low), word(high) ^ MIX[0]);
    (folded_product(state, MIX[1]) >> 32) as u32
}

/// Up to eight bytes as a number.
fn word(bytes: &[u8]) -> u64 {
    match bytes.try_into() {
        Ok(eight) => u64::from_le_bytes(eight),
        Err(_) => {
            let mut eight = [0; 8];
            eight[..bytes.len()].copy_from_slice(bytes);
            u64::from_le_bytes(eight)
        }
    }
}

#[derive(Clone, Copy)]
struct Slot {
    /// Half of the hash.  Its lower bits choose the slot, so that a table grows without a
    /// look at its strings; the others tell most strings apart.
    tag: u32,
    number: u32,
}

/// Numbered strings of bytes, each of them once.
pub struct Interner {
    slots: Vec<Slot>,
    bytes: Vec<u8>,
    ends: Vec<usize>,
    seed: u64,
}

impl Default for Interner {
    fn default() -> Self {
        Self::new()
    }
}

impl Interner {
    pub fn new() -> Self {
        Interner {
            slots: vec![
                Slot {
                    tag: 0,
                    number: EMPTY
                };
                64
            ],
            bytes: Vec::new(),
            ends: Vec::new(),
            seed: random_seed(),
        }
    }

    /// How many strings there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The string that has `number`.
    #[inline]
    pub fn get(&self, number: u32) -> &[u8] {
        let number = number as usize;
        let start = match number.checked_sub(1) {
            Some(before) => self.ends[before],
            None => 0,
        };
        &self.bytes[start..self.ends[number]]
    }

    /// The number of `key`, if it has one.
    pub fn find(&self, key: &[u8]) -> Option<u32> {
        self.slot_of(key, tag_of(key, self.seed)).ok()
    }

    /// The number of `key`, which is given the next one if it has none.
    pub fn intern(&mut self, key: &[u8]) -> u32 {
        let tag = tag_of(key, self.seed);
        let slot = match self.slot_of(key, tag) {
            Ok(number) => return number,
            Err(slot) => slot,
        };
        let number = self.ends.len() as u32;
        self.slots[slot] = Slot { tag, number };
        self.bytes.extend_from_slice(key);
        self.ends.push(self.bytes.len());
        if self.ends.len() * 3 > self.slots.len() * 2 {
            self.grow();
        }
        number
    }

    /// The number of `key`, or the slot where it belongs.
    #[inline]
    fn slot_of(&self, key: &[u8], tag: u32) -> Result<u32, usize> {
        let mask = self.slots.len() - 1;
        let mut at = tag as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot.number == EMPTY {
                return Err(at);
            }
            if slot.tag == tag && self.get(slot.number) == key {
                return Ok(slot.number);
            }
            at = (at + 1) & mask;
        }
    }

    #[cold]
    fn grow(&mut self) {
        let empty = Slot {
            tag: 0,
            number: EMPTY,
        };
        let mut slots = vec![empty; self.slots.len() * 2];
        let mask = slots.len() - 1;
        for slot in self.slots.iter().filter(|slot| slot.number != EMPTY) {
            let mut at = slot.tag as usize & mask;
            while slots[at].number != EMPTY {
                at = (at + 1) & mask;
            }
            slots[at] = *slot;
        }
        self.slots = slots;
    }

    /// The numbers of all strings, in ascending order of the bytes.
    pub fn sorted(&self) -> Vec<u32> {
        sorted_by_string(self.len() as u32, |number| self.get(number))
    }

    /// Memory in use.
    pub fn size_bytes(&self) -> usize {
        std::mem::size_of_val(&self.slots[..])
            + self.bytes.len()
            + std::mem::size_of_val(&self.ends[..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn numbers_are_those_of_a_plain_map() {
        let mut interner = Interner::new();
        let mut plain: HashMap<Vec<u8>, u32> = HashMap::new();
        let mut state = 1u64;
        for _ in 0..50_000 {
            state = folded_product(state ^ MIX[0], MIX[1]) | 1;
            let length = (state >> 40) as usize % 40;
            // Few values a byte, so that short strings repeat.
            let key: Vec<u8> = (0..length)
                .map(|i| b"ab\0"[(state >> (i % 48)) as usize % 3])
                .collect();
            assert_eq!(interner.find(&key), plain.get(&key).copied());
            let next = plain.len() as u32;
            assert_eq!(
                interner.intern(&key),
                *plain.entry(key.clone()).or_insert(next)
            );
        }
        assert_eq!(interner.len(), plain.len());
        for (key, &number) in &plain {
            assert_eq!(interner.get(number), &key[..]);
        }
        let mut keys: Vec<&Vec<u8>> = plain.keys().collect();
        keys.sort();
        let sorted: Vec<&[u8]> = interner
            .sorted()
            .iter()
            .map(|&number| interner.get(number))
            .collect();
        assert_eq!(sorted, keys);
    }
}
