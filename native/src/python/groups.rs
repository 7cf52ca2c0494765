//! The edge to Python: texts and stories of documents, and answers folded by them.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use super::copies::numbers;
use crate::search::folding::{self, Folded, Unit};
use crate::search::tally::counting::Once;

/// A text, or story, of an answer: segment and number of the article that is shown, the score
/// of the first of it in order, and the number of the text's lead through all segments.
pub type FoldedRow = (u32, u32, f64, u32);

/// The text, and perhaps the story, of each document of a snapshot: of segments with so many
/// documents, `leads` and `firsts` as the files of groups and stories have them (32 bits, as an
/// array's bytes).
#[pyclass(frozen, module = "searcher.codec._native")]
pub struct Groups {
    inner: folding::Groups,
}

#[pymethods]
impl Groups {
    #[new]
    #[pyo3(signature = (counts, leads, firsts))]
    fn new(counts: Vec<u32>, leads: &[u8], firsts: Option<&[u8]>) -> PyResult<Self> {
        let leads = numbers(leads, u32::from_ne_bytes)?;
        let firsts = firsts.map(|firsts| numbers(firsts, u32::from_ne_bytes));
        let inner = folding::Groups::new(counts, &leads, firsts.transpose()?.as_deref())?;
        Ok(Groups { inner })
    }
}

impl Groups {
    pub fn inner(&self) -> &folding::Groups {
        &self.inner
    }
}

pub fn unit_of(name: &str) -> PyResult<Unit> {
    match name {
        "texts" => Ok(Unit::Texts),
        "stories" => Ok(Unit::Stories),
        _ => Err(PyValueError::new_err(format!("cannot fold by {name}"))),
    }
}

/// What counts once: groups, and the name of a unit.
pub fn once_of<'g>(once: &'g Option<(PyRef<'_, Groups>, String)>) -> PyResult<Once<'g>> {
    let Some((groups, name)) = once else {
        return Ok(None);
    };
    Ok(Some((groups.inner(), unit_of(name)?)))
}

/// The texts of an answer.
pub fn rows(folded: &Folded) -> Vec<FoldedRow> {
    let found = folded.matches.iter().map(|one| {
        let shown = one.shown;
        (shown.segment, shown.doc, shown.score, one.lead)
    });
    found.collect()
}
