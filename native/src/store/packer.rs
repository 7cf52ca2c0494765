//! How do parts become compressed blocks?
//!
//! In two steps, so that who owns the file decides what is in a block ([`BlockFiller`]) and
//! any thread compresses it ([`BlockPacker`]): a store is the same however many threads there
//! are.

use std::sync::Arc;

use zstd::zstd_safe::{self, CCtx, CParameter};

use super::{Dictionaries, Part, COLD_BLOCK_BYTES, HOT_BLOCK_BYTES, LARGEST_PART_BYTES, LEVEL};
use crate::bytes::put_varint;
use crate::error::{CoreError, Result};

/// Raw bytes of a body that are decompressed together: zstd's blocks within a block of ours.
/// The least that zstd takes; it costs 3 % of the size, which a body is worth (`mod.rs`).
const STRETCH_BYTES: u32 = 1 << 10;
/// Bits of the table in which beginnings of matches are looked for.  Level 1 has 13, too few for
/// the dictionary of bodies; these compress 4 % better and take no longer.
const HASH_BITS: u32 = 15;

/// Blocks that are full, to be compressed with the dictionaries.
pub struct RawBlocks {
    dictionaries: Arc<Dictionaries>,
    full: Full,
}

impl RawBlocks {
    /// Bytes in memory.
    pub fn size_bytes(&self) -> usize {
        self.full.bytes.len()
    }
}

/// Blocks on end.
#[derive(Default)]
struct Full {
    bytes: Vec<u8>,
    blocks: Vec<RawBlock>,
}

struct RawBlock {
    part: Part,
    /// The slot of its first article.
    first: u32,
    /// Where it ends in the bytes of all.
    end: usize,
}

/// Compressed blocks, in the order in which they were filled.
#[derive(Default)]
pub struct PackedBlocks {
    pub(super) hot: Vec<Block>,
    pub(super) cold: Vec<Block>,
    pub(super) bytes: Vec<u8>,
}

pub(super) struct Block {
    pub first: u32,
    /// Where it lies in the bytes of all.
    pub start: usize,
    pub end: usize,
}

/// Puts articles into blocks.
#[derive(Default)]
pub struct BlockFiller {
    full: Full,
    hot: Parts,
    cold: Parts,
}

/// A block that is not full yet.
#[derive(Default)]
struct Parts {
    first: u32,
    lengths: Vec<usize>,
    bytes: Vec<u8>,
}

impl BlockFiller {
    /// Add the article that has `slot`.
    pub fn push(&mut self, slot: u32, hot: &[u8], cold: &[u8]) {
        for (part, parts, bytes, most) in [
            (Part::Hot, &mut self.hot, hot, HOT_BLOCK_BYTES),
            (Part::Cold, &mut self.cold, cold, COLD_BLOCK_BYTES),
        ] {
            // Half an article over is better than half a block empty.
            let held = parts.bytes.len();
            if held > 0 && held + bytes.len() / 2 > most {
                parts.close(part, &mut self.full);
            }
            if parts.lengths.is_empty() {
                parts.first = slot;
            }
            parts.lengths.push(bytes.len());
            parts.bytes.extend_from_slice(bytes);
        }
    }

    /// Bytes of the blocks that are full.
    pub fn full_bytes(&self) -> usize {
        self.full.bytes.len()
    }

    /// Bytes that wait for their block to be full.
    pub fn open_bytes(&self) -> usize {
        self.hot.bytes.len() + self.cold.bytes.len()
    }

    /// Close the blocks that are not full.
    pub fn close(&mut self) {
        self.hot.close(Part::Hot, &mut self.full);
        self.cold.close(Part::Cold, &mut self.full);
    }

    /// Hand over the blocks that are full.
    pub fn take(&mut self, dictionaries: &Arc<Dictionaries>) -> RawBlocks {
        RawBlocks {
            dictionaries: dictionaries.clone(),
            full: std::mem::take(&mut self.full),
        }
    }
}

impl Parts {
    fn close(&mut self, part: Part, full: &mut Full) {
        if self.lengths.is_empty() {
            return;
        }
        put_varint(&mut full.bytes, self.lengths.len() as u64);
        for length in &self.lengths {
            put_varint(&mut full.bytes, *length as u64);
        }
        full.bytes.extend_from_slice(&self.bytes);
        full.blocks.push(RawBlock {
            part,
            first: self.first,
            end: full.bytes.len(),
        });
        // The buffers are kept for the next block.
        self.lengths.clear();
        self.bytes.clear();
    }
}

/// Compresses blocks, in one thread.
#[derive(Default)]
pub struct BlockPacker {
    loaded: Option<Loaded>,
    room: Vec<u8>,
}

/// Contexts that are set up for the parts of one segment.
struct Loaded {
    dictionaries: Arc<Dictionaries>,
    hot: CCtx<'static>,
    cold: CCtx<'static>,
}

impl BlockPacker {
    /// The blocks of `raw`, compressed.
    pub fn pack(&mut self, raw: &RawBlocks) -> Result<PackedBlocks> {
        let is_loaded = (self.loaded.as_ref())
            .is_some_and(|loaded| Arc::ptr_eq(&loaded.dictionaries, &raw.dictionaries));
        if !is_loaded {
            self.loaded = None;
        }
        let loaded = match &mut self.loaded {
            Some(loaded) => loaded,
            empty => empty.insert(Loaded {
                dictionaries: raw.dictionaries.clone(),
                hot: context(Part::Hot, &raw.dictionaries)?,
                cold: context(Part::Cold, &raw.dictionaries)?,
            }),
        };
        let mut packed = PackedBlocks::default();
        packed.bytes.reserve(raw.full.bytes.len() / 2);
        let mut start = 0;
        for block in &raw.full.blocks {
            let bytes = &raw.full.bytes[start..block.end];
            start = block.end;
            self.room.clear();
            self.room.reserve(zstd_safe::compress_bound(bytes.len()));
            let (context, blocks) = match block.part {
                Part::Hot => (&mut loaded.hot, &mut packed.hot),
                Part::Cold => (&mut loaded.cold, &mut packed.cold),
            };
            context.compress2(&mut self.room, bytes).map_err(failed)?;
            let start = packed.bytes.len();
            packed.bytes.extend_from_slice(&self.room);
            blocks.push(Block {
                first: block.first,
                start,
                end: packed.bytes.len(),
            });
        }
        Ok(packed)
    }
}

/// What compresses the blocks of a part.
fn context(part: Part, dictionaries: &Dictionaries) -> Result<CCtx<'static>> {
    let mut context = CCtx::create();
    let mut set = |parameter| context.set_parameter(parameter).map_err(failed);
    set(CParameter::CompressionLevel(LEVEL))?;
    if part == Part::Cold {
        set(CParameter::MaxBlockSize(STRETCH_BYTES))?;
        set(CParameter::HashLog(HASH_BITS))?;
    }
    if let Some(dictionary) = dictionaries.bytes(part) {
        context.load_dictionary(dictionary).map_err(failed)?;
    }
    Ok(context)
}

fn failed(code: usize) -> CoreError {
    CoreError::Invalid(zstd_safe::get_error_name(code).to_owned())
}

impl PackedBlocks {
    /// Bytes in memory.
    pub fn size_bytes(&self) -> usize {
        self.bytes.len() + (self.hot.len() + self.cold.len()) * size_of::<Block>()
    }
}

/// Refuse an article that no reader would take back.
pub(super) fn check_lengths(hot: &[u8], cold: &[u8]) -> Result<()> {
    if hot.len().max(cold.len()) > LARGEST_PART_BYTES {
        return Err(CoreError::Invalid(format!(
            "an article of {} bytes is larger than the store takes",
            hot.len() + cold.len()
        )));
    }
    Ok(())
}
