//! Lists beside a plain twin: a vector of postings.

mod damage;
mod round_trips;
mod speed;

use super::*;
use std::cell::Cell;

/// A generator of numbers, good enough for tests (splitmix64).
pub struct Numbers(Cell<u64>);

impl Numbers {
    pub fn new(seed: u64) -> Self {
        Numbers(Cell::new(seed))
    }

    pub fn next(&self) -> u64 {
        let mut z = self.0.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
        self.0.set(z);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    pub fn chance(&self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    pub doc: u32,
    pub title: Vec<u32>,
    pub body: Vec<u32>,
    pub codes: Vec<u32>,
}

/// What a random list looks like.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    pub count: usize,
    pub largest_doc_gap: u64,
    pub titles: u64,
    pub bodies: u64,
    pub largest_tf: u64,
    pub largest_gap: u64,
    pub codes: u64,
    pub coded: u64,
}

pub const PLAIN: Kind = Kind {
    count: 300,
    largest_doc_gap: 20,
    titles: 10,
    bodies: 97,
    largest_tf: 4,
    largest_gap: 300,
    codes: 3,
    coded: 30,
};

fn run(numbers: &Numbers, kind: &Kind) -> Vec<u32> {
    let mut next = 0u64;
    // Small frequencies are the rule.
    let largest = 1 + numbers.below(kind.largest_tf);
    let count = 1 + numbers.below(largest);
    let mut positions = Vec::new();
    for _ in 0..count {
        let position = next + numbers.below(kind.largest_gap);
        if position >= 1 << 31 {
            break;
        }
        positions.push(position as u32);
        next = position + 1;
    }
    positions
}

pub fn random_postings(numbers: &Numbers, kind: &Kind) -> Vec<Posting> {
    let mut next = 0u64;
    let mut postings = Vec::new();
    while postings.len() < kind.count {
        let doc = next + numbers.below(kind.largest_doc_gap);
        if doc >= u64::from(TERMINATED) {
            break;
        }
        next = doc + 1;
        let has_title = numbers.chance(kind.titles);
        let has_body = !has_title || numbers.chance(kind.bodies);
        let title = if has_title {
            run(numbers, kind)
        } else {
            vec![]
        };
        let body = if has_body { run(numbers, kind) } else { vec![] };
        let codes = (0..title.len() + body.len())
            .map(|_| match numbers.chance(kind.coded) {
                true => numbers.below(kind.codes) as u32,
                false => 0,
            })
            .collect();
        postings.push(Posting {
            doc: doc as u32,
            title,
            body,
            codes,
        });
    }
    postings
}

/// Norms as the scorer has them, for lengths that grow with the code.
pub fn norm_table() -> [f64; 256] {
    std::array::from_fn(|code| 1.0 - 0.3 + 0.3 * (code * code) as f64 / 440.0)
}

pub fn impacts() -> ImpactTable {
    ImpactTable::new(crate::scoring::Scoring::SAMPLE, norm_table())
}

pub fn norm_code(doc: u32) -> u8 {
    (doc.wrapping_mul(0x9E37_79B9) >> 24) as u8
}

/// Encodes with norms if documents are few enough to have any.
pub fn encode(encoder: &mut ListEncoder, postings: &[Posting]) -> (Vec<u8>, ListSummary, Vec<u8>) {
    for posting in postings {
        let positions: Vec<u32> = posting.title.iter().chain(&posting.body).copied().collect();
        encoder.push(
            posting.doc,
            posting.title.len() as u32,
            posting.body.len() as u32,
            &positions,
            &posting.codes,
        );
    }
    let norms: Vec<u8> = match postings.last() {
        Some(last) if last.doc < 1 << 20 => (0..=last.doc).map(norm_code).collect(),
        _ => Vec::new(),
    };
    let mut bytes = Vec::new();
    let summary = encoder.finish(&norms, &impacts(), &mut bytes);
    (bytes, summary, norms)
}
