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
use crate::search::ranking::closeness::{Closeness, WordWorths};
use crate::search::ranking::score::{least_worth, lowered, raised};
use crate::search::ranking::terms::Terms;
use crate::search::ranking::top_k::TopK;

/// So many of the documents that wait for their pairs are offered after each block.
const BEST_FIRST: usize = 4;
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
    let most_worths = pairs.by_word(|t| terms.terms[t].stream.max_bound());
    let without = others + pairs.most(&without_word(most_worths, pairs.word(heaviest)));
    let others = others + pairs.most(&most_worths);
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
        match pairs.is_empty() {
            true => probe.rank_block::<false>(*block, *bound, top)?,
            false => probe.rank_block::<true>(*block, *bound, top)?,
        }
    }
    probe.closeness.settle_all(top)?;
    Ok(true)
}

/// The same where that word is not held.
fn without_word(mut worths: WordWorths, word: Option<usize>) -> WordWorths {
    if let Some(word) = word {
        worths[word] = 0.0;
    }
    worths
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
    /// The most that it is worth near the block, and what it weighs.
    most_worth: f64,
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
            most_worth: 0.0,
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
        // Documents of the two heaviest have most by their pairs, as a rule.
        let mut second = match self.terms.pairs.is_empty() {
            true => None,
            false => self.others.first_mut(),
        };
        let rest = second.as_ref().map_or(0.0, |second| second.bound);
        for (bound, block) in blocks {
            if raised(bound + self.all_others) < alone.threshold() {
                continue;
            }
            self.reader.enter(*block)?;
            self.reader.frequencies()?;
            let least = least_worth(alone.threshold(), rest, term.weight);
            let mut places = [0; BLOCK_POSTINGS];
            let norms = self.terms.norms;
            let found = (self.reader).places_worth(least, term.table, norms, &mut places)?;
            for place in &places[..found] {
                let place = usize::from(*place);
                let doc = &self.reader.docs()[place];
                let worth = self.reader.worth_at(place, term.table, norms);
                let mut weight = term.weight * worth;
                if !self.terms.filter.allows(*doc) {
                    continue;
                }
                if let Some(second) = &mut second {
                    let term = &self.terms.terms[second.term];
                    if second.walker.seek_any(*doc)? == *doc {
                        weight += term.weight * second.walker.worth(term.table, norms)?;
                    }
                }
                // Adding up leaves may round down where their sum was rounded up.
                weight = lowered(weight);
                if weight >= alone.threshold() {
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
            for t in 0..self.worths.len() {
                let term = &self.terms.terms[t];
                let other = self.others.iter_mut().find(|other| other.term == t);
                let walker = match other {
                    Some(other) => &mut other.walker,
                    None => &mut self.reader,
                };
                if walker.seek_any(scored.doc)? == scored.doc {
                    self.worths[t] = walker.worth(term.table, self.terms.norms)?;
                }
            }
            (self.closeness).offer(scored.doc, &self.worths, &mut whole)?;
        }
        Ok(floor.max(whole.threshold()))
    }

    /// Rank the documents of a block of the heaviest term; `PAIRED` is whether there are pairs.
    fn rank_block<const PAIRED: bool>(
        &mut self,
        block: usize,
        bound: f64,
        top: &mut TopK,
    ) -> Result<(), Failure> {
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
        let mut of_words = WordWorths::default();
        let paired = |of_words: &WordWorths| match PAIRED {
            true => pairs.most(of_words),
            false => 0.0,
        };
        let word_of = |term: usize| match PAIRED {
            true => pairs.word(term),
            false => None,
        };
        for other in self.others.iter_mut().rev() {
            let stream = other.walker.stream();
            let ahead = stream.block_from(0, first);
            other.most_worth = stream.bound_until(ahead, last);
            other.bound = self.terms.terms[other.term].weight * other.most_worth;
            other.after = most;
            most += other.bound;
            if let Some(word) = word_of(other.term) {
                of_words[word] = other.most_worth;
            }
        }
        let term = &self.terms.terms[self.heaviest];
        // The pairs of the heaviest weigh no more than its worth lets them.
        let told = term.weight + pairs.extra_of_all(self.heaviest);
        let without = most + paired(&of_words);
        let heaviest = word_of(self.heaviest);
        if let Some(word) = heaviest {
            of_words[word] = self.reader.stream().bound(block);
        }
        if raised(bound + most + paired(&of_words)) < top.threshold() {
            return Ok(());
        }
        self.reader.enter(block)?;
        self.reader.frequencies()?;
        let least = least_worth(top.threshold(), without, told);
        let mut places = [0; BLOCK_POSTINGS];
        let norms = self.terms.norms;
        let found = (self.reader).places_worth(least, term.table, norms, &mut places)?;
        for place in &places[..found] {
            let place = usize::from(*place);
            let doc = &self.reader.docs()[place];
            let worth = self.reader.worth_at(place, term.table, norms);
            let mut weight = term.weight * worth;
            if let Some(word) = heaviest {
                of_words[word] = worth;
            }
            if raised(weight + most + paired(&of_words)) < top.threshold()
                || !self.terms.filter.allows(*doc)
            {
                continue;
            }
            self.worths.fill(0.0);
            self.worths[self.heaviest] = worth;
            let mut of_words = of_words;
            let mut is_out = false;
            for other in &mut self.others {
                let term = &self.terms.terms[other.term];
                let mut worth = 0.0;
                if other.walker.seek_any(*doc)? == *doc {
                    worth = other.walker.worth(term.table, self.terms.norms)?;
                    weight += term.weight * worth;
                }
                self.worths[other.term] = worth;
                if let Some(word) = word_of(other.term) {
                    of_words[word] = worth;
                }
                if raised(weight + other.after + paired(&of_words)) < top.threshold() {
                    is_out = true;
                    break;
                }
            }
            match (is_out, PAIRED) {
                (true, _) => {}
                (false, true) => self.closeness.keep(*doc, &self.worths, top)?,
                (false, false) => top.offer(self.terms.score(&self.worths), *doc),
            }
        }
        match PAIRED {
            true => self.closeness.settle(BEST_FIRST, top),
            false => Ok(()),
        }
    }
}
