//! Whole segments, built and read back.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::dates::IndexedDate;
use super::*;
use crate::norms::LengthCodes;
use crate::postings::{Cursor, List, TERMINATED};
use crate::scoring::Scoring;
use crate::segment::Segment;
use crate::segment::NAME_GAP;
use crate::testing::analysis::{fold_value, Toy};
use crate::testing::text_rules;
use crate::text::token_spans;

#[derive(Clone, Default)]
struct Example {
    id: String,
    title: String,
    body: String,
    byline: Vec<String>,
    source: Option<String>,
    date: Option<i64>,
}

fn length_of_code() -> [u32; 256] {
    let mut lengths = [0; 256];
    for code in 1..256 {
        let before: u32 = lengths[code - 1];
        lengths[code] = (before + 1).max(before + before / 30);
    }
    lengths
}

struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn text(&mut self, most: u64) -> String {
        const WORDS: [&str; 12] = [
            "cat",
            "Cats",
            "dog",
            "the",
            "The",
            "É",
            "u.s",
            "rare",
            "x-y",
            "s",
            "dogs. A",
            "end.\n\nNew",
        ];
        let words: Vec<&str> = (0..self.below(most + 1))
            .map(|_| {
                let kinds = 1 + self.below(12);
                WORDS[self.below(kinds) as usize]
            })
            .collect();
        words.join(" ")
    }
}

/// Articles of which some have the same id, the same date or none.
fn examples(count: usize, ids: u64) -> Vec<Example> {
    let mut draw = Draw(11);
    (0..count)
        .map(|_| Example {
            id: format!("id{}", draw.below(ids)),
            title: draw.text(5),
            body: draw.text(80),
            byline: (0..draw.below(3)).map(|_| draw.text(2)).collect(),
            source: (draw.below(3) > 0).then(|| draw.text(1)),
            date: (draw.below(5) > 0).then(|| draw.below(20) as i64 - 10),
        })
        .collect()
}

fn batch(examples: &[Example]) -> Arc<Batch> {
    let mut batch = Batch::sample();
    for example in examples {
        let byline: Vec<&str> = example.byline.iter().map(|name| &name[..]).collect();
        let date = example.date.map(|instant_us| IndexedDate {
            instant_us,
            day: format!("{instant_us:08}"),
            iso: instant_us.to_string(),
        });
        let fields = Fields {
            id: &example.id,
            title: &example.title,
            body: &example.body,
            byline: &byline,
            date: date.as_ref(),
            values: &[example.source.as_deref(), None, None, None, None],
            ..Fields::default()
        };
        batch.push(&fields, &mut fold_value).unwrap();
    }
    batch.seal();
    Arc::new(batch)
}

fn new_path() -> PathBuf {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("searcher-build-{}-{number}.nseg", std::process::id());
    std::env::temp_dir().join(name)
}

fn builder(path: &std::path::Path, threads: usize, flush_memory_bytes: usize) -> Builder {
    let options = Options {
        codes: LengthCodes::new(length_of_code()),
        scoring: Scoring::SAMPLE,
        facets: vec![0, 2, 5],
        threads,
        flush_memory_bytes,
        budget_bytes: 0,
        with_texts: false,
    };
    Builder::new(path, Arc::new(text_rules::rules()), options).unwrap()
}

/// Build a segment of `examples` in batches; the removed ids are removed in the middle.
fn build(
    examples: &[Example],
    removed: &[&str],
    threads: usize,
    flush_memory_bytes: usize,
) -> (Vec<u8>, Segment) {
    let path = new_path();
    let mut builder = builder(&path, threads, flush_memory_bytes);
    let (first, second) = examples.split_at(examples.len() / 2);
    for some in first.chunks(7) {
        builder.add(batch(some), vec![true; some.len()]).unwrap();
    }
    for id in removed {
        builder.remove(id);
    }
    for some in second.chunks(31) {
        builder.add(batch(some), vec![true; some.len()]).unwrap();
    }
    let count = builder.document_count();
    let summary = builder.finish(&mut Toy).unwrap();
    drop(builder);
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(summary.file_bytes, bytes.len() as u64);
    let segment = Segment::open(&path).unwrap();
    // The file is mapped: it may lose its name.
    std::fs::remove_file(&path).unwrap();
    segment.verify().unwrap();
    assert_eq!(segment.doc_count() as usize, count);
    assert_eq!(summary.documents as usize, count);
    assert_eq!(
        segment.meta().field_length_totals,
        summary.field_length_totals
    );
    (bytes, segment)
}

/// The examples that a segment should hold, in its order.
fn expected_documents(examples: &[Example], removed: &[&str]) -> Vec<Example> {
    let mut live: BTreeMap<String, Example> = BTreeMap::new();
    for (number, example) in examples.iter().enumerate() {
        if number == examples.len() / 2 {
            removed.iter().for_each(|id| drop(live.remove(*id)));
        }
        live.insert(example.id.clone(), example.clone());
    }
    let mut documents: Vec<Example> = live.into_values().collect();
    documents.sort_by_key(|example| std::cmp::Reverse(example.date.unwrap_or(i64::MIN)));
    documents
}

/// Of each stem of a field its occurrences: document, position, form.
type Occurrences = BTreeMap<(usize, String), Vec<(u32, u32, String)>>;

fn expected_occurrences(documents: &[Example]) -> Occurrences {
    let classes = text_rules::classes();
    let mut found = Occurrences::new();
    for (document, example) in (0..).zip(documents) {
        let names = example.byline.iter().zip(0..);
        let names = names.map(|(name, i)| (2usize, i * NAME_GAP, name));
        let texts = [(0usize, 0, &example.title), (1, 0, &example.body)];
        for (field, start, text) in texts.into_iter().chain(names) {
            let mut spans = Vec::new();
            token_spans(text, &classes, &mut spans).unwrap();
            for (position, span) in (start..).zip(spans) {
                let surface = &text[span.start as usize..span.end as usize];
                let form = Toy.fold(&[surface]).unwrap().remove(0);
                let stem = Toy.stem(&[&form]).unwrap().remove(0);
                let entry = found.entry((field, stem)).or_default();
                entry.push((document, position, form));
            }
        }
    }
    found
}

fn found_occurrences(segment: &Segment) -> Occurrences {
    let mut found = Occurrences::new();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let stems = segment.stems().unwrap();
    for ordinal in 0..stems.len() {
        let (stem, _) = stems.at(ordinal).unwrap();
        let info = segment.stem_at(ordinal).unwrap();
        let mut forms = Vec::new();
        for (code, &form) in (0..).zip(&info.forms) {
            let (form, numbers) = segment.form_at(form).unwrap();
            assert_eq!((numbers.stem, numbers.code), (ordinal, code));
            forms.push((text(&form), numbers.df));
        }
        // Forms of more documents have smaller codes; bytes decide between equals.
        let key = |(form, df): &(String, [u32; 3])| {
            (std::cmp::Reverse(df.iter().sum::<u32>()), form.clone())
        };
        assert!(forms.windows(2).all(|pair| key(&pair[0]) < key(&pair[1])));
        let mut df: BTreeMap<(usize, u32), BTreeMap<u32, ()>> = BTreeMap::new();
        let lists: [(Option<List<'_>>, [usize; 2]); 2] = [
            (segment.text_list(&info).unwrap(), [0, 1]),
            (segment.byline_list(&info).unwrap(), [2, 2]),
        ];
        for (list, [first_field, second_field]) in lists {
            let Some(list) = list else { continue };
            let mut cursor = Cursor::new(&list).unwrap();
            let (mut title, mut body, mut codes) = (vec![], vec![], vec![]);
            while cursor.doc() != TERMINATED {
                cursor.positions(&mut title, &mut body).unwrap();
                cursor.codes(&mut codes).unwrap();
                let titles = title.iter().map(|position| (first_field, position));
                let all = titles.chain(body.iter().map(|position| (second_field, position)));
                for ((field, &position), &code) in all.zip(&codes) {
                    df.entry((field, code))
                        .or_default()
                        .insert(cursor.doc(), ());
                    let form = forms[code as usize].0.clone();
                    let entry = found.entry((field, text(&stem))).or_default();
                    entry.push((cursor.doc(), position, form));
                }
                cursor.advance().unwrap();
            }
        }
        for (code, (_, numbers)) in (0..).zip(&forms) {
            for (field, number) in numbers.iter().enumerate() {
                let counted = df.get(&(field, code)).map_or(0, BTreeMap::len);
                assert_eq!(*number as usize, counted);
            }
        }
    }
    found
}

fn check(segment: &Segment, documents: &[Example]) {
    assert_eq!(segment.doc_count() as usize, documents.len());
    assert!(found_occurrences(segment) == expected_occurrences(documents));
    let codes = LengthCodes::new(length_of_code());
    let classes = text_rules::classes();
    let count = |text: &str| {
        let mut spans = Vec::new();
        token_spans(text, &classes, &mut spans).unwrap();
        spans.len() as u32
    };
    for (document, example) in (0..).zip(documents) {
        let place = document as usize;
        let stored = batch(std::slice::from_ref(example));
        let mut hot = Vec::new();
        stored.get(0).put_hot(&mut hot);
        assert_eq!(segment.hot(document).unwrap(), hot);
        assert_eq!(segment.cold(document).unwrap(), example.body.as_bytes());
        assert_eq!(segment.digests().unwrap()[place], stored.get(0).digest());
        let date = example.date.unwrap_or(i64::MIN);
        assert_eq!(segment.dates().unwrap()[place], date);
        assert_eq!(segment.lengths().unwrap()[place], count(&example.body));
        let byline = example.byline.iter().map(|name| count(name)).sum();
        for (field, words) in [count(&example.title), count(&example.body), byline]
            .into_iter()
            .enumerate()
        {
            assert_eq!(segment.norms(field).unwrap()[place], codes.code_of(words));
        }
        let (mut sentences, mut paragraphs) = (vec![], vec![]);
        segment
            .boundaries(document, &mut sentences, &mut paragraphs)
            .unwrap();
        let mut spans = Vec::new();
        token_spans(&example.body, &classes, &mut spans).unwrap();
        let mut expected = (vec![], vec![]);
        let (s, p) = (&mut expected.0, &mut expected.1);
        crate::text::boundaries(&example.body, &spans, &text_rules::words(), &classes, s, p)
            .unwrap();
        assert_eq!((sentences, paragraphs), expected);
        let id = segment.value_documents(8, example.id.as_bytes()).unwrap();
        assert_eq!(id, Some(vec![document]));
    }
    let mut sources: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for (document, example) in (0..).zip(documents) {
        if let Some(source) = &example.source {
            let folded = source.to_lowercase();
            let folded = folded.split_whitespace().collect::<Vec<_>>().join(" ");
            sources.entry(folded).or_default().push(document);
        }
    }
    for (source, documents) in sources {
        let found = segment.value_documents(0, source.as_bytes()).unwrap();
        assert_eq!(found, Some(documents), "{source:?}");
    }
}

#[test]
fn a_segment_holds_what_was_added_in_any_memory_and_with_any_threads() {
    for (count, ids) in [(1, 1), (40, 15), (2500, 2000)] {
        let examples = examples(count, ids);
        let removed = ["id3", "id7", "nobody"];
        let documents = expected_documents(&examples, &removed);
        for (threads, memory_bytes) in [(1, 1 << 20), (1, 1000), (2, 1 << 20), (3, 30_000)] {
            let (_, segment) = build(&examples, &removed, threads, memory_bytes);
            check(&segment, &documents);
        }
    }
}

#[test]
fn two_runs_give_the_same_bytes_with_any_threads() {
    let examples = examples(3000, 2500);
    let (expected, _) = build(&examples, &[], 1, 1 << 20);
    for threads in [1, 2, 3, 5] {
        let (found, _) = build(&examples, &[], threads, 1 << 14);
        assert!(found == expected);
    }
}

#[test]
fn only_marked_articles_are_added() {
    let path = new_path();
    let mut builder = builder(&path, 1, 1 << 20);
    let examples = examples(10, 1000);
    let keep: Vec<bool> = (0..10).map(|i| i % 3 == 0).collect();
    builder.add(batch(&examples), keep).unwrap();
    assert_eq!(builder.document_count(), 4);
    builder.finish(&mut Toy).unwrap();
    let kept: Vec<Example> = examples.into_iter().step_by(3).collect();
    check(
        &Segment::open(&path).unwrap(),
        &expected_documents(&kept, &[]),
    );
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn a_builder_that_is_dropped_leaves_no_file() {
    for threads in [1, 2] {
        let path = new_path();
        let mut builder = builder(&path, threads, 1 << 20);
        for some in examples(1500, 2000).chunks(50) {
            builder.add(batch(some), vec![true; some.len()]).unwrap();
        }
        assert!(path.exists() && builder.size_bytes() > 0);
        drop(builder);
        assert!(!path.exists());
    }
}

#[test]
fn a_builder_that_failed_says_so_and_leaves_no_file() {
    struct Failing;
    impl Analysis for Failing {
        fn fold(&mut self, _: &[&str]) -> crate::error::Result<Vec<String>> {
            Err(crate::error::CoreError::Invalid("no forms".into()))
        }
        fn stem(&mut self, _: &[&str]) -> crate::error::Result<Vec<String>> {
            Err(crate::error::CoreError::Invalid("no stems".into()))
        }
    }
    let path = new_path();
    let mut builder = builder(&path, 2, 1 << 20);
    let examples = examples(3, 10);
    builder.add(batch(&examples), vec![true; 3]).unwrap();
    assert!(builder.finish(&mut Failing).is_err());
    assert!(!path.exists());
    assert!(builder.add(batch(&examples), vec![true; 3]).is_err());
    assert!(builder.finish(&mut Toy).is_err());
}
