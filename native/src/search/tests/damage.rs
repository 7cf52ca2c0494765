//! What becomes of a search, a merge or a look-up when bytes are wrong and their checksums right?
//!
//! Checksums tell that bytes are those that were written, not that they make sense.  Here
//! sections of a segment are changed before their checksums are made, as a faulty writer or
//! someone with bad intent would: every call must come back, in time and in little memory,
//! with an answer or with damage that names the file.  A panic is a failure.
//!
//! SEARCHER_MUTATIONS is the number of changed segments (60 by default).

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::build::dates::IndexedDate;
use crate::build::vocabulary::tests::Toy;
use crate::build::{Batch, Builder, Fields, Options};
use crate::container::{Container, ContainerWriter, Section};
use crate::error::{CoreError, Result};
use crate::merge::{merge, Source};
use crate::norms::LengthCodes;
use crate::search::patterns::{FormPattern, ValuePattern};
use crate::search::plan::{Clause, Field, Leaf, Node, Operand, Part, Plan, Scope, Unit, Word};
use crate::search::random::Random;
use crate::search::{Searcher, Sort, WordCounter};
use crate::segment::Segment;
use crate::text::stand_in;

/// Far more than any call over some hundred articles takes, on a busy machine too.
const LONGEST: Duration = Duration::from_secs(20);

/// A path in the temporary directory (in memory where that is possible), free again when
/// the test is over.
struct TemporaryPath(PathBuf);

impl TemporaryPath {
    fn new(name: &str) -> Self {
        let memory = PathBuf::from("/dev/shm");
        let folder = if memory.is_dir() {
            memory
        } else {
            std::env::temp_dir()
        };
        Self(folder.join(format!("searcher-search-{}-{name}", std::process::id())))
    }
}

impl Drop for TemporaryPath {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

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
fn build(path: &Path, first: usize, count: usize) {
    let options = Options {
        codes: LengthCodes::new(lengths()),
        threads: 1,
        flush_memory_bytes: 1 << 24,
        budget_bytes: 0,
    };
    let mut builder = Builder::new(path, Arc::new(stand_in::rules()), options).unwrap();
    let mut batch = Batch::new();
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
            values: [Some("Wire"), None, Some("en"), None, Some("a/path.html")],
            ..Fields::default()
        };
        let mut fold = |value: &str, out: &mut String| {
            out.push_str(&value.to_lowercase());
            Ok(())
        };
        batch.push(&fields, &mut fold).unwrap();
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

fn plans() -> Vec<Plan> {
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
    let scopes = [
        Scope::TitleAndBody,
        Scope::Title,
        Scope::Body,
        Scope::Lead,
        Scope::TitleAndLead,
        Scope::Byline,
    ];
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

/// Ask everything of a segment, together with a sound one, and merge the two.
fn use_all<'a>(
    changed: &Arc<Segment>,
    sound: &Arc<Segment>,
    plans: impl Iterator<Item = (usize, &'a Plan)>,
    out: &Path,
) {
    let timed = |what: &str, call: &mut dyn FnMut() -> Result<()>| {
        let started = Instant::now();
        match call() {
            Ok(()) | Err(CoreError::Damaged { .. }) => (),
            Err(other) => panic!("{what}: neither an answer nor damage: {other}"),
        }
        let took = started.elapsed();
        assert!(took < LONGEST, "{what} took {took:?}");
    };
    let deleted = vec![1, 3, 4];
    let searcher = Searcher::new(
        vec![(sound.clone(), deleted), (changed.clone(), vec![])],
        lengths(),
        Box::new(NoWords),
    );
    for (number, plan) in plans {
        for (limit, sort, count) in [
            (Some(3), Sort::Score, false),
            (Some(10), Sort::Score, true),
            (Some(0), Sort::Score, true),
            (None, Sort::Score, true),
            (Some(5), Sort::Date, true),
            (Some(5), Sort::NewestFirst, true),
        ] {
            timed(&format!("plan {number} {limit:?} {sort:?}"), &mut || {
                searcher.search(plan, limit, sort, count).map(|_| ())
            });
        }
        for field in [Field::Title, Field::Body, Field::Byline] {
            timed(&format!("positions of plan {number}"), &mut || {
                let documents = [(1, 0), (1, 7), (1, changed.doc_count() - 1)];
                searcher.positions(plan, field, &documents).map(|_| ())
            });
        }
    }
    for doc in [0, 1, changed.doc_count() / 2, changed.doc_count() - 1] {
        timed("fields", &mut || changed.hot(doc).map(|_| ()));
        timed("body", &mut || changed.cold(doc).map(|_| ()));
        timed("id", &mut || changed.id(doc).map(|_| ()));
    }
    timed("forms of a stem", &mut || {
        changed.forms_of_stem(b"truce").map(|_| ())
    });
    for field in 0..3 {
        timed("postings of a form", &mut || {
            changed.form_postings(field, b"truce").map(|_| ())
        });
    }
    for deleted in [vec![], vec![0, 2]] {
        let _ = std::fs::remove_file(out);
        timed("merge", &mut || {
            let sources = [
                Source {
                    segment: changed.clone(),
                    deleted: deleted.clone(),
                },
                Source {
                    segment: sound.clone(),
                    deleted: vec![5],
                },
            ];
            merge(out, &sources, &LengthCodes::new(lengths())).map(|_| ())
        });
    }
}

// ---------------------------------------------------------------- what is changed

fn change(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..1 + random.below(3) {
        let length = bytes.len();
        if length == 0 {
            bytes.push(random.next() as u8);
            continue;
        }
        // Headers and tables are at the ends, where small changes do most.
        let at = match random.below(3) {
            0 => random.below(length.min(64)),
            1 => length - 1 - random.below(length.min(64)),
            _ => random.below(length),
        };
        match random.below(8) {
            0 => bytes[at] = 0,
            1 => bytes[at] = 0xff,
            2 => bytes[at] = random.next() as u8,
            3 => bytes[at] = bytes[at].wrapping_add(1),
            4 => bytes[at] = bytes[at].wrapping_sub(1),
            5 if random.below(4) == 0 => bytes.truncate(at),
            6 if random.below(4) == 0 => bytes.insert(at, random.next() as u8),
            7 if length >= at + 4 => {
                let value = [0, u32::MAX, i32::MAX as u32, random.next() as u32];
                bytes[at..at + 4].copy_from_slice(&value[random.below(4)].to_le_bytes());
            }
            _ => bytes[at] ^= 1 << random.below(8),
        }
    }
}

fn write(path: &Path, sections: &[(Section, Vec<u8>)]) {
    let _ = std::fs::remove_file(path);
    let mut sink = ContainerWriter::create(path).unwrap();
    for (section, bytes) in sections {
        sink.begin(*section).unwrap();
        sink.write(bytes).unwrap();
        sink.end().unwrap();
    }
    sink.finish().unwrap();
}

#[test]
fn wrong_bytes_under_right_checksums_end_in_an_answer_or_in_damage() {
    let mutations = std::env::var("SEARCHER_MUTATIONS").map_or(60, |n| n.parse().unwrap());
    let seed = std::env::var("SEARCHER_MUTATIONS_FROM").map_or(0, |n| n.parse().unwrap());
    let paths = ["sound", "whole", "changed", "merged"].map(TemporaryPath::new);
    let [sound, whole, changed, merged] = &paths;
    build(&sound.0, 1_000, 90);
    build(&whole.0, 0, 700);
    let sound = Arc::new(Segment::open(&sound.0).unwrap());
    let container = Container::open(&whole.0).unwrap();
    let sections: Vec<(Section, Vec<u8>)> = Section::ALL
        .into_iter()
        .map(|section| (section, container.section(section).unwrap().to_vec()))
        .collect();
    let plans = plans();
    use_all(
        &Arc::new(Segment::open(&whole.0).unwrap()),
        &sound,
        plans.iter().enumerate(),
        &merged.0,
    );
    let mut opened = 0;
    for number in seed..seed + mutations {
        let mut random = Random::new(number);
        let mut sections = sections.clone();
        for _ in 0..1 + random.below(2) {
            let section = random.below(sections.len());
            change(&mut sections[section].1, &mut random);
        }
        write(&changed.0, &sections);
        let _ = std::fs::remove_file(&merged.0);
        let Ok(segment) = Segment::open(&changed.0) else {
            continue;
        };
        opened += 1;
        let segment = Arc::new(segment);
        let used = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            // A few plans for each, other ones for the next.
            let plans = plans.iter().enumerate();
            let plans = plans.filter(|(plan, _)| (*plan as u64 + number).is_multiple_of(5));
            use_all(&segment, &sound, plans, &merged.0);
        }));
        assert!(used.is_ok(), "number {number}");
    }
    assert!(opened * 2 > mutations);
}
