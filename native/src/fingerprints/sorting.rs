//! In which order are the pairs of a segment?
//!
//! A pair is a fingerprint in the upper half of a number and a document in the lower.  Documents
//! come one after the other, so what is left to sort are the fingerprints: by their lowest bits
//! first, each time with those that are equal left in their order.  Three passes over random
//! numbers, where comparing takes twenty.

/// Bits of a fingerprint that are looked at at a time.
const DIGIT_BITS: u32 = 11;
const DIGITS: usize = 1 << DIGIT_BITS;
/// Where the fingerprint begins in a pair, and where its digits do.
const SHIFTS: [u32; 3] = [32, 32 + DIGIT_BITS, 32 + 2 * DIGIT_BITS];
/// With fewer pairs the counting would take longest.
const FEW: usize = 4 * DIGITS;

/// Sort pairs whose documents ascend, and leave one of those that are equal.
pub fn sort_pairs(pairs: &mut Vec<u64>) {
    if pairs.len() < FEW {
        pairs.sort_unstable();
    } else {
        let mut other = vec![0; pairs.len()];
        for shift in SHIFTS {
            move_by_digit(pairs, &mut other, shift);
            std::mem::swap(pairs, &mut other);
        }
    }
    pairs.dedup();
}

/// Put the pairs in the order of one digit into `sorted`, which is as long.
fn move_by_digit(pairs: &[u64], sorted: &mut [u64], shift: u32) {
    let digit = |pair: u64| (pair >> shift) as usize % DIGITS;
    let mut next = [0usize; DIGITS];
    for &pair in pairs {
        next[digit(pair)] += 1;
    }
    let mut start = 0;
    for next in &mut next {
        start += std::mem::replace(next, start);
    }
    for &pair in pairs {
        let next = &mut next[digit(pair)];
        sorted[*next] = pair;
        *next += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::random::Random;

    #[test]
    fn pairs_are_sorted_as_numbers_are() {
        let mut random = Random::new(5);
        for (documents, fingerprints) in [(1, 3), (40, FEW), (700, 90), (9_000, 1 << 32)] {
            let mut pairs: Vec<u64> = Vec::new();
            for document in 0..documents {
                for _ in 0..40 {
                    let fingerprint = random.below(fingerprints) as u64;
                    pairs.push(fingerprint << 32 | document);
                }
            }
            let mut expected = pairs.clone();
            expected.sort_unstable();
            expected.dedup();
            sort_pairs(&mut pairs);
            assert!(pairs == expected);
        }
    }
}
