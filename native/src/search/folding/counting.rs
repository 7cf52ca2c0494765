//! How many texts, or stories, are the documents that match?
//!
//! A document that is alone counts for itself, so only those are looked up whose unit has
//! others.  Where few of these match, what is noted of each unit is that it was met; where most
//! do, the others are gone through, and how many documents of each unit are left.

use crate::search::folding::groups::{Groups, Units};
use crate::search::sets::bitset::{Bits, DocSet};

/// How many units the documents `found`, by segment, are.
pub fn count_units(found: &[DocSet], groups: &Groups, units: &Units) -> u64 {
    let (mut alone, mut shared) = (0, 0);
    for (segment, found) in found.iter().enumerate() {
        for (found, others) in found.words().iter().zip(units.shared(segment).words()) {
            alone += u64::from((found & !others).count_ones());
            shared += u64::from((found & others).count_ones());
        }
    }
    if shared <= units.shared_count() / 2 {
        // Bytes: of bits, each would wait for the one before it.
        let mut met = vec![0u8; units.sizes().len()];
        let mut count = 0;
        for_each_unit(found, groups, units, false, |unit| {
            let met = &mut met[unit as usize];
            count += u64::from(1 - *met);
            *met = 1;
        });
        return alone + count;
    }
    let mut left = units.sizes().to_vec();
    let mut count = left.len() as u64;
    for_each_unit(found, groups, units, true, |unit| {
        let left = &mut left[unit as usize];
        *left -= 1;
        count -= u64::from(*left == 0);
    });
    alone + count
}

/// Call `visit` with the unit of each document that is not alone and is among those that were
/// `found`; or `is_missing` there.
#[inline]
fn for_each_unit(
    found: &[DocSet],
    groups: &Groups,
    units: &Units,
    is_missing: bool,
    mut visit: impl FnMut(u32),
) {
    let turned = if is_missing { u64::MAX } else { 0 };
    for (segment, found) in found.iter().enumerate() {
        let base = groups.number(segment as u32, 0);
        let shared = units.shared(segment).words();
        for (place, (found, shared)) in found.words().iter().zip(shared).enumerate() {
            let documents = Bits {
                word: (found ^ turned) & shared,
                base: base + place as u32 * 64,
            };
            documents.for_each(|number| visit(units.of(number)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::groups::sound_leads;
    use crate::testing::random::Random;
    use std::collections::BTreeSet;

    #[test]
    fn units_are_counted_once() {
        let mut random = Random::new(73);
        for round in 0..1_000 {
            let counts: Vec<u32> = (0..random.below(4))
                .map(|_| random.below(150) as u32)
                .collect();
            let leads = sound_leads(&mut random, counts.iter().sum());
            let groups = Groups::new(counts.clone(), &leads, None).unwrap();
            let mut expected = BTreeSet::new();
            let mut found = Vec::new();
            for (segment, count) in counts.iter().enumerate() {
                let some = (0..*count).filter(|_| random.below(9) > round % 10);
                let set = DocSet::of(*count, some);
                let numbers = set.iter().map(|doc| groups.number(segment as u32, doc));
                expected.extend(numbers.map(|number| groups.texts().lead_of(number)));
                found.push(set);
            }
            let counted = count_units(&found, &groups, groups.texts());
            assert_eq!(counted, expected.len() as u64);
        }
    }
}
