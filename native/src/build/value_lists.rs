//! Which documents have each value?
//!
//! Values are numbered in each stream as they come; here the streams' values are brought
//! into one order, that of their field and bytes, and the documents are sorted by them.

use super::documents::DocumentPlace;
use super::stream::Stream;

/// The values of some documents.
pub struct ValueLists<'a> {
    streams: &'a [Stream],
    /// Of each value, in order: a stream that has it, and its number there.
    keys: Vec<(u32, u32)>,
    /// Where the documents of each value end in `documents`.
    ends: Vec<u32>,
    documents: Vec<u32>,
}

impl<'a> ValueLists<'a> {
    /// The values of the documents at `places`, in their order.
    pub fn new(streams: &'a [Stream], places: &[DocumentPlace]) -> Self {
        let (keys, ranks) = merged_order(streams);
        let values_of = |place: &DocumentPlace| {
            let document = streams[place.stream as usize].document(place.row as usize);
            let ranks = &ranks[place.stream as usize];
            document
                .values
                .iter()
                .map(|&value| ranks[value as usize] as usize)
        };
        let mut ends = vec![0u32; keys.len() + 1];
        for rank in places.iter().flat_map(values_of) {
            ends[rank + 1] += 1;
        }
        for i in 1..ends.len() {
            ends[i] += ends[i - 1];
        }
        // What are starts now are ends when all is put in place.
        let mut documents = vec![0; ends[keys.len()] as usize];
        for (document, place) in (0..).zip(places) {
            for rank in values_of(place) {
                documents[ends[rank] as usize] = document;
                ends[rank] += 1;
            }
        }
        ValueLists {
            streams,
            keys,
            ends,
            documents,
        }
    }

    /// Each value that a document has, in order, with its documents, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u32])> + '_ {
        let mut start = 0;
        self.keys
            .iter()
            .zip(&self.ends)
            .filter_map(move |(&(stream, number), &end)| {
                let documents = &self.documents[start as usize..end as usize];
                start = end;
                let key = self.streams[stream as usize].values.get(number);
                (!documents.is_empty()).then_some((key, documents))
            })
    }
}

/// The values of all streams in one order, each once, and the place in it of each value of
/// each stream.
fn merged_order(streams: &[Stream]) -> (Vec<(u32, u32)>, Vec<Vec<u32>>) {
    let sorted: Vec<Vec<u32>> = streams
        .iter()
        .map(|stream| stream.values.sorted())
        .collect();
    let mut ranks: Vec<Vec<u32>> = sorted
        .iter()
        .map(|numbers| vec![0; numbers.len()])
        .collect();
    let mut keys = Vec::with_capacity(sorted.iter().map(Vec::len).max().unwrap_or(0));
    let mut heads = vec![0usize; streams.len()];
    loop {
        let head_of = |stream: usize| {
            let number = *sorted[stream].get(heads[stream])?;
            Some((streams[stream].values.get(number), stream, number))
        };
        let Some((key, stream, number)) = (0..streams.len()).filter_map(head_of).min() else {
            return (keys, ranks);
        };
        let rank = keys.len() as u32;
        keys.push((stream as u32, number));
        let holders: Vec<(usize, u32)> = (stream..streams.len())
            .filter_map(head_of)
            .filter(|(other, _, _)| *other == key)
            .map(|(_, stream, number)| (stream, number))
            .collect();
        for (stream, number) in holders {
            ranks[stream][number as usize] = rank;
            heads[stream] += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::article::{value_field, Batch, Fields};
    use crate::testing::text_rules;
    use std::collections::BTreeMap;

    #[test]
    fn values_of_all_streams_meet() {
        let sources = ["b", "a", "b", "c", "a", "b", "b", "d"];
        let mut streams = [Stream::new(), Stream::new(), Stream::new()];
        let mut places = Vec::new();
        let mut expected: BTreeMap<Vec<u8>, Vec<u32>> = BTreeMap::new();
        for (number, source) in sources.iter().enumerate() {
            let mut batch = Batch::sample();
            let id = number.to_string();
            let fields = Fields {
                id: &id,
                values: &[Some(source), None, None, None, None],
                ..Fields::default()
            };
            batch.push(&fields, &mut |_, _| Ok(())).unwrap();
            let stream = number % 2;
            // "d" is only in an article that is not written.
            if *source != "d" {
                let document = places.len() as u32;
                places.push(DocumentPlace {
                    stream: stream as u32,
                    row: streams[stream].len() as u32,
                });
                for (field, value) in [
                    (0, source.as_bytes()),
                    (value_field::HAS, b"source"),
                    (value_field::ID, id.as_bytes()),
                ] {
                    let key = [&[field], value].concat();
                    expected.entry(key).or_default().push(document);
                }
            }
            streams[stream]
                .add(batch.get(0), &text_rules::rules())
                .unwrap();
        }
        let lists = ValueLists::new(&streams, &places);
        let found: Vec<(Vec<u8>, Vec<u32>)> = lists
            .iter()
            .map(|(key, documents)| (key.to_vec(), documents.to_vec()))
            .collect();
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>());
    }
}
