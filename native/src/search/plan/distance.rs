//! Are two forms within a few typing slips of each other?
//!
//! The same question, answered the same way, as in `searcher/distance.py`: the
//! optimal string alignment distance (a slip inserts, deletes or replaces a character or
//! swaps two neighbours, and no part is edited twice), first characters equal.  Common
//! beginnings and ends are cut off, and of the table only the band within `limit` of its
//! diagonal is filled.

use crate::search::plan::signs::Signs;

/// A form and how far others may be from it.
#[derive(Debug)]
pub struct FuzzyForm {
    characters: Vec<char>,
    limit: usize,
    signs: Signs,
    is_ascii: bool,
    rows: [Vec<usize>; 3],
    other: Vec<char>,
}

impl FuzzyForm {
    pub fn new(form: &str, limit: usize) -> Self {
        FuzzyForm {
            characters: form.chars().collect(),
            limit,
            signs: Signs::of(form.as_bytes()),
            is_ascii: form.is_ascii(),
            rows: Default::default(),
            other: Vec::new(),
        }
    }

    /// How every form that is near begins.
    pub fn prefix(&self) -> String {
        self.characters.iter().take(1).collect()
    }

    /// Whether a form with these signs can be near.
    #[inline]
    pub fn may_be_near(&self, form: &str, signs: Signs) -> bool {
        // A character takes one to four bytes.
        let bytes_of_an_edit = if self.is_ascii && form.is_ascii() {
            1
        } else {
            4
        };
        self.signs.bytes_apart(signs) as usize <= self.limit.saturating_mul(bytes_of_an_edit)
    }

    /// Whether `form` starts alike and is at most `limit` edits away.
    pub fn is_near(&mut self, form: &str) -> bool {
        // A character takes one to four bytes.
        if form.len() + self.limit < self.characters.len()
            || form.len() > 4 * (self.characters.len() + self.limit)
        {
            return false;
        }
        let mut other = std::mem::take(&mut self.other);
        other.clear();
        other.extend(form.chars());
        let near = within_edits(&self.characters, &other, self.limit, &mut self.rows);
        self.other = other;
        near
    }
}

fn within_edits(a: &[char], b: &[char], limit: usize, rows: &mut [Vec<usize>; 3]) -> bool {
    if a == b {
        return true;
    }
    if limit == 0 || a.len().abs_diff(b.len()) > limit || a.first() != b.first() {
        return false;
    }
    let (a, b) = if a.len() > b.len() { (b, a) } else { (a, b) };
    let start = 1
        + (a.iter().zip(b).skip(1))
            .take_while(|(x, y)| x == y)
            .count();
    let (a, b) = (a.get(start..).unwrap_or(&[]), &b[start..]);
    let same_end = (a.iter().rev().zip(b.iter().rev()))
        .take_while(|(x, y)| x == y)
        .count();
    distance(
        &a[..a.len() - same_end],
        &b[..b.len() - same_end],
        limit,
        rows,
    ) <= limit
}

/// The distance of `a` and `b` (the longer), or some number above `limit`.
fn distance(a: &[char], b: &[char], limit: usize, rows: &mut [Vec<usize>; 3]) -> usize {
    let far = limit + 1;
    let [above, before, row] = rows;
    above.clear();
    before.clear();
    before.extend((0..=b.len()).map(|j| j.min(far)));
    for i in 1..=a.len() {
        let first = i.saturating_sub(limit).max(1);
        let last = (i + limit).min(b.len());
        row.clear();
        row.resize(b.len() + 1, far);
        if first == 1 {
            row[0] = i.min(far);
        }
        for j in first..=last {
            let mut best = if a[i - 1] == b[j - 1] {
                before[j - 1]
            } else {
                1 + before[j - 1].min(before[j]).min(row[j - 1])
            };
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(above[j - 2] + 1);
            }
            row[j] = best;
        }
        // A swap reaches back two rows, so both must be beyond the limit to stop.
        if row.iter().all(|n| *n > limit) && before.iter().all(|n| *n > limit) {
            return far;
        }
        std::mem::swap(above, before);
        std::mem::swap(before, row);
    }
    before.last().copied().unwrap_or(far)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::random::Random;

    /// The optimal string alignment distance, from its recurrence.
    fn plain_distance(a: &[char], b: &[char]) -> usize {
        let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                let mut best = if i == 0 || j == 0 { i + j } else { usize::MAX };
                if i > 0 && j > 0 {
                    let replaced = usize::from(a[i - 1] != b[j - 1]);
                    best = (table[i - 1][j] + 1)
                        .min(table[i][j - 1] + 1)
                        .min(table[i - 1][j - 1] + replaced);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        best = best.min(table[i - 2][j - 2] + 1);
                    }
                }
                table[i][j] = best;
            }
        }
        table[a.len()][b.len()]
    }

    #[test]
    fn near_forms_are_those_within_the_distance_that_start_alike() {
        let mut random = Random::new(11);
        let letters = ['a', 'b', 'c', 'é'];
        for _ in 0..200_000 {
            let a = random.string(&letters, 8);
            let b = random.string(&letters, 8);
            let limit = random.below(3);
            let (first, second): (Vec<char>, Vec<char>) =
                (a.chars().collect(), b.chars().collect());
            let expected = a == b
                || (first.first() == second.first() && plain_distance(&first, &second) <= limit);
            assert_eq!(
                FuzzyForm::new(&a, limit).is_near(&b),
                expected,
                "{a} {b} {limit}"
            );
        }
    }

    #[test]
    fn a_swap_is_one_slip_and_the_first_letter_stands() {
        assert!(FuzzyForm::new("haftar", 1).is_near("hfatar"));
        assert!(FuzzyForm::new("haftar", 2).is_near("hifter"));
        assert!(!FuzzyForm::new("haftar", 1).is_near("hifter"));
        assert!(!FuzzyForm::new("haftar", 2).is_near("aftar"));
    }
}
