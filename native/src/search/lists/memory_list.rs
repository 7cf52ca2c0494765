//! How are postings kept that no list holds?
//!
//! Words of several lists (`gather.rs`), phrases and proximity expressions become postings in
//! memory: documents and frequencies in columns, in blocks like those of a list.  The bound
//! of a block comes from the largest strength of its postings in single precision, raised by
//! more than that can be off: a fraction of the work of scoring each of them.

use std::cell::Cell;

use crate::postings::{BLOCK_POSTINGS, TERMINATED};
use crate::search::budget::Held;

/// Documents, title frequencies and body frequencies.
pub type PostingColumns = (Vec<u32>, Vec<u32>, Vec<u32>);

/// Columns of more postings are not kept for the next search.
const MOST_KEPT: usize = 1 << 20;

thread_local! {
    // New memory costs more, page by page, than to write postings to it.
    static LEFT: Cell<PostingColumns> = const { Cell::new((Vec::new(), Vec::new(), Vec::new())) };
}

/// Columns of at least so many postings, which may be anything: those that this thread used
/// last, if they are long enough.
pub fn columns_of(postings: usize) -> PostingColumns {
    let columns = LEFT.take();
    if columns.0.len() >= postings {
        return columns;
    }
    (vec![0; postings], vec![0; postings], vec![0; postings])
}

/// Postings in memory.
#[derive(Debug, Default)]
pub struct MemoryList {
    /// Longer than they are used.
    columns: PostingColumns,
    len: usize,
    /// Documents that have it in the title, and in the body.
    pub df_title: u32,
    pub df_body: u32,
    bounds: Vec<f64>,
    max_bound: f64,
    /// What it takes of the budget of the query.
    held: Option<Held>,
}

impl MemoryList {
    /// The first `len` postings of columns that are as long at least, documents ascending.
    /// `bound` says what no posting of a block can pass.
    pub fn new(
        columns: PostingColumns,
        len: usize,
        bound: impl Fn((&[u32], &[u32], &[u32])) -> f64,
    ) -> Self {
        let (docs, title_tf, body_tf) = (&columns.0[..len], &columns.1[..len], &columns.2[..len]);
        let mut bounds = Vec::with_capacity(docs.len().div_ceil(BLOCK_POSTINGS));
        let blocks = (docs.chunks(BLOCK_POSTINGS))
            .zip(title_tf.chunks(BLOCK_POSTINGS))
            .zip(body_tf.chunks(BLOCK_POSTINGS));
        for ((docs, title_tf), body_tf) in blocks {
            bounds.push(bound((docs, title_tf, body_tf)));
        }
        let held = |tf: &[u32]| tf.iter().map(|tf| u32::from(*tf > 0)).sum();
        let (df_title, df_body) = (held(title_tf), held(body_tf));
        let max_bound = bounds.iter().copied().fold(0.0, f64::max);
        MemoryList {
            columns,
            len,
            df_title,
            df_body,
            bounds,
            max_bound,
            held: None,
        }
    }

    /// The same, counted as long as it lives.
    pub fn holding(mut self, held: Held) -> Self {
        self.held = Some(held);
        self
    }

    /// How many documents there are.
    pub fn document_count(&self) -> usize {
        self.len
    }

    fn docs(&self) -> &[u32] {
        &self.columns.0[..self.len]
    }

    /// Documents, title frequencies and body frequencies of a block; none behind the last.
    #[inline]
    pub fn block(&self, block: usize) -> (&[u32], &[u32], &[u32]) {
        let start = self.len.min(block.saturating_mul(BLOCK_POSTINGS));
        let end = self.len.min(start + BLOCK_POSTINGS);
        let (docs, title_tf, body_tf) = &self.columns;
        (
            &docs[start..end],
            &title_tf[start..end],
            &body_tf[start..end],
        )
    }

    /// The postings from number `start` up to `end`.
    pub fn between(&self, start: usize, end: usize) -> (&[u32], &[u32], &[u32]) {
        let end = end.min(self.len);
        let start = start.min(end);
        let (docs, title_tf, body_tf) = &self.columns;
        (
            &docs[start..end],
            &title_tf[start..end],
            &body_tf[start..end],
        )
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
        let end = self.len.min((block + 1) * BLOCK_POSTINGS);
        self.columns.0[end - 1]
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
        let start = self.len.min(hint.saturating_mul(BLOCK_POSTINGS));
        let before = start + self.docs()[start..].partition_point(|d| *d < doc);
        if before == self.len {
            return self.bounds.len();
        }
        before / BLOCK_POSTINGS
    }
}

impl Drop for MemoryList {
    fn drop(&mut self) {
        let columns = std::mem::take(&mut self.columns);
        let room = columns.0.len();
        if room > MOST_KEPT || columns.1.len() != room || columns.2.len() != room {
            return;
        }
        // A thread that ends may have nothing left to keep it in.
        let _ = LEFT.try_with(|left| {
            let kept = left.take();
            left.set(if kept.0.len() < room { columns } else { kept });
        });
    }
}
