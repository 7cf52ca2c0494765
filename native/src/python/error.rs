//! The edge to Python: what an error of the core is there.
//!
//! Damage becomes `DamagedError`, what the operating system refuses the `OSError` that
//! Python itself would raise, with number and file name, and a call that no caller should
//! make a `ValueError`.

use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyOSError, PyValueError};
use pyo3::prelude::*;

use crate::error::CoreError;

create_exception!(
    searcher.codec._native,
    DamagedError,
    PyException,
    "Bytes of a segment are not what was written; the text names the file and the section."
);

impl From<CoreError> for PyErr {
    fn from(error: CoreError) -> PyErr {
        match error {
            CoreError::Damaged { .. } => DamagedError::new_err(error.to_string()),
            CoreError::Io { file, source } => match source.raw_os_error() {
                // With a number, Python chooses the kind of OSError.
                Some(number) => PyOSError::new_err((number, reason(&source), file)),
                None => PyOSError::new_err(format!("{file}: {source}")),
            },
            CoreError::TooManyForms { .. } | CoreError::Spent(_) | CoreError::Invalid(_) => {
                PyValueError::new_err(error.to_string())
            }
        }
    }
}

/// What the operating system says, without the number that Rust adds to it.
fn reason(source: &std::io::Error) -> String {
    let text = source.to_string();
    match text.rfind(" (os error ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}
