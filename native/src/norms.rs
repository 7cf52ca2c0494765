//! How long is a field, as scores see it?
//!
//! The length of a field is recorded in one byte, its **norm**: a code of Whoosh's table of
//! lengths, rounded up to the next one that the table has.  Scores divide by what the length
//! makes of a body (`searcher/scoring.py`): `1 - b + b * length / average`.

use crate::postings::ImpactTable;
use crate::scoring::Scoring;

/// What the codes stand for.
#[derive(Clone)]
pub struct LengthCodes {
    length_of_code: [u32; 256],
}

impl LengthCodes {
    /// `length_of_code` ascends from 0.
    pub fn new(length_of_code: [u32; 256]) -> Self {
        LengthCodes { length_of_code }
    }

    /// The code of a field of so many words.
    pub fn code_of(&self, words: u32) -> u8 {
        let code = self
            .length_of_code
            .partition_point(|&length| length < words);
        code.min(255) as u8
    }

    /// The lengths that `norms` record, added up.
    pub fn total(&self, norms: &[u8]) -> u64 {
        let lengths = norms
            .iter()
            .map(|&code| self.length_of_code[usize::from(code)]);
        lengths.map(u64::from).sum()
    }

    /// What each norm divides the occurrences in a body by, when bodies are `average` long.
    fn norm_table(&self, scoring: &Scoring, average: f64) -> [f64; 256] {
        self.length_of_code.map(|length| match average > 0.0 {
            true => scoring.norm(length, average),
            // No body has a word, so no norm is ever asked for.
            false => 1.0,
        })
    }

    /// What the impacts of a segment are computed with whose bodies are `average` long.
    pub fn impacts(&self, scoring: Scoring, average: f64) -> ImpactTable {
        ImpactTable::new(scoring, self.norm_table(&scoring, average))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 0 to 10, then a tenth more each.
    pub fn lengths() -> [u32; 256] {
        let mut lengths = [0; 256];
        for code in 1..256 {
            let before = lengths[code - 1];
            lengths[code] = (before + 1).max(before + before / 30);
        }
        lengths
    }

    #[test]
    fn lengths_are_rounded_up() {
        let codes = LengthCodes::new(lengths());
        for words in 0..5000 {
            let code = usize::from(codes.code_of(words));
            assert!(lengths()[code] >= words);
            assert!(code == 0 || lengths()[code - 1] < words);
        }
        assert_eq!(codes.code_of(0), 0);
        assert_eq!(codes.code_of(u32::MAX), 255);
    }

    #[test]
    fn totals_are_of_what_is_recorded() {
        let codes = LengthCodes::new(lengths());
        let expected = lengths()[200] + lengths()[3];
        assert_eq!(codes.total(&[200, 0, 3]), u64::from(expected));
    }

    #[test]
    fn a_body_of_average_length_has_the_norm_1() {
        let codes = LengthCodes::new(lengths());
        let table = codes.norm_table(&Scoring::SAMPLE, f64::from(lengths()[90]));
        assert!((table[90] - 1.0).abs() < 1e-12);
        assert_eq!(table[0], 0.7);
        assert_eq!(codes.norm_table(&Scoring::SAMPLE, 0.0)[5], 1.0);
    }
}
