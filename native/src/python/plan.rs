//! The edge to Python: nested tuples to a plan.
//!
//! `searcher/searching/native_plans.py` makes the tuples and says what is in them; the numbers are
//! the same here and there.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

use crate::search::plan::patterns::{FormPattern, ValuePattern};
use crate::search::plan::{
    Clause, Leaf, Node, Operand, Pair, Part, Plan, Scope, Unit, Word, MAX_DEPTH,
};
use crate::search::sets::days::{DayRange, DATE_FIELD};

type Item<'py> = Bound<'py, PyAny>;

/// Read the plan that `compile_plan` made.
pub fn plan_of(plan: &Bound<'_, PyTuple>) -> PyResult<Plan> {
    let (words, clauses, root, leaves, close, has_groups) = plan.extract::<(
        Vec<Item>,
        Vec<Item>,
        Item,
        Vec<(usize, f64)>,
        Vec<Item>,
        bool,
    )>()?;
    let mut clauses = clauses
        .iter()
        .map(clause_of)
        .collect::<PyResult<Vec<_>>>()?;
    let mut pairs = Vec::new();
    for words in &close {
        add_pairs(words, &mut clauses, &mut pairs)?;
    }
    let plan = Plan {
        words: words.iter().map(word_of).collect::<PyResult<_>>()?,
        clauses,
        root: node_of(&root, 0)?,
        leaves: (leaves.into_iter())
            .map(|(clause, boost)| Leaf { clause, boost })
            .collect(),
        pairs,
        has_groups,
    };
    plan.check().map_err(PyErr::from)?;
    Ok(plan)
}

/// Add the pairs of words that count for standing close, each word and so many of the next, and
/// the clause of each pair: Python would take longer to say them all than most searches take.
fn add_pairs(words: &Item, clauses: &mut Vec<Clause>, pairs: &mut Vec<Pair>) -> PyResult<()> {
    type Sides = Vec<(usize, Vec<f64>)>;
    let (boost, distance, reach, sides) = words.extract::<(f64, u32, usize, Sides)>()?;
    let operand = |(clause, factors): &(usize, Vec<f64>)| {
        let Clause { operand, scope } = clauses.get(*clause)?;
        let boosted = |child, factor: &f64| Box::new(Operand::Boost(child, *factor));
        let operand = factors
            .iter()
            .rev()
            .fold(Box::new(operand.clone()), boosted);
        Some((operand, *scope))
    };
    let operands = sides.iter().map(operand).collect::<Option<Vec<_>>>();
    let operands = operands.ok_or_else(|| PyValueError::new_err("a plan has no such clause"))?;
    for (i, (left, scope)) in operands.iter().enumerate() {
        for (j, (right, _)) in operands.iter().enumerate().skip(i + 1).take(reach) {
            pairs.push(Pair {
                leaf: Leaf {
                    clause: clauses.len(),
                    boost,
                },
                sides: [sides[i].0, sides[j].0],
            });
            clauses.push(Clause {
                operand: Operand::Near {
                    left: left.clone(),
                    right: right.clone(),
                    distance,
                    ordered: false,
                    is_capped: true,
                },
                scope: *scope,
            });
        }
    }
    Ok(())
}

fn word_of(word: &Item) -> PyResult<Word> {
    let (kind, text, edits) = word.extract::<(u8, Bound<PyBytes>, usize)>()?;
    let text = text.as_bytes();
    Ok(match kind {
        0 => Word::Stem(text.to_vec()),
        1 => Word::Form(text.to_vec()),
        // Python writes lone surrogates as bytes that are no UTF-8; no form holds one.
        2 => Word::Pattern(std::str::from_utf8(text).ok().map(FormPattern::new)),
        3 => Word::Fuzzy {
            form: String::from_utf8(text.to_vec())?,
            edits,
        },
        _ => return Err(unknown("word", kind)),
    })
}

fn clause_of(clause: &Item) -> PyResult<Clause> {
    let (operand, scope) = clause.extract::<(Item, u8)>()?;
    let found = Scope::ALL.get(usize::from(scope));
    let scope = *found.ok_or_else(|| unknown("scope", scope))?;
    Ok(Clause {
        operand: operand_of(&operand, 0)?,
        scope,
    })
}

fn operand_of(operand: &Item, depth: usize) -> PyResult<Operand> {
    let depth = deeper(depth)?;
    let parts = operand.cast::<PyTuple>()?;
    let item = |i: usize| parts.get_item(i);
    let side = |i: usize| -> PyResult<Box<Operand>> {
        Ok(Box::new(operand_of(&parts.get_item(i)?, depth)?))
    };
    let kind: u8 = item(0)?.extract()?;
    Ok(match kind {
        0 => {
            let words: Vec<i64> = item(1)?.extract()?;
            let part = |word: i64| usize::try_from(word).map_or(Part::AnyWord, Part::Word);
            Operand::Run(words.into_iter().map(part).collect())
        }
        1 => {
            let children: Vec<Item> = item(1)?.extract()?;
            let children = children.iter().map(|child| operand_of(child, depth));
            Operand::Any(children.collect::<PyResult<_>>()?)
        }
        2 => Operand::Near {
            left: side(1)?,
            right: side(2)?,
            distance: item(3)?.extract()?,
            ordered: item(4)?.extract()?,
            is_capped: false,
        },
        3 => Operand::Within {
            left: side(1)?,
            right: side(2)?,
            unit: match item(3)?.extract::<u8>()? {
                0 => Unit::Sentence,
                1 => Unit::Paragraph,
                unit => return Err(unknown("unit", unit)),
            },
        },
        4 => Operand::NotNear {
            left: side(1)?,
            right: side(2)?,
            distance: item(3)?.extract()?,
        },
        5 => Operand::Boost(side(1)?, item(2)?.extract()?),
        _ => return Err(unknown("operand", kind)),
    })
}

fn node_of(node: &Item, depth: usize) -> PyResult<Node> {
    let depth = deeper(depth)?;
    let parts = node.cast::<PyTuple>()?;
    let item = |i: usize| parts.get_item(i);
    let children = |i: usize| -> PyResult<Vec<Node>> {
        let children: Vec<Item> = parts.get_item(i)?.extract()?;
        children.iter().map(|child| node_of(child, depth)).collect()
    };
    let kind: u8 = item(0)?.extract()?;
    Ok(match kind {
        0 => Node::Clause(item(1)?.extract()?),
        1 => Node::And(children(1)?),
        2 => Node::Or(children(1)?),
        3 => Node::Not(Box::new(node_of(&item(1)?, depth)?)),
        4 => Node::Group {
            needed: children(1)?,
            optional: children(2)?,
            needs_text: item(3)?.extract()?,
        },
        5 => Node::AtLeast {
            count: item(1)?.extract()?,
            clause: item(2)?.extract()?,
        },
        6 => Node::Everything,
        7 => value_of(&parts.as_any().extract()?)?,
        8 => Node::Dates {
            low: item(1)?.extract()?,
            high: item(2)?.extract()?,
        },
        9 => Node::Lengths {
            low: item(1)?.extract()?,
            high: item(2)?.extract()?,
        },
        10 => {
            let edges: Vec<Bound<PyBytes>> = item(3)?.extract()?;
            Node::Days(DayRange {
                low: item(1)?.extract()?,
                high: item(2)?.extract()?,
                edges: (edges.iter())
                    .map(|day| [&[DATE_FIELD], day.as_bytes()].concat())
                    .collect(),
            })
        }
        11 => {
            let listed: Vec<Bound<PyBytes>> = item(1)?.extract()?;
            let listed = listed.iter().map(|documents| numbers(documents.as_bytes()));
            Node::Listed(listed.collect())
        }
        _ => return Err(unknown("node", kind)),
    })
}

/// The numbers of 32 bits in the bytes of an array of Python.
fn numbers(bytes: &[u8]) -> Vec<u32> {
    let chunks = bytes.chunks_exact(4);
    chunks
        .filter_map(|chunk| chunk.try_into().ok().map(u32::from_ne_bytes))
        .collect()
}

fn value_of(value: &(u8, u8, Bound<PyBytes>, Option<Bound<PyBytes>>, usize)) -> PyResult<Node> {
    let (_, field, prefix, pattern, number) = value;
    let prefix = prefix.as_bytes().to_vec();
    let pattern = match pattern {
        None => ValuePattern::new(prefix, None),
        Some(pattern) => match std::str::from_utf8(pattern.as_bytes()) {
            Ok(pattern) => ValuePattern::new(prefix, Some(pattern)),
            // A lone surrogate, which no value holds: as a literal it fits nothing.
            Err(_) => ValuePattern::new(pattern.as_bytes().to_vec(), None),
        },
    };
    Ok(Node::Value {
        field: *field,
        pattern,
        number: *number,
    })
}

fn deeper(depth: usize) -> PyResult<usize> {
    if depth >= MAX_DEPTH {
        return Err(PyValueError::new_err("a plan is nested too deeply"));
    }
    Ok(depth + 1)
}

fn unknown(what: &str, number: u8) -> PyErr {
    PyValueError::new_err(format!("a plan has no {what} {number}"))
}
