//! How fast are lists encoded and decoded?
//! `cargo test --release postings::tests::speed -- --ignored --nocapture`

use super::*;
use std::hint::black_box;
use std::time::Instant;

fn best_of(rounds: usize, mut work: impl FnMut()) -> f64 {
    (0..rounds)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64()
        })
        .fold(f64::MAX, f64::min)
}

#[test]
#[ignore = "prints times, checks nothing"]
fn speed() {
    for (name, gap, tf, titles) in [
        ("dense", 3, 3, 2),
        ("middling", 30, 2, 5),
        ("sparse", 1000, 1, 0),
    ] {
        let kind = Kind {
            count: 128 * 2000,
            largest_doc_gap: gap,
            largest_tf: tf,
            titles,
            ..PLAIN
        };
        let postings = random_postings(&Numbers::new(7), &kind);
        let flat: Vec<Vec<u32>> = postings
            .iter()
            .map(|p| p.title.iter().chain(&p.body).copied().collect())
            .collect();
        let values: usize = flat.iter().map(Vec::len).sum();
        let mut encoder = ListEncoder::new();
        let mut bytes = Vec::new();
        let encoding = best_of(5, || {
            bytes.clear();
            for (p, positions) in postings.iter().zip(&flat) {
                let (title, body) = (p.title.len() as u32, p.body.len() as u32);
                encoder.push(p.doc, title, body, positions, &p.codes);
            }
            encoder.finish(&[], &impacts(), &mut bytes);
        });
        let list = List::open(&bytes).unwrap();
        let blocks = list.block_count();
        let mut block = DocBlock::new();
        let docs = best_of(20, || {
            for number in 0..blocks {
                list.decode_docs(number, &mut block).unwrap();
                black_box(&block);
            }
        });
        let both = best_of(20, || {
            for number in 0..blocks {
                list.decode_block(number, &mut block).unwrap();
                black_box(&block);
            }
        });
        let (mut title, mut body) = (vec![], vec![]);
        let positions = best_of(5, || {
            let mut cursor = Cursor::new(&list).unwrap();
            while cursor.doc() != TERMINATED {
                cursor.positions(&mut title, &mut body).unwrap();
                black_box(&body);
                cursor.advance().unwrap();
            }
        });
        let walk = best_of(5, || {
            let mut cursor = Cursor::new(&list).unwrap();
            while cursor.doc() != TERMINATED {
                black_box(cursor.advance().unwrap());
            }
        });
        let step = gap as u32 * 20;
        let mut seeks = 0usize;
        let seek = best_of(5, || {
            let mut cursor = Cursor::new(&list).unwrap();
            seeks = 0;
            while cursor.doc() != TERMINATED {
                black_box(cursor.seek(cursor.doc().saturating_add(step)).unwrap());
                seeks += 1;
            }
        });
        let n = kind.count as f64;
        println!(
            "{name}: {:.2} bytes a position; encode {:.1} ns a position; docs {:.2} G/s, \
             docs+tfs {:.2} G postings/s ({:.2} G ints/s), positions {:.1} ns a document, \
             advance {:.2} ns, seek {:.1} ns",
            bytes.len() as f64 / values as f64,
            encoding * 1e9 / values as f64,
            n / docs / 1e9,
            n / both / 1e9,
            2.0 * n / both / 1e9,
            positions * 1e9 / n,
            walk * 1e9 / n,
            seek * 1e9 / seeks as f64,
        );
    }
}
