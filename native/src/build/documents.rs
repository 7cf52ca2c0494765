//! Which articles are in the segment, and in which order?
//!
//! An id names one article: a later one supersedes an earlier one, and an article may be
//! removed again before it is written.  The final order is the one that breaks ties between
//! equal scores: the newest first, those without a date last, equal ones by id.

use std::cmp::Reverse;

use super::interner::Interner;

/// Where an article is kept: a stream, and a row of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DocumentPlace {
    pub stream: u32,
    pub row: u32,
}

#[derive(Clone, Copy)]
struct Entry {
    /// None if the article was removed.
    place: Option<DocumentPlace>,
    date_us: i64,
}

/// The articles of a segment by their ids.
#[derive(Default)]
pub struct Documents {
    ids: Interner,
    entries: Vec<Entry>,
    live_count: usize,
}

impl Documents {
    pub fn new() -> Self {
        Self::default()
    }

    /// How many articles will be written.
    pub fn live_count(&self) -> usize {
        self.live_count
    }

    /// Memory in use.
    pub fn size_bytes(&self) -> usize {
        self.ids.size_bytes() + std::mem::size_of_val(&self.entries[..])
    }

    /// The article `id` is at `place`, whatever it was before.
    pub fn add(&mut self, id: &str, place: DocumentPlace, date_us: i64) {
        let number = self.ids.intern(id.as_bytes()) as usize;
        let place = Some(place);
        let entry = Entry { place, date_us };
        match self.entries.get_mut(number) {
            None => self.entries.push(entry),
            Some(earlier) => {
                self.live_count -= usize::from(earlier.place.is_some());
                *earlier = entry;
            }
        }
        self.live_count += 1;
    }

    /// Forget the article `id`; false if it is not here.
    pub fn remove(&mut self, id: &str) -> bool {
        let Some(number) = self.ids.find(id.as_bytes()) else {
            return false;
        };
        let found = self.entries[number as usize].place.take().is_some();
        self.live_count -= usize::from(found);
        found
    }

    /// The articles to write, in the final order, with their dates.
    pub fn in_order(&self) -> Vec<(DocumentPlace, i64)> {
        let mut live: Vec<(Reverse<i64>, u32, DocumentPlace)> = self
            .entries
            .iter()
            .zip(0..)
            .filter_map(|(entry, number)| Some((Reverse(entry.date_us), number, entry.place?)))
            .collect();
        live.sort_unstable_by(|a, b| {
            let by_date = a.0.cmp(&b.0);
            by_date.then_with(|| self.ids.get(a.1).cmp(self.ids.get(b.1)))
        });
        live.into_iter()
            .map(|(Reverse(date_us), _, place)| (place, date_us))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::dates::MISSING_DATE;

    fn place(row: u32) -> DocumentPlace {
        DocumentPlace { stream: 0, row }
    }

    fn rows(documents: &Documents) -> Vec<u32> {
        documents.in_order().iter().map(|(p, _)| p.row).collect()
    }

    #[test]
    fn the_newest_comes_first_and_the_undated_last() {
        let mut documents = Documents::new();
        for (row, (id, date_us)) in [
            ("b", 5),
            ("z", MISSING_DATE),
            ("a", 5),
            ("c", 9),
            ("A", MISSING_DATE),
            ("d", -7),
        ]
        .into_iter()
        .enumerate()
        {
            documents.add(id, place(row as u32), date_us);
        }
        assert_eq!(rows(&documents), [3, 2, 0, 5, 4, 1]);
    }

    #[test]
    fn a_later_article_supersedes_and_a_removed_one_is_gone() {
        let mut documents = Documents::new();
        documents.add("a", place(0), 1);
        documents.add("b", place(1), 2);
        documents.add("a", place(2), 3);
        assert_eq!((documents.live_count(), rows(&documents)), (2, vec![2, 1]));
        assert!(documents.remove("b"));
        assert!(!documents.remove("b"));
        assert!(!documents.remove("c"));
        assert_eq!((documents.live_count(), rows(&documents)), (1, vec![2]));
        documents.add("b", place(3), 9);
        assert_eq!((documents.live_count(), rows(&documents)), (2, vec![3, 2]));
    }
}
