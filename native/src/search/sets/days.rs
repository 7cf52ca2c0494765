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

use crate::container::Section;
use crate::error::Result;
use crate::search::sets::bitset::DocSet;
use crate::segment::Segment;

/// The number of the value field whose values are days.
pub const DATE_FIELD: u8 = 9;

/// Days that follow each other, as Python takes them apart.
#[derive(Debug)]
pub struct DayRange {
    /// The first and the last microsecond that are surely inside; none if `low` is greater.
    pub low: i64,
    pub high: i64,
    /// The days at the edges, each once, as keys of the dictionary of values: the number of
    /// the field, then the day as the index writes it (`20190408`).
    pub edges: Vec<Vec<u8>>,
}

/// Documents that lie side by side but for a few.
#[derive(Debug)]
pub struct DayRun {
    /// From the first document to after the last.
    pub low: u32,
    pub high: u32,
    /// The interval of which all are meant, and the others.
    sure: (u32, u32),
    apart: Vec<u32>,
}

impl DayRange {
    /// The documents of these days.  Costs as much as the lists of the edges are long, and
    /// next to nothing where those are of neighbours.
    pub fn documents(&self, segment: &Segment) -> Result<DayRun> {
        let mut run = DayRun::of(interval_of(segment.dates()?, self.low, self.high));
        let values = segment.values()?;
        for day in &self.edges {
            let found = values.get(day);
            let found = found.map_err(|damage| segment.damaged(Section::Values, damage))?;
            let Some((_, entry)) = found else { continue };
            match segment.run_of_entry(entry)? {
                Some(neighbours) => run.extend_by_run(neighbours),
                None => run.extend(segment.documents_of_entry(entry)?),
            }
        }
        Ok(run)
    }
}

impl DayRun {
    fn of(sure: (u32, u32)) -> Self {
        let (low, high) = sure;
        DayRun {
            low,
            high,
            sure,
            apart: Vec::new(),
        }
    }

    /// Add the documents from `first` up to `end`, which were not added before.
    fn extend_by_run(&mut self, (first, end): (u32, u32)) {
        let (start, stop) = self.sure;
        // The sure interval grows where they touch it and nothing lies apart yet.
        let touches = start < stop && first <= stop && end >= start;
        if self.apart.is_empty() && (touches || start == stop) {
            let (low, high) = match start == stop {
                true => (first, end),
                false => (start.min(first), stop.max(end)),
            };
            self.sure = (low, high);
            (self.low, self.high) = (low, high);
        } else {
            self.extend((first..end).collect());
        }
    }

    /// Add documents that were not added before.
    fn extend(&mut self, documents: Vec<u32>) {
        let (start, end) = self.sure;
        for doc in documents
            .into_iter()
            .filter(|doc| *doc < start || *doc >= end)
        {
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
    use crate::testing::random::Random;

    #[test]
    fn a_run_is_its_interval_and_what_was_added() {
        let mut random = Random::new(31);
        for _ in 0..2_000 {
            let count = 1 + random.below(60) as u32;
            let start = random.below(count as usize) as u32;
            let end = start + random.below((count - start) as usize + 1) as u32;
            let mut run = DayRun::of((start, end));
            let mut expected = DocSet::empty(count);
            expected.insert_range(start, end);
            // Lists have no document in common.
            let mut free: Vec<u32> = (0..count).collect();
            for _ in 0..random.below(4) {
                if free.is_empty() {
                    break;
                }
                let added: Vec<u32> = if random.below(2) == 0 {
                    let from = random.below(free.len());
                    let up_to = from + random.below(free.len() - from) + 1;
                    let neighbours = free[from..up_to].chunk_by(|a, b| a + 1 == *b).next();
                    neighbours.unwrap_or_default().to_vec()
                } else {
                    free.iter()
                        .copied()
                        .filter(|_| random.below(4) == 0)
                        .collect()
                };
                let (first, last) = (added.first().copied(), added.last().copied());
                match (first, last) {
                    (Some(first), Some(last)) if (last - first) as usize + 1 == added.len() => {
                        run.extend_by_run((first, last + 1));
                    }
                    _ => run.extend(added.clone()),
                }
                free.retain(|doc| !added.contains(doc));
                added.into_iter().for_each(|doc| expected.insert(doc));
            }
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
