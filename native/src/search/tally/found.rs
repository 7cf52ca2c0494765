//! Which documents of a segment match, as a set, for those who do not rank them?

use crate::error;
use crate::search::failure::Failure;
use crate::search::plan::Plan;
use crate::search::searcher::{PreparedSearch, Searcher};
use crate::search::sets::bitset::DocSet;
use crate::search::sets::matching::{insert_documents, Allowed, Flat, SegmentSearch};

impl Searcher {
    /// The documents of each segment that match and are not deleted.
    pub(crate) fn found_as_asked(
        &self,
        plan: &Plan,
        asked: &PreparedSearch,
    ) -> error::Result<Vec<DocSet>> {
        let found = (0..self.segments().count()).map(|number| {
            let found = self.in_segment(plan, asked, number).found();
            asked.budget.step();
            found.map_err(|failure| self.located(failure, number))
        });
        found.collect()
    }

    /// The same, and how many documents match when no word is optional.
    pub(crate) fn found_and_all_as_asked(
        &self,
        plan: &Plan,
        asked: &PreparedSearch,
    ) -> error::Result<(Vec<DocSet>, u64)> {
        if !plan.has_groups {
            let found = self.found_as_asked(plan, asked)?;
            let total = found.iter().map(DocSet::len).sum();
            return Ok((found, total));
        }
        let mut found = Vec::new();
        let mut all = 0;
        for number in 0..self.segments().count() {
            let here = self.in_segment(plan, asked, number).found_and_all();
            let (here, count) = here.map_err(|failure| self.located(failure, number))?;
            found.push(here);
            all += count;
            asked.budget.step();
        }
        Ok((found, all))
    }
}

impl SegmentSearch<'_, '_> {
    /// The documents that match and are not deleted.
    ///
    /// The same as `matching` of the whole plan; phrases are looked for only where the words
    /// and conditions beside them are.
    pub fn found(&self) -> Result<DocSet, Failure> {
        let flat = Flat::of(&self.plan.root, false);
        let mut allowed = self.allowed(&flat.conditions, false)?;
        self.keep_groups(&mut allowed, &flat.groups)?;
        self.found_among(&flat, allowed)
    }

    /// The same, and how many documents match when no word is optional.
    pub fn found_and_all(&self) -> Result<(DocSet, u64), Failure> {
        let flat = Flat::of(&self.plan.root, false);
        let [group] = &flat.groups[..] else {
            return Ok((self.found()?, self.count_all_optional()?));
        };
        if !self.requires_all_of(group, &flat) {
            return Ok((self.found()?, self.count_all_optional()?));
        }
        // Of one keyword group both are made of the same sets.
        let mut allowed = self.allowed(&flat.conditions, false)?;
        let mut any = DocSet::empty(self.shared.count);
        let mut all = DocSet::full(self.shared.count);
        for clause in group {
            let set = self.documents_of(*clause)?;
            any.or(&set);
            all.and(&set);
        }
        allowed.keep(any);
        let found = self.found_among(&flat, allowed)?;
        all.and(&found);
        Ok((found, all.len()))
    }

    /// Those of the documents `allowed` that have all clauses that are required.
    fn found_among(&self, flat: &Flat, mut allowed: Allowed) -> Result<DocSet, Failure> {
        let is_word = |clause: &&usize| self.plan.clauses[**clause].single_word().is_some();
        for clause in flat.required.iter().filter(is_word) {
            self.keep_clause(&mut allowed, *clause)?;
        }
        for clause in flat.required.iter().filter(|clause| !is_word(clause)) {
            let stream = self.stream_within(*clause, Some(allowed.filter()))?;
            let mut set = DocSet::empty(self.shared.count);
            insert_documents(&stream, &mut set)?;
            allowed.keep(set);
        }
        let (low, high, count) = (allowed.low, allowed.high, self.shared.count);
        let mut found = allowed.set.unwrap_or_else(|| DocSet::full(count));
        if (low, high) != (0, count) {
            found.keep_between(low, high);
        }
        Ok(found)
    }
}
