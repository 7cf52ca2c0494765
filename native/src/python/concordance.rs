//! The edge to Python: where words stand in a few texts that are in no index.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyBytes, PyDict, PyList};

use super::segment::{columns, numbers, text_field, Columns};
use super::text::character_classes;
use crate::concordance::{strengths, KnownWords as Known, Leaf, Part, Row};
use crate::error::Result;
use crate::scoring::Scoring;
use crate::search::plan::distance::FuzzyForm;
use crate::search::plan::patterns::FormPattern;
use crate::text::{token_spans, Classes, Span};

type Spans = Vec<Vec<Vec<Span>>>;

/// Words that were met in texts, with the forms and stems that Python gives them; they are kept
/// for the texts to come.
///
/// `fold` makes forms of a list of tokens, `stem` stems of a list of forms.
#[pyclass(frozen, module = "searcher.codec._native")]
pub struct KnownWords {
    fold: Py<PyAny>,
    stem: Py<PyAny>,
    classes: Arc<Classes>,
    /// Held for a moment only, and never while Python is asked.
    known: Mutex<Arc<Mutex<Known>>>,
}

#[pymethods]
impl KnownWords {
    #[new]
    fn new(py: Python<'_>, fold: Py<PyAny>, stem: Py<PyAny>) -> PyResult<Self> {
        Ok(KnownWords {
            fold,
            stem,
            classes: character_classes(py)?,
            known: Mutex::default(),
        })
    }

    /// Read some texts: the titles, bodies and bylines of as many articles; the names of a byline
    /// begin at multiples of `gap`.
    fn read(
        &self,
        py: Python<'_>,
        titles: Vec<PyBackedStr>,
        bodies: Vec<PyBackedStr>,
        bylines: Vec<Vec<PyBackedStr>>,
        gap: u32,
    ) -> PyResult<Concordance> {
        if titles.len() != bodies.len() || titles.len() != bylines.len() {
            return Err(PyValueError::new_err(
                "a title, a body and a byline of each are wanted",
            ));
        }
        let known = self.current();
        let whole = |texts: Vec<PyBackedStr>| texts.into_iter().map(|text| vec![text]).collect();
        let fields: [Vec<Vec<PyBackedStr>>; 3] = [whole(titles), whole(bodies), bylines];
        let mut rows = py.detach(|| -> Result<[Row; 3]> {
            // What kind a character is Python may be asked here, so nothing is held yet.
            let spans = [&fields[0], &fields[1], &fields[2]].map(|texts| self.spans_of(texts));
            let mut rows = <[Row; 3]>::default();
            let mut known = locked(&known);
            for (number, spans) in spans.into_iter().enumerate() {
                let gap = if number == 2 { gap } else { 0 };
                for (texts, spans) in fields[number].iter().zip(spans?) {
                    let parts = texts.iter().zip(&spans);
                    let parts: Vec<(&str, &[Span])> = parts.map(|(t, s)| (&**t, &s[..])).collect();
                    rows[number].add(&mut known, &parts, gap);
                }
            }
            Ok(rows)
        })?;
        self.learn(py, &known)?;
        py.detach(|| {
            let known = locked(&known);
            rows.iter_mut().for_each(|row| row.fold(&known));
        });
        Ok(Concordance { known, rows })
    }
}

impl KnownWords {
    fn current(&self) -> Arc<Mutex<Known>> {
        let mut current = locked(&self.known);
        let is_full = locked(&current).is_full();
        if is_full {
            *current = Arc::default();
        }
        current.clone()
    }

    fn spans_of(&self, texts: &[Vec<PyBackedStr>]) -> Result<Spans> {
        let spans_of = |text: &PyBackedStr| {
            let mut spans = Vec::new();
            token_spans(text, &self.classes, &mut spans)?;
            Ok(spans)
        };
        let parts = |parts: &Vec<PyBackedStr>| parts.iter().map(spans_of).collect();
        texts.iter().map(parts).collect()
    }

    /// Ask for the forms and stems of what is new.
    fn learn(&self, py: Python<'_>, known: &Mutex<Known>) -> PyResult<()> {
        let (first, unasked) = {
            let known = locked(known);
            let (first, unasked) = known.unasked();
            (first, unasked.to_vec())
        };
        if unasked.is_empty() {
            return Ok(());
        }
        let forms = asked(py, &self.fold, &unasked)?;
        let stems = asked(py, &self.stem, &forms)?;
        Ok(locked(known).learn(first, &forms, &stems)?)
    }
}

fn asked(py: Python<'_>, function: &Py<PyAny>, words: &[String]) -> PyResult<Vec<String>> {
    let answers = function.bind(py).call1((PyList::new(py, words)?,))?;
    let answers: Vec<String> = answers.extract()?;
    match answers.len() == words.len() {
        true => Ok(answers),
        false => Err(PyValueError::new_err(
            "a form and a stem of each word are wanted",
        )),
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A field, the forms of a word, and those of a second one that is to be near.
type PartRow = (String, Vec<PyBackedBytes>, Option<Vec<PyBackedBytes>>);
/// Where it is looked for, how far apart two words may stand, and whether a pair counts no more
/// often than either of them.
type LeafRow = (Vec<PartRow>, u32, bool);

/// Where words stand in some texts; may be used from any thread.
#[pyclass(frozen, module = "searcher.codec._native")]
pub struct Concordance {
    known: Arc<Mutex<Known>>,
    /// Title, body, byline.
    rows: [Row; 3],
}

#[pymethods]
impl Concordance {
    /// How many words the field of each article has: 32 bits each.
    fn lengths<'py>(&self, py: Python<'py>, field: &str) -> PyResult<Bound<'py, PyBytes>> {
        Ok(numbers(py, &self.row(field)?.lengths()))
    }

    /// The articles that hold a form in a field, how often, and at which positions: 32 bits each.
    fn posting_list<'py>(
        &self,
        py: Python<'py>,
        field: &str,
        form: &[u8],
    ) -> PyResult<Option<Columns<'py>>> {
        let row = self.row(field)?;
        let Some(form) = locked(&self.known).form(form) else {
            return Ok(None);
        };
        let found = row.postings(form);
        Ok((!found.ids.is_empty()).then(|| columns(py, &found)))
    }

    /// The forms in a field that begin with `prefix`, in byte order.
    fn field_forms<'py>(
        &self,
        py: Python<'py>,
        field: &str,
        prefix: &[u8],
    ) -> PyResult<Vec<Bound<'py, PyBytes>>> {
        self.chosen(py, field, |form| form.as_bytes().starts_with(prefix))
    }

    /// The forms with this stem that stand in one of the texts, in byte order.
    fn forms_of_stem<'py>(&self, py: Python<'py>, stem: &[u8]) -> Vec<Bound<'py, PyBytes>> {
        let known = locked(&self.known);
        let mut forms = known.forms_of_stem(stem);
        forms.retain(|&form| self.rows.iter().any(|row| row.has(form)));
        let mut texts: Vec<&[u8]> = forms.iter().map(|&form| known.text(form)).collect();
        texts.sort_unstable();
        texts.iter().map(|text| PyBytes::new(py, text)).collect()
    }

    /// Of each article in whose field one of `left` and one of `right` stand at most `distance`
    /// words apart: how many pairs of places that are.
    fn pairs<'py>(
        &self,
        py: Python<'py>,
        field: &str,
        left: Vec<PyBackedBytes>,
        right: Vec<PyBackedBytes>,
        distance: u32,
    ) -> PyResult<Bound<'py, PyDict>> {
        let row = self.row(field)?;
        let (left, right) = (self.numbers(&left), self.numbers(&right));
        let found = row.pairs(&left, &right, distance);
        let by_article = PyDict::new(py);
        for (article, count) in found {
            by_article.set_item(article, count)?;
        }
        Ok(by_article)
    }

    /// Of each leaf the articles in which it occurs, and its strength there.
    ///
    /// `average` is the mean recorded length of bodies, `lengths` the recorded ones of these.
    fn strengths(
        &self,
        leaves: Vec<LeafRow>,
        lengths: Vec<u32>,
        average: f64,
        scoring: [f64; 5],
    ) -> PyResult<Vec<Vec<(u32, f64)>>> {
        let Some(scoring) = Scoring::new(scoring) else {
            return Err(PyValueError::new_err("constants that no ranking has"));
        };
        if lengths.len() != self.rows[1].lengths().len() {
            return Err(PyValueError::new_err("a length of each body is wanted"));
        }
        let norms = lengths.iter().map(|&length| scoring.norm(length, average));
        let norms: Vec<f64> = norms.collect();
        let strengths = leaves.iter().map(|(parts, distance, is_least)| {
            let parts = parts.iter().map(|(field, left, right)| {
                Ok(Part {
                    field: text_field(field)?,
                    left: self.numbers(left),
                    right: right.as_ref().map(|forms| self.numbers(forms)),
                })
            });
            let leaf = Leaf {
                parts: parts.collect::<PyResult<_>>()?,
                distance: *distance,
                is_least: *is_least,
            };
            Ok(strengths(&self.rows, &leaf, &norms, &scoring))
        });
        strengths.collect()
    }

    /// The forms in a field that fit a folded pattern, in byte order.
    fn fitting_forms<'py>(
        &self,
        py: Python<'py>,
        field: &str,
        pattern: &str,
    ) -> PyResult<Vec<Bound<'py, PyBytes>>> {
        let pattern = FormPattern::new(pattern);
        let mut characters = Vec::new();
        self.chosen(py, field, |form| pattern.fits(form, &mut characters))
    }

    /// The forms in a field that begin as `form` and are at most `edits` slips from it, in byte
    /// order.
    fn near_forms<'py>(
        &self,
        py: Python<'py>,
        field: &str,
        form: &str,
        edits: usize,
    ) -> PyResult<Vec<Bound<'py, PyBytes>>> {
        let mut fuzzy = FuzzyForm::new(form, edits);
        self.chosen(py, field, |form| fuzzy.is_near(form))
    }
}

impl Concordance {
    fn row(&self, field: &str) -> PyResult<&Row> {
        Ok(&self.rows[text_field(field)?])
    }

    /// The numbers of those of `forms` that are known; the others stand nowhere.
    fn numbers(&self, forms: &[PyBackedBytes]) -> Vec<u32> {
        let known = locked(&self.known);
        forms.iter().filter_map(|form| known.form(form)).collect()
    }

    /// The forms in a field that `is_wanted` says, in byte order.
    fn chosen<'py>(
        &self,
        py: Python<'py>,
        field: &str,
        mut is_wanted: impl FnMut(&str) -> bool,
    ) -> PyResult<Vec<Bound<'py, PyBytes>>> {
        let distinct = self.row(field)?.distinct();
        let known = locked(&self.known);
        let texts = distinct.iter().map(|&form| known.text(form));
        let mut texts: Vec<&[u8]> = texts
            .filter(|text| std::str::from_utf8(text).is_ok_and(&mut is_wanted))
            .collect();
        texts.sort_unstable();
        Ok(texts.iter().map(|text| PyBytes::new(py, text)).collect())
    }
}
