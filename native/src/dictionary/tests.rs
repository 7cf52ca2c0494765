//! A dictionary answers as a sorted map does, and damaged bytes never make it panic.

use std::collections::BTreeMap;

use super::*;

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() >> 11) as usize % n
    }

    /// Bytes of a small alphabet, so that keys share prefixes; some long, some empty.
    fn key(&mut self) -> Vec<u8> {
        let length = match self.below(20) {
            0 => self.below(100),
            _ => self.below(9),
        };
        let alphabet = [b"ab".as_slice(), b"\x00a\xff"][self.below(2)];
        (0..length)
            .map(|_| alphabet[self.below(alphabet.len())])
            .collect()
    }
}

type Entries = BTreeMap<Vec<u8>, Vec<u8>>;

fn random_entries(count: usize, seed: u64) -> Entries {
    let mut random = Random(seed | 1);
    let value = |random: &mut Random| (0..random.below(40)).map(|i| i as u8).collect();
    (0..count)
        .map(|_| (random.key(), value(&mut random)))
        .collect()
}

fn written(entries: &Entries) -> Vec<u8> {
    let mut writer = DictionaryWriter::new();
    for (key, value) in entries {
        writer.add(key, value);
    }
    assert_eq!(writer.len() as usize, entries.len());
    writer.finish()
}

fn walked(cursor: &mut Cursor<'_>) -> Vec<(u32, Vec<u8>, Vec<u8>)> {
    let mut found = Vec::new();
    while let Some((ordinal, key, value)) = cursor.next().unwrap() {
        found.push((ordinal, key.to_vec(), value.to_vec()));
    }
    found
}

#[test]
fn it_answers_as_a_sorted_map_does() {
    for (count, seed) in [
        (0, 1),
        (1, 2),
        (31, 3),
        (32, 4),
        (33, 5),
        (300, 6),
        (4000, 7),
    ] {
        let entries = random_entries(count, seed);
        let bytes = written(&entries);
        let dictionary = DictionaryReader::open(&bytes).unwrap();
        assert_eq!(dictionary.len() as usize, entries.len());
        let listed: Vec<_> = (0u32..)
            .zip(&entries)
            .map(|(i, (k, v))| (i, k.clone(), v.clone()))
            .collect();
        assert_eq!(walked(&mut dictionary.cursor().unwrap()), listed);
        for (ordinal, key, value) in &listed {
            assert_eq!(dictionary.get(key), Ok(Some((*ordinal, value.as_slice()))));
            assert_eq!(dictionary.at(*ordinal), Ok((key.clone(), value.as_slice())));
        }
        assert!(dictionary.at(entries.len() as u32).is_err());
        let mut random = Random(seed + 100);
        for _ in 0..1000 {
            let key = random.key();
            let at = listed.partition_point(|(_, k, _)| *k < key);
            let expected = listed.get(at).filter(|(_, k, _)| *k == key);
            let expected = expected.map(|(i, _, v)| (*i, v.as_slice()));
            assert_eq!(dictionary.get(&key), Ok(expected), "{key:?}");
            let mut cursor = dictionary.cursor_from(&key).unwrap();
            let few: Vec<_> = listed[at..].iter().take(40).collect();
            for (ordinal, key, value) in few {
                let found = cursor.next().unwrap();
                assert_eq!(found, Some((*ordinal, key.as_slice(), value.as_slice())));
            }
        }
    }
}

#[test]
fn keys_with_long_common_prefixes_are_found() {
    let entries: Entries = (0..5000u32)
        .map(|i| {
            let key = format!("https://www.example.org/article/{:07}", i * 37 % 5000 * 3);
            (key.into_bytes(), i.to_le_bytes().to_vec())
        })
        .collect();
    let bytes = written(&entries);
    let dictionary = DictionaryReader::open(&bytes).unwrap();
    for (key, value) in &entries {
        let (_, found) = dictionary.get(key).unwrap().unwrap();
        assert_eq!(found, value);
        let mut missing = key.clone();
        missing.push(b'0');
        assert_eq!(dictionary.get(&missing), Ok(None));
        missing.truncate(key.len() - 1);
        assert_eq!(dictionary.get(&missing), Ok(None));
    }
}

#[test]
fn no_bytes_are_an_empty_dictionary() {
    let dictionary = DictionaryReader::open(&[]).unwrap();
    assert!(dictionary.is_empty());
    assert_eq!(dictionary.get(b"a"), Ok(None));
    assert_eq!(dictionary.cursor_from(b"a").unwrap().next(), Ok(None));
    assert_eq!(DictionaryReader::open(&[0; 4]).unwrap().len(), 0);
}

/// Ask everything of bytes that may be damaged: anything but a panic or a hang will do.
fn exercise(bytes: &[u8], keys: &[Vec<u8>]) {
    let Ok(dictionary) = DictionaryReader::open(bytes) else {
        return;
    };
    for key in keys {
        let _ = dictionary.get(key);
        if let Ok(mut cursor) = dictionary.cursor_from(key) {
            for _ in 0..100 {
                if !matches!(cursor.next(), Ok(Some(_))) {
                    break;
                }
            }
        }
    }
    for ordinal in [0, 1, 31, 32, 100, u32::MAX] {
        let _ = dictionary.at(ordinal);
    }
}

#[test]
fn damaged_bytes_never_panic() {
    let entries = random_entries(150, 11);
    let bytes = written(&entries);
    let keys: Vec<_> = entries.keys().step_by(11).cloned().collect();
    for place in 0..bytes.len() {
        for flip in [1, 0x80, 0xFF] {
            let mut changed = bytes.clone();
            changed[place] ^= flip;
            exercise(&changed, &keys);
        }
    }
    for length in 0..bytes.len() {
        exercise(&bytes[..length], &keys);
        exercise(&bytes[length..], &keys);
    }
    let mut random = Random(77);
    for _ in 0..3000 {
        let noise: Vec<u8> = (0..random.below(200))
            .map(|_| random.next() as u8)
            .collect();
        exercise(&noise, &keys);
        let mut counted = noise;
        counted.extend_from_slice(&(random.below(400) as u32).to_le_bytes());
        exercise(&counted, &keys);
    }
}

#[test]
fn hostile_lengths_are_damage() {
    // One entry that claims a suffix, a value or a shared part beyond all memory.
    for entry in [
        [
            0x0F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01,
        ],
        [
            0x01, b'a', 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F,
        ],
        [
            0xF1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01,
        ],
        [0x11, b'a', 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ] {
        let mut bytes = entry.to_vec();
        bytes.extend_from_slice(&prefix_of(b"a").to_le_bytes());
        bytes.extend_from_slice(&0u64.to_le_bytes());
        bytes.extend_from_slice(&1u32.to_le_bytes());
        let dictionary = DictionaryReader::open(&bytes).unwrap();
        assert!(dictionary.at(0).is_err());
        assert!(dictionary.cursor().is_err());
    }
}

/// What this thread has used of a processor, which others that use it too do not change.
fn processor_ns() -> u64 {
    let line = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    line.split(' ').next().unwrap().parse().unwrap()
}

#[test]
#[ignore = "prints how long lookups take"]
fn lookup_speed() {
    let mut random = Random(3);
    let keys: Entries = (0..500_000)
        .map(|_| {
            let length = 3 + random.below(9);
            let key = (0..length).map(|_| b'a' + (random.below(26) * random.below(26) / 26) as u8);
            (key.collect(), vec![1; 7])
        })
        .collect();
    let bytes = written(&keys);
    let dictionary = DictionaryReader::open(&bytes).unwrap();
    let keys: Vec<_> = keys.into_keys().collect();
    let asked: Vec<_> = (0..200_000)
        .map(|_| &keys[random.below(keys.len())])
        .collect();
    let start = processor_ns();
    for key in &asked {
        assert!(dictionary.get(key).unwrap().is_some());
    }
    let ns = (processor_ns() - start) / asked.len() as u64;
    let start = processor_ns();
    let mut cursor = dictionary.cursor().unwrap();
    while cursor.next().unwrap().is_some() {}
    let walk = (processor_ns() - start) / keys.len() as u64;
    println!(
        "{} keys, {} bytes: {ns} ns a lookup, {walk} ns a step",
        keys.len(),
        bytes.len()
    );
}
