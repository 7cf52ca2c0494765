//! Any bytes as a posting list, read block by block.
#![no_main]

use _native::postings::{DocBlock, List, PositionBlock, BLOCK_POSTINGS};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(list) = List::open(bytes) else {
        return;
    };
    let mut decoded = DocBlock::new();
    let mut positions = PositionBlock::new();
    let (mut title, mut body, mut codes) = (vec![], vec![], vec![]);
    for block in 0..list.block_count().min(64) + 1 {
        if list.decode_frequencies(block, &mut decoded).is_ok() {
            let _ = positions.load(&list, block, &decoded);
        }
        if list.decode_block(block, &mut decoded).is_err() {
            continue;
        }
        let docs = &decoded.docs[..decoded.len];
        assert!(docs.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(docs.last(), Some(&list.last_doc(block)));
        let inside = docs[docs.len() / 2];
        assert_eq!(docs[decoded.index_of(inside)], inside);
        if positions.load(&list, block, &decoded).is_err() {
            continue;
        }
        for index in 0..BLOCK_POSTINGS {
            title.clear();
            body.clear();
            codes.clear();
            let title_tf = decoded.title_tf[index];
            let found = positions.positions(index, title_tf, &mut title, &mut body);
            let coded = positions.codes(index, &mut codes);
            // No more can come out than a group for each byte.
            assert!(title.len() + body.len() <= bytes.len() * BLOCK_POSTINGS);
            if found.is_ok() && coded.is_ok() {
                assert_eq!(codes.len(), title.len() + body.len());
            }
        }
    }
});
