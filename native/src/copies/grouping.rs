//! Which of many articles are copies of which? (`searcher/copies/grouping.py`)
//!
//! From nothing: all articles in their order, each looked at once.  Texts (articles of one key)
//! are numbered, and each fingerprint has the list of its texts.  An article counts, over the
//! lists of its fingerprints, which texts that have a lead it shares how many with; so what it
//! costs is the lengths of these lists and at most [`MOST_CANDIDATES`] comparisons.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::rc::Rc;

use super::boilerplate::{is_common, without_common, LEAST_DAYS, MOST_TEXTS};
use super::comparison::{
    compare, Agreement, Compared, Kind, Rules, NEARLY_EQUAL_PERCENT, VERSION_DAYS,
};
use super::words::{Words, MOST_WORDS};
use crate::error::{CoreError, Result};
use crate::hashing::Seed;

const MOST_CANDIDATES: usize = 64;
/// Words of texts that are kept for the next comparison, twelve bytes each.
const MOST_KEPT_WORDS: usize = 8 << 20;
const MOST_KEPT_AGREEMENTS: usize = 1 << 20;
/// Stands for an unknown day.
pub const NO_DAY: i32 = i32::MIN;
const NO_ARTICLE: u32 = u32::MAX;

/// Articles by their numbers.
pub struct Articles<'a> {
    /// Text keys; an article without a text has 0, and leads itself.
    pub keys: &'a [u64],
    pub days: &'a [i32],
    /// How many words each has.
    pub lengths: &'a [u32],
    /// Their numbers in the order of date, length and id.
    pub order: &'a [u32],
    /// Where the fingerprints of each begin, and behind them the end.
    pub starts: &'a [u64],
    /// Ascending within each article.
    pub fingerprints: &'a [u32],
}

/// What has the words of articles, asked for those that are compared.
pub trait Bodies {
    /// The forms of the article's body.  `is_void` becomes true where numbers of forms that
    /// were given before no longer hold.
    fn forms(&mut self, article: u32, is_void: &mut bool) -> Result<Vec<u32>>;
    fn words(&self) -> &Words;
    /// Called now and then; an error ends the work.
    fn pause(&mut self) -> Result<()>;
}

/// What an article is to a lead; without an agreement their texts are identical.
pub struct Link {
    pub article: u32,
    pub lead: u32,
    pub kind: Kind,
    pub agreement: Option<Agreement>,
}

/// The lead of each article, and all links but to itself.
pub struct Groups {
    pub leads: Vec<u32>,
    pub links: Vec<Link>,
}

/// Say which articles are copies of which.
pub fn group_all(articles: &Articles, rules: Rules, bodies: &mut dyn Bodies) -> Result<Groups> {
    articles.check()?;
    let mut grouping = Grouping::new(articles, rules);
    let mut groups = Groups {
        leads: (0..articles.keys.len() as u32).collect(),
        links: Vec::new(),
    };
    for (count, &article) in articles.order.iter().enumerate() {
        if count % 256 == 0 {
            bodies.pause()?;
        }
        grouping.look_at(article, &mut groups, bodies)?;
    }
    Ok(groups)
}

impl Articles<'_> {
    fn check(&self) -> Result<()> {
        let count = self.keys.len();
        let mut met = vec![false; count];
        let is_sound = self.days.len() == count
            && self.lengths.len() == count
            && self.order.len() <= count
            && self.starts.len() == count + 1
            && count < NO_ARTICLE as usize
            && self.starts.windows(2).all(|pair| pair[0] <= pair[1])
            && self.starts[count] == self.fingerprints.len() as u64
            && self.order.iter().all(|&article| {
                (article as usize) < count && !std::mem::replace(&mut met[article as usize], true)
            });
        match is_sound {
            true => Ok(()),
            false => Err(CoreError::Invalid(
                "articles that do not fit together".into(),
            )),
        }
    }

    fn fingerprints_of(&self, article: u32) -> &[u32] {
        let article = article as usize;
        &self.fingerprints[self.starts[article] as usize..self.starts[article + 1] as usize]
    }

    fn days_apart(&self, a: u32, b: u32) -> Option<u32> {
        let (a, b) = (self.days[a as usize], self.days[b as usize]);
        (a != NO_DAY && b != NO_DAY).then(|| a.abs_diff(b))
    }
}

/// The texts that have a fingerprint.
struct List {
    start: u32,
    end: u32,
    is_common: bool,
    is_selective: bool,
}

type SharedText = Rc<Compared>;

struct Grouping<'a> {
    articles: &'a Articles<'a>,
    rules: Rules,
    /// Of each article: its place in the order, and the number of its text.
    rank_of: Vec<u32>,
    text_of: Vec<u32>,
    /// Of each text: an article that has it, and the one that leads it.
    holder: Vec<u32>,
    lead_of: Vec<u32>,
    /// The list of each fingerprint of each text's holder, as in `articles.fingerprints`.
    list_of: Vec<u32>,
    lists: Vec<List>,
    texts: Vec<u32>,
    /// How many fingerprints each text shares with the one that is looked at, and which do.
    shared: Vec<u32>,
    sharing: Vec<u32>,
    /// Of each form: how often; all 0 between two uses.
    tally: Vec<u32>,
    compared: HashMap<u32, SharedText, Seed>,
    compared_words: usize,
    agreements: HashMap<(u32, u32), Agreement, Seed>,
}

impl<'a> Grouping<'a> {
    fn new(articles: &'a Articles<'a>, rules: Rules) -> Self {
        let mut texts: HashMap<u64, u32, Seed> = HashMap::default();
        let mut holder = Vec::new();
        let mut text_of = vec![NO_ARTICLE; articles.keys.len()];
        for &article in articles.order {
            let key = articles.keys[article as usize];
            if key == 0 {
                continue;
            }
            text_of[article as usize] = *texts.entry(key).or_insert_with(|| {
                holder.push(article);
                holder.len() as u32 - 1
            });
        }
        let mut rank_of = vec![NO_ARTICLE; articles.keys.len()];
        for (rank, &article) in (0..).zip(articles.order) {
            rank_of[article as usize] = rank;
        }
        let mut grouping = Grouping {
            articles,
            rules,
            rank_of,
            text_of,
            lead_of: vec![NO_ARTICLE; holder.len()],
            shared: vec![0; holder.len()],
            holder,
            list_of: vec![0; articles.fingerprints.len()],
            lists: Vec::new(),
            texts: Vec::new(),
            sharing: Vec::new(),
            tally: Vec::new(),
            compared: HashMap::default(),
            compared_words: 0,
            agreements: HashMap::default(),
        };
        grouping.make_lists();
        grouping
    }

    fn make_lists(&mut self) {
        let articles = self.articles;
        // Fingerprint, and where in `articles.fingerprints`; texts are met in order.
        let mut places: Vec<(u32, u32, u64)> = Vec::new();
        for (text, &article) in (0..).zip(&self.holder) {
            let start = articles.starts[article as usize];
            let own = articles.fingerprints_of(article);
            places.extend(
                (start..)
                    .zip(own)
                    .map(|(place, &number)| (number, text, place)),
            );
        }
        places.sort_unstable();
        let days_of = self.days_of_texts();
        let mut days = Vec::new();
        for same in places.chunk_by(|one, other| one.0 == other.0) {
            let start = self.texts.len() as u32;
            for &(_, text, place) in same {
                self.list_of[place as usize] = self.lists.len() as u32;
                self.texts.push(text);
            }
            days.clear();
            let holders: usize = same.iter().map(|&(_, text, _)| days_of.count(text)).sum();
            if holders >= LEAST_DAYS {
                days.extend(same.iter().flat_map(|&(_, text, _)| days_of.known(text)));
            }
            let is_common = is_common(&mut days);
            self.lists.push(List {
                start,
                end: self.texts.len() as u32,
                is_common,
                is_selective: !is_common && same.len() <= MOST_TEXTS,
            });
        }
    }

    fn days_of_texts(&self) -> DaysOfTexts {
        let mut of_text: Vec<(u32, i32)> = self
            .articles
            .order
            .iter()
            .filter(|&&article| self.text_of[article as usize] != NO_ARTICLE)
            .map(|&article| {
                (
                    self.text_of[article as usize],
                    self.articles.days[article as usize],
                )
            })
            .collect();
        of_text.sort_unstable();
        let mut starts = vec![0; self.holder.len() + 1];
        for &(text, _) in &of_text {
            starts[text as usize + 1] += 1;
        }
        for text in 1..starts.len() {
            starts[text] += starts[text - 1];
        }
        DaysOfTexts {
            starts,
            days: of_text.into_iter().map(|(_, day)| day).collect(),
        }
    }

    /// Find the lead of `article`.
    fn look_at(
        &mut self,
        article: u32,
        groups: &mut Groups,
        bodies: &mut dyn Bodies,
    ) -> Result<()> {
        let text = self.text_of[article as usize];
        if text == NO_ARTICLE {
            return Ok(());
        }
        let first_link = groups.links.len();
        for lead in self.candidates(article, text) {
            let Some((kind, agreement)) = self.link(article, lead, bodies)? else {
                continue;
            };
            if kind == Kind::Copy {
                groups.leads[article as usize] = lead;
                groups.links.truncate(first_link);
            }
            groups.links.push(Link {
                article,
                lead,
                kind,
                agreement,
            });
            if kind == Kind::Copy {
                return Ok(());
            }
        }
        self.lead_of[text as usize] = article;
        Ok(())
    }

    /// The leads that may fit, in their order.
    fn candidates(&mut self, article: u32, text: u32) -> Vec<u32> {
        self.count_shared(text);
        // What has the same text is before all others.
        self.shared[text as usize] = u32::MAX;
        self.sharing.push(text);
        let mut found: Vec<(Reverse<u32>, u32)> = Vec::new();
        for text in std::mem::take(&mut self.sharing) {
            let shared = std::mem::take(&mut self.shared[text as usize]);
            let lead = self.lead_of[text as usize];
            if shared > 0 && lead != NO_ARTICLE && self.may_fit(article, lead) {
                found.push((Reverse(shared), self.rank_of[lead as usize]));
            }
        }
        if found.len() > MOST_CANDIDATES {
            found.select_nth_unstable(MOST_CANDIDATES - 1);
            found.truncate(MOST_CANDIDATES);
        }
        let mut ranks: Vec<u32> = found.into_iter().map(|(_, rank)| rank).collect();
        ranks.sort_unstable();
        ranks
            .into_iter()
            .map(|rank| self.articles.order[rank as usize])
            .collect()
    }

    /// Count which texts share how many selective fingerprints with `text`.
    fn count_shared(&mut self, text: u32) {
        let holder = self.holder[text as usize] as usize;
        let (start, end) = (
            self.articles.starts[holder],
            self.articles.starts[holder + 1],
        );
        for &list in &self.list_of[start as usize..end as usize] {
            let list = &self.lists[list as usize];
            if !list.is_selective {
                continue;
            }
            for &other in &self.texts[list.start as usize..list.end as usize] {
                if self.shared[other as usize] == 0 {
                    self.sharing.push(other);
                }
                self.shared[other as usize] += 1;
            }
        }
    }

    fn may_fit(&self, article: u32, lead: u32) -> bool {
        let is_near = self
            .articles
            .days_apart(article, lead)
            .is_none_or(|days| days <= self.rules.near_days);
        let [a, b] = [article, lead].map(|one| u64::from(self.articles.lengths[one as usize]));
        is_near || 10 * a.min(b) >= 9 * a.max(b)
    }

    fn link(
        &mut self,
        article: u32,
        lead: u32,
        bodies: &mut dyn Bodies,
    ) -> Result<Option<(Kind, Option<Agreement>)>> {
        let [a, b] = [article, lead].map(|one| self.articles.keys[one as usize]);
        if a == b {
            return Ok(Some((Kind::Copy, None)));
        }
        let apart = self.articles.days_apart(article, lead);
        let is_far = apart.is_some_and(|days| days > self.rules.near_days.max(VERSION_DAYS));
        if is_far && !self.may_be_nearly_equal(article, lead, bodies)? {
            return Ok(None);
        }
        let agreement = self.agreement(article, lead, bodies)?;
        let kind = agreement.judge(apart, (a ^ b) & 1 == 1, self.rules);
        Ok(kind.map(|kind| (kind, Some(agreement))))
    }

    /// Whether as many words may be equal as those of far days have to be: their order left
    /// out of account, so that most forms and tables need not be aligned.
    fn may_be_nearly_equal(&mut self, a: u32, b: u32, bodies: &mut dyn Bodies) -> Result<bool> {
        let [text_a, text_b] = [a, b].map(|one| self.text_of[one as usize]);
        let (words_a, words_b) = self.both(text_a, text_b, bodies)?;
        let (words_a, words_b) = (&words_a.forms, &words_b.forms);
        let most = words_a.iter().chain(words_b).max();
        let forms = most.map_or(0, |&form| form as usize + 1);
        if self.tally.len() < forms {
            self.tally.resize(forms, 0);
        }
        words_a
            .iter()
            .for_each(|&form| self.tally[form as usize] += 1);
        let mut equal = 0;
        for &form in words_b {
            let left = &mut self.tally[form as usize];
            equal += usize::from(*left > 0);
            *left = left.saturating_sub(1);
        }
        words_a
            .iter()
            .for_each(|&form| self.tally[form as usize] = 0);
        let longer = words_a.len().max(words_b.len());
        Ok(100 * equal >= NEARLY_EQUAL_PERCENT as usize * longer)
    }

    fn agreement(&mut self, a: u32, b: u32, bodies: &mut dyn Bodies) -> Result<Agreement> {
        let [text_a, text_b] = [a, b].map(|one| self.text_of[one as usize]);
        let pair = (text_a.min(text_b), text_a.max(text_b));
        if let Some(known) = self.agreements.get(&pair) {
            return Ok(*known);
        }
        if self.agreements.len() >= MOST_KEPT_AGREEMENTS {
            self.agreements.clear();
        }
        let (words_a, words_b) = self.both(text_a, text_b, bodies)?;
        let [key_a, key_b] = [a, b].map(|one| self.articles.keys[one as usize]);
        let found = compare(bodies.words(), &words_a, &words_b, key_a, key_b);
        self.agreements.insert(pair, found);
        Ok(found)
    }

    /// The words of two texts, by the same numbers.
    fn both(
        &mut self,
        a: u32,
        b: u32,
        bodies: &mut dyn Bodies,
    ) -> Result<(SharedText, SharedText)> {
        loop {
            let one = self.compared(a, bodies)?;
            let other = self.compared(b, bodies)?;
            // While the second was read, all numbers may have been given anew.
            if self
                .compared
                .get(&a)
                .is_some_and(|kept| Rc::ptr_eq(kept, &one))
            {
                return Ok((one, other));
            }
        }
    }

    /// The words of a text as they are compared.
    fn compared(&mut self, text: u32, bodies: &mut dyn Bodies) -> Result<SharedText> {
        if let Some(known) = self.compared.get(&text) {
            return Ok(known.clone());
        }
        let article = self.holder[text as usize];
        let mut is_void = false;
        let forms = bodies.forms(article, &mut is_void)?;
        if is_void {
            self.compared.clear();
            self.compared_words = 0;
        }
        let words = self.without_common(article, &forms, bodies.words());
        if self.compared_words > MOST_KEPT_WORDS {
            self.compared.clear();
            self.compared_words = 0;
        }
        self.compared_words += words.len();
        let words = Rc::new(Compared::new(bodies.words(), words));
        self.compared.insert(text, words.clone());
        Ok(words)
    }

    fn without_common(&self, article: u32, forms: &[u32], words: &Words) -> Vec<u32> {
        let start = self.articles.starts[article as usize] as usize;
        let own = self.articles.fingerprints_of(article);
        let is_common = |place: usize| self.lists[self.list_of[start + place] as usize].is_common;
        if !(0..own.len()).any(is_common) {
            return forms[..forms.len().min(MOST_WORDS)].to_vec();
        }
        without_common(words, forms, own, |number| {
            own.binary_search(&number).is_ok_and(is_common)
        })
    }
}

/// The days of the articles of each text.
struct DaysOfTexts {
    starts: Vec<u32>,
    days: Vec<i32>,
}

impl DaysOfTexts {
    fn of(&self, text: u32) -> &[i32] {
        let [start, end] = [text, text + 1].map(|n| self.starts[n as usize] as usize);
        &self.days[start..end]
    }

    /// How many articles have the text.
    fn count(&self, text: u32) -> usize {
        self.of(text).len()
    }

    /// Their days, each once.
    fn known(&self, text: u32) -> impl Iterator<Item = i32> + '_ {
        let days = self.of(text);
        let is_new = |place: &usize| *place == 0 || days[place - 1] != days[*place];
        (0..days.len())
            .filter(move |place| is_new(place))
            .map(|place| days[place])
            .filter(|&day| day != NO_DAY)
    }
}
