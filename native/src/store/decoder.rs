//! How is a block decompressed?
//!
//! What zstd finds in a dictionary that lies elsewhere it copies by a call for each match;
//! what lies right before the output, by wide moves in place.  Half of what a small block
//! repeats is in its dictionary, so a decoder keeps a copy of that, and behind it the room
//! that blocks are decompressed to.  On blocks of news this takes a quarter off, and what is
//! written always in one place stays in the cache.
//!
//! Within a block bodies are compressed in stretches of 1 KiB, each of which refers to those
//! before.  Whoever wants the beginning has the stretches decompressed up to there: a snippet
//! mostly ends in the first half of its article, and half the time of a block is saved.
//!
//! A decoder belongs to one dictionary.  One that meets another than last time takes that
//! for not in the cache, and decodes in a way that fetches ahead, which is dearer.

use std::ptr::NonNull;

use zstd::zstd_safe::{self, zstd_sys, DDict};

use super::LARGEST_PART_BYTES;
use crate::error::Damage;

/// Blocks of more raw bytes, articles of many pages, get memory of their own.
const ROOM_BYTES: usize = 32 << 10;
const DAMAGE: Damage = Damage("a block cannot be decompressed");

/// Decompresses the blocks of one dictionary, or those without any.
pub(super) struct Decoder {
    context: NonNull<zstd_sys::ZSTD_DCtx>,
    /// It refers to the beginning of `memory`.
    dictionary: Option<NonNull<zstd_sys::ZSTD_DDict>>,
    memory: NonNull<[u8]>,
    dictionary_bytes: usize,
    large: Vec<u8>,
}

// SAFETY: context, dictionary and memory are the decoder's own, and nothing else points to
// them.
#[allow(unsafe_code)]
unsafe impl Send for Decoder {}

impl Decoder {
    /// A decoder of blocks that were compressed with `dictionary`; empty for none.
    #[allow(unsafe_code)]
    pub(super) fn new(dictionary: &[u8]) -> Result<Self, Damage> {
        const UNUSABLE: Damage = Damage("a dictionary of the store cannot be used");
        if !dictionary.is_empty() {
            // By reference, zstd does not tell a dictionary that is damaged.
            drop(DDict::try_create(dictionary).ok_or(UNUSABLE)?);
        }
        let mut memory = Vec::new();
        let length = dictionary.len() + ROOM_BYTES;
        memory.try_reserve_exact(length).map_err(|_| UNUSABLE)?;
        memory.extend_from_slice(dictionary);
        memory.resize(length, 0);
        // SAFETY: it takes nothing; what it returns is null or ours.
        let context = NonNull::new(unsafe { zstd_sys::ZSTD_createDCtx() }).ok_or(UNUSABLE)?;
        let mut decoder = Self {
            context,
            dictionary: None,
            memory: NonNull::from(Box::leak(memory.into_boxed_slice())),
            dictionary_bytes: dictionary.len(),
            large: Vec::new(),
        };
        if !dictionary.is_empty() {
            // SAFETY: the memory lives until `drop`, which lets go of what refers to it first,
            // and these bytes of it are never written again.
            let referring = unsafe {
                zstd_sys::ZSTD_createDDict_byReference(
                    decoder.memory.as_ptr().cast(),
                    dictionary.len(),
                )
            };
            decoder.dictionary = Some(NonNull::new(referring).ok_or(UNUSABLE)?);
        }
        Ok(decoder)
    }

    /// The raw bytes of a block.
    #[cfg(test)]
    fn decompress(&mut self, bytes: &[u8]) -> Result<&[u8], Damage> {
        let mut unpacking = self.begin(bytes)?;
        unpacking.go_on(usize::MAX)?;
        let made = unpacking.made;
        Ok(self.made(made))
    }

    /// Begin with a block, of which nothing is decompressed yet.
    #[allow(unsafe_code)]
    pub(super) fn begin<'d>(&'d mut self, bytes: &'d [u8]) -> Result<Unpacking<'d>, Damage> {
        let length = raw_length(bytes)?;
        self.large = Vec::new();
        if length > ROOM_BYTES {
            self.large.try_reserve_exact(length).map_err(|_| DAMAGE)?;
            self.large.resize(length, 0);
        }
        let dictionary = self.dictionary.map_or(std::ptr::null(), |d| d.as_ptr());
        // SAFETY: context and dictionary live as long as `self`; null stands for none.
        let code =
            unsafe { zstd_sys::ZSTD_decompressBegin_usingDDict(self.context.as_ptr(), dictionary) };
        checked(code)?;
        Ok(Unpacking {
            decoder: self,
            bytes,
            length,
            read: 0,
            made: 0,
        })
    }

    /// Where the block goes that was begun last, and how much room there is.
    #[allow(unsafe_code)]
    fn room(&mut self) -> (*mut u8, usize) {
        if !self.large.is_empty() {
            return (self.large.as_mut_ptr(), self.large.len());
        }
        // SAFETY: the dictionary ends in the memory.
        let start = unsafe { self.memory.as_ptr().cast::<u8>().add(self.dictionary_bytes) };
        (start, ROOM_BYTES)
    }

    /// The first `made` bytes of the block that was begun last.
    #[allow(unsafe_code)]
    fn made(&mut self, made: usize) -> &[u8] {
        let (start, room) = self.room();
        // SAFETY: the room lives as long as `self`, which is borrowed for as long as this is,
        // and all of it has been written: with zeros at first.
        unsafe { std::slice::from_raw_parts(start, made.min(room)) }
    }
}

impl Drop for Decoder {
    #[allow(unsafe_code)]
    fn drop(&mut self) {
        // SAFETY: all three were made by `new`; what refers to another goes first, and nothing
        // refers to the memory, which came from a box, any longer.
        unsafe {
            zstd_sys::ZSTD_freeDCtx(self.context.as_ptr());
            if let Some(dictionary) = self.dictionary {
                zstd_sys::ZSTD_freeDDict(dictionary.as_ptr());
            }
            drop(Box::from_raw(self.memory.as_ptr()));
        }
    }
}

/// A block that is decompressed as far as it is looked at.
pub(super) struct Unpacking<'d> {
    decoder: &'d mut Decoder,
    bytes: &'d [u8],
    /// Raw bytes of the whole block.
    length: usize,
    read: usize,
    made: usize,
}

impl Unpacking<'_> {
    /// The first `wanted` raw bytes or more; all, if there are not so many.
    pub(super) fn up_to(&mut self, wanted: usize) -> Result<&[u8], Damage> {
        self.go_on(wanted)?;
        Ok(self.decoder.made(self.made))
    }

    pub(super) fn length(&self) -> usize {
        self.length
    }

    #[allow(unsafe_code)]
    fn go_on(&mut self, wanted: usize) -> Result<(), Damage> {
        let context = self.decoder.context.as_ptr();
        let (room, capacity) = self.decoder.room();
        while self.made < wanted {
            // SAFETY: the context lives as long as `self`.
            let next = unsafe { zstd_sys::ZSTD_nextSrcSizeToDecompress(context) };
            if next == 0 {
                let is_all = self.made == self.length && self.read == self.bytes.len();
                return is_all.then_some(()).ok_or(DAMAGE);
            }
            let rest = self.bytes.get(self.read..).unwrap_or(&[]);
            let input = rest.get(..next).ok_or(DAMAGE)?;
            // SAFETY: the input is a slice of that length, and the output what is left of a
            // room that no reference points to now; what was decompressed before lies right
            // before it, as zstd expects.
            let code = unsafe {
                zstd_sys::ZSTD_decompressContinue(
                    context,
                    room.add(self.made).cast(),
                    capacity - self.made,
                    input.as_ptr().cast(),
                    next,
                )
            };
            self.read += next;
            self.made += checked(code)?;
            if self.made > self.length {
                return Err(DAMAGE);
            }
        }
        Ok(())
    }
}

#[allow(unsafe_code)]
fn checked(code: usize) -> Result<usize, Damage> {
    // SAFETY: it looks at a number.
    match unsafe { zstd_sys::ZSTD_isError(code) } {
        0 => Ok(code),
        _ => Err(DAMAGE),
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
    use zstd::zstd_safe::{compress_bound, CCtx, CDict, CParameter, DCtx};

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
    fn the_beginning_of_a_block_is_that_of_the_whole() {
        let dictionary = text(7, 5000);
        for dictionary in [&dictionary[..], &[]] {
            let mut context = CCtx::create();
            context
                .set_parameter(CParameter::MaxBlockSize(1024))
                .unwrap();
            context.load_dictionary(dictionary).unwrap();
            let mut decoder = Decoder::new(dictionary).unwrap();
            for (number, length) in [1, 1000, 1024, 1025, 7000, ROOM_BYTES, 100_000]
                .iter()
                .enumerate()
            {
                let raw = text(number, *length);
                let mut bytes = Vec::with_capacity(compress_bound(raw.len()));
                context.compress2(&mut bytes, &raw).unwrap();
                for wanted in [0, 1, 1000, 1024, 1025, 3000, *length, usize::MAX] {
                    let mut unpacking = decoder.begin(&bytes).unwrap();
                    let made = unpacking.up_to(wanted).unwrap().to_vec();
                    assert!(made.len() >= wanted.min(*length));
                    assert!(made.len() < wanted.saturating_add(1024).max(1025));
                    assert!(raw.starts_with(&made));
                    assert_eq!(unpacking.up_to(usize::MAX), Ok(&raw[..]));
                }
                for place in (0..bytes.len()).step_by(1 + bytes.len() / 200) {
                    let mut changed = bytes.clone();
                    changed[place] ^= 0x41;
                    for bytes in [&changed[..], &bytes[..place]] {
                        let Ok(mut unpacking) = decoder.begin(bytes) else {
                            continue;
                        };
                        let _ = unpacking.up_to(1);
                        let _ = unpacking.up_to(2000);
                        let _ = unpacking.up_to(usize::MAX);
                    }
                }
                assert_eq!(decoder.decompress(&bytes), Ok(&raw[..]));
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
