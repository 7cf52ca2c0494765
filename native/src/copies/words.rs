//! The forms of a text as numbers, its key and its fingerprints
//! (`searcher/copies/words.py` and `fingerprints.py`).
//!
//! A few thousand words make up most of any text, so what is asked of Python is kept by
//! surface: its form, the 64 bits that stand for it, and whether it is a fact.  Forms are
//! numbered in the order in which they were first met; equal numbers are equal forms.

use blake2b_simd::Params;

use crate::build::interner::Interner;
use crate::build::surfaces::SurfaceTable;
use crate::error::{CoreError, Result};
use crate::text::{token_spans, Classes};

/// The first words of a text, which are aligned and fingerprinted.
pub const MOST_WORDS: usize = 10_000;
/// Texts with fewer words are copies of identical ones only.
pub const LEAST_WORDS: usize = 20;
/// Words of a run.
pub const RUN: usize = 5;
const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;
/// The smallest of 2, 4, 8 and 12 runs from a place on.
const REACHES: [usize; 4] = [1, 2, 4, 4];
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
}

/// What copies of a text are found by.
pub struct Facts {
    pub key: u64,
    pub length: u32,
    /// Ascending.
    pub fingerprints: Vec<u32>,
}

impl Words {
    /// Forget all words if they are very many.  Numbers of forms that are held elsewhere are
    /// void then; whether it was done is said.
    pub fn bound(&mut self) -> bool {
        let is_full = self.surfaces.len() > MOST_KEPT;
        if is_full {
            *self = Words::default();
        }
        is_full
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
            *self = Words::default();
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
                number: number_of(form.as_bytes()),
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
        if forms.is_empty() {
            return 0;
        }
        let mut state = params().to_state();
        for (place, &form) in forms.iter().enumerate() {
            if place > 0 {
                state.update(b" ");
            }
            state.update(self.text(form));
        }
        let number = first_eight(state.finalize().as_bytes()) | 1;
        match number - u64::from(!is_correction) {
            0 => 2,
            key => key,
        }
    }

    /// The number of each run of five words, by where it begins.
    pub fn run_numbers(&self, forms: &[u32]) -> Vec<u32> {
        let numbers: Vec<u64> = forms
            .iter()
            .map(|&form| self.known[form as usize].number)
            .collect();
        let of_run = |run: &[u64]| {
            let sum = run.iter().fold(0u64, |sum, &number| {
                sum.wrapping_mul(MULTIPLIER).wrapping_add(number)
            });
            (sum >> 32) as u32
        };
        numbers.windows(RUN).map(of_run).collect()
    }

    /// The fingerprints of a text of these forms, ascending.
    pub fn fingerprints(&self, forms: &[u32]) -> Vec<u32> {
        if forms.len() < LEAST_WORDS {
            return Vec::new();
        }
        let mut smallest = self.run_numbers(&forms[..forms.len().min(MOST_WORDS)]);
        for reach in REACHES {
            let count = smallest.len().saturating_sub(reach);
            for place in 0..count {
                smallest[place] = smallest[place].min(smallest[place + reach]);
            }
            smallest.truncate(count);
        }
        smallest.sort_unstable();
        smallest.dedup();
        smallest
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

fn number_of(bytes: &[u8]) -> u64 {
    first_eight(params().hash(bytes).as_bytes())
}

fn params() -> Params {
    let mut params = Params::new();
    params.hash_length(8);
    params
}

fn first_eight(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .take(8)
        .rev()
        .fold(0, |number, &byte| number << 8 | u64::from(byte))
}
