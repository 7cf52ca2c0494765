//! The edge to Python: articles as hits show them.

use std::borrow::Cow;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDate, PyDateTime, PyDelta, PyDict, PyFloat, PyString, PyTuple, PyTzInfo};

use super::text::character_classes;
use crate::error::Damage;
use crate::search::shown::hits::Shown;
use crate::search::shown::snippets::{self, Run};
use crate::store::{ShortFields, Texts};

/// Characters of a date without a time.
const DAY_LENGTH: usize = 10;
/// And of one with a time and the distance from UTC.
const INSTANT_LENGTH: usize = 25;
const NO_DATE: Damage = Damage("the date of an article is none");

/// Id, title, source, date, url and path of an article.
pub type ShortRow<'py> = (
    String,
    String,
    Option<String>,
    Option<Bound<'py, PyAny>>,
    Option<String>,
    Option<String>,
);

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

/// The values of a `Hit` in their order, or what is wrong with the stored ones; last, where it
/// is wanted, the stretch that the snippet shows: where it begins, its text, and the marks in it.
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
    let mut dates = [py.None().into_bound(py), py.None().into_bound(py)];
    for (found, text) in dates.iter_mut().zip([&fields.date, &fields.updated]) {
        if let Some(text) = text {
            match date(py, text)? {
                Some(date) => *found = date,
                None => return Ok(Err(NO_DATE)),
            }
        }
    }
    let [date, updated] = dates;
    let mut values = vec![
        string(&fields.id),
        PyFloat::new(py, score).into_any(),
        string(&fields.title),
        PyTuple::new(py, fields.byline.iter().map(|name| string(name)))?.into_any(),
        date,
        updated,
        optional(&fields.status),
        optional(&fields.source),
        optional(&fields.section),
        optional(&fields.language),
        optional(&fields.url),
        optional(&fields.path),
        metadata(py, &fields)?.into_any(),
        string(&shown.snippet),
    ];
    if let Some(stretch) = &shown.stretch {
        let marks = PyTuple::new(py, &stretch.marks)?;
        let stretch = (stretch.start, stretch.text.as_str(), marks).into_pyobject(py)?;
        values.push(stretch.into_any());
    }
    Ok(Ok(PyTuple::new(py, values)?))
}

/// Id, title, source, date, url and path of the article with these stored fields, or what is
/// wrong with them.
pub fn short_row<'py>(py: Python<'py>, hot: &[u8]) -> PyResult<Result<ShortRow<'py>, Damage>> {
    let fields = match ShortFields::of(hot) {
        Ok(fields) => fields,
        Err(damage) => return Ok(Err(damage)),
    };
    let mut found = None;
    if let Some(text) = &fields.date {
        found = date(py, text)?;
        if found.is_none() {
            return Ok(Err(NO_DATE));
        }
    }
    let owned = |text: Option<Cow<'_, str>>| text.map(Cow::into_owned);
    Ok(Ok((
        fields.id.into_owned(),
        fields.title.into_owned(),
        owned(fields.source),
        found,
        owned(fields.url),
        owned(fields.path),
    )))
}

fn metadata<'py>(py: Python<'py>, fields: &ShortFields<'_>) -> PyResult<Bound<'py, PyDict>> {
    let found = PyDict::new(py);
    for (name, value) in &fields.metadata {
        match value {
            Texts::One(text) => found.set_item(&**name, &**text)?,
            Texts::Several(texts) => {
                found.set_item(&**name, PyTuple::new(py, texts.iter().map(|text| &**text))?)?;
            }
        }
    }
    Ok(found)
}

/// The date or datetime that `text` is in ISO format; None if it is neither.
fn date<'py>(py: Python<'py>, text: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
    let found = usual_date(py, text.as_bytes()).unwrap_or_else(|| any_date(py, text));
    match found {
        Ok(date) => Ok(Some(date)),
        Err(error) if error.is_instance_of::<PyValueError>(py) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The same for the spellings that `date.isoformat` and `datetime.isoformat` give where there
/// are no microseconds, `2019-04-08` and `2019-04-08T10:30:00+02:00`; None for all others.
/// It saves a call of Python for nearly every hit.
fn usual_date<'py>(py: Python<'py>, text: &[u8]) -> Option<PyResult<Bound<'py, PyAny>>> {
    let two = |at: usize| match [text[at], text[at + 1]] {
        [a @ b'0'..=b'9', b @ b'0'..=b'9'] => Some((a - b'0') * 10 + (b - b'0')),
        _ => None,
    };
    let signs = |places: &[(usize, u8)]| places.iter().all(|(at, sign)| text[*at] == *sign);
    let is_day = text.len() == DAY_LENGTH;
    if !(is_day || text.len() == INSTANT_LENGTH) || !signs(&[(4, b'-'), (7, b'-')]) {
        return None;
    }
    let year = i32::from(two(0)?) * 100 + i32::from(two(2)?);
    let (month, day) = (two(5)?, two(8)?);
    if is_day {
        return Some(PyDate::new(py, year, month, day).map(Bound::into_any));
    }
    if !signs(&[(10, b'T'), (13, b':'), (16, b':'), (22, b':')]) {
        return None;
    }
    let (hour, minute, second) = (two(11)?, two(14)?, two(17)?);
    let (hours, minutes) = (two(20)?, two(23)?);
    let sign = match text[19] {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    if minutes > 59 {
        return None;
    }
    let offset = sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60);
    let made = PyDelta::new(py, 0, offset, 0, true)
        .and_then(|offset| PyTzInfo::fixed_offset(py, offset))
        .and_then(|zone| {
            PyDateTime::new(py, year, month, day, hour, minute, second, 0, Some(&zone))
        });
    Some(made.map(Bound::into_any))
}

fn any_date<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
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
    reader.bind(py).call1((text,))
}
