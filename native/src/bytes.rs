//! How are numbers written into bytes, and read back without trusting them?
//!
//! Numbers of fixed width are little-endian.  Numbers that are mostly small are LEB128
//! varints: seven bits a byte, the low ones first, the high bit set on all but the last.
//! `Reader` walks over bytes that may be damaged: it returns `Damage` where they end too
//! early and for a varint that does not fit, and never looks outside its slice.

use crate::error::Damage;

const ENDED: Damage = Damage("the bytes end too early");
const TOO_LARGE: Damage = Damage("a number is too large");

/// Append `value` to `out` as a varint: one byte for each seven bits it has.
#[inline]
pub fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// A place in bytes, moving forward as they are read.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    /// How many bytes have been read.
    pub fn position(&self) -> usize {
        self.position
    }

    pub fn is_empty(&self) -> bool {
        self.position >= self.bytes.len()
    }

    /// What has not been read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.position..).unwrap_or_default()
    }

    /// The next `n` bytes.
    #[inline]
    pub fn take(&mut self, n: usize) -> Result<&'a [u8], Damage> {
        let end = self.position.checked_add(n).ok_or(ENDED)?;
        let taken = self.bytes.get(self.position..end).ok_or(ENDED)?;
        self.position = end;
        Ok(taken)
    }

    #[inline]
    pub fn u8(&mut self) -> Result<u8, Damage> {
        let byte = *self.bytes.get(self.position).ok_or(ENDED)?;
        self.position += 1;
        Ok(byte)
    }

    #[inline]
    pub fn u16(&mut self) -> Result<u16, Damage> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    #[inline]
    pub fn u32(&mut self) -> Result<u32, Damage> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    #[inline]
    pub fn u64(&mut self) -> Result<u64, Damage> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    #[inline]
    pub fn i64(&mut self) -> Result<i64, Damage> {
        Ok(i64::from_le_bytes(self.array()?))
    }

    #[inline]
    pub fn f64(&mut self) -> Result<f64, Damage> {
        Ok(f64::from_le_bytes(self.array()?))
    }

    #[inline]
    pub fn varint(&mut self) -> Result<u64, Damage> {
        let first = self.u8()?;
        if first < 0x80 {
            return Ok(u64::from(first));
        }
        let mut value = u64::from(first & 0x7F);
        let mut shift = 7;
        loop {
            let byte = self.u8()?;
            // The tenth byte has room for one bit.
            if shift == 63 && byte > 1 {
                return Err(TOO_LARGE);
            }
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
            shift += 7;
        }
    }

    #[inline]
    pub fn varint_u32(&mut self) -> Result<u32, Damage> {
        u32::try_from(self.varint()?).map_err(|_| TOO_LARGE)
    }

    /// A varint that counts bytes or things in memory.
    #[inline]
    pub fn varint_usize(&mut self) -> Result<usize, Damage> {
        usize::try_from(self.varint()?).map_err(|_| TOO_LARGE)
    }

    #[inline]
    fn array<const N: usize>(&mut self) -> Result<[u8; N], Damage> {
        self.take(N)?.try_into().map_err(|_| ENDED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Vec<u64> {
        let edges = (0..64).flat_map(|bit| [1u64 << bit, (1 << bit) - 1, (1 << bit) + 1]);
        edges.chain([u64::MAX]).collect()
    }

    #[test]
    fn varints_come_back() {
        for value in values() {
            let mut out = Vec::new();
            put_varint(&mut out, value);
            let bits = (64 - value.leading_zeros()).max(1) as usize;
            assert_eq!(out.len(), bits.div_ceil(7));
            let mut reader = Reader::new(&out);
            assert_eq!(reader.varint(), Ok(value));
            assert!(reader.is_empty());
            let narrow = Reader::new(&out).varint_u32();
            assert_eq!(narrow.ok(), u32::try_from(value).ok());
        }
    }

    #[test]
    fn a_cut_varint_is_damage() {
        for value in values() {
            let mut out = Vec::new();
            put_varint(&mut out, value);
            for length in 0..out.len() {
                assert_eq!(Reader::new(&out[..length]).varint(), Err(ENDED));
            }
        }
    }

    #[test]
    fn a_varint_of_more_than_64_bits_is_damage() {
        assert_eq!(Reader::new(&[0xFF; 20]).varint(), Err(TOO_LARGE));
        let mut eleven = [0x80; 11];
        eleven[10] = 0;
        assert_eq!(Reader::new(&eleven).varint(), Err(TOO_LARGE));
    }

    #[test]
    fn fixed_numbers_are_little_endian() {
        let bytes: Vec<u8> = (1..=23).collect();
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.u8(), Ok(1));
        assert_eq!(reader.u16(), Ok(0x0302));
        assert_eq!(reader.u32(), Ok(0x0706_0504));
        assert_eq!(reader.u64(), Ok(0x0F0E_0D0C_0B0A_0908));
        assert_eq!(reader.position(), 15);
        assert_eq!(reader.rest(), &bytes[15..]);
        assert_eq!(reader.take(9), Err(ENDED));
        assert_eq!(reader.take(usize::MAX), Err(ENDED));
        assert_eq!(reader.i64(), Ok(0x1716_1514_1312_1110));
        assert_eq!(reader.u8(), Err(ENDED));
        assert_eq!(reader.take(0), Ok(&[][..]));
    }
}
