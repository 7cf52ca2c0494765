//! How do the posting lists of many words become one?
//!
//! A pattern or a fuzzy word stands for many forms, and a document that holds several of
//! them is one posting with all their occurrences.  Documents are taken in windows whose
//! sums stay in the nearest cache: every list adds the frequencies of its postings there, the
//! title's in the high half of a number and the body's in the low half, and notes a place
//! when it is the first to come there.  No posting is sorted and no list waits for another.
//! The places, turned into bits, are the documents in order.
//!
//! Where most documents hold one of the words no place is noted, and all are gone through.
//!
//! Lists of a few blocks, and patterns have hundreds of those, are read at once into a bucket
//! for each window; longer ones are walked through window by window.

use std::cell::Cell;

use crate::error::Damage;
use crate::search::budget::{self, Budget};
use crate::search::failure::Failure;
use crate::search::lists::memory_list::{self, PostingColumns};
use crate::search::lists::stream::{Stream, Walker};
use crate::search::sets::bitset::Bits;

const WINDOW: usize = 1 << 13;
/// Lists of more blocks are not read at once.
const FEW_BLOCKS: usize = 4;
/// Where there are more documents to a posting, windows cost more than sorting.
const SPARSE: u64 = 256;
/// Where there are fewer documents to a posting, to go through all places costs less than to
/// note those that are added to.
const DENSE: u64 = 2;

const OUTSIDE: Damage = Damage("a list names a document that is not there");

/// Documents and frequencies of several streams together, of `document_count` documents:
/// columns and how much of them is used.
pub fn gather(
    streams: Vec<Stream>,
    document_count: u32,
    budget: &Budget,
) -> Result<(PostingColumns, usize), Failure> {
    let postings: u64 = streams.iter().map(|s| u64::from(s.df_at_most())).sum();
    if postings * SPARSE < u64::from(document_count) {
        let columns = gather_few(streams, document_count, budget)?;
        let len = columns.0.len();
        return Ok((columns, len));
    }
    let windows = (document_count as usize).div_ceil(WINDOW);
    let mut buckets: Vec<Vec<(u32, u64)>> = vec![Vec::new(); windows];
    let mut walkers = Vec::new();
    // The buckets, and what is being gathered.
    let mut held = budget.hold(12 * postings.min(u64::from(document_count)))?;
    for stream in streams {
        budget.charge(budget::cost_of(&stream))?;
        if stream.block_count() > FEW_BLOCKS {
            held.grow(size_of::<Walker>() as u64, budget)?;
            walkers.push(Walker::new(stream));
            continue;
        }
        held.grow(16 * u64::from(stream.df_at_most()), budget)?;
        for_each_posting(stream, |doc, frequencies| {
            let bucket = buckets.get_mut(doc as usize / WINDOW).ok_or(OUTSIDE)?;
            bucket.push((doc, frequencies));
            Ok(())
        })?;
    }
    let room = postings.min(u64::from(document_count)) as usize;
    // A window may write behind what it finds.
    let mut gathered = memory_list::columns_of(room + WINDOW);
    let mut len = 0;
    let mut window = Window::take(postings * DENSE > u64::from(document_count));
    for (number, bucket) in buckets.iter().enumerate() {
        let low = (number * WINDOW) as u32;
        let high = low.saturating_add(WINDOW as u32).min(document_count);
        for (doc, frequencies) in bucket {
            window.add(*doc, *frequencies);
        }
        for walker in &mut walkers {
            window.add_walked(walker, low, high)?;
        }
        let (docs, title_tf, body_tf) = &mut gathered;
        let (Some((docs, _)), Some((title_tf, _)), Some((body_tf, _))) = (
            docs[len..].split_first_chunk_mut(),
            title_tf[len..].split_first_chunk_mut(),
            body_tf[len..].split_first_chunk_mut(),
        ) else {
            return Err(Damage("lists hold more postings than they say").into());
        };
        len += window.move_to(low, docs, title_tf, body_tf);
    }
    window.leave();
    match gathered.0[..len].last() {
        Some(last) if *last >= document_count => Err(OUTSIDE.into()),
        _ => Ok((gathered, len)),
    }
}

/// Both frequencies of a posting in one number, so that one addition adds both.  A document
/// has fewer than 2^32 words, so the halves do not meet.
#[inline]
fn packed(title: u32, body: u32) -> u64 {
    u64::from(title) << 32 | u64::from(body)
}

thread_local! {
    // New memory costs more, page by page, than to use it.
    static LEFT: Cell<Option<Box<Window>>> = const { Cell::new(None) };
}

struct Window {
    /// All 0 between windows.
    sums: [u64; WINDOW],
    /// Whether all places are gone through.
    is_dense: bool,
    /// The places that were added to, in the order in which they were first.
    touched: [u16; WINDOW],
    touched_count: usize,
}

impl Window {
    /// The window that this thread used last, or a new one.
    fn take(is_dense: bool) -> Box<Self> {
        let left = LEFT.take();
        let mut window = left.unwrap_or_else(|| {
            Box::new(Window {
                sums: [0; WINDOW],
                is_dense,
                touched: [0; WINDOW],
                touched_count: 0,
            })
        });
        window.is_dense = is_dense;
        window
    }

    /// Leave it to the next search; one in which there was damage is not left.
    fn leave(self: Box<Self>) {
        LEFT.set(Some(self));
    }

    #[inline]
    fn add(&mut self, doc: u32, frequencies: u64) {
        let place = doc as usize % WINDOW;
        let before = self.sums[place];
        self.sums[place] = before.wrapping_add(frequencies);
        // Written always and counted sometimes: a branch would be mispredicted often.
        self.touched[self.touched_count % WINDOW] = place as u16;
        self.touched_count += usize::from(before == 0);
    }

    fn add_walked(&mut self, walker: &mut Walker, low: u32, high: u32) -> Result<(), Damage> {
        let mut doc = walker.seek(low)?;
        while doc < high {
            walker.frequencies()?;
            let start = walker.index();
            let (docs, title_tf, body_tf) = walker.postings();
            let end = match docs.last() {
                Some(last) if *last < high => docs.len(),
                _ => docs.partition_point(|doc| *doc < high),
            };
            let postings = (docs[start..end].iter())
                .zip(&title_tf[start..end])
                .zip(&body_tf[start..end]);
            if self.is_dense {
                for ((doc, title), body) in postings {
                    let sum = &mut self.sums[*doc as usize % WINDOW];
                    *sum = sum.wrapping_add(packed(*title, *body));
                }
            } else {
                for ((doc, title), body) in postings {
                    self.add(*doc, packed(*title, *body));
                }
            }
            let Some(last) = docs[start..end].last() else {
                break;
            };
            doc = walker.seek(last + 1)?;
        }
        Ok(())
    }

    /// Move the documents of the window that begins at `low` to the beginning of columns;
    /// returns how many there are.
    fn move_to(
        &mut self,
        low: u32,
        docs: &mut [u32; WINDOW],
        title_tf: &mut [u32; WINDOW],
        body_tf: &mut [u32; WINDOW],
    ) -> usize {
        let mut found = 0;
        let mut keep = |place: usize, frequencies: u64| {
            docs[found % WINDOW] = low + place as u32;
            title_tf[found % WINDOW] = (frequencies >> 32) as u32;
            body_tf[found % WINDOW] = frequencies as u32;
            found += usize::from(frequencies != 0);
        };
        if self.is_dense {
            for (place, sum) in self.sums.iter_mut().enumerate() {
                keep(place, std::mem::take(sum));
            }
        } else {
            let mut bits = [0u64; WINDOW / 64];
            for place in &self.touched[..self.touched_count.min(WINDOW)] {
                bits[*place as usize % WINDOW / 64] |= 1 << (place % 64);
            }
            for (number, word) in bits.into_iter().enumerate() {
                for place in (Bits {
                    word,
                    base: number as u32 * 64,
                }) {
                    let place = place as usize % WINDOW;
                    keep(place, std::mem::take(&mut self.sums[place]));
                }
            }
        }
        self.touched_count = 0;
        found
    }
}

fn gather_few(
    streams: Vec<Stream>,
    document_count: u32,
    budget: &Budget,
) -> Result<PostingColumns, Failure> {
    let mut postings = Vec::new();
    for stream in streams {
        budget.charge(budget::cost_of(&stream))?;
        for_each_posting(stream, |doc, frequencies| {
            postings.push((doc, frequencies));
            Ok(())
        })?;
    }
    postings.sort_unstable();
    if postings
        .last()
        .is_some_and(|(doc, _)| *doc >= document_count)
    {
        return Err(OUTSIDE.into());
    }
    let mut columns = PostingColumns::default();
    for of_document in postings.chunk_by(|a, b| a.0 == b.0) {
        let frequencies = of_document.iter().fold(0u64, |n, p| n.wrapping_add(p.1));
        if frequencies != 0 {
            columns.0.push(of_document[0].0);
            columns.1.push((frequencies >> 32) as u32);
            columns.2.push(frequencies as u32);
        }
    }
    Ok(columns)
}

fn for_each_posting(
    stream: Stream,
    mut visit: impl FnMut(u32, u64) -> Result<(), Damage>,
) -> Result<(), Damage> {
    let blocks = stream.block_count();
    let mut walker = Walker::new(stream);
    for block in 0..blocks {
        walker.enter(block)?;
        walker.frequencies()?;
        let (docs, title_tf, body_tf) = walker.postings();
        for ((doc, title), body) in docs.iter().zip(title_tf).zip(body_tf) {
            visit(*doc, packed(*title, *body))?;
        }
    }
    Ok(())
}
