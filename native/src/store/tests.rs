//! Articles come back from a store, whoever wrote its blocks, and damage is an error.

use super::*;
use crate::container::{Container, ContainerWriter, Section};

struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("store-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("a folder for the test");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// An article of made-up words, longer or shorter by its number.
fn article(number: usize) -> (Vec<u8>, Vec<u8>) {
    let words = [
        "truce", "ballots", "harbour", "minister", "said", "the", "drought", "é",
    ];
    let mut state = number as u64 * 2654435761 + 12345;
    let mut body = String::new();
    for _ in 0..(number * 37 % 900) {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        body.push_str(words[(state >> 40) as usize % words.len()]);
        body.push(' ');
    }
    let hot = format!("{{\"id\":\"{number:016x}\",\"title\":\"Article {number}\"}}");
    (hot.into_bytes(), body.into_bytes())
}

fn write(
    folder: &Folder,
    name: &str,
    fill: impl FnOnce(&mut StoreWriter, &mut ContainerWriter) -> Vec<u32>,
) -> Container {
    let path = folder.0.join(name);
    let mut sink = ContainerWriter::create(&path).unwrap();
    sink.begin(Section::Store).unwrap();
    let mut writer = StoreWriter::new();
    let slots = fill(&mut writer, &mut sink);
    let index = writer.finish(&mut sink).unwrap();
    sink.end().unwrap();
    sink.begin(Section::StoreIndex).unwrap();
    sink.write(&write_index(index, &slots)).unwrap();
    sink.end().unwrap();
    sink.finish().unwrap();
    Container::open(&path).unwrap()
}

fn check(container: &Container, expected: &[usize]) {
    let store = Store::open(container).unwrap();
    assert_eq!(store.document_count() as usize, expected.len());
    for (document, number) in expected.iter().enumerate() {
        let (hot, cold) = article(*number);
        assert_eq!(store.hot(container, document as u32).unwrap(), hot);
        assert_eq!(store.cold(container, document as u32).unwrap(), cold);
    }
}

#[test]
fn articles_come_back_whatever_order_documents_have() {
    let folder = Folder::new("order");
    for count in [1, 2, 60, 2500] {
        let container = write(&folder, &format!("{count}"), |writer, sink| {
            let mut slots: Vec<u32> = (0..count)
                .map(|number| {
                    let (hot, cold) = article(number);
                    writer.push(&hot, &cold, sink).unwrap()
                })
                .collect();
            slots.reverse();
            slots
        });
        let expected: Vec<usize> = (0..count).rev().collect();
        check(&container, &expected);
    }
}

#[test]
fn a_store_is_the_same_whoever_compresses_its_blocks() {
    let folder = Folder::new("packers");
    let count = 4000;
    let alone = write(&folder, "alone", |writer, sink| {
        let mut slots = Vec::new();
        for number in 0..count {
            let (hot, cold) = article(number);
            slots.push(writer.push(&hot, &cold, sink).unwrap());
        }
        slots
    });
    let shared = write(&folder, "shared", |writer, sink| {
        let mut packers = [BlockPacker::default(), BlockPacker::default()];
        let (mut slots, mut taken) = (Vec::new(), Vec::new());
        for number in 0..count {
            let (hot, cold) = article(number);
            slots.push(writer.fill(&hot, &cold).unwrap());
            taken.extend(writer.take_full());
        }
        assert!(taken.len() > 5);
        for (number, raw) in taken.iter().enumerate() {
            let packed = packers[number % 2].pack(raw).unwrap();
            writer.append(packed, sink).unwrap();
        }
        slots
    });
    check(&shared, &(0..count).collect::<Vec<_>>());
    let bytes = |name: &str| std::fs::read(folder.0.join(name)).unwrap();
    assert!(bytes("alone") == bytes("shared"));
    drop(alone);
}

#[test]
fn a_store_takes_over_the_blocks_of_others() {
    let folder = Folder::new("merge");
    let part = |name: &str, range: std::ops::Range<usize>| {
        write(&folder, name, |writer, sink| {
            range
                .map(|number| {
                    let (hot, cold) = article(number);
                    writer.push(&hot, &cold, sink).unwrap()
                })
                .collect()
        })
    };
    let (first, second) = (part("first", 0..1200), part("second", 1200..1300));
    let merged = write(&folder, "merged", |writer, sink| {
        let mut slots = Vec::new();
        for container in [&first, &second] {
            let store = Store::open(container).unwrap();
            let base = writer.append_store(&store, container, sink).unwrap();
            for document in 0..store.document_count() {
                slots.push(base + store.slot(container, document).unwrap());
            }
        }
        let (hot, cold) = article(1300);
        slots.push(writer.push(&hot, &cold, sink).unwrap());
        slots
    });
    check(&merged, &(0..1301).collect::<Vec<_>>());
}

#[test]
fn raw_blocks_of_junk_are_damage_not_a_panic() {
    let mut state = 7u64;
    for length in 0..200 {
        let raw: Vec<u8> = (0..length)
            .map(|_| {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1);
                (state >> 56) as u8
            })
            .collect();
        for index in 0..4 {
            let _ = reader::part_of(&raw, index);
        }
    }
    assert!(reader::part_of(&[], 0).is_err());
    assert!(reader::part_of(&[1, 5, 0], 0).is_err());
}

/// A store of 300 articles: what its two sections hold.
fn sections(folder: &Folder) -> (Vec<u8>, Vec<u8>) {
    let container = write(folder, "whole", |writer, sink| {
        (0..300)
            .map(|number| {
                let (hot, cold) = article(number);
                writer.push(&hot, &cold, sink).unwrap()
            })
            .collect()
    });
    let section = |section| container.section(section).unwrap().to_vec();
    let index = section(Section::StoreIndex);
    assert_ne!(index[0], 0, "there are no dictionaries to damage");
    (section(Section::Store), index)
}

/// A container that holds these bytes with checksums that are right, as an attacker's would.
fn forged(folder: &Folder, blocks: &[u8], index: &[u8]) -> Container {
    let path = folder.0.join("forged");
    let _ = std::fs::remove_file(&path);
    let mut sink = ContainerWriter::create(&path).unwrap();
    for (section, bytes) in [(Section::Store, blocks), (Section::StoreIndex, index)] {
        sink.begin(section).unwrap();
        sink.write(bytes).unwrap();
        sink.end().unwrap();
    }
    sink.finish().unwrap();
    Container::open(&path).unwrap()
}

/// Read all there is: anything but a panic, a hang or all memory will do.
fn exercise(folder: &Folder, blocks: &[u8], index: &[u8]) {
    let container = forged(folder, blocks, index);
    let Ok(store) = Store::open(&container) else {
        return;
    };
    for document in (0..300).step_by(60) {
        let _ = store.hot(&container, document);
        let _ = store.cold(&container, document);
    }
    let mut reader = store.in_order(&container);
    for slot in [0, 7, 150, 299, 300, u32::MAX] {
        let _ = reader.article(slot);
    }
    let path = folder.0.join("copy");
    let _ = std::fs::remove_file(&path);
    let mut sink = ContainerWriter::create(&path).unwrap();
    sink.begin(Section::Store).unwrap();
    let _ = StoreWriter::new().append_store(&store, &container, &mut sink);
}

#[test]
fn forged_sections_never_panic() {
    let folder = Folder::new("forged");
    let (blocks, index) = sections(&folder);
    let mut places: Vec<usize> = (0..24).collect();
    // The dictionaries here and there, the records, the slots.
    places.extend((24..index.len()).step_by(index.len() / 300));
    for (number, place) in places.into_iter().enumerate() {
        let mut changed = index.clone();
        changed[place] ^= [1, 0x80, 0xFF][number % 3];
        exercise(&folder, &blocks, &changed);
    }
    for place in (0..blocks.len()).step_by(blocks.len() / 100) {
        let mut changed = blocks.clone();
        changed[place] ^= 0x41;
        exercise(&folder, &changed, &index);
    }
    for length in (0..index.len()).step_by(index.len() / 100) {
        exercise(&folder, &blocks, &index[..length]);
        exercise(&folder, &index[..length], &index);
    }
}

#[test]
fn a_frame_that_claims_a_gigabyte_gets_no_memory() {
    // A zstd frame of one block, whose header says 1 GiB.
    let mut frame = vec![0x28, 0xB5, 0x2F, 0xFD, 0xA0];
    frame.extend_from_slice(&(1u32 << 30).to_le_bytes());
    frame.extend_from_slice(&[1, 0, 0]);
    let folder = Folder::new("claims");
    let mut index = Vec::new();
    for count in [0u32, 1, 0, 1] {
        index.extend_from_slice(&count.to_le_bytes());
    }
    let record = Record {
        first_slot: 0,
        length: frame.len() as u32,
        offset: 0,
        dictionary: 0,
    };
    index.extend_from_slice(&record.to_bytes());
    let container = forged(&folder, &frame, &write_index(index, &[0]));
    let store = Store::open(&container).unwrap();
    let error = store.hot(&container, 0).unwrap_err().to_string();
    assert!(error.contains("section store"), "{error}");
}

#[test]
fn articles_of_all_sizes_come_back() {
    let folder = Folder::new("sizes");
    let mut state = 1u64;
    let parts: Vec<Vec<u8>> = [
        0, 1, 2047, 2048, 4095, 4096, 6145, 0, 0, 300_000, 0, 5_000_000, 9,
    ]
    .iter()
    .map(|length| {
        // Noise, which no compressor makes smaller.
        let noise = (0..*length).map(|_| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1);
            (state >> 56) as u8
        });
        noise.collect()
    })
    .collect();
    let container = write(&folder, "noise", |writer, sink| {
        let pairs = parts.iter().zip(parts.iter().rev());
        pairs
            .map(|(hot, cold)| writer.push(hot, cold, sink).unwrap())
            .collect()
    });
    let store = Store::open(&container).unwrap();
    for (document, (hot, cold)) in (0..).zip(parts.iter().zip(parts.iter().rev())) {
        assert!(store.hot(&container, document).unwrap() == *hot);
        assert!(store.cold(&container, document).unwrap() == *cold);
    }
}

#[test]
fn small_stores_are_packed_anew() {
    let folder = Folder::new("small");
    let container = write(&folder, "few", |writer, sink| {
        let (hot, cold) = article(5);
        vec![writer.push(&hot, &cold, sink).unwrap()]
    });
    let store = Store::open(&container).unwrap();
    assert!(!store.is_worth_copying(&container));
}
