use std::sync::Arc;

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
fn articles_packed_by_several_packers_come_back() {
    let folder = Folder::new("packers");
    let container = write(&folder, "packed", |writer, sink| {
        let samples: Vec<_> = (0..300).map(article).collect();
        let dictionaries = Arc::new(Dictionaries::train(&samples));
        writer.set_dictionaries(dictionaries.clone());
        let mut packers = [
            BlockPacker::new(dictionaries.clone()),
            BlockPacker::new(dictionaries),
        ];
        for number in 0..600 {
            let (hot, cold) = article(number);
            packers[number % 2].push(&hot, &cold).unwrap();
        }
        let mut slots = vec![0; 600];
        for (which, packer) in packers.iter_mut().enumerate() {
            let first = writer.append(packer.take().unwrap(), sink).unwrap();
            for place in 0..300 {
                slots[2 * place + which] = first + place as u32;
            }
        }
        slots
    });
    check(&container, &(0..600).collect::<Vec<_>>());
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
