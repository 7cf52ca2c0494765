//! How do articles in memory become the file of one segment?
//!
//! Data flows through the modules in this order:
//!
//! - `article`: what an article brings: texts, values, stored JSON and digest (`json`, `dates`)
//! - `builder`, `worker`: who collects articles, and in which threads
//! - `documents`: which articles there are, and their final order
//! - `stream`: their words as numbers of surfaces (`surfaces`) and their values (`interner`)
//! - `finish`: what is done when the last article is there:
//!     - `vocabulary`: the forms and stems of all surfaces
//!     - `inversion`, `packed_occurrences`: where each stem occurs
//!     - `lists`: the lists of each stem as bytes
//!     - `value_lists`, `string_sort`: the documents of each value
//!     - `columns`: what is kept of each document
//!     - `text_facts`: what copies of the articles are found by
//! - `in_order`: work spread over threads, its results in order
//!
//! The idea is inversion by sorting (Witten, Moffat and Bell, "Managing Gigabytes", 1999,
//! chapter 5): articles only append to a stream of numbers, and one sort at the end makes
//! posting lists.  A segment is made in one go within the memory that its caller allows it;
//! nothing is spilled to disk and merged later but whole segments.

pub mod article;
pub mod builder;
pub mod dates;
pub mod documents;
mod finish;
mod in_order;
pub mod interner;
pub mod inversion;
pub mod json;
pub mod lists;
pub mod packed_occurrences;
pub mod stream;
mod string_sort;
pub mod surfaces;
mod text_facts;
pub mod value_lists;
pub mod vocabulary;
mod worker;

pub use crate::segment::writer::SegmentSummary;
pub use article::{value_field, Batch, Fields, Metadata, Sizes, ValueField, ValueFields};
pub use builder::{Builder, Options};
pub use vocabulary::Analysis;

#[cfg(test)]
mod tests;
