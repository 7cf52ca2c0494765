//! How much may one query cost?
//!
//! A `Budget` counts the work of a query, the memory that it holds and the time that is left,
//! and refuses to go on when one of them is used up: no answer is better than half of one.
//! Work is counted where it is done, in *units* of about a nanosecond each: so many for a
//! posting that is read, a form that is compared, a pair that is made.  So the verdict on a
//! query depends on the query and the index, not on how busy the machine is; only a deadline
//! asks the clock, once in `UNITS_BETWEEN_CHECKS`.
//!
//! The limits stand for `DOCUMENTS` documents and grow with the archive, as what a word costs
//! does.  What they do not bound: how much is shown, which the caller chose.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::error::CoreError;
use crate::search::lists::stream::Stream;
use crate::search::plan::Node;

/// What a query over up to `DOCUMENTS` documents may cost.
pub const UNITS: u64 = 500_000_000;
/// What it may hold in memory at a time.
pub const BYTES: u64 = 56 << 20;
pub const DOCUMENTS: u64 = 1 << 17;
/// Patterns that fit more forms together than this are refused (docs/query-language.md).
pub const FORMS: usize = 50_000;

/// About a millisecond.
const UNITS_BETWEEN_CHECKS: u64 = 1 << 20;
/// Whoever waits is asked whether to go on no more often than this.
const BETWEEN_QUESTIONS: Duration = Duration::from_millis(50);

// Units of work, as measured: benchmarks of DESIGN.md, rounded up.
pub const POSTING: u64 = 2;
pub const POSITION: u64 = 6;
pub const BLOCK: u64 = 200;
pub const LIST: u64 = 600;
pub const PAIR: u64 = 20;
/// To look whether a clause occurs in a document.
pub const LOOK: u64 = 64;

/// What it costs to read the documents and frequencies of a stream.
pub fn cost_of(stream: &Stream) -> u64 {
    LIST + POSTING * u64::from(stream.df_at_most())
}

/// What is being done?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Looking for the forms that words stand for.
    Expanding,
    /// Counting documents for weights.
    Weighing,
    /// Looking for the articles that match, and ranking them.
    Ranking,
    /// Making snippets.
    Showing,
}

impl Stage {
    /// As Python knows it (`searcher/searching/native.py`).
    pub fn name(self) -> &'static str {
        match self {
            Stage::Expanding => "expanding",
            Stage::Weighing => "weighing",
            Stage::Ranking => "ranking",
            Stage::Showing => "showing",
        }
    }
}

/// Which part of the query is being worked on?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Whole,
    Word(usize),
    Clause(usize),
    /// A value condition, by the number that the plan gives it.
    Value(usize),
}

impl Part {
    /// The part that a condition is.
    pub fn of(node: &Node) -> Part {
        match node {
            Node::Clause(clause) | Node::AtLeast { clause, .. } => Part::Clause(*clause),
            Node::Value { number, .. } => Part::Value(*number),
            _ => Part::Whole,
        }
    }
}

/// What is used up?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    Work,
    Memory,
    Time,
    /// Whoever waits has been asked, and does not want to wait any longer.
    Interrupted,
}

/// A query that was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spent {
    pub limit: Limit,
    pub stage: Stage,
    pub part: Part,
    /// How much of the stage was done by then: words expanded, leaves weighed, segments
    /// searched, hits shown; and of how many.
    pub done: (u64, u64),
    /// Units of work that were done in all.
    pub units: u64,
}

/// Asks whoever waits whether to go on.
pub type Question<'q> = &'q dyn Fn() -> bool;

/// What one query may cost, and has cost.
pub struct Budget<'q> {
    units: Cell<u64>,
    most_units: Cell<u64>,
    /// Units until the clock and the limits are looked at.
    until_check: Cell<u64>,
    /// What `until_check` was when it was set.
    granted: Cell<u64>,
    /// Made when something is held: most queries hold nothing.
    bytes: OnceCell<Rc<Cell<u64>>>,
    most_bytes: Cell<u64>,
    deadline: Option<Instant>,
    question: Option<Question<'q>>,
    asked_at: Cell<Option<Instant>>,
    stage: Cell<Stage>,
    part: Cell<Part>,
    done: Cell<(u64, u64)>,
}

impl<'q> Budget<'q> {
    /// The budget of a query that may take until `deadline`; `question` is asked now and then
    /// where it has run for long.
    pub fn new(deadline: Option<Instant>, question: Option<Question<'q>>) -> Self {
        let budget = Budget {
            units: Cell::new(0),
            most_units: Cell::new(UNITS),
            until_check: Cell::new(0),
            granted: Cell::new(0),
            bytes: OnceCell::new(),
            most_bytes: Cell::new(BYTES),
            deadline,
            question,
            asked_at: Cell::new(None),
            stage: Cell::new(Stage::Expanding),
            part: Cell::new(Part::Whole),
            done: Cell::new((0, 0)),
        };
        // With a deadline the clock is looked at before anything is done.
        if deadline.is_none() {
            budget.grant(UNITS_BETWEEN_CHECKS);
        }
        budget
    }

    /// Allow for an archive of so many documents.
    pub fn allow_for(&self, documents: u64) {
        let times =
            |limit: u64| (limit as u128 * u128::from(documents) / u128::from(DOCUMENTS)) as u64;
        self.most_units.set(UNITS.max(times(UNITS)));
        self.most_bytes.set(BYTES.max(times(BYTES)));
    }

    /// Note that `units` of work are about to be done.
    #[inline]
    pub fn charge(&self, units: u64) -> Result<(), Spent> {
        match self.until_check.get().checked_sub(units) {
            Some(left) => {
                self.until_check.set(left);
                Ok(())
            }
            None => self.check(units),
        }
    }

    /// The same for work that the caller asked for by its amount: only the deadline counts.
    pub fn look(&self, units: u64) -> Result<(), Spent> {
        let most = self.most_units.get();
        self.most_units.set(most.saturating_add(units));
        self.charge(units)
    }

    #[cold]
    fn check(&self, units: u64) -> Result<(), Spent> {
        let granted = self.granted.get() - self.until_check.get();
        let total = self
            .units
            .get()
            .saturating_add(granted)
            .saturating_add(units);
        self.units.set(total);
        self.grant(0);
        if total > self.most_units.get() {
            return Err(self.spent(Limit::Work));
        }
        if self.deadline.is_some() || self.question.is_some() {
            let now = Instant::now();
            if self.deadline.is_some_and(|deadline| now >= deadline) {
                return Err(self.spent(Limit::Time));
            }
            let asked_at = self.asked_at.get().unwrap_or(now);
            let is_due = now.duration_since(asked_at) >= BETWEEN_QUESTIONS;
            if is_due && self.question.is_some_and(|goes_on| !goes_on()) {
                return Err(self.spent(Limit::Interrupted));
            }
            self.asked_at.set(Some(if is_due { now } else { asked_at }));
        }
        self.grant(UNITS_BETWEEN_CHECKS.min(self.most_units.get() - total));
        Ok(())
    }

    fn grant(&self, units: u64) {
        self.granted.set(units);
        self.until_check.set(units);
    }

    /// Note that `bytes` are about to be held, until what is returned is dropped.
    pub fn hold(&self, bytes: u64) -> Result<Held, Spent> {
        let held = self.bytes.get_or_init(Rc::default);
        let total = held.get().saturating_add(bytes);
        if total > self.most_bytes.get() {
            return Err(self.spent(Limit::Memory));
        }
        held.set(total);
        Ok(Held {
            bytes: held.clone(),
            count: bytes,
        })
    }

    /// Say what is done from here on, in how many steps.
    pub fn enter(&self, stage: Stage, steps: usize) {
        self.stage.set(stage);
        self.done.set((0, steps as u64));
    }

    /// One step is done.
    pub fn step(&self) {
        let (done, of) = self.done.get();
        self.done.set((done + 1, of));
    }

    /// Say which part is worked on from here on; returns which one was.
    pub fn work_on(&self, part: Part) -> Part {
        self.part.replace(part)
    }

    fn spent(&self, limit: Limit) -> Spent {
        Spent {
            limit,
            stage: self.stage.get(),
            part: self.part.get(),
            done: self.done.get(),
            units: self.units.get() + self.granted.get() - self.until_check.get(),
        }
    }
}

/// Memory that counts as long as this lives.
#[derive(Debug)]
pub struct Held {
    bytes: Rc<Cell<u64>>,
    count: u64,
}

impl Held {
    /// Note that so many more are about to be held.
    pub fn grow(&mut self, bytes: u64, budget: &Budget) -> Result<(), Spent> {
        let mut more = budget.hold(bytes)?;
        self.count += std::mem::take(&mut more.count);
        Ok(())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.bytes.set(self.bytes.get().saturating_sub(self.count));
    }
}

impl From<Spent> for CoreError {
    fn from(spent: Spent) -> Self {
        CoreError::Spent(spent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_beyond_the_limit_is_refused_wherever_it_is_noticed() {
        for step in [1, 999, UNITS_BETWEEN_CHECKS, UNITS / 3] {
            let budget = Budget::new(None, None);
            let steps = UNITS / step;
            if step > 1 {
                for _ in 0..steps {
                    assert_eq!(budget.charge(step), Ok(()));
                }
                let spent = budget.charge(UNITS).unwrap_err();
                assert_eq!(spent.limit, Limit::Work);
                assert_eq!(spent.units, steps * step + UNITS);
            }
            assert!(budget.charge(u64::MAX).is_err(), "and again");
        }
    }

    #[test]
    fn the_budget_grows_with_the_archive() {
        let budget = Budget::new(None, None);
        budget.allow_for(4 * DOCUMENTS);
        assert_eq!(budget.charge(4 * UNITS - 1), Ok(()));
        assert!(budget.charge(2).is_err());
        assert!(budget.hold(4 * BYTES).is_ok());
    }

    #[test]
    fn memory_counts_as_long_as_it_is_held() {
        let budget = Budget::new(None, None);
        let held = budget.hold(BYTES).unwrap();
        assert_eq!(budget.hold(1).unwrap_err().limit, Limit::Memory);
        drop(held);
        let mut held = budget.hold(1).unwrap();
        assert!(held.grow(BYTES, &budget).is_err());
        held.grow(BYTES - 1, &budget).unwrap();
        assert!(budget.hold(1).is_err());
        drop(held);
        assert!(budget.hold(BYTES).is_ok());
    }

    #[test]
    fn a_deadline_that_has_passed_lets_nothing_be_done() {
        let budget = Budget::new(Some(Instant::now()), None);
        assert_eq!(budget.charge(0), Ok(()));
        assert_eq!(budget.charge(1).unwrap_err().limit, Limit::Time);
    }

    #[test]
    fn who_waits_is_asked_after_a_while() {
        let asked = Cell::new(0);
        let goes_on = || {
            asked.set(asked.get() + 1);
            asked.get() < 2
        };
        let budget = Budget::new(None, Some(&goes_on));
        let work = || budget.charge(UNITS_BETWEEN_CHECKS + 1);
        assert_eq!(work(), Ok(()));
        assert_eq!(asked.get(), 0);
        std::thread::sleep(BETWEEN_QUESTIONS);
        assert_eq!(work(), Ok(()));
        assert_eq!(asked.get(), 1);
        std::thread::sleep(BETWEEN_QUESTIONS);
        assert_eq!(work().unwrap_err().limit, Limit::Interrupted);
    }
}
