//! On which day was each document published?
//!
//! The article's own day (that of its date at its own offset, `searcher/codec/schema.py`) as
//! days since 1970, so that counting by day, month or year looks at one small number for each
//! document and at no list of days.
//!
//! ```text
//! section = first day i32, width in bits u32, codes as a row of bits (`postings/bits.rs`)
//! code    = 0 for no day, else the day less the first one, plus one
//! ```

use crate::bytes::Reader;
use crate::error::Damage;
use crate::postings::bits::{pack_row, row_len, row_value, width_of};

const DAMAGE: Damage = Damage("the column of days is broken");

/// Takes the documents of each day.
pub struct DaysWriter {
    days: Vec<Option<i32>>,
}

impl DaysWriter {
    /// For so many documents.
    pub fn new(documents: usize) -> Self {
        DaysWriter {
            days: vec![None; documents],
        }
    }

    /// Add the documents of a day, which is written as `20190408`; what is written otherwise
    /// is none.
    pub fn add(&mut self, term: &[u8], documents: &[u32]) {
        if let Some(day) = day_of(term) {
            for &document in documents {
                self.days[document as usize] = Some(day);
            }
        }
    }

    /// The bytes of the section.
    pub fn finish(self) -> Vec<u8> {
        let days = || self.days.iter().flatten();
        let first = days().copied().min().unwrap_or(0);
        let code = |day: i32| (i64::from(day) - i64::from(first) + 1) as u64;
        let most = days().map(|&day| code(day)).max().unwrap_or(0);
        let width = width_of(most as u32);
        let mut out = first.to_le_bytes().to_vec();
        out.extend_from_slice(&width.to_le_bytes());
        let codes = self.days.iter().map(|day| day.map_or(0, code));
        pack_row(codes, width, &mut out);
        out
    }
}

/// The days of all documents.
#[derive(Clone, Copy, Debug)]
pub struct Days<'a> {
    first: i32,
    width: u32,
    codes: &'a [u8],
}

impl<'a> Days<'a> {
    /// The column in a section for so many documents.
    pub fn open(section: &'a [u8], documents: usize) -> Result<Self, Damage> {
        let mut reader = Reader::new(section);
        let (first, width) = (reader.u32()? as i32, reader.u32()?);
        if width > 32 || reader.rest().len() != row_len(documents, width) {
            return Err(DAMAGE);
        }
        let codes = reader.take(row_len(documents, width))?;
        Ok(Days {
            first,
            width,
            codes,
        })
    }

    /// Days since 1970; None for a document without a date.
    #[inline]
    pub fn get(&self, document: u32) -> Option<i32> {
        let code = row_value(self.codes, self.width, document as usize) as i64;
        (code > 0).then(|| (i64::from(self.first) + code - 1) as i32)
    }
}

/// Days since 1970 of a day written as `20190408`.
///
/// The arithmetic is that of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms",
/// `days_from_civil`.
fn day_of(term: &[u8]) -> Option<i32> {
    if term.len() != 8 || !term.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = |digits: &[u8]| digits.iter().fold(0, |n, d| 10 * n + i32::from(d - b'0'));
    let (year, month, day) = (number(&term[..4]), number(&term[4..6]), number(&term[6..]));
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Years begin in March, so that the day that comes and goes is the last one.
    let year = year - i32::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        let cases: [(&[u8], Option<i32>); 9] = [
            (b"19700101", Some(0)),
            (b"19691231", Some(-1)),
            (b"20000229", Some(11_016)),
            (b"20190408", Some(17_994)),
            (b"00010101", Some(-719_162)),
            (b"99991231", Some(2_932_896)),
            (b"20191301", None),
            (b"2019-408", None),
            (b"2019", None),
        ];
        for (term, day) in cases {
            assert_eq!(day_of(term), day);
        }
    }

    #[test]
    fn the_day_of_each_document_comes_back() {
        let mut writer = DaysWriter::new(5);
        writer.add(b"00010101", &[3]);
        writer.add(b"20190408", &[0, 4]);
        writer.add(b"no day", &[1]);
        let section = writer.finish();
        let days = Days::open(&section, 5).unwrap();
        let found: Vec<Option<i32>> = (0..5).map(|document| days.get(document)).collect();
        let expected = [Some(17_994), None, None, Some(-719_162), Some(17_994)];
        assert_eq!(found, expected);
        for length in 0..section.len() {
            assert!(Days::open(&section[..length], 5).is_err());
        }
        let none = DaysWriter::new(3).finish();
        assert_eq!(Days::open(&none, 3).unwrap().get(2), None);
    }
}
