//! Which words stand in some articles, and how weighty are they together?
//!
//! What feedback and background ask for; `searcher/searching/word_weights.py` is the definition.
//! No list says which words an article has, so its text is decompressed and cut into tokens,
//! as for a snippet, but to its end.  Letters of ASCII are taken as small ones here; all other
//! folding, and stemming, is left to Python, for the few words that it asks further about.

use std::collections::HashMap;

use crate::container::Section;
use crate::error::{CoreError, Damage, Result};
use crate::search::budget::{Budget, Stage};
use crate::search::searcher::Searcher;
use crate::store::ShortFields;
use crate::text::{for_each_token, Classes};

/// Articles that are fetched from memory together, as for hits.
const ARTICLES_AT_ONCE: usize = 16;
/// Units of work (`budget.rs`).
const COST_OF_AN_ARTICLE: u64 = 10_000;
const COST_OF_A_BYTE: u64 = 8;
const NOT_UTF_8: Damage = Damage("the body of an article is not UTF-8");

/// A word as it is typed, if in ASCII in small letters; how many of the articles have it, and
/// the sum over them of the article's weight times how often it stands there.
#[derive(Debug, Clone, PartialEq)]
pub struct WeighedWord {
    pub word: String,
    pub documents: u32,
    pub weight: f64,
}

/// What is asked of the words.
#[derive(Debug, Clone, Copy)]
pub struct WordsWanted {
    /// So often an occurrence in a title counts.
    pub title_weight: f64,
    /// Words that fewer of the articles have are left out.
    pub least_documents: u32,
}

impl Searcher {
    /// The words of `documents` (segment and number), each of which has a weight, in the order
    /// in which they are met.
    pub fn words_of(
        &self,
        documents: &[(usize, u32)],
        weights: &[f64],
        wanted: WordsWanted,
        classes: &Classes,
        budget: &Budget,
    ) -> Result<Vec<WeighedWord>> {
        if weights.len() != documents.len() {
            return Err(CoreError::Invalid("each document has one weight".into()));
        }
        for (segment, number) in documents {
            if *number >= self.segment(*segment)?.doc_count() {
                return Err(CoreError::Invalid(format!("there is no document {number}")));
            }
        }
        budget.enter(Stage::Showing, documents.len());
        let mut tally = Tally::new(wanted.title_weight);
        let mut weights = weights.iter();
        for some in documents.chunks(ARTICLES_AT_ONCE) {
            let places = self.places(some)?;
            for (((number, _), place), weight) in some.iter().zip(places).zip(&mut weights) {
                budget.look(COST_OF_AN_ARTICLE)?;
                let segment = self.segment(*number)?;
                tally.next_article();
                let (hot, ()) = segment.article(place, |body| {
                    let (bytes, _) = body.up_to(usize::MAX)?;
                    budget.look(COST_OF_A_BYTE * bytes.len() as u64)?;
                    let text = std::str::from_utf8(bytes)
                        .map_err(|_| segment.damaged(Section::Store, NOT_UTF_8))?;
                    tally.count(text, false, classes)
                })?;
                let fields = ShortFields::of(&hot)
                    .map_err(|damage| segment.damaged(Section::Store, damage))?;
                tally.count(&fields.title, true, classes)?;
                tally.weigh_article(*weight);
                budget.step();
            }
        }
        let mut words = tally.words;
        words.retain(|counted| counted.documents >= wanted.least_documents);
        Ok(words.into_iter().map(Counted::weighed).collect())
    }
}

impl Searcher {
    /// How many documents hold each of these stems, in title or in body, whichever is more:
    /// what a word weighs by.
    pub fn stem_frequencies(&self, stems: &[Vec<u8>]) -> Result<Vec<u64>> {
        let mut frequencies = Vec::with_capacity(stems.len());
        for stem in stems {
            let (mut in_titles, mut in_bodies) = (0, 0);
            for segment in self.segments() {
                if let Some(list) = segment.stem(stem)?.and_then(|stem| stem.text) {
                    in_titles += u64::from(list.df_title);
                    in_bodies += u64::from(list.df_body);
                }
            }
            frequencies.push(in_titles.max(in_bodies));
        }
        Ok(frequencies)
    }
}

struct Counted {
    word: String,
    documents: u32,
    weight: f64,
    /// Of the article that is being counted.
    article: u32,
    in_title: u32,
    in_body: u32,
}

impl Counted {
    fn weighed(self) -> WeighedWord {
        WeighedWord {
            word: self.word,
            documents: self.documents,
            weight: self.weight,
        }
    }
}

struct Tally {
    title_weight: f64,
    numbers: HashMap<String, usize>,
    words: Vec<Counted>,
    /// Those of the article that is being counted.
    touched: Vec<usize>,
    article: u32,
    small: String,
}

impl Tally {
    fn new(title_weight: f64) -> Self {
        Tally {
            title_weight,
            numbers: HashMap::new(),
            words: Vec::new(),
            touched: Vec::new(),
            article: 0,
            small: String::new(),
        }
    }

    fn next_article(&mut self) {
        self.article += 1;
        self.touched.clear();
    }

    fn count(&mut self, text: &str, is_title: bool, classes: &Classes) -> Result<()> {
        for_each_token(text, classes, |start, end| {
            let token = &text[start..end];
            self.small.clear();
            self.small.push_str(token);
            if token.bytes().all(|byte| byte.is_ascii_alphabetic()) {
                self.small.make_ascii_lowercase();
            }
            let number = match self.numbers.get(&self.small) {
                Some(number) => *number,
                None => {
                    let number = self.words.len();
                    self.numbers.insert(self.small.clone(), number);
                    self.words.push(Counted {
                        word: self.small.clone(),
                        documents: 0,
                        weight: 0.0,
                        article: 0,
                        in_title: 0,
                        in_body: 0,
                    });
                    number
                }
            };
            let counted = &mut self.words[number];
            if counted.article != self.article {
                counted.article = self.article;
                (counted.in_title, counted.in_body) = (0, 0);
                self.touched.push(number);
            }
            match is_title {
                true => counted.in_title += 1,
                false => counted.in_body += 1,
            }
        })
    }

    fn weigh_article(&mut self, weight: f64) {
        for number in &self.touched {
            let counted = &mut self.words[*number];
            let in_body = f64::from(counted.in_body);
            let times = self.title_weight * f64::from(counted.in_title) + in_body;
            counted.documents += 1;
            counted.weight += weight * times;
        }
    }
}
