//! How much can a posting be worth, in sixteen bits?
//!
//! A posting's worth grows with its strength `x = title weight * title_tf + body weight *
//! body_tf / norm` (`searcher/scoring.py`) as `x / (k1 + x)`, from 0 towards 1. Its **impact** is
//! that number in units of 1/65535, rounded up with a margin far above the rounding errors of
//! doubles, so it is never below what a search computes. A block keeps the largest impact of its
//! postings.
//!
//! Norms depend on the average length, which changes as segments come and go, and a search may
//! ask with other constants: `Bounds` (`scoring.rs`) says what an impact is worth then.

use crate::scoring::{Bounds, Scoring, MARGIN};

const UNITS: f64 = 65535.0;

/// What the impacts of a segment are computed with.
#[derive(Clone, Debug)]
pub struct ImpactTable {
    scoring: Scoring,
    /// The norm of a body, by the code of its length.
    norms: [f64; 256],
}

impl ImpactTable {
    pub fn new(scoring: Scoring, norms: [f64; 256]) -> Self {
        ImpactTable { scoring, norms }
    }

    /// The strength of a posting of titles and bodies; `code` is that of the body's length.
    #[inline]
    pub fn of_text(&self, title_tf: u32, body_tf: u32, code: Option<u8>) -> f64 {
        let norm = match code {
            Some(code) => self.norms[usize::from(code)],
            None => self.scoring.smallest_norm(),
        };
        self.scoring.title_weight * f64::from(title_tf)
            + self.scoring.body_weight * f64::from(body_tf) / norm
    }

    /// The strength of a posting where lengths do not count: of bylines, which have no titles.
    #[inline]
    pub fn of_byline(&self, title_tf: u32, tf: u32) -> f64 {
        self.scoring.title_weight * f64::from(title_tf) + self.scoring.byline_weight * f64::from(tf)
    }

    /// The impact of postings of at most this strength, rounded up.
    pub fn impact_of(&self, x: f64) -> u16 {
        // The cast saturates, so an `x` without bounds cannot wrap around.
        (UNITS * self.scoring.saturation(x) * MARGIN).ceil() as u16
    }
}

/// An upper bound of the worth of all postings of at most this `impact`.
#[inline]
pub fn bound_of(impact: u16, bounds: &Bounds) -> f64 {
    match impact {
        u16::MAX => 1.0,
        _ => bounds.of_share(f64::from(impact) / UNITS),
    }
}
