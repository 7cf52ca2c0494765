//! What are copies of the articles of a segment found by?
//!
//! The words are numbers already, and their forms are known: so this costs a fraction of
//! reading stored articles again.  What is found is what `searcher/copies/` finds, which
//! says so of each article: its text key, its words and its fingerprints.

use super::documents::DocumentPlace;
use super::in_order::for_each_in_order;
use super::stream::{Stream, TextMark};
use super::vocabulary::Vocabulary;
use crate::error::{CoreError, Result};
use crate::fingerprints::facts::{
    keep_fingerprints, run_numbers, FormFacts, KeyMaker, LEAST_WORDS, MOST_WORDS,
};
use crate::fingerprints::table;

/// Documents that a thread takes at a time.
const AT_ONCE: usize = 128;

/// The facts of some documents.
#[derive(Default)]
struct Facts {
    keys: Vec<u64>,
    lengths: Vec<u32>,
    /// Where the fingerprints of each end.
    ends: Vec<usize>,
    fingerprints: Vec<u32>,
}

#[derive(Default)]
struct Scratch {
    key: KeyMaker,
    numbers: Vec<u64>,
    runs: Vec<u32>,
}

/// The file of a segment of the documents at `places`, in their order.
pub fn text_table(
    streams: &[Stream],
    places: &[DocumentPlace],
    vocabulary: &Vocabulary,
    threads: usize,
) -> Result<Vec<u8>> {
    let members = 0..vocabulary.member_count() as u32;
    let facts = |member| FormFacts::of(member, vocabulary.form(member));
    let known: Vec<FormFacts> = members.map(facts).collect();
    let mut all = Facts::default();
    let mut starts = vec![0u64];
    for_each_in_order(
        places.len().div_ceil(AT_ONCE),
        threads,
        Scratch::default,
        |scratch, piece| {
            let end = places.len().min((piece + 1) * AT_ONCE);
            let some = &places[piece * AT_ONCE..end];
            facts_of(streams, some, vocabulary, &known, scratch)
        },
        |found: Facts| {
            let before = all.fingerprints.len();
            starts.extend(found.ends.iter().map(|end| (before + end) as u64));
            all.keys.extend_from_slice(&found.keys);
            all.lengths.extend_from_slice(&found.lengths);
            all.fingerprints.extend_from_slice(&found.fingerprints);
            Ok::<(), CoreError>(())
        },
    )?;
    table::encode(&all.keys, &all.lengths, &starts, &all.fingerprints)
}

fn facts_of(
    streams: &[Stream],
    places: &[DocumentPlace],
    vocabulary: &Vocabulary,
    known: &[FormFacts],
    scratch: &mut Scratch,
) -> Facts {
    let mut found = Facts::default();
    for place in places {
        let stream = place.stream as usize;
        let document = streams[stream].document(place.row as usize);
        let members = vocabulary.members(stream);
        let body = match document.mark {
            TextMark::Hidden => &[],
            _ => document.body,
        };
        scratch.numbers.clear();
        for &token in body {
            let facts = &known[members[token as usize] as usize];
            scratch.key.push(facts, |member| vocabulary.form(member));
            scratch.numbers.push(facts.number);
        }
        let is_correction = document.mark == TextMark::Correction;
        found.keys.push(scratch.key.finish(is_correction));
        found.lengths.push(body.len() as u32);
        if body.len() >= LEAST_WORDS {
            let numbers = &scratch.numbers[..body.len().min(MOST_WORDS)];
            run_numbers(numbers.iter().copied(), &mut scratch.runs);
            keep_fingerprints(&mut scratch.runs);
            found.fingerprints.extend_from_slice(&scratch.runs);
        }
        found.ends.push(found.fingerprints.len());
    }
    found
}
