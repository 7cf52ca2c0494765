//! The entries of a segment's dictionaries, and its meta, come back as they were written.

use super::entries::{decode_documents, json_string, run_of_documents};
use super::*;

#[test]
fn entries_of_the_dictionaries_come_back() {
    let stem = StemInfo {
        ordinal: 7,
        forms: vec![90_000, 3, 4_000_000_000],
        text: Some(ListRef {
            offset: 1 << 40,
            len: 300,
            df: 12,
            df_title: 2,
            df_body: 11,
        }),
        byline: None,
    };
    let mut bytes = Vec::new();
    stem.encode(&mut bytes);
    assert_eq!(StemInfo::decode(7, &bytes), Ok(stem));
    let form = FormInfo {
        ordinal: 3,
        stem: 7,
        code: 300,
        df: [0, 5, 1],
    };
    bytes.clear();
    form.encode(&mut bytes);
    assert_eq!(FormInfo::decode(3, &bytes), Ok(form));
}

#[test]
fn documents_of_values_come_back_inline_or_apart() {
    let lists: [Vec<u32>; 5] = [
        vec![0],
        vec![5, 6, 900],
        (0..1000).step_by(3).collect(),
        (7..400).collect(),
        (990..1000).collect(),
    ];
    for documents in lists {
        let (mut entry, mut apart) = (Vec::new(), Vec::new());
        ValueDocuments::encode(&documents, &mut entry, |list| {
            apart.extend_from_slice(list);
            Ok::<u64, ()>(0)
        })
        .unwrap();
        let bytes = match ValueDocuments::decode(&entry).unwrap() {
            ValueDocuments::Inline(bytes) => bytes.to_vec(),
            ValueDocuments::Apart { len, .. } => {
                assert_eq!(len as usize, apart.len());
                apart
            }
        };
        let (first, end) = (documents[0], documents[documents.len() - 1] + 1);
        let follow = documents.len() as u32 == end - first;
        let run = run_of_documents(&bytes, 1000);
        assert_eq!(run, Ok(follow.then_some((first, end))));
        assert_eq!(decode_documents(&bytes, 1000), Ok(documents));
    }
    assert!(decode_documents(&[200, 1, 0], 1000).is_err());
    assert!(decode_documents(&[1, 9], 9).is_err());
    assert!(run_of_documents(&[1, 9], 9).is_err());
    assert_eq!(run_of_documents(&[200, 1, 0], 1000), Ok(None));
}

#[test]
fn a_string_of_json_is_read_as_python_writes_it() {
    assert_eq!(
        json_string(b"a\\\"\\\\\\n\\u0001\xc3\xa9\",").unwrap(),
        "a\"\\\n\u{1}é".as_bytes()
    );
    assert_eq!(json_string(b"no end"), None);
    assert_eq!(json_string(b"\\uZZZZ\""), None);
}

#[test]
fn meta_refuses_impossible_counts() {
    let meta = Meta {
        document_count: 3,
        field_length_totals: [10, 1500, 6],
        average_body_length: 500.0,
        scoring: crate::scoring::Scoring::SAMPLE,
    };
    let bytes = meta.encode();
    assert_eq!(Meta::decode(&bytes), Ok(meta));
    for length in 0..bytes.len() {
        assert!(Meta::decode(&bytes[..length]).is_err());
    }
    let mut none = bytes.clone();
    none[4..8].fill(0);
    assert!(Meta::decode(&none).is_err());
}
