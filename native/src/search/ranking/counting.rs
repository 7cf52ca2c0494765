//! How many documents hold any of some terms, and how many hold all of them?
//!
//! Frequent terms are counted in windows of documents: each window has a byte for each of its
//! documents, every term adds one to the bytes of its documents, and then the bytes that are
//! not 0 (any) or that are the number of terms (all) are counted.  Adding to bytes needs no
//! branch and, other than setting bits, no posting waits for the one before it; and bytes
//! answer both questions at once, which is what keyword groups ask.
//!
//! Where few documents hold one of the terms, those are looked up in the others instead.

use crate::error::Damage;
use crate::search::budget::{self, Budget};
use crate::search::failure::Failure;
use crate::search::lists::stream::{Stream, Walker};
use crate::search::ranking::conjunction;
use crate::search::ranking::terms::{Filter, Terms};
use crate::search::ranking::top_k::TopK;

const WINDOW: usize = 1 << 14;
const WINDOW_MASK: u32 = WINDOW as u32 - 1;
/// More terms than a byte can count are counted otherwise.
const MOST_TERMS: usize = 255;
/// Looking a document up costs about as much as adding so many postings.
const LOOK_UP_COST: u64 = 8;
/// Beyond so many documents a posting, a window costs more than its postings.
const SPARSE: u64 = 256;

/// The numbers of documents that are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub any: u64,
    pub all: u64,
}

/// How many documents hold any term, and how many hold all.  Of `count` documents in all.
pub fn any_and_all(terms: &Terms, count: u32) -> Result<Counts, Failure> {
    let streams: Vec<&Stream> = terms.terms.iter().map(|term| &term.stream).collect();
    let filter = &terms.filter;
    match streams[..] {
        [] => Ok(Counts::default()),
        [stream] => {
            let any = of_stream(stream, filter, count, terms.budget)?;
            Ok(Counts { any, all: any })
        }
        [a, b] if look_up_is_cheaper(&streams) => {
            // Those that hold both are counted twice otherwise.
            let both = all(terms, &[0, 1], count)?;
            let each = of_stream(a, filter, count, terms.budget)?
                + of_stream(b, filter, count, terms.budget)?;
            Ok(Counts {
                any: each - both.min(each),
                all: both,
            })
        }
        _ if streams.len() > MOST_TERMS || is_sparse(&streams, count) => Ok(Counts {
            any: any_sparse(&streams, filter, terms.budget)?,
            all: all(terms, &(0..streams.len()).collect::<Vec<_>>(), count)?,
        }),
        _ => in_windows(&streams, filter, terms.budget),
    }
}

/// How many documents hold all of the terms `required`.
pub fn all(terms: &Terms, required: &[usize], count: u32) -> Result<u64, Failure> {
    let mut order = required.to_vec();
    order.sort_by_key(|t| terms.terms[*t].stream.df_at_most());
    let streams: Vec<&Stream> = order.iter().map(|t| &terms.terms[*t].stream).collect();
    match streams[..] {
        [] => Ok(0),
        [stream] => of_stream(stream, &terms.filter, count, terms.budget),
        _ if looks_up(terms, required) => {
            let mut nothing = TopK::new(0, f64::INFINITY);
            conjunction::rank(terms, &order, &[], &mut nothing, true)
        }
        _ => all_in_windows(&streams, &terms.filter, terms.budget),
    }
}

/// Whether the documents of the rarest of the terms `required` are looked up in the others.
pub fn looks_up(terms: &Terms, required: &[usize]) -> bool {
    let streams: Vec<&Stream> = required.iter().map(|t| &terms.terms[*t].stream).collect();
    streams.len() > MOST_TERMS || look_up_is_cheaper(&streams)
}

/// How many documents of a stream are allowed.
pub fn of_stream(
    stream: &Stream,
    filter: &Filter,
    count: u32,
    budget: &Budget,
) -> Result<u64, Failure> {
    if filter.allows_all(count) {
        if stream.df().is_none() {
            budget.charge(budget::cost_of(stream))?;
        }
        return Ok(stream.document_count()?);
    }
    budget.charge(budget::cost_of(stream))?;
    if filter.low >= filter.high {
        return Ok(0);
    }
    let mut walker = Walker::new(stream.clone());
    let mut total = 0;
    let first = stream.block_from(0, filter.low);
    for block in first..stream.block_count() {
        let begins_inside = match block {
            0 => filter.low == 0,
            _ => stream.last_doc(block - 1) >= filter.low,
        };
        let ends_inside = stream.last_doc(block) < filter.high;
        if filter.allowed.is_none() && begins_inside && ends_inside {
            if let Some(len) = stream.block_len(block) {
                total += len as u64;
                continue;
            }
        }
        walker.enter(block)?;
        let docs = walker.docs();
        total += docs.iter().filter(|doc| filter.allows(**doc)).count() as u64;
        if !ends_inside {
            break;
        }
    }
    Ok(total)
}

/// What it costs to read a window of a stream of which the filter leaves `count` documents.
fn cost_in_window(walker: &Walker, count: u32) -> u64 {
    let windows = u64::from(count) / WINDOW as u64 + 1;
    budget::BLOCK + u64::from(walker.stream().df_at_most()) / windows
}

fn postings(streams: &[&Stream]) -> u64 {
    streams.iter().map(|s| u64::from(s.df_at_most())).sum()
}

fn look_up_is_cheaper(streams: &[&Stream]) -> bool {
    let rarest = streams.iter().map(|s| u64::from(s.df_at_most())).min();
    rarest.unwrap_or(0) * LOOK_UP_COST < postings(streams)
}

fn is_sparse(streams: &[&Stream], count: u32) -> bool {
    postings(streams) * SPARSE < u64::from(count)
}

fn any_sparse(streams: &[&Stream], filter: &Filter, budget: &Budget) -> Result<u64, Failure> {
    let mut found: Vec<u32> = Vec::new();
    for stream in streams {
        budget.charge(budget::cost_of(stream))?;
        let mut walker = Walker::new((*stream).clone());
        for block in 0..stream.block_count() {
            walker.enter(block)?;
            found.extend(walker.docs().iter().filter(|doc| filter.allows(**doc)));
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found.len() as u64)
}

fn in_windows(streams: &[&Stream], filter: &Filter, budget: &Budget) -> Result<Counts, Failure> {
    let mut counts = Counts::default();
    if filter.low >= filter.high {
        return Ok(counts);
    }
    let mut walkers: Vec<Walker> = (streams.iter())
        .map(|stream| Walker::new((*stream).clone()))
        .collect();
    let mut held = Box::new([0u8; WINDOW]);
    let terms = walkers.len() as u8;
    let count = filter.high - filter.low;
    let mut low = filter.low;
    while low < filter.high {
        let base = low & !WINDOW_MASK;
        let high = filter.high.min(base.saturating_add(WINDOW as u32));
        for walker in &mut walkers {
            budget.charge(cost_in_window(walker, count))?;
            add(walker, low, high, &mut held)?;
        }
        let bytes = &held[(low - base) as usize..(high - base) as usize];
        match filter.allowed {
            None => {
                counts.any += count_bytes(bytes, |byte| byte != 0);
                counts.all += count_bytes(bytes, |byte| byte == terms);
            }
            Some(set) => {
                for (i, byte) in (low..high).zip(bytes) {
                    let counted = *byte != 0 && set.contains(i);
                    counts.any += u64::from(counted);
                    counts.all += u64::from(counted && *byte == terms);
                }
            }
        }
        held.fill(0);
        low = high;
    }
    Ok(counts)
}

/// How many documents hold all of the streams, the one with the fewest first: the bytes of its
/// documents are set, those between add one to theirs, and the last only looks at its own, so
/// that no byte has to be counted.
fn all_in_windows(streams: &[&Stream], filter: &Filter, budget: &Budget) -> Result<u64, Failure> {
    let mut walkers: Vec<Walker> = (streams.iter())
        .map(|stream| Walker::new((*stream).clone()))
        .collect();
    let others = walkers.len().saturating_sub(1) as u8;
    let count = filter.high.saturating_sub(filter.low);
    let [first, between @ .., last] = &mut walkers[..] else {
        return Ok(0);
    };
    let mut held = Box::new([0u8; WINDOW]);
    let mut total = 0;
    let mut low = filter.low;
    while low < filter.high {
        // Windows without the first one are passed over.
        low = low.max(first.seek(low)?);
        if low >= filter.high {
            break;
        }
        let base = low & !WINDOW_MASK;
        let high = filter.high.min(base.saturating_add(WINDOW as u32));
        for_each_part(first, low, high, |docs| match filter.allowed {
            None => docs.iter().for_each(|doc| *byte_of(&mut held, *doc) = 1),
            Some(set) => (docs.iter())
                .for_each(|doc| *byte_of(&mut held, *doc) = u8::from(set.contains(*doc))),
        })?;
        for walker in &mut *between {
            budget.charge(cost_in_window(walker, count))?;
            add(walker, low, high, &mut held)?;
        }
        for_each_part(last, low, high, |docs| {
            let are_held = docs.iter().map(|doc| *byte_of(&mut held, *doc) == others);
            total += u64::from(are_held.fold(0, |n, is_held| n + u32::from(is_held)));
        })?;
        held.fill(0);
        low = high;
    }
    Ok(total)
}

/// Add one to the bytes of the documents from `low` up to `high`.
fn add(walker: &mut Walker, low: u32, high: u32, held: &mut [u8; WINDOW]) -> Result<(), Damage> {
    for_each_part(walker, low, high, |docs| {
        for doc in docs {
            let byte = byte_of(held, *doc);
            *byte = byte.wrapping_add(1);
        }
    })
}

#[inline]
fn byte_of(held: &mut [u8; WINDOW], doc: u32) -> &mut u8 {
    &mut held[(doc & WINDOW_MASK) as usize]
}

/// Call `visit` with the documents from `low` up to `high`, those of a block at a time.
fn for_each_part(
    walker: &mut Walker,
    low: u32,
    high: u32,
    mut visit: impl FnMut(&[u32]),
) -> Result<(), Damage> {
    let mut doc = walker.seek(low)?;
    while doc < high {
        let docs = &walker.docs()[walker.index()..];
        let inside = match docs.last() {
            Some(last) if *last < high => docs.len(),
            _ => docs.partition_point(|doc| *doc < high),
        };
        visit(&docs[..inside]);
        let Some(last) = inside.checked_sub(1).map(|i| docs[i]) else {
            break;
        };
        doc = walker.seek(last + 1)?;
    }
    Ok(())
}

/// How many bytes are as `fits` says; in strips whose count is a byte, which takes many at
/// once.
pub(crate) fn count_bytes(bytes: &[u8], fits: impl Fn(u8) -> bool) -> u64 {
    let strips = bytes.chunks(255);
    let counts = strips.map(|strip| {
        let count = strip
            .iter()
            .fold(0u8, |n, byte| n.wrapping_add(u8::from(fits(*byte))));
        u64::from(count)
    });
    counts.sum()
}
