//! What is shown of the best articles?
//!
//! - `hits`: the stored fields and the snippet of each
//! - `snippets`: the best stretch of a text, with its matches marked

pub mod hits;
pub mod snippets;
