//! What is shown of the best articles, and what do they say?
//!
//! - `hits`: the stored fields and the snippet of each
//! - `snippets`: the best stretch of a text, with its matches marked
//! - `words`: the words of some articles, weighed together

pub mod hits;
pub mod snippets;
pub mod words;
