//! The edge to Python: which articles have the same text.

use std::collections::HashSet;
use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString};

use super::copy_sides::{encoded, verify, BeforeRow, Past, SegmentRow, Side};
use super::segment::Segment;
use super::text::text_rules;
use crate::container::cut;
use crate::copies::articles::{Articles, Bodies};
use crate::copies::changes::regroup;
use crate::copies::comparison::{compare, Compared, Comparing, Rules};
use crate::copies::grouping::group_all;
use crate::copies::kept_forms::KeptForms;
use crate::copies::lists::Lists;
use crate::copies::lookups::Lookups;
use crate::copies::stories::{stories_of, Told};
use crate::copies::words::{Folding, Words};
use crate::error::{CoreError, Result};
use crate::fingerprints::table;
use crate::segment;
use crate::text::TextRules;

type Counts = (u32, u32, u32, u32, u32, u32, u32, u32, u32);

/// Texts of one archive, by the forms that its analyzer makes.
#[pyclass]
pub struct Texts {
    rules: Arc<TextRules>,
    words: Words,
    kept: KeptForms,
    /// The segments whose places in memory tell apart what is kept.
    kept_segments: Vec<Arc<segment::Segment>>,
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
            kept: KeptForms::default(),
            kept_segments: Vec::new(),
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
        let (classes, mut forms) = (&self.rules.classes, Vec::new());
        let facts = (self.words).facts(text, correction, &mut forms, classes, &mut asking);
        let mut facts = asking.told(facts)?;
        facts.fingerprints.sort_unstable();
        facts.fingerprints.dedup();
        let fingerprints = native_bytes(py, &facts.fingerprints);
        Ok((facts.key, facts.length, fingerprints))
    }

    /// The file beside a native segment with these documents deleted, worked out from what is
    /// stored there.
    ///
    /// `mark` is asked of documents whose stored fields may say so: None if they have a status,
    /// else whether they are corrections.
    fn table_of<'py>(
        &mut self,
        py: Python<'py>,
        segment: PyRef<'py, Segment>,
        deleted: Vec<u32>,
        mark: Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        cut::install();
        let segment = segment.inner();
        self.kept_segments.push(segment.clone());
        let (store, container) = (segment.store()?, segment.container());
        let deleted: HashSet<u32> = deleted.into_iter().collect();
        let mut by_slot = Vec::new();
        for document in (0..segment.doc_count()).filter(|number| !deleted.contains(number)) {
            by_slot.push((store.slot(container, document)?, document));
        }
        by_slot.sort_unstable();
        let count = segment.doc_count() as usize;
        let (mut keys, mut lengths) = (vec![0; count], vec![0; count]);
        let (mut ranges, mut fingerprints) = (vec![0..0; count], Vec::new());
        let mut forms = Vec::new();
        let mut reader = store.in_order(container);
        for (turn, (slot, document)) in by_slot.into_iter().enumerate() {
            if turn.is_multiple_of(256) {
                py.check_signals()?;
            }
            let (hot, body) = reader.article(slot)?;
            let correction = match may_be_marked(hot) {
                true => mark.call1((document,))?.extract()?,
                false => Some(false),
            };
            let Some(correction) = correction else {
                continue;
            };
            self.words.bound();
            let mut asking = Asking::new(py, &self.fold);
            let (text, classes) = (text_of(body)?, &self.rules.classes);
            let facts = (self.words).facts(text, correction, &mut forms, classes, &mut asking);
            let facts = asking.told(facts)?;
            let place = (Arc::as_ptr(&segment) as usize, document);
            self.kept.put(self.words.generation(), place, &forms);
            let document = document as usize;
            keys[document] = facts.key;
            lengths[document] = facts.length;
            let start = fingerprints.len();
            fingerprints.extend_from_slice(&facts.fingerprints);
            ranges[document] = start..fingerprints.len();
        }
        segment.check_length()?;
        if fingerprints.len() > u32::MAX as usize {
            return Err(PyValueError::new_err("2^32 fingerprints or more"));
        }
        let texts = py.detach(|| {
            let own = ranges.iter().map(|range| &fingerprints[range.clone()]);
            table::encode_each(&keys, &lengths, own, fingerprints.len())
        });
        Ok(PyBytes::new(py, &texts))
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
        let [a, b] = [a, b].map(|forms| {
            let runs = self.words.run_numbers(&forms);
            Compared { forms, runs }
        });
        let mut comparing = Comparing::default();
        let found = compare(&self.words, (&a, key_a), (&b, key_b), &mut comparing);
        Ok(found.counts().into())
    }

    /// Which of all articles are copies of which: the lead of each document (32 bits) and the
    /// links, as they lie in a file of groups.
    ///
    /// `side` are the segments, with documents numbered through all of them: of each the file
    /// beside it, the segment if it is a native one, its deleted documents, its instants (64
    /// bits), its days (32) and its digests (64), as the bytes of an `array`.  `body` and `id`
    /// give the text and the id of a document of any other.
    ///
    /// `before` is what the last commit had: its side, what gives texts there, and the leads and
    /// links of its groups.  If less has changed since than makes it worth while to look at all
    /// articles, only what may be concerned is looked at.
    #[pyo3(signature = (side, body, id, *, before=None, cover_percent, near_days))]
    #[allow(clippy::too_many_arguments)] // as Python passes them, most by name
    fn group<'py>(
        &mut self,
        py: Python<'py>,
        side: Vec<SegmentRow<'py>>,
        body: Bound<'py, PyAny>,
        id: Bound<'py, PyAny>,
        before: Option<BeforeRow<'py>>,
        cover_percent: u32,
        near_days: u32,
    ) -> PyResult<(Bound<'py, PyBytes>, Bound<'py, PyBytes>)> {
        cut::install();
        let rules = Rules {
            cover_percent,
            near_days,
        };
        let side = Side::new(side)?;
        let tables = side.tables()?;
        let (columns, numbers) = side.columns(&tables)?;
        let past = match before {
            Some(before) => Past::new(before, &side, &columns.keys)?,
            None => None,
        };
        let removed = match &past {
            Some(past) => past.removed(py, &self.fold, &self.rules, &mut self.words)?,
            None => Vec::new(),
        };
        let mut bodies = AskedBodies {
            asking: Asking::new(py, &self.fold),
            side: &side,
            body,
            id,
            rules: self.rules.clone(),
            words: &mut self.words,
            kept: Some(&self.kept),
        };
        let groups = Articles::new(columns, &mut bodies).and_then(|articles| {
            if let Some(past) = past {
                let lookups = Lookups::new(&articles, &tables, &numbers);
                let before = past.before(removed);
                return regroup(&articles, lookups, before, rules, &mut bodies);
            }
            let lists = Lists::new(&articles, &tables, &numbers)?;
            group_all(&articles, lists, rules, &mut bodies)
        });
        let groups = bodies.asking.told(groups);
        self.kept.clear();
        self.kept_segments.clear();
        side.check_length()?;
        let groups = groups?;
        let links = encoded(&groups.links);
        Ok((native_bytes(py, &groups.leads), PyBytes::new(py, &links)))
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
            asking: Asking::new(py, &self.fold),
            text,
            stems,
            rules: self.rules.clone(),
            words: &mut self.words,
        };
        let found = stories_of(&days, &mut told);
        let found = told.asking.told(found)?;
        Ok(native_bytes(py, &found))
    }
}

/// Whether the stored fields of an article may say that it has a status or corrects another.
/// (No letter of `correct` is a letter beyond ASCII in another case.)
fn may_be_marked(hot: &[u8]) -> bool {
    let is_at = |place: usize, word: &[u8]| {
        let found = hot.get(place..place + word.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(word))
    };
    (0..).zip(hot).any(|(place, byte)| match byte {
        b'"' => is_at(place, b"\"status\""),
        b'c' | b'C' => is_at(place, b"correct"),
        _ => false,
    })
}

/// The file beside a segment: keys, lengths, where the fingerprints of each document begin and the
/// end, and these.
#[pyfunction]
pub fn pack_texts<'py>(
    py: Python<'py>,
    keys: &[u8],
    lengths: &[u8],
    starts: &[u8],
    fingerprints: &[u8],
) -> PyResult<Bound<'py, PyBytes>> {
    let keys = numbers(keys, u64::from_ne_bytes)?;
    let lengths = numbers(lengths, u32::from_ne_bytes)?;
    let starts = numbers(starts, u64::from_ne_bytes)?;
    let fingerprints = numbers(fingerprints, u32::from_ne_bytes)?;
    let data = py.detach(|| table::encode(&keys, &lengths, &starts, &fingerprints))?;
    Ok(PyBytes::new(py, &data))
}

/// Where the fingerprints of each document begin, and the end; and the fingerprints: of a file
/// beside a segment with so many documents.
#[pyfunction]
pub fn unpack_fingerprints<'py>(
    py: Python<'py>,
    data: &[u8],
    documents: usize,
) -> PyResult<(Bound<'py, PyBytes>, Bound<'py, PyBytes>)> {
    let (starts, fingerprints) =
        py.detach(|| table::unpack(&table::Table::open(data, documents)?))?;
    let starts = PyBytes::new(py, bytemuck::cast_slice(&starts));
    Ok((
        starts,
        PyBytes::new(py, bytemuck::cast_slice(&fingerprints)),
    ))
}

/// Raise if a lead does not lead or a link is of nothing: the leads (32 bits) and the links, as
/// they lie in a file of groups.
#[pyfunction]
pub fn verify_groups(leads: &[u8], links: &[u8]) -> PyResult<()> {
    verify(&numbers(leads, u32::from_le_bytes)?, links)
}

/// The numbers in an array's bytes.
pub(super) fn numbers<const N: usize, T>(bytes: &[u8], read: fn([u8; N]) -> T) -> PyResult<Vec<T>> {
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

/// Asks Python for forms, and keeps what it raises: the core knows only that something failed.
pub(super) struct Asking<'py, 'a> {
    py: Python<'py>,
    fold: &'a Py<PyAny>,
    error: Option<PyErr>,
}

impl<'py, 'a> Asking<'py, 'a> {
    pub fn new(py: Python<'py>, fold: &'a Py<PyAny>) -> Self {
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
    pub fn told<T>(&mut self, found: Result<T>) -> PyResult<T> {
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

/// Reads articles of one side: what is native in the core, all else through Python.
pub(super) struct AskedBodies<'py, 'a> {
    pub asking: Asking<'py, 'a>,
    pub side: &'a Side,
    pub body: Bound<'py, PyAny>,
    pub id: Bound<'py, PyAny>,
    pub rules: Arc<TextRules>,
    pub words: &'a mut Words,
    pub kept: Option<&'a KeptForms>,
}

impl AskedBodies<'_, '_> {
    fn asked(&mut self, function: &Bound<'_, PyAny>, article: u32) -> Result<String> {
        let text = function.call1((article,)).and_then(|text| text.extract());
        self.asking.kept(text)
    }
}

impl Bodies for AskedBodies<'_, '_> {
    fn forms(&mut self, article: u32) -> Result<Vec<u32>> {
        let (place, document) = self.side.place(article);
        let text = match &self.side.segments[place].native {
            Some(segment) => {
                let place = (Arc::as_ptr(segment) as usize, document);
                let generation = self.words.generation();
                if let Some(forms) = self.kept.and_then(|kept| kept.get(generation, place)) {
                    return Ok(forms);
                }
                let body = segment.cold(document)?;
                self.words.bound();
                let (text, classes) = (text_of(&body)?, &self.rules.classes);
                return self.words.of_text(text, classes, &mut self.asking);
            }
            None => self.asked(&self.body.clone(), article)?,
        };
        self.words.bound();
        self.words
            .of_text(&text, &self.rules.classes, &mut self.asking)
    }

    fn words(&self) -> &Words {
        self.words
    }

    fn id(&mut self, article: u32) -> Result<Vec<u8>> {
        let (place, document) = self.side.place(article);
        match &self.side.segments[place].native {
            Some(segment) => segment.id(document),
            None => Ok(self.asked(&self.id.clone(), article)?.into_bytes()),
        }
    }

    fn are_by_id(&self, articles: &[u32]) -> bool {
        let places = articles.iter().map(|&article| self.side.place(article).0);
        let [first, last] = [places.clone().min(), places.max()];
        first == last && first.is_some_and(|place| self.side.segments[place].native.is_some())
    }

    fn pause(&mut self) -> Result<()> {
        let signals = self.asking.py.check_signals();
        self.asking.kept(signals)
    }
}

fn text_of(bytes: &[u8]) -> Result<&str> {
    std::str::from_utf8(bytes).map_err(|_| CoreError::Invalid("a body is not UTF-8".into()))
}

/// Asks Python for titles, bodies and stems of texts.
struct AskedTexts<'py, 'a> {
    asking: Asking<'py, 'a>,
    text: Bound<'py, PyAny>,
    stems: Bound<'py, PyAny>,
    rules: Arc<TextRules>,
    words: &'a mut Words,
}

impl Told for AskedTexts<'_, '_> {
    fn forms(&mut self, text: u32, is_void: &mut bool) -> Result<(Vec<u32>, Vec<u32>)> {
        let told = self.text.call1((text,)).and_then(|told| told.extract());
        let (title, body): (Bound<'_, PyString>, Bound<'_, PyString>) = self.asking.kept(told)?;
        let generation = self.words.generation();
        self.words.bound();
        *is_void = self.words.generation() != generation;
        let mut forms = |text: &Bound<'_, PyString>| -> Result<Vec<u32>> {
            let text = self.asking.kept(text.to_str())?;
            self.words
                .of_text(text, &self.rules.classes, &mut self.asking)
        };
        Ok((forms(&title)?, forms(&body)?))
    }

    fn stems(&mut self, forms: &[u32]) -> Result<Vec<String>> {
        let answer = (|| {
            let texts = forms.iter().map(|&form| {
                let bytes = self.words.text(form);
                Ok(PyString::new(
                    self.asking.py,
                    &String::from_utf8(bytes.to_vec())?,
                ))
            });
            let texts = PyList::new(self.asking.py, texts.collect::<PyResult<Vec<_>>>()?)?;
            self.stems.call1((texts,))?.extract()
        })();
        let stems: Vec<String> = self.asking.kept(answer)?;
        match stems.len() == forms.len() {
            true => Ok(stems),
            false => Err(CoreError::Invalid(
                "a stem for each form is wanted".to_owned(),
            )),
        }
    }

    fn pause(&mut self) -> Result<()> {
        let signals = self.asking.py.check_signals();
        self.asking.kept(signals)
    }
}
