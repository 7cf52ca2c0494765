//! Which documents that hold any of some terms are best, and how many are there?
//!
//! Block-max MAXSCORE in windows (Turtle and Flood, "Query evaluation: strategies and
//! optimizations", 1995; Ding and Suel, 2011; in windows of documents as in Lucene 9.9).  In
//! each window of 4,096 documents the terms are put in the order of the most they can weigh
//! there.  Those that together stay below the threshold are not *essential*: a document
//! that holds no others cannot be among the best.  The essential ones are added up, posting
//! after posting, in an array with a place for each document of the window; the documents
//! that may pass the threshold with what the rest can add are looked up in the rest.  A
//! window in which no term is essential is left out.
//!
//! Adding up in the order of the query makes sums that are the scores themselves; a sum
//! that was made in parts only chooses, and the score is computed anew.
//!
//! For the total, windows also get the bits of the terms that are not essential.

use super::bitset::Bits;
use super::score::raised;
use super::stream::Walker;
use super::terms::{norm_of, Filter, Terms};
use super::top_k::TopK;
use crate::error::Damage;

const WINDOW: usize = 4096;
const WINDOW_WORDS: usize = WINDOW / 64;

/// Which documents are in the answer?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Those that hold a term, and are allowed.
    Holders,
    /// All that are allowed; terms only rank.
    Allowed,
}

/// Rank the documents that are `wanted`.  Returns how many there are: all of them if
/// `count`, else those that were seen.
pub fn rank(
    terms: &Terms,
    wanted: Wanted,
    top: &mut TopK,
    count: bool,
) -> Result<u64, Damage> {
    let filter = terms.filter;
    if filter.low >= filter.high {
        return Ok(0);
    }
    if terms.terms.is_empty() {
        return match wanted {
            Wanted::Holders => Ok(0),
            Wanted::Allowed => {
                offer_unscored(&filter, top);
                Ok(filter.len())
            }
        };
    }
    let mut union = Union {
        terms,
        summands: (0..terms.terms.len()).map(|t| Summand::new(terms, t)).collect(),
        order: (0..terms.terms.len()).collect(),
        sums_are_scores: terms.leaves_are_terms(),
        counting: count && wanted == Wanted::Holders,
        wanted,
        sums: Box::new([0.0; WINDOW]),
        bits: [0; WINDOW_WORDS],
        worths: vec![0.0; terms.terms.len()],
    };
    let mut total = 0;
    let (first, last) = (filter.low as usize / WINDOW, (filter.high - 1) as usize / WINDOW);
    for window in first..=last {
        let base = (window * WINDOW) as u32;
        let low = base.max(filter.low);
        let high = filter.high.min(base.saturating_add(WINDOW as u32));
        total += union.rank_window(base, low, high, top)?;
    }
    if wanted == Wanted::Allowed {
        total = filter.len();
    }
    Ok(total)
}

/// Offer allowed documents, none of which scores, as long as they can come in: the first
/// ones do.
fn offer_unscored(filter: &Filter, top: &mut TopK) {
    let mut left = top.capacity();
    let (low, high) = (filter.low, filter.high);
    for base in (low / 64 * 64..high).step_by(64) {
        let word = allowed_word(filter, base, low, high);
        for doc in (Bits { word, base }) {
            if left == 0 || top.threshold() > 0.0 {
                return;
            }
            top.offer(0.0, doc);
            left -= 1;
        }
    }
}

struct Union<'q, 'a> {
    terms: &'q Terms<'a>,
    summands: Vec<Summand<'a>>,
    /// The summands, those that can weigh least first.
    order: Vec<usize>,
    sums_are_scores: bool,
    counting: bool,
    wanted: Wanted,
    /// What each document of the window weighs so far; 0 between windows.
    sums: Box<[f64; WINDOW]>,
    /// The documents of the window that hold a term that was added up.
    bits: [u64; WINDOW_WORDS],
    worths: Vec<f64>,
}

/// A term with the places where it is read.
struct Summand<'a> {
    weight: f64,
    /// Where it is added up or counted.
    adding: Walker<'a>,
    /// Where single documents are looked up.
    probing: Walker<'a>,
    ahead: usize,
    /// The most that a posting in the window weighs.
    bound: f64,
    /// The most that the terms before this one in the order weigh.
    before: f64,
}

impl<'a> Summand<'a> {
    fn new(terms: &Terms<'a>, term: usize) -> Self {
        let term = &terms.terms[term];
        Summand {
            weight: term.weight,
            adding: Walker::new(term.stream.clone()),
            probing: Walker::new(term.stream.clone()),
            ahead: 0,
            bound: 0.0,
            before: 0.0,
        }
    }

    fn look_ahead(&mut self, low: u32, high: u32) -> f64 {
        let stream = self.adding.stream();
        self.ahead = stream.block_from(self.ahead, low);
        // What was read may tell that there is nothing before the end of the window.
        let is_absent = self.ahead >= stream.block_count()
            || (self.adding.block() == Some(self.ahead) && self.adding.doc() >= high);
        self.bound = if is_absent {
            0.0
        } else {
            self.weight * stream.bound_until(self.ahead, high - 1)
        };
        self.bound
    }
}

impl Union<'_, '_> {
    fn rank_window(
        &mut self,
        base: u32,
        low: u32,
        high: u32,
        top: &mut TopK,
    ) -> Result<u64, Damage> {
        let threshold = top.threshold();
        let mut essential_from = self.order.len();
        let mut spared = 0.0; // what the terms that are not essential can add
        if threshold < f64::INFINITY {
            for summand in &mut self.summands {
                summand.look_ahead(low, high);
            }
            let summands = &mut self.summands;
            self.order
                .sort_unstable_by(|a, b| summands[*a].bound.total_cmp(&summands[*b].bound));
            essential_from = 0;
            for t in &self.order {
                summands[*t].before = spared;
                let with = spared + summands[*t].bound;
                if raised(with) >= threshold {
                    break;
                }
                spared = with;
                essential_from += 1;
            }
        }
        let is_scored = threshold < f64::INFINITY
            && (essential_from < self.order.len() || raised(spared) >= threshold);
        if !is_scored && !self.counting {
            return Ok(0);
        }
        if is_scored {
            // Terms in the order of the query, so that sums are scores.
            for t in 0..self.summands.len() {
                if self.order[essential_from..].contains(&t) {
                    self.add(t, base, low, high)?;
                }
            }
        }
        if self.counting {
            for i in 0..if is_scored { essential_from } else { self.order.len() } {
                self.mark(self.order[i], base, low, high)?;
            }
        }
        self.finish(base, low, high, essential_from, spared, is_scored, top)
    }

    /// Add up the postings of a term in the window.
    fn add(&mut self, t: usize, base: u32, low: u32, high: u32) -> Result<(), Damage> {
        let term = &self.terms.terms[t];
        let weight = term.weight;
        let walker = &mut self.summands[t].adding;
        let mut doc = walker.seek(low)?;
        while doc < high {
            walker.frequencies()?;
            let start = walker.index();
            let (docs, title_tf, body_tf) = walker.postings();
            let mut at = start;
            while at < docs.len() && docs[at] < high {
                let norm = norm_of(self.terms.norms, docs[at])?;
                let worth = term.table.worth(title_tf[at], body_tf[at], norm);
                let place = (docs[at] - base) as usize % WINDOW;
                self.sums[place] += weight * worth;
                self.bits[place / 64] |= 1 << (place % 64);
                at += 1;
            }
            let Some(last) = at.checked_sub(1).and_then(|i| docs.get(i)) else {
                break;
            };
            doc = walker.seek(last + 1)?;
        }
        Ok(())
    }

    /// Mark the documents of a term in the window.
    fn mark(&mut self, t: usize, base: u32, low: u32, high: u32) -> Result<(), Damage> {
        let walker = &mut self.summands[t].adding;
        let mut doc = walker.seek(low)?;
        while doc < high {
            let docs = &walker.docs()[walker.index()..];
            let inside = match docs.last() {
                Some(last) if *last < high => docs.len(),
                _ => docs.partition_point(|doc| *doc < high),
            };
            for doc in &docs[..inside] {
                let place = (doc - base) as usize % WINDOW;
                self.bits[place / 64] |= 1 << (place % 64);
            }
            let Some(last) = inside.checked_sub(1).map(|i| docs[i]) else {
                break;
            };
            doc = walker.seek(last + 1)?;
        }
        Ok(())
    }

    /// Offer the documents of the window, count them, and clear it.
    #[allow(clippy::too_many_arguments)]
    fn finish(
        &mut self,
        base: u32,
        low: u32,
        high: u32,
        essential_from: usize,
        spared: f64,
        is_scored: bool,
        top: &mut TopK,
    ) -> Result<u64, Damage> {
        let filter = self.terms.filter;
        // Where even documents without a term may come in, all that are allowed are seen.
        let all_allowed = self.wanted == Wanted::Allowed && is_scored && top.threshold() <= 0.0;
        let mut total = 0;
        for i in 0..WINDOW_WORDS {
            let word_base = base + i as u32 * 64;
            if word_base >= high {
                break;
            }
            let allowed = allowed_word(&filter, word_base, low, high);
            let held = self.bits[i];
            let word = if all_allowed { allowed } else { held & allowed };
            total += u64::from(word.count_ones());
            if is_scored {
                for doc in (Bits { word, base: word_base }) {
                    let sum = self.sums[(doc - base) as usize % WINDOW];
                    if essential_from == 0 && self.sums_are_scores {
                        top.offer(sum, doc);
                    } else if raised(sum + spared) >= top.threshold() {
                        self.probe(doc, sum, essential_from, top)?;
                    }
                }
            }
            if held != 0 {
                let place = (word_base - base) as usize;
                self.sums[place..place + 64].fill(0.0);
                self.bits[i] = 0;
            }
        }
        Ok(total)
    }

    /// Look a document up in the terms that were not added up, and offer it.
    fn probe(
        &mut self,
        doc: u32,
        mut sum: f64,
        essential_from: usize,
        top: &mut TopK,
    ) -> Result<(), Damage> {
        self.worths.fill(0.0);
        // What was added up is looked up last: it is known already how much it weighs.
        let (others, essential) = self.order.split_at(essential_from);
        for t in others.iter().rev() {
            let term = &self.terms.terms[*t];
            let summand = &mut self.summands[*t];
            if summand.bound > 0.0 && summand.probing.seek(doc)? == doc {
                self.worths[*t] = summand.probing.worth(term.table, self.terms.norms)?;
                sum += term.weight * self.worths[*t];
            }
            if raised(sum + summand.before) < top.threshold() {
                return Ok(());
            }
        }
        for t in essential {
            let term = &self.terms.terms[*t];
            let summand = &mut self.summands[*t];
            if summand.bound > 0.0 && summand.probing.seek(doc)? == doc {
                self.worths[*t] = summand.probing.worth(term.table, self.terms.norms)?;
            }
        }
        top.offer(self.terms.score(&self.worths), doc);
        Ok(())
    }
}

/// The documents from `word_base` on that are allowed, as bits.
fn allowed_word(filter: &Filter, word_base: u32, low: u32, high: u32) -> u64 {
    let mut word = match filter.allowed {
        None => u64::MAX,
        Some(set) => set.words().get(word_base as usize / 64).copied().unwrap_or(0),
    };
    if word_base < low {
        word &= u64::MAX.checked_shl(low - word_base).unwrap_or(0);
    }
    if high - word_base < 64 {
        word &= (1 << (high - word_base)) - 1;
    }
    word
}
