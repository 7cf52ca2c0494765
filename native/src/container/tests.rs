//! Sections come back, and every changed byte and every cut of the file is found.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::error::CoreError;

/// A file in the temporary directory, removed when the test is over.
struct TemporaryFile(PathBuf);

impl TemporaryFile {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("container-{}-{number}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    fn holding(bytes: &[u8]) -> Self {
        let file = Self::new();
        std::fs::write(&file.0, bytes).unwrap();
        file
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    (0..length).map(|_| next()).collect()
}

fn written(sections: &[(Section, Vec<u8>)]) -> TemporaryFile {
    let file = TemporaryFile::new();
    let mut writer = ContainerWriter::create(&file.0).unwrap();
    for (section, bytes) in sections {
        writer.begin(*section).unwrap();
        let mut position = 0;
        for (i, piece) in bytes.chunks(1000).enumerate() {
            assert_eq!(writer.position(), position);
            // Pieces of many lengths, some empty.
            let (head, tail) = piece.split_at(i % (piece.len() + 1));
            writer.write(head).unwrap();
            writer.write(tail).unwrap();
            position += piece.len() as u64;
        }
        writer.end().unwrap();
    }
    let length = writer.finish().unwrap();
    assert_eq!(std::fs::metadata(&file.0).unwrap().len(), length);
    file
}

fn small() -> (Vec<(Section, Vec<u8>)>, Vec<u8>) {
    let sections = vec![
        (Section::Store, noise(PAGE_BYTES + 70, 1)),
        (Section::Lengths, Vec::new()),
        (Section::Meta, noise(100, 2)),
        (Section::Stems, noise(64, 3)),
    ];
    let bytes = std::fs::read(&written(&sections).0).unwrap();
    (sections, bytes)
}

fn is_damage<T>(result: Result<T, CoreError>) -> bool {
    matches!(result, Err(CoreError::Damaged { .. }))
}

#[test]
fn sections_come_back_whole_and_in_part() {
    let sections = vec![
        (Section::Meta, noise(5, 1)),
        (Section::Store, noise(3 * PAGE_BYTES, 2)),
        (Section::Dates, Vec::new()),
        (Section::Postings, noise((2 << 20) + 12_345, 3)),
        (Section::Norms, noise(PAGE_BYTES - 1, 4)),
    ];
    let file = written(&sections);
    let container = Container::open(&file.0).unwrap();
    container.verify().unwrap();
    for (section, bytes) in &sections {
        let section = *section;
        assert_eq!(container.section_len(section), bytes.len() as u64);
        for (start, length) in [(0, 0), (0, 5), (PAGE_BYTES - 2, 4), (40_000, 40_000)] {
            let found = container.range(section, start as u64, length as u64);
            match bytes.get(start..start + length) {
                Some(expected) => assert_eq!(found.unwrap(), expected),
                None => assert!(is_damage(found)),
            }
        }
        let end = bytes.len() as u64;
        assert!(container.range(section, end, 0).unwrap().is_empty());
        assert!(is_damage(container.range(section, end, 1)));
        assert!(is_damage(container.range(section, u64::MAX, 2)));
        let whole = container.section(section).unwrap();
        assert_eq!(whole, bytes);
        assert_eq!(whole.as_ptr().align_offset(ALIGNMENT), 0);
    }
    assert!(container.section(Section::Forms).unwrap().is_empty());
    assert!(is_damage(container.range(Section::Forms, 0, 1)));
    assert!(container.range(Section::Forms, 0, 0).unwrap().is_empty());
}

#[test]
fn one_large_write_is_as_good_as_many_small_ones() {
    let bytes = noise(5 << 20, 9);
    let file = TemporaryFile::new();
    let mut writer = ContainerWriter::create(&file.0).unwrap();
    writer.begin(Section::Store).unwrap();
    writer.write(&bytes).unwrap();
    writer.end().unwrap();
    writer.finish().unwrap();
    let twin = written(&[(Section::Store, bytes)]);
    assert!(std::fs::read(&file.0).unwrap() == std::fs::read(&twin.0).unwrap());
}

#[test]
fn every_changed_byte_is_found_before_it_is_believed() {
    let (sections, bytes) = small();
    // Every byte of the parts that are small, every seventh of the long section.
    let places = (0..bytes.len()).filter(|place| *place > PAGE_BYTES || place % 7 == 0);
    let file = TemporaryFile::new();
    for place in places {
        let mut changed = bytes.clone();
        changed[place] ^= 1 << (place % 8);
        std::fs::write(&file.0, &changed).unwrap();
        let Ok(container) = Container::open(&file.0) else {
            continue;
        };
        assert!(is_damage(container.verify()), "byte {place}");
        let mut damaged = Vec::new();
        for (section, expected) in &sections {
            match container.section(*section) {
                Ok(found) => assert_eq!(found, expected),
                Err(error) => damaged.push(error.to_string()),
            }
        }
        assert_eq!(damaged.len(), 1, "byte {place}: {damaged:?}");
        assert!(damaged[0].starts_with(container.file_name()));
        // Asked again, it is still damaged.
        let again = sections
            .iter()
            .filter(|(s, _)| container.section(*s).is_err());
        assert_eq!(again.count(), 1);
        drop(container);
        std::fs::remove_file(&file.0).unwrap();
    }
}

#[test]
fn every_cut_is_found_on_opening() {
    let (_, bytes) = small();
    for length in (0..bytes.len()).filter(|n| *n < 200 || *n > PAGE_BYTES || n % 97 == 0) {
        let file = TemporaryFile::holding(&bytes[..length]);
        assert!(is_damage(Container::open(&file.0)), "cut to {length}");
    }
    let mut longer = bytes.clone();
    longer.extend_from_slice(&[0; 64]);
    let file = TemporaryFile::holding(&longer);
    assert!(is_damage(Container::open(&file.0)));
}

#[test]
fn only_the_pages_of_a_range_are_checked() {
    let bytes = noise(4 * PAGE_BYTES, 5);
    let file = written(&[(Section::Store, bytes.clone())]);
    let mut changed = std::fs::read(&file.0).unwrap();
    changed[ALIGNMENT + 2 * PAGE_BYTES] ^= 1;
    let file = TemporaryFile::holding(&changed);
    let container = Container::open(&file.0).unwrap();
    let page = PAGE_BYTES as u64;
    let found = container.range(Section::Store, 0, 2 * page).unwrap();
    assert_eq!(found, &bytes[..2 * PAGE_BYTES]);
    assert!(is_damage(container.range(Section::Store, 2 * page - 1, 2)));
    assert!(container.range(Section::Store, 3 * page, page).is_ok());
    match container.section(Section::Store) {
        Err(CoreError::Damaged { section, .. }) => assert_eq!(section, "store"),
        _ => panic!("a changed page was believed"),
    }
}

#[test]
fn a_section_table_that_lies_is_damage() {
    // The footer is rewritten with right checksums, as an attacker would.
    let (_, bytes) = small();
    let tail = bytes.len() - TAIL_BYTES;
    let checksums = u64::from_le_bytes(bytes[tail..tail + 8].try_into().unwrap()) as usize;
    let pages = u32::from_le_bytes(bytes[tail + 8..tail + 12].try_into().unwrap()) as usize;
    let table = checksums + 4 * pages;
    let values = [0u64, 1, 63, 64, 65, 1 << 32, u64::MAX, u64::MAX - 63];
    let mut found = 0;
    for place in (table..tail + 24).step_by(4) {
        for value in values {
            let mut lying = bytes.clone();
            let width = if place + 8 <= tail + 24 { 8 } else { 4 };
            lying[place..place + width].copy_from_slice(&value.to_le_bytes()[..width]);
            if lying == bytes {
                continue;
            }
            let crc = crc32fast::hash(&lying[checksums..tail]).to_le_bytes();
            lying[tail + 24..tail + 28].copy_from_slice(&crc);
            let crc = crc32fast::hash(&lying[tail..tail + 28]).to_le_bytes();
            lying[tail + 28..tail + 32].copy_from_slice(&crc);
            let file = TemporaryFile::holding(&lying);
            match Container::open(&file.0) {
                // What it says may be consistent; then the pages speak.
                Ok(container) => {
                    let _ = container.verify();
                    for section in Section::ALL {
                        let _ = container.section(section);
                    }
                }
                Err(error) => {
                    assert!(is_damage::<()>(Err(error)));
                    found += 1;
                }
            }
        }
    }
    assert!(found > 200, "{found}");
}

#[test]
fn what_is_no_segment_is_named_so() {
    let file = TemporaryFile::holding(&[b'x'; 500]);
    let message = Container::open(&file.0).err().unwrap().to_string();
    assert!(message.contains("the file is not a segment"), "{message}");
    let (_, mut bytes) = small();
    bytes[8] = 7;
    let file = TemporaryFile::holding(&bytes);
    let message = Container::open(&file.0).err().unwrap().to_string();
    assert!(message.contains("version 7"), "{message}");
    let missing = Container::open(&TemporaryFile::new().0);
    assert!(matches!(missing, Err(CoreError::Io { .. })));
}

#[test]
fn a_writer_used_out_of_turn_refuses() {
    let file = TemporaryFile::new();
    let mut writer = ContainerWriter::create(&file.0).unwrap();
    assert!(writer.write(b"x").is_err());
    assert!(writer.end().is_err());
    writer.begin(Section::Meta).unwrap();
    assert!(writer.begin(Section::Store).is_err());
    writer.end().unwrap();
    assert!(writer.begin(Section::Meta).is_err());
    assert!(ContainerWriter::create(&file.0).is_err());
}

#[test]
fn threads_may_check_the_same_pages() {
    let bytes = noise(40 * PAGE_BYTES, 6);
    let file = written(&[(Section::Postings, bytes.clone())]);
    let container = Container::open(&file.0).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (container, bytes) = (&container, &bytes);
            scope.spawn(move || {
                for i in 0..2000 {
                    let start = (i * 7919 + thread * 31) % (39 * PAGE_BYTES);
                    let found = container.range(Section::Postings, start as u64, 100);
                    assert_eq!(found.unwrap(), &bytes[start..start + 100]);
                }
            });
        }
    });
}
