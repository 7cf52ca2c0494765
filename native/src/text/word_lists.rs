//! On which of the lists does a word stand?
//!
//! The lists are those of `searcher/analysis/sentence_words.py`, handed over at the start:
//! they have one definition.  Here a word leads to the set of its lists, so it is
//! looked up once however many lists are asked.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::hashing::{folded_product, MIX};

/// A list of words; the names are those of `sentence_words.py`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u16)]
pub enum List {
    Titles = 1,
    Numbered = 1 << 1,
    Trailing = 1 << 2,
    States = 1 << 3,
    Companies = 1 << 4,
    CompanyWords = 1 << 5,
    Daytime = 1 << 6,
    Times = 1 << 7,
    GermanMonths = 1 << 8,
    Openers = 1 << 9,
    Saying = 1 << 10,
    Domains = 1 << 11,
}

impl List {
    /// Every list, with its name in Python.
    pub const ALL: [(List, &'static str); 12] = [
        (List::Titles, "TITLES"),
        (List::Numbered, "NUMBERED"),
        (List::Trailing, "TRAILING"),
        (List::States, "STATES"),
        (List::Companies, "COMPANIES"),
        (List::CompanyWords, "COMPANY_WORDS"),
        (List::Daytime, "DAYTIME"),
        (List::Times, "TIMES"),
        (List::GermanMonths, "GERMAN_MONTHS"),
        (List::Openers, "OPENERS"),
        (List::Saying, "SAYING"),
        (List::Domains, "DOMAINS"),
    ];
}

/// The lists on which a word stands.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Lists(u16);

impl Lists {
    #[inline]
    pub fn on(self, list: List) -> bool {
        self.0 & list as u16 != 0
    }

    /// On a list of words that are written with a dot?
    #[inline]
    pub fn abbreviation(self) -> bool {
        let listed = List::Titles as u16
            | List::Trailing as u16
            | List::Numbered as u16
            | List::States as u16;
        self.0 & listed != 0
    }
}

/// The word lists that decide where sentences end.
#[derive(Default)]
pub struct SentenceWords {
    /// Of words that have a key.
    short: HashMap<u128, Lists, BuildHasherDefault<WordHasher>>,
    long: HashMap<Box<str>, Lists>,
    /// For each first byte, a bit for each length of the words that begin with it: most words
    /// that are asked about need not be looked for.
    lengths: Lengths,
    longest_bytes: usize,
}

struct Lengths([u64; 256]);

impl Default for Lengths {
    fn default() -> Self {
        Lengths([0; 256])
    }
}

impl Lengths {
    /// All lengths from 63 on share a bit.
    fn bit(word: &str) -> u64 {
        1 << word.len().min(63)
    }

    fn add(&mut self, word: &str) {
        if let Some(&first) = word.as_bytes().first() {
            self.0[usize::from(first)] |= Self::bit(word);
        }
    }

    #[inline]
    fn may_hold(&self, word: &str) -> bool {
        let first = word.as_bytes().first();
        first.is_some_and(|&first| self.0[usize::from(first)] & Self::bit(word) != 0)
    }
}

impl SentenceWords {
    /// Gather the words of all lists.
    pub fn new<W: AsRef<str>>(listed: impl IntoIterator<Item = (List, W)>) -> Self {
        let mut words = SentenceWords::default();
        for (list, word) in listed {
            let word = word.as_ref();
            words.lengths.add(word);
            words.longest_bytes = words.longest_bytes.max(word.len());
            let lists = match key_of(word) {
                Some(key) => words.short.entry(key).or_default(),
                None => words.long.entry(word.into()).or_default(),
            };
            lists.0 |= list as u16;
        }
        words
    }

    /// The length of the longest word of all lists.
    pub fn longest_bytes(&self) -> usize {
        self.longest_bytes
    }

    /// The lists on which `word` stands, as it is typed.
    #[inline]
    pub fn lists_of(&self, word: &str) -> Lists {
        if !self.lengths.may_hold(word) {
            return Lists::default();
        }
        let found = match key_of(word) {
            Some(key) => self.short.get(&key),
            None => self.long.get(word),
        };
        found.copied().unwrap_or_default()
    }

    /// The lists on which `word` stands once it is capitalised: the ones of `MR` are `Mr`'s.
    ///
    /// `word` has capital letters and no small ones (`str.isupper`).
    pub fn lists_of_capitalized(&self, word: &str) -> Lists {
        if !word.is_ascii() {
            return self.lists_of(&capitalized(word));
        }
        let mut letters = [0; 32];
        let Some(letters) = letters.get_mut(..word.len()) else {
            return self.lists_of(&capitalized(word));
        };
        letters.copy_from_slice(word.as_bytes());
        letters[1..].make_ascii_lowercase();
        std::str::from_utf8(letters).map_or_else(|_| Lists::default(), |word| self.lists_of(word))
    }
}

/// `str.capitalize` of a word without small letters.
///
/// Capitals are their own title case, but for the letters that are written as two.
fn capitalized(word: &str) -> String {
    let mut characters = word.chars();
    let Some(first) = characters.next() else {
        return String::new();
    };
    // The whole word is lowered, for a final sigma asks what stands before it.
    let lowered_first: usize = first.to_lowercase().map(char::len_utf8).sum();
    let title = match first {
        'Ǆ' => 'ǅ',
        'Ǉ' => 'ǈ',
        'Ǌ' => 'ǋ',
        'Ǳ' => 'ǲ',
        other => other,
    };
    let mut whole = String::from(title);
    whole.push_str(word.to_lowercase().get(lowered_first..).unwrap_or(""));
    whole
}

/// Up to fifteen bytes and their number: a key lies in the table, a text elsewhere.
#[inline]
fn key_of(word: &str) -> Option<u128> {
    let mut key = [0; 16];
    key[15] = word.len() as u8;
    key[..15]
        .get_mut(..word.len())?
        .copy_from_slice(word.as_bytes());
    Some(u128::from_le_bytes(key))
}

/// Without a seed: nobody outside chooses the words.
#[derive(Default)]
struct WordHasher(u64);

impl Hasher for WordHasher {
    #[inline]
    fn write_u128(&mut self, key: u128) {
        let (low, high) = (key as u64, (key >> 64) as u64);
        self.0 = folded_product(low ^ MIX[0], high ^ MIX[1]);
    }

    // All keys come by `write_u128`; a hasher must take other bytes too.
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> SentenceWords {
        SentenceWords::new([
            (List::Titles, "Mr"),
            (List::Titles, "Sr"),
            (List::Trailing, "Sr"),
            (List::States, "Okla"),
            (List::GermanMonths, "März"),
            (List::Titles, "Ὀδ"),
        ])
    }

    #[test]
    fn a_word_may_stand_on_several_lists_and_counts_as_it_is_typed() {
        let lists = words().lists_of("Sr");
        assert!(lists.on(List::Titles) && lists.on(List::Trailing));
        assert!(!lists.on(List::States) && lists.abbreviation());
        assert_eq!(words().lists_of("sr"), Lists::default());
        assert!(words().lists_of("März").on(List::GermanMonths));
        assert!(!words().lists_of("März").abbreviation());
        assert_eq!(words().lists_of(&"Mr".repeat(99)), Lists::default());
        assert_eq!(words().lists_of(""), Lists::default());
    }

    #[test]
    fn words_of_all_lengths_are_found_and_no_others() {
        let listed: Vec<String> = (1..40).map(|length| "ab".repeat(length)).collect();
        let words = SentenceWords::new(listed.iter().map(|word| (List::Saying, word)));
        for length in 0..90 {
            let word = &"ab".repeat(45)[..length];
            let expected = listed.iter().any(|listed| listed == word);
            assert_eq!(words.lists_of(word).on(List::Saying), expected, "{word}");
        }
        assert_eq!(words.lists_of("ab\0"), Lists::default());
    }

    #[test]
    fn a_word_in_capitals_stands_where_the_capitalised_word_stands() {
        assert!(words().lists_of_capitalized("MR").on(List::Titles));
        // The sign of the kelvin is a capital whose small letter is a plain k.
        assert!(words().lists_of_capitalized("O\u{212a}LA").on(List::States));
        assert!(words().lists_of_capitalized("MÄRZ").on(List::GermanMonths));
        assert!(words().lists_of_capitalized("ὈΔ").on(List::Titles));
        assert_eq!(
            words().lists_of_capitalized(&"MR".repeat(99)),
            Lists::default()
        );
    }

    #[test]
    fn capitalized_is_that_of_python() {
        for (word, expected) in [
            ("ὈΔΌΣ", "Ὀδός"),
            ("ΣΑΣΣ", "Σασς"),
            ("ΑΣ", "Ας"),
            ("ǄEP", "ǅep"),
            ("İİ", "İi\u{307}"),
            ("1ST", "1st"),
        ] {
            assert_eq!(capitalized(word), expected);
        }
    }
}
