//! In which documents do some words stand side by side, or two near each other?
//!
//! The quick way for what people ask most: runs of single words, and one word near another,
//! each word one posting list.  `Occurrences` is the general way and gives the same.
//!
//! From cheap to dear: which documents hold all words (`together.rs`); what these could be
//! worth by their frequencies alone; do positions fit, by stems (`runs.rs`); and only where
//! they do, are the forms those that are meant?

use std::rc::Rc;

use super::matching::SegmentSearch;
use super::plan::{Operand, Part, Scope};
use super::runs::{count_at, count_near, pairs_near, Order, FARTHEST};
use super::stream::Codes;
use super::terms::{norm_of, Filter};
use super::together::{Member, Together};
use crate::error::Damage;
use crate::postings::{List, Run};

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
    words: Vec<Word<'a>>,
    relation: Relation,
    scope: Scope,
    scale: f64,
}

struct Word<'a> {
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
    Near(u32, Order),
}

impl<'a> SideBySide<'a> {
    /// The clause, if it is one for the quick way.
    pub fn of(search: &SegmentSearch<'_, 'a>, clause: usize) -> Option<Self> {
        let clause = &search.plan.clauses[clause];
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
            } if *distance <= FARTHEST => {
                let order = if *ordered { Order::Given } else { Order::Any };
                let words = vec![(0, word_of(left)?), (1, word_of(right)?)];
                (words, Relation::Near(*distance, order))
            }
            _ => return None,
        };
        if words.len() < 2 {
            return None;
        }
        let byline = clause.scope.is_byline();
        let mut found: Vec<Word> = Vec::with_capacity(words.len());
        for (offset, word) in words {
            let mut lists = (search.words[word].lists.iter()).filter_map(|word| {
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
            found.push(Word {
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
            scale: if byline { 1.0 } else { search.shared.scale },
        })
    }

    /// Find the documents that `filter` allows, ascending.
    pub fn find(
        &self,
        search: &SegmentSearch,
        filter: &Filter,
        judge: &mut impl Judge,
    ) -> Result<(), Damage> {
        let shared = &search.shared;
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
        let worth_of_lead =
            |doc: u32, title: u32, body: u32| worth_of(doc, in_scope((title, body)));
        let is_run = matches!(self.relation, Relation::Run(_));
        let mut together = Together::new(self.words.iter().map(|word| word.list), self.scale);
        let mut check = Check {
            words: &self.words,
            relation: self.relation,
            limit: self.scope.limit(),
            starts: Vec::new(),
            room: Vec::new(),
        };
        loop {
            // A run is worth no more than any of its words; pairs may be.
            let is_below = |worth: f64| is_run && judge.is_below(worth);
            let by_lead = (is_run && judge.is_choosy()).then_some(worth_of_lead);
            if !together.next(filter, is_below, by_lead)? {
                return Ok(());
            }
            let Together { members, batch, .. } = &mut together;
            for (doc, place) in batch.docs[..batch.len].iter().zip(batch.places) {
                let (title, body) = in_scope(self.at_most(members, place)?);
                if title | body == 0 {
                    continue;
                }
                if judge.is_choosy() && judge.is_below(worth_of(*doc, (title, body))?) {
                    continue;
                }
                for member in &mut *members {
                    member.unpack(place)?;
                }
                let title = if title > 0 {
                    check.frequency(members, place, true)?
                } else {
                    0
                };
                let body = if body > 0 {
                    check.frequency(members, place, false)?
                } else {
                    0
                };
                if title | body != 0 {
                    judge.found(*doc, title, body)?;
                }
            }
        }
    }

    /// No candidate has the clause more often than this.
    #[inline]
    fn at_most(&self, members: &mut [Member], place: u8) -> Result<(u32, u32), Damage> {
        let mut least = (u32::MAX, u32::MAX);
        let mut product = (1u32, 1u32);
        for member in members {
            let (title, body) = member.frequencies(place)?;
            least = (least.0.min(title), least.1.min(body));
            product = (
                product.0.saturating_mul(title),
                product.1.saturating_mul(body),
            );
        }
        Ok(match self.relation {
            Relation::Run(_) => least,
            // No more pairs than there are ways to choose one of each, and no more of one
            // position than there are positions near.
            Relation::Near(distance, _) => {
                let most = |least: u32| least.saturating_mul(distance.saturating_mul(2));
                (product.0.min(most(least.0)), product.1.min(most(least.1)))
            }
        })
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
    words: &'c [Word<'a>],
    relation: Relation,
    limit: Option<u32>,
    starts: Vec<u32>,
    room: Vec<u32>,
}

impl Check<'_, '_> {
    /// How often the clause occurs in the title or in the body of a candidate whose
    /// positions are unpacked.
    #[inline]
    fn frequency(&mut self, members: &[Member], place: u8, in_title: bool) -> Result<u32, Damage> {
        let limit = if in_title { None } else { self.limit };
        match self.relation {
            Relation::Run(len) => self.runs(members, place, in_title, limit, len),
            Relation::Near(distance, order) => {
                self.pairs(members, place, in_title, limit, (distance, order))
            }
        }
    }

    #[inline]
    fn runs(
        &mut self,
        members: &[Member],
        place: u8,
        in_title: bool,
        limit: Option<u32>,
        len: u32,
    ) -> Result<u32, Damage> {
        let ([first, second, ..], [member, other, ..]) = (self.words, members) else {
            return Ok(0);
        };
        let mut run = member.run(place, in_title)?;
        let next = other.run(place, in_title)?;
        if let Some(limit) = limit {
            // All of the run lies below the limit.
            let behind = len.saturating_sub(1).saturating_sub(first.offset);
            run = run.below(limit.saturating_sub(behind));
        }
        let distance = second.offset.wrapping_sub(first.offset);
        let count = count_at(&run, &next, distance);
        if count == 0 || (self.words.len() == 2 && self.words.iter().all(|w| w.codes.is_none())) {
            return Ok(count);
        }
        self.keep_runs(members, place, in_title, &run)
    }

    // The same where more than two words, or their forms, decide.
    #[inline(never)]
    fn keep_runs(
        &mut self,
        members: &[Member],
        place: u8,
        in_title: bool,
        run: &Run,
    ) -> Result<u32, Damage> {
        let starts = &mut self.starts;
        starts.clear();
        let offset = self.words[0].offset;
        starts.extend(run.positions().filter_map(|p| p.checked_sub(offset)));
        for (word, member) in self.words.iter().zip(members).skip(1) {
            let run = member.run(place, in_title)?;
            starts.retain(|start| {
                let position = start.checked_add(word.offset);
                position.is_some_and(|position| run.place_of(position).is_some())
            });
        }
        for (word, member) in self.words.iter().zip(members) {
            let Some(wanted) = &word.codes else {
                continue;
            };
            let run = member.run(place, in_title)?;
            let mut kept = 0;
            for i in 0..starts.len() {
                let position = starts[i].saturating_add(word.offset);
                let place = run.place_of(position).unwrap_or(usize::MAX);
                let code = member.code(&run, place)?;
                starts[kept] = starts[i];
                kept += usize::from(wanted.has(code));
            }
            starts.truncate(kept);
        }
        Ok(starts.len() as u32)
    }

    #[inline]
    fn pairs(
        &mut self,
        members: &[Member],
        place: u8,
        in_title: bool,
        limit: Option<u32>,
        (distance, order): (u32, Order),
    ) -> Result<u32, Damage> {
        // The words are in the order of their lengths, the pair in that of the query.
        let sides = match self.words.first() {
            Some(word) if word.offset == 0 => (0, 1),
            _ => (1, 0),
        };
        let (Some(left), Some(right)) = (members.get(sides.0), members.get(sides.1)) else {
            return Ok(0);
        };
        let limit = limit.unwrap_or(u32::MAX);
        let (first, second) = (left.run(place, in_title)?, right.run(place, in_title)?);
        let (first, second) = match limit {
            u32::MAX => (first, second),
            _ => (first.below(limit), second.below(limit)),
        };
        let count = count_near(&first, &second, distance, order);
        if count == 0 || self.words.iter().all(|word| word.codes.is_none()) {
            return Ok(count);
        }
        let words = (&self.words[sides.0], &self.words[sides.1]);
        keep_wanted(words.0, left, &first, &mut self.starts)?;
        keep_wanted(words.1, right, &second, &mut self.room)?;
        let first = self.starts.iter().copied();
        Ok(pairs_near(first, &self.room, distance, order))
    }
}

// The positions of the run at which a form stands that is meant.
fn keep_wanted(
    word: &Word,
    member: &Member,
    run: &Run,
    positions: &mut Vec<u32>,
) -> Result<(), Damage> {
    positions.clear();
    for (place, position) in run.positions().enumerate() {
        let is_wanted = match &word.codes {
            None => true,
            Some(wanted) => wanted.has(member.code(run, place)?),
        };
        if is_wanted {
            positions.push(position);
        }
    }
    Ok(())
}
