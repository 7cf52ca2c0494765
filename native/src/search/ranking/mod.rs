//! In which way is a query ranked in a segment?
//!
//! By the shape of the query: one word, all of some clauses, any of some clauses, or any
//! other combination, whose documents are found by set algebra and then scored.  What the
//! fast ways do not take as streams of words (phrases, proximity) is looked for first, only
//! where the conditions and the words beside it allow, and is a stream then.
//!
//! - `best_blocks`: which blocks of a list are looked at first
//! - `by_date`: the best few by date
//! - `conjunction`: articles that hold all of some words
//! - `counting`: how many documents match
//! - `phrase`: articles that hold a phrase
//! - `recency`: what the age of an article leaves of its score
//! - `recurrence`: how often a word recurs in the articles that hold it
//! - `score`: what an occurrence is worth
//! - `several_lists`: a word that stands for several lists
//! - `single_term`: articles that hold one word
//! - `terms`: the leaves that are scored, and the filter over them
//! - `threshold`: a score that the best surely reach, found before the search
//! - `top_k`: the best few by score
//! - `union`: articles that hold any of some words, and everything else
//! - `weights`: what the words of a query weigh

pub mod best_blocks;
pub mod by_date;
pub mod conjunction;
pub mod counting;
pub mod phrase;
pub mod recency;
pub mod recurrence;
pub mod score;
pub mod several_lists;
pub mod single_term;
pub mod terms;
pub mod threshold;
pub mod top_k;
pub mod union;
pub mod weights;

use self::union::Wanted;
use crate::search::budget::{self, Part};
use crate::search::failure::Failure;
use crate::search::lists::holders::Holders;
use crate::search::lists::stream::{Stream, Walker};
use crate::search::plan::Node;
use crate::search::ranking::terms::{Filter, ScoredLeaf, Term, Terms};
use crate::search::ranking::top_k::TopK;
use crate::search::ranking::weights::WeighedLeaf;
use crate::search::sets::bitset::DocSet;
use crate::search::sets::matching::{Allowed, Flat, SegmentSearch};

/// When so many documents are wanted, of frequent words nearly all have to be looked at.
const MANY: usize = 64;

/// How many documents of a segment match, and how many when no word is optional, where that
/// came of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    pub matching: u64,
    pub all: Option<u64>,
}

impl From<u64> for Totals {
    fn from(matching: u64) -> Self {
        Totals {
            matching,
            all: None,
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
    ) -> Result<Totals, Failure> {
        let flat = Flat::of(&self.plan.root, false);
        self.rank_flat(&flat, leaves, top, count, false)
    }

    /// How many documents match when no word is optional.
    pub fn count_all_optional(&self) -> Result<u64, Failure> {
        let flat = Flat::of(&self.plan.root, true);
        let mut nothing = TopK::new(0, f64::INFINITY);
        let totals = self.rank_flat(&flat, &[], &mut nothing, true, true)?;
        Ok(totals.matching)
    }

    fn rank_flat(
        &self,
        flat: &Flat,
        leaves: &[WeighedLeaf],
        top: &mut TopK,
        count: bool,
        all_optional: bool,
    ) -> Result<Totals, Failure> {
        let mut allowed = self.allowed(&flat.conditions, all_optional)?;
        if flat.required.is_empty() {
            return self.rank_choice(flat, leaves, allowed, top, count);
        }
        self.keep_groups(&mut allowed, &flat.groups)?;
        let is_word = |clause: &usize| self.plan.clauses[*clause].single_word().is_some();
        if flat.required.len() == 1 && leaves.iter().all(|l| l.clause == flat.required[0]) {
            let total =
                self.rank_clause(flat.required[0], leaves, &allowed.filter(), top, count)?;
            return Ok(total.into());
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
        let terms = self.terms(&self.streams_of(&clauses, filter)?, leaves, filter);
        let mut required: Vec<usize> = (0..flat.required.len()).collect();
        required.sort_by_key(|t| terms.terms[*t].stream.df_at_most());
        let mut optional: Vec<usize> = (flat.required.len()..clauses.len()).collect();
        optional.sort_by(|a, b| {
            let bound = |t: &usize| terms.terms[*t].max_bound();
            bound(b).total_cmp(&bound(a))
        });
        let looks_up = counting::looks_up(&terms, &required);
        if !looks_up && optional.is_empty() && top.capacity() > MANY {
            union::rank(&terms, Wanted::AllHolders, top)?;
            if !count {
                return Ok(0.into());
            }
            return Ok(counting::all(&terms, &required, self.shared.count)?.into());
        }
        if !count || looks_up {
            let total = conjunction::rank(&terms, &required, &optional, top, count)?;
            return Ok(total.into());
        }
        conjunction::rank(&terms, &required, &optional, top, false)?;
        Ok(counting::all(&terms, &required, self.shared.count)?.into())
    }

    /// Rank the documents of the only clause there is.
    fn rank_clause(
        &self,
        clause: usize,
        leaves: &[WeighedLeaf],
        filter: &Filter,
        top: &mut TopK,
        count: bool,
    ) -> Result<u64, Failure> {
        self.shared.budget.work_on(Part::Clause(clause));
        if self.plan.clauses[clause].single_word().is_none() {
            return phrase::rank(self, clause, leaves, filter, top, count);
        }
        if let Some(total) = self.rank_several_lists(clause, leaves, filter, top, count)? {
            return Ok(total);
        }
        let stream = self.stream_within(clause, Some(*filter))?;
        let mut total = 0;
        if count {
            total = counting::of_stream(&stream, filter, self.shared.count, self.shared.budget)?;
        }
        if top.capacity() > 0 {
            let terms = self.terms(&[(clause, stream)], leaves, *filter);
            single_term::rank(&terms, top.capacity(), top)?;
        }
        Ok(total)
    }

    /// Rank the documents of the only clause, if it is a word of several lists that are best
    /// left apart.
    fn rank_several_lists(
        &self,
        clause: usize,
        leaves: &[WeighedLeaf],
        filter: &Filter,
        top: &mut TopK,
        count: bool,
    ) -> Result<Option<u64>, Failure> {
        let Some(word) = self.plan.clauses[clause].single_word() else {
            return Ok(None);
        };
        let here = &self.words[word];
        if !self.plan.is_one_word() || top.capacity() > MANY || here.lists.len() < 2 {
            return Ok(None);
        }
        let streams = here.streams(false, &self.shared);
        if top.capacity() == 0 {
            if Holders::cost_too_much(&streams, self.shared.count) {
                return Ok(None);
            }
        } else {
            let leader = several_lists::leader_of(&streams);
            let Some(leader) = leader else {
                return Ok(None);
            };
            let terms = self.terms(&[(clause, Stream::nothing())], leaves, *filter);
            several_lists::rank(&terms, streams, leader, &self.shared, top)?;
        }
        Ok(Some(if count {
            here.holders(&self.shared)?.count(filter)
        } else {
            0
        }))
    }

    /// Whether just the clauses of `group` are required where no word is optional: those of a
    /// keyword group are; of an OR still only one is.
    fn requires_all_of(&self, group: &[usize], flat: &Flat) -> bool {
        let all = Flat::of(&self.plan.root, true);
        // A keyword group inside a condition asks for more then, too.
        let has_no_group =
            |node: &&Node| !matches!(node, Node::And(_) | Node::Or(_) | Node::Group { .. });
        all.groups.is_empty() && all.required == group && flat.conditions.iter().all(has_no_group)
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
    ) -> Result<Totals, Failure> {
        let mut clauses: Vec<usize> = Vec::new();
        for leaf in leaves {
            if !clauses.contains(&leaf.clause) {
                clauses.push(leaf.clause);
            }
        }
        if let [group] = &flat.groups[..] {
            if clauses.iter().all(|clause| group.contains(clause)) {
                clauses.extend(
                    group
                        .iter()
                        .filter(|c| !leaves.iter().any(|l| l.clause == **c)),
                );
                let filter = allowed.filter();
                let terms = self.terms(&self.streams_of(&clauses, filter)?, leaves, filter);
                union::rank(&terms, Wanted::Holders, top)?;
                if !count {
                    return Ok(0.into());
                }
                let counts = counting::any_and_all(&terms, self.shared.count)?;
                return Ok(Totals {
                    matching: counts.any,
                    all: self.requires_all_of(group, flat).then_some(counts.all),
                });
            }
        }
        self.keep_groups(&mut allowed, &flat.groups)?;
        let filter = allowed.filter();
        if top.capacity() > 0 {
            let terms = self.terms(&self.streams_of(&clauses, filter)?, leaves, filter);
            union::rank(&terms, Wanted::Allowed, top)?;
        }
        Ok(filter.count().into())
    }

    fn streams_of(
        &self,
        clauses: &[usize],
        filter: Filter,
    ) -> Result<Vec<(usize, Stream<'a>)>, Failure> {
        let streams = clauses.iter().map(|clause| {
            let stream = self.stream_within(*clause, Some(filter))?;
            Ok((*clause, stream))
        });
        streams.collect()
    }

    /// The terms of some clauses, with the leaves that score them.
    fn terms<'t>(
        &self,
        streams: &[(usize, Stream<'a>)],
        leaves: &[WeighedLeaf],
        filter: Filter<'t>,
    ) -> Terms<'t>
    where
        'a: 't,
    {
        // A factor that is no ordinary number allows no bounds.
        let bounds = leaves
            .iter()
            .all(|l| l.factor.is_finite() && l.factor >= 0.0);
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
            let factors = leaves
                .iter()
                .filter(|leaf| leaf.term == t)
                .map(|l| l.factor);
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
            budget: self.shared.budget,
        }
    }

    /// The scores of some documents, given ascending.
    pub fn scores(&self, leaves: &[WeighedLeaf], docs: &[u32]) -> Result<Vec<f64>, Failure> {
        let set = DocSet::of(self.shared.count, docs.iter().copied());
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
        let cost = 16 * walkers.len() as u64;
        self.shared
            .budget
            .charge(budget::LIST * walkers.len() as u64)?;
        for doc in docs {
            self.shared.budget.charge(cost)?;
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
