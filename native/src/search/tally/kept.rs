//! What is kept between counts of one snapshot?
//!
//! The values of fields that were counted by, the runs of documents of one period, and the
//! documents of each value of a field that has few: all are made when they are first asked for,
//! and never change.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::columns::Ordinals;
use crate::container::Section;
use crate::error::Result;
use crate::search::searcher::Searcher;
use crate::search::sets::bitset::DocSet;
use crate::search::tally::periods::{runs_of, Period, Run};
use crate::search::tally::values::FieldValues;
use crate::segment::Segment;

/// The values of fields, by their numbers.
#[derive(Default)]
pub struct KeptValues(Mutex<HashMap<u8, Arc<FieldValues>>>);

/// The runs of a segment, by period.
#[derive(Default)]
pub struct KeptRuns([OnceLock<Vec<Run>>; Period::ALL.len()]);

/// The documents of each value of a segment's fields, by the numbers of these.
#[derive(Default)]
pub struct KeptSets(Mutex<HashMap<u8, Arc<ValueSets>>>);

/// The documents of a segment that have each value of a field.
pub struct ValueSets {
    /// By ordinal.
    pub of_values: Vec<DocSet>,
    /// Those that have any.
    pub any: DocSet,
}

/// Of so few values a set each is kept: a bit a document and value, and the archives that are
/// counted most, by paper, section and language, have no more.
const FEW_VALUES: u32 = 16;
/// To read the code of a document takes as long as so many words of two sets.
const WORDS_OF_A_CODE: u64 = 4;

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

    /// The documents of each value of a field in a segment, where to count those that are in
    /// them is quicker than to read the value of each of `documents` documents.
    pub(super) fn sets_of(
        &self,
        number: usize,
        field: u8,
        column: &Ordinals,
        documents: u64,
    ) -> Result<Option<Arc<ValueSets>>> {
        let count = self.segment(number)?.doc_count();
        let words = u64::from(count).div_ceil(64) * u64::from(column.values() + 1);
        if column.values() > FEW_VALUES || words > documents * WORDS_OF_A_CODE {
            return Ok(None);
        }
        let kept = &self.kept_sets(number)?.0;
        let kept = || kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sets) = kept().get(&field) {
            return Ok(Some(sets.clone()));
        }
        let mut sets = ValueSets {
            of_values: vec![DocSet::empty(count); column.values() as usize],
            any: DocSet::empty(count),
        };
        let read = column.for_each(|document, ordinal| {
            sets.any.insert(document);
            sets.of_values[ordinal as usize].insert(document);
        });
        self.in_column(number, read)?;
        let sets = Arc::new(sets);
        kept().insert(field, sets.clone());
        Ok(Some(sets))
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
