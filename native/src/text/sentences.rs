//! Where do sentences and paragraphs begin?
//!
//! The rules, their order and their reasons stand in `searcher/analysis/boundaries.py`; what
//! is called a stop, glued, set apart or an opener here is so called there.  A sentence or
//! paragraph can only begin at a token with a stop or a line break in the gap before it: a
//! stop within a token (`U.N`) is followed by the rest of it.  Most gaps are one space, so
//! the walk goes from gap to gap and the cost is far less than that of finding the tokens.

use crate::error::Result;
use crate::text::classes::{Classes, ALPHA, DIGIT, LOWER, SPACE, TITLE, UPPER};
use crate::text::tokens::Span;
use crate::text::words::{List, SentenceWords};

/// A quotation's speaker is looked for in this many words.
const SPEAKER_WORDS: usize = 7;

/// Put the positions of the tokens that open sentences and paragraphs at the end of
/// `sentences` and `paragraphs`.
///
/// `spans` are all tokens of `text`.  Both lists ascend from 0, if there is any token, and
/// what opens a paragraph opens a sentence.
pub fn boundaries(
    text: &str,
    spans: &[Span],
    words: &SentenceWords,
    classes: &Classes,
    sentences: &mut Vec<u32>,
    paragraphs: &mut Vec<u32>,
) -> Result<()> {
    if spans.is_empty() {
        return Ok(());
    }
    let judge = Judge {
        text,
        spans,
        words,
        classes,
    };
    sentences.push(0);
    paragraphs.push(0);
    let bytes = text.as_bytes();
    let mut last_sentence = 0;
    for (before, neighbours) in spans.windows(2).enumerate() {
        let following = before + 1;
        let gap = neighbours[0].end as usize..neighbours[1].start as usize;
        if !bytes[gap.clone()]
            .iter()
            .any(|byte| MAY_DECIDE[*byte as usize])
        {
            continue;
        }
        let gap_text = &text[gap.clone()];
        if parts_paragraphs(gap_text, classes)? {
            paragraphs.push(following as u32);
        } else if !judge.gap_ends_sentence(gap_text, gap.start, following, last_sentence)? {
            continue;
        }
        sentences.push(following as u32);
        last_sentence = following;
    }
    Ok(())
}

/// Bytes that a gap needs, or it decides nothing: stops, line breaks, and all beyond ASCII.
const MAY_DECIDE: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = matches!(byte as u8, b'.' | b'!' | b'?' | b'\n' | 0x80..);
        byte += 1;
    }
    table
};

/// Is there a blank line in `gap`, or the character that parts paragraphs?
fn parts_paragraphs(gap: &str, classes: &Classes) -> Result<bool> {
    let mut line_break = false;
    for character in gap.chars() {
        match character {
            '\n' if line_break => return Ok(true),
            '\n' => line_break = true,
            '\u{2029}' => return Ok(true),
            other => line_break &= classes.of_char(other)? & SPACE != 0,
        }
    }
    Ok(false)
}

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
struct Judge<'a> {
    text: &'a str,
    spans: &'a [Span],
    words: &'a SentenceWords,
    classes: &'a Classes,
}

impl<'a> Judge<'a> {
    /// Does a stop in the gap before the token at `following` end a sentence?
    ///
    /// `gap_start` is where the gap starts, `last_sentence` the last token known to open one.
    fn gap_ends_sentence(
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
        // They're
        let stem = match word.text.find(['\'', '’']) {
            Some(apostrophe) => &word.text[..apostrophe],
            None => word.text,
        };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{stand_in, token_spans};

    /// The positions of `text`'s sentences and paragraphs.
    fn found(text: &str) -> (Vec<u32>, Vec<u32>) {
        let rules = stand_in::rules();
        let (mut spans, mut sentences, mut paragraphs) = (vec![], vec![], vec![]);
        token_spans(text, &rules.classes, &mut spans).unwrap();
        boundaries(
            text,
            &spans,
            &rules.words,
            &rules.classes,
            &mut sentences,
            &mut paragraphs,
        )
        .unwrap();
        (sentences, paragraphs)
    }

    /// Compare with the marks `|` in `marked`, which are no text.
    fn check(marked: &str) {
        let classes = stand_in::classes();
        let mut expected = vec![];
        let mut position = 0;
        for part in marked.split('|') {
            expected.push(position);
            let mut spans = vec![];
            token_spans(part, &classes, &mut spans).unwrap();
            position += spans.len() as u32;
        }
        assert_eq!(found(&marked.replace('|', "")).0, expected, "{marked}");
    }

    #[test]
    fn sentences_of_english_begin_where_they_are_marked() {
        for marked in [
            "The harbour was closed. |No ship left.",
            "Gen. Haftar spoke. |Mr. Smith of the Rev. Brown's church listened.",
            "The U.S. Embassy stayed open. |It is in the U.S. |The rest left.",
            "J. K. Rowling and George W. Bush met. |They talked.",
            "Shares of Acme Inc. rose. |He works for Acme Inc. |Shares rose.",
            "Acme Inc. (ACME.N) said so.",
            "It opened at 9 a.m. Monday and shut at 5 p.m. EST. |It was late.",
            "The trial begins Jan. 5, says No. 10. |He said no. |Then he left.",
            "She lives in Arcadia, Ind. |Ryan visited her.",
            "From WASHINGTON, D.C. -- Text follows.",
            "It cost $3.5 million. |It was 1,000.50 too much in 2019. |Nobody paid.",
            "He wondered ... and left. |She stayed… |Nobody knew.",
            "\"Why?\" he asked. |\"Because!\" |She laughed.",
            "\"Why now?\" Lt. Gov. Ann Smith asked. |Nobody answered.",
            "“We won.” |They cheered (loudly.) |Then they slept.",
            "Yahoo! shares fell. |Yahoo! |The shares rose.",
            "e.g. oil, i.e. Brent crude, vs. Other kinds.",
            "1. Turn left. |2. Turn right.",
            "Q. Why did you go?",
            "The airport was closed.|The road was not.|“We wait.”|In town all was quiet.",
            "Up by 2020.|The price rose 8.3%.|Analysts at Amazon.Com and BBC.Co.Uk agreed.",
            "Sammy Davis Jr. |The singer sang. |Martin Luther King Jr. Day came.",
            "MR. SMITH CAME. |HE LEFT.",
            "They're from Ohio. |They like it in the U.S. |They're staying.",
        ] {
            check(marked);
        }
    }

    #[test]
    fn sentences_of_other_scripts_begin_where_they_are_marked() {
        for marked in [
            "Am 3. Oktober kam Dr. Müller nach Berlin. |Er blieb.",
            "Он приехал. |Она уехала.",
            "北京。|上海！|好？|「是。」|我们",
            "यह है। |वह था।",
            "هل جاء؟ |نعم. |لا",
        ] {
            check(marked);
        }
    }

    #[test]
    fn a_blank_line_parts_paragraphs_and_a_line_break_does_not() {
        let text = "First one\n\nsecond. More\n \t\nthird\nstill\u{2029}fourth\r\n\r\nfifth";
        assert_eq!(found(text), (vec![0, 2, 3, 4, 6, 7], vec![0, 2, 4, 6, 7]));
        let text = "\n\n * * * \n\nOne\n\n---\n\n\n\nTwo\n\n";
        assert_eq!(found(text), (vec![0, 1], vec![0, 1]));
    }

    #[test]
    fn text_without_words_has_no_boundaries() {
        assert_eq!(found(""), (vec![], vec![]));
        assert_eq!(found("...\n\n!"), (vec![], vec![]));
    }
}
