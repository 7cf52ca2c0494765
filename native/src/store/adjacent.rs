//! How are blocks compressed without looking for matches in two places?
//!
//! zstd searches a prepared dictionary by a table of its own, so every place of a block is
//! looked up twice; or it copies that table and goes on with it, but reads a dictionary that
//! lies elsewhere by slower code.  Where a block lies right behind the dictionary, the two
//! are one text to it, and the plain search does: an eighth less time for a block.  The
//! outcome is read with the dictionary, as any other.

use std::ptr::NonNull;

use zstd::zstd_safe::{CCtx, CDict, CParameter, DictAttachPref, SafeResult};

use super::LEVEL;

/// Larger blocks have to be compressed in another way.
pub(super) const MOST_BYTES: usize = 64 << 10;

/// A dictionary with room for a block behind it.
pub(super) struct AdjacentPacker {
    // Dropped in this order: each refers to the next.
    context: CCtx<'static>,
    _dictionary: CDict<'static>,
    memory: Memory,
}

impl AdjacentPacker {
    /// Prepare `dictionary`, which is a dictionary that zstd has made; None if zstd refuses.
    pub fn new(dictionary: &[u8]) -> Option<Self> {
        let memory = Memory::holding(dictionary);
        let dictionary = CDict::create_by_reference(memory.dictionary(), LEVEL);
        let mut context = CCtx::try_create()?;
        let copied = CParameter::ForceAttachDict(DictAttachPref::ForceCopy);
        context.set_parameter(copied).ok()?;
        context.ref_cdict(&dictionary).ok()?;
        Some(AdjacentPacker {
            context,
            _dictionary: dictionary,
            memory,
        })
    }

    /// Compress `block`, of at most `MOST_BYTES`, into `out`.
    pub fn compress(&mut self, block: &[u8], out: &mut Vec<u8>) -> SafeResult {
        let room = &mut self.memory.room()[..block.len()];
        room.copy_from_slice(block);
        self.context.compress2(out, room)
    }
}

/// Bytes in one piece: a dictionary, and room behind it.
struct Memory {
    start: NonNull<u8>,
    dictionary_bytes: usize,
}

impl Memory {
    fn holding(dictionary: &[u8]) -> Self {
        let mut bytes = vec![0; dictionary.len() + MOST_BYTES].into_boxed_slice();
        bytes[..dictionary.len()].copy_from_slice(dictionary);
        let bytes = NonNull::from(Box::leak(bytes));
        Memory {
            start: bytes.cast(),
            dictionary_bytes: dictionary.len(),
        }
    }

    /// For as long as this memory lives, whatever the type says: it is lent only to what
    /// `AdjacentPacker` drops before.
    #[allow(unsafe_code)]
    fn dictionary(&self) -> &'static [u8] {
        // SAFETY: so many bytes from the start on belong to this alone, have been written, and
        // are never written again: `room` begins behind them.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), self.dictionary_bytes) }
    }

    #[allow(unsafe_code)]
    fn room(&mut self) -> &mut [u8] {
        // SAFETY: these bytes follow the dictionary in the same piece, have been written, and
        // are lent to nobody but the caller, who has borrowed all of this.
        unsafe {
            let start = self.start.as_ptr().add(self.dictionary_bytes);
            std::slice::from_raw_parts_mut(start, MOST_BYTES)
        }
    }
}

impl Drop for Memory {
    #[allow(unsafe_code)]
    fn drop(&mut self) {
        let length = self.dictionary_bytes + MOST_BYTES;
        let bytes = std::ptr::slice_from_raw_parts_mut(self.start.as_ptr(), length);
        // SAFETY: `holding` leaked a box of this start and length, and nothing refers to it
        // any more.
        drop(unsafe { Box::from_raw(bytes) });
    }
}

// SAFETY: it is the only owner of plain bytes, as a box of them would be.
#[allow(unsafe_code)]
unsafe impl Send for Memory {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Dictionaries;
    use crate::store::Part;
    use zstd::zstd_safe::{compress_bound, DCtx};

    /// Words in an order that `seed` decides.
    fn text(seed: u64, bytes: usize) -> Vec<u8> {
        let words = [
            "truce ",
            "ballots ",
            "the harbour ",
            "said in a statement ",
            "é, ",
        ];
        let mut state = seed;
        let mut text = Vec::new();
        while text.len() < bytes {
            state = state
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            text.extend_from_slice(words[(state >> 40) as usize % words.len()].as_bytes());
        }
        text.truncate(bytes);
        text
    }

    #[test]
    fn blocks_of_all_lengths_come_back_in_any_order() {
        let samples: Vec<_> = (0..200).map(|i| (vec![], text(i, 2000))).collect();
        let dictionaries = Dictionaries::train(&samples);
        let dictionary = dictionaries
            .bytes(Part::Cold)
            .expect("enough to learn from");
        let mut packer = AdjacentPacker::new(dictionary).unwrap();
        let mut elsewhere = CCtx::create();
        let prepared = dictionaries.compressing(Part::Cold).unwrap();
        let mut sizes = [0; 2];
        let lengths = (0..200)
            .chain((200..9000).step_by(371))
            .chain([MOST_BYTES - 1, MOST_BYTES]);
        let mut seen = Vec::new();
        for (seed, length) in (1000..).zip(lengths) {
            let block = text(seed, length);
            let mut packed = Vec::with_capacity(compress_bound(length));
            packer.compress(&block, &mut packed).unwrap();
            let mut back = Vec::with_capacity(length + 1);
            let mut context = DCtx::create();
            context
                .decompress_using_dict(&mut back, &packed, dictionary)
                .unwrap();
            assert_eq!(back, block);
            sizes[0] += packed.len();
            let mut other = Vec::with_capacity(compress_bound(length));
            elsewhere
                .compress_using_cdict(&mut other, &block, prepared)
                .unwrap();
            sizes[1] += other.len();
            seen.push((block, packed));
        }
        // About as small as with the dictionary elsewhere.
        assert!(sizes[0] < sizes[1] + sizes[1] / 20, "{sizes:?}");
        // What a block becomes does not depend on what came before.
        for (block, packed) in seen.iter().rev() {
            let mut again = Vec::with_capacity(compress_bound(block.len()));
            packer.compress(block, &mut again).unwrap();
            assert_eq!(&again, packed);
        }
    }
}
