//! Which articles have the same text?
//!
//! The definition is `searcher/copies/` in Python; this is the same in a quicker language, to
//! the last number (`tests/copies/test_native.py`).
//!
//! - `words`: the forms of a text as numbers, its key and its fingerprints
//! - `alignment`: which words of two texts stand for each other
//! - `comparison`: what two texts have in common, and what that makes of them
//! - `boilerplate`: a text without footers and the fixed words of forms
//! - `grouping`: which of many articles are copies of which
//! - `stories`: which texts are about one event
//! - `table`: the fingerprints of a segment as bits
//!
//! What a word is stays in Python, as for the rest of the core ([`words::Folding`]).

pub mod alignment;
pub mod boilerplate;
pub mod comparison;
pub mod grouping;
pub mod stories;
pub mod table;
pub mod words;
