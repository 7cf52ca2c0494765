//! How are posting lists seen while a segment is searched?
//!
//! - `gather`: the postings of several lists, brought together in memory
//! - `holders`: which of several lists hold a document
//! - `memory_list`: a posting list in memory
//! - `position_table`: the places of many documents that stand in one block
//! - `segment_context`: what all streams of one segment have in common
//! - `stream`: a list that is walked from document to document
//! - `word_lists`: the lists that a word of the query stands for

pub mod gather;
pub mod holders;
pub mod memory_list;
pub mod position_table;
pub mod segment_context;
pub mod stream;
pub mod word_lists;
