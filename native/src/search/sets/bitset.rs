//! A set of the documents of one segment, a bit for each.

/// Up to so many documents for each that is in it a block of postings is dense.
const DENSE: usize = 8;

/// Documents of one segment.  Bits past the last document are never set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocSet {
    words: Vec<u64>,
    count: u32,
}

impl DocSet {
    /// The empty set of a segment of `count` documents.
    pub fn empty(count: u32) -> Self {
        DocSet {
            words: vec![0; (count as usize).div_ceil(64)],
            count,
        }
    }

    pub fn full(count: u32) -> Self {
        let mut set = DocSet::empty(count);
        set.insert_range(0, count);
        set
    }

    /// Those of `documents` that the segment has.
    pub fn of(count: u32, documents: impl IntoIterator<Item = u32>) -> Self {
        let mut set = DocSet::empty(count);
        documents.into_iter().for_each(|doc| set.insert(doc));
        set
    }

    /// Add `doc`, if the segment has one of that number.
    #[inline]
    pub fn insert(&mut self, doc: u32) {
        if doc < self.count {
            self.words[doc as usize / 64] |= 1 << (doc % 64);
        }
    }

    /// Add those of `docs` that the segment has: of a block of postings, which ascend.
    pub fn insert_block(&mut self, docs: &[u32]) {
        let (Some(first), Some(last)) = (docs.first(), docs.last()) else {
            return;
        };
        let is_dense = last.saturating_sub(*first) as usize <= DENSE * docs.len();
        if !is_dense || docs.iter().fold(0, |most, doc| most.max(*doc)) >= self.count {
            docs.iter().for_each(|doc| self.insert(*doc));
            return;
        }
        // The bits of one word are put together first: a word that was just written has to be
        // waited for before it can be read again.
        let (mut place, mut bits) = (*first as usize / 64, 0);
        for doc in docs {
            let next = *doc as usize / 64;
            if next != place {
                self.words[place] |= bits;
                (place, bits) = (next, 0);
            }
            bits |= 1 << (doc % 64);
        }
        self.words[place] |= bits;
    }

    #[inline]
    pub fn remove(&mut self, doc: u32) {
        if let Some(word) = self.words.get_mut(doc as usize / 64) {
            *word &= !(1 << (doc % 64));
        }
    }

    /// Add the documents from `start` up to `end`.
    pub fn insert_range(&mut self, start: u32, end: u32) {
        let end = end.min(self.count);
        if start >= end {
            return;
        }
        let (first, last) = (start as usize / 64, (end - 1) as usize / 64);
        let head = u64::MAX << (start % 64);
        let tail = u64::MAX >> (63 - (end - 1) % 64);
        if first == last {
            self.words[first] |= head & tail;
        } else {
            self.words[first] |= head;
            self.words[first + 1..last].fill(u64::MAX);
            self.words[last] |= tail;
        }
    }

    #[inline]
    pub fn contains(&self, doc: u32) -> bool {
        self.words
            .get(doc as usize / 64)
            .is_some_and(|word| word >> (doc % 64) & 1 == 1)
    }

    pub fn and(&mut self, other: &DocSet) {
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            *mine &= theirs;
        }
    }

    pub fn or(&mut self, other: &DocSet) {
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            *mine |= theirs;
        }
    }

    pub fn and_not(&mut self, other: &DocSet) {
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            *mine &= !theirs;
        }
    }

    /// Turn the set into the documents that it does not hold.
    pub fn complement(&mut self) {
        for word in &mut self.words {
            *word = !*word;
        }
        if let (Some(last), 1..) = (self.words.last_mut(), self.count % 64) {
            *last &= (1 << (self.count % 64)) - 1;
        }
    }

    pub fn len(&self) -> u64 {
        self.words.iter().map(|w| u64::from(w.count_ones())).sum()
    }

    /// How many documents are in both.
    pub fn count_common(&self, other: &DocSet) -> u64 {
        let both = self.words.iter().zip(&other.words);
        both.map(|(mine, theirs)| u64::from((mine & theirs).count_ones()))
            .sum()
    }

    /// The first document that is `start` or larger.
    #[inline]
    pub fn next_from(&self, start: u32) -> Option<u32> {
        let mut i = start as usize / 64;
        let mut word = *self.words.get(i)? & u64::MAX << (start % 64);
        while word == 0 {
            i += 1;
            word = *self.words.get(i)?;
        }
        Some(i as u32 * 64 + word.trailing_zeros())
    }

    /// How many of the documents from `start` up to `end` it holds.
    pub fn count_between(&self, start: u32, end: u32) -> u64 {
        let end = end.min(self.count);
        if start >= end {
            return 0;
        }
        let (first, last) = (start as usize / 64, (end - 1) as usize / 64);
        let head = u64::MAX << (start % 64);
        let tail = u64::MAX >> (63 - (end - 1) % 64);
        let counted = self.words[first..=last]
            .iter()
            .map(|w| u64::from(w.count_ones()));
        let outside =
            (self.words[first] & !head).count_ones() + (self.words[last] & !tail).count_ones();
        counted.sum::<u64>() - u64::from(outside)
    }

    /// Take out the documents before `start` and from `end` on.
    pub fn keep_between(&mut self, start: u32, end: u32) {
        let mut range = DocSet::empty(self.count);
        range.insert_range(start, end);
        self.and(&range);
    }

    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// The number of documents of the segment.
    pub fn document_count(&self) -> u32 {
        self.count
    }

    /// The bits, lowest document first.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// The documents, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.words.iter().enumerate().flat_map(|(i, word)| Bits {
            word: *word,
            base: i as u32 * 64,
        })
    }
}

/// The documents of one word of bits.
pub struct Bits {
    pub word: u64,
    pub base: u32,
}

impl Iterator for Bits {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        if self.word == 0 {
            return None;
        }
        let bit = self.word.trailing_zeros();
        self.word &= self.word - 1;
        Some(self.base + bit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::random::Random;
    use std::collections::BTreeSet;

    #[test]
    fn sets_are_what_sets_of_numbers_are() {
        let mut random = Random::new(5);
        for _ in 0..2_000 {
            let count = random.below(200) as u32;
            let numbers = |random: &mut Random| -> BTreeSet<u32> {
                (0..random.below(100))
                    .map(|_| random.below(count.max(1) as usize) as u32)
                    .filter(|n| *n < count)
                    .collect()
            };
            let (a, b) = (numbers(&mut random), numbers(&mut random));
            let (start, end) = (random.below(210) as u32, random.below(210) as u32);
            let mut ordered = DocSet::empty(count);
            let listed: Vec<u32> = a.iter().chain(&b).copied().collect();
            for block in listed.chunks(1 + random.below(40)) {
                ordered.insert_block(block);
            }
            assert_eq!(ordered.iter().collect::<BTreeSet<_>>(), &a | &b);
            ordered.insert_block(&[count, count + 1]);
            assert_eq!(ordered.len(), (&a | &b).len() as u64);
            let [first, second] = [&a, &b].map(|one| DocSet::of(count, one.iter().copied()));
            assert_eq!(first.count_common(&second), (&a & &b).len() as u64);
            let mut without = DocSet::of(count, a.iter().copied());
            without.remove(start);
            assert!(!without.contains(start));
            assert_eq!(
                without.len(),
                a.iter().filter(|doc| **doc != start).count() as u64
            );
            let set = DocSet::of(count, a.iter().copied());
            let other = DocSet::of(count, b.iter().copied());
            let listed = |set: &DocSet| set.iter().collect::<BTreeSet<_>>();
            let mut both = set.clone();
            both.and(&other);
            assert_eq!(listed(&both), &a & &b);
            let mut either = set.clone();
            either.or(&other);
            assert_eq!(listed(&either), &a | &b);
            let mut only = set.clone();
            only.and_not(&other);
            assert_eq!(listed(&only), &a - &b);
            let mut rest = set.clone();
            rest.complement();
            assert_eq!(listed(&rest), &(0..count).collect() - &a);
            let mut range = DocSet::empty(count);
            range.insert_range(start, end);
            assert_eq!(listed(&range), (start..end.min(count)).collect());
            let between = a.iter().filter(|n| (start..end).contains(*n)).count();
            assert_eq!(set.count_between(start, end), between as u64);
            let mut kept = set.clone();
            kept.keep_between(start, end);
            assert_eq!(kept.len(), between as u64);
            assert_eq!(set.next_from(start), a.range(start..).next().copied());
            assert_eq!(set.len(), a.len() as u64);
            assert!((0..220).all(|doc| set.contains(doc) == a.contains(&doc)));
        }
    }
}
