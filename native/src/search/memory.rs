//! How are postings kept that no list holds?
//!
//! Words of several lists (`gather.rs`), phrases and proximity expressions become postings in
//! memory: documents and frequencies in columns, in blocks like those of a list.  The bound
//! of a block comes from the largest strength of its postings in single precision, raised by
//! more than that can be off: a fraction of the work of scoring each of them.

use super::score::bound_of_strength;
use crate::postings::{BLOCK_POSTINGS, TERMINATED};

/// Documents, title frequencies and body frequencies.
pub type Columns = (Vec<u32>, Vec<u32>, Vec<u32>);

/// Postings in memory.
#[derive(Debug, Default)]
pub struct Memory {
    pub docs: Vec<u32>,
    pub title_tf: Vec<u32>,
    pub body_tf: Vec<u32>,
    /// Documents that have it in the title, and in the body.
    pub df_title: u32,
    pub df_body: u32,
    bounds: Vec<f64>,
    max_bound: f64,
}

impl Memory {
    /// Postings, documents ascending.  `strongest` of a block is `WorthTable::strongest`.
    pub fn new(
        (docs, title_tf, body_tf): Columns,
        strongest: impl Fn((&[u32], &[u32], &[u32])) -> f32,
    ) -> Self {
        let mut bounds = Vec::with_capacity(docs.len().div_ceil(BLOCK_POSTINGS));
        let blocks = (docs.chunks(BLOCK_POSTINGS))
            .zip(title_tf.chunks(BLOCK_POSTINGS))
            .zip(body_tf.chunks(BLOCK_POSTINGS));
        for ((docs, title_tf), body_tf) in blocks {
            bounds.push(bound_of_strength(strongest((docs, title_tf, body_tf))));
        }
        let held = |tf: &[u32]| tf.iter().map(|tf| u32::from(*tf > 0)).sum();
        let (df_title, df_body) = (held(&title_tf), held(&body_tf));
        let max_bound = bounds.iter().copied().fold(0.0, f64::max);
        Memory {
            docs,
            title_tf,
            body_tf,
            df_title,
            df_body,
            bounds,
            max_bound,
        }
    }

    pub fn block_count(&self) -> usize {
        self.bounds.len()
    }

    /// The last document of a block; `TERMINATED` behind the last block.
    #[inline]
    pub fn last_doc(&self, block: usize) -> u32 {
        if block >= self.bounds.len() {
            return TERMINATED;
        }
        let end = self.docs.len().min((block + 1) * BLOCK_POSTINGS);
        self.docs[end - 1]
    }

    /// No posting of the block is worth more; 0 behind the last block.
    #[inline]
    pub fn bound(&self, block: usize) -> f64 {
        self.bounds.get(block).copied().unwrap_or(0.0)
    }

    /// No posting at all is worth more.
    pub fn max_bound(&self) -> f64 {
        self.max_bound
    }

    /// The first block, not before `hint`, whose last document is `doc` or larger;
    /// `block_count` if there is none.
    pub fn block_from(&self, hint: usize, doc: u32) -> usize {
        let start = self.docs.len().min(hint.saturating_mul(BLOCK_POSTINGS));
        let before = start + self.docs[start..].partition_point(|d| *d < doc);
        if before == self.docs.len() {
            return self.bounds.len();
        }
        before / BLOCK_POSTINGS
    }
}
