//! What do words of a query add to a document by standing close?
//!
//! Words of a keyword group get a leaf for each with the next few: what the one near the other would
//! add (`searcher/searching/closeness.py` says which, `searcher/scoring.py` how much).  To look
//! for all of those costs several times what the words do, and hardly any would matter.  So
//! where few documents are wanted, pairs are no streams: a ranking goes on with bounds, and
//! positions are read only in documents that may come in by what their words are worth and
//! what their pairs may add.
//!
//! All bounds come from one: a pair counts no more often than either of its words, so it is
//! worth no more than either is.  From cheap to dear, and each time compared with the
//! threshold:
//!
//! 1. Each pair is told of the rarer of its words (`ClosePairs::extra`), of which every
//!    posting weighs so much more.
//! 2. The words of a document, each with the most that it may be worth there, say how much
//!    all of its pairs may add (`ClosePairs::most`).
//! 3. Documents for which that is known exactly wait, the best first (`Closeness::keep`): most
//!    are below the threshold before it is their turn.
//! 4. Positions say how many pairs there are, those of the pair that may add most first.

mod reader;

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use self::reader::Reader;
use crate::error::Damage;
use crate::postings::List;
use crate::search::failure::Failure;
use crate::search::plan::Scope;
use crate::search::positions::runs::{count_near, Order, FARTHEST};
use crate::search::ranking::score::{norm_of, raised, WorthTable};
use crate::search::ranking::terms::{Term, Terms};
use crate::search::ranking::top_k::TopK;

/// More words than these have no pairs here: the room for what they are worth is fixed.
pub const MOST_WORDS: usize = 10;
/// Units of work (`budget.rs`) to stand on a document in a list, and to count pairs in it.
const COST_OF_A_PLACE: u64 = 60;
const COST_OF_COUNTING: u64 = 60;
/// So many of those that wait are offered in the end before the others.
const BEST_AT_LAST: usize = 32;
/// More documents than these do not wait.
const MOST_WAITING: usize = 1 << 13;

/// How often a document holds each word that has a pair, in three bits each: 0 to 6 times in
/// the body, or more often or in the title.
pub type Classes = u32;

const CLASS_BITS: usize = 3;
const MANY: u32 = (1 << CLASS_BITS) - 1;

/// By word that has a pair, what it is worth in a document, or at most.
pub type WordWorths = [f64; MOST_WORDS];

/// The class of a posting.
#[inline]
fn class_of(title_tf: u32, body_tf: u32) -> u32 {
    match title_tf {
        0 => body_tf.min(MANY),
        _ => MANY,
    }
}

/// Two terms that are worth more where they stand close.
#[derive(Clone, Copy)]
pub struct ClosePair<'a> {
    pub terms: [usize; 2],
    pub lists: [List<'a>; 2],
    pub factor: f64,
    pub distance: u32,
    pub scope: Scope,
    pub table: &'a WorthTable,
    /// The places of the two among the words that have pairs.
    words: [u8; 2],
}

/// What bounds of a pair are made of, close together in memory.
#[derive(Clone, Copy)]
struct PairBound {
    factor: f64,
    words: [u8; 2],
}

impl PairBound {
    /// The most that the pair adds to a document whose words are worth so much.
    #[inline]
    fn most(&self, worths: &WordWorths) -> f64 {
        let [a, b] = self
            .words
            .map(|word| worths[usize::from(word) % MOST_WORDS]);
        self.factor * if a < b { a } else { b }
    }
}

impl<'a> ClosePair<'a> {
    pub fn new(
        terms: [usize; 2],
        lists: [List<'a>; 2],
        factor: f64,
        (distance, scope): (u32, Scope),
        table: &'a WorthTable,
    ) -> Self {
        ClosePair {
            terms,
            lists,
            factor,
            distance,
            scope,
            table,
            words: [0; 2],
        }
    }

    /// How often it counts in the title and in the body of the document that both stand on.
    fn count(&self, a: &Reader<'a>, b: &Reader<'a>) -> Result<(u32, u32), Damage> {
        let distance = self.distance.min(FARTHEST);
        let mut found = (0, 0);
        let most_in_title = a.frequencies().0.min(b.frequencies().0);
        if self.scope.has_title() && most_in_title > 0 {
            let pairs = count_near(&a.run(true)?, &b.run(true)?, distance, Order::Any);
            found.0 = pairs.min(most_in_title);
        }
        if self.scope.has_body() && a.frequencies().1.min(b.frequencies().1) > 0 {
            let (mut a, mut b) = (a.run(false)?, b.run(false)?);
            if let Some(limit) = self.scope.limit() {
                (a, b) = (a.below(limit), b.below(limit));
            }
            let pairs = count_near(&a, &b, distance, Order::Any);
            found.1 = pairs.min(a.len().min(b.len()) as u32);
        }
        Ok(found)
    }
}

/// The pairs of a query in one segment.
#[derive(Default)]
pub struct ClosePairs<'a> {
    /// In the order of the query.
    pairs: Vec<ClosePair<'a>>,
    bounds: Vec<PairBound>,
    /// By term, its place among the words that have pairs.
    words: Vec<Option<usize>>,
    /// By term, the factors of the pairs that are told of it.
    extra: Vec<f64>,
}

impl<'a> ClosePairs<'a> {
    /// Pairs of no more than `MOST_WORDS` of the terms.
    pub fn new(mut pairs: Vec<ClosePair<'a>>, terms: &[Term]) -> Self {
        if pairs.is_empty() {
            return ClosePairs::default();
        }
        let mut words = vec![None; terms.len()];
        let mut extra = vec![0.0; terms.len()];
        let mut count = 0;
        for pair in &mut pairs {
            for (term, word) in pair.terms.iter().zip(&mut pair.words) {
                let place = *words[*term].get_or_insert_with(|| {
                    count += 1;
                    (count - 1) % MOST_WORDS
                });
                *word = place as u8;
            }
            let [a, b] = pair.terms;
            let df = |term: usize| terms[term].stream.df_at_most();
            extra[if df(a) <= df(b) { a } else { b }] += pair.factor;
        }
        let bound_of = |pair: &ClosePair| PairBound {
            factor: pair.factor,
            words: pair.words,
        };
        ClosePairs {
            bounds: pairs.iter().map(bound_of).collect(),
            pairs,
            words,
            extra,
        }
    }

    #[inline]
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The place of a term among the words that have pairs, if it is one.
    #[inline]
    pub fn word(&self, term: usize) -> Option<usize> {
        self.words.get(term).copied().flatten()
    }

    /// How much more a posting of the term may weigh by the pairs that are told of it.
    #[inline]
    pub fn extra(&self, term: usize) -> f64 {
        self.extra.get(term).copied().unwrap_or(0.0)
    }

    /// How much more a posting of the term may weigh by all of its pairs.
    pub fn extra_of_all(&self, term: usize) -> f64 {
        let pairs = self.pairs.iter().filter(|pair| pair.terms.contains(&term));
        pairs.map(|pair| pair.factor).sum()
    }

    /// The most that pairs add to a document whose words are worth so much; 0 is a word that
    /// it does not hold.
    #[inline]
    pub fn most(&self, worths: &WordWorths) -> f64 {
        let mut most = 0.0;
        for pair in &self.bounds {
            most += pair.most(worths);
        }
        most
    }

    /// The same where one of the terms is worth no more than this.
    pub fn most_with(&self, worths: &WordWorths, term: usize, worth: f64) -> f64 {
        let mut worths = *worths;
        if let Some(word) = self.word(term) {
            worths[word] = worth;
        }
        self.most(&worths)
    }

    /// The worths of words, of those of terms.
    #[inline]
    pub fn by_word(&self, of_term: impl Fn(usize) -> f64) -> WordWorths {
        let mut worths = [0.0; MOST_WORDS];
        for (term, word) in self.words.iter().enumerate() {
            if let Some(word) = word {
                worths[*word] = of_term(term);
            }
        }
        worths
    }

    /// Note how often documents hold a term, at their places of a window.
    pub fn note<const WINDOW: usize>(
        &self,
        term: usize,
        (docs, title_tf, body_tf): (&[u32], &[u32], &[u32]),
        base: u32,
        classes: &mut [Classes; WINDOW],
    ) {
        let Some(word) = self.word(term) else {
            return;
        };
        let shift = CLASS_BITS * word;
        for ((doc, title), body) in docs.iter().zip(title_tf).zip(body_tf) {
            classes[(doc - base) as usize % WINDOW] |= class_of(*title, *body) << shift;
        }
    }
}

/// How often a document holds a word in its body alone, as its classes say; `None` where they
/// do not.
#[inline]
pub fn in_body(classes: Classes, word: usize) -> Option<u32> {
    match classes >> (CLASS_BITS * word) & MANY {
        MANY => None,
        frequency => Some(frequency),
    }
}

/// A document that may come in by its pairs.
struct Waiting {
    /// The most that it can score.
    most: f64,
    /// Its score without pairs.
    score: f64,
    doc: u32,
    worths: WordWorths,
}

/// Offers documents with what their pairs add.
pub struct Closeness<'q, 'a> {
    terms: &'q Terms<'a>,
    /// By term, made when it is first wanted.
    readers: Vec<Option<Box<Reader<'a>>>>,
    /// By pair, the most that it adds to a document, then what it does add.
    added: Vec<f64>,
    /// The pairs of a document, those that may add most first.
    order: Vec<usize>,
    waiting: BinaryHeap<Waiting>,
}

impl<'q, 'a> Closeness<'q, 'a> {
    pub fn new(terms: &'q Terms<'a>) -> Self {
        let count = match terms.pairs.is_empty() {
            true => 0,
            false => terms.terms.len(),
        };
        let mut readers = Vec::new();
        readers.resize_with(count, || None);
        Closeness {
            terms,
            readers,
            added: vec![0.0; terms.pairs.pairs.len()],
            order: Vec::with_capacity(terms.pairs.pairs.len()),
            waiting: BinaryHeap::new(),
        }
    }

    pub fn terms(&self) -> &'q Terms<'a> {
        self.terms
    }

    /// Offer a document in which term `t` is worth `worths[t]`.
    #[inline]
    pub fn offer(&mut self, doc: u32, worths: &[f64], top: &mut TopK) -> Result<(), Failure> {
        let terms = self.terms;
        let score = terms.score(worths);
        if terms.pairs.is_empty() {
            top.offer(score, doc);
            return Ok(());
        }
        let worths = terms.pairs.by_word(|term| worths[term]);
        let most = raised(score + terms.pairs.most(&worths));
        if most < top.threshold() {
            return Ok(());
        }
        let waiting = Waiting {
            most,
            score,
            doc,
            worths,
        };
        self.read(&waiting, top)
    }

    /// Offer a document when it is its turn.
    pub fn keep(&mut self, doc: u32, worths: &[f64], top: &mut TopK) -> Result<(), Failure> {
        let pairs = &self.terms.pairs;
        let score = self.terms.score(worths);
        let worths = pairs.by_word(|term| worths[term]);
        let most = raised(score + pairs.most(&worths));
        if most < top.threshold() {
            return Ok(());
        }
        self.waiting.push(Waiting {
            most,
            score,
            doc,
            worths,
        });
        match self.waiting.len() {
            ..MOST_WAITING => Ok(()),
            _ => self.settle_all(top),
        }
    }

    /// Offer the best of those that wait, at most so many.
    pub fn settle(&mut self, most: usize, top: &mut TopK) -> Result<(), Failure> {
        for _ in 0..most {
            let Some(best) = self.waiting.pop() else {
                break;
            };
            if best.most < top.threshold() {
                // All others are below it too.
                self.waiting.clear();
                break;
            }
            self.read(&best, top)?;
        }
        Ok(())
    }

    /// Offer all that wait: the best few first, the others in their order, in which they are
    /// found more quickly.
    pub fn settle_all(&mut self, top: &mut TopK) -> Result<(), Failure> {
        self.settle(BEST_AT_LAST, top)?;
        let mut others = std::mem::take(&mut self.waiting).into_vec();
        others.retain(|waiting| waiting.most >= top.threshold());
        others.sort_unstable_by_key(|waiting| waiting.doc);
        for waiting in others {
            if waiting.most >= top.threshold() {
                self.read(&waiting, top)?;
            }
        }
        Ok(())
    }

    /// Count the pairs of a document, and offer it.
    fn read(&mut self, waiting: &Waiting, top: &mut TopK) -> Result<(), Failure> {
        let (doc, pairs) = (waiting.doc, &self.terms.pairs.pairs);
        let mut most = waiting.score;
        self.order.clear();
        for (number, bound) in self.terms.pairs.bounds.iter().enumerate() {
            self.added[number] = bound.most(&waiting.worths);
            if self.added[number] > 0.0 {
                most += self.added[number];
                self.order.push(number);
            }
        }
        let norm = norm_of(self.terms.norms, doc)?;
        let added = &mut self.added;
        (self.order).sort_unstable_by(|a, b| added[*b].total_cmp(&added[*a]).then(a.cmp(b)));
        for number in &self.order {
            let pair = &pairs[*number];
            self.terms.budget.charge(COST_OF_COUNTING)?;
            for (term, list) in pair.terms.iter().zip(pair.lists) {
                let reader = self.readers[*term].get_or_insert_with(|| Box::new(Reader::new(list)));
                if !reader.stands_on(doc) {
                    self.terms.budget.charge(COST_OF_A_PLACE)?;
                    reader.seek(doc)?;
                }
                reader.unpack()?;
            }
            let [Some(a), Some(b)] = pair.terms.map(|term| self.readers[term].as_deref()) else {
                continue;
            };
            let (title, body) = pair.count(a, b)?;
            let found = match title | body {
                0 => 0.0,
                _ => pair.factor * pair.table.worth(title, body, norm),
            };
            most -= added[*number] - found;
            added[*number] = found;
            if raised(most) < top.threshold() {
                return Ok(());
            }
        }
        // In the order of the query: what is 0 changes nothing.
        let mut score = waiting.score;
        for found in added {
            score += *found;
        }
        top.offer(score, doc);
        Ok(())
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.most.total_cmp(&other.most)).then(other.doc.cmp(&self.doc))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Waiting {}
