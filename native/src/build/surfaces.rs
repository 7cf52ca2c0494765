//! Which number has this token, as it is typed?
//!
//! Every word of every article is looked up here, so this is the innermost loop of indexing.
//! A token of up to sixteen bytes (999 of 1000 in English) is two machine words that lie in
//! the slot of an open-addressing table: one comparison, one cache line, nothing to follow.
//! The table is larger than any cache near the processor, and than what the processor knows
//! the pages of.  So slots that were asked for lately are kept in a small table, in which
//! six tokens of seven are found, and those of the others are fetched together, so that
//! memory answers for all of them in the time of one.
//! Longer tokens are left to an [`Interner`].  Numbers count from 0 in the order in which the
//! tokens were first met, so frequent tokens have small ones, and tables that are looked up
//! by them are read in few places.
//!
//! A token as typed is called its surface; what form it has is asked once for each surface,
//! when all are known (`vocabulary`).

use super::interner::Interner;
use crate::hashing::{folded_product, random_seed};
use crate::text::Span;

const INLINE_BYTES: usize = 16;
const FIRST_SLOTS: usize = 1 << 12;
/// Tokens that are looked up together: some twenty have to be fetched from far.  (With 16, of
/// which two or three are, memory takes as long for the three.)
const AT_ONCE: usize = 128;
/// Slots that were asked for lately: 192 KiB, a part of the second cache.  On Reuters articles
/// 79 % of the tokens are among 4096 of them, 85 % among 8192.
const LATE_SLOTS: usize = 1 << 13;

/// Slots are found empty by their key: no token is empty, and none begins with NUL.
const NO_KEY: [u64; 2] = [0, 0];

#[derive(Clone, Copy, Default)]
struct Slot {
    key: [u64; 2],
    number: u32,
}

/// Tokens that are looked up together.
#[derive(Default)]
struct Lookup {
    tokens: Vec<Token>,
    /// Which of them are not among the late slots, and the slots where they may be.
    missed: Vec<u32>,
    slots: Vec<Slot>,
}

struct Token {
    key: [u64; 2],
    hash: u64,
    number: u32,
}

/// The numbers of surfaces.
pub struct SurfaceTable {
    slots: Vec<Slot>,
    /// The last slot that was asked for of each value of the upper bits of the hash.
    late: Vec<Slot>,
    short_count: usize,
    long: Interner,
    /// The numbers of the long ones, in their own order.
    long_numbers: Vec<u32>,
    seed: [u64; 2],
    lookup: Lookup,
}

impl Default for SurfaceTable {
    fn default() -> Self {
        Self::new()
    }
}

impl SurfaceTable {
    pub fn new() -> Self {
        SurfaceTable {
            slots: vec![Slot::default(); FIRST_SLOTS],
            late: vec![Slot::default(); LATE_SLOTS],
            short_count: 0,
            long: Interner::new(),
            long_numbers: Vec::new(),
            seed: [random_seed(), random_seed() | 1],
            lookup: Lookup::default(),
        }
    }

    /// How many surfaces there are.
    pub fn len(&self) -> usize {
        self.short_count + self.long_numbers.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of the token that is `text[start..end]`, given if it has none.
    pub fn intern(&mut self, text: &[u8], start: usize, end: usize) -> u32 {
        let length = end - start;
        if length > INLINE_BYTES {
            return self.intern_long(&text[start..end]);
        }
        let key = key_of(text, start, length);
        self.intern_hashed(key, self.hash(key))
    }

    /// Append the numbers of the tokens at `spans` of `text` to `numbers`, given to those that
    /// have none.
    pub fn intern_all(&mut self, text: &[u8], spans: &[Span], numbers: &mut Vec<u32>) {
        let mut lookup = std::mem::take(&mut self.lookup);
        for spans in spans.chunks(AT_ONCE) {
            self.find_late(text, spans, &mut lookup);
            self.find_missed(text, spans, &mut lookup);
            numbers.extend(lookup.tokens.iter().map(|token| token.number));
        }
        self.lookup = lookup;
    }

    /// Look for the tokens at `spans` among the slots that were asked for lately.
    fn find_late(&self, text: &[u8], spans: &[Span], lookup: &mut Lookup) {
        lookup.tokens.clear();
        lookup.tokens.extend(spans.iter().map(|span| {
            let length = (span.end - span.start) as usize;
            // A long token has no key, and is found in no slot.
            let key = match length <= INLINE_BYTES {
                true => key_of(text, span.start as usize, length),
                false => NO_KEY,
            };
            let hash = self.hash(key);
            Token {
                key,
                hash,
                number: 0,
            }
        }));
        lookup.missed.resize(AT_ONCE, 0);
        let mut misses = 0;
        for (i, token) in (0..).zip(&mut lookup.tokens) {
            let late = &self.late[late_place(token.hash)];
            token.number = late.number;
            lookup.missed[misses] = i;
            misses += usize::from(late.key != token.key || token.key == NO_KEY);
        }
        lookup.missed.truncate(misses);
    }

    /// Find the numbers of the others in the table of all, or give them.
    fn find_missed(&mut self, text: &[u8], spans: &[Span], lookup: &mut Lookup) {
        let mask = self.slots.len() - 1;
        let slot_of = |&i: &u32| self.slots[lookup.tokens[i as usize].hash as usize & mask];
        lookup.slots.clear();
        lookup.slots.extend(lookup.missed.iter().map(slot_of));
        for (slot, &i) in lookup.slots.iter().zip(&lookup.missed) {
            let (token, span) = (&mut lookup.tokens[i as usize], spans[i as usize]);
            if token.key == NO_KEY {
                token.number = self.intern_long(&text[span.start as usize..span.end as usize]);
                continue;
            }
            // A slot that was empty a moment ago may be taken now, but none is freed.
            token.number = match slot.key == token.key {
                true => slot.number,
                false => self.intern_hashed(token.key, token.hash),
            };
            self.late[late_place(token.hash)] = Slot {
                key: token.key,
                number: token.number,
            };
        }
    }

    fn intern_hashed(&mut self, key: [u64; 2], hash: u64) -> u32 {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot.key == key {
                return slot.number;
            }
            if slot.key == NO_KEY {
                return self.insert(at, key);
            }
            at = (at + 1) & mask;
        }
    }

    #[inline]
    fn hash(&self, key: [u64; 2]) -> u64 {
        folded_product(key[0] ^ self.seed[0], key[1] ^ self.seed[1])
    }

    #[cold]
    fn insert(&mut self, at: usize, key: [u64; 2]) -> u32 {
        let number = self.len() as u32;
        self.slots[at] = Slot { key, number };
        self.short_count += 1;
        if self.short_count * 2 > self.slots.len() {
            self.grow();
        }
        number
    }

    #[cold]
    fn grow(&mut self) {
        let larger = vec![Slot::default(); self.slots.len() * 2];
        let mask = larger.len() - 1;
        let old = std::mem::replace(&mut self.slots, larger);
        for slot in old.iter().filter(|slot| slot.key != NO_KEY) {
            let mut at = self.hash(slot.key) as usize & mask;
            while self.slots[at].key != NO_KEY {
                at = (at + 1) & mask;
            }
            self.slots[at] = *slot;
        }
    }

    #[cold]
    fn intern_long(&mut self, token: &[u8]) -> u32 {
        let number = self.len() as u32;
        let long = self.long.intern(token) as usize;
        if long == self.long_numbers.len() {
            self.long_numbers.push(number);
        }
        self.long_numbers[long]
    }

    /// Call `found` with each surface and its number, in no particular order.
    pub fn for_each(&self, mut found: impl FnMut(u32, &[u8])) {
        for slot in self.slots.iter().filter(|slot| slot.key != NO_KEY) {
            let mut bytes = [0; INLINE_BYTES];
            bytes[..8].copy_from_slice(&slot.key[0].to_le_bytes());
            bytes[8..].copy_from_slice(&slot.key[1].to_le_bytes());
            let length = bytes
                .iter()
                .rposition(|&byte| byte != 0)
                .map_or(0, |i| i + 1);
            found(slot.number, &bytes[..length]);
        }
        for (long, &number) in self.long_numbers.iter().enumerate() {
            found(number, self.long.get(long as u32));
        }
    }

    /// Memory in use.
    pub fn size_bytes(&self) -> usize {
        std::mem::size_of_val(&self.slots[..])
            + std::mem::size_of_val(&self.late[..])
            + self.long.size_bytes()
            + std::mem::size_of_val(&self.long_numbers[..])
    }
}

/// Where the slot with `hash` is kept once it was asked for: the lower bits choose its place
/// in the table of all.
#[inline]
fn late_place(hash: u64) -> usize {
    (hash >> 48) as usize % LATE_SLOTS
}

/// The token as two words, with NULs behind it.
#[inline]
fn key_of(text: &[u8], start: usize, length: usize) -> [u64; 2] {
    let sixteen = match text[start..].first_chunk::<INLINE_BYTES>() {
        Some(sixteen) => u128::from_le_bytes(*sixteen),
        None => last_sixteen(&text[start..]),
    };
    // `length` is 1 to 16.
    let [low, high] = KEPT_BITS[length - 1];
    [sixteen as u64 & low, (sixteen >> 64) as u64 & high]
}

/// For each length of a token less one, the bits of its two words.
const KEPT_BITS: [[u64; 2]; INLINE_BYTES] = {
    let mut bits = [[0; 2]; INLINE_BYTES];
    let mut length = 1;
    while length <= INLINE_BYTES {
        let kept = u128::MAX >> (128 - 8 * length);
        bits[length - 1] = [kept as u64, (kept >> 64) as u64];
        length += 1;
    }
    bits
};

#[cold]
fn last_sixteen(bytes: &[u8]) -> u128 {
    let mut sixteen = [0; INLINE_BYTES];
    sixteen[..bytes.len()].copy_from_slice(bytes);
    u128::from_le_bytes(sixteen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn numbers_are_those_of_a_plain_map() {
        let mut table = SurfaceTable::new();
        let mut plain: HashMap<String, u32> = HashMap::new();
        let mut state = 7u64;
        for _ in 0..60_000 {
            state = folded_product(state | 1, 0xD1B5_4A32_D192_ED03);
            let length = 1 + (state >> 50) as usize % 20;
            let token: String = (0..length)
                .map(|i| ['a', 'b', 'é'][(state >> (i % 40)) as usize % 3])
                .collect();
            // At the end of a text, and within one.
            let padding = " and more".repeat(state as usize % 3);
            let text = format!("the {token}{padding}");
            let next = plain.len() as u32;
            let expected = *plain.entry(token.clone()).or_insert(next);
            let found = table.intern(text.as_bytes(), 4, 4 + token.len());
            assert_eq!(found, expected, "{token}");
        }
        assert_eq!(table.len(), plain.len());
        let mut seen = HashMap::new();
        table.for_each(|number, surface| {
            let surface = String::from_utf8(surface.to_vec()).expect("a token");
            assert_eq!(seen.insert(surface, number), None);
        });
        assert_eq!(seen, plain);
    }

    #[test]
    fn many_at_once_are_numbered_as_one_by_one() {
        let mut state = 11u64;
        let mut text = String::new();
        let mut spans = Vec::new();
        for _ in 0..40_000 {
            state = folded_product(state | 1, 0xD1B5_4A32_D192_ED03);
            let start = text.len() as u32;
            let word = format!("{:x}", state % 9_000);
            text.push_str(&word.repeat(1 + (state >> 60) as usize));
            let end = text.len() as u32;
            spans.push(Span { start, end });
            text.push(' ');
        }
        let (mut alone, mut together) = (SurfaceTable::new(), SurfaceTable::new());
        let bytes = text.as_bytes();
        let expected: Vec<u32> = spans
            .iter()
            .map(|span| alone.intern(bytes, span.start as usize, span.end as usize))
            .collect();
        let mut numbers = vec![];
        for some in spans.chunks(1003) {
            together.intern_all(bytes, some, &mut numbers);
        }
        assert!(together.long_numbers.len() > 100 && numbers == expected);
    }

    #[test]
    fn sixteen_and_seventeen_bytes_are_told_apart() {
        let mut table = SurfaceTable::new();
        let text = b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
        let numbers: Vec<u32> = (1..=20).map(|end| table.intern(text, 0, end)).collect();
        assert_eq!(numbers, (0..20).collect::<Vec<u32>>());
        let again: Vec<u32> = (1..=20).map(|end| table.intern(text, 5, 5 + end)).collect();
        assert_eq!(again, numbers);
    }
}
