//! Which documents hold a stem, how often, where, and as which of its forms?
//!
//! One **list** per stem. A posting is a document number with two frequencies (title and
//! body), the positions in the title, those in the body, and for each position the code of
//! the form that stands there. Lists are made of blocks of 128 postings, the last one shorter.
//!
//! - `encoder`: postings in, bytes out
//! - `list`: the bytes of one list: header, skip arrays, blocks of documents and frequencies
//! - `positions`: the positions and form codes of one document of a block
//! - `cursor`: a list read document by document
//! - `impact`: the largest score a block can give, in sixteen bits
//! - `group`, `bits`: up to 128 small integers in few bits
//!
//! Ideas and sources: frames of reference with patches (Zukowski, Heman, Nes and Boncz,
//! "Super-Scalar RAM-CPU Cache Compression", 2006), packed with SIMD (Lemire and Boytsov,
//! "Decoding billions of integers per second through vectorization", 2015); block maxima
//! (Ding and Suel, "Faster Top-k Document Retrieval Using Block-Max Indexes", 2011);
//! positions in groups with a width each, so that a run is reached without decoding those
//! before it.
//!
//! Decoders take any bytes: what no encoder wrote ends in `Damage` or in other numbers, never
//! in a panic, an endless loop or an allocation beyond a multiple of the bytes given.

pub mod bits;
pub mod cursor;
pub mod encoder;
pub mod group;
pub mod impact;
pub mod list;
pub mod positions;

pub use cursor::Cursor;
pub use encoder::{ListEncoder, ListSummary};
pub use impact::{bound_of, ImpactTable};
pub use list::{DocBlock, List};
pub use positions::{PositionBlock, Run, STRIP};

/// Postings of a full block.
pub const BLOCK_POSTINGS: usize = 128;

/// The document number after the last: no document has it.
pub const TERMINATED: u32 = u32::MAX;

#[cfg(test)]
mod tests;
