//! What do tests, fuzz targets and benchmarks of this crate need, where there is no Python?
//!
//! - `analysis`: forms and stems
//! - `groups`: which documents are copies of which
//! - `random`: numbers that are the same in every run
//! - `samples`: a segment and plans that use everything
//! - `text_rules`: classes of characters, and lists of words
//!
//! None of it is in the extension module.

pub mod analysis;
pub mod groups;
pub mod random;
pub mod samples;
pub mod text_rules;
