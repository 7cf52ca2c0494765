//! Which documents are best for one phrase or proximity expression?
//!
//! A run of words occurs no more often than the rarest of them, so in a document, and in a
//! block of documents, it is worth no more than any of its words.  That is known before
//! positions are read, and where it is below the threshold they are not.  For a total they
//! have to be.

use super::failure::Failure;
use super::matching::SegmentSearch;
use super::ranking::WeighedLeaf;
use super::score::raised;
use super::terms::{norm_of, Filter};
use super::top_k::TopK;
use crate::postings::TERMINATED;

/// Rank the documents in which `clause` occurs, the only one that `leaves` score.  Returns
/// how many there are: all of them if `count`, else those that were seen.
pub fn rank(
    search: &SegmentSearch,
    clause: usize,
    leaves: &[WeighedLeaf],
    filter: &Filter,
    top: &mut TopK,
    count: bool,
) -> Result<u64, Failure> {
    let shared = &search.shared;
    let table = shared.table(search.plan.clauses[clause].scope.is_byline());
    let has_bounds = leaves
        .iter()
        .all(|leaf| leaf.factor.is_finite() && leaf.factor >= 0.0);
    let mut weight: f64 = leaves.iter().map(|leaf| leaf.factor).sum();
    if !has_bounds {
        weight = f64::INFINITY;
    }
    let mut occurrences = search.occurrences(clause, filter.allowed)?;
    let mut texts = search.texts.borrow_mut();
    let mut total = 0;
    let mut target = filter.low;
    loop {
        let threshold = top.threshold();
        let is_below = |worth: f64| raised(weight * worth) < threshold;
        let doc = match count {
            true => occurrences.seek(target, &mut texts)?,
            false => occurrences.seek_wanted(target, &is_below, &mut texts)?,
        };
        if doc >= filter.high {
            return Ok(total);
        }
        if let Some(allowed) = filter.allowed {
            let next = allowed.next_from(doc).unwrap_or(TERMINATED);
            if next != doc {
                target = next;
                continue;
            }
        }
        target = doc + 1;
        let norm = norm_of(shared.norms, doc)?;
        if !count {
            let (title, body) = occurrences.frequencies_at_most()?;
            if is_below(table.worth(title, body, norm)) {
                continue;
            }
        }
        let (title, body) = occurrences.frequencies(doc, &mut texts)?;
        if title | body == 0 {
            continue;
        }
        total += 1;
        let worth = table.worth(title, body, norm);
        let mut score = 0.0;
        for leaf in leaves {
            score += leaf.factor * worth;
        }
        top.offer(score, doc);
    }
}
