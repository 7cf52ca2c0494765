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
use super::terms::{Filter, Terms};
use super::top_k::TopK;
use crate::error::Damage;
use crate::postings::BLOCK_POSTINGS;

const WINDOW: usize = 4096;
/// Places of a window that are kept in a list; when there are more all places are gone
/// through.
const MOST_TOUCHED: usize = 512;
/// Looking a document up costs about as much as adding up so many postings.
const LOOK_UP_COST: usize = 10;

/// Which documents are in the answer?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Those that hold a term, and are allowed.
    Holders,
    /// Those that hold all terms, and are allowed.  For terms that many documents hold; the
    /// documents of a rare one are better looked up (`conjunction.rs`).
    AllHolders,
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
    if wanted != Wanted::AllHolders && heaviest::rank(terms, top)? {
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
        held: Box::new([0; WINDOW]),
        touched: Vec::with_capacity(MOST_TOUCHED),
        worths: vec![0.0; terms.terms.len()],
        of_block: [0.0; BLOCK_POSTINGS],
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
    /// How many terms each document of the window holds, where that matters.
    held: Box<[u16; WINDOW]>,
    /// The places that were added to, as long as they are few.
    touched: Vec<u16>,
    worths: Vec<f64>,
    of_block: [f64; BLOCK_POSTINGS],
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
            if raised(with) >= threshold || self.wanted == Wanted::AllHolders {
                break;
            }
            spared = with;
            essential_from += 1;
        }
        // While a score of 0 may come in, sums do not tell which documents hold a term.
        let is_marked = threshold <= 0.0;
        // Terms in the order of the query, so that sums are scores.
        for t in 0..self.summands.len() {
            if self.order[essential_from..].contains(&t) {
                self.add(t, window, threshold, is_marked)?;
            }
        }
        let mut exact = essential_from == 0 && self.sums_are_scores;
        if is_marked {
            self.offer_marked(window, exact, essential_from, top)?;
            return Ok(());
        }
        if essential_from > 0 && self.is_better_added(window, essential_from, spared, threshold) {
            for i in 0..essential_from {
                self.add(self.order[i], window, threshold, is_marked)?;
            }
            essential_from = 0;
            spared = 0.0;
            exact = false;
        }
        self.offer_sums(window, exact, essential_from, spared, top)
    }

    /// Whether so many documents would have to be looked up in the terms that are not
    /// essential that these had better be added up too.
    fn is_better_added(
        &self,
        window: Window,
        essential_from: usize,
        spared: f64,
        threshold: f64,
    ) -> bool {
        if self.touched.len() < MOST_TOUCHED {
            return false;
        }
        let candidates = self
            .sums
            .iter()
            .filter(|sum| raised(*sum + spared) >= threshold);
        let looked_up = candidates.count() * LOOK_UP_COST;
        let postings = self.order[..essential_from].iter().map(|t| {
            let stream = self.summands[*t].adding.stream();
            let first = self.summands[*t].ahead;
            let blocks = stream.block_from(first, window.high - 1) + 1 - first;
            (blocks * BLOCK_POSTINGS).min(stream.df_at_most() as usize)
        });
        looked_up > postings.sum()
    }

    /// Add up the postings of a term in the window.
    fn add(
        &mut self,
        t: usize,
        window: Window,
        threshold: f64,
        is_marked: bool,
    ) -> Result<(), Damage> {
        if self.summands[t].bound == 0.0 && threshold > 0.0 {
            return Ok(());
        }
        // No block is worth while that stays below with all of the others.
        let others = self.summands.iter().enumerate().filter(|(i, _)| *i != t);
        let others: f64 = others.map(|(_, summand)| summand.bound).sum();
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
            let docs = walker.docs();
            let end = match docs.last() {
                Some(last) if *last < window.high => docs.len(),
                _ => docs.partition_point(|doc| *doc < window.high),
            };
            let worths = &mut self.of_block;
            walker.worths(term.table, self.terms.norms, worths)?;
            for (doc, worth) in docs[start..end].iter().zip(&worths[start..end]) {
                let place = (doc - window.base) as usize % WINDOW;
                self.sums[place] += weight * worth;
            }
            if self.touched.len() < MOST_TOUCHED {
                let room = MOST_TOUCHED - self.touched.len();
                let places = docs[start..end]
                    .iter()
                    .map(|doc| (doc - window.base) as u16);
                self.touched.extend(places.take(room));
            }
            if is_marked || self.wanted == Wanted::AllHolders {
                for doc in &docs[start..end] {
                    self.held[(doc - window.base) as usize % WINDOW] += 1;
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
        let least_held = self.least_held();
        for doc in window.low..window.high {
            let place = (doc - window.base) as usize % WINDOW;
            if self.held[place] >= least_held {
                self.offer_sum(doc, self.sums[place], exact, essential_from, top)?;
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
        let is_short = self.touched.len() < MOST_TOUCHED;
        if is_short && self.wanted != Wanted::AllHolders {
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
        let held_is_kept = self.wanted == Wanted::AllHolders;
        let all = self.summands.len() as u16;
        for strip in 0..WINDOW / STRIP {
            let sums: &[f64] = &self.sums[strip * STRIP..][..STRIP];
            let most = sums
                .iter()
                .fold(0.0, |most, sum| if *sum > most { *sum } else { most });
            if raised(most + spared) < top.threshold() {
                continue;
            }
            for place in strip * STRIP..(strip + 1) * STRIP {
                let sum = self.sums[place];
                let passes = raised(sum + spared) >= top.threshold();
                if passes && (!held_is_kept || self.held[place] == all) {
                    let doc = window.base + place as u32;
                    self.offer_sum(doc, sum, exact, essential_from, top)?;
                }
            }
        }
        self.sums.fill(0.0);
        if held_is_kept {
            self.held.fill(0);
        }
        self.touched.clear();
        Ok(())
    }

    /// How many terms a document has to hold.
    fn least_held(&self) -> u16 {
        match self.wanted {
            Wanted::Holders => 1,
            Wanted::AllHolders => self.summands.len() as u16,
            Wanted::Allowed => 0,
        }
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
