//! Which documents that hold any of some terms are best?
//!
//! MAXSCORE (Turtle and Flood, "Query evaluation: strategies and optimizations", 1995) with
//! bounds of blocks (Ding and Suel, 2011), in windows of documents as in Lucene 9.9.  In each
//! window of 4,096 documents the terms are put in the order of the most they can weigh
//! there.  Those that together stay below the threshold are not *essential*: a document
//! that holds no others cannot be among the best.  The essential ones are added up, posting
//! after posting, in an array with a place for each document of the window; the documents
//! that may pass the threshold with what the rest can add are looked up in the rest.  A
//! window in which no term is essential is left out, and so is a block that cannot pass the
//! threshold with all the others.
//!
//! A threshold that is high from the start saves most of the work, so first the blocks with
//! the highest bounds of the term that can weigh most are looked at, wherever they lie
//! (`heaviest.rs`).  Often that term is the only essential one then, and is gone through
//! block after block.
//!
//! Adding up in the order of the query makes sums that are the scores themselves; a sum
//! that was made in parts only chooses, and the score is computed anew.

use super::bitset::Bits;
use super::heaviest;
use super::score::raised;
use super::stream::Walker;
use super::terms::{norm_of, Filter, Terms};
use super::top_k::TopK;
use crate::error::Damage;

const WINDOW: usize = 4096;
const WINDOW_WORDS: usize = WINDOW / 64;
/// Places of a window that are kept in a list; when there are more all places are gone
/// through.
const MOST_TOUCHED: usize = 512;

/// Which documents are in the answer?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Those that hold a term, and are allowed.
    Holders,
    /// All that are allowed; terms only rank.
    Allowed,
}

/// Rank the documents that are `wanted`.
pub fn rank(terms: &Terms, wanted: Wanted, top: &mut TopK) -> Result<(), Damage> {
    let filter = terms.filter;
    if filter.low >= filter.high || top.capacity() == 0 {
        return Ok(());
    }
    if terms.terms.is_empty() {
        if wanted == Wanted::Allowed {
            offer_unscored(&filter, top);
        }
        return Ok(());
    }
    if heaviest::rank(terms, top)? {
        return Ok(());
    }
    let mut union = Union {
        terms,
        summands: (0..terms.terms.len())
            .map(|t| Summand::new(terms, t))
            .collect(),
        order: (0..terms.terms.len()).collect(),
        sums_are_scores: terms.leaves_are_terms(),
        wanted,
        sums: Box::new([0.0; WINDOW]),
        held: [0; WINDOW_WORDS],
        touched: Vec::with_capacity(MOST_TOUCHED),
        worths: vec![0.0; terms.terms.len()],
    };
    let (first, last) = (
        filter.low as usize / WINDOW,
        (filter.high - 1) as usize / WINDOW,
    );
    for window in first..=last {
        let base = (window * WINDOW) as u32;
        let window = Window {
            base,
            low: base.max(filter.low),
            high: filter.high.min(base.saturating_add(WINDOW as u32)),
        };
        union.rank_window(window, top)?;
    }
    Ok(())
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

/// Some documents: those from `low` up to `high`, with places counted from `base`.
#[derive(Clone, Copy)]
struct Window {
    base: u32,
    low: u32,
    high: u32,
}

struct Union<'q, 'a> {
    terms: &'q Terms<'a>,
    summands: Vec<Summand<'a>>,
    /// The summands, those that can weigh least first.
    order: Vec<usize>,
    sums_are_scores: bool,
    wanted: Wanted,
    /// What each document of the window weighs so far; 0 between windows.
    sums: Box<[f64; WINDOW]>,
    /// The documents of the window that hold a term, where a score of 0 may come in.
    held: [u64; WINDOW_WORDS],
    /// The places that were added to, as long as they are few.
    touched: Vec<u16>,
    worths: Vec<f64>,
}

/// A term with the places where it is read.
struct Summand<'a> {
    weight: f64,
    /// Where it is added up.
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

    fn look_ahead(&mut self, window: Window) -> f64 {
        let stream = self.adding.stream();
        self.ahead = stream.block_from(self.ahead, window.low);
        // What was read may tell that there is nothing before the end of the window.
        let is_absent = self.ahead >= stream.block_count()
            || (self.adding.block() == Some(self.ahead) && self.adding.doc() >= window.high);
        self.bound = if is_absent {
            0.0
        } else {
            self.weight * stream.bound_until(self.ahead, window.high - 1)
        };
        self.bound
    }
}

impl Union<'_, '_> {
    fn rank_window(&mut self, window: Window, top: &mut TopK) -> Result<(), Damage> {
        let threshold = top.threshold();
        let bounds = self
            .summands
            .iter_mut()
            .map(|summand| summand.look_ahead(window));
        if raised(bounds.sum()) < threshold {
            return Ok(());
        }
        let summands = &mut self.summands;
        self.order
            .sort_unstable_by(|a, b| summands[*a].bound.total_cmp(&summands[*b].bound));
        let mut essential_from = 0;
        let mut spared = 0.0; // what the terms that are not essential can add
        for t in &self.order {
            summands[*t].before = spared;
            let with = spared + summands[*t].bound;
            if raised(with) >= threshold {
                break;
            }
            spared = with;
            essential_from += 1;
        }
        // While a score of 0 may come in, sums do not tell which documents hold a term.
        let is_marked = threshold <= 0.0;
        // Terms in the order of the query, so that sums are scores.
        for t in 0..self.summands.len() {
            if self.summands[t].bound > 0.0 && self.order[essential_from..].contains(&t) {
                // No block is worth while that stays below with all of the others.
                let others = self.summands.iter().enumerate().filter(|(i, _)| *i != t);
                let others = others.map(|(_, summand)| summand.bound).sum();
                self.add(t, window, others, threshold, is_marked)?;
            }
        }
        let exact = essential_from == 0 && self.sums_are_scores;
        if is_marked {
            self.offer_marked(window, exact, essential_from, top)?;
        } else {
            self.offer_sums(window, exact, essential_from, spared, top)?;
        }
        Ok(())
    }

    /// Add up the postings of a term in the window.
    fn add(
        &mut self,
        t: usize,
        window: Window,
        others: f64,
        threshold: f64,
        is_marked: bool,
    ) -> Result<(), Damage> {
        let term = &self.terms.terms[t];
        let weight = term.weight;
        let walker = &mut self.summands[t].adding;
        let mut target = window.low;
        loop {
            if walker.block().is_none() || walker.doc() < target {
                let block = walker
                    .stream()
                    .block_from(walker.block().unwrap_or(0), target);
                if walker.block() != Some(block) {
                    let stream = walker.stream();
                    if block >= stream.block_count() {
                        return Ok(());
                    }
                    // Nothing is skipped while all can come in.
                    if raised(weight * stream.bound(block) + others) < threshold {
                        let last = stream.last_doc(block);
                        if last >= window.high {
                            return Ok(());
                        }
                        target = last + 1;
                        continue;
                    }
                }
            }
            if walker.seek(target)? >= window.high {
                return Ok(());
            }
            walker.frequencies()?;
            let start = walker.index();
            let (docs, title_tf, body_tf) = walker.postings();
            let end = match docs.last() {
                Some(last) if *last < window.high => docs.len(),
                _ => docs.partition_point(|doc| *doc < window.high),
            };
            let postings = docs[start..end].iter().zip(&title_tf[start..end]);
            for ((doc, title), body) in postings.zip(&body_tf[start..end]) {
                let norm = norm_of(self.terms.norms, *doc)?;
                let place = (doc - window.base) as usize % WINDOW;
                self.sums[place] += weight * term.table.worth(*title, *body, norm);
            }
            if self.touched.len() < MOST_TOUCHED {
                let room = MOST_TOUCHED - self.touched.len();
                let places = docs[start..end]
                    .iter()
                    .map(|doc| (doc - window.base) as u16);
                self.touched.extend(places.take(room));
            }
            if is_marked {
                for doc in &docs[start..end] {
                    let place = (doc - window.base) as usize % WINDOW;
                    self.held[place / 64] |= 1 << (place % 64);
                }
            }
            match docs[..end].last() {
                Some(last) => target = last + 1,
                None => return Ok(()),
            }
        }
    }

    /// Offer the documents of the window that hold a term (or all that are allowed), and
    /// clear it.
    fn offer_marked(
        &mut self,
        window: Window,
        exact: bool,
        essential_from: usize,
        top: &mut TopK,
    ) -> Result<(), Damage> {
        for i in 0..WINDOW_WORDS {
            let base = window.base + i as u32 * 64;
            if base >= window.high {
                break;
            }
            let mut word = allowed_word(&self.terms.filter, base, window.low, window.high);
            if self.wanted == Wanted::Holders {
                word &= self.held[i];
            }
            for doc in (Bits { word, base }) {
                let sum = self.sums[(doc - window.base) as usize % WINDOW];
                if exact {
                    top.offer(sum, doc);
                } else {
                    self.probe(doc, sum, essential_from, top)?;
                }
            }
        }
        self.sums.fill(0.0);
        self.held.fill(0);
        self.touched.clear();
        Ok(())
    }

    /// Offer the documents of the window whose sums may pass, and clear it.
    fn offer_sums(
        &mut self,
        window: Window,
        exact: bool,
        essential_from: usize,
        spared: f64,
        top: &mut TopK,
    ) -> Result<(), Damage> {
        if self.touched.len() < MOST_TOUCHED {
            if !exact {
                // Documents are looked up in their order.
                self.touched.sort_unstable();
            }
            for i in 0..self.touched.len() {
                let place = self.touched[i];
                let sum = std::mem::take(&mut self.sums[place as usize % WINDOW]);
                // 0 is a place that was here before.
                if sum > 0.0 && raised(sum + spared) >= top.threshold() {
                    let doc = window.base + u32::from(place);
                    self.offer_sum(doc, sum, exact, essential_from, top)?;
                }
            }
            self.touched.clear();
            return Ok(());
        }
        const STRIP: usize = 16;
        for strip in 0..WINDOW / STRIP {
            let sums: &[f64] = &self.sums[strip * STRIP..][..STRIP];
            let most = sums
                .iter()
                .fold(0.0, |most, sum| if *sum > most { *sum } else { most });
            if raised(most + spared) < top.threshold() {
                continue;
            }
            for i in 0..STRIP {
                let sum = self.sums[strip * STRIP + i];
                if raised(sum + spared) >= top.threshold() {
                    let doc = window.base + (strip * STRIP + i) as u32;
                    self.offer_sum(doc, sum, exact, essential_from, top)?;
                }
            }
        }
        self.sums.fill(0.0);
        self.touched.clear();
        Ok(())
    }

    fn offer_sum(
        &mut self,
        doc: u32,
        sum: f64,
        exact: bool,
        essential_from: usize,
        top: &mut TopK,
    ) -> Result<(), Damage> {
        if !self.terms.filter.allows(doc) {
            return Ok(());
        }
        if exact {
            top.offer(sum, doc);
            return Ok(());
        }
        self.probe(doc, sum, essential_from, top)
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

/// The documents from `base` on that are allowed, as bits.
fn allowed_word(filter: &Filter, base: u32, low: u32, high: u32) -> u64 {
    let mut word = match filter.allowed {
        None => u64::MAX,
        Some(set) => set.words().get(base as usize / 64).copied().unwrap_or(0),
    };
    if base < low {
        word &= u64::MAX.checked_shl(low - base).unwrap_or(0);
    }
    if high - base < 64 {
        word &= (1 << (high - base)) - 1;
    }
    word
}
