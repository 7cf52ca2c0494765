//! Which documents are best for one word that several lists hold?
//!
//! What a posting is worth grows with its strength, and strengths add up: the strength of a
//! document is the sum of those that it has in each list.  Where one list is much longer than
//! all others together it leads.  The others are gathered into one, and each block of the
//! leader has a span of documents, of which the strongest are no stronger than the block's
//! strongest and the others' strongest there together.  The spans with the highest bounds
//! come first, and frequencies are added up only in spans that can still hold one of the best.
//!
//! Where no list leads, bounds of several long ones add up to more than any document has,
//! and all lists are gathered.

use crate::error::Damage;
use crate::postings::BLOCK_POSTINGS;
use crate::search::budget;
use crate::search::failure::Failure;
use crate::search::lists::gather::gather;
use crate::search::lists::memory_list::MemoryList;
use crate::search::lists::segment_context::SegmentContext;
use crate::search::lists::stream::{Stream, Walker};
use crate::search::ranking::best_blocks::{part_best, sort_best};
use crate::search::ranking::score::{least_worth, norm_of, raised};
use crate::search::ranking::terms::Terms;
use crate::search::ranking::top_k::TopK;

/// A list that leads has at least as many postings as so many times all others together ...
const LEAD: u64 = 1;
/// ... and this many blocks, so that there is something to leave out.
const LEAST_BLOCKS: usize = 16;

/// Which of `streams` leads, if one does: it is unpacked without looking at positions.
pub fn leader_of(streams: &[Stream]) -> Option<usize> {
    let postings = |stream: &Stream| u64::from(stream.df_at_most());
    let all: u64 = streams.iter().map(postings).sum();
    streams.iter().position(|stream| {
        stream.is_whole()
            && postings(stream) >= LEAD * (all - postings(stream))
            && stream.block_count() >= LEAST_BLOCKS
    })
}

/// Rank the documents that hold any of `streams`, of titles and bodies, of which number
/// `leader` leads.  `terms` has one term, which they are together.
pub fn rank<'a>(
    terms: &Terms,
    mut streams: Vec<Stream<'a>>,
    leader: usize,
    shared: &SegmentContext<'a>,
    top: &mut TopK,
) -> Result<(), Failure> {
    let (low, high) = (terms.filter.low, terms.filter.high.min(shared.count));
    if low >= high {
        return Ok(());
    }
    if leader >= streams.len() {
        return Ok(());
    }
    let leader = streams.swap_remove(leader);
    let (columns, len) = gather(streams, shared.count, shared.budget)?;
    let others = shared.memory(false, columns, len)?;
    let spans = Spans::of(&leader, &others, shared);
    let term = &terms.terms[0];
    let bound_of = |span: usize| {
        let strength =
            shared.text_table.strength_of_bound(leader.bound(span)) + spans.strongest[span];
        (strength > 0.0).then(|| {
            (
                raised(term.weight * shared.text_table.bound_of_strength(strength)),
                span,
            )
        })
    };
    let first = leader.block_from(0, low);
    let last = leader.block_from(first, high - 1);
    let mut bounds: Vec<(f64, usize)> = (first..=last).filter_map(bound_of).collect();
    // Enough to fill the heap with good documents, in case each holds only a few.
    let (best, rest) = part_best(&mut bounds, 16 + top.capacity() / 16);
    sort_best(best);
    let mut leader = Walker::new(leader);
    for (bound, span) in best.iter().chain(rest.iter()) {
        if *bound >= top.threshold() {
            let others = others.between(spans.starts[*span], spans.starts[*span + 1]);
            shared.budget.charge(budget::BLOCK)?;
            rank_span(*span, &mut leader, others, terms, top)?;
        }
    }
    Ok(())
}

/// Documents, title and body frequencies.
type Postings<'p> = (&'p [u32], &'p [u32], &'p [u32]);

/// The postings of the other lists by the blocks of the leader: those behind the block before
/// and up to its last document; one more span has those behind the last block.
struct Spans {
    /// Where each span starts in the other postings, and at last where they end.
    starts: Vec<usize>,
    /// A strength that none of the other postings in a span passes.
    strongest: Vec<f64>,
}

impl Spans {
    fn of(leader: &Stream, others: &MemoryList, shared: &SegmentContext) -> Self {
        /// Single precision is off by less than this part.
        const ROUGHLY: f64 = 1.0 + 1e-6;
        let count = leader.block_count() + 1;
        let mut starts = Vec::with_capacity(count + 1);
        let mut strongest = vec![0.0; count];
        let mut strengths = [0.0; BLOCK_POSTINGS];
        starts.push(0);
        let mut last = leader.last_doc(0);
        for number in 0..others.block_count() {
            let block = others.block(number);
            (shared.text_table).strengths(block, shared.norms, &mut strengths);
            for (place, (doc, strength)) in block.0.iter().zip(strengths).enumerate() {
                while *doc > last && starts.len() < count {
                    starts.push(number * BLOCK_POSTINGS + place);
                    last = leader.last_doc(starts.len() - 1);
                }
                let most = &mut strongest[starts.len() - 1];
                *most = f64::max(*most, f64::from(strength) * ROUGHLY);
            }
        }
        starts.resize(count + 1, others.document_count());
        Spans { starts, strongest }
    }
}

/// Rank the documents of a span: those of a block of the leader, with what `others` add to
/// them, and those that only the others hold.
fn rank_span(
    span: usize,
    leader: &mut Walker,
    others: Postings,
    terms: &Terms,
    top: &mut TopK,
) -> Result<(), Damage> {
    let mut together = Columns::default();
    if span < leader.stream().block_count() {
        leader.enter(span)?;
        leader.frequencies()?;
        together.copy(leader.postings());
    }
    let mut alone = Columns::default();
    for ((doc, title), body) in others.0.iter().zip(others.1).zip(others.2) {
        let place = match together.len {
            0 => 0,
            _ => leader.place_of(*doc),
        };
        if place < together.len && together.docs[place] == *doc {
            let (title_tf, body_tf) = (&mut together.title_tf[place], &mut together.body_tf[place]);
            *title_tf = title_tf.wrapping_add(*title);
            *body_tf = body_tf.wrapping_add(*body);
            continue;
        }
        if alone.len == BLOCK_POSTINGS {
            alone.offer(terms, top)?;
            alone.len = 0;
        }
        alone.push(*doc, *title, *body);
    }
    together.offer(terms, top)?;
    alone.offer(terms, top)
}

/// Up to a block of postings.
struct Columns {
    len: usize,
    docs: [u32; BLOCK_POSTINGS],
    title_tf: [u32; BLOCK_POSTINGS],
    body_tf: [u32; BLOCK_POSTINGS],
}

impl Default for Columns {
    fn default() -> Self {
        Columns {
            len: 0,
            docs: [0; BLOCK_POSTINGS],
            title_tf: [0; BLOCK_POSTINGS],
            body_tf: [0; BLOCK_POSTINGS],
        }
    }
}

impl Columns {
    fn copy(&mut self, (docs, title_tf, body_tf): Postings) {
        let len = docs.len();
        self.len = len;
        self.docs[..len].copy_from_slice(docs);
        self.title_tf[..len].copy_from_slice(title_tf);
        self.body_tf[..len].copy_from_slice(body_tf);
    }

    fn push(&mut self, doc: u32, title: u32, body: u32) {
        let place = self.len % BLOCK_POSTINGS;
        self.docs[place] = doc;
        self.title_tf[place] = title;
        self.body_tf[place] = body;
        self.len = place + 1;
    }

    fn offer(&self, terms: &Terms, top: &mut TopK) -> Result<(), Damage> {
        let len = self.len.min(BLOCK_POSTINGS);
        let term = &terms.terms[0];
        let postings = (
            &self.docs[..len],
            &self.title_tf[..len],
            &self.body_tf[..len],
        );
        let least = least_worth(top.threshold(), 0.0, term.weight);
        let mut places = [0; BLOCK_POSTINGS];
        let found = (term.table).places_worth(postings, terms.norms, least, &mut places)?;
        for place in &places[..found] {
            let place = usize::from(*place);
            let doc = self.docs[place];
            let norm = norm_of(terms.norms, doc)?;
            let worth = (term.table).worth(self.title_tf[place], self.body_tf[place], norm);
            let mut score = 0.0;
            for leaf in &terms.leaves {
                score += leaf.factor * worth;
            }
            if score >= top.threshold() && terms.filter.allows(doc) {
                top.offer(score, doc);
            }
        }
        Ok(())
    }
}
