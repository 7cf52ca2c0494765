//! What is kept of each document besides its words: numbers and short bytes by document?
//!
//! - here: columns of numbers of fixed width, viewed where they lie
//! - `byte_strings`: a column of byte strings
//! - `ordinals`: the values of the fields that articles are counted by, as small numbers
//! - `days`: the day of publication, as a small number
//! - `boundaries`: where sentences and paragraphs begin, as such a byte string
//!
//! A column of numbers is the array itself, little-endian, so that a reader views it in the
//! mapped file without a copy.  On a processor of the other byte order the crate does not
//! compile, which is better than a wrong answer; Searcher does without the core there.

mod boundaries;
mod byte_strings;
mod days;
mod ordinals;

pub use boundaries::{decode_boundaries, encode_boundaries};
pub use byte_strings::{BytesColumn, BytesColumnWriter};
pub use days::{Days, DaysWriter};
pub use ordinals::{Ordinals, OrdinalsWriter};

use bytemuck::Pod;

use crate::error::Damage;

#[cfg(target_endian = "big")]
compile_error!("columns are viewed in place and are little-endian");

/// The numbers of a column of 32 bits.
pub fn u32s(bytes: &[u8]) -> Result<&[u32], Damage> {
    view(bytes)
}

/// The numbers of a column of 64 bits.
pub fn u64s(bytes: &[u8]) -> Result<&[u64], Damage> {
    view(bytes)
}

/// The numbers of a column of 64 bits with a sign.
pub fn i64s(bytes: &[u8]) -> Result<&[i64], Damage> {
    view(bytes)
}

/// A column of numbers as bytes to write.
pub fn bytes_of<T: Pod>(numbers: &[T]) -> &[u8] {
    bytemuck::cast_slice(numbers)
}

fn view<T: Pod>(bytes: &[u8]) -> Result<&[T], Damage> {
    if bytes.is_empty() {
        return Ok(&[]); // which may lie anywhere, not only where numbers may
    }
    bytemuck::try_cast_slice(bytes)
        .map_err(|_| Damage("a column of numbers has a broken length or place"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        let numbers = [0, 1, i64::MIN, i64::MAX, -1];
        assert_eq!(i64s(bytes_of(&numbers)), Ok(&numbers[..]));
        assert_eq!(bytes_of(&[1u64])[0], 1);
        let numbers = [7u32, u32::MAX];
        assert_eq!(u32s(bytes_of(&numbers)), Ok(&numbers[..]));
        assert_eq!(u64s(&[]), Ok(&[][..]));
    }

    #[test]
    fn a_length_that_is_no_multiple_is_damage() {
        let numbers = [1u64, 2];
        let bytes = bytes_of(&numbers);
        for length in 0..bytes.len() {
            assert_eq!(u64s(&bytes[..length]).is_ok(), length % 8 == 0);
        }
        assert!(u32s(&bytes[1..5]).is_err());
    }
}
