//! The edge to Python: one native segment.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::columns::bytes_of;
use crate::container::{cut, Section};
use crate::error::CoreError;
use crate::search::plan::expand::near_forms;
use crate::segment::{self, WholeList};

/// One native segment, mapped into memory; may be used from any thread.
///
/// Arrays are returned as bytes, little-endian.
#[pyclass(frozen, module = "searcher.codec._native")]
pub struct Segment {
    inner: Arc<segment::Segment>,
}

impl Segment {
    pub fn inner(&self) -> Arc<segment::Segment> {
        self.inner.clone()
    }
}

impl Segment {
    /// What is read of the segment, if it is whole still when that is done.
    fn whole<R, E: Into<PyErr>>(
        &self,
        read: impl FnOnce(&segment::Segment) -> Result<R, E>,
    ) -> PyResult<R> {
        cut::install();
        let found = read(&self.inner);
        self.inner.check_length()?;
        found.map_err(Into::into)
    }
}

type NearForm<'py> = (Bound<'py, PyBytes>, (u32, u32, u32));

pub(super) type Columns<'py> = (
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
);

#[pymethods]
impl Segment {
    /// Open the segment file `path`.
    #[new]
    fn new(path: PathBuf) -> PyResult<Self> {
        let inner = Arc::new(segment::Segment::open(&path)?);
        inner.check_length()?;
        Ok(Self { inner })
    }

    #[getter]
    fn doc_count(&self) -> u32 {
        self.inner.doc_count()
    }

    /// The recorded lengths of all titles, bodies and bylines, added up.
    #[getter]
    fn field_length_totals(&self) -> (u64, u64, u64) {
        self.inner.meta().field_length_totals.into()
    }

    /// Documents, frequencies and positions of a form in a text field; None without any.
    fn posting_list<'py>(
        &self,
        py: Python<'py>,
        field: &str,
        form: &[u8],
    ) -> PyResult<Option<Columns<'py>>> {
        let field = text_field(field)?;
        let found = self.whole(|inner| inner.form_postings(field, form))?;
        Ok(found.map(|list| columns(py, &list)))
    }

    /// The forms in a text field that begin with `prefix`, in byte order.
    fn field_forms<'py>(
        &self,
        py: Python<'py>,
        field: &str,
        prefix: &[u8],
    ) -> PyResult<Vec<Bound<'py, PyBytes>>> {
        let field = text_field(field)?;
        self.whole(|inner| {
            let mut forms = Vec::new();
            let mut cursor = inner.forms_from(prefix)?;
            while let Some((form, info)) = cursor.next()? {
                if !form.starts_with(prefix) {
                    break;
                }
                if info()?.df[field] > 0 {
                    forms.push(PyBytes::new(py, form));
                }
            }
            Ok::<_, CoreError>(forms)
        })
    }

    /// The forms of a stem, in byte order.
    fn forms_of_stem<'py>(
        &self,
        py: Python<'py>,
        stem: &[u8],
    ) -> PyResult<Vec<Bound<'py, PyBytes>>> {
        let forms = self.whole(|inner| inner.forms_of_stem(stem))?;
        Ok(forms.iter().map(|form| PyBytes::new(py, form)).collect())
    }

    /// How many documents hold a form in title, body and byline.
    fn form_frequencies(&self, form: &[u8]) -> PyResult<(u32, u32, u32)> {
        let found = self.whole(|inner| inner.form(form))?;
        Ok(found.map_or((0, 0, 0), |info| info.df.into()))
    }

    /// The forms that begin as `form` and are at most `edits` slips from it, in byte order,
    /// each with how many documents hold it in title, body and byline.
    fn near_forms<'py>(
        &self,
        py: Python<'py>,
        form: &str,
        edits: usize,
    ) -> PyResult<Vec<NearForm<'py>>> {
        let found = self.whole(|inner| near_forms(inner, form, edits))?;
        let found = found.iter();
        Ok(found
            .map(|(form, df)| (PyBytes::new(py, form), (*df).into()))
            .collect())
    }

    /// The documents that hold a value of the field of that number; None without any.
    fn value_documents<'py>(
        &self,
        py: Python<'py>,
        field: u8,
        value: &[u8],
    ) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let found = self.whole(|inner| inner.value_documents(field, value))?;
        Ok(found.map(|documents| numbers(py, &documents)))
    }

    /// The values of a field that begin with `prefix`, in byte order.
    fn field_values<'py>(
        &self,
        py: Python<'py>,
        field: u8,
        prefix: &[u8],
    ) -> PyResult<Vec<Bound<'py, PyBytes>>> {
        self.whole(|inner| {
            let mut values = Vec::new();
            let mut cursor = inner.values_from(field, prefix)?;
            while let Some((value, _)) = cursor.next()? {
                if !value.starts_with(prefix) {
                    break;
                }
                values.push(PyBytes::new(py, value));
            }
            Ok::<_, CoreError>(values)
        })
    }

    /// The field norms of all documents, a byte each.
    fn norms<'py>(&self, py: Python<'py>, field: &str) -> PyResult<Bound<'py, PyBytes>> {
        let field = text_field(field)?;
        self.whole(|inner| inner.norms(field).map(|norms| PyBytes::new(py, norms)))
    }

    /// The words of all bodies (u32).
    fn lengths<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.whole(|inner| inner.lengths().map(|lengths| numbers(py, lengths)))
    }

    /// The instants of all documents (i64).
    fn dates<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.whole(|inner| inner.dates().map(|dates| PyBytes::new(py, bytes_of(dates))))
    }

    /// The days of all documents since 1970 (i32); `i32::MIN` where there is none.
    fn days<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.whole(|inner| {
            let days = inner.days()?;
            let days = (0..inner.doc_count()).map(|number| days.get(number).unwrap_or(i32::MIN));
            let days: Vec<i32> = days.collect();
            Ok::<_, CoreError>(PyBytes::new(py, bytes_of(&days)))
        })
    }

    /// Of the field of that number, by which articles are counted: pairs of a document and the
    /// place of one of its values among those of the field (u32), ascending; None if articles
    /// are not counted by it.
    fn ordinals<'py>(
        &self,
        py: Python<'py>,
        field: u8,
    ) -> PyResult<Option<(Bound<'py, PyBytes>, Bound<'py, PyBytes>)>> {
        self.whole(|inner| {
            let Some(column) = inner.ordinals(field)? else {
                return Ok::<_, CoreError>(None);
            };
            let (mut documents, mut ordinals) = (Vec::new(), Vec::new());
            let visit = |document, ordinal| {
                documents.push(document);
                ordinals.push(ordinal);
            };
            column
                .for_each(visit)
                .map_err(|damage| inner.damaged(Section::Ordinals, damage))?;
            Ok(Some((numbers(py, &documents), numbers(py, &ordinals))))
        })
    }

    /// The digests of all articles (u64).
    fn digests<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.whole(|inner| (inner.digests()).map(|digests| PyBytes::new(py, bytes_of(digests))))
    }

    /// For each sentence of a body twice its start, plus one where a paragraph begins.
    fn boundaries(&self, number: u32) -> PyResult<Vec<u64>> {
        let (mut sentences, mut paragraphs) = (Vec::new(), Vec::new());
        self.whole(|inner| inner.boundaries(number, &mut sentences, &mut paragraphs))?;
        let codes = sentences.into_iter().map(|start| {
            let opens = paragraphs.binary_search(&start).is_ok();
            2 * u64::from(start) + u64::from(opens)
        });
        Ok(codes.collect())
    }

    /// The stored article without its body, as JSON.
    fn hot<'py>(&self, py: Python<'py>, number: u32) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &self.whole(|inner| inner.hot(number))?))
    }

    /// The body, as UTF-8.
    fn cold<'py>(&self, py: Python<'py>, number: u32) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &self.whole(|inner| inner.cold(number))?))
    }

    /// Check every byte of the file.
    fn verify(&self, py: Python<'_>) -> PyResult<()> {
        self.whole(|inner| py.detach(|| inner.verify()))
    }
}

/// The columns of the postings of a form.
pub(super) fn columns<'py>(py: Python<'py>, list: &WholeList) -> Columns<'py> {
    (
        numbers(py, &list.ids),
        numbers(py, &list.frequencies),
        numbers(py, &list.positions),
    )
}

pub(super) fn numbers<'py>(py: Python<'py>, values: &[u32]) -> Bound<'py, PyBytes> {
    PyBytes::new(py, bytes_of(values))
}

pub(super) fn text_field(name: &str) -> PyResult<usize> {
    let place = ["title", "body", "byline"]
        .iter()
        .position(|field| *field == name);
    place.ok_or_else(|| PyValueError::new_err(format!("{name} is no text field")))
}
