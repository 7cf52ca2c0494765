//! What does the age of an article leave of its score?
//!
//! `searcher/searching/recency.py` is the definition, and makes the factors: one for each
//! whole day between an article and the instant that ages are counted from. Powers are
//! computed there alone, since libraries of mathematics differ in the last bit.

const DAY_US: i64 = 86_400_000_000;

/// By whole days of age, what is left of a score: from more than 0 to 1, never rising. The
/// last factor is that of all that are older, and of what has no date.
#[derive(Debug, Clone, PartialEq)]
pub struct Recency {
    reference_us: i64,
    factors: Vec<f64>,
    last: f64,
}

impl Recency {
    /// None where the factors are none.
    pub fn new(reference_us: i64, factors: Vec<f64>) -> Option<Self> {
        let last = *factors.last()?;
        let allowed = factors.iter().all(|factor| *factor > 0.0 && *factor <= 1.0);
        allowed.then_some(Recency {
            reference_us,
            factors,
            last,
        })
    }

    /// What is left of the score of an article of that instant; `i64::MIN` is none.
    pub fn factor(&self, date_us: i64) -> f64 {
        if date_us == i64::MIN {
            return self.last;
        }
        let age_us = self.reference_us.saturating_sub(date_us).max(0);
        let days = (age_us / DAY_US) as usize;
        self.factors.get(days).copied().unwrap_or(self.last)
    }
}

/// The documents of one segment, aging.
#[derive(Debug, Clone, Copy)]
pub struct Aging<'d> {
    pub recency: &'d Recency,
    pub dates: &'d [i64],
}

impl Aging<'_> {
    pub fn factor(&self, doc: u32) -> f64 {
        let date = self.dates.get(doc as usize).copied().unwrap_or(i64::MIN);
        self.recency.factor(date)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_whole_and_what_is_to_come_is_of_today() {
        let recency = Recency::new(10 * DAY_US, vec![1.0, 0.75, 0.5]).unwrap();
        let of = |date_us: i64| recency.factor(date_us);
        assert_eq!(of(10 * DAY_US), 1.0);
        assert_eq!(of(11 * DAY_US), 1.0);
        assert_eq!(of(i64::MAX), 1.0);
        assert_eq!(of(9 * DAY_US + 1), 1.0);
        assert_eq!(of(9 * DAY_US), 0.75);
        assert_eq!(of(8 * DAY_US), 0.5);
        assert_eq!(of(-1000 * DAY_US), 0.5);
        assert_eq!(of(i64::MIN + 1), 0.5);
        assert_eq!(of(i64::MIN), 0.5);
    }

    #[test]
    fn factors_are_above_nothing_and_at_most_one() {
        for factors in [vec![], vec![0.0], vec![1.5], vec![f64::NAN], vec![-1.0]] {
            assert_eq!(Recency::new(0, factors), None);
        }
    }
}
