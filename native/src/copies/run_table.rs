//! Which of these numbers of runs does a text have?
//!
//! A few hundred numbers are noted and asked for at once, thousands of times in a second.  So they
//! lie in open addressing, four slots to a number at most, and are found at the first slot mostly.
//! Where a number is looked for depends on a seed, or texts could be written that are all in one
//! place.

use crate::hashing::random_seed;

/// Numbers with a mark each.
pub struct RunTable {
    /// The number in the upper half, its mark and one in the lower; 0 where there is none.
    slots: Vec<u64>,
    /// What is left of a product of 64 bits behind the place of a slot.
    shift: u32,
    seed: u64,
}

impl Default for RunTable {
    fn default() -> Self {
        RunTable {
            slots: vec![0; 2],
            shift: 63,
            seed: random_seed() | 1,
        }
    }
}

impl RunTable {
    /// Forget all numbers, and have room for so many.
    pub fn clear(&mut self, numbers: usize) {
        let slots = (2 * numbers).next_power_of_two().max(2);
        self.shift = 64 - slots.trailing_zeros();
        self.slots.clear();
        self.slots.resize(slots, 0);
    }

    /// Note a number; its mark is `mark` from now on.  There have to be no more of them than
    /// was said.
    #[inline]
    pub fn put(&mut self, number: u32, mark: bool) {
        let mut at = self.place(number);
        let last = self.slots.len() - 1;
        while self.slots[at] != 0 && (self.slots[at] >> 32) as u32 != number {
            at = (at + 1) & last;
        }
        self.slots[at] = u64::from(number) << 32 | (1 + u64::from(mark));
    }

    /// The mark of a number, if it was noted.
    #[inline]
    pub fn get(&self, number: u32) -> Option<bool> {
        let mut at = self.place(number);
        let last = self.slots.len() - 1;
        loop {
            let slot = self.slots[at];
            if slot == 0 {
                return None;
            }
            if (slot >> 32) as u32 == number {
                return Some(slot as u32 == 2);
            }
            at = (at + 1) & last;
        }
    }

    #[inline]
    fn place(&self, number: u32) -> usize {
        (u64::from(number).wrapping_mul(self.seed) >> self.shift) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::random::Random;
    use std::collections::HashMap;

    #[test]
    fn numbers_are_those_of_a_plain_map() {
        let mut random = Random::new(3);
        let mut table = RunTable::default();
        for most in [0, 1, 2, 3, 700, 5] {
            let mut plain = HashMap::new();
            table.clear(most);
            for _ in 0..most {
                let (number, mark) = (random.below(900) as u32, random.below(2) == 1);
                table.put(number, mark);
                plain.insert(number, mark);
            }
            for number in 0..900 {
                assert_eq!(table.get(number), plain.get(&number).copied());
            }
        }
    }
}
