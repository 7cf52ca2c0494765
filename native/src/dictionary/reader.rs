//! How is a dictionary searched and walked?

use std::cmp::Ordering;

use super::{prefix_of, shared_length, BLOCK_ENTRIES, NIBBLE};
use crate::bytes::Reader;
use crate::error::Damage;

const INDEX: Damage = Damage("the block index of a dictionary makes no sense");
const SHARED: Damage = Damage("a key shares more than its neighbour has");

/// A dictionary over bytes that lie elsewhere.
///
/// Opening costs nothing, so readers are made where they are needed.
#[derive(Clone, Copy)]
pub struct DictionaryReader<'a> {
    /// All entries, block after block.
    blocks: &'a [u8],
    prefixes: &'a [[u8; 8]],
    offsets: &'a [[u8; 8]],
    entries: u32,
}

/// One entry as it lies in its block.
struct Entry<'a> {
    shared: usize,
    suffix: &'a [u8],
    value: &'a [u8],
}

impl<'a> DictionaryReader<'a> {
    /// Look at the index.  No bytes at all are an empty dictionary.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Damage> {
        let Some((rest, count)) = bytes.split_last_chunk::<4>() else {
            let empty: &[[u8; 8]] = &[];
            return if bytes.is_empty() {
                Ok(Self {
                    blocks: bytes,
                    prefixes: empty,
                    offsets: empty,
                    entries: 0,
                })
            } else {
                Err(INDEX)
            };
        };
        let entries = u32::from_le_bytes(*count);
        let block_count = (entries as usize).div_ceil(BLOCK_ENTRIES);
        let index_start = (rest.len()).checked_sub(block_count * 16).ok_or(INDEX)?;
        let (blocks, index) = rest.split_at(index_start);
        let words: &[[u8; 8]] = bytemuck::try_cast_slice(index).map_err(|_| INDEX)?;
        let (prefixes, offsets) = words.split_at(block_count);
        Ok(Self {
            blocks,
            prefixes,
            offsets,
            entries,
        })
    }

    /// How many keys there are.
    pub fn len(&self) -> u32 {
        self.entries
    }

    pub fn is_empty(&self) -> bool {
        self.entries == 0
    }

    /// The ordinal and the value of `key`.
    pub fn get(&self, key: &[u8]) -> Result<Option<(u32, &'a [u8])>, Damage> {
        let Some(block) = self.block_of(key)? else {
            return Ok(None);
        };
        let mut reader = self.block(block)?;
        // How much of `key` the entry before has.  That entry is less than `key`, so what an
        // entry shares with it decides most comparisons without looking at bytes.
        let mut matched = 0;
        for i in 0..self.entries_of(block) {
            let entry = read_entry(&mut reader)?;
            match entry.shared.cmp(&matched) {
                Ordering::Greater => continue,
                Ordering::Less => return Ok(None),
                Ordering::Equal => {}
            }
            let wanted = key.get(matched..).ok_or(SHARED)?;
            let more = shared_length(entry.suffix, wanted);
            if more == wanted.len() && more == entry.suffix.len() {
                return Ok(Some((ordinal(block, i), entry.value)));
            }
            if entry.suffix.get(more..) > wanted.get(more..) {
                return Ok(None);
            }
            matched += more;
        }
        Ok(None)
    }

    /// The key and the value with this ordinal.
    pub fn at(&self, ordinal: u32) -> Result<(Vec<u8>, &'a [u8]), Damage> {
        if ordinal >= self.entries {
            return Err(Damage("an ordinal is beyond the dictionary"));
        }
        let mut reader = self.block(ordinal as usize / BLOCK_ENTRIES)?;
        let mut key = Vec::new();
        for _ in 0..ordinal as usize % BLOCK_ENTRIES {
            apply(&mut key, &read_entry(&mut reader)?)?;
        }
        let entry = read_entry(&mut reader)?;
        apply(&mut key, &entry)?;
        Ok((key, entry.value))
    }

    /// The value with this ordinal.
    pub fn value_at(&self, ordinal: u32) -> Result<&'a [u8], Damage> {
        if ordinal >= self.entries {
            return Err(Damage("an ordinal is beyond the dictionary"));
        }
        let mut reader = self.block(ordinal as usize / BLOCK_ENTRIES)?;
        for _ in 0..ordinal as usize % BLOCK_ENTRIES {
            read_entry(&mut reader)?;
        }
        Ok(read_entry(&mut reader)?.value)
    }

    /// A cursor before the first key that is `key` or greater.
    pub fn cursor_from(&self, key: &[u8]) -> Result<Cursor<'a>, Damage> {
        let block = self.block_of(key)?.unwrap_or(0);
        let mut cursor = Cursor {
            dictionary: *self,
            reader: Reader::new(&[]),
            next: (block * BLOCK_ENTRIES) as u32,
            key: Vec::new(),
            waiting: None,
        };
        while let Some(value) = cursor.step()? {
            if cursor.key.as_slice() >= key {
                cursor.waiting = Some(value);
                break;
            }
        }
        Ok(cursor)
    }

    /// A cursor before the first key.
    pub fn cursor(&self) -> Result<Cursor<'a>, Damage> {
        self.cursor_from(&[])
    }

    /// The last block whose first key is not greater than `key`.
    fn block_of(&self, key: &[u8]) -> Result<Option<usize>, Damage> {
        let prefix = prefix_of(key);
        let before = self
            .prefixes
            .partition_point(|p| u64::from_le_bytes(*p) < prefix);
        // Few blocks agree in eight bytes.
        let equal = (self.prefixes[before..].iter())
            .take_while(|p| u64::from_le_bytes(**p) == prefix)
            .count();
        // Among the blocks that agree in eight bytes the whole first keys decide.
        let (mut low, mut high) = (before, before + equal);
        while low < high {
            let middle = low + (high - low) / 2;
            let first = read_entry(&mut self.block(middle)?)?;
            if first.suffix <= key {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low.checked_sub(1))
    }

    fn entries_of(&self, block: usize) -> usize {
        (self.entries as usize - block * BLOCK_ENTRIES).min(BLOCK_ENTRIES)
    }

    fn block(&self, block: usize) -> Result<Reader<'a>, Damage> {
        let offset = self.offsets.get(block).ok_or(INDEX)?;
        let offset = usize::try_from(u64::from_le_bytes(*offset)).map_err(|_| INDEX)?;
        Ok(Reader::new(self.blocks.get(offset..).ok_or(INDEX)?))
    }
}

/// Walks through a dictionary in the order of its keys.
pub struct Cursor<'a> {
    dictionary: DictionaryReader<'a>,
    reader: Reader<'a>,
    /// The ordinal of the entry that comes next in `reader`.
    next: u32,
    key: Vec<u8>,
    /// The value of `key`, when it was read and not given out yet.
    waiting: Option<&'a [u8]>,
}

impl<'a> Cursor<'a> {
    /// The next entry: ordinal, key, value.  (No `Iterator`: the key is lent.)
    #[allow(clippy::should_implement_trait, clippy::type_complexity)]
    pub fn next(&mut self) -> Result<Option<(u32, &[u8], &'a [u8])>, Damage> {
        let value = match self.waiting.take() {
            Some(value) => Some(value),
            None => self.step()?,
        };
        Ok(value.map(|value| (self.next - 1, self.key.as_slice(), value)))
    }

    fn step(&mut self) -> Result<Option<&'a [u8]>, Damage> {
        if self.next >= self.dictionary.entries {
            return Ok(None);
        }
        if (self.next as usize).is_multiple_of(BLOCK_ENTRIES) {
            let block = self.next as usize / BLOCK_ENTRIES;
            self.reader = self.dictionary.block(block)?;
            self.key.clear();
        }
        let entry = read_entry(&mut self.reader)?;
        apply(&mut self.key, &entry)?;
        self.next += 1;
        Ok(Some(entry.value))
    }
}

fn ordinal(block: usize, i: usize) -> u32 {
    (block * BLOCK_ENTRIES + i) as u32
}

#[inline]
fn read_entry<'a>(reader: &mut Reader<'a>) -> Result<Entry<'a>, Damage> {
    let lengths = reader.u8()? as usize;
    let shared = read_length(reader, lengths >> 4)?;
    let suffix = read_length(reader, lengths & NIBBLE)?;
    let suffix = reader.take(suffix)?;
    let value = reader.varint_usize()?;
    let value = reader.take(value)?;
    Ok(Entry {
        shared,
        suffix,
        value,
    })
}

#[inline]
fn read_length(reader: &mut Reader<'_>, nibble: usize) -> Result<usize, Damage> {
    if nibble < NIBBLE {
        return Ok(nibble);
    }
    reader.varint_usize()?.checked_add(NIBBLE).ok_or(SHARED)
}

/// Turn the key before into the key of `entry`.
fn apply(key: &mut Vec<u8>, entry: &Entry<'_>) -> Result<(), Damage> {
    if entry.shared > key.len() {
        return Err(SHARED);
    }
    key.truncate(entry.shared);
    key.extend_from_slice(entry.suffix);
    Ok(())
}
