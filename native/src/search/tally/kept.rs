//! What is kept between counts of one snapshot?
//!
//! The values of fields that were counted by, and the runs of documents of one period: both
//! are made when they are first asked for, and never change.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::container::Section;
use crate::error::Result;
use crate::search::searcher::Searcher;
use crate::search::tally::periods::{runs_of, Period, Run};
use crate::search::tally::values::FieldValues;
use crate::segment::Segment;

/// The values of fields, by their numbers.
#[derive(Default)]
pub struct KeptValues(Mutex<HashMap<u8, Arc<FieldValues>>>);

/// The runs of a segment, by period.
#[derive(Default)]
pub struct KeptRuns([OnceLock<Vec<Run>>; Period::ALL.len()]);

impl Searcher {
    /// The values of a field in all segments.
    pub(super) fn values_of(&self, field: u8) -> Result<Arc<FieldValues>> {
        let kept = || (self.kept_values().0.lock()).unwrap_or_else(PoisonError::into_inner);
        if let Some(values) = kept().get(&field) {
            return Ok(values.clone());
        }
        let segments: Vec<&Segment> = self.segments().collect();
        let values = Arc::new(FieldValues::of(&segments, field)?);
        kept().insert(field, values.clone());
        Ok(values)
    }

    /// The runs of documents of one period in a segment.
    pub(super) fn runs(&self, number: usize, period: Period) -> Result<&[Run]> {
        let segment = self.segment(number)?;
        let [of_day, of_week, of_month, of_year] = &self.kept_runs(number)?.0;
        let kept = match period {
            Period::Day => of_day,
            Period::Week => of_week,
            Period::Month => of_month,
            Period::Year => of_year,
        };
        if kept.get().is_none() {
            let runs = runs_of(&segment.days()?, segment.doc_count(), period);
            let runs = runs.map_err(|damage| segment.damaged(Section::Days, damage))?;
            return Ok(kept.get_or_init(|| runs));
        }
        Ok(kept.get().map(Vec::as_slice).unwrap_or_default())
    }
}
