//! How much is an occurrence worth?
//!
//! The formula, its constants and its sources are in `searcher/scoring.py`; this
//! file is its arithmetic, operation for operation, so that scores are equal to the last
//! bit.  What a posting is worth depends on two frequencies and the field norm, few of
//! which are large, so the common ones are computed once for a snapshot and kept.
//!
//! Bounds (of blocks of postings) go the same way: a bound times the factor of its leaf.
//! They are compared with scores after `raised`, since adding in another order may round
//! down where the score rounded up.

use crate::error::Damage;
use crate::postings::BLOCK_POSTINGS;
use crate::scoring::Scoring;

/// Frequencies up to here have their worth in the table.
const TABLED_FREQUENCIES: usize = 16;

/// The weight of a word that `document_frequency` of `document_count` articles hold.
pub fn inverse_document_frequency(document_frequency: u64, document_count: u64) -> f64 {
    // Python computes N - df on integers before the halves are added.
    let without = document_count as i64 - document_frequency as i64;
    (1.0 + (without as f64 + 0.5) / (document_frequency as f64 + 0.5)).ln()
}

/// A sum of bounds that no score below it can pass by rounding.
#[inline]
pub fn raised(bound: f64) -> f64 {
    bound * (1.0 + 1e-9)
}

/// A sum that is no more than the score that it is a part of, however that was rounded.
#[inline]
pub fn lowered(sum: f64) -> f64 {
    sum * (1.0 - 1e-9)
}

/// A worth such that what is worth less, weighs `weight` and gets `rest` at most in addition
/// stays below `threshold`.
#[inline]
pub fn least_worth(threshold: f64, rest: f64, weight: f64) -> f64 {
    if weight > 0.0 && weight.is_finite() && threshold.is_finite() {
        // The margin is large beside all rounding here, relative to the threshold.
        (lowered(threshold) - rest) / weight
    } else {
        f64::NEG_INFINITY
    }
}

/// A bound for what `WorthTable::rough_worths` computes: what is rough and below it stands
/// for what is below `least`.
#[inline]
pub fn roughly_lowered(least: f64) -> f32 {
    (least - least.abs() * 2e-6) as f32
}

/// No less than what `WorthTable::rough_worths` computed this for.
#[inline]
pub fn roughly_raised(worth: f32) -> f64 {
    f64::from(worth) * (1.0 + 2e-6)
}

/// The places of the first `len` values that are at least `least`; returns how many there are.
#[inline]
pub fn places_of(
    values: &[f32; BLOCK_POSTINGS],
    len: usize,
    least: f32,
    places: &mut [u8; BLOCK_POSTINGS],
) -> usize {
    let mut found = 0;
    for (half, values) in values.chunks_exact(HALF).enumerate() {
        let within = len.saturating_sub(half * HALF).min(HALF);
        let within = u64::MAX.checked_shr((HALF - within) as u32).unwrap_or(0);
        // Few are, as a rule: each is found by its bit, and nothing done for the others.
        let mut marks = marks_of(values, least) & within;
        while marks != 0 {
            places[found % BLOCK_POSTINGS] = (half * HALF) as u8 + marks.trailing_zeros() as u8;
            found += 1;
            marks &= marks - 1;
        }
    }
    found
}

const HALF: usize = BLOCK_POSTINGS / 2;

/// A bit for each value that is at least `least`, the first one lowest.
#[inline]
fn marks_of(values: &[f32], least: f32) -> u64 {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: SSE2 belongs to x86-64 itself, so every processor that runs this has it.
    #[allow(unsafe_code)]
    let marks = unsafe { marks_by_four(values, least) };
    #[cfg(not(target_arch = "x86_64"))]
    let marks = marks_one_by_one(values, least);
    marks
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "sse2")]
#[inline]
fn marks_by_four(values: &[f32], least: f32) -> u64 {
    use std::arch::x86_64::{_mm_cmpge_ps, _mm_movemask_ps, _mm_set1_ps, _mm_setr_ps};
    let least = _mm_set1_ps(least);
    let mut marks = 0;
    for (i, four) in values.chunks_exact(4).enumerate() {
        let four = _mm_setr_ps(four[0], four[1], four[2], four[3]);
        marks |= (_mm_movemask_ps(_mm_cmpge_ps(four, least)) as u64) << (4 * i);
    }
    marks
}

/// The same of up to 64 sums.
#[inline]
pub fn marks_of_sums(sums: &[f64], least: f64) -> u64 {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: SSE2 belongs to x86-64 itself, so every processor that runs this has it.
    #[allow(unsafe_code)]
    let marks = unsafe { marks_by_two(sums, least) };
    #[cfg(not(target_arch = "x86_64"))]
    let marks = sums_one_by_one(sums, least);
    marks
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "sse2")]
#[inline]
fn marks_by_two(sums: &[f64], least: f64) -> u64 {
    use std::arch::x86_64::{_mm_cmpge_pd, _mm_movemask_pd, _mm_set1_pd, _mm_setr_pd};
    let least = _mm_set1_pd(least);
    let mut marks = 0;
    for (i, two) in sums.chunks_exact(2).take(32).enumerate() {
        let two = _mm_setr_pd(two[0], two[1]);
        marks |= (_mm_movemask_pd(_mm_cmpge_pd(two, least)) as u64) << (2 * i);
    }
    marks
}

#[cfg(any(test, not(target_arch = "x86_64")))]
fn sums_one_by_one(sums: &[f64], least: f64) -> u64 {
    let marks = sums.iter().map(|sum| u64::from(*sum >= least));
    marks.enumerate().map(|(i, mark)| mark << i).sum()
}

#[cfg(any(test, not(target_arch = "x86_64")))]
fn marks_one_by_one(values: &[f32], least: f32) -> u64 {
    let marks = values.iter().map(|value| u64::from(*value >= least));
    marks.enumerate().map(|(i, mark)| mark << i).sum()
}

/// The field norm of a document.
#[inline]
pub fn norm_of(norms: &[u8], doc: u32) -> Result<u8, Damage> {
    (norms.get(doc as usize).copied()).ok_or(Damage("a list names a document that is not there"))
}

/// What a posting is worth, by its frequencies and its field norm.
#[derive(Debug)]
pub struct WorthTable {
    scoring: Scoring,
    /// Of what is not in a title: bodies, or bylines.
    weight: f64,
    norm: [f64; 256],
    /// `weight` over each of `norm`.
    inverse: [f32; 256],
    /// `saturation` for postings without a title part, at frequency * 256 + code.
    body: Box<[f64; TABLED_FREQUENCIES * 256]>,
}

impl WorthTable {
    /// The table of title and body, when bodies are `average` words long.
    pub fn of_text(scoring: Scoring, length_of_code: &[u32; 256], average: f64) -> Self {
        let norm = length_of_code.map(|length| scoring.norm(length, average));
        WorthTable::new(scoring, scoring.body_weight, norm)
    }

    /// The table of bylines, whose length does not count.
    pub fn of_bylines(scoring: Scoring) -> Self {
        WorthTable::new(scoring, scoring.byline_weight, [1.0; 256])
    }

    fn new(scoring: Scoring, weight: f64, norm: [f64; 256]) -> Self {
        let mut table = WorthTable {
            scoring,
            weight,
            norm,
            // Norms of articles without words may be anything; that bounds nothing.
            inverse: norm.map(|norm| {
                let inverse = (weight / norm) as f32;
                if inverse.is_finite() && inverse >= 0.0 {
                    inverse
                } else {
                    f32::MAX
                }
            }),
            body: Box::new([0.0; TABLED_FREQUENCIES * 256]),
        };
        for i in 0..TABLED_FREQUENCIES * 256 {
            table.body[i] = table.compute(0, (i / 256) as u32, i as u8);
        }
        table
    }

    /// No posting of at most this strength (`strongest`) is worth more.
    #[inline]
    pub fn bound_of_strength(&self, strength: f64) -> f64 {
        // Far above what a few roundings of single precision can be off.
        let most = self.scoring.saturation(strength * (1.0 + 1e-6));
        // Infinity over infinity.
        if most.is_finite() {
            most
        } else {
            1.0
        }
    }

    /// A strength that no posting worth `bound` or less passes.
    #[inline]
    pub fn strength_of_bound(&self, bound: f64) -> f64 {
        if bound < 1.0 {
            self.scoring.k1 * bound / (1.0 - bound)
        } else {
            f64::INFINITY
        }
    }

    /// A bound for what `strengths` computes: what is rough and below it belongs to what is
    /// worth less than `least`.
    #[inline]
    fn least_strength(&self, least: f64) -> f32 {
        if least > 0.0 {
            (self.strength_of_bound(least) * (1.0 - 4e-6)) as f32
        } else {
            f32::NEG_INFINITY
        }
    }

    /// The largest strength of a block of postings, in single precision.
    pub fn strongest(
        &self,
        (docs, title_tf, body_tf): (&[u32], &[u32], &[u32]),
        norms: &[u8],
    ) -> f32 {
        let mut strengths = [0.0; BLOCK_POSTINGS];
        self.strengths((docs, title_tf, body_tf), norms, &mut strengths);
        strengths.into_iter().fold(0.0, f32::max)
    }

    /// The strengths of at most a block of postings, off by less than a millionth part.
    #[inline]
    pub fn strengths(
        &self,
        (docs, title_tf, body_tf): (&[u32], &[u32], &[u32]),
        norms: &[u8],
        out: &mut [f32; BLOCK_POSTINGS],
    ) {
        for (doc, inverse) in docs.iter().zip(out.iter_mut()) {
            let code = norms.get(*doc as usize).copied().unwrap_or(0);
            *inverse = self.inverse[code as usize];
        }
        // Frequencies are no larger than articles are long, and signed numbers are converted
        // several at once.
        let float = |tf: u32| (tf & (u32::MAX >> 1)) as i32 as f32;
        let title_weight = self.scoring.title_weight as f32;
        for ((title, body), strength) in title_tf.iter().zip(body_tf).zip(out.iter_mut()) {
            *strength = title_weight * float(*title) + float(*body) * *strength;
        }
    }

    /// The saturated strength of a posting.
    #[inline]
    pub fn worth(&self, title_tf: u32, body_tf: u32, code: u8) -> f64 {
        if title_tf == 0 && body_tf < TABLED_FREQUENCIES as u32 {
            return self.body[body_tf as usize % TABLED_FREQUENCIES * 256 + code as usize];
        }
        self.compute(title_tf, body_tf, code)
    }

    /// `worth` of at most a block of postings.
    pub fn worths(
        &self,
        (docs, title_tf, body_tf): (&[u32], &[u32], &[u32]),
        norms: &[u8],
        out: &mut [f64; BLOCK_POSTINGS],
    ) -> Result<(), Damage> {
        // Documents ascend, so the last one tells for all.
        if let Some(last) = docs.last() {
            norm_of(norms, *last)?;
        }
        // All are looked up first and those that are not in the table computed afterwards: to
        // branch for each would be mispredicted at every title.
        let mut others = [0u8; BLOCK_POSTINGS];
        let mut count = 0;
        let postings = docs.iter().zip(title_tf).zip(body_tf);
        for (i, (((doc, title), body), worth)) in postings.zip(out.iter_mut()).enumerate() {
            let code = norms.get(*doc as usize).copied().unwrap_or(0);
            *worth = self.body[*body as usize % TABLED_FREQUENCIES * 256 + code as usize];
            others[count % BLOCK_POSTINGS] = i as u8;
            count += usize::from((*title > 0) | (*body >= TABLED_FREQUENCIES as u32));
        }
        for i in &others[..count] {
            let i = *i as usize;
            let code = norms.get(docs[i] as usize).copied().unwrap_or(0);
            out[i] = self.compute(title_tf[i], body_tf[i], code);
        }
        Ok(())
    }

    /// The places of at most a block of postings that may be worth `least` or more; returns how
    /// many there are.  Computed roughly, for several at once.
    #[inline]
    pub fn places_worth(
        &self,
        (docs, title_tf, body_tf): (&[u32], &[u32], &[u32]),
        norms: &[u8],
        least: f64,
        places: &mut [u8; BLOCK_POSTINGS],
    ) -> Result<usize, Damage> {
        if let Some(last) = docs.last() {
            norm_of(norms, *last)?;
        }
        let mut strengths = [0.0; BLOCK_POSTINGS];
        self.strengths((docs, title_tf, body_tf), norms, &mut strengths);
        Ok(places_of(
            &strengths,
            docs.len(),
            self.least_strength(least),
            places,
        ))
    }

    /// `worths` in single precision, off by less than a millionth part.
    pub fn rough_worths(
        &self,
        (docs, title_tf, body_tf): (&[u32], &[u32], &[u32]),
        norms: &[u8],
        out: &mut [f32; BLOCK_POSTINGS],
    ) -> Result<(), Damage> {
        if let Some(last) = docs.last() {
            norm_of(norms, *last)?;
        }
        self.strengths((docs, title_tf, body_tf), norms, out);
        let k1 = self.scoring.k1 as f32;
        for strength in out.iter_mut().take(docs.len()) {
            *strength /= k1 + *strength;
        }
        Ok(())
    }

    #[inline]
    fn compute(&self, title_tf: u32, body_tf: u32, code: u8) -> f64 {
        let mut x = 0.0;
        if title_tf > 0 {
            x += self.scoring.title_weight * f64::from(title_tf);
        }
        if body_tf > 0 {
            x += self.weight * f64::from(body_tf) / self.norm[code as usize];
        }
        self.scoring.saturation(x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_holds_what_the_formula_gives() {
        let lengths: [u32; 256] = std::array::from_fn(|code| code as u32 * 7);
        let table = WorthTable::of_text(Scoring::SAMPLE, &lengths, 321.7);
        for title_tf in 0..3 {
            for body_tf in 0..40 {
                for code in 0..=255 {
                    let norm = 1.0 - 0.3 + 0.3 * f64::from(lengths[code as usize]) / 321.7;
                    let x = 2.0 * f64::from(title_tf) + f64::from(body_tf) / norm;
                    let expected = x / (1.6 + x);
                    assert_eq!(
                        table.worth(title_tf, body_tf, code).to_bits(),
                        expected.to_bits()
                    );
                }
            }
        }
    }

    #[test]
    fn what_is_worth_less_than_the_least_stays_below_the_threshold() {
        let mut random = crate::testing::random::Random::new(3);
        let mut number = |most: f64| most * random.below(1 << 20) as f64 / 1_048_576.0;
        for _ in 0..100_000 {
            let (threshold, rest, weight, worth) =
                (number(20.0), number(9.0), number(9.0), number(1.0));
            if worth < least_worth(threshold, rest, weight) {
                assert!(worth * weight + rest < threshold);
                assert!(rest + worth * weight < threshold);
            } else if weight > 0.0 {
                assert!(raised(worth * weight + rest) >= lowered(threshold));
            }
        }
    }

    #[test]
    fn places_are_those_of_all_values_that_are_large_enough() {
        let mut random = crate::testing::random::Random::new(5);
        for _ in 0..2_000 {
            let values: [f32; BLOCK_POSTINGS] = std::array::from_fn(|_| random.below(9) as f32);
            let (len, least) = (random.below(BLOCK_POSTINGS + 1), random.below(10) as f32);
            let mut places = [0; BLOCK_POSTINGS];
            let found = places_of(&values, len, least, &mut places);
            let plain = (0..len).filter(|place| values[*place] >= least);
            assert!(plain.eq(places[..found].iter().map(|place| usize::from(*place))));
            for half in values.chunks_exact(HALF) {
                assert_eq!(marks_of(half, least), marks_one_by_one(half, least));
                let sums: Vec<f64> = half.iter().map(|value| f64::from(*value)).collect();
                let least = f64::from(least);
                assert_eq!(marks_of_sums(&sums, least), sums_one_by_one(&sums, least));
            }
        }
    }

    #[test]
    fn no_posting_that_is_worth_the_least_is_weaker_than_the_least_strength() {
        let lengths: [u32; 256] = std::array::from_fn(|code| code as u32 * 7);
        let table = WorthTable::of_text(Scoring::SAMPLE, &lengths, 321.7);
        let norms: Vec<u8> = (0..=255).collect();
        let mut places = [0; BLOCK_POSTINGS];
        for (title_tf, body_tf) in (0..4).flat_map(|title| (0..40).map(move |body| (title, body))) {
            for doc in 0..=255u32 {
                let worth = table.worth(title_tf, body_tf, doc as u8);
                for (least, is_among) in [(worth, true), (worth * 1.00001 + 1e-9, false)] {
                    let posting = (&[doc][..], &[title_tf][..], &[body_tf][..]);
                    let found = table.places_worth(posting, &norms, least, &mut places);
                    assert_eq!(found.unwrap() == 1, is_among, "{title_tf} {body_tf} {doc}");
                }
            }
        }
    }

    #[test]
    fn rarer_words_weigh_more_and_none_less_than_nothing() {
        let weights: Vec<f64> = (0..=100)
            .map(|df| inverse_document_frequency(df, 100))
            .collect();
        assert!(weights.windows(2).all(|pair| pair[0] > pair[1]));
        assert!(weights[100] > 0.0);
    }
}
