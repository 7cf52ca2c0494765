//! The edge to Python: which agencies does an article credit?
//!
//! `searcher/analysis/credits.py` says.  It is asked only about articles in which the name of an
//! agency stands where one is looked for, and not about the one case that most of those are:
//! a dateline such as `LONDON, Feb 3 (Reuters) - ` and no name elsewhere.

use std::collections::HashMap;

use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

/// The characters that are looked at, as there.
const HEAD: usize = 200;
const TAIL: usize = 400;
/// Sources whose answers are kept.
const KEPT: usize = 10_000;
const DASHES: [char; 4] = ['-', '\u{2013}', '\u{2014}', '_'];

/// Asks Python for the credits of articles.
pub struct Credits {
    credits_of: Py<PyAny>,
    agency_of: Py<PyAny>,
    /// Under which names of metadata credits stand.
    fields: Vec<String>,
    /// What queries call the agency of each name.
    agency_of_name: HashMap<String, String>,
    /// The names by their first words in ASCII, with what stands before these.
    names: HashMap<String, Vec<(usize, String)>>,
    /// Which agency a source is.
    sources: HashMap<String, Option<String>>,
}

/// What the beginning of a text credits.
enum Dateline<'a> {
    /// No name of an agency stands in it.
    Nobody,
    Agency(&'a str),
    /// Python is to say.
    Unclear,
}

impl Credits {
    pub fn new(py: Python<'_>) -> PyResult<Self> {
        let agencies = py.import("searcher.agencies")?;
        let module = py.import("searcher.analysis.credits")?;
        let agency_of_name: HashMap<String, String> =
            agencies.getattr("AGENCY_OF_NAME")?.extract()?;
        let mut names: HashMap<String, Vec<(usize, String)>> = HashMap::new();
        for name in agency_of_name.keys() {
            if let Some((start, word)) = words(name).next() {
                let of_word = names.entry(word.to_owned()).or_default();
                of_word.push((start, name.clone()));
            }
        }
        Ok(Credits {
            credits_of: module.getattr("credits_of")?.unbind(),
            agency_of: agencies.getattr("agency_of")?.unbind(),
            fields: module.getattr("CREDIT_FIELDS")?.extract()?,
            agency_of_name,
            names,
            sources: HashMap::new(),
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
        let agency = match source {
            Some(source) => self.agency(py, source)?,
            None => None,
        };
        let is_named =
            byline.iter().chain(given).any(|text| self.names(text)) || self.names(tail(text));
        let dateline = match is_named {
            true => Dateline::Unclear,
            false => self.dateline(head(text)),
        };
        let of_dateline = match dateline {
            Dateline::Nobody => None,
            Dateline::Agency(code) => Some(code.to_owned()),
            Dateline::Unclear => {
                let (byline, given) = (PyList::new(py, byline)?, PyList::new(py, given)?);
                let parts = (body, byline, source, given);
                return self.credits_of.bind(py).call1(parts)?.extract();
            }
        };
        let mut found: Vec<String> = agency.into_iter().chain(of_dateline).collect();
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// Whether the name of an agency begins in `text`, or seems to.
    fn names(&self, text: &str) -> bool {
        words(text).any(|(start, word)| self.begins(text, start, word))
    }

    /// Whether the word at `start` is the first of a name that stands there.
    fn begins(&self, text: &str, start: usize, word: &str) -> bool {
        let stands = |(before, name): &(usize, String)| {
            let begun = start.checked_sub(*before);
            begun.is_some_and(|begun| text.as_bytes()[begun..].starts_with(name.as_bytes()))
        };
        (self.names.get(word)).is_some_and(|names| names.iter().any(stands))
    }

    /// Who is credited where the first name stands in brackets, alone, before a dash.
    fn dateline(&self, head: &str) -> Dateline<'_> {
        let Some((start, _)) = words(head).find(|(at, word)| self.begins(head, *at, word)) else {
            return Dateline::Nobody;
        };
        let in_brackets = (head[..start].ends_with('('))
            .then(|| head[start..].split_once(')'))
            .flatten();
        match in_brackets {
            Some((name, rest)) if rest.strip_prefix(' ').unwrap_or(rest).starts_with(DASHES) => {
                (self.agency_of_name.get(name)).map_or(Dateline::Unclear, |c| Dateline::Agency(c))
            }
            _ => Dateline::Unclear,
        }
    }

    fn agency(&mut self, py: Python<'_>, source: &str) -> PyResult<Option<String>> {
        if let Some(known) = self.sources.get(source) {
            return Ok(known.clone());
        }
        let found: Option<String> = self.agency_of.bind(py).call1((source,))?.extract()?;
        if self.sources.len() >= KEPT {
            self.sources.clear();
        }
        self.sources.insert(source.to_owned(), found.clone());
        Ok(found)
    }
}

/// The runs of letters, figures and `_` of ASCII in `text`, and where each begins.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let rest = &text.as_bytes()[at..];
        let start = at + rest.iter().position(is_part)?;
        let length = text.as_bytes()[start..]
            .iter()
            .take_while(|byte| is_part(byte))
            .count();
        at = start + length;
        Some((start, &text[start..at]))
    })
}

fn head(text: &str) -> &str {
    let end = text.char_indices().nth(HEAD);
    end.map_or(text, |(end, _)| &text[..end])
}

fn tail(text: &str) -> &str {
    let start = text.char_indices().rev().nth(TAIL - 1);
    start.map_or(text, |(start, _)| &text[start..])
}
