//! Groups of documents for tests.

use crate::testing::random::Random;

const NONE: u32 = u32::MAX;

/// Of so many documents, every third may lead others.
pub fn sound_leads(random: &mut Random, documents: u32) -> Vec<u32> {
    let lead = |number: u32, random: &mut Random| match random.below(4) {
        _ if number.is_multiple_of(3) => number,
        0 => NONE,
        1 => number,
        _ => random.below(documents as usize) as u32 / 3 * 3,
    };
    (0..documents).map(|number| lead(number, random)).collect()
}
