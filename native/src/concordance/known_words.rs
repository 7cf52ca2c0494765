//! Which form and which stem has each token that was met in texts?
//!
//! What forms and stems are is asked in Python, once for each surface; they are kept for the
//! texts to come, of which a few thousand words make up the most.

use crate::build::interner::Interner;
use crate::build::surfaces::SurfaceTable;
use crate::error::{CoreError, Result};
use crate::text::Span;

/// Surfaces that are kept; above, all are forgotten.
const MOST_KEPT: usize = 300_000;
const NONE: u32 = u32::MAX;

/// Words that were met, by surface: their forms, and the stems of these.
#[derive(Default)]
pub struct KnownWords {
    surfaces: SurfaceTable,
    form_of_surface: Vec<u32>,
    /// The surfaces behind those whose forms are known.
    unasked: Vec<String>,
    forms: Interner,
    stem_of_form: Vec<u32>,
    stems: Interner,
    /// Of each stem its last form, and of each form the one before it of the same stem.
    last_of_stem: Vec<u32>,
    before_of_form: Vec<u32>,
}

impl KnownWords {
    /// Whether there are so many that it is time to begin anew.
    pub fn is_full(&self) -> bool {
        self.surfaces.len() > MOST_KEPT
    }

    /// Append the surfaces of the tokens of `text` to `numbers`.
    pub fn meet(&mut self, text: &str, spans: &[Span], numbers: &mut Vec<u32>) {
        let begin = numbers.len();
        let mut next = (self.form_of_surface.len() + self.unasked.len()) as u32;
        self.surfaces.intern_all(text.as_bytes(), spans, numbers);
        // Numbers count up in the order in which surfaces are first met.
        for (span, &surface) in spans.iter().zip(&numbers[begin..]) {
            if surface == next {
                let token = &text[span.start as usize..span.end as usize];
                self.unasked.push(token.to_owned());
                next += 1;
            }
        }
    }

    /// The surfaces whose forms are to be asked for, and the number of the first.
    pub fn unasked(&self) -> (usize, &[String]) {
        (self.form_of_surface.len(), &self.unasked)
    }

    /// Take in the forms of the surfaces from number `first` on, and the stem of each form;
    /// some may be known by now.
    pub fn learn(&mut self, first: usize, forms: &[String], stems: &[String]) -> Result<()> {
        let known = self.form_of_surface.len();
        let end = known + self.unasked.len();
        if forms.len() != stems.len() || first > known || first + forms.len() > end {
            return Err(CoreError::Invalid(
                "a form and a stem for each surface are wanted".into(),
            ));
        }
        for (form, stem) in forms.iter().zip(stems).skip(known - first) {
            let number = self.forms.intern(form.as_bytes());
            self.form_of_surface.push(number);
            if number as usize == self.stem_of_form.len() {
                let stem = self.stems.intern(stem.as_bytes());
                if stem as usize == self.last_of_stem.len() {
                    self.last_of_stem.push(NONE);
                }
                let last = std::mem::replace(&mut self.last_of_stem[stem as usize], number);
                self.before_of_form.push(last);
                self.stem_of_form.push(stem);
            }
        }
        self.unasked.drain(..self.form_of_surface.len() - known);
        Ok(())
    }

    /// The number of a form; None if no surface that was met has it.
    pub fn form(&self, form: &[u8]) -> Option<u32> {
        self.forms.find(form)
    }

    /// The forms that were met of a stem.
    pub fn forms_of_stem(&self, stem: &[u8]) -> Vec<u32> {
        let last = self.stems.find(stem);
        let mut form = last.map_or(NONE, |stem| self.last_of_stem[stem as usize]);
        let mut found = Vec::new();
        while form != NONE {
            found.push(form);
            form = self.before_of_form[form as usize];
        }
        found
    }

    /// The form of a surface, which is known by now.
    pub fn form_of_surface(&self, surface: u32) -> u32 {
        self.form_of_surface[surface as usize]
    }

    /// The form that has a number.
    pub fn text(&self, form: u32) -> &[u8] {
        self.forms.get(form)
    }
}
