//! How do keys of a table become hashes?
//!
//! Words of eight bytes are multiplied and the halves of the product folded together, as in
//! wyhash (Wang Yi, "Modern Non-Cryptographic Hash Function and Pseudorandom Number Generator",
//! 2019).  A table that holds words of strangers has a seed of its own, so that no text can be
//! written to make them all collide.  Nothing that is written to disk depends on a hash.

use std::hash::{BuildHasher, Hasher, RandomState};

/// Odd numbers without a pattern: words may be 0, and are mixed with these first.
pub const MIX: [u64; 2] = [0x9E37_79B9_7F4A_7C15, 0xD1B5_4A32_D192_ED03];

/// A seed that nobody can foresee.
pub fn random_seed() -> u64 {
    RandomState::new().hash_one(0u64)
}

/// The two halves of the product, mixed.
#[inline]
pub fn folded_product(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

/// Makes hashes for a table of the standard library, of a seed of its own.
#[derive(Clone, Copy)]
pub struct Seed(u64);

impl Default for Seed {
    fn default() -> Self {
        Seed(random_seed())
    }
}

impl BuildHasher for Seed {
    type Hasher = Folded;

    fn build_hasher(&self) -> Folded {
        Folded {
            seed: self.0 | 1,
            hash: self.0,
        }
    }
}

/// Eight bytes at a time, each mixed with the seed and with what came before.
pub struct Folded {
    seed: u64,
    hash: u64,
}

impl Hasher for Folded {
    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            self.write_u64(u64::from_le_bytes(word) ^ (part.len() as u64) << 56);
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.hash = folded_product(self.hash ^ word ^ MIX[0], self.seed ^ MIX[1]);
    }

    fn write_u32(&mut self, word: u32) {
        self.write_u64(u64::from(word));
    }

    fn write_u8(&mut self, byte: u8) {
        self.write_u64(u64::from(byte));
    }

    fn finish(&self) -> u64 {
        self.hash
    }
}
