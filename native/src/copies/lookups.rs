//! Which texts share fingerprints with a few that are asked for?
//!
//! Each fingerprint is looked up in the files beside the segments, as `searcher/copies/`
//! describes it; what has many holders is kept.  The fingerprints of a text are made of its
//! words, because these files do not say them by documents.

use std::collections::HashMap;
use std::rc::Rc;

use super::articles::{Articles, Bodies};
use super::boilerplate::{is_common, LEAST_DAYS, MOST_TEXTS};
use super::linking::Common;
use super::run_table::RunTable;
use crate::error::Result;
use crate::fingerprints::table::{Table, NO_DOCUMENT};
use crate::hashing::Seed;

/// Texts of fingerprints, and fingerprints of texts, that are kept: four bytes each.
const MOST_KEPT: usize = 4 << 20;

/// What a fingerprint selects.
#[derive(Default)]
struct Selected {
    is_common: bool,
    texts: Vec<u32>,
}

/// Looks fingerprints up.
pub struct Lookups<'a> {
    articles: &'a Articles,
    tables: &'a [Table<'a>],
    /// Of each table the numbers of its documents among all, if they are articles.
    numbers: &'a [Vec<u32>],
    selected: HashMap<u32, Rc<Selected>, Seed>,
    selected_size: usize,
    fingerprints: HashMap<u32, Rc<Vec<u32>>, Seed>,
    fingerprints_size: usize,
}

impl<'a> Lookups<'a> {
    pub fn new(articles: &'a Articles, tables: &'a [Table<'a>], numbers: &'a [Vec<u32>]) -> Self {
        Lookups {
            articles,
            tables,
            numbers,
            selected: HashMap::default(),
            selected_size: 0,
            fingerprints: HashMap::default(),
            fingerprints_size: 0,
        }
    }

    /// The articles that have a fingerprint.
    pub fn holders(&self, fingerprint: u32) -> Vec<u32> {
        let mut found = Vec::new();
        for (table, numbers) in self.tables.iter().zip(self.numbers) {
            table.documents_of(fingerprint, |document| {
                let number = numbers.get(document as usize).copied();
                found.extend(number.filter(|&number| number != NO_DOCUMENT));
            });
        }
        found
    }

    /// The fingerprints of a text, ascending.
    pub fn fingerprints(&mut self, text: u32, bodies: &mut dyn Bodies) -> Result<Rc<Vec<u32>>> {
        if let Some(known) = self.fingerprints.get(&text) {
            return Ok(known.clone());
        }
        let article = self.articles.holder(text);
        let forms = bodies.forms(article)?;
        let found = Rc::new(bodies.words().fingerprints(&forms));
        if self.fingerprints_size > MOST_KEPT {
            self.fingerprints.clear();
            self.fingerprints_size = 0;
        }
        self.fingerprints_size += found.len();
        self.fingerprints.insert(text, found.clone());
        Ok(found)
    }

    /// The texts that `fingerprints` select, each as often as they do, ascending.
    pub fn sharing(&mut self, fingerprints: &[u32]) -> Vec<u32> {
        let mut found = Vec::new();
        for &fingerprint in fingerprints {
            found.extend_from_slice(&self.selected(fingerprint).texts);
        }
        found.sort_unstable();
        found
    }

    fn selected(&mut self, fingerprint: u32) -> Rc<Selected> {
        if let Some(known) = self.selected.get(&fingerprint) {
            return known.clone();
        }
        let holders = self.holders(fingerprint);
        let texts = self.texts_of(&holders);
        let (is_common, is_crowded) = self.state(holders.iter().copied(), texts.len());
        let found = Rc::new(Selected {
            is_common,
            texts: match is_common || is_crowded {
                true => Vec::new(),
                false => texts,
            },
        });
        if self.selected_size > MOST_KEPT {
            self.selected.clear();
            self.selected_size = 0;
        }
        self.selected_size += found.texts.len() + 1;
        self.selected.insert(fingerprint, found.clone());
        found
    }

    /// The texts of articles, ascending.
    pub fn texts_of(&self, articles: &[u32]) -> Vec<u32> {
        let text_of = |&article: &u32| self.articles.text_of[article as usize];
        let mut texts: Vec<u32> = articles.iter().map(text_of).collect();
        texts.sort_unstable();
        texts.dedup();
        texts
    }

    /// Whether a fingerprint of `articles`, which have so many texts, is common and crowded.
    fn state(&self, articles: impl Iterator<Item = u32>, texts: usize) -> (bool, bool) {
        let mut days: Vec<i32> = articles.filter_map(|one| self.articles.day(one)).collect();
        let is_common = days.len() >= LEAST_DAYS && is_common(&mut days);
        (is_common, texts > MOST_TEXTS)
    }
}

impl Common for Lookups<'_> {
    fn mark_common(&mut self, own: &[u32], marks: &mut RunTable) -> Result<bool> {
        marks.clear(own.len());
        let mut is_any = false;
        for &number in own {
            let is_common = self.selected(number).is_common;
            marks.put(number, is_common);
            is_any |= is_common;
        }
        Ok(is_any)
    }

    fn has_common(&self) -> bool {
        true
    }
}
