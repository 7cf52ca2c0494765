//! How is a block decompressed?
//!
//! What zstd finds in a dictionary that lies elsewhere it copies by a call for each match;
//! what lies right before the output, by wide moves in place.  Half of what a small block
//! repeats is in its dictionary, so a decoder keeps a copy of that, and behind it the room
//! that blocks are decompressed to.  On blocks of news this takes a quarter off, and what is
//! written always in one place stays in the cache.
//!
//! A decoder belongs to one dictionary.  One that meets another than last time takes that
//! for not in the cache, and decodes in a way that fetches ahead, which is dearer.

use std::ptr::NonNull;

use zstd::zstd_safe::{self, DCtx, DDict};

use super::LARGEST_PART_BYTES;
use crate::error::Damage;

/// Blocks of more raw bytes, articles of many pages, get memory of their own.
const ROOM_BYTES: usize = 32 << 10;
const DAMAGE: Damage = Damage("a block cannot be decompressed");

/// Decompresses the blocks of one dictionary, or those without any.
pub(super) struct Decoder {
    context: DCtx<'static>,
    /// It refers to the beginning of `memory`.
    dictionary: Option<DDict<'static>>,
    memory: NonNull<[u8]>,
    dictionary_bytes: usize,
    large: Vec<u8>,
}

// SAFETY: the memory is the decoder's own, and nothing else points to it.
#[allow(unsafe_code)]
unsafe impl Send for Decoder {}

impl Decoder {
    /// A decoder of blocks that were compressed with `dictionary`; empty for none.
    #[allow(unsafe_code)]
    pub(super) fn new(dictionary: &[u8]) -> Result<Self, Damage> {
        const UNUSABLE: Damage = Damage("a dictionary of the store cannot be used");
        let mut memory = Vec::new();
        let length = dictionary.len() + ROOM_BYTES;
        memory.try_reserve_exact(length).map_err(|_| UNUSABLE)?;
        memory.extend_from_slice(dictionary);
        memory.resize(length, 0);
        let mut decoder = Self {
            context: DCtx::create(),
            dictionary: None,
            memory: NonNull::from(Box::leak(memory.into_boxed_slice())),
            dictionary_bytes: dictionary.len(),
            large: Vec::new(),
        };
        if !dictionary.is_empty() {
            // By reference, zstd has no answer but a panic to a dictionary that is damaged.
            drop(DDict::try_create(dictionary).ok_or(UNUSABLE)?);
            // SAFETY: the memory lives until `drop`, which lets go of what refers to it first,
            // and these bytes of it are never written again.
            let copy: &'static [u8] = unsafe {
                std::slice::from_raw_parts(decoder.memory.as_ptr().cast(), dictionary.len())
            };
            decoder.dictionary = Some(DDict::create_by_reference(copy));
        }
        Ok(decoder)
    }

    /// The raw bytes of a block.
    #[allow(unsafe_code)]
    pub(super) fn decompress(&mut self, bytes: &[u8]) -> Result<&[u8], Damage> {
        let length = raw_length(bytes)?;
        self.large = Vec::new();
        // SAFETY: the bytes behind those that the dictionary refers to, of memory that lives as
        // long as `self`, which is borrowed for as long as this is.
        let room: &mut [u8] = unsafe {
            let start = self.memory.as_ptr().cast::<u8>().add(self.dictionary_bytes);
            std::slice::from_raw_parts_mut(start, ROOM_BYTES)
        };
        let (context, dictionary) = (&mut self.context, self.dictionary.as_ref());
        let found = if length <= ROOM_BYTES {
            decompress(context, dictionary, room, bytes)
        } else {
            self.large.try_reserve_exact(length).map_err(|_| DAMAGE)?;
            decompress(context, dictionary, &mut self.large, bytes)
        };
        match found {
            Ok(found) if found != length => Err(DAMAGE),
            Ok(_) if length <= ROOM_BYTES => Ok(&room[..length]),
            Ok(_) => Ok(&self.large),
            Err(_) => Err(DAMAGE),
        }
    }
}

impl Drop for Decoder {
    #[allow(unsafe_code)]
    fn drop(&mut self) {
        self.dictionary = None;
        // SAFETY: the memory came from a box in `new`, and nothing refers to it any longer.
        drop(unsafe { Box::from_raw(self.memory.as_ptr()) });
    }
}

fn decompress<W: zstd_safe::WriteBuf + ?Sized>(
    context: &mut DCtx<'static>,
    dictionary: Option<&DDict<'static>>,
    out: &mut W,
    bytes: &[u8],
) -> zstd_safe::SafeResult {
    match dictionary {
        Some(dictionary) => context.decompress_using_ddict(out, bytes, dictionary),
        None => context.decompress(out, bytes),
    }
}

/// How many bytes a block says that it holds, as far as that can be believed.
fn raw_length(bytes: &[u8]) -> Result<usize, Damage> {
    let length = zstd_safe::get_frame_content_size(bytes).ok().flatten();
    let length = length
        .filter(|length| *length <= (LARGEST_PART_BYTES as u64) + (1 << 20))
        // The most that zstd makes of four bytes is a run of 128 KiB, so whoever claims more
        // than that for what is here wants memory for nothing.
        .filter(|length| *length / (32 << 10) <= bytes.len() as u64);
    Ok(length.ok_or(DAMAGE)? as usize)
}

#[cfg(test)]
mod tests {
    use zstd::zstd_safe::{compress_bound, CCtx, CDict};

    use super::*;

    fn text(number: usize, length: usize) -> Vec<u8> {
        let words = [
            "the minister said ",
            "in a statement ",
            "on Tuesday. ",
            "oil ",
        ];
        let mut text = format!("{number}: ");
        for i in 0.. {
            text.push_str(words[(number * 31 + i * i) % words.len()]);
            if text.len() >= length {
                break;
            }
        }
        text.truncate(length);
        text.into_bytes()
    }

    fn block(raw: &[u8], dictionary: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(compress_bound(raw.len()));
        let prepared = CDict::create(dictionary, 1);
        (CCtx::create().compress_using_cdict(&mut bytes, raw, &prepared)).unwrap();
        bytes
    }

    #[test]
    fn blocks_are_what_was_compressed_whatever_came_before() {
        let dictionary = text(7, 5000);
        for dictionary in [&dictionary[..], &[]] {
            let mut decoder = Decoder::new(dictionary).unwrap();
            let mut plain = DCtx::create();
            for number in 0..200 {
                let lengths = [
                    1,
                    300,
                    4000,
                    ROOM_BYTES - 1,
                    ROOM_BYTES,
                    ROOM_BYTES + 1,
                    300_000,
                ];
                let raw = text(number, lengths[number % lengths.len()]);
                let bytes = block(&raw, dictionary);
                assert_eq!(decoder.decompress(&bytes), Ok(&raw[..]));
                let mut expected = Vec::with_capacity(raw.len());
                let prepared = DDict::create(dictionary);
                (plain.decompress_using_ddict(&mut expected, &bytes, &prepared)).unwrap();
                assert_eq!(raw, expected);
            }
        }
    }

    #[test]
    fn damaged_blocks_are_damage_and_leave_the_dictionary_as_it_was() {
        let dictionary = text(7, 5000);
        let mut decoder = Decoder::new(&dictionary).unwrap();
        let raw = text(3, 4000);
        let bytes = block(&raw, &dictionary);
        for place in 0..bytes.len() {
            for change in [1, 0x80, 0xff] {
                let mut changed = bytes.clone();
                changed[place] ^= change;
                let _ = decoder.decompress(&changed);
            }
            let _ = decoder.decompress(&bytes[..place]);
            assert_eq!(decoder.decompress(&bytes), Ok(&raw[..]));
        }
    }

    #[test]
    fn decoders_go_from_thread_to_thread() {
        let dictionary = text(7, 5000);
        let decoder = Decoder::new(&dictionary).unwrap();
        let raw = text(5, 4000);
        let bytes = block(&raw, &dictionary);
        let found = std::thread::spawn(move || {
            let mut decoder = decoder;
            decoder.decompress(&bytes).map(<[u8]>::to_vec)
        });
        assert_eq!(found.join().unwrap(), Ok(raw));
    }
}
