//! Which other documents have a text, whether they match or not?
//!
//! The earliest first, as far as they are listed, each by what is stored of it without its
//! body.

use crate::error::Result;
use crate::search::budget::Budget;
use crate::search::folding::best::FoldedMatch;
use crate::search::folding::groups::Groups;
use crate::search::searcher::Searcher;

/// Units of work for a document that is listed, and for one that might be.
const LISTED: u64 = 2_000;
const OTHER: u64 = 20;

/// The copies of a text that are not shown: how many, and the first of them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Copies {
    pub total: u64,
    pub first: Vec<Copy>,
}

/// A copy, by its number through all segments and its stored fields (`store::ShortFields`).
#[derive(Debug, Clone, PartialEq)]
pub struct Copy {
    pub number: u32,
    pub segment: u32,
    pub hot: Vec<u8>,
}

impl Searcher {
    /// The other documents of the text of `found`, the first `most` of them listed.
    pub(crate) fn copies(
        &self,
        groups: &Groups,
        found: &FoldedMatch,
        most: usize,
        budget: &Budget,
    ) -> Result<Copies> {
        let texts = groups.texts();
        let shown = groups.number(found.shown.segment, found.shown.doc);
        let members = texts.members(texts.of(shown));
        budget.look(OTHER * members.len() as u64)?;
        let others = members.iter().filter(|number| **number != shown);
        let mut others = others
            .map(|number| Ok((self.age(groups.place(*number))?, *number)))
            .collect::<Result<Vec<_>>>()?;
        let total = others.len() as u64;
        others.sort_unstable();
        // Those that tie with the last one are told apart by their ids.
        if let Some((last, _)) = most.checked_sub(1).and_then(|last| others.get(last)) {
            let last = *last;
            others.truncate(others.partition_point(|(age, _)| *age <= last));
        }
        budget.look(LISTED * others.len() as u64)?;
        let mut first = Vec::with_capacity(others.len().min(most));
        for tied in others.chunk_by(|a, b| a.0 == b.0) {
            let mut tied: Vec<u32> = tied.iter().map(|(_, number)| *number).collect();
            if tied.len() > 1 {
                let mut with_ids = Vec::with_capacity(tied.len());
                for number in tied {
                    let (segment, doc) = groups.place(number);
                    with_ids.push((self.segment(segment as usize)?.id(doc)?, number));
                }
                with_ids.sort_unstable();
                tied = with_ids.into_iter().map(|(_, number)| number).collect();
            }
            first.extend(tied);
        }
        first.truncate(most);
        let first = first.into_iter().map(|number| {
            let (segment, doc) = groups.place(number);
            let hot = self.segment(segment as usize)?.hot(doc)?;
            Ok(Copy {
                number,
                segment,
                hot,
            })
        });
        Ok(Copies {
            total,
            first: first.collect::<Result<_>>()?,
        })
    }
}
