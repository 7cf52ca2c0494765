//! Where in a block do documents stand, when many are looked up in it?
//!
//! Each document of the block is put down by the low bits of its number, which takes as long
//! as to seek some by counting those before them; after that each is found at once.

use crate::postings::BLOCK_POSTINGS;

/// More documents than these to look up in a block are worth a table.
const MOST_SOUGHT: usize = 8;
/// Blocks whose documents are no farther apart have one.
const FARTHEST_APART: usize = 2048;

/// The places of the documents of one block.
#[derive(Default)]
pub struct PlaceTable {
    /// By the low bits of the document; none before there is a block worth one.
    places: Option<Box<[u8; FARTHEST_APART]>>,
    block: Option<usize>,
}

impl PlaceTable {
    /// Put down the documents of `block`, unless they are; false if the block can have no table.
    #[inline]
    pub fn place(&mut self, block: usize, docs: &[u32]) -> bool {
        if self.block == Some(block) {
            return true;
        }
        let (Some(first), Some(last)) = (docs.first(), docs.last()) else {
            return false;
        };
        if docs.len() < BLOCK_POSTINGS || last.wrapping_sub(*first) as usize >= FARTHEST_APART {
            return false;
        }
        let places = (self.places).get_or_insert_with(|| Box::new([0; FARTHEST_APART]));
        for (place, doc) in docs.iter().enumerate() {
            places[*doc as usize % FARTHEST_APART] = place as u8;
        }
        self.block = Some(block);
        true
    }

    /// The place where `doc` stands, if it is there.
    #[inline]
    pub fn place_of(&self, doc: u32) -> usize {
        let places = self.places.as_ref();
        let place = places.map_or(0, |places| places[doc as usize % FARTHEST_APART]);
        usize::from(place) % BLOCK_POSTINGS
    }
}

/// Whether so many of `docs`, ascending, lie in a block up to `last` that a table is worth while.
#[inline]
pub fn are_many(docs: &[u32], last: u32) -> bool {
    docs.get(MOST_SOUGHT).is_some_and(|doc| *doc <= last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_document_of_a_block_is_found_and_no_other() {
        let mut random = crate::testing::random::Random::new(11);
        let mut table = PlaceTable::default();
        let mut have_fitted = [false; 2];
        for block in 0..200 {
            // From close together to farther apart than a table has room for.
            let most_gap = 1 + random.below(60);
            let mut doc = random.below(100_000) as u32;
            let docs: Vec<u32> = std::iter::repeat_with(|| {
                doc += 1 + random.below(most_gap) as u32;
                doc
            })
            .take(BLOCK_POSTINGS)
            .collect();
            let (first, last) = (docs[0], docs[BLOCK_POSTINGS - 1]);
            let fits = (last - first) < FARTHEST_APART as u32;
            assert_eq!(table.place(block, &docs), fits);
            have_fitted[usize::from(fits)] = true;
            for sought in first.saturating_sub(5)..last + 5 {
                let is_found = docs.get(table.place_of(sought)) == Some(&sought);
                assert!(!fits || is_found == docs.binary_search(&sought).is_ok());
            }
        }
        assert_eq!(have_fitted, [true; 2]);
        assert!(!table.place(1_000, &[1, 2, 3]));
    }
}
