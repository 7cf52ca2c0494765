//! Which articles match, in which order, and where?
//!
//! - `plan`: what is asked
//! - `expand`, `patterns`, `signs`, `distance`: which forms a word stands for
//! - `words`, `stream`, `gather`, `memory`, `shared`: posting lists, as the search sees them
//! - `spans`, `occurrences`, `texts`: where phrases and proximity expressions occur
//! - `side_by_side`, `together`, `runs`: the same for words side by side and for two near
//!   each other, quicker
//! - `places`: where many documents stand in one block
//! - `matching`, `bitset`, `values`, `days`: which documents match, as sets
//! - `score`, `weights`, `terms`: what they are worth
//! - `ranking`: which way a query is ranked: `best_first` (a word), `phrase`,
//!   `conjunction` (all of some words), `union` (any of some words, and everything else),
//!   after `heaviest`
//! - `counting`: how many documents match
//! - `top_k`, `by_date`: the best few
//! - `hits`, `snippets`: what is shown of the best
//! - `budget`: what all of it may cost
//! - `searcher`: all of this over the segments of a snapshot
//!
//! The meaning of all of it is that of `searcher/searching/plain.py`: the same articles in
//! the same order with the same scores.

pub mod best_first;
pub mod bitset;
pub mod budget;
pub mod by_date;
pub mod conjunction;
pub mod counting;
pub mod days;
pub mod distance;
pub mod expand;
pub mod failure;
pub mod gather;
pub mod heaviest;
pub mod hits;
pub mod holders;
pub mod matching;
pub mod memory;
pub mod occurrences;
pub mod patterns;
pub mod phrase;
pub mod places;
pub mod plan;
pub mod ranking;
pub mod runs;
pub mod score;
pub mod searcher;
pub mod several_lists;
pub mod shared;
pub mod side_by_side;
pub mod signs;
pub mod snippets;
pub mod spans;
pub mod stream;
pub mod terms;
pub mod texts;
pub mod together;
pub mod top_k;
pub mod union;
pub mod values;
pub mod weights;
pub mod words;

pub use searcher::{Ranking, Searcher, Sort};
pub use texts::WordCounter;

#[cfg(any(test, feature = "samples"))]
pub(crate) mod random;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
#[cfg(test)]
mod tests;
