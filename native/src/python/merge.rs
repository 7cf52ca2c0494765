//! The edge to Python: merging segments.

use std::path::PathBuf;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::search::scoring_of;
use super::segment::Segment;
use crate::container::cut;
use crate::merge::{merge as merge_segments, Source};
use crate::norms::LengthCodes;

/// Write the live documents of `sources` (pairs of a segment and the numbers of its deleted
/// documents) as one segment in the new file `path`; say how many there are and how long
/// titles, bodies and bylines are together.
#[pyfunction]
pub fn merge<'py>(
    py: Python<'py>,
    path: PathBuf,
    sources: Vec<(PyRef<'py, Segment>, Vec<u32>)>,
    length_of_code: Vec<u32>,
    scoring: [f64; 5],
    facets: Vec<u8>,
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
    let summary = merged?;
    let described = PyDict::new(py);
    described.set_item("documents", summary.documents)?;
    let totals: (u64, u64, u64) = summary.field_length_totals.into();
    described.set_item("field_length_totals", totals)?;
    Ok(described)
}
