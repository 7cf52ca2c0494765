//! Which articles are there, in which order, and which of them have one text?
//!
//! Documents are numbered through all segments.  Those that are live and have a text are
//! *articles* here, and are looked at in one order: by date (unknown ones last), then the
//! longest, then by id (`searcher/copies/gathered.py`).  Articles with one key are of one
//! *text*; texts are numbered in the order of their first articles.
//!
//! Numbers in arrays throughout: some forty bytes a document.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::words::Words;
use crate::error::{CoreError, Result};
use crate::hashing::Seed;

/// Stands for an unknown day, and for an unknown instant.
pub const NO_DAY: i32 = i32::MIN;
pub const NO_DATE: i64 = i64::MIN;
/// Stands for no article, no text, no place in the order.
pub const NONE: u32 = u32::MAX;

/// What has the words and ids of articles.
pub trait Bodies {
    /// The forms of the article's body.  Numbers that were given before may be void then, which
    /// the generation of `words` says.
    fn forms(&mut self, article: u32) -> Result<Vec<u32>>;
    fn words(&self) -> &Words;
    fn id(&mut self, article: u32) -> Result<Vec<u8>>;
    /// Whether the numbers of these articles, which are of one instant, ascend with their ids.
    fn are_by_id(&self, articles: &[u32]) -> bool;
    /// Called now and then; an error ends the work.
    fn pause(&mut self) -> Result<()>;
}

/// What there is to know of each document.
#[derive(Default)]
pub struct Columns {
    /// Text keys; 0 of what is no article.
    pub keys: Vec<u64>,
    /// How many words each has.
    pub lengths: Vec<u32>,
    pub days: Vec<i32>,
    pub dates_us: Vec<i64>,
}

/// All articles.
pub struct Articles {
    pub columns: Columns,
    /// The articles in their order, and of each document its place there.
    pub order: Vec<u32>,
    pub rank_of: Vec<u32>,
    /// The text of each document.
    pub text_of: Vec<u32>,
    /// Where the articles of each text begin among `members`, and the end.
    starts: Vec<u32>,
    members: Vec<u32>,
}

/// By what articles are sorted, but for their ids.
pub type Place = (bool, i64, Reverse<u32>);

pub fn place_of(date_us: i64, length: u32) -> Place {
    (date_us == NO_DATE, date_us, Reverse(length))
}

impl Articles {
    pub fn new(columns: Columns, bodies: &mut dyn Bodies) -> Result<Self> {
        let count = columns.keys.len();
        let is_sound = [
            columns.lengths.len(),
            columns.days.len(),
            columns.dates_us.len(),
        ] == [count; 3]
            && count < NONE as usize;
        if !is_sound {
            return Err(CoreError::Invalid(
                "articles that do not fit together".into(),
            ));
        }
        let order = ordered(&columns, bodies)?;
        let mut rank_of = vec![NONE; count];
        let mut text_of = vec![NONE; count];
        let mut texts: HashMap<u64, u32, Seed> = HashMap::default();
        let mut starts = vec![0u32];
        for (rank, &article) in (0..).zip(&order) {
            rank_of[article as usize] = rank;
            let next = texts.len() as u32;
            let text = *texts.entry(columns.keys[article as usize]).or_insert(next);
            text_of[article as usize] = text;
            if text == next {
                starts.push(0);
            }
            starts[text as usize + 1] += 1;
        }
        for text in 1..starts.len() {
            starts[text] += starts[text - 1];
        }
        let mut members = vec![0; order.len()];
        let mut next = starts.clone();
        for &article in &order {
            let next = &mut next[text_of[article as usize] as usize];
            members[*next as usize] = article;
            *next += 1;
        }
        Ok(Articles {
            columns,
            order,
            rank_of,
            text_of,
            starts,
            members,
        })
    }

    pub fn text_count(&self) -> usize {
        self.starts.len() - 1
    }

    /// The articles of a text, in their order; there is one.
    pub fn with_text(&self, text: u32) -> &[u32] {
        let [start, end] = [text, text + 1].map(|n| self.starts[n as usize] as usize);
        &self.members[start..end]
    }

    /// The first article of a text.
    pub fn holder(&self, text: u32) -> u32 {
        self.members[self.starts[text as usize] as usize]
    }

    pub fn key(&self, article: u32) -> u64 {
        self.columns.keys[article as usize]
    }

    pub fn day(&self, article: u32) -> Option<i32> {
        Some(self.columns.days[article as usize]).filter(|&day| day != NO_DAY)
    }

    pub fn length(&self, article: u32) -> u32 {
        self.columns.lengths[article as usize]
    }

    pub fn place(&self, article: u32) -> Place {
        place_of(
            self.columns.dates_us[article as usize],
            self.length(article),
        )
    }

    pub fn days_apart(&self, a: u32, b: u32) -> Option<u32> {
        Some(self.day(a)?.abs_diff(self.day(b)?))
    }
}

/// The articles in their order.
fn ordered(columns: &Columns, bodies: &mut dyn Bodies) -> Result<Vec<u32>> {
    let place = |&article: &u32| {
        let article = article as usize;
        place_of(columns.dates_us[article], columns.lengths[article])
    };
    let articles = 0..columns.keys.len() as u32;
    let mut order: Vec<u32> = articles
        .filter(|&article| columns.keys[article as usize] != 0)
        .collect();
    order.sort_unstable_by_key(|article| (place(article), *article));
    for same in order.chunk_by_mut(|a, b| place(a) == place(b)) {
        if same.len() == 1 || bodies.are_by_id(same) {
            continue;
        }
        let mut named = Vec::with_capacity(same.len());
        for &article in &*same {
            named.push((bodies.id(article)?, article));
        }
        named.sort_unstable();
        for (article, (_, sorted)) in same.iter_mut().zip(named) {
            *article = sorted;
        }
    }
    Ok(order)
}
