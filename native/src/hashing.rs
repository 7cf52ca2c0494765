//! How do keys of a table become hashes?
//!
//! Words of eight bytes are multiplied and the halves of the product folded together, as in
//! wyhash (Wang Yi, "Modern Non-Cryptographic Hash Function and Pseudorandom Number Generator",
//! 2019).  A table that holds words of strangers has a seed of its own, so that no text can be
//! written to make them all collide.  Nothing that is written to disk depends on a hash.

use std::hash::{BuildHasher, RandomState};

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
