//! How are up to 128 small integers kept in few bits?
//!
//! A **group** has one width for all its values and patches for the few that need more: a
//! patch is the index of its value and the bits above the width. Full groups lie in lanes,
//! for SIMD; shorter ones in a row. Either way one value is reached without the others.
//!
//! What describes a group (its **shape**, one or two bytes) is kept apart from its payload, so
//! that payloads are found by adding lengths:
//!
//! ```text
//! width (bits 0..=5) | patched (bit 6) | free for the user of the group (bit 7)
//! if patched: patches (1..=31, bits 0..=4) | bits of a patch - 1 (bits 5..=7)
//! payload: the values, cut to the width; then the patches by index, a row of 7 + bits each
//! ```
//!
//! Where the user needs two bits of the first byte, a shape is kept in the other six: up to 32
//! the width, from 33 on the width of a patched group.

use bitpacking::{BitPacker, BitPacker4x};

use super::bits::{lane_value, pack_row, row_len, row_value, unpack_row, width_of};
use crate::error::Damage;

/// Values of a full group.
pub const GROUP_VALUES: usize = 128;

/// The bit of a shape's first byte that belongs to the user of the group.
pub const FREE_BIT: u8 = 0x80;

const PATCHED: u8 = 0x40;
const MOST_PATCHES: u32 = 31;
const WIDEST_PATCH: u32 = 8;
const INDEX_BITS: u32 = 7;
/// A patch costs three bytes: with fewer values there is nothing to win.
const FEWEST_PATCHED: usize = 4;
const SIX_BITS: u8 = 0x3F;
const FIRST_PATCHED: u8 = 33;

/// For each place in a row of eight: all bits from that place on.
const FROM_PLACE: [[u32; 8]; 8] = {
    let mut masks = [[0; 8]; 8];
    let mut place = 0;
    while place < 64 {
        if place % 8 >= place / 8 {
            masks[place / 8][place % 8] = u32::MAX;
        }
        place += 1;
    }
    masks
};

const CUT_SHORT: Damage = Damage("a group of postings is cut short");

/// The width of a group and its patches.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub struct Shape {
    width: u8,
    patches: u8,
    patch_width: u8,
}

impl Shape {
    /// The smallest shape for `values`, at most 128.
    pub fn of(values: &[u32]) -> Shape {
        Shape::with_patches(values, MOST_PATCHES)
    }

    /// The smallest shape with at most so many patches, less than 32. A patched one is at
    /// most 30 bits wide.
    pub fn with_patches(values: &[u32], most_patches: u32) -> Shape {
        let all = values.iter().fold(0, |all, value| all | value);
        let widest = width_of(all);
        let mut best = Shape::plain(widest);
        if values.len() < FEWEST_PATCHED || widest == 0 {
            return best;
        }
        let mut best_len = best.payload_len(values.len());
        for width in (widest.saturating_sub(WIDEST_PATCH)..widest).rev() {
            // Counted anew for each width: the few that are tried before patches are too many
            // take less time, four values at once, than the widths of all values one by one.
            let wider = values.iter().map(|&value| u32::from(value >> width != 0));
            let patches: u32 = wider.sum();
            if patches > most_patches {
                break;
            }
            let shape = Shape {
                width: width as u8,
                patches: patches as u8,
                patch_width: (widest - width) as u8,
            };
            let len = shape.payload_len(values.len()) + 1;
            if len < best_len && width <= 30 {
                (best, best_len) = (shape, len);
            }
        }
        best
    }

    /// One width for all, at most 32, and no patches.
    pub fn plain(width: u32) -> Shape {
        Shape {
            width: width as u8,
            ..Shape::default()
        }
    }

    /// Appends the shape, with `free` (0 or `FREE_BIT`) in its first byte.
    pub fn write(self, free: u8, out: &mut Vec<u8>) {
        let patched = if self.patches > 0 { PATCHED } else { 0 };
        out.push(self.width | patched | free);
        if self.patches > 0 {
            out.push(self.patches | (self.patch_width - 1) << 5);
        }
    }

    /// Reads a shape at `*at` of `bytes` and moves `*at` behind it.
    #[inline]
    pub fn read(bytes: &[u8], at: &mut usize) -> Result<Shape, Damage> {
        let &first = bytes.get(*at).ok_or(CUT_SHORT)?;
        *at += 1;
        let shape = Shape::plain(u32::from(first & SIX_BITS));
        if shape.width > 32 {
            return Err(Damage("a group of postings is wider than 32 bits"));
        }
        if first & PATCHED == 0 {
            return Ok(shape);
        }
        shape.read_patches(bytes, at)
    }

    /// Appends the shape in six bits (and a byte), with `free` in the two high ones.
    pub fn write_six_bits(self, free: u8, out: &mut Vec<u8>) {
        if self.patches == 0 {
            out.push(self.width | free);
        } else {
            out.push((self.width + FIRST_PATCHED) | free);
            out.push(self.patches | (self.patch_width - 1) << 5);
        }
    }

    /// Reads what `write_six_bits` wrote: the shape and the two free bits.
    #[inline]
    pub fn read_six_bits(bytes: &[u8], at: &mut usize) -> Result<(Shape, u8), Damage> {
        let &first = bytes.get(*at).ok_or(CUT_SHORT)?;
        *at += 1;
        let (six, free) = (first & SIX_BITS, first & !SIX_BITS);
        if six < FIRST_PATCHED {
            return Ok((Shape::plain(u32::from(six)), free));
        }
        let shape = Shape::plain(u32::from(six - FIRST_PATCHED));
        Ok((shape.read_patches(bytes, at)?, free))
    }

    #[inline]
    fn read_patches(self, bytes: &[u8], at: &mut usize) -> Result<Shape, Damage> {
        let &second = bytes.get(*at).ok_or(CUT_SHORT)?;
        *at += 1;
        let patch_width = (second >> 5) + 1;
        if self.width + patch_width > 32 {
            return Err(Damage("a patch of a group of postings is too wide"));
        }
        Ok(Shape {
            patches: second & 0x1F,
            patch_width,
            ..self
        })
    }

    /// Whether every value of the group is zero.
    pub fn is_zero(self) -> bool {
        self.width == 0 && self.patches == 0
    }

    /// Bytes of the payload of a group of `count` values.
    #[inline(always)]
    pub fn payload_len(self, count: usize) -> usize {
        self.values_len(count) + self.patches_len()
    }

    // The row of full lanes is as long as the same values in a row.
    #[inline]
    fn values_len(self, count: usize) -> usize {
        row_len(count, u32::from(self.width))
    }

    #[inline]
    fn patches_len(self) -> usize {
        if self.patches == 0 {
            return 0;
        }
        row_len(usize::from(self.patches), self.patch_bits())
    }

    fn patch_bits(self) -> u32 {
        INDEX_BITS + u32::from(self.patch_width)
    }

    /// Appends the payload of `values`, of which this is the shape.
    pub fn pack(self, values: &[u32], out: &mut Vec<u8>) {
        let width = u32::from(self.width);
        let mask = ((1u64 << width) - 1) as u32;
        if values.len() == GROUP_VALUES {
            let mut cut = [0u32; GROUP_VALUES];
            for (to, from) in cut.iter_mut().zip(values) {
                *to = from & mask;
            }
            let start = out.len();
            out.resize(start + self.values_len(GROUP_VALUES), 0);
            BitPacker4x::new().compress(&cut, &mut out[start..], self.width);
        } else {
            pack_row(values.iter().map(|v| u64::from(v & mask)), width, out);
        }
        if self.patches > 0 {
            let patches = values.iter().enumerate().filter(|(_, &v)| v > mask);
            let patch =
                |(index, &v): (usize, &u32)| index as u64 | u64::from(v >> width) << INDEX_BITS;
            pack_row(patches.map(patch), self.patch_bits(), out);
        }
    }

    /// Fills `out`, as long as the group and at most 128, from the payload at `at` of `bytes`.
    pub fn unpack(self, bytes: &[u8], at: usize, out: &mut [u32]) -> Result<(), Damage> {
        let payload = self.payload(bytes, at, out.len())?;
        if out.len() == GROUP_VALUES {
            BitPacker4x::new().decompress(payload, out, self.width);
        } else {
            unpack_row(payload, u32::from(self.width), out);
        }
        self.for_each_patch(payload, out.len(), |index, high| {
            if let Some(value) = out.get_mut(index) {
                *value |= high;
            }
            true
        })
    }

    /// Fills `out` with the sums of the gaps less 1 that the payload at `at` of a full group
    /// holds, from `before` on. Returns where the payload ends and whether the numbers ascend
    /// strictly for certain; else some sum may have wrapped around.
    pub fn unpack_ascending(
        self,
        bytes: &[u8],
        at: usize,
        before: Option<u32>,
        out: &mut [u32; GROUP_VALUES],
    ) -> Result<(usize, bool), Damage> {
        let payload = self.payload(bytes, at, GROUP_VALUES)?;
        BitPacker4x::new().decompress_strictly_sorted(before, payload, out, self.width);
        // No sum can be larger than this.
        let mut limit =
            before.map_or(0, |doc| u64::from(doc) + 1) + ((GROUP_VALUES as u64) << self.width);
        if self.patches > 0 {
            // A patched gap moves all numbers from its own on: here those of its eight ...
            let mut jumps = [0u32; GROUP_VALUES / 8 + 1];
            self.for_each_patch(payload, GROUP_VALUES, |index, high| {
                if let Some(eight) = out.chunks_exact_mut(8).nth(index / 8) {
                    for (number, mask) in eight.iter_mut().zip(FROM_PLACE[index % 8]) {
                        *number = number.wrapping_add(high & mask);
                    }
                }
                let later = &mut jumps[index / 8 + 1];
                *later = later.wrapping_add(high);
                limit += u64::from(high);
                true
            })?;
            // ... and here all later ones.
            let mut shift = 0u32;
            for (eight, jump) in out.chunks_exact_mut(8).zip(jumps) {
                shift = shift.wrapping_add(jump);
                for number in eight {
                    *number = number.wrapping_add(shift);
                }
            }
        }
        let end = at + self.payload_len(GROUP_VALUES);
        Ok((end, limit <= u64::from(u32::MAX)))
    }

    /// Value `index` of the group of `count` values.
    #[inline]
    pub fn value(self, bytes: &[u8], at: usize, count: usize, index: usize) -> Result<u32, Damage> {
        let payload = self.payload(bytes, at, count)?;
        let width = u32::from(self.width);
        let mut value = match count {
            GROUP_VALUES => lane_value(payload, width, index),
            _ => row_value(payload, width, index) as u32,
        };
        self.for_each_patch(payload, count, |patched, high| {
            if patched == index {
                value |= high;
            }
            patched < index
        })?;
        Ok(value)
    }

    // The payload and all after it, so that wide loads seldom meet the end.
    #[inline]
    fn payload(self, bytes: &[u8], at: usize, count: usize) -> Result<&[u8], Damage> {
        let payload = bytes.get(at..).ok_or(CUT_SHORT)?;
        if payload.len() < self.payload_len(count) {
            return Err(CUT_SHORT);
        }
        Ok(payload)
    }

    // Until `patch`, given the index of a value and its high bits, says that it is enough.
    #[inline]
    fn for_each_patch(
        self,
        payload: &[u8],
        count: usize,
        mut patch: impl FnMut(usize, u32) -> bool,
    ) -> Result<(), Damage> {
        if self.patches == 0 {
            return Ok(());
        }
        let row = payload.get(self.values_len(count)..).ok_or(CUT_SHORT)?;
        for number in 0..usize::from(self.patches) {
            let both = row_value(row, self.patch_bits(), number);
            let index = both as usize & (GROUP_VALUES - 1);
            if index >= count {
                return Err(Damage("a patch lies outside its group of postings"));
            }
            if !patch(index, ((both >> INDEX_BITS) << self.width) as u32) {
                break;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(values: &[u32]) -> usize {
        let shape = Shape::of(values);
        let mut bytes = vec![7u8; 3];
        let mut at = bytes.len();
        shape.write(0, &mut bytes);
        assert_eq!(Shape::read(&bytes, &mut at).unwrap(), shape);
        assert_eq!(at, bytes.len());
        shape.pack(values, &mut bytes);
        assert_eq!(bytes.len() - at, shape.payload_len(values.len()));
        if shape.patches == 0 || shape.width <= 30 {
            let mut six = Vec::new();
            shape.write_six_bits(0xC0, &mut six);
            assert_eq!(Shape::read_six_bits(&six, &mut 0).unwrap(), (shape, 0xC0));
        }
        let mut found = vec![0u32; values.len()];
        shape.unpack(&bytes, at, &mut found).unwrap();
        assert_eq!(found, values);
        for (index, &value) in values.iter().enumerate() {
            let found = shape.value(&bytes, at, values.len(), index).unwrap();
            assert_eq!(found, value);
        }
        let mut short = vec![0u32; values.len()];
        if at < bytes.len() {
            assert!(shape
                .unpack(&bytes[..bytes.len() - 1], at, &mut short)
                .is_err());
        }
        bytes.len() - 3
    }

    #[test]
    fn groups_of_every_size_and_width_come_back() {
        for count in 0..=GROUP_VALUES {
            for width in 0..=32u32 {
                let mask = ((1u64 << width) - 1) as u32;
                let values: Vec<u32> = (0..count as u32)
                    .map(|i| (i + 1).wrapping_mul(0x9E37_79B9) & mask)
                    .collect();
                round_trip(&values);
            }
        }
    }

    #[test]
    fn one_large_value_costs_a_patch_and_not_the_width_of_all() {
        let mut values = [3u32; GROUP_VALUES];
        values[100] = 700;
        assert_eq!(round_trip(&values), 2 + 32 + 2);
        values[100] = u32::MAX;
        round_trip(&values);
    }

    #[test]
    fn sums_of_patched_gaps_are_the_numbers() {
        let mut gaps = [5u32; GROUP_VALUES];
        for index in [0, 1, 40, 127] {
            gaps[index] = 900 + index as u32;
        }
        for before in [None, Some(0), Some(70)] {
            let mut next = before.map_or(0, |doc: u32| doc + 1);
            let numbers = gaps.map(|gap| {
                let number = next + gap;
                next = number + 1;
                number
            });
            let shape = Shape::with_patches(&gaps, 8);
            assert_eq!(shape.patches, 4);
            let mut bytes = Vec::new();
            shape.pack(&gaps, &mut bytes);
            let mut found = [0u32; GROUP_VALUES];
            let end = shape
                .unpack_ascending(&bytes, 0, before, &mut found)
                .unwrap();
            assert_eq!((found, end), (numbers, (bytes.len(), true)));
        }
    }

    #[test]
    fn a_patch_outside_its_group_is_damage() {
        let shape = Shape {
            width: 1,
            patches: 1,
            patch_width: 1,
        };
        let mut out = [0u32; 3];
        assert!(shape.unpack(&[0, 0xFF], 0, &mut out).is_err());
        assert!(Shape::read(&[33], &mut 0).is_err());
        assert!(Shape::read(&[32 | PATCHED, 1], &mut 0).is_err());
    }
}
