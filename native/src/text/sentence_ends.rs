//! Does this stop end a sentence?
//!
//! The rules, their order and their reasons stand in `searcher/analysis/boundaries.py`; what
//! is called a stop, glued, set apart or an opener here is so called there.  Asked about the
//! gap between two tokens, for no rule needs to look for a stop within a token.

use crate::error::Result;
use crate::text::classes::{Classes, ALPHA, DIGIT, LOWER, SPACE, TITLE, UPPER};
use crate::text::tokens::Span;
use crate::text::word_lists::{List, SentenceWords};

/// A quotation's speaker is looked for in this many words.
const SPEAKER_WORDS: usize = 7;

/// A full stop of a spaced script.
fn is_spaced_stop(character: char) -> bool {
    matches!(character, '.' | '!' | '?' | '…')
}

/// A full stop after which no space is written, or that means nothing else.
fn is_unspaced_stop(character: char) -> bool {
    matches!(
        character,
        '。' | '！' | '？' | '｡' | '।' | '॥' | '۔' | '؟' | '።' | '။'
    )
}

/// What closes after a stop and belongs to its sentence.
fn is_closer(character: char) -> bool {
    matches!(character, '"' | '\'' | '’' | '”' | '»' | ')' | ']' | '*')
}

/// A run of stops with all that closes after them.
struct Stop<'a> {
    /// Where it starts, in bytes of the text.
    start: usize,
    mark: &'a str,
    /// White space follows.
    spaced: bool,
}

/// A token and where it lies.
#[derive(Clone, Copy)]
struct Word<'a> {
    text: &'a str,
    start: usize,
    end: usize,
}

impl Word<'_> {
    /// More than one character?
    fn is_long(&self) -> bool {
        self.has_characters(2)
    }

    fn has_characters(&self, at_least: usize) -> bool {
        self.text.len() >= at_least && self.text.chars().nth(at_least - 1).is_some()
    }
}

/// Tells whether a stop between two tokens ends a sentence.
pub(super) struct Judge<'a> {
    pub text: &'a str,
    pub spans: &'a [Span],
    pub words: &'a SentenceWords,
    pub classes: &'a Classes,
}

impl<'a> Judge<'a> {
    /// Does a stop in the gap before the token at `following` end a sentence?
    ///
    /// `gap_start` is where the gap starts, `last_sentence` the last token known to open one.
    pub fn gap_ends_sentence(
        &self,
        gap: &str,
        gap_start: usize,
        following: usize,
        last_sentence: usize,
    ) -> Result<bool> {
        let mut rest = gap;
        while let Some(found) = rest.find(|c| is_spaced_stop(c) || is_unspaced_stop(c)) {
            let from_stop = &rest[found..];
            if from_stop.starts_with(is_unspaced_stop) {
                return Ok(true);
            }
            rest = from_stop
                .trim_start_matches(is_spaced_stop)
                .trim_start_matches(is_closer);
            let spaced = match rest.chars().next() {
                Some(next) => self.classes.of_char(next)? & SPACE != 0,
                None => false,
            };
            if !spaced && !self.capital_follows(rest, following) {
                continue;
            }
            let stop = Stop {
                start: gap_start + gap.len() - from_stop.len(),
                mark: &from_stop[..from_stop.len() - rest.len()],
                spaced,
            };
            if self.ends_sentence(&stop, following, last_sentence)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Does the word at `following` come next, after one opening quote at most, and begin
    /// with A to Z?
    fn capital_follows(&self, rest_of_gap: &str, following: usize) -> bool {
        let start = self.spans[following].start as usize;
        matches!(rest_of_gap, "" | "\"" | "“" | "‘" | "(")
            && self.text.as_bytes()[start].is_ascii_uppercase()
    }

    fn ends_sentence(
        &self,
        stop: &Stop<'_>,
        following: usize,
        last_sentence: usize,
    ) -> Result<bool> {
        let next = self.word(following);
        if self.nth_is(next, 0, LOWER)? && !self.nth_is(next, 1, UPPER)? {
            return Ok(false); // eBay and iPhone may begin one
        }
        let word = self.word(following - 1);
        let mark = stop.mark;
        if !stop.spaced {
            let closed =
                self.text.as_bytes()[stop.start - 1] == b')' || mark.chars().nth(1).is_some();
            return Ok(word.end <= stop.start && self.looks_glued(word, next, closed)?);
        }
        if mark.contains(['!', '?']) {
            if word.text == "Yahoo" && mark == "!" {
                return Ok(self.opens(next));
            }
            return Ok(
                !mark.ends_with(['"', '\'', '’', '”', '»']) || !self.names_speaker(following)
            );
        }
        if word.end != stop.start || mark.starts_with("..") {
            return Ok(true);
        }
        let labels = !word.is_long() || (!word.has_characters(4) && self.all_are(word, DIGIT)?);
        if last_sentence == following - 1 && labels {
            return Ok(false);
        }
        self.ends_after_word(word, next)
    }

    /// Does a stop between two words lack its space: `closed.The`, not `Amazon.Com`?
    ///
    /// `closed` says that a bracket or quotation ended there too.
    fn looks_glued(&self, word: Word<'_>, next: Word<'_>, closed: bool) -> Result<bool> {
        let number = self.nth_is(word, 0, DIGIT)?;
        let next_lists = self.words.lists_of(next.text);
        if word.text == "www"
            || next_lists.on(List::Domains)
            || self.words.lists_of(word.text).abbreviation()
            || (word.text.contains('.') && !number)
        {
            return Ok(false);
        }
        let opener = next_lists.on(List::Openers);
        if closed || number {
            return Ok(opener || self.nth_is(next, 1, LOWER)?);
        }
        if self.is_lower(word.text)? {
            return Ok(word.is_long());
        }
        if opener && next.is_long() {
            return Ok(true);
        }
        let named = (word.has_characters(4) && self.is_lower(after_first(word.text))?)
            || (word.is_long() && self.is_upper(word.text)?);
        Ok(named && next.has_characters(3) && self.is_lower(after_first(next.text))?)
    }

    /// Does a full stop right after `word` end a sentence, when `next` follows?
    fn ends_after_word(&self, word: Word<'_>, next: Word<'_>) -> Result<bool> {
        if self.all_are(word, DIGIT)? {
            return Ok(!self.words.lists_of(next.text).on(List::GermanMonths));
        }
        let has_dot = word.text.contains('.');
        let in_capitals = self.is_upper(word.text)?;
        let lists = if in_capitals && word.is_long() && !has_dot {
            self.words.lists_of_capitalized(word.text) // MR. SMITH
        } else {
            self.words.lists_of(word.text)
        };
        if lists.on(List::Titles) {
            return Ok(false);
        }
        let number_follows = self.nth_is(next, 0, DIGIT)?;
        if lists.on(List::Numbered) {
            return Ok(!number_follows);
        }
        let next_lists = self.words.lists_of(next.text);
        if lists.on(List::Companies) {
            let goes_on = next_lists.on(List::CompanyWords) || next_lists.on(List::Times);
            return Ok(!(goes_on || number_follows || self.set_apart(word, next)));
        }
        if lists.on(List::Daytime) {
            let zone =
                next_lists.on(List::Times) || (next.is_long() && self.is_upper(next.text)?);
            return Ok(!(zone || number_follows));
        }
        if lists.on(List::States) && self.text[..word.start].ends_with(", ") {
            return Ok(!(number_follows || self.set_apart(word, next)));
        }
        let acronym = has_dot && self.nth_is(word, 0, ALPHA)?;
        let initial = in_capitals && !word.is_long();
        if acronym || initial || lists.on(List::Trailing) || lists.on(List::States) {
            return Ok(self.opens(next));
        }
        Ok(true)
    }

    /// Does a bracket or dash stand between: `Inc. (ACME.N)`, `D.C. -- The`?
    fn set_apart(&self, word: Word<'_>, next: Word<'_>) -> bool {
        self.text[word.end..next.start].contains(['(', '[', '-', '–', '—', '_'])
    }

    /// Is `word` one that begins sentences?
    fn opens(&self, word: Word<'_>) -> bool {
        if !word.is_long() && self.text.as_bytes().get(word.end) == Some(&b'.') {
            return false; // an initial: Jr. A. Smith
        }
        // They're; looked for no further than a listed word could reach.
        let stem = word
            .text
            .char_indices()
            .take(self.words.longest_bytes() + 1)
            .find(|(_, character)| matches!(character, '\'' | '’'))
            .map_or(word.text, |(apostrophe, _)| &word.text[..apostrophe]);
        self.words.lists_of(stem).on(List::Openers)
    }

    /// Are the words from `following` on who said the quotation before?
    fn names_speaker(&self, following: usize) -> bool {
        if self.opens(self.word(following)) {
            return false;
        }
        let end = self.spans.len().min(following + SPEAKER_WORDS);
        for position in following..end {
            let word = self.word(position);
            let lists = self.words.lists_of(word.text);
            if lists.on(List::Saying) {
                return position > following;
            }
            // At the end of the text there is no next word that could have said it.
            let stopped = matches!(
                self.text.as_bytes().get(word.end),
                None | Some(b'.' | b'!' | b'?')
            );
            if stopped && word.is_long() && !lists.on(List::Titles) {
                return false;
            }
        }
        false
    }

    fn word(&self, position: usize) -> Word<'a> {
        let span = self.spans[position];
        let (start, end) = (span.start as usize, span.end as usize);
        Word {
            text: &self.text[start..end],
            start,
            end,
        }
    }

    /// Has the character number `n` of `word` the class `class`?
    fn nth_is(&self, word: Word<'_>, n: usize, class: u16) -> Result<bool> {
        match word.text.chars().nth(n) {
            Some(character) => Ok(self.classes.of_char(character)? & class != 0),
            None => Ok(false),
        }
    }

    /// Have all characters of `word` the class `class`?
    fn all_are(&self, word: Word<'_>, class: u16) -> Result<bool> {
        for character in word.text.chars() {
            if self.classes.of_char(character)? & class == 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// `str.islower`: some letter is small and none is not.
    fn is_lower(&self, text: &str) -> Result<bool> {
        self.is_cased(text, LOWER, UPPER | TITLE)
    }

    /// `str.isupper`: some letter is a capital and none is not.
    fn is_upper(&self, text: &str) -> Result<bool> {
        self.is_cased(text, UPPER, LOWER | TITLE)
    }

    fn is_cased(&self, text: &str, some: u16, none: u16) -> Result<bool> {
        let mut met = false;
        for character in text.chars() {
            let classes = self.classes.of_char(character)?;
            if classes & none != 0 {
                return Ok(false);
            }
            met |= classes & some != 0;
        }
        Ok(met)
    }
}

/// `text` without its first character.
fn after_first(text: &str) -> &str {
    let mut characters = text.chars();
    characters.next();
    characters.as_str()
}
