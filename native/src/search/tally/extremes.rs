//! Of the documents that match, which is the earliest and which the latest of each value?
//!
//! Documents of a segment are numbered newest first, equal ones by id, undated ones last.  So
//! the latest of a value is the first that has it, and the earliest is the first of those with
//! the last date.  Ids are read only where dates tie across segments.

use std::sync::Arc;

use crate::error::Result;
use crate::search::budget::Budget;
use crate::search::plan::Plan;
use crate::search::searcher::Searcher;
use crate::search::tally::values::FieldValues;

const DOCUMENT: u64 = 8;
const UNDATED: i64 = i64::MIN;

/// A document: its segment, its number there, and its instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub segment: u32,
    pub document: u32,
    date: i64,
}

/// What there is of one value.
#[derive(Debug, Clone, Copy, Default)]
pub struct Extreme {
    pub documents: u64,
    pub undated: u64,
    pub first: Option<Place>,
    pub last: Option<Place>,
}

impl Searcher {
    /// The earliest and the latest document of each value of a field that match, by the place
    /// of the value, and those of documents without a value; with no field all are without.
    pub fn extremes(
        &self,
        plan: &Plan,
        field: Option<u8>,
        budget: &Budget,
    ) -> Result<(Arc<FieldValues>, Vec<Extreme>, Extreme)> {
        let values = match field {
            Some(field) => self.values_of(field)?,
            None => Arc::default(),
        };
        budget.charge(values.len() as u64)?;
        let mut all = vec![Extreme::default(); values.len()];
        let mut without = Extreme::default();
        self.for_each_found(plan, None, budget, |number, found| {
            budget.charge(DOCUMENT * found.len())?;
            let dates = self.segment(number)?.dates()?;
            let column = match field {
                Some(field) => self.column(number, field, &values)?,
                None => None,
            };
            let place = |document: u32| Place {
                segment: number as u32,
                document,
                date: dates.get(document as usize).copied().unwrap_or(UNDATED),
            };
            let Some(column) = column else {
                let mut own = Extreme::default();
                found.iter().for_each(|document| own.add(place(document)));
                return self.join(&mut without, own);
            };
            let mut own = vec![Extreme::default(); column.values() as usize + 1];
            let read = column.for_each_of(found.words(), |document, code| {
                own[code as usize].add(place(document));
            });
            self.in_column(number, read)?;
            self.join(&mut without, own[0])?;
            for (ordinal, extreme) in (0u32..).zip(&own[1..]) {
                let to = &mut all[values.place(number, ordinal) as usize];
                self.join(to, *extreme)?;
            }
            Ok(())
        })?;
        Ok((values, all, without))
    }

    /// Add what another segment has.
    fn join(&self, to: &mut Extreme, other: Extreme) -> Result<()> {
        to.documents += other.documents;
        to.undated += other.undated;
        if let Some(place) = other.first {
            if to.first.is_none() || self.is_before(place, to.first, false)? {
                to.first = Some(place);
            }
        }
        if let Some(place) = other.last {
            if to.last.is_none() || self.is_before(place, to.last, true)? {
                to.last = Some(place);
            }
        }
        Ok(())
    }

    /// Whether `place` is earlier than `than`, or later; of equal ones the smaller id counts.
    fn is_before(&self, place: Place, than: Option<Place>, later: bool) -> Result<bool> {
        let Some(than) = than else {
            return Ok(true);
        };
        if place.date != than.date {
            return Ok((place.date > than.date) == later);
        }
        let id = |of: Place| self.segment(of.segment as usize)?.id(of.document);
        Ok(id(place)? < id(than)?)
    }
}

impl Extreme {
    /// Add the next document of a segment.
    #[inline]
    fn add(&mut self, place: Place) {
        self.documents += 1;
        if place.date == UNDATED {
            self.undated += 1;
            return;
        }
        if self.last.is_none() {
            self.last = Some(place);
        }
        if self.first.is_none_or(|first| place.date < first.date) {
            self.first = Some(place);
        }
    }
}
