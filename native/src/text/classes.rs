//! What kind of character is this?
//!
//! Python's classes are the standard here, so Python is asked: a [`ClassSource`] answers for
//! a page of 256 code points, and a page is kept from its first use on.  So the version of
//! Unicode is always that of the running Python, no table is built into the crate, and a
//! start costs nothing for the pages that a text never shows.
//!
//! ASCII alone is known beforehand, for no version of Unicode will change it.

use std::sync::OnceLock;

use crate::error::{CoreError, Result};

/// `str.isalnum`, which is `\w` without the underscore.
pub const ALPHANUMERIC: u16 = 1;
/// `str.isdecimal`, which is `\d`.
pub const DECIMAL: u16 = 1 << 1;
/// `str.isdigit`: also superscript and circled digits.
pub const DIGIT: u16 = 1 << 2;
/// `str.isalpha`.
pub const ALPHA: u16 = 1 << 3;
/// `str.isspace`, which is `\s`.
pub const SPACE: u16 = 1 << 4;
/// `str.islower` of the one character.
pub const LOWER: u16 = 1 << 5;
/// `str.isupper` of the one character.
pub const UPPER: u16 = 1 << 6;
/// A letter of title case (`ǅ`), which is neither upper nor lower.
pub const TITLE: u16 = 1 << 7;
/// Counts as a mark in tokens: category M, and the half-width voicing signs.
pub const MARK: u16 = 1 << 8;
/// A letter or digit that is a token by itself.
pub const UNSPACED: u16 = 1 << 9;

/// Derived: a letter of a spaced script, as tokens mean it (also ² and Ⅳ).
pub const LETTER: u16 = 1 << 10;
/// Derived: a decimal digit of a spaced script.
pub const NUMERAL: u16 = 1 << 11;
/// What a run of a spaced script consists of.
pub const RUN: u16 = LETTER | NUMERAL | MARK;

const PAGE_POINTS: usize = 256;
const PAGES: usize = 0x11_0000 / PAGE_POINTS;

/// The classes of a page of code points, without the derived ones.
pub type Page = [u16; PAGE_POINTS];

/// Who knows the classes of characters.
pub trait ClassSource: Send + Sync {
    /// The classes of the code points from `256 * number` on.
    fn page(&self, number: u32) -> Result<Page>;
}

/// The classes of all characters, asked for as they are met.
pub struct Classes {
    source: Box<dyn ClassSource>,
    pages: Vec<OnceLock<Box<Page>>>,
}

impl Classes {
    pub fn new(source: Box<dyn ClassSource>) -> Self {
        let pages = (0..PAGES).map(|_| OnceLock::new()).collect();
        Classes { source, pages }
    }

    /// The classes of the code point `point`.
    #[inline]
    pub fn of(&self, point: u32) -> Result<u16> {
        if point < 128 {
            return Ok(ASCII[point as usize]);
        }
        let Some(slot) = self.pages.get(point as usize / PAGE_POINTS) else {
            return Err(CoreError::Invalid(format!("no code point: {point:#x}")));
        };
        match slot.get() {
            Some(page) => Ok(page[point as usize % PAGE_POINTS]),
            None => self.asked(point),
        }
    }

    #[inline]
    pub fn of_char(&self, character: char) -> Result<u16> {
        self.of(u32::from(character))
    }

    #[cold]
    fn asked(&self, point: u32) -> Result<u16> {
        let number = point / PAGE_POINTS as u32;
        // Not `get_or_init`: who waits there while holding Python's lock would never let
        // the one who asks have it.  Two threads may ask for a page; the answers are equal.
        let mut page = Box::new(self.source.page(number)?);
        for classes in page.iter_mut() {
            *classes = with_derived(*classes);
        }
        let classes = page[point as usize % PAGE_POINTS];
        let _ = self.pages[number as usize].set(page);
        Ok(classes)
    }
}

const fn with_derived(classes: u16) -> u16 {
    if classes & ALPHANUMERIC == 0 || classes & (MARK | UNSPACED) != 0 {
        classes
    } else if classes & DECIMAL != 0 {
        classes | NUMERAL
    } else {
        classes | LETTER
    }
}

/// The classes of ASCII, with the derived ones.
pub(crate) const ASCII: [u16; 128] = {
    let mut table = [0; 128];
    let mut point = 0;
    while point < 128 {
        let byte = point as u8;
        let mut classes = 0;
        if byte.is_ascii_digit() {
            classes |= ALPHANUMERIC | DECIMAL | DIGIT;
        }
        if byte.is_ascii_lowercase() {
            classes |= ALPHANUMERIC | ALPHA | LOWER;
        }
        if byte.is_ascii_uppercase() {
            classes |= ALPHANUMERIC | ALPHA | UPPER;
        }
        // Python's white space includes the four separators of files to units.
        if matches!(byte, b'\t'..=b'\r' | 0x1c..=0x1f | b' ') {
            classes |= SPACE;
        }
        table[point] = with_derived(classes);
        point += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::text_rules;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::Arc;

    #[test]
    fn the_table_of_ascii_says_what_a_source_would_say() {
        let page = text_rules::StandIn.page(0).unwrap();
        for (point, &classes) in ASCII.iter().enumerate() {
            assert_eq!(with_derived(page[point]), classes, "{point:#x}");
        }
    }

    #[test]
    fn letters_marks_and_numerals_exclude_each_other_and_the_unspaced() {
        let classes = text_rules::classes();
        for (character, kind) in [
            ('a', LETTER),
            ('²', LETTER),
            ('7', NUMERAL),
            ('\u{663}', NUMERAL),
            ('\u{301}', MARK),
            ('\u{ff9e}', MARK),
            ('北', UNSPACED),
            ('\u{e51}', UNSPACED),
            ('_', 0),
            ('\u{10ffff}', 0),
        ] {
            let found = classes.of_char(character).unwrap();
            assert_eq!(found & (RUN | UNSPACED), kind, "{character:?}");
        }
    }

    #[test]
    fn a_page_is_asked_for_once_and_a_failure_is_passed_on() {
        struct Counting(Arc<AtomicUsize>);
        impl ClassSource for Counting {
            fn page(&self, number: u32) -> Result<Page> {
                self.0.fetch_add(1, Ordering::Relaxed);
                match number {
                    1 => Err(CoreError::Invalid("no page".into())),
                    _ => Ok([ALPHANUMERIC; PAGE_POINTS]),
                }
            }
        }
        let asked = Arc::new(AtomicUsize::new(0));
        let classes = Classes::new(Box::new(Counting(asked.clone())));
        assert_eq!(classes.of(0x201).unwrap(), ALPHANUMERIC | LETTER);
        assert_eq!(classes.of(0x2ff).unwrap(), ALPHANUMERIC | LETTER);
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        assert!(classes.of(0x101).is_err());
        assert!(classes.of(0x11_0000).is_err());
    }
}
