//! Which few documents are best?
//!
//! Within a segment the number of a document breaks ties (newest first, then by id: that is
//! how documents are numbered), so the best of a segment need no dates.  `TopK` keeps them:
//! a heap with the worst on top for small `k`, and for large ones a buffer of twice as many
//! that is cut in half when it is full (as `nth_element` does it, in linear time).
//!
//! Documents of several segments are put in one order by `merge`, which asks for dates and
//! ids only where scores tie.
//!
//! Where recent articles are preferred, what a document is worth for its words is multiplied
//! by what its age leaves of it (`recency`) here, where it is offered: that is never more, so
//! every bound of the words alone is one of the product too.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use crate::search::ranking::recency::Aging;

/// A document of one segment and its score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    pub score: f64,
    pub doc: u32,
}

/// A key whose order is that of (score, lower document first), for scores that are
/// numbers.
type Key = (u64, Reverse<u32>);

fn key_of(score: f64, doc: u32) -> Key {
    // Adding 0.0 makes -0.0 equal to 0.0; negative numbers sort by the complement.
    let bits = (score + 0.0).to_bits();
    let ordered = if bits >> 63 == 0 {
        bits | 1 << 63
    } else {
        !bits
    };
    (ordered, Reverse(doc))
}

fn scored_of((ordered, Reverse(doc)): Key) -> Scored {
    let bits = if ordered >> 63 == 1 {
        ordered & !(1 << 63)
    } else {
        !ordered
    };
    let score = f64::from_bits(bits);
    Scored { score, doc }
}

/// `k` up to which a heap is kept.
const HEAP_LIMIT: usize = 128;

/// The best `k` documents of one segment.
#[derive(Debug)]
pub struct TopK<'d> {
    k: usize,
    heap: BinaryHeap<Reverse<Key>>,
    buffer: Vec<Key>,
    /// Documents must have a greater key.
    least: Key,
    floor: f64,
    aging: Option<Aging<'d>>,
}

impl<'d> TopK<'d> {
    /// Keep the best `k`; documents that score below `floor` are not wanted.
    pub fn new(k: usize, floor: f64) -> Self {
        TopK {
            k,
            heap: BinaryHeap::with_capacity(if k <= HEAP_LIMIT { k } else { 0 }),
            buffer: Vec::new(),
            least: if k == 0 {
                (u64::MAX, Reverse(0))
            } else {
                least_with(floor)
            },
            floor: if k == 0 { f64::INFINITY } else { floor },
            aging: None,
        }
    }

    /// Prefer recent documents.
    pub fn aged_by(mut self, aging: Option<Aging<'d>>) -> Self {
        self.aging = aging;
        self
    }

    /// One that keeps as many and has the same floor, empty.
    pub fn like(&self) -> Self {
        TopK::new(self.k, self.floor).aged_by(self.aging)
    }

    /// Want no documents that score below `floor`, if more were wanted before.  Documents
    /// that are kept already stay.
    pub fn raise_floor(&mut self, floor: f64) {
        if floor > self.floor {
            self.floor = floor;
            self.least = self.least.max(least_with(floor));
        }
    }

    /// How many are kept.
    pub fn capacity(&self) -> usize {
        self.k
    }

    /// The score below which no document can come in any more.
    #[inline]
    pub fn threshold(&self) -> f64 {
        self.floor
    }

    /// Offer a document; documents may come in any order, each once.
    #[inline]
    pub fn offer(&mut self, score: f64, doc: u32) {
        if score >= self.floor {
            match &self.aging {
                None => self.consider(key_of(score, doc)),
                Some(aging) => self.consider(key_of(score * aging.factor(doc), doc)),
            }
        }
    }

    fn consider(&mut self, key: Key) {
        if key <= self.least {
            return;
        }
        if self.k <= HEAP_LIMIT {
            if self.heap.len() == self.k {
                self.heap.pop();
            }
            self.heap.push(Reverse(key));
            if self.heap.len() == self.k {
                if let Some(Reverse(worst)) = self.heap.peek() {
                    let worst = *worst;
                    self.raise(worst);
                }
            }
        } else {
            self.buffer.push(key);
            if self.buffer.len() >= 2 * self.k {
                self.cut();
            }
        }
    }

    fn cut(&mut self) {
        let (_, worst, _) = self
            .buffer
            .select_nth_unstable_by(self.k - 1, |a, b| b.cmp(a));
        let worst = *worst;
        self.buffer.truncate(self.k);
        self.raise(worst);
    }

    fn raise(&mut self, worst: Key) {
        self.least = worst;
        self.floor = scored_of(worst).score;
    }

    /// The documents, best first.
    pub fn into_sorted(self) -> Vec<Scored> {
        let mut keys = self.buffer;
        keys.extend(self.heap.into_iter().map(|Reverse(key)| key));
        keys.sort_unstable_by(|a, b| b.cmp(a));
        keys.truncate(self.k);
        keys.into_iter().map(scored_of).collect()
    }
}

/// The key below all keys of documents that score `floor` or more.
fn least_with(floor: f64) -> Key {
    let (ordered, _) = key_of(floor, 0);
    (ordered.saturating_sub(1), Reverse(0))
}

/// A document of a snapshot and its score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Match {
    pub segment: u32,
    pub doc: u32,
    pub score: f64,
}

/// Merge two lists that are in order into one of at most `k`.
///
/// `order` compares two documents of different segments.
pub fn merge<E>(
    left: Vec<Match>,
    right: Vec<Match>,
    k: usize,
    mut order: impl FnMut(&Match, &Match) -> Result<Ordering, E>,
) -> Result<Vec<Match>, E> {
    if left.is_empty() || right.is_empty() {
        let mut only = if left.is_empty() { right } else { left };
        only.truncate(k);
        return Ok(only);
    }
    let mut merged = Vec::with_capacity(k.min(left.len() + right.len()));
    let (mut i, mut j) = (0, 0);
    while merged.len() < k {
        let first_is_left = match (left.get(i), right.get(j)) {
            (Some(a), Some(b)) => order(a, b)? != Ordering::Greater,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => break,
        };
        if first_is_left {
            merged.push(left[i]);
            i += 1;
        } else {
            merged.push(right[j]);
            j += 1;
        }
    }
    Ok(merged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::random::Random;

    #[test]
    fn the_best_are_those_that_sorting_puts_first() {
        let mut random = Random::new(17);
        for round in 0..3_000 {
            let count = random.below(900) as u32;
            let k = [0, 1, 2, 10, 128, 129, 300][round % 7];
            let floor = [f64::NEG_INFINITY, 0.0, 2.0][random.below(3)];
            let mut offered: Vec<Scored> = (0..count)
                .map(|doc| Scored {
                    score: random.below(12) as f64 / 4.0 - 0.25,
                    doc,
                })
                .collect();
            if random.below(2) == 0 {
                offered.sort_by_key(|scored| scored.doc.wrapping_mul(0x9e37_79b9));
            }
            let mut top = TopK::new(k, floor);
            for scored in &offered {
                let threshold = top.threshold();
                top.offer(scored.score, scored.doc);
                assert!(top.threshold() >= threshold);
            }
            offered.retain(|scored| scored.score >= floor);
            offered.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.doc.cmp(&b.doc)));
            offered.truncate(k);
            assert_eq!(top.into_sorted(), offered);
        }
    }

    #[test]
    fn merging_keeps_the_order() {
        let list = |segment: u32, scores: &[f64]| -> Vec<Match> {
            let matches = scores.iter().enumerate();
            matches
                .map(|(doc, score)| Match {
                    segment,
                    doc: doc as u32,
                    score: *score,
                })
                .collect()
        };
        let merged = merge(
            list(0, &[5.0, 3.0, 1.0]),
            list(1, &[4.0, 3.0]),
            4,
            |a, b| Ok::<_, ()>(b.score.total_cmp(&a.score).then(b.segment.cmp(&a.segment))),
        );
        let places: Vec<(u32, f64)> = merged
            .unwrap()
            .iter()
            .map(|m| (m.segment, m.score))
            .collect();
        assert_eq!(places, [(0, 5.0), (1, 4.0), (1, 3.0), (0, 3.0)]);
    }
}
