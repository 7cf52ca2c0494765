//! In which documents do some words stand side by side, or two near each other?
//!
//! The quick way for what people ask most: runs of single words, and one word near another,
//! each word one posting list.  `Occurrences` is the general way and gives the same.
//!
//! From cheap to dear: which documents hold all words (`intersection.rs`); what these could be
//! worth by their frequencies alone; do positions fit, by stems (`runs.rs`); and only where
//! they do, are the forms those that are meant?  Only the forms of the rarest word come first:
//! those of a block are counted in one pass, and where none is meant nothing else is read.
//! Candidates are gone through by the blocks of the second word, step by step for all of a
//! block, so that no step waits for what the one before it could not foresee.

use std::rc::Rc;

use crate::error::Damage;
use crate::postings::{List, Run, BLOCK_POSTINGS};
use crate::scoring::Bounds;
use crate::search::budget;
use crate::search::failure::Failure;
use crate::search::lists::segment_context::SegmentContext;
use crate::search::lists::stream::Codes;
use crate::search::lists::word_lists::SegmentWord;
use crate::search::plan::{Clause, Operand, Part, Scope};
use crate::search::positions::intersection::{CandidateBatch, Intersection, Member};
use crate::search::positions::runs::{count_at, count_near, pairs_near, Order, FARTHEST};
use crate::search::ranking::score::norm_of;
use crate::search::ranking::terms::Filter;

/// Each word has some KiB of what is decoded.
const MOST_WORDS: usize = 64;
/// Units of work (`budget.rs`) to read the positions of two words in a document.
const COST_OF_A_CANDIDATE: u64 = 200;

/// What becomes of the documents that are found.
pub trait Judge {
    /// Whether so little need not be found.
    fn is_below(&self, worth: f64) -> bool;
    /// Whether anything is ever below.
    fn is_choosy(&self) -> bool;
    /// A document, and how often it has the clause in the title and in the body (byline).
    fn found(&mut self, doc: u32, title_tf: u32, body_tf: u32) -> Result<(), Damage>;
}

/// A clause that the quick way takes.
pub struct SideBySide<'a> {
    words: Vec<NeighbourWord<'a>>,
    relation: Relation,
    scope: Scope,
    bounds: Bounds,
}

struct NeighbourWord<'a> {
    list: List<'a>,
    /// The forms that are meant, if not all.
    codes: Option<Rc<Codes>>,
    /// Its place in the run; of two words near each other, its side.
    offset: u32,
}

#[derive(Clone, Copy)]
enum Relation {
    /// So many words from first to last.
    Run(u32),
    Near(Nearness),
}

#[derive(Clone, Copy)]
struct Nearness {
    distance: u32,
    order: Order,
    is_capped: bool,
}

impl Nearness {
    /// How often so many pairs count of words that stand so often.
    fn counted(self, pairs: u32, first: usize, second: usize) -> u32 {
        match self.is_capped {
            true => pairs.min(first.min(second) as u32),
            false => pairs,
        }
    }
}

impl<'a> SideBySide<'a> {
    /// The clause, if it is one for the quick way.
    pub fn of(
        clause: &Clause,
        words_here: &[SegmentWord<'a>],
        shared: &SegmentContext,
    ) -> Option<Self> {
        let (words, relation) = match &clause.operand {
            Operand::Run(parts) => {
                let ends = (parts.first()?, parts.last()?);
                if *ends.0 == Part::AnyWord || *ends.1 == Part::AnyWord {
                    return None;
                }
                let words = (0u32..).zip(parts).filter_map(|(offset, part)| match part {
                    Part::Word(word) => Some((offset, *word)),
                    Part::AnyWord => None,
                });
                (words.collect::<Vec<_>>(), Relation::Run(parts.len() as u32))
            }
            Operand::Near {
                left,
                right,
                distance,
                ordered,
                is_capped,
            } if *distance <= FARTHEST => {
                let nearness = Nearness {
                    distance: *distance,
                    order: if *ordered { Order::Given } else { Order::Any },
                    is_capped: *is_capped,
                };
                let words = vec![(0, word_of(left)?), (1, word_of(right)?)];
                (words, Relation::Near(nearness))
            }
            _ => return None,
        };
        if words.len() < 2 || words.len() > MOST_WORDS {
            return None;
        }
        let byline = clause.scope.is_byline();
        let mut found: Vec<NeighbourWord> = Vec::with_capacity(words.len());
        for (offset, word) in words {
            let mut lists = (words_here[word].lists.iter()).filter_map(|word| {
                let list = if byline { word.byline } else { word.text };
                list.map(|list| (list, word.codes.clone()))
            });
            let (list, mut codes) = lists.next()?;
            if lists.next().is_some() {
                return None;
            }
            // A list without codes has code 0 everywhere.
            if !list.has_codes() && codes.as_ref().is_some_and(|codes| codes.has(0)) {
                codes = None;
            }
            // Positions of one list may pair both ways, which is one occurrence.
            let is_near = matches!(relation, Relation::Near(..));
            if is_near && found.iter().any(|other| other.list.is(&list)) {
                return None;
            }
            found.push(NeighbourWord {
                list,
                codes,
                offset,
            });
        }
        found.sort_by_key(|word| word.list.df());
        Some(SideBySide {
            words: found,
            relation,
            scope: clause.scope,
            bounds: shared.bounds(byline),
        })
    }

    /// Find the documents that `filter` allows, ascending.
    pub fn find(
        &self,
        shared: &SegmentContext,
        filter: &Filter,
        judge: &mut impl Judge,
    ) -> Result<(), Failure> {
        let table = shared.table(self.scope.is_byline());
        let (has_title, has_body) = (self.scope.has_title(), self.scope.has_body());
        let in_scope = |(title, body): (u32, u32)| {
            (
                if has_title { title } else { 0 },
                if has_body { body } else { 0 },
            )
        };
        let worth_of = |doc: u32, (title, body): (u32, u32)| -> Result<f64, Damage> {
            let norm = norm_of(shared.norms, doc)?;
            Ok(table.worth(title, body, norm))
        };
        let is_run = matches!(self.relation, Relation::Run(_));
        let mut together = Intersection::new(
            self.words
                .iter()
                .map(|word| (word.list, word.codes.is_some())),
            self.bounds,
        );
        let mut check = Check {
            words: &self.words,
            relation: self.relation,
            limit: self.scope.limit(),
            starts: Vec::new(),
            room: Vec::new(),
        };
        let lead_codes = self.words.first().and_then(|word| word.codes.as_deref());
        let plain_distance = self.plain_distance();
        // A run is worth no more than any of its words; pairs may be.
        while together.next_batch(filter, |worth| is_run && judge.is_below(worth))? {
            (shared.budget).charge(budget::BLOCK * together.members.len() as u64)?;
            let is_choosy = judge.is_choosy();
            let Intersection { members, batch, .. } = &mut together;
            let [lead, second, others @ ..] = &mut members[..] else {
                return Ok(());
            };
            if lead_codes.is_some() || (is_run && is_choosy) {
                batch.retain(|doc, place| {
                    let frequencies = match lead_codes {
                        Some(codes) => lead.frequencies_of(codes, place)?,
                        None => lead.frequencies(place)?,
                    };
                    let (title, body) = in_scope(frequencies);
                    Ok(title | body != 0
                        && !(is_run && is_choosy && judge.is_below(worth_of(doc, (title, body))?)))
                })?;
            }
            second.keep_held(batch, self.bounds, |worth| is_run && judge.is_below(worth))?;
            (shared.budget).charge(COST_OF_A_CANDIDATE * batch.len as u64)?;
            let is_whole = others.is_empty();
            let is_second_exact = plain_distance.is_some() && self.words[1].codes.is_some();
            let mut rest = CandidateBatch::default();
            let (mut hopeful, mut found) = (CandidateBatch::default(), CandidateBatch::default());
            let mut counts = [(0, 0); BLOCK_POSTINGS];
            let mut from = 0;
            if let Some(place) = batch.places[..batch.len].first() {
                lead.frequencies(*place)?;
            }
            while from < batch.len {
                let section = from..second.section(batch, from)?;
                from = section.end;
                hopeful.len = 0;
                for i in section {
                    let (doc, place) = (batch.docs[i], batch.places[i]);
                    let least =
                        self.at_most(lead.frequencies_here(place), second.frequencies_here(place));
                    let (title, body) = in_scope(least);
                    let is_hopeful = title | body != 0
                        && !(is_choosy && judge.is_below(worth_of(doc, (title, body))?));
                    hopeful.push_if(is_hopeful, doc, place);
                }
                lead.unpack(&hopeful.places[..hopeful.len])?;
                second.unpack(&hopeful.places[..hopeful.len])?;
                // Whether there is any is not to be foreseen: that is asked afterwards.
                found.len = 0;
                let meant_before = lead_codes.and_then(|_| lead.meant_before());
                for i in 0..hopeful.len {
                    let (doc, place) = (hopeful.docs[i], hopeful.places[i]);
                    let is_in_titles = has_title
                        && lead.frequencies_here(place).0 != 0
                        && second.frequencies_here(place).0 != 0;
                    let title = match is_in_titles {
                        true => check.frequency(lead, second, place, true)?,
                        false => 0,
                    };
                    let body = match plain_distance {
                        _ if !has_body => 0,
                        Some(distance) => {
                            let (run, next) = (lead.run(place, false)?, second.run(place, false)?);
                            count_at(&run, &next, distance, meant_before)
                        }
                        None => check.frequency(lead, second, place, false)?,
                    };
                    counts[found.len % BLOCK_POSTINGS] = (title, body);
                    found.push_if(title | body != 0, doc, place);
                }
                for ((doc, place), (title, mut body)) in found.candidates().zip(counts) {
                    if body != 0 && is_whole && is_second_exact {
                        body = check.frequency(lead, second, place, false)?;
                        if title | body == 0 {
                            continue;
                        }
                    }
                    if is_whole {
                        judge.found(doc, title, body)?;
                    } else if !(is_choosy && judge.is_below(worth_of(doc, (title, body))?)) {
                        rest.push(doc, place);
                    }
                }
            }
            // The other words of a run are read where the two rarest stand as they should.
            for other in &mut *others {
                other.keep_held(&mut rest, self.bounds, |worth| judge.is_below(worth))?;
            }
            for (doc, place) in rest.docs[..rest.len].iter().zip(rest.places) {
                for member in &mut *members {
                    member.frequencies(place)?;
                    member.unpack(&[place])?;
                }
                let mut frequency = |is_sought: bool, in_title: bool| match is_sought {
                    true => check.keep_runs(members, place, in_title),
                    false => Ok(0),
                };
                let (title, body) = (frequency(has_title, true)?, frequency(has_body, false)?);
                if title | body != 0 {
                    judge.found(*doc, title, body)?;
                }
            }
        }
        Ok(())
    }

    /// How far the second word stands behind the first, if nothing else is asked in bodies
    /// but that and the forms.
    fn plain_distance(&self) -> Option<u32> {
        match (self.relation, self.scope.limit(), &self.words[..]) {
            (Relation::Run(_), None, [first, second, ..]) => {
                Some(second.offset.wrapping_sub(first.offset))
            }
            _ => None,
        }
    }

    /// No candidate has the clause more often than this.
    #[inline]
    fn at_most(&self, lead: (u32, u32), second: (u32, u32)) -> (u32, u32) {
        let least = (lead.0.min(second.0), lead.1.min(second.1));
        match self.relation {
            Relation::Run(_) => least,
            Relation::Near(nearness) if nearness.is_capped => least,
            // No more pairs than there are ways to choose one of each, and no more of one
            // position than there are positions near.
            Relation::Near(nearness) => {
                let most = |a: u32, b: u32| {
                    let near = nearness.distance.saturating_mul(2);
                    a.saturating_mul(b).min(a.min(b).saturating_mul(near))
                };
                (most(lead.0, second.0), most(lead.1, second.1))
            }
        }
    }
}

fn word_of(operand: &Operand) -> Option<usize> {
    match operand {
        Operand::Run(parts) => match parts[..] {
            [Part::Word(word)] => Some(word),
            _ => None,
        },
        Operand::Boost(child, _) => word_of(child),
        _ => None,
    }
}

struct Check<'c, 'a> {
    words: &'c [NeighbourWord<'a>],
    relation: Relation,
    limit: Option<u32>,
    starts: Vec<u32>,
    room: Vec<u32>,
}

impl Check<'_, '_> {
    /// How often the two rarest words stand as the clause asks in the title or in the body
    /// of a candidate whose positions are unpacked; of two words in the forms that are meant.
    #[inline]
    fn frequency(
        &mut self,
        lead: &Member,
        second: &Member,
        place: u8,
        in_title: bool,
    ) -> Result<u32, Damage> {
        let limit = if in_title { None } else { self.limit };
        let runs = (lead.run(place, in_title)?, second.run(place, in_title)?);
        match self.relation {
            Relation::Run(len) => self.runs((lead, second), runs, limit, len),
            Relation::Near(nearness) => self.pairs((lead, second), runs, limit, nearness),
        }
    }

    #[inline]
    fn runs(
        &mut self,
        members: (&Member, &Member),
        (run, next): (Run, Run),
        limit: Option<u32>,
        len: u32,
    ) -> Result<u32, Damage> {
        let [first, second, others @ ..] = self.words else {
            return Ok(0);
        };
        let run = first.inside(run, limit, len);
        let distance = second.offset.wrapping_sub(first.offset);
        // What is meant of the rarest has been counted, and its block has been left out where
        // nothing is.
        let meant_before = first.codes.as_ref().and_then(|_| members.0.meant_before());
        let count = count_at(&run, &next, distance, meant_before);
        if second.codes.is_none() || !others.is_empty() || count == 0 {
            return Ok(count);
        }
        let mut found = 0;
        for (place, position) in run.positions().enumerate() {
            let other = position.wrapping_add(distance);
            if let Some(other) = next.place_of(other) {
                let is_meant = first.is_meant(members.0, &run, place)?
                    && second.is_meant(members.1, &next, other)?;
                found += u32::from(is_meant);
            }
        }
        Ok(found)
    }

    /// How often all words stand side by side, where the two rarest do.
    fn keep_runs(&mut self, members: &[Member], place: u8, in_title: bool) -> Result<u32, Damage> {
        let (Relation::Run(len), Some(first)) = (self.relation, self.words.first()) else {
            return Ok(0);
        };
        let limit = if in_title { None } else { self.limit };
        let starts = &mut self.starts;
        starts.clear();
        for (i, (word, member)) in self.words.iter().zip(members).enumerate() {
            let run = member.run(place, in_title)?;
            if i == 0 {
                let run = first.inside(run, limit, len);
                starts.extend(run.positions().filter_map(|p| p.checked_sub(word.offset)));
            } else {
                starts.retain(|start| {
                    let position = start.checked_add(word.offset);
                    position.is_some_and(|position| run.place_of(position).is_some())
                });
            }
            if starts.is_empty() {
                return Ok(0);
            }
        }
        // Forms are compared last: mostly no run of stems is left by then.
        for (word, member) in self.words.iter().zip(members) {
            if word.codes.is_none() {
                continue;
            }
            let run = member.run(place, in_title)?;
            let mut kept = 0;
            for i in 0..starts.len() {
                let position = starts[i].saturating_add(word.offset);
                let is_meant = match run.place_of(position) {
                    Some(place) => word.is_meant(member, &run, place)?,
                    None => false,
                };
                starts[kept] = starts[i];
                kept += usize::from(is_meant);
            }
            starts.truncate(kept);
        }
        Ok(starts.len() as u32)
    }

    #[inline]
    fn pairs(
        &mut self,
        members: (&Member, &Member),
        runs: (Run, Run),
        limit: Option<u32>,
        nearness: Nearness,
    ) -> Result<u32, Damage> {
        let Nearness {
            distance, order, ..
        } = nearness;
        let [first, second] = self.words else {
            return Ok(0);
        };
        // The words are in the order of their lengths, the pair in that of the query.
        let is_turned = first.offset != 0;
        let (left, right) = if is_turned {
            ((second, members.1, runs.1), (first, members.0, runs.0))
        } else {
            ((first, members.0, runs.0), (second, members.1, runs.1))
        };
        let limit = limit.unwrap_or(u32::MAX);
        let (first, second) = match limit {
            u32::MAX => (left.2, right.2),
            _ => (left.2.below(limit), right.2.below(limit)),
        };
        let count = count_near(&first, &second, distance, order);
        if count == 0 || self.words.iter().all(|word| word.codes.is_none()) {
            return Ok(nearness.counted(count, first.len(), second.len()));
        }
        keep_meant(left.0, left.1, &first, &mut self.starts)?;
        keep_meant(right.0, right.1, &second, &mut self.room)?;
        let meant = self.starts.iter().copied();
        let count = pairs_near(meant, &self.room, distance, order);
        Ok(nearness.counted(count, self.starts.len(), self.room.len()))
    }
}

impl NeighbourWord<'_> {
    /// Those of its positions from which a run of `len` words lies below the limit.
    #[inline]
    fn inside<'r>(&self, run: Run<'r>, limit: Option<u32>, len: u32) -> Run<'r> {
        match limit {
            None => run,
            Some(limit) => {
                let behind = len.saturating_sub(1).saturating_sub(self.offset);
                run.below(limit.saturating_sub(behind))
            }
        }
    }

    /// Whether a form that is meant stands at a place of a run.
    #[inline]
    fn is_meant(&self, member: &Member, run: &Run, place: usize) -> Result<bool, Damage> {
        Ok(match &self.codes {
            None => true,
            Some(codes) => codes.has(member.code(run, place)?),
        })
    }
}

// The positions of the run at which a form stands that is meant.
fn keep_meant(
    word: &NeighbourWord,
    member: &Member,
    run: &Run,
    positions: &mut Vec<u32>,
) -> Result<(), Damage> {
    positions.clear();
    for (place, position) in run.positions().enumerate() {
        if word.is_meant(member, run, place)? {
            positions.push(position);
        }
    }
    Ok(())
}
