//! In which way is a query ranked in a segment?
//!
//! By the shape of the query: one word, all of some clauses, any of some clauses, or any
//! other combination, whose documents are found by set algebra and then scored.  What the
//! fast ways do not take as streams of words (phrases, proximity) is looked for first, only
//! where the conditions and the words beside it allow, and is a stream then.
//!
//! - `best_blocks`: which blocks of a list are looked at first
//! - `by_date`: the best few by date
//! - `closeness`: what words add by standing close
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
pub mod closeness;
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

use std::collections::BTreeSet;

use self::union::Wanted;
use crate::search::budget::{self, Part};
use crate::search::failure::Failure;
use crate::search::lists::holders::Holders;
use crate::search::lists::stream::{Stream, Walker};
use crate::search::plan::{Node, Operand, Pair};
use crate::search::ranking::closeness::{ClosePair, ClosePairs, MOST_WORDS};
use crate::search::ranking::terms::{Filter, ScoredLeaf, Term, Terms};
use crate::search::ranking::top_k::TopK;
use crate::search::ranking::weights::WeighedLeaf;
use crate::search::sets::bitset::DocSet;
use crate::search::sets::matching::{Allowed, Flat, SegmentSearch};

/// When so many documents are wanted, of frequent words nearly all have to be looked at.
const MANY: usize = 64;
/// Longer queries look for pairs from list to list.  One that feedback made longer has some 30.
const MOST_LEAVES: usize = 64;

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

/// What is scored.
#[derive(Clone, Copy, Default)]
struct Scored<'l> {
    /// In the order in which they are added up.
    leaves: &'l [WeighedLeaf],
    /// The pairs of the plan, if they are set aside (`closeness.rs`); else they are the last
    /// of the leaves.
    pairs: &'l [WeighedLeaf],
    /// How many of the leaves are no pairs.
    words: usize,
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
        let words = self.plan.leaves.len().min(leaves.len());
        let aside = match self.sets_pairs_aside(leaves, top) {
            true => words,
            false => leaves.len(),
        };
        let (leaves, pairs) = leaves.split_at(aside);
        let scored = Scored {
            leaves,
            pairs,
            words,
        };
        self.rank_flat(&flat, scored, top, count, false)
    }

    /// Whether pairs are looked at only where they matter.  Where many documents are wanted,
    /// that is nearly everywhere, and quicker found from list to list.
    fn sets_pairs_aside(&self, leaves: &[WeighedLeaf], top: &TopK) -> bool {
        let is_one_list = |side: &usize| {
            let word = self.plan.clauses[*side].operand.single_word();
            let lists = word.map(|word| &self.words[word].lists[..]);
            match lists {
                Some([]) => true,
                Some([list]) => list.codes.is_none(),
                _ => false,
            }
        };
        let mut sides = self.plan.pairs.iter().flat_map(|pair| &pair.sides);
        let words: BTreeSet<usize> = sides.clone().copied().collect();
        // Whatever is ranked by has a leaf, and in a window a bit.
        let is_small = words.len() <= MOST_WORDS && self.plan.leaves.len() <= MOST_LEAVES;
        let is_small = is_small && top.capacity() <= MANY;
        is_small && has_bounds(leaves) && sides.all(is_one_list)
    }

    /// How many documents match when no word is optional.
    pub fn count_all_optional(&self) -> Result<u64, Failure> {
        let flat = Flat::of(&self.plan.root, true);
        let mut nothing = TopK::new(0, f64::INFINITY);
        let totals = self.rank_flat(&flat, Scored::default(), &mut nothing, true, true)?;
        Ok(totals.matching)
    }

    fn rank_flat(
        &self,
        flat: &Flat,
        scored: Scored,
        top: &mut TopK,
        count: bool,
        all_optional: bool,
    ) -> Result<Totals, Failure> {
        let leaves = scored.leaves;
        let mut allowed = self.allowed(&flat.conditions, all_optional)?;
        if flat.required.is_empty() {
            return self.rank_choice(flat, scored, allowed, top, count);
        }
        self.keep_groups(&mut allowed, &flat.groups)?;
        let is_word = |clause: &usize| self.plan.clauses[*clause].single_word().is_some();
        if flat.required.len() == 1 && leaves.iter().all(|l| l.clause == flat.required[0]) {
            let total =
                self.rank_clause(flat.required[0], scored, &allowed.filter(), top, count)?;
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
        let terms = self.terms(&self.streams_of(&clauses, filter)?, scored, filter);
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
        scored: Scored,
        filter: &Filter,
        top: &mut TopK,
        count: bool,
    ) -> Result<u64, Failure> {
        self.shared.budget.work_on(Part::Clause(clause));
        if self.plan.clauses[clause].single_word().is_none() {
            return phrase::rank(self, clause, scored.leaves, filter, top, count);
        }
        if let Some(total) = self.rank_several_lists(clause, scored, filter, top, count)? {
            return Ok(total);
        }
        let stream = self.stream_within(clause, Some(*filter))?;
        let mut total = 0;
        if count {
            total = counting::of_stream(&stream, filter, self.shared.count, self.shared.budget)?;
        }
        if top.capacity() > 0 {
            let terms = self.terms(&[(clause, stream)], scored, *filter);
            single_term::rank(&terms, top.capacity(), top)?;
        }
        Ok(total)
    }

    /// Rank the documents of the only clause, if it is a word of several lists that are best
    /// left apart.
    fn rank_several_lists(
        &self,
        clause: usize,
        scored: Scored,
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
            let terms = self.terms(&[(clause, Stream::nothing())], scored, *filter);
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
    pub fn requires_all_of(&self, group: &[usize], flat: &Flat) -> bool {
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
        scored: Scored,
        mut allowed: Allowed,
        top: &mut TopK,
        count: bool,
    ) -> Result<Totals, Failure> {
        let leaves = scored.leaves;
        let mut clauses: Vec<usize> = Vec::new();
        for leaf in leaves {
            if !clauses.contains(&leaf.clause) {
                clauses.push(leaf.clause);
            }
        }
        if let [group] = &flat.groups[..] {
            let is_in_group = |leaf: &WeighedLeaf| group.contains(&leaf.clause);
            if leaves[..scored.words].iter().all(is_in_group) {
                clauses.extend(
                    group
                        .iter()
                        .filter(|c| !leaves.iter().any(|l| l.clause == **c)),
                );
                let filter = allowed.filter();
                let mut terms = self.terms(&self.streams_of(&clauses, filter)?, scored, filter);
                // Who has a pair has its words, so pairs add no documents.
                union::rank(&terms, Wanted::Holders, top)?;
                if !count {
                    return Ok(0.into());
                }
                if leaves.len() > scored.words {
                    let mut of_group = clauses.iter().map(|clause| group.contains(clause));
                    terms.terms.retain(|_| of_group.next().unwrap_or(false));
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
            let terms = self.terms(&self.streams_of(&clauses, filter)?, scored, filter);
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
        scored: Scored,
        filter: Filter<'t>,
    ) -> Terms<'t>
    where
        'a: 't,
    {
        let bounds = has_bounds(scored.leaves);
        let term_of = |clause: usize| streams.iter().position(|(c, _)| *c == clause);
        let leaves: Vec<ScoredLeaf> = (scored.leaves.iter())
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
        let terms: Vec<Term> = terms.collect();
        let mut pairs = Vec::with_capacity(scored.pairs.len());
        for (pair, weighed) in self.plan.pairs.iter().zip(scored.pairs) {
            let [Some(a), Some(b)] = pair.sides.map(term_of) else {
                continue;
            };
            pairs.extend(self.close_pair(pair, [a, b], weighed.factor));
        }
        Terms {
            leaves,
            pairs: ClosePairs::new(pairs, &terms),
            terms,
            norms: self.shared.norms,
            filter,
            budget: self.shared.budget,
        }
    }

    /// A pair of the plan whose words are these terms; `None` if it is nowhere in the segment.
    fn close_pair(&self, pair: &Pair, terms: [usize; 2], factor: f64) -> Option<ClosePair<'a>> {
        let clause = &self.plan.clauses[pair.leaf.clause];
        let Operand::Near { distance, .. } = clause.operand else {
            return None;
        };
        let byline = clause.scope.is_byline();
        let list_of = |side: usize| {
            let word = self.plan.clauses[side].operand.single_word()?;
            let [list] = &self.words[word].lists[..] else {
                return None;
            };
            match byline {
                true => list.byline,
                false => list.text,
            }
        };
        Some(ClosePair::new(
            terms,
            [list_of(pair.sides[0])?, list_of(pair.sides[1])?],
            factor,
            (distance, clause.scope),
            self.shared.table(byline),
        ))
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
        let scored = Scored {
            leaves,
            words: leaves.len(),
            ..Scored::default()
        };
        let terms = self.terms(&streams, scored, filter);
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

/// Whether what is scored has bounds: a factor that is no ordinary number allows none.
fn has_bounds(leaves: &[WeighedLeaf]) -> bool {
    (leaves.iter()).all(|leaf| leaf.factor.is_finite() && leaf.factor >= 0.0)
}
