//! Which documents are best for one phrase or proximity expression?
//!
//! A run of words occurs no more often than the rarest of them, so in a document, and in a
//! block of documents, it is worth no more than any of its words.  That is known before
//! positions are read, and where it is below the threshold they are not.  For a total they
//! have to be.

use crate::error::Damage;
use crate::search::budget;
use crate::search::failure::Failure;
use crate::search::positions::side_by_side::{Judge, SideBySide};
use crate::search::ranking::score::{norm_of, raised, WorthTable};
use crate::search::ranking::terms::Filter;
use crate::search::ranking::top_k::TopK;
use crate::search::ranking::weights::WeighedLeaf;
use crate::search::sets::matching::SegmentSearch;

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
    if let Some(side_by_side) =
        SideBySide::of(&search.plan.clauses[clause], search.words, &search.shared)
    {
        let mut ranked = Ranked::new(search, clause, leaves, top, count);
        side_by_side.find(&search.shared, filter, &mut ranked)?;
        return Ok(ranked.total);
    }
    rank_any(search, clause, leaves, filter, top, count)
}

/// The same, in the general way.
fn rank_any(
    search: &SegmentSearch,
    clause: usize,
    leaves: &[WeighedLeaf],
    filter: &Filter,
    top: &mut TopK,
    count: bool,
) -> Result<u64, Failure> {
    let shared = &search.shared;
    let table = shared.table(search.plan.clauses[clause].scope.is_byline());
    let weight = weight_of(leaves);
    let mut occurrences = search.occurrences(clause, filter.allowed)?;
    shared.budget.charge(occurrences.cost_of_seeking())?;
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
        let next = filter.next_allowed(doc);
        if next != doc {
            target = next;
            continue;
        }
        target = doc + 1;
        shared.budget.charge(budget::LOOK)?;
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

/// No document is worth more than this times its worth; infinite where bounds mean nothing.
fn weight_of(leaves: &[WeighedLeaf]) -> f64 {
    let mut factors = leaves.iter().map(|leaf| leaf.factor);
    match factors.all(|factor| factor.is_finite() && factor >= 0.0) {
        true => leaves.iter().map(|leaf| leaf.factor).sum(),
        false => f64::INFINITY,
    }
}

/// Ranks the documents that are found.
struct Ranked<'r, 'd> {
    table: &'r WorthTable,
    norms: &'r [u8],
    leaves: &'r [WeighedLeaf],
    weight: f64,
    top: &'r mut TopK<'d>,
    count: bool,
    total: u64,
}

impl<'r, 'd> Ranked<'r, 'd> {
    fn new(
        search: &'r SegmentSearch,
        clause: usize,
        leaves: &'r [WeighedLeaf],
        top: &'r mut TopK<'d>,
        count: bool,
    ) -> Self {
        Ranked {
            table: (search.shared).table(search.plan.clauses[clause].scope.is_byline()),
            norms: search.shared.norms,
            leaves,
            weight: weight_of(leaves),
            top,
            count,
            total: 0,
        }
    }
}

impl Judge for Ranked<'_, '_> {
    #[inline]
    fn is_below(&self, worth: f64) -> bool {
        !self.count && raised(self.weight * worth) < self.top.threshold()
    }

    fn is_choosy(&self) -> bool {
        !self.count && self.top.threshold() > f64::NEG_INFINITY
    }

    #[inline]
    fn found(&mut self, doc: u32, title_tf: u32, body_tf: u32) -> Result<(), Damage> {
        self.total += 1;
        let norm = norm_of(self.norms, doc)?;
        let worth = self.table.worth(title_tf, body_tf, norm);
        let mut score = 0.0;
        for leaf in self.leaves {
            score += leaf.factor * worth;
        }
        self.top.offer(score, doc);
        Ok(())
    }
}
