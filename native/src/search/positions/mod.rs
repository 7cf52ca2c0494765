//! Where do phrases and proximity expressions occur?
//!
//! - `intersection`: the documents that hold all words of a phrase
//! - `occurrences`: every operand, in its plainest form
//! - `runs`: positions of one document against those of another word
//! - `side_by_side`: words side by side and two near each other, quicker
//! - `spans`: stretches of text, and what is near or within what
//! - `texts`: where sentences, paragraphs, leads and names begin

pub mod intersection;
pub mod occurrences;
pub mod runs;
pub mod side_by_side;
pub mod spans;
pub mod texts;
