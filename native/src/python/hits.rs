//! The edge to Python: articles as hits show them.

use std::borrow::Cow;

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyFloat, PyString, PyTuple};

use super::text::character_classes;
use crate::error::Damage;
use crate::search::hits::Shown;
use crate::search::snippets::{self, Run};
use crate::store::ShortFields;

/// Characters of a date without a time.
const DAY_LENGTH: usize = 10;
const NO_DATE: Damage = Damage("the date of an article is none");

/// The best `words` words of `text`; `runs` are the first and last position of each match,
/// and the part of the query that it matches.
#[pyfunction]
pub fn snippet(
    py: Python<'_>,
    text: &str,
    runs: Vec<(u32, u32, usize)>,
    words: usize,
) -> PyResult<String> {
    let classes = character_classes(py)?;
    let runs = (runs.into_iter()).map(|(first, last, part)| ((first, last), part));
    let mut runs: Vec<Run> = runs.collect();
    Ok(snippets::snippet(text, &mut runs, words, &classes)?)
}

/// The values of a `Hit` in their order, or what is wrong with the stored ones.
pub fn row<'py>(
    py: Python<'py>,
    score: f64,
    shown: &Shown,
) -> PyResult<Result<Bound<'py, PyTuple>, Damage>> {
    let fields = match ShortFields::of(&shown.hot) {
        Ok(fields) => fields,
        Err(damage) => return Ok(Err(damage)),
    };
    let string = |text: &str| PyString::new(py, text).into_any();
    let optional = |text: &Option<Cow<'_, str>>| match text {
        Some(text) => string(text),
        None => py.None().into_bound(py),
    };
    let date = match &fields.date {
        None => py.None().into_bound(py),
        Some(text) => match date(py, text)? {
            Some(date) => date,
            None => return Ok(Err(NO_DATE)),
        },
    };
    let values = [
        string(&fields.id),
        PyFloat::new(py, score).into_any(),
        string(&fields.title),
        PyTuple::new(py, fields.byline.iter().map(|name| string(name)))?.into_any(),
        date,
        optional(&fields.source),
        optional(&fields.section),
        optional(&fields.url),
        optional(&fields.path),
        string(&shown.snippet),
    ];
    Ok(Ok(PyTuple::new(py, values)?))
}

/// The date or datetime that `text` is in ISO format; None if it is neither.
fn date<'py>(py: Python<'py>, text: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
    static READERS: PyOnceLock<[Py<PyAny>; 2]> = PyOnceLock::new();
    let [day, instant] = READERS.get_or_try_init(py, || {
        let module = py.import("datetime")?;
        let reader = |class: &str| module.getattr(class)?.getattr("fromisoformat");
        Ok::<_, PyErr>([reader("date")?.unbind(), reader("datetime")?.unbind()])
    })?;
    let reader = match text.chars().count() {
        DAY_LENGTH => day,
        _ => instant,
    };
    match reader.bind(py).call1((text,)) {
        Ok(date) => Ok(Some(date)),
        Err(error) if error.is_instance_of::<pyo3::exceptions::PyValueError>(py) => Ok(None),
        Err(error) => Err(error),
    }
}
