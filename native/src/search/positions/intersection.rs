//! Which documents hold all of some words, and where in their lists?
//!
//! The list of the rarest word is gone through block after block, a batch of candidates
//! each.  Of these each further list leaves those that it holds too: one block is decoded
//! for all the documents that it may hold, and each is sought in it without a branch that
//! depends on the data: by its number where many are sought in a dense block, else by counting
//! those before it.  Candidates know their places in the lists; frequencies and
//! positions are read at these places, a block of each list at a time.

use crate::error::Damage;
use crate::postings::{bound_of, DocBlock, List, PositionBlock, Run, BLOCK_POSTINGS};
use crate::scoring::Bounds;
use crate::search::lists::position_table::{are_many, PlaceTable};
use crate::search::lists::stream::Codes;
use crate::search::ranking::terms::Filter;
use crate::search::sets::bitset::DocSet;

const NO_BLOCK: usize = usize::MAX;

/// One word: its list, and what of it is decoded.
pub struct Member<'a> {
    list: List<'a>,
    /// Whether form codes will be asked for.
    needs_codes: bool,
    docs: DocBlock,
    /// The block of `docs`, and no block before it is wanted any more.
    docs_block: usize,
    frequencies: DocBlock,
    frequencies_block: usize,
    positions: PositionBlock<'a>,
    positions_block: usize,
    /// How many positions of the block are meant of those before each one.
    meant_before: Vec<u32>,
    meant_block: usize,
    /// Where documents stand in `docs`.
    placed: PlaceTable,
    /// By the place of a document in the block of the rarest word, its place here.
    blocks: [u32; BLOCK_POSTINGS],
    indexes: [u8; BLOCK_POSTINGS],
}

impl<'a> Member<'a> {
    fn new(list: List<'a>, needs_codes: bool) -> Self {
        Member {
            list,
            needs_codes,
            docs: DocBlock::new(),
            docs_block: NO_BLOCK,
            frequencies: DocBlock::new(),
            frequencies_block: NO_BLOCK,
            positions: PositionBlock::new(),
            positions_block: NO_BLOCK,
            meant_before: Vec::new(),
            meant_block: NO_BLOCK,
            placed: PlaceTable::default(),
            blocks: [0; BLOCK_POSTINGS],
            indexes: [0; BLOCK_POSTINGS],
        }
    }

    /// Occurrences in the title and in the body of the candidate at `place`.
    #[inline]
    pub fn frequencies(&mut self, place: u8) -> Result<(u32, u32), Damage> {
        let place = usize::from(place) % BLOCK_POSTINGS;
        self.need_frequencies(self.blocks[place] as usize)?;
        let index = usize::from(self.indexes[place]) % BLOCK_POSTINGS;
        Ok((
            self.frequencies.title_tf[index],
            self.frequencies.body_tf[index],
        ))
    }

    /// The same, of the forms with these codes.
    #[inline]
    pub fn frequencies_of(&mut self, codes: &Codes, place: u8) -> Result<(u32, u32), Damage> {
        let (title, body) = self.frequencies(place)?;
        if self.meant_block != self.frequencies_block {
            self.find_meant(codes)?;
        }
        if !self.positions.has_codes() {
            return Ok(if codes.has(0) { (title, body) } else { (0, 0) });
        }
        let index = usize::from(self.indexes[usize::from(place) % BLOCK_POSTINGS]);
        let (start, end) = self.positions.range(index)?;
        let middle = start.saturating_add(title as usize).min(end);
        let before = |at: usize| self.meant_before.get(at).copied().unwrap_or(0);
        let (start, middle, end) = (before(start), before(middle), before(end));
        Ok((middle.wrapping_sub(start), end.wrapping_sub(middle)))
    }

    fn find_meant(&mut self, codes: &Codes) -> Result<(), Damage> {
        self.meant_block = NO_BLOCK;
        self.need_positions()?;
        self.meant_before.clear();
        self.meant_before.push(0);
        let mut count = 0;
        let all = self.positions.all_codes()?;
        self.meant_before.extend(all.iter().map(|code| {
            count += u32::from(codes.has(*code));
            count
        }));
        self.meant_block = self.positions_block;
        Ok(())
    }

    /// How many positions are meant of those before each one of the block, after
    /// `frequencies_of`; `None` where all are.
    #[inline]
    pub fn meant_before(&self) -> Option<&[u32]> {
        self.positions.has_codes().then_some(&self.meant_before[..])
    }

    /// Where the candidates end that lie in the same block of this list as the one at `from`.
    /// The frequencies of that block are decoded.
    pub fn section(&mut self, batch: &CandidateBatch, from: usize) -> Result<usize, Damage> {
        let places = batch.places.get(from..batch.len).unwrap_or(&[]);
        let block_at = |place: &u8| self.blocks[usize::from(*place) % BLOCK_POSTINGS];
        let Some(block) = places.first().map(block_at) else {
            return Ok(batch.len);
        };
        let len = places.iter().take_while(|place| block_at(place) == block);
        let end = from + len.count();
        self.need_frequencies(block as usize)?;
        Ok(end)
    }

    /// `frequencies` of a candidate in the block whose frequencies are decoded.
    #[inline]
    pub fn frequencies_here(&self, place: u8) -> (u32, u32) {
        let index = self.indexes[usize::from(place) % BLOCK_POSTINGS];
        let index = usize::from(index) % BLOCK_POSTINGS;
        (
            self.frequencies.title_tf[index],
            self.frequencies.body_tf[index],
        )
    }

    /// Unpack the positions of candidates of one block of this list, whose frequencies have
    /// been asked for before.
    #[inline]
    pub fn unpack(&mut self, places: &[u8]) -> Result<(), Damage> {
        let (Some(first), Some(last)) = (places.first(), places.last()) else {
            return Ok(());
        };
        self.need_positions()?;
        let index_of = |place: u8| usize::from(self.indexes[usize::from(place) % BLOCK_POSTINGS]);
        let ends = (index_of(*first), index_of(*last));
        if places.len() > 1 && self.positions.unpack_between(ends, places.len())? {
            return Ok(());
        }
        for place in places {
            let index = usize::from(self.indexes[usize::from(*place) % BLOCK_POSTINGS]);
            self.positions.unpack(index)?;
        }
        Ok(())
    }

    #[inline]
    fn need_positions(&mut self) -> Result<(), Damage> {
        if self.positions_block != self.frequencies_block {
            self.positions_block = NO_BLOCK;
            self.positions
                .load(&self.list, self.frequencies_block, &self.frequencies)?;
            if self.needs_codes {
                self.positions.place_codes()?;
            }
            self.positions_block = self.frequencies_block;
        }
        Ok(())
    }

    /// Its run in the title or in the body, once it is unpacked.
    #[inline]
    pub fn run(&self, place: u8, in_title: bool) -> Result<Run<'_>, Damage> {
        let index = usize::from(self.indexes[usize::from(place) % BLOCK_POSTINGS]);
        let title_tf = self.frequencies.title_tf[index % BLOCK_POSTINGS];
        self.positions.run(index, title_tf, in_title)
    }

    /// The code of one position of such a run.
    #[inline]
    pub fn code(&self, run: &Run, position: usize) -> Result<u32, Damage> {
        self.positions.code(run, position)
    }

    #[inline]
    fn need_frequencies(&mut self, block: usize) -> Result<(), Damage> {
        if self.frequencies_block != block {
            self.frequencies_block = NO_BLOCK;
            self.list.decode_frequencies(block, &mut self.frequencies)?;
            self.frequencies_block = block;
        }
        Ok(())
    }

    fn need_docs(&mut self, block: usize) -> Result<(), Damage> {
        if self.docs_block != block {
            self.docs_block = NO_BLOCK;
            self.list.decode_docs(block, &mut self.docs)?;
            self.docs_block = block;
        }
        Ok(())
    }

    /// Whether every posting of `block` is worth less than is wanted.
    #[inline]
    fn is_block_below(&self, block: usize, bounds: Bounds, is_below: impl Fn(f64) -> bool) -> bool {
        is_below(bound_of(self.list.impact(block), &bounds))
    }
}

/// The documents of a block that may match, ascending, and their places in it.
pub struct CandidateBatch {
    pub len: usize,
    pub docs: [u32; BLOCK_POSTINGS],
    pub places: [u8; BLOCK_POSTINGS],
}

impl Default for CandidateBatch {
    fn default() -> Self {
        CandidateBatch {
            len: 0,
            docs: [0; BLOCK_POSTINGS],
            places: [0; BLOCK_POSTINGS],
        }
    }
}

impl CandidateBatch {
    /// Add a candidate, larger than the last.
    #[inline]
    pub fn push(&mut self, doc: u32, place: u8) {
        let len = self.len % BLOCK_POSTINGS;
        self.docs[len] = doc;
        self.places[len] = place;
        self.len = len + 1;
    }

    /// Document and place of each.
    pub fn candidates(&self) -> impl Iterator<Item = (u32, u8)> + '_ {
        let docs = self.docs[..self.len.min(BLOCK_POSTINGS)].iter().copied();
        docs.zip(self.places)
    }

    /// The same, but only if it is one, told without a branch.
    #[inline]
    pub fn push_if(&mut self, is_one: bool, doc: u32, place: u8) {
        let len = self.len % BLOCK_POSTINGS;
        self.docs[len] = doc;
        self.places[len] = place;
        self.len = (len + usize::from(is_one)).min(BLOCK_POSTINGS);
    }

    /// Keep those for which `is_kept` says so.
    #[inline]
    pub fn retain(
        &mut self,
        mut is_kept: impl FnMut(u32, u8) -> Result<bool, Damage>,
    ) -> Result<(), Damage> {
        let mut kept = 0;
        for i in 0..self.len.min(BLOCK_POSTINGS) {
            let (doc, place) = (self.docs[i], self.places[i]);
            let is_kept = is_kept(doc, place)?;
            self.docs[kept] = doc;
            self.places[kept] = place;
            kept += usize::from(is_kept);
        }
        self.len = kept;
        Ok(())
    }
}

/// Some words and the documents that hold all of them.
pub struct Intersection<'a> {
    /// The rarest first.
    pub members: Vec<Member<'a>>,
    pub batch: CandidateBatch,
    next_block: usize,
    /// What the impacts say: `bound_of`.
    bounds: Bounds,
}

impl<'a> Intersection<'a> {
    /// The documents that are in all of `lists`, of which there is one at least, the
    /// shortest first.
    pub fn new(lists: impl Iterator<Item = (List<'a>, bool)>, bounds: Bounds) -> Self {
        Intersection {
            members: lists
                .map(|(list, codes)| Member::new(list, codes))
                .collect(),
            batch: CandidateBatch::default(),
            next_block: 0,
            bounds,
        }
    }

    /// Fill `batch` with the documents of the next block of the rarest word that may count;
    /// false if there is none.  `is_below` says which worth of a posting is too little.
    pub fn next_batch(
        &mut self,
        filter: &Filter,
        is_below: impl Fn(f64) -> bool,
    ) -> Result<bool, Damage> {
        let bounds = self.bounds;
        let Some(lead) = self.members.first_mut() else {
            return Ok(false);
        };
        if self.next_block == 0 && filter.low > 0 {
            self.next_block = lead.list.block_of(filter.low);
        }
        loop {
            let block = self.next_block;
            if block >= lead.list.block_count() {
                return Ok(false);
            }
            self.next_block += 1;
            if lead.is_block_below(block, bounds, &is_below) {
                continue;
            }
            if filter.allowed.is_some() {
                let first = match block {
                    0 => 0,
                    _ => lead.list.last_doc(block - 1).saturating_add(1),
                };
                let next = filter.next_allowed(first);
                if next > lead.list.last_doc(block) {
                    self.next_block = lead.list.block_from(block, next);
                    continue;
                }
            }
            lead.need_docs(block)?;
            let docs = &lead.docs.docs[..lead.docs.len.min(BLOCK_POSTINGS)];
            if docs.first().is_some_and(|first| *first >= filter.high) {
                return Ok(false);
            }
            fill(&mut self.batch, docs, filter);
            lead.blocks = [block as u32; BLOCK_POSTINGS];
            lead.indexes = std::array::from_fn(|i| i as u8);
            if self.batch.len > 0 {
                return Ok(true);
            }
        }
    }
}

fn fill(batch: &mut CandidateBatch, docs: &[u32], filter: &Filter) {
    batch.docs[..docs.len()].copy_from_slice(docs);
    batch.places = std::array::from_fn(|i| i as u8);
    batch.len = docs.len();
    let inside = |doc: u32| filter.low <= doc && doc < filter.high;
    let ends = (docs.first(), docs.last());
    let is_whole = ends.0.is_some_and(|d| inside(*d)) && ends.1.is_some_and(|d| inside(*d));
    if filter.allowed.is_none() && is_whole {
        return;
    }
    let contains = |set: Option<&DocSet>, doc| set.is_none_or(|set| set.contains(doc));
    let mut kept = 0;
    for (i, doc) in docs.iter().enumerate() {
        batch.docs[kept] = *doc;
        batch.places[kept] = i as u8;
        kept += usize::from(inside(*doc) && contains(filter.allowed, *doc));
    }
    batch.len = kept;
}

impl Member<'_> {
    /// Leave of `batch` the documents that this list holds too.
    pub fn keep_held(
        &mut self,
        batch: &mut CandidateBatch,
        bounds: Bounds,
        is_below: impl Fn(f64) -> bool,
    ) -> Result<(), Damage> {
        let len = batch.len.min(BLOCK_POSTINGS);
        let (mut i, mut kept) = (0, 0);
        let mut block = match self.docs_block {
            NO_BLOCK => 0,
            block => block,
        };
        while i < len {
            block = self.list.block_from(block, batch.docs[i]);
            if block >= self.list.block_count() {
                break;
            }
            let last = self.list.last_doc(block);
            if self.is_block_below(block, bounds, &is_below) {
                while i < len && batch.docs[i] <= last {
                    i += 1;
                }
                continue;
            }
            self.need_docs(block)?;
            let is_crowded = are_many(&batch.docs[i..len], last);
            let docs = &self.docs.docs[..self.docs.len.min(BLOCK_POSTINGS)];
            if is_crowded && self.placed.place(block, docs) {
                while i < len && batch.docs[i] <= last {
                    let (doc, place) = (batch.docs[i], batch.places[i]);
                    let index = self.placed.place_of(doc);
                    let at = usize::from(place) % BLOCK_POSTINGS;
                    self.blocks[at] = block as u32;
                    self.indexes[at] = index as u8;
                    batch.docs[kept] = doc;
                    batch.places[kept] = place;
                    kept += usize::from(self.docs.docs[index] == doc);
                    i += 1;
                }
                continue;
            }
            while i < len && batch.docs[i] <= last {
                let (doc, place) = (batch.docs[i], batch.places[i]);
                let index = self.docs.index_of(doc);
                let index = index.min(BLOCK_POSTINGS - 1);
                let at = usize::from(place) % BLOCK_POSTINGS;
                self.blocks[at] = block as u32;
                self.indexes[at] = index as u8;
                batch.docs[kept] = doc;
                batch.places[kept] = place;
                kept += usize::from(self.docs.docs[index] == doc);
                i += 1;
            }
        }
        batch.len = kept;
        Ok(())
    }
}
