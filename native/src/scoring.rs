//! What is the ranking computed with, and what follows for the bounds of posting lists?
//!
//! [`Scoring`] holds the constants of `searcher/scoring.py`, which has the formula and its
//! sources.  Every segment keeps those that it was written with, since the impacts of its
//! blocks (`postings/impact.rs`) were computed with them: [`Bounds`] says what an impact is
//! worth under the constants of a search.  Under others than the segment's own a bound may be
//! loose, so that a search looks at more than it must, but no posting ever passes it.

use crate::bytes::Reader;
use crate::error::Damage;

/// The constants of the ranking.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scoring {
    /// How soon repetition stops to matter.
    pub k1: f64,
    /// How much the length of a body counts.
    pub b: f64,
    pub title_weight: f64,
    pub body_weight: f64,
    pub byline_weight: f64,
}

/// Far above the error of any sum of a few doubles, far below one unit of an impact.
pub const MARGIN: f64 = 1.0 + 1e-9;
/// What `searcher/scoring.py` allows, and no more than that.
const LARGEST: f64 = 1e6;
const SMALLEST_K1: f64 = 1e-6;

impl Scoring {
    /// The constants in their order: k1, b, and the weights of title, body and byline.
    ///
    /// `None` where one of them cannot be: the arithmetic below would lose it.
    pub fn new([k1, b, title_weight, body_weight, byline_weight]: [f64; 5]) -> Option<Self> {
        let weights = [title_weight, body_weight, byline_weight];
        let is_sane = (SMALLEST_K1..=LARGEST).contains(&k1)
            && (0.0..1.0).contains(&b)
            && weights
                .iter()
                .all(|weight| (0.0..=LARGEST).contains(weight));
        is_sane.then_some(Scoring {
            k1,
            b,
            title_weight,
            body_weight,
            byline_weight,
        })
    }

    /// What the occurrences in a body of `length` words are divided by.
    #[inline]
    pub fn norm(&self, length: u32, average: f64) -> f64 {
        1.0 - self.b + self.b * f64::from(length) / average
    }

    /// No body has a smaller norm.
    pub fn smallest_norm(&self) -> f64 {
        1.0 - self.b
    }

    /// How much of a leaf's weight the strength `x` is worth: from 0 towards 1.
    #[inline]
    pub fn saturation(&self, x: f64) -> f64 {
        x / (self.k1 + x)
    }

    pub fn encode(&self, out: &mut Vec<u8>) {
        let Scoring {
            k1,
            b,
            title_weight,
            body_weight,
            byline_weight,
        } = self;
        for value in [k1, b, title_weight, body_weight, byline_weight] {
            out.extend_from_slice(&value.to_le_bytes());
        }
    }

    pub fn decode(reader: &mut Reader<'_>) -> Result<Self, Damage> {
        let mut values = [0.0; 5];
        for value in &mut values {
            *value = reader.f64()?;
        }
        Scoring::new(values).ok_or(Damage("its constants of the ranking are impossible"))
    }

    /// Those that `searcher/scoring.py` has by default, for tests.
    #[cfg(any(test, feature = "samples"))]
    pub const SAMPLE: Scoring = Scoring {
        k1: 1.6,
        b: 0.3,
        title_weight: 2.0,
        body_weight: 1.0,
        byline_weight: 1.0,
    };
}

/// What the impacts of a segment's posting lists say under the constants of a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bounds {
    /// What they say as they stand.
    AsWritten,
    /// Strengths may have grown by this factor, and are saturated otherwise.
    Scaled {
        written_k1: f64,
        k1: f64,
        growth: f64,
    },
    /// Nothing: they were computed with other weights.
    Unknown,
}

impl Bounds {
    /// Of lists that were written with `written`, for a search with `asked`.
    ///
    /// `growth` is the average length of bodies now by that when the lists were written: when
    /// it grows by a factor, norms shrink and strengths grow by that factor at most.
    pub fn new(written: &Scoring, asked: &Scoring, growth: f64) -> Self {
        let of_strengths = |scoring: &Scoring| Scoring {
            k1: 1.0,
            ..*scoring
        };
        if of_strengths(written) != of_strengths(asked) || !growth.is_finite() {
            return Bounds::Unknown;
        }
        let growth = growth.max(1.0);
        if growth == 1.0 && written.k1 == asked.k1 {
            return Bounds::AsWritten;
        }
        Bounds::Scaled {
            written_k1: written.k1,
            k1: asked.k1,
            growth,
        }
    }

    /// The same for lists whose strengths do not depend on lengths.
    pub fn without_growth(self) -> Self {
        match self {
            Bounds::Scaled { written_k1, k1, .. } if written_k1 != k1 => Bounds::Scaled {
                written_k1,
                k1,
                growth: 1.0,
            },
            Bounds::Scaled { .. } => Bounds::AsWritten,
            bounds => bounds,
        }
    }

    /// An upper bound of what a posting is worth whose worth, when it was written, was at most
    /// `share`, which is less than 1.
    #[inline]
    pub fn of_share(&self, share: f64) -> f64 {
        match *self {
            Bounds::AsWritten => share,
            Bounds::Unknown => 1.0,
            Bounds::Scaled {
                written_k1,
                k1,
                growth,
            } => {
                let x = written_k1 * share / (1.0 - share) * growth;
                (x / (k1 + x) * MARGIN).min(1.0)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OTHERS: [[f64; 5]; 4] = [
        [1.2, 0.3, 2.0, 1.0, 1.0],
        [4.0, 0.3, 2.0, 1.0, 1.0],
        [1.6, 0.7, 2.0, 1.0, 1.0],
        [1.6, 0.3, 5.0, 1.0, 0.5],
    ];

    #[test]
    fn no_posting_passes_its_bound_under_any_constants() {
        let written = Scoring::SAMPLE;
        for asked in OTHERS.map(|values| Scoring::new(values).unwrap()) {
            for growth in [0.5, 1.0, 1.7] {
                let bounds = Bounds::new(&written, &asked, growth);
                for title_tf in 0..4 {
                    for body_tf in 0..40 {
                        for length in [1, 100, 300, 5000] {
                            let average = 300.0;
                            let x = |scoring: &Scoring, average: f64| {
                                scoring.title_weight * f64::from(title_tf)
                                    + scoring.body_weight * f64::from(body_tf)
                                        / scoring.norm(length, average)
                            };
                            let share = written.saturation(x(&written, average));
                            let worth = asked.saturation(x(&asked, average * growth));
                            assert!(bounds.of_share(share) * MARGIN >= worth);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn bounds_are_as_written_where_nothing_has_changed() {
        let scoring = Scoring::SAMPLE;
        assert_eq!(Bounds::new(&scoring, &scoring, 1.0), Bounds::AsWritten);
        assert_eq!(Bounds::new(&scoring, &scoring, 0.3), Bounds::AsWritten);
        let grown = Bounds::new(&scoring, &scoring, 2.0);
        assert_eq!(grown.without_growth(), Bounds::AsWritten);
        assert_eq!(Bounds::new(&scoring, &scoring, f64::NAN), Bounds::Unknown);
    }

    #[test]
    fn constants_come_back_and_impossible_ones_are_damage() {
        let mut bytes = Vec::new();
        Scoring::SAMPLE.encode(&mut bytes);
        let read = |bytes: &[u8]| Scoring::decode(&mut Reader::new(bytes));
        assert_eq!(read(&bytes), Ok(Scoring::SAMPLE));
        assert!(read(&bytes[1..]).is_err());
        for place in 0..5 {
            for value in [f64::NAN, f64::INFINITY, -1.0, 1e9] {
                let mut changed = bytes.clone();
                changed[8 * place..8 * place + 8].copy_from_slice(&f64::to_le_bytes(value));
                assert!(read(&changed).is_err());
            }
        }
    }
}
