//! How much can a posting be worth, in sixteen bits?
//!
//! A posting's worth grows with `x = 2*title_tf + body_tf/norm` (`searching/scoring.py`) as
//! `x / (K1 + x)`, from 0 towards 1. Its **impact** is that number in units of 1/65535,
//! rounded up with a margin far above the rounding errors of doubles, so it is never below
//! what a search computes. A block keeps the largest impact of its postings.
//!
//! Norms depend on the average length, which changes as segments come and go. When it grows
//! by a factor, `x` grows by that factor at most, and `bound_of` says what follows.

/// How soon repetition stops to matter: `K1` of `searching/scoring.py`.
pub const K1: f64 = 1.6;
/// An occurrence in a title counts as this many in a body of average length.
pub const TITLE_WEIGHT: f64 = 2.0;
/// The part of the body norm that does not depend on the length: 1 - B.
pub const SMALLEST_NORM: f64 = 0.7;

const UNITS: f64 = 65535.0;
/// Far above the error of any sum of a few doubles, far below one unit.
const MARGIN: f64 = 1.0 + 1e-9;

/// `x` of one posting. `norm` is that of the body.
#[inline]
pub fn strength(title_tf: u32, body_tf: u32, norm: f64) -> f64 {
    TITLE_WEIGHT * f64::from(title_tf) + f64::from(body_tf) / norm
}

/// The impact of postings of at most this `x`, rounded up.
pub fn impact_of(x: f64) -> u16 {
    // The cast saturates, so an `x` without bounds cannot wrap around.
    (UNITS * (x / (K1 + x)) * MARGIN).ceil() as u16
}

/// An upper bound of `x / (K1 + x)` over all postings of at most this `impact`, when norms
/// may have shrunk since it was written: `scale = max(1, average now / average written)`.
pub fn bound_of(impact: u16, scale: f64) -> f64 {
    if impact == u16::MAX {
        return 1.0;
    }
    let share = f64::from(impact) / UNITS;
    if scale <= 1.0 {
        return share;
    }
    let x = K1 * share / (1.0 - share) * scale;
    (x / (K1 + x) * MARGIN).min(1.0)
}
