//! Are words side by side, or near each other, found where comparing every position finds them?

use std::rc::Rc;

use super::rankings::length_of_code;
use crate::error::Damage;
use crate::postings::{ImpactTable, List, ListEncoder};
use crate::scoring::{Bounds, Scoring};
use crate::search::budget::Budget;
use crate::search::lists::segment_context::SegmentContext;
use crate::search::lists::stream::Codes;
use crate::search::lists::word_lists::{SegmentWord, WordList};
use crate::search::plan::{Clause, Operand, Part, Scope};
use crate::search::positions::side_by_side::{Judge, SideBySide};
use crate::search::ranking::score::WorthTable;
use crate::search::ranking::terms::Filter;
use crate::search::sets::bitset::DocSet;
use crate::testing::random::Random;

const AVERAGE: f64 = 100.0;
const FORMS: usize = 3;

/// The word and the form at each position, if it is one of those that are asked for.
type Text = Vec<Option<(usize, u32)>>;

struct Document {
    title: Text,
    body: Text,
}

fn random_text(random: &mut Random, len: usize, rarities: &[usize], code_rarity: usize) -> Text {
    let mut text = vec![None; len];
    for (word, rarity) in rarities.iter().enumerate() {
        if random.below(*rarity) > 0 {
            continue;
        }
        // Now few, now many positions.
        let step = [2, 5, 60][random.below(3)];
        for place in &mut text {
            if random.below(step) == 0 {
                let is_other = random.below(code_rarity) == 0;
                let code = if is_other { random.below(FORMS) } else { 0 };
                *place = Some((word, code as u32));
            }
        }
    }
    text
}

fn positions_of(text: &Text, word: usize) -> impl Iterator<Item = (u32, u32)> + '_ {
    let here = move |(position, found): (usize, &Option<(usize, u32)>)| match found {
        Some((other, code)) if *other == word => Some((position as u32, *code)),
        _ => None,
    };
    text.iter().enumerate().filter_map(here)
}

fn encode(documents: &[Document], word: usize, norms: &[u8]) -> Option<Vec<u8>> {
    let norm_table = length_of_code().map(|n| 1.0 - 0.3 + 0.3 * f64::from(n) / AVERAGE);
    let mut encoder = ListEncoder::new();
    let mut is_empty = true;
    for (doc, document) in documents.iter().enumerate() {
        let title: Vec<(u32, u32)> = positions_of(&document.title, word).collect();
        let body: Vec<(u32, u32)> = positions_of(&document.body, word).collect();
        let all = || title.iter().chain(&body);
        if all().next().is_some() {
            let positions: Vec<u32> = all().map(|found| found.0).collect();
            let codes: Vec<u32> = all().map(|found| found.1).collect();
            let (title, body) = (title.len() as u32, body.len() as u32);
            encoder.push(doc as u32, title, body, &positions, &codes);
            is_empty = false;
        }
    }
    let mut bytes = Vec::new();
    encoder.finish(
        norms,
        &ImpactTable::new(Scoring::SAMPLE, norm_table),
        &mut bytes,
    );
    (!is_empty).then_some(bytes)
}

/// What is asked for: words of the texts, each in all forms or in one.
struct Asked {
    words: Vec<(usize, Option<u32>)>,
    clause: Clause,
}

fn random_asked(random: &mut Random, word_count: usize) -> Asked {
    let is_near = random.below(3) == 0;
    let len = if is_near { 2 } else { 2 + random.below(3) };
    let words: Vec<(usize, Option<u32>)> = (0..len)
        .map(|_| {
            let code = (random.below(3) == 0).then(|| random.below(FORMS) as u32);
            (random.below(word_count), code)
        })
        .collect();
    let operand = if is_near {
        let side = |word| Box::new(Operand::Run(vec![Part::Word(word)]));
        Operand::Near {
            left: side(0),
            right: side(1),
            distance: [1, 5, 40][random.below(3)],
            ordered: random.below(2) == 0,
            is_capped: random.below(3) == 0,
        }
    } else {
        let mut parts = Vec::new();
        for word in 0..len {
            if word > 0 && random.below(5) == 0 {
                parts.push(Part::AnyWord);
            }
            parts.push(Part::Word(word));
        }
        Operand::Run(parts)
    };
    Asked {
        words,
        clause: Clause {
            operand,
            scope: Scope::ALL[random.below(Scope::ALL.len())],
        },
    }
}

impl Asked {
    /// How often the text has it, below a limit.
    fn frequency(&self, text: &Text, limit: Option<u32>) -> u32 {
        let text = &text[..text.len().min(limit.unwrap_or(u32::MAX) as usize)];
        let stands = |number: usize, position: usize| {
            let (word, code) = self.words[number];
            let found = text.get(position).copied().flatten();
            found.is_some_and(|(other, form)| other == word && code.is_none_or(|c| c == form))
        };
        let count = match &self.clause.operand {
            Operand::Run(parts) => (0..text.len())
                .filter(|start| {
                    let mut places = parts.iter().enumerate();
                    places.all(|(offset, part)| match part {
                        Part::Word(number) => stands(*number, start + offset),
                        Part::AnyWord => true,
                    })
                })
                .count(),
            Operand::Near {
                distance,
                ordered,
                is_capped,
                ..
            } => {
                let count_of = |word| (0..text.len()).filter(|at| stands(word, *at)).count();
                let most = match is_capped {
                    true => count_of(0).min(count_of(1)),
                    false => usize::MAX,
                };
                let pairs = (0..text.len())
                    .filter(|left| stands(0, *left))
                    .map(|left| {
                        let far = *distance as usize;
                        let first = if *ordered {
                            left
                        } else {
                            left.saturating_sub(far)
                        };
                        (first..=left + far)
                            .filter(|right| *right != left && stands(1, *right))
                            .count()
                    })
                    .sum::<usize>();
                pairs.min(most)
            }
            _ => 0,
        };
        count as u32
    }

    fn frequencies(&self, document: &Document) -> (u32, u32) {
        let scope = self.clause.scope;
        let title = if scope.has_title() {
            self.frequency(&document.title, None)
        } else {
            0
        };
        let body = if scope.has_body() {
            self.frequency(&document.body, scope.limit())
        } else {
            0
        };
        (title, body)
    }
}

/// Takes all, or the best so many: then less than the least of them is below.
struct Taker<'a> {
    table: &'a WorthTable,
    norms: &'a [u8],
    wanted: Option<usize>,
    best: Vec<f64>,
    found: Vec<(u32, (u32, u32))>,
}

impl Taker<'_> {
    fn threshold(&self) -> f64 {
        match self.wanted {
            Some(wanted) if self.best.len() >= wanted => self.best[wanted - 1],
            _ => f64::NEG_INFINITY,
        }
    }

    fn worth(&self, doc: u32, (title, body): (u32, u32)) -> f64 {
        (self.table).worth(title, body, self.norms[doc as usize])
    }
}

impl Judge for Taker<'_> {
    fn is_below(&self, worth: f64) -> bool {
        worth * (1.0 + 1e-9) < self.threshold()
    }

    fn is_choosy(&self) -> bool {
        self.threshold() > f64::NEG_INFINITY
    }

    fn found(&mut self, doc: u32, title_tf: u32, body_tf: u32) -> Result<(), Damage> {
        self.found.push((doc, (title_tf, body_tf)));
        self.best.push(self.worth(doc, (title_tf, body_tf)));
        self.best.sort_by(|a, b| b.total_cmp(a));
        Ok(())
    }
}

#[test]
fn words_side_by_side_are_those_that_reading_every_text_finds() {
    let mut random = Random::new(21);
    let table = WorthTable::of_text(Scoring::SAMPLE, &length_of_code(), AVERAGE);
    let (mut matches, mut quick) = (0, 0);
    for round in 0..80 {
        let count = [40, 400, 1_500][random.below(3)];
        let word_count = 2 + random.below(3);
        let rarities: Vec<usize> = (0..word_count)
            .map(|_| [1, 1, 2, 6, 40][random.below(5)])
            .collect();
        // All forms in every block; few; none but the first.
        let code_rarity = [1, 30, 1_000_000][random.below(3)];
        let documents: Vec<Document> = (0..count)
            .map(|_| {
                let has_title = random.below(4) == 0;
                let title_len = if has_title { random.below(12) } else { 0 };
                let most = [40, 40, 250][random.below(3)];
                let body_len = 1 + random.below(most);
                Document {
                    title: random_text(&mut random, title_len, &rarities, code_rarity),
                    body: random_text(&mut random, body_len, &rarities, code_rarity),
                }
            })
            .collect();
        let norms: Vec<u8> = (0..count).map(|_| random.below(120) as u8).collect();
        let lists: Vec<Option<Vec<u8>>> = (0..word_count)
            .map(|word| encode(&documents, word, &norms))
            .collect();
        let budget = Budget::new(None, None);
        let shared = SegmentContext {
            budget: &budget,
            count: count as u32,
            norms: &norms,
            text_table: &table,
            byline_table: &table,
            text_bounds: Bounds::AsWritten,
            byline_bounds: Bounds::AsWritten,
        };
        for _ in 0..12 {
            let asked = random_asked(&mut random, word_count);
            let words: Vec<SegmentWord> = (asked.words.iter())
                .map(|(word, code)| {
                    let list = (lists[*word].as_deref()).map(|bytes| List::open(bytes).unwrap());
                    let codes = code.map(|code| Rc::new(Codes::One(code)));
                    let (text, byline) = (list, list);
                    let list = WordList {
                        df_title: 0,
                        text,
                        byline,
                        codes,
                    };
                    SegmentWord::new(vec![list], None)
                })
                .collect();
            let Some(side_by_side) = SideBySide::of(&asked.clause, &words, &shared) else {
                continue;
            };
            quick += 1;
            let allowed = (random.below(3) == 0).then(|| {
                let share = 1 + random.below(9);
                DocSet::of(
                    count as u32,
                    (0..count as u32).filter(|_| random.below(share) == 0),
                )
            });
            let low = [0, random.below(count)][random.below(2)] as u32;
            let filter = Filter {
                low,
                high: [count, random.below(count + 1)][random.below(2)] as u32,
                allowed: allowed.as_ref(),
            };
            let expected: Vec<(u32, (u32, u32))> = (0..count as u32)
                .filter(|doc| filter.allows(*doc))
                .map(|doc| (doc, asked.frequencies(&documents[doc as usize])))
                .filter(|(_, frequencies)| *frequencies != (0, 0))
                .collect();
            matches += expected.len();
            for wanted in [None, Some(1), Some(10)] {
                let mut taker = Taker {
                    table: &table,
                    norms: &norms,
                    wanted,
                    best: Vec::new(),
                    found: Vec::new(),
                };
                side_by_side.find(&shared, &filter, &mut taker).unwrap();
                let threshold = taker.threshold();
                let must_be_found: Vec<_> = (expected.iter().copied())
                    .filter(|(doc, found)| taker.worth(*doc, *found) >= threshold)
                    .collect();
                let found: Vec<_> = (taker.found.iter().copied())
                    .filter(|(doc, found)| taker.worth(*doc, *found) >= threshold)
                    .collect();
                assert_eq!(found, must_be_found, "round {round}, {:?}", asked.clause);
                assert!(taker.found.iter().all(|found| expected.contains(found)));
            }
        }
    }
    assert!(quick > 500 && matches > 4_000, "{quick} {matches}");
}
