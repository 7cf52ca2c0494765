//! Which documents are of some days that follow each other?
//!
//! A day of a query is the article's *own* day: that of its date at its own offset.
//! Documents are numbered by instant, newest first, so those of a range of days lie side by
//! side but for a few at its edges, where articles with different offsets mix.
//!
//! Offsets are below 24 hours, so an own day is that of the instant in UTC, the day before
//! or the day after.  For the days from `first` to `last`, instants from the beginning of
//! `first + 1` on and before the beginning of `last`, in UTC, are therefore surely inside:
//! their days in UTC go from `first + 1` to `last - 1`, and one more or less is still from
//! `first` to `last`.  What else is inside has an instant on another day in UTC: `first` or
//! before, which makes its own day `first` or `first + 1`; or `last` or after, which makes it
//! `last - 1` or `last`.  Each of these days has a list of its documents, so the range is the
//! sure interval and what those lists hold outside of it; ranges of one or two days have no
//! sure interval, and their lists hold all.  (An instant that its offset leads out of the
//! years 1 to 9999 is drawn to their ends, by less than 24 hours, and onto its own day.)
//!
//! Where all offsets are the same the lists only make the interval longer, and asking for a
//! range costs nothing for each document.

use super::bitset::DocSet;
use crate::error::Result;
use crate::segment::Segment;

/// The number of the value field whose values are days.
const DATE_FIELD: u8 = 9;

/// Days that follow each other, as Python takes them apart.
#[derive(Debug)]
pub struct DayRange {
    /// The first and the last microsecond that are surely inside; none if `low` is greater.
    pub low: i64,
    pub high: i64,
    /// The days at the edges, each once, as the index writes them (`20190408`).
    pub edges: Vec<Vec<u8>>,
}

/// Documents that lie side by side but for a few.
#[derive(Debug)]
pub struct Run {
    /// From the first document to after the last.
    pub low: u32,
    pub high: u32,
    /// The interval of which all are meant, and the others.
    sure: (u32, u32),
    apart: Vec<u32>,
}

impl DayRange {
    /// The documents of these days.  Costs as much as the lists of the edges are long.
    pub fn documents(&self, segment: &Segment) -> Result<Run> {
        let mut run = Run::of(interval_of(segment.dates()?, self.low, self.high));
        for day in &self.edges {
            let listed = segment.value_documents(DATE_FIELD, day)?;
            run.extend(listed.unwrap_or_default());
        }
        Ok(run)
    }
}

impl Run {
    fn of(sure: (u32, u32)) -> Self {
        let (low, high) = sure;
        Run {
            low,
            high,
            sure,
            apart: Vec::new(),
        }
    }

    /// Add documents that were not added before.
    fn extend(&mut self, documents: Vec<u32>) {
        let (start, end) = self.sure;
        for doc in documents.into_iter().filter(|doc| *doc < start || *doc >= end) {
            if self.low == self.high {
                (self.low, self.high) = (doc, doc + 1);
            }
            self.low = self.low.min(doc);
            self.high = self.high.max(doc + 1);
            self.apart.push(doc);
        }
    }

    /// Whether all documents from `low` up to `high` are meant.
    pub fn is_whole(&self) -> bool {
        let (start, end) = self.sure;
        (self.high - self.low) as usize == (end - start) as usize + self.apart.len()
    }

    /// The documents as a set, in a segment of `count`.
    pub fn into_set(self, count: u32) -> DocSet {
        let mut set = DocSet::empty(count);
        set.insert_range(self.sure.0, self.sure.1);
        self.apart.into_iter().for_each(|doc| set.insert(doc));
        set
    }
}

/// The documents from `low` to `high` microseconds.  Documents are numbered newest first.
pub fn interval_of(dates: &[i64], low: i64, high: i64) -> (u32, u32) {
    let first = dates.partition_point(|date| *date > high);
    let end = dates.partition_point(|date| *date >= low);
    (first as u32, end.max(first) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::random::Random;

    #[test]
    fn a_run_is_its_interval_and_what_was_added() {
        let mut random = Random::new(31);
        for _ in 0..2_000 {
            let count = 1 + random.below(60) as u32;
            let start = random.below(count as usize) as u32;
            let end = start + random.below((count - start) as usize + 1) as u32;
            let others: Vec<u32> = (0..count).filter(|_| random.below(4) == 0).collect();
            let (some, rest) = others.split_at(others.len() / 2);
            let mut run = Run::of((start, end));
            run.extend(rest.to_vec());
            run.extend(some.to_vec());
            let mut expected = DocSet::of(count, others.iter().copied());
            expected.insert_range(start, end);
            let (low, high) = (run.low, run.high);
            assert_eq!(
                run.is_whole(),
                u64::from(high - low) == expected.len(),
                "{run:?}"
            );
            assert_eq!(expected.count_between(low, high), expected.len());
            assert_eq!(run.into_set(count), expected);
        }
    }
}
