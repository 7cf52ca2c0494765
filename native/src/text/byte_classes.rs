//! Which bytes of sixty-four are what?
//!
//! One bit a byte and kind, for `ascii` to reason about.  On x86-64 with the instructions
//! that every such processor has (SSE2); elsewhere eight bytes in a register with ordinary
//! arithmetic, at half the speed.  The two are each other's check in the tests.

pub(super) const WINDOW: usize = 64;

/// Which bytes of a window are what, a bit each; the first byte is the lowest bit.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Signs {
    pub letters: u64,
    pub digits: u64,
    /// `.`
    pub dots: u64,
    /// `.` and `,`
    pub points: u64,
    /// `'` and `&`
    pub joiners: u64,
    /// Beyond ASCII.
    pub beyond: u64,
}

impl Signs {
    /// Classify a window; bytes whose bit in `known` is not set are nothing at all.
    #[inline]
    pub fn of(window: &[u8; WINDOW], known: u64) -> Signs {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: SSE2 belongs to x86-64 itself, so every processor that runs this has it.
        #[allow(unsafe_code)]
        let signs = unsafe { by_sixteen(window) };
        #[cfg(not(target_arch = "x86_64"))]
        let signs = by_eight(window);
        signs.only(known)
    }

    #[inline]
    fn only(self, known: u64) -> Signs {
        Signs {
            letters: self.letters & known,
            digits: self.digits & known,
            dots: self.dots & known,
            points: self.points & known,
            joiners: self.joiners & known,
            beyond: self.beyond & known,
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "sse2")]
#[inline]
fn by_sixteen(window: &[u8; WINDOW]) -> Signs {
    use std::arch::x86_64::{
        __m128i, _mm_add_epi8, _mm_cmpeq_epi8, _mm_cmplt_epi8, _mm_movemask_epi8, _mm_or_si128,
        _mm_set1_epi8,
    };
    let mut signs = Signs::default();
    let sixteens: [[u8; 16]; 4] = bytemuck::cast(*window);
    for (i, sixteen) in sixteens.into_iter().enumerate() {
        let bytes: __m128i = bytemuck::cast(sixteen);
        let all = |byte: u8| _mm_set1_epi8(byte as i8);
        let at = |mask: __m128i| u64::from(_mm_movemask_epi8(mask) as u32) << (16 * i);
        let equal = |bytes: __m128i, sign: u8| at(_mm_cmpeq_epi8(bytes, all(sign)));
        let between = |bytes: __m128i, first: u8, last: u8| {
            // Bytes compare as signed numbers: the first of the range becomes the least.
            let shifted = _mm_add_epi8(bytes, all(0x80_u8.wrapping_sub(first)));
            at(_mm_cmplt_epi8(
                shifted,
                all(0x81_u8.wrapping_add(last - first)),
            ))
        };
        signs.letters |= between(_mm_or_si128(bytes, all(0x20)), b'a', b'z');
        signs.digits |= between(bytes, b'0', b'9');
        signs.dots |= equal(bytes, b'.');
        signs.points |= equal(_mm_or_si128(bytes, all(2)), b'.');
        signs.joiners |= equal(_mm_or_si128(bytes, all(1)), b'\'');
        signs.beyond |= at(bytes);
    }
    signs
}

#[cfg(any(test, not(target_arch = "x86_64")))]
fn by_eight(window: &[u8; WINDOW]) -> Signs {
    const HIGH: u64 = splat(0x80);

    const fn splat(byte: u8) -> u64 {
        u64::from_le_bytes([byte; 8])
    }

    let mut signs = Signs::default();
    let eights: [[u8; 8]; 8] = bytemuck::cast(*window);
    for (i, eight) in eights.into_iter().enumerate() {
        let word = u64::from_le_bytes(eight);
        let ascii = word & !HIGH;
        // The high bits of bytes that are ASCII, next to each other.
        let gathered = |high: u64| (high >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56 << (8 * i);
        let at = |high: u64| gathered(high & !word & HIGH);
        // The high bit of every byte of the kind.  No byte of `ascii` is over 127, so no sum
        // runs over into the next one.
        let equal = |ascii: u64, sign: u8| at(!((ascii ^ splat(sign)) + splat(0x7f)));
        let between = |ascii: u64, first: u8, last: u8| {
            at((ascii + splat(0x80 - first)) & !(ascii + splat(0x7f - last)))
        };
        signs.letters |= between(ascii | splat(0x20), b'a', b'z');
        signs.digits |= between(ascii, b'0', b'9');
        signs.dots |= equal(ascii, b'.');
        signs.points |= equal(ascii | splat(2), b'.');
        signs.joiners |= equal(ascii | splat(1), b'\'');
        signs.beyond |= gathered(word & HIGH);
    }
    signs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_what_its_name_says() {
        for byte in 0..=255_u8 {
            for place in [0, 1, 7, 8, 15, 16, 63] {
                for around in [b' ', b'a', b'.', 0, 0x80, 0xff] {
                    let mut window = [around; WINDOW];
                    window[place] = byte;
                    let bit = |is: bool| u64::from(is) << place;
                    let expected = Signs {
                        letters: bit(byte.is_ascii_alphabetic()),
                        digits: bit(byte.is_ascii_digit()),
                        dots: bit(byte == b'.'),
                        points: bit(matches!(byte, b'.' | b',')),
                        joiners: bit(matches!(byte, b'\'' | b'&')),
                        beyond: bit(!byte.is_ascii()),
                    };
                    assert_eq!(Signs::of(&window, bit(true)), expected, "{byte:#x}");
                    assert_eq!(by_eight(&window), Signs::of(&window, !0), "{byte:#x}");
                }
            }
        }
    }
}
