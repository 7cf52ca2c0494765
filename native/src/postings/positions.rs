//! Where in one document does the stem stand, and as which forms?
//!
//! The positions of a block are one row of values, document after document: the first
//! position of a run (title or body), then for each further one the distance less 1. They
//! are packed in groups of 128. The sum of the frequencies before a document tells where in
//! the row its runs start, so no other run is decoded. Form codes are packed likewise.
//!
//! ```text
//! position part of a block
//!   shapes of the position groups; the free bit of the first: codes follow
//!   if so: shapes of the code groups (else every code is 0)
//!   payloads of the position groups, then of the code groups
//! ```

use std::cell::RefCell;

use super::group::{Shape, FREE_BIT, GROUP_VALUES};
use super::list::{DocBlock, List};
use super::BLOCK_POSTINGS;
use crate::error::Damage;

const CUT_SHORT: Damage = Damage("the positions of a block are cut short");
const NO_SUCH_POSTING: Damage = Damage("a block has no such posting");

#[derive(Clone, Copy)]
struct Group {
    shape: Shape,
    payload: usize,
}

/// The group that was unpacked whole, as several of its runs are read.
#[derive(Clone)]
struct Unpacked {
    /// The group in `values`, and the one that was touched last.
    number: usize,
    touched: usize,
    values: [u32; GROUP_VALUES],
}

const NO_GROUP: usize = usize::MAX;
/// A run this long is taken from a group unpacked whole at once.
const LONG_RUN: usize = 16;

impl Unpacked {
    fn new() -> RefCell<Self> {
        RefCell::new(Unpacked {
            number: NO_GROUP,
            touched: NO_GROUP,
            values: [0; GROUP_VALUES],
        })
    }

    fn forget(&mut self) {
        self.number = NO_GROUP;
        self.touched = NO_GROUP;
    }
}

/// The directory of the positions of one block.
#[derive(Clone)]
pub struct PositionBlock<'a> {
    bytes: &'a [u8],
    /// Postings of the block.
    len: usize,
    /// Number of the first value of each posting; one more for the end.
    starts: [usize; BLOCK_POSTINGS + 1],
    groups: Vec<Group>,
    code_groups: Vec<Group>,
    unpacked: RefCell<Unpacked>,
    unpacked_codes: RefCell<Unpacked>,
}

impl Default for PositionBlock<'_> {
    fn default() -> Self {
        PositionBlock {
            bytes: &[],
            len: 0,
            starts: [0; BLOCK_POSTINGS + 1],
            groups: Vec::new(),
            code_groups: Vec::new(),
            unpacked: Unpacked::new(),
            unpacked_codes: Unpacked::new(),
        }
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
        self.unpacked.get_mut().forget();
        self.unpacked_codes.get_mut().forget();
        let len = frequencies.len.min(BLOCK_POSTINGS);
        let mut total = 0u64;
        let tfs = frequencies.body_tf.iter().zip(&frequencies.title_tf);
        for (start, (&body, &title)) in self.starts.iter_mut().zip(tfs) {
            *start = total as usize;
            total += u64::from(body) + u64::from(title);
        }
        let (bytes, mut at) = list.position_part(block, frequencies)?;
        self.bytes = bytes;
        if len < BLOCK_POSTINGS {
            total = self.starts[len] as u64;
        }
        // Every group has at least one byte; so a false total cannot ask for much memory.
        let total = usize::try_from(total).map_err(|_| CUT_SHORT)?;
        let group_count = total.div_ceil(GROUP_VALUES);
        if group_count > bytes.len().saturating_sub(at) {
            return Err(CUT_SHORT);
        }
        self.starts[len] = total;
        let coded = bytes.get(at).is_some_and(|first| first & FREE_BIT != 0);
        read_shapes(bytes, &mut at, group_count, &mut self.groups)?;
        let code_count = if coded { group_count } else { 0 };
        read_shapes(bytes, &mut at, code_count, &mut self.code_groups)?;
        let at = place_payloads(&mut self.groups, total, at)?;
        place_payloads(&mut self.code_groups, total, at)?;
        self.len = len;
        Ok(())
    }

    /// Appends the positions of posting `index`, of which `title_tf` are in the title.
    pub fn positions(
        &self,
        index: usize,
        title_tf: u32,
        title: &mut Vec<u32>,
        body: &mut Vec<u32>,
    ) -> Result<(), Damage> {
        let (start, end) = self.range(index)?;
        let middle = start.saturating_add(title_tf as usize).min(end);
        self.run(start, middle, title)?;
        self.run(middle, end, body)
    }

    /// Appends the codes of posting `index`, those of the title first.
    pub fn codes(&self, index: usize, out: &mut Vec<u32>) -> Result<(), Damage> {
        let (start, end) = self.range(index)?;
        if self.code_groups.is_empty() {
            out.resize(out.len() + (end - start), 0);
            return Ok(());
        }
        let mut unpacked = self.unpacked_codes.borrow_mut();
        self.values(&self.code_groups, &mut unpacked, (start, end), out)
    }

    /// Whether some code of the block is not 0.
    pub fn has_codes(&self) -> bool {
        !self.code_groups.is_empty()
    }

    fn range(&self, index: usize) -> Result<(usize, usize), Damage> {
        if index >= self.len {
            return Err(NO_SUCH_POSTING);
        }
        Ok((self.starts[index], self.starts[index + 1]))
    }

    #[inline]
    fn run(&self, start: usize, end: usize, out: &mut Vec<u32>) -> Result<(), Damage> {
        if start >= end {
            return Ok(());
        }
        let mut unpacked = self.unpacked.borrow_mut();
        let mut next = 0u32;
        let mut position_of = |gap: u32| {
            let position = next.wrapping_add(gap);
            next = position.wrapping_add(1);
            position
        };
        let first = unpacked.number.wrapping_mul(GROUP_VALUES);
        if start >= first && end - first <= GROUP_VALUES && unpacked.number != NO_GROUP {
            let gaps = &unpacked.values[start - first..end - first];
            out.extend(gaps.iter().map(|&gap| position_of(gap)));
            return Ok(());
        }
        let before = out.len();
        self.values(&self.groups, &mut unpacked, (start, end), out)?;
        for value in &mut out[before..] {
            *value = position_of(*value);
        }
        Ok(())
    }

    fn values(
        &self,
        groups: &[Group],
        unpacked: &mut Unpacked,
        (mut start, end): (usize, usize),
        out: &mut Vec<u32>,
    ) -> Result<(), Damage> {
        while start < end {
            let number = start / GROUP_VALUES;
            let first = number * GROUP_VALUES;
            let stop = end.min(first + GROUP_VALUES);
            let range = (start - first, stop - first);
            if unpacked.number != number {
                self.touch(groups, unpacked, number, range, out)?;
            }
            if unpacked.number == number {
                out.extend_from_slice(&unpacked.values[range.0..range.1]);
            }
            start = stop;
        }
        Ok(())
    }

    // Unpacks group `number`, or appends its values `range` to `out`.
    fn touch(
        &self,
        groups: &[Group],
        unpacked: &mut Unpacked,
        number: usize,
        range: (usize, usize),
        out: &mut Vec<u32>,
    ) -> Result<(), Damage> {
        let group = groups.get(number).ok_or(NO_SUCH_POSTING)?;
        let (shape, at) = (group.shape, group.payload);
        let count = (self.starts[self.len] - number * GROUP_VALUES).min(GROUP_VALUES);
        if unpacked.touched != number && range.1 - range.0 < LONG_RUN {
            unpacked.touched = number;
            return shape.unpack_range(self.bytes, at, count, range, out);
        }
        unpacked.number = NO_GROUP;
        shape.unpack(self.bytes, at, &mut unpacked.values[..count])?;
        unpacked.number = number;
        Ok(())
    }
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
