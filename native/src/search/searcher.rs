//! How is a query answered over all segments of a snapshot?
//!
//! `Searcher` keeps what does not change from search to search: the segments, which of their
//! documents are not deleted, and the statistics that scores are made of.  A search expands
//! the words of its plan in every segment, weighs the leaves, ranks one segment after the
//! other, the best so far being the threshold of the next, and merges.  Where scores (or
//! dates) tie across segments, the date and then the id decide.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use crate::error::{CoreError, Result};
use crate::scoring::{Bounds, Scoring};
use crate::search::budget::{Budget, Part, Stage};
use crate::search::failure::Failure;
use crate::search::lists::segment_context::SegmentContext;
use crate::search::lists::word_lists::SegmentWord;
use crate::search::plan::expand::expand;
use crate::search::plan::{Field, Plan};
use crate::search::positions::spans::Span;
use crate::search::positions::texts::{Texts, WordCounter};
use crate::search::ranking::by_date::{newest, oldest};
use crate::search::ranking::recency::{Aging, Recency};
use crate::search::ranking::recurrence::Occurrences;
use crate::search::ranking::score::WorthTable;
use crate::search::ranking::top_k::{self, Match, TopK};
use crate::search::ranking::weights::{WeighedLeaf, Weigher};
use crate::search::ranking::Totals;
use crate::search::sets::bitset::DocSet;
use crate::search::sets::matching::SegmentSearch;
use crate::search::tally::kept::{KeptRuns, KeptSets, KeptValues};
use crate::segment::Segment;

/// In which order are the matches wanted?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Best first, then newest.
    Score,
    /// Oldest first.
    Date,
    NewestFirst,
}

/// The answer to a search.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// How many articles match, and how many match all optional words; where they were not
    /// to be counted, how many were seen.
    pub total: u64,
    pub matching_all: u64,
    pub is_counted: bool,
    pub matches: Vec<Match>,
}

/// By leaf, its spans in one field of one document; leaves without any are left out.
pub type MarkedLeaves = Vec<(usize, Vec<Span>)>;

/// The segments of one snapshot, ready to be searched.
pub struct Searcher {
    segments: Vec<OpenSegment>,
    document_count: u64,
    text_table: WorthTable,
    byline_table: WorthTable,
    average_body_length: f64,
    scoring: Scoring,
    length_of_code: [u32; 256],
    counter: Box<dyn WordCounter + Send + Sync>,
    kept_values: KeptValues,
}

struct OpenSegment {
    segment: Arc<Segment>,
    live: Option<DocSet>,
    occurrences: Occurrences,
    runs: KeptRuns,
    sets: KeptSets,
}

impl Searcher {
    /// Search `segments`, each with the documents that are deleted, and rank by `scoring`.
    pub fn new(
        segments: Vec<(Arc<Segment>, Vec<u32>)>,
        length_of_code: [u32; 256],
        counter: Box<dyn WordCounter + Send + Sync>,
        scoring: Scoring,
    ) -> Self {
        let document_count = segments.iter().map(|(s, _)| u64::from(s.doc_count())).sum();
        let body_lengths = segments
            .iter()
            .map(|(s, _)| s.meta().field_length_totals[1]);
        let average_body_length = if document_count == 0 {
            0.0
        } else {
            body_lengths.sum::<u64>() as f64 / document_count as f64
        };
        let segments = segments.into_iter().map(|(segment, deleted)| {
            let live = (!deleted.is_empty()).then(|| {
                let mut live = DocSet::of(segment.doc_count(), deleted);
                live.complement();
                live
            });
            OpenSegment {
                segment,
                live,
                occurrences: Occurrences::default(),
                runs: KeptRuns::default(),
                sets: KeptSets::default(),
            }
        });
        Searcher {
            segments: segments.collect(),
            document_count,
            text_table: WorthTable::of_text(scoring, &length_of_code, average_body_length),
            byline_table: WorthTable::of_bylines(scoring),
            average_body_length,
            scoring,
            length_of_code,
            counter,
            kept_values: KeptValues::default(),
        }
    }

    /// The first `limit` matches of `plan`, or all.
    ///
    /// Without `count`, what cannot be among them is not looked at, and totals are of what
    /// was seen.
    pub fn search(
        &self,
        plan: &Plan,
        limit: Option<usize>,
        sort: Sort,
        count: bool,
    ) -> Result<Ranking> {
        self.search_within(plan, limit, sort, count, None, &Budget::new(None, None))
    }

    /// The same, recent documents preferred, for no more than `budget`.
    pub fn search_within(
        &self,
        plan: &Plan,
        limit: Option<usize>,
        sort: Sort,
        count: bool,
        recency: Option<&Recency>,
        budget: &Budget,
    ) -> Result<Ranking> {
        let asked = self.ask(plan, limit, budget)?.preferring(recency);
        self.search_as_asked(plan, &asked, limit, sort, count)
    }

    pub(crate) fn search_as_asked(
        &self,
        plan: &Plan,
        asked: &PreparedSearch,
        limit: Option<usize>,
        sort: Sort,
        count: bool,
    ) -> Result<Ranking> {
        let mut ids = Ids::new(self);
        let mut ranking = Ranking {
            total: 0,
            matching_all: 0,
            is_counted: count || limit.is_none() || sort != Sort::Score,
            matches: Vec::new(),
        };
        let limit = limit.unwrap_or(usize::MAX);
        asked.budget.enter(Stage::Ranking, self.segments.len());
        for number in 0..self.segments.len() {
            let search = self.in_segment(plan, asked, number);
            let (totals, found) = self
                .rank_segment(&search, asked, number, limit, sort, count, &ranking.matches)
                .map_err(|failure| self.located(failure, number))?;
            ranking.total += totals.matching;
            if plan.has_groups && ranking.is_counted {
                let all = match totals.all {
                    Some(all) => Ok(all),
                    None => search.count_all_optional(),
                };
                ranking.matching_all += all.map_err(|failure| self.located(failure, number))?;
            }
            ranking.matches = top_k::merge(ranking.matches, found, limit, |a, b| {
                ids.compare(a, b, sort)
            })?;
            asked.budget.step();
        }
        if !plan.has_groups || !ranking.is_counted {
            ranking.matching_all = ranking.total;
        }
        if sort != Sort::Score {
            self.score(plan, asked, &mut ranking.matches)?;
        }
        Ok(ranking)
    }

    /// The first `limit` of the documents `found`, of each segment, by date.
    pub(crate) fn first_by_date(
        &self,
        found: &[DocSet],
        limit: usize,
        sort: Sort,
    ) -> Result<Vec<Match>> {
        let mut ids = Ids::new(self);
        let mut first = Vec::new();
        for (number, found) in found.iter().enumerate() {
            let here = self.by_date(found, number, limit, sort)?;
            first = top_k::merge(first, here, limit, |a, b| ids.compare(a, b, sort))?;
        }
        Ok(first)
    }

    /// The first `k` of the documents `found` of a segment by date.
    fn by_date(&self, found: &DocSet, number: usize, k: usize, sort: Sort) -> Result<Vec<Match>> {
        let first = match sort {
            Sort::Date => oldest(found, self.segments[number].segment.dates()?, k),
            _ => newest(found, k),
        };
        let matches = first.into_iter().map(|doc| Match {
            segment: number as u32,
            doc,
            score: 0.0,
        });
        Ok(matches.collect())
    }

    /// Roughly how many postings a search reads at most: whether it is worth while to let
    /// other threads run meanwhile.
    pub fn cost_at_most(&self) -> u64 {
        self.document_count
    }

    // ---------------------------------------------------------------- parts of a search

    fn expand(&self, plan: &Plan, budget: &Budget) -> Result<Vec<Vec<SegmentWord<'_>>>> {
        let segments: Vec<&Segment> = self.segments.iter().map(|s| &*s.segment).collect();
        expand(plan, &segments, budget)
    }

    fn shared<'a>(&'a self, budget: &'a Budget<'a>) -> Result<Vec<SegmentContext<'a>>> {
        let shared = self.segments.iter().map(|open| {
            let written = open.segment.meta().average_body_length;
            let growth = self.average_body_length / written;
            // A segment without bodies has norms that no average changes.
            let growth = if growth.is_finite() { growth } else { 1.0 };
            let bounds = Bounds::new(&open.segment.meta().scoring, &self.scoring, growth);
            Ok(SegmentContext {
                count: open.segment.doc_count(),
                budget,
                norms: open.segment.norms(Field::Body as usize)?,
                text_table: &self.text_table,
                byline_table: &self.byline_table,
                text_bounds: bounds,
                byline_bounds: bounds.without_growth(),
            })
        });
        shared.collect()
    }

    /// Whether all segments are still as long as they were: asked before an answer is given.
    pub fn check_lengths(&self) -> Result<()> {
        let mut segments = self.segments.iter();
        segments.try_for_each(|open| open.segment.check_length())
    }

    pub(crate) fn segments(&self) -> impl Iterator<Item = &Segment> {
        self.segments.iter().map(|open| &*open.segment)
    }

    pub fn segment(&self, number: usize) -> Result<&Segment> {
        Ok(&self.open_segment(number)?.segment)
    }

    fn open_segment(&self, number: usize) -> Result<&OpenSegment> {
        let open = self.segments.get(number);
        open.ok_or_else(|| CoreError::Invalid(format!("there is no segment {number}")))
    }

    pub(crate) fn kept_values(&self) -> &KeptValues {
        &self.kept_values
    }

    pub(crate) fn kept_runs(&self, number: usize) -> Result<&KeptRuns> {
        Ok(&self.open_segment(number)?.runs)
    }

    pub(crate) fn kept_sets(&self, number: usize) -> Result<&KeptSets> {
        Ok(&self.open_segment(number)?.sets)
    }

    /// What a search that scores nothing knows.
    pub(crate) fn ask_for_places<'a>(
        &'a self,
        plan: &Plan,
        budget: &'a Budget<'a>,
    ) -> Result<PreparedSearch<'a>> {
        budget.allow_for(self.document_count);
        Ok(PreparedSearch {
            budget,
            words: self.expand(plan, budget)?,
            shared: self.shared(budget)?,
            leaves: Vec::new(),
            recency: None,
        })
    }

    /// What a search for the first `limit` matches knows.
    pub(crate) fn ask<'a>(
        &'a self,
        plan: &Plan,
        limit: Option<usize>,
        budget: &'a Budget<'a>,
    ) -> Result<PreparedSearch<'a>> {
        budget.allow_for(self.document_count);
        let mut asked = PreparedSearch {
            budget,
            words: self.expand(plan, budget)?,
            shared: self.shared(budget)?,
            leaves: Vec::with_capacity(plan.leaves.len() + plan.pairs.len()),
            recency: None,
        };
        let occurrences: Vec<&Occurrences> =
            self.segments.iter().map(|open| &open.occurrences).collect();
        let weigher = Weigher {
            plan,
            occurrences: &occurrences,
            words: &asked.words,
            shared: &asked.shared,
            document_count: self.document_count,
        };
        let count = plan.leaves.len() + plan.pairs.len();
        budget.enter(Stage::Weighing, count);
        // Equal leaves weigh the same; where there are as many clauses, none are equal.
        let has_equal = count > plan.clauses.len();
        let mut weights: Vec<Option<f64>> =
            vec![None; if has_equal { plan.clauses.len() } else { 0 }];
        for leaf in (plan.leaves.iter()).chain(plan.pairs.iter().map(|pair| &pair.leaf)) {
            // What is only counted weighs nothing, and to weigh a pattern is work.
            if limit == Some(0) {
                asked.leaves.push(WeighedLeaf::new(leaf, 0.0));
                continue;
            }
            let weight = match weights.get(leaf.clause) {
                Some(Some(weight)) => *weight,
                _ => {
                    budget.work_on(Part::Clause(leaf.clause));
                    let weight = weigher.weight(leaf.clause);
                    weight.map_err(|(number, failure)| self.located(failure, number))?
                }
            };
            if let Some(known) = weights.get_mut(leaf.clause) {
                *known = Some(weight);
            }
            asked.leaves.push(WeighedLeaf::new(leaf, weight));
            budget.step();
        }
        budget.work_on(Part::Whole);
        Ok(asked)
    }

    pub(crate) fn in_segment<'s, 'a>(
        &'a self,
        plan: &'s Plan,
        asked: &'s PreparedSearch<'a>,
        number: usize,
    ) -> SegmentSearch<'s, 'a> {
        let open = &self.segments[number];
        SegmentSearch {
            plan,
            place: number,
            segment: &open.segment,
            words: &asked.words[number],
            shared: asked.shared[number],
            live: open.live.as_ref(),
            texts: RefCell::new(Texts::new(
                &open.segment,
                &*self.counter,
                &self.length_of_code,
            )),
            streams: RefCell::new(plan.clauses.iter().map(|_| None).collect()),
            values: RefCell::default(),
        }
    }

    /// The first matches of one segment, and how many there are.
    #[allow(clippy::too_many_arguments)]
    fn rank_segment(
        &self,
        search: &SegmentSearch,
        asked: &PreparedSearch,
        number: usize,
        limit: usize,
        sort: Sort,
        count: bool,
        before: &[Match],
    ) -> std::result::Result<(Totals, Vec<Match>), Failure> {
        let k = limit.min(search.shared.count as usize);
        if sort != Sort::Score {
            let mut found = search.matching(&search.plan.root, false)?;
            if let Some(live) = search.live {
                found.and(live);
            }
            let first = self.by_date(&found, number, k, sort)?;
            return Ok((found.len().into(), first));
        }
        let floor = match before.last() {
            Some(worst) if before.len() >= limit => worst.score,
            _ => f64::NEG_INFINITY,
        };
        let mut top = TopK::new(k, floor).aged_by(self.aging(asked, number)?);
        let totals = search.rank(&asked.leaves, &mut top, count || limit == usize::MAX)?;
        let best = top.into_sorted().into_iter().map(|found| Match {
            segment: number as u32,
            doc: found.doc,
            score: found.score,
        });
        Ok((totals, best.collect()))
    }

    /// How the documents of a segment age.
    fn aging<'a>(&'a self, asked: &PreparedSearch<'a>, number: usize) -> Result<Option<Aging<'a>>> {
        let Some(recency) = asked.recency else {
            return Ok(None);
        };
        let dates = self.segments[number].segment.dates()?;
        Ok(Some(Aging { recency, dates }))
    }

    /// Score matches that were found without scores.
    pub(crate) fn score(
        &self,
        plan: &Plan,
        asked: &PreparedSearch,
        matches: &mut [Match],
    ) -> Result<()> {
        for number in 0..self.segments.len() {
            let mut here: Vec<&mut Match> = matches
                .iter_mut()
                .filter(|found| found.segment as usize == number)
                .collect();
            if here.is_empty() {
                continue;
            }
            here.sort_by_key(|found| found.doc);
            let docs: Vec<u32> = here.iter().map(|found| found.doc).collect();
            let search = self.in_segment(plan, asked, number);
            let scores = search.scores(&asked.leaves, &docs);
            let scores = scores.map_err(|failure| self.located(failure, number))?;
            let aging = self.aging(asked, number)?;
            for (found, score) in here.into_iter().zip(scores) {
                found.score = match &aging {
                    None => score,
                    Some(aging) => score * aging.factor(found.doc),
                };
            }
        }
        Ok(())
    }

    pub(crate) fn located(&self, failure: Failure, number: usize) -> CoreError {
        match failure {
            Failure::Core(error) => error,
            Failure::Spent(spent) => spent.into(),
            Failure::Postings(damage) => self.segments[number].segment.damaged_postings(damage),
        }
    }
}

/// What a search knows before it looks into segments.
pub(crate) struct PreparedSearch<'a> {
    pub budget: &'a Budget<'a>,
    /// By segment.
    words: Vec<Vec<SegmentWord<'a>>>,
    shared: Vec<SegmentContext<'a>>,
    /// Those of the plan, then its pairs.
    leaves: Vec<WeighedLeaf>,
    recency: Option<&'a Recency>,
}

impl<'a> PreparedSearch<'a> {
    /// The same, recent documents preferred.
    pub fn preferring(mut self, recency: Option<&'a Recency>) -> Self {
        self.recency = recency;
        self
    }
}

/// Dates and ids of documents, as far as ties ask for them.
struct Ids<'a> {
    searcher: &'a Searcher,
    known: HashMap<(u32, u32), Vec<u8>>,
}

impl<'a> Ids<'a> {
    fn new(searcher: &'a Searcher) -> Self {
        Ids {
            searcher,
            known: HashMap::new(),
        }
    }

    fn compare(&mut self, a: &Match, b: &Match, sort: Sort) -> Result<Ordering> {
        if sort == Sort::Score && a.score != b.score {
            return Ok(b.score.total_cmp(&a.score));
        }
        let (date_a, date_b) = (self.date(a)?, self.date(b)?);
        if date_a != date_b {
            // An undated document, whose date is the smallest number, comes last anyhow.
            let is_ascending = sort == Sort::Date && date_a != i64::MIN && date_b != i64::MIN;
            return Ok(match is_ascending {
                true => date_a.cmp(&date_b),
                false => date_b.cmp(&date_a),
            });
        }
        self.learn(a)?;
        self.learn(b)?;
        let id = |found: &Match| self.known.get(&(found.segment, found.doc));
        Ok(id(a).cmp(&id(b)))
    }

    fn date(&self, found: &Match) -> Result<i64> {
        let dates = self.searcher.segments[found.segment as usize]
            .segment
            .dates()?;
        let date = dates.get(found.doc as usize).copied();
        date.ok_or_else(|| CoreError::Invalid(format!("there is no document {}", found.doc)))
    }

    fn learn(&mut self, found: &Match) -> Result<()> {
        let key = (found.segment, found.doc);
        if !self.known.contains_key(&key) {
            let segment = &self.searcher.segments[found.segment as usize].segment;
            self.known.insert(key, segment.id(found.doc)?);
        }
        Ok(())
    }
}
