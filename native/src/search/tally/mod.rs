//! How many of the articles that match have which value, are of which time, came first?
//!
//! - here: what is counted by, and what comes of it
//! - `found`: the documents that match, as a set
//! - `periods`: days, weeks, months and years, and the runs of documents that are of one
//! - `values`: the values of a field in all segments, in one order
//! - `kept`: what of these is kept between counts
//! - `counting`: how many have each value or are of each period, or both
//! - `extremes`: the earliest and the latest of each value
//!
//! Nothing is handed over but counts.  The meaning of all of it is that of
//! `searcher/searching/tally.py`.

pub mod counting;
pub mod extremes;
pub mod found;
pub mod kept;
pub mod periods;
pub mod values;

pub use extremes::Extreme;
pub use periods::Period;

use std::sync::Arc;

use values::FieldValues;

/// What is counted by: the values of the field of a number, or a period of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    Field(u8),
    Period(Period),
}

/// In which order are rows wanted?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Most documents first, then by value.
    Count,
    /// By value, in the order of bytes or of time.
    Value,
}

/// What rows are of.
pub enum Keys {
    /// Places of values.
    Values(Arc<FieldValues>, Vec<u32>),
    /// First days of periods, since 1970.
    Days(Vec<i32>),
}

/// Documents counted along one axis.
pub struct Tally {
    /// How many have no value.
    pub without: u64,
    /// How many different values there are, and what all their counts add up to.
    pub values: u64,
    pub sum: u64,
    /// The first of the values, and their counts.
    pub keys: Keys,
    pub counts: Vec<u64>,
}
