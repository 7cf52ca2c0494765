//! Occurrences are those of a plain map, in however little memory they are inverted.

use super::*;
use crate::build::article::{Batch, Fields};
use crate::build::packed_occurrences::TITLE;
use crate::build::vocabulary::Analysis;
use crate::testing::analysis::Toy;
use crate::testing::text_rules;
use crate::text::token_spans;
use std::collections::BTreeMap;
use std::convert::Infallible;

/// (document, field, position, form) of each stem.
type Plain = BTreeMap<String, Vec<(u32, u8, u32, String)>>;

struct Example {
    title: String,
    body: String,
    byline: Vec<String>,
}

fn examples(count: usize) -> Vec<Example> {
    let words = [
        "cat", "Cats", "dog", "the", "The", "É", "u.s", "rare", "x-y", "s",
    ];
    let mut state = 3u64;
    let mut draw = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let text = |draw: &mut dyn FnMut(u64) -> u64, most: u64| {
        let length = draw(most);
        let words: Vec<&str> = (0..length)
            .map(|_| {
                let kinds = 1 + draw(10);
                words[draw(kinds) as usize]
            })
            .collect();
        words.join(" ")
    };
    (0..count)
        .map(|_| Example {
            title: text(&mut draw, 5),
            body: text(&mut draw, 60),
            byline: (0..draw(4)).map(|_| text(&mut draw, 3)).collect(),
        })
        .collect()
}

fn plain(examples: &[&Example]) -> Plain {
    let classes = text_rules::classes();
    let mut found = Plain::new();
    for (document, example) in (0..).zip(examples) {
        let names = example.byline.iter().zip(0..);
        let names = names.map(|(name, i)| (2u8, i * NAME_GAP, name));
        let texts = [(0u8, 0, &example.title), (1, 0, &example.body)];
        for (field, start, text) in texts.into_iter().chain(names) {
            let mut spans = Vec::new();
            token_spans(text, &classes, &mut spans).unwrap();
            for (position, span) in (start..).zip(spans) {
                let surface = &text[span.start as usize..span.end as usize];
                let form = Toy.fold(&[surface]).unwrap().remove(0);
                let stem = Toy.stem(&[&form]).unwrap().remove(0);
                let entry = found.entry(stem).or_default();
                entry.push((document, field, position, form));
            }
        }
    }
    found
}

fn inverted(
    streams: &[Stream],
    places: &[DocumentPlace],
    memory_bytes: usize,
    threads: usize,
    wide: bool,
) -> (Plain, usize) {
    let counts = surface_counts(streams, places, threads);
    let tables: Vec<_> = streams.iter().map(|stream| &stream.surfaces).collect();
    let vocabulary = Vocabulary::new(&tables, &counts_of_all(&counts), &mut Toy).unwrap();
    let mut inversion = Inversion::new(streams, places, &vocabulary, &counts, memory_bytes);
    assert!(inversion.layout.is_some());
    if wide {
        inversion.layout = None;
    }
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let mut found = Plain::new();
    let mut sorter = BucketSorter::default();
    let mut take = |stem: u32, texts: &[Occurrence], byline: &[Occurrence]| {
        let of_text = texts.iter().map(|o| (o, u8::from(o.position & TITLE == 0)));
        let mut all: Vec<(u32, u8, u32, String)> = of_text
            .chain(byline.iter().map(|o| (o, 2)))
            .map(|(o, field)| {
                let form = text(vocabulary.form(o.member));
                (o.document, field, o.position & !TITLE, form)
            })
            .collect();
        // Within a field they come as they should; between fields the twin differs.
        assert!(texts.windows(2).all(|pair| {
            let key = |o: &Occurrence| (o.document, o.position ^ TITLE);
            key(&pair[0]) < key(&pair[1])
        }));
        all.sort();
        assert_eq!(found.insert(text(vocabulary.stem(stem)), all), None);
        Ok::<(), Infallible>(())
    };
    let mut passes = 0;
    inversion
        .for_each_pass(|buckets| {
            passes += 1;
            for bucket in buckets {
                sorter.sort(bucket, vocabulary.stem_of_member(), &mut take)?;
            }
            Ok::<(), Infallible>(())
        })
        .unwrap();
    (found, passes)
}

#[test]
fn occurrences_are_those_of_a_plain_map_in_any_memory() {
    let examples = examples(300);
    let rules = text_rules::rules();
    let mut streams = [Stream::new(), Stream::new()];
    let mut places = Vec::new();
    let mut live = Vec::new();
    for (number, example) in examples.iter().enumerate() {
        let byline: Vec<&str> = example.byline.iter().map(|name| &name[..]).collect();
        let mut batch = Batch::sample();
        let fields = Fields {
            id: "x",
            title: &example.title,
            body: &example.body,
            byline: &byline,
            ..Fields::default()
        };
        batch.push(&fields, &mut |_, _| Ok(())).unwrap();
        let stream = number / 3 % 2;
        // One in seven is superseded or removed.
        if number % 7 != 0 {
            places.push(DocumentPlace {
                stream: stream as u32,
                row: streams[stream].len() as u32,
            });
            live.push(example);
        }
        streams[stream].add(batch.get(0), &rules).unwrap();
    }
    // Another order than that of arrival.
    places.reverse();
    live.reverse();
    let mut expected = plain(&live);
    expected.values_mut().for_each(|all| all.sort());
    for (memory_bytes, least_passes) in [(usize::MAX, 1), (20_000, 2), (0, 5)] {
        for (threads, wide) in [(1, false), (1, true), (3, false), (1000, true)] {
            let (found, passes) = inverted(&streams, &places, memory_bytes, threads, wide);
            assert!(passes >= least_passes);
            assert!(found == expected);
        }
    }
}

#[test]
fn passes_cover_all_stems_within_their_limits() {
    let occurrences = [3, 1, 1, 9, 2, 2, 0, 4, 5, 1];
    let passes = plan_passes(&occurrences, 8, 4);
    let starts = |pass: &Pass| pass.buckets.iter().map(|b| (b.start, b.end)).collect();
    let buckets: Vec<Vec<(u32, u32)>> = passes.iter().map(starts).collect();
    assert_eq!(
        buckets,
        [
            vec![(0, 2), (2, 3)],
            vec![(3, 4)],
            vec![(4, 7), (7, 8)],
            vec![(8, 9), (9, 10)]
        ]
    );
    assert!(plan_passes(&[], 8, 4).is_empty());
}
