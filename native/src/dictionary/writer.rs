//! How is a dictionary written?

use super::{prefix_of, shared_length, BLOCK_ENTRIES, NIBBLE};
use crate::bytes::put_varint;

/// Takes keys in ascending order and gives the bytes of a dictionary.
#[derive(Default)]
pub struct DictionaryWriter {
    out: Vec<u8>,
    prefixes: Vec<u64>,
    offsets: Vec<u64>,
    previous: Vec<u8>,
    entries: u32,
}

impl DictionaryWriter {
    pub fn new() -> Self {
        Self::default()
    }

    /// How many keys there are so far: the ordinal of the next one.
    pub fn len(&self) -> u32 {
        self.entries
    }

    pub fn is_empty(&self) -> bool {
        self.entries == 0
    }

    /// Add a key, greater than all before.
    pub fn add(&mut self, key: &[u8], value: &[u8]) {
        debug_assert!(self.entries == 0 || key > self.previous.as_slice());
        let shared = if (self.entries as usize).is_multiple_of(BLOCK_ENTRIES) {
            self.prefixes.push(prefix_of(key));
            self.offsets.push(self.out.len() as u64);
            0
        } else {
            shared_length(&self.previous, key)
        };
        let suffix = &key[shared..];
        self.out
            .push((shared.min(NIBBLE) << 4 | suffix.len().min(NIBBLE)) as u8);
        for length in [shared, suffix.len()] {
            if length >= NIBBLE {
                put_varint(&mut self.out, (length - NIBBLE) as u64);
            }
        }
        self.out.extend_from_slice(suffix);
        put_varint(&mut self.out, value.len() as u64);
        self.out.extend_from_slice(value);
        self.previous.truncate(shared);
        self.previous.extend_from_slice(suffix);
        self.entries += 1;
    }

    /// The bytes of the dictionary.
    pub fn finish(mut self) -> Vec<u8> {
        for number in self.prefixes.iter().chain(&self.offsets) {
            self.out.extend_from_slice(&number.to_le_bytes());
        }
        self.out.extend_from_slice(&self.entries.to_le_bytes());
        self.out
    }
}
