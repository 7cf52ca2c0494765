//! How many of the documents that match have each value, or are of each period, or both?

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::columns::Ordinals;
use crate::container::Section;
use crate::error::Result;
use crate::search::budget::{Budget, Stage};
use crate::search::folding::{Groups, Unit};
use crate::search::plan::Plan;
use crate::search::searcher::Searcher;
use crate::search::sets::bitset::DocSet;
use crate::search::tally::periods::{for_each_count, Period};
use crate::search::tally::values::FieldValues;
use crate::search::tally::{Axis, Keys, Order, Tally};

/// Units of work for a document that is counted, and for a value that there may be.
const DOCUMENT: u64 = 4;
const VALUE: u64 = 2;
/// For a document that has copies, or is not alone in its story.
const MEMBER: u64 = 8;

/// How many are of a period and have a value, by the place of the value; `None` for none.
pub type PairCounts = BTreeMap<(Option<i32>, Option<u32>), u64>;

/// Of all documents of a text, or of a story, only the earliest that matches counts.
pub type Once<'g> = Option<(&'g Groups, Unit)>;

/// Counts along one axis, while they are made.
enum Counts {
    /// By place, the last of them of those without.
    Values(Arc<FieldValues>, Vec<u64>),
    Periods(Period, BTreeMap<i32, u64>, u64),
}

impl Searcher {
    /// How many documents match, and how many of them have each value along each of `axes`.
    ///
    /// Arguments: `limit` rows of each are wanted, or all, in `order`; texts or stories count
    /// `once`, where that says so.
    pub fn tally(
        &self,
        plan: &Plan,
        axes: &[Axis],
        limit: Option<usize>,
        order: Order,
        once: Once,
        budget: &Budget,
    ) -> Result<(u64, Vec<Tally>)> {
        let mut counts = Vec::with_capacity(axes.len());
        for axis in axes {
            counts.push(match axis {
                Axis::Field(field) => {
                    let values = self.values_of(*field)?;
                    budget.charge(VALUE * values.len() as u64)?;
                    let zeros = vec![0; values.len() + 1];
                    Counts::Values(values, zeros)
                }
                Axis::Period(period) => Counts::Periods(*period, BTreeMap::new(), 0),
            });
        }
        let mut total = 0;
        self.for_each_found(plan, once, budget, |number, found| {
            let count = found.len();
            total += count;
            for (axis, counts) in axes.iter().zip(&mut counts) {
                budget.charge(DOCUMENT * count)?;
                self.add(number, found, *axis, counts)?;
            }
            Ok(())
        })?;
        let rows = counts
            .into_iter()
            .map(|counts| rows_of(counts, limit, order));
        Ok((total, rows.collect()))
    }

    fn add(&self, number: usize, found: &DocSet, axis: Axis, counts: &mut Counts) -> Result<()> {
        match (axis, counts) {
            (Axis::Field(field), Counts::Values(values, counts)) => {
                let last = counts.len() - 1;
                let Some(column) = self.column(number, field, values)? else {
                    counts[last] += found.len();
                    return Ok(());
                };
                if let Some(sets) = self.sets_of(number, field, &column, found.len())? {
                    for (ordinal, set) in (0u32..).zip(&sets.of_values) {
                        counts[values.place(number, ordinal) as usize] += found.count_common(set);
                    }
                    counts[last] += found.len() - found.count_common(&sets.any);
                    return Ok(());
                }
                // By the segment's own numbers first: there are fewer values than documents.
                let mut own = vec![0u32; column.values() as usize + 1];
                self.in_column(
                    number,
                    column.for_each_of(found.words(), |_, code| {
                        own[code as usize] += 1;
                    }),
                )?;
                counts[last] += u64::from(own[0]);
                for (ordinal, count) in (0u32..).zip(&own[1..]).filter(|(_, count)| **count > 0) {
                    counts[values.place(number, ordinal) as usize] += u64::from(*count);
                }
            }
            (Axis::Period(_), Counts::Periods(period, counts, without)) => {
                for_each_count(
                    self.runs(number, *period)?,
                    found,
                    |first, count| match first {
                        Some(first) => *counts.entry(first).or_default() += count,
                        None => *without += count,
                    },
                );
            }
            _ => {}
        }
        Ok(())
    }

    /// How many documents that match are of each period and have each value of a field, whose
    /// values are returned too.
    pub fn tally_two(
        &self,
        plan: &Plan,
        period: Period,
        field: u8,
        once: Once,
        budget: &Budget,
    ) -> Result<(Arc<FieldValues>, PairCounts)> {
        let values = self.values_of(field)?;
        let mut pairs = PairCounts::new();
        self.for_each_found(plan, once, budget, |number, found| {
            budget.charge(4 * DOCUMENT * found.len())?;
            let runs = self.runs(number, period)?;
            let Some(column) = self.column(number, field, &values)? else {
                for_each_count(runs, found, |first, count| {
                    *pairs.entry((first, None)).or_default() += count;
                });
                return Ok(());
            };
            let mut run = 0;
            let mut own = vec![0u32; column.values() as usize + 1];
            // The codes that were met in the run.
            let mut met: Vec<u32> = Vec::new();
            let mut flush = |run: usize, own: &mut [u32], met: &mut Vec<u32>| {
                let first = runs.get(run).and_then(|run| run.first);
                for code in met.drain(..) {
                    let place = code.checked_sub(1).map(|own| values.place(number, own));
                    let count = std::mem::take(&mut own[code as usize]);
                    *pairs.entry((first, place)).or_default() += u64::from(count);
                }
            };
            self.in_column(
                number,
                column.for_each_of(found.words(), |document, code| {
                    if runs.get(run).is_some_and(|run| document >= run.end) {
                        flush(run, &mut own, &mut met);
                        run += runs[run..].partition_point(|run| run.end <= document);
                    }
                    let count = &mut own[code as usize];
                    if *count == 0 {
                        met.push(code);
                    }
                    *count += 1;
                }),
            )?;
            flush(run, &mut own, &mut met);
            Ok(())
        })?;
        Ok((values, pairs))
    }

    // ---------------------------------------------------------------- parts of it

    /// Call `visit` for each segment with the documents of it that match; or with those of
    /// them that are the earliest of their text, or story.
    pub(super) fn for_each_found(
        &self,
        plan: &Plan,
        once: Once,
        budget: &Budget,
        mut visit: impl FnMut(usize, &DocSet) -> Result<()>,
    ) -> Result<()> {
        let asked = self.ask_for_places(plan, budget)?;
        budget.enter(Stage::Ranking, self.segments().count());
        let mut found = self.found_as_asked(plan, &asked)?;
        if let Some((groups, unit)) = once {
            groups.check(self)?;
            let units = groups.units(unit)?;
            budget.charge(MEMBER * units.shared_count())?;
            self.keep_earliest(groups, units, &mut found)?;
        }
        for (number, found) in found.iter().enumerate() {
            visit(number, found)?;
        }
        Ok(())
    }

    /// The column of a field in a segment; `None` if it was written before there was the field,
    /// and no document of it has a value.
    pub(super) fn column(
        &self,
        number: usize,
        field: u8,
        values: &FieldValues,
    ) -> Result<Option<Ordinals<'_>>> {
        let segment = self.segment(number)?;
        let column = segment.ordinals(field)?;
        values.check(number, segment, column.map_or(0, |column| column.values()))?;
        Ok(column)
    }

    /// What reading a column came to.
    pub(super) fn in_column<T>(
        &self,
        number: usize,
        read: std::result::Result<T, crate::error::Damage>,
    ) -> Result<T> {
        let segment = self.segment(number)?;
        read.map_err(|damage| segment.damaged(Section::Ordinals, damage))
    }
}

fn rows_of(counts: Counts, limit: Option<usize>, order: Order) -> Tally {
    match counts {
        Counts::Values(values, mut counts) => {
            let without = counts.pop().unwrap_or_default();
            let rows = (0u32..)
                .zip(counts)
                .filter(|(_, count)| *count > 0)
                .collect();
            let (number, sum, keys, counts) = first_of(rows, limit, order);
            Tally {
                without,
                values: number,
                sum,
                keys: Keys::Values(values, keys),
                counts,
            }
        }
        Counts::Periods(_, counts, without) => {
            let (number, sum, keys, counts) = first_of(counts.into_iter().collect(), limit, order);
            Tally {
                without,
                values: number,
                sum,
                keys: Keys::Days(keys),
                counts,
            }
        }
    }
}

/// How many rows there are, what they add up to, and the keys and counts of the first ones.
fn first_of<K: Ord + Copy>(
    mut rows: Vec<(K, u64)>,
    limit: Option<usize>,
    order: Order,
) -> (u64, u64, Vec<K>, Vec<u64>) {
    let (number, sum) = (rows.len(), rows.iter().map(|(_, count)| count).sum());
    let limit = limit.unwrap_or(number).min(number);
    // They come in the order of their keys.
    if order == Order::Count {
        let before = |a: &(K, u64), b: &(K, u64)| b.1.cmp(&a.1).then(a.0.cmp(&b.0));
        if limit > 0 && limit < number {
            rows.select_nth_unstable_by(limit - 1, before);
        }
        rows.truncate(limit);
        rows.sort_unstable_by(before);
    }
    rows.truncate(limit);
    let (keys, counts) = rows.into_iter().unzip();
    (number as u64, sum, keys, counts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::random::Random;

    #[test]
    fn the_first_rows_are_those_of_all_rows_sorted() {
        let mut random = Random::new(43);
        for _ in 0..500 {
            let rows: Vec<(u32, u64)> = (0..random.below(30) as u32)
                .map(|key| (key, 1 + random.below(5) as u64))
                .collect();
            let limit = (random.below(4) > 0).then(|| random.below(35));
            for order in [Order::Count, Order::Value] {
                let mut expected = rows.clone();
                if order == Order::Count {
                    expected.sort_by_key(|(key, count)| (std::cmp::Reverse(*count), *key));
                }
                expected.truncate(limit.unwrap_or(rows.len()));
                let (number, sum, keys, counts) = first_of(rows.clone(), limit, order);
                assert_eq!(number, rows.len() as u64);
                assert_eq!(sum, rows.iter().map(|row| row.1).sum::<u64>());
                assert_eq!(keys.into_iter().zip(counts).collect::<Vec<_>>(), expected);
            }
        }
    }
}
