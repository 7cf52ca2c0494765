//! How often does a word recur in the articles that hold it?
//!
//! What a word weighs depends on it (`searcher/scoring.py`).  No list says how often its word
//! stands in all articles together, so its frequencies are added up when that is first asked,
//! some nanoseconds for an article, and the sum is kept as long as the segments are open.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::error::Damage;
use crate::hashing::Seed;
use crate::postings::{DocBlock, List};

/// Sums that are kept, of some forty bytes each; beyond that all are forgotten.
const MOST_KEPT: usize = 1 << 16;

/// The occurrences of the lists of one segment, as far as they were asked for.
#[derive(Default)]
pub struct Occurrences {
    /// By where the list lies in memory, which stays as long as the segment is open.
    known: Mutex<HashMap<usize, u64, Seed>>,
}

impl Occurrences {
    /// How often the word of `list` stands in titles and bodies.
    pub fn of(&self, list: &List) -> Result<u64, Damage> {
        let key = list.address();
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sum) = known().get(&key) {
            return Ok(*sum);
        }
        let sum = added_up(list)?;
        let mut known = known();
        if known.len() >= MOST_KEPT {
            known.clear();
        }
        known.insert(key, sum);
        Ok(sum)
    }
}

fn added_up(list: &List) -> Result<u64, Damage> {
    let mut block = DocBlock::new();
    let mut sum = 0;
    for number in 0..list.block_count() {
        list.decode_frequencies(number, &mut block)?;
        let len = block.len.min(block.body_tf.len());
        let in_bodies: u64 = block.body_tf[..len].iter().copied().map(u64::from).sum();
        let in_titles: u64 = match block.has_titles {
            true => block.title_tf[..len].iter().copied().map(u64::from).sum(),
            false => 0,
        };
        sum += in_bodies + in_titles;
    }
    Ok(sum)
}

/// What is left of the weight of a word that stands `occurrences` times in `documents`
/// articles: half of it where it never recurs, nearly all where it does all the time.
pub fn recurring(occurrences: u64, documents: u64) -> f64 {
    match occurrences {
        0 => 1.0,
        _ => occurrences as f64 / (occurrences + documents) as f64,
    }
}
