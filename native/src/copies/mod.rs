//! Which articles have the same text?
//!
//! The definition is `searcher/copies/` in Python; this is the same in a quicker language, to
//! the last number (`tests/copies/test_native.py`).
//!
//! - `words`: the forms of stored texts as numbers
//! - `run_table`: which numbers of runs a text has
//! - `kept_forms`: those of texts that will be compared
//! - `alignment`: which words of two texts stand for each other
//! - `comparison`: what two texts have in common, and what that makes of them
//! - `boilerplate`: a text without footers and the fixed words of forms
//! - `articles`: which articles there are, in which order, and of which text
//! - `lists`: which texts have which fingerprints
//! - `linking`: what two articles are to each other
//! - `grouping`: which of many articles are copies of which, from nothing
//! - `changes`, `lookups`: the same, now that some have come and gone
//! - `stories`: which texts are about one event
//!
//! What a word is stays in Python, as for the rest of the core ([`words::Folding`]).

pub mod alignment;
pub mod articles;
pub mod boilerplate;
pub mod changes;
pub mod comparison;
pub mod grouping;
pub mod kept_forms;
pub mod linking;
pub mod lists;
pub mod lookups;
mod run_table;
pub mod stories;
pub mod words;
