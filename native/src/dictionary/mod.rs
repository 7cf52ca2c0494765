//! Which value goes with a key, and which keys begin with a prefix?
//!
//! Keys are sorted and *front-coded* in blocks of 32: of each key only what differs from the
//! one before is kept (Witten, Moffat and Bell, "Managing Gigabytes", 1999, section 4.1).  The
//! first key of a block is whole, so a lookup is a binary search over first keys and a walk
//! through one block.  The search runs over the first eight bytes of the first keys, read as
//! a number, side by side in one array; only blocks that agree in those are opened.
//!
//! ```text
//! dictionary = blocks prefixes offsets entries
//! block      = entry{1..32}
//! entry      = byte [shared varint] [suffix varint] suffix value-length varint, value
//!              byte: min(shared, 15) << 4 | min(suffix length, 15); a 15 is followed by
//!              what it leaves out
//! prefixes   = for each block the first eight bytes of its first key, u64 (big-endian
//!              order of the key's bytes, zeros where the key is shorter)
//! offsets    = where each block begins, u64
//! entries    = how many there are, u32
//! ```
//!
//! A finite-state transducer would be a third smaller on plain words, but takes longer to
//! build than all else together, and a lookup is no faster.
//!
//! What this does not do: it does not know what keys and values mean.

mod reader;
#[cfg(test)]
mod tests;
mod writer;

pub use reader::{Cursor, DictionaryReader};
pub use writer::DictionaryWriter;

const BLOCK_ENTRIES: usize = 32;
/// The larger part of an entry's first byte that stands for itself.
const NIBBLE: usize = 15;

/// The first eight bytes of a key as a number that sorts like them.
fn prefix_of(key: &[u8]) -> u64 {
    let mut prefix = [0; 8];
    let length = key.len().min(8);
    prefix[..length].copy_from_slice(&key[..length]);
    u64::from_be_bytes(prefix)
}

fn shared_length(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}
