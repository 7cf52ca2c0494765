//! Which documents of a window may pass with what their pairs add?
//!
//! The sums of a window (`union.rs`) have the extras of the terms (`closeness.rs`), so that
//! most documents fall by one comparison; the others by which words they hold, and how often.
//! What is left waits, the best first. After each window the best few are looked up in all
//! terms and offered, which raises the threshold; most of the others are below it in the end,
//! and their positions are never read.

use std::cmp::Ordering;

use super::{Union, Wanted, Window, COST_OF_A_TERM, MOST_TOUCHED, WINDOW};
use crate::search::failure::Failure;
use crate::search::ranking::closeness::{held_of, Classes, Held};
use crate::search::ranking::score::marks_of_sums;
use crate::search::ranking::top_k::TopK;

/// So many documents are offered after each window.
const BEST_FIRST: usize = 8;
/// And in the end, before the others.
const BEST_AT_LAST: usize = 32;
/// More documents than these do not wait.
const MOST_PENDING: usize = 1 << 15;

impl Union<'_, '_> {
    /// `offer_sums` where there are pairs: the best few are offered, the others wait.
    pub(super) fn offer_close(
        &mut self,
        window: Window,
        essential_from: usize,
        spared: f64,
        top: &mut TopK,
    ) -> Result<(), Failure> {
        let threshold = top.threshold();
        let missing = self.missing(essential_from);
        // What may pass by the extras of what it holds.
        let rest = spared + self.terms.pairs.extras(self.not_added);
        if self.touched.len() < MOST_TOUCHED {
            for i in 0..self.touched.len() {
                let place = usize::from(self.touched[i]) % WINDOW;
                let sum = std::mem::take(&mut self.sums[place]);
                // 0 is a place that was here before.
                if sum > 0.0 && self.raised(sum + rest) >= threshold {
                    self.consider(window, place, sum, (spared, missing), threshold)?;
                }
            }
            for place in &self.touched {
                self.classes[usize::from(*place) % WINDOW] = 0;
            }
        } else {
            // Below this no sum passes, and most sums are.
            let least = threshold * (1.0 - 2.0 * self.margin) - rest;
            for first in (0..WINDOW).step_by(64) {
                let mut marks = marks_of_sums(&self.sums[first..first + 64], least);
                while marks != 0 {
                    let place = first + marks.trailing_zeros() as usize;
                    marks &= marks - 1;
                    let sum = self.sums[place];
                    if sum > 0.0 && self.raised(sum + rest) >= threshold {
                        self.consider(window, place, sum, (spared, missing), threshold)?;
                    }
                }
            }
            self.sums.fill(0.0);
            self.classes.fill(0);
        }
        if self.wanted == Wanted::AllHolders {
            self.held.fill(0);
        }
        self.touched.clear();
        // Enough to raise the threshold; most of the others are below it in the end.
        match self.pending.len() {
            ..MOST_PENDING => self.settle(BEST_FIRST, top),
            _ => self.settle_all(top),
        }
    }

    /// The bits of the terms that are not added up in the window.
    pub(super) fn missing(&self, essential_from: usize) -> u16 {
        let others = self.order[..essential_from].iter();
        others.fold(0, |missing, t| missing | 1 << (t % 16))
    }

    /// Keep the document at a place, if it may pass by how often it holds the words that were
    /// added up.
    #[inline]
    fn consider(
        &mut self,
        window: Window,
        place: usize,
        sum: f64,
        (spared, missing): (f64, u16),
        threshold: f64,
    ) -> Result<(), Failure> {
        let doc = window.base + place as u32;
        let pairs = &self.terms.pairs;
        let (classes, unknown) = (self.classes[place], self.not_added);
        let held = held_of(classes);
        let sum = sum - pairs.extras(held);
        let most = sum + spared;
        if self.raised(most + pairs.most(held | unknown)) < threshold {
            return Ok(());
        }
        let most = most + pairs.most_of(classes, unknown, self.terms.norm(doc)?);
        let most = self.raised(most);
        let is_wanted = self.wanted != Wanted::AllHolders
            || usize::from(self.held[place]) == self.summands.len();
        if is_wanted && most >= threshold && self.terms.filter.allows(doc) {
            self.pending.push(Pending {
                most,
                sum,
                doc,
                classes,
                unknown,
                missing,
            });
        }
        Ok(())
    }

    /// Offer the best of what is pending, at most so many.
    pub(super) fn settle(&mut self, most: usize, top: &mut TopK) -> Result<(), Failure> {
        for _ in 0..most {
            let Some(pending) = self.pending.pop() else {
                break;
            };
            if pending.most < top.threshold() {
                // All others are below it too.
                self.pending.clear();
                break;
            }
            self.evaluate(&pending, top)?;
        }
        Ok(())
    }

    /// Offer what is pending: the best few first, the others in their order, in which they are
    /// found more quickly.
    pub(super) fn settle_all(&mut self, top: &mut TopK) -> Result<(), Failure> {
        self.settle(BEST_AT_LAST, top)?;
        let mut others = std::mem::take(&mut self.pending).into_vec();
        others.retain(|pending| pending.most >= top.threshold());
        others.sort_unstable_by_key(|pending| pending.doc);
        for pending in others {
            if pending.most >= top.threshold() {
                self.evaluate(&pending, top)?;
            }
        }
        Ok(())
    }

    /// Look a document up in the terms that it holds or may hold, and offer it.
    pub(super) fn evaluate(&mut self, pending: &Pending, top: &mut TopK) -> Result<(), Failure> {
        let cost = COST_OF_A_TERM * self.summands.len() as u64 / 4;
        self.terms.budget.charge(cost)?;
        let pairs = &self.terms.pairs;
        let mut held = held_of(pending.classes) & !pending.unknown;
        let mut may_hold = held | pending.unknown;
        let mut sum = pending.sum;
        let is_missing = |t: usize| pending.missing >> (t % 16) & 1 == 1;
        self.worths.fill(0.0);
        for t in (0..self.summands.len()).filter(|t| is_missing(*t)) {
            match self.look_up(t, pending.doc)? {
                Some(worth) => {
                    self.worths[t] = worth;
                    sum += self.terms.terms[t].weight * worth;
                    held |= pairs.bit(t);
                }
                None => may_hold &= !pairs.bit(t),
            }
        }
        if self.raised(sum + pairs.most(may_hold)) < top.threshold() {
            return Ok(());
        }
        for t in (0..self.summands.len()).filter(|t| !is_missing(*t)) {
            // Of words without pairs nothing is known.
            if pairs.bit(t) == 0 || held & pairs.bit(t) != 0 {
                if let Some(worth) = self.look_up(t, pending.doc)? {
                    self.worths[t] = worth;
                }
            }
        }
        self.closeness.offer(pending.doc, held, &self.worths, top)
    }

    /// What a term is worth in a document; `None` where it does not occur.
    #[inline]
    fn look_up(&mut self, t: usize, doc: u32) -> Result<Option<f64>, Failure> {
        if let Some(list) = self.terms.pairs.whole_list(t) {
            // Its positions are to be read there as well, as a rule.
            return self.closeness.worth(t, list, doc);
        }
        let term = &self.terms.terms[t];
        let walker = &mut self.summands[t].probing;
        Ok(match walker.seek_any(doc)? == doc {
            true => Some(walker.worth(term.table, self.terms.norms)?),
            false => None,
        })
    }
}

/// A document that may pass.
pub struct Pending {
    /// The most that it can score.
    pub most: f64,
    /// What the terms weigh that were added up.
    pub sum: f64,
    pub doc: u32,
    /// How often it holds the words of pairs, but for those that are unknown.
    pub classes: Classes,
    pub unknown: Held,
    /// The terms that were not added up, as bits.
    pub missing: u16,
}

impl Ord for Pending {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.most.total_cmp(&other.most)).then(other.doc.cmp(&self.doc))
    }
}

impl PartialOrd for Pending {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Pending {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Pending {}
