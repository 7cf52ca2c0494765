//! Where does a clause occur, document after document?
//!
//! `Occurrences` goes through the documents in which the words of a clause stand as the
//! clause asks (all words of a phrase, both sides of a proximity expression, ...), and gives
//! the spans in each, by the rules of `searcher/searching/occurrences.py`.  Positions are
//! read only in documents that have all the words.

use std::collections::BTreeMap;

use crate::error::Damage;
use crate::postings::TERMINATED;
use crate::scoring::Bounds;
use crate::search::budget::{self, Budget, Held};
use crate::search::failure::Failure;
use crate::search::lists::segment_context::SegmentContext;
use crate::search::lists::word_lists::{SegmentWord, WordPositions};
use crate::search::plan::{Clause, Field, Operand, Part, Scope};
use crate::search::positions::spans::{self, Room, Span};
use crate::search::positions::texts::Texts;
use crate::search::sets::bitset::DocSet;
use crate::search::sets::matching::insert_documents;
use crate::segment::NAME_GAP;

/// Units of work (`budget.rs`) for a node in a document, and to seek a document in a list.
const COST_OF_A_NODE: u64 = 24;
const COST_OF_A_SEEK: u64 = 4;
/// To decode where the sentences of a document begin.
const COST_OF_BOUNDARIES: u64 = 3_000;
const BYTES_OF_A_WORD: u64 = 4 << 10;
/// A word is rare that not one in so many documents holds.
const RARE: u64 = 8;

/// The occurrences of a clause in one segment.
pub struct Occurrences<'q, 'a> {
    node: Node<'q, 'a>,
    scope: Scope,
    budget: &'a Budget<'a>,
    /// Words and other nodes.
    size: u64,
    /// Documents of the segment.
    count: u64,
    /// What the impacts say: `bound_of`.
    bounds: Bounds,
}

impl<'q, 'a> Occurrences<'q, 'a> {
    /// The occurrences of `clause` in the documents `within`, or in all.
    pub fn new(
        clause: &'q Clause,
        words: &[SegmentWord<'a>],
        within: Option<&DocSet>,
        shared: &SegmentContext<'a>,
    ) -> Result<Self, Failure> {
        let maker = Maker {
            words,
            within,
            shared,
            byline: clause.scope.is_byline(),
        };
        let node = maker.make(&clause.operand)?;
        Ok(Occurrences {
            size: node.size(),
            count: shared.count.into(),
            node,
            scope: clause.scope,
            budget: shared.budget,
            bounds: shared.bounds(clause.scope.is_byline()),
        })
    }

    /// Units of work to seek all documents.
    pub fn cost_of_seeking(&self) -> u64 {
        COST_OF_A_SEEK * self.node.candidates().min(self.count) * self.size
    }

    /// Go to the first document, `target` or larger, in which the clause may occur.
    pub fn seek(&mut self, target: u32, texts: &mut Texts) -> Result<u32, Failure> {
        self.node.seek(target, self.scope, texts)
    }

    /// The same, leaving out documents that lie in blocks whose postings are all worth so
    /// little that the clause is below what is wanted.  Only of words side by side, whose run
    /// is worth no more than any of them.
    pub fn seek_wanted(
        &mut self,
        target: u32,
        is_below: &dyn Fn(f64) -> bool,
        texts: &mut Texts,
    ) -> Result<u32, Failure> {
        let Kind::Run(run) = &mut self.node.kind else {
            return self.seek(target, texts);
        };
        let mut target = target;
        loop {
            let mut wanted = target;
            for word in &mut run.words {
                wanted = (word.positions).skip_below(wanted, self.bounds, is_below);
            }
            if wanted != target && wanted != TERMINATED {
                target = wanted;
                continue;
            }
            let doc = match wanted {
                TERMINATED => TERMINATED,
                _ => run.seek(wanted, self.scope, texts)?,
            };
            if doc == target || doc == TERMINATED {
                return Ok(doc);
            }
            target = doc;
        }
    }

    /// How often the clause occurs in the title and in the body (or byline) of the document.
    pub fn frequencies(&mut self, doc: u32, texts: &mut Texts) -> Result<(u32, u32), Failure> {
        let mut found = (0, 0);
        for field in self.scope.fields() {
            let frequency = self.spans(doc, *field, texts)?.len() as u32;
            match field {
                Field::Title => found.0 = frequency,
                Field::Body | Field::Byline => found.1 = frequency,
            }
        }
        Ok(found)
    }

    /// The occurrences in a field of the document, ascending.
    pub fn spans(&mut self, doc: u32, field: Field, texts: &mut Texts) -> Result<&[Span], Failure> {
        let place = self.place(doc, field);
        self.budget.charge(COST_OF_A_NODE * self.size)?;
        self.node.find(&place, texts)?;
        Ok(&self.node.spans)
    }

    /// The runs to mark in a field of the document: of proximity expressions those of the
    /// operands, where they pair.
    pub fn marked(
        &mut self,
        doc: u32,
        field: Field,
        texts: &mut Texts,
    ) -> Result<Vec<Span>, Failure> {
        let place = self.place(doc, field);
        self.budget.charge(COST_OF_A_NODE * self.size)?;
        self.node.find(&place, texts)?;
        let mut runs = Vec::new();
        self.node.mark(&mut runs, self.budget)?;
        spans::tidy(&mut runs);
        Ok(runs)
    }

    /// No document has the clause more often than this where it stands.
    pub fn frequencies_at_most(&mut self) -> Result<(u32, u32), Damage> {
        let (title, body) = self.node.at_most()?;
        let title = if self.scope.has_title() { title } else { 0 };
        let body = if self.scope.has_body() { body } else { 0 };
        Ok((title, body))
    }

    fn place(&self, doc: u32, field: Field) -> Place<'a> {
        let limit = match field {
            Field::Body => self.scope.limit(),
            _ => None,
        };
        let budget = self.budget;
        Place {
            doc,
            field,
            limit,
            budget,
        }
    }
}

/// Where spans are looked for.
struct Place<'b> {
    doc: u32,
    budget: &'b Budget<'b>,
    field: Field,
    /// Positions from here on do not count.
    limit: Option<u32>,
}

struct Node<'q, 'a> {
    kind: Kind<'q, 'a>,
    /// Those of the place that was looked at last.
    spans: Vec<Span>,
    room: Room,
}

enum Kind<'q, 'a> {
    Run(Run<'a>),
    Any(Vec<Node<'q, 'a>>),
    /// Near, within, not near: which of them is read from the operand.
    Pair(&'q Operand, Box<[Node<'q, 'a>; 2]>),
}

/// Words side by side.
struct Run<'a> {
    /// Each once.
    words: Vec<RunWord<'a>>,
    /// How many places words have.
    places: usize,
    len: u32,
    _held: Held,
    starts: Vec<u32>,
    /// Whether any-words stand at the ends, which must be words of the text too.
    is_open_at_start: bool,
    is_open_at_end: bool,
}

struct RunWord<'a> {
    positions: WordPositions<'a>,
    /// Its places in the run.
    offsets: Vec<u32>,
}

struct Maker<'m, 'a> {
    words: &'m [SegmentWord<'a>],
    within: Option<&'m DocSet>,
    shared: &'m SegmentContext<'a>,
    byline: bool,
}

impl<'m, 'a> Maker<'m, 'a> {
    fn make<'q>(&self, operand: &'q Operand) -> Result<Node<'q, 'a>, Failure> {
        let kind = match operand {
            Operand::Run(parts) => Kind::Run(self.run(parts)?),
            Operand::Any(children) => {
                let children = children.iter().map(|child| self.make(child));
                Kind::Any(children.collect::<Result<_, _>>()?)
            }
            Operand::Near { left, right, .. }
            | Operand::Within { left, right, .. }
            | Operand::NotNear { left, right, .. } => {
                Kind::Pair(operand, Box::new([self.make(left)?, self.make(right)?]))
            }
            // Weights are no matter of places.
            Operand::Boost(child, _) => return self.make(child),
        };
        Ok(Node {
            kind,
            spans: Vec::new(),
            room: Room::default(),
        })
    }

    fn run(&self, parts: &[Part]) -> Result<Run<'a>, Failure> {
        let mut offsets: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
        for (i, part) in parts.iter().enumerate() {
            if let Part::Word(word) = part {
                offsets.entry(*word).or_default().push(i as u32);
            }
        }
        let places = offsets.values().map(Vec::len).sum();
        let mut order: Vec<(u64, usize)> = (offsets.keys())
            .map(|word| (self.words[*word].cost(self.byline), *word))
            .collect();
        order.sort_unstable();
        let rarest = order.first().map_or(0, |(cost, _)| *cost);
        let budget = self.shared.budget;
        // Many lists are read only where the rarest word is.
        let has_many = order
            .iter()
            .any(|(_, word)| self.words[*word].lists.len() > 1);
        let mut here = None;
        if has_many && order.len() > 1 && rarest * RARE < self.shared.count.into() {
            here = Some(self.documents_of(order[0].1)?);
        }
        let within = here.as_ref().or(self.within);
        let mut words = Vec::with_capacity(order.len());
        let mut held = budget.hold(0)?;
        for (_, word) in order {
            budget.charge(budget::LIST)?;
            held.grow(BYTES_OF_A_WORD, budget)?;
            words.push(RunWord {
                positions: self.words[word].positions(self.byline, within, self.shared)?,
                offsets: offsets.remove(&word).unwrap_or_default(),
            });
        }
        // The rarest first: most candidates fall at it.
        words.sort_by_key(|word| word.positions.cost());
        Ok(Run {
            words,
            places,
            _held: held,
            len: parts.len() as u32,
            starts: Vec::new(),
            is_open_at_start: parts.first() == Some(&Part::AnyWord),
            is_open_at_end: parts.last() == Some(&Part::AnyWord),
        })
    }
}

impl Maker<'_, '_> {
    /// Those of the documents asked for that hold a word.
    fn documents_of(&self, word: usize) -> Result<DocSet, Failure> {
        let mut set = DocSet::empty(self.shared.count);
        let stream = self.words[word].stream(self.byline, self.shared)?;
        insert_documents(&stream, &mut set)?;
        if let Some(within) = self.within {
            set.and(within);
        }
        Ok(set)
    }
}

impl Node<'_, '_> {
    /// How many documents there may be to look at, roughly.
    fn candidates(&self) -> u64 {
        match &self.kind {
            Kind::Run(run) => (run.words.first()).map_or(0, |word| word.positions.cost().into()),
            Kind::Any(children) => children.iter().map(Node::candidates).sum(),
            Kind::Pair(_, sides) => sides[0].candidates(),
        }
    }

    fn size(&self) -> u64 {
        match &self.kind {
            Kind::Run(run) => 1 + run.words.len() as u64,
            Kind::Any(children) => 1 + children.iter().map(Node::size).sum::<u64>(),
            Kind::Pair(_, sides) => 1 + sides.iter().map(Node::size).sum::<u64>(),
        }
    }

    fn seek(&mut self, target: u32, scope: Scope, texts: &mut Texts) -> Result<u32, Failure> {
        match &mut self.kind {
            Kind::Run(run) => run.seek(target, scope, texts),
            Kind::Any(children) => {
                let mut first = TERMINATED;
                for child in children {
                    first = first.min(child.seek(target, scope, texts)?);
                }
                Ok(first)
            }
            Kind::Pair(operand, sides) => {
                let [left, right] = &mut **sides;
                let mut doc = left.seek(target, scope, texts)?;
                if matches!(operand, Operand::NotNear { .. }) {
                    return Ok(doc);
                }
                loop {
                    let other = right.seek(doc, scope, texts)?;
                    if other == doc {
                        return Ok(doc);
                    }
                    doc = left.seek(other, scope, texts)?;
                    if doc == other {
                        return Ok(doc);
                    }
                }
            }
        }
    }

    /// Find the spans in a place.
    fn find(&mut self, place: &Place, texts: &mut Texts) -> Result<(), Failure> {
        let (out, room) = (&mut self.spans, &mut self.room);
        out.clear();
        match &mut self.kind {
            Kind::Run(run) => run.find(place, texts, out)?,
            Kind::Any(children) => {
                for child in children {
                    child.find(place, texts)?;
                    out.extend_from_slice(&child.spans);
                }
                place.budget.charge(budget::PAIR * out.len() as u64)?;
                spans::tidy(out);
            }
            Kind::Pair(operand, sides) => {
                let [left, right] = &mut **sides;
                left.find(place, texts)?;
                if left.spans.is_empty() {
                    return Ok(());
                }
                right.find(place, texts)?;
                let (left, right) = (&left.spans[..], &right.spans[..]);
                let spans = (left.len() + right.len()) as u64;
                place.budget.charge(budget::PAIR * spans)?;
                match *operand {
                    Operand::Near {
                        distance, ordered, ..
                    } => spans::near(left, right, *distance, *ordered, out, place.budget)?,
                    Operand::NotNear { distance, .. } => {
                        spans::not_near(left, right, *distance, room, out)
                    }
                    Operand::Within { unit, .. } if !right.is_empty() => match place.field {
                        Field::Title => spans::within(left, right, |_| 0, room, out, place.budget)?,
                        Field::Byline => {
                            spans::within(left, right, |p| p / NAME_GAP, room, out, place.budget)?
                        }
                        Field::Body => {
                            place
                                .budget
                                .charge(COST_OF_BOUNDARIES + budget::PAIR * spans)?;
                            let starts = texts.unit_starts(place.doc, *unit)?;
                            let unit_of = |p| starts.partition_point(|start| *start <= p) as u32;
                            spans::within(left, right, unit_of, room, out, place.budget)?
                        }
                    },
                    _ => {}
                }
                if operand.is_capped() {
                    out.truncate(left.len().min(right.len()));
                }
            }
        }
        Ok(())
    }

    /// Append the runs to mark, after `find`.
    fn mark(&self, out: &mut Vec<Span>, budget: &Budget) -> Result<(), Failure> {
        match &self.kind {
            Kind::Run(_) => out.extend_from_slice(&self.spans),
            Kind::Any(children) => {
                for child in children {
                    child.mark(out, budget)?;
                }
            }
            Kind::Pair(Operand::NotNear { .. }, _) => out.extend_from_slice(&self.spans),
            Kind::Pair(_, sides) => {
                let mut runs = Vec::new();
                if !self.spans.is_empty() {
                    for side in sides.iter() {
                        side.mark(&mut runs, budget)?;
                    }
                }
                budget.charge(budget::PAIR * (runs.len() + self.spans.len()) as u64)?;
                spans::keep_inside(&mut runs, &self.spans);
                out.append(&mut runs);
            }
        }
        Ok(())
    }

    fn at_most(&mut self) -> Result<(u32, u32), Damage> {
        const ANY: (u32, u32) = (u32::MAX, u32::MAX);
        match &mut self.kind {
            Kind::Run(run) => {
                let mut most = ANY;
                for word in &mut run.words {
                    let (title, body) = word.positions.frequencies_at_most()?;
                    most = (most.0.min(title), most.1.min(body));
                }
                Ok(most)
            }
            Kind::Any(children) => {
                let mut most = (0u32, 0u32);
                for child in children {
                    let (title, body) = child.at_most()?;
                    most = (most.0.saturating_add(title), most.1.saturating_add(body));
                }
                Ok(most)
            }
            Kind::Pair(Operand::NotNear { .. }, sides) => sides[0].at_most(),
            Kind::Pair(_, sides) => {
                let (left, right) = (sides[0].at_most()?, sides[1].at_most()?);
                // No more pairs than there are ways to choose one of each.
                let pairs = |a: u32, b: u32| a.saturating_mul(b);
                Ok((pairs(left.0, right.0), pairs(left.1, right.1)))
            }
        }
    }
}

impl Run<'_> {
    fn seek(&mut self, target: u32, scope: Scope, texts: &mut Texts) -> Result<u32, Failure> {
        let Some((first, others)) = self.words.split_first_mut() else {
            return match self.len {
                0 => Ok(TERMINATED),
                _ => texts.next_with_words(target, scope),
            };
        };
        let mut doc = first.positions.seek(target)?;
        'next: loop {
            if doc == TERMINATED {
                return Ok(doc);
            }
            for word in &mut *others {
                let other = word.positions.seek(doc)?;
                if other != doc {
                    doc = first.positions.seek(other)?;
                    continue 'next;
                }
            }
            return Ok(doc);
        }
    }

    fn find(
        &mut self,
        place: &Place,
        texts: &mut Texts,
        out: &mut Vec<Span>,
    ) -> Result<(), Failure> {
        if self.len == 0 {
            return Ok(());
        }
        // Where this is a part of a choice, its words may not stand in the document.
        for word in &mut self.words {
            if word.positions.seek(place.doc)? != place.doc {
                return Ok(());
            }
        }
        let in_title = place.field == Field::Title;
        if self.words.len() > 1 {
            for word in &mut self.words {
                let (title, body) = word.positions.frequencies_at_most()?;
                if (in_title && title == 0) || (!in_title && body == 0) {
                    return Ok(());
                }
            }
        }
        let is_single = self.places == 1;
        match self.words.split_first_mut() {
            None => texts.all_starts(place.doc, place.field, self.len, &mut self.starts)?,
            Some((first, others)) => {
                let positions = match is_single {
                    true => first.positions.positions(in_title)?,
                    false => first.positions.positions_of_stem(in_title)?,
                };
                let (offset, more) = first.offsets.split_first().unwrap_or((&0, &[]));
                let starts = positions.iter().filter_map(|p| p.checked_sub(*offset));
                self.starts.clear();
                self.starts.extend(starts);
                let mut units = budget::POSITION * positions.len() as u64;
                for offset in more {
                    if self.starts.is_empty() {
                        break;
                    }
                    units += (positions.len() + self.starts.len()) as u64;
                    keep_starts(&mut self.starts, positions, *offset);
                }
                'words: for word in others {
                    let positions = word.positions.positions_of_stem(in_title)?;
                    units += budget::POSITION * positions.len() as u64;
                    for offset in &word.offsets {
                        if self.starts.is_empty() {
                            break 'words;
                        }
                        units += (positions.len() + self.starts.len()) as u64;
                        keep_starts(&mut self.starts, positions, *offset);
                    }
                }
                place.budget.charge(units)?;
            }
        }
        // Forms are compared last: mostly no run of stems is left by then.
        if !is_single {
            for word in &mut self.words {
                for offset in &word.offsets {
                    if !self.starts.is_empty() && word.positions.is_narrowed() {
                        (word.positions).keep_wanted(&mut self.starts, *offset, in_title)?;
                    }
                }
            }
        }
        let last = self.len - 1;
        if self.is_open_at_start || self.is_open_at_end {
            let (open_at_start, open_at_end) = (self.is_open_at_start, self.is_open_at_end);
            let mut failed = None;
            self.starts.retain(|start| {
                let mut is_word = |position| {
                    let found = texts.is_word(place.doc, place.field, position);
                    found.unwrap_or_else(|failure| {
                        failed = Some(failure);
                        false
                    })
                };
                (!open_at_start || is_word(*start))
                    && (!open_at_end || start.checked_add(last).is_some_and(&mut is_word))
            });
            if let Some(failure) = failed {
                return Err(failure);
            }
        }
        let runs = self
            .starts
            .iter()
            .map(|start| (*start, start.saturating_add(last)));
        let limit = place.limit.unwrap_or(u32::MAX);
        out.extend(runs.filter(|run| run.1 < limit));
        Ok(())
    }
}

/// Leave of `starts` those at whose `offset` there is a position.
fn keep_starts(starts: &mut Vec<u32>, positions: &[u32], offset: u32) {
    let mut at = 0;
    starts.retain(|start| {
        let Some(wanted) = start.checked_add(offset) else {
            return false;
        };
        while at < positions.len() && positions[at] < wanted {
            at += 1;
        }
        positions.get(at) == Some(&wanted)
    });
}
