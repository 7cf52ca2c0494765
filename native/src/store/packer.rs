//! How do parts become compressed blocks?
//!
//! A packer belongs to one thread; what it packed is appended to the store by whoever owns
//! the file, so that several threads compress and one writes.

use std::sync::Arc;

use zstd::zstd_safe::{self, CCtx};

use super::{Dictionaries, Part, COLD_BLOCK_BYTES, HOT_BLOCK_BYTES, LARGEST_PART_BYTES, LEVEL};
use crate::bytes::put_varint;
use crate::error::{CoreError, Result};

/// Compressed blocks of some articles, in the order in which they were packed.
#[derive(Default)]
pub struct PackedArticles {
    pub(super) articles: u32,
    pub(super) hot: Vec<Block>,
    pub(super) cold: Vec<Block>,
}

impl PackedArticles {
    /// Bytes in memory.
    pub fn size_bytes(&self) -> usize {
        let blocks = self.hot.iter().chain(&self.cold);
        blocks.map(|block| block.bytes.capacity() + 64).sum()
    }
}

pub(super) struct Block {
    /// Counted from the first article of these.
    pub first: u32,
    pub bytes: Vec<u8>,
}

/// Packs articles into blocks, in one thread.
pub struct BlockPacker {
    dictionaries: Arc<Dictionaries>,
    context: CCtx<'static>,
    packed: PackedArticles,
    packed_bytes: usize,
    hot: Parts,
    cold: Parts,
}

#[derive(Default)]
struct Parts {
    first: u32,
    lengths: Vec<usize>,
    bytes: Vec<u8>,
}

impl BlockPacker {
    pub fn new(dictionaries: Arc<Dictionaries>) -> Self {
        Self {
            dictionaries,
            context: CCtx::create(),
            packed: PackedArticles::default(),
            packed_bytes: 0,
            hot: Parts::default(),
            cold: Parts::default(),
        }
    }

    /// Add an article. Cost: compresses a block whenever one is full.
    pub fn push(&mut self, hot: &[u8], cold: &[u8]) -> Result<()> {
        if hot.len().max(cold.len()) > LARGEST_PART_BYTES {
            return Err(CoreError::Invalid(format!(
                "an article of {} bytes is larger than the store takes",
                hot.len() + cold.len()
            )));
        }
        self.add(Part::Hot, hot)?;
        self.add(Part::Cold, cold)?;
        self.packed.articles += 1;
        Ok(())
    }

    /// Articles packed or waiting since the last `take`.
    pub fn pending_articles(&self) -> u32 {
        self.packed.articles
    }

    /// Bytes of the blocks that are packed.
    pub fn packed_bytes(&self) -> usize {
        self.packed_bytes
    }

    /// Bytes that wait for their block to be full.
    pub fn pending_bytes(&self) -> usize {
        self.hot.bytes.len() + self.cold.bytes.len()
    }

    /// Close the blocks that are not full, and hand over all that was packed.
    pub fn take(&mut self) -> Result<PackedArticles> {
        self.close(Part::Hot)?;
        self.close(Part::Cold)?;
        self.packed_bytes = 0;
        Ok(std::mem::take(&mut self.packed))
    }

    fn add(&mut self, part: Part, bytes: &[u8]) -> Result<()> {
        let most = match part {
            Part::Hot => HOT_BLOCK_BYTES,
            Part::Cold => COLD_BLOCK_BYTES,
        };
        // Half an article over is better than half a block empty.
        let held = self.parts(part).bytes.len();
        if held > 0 && held + bytes.len() / 2 > most {
            self.close(part)?;
        }
        let first = self.packed.articles;
        let parts = self.parts(part);
        if parts.lengths.is_empty() {
            parts.first = first;
        }
        parts.lengths.push(bytes.len());
        parts.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn parts(&mut self, part: Part) -> &mut Parts {
        match part {
            Part::Hot => &mut self.hot,
            Part::Cold => &mut self.cold,
        }
    }

    fn close(&mut self, part: Part) -> Result<()> {
        let parts = std::mem::take(self.parts(part));
        if parts.lengths.is_empty() {
            return Ok(());
        }
        let mut raw = Vec::with_capacity(parts.bytes.len() + 3 * parts.lengths.len() + 5);
        put_varint(&mut raw, parts.lengths.len() as u64);
        for length in &parts.lengths {
            put_varint(&mut raw, *length as u64);
        }
        raw.extend_from_slice(&parts.bytes);
        let mut bytes = Vec::with_capacity(zstd_safe::compress_bound(raw.len()));
        match self.dictionaries.compressing(part) {
            Some(dictionary) => self
                .context
                .compress_using_cdict(&mut bytes, &raw, dictionary),
            None => self.context.compress(&mut bytes, &raw, LEVEL),
        }
        .map_err(|code| CoreError::Invalid(zstd_safe::get_error_name(code).to_owned()))?;
        bytes.shrink_to_fit();
        self.packed_bytes += bytes.len();
        let block = Block {
            first: parts.first,
            bytes,
        };
        match part {
            Part::Hot => self.packed.hot.push(block),
            Part::Cold => self.packed.cold.push(block),
        }
        // The buffers are kept for the next block.
        let kept = self.parts(part);
        kept.bytes = parts.bytes;
        kept.bytes.clear();
        kept.lengths = parts.lengths;
        kept.lengths.clear();
        Ok(())
    }
}
