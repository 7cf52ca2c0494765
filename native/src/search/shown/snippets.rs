//! Which passage of a text is shown of a match, and what is marked in it?
//!
//! `searcher/searching/snippets.py` is the definition, and says by what idea the passage is
//! chosen; this is the same in bytes of UTF-8, and no text is cut into tokens further than
//! the passage that is shown.  That ends, where news says in the first sentences what it is
//! about, after some forty words of five hundred.

use crate::error::Result;
use crate::search::positions::spans::Span;
use crate::text::classes::{Classes, ALPHANUMERIC, SPACE};
use crate::text::{for_each_token, Span as Bytes};

/// A run of token positions that matches, and the part of the query that it matches.
pub type Run = (Span, usize);

/// Words shown before the first match, where there are so many.
const LEAD_IN: usize = 8;
const MARK: &str = "**";
const ELLIPSIS: char = '…';
/// Characters shown of a text without words.
const WORDLESS_CHARACTERS: usize = 300;
/// Signs that are shown after the last word, as long as they touch it.
const CLOSING_SIGNS: usize = 3;
/// Of news in English, with what parts words; mostly the match is far enough before the end.
const BYTES_OF_A_WORD: usize = 6;
/// Bytes that are cut into tokens at a time.
const STRETCH_BYTES: usize = 512;

/// The best `words` words of `text`, the matches marked.  Sorts `runs`.
pub fn snippet(text: &str, runs: &mut [Run], words: usize, classes: &Classes) -> Result<String> {
    let passage = Passage::of(runs, words);
    let shown = passage.shown(text, true, runs, classes, false)?;
    Ok(shown.map(|(snippet, _)| snippet).unwrap_or_default())
}

/// The passage of a text that a snippet shows, as it is stored: where it begins, and the runs
/// in it that match, in characters.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    pub start: usize,
    pub text: String,
    pub marks: Vec<(usize, usize)>,
}

impl Stretch {
    /// `text[start..end]`, of which the bytes `marks` of `text` match.
    fn of(text: &str, start: usize, end: usize, marks: &[(usize, usize)]) -> Self {
        let shown = &text[start..end];
        let (mut characters, mut at) = (0, 0);
        let mut up_to = |place: usize| {
            characters += shown[at..place].chars().count();
            at = place;
            characters
        };
        let marks = (marks.iter())
            .map(|(a, b)| (up_to(a - start), up_to(b - start)))
            .collect();
        Stretch {
            start: text[..start].chars().count(),
            text: shown.to_owned(),
            marks,
        }
    }
}

/// Which words of a text are shown.
pub struct Passage {
    /// The first one, unless the text ends so soon that it can be an earlier one.
    first: usize,
    words: usize,
}

impl Passage {
    /// The passage with most of `runs`, which it sorts.
    pub fn of(runs: &mut [Run], words: usize) -> Self {
        runs.sort_unstable();
        Passage {
            first: best_start(runs, words).saturating_sub(LEAD_IN),
            words,
        }
    }

    /// One more than are shown tells whether the passage is the end of the text.
    fn enough(&self) -> usize {
        (self.first.saturating_add(self.words)).saturating_add(1)
    }

    /// Bytes of a text that are mostly enough to show it.
    pub fn probable_bytes(&self) -> usize {
        self.enough().saturating_mul(BYTES_OF_A_WORD)
    }

    /// What is shown of a text, given the beginning of it or all; None where that is too
    /// little.  With it the passage as it is stored, if `with_stretch` asks for that.
    pub fn shown(
        &self,
        text: &str,
        is_whole: bool,
        runs: &[Run],
        classes: &Classes,
        with_stretch: bool,
    ) -> Result<Option<(String, Option<Stretch>)>> {
        // What is behind the last space may go on.
        let cut = match is_whole {
            true => text.len(),
            false => text.rfind([' ', '\n']).map_or(0, |place| place + 1),
        };
        let text = &text[..cut];
        let mut found = Tokens::new(text, classes);
        // Those of the last cut come beyond; no text has more tokens than every other byte.
        let room = self.enough().saturating_add(STRETCH_BYTES / 2);
        found.tokens.reserve(room.min(text.len() / 2 + 1));
        found.find(self.enough())?;
        if !is_whole && found.tokens.len() < self.enough() {
            return Ok(None);
        }
        shown(text, &found, runs, self, classes, with_stretch).map(Some)
    }
}

fn shown(
    text: &str,
    found: &Tokens<'_>,
    runs: &[Run],
    passage: &Passage,
    classes: &Classes,
    with_stretch: bool,
) -> Result<(String, Option<Stretch>)> {
    let (wanted, words) = (passage.first, passage.words);
    let tokens = &found.tokens;
    if tokens.is_empty() {
        let cut = text.char_indices().nth(WORDLESS_CHARACTERS);
        let end = cut.map_or(text.len(), |(at, _)| at);
        let stretch = with_stretch.then(|| Stretch::of(text, 0, end, &[]));
        return Ok((wordless(text, classes)?, stretch));
    }
    let first = match found.are_all() {
        true => wanted.min(tokens.len().saturating_sub(words)),
        false => wanted,
    };
    let last = (first + words).min(tokens.len()) - 1;
    let start = if first == 0 {
        0
    } else {
        tokens[first].start as usize
    };
    let end = if found.are_all() && last == tokens.len() - 1 {
        text.len()
    } else {
        word_end(text, tokens[last].end as usize, classes)?
    };
    let mut writer = Writer::new(classes, end - start);
    let opening = usize::from(first > 0) * ELLIPSIS.len_utf8();
    writer.out.extend((first > 0).then_some(ELLIPSIS));
    let marks: Vec<(usize, usize)> = joined(runs, first, last, text, tokens, classes)?
        .into_iter()
        .map(|(a, b)| (tokens[a].start as usize, tokens[b].end as usize))
        .collect();
    let stretch = with_stretch.then(|| Stretch::of(text, start, end, &marks));
    let mut position = start;
    for (a, b) in marks {
        writer.put_between(&text[position..a], true)?;
        writer.out.push_str(MARK);
        writer.put(&text[a..b])?;
        writer.out.push_str(MARK);
        writer.has_marks = true;
        position = b;
    }
    writer.put_between(&text[position..end], false)?;
    let mut out = writer.out;
    // All white space is spaces by now.
    out.truncate(out.trim_end_matches(' ').len().max(opening));
    let blank = out[opening..].len() - out[opening..].trim_start_matches(' ').len();
    out.drain(opening..opening + blank);
    if end < text.len() {
        out.push(ELLIPSIS);
    }
    Ok((out, stretch))
}

/// The first token of the matches that the passage with most of the query holds.
fn best_start(runs: &[Run], words: usize) -> usize {
    let parts = runs.iter().map(|(_, part)| part + 1).max().unwrap_or(0);
    let mut inside = vec![0u32; parts];
    let (mut best, mut start) = ((0, 0), 0);
    let (mut left, mut different) = (0, 0);
    for (right, ((_, end), part)) in runs.iter().enumerate() {
        different += usize::from(inside[*part] == 0);
        inside[*part] += 1;
        // Runs may be damaged, and end before they start.
        let spread = |left: usize| end.saturating_sub(runs[left].0 .0) as usize;
        while left < right && spread(left) + LEAD_IN >= words {
            let gone = runs[left].1;
            inside[gone] -= 1;
            different -= usize::from(inside[gone] == 0);
            left += 1;
        }
        let held = (different, right + 1 - left);
        if held > best {
            best = held;
            start = runs[left].0 .0 as usize;
        }
    }
    start
}

/// The runs as far as they are shown, those that overlap or have only blanks between them
/// in one.
fn joined(
    runs: &[Run],
    first: usize,
    last: usize,
    text: &str,
    tokens: &[Bytes],
    classes: &Classes,
) -> Result<Vec<(usize, usize)>> {
    let mut shown: Vec<(usize, usize)> = runs
        .iter()
        .map(|((a, b), _)| (*a as usize, *b as usize))
        .filter(|(a, b)| a <= b && *a <= last && *b >= first)
        .map(|(a, b)| (a.max(first), b.min(last)))
        .collect();
    shown.sort_unstable();
    let mut joined: Vec<(usize, usize)> = Vec::with_capacity(shown.len());
    for (a, b) in shown {
        if let Some((_, end)) = joined.last_mut() {
            let touches = a == *end + 1 && {
                let between = &text[tokens[*end].end as usize..tokens[a].start as usize];
                is_blank(between, classes)?
            };
            if a <= *end || touches {
                *end = b.max(*end);
                continue;
            }
        }
        joined.push((a, b));
    }
    Ok(joined)
}

fn is_blank(text: &str, classes: &Classes) -> Result<bool> {
    for character in text.chars() {
        if classes.of_char(character)? & SPACE == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Take in the closing punctuation that stands right after a word.
fn word_end(text: &str, end: usize, classes: &Classes) -> Result<usize> {
    let mut at = end;
    for character in text[end..].chars().take(CLOSING_SIGNS) {
        if character == '_' || classes.of_char(character)? & (ALPHANUMERIC | SPACE) != 0 {
            break;
        }
        at += character.len_utf8();
    }
    Ok(at)
}

fn wordless(text: &str, classes: &Classes) -> Result<String> {
    let mut writer = Writer::new(classes, text.len().min(4 * WORDLESS_CHARACTERS));
    writer.put(text)?;
    let cut = writer.out.char_indices().nth(WORDLESS_CHARACTERS);
    let shown = &writer.out[..cut.map_or(writer.out.len(), |(at, _)| at)];
    Ok(shown.trim_matches(' ').to_owned())
}

/// The tokens of a text, found as they are wanted.
struct Tokens<'a> {
    text: &'a str,
    classes: &'a Classes,
    tokens: Vec<Bytes>,
    at: usize,
}

impl<'a> Tokens<'a> {
    fn new(text: &'a str, classes: &'a Classes) -> Self {
        Tokens {
            text,
            classes,
            tokens: Vec::new(),
            at: 0,
        }
    }

    fn are_all(&self) -> bool {
        self.at == self.text.len()
    }

    /// Find `count` tokens or more, as long as there are any.
    ///
    /// The text is cut behind spaces, which no token and no rule of tokens reaches over.
    fn find(&mut self, count: usize) -> Result<()> {
        while self.tokens.len() < count && !self.are_all() {
            let rest = &self.text.as_bytes()[self.at..];
            let after = rest.get(STRETCH_BYTES..).unwrap_or(&[]);
            let space = after.iter().position(|byte| matches!(byte, b' ' | b'\n'));
            let length = space.map_or(rest.len(), |place| STRETCH_BYTES + place + 1);
            let (at, tokens) = (self.at, &mut self.tokens);
            // Offsets of a longer text would not fit; `for_each_token` refuses it by itself.
            let whole = u32::try_from(self.text.len()).is_ok();
            let stretch = match whole {
                true => &self.text[at..at + length],
                false => self.text,
            };
            for_each_token(stretch, self.classes, |start, end| {
                tokens.push(Bytes {
                    start: (at + start) as u32,
                    end: (at + end) as u32,
                });
            })?;
            self.at += length;
        }
        Ok(())
    }
}

/// Whether there is surely nothing to shorten in `text`: no star, no white space but single
/// spaces, and nothing beyond ASCII.  Most text is so, and no byte of it waits for another
/// here.
fn is_as_shown(text: &[u8]) -> bool {
    let is_odd = |byte: u8| !(b' '..=b'~').contains(&byte) || byte == b'*';
    let odd = text.iter().fold(false, |odd, byte| odd | is_odd(*byte));
    let pairs = text.iter().zip(text.get(1..).unwrap_or(&[]));
    !pairs.fold(odd, |odd, (a, b)| odd | ((*a == b' ') & (*b == b' ')))
}

/// Writes text with runs of stars and of white space shortened to one.
struct Writer<'a> {
    out: String,
    has_marks: bool,
    classes: &'a Classes,
}

impl<'a> Writer<'a> {
    fn new(classes: &'a Classes, length: usize) -> Self {
        Writer {
            out: String::with_capacity(length + length / 8 + 16),
            has_marks: false,
            classes,
        }
    }

    fn put(&mut self, text: &str) -> Result<()> {
        if is_as_shown(text.as_bytes()) {
            self.out.push_str(text);
            return Ok(());
        }
        let mut last = '\0';
        let mut from = 0;
        for (at, character) in text.char_indices() {
            let kind = match character {
                '*' => '*',
                ' ' => ' ',
                '!'..='~' => '\0',
                _ if self.classes.of_char(character)? & SPACE != 0 => ' ',
                _ => '\0',
            };
            let repeats = kind != '\0' && kind == last;
            if repeats || (kind == ' ' && character != ' ') {
                self.out.push_str(&text[from..at]);
                from = at + character.len_utf8();
                if !repeats {
                    self.out.push(' ');
                }
            }
            last = kind;
        }
        self.out.push_str(&text[from..]);
        Ok(())
    }

    /// The text between marks.  A star of it right beside one would read as part of it.
    fn put_between(&mut self, text: &str, is_before_mark: bool) -> Result<()> {
        let from = self.out.len();
        self.put(text)?;
        if self.has_marks && self.out[from..].starts_with('*') {
            self.out.remove(from);
        }
        if is_before_mark && self.out[from..].ends_with('*') {
            self.out.pop();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::text_rules;

    fn of(text: &str, runs: &[Run]) -> String {
        snippet(text, &mut runs.to_vec(), 40, &text_rules::classes()).unwrap()
    }

    fn run(first: u32, last: u32) -> Run {
        ((first, last), 0)
    }

    #[test]
    fn matches_are_marked_and_neighbours_share_a_mark() {
        assert_eq!(of("a b, c d", &[run(0, 0), run(1, 1)]), "**a b**, c d");
        assert_eq!(of("a b, c d", &[run(1, 1), run(2, 2)]), "a **b**, **c** d");
        assert_eq!(of("a b c", &[run(0, 1), run(1, 2)]), "**a b c**");
        assert_eq!(of("", &[]), "");
    }

    #[test]
    fn stars_and_white_space_of_the_text_are_shortened() {
        assert_eq!(
            of("a **bold** claim ***", &[run(0, 0)]),
            "**a** *bold* claim *"
        );
        assert_eq!(of("a *bold* claim", &[run(1, 1)]), "a **bold** claim");
        assert_eq!(of(" a\u{a0}\n\tb\u{2003}c ", &[]), "a b c");
        assert_eq!(of("… —  **…", &[]), "… — *…");
    }

    #[test]
    fn the_passage_with_most_of_the_query_is_shown() {
        let filler = "word ".repeat(400);
        let text = format!("one {filler} one two. {filler}");
        let found = of(&text, &[run(0, 0), run(401, 401), ((402, 402), 1)]);
        assert!(found.contains("word **one two**. word"), "{found}");
        assert!(found.starts_with('…') && found.ends_with('…'));
        let found = of(&text, &[run(802, 802)]);
        assert!(found.ends_with("**word**"), "{found}");
    }

    #[test]
    fn the_beginning_of_a_text_shows_what_the_whole_does_or_is_too_little() {
        let classes = text_rules::classes();
        let part = "U.N. 3.5 don't e\u{301}. \u{301}x\n\n«北京» 1,000 **O’Brien\u{a0}5. — said ";
        let text = part.repeat(30);
        for first in [0, 1, 9, 60, 150, 290, 900] {
            let mut runs = [run(first, first), run(first + 3, first + 4)];
            let whole = snippet(&text, &mut runs, 20, &classes).unwrap();
            let passage = Passage::of(&mut runs, 20);
            let shown = passage.shown(&text, true, &runs, &classes, true).unwrap();
            let stretch_of_whole = shown.unwrap().1;
            let mut shown = 0;
            for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
                let part = &text[..end];
                let found = passage.shown(part, false, &runs, &classes, true).unwrap();
                if let Some((snippet, stretch)) = &found {
                    assert_eq!(snippet, &whole, "{first} {end}");
                    assert_eq!(stretch, &stretch_of_whole);
                }
                assert!(found.is_some() || shown == 0);
                shown += usize::from(found.is_some());
            }
            assert_eq!(shown > 0, first < 300);
        }
    }

    #[test]
    fn a_stretch_is_as_it_is_stored_and_counts_characters() {
        let classes = text_rules::classes();
        let text = format!("é {}**bold**\n\nü x. end", "word ".repeat(60));
        let mut runs = [run(61, 61), run(63, 63)];
        let passage = Passage::of(&mut runs, 20);
        let shown = passage.shown(&text, true, &runs, &classes, true).unwrap();
        let stretch = shown.unwrap().1.unwrap();
        let characters: Vec<char> = text.chars().collect();
        let length = stretch.text.chars().count();
        let stored: String = characters[stretch.start..stretch.start + length]
            .iter()
            .collect();
        assert_eq!(stored, stretch.text);
        let marked: Vec<String> = (stretch.marks.iter())
            .map(|(a, b)| stretch.text.chars().skip(*a).take(b - a).collect())
            .collect();
        assert_eq!(marked, ["bold", "x"]);
    }

    #[test]
    fn places_that_no_text_has_are_no_panic() {
        let far = u32::MAX;
        for runs in [[run(far, far), run(0, far)], [run(5, 2), run(far, 0)]] {
            assert!(!of("some words. More words", &runs).is_empty());
        }
    }

    #[test]
    fn a_text_is_cut_into_the_same_tokens_in_stretches() {
        let classes = text_rules::classes();
        let part = "U.N. 3.5 don't e\u{301}.u\u{308} \u{301}x «北京» 1,000 O’Brien\u{a0}5. 5 ";
        for shift in 0..40 {
            let text = format!("{}{}", "-".repeat(shift), part.repeat(60));
            let mut whole = Vec::new();
            crate::text::token_spans(&text, &classes, &mut whole).unwrap();
            let mut found = Tokens::new(&text, &classes);
            for count in 0..=whole.len() + 1 {
                found.find(count).unwrap();
                assert!(found.tokens.len() >= count.min(whole.len()));
                assert_eq!(found.tokens, whole[..found.tokens.len()]);
            }
            assert!(found.are_all());
        }
    }
}
