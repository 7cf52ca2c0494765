//! Any bytes as a posting list, walked by a cursor as other bytes say.
#![no_main]

use _native::postings::{Cursor, List, TERMINATED};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (Vec<u8>, Vec<(u8, u16)>)| {
    let (bytes, moves) = input;
    let Ok(list) = List::open(&bytes) else {
        return;
    };
    let Ok(mut cursor) = Cursor::new(&list) else {
        return;
    };
    let (mut title, mut body, mut codes) = (vec![], vec![], vec![]);
    for (what, how_far) in moves {
        let before = cursor.doc();
        let target = before.saturating_add(u32::from(how_far) << (what >> 4));
        let moved = match what & 3 {
            0 => cursor.advance(),
            1 => {
                let (_, last) = cursor.shallow_seek(target);
                assert!(last >= target);
                Ok(before)
            }
            _ => cursor.seek(target),
        };
        let Ok(doc) = moved else {
            return;
        };
        assert!(doc >= before && (what & 3 < 2 || doc >= target));
        assert!(what & 3 != 0 || doc > before || doc == TERMINATED);
        if what & 4 != 0 && cursor.positions(&mut title, &mut body).is_ok() {
            assert_eq!(title.len() as u32, cursor.title_tf().unwrap_or(0));
        }
        if what & 8 != 0 {
            let _ = cursor.codes(&mut codes);
        }
    }
});
