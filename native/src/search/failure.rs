//! What goes wrong while a segment is searched?

use crate::error::{CoreError, Damage};
use crate::search::budget::Spent;

/// Damage in the postings, which gets its file where the segment is known, or an error
/// that is whole already.
#[derive(Debug)]
pub enum Failure {
    Postings(Damage),
    Core(CoreError),
    Spent(Spent),
}

impl From<Damage> for Failure {
    fn from(damage: Damage) -> Self {
        Failure::Postings(damage)
    }
}

impl From<CoreError> for Failure {
    fn from(error: CoreError) -> Self {
        Failure::Core(error)
    }
}

impl From<Spent> for Failure {
    fn from(spent: Spent) -> Self {
        Failure::Spent(spent)
    }
}
