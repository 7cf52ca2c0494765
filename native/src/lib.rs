//! The native core: the codec under a Whoosh index, and the executor over it.
//!
//! Data flows through the modules in this order:
//!
//! - `text`: given text, where are its tokens, sentences and paragraphs?
//! - `build`: articles in memory, on the way to one segment
//! - `postings`, `dictionary`, `columns`, `store`: the parts of a segment as bytes
//! - `norms`: the lengths of fields as scores see them
//! - `container`: a file of checksummed sections
//! - `segment`: one opened segment
//! - `merge`: several segments into one
//! - `search`: which articles match, in which order, and where
//! - `testing`: what tests need, not in what is installed
//! - `python`: the edge to Python, behind the feature of that name
//!
//! What a word *is* (folding, stems) stays in Python: the core finds boundaries and asks.

pub mod build;
pub mod bytes;
pub mod columns;
pub mod container;
pub mod dictionary;
pub mod error;
pub mod hashing;
pub mod merge;
pub mod norms;
pub mod postings;
pub mod search;
pub mod segment;
pub mod store;
#[cfg(any(test, feature = "samples"))]
pub mod testing;
pub mod text;

#[cfg(feature = "python")]
mod python;
