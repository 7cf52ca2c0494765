//! Which documents have one text, and which are of one story?
//!
//! Documents are numbered through all segments.  A text is known by its lead, a story by the
//! lead of its first text, and what is in no group by itself.  Most documents are alone: those
//! that are not are kept as sets too, since only they can be counted twice.

use crate::error::{CoreError, Result};
use crate::search::searcher::Searcher;
use crate::search::sets::bitset::DocSet;

/// What the files have for a document in no group.
const NONE: u32 = u32::MAX;

/// By what documents are folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Texts,
    Stories,
}

/// The texts, and perhaps the stories, of all documents of a snapshot.
#[derive(Debug)]
pub struct Groups {
    counts: Vec<u32>,
    bases: Vec<u32>,
    texts: Units,
    stories: Option<Units>,
}

/// Documents by what they have in common.
///
/// Units of several documents are numbered first, in the order of their leads, and then those of
/// documents that are alone, by these.
#[derive(Debug)]
pub struct Units {
    /// The unit of each document.
    of: Vec<u32>,
    /// Of each segment the documents whose unit has others, and how many they are in all.
    shared: Vec<DocSet>,
    shared_count: u64,
    /// What the units of several documents are known by, how many documents each has, where in
    /// `members` those begin, and the documents.
    leads: Vec<u32>,
    sizes: Vec<u32>,
    starts: Vec<u32>,
    members: Vec<u32>,
}

impl Groups {
    /// The groups of segments with so many documents.
    ///
    /// Arguments: `leads` has of each document the lead of its text, and `firsts` the lead of
    /// the first text of its story.
    pub fn new(counts: Vec<u32>, leads: &[u32], firsts: Option<&[u32]>) -> Result<Self> {
        let documents: u64 = counts.iter().map(|count| u64::from(*count)).sum();
        // What a text or a story is known by is of it.
        let is_sound = |numbers: &[u32]| {
            let known =
                |number: &u32| *number == NONE || numbers.get(*number as usize) == Some(number);
            numbers.len() as u64 == documents && numbers.iter().all(known)
        };
        if documents >= u64::from(NONE / 2) || !is_sound(leads) || !firsts.is_none_or(is_sound) {
            return Err(CoreError::Invalid("groups of other documents".into()));
        }
        let of_texts: Vec<u32> = (0..).zip(leads).map(|(n, lead)| own(*lead, n)).collect();
        let stories = firsts.map(|firsts| {
            let of_lead = |lead: &u32| own(firsts[*lead as usize], *lead);
            Units::new(&of_texts.iter().map(of_lead).collect::<Vec<_>>(), &counts)
        });
        let bases = counts.iter().scan(0, |next, count| {
            let base = *next;
            *next += count;
            Some(base)
        });
        Ok(Groups {
            bases: bases.collect(),
            texts: Units::new(&of_texts, &counts),
            stories,
            counts,
        })
    }

    /// Whether they are of the documents that `searcher` searches.
    pub fn check(&self, searcher: &Searcher) -> Result<()> {
        let counts = searcher.segments().map(|segment| segment.doc_count());
        match counts.eq(self.counts.iter().copied()) {
            true => Ok(()),
            false => Err(CoreError::Invalid("groups of other segments".into())),
        }
    }

    pub fn texts(&self) -> &Units {
        &self.texts
    }

    /// None where stories are not known.
    pub fn stories(&self) -> Option<&Units> {
        self.stories.as_ref()
    }

    pub fn units(&self, unit: Unit) -> Result<&Units> {
        match unit {
            Unit::Texts => Ok(&self.texts),
            Unit::Stories => {
                (self.stories()).ok_or_else(|| CoreError::Invalid("stories are not known".into()))
            }
        }
    }

    pub fn documents(&self) -> usize {
        self.texts.of.len()
    }

    /// The number that goes through all segments.
    #[inline]
    pub fn number(&self, segment: u32, doc: u32) -> u32 {
        self.bases[segment as usize] + doc
    }

    /// The segment of a number, and the document there.
    pub fn place(&self, number: u32) -> (u32, u32) {
        // Segments without documents have the base of the next one.
        let segment = self.bases.partition_point(|base| *base <= number) - 1;
        (segment as u32, number - self.bases[segment])
    }
}

fn own(unit: u32, number: u32) -> u32 {
    match unit {
        NONE => number,
        unit => unit,
    }
}

impl Units {
    /// Of documents that are known by `lead_of`, in segments of so many.
    fn new(lead_of: &[u32], counts: &[u32]) -> Self {
        let mut slots = vec![0u32; lead_of.len()];
        lead_of.iter().for_each(|lead| slots[*lead as usize] += 1);
        let (mut leads, mut sizes, mut starts) = (Vec::new(), Vec::new(), Vec::new());
        let mut start = 0;
        for (lead, slot) in (0..).zip(&mut slots) {
            let size = std::mem::replace(slot, NONE);
            if size > 1 {
                *slot = leads.len() as u32;
                leads.push(lead);
                sizes.push(size);
                starts.push(start);
                start += size;
            }
        }
        let alone = leads.len() as u32;
        let mut next = starts.clone();
        let mut members = vec![0; start as usize];
        let mut of = Vec::with_capacity(lead_of.len());
        let mut shared = Vec::with_capacity(counts.len());
        let mut number = 0;
        for count in counts {
            let mut set = DocSet::empty(*count);
            for doc in 0..*count {
                let slot = slots[lead_of[number as usize] as usize];
                if slot == NONE {
                    of.push(alone + number);
                } else {
                    of.push(slot);
                    set.insert(doc);
                    members[next[slot as usize] as usize] = number;
                    next[slot as usize] += 1;
                }
                number += 1;
            }
            shared.push(set);
        }
        Units {
            of,
            shared,
            shared_count: start.into(),
            leads,
            sizes,
            starts,
            members,
        }
    }

    /// The unit of a document, a number below that of all documents and half as many.
    #[inline]
    pub fn of(&self, number: u32) -> u32 {
        self.of[number as usize]
    }

    /// What the unit of a document is known by.
    pub fn lead_of(&self, number: u32) -> u32 {
        let unit = self.of(number) as usize;
        self.leads.get(unit).copied().unwrap_or(number)
    }

    /// The documents of a segment whose unit has others.
    pub fn shared(&self, segment: usize) -> &DocSet {
        &self.shared[segment]
    }

    /// How many documents there are in units that have several.
    pub fn shared_count(&self) -> u64 {
        self.shared_count
    }

    /// How many documents each of the units has that have several.
    pub fn sizes(&self) -> &[u32] {
        &self.sizes
    }

    /// The documents of a unit that has several, ascending; none of one that has one.
    pub fn members(&self, unit: u32) -> &[u32] {
        let unit = unit as usize;
        let (Some(start), Some(size)) = (self.starts.get(unit), self.sizes.get(unit)) else {
            return &[];
        };
        &self.members[*start as usize..(*start + *size) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::groups::sound_leads;
    use crate::testing::random::Random;
    use std::collections::BTreeMap;

    #[test]
    fn units_are_what_their_numbers_say() {
        let mut random = Random::new(71);
        for _ in 0..500 {
            let counts: Vec<u32> = (0..random.below(4))
                .map(|_| random.below(70) as u32)
                .collect();
            let documents: u32 = counts.iter().sum();
            let leads = sound_leads(&mut random, documents);
            let groups = Groups::new(counts.clone(), &leads, Some(&leads)).unwrap();
            let texts = groups.texts();
            let mut expected: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
            for (number, lead) in (0..).zip(&leads) {
                let lead = own(*lead, number);
                assert_eq!(texts.lead_of(number), lead);
                expected.entry(lead).or_default().push(number);
                let (segment, doc) = groups.place(number);
                assert!(doc < counts[segment as usize]);
                assert_eq!(groups.number(segment, doc), number);
            }
            expected.retain(|_, members| members.len() > 1);
            let sizes: Vec<usize> = texts.sizes().iter().map(|size| *size as usize).collect();
            assert_eq!(sizes, expected.values().map(Vec::len).collect::<Vec<_>>());
            assert_eq!(texts.shared_count(), sizes.iter().sum::<usize>() as u64);
            for number in 0..documents {
                let (segment, doc) = groups.place(number);
                let lead = texts.lead_of(number);
                let is_shared = texts.shared(segment as usize).contains(doc);
                assert_eq!(is_shared, expected.contains_key(&lead));
                let members = expected.get(&lead).map_or(&[][..], |found| found);
                assert_eq!(texts.members(texts.of(number)), members);
                for other in 0..documents {
                    let is_one = texts.of(number) == texts.of(other);
                    assert_eq!(is_one, lead == texts.lead_of(other));
                }
            }
        }
    }

    #[test]
    fn groups_of_other_documents_are_refused() {
        assert!(Groups::new(vec![2], &[0], None).is_err());
        assert!(Groups::new(vec![2], &[0, 2], None).is_err());
        assert!(Groups::new(vec![2], &[1, 0], None).is_err());
        assert!(Groups::new(vec![2], &[0, 1], Some(&[0])).is_err());
        assert!(Groups::new(vec![2], &[0, 1], Some(&[1, NONE])).is_err());
        assert!(Groups::new(vec![2], &[0, NONE], Some(&[0, 5])).is_err());
        assert!(Groups::new(vec![1, 1], &[0, NONE], Some(&[0, NONE])).is_ok());
    }
}
