//! How does the list of one stem become bytes?
//!
//! Postings are pushed in ascending order of documents; a block is packed as soon as it has
//! 128, so no more than documents and frequencies is held until the end (impacts need them,
//! and the norms). The layout is described in `list` and `positions`.

use super::group::{Shape, FREE_BIT, GROUP_VALUES};
use super::impact::ImpactTable;
use super::list::{ALL_ONES, BODY_ONLY, INDEX_LIMIT_DIVISOR, TITLES, TITLES_ONLY_TOO, TITLE_TFS};
use super::{bits::pack_row, BLOCK_POSTINGS};
use crate::bytes::put_varint;

/// Each costs some time when the documents are summed up; eight bring most of what 31 do.
const MOST_DOC_PATCHES: u32 = 8;

/// What the dictionary keeps about a list.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub struct ListSummary {
    /// Documents of the list.
    pub df: u32,
    /// Those with the stem in their title.
    pub df_title: u32,
    /// Those with the stem in their body.
    pub df_body: u32,
    /// The largest impact, as `List::max_impact` will say it.
    pub max_impact: u16,
}

/// Encodes one list after the other.
#[derive(Default)]
pub struct ListEncoder {
    docs: Vec<u32>,
    title_tfs: Vec<u32>,
    body_tfs: Vec<u32>,
    /// Positions of the open block as they are packed, and their codes: none yet
    /// while every one is 0.
    gaps: Vec<u32>,
    codes: Vec<u32>,
    has_codes: bool,
    doc_part: Vec<u8>,
    position_part: Vec<u8>,
    doc_offsets: Vec<u64>,
    position_offsets: Vec<u64>,
    shapes: Vec<Shape>,
    impacts: Vec<u16>,
}

impl ListEncoder {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a posting. `doc` is larger than the one before and less than `TERMINATED`.
    /// `positions` are those in the title (`title_tf`, strictly ascending), then those in the
    /// body (`body_tf`, strictly ascending); `codes` are parallel to them.
    pub fn push(
        &mut self,
        doc: u32,
        title_tf: u32,
        body_tf: u32,
        positions: &[u32],
        codes: &[u32],
    ) {
        debug_assert!(doc < super::TERMINATED && self.docs.last().is_none_or(|&last| last < doc));
        debug_assert!(title_tf as usize + body_tf as usize == positions.len());
        debug_assert!(codes.len() == positions.len() && !positions.is_empty());
        self.docs.push(doc);
        self.title_tfs.push(title_tf);
        self.body_tfs.push(body_tf);
        let (title, body) = positions.split_at(title_tf as usize);
        put_run(title, &mut self.gaps);
        put_run(body, &mut self.gaps);
        // Most stems have one form: their codes are not even kept.
        if codes.iter().fold(0, |all, code| all | code) != 0 || !self.codes.is_empty() {
            self.codes.resize(self.gaps.len() - codes.len(), 0);
            self.codes.extend_from_slice(codes);
        }
        if self.docs.len().is_multiple_of(BLOCK_POSTINGS) {
            self.close_block(BLOCK_POSTINGS);
        }
    }

    /// Adds a posting of one position, as `push` would.
    #[inline]
    pub fn push_one(&mut self, doc: u32, in_title: bool, position: u32, code: u32) {
        debug_assert!(doc < super::TERMINATED && self.docs.last().is_none_or(|&last| last < doc));
        self.docs.push(doc);
        self.title_tfs.push(u32::from(in_title));
        self.body_tfs.push(u32::from(!in_title));
        if code != 0 || !self.codes.is_empty() {
            self.codes.resize(self.gaps.len(), 0);
            self.codes.push(code);
        }
        self.gaps.push(position);
        if self.docs.len().is_multiple_of(BLOCK_POSTINGS) {
            self.close_block(BLOCK_POSTINGS);
        }
    }

    /// Appends the list to `out` and makes the encoder ready for the next one. `norms` holds
    /// the code of the body norm of every document (empty: lengths do not count, as in
    /// bylines); `table` computes impacts.
    pub fn finish(&mut self, norms: &[u8], table: &ImpactTable, out: &mut Vec<u8>) -> ListSummary {
        let tail = self.docs.len() % BLOCK_POSTINGS;
        if tail > 0 {
            self.close_block(tail);
        }
        let mut summary = ListSummary {
            df: self.docs.len() as u32,
            df_title: self.title_tfs.iter().filter(|&&tf| tf > 0).count() as u32,
            df_body: self.body_tfs.iter().filter(|&&tf| tf > 0).count() as u32,
            max_impact: 0,
        };
        let mut impacts = std::mem::take(&mut self.impacts);
        self.put_impacts(norms, table, &mut impacts);
        let largest = impacts.iter().copied().max().unwrap_or(0);
        put_varint(out, u64::from(summary.df) << 1 | u64::from(self.has_codes));
        if self.docs.len() < BLOCK_POSTINGS {
            let coarse = largest.div_ceil(257);
            summary.max_impact = coarse * 257;
            out.push(coarse as u8);
            put_varint(out, u64::from(self.docs.last().copied().unwrap_or(0)));
        } else {
            summary.max_impact = largest;
            out.extend_from_slice(&largest.to_le_bytes());
            self.put_skip_arrays(&impacts, out);
        }
        out.extend_from_slice(&self.doc_part);
        out.extend_from_slice(&self.position_part);
        self.impacts = impacts;
        self.reset();
        summary
    }

    fn reset(&mut self) {
        self.docs.clear();
        self.title_tfs.clear();
        self.body_tfs.clear();
        self.has_codes = false;
        self.doc_part.clear();
        self.position_part.clear();
        self.doc_offsets.clear();
        self.position_offsets.clear();
    }

    fn put_impacts(&self, norms: &[u8], table: &ImpactTable, impacts: &mut Vec<u16>) {
        let strength = |doc: u32, title_tf: u32, body_tf: u32| {
            if norms.is_empty() {
                return table.of_byline(title_tf, body_tf);
            }
            table.of_text(title_tf, body_tf, norms.get(doc as usize).copied())
        };
        let block_impact = |start: usize| {
            let block = start..(start + BLOCK_POSTINGS).min(self.docs.len());
            let tfs = self.title_tfs[block.clone()].iter();
            let tfs = tfs.zip(&self.body_tfs[block.clone()]);
            let largest = self.docs[block].iter().zip(tfs).fold(
                0.0,
                |largest: f64, (&doc, (&title_tf, &body_tf))| {
                    largest.max(strength(doc, title_tf, body_tf))
                },
            );
            table.impact_of(largest)
        };
        impacts.clear();
        impacts.extend(
            (0..self.docs.len())
                .step_by(BLOCK_POSTINGS)
                .map(block_impact),
        );
    }

    fn put_skip_arrays(&self, impacts: &[u16], out: &mut Vec<u8>) {
        // Offsets ascend, so the last is the widest.
        let bytes_of = |offsets: &[u64]| match offsets.last() {
            Some(&last) if last > 0 => (64 - last.leading_zeros()).div_ceil(8) as usize,
            _ => 1,
        };
        let doc_bytes = bytes_of(&self.doc_offsets);
        let position_bytes = bytes_of(&self.position_offsets);
        out.push((doc_bytes | position_bytes << 4) as u8);
        put_varint(out, self.doc_part.len() as u64);
        for block in self.docs.chunks(BLOCK_POSTINGS) {
            out.extend_from_slice(&block[block.len() - 1].to_le_bytes());
        }
        for impact in impacts {
            out.extend_from_slice(&impact.to_le_bytes());
        }
        for offset in &self.doc_offsets {
            out.extend_from_slice(&offset.to_le_bytes()[..doc_bytes]);
        }
        for offset in &self.position_offsets {
            out.extend_from_slice(&offset.to_le_bytes()[..position_bytes]);
        }
    }

    // Packs the last `count` postings.
    fn close_block(&mut self, count: usize) {
        self.doc_offsets.push(self.doc_part.len() as u64);
        self.position_offsets.push(self.position_part.len() as u64);
        self.put_docs(count);
        self.put_frequencies(count);
        self.put_positions();
    }

    fn put_docs(&mut self, count: usize) {
        let start = self.docs.len() - count;
        let mut next = match start.checked_sub(1) {
            Some(before) => self.docs[before] + 1,
            None => 0,
        };
        let mut gaps = [0u32; BLOCK_POSTINGS];
        for (gap, &doc) in gaps.iter_mut().zip(&self.docs[start..]) {
            *gap = doc - next;
            next = doc + 1;
        }
        // The last document of a shorter block is known from elsewhere.
        let kept = if count == BLOCK_POSTINGS {
            count
        } else {
            count - 1
        };
        let title = self.title_tfs[start..].iter().any(|&tf| tf > 0);
        let body = &self.body_tfs[start..];
        let form = match (title, body.iter().all(|&tf| tf > 0)) {
            (false, _) if body.iter().all(|&tf| tf == 1) => ALL_ONES,
            (false, _) => BODY_ONLY,
            (true, true) => TITLES,
            (true, false) => TITLES_ONLY_TOO,
        };
        let shape = Shape::with_patches(&gaps[..kept], MOST_DOC_PATCHES);
        shape.write_six_bits(form, &mut self.doc_part);
        shape.pack(&gaps[..kept], &mut self.doc_part);
    }

    fn put_frequencies(&mut self, count: usize) {
        let start = self.docs.len() - count;
        let form = self.doc_part[self.doc_offsets[self.doc_offsets.len() - 1] as usize] & 0xC0;
        if form == ALL_ONES {
            return;
        }
        let less = u32::from(form != TITLES_ONLY_TOO);
        let mut tfs = [0u32; BLOCK_POSTINGS];
        for (to, from) in tfs.iter_mut().zip(&self.body_tfs[start..]) {
            *to = from - less;
        }
        put_group(&tfs[..count], &mut self.doc_part);
        if form == BODY_ONLY {
            return;
        }
        let titles = self.title_tfs[start..].iter().enumerate();
        let titles: Vec<(u8, u32)> = titles
            .filter(|(_, &tf)| tf > 0)
            .map(|(index, &tf)| (index as u8, tf))
            .collect();
        let several = titles.iter().any(|&(_, tf)| tf > 1);
        let flag = if several { TITLE_TFS } else { 0 };
        self.doc_part.push((titles.len() - 1) as u8 | flag);
        if titles.len() < count.div_ceil(INDEX_LIMIT_DIVISOR) {
            self.doc_part.extend(titles.iter().map(|&(index, _)| index));
        } else {
            let mut bits = [0u64; BLOCK_POSTINGS];
            for &(index, _) in &titles {
                bits[usize::from(index)] = 1;
            }
            pack_row(bits[..count].iter().copied(), 1, &mut self.doc_part);
        }
        if several {
            for (to, &(_, tf)) in tfs.iter_mut().zip(&titles) {
                *to = tf - 1;
            }
            put_group(&tfs[..titles.len()], &mut self.doc_part);
        }
    }

    fn put_positions(&mut self) {
        let coded = !self.codes.is_empty();
        self.has_codes |= coded;
        self.shapes.clear();
        let mut free = if coded { FREE_BIT } else { 0 };
        for group in self.gaps.chunks(GROUP_VALUES) {
            let shape = Shape::of(group);
            shape.write(free, &mut self.position_part);
            self.shapes.push(shape);
            free = 0;
        }
        let position_groups = self.shapes.len();
        if coded {
            self.codes.resize(self.gaps.len(), 0);
            for group in self.codes.chunks(GROUP_VALUES) {
                let shape = Shape::of(group);
                shape.write(0, &mut self.position_part);
                self.shapes.push(shape);
            }
        }
        let (position_shapes, code_shapes) = self.shapes.split_at(position_groups);
        for (shape, group) in position_shapes.iter().zip(self.gaps.chunks(GROUP_VALUES)) {
            shape.pack(group, &mut self.position_part);
        }
        for (shape, group) in code_shapes.iter().zip(self.codes.chunks(GROUP_VALUES)) {
            shape.pack(group, &mut self.position_part);
        }
        self.gaps.clear();
        self.codes.clear();
    }
}

// The first position as it is, then what lies between each and the next.
fn put_run(positions: &[u32], gaps: &mut Vec<u32>) {
    let mut next = 0u32;
    gaps.extend(positions.iter().map(|&position| {
        debug_assert!(position >= next);
        let gap = position.wrapping_sub(next);
        next = position.wrapping_add(1);
        gap
    }));
}

fn put_group(values: &[u32], out: &mut Vec<u8>) {
    let shape = Shape::of(values);
    shape.write(0, out);
    shape.pack(values, out);
}
