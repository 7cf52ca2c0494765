//! The edge to Python: which articles have the same text.

use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString};

use super::text::text_rules;
use crate::copies::comparison::{compare, Agreement, Compared, Kind, Rules};
use crate::copies::grouping::{group_all, Articles, Bodies};
use crate::copies::stories::{stories_of, Told};
use crate::copies::table;
use crate::copies::words::{Folding, Words};
use crate::error::{CoreError, Result};
use crate::text::TextRules;

type Counts = (u32, u32, u32, u32, u32, u32, u32, u32, u32);
/// Article, lead, whether it is a copy (or a version), and what was counted of the words.
type LinkRow = (u32, u32, bool, Option<Counts>);

/// Texts of one archive, by the forms that its analyzer makes.
#[pyclass]
pub struct Texts {
    rules: Arc<TextRules>,
    words: Words,
    fold: Py<PyAny>,
}

#[pymethods]
impl Texts {
    /// `fold` makes forms of a list of tokens.
    #[new]
    fn new(py: Python<'_>, fold: Py<PyAny>) -> PyResult<Self> {
        Ok(Texts {
            rules: text_rules(py)?,
            words: Words::default(),
            fold,
        })
    }

    /// The key of a text, how many words it has, and its fingerprints, ascending: 32 bits each.
    fn facts<'py>(
        &mut self,
        py: Python<'py>,
        text: &str,
        correction: bool,
    ) -> PyResult<(u64, u32, Bound<'py, PyBytes>)> {
        self.words.bound();
        let mut asking = Asking::new(py, &self.fold);
        let forms = self.words.of_text(text, &self.rules.classes, &mut asking);
        let facts = self.words.facts(&asking.told(forms)?, correction);
        let fingerprints = native_bytes(py, &facts.fingerprints);
        Ok((facts.key, facts.length, fingerprints))
    }

    /// What two texts of these forms have in common: the nine numbers of `Agreement`.
    fn compare(
        &mut self,
        py: Python<'_>,
        a: Vec<Bound<'_, PyString>>,
        b: Vec<Bound<'_, PyString>>,
        key_a: u64,
        key_b: u64,
    ) -> PyResult<Counts> {
        self.words.bound();
        let mut asking = Asking::new(py, &self.fold);
        let mut numbers = |forms: Vec<Bound<'_, PyString>>| -> PyResult<Vec<u32>> {
            let numbers = forms.iter().map(|form| {
                let number = self.words.of_form(form.to_str()?, &mut asking);
                asking.told(number)
            });
            numbers.collect()
        };
        let (a, b) = (numbers(a)?, numbers(b)?);
        let (a, b) = (Compared::new(&self.words, a), Compared::new(&self.words, b));
        Ok(counts_of(&compare(&self.words, &a, &b, key_a, key_b)))
    }

    /// Which of all articles are copies of which: the lead of each, 32 bits each, and the links.
    ///
    /// Arrays come as the bytes of an `array` of Python: keys (64 bits), days (32, with a sign;
    /// the smallest number is an unknown one), lengths (32), the articles in their order (32),
    /// where the fingerprints of each begin and the end (64), fingerprints (32).  `body` gives
    /// the text of an article.
    #[pyo3(signature = (keys, days, lengths, order, starts, fingerprints, body, *, cover_percent, near_days))]
    #[allow(clippy::too_many_arguments)]
    fn group<'py>(
        &mut self,
        py: Python<'py>,
        keys: &[u8],
        days: &[u8],
        lengths: &[u8],
        order: &[u8],
        starts: &[u8],
        fingerprints: &[u8],
        body: Bound<'py, PyAny>,
        cover_percent: u32,
        near_days: u32,
    ) -> PyResult<(Bound<'py, PyBytes>, Bound<'py, PyList>)> {
        let keys = numbers(keys, u64::from_ne_bytes)?;
        let days = numbers(days, i32::from_ne_bytes)?;
        let lengths = numbers(lengths, u32::from_ne_bytes)?;
        let order = numbers(order, u32::from_ne_bytes)?;
        let starts = numbers(starts, u64::from_ne_bytes)?;
        let fingerprints = numbers(fingerprints, u32::from_ne_bytes)?;
        let articles = Articles {
            keys: &keys,
            days: &days,
            lengths: &lengths,
            order: &order,
            starts: &starts,
            fingerprints: &fingerprints,
        };
        let rules = Rules {
            cover_percent,
            near_days,
        };
        let mut bodies = AskedBodies {
            asking: Asking::new(py, &self.fold),
            body,
            rules: self.rules.clone(),
            words: &mut self.words,
        };
        let groups = group_all(&articles, rules, &mut bodies);
        let groups = bodies.asking.told(groups)?;
        let rows = groups.links.iter().map(|link| -> LinkRow {
            let counts = link.agreement.as_ref().map(counts_of);
            (link.article, link.lead, link.kind == Kind::Copy, counts)
        });
        let rows = PyList::new(py, rows.collect::<Vec<_>>())?;
        Ok((native_bytes(py, &groups.leads), rows))
    }

    /// Which texts are about one event: of each the first one of its story, 32 bits each.
    ///
    /// Texts are numbered in the order of articles; `days` as for `group`.  `text` gives the
    /// title and the body of one, `stems` the stems of forms.
    fn stories<'py>(
        &mut self,
        py: Python<'py>,
        days: &[u8],
        text: Bound<'py, PyAny>,
        stems: Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let days = numbers(days, i32::from_ne_bytes)?;
        let mut told = AskedTexts {
            bodies: AskedBodies {
                asking: Asking::new(py, &self.fold),
                body: text,
                rules: self.rules.clone(),
                words: &mut self.words,
            },
            stems,
        };
        let found = stories_of(&days, &mut told);
        let found = told.bodies.asking.told(found)?;
        Ok(native_bytes(py, &found))
    }
}

/// Pack the fingerprints of documents: how many pairs, the bits of the directory, it, and the
/// pairs.  Arrays as for [`Texts::group`].
#[pyfunction]
pub fn pack_fingerprints<'py>(
    py: Python<'py>,
    starts: &[u8],
    fingerprints: &[u8],
    document_bits: u32,
) -> PyResult<(u64, u32, Bound<'py, PyBytes>, Bound<'py, PyBytes>)> {
    let starts = numbers(starts, u64::from_ne_bytes)?;
    let fingerprints = numbers(fingerprints, u32::from_ne_bytes)?;
    let packed = py.detach(|| table::pack(&starts, &fingerprints, document_bits))?;
    let directory = native_bytes(py, &packed.directory);
    let pairs = PyBytes::new(py, &packed.bytes);
    Ok((packed.pairs, packed.directory_bits, directory, pairs))
}

/// Where the fingerprints of each document begin, and the end; and the fingerprints.
#[pyfunction]
pub fn unpack_fingerprints<'py>(
    py: Python<'py>,
    directory: &[u8],
    pairs: &[u8],
    documents: usize,
    directory_bits: u32,
    document_bits: u32,
) -> PyResult<(Bound<'py, PyBytes>, Bound<'py, PyBytes>)> {
    let directory = numbers(directory, u32::from_ne_bytes)?;
    let (starts, fingerprints) =
        py.detach(|| table::unpack(&directory, pairs, documents, directory_bits, document_bits))?;
    let starts = PyBytes::new(py, bytemuck::cast_slice(&starts));
    Ok((starts, native_bytes(py, &fingerprints)))
}

/// The numbers in an array's bytes.
fn numbers<const N: usize, T>(bytes: &[u8], read: fn([u8; N]) -> T) -> PyResult<Vec<T>> {
    let chunks = bytes.chunks_exact(N);
    if !chunks.remainder().is_empty() {
        return Err(PyValueError::new_err("an array that ends within a number"));
    }
    let whole = chunks.filter_map(|chunk| chunk.try_into().ok());
    Ok(whole.map(read).collect())
}

fn native_bytes<'py>(py: Python<'py>, numbers: &[u32]) -> Bound<'py, PyBytes> {
    PyBytes::new(py, bytemuck::cast_slice(numbers))
}

fn counts_of(found: &Agreement) -> Counts {
    (
        found.shorter,
        found.longer,
        found.same,
        found.near,
        found.facts,
        found.facts_different,
        found.others,
        found.others_different,
        found.shared,
    )
}

/// Asks Python for forms, and keeps what it raises: the core knows only that something failed.
struct Asking<'py, 'a> {
    py: Python<'py>,
    fold: &'a Py<PyAny>,
    error: Option<PyErr>,
}

impl<'py, 'a> Asking<'py, 'a> {
    fn new(py: Python<'py>, fold: &'a Py<PyAny>) -> Self {
        Asking {
            py,
            fold,
            error: None,
        }
    }

    fn kept<T>(&mut self, answer: PyResult<T>) -> Result<T> {
        answer.map_err(|error| {
            let told = CoreError::Invalid(error.to_string());
            self.error = Some(error);
            told
        })
    }

    /// What the core found, or what Python raised meanwhile.
    fn told<T>(&mut self, found: Result<T>) -> PyResult<T> {
        found.map_err(|error| self.error.take().unwrap_or_else(|| error.into()))
    }
}

impl Folding for Asking<'_, '_> {
    fn fold(&mut self, surfaces: &[&str]) -> Result<Vec<String>> {
        let answer = (|| {
            let surfaces = PyList::new(self.py, surfaces)?;
            let forms = self.fold.bind(self.py).call1((surfaces,))?;
            forms.try_iter()?.map(|form| form?.extract()).collect()
        })();
        self.kept(answer)
    }

    fn is_decimal(&mut self, character: char) -> Result<bool> {
        let character = PyString::new(self.py, character.encode_utf8(&mut [0; 4]));
        let answer = character.call_method0("isdecimal");
        self.kept(answer.and_then(|answer| answer.extract()))
    }
}

struct AskedBodies<'py, 'a> {
    asking: Asking<'py, 'a>,
    body: Bound<'py, PyAny>,
    rules: Arc<TextRules>,
    words: &'a mut Words,
}

struct AskedTexts<'py, 'a> {
    bodies: AskedBodies<'py, 'a>,
    stems: Bound<'py, PyAny>,
}

impl Told for AskedTexts<'_, '_> {
    fn forms(&mut self, text: u32, is_void: &mut bool) -> Result<(Vec<u32>, Vec<u32>)> {
        let own = &mut self.bodies;
        let told = own.body.call1((text,)).and_then(|told| told.extract());
        let (title, body): (Bound<'_, PyString>, Bound<'_, PyString>) = own.asking.kept(told)?;
        *is_void = own.words.bound();
        let mut forms = |text: &Bound<'_, PyString>| -> Result<Vec<u32>> {
            let text = own.asking.kept(text.to_str())?;
            own.words.of_text(text, &own.rules.classes, &mut own.asking)
        };
        Ok((forms(&title)?, forms(&body)?))
    }

    fn stems(&mut self, forms: &[u32]) -> Result<Vec<String>> {
        let own = &mut self.bodies;
        let answer = (|| {
            let texts = forms.iter().map(|&form| {
                let bytes = own.words.text(form);
                Ok(PyString::new(
                    own.asking.py,
                    &String::from_utf8(bytes.to_vec())?,
                ))
            });
            let texts = PyList::new(own.asking.py, texts.collect::<PyResult<Vec<_>>>()?)?;
            self.stems.call1((texts,))?.extract()
        })();
        let stems: Vec<String> = own.asking.kept(answer)?;
        match stems.len() == forms.len() {
            true => Ok(stems),
            false => Err(CoreError::Invalid(
                "a stem for each form is wanted".to_owned(),
            )),
        }
    }

    fn pause(&mut self) -> Result<()> {
        self.bodies.pause()
    }
}

impl Bodies for AskedBodies<'_, '_> {
    fn forms(&mut self, article: u32, is_void: &mut bool) -> Result<Vec<u32>> {
        let text = self
            .body
            .call1((article,))
            .and_then(|body| Ok(body.cast_into::<PyString>()?));
        let text = self.asking.kept(text)?;
        let text = self.asking.kept(text.to_str())?;
        *is_void = self.words.bound();
        self.words
            .of_text(text, &self.rules.classes, &mut self.asking)
    }

    fn words(&self) -> &Words {
        self.words
    }

    fn pause(&mut self) -> Result<()> {
        let signals = self.asking.py.check_signals();
        self.asking.kept(signals)
    }
}
