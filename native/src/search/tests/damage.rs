//! What becomes of a search, a merge or a look-up when bytes are wrong and their checksums right?
//!
//! Checksums tell that bytes are those that were written, not that they make sense.  Here
//! sections of a segment are changed before their checksums are made, as a faulty writer or
//! someone with bad intent would: every call must come back, in time and in little memory,
//! with an answer or with damage that names the file.  A panic is a failure.
//!
//! SEARCHER_MUTATIONS is the number of changed segments (60 by default).

use std::path::PathBuf;
use std::sync::Arc;

use crate::segment::Segment;
use crate::testing::random::Random;
use crate::testing::samples::{build, look_up, merge_both, plans, search, sections_of, write};

/// A path in the temporary directory (in memory where that is possible), free again when
/// the test is over.
struct TemporaryPath(PathBuf);

impl TemporaryPath {
    fn new(name: &str) -> Self {
        let memory = PathBuf::from("/dev/shm");
        let folder = if memory.is_dir() {
            memory
        } else {
            std::env::temp_dir()
        };
        Self(folder.join(format!("searcher-search-{}-{name}", std::process::id())))
    }
}

impl Drop for TemporaryPath {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn change(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..1 + random.below(3) {
        let length = bytes.len();
        if length == 0 {
            bytes.push(random.draw() as u8);
            continue;
        }
        // Headers and tables are at the ends, where small changes do most.
        let at = match random.below(3) {
            0 => random.below(length.min(64)),
            1 => length - 1 - random.below(length.min(64)),
            _ => random.below(length),
        };
        match random.below(8) {
            0 => bytes[at] = 0,
            1 => bytes[at] = 0xff,
            2 => bytes[at] = random.draw() as u8,
            3 => bytes[at] = bytes[at].wrapping_add(1),
            4 => bytes[at] = bytes[at].wrapping_sub(1),
            5 if random.below(4) == 0 => bytes.truncate(at),
            6 if random.below(4) == 0 => bytes.insert(at, random.draw() as u8),
            7 if length >= at + 4 => {
                let value = [0, u32::MAX, i32::MAX as u32, random.draw() as u32];
                bytes[at..at + 4].copy_from_slice(&value[random.below(4)].to_le_bytes());
            }
            _ => bytes[at] ^= 1 << random.below(8),
        }
    }
}

#[test]
fn wrong_bytes_under_right_checksums_end_in_an_answer_or_in_damage() {
    let mutations = std::env::var("SEARCHER_MUTATIONS").map_or(60, |n| n.parse().unwrap());
    let seed = std::env::var("SEARCHER_MUTATIONS_FROM").map_or(0, |n| n.parse().unwrap());
    let paths = ["sound", "whole", "changed", "merged"].map(TemporaryPath::new);
    let [sound, whole, changed, merged] = &paths;
    build(&sound.0, 1_000, 90);
    build(&whole.0, 0, 700);
    let sound = Arc::new(Segment::open(&sound.0).unwrap());
    let sections = sections_of(&whole.0);
    let plans = plans();
    let first = Arc::new(Segment::open(&whole.0).unwrap());
    search(&first, &sound, plans.iter().enumerate());
    look_up(&first);
    merge_both(&first, &sound, &merged.0);
    let mut opened = 0;
    for number in seed..seed + mutations {
        let mut random = Random::new(number);
        let mut sections = sections.clone();
        for _ in 0..1 + random.below(2) {
            let section = random.below(sections.len());
            change(&mut sections[section].1, &mut random);
        }
        write(&changed.0, &sections);
        let _ = std::fs::remove_file(&merged.0);
        let Ok(segment) = Segment::open(&changed.0) else {
            continue;
        };
        opened += 1;
        let segment = Arc::new(segment);
        let used = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            // A few plans for each, other ones for the next.
            let plans = plans.iter().enumerate();
            let plans = plans.filter(|(plan, _)| (*plan as u64 + number).is_multiple_of(5));
            search(&segment, &sound, plans);
            look_up(&segment);
            merge_both(&segment, &sound, &merged.0);
        }));
        assert!(used.is_ok(), "number {number}");
    }
    assert!(opened * 2 > mutations);
}
