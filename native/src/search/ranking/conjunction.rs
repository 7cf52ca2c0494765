//! Which documents that hold all of some terms are best, and how many are there?
//!
//! The rarest term leads, a block of it at a time, the blocks with the highest bounds
//! first.  Before a block is read, its bound and
//! those of the blocks of the other terms that overlap it tell whether anything there can
//! come among the best.  The documents of a block are then taken through the other terms
//! one after the other, and fall out where a term does not hold them or where what they
//! have and what the other terms can add at most is below the threshold.  Optional terms
//! come last: they add to scores and decide nothing.
//!
//! Sources: score bounds before decoding as in block-max indexes (Ding and Suel, 2011); term
//! after term over a block of candidates as in Lucene 10 (PR 14906, "score-first").

use crate::error::Damage;
use crate::postings::BLOCK_POSTINGS;
use crate::search::budget;
use crate::search::failure::Failure;
use crate::search::lists::position_table::{are_many, PlaceTable};
use crate::search::lists::stream::Walker;
use crate::search::ranking::best_blocks::{blocks_within, part_best, sort_best};
use crate::search::ranking::closeness::Closeness;
use crate::search::ranking::score::{
    least_worth, places_of, raised, roughly_lowered, roughly_raised,
};
use crate::search::ranking::terms::Terms;
use crate::search::ranking::top_k::TopK;

/// Rank the documents that hold all terms `required` (the rarest first); those `optional`
/// add to scores.  Returns how many documents there are: all of them if `count`, else those
/// that were seen.
pub fn rank(
    terms: &Terms,
    required: &[usize],
    optional: &[usize],
    top: &mut TopK,
    count: bool,
) -> Result<u64, Failure> {
    let filter = &terms.filter;
    let Some((&lead, others)) = required.split_first() else {
        return Ok(0);
    };
    if filter.low >= filter.high {
        return Ok(0);
    }
    terms
        .budget
        .charge(budget::LIST * terms.terms.len() as u64)?;
    let mut leader = Walker::new(terms.terms[lead].stream.clone());
    let mut followers: Vec<Follower> = (others.iter().chain(optional))
        .map(|term| Follower::new(terms, *term))
        .collect();
    let mut candidates = Candidates::new(terms.terms.len());
    let mut closeness = Closeness::new(terms);
    let pairs = &terms.pairs;
    let pairs_at_most = pairs.most(&pairs.by_word(|t| terms.terms[t].stream.max_bound()));
    let stream = terms.terms[lead].stream.clone();
    let weight = terms.terms[lead].weight;
    let others_at_most: f64 = followers
        .iter()
        .map(|f| terms.terms[f.term].max_bound())
        .sum::<f64>()
        + pairs_at_most;
    let is_ranked = top.capacity() > 0;
    let mut blocks: Vec<(f64, usize)> = blocks_within(&stream, filter.low, filter.high)
        .map(|block| (weight * stream.bound(block), block))
        .collect();
    // The best blocks first, so that the threshold is high for the others.
    let head = 8 + top.capacity() / 16;
    if is_ranked && head < blocks.len() {
        let (best, rest) = part_best(&mut blocks, head);
        sort_best(best);
        rest.sort_unstable_by_key(|(_, block)| *block);
    }
    let mut total = 0;
    let cost = budget::BLOCK + 16 * followers.len() as u64;
    for (bound, block) in blocks {
        terms.budget.charge(cost)?;
        if !count && raised(bound + others_at_most) < top.threshold() {
            continue;
        }
        let first = match block {
            0 => filter.low,
            _ => (stream.last_doc(block - 1).saturating_add(1)).max(filter.low),
        };
        let last = stream.last_doc(block).min(filter.high - 1);
        let mut rest = pairs_at_most;
        if is_ranked {
            // From the last one on, so that each knows what those after it can add.
            for follower in followers.iter_mut().rev() {
                follower.rest = rest;
                rest += follower.look_ahead(first, last);
            }
        }
        let scored = is_ranked && raised(bound + rest) >= top.threshold();
        if !scored && !count {
            continue;
        }
        leader.enter(block)?;
        let mut round = Round {
            terms,
            candidates: &mut candidates,
            scored,
            count,
        };
        round.fill(lead, &mut leader, rest, top)?;
        for follower in &mut followers[..others.len()] {
            terms.budget.charge(8 * round.candidates.len as u64)?;
            round.keep(follower, top)?;
        }
        total += candidates.len as u64;
        if scored {
            let optional = &mut followers[others.len()..];
            let cost = 32 * (candidates.len * optional.len()) as u64;
            terms.budget.charge(cost)?;
            let closeness = &mut closeness;
            let rest = (optional.first()).map_or(pairs_at_most, |first| first.bound + first.rest);
            round_off(
                closeness,
                &mut candidates,
                (lead, &leader),
                (optional, rest),
                top,
            )?;
        }
    }
    Ok(total)
}

/// A term that is asked whether it holds the candidates.
struct Follower<'a> {
    term: usize,
    weight: f64,
    walker: Walker<'a>,
    /// Where documents stand in the block of the walker.
    placed: PlaceTable,
    /// The most that a posting near the block of the leader weighs.
    bound: f64,
    /// The most that the followers after this one weigh there.
    rest: f64,
}

impl<'a> Follower<'a> {
    fn new(terms: &Terms<'a>, term: usize) -> Self {
        Follower {
            term,
            weight: terms.terms[term].weight,
            walker: Walker::new(terms.terms[term].stream.clone()),
            placed: PlaceTable::default(),
            bound: 0.0,
            rest: 0.0,
        }
    }

    fn look_ahead(&mut self, first: u32, last: u32) -> f64 {
        let stream = self.walker.stream();
        let ahead = stream.block_from(self.walker.near(first), first);
        self.bound = self.weight * stream.bound_until(ahead, last);
        self.bound
    }
}

/// The documents of a block that are still in the running.
struct Candidates {
    len: usize,
    docs: [u32; BLOCK_POSTINGS],
    /// The place of each in the block: where its worths are kept.
    slots: [u8; BLOCK_POSTINGS],
    /// What each weighs so far, or slightly more, since of the leader it is known roughly;
    /// -1 for those that are only counted.
    weights: [f64; BLOCK_POSTINGS],
    /// By term, what it is worth in each slot.
    worths: Vec<[f64; BLOCK_POSTINGS]>,
}

const ONLY_COUNTED: f64 = -1.0;

impl Candidates {
    fn new(term_count: usize) -> Self {
        Candidates {
            len: 0,
            docs: [0; BLOCK_POSTINGS],
            slots: [0; BLOCK_POSTINGS],
            weights: [0.0; BLOCK_POSTINGS],
            worths: vec![[0.0; BLOCK_POSTINGS]; term_count],
        }
    }
}

/// One block of the leader on its way through the required terms.
struct Round<'r, 'a> {
    terms: &'r Terms<'a>,
    candidates: &'r mut Candidates,
    scored: bool,
    count: bool,
}

impl Round<'_, '_> {
    /// Take the documents of the leader's block.
    fn fill(
        &mut self,
        lead: usize,
        leader: &mut Walker,
        rest: f64,
        top: &TopK,
    ) -> Result<(), Damage> {
        let candidates = &mut *self.candidates;
        let term = &self.terms.terms[lead];
        let filter = &self.terms.filter;
        let mut kept = 0;
        if self.scored {
            leader.frequencies()?;
            let norms = self.terms.norms;
            let mut worths = [0.0; BLOCK_POSTINGS];
            (term.table).rough_worths(leader.postings(), norms, &mut worths)?;
            let docs = leader.docs();
            // All are counted, whatever they are worth.
            let mut places = std::array::from_fn(|place| place as u8);
            let mut found = docs.len();
            if !self.count {
                let least = least_worth(top.threshold(), rest, term.weight);
                found = places_of(&worths, found, roughly_lowered(least), &mut places);
            }
            for at in &places[..found] {
                let place = usize::from(*at);
                let doc = docs[place];
                candidates.docs[kept] = doc;
                candidates.slots[kept] = *at;
                candidates.weights[kept] = term.weight * roughly_raised(worths[place]);
                kept += usize::from(filter.allows(doc));
            }
        } else {
            for (slot, doc) in leader.docs().iter().enumerate() {
                candidates.docs[kept] = *doc;
                candidates.slots[kept] = slot as u8;
                candidates.weights[kept] = ONLY_COUNTED;
                kept += usize::from(filter.allows(*doc));
            }
        }
        candidates.len = kept;
        Ok(())
    }

    /// Keep the candidates that the follower holds: a block of it is decoded once for all
    /// of them that it may hold.
    fn keep(&mut self, follower: &mut Follower, top: &TopK) -> Result<(), Damage> {
        let candidates = &mut *self.candidates;
        let term = &self.terms.terms[follower.term];
        let walker = &mut follower.walker;
        let len = candidates.len.min(BLOCK_POSTINGS);
        let (mut at, mut kept) = (0, 0);
        while at < len {
            let first = candidates.docs[at];
            let block = walker.stream().block_from(walker.near(first), first);
            if block >= walker.stream().block_count() {
                break;
            }
            // Damaged bytes must not keep it from going on.
            let last = walker.stream().last_doc(block).max(first);
            // Finer than what is known of all blocks that the leader's block meets.
            let most = match self.scored {
                true => term.weight * walker.stream().bound(block) + follower.rest,
                false => f64::INFINITY,
            };
            let is_crowded = are_many(&candidates.docs[at..len], last);
            let (mut is_entered, mut is_placed) = (false, false);
            while at < len && candidates.docs[at] <= last {
                let (doc, slot) = (candidates.docs[at], candidates.slots[at]);
                let mut weight = candidates.weights[at];
                at += 1;
                if raised(weight + most) < top.threshold() {
                    if !self.count {
                        continue;
                    }
                    weight = ONLY_COUNTED;
                }
                if !is_entered {
                    walker.enter(block)?;
                    is_entered = true;
                    is_placed = is_crowded && follower.placed.place(block, walker.docs());
                    if is_placed && self.scored {
                        // Some are held, as a rule.
                        walker.frequencies()?;
                    }
                }
                let place = match is_placed {
                    true => follower.placed.place_of(doc),
                    false => walker.place_of(doc),
                };
                let is_held = walker.docs().get(place) == Some(&doc);
                if weight != ONLY_COUNTED {
                    if !is_held {
                        continue;
                    }
                    walker.stand_on(place);
                    let worth = walker.worth(term.table, self.terms.norms)?;
                    weight += term.weight * worth;
                    candidates.worths[follower.term][slot as usize] = worth;
                    if raised(weight + follower.rest) < top.threshold() {
                        if !self.count {
                            continue;
                        }
                        weight = ONLY_COUNTED;
                    }
                }
                // Without a branch: of those that are only counted nothing tells which
                // are held.
                candidates.docs[kept] = doc;
                candidates.slots[kept] = slot;
                candidates.weights[kept] = weight;
                kept += usize::from(is_held);
            }
        }
        candidates.len = kept;
        Ok(())
    }
}

/// Add what optional terms are worth, and offer the documents; `rest` is the most that those
/// terms and pairs weigh.
fn round_off(
    closeness: &mut Closeness,
    candidates: &mut Candidates,
    (lead, leader): (usize, &Walker),
    (optional, rest): (&mut [Follower], f64),
    top: &mut TopK,
) -> Result<(), Failure> {
    let terms = closeness.terms();
    let mut worths = vec![0.0; terms.terms.len()];
    for at in 0..candidates.len {
        let (doc, slot) = (candidates.docs[at], candidates.slots[at] as usize);
        let mut weight = candidates.weights[at];
        if weight == ONLY_COUNTED || raised(weight + rest) < top.threshold() {
            continue;
        }
        for (worth, of_term) in worths.iter_mut().zip(&candidates.worths) {
            *worth = of_term[slot];
        }
        worths[lead] = leader.worth_at(slot, terms.terms[lead].table, terms.norms);
        let mut is_out = false;
        for follower in optional.iter_mut() {
            let held = follower.walker.seek_any(doc)? == doc;
            worths[follower.term] = if held {
                let table = terms.terms[follower.term].table;
                follower.walker.worth(table, terms.norms)?
            } else {
                0.0
            };
            weight += follower.weight * worths[follower.term];
            if raised(weight + follower.rest) < top.threshold() {
                is_out = true;
                break;
            }
        }
        if !is_out {
            closeness.offer(doc, &worths, top)?;
        }
    }
    Ok(())
}
