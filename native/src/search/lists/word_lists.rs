//! Which posting lists of a segment does a word of the query stand for?
//!
//! A stem is one list, a form one list in which only its code counts, a pattern or a fuzzy
//! word any number of lists (`expand.rs` finds them).  Several lists are gathered into one in
//! memory when they are first wanted, and their positions only for the documents in which
//! they are looked for.

use std::cell::OnceCell;
use std::rc::Rc;

use crate::error::Damage;
use crate::postings::{bound_of, Cursor, List, TERMINATED};
use crate::scoring::Bounds;
use crate::search::budget::{self, Budget, Held};
use crate::search::failure::Failure;
use crate::search::lists::gather::gather;
use crate::search::lists::holders::Holders;
use crate::search::lists::memory_list::MemoryList;
use crate::search::lists::segment_context::SegmentContext;
use crate::search::lists::stream::{Codes, Stream};
use crate::search::plan::Field;
use crate::search::ranking::several_lists;
use crate::search::sets::bitset::DocSet;

/// Units of work (`budget.rs`) to gather the positions of a document, and each of them, which
/// are sorted.
const COST_OF_A_DOCUMENT: u64 = 64;
const COST_OF_A_POSITION: u64 = 32;

/// A posting list of a stem and which of its forms are meant.
#[derive(Clone)]
pub struct WordList<'a> {
    /// Title and body.
    pub text: Option<List<'a>>,
    pub byline: Option<List<'a>>,
    /// How many documents hold the stem in the title.
    pub df_title: u32,
    /// `None` for all forms.
    pub codes: Option<Rc<Codes>>,
}

/// A word of the query in one segment.
pub struct SegmentWord<'a> {
    pub lists: Vec<WordList<'a>>,
    /// How many documents hold it in the title, in the body, in the byline, where the
    /// dictionary tells.
    pub known_df: Option<[u32; 3]>,
    text: OnceCell<Rc<MemoryList>>,
    byline: OnceCell<Rc<MemoryList>>,
    holders: OnceCell<Holders>,
    text_positions: OnceCell<Rc<Gathered>>,
    byline_positions: OnceCell<Rc<Gathered>>,
}

impl<'a> SegmentWord<'a> {
    pub fn new(lists: Vec<WordList<'a>>, known_df: Option<[u32; 3]>) -> Self {
        SegmentWord {
            lists,
            known_df,
            text: OnceCell::new(),
            byline: OnceCell::new(),
            holders: OnceCell::new(),
            text_positions: OnceCell::new(),
            byline_positions: OnceCell::new(),
        }
    }

    /// Its postings in title and body, or in bylines.
    pub fn stream(&self, byline: bool, shared: &SegmentContext<'a>) -> Result<Stream<'a>, Failure> {
        Ok(match &self.lists[..] {
            [] => Stream::nothing(),
            [list] => list.stream(byline, shared),
            _ => Stream::of_memory(self.gathered(byline, shared)?),
        })
    }

    fn gathered(
        &self,
        byline: bool,
        shared: &SegmentContext<'a>,
    ) -> Result<Rc<MemoryList>, Failure> {
        let kept = if byline { &self.byline } else { &self.text };
        if let Some(memory) = kept.get() {
            return Ok(memory.clone());
        }
        let (columns, len) = gather(self.streams(byline, shared), shared.count, shared.budget)?;
        let memory = Rc::new(shared.memory(byline, columns, len)?);
        Ok(kept.get_or_init(|| memory).clone())
    }

    /// The postings of each of its lists that has any.
    pub fn streams(&self, byline: bool, shared: &SegmentContext<'a>) -> Vec<Stream<'a>> {
        let streams = self.lists.iter().map(|list| list.stream(byline, shared));
        streams.filter(|stream| stream.df_at_most() > 0).collect()
    }

    /// The documents that hold it in title or body.
    pub fn holders(&self, shared: &SegmentContext<'a>) -> Result<&Holders, Failure> {
        if let Some(holders) = self.holders.get() {
            return Ok(holders);
        }
        let holders = Holders::of(self.streams(false, shared), shared.count, shared.budget)?;
        Ok(self.holders.get_or_init(|| holders))
    }

    /// How many documents hold it in `field`.  Of a word that is alone (`Plan::is_one_word`)
    /// only title or body matters, whichever is more: where bodies are more, titles may be
    /// too many, but no more than bodies.
    pub fn document_frequency(
        &self,
        field: Field,
        shared: &SegmentContext<'a>,
        is_alone: bool,
    ) -> Result<u64, Failure> {
        if let Some(df) = self.known_df {
            return Ok(u64::from(df[field as usize]));
        }
        let streams = || self.streams(false, shared);
        if is_alone && several_lists::leader_of(&streams()).is_some() {
            let holders = self.holders(shared)?;
            let titles: u64 = (self.lists.iter()).map(|l| u64::from(l.df_title)).sum();
            if titles <= holders.in_body() {
                return Ok(match field {
                    Field::Title => titles,
                    _ => holders.in_body(),
                });
            }
        }
        let stream = self.stream(field == Field::Byline, shared)?;
        let title = field == Field::Title;
        if stream.df().is_none() {
            shared.budget.charge(budget::cost_of(&stream))?;
        }
        (stream.narrowed(title, !title).document_count()).map_err(Failure::from)
    }

    /// A cursor over its positions in the documents `within`.
    pub fn positions(
        &self,
        byline: bool,
        within: Option<&DocSet>,
        shared: &SegmentContext,
    ) -> Result<WordPositions<'a>, Failure> {
        let budget = shared.budget;
        // A cursor is some KiB, so none is made before its place is known.
        let mut lists = Vec::new();
        for list in &self.lists {
            let found = if byline { list.byline } else { list.text };
            if let Some(list_found) = found {
                let mut codes = list.codes.clone();
                if let Some(wanted) = &codes {
                    // A list without codes has code 0 everywhere.
                    if !list_found.has_codes() {
                        if !wanted.has(0) {
                            continue;
                        }
                        codes = None;
                    }
                }
                lists.push((list_found, codes));
            }
        }
        Ok(match lists.len() {
            0 => WordPositions::nothing(),
            1 => {
                let (list, codes) = lists.remove(0);
                WordPositions::of_list(&list, codes)?
            }
            _ => {
                let kept = match byline {
                    true => &self.byline_positions,
                    false => &self.text_positions,
                };
                if let Some(gathered) = kept.get() {
                    return Ok(WordPositions::of_gathered(gathered.clone()));
                }
                let gathered = Rc::new(Gathered::of(lists, within, shared.count, budget)?);
                // Those of all documents will do for any.
                if within.is_none() {
                    let _ = kept.set(gathered.clone());
                }
                WordPositions::of_gathered(gathered)
            }
        })
    }

    /// How many documents hold it at most, of all its lists.
    pub fn cost(&self, byline: bool) -> u64 {
        let lists = self.lists.iter();
        let lists = lists.filter_map(|list| if byline { list.byline } else { list.text });
        lists.map(|list| u64::from(list.df())).sum()
    }
}

/// The positions of several lists.
pub struct Gathered {
    /// Document, whether in the body, position: ascending, each packed in one number.
    packed: Vec<u64>,
    _held: Held,
}

const IN_BODY: u64 = 1 << 31;

impl Gathered {
    fn of(
        lists: Vec<(List, Option<Rc<Codes>>)>,
        within: Option<&DocSet>,
        count: u32,
        budget: &Budget,
    ) -> Result<Self, Failure> {
        const TOO_FAR: Damage = Damage("a position is too far");
        const BYTES: u64 = size_of::<u64>() as u64;
        let mut packed = Vec::new();
        let mut held = budget.hold(0)?;
        for (list, codes) in lists {
            budget.charge(budget::LIST)?;
            let mut one = WordPositions::of_list(&list, codes)?;
            let mut doc = 0;
            loop {
                doc = match within {
                    None => doc,
                    Some(set) => set.next_from(doc).unwrap_or(TERMINATED),
                };
                let next = one.seek(doc)?;
                if next >= count {
                    break;
                }
                if next != doc && within.is_some() {
                    doc = next;
                    continue;
                }
                let before = packed.len();
                for (in_title, place) in [(true, 0), (false, IN_BODY)] {
                    let base = u64::from(next) << 32 | place;
                    for position in one.positions(in_title)? {
                        if u64::from(*position) >= IN_BODY {
                            return Err(TOO_FAR.into());
                        }
                        packed.push(base | u64::from(*position));
                    }
                }
                let found = (packed.len() - before) as u64;
                budget.charge(COST_OF_A_DOCUMENT + COST_OF_A_POSITION * found)?;
                held.grow(BYTES * found, budget)?;
                doc = next + 1;
            }
        }
        packed.sort_unstable();
        Ok(Gathered {
            packed,
            _held: held,
        })
    }

    fn doc(&self, at: usize) -> u32 {
        self.packed.get(at).map_or(TERMINATED, |p| (p >> 32) as u32)
    }
}

impl<'a> WordList<'a> {
    fn stream(&self, byline: bool, shared: &SegmentContext<'a>) -> Stream<'a> {
        match if byline { self.byline } else { self.text } {
            None => Stream::nothing(),
            Some(list) => {
                let bounds = shared.bounds(byline);
                Stream::of_list(list, true, true, self.codes.clone(), bounds)
            }
        }
    }
}

/// Where a word stands, document after document.
pub struct WordPositions<'a> {
    source: Positions<'a>,
    doc: u32,
    /// The document whose positions are here.
    loaded: u32,
    title: Vec<u32>,
    body: Vec<u32>,
    /// Their codes, title first, once they were wanted.
    codes: Vec<u32>,
    has_codes: bool,
    kept: Vec<u32>,
}

enum Positions<'a> {
    Nothing,
    List(Box<Cursor<'a>>, Option<Rc<Codes>>),
    /// And where in them.
    Gathered(Rc<Gathered>, usize),
}

impl<'a> WordPositions<'a> {
    fn new(source: Positions<'a>, doc: u32) -> Self {
        WordPositions {
            source,
            doc,
            loaded: TERMINATED,
            title: Vec::new(),
            body: Vec::new(),
            codes: Vec::new(),
            has_codes: false,
            kept: Vec::new(),
        }
    }

    fn nothing() -> Self {
        WordPositions::new(Positions::Nothing, TERMINATED)
    }

    fn of_list(list: &List<'a>, codes: Option<Rc<Codes>>) -> Result<Self, Damage> {
        let cursor = Box::new(Cursor::new(list)?);
        let doc = cursor.doc();
        Ok(WordPositions::new(Positions::List(cursor, codes), doc))
    }

    fn of_gathered(gathered: Rc<Gathered>) -> Self {
        let first = gathered.doc(0);
        WordPositions::new(Positions::Gathered(gathered, 0), first)
    }

    pub fn doc(&self) -> u32 {
        self.doc
    }

    /// How many documents there may be, roughly.
    pub fn cost(&self) -> u32 {
        match &self.source {
            Positions::Nothing => 0,
            Positions::List(cursor, _) => cursor.list().df(),
            Positions::Gathered(found, _) => found.packed.len() as u32,
        }
    }

    /// Go to the first document that is `target` or larger, never back.  Of a list with
    /// codes, documents without a form that is meant are not left out.
    #[inline]
    pub fn seek(&mut self, target: u32) -> Result<u32, Damage> {
        if self.doc >= target {
            return Ok(self.doc);
        }
        match &mut self.source {
            Positions::Nothing => {}
            Positions::List(cursor, _) => self.doc = cursor.seek(target)?,
            Positions::Gathered(found, at) => {
                *at = seek_from(&found.packed, *at, u64::from(target) << 32);
                self.doc = found.doc(*at);
            }
        }
        Ok(self.doc)
    }

    /// Occurrences of the document in the title and in the body; more than there are, where
    /// only some forms are meant.
    #[inline]
    pub fn frequencies_at_most(&mut self) -> Result<(u32, u32), Damage> {
        Ok(match &mut self.source {
            Positions::List(cursor, _) => (cursor.title_tf()?, cursor.body_tf()?),
            _ => {
                self.load()?;
                (self.title.len() as u32, self.body.len() as u32)
            }
        })
    }

    /// The positions in the title, or in the body (byline), of the document.
    pub fn positions(&mut self, title: bool) -> Result<&[u32], Damage> {
        self.load()?;
        if self.is_narrowed() {
            let found = if title { &self.title } else { &self.body };
            self.kept.clear();
            self.kept.extend_from_slice(found);
            let mut kept = std::mem::take(&mut self.kept);
            self.keep_wanted(&mut kept, 0, title)?;
            self.kept = kept;
            return Ok(&self.kept);
        }
        self.positions_of_stem(title)
    }

    /// The same, of all forms of the list, where only some are meant.
    #[inline]
    pub fn positions_of_stem(&mut self, title: bool) -> Result<&[u32], Damage> {
        self.load()?;
        Ok(if title { &self.title } else { &self.body })
    }

    /// Whether only some forms are meant.
    pub fn is_narrowed(&self) -> bool {
        matches!(self.source, Positions::List(_, Some(_)))
    }

    /// Leave of `starts` those at whose `offset` a form stands that is meant; the stem does.
    pub fn keep_wanted(
        &mut self,
        starts: &mut Vec<u32>,
        offset: u32,
        title: bool,
    ) -> Result<(), Damage> {
        self.load()?;
        let Positions::List(cursor, Some(wanted)) = &mut self.source else {
            return Ok(());
        };
        if !self.has_codes {
            cursor.codes(&mut self.codes)?;
            self.has_codes = true;
        }
        let middle = self.title.len().min(self.codes.len());
        let (positions, codes) = match title {
            true => (&self.title, &self.codes[..middle]),
            false => (&self.body, &self.codes[middle..]),
        };
        let mut at = 0;
        starts.retain(|start| {
            let position = start.saturating_add(offset);
            while at < positions.len() && positions[at] < position {
                at += 1;
            }
            codes.get(at).is_some_and(|code| wanted.has(*code))
        });
        Ok(())
    }

    /// The first document, `target` or larger, in a block whose postings may be worth more
    /// than `is_below` says; `TERMINATED` if there is none.
    pub fn skip_below(
        &mut self,
        mut target: u32,
        bounds: Bounds,
        is_below: impl Fn(f64) -> bool,
    ) -> u32 {
        let Positions::List(cursor, _) = &mut self.source else {
            return target;
        };
        while target != TERMINATED {
            let (impact, last) = cursor.shallow_seek(target);
            if last == TERMINATED {
                return TERMINATED;
            }
            if !is_below(bound_of(impact, &bounds)) {
                break;
            }
            target = last + 1;
        }
        target
    }

    fn load(&mut self) -> Result<(), Damage> {
        if self.loaded == self.doc {
            return Ok(());
        }
        match &mut self.source {
            Positions::Nothing => {}
            Positions::List(cursor, _) => {
                cursor.positions(&mut self.title, &mut self.body)?;
                self.has_codes = false;
            }
            Positions::Gathered(found, at) => {
                self.title.clear();
                self.body.clear();
                let here = found.packed[*at..].iter();
                for packed in here.take_while(|packed| (**packed >> 32) as u32 == self.doc) {
                    let position = (packed & (IN_BODY - 1)) as u32;
                    match packed & IN_BODY {
                        0 => self.title.push(position),
                        _ => self.body.push(position),
                    }
                }
            }
        }
        self.loaded = self.doc;
        Ok(())
    }
}

/// The first place from `at` on that holds `target` or more, which is near as a rule.
fn seek_from(packed: &[u64], at: usize, target: u64) -> usize {
    let mut step = 1;
    let mut low = at;
    while packed.get(low + step).is_some_and(|p| *p < target) {
        low += step;
        step *= 2;
    }
    let end = packed.len().min(low + step + 1);
    low + packed[low.min(end)..end].partition_point(|p| *p < target)
}
