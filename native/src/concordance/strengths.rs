//! How strong are the parts of a query in each of some texts?
//!
//! The x of `searcher/scoring.py`: what the occurrences of a part add up to, over its fields in
//! their order, operation for operation as it is written there.

use super::Row;
use crate::scoring::Scoring;

/// Where a part of a query is looked for: one field, and the forms of a word, or of two that
/// stand near each other.
pub struct Part {
    /// 0 title, 1 body, 2 byline.
    pub field: usize,
    pub left: Vec<u32>,
    pub right: Option<Vec<u32>>,
}

/// A part of a query in all its fields.
pub struct Leaf {
    pub parts: Vec<Part>,
    /// How many words apart two may stand.
    pub distance: u32,
    /// Whether a pair counts no more often than either word (`closeness.py`).
    pub is_least: bool,
}

/// Of each text in which `leaf` occurs its strength.  `norms` are what the occurrences in each
/// body are divided by.
pub fn strengths(
    rows: &[Row; 3],
    leaf: &Leaf,
    norms: &[f64],
    scoring: &Scoring,
) -> Vec<(u32, f64)> {
    let mut found = vec![None; norms.len()];
    for part in &leaf.parts {
        for (text, frequency) in frequencies(&rows[part.field], part, leaf) {
            let (text, frequency) = (text as usize, frequency as f64);
            let added = match part.field {
                0 => scoring.title_weight * frequency,
                1 => scoring.body_weight * frequency / norms[text],
                _ => scoring.byline_weight * frequency,
            };
            found[text] = Some(found[text].unwrap_or(0.0) + added);
        }
    }
    let each = (0..).zip(found);
    each.filter_map(|(text, x)| Some((text, x?))).collect()
}

fn frequencies(row: &Row, part: &Part, leaf: &Leaf) -> Vec<(u32, u64)> {
    let Some(right) = &part.right else {
        return row.frequencies(&part.left);
    };
    let mut pairs = row.pairs(&part.left, right, leaf.distance);
    if leaf.is_least && !pairs.is_empty() {
        for forms in [&part.left, right] {
            let most = row.frequencies(forms);
            for (text, count) in &mut pairs {
                let at = most.partition_point(|(other, _)| other < text);
                *count = (*count).min(most.get(at).map_or(0, |&(_, most)| most));
            }
        }
    }
    pairs
}
