//! Is the list that is gathered from several what adding up every posting finds?

use crate::search::ranking::closeness::ClosePairs;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::rankings::{encode, length_of_code, Posting};
use crate::postings::List;
use crate::scoring::{Bounds, Scoring};
use crate::search::budget::Budget;
use crate::search::lists::gather::gather;
use crate::search::lists::holders::Holders;
use crate::search::lists::memory_list::MemoryList;
use crate::search::lists::segment_context::SegmentContext;
use crate::search::lists::stream::{Codes, Stream};
use crate::search::ranking::score::WorthTable;
use crate::search::ranking::several_lists;
use crate::search::ranking::single_term;
use crate::search::ranking::terms::{Filter, ScoredLeaf, Term, Terms};
use crate::search::ranking::top_k::TopK;
use crate::search::sets::bitset::DocSet;
use crate::testing::random::Random;

/// A list, and the only form code of it that is meant.
struct Part {
    postings: Vec<Posting>,
    bytes: Vec<u8>,
    code: Option<u32>,
}

impl Part {
    fn random(random: &mut Random, count: u32, norms: &[u8]) -> Self {
        // Lists of nearly all documents, of some, and of one or two.
        let rarity = [1, 2, 3, 30, 1_000, count as usize][random.below(6)];
        let mut postings = Vec::new();
        for doc in 0..count {
            if random.below(rarity) > 0 {
                continue;
            }
            let title = random.below(40).saturating_sub(37) as u32;
            let body = random.below(12) as u32;
            postings.push((doc, title, body.max(u32::from(title == 0))));
        }
        if postings.is_empty() {
            postings.push((random.below(count as usize) as u32, 0, 1));
        }
        Part {
            bytes: encode(&postings, norms, 100.0),
            postings,
            code: (random.below(3) == 0).then(|| random.below(3) as u32),
        }
    }

    fn stream(&self) -> Stream<'_> {
        let codes = self.code.map(|code| Rc::new(Codes::One(code)));
        Stream::of_list(
            List::open(&self.bytes).unwrap(),
            true,
            true,
            codes,
            Bounds::AsWritten,
        )
    }

    /// Occurrences that are meant: `encode` gives the one of number `i` the code `i % 3`.
    fn counted(&self, (_, title, body): Posting) -> (u32, u32) {
        let meant = |from: u32, to: u32| {
            (from..to)
                .filter(|i| self.code.is_none_or(|code| i % 3 == code))
                .count() as u32
        };
        (meant(0, title), meant(title, title + body))
    }
}

#[test]
fn lists_gathered_are_all_postings_added_up() {
    let mut random = Random::new(11);
    let table = WorthTable::of_text(Scoring::SAMPLE, &length_of_code(), 100.0);
    for round in 0..300 {
        let count = [1, 40, 8_192, 8_193, 30_000][random.below(5)];
        let norms: Vec<u8> = (0..count).map(|_| random.below(120) as u8).collect();
        let parts: Vec<Part> = (0..1 + random.below(6))
            .map(|_| Part::random(&mut random, count, &norms))
            .collect();
        let mut expected: BTreeMap<u32, (u32, u32)> = BTreeMap::new();
        for part in &parts {
            for posting in &part.postings {
                let (title, body) = part.counted(*posting);
                if title + body > 0 {
                    let sums = expected.entry(posting.0).or_default();
                    *sums = (sums.0 + title, sums.1 + body);
                }
            }
        }
        let streams = parts.iter().map(Part::stream).collect();
        let (columns, len) = gather(streams, count, &Budget::new(None, None)).unwrap();
        // As postings in memory, so that the columns are used again in the next round.
        let memory = MemoryList::new(columns, len, |block| {
            table.bound_of_strength(table.strongest(block, &norms).into())
        });
        let mut found = BTreeMap::new();
        for block in 0..memory.block_count() {
            let (docs, title_tf, body_tf) = memory.block(block);
            assert!(docs.len() == 128 || block + 1 == memory.block_count());
            assert_eq!(docs.last(), Some(&memory.last_doc(block)));
            for ((doc, title), body) in docs.iter().zip(title_tf).zip(body_tf) {
                let last = found.last_key_value().map(|(doc, _)| *doc);
                assert!(last.is_none_or(|last| last < *doc));
                found.insert(*doc, (*title, *body));
            }
        }
        assert_eq!(found, expected, "round {round}");
        assert_eq!(memory.document_count(), expected.len());
        let titles = expected.values().filter(|(title, _)| *title > 0).count();
        let bodies = expected.values().filter(|(_, body)| *body > 0).count();
        assert_eq!(memory.df_title as usize, titles);
        assert_eq!(memory.df_body as usize, bodies);
    }
}

#[test]
fn a_document_that_is_not_there_is_damage_and_leaves_nothing_behind() {
    let mut random = Random::new(12);
    for count in [40u32, 8_192, 30_000] {
        let norms: Vec<u8> = (0..count).map(|_| random.below(120) as u8).collect();
        let part = Part::random(&mut random, count, &norms);
        let bytes = encode(
            &[(0, 0, 3), (count + 5, 1, 2)],
            &vec![0; count as usize + 6],
            100.0,
        );
        let list = List::open(&bytes).unwrap();
        let damaged = Stream::of_list(list, true, true, None, Bounds::AsWritten);
        let budget = Budget::new(None, None);
        assert!(gather(vec![part.stream(), damaged], count, &budget).is_err());
        let (columns, len) = gather(vec![part.stream()], count, &budget).unwrap();
        let of_part = (part.postings.iter().copied())
            .filter(|posting| part.counted(*posting) != (0, 0))
            .map(|posting| posting.0);
        assert_eq!(columns.0[..len], of_part.collect::<Vec<u32>>());
    }
}

#[test]
fn lists_left_apart_are_counted_and_ranked_as_if_they_were_gathered() {
    let mut random = Random::new(13);
    let table = WorthTable::of_text(Scoring::SAMPLE, &length_of_code(), 100.0);
    let mut led = 0;
    for round in 0..300 {
        let count = [40, 9_000, 30_000][random.below(3)];
        let norms: Vec<u8> = (0..count).map(|_| random.below(120) as u8).collect();
        let parts: Vec<Part> = (0..2 + random.below(4))
            .map(|_| Part::random(&mut random, count, &norms))
            .collect();
        let budget = Budget::new(None, None);
        let shared = SegmentContext {
            budget: &budget,
            count,
            norms: &norms,
            text_table: &table,
            byline_table: &table,
            text_bounds: Bounds::AsWritten,
            byline_bounds: Bounds::AsWritten,
        };
        let allowed = (random.below(2) == 0)
            .then(|| DocSet::of(count, (0..count).filter(|_| random.below(3) > 0)));
        let mut filter = Filter {
            low: 0,
            high: count,
            allowed: allowed.as_ref(),
        };
        if random.below(2) == 0 {
            filter.low = random.below(count as usize) as u32;
            filter.high = filter.low + random.below((count - filter.low) as usize + 1) as u32;
        }
        let streams: Vec<Stream> = parts.iter().map(Part::stream).collect();
        let (columns, len) = gather(streams.clone(), count, &budget).unwrap();
        let docs = columns.0[..len].to_vec();
        let gathered = Rc::new(shared.memory(false, columns, len).unwrap());
        let holders = Holders::of(streams.clone(), count, &budget).unwrap();
        assert_eq!(holders.in_body(), u64::from(gathered.df_body));
        let is_allowed = |doc: &&u32| filter.allows(**doc);
        let total = docs.iter().filter(is_allowed).count() as u64;
        assert_eq!(holders.count(&filter), total, "round {round}");

        let Some(leader) = several_lists::leader_of(&streams) else {
            continue;
        };
        led += 1;
        let factors = [[0.25, 1.5], [7.3, 2.0]][random.below(2)];
        let leaves = factors.map(|factor| ScoredLeaf { term: 0, factor });
        let terms = |stream| Terms {
            terms: vec![Term {
                stream,
                table: &table,
                weight: factors.iter().sum(),
            }],
            leaves: leaves.to_vec(),
            pairs: ClosePairs::default(),
            norms: &norms,
            filter,
            budget: &budget,
        };
        for k in [1, 10, 64] {
            let floor = [f64::NEG_INFINITY, 0.9 * factors.iter().sum::<f64>()][random.below(2)];
            let (mut found, mut expected) = (TopK::new(k, floor), TopK::new(k, floor));
            let together = terms(Stream::of_memory(gathered.clone()));
            single_term::rank(&together, k, &mut expected).unwrap();
            let apart = terms(Stream::nothing());
            several_lists::rank(&apart, streams.clone(), leader, &shared, &mut found).unwrap();
            assert_eq!(found.into_sorted(), expected.into_sorted(), "round {round}");
        }
    }
    assert!(led > 30, "{led}");
}
