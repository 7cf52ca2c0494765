//! What do words of a query add to a document by standing close?
//!
//! Words of a keyword group get a leaf for each two of them: what the one near the other would
//! add (`searcher/searching/closeness.py` says which, `searcher/scoring.py` how much).  To look
//! for all of those costs several times what the words do, and hardly any would matter.  So
//! where few documents are wanted, pairs are no streams: a ranking goes on with bounds, and
//! positions are read only in documents that may come in by what their words are worth and
//! what their pairs may add.
//!
//! From cheap to dear, and each time compared with the threshold:
//!
//! 1. A pair needs both of its words, so what it may add can be told of either: it is told of
//!    the rarer one (`ClosePairs::extra`), whose documents get so much more in a window's sums.
//! 2. Which words a document holds says which pairs it may have (`ClosePairs::most`), and how
//!    often it holds them, how many of each (`ClosePairs::most_of`).
//! 3. Positions say how many there are (`Closeness::offer`), those of the pair that may add
//!    most first.

use crate::error::Damage;
use crate::postings::{DocBlock, List, PositionBlock, Run, BLOCK_POSTINGS};
use crate::search::failure::Failure;
use crate::search::plan::Scope;
use crate::search::positions::runs::{count_near, Order, FARTHEST};
use crate::search::ranking::score::{norm_of, raised, WorthTable};
use crate::search::ranking::terms::{Term, Terms};
use crate::search::ranking::top_k::TopK;

/// More words than these have no pairs here: a sum is kept for each set of them.
pub const MOST_WORDS: usize = 10;
/// Units of work (`budget.rs`) to stand on a document in a list, and to count pairs in it.
const COST_OF_A_PLACE: u64 = 60;
const COST_OF_COUNTING: u64 = 60;

/// Which words a document holds: a bit for each word that has a pair.
pub type Held = u16;

/// How often a document holds each of these words, in three bits each: 0 to 6 times in the
/// body, or more often or in the title.
pub type Classes = u32;

const CLASS_BITS: usize = 3;
const MANY: u32 = (1 << CLASS_BITS) - 1;

/// The class of a posting.
#[inline]
fn class_of(title_tf: u32, body_tf: u32) -> u32 {
    match title_tf {
        0 => body_tf.min(MANY),
        _ => MANY,
    }
}

/// The words that are not absent.
#[inline]
pub fn held_of(classes: Classes) -> Held {
    let some = classes | classes >> 1 | classes >> 2;
    (0..MOST_WORDS).fold(0, |held, word| {
        held | ((some >> (CLASS_BITS * word) & 1) as Held) << word
    })
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
    /// The bits of the two.
    words: [usize; 2],
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

    #[inline]
    fn is_among(&self, held: Held) -> bool {
        self.words.iter().all(|word| held >> word & 1 == 1)
    }

    /// The most that it adds to a document that has its words so often.
    #[inline]
    fn most(&self, [a, b]: [(u32, u32); 2], norm: u8) -> f64 {
        // Each occurrence has so many places near it, and no more than one word in each.
        let near = self.distance.min(FARTHEST).saturating_mul(2);
        let pairs = |a: u32, b: u32| a.saturating_mul(b).min(a.min(b).saturating_mul(near));
        let (title, body) = (pairs(a.0, b.0), pairs(a.1, b.1));
        self.factor * self.table.worth(title, body, norm)
    }

    fn count(&self, a: &Reader<'a>, b: &Reader<'a>) -> Result<(u32, u32), Damage> {
        let distance = self.distance.min(FARTHEST);
        let mut found = (0, 0);
        if self.scope.has_title() && a.frequencies.0.min(b.frequencies.0) > 0 {
            found.0 = count_near(&a.run(true)?, &b.run(true)?, distance, Order::Any);
        }
        if self.scope.has_body() && a.frequencies.1.min(b.frequencies.1) > 0 {
            let (mut a, mut b) = (a.run(false)?, b.run(false)?);
            if let Some(limit) = self.scope.limit() {
                (a, b) = (a.below(limit), b.below(limit));
            }
            found.1 = count_near(&a, &b, distance, Order::Any);
        }
        Ok(found)
    }
}

/// The pairs of a query in one segment.
#[derive(Default)]
pub struct ClosePairs<'a> {
    /// In the order of the query.
    pairs: Vec<ClosePair<'a>>,
    /// By term, its bit, and its list if all occurrences in that count.
    words: Vec<Option<usize>>,
    lists: Vec<Option<List<'a>>>,
    /// By term, what pairs may add to a document that holds it, each told of one of its terms.
    extra: Vec<f64>,
    /// By the words that are held, the sum of the factors of their pairs, and of their extras.
    sums: Vec<(f64, f64)>,
}

impl<'a> ClosePairs<'a> {
    /// Pairs of no more than `MOST_WORDS` of the terms.
    pub fn new(mut pairs: Vec<ClosePair<'a>>, terms: &[Term]) -> Self {
        if pairs.is_empty() {
            return ClosePairs::default();
        }
        let mut words = vec![None; terms.len()];
        let mut lists = vec![None; terms.len()];
        let mut extra = vec![0.0; terms.len()];
        let mut count = 0;
        for pair in &mut pairs {
            for (term, word) in pair.terms.iter().zip(&mut pair.words) {
                *word = *words[*term].get_or_insert_with(|| {
                    count += 1;
                    (count - 1) % MOST_WORDS
                });
            }
            let [a, b] = pair.terms;
            if matches!(pair.scope, Scope::TitleAndBody | Scope::Byline) {
                (lists[a], lists[b]) = (Some(pair.lists[0]), Some(pair.lists[1]));
            }
            let df = |term: usize| terms[term].stream.df_at_most();
            extra[if df(a) <= df(b) { a } else { b }] += pair.factor;
        }
        let mut factors = [[0.0; MOST_WORDS]; MOST_WORDS];
        for pair in &pairs {
            let [a, b] = pair.words;
            factors[a][b] += pair.factor;
            factors[b][a] += pair.factor;
        }
        let mut extras = [0.0; MOST_WORDS];
        for (word, extra) in words.iter().zip(&extra) {
            if let Some(word) = word {
                extras[*word] = *extra;
            }
        }
        // Each set from that without its highest word.
        let mut sums = vec![(0.0, 0.0)];
        for word in 0..count.min(MOST_WORDS) {
            for others in 0..1usize << word {
                let of = |other: usize| factors[word][other] * (others >> other & 1) as f64;
                let (most, extra) = sums[others];
                let most = most + (0..word).map(of).sum::<f64>();
                sums.push((most, extra + extras[word]));
            }
        }
        ClosePairs {
            sums,
            pairs,
            words,
            lists,
            extra,
        }
    }

    #[inline]
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The bit of a term; none where it has no pair.
    #[inline]
    pub fn bit(&self, term: usize) -> Held {
        match self.words.get(term) {
            Some(Some(word)) => 1 << word,
            _ => 0,
        }
    }

    /// The list of a term that has a pair, if all of its occurrences count.
    #[inline]
    pub fn whole_list(&self, term: usize) -> Option<List<'a>> {
        self.lists.get(term).copied().flatten()
    }

    /// The bits of all terms.
    pub fn every(&self) -> Held {
        (0..self.words.len()).fold(0, |every, term| every | self.bit(term))
    }

    /// What pairs may add to a document that holds the term, as far as it is told of this one.
    #[inline]
    pub fn extra(&self, term: usize) -> f64 {
        self.extra.get(term).copied().unwrap_or(0.0)
    }

    /// The sum of `extra` of these terms.
    #[inline]
    pub fn extras(&self, held: Held) -> f64 {
        self.sums.get(usize::from(held)).map_or(0.0, |sums| sums.1)
    }

    /// The most that pairs add to a document that holds no more than these terms.
    #[inline]
    pub fn most(&self, held: Held) -> f64 {
        self.sums.get(usize::from(held)).map_or(0.0, |sums| sums.0)
    }

    /// The same of one that holds words so often, and perhaps those of `unknown`.
    pub fn most_of(&self, classes: Classes, unknown: Held, norm: u8) -> f64 {
        let class = |word: usize| match unknown >> word & 1 {
            0 => classes >> (CLASS_BITS * word) & MANY,
            _ => MANY,
        };
        let mut most = 0.0;
        for pair in &self.pairs {
            let [a, b] = pair.words.map(class);
            most += match (a, b) {
                (0, _) | (_, 0) => 0.0,
                (MANY, _) | (_, MANY) => pair.factor,
                _ => pair.most([(0, a), (0, b)], norm),
            };
        }
        most
    }

    /// Note how often documents hold a term, at their places.
    pub fn note(
        &self,
        term: usize,
        (docs, title_tf, body_tf): (&[u32], &[u32], &[u32]),
        base: u32,
        classes: &mut [Classes],
    ) {
        let (Some(Some(word)), count) = (self.words.get(term), classes.len()) else {
            return;
        };
        let shift = CLASS_BITS * word;
        for ((doc, title), body) in docs.iter().zip(title_tf).zip(body_tf) {
            classes[(doc - base) as usize % count] |= class_of(*title, *body) << shift;
        }
    }
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
        }
    }

    pub fn terms(&self) -> &'q Terms<'a> {
        self.terms
    }

    /// Offer a document that holds these terms, in which term `t` is worth `worths[t]`.
    #[inline]
    pub fn offer(
        &mut self,
        doc: u32,
        held: Held,
        worths: &[f64],
        top: &mut TopK,
    ) -> Result<(), Failure> {
        let score = self.terms.score(worths);
        let most = self.terms.pairs.most(held);
        if most == 0.0 {
            top.offer(score, doc);
            return Ok(());
        }
        if raised(score + most) < top.threshold() {
            return Ok(());
        }
        self.offer_with_pairs(doc, held, score, top)
    }

    fn offer_with_pairs(
        &mut self,
        doc: u32,
        held: Held,
        mut score: f64,
        top: &mut TopK,
    ) -> Result<(), Failure> {
        let pairs = &self.terms.pairs.pairs;
        let norm = norm_of(self.terms.norms, doc)?;
        let mut most = score;
        self.order.clear();
        for (number, pair) in pairs.iter().enumerate() {
            self.added[number] = 0.0;
            if pair.is_among(held) {
                self.added[number] = pair.most(self.frequencies(pair, doc)?, norm);
                most += self.added[number];
                self.order.push(number);
            }
        }
        if raised(most) < top.threshold() {
            return Ok(());
        }
        let added = &mut self.added;
        (self.order).sort_unstable_by(|a, b| added[*b].total_cmp(&added[*a]).then(a.cmp(b)));
        for number in &self.order {
            let pair = &pairs[*number];
            self.terms.budget.charge(COST_OF_COUNTING)?;
            for term in pair.terms {
                if let Some(reader) = &mut self.readers[term] {
                    reader.unpack()?;
                }
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
        for found in added {
            score += *found;
        }
        top.offer(score, doc);
        Ok(())
    }

    /// What a term is worth in a document, if all occurrences in this list count; `None` where
    /// it does not occur.
    pub fn worth(&mut self, term: usize, list: List<'a>, doc: u32) -> Result<Option<f64>, Failure> {
        let reader = self.readers[term].get_or_insert_with(|| Box::new(Reader::new(list)));
        if !reader.stands_on(doc) {
            self.terms.budget.charge(COST_OF_A_PLACE)?;
            reader.seek(doc)?;
        }
        let (title, body) = reader.frequencies;
        if title | body == 0 {
            return Ok(None);
        }
        let table = self.terms.terms[term].table;
        Ok(Some(table.worth(
            title,
            body,
            norm_of(self.terms.norms, doc)?,
        )))
    }

    /// How often the words of a pair occur in a document; their readers stand on it then.
    #[inline]
    fn frequencies(&mut self, pair: &ClosePair<'a>, doc: u32) -> Result<[(u32, u32); 2], Failure> {
        let mut found = [(0, 0); 2];
        for (side, frequencies) in found.iter_mut().enumerate() {
            let reader = self.readers[pair.terms[side]]
                .get_or_insert_with(|| Box::new(Reader::new(pair.lists[side])));
            if !reader.stands_on(doc) {
                self.terms.budget.charge(COST_OF_A_PLACE)?;
                reader.seek(doc)?;
            }
            let (title, body) = reader.frequencies;
            *frequencies = (
                if pair.scope.has_title() { title } else { 0 },
                if pair.scope.has_body() { body } else { 0 },
            );
        }
        Ok(found)
    }
}

const NO_BLOCK: usize = usize::MAX;

/// Where a word stands in one document after another, in any order.
struct Reader<'a> {
    list: List<'a>,
    block: usize,
    decoded: DocBlock,
    /// The document it stands on, its place in the block, and how often it has the word in
    /// the title and in the body.
    doc: u32,
    place: usize,
    frequencies: (u32, u32),
    /// The block whose positions are here, and whether those of the place are unpacked.
    positions_block: usize,
    positions: PositionBlock<'a>,
    is_unpacked: bool,
}

impl<'a> Reader<'a> {
    fn new(list: List<'a>) -> Self {
        Reader {
            list,
            block: NO_BLOCK,
            decoded: DocBlock::new(),
            doc: 0,
            place: 0,
            frequencies: (0, 0),
            positions_block: NO_BLOCK,
            positions: PositionBlock::new(),
            is_unpacked: false,
        }
    }

    #[inline]
    fn stands_on(&self, doc: u32) -> bool {
        self.doc == doc && self.block != NO_BLOCK
    }

    fn seek(&mut self, doc: u32) -> Result<(), Damage> {
        let is_ahead = self.block != NO_BLOCK && self.doc < doc;
        let block = (self.list).block_from(if is_ahead { self.block } else { 0 }, doc);
        (self.doc, self.is_unpacked, self.frequencies) = (doc, false, (0, 0));
        if block >= self.list.block_count() {
            return Ok(());
        }
        if block != self.block {
            self.block = NO_BLOCK;
            self.list.decode_docs(block, &mut self.decoded)?;
            self.block = block;
        }
        self.place = self.decoded.index_of(doc);
        let docs = &self.decoded.docs[..self.decoded.len.min(BLOCK_POSTINGS)];
        if docs.get(self.place) == Some(&doc) {
            self.frequencies = self.list.frequencies_at(&self.decoded, self.place)?;
        }
        Ok(())
    }

    /// Unpack the positions in the document it stands on.
    fn unpack(&mut self) -> Result<(), Damage> {
        if self.is_unpacked || self.frequencies == (0, 0) {
            return Ok(());
        }
        if self.positions_block != self.block {
            self.positions_block = NO_BLOCK;
            self.list.decode_frequencies_of(&mut self.decoded)?;
            (self.positions).load(&self.list, self.block, &self.decoded)?;
            self.positions_block = self.block;
        }
        self.positions.unpack(self.place)?;
        self.is_unpacked = true;
        Ok(())
    }

    /// Its positions in the title or in the body, once they are unpacked.
    fn run(&self, in_title: bool) -> Result<Run<'_>, Damage> {
        self.positions.run(self.place, self.frequencies.0, in_title)
    }
}
