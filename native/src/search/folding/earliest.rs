//! Of each text, or story, that matches, which is the earliest document?
//!
//! By date, unknown ones last; then the longest; then by id: the order in which groups are
//! made (`searcher/copies/gathered.py`).  Ids are read only where the rest is equal.

use std::cmp::{Ordering, Reverse};

use crate::error::{CoreError, Result};
use crate::search::folding::groups::{Groups, Units};
use crate::search::searcher::Searcher;
use crate::search::sets::bitset::DocSet;

const UNDATED: i64 = i64::MIN;

/// Undated documents last, the earliest first, and then the longest.
pub(super) type Age = (bool, i64, Reverse<u32>);

impl Searcher {
    /// The earliest of the documents `members`, numbers through all segments, that are in
    /// `found`.
    pub(super) fn earliest(
        &self,
        groups: &Groups,
        found: &[DocSet],
        members: &[u32],
    ) -> Result<Option<(u32, u32)>> {
        let mut earliest = None;
        for number in members {
            let (segment, doc) = groups.place(*number);
            if !found[segment as usize].contains(doc) {
                continue;
            }
            let is_earlier = match earliest {
                None => true,
                Some(other) => self.compare_ages((segment, doc), other)?.is_lt(),
            };
            if is_earlier {
                earliest = Some((segment, doc));
            }
        }
        Ok(earliest)
    }

    /// Take out of `found` all documents of a unit but the earliest.
    pub(crate) fn keep_earliest(
        &self,
        groups: &Groups,
        units: &Units,
        found: &mut [DocSet],
    ) -> Result<()> {
        for unit in 0..units.sizes().len() as u32 {
            let members = units.members(unit);
            let Some((segment, doc)) = self.earliest(groups, found, members)? else {
                continue;
            };
            for number in members {
                let (segment, doc) = groups.place(*number);
                found[segment as usize].remove(doc);
            }
            found[segment as usize].insert(doc);
        }
        Ok(())
    }

    /// What sorts documents, but for their ids.
    pub(super) fn age(&self, (segment, doc): (u32, u32)) -> Result<Age> {
        let segment = self.segment(segment as usize)?;
        let date = segment.dates()?.get(doc as usize).copied();
        let length = segment.lengths()?.get(doc as usize).copied();
        let (Some(date), Some(length)) = (date, length) else {
            return Err(CoreError::Invalid(format!("there is no document {doc}")));
        };
        Ok((date == UNDATED, date, Reverse(length)))
    }

    fn compare_ages(&self, a: (u32, u32), b: (u32, u32)) -> Result<Ordering> {
        let order = self.age(a)?.cmp(&self.age(b)?);
        if order.is_ne() {
            return Ok(order);
        }
        let id = |(segment, doc): (u32, u32)| self.segment(segment as usize)?.id(doc);
        Ok(id(a)?.cmp(&id(b)?))
    }
}
