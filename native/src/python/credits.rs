//! The edge to Python: which agencies does an article credit?
//!
//! `searcher/analysis/credits.py` says; it is asked only about articles in which the name of an
//! agency may stand where one is looked for.

use std::collections::{HashMap, HashSet};

use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

/// Where a text is looked at: characters of UTF-8 have up to four bytes.
const HEAD_BYTES: usize = 4 * 200;
const TAIL_BYTES: usize = 4 * 400;
/// Sources whose answers are kept.
const KEPT: usize = 10_000;

/// Asks Python for the credits of articles.
pub struct Credits {
    credits_of: Py<PyAny>,
    agency_of: Py<PyAny>,
    /// Under which names of metadata credits stand.
    fields: Vec<String>,
    first_words: HashSet<String>,
    /// Whether a source is an agency.
    agencies: HashMap<String, bool>,
}

impl Credits {
    pub fn new(py: Python<'_>) -> PyResult<Self> {
        let agencies = py.import("searcher.agencies")?;
        let module = py.import("searcher.analysis.credits")?;
        Ok(Credits {
            credits_of: module.getattr("credits_of")?.unbind(),
            agency_of: agencies.getattr("agency_of")?.unbind(),
            fields: module.getattr("CREDIT_FIELDS")?.extract()?,
            first_words: module.getattr("FIRST_WORDS")?.extract()?,
            agencies: HashMap::new(),
        })
    }

    /// Whether what metadata has under `name` are credits.
    pub fn is_credit(&self, name: &str) -> bool {
        self.fields.iter().any(|field| field == name)
    }

    /// The agencies that an article credits.
    pub fn of(
        &mut self,
        body: &Bound<'_, PyAny>,
        byline: &[&str],
        source: Option<&str>,
        given: &[&str],
    ) -> PyResult<Vec<String>> {
        let py = body.py();
        let text = body.cast::<PyString>()?.to_str()?;
        let named = byline.iter().chain(given).any(|text| self.may_name(text))
            || self.may_name(head(text))
            || self.may_name(tail(text))
            || match source {
                Some(source) => self.is_agency(py, source)?,
                None => false,
            };
        if !named {
            return Ok(Vec::new());
        }
        let parts = (
            body,
            PyList::new(py, byline)?,
            source,
            PyList::new(py, given)?,
        );
        self.credits_of.bind(py).call1(parts)?.extract()
    }

    /// Whether the first word of an agency's name stands in `text`.
    fn may_name(&self, text: &str) -> bool {
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let mut words = words.filter(|word| !word.is_empty());
        words.any(|word| self.first_words.contains(word))
    }

    fn is_agency(&mut self, py: Python<'_>, source: &str) -> PyResult<bool> {
        if let Some(&known) = self.agencies.get(source) {
            return Ok(known);
        }
        let found = !self.agency_of.bind(py).call1((source,))?.is_none();
        if self.agencies.len() >= KEPT {
            self.agencies.clear();
        }
        self.agencies.insert(source.to_owned(), found);
        Ok(found)
    }
}

fn head(text: &str) -> &str {
    let mut end = text.len().min(HEAD_BYTES);
    while !text.is_char_boundary(end) {
        end += 1;
    }
    &text[..end]
}

fn tail(text: &str) -> &str {
    let mut start = text.len().saturating_sub(TAIL_BYTES);
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    &text[start..]
}
