//! Where do words stand in a few texts that are in no index?
//!
//! The texts were found elsewhere, and somebody asks where the words of a query stand in
//! them, and what they are worth there.  `searcher/cluster/concordance.py` says the same in Python.
//!
//! - `known_words`: which form and which stem has each token?  Asked once, and kept
//! - `row`: where does a form stand, and how often are two near each other?
//! - `strengths`: how strong are the parts of a query in each text?

mod known_words;
mod row;
mod strengths;

pub use known_words::KnownWords;
pub use row::Row;
pub use strengths::{strengths, Leaf, Part};

#[cfg(test)]
mod tests;
