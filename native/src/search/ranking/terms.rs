//! What does the ranking of one segment work on?
//!
//! However a query is put, its score is a sum over leaves, and which documents count is
//! settled by lists of documents and a filter.  So rankings get `Terms`: streams of
//! postings with what they weigh, the order in which leaves are added up, field norms, and
//! the filter.  The rankings (`single_term.rs`, `conjunction.rs`, `union.rs`) differ in what
//! they look at first and what they can leave out.
//!
//! All of them leave out only what is *below* the threshold, never what equals it, since
//! equal scores are ordered by document, and add up leaves in the order of the query, so
//! that scores are equal to the last bit however they were found.

use crate::error::Damage;
use crate::postings::TERMINATED;
use crate::search::budget::Budget;
use crate::search::lists::stream::Stream;
use crate::search::ranking::closeness::ClosePairs;
use crate::search::ranking::score::{norm_of, WorthTable};
use crate::search::sets::bitset::DocSet;

/// A stream of postings that is scored.
#[derive(Clone)]
pub struct Term<'a> {
    pub stream: Stream<'a>,
    pub table: &'a WorthTable,
    /// What the leaves of this stream weigh together: no posting is worth more than this
    /// times its bound.
    pub weight: f64,
}

impl Term<'_> {
    pub fn max_bound(&self) -> f64 {
        self.weight * self.stream.max_bound()
    }
}

/// A scored part of the query: its term and the factor of what a posting is worth.
#[derive(Debug, Clone, Copy)]
pub struct ScoredLeaf {
    pub term: usize,
    pub factor: f64,
}

/// Which documents may be in the answer, whatever words they hold?
#[derive(Clone, Copy)]
pub struct Filter<'a> {
    pub low: u32,
    /// The first document past the interval.
    pub high: u32,
    /// `None` allows all of the interval.
    pub allowed: Option<&'a DocSet>,
}

impl Filter<'_> {
    #[inline]
    pub fn allows(&self, doc: u32) -> bool {
        self.low <= doc
            && doc < self.high
            && match self.allowed {
                None => true,
                Some(set) => set.contains(doc),
            }
    }

    /// The first document from `doc` on that the set of the filter holds, whatever its ends;
    /// `TERMINATED` if there is none.
    #[inline]
    pub fn next_allowed(&self, doc: u32) -> u32 {
        match self.allowed {
            None => doc,
            Some(set) => set.next_from(doc).unwrap_or(TERMINATED),
        }
    }

    /// Whether all of `count` documents are allowed.
    pub fn allows_all(&self, count: u32) -> bool {
        self.low == 0 && self.high >= count && self.allowed.is_none()
    }

    /// How many documents are allowed.
    pub fn count(&self) -> u64 {
        match self.allowed {
            None => u64::from(self.high.saturating_sub(self.low)),
            Some(set) => set.count_between(self.low, self.high),
        }
    }
}

/// The terms of a query in one segment.
pub struct Terms<'a> {
    pub terms: Vec<Term<'a>>,
    /// In the order of the query.
    pub leaves: Vec<ScoredLeaf>,
    /// What is added after the leaves.
    pub pairs: ClosePairs<'a>,
    /// The field norms of bodies.
    pub norms: &'a [u8],
    pub filter: Filter<'a>,
    pub budget: &'a Budget<'a>,
}

impl Terms<'_> {
    /// The score of a document in which term `t` is worth `worths[t]`, 0 where it does not
    /// occur; without what pairs add (`closeness.rs`).
    #[inline]
    pub fn score(&self, worths: &[f64]) -> f64 {
        let mut score = 0.0;
        for leaf in &self.leaves {
            let worth = worths[leaf.term];
            if worth > 0.0 {
                score += leaf.factor * worth;
            }
        }
        score
    }

    #[inline]
    pub fn norm(&self, doc: u32) -> Result<u8, Damage> {
        norm_of(self.norms, doc)
    }

    /// Whether term `t` has the leaf `t` and no other, so that adding up terms is adding up
    /// leaves.
    pub fn leaves_are_terms(&self) -> bool {
        self.pairs.is_empty()
            && self.leaves.len() == self.terms.len()
            && (self.leaves.iter().enumerate())
                .all(|(i, leaf)| leaf.term == i && leaf.factor == self.terms[i].weight)
    }
}
