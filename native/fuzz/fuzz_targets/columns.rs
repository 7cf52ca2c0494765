//! The small decoders: columns, boundaries, entries of dictionaries, counts.
#![no_main]

use _native::columns::{
    decode_boundaries, encode_boundaries, i64s, u32s, u64s, BytesColumn, BytesColumnWriter,
};
use _native::segment::{FormInfo, Meta, StemInfo, ValueDocuments};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (Vec<u8>, Vec<(u16, bool)>, Vec<Vec<u8>>)| {
    let (bytes, gaps, strings) = input;
    read_any(&bytes);

    let (mut sentences, mut paragraphs) = (vec![], vec![]);
    let mut next = 0;
    for (gap, opens_paragraph) in gaps {
        let start = next + u32::from(gap);
        sentences.push(start);
        if opens_paragraph {
            paragraphs.push(start);
        }
        next = start + 1;
    }
    let mut encoded = Vec::new();
    encode_boundaries(&sentences, &paragraphs, &mut encoded);
    let (mut found, mut found_paragraphs) = (vec![], vec![]);
    decode_boundaries(&encoded, &mut found, &mut found_paragraphs).unwrap();
    assert_eq!((found, found_paragraphs), (sentences, paragraphs));

    let mut writer = BytesColumnWriter::new();
    for string in &strings {
        writer.push(string).unwrap();
    }
    let column = writer.finish();
    let reader = BytesColumn::open(&column).unwrap();
    for (document, string) in strings.iter().enumerate() {
        assert_eq!(reader.get(document as u32).unwrap(), string.as_slice());
    }
});

fn read_any(bytes: &[u8]) {
    let (mut sentences, mut paragraphs) = (vec![], vec![]);
    let _ = decode_boundaries(bytes, &mut sentences, &mut paragraphs);
    if let Ok(column) = BytesColumn::open(bytes) {
        for document in [0, 1, 7, u32::MAX] {
            let _ = column.get(document);
        }
    }
    let _ = (u32s(bytes), u64s(bytes), i64s(bytes));
    let _ = Meta::decode(bytes);
    if let Ok(stem) = StemInfo::decode(3, bytes) {
        let mut again = Vec::new();
        stem.encode(&mut again);
        assert_eq!(StemInfo::decode(3, &again), Ok(stem));
    }
    let _ = FormInfo::decode(3, bytes);
    let _ = ValueDocuments::decode(bytes);
}
