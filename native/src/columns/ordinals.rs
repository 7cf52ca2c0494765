//! Which value has each document, as a number?
//!
//! For the fields that articles are counted by.  The **ordinal** of a value is its place among
//! the values of its field, in the order of their bytes, which is that of the dictionary of
//! values; a document's code is 0 for no value, its ordinal plus one, or one more than all
//! ordinals for several values, which are listed apart.  Counting by value is then to count
//! small numbers, where the lists of the values would have to be met one by one.
//!
//! ```text
//! section = fields u32, entry of each field, columns in the order of the entries
//! entry   = number of the field u32, values u32, width in bits u32, pairs u32
//! column  = codes as a row of bits (`postings/bits.rs`), then document u32 and ordinal u32 of
//!           each pair, ascending
//! ```

use crate::bytes::Reader;
use crate::error::Damage;
use crate::postings::bits::{pack_row, row_len, row_value, unpack_row, width_of};

const DAMAGE: Damage = Damage("a column of ordinals is broken");
/// What stands in memory for several values, until their number is known.
const SEVERAL: u32 = u32::MAX;
const ENTRY_BYTES: usize = 16;
const PAIR_BYTES: usize = 8;
/// Of 64 documents, so many that to unpack the codes of all of them is quicker.
const DENSE: u32 = 12;

/// Takes the documents of each value, in the order of fields and values.
pub struct OrdinalsWriter {
    columns: Vec<Column>,
    documents: usize,
}

#[derive(Default)]
struct Column {
    field: u8,
    values: u32,
    codes: Vec<u32>,
    pairs: Vec<(u32, u32)>,
}

impl OrdinalsWriter {
    /// Of the fields with these numbers, for so many documents.
    pub fn new(fields: &[u8], documents: usize) -> Self {
        let mut fields = fields.to_vec();
        fields.sort_unstable();
        fields.dedup();
        let column = |field| Column {
            field,
            ..Column::default()
        };
        OrdinalsWriter {
            columns: fields.into_iter().map(column).collect(),
            documents,
        }
    }

    /// Add the next value of `field` with its documents; fields that have no column are passed
    /// over.
    pub fn add(&mut self, field: u8, documents: &[u32]) {
        let Ok(place) = self
            .columns
            .binary_search_by_key(&field, |column| column.field)
        else {
            return;
        };
        let column = &mut self.columns[place];
        column.codes.resize(self.documents, 0);
        let ordinal = column.values;
        column.values += 1;
        for &document in documents {
            let code = &mut column.codes[document as usize];
            match *code {
                0 => *code = ordinal + 1,
                SEVERAL => column.pairs.push((document, ordinal)),
                first => {
                    column.pairs.push((document, first - 1));
                    column.pairs.push((document, ordinal));
                    *code = SEVERAL;
                }
            }
        }
    }

    /// The bytes of the section.
    pub fn finish(mut self) -> Vec<u8> {
        let mut out = (self.columns.len() as u32).to_le_bytes().to_vec();
        for column in &mut self.columns {
            column.codes.resize(self.documents, 0);
            column.pairs.sort_unstable();
            let entry = [
                u32::from(column.field),
                column.values,
                width_of(column.values + 1),
                column.pairs.len() as u32,
            ];
            entry
                .iter()
                .for_each(|number| out.extend_from_slice(&number.to_le_bytes()));
        }
        for column in &self.columns {
            let several = u64::from(column.values) + 1;
            let codes = column.codes.iter().map(|&code| match code {
                SEVERAL => several,
                code => u64::from(code),
            });
            pack_row(codes, width_of(column.values + 1), &mut out);
            for (document, ordinal) in &column.pairs {
                out.extend_from_slice(&document.to_le_bytes());
                out.extend_from_slice(&ordinal.to_le_bytes());
            }
        }
        out
    }
}

/// The column of one field.
#[derive(Clone, Copy, Debug)]
pub struct Ordinals<'a> {
    values: u32,
    width: u32,
    documents: usize,
    codes: &'a [u8],
    pairs: &'a [u8],
}

impl<'a> Ordinals<'a> {
    /// The column of `field` in a section for so many documents; None if it has none.
    pub fn open(section: &'a [u8], field: u8, documents: usize) -> Result<Option<Self>, Damage> {
        let mut found = None;
        for_each_column(section, documents, |number, column| {
            if number == u32::from(field) {
                found = Some(column);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// Check a whole section.
    pub fn verify(section: &[u8], documents: usize) -> Result<(), Damage> {
        for_each_column(section, documents, |_, column| {
            column.for_each(|_, _| ()).map(drop)
        })
    }

    /// How many values the field has.
    pub fn values(&self) -> u32 {
        self.values
    }

    /// Call `visit` for each document of a set, 64 to a word and the lowest first, with each of
    /// its ordinals plus one, or with 0 if it has no value.
    #[inline]
    pub fn for_each_of(
        &self,
        words: &[u64],
        mut visit: impl FnMut(u32, u32),
    ) -> Result<(), Damage> {
        let mut pairs = self.pairs;
        let mut codes = [0u32; 64];
        for (number, &word) in words.iter().enumerate() {
            let mut word = word;
            let base = number * 64;
            let is_dense = word.count_ones() >= DENSE;
            if is_dense {
                // Words of 64 codes begin where bytes do.
                let bytes = self.codes.get(row_len(base, self.width)..);
                unpack_row(bytes.unwrap_or_default(), self.width, &mut codes);
            }
            while word != 0 {
                let bit = word.trailing_zeros() as usize;
                word &= word - 1;
                let code = match is_dense {
                    true => codes[bit],
                    false => row_value(self.codes, self.width, base + bit) as u32,
                };
                let document = (base + bit) as u32;
                if code <= self.values {
                    visit(document, code);
                } else if code == self.values + 1 {
                    pairs = self.for_each_of_several(document, pairs, &mut visit)?;
                } else {
                    return Err(DAMAGE);
                }
            }
        }
        Ok(())
    }

    /// Visit the ordinals of a document that has several, which are among the first of `pairs`
    /// or further on.  Returns the pairs after them.
    fn for_each_of_several<'p>(
        &self,
        document: u32,
        pairs: &'p [u8],
        visit: &mut impl FnMut(u32, u32),
    ) -> Result<&'p [u8], Damage> {
        let mut rest = match pair_at(pairs, 0) {
            Some((of, _)) if of < document => after_documents_before(document, pairs),
            _ => pairs,
        };
        let (mut count, mut before) = (0, None);
        while let Some((_, ordinal)) = pair_at(rest, 0).filter(|pair| pair.0 == document) {
            if ordinal >= self.values || before >= Some(ordinal) {
                return Err(DAMAGE);
            }
            visit(document, ordinal + 1);
            (count, before) = (count + 1, Some(ordinal));
            rest = rest.get(PAIR_BYTES..).unwrap_or_default();
        }
        match count >= 2 {
            true => Ok(rest),
            false => Err(DAMAGE),
        }
    }

    /// Call `visit` with each document and each of its ordinals, ascending.
    pub fn for_each(&self, mut visit: impl FnMut(u32, u32)) -> Result<(), Damage> {
        let mut pairs = self.pairs.chunks_exact(PAIR_BYTES).map(|pair| {
            let mut reader = Reader::new(pair);
            Ok::<_, Damage>((reader.u32()?, reader.u32()?))
        });
        let mut next = pairs.next().transpose()?;
        for document in 0..self.documents {
            let code = row_value(self.codes, self.width, document) as u32;
            if code == 0 {
                continue;
            }
            if code <= self.values {
                visit(document as u32, code - 1);
                continue;
            }
            if code != self.values + 1 {
                return Err(DAMAGE);
            }
            let (mut count, mut before) = (0, None);
            while let Some((_, ordinal)) = next.filter(|pair| pair.0 == document as u32) {
                if ordinal >= self.values || before >= Some(ordinal) {
                    return Err(DAMAGE);
                }
                visit(document as u32, ordinal);
                (count, before) = (count + 1, Some(ordinal));
                next = pairs.next().transpose()?;
            }
            if count < 2 {
                return Err(DAMAGE);
            }
        }
        next.is_none().then_some(()).ok_or(DAMAGE)
    }
}

/// The pair at a place: a document and an ordinal.
#[inline]
fn pair_at(pairs: &[u8], place: usize) -> Option<(u32, u32)> {
    let bytes = pairs.get(place * PAIR_BYTES..(place + 1) * PAIR_BYTES)?;
    let both = u64::from_le_bytes(bytes.try_into().ok()?);
    Some((both as u32, (both >> 32) as u32))
}

/// The pairs from those of `document` on, which are mostly near: the step doubles until it is
/// too long.
fn after_documents_before(document: u32, pairs: &[u8]) -> &[u8] {
    let is_before = |place| pair_at(pairs, place).is_some_and(|pair| pair.0 < document);
    let (mut low, mut step) = (0, 1);
    while is_before(low + step - 1) {
        low += step;
        step *= 2;
    }
    let mut high = (pairs.len() / PAIR_BYTES).min(low + step);
    while low < high {
        let middle = (low + high) / 2;
        match is_before(middle) {
            true => low = middle + 1,
            false => high = middle,
        }
    }
    pairs.get(low * PAIR_BYTES..).unwrap_or_default()
}

fn for_each_column<'a>(
    section: &'a [u8],
    documents: usize,
    mut visit: impl FnMut(u32, Ordinals<'a>) -> Result<(), Damage>,
) -> Result<(), Damage> {
    let mut reader = Reader::new(section);
    let count = reader.u32()? as usize;
    // A field is a byte, so there are no more.
    if count > 256 {
        return Err(DAMAGE);
    }
    let mut entries = Reader::new(reader.take(count * ENTRY_BYTES)?);
    let mut before = None;
    while !entries.is_empty() {
        let field = entries.u32()?;
        let (values, width, pairs) = (entries.u32()?, entries.u32()?, entries.u32()? as usize);
        if before >= Some(field) || values == u32::MAX || width != width_of(values + 1) {
            return Err(DAMAGE);
        }
        before = Some(field);
        let codes = reader.take(row_len(documents, width))?;
        let pairs = reader.take(pairs.checked_mul(PAIR_BYTES).ok_or(DAMAGE)?)?;
        visit(
            field,
            Ordinals {
                values,
                width,
                documents,
                codes,
                pairs,
            },
        )?;
    }
    reader.is_empty().then_some(()).ok_or(DAMAGE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::random::Random;

    fn read(section: &[u8], field: u8, documents: usize) -> Option<Vec<Vec<u32>>> {
        let column = Ordinals::open(section, field, documents).unwrap()?;
        let mut found = vec![Vec::new(); documents];
        column
            .for_each(|document, ordinal| found[document as usize].push(ordinal))
            .unwrap();
        Some(found)
    }

    #[test]
    fn the_values_of_each_document_come_back() {
        let mut random = Random::new(7);
        for documents in [0usize, 1, 9, 200] {
            for values in [0u32, 1, 2, 40] {
                let mut expected = vec![Vec::new(); documents];
                let mut writer = OrdinalsWriter::new(&[5, 0], documents);
                for ordinal in 0..values {
                    let held: Vec<u32> = (0..documents as u32)
                        .filter(|_| random.below(values as usize + 1) < 2)
                        .collect();
                    held.iter()
                        .for_each(|&doc| expected[doc as usize].push(ordinal));
                    writer.add(5, &held);
                    writer.add(3, &held);
                }
                let section = writer.finish();
                Ordinals::verify(&section, documents).unwrap();
                let column = Ordinals::open(&section, 5, documents).unwrap().unwrap();
                for share in [1, 2, 9] {
                    let mut words = vec![0u64; documents.div_ceil(64)];
                    let mut wanted = Vec::new();
                    for document in (0..documents).filter(|_| random.below(share) == 0) {
                        words[document / 64] |= 1 << (document % 64);
                        let codes = expected[document].iter().map(|ordinal| ordinal + 1);
                        let none = expected[document].is_empty().then_some(0);
                        wanted.extend(codes.chain(none).map(|code| (document as u32, code)));
                    }
                    let mut found = Vec::new();
                    let visit = |document, code| found.push((document, code));
                    column.for_each_of(&words, visit).unwrap();
                    assert_eq!(found, wanted);
                }
                assert_eq!(read(&section, 5, documents), Some(expected));
                assert_eq!(read(&section, 0, documents), Some(vec![vec![]; documents]));
                assert_eq!(read(&section, 3, documents), None);
            }
        }
    }

    #[test]
    fn whatever_is_cut_or_changed_is_a_column_or_damage() {
        let mut writer = OrdinalsWriter::new(&[0, 5], 6);
        writer.add(0, &[0, 2, 3]);
        writer.add(0, &[1, 2]);
        writer.add(5, &[4]);
        let section = writer.finish();
        for length in 0..section.len() {
            assert!(Ordinals::verify(&section[..length], 6).is_err());
        }
        for place in 0..section.len() {
            for byte in 0..=255 {
                let mut changed = section.clone();
                changed[place] = byte;
                if let Ok(Some(column)) = Ordinals::open(&changed, 0, 6) {
                    let mut most = 0;
                    let visit = |_, code: u32| most = most.max(code);
                    let _ = column.for_each_of(&[0b11_1111], visit);
                    assert!(most <= column.values());
                }
                if Ordinals::verify(&changed, 6).is_ok() {
                    read(&changed, 0, 6);
                }
            }
        }
        assert!(Ordinals::verify(&section, 7).is_err() || read(&section, 0, 7).is_some());
    }
}
