//! How many documents hold any of several lists?
//!
//! A word of many lists, a pattern or a fuzzy one, is counted and weighed without adding up
//! its frequencies: every document has a byte, and every list marks the bytes of its
//! documents.  To write a mark waits for nothing, which setting bits does, and a block tells
//! whether all its postings stand in bodies, so that hardly any frequencies are unpacked.

use crate::error::Damage;
use crate::search::budget::{self, Budget};
use crate::search::failure::Failure;
use crate::search::lists::stream::{Stream, Walker};
use crate::search::ranking::counting::count_bytes;
use crate::search::ranking::terms::Filter;

const IN_BODY: u8 = 1;
const ELSEWHERE: u8 = 2;

/// The documents that hold any of some lists.
#[derive(Debug)]
pub struct Holders {
    /// By document; 0 for those that hold none.
    marks: Vec<u8>,
    any: u64,
    in_body: u64,
}

impl Holders {
    /// Whether the lists have so few postings that sorting them costs less than a byte for
    /// each document.
    pub fn cost_too_much(streams: &[Stream], document_count: u32) -> bool {
        const SPARSE: u64 = 256;
        let postings: u64 = streams.iter().map(|s| u64::from(s.df_at_most())).sum();
        postings * SPARSE < u64::from(document_count)
    }

    /// Those of `document_count` documents that hold any of `streams`.
    pub fn of(streams: Vec<Stream>, document_count: u32, budget: &Budget) -> Result<Self, Failure> {
        const OUTSIDE: Damage = Damage("a list names a document that is not there");
        let mut marks = vec![0; document_count as usize];
        for stream in streams {
            budget.charge(budget::cost_of(&stream))?;
            let blocks = stream.block_count();
            let mut walker = Walker::new(stream);
            for block in 0..blocks {
                walker.enter(block)?;
                if walker.is_all_in_body() {
                    for doc in walker.docs() {
                        *marks.get_mut(*doc as usize).ok_or(OUTSIDE)? = IN_BODY;
                    }
                    continue;
                }
                walker.frequencies()?;
                let (docs, _, body_tf) = walker.postings();
                for (doc, body) in docs.iter().zip(body_tf) {
                    let mark = if *body > 0 { IN_BODY } else { ELSEWHERE };
                    *marks.get_mut(*doc as usize).ok_or(OUTSIDE)? |= mark;
                }
            }
        }
        let any = count_bytes(&marks, |mark| mark != 0);
        let in_body = count_bytes(&marks, |mark| mark & IN_BODY != 0);
        Ok(Holders {
            marks,
            any,
            in_body,
        })
    }

    /// How many there are with an occurrence in the body.
    pub fn in_body(&self) -> u64 {
        self.in_body
    }

    /// How many are allowed.
    pub fn count(&self, filter: &Filter) -> u64 {
        if filter.allows_all(self.marks.len() as u32) {
            return self.any;
        }
        let allowed = filter.low as usize..filter.high as usize;
        let marks = self.marks.get(allowed).unwrap_or(&[]);
        match filter.allowed {
            None => count_bytes(marks, |mark| mark != 0),
            Some(set) => {
                let docs = (filter.low..filter.high).zip(marks);
                docs.filter(|(doc, mark)| **mark != 0 && set.contains(*doc))
                    .count() as u64
            }
        }
    }
}
