//! The native core: the codec under a Whoosh index, and the executor over it.
//!
//! Each of the modules may use those before it, and none after (`tests/test_native_house.py`):
//!
//! - `error`: what can go wrong
//! - `hashing`: how keys of a table become hashes
//! - `bytes`: numbers in bytes
//! - `scoring`: the constants of the ranking, and what they make of bounds
//! - `text`: given text, where are its tokens, sentences and paragraphs?
//! - `container`: a file of checksummed sections
//! - `postings`, `dictionary`: parts of a segment as bytes
//! - `columns`: what each document has besides words, as numbers and short bytes
//! - `norms`: the lengths of fields as scores see them
//! - `fingerprints`: what copies of an article are found by, beside its segment
//! - `store`: its stored articles, in sections of a container
//! - `segment`: one opened segment
//! - `build`: articles in memory, on the way to one segment
//! - `merge`: several segments into one
//! - `search`: which articles match, in which order, and where
//! - `copies`: which articles have the same text?
//! - `concordance`: where do words stand in a few texts that are in no index?
//! - `testing`: what tests need, not in what is installed
//! - `python`: the edge to Python, behind the feature of that name
//!
//! What a word *is* (folding, stems) stays in Python: the core finds boundaries and asks.

pub mod build;
pub mod bytes;
pub mod columns;
pub mod concordance;
pub mod container;
pub mod copies;
pub mod dictionary;
pub mod error;
pub mod fingerprints;
pub mod hashing;
pub mod merge;
pub mod norms;
pub mod postings;
pub mod scoring;
pub mod search;
pub mod segment;
pub mod store;
#[cfg(any(test, feature = "samples"))]
pub mod testing;
pub mod text;

#[cfg(feature = "python")]
mod python;
