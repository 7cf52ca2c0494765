//! What do all streams of one segment have in common?

use crate::scoring::Bounds;
use crate::search::budget::Budget;
use crate::search::failure::Failure;
use crate::search::lists::memory_list::{MemoryList, PostingColumns};
use crate::search::ranking::score::{norm_of, WorthTable};

/// Document, title frequency and body frequency.
const BYTES_PER_POSTING: u64 = 12;

/// What the streams of one segment are made with.
#[derive(Clone, Copy)]
pub struct SegmentContext<'a> {
    pub count: u32,
    /// The field norms of bodies.
    pub norms: &'a [u8],
    pub text_table: &'a WorthTable,
    pub byline_table: &'a WorthTable,
    /// What the impacts of lists of titles and bodies say: `bound_of`.
    pub text_bounds: Bounds,
    /// The same of bylines.
    pub byline_bounds: Bounds,
    pub budget: &'a Budget<'a>,
}

impl<'a> SegmentContext<'a> {
    pub fn table(&self, byline: bool) -> &'a WorthTable {
        if byline {
            self.byline_table
        } else {
            self.text_table
        }
    }

    /// What the impacts of a list say.
    #[inline]
    pub fn bounds(&self, byline: bool) -> Bounds {
        if byline {
            self.byline_bounds
        } else {
            self.text_bounds
        }
    }

    /// The first `len` postings of columns, with their bounds.
    pub fn memory(
        &self,
        byline: bool,
        columns: PostingColumns,
        len: usize,
    ) -> Result<MemoryList, Failure> {
        let held = self
            .budget
            .hold(columns.0.len() as u64 * BYTES_PER_POSTING)?;
        if let Some(last) = columns.0[..len].last() {
            norm_of(self.norms, *last)?;
        }
        let (table, norms) = (self.table(byline), self.norms);
        let memory = MemoryList::new(columns, len, |block| {
            table.bound_of_strength(table.strongest(block, norms).into())
        });
        Ok(memory.holding(held))
    }
}
