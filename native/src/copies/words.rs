//! The forms of a text as numbers, its key and its fingerprints
//! (`searcher/copies/words.py` and `fingerprints.py`).
//!
//! A few thousand words make up most of any text, so what is asked of Python is kept by
//! surface: its form, the 64 bits that stand for it, and whether it is a fact.  Forms are
//! numbered in the order in which they were first met; equal numbers are equal forms.

use crate::build::interner::Interner;
use crate::build::surfaces::SurfaceTable;
use crate::error::{CoreError, Result};
use crate::fingerprints::facts::{fingerprints_of, form_number, run_numbers, text_key, MOST_WORDS};
use crate::text::{token_spans, Classes};

/// Surfaces that are kept; above, all are forgotten.
const MOST_KEPT: usize = 1_000_000;

/// What knows forms.
pub trait Folding {
    /// The form of each surface, in order.
    fn fold(&mut self, surfaces: &[&str]) -> Result<Vec<String>>;
    /// Whether the character is a decimal digit of any script.
    fn is_decimal(&mut self, character: char) -> Result<bool>;
}

#[derive(Clone, Copy)]
struct Form {
    /// The 64 bits that stand for it.
    number: u64,
    is_fact: bool,
}

/// The forms that were met, and by which surfaces.
#[derive(Default)]
pub struct Words {
    surfaces: SurfaceTable,
    /// Of each surface: its form.
    form_of: Vec<u32>,
    forms: Interner,
    known: Vec<Form>,
    /// How often all was forgotten.
    generation: u64,
}

/// What copies of a text are found by.
pub struct Facts {
    pub key: u64,
    pub length: u32,
    /// Ascending.
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
        let mut spans = Vec::with_capacity(text.len() / 5);
        token_spans(text, classes, &mut spans)?;
        let mut forms = Vec::with_capacity(spans.len());
        let bytes = text.as_bytes();
        self.surfaces.intern_all(bytes, &spans, &mut forms);
        // Numbers count up in the order in which surfaces are first met.
        let mut known = self.form_of.len() as u32;
        let mut new = Vec::new();
        for (span, &surface) in spans.iter().zip(&forms) {
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
        for form in &mut forms {
            *form = self.form_of[*form as usize];
        }
        Ok(forms)
    }

    /// The number of a form.
    pub fn of_form(&mut self, form: &str, folding: &mut dyn Folding) -> Result<u32> {
        let number = self.forms.intern(form.as_bytes());
        if number as usize == self.known.len() {
            self.known.push(Form {
                number: form_number(form.as_bytes()),
                is_fact: is_fact(form, folding)?,
            });
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
            self.form_of.push(number);
        }
        Ok(())
    }

    pub fn text(&self, form: u32) -> &[u8] {
        self.forms.get(form)
    }

    pub fn is_fact(&self, form: u32) -> bool {
        self.known[form as usize].is_fact
    }

    /// What copies of a text of these forms are found by.
    pub fn facts(&self, forms: &[u32], is_correction: bool) -> Facts {
        Facts {
            key: self.key(forms, is_correction),
            length: forms.len() as u32,
            fingerprints: self.fingerprints(forms),
        }
    }

    fn key(&self, forms: &[u32], is_correction: bool) -> u64 {
        let texts = forms.iter().map(|&form| self.text(form));
        text_key(texts, is_correction, &mut Vec::new())
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
