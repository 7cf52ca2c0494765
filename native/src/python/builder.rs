//! The edge to Python: building a segment from articles.
//!
//! Articles are read attribute by attribute, so that no Python code runs for one that is
//! plain: values in ASCII and dates of the standard types are dealt with here.  For all else
//! the definitions in Python are asked: `fold_value`, `instant_us` and `own_day`.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyBytes, PyDate, PyDateAccess, PyDateTime, PyDelta, PyDeltaAccess, PyDict, PyInt,
    PyList, PyString, PyTimeAccess, PyTuple,
};

use super::credits::Credits;
use super::search::scoring_of;
use super::text::text_rules;
use crate::build::dates::{index_date, CivilDate, CivilTime, IndexedDate};
use crate::build::{
    self, value_field, Analysis, Batch, Fields, Metadata, Options, Sizes, ValueField, ValueFields,
};
use crate::error::CoreError;
use crate::norms::LengthCodes;

const FLUSH_MEMORY_BYTES: usize = 64 << 20;
/// Folded values that are kept, because outlets and names come again and again.
const FOLDED_VALUES: usize = 10_000;

/// Articles on the way to one segment, in the new file `path`.
///
/// `length_of_code` are the lengths that field norms stand for, `scoring` the constants of the
/// ranking, as `Scoring.as_tuple` has them.  `threads` work, of which the
/// caller's is one; with two or more, adding returns before the articles are dealt with.
/// `flush_memory_bytes` is what finishing may take beyond what was collected, roughly; it may
/// take more where `budget_bytes`, which are for both, leave more.  `value_fields` are the
/// name and number of each value field, whether an article has it as an attribute, and
/// `facets` the numbers of the fields that articles are counted by.  `with_texts` asks for what
/// copies of the articles are found by, too, `with_credits` for the agencies that they credit.
#[pyclass(module = "searcher.codec._native")]
pub struct Builder {
    /// Never locked: only who may change the builder uses it.
    inner: Mutex<build::Builder>,
    definitions: Definitions,
    /// Those of the last batch.
    sizes: Sizes,
}

#[pymethods]
impl Builder {
    #[new]
    #[pyo3(signature = (
        path, length_of_code, scoring, threads=1, flush_memory_bytes=FLUSH_MEMORY_BYTES,
        budget_bytes=0, value_fields=vec![], facets=vec![], with_texts=false, with_credits=false
    ))]
    #[allow(clippy::too_many_arguments)] // as Python passes them, most by name
    fn new(
        py: Python<'_>,
        path: PathBuf,
        length_of_code: Vec<u32>,
        scoring: [f64; 5],
        threads: usize,
        flush_memory_bytes: usize,
        budget_bytes: usize,
        value_fields: Vec<(String, u8, bool)>,
        facets: Vec<u8>,
        with_texts: bool,
        with_credits: bool,
    ) -> PyResult<Self> {
        let length_of_code: [u32; 256] = length_of_code
            .try_into()
            .map_err(|_| PyValueError::new_err("there are 256 field norms"))?;
        let options = Options {
            codes: LengthCodes::new(length_of_code),
            scoring: scoring_of(scoring)?,
            facets,
            threads,
            flush_memory_bytes,
            budget_bytes,
            with_texts,
        };
        Ok(Builder {
            inner: Mutex::new(build::Builder::new(&path, text_rules(py)?, options)?),
            definitions: Definitions::new(py, value_fields, with_texts, with_credits)?,
            sizes: Sizes::default(),
        })
    }

    /// Take articles over from Python: each an `Article`, or a row of it (see `row_fields`).
    fn prepare(&mut self, py: Python<'_>, articles: &Bound<'_, PyAny>) -> PyResult<Prepared> {
        let mut batch = Batch::with_room(self.definitions.fields.clone(), self.sizes);
        let mut keys = Vec::new();
        for article in articles.try_iter()? {
            keys.push(self.definitions.push(py, &article?, &mut batch)?);
        }
        batch.seal();
        self.sizes = batch.sizes();
        Ok(Prepared {
            batch: Arc::new(batch),
            keys,
        })
    }

    /// Add the articles of `prepared` that `keep` marks; a later one supersedes an earlier
    /// one with the same id.
    fn add(&mut self, py: Python<'_>, prepared: &Prepared, keep: Vec<bool>) -> PyResult<()> {
        let batch = prepared.batch.clone();
        if keep.len() != batch.len() {
            return Err(PyValueError::new_err("keep has not one mark an article"));
        }
        let inner = self.inner();
        Ok(py.detach(|| inner.add(batch, keep))?)
    }

    /// Forget the article `id`; False if it is not here.
    fn remove(&mut self, id: &str) -> bool {
        self.inner().remove(id)
    }

    /// Memory in use.
    #[getter]
    fn size_bytes(&mut self) -> usize {
        self.inner().size_bytes()
    }

    /// The articles that the segment will hold.
    #[getter]
    fn document_count(&mut self) -> usize {
        self.inner().document_count()
    }

    /// Write the segment; say how many articles there are, how long titles, bodies and
    /// bylines are together, how long the file is, and what is to be written beside it.
    ///
    /// `fold` makes forms of a list of tokens, `stem` stems of a list of forms.
    fn finish<'py>(
        &mut self,
        py: Python<'py>,
        fold: Py<PyAny>,
        stem: Py<PyAny>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let mut analysis = PythonAnalysis {
            fold,
            stem,
            error: None,
        };
        let inner = self.inner();
        let outcome = py.detach(|| inner.finish(&mut analysis));
        if let Some(error) = analysis.error {
            return Err(error);
        }
        let summary = outcome?;
        let described = PyDict::new(py);
        described.set_item("documents", summary.documents)?;
        let totals: (u64, u64, u64) = summary.field_length_totals.into();
        described.set_item("field_length_totals", totals)?;
        described.set_item("file_bytes", summary.file_bytes)?;
        let texts = inner.take_texts();
        described.set_item("texts", texts.map(|texts| PyBytes::new(py, &texts)))?;
        Ok(described)
    }
}

impl Builder {
    fn inner(&mut self) -> &mut build::Builder {
        self.inner.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Articles that were taken over from Python.
#[pyclass(frozen, module = "searcher.codec._native")]
pub struct Prepared {
    batch: Arc<Batch>,
    /// Id and path.
    keys: Vec<(Py<PyAny>, Py<PyAny>)>,
}

#[pymethods]
impl Prepared {
    /// Of each article its id, its digest and its path.
    fn keys<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let keys = self.keys.iter().enumerate().map(|(number, (id, path))| {
            let digest = self.batch.get(number).digest();
            (id.clone_ref(py), digest, path.clone_ref(py))
        });
        PyList::new(py, keys.collect::<Vec<_>>())
    }
}

/// Asks Python for forms and stems.
struct PythonAnalysis {
    fold: Py<PyAny>,
    stem: Py<PyAny>,
    /// What Python raised; the core knows only that something failed.
    error: Option<PyErr>,
}

impl PythonAnalysis {
    fn ask(&mut self, stem: bool, words: &[&str]) -> crate::error::Result<Vec<String>> {
        let function = if stem { &self.stem } else { &self.fold };
        let answer = Python::attach(|py| {
            let answers = function.bind(py).call1((PyList::new(py, words)?,))?;
            let words = answers.try_iter()?.map(|word| word?.extract::<String>());
            words.collect::<PyResult<Vec<String>>>()
        });
        answer.map_err(|error| {
            let told = CoreError::Invalid(error.to_string());
            self.error = Some(error);
            told
        })
    }
}

impl Analysis for PythonAnalysis {
    fn fold(&mut self, surfaces: &[&str]) -> crate::error::Result<Vec<String>> {
        self.ask(false, surfaces)
    }

    fn stem(&mut self, forms: &[&str]) -> crate::error::Result<Vec<String>> {
        self.ask(true, forms)
    }
}

/// The fields of an article, alive as long as their texts are lent.
struct Held<'py> {
    id: Bound<'py, PyAny>,
    title: Bound<'py, PyAny>,
    body: Bound<'py, PyAny>,
    byline: Vec<Bound<'py, PyAny>>,
    /// The value fields that are attributes, then `STORED_TEXTS`.
    texts: Vec<Bound<'py, PyAny>>,
    /// Names, and the text or the texts of each.
    metadata: Vec<Item<'py>>,
    record: Option<String>,
    has_date: bool,
}

/// Attributes of an article that are texts or None, and are stored only.
const STORED_TEXTS: [&str; 3] = ["date_text", "encoding", "updated_text"];

/// What Python knows and the core asks for.
struct Definitions {
    fold_value: Py<PyAny>,
    instant_us: Py<PyAny>,
    own_day: Py<PyAny>,
    /// None where nobody asks.
    is_correction: Option<Py<PyAny>>,
    credits: Option<Credits>,
    fields: Arc<ValueFields>,
    /// The attributes that are texts or None: value fields, then `STORED_TEXTS`.
    texts: Vec<Py<PyString>>,
    path: Option<usize>,
    source: Option<usize>,
    folded: HashMap<String, String>,
    date: IndexedDate,
}

impl Definitions {
    fn new(
        py: Python<'_>,
        value_fields: Vec<(String, u8, bool)>,
        with_texts: bool,
        with_credits: bool,
    ) -> PyResult<Self> {
        let field = |(name, number, _): (String, u8, bool)| ValueField { name, number };
        let (attributes, metadata): (Vec<_>, Vec<_>) =
            value_fields.into_iter().partition(|field| field.2);
        let place_of = |number| attributes.iter().position(|field| field.1 == number);
        let (path, source) = (place_of(value_field::PATH), place_of(value_field::SOURCE));
        let names = attributes.iter().map(|field| &field.0[..]);
        let texts = names.chain(STORED_TEXTS);
        let texts = texts
            .map(|name| PyString::intern(py, name).unbind())
            .collect();
        let attributes = attributes.into_iter().map(field).collect();
        let fields = ValueFields::new(attributes, metadata.into_iter().map(field).collect())?;
        let values = py.import("searcher.analysis.values")?;
        let schema = py.import("searcher.codec.schema")?;
        let is_correction = match with_texts {
            true => Some(
                py.import("searcher.copies.words")?
                    .getattr("is_correction")?,
            ),
            false => None,
        };
        Ok(Definitions {
            fold_value: values.getattr("fold_value")?.unbind(),
            instant_us: schema.getattr("instant_us")?.unbind(),
            own_day: schema.getattr("own_day")?.unbind(),
            is_correction: is_correction.map(Bound::unbind),
            credits: with_credits.then(|| Credits::new(py)).transpose()?,
            fields: Arc::new(fields),
            texts,
            path,
            source,
            folded: HashMap::new(),
            date: IndexedDate::default(),
        })
    }

    /// Put `article` into `batch`; its id and path.
    fn push<'py>(
        &mut self,
        py: Python<'py>,
        article: &Bound<'py, PyAny>,
        batch: &mut Batch,
    ) -> PyResult<(Py<PyAny>, Py<PyAny>)> {
        let held = match article.cast_exact::<PyTuple>() {
            Ok(row) => self.row_fields(row)?,
            Err(_) => self.attributes(article)?,
        };
        let byline = held
            .byline
            .iter()
            .map(text_of)
            .collect::<PyResult<Vec<&str>>>()?;
        let mut texts = Vec::with_capacity(held.texts.len());
        for value in &held.texts {
            texts.push(match value.is_none() {
                true => None,
                false => Some(text_of(value)?),
            });
        }
        let (values, others) = texts.split_at(texts.len() - STORED_TEXTS.len());
        let mut metadata = Vec::with_capacity(held.metadata.len());
        for (name, value, items) in &held.metadata {
            let is_list = !items.is_empty() || value.cast::<PyString>().is_err();
            metadata.push(Metadata {
                name: text_of(name)?,
                texts: match is_list {
                    true => items.iter().map(text_of).collect::<PyResult<_>>()?,
                    false => vec![text_of(value)?],
                },
                is_list,
            });
        }
        let title = text_of(&held.title)?;
        let is_correction = match &self.is_correction {
            Some(ask) if may_correct(title) => ask.bind(py).call1((title,))?.extract()?,
            _ => false,
        };
        let credits = match &mut self.credits {
            Some(credits) => {
                let given = metadata.iter().filter(|held| credits.is_credit(held.name));
                let given: Vec<&str> = given.flat_map(|held| held.texts.iter().copied()).collect();
                let source = self.source.and_then(|place| texts[place]);
                credits.of(&held.body, &byline, source, &given)?
            }
            None => Vec::new(),
        };
        let credits: Vec<&str> = credits.iter().map(String::as_str).collect();
        let fields = Fields {
            id: text_of(&held.id)?,
            title,
            body: text_of(&held.body)?,
            byline: &byline,
            date: held.has_date.then_some(&self.date),
            values,
            metadata: &metadata,
            record: held.record.as_deref(),
            date_text: others[0],
            encoding: others[1],
            updated: others[2],
            is_correction,
            credits: &credits,
        };
        let (folded, fold_value) = (&mut self.folded, &self.fold_value);
        let mut raised = None;
        let mut fold = |value: &str, out: &mut String| {
            fold_by_python(py, fold_value, folded, value, out).map_err(|error| {
                let told = CoreError::Invalid(error.to_string());
                raised = Some(error);
                told
            })
        };
        let outcome = batch.push(&fields, &mut fold);
        if let Some(error) = raised {
            return Err(error);
        }
        outcome?;
        let path = match self.path {
            Some(place) => held.texts[place].clone().unbind(),
            None => py.None(),
        };
        Ok((held.id.unbind(), path))
    }

    /// The fields of an `Article`.
    fn attributes<'py>(&mut self, article: &Bound<'py, PyAny>) -> PyResult<Held<'py>> {
        let py = article.py();
        let get = |name: &Bound<'py, PyString>| article.getattr(name);
        let date = get(intern!(py, "date"))?;
        let has_date = !date.is_none();
        if has_date {
            self.put_date(&date)?;
        }
        Ok(Held {
            id: get(intern!(py, "id"))?,
            title: get(intern!(py, "title"))?,
            body: get(intern!(py, "body"))?,
            byline: items(&get(intern!(py, "byline"))?)?,
            texts: (self.texts.iter())
                .map(|name| get(name.bind(py)))
                .collect::<PyResult<_>>()?,
            metadata: metadata_items(&get(intern!(py, "metadata"))?)?,
            record: number(&get(intern!(py, "record"))?)?,
            has_date,
        })
    }

    /// The fields of a row: id, title, body, byline, date as `isoformat` has it, `instant_us`,
    /// `own_day` as `20190408`, record, metadata, then the attributes that are texts or None.
    fn row_fields<'py>(&mut self, row: &Bound<'py, PyTuple>) -> PyResult<Held<'py>> {
        let get = |place: usize| row.get_item(place);
        let iso = get(4)?;
        let has_date = !iso.is_none();
        if has_date {
            self.date.iso.clear();
            self.date.iso.push_str(text_of(&iso)?);
            self.date.instant_us = get(5)?.extract()?;
            self.date.day.clear();
            self.date.day.push_str(text_of(&get(6)?)?);
        }
        Ok(Held {
            id: get(0)?,
            title: get(1)?,
            body: get(2)?,
            byline: items(&get(3)?)?,
            texts: (9..9 + self.texts.len())
                .map(get)
                .collect::<PyResult<_>>()?,
            metadata: metadata_items(&get(8)?)?,
            record: number(&get(7)?)?,
            has_date,
        })
    }

    /// Put what the index keeps of `date` into `self.date`.
    fn put_date(&mut self, date: &Bound<'_, PyAny>) -> PyResult<()> {
        match civil_date(date)? {
            Some(civil) => index_date(civil, &mut self.date),
            // A subclass may write itself in another way.
            None => {
                let py = date.py();
                self.date.instant_us = self.instant_us.bind(py).call1((date,))?.extract()?;
                let iso = date.call_method0(intern!(py, "isoformat"))?;
                self.date.iso = iso.extract()?;
                let day = self.own_day.bind(py).call1((date,))?;
                let part = |name: &str| day.getattr(name)?.extract::<u32>();
                let (year, month, day) = (part("year")?, part("month")?, part("day")?);
                self.date.day = format!("{year:04}{month:02}{day:02}");
            }
        }
        Ok(())
    }
}

/// A date taken apart, if it is a `date` or a `datetime` and no subclass of them.
fn civil_date(date: &Bound<'_, PyAny>) -> PyResult<Option<CivilDate>> {
    if let Ok(day) = date.cast_exact::<PyDate>() {
        return Ok(Some(CivilDate {
            year: day.get_year(),
            month: day.get_month(),
            day: day.get_day(),
            time: None,
        }));
    }
    let Ok(moment) = date.cast_exact::<PyDateTime>() else {
        return Ok(None);
    };
    let offset = moment.call_method0(intern!(date.py(), "utcoffset"))?;
    let Ok(offset) = offset.cast::<PyDelta>() else {
        return Ok(None);
    };
    let seconds = i64::from(offset.get_days()) * 86_400 + i64::from(offset.get_seconds());
    Ok(Some(CivilDate {
        year: moment.get_year(),
        month: moment.get_month(),
        day: moment.get_day(),
        time: Some(CivilTime {
            hour: moment.get_hour(),
            minute: moment.get_minute(),
            second: moment.get_second(),
            microsecond: moment.get_microsecond(),
            offset_us: seconds * 1_000_000 + i64::from(offset.get_microseconds()),
        }),
    }))
}

type Item<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>, Vec<Bound<'py, PyAny>>);

/// The names and values of a dict of metadata; of values that are none themselves, their items.
fn metadata_items<'py>(metadata: &Bound<'py, PyAny>) -> PyResult<Vec<Item<'py>>> {
    let metadata = metadata.cast::<PyDict>()?;
    if metadata.is_empty() {
        return Ok(Vec::new());
    }
    let found = metadata.iter().map(|(name, value)| {
        let several = match value.is_instance_of::<PyString>() {
            true => Vec::new(),
            false => items(&value)?,
        };
        Ok((name, value, several))
    });
    found.collect()
}

/// Whether Python is to be asked if the title says that it corrects an article.
fn may_correct(title: &str) -> bool {
    let word = b"correct";
    let mut places = title.as_bytes().windows(word.len());
    places.any(|place| place.eq_ignore_ascii_case(word))
}

fn text_of<'a>(value: &'a Bound<'_, PyAny>) -> PyResult<&'a str> {
    value.cast::<PyString>()?.to_str()
}

fn items<'py>(sequence: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
    match sequence.cast::<PyTuple>() {
        Ok(tuple) => Ok(tuple.iter().collect()),
        Err(_) => sequence.try_iter()?.collect(),
    }
}

/// A number as JSON writes it; None for None.
fn number(value: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    if value.is_none() {
        return Ok(None);
    }
    if let Ok(truth) = value.cast::<PyBool>() {
        return Ok(Some(truth.is_true().to_string()));
    }
    let whole = value
        .cast::<PyInt>()
        .map_err(|_| PyTypeError::new_err("the number of a record is no int"))?;
    match whole.extract::<i64>() {
        Ok(small) => Ok(Some(small.to_string())),
        Err(_) => Ok(Some(whole.as_any().repr()?.extract()?)),
    }
}

fn fold_by_python(
    py: Python<'_>,
    fold_value: &Py<PyAny>,
    folded: &mut HashMap<String, String>,
    value: &str,
    out: &mut String,
) -> PyResult<()> {
    if let Some(known) = folded.get(value) {
        out.push_str(known);
        return Ok(());
    }
    let answer: String = fold_value.bind(py).call1((value,))?.extract()?;
    out.push_str(&answer);
    if folded.len() >= FOLDED_VALUES {
        folded.clear();
    }
    folded.insert(value.to_owned(), answer);
    Ok(())
}
