//! How is the store of a segment written?

use std::sync::Arc;

use super::{
    BlockPacker, Dictionaries, PackedArticles, Part, Record, Store, NO_DICTIONARY, SAMPLE_ARTICLES,
    SAMPLE_BYTES,
};
use crate::container::{Container, ContainerWriter, Section};
use crate::error::{CoreError, Result};

const LARGEST_OFFSET: u64 = 1 << 48;

/// Writes blocks to the store section as they fill; the caller has begun that section.
///
/// Articles come one by one (`push`), packed by other threads (`append`), or from another
/// segment (`append_store`).
pub struct StoreWriter {
    slots: u32,
    dictionaries: Vec<Vec<u8>>,
    hot: Vec<Record>,
    cold: Vec<Record>,
    samples: Vec<(Vec<u8>, Vec<u8>)>,
    sample_bytes: usize,
    packer: Option<BlockPacker>,
    trained: Option<Trained>,
}

/// The numbers (from 1, 0 for none) that dictionaries have in the index.
struct Trained {
    dictionaries: Arc<Dictionaries>,
    hot: u16,
    cold: u16,
}

impl Default for StoreWriter {
    fn default() -> Self {
        Self::new()
    }
}

impl StoreWriter {
    pub fn new() -> Self {
        Self {
            slots: 0,
            dictionaries: Vec::new(),
            hot: Vec::new(),
            cold: Vec::new(),
            samples: Vec::new(),
            sample_bytes: 0,
            packer: None,
            trained: None,
        }
    }

    /// Store an article; returns its slot. The first ones wait in memory to be trained on.
    pub fn push(&mut self, hot: &[u8], cold: &[u8], sink: &mut ContainerWriter) -> Result<u32> {
        if let Some(packer) = &mut self.packer {
            packer.push(hot, cold)?;
            let slot = self.slots + packer.pending_articles() - 1;
            if packer.packed_bytes() > SAMPLE_BYTES {
                let packed = packer.take()?;
                self.append(packed, sink)?;
            }
            return Ok(slot);
        }
        self.samples.push((hot.to_vec(), cold.to_vec()));
        self.sample_bytes += hot.len() + cold.len();
        let slot = self.slots + self.samples.len() as u32 - 1;
        if self.samples.len() >= SAMPLE_ARTICLES || self.sample_bytes >= SAMPLE_BYTES {
            self.pack_samples()?;
        }
        Ok(slot)
    }

    /// Make `dictionaries` those of what is packed from here on, by any thread.
    pub fn set_dictionaries(&mut self, dictionaries: Arc<Dictionaries>) {
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
    }

    /// Store what a packer packed with the dictionaries that were set; returns the first slot.
    pub fn append(&mut self, packed: PackedArticles, sink: &mut ContainerWriter) -> Result<u32> {
        let first = self.slots;
        let (hot, cold) = self
            .trained
            .as_ref()
            .map_or((0, 0), |trained| (trained.hot, trained.cold));
        for (blocks, records, dictionary) in [
            (&packed.hot, &mut self.hot, hot),
            (&packed.cold, &mut self.cold, cold),
        ] {
            for block in blocks {
                records.push(record(
                    first + block.first,
                    &block.bytes,
                    dictionary,
                    sink.position(),
                )?);
                sink.write(&block.bytes)?;
            }
        }
        self.slots = first.checked_add(packed.articles).ok_or_else(full)?;
        Ok(first)
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
        let packer = self.packer.as_ref();
        self.sample_bytes
            + packer.map_or(0, |packer| packer.packed_bytes() + packer.pending_bytes())
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

    fn pack_samples(&mut self) -> Result<()> {
        let samples = std::mem::take(&mut self.samples);
        self.sample_bytes = 0;
        let dictionaries = Arc::new(Dictionaries::train(&samples));
        let mut packer = BlockPacker::new(dictionaries.clone());
        self.set_dictionaries(dictionaries);
        for (hot, cold) in &samples {
            packer.push(hot, cold)?;
        }
        self.packer = Some(packer);
        Ok(())
    }

    fn flush(&mut self, sink: &mut ContainerWriter) -> Result<()> {
        if !self.samples.is_empty() {
            self.pack_samples()?;
        }
        if let Some(mut packer) = self.packer.take() {
            let packed = packer.take()?;
            self.append(packed, sink)?;
            // What comes after another segment's blocks goes on with the same dictionaries.
            if let Some(trained) = &self.trained {
                self.packer = Some(BlockPacker::new(trained.dictionaries.clone()));
            }
        }
        Ok(())
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
