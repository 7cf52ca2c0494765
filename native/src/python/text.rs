//! The edge to Python: tokens and boundaries, and where their rules come from.
//!
//! The classes of characters are those of the running interpreter, and what is a mark or
//! unspaced, and the word lists, are read from `searcher.analysis`: nothing is defined
//! twice.  They are read once a process; [`text_rules`] hands them to whoever builds.
//!
//! Python counts characters where the core counts bytes of UTF-8; offsets are converted here.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyString};

use crate::error::{CoreError, Result};
use crate::text::classes::{self, Page};
use crate::text::{self, ClassSource, Classes, List, SentenceWords, Span as ByteSpan, TextRules};

type Spans = Vec<(usize, usize)>;
type Starts = Vec<u32>;

/// The rules of the running Python, the same for all callers.
pub fn text_rules(py: Python<'_>) -> PyResult<Arc<TextRules>> {
    static RULES: PyOnceLock<Arc<TextRules>> = PyOnceLock::new();
    let rules = RULES.get_or_try_init(py, || {
        let rules = TextRules {
            classes: character_classes(py)?,
            words: sentence_words(py)?,
        };
        Ok::<_, PyErr>(Arc::new(rules))
    })?;
    Ok(rules.clone())
}

/// The classes of characters of the running Python, the same for all callers.
pub fn character_classes(py: Python<'_>) -> PyResult<Arc<Classes>> {
    static CLASSES: PyOnceLock<Arc<Classes>> = PyOnceLock::new();
    let classes = CLASSES.get_or_try_init(py, || {
        Ok::<_, PyErr>(Arc::new(Classes::new(Box::new(RunningPython::new(py)?))))
    })?;
    Ok(classes.clone())
}

/// Return where the tokens of `text` start and end, in characters.
#[pyfunction]
pub fn token_spans(py: Python<'_>, text: &str) -> PyResult<Spans> {
    let rules = text_rules(py)?;
    let spans = spans_of(text, &rules)?;
    let mut characters = Characters::of(text);
    let converted = spans
        .iter()
        .map(|span| (characters.before(span.start), characters.before(span.end)));
    Ok(converted.collect())
}

/// Return the positions of the tokens that open sentences and paragraphs.
#[pyfunction]
pub fn boundaries(py: Python<'_>, text: &str) -> PyResult<(Starts, Starts)> {
    let rules = text_rules(py)?;
    let spans = spans_of(text, &rules)?;
    let (mut sentences, mut paragraphs) = (Vec::new(), Vec::new());
    text::boundaries(
        text,
        &spans,
        &rules.words,
        &rules.classes,
        &mut sentences,
        &mut paragraphs,
    )?;
    Ok((sentences, paragraphs))
}

fn spans_of(text: &str, rules: &TextRules) -> PyResult<Vec<ByteSpan>> {
    let mut spans = Vec::new();
    text::token_spans(text, &rules.classes, &mut spans)?;
    Ok(spans)
}

/// Counts the characters before ascending places of a text.
struct Characters<'a> {
    bytes: &'a [u8],
    at: usize,
    count: usize,
}

impl<'a> Characters<'a> {
    fn of(text: &'a str) -> Self {
        Characters {
            bytes: text.as_bytes(),
            at: 0,
            count: 0,
        }
    }

    fn before(&mut self, place: u32) -> usize {
        let place = place as usize;
        let passed = &self.bytes[self.at..place];
        // Bytes of the form 10xxxxxx continue a character.
        self.count += passed.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
        self.at = place;
        self.count
    }
}

/// Answers for pages of characters by asking the running interpreter.
struct RunningPython {
    /// `chr`
    character: Py<PyAny>,
    /// What stands for a character in the expression of tokens; see `tokens.py`.
    shapes: Py<PyDict>,
    mark: String,
    unspaced: String,
}

impl RunningPython {
    fn new(py: Python<'_>) -> PyResult<Self> {
        let tokens = py.import("searcher.analysis.tokens")?;
        Ok(RunningPython {
            character: py.import("builtins")?.getattr("chr")?.unbind(),
            shapes: tokens.getattr("_SHAPES")?.cast_into::<PyDict>()?.unbind(),
            mark: tokens.getattr("_MARK")?.extract()?,
            unspaced: tokens.getattr("_UNSPACED")?.extract()?,
        })
    }

    fn classes_of(&self, py: Python<'_>, point: u32) -> PyResult<u16> {
        let character = self.character.bind(py).call1((point,))?;
        let mut classes = 0;
        for (method, class) in [
            ("isalnum", classes::ALPHANUMERIC),
            ("isdecimal", classes::DECIMAL),
            ("isdigit", classes::DIGIT),
            ("isalpha", classes::ALPHA),
            ("isspace", classes::SPACE),
            ("islower", classes::LOWER),
            ("isupper", classes::UPPER),
            ("istitle", classes::TITLE),
        ] {
            let method = PyString::intern(py, method);
            if character.call_method0(method)?.is_truthy()? {
                classes |= class;
            }
        }
        if classes & classes::UPPER != 0 {
            // A single capital is a title to `istitle`, too.
            classes &= !classes::TITLE;
        }
        // By its own `__getitem__`, which also answers for what is not yet in the mapping.
        let shape = self.shapes.bind(py).as_any().get_item(point)?;
        let shape = shape.cast::<PyString>()?.to_cow()?;
        if shape == self.mark {
            classes |= classes::MARK;
        }
        if shape == self.unspaced {
            classes |= classes::UNSPACED;
        }
        Ok(classes)
    }
}

impl ClassSource for RunningPython {
    fn page(&self, number: u32) -> Result<Page> {
        Python::attach(|py| {
            let mut page: Page = [0; 256];
            for (point, classes) in (number * 256..).zip(page.iter_mut()) {
                *classes = self.classes_of(py, point)?;
            }
            Ok(page)
        })
        .map_err(|error: PyErr| CoreError::Invalid(format!("classes of characters: {error}")))
    }
}

/// The word lists as `searcher.analysis.sentence_words` has them.
fn sentence_words(py: Python<'_>) -> PyResult<SentenceWords> {
    let module = py.import("searcher.analysis.sentence_words")?;
    let mut listed = Vec::new();
    for (list, name) in List::ALL {
        for word in module.getattr(name)?.try_iter()? {
            listed.push((list, word?.extract::<String>()?));
        }
    }
    Ok(SentenceWords::new(listed))
}
