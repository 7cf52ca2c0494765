//! Where does each stem occur?
//!
//! The tokens of the articles, one article after the other, become the occurrences of the
//! stems, one stem after the other: a sort by stem that keeps the order within a stem.  It is
//! done in two steps, both of them counting sorts, because how often each stem occurs is
//! known beforehand.  First tokens are dealt out to buckets of neighbouring stems; then each
//! bucket, small enough for the cache of a processor, is sorted by stem.  (Sorting by parts
//! of the key so that no step touches more places than the cache has lines for: Manegold,
//! Boncz and Kersten, "Optimizing main-memory join on modern hardware", 2002.)
//!
//! Occurrences of all stems at once would take twice the memory of the tokens, so the first
//! step is done in passes over ranges of stems, as few as the memory given allows.  Threads
//! share it by documents: each deals out a range of them into buckets of its own, and a
//! bucket is what all threads have put there, one after the other.

use std::ops::Range;

use super::documents::DocumentPlace;
use super::packed_occurrences::{Field, Layout, Occurrence, PackedWord, Wide, Words};
use super::stream::Stream;
use super::vocabulary::{Vocabulary, NO_MEMBER};
use crate::segment::NAME_GAP;

/// Occurrences of a bucket: half a megabyte, and half as much more to sort them.  (With half
/// as many finishing takes 5 % longer: there are twice the places to deal out to.)
const BUCKET_OCCURRENCES: u64 = 1 << 16;

/// How often each surface of each stream occurs in a range of documents.
pub struct SurfaceCounts {
    places: Range<usize>,
    of_surface: Vec<Vec<u32>>,
    /// No position of a title, a body or a byline is larger.
    most_position: u32,
}

/// Count the surfaces of the documents at `places`, in as many ranges as there are `threads`.
pub fn surface_counts(
    streams: &[Stream],
    places: &[DocumentPlace],
    threads: usize,
) -> Vec<SurfaceCounts> {
    let threads = threads.clamp(1, places.len().max(1));
    let ranges = (0..threads)
        .map(|i| places.len() * i / threads..places.len() * (i + 1) / threads)
        .collect();
    at_once(ranges, |range| counts_of(streams, places, range))
}

fn counts_of(streams: &[Stream], places: &[DocumentPlace], range: Range<usize>) -> SurfaceCounts {
    let mut counts: Vec<Vec<u32>> = streams.iter().map(|s| vec![0; s.surfaces.len()]).collect();
    let mut most_position = 0;
    for place in &places[range.clone()] {
        let document = streams[place.stream as usize].document(place.row as usize);
        let counts = &mut counts[place.stream as usize][..];
        for tokens in [document.title, document.body, document.byline] {
            for &token in tokens {
                // A segment has less than 2^32 tokens.
                counts[token as usize] += 1;
            }
        }
        let longest = document.title.len().max(document.body.len()) as u32;
        let names = document.name_lengths.len() as u32 * NAME_GAP;
        most_position = most_position.max(longest).max(names);
    }
    SurfaceCounts {
        places: range,
        of_surface: counts,
        most_position,
    }
}

/// The sums of the counts of all ranges.
pub fn counts_of_all(ranges: &[SurfaceCounts]) -> Vec<Vec<u32>> {
    let mut all: Vec<Vec<u32>> = Vec::new();
    for range in ranges {
        all.resize(range.of_surface.len(), Vec::new());
        for (sums, counts) in all.iter_mut().zip(&range.of_surface) {
            sums.resize(counts.len(), 0);
            for (sum, count) in sums.iter_mut().zip(counts) {
                *sum += count;
            }
        }
    }
    all
}

/// Call `work` with each of `pieces`, each in a thread of its own, the first in this one.
fn at_once<P: Send, T: Send>(pieces: Vec<P>, work: impl Fn(P) -> T + Sync) -> Vec<T> {
    let work = &work;
    std::thread::scope(|scope| {
        let mut pieces = pieces.into_iter();
        let first = pieces.next();
        let others: Vec<_> = pieces
            .map(|piece| scope.spawn(move || work(piece)))
            .collect();
        let mut results: Vec<T> = first.map(work).into_iter().collect();
        for other in others {
            match other.join() {
                Ok(result) => results.push(result),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        results
    })
}

/// Stems whose occurrences are found in one pass over the tokens.
struct Pass {
    buckets: Vec<Range<u32>>,
}

impl Pass {
    fn stems(&self) -> Range<u32> {
        let start = self.buckets.first().map_or(0, |bucket| bucket.start);
        start..self.buckets.last().map_or(start, |bucket| bucket.end)
    }
}

/// Documents that one thread deals out.
struct Share {
    places: Range<usize>,
    occurrences_of_stem: Vec<u32>,
}

impl Share {
    fn occurrences_of(&self, stems: &Range<u32>) -> usize {
        let counts = &self.occurrences_of_stem[stems.start as usize..stems.end as usize];
        counts.iter().map(|&count| count as usize).sum()
    }
}

/// The occurrences of the stems of some documents.
pub struct Inversion<'a> {
    streams: &'a [Stream],
    places: &'a [DocumentPlace],
    vocabulary: &'a Vocabulary,
    passes: Vec<Pass>,
    shares: Vec<Share>,
    /// None if an occurrence does not fit in one word.
    layout: Option<Layout>,
}

/// The occurrences of a range of stems, in the order of the documents.
pub struct Bucket<'a> {
    pub stems: Range<u32>,
    /// What each share of the documents has.
    words: Vec<Words<'a>>,
    layout: Layout,
}

impl<'a> Inversion<'a> {
    /// Plan the inversion of the documents at `places`, in their order.  `counts` are those
    /// of `surface_counts`; `memory_bytes` is what occurrences may take at a time.
    pub fn new(
        streams: &'a [Stream],
        places: &'a [DocumentPlace],
        vocabulary: &'a Vocabulary,
        counts: &[SurfaceCounts],
        memory_bytes: usize,
    ) -> Self {
        let mut all = vec![0u32; vocabulary.stem_count()];
        let mut shares = Vec::with_capacity(counts.len());
        for counts in counts {
            let mut of_stem = vec![0u32; vocabulary.stem_count()];
            for (stream, counts) in counts.of_surface.iter().enumerate() {
                for (&member, &count) in vocabulary.members(stream).iter().zip(counts) {
                    if member != NO_MEMBER {
                        let stem = vocabulary.stem_of_member()[member as usize];
                        of_stem[stem as usize] += count;
                        all[stem as usize] += count;
                    }
                }
            }
            shares.push(Share {
                places: counts.places.clone(),
                occurrences_of_stem: of_stem,
            });
        }
        let limit = (memory_bytes / std::mem::size_of::<u64>()) as u64;
        let passes = plan_passes(&all, limit, BUCKET_OCCURRENCES);
        let members_of = |stems: &Range<u32>| {
            let first = vocabulary.members_of(stems.start).start;
            vocabulary.members_of(stems.end - 1).end - first
        };
        let buckets = passes.iter().flat_map(|pass| &pass.buckets);
        let layout = Layout::of(
            places.len() as u32,
            counts.iter().map(|c| c.most_position).max().unwrap_or(0),
            buckets.map(members_of).max().unwrap_or(0),
        );
        Inversion {
            streams,
            places,
            vocabulary,
            passes,
            shares,
            layout,
        }
    }

    /// Call `take` with the buckets of each pass: ranges of all stems, in order.
    pub fn for_each_pass<E>(
        &self,
        take: impl FnMut(&[Bucket<'_>]) -> Result<(), E>,
    ) -> Result<(), E> {
        match self.layout {
            Some(layout) => self.for_each_pass_of::<u64, E>(layout, take),
            None => self.for_each_pass_of::<Wide, E>(Layout::default(), take),
        }
    }

    fn for_each_pass_of<W: PackedWord, E>(
        &self,
        layout: Layout,
        mut take: impl FnMut(&[Bucket<'_>]) -> Result<(), E>,
    ) -> Result<(), E> {
        let rooms = self.shares.iter().map(|share| self.room(share));
        let mut rooms: Vec<Vec<W>> = rooms.collect();
        for pass in &self.passes {
            let targets = self.targets(pass);
            let work = self.shares.iter().zip(&mut rooms).collect();
            let ends = at_once(work, |(share, room)| {
                self.deal_out(pass, share, layout, &targets, room)
            });
            drop(targets);
            let mut starts = vec![0; ends.len()];
            let bucket_of = |(bucket, stems): (usize, &Range<u32>)| Bucket {
                stems: stems.clone(),
                words: (0..ends.len())
                    .map(|share| {
                        let start = std::mem::replace(&mut starts[share], ends[share][bucket]);
                        W::words(&rooms[share][start..ends[share][bucket]])
                    })
                    .collect(),
                layout: layout.counted_from(self.first_member(stems)),
            };
            let buckets: Vec<Bucket<'_>> = pass.buckets.iter().enumerate().map(bucket_of).collect();
            take(&buckets)?;
        }
        Ok(())
    }

    /// Room for what `share` has in any of the passes, and for what belongs to none.
    fn room<W: PackedWord>(&self, share: &Share) -> Vec<W> {
        let passes = self.passes.iter();
        let counts = passes.map(|pass| share.occurrences_of(&pass.stems()));
        W::zeros(counts.max().unwrap_or(0) + 1)
    }

    fn first_member(&self, stems: &Range<u32>) -> u32 {
        self.vocabulary.members_of(stems.start).start
    }

    /// Put the occurrences that the documents of `share` have of the stems of `pass` into
    /// `room`, sorted by bucket; the buckets' ends.
    fn deal_out<W: PackedWord>(
        &self,
        pass: &Pass,
        share: &Share,
        layout: Layout,
        targets: &[Vec<Target>],
        room: &mut [W],
    ) -> Vec<usize> {
        let bucket_count = pass.buckets.len();
        let mut next = vec![0usize; bucket_count + 1];
        let mut start = 0;
        for (next, stems) in next.iter_mut().zip(&pass.buckets) {
            *next = start;
            start += share.occurrences_of(stems);
        }
        // What belongs to no bucket of this pass goes to one place that does not move.
        next[bucket_count] = start;
        let mut steps = vec![1usize; bucket_count + 1];
        steps[bucket_count] = 0;
        let mut put = |target: Target, document: u32, field: Field, position: u32| {
            let place = &mut next[target.bucket as usize];
            room[*place] = W::new(layout, document, field, position, target.member);
            *place += steps[target.bucket as usize];
        };
        for number in share.places.clone() {
            let place = self.places[number];
            let document = number as u32;
            let targets = &targets[place.stream as usize][..];
            let found = self.streams[place.stream as usize].document(place.row as usize);
            for (position, &token) in (0..).zip(found.title) {
                put(targets[token as usize], document, Field::Title, position);
            }
            for (position, &token) in (0..).zip(found.body) {
                put(targets[token as usize], document, Field::Body, position);
            }
            let mut byline = found.byline;
            for (name, &length) in (0..).zip(found.name_lengths) {
                let (tokens, others) = byline.split_at(length as usize);
                byline = others;
                for (position, &token) in (name * NAME_GAP..).zip(tokens) {
                    put(targets[token as usize], document, Field::Byline, position);
                }
            }
        }
        next.truncate(bucket_count);
        next
    }

    /// Where the occurrences of each surface of each stream go.
    fn targets(&self, pass: &Pass) -> Vec<Vec<Target>> {
        let elsewhere = pass.buckets.len() as u32;
        let mut bucket_of_stem = vec![elsewhere; self.vocabulary.stem_count()];
        for (bucket, stems) in (0..).zip(&pass.buckets) {
            bucket_of_stem[stems.start as usize..stems.end as usize].fill(bucket);
        }
        let stem_of_member = self.vocabulary.stem_of_member();
        let nowhere = Target {
            member: 0,
            bucket: elsewhere,
        };
        let target_of = |&member: &u32| {
            let Some(&stem) = stem_of_member.get(member as usize) else {
                return nowhere;
            };
            match bucket_of_stem[stem as usize] {
                bucket if bucket == elsewhere => nowhere,
                bucket => Target {
                    member: member - self.first_member(&pass.buckets[bucket as usize]),
                    bucket,
                },
            }
        };
        (0..self.streams.len())
            .map(|stream| {
                let members = self.vocabulary.members(stream).iter();
                members.map(target_of).collect()
            })
            .collect()
    }
}

/// Where a surface's occurrences go: a bucket, and which of its members they are.
#[derive(Clone, Copy)]
struct Target {
    member: u32,
    bucket: u32,
}

/// Ranges of stems for passes of up to `pass_limit` occurrences and buckets of up to
/// `bucket_limit`; a stem is never divided.
fn plan_passes(occurrences: &[u32], pass_limit: u64, bucket_limit: u64) -> Vec<Pass> {
    let mut passes = Vec::new();
    let mut buckets = Vec::new();
    let mut held = 0;
    let bucket_limit = bucket_limit.min(pass_limit);
    // No pass larger than it must be for so many passes: the last one would be nearly empty.
    let all: u64 = occurrences.iter().map(|&count| u64::from(count)).sum();
    let least_passes = all.div_ceil(pass_limit.max(1)).max(1);
    let pass_limit = pass_limit.min(all.div_ceil(least_passes) + bucket_limit);
    let mut start = 0;
    while start < occurrences.len() {
        let mut end = start + 1;
        let mut count = u64::from(occurrences[start]);
        while end < occurrences.len() && count + u64::from(occurrences[end]) <= bucket_limit {
            count += u64::from(occurrences[end]);
            end += 1;
        }
        if held + count > pass_limit && !buckets.is_empty() {
            passes.push(Pass {
                buckets: std::mem::take(&mut buckets),
            });
            held = 0;
        }
        buckets.push(start as u32..end as u32);
        held += count;
        start = end;
    }
    if !buckets.is_empty() {
        passes.push(Pass { buckets });
    }
    passes
}

impl Bucket<'_> {
    /// Call `found` with each occurrence, and whether it lies in a byline.
    #[inline]
    fn for_each(&self, mut found: impl FnMut(Occurrence, bool)) {
        for words in &self.words {
            match words {
                Words::Packed(words) => {
                    for word in *words {
                        let (occurrence, byline) = word.occurrence(self.layout);
                        found(occurrence, byline);
                    }
                }
                Words::Wide(words) => {
                    for word in *words {
                        let (occurrence, byline) = word.occurrence(self.layout);
                        found(occurrence, byline);
                    }
                }
            }
        }
    }
}

/// Sorts buckets, one after the other.
#[derive(Default)]
pub struct BucketSorter {
    sorted: Vec<Occurrence>,
    ends: Vec<usize>,
}

impl BucketSorter {
    /// Call `take` with each stem of `bucket`, its occurrences in titles and bodies, and
    /// those in bylines.
    pub fn sort<E>(
        &mut self,
        bucket: &Bucket<'_>,
        stem_of_member: &[u32],
        mut take: impl FnMut(u32, &[Occurrence], &[Occurrence]) -> Result<(), E>,
    ) -> Result<(), E> {
        // Two keys a stem: text and byline.
        let key_of = |occurrence: &Occurrence, byline: bool| {
            let stem = stem_of_member[occurrence.member as usize];
            2 * (stem - bucket.stems.start) as usize + usize::from(byline)
        };
        self.ends.clear();
        self.ends.resize(2 * bucket.stems.len() + 1, 0);
        bucket.for_each(|occurrence, byline| self.ends[key_of(&occurrence, byline) + 1] += 1);
        for i in 1..self.ends.len() {
            self.ends[i] += self.ends[i - 1];
        }
        // What are starts now are ends when all is put in place.
        let count = self.ends[self.ends.len() - 1];
        if self.sorted.len() < count {
            self.sorted.resize(count, Occurrence::default());
        }
        bucket.for_each(|occurrence, byline| {
            let place = &mut self.ends[key_of(&occurrence, byline)];
            self.sorted[*place] = occurrence;
            *place += 1;
        });
        let mut start = 0;
        for (i, stem) in bucket.stems.clone().enumerate() {
            let (text_end, end) = (self.ends[2 * i], self.ends[2 * i + 1]);
            take(
                stem,
                &self.sorted[start..text_end],
                &self.sorted[text_end..end],
            )?;
            start = end;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
