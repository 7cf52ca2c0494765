//! Which characters does a form have, told in two words of bits?
//!
//! A bit for each byte and one for each pair of neighbours, many to a bit.  A form that lacks a
//! bit of what a pattern asks for cannot fit it, and one whose bits are too different cannot be
//! near a fuzzy word: nearly all forms fall at that, for a nanosecond each.

/// Bits of bytes and of pairs of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Signs {
    bytes: u64,
    pairs: u64,
}

impl Signs {
    #[inline]
    pub fn of(text: &[u8]) -> Self {
        let mut signs = Signs::default();
        let mut last = None;
        for byte in text {
            signs.bytes |= 1 << (byte & 63);
            if let Some(last) = last {
                signs.pairs |= 1 << pair(last, *byte);
            }
            last = Some(*byte);
        }
        signs
    }

    /// The signs of both.
    pub fn with(self, other: Signs) -> Self {
        Signs {
            bytes: self.bytes | other.bytes,
            pairs: self.pairs | other.pairs,
        }
    }

    /// Whether all of `wanted` are here.
    #[inline]
    pub fn has(self, wanted: Signs) -> bool {
        wanted.bytes & !self.bytes == 0 && wanted.pairs & !self.pairs == 0
    }

    /// No fewer bytes than this have to be put in, taken out or replaced to make a text of
    /// `other` one of these; of characters, up to four bytes go at a time.
    #[inline]
    pub fn bytes_apart(self, other: Signs) -> u32 {
        (self.bytes & !other.bytes)
            .count_ones()
            .max((other.bytes & !self.bytes).count_ones())
    }
}

#[inline]
fn pair(first: u8, second: u8) -> u32 {
    (u32::from(first).wrapping_mul(37) ^ u32::from(second).wrapping_mul(11)) & 63
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::random::Random;

    #[test]
    fn a_text_has_the_signs_of_all_its_parts() {
        let mut random = Random::new(5);
        for _ in 0..10_000 {
            let text = random.string(&['a', 'b', 'é', '京', 'z'], 12);
            let whole = Signs::of(text.as_bytes());
            for start in 0..text.len() {
                for end in start..text.len() {
                    assert!(whole.has(Signs::of(&text.as_bytes()[start..end])));
                }
            }
        }
        assert!(!Signs::of(b"abc").has(Signs::of(b"ac")), "neighbours count");
    }

    #[test]
    fn one_edit_moves_texts_apart_by_one_byte_at_most() {
        let mut random = Random::new(6);
        for _ in 0..10_000 {
            let text = random.string(&['a', 'b', 'c', 'd', 'e'], 9).into_bytes();
            if text.is_empty() {
                continue;
            }
            let place = random.below(text.len());
            let mut longer = text.clone();
            longer.insert(place, b'x');
            let mut other = text.clone();
            other[place] = b'y';
            for edited in [longer, other] {
                assert!(Signs::of(&text).bytes_apart(Signs::of(&edited)) <= 1);
            }
        }
    }
}
