//! Which of many articles are copies of which? (`searcher/copies/grouping.py`)
//!
//! From nothing: all articles in their order, each looked at once.  An article counts, over the
//! lists of its fingerprints, which texts that have a lead it shares how many with; so what it
//! costs is the lengths of these lists and at most 64 comparisons.

use std::cmp::Reverse;

use super::articles::{Articles, Bodies, NONE};
use super::comparison::{Agreement, Kind, Rules};
use super::linking::{chosen, Common, Linking};
use super::lists::Lists;
use super::run_table::RunTable;
use crate::error::Result;

/// What an article is to a lead; without an agreement their texts are identical.
#[derive(Clone, Copy)]
pub struct Link {
    pub article: u32,
    pub lead: u32,
    pub kind: Kind,
    pub agreement: Option<Agreement>,
}

impl Link {
    /// That of an article to the first of its own text.
    pub fn identical(article: u32, lead: u32) -> Self {
        Link {
            article,
            lead,
            kind: Kind::Copy,
            agreement: None,
        }
    }
}

/// The lead of each document, [`NONE`] of what is no article; and all links but to itself, by
/// articles.
pub struct Groups {
    pub leads: Vec<u32>,
    pub links: Vec<Link>,
}

/// Say which articles are copies of which.
pub fn group_all(
    articles: &Articles,
    mut lists: Lists,
    rules: Rules,
    bodies: &mut dyn Bodies,
) -> Result<Groups> {
    let texts = articles.text_count();
    let mut grouping = Grouping {
        articles,
        linking: Linking::new(rules),
        lead_of: vec![NONE; texts],
        link_of: vec![NONE; texts],
        shared: vec![0; texts],
        sharing: Vec::new(),
    };
    let mut groups = Groups {
        leads: vec![NONE; articles.columns.keys.len()],
        links: Vec::new(),
    };
    for (count, &article) in articles.order.iter().enumerate() {
        if count.is_multiple_of(256) {
            bodies.pause()?;
        }
        grouping.look_at(article, &mut lists, &mut groups, bodies)?;
    }
    groups
        .links
        .sort_unstable_by_key(|link| (link.article, link.lead));
    Ok(groups)
}

impl Common for Lists {
    fn mark_common(&mut self, own: &[u32], marks: &mut RunTable) -> Result<bool> {
        marks.clear(own.len());
        let mut is_any = false;
        for &number in own {
            let is_common = self.is_common(number);
            marks.put(number, is_common);
            is_any |= is_common;
        }
        Ok(is_any)
    }

    fn has_common(&self) -> bool {
        self.has_common()
    }
}

struct Grouping<'a> {
    articles: &'a Articles,
    linking: Linking,
    /// Of each text its first article, if that leads.
    lead_of: Vec<u32>,
    /// Of each text else: where among the links is that of its first article.
    link_of: Vec<u32>,
    /// How many fingerprints each text shares with the one that is looked at, and which do.
    shared: Vec<u32>,
    sharing: Vec<u32>,
}

impl Grouping<'_> {
    /// Find the lead of `article`.
    fn look_at(
        &mut self,
        article: u32,
        lists: &mut Lists,
        groups: &mut Groups,
        bodies: &mut dyn Bodies,
    ) -> Result<()> {
        let text = self.articles.text_of[article as usize];
        let first_link = groups.links.len();
        let first = self.articles.holder(text);
        if article != first {
            // It goes where the first article of its text has gone.
            let link = match groups.links.get(self.link_of[text as usize] as usize) {
                Some(link) => Link { article, ..*link },
                None => Link::identical(article, first),
            };
            groups.leads[article as usize] = link.lead;
            groups.links.push(link);
            return Ok(());
        }
        for rank in self.candidates(article, text, lists) {
            let lead = self.articles.order[rank as usize];
            let pair = (article, lead);
            let Some((kind, agreement)) = self.linking.link(self.articles, pair, lists, bodies)?
            else {
                continue;
            };
            if kind == Kind::Copy {
                groups.leads[article as usize] = lead;
                groups.links.truncate(first_link);
                self.link_of[text as usize] = first_link as u32;
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
        groups.leads[article as usize] = article;
        self.lead_of[text as usize] = article;
        Ok(())
    }

    /// The places of the leads that may fit, in their order.
    fn candidates(&mut self, article: u32, text: u32, lists: &Lists) -> Vec<u32> {
        lists.sharing_before(text, |other| {
            let shared = &mut self.shared[other as usize];
            if *shared == 0 {
                self.sharing.push(other);
            }
            *shared += 1;
        });
        let mut found: Vec<(Reverse<u32>, u32)> = Vec::new();
        for text in self.sharing.drain(..) {
            let shared = std::mem::take(&mut self.shared[text as usize]);
            let lead = self.lead_of[text as usize];
            if lead != NONE && self.linking.may_fit(self.articles, article, lead, shared) {
                found.push((Reverse(shared), self.articles.rank_of[lead as usize]));
            }
        }
        chosen(found)
    }
}
