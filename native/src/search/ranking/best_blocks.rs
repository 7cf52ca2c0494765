//! In which order are the blocks of a posting list looked at?
//!
//! Those that can hold the best documents first, by their bounds, since every good score that
//! is found lets more of the others be passed over.  Only a head of them is sorted: after it
//! the threshold is high, and most of the rest is passed over in whatever order it comes.

use std::ops::Range;

use crate::search::lists::stream::Stream;

/// A block by its bound and its number.
pub type Bounded = (f64, usize);

/// The blocks of `stream` that may hold documents from `low` to `high`, which is above `low`.
pub fn blocks_within(stream: &Stream, low: u32, high: u32) -> Range<usize> {
    let first = stream.block_from(0, low);
    let last = stream.block_from(first, high - 1);
    first..stream.block_count().min(last + 1)
}

/// Part `blocks` into the `head` with the highest bounds and the
/// rest; neither is in order.
pub fn part_best(blocks: &mut [Bounded], head: usize) -> (&mut [Bounded], &mut [Bounded]) {
    let head = head.min(blocks.len());
    if head < blocks.len() {
        blocks.select_nth_unstable_by(head, by_bound);
    }
    blocks.split_at_mut(head)
}

/// Put blocks in order, the highest bound first, equal ones by their numbers.
pub fn sort_best(blocks: &mut [Bounded]) {
    blocks.sort_unstable_by(by_bound);
}

fn by_bound(a: &Bounded, b: &Bounded) -> std::cmp::Ordering {
    b.0.total_cmp(&a.0).then(a.1.cmp(&b.1))
}
