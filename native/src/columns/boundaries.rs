//! How are the sentences and paragraphs of a body kept?
//!
//! As one row of ascending numbers: for every sentence twice the position it begins at, plus
//! one where a paragraph begins too; of each the varint of what it adds to the one before.  A
//! paragraph always begins with a sentence.

use crate::bytes::{put_varint, Reader};
use crate::error::Damage;

/// Append where sentences and paragraphs begin, both ascending, to `out`.
pub fn encode_boundaries(sentences: &[u32], paragraphs: &[u32], out: &mut Vec<u8>) {
    let mut paragraphs = paragraphs.iter().peekable();
    let mut before = 0;
    for start in sentences {
        while paragraphs.next_if(|paragraph| *paragraph < start).is_some() {}
        let begins = paragraphs.peek() == Some(&start);
        let code = 2 * u64::from(*start) + u64::from(begins);
        put_varint(out, code - before);
        before = code;
    }
}

/// Undo `encode_boundaries`, in place of what the two rows held.
pub fn decode_boundaries(
    bytes: &[u8],
    sentences: &mut Vec<u32>,
    paragraphs: &mut Vec<u32>,
) -> Result<(), Damage> {
    const POSITION: Damage = Damage("a sentence begins beyond all positions");
    sentences.clear();
    paragraphs.clear();
    let mut reader = Reader::new(bytes);
    let mut code = 0u64;
    while !reader.is_empty() {
        code = code.checked_add(reader.varint()?).ok_or(POSITION)?;
        let start = u32::try_from(code >> 1).map_err(|_| POSITION)?;
        sentences.push(start);
        if code & 1 == 1 {
            paragraphs.push(start);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> Result<(Vec<u32>, Vec<u32>), Damage> {
        let (mut sentences, mut paragraphs) = (vec![9], vec![9]);
        decode_boundaries(bytes, &mut sentences, &mut paragraphs)?;
        Ok((sentences, paragraphs))
    }

    #[test]
    fn boundaries_come_back() {
        let rows: [(&[u32], &[u32]); 5] = [
            (&[], &[]),
            (&[0], &[0]),
            (&[0, 12, 30, 31], &[0, 30]),
            (&[5, 6, 7, 400_000], &[]),
            (&[0, u32::MAX], &[u32::MAX]),
        ];
        for (sentences, paragraphs) in rows {
            let mut out = Vec::new();
            encode_boundaries(sentences, paragraphs, &mut out);
            let expected = (sentences.to_vec(), paragraphs.to_vec());
            assert_eq!(decoded(&out), Ok(expected));
        }
    }

    #[test]
    fn an_ordinary_sentence_takes_a_byte() {
        let sentences: Vec<u32> = (0..50).map(|i| i * 25).collect();
        let mut out = Vec::new();
        encode_boundaries(&sentences, &[0, 100, 200], &mut out);
        assert_eq!(out.len(), 50);
    }

    #[test]
    fn what_no_position_can_be_is_damage() {
        let mut out = Vec::new();
        put_varint(&mut out, 1 << 33);
        assert!(decoded(&out).is_err());
        assert!(decoded(&[0xFF; 9]).is_err());
        let mut twice = Vec::new();
        put_varint(&mut twice, u64::MAX);
        put_varint(&mut twice, u64::MAX);
        assert!(decoded(&twice).is_err());
    }
}
