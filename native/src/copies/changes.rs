//! Which articles are copies of which, now that some have come and gone?
//! (`searcher/copies/grouping.py`, "Changes")
//!
//! What becomes of an article depends on the leads before it only.  So those are looked at
//! again, in their order, that are new; that have a fingerprint which became common or crowded
//! or ceased to be; that come later and may be compared with an article that became a lead or
//! ceased to be one; or whose text has another first article.  Looking at more of them than is
//! needed changes nothing but the time.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use super::articles::{Articles, Bodies, Place};
use super::boilerplate::{is_common, LEAST_DAYS, MOST_TEXTS};
use super::comparison::{Kind, Rules};
use super::grouping::{Groups, Link};
use super::linking::{chosen, Linking};
use super::lookups::Lookups;
use crate::error::Result;
use crate::hashing::Seed;

/// An article that is gone.
pub struct Removed {
    pub key: u64,
    pub day: Option<i32>,
    pub place: Place,
    pub fingerprints: Vec<u32>,
    /// Whether it was a lead.
    pub led: bool,
}

/// How it was before, by the numbers of now.
pub struct Before {
    /// The lead of each document; [`super::articles::NONE`] of one that was not there, or whose
    /// lead is gone.
    pub leads: Vec<u32>,
    /// By articles; those to leads that are gone are left out.
    pub links: Vec<Link>,
    pub added: Vec<u32>,
    pub removed: Vec<Removed>,
    /// The articles that had to do with leads that are gone.
    pub orphans: Vec<u32>,
}

/// Say which articles are copies of which.
///
/// An article that is looked at costs its words, the lists of its fingerprints and at most 64
/// comparisons.
pub fn regroup(
    articles: &Articles,
    lookups: Lookups,
    before: Before,
    rules: Rules,
    bodies: &mut dyn Bodies,
) -> Result<Groups> {
    let mut changing = Changing {
        articles,
        lookups,
        linking: Linking::new(rules),
        leads: before.leads,
        copies: before
            .links
            .iter()
            .filter(|link| link.kind == Kind::Copy)
            .map(|link| (link.article, *link))
            .collect(),
        changed: HashMap::default(),
    };
    let dirty = changing.dirty(&before.added, &before.removed, bodies)?;
    let mut waiting: HashSet<u32, Seed> = HashSet::default();
    let rank_of = |&article: &u32| articles.rank_of[article as usize];
    waiting.extend(before.added.iter().chain(&before.orphans).map(rank_of));
    waiting.extend(dirty.iter().map(rank_of));
    changing.after(&before.removed, &mut waiting);
    changing.run(waiting, &dirty, bodies)?;
    let Changing { leads, changed, .. } = changing;
    let kept = before.links.into_iter();
    let mut links: Vec<Link> = kept
        .filter(|link| !changed.contains_key(&link.article))
        .collect();
    links.extend(changed.into_values().flatten());
    links.sort_unstable_by_key(|link| (link.article, link.lead));
    Ok(Groups { leads, links })
}

struct Changing<'a> {
    articles: &'a Articles,
    lookups: Lookups<'a>,
    linking: Linking,
    leads: Vec<u32>,
    /// What the copies were to their leads.
    copies: HashMap<u32, Link, Seed>,
    /// The links of the articles that were looked at.
    changed: HashMap<u32, Vec<Link>, Seed>,
}

impl Changing<'_> {
    fn text_of(&self, article: u32) -> u32 {
        self.articles.text_of[article as usize]
    }

    /// The articles that have a fingerprint which is common or crowded now and was not, or was.
    fn dirty(
        &mut self,
        added: &[u32],
        removed: &[Removed],
        bodies: &mut dyn Bodies,
    ) -> Result<HashSet<u32, Seed>> {
        let is_added: HashSet<u32, Seed> = added.iter().copied().collect();
        let mut were: HashMap<u32, Vec<usize>, Seed> = HashMap::default();
        for (place, gone) in removed.iter().enumerate() {
            for &number in &gone.fingerprints {
                were.entry(number).or_default().push(place);
            }
        }
        for text in self.lookups.texts_of(added) {
            for &number in self.lookups.fingerprints(text, bodies)?.iter() {
                were.entry(number).or_default();
            }
        }
        let mut dirty = HashSet::default();
        for (count, (number, gone)) in were.into_iter().enumerate() {
            if count.is_multiple_of(4096) {
                bodies.pause()?;
            }
            let holders = self.lookups.holders(number);
            if holders.len() + gone.len() < LEAST_DAYS {
                continue;
            }
            let fact = |&article: &u32| (self.articles.day(article), self.articles.key(article));
            let now = state(holders.iter().map(fact));
            let stayed = holders.iter().filter(|article| !is_added.contains(article));
            let gone = gone.iter().map(|&place| &removed[place]);
            let gone = gone.map(|gone| (gone.day, gone.key));
            if now != state(stayed.map(fact).chain(gone)) {
                dirty.extend(holders);
            }
        }
        Ok(dirty)
    }

    /// Put the articles that may have to do without some that are gone into `waiting`.
    fn after(&mut self, removed: &[Removed], waiting: &mut HashSet<u32, Seed>) {
        let articles = self.articles;
        let gone: HashSet<u64, Seed> = removed.iter().map(|gone| gone.key).collect();
        for text in 0..articles.text_count() as u32 {
            let first = articles.holder(text);
            if gone.contains(&articles.key(first)) {
                waiting.insert(articles.rank_of[first as usize]);
            }
        }
        for gone in removed.iter().filter(|gone| gone.led) {
            // One that is equal but for its id may be later.
            let order = &articles.order;
            let rank = order.partition_point(|&article| articles.place(article) < gone.place);
            let Reverse(length) = gone.place.2;
            let sharing = self.lookups.sharing(&gone.fingerprints);
            for same in sharing.chunk_by(|one, other| one == other) {
                let article = articles.holder(same[0]);
                let days = articles.day(article).zip(gone.day);
                let apart = days.map(|(one, other)| one.abs_diff(other));
                let lengths = [articles.length(article), length];
                let place = articles.rank_of[article as usize];
                let may_be = self.linking.may_be(apart, lengths, same.len() as u32);
                if place >= rank as u32 && may_be {
                    waiting.insert(place);
                }
            }
        }
    }

    /// Look at the articles at the places `waiting`, and at all that follows from it.
    fn run(
        &mut self,
        mut waiting: HashSet<u32, Seed>,
        dirty: &HashSet<u32, Seed>,
        bodies: &mut dyn Bodies,
    ) -> Result<()> {
        let articles = self.articles;
        let mut heap: BinaryHeap<Reverse<u32>> = waiting.iter().map(|&r| Reverse(r)).collect();
        let mut count = 0u32;
        while let Some(Reverse(rank)) = heap.pop() {
            count += 1;
            if count.is_multiple_of(64) {
                bodies.pause()?;
            }
            waiting.remove(&rank);
            let article = articles.order[rank as usize];
            let led = self.leads[article as usize] == article;
            let text = self.text_of(article);
            let is_first = articles.holder(text) == article;
            let mut neighbours = Vec::new();
            let leads = if is_first {
                neighbours = self.neighbours(article, bodies)?;
                for &other in &articles.with_text(text)[1..] {
                    let place = articles.rank_of[other as usize];
                    if waiting.insert(place) {
                        heap.push(Reverse(place));
                    }
                }
                self.look_at(article, &neighbours, bodies)?
            } else {
                self.follow(article);
                false
            };
            if led == leads && !dirty.contains(&article) {
                continue;
            }
            if !is_first {
                neighbours = self.neighbours(article, bodies)?;
            }
            for (text, shared) in neighbours {
                let other = articles.holder(text);
                let place = articles.rank_of[other as usize];
                // What led and is no longer the first of its text had other days.
                let may_fit = !is_first || self.linking.may_fit(articles, other, article, shared);
                if place > rank && may_fit && waiting.insert(place) {
                    heap.push(Reverse(place));
                }
            }
        }
        Ok(())
    }

    /// The other texts that share fingerprints with an article, and how many.
    fn neighbours(&mut self, article: u32, bodies: &mut dyn Bodies) -> Result<Vec<(u32, u32)>> {
        let text = self.text_of(article);
        let own = self.lookups.fingerprints(text, bodies)?;
        let sharing = self.lookups.sharing(&own);
        let counted = sharing.chunk_by(|one, other| one == other);
        Ok(counted
            .map(|same| (same[0], same.len() as u32))
            .filter(|&(other, _)| other != text)
            .collect())
    }

    /// Put an article where the first of its text is.
    fn follow(&mut self, article: u32) {
        let first = self.articles.holder(self.text_of(article));
        let of_first = match self.changed.get(&first) {
            Some(links) => links.iter().find(|link| link.kind == Kind::Copy),
            None => self.copies.get(&first),
        };
        let link = match of_first {
            Some(link) => Link { article, ..*link },
            None => Link::identical(article, first),
        };
        self.leads[article as usize] = link.lead;
        self.changed.insert(article, vec![link]);
    }

    /// Find the lead of `article`; whether that is itself.
    fn look_at(
        &mut self,
        article: u32,
        neighbours: &[(u32, u32)],
        bodies: &mut dyn Bodies,
    ) -> Result<bool> {
        let articles = self.articles;
        let place = articles.rank_of[article as usize];
        let mut found = Vec::new();
        for &(text, shared) in neighbours {
            let lead = articles.holder(text);
            let rank = articles.rank_of[lead as usize];
            if self.leads[lead as usize] == lead
                && rank < place
                && self.linking.may_fit(articles, article, lead, shared)
            {
                found.push((Reverse(shared), rank));
            }
        }
        let mut links = Vec::new();
        let mut its_lead = article;
        for rank in chosen(found) {
            let lead = articles.order[rank as usize];
            let pair = (article, lead);
            let found = self
                .linking
                .link(articles, pair, &mut self.lookups, bodies)?;
            let Some((kind, agreement)) = found else {
                continue;
            };
            if kind == Kind::Copy {
                its_lead = lead;
                links.clear();
            }
            links.push(Link {
                article,
                lead,
                kind,
                agreement,
            });
            if kind == Kind::Copy {
                break;
            }
        }
        self.leads[article as usize] = its_lead;
        self.changed.insert(article, links);
        Ok(its_lead == article)
    }
}

/// Of the days and keys of those who have a fingerprint: whether it is common, and crowded.
fn state(holders: impl Iterator<Item = (Option<i32>, u64)>) -> (bool, bool) {
    let (mut days, mut keys) = (Vec::new(), Vec::new());
    for (day, key) in holders {
        days.extend(day);
        keys.push(key);
    }
    keys.sort_unstable();
    keys.dedup();
    (is_common(&mut days), keys.len() > MOST_TEXTS)
}
