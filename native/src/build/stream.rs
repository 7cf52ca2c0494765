//! What is kept of the words and values of articles until a segment is written?
//!
//! A stream of numbers: each token of each article as the number of its surface, one article
//! after the other, in the order title, body, names.  Nothing is sorted while articles come
//! in, so that adding one is a walk over its text and a write at the end of a block of
//! memory; `inversion` sorts when all are there.  (Postings lists that grow in memory, as
//! in-memory inversion has them otherwise, touch a place of their own for every word.)
//!
//! Each thread that adds articles has a stream of its own, with its own numbers.

pub use super::article::TextMark;
use super::article::{value_field, Prepared};
use super::interner::Interner;
use super::surfaces::SurfaceTable;
use crate::columns::encode_boundaries;
use crate::error::{CoreError, Result};
use crate::segment::NAME_GAP;
use crate::text::{boundaries, token_spans, Span, TextRules};

/// Names whose positions fit in 31 bits.
const MOST_NAMES: usize = (1 << 31) / NAME_GAP as usize;
const MOST_TOKENS: usize = (1 << 31) - 1;

/// Where what is kept of an article ends in the blocks of a stream; it starts where the
/// article before ends.
#[derive(Clone, Copy, Default)]
struct Ends {
    tokens: usize,
    values: usize,
    boundaries: usize,
    names: usize,
}

#[derive(Clone, Copy)]
struct Row {
    ends: Ends,
    title: u32,
    body: u32,
    digest: u64,
    mark: TextMark,
}

/// The words, values and boundaries of articles.
#[derive(Default)]
pub struct Stream {
    pub surfaces: SurfaceTable,
    /// Values with the number of their field before them.
    pub values: Interner,
    tokens: Vec<u32>,
    value_numbers: Vec<u32>,
    /// Of the terms of `has`, once they were met.
    has_numbers: Vec<Option<u32>>,
    boundaries: Vec<u8>,
    /// Tokens of each name of a byline.
    name_lengths: Vec<u32>,
    rows: Vec<Row>,
    scratch: Scratch,
}

#[derive(Default)]
struct Scratch {
    spans: Vec<Span>,
    sentences: Vec<u32>,
    paragraphs: Vec<u32>,
    value: Vec<u8>,
}

/// What a stream keeps of one article.
#[derive(Clone, Copy)]
pub struct Document<'s> {
    /// Surfaces of the title, of the body and of all names.
    pub title: &'s [u32],
    pub body: &'s [u32],
    pub byline: &'s [u32],
    /// Tokens of each name.
    pub name_lengths: &'s [u32],
    /// Numbers of `Stream::values`, each once.
    pub values: &'s [u32],
    pub boundaries: &'s [u8],
    pub digest: u64,
    pub mark: TextMark,
}

impl Stream {
    pub fn new() -> Self {
        Self::default()
    }

    /// How many articles there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn token_count(&self) -> usize {
        self.tokens.len()
    }

    /// Memory in use.
    pub fn size_bytes(&self) -> usize {
        self.surfaces.size_bytes()
            + self.values.size_bytes()
            + std::mem::size_of_val(&self.tokens[..])
            + std::mem::size_of_val(&self.value_numbers[..])
            + self.boundaries.len()
            + std::mem::size_of_val(&self.name_lengths[..])
            + std::mem::size_of_val(&self.rows[..])
    }

    /// Add an article.  After an error the stream is of no use any more.
    pub fn add(&mut self, article: Prepared<'_>, rules: &TextRules) -> Result<()> {
        let start = self.tokens.len();
        self.put_tokens(article.title(), rules)?;
        let title = self.tokens.len() - start;
        self.put_body(article.body(), rules)?;
        let body = self.tokens.len() - start - title;
        for name in article.names().take(MOST_NAMES) {
            let before = self.tokens.len();
            self.put_tokens(name, rules)?;
            self.tokens.truncate(before + NAME_GAP as usize);
            self.name_lengths.push((self.tokens.len() - before) as u32);
        }
        if title.max(body) > MOST_TOKENS {
            return Err(CoreError::Invalid("a text of 2^31 words or more".into()));
        }
        self.put_values(article);
        self.rows.push(Row {
            ends: Ends {
                tokens: self.tokens.len(),
                values: self.value_numbers.len(),
                boundaries: self.boundaries.len(),
                names: self.name_lengths.len(),
            },
            title: title as u32,
            body: body as u32,
            digest: article.digest(),
            mark: article.mark(),
        });
        Ok(())
    }

    fn put_tokens(&mut self, text: &str, rules: &TextRules) -> Result<()> {
        let spans = &mut self.scratch.spans;
        spans.clear();
        token_spans(text, &rules.classes, spans)?;
        self.surfaces
            .intern_all(text.as_bytes(), spans, &mut self.tokens);
        Ok(())
    }

    fn put_body(&mut self, text: &str, rules: &TextRules) -> Result<()> {
        let Scratch {
            spans,
            sentences,
            paragraphs,
            ..
        } = &mut self.scratch;
        spans.clear();
        sentences.clear();
        paragraphs.clear();
        token_spans(text, &rules.classes, spans)?;
        self.surfaces
            .intern_all(text.as_bytes(), spans, &mut self.tokens);
        boundaries(
            text,
            spans,
            &rules.words,
            &rules.classes,
            sentences,
            paragraphs,
        )?;
        encode_boundaries(sentences, paragraphs, &mut self.boundaries);
        Ok(())
    }

    fn put_values(&mut self, article: Prepared<'_>) {
        let start = self.value_numbers.len();
        for (field, value) in article.values() {
            let number = self.number_of(field, value);
            self.value_numbers.push(number);
        }
        let has_names = article.has_names();
        self.has_numbers.resize(has_names.len(), None);
        for (bit, name) in has_names.iter().enumerate() {
            if article.has() >> bit & 1 != 0 {
                let number = match self.has_numbers[bit] {
                    Some(number) => number,
                    None => {
                        let number = self.number_of(value_field::HAS, name);
                        *self.has_numbers[bit].insert(number)
                    }
                };
                self.value_numbers.push(number);
            }
        }
        // Two names of a byline can be one when folded.
        let all = &mut self.value_numbers;
        all[start..].sort_unstable();
        let mut kept = start;
        for i in start..all.len() {
            if kept == start || all[kept - 1] != all[i] {
                all[kept] = all[i];
                kept += 1;
            }
        }
        all.truncate(kept);
    }

    fn number_of(&mut self, field: u8, value: &str) -> u32 {
        let key = &mut self.scratch.value;
        key.clear();
        key.push(field);
        key.extend_from_slice(value.as_bytes());
        self.values.intern(key)
    }

    /// The article `row`, counted in the order in which they were added.
    pub fn document(&self, row: usize) -> Document<'_> {
        let start = match row.checked_sub(1) {
            Some(before) => self.rows[before].ends,
            None => Ends::default(),
        };
        let Row {
            ends,
            title,
            body,
            digest,
            mark,
        } = self.rows[row];
        let (title, rest) = self.tokens[start.tokens..ends.tokens].split_at(title as usize);
        let (body, byline) = rest.split_at(body as usize);
        Document {
            title,
            body,
            byline,
            name_lengths: &self.name_lengths[start.names..ends.names],
            values: &self.value_numbers[start.values..ends.values],
            boundaries: &self.boundaries[start.boundaries..ends.boundaries],
            digest,
            mark,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::article::{Batch, Fields};
    use crate::testing::text_rules;

    fn streamed(articles: &[Fields<'_>]) -> Stream {
        let mut batch = Batch::sample();
        for fields in articles {
            batch.push(fields, &mut |_, _| Ok(())).unwrap();
        }
        batch.seal();
        let mut stream = Stream::new();
        for number in 0..batch.len() {
            stream.add(batch.get(number), &text_rules::rules()).unwrap();
        }
        stream
    }

    fn surfaces(stream: &Stream) -> Vec<String> {
        let mut surfaces = vec![String::new(); stream.surfaces.len()];
        stream.surfaces.for_each(|number, surface| {
            surfaces[number as usize] = String::from_utf8_lossy(surface).into_owned();
        });
        surfaces
    }

    #[test]
    fn the_words_of_each_field_come_back() {
        let articles = [
            Fields {
                id: "1",
                title: "The airport",
                body: "The airport was closed. It is open.\n\nThe end",
                byline: &["Ann Lee", "Bo"],
                ..Fields::default()
            },
            Fields {
                id: "2",
                ..Fields::default()
            },
            Fields {
                id: "3",
                title: "open",
                ..Fields::default()
            },
        ];
        let stream = streamed(&articles);
        let surfaces = surfaces(&stream);
        let words = |tokens: &[u32]| {
            let words: Vec<&str> = tokens.iter().map(|&t| &surfaces[t as usize][..]).collect();
            words.join(" ")
        };
        let first = stream.document(0);
        assert_eq!(words(first.title), "The airport");
        assert_eq!(
            words(first.body),
            "The airport was closed It is open The end"
        );
        assert_eq!(words(first.byline), "Ann Lee Bo");
        assert_eq!(first.name_lengths, [2, 1]);
        // Sentences at 0, 4 and 7; paragraphs at 0 and 7: 1, 8, 15 as deltas.
        assert_eq!(first.boundaries, [1, 7, 7]);
        let second = stream.document(1);
        assert!(second.title.is_empty() && second.body.is_empty() && second.boundaries.is_empty());
        assert_eq!(words(stream.document(2).title), "open");
    }

    #[test]
    fn values_are_kept_once_an_article() {
        let articles = [
            Fields {
                id: "1",
                body: "x",
                byline: &["Ann", "Bo", "ann"],
                ..Fields::default()
            },
            Fields {
                id: "2",
                byline: &["Bo"],
                ..Fields::default()
            },
        ];
        let stream = streamed(&articles);
        let values = |row: usize| -> Vec<(u8, String)> {
            let numbers = stream.document(row).values.iter();
            let mut values: Vec<(u8, String)> = numbers
                .map(|&number| {
                    let key = stream.values.get(number);
                    (key[0], String::from_utf8_lossy(&key[1..]).into_owned())
                })
                .collect();
            values.sort();
            values
        };
        let of = |field: u8, value: &str| (field, value.to_string());
        assert_eq!(
            values(0),
            [
                of(value_field::NAME, "ann"),
                of(value_field::NAME, "bo"),
                of(value_field::HAS, "body"),
                of(value_field::HAS, "byline"),
                of(value_field::ID, "1"),
            ]
        );
        let second = [
            of(value_field::NAME, "bo"),
            of(value_field::HAS, "byline"),
            of(value_field::ID, "2"),
        ];
        assert_eq!(values(1), second);
    }

    #[test]
    fn a_name_ends_where_the_next_one_begins() {
        let long = "a ".repeat(NAME_GAP as usize + 5);
        let articles = [Fields {
            id: "1",
            byline: &[&long, "b"],
            ..Fields::default()
        }];
        let stream = streamed(&articles);
        assert_eq!(stream.document(0).name_lengths, [NAME_GAP, 1]);
        assert_eq!(stream.document(0).byline.len(), NAME_GAP as usize + 1);
    }
}
