//! Which documents of a window may pass with what their pairs add?
//!
//! The sums of a window (`union.rs`) have what terms weigh with the pairs that are told of them
//! (`closeness.rs`), so that most documents fall by one comparison; others by how often they
//! hold the words that were added up, which was noted.  What is not known of the few that are
//! left is looked up, in the order of documents, as long as they may pass.  Then they wait, the
//! best first.  After each window the best few are offered, which raises the threshold; most of
//! the others are below it in the end, and their positions are never read.

use super::{Union, Wanted, Window, MOST_TOUCHED, WINDOW};
use crate::search::budget;
use crate::search::failure::Failure;
use crate::search::ranking::closeness::in_body;
use crate::search::ranking::score::marks_of_sums;
use crate::search::ranking::top_k::TopK;

/// So many documents are offered after each window.
const BEST_FIRST: usize = 8;

impl Union<'_, '_> {
    /// The most that the terms that were not added up weigh, with the pairs that are told of
    /// them; `spared` is the same without pairs.
    pub(super) fn told(&self, essential_from: usize, spared: f64) -> f64 {
        if self.classes.is_none() {
            return spared;
        }
        let others = self.order[..essential_from].iter();
        others
            .map(|t| self.summands[*t].told * self.summands[*t].most_worth)
            .sum()
    }

    /// `offer_sums` where there are pairs: the best few are offered, the others wait.
    pub(super) fn offer_close(
        &mut self,
        window: Window,
        essential_from: usize,
        top: &mut TopK,
    ) -> Result<(), Failure> {
        let threshold = top.threshold();
        let rest = self.told(essential_from, 0.0);
        let mut candidates = std::mem::take(&mut self.candidates);
        let is_short = self.touched.len() < MOST_TOUCHED;
        if is_short {
            for i in 0..self.touched.len() {
                let place = self.touched[i];
                let sum = std::mem::take(&mut self.sums[usize::from(place) % WINDOW]);
                // 0 is a place that was here before.
                if sum > 0.0 && self.raised(sum + rest) >= threshold {
                    candidates.push((place, sum));
                }
            }
            // Documents are looked up in their order.
            candidates.sort_unstable_by_key(|candidate| candidate.0);
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
                        candidates.push((place as u16, sum));
                    }
                }
            }
            self.sums.fill(0.0);
        }
        for (place, sum) in candidates.drain(..) {
            self.consider(window, usize::from(place), sum + rest, essential_from, top)?;
        }
        self.candidates = candidates;
        if let Some(classes) = &mut self.classes {
            match is_short {
                true => (self.touched.iter())
                    .for_each(|place| classes[usize::from(*place) % WINDOW] = 0),
                false => classes.fill(0),
            }
        }
        if self.wanted == Wanted::AllHolders {
            self.held.fill(0);
        }
        self.touched.clear();
        self.closeness.settle(BEST_FIRST, top)
    }

    /// Let the document at a place wait, if it may pass by what its words are worth; `told` is
    /// the most that it scores as far as the sums say.
    #[inline]
    fn consider(
        &mut self,
        window: Window,
        place: usize,
        told: f64,
        essential_from: usize,
        top: &mut TopK,
    ) -> Result<(), Failure> {
        let doc = window.base + place as u32;
        let threshold = top.threshold();
        let is_wanted = self.wanted != Wanted::AllHolders
            || usize::from(self.held[place % WINDOW]) == self.summands.len();
        if self.raised(told) < threshold || !is_wanted || !self.terms.filter.allows(doc) {
            return Ok(());
        }
        (self.terms.budget).charge(budget::PAIR * self.summands.len() as u64)?;
        let pairs = &self.terms.pairs;
        let norm = self.terms.norm(doc)?;
        let classes = self.classes.as_ref().map_or(0, |all| all[place % WINDOW]);
        let missing = (self.order[..essential_from].iter()).fold(0u64, |m, t| m | 1 << (t % 64));
        // What is known, and of all others the most that they may be.
        let mut unknown = 0u64;
        let mut most = 0.0;
        let mut of_words = self.most_of_words;
        for (t, summand) in self.summands.iter().enumerate() {
            let word = pairs.word(t);
            let known = match word {
                Some(word) if missing >> (t % 64) & 1 == 0 => in_body(classes, word),
                _ => None,
            };
            self.worths[t] = match known {
                Some(frequency) => self.terms.terms[t].table.worth(0, frequency, norm),
                None => {
                    unknown |= 1 << (t % 64);
                    summand.most_worth
                }
            };
            most += summand.weight * self.worths[t];
            if let Some(word) = word {
                of_words[word] = self.worths[t];
            }
        }
        // The heaviest of the others first.
        for i in (0..self.order.len()).rev() {
            let t = self.order[i];
            if unknown >> (t % 64) & 1 == 0 {
                continue;
            }
            if self.raised(most + pairs.most(&of_words)) < threshold {
                return Ok(());
            }
            let worth = self.look_up(t, doc)?;
            most += self.summands[t].weight * (worth - self.worths[t]);
            self.worths[t] = worth;
            if let Some(word) = pairs.word(t) {
                of_words[word] = worth;
            }
        }
        self.closeness.keep(doc, &self.worths, top)
    }

    /// What a term is worth in a document; 0 where it does not occur.
    #[inline]
    pub(super) fn look_up(&mut self, t: usize, doc: u32) -> Result<f64, Failure> {
        let term = &self.terms.terms[t];
        let summand = &mut self.summands[t];
        if summand.most_worth > 0.0 && summand.probing.seek_any(doc)? == doc {
            return Ok(summand.probing.worth(term.table, self.terms.norms)?);
        }
        Ok(0.0)
    }
}
