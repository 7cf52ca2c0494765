//! Where are the tokens of ASCII text, sixty-four characters at a time?
//!
//! The rules of `tokens` ask no more than three characters to the left and two to the right,
//! and in ASCII a character is a byte.  So they can be told of a window of 64 bytes at once,
//! one bit a byte: where are letters, where are digits, where do dots stand between single
//! letters?  The outcome is the bits that lie in tokens, and where they begin and end is
//! counted out of the word.  (Langdale and Lemire find the structure of JSON so, in
//! "Parsing gigabytes of JSON per second", 2019.)
//!
//! Windows overlap by the four bytes that the rules may look back and ahead.  Bytes are
//! classified eight in a register with ordinary arithmetic, so this is the same everywhere.

/// Bytes of a window whose answer is taken from the window before or after.
const MARGIN: usize = 4;
const WINDOW: usize = 64;
const STEP: usize = WINDOW - 2 * MARGIN;

/// Call `found` with the tokens from `from` on, up to a byte beyond ASCII.
///
/// `from` lies in no token, and nothing before it matters.  Returns where to go on and
/// where that byte is; what lies between is left to the caller.  Without such a byte all
/// tokens have been found.
#[inline]
pub(super) fn tokens_until_beyond(
    bytes: &[u8],
    from: usize,
    found: &mut impl FnMut(usize, usize),
) -> (usize, Option<usize>) {
    let mut base = from;
    // What precedes the first window's own bytes is unknown and reads as a space.
    let mut known: u64 = !0 << MARGIN;
    let mut open = false;
    let mut start = from;
    while base < bytes.len() {
        let signs = Signs::of(&window(bytes, base), known);
        let beyond = signs.beyond.trailing_zeros() as usize;
        // The answer for a byte needs the two after it.
        let valid = (MARGIN + STEP).min(beyond.saturating_sub(2)).max(MARGIN);
        // Up to the first place whose answer is not known yet.
        let taken = !0 << MARGIN & !(!0 << valid);
        let inside = signs.inside_tokens();
        let before = inside << 1 & !(1 << MARGIN) | u64::from(open) << MARGIN;
        let mut starts = inside & !before & taken;
        let mut ends = !inside & before & taken;
        if !open && starts != 0 {
            start = base + starts.trailing_zeros() as usize - MARGIN;
            starts &= starts - 1;
            open = true;
        }
        while ends != 0 {
            found(start, base + ends.trailing_zeros() as usize - MARGIN);
            ends &= ends - 1;
            open = starts != 0;
            start = base + starts.trailing_zeros() as usize - MARGIN;
            starts &= starts.wrapping_sub(1);
        }
        if valid < MARGIN + STEP {
            // A token that is open may go on with that byte, so it is read again.
            let resume = if open { start } else { base + valid - MARGIN };
            return (resume, Some(base + beyond - MARGIN));
        }
        base += STEP;
        known = !0;
    }
    if open {
        found(start, bytes.len());
    }
    (bytes.len(), None)
}

/// Where the first byte beyond ASCII is, if it is so near that windows would not pay.
#[inline]
pub(super) fn next_beyond(bytes: &[u8], from: usize) -> Option<usize> {
    let near = &bytes[from..bytes.len().min(from + WINDOW)];
    if near.is_ascii() {
        return None;
    }
    near.iter().position(|byte| *byte >= 0x80).map(|i| from + i)
}

/// The bytes from `base - MARGIN` on, with spaces where there are none.
#[inline]
fn window(bytes: &[u8], base: usize) -> [u8; WINDOW] {
    if let Some(start) = base.checked_sub(MARGIN) {
        if let Some(whole) = bytes[start..].first_chunk() {
            return *whole;
        }
    }
    partial_window(bytes, base)
}

fn partial_window(bytes: &[u8], base: usize) -> [u8; WINDOW] {
    let mut window = [b' '; WINDOW];
    let start = base.saturating_sub(MARGIN);
    let end = bytes.len().min(base + WINDOW - MARGIN);
    let at = MARGIN - (base - start);
    window[at..at + end - start].copy_from_slice(&bytes[start..end]);
    window
}

/// Which bytes of a window are what, a bit each; the first byte is the lowest bit.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
struct Signs {
    letters: u64,
    digits: u64,
    /// `.`
    dots: u64,
    /// `.` and `,`
    points: u64,
    /// `'` and `&`
    joiners: u64,
    /// Beyond ASCII.
    beyond: u64,
}

impl Signs {
    /// Classify a window; bytes whose bit in `known` is not set count as spaces.
    #[inline]
    fn of(window: &[u8; WINDOW], known: u64) -> Signs {
        let mut signs = Signs::default();
        for (i, eight) in window.chunks_exact(8).enumerate() {
            let word = u64::from_le_bytes(eight.try_into().expect("eight bytes"));
            let ascii = word & !HIGH;
            let at = |high_bits: u64| gathered(high_bits) << (8 * i);
            signs.letters |= at(between(ascii | splat(0x20), b'a', b'z'));
            signs.digits |= at(between(ascii, b'0', b'9'));
            signs.dots |= at(equal(ascii, b'.'));
            signs.points |= at(equal(ascii | splat(2), b'.'));
            signs.joiners |= at(equal(ascii | splat(1), b'\''));
            signs.beyond |= at(word & HIGH);
        }
        let read = known & !signs.beyond;
        signs.letters &= read;
        signs.digits &= read;
        signs.dots &= read;
        signs.points &= read;
        signs.joiners &= read;
        signs.beyond &= known;
        signs
    }

    /// The bytes that lie in tokens; right from the fourth on and up to two before the end.
    #[inline]
    fn inside_tokens(&self) -> u64 {
        let runs = self.letters | self.digits;
        let joiners = self.joiners & self.letters << 1 & self.letters >> 1;
        let points = self.points & self.digits << 1 & self.digits >> 1;
        let mut inside = runs | joiners | points;
        if self.dots & self.letters << 1 & self.letters >> 1 != 0 {
            let single = self.letters & !(runs << 1) & !(runs >> 1);
            // An acronym opens its token: a letter after a joiner begins none.
            let opening = single & !(joiners << 1);
            inside |= self.dots & opening << 1 & single >> 1;
        }
        inside
    }
}

const HIGH: u64 = splat(0x80);

const fn splat(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// The high bit of every byte of `ascii` that lies between `first` and `last`.
#[inline]
fn between(ascii: u64, first: u8, last: u8) -> u64 {
    // No byte is over 127, so no sum runs over into the next byte.
    (ascii + splat(0x80 - first)) & !(ascii + splat(0x7f - last)) & HIGH
}

/// The high bit of every byte of `ascii` that is `sign`.
#[inline]
fn equal(ascii: u64, sign: u8) -> u64 {
    !((ascii ^ splat(sign)) + splat(0x7f)) & HIGH
}

/// The high bits of the eight bytes, next to each other.
#[inline]
fn gathered(high_bits: u64) -> u64 {
    (high_bits >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_classified_as_by_its_name() {
        for byte in 0..=255_u8 {
            for place in [0, 1, 7, 8, 63] {
                let mut window = [b' '; WINDOW];
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
                assert_eq!(Signs::of(&window, !0), expected, "{byte:#x} at {place}");
                assert_eq!(Signs::of(&window, !bit(true)), Signs::default());
            }
        }
    }

    #[test]
    fn a_text_up_to_a_byte_beyond_ascii_leaves_the_open_token() {
        let mut found = vec![];
        let bytes = "one two é".as_bytes();
        let outcome = tokens_until_beyond(bytes, 0, &mut |start, end| found.push((start, end)));
        assert_eq!(outcome, (4, Some(8)));
        assert_eq!(found, [(0, 3)]);
    }
}
