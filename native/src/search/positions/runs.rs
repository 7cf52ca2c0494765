//! How many positions of two runs fit together?
//!
//! The runs of two words in one field of one document, mostly few positions each, and asked
//! for tens of thousands of documents a query: a branch that a position decides would be
//! mispredicted, and costs more than comparing all with all, eight at once.  Long runs are
//! merged.

use crate::postings::{Run, STRIP};

/// With more pairs than this, merging two runs is quicker than comparing all.
const MOST_PAIRS: usize = 1024;

/// By the number of positions that the last strip of a run has: which of it count.
const COUNTING: [[u32; STRIP]; STRIP + 1] = {
    let mut masks = [[0; STRIP]; STRIP + 1];
    let mut count = 0;
    while count <= STRIP {
        let mut place = 0;
        while place < count {
            masks[count][place] = 1;
            place += 1;
        }
        count += 1;
    }
    masks
};

/// Call for every pair of a position of `few` and one of `many`, given as sums of which the
/// first has `shift` added; how often is `fits` true?
#[inline(always)]
fn count_pairs(few: &Run, many: &Run, shift: u32, fits: impl Fn(u32, u32) -> bool) -> u32 {
    let mut total = [0u32; STRIP];
    let mut rest = many.len();
    for strip in many.strips() {
        let mut found = [0u32; STRIP];
        for sum in few.sums() {
            let sum = sum.wrapping_add(shift);
            for (found, other) in found.iter_mut().zip(strip) {
                *found = found.wrapping_add(u32::from(fits(sum, *other)));
            }
        }
        let counts = &COUNTING[rest.min(STRIP)];
        for ((total, found), counts) in total.iter_mut().zip(found).zip(counts) {
            *total = total.wrapping_add(found & counts.wrapping_neg());
        }
        rest = rest.saturating_sub(STRIP);
    }
    total.iter().fold(0, |sum, n| sum.wrapping_add(*n))
}

/// How many positions of `first` have one of `second` exactly `distance` later (a negative
/// distance wraps around)?  Where `meant_before` is given, it says how many positions count
/// of those before each one of the block of `first`, and only they do.
#[inline(always)]
pub fn count_at(first: &Run, second: &Run, distance: u32, meant_before: Option<&[u32]>) -> u32 {
    if first.len() * second.len() > MOST_PAIRS {
        return merge_at(first, second, distance, meant_before);
    }
    let Some(last) = second.sums().last() else {
        return 0;
    };
    let shift = second
        .base()
        .wrapping_sub(first.base())
        .wrapping_add(distance);
    // Sums ascend, so one that is no larger than the last is found in the run or nowhere:
    // what lies behind it needs no mask.
    let stands = |strip: &[u32; 2 * STRIP], sum: u32| {
        let wanted = sum.wrapping_add(shift);
        let any = strip
            .iter()
            .fold(0, |any, other| any | u32::from(*other == wanted));
        any & u32::from(wanted <= *last)
    };
    let mut found = 0u32;
    for strip in second.wide_strips() {
        match meant_before {
            None => {
                for sum in first.sums() {
                    found = found.wrapping_add(stands(strip, *sum));
                }
            }
            Some(before) => {
                let before = before.get(first.start()..).unwrap_or(&[]);
                for (sum, before) in first.sums().iter().zip(before.windows(2)) {
                    let is_meant = before[1].wrapping_sub(before[0]);
                    found = found.wrapping_add(stands(strip, *sum) & is_meant);
                }
            }
        }
    }
    found
}

#[inline(never)]
fn merge_at(first: &Run, second: &Run, distance: u32, meant_before: Option<&[u32]>) -> u32 {
    let is_meant = |place: usize| match meant_before {
        None => true,
        Some(before) => {
            let at = first.start() + place;
            before.get(at) != before.get(at + 1)
        }
    };
    let mut others = second.positions().peekable();
    let mut found = 0;
    for (place, position) in first.positions().enumerate() {
        let wanted = i64::from(position) + i64::from(distance as i32);
        while others.next_if(|other| i64::from(*other) < wanted).is_some() {}
        let is_there = others
            .peek()
            .is_some_and(|other| i64::from(*other) == wanted);
        found += u32::from(is_there && is_meant(place));
    }
    found
}

/// Which order must the two of a pair have?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Any,
    /// That of the arguments.
    Given,
}

/// How many pairs there are of a position of `first` and another of `second`, at most
/// `distance` (no more than `FARTHEST`) apart.
#[inline]
pub fn count_near(first: &Run, second: &Run, distance: u32, order: Order) -> u32 {
    if first.len() * second.len() > MOST_PAIRS {
        return merge_near(first, second, distance, order);
    }
    let (few, many, swapped) = match first.len() <= second.len() {
        true => (first, second, false),
        false => (second, first, true),
    };
    let shift = many.base().wrapping_sub(few.base());
    // How much larger the other is, less the least that it may be.
    match (order, swapped) {
        (Order::Any, _) => count_pairs(few, many, shift, |sum, other| {
            let ahead = other.wrapping_sub(sum).wrapping_add(distance);
            (ahead <= 2 * distance) & (other != sum)
        }),
        (Order::Given, false) => count_pairs(few, many, shift, |sum, other| {
            other.wrapping_sub(sum).wrapping_sub(1) < distance
        }),
        (Order::Given, true) => count_pairs(few, many, shift, |sum, other| {
            sum.wrapping_sub(other).wrapping_sub(1) < distance
        }),
    }
}

/// Larger distances would overflow.
pub const FARTHEST: u32 = 1 << 30;

#[inline(never)]
fn merge_near(first: &Run, second: &Run, distance: u32, order: Order) -> u32 {
    let first = first.positions();
    let second: Vec<u32> = second.positions().collect();
    pairs_near(first, &second, distance, order)
}

/// The same, of positions; each ascending.
pub fn pairs_near(
    first: impl Iterator<Item = u32>,
    second: &[u32],
    distance: u32,
    order: Order,
) -> u32 {
    let (mut from, mut to) = (0, 0);
    let mut found = 0u32;
    for position in first {
        let low = match order {
            Order::Any => position.saturating_sub(distance),
            Order::Given => position.saturating_add(1),
        };
        let high = position.saturating_add(distance);
        while from < second.len() && second[from] < low {
            from += 1;
        }
        to = to.max(from);
        while to < second.len() && second[to] <= high {
            to += 1;
        }
        let here = second[from..to].binary_search(&position).is_ok();
        found = found.wrapping_add((to - from) as u32 - u32::from(here));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postings::ImpactTable;
    use crate::postings::{DocBlock, List, ListEncoder, PositionBlock};
    use crate::scoring::Scoring;
    use crate::testing::random::Random;
    use std::collections::BTreeSet;

    /// A list of documents with these positions in the body.
    fn encoded(documents: &[Vec<u32>]) -> Vec<u8> {
        let mut encoder = ListEncoder::new();
        for (doc, positions) in documents.iter().enumerate() {
            let codes = vec![0; positions.len()];
            encoder.push(doc as u32, 0, positions.len() as u32, positions, &codes);
        }
        let mut bytes = Vec::new();
        encoder.finish(
            &[],
            &ImpactTable::new(Scoring::SAMPLE, [1.0; 256]),
            &mut bytes,
        );
        bytes
    }

    fn random_positions(random: &mut Random) -> Vec<u32> {
        let most_positions = [3, 12, 90][random.below(3)];
        let count = 1 + random.below(most_positions);
        let most = [20, 200, 3_000][random.below(3)];
        let positions: BTreeSet<u32> = (0..count).map(|_| random.below(most) as u32).collect();
        positions.into_iter().collect()
    }

    #[test]
    fn pairs_are_those_that_trying_all_of_them_finds() {
        let mut random = Random::new(5);
        for _ in 0..60 {
            let lists: Vec<Vec<Vec<u32>>> = (0..2)
                .map(|_| (0..128).map(|_| random_positions(&mut random)).collect())
                .collect();
            let bytes: Vec<Vec<u8>> = lists.iter().map(|list| encoded(list)).collect();
            let mut blocks = Vec::new();
            for bytes in &bytes {
                let list = List::open(bytes).unwrap();
                let mut decoded = DocBlock::new();
                list.decode_block(0, &mut decoded).unwrap();
                let mut block = PositionBlock::new();
                block.load(&list, 0, &decoded).unwrap();
                blocks.push(block);
            }
            for (doc, (left, right)) in lists[0].iter().zip(&lists[1]).enumerate() {
                blocks
                    .iter_mut()
                    .for_each(|block| block.unpack(doc).unwrap());
                let first = blocks[0].run(doc, 0, false).unwrap();
                let second = blocks[1].run(doc, 0, false).unwrap();
                assert!(first.positions().eq(left.iter().copied()));
                let count = |fits: &dyn Fn(i64, i64) -> bool| {
                    let pairs = left.iter().flat_map(|a| right.iter().map(move |b| (a, b)));
                    let fitting = pairs.filter(|(a, b)| fits(i64::from(**a), i64::from(**b)));
                    fitting.count() as u32
                };
                for distance in [-2i64, -1, 1, 2, 7] {
                    assert_eq!(
                        count_at(&first, &second, distance as i32 as u32, None),
                        count(&|a, b| a + distance == b),
                    );
                }
                for distance in [0, 1, 5, 40] {
                    let far = i64::from(distance);
                    assert_eq!(
                        count_near(&first, &second, distance, Order::Any),
                        count(&|a, b| a != b && (a - b).abs() <= far),
                    );
                    assert_eq!(
                        count_near(&first, &second, distance, Order::Given),
                        count(&|a, b| a < b && b - a <= far),
                    );
                }
                let limit = random.below(200) as u32;
                assert!(first
                    .below(limit)
                    .positions()
                    .eq(left.iter().copied().filter(|p| *p < limit)));
            }
        }
    }

    #[test]
    fn places_and_codes_of_a_run_are_those_encoded() {
        let mut random = Random::new(6);
        for _ in 0..40 {
            let documents: Vec<Vec<u32>> =
                (0..128).map(|_| random_positions(&mut random)).collect();
            let mut encoder = ListEncoder::new();
            let mut codes: Vec<Vec<u32>> = Vec::new();
            for (doc, positions) in documents.iter().enumerate() {
                codes.push(positions.iter().map(|_| random.below(9) as u32).collect());
                encoder.push(
                    doc as u32,
                    0,
                    positions.len() as u32,
                    positions,
                    &codes[doc],
                );
            }
            let mut bytes = Vec::new();
            encoder.finish(
                &[],
                &ImpactTable::new(Scoring::SAMPLE, [1.0; 256]),
                &mut bytes,
            );
            let list = List::open(&bytes).unwrap();
            let mut decoded = DocBlock::new();
            list.decode_block(0, &mut decoded).unwrap();
            let mut block = PositionBlock::new();
            block.load(&list, 0, &decoded).unwrap();
            block.place_codes().unwrap();
            for (doc, (positions, codes)) in documents.iter().zip(&codes).enumerate() {
                block.unpack(doc).unwrap();
                // Codes are read one by one, and from those that are unpacked.
                if random.below(2) == 0 {
                    assert_eq!(block.codes_of(doc, 0).unwrap().1, codes);
                }
                let run = block.run(doc, 0, false).unwrap();
                for (place, code) in codes.iter().enumerate() {
                    assert_eq!(block.code(&run, place).unwrap(), *code);
                }
                for position in 0..220 {
                    let place = positions.iter().position(|other| *other == position);
                    assert_eq!(run.place_of(position), place);
                }
            }
        }
    }
}
