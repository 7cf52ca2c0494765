//! What is known of a term in a window of documents?

use super::Window;
use crate::search::lists::stream::Walker;
use crate::search::ranking::terms::Terms;

/// A term with the places where it is read.
pub struct Summand<'a> {
    pub weight: f64,
    /// The same with the pairs that are told of it.
    pub told: f64,
    /// Where it is added up.
    pub adding: Walker<'a>,
    /// Where single documents are looked up.
    pub probing: Walker<'a>,
    pub ahead: usize,
    /// The most that a posting in the window is worth, and what it weighs.
    pub most_worth: f64,
    pub bound: f64,
    /// The most that the terms before this one in the order weigh.
    pub before: f64,
    /// The most that all other terms weigh.
    pub others: f64,
    /// Whether a document that holds only terms before it in the order is too light.
    pub is_essential: bool,
}

impl<'a> Summand<'a> {
    pub fn new(terms: &Terms<'a>, number: usize) -> Self {
        let term = &terms.terms[number];
        Summand {
            weight: term.weight,
            told: term.weight + terms.pairs.extra(number),
            adding: Walker::new(term.stream.clone()),
            probing: Walker::new(term.stream.clone()),
            ahead: 0,
            most_worth: 0.0,
            bound: 0.0,
            before: 0.0,
            others: 0.0,
            is_essential: false,
        }
    }

    /// The most that a posting in the window weighs; kept.
    pub(super) fn look_ahead(&mut self, window: Window) -> f64 {
        let stream = self.adding.stream();
        self.ahead = stream.block_from(self.ahead, window.low);
        // What was read may tell that there is nothing before the end of the window.
        let is_absent = self.ahead >= stream.block_count()
            || (self.adding.block() == Some(self.ahead) && self.adding.doc() >= window.high);
        self.most_worth = if is_absent {
            0.0
        } else {
            stream.bound_until(self.ahead, window.high - 1)
        };
        // A weight without bound stays one.
        self.bound = if is_absent {
            0.0
        } else {
            self.weight * self.most_worth
        };
        self.bound
    }
}
