//! What do the blocks of a segment have in common?
//!
//! A compressor's dictionary is text that every block may refer to. Trained once on the first
//! articles, it holds the phrases of the trade ("said in a statement") and the keys of JSON.

use zstd::zstd_safe::{CDict, DDict};

use super::{Part, LEVEL};

/// Largest dictionary; zstd advises about a hundredth of what it is for.
const DICTIONARY_BYTES: usize = 64 << 10;
/// Fewer or smaller samples teach nothing, and zstd refuses them.
const LEAST_SAMPLES: usize = 50;
const LEAST_SAMPLE_BYTES: usize = 64 << 10;

/// The dictionaries that blocks are compressed with, prepared for that.
pub struct Dictionaries {
    hot: Option<Prepared>,
    cold: Option<Prepared>,
}

struct Prepared {
    bytes: Vec<u8>,
    compressing: CDict<'static>,
}

impl Dictionaries {
    /// No dictionaries: for segments too small to learn from.
    pub fn none() -> Self {
        Self {
            hot: None,
            cold: None,
        }
    }

    /// Train on samples of (hot, cold) parts.
    pub fn train<H: AsRef<[u8]>, C: AsRef<[u8]>>(samples: &[(H, C)]) -> Self {
        Self {
            hot: train(samples.iter().map(|(hot, _)| hot.as_ref())),
            cold: train(samples.iter().map(|(_, cold)| cold.as_ref())),
        }
    }

    pub(super) fn bytes(&self, part: Part) -> Option<&[u8]> {
        self.prepared(part).map(|prepared| &prepared.bytes[..])
    }

    pub(super) fn compressing(&self, part: Part) -> Option<&CDict<'static>> {
        self.prepared(part).map(|prepared| &prepared.compressing)
    }

    fn prepared(&self, part: Part) -> Option<&Prepared> {
        match part {
            Part::Hot => self.hot.as_ref(),
            Part::Cold => self.cold.as_ref(),
        }
    }
}

fn train<'a>(samples: impl Iterator<Item = &'a [u8]>) -> Option<Prepared> {
    let mut joined = Vec::new();
    let mut sizes = Vec::new();
    for sample in samples {
        joined.extend_from_slice(sample);
        sizes.push(sample.len());
    }
    if sizes.len() < LEAST_SAMPLES || joined.len() < LEAST_SAMPLE_BYTES {
        return None;
    }
    let most = DICTIONARY_BYTES.min(joined.len() / 16);
    // Samples that zstd can learn nothing from (all alike) leave the segment without.
    let bytes = zstd::dict::from_continuous(&joined, &sizes, most).ok()?;
    Some(Prepared {
        compressing: CDict::create(&bytes, LEVEL),
        bytes,
    })
}

/// A dictionary prepared for reading.
pub(super) fn for_reading(bytes: &[u8]) -> DDict<'static> {
    DDict::create(bytes)
}
