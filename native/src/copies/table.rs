//! All fingerprints of a segment with the documents that have them, as bits
//! (`searcher/codec/texts.py` says in which form).

use crate::error::{CoreError, Result};

const FINGERPRINT_BITS: u32 = 32;
const PAIRS_A_PLACE_BITS: u32 = 4;
const MOST_DIRECTORY_BITS: u32 = 24;
/// So many pairs fill whole bytes, whatever their bits.
const PAIRS_AT_ONCE: usize = 8;

/// Pairs of a fingerprint and a document, as they lie on disk.
pub struct Packed {
    pub pairs: u64,
    pub directory_bits: u32,
    pub directory: Vec<u32>,
    pub bytes: Vec<u8>,
}

/// Pack the fingerprints of documents, those of `i` at `starts[i]..starts[i + 1]`; documents
/// take `low` bits, at most 32.
pub fn pack(starts: &[u64], fingerprints: &[u32], low: u32) -> Result<Packed> {
    let is_sound = starts.windows(2).all(|pair| pair[0] <= pair[1])
        && starts.last() == Some(&(fingerprints.len() as u64))
        && (1..=32).contains(&low)
        && starts.len() as u64 - 1 <= 1 << low;
    if !is_sound {
        return Err(CoreError::Invalid(
            "documents that do not fit together".into(),
        ));
    }
    let mut pairs = Vec::with_capacity(fingerprints.len());
    for (document, range) in (0u64..).zip(starts.windows(2)) {
        let own = &fingerprints[range[0] as usize..range[1] as usize];
        pairs.extend(
            own.iter()
                .map(|&number| u64::from(number) << low | document),
        );
    }
    pairs.sort_unstable();
    let count_bits = usize::BITS - pairs.len().leading_zeros();
    let high = count_bits
        .saturating_sub(PAIRS_A_PLACE_BITS)
        .min(MOST_DIRECTORY_BITS);
    let bits = FINGERPRINT_BITS - high + low;
    let mut directory = vec![0u32; (1 << high) + 1];
    let place_of = |pair: u64| match bits {
        64 => 0,
        _ => (pair >> bits) as usize,
    };
    for &pair in &pairs {
        directory[place_of(pair) + 1] += 1;
    }
    for place in 1..directory.len() {
        directory[place] += directory[place - 1];
    }
    let size = pairs.len().div_ceil(PAIRS_AT_ONCE) * bits as usize;
    let mut bytes = Vec::with_capacity(size + 16);
    let (mut held, mut held_bits) = (0u128, 0);
    for &pair in &pairs {
        held |= u128::from(pair & mask(bits)) << held_bits;
        held_bits += bits;
        while held_bits >= 8 {
            bytes.push(held as u8);
            held >>= 8;
            held_bits -= 8;
        }
    }
    bytes.push(held as u8);
    bytes.resize(size, 0);
    Ok(Packed {
        pairs: pairs.len() as u64,
        directory_bits: high,
        directory,
        bytes,
    })
}

/// The fingerprints of each of `documents`, ascending, and where they begin.
///
/// Says where what is packed is not what [`pack`] makes.
pub fn unpack(
    directory: &[u32],
    bytes: &[u8],
    documents: usize,
    high: u32,
    low: u32,
) -> Result<(Vec<u64>, Vec<u32>)> {
    let broken = || CoreError::Invalid("pairs that do not fit together".into());
    let is_sound = high <= MOST_DIRECTORY_BITS
        && (1..=32).contains(&low)
        && directory.len() == (1 << high) + 1
        && directory.windows(2).all(|pair| pair[0] <= pair[1]);
    if !is_sound {
        return Err(broken());
    }
    let pairs = directory.last().copied().unwrap_or(0) as usize;
    let bits = FINGERPRINT_BITS - high + low;
    if bytes.len() != pairs.div_ceil(PAIRS_AT_ONCE) * bits as usize {
        return Err(broken());
    }
    let pair_at = |number: usize| {
        let at = number * bits as usize;
        let mut taken = [0; 16];
        let rest = &bytes[at / 8..];
        let length = rest.len().min(9);
        taken[..length].copy_from_slice(&rest[..length]);
        (u128::from_le_bytes(taken) >> (at % 8)) as u64 & mask(bits)
    };
    let document_of = |number: usize| (pair_at(number) & mask(low)) as usize;
    let mut starts = vec![0u64; documents + 1];
    for number in 0..pairs {
        *starts.get_mut(document_of(number) + 1).ok_or_else(broken)? += 1;
    }
    for document in 1..starts.len() {
        starts[document] += starts[document - 1];
    }
    let mut next = starts.clone();
    let mut found = vec![0; pairs];
    for (place, range) in (0u64..).zip(directory.windows(2)) {
        for number in range[0] as usize..range[1] as usize {
            let next = &mut next[document_of(number)];
            let upper = place << (FINGERPRINT_BITS - high);
            found[*next as usize] = (upper | pair_at(number) >> low) as u32;
            *next += 1;
        }
    }
    Ok((starts, found))
}

fn mask(bits: u32) -> u64 {
    match bits {
        64 => !0,
        _ => (1 << bits) - 1,
    }
}
