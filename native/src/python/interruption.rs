//! The edge to Python: who is asked whether a query goes on.

use std::cell::RefCell;

use pyo3::prelude::*;

thread_local! {
    /// Who is asked whether a query of this thread goes on.
    static ASKED: RefCell<Option<Py<PyAny>>> = const { RefCell::new(None) };
}

/// From now on `question` is called now and then while a query of this thread runs; what it
/// raises ends the query. None asks nobody.
#[pyfunction]
#[pyo3(signature = (question))]
pub fn ask_whether_to_go_on(question: Option<Py<PyAny>>) {
    // Dropped after the cell is free again: that may run Python.
    let _former = ASKED.with(|asked| asked.replace(question));
}

/// Ask whoever is to be asked in this thread; what that raises ends the query.
pub(super) fn ask(py: Python<'_>) -> PyResult<()> {
    let question = ASKED.with(|asked| asked.borrow().as_ref().map(|held| held.clone_ref(py)));
    match question {
        Some(question) => question.call0(py).map(drop),
        None => Ok(()),
    }
}
