//! In which documents of a segment does a clause occur, and how often, block by block?
//!
//! A `Stream` is the posting list of a word where the clause is a word, narrowed to a field
//! or to some forms where it asks for less than its list holds, or a list made in memory
//! for everything else (`MemoryList`: words of several lists, phrases, proximity).  All are
//! blocks of up to 128 postings with their last document and an upper bound of what a
//! posting is worth, so the ranking need not know which it reads.
//!
//! A `Walker` goes through a stream forwards, decoding documents when it enters a block and
//! frequencies when they are wanted.

use std::rc::Rc;

use crate::error::Damage;
use crate::postings::{bound_of, DocBlock, List, PositionBlock, BLOCK_POSTINGS, TERMINATED};
use crate::scoring::Bounds;
use crate::search::lists::memory_list::MemoryList;
use crate::search::ranking::score::{norm_of, WorthTable};

/// To unpack the frequencies of a block costs as much as to read so many of them alone.
const MOST_ASKED_ALONE: u8 = 4;

/// Which form codes of a list are wanted?
#[derive(Debug, Clone)]
pub enum Codes {
    One(u32),
    /// By code; those past the end are not wanted.
    Several(Vec<bool>),
}

impl Codes {
    #[inline]
    pub fn has(&self, code: u32) -> bool {
        match self {
            Codes::One(wanted) => code == *wanted,
            Codes::Several(wanted) => wanted.get(code as usize).copied().unwrap_or(false),
        }
    }
}

#[derive(Clone)]
enum StreamSource<'a> {
    Nothing,
    List(List<'a>),
    MemoryList(Rc<MemoryList>),
}

/// The postings of a clause in one segment.
#[derive(Clone)]
pub struct Stream<'a> {
    source: StreamSource<'a>,
    title: bool,
    body: bool,
    codes: Option<Rc<Codes>>,
    /// What the impacts say: `bound_of`.
    bounds: Bounds,
}

impl<'a> Stream<'a> {
    pub fn nothing() -> Self {
        Stream {
            source: StreamSource::Nothing,
            title: true,
            body: true,
            codes: None,
            bounds: Bounds::AsWritten,
        }
    }

    pub fn of_memory(memory: Rc<MemoryList>) -> Self {
        Stream {
            source: StreamSource::MemoryList(memory),
            ..Stream::nothing()
        }
    }

    /// The postings of a list, narrowed to one part (`title`, `body`) and to some forms.
    pub fn of_list(
        list: List<'a>,
        title: bool,
        body: bool,
        codes: Option<Rc<Codes>>,
        bounds: Bounds,
    ) -> Self {
        // A list without codes has code 0 everywhere.
        let codes = codes.filter(|codes| list.has_codes() || !codes.has(0));
        Stream {
            source: StreamSource::List(list),
            title,
            body,
            codes,
            bounds,
        }
    }

    /// The same postings in fewer parts.
    pub fn narrowed(mut self, title: bool, body: bool) -> Self {
        self.title &= title;
        self.body &= body;
        self
    }

    /// Whether every posting of the list counts, with all its occurrences.
    pub fn is_whole(&self) -> bool {
        self.title && self.body && self.codes.is_none()
    }

    /// Documents of the list; of a narrowed one a few may not count.
    pub fn df_at_most(&self) -> u32 {
        match &self.source {
            StreamSource::Nothing => 0,
            StreamSource::List(list) => list.df(),
            StreamSource::MemoryList(memory) => memory.document_count() as u32,
        }
    }

    /// The number of documents, where that is known without reading them.
    pub fn df(&self) -> Option<u32> {
        match &self.source {
            StreamSource::MemoryList(memory) => Some(match (self.title, self.body) {
                (true, true) => memory.document_count() as u32,
                (true, false) => memory.df_title,
                (false, true) => memory.df_body,
                (false, false) => 0,
            }),
            _ => self.is_whole().then(|| self.df_at_most()),
        }
    }

    /// The number of documents; of a narrowed list all are read for it.
    pub fn document_count(&self) -> Result<u64, Damage> {
        if let Some(df) = self.df() {
            return Ok(u64::from(df));
        }
        let mut walker = Walker::new(self.clone());
        let mut total = 0;
        for block in 0..self.block_count() {
            walker.enter(block)?;
            total += walker.docs().len() as u64;
        }
        Ok(total)
    }

    #[inline]
    pub fn block_count(&self) -> usize {
        match &self.source {
            StreamSource::Nothing => 0,
            StreamSource::List(list) => list.block_count(),
            StreamSource::MemoryList(memory) => memory.block_count(),
        }
    }

    /// The number of documents of a block, where that is known without reading it.
    pub fn block_len(&self, block: usize) -> Option<usize> {
        let before = block.saturating_mul(BLOCK_POSTINGS);
        let df = self.is_whole().then(|| self.df_at_most())? as usize;
        Some(df.saturating_sub(before).min(BLOCK_POSTINGS))
    }

    /// The last document of a block; `TERMINATED` behind the last block.
    #[inline]
    pub fn last_doc(&self, block: usize) -> u32 {
        match &self.source {
            StreamSource::Nothing => TERMINATED,
            StreamSource::List(list) => list.last_doc(block),
            StreamSource::MemoryList(memory) => memory.last_doc(block),
        }
    }

    /// No posting of the block is worth more; 0 behind the last block.
    #[inline]
    pub fn bound(&self, block: usize) -> f64 {
        match &self.source {
            StreamSource::Nothing => 0.0,
            StreamSource::List(list) => bound_of(list.impact(block), &self.bounds),
            StreamSource::MemoryList(memory) => memory.bound(block),
        }
    }

    /// No posting at all is worth more.
    pub fn max_bound(&self) -> f64 {
        match &self.source {
            StreamSource::Nothing => 0.0,
            StreamSource::List(list) => bound_of(list.max_impact(), &self.bounds),
            StreamSource::MemoryList(memory) => memory.max_bound(),
        }
    }

    /// The first block, not before `hint`, whose last document is `doc` or larger;
    /// `block_count` if there is none.
    #[inline]
    pub fn block_from(&self, hint: usize, doc: u32) -> usize {
        match &self.source {
            StreamSource::Nothing => 0,
            StreamSource::List(list) => list.block_from(hint, doc),
            StreamSource::MemoryList(memory) => memory.block_from(hint, doc),
        }
    }

    /// The largest bound of the blocks from `block` on that may hold a document up to `last`.
    pub fn bound_until(&self, block: usize, last: u32) -> f64 {
        // A few blocks are looked at; for more of them the bound of all will do.
        const LOOKED_AT: usize = 16;
        let mut most = 0.0f64;
        for next in block..block + LOOKED_AT {
            most = most.max(self.bound(next));
            if self.last_doc(next) >= last {
                return most;
            }
        }
        self.max_bound()
    }
}

/// A place in a stream.
pub struct Walker<'a> {
    stream: Stream<'a>,
    /// The block that is decoded; `usize::MAX` at first.
    block: usize,
    decoded: DocBlock,
    has_frequencies: bool,
    /// How many postings of the block were asked alone.
    asked_alone: u8,
    index: usize,
    doc: u32,
    positions: Option<Box<PositionBlock<'a>>>,
    codes: Vec<u32>,
}

impl<'a> Walker<'a> {
    /// A walker before the first document.
    pub fn new(stream: Stream<'a>) -> Self {
        Walker {
            stream,
            block: usize::MAX,
            decoded: DocBlock::new(),
            has_frequencies: false,
            asked_alone: 0,
            index: 0,
            doc: 0,
            positions: None,
            codes: Vec::new(),
        }
    }

    pub fn stream(&self) -> &Stream<'a> {
        &self.stream
    }

    /// The block that is decoded, if there is one.
    pub fn block(&self) -> Option<usize> {
        (self.block != usize::MAX).then_some(self.block)
    }

    /// Decode a block, unless it is decoded, and stand on its first document.  A narrowed
    /// stream may have none there.
    pub fn enter(&mut self, block: usize) -> Result<(), Damage> {
        if self.block != block {
            self.block = usize::MAX;
            self.decode(block)?;
            self.block = block;
        }
        self.index = 0;
        self.doc = self.docs().first().copied().unwrap_or(0);
        Ok(())
    }

    fn decode(&mut self, block: usize) -> Result<(), Damage> {
        self.has_frequencies = true;
        self.asked_alone = 0;
        match &self.stream.source {
            StreamSource::Nothing => self.decoded.len = 0,
            StreamSource::List(list) => {
                if self.stream.is_whole() {
                    self.has_frequencies = false;
                    list.decode_docs(block, &mut self.decoded)?;
                } else {
                    list.decode_block(block, &mut self.decoded)?;
                    if let Some(codes) = &self.stream.codes {
                        let positions = self.positions.get_or_insert_with(Box::default);
                        positions.load(list, block, &self.decoded)?;
                        count_codes(positions, codes, &mut self.decoded, &mut self.codes)?;
                    }
                    narrow(&mut self.decoded, self.stream.title, self.stream.body);
                }
            }
            StreamSource::MemoryList(memory) => {
                let (docs, title_tf, body_tf) = memory.block(block);
                let len = docs.len();
                self.decoded.len = len;
                self.decoded.docs[..len].copy_from_slice(docs);
                self.decoded.title_tf[..len].copy_from_slice(title_tf);
                self.decoded.body_tf[..len].copy_from_slice(body_tf);
                if !self.stream.is_whole() {
                    narrow(&mut self.decoded, self.stream.title, self.stream.body);
                }
            }
        }
        Ok(())
    }

    /// The documents of the block that is decoded.
    #[inline]
    pub fn docs(&self) -> &[u32] {
        &self.decoded.docs[..self.decoded.len.min(BLOCK_POSTINGS)]
    }

    /// Whether it is known without frequencies that every posting of the block that is decoded
    /// has an occurrence in the body.
    #[inline]
    pub fn is_all_in_body(&self) -> bool {
        !self.has_frequencies && self.decoded.is_all_in_body()
    }

    /// Decode the frequencies of the block that is decoded, unless they are.
    #[inline]
    pub fn frequencies(&mut self) -> Result<(), Damage> {
        if !self.has_frequencies {
            if let StreamSource::List(list) = &self.stream.source {
                list.decode_frequencies_of(&mut self.decoded)?;
            }
            self.has_frequencies = true;
        }
        Ok(())
    }

    /// Documents, title and body frequencies of the block, after `frequencies`.
    #[inline]
    pub fn postings(&self) -> (&[u32], &[u32], &[u32]) {
        let len = self.decoded.len.min(BLOCK_POSTINGS);
        (
            &self.decoded.docs[..len],
            &self.decoded.title_tf[..len],
            &self.decoded.body_tf[..len],
        )
    }

    /// The places of the postings of the block that may be worth `least` or more, after
    /// `frequencies`; returns how many there are.
    #[inline]
    pub fn places_worth(
        &self,
        least: f64,
        table: &WorthTable,
        norms: &[u8],
        places: &mut [u8; BLOCK_POSTINGS],
    ) -> Result<usize, Damage> {
        table.places_worth(self.postings(), norms, least, places)
    }

    /// What the posting at a place of the block is worth, after `frequencies`.
    #[inline]
    pub fn worth_at(&self, place: usize, table: &WorthTable, norms: &[u8]) -> f64 {
        let place = place % BLOCK_POSTINGS;
        let norm = norms.get(self.decoded.docs[place] as usize).copied();
        let (title_tf, body_tf) = (self.decoded.title_tf[place], self.decoded.body_tf[place]);
        table.worth(title_tf, body_tf, norm.unwrap_or(0))
    }

    /// What the posting it stands on is worth.
    #[inline]
    pub fn worth(&mut self, table: &WorthTable, norms: &[u8]) -> Result<f64, Damage> {
        let (title_tf, body_tf) = self.frequencies_here()?;
        Ok(table.worth(title_tf, body_tf, norm_of(norms, self.doc)?))
    }

    /// The frequencies of the posting it stands on.
    #[inline]
    fn frequencies_here(&mut self) -> Result<(u32, u32), Damage> {
        if !self.has_frequencies && self.asked_alone < MOST_ASKED_ALONE {
            if let StreamSource::List(list) = &self.stream.source {
                self.asked_alone += 1;
                return list.frequencies_at(&self.decoded, self.index);
            }
        }
        self.frequencies()?;
        let place = self.index % BLOCK_POSTINGS;
        Ok((self.decoded.title_tf[place], self.decoded.body_tf[place]))
    }

    /// The place of the document it stands on in its block.
    #[inline]
    pub fn index(&self) -> usize {
        self.index
    }

    /// The document it stands on.
    #[inline]
    pub fn doc(&self) -> u32 {
        self.doc
    }

    /// Go to the first document that is `target` or larger, never back, and return it;
    /// `TERMINATED` behind the last one.
    #[inline]
    pub fn seek(&mut self, target: u32) -> Result<u32, Damage> {
        if self.block != usize::MAX {
            if self.doc >= target {
                return Ok(self.doc);
            }
            if target <= self.stream.last_doc(self.block) {
                self.index = self.place_of(target);
                if let Some(doc) = self.docs().get(self.index) {
                    self.doc = *doc;
                    return Ok(self.doc);
                }
            }
        }
        let hint = self.block().map_or(0, |block| block + 1);
        self.seek_from(hint, target)
    }

    /// A block not behind that of `doc`, as near as is known.
    #[inline]
    pub fn near(&self, doc: u32) -> usize {
        match self.block {
            usize::MAX => 0,
            block if block == 0 || self.stream.last_doc(block - 1) < doc => block,
            _ => 0,
        }
    }

    /// As `seek`, but also back.
    #[inline]
    pub fn seek_any(&mut self, target: u32) -> Result<u32, Damage> {
        let mut hint = 0;
        if self.block != usize::MAX {
            if self.doc == target {
                return Ok(target);
            }
            let is_behind = self.block > 0 && self.stream.last_doc(self.block - 1) >= target;
            if !is_behind {
                hint = self.block;
                if target <= self.stream.last_doc(self.block) {
                    self.index = self.place_of(target);
                    if let Some(doc) = self.docs().get(self.index) {
                        self.doc = *doc;
                        return Ok(self.doc);
                    }
                    hint += 1;
                }
            }
        }
        self.seek_from(hint, target)
    }

    /// Stand on the document at `place` of the block that is decoded.
    #[inline]
    pub fn stand_on(&mut self, place: usize) {
        if let Some(doc) = self.docs().get(place) {
            self.doc = *doc;
            self.index = place;
        }
    }

    /// The place of the first document of the block that is `target` or larger.
    #[inline(always)]
    pub fn place_of(&self, target: u32) -> usize {
        self.decoded.index_of(target)
    }

    fn seek_from(&mut self, hint: usize, target: u32) -> Result<u32, Damage> {
        let mut block = self.stream.block_from(hint, target);
        while block < self.stream.block_count() {
            self.enter(block)?;
            self.index = self.place_of(target);
            if let Some(doc) = self.docs().get(self.index) {
                self.doc = *doc;
                return Ok(self.doc);
            }
            block += 1;
        }
        self.doc = TERMINATED;
        Ok(TERMINATED)
    }
}

/// Leave of the frequencies what stands there in one of the wanted forms.
fn count_codes(
    positions: &mut PositionBlock,
    wanted: &Codes,
    block: &mut DocBlock,
    room: &mut Vec<u32>,
) -> Result<(), Damage> {
    if !positions.has_codes() {
        if !wanted.has(0) {
            block.len = 0;
        }
        return Ok(());
    }
    for i in 0..block.len.min(BLOCK_POSTINGS) {
        room.clear();
        positions.codes(i, room)?;
        let middle = room.len().min(block.title_tf[i] as usize);
        let count = |codes: &[u32]| codes.iter().filter(|code| wanted.has(**code)).count() as u32;
        block.title_tf[i] = count(&room[..middle]);
        block.body_tf[i] = count(&room[middle..]);
    }
    Ok(())
}

/// Leave of the postings those that have an occurrence in the parts that are wanted.
fn narrow(block: &mut DocBlock, title: bool, body: bool) {
    let mut kept = 0;
    for i in 0..block.len.min(BLOCK_POSTINGS) {
        let title_tf = if title { block.title_tf[i] } else { 0 };
        let body_tf = if body { block.body_tf[i] } else { 0 };
        block.docs[kept] = block.docs[i];
        block.title_tf[kept] = title_tf;
        block.body_tf[kept] = body_tf;
        kept += usize::from(title_tf | body_tf != 0);
    }
    block.len = kept;
    block.has_titles = true; // so that the next block clears them
}
