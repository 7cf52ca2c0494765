//! A segment and plans that use every part of the core, and the calls that use them.
//!
//! For tests and fuzzing of this crate alone (the feature `samples`): what must hold of any
//! segment, sound or damaged, is asked of everything that can be asked.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::build::dates::IndexedDate;
use crate::build::{Batch, Builder, Fields, Options};
use crate::container::{Container, ContainerWriter, Section};
use crate::error::{CoreError, Result};
use crate::merge::{merge, Source};
use crate::norms::LengthCodes;
use crate::scoring::Scoring;
use crate::search::budget::Budget;
use crate::search::plan::patterns::{FormPattern, ValuePattern};
use crate::search::plan::{Clause, Field, Leaf, Node, Operand, Part, Plan, Scope, Unit, Word};
use crate::search::sets::days::DayRange;
use crate::search::{Searcher, Sort, WordCounter};
use crate::segment::Segment;
use crate::testing::analysis::{fold_value, Toy};
use crate::testing::random::Random;
use crate::testing::text_rules;

/// Far more than any call over some hundred articles takes, on a busy machine too.
const LONGEST: Duration = Duration::from_secs(20);

struct NoWords;

impl WordCounter for NoWords {
    fn count(&self, _: bool, _: &[u8]) -> Result<Vec<u32>> {
        Ok(vec![3, 2])
    }
}

fn lengths() -> [u32; 256] {
    std::array::from_fn(|code| code as u32 * 2)
}

/// A segment whose commonest lists have several blocks, title places, codes and long runs.
pub fn build(path: &Path, first: usize, count: usize) {
    let options = Options {
        codes: LengthCodes::new(lengths()),
        scoring: Scoring::SAMPLE,
        facets: vec![0, 2, 5],
        threads: 1,
        flush_memory_bytes: 1 << 24,
        budget_bytes: 0,
        with_texts: false,
    };
    let mut builder = Builder::new(path, Arc::new(text_rules::rules()), options).unwrap();
    let mut batch = Batch::sample();
    let mut random = Random::new(first as u64 + 1);
    for number in first..first + count {
        let mut body = String::new();
        for place in 0..random.below(60) + usize::from(number % 50 == 0) * 600 {
            body.push_str(
                ["the", "truce", "truces", "fire", "Fires", "wire", "café"][random.below(7)],
            );
            body.push_str(if place % 9 == 8 { ".\n\n" } else { " " });
            if random.below(12) == 0 {
                body.push_str(&format!("n{} ", random.below(300)));
            }
        }
        let date = (random.below(5) > 0).then(|| {
            let second = random.below(50);
            IndexedDate {
                instant_us: 1_000_000 * second as i64,
                day: format!("197001{second:02}"),
                iso: second.to_string(),
            }
        });
        let fields = Fields {
            id: &format!("id {number}"),
            title: ["", "The truce", "Fire fire wires", "A wire of the truce"][random.below(4)],
            body: &body,
            byline: &["Ana Wire", "Li Fire"][..random.below(3)],
            date: date.as_ref(),
            values: &[Some("Wire"), None, Some("en"), None, Some("a/path.html")],
            ..Fields::default()
        };
        batch.push(&fields, &mut fold_value).unwrap();
    }
    batch.seal();
    builder.add(Arc::new(batch), vec![true; count]).unwrap();
    builder.finish(&mut Toy).unwrap();
}

// ---------------------------------------------------------------- what is asked

fn run(words: &[usize]) -> Operand {
    Operand::Run(words.iter().map(|word| Part::Word(*word)).collect())
}

fn side(word: usize) -> Box<Operand> {
    Box::new(run(&[word]))
}

/// A plan of every kind of operand, scope, tree and condition.
pub fn plans() -> Vec<Plan> {
    let words = || {
        vec![
            Word::Stem(b"truce".to_vec()),
            Word::Stem(b"fire".to_vec()),
            Word::Stem(b"the".to_vec()),
            Word::Form(b"truces".to_vec()),
            Word::Form(b"wire".to_vec()),
            Word::Pattern(Some(FormPattern::new("n1*"))),
            Word::Pattern(Some(FormPattern::new("*r?*"))),
            Word::Fuzzy {
                form: "fyre".to_owned(),
                edits: 2,
            },
        ]
    };
    let operands = || {
        let near = |ordered| Operand::Near {
            left: side(0),
            right: side(1),
            distance: 3,
            ordered,
            is_capped: false,
        };
        let within = |unit| Operand::Within {
            left: side(0),
            right: side(4),
            unit,
        };
        let mut operands: Vec<Operand> = (0..8).map(|word| run(&[word])).collect();
        operands.extend([run(&[2, 0]), run(&[3, 4]), run(&[1, 6, 2])]);
        operands.push(Operand::Run(vec![
            Part::Word(3),
            Part::AnyWord,
            Part::Word(4),
        ]));
        operands.extend([near(false), near(true)]);
        operands.extend([within(Unit::Sentence), within(Unit::Paragraph)]);
        operands.push(Operand::NotNear {
            left: side(0),
            right: side(1),
            distance: 2,
        });
        operands.push(Operand::Any(vec![
            run(&[3]),
            Operand::Boost(side(4), 2.0),
            near(true),
        ]));
        operands
    };
    let scopes = Scope::ALL;
    let make = |chosen: &[usize], scope: Scope, root: Node| {
        let mut all: Vec<Option<Operand>> = operands().into_iter().map(Some).collect();
        let clauses: Vec<Clause> = chosen
            .iter()
            .map(|at| Clause {
                operand: all[*at].take().unwrap(),
                scope,
            })
            .collect();
        let leaves = (0..clauses.len()).map(|clause| Leaf { clause, boost: 1.5 });
        let plan = Plan {
            words: words(),
            pairs: Vec::new(),
            leaves: leaves.collect(),
            clauses,
            root,
            has_groups: true,
        };
        plan.check().unwrap();
        plan
    };
    let clauses = |range: std::ops::Range<usize>| range.map(Node::Clause).collect::<Vec<_>>();
    let mut plans = Vec::new();
    for at in 0..operands().len() {
        plans.push(make(&[at], scopes[at % 4 * (at % 2)], Node::Clause(0)));
    }
    for (i, scope) in scopes.into_iter().enumerate() {
        plans.push(make(&[i], scope, Node::Clause(0)));
        plans.push(make(&[12, 8], scope, Node::And(clauses(0..2))));
    }
    for chosen in [&[0, 1][..], &[0, 1, 2, 3, 4], &[5, 6, 7], &[0, 8, 12]] {
        let count = chosen.len();
        plans.push(make(
            chosen,
            Scope::TitleAndBody,
            Node::And(clauses(0..count)),
        ));
        plans.push(make(
            chosen,
            Scope::TitleAndBody,
            Node::Or(clauses(0..count)),
        ));
        plans.push(make(
            chosen,
            Scope::TitleAndBody,
            Node::Group {
                needed: vec![Node::Dates {
                    low: 0,
                    high: 30_000_000,
                }],
                optional: clauses(0..count),
                needs_text: true,
            },
        ));
    }
    let value = |field, prefix: &[u8], pattern| Node::Value {
        field,
        pattern: ValuePattern::new(prefix.to_vec(), pattern),
        number: usize::from(field),
    };
    let conditions = [
        Node::Everything,
        value(0, b"wire", None),
        value(8, b"id 1", Some("id 1*")),
        value(9, b"", Some("*")),
        value(6, b"date", None),
        Node::Dates {
            low: i64::MIN,
            high: 20_000_000,
        },
        Node::Days(DayRange {
            low: 5_000_000,
            high: 20_000_000,
            edges: vec![b"\t19700101".to_vec(), b"\t19700102".to_vec()],
        }),
        Node::Lengths { low: 5, high: 40 },
        Node::AtLeast {
            count: 3,
            clause: 0,
        },
        Node::Not(Box::new(Node::Clause(0))),
    ];
    for condition in conditions {
        plans.push(make(
            &[0],
            Scope::TitleAndBody,
            Node::And(vec![condition, Node::Clause(0)]),
        ));
    }
    plans.push(make(&[0], Scope::Body, Node::Everything));
    plans
}

/// One call: an answer or damage, in time.  Anything else is a panic.
fn timed(what: &str, call: impl FnOnce() -> Result<()>) {
    let started = Instant::now();
    match call() {
        Ok(()) | Err(CoreError::Damaged { .. }) => (),
        Err(other) => panic!("{what}: neither an answer nor damage: {other}"),
    }
    let took = started.elapsed();
    assert!(took < LONGEST, "{what} took {took:?}");
}

/// Search a segment, together with a sound one: each plan in every order and amount.
///
/// Panics, as those below, where a call takes longer than any should, or fails with anything
/// but damage.
pub fn search<'a>(
    changed: &Arc<Segment>,
    sound: &Arc<Segment>,
    plans: impl Iterator<Item = (usize, &'a Plan)>,
) {
    let segments = vec![(sound.clone(), vec![1, 3, 4]), (changed.clone(), vec![])];
    let searcher = Searcher::new(segments, lengths(), Box::new(NoWords), Scoring::SAMPLE);
    for (number, plan) in plans {
        for (limit, sort, count) in [
            (Some(3), Sort::Score, false),
            (Some(10), Sort::Score, true),
            (Some(0), Sort::Score, true),
            (None, Sort::Score, true),
            (Some(5), Sort::Date, true),
            (Some(5), Sort::NewestFirst, true),
        ] {
            timed(&format!("plan {number} {limit:?} {sort:?}"), || {
                searcher.search(plan, limit, sort, count).map(|_| ())
            });
        }
        for field in [Field::Title, Field::Body, Field::Byline] {
            timed(&format!("positions of plan {number}"), || {
                let documents = [(1, 0), (1, 7), (1, changed.doc_count() - 1)];
                let budget = Budget::new(None, None);
                (searcher.positions(plan, field, &documents, &budget)).map(|_| ())
            });
        }
    }
}

/// Stored articles and words of a segment, as the codec of Whoosh reads them.
pub fn look_up(changed: &Segment) {
    for doc in [0, 1, changed.doc_count() / 2, changed.doc_count() - 1] {
        timed("fields", || changed.hot(doc).map(|_| ()));
        timed("body", || changed.cold(doc).map(|_| ()));
        timed("id", || changed.id(doc).map(|_| ()));
    }
    timed("forms of a stem", || {
        changed.forms_of_stem(b"truce").map(|_| ())
    });
    for field in 0..3 {
        timed("postings of a form", || {
            changed.form_postings(field, b"truce").map(|_| ())
        });
    }
}

/// A segment merged with a sound one, with and without deleted documents.
pub fn merge_both(changed: &Arc<Segment>, sound: &Arc<Segment>, out: &Path) {
    for deleted in [vec![], vec![0, 2]] {
        let _ = std::fs::remove_file(out);
        timed("merge", || {
            let source = |segment: &Arc<Segment>, deleted| Source {
                segment: segment.clone(),
                deleted,
            };
            let sources = [source(changed, deleted), source(sound, vec![5])];
            merge(
                out,
                &sources,
                &LengthCodes::new(lengths()),
                Scoring::SAMPLE,
                &[0, 2, 5],
            )
            .map(|_| ())
        });
    }
}

/// A segment of these sections, with right checksums.
pub fn write(path: &Path, sections: &[(Section, Vec<u8>)]) {
    let _ = std::fs::remove_file(path);
    let mut sink = ContainerWriter::create(path).unwrap();
    for (section, bytes) in sections {
        sink.begin(*section).unwrap();
        sink.write(bytes).unwrap();
        sink.end().unwrap();
    }
    sink.finish().unwrap();
}

/// The sections of a segment, in the order of the file.
pub fn sections_of(path: &Path) -> Vec<(Section, Vec<u8>)> {
    let container = Container::open(path).unwrap();
    let bytes = |section| container.section(section).unwrap().to_vec();
    Section::ALL.map(|section| (section, bytes(section))).into()
}
