//! The forms of texts that were read for their fingerprints, so that those that are compared then
//! are not decompressed and divided into words once more.

use std::collections::HashMap;

use crate::hashing::Seed;

/// Forms that are kept: four bytes each.
const MOST_FORMS: usize = 24 << 20;

/// A document: where its segment lies in memory, and its number there.
pub type Place = (usize, u32);

#[derive(Default)]
pub struct KeptForms {
    ranges: HashMap<Place, (u32, u32), Seed>,
    forms: Vec<u32>,
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
        let start = self.forms.len();
        if start + forms.len() <= MOST_FORMS {
            self.forms.extend_from_slice(forms);
            let range = (start as u32, self.forms.len() as u32);
            self.ranges.insert(place, range);
        }
    }

    /// The forms of a document, if they are kept and their numbers hold.
    pub fn get(&self, generation: u64, place: Place) -> Option<&[u32]> {
        let (start, end) = *self.ranges.get(&place)?;
        (self.generation == generation).then(|| &self.forms[start as usize..end as usize])
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
        kept.put(0, (7, 1), &[1, 2, 3]);
        kept.put(0, (7, 2), &[]);
        kept.put(0, (8, 1), &[4]);
        assert_eq!(kept.get(0, (7, 1)), Some(&[1, 2, 3][..]));
        assert_eq!(kept.get(0, (7, 2)), Some(&[][..]));
        assert_eq!(kept.get(0, (8, 2)), None);
        assert_eq!(kept.get(1, (7, 1)), None);
        kept.put(1, (7, 1), &[9]);
        assert_eq!(kept.get(1, (7, 1)), Some(&[9][..]));
        assert_eq!(kept.get(1, (8, 1)), None);
        kept.put(1, (9, 9), &vec![0; MOST_FORMS]);
        assert_eq!(kept.get(1, (9, 9)), None);
    }
}
