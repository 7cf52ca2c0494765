//! What are copies of a text found by? (`searcher/copies/words.py` and `fingerprints.py`)
//!
//! Of the forms of a text, in order: its key and its fingerprints.  Who has the forms, and the
//! 64 bits that stand for each, is somebody else's affair: the builder of a segment
//! (`build/text_facts.rs`), or who has read a stored text (`words`).

use blake2b_simd::{Params, State};

/// The first words of a text, which are aligned and fingerprinted.
pub const MOST_WORDS: usize = 10_000;
/// Texts with fewer words are copies of identical ones only.
pub const LEAST_WORDS: usize = 20;
/// Words of a run.
pub const RUN: usize = 5;
const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;
/// What the first word of a run is multiplied by.
const FIRST: u64 = MULTIPLIER
    .wrapping_mul(MULTIPLIER)
    .wrapping_mul(MULTIPLIER)
    .wrapping_mul(MULTIPLIER);
/// The smallest of 2, 4, 8 and 12 runs from a place on.
const REACHES: [usize; 4] = [1, 2, 4, 4];
/// Bytes of a text that are hashed at a time.
const HASHED_AT_ONCE: usize = 1 << 16;
const SHORT_BYTES: usize = 16;

/// What is known of a form: half a cache line, in which most words of a text have all that a
/// key and fingerprints are made of.
#[derive(Clone, Copy)]
pub struct FormFacts {
    /// The 64 bits that stand for it.
    pub number: u64,
    /// It and a space behind it, if they have room.
    short: [u8; SHORT_BYTES],
    /// Where it stands among all forms.
    pub form: u32,
    /// Of it and the space; 0 if they have no room.
    length: u8,
}

impl FormFacts {
    pub fn of(form: u32, name: &[u8]) -> Self {
        let mut facts = FormFacts {
            number: first_eight(params().hash(name).as_bytes()),
            short: [b' '; SHORT_BYTES],
            form,
            length: 0,
        };
        if name.len() < SHORT_BYTES {
            facts.short[..name.len()].copy_from_slice(name);
            facts.length = name.len() as u8 + 1;
        }
        facts
    }

    /// The form, if it is short.
    #[inline]
    pub fn text(&self) -> Option<&[u8]> {
        let length = usize::from(self.length).checked_sub(1)?;
        self.short.get(..length)
    }
}

/// Makes the key of one text after the other.
pub struct KeyMaker {
    state: State,
    /// What is to be hashed next, up to `end`.
    bytes: Vec<u8>,
    end: usize,
}

impl Default for KeyMaker {
    fn default() -> Self {
        KeyMaker {
            state: params().to_state(),
            bytes: vec![0; HASHED_AT_ONCE + SHORT_BYTES],
            end: 0,
        }
    }
}

impl KeyMaker {
    /// Take the next form of a text; `name` says what a long one is.
    #[inline]
    pub fn push<'f>(&mut self, facts: &FormFacts, name: impl FnOnce(u32) -> &'f [u8]) {
        if self.end >= HASHED_AT_ONCE {
            self.state.update(&self.bytes[..self.end]);
            self.end = 0;
        }
        if facts.length == 0 {
            self.push_long(name(facts.form));
            return;
        }
        // Sixteen bytes whatever the length: no loop, and what is too much is written over.
        self.bytes[self.end..self.end + SHORT_BYTES].copy_from_slice(&facts.short);
        self.end += usize::from(facts.length);
    }

    #[cold]
    fn push_long(&mut self, name: &[u8]) {
        let end = self.end + name.len();
        let most = end + 1 + HASHED_AT_ONCE + SHORT_BYTES;
        self.bytes.resize(self.bytes.len().max(most), 0);
        self.bytes[self.end..end].copy_from_slice(name);
        self.bytes[end] = b' ';
        self.end = end + 1;
    }

    /// The key of the text, and begin with the next.
    pub fn finish(&mut self, is_correction: bool) -> u64 {
        if self.end == 0 {
            return 0;
        }
        self.state.update(&self.bytes[..self.end - 1]);
        let number = first_eight(self.state.finalize().as_bytes()) | 1;
        self.state = params().to_state();
        self.end = 0;
        match number - u64::from(!is_correction) {
            0 => 2,
            key => key,
        }
    }
}

/// Put the number of each run of five words into `runs`, by where it begins; `numbers` are those
/// of the words.
pub fn run_numbers(numbers: impl Iterator<Item = u64> + Clone, runs: &mut Vec<u32>) {
    runs.clear();
    let mut sum = 0u64;
    let mut ahead = numbers.clone();
    for number in ahead.by_ref().take(RUN - 1) {
        sum = sum.wrapping_mul(MULTIPLIER).wrapping_add(number);
    }
    runs.extend(ahead.zip(numbers).map(|(last, first)| {
        let run = sum.wrapping_mul(MULTIPLIER).wrapping_add(last);
        sum = run.wrapping_sub(first.wrapping_mul(FIRST));
        (run >> 32) as u32
    }));
}

/// The fingerprints of a text of so many words, ascending; `runs` are the numbers of the runs of
/// its first [`MOST_WORDS`].
pub fn fingerprints_of(words: usize, mut runs: Vec<u32>) -> Vec<u32> {
    if words < LEAST_WORDS {
        return Vec::new();
    }
    keep_fingerprints(&mut runs);
    runs.sort_unstable();
    runs.dedup();
    runs
}

/// Make the fingerprints of a text of the numbers of its runs, in the order of their places and
/// some of them twice; it must have [`LEAST_WORDS`], and no more than [`MOST_WORDS`] are to be
/// considered.
pub fn keep_fingerprints(runs: &mut Vec<u32>) {
    for reach in REACHES {
        let count = runs.len().saturating_sub(reach);
        for place in 0..count {
            runs[place] = runs[place].min(runs[place + reach]);
        }
        runs.truncate(count);
    }
    runs.dedup();
}

fn params() -> Params {
    let mut params = Params::new();
    params.hash_length(8);
    params
}

fn first_eight(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .take(8)
        .rev()
        .fold(0, |number, &byte| number << 8 | u64::from(byte))
}
