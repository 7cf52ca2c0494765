//! Which documents are best among those that hold the heaviest of some terms?
//!
//! The heaviest term is the one that can weigh most: a rare one, as a rule.  Its blocks are
//! visited best first, and each of its documents is looked up in the other terms if it may
//! pass the threshold with them.  After a few blocks the threshold is high.  If all other
//! terms together stay below it then, no document without the heaviest term can be among the
//! best, and its other blocks answer the query.

use crate::postings::BLOCK_POSTINGS;
use crate::search::budget;
use crate::search::failure::Failure;
use crate::search::lists::stream::Walker;
use crate::search::ranking::best_blocks::{blocks_within, part_best, sort_best};
use crate::search::ranking::closeness::Closeness;
use crate::search::ranking::score::{least_worth, lowered, raised};
use crate::search::ranking::terms::Terms;
use crate::search::ranking::top_k::TopK;

/// For more documents than these a threshold is not worth looking each of them up.
const MOST_LOOKED_UP: usize = 64;

/// Rank the documents that hold the heaviest term, as far as that helps.  Returns whether
/// that is all there is to do; if not, `top` is as it was, but for a higher floor.
pub fn rank<'q, 'a>(
    terms: &'q Terms<'a>,
    closeness: &mut Closeness<'q, 'a>,
    top: &mut TopK,
) -> Result<bool, Failure> {
    let bounds: Vec<f64> = terms.terms.iter().map(|term| term.max_bound()).collect();
    let heaviest = (0..bounds.len()).max_by(|a, b| bounds[*a].total_cmp(&bounds[*b]));
    let Some(heaviest) = heaviest.filter(|t| bounds[*t].is_finite()) else {
        return Ok(false);
    };
    let others: f64 = (0..bounds.len())
        .filter(|t| *t != heaviest)
        .map(|t| bounds[t])
        .sum();
    let pairs = &terms.pairs;
    let without = others + pairs.most(pairs.every() & !pairs.bit(heaviest));
    let others = others + pairs.most(pairs.every());
    let stream = &terms.terms[heaviest].stream;
    let (low, high) = (terms.filter.low, terms.filter.high);
    let weight = terms.terms[heaviest].weight;
    let mut blocks: Vec<(f64, usize)> = blocks_within(stream, low, high)
        .map(|block| (weight * stream.bound(block), block))
        .collect();
    // A few blocks, each of which has a few good documents.
    let head = 4 + 4 * top.capacity() / BLOCK_POSTINGS;
    let (best, rest) = part_best(&mut blocks, head);
    // A few documents of a block are looked up in the others, as a rule.
    let cost = budget::BLOCK + 4 * bounds.len() as u64;
    terms.budget.charge(budget::LIST * bounds.len() as u64)?;
    let mut probe = Probe::new(terms, closeness, heaviest, others, &bounds);
    top.raise_floor(probe.floor(best, top)?);
    if raised(without) >= top.threshold() || top.capacity() > MOST_LOOKED_UP {
        return Ok(false);
    }
    sort_best(best);
    for (bound, block) in best.iter().chain(rest.iter()) {
        terms.budget.charge(cost)?;
        probe.rank_block(*block, *bound, top)?;
    }
    Ok(true)
}

struct Probe<'c, 'q, 'a> {
    terms: &'q Terms<'a>,
    closeness: &'c mut Closeness<'q, 'a>,
    heaviest: usize,
    reader: Walker<'a>,
    /// The other terms, the heaviest of them first, each with the most that it and those
    /// after it weigh.
    others: Vec<Other<'a>>,
    /// The most that all others weigh, and what pairs add.
    all_others: f64,
    worths: Vec<f64>,
}

struct Other<'a> {
    term: usize,
    walker: Walker<'a>,
    bound: f64,
    after: f64,
}

impl<'c, 'q, 'a> Probe<'c, 'q, 'a> {
    fn new(
        terms: &'q Terms<'a>,
        closeness: &'c mut Closeness<'q, 'a>,
        heaviest: usize,
        all_others: f64,
        bounds: &[f64],
    ) -> Self {
        let mut order: Vec<usize> = (0..bounds.len()).filter(|t| *t != heaviest).collect();
        order.sort_by(|a, b| bounds[*b].total_cmp(&bounds[*a]));
        let others = order.iter().map(|t| Other {
            term: *t,
            walker: Walker::new(terms.terms[*t].stream.clone()),
            bound: bounds[*t],
            after: 0.0,
        });
        Probe {
            terms,
            closeness,
            heaviest,
            reader: Walker::new(terms.terms[heaviest].stream.clone()),
            others: others.collect(),
            all_others,
            worths: vec![0.0; bounds.len()],
        }
    }

    /// A score that as many documents of `blocks` reach as are wanted; the floor of `top` if
    /// there are not so many.
    fn floor(&mut self, blocks: &[(f64, usize)], top: &TopK) -> Result<f64, Failure> {
        let term = &self.terms.terms[self.heaviest];
        let mut alone = top.like();
        for (bound, block) in blocks {
            if raised(bound + self.all_others) < alone.threshold() {
                continue;
            }
            self.reader.enter(*block)?;
            self.reader.frequencies()?;
            let least = least_worth(alone.threshold(), 0.0, term.weight);
            let mut places = [0; BLOCK_POSTINGS];
            let norms = self.terms.norms;
            let found = (self.reader).places_worth(least, term.table, norms, &mut places)?;
            for place in &places[..found] {
                let place = usize::from(*place);
                let doc = &self.reader.docs()[place];
                let worth = self.reader.worth_at(place, term.table, norms);
                // Adding up leaves may round down where their sum was rounded up.
                let weight = lowered(term.weight * worth);
                if weight >= alone.threshold() && self.terms.filter.allows(*doc) {
                    alone.offer(weight, *doc);
                }
            }
        }
        let floor = alone.threshold();
        if top.capacity() > MOST_LOOKED_UP {
            return Ok(floor);
        }
        let mut whole = top.like();
        for scored in alone.into_sorted() {
            self.worths.fill(0.0);
            let mut held = 0;
            for t in 0..self.worths.len() {
                let term = &self.terms.terms[t];
                let other = self.others.iter_mut().find(|other| other.term == t);
                let walker = match other {
                    Some(other) => &mut other.walker,
                    None => &mut self.reader,
                };
                if walker.seek_any(scored.doc)? == scored.doc {
                    self.worths[t] = walker.worth(term.table, self.terms.norms)?;
                    held |= self.terms.pairs.bit(t);
                }
            }
            (self.closeness).offer(scored.doc, held, &self.worths, &mut whole)?;
        }
        Ok(floor.max(whole.threshold()))
    }

    /// Rank the documents of a block of the heaviest term.
    fn rank_block(&mut self, block: usize, bound: f64, top: &mut TopK) -> Result<(), Failure> {
        if raised(bound + self.all_others) < top.threshold() {
            return Ok(());
        }
        let last = self.reader.stream().last_doc(block);
        let first = match block {
            0 => 0,
            _ => self.reader.stream().last_doc(block - 1).saturating_add(1),
        };
        let mut most = 0.0;
        let pairs = &self.terms.pairs;
        let mut near = pairs.bit(self.heaviest);
        for other in self.others.iter_mut().rev() {
            let stream = other.walker.stream();
            let ahead = stream.block_from(0, first);
            other.bound = self.terms.terms[other.term].weight * stream.bound_until(ahead, last);
            other.after = most;
            most += other.bound;
            if other.bound > 0.0 {
                near |= pairs.bit(other.term);
            }
        }
        most += pairs.most(near);
        if raised(bound + most) < top.threshold() {
            return Ok(());
        }
        let term = &self.terms.terms[self.heaviest];
        self.reader.enter(block)?;
        self.reader.frequencies()?;
        let least = least_worth(top.threshold(), most, term.weight);
        let mut places = [0; BLOCK_POSTINGS];
        let norms = self.terms.norms;
        let found = (self.reader).places_worth(least, term.table, norms, &mut places)?;
        for place in &places[..found] {
            let place = usize::from(*place);
            let doc = &self.reader.docs()[place];
            let worth = self.reader.worth_at(place, term.table, norms);
            let mut weight = term.weight * worth;
            if raised(weight + most) < top.threshold() || !self.terms.filter.allows(*doc) {
                continue;
            }
            self.worths.fill(0.0);
            self.worths[self.heaviest] = worth;
            let mut held = near;
            let mut is_out = false;
            for other in &mut self.others {
                let term = &self.terms.terms[other.term];
                if other.walker.seek_any(*doc)? == *doc {
                    self.worths[other.term] = other.walker.worth(term.table, self.terms.norms)?;
                    weight += term.weight * self.worths[other.term];
                } else {
                    held &= !pairs.bit(other.term);
                }
                if raised(weight + other.after + pairs.most(held)) < top.threshold() {
                    is_out = true;
                    break;
                }
            }
            if !is_out {
                (self.closeness).offer(*doc, held, &self.worths, top)?;
            }
        }
        Ok(())
    }
}
