//! How is the store of a segment written?

use std::sync::Arc;

use super::packer::check_lengths;
use super::{
    BlockFiller, BlockPacker, Dictionaries, PackedBlocks, Part, RawBlocks, Record, Store,
    NO_DICTIONARY, SAMPLE_ARTICLES, SAMPLE_BYTES,
};
use crate::container::{Container, ContainerWriter, Section};
use crate::error::{CoreError, Result};

const LARGEST_OFFSET: u64 = 1 << 48;
/// Bytes of full blocks that are compressed at once.
const PACKED_AT_ONCE_BYTES: usize = 128 << 10;
/// Compressed bytes that are written at once, first hot blocks, then cold ones: short fields
/// are read without bodies, so they lie together.
const WRITTEN_AT_ONCE_BYTES: usize = 1 << 20;

/// Writes blocks to the store section as they fill; the caller has begun that section.
///
/// Articles come one by one (`push`, or `fill` where others compress what is full), or from
/// another segment (`append_store`).
#[derive(Default)]
pub struct StoreWriter {
    /// How many there are.
    slots: u32,
    dictionaries: Vec<Vec<u8>>,
    hot: Vec<Record>,
    cold: Vec<Record>,
    /// The first articles, which dictionaries are trained on, and the slot of the first.
    samples: Vec<(Vec<u8>, Vec<u8>)>,
    sample_bytes: usize,
    first_sample: u32,
    trained: Option<Trained>,
    filler: BlockFiller,
    packer: BlockPacker,
    /// What is compressed, but not written yet.
    packed: Vec<PackedBlocks>,
    packed_bytes: usize,
}

/// The numbers (from 1, 0 for none) that dictionaries have in the index.
struct Trained {
    dictionaries: Arc<Dictionaries>,
    hot: u16,
    cold: u16,
}

impl StoreWriter {
    pub fn new() -> Self {
        Self::default()
    }

    /// Store an article; returns its slot.
    pub fn push(&mut self, hot: &[u8], cold: &[u8], sink: &mut ContainerWriter) -> Result<u32> {
        let slot = self.fill(hot, cold)?;
        self.pack_full(sink)?;
        Ok(slot)
    }

    /// Put an article into the blocks to compress; returns its slot.  The first articles wait
    /// in memory to be trained on.
    pub fn fill(&mut self, hot: &[u8], cold: &[u8]) -> Result<u32> {
        check_lengths(hot, cold)?;
        let slot = self.slots;
        self.slots = slot.checked_add(1).ok_or_else(full)?;
        if self.trained.is_some() {
            self.filler.push(slot, hot, cold);
            return Ok(slot);
        }
        if self.samples.is_empty() {
            self.first_sample = slot;
        }
        self.samples.push((hot.to_vec(), cold.to_vec()));
        self.sample_bytes += hot.len() + cold.len();
        if self.samples.len() >= SAMPLE_ARTICLES || self.sample_bytes >= SAMPLE_BYTES {
            self.train();
        }
        Ok(slot)
    }

    /// The full blocks, once there are enough of them; `append` takes them back, compressed,
    /// in the order in which they were taken.
    pub fn take_full(&mut self) -> Option<RawBlocks> {
        let trained = self.trained.as_ref()?;
        let enough = self.filler.full_bytes() >= PACKED_AT_ONCE_BYTES;
        enough.then(|| self.filler.take(&trained.dictionaries))
    }

    /// Compress in this thread what is full.
    pub fn pack_full(&mut self, sink: &mut ContainerWriter) -> Result<()> {
        match self.take_full() {
            Some(raw) => self.pack(&raw, sink),
            None => Ok(()),
        }
    }

    /// Compress blocks in this thread.
    fn pack(&mut self, raw: &RawBlocks, sink: &mut ContainerWriter) -> Result<()> {
        let packed = self.packer.pack(raw)?;
        self.append(packed, sink)
    }

    /// Store what was taken and compressed.
    pub fn append(&mut self, packed: PackedBlocks, sink: &mut ContainerWriter) -> Result<()> {
        self.packed_bytes += packed.size_bytes();
        self.packed.push(packed);
        match self.packed_bytes >= WRITTEN_AT_ONCE_BYTES {
            true => self.write_packed(sink),
            false => Ok(()),
        }
    }

    fn write_packed(&mut self, sink: &mut ContainerWriter) -> Result<()> {
        let (hot, cold) = self
            .trained
            .as_ref()
            .map_or((0, 0), |trained| (trained.hot, trained.cold));
        let all = std::mem::take(&mut self.packed);
        self.packed_bytes = 0;
        for packed in &all {
            for block in &packed.hot {
                let bytes = &packed.bytes[block.start..block.end];
                let record = record(block.first, bytes, hot, sink.position())?;
                self.hot.push(record);
                sink.write(bytes)?;
            }
        }
        for packed in &all {
            for block in &packed.cold {
                let bytes = &packed.bytes[block.start..block.end];
                let record = record(block.first, bytes, cold, sink.position())?;
                self.cold.push(record);
                sink.write(bytes)?;
            }
        }
        Ok(())
    }

    /// Store all articles of another segment, block by block as they are, dictionaries too.
    /// Returns the slot that its slot 0 has become.
    pub fn append_store(
        &mut self,
        other: &Store,
        container: &Container,
        sink: &mut ContainerWriter,
    ) -> Result<u32> {
        self.flush(sink)?;
        let base = self.slots;
        let known = self.dictionaries.len();
        let dictionaries = other.dictionaries(container)?;
        if known + dictionaries.len() >= usize::from(u16::MAX) {
            return Err(CoreError::Invalid("too many dictionaries".to_owned()));
        }
        self.dictionaries
            .extend(dictionaries.iter().map(|bytes| bytes.to_vec()));
        for part in [Part::Hot, Part::Cold] {
            for index in 0..other.block_count(part) {
                let (first, dictionary, bytes) = other.block(container, part, index)?;
                let dictionary = match dictionary {
                    0 => 0,
                    number if usize::from(number) <= dictionaries.len() => number + known as u16,
                    _ => return Err(container.damaged(Section::StoreIndex, NO_DICTIONARY)),
                };
                let first = base.checked_add(first).ok_or_else(full)?;
                let record = record(first, bytes, dictionary, sink.position())?;
                sink.write(bytes)?;
                match part {
                    Part::Hot => self.hot.push(record),
                    Part::Cold => self.cold.push(record),
                }
            }
        }
        self.slots = base.checked_add(other.slot_count()).ok_or_else(full)?;
        Ok(base)
    }

    /// Bytes in memory that are not in the file yet.
    pub fn pending_bytes(&self) -> usize {
        self.sample_bytes
            + self.filler.full_bytes()
            + self.filler.open_bytes()
            + self.packed_bytes
            + (self.hot.len() + self.cold.len()) * size_of::<Record>()
    }

    /// Write what waits, and return the index; `write_index` completes it.
    pub fn finish(mut self, sink: &mut ContainerWriter) -> Result<Vec<u8>> {
        self.flush(sink)?;
        let mut index = Vec::new();
        for count in [self.dictionaries.len(), self.hot.len(), self.cold.len()] {
            index.extend_from_slice(&(count as u32).to_le_bytes());
        }
        index.extend_from_slice(&self.slots.to_le_bytes());
        for dictionary in &self.dictionaries {
            index.extend_from_slice(&(dictionary.len() as u32).to_le_bytes());
        }
        for dictionary in &self.dictionaries {
            index.extend_from_slice(dictionary);
        }
        index.resize(index.len().next_multiple_of(8), 0);
        for record in self.hot.iter().chain(&self.cold) {
            index.extend_from_slice(&record.to_bytes());
        }
        Ok(index)
    }

    /// Train dictionaries on the samples, and put them into blocks.
    fn train(&mut self) {
        let samples = std::mem::take(&mut self.samples);
        self.sample_bytes = 0;
        let dictionaries = Arc::new(Dictionaries::train(&samples));
        let mut number = |part| {
            dictionaries.bytes(part).map_or(0, |bytes| {
                self.dictionaries.push(bytes.to_vec());
                self.dictionaries.len() as u16
            })
        };
        let (hot, cold) = (number(Part::Hot), number(Part::Cold));
        self.trained = Some(Trained {
            dictionaries,
            hot,
            cold,
        });
        for (slot, (hot, cold)) in (self.first_sample..).zip(&samples) {
            self.filler.push(slot, hot, cold);
        }
    }

    /// Write all that there is.  What was taken must have been appended.
    fn flush(&mut self, sink: &mut ContainerWriter) -> Result<()> {
        if !self.samples.is_empty() {
            self.train();
        }
        self.filler.close();
        if let Some(trained) = &self.trained {
            let raw = self.filler.take(&trained.dictionaries);
            self.pack(&raw, sink)?;
        }
        self.write_packed(sink)
    }
}

/// `index` with the slot of each document, which makes it complete.
pub fn write_index(mut index: Vec<u8>, slots: &[u32]) -> Vec<u8> {
    index.reserve(4 * slots.len());
    for slot in slots {
        index.extend_from_slice(&slot.to_le_bytes());
    }
    index
}

fn full() -> CoreError {
    CoreError::Invalid("a segment is full".to_owned())
}

fn record(first_slot: u32, bytes: &[u8], dictionary: u16, offset: u64) -> Result<Record> {
    if offset >= LARGEST_OFFSET {
        return Err(CoreError::Invalid("a store is full".to_owned()));
    }
    Ok(Record {
        first_slot,
        length: bytes.len() as u32,
        offset,
        dictionary,
    })
}
