//! Which of the documents that match have one text, or are of one story?
//!
//! - `groups`: the text and the story of each document, as files of groups say it
//! - `counting`: how many texts and stories the documents are that match
//! - `best`: the best texts, or stories, and the document that is shown of each
//! - `copies`: the other documents of a text
//! - `earliest`: of each text that matches its earliest document, for those who count
//!
//! The meaning of all of it is that of `searcher/searching/copies.py` and `unit_counts.py`.

pub mod best;
pub mod copies;
pub mod counting;
pub mod earliest;
pub mod groups;

pub use best::{Folded, FoldedMatch, FoldedSearch};
pub use copies::Copies;
pub use groups::{Groups, Unit};
