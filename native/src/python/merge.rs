//! The edge to Python: merging segments.

use std::path::PathBuf;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyDict};

use super::search::scoring_of;
use super::segment::Segment;
use crate::container::cut;
use crate::error::Result;
use crate::fingerprints::table::{self, Table};
use crate::merge::{merge as merge_segments, Order, Source};
use crate::norms::LengthCodes;

/// Write the live documents of `sources` (pairs of a segment and the numbers of its deleted
/// documents) as one segment in the new file `path`; say how many there are, how long titles,
/// bodies and bylines are together, and what copies of them are found by, if `texts` are the
/// files beside all sources that say that.
#[pyfunction]
#[pyo3(signature = (path, sources, length_of_code, scoring, facets, texts=None))]
pub fn merge<'py>(
    py: Python<'py>,
    path: PathBuf,
    sources: Vec<(PyRef<'py, Segment>, Vec<u32>)>,
    length_of_code: Vec<u32>,
    scoring: [f64; 5],
    facets: Vec<u8>,
    texts: Option<Vec<PyBackedBytes>>,
) -> PyResult<Bound<'py, PyDict>> {
    let length_of_code: [u32; 256] = length_of_code
        .try_into()
        .map_err(|_| PyValueError::new_err("there are 256 field norms"))?;
    let sources: Vec<Source> = sources
        .iter()
        .map(|(segment, deleted)| Source {
            segment: segment.inner(),
            deleted: deleted.clone(),
        })
        .collect();
    let (codes, scoring) = (LengthCodes::new(length_of_code), scoring_of(scoring)?);
    cut::install();
    let merged = py.detach(|| merge_segments(&path, &sources, &codes, scoring, &facets));
    for source in &sources {
        source.segment.check_length()?;
    }
    let (summary, order) = merged?;
    let described = PyDict::new(py);
    described.set_item("documents", summary.documents)?;
    let totals: (u64, u64, u64) = summary.field_length_totals.into();
    described.set_item("field_length_totals", totals)?;
    let texts = match &texts {
        Some(texts) => Some(py.detach(|| merged_texts(texts, &order))?),
        None => None,
    };
    described.set_item("texts", texts.map(|texts| PyBytes::new(py, &texts)))?;
    Ok(described)
}

/// What copies are found by, of the documents of the files `texts` in their new order.
fn merged_texts(texts: &[PyBackedBytes], order: &Order) -> Result<Vec<u8>> {
    let numbers = &order.new_number;
    let tables = (texts.iter().zip(numbers))
        .map(|(data, numbers)| Table::open(data, numbers.len()))
        .collect::<Result<Vec<Table>>>()?;
    table::merge(&tables, numbers, order.documents.len())
}
