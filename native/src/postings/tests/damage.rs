//! Does any row of bytes end in `Damage` or in numbers, and never in a panic?

use super::*;

// Reads everything that `bytes` could hold, within bounds.
fn read_all(bytes: &[u8], numbers: &Numbers) -> usize {
    let Ok(list) = List::open(bytes) else {
        return 0;
    };
    let mut decoded = DocBlock::new();
    let mut places = PositionBlock::new();
    let (mut title, mut body, mut codes) = (vec![], vec![], vec![]);
    let mut read = 0;
    let blocks = list.block_count();
    for block in (0..blocks.min(20)).chain([blocks, usize::MAX, usize::MAX / 4]) {
        list.last_doc(block);
        list.impact(block);
        if list.decode_frequencies(block, &mut decoded).is_ok() {
            read += places.load(&list, block, &decoded).is_ok() as usize;
        }
        if list.decode_docs(block, &mut decoded).is_ok() {
            let _ = list.frequencies_at(&decoded, numbers.below(140) as usize);
        }
        if list.decode_block(block, &mut decoded).is_err() {
            continue;
        }
        assert!(decoded.docs[..decoded.len].windows(2).all(|w| w[0] < w[1]));
        assert_eq!(decoded.docs[decoded.len - 1], list.last_doc(block));
        if places.load(&list, block, &decoded).is_ok() {
            for index in [0, decoded.len - 1, numbers.below(140) as usize] {
                title.clear();
                body.clear();
                codes.clear();
                let tf = decoded.title_tf[index % BLOCK_POSTINGS];
                let _ = places.positions(index, tf, &mut title, &mut body);
                let _ = places.codes(index, &mut codes);
                assert!(title.len() + body.len() <= bytes.len() * BLOCK_POSTINGS);
            }
        }
        read += 1;
    }
    let Ok(mut cursor) = Cursor::new(&list) else {
        return read;
    };
    for _ in 0..50 {
        let before = cursor.doc();
        let target = before.saturating_add(numbers.below(1 << numbers.below(30)) as u32);
        cursor.shallow_seek(target);
        let moved = match numbers.below(3) {
            0 => cursor.advance(),
            _ => cursor.seek(target),
        };
        match moved {
            Ok(TERMINATED) => break,
            Ok(doc) => assert!(doc >= before),
            Err(_) => break,
        }
        let _ = cursor.positions(&mut title, &mut body);
        let _ = cursor.codes(&mut codes);
    }
    read
}

#[test]
fn random_bytes_never_panic() {
    let numbers = Numbers::new(11);
    for _ in 0..200_000 {
        let len = numbers.below(120) as usize;
        let mut bytes: Vec<u8> = (0..len).map(|_| numbers.next() as u8).collect();
        // Headers that are likely to pass, so that the blocks are reached too.
        if numbers.chance(70) && len > 8 {
            bytes[0] = numbers.below(128) as u8;
            if numbers.chance(50) {
                let header = [0x80 | bytes[0], 3, 0xFF, 0xFF, 0x11, 10, 0];
                bytes[..7].copy_from_slice(&header);
            }
        }
        read_all(&bytes, &numbers);
    }
}

#[test]
fn mutated_lists_never_panic() {
    let numbers = Numbers::new(12);
    let mut encoder = ListEncoder::new();
    let mut survivors = 0;
    for _ in 0..400 {
        let kind = Kind {
            count: 1 + numbers.below(if numbers.chance(50) { 20 } else { 500 }) as usize,
            largest_doc_gap: 1 << numbers.below(12),
            largest_tf: 1 + numbers.below(30),
            ..PLAIN
        };
        let (bytes, _, _) = encode(&mut encoder, &random_postings(&numbers, &kind));
        for _ in 0..500 {
            let mut mutated = bytes.clone();
            for _ in 0..1 + numbers.below(4) {
                let at = numbers.below(mutated.len() as u64) as usize;
                mutated[at] = match numbers.below(3) {
                    0 => numbers.next() as u8,
                    1 => mutated[at] ^ (1 << numbers.below(8)),
                    _ => [0, 0xFF, 0x80, 0x7F][numbers.below(4) as usize],
                };
            }
            if numbers.chance(20) {
                mutated.truncate(numbers.below(mutated.len() as u64 + 1) as usize);
            }
            survivors += read_all(&mutated, &numbers);
        }
    }
    // Most of the bytes are positions, so most mutations leave blocks that decode.
    assert!(survivors > 10_000);
}

#[test]
fn a_list_cut_anywhere_is_damage_or_harmless() {
    let numbers = Numbers::new(13);
    let mut encoder = ListEncoder::new();
    let (bytes, _, _) = encode(&mut encoder, &random_postings(&numbers, &PLAIN));
    for end in 0..bytes.len() {
        read_all(&bytes[..end], &numbers);
    }
    let list = List::open(&bytes).unwrap();
    let last = list.block_count() - 1;
    let mut decoded = DocBlock::new();
    let cut = &bytes[..bytes.len() - 1];
    let list = List::open(cut).unwrap();
    list.decode_block(last, &mut decoded).unwrap();
    let mut places = PositionBlock::new();
    places.load(&list, last, &decoded).unwrap();
    let index = decoded.len - 1;
    let (mut title, mut body, mut codes) = (vec![], vec![], vec![]);
    let positions = places.positions(index, 0, &mut title, &mut body);
    assert!(positions.is_err() || places.codes(index, &mut codes).is_err());
}
