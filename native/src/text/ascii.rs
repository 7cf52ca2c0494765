//! Where are the tokens of ASCII text, sixty-four characters at a time?
//!
//! The rules of `tokens` ask no more than three characters to the left and two to the right,
//! and in ASCII a character is a byte.  So they can be told of a window of 64 bytes at once,
//! one bit a byte: where are letters, where are digits, where do dots stand between single
//! letters?  The outcome is the bits that lie in tokens, and where they begin and end is
//! counted out of the word.  (Langdale and Lemire find the structure of JSON so, in
//! "Parsing gigabytes of JSON per second", 2019.)
//!
//! Windows overlap by the four bytes that the rules may look back and ahead; which bytes are
//! what is told by `byte_classes`.

use crate::text::byte_classes::{Signs, WINDOW};

/// Bytes of a window whose answer is taken from the window before or after.
const MARGIN: usize = 4;
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
        let inside = inside_tokens(&signs);
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

/// The bytes that lie in tokens; right from the fourth on and up to two before the end.
#[inline]
fn inside_tokens(signs: &Signs) -> u64 {
    let runs = signs.letters | signs.digits;
    let joiners = signs.joiners & signs.letters << 1 & signs.letters >> 1;
    let points = signs.points & signs.digits << 1 & signs.digits >> 1;
    let mut inside = runs | joiners | points;
    if signs.dots & signs.letters << 1 & signs.letters >> 1 != 0 {
        let single = signs.letters & !(runs << 1) & !(runs >> 1);
        // An acronym opens its token: a letter after a joiner begins none.
        let opening = single & !(joiners << 1);
        inside |= signs.dots & opening << 1 & single >> 1;
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_up_to_a_byte_beyond_ascii_leaves_the_open_token() {
        let mut found = vec![];
        let bytes = "one two é".as_bytes();
        let outcome = tokens_until_beyond(bytes, 0, &mut |start, end| found.push((start, end)));
        assert_eq!(outcome, (4, Some(8)));
        assert_eq!(found, [(0, 3)]);
    }
}
