//! In which way is a query ranked in a segment?
//!
//! By the shape of the query: one word, all of some clauses, any of some clauses, or any
//! other combination, whose documents are found by set algebra and then scored.  What the
//! fast ways do not take as streams of words (phrases, proximity) is looked for first, only
//! where the conditions and the words beside it allow, and is a stream then.

use super::conjunction;
use super::failure::Failure;
use super::matching::{count_allowed, Allowed, Flat, SegmentSearch};
use super::plan::Leaf;
use super::stream::Walker;
use super::terms::{Filter, ScoredLeaf, Term, Terms};
use super::top_k::TopK;
use super::union::{self, Wanted};
use super::best_first;

/// A scored part of the query: the clause and the factor of what a posting is worth.
#[derive(Debug, Clone, Copy)]
pub struct WeighedLeaf {
    pub clause: usize,
    pub factor: f64,
}

impl WeighedLeaf {
    pub fn new(leaf: &Leaf, weight: f64) -> Self {
        WeighedLeaf {
            clause: leaf.clause,
            factor: leaf.boost * weight,
        }
    }
}

impl<'s, 'a> SegmentSearch<'s, 'a> {
    /// Rank the documents that match.  Returns how many there are: all of them if `count`,
    /// else those that were seen.
    pub fn rank(
        &self,
        leaves: &[WeighedLeaf],
        top: &mut TopK,
        count: bool,
    ) -> Result<u64, Failure> {
        let flat = Flat::of(&self.plan.root, false);
        self.rank_flat(&flat, leaves, top, count, false)
    }

    /// How many documents match when no word is optional.
    pub fn count_all_optional(&self) -> Result<u64, Failure> {
        let flat = Flat::of(&self.plan.root, true);
        let mut nothing = TopK::new(0, f64::INFINITY);
        self.rank_flat(&flat, &[], &mut nothing, true, true)
    }

    fn rank_flat(
        &self,
        flat: &Flat,
        leaves: &[WeighedLeaf],
        top: &mut TopK,
        count: bool,
        all_optional: bool,
    ) -> Result<u64, Failure> {
        let mut allowed = self.allowed(&flat.conditions, all_optional)?;
        if flat.required.is_empty() {
            return self.rank_choice(flat, leaves, allowed, top, count);
        }
        self.keep_groups(&mut allowed, &flat.groups)?;
        let is_word = |clause: &usize| self.plan.clauses[*clause].single_word().is_some();
        if flat.required.len() == 1 && leaves.iter().all(|l| l.clause == flat.required[0]) {
            let filter = allowed.filter();
            let stream = self.stream_within(flat.required[0], Some(filter))?;
            let mut total = 0;
            if count {
                total = count_allowed(&stream, &filter, self.shared.count)?;
            }
            if top.capacity() > 0 {
                let terms = self.terms(&[(flat.required[0], stream)], leaves, filter);
                best_first::rank(&terms, top.capacity(), top)?;
            }
            return Ok(total);
        }
        if !flat.required.iter().all(is_word) {
            // Phrases are looked for where the words beside them are.
            for clause in flat.required.iter().filter(|clause| is_word(clause)) {
                self.keep_clause(&mut allowed, *clause)?;
            }
        }
        let filter = allowed.filter();
        let mut clauses = flat.required.clone();
        for leaf in leaves {
            if !clauses.contains(&leaf.clause) {
                clauses.push(leaf.clause);
            }
        }
        let mut streams = Vec::with_capacity(clauses.len());
        for clause in clauses {
            streams.push((clause, self.stream_within(clause, Some(filter))?));
        }
        let terms = self.terms(&streams, leaves, filter);
        let mut required: Vec<usize> = (0..flat.required.len()).collect();
        required.sort_by_key(|t| terms.terms[*t].stream.df_at_most());
        let mut optional: Vec<usize> = (flat.required.len()..streams.len()).collect();
        optional.sort_by(|a, b| {
            let bound = |t: &usize| terms.terms[*t].max_bound();
            bound(b).total_cmp(&bound(a))
        });
        Ok(conjunction::rank(&terms, &required, &optional, top, count)?)
    }

    /// Rank the documents that have a clause of the only group, or whatever else the query
    /// asks for.
    fn rank_choice(
        &self,
        flat: &Flat,
        leaves: &[WeighedLeaf],
        mut allowed: Allowed,
        top: &mut TopK,
        count: bool,
    ) -> Result<u64, Failure> {
        let mut clauses: Vec<usize> = Vec::new();
        for leaf in leaves {
            if !clauses.contains(&leaf.clause) {
                clauses.push(leaf.clause);
            }
        }
        let wanted = match &flat.groups[..] {
            [group] if clauses.iter().all(|clause| group.contains(clause)) => {
                clauses.extend(group.iter().filter(|c| !leaves.iter().any(|l| l.clause == **c)));
                Wanted::Holders
            }
            groups => {
                self.keep_groups(&mut allowed, groups)?;
                Wanted::Allowed
            }
        };
        let filter = allowed.filter();
        if top.capacity() == 0 && wanted == Wanted::Allowed {
            return Ok(filter.len());
        }
        let mut streams = Vec::with_capacity(clauses.len());
        for clause in clauses {
            streams.push((clause, self.stream_within(clause, Some(filter))?));
        }
        let terms = self.terms(&streams, leaves, filter);
        Ok(union::rank(&terms, wanted, top, count)?)
    }

    /// The terms of some clauses, with the leaves that score them.
    fn terms<'t>(
        &self,
        streams: &[(usize, super::stream::Stream<'a>)],
        leaves: &[WeighedLeaf],
        filter: Filter<'t>,
    ) -> Terms<'t>
    where
        'a: 't,
    {
        // A factor that is no ordinary number allows no bounds.
        let bounds = leaves.iter().all(|l| l.factor.is_finite() && l.factor >= 0.0);
        let term_of = |clause: usize| streams.iter().position(|(c, _)| *c == clause);
        let leaves: Vec<ScoredLeaf> = (leaves.iter())
            .filter_map(|leaf| {
                let term = term_of(leaf.clause)?;
                Some(ScoredLeaf {
                    term,
                    factor: leaf.factor,
                })
            })
            .collect();
        let terms = streams.iter().enumerate().map(|(t, (clause, stream))| {
            let factors = leaves.iter().filter(|leaf| leaf.term == t).map(|l| l.factor);
            Term {
                stream: stream.clone(),
                table: (self.shared).table(self.plan.clauses[*clause].scope.is_byline()),
                weight: if bounds { factors.sum() } else { f64::INFINITY },
            }
        });
        Terms {
            terms: terms.collect(),
            leaves,
            norms: self.shared.norms,
            filter,
        }
    }

    /// The scores of some documents, given ascending.
    pub fn scores(&self, leaves: &[WeighedLeaf], docs: &[u32]) -> Result<Vec<f64>, Failure> {
        let set = super::bitset::DocSet::of(self.shared.count, docs.iter().copied());
        let filter = Filter {
            low: 0,
            high: self.shared.count,
            allowed: Some(&set),
        };
        let mut streams = Vec::new();
        for leaf in leaves {
            if !streams.iter().any(|(clause, _)| *clause == leaf.clause) {
                streams.push((leaf.clause, self.stream_within(leaf.clause, Some(filter))?));
            }
        }
        let terms = self.terms(&streams, leaves, filter);
        let mut walkers: Vec<Walker> = (terms.terms.iter())
            .map(|term| Walker::new(term.stream.clone()))
            .collect();
        let mut worths = vec![0.0; walkers.len()];
        let mut scores = Vec::with_capacity(docs.len());
        for doc in docs {
            for ((worth, walker), term) in worths.iter_mut().zip(&mut walkers).zip(&terms.terms) {
                *worth = 0.0;
                if walker.seek(*doc)? == *doc {
                    *worth = walker.worth(term.table, terms.norms)?;
                }
            }
            scores.push(terms.score(&worths));
        }
        Ok(scores)
    }
}
