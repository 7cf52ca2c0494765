//! Where in one document does the stem stand, and as which forms?
//!
//! The positions of a block are one row of values, document after document: the first
//! position of a run (title or body), then for each further one the distance less 1. They
//! are packed in groups of 128. The sum of the frequencies before a document tells where in
//! the row its runs start, so no group is unpacked but those that hold them. Form codes are
//! packed likewise.
//!
//! ```text
//! position part of a block
//!   shapes of the position groups; the free bit of the first: codes follow
//!   if so: shapes of the code groups (else every code is 0)
//!   payloads of the position groups, then of the code groups
//! ```
//!
//! Groups are unpacked to the **sums** of value + 1 from one group on, since SIMD adds up
//! while it unpacks. A position is its sum less the sum before its run less 1; so two runs
//! are compared as they lie, by the difference of what they start from.

use super::group::{Shape, FREE_BIT, GROUP_VALUES};
use super::list::{DocBlock, List};
use super::BLOCK_POSTINGS;
use crate::error::Damage;

const CUT_SHORT: Damage = Damage("the positions of a block are cut short");
const NO_SUCH_POSTING: Damage = Damage("a block has no such posting");

/// Sums are read in strips of so many, so as many lie behind the last.
pub const STRIP: usize = 8;

/// So many numbers that are no sum of a run lie behind the last group that is unpacked.
const BEHIND: usize = 2 * STRIP;

/// In longer runs a position is sought by halving.
const MOST_COUNTED: usize = 64;

#[derive(Clone, Copy)]
struct Group {
    shape: Shape,
    payload: usize,
}

/// The groups of a row that are unpacked: neighbours, so that a run lies in one piece.
#[derive(Clone, Default)]
struct Row {
    first: usize,
    next: usize,
    values: Vec<u32>,
}

impl Row {
    fn forget(&mut self) {
        (self.first, self.next) = (0, 0);
    }

    // The groups of `first..=last` that are still to be unpacked.
    #[inline]
    fn missing(&mut self, first: usize, last: usize) -> std::ops::Range<usize> {
        if first > self.next || first < self.first {
            (self.first, self.next) = (first, first);
        }
        self.next..last + 1
    }
}

/// The positions of one block.
#[derive(Clone)]
pub struct PositionBlock<'a> {
    bytes: &'a [u8],
    /// Postings of the block.
    len: usize,
    /// Number of the first value of each posting; one more for the end.
    starts: [u32; BLOCK_POSTINGS + 1],
    groups: Vec<Group>,
    code_groups: Vec<Group>,
    /// Where the payloads of the code groups start, until they are placed.
    codes_start: Option<usize>,
    /// The sum of value `i` is at `i + 1`: what a run starts from lies before it.
    sums: Row,
    codes: Row,
}

impl Default for PositionBlock<'_> {
    fn default() -> Self {
        PositionBlock {
            bytes: &[],
            len: 0,
            starts: [0; BLOCK_POSTINGS + 1],
            groups: Vec::new(),
            code_groups: Vec::new(),
            codes_start: None,
            sums: Row::default(),
            codes: Row::default(),
        }
    }
}

/// The positions of a document in one field, as sums.
#[derive(Clone, Copy)]
pub struct Run<'r> {
    /// Those of the run and at least `BEHIND` more, which are larger unless bytes are wrong.
    strips: &'r [u32],
    len: usize,
    /// The sum of position -1.
    base: u32,
    /// Number of the first value in the row of the block.
    start: usize,
}

impl<'r> Run<'r> {
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The sum of position -1: that of position `p` is `p + 1` more.
    #[inline]
    pub fn base(&self) -> u32 {
        self.base
    }

    #[inline]
    pub fn sums(&self) -> &'r [u32] {
        &self.strips[..self.len]
    }

    /// The sums in strips; what lies behind the last of the run belongs to others.
    #[inline]
    pub fn strips(&self) -> impl Iterator<Item = &'r [u32; STRIP]> {
        let whole = self.strips[..self.len.next_multiple_of(STRIP)].chunks_exact(STRIP);
        whole.filter_map(|strip| strip.try_into().ok())
    }

    /// The sums two strips at a time; what lies behind the last of the run is larger.
    #[inline]
    pub fn wide_strips(&self) -> impl Iterator<Item = &'r [u32; 2 * STRIP]> {
        let whole = self.strips[..self.len.next_multiple_of(BEHIND)].chunks_exact(BEHIND);
        whole.filter_map(|strip| strip.try_into().ok())
    }

    /// Number of its first position among those of the block.
    #[inline]
    pub fn start(&self) -> usize {
        self.start
    }

    #[inline]
    pub fn positions(&self) -> impl Iterator<Item = u32> + 'r {
        let before = self.base.wrapping_add(1);
        self.sums().iter().map(move |sum| sum.wrapping_sub(before))
    }

    /// Where in the run `position` is, if it is there.
    #[inline]
    pub fn place_of(&self, position: u32) -> Option<usize> {
        let before = self.base.wrapping_add(1);
        let sums = self.sums();
        let is_before = |sum: &u32| sum.wrapping_sub(before) < position;
        // Halving a short run is mispredicted at every other step; counting takes several
        // at once.
        let place = match sums.len() {
            0..=MOST_COUNTED => {
                let count = sums.iter().fold(0, |n, sum| n + u32::from(is_before(sum)));
                count as usize
            }
            _ => sums.partition_point(is_before),
        };
        let sum = sums.get(place)?;
        (sum.wrapping_sub(before) == position).then_some(place)
    }

    /// Only the positions below `limit`.
    pub fn below(self, limit: u32) -> Self {
        let before = self.base.wrapping_add(1);
        let is_below = |sum: &&u32| sum.wrapping_sub(before) < limit;
        let len = self.sums().iter().take_while(is_below).count();
        Run { len, ..self }
    }
}

impl<'a> PositionBlock<'a> {
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the directory of `block` of `list`; `frequencies` are those of the same block.
    pub fn load(
        &mut self,
        list: &List<'a>,
        block: usize,
        frequencies: &DocBlock,
    ) -> Result<(), Damage> {
        self.len = 0;
        self.sums.forget();
        self.codes.forget();
        let len = frequencies.len.min(BLOCK_POSTINGS);
        let total = self.add_up(frequencies, len)?;
        let (bytes, mut at) = list.position_part(block, frequencies)?;
        self.bytes = bytes;
        // Every group has at least one byte; so a false total cannot ask for much memory.
        let group_count = total.div_ceil(GROUP_VALUES);
        if group_count > bytes.len().saturating_sub(at) {
            return Err(CUT_SHORT);
        }
        let coded = bytes.get(at).is_some_and(|first| first & FREE_BIT != 0);
        read_shapes(bytes, &mut at, group_count, &mut self.groups)?;
        let code_count = if coded { group_count } else { 0 };
        read_shapes(bytes, &mut at, code_count, &mut self.code_groups)?;
        self.codes_start = Some(place_payloads(&mut self.groups, total, at)?);
        self.len = len;
        Ok(())
    }

    /// Find where the codes are, before one is asked for.
    #[inline]
    pub fn place_codes(&mut self) -> Result<(), Damage> {
        if let Some(at) = self.codes_start.take() {
            let total = self.starts[self.len] as usize;
            place_payloads(&mut self.code_groups, total, at)?;
        }
        Ok(())
    }

    // Fills `starts` and returns the last of them.
    fn add_up(&mut self, frequencies: &DocBlock, len: usize) -> Result<usize, Damage> {
        // Half of the bits of all together leave room for the sum of 256 of them.
        let (bodies, titles) = (&frequencies.body_tf, &frequencies.title_tf);
        let mut all = 0;
        for (body, title) in bodies[..len].iter().zip(&titles[..len]) {
            all |= body | title;
        }
        if all >> 23 != 0 {
            let sum = |tfs: &[u32]| tfs.iter().map(|tf| u64::from(*tf)).sum::<u64>();
            if sum(&bodies[..len]) + sum(&titles[..len]) > u64::from(u32::MAX) {
                return Err(CUT_SHORT);
            }
        }
        let mut total = 0u32;
        for ((start, body), title) in self.starts.iter_mut().zip(bodies).zip(titles) {
            *start = total;
            total = total.wrapping_add(body.wrapping_add(*title));
        }
        if len == BLOCK_POSTINGS {
            self.starts[len] = total;
        }
        Ok(self.starts[len] as usize)
    }

    /// Unpacks the positions of posting `index`, so that `run` gives them.
    #[inline]
    pub fn unpack(&mut self, index: usize) -> Result<(), Damage> {
        let (start, end) = self.range(index)?;
        if start >= end {
            return Ok(());
        }
        let (first, last) = (start / GROUP_VALUES, (end - 1) / GROUP_VALUES);
        if first >= self.sums.first && last < self.sums.next {
            return Ok(());
        }
        self.unpack_missing(first, last)
    }

    /// The same for `count` postings from `first` to `last`, if that is about what their
    /// groups hold; else false.
    #[inline]
    pub fn unpack_between(
        &mut self,
        (first, last): (usize, usize),
        count: usize,
    ) -> Result<bool, Damage> {
        let (start, end) = (self.range(first)?.0, self.range(last)?.1);
        if start >= end {
            return Ok(false);
        }
        let (first, last) = (start / GROUP_VALUES, (end - 1) / GROUP_VALUES);
        if last - first >= 2 * count {
            return Ok(false);
        }
        if first < self.sums.first || last >= self.sums.next {
            self.unpack_missing(first, last)?;
        }
        Ok(true)
    }

    /// The run of posting `index`, of which `title_tf` positions are in the title, in the
    /// title or in the body; `unpack` has been asked for it before.
    #[inline]
    pub fn run(&self, index: usize, title_tf: u32, in_title: bool) -> Result<Run<'_>, Damage> {
        let (start, end) = self.range(index)?;
        let middle = start.saturating_add(title_tf as usize).min(end);
        Ok(match in_title {
            true => self.run_between(start, middle),
            false => self.run_between(middle, end),
        })
    }

    #[inline]
    fn run_between(&self, start: usize, end: usize) -> Run<'_> {
        if start >= end {
            return Run {
                strips: &[],
                len: 0,
                base: 0,
                start,
            };
        }
        Run {
            strips: &self.sums.values[start + 1..],
            len: end - start,
            base: self.sums.values[start],
            start,
        }
    }

    /// Appends the positions of posting `index`, of which `title_tf` are in the title.
    pub fn positions(
        &mut self,
        index: usize,
        title_tf: u32,
        title: &mut Vec<u32>,
        body: &mut Vec<u32>,
    ) -> Result<(), Damage> {
        self.unpack(index)?;
        title.extend(self.run(index, title_tf, true)?.positions());
        body.extend(self.run(index, title_tf, false)?.positions());
        Ok(())
    }

    /// Appends the codes of posting `index`, those of the title first.
    pub fn codes(&mut self, index: usize, out: &mut Vec<u32>) -> Result<(), Damage> {
        let (start, end) = self.range(index)?;
        if self.code_groups.is_empty() {
            out.resize(out.len() + (end - start), 0);
            return Ok(());
        }
        let (title, body) = self.codes_of(index, 0)?;
        out.extend_from_slice(title);
        out.extend_from_slice(body);
        Ok(())
    }

    /// The codes of posting `index`, of which `title_tf` are in the title: of those and of
    /// the others; nothing where no posting of the block has a code other than 0.
    #[inline]
    pub fn codes_of(&mut self, index: usize, title_tf: usize) -> Result<(&[u32], &[u32]), Damage> {
        let (start, end) = self.range(index)?;
        if start >= end || self.code_groups.is_empty() {
            return Ok((&[], &[]));
        }
        let (first, last) = (start / GROUP_VALUES, (end - 1) / GROUP_VALUES);
        if first < self.codes.first || last >= self.codes.next {
            self.unpack_codes(first, last)?;
        }
        let middle = start.saturating_add(title_tf).min(end);
        let values = &self.codes.values;
        Ok((&values[start..middle], &values[middle..end]))
    }

    /// The codes of all postings of the block, one after the other; nothing where no posting
    /// has a code other than 0.
    pub fn all_codes(&mut self) -> Result<&[u32], Damage> {
        let count = self.code_groups.len();
        if count == 0 {
            return Ok(&[]);
        }
        if self.codes.first > 0 || self.codes.next < count {
            self.unpack_codes(0, count - 1)?;
        }
        let total = self.starts[self.len] as usize;
        Ok(&self.codes.values[..total])
    }

    fn unpack_codes(&mut self, first: usize, last: usize) -> Result<(), Damage> {
        self.place_codes()?;
        for number in self.codes.missing(first, last) {
            let count = self.group_len(number);
            let group = self.code_groups.get(number).ok_or(NO_SUCH_POSTING)?;
            let from = number * GROUP_VALUES;
            let row = room(&mut self.codes.values, from, count)?;
            group.shape.unpack(self.bytes, group.payload, row)?;
            self.codes.next = number + 1;
        }
        Ok(())
    }

    /// The code of position `place` of a run of this block, after `place_codes`.
    #[inline]
    pub fn code(&self, run: &Run, place: usize) -> Result<u32, Damage> {
        if self.code_groups.is_empty() {
            return Ok(0);
        }
        let value = run.start.saturating_add(place);
        // Mostly the forms of the document have just been counted.
        let number = value / GROUP_VALUES;
        if (self.codes.first..self.codes.next).contains(&number) {
            return self.codes.values.get(value).copied().ok_or(NO_SUCH_POSTING);
        }
        let group = self.code_groups.get(value / GROUP_VALUES);
        let group = group.ok_or(NO_SUCH_POSTING)?;
        let count = self.group_len(value / GROUP_VALUES);
        let index = value % GROUP_VALUES;
        if index >= count {
            return Err(NO_SUCH_POSTING);
        }
        group.shape.value(self.bytes, group.payload, count, index)
    }

    /// Whether some code of the block is not 0.
    pub fn has_codes(&self) -> bool {
        !self.code_groups.is_empty()
    }

    /// Numbers of the first position of posting `index` and of the one behind its last, among
    /// those of the block.
    #[inline]
    pub fn range(&self, index: usize) -> Result<(usize, usize), Damage> {
        if index >= self.len {
            return Err(NO_SUCH_POSTING);
        }
        Ok((self.starts[index] as usize, self.starts[index + 1] as usize))
    }

    #[inline]
    fn group_len(&self, number: usize) -> usize {
        let total = self.starts[self.len] as usize;
        total
            .saturating_sub(number * GROUP_VALUES)
            .min(GROUP_VALUES)
    }

    fn unpack_missing(&mut self, first: usize, last: usize) -> Result<(), Damage> {
        for number in self.sums.missing(first, last) {
            let count = self.group_len(number);
            let group = self.groups.get(number).ok_or(NO_SUCH_POSTING)?;
            let from = number * GROUP_VALUES;
            let row = room(&mut self.sums.values, from, 1 + count + BEHIND)?;
            if number == self.sums.first {
                row[0] = 0;
            }
            let before = row[0];
            let (row, behind) = row[1..].split_at_mut(count);
            behind.fill(u32::MAX);
            if let Ok(full) = <&mut [u32; GROUP_VALUES]>::try_from(&mut *row) {
                (group.shape).unpack_ascending(self.bytes, group.payload, Some(before), full)?;
            } else {
                group.shape.unpack(self.bytes, group.payload, row)?;
                let mut sum = before;
                for value in row {
                    sum = sum.wrapping_add(*value).wrapping_add(1);
                    *value = sum;
                }
            }
            self.sums.next = number + 1;
        }
        Ok(())
    }
}

// `count` values of `row` from `start` on; the row grows to hold them.
fn room(row: &mut Vec<u32>, start: usize, count: usize) -> Result<&mut [u32], Damage> {
    let end = start.checked_add(count).ok_or(CUT_SHORT)?;
    if row.len() < end {
        row.resize(end, 0);
    }
    Ok(&mut row[start..end])
}

fn read_shapes(
    bytes: &[u8],
    at: &mut usize,
    count: usize,
    groups: &mut Vec<Group>,
) -> Result<(), Damage> {
    groups.clear();
    for _ in 0..count {
        let shape = Shape::read(bytes, at)?;
        groups.push(Group { shape, payload: 0 });
    }
    Ok(())
}

// Returns where the last payload ends.
fn place_payloads(groups: &mut [Group], total: usize, mut at: usize) -> Result<usize, Damage> {
    let mut remaining = total;
    for group in groups {
        group.payload = at;
        let count = remaining.min(GROUP_VALUES);
        remaining -= count;
        at = at
            .checked_add(group.shape.payload_len(count))
            .ok_or(CUT_SHORT)?;
    }
    Ok(at)
}
