//! Which words stand in some articles, and how weighty are they together?
//!
//! What feedback and background ask for; `searcher/searching/word_weights.py` is the definition.
//! No list says which words an article has, so its text is decompressed and cut into tokens,
//! as for a snippet, but to its end.  Letters of ASCII are taken as small ones here; what else
//! is folded, what is stemmed and what counts at all is asked of Python, once for all
//! different words.

use std::collections::HashMap;

use crate::container::Section;
use crate::error::{CoreError, Damage, Result};
use crate::hashing::Seed;
use crate::search::budget::{Budget, Stage};
use crate::search::searcher::Searcher;
use crate::segment::Segment;
use crate::store::ShortFields;
use crate::text::{for_each_token, Classes};

/// Articles that are fetched from memory together, as for hits.
const ARTICLES_AT_ONCE: usize = 16;
/// Units of work (`budget.rs`).
const COST_OF_AN_ARTICLE: u64 = 10_000;
const COST_OF_A_BYTE: u64 = 8;
const NOT_UTF_8: Damage = Damage("the body of an article is not UTF-8");

/// The words of some articles as they are typed, and how often each stands in each.
#[derive(Debug, Default)]
pub struct TypedWords {
    /// In the order in which they are met, each once; ASCII in small letters.
    pub words: Vec<String>,
    /// By article: word, times in the body, times in the title, in the order in which they
    /// are met.
    articles: Vec<Vec<(usize, u32, u32)>>,
}

/// A stem; the word that most of its occurrences are; how many of the articles have it, and
/// the sum over them of their weight times what it is worth there.
#[derive(Debug, Clone, PartialEq)]
pub struct StemWeight {
    /// As whoever asked numbers them.
    pub stem: u32,
    pub word: String,
    pub documents: u32,
    pub weight: f64,
}

/// How the words of an article are weighed.
#[derive(Debug, Clone, Copy)]
pub struct Weighing {
    pub k1: f64,
    /// So often an occurrence in a title counts.
    pub title_weight: f64,
    /// Stems that fewer of the articles have are left out.
    pub least_documents: u32,
}

impl Searcher {
    /// The words of `documents` (segment and number).
    pub fn typed_words(
        &self,
        documents: &[(usize, u32)],
        classes: &Classes,
        budget: &Budget,
    ) -> Result<TypedWords> {
        for (segment, number) in documents {
            if *number >= self.segment(*segment)?.doc_count() {
                return Err(CoreError::Invalid(format!("there is no document {number}")));
            }
        }
        budget.enter(Stage::Showing, documents.len());
        let mut counter = Counter::default();
        for some in documents.chunks(ARTICLES_AT_ONCE) {
            for ((number, _), place) in some.iter().zip(self.places(some)?) {
                budget.look(COST_OF_AN_ARTICLE)?;
                let segment = self.segment(*number)?;
                counter.begin_article();
                let (hot, ()) = segment.article(place, |body| {
                    let (bytes, _) = body.up_to(usize::MAX)?;
                    budget.look(COST_OF_A_BYTE * bytes.len() as u64)?;
                    let text = std::str::from_utf8(bytes)
                        .map_err(|_| segment.damaged(Section::Store, NOT_UTF_8))?;
                    counter.count(text, false, classes)
                })?;
                let fields = ShortFields::of(&hot)
                    .map_err(|damage| segment.damaged(Section::Store, damage))?;
                counter.count(&fields.title, true, classes)?;
                budget.step();
            }
        }
        Ok(counter.typed)
    }

    /// How many documents hold each of these stems, in title or in body, whichever is more:
    /// what a word weighs by.
    pub fn stem_frequencies(&self, stems: &[Vec<u8>]) -> Result<Vec<u64>> {
        let mut frequencies = Vec::with_capacity(stems.len());
        for stem in stems {
            let (mut in_titles, mut in_bodies) = (0, 0);
            for segment in self.segments() {
                let list = Segment::stem(segment, stem)?.and_then(|stem| stem.text);
                if let Some(list) = list {
                    in_titles += u64::from(list.df_title);
                    in_bodies += u64::from(list.df_body);
                }
            }
            frequencies.push(in_titles.max(in_bodies));
        }
        Ok(frequencies)
    }
}

impl TypedWords {
    /// The stems of these words, weighed, in the order in which they are met.
    ///
    /// `stems` has a number for each of `words`, 0 for those that do not count; `articles` of
    /// each article its weight and what its length makes of an occurrence in its body.
    pub fn weigh(
        self,
        stems: &[u32],
        articles: &[(f64, f64)],
        weighing: Weighing,
    ) -> Result<Vec<StemWeight>> {
        if stems.len() != self.words.len() || articles.len() != self.articles.len() {
            return Err(CoreError::Invalid(
                "each word has a stem, and each article a weight".into(),
            ));
        }
        let mut numbers: HashMap<u32, usize, Seed> =
            HashMap::with_capacity_and_hasher(stems.len(), Seed::default());
        let mut found: Vec<Weighed> = Vec::new();
        let stem_of: Vec<Option<usize>> = (0..)
            .zip(stems)
            .map(|(word, stem)| {
                (*stem != 0).then(|| {
                    *numbers.entry(*stem).or_insert_with(|| {
                        found.push(Weighed::new(word));
                        found.len() - 1
                    })
                })
            })
            .collect();
        let mut typed = vec![0u32; self.words.len()];
        let mut touched: Vec<usize> = Vec::new();
        for (words, (weight, norm)) in self.articles.iter().zip(articles) {
            for (word, in_body, in_title) in words {
                let Some(stem) = stem_of[*word] else {
                    continue;
                };
                typed[*word] += in_body + in_title;
                let weighed = &mut found[stem];
                if weighed.in_body + weighed.in_title == 0 {
                    touched.push(stem);
                }
                weighed.in_body += in_body;
                weighed.in_title += in_title;
            }
            for stem in touched.drain(..) {
                found[stem].add(*weight, *norm, weighing);
            }
        }
        for (word, stem) in (0..).zip(&stem_of) {
            if let Some(stem) = stem {
                let weighed = &mut found[*stem];
                if typed[word] > typed[weighed.word] {
                    weighed.word = word;
                }
            }
        }
        let enough = found
            .iter()
            .filter(|w| w.documents >= weighing.least_documents);
        let weights = enough.map(|weighed| StemWeight {
            stem: stems[weighed.first],
            word: self.words[weighed.word].clone(),
            documents: weighed.documents,
            weight: weighed.weight,
        });
        Ok(weights.collect())
    }
}

struct Weighed {
    /// The word that it was first met as, and the one that it is mostly.
    first: usize,
    word: usize,
    documents: u32,
    weight: f64,
    /// In the article that is being weighed.
    in_body: u32,
    in_title: u32,
}

impl Weighed {
    fn new(word: usize) -> Self {
        Weighed {
            first: word,
            word,
            documents: 0,
            weight: 0.0,
            in_body: 0,
            in_title: 0,
        }
    }

    fn add(&mut self, weight: f64, norm: f64, weighing: Weighing) {
        let in_title = weighing.title_weight * f64::from(self.in_title);
        let x = in_title + f64::from(self.in_body) / norm;
        self.documents += 1;
        self.weight += weight * (x / (weighing.k1 + x));
        (self.in_body, self.in_title) = (0, 0);
    }
}

#[derive(Default)]
struct Counter {
    typed: TypedWords,
    numbers: HashMap<String, usize, Seed>,
    /// By word, where it stands among those of the article that is being counted, and which
    /// article that was.
    places: Vec<(usize, usize)>,
    small: String,
}

impl Counter {
    fn begin_article(&mut self) {
        self.typed.articles.push(Vec::new());
    }

    fn count(&mut self, text: &str, is_title: bool, classes: &Classes) -> Result<()> {
        let article = self.typed.articles.len();
        let Some(counts) = self.typed.articles.last_mut() else {
            return Ok(());
        };
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
                    let number = self.typed.words.len();
                    self.numbers.insert(self.small.clone(), number);
                    self.typed.words.push(self.small.clone());
                    self.places.push((0, 0));
                    number
                }
            };
            if self.places[number].1 != article {
                self.places[number] = (counts.len(), article);
                counts.push((number, 0, 0));
            }
            let (_, in_body, in_title) = &mut counts[self.places[number].0];
            match is_title {
                true => *in_title += 1,
                false => *in_body += 1,
            }
        })
    }
}
