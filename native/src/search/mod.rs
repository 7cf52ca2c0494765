//! Which articles match, in which order, and where?
//!
//! - `plan`: what is asked, and which forms of a segment its words stand for
//! - `lists`: posting lists, as the search sees them
//! - `positions`: where phrases and proximity expressions occur
//! - `sets`: which documents match, as sets
//! - `ranking`: what they are worth, and the best few
//! - `folding`: which of those that match have one text, or are of one story
//! - `shown`: what is shown of the best
//! - `tally`: how many of those that match have which value, are of which time
//! - `budget`, `failure`: what all of it may cost, and what can go wrong
//! - `searcher`: all of this over the segments of a snapshot
//!
//! The meaning of all of it is that of `searcher/searching/plain.py`: the same articles in
//! the same order with the same scores.

pub mod budget;
pub mod failure;
pub mod folding;
pub mod lists;
pub mod plan;
pub mod positions;
pub mod ranking;
pub mod searcher;
pub mod sets;
pub mod shown;
pub mod tally;

pub use positions::texts::WordCounter;
pub use searcher::{Ranking, Searcher, Sort};

#[cfg(test)]
mod tests;
