//! Which documents have a value (`source:reuters`, `path:*/2019/*`)?

use super::patterns::ValuePattern;
use crate::error::Result;
use crate::segment::Segment;

/// Call `visit` with each document whose value of the field fits, perhaps more than once.
pub fn for_each_document(
    segment: &Segment,
    field: u8,
    pattern: &ValuePattern,
    mut visit: impl FnMut(u32),
) -> Result<()> {
    if pattern.is_literal() {
        let found = segment.value_documents(field, pattern.prefix())?;
        found.into_iter().flatten().for_each(visit);
        return Ok(());
    }
    let mut cursor = segment.values_from(field, pattern.prefix())?;
    while let Some((value, documents)) = cursor.next()? {
        if !value.starts_with(pattern.prefix()) {
            break;
        }
        let text = std::str::from_utf8(value);
        let text = text.map_err(|_| segment.damaged_values("a value is not UTF-8"))?;
        if pattern.fits(text) {
            documents()?.into_iter().for_each(&mut visit);
        }
    }
    Ok(())
}
