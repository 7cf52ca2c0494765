//! How are whole articles kept, small and quick to fetch?
//!
//! An article is stored in two parts: the *hot* one (a JSON object of all short fields),
//! which every hit shows, and the *cold* one (the body), which only snippets and whole
//! articles need. Parts lie together in blocks, in the order in which articles arrived; the
//! number of an article in that order is its *slot*, and the index says which slot a document
//! has. So the order of documents (by date) costs the store nothing, and a merge takes blocks
//! over as they are.
//!
//! ```text
//! block   = a zstd frame of: number of articles varint, length of each part varint, parts
//! index   = dictionaries u32, hot blocks u32, cold blocks u32, zero u32,
//!           length of each dictionary u32, dictionaries, zeros to a multiple of 8,
//!           record of each hot block, record of each cold block,
//!           slot of each document u32
//! record  = first slot u32, length u32, offset (48 bits) and dictionary (16 bits, from 1) u64
//! ```
//!
//! Small blocks compress badly by themselves, so each segment trains two dictionaries (hot
//! and cold) on its first articles, as Facebook's zstd proposes for small records.
//!
//! Level 1, and dictionaries at all, were chosen on 20,000 Reuters articles of 2.7 KB (processor
//! time on a busy virtual machine; `hot / cold` are the raw bytes of blocks):
//!
//! ```text
//! hot / cold   level  dictionaries  bytes an article  pack    fetch cold  fetch hot
//! 4096 / 8192  1      32 KiB        1094              15 us   13.6 us     4.9 us
//! 2048 / 4096  1      32 KiB        1125              16 us   8.0 us      2.8 us
//! 2048 / 4096  3      32 KiB        1050              23 us   8.7 us      2.7 us
//! 2048 / 4096  3      64 KiB        1022              24 us   9.1 us      2.7 us
//! ```
//!
//! Sizes of blocks, later, on every fifth of 105,300 (with the records; `first` is the time to
//! the first KiB, which half of all snippets need no more than):
//!
//! ```text
//! cold   dictionary  table    stretches  bytes an article  fetch    first
//! 4096   32 KiB      13 bits  none       1276              6.2 us   6.2 us
//! 1536   64 KiB      13 bits  none       1284              4.5 us   4.5 us
//! 1536   64 KiB      15 bits  none       1230              4.5 us   4.5 us
//! 1536   64 KiB      15 bits  1536       1256              4.6 us   2.6 us
//! 1536   64 KiB      15 bits  1024       1272              4.9 us   1.9 us   <-
//!
//! hot    2048: 79 bytes an article, 2.7 us; 1024: 87, 1.6 us; 768: 93 <-; 512: 103, 0.9 us
//! ```
//!
//! The same articles take 1670 bytes each in blocks of 16 KiB under LZ4.  Level 1 is chosen
//! because packing is the largest part of indexing: level 3 would make that a sixth slower
//! for a twentieth of the size.
//!
//! What this does not do: it keeps no decompressed block for the next reader, and knows
//! nothing of what is in the parts.

mod decoder;
mod dictionaries;
mod packer;
mod reader;
mod short_fields;
#[cfg(test)]
mod tests;
mod writer;

pub use dictionaries::Dictionaries;
use packer::BlockFiller;
pub use packer::{BlockPacker, PackedBlocks, RawBlocks};
pub use reader::{Body, Place, Store};
pub use short_fields::{ShortFields, Texts};
pub use writer::{write_index, StoreWriter};

use crate::error::Damage;

/// Raw bytes after which a block is closed. Larger blocks compress better and cost each
/// fetch more.
const HOT_BLOCK_BYTES: usize = 768;
const COLD_BLOCK_BYTES: usize = 1536;
const LEVEL: i32 = 1;
/// Articles that the dictionaries are trained on, and bytes at most.
const SAMPLE_ARTICLES: usize = 1000;
const SAMPLE_BYTES: usize = 4 << 20;
const RECORD_BYTES: usize = 16;
const NO_DICTIONARY: Damage = Damage("a block names no dictionary");
/// No part is larger; Whoosh's stored fields have the same bound in effect.
const LARGEST_PART_BYTES: usize = 1 << 30;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Part {
    Hot,
    Cold,
}

/// Where one block lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Record {
    first_slot: u32,
    length: u32,
    offset: u64,
    /// 0 for none, else the number of the dictionary plus one.
    dictionary: u16,
}

impl Record {
    fn to_bytes(self) -> [u8; RECORD_BYTES] {
        let mut bytes = [0; RECORD_BYTES];
        bytes[..4].copy_from_slice(&self.first_slot.to_le_bytes());
        bytes[4..8].copy_from_slice(&self.length.to_le_bytes());
        let place = self.offset << 16 | u64::from(self.dictionary);
        bytes[8..].copy_from_slice(&place.to_le_bytes());
        bytes
    }

    fn of_bytes(bytes: [u8; RECORD_BYTES]) -> Self {
        let word = |at: usize| {
            u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        let place = u64::from(word(8)) | u64::from(word(12)) << 32;
        Self {
            first_slot: word(0),
            length: word(4),
            offset: place >> 16,
            dictionary: place as u16,
        }
    }
}
