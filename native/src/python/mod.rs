//! The edge to Python: types and functions of `searcher.codec._native`.

pub mod builder;
pub mod concordance;
pub mod copies;
pub mod copy_sides;
pub mod credits;
pub mod error;
pub mod groups;
pub mod hits;
pub mod interruption;
pub mod merge;
pub mod plan;
pub mod search;
pub mod segment;
pub mod tallies;
pub mod text;

use pyo3::prelude::*;

#[pymodule]
mod _native {
    use super::*;

    #[pymodule_export]
    use super::builder::{Builder, Prepared};
    #[pymodule_export]
    use super::concordance::{Concordance, KnownWords};
    #[pymodule_export]
    use super::copies::{pack_texts, unpack_fingerprints, verify_groups, Texts};
    #[pymodule_export]
    use super::error::DamagedError;
    #[pymodule_export]
    use super::groups::Groups;
    #[pymodule_export]
    use super::hits::snippet;
    #[pymodule_export]
    use super::interruption::ask_whether_to_go_on;
    #[pymodule_export]
    use super::merge::merge;
    #[pymodule_export]
    use super::search::{Match, Plan, Recency, Searcher, SpentError, TooManyFormsError};
    #[pymodule_export]
    use super::segment::Segment;
    #[pymodule_export]
    use super::text::{boundaries, token_spans};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("VERSION", env!("CARGO_PKG_VERSION"))
    }
}
