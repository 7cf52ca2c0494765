//! What are copies of a text found by? (`searcher/copies/words.py` and `fingerprints.py`)
//!
//! Of the forms of a text, in order: its key and its fingerprints.  Who has the forms, and the
//! 64 bits that stand for each, is somebody else's affair: the builder of a segment
//! (`build/text_facts.rs`), or who has read a stored text (`words`).

use blake2b_simd::Params;

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

/// The 64 bits that stand for a form.
pub fn form_number(form: &[u8]) -> u64 {
    first_eight(params().hash(form).as_bytes())
}

/// The key of a text of these forms; `scratch` is whatever is left of earlier ones.
pub fn text_key<'f>(
    forms: impl Iterator<Item = &'f [u8]>,
    is_correction: bool,
    scratch: &mut Vec<u8>,
) -> u64 {
    let mut state = params().to_state();
    let mut is_empty = true;
    scratch.clear();
    for form in forms {
        if !std::mem::replace(&mut is_empty, false) {
            scratch.push(b' ');
        }
        scratch.extend_from_slice(form);
        if scratch.len() >= HASHED_AT_ONCE {
            state.update(scratch);
            scratch.clear();
        }
    }
    if is_empty {
        return 0;
    }
    state.update(scratch);
    let number = first_eight(state.finalize().as_bytes()) | 1;
    match number - u64::from(!is_correction) {
        0 => 2,
        key => key,
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
    runs
}

/// Make the fingerprints of a text, ascending, of the numbers of its runs; it must have
/// [`LEAST_WORDS`], and no more than [`MOST_WORDS`] are to be considered.
pub fn keep_fingerprints(runs: &mut Vec<u32>) {
    for reach in REACHES {
        let count = runs.len().saturating_sub(reach);
        for place in 0..count {
            runs[place] = runs[place].min(runs[place + reach]);
        }
        runs.truncate(count);
    }
    runs.dedup();
    runs.sort_unstable();
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
