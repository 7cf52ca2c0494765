//! Which values has a field in all segments of a snapshot, in one order?
//!
//! Each segment numbers its values for itself.  `FieldValues` brings them together in the
//! order of their bytes, with the place of each segment's values in that; made when a field
//! is counted by for the first time.

use crate::container::Section;
use crate::error::{Damage, Result};
use crate::segment::Segment;

/// The values of one field.
#[derive(Debug, Default)]
pub struct FieldValues {
    /// The values on end, and where each of them ends.
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// By segment the places of its values; `None` where they are the same numbers.
    places: Vec<Option<Vec<u32>>>,
    /// By segment how many values it has.
    counts: Vec<u32>,
}

impl FieldValues {
    /// Those of the field number `field`.
    pub fn of(segments: &[&Segment], field: u8) -> Result<Self> {
        let mut found = FieldValues::default();
        let mut several: Vec<(Vec<u8>, usize, u32)> = Vec::new();
        for (number, segment) in segments.iter().enumerate() {
            let mut cursor = segment.values_from(field, b"")?;
            let mut count = 0;
            while let Some((value, _)) = cursor.next()? {
                match segments.len() {
                    1 => found.push(value),
                    _ => several.push((value.to_vec(), number, count)),
                }
                count += 1;
            }
            found.counts.push(count);
            found.places.push(match segments.len() {
                1 => None,
                _ => Some(vec![0; count as usize]),
            });
        }
        several.sort_unstable();
        let mut before: Option<&[u8]> = None;
        for (value, segment, own) in &several {
            if before != Some(value) {
                found.push(value);
                before = Some(value);
            }
            let place = found.ends.len() as u32 - 1;
            if let Some(Some(places)) = found.places.get_mut(*segment) {
                if let Some(to) = places.get_mut(*own as usize) {
                    *to = place;
                }
            }
        }
        Ok(found)
    }

    fn push(&mut self, value: &[u8]) {
        self.bytes.extend_from_slice(value);
        self.ends.push(self.bytes.len());
    }

    /// How many different values there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The value at a place.
    pub fn value(&self, place: u32) -> &[u8] {
        let place = place as usize;
        let start = match place.checked_sub(1) {
            None => 0,
            Some(before) => self.ends.get(before).copied().unwrap_or_default(),
        };
        let end = self.ends.get(place).copied().unwrap_or(start);
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// The place of a segment's value.
    #[inline]
    pub fn place(&self, segment: usize, own: u32) -> u32 {
        match self.places.get(segment) {
            Some(Some(places)) => places.get(own as usize).copied().unwrap_or_default(),
            _ => own,
        }
    }

    /// Whether a segment's column has as many values as its dictionary.
    pub fn check(&self, number: usize, segment: &Segment, values: u32) -> Result<()> {
        match self.counts.get(number) {
            Some(count) if *count == values => Ok(()),
            _ => Err(segment.damaged(
                Section::Ordinals,
                Damage("a column of ordinals has not the values of its field"),
            )),
        }
    }
}
