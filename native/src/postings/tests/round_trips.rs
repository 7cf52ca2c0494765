//! Is everything that was pushed read back, by every way of reading?

use super::*;
use crate::scoring::{Bounds, Scoring};

fn grown(growth: f64) -> Bounds {
    Bounds::new(&Scoring::SAMPLE, &Scoring::SAMPLE, growth)
}

fn worth(posting: &Posting, norms: &[u8]) -> f64 {
    let norm = match norms.get(posting.doc as usize) {
        Some(&code) => norm_table()[usize::from(code)],
        None => 1.0,
    };
    let x = 2.0 * posting.title.len() as f64 + posting.body.len() as f64 / norm;
    x / (1.6 + x)
}

fn check(encoder: &mut ListEncoder, postings: &[Posting]) -> usize {
    let (bytes, summary, norms) = encode(encoder, postings);
    let list = List::open(&bytes).unwrap();
    assert_eq!(list.df() as usize, postings.len());
    assert_eq!(summary.df, list.df());
    assert_eq!(summary.max_impact, list.max_impact());
    let with = |f: fn(&Posting) -> bool| postings.iter().filter(|p| f(p)).count() as u32;
    assert_eq!(summary.df_title, with(|p| !p.title.is_empty()));
    assert_eq!(summary.df_body, with(|p| !p.body.is_empty()));
    assert_eq!(
        list.has_codes(),
        postings.iter().any(|p| p.codes.iter().any(|&c| c > 0))
    );

    let mut decoded = DocBlock::new();
    let mut places = PositionBlock::new();
    for (block, chunk) in postings.chunks(BLOCK_POSTINGS).enumerate() {
        list.decode_block(block, &mut decoded).unwrap();
        assert_eq!(decoded.len, chunk.len());
        assert_eq!(list.block_len(block), chunk.len());
        assert_eq!(list.last_doc(block), chunk[chunk.len() - 1].doc);
        assert!(list.impact(block) <= list.max_impact());
        let mut only = DocBlock::new();
        list.decode_frequencies(block, &mut only).unwrap();
        places.load(&list, block, &only).unwrap();
        for (index, posting) in chunk.iter().enumerate() {
            assert_eq!(decoded.docs[index], posting.doc);
            assert_eq!(decoded.body_tf[index] as usize, posting.body.len());
            assert_eq!(decoded.title_tf[index] as usize, posting.title.len());
            assert!(decoded.has_titles || posting.title.is_empty());
            assert_eq!(only.body_tf[index], decoded.body_tf[index]);
            assert_eq!(
                list.frequencies_at(&decoded, index).unwrap(),
                (decoded.title_tf[index], decoded.body_tf[index])
            );
            let worth = worth(posting, &norms);
            assert!(bound_of(list.impact(block), &Bounds::AsWritten) >= worth);
            assert!(bound_of(list.impact(block), &grown(1.5)) >= worth);
        }
        assert!(list.frequencies_at(&decoded, chunk.len()).is_err());
        // In an order that is not that of the block.
        for index in (0..chunk.len()).rev() {
            let (mut title, mut body, mut codes) = (vec![], vec![], vec![]);
            let title_tf = only.title_tf[index];
            places
                .positions(index, title_tf, &mut title, &mut body)
                .unwrap();
            places.codes(index, &mut codes).unwrap();
            assert_eq!(title, chunk[index].title);
            assert_eq!(body, chunk[index].body);
            assert_eq!(codes, chunk[index].codes);
        }
    }
    let mut cursor = Cursor::new(&list).unwrap();
    let (mut title, mut body, mut codes) = (vec![], vec![], vec![]);
    for posting in postings {
        assert_eq!(cursor.doc(), posting.doc);
        cursor.positions(&mut title, &mut body).unwrap();
        cursor.codes(&mut codes).unwrap();
        assert_eq!(
            (&title, &body, &codes),
            (&posting.title, &posting.body, &posting.codes)
        );
        assert_eq!(cursor.title_tf().unwrap() as usize, posting.title.len());
        assert_eq!(cursor.body_tf().unwrap() as usize, posting.body.len());
        cursor.advance().unwrap();
    }
    assert_eq!(cursor.doc(), TERMINATED);
    assert_eq!(cursor.advance().unwrap(), TERMINATED);
    assert_eq!(cursor.seek(5).unwrap(), TERMINATED);
    cursor.positions(&mut title, &mut body).unwrap();
    assert!(title.is_empty() && body.is_empty());
    bytes.len()
}

#[test]
fn lists_of_every_size_come_back() {
    let numbers = Numbers::new(1);
    let mut encoder = ListEncoder::new();
    for count in 1..=1000 {
        let kind = Kind { count, ..PLAIN };
        check(&mut encoder, &random_postings(&numbers, &kind));
    }
}

#[test]
fn lists_of_every_kind_come_back() {
    let numbers = Numbers::new(2);
    let mut encoder = ListEncoder::new();
    let huge = u64::from(u32::MAX) / 130;
    for count in [1, 2, 3, 127, 128, 129, 255, 256, 400, 2000] {
        for largest_doc_gap in [1, 2, 8, 1000, huge, 1 << 32] {
            for (titles, bodies) in [(0, 100), (100, 0), (100, 50), (1, 99), (50, 90)] {
                for (codes, coded) in [(1, 0), (2, 100), (5, 5), (600, 40), (1 << 31, 1)] {
                    let kind = Kind {
                        count,
                        largest_doc_gap,
                        titles,
                        bodies,
                        largest_tf: 1 + numbers.below(12),
                        largest_gap: 1 << numbers.below(11),
                        codes,
                        coded,
                    };
                    check(&mut encoder, &random_postings(&numbers, &kind));
                }
            }
        }
    }
}

#[test]
fn long_runs_and_distant_positions_come_back() {
    let numbers = Numbers::new(3);
    let mut encoder = ListEncoder::new();
    for largest_gap in [1, 1 << 16, 1 << 31] {
        for largest_tf in [1, 40, 3000] {
            let kind = Kind {
                count: 150,
                largest_tf,
                largest_gap,
                ..PLAIN
            };
            check(&mut encoder, &random_postings(&numbers, &kind));
        }
    }
    let edge = Posting {
        doc: TERMINATED - 1,
        title: vec![0, (1 << 31) - 1],
        body: vec![(1 << 31) - 1],
        codes: vec![0, u32::MAX, 256],
    };
    check(&mut encoder, &[edge]);
}

#[test]
fn a_cursor_seeks_like_a_plain_vector() {
    let numbers = Numbers::new(4);
    let mut encoder = ListEncoder::new();
    for round in 0..400 {
        let kind = Kind {
            count: 1 + numbers.below(3000) as usize,
            largest_doc_gap: 1 << numbers.below(14),
            ..PLAIN
        };
        let postings = random_postings(&numbers, &kind);
        let (bytes, _, norms) = encode(&mut encoder, &postings);
        let list = List::open(&bytes).unwrap();
        let mut cursor = Cursor::new(&list).unwrap();
        let mut place = 0;
        let stride = 1 << (round % 16);
        while place < postings.len() {
            assert_eq!(cursor.doc(), postings[place].doc);
            let target = cursor.doc().saturating_add(numbers.below(stride) as u32);
            if numbers.chance(50) {
                let (impact, last) = cursor.shallow_seek(target);
                for posting in &postings[place..] {
                    if posting.doc >= target && posting.doc <= last {
                        assert!(bound_of(impact, &Bounds::AsWritten) >= worth(posting, &norms));
                    }
                }
                assert!(last >= target);
            }
            let found = if numbers.chance(30) {
                place += 1;
                cursor.advance().unwrap()
            } else {
                place += postings[place..].partition_point(|p| p.doc < target);
                cursor.seek(target).unwrap()
            };
            let expected = postings.get(place).map_or(TERMINATED, |p| p.doc);
            assert_eq!(found, expected);
            if let Some(posting) = postings.get(place) {
                assert_eq!(cursor.body_tf().unwrap() as usize, posting.body.len());
                if numbers.chance(20) {
                    let (mut title, mut body) = (vec![9], vec![9]);
                    cursor.positions(&mut title, &mut body).unwrap();
                    assert_eq!((&title, &body), (&posting.title, &posting.body));
                }
            }
        }
        for _ in 0..50 {
            let doc = numbers.below(u64::from(postings[postings.len() - 1].doc) + 3) as u32;
            let expected = postings.partition_point(|p| p.doc < doc);
            let expected = match expected < postings.len() {
                true => expected / BLOCK_POSTINGS,
                false => list.block_count(),
            };
            assert_eq!(list.block_of(doc), expected);
            let hint = numbers.below(expected as u64 + 1) as usize;
            assert_eq!(list.block_from(hint, doc), expected);
        }
    }
}

#[test]
fn an_impact_is_never_below_the_worth() {
    let numbers = Numbers::new(5);
    for _ in 0..200_000 {
        let title_tf = numbers.below(4) as u32;
        let body_tf = numbers.below(1 << numbers.below(20)) as u32;
        let norm = 0.7 + numbers.below(1 << 20) as f64 / (1 << numbers.below(24)) as f64;
        let table = ImpactTable::new(Scoring::SAMPLE, [norm; 256]);
        let impact = table.impact_of(table.of_text(title_tf, body_tf, Some(0)));
        let x = 2.0 * f64::from(title_tf) + f64::from(body_tf) / norm;
        assert!(bound_of(impact, &Bounds::AsWritten) >= x / (1.6 + x));
        // The average grows, the norm shrinks with it.
        let growth = 1.0 + numbers.below(1000) as f64 / 100.0;
        let smaller = 0.7 + (norm - 0.7) / growth;
        let x = 2.0 * f64::from(title_tf) + f64::from(body_tf) / smaller;
        assert!(bound_of(impact, &grown(growth)) >= x / (1.6 + x));
        assert!(bound_of(impact, &grown(growth)) <= 1.0);
        assert_eq!(bound_of(impact, &Bounds::Unknown), 1.0);
    }
    let table = ImpactTable::new(Scoring::SAMPLE, [1.0; 256]);
    assert_eq!(table.impact_of(0.0), 0);
    assert_eq!(table.impact_of(1e12), u16::MAX);
}
