//! How is one stored article fetched?

use std::sync::{Mutex, PoisonError};

use super::decoder::{Decoder, Unpacking};
use super::{Part, Record, NO_DICTIONARY, RECORD_BYTES};
use crate::bytes::Reader;
use crate::container::{Container, Section};
use crate::error::{CoreError, Damage, Result};

const INDEX: Section = Section::StoreIndex;
const IMPOSSIBLE: Damage = Damage("a block's lengths are impossible");
const LEAST_BLOCKS_TO_DICTIONARIES: u64 = 32;
/// What processors fetch from memory at once.
const CACHE_LINE_BYTES: usize = 64;

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

/// Where in a store a document lies.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place {
    slot: u32,
    hot: usize,
    cold: usize,
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
        self.part(container, Part::Cold, document, |bytes| Ok(bytes.to_vec()))
    }

    /// Where some documents lie.
    pub fn places(&self, container: &Container, documents: &[u32]) -> Result<Vec<Place>> {
        let slots = documents.iter().map(|doc| self.slot(container, *doc));
        let slots = slots.collect::<Result<Vec<u32>>>()?;
        let hot = self.blocks_of(container, Part::Hot, &slots)?;
        let cold = self.blocks_of(container, Part::Cold, &slots)?;
        let places = (slots.into_iter().zip(hot).zip(cold))
            .map(|((slot, hot), cold)| Place { slot, hot, cold })
            .collect::<Vec<_>>();
        self.touch(container, &places)?;
        Ok(places)
    }

    /// The hot part of a document, and what `use_cold` makes of the cold one, which is
    /// decompressed as far as it is looked at.
    pub fn article<R>(
        &self,
        container: &Container,
        place: Place,
        use_cold: impl FnOnce(&mut Body<'_, '_>) -> Result<R>,
    ) -> Result<(Vec<u8>, R)> {
        let Place { slot, hot, cold } = place;
        let (first, dictionary, bytes) = self.block(container, Part::Cold, cold)?;
        let made = self.unpacked(container, dictionary, bytes, |block| {
            let place = place_within(block, slot.wrapping_sub(first));
            let (start, length) =
                place.map_err(|damage| container.damaged(Section::Store, damage))?;
            use_cold(&mut Body {
                container,
                block,
                start,
                length,
            })
        })?;
        let hot = self.part_in(
            container,
            Part::Hot,
            (slot, hot),
            |bytes| Ok(bytes.to_vec()),
        )?;
        Ok((hot, made))
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
        self.part_in(container, part, (slot, index), use_bytes)
    }

    fn part_in<R>(
        &self,
        container: &Container,
        part: Part,
        (slot, block): (u32, usize),
        use_bytes: impl FnOnce(&[u8]) -> Result<R>,
    ) -> Result<R> {
        let (first, dictionary, bytes) = self.block(container, part, block)?;
        self.decompressed(container, dictionary, bytes, |raw| {
            let bytes = part_of(raw, slot.wrapping_sub(first));
            use_bytes(bytes.map_err(|damage| container.damaged(Section::Store, damage))?)
        })
    }

    /// Have the bytes of all blocks fetched from memory at once, before the first is
    /// decompressed.
    fn touch(&self, container: &Container, places: &[Place]) -> Result<()> {
        let mut sum = 0u8;
        for place in places {
            for (part, block) in [(Part::Hot, place.hot), (Part::Cold, place.cold)] {
                let (_, _, bytes) = self.block(container, part, block)?;
                sum = (bytes.iter().step_by(CACHE_LINE_BYTES))
                    .fold(sum, |sum, byte| sum.wrapping_add(*byte));
            }
        }
        std::hint::black_box(sum);
        Ok(())
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

    fn block_of(&self, container: &Container, part: Part, slot: u32) -> Result<usize> {
        let blocks = self.blocks_of(container, part, &[slot])?;
        blocks.first().copied().ok_or_else(|| no_block(container))
    }

    /// The block that holds each of `slots`: the last whose first slot is not after it.
    fn blocks_of(&self, container: &Container, part: Part, slots: &[u32]) -> Result<Vec<usize>> {
        let count = self.block_count(part);
        let is_it = |index: usize, slot: u32| -> Result<bool> {
            Ok(self.record(container, part, index)?.first_slot <= slot
                && (index + 1 == count
                    || self.record(container, part, index + 1)?.first_slot > slot))
        };
        let mut blocks = self.probable_blocks(container, part, slots);
        for (block, slot) in blocks.iter_mut().zip(slots) {
            if *block < count && is_it(*block, *slot)? {
                continue;
            }
            let (mut low, mut high) = (0, count);
            while low < high {
                let middle = (low + high) / 2;
                if self.record(container, part, middle)?.first_slot <= *slot {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            *block = low.checked_sub(1).ok_or_else(|| no_block(container))?;
        }
        Ok(blocks)
    }

    /// The blocks that hold `slots` unless the index is damaged.
    ///
    /// Two records tell whether it is the right one, and only their pages are checked. To
    /// check each record on the way was a thirtieth of a whole search.  Each step waits for
    /// memory, so the searches for all slots go side by side and wait together.
    fn probable_blocks(&self, container: &Container, part: Part, slots: &[u32]) -> Vec<usize> {
        let Blocks { start, count } = self.blocks(part);
        // The blocks whose first slot is not after the one sought.
        let mut found = vec![0usize; slots.len()];
        let records = (container.unchecked(INDEX).get(start..))
            .and_then(|bytes| bytes.get(..count * RECORD_BYTES))
            .and_then(|bytes| bytemuck::try_cast_slice(bytes).ok());
        let records: &[[u8; RECORD_BYTES]] = records.unwrap_or(&[]);
        let mut step = (records.len() + 1).next_power_of_two() / 2;
        while step > 0 {
            for (found, slot) in found.iter_mut().zip(slots) {
                let next = *found + step;
                let is_after = (records.get(next - 1)).is_none_or(|record| {
                    u32::from_le_bytes([record[0], record[1], record[2], record[3]]) > *slot
                });
                *found = if is_after { *found } else { next };
            }
            step /= 2;
        }
        found.into_iter().map(|n| n.wrapping_sub(1)).collect()
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
        self.unpacked(container, dictionary, bytes, |block| {
            let raw = block.up_to(usize::MAX);
            use_raw(raw.map_err(|damage| container.damaged(Section::Store, damage))?)
        })
    }

    /// What `use_block` makes of a block, which it has decompressed as far as it wants.
    fn unpacked<R>(
        &self,
        container: &Container,
        dictionary: u16,
        bytes: &[u8],
        use_block: impl FnOnce(&mut Unpacking<'_>) -> Result<R>,
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
        let found = match decoder.begin(bytes) {
            Ok(mut block) => use_block(&mut block),
            Err(damage) => Err(container.damaged(Section::Store, damage)),
        };
        free().push(decoder);
        found
    }
}

/// The cold part of an article, decompressed as far as it is looked at.
pub struct Body<'b, 'd> {
    container: &'b Container,
    block: &'b mut Unpacking<'d>,
    /// Where it lies in the block.
    start: usize,
    length: usize,
}

impl Body<'_, '_> {
    /// Its first `wanted` bytes or more, all if there are not so many, and whether these are
    /// all.
    pub fn up_to(&mut self, wanted: usize) -> Result<(&[u8], bool)> {
        let end = self.start + self.length;
        let wanted = self.start.saturating_add(wanted).min(end);
        let made = (self.block.up_to(wanted))
            .map_err(|damage| self.container.damaged(Section::Store, damage))?;
        let part = made.get(self.start..made.len().min(end)).unwrap_or(&[]);
        Ok((part, part.len() == self.length))
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

fn no_block(container: &Container) -> CoreError {
    container.damaged(INDEX, Damage("a slot lies in no block"))
}

fn read_counts(head: &[u8]) -> std::result::Result<[u32; 4], Damage> {
    let mut reader = Reader::new(head);
    Ok([reader.u32()?, reader.u32()?, reader.u32()?, reader.u32()?])
}

/// Part number `index` of a raw block.
pub(super) fn part_of(raw: &[u8], index: u32) -> std::result::Result<&[u8], Damage> {
    let (start, length) = place_of(raw, index)?;
    let mut reader = Reader::new(raw);
    reader.take(start)?;
    reader.take(length)
}

/// Where in a block part number `index` begins, and its length.
fn place_within(
    block: &mut Unpacking<'_>,
    index: u32,
) -> std::result::Result<(usize, usize), Damage> {
    let place = match place_of(block.up_to(1)?, index) {
        // The lengths of very many parts may not stand in the first stretch.
        Err(_) => place_of(block.up_to(usize::MAX)?, index)?,
        Ok(place) => place,
    };
    match (place.0.checked_add(place.1)).is_some_and(|end| end <= block.length()) {
        true => Ok(place),
        false => Err(IMPOSSIBLE),
    }
}

/// The same, told from the beginning of a block.
fn place_of(raw: &[u8], index: u32) -> std::result::Result<(usize, usize), Damage> {
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
            before = before.checked_add(size).ok_or(IMPOSSIBLE)?;
        } else if number == index {
            length = size;
        }
    }
    let start = reader.position().checked_add(before).ok_or(IMPOSSIBLE)?;
    Ok((start, length))
}
