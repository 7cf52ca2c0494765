//! Which words of two texts stand for each other? (`searcher/copies/alignment.py`)
//!
//! Levenshtein's distance a column of bits at a time (Hyyrö, "A bit-vector algorithm for
//! computing Levenshtein and Damerau edit distances", 2003), in blocks of 64 rows with a carry
//! between them.  The columns are kept, two bits for each pair of words, and followed back.

/// From here on words may differ by two letters.
const LONG_WORD: usize = 6;
const BITS: usize = 64;

/// Aligns words, and keeps the memory that it takes.
#[derive(Default)]
pub struct Aligner {
    /// Of each word: the number of its rows, from 1; 0 of all others.
    rows_of: Vec<u32>,
    /// The rows of each, as bits, on end; first those of no word.
    rows: Vec<u64>,
    /// Those of the columns on end; behind them what was left by longer texts.
    columns: Vec<Block>,
    pairs: Vec<(u32, u32)>,
}

/// Where in a column the distance is one more, and one less, than in the row before.
#[derive(Clone, Copy)]
struct Block {
    more: u64,
    less: u64,
}

impl Aligner {
    /// Call `found` with the pairs of places in `a` and `b`, ascending; words of a pair may
    /// differ.
    ///
    /// Takes the product of the lengths, less what is equal at both ends, over 64.
    pub fn align(&mut self, a: &[u32], b: &[u32], mut found: impl FnMut(usize, usize)) {
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
        (0..start).for_each(|i| found(i, i));
        self.align_middle(&a[start..a.len() - end], &b[start..b.len() - end]);
        for &(i, j) in self.pairs.iter().rev() {
            found(start + i as usize, start + j as usize);
        }
        (1..=end)
            .rev()
            .for_each(|n| found(a.len() - n, b.len() - n));
    }

    /// Put the pairs of what is different at both ends into `pairs`, the last ones first.
    fn align_middle(&mut self, a: &[u32], b: &[u32]) {
        self.pairs.clear();
        if a.is_empty() || b.is_empty() {
            return;
        }
        let blocks = a.len().div_ceil(BITS);
        self.note_rows(a, blocks);
        let first = Block { more: !0, less: 0 };
        let most = (b.len() + 1) * blocks;
        if self.columns.len() < most {
            self.columns.resize(most, first);
        }
        let (mut last, mut rest) = self.columns.split_at_mut(blocks);
        last.fill(first);
        for &word in b {
            let rows = self.rows_of.get(word as usize).copied().unwrap_or(0) as usize;
            let equal = &self.rows[rows * blocks..(rows + 1) * blocks];
            let (column, behind) = std::mem::take(&mut rest).split_at_mut(blocks);
            fill_column(last, column, equal);
            (last, rest) = (column, behind);
        }
        for &word in a {
            self.rows_of[word as usize] = 0;
        }
        let columns = &self.columns[..];
        let block_of = |i: usize, j: usize| columns[j * blocks + (i - 1) / BITS];
        let bit_of = |i: usize| 1u64 << ((i - 1) % BITS);
        let (mut i, mut j) = (a.len(), b.len());
        while i > 0 && j > 0 {
            if block_of(i, j).more & bit_of(i) != 0 {
                i -= 1;
            } else if block_of(i, j - 1).less & bit_of(i) != 0 {
                j -= 1;
            } else {
                i -= 1;
                j -= 1;
                self.pairs.push((i as u32, j as u32));
            }
        }
    }

    /// Note the rows of each word of `a`.
    fn note_rows(&mut self, a: &[u32], blocks: usize) {
        let most = a.iter().max().map_or(0, |&word| word as usize + 1);
        if self.rows_of.len() < most {
            self.rows_of.resize(most, 0);
        }
        self.rows.clear();
        self.rows.resize(blocks, 0);
        for (i, &word) in a.iter().enumerate() {
            let rows = &mut self.rows_of[word as usize];
            if *rows == 0 {
                *rows = (self.rows.len() / blocks) as u32;
                self.rows.resize(self.rows.len() + blocks, 0);
            }
            self.rows[*rows as usize * blocks + i / BITS] |= 1 << (i % BITS);
        }
    }
}

/// The column of a word that stands at the rows `equal`, behind the one before.
fn fill_column(before: &[Block], column: &mut [Block], equal: &[u64]) {
    let mut carry = false;
    // What the block before shifts into this one: above the first row the distance rises.
    let (mut right_in, mut left_in) = (1, 0);
    for ((&Block { more, less }, block), &equal) in before.iter().zip(column).zip(equal) {
        let either = equal | less;
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
        *block = Block {
            more: left | !(straight | right),
            less: right & straight,
        };
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
