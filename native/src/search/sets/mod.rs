//! Which documents match, as sets?
//!
//! - `bitset`: a set of documents, and the walk over it
//! - `days`: the documents of a range of days
//! - `matching`: the documents that a tree of conditions allows
//! - `value_documents`: the documents that have a value

pub mod bitset;
pub mod days;
pub mod matching;
pub mod value_documents;
