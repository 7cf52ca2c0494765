//! How much does a leaf weigh?
//!
//! A word weighs by how few documents of all segments hold it, in that field of the leaf
//! where they are most, and all forms of a stem by how often they recur there too; phrases and proximity expressions weigh the sum of their words, a
//! choice as much as its commonest part (`searcher/scoring.py`).

use crate::search::failure::Failure;
use crate::search::lists::segment_context::SegmentContext;
use crate::search::lists::word_lists::SegmentWord;
use crate::search::plan::{Field, Leaf, Operand, Part, Plan, Word};
use crate::search::ranking::recurrence::{recurring, Occurrences};
use crate::search::ranking::score::inverse_document_frequency;

/// A scored part of the query: the clause and the factor of what a posting is worth.
#[derive(Debug, Clone, Copy)]
pub struct WeighedLeaf {
    pub clause: usize,
    pub factor: f64,
}

impl WeighedLeaf {
    pub fn new(leaf: &Leaf, weight: f64) -> Self {
        WeighedLeaf {
            clause: leaf.clause,
            factor: leaf.boost * weight,
        }
    }
}

/// Weighs the clauses of one search.
pub struct Weigher<'s, 'a> {
    pub plan: &'s Plan,
    /// By segment.
    pub words: &'s [Vec<SegmentWord<'a>>],
    pub shared: &'s [SegmentContext<'a>],
    pub occurrences: &'s [&'a Occurrences],
    pub document_count: u64,
}

impl Weigher<'_, '_> {
    /// The weight of a clause.  A failure comes with the number of its segment.
    pub fn weight(&self, clause: usize) -> Result<f64, (usize, Failure)> {
        let clause = &self.plan.clauses[clause];
        self.of_operand(&clause.operand, clause.scope.fields())
    }

    fn of_operand(&self, operand: &Operand, fields: &[Field]) -> Result<f64, (usize, Failure)> {
        Ok(match operand {
            Operand::Run(parts) => match parts[..] {
                [Part::Word(word)] => self.of_word(word, fields)?,
                _ => {
                    let mut weight = 0.0;
                    for part in parts {
                        if let Part::Word(word) = part {
                            weight += self.of_word(*word, fields)?;
                        }
                    }
                    weight
                }
            },
            Operand::Any(children) => {
                let mut least: Option<f64> = None;
                for child in children {
                    let weight = self.of_operand(child, fields)?;
                    least = Some(least.map_or(weight, |l| if weight < l { weight } else { l }));
                }
                least.unwrap_or(0.0)
            }
            Operand::Near { left, right, .. } | Operand::Within { left, right, .. } => {
                self.of_operand(left, fields)? + self.of_operand(right, fields)?
            }
            Operand::NotNear { left, .. } => self.of_operand(left, fields)?,
            Operand::Boost(child, factor) => factor * self.of_operand(child, fields)?,
        })
    }

    fn of_word(&self, word: usize, fields: &[Field]) -> Result<f64, (usize, Failure)> {
        let is_alone = self.plan.is_one_word();
        let mut most = 0;
        (self.shared.first())
            .map_or(Ok(()), |shared| shared.budget.charge(64))
            .map_err(|spent| (0, spent.into()))?;
        for field in fields {
            let mut documents = 0;
            for (i, (words, shared)) in self.words.iter().zip(self.shared).enumerate() {
                let found = words[word].document_frequency(*field, shared, is_alone);
                documents += found.map_err(|failure| (i, failure))?;
            }
            most = most.max(documents);
        }
        let idf = inverse_document_frequency(most, self.document_count);
        match self.plan.words[word] {
            Word::Stem(_) if !fields.contains(&Field::Byline) => {
                Ok(idf * self.recurrence_of(word)?)
            }
            _ => Ok(idf),
        }
    }

    /// What is left of the weight of a stem because of how often it recurs.
    fn recurrence_of(&self, word: usize) -> Result<f64, (usize, Failure)> {
        let (mut occurrences, mut documents) = (0, 0);
        for (i, words) in self.words.iter().enumerate() {
            for list in words[word]
                .lists
                .iter()
                .filter_map(|list| list.text.as_ref())
            {
                let here = self.occurrences[i].of(list);
                occurrences += here.map_err(|damage| (i, damage.into()))?;
                documents += u64::from(list.df());
            }
        }
        Ok(recurring(occurrences, documents))
    }
}
