//! The edge to Python: what was counted, as rows.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::search::tally::extremes::Place;
use crate::search::tally::values::FieldValues;
use crate::search::tally::{Axis, Extreme, Keys, Order, Period, Tally};

/// How many have no value, how many values there are, what they add up to, and the first rows.
pub type TallyRow<'py> = (u64, u64, u64, Bound<'py, PyList>);

/// The first day of a period, a value, and how many are of both.
pub type PairRow<'py> = (Option<i32>, Option<Bound<'py, PyBytes>>, u64);

/// A value, how many have it, how many of them have no date, and the first and the last.
pub type ExtremeRow<'py> = (
    Option<Bound<'py, PyBytes>>,
    u64,
    u64,
    Option<(u32, u32)>,
    Option<(u32, u32)>,
);

/// What is counted by: the number of a field, or the name of a period.
pub fn axis_of(axis: &Bound<'_, PyAny>) -> PyResult<Axis> {
    match axis.extract::<u8>() {
        Ok(field) => Ok(Axis::Field(field)),
        Err(_) => Ok(Axis::Period(period_of(&axis.extract::<String>()?)?)),
    }
}

pub fn period_of(name: &str) -> PyResult<Period> {
    match name {
        "day" => Ok(Period::Day),
        "week" => Ok(Period::Week),
        "month" => Ok(Period::Month),
        "year" => Ok(Period::Year),
        _ => Err(PyValueError::new_err(format!("no period is called {name}"))),
    }
}

pub fn order_of(name: &str) -> PyResult<Order> {
    match name {
        "count" => Ok(Order::Count),
        "name" => Ok(Order::Value),
        _ => Err(PyValueError::new_err(format!("cannot order by {name}"))),
    }
}

/// How many have no value, how many values there are, their sum, and the first of them.
pub fn row<'py>(py: Python<'py>, tally: &Tally) -> PyResult<TallyRow<'py>> {
    let counts = tally.counts.iter();
    let rows = match &tally.keys {
        Keys::Values(values, places) => {
            let keys = places
                .iter()
                .map(|place| PyBytes::new(py, values.value(*place)));
            PyList::new(py, keys.zip(counts).collect::<Vec<_>>())
        }
        Keys::Days(days) => PyList::new(py, days.iter().zip(counts).collect::<Vec<_>>()),
    };
    Ok((tally.without, tally.values, tally.sum, rows?))
}

/// The rows of those values that any has, and of those without one.
pub fn extreme_rows<'py>(
    py: Python<'py>,
    values: &FieldValues,
    all: &[Extreme],
    without: &Extreme,
) -> Vec<ExtremeRow<'py>> {
    let place = |found: Place| (found.segment, found.document);
    let row = |value, of: &Extreme| {
        let (first, last) = (of.first.map(place), of.last.map(place));
        (value, of.documents, of.undated, first, last)
    };
    let of_values = (0u32..).zip(all).map(|(number, extreme)| {
        let value = PyBytes::new(py, values.value(number));
        row(Some(value), extreme)
    });
    let rows = of_values.chain(std::iter::once(row(None, without)));
    rows.filter(|row| row.1 > 0).collect()
}
