//! Which pairs of occurrences fit together?
//!
//! A *span* is a run of positions (first, last) in one text field of one article.  Lists of
//! spans are ascending, each span once.  The rules are those of
//! `searcher/searching/occurrences.py`, where pairs are found by trying all of them; here
//! those that can fit are found by binary search, since a `w/5` between two frequent words
//! of a long article has many spans and few pairs.

use crate::search::budget::{Budget, Spent, PAIR};

/// More spans than these are worth counting as memory.
const MANY: usize = 1 << 16;

/// A run of positions: first and last.
pub type Span = (u32, u32);

/// Room for what the algebra needs besides its operands, reused from article to article.
#[derive(Debug, Default)]
pub struct Room {
    by_last: Vec<Span>,
    units: Vec<u32>,
}

/// Put spans in order, each once.
pub fn tidy(spans: &mut Vec<Span>) {
    if !spans.windows(2).all(|pair| pair[0] < pair[1]) {
        spans.sort_unstable();
        spans.dedup();
    }
}

/// Put positions in order, each once.
pub fn tidy_positions(positions: &mut Vec<u32>) {
    if !positions.windows(2).all(|pair| pair[0] < pair[1]) {
        positions.sort_unstable();
        positions.dedup();
    }
}

/// The pairs at most `distance` words apart, as runs that span both.
pub fn near(
    left: &[Span],
    right: &[Span],
    distance: u32,
    ordered: bool,
    out: &mut Vec<Span>,
    budget: &Budget,
) -> Result<(), Spent> {
    out.clear();
    if left.is_empty() || right.is_empty() {
        return Ok(());
    }
    followed(left, right, distance, out, budget)?;
    if !ordered {
        followed(right, left, distance, out, budget)?;
    }
    if !out.windows(2).all(|pair| pair[0] < pair[1]) {
        // Two runs, each in order as a rule, which a stable sort merges.
        budget.charge(PAIR * out.len() as u64)?;
        out.sort();
        out.dedup();
    }
    Ok(())
}

/// The pairs of which the second begins at most `distance` words behind the first.
fn followed(
    before: &[Span],
    after: &[Span],
    distance: u32,
    out: &mut Vec<Span>,
    budget: &Budget,
) -> Result<(), Spent> {
    let mut counted = out.len();
    for a in before {
        let from = after.partition_point(|b| b.0 <= a.1);
        let fitting = after[from..].iter().take_while(|b| b.0 - a.1 <= distance);
        out.extend(fitting.map(|b| (a.0, b.1)));
        charge(out, &mut counted, budget)?;
    }
    Ok(())
}

/// Charge for the spans that were found since the last call.
#[inline]
fn charge(out: &[Span], counted: &mut usize, budget: &Budget) -> Result<(), Spent> {
    budget.charge(PAIR * (1 + out.len() - *counted) as u64)?;
    *counted = out.len();
    if out.len() > MANY {
        // For as long as it takes to see that there is room for them.
        budget.hold(2 * size_of_val(out) as u64)?;
    }
    Ok(())
}

/// Those of `left` that have none of `right` at most `distance` words away.
pub fn not_near(
    left: &[Span],
    right: &[Span],
    distance: u32,
    room: &mut Room,
    out: &mut Vec<Span>,
) {
    out.clear();
    room.sort_by_last(right);
    out.extend(left.iter().filter(|a| {
        let after = right.get(right.partition_point(|b| b.0 <= a.1));
        let end = room.by_last.partition_point(|b| b.1 < a.0);
        let before = end.checked_sub(1).map(|i| room.by_last[i]);
        let near_after = after.is_some_and(|b| b.0 - a.1 <= distance);
        let near_before = before.is_some_and(|b| a.0 - b.1 <= distance);
        !near_after && !near_before
    }));
}

/// The pairs that lie in one unit and do not overlap, as runs that span both.  `unit_of`
/// numbers the units (sentences, paragraphs, names) and never falls.
pub fn within(
    left: &[Span],
    right: &[Span],
    unit_of: impl Fn(u32) -> u32,
    room: &mut Room,
    out: &mut Vec<Span>,
    budget: &Budget,
) -> Result<(), Spent> {
    out.clear();
    if left.is_empty() || right.is_empty() {
        return Ok(());
    }
    room.units.clear();
    room.units.extend(right.iter().map(|b| unit_of(b.0)));
    let mut counted = 0;
    for a in left {
        let unit = unit_of(a.0);
        if unit_of(a.1) != unit {
            continue;
        }
        let from = room.units.partition_point(|other| *other < unit);
        for (b, _) in (right[from..].iter().zip(&room.units[from..]))
            .take_while(|(_, other)| **other == unit)
            .filter(|(b, _)| a.1 < b.0 || b.1 < a.0)
        {
            if unit_of(b.1) == unit {
                out.push((a.0.min(b.0), a.1.max(b.1)));
            }
        }
        charge(out, &mut counted, budget)?;
    }
    budget.charge(PAIR * out.len() as u64)?;
    tidy(out);
    Ok(())
}

/// Leave of `spans` those that lie in one of `others`, which ascend.
pub fn keep_inside(spans: &mut Vec<Span>, others: &[Span]) {
    spans.sort_unstable();
    let mut others = others.iter().peekable();
    // Of those that begin no later than a span, how far the one reaches that reaches farthest.
    let mut reach = None;
    spans.retain(|span| {
        while let Some(other) = others.next_if(|other| other.0 <= span.0) {
            reach = reach.max(Some(other.1));
        }
        reach >= Some(span.1)
    });
}

impl Room {
    fn sort_by_last(&mut self, spans: &[Span]) {
        self.by_last.clear();
        self.by_last.extend_from_slice(spans);
        if !spans.windows(2).all(|pair| pair[0].1 <= pair[1].1) {
            self.by_last.sort_unstable_by_key(|span| span.1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::budget::Budget;
    use crate::testing::random::Random;
    use std::collections::BTreeSet;

    fn plain_near(left: &[Span], right: &[Span], distance: u32, ordered: bool) -> Vec<Span> {
        let mut found = BTreeSet::new();
        for a in left {
            for b in right {
                let fits = if a.1 < b.0 {
                    b.0 - a.1 <= distance
                } else {
                    !ordered && b.1 < a.0 && a.0 - b.1 <= distance
                };
                if fits {
                    found.insert((a.0.min(b.0), a.1.max(b.1)));
                }
            }
        }
        found.into_iter().collect()
    }

    fn plain_within(left: &[Span], right: &[Span], unit_of: impl Fn(u32) -> u32) -> Vec<Span> {
        let mut found = BTreeSet::new();
        for a in left {
            for b in right {
                let apart = a.1 < b.0 || b.1 < a.0;
                let units = BTreeSet::from([a.0, a.1, b.0, b.1].map(&unit_of));
                if apart && units.len() == 1 {
                    found.insert((a.0.min(b.0), a.1.max(b.1)));
                }
            }
        }
        found.into_iter().collect()
    }

    fn random_spans(random: &mut Random) -> Vec<Span> {
        let count = random.below(8);
        let spans: BTreeSet<Span> = (0..count)
            .map(|_| {
                let first = random.below(30) as u32;
                (first, first + random.below(5) as u32)
            })
            .collect();
        spans.into_iter().collect()
    }

    #[test]
    fn pairs_are_those_that_trying_all_of_them_finds() {
        let mut random = Random::new(3);
        let mut room = Room::default();
        let mut out = Vec::new();
        for _ in 0..100_000 {
            let budget = Budget::new(None, None);
            let (left, right) = (random_spans(&mut random), random_spans(&mut random));
            let distance = 1 + random.below(8) as u32;
            for ordered in [false, true] {
                near(&left, &right, distance, ordered, &mut out, &budget).unwrap();
                assert_eq!(out, plain_near(&left, &right, distance, ordered));
            }
            let width = 1 + random.below(12) as u32;
            within(&left, &right, |p| p / width, &mut room, &mut out, &budget).unwrap();
            assert_eq!(out, plain_within(&left, &right, |p| p / width));
            not_near(&left, &right, distance, &mut room, &mut out);
            let alone = left.iter().copied();
            let alone = alone.filter(|a| plain_near(&[*a], &right, distance, false).is_empty());
            assert_eq!(out, alone.collect::<Vec<_>>());
        }
    }
}
