//! A whole segment with any one byte changed: every answer is the old one or `Damaged`.

use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::*;
use crate::build::{Batch, Builder, Fields, Options};
use crate::norms::LengthCodes;
use crate::scoring::Scoring;
use crate::testing::analysis::{fold_value, Toy};
use crate::testing::text_rules;

/// A path in the temporary directory, free again when the test is over.
struct TemporaryPath(PathBuf);

impl TemporaryPath {
    fn new(name: &str) -> Self {
        let name = format!("searcher-damage-{}-{name}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }
}

impl Drop for TemporaryPath {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

const FORMS: [&str; 6] = ["truce", "truces", "fire", "number7", "wire", "missing"];

/// The bytes of a segment of a few articles, some of them long.
fn built(name: &str) -> Vec<u8> {
    let path = TemporaryPath::new(name);
    let mut lengths = [0; 256];
    (0..256).for_each(|code| lengths[code] = code as u32);
    let options = Options {
        codes: LengthCodes::new(lengths),
        scoring: Scoring::SAMPLE,
        facets: vec![0, 2, 5],
        threads: 1,
        flush_memory_bytes: 1 << 20,
        budget_bytes: 0,
        with_texts: false,
    };
    let mut builder = Builder::new(&path.0, Arc::new(text_rules::rules()), options).unwrap();
    let mut batch = Batch::sample();
    for number in 0..9 {
        let body = format!("A truce number{number}. Fires, truces.\n\nThe fire. ").repeat(number);
        let fields = Fields {
            id: &format!("id {number}"),
            title: "The truce",
            body: &body,
            byline: &["Ana Wire"],
            values: &[Some("Wire"), None, None, None, None],
            ..Fields::default()
        };
        batch.push(&fields, &mut fold_value).unwrap();
    }
    batch.seal();
    builder.add(Arc::new(batch), vec![true; 9]).unwrap();
    builder.finish(&mut Toy).unwrap();
    std::fs::read(&path.0).unwrap()
}

/// What a segment says when it is asked for all it has; None for each refused question.
fn answers(segment: &Segment) -> Vec<Option<String>> {
    fn shown<T: Debug>(answer: Result<T>) -> Option<String> {
        match answer {
            Ok(answer) => Some(format!("{answer:?}")),
            Err(CoreError::Damaged { file, .. }) => {
                assert_eq!(file, segment_name());
                None
            }
            Err(other) => panic!("not damage: {other}"),
        }
    }
    let mut said = vec![
        Some(format!("{:?}", segment.meta())),
        shown(segment.lengths()),
        shown(segment.dates()),
        shown(segment.digests()),
    ];
    said.extend((0..3).map(|field| shown(segment.norms(field))));
    let (mut sentences, mut paragraphs) = (Vec::new(), Vec::new());
    for doc in 0..segment.doc_count() {
        let found = segment.boundaries(doc, &mut sentences, &mut paragraphs);
        said.push(shown(found.map(|()| (&sentences, &paragraphs))));
        said.push(shown(segment.hot(doc)));
        said.push(shown(segment.cold(doc)));
        said.push(shown(segment.id(doc)));
    }
    for form in FORMS {
        said.push(shown(segment.form(form.as_bytes())));
        said.push(shown(segment.stem(form.as_bytes())));
        said.push(shown(segment.forms_of_stem(form.as_bytes())));
        for field in 0..3 {
            said.push(shown(segment.form_postings(field, form.as_bytes())));
        }
    }
    for (field, value) in [(0, "wire"), (5, "ana wire"), (8, "id 3"), (8, "id 77")] {
        said.push(shown(segment.value_documents(field, value.as_bytes())));
    }
    said.push(shown(all_forms(segment)));
    said.push(shown(all_ids(segment)));
    said
}

fn all_forms(segment: &Segment) -> Result<Vec<(Vec<u8>, FormInfo)>> {
    let mut forms = Vec::new();
    let mut cursor = segment.forms_from(b"")?;
    while let Some((form, info)) = cursor.next()? {
        forms.push((form.to_vec(), info()?));
    }
    Ok(forms)
}

fn all_ids(segment: &Segment) -> Result<Vec<(Vec<u8>, Vec<u32>)>> {
    let mut ids = Vec::new();
    let mut cursor = segment.values_from(8, b"id")?;
    while let Some((id, documents)) = cursor.next()? {
        ids.push((id.to_vec(), documents()?));
    }
    Ok(ids)
}

fn segment_name() -> String {
    format!("searcher-damage-{}-changed", std::process::id())
}

fn opened(path: &Path, bytes: &[u8]) -> Result<Segment> {
    // A new file each time: the one before may still be mapped.
    let _ = std::fs::remove_file(path);
    std::fs::write(path, bytes).unwrap();
    Segment::open(path)
}

#[test]
fn no_changed_byte_becomes_a_wrong_answer() {
    let bytes = built("built-to-change");
    let path = TemporaryPath::new("changed");
    let right = answers(&opened(&path.0, &bytes).unwrap());
    assert!(right.iter().all(Option::is_some));
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 1 << (place % 8);
        let Ok(segment) = opened(&path.0, &changed) else {
            continue;
        };
        let found = answers(&segment);
        assert_eq!(found.len(), right.len());
        for (answer, right) in found.iter().zip(&right) {
            assert!(answer.is_none() || answer == right, "byte {place}");
        }
        assert!(segment.verify().is_err(), "byte {place}");
    }
}

#[test]
fn no_cut_segment_opens() {
    let bytes = built("built-to-cut");
    let path = TemporaryPath::new("cut");
    for length in (0..bytes.len()).filter(|n| *n < 100 || n % 7 == 0 || n + 100 > bytes.len()) {
        assert!(
            opened(&path.0, &bytes[..length]).is_err(),
            "cut to {length}"
        );
    }
}
