//! Which fingerprints are footers and the fixed words of forms, and what is a text without them?
//! (`searcher/copies/boilerplate.py`)

use super::run_table::RunTable;
use crate::fingerprints::facts::RUN;

/// Days on which a common fingerprint appeared at least.
pub const LEAST_DAYS: usize = 10;
const LEAST_SPAN_DAYS: i32 = 30;
/// Texts that a fingerprint may select.
pub const MOST_TEXTS: usize = 1_000;
const LEAST_RUNS: usize = 2;

/// Whether a fingerprint of articles of these days is boilerplate; `days` is sorted by it.
pub fn is_common(days: &mut Vec<i32>) -> bool {
    days.sort_unstable();
    days.dedup();
    match (days.first(), days.last()) {
        (Some(first), Some(last)) => {
            days.len() >= LEAST_DAYS
                && i64::from(*last) - i64::from(*first) >= LEAST_SPAN_DAYS.into()
        }
        _ => false,
    }
}

/// The words of a text without common passages.
///
/// `runs` are the numbers of its runs, and `marks` its fingerprints, with a mark at those that
/// are common.
pub fn without_common(forms: &[u32], runs: &[u32], marks: &RunTable) -> Vec<u32> {
    let marks: Vec<(usize, bool)> = (0..)
        .zip(runs)
        .filter_map(|(place, &number)| Some((place, marks.get(number)?)))
        .collect();
    let mut kept = Vec::with_capacity(forms.len());
    // Of what was left out last.
    let mut end = 0;
    let mut first = 0;
    while first < marks.len() {
        let mut last = first;
        while last < marks.len() && marks[last].1 {
            last += 1;
        }
        if last - first >= LEAST_RUNS {
            let start = match first {
                0 => 0,
                _ => marks[first].0.max(marks[first - 1].0 + RUN),
            };
            let stop = match marks.get(last) {
                Some(next) => next.0.min(marks[last - 1].0 + RUN),
                None => forms.len(),
            };
            kept.extend_from_slice(forms.get(end..start).unwrap_or(&[]));
            end = end.max(stop);
        }
        first = last + 1;
    }
    kept.extend_from_slice(&forms[end..]);
    kept
}
