//! A segment with right checksums over sections of any bytes.
#![no_main]

use std::collections::BTreeMap;

use _native::container::{ContainerWriter, Section};
use _native::dictionary::DictionaryWriter;
use _native::postings::{Cursor, TERMINATED};
use _native::segment::{Meta, Segment};
use libfuzzer_sys::fuzz_target;

mod scratch;

type Entries = BTreeMap<Vec<u8>, Vec<u8>>;

fuzz_target!(|input: (u8, [Entries; 3], Vec<u8>, Vec<Vec<u8>>)| {
    let (count, dictionaries, postings, others) = input;
    let path = scratch::scratch_file("segment");
    write(&path, count, &dictionaries, &postings, &others);
    if let Ok(segment) = Segment::open(&path) {
        segment.verify().unwrap();
        read_columns(&segment);
        read_words(&segment, &dictionaries);
    }
    let _ = std::fs::remove_file(&path);
});

fn write(
    path: &std::path::Path,
    count: u8,
    dictionaries: &[Entries; 3],
    postings: &[u8],
    others: &[Vec<u8>],
) {
    let mut sink = ContainerWriter::create(path).unwrap();
    let mut put = |section, bytes: &[u8]| {
        sink.begin(section).unwrap();
        sink.write(bytes).unwrap();
        sink.end().unwrap();
    };
    let sections = [Section::Stems, Section::Forms, Section::Values];
    for (section, entries) in sections.into_iter().zip(dictionaries) {
        let mut writer = DictionaryWriter::new();
        for (key, value) in entries {
            writer.add(key, value);
        }
        put(section, &writer.finish());
    }
    put(Section::Postings, postings);
    let meta = Meta {
        document_count: u32::from(count) + 1,
        field_length_totals: [1, 2, 3],
        average_body_length: 2.5,
        scoring: _native::scoring::Scoring::SAMPLE,
    };
    put(Section::Meta, &meta.encode());
    let sections = [
        Section::Norms,
        Section::Lengths,
        Section::Dates,
        Section::Digests,
        Section::Boundaries,
        Section::Ordinals,
        Section::Days,
        Section::Store,
        Section::StoreIndex,
    ];
    for (section, bytes) in sections.into_iter().zip(others) {
        put(section, bytes);
    }
    sink.finish().unwrap();
}

fn read_columns(segment: &Segment) {
    for field in 0..4 {
        let _ = segment.norms(field);
    }
    let _ = (segment.lengths(), segment.dates(), segment.digests());
    if let Ok(days) = segment.days() {
        let _ = days.get(segment.doc_count() - 1);
    }
    for field in 0..4 {
        if let Ok(Some(ordinals)) = segment.ordinals(field) {
            let _ = ordinals.for_each(|_, _| ());
        }
    }
    let (mut sentences, mut paragraphs) = (vec![], vec![]);
    for doc in [0, 1, segment.doc_count() - 1, segment.doc_count(), u32::MAX] {
        let _ = segment.boundaries(doc, &mut sentences, &mut paragraphs);
        let _ = (segment.hot(doc), segment.cold(doc), segment.id(doc));
    }
}

fn read_words(segment: &Segment, [stems, forms, values]: &[Entries; 3]) {
    let (mut title, mut body) = (vec![], vec![]);
    for key in stems.keys() {
        let Ok(Some(stem)) = segment.stem(key) else {
            continue;
        };
        for list in [segment.text_list(&stem), segment.byline_list(&stem)] {
            let Ok(Some(list)) = list else {
                continue;
            };
            let Ok(mut cursor) = Cursor::new(&list) else {
                continue;
            };
            while cursor.doc() != TERMINATED {
                let _ = cursor.positions(&mut title, &mut body);
                if cursor.advance().is_err() {
                    break;
                }
            }
        }
        let _ = segment.forms_of_stem(key);
    }
    for key in forms.keys() {
        let _ = segment.form(key);
        for field in 0..3 {
            let _ = segment.form_postings(field, key);
        }
    }
    if let Ok(mut cursor) = segment.forms_from(b"a") {
        while let Ok(Some((_, info))) = cursor.next() {
            let _ = info();
        }
    }
    for key in values.keys() {
        if let Some((field, value)) = key.split_first() {
            let _ = segment.value_documents(*field, value);
            let Ok(mut cursor) = segment.values_from(*field, &value[..value.len() / 2]) else {
                continue;
            };
            while let Ok(Some((_, documents))) = cursor.next() {
                let _ = documents();
            }
        }
    }
    let _ = segment.stem_at(0);
    let _ = segment.form_at(u32::MAX);
}
