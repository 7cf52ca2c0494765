//! How do the lists of values merge?

use super::order::{Order, DELETED};
use super::{Source, KEYS};
use crate::container::{ContainerWriter, Section};
use crate::error::Result;
use crate::segment::writer::{Values, ValuesWriter};
use crate::segment::Segment;

/// Write long lists to the open section of postings; returns what else there is of the values.
/// `facets` are the fields that articles are counted by.
pub fn write(
    sources: &[Source],
    order: &Order,
    facets: &[u8],
    sink: &mut ContainerWriter,
) -> Result<Values> {
    let mut cursors = sources
        .iter()
        .map(|source| Head::new(&source.segment))
        .collect::<Result<Vec<_>>>()?;
    let mut values = ValuesWriter::new(facets, order.documents.len());
    let mut documents = Vec::new();
    while let Some(key) = cursors.iter().filter_map(|head| head.key.as_ref()).min() {
        let key = key.clone();
        documents.clear();
        for (head, numbers) in cursors.iter_mut().zip(&order.new_number) {
            if head.key.as_ref() == Some(&key) {
                let found = head.documents.iter();
                documents.extend(
                    found
                        .map(|document| numbers[*document as usize])
                        .filter(|number| *number != DELETED),
                );
                head.advance()?;
            }
        }
        if documents.is_empty() {
            continue;
        }
        documents.sort_unstable();
        values.add(&key, &documents, |list| {
            let offset = sink.position();
            sink.write(list)?;
            Ok::<_, crate::error::CoreError>(offset)
        })?;
    }
    Ok(values.finish())
}

/// The next value of one source.
struct Head<'a> {
    segment: &'a Segment,
    entries: crate::dictionary::Cursor<'a>,
    key: Option<Vec<u8>>,
    documents: Vec<u32>,
}

impl<'a> Head<'a> {
    fn new(segment: &'a Segment) -> Result<Self> {
        let entries = segment
            .values()?
            .cursor()
            .map_err(|damage| segment.damaged(Section::Values, damage))?;
        let mut head = Self {
            segment,
            entries,
            key: None,
            documents: Vec::new(),
        };
        head.advance()?;
        Ok(head)
    }

    fn advance(&mut self) -> Result<()> {
        let next = self
            .entries
            .next()
            .map_err(|damage| self.segment.damaged(Section::Values, damage))?;
        let before = self.key.take();
        if let Some((_, key, entry)) = next {
            if before.is_some_and(|before| before.as_slice() >= key) {
                return Err(self.segment.damaged(Section::Values, KEYS));
            }
            self.documents = self.segment.documents_of_entry(entry)?;
            self.key = Some(key.to_vec());
        }
        Ok(())
    }
}
