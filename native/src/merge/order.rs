//! Which document comes where in the merged segment?

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Source;
use crate::container::Section;
use crate::error::{Damage, Result};
use crate::segment::{Segment, ID_FIELD};

/// Stands for no document.
pub const DELETED: u32 = u32::MAX;

/// The order of the merged documents.
pub struct Order {
    /// For each new document its source and its number there.
    pub documents: Vec<(u32, u32)>,
    /// For each source the new number of each of its documents, or `DELETED`; ascending.
    pub new_number: Vec<Vec<u32>>,
}

/// What documents are ordered by: newest first (the undated have the lowest date), then id.
type Key<'a> = Reverse<(Reverse<i64>, &'a [u8], u32, u32)>;

impl Order {
    pub fn of(sources: &[Source]) -> Result<Self> {
        let mut ids = Vec::new();
        let mut dates = Vec::new();
        for source in sources {
            ids.push(Ids::of(&source.segment)?);
            dates.push(source.segment.dates()?);
        }
        let mut new_number: Vec<Vec<u32>> = sources
            .iter()
            .map(|source| {
                let mut numbers = vec![0; source.segment.doc_count() as usize];
                for document in &source.deleted {
                    if let Some(number) = numbers.get_mut(*document as usize) {
                        *number = DELETED;
                    }
                }
                numbers
            })
            .collect();
        let next_live = |numbers: &[u32], from: u32| {
            (from..numbers.len() as u32).find(|document| numbers[*document as usize] != DELETED)
        };
        let key_of = |source: usize, document: u32| -> Key<'_> {
            let date = dates[source][document as usize];
            Reverse((
                Reverse(date),
                ids[source].of_document(document),
                source as u32,
                document,
            ))
        };
        let mut heads: BinaryHeap<Key<'_>> = BinaryHeap::new();
        for (source, numbers) in new_number.iter().enumerate() {
            heads.extend(next_live(numbers, 0).map(|document| key_of(source, document)));
        }
        let mut documents = Vec::new();
        while let Some(Reverse((_, _, source, document))) = heads.pop() {
            let numbers = &mut new_number[source as usize];
            numbers[document as usize] = documents.len() as u32;
            documents.push((source, document));
            let next = next_live(numbers, document + 1);
            heads.extend(next.map(|document| key_of(source as usize, document)));
        }
        Ok(Self {
            documents,
            new_number,
        })
    }

    /// The values of all documents in the new order, of a column of each source.
    pub fn gather<'a, T: Copy>(&'a self, columns: &'a [&[T]]) -> impl Iterator<Item = T> + 'a {
        self.documents
            .iter()
            .map(|(source, document)| columns[*source as usize][*document as usize])
    }
}

/// The ids of all documents of a segment.
struct Ids {
    bytes: Vec<u8>,
    places: Vec<(u32, u32)>,
}

impl Ids {
    /// Read from the dictionary of values, which is quicker than from the stored articles.
    fn of(segment: &Segment) -> Result<Self> {
        let mut bytes: Vec<u8> = Vec::new();
        let mut places = vec![(0, 0); segment.doc_count() as usize];
        let mut found = 0;
        let mut cursor = segment.values_from(ID_FIELD, b"")?;
        while let Some((id, documents)) = cursor.next()? {
            let start = bytes.len() as u32;
            bytes.extend_from_slice(id);
            for document in documents()? {
                places[document as usize] = (start, id.len() as u32);
                found += 1;
            }
        }
        if found != places.len() {
            return Err(segment.damaged(Section::Values, Damage("a document has no id")));
        }
        Ok(Self { bytes, places })
    }

    fn of_document(&self, document: u32) -> &[u8] {
        let (start, length) = self.places[document as usize];
        &self.bytes[start as usize..(start + length) as usize]
    }
}
