//! Where in the bytes of a list are its blocks, and which documents and frequencies do they hold?
//!
//! ```text
//! varint df << 1 | some code is not 0
//! df < 128:  impact (u8, in units of 257) | varint last document | block
//! else:      impact (u16) | bytes of an offset (documents: bits 0..=3, positions: 4..=7)
//!            | varint length of the document parts
//!            | last document of each block (u32) | impact of each (u16)
//!            | offset of each document part | offset of each position part
//!            | document parts | position parts
//! block      document part, position part (see `positions`)
//!
//! document part
//!   shape of the gaps in six bits, form in the two high ones
//!   gaps: from the document before (in the list) to each one, less 1, without the last one
//!         of a short block
//!   ALL_ONES: nothing more: every posting is one occurrence in the body
//!   others:   shape and payload of the body frequencies, less 1 unless TITLES_ONLY_TOO
//!   TITLES, TITLES_ONLY_TOO: which postings have a title frequency
//!         count - 1 (bits 0..=6) | TITLE_TFS | their indexes (u8), or a bit for each posting
//!         if TITLE_TFS: shape and payload of these frequencies, less 1
//! ```
//!
//! The skip arrays are arrays, not records, so that a search over last documents reads
//! nothing else.

use super::bits::eight_bytes;
use super::group::Shape;
use super::{BLOCK_POSTINGS, TERMINATED};
use crate::bytes::Reader;
use crate::error::Damage;

pub(super) const ALL_ONES: u8 = 0x00;
pub(super) const BODY_ONLY: u8 = 0x40;
pub(super) const TITLES: u8 = 0x80;
pub(super) const TITLES_ONLY_TOO: u8 = 0xC0;
pub(super) const TITLE_TFS: u8 = 0x80;
/// Indexes of a byte each are kept while fewer than one posting in so many has a title.
pub(super) const INDEX_LIMIT_DIVISOR: usize = 8;

const CUT_SHORT: Damage = Damage("a list of postings is cut short");
const NO_SUCH_BLOCK: Damage = Damage("a list of postings has no such block");
const DISORDER: Damage = Damage("the documents of a list are out of order");

/// The documents and frequencies of one block, decoded.
#[derive(Clone)]
pub struct DocBlock {
    /// Postings in it; what lies behind them in the arrays means nothing.
    pub len: usize,
    pub docs: [u32; BLOCK_POSTINGS],
    pub body_tf: [u32; BLOCK_POSTINGS],
    /// All zero where `has_titles` is false.
    pub title_tf: [u32; BLOCK_POSTINGS],
    pub has_titles: bool,
    /// Where the document part ends in the bytes of the list; set with the frequencies.
    end: usize,
    /// The form of the document part and where its frequencies start; set with the documents.
    frequencies: (u8, usize),
}

impl Default for DocBlock {
    fn default() -> Self {
        DocBlock {
            len: 0,
            docs: [0; BLOCK_POSTINGS],
            body_tf: [0; BLOCK_POSTINGS],
            title_tf: [0; BLOCK_POSTINGS],
            has_titles: false,
            end: 0,
            frequencies: (ALL_ONES, 0),
        }
    }
}

impl DocBlock {
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the form of the block says that every posting has an occurrence in the body.
    #[inline]
    pub fn is_all_in_body(&self) -> bool {
        self.frequencies.0 != TITLES_ONLY_TOO
    }

    /// Index of the first document that is `target` or larger; `len` if there is none.
    #[inline(always)]
    pub fn index_of(&self, target: u32) -> usize {
        let len = self.len.min(BLOCK_POSTINGS);
        if len < BLOCK_POSTINGS {
            return self.docs[..len].partition_point(|doc| *doc < target);
        }
        // Counting is quicker than halving, whose every step would be mispredicted half of
        // the time: first the quarters that end below the target, then in one of them.
        const QUARTER: usize = BLOCK_POSTINGS / 4;
        let ends_below = |quarter: usize| usize::from(self.docs[quarter * QUARTER - 1] < target);
        let first = QUARTER * (ends_below(1) + ends_below(2) + ends_below(3));
        let quarter = &self.docs[first..first + QUARTER];
        let is_below = |n: u32, doc: &u32| n + u32::from(*doc < target);
        first + quarter.iter().fold(0, is_below) as usize
    }
}

/// Which postings of a block have a title frequency.
struct Titles<'a> {
    count: usize,
    which: &'a [u8],
    /// Whether `which` are their indexes; else it has a bit for each posting.
    are_indexes: bool,
    /// Whether some frequency is not 1, so that they are written down.
    have_tfs: bool,
}

impl Titles<'_> {
    /// How many postings before this one have a title frequency; `None` if it has none.
    #[inline(always)]
    fn rank_of(&self, index: usize) -> Option<usize> {
        if self.are_indexes {
            return self.which.iter().rposition(|i| usize::from(*i) == index);
        }
        let before = self.which.get(..index / 8)?;
        let bits = *self.which.get(index / 8)?;
        if bits >> (index % 8) & 1 == 0 {
            return None;
        }
        let lower = bits & ((1u8 << (index % 8)) - 1);
        let ones = before.iter().map(|byte| byte.count_ones());
        let rank = (ones.sum::<u32>() + lower.count_ones()) as usize;
        (rank < self.count).then_some(rank)
    }
}

/// The parsed header of a list; copying it copies no data.
#[derive(Clone, Copy)]
pub struct List<'a> {
    bytes: &'a [u8],
    df: u32,
    max_impact: u16,
    has_codes: bool,
    doc_offset_bytes: u8,
    position_offset_bytes: u8,
    /// The last document of a list without skip arrays.
    only_last_doc: u32,
    last_docs: &'a [u8],
    impacts: &'a [u8],
    doc_offsets: &'a [u8],
    position_offsets: &'a [u8],
    docs_start: usize,
    positions_start: usize,
}

impl<'a> List<'a> {
    /// Parses the header of the list that `bytes` is.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Damage> {
        let mut reader = Reader::new(bytes);
        let first = reader.varint()?;
        let df = u32::try_from(first >> 1).map_err(|_| Damage("a list is too long"))?;
        if df == 0 {
            return Err(Damage("a list has no postings"));
        }
        let mut list = List {
            bytes,
            df,
            max_impact: 0,
            has_codes: first & 1 == 1,
            doc_offset_bytes: 0,
            position_offset_bytes: 0,
            only_last_doc: 0,
            last_docs: &[],
            impacts: &[],
            doc_offsets: &[],
            position_offsets: &[],
            docs_start: 0,
            positions_start: 0,
        };
        if (df as usize) < BLOCK_POSTINGS {
            list.max_impact = u16::from(reader.u8()?) * 257;
            list.only_last_doc = reader.varint_u32()?;
            list.docs_start = reader.position();
            return Ok(list);
        }
        list.max_impact = reader.u16()?;
        let offset_bytes = reader.u8()?;
        list.doc_offset_bytes = offset_bytes & 0x0F;
        list.position_offset_bytes = offset_bytes >> 4;
        if !(1..=8).contains(&list.doc_offset_bytes)
            || !(1..=8).contains(&list.position_offset_bytes)
        {
            return Err(Damage("a list has offsets of an impossible size"));
        }
        let docs_len = usize::try_from(reader.varint()?).map_err(|_| CUT_SHORT)?;
        let blocks = list.block_count();
        list.last_docs = reader.take(blocks * 4)?;
        list.impacts = reader.take(blocks * 2)?;
        list.doc_offsets = reader.take(blocks * usize::from(list.doc_offset_bytes))?;
        list.position_offsets = reader.take(blocks * usize::from(list.position_offset_bytes))?;
        list.docs_start = reader.position();
        list.positions_start = list.docs_start.checked_add(docs_len).ok_or(CUT_SHORT)?;
        if list.positions_start > bytes.len() {
            return Err(CUT_SHORT);
        }
        Ok(list)
    }

    /// Whether `other` is this list.
    pub fn is(&self, other: &List) -> bool {
        std::ptr::eq(self.bytes, other.bytes)
    }

    /// Where it lies in memory: no other list lies there.
    pub fn address(&self) -> usize {
        self.bytes.as_ptr() as usize
    }

    /// Documents of the list.
    #[inline]
    pub fn df(&self) -> u32 {
        self.df
    }

    #[inline]
    pub fn block_count(&self) -> usize {
        (self.df as usize).div_ceil(BLOCK_POSTINGS)
    }

    /// Postings of `block`.
    #[inline]
    pub fn block_len(&self, block: usize) -> usize {
        let before = block.saturating_mul(BLOCK_POSTINGS);
        (self.df as usize)
            .saturating_sub(before)
            .min(BLOCK_POSTINGS)
    }

    /// The largest impact of the list.
    #[inline]
    pub fn max_impact(&self) -> u16 {
        self.max_impact
    }

    /// Whether any position has a code other than 0.
    #[inline]
    pub fn has_codes(&self) -> bool {
        self.has_codes
    }

    /// The last document of `block`; `TERMINATED` behind the last block.
    #[inline]
    pub fn last_doc(&self, block: usize) -> u32 {
        if self.last_docs.is_empty() {
            return if block == 0 {
                self.only_last_doc
            } else {
                TERMINATED
            };
        }
        let at = block.saturating_mul(4);
        match self.last_docs.get(at..at.saturating_add(4)) {
            Some(four) => u32::from_le_bytes(four.try_into().unwrap_or_default()),
            None => TERMINATED,
        }
    }

    /// The largest impact of `block`; 0 behind the last block.
    #[inline]
    pub fn impact(&self, block: usize) -> u16 {
        if self.impacts.is_empty() {
            return if block == 0 { self.max_impact } else { 0 };
        }
        let at = block.saturating_mul(2);
        match self.impacts.get(at..at.saturating_add(2)) {
            Some(two) => u16::from_le_bytes(two.try_into().unwrap_or_default()),
            None => 0,
        }
    }

    /// The first block whose last document is `doc` or larger; `block_count` if there is none.
    pub fn block_of(&self, doc: u32) -> usize {
        self.block_between(0, self.block_count(), doc)
    }

    /// The same, not before `hint`; quick when it lies near.
    pub fn block_from(&self, hint: usize, doc: u32) -> usize {
        let count = self.block_count();
        let mut start = hint;
        let mut step = 1;
        while start < count && self.last_doc(start) < doc {
            let probe = start.saturating_add(step);
            if probe >= count || self.last_doc(probe) >= doc {
                return self.block_between(start + 1, probe.min(count), doc);
            }
            start = probe + 1;
            step *= 2;
        }
        start.min(count)
    }

    // The first block of `start..end` with `last_doc >= doc`, or `end`.
    fn block_between(&self, mut start: usize, mut end: usize, doc: u32) -> usize {
        while end - start > 16 {
            let middle = start + (end - start) / 2;
            if self.last_doc(middle) < doc {
                start = middle + 1;
            } else {
                end = middle;
            }
        }
        // Counting has no branches and takes several at once.
        let below = match self.last_docs.get(start * 4..end * 4) {
            Some(few) => few
                .chunks_exact(4)
                .filter(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]) < doc)
                .count(),
            None => (start..end).filter(|&b| self.last_doc(b) < doc).count(),
        };
        start + below
    }

    /// Decodes documents and frequencies of `block`.
    pub fn decode_block(&self, block: usize, out: &mut DocBlock) -> Result<(), Damage> {
        self.decode_docs(block, out)?;
        self.decode_frequencies_of(out)
    }

    /// Decodes the documents of `block`.
    pub fn decode_docs(&self, block: usize, out: &mut DocBlock) -> Result<(), Damage> {
        out.frequencies = self.unpack_docs(block, out)?;
        Ok(())
    }

    /// Decodes the frequencies of the block whose documents `decode_docs` put into `decoded`.
    pub fn decode_frequencies_of(&self, decoded: &mut DocBlock) -> Result<(), Damage> {
        self.unpack_frequencies(decoded.frequencies, decoded)
    }

    /// The title and the body frequency of the posting at `index` of the block whose documents
    /// `decode_docs` put into `decoded`, without the others.
    #[inline(always)]
    pub fn frequencies_at(&self, decoded: &DocBlock, index: usize) -> Result<(u32, u32), Damage> {
        let (form, mut at) = decoded.frequencies;
        let len = decoded.len.min(BLOCK_POSTINGS);
        if index >= len {
            return Err(Damage("a block has no such posting"));
        }
        if form == ALL_ONES {
            return Ok((0, 1));
        }
        let less = u32::from(form != TITLES_ONLY_TOO);
        let shape = Shape::read(self.bytes, &mut at)?;
        let body_tf = (shape.value(self.bytes, at, len, index)?).wrapping_add(less);
        if form == BODY_ONLY {
            return Ok((0, body_tf));
        }
        at += shape.payload_len(len);
        Ok((self.title_frequency(at, len, index)?, body_tf))
    }

    /// Decodes the frequencies of `block`; its documents may have been decoded or not.
    pub fn decode_frequencies(&self, block: usize, out: &mut DocBlock) -> Result<(), Damage> {
        out.len = self.block_len(block);
        let (shape, form, at) = self.doc_part(block)?;
        let gaps = out.len - usize::from(out.len < BLOCK_POSTINGS);
        self.unpack_frequencies((form, at + shape.payload_len(gaps)), out)
    }

    /// The bytes of the list, and where in them the position part of `block` starts, of which
    /// `frequencies` holds the frequencies.
    pub(super) fn position_part(
        &self,
        block: usize,
        frequencies: &DocBlock,
    ) -> Result<(&'a [u8], usize), Damage> {
        if self.position_offsets.is_empty() {
            return Ok((self.bytes, frequencies.end));
        }
        let offset = offset_at(self.position_offsets, self.position_offset_bytes, block)?;
        let start = self.positions_start.checked_add(offset).ok_or(CUT_SHORT)?;
        Ok((self.bytes, start))
    }

    // Shape and form of the document part of `block`, and where its gaps start.
    #[inline]
    fn doc_part(&self, block: usize) -> Result<(Shape, u8, usize), Damage> {
        let offset = if self.doc_offsets.is_empty() {
            if block > 0 {
                return Err(NO_SUCH_BLOCK);
            }
            0
        } else {
            offset_at(self.doc_offsets, self.doc_offset_bytes, block)?
        };
        let mut at = self.docs_start.checked_add(offset).ok_or(CUT_SHORT)?;
        let (shape, form) = Shape::read_six_bits(self.bytes, &mut at)?;
        Ok((shape, form, at))
    }

    // Returns the form and where the frequencies start.
    fn unpack_docs(&self, block: usize, out: &mut DocBlock) -> Result<(u8, usize), Damage> {
        let (shape, form, at) = self.doc_part(block)?;
        let len = self.block_len(block);
        let last = self.last_doc(block);
        let before = block.checked_sub(1).map(|before| self.last_doc(before));
        if last == TERMINATED || before == Some(TERMINATED) || len == 0 {
            return Err(DISORDER);
        }
        out.len = len;
        if len < BLOCK_POSTINGS {
            let gaps = &mut out.docs[..len - 1];
            shape.unpack(self.bytes, at, gaps)?;
            let end = at + shape.payload_len(gaps.len());
            sum_gaps(before, last, gaps)?;
            out.docs[len - 1] = last;
            return Ok((form, end));
        }
        let (end, ascending) = shape.unpack_ascending(self.bytes, at, before, &mut out.docs)?;
        if (!ascending && !ascends_from(before, &out.docs)) || out.docs[BLOCK_POSTINGS - 1] != last
        {
            return Err(DISORDER);
        }
        Ok((form, end))
    }

    fn unpack_frequencies(
        &self,
        (form, mut at): (u8, usize),
        out: &mut DocBlock,
    ) -> Result<(), Damage> {
        let len = out.len.min(BLOCK_POSTINGS);
        if out.has_titles {
            out.title_tf = [0; BLOCK_POSTINGS];
            out.has_titles = false;
        }
        if form == ALL_ONES {
            out.body_tf = [1; BLOCK_POSTINGS];
            out.end = at;
            return Ok(());
        }
        let less = u32::from(form != TITLES_ONLY_TOO);
        self.unpack_group(&mut at, &mut out.body_tf[..len])?;
        for tf in &mut out.body_tf {
            *tf = tf.wrapping_add(less);
        }
        if form != BODY_ONLY {
            out.has_titles = true;
            self.unpack_titles(&mut at, &mut out.title_tf[..len])?;
        }
        out.end = at;
        Ok(())
    }

    fn unpack_titles(&self, at: &mut usize, out: &mut [u32]) -> Result<(), Damage> {
        let Titles {
            count,
            which,
            are_indexes,
            have_tfs,
        } = self.titles(at, out.len())?;
        let mut tfs = [1u32; BLOCK_POSTINGS];
        if have_tfs {
            self.unpack_group(at, &mut tfs[..count])?;
            for tf in &mut tfs[..count] {
                *tf = tf.wrapping_add(1);
            }
        }
        if are_indexes {
            for (&index, &tf) in which.iter().zip(&tfs) {
                let place = out.get_mut(usize::from(index));
                *place.ok_or(Damage("a title lies outside its block"))? = tf;
            }
            return Ok(());
        }
        let mut tfs = tfs[..count].iter();
        for (eight, &mask) in out.chunks_mut(8).zip(which) {
            let mut bits = mask;
            while bits != 0 {
                if let Some(place) = eight.get_mut(bits.trailing_zeros() as usize) {
                    *place = tfs.next().copied().unwrap_or(0);
                }
                bits &= bits - 1;
            }
        }
        Ok(())
    }

    // Which of `len` postings have a title frequency; moves `*at` to these frequencies.
    #[inline(always)]
    fn titles(&self, at: &mut usize, len: usize) -> Result<Titles<'a>, Damage> {
        let &first = self.bytes.get(*at).ok_or(CUT_SHORT)?;
        *at += 1;
        let count = usize::from(first & 0x7F) + 1;
        if count > len {
            return Err(Damage("a block has more titles than postings"));
        }
        let mask_len = len.div_ceil(INDEX_LIMIT_DIVISOR);
        let which_len = count.min(mask_len);
        let end = at.checked_add(which_len);
        let which = end.and_then(|end| self.bytes.get(*at..end));
        *at += which_len;
        Ok(Titles {
            count,
            which: which.ok_or(CUT_SHORT)?,
            are_indexes: count < mask_len,
            have_tfs: first & TITLE_TFS != 0,
        })
    }

    // The title frequency of posting `index` of `len`, whose titles stand at `at`.
    #[inline(always)]
    fn title_frequency(&self, mut at: usize, len: usize, index: usize) -> Result<u32, Damage> {
        let titles = self.titles(&mut at, len)?;
        let Some(rank) = titles.rank_of(index) else {
            return Ok(0);
        };
        if !titles.have_tfs {
            return Ok(1);
        }
        let shape = Shape::read(self.bytes, &mut at)?;
        let less = shape.value(self.bytes, at, titles.count, rank)?;
        Ok(less.wrapping_add(1))
    }

    fn unpack_group(&self, at: &mut usize, out: &mut [u32]) -> Result<(), Damage> {
        let shape = Shape::read(self.bytes, at)?;
        shape.unpack(self.bytes, *at, out)?;
        *at += shape.payload_len(out.len());
        Ok(())
    }
}

#[inline]
fn offset_at(offsets: &[u8], offset_bytes: u8, block: usize) -> Result<usize, Damage> {
    let at = block.saturating_mul(usize::from(offset_bytes));
    if at >= offsets.len() {
        return Err(NO_SUCH_BLOCK);
    }
    let offset = eight_bytes(offsets, at) & (u64::MAX >> (64 - 8 * u32::from(offset_bytes)));
    usize::try_from(offset).map_err(|_| CUT_SHORT)
}

fn ascends_from(before: Option<u32>, docs: &[u32; BLOCK_POSTINGS]) -> bool {
    let in_order = |so_far, (doc, next): (&u32, &u32)| so_far & (doc < next);
    before < Some(docs[0]) && docs.iter().zip(&docs[1..]).fold(true, in_order)
}

// Makes gaps less 1 documents between `before` and `last`.
fn sum_gaps(before: Option<u32>, last: u32, gaps: &mut [u32]) -> Result<(), Damage> {
    // At most 128 numbers of 32 bits: the sum needs no check on the way.
    let mut next = before.map_or(0, |doc| u64::from(doc) + 1);
    for gap in gaps {
        next += u64::from(*gap);
        *gap = next as u32;
        next += 1;
    }
    if next > u64::from(last) {
        return Err(DISORDER);
    }
    Ok(())
}
