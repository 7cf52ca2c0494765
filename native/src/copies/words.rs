//! The forms of a text as numbers, its key and its fingerprints
//! (`searcher/copies/words.py` and `fingerprints.py`).
//!
//! A few thousand words make up most of any text, so what is asked of Python is kept by
//! surface: its form, the 64 bits that stand for it, and whether it is a fact.  Forms are
//! numbered in the order in which they were first met; equal numbers are equal forms.

use crate::build::interner::Interner;
use crate::build::surfaces::SurfaceTable;
use crate::error::{CoreError, Result};
use crate::fingerprints::facts::{
    fingerprints_of, keep_fingerprints, run_numbers, FormFacts, KeyMaker, LEAST_WORDS, MOST_WORDS,
};
use crate::text::{token_spans, Classes, Span};

/// Surfaces that are kept; above, all are forgotten.
const MOST_KEPT: usize = 1_000_000;

/// What knows forms.
pub trait Folding {
    /// The form of each surface, in order.
    fn fold(&mut self, surfaces: &[&str]) -> Result<Vec<String>>;
    /// Whether the character is a decimal digit of any script.
    fn is_decimal(&mut self, character: char) -> Result<bool>;
}

/// The forms that were met, and by which surfaces.
#[derive(Default)]
pub struct Words {
    surfaces: SurfaceTable,
    /// Of each surface what is known of its form: nothing else has to be looked up for a word.
    of_surface: Vec<FormFacts>,
    forms: Interner,
    known: Vec<FormFacts>,
    is_fact: Vec<bool>,
    /// How often all was forgotten.
    generation: u64,
    scratch: Scratch,
}

/// Memory for the text that is read: where its tokens are, which surfaces, and which numbers
/// stand for their forms.
#[derive(Default)]
struct Scratch {
    spans: Vec<Span>,
    surfaces: Vec<u32>,
    numbers: Vec<u64>,
    key: KeyMaker,
}

/// What copies of a text are found by.
pub struct Facts {
    pub key: u64,
    pub length: u32,
    /// In the order of their places, and some of them twice.
    pub fingerprints: Vec<u32>,
}

impl Words {
    /// Forget all words if they are very many.
    pub fn bound(&mut self) {
        if self.surfaces.len() > MOST_KEPT {
            self.forget();
        }
    }

    fn forget(&mut self) {
        *self = Words {
            generation: self.generation + 1,
            ..Words::default()
        };
    }

    /// Numbers of forms hold as long as this is the same.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The forms of `text`, in order.
    pub fn of_text(
        &mut self,
        text: &str,
        classes: &Classes,
        folding: &mut dyn Folding,
    ) -> Result<Vec<u32>> {
        self.read(text, classes, folding)?;
        let form_of = |&surface: &u32| self.of_surface[surface as usize].form;
        Ok(self.scratch.surfaces.iter().map(form_of).collect())
    }

    /// What copies of `text` are found by; its forms, in order, are put into `forms`.
    pub fn facts(
        &mut self,
        text: &str,
        is_correction: bool,
        forms: &mut Vec<u32>,
        classes: &Classes,
        folding: &mut dyn Folding,
    ) -> Result<Facts> {
        self.read(text, classes, folding)?;
        let scratch = &mut self.scratch;
        scratch.numbers.clear();
        forms.clear();
        for &surface in &scratch.surfaces {
            let facts = &self.of_surface[surface as usize];
            scratch.key.push(facts, |form| self.forms.get(form));
            scratch.numbers.push(facts.number);
            forms.push(facts.form);
        }
        let mut fingerprints = Vec::new();
        if forms.len() >= LEAST_WORDS {
            let numbers = &scratch.numbers[..forms.len().min(MOST_WORDS)];
            run_numbers(numbers.iter().copied(), &mut fingerprints);
            keep_fingerprints(&mut fingerprints);
        }
        Ok(Facts {
            key: scratch.key.finish(is_correction),
            length: forms.len() as u32,
            fingerprints,
        })
    }

    /// Find the surfaces of `text`; the forms of all are known then.
    fn read(&mut self, text: &str, classes: &Classes, folding: &mut dyn Folding) -> Result<()> {
        let Scratch {
            spans, surfaces, ..
        } = &mut self.scratch;
        spans.clear();
        surfaces.clear();
        token_spans(text, classes, spans)?;
        self.surfaces.intern_all(text.as_bytes(), spans, surfaces);
        // Numbers count up in the order in which surfaces are first met.
        let mut known = self.of_surface.len() as u32;
        let mut new = Vec::new();
        for (span, &surface) in spans.iter().zip(&*surfaces) {
            if surface == known {
                new.push(&text[span.start as usize..span.end as usize]);
                known += 1;
            }
        }
        if let Err(error) = self.fold_new(&new, folding) {
            // Surfaces without a form would shift those that come after them.
            self.forget();
            return Err(error);
        }
        Ok(())
    }

    /// The number of a form.
    pub fn of_form(&mut self, form: &str, folding: &mut dyn Folding) -> Result<u32> {
        let number = self.forms.intern(form.as_bytes());
        if number as usize == self.known.len() {
            let is_fact = is_fact(form, folding)?;
            self.known.push(FormFacts::of(number, form.as_bytes()));
            self.is_fact.push(is_fact);
        }
        Ok(number)
    }

    /// Ask for the forms of the surfaces that have none yet.
    fn fold_new(&mut self, surfaces: &[&str], folding: &mut dyn Folding) -> Result<()> {
        // `folding.py` does no more than this to letters and digits of ASCII.
        let is_plain = |surface: &str| surface.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let asked: Vec<&str> = surfaces
            .iter()
            .copied()
            .filter(|one| !is_plain(one))
            .collect();
        let answers = match asked.is_empty() {
            true => Vec::new(),
            false => folding.fold(&asked)?,
        };
        if answers.len() != asked.len() {
            return Err(CoreError::Invalid(
                "a form for each surface is wanted".into(),
            ));
        }
        let mut answers = answers.into_iter();
        for surface in surfaces {
            let form = match is_plain(surface) {
                true => surface.to_ascii_lowercase(),
                false => answers.next().unwrap_or_default(),
            };
            let number = self.of_form(&form, folding)?;
            self.of_surface.push(self.known[number as usize]);
        }
        Ok(())
    }

    pub fn text(&self, form: u32) -> &[u8] {
        match self.known[form as usize].text() {
            Some(short) => short,
            None => self.forms.get(form),
        }
    }

    pub fn is_fact(&self, form: u32) -> bool {
        self.is_fact[form as usize]
    }

    /// The number of each run of five words, by where it begins.
    pub fn run_numbers(&self, forms: &[u32]) -> Vec<u32> {
        let mut runs = Vec::with_capacity(forms.len());
        let number = |&form: &u32| self.known[form as usize].number;
        run_numbers(forms.iter().map(number), &mut runs);
        runs
    }

    /// The fingerprints of a text of these forms, ascending.
    pub fn fingerprints(&self, forms: &[u32]) -> Vec<u32> {
        let forms = &forms[..forms.len().min(MOST_WORDS)];
        fingerprints_of(forms.len(), self.run_numbers(forms))
    }
}

/// Whether a form is a number, or a letter that stands for something.
fn is_fact(form: &str, folding: &mut dyn Folding) -> Result<bool> {
    let mut characters = form.chars();
    let Some(first) = characters.next() else {
        return Ok(false);
    };
    if !first.is_ascii() {
        return folding.is_decimal(first);
    }
    let is_letter = first.is_ascii_lowercase() && !matches!(first, 'a' | 'i');
    Ok(first.is_ascii_digit() || (is_letter && characters.next().is_none()))
}
