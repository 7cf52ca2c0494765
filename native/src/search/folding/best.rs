//! Which are the best texts, or stories, of an answer, and what is shown of them?
//!
//! A text stands where the best of its documents stands.  So documents are ranked as ever,
//! some more than texts are asked for, and more again while copies leave too few; whatever the
//! ranking passes over without a look (`ranking`) it passes over here too.  Totals and texts are
//! counted on sets of the documents that match, and which of them is the earliest of a text is
//! looked up there.

use std::collections::HashSet;

use crate::error::Result;
use crate::search::budget::{Budget, Stage};
use crate::search::folding::counting::count_units;
use crate::search::folding::groups::{Groups, Unit};
use crate::search::plan::Plan;
use crate::search::ranking::recency::Recency;
use crate::search::ranking::top_k::Match;
use crate::search::searcher::{PreparedSearch, Searcher, Sort};
use crate::search::sets::bitset::DocSet;

/// Units of work for a document that is counted.
const DOCUMENT: u64 = 2;
/// Beyond the texts that are wanted so many documents are ranked, and for every so many of them
/// another, since some are copies: which is enough in 99 of 100 searches for words of headlines,
/// and 98 for stories.  Where it is not, so many times more are.
const OTHERS: usize = 4;
const TEXTS_A_COPY: usize = 4;
const STORIES_A_COPY: usize = 2;
const TIMES_MORE: usize = 4;

/// Which texts, or stories, are wanted.
#[derive(Debug, Clone, Copy)]
pub struct FoldedSearch<'a> {
    pub limit: Option<usize>,
    /// So many of the best are left out.
    pub offset: usize,
    pub sort: Sort,
    /// Recent articles are preferred.
    pub recency: Option<&'a Recency>,
    pub by: Unit,
}

/// A text: the earliest document of it that matches, with the score of the first in order,
/// and the number of its lead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FoldedMatch {
    pub shown: Match,
    pub lead: u32,
}

/// The answer to a folded search.
#[derive(Debug, Clone, PartialEq)]
pub struct Folded {
    pub total: u64,
    pub matching_all: u64,
    pub texts: u64,
    /// None where stories are not known.
    pub stories: Option<u64>,
    pub matches: Vec<FoldedMatch>,
}

impl FoldedSearch<'_> {
    /// So many are looked for, of which the first are left out.
    pub fn wanted(&self) -> Option<usize> {
        self.limit.map(|limit| limit.saturating_add(self.offset))
    }
}

impl Searcher {
    /// The best texts, or stories, of the documents that match `plan`, and how many of each
    /// there are.
    pub fn folded(
        &self,
        plan: &Plan,
        groups: &Groups,
        search: FoldedSearch,
        budget: &Budget,
    ) -> Result<Folded> {
        let asked = (self.ask(plan, search.wanted(), budget)?).preferring(search.recency);
        self.folded_as_asked(plan, &asked, groups, search)
    }

    pub(crate) fn folded_as_asked(
        &self,
        plan: &Plan,
        asked: &PreparedSearch,
        groups: &Groups,
        search: FoldedSearch,
    ) -> Result<Folded> {
        groups.check(self)?;
        groups.units(search.by)?;
        asked.budget.enter(Stage::Ranking, self.segments().count());
        let (found, matching_all) = self.found_and_all_as_asked(plan, asked)?;
        let total = found.iter().map(DocSet::len).sum();
        asked.budget.charge(DOCUMENT * total)?;
        let texts = count_units(&found, groups, groups.texts());
        let stories = groups.stories();
        let stories = stories.map(|stories| count_units(&found, groups, stories));
        let best = self.best_units(plan, asked, groups, search, &found, total as usize)?;
        let mut firsts: Vec<Match> = best.into_iter().skip(search.offset).collect();
        if search.sort != Sort::Score {
            self.score(plan, asked, &mut firsts)?;
        }
        let matches = firsts.into_iter().map(|first| {
            let number = groups.number(first.segment, first.doc);
            let lead = groups.texts().lead_of(number);
            let members = groups.texts().members(groups.texts().of(number));
            let mut shown = first;
            if let Some((segment, doc)) = self.earliest(groups, &found, members)? {
                (shown.segment, shown.doc) = (segment, doc);
            }
            Ok(FoldedMatch { shown, lead })
        });
        Ok(Folded {
            total,
            matching_all,
            texts,
            stories,
            matches: matches.collect::<Result<_>>()?,
        })
    }

    /// The first document, in order, of each of the first texts or stories.
    fn best_units(
        &self,
        plan: &Plan,
        asked: &PreparedSearch,
        groups: &Groups,
        search: FoldedSearch,
        found: &[DocSet],
        total: usize,
    ) -> Result<Vec<Match>> {
        let units = groups.units(search.by)?;
        let wanted = search.wanted().unwrap_or(total).min(total);
        let copies = match search.by {
            Unit::Texts => wanted / TEXTS_A_COPY,
            Unit::Stories => wanted / STORIES_A_COPY,
        };
        let mut ranked = wanted.saturating_add(copies + OTHERS).min(total);
        let mut best = Vec::with_capacity(wanted);
        if wanted == 0 {
            return Ok(best);
        }
        loop {
            let matches = match search.sort {
                Sort::Score => {
                    let sort = Sort::Score;
                    (self.search_as_asked(plan, asked, Some(ranked), sort, false)?).matches
                }
                sort => self.first_by_date(found, ranked, sort)?,
            };
            let mut met = HashSet::with_capacity(matches.len());
            best.clear();
            best.extend(
                (matches.into_iter())
                    .filter(|one| met.insert(units.of(groups.number(one.segment, one.doc))))
                    .take(wanted),
            );
            if best.len() == wanted || ranked == total {
                return Ok(best);
            }
            ranked = ranked.saturating_mul(TIMES_MORE).min(total);
        }
    }
}
