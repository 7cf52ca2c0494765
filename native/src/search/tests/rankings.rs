//! Do the rankings find what scoring every document and sorting finds, to the last bit?

use std::rc::Rc;

use crate::postings::{ImpactTable, List, ListEncoder};
use crate::scoring::{Bounds, Scoring};
use crate::search::budget::Budget;
use crate::search::lists::memory_list::MemoryList;
use crate::search::lists::stream::{Codes, Stream, Walker};
use crate::search::plan::Scope;
use crate::search::ranking::closeness::{ClosePair, ClosePairs, MOST_WORDS};
use crate::search::ranking::conjunction;
use crate::search::ranking::counting;
use crate::search::ranking::score::WorthTable;
use crate::search::ranking::single_term;
use crate::search::ranking::terms::{Filter, ScoredLeaf, Term, Terms};
use crate::search::ranking::top_k::{Scored, TopK};
use crate::search::ranking::union;
use crate::search::ranking::union::Wanted;
use crate::search::sets::bitset::DocSet;
use crate::testing::random::Random;

/// A posting: document, title and body frequency.
pub type Posting = (u32, u32, u32);

pub fn length_of_code() -> [u32; 256] {
    std::array::from_fn(|code| code as u32 * 3)
}

struct Case {
    count: u32,
    norms: Vec<u8>,
    table: WorthTable,
    /// By term, and the bytes of their lists.
    postings: Vec<Vec<Posting>>,
    lists: Vec<Option<Vec<u8>>>,
    leaves: Vec<ScoredLeaf>,
    /// Terms, the factor and the distance of what is scored besides.
    pairs: Vec<([usize; 2], f64, u32)>,
    filter: Option<DocSet>,
    interval: (u32, u32),
}

fn random_case(random: &mut Random) -> Case {
    // As a query has that feedback made longer.
    let is_long = random.below(8) == 0;
    let count = match is_long {
        true => [30, 500, 9_000][random.below(3)],
        false => [30, 500, 9_000, 20_000][random.below(4)],
    };
    let average = 100.0;
    let table = WorthTable::of_text(Scoring::SAMPLE, &length_of_code(), average);
    let norms: Vec<u8> = (0..count).map(|_| random.below(120) as u8).collect();
    let term_count = match is_long {
        true => 17 + random.below(60),
        false => 1 + random.below(5),
    };
    let few_norms = random.below(2) == 0;
    let norms = if few_norms {
        norms.iter().map(|n| n % 3).collect()
    } else {
        norms
    };
    let mut postings = Vec::new();
    let mut lists = Vec::new();
    for _ in 0..term_count {
        let rarity = [1, 2, 3, 10, 100, 2_000][random.below(6)];
        let few_tfs = random.below(2) == 0;
        let holders: Vec<u32> = (0..count).filter(|_| random.below(rarity) == 0).collect();
        let of_term = holders.into_iter().map(|doc| {
            let title = if random.below(20) == 0 {
                1 + random.below(2) as u32
            } else {
                0
            };
            let body = if few_tfs { 1 } else { random.below(20) as u32 };
            (doc, title, if title == 0 { body.max(1) } else { body })
        });
        let of_term: Vec<Posting> = of_term.collect();
        let in_memory = of_term.is_empty() || random.below(3) == 0;
        lists.push((!in_memory).then(|| encode(&of_term, &norms, average)));
        postings.push(of_term);
    }
    let mut leaves: Vec<ScoredLeaf> = (0..term_count)
        .map(|term| ScoredLeaf {
            term,
            factor: [0.25, 1.0, 2.0, 7.3][random.below(4)],
        })
        .collect();
    if random.below(4) == 0 {
        let repeated = leaves[random.below(leaves.len())];
        leaves.push(repeated);
    }
    // Positions stand in lists only.
    let listed = (0..term_count).filter(|t| lists[*t].is_some());
    let listed: Vec<usize> = listed.take(MOST_WORDS).collect();
    let mut pairs = Vec::new();
    for (i, a) in listed.iter().enumerate() {
        for b in &listed[..i] {
            if random.below(3) > 0 {
                let factor = [0.1, 0.5, 3.0][random.below(3)];
                pairs.push(([*a, *b], factor, 1 + random.below(9) as u32));
            }
        }
    }
    let filter = (random.below(2) == 0).then(|| {
        let share = 1 + random.below(5);
        DocSet::of(count, (0..count).filter(|_| random.below(share) == 0))
    });
    let mut interval = (0, count);
    if random.below(2) == 0 {
        let ends = [
            random.below(count as usize + 1),
            random.below(count as usize + 1),
        ];
        interval = (ends[0].min(ends[1]) as u32, ends[0].max(ends[1]) as u32);
    }
    Case {
        count,
        norms,
        table,
        postings,
        lists,
        leaves,
        pairs,
        filter,
        interval,
    }
}

pub fn encode(postings: &[Posting], norms: &[u8], average: f64) -> Vec<u8> {
    let norm_table = length_of_code().map(|n| 1.0 - 0.3 + 0.3 * f64::from(n) / average);
    let mut encoder = ListEncoder::new();
    for (doc, title, body) in postings {
        let positions: Vec<u32> = (0..*title).chain(0..*body).collect();
        // The code of an occurrence is its number, by twos.
        let codes: Vec<u32> = (0..positions.len() as u32).map(|i| i % 3).collect();
        encoder.push(*doc, *title, *body, &positions, &codes);
    }
    let mut bytes = Vec::new();
    encoder.finish(
        norms,
        &ImpactTable::new(Scoring::SAMPLE, norm_table),
        &mut bytes,
    );
    bytes
}

impl Case {
    fn terms<'a>(&'a self, budget: &'a Budget) -> Terms<'a> {
        let terms = self.postings.iter().zip(&self.lists).enumerate();
        let terms = terms.map(|(t, (postings, list))| Term {
            stream: match list {
                Some(bytes) => Stream::of_list(
                    List::open(bytes).unwrap(),
                    true,
                    true,
                    None,
                    Bounds::AsWritten,
                ),
                None => Stream::of_memory(Rc::new(self.memory(postings))),
            },
            table: &self.table,
            weight: self
                .leaves
                .iter()
                .filter(|l| l.term == t)
                .map(|l| l.factor)
                .sum(),
        });
        let terms: Vec<Term> = terms.collect();
        let list_of = |term: usize| List::open(self.lists[term].as_ref().unwrap()).unwrap();
        let pairs = self.pairs.iter().map(|(sides, factor, distance)| {
            let of = (*distance, Scope::TitleAndBody);
            ClosePair::new(*sides, sides.map(list_of), *factor, of, &self.table)
        });
        let pairs = ClosePairs::new(pairs.collect(), &terms);
        Terms {
            terms,
            leaves: self.leaves.clone(),
            pairs,
            norms: &self.norms,
            filter: Filter {
                low: self.interval.0,
                high: self.interval.1,
                allowed: self.filter.as_ref(),
            },
            budget,
        }
    }

    fn memory(&self, postings: &[Posting]) -> MemoryList {
        MemoryList::new(
            (
                postings.iter().map(|p| p.0).collect(),
                postings.iter().map(|p| p.1).collect(),
                postings.iter().map(|p| p.2).collect(),
            ),
            postings.len(),
            |block| {
                self.table
                    .bound_of_strength(self.table.strongest(block, &self.norms).into())
            },
        )
    }

    /// All documents that are allowed and `wanted`, with their scores, best first.
    fn plain(&self, wanted: impl Fn(&[bool]) -> bool) -> Vec<Scored> {
        let mut found = Vec::new();
        let mut held: Vec<Vec<Option<Posting>>> = Vec::new();
        for postings in &self.postings {
            let mut by_doc = vec![None; self.count as usize];
            postings
                .iter()
                .for_each(|p| by_doc[p.0 as usize] = Some(*p));
            held.push(by_doc);
        }
        for doc in self.interval.0..self.interval.1 {
            if self.filter.as_ref().is_some_and(|set| !set.contains(doc)) {
                continue;
            }
            let here: Vec<Option<Posting>> = held.iter().map(|h| h[doc as usize]).collect();
            let holds: Vec<bool> = here.iter().map(Option::is_some).collect();
            if !wanted(&holds) {
                continue;
            }
            let mut score = 0.0;
            for leaf in &self.leaves {
                if let Some((_, title, body)) = here[leaf.term] {
                    let norm = self.norms[doc as usize];
                    score += leaf.factor * self.table.worth(title, body, norm);
                }
            }
            for ([a, b], factor, distance) in &self.pairs {
                if let (Some(a), Some(b)) = (here[*a], here[*b]) {
                    let title = pairs_near(a.1, b.1, *distance);
                    let body = pairs_near(a.2, b.2, *distance);
                    if title | body != 0 {
                        let norm = self.norms[doc as usize];
                        score += factor * self.table.worth(title, body, norm);
                    }
                }
            }
            found.push(Scored { score, doc });
        }
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.doc.cmp(&b.doc)));
        found
    }
}

/// How many pairs count of different positions up to `a` and `b`.
fn pairs_near(a: u32, b: u32, distance: u32) -> u32 {
    let pairs = (0..a).flat_map(|i| (0..b).map(move |j| i.abs_diff(j)));
    let near = pairs.filter(|apart| (1..=distance).contains(apart));
    (near.count() as u32).min(a).min(b)
}

/// Check a ranking with and without counting, and with a floor.
fn check(
    case: &Case,
    expected: &[Scored],
    random: &mut Random,
    rank: impl Fn(&Terms, &mut TopK, bool) -> u64,
) {
    let budget = Budget::new(None, None);
    let terms = case.terms(&budget);
    for count in [false, true] {
        let k = [0, 1, 3, 10, 200, 100_000][random.below(6)].min(case.count as usize);
        let mut floor = f64::NEG_INFINITY;
        if random.below(3) == 0 && !expected.is_empty() {
            floor = expected[random.below(expected.len())].score;
        }
        let mut top = TopK::new(k, floor);
        let total = rank(&terms, &mut top, count);
        let wanted = expected.iter().filter(|s| s.score >= floor).take(k);
        let wanted: Vec<(u64, u32)> = wanted.map(|s| (s.score.to_bits(), s.doc)).collect();
        let found = top.into_sorted();
        let found: Vec<(u64, u32)> = found.iter().map(|s| (s.score.to_bits(), s.doc)).collect();
        assert_eq!(found, wanted, "k {k}, floor {floor}, count {count}");
        if count {
            assert_eq!(total, expected.len() as u64);
        } else {
            assert!(total <= expected.len() as u64);
        }
    }
}

#[test]
fn unions_are_ranked_as_sorting_ranks_them() {
    let mut random = Random::new(41);
    for _ in 0..400 {
        let case = random_case(&mut random);
        let holders = case.plain(|holds| holds.iter().any(|h| *h));
        check(&case, &holders, &mut random, |terms, top, count| {
            union::rank(terms, Wanted::Holders, top).unwrap();
            if count {
                counting::any_and_all(terms, case.count).unwrap().any
            } else {
                0
            }
        });
        let allowed = case.plain(|_| true);
        check(&case, &allowed, &mut random, |terms, top, count| {
            union::rank(terms, Wanted::Allowed, top).unwrap();
            if count {
                terms.filter.count()
            } else {
                0
            }
        });
    }
}

#[test]
fn conjunctions_are_ranked_as_sorting_ranks_them() {
    let mut random = Random::new(43);
    for _ in 0..600 {
        let case = random_case(&mut random);
        let mut required: Vec<usize> = (0..case.postings.len()).collect();
        let optional = required.split_off(1 + random.below(required.len()));
        required.sort_by_key(|t| case.postings[*t].len());
        let holders = case.plain(|holds| required.iter().all(|t| holds[*t]));
        check(&case, &holders, &mut random, |terms, top, count| {
            conjunction::rank(terms, &required, &optional, top, count).unwrap()
        });
        let budget = Budget::new(None, None);
        let terms = case.terms(&budget);
        let total = holders.len() as u64;
        assert_eq!(counting::all(&terms, &required, case.count).unwrap(), total);
        let every = case.plain(|holds| holds.iter().all(|h| *h));
        let counts = counting::any_and_all(&terms, case.count).unwrap();
        assert_eq!(counts.all, every.len() as u64);
        check(&case, &every, &mut random, |terms, top, count| {
            union::rank(terms, Wanted::AllHolders, top).unwrap();
            if count {
                counts.all
            } else {
                0
            }
        });
    }
}

#[test]
fn single_terms_are_ranked_as_sorting_ranks_them() {
    let mut random = Random::new(47);
    for _ in 0..400 {
        let mut case = random_case(&mut random);
        case.postings.truncate(1);
        case.lists.truncate(1);
        case.leaves.retain(|leaf| leaf.term == 0);
        case.pairs.clear();
        let holders = case.plain(|holds| holds[0]);
        check(&case, &holders, &mut random, |terms, top, count| {
            single_term::rank(terms, top.capacity(), top).unwrap();
            if count {
                holders.len() as u64
            } else {
                0
            }
        });
    }
}

#[test]
fn narrowed_streams_hold_what_is_wanted_of_a_list() {
    let mut random = Random::new(53);
    for _ in 0..300 {
        let case = random_case(&mut random);
        for (postings, list) in case.postings.iter().zip(&case.lists) {
            let Some(bytes) = list else { continue };
            let (title, body) = [(true, true), (true, false), (false, true)][random.below(3)];
            let codes = [
                None,
                Some(Codes::One(1)),
                Some(Codes::Several(vec![true, false, true])),
            ];
            let codes = codes[random.below(3)].clone();
            let has = |code: u32| codes.as_ref().is_none_or(|codes| codes.has(code));
            let count = |codes: std::ops::Range<u32>| codes.filter(|i| has(i % 3)).count() as u32;
            let expected: Vec<Posting> = postings
                .iter()
                .map(|(doc, title_tf, body_tf)| {
                    let in_title = if title { count(0..*title_tf) } else { 0 };
                    let in_body = if body {
                        count(*title_tf..title_tf + body_tf)
                    } else {
                        0
                    };
                    (*doc, in_title, in_body)
                })
                .filter(|(_, in_title, in_body)| in_title + in_body > 0)
                .collect();
            let list = List::open(bytes).unwrap();
            let stream = Stream::of_list(
                list,
                title,
                body,
                codes.clone().map(Rc::new),
                Bounds::AsWritten,
            );
            let mut found = Vec::new();
            let mut walker = Walker::new(stream.clone());
            for block in 0..stream.block_count() {
                walker.enter(block).unwrap();
                walker.frequencies().unwrap();
                let (docs, title_tf, body_tf) = walker.postings();
                for i in 0..docs.len() {
                    found.push((docs[i], title_tf[i], body_tf[i]));
                }
            }
            assert_eq!(found, expected);
            let mut walker = Walker::new(stream);
            let mut target = 0;
            while target < case.count {
                let next = expected.iter().map(|p| p.0).find(|doc| *doc >= target);
                assert_eq!(walker.seek(target).unwrap(), next.unwrap_or(u32::MAX));
                target += 1 + random.below(300) as u32;
            }
        }
    }
}
