//! Which documents of a segment match, as a set, for those who do not rank them?

use crate::search::failure::Failure;
use crate::search::sets::bitset::DocSet;
use crate::search::sets::matching::{for_each_document, Flat, SegmentSearch};

impl SegmentSearch<'_, '_> {
    /// The documents that match and are not deleted.
    ///
    /// The same as `matching` of the whole plan; phrases are looked for only where the words
    /// and conditions beside them are.
    pub fn found(&self) -> Result<DocSet, Failure> {
        let flat = Flat::of(&self.plan.root, false);
        let mut allowed = self.allowed(&flat.conditions, false)?;
        self.keep_groups(&mut allowed, &flat.groups)?;
        let is_word = |clause: &&usize| self.plan.clauses[**clause].single_word().is_some();
        for clause in flat.required.iter().filter(is_word) {
            self.keep_clause(&mut allowed, *clause)?;
        }
        for clause in flat.required.iter().filter(|clause| !is_word(clause)) {
            let stream = self.stream_within(*clause, Some(allowed.filter()))?;
            let mut set = DocSet::empty(self.shared.count);
            for_each_document(&stream, |doc| set.insert(doc))?;
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
