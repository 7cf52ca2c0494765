//! Which words of two texts stand for each other? (`searcher/copies/alignment.py`)
//!
//! Levenshtein's distance a column of bits at a time (Hyyrö, "A bit-vector algorithm for
//! computing Levenshtein and Damerau edit distances", 2003), in blocks of 64 rows with a carry
//! between them.  The columns are kept, two bits for each pair of words, and followed back.

use std::collections::HashMap;

use crate::hashing::Seed;

/// From here on words may differ by two letters.
const LONG_WORD: usize = 6;
const BITS: usize = 64;

/// The pairs of places in `a` and `b`, ascending; words of a pair may differ.
///
/// Takes the product of the lengths, less what is equal at both ends, over 64.
pub fn aligned(a: &[u32], b: &[u32]) -> Vec<(usize, usize)> {
    let shorter = a.len().min(b.len());
    let start = a
        .iter()
        .zip(b)
        .take_while(|(one, other)| one == other)
        .count();
    let end = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take(shorter - start)
        .take_while(|(one, other)| one == other)
        .count();
    let mut pairs: Vec<_> = (0..start).map(|i| (i, i)).collect();
    let middle = middle(&a[start..a.len() - end], &b[start..b.len() - end]);
    pairs.extend(middle.iter().map(|&(i, j)| (start + i, start + j)));
    pairs.extend((1..=end).rev().map(|n| (a.len() - n, b.len() - n)));
    pairs
}

/// Where in a column the distance is one more, and one less, than in the row before.
#[derive(Clone, Copy)]
struct Block {
    more: u64,
    less: u64,
}

fn middle(a: &[u32], b: &[u32]) -> Vec<(usize, usize)> {
    if a.is_empty() || b.is_empty() {
        return Vec::new();
    }
    let blocks = a.len().div_ceil(BITS);
    let places = places_of(a, blocks);
    let nowhere = vec![0u64; blocks];
    let mut columns = Vec::with_capacity((b.len() + 1) * blocks);
    columns.resize(blocks, Block { more: !0, less: 0 });
    for word in b {
        let equal = places.get(word).unwrap_or(&nowhere);
        push_column(&mut columns, blocks, equal);
    }
    let block_of = |i: usize, j: usize| columns[j * blocks + (i - 1) / BITS];
    let bit_of = |i: usize| 1u64 << ((i - 1) % BITS);
    let mut pairs = Vec::new();
    let (mut i, mut j) = (a.len(), b.len());
    while i > 0 && j > 0 {
        if block_of(i, j).more & bit_of(i) != 0 {
            i -= 1;
        } else if block_of(i, j - 1).less & bit_of(i) != 0 {
            j -= 1;
        } else {
            i -= 1;
            j -= 1;
            pairs.push((i, j));
        }
    }
    pairs.reverse();
    pairs
}

/// The rows of each word of `a`, as bits.
fn places_of(a: &[u32], blocks: usize) -> HashMap<u32, Vec<u64>, Seed> {
    let mut places = HashMap::with_capacity_and_hasher(a.len(), Seed::default());
    for (i, &word) in a.iter().enumerate() {
        let rows: &mut Vec<u64> = places.entry(word).or_insert_with(|| vec![0; blocks]);
        rows[i / BITS] |= 1 << (i % BITS);
    }
    places
}

/// The column of a word that stands at the rows `equal`, behind the last one.
fn push_column(columns: &mut Vec<Block>, blocks: usize, equal: &[u64]) {
    let last = columns.len() - blocks;
    let mut carry = false;
    // What the block before shifts into this one: above the first row the distance rises.
    let (mut right_in, mut left_in) = (1, 0);
    for block in 0..blocks {
        let Block { more, less } = columns[last + block];
        let either = equal[block] | less;
        let (sum, first) = (either & more).overflowing_add(more);
        let (sum, second) = sum.overflowing_add(u64::from(carry));
        carry = first | second;
        let straight = either | (sum ^ more);
        let right = less | !(straight | more);
        let left = straight & more;
        let (right_out, left_out) = (right >> 63, left >> 63);
        let right = right << 1 | right_in;
        let left = left << 1 | left_in;
        (right_in, left_in) = (right_out, left_out);
        columns.push(Block {
            more: left | !(straight | right),
            less: right & straight,
        });
    }
}

/// Whether the words differ by one letter, or two where the longer has six or more: letters
/// put in, left out or replaced.  Words of one letter are never near.
pub fn near_words(a: &[u8], b: &[u8]) -> bool {
    if a.is_ascii() && b.is_ascii() {
        return near(a, b);
    }
    let letters = |word| -> Vec<char> { String::from_utf8_lossy(word).chars().collect() };
    near(&letters(a), &letters(b))
}

fn near<T: PartialEq>(a: &[T], b: &[T]) -> bool {
    let longer = a.len().max(b.len());
    a.len().min(b.len()) >= 2 && within(a, b, 1 + usize::from(longer >= LONG_WORD))
}

fn within<T: PartialEq>(a: &[T], b: &[T], limit: usize) -> bool {
    if a.len().abs_diff(b.len()) > limit {
        return false;
    }
    let start = a
        .iter()
        .zip(b)
        .take_while(|(one, other)| one == other)
        .count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(one, other)| one == other)
        .count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    if a.len().max(b.len()) <= limit {
        return true;
    }
    // What is left differs at both ends, so one letter alone cannot be all.
    limit > 1
        && ((!a.is_empty() && !b.is_empty() && within(&a[1..], &b[1..], 1))
            || (!a.is_empty() && within(&a[1..], b, 1))
            || (!b.is_empty() && within(a, &b[1..], 1)))
}
