//! Which documents have a value (`source:reuters`, `path:*/2019/*`)?

use crate::error::Result;
use crate::search::budget::{self, Budget};
use crate::search::plan::patterns::ValuePattern;
use crate::segment::Segment;

/// To decode a value and to compare the beginning.
const COST_OF_A_VALUE: u64 = 24;

/// Call `visit` with each document whose value of the field fits, perhaps more than once.
pub fn for_each_document(
    segment: &Segment,
    field: u8,
    pattern: &ValuePattern,
    budget: &Budget,
    mut visit: impl FnMut(u32),
) -> Result<()> {
    if pattern.is_literal() {
        let found = segment.value_documents(field, pattern.prefix())?;
        let documents = found.unwrap_or_default();
        budget.charge(budget::LIST + budget::POSTING * documents.len() as u64)?;
        documents.into_iter().for_each(visit);
        return Ok(());
    }
    let mut cursor = segment.values_from(field, pattern.prefix())?;
    while let Some((value, documents)) = cursor.next()? {
        if !value.starts_with(pattern.prefix()) {
            break;
        }
        let text = std::str::from_utf8(value);
        let text = text.map_err(|_| segment.damaged_values("a value is not UTF-8"))?;
        budget.charge(COST_OF_A_VALUE)?;
        let (fits, steps) = pattern.fits_in_steps(text);
        budget.charge(2 * steps as u64)?;
        if fits {
            let documents = documents()?;
            budget.charge(budget::LIST / 4 + budget::POSTING * documents.len() as u64)?;
            documents.into_iter().for_each(&mut visit);
        }
    }
    Ok(())
}
