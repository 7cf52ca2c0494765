//! The edge to Python: the segments of two commits, as copies are looked for among them.
//!
//! What Python hands over are bytes of arrays and opened segments (`indexing/native_copies.py`);
//! documents are numbered through all segments of a commit.

use std::collections::HashMap;
use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;

use super::copies::{numbers, AskedBodies, Asking};
use super::segment::Segment;
use crate::bytes::Reader;
use crate::copies::articles::{place_of, Bodies, Columns, NONE, NO_DAY};
use crate::copies::changes::{Before, Removed};
use crate::copies::comparison::{Agreement, Kind};
use crate::copies::grouping::Link;
use crate::copies::words::Words;
use crate::error::{Damage, Result};
use crate::fingerprints::table::{Table, NO_DOCUMENT};
use crate::hashing::Seed;
use crate::segment;
use crate::text::TextRules;

/// The links as they lie in a file.
pub fn encoded(links: &[Link]) -> Vec<u8> {
    let mut out = Vec::with_capacity(28 * links.len());
    for link in links {
        out.extend_from_slice(&link.article.to_le_bytes());
        out.extend_from_slice(&link.lead.to_le_bytes());
        out.push(u8::from(link.kind == Kind::Version));
        out.push(u8::from(link.agreement.is_some()));
        for count in link.agreement.unwrap_or_default().counts() {
            out.extend_from_slice(&(count as u16).to_le_bytes());
        }
    }
    out
}

/// Of a segment: the file beside it, itself if it is native, its deleted documents, its instants,
/// days and digests.
pub type SegmentRow<'py> = (
    PyBackedBytes,
    Option<PyRef<'py, Segment>>,
    Vec<u32>,
    PyBackedBytes,
    PyBackedBytes,
    PyBackedBytes,
);

/// A side, what gives the text of a document there, leads and links.
pub type BeforeRow<'py> = (
    Vec<SegmentRow<'py>>,
    Bound<'py, PyAny>,
    PyBackedBytes,
    PyBackedBytes,
);

/// A segment of a commit.
pub struct OneSegment {
    texts: PyBackedBytes,
    pub native: Option<Arc<segment::Segment>>,
    is_deleted: Vec<bool>,
    dates_us: Vec<i64>,
    days: Vec<i32>,
    digests: Vec<u64>,
}

/// All segments of a commit.
pub struct Side {
    pub segments: Vec<OneSegment>,
    /// The number of the first document of each.
    bases: Vec<u32>,
}

impl Side {
    pub fn new(rows: Vec<SegmentRow<'_>>) -> PyResult<Self> {
        let mut side = Side {
            segments: Vec::new(),
            bases: Vec::new(),
        };
        let mut count = 0u64;
        for (texts, native, deleted, dates_us, days, digests) in rows {
            let dates_us = numbers(&dates_us, i64::from_ne_bytes)?;
            let mut is_deleted = vec![false; dates_us.len()];
            for document in deleted {
                if let Some(found) = is_deleted.get_mut(document as usize) {
                    *found = true;
                }
            }
            side.bases.push(count as u32);
            count += dates_us.len() as u64;
            if count >= u64::from(NONE) {
                return Err(PyValueError::new_err("2^32 documents or more"));
            }
            side.segments.push(OneSegment {
                texts,
                native: native.map(|segment| segment.inner()),
                is_deleted,
                dates_us,
                days: numbers(&days, i32::from_ne_bytes)?,
                digests: numbers(&digests, u64::from_ne_bytes)?,
            });
        }
        Ok(side)
    }

    pub fn tables(&self) -> Result<Vec<Table<'_>>> {
        let segments = self.segments.iter();
        segments
            .map(|one| Table::open(&one.texts, one.dates_us.len()))
            .collect()
    }

    /// What there is to know of all documents, and of each segment the numbers of those that
    /// are articles.
    pub fn columns(&self, tables: &[Table]) -> Result<(Columns, Vec<Vec<u32>>)> {
        let mut columns = Columns::default();
        let mut numbers = Vec::new();
        for ((one, table), base) in self.segments.iter().zip(tables).zip(&self.bases) {
            let start = columns.keys.len();
            columns.keys.extend(table.keys());
            let keys = &mut columns.keys[start..];
            for (key, is_deleted) in keys.iter_mut().zip(&one.is_deleted) {
                *key *= u64::from(!is_deleted);
            }
            let number = |(number, key): (u32, &u64)| match key {
                0 => NO_DOCUMENT,
                _ => number,
            };
            numbers.push((*base..).zip(&*keys).map(number).collect());
            columns.lengths.extend(table.lengths());
            columns.dates_us.extend_from_slice(&one.dates_us);
            columns.days.extend_from_slice(&one.days);
        }
        Ok((columns, numbers))
    }

    /// The digests of all documents.
    fn digests(&self) -> impl Iterator<Item = u64> + '_ {
        self.segments
            .iter()
            .flat_map(|one| one.digests.iter().copied())
    }

    /// The segment of a document, and its number there.
    pub fn place(&self, document: u32) -> (usize, u32) {
        let place = self.bases.partition_point(|&base| base <= document) - 1;
        (place, document - self.bases[place])
    }

    /// Raise if a file was cut while it was read.
    pub fn check_length(&self) -> Result<()> {
        let mut natives = self.segments.iter().filter_map(|one| one.native.as_ref());
        natives.try_for_each(|segment| segment.check_length())
    }
}

/// Bytes of a link.
const LINK_BYTES: usize = 28;
/// One article of so many may come or go before all are looked at again.
const CHANGED_OF: usize = 32;
const FEW: usize = 50;

/// What the last commit had, by the numbers of this one.
pub struct Past<'py> {
    side: Side,
    body: Bound<'py, PyAny>,
    leads: Vec<u32>,
    links: Vec<Link>,
    added: Vec<u32>,
    orphans: Vec<u32>,
    /// The documents of the last commit that are gone, and whether they were leads.
    gone: Vec<(u32, bool)>,
}

impl<'py> Past<'py> {
    /// None if so much has changed that all articles are to be looked at.
    pub fn new(before: BeforeRow<'py>, now: &Side, keys: &[u64]) -> PyResult<Option<Self>> {
        let (rows, body, leads, links) = before;
        let side = Side::new(rows)?;
        let old_leads = numbers(&leads, u32::from_le_bytes)?;
        verify(&old_leads, &links)?;
        if old_leads.len() != side.digests().count() {
            return Err(PyValueError::new_err("leads are not of these segments"));
        }
        let mut here: HashMap<u64, u32, Seed> = HashMap::default();
        for ((number, digest), &key) in (0..).zip(now.digests()).zip(keys) {
            if key != 0 {
                here.insert(digest, number);
            }
        }
        let moved: Vec<u32> = side
            .digests()
            .zip(&old_leads)
            .map(|(digest, &lead)| match lead {
                NONE => NONE,
                _ => here.get(&digest).copied().unwrap_or(NONE),
            })
            .collect();
        let moved_to = |document: u32| moved.get(document as usize).copied().unwrap_or(NONE);
        let mut past = Past {
            side,
            body,
            leads: vec![NONE; keys.len()],
            links: Vec::new(),
            added: Vec::new(),
            orphans: Vec::new(),
            gone: Vec::new(),
        };
        let mut was_there = vec![false; keys.len()];
        for ((document, &lead), &now) in (0u32..).zip(&old_leads).zip(&moved) {
            if lead == NONE {
                continue;
            }
            if now == NONE {
                past.gone.push((document, lead == document));
                continue;
            }
            was_there[now as usize] = true;
            past.leads[now as usize] = moved_to(lead);
            if moved_to(lead) == NONE {
                past.orphans.push(now);
            }
        }
        let added = (0u32..).zip(keys).zip(&was_there);
        past.added = added
            .filter(|((_, &key), &was_there)| key != 0 && !was_there)
            .map(|((number, _), _)| number)
            .collect();
        let articles = keys.iter().filter(|&&key| key != 0).count();
        if past.added.len() + past.gone.len() > FEW + articles / CHANGED_OF {
            return Ok(None);
        }
        for bytes in links.chunks_exact(LINK_BYTES) {
            let link = decoded(bytes)?;
            let (article, lead) = (moved_to(link.article), moved_to(link.lead));
            match (article, lead) {
                (NONE, _) => {}
                (_, NONE) => past.orphans.push(article),
                _ => past.links.push(Link {
                    article,
                    lead,
                    ..link
                }),
            }
        }
        Ok(Some(past))
    }

    /// What is to be known of the articles that are gone.
    pub fn removed(
        &self,
        py: Python<'py>,
        fold: &Py<PyAny>,
        rules: &Arc<TextRules>,
        words: &mut Words,
    ) -> PyResult<Vec<Removed>> {
        let tables = self.side.tables()?;
        let mut bodies = AskedBodies {
            asking: Asking::new(py, fold),
            side: &self.side,
            body: self.body.clone(),
            id: self.body.clone(), // which nobody asks for
            rules: rules.clone(),
            words,
            kept: None,
        };
        let mut found = Vec::new();
        for &(number, led) in &self.gone {
            let (place, document) = self.side.place(number);
            let (one, document) = (&self.side.segments[place], document as usize);
            let forms = bodies.forms(number);
            let forms = bodies.asking.told(forms)?;
            let day = one.days.get(document).copied();
            found.push(Removed {
                key: tables[place].key(document),
                day: day.filter(|&day| day != NO_DAY),
                place: place_of(one.dates_us[document], forms.len() as u32),
                fingerprints: bodies.words().fingerprints(&forms),
                led,
            });
        }
        self.side.check_length()?;
        Ok(found)
    }

    pub fn before(self, removed: Vec<Removed>) -> Before {
        Before {
            leads: self.leads,
            links: self.links,
            added: self.added,
            removed,
            orphans: self.orphans,
        }
    }
}

/// Raise if a lead does not lead or a link is of nothing, as no file of groups has it.
pub fn verify(leads: &[u32], links: &[u8]) -> PyResult<()> {
    let lead_of = |document: u32| leads.get(document as usize).copied();
    let does_lead = |&lead: &u32| lead == NONE || lead_of(lead) == Some(lead);
    if !leads.iter().all(does_lead) {
        return Err(PyValueError::new_err("a lead does not lead"));
    }
    for bytes in links.chunks(LINK_BYTES) {
        let link = decoded(bytes)?;
        let is_there = |document| lead_of(document).is_some_and(|lead| lead != NONE);
        if !is_there(link.article) || !is_there(link.lead) {
            let told = "a link is of an article that is not there";
            return Err(PyValueError::new_err(told));
        }
    }
    Ok(())
}

/// A link as it lies in a file.
fn decoded(bytes: &[u8]) -> PyResult<Link> {
    let mut reader = Reader::new(bytes);
    let mut read = || {
        let (article, lead) = (reader.u32()?, reader.u32()?);
        let kind = match reader.u8()? {
            0 => Kind::Copy,
            1 => Kind::Version,
            _ => return Err(Damage("a link is of no known kind")),
        };
        let is_compared = reader.u8()? != 0;
        let mut counts = [0; 9];
        for count in &mut counts {
            *count = u32::from(reader.u8()?) | u32::from(reader.u8()?) << 8;
        }
        Ok(Link {
            article,
            lead,
            kind,
            agreement: is_compared.then(|| Agreement::of(counts)),
        })
    };
    read().map_err(|damage| PyValueError::new_err(damage.0))
}
