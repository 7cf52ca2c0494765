//! Where do sentences and paragraphs begin?
//!
//! The rules are those of `searcher/analysis/boundaries.py`.  A sentence or paragraph can
//! only begin at a token with a stop or a line break in the gap before it, for a stop within
//! a token (`U.N`) is followed by the rest of it.  Most gaps are one space, so the walk goes
//! from gap to gap and asks `sentence_ends` about the few that hold one.

use crate::error::Result;
use crate::text::classes::{Classes, SPACE};
use crate::text::sentence_ends::Judge;
use crate::text::tokens::Span;
use crate::text::word_lists::SentenceWords;

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
    let mut last_sentence = 0;
    let bytes = text.as_bytes();
    for (before, neighbours) in spans.windows(2).enumerate() {
        let following = before + 1;
        let (gap_start, gap_end) = (neighbours[0].end as usize, neighbours[1].start as usize);
        if gap_end - gap_start == 1 && bytes[gap_start] == b' ' {
            continue;
        }
        let gap = &text[gap_start..gap_end];
        let signs = signs_in(gap);
        if signs & (LINE_BREAK | BEYOND) != 0 && parts_paragraphs(gap, classes)? {
            paragraphs.push(following as u32);
        } else if signs & (STOP | BEYOND) == 0
            || !judge.gap_ends_sentence(gap, gap_start, following, last_sentence)?
        {
            continue;
        }
        sentences.push(following as u32);
        last_sentence = following;
    }
    Ok(())
}

/// What the bytes of `gap` may mean, together; nothing where it can decide nothing.
fn signs_in(gap: &str) -> u8 {
    gap.bytes().fold(0, |met, byte| met | SIGNS[byte as usize])
}

const STOP: u8 = 1;
const LINE_BREAK: u8 = 1 << 1;
const BEYOND: u8 = 1 << 2;

const SIGNS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'.' | b'!' | b'?' => STOP,
            b'\n' => LINE_BREAK,
            0x80.. => BEYOND,
            _ => 0,
        };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::text_rules;
    use crate::text::token_spans;

    /// The positions of `text`'s sentences and paragraphs.
    fn found(text: &str) -> (Vec<u32>, Vec<u32>) {
        let rules = text_rules::rules();
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
        let classes = text_rules::classes();
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
    fn many_stops_before_a_long_word_take_no_more_than_their_time() {
        // Each of the quotations asks whether the word opens a sentence.
        let text = format!("a{}{}", "?\" ".repeat(100_000), "X".repeat(1_000_000));
        assert_eq!(found(&text), (vec![0, 1], vec![0]));
    }

    #[test]
    fn text_without_words_has_no_boundaries() {
        assert_eq!(found(""), (vec![], vec![]));
        assert_eq!(found("...\n\n!"), (vec![], vec![]));
    }
}
