//! How does each document have a short byte string?
//!
//! All strings end to end, after where each ends: `count u32, ends u32{count}, bytes`.

use crate::bytes::Reader;
use crate::error::{CoreError, Damage, Result};

/// Takes the byte strings of documents 0, 1, 2...
#[derive(Default)]
pub struct BytesColumnWriter {
    ends: Vec<u32>,
    bytes: Vec<u8>,
}

impl BytesColumnWriter {
    pub fn new() -> Self {
        Self::default()
    }

    /// Add the string of the next document.  Fails when all together pass 4 GiB.
    pub fn push(&mut self, bytes: &[u8]) -> Result<()> {
        let end = u32::try_from(self.bytes.len() + bytes.len())
            .map_err(|_| CoreError::Invalid("a column of bytes passes 4 GiB".to_owned()))?;
        self.bytes.extend_from_slice(bytes);
        self.ends.push(end);
        Ok(())
    }

    /// How many bytes `finish` would give now.
    pub fn size_bytes(&self) -> usize {
        4 + self.ends.len() * 4 + self.bytes.len()
    }

    /// The bytes of the column.
    pub fn finish(self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.size_bytes());
        // As many as documents, which are counted in 32 bits.
        out.extend_from_slice(&(self.ends.len() as u32).to_le_bytes());
        for end in &self.ends {
            out.extend_from_slice(&end.to_le_bytes());
        }
        out.extend_from_slice(&self.bytes);
        out
    }
}

/// A column of byte strings over bytes that lie elsewhere.
#[derive(Clone, Copy)]
pub struct BytesColumn<'a> {
    ends: &'a [[u8; 4]],
    bytes: &'a [u8],
}

impl<'a> BytesColumn<'a> {
    pub fn open(bytes: &'a [u8]) -> std::result::Result<Self, Damage> {
        const LENGTH: Damage = Damage("a column of bytes has a broken length");
        let mut reader = Reader::new(bytes);
        let count = reader.u32()? as usize;
        let ends = reader.take(count.checked_mul(4).ok_or(LENGTH)?)?;
        let ends = bytemuck::try_cast_slice(ends).map_err(|_| LENGTH)?;
        Ok(Self {
            ends,
            bytes: reader.rest(),
        })
    }

    /// How many documents it has strings for.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The string of one document.
    pub fn get(&self, document: u32) -> std::result::Result<&'a [u8], Damage> {
        const OUTSIDE: Damage = Damage("a column of bytes does not reach that far");
        let end = |i: usize| {
            let end = self.ends.get(i).ok_or(OUTSIDE)?;
            Ok(u32::from_le_bytes(*end) as usize)
        };
        let document = document as usize;
        let start = match document.checked_sub(1) {
            Some(before) => end(before)?,
            None => 0,
        };
        self.bytes.get(start..end(document)?).ok_or(OUTSIDE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(strings: &[&[u8]]) -> Vec<u8> {
        let mut writer = BytesColumnWriter::new();
        for string in strings {
            writer.push(string).unwrap();
        }
        let size = writer.size_bytes();
        let bytes = writer.finish();
        assert_eq!(bytes.len(), size);
        bytes
    }

    #[test]
    fn strings_come_back() {
        let strings: [&[u8]; 5] = [b"one", b"", b"", b"two\0", &[0xFF; 300]];
        let bytes = column(&strings);
        let read = BytesColumn::open(&bytes).unwrap();
        assert_eq!(read.len(), strings.len());
        for (i, string) in strings.iter().enumerate() {
            assert_eq!(read.get(i as u32), Ok(*string));
        }
        assert!(read.get(5).is_err());
        assert!(read.get(u32::MAX).is_err());
        assert!(BytesColumn::open(&column(&[])).unwrap().is_empty());
    }

    #[test]
    fn damaged_bytes_never_panic() {
        let bytes = column(&[b"one", b"two", b"", b"three"]);
        for place in 0..bytes.len() {
            for flip in [1, 0x80, 0xFF] {
                let mut changed = bytes.clone();
                changed[place] ^= flip;
                if let Ok(read) = BytesColumn::open(&changed) {
                    (0..6).for_each(|i| drop(read.get(i)));
                }
            }
        }
        for length in 0..bytes.len() {
            if let Ok(read) = BytesColumn::open(&bytes[..length]) {
                assert!(read.get(3).is_err());
            }
        }
        assert!(BytesColumn::open(&[0xFF; 40]).is_err());
    }
}
