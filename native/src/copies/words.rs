//! The forms of a text as numbers, its key and its fingerprints
//! (`searcher/copies/words.py` and `fingerprints.py`).
//!
//! A few thousand words make up most of any text, so what is asked of Python is kept by
//! surface: its form, the 64 bits that stand for it, and whether it is a fact.  Forms are
//! numbered in the order in which they were first met; equal numbers are equal forms.

use blake2b_simd::Params;

use crate::build::interner::Interner;
use crate::error::{CoreError, Result};
use crate::text::{for_each_token, Classes};

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
    surfaces: Interner,
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
        let bytes = text.as_bytes();
        let mut surfaces = Vec::with_capacity(bytes.len() / 5);
        for_each_token(text, classes, |start, end| {
            surfaces.push(self.surfaces.intern(&bytes[start..end]));
        })?;
        self.fold_new(folding)?;
        for surface in &mut surfaces {
            *surface = self.form_of[*surface as usize];
        }
        Ok(surfaces)
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
    fn fold_new(&mut self, folding: &mut dyn Folding) -> Result<()> {
        let first = self.form_of.len();
        if first == self.surfaces.len() {
            return Ok(());
        }
        let mut found: Vec<Option<String>> = Vec::new();
        let mut asked = Vec::new();
        for surface in first..self.surfaces.len() {
            let bytes = self.surfaces.get(surface as u32);
            // `folding.py` does no more than this to letters and digits of ASCII.
            let is_plain = bytes.iter().all(u8::is_ascii_alphanumeric);
            let text = std::str::from_utf8(bytes)
                .map_err(|_| CoreError::Invalid("a token is not UTF-8".into()))?;
            found.push(is_plain.then(|| text.to_ascii_lowercase()));
            if !is_plain {
                asked.push(text);
            }
        }
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
        for form in found {
            let form = form.or_else(|| answers.next()).unwrap_or_default();
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
