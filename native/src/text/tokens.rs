//! Where are the tokens of a text?
//!
//! The rules are those of `searcher/analysis/tokens.py`; its regular expression is spelled
//! out here as a scanner that goes from left to right and never back, character by
//! character.  Any place between two tokens is one where it may begin afresh, so stretches
//! of ASCII are left to `ascii`, which looks at sixty-four bytes at once, and the two take
//! turns: a character beyond ASCII is a matter of the scanner, and what is ASCII for a
//! while after it is not.

use crate::error::{CoreError, Result};
use crate::text::ascii;
use crate::text::classes::{Classes, ASCII, LETTER, MARK, NUMERAL, RUN, UNSPACED};

/// Where a token lies, in bytes of the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

/// Put the tokens of `text`, in order, at the end of `out`.
pub fn token_spans(text: &str, classes: &Classes, out: &mut Vec<Span>) -> Result<()> {
    for_each_token(text, classes, |start, end| {
        out.push(Span {
            start: start as u32,
            end: end as u32,
        });
    })
}

/// Call `found` with the start and the end of every token of `text`, in order.
///
/// Both are bytes of the text and less than 2³²: a longer text is refused.
#[inline]
pub fn for_each_token(
    text: &str,
    classes: &Classes,
    mut found: impl FnMut(usize, usize),
) -> Result<()> {
    let bytes = text.as_bytes();
    if u32::try_from(bytes.len()).is_err() {
        return Err(CoreError::Invalid("a text of 4 GiB or more".into()));
    }
    let scanner = Scanner { bytes, classes };
    let mut at = 0;
    while at < bytes.len() {
        let (resume, beyond) = ascii::tokens_until_beyond(bytes, at, &mut found);
        at = resume;
        let Some(mut beyond) = beyond else { break };
        // Now past the character beyond ASCII, and those that follow it closely.
        loop {
            match scanner.next_token(at)? {
                None => return Ok(()),
                Some((start, end)) => {
                    found(start, end);
                    at = end;
                }
            }
            if at > beyond {
                match ascii::next_beyond(bytes, at) {
                    None => break,
                    Some(next) => beyond = next,
                }
            }
        }
    }
    Ok(())
}

/// The rules, one character at a time.
pub(crate) struct Scanner<'a> {
    bytes: &'a [u8],
    classes: &'a Classes,
}

impl Scanner<'_> {
    /// The first token that starts at `at` or later; `at` lies in no token.
    pub(crate) fn next_token(&self, mut at: usize) -> Result<Option<(usize, usize)>> {
        while at < self.bytes.len() {
            let (kind, next) = self.kind(at)?;
            if kind & UNSPACED != 0 {
                return Ok(Some((at, self.past_marks(next)?)));
            }
            if kind & RUN != 0 {
                let from = match kind & LETTER {
                    0 => at,
                    _ => self.past_acronym(at, next)?,
                };
                return Ok(Some((at, self.past_runs(from)?)));
            }
            at = next;
        }
        Ok(None)
    }

    /// The classes of the character at `at`, and where the next one is.
    ///
    /// Past the end there are no classes.
    #[inline(always)]
    fn kind(&self, at: usize) -> Result<(u16, usize)> {
        match self.bytes.get(at) {
            None => Ok((0, at)),
            Some(&byte) if byte < 0x80 => Ok((ASCII[byte as usize], at + 1)),
            Some(_) => self.kind_beyond(at),
        }
    }

    /// The same, of a character beyond ASCII.
    fn kind_beyond(&self, at: usize) -> Result<(u16, usize)> {
        let (point, length) = decoded(&self.bytes[at..]);
        Ok((self.classes.of(point)?, at + length))
    }

    fn past_marks(&self, mut at: usize) -> Result<usize> {
        loop {
            let (kind, next) = self.kind(at)?;
            if kind & MARK == 0 {
                return Ok(at);
            }
            at = next;
        }
    }

    /// The end of the acronym that starts with the letter from `start` to `next`.
    ///
    /// It is `start` where there is none.
    fn past_acronym(&self, start: usize, next: usize) -> Result<usize> {
        let mut end = self.past_marks(next)?;
        let mut found = start;
        while self.bytes.get(end) == Some(&b'.') {
            let (kind, next) = self.kind(end + 1)?;
            if kind & LETTER == 0 {
                break;
            }
            end = self.past_marks(next)?;
            if self.kind(end)?.0 & RUN != 0 {
                break;
            }
            found = end;
        }
        Ok(found)
    }

    /// The end of a token that has been read up to `at`: runs, and what joins them.
    fn past_runs(&self, mut at: usize) -> Result<usize> {
        // An acronym ends in a letter or mark: what stands before `at` is no numeral.
        let mut last = 0;
        loop {
            loop {
                let (kind, next) = self.kind(at)?;
                if kind & RUN == 0 {
                    break;
                }
                last = kind;
                at = next;
            }
            let (joiner_length, joined) = match self.bytes.get(at) {
                Some(b'.' | b',') if last & NUMERAL != 0 => (1, NUMERAL),
                Some(b'\'' | b'&') if last & NUMERAL == 0 => (1, LETTER),
                Some(0xe2) if last & NUMERAL == 0 && self.bytes[at..].starts_with(RIGHT_QUOTE) => {
                    (RIGHT_QUOTE.len(), LETTER)
                }
                _ => return Ok(at),
            };
            if self.kind(at + joiner_length)?.0 & joined == 0 {
                return Ok(at);
            }
            at += joiner_length;
        }
    }
}

const RIGHT_QUOTE: &[u8] = "’".as_bytes();

/// The character that `bytes`, the rest of a `str`, begin with beyond ASCII; its length.
#[inline]
fn decoded(bytes: &[u8]) -> (u32, usize) {
    let bits = |i: usize| u32::from(bytes[i] & 0x3f);
    match bytes[0] {
        lead @ ..=0xdf => (u32::from(lead & 0x1f) << 6 | bits(1), 2),
        lead @ 0xe0..=0xef => (u32::from(lead & 0xf) << 12 | bits(1) << 6 | bits(2), 3),
        lead => {
            let high = u32::from(lead & 0x7) << 18 | bits(1) << 12;
            (high | bits(2) << 6 | bits(3), 4)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::text_rules;

    fn tokens(text: &str) -> Vec<&str> {
        let mut spans = vec![];
        token_spans(text, &text_rules::classes(), &mut spans).unwrap();
        let of = |span: &Span| &text[span.start as usize..span.end as usize];
        spans.iter().map(of).collect()
    }

    fn scanned(text: &str, classes: &Classes) -> Vec<(usize, usize)> {
        let bytes = text.as_bytes();
        let scanner = Scanner { bytes, classes };
        let mut found: Vec<(usize, usize)> = vec![];
        while let Some(token) = scanner
            .next_token(found.last().map_or(0, |last| last.1))
            .unwrap()
        {
            found.push(token);
        }
        found
    }

    #[test]
    fn the_rules_by_example() {
        for (text, expected) in [
            ("Truce urged in Libya", "Truce urged in Libya"),
            ("O'Brien, don't: O’Brien", "O'Brien don't O’Brien"),
            (
                "'quoted' rock 'n' roll workers'",
                "quoted rock n roll workers",
            ),
            ("AT&T & R&D A&1", "AT&T R&D A 1"),
            ("U.N. monitors; the U.S, a.m.", "U.N monitors the U.S a.m"),
            ("U.S.-led U.N's", "U.S led U.N's"),
            ("J.K.Rowling J.Smith", "J.K Rowling J Smith"),
            ("don't.x.y R&D.A a.b'c.d", "don't x.y R&D A a.b'c d"),
            ("www.bbc.co.uk end.The", "www bbc co uk end The"),
            ("1,000,000 3.5 1,5 10.4.2019", "1,000,000 3.5 1,5 10.4.2019"),
            ("in 2019, 30, then 5.", "in 2019 30 then 5"),
            (
                "cease-fire F-16 G20 snake_case",
                "cease fire F 16 G20 snake case",
            ),
            (
                "e\u{301}.u\u{308}. 5\u{301}.5",
                "e\u{301}.u\u{308} 5\u{301} 5",
            ),
            ("北京のNATO l'北 5.๕", "北 京 の NATO l 北 5 ๕"),
            ("ｶﾞｽ ที่นี่", "ｶﾞ ｽ ที่ นี่"),
            ("서울 시 \u{301}", "서울 시 \u{301}"),
            ("... -- !", ""),
        ] {
            let expected: Vec<&str> = expected.split(' ').filter(|t| !t.is_empty()).collect();
            assert_eq!(tokens(text), expected, "{text}");
        }
    }

    #[test]
    fn windows_and_scanner_find_the_same_tokens_in_random_text() {
        let ascii: Vec<char> = "aBc019..,,''&&-_ \n".chars().collect();
        let mixed: Vec<char> = "aBc01.,'&  é’“ё\u{301}北๑\u{1d7d8}".chars().collect();
        let classes = text_rules::classes();
        let mut state = 1_u64;
        let mut draw = |below: usize| {
            // Marsaglia's xorshift
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % below as u64) as usize
        };
        for round in 0..20_000 {
            let mut text = String::new();
            for _ in 0..draw(6) {
                // Stretches, so that the two ways take turns at every offset.
                let signs = if draw(3) == 0 { &mixed } else { &ascii };
                text.extend((0..draw(90)).map(|_| signs[draw(signs.len())]));
            }
            let mut found = vec![];
            for_each_token(&text, &classes, |start, end| found.push((start, end))).unwrap();
            assert_eq!(found, scanned(&text, &classes), "round {round}: {text:?}");
        }
    }

    #[test]
    fn a_token_is_found_at_every_offset_from_a_window_and_from_a_letter_beyond_ascii() {
        for length in 0..200 {
            for end in ["", "é", " é", "'é", ".é", "’s", "1é"] {
                let text = format!("{} U.S. 3.5{}{end}", "-".repeat(length), "x".repeat(length));
                let classes = text_rules::classes();
                let mut found = vec![];
                for_each_token(&text, &classes, |start, end| found.push((start, end))).unwrap();
                assert_eq!(found, scanned(&text, &classes), "{text:?}");
            }
        }
    }

    #[test]
    fn characters_are_decoded_as_rust_does() {
        for character in [
            '\u{80}',
            '\u{7ff}',
            '\u{800}',
            '\u{ffff}',
            '\u{10000}',
            '\u{10ffff}',
        ] {
            let text = character.to_string();
            let expected = (u32::from(character), text.len());
            assert_eq!(decoded(text.as_bytes()), expected);
        }
    }
}
