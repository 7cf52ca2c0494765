//! What is shown of the articles that were found?
//!
//! Their short fields, and a snippet of the body with the matches marked.  Positions are
//! read for all articles of a segment at once, ascending, so that each posting list is gone
//! through once, however many hits there are; a pattern may have thousands of lists.

use std::collections::BTreeMap;

use crate::container::Section;
use crate::error::{CoreError, Damage, Result};
use crate::search::budget::{self, Budget, Part, Stage};
use crate::search::failure::Failure;
use crate::search::folding::{Copies, Folded, FoldedSearch, Groups};
use crate::search::plan::{Field, Plan};
use crate::search::ranking::recency::Recency;
use crate::search::searcher::{MarkedLeaves, PreparedSearch, Ranking, Searcher, Sort};
use crate::search::sets::bitset::DocSet;
use crate::search::sets::matching::SegmentSearch;
use crate::search::shown::snippets::{Passage, Run, Stretch};
use crate::store::Place;
use crate::text::Classes;

/// Articles that are fetched from memory together: enough to hide how long that takes, few
/// enough to stay in the cache until they are decompressed.
const HITS_AT_ONCE: usize = 16;
/// Articles whose positions are held together: lists are gone through once for all of them.
const HITS_MARKED_AT_ONCE: usize = 4096;
/// Units of work (`budget.rs`).
const COST_OF_A_HIT: u64 = 10_000;
const NOT_UTF_8: Damage = Damage("the body of an article is not UTF-8");

/// An article as a hit shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// `store::ShortFields` reads it.
    pub hot: Vec<u8>,
    pub snippet: String,
    /// Where the snippet was taken from, if that is wanted.
    pub stretch: Option<Stretch>,
}

/// Which hits are wanted, and how they are shown.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    pub limit: Option<usize>,
    /// So many of the best are left out.
    pub offset: usize,
    pub sort: Sort,
    /// Recent articles are preferred.
    pub recency: Option<&'a Recency>,
    pub manner: Manner,
}

/// How hits are shown.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// Words of a snippet.
    pub words: usize,
    /// Stretches are wanted beside snippets.
    pub stretches: bool,
}

/// By its place among those asked for, a document.
type Placed = (usize, u32);

impl Searcher {
    /// Where the scored leaves of `plan` stand in a field of some documents.
    pub fn positions(
        &self,
        plan: &Plan,
        field: Field,
        documents: &[(usize, u32)],
        budget: &Budget,
    ) -> Result<Vec<MarkedLeaves>> {
        let asked = self.ask_for_places(plan, budget)?;
        budget.enter(Stage::Showing, documents.len());
        self.positions_as_asked(plan, &asked, field, documents)
    }

    /// The best matches of `plan` after the first `offset`, and what is shown of them.
    pub fn hits(
        &self,
        plan: &Plan,
        wanted: Wanted,
        classes: &Classes,
        budget: &Budget,
    ) -> Result<(Ranking, Vec<Shown>)> {
        let limit = (wanted.limit).map(|limit| limit.saturating_add(wanted.offset));
        let asked = self.ask(plan, limit, budget)?.preferring(wanted.recency);
        let mut ranking = self.search_as_asked(plan, &asked, limit, wanted.sort, true)?;
        let skipped = wanted.offset.min(ranking.matches.len());
        ranking.matches.drain(..skipped);
        let documents = ranking.matches.iter();
        let documents: Vec<(usize, u32)> = documents.map(|m| (m.segment as usize, m.doc)).collect();
        let shown = self.show_all(plan, &asked, &documents, wanted.manner, classes)?;
        Ok((ranking, shown))
    }

    /// The best texts, or stories, of the documents that match, what is shown of them, and
    /// their other copies, so many of each text listed.
    #[allow(clippy::too_many_arguments)]
    pub fn folded_hits(
        &self,
        plan: &Plan,
        groups: &Groups,
        search: FoldedSearch,
        listed: usize,
        manner: Manner,
        classes: &Classes,
        budget: &Budget,
    ) -> Result<(Folded, Vec<Shown>, Vec<Copies>)> {
        let asked = (self.ask(plan, search.wanted(), budget)?).preferring(search.recency);
        let folded = self.folded_as_asked(plan, &asked, groups, search)?;
        let documents = folded.matches.iter().map(|found| &found.shown);
        let documents: Vec<(usize, u32)> = documents.map(|m| (m.segment as usize, m.doc)).collect();
        let shown = self.show_all(plan, &asked, &documents, manner, classes)?;
        let copies = folded.matches.iter();
        let copies = copies.map(|found| self.copies(groups, found, listed, budget));
        let copies = copies.collect::<Result<_>>()?;
        Ok((folded, shown, copies))
    }

    fn show_all(
        &self,
        plan: &Plan,
        asked: &PreparedSearch,
        documents: &[(usize, u32)],
        manner: Manner,
        classes: &Classes,
    ) -> Result<Vec<Shown>> {
        let mut shown = Vec::with_capacity(documents.len());
        asked.budget.enter(Stage::Showing, documents.len());
        for some in documents.chunks(HITS_MARKED_AT_ONCE) {
            let marked = self.positions_as_asked(plan, asked, Field::Body, some)?;
            self.show(some, marked, manner, classes, asked.budget, &mut shown)?;
        }
        Ok(shown)
    }

    /// Append what is shown of some documents.
    fn show(
        &self,
        documents: &[(usize, u32)],
        marked: Vec<MarkedLeaves>,
        manner: Manner,
        classes: &Classes,
        budget: &Budget,
        shown: &mut Vec<Shown>,
    ) -> Result<()> {
        let mut runs: Vec<Run> = Vec::new();
        let mut marked = marked.into_iter();
        for some in documents.chunks(HITS_AT_ONCE) {
            let places = self.places(some)?;
            for (((number, _), place), leaves) in some.iter().zip(places).zip(&mut marked) {
                budget.look(COST_OF_A_HIT)?;
                let segment = self.segment(*number)?;
                runs.clear();
                for (leaf, spans) in leaves {
                    runs.extend(spans.into_iter().map(|span| (span, leaf)));
                }
                let passage = Passage::of(&mut runs, manner.words);
                let (hot, (snippet, stretch)) = segment.article(place, |body| {
                    let mut bytes_wanted = passage.probable_bytes();
                    loop {
                        let (bytes, is_whole) = body.up_to(bytes_wanted)?;
                        let text = beginning(bytes, is_whole)
                            .ok_or_else(|| segment.damaged(Section::Store, NOT_UTF_8))?;
                        let shown =
                            passage.shown(text, is_whole, &runs, classes, manner.stretches)?;
                        if let Some(shown) = shown {
                            return Ok(shown);
                        }
                        // By a half more each time: a long text without spaces, which is
                        // never cut, is not gone through again for every part.
                        bytes_wanted = bytes.len() + bytes.len() / 2 + 1;
                    }
                })?;
                shown.push(Shown {
                    hot,
                    snippet,
                    stretch,
                });
                budget.step();
            }
        }
        Ok(())
    }

    /// Where in the stores of their segments some documents lie.
    pub(crate) fn places(&self, documents: &[(usize, u32)]) -> Result<Vec<Place>> {
        // Those of one segment are sought together.
        let mut order: Vec<usize> = (0..documents.len()).collect();
        order.sort_unstable_by_key(|place| documents[*place]);
        let mut found = vec![Place::default(); documents.len()];
        for of_segment in order.chunk_by(|a, b| documents[*a].0 == documents[*b].0) {
            let docs: Vec<u32> = of_segment.iter().map(|place| documents[*place].1).collect();
            let segment = self.segment(documents[of_segment[0]].0)?;
            for (number, place) in of_segment.iter().zip(segment.places(&docs)?) {
                found[*number] = place;
            }
        }
        Ok(found)
    }

    fn positions_as_asked(
        &self,
        plan: &Plan,
        asked: &PreparedSearch,
        field: Field,
        documents: &[(usize, u32)],
    ) -> Result<Vec<MarkedLeaves>> {
        let mut found: Vec<MarkedLeaves> = vec![Vec::new(); documents.len()];
        let mut placed: Vec<(usize, Placed)> = Vec::with_capacity(documents.len());
        for (place, (number, doc)) in documents.iter().enumerate() {
            if *doc >= self.segment(*number)?.doc_count() {
                return Err(CoreError::Invalid(format!("there is no document {doc}")));
            }
            placed.push((*number, (place, *doc)));
        }
        placed.sort_unstable_by_key(|(number, (_, doc))| (*number, *doc));
        for of_segment in placed.chunk_by(|a, b| a.0 == b.0) {
            let number = of_segment[0].0;
            let search = self.in_segment(plan, asked, number);
            let documents: Vec<Placed> = of_segment.iter().map(|(_, placed)| *placed).collect();
            mark(&search, field, &documents, &mut found)
                .map_err(|failure| self.located(failure, number))?;
        }
        Ok(found)
    }
}

/// The characters that `bytes` hold, of which the last may be cut unless they are a whole
/// text; None where they are no text.
fn beginning(bytes: &[u8], is_whole: bool) -> Option<&str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) if !is_whole && error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    }
}

/// Add the marked leaves of `documents`, ascending, to `found`.
fn mark(
    search: &SegmentSearch,
    field: Field,
    documents: &[Placed],
    found: &mut [MarkedLeaves],
) -> std::result::Result<(), Failure> {
    // A set has a bit for each document of the segment, and only several lists ask for it.
    let has_several_lists = search.words.iter().any(|word| word.lists.len() > 1);
    let only = has_several_lists
        .then(|| DocSet::of(search.shared.count, documents.iter().map(|(_, doc)| *doc)));
    let mut texts = search.texts.borrow_mut();
    let mut leaves_of_clause: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (number, leaf) in search.plan.leaves.iter().enumerate() {
        leaves_of_clause
            .entry(leaf.clause)
            .or_default()
            .push(number);
    }
    for (clause, leaves) in leaves_of_clause {
        let scope = search.plan.clauses[clause].scope;
        if !scope.fields().contains(&field) {
            continue;
        }
        search.shared.budget.work_on(Part::Clause(clause));
        let mut occurrences = search.occurrences(clause, only.as_ref())?;
        for (place, doc) in documents {
            search.shared.budget.charge(budget::LOOK)?;
            if occurrences.seek(*doc, &mut texts)? != *doc {
                continue;
            }
            let spans = occurrences.marked(*doc, field, &mut texts)?;
            if !spans.is_empty() {
                let leaves = leaves.iter().map(|leaf| (*leaf, spans.clone()));
                found[*place].extend(leaves);
            }
        }
    }
    for (place, _) in documents {
        found[*place].sort_unstable_by_key(|(leaf, _)| *leaf);
    }
    search.shared.budget.work_on(Part::Whole);
    Ok(())
}
