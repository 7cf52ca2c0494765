//! What can go wrong in the core?

use std::fmt;

use crate::search::budget::Spent;

/// Bytes that are not what was written; the caller knows in which file and section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage(pub &'static str);

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// An error of the core, with all that a message needs.
#[derive(Debug)]
pub enum CoreError {
    /// Bytes of `section` in `file` are not what was written.
    Damaged {
        file: String,
        section: &'static str,
        detail: String,
    },
    /// The operating system refused something about `file`.
    Io {
        file: String,
        source: std::io::Error,
    },
    /// With word number `word` of a query, which fits `found` forms, its patterns fit
    /// `together`, more than the limit.
    TooManyForms {
        word: usize,
        found: usize,
        together: usize,
    },
    /// A query has cost what one may.
    Spent(Spent),
    /// A call that no caller should make (a bug on the Python side).
    Invalid(String),
}

pub type Result<T> = std::result::Result<T, CoreError>;

impl fmt::Display for CoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CoreError::Damaged {
                file,
                section,
                detail,
            } => write!(f, "{file} is damaged in its section {section}: {detail}"),
            CoreError::Io { file, source } => write!(f, "{file}: {source}"),
            CoreError::TooManyForms { together, .. } => {
                write!(f, "patterns stand for {together} forms")
            }
            CoreError::Spent(spent) => write!(f, "a query costs too much: {spent:?}"),
            CoreError::Invalid(detail) => f.write_str(detail),
        }
    }
}

impl std::error::Error for CoreError {}
