//! What are two articles to each other, and which leads is one compared with?
//! (`searcher/copies/grouping.py`)
//!
//! Words of texts are read when they are first compared, and kept as long as there is room:
//! articles that are compared are mostly of the same days.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::rc::Rc;

use super::articles::{Articles, Bodies};
use super::boilerplate::without_common;
use super::comparison::{
    compare, Agreement, Compared, Comparing, Kind, Rules, NEARLY_EQUAL_PERCENT, VERSION_DAYS,
};
use super::run_table::RunTable;
use super::words::Words;
use crate::error::Result;
use crate::fingerprints::facts::{keep_fingerprints, LEAST_WORDS, MOST_WORDS};
use crate::hashing::Seed;

const MOST_CANDIDATES: usize = 64;
/// Of the words of the shorter of two near texts, and of the longer of two far ones, so many to
/// a fingerprint that they share, at most.
const WORDS_A_SHARED: u64 = 100;
const WORDS_A_SHARED_FAR: u64 = 40;
/// Words of texts that are kept for the next comparison, eight bytes each: twice as many.
const MOST_KEPT_WORDS: usize = 3 << 20;
const MOST_KEPT_AGREEMENTS: usize = 1 << 16;

/// What says which fingerprints are common.
pub trait Common {
    /// Put the fingerprints `own` into `marks`, with a mark at those that are; whether any is.
    fn mark_common(&mut self, own: &[u32], marks: &mut RunTable) -> Result<bool>;
    /// Whether there are any at all.
    fn has_common(&self) -> bool;
}

type SharedText = Rc<Compared>;

/// Compares articles.
pub struct Linking {
    rules: Rules,
    comparing: Comparing,
    /// The fingerprints of the text that was read last.
    marks: RunTable,
    /// Of each form: how often; all 0 between two uses.
    tally: Vec<u32>,
    /// Texts that were asked for lately, and before.
    late: HashMap<u32, SharedText, Seed>,
    early: HashMap<u32, SharedText, Seed>,
    late_words: usize,
    /// That of the words which are kept.
    generation: u64,
    agreements: HashMap<(u32, u32), Agreement, Seed>,
}

impl Linking {
    pub fn new(rules: Rules) -> Self {
        Linking {
            rules,
            comparing: Comparing::default(),
            marks: RunTable::default(),
            tally: Vec::new(),
            late: HashMap::default(),
            early: HashMap::default(),
            late_words: 0,
            generation: 0,
            agreements: HashMap::default(),
        }
    }

    /// Whether two articles that share so many fingerprints are compared.
    pub fn may_fit(&self, articles: &Articles, article: u32, lead: u32, shared: u32) -> bool {
        let lengths = [article, lead].map(|one| articles.length(one));
        self.may_be(articles.days_apart(article, lead), lengths, shared)
    }

    /// The same, of two articles so many days apart and so long.
    pub fn may_be(&self, apart: Option<u32>, lengths: [u32; 2], shared: u32) -> bool {
        let [a, b] = lengths.map(u64::from);
        let (shorter, longer) = (a.min(b), a.max(b));
        let is_nearly_as_long = 10 * shorter >= 9 * longer;
        let words = |length: u64| length.min(MOST_WORDS as u64);
        match apart.is_none_or(|days| days <= self.rules.near_days) {
            true => is_nearly_as_long || WORDS_A_SHARED * u64::from(shared) >= words(shorter),
            false => is_nearly_as_long && WORDS_A_SHARED_FAR * u64::from(shared) >= words(longer),
        }
    }

    /// What `article` is to `lead`, which has another text.
    pub fn link(
        &mut self,
        articles: &Articles,
        (article, lead): (u32, u32),
        common: &mut dyn Common,
        bodies: &mut dyn Bodies,
    ) -> Result<Option<(Kind, Option<Agreement>)>> {
        let [a, b] = [article, lead].map(|one| articles.key(one));
        let apart = articles.days_apart(article, lead);
        let [text_a, text_b] = [article, lead].map(|one| articles.text_of[one as usize]);
        let pair = (text_a.min(text_b), text_a.max(text_b));
        let judge = |found: &Agreement, rules| {
            let kind = found.judge(apart, (a ^ b) & 1 == 1, rules);
            kind.map(|kind| (kind, Some(*found)))
        };
        if let Some(known) = self.agreements.get(&pair) {
            return Ok(judge(known, self.rules));
        }
        let (words_a, words_b) = self.both(articles, text_a, text_b, common, bodies)?;
        let is_far = apart.is_some_and(|days| days > self.rules.near_days.max(VERSION_DAYS));
        if is_far && !self.may_be_nearly_equal(&words_a, &words_b) {
            return Ok(None);
        }
        let found = compare(
            bodies.words(),
            (&words_a, a),
            (&words_b, b),
            &mut self.comparing,
        );
        if self.agreements.len() >= MOST_KEPT_AGREEMENTS {
            self.agreements.clear();
        }
        self.agreements.insert(pair, found);
        Ok(judge(&found, self.rules))
    }

    /// Whether as many words may be equal as those of far days have to be: their order left
    /// out of account, so that most forms and tables need not be aligned.
    fn may_be_nearly_equal(&mut self, a: &Compared, b: &Compared) -> bool {
        let (a, b) = (&a.forms, &b.forms);
        let least = NEARLY_EQUAL_PERCENT as usize * a.len().max(b.len());
        if 100 * a.len().min(b.len()) < least {
            return false;
        }
        let most = a.iter().chain(b).max();
        let forms = most.map_or(0, |&form| form as usize + 1);
        if self.tally.len() < forms {
            self.tally.resize(forms, 0);
        }
        let tally = &mut self.tally[..];
        a.iter().for_each(|&form| tally[form as usize] += 1);
        let mut equal = 0;
        for &form in b {
            let left = &mut tally[form as usize];
            equal += usize::from(*left > 0);
            *left = left.saturating_sub(1);
        }
        a.iter().for_each(|&form| tally[form as usize] = 0);
        100 * equal >= least
    }

    /// The words of two texts, by the same numbers.
    fn both(
        &mut self,
        articles: &Articles,
        a: u32,
        b: u32,
        common: &mut dyn Common,
        bodies: &mut dyn Bodies,
    ) -> Result<(SharedText, SharedText)> {
        loop {
            self.forget_void(bodies.words());
            let one = self.compared(articles, a, common, bodies)?;
            let generation = self.generation;
            let other = self.compared(articles, b, common, bodies)?;
            // While the second was read, all numbers may have been given anew.
            if self.generation == generation {
                return Ok((one, other));
            }
        }
    }

    /// Forget the texts whose numbers hold no longer.
    fn forget_void(&mut self, words: &Words) {
        if self.generation != words.generation() {
            self.generation = words.generation();
            self.early.clear();
            self.late.clear();
            self.late_words = 0;
        }
    }

    /// The words of a text as they are compared.
    fn compared(
        &mut self,
        articles: &Articles,
        text: u32,
        common: &mut dyn Common,
        bodies: &mut dyn Bodies,
    ) -> Result<SharedText> {
        if let Some(known) = self.late.get(&text) {
            return Ok(known.clone());
        }
        let words = match self.early.remove(&text) {
            Some(known) => known,
            None => {
                let mut forms = bodies.forms(articles.holder(text))?;
                let words = bodies.words();
                self.forget_void(words);
                forms.truncate(MOST_WORDS);
                let mut runs = words.run_numbers(&forms);
                if forms.len() >= LEAST_WORDS && common.has_common() {
                    let mut own = runs.clone();
                    keep_fingerprints(&mut own);
                    if common.mark_common(&own, &mut self.marks)? {
                        let kept = without_common(&forms, &runs, &self.marks);
                        if kept.len() < forms.len() {
                            runs = words.run_numbers(&kept);
                            forms = kept;
                        }
                    }
                }
                Rc::new(Compared { forms, runs })
            }
        };
        if self.late_words > MOST_KEPT_WORDS {
            self.early = std::mem::take(&mut self.late);
            self.late_words = 0;
        }
        self.late_words += words.forms.len();
        self.late.insert(text, words.clone());
        Ok(words)
    }
}

/// Of leads, by how many fingerprints they share and their place in the order, those that an
/// article is compared with, in their order.
pub fn chosen(mut found: Vec<(Reverse<u32>, u32)>) -> Vec<u32> {
    if found.len() > MOST_CANDIDATES {
        found.select_nth_unstable(MOST_CANDIDATES - 1);
        found.truncate(MOST_CANDIDATES);
    }
    let mut ranks: Vec<u32> = found.into_iter().map(|(_, rank)| rank).collect();
    ranks.sort_unstable();
    ranks
}
