//! What are copies of an article found by, and how does that lie beside a segment?
//!
//! - `facts`: the key and the fingerprints of a text, from the forms of its words
//! - `sorting`: fingerprints with their documents, in order
//! - `places`: where in that the pairs of a fingerprint begin
//! - `table`: the file beside a segment, its fingerprints as bits
//!
//! What is made of it is in `copies`.

pub mod facts;
mod places;
mod sorting;
pub mod table;
