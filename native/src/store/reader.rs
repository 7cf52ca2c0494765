//! How is one stored article fetched?

use std::sync::{Mutex, PoisonError};

use super::decoder::Decoder;
use super::{Part, Record, NO_DICTIONARY, RECORD_BYTES};
use crate::bytes::Reader;
use crate::container::{Container, Section};
use crate::error::{Damage, Result};

const INDEX: Section = Section::StoreIndex;
const LEAST_BLOCKS_TO_DICTIONARIES: u64 = 32;

/// The index of a store, opened. It borrows nothing: methods are given the container, whose
/// pages they check.
pub struct Store {
    slot_count: u32,
    dictionaries: Vec<(usize, usize)>,
    hot: Blocks,
    cold: Blocks,
    /// Where in the index the slots of the documents begin, and how many documents there are.
    slots: usize,
    document_count: u32,
    /// By the number of the dictionary, 0 for none; those that no one is using.
    decoders: Vec<Mutex<Vec<Decoder>>>,
}

#[derive(Clone, Copy)]
struct Blocks {
    start: usize,
    count: usize,
}

impl Store {
    /// Read the beginning of the index. Cost: does not depend on the number of articles.
    pub fn open(container: &Container) -> Result<Self> {
        let length = container.section_len(INDEX);
        let head = container.range(INDEX, 0, length.min(16))?;
        let damaged = |damage| container.damaged(INDEX, damage);
        let counts = read_counts(head).map_err(damaged)?;
        let lengths_end = 16 + 4 * u64::from(counts[0]);
        let lengths = container.range(INDEX, 16, 4 * u64::from(counts[0]))?;
        let mut dictionaries = Vec::new();
        let mut at = lengths_end;
        for bytes in lengths.chunks_exact(4) {
            let size = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
            dictionaries.push((at as usize, size as usize));
            at += u64::from(size);
        }
        at = at.next_multiple_of(8);
        let hot = Blocks {
            start: at as usize,
            count: counts[1] as usize,
        };
        let cold = Blocks {
            start: hot.start + hot.count * RECORD_BYTES,
            count: counts[2] as usize,
        };
        let slots = cold.start + cold.count * RECORD_BYTES;
        let rest = (length as usize)
            .checked_sub(slots)
            .filter(|rest| rest % 4 == 0)
            .ok_or_else(|| damaged(Damage("the store index is cut short")))?;
        Ok(Self {
            slot_count: counts[3],
            hot,
            cold,
            slots,
            document_count: (rest / 4) as u32,
            decoders: (0..=dictionaries.len()).map(|_| Mutex::default()).collect(),
            dictionaries,
        })
    }

    /// The number of documents that the index has slots for.
    pub fn document_count(&self) -> u32 {
        self.document_count
    }

    /// The number of articles in the store, those of no document included.
    pub fn slot_count(&self) -> u32 {
        self.slot_count
    }

    /// Whether its blocks should be taken over as they are: they are packed with dictionaries,
    /// and there are many times more of them than of these.  Small segments are packed anew,
    /// or an index that grows by a few articles a day would keep blocks of one article.
    pub fn is_worth_copying(&self, container: &Container) -> bool {
        let dictionaries: u64 = self
            .dictionaries
            .iter()
            .map(|(_, length)| *length as u64)
            .sum();
        let blocks = container.section_len(Section::Store);
        dictionaries > 0 && dictionaries.saturating_mul(LEAST_BLOCKS_TO_DICTIONARIES) <= blocks
    }

    /// The slot of a document.
    pub fn slot(&self, container: &Container, document: u32) -> Result<u32> {
        let at = self.slots as u64 + 4 * u64::from(document);
        let bytes = container.range(INDEX, at, 4)?;
        Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    /// The hot part of a document.
    pub fn hot(&self, container: &Container, document: u32) -> Result<Vec<u8>> {
        self.part(container, Part::Hot, document, |bytes| Ok(bytes.to_vec()))
    }

    /// The cold part of a document.
    pub fn cold(&self, container: &Container, document: u32) -> Result<Vec<u8>> {
        self.with_cold(container, document, |bytes| Ok(bytes.to_vec()))
    }

    /// What `use_bytes` makes of the cold part of a document, which is not copied.
    pub fn with_cold<R>(
        &self,
        container: &Container,
        document: u32,
        use_bytes: impl FnOnce(&[u8]) -> Result<R>,
    ) -> Result<R> {
        self.part(container, Part::Cold, document, use_bytes)
    }

    fn part<R>(
        &self,
        container: &Container,
        part: Part,
        document: u32,
        use_bytes: impl FnOnce(&[u8]) -> Result<R>,
    ) -> Result<R> {
        let slot = self.slot(container, document)?;
        let index = self.block_of(container, part, slot)?;
        let (first, dictionary, bytes) = self.block(container, part, index)?;
        self.decompressed(container, dictionary, bytes, |raw| {
            let bytes = part_of(raw, slot - first);
            use_bytes(bytes.map_err(|damage| container.damaged(Section::Store, damage))?)
        })
    }

    fn blocks(&self, part: Part) -> Blocks {
        match part {
            Part::Hot => self.hot,
            Part::Cold => self.cold,
        }
    }

    pub(super) fn block_count(&self, part: Part) -> usize {
        self.blocks(part).count
    }

    fn record(&self, container: &Container, part: Part, index: usize) -> Result<Record> {
        let at = self.blocks(part).start + index * RECORD_BYTES;
        let bytes = container.range(INDEX, at as u64, RECORD_BYTES as u64)?;
        let mut record = [0; RECORD_BYTES];
        record.copy_from_slice(bytes);
        Ok(Record::of_bytes(record))
    }

    /// The block that holds `slot`: the last whose first slot is not after it.
    fn block_of(&self, container: &Container, part: Part, slot: u32) -> Result<usize> {
        let count = self.block_count(part);
        let is_it = |index: usize| -> Result<bool> {
            Ok(self.record(container, part, index)?.first_slot <= slot
                && (index + 1 == count
                    || self.record(container, part, index + 1)?.first_slot > slot))
        };
        match self.probable_block(container, part, slot) {
            Some(index) if is_it(index)? => return Ok(index),
            _ => {}
        }
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = (low + high) / 2;
            if self.record(container, part, middle)?.first_slot <= slot {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low.checked_sub(1)
            .ok_or_else(|| container.damaged(INDEX, Damage("a slot lies in no block")))
    }

    /// The block that holds `slot` unless the index is damaged.
    ///
    /// Two records tell whether it is the right one, and only their pages are checked. To
    /// check each record on the way was a thirtieth of a whole search.
    fn probable_block(&self, container: &Container, part: Part, slot: u32) -> Option<usize> {
        let Blocks { start, count } = self.blocks(part);
        let records = container.unchecked(INDEX).get(start..)?;
        let records = bytemuck::try_cast_slice(records.get(..count * RECORD_BYTES)?).ok()?;
        let after = records.partition_point(|record: &[u8; RECORD_BYTES]| {
            u32::from_le_bytes([record[0], record[1], record[2], record[3]]) <= slot
        });
        after.checked_sub(1)
    }

    /// A block as it lies there: first slot, dictionary (0 for none), bytes.
    pub(super) fn block<'a>(
        &self,
        container: &'a Container,
        part: Part,
        index: usize,
    ) -> Result<(u32, u16, &'a [u8])> {
        let record = self.record(container, part, index)?;
        let bytes = container.range(Section::Store, record.offset, u64::from(record.length))?;
        Ok((record.first_slot, record.dictionary, bytes))
    }

    pub(super) fn dictionaries<'a>(&self, container: &'a Container) -> Result<Vec<&'a [u8]>> {
        (0..self.dictionaries.len())
            .map(|number| self.dictionary_bytes(container, number))
            .collect()
    }

    fn dictionary_bytes<'a>(&self, container: &'a Container, number: usize) -> Result<&'a [u8]> {
        let (start, length) = self.dictionaries[number];
        container.range(INDEX, start as u64, length as u64)
    }

    /// What `use_raw` makes of the raw bytes of a block.
    fn decompressed<R>(
        &self,
        container: &Container,
        dictionary: u16,
        bytes: &[u8],
        use_raw: impl FnOnce(&[u8]) -> Result<R>,
    ) -> Result<R> {
        let number = usize::from(dictionary);
        let Some(decoders) = self.decoders.get(number) else {
            return Err(container.damaged(INDEX, NO_DICTIONARY));
        };
        let free = || decoders.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = free().pop();
        let mut decoder = match (kept, number.checked_sub(1)) {
            (Some(decoder), _) => decoder,
            (None, None) => Decoder::new(&[]).map_err(|damage| container.damaged(INDEX, damage))?,
            (None, Some(index)) => Decoder::new(self.dictionary_bytes(container, index)?)
                .map_err(|damage| container.damaged(INDEX, damage))?,
        };
        let found = match decoder.decompress(bytes) {
            Ok(raw) => use_raw(raw),
            Err(damage) => Err(container.damaged(Section::Store, damage)),
        };
        free().push(decoder);
        found
    }
}

/// Articles read in the order of their slots, each block decompressed once.
pub struct InOrder<'a> {
    store: &'a Store,
    container: &'a Container,
    hot: Held,
    cold: Held,
}

#[derive(Default)]
struct Held {
    index: Option<usize>,
    first: u32,
    raw: Vec<u8>,
}

impl Store {
    /// A reader for many articles whose slots ascend.
    pub fn in_order<'a>(&'a self, container: &'a Container) -> InOrder<'a> {
        InOrder {
            store: self,
            container,
            hot: Held::default(),
            cold: Held::default(),
        }
    }
}

impl InOrder<'_> {
    /// The hot and the cold part of the article in `slot`.
    pub fn article(&mut self, slot: u32) -> Result<(&[u8], &[u8])> {
        let (store, container) = (self.store, self.container);
        self.hot.turn_to(store, container, Part::Hot, slot)?;
        self.cold.turn_to(store, container, Part::Cold, slot)?;
        let damaged = |damage| container.damaged(Section::Store, damage);
        let hot = part_of(&self.hot.raw, slot - self.hot.first).map_err(damaged)?;
        let cold = part_of(&self.cold.raw, slot - self.cold.first).map_err(damaged)?;
        Ok((hot, cold))
    }
}

impl Held {
    fn turn_to(
        &mut self,
        store: &Store,
        container: &Container,
        part: Part,
        slot: u32,
    ) -> Result<()> {
        let index = store.block_of(container, part, slot)?;
        if self.index != Some(index) {
            let (first, dictionary, bytes) = store.block(container, part, index)?;
            let kept = &mut self.raw;
            store.decompressed(container, dictionary, bytes, |raw| {
                kept.clear();
                kept.extend_from_slice(raw);
                Ok(())
            })?;
            self.first = first;
            self.index = Some(index);
        }
        Ok(())
    }
}

fn read_counts(head: &[u8]) -> std::result::Result<[u32; 4], Damage> {
    let mut reader = Reader::new(head);
    Ok([reader.u32()?, reader.u32()?, reader.u32()?, reader.u32()?])
}

/// Part number `index` of a raw block.
pub(super) fn part_of(raw: &[u8], index: u32) -> std::result::Result<&[u8], Damage> {
    let mut reader = Reader::new(raw);
    let count = reader.varint_u32()?;
    if index >= count {
        return Err(Damage("a block lacks an article"));
    }
    let mut before = 0usize;
    let mut length = 0usize;
    for number in 0..count {
        let size = reader.varint_usize()?;
        if number < index {
            before = before
                .checked_add(size)
                .ok_or(Damage("a block's lengths are impossible"))?;
        } else if number == index {
            length = size;
        }
    }
    reader.take(before)?;
    reader.take(length)
}
