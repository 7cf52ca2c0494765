//! How are the forms and values of a segment gone through in order?

use super::{FormInfo, Segment};
use crate::container::Section;
use crate::dictionary;
use crate::error::Result;

/// The forms from some key on.
pub struct FormCursor<'a> {
    segment: &'a Segment,
    entries: dictionary::Cursor<'a>,
}

impl<'a> FormCursor<'a> {
    pub(super) fn new(segment: &'a Segment, prefix: &[u8]) -> Result<Self> {
        let entries = segment
            .forms()?
            .cursor_from(prefix)
            .map_err(|damage| segment.damaged(Section::Forms, damage))?;
        Ok(Self { segment, entries })
    }

    /// The next form, and a function that decodes what is known of it.
    #[allow(clippy::should_implement_trait, clippy::type_complexity)]
    pub fn next(&mut self) -> Result<Option<(&[u8], impl Fn() -> Result<FormInfo> + 'a)>> {
        let segment = self.segment;
        let found = self
            .entries
            .next()
            .map_err(|damage| segment.damaged(Section::Forms, damage))?;
        Ok(found.map(move |(ordinal, form, value)| {
            let info = move || {
                FormInfo::decode(ordinal, value)
                    .map_err(|damage| segment.damaged(Section::Forms, damage))
            };
            (form, info)
        }))
    }
}

/// The values of one field from some value on.
pub struct ValueCursor<'a> {
    segment: &'a Segment,
    field: u8,
    entries: dictionary::Cursor<'a>,
}

impl<'a> ValueCursor<'a> {
    pub(super) fn new(segment: &'a Segment, field: u8, prefix: &[u8]) -> Result<Self> {
        let mut key = Vec::with_capacity(prefix.len() + 1);
        key.push(field);
        key.extend_from_slice(prefix);
        let entries = segment
            .values()?
            .cursor_from(&key)
            .map_err(|damage| segment.damaged(Section::Values, damage))?;
        Ok(Self {
            segment,
            field,
            entries,
        })
    }

    /// The next value of the field, and a function that reads its documents.
    #[allow(clippy::should_implement_trait, clippy::type_complexity)]
    pub fn next(&mut self) -> Result<Option<(&[u8], impl Fn() -> Result<Vec<u32>> + 'a)>> {
        let (segment, field) = (self.segment, self.field);
        let found = self
            .entries
            .next()
            .map_err(|damage| segment.damaged(Section::Values, damage))?;
        Ok(
            found.and_then(move |(_, key, entry)| match key.split_first() {
                Some((first, value)) if *first == field => {
                    Some((value, move || segment.documents_of_entry(entry)))
                }
                _ => None,
            }),
        )
    }
}
