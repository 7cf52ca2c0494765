//! What is asked, as the core reads it?
//!
//! Python compiles a query tree to a `Plan` (`searcher/searching/native_plans.py`): words are
//! folded and stemmed, equal words and equal clauses are one, dates are instants.  A
//! *clause* is a positional part of the query (a word, phrase, proximity expression)
//! together with the fields it is sought in; the tree of `Node`s says which clauses and
//! conditions an article must meet, and the *leaves* say which clauses are scored, in the
//! order of the query.
//!
//! - `distance`: how many letters part two words: a finite automaton
//! - `expand`: the forms of a stem, a pattern or a fuzzy word
//! - `patterns`: what `*` and `?` fit, in words and in values
//! - `signs`: which letters a form must have: most are passed over by that

pub mod distance;
pub mod expand;
pub mod patterns;
pub mod signs;

use crate::error::{CoreError, Result};
use crate::search::plan::patterns::{FormPattern, ValuePattern};
use crate::search::sets::days::DayRange;

/// Trees that are deeper are refused; the query language ends at 100 levels.
pub const MAX_DEPTH: usize = 500;

#[derive(Debug)]
pub struct Plan {
    pub words: Vec<Word>,
    pub clauses: Vec<Clause>,
    pub root: Node,
    pub leaves: Vec<Leaf>,
    /// What is scored besides, after the leaves: how close words stand.
    pub pairs: Vec<Pair>,
    /// Whether a keyword group has optional items, so that `matching_all` is to be counted.
    pub has_groups: bool,
}

impl Plan {
    /// Whether all that is referred to by number is there.
    pub fn check(&self) -> Result<()> {
        let clauses = self.clauses.len();
        let mut complete = self.leaves.iter().all(|leaf| leaf.clause < clauses);
        complete &= self.pairs.iter().all(|pair| {
            pair.leaf.clause < clauses && pair.sides.iter().all(|side| *side < clauses)
        });
        for clause in &self.clauses {
            let words = self.words.len();
            clause
                .operand
                .visit_words(&mut |word| complete &= word < words);
        }
        complete &= self.root.has_clauses_below(self.clauses.len());
        match complete {
            true => Ok(()),
            false => Err(CoreError::Invalid("a plan is not complete".to_owned())),
        }
    }
}

impl Plan {
    /// Whether the plan asks for one word, in title and body, and has no other clauses.
    pub fn is_one_word(&self) -> bool {
        match &self.clauses[..] {
            [clause] => clause.scope == Scope::TitleAndBody && clause.single_word().is_some(),
            _ => false,
        }
    }
}

/// A single word of the query: which forms does it stand for?
#[derive(Debug)]
pub enum Word {
    /// All forms of a stem.
    Stem(Vec<u8>),
    /// One form.
    Form(Vec<u8>),
    /// The forms that fit; `None` if none can (a pattern with a lone surrogate).
    Pattern(Option<FormPattern>),
    /// The forms within some edits of this one.
    Fuzzy { form: String, edits: usize },
}

/// A positional part of the query and where it is sought.
#[derive(Debug)]
pub struct Clause {
    pub operand: Operand,
    pub scope: Scope,
}

impl Clause {
    /// The word of a clause that is one word sought in whole fields: its posting list
    /// answers it, without positions.
    pub fn single_word(&self) -> Option<usize> {
        match self.scope.limit() {
            None => self.operand.single_word(),
            Some(_) => None,
        }
    }
}

/// What has occurrences.
#[derive(Debug, Clone)]
pub enum Operand {
    /// Words side by side; a single word too.
    Run(Vec<Part>),
    Any(Vec<Operand>),
    Near {
        left: Box<Operand>,
        right: Box<Operand>,
        distance: u32,
        ordered: bool,
        /// Whether it occurs no more often than either side does: so do words that count for
        /// standing close (`searcher/searching/closeness.py`).
        is_capped: bool,
    },
    Within {
        left: Box<Operand>,
        right: Box<Operand>,
        unit: Unit,
    },
    NotNear {
        left: Box<Operand>,
        right: Box<Operand>,
        distance: u32,
    },
    Boost(Box<Operand>, f64),
}

impl Operand {
    /// The word, if it is one.
    pub fn single_word(&self) -> Option<usize> {
        match self {
            Operand::Run(parts) => match parts[..] {
                [Part::Word(word)] => Some(word),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether it occurs no more often than either of its sides does.
    pub fn is_capped(&self) -> bool {
        matches!(
            self,
            Operand::Near {
                is_capped: true,
                ..
            }
        )
    }

    /// Call `visit` with each word of the operand.
    pub fn visit_words(&self, visit: &mut dyn FnMut(usize)) {
        match self {
            Operand::Run(parts) => {
                for part in parts {
                    if let Part::Word(word) = part {
                        visit(*word);
                    }
                }
            }
            Operand::Any(children) => children.iter().for_each(|c| c.visit_words(visit)),
            Operand::Near { left, right, .. }
            | Operand::Within { left, right, .. }
            | Operand::NotNear { left, right, .. } => {
                left.visit_words(visit);
                right.visit_words(visit);
            }
            Operand::Boost(child, _) => child.visit_words(visit),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Word(usize),
    /// Any one word.
    AnyWord,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Sentence,
    Paragraph,
}

/// In which text fields is a clause sought?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    TitleAndBody,
    Title,
    Body,
    /// The first `LEAD_WORDS` of the body.
    Lead,
    TitleAndLead,
    Byline,
}

/// A field of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum Field {
    Title = 0,
    Body = 1,
    Byline = 2,
}

pub const LEAD_WORDS: u32 = 60;

impl Scope {
    /// All, in the order of their numbers in a plan from Python.
    pub const ALL: [Scope; 6] = [
        Scope::TitleAndBody,
        Scope::Title,
        Scope::Body,
        Scope::Lead,
        Scope::TitleAndLead,
        Scope::Byline,
    ];

    /// The fields, in the order in which they are scored.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Scope::TitleAndBody | Scope::TitleAndLead => &[Field::Title, Field::Body],
            Scope::Title => &[Field::Title],
            Scope::Body | Scope::Lead => &[Field::Body],
            Scope::Byline => &[Field::Byline],
        }
    }

    /// How many positions of the body count; `None` if all.
    pub fn limit(self) -> Option<u32> {
        matches!(self, Scope::Lead | Scope::TitleAndLead).then_some(LEAD_WORDS)
    }

    pub fn has_title(self) -> bool {
        matches!(
            self,
            Scope::TitleAndBody | Scope::Title | Scope::TitleAndLead
        )
    }

    /// Whether the second place of a posting counts: the body's, or the byline's.
    pub fn has_body(self) -> bool {
        self != Scope::Title
    }

    pub fn is_byline(self) -> bool {
        self == Scope::Byline
    }
}

/// Which articles?
#[derive(Debug)]
pub enum Node {
    Clause(usize),
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    /// A keyword group: all of `needed`, and where those ask for no text, one of
    /// `optional` if there are any.
    Group {
        needed: Vec<Node>,
        optional: Vec<Node>,
        needs_text: bool,
    },
    /// At least `count` occurrences of a clause.
    AtLeast {
        count: u64,
        clause: usize,
    },
    Everything,
    /// A value of the field of this number.
    Value {
        field: u8,
        pattern: ValuePattern,
        /// Equal conditions have one number, below the number of conditions and clauses.
        number: usize,
    },
    /// Instants from `low` to `high`, both included; articles without one do not match.
    Dates {
        low: i64,
        high: i64,
    },
    /// Articles of some days that follow each other, by their own day.
    Days(DayRange),
    /// Words in the body, both ends included.
    Lengths {
        low: u32,
        high: u32,
    },
    /// These documents of each segment, which Python has found by other means (groups of
    /// copies).
    Listed(Vec<Vec<u32>>),
}

impl Node {
    fn has_clauses_below(&self, end: usize) -> bool {
        let all = |nodes: &[Node]| nodes.iter().all(|node| node.has_clauses_below(end));
        match self {
            Node::Clause(clause) | Node::AtLeast { clause, .. } => *clause < end,
            Node::And(children) | Node::Or(children) => all(children),
            Node::Not(child) => child.has_clauses_below(end),
            Node::Group {
                needed, optional, ..
            } => all(needed) && all(optional),
            Node::Everything
            | Node::Value { .. }
            | Node::Dates { .. }
            | Node::Days(_)
            | Node::Lengths { .. }
            | Node::Listed(_) => true,
        }
    }
}

/// A scored part of the query.
#[derive(Debug, Clone, Copy)]
pub struct Leaf {
    pub clause: usize,
    pub boost: f64,
}

/// Two words of a keyword group, which are worth more where they stand close.
#[derive(Debug, Clone, Copy)]
pub struct Pair {
    /// One of them near the other, and what that is worth.
    pub leaf: Leaf,
    /// The clauses of the two, each of which is scored by itself.
    pub sides: [usize; 2],
}
