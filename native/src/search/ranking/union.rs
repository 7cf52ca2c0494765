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
//! (`threshold.rs`).  Often that term is the only essential one then, and is gone through
//! block after block.
//!
//! Where few documents are wanted, sums are of single precision, which is computed for
//! several postings at once; they only choose, and scores are computed anew.  Where many
//! are, adding up in the order of the query makes sums that are the scores themselves.

mod close;
mod summand;

use self::summand::Summand;
use crate::postings::BLOCK_POSTINGS;
use crate::search::budget;
use crate::search::failure::Failure;
use crate::search::lists::stream::Walker;
use crate::search::ranking::closeness::{Classes, Closeness, WordWorths, MOST_WORDS};
use crate::search::ranking::terms::{Filter, Terms};
use crate::search::ranking::threshold;
use crate::search::ranking::top_k::TopK;
use crate::search::sets::bitset::Bits;

const WINDOW: usize = 4096;
/// Places of a window that are kept in a list; when there are more all places are gone
/// through.
const MOST_TOUCHED: usize = 512;
/// The scores of so many documents, and of those that might have been among them, may as well
/// be computed anew.
const MOST_COMPUTED_ANEW: usize = 64;
/// Looking a document up costs about as much as adding up so many postings.
const LOOK_UP_COST: usize = 8;
/// Units of work for a term in a window, and for a posting that is added up.
const COST_OF_A_TERM: u64 = 16;
const POSTING_ADDED: u64 = 2;

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
pub fn rank(terms: &Terms, wanted: Wanted, top: &mut TopK) -> Result<(), Failure> {
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
    let mut closeness = Closeness::new(terms);
    if wanted != Wanted::AllHolders && threshold::rank(terms, &mut closeness, top)? {
        return Ok(());
    }
    terms
        .budget
        .charge(2 * budget::LIST * terms.terms.len() as u64)?;
    let size = 2 * size_of::<Walker>() * terms.terms.len();
    let _held = terms.budget.hold(size as u64)?;
    // A threshold that no document without a term can reach tells them apart.
    let is_rough = top.capacity() <= MOST_COMPUTED_ANEW
        && top.threshold() > 0.0
        && terms.terms.iter().all(|term| term.weight.is_finite());
    let mut union = Union {
        is_rough,
        margin: if is_rough { 1e-6 } else { 1e-9 },
        terms,
        closeness,
        classes: match terms.pairs.is_empty() {
            true => None,
            false => Some(Box::new([0; WINDOW])),
        },
        most_of_words: [0.0; MOST_WORDS],
        summands: (0..terms.terms.len())
            .map(|t| Summand::new(terms, t))
            .collect(),
        order: (0..terms.terms.len()).collect(),
        sums_are_scores: terms.leaves_are_terms() && !is_rough,
        wanted,
        sums: Box::new([0.0; WINDOW]),
        held: Box::new([0; WINDOW]),
        touched: Vec::with_capacity(MOST_TOUCHED),
        candidates: Vec::new(),
        worths: vec![0.0; terms.terms.len()],
        of_block: [0.0; BLOCK_POSTINGS],
        rough_of_block: [0.0; BLOCK_POSTINGS],
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
    union.closeness.settle_all(top)
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
    closeness: Closeness<'q, 'a>,
    /// How often each document of the window holds the words that have pairs, as far as they
    /// were added up; 0 between windows, and none where there are no pairs.
    classes: Option<Box<[Classes; WINDOW]>>,
    /// The most that words of pairs are worth in the window.
    most_of_words: WordWorths,
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
    /// Places whose sums may pass, with these.
    candidates: Vec<(u16, f64)>,
    worths: Vec<f64>,
    of_block: [f64; BLOCK_POSTINGS],
    rough_of_block: [f32; BLOCK_POSTINGS],
    /// Whether what is added up is of single precision, and only chooses.
    is_rough: bool,
    /// By what part a sum may be less than the score that it stands for.
    margin: f64,
}

impl Union<'_, '_> {
    #[inline]
    fn raised(&self, sum: f64) -> f64 {
        sum * (1.0 + self.margin)
    }

    fn rank_window(&mut self, window: Window, top: &mut TopK) -> Result<(), Failure> {
        (self.terms.budget).charge(budget::BLOCK + COST_OF_A_TERM * self.summands.len() as u64)?;
        let threshold = top.threshold();
        let bounds = self
            .summands
            .iter_mut()
            .map(|summand| summand.look_ahead(window));
        let mut at_most: f64 = bounds.sum();
        let pairs = &self.terms.pairs;
        let summands = &mut self.summands;
        if !pairs.is_empty() {
            self.most_of_words = pairs.by_word(|t| summands[t].most_worth);
            at_most += pairs.most(&self.most_of_words);
        }
        if at_most * (1.0 + self.margin) < threshold {
            return Ok(());
        }
        self.order
            .sort_unstable_by(|a, b| summands[*a].bound.total_cmp(&summands[*b].bound));
        let mut essential_from = 0;
        let mut spared = 0.0; // what the terms that are not essential can add
        let mut spared_words = [0.0; MOST_WORDS];
        for t in &self.order {
            summands[*t].before = spared;
            let with = spared + summands[*t].bound;
            let mut at_most = with;
            if let Some(word) = pairs.word(*t) {
                spared_words[word] = summands[*t].most_worth;
                at_most += pairs.most(&spared_words);
            }
            if at_most * (1.0 + self.margin) >= threshold || self.wanted == Wanted::AllHolders {
                break;
            }
            spared = with;
            essential_from += 1;
        }
        // What the others of each can add: those before and those after it, since a large
        // bound taken from the sum of all would leave nothing but rounding.
        let mut sum = 0.0;
        for summand in summands.iter_mut() {
            summand.others = sum;
            sum += summand.bound;
        }
        sum = 0.0;
        for summand in summands.iter_mut().rev() {
            summand.others += sum;
            sum += summand.bound;
        }
        for (i, t) in self.order.iter().enumerate() {
            summands[*t].is_essential = i >= essential_from;
        }
        // While a score of 0 may come in, sums do not tell which documents hold a term.
        let is_marked = threshold <= 0.0;
        // Terms in the order of the query, so that sums are scores.
        for t in 0..self.summands.len() {
            if self.summands[t].is_essential {
                self.add(t, window, threshold, is_marked)?;
            }
        }
        let mut exact = essential_from == 0 && self.sums_are_scores;
        if is_marked {
            self.offer_marked(window, exact, essential_from, top)?;
            return Ok(());
        }
        // The heaviest of the others are added up too as long as that is less work than to
        // look up in them all documents that may pass.
        while essential_from > 0 {
            let t = self.order[essential_from - 1];
            let candidates = self.count_candidates(self.told(essential_from, spared), threshold);
            if candidates * LOOK_UP_COST <= self.postings_at_most(t, window) {
                break;
            }
            self.add(t, window, threshold, is_marked)?;
            essential_from -= 1;
            spared = self.summands[t].before;
            exact = false;
        }
        if self.classes.is_some() {
            return self.offer_close(window, essential_from, top);
        }
        self.offer_sums(window, exact, essential_from, spared, top)
    }

    /// How many documents of the window may pass with what the terms that were not added up
    /// can add; some may be counted twice.
    fn count_candidates(&self, spared: f64, threshold: f64) -> usize {
        let passes = |sum: f64| usize::from(self.raised(sum + spared) >= threshold);
        if self.touched.len() < MOST_TOUCHED {
            let places = self.touched.iter();
            return places
                .map(|place| passes(self.sums[*place as usize % WINDOW]))
                .sum();
        }
        self.sums.iter().map(|sum| passes(*sum)).sum()
    }

    /// No term has more postings in the window.
    fn postings_at_most(&self, t: usize, window: Window) -> usize {
        let stream = self.summands[t].adding.stream();
        let first = self.summands[t].ahead;
        let blocks = stream.block_from(first, window.high - 1) + 1 - first;
        (blocks * BLOCK_POSTINGS).min(stream.df_at_most() as usize)
    }

    /// Add up the postings of a term in the window.
    fn add(
        &mut self,
        t: usize,
        window: Window,
        threshold: f64,
        is_marked: bool,
    ) -> Result<(), Failure> {
        if self.summands[t].told * self.summands[t].most_worth == 0.0 && threshold > 0.0 {
            return Ok(());
        }
        // No block is worth while that stays below with all of the others.
        let others = self.summands[t].others;
        let term = &self.terms.terms[t];
        let (weight, told) = (term.weight, self.summands[t].told);
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
                    let most_worth = stream.bound(block);
                    let mut at_most = weight * most_worth + others;
                    if self.classes.is_some() {
                        at_most += (self.terms.pairs).most_with(&self.most_of_words, t, most_worth);
                    }
                    if at_most * (1.0 + self.margin) < threshold {
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
            (self.terms.budget).charge(budget::BLOCK + POSTING_ADDED * BLOCK_POSTINGS as u64)?;
            walker.frequencies()?;
            let start = walker.index();
            let docs = walker.docs();
            let end = match docs.last() {
                Some(last) if *last < window.high => docs.len(),
                _ => docs.partition_point(|doc| *doc < window.high),
            };
            let (docs, title_tf, body_tf) = walker.postings();
            let postings = (
                &docs[start..end],
                &title_tf[start..end],
                &body_tf[start..end],
            );
            if self.is_rough {
                let worths = &mut self.rough_of_block;
                (term.table).rough_worths(postings, self.terms.norms, worths)?;
                for (doc, worth) in docs[start..end].iter().zip(worths) {
                    let place = (doc - window.base) as usize % WINDOW;
                    self.sums[place] += told * f64::from(*worth);
                }
            } else {
                let worths = &mut self.of_block;
                (term.table).worths(postings, self.terms.norms, worths)?;
                for (doc, worth) in docs[start..end].iter().zip(worths) {
                    let place = (doc - window.base) as usize % WINDOW;
                    self.sums[place] += told * *worth;
                }
            }
            if self.touched.len() < MOST_TOUCHED {
                let room = MOST_TOUCHED - self.touched.len();
                let places = docs[start..end]
                    .iter()
                    .map(|doc| (doc - window.base) as u16);
                self.touched.extend(places.take(room));
            }
            if let Some(classes) = &mut self.classes {
                self.terms.pairs.note(t, postings, window.base, classes);
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
    ) -> Result<(), Failure> {
        let least_held = self.least_held();
        for doc in window.low..window.high {
            let place = (doc - window.base) as usize % WINDOW;
            if self.held[place] >= least_held {
                self.offer_sum(doc, self.sums[place], exact, essential_from, top)?;
            }
        }
        if let Some(classes) = &mut self.classes {
            classes.fill(0);
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
    ) -> Result<(), Failure> {
        let is_short = self.touched.len() < MOST_TOUCHED;
        if is_short && self.wanted != Wanted::AllHolders {
            let mut candidates = std::mem::take(&mut self.candidates);
            for i in 0..self.touched.len() {
                let place = self.touched[i];
                let sum = std::mem::take(&mut self.sums[place as usize % WINDOW]);
                // 0 is a place that was here before.
                if sum > 0.0 && self.raised(sum + spared) >= top.threshold() {
                    candidates.push((place, sum));
                }
            }
            // Documents are looked up in their order.
            candidates.sort_unstable_by_key(|candidate| candidate.0);
            for (place, sum) in candidates.drain(..) {
                if self.raised(sum + spared) >= top.threshold() {
                    let doc = window.base + u32::from(place);
                    self.offer_sum(doc, sum, exact, essential_from, top)?;
                }
            }
            self.candidates = candidates;
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
            if self.raised(most + spared) < top.threshold() {
                continue;
            }
            for place in strip * STRIP..(strip + 1) * STRIP {
                let sum = self.sums[place];
                let passes = self.raised(sum + spared) >= top.threshold();
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
    ) -> Result<(), Failure> {
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
    ) -> Result<(), Failure> {
        (self.terms.budget).charge(COST_OF_A_TERM * self.order.len() as u64 / 4)?;
        if self.classes.is_some() {
            for t in 0..self.summands.len() {
                self.worths[t] = self.look_up(t, doc)?;
            }
            return self.closeness.offer(doc, &self.worths, top);
        }
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
            if sum * (1.0 + self.margin) + summand.before * (1.0 + self.margin) < top.threshold() {
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
