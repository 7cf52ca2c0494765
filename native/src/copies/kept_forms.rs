//! The forms of texts that were read for their fingerprints, so that those that are compared then
//! are not decompressed and divided into words once more.
//!
//! Two bytes a word: those that came early, which are the frequent ones, have small numbers. For
//! the others [`LARGE`] stands before their lower and upper half.

use std::collections::HashMap;

use crate::hashing::Seed;

/// Halves that are kept, two bytes each.
const MOST_HALVES: usize = 48 << 20;
const LARGE: u16 = u16::MAX;

/// A document: where its segment lies in memory, and its number there.
pub type Place = (usize, u32);

#[derive(Default)]
pub struct KeptForms {
    ranges: HashMap<Place, (u32, u32), Seed>,
    halves: Vec<u16>,
    /// That of the words which give forms their numbers.
    generation: u64,
}

impl KeptForms {
    /// Keep the forms of a document, if there is room.
    pub fn put(&mut self, generation: u64, place: Place, forms: &[u32]) {
        if self.generation != generation {
            self.clear();
            self.generation = generation;
        }
        let start = self.halves.len();
        if start + 3 * forms.len() > MOST_HALVES {
            return;
        }
        for &form in forms {
            match form < LARGE.into() {
                true => self.halves.push(form as u16),
                false => {
                    let halves = [LARGE, form as u16, (form >> 16) as u16];
                    self.halves.extend_from_slice(&halves);
                }
            }
        }
        let range = (start as u32, self.halves.len() as u32);
        self.ranges.insert(place, range);
    }

    /// The forms of a document, if they are kept and their numbers hold.
    pub fn get(&self, generation: u64, place: Place) -> Option<Vec<u32>> {
        let (start, end) = *self.ranges.get(&place)?;
        if self.generation != generation {
            return None;
        }
        let halves = &self.halves[start as usize..end as usize];
        let mut forms = Vec::with_capacity(halves.len());
        let mut halves = halves.iter().map(|&half| u32::from(half));
        while let Some(form) = halves.next() {
            forms.push(match form == u32::from(LARGE) {
                true => halves.next()? | halves.next()? << 16,
                false => form,
            });
        }
        Some(forms)
    }

    pub fn clear(&mut self) {
        *self = KeptForms::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_kept_as_long_as_their_numbers_hold() {
        let mut kept = KeptForms::default();
        let some = [0, 1, 65_534, 65_535, 65_536, 0x0001_ffff, u32::MAX];
        kept.put(0, (7, 1), &some);
        kept.put(0, (7, 2), &[]);
        kept.put(0, (8, 1), &[4]);
        assert_eq!(kept.get(0, (7, 1)), Some(some.to_vec()));
        assert_eq!(kept.get(0, (7, 2)), Some(vec![]));
        assert_eq!(kept.get(0, (8, 2)), None);
        assert_eq!(kept.get(1, (7, 1)), None);
        kept.put(1, (7, 1), &[9]);
        assert_eq!(kept.get(1, (7, 1)), Some(vec![9]));
        assert_eq!(kept.get(1, (8, 1)), None);
        for form in [0, u32::MAX] {
            kept.put(1, (9, 9), &vec![form; MOST_HALVES]);
            assert_eq!(kept.get(1, (9, 9)), None);
        }
        kept.put(1, (9, 9), &[8]);
        assert_eq!(kept.get(1, (9, 9)), Some(vec![8]));
    }
}
