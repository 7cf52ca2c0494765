//! Keys, written and found again; then the same dictionary with some bytes changed; and any
//! bytes as a dictionary.
#![no_main]

use std::collections::BTreeMap;

use _native::dictionary::{DictionaryReader, DictionaryWriter};
use libfuzzer_sys::fuzz_target;

type Entries = BTreeMap<Vec<u8>, Vec<u8>>;

fuzz_target!(|input: (Entries, Vec<(u16, u8)>, Vec<u8>)| {
    let (entries, changes, other) = input;
    let mut writer = DictionaryWriter::new();
    for (key, value) in &entries {
        writer.add(key, value);
    }
    let mut bytes = writer.finish();
    read_right(&bytes, &entries);
    if !bytes.is_empty() {
        let len = bytes.len();
        for (at, value) in changes {
            bytes[usize::from(at) % len] ^= value;
        }
    }
    read_any(&bytes, &entries, &other);
    read_any(&other, &entries, &bytes);
});

fn read_right(bytes: &[u8], entries: &Entries) {
    let reader = DictionaryReader::open(bytes).unwrap();
    assert_eq!(reader.len() as usize, entries.len());
    for (ordinal, (key, value)) in entries.iter().enumerate() {
        let ordinal = ordinal as u32;
        assert_eq!(reader.get(key).unwrap(), Some((ordinal, value.as_slice())));
        assert_eq!(reader.at(ordinal).unwrap(), (key.clone(), value.as_slice()));
        let mut absent = key.clone();
        absent.push(0);
        let expected = entries.keys().position(|other| *other == absent);
        let found = reader
            .get(&absent)
            .unwrap()
            .map(|(ordinal, _)| ordinal as usize);
        assert_eq!(found, expected);
        let mut cursor = reader.cursor_from(&absent).unwrap();
        let after = entries
            .range(absent..)
            .next()
            .map(|(key, _)| key.as_slice());
        assert_eq!(cursor.next().unwrap().map(|(_, key, _)| key), after);
    }
    let mut cursor = reader.cursor().unwrap();
    for (key, value) in entries {
        let (_, found, found_value) = cursor.next().unwrap().unwrap();
        assert_eq!((found, found_value), (key.as_slice(), value.as_slice()));
    }
    assert!(cursor.next().unwrap().is_none());
}

fn read_any(bytes: &[u8], entries: &Entries, wanted: &[u8]) {
    let Ok(reader) = DictionaryReader::open(bytes) else {
        return;
    };
    for key in entries.keys().map(Vec::as_slice).chain([wanted]) {
        let _ = reader.get(key);
        if let Ok(mut cursor) = reader.cursor_from(key) {
            for _ in 0..100 {
                match cursor.next() {
                    Ok(Some((_, key, _))) => assert!(key.len() <= bytes.len() * 2),
                    _ => break,
                }
            }
        }
    }
    for ordinal in [
        0,
        1,
        31,
        32,
        reader.len().wrapping_sub(1),
        reader.len(),
        u32::MAX,
    ] {
        let _ = reader.at(ordinal);
    }
}
