//! Whole searches, positions, look-ups and merges of a segment that was changed under right
//! checksums.
//!
//! An input is a list of changes to the sections of one sound segment, so that most of it
//! still makes sense and the calls get far. Everything must end in an answer or in damage.
#![no_main]

use std::cell::OnceCell;
use std::sync::Arc;

use _native::container::Section;
use _native::search::plan::Plan;
use _native::segment::Segment;
use _native::testing::samples::{build, look_up, merge_both, plans, search, sections_of, write};
use libfuzzer_sys::fuzz_target;

mod scratch;

/// What is done at a place of a section: bytes written over, put in, or cut away from there.
#[derive(Debug, arbitrary::Arbitrary)]
enum Change {
    Over(Vec<u8>),
    Flip(u8),
    Number(u32),
    Add(i8),
    In(Vec<u8>),
    Cut,
}

struct Sound {
    other: Arc<Segment>,
    sections: Vec<(Section, Vec<u8>)>,
    plans: Vec<Plan>,
}

impl Sound {
    fn new() -> Self {
        let [other, whole] = ["other", "whole"].map(scratch::scratch_file);
        build(&other, 1_000, 8);
        build(&whole, 0, 150);
        let sound = Self {
            other: Arc::new(Segment::open(&other).unwrap()),
            sections: sections_of(&whole),
            plans: plans(),
        };
        for path in [other, whole] {
            let _ = std::fs::remove_file(path);
        }
        sound
    }
}

thread_local! {
    static SOUND: OnceCell<Sound> = const { OnceCell::new() };
}

fuzz_target!(|input: (u8, Vec<(u8, u16, Change)>)| {
    let (chosen, changes) = input;
    SOUND.with(|sound| {
        let sound = sound.get_or_init(Sound::new);
        let mut sections = sound.sections.clone();
        for (section, at, change) in changes {
            let section = usize::from(section) % sections.len();
            apply(&mut sections[section].1, at, change);
        }
        let [changed, merged] = ["changed", "merged"].map(scratch::scratch_file);
        write(&changed, &sections);
        if let Ok(segment) = Segment::open(&changed).map(Arc::new) {
            // One thing at a time is quick, which counts for more here.
            let chosen = usize::from(chosen) % (sound.plans.len() + 2);
            match chosen.checked_sub(sound.plans.len()) {
                None => search(
                    &segment,
                    &sound.other,
                    [(chosen, &sound.plans[chosen])].into_iter(),
                ),
                Some(0) => look_up(&segment),
                Some(_) => merge_both(&segment, &sound.other, &merged),
            }
        }
        for path in [changed, merged] {
            let _ = std::fs::remove_file(path);
        }
    });
});

fn apply(bytes: &mut Vec<u8>, at: u16, change: Change) {
    if bytes.is_empty() {
        return;
    }
    // Headers and tables are at the ends, where small changes do most.
    let at = match at.is_multiple_of(2) {
        true => usize::from(at / 2) % bytes.len(),
        false => bytes.len() - 1 - usize::from(at / 2) % bytes.len(),
    };
    let mut over = |new: &[u8]| {
        let end = bytes.len().min(at + new.len());
        bytes[at..end].copy_from_slice(&new[..end - at]);
    };
    match change {
        Change::Over(new) => over(&new),
        Change::Number(number) => over(&number.to_le_bytes()),
        Change::Flip(bit) => bytes[at] ^= 1 << (bit % 8),
        Change::Add(number) => bytes[at] = bytes[at].wrapping_add_signed(number),
        Change::In(new) => drop(bytes.splice(at..at, new)),
        Change::Cut => bytes.truncate(at),
    }
}
