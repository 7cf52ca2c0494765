//! How do integers of one width lie in a row of bits, and how is one of them read?
//!
//! Two orders. **Row**: value `i` has the bits from `i * width` on, least significant first;
//! for any number of values. **Lanes**: 128 values in four lanes of 32-bit words, the order
//! of `bitpacking::BitPacker4x`: value `i` lies in lane `i % 4`, row `i / 4`; for full
//! groups, because SIMD unpacks it. Here is single access to both and packing of rows; lanes
//! are packed and unpacked by the crate `bitpacking`.

/// Bytes that `count` values of `width` bits take as a row.
pub fn row_len(count: usize, width: u32) -> usize {
    (count * width as usize).div_ceil(8)
}

/// How many bits `value` needs: 0 for 0.
pub fn width_of(value: u32) -> u32 {
    32 - value.leading_zeros()
}

/// Appends `values`, each less than `2^width`, as a row. `width` <= 57.
pub fn pack_row(values: impl Iterator<Item = u64>, width: u32, out: &mut Vec<u8>) {
    let mut held = 0u64;
    let mut held_bits = 0u32;
    for value in values {
        held |= value << held_bits;
        held_bits += width;
        if held_bits >= 64 {
            out.extend_from_slice(&held.to_le_bytes());
            held_bits -= 64;
            // What did not fit; `width - held_bits` bits of the value did, at least one.
            held = value >> (width - held_bits);
        }
    }
    let rest = held_bits.div_ceil(8) as usize;
    out.extend_from_slice(&held.to_le_bytes()[..rest]);
}

/// The eight bytes from `offset` on as a number, zeros standing for those past the end.
#[inline]
pub fn eight_bytes(bytes: &[u8], offset: usize) -> u64 {
    match bytes.get(offset..offset.wrapping_add(8)) {
        Some(eight) => u64::from_le_bytes(eight.try_into().unwrap_or_default()),
        None => last_bytes(bytes, offset),
    }
}

#[cold]
fn last_bytes(bytes: &[u8], offset: usize) -> u64 {
    let mut eight = [0u8; 8];
    if let Some(rest) = bytes.get(offset..) {
        for (to, from) in eight.iter_mut().zip(rest) {
            *to = *from;
        }
    }
    u64::from_le_bytes(eight)
}

/// Value `index` of a row; bits past the end of `bytes` count as zero. `width` <= 57.
#[inline]
pub fn row_value(bytes: &[u8], width: u32, index: usize) -> u64 {
    let bit = index * width as usize;
    (eight_bytes(bytes, bit / 8) >> (bit % 8)) & ((1u64 << width) - 1)
}

/// Values `0..out.len()` of a row; bits past the end count as zero. `width` <= 32.
#[inline(always)]
pub fn unpack_row(bytes: &[u8], width: u32, out: &mut [u32]) {
    macro_rules! by_width {
        ($($width:literal)*) => {
            match width {
                $($width => unpack_eights::<$width>(bytes, out),)*
                _ => out.fill(0),
            }
        };
    }
    by_width!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32)
}

// Eight values take as many bytes as one takes bits, so with the width known to the compiler
// every shift is too.
fn unpack_eights<const WIDTH: usize>(mut bytes: &[u8], out: &mut [u32]) {
    let mask = ((1u64 << WIDTH) - 1) as u32;
    let mut packed = [0u8; 40];
    for eight in out.chunks_mut(8) {
        let len = WIDTH.min(bytes.len());
        let (now, later) = bytes.split_at(len);
        bytes = later;
        if len == WIDTH {
            packed[..WIDTH].copy_from_slice(now);
        } else {
            packed = [0; 40];
            packed[..len].copy_from_slice(now);
        }
        let mut values = [0u32; 8];
        for (index, value) in values.iter_mut().enumerate() {
            let bit = index * WIDTH;
            *value = (eight_bytes(&packed, bit / 8) >> (bit % 8)) as u32 & mask;
        }
        if let Ok(whole) = <&mut [u32; 8]>::try_from(&mut *eight) {
            *whole = values;
        } else {
            eight.copy_from_slice(&values[..eight.len()]);
        }
    }
}

/// Value `index` of 128 in lanes. `width` <= 32; bits past the end of `bytes` count as zero.
#[inline]
pub fn lane_value(bytes: &[u8], width: u32, index: usize) -> u32 {
    let bit = (index / 4) * width as usize;
    let (word, shift) = (bit / 32, bit % 32);
    let at = (word * 4 + index % 4) * 4;
    let low = four_bytes(bytes, at) >> shift;
    // The rest of the value, if any, lies in the next word of the lane, 16 bytes on.
    let high = if shift + width as usize > 32 {
        four_bytes(bytes, at + 16) << (32 - shift)
    } else {
        0
    };
    (low | high) & (((1u64 << width) - 1) as u32)
}

#[inline]
fn four_bytes(bytes: &[u8], offset: usize) -> u32 {
    match bytes.get(offset..offset + 4) {
        Some(four) => u32::from_le_bytes(four.try_into().unwrap_or_default()),
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bitpacking::{BitPacker, BitPacker4x};

    #[test]
    fn a_row_gives_back_what_was_packed_at_every_width() {
        for width in 0..=40u32 {
            for count in [0usize, 1, 2, 7, 8, 9, 63, 64, 127, 128] {
                let mask = (1u64 << width) - 1;
                let values: Vec<u64> = (0..count as u64)
                    .map(|i| i.wrapping_mul(0x9E37_79B9_7F4A_7C15) & mask)
                    .collect();
                let mut bytes = Vec::new();
                pack_row(values.iter().copied(), width, &mut bytes);
                assert_eq!(bytes.len(), row_len(count, width));
                for (index, &value) in values.iter().enumerate() {
                    assert_eq!(row_value(&bytes, width, index), value);
                }
                if width <= 32 {
                    bytes.extend(vec![0xFF; width as usize % 9]);
                    let mut unpacked = vec![7u32; count];
                    unpack_row(&bytes, width, &mut unpacked);
                    assert!(unpacked
                        .iter()
                        .zip(&values)
                        .all(|(&u, &v)| u64::from(u) == v));
                }
            }
        }
    }

    #[test]
    fn one_value_in_lanes_is_what_the_packer_unpacks() {
        let packer = BitPacker4x::new();
        for width in 0..=32u32 {
            let mask = ((1u64 << width) - 1) as u32;
            let values: Vec<u32> = (0..128u32)
                .map(|i| i.wrapping_mul(0x9E37_79B9) & mask)
                .collect();
            let mut bytes = vec![0u8; 16 * width as usize];
            packer.compress(&values, &mut bytes, width as u8);
            for (index, &value) in values.iter().enumerate() {
                assert_eq!(lane_value(&bytes, width, index), value);
            }
        }
    }

    #[test]
    fn bits_past_the_end_are_zero() {
        assert_eq!(row_value(&[0xFF], 8, 1), 0);
        assert_eq!(row_value(&[0xFF], 12, 0), 0xFF);
        assert_eq!(lane_value(&[0xFF; 15], 8, 3), 0);
    }
}
