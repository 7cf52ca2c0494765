//! Which documents of a segment match?
//!
//! `SegmentSearch` holds what one search knows of one segment.  `matching` is the meaning of
//! a node as a set of documents, by set algebra over its parts.  `flatten` brings a query
//! into the form that rankings take: clauses that are required, groups of clauses of which
//! one is required, and conditions; `Allowed` is what the conditions leave, an interval of
//! documents (dates, since documents are numbered by date) and a set.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::error::Damage;
use crate::search::budget::{self, Part};
use crate::search::failure::Failure;
use crate::search::lists::memory_list::PostingColumns;
use crate::search::lists::segment_context::SegmentContext;
use crate::search::lists::stream::{Stream, Walker};
use crate::search::lists::word_lists::SegmentWord;
use crate::search::plan::{Node, Plan};
use crate::search::positions::occurrences::Occurrences;
use crate::search::positions::side_by_side::{Judge, SideBySide};
use crate::search::positions::texts::Texts;
use crate::search::ranking::terms::Filter;
use crate::search::sets::bitset::DocSet;
use crate::search::sets::days::interval_of;
use crate::segment::Segment;

/// Units of work for a node, besides its bits.
const BITS_OF_A_NODE: u64 = 100;

/// One segment in one search.
pub struct SegmentSearch<'s, 'a> {
    pub plan: &'s Plan,
    /// The place of the segment among those that are searched.
    pub place: usize,
    pub segment: &'a Segment,
    pub words: &'s [SegmentWord<'a>],
    pub shared: SegmentContext<'a>,
    /// The documents that are not deleted; `None` if none is.
    pub live: Option<&'a DocSet>,
    pub texts: RefCell<Texts<'a>>,
    /// By clause, its stream in all documents, once it was wanted.
    pub streams: RefCell<Vec<Option<Stream<'a>>>>,
    /// By the number of a value condition, the documents that meet it, once they were wanted.
    pub values: RefCell<HashMap<usize, DocSet>>,
}

/// The documents that conditions leave.
pub struct Allowed {
    pub low: u32,
    pub high: u32,
    pub set: Option<DocSet>,
}

impl Allowed {
    pub fn filter(&self) -> Filter<'_> {
        Filter {
            low: self.low,
            high: self.high,
            allowed: self.set.as_ref(),
        }
    }

    pub fn keep(&mut self, set: DocSet) {
        match &mut self.set {
            Some(mine) => mine.and(&set),
            None => self.set = Some(set),
        }
    }

    fn keep_interval(&mut self, low: u32, high: u32) {
        self.low = self.low.max(low);
        self.high = self.high.min(high).max(self.low);
    }
}

/// A query as rankings take it.
#[derive(Debug, Default)]
pub struct Flat<'s> {
    /// Clauses that every match has.
    pub required: Vec<usize>,
    /// Of each group a match has one clause at least.
    pub groups: Vec<Vec<usize>>,
    pub conditions: Vec<&'s Node>,
}

impl<'s> Flat<'s> {
    /// With `all_optional` the optional words of keyword groups are required, which is how
    /// `matching_all` is counted.
    pub fn of(root: &'s Node, all_optional: bool) -> Self {
        let mut flat = Flat::default();
        flat.add(root, all_optional);
        flat.required.sort_unstable();
        flat.required.dedup();
        flat
    }

    fn add(&mut self, node: &'s Node, all_optional: bool) {
        match node {
            Node::Clause(clause) => self.required.push(*clause),
            Node::And(children) => children.iter().for_each(|c| self.add(c, all_optional)),
            Node::Or(children) => self.add_choice(node, children),
            Node::Group {
                needed,
                optional,
                needs_text,
            } => {
                needed.iter().for_each(|c| self.add(c, all_optional));
                if all_optional {
                    optional.iter().for_each(|c| self.add(c, all_optional));
                } else if !optional.is_empty() && !needs_text {
                    self.add_choice(node, optional);
                }
            }
            Node::Everything => {}
            _ => self.conditions.push(node),
        }
    }

    fn add_choice(&mut self, node: &'s Node, children: &'s [Node]) {
        let clauses = children.iter().map(|child| match child {
            Node::Clause(clause) => Some(*clause),
            _ => None,
        });
        match clauses.collect::<Option<Vec<usize>>>() {
            Some(clauses) if clauses.len() == 1 => self.required.extend(clauses),
            Some(mut clauses) => {
                clauses.sort_unstable();
                clauses.dedup();
                self.groups.push(clauses);
            }
            None => self.conditions.push(node),
        }
    }
}

impl<'s, 'a> SegmentSearch<'s, 'a> {
    // ---------------------------------------------------------------- sets

    /// The documents that match `node`, deleted ones included.
    pub fn matching(&self, node: &Node, all_optional: bool) -> Result<DocSet, Failure> {
        let count = self.shared.count;
        let budget = self.shared.budget;
        // Sets are gone through by words of 64 bits.
        budget.charge(BITS_OF_A_NODE + u64::from(count) / 64)?;
        let intersection = |children: &[Node]| -> Result<Option<DocSet>, Failure> {
            let mut found: Option<DocSet> = None;
            for child in children {
                let set = self.matching(child, all_optional)?;
                match &mut found {
                    Some(found) => found.and(&set),
                    None => found = Some(set),
                }
            }
            Ok(found)
        };
        let union = |children: &[Node]| -> Result<DocSet, Failure> {
            let mut found = DocSet::empty(count);
            for child in children {
                found.or(&self.matching(child, all_optional)?);
            }
            Ok(found)
        };
        Ok(match node {
            Node::Clause(clause) => self.documents_of(*clause)?,
            Node::And(children) => intersection(children)?.unwrap_or_else(|| DocSet::full(count)),
            Node::Or(children) => union(children)?,
            Node::Not(child) => {
                let mut set = self.matching(child, false)?;
                set.complement();
                set
            }
            Node::Group {
                needed,
                optional,
                needs_text,
            } => {
                let found = intersection(needed)?;
                let mut found = found.unwrap_or_else(|| DocSet::full(count));
                if all_optional {
                    if let Some(set) = intersection(optional)? {
                        found.and(&set);
                    }
                } else if !optional.is_empty() && !needs_text {
                    found.and(&union(optional)?);
                }
                found
            }
            Node::AtLeast { count, clause } => self.at_least(*count, *clause)?,
            Node::Everything => DocSet::full(count),
            Node::Value {
                field,
                pattern,
                number,
            } => {
                if let Some(set) = self.values.borrow().get(number) {
                    return Ok(set.clone());
                }
                let before = budget.work_on(Part::Value(*number));
                let mut set = DocSet::empty(count);
                crate::search::sets::value_documents::for_each_document(
                    self.segment,
                    *field,
                    pattern,
                    budget,
                    |doc| set.insert(doc),
                )?;
                budget.work_on(before);
                self.values.borrow_mut().insert(*number, set.clone());
                set
            }
            Node::Dates { low, high } => {
                let (first, end) = interval_of(self.segment.dates()?, *low, *high);
                let mut set = DocSet::empty(count);
                set.insert_range(first, end);
                set
            }
            Node::Days(days) => days.documents(self.segment)?.into_set(count),
            Node::Listed(listed) => {
                let documents = listed.get(self.place).map_or(&[][..], Vec::as_slice);
                budget.charge(documents.len() as u64)?;
                DocSet::of(count, documents.iter().copied())
            }
            Node::Lengths { low, high } => {
                budget.charge(u64::from(count))?;
                let lengths = self.segment.lengths()?;
                let fitting = (0u32..)
                    .zip(lengths)
                    .filter(|(_, n)| (low..=high).contains(n));
                DocSet::of(count, fitting.map(|(doc, _)| doc))
            }
        })
    }

    pub fn documents_of(&self, clause: usize) -> Result<DocSet, Failure> {
        let mut set = DocSet::empty(self.shared.count);
        let stream = self.stream(clause)?;
        self.shared.budget.charge(budget::cost_of(&stream))?;
        insert_documents(&stream, &mut set)?;
        Ok(set)
    }

    fn at_least(&self, count: u64, clause: usize) -> Result<DocSet, Failure> {
        let mut set = DocSet::empty(self.shared.count);
        if count == 0 {
            return self.documents_of(clause);
        }
        let stream = self.stream(clause)?;
        self.shared.budget.charge(2 * budget::cost_of(&stream))?;
        let mut walker = Walker::new(stream.clone());
        for block in 0..stream.block_count() {
            walker.enter(block)?;
            walker.frequencies()?;
            let (docs, title_tf, body_tf) = walker.postings();
            for ((doc, title), body) in docs.iter().zip(title_tf).zip(body_tf) {
                if u64::from(*title) + u64::from(*body) >= count {
                    set.insert(*doc);
                }
            }
        }
        Ok(set)
    }

    // ---------------------------------------------------------------- clauses

    /// The postings of a clause in all documents.
    pub fn stream(&self, clause: usize) -> Result<Stream<'a>, Failure> {
        if let Some(stream) = &self.streams.borrow()[clause] {
            return Ok(stream.clone());
        }
        let stream = self.stream_within(clause, None)?;
        self.streams.borrow_mut()[clause] = Some(stream.clone());
        Ok(stream)
    }

    /// The postings of a clause; of one that has to be looked for, only in the documents
    /// that are allowed.
    pub fn stream_within(
        &self,
        clause: usize,
        within: Option<Filter>,
    ) -> Result<Stream<'a>, Failure> {
        let before = self.shared.budget.work_on(Part::Clause(clause));
        let stream = self.find_stream(clause, within)?;
        self.shared.budget.work_on(before);
        Ok(stream)
    }

    fn find_stream(&self, clause: usize, within: Option<Filter>) -> Result<Stream<'a>, Failure> {
        let scope = self.plan.clauses[clause].scope;
        if let Some(word) = self.plan.clauses[clause].single_word() {
            let stream = self.words[word].stream(scope.is_byline(), &self.shared)?;
            return Ok(match scope.is_byline() {
                true => stream,
                false => stream.narrowed(scope.has_title(), scope.has_body()),
            });
        }
        if let Some(stream) = &self.streams.borrow()[clause] {
            return Ok(stream.clone());
        }
        let mut found = (Vec::new(), Vec::new(), Vec::new());
        let filter = within.unwrap_or(Filter {
            low: 0,
            high: self.shared.count,
            allowed: None,
        });
        if let Some(side_by_side) =
            SideBySide::of(&self.plan.clauses[clause], self.words, &self.shared)
        {
            let mut all = All(found);
            side_by_side.find(&self.shared, &filter, &mut all)?;
            let len = all.0 .0.len();
            let memory = (self.shared).memory(scope.is_byline(), all.0, len)?;
            return Ok(Stream::of_memory(memory.into()));
        }
        let mut occurrences = self.occurrences(clause, filter.allowed)?;
        self.shared.budget.charge(occurrences.cost_of_seeking())?;
        let mut texts = self.texts.borrow_mut();
        let mut doc = filter.low;
        let budget = self.shared.budget;
        loop {
            doc = occurrences.seek(doc, &mut texts)?;
            if doc >= filter.high {
                break;
            }
            let next = filter.next_allowed(doc);
            if next != doc {
                doc = next;
                continue;
            }
            budget.charge(budget::LOOK)?;
            let (title, body) = occurrences.frequencies(doc, &mut texts)?;
            if title | body != 0 {
                found.0.push(doc);
                found.1.push(title);
                found.2.push(body);
            }
            doc += 1;
        }
        let len = found.0.len();
        let memory = (self.shared).memory(scope.is_byline(), found, len)?;
        Ok(Stream::of_memory(memory.into()))
    }

    /// The occurrences of a clause in the documents `within`.
    pub fn occurrences(
        &self,
        clause: usize,
        within: Option<&DocSet>,
    ) -> Result<Occurrences<'s, 'a>, Failure> {
        Occurrences::new(&self.plan.clauses[clause], self.words, within, &self.shared)
    }

    // ---------------------------------------------------------------- conditions

    /// The documents that are not deleted and meet the conditions.
    pub fn allowed(&self, conditions: &[&Node], all_optional: bool) -> Result<Allowed, Failure> {
        let mut allowed = Allowed {
            low: 0,
            high: self.shared.count,
            set: self.live.cloned(),
        };
        for condition in conditions {
            let before = self.shared.budget.work_on(Part::of(condition));
            match condition {
                Node::Dates { low, high } => {
                    let (first, end) = interval_of(self.segment.dates()?, *low, *high);
                    allowed.keep_interval(first, end);
                }
                Node::Days(days) => {
                    let run = days.documents(self.segment)?;
                    allowed.keep_interval(run.low, run.high);
                    if !run.is_whole() {
                        allowed.keep(run.into_set(self.shared.count));
                    }
                }
                Node::Not(child) => {
                    let mut set = self.matching(child, false)?;
                    match &mut allowed.set {
                        Some(mine) => mine.and_not(&set),
                        None => {
                            set.complement();
                            allowed.set = Some(set);
                        }
                    }
                }
                _ => allowed.keep(self.matching(condition, all_optional)?),
            }
            self.shared.budget.work_on(before);
        }
        Ok(allowed)
    }

    /// Narrow `allowed` to the documents that have one clause of each group.
    pub fn keep_groups(&self, allowed: &mut Allowed, groups: &[Vec<usize>]) -> Result<(), Failure> {
        for group in groups {
            let mut set = DocSet::empty(self.shared.count);
            for clause in group {
                let stream = self.stream(*clause)?;
                self.shared.budget.charge(budget::cost_of(&stream))?;
                insert_documents(&stream, &mut set)?;
            }
            allowed.keep(set);
        }
        Ok(())
    }

    /// Narrow `allowed` to the documents of a clause.
    pub fn keep_clause(&self, allowed: &mut Allowed, clause: usize) -> Result<(), Failure> {
        allowed.keep(self.documents_of(clause)?);
        Ok(())
    }
}

/// Takes all documents that are found.
struct All(PostingColumns);

impl Judge for All {
    fn is_below(&self, _: f64) -> bool {
        false
    }

    fn is_choosy(&self) -> bool {
        false
    }

    fn found(&mut self, doc: u32, title_tf: u32, body_tf: u32) -> Result<(), Damage> {
        self.0 .0.push(doc);
        self.0 .1.push(title_tf);
        self.0 .2.push(body_tf);
        Ok(())
    }
}

/// Add the documents of a stream to `set`.
pub fn insert_documents(stream: &Stream, set: &mut DocSet) -> Result<(), Damage> {
    let mut walker = Walker::new(stream.clone());
    for block in 0..stream.block_count() {
        walker.enter(block)?;
        set.insert_block(walker.docs());
    }
    Ok(())
}
