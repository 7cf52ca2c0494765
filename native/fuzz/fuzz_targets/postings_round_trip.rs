//! Any postings, encoded and read back.
#![no_main]

use _native::postings::{Cursor, ImpactTable, List, ListEncoder, TERMINATED};
use _native::scoring::Scoring;
use libfuzzer_sys::fuzz_target;

type Gaps = Vec<(u16, u8)>;

fuzz_target!(|input: (u8, Vec<(u16, Gaps, Gaps)>)| {
    let (shift, pieces) = input;
    let mut encoder = ListEncoder::new();
    let mut expected = Vec::new();
    let mut next = 0u64;
    for (doc_gap, title_gaps, body_gaps) in &pieces {
        let doc = next + (u64::from(*doc_gap) << (shift & 15));
        if doc >= u64::from(TERMINATED) || title_gaps.len() + body_gaps.len() == 0 {
            continue;
        }
        next = doc + 1;
        let mut codes = Vec::new();
        let mut positions_of = |gaps: &Gaps| {
            let mut next = 0;
            let mut positions = Vec::new();
            for (gap, code) in gaps {
                let position = next + (u32::from(*gap) << (shift >> 6));
                positions.push(position);
                codes.push(u32::from(*code) << (shift >> 5));
                next = position + 1;
            }
            positions
        };
        let (title, body) = (positions_of(title_gaps), positions_of(body_gaps));
        let both = [title.as_slice(), body.as_slice()].concat();
        let (title_tf, body_tf) = (title.len() as u32, body.len() as u32);
        encoder.push(doc as u32, title_tf, body_tf, &both, &codes);
        expected.push((doc as u32, title, body, codes));
    }
    if expected.is_empty() {
        return;
    }
    let mut bytes = Vec::new();
    let impacts = ImpactTable::new(Scoring::SAMPLE, [1.0; 256]);
    let summary = encoder.finish(&[], &impacts, &mut bytes);
    assert_eq!(summary.df as usize, expected.len());
    let list = List::open(&bytes).unwrap();
    let mut cursor = Cursor::new(&list).unwrap();
    let (mut title, mut body, mut codes) = (vec![], vec![], vec![]);
    for posting in expected {
        cursor.positions(&mut title, &mut body).unwrap();
        cursor.codes(&mut codes).unwrap();
        assert_eq!(
            (cursor.doc(), title.clone(), body.clone(), codes.clone()),
            posting
        );
        cursor.advance().unwrap();
    }
    assert_eq!(cursor.doc(), TERMINATED);
});
