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
//! Occurrences of all stems at once would take three times the memory of the tokens, so the
//! first step is done in passes over ranges of stems, as few as the memory given allows.

use std::ops::Range;

use super::documents::Place;
use super::stream::{Stream, NAME_GAP};
use super::vocabulary::{Vocabulary, NO_MEMBER};

/// Of an occurrence's position: it lies in the title, not in the body.
pub const TITLE: u32 = 1 << 31;
/// Of an occurrence's member: it lies in the byline.
const BYLINE: u32 = 1 << 31;
/// Occurrences of a bucket: 1.5 MB with the room to sort them.
const BUCKET_OCCURRENCES: u64 = 1 << 16;

/// A token of a document, among those of its stem.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub struct Occurrence {
    pub document: u32,
    /// With `TITLE` in the title; those of the title come first.
    pub position: u32,
    /// The form, as a member of its stem.
    pub member: u32,
}

/// How often each surface of each stream occurs in the documents at `places`.
pub fn surface_counts(streams: &[Stream], places: &[Place]) -> Vec<Vec<u32>> {
    let mut counts: Vec<Vec<u32>> = streams.iter().map(|s| vec![0; s.surfaces.len()]).collect();
    for place in places {
        let document = streams[place.stream as usize].document(place.row as usize);
        let counts = &mut counts[place.stream as usize][..];
        for tokens in [document.title, document.body, document.byline] {
            for &token in tokens {
                // A segment has less than 2^32 tokens.
                counts[token as usize] += 1;
            }
        }
    }
    counts
}

/// Stems whose occurrences are found in one pass over the tokens.
struct Pass {
    buckets: Vec<Range<u32>>,
    occurrences: usize,
}

/// The occurrences of the stems of some documents.
pub struct Inversion<'a> {
    streams: &'a [Stream],
    places: &'a [Place],
    vocabulary: &'a Vocabulary,
    passes: Vec<Pass>,
    occurrences_of_stem: Vec<u32>,
}

/// The occurrences of a range of stems, in the order of the documents.
pub struct Bucket<'a> {
    pub stems: Range<u32>,
    occurrences: &'a [Occurrence],
}

impl<'a> Inversion<'a> {
    /// Plan the inversion of the documents at `places`, in their order.  `counts` are those
    /// of `surface_counts`; `memory_bytes` is what occurrences may take at a time.
    pub fn new(
        streams: &'a [Stream],
        places: &'a [Place],
        vocabulary: &'a Vocabulary,
        counts: &[Vec<u32>],
        memory_bytes: usize,
    ) -> Self {
        let mut occurrences_of_stem = vec![0u32; vocabulary.stem_count()];
        for (stream, counts) in counts.iter().enumerate() {
            for (&member, &count) in vocabulary.members(stream).iter().zip(counts) {
                if member != NO_MEMBER {
                    let stem = vocabulary.stem_of_member()[member as usize];
                    occurrences_of_stem[stem as usize] += count;
                }
            }
        }
        let limit = (memory_bytes / std::mem::size_of::<Occurrence>()) as u64;
        Inversion {
            streams,
            places,
            vocabulary,
            passes: plan_passes(&occurrences_of_stem, limit, BUCKET_OCCURRENCES),
            occurrences_of_stem,
        }
    }

    /// Call `take` with the buckets of each pass: ranges of all stems, in order.
    pub fn for_each_pass<E>(
        &self,
        mut take: impl FnMut(&[Bucket<'_>]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut occurrences = Vec::new();
        for pass in &self.passes {
            // One more for what belongs to other passes.
            occurrences.resize(pass.occurrences + 1, Occurrence::default());
            let ends = self.deal_out(pass, &mut occurrences);
            let mut rest = &occurrences[..];
            let mut start = 0;
            let mut buckets = Vec::with_capacity(ends.len());
            for (stems, end) in pass.buckets.iter().zip(ends) {
                let (own, others) = rest.split_at(end - start);
                buckets.push(Bucket {
                    stems: stems.clone(),
                    occurrences: own,
                });
                (rest, start) = (others, end);
            }
            take(&buckets)?;
        }
        Ok(())
    }

    /// Put the occurrences of the stems of `pass` into their buckets; the buckets' ends.
    fn deal_out(&self, pass: &Pass, occurrences: &mut [Occurrence]) -> Vec<usize> {
        let bucket_count = pass.buckets.len();
        let mut next = vec![0usize; bucket_count + 1];
        let mut start = 0;
        for (next, stems) in next.iter_mut().zip(&pass.buckets) {
            *next = start;
            let counts = &self.occurrences_of_stem[stems.start as usize..stems.end as usize];
            start += counts.iter().map(|&count| count as usize).sum::<usize>();
        }
        next[bucket_count] = occurrences.len() - 1;
        // What belongs to no bucket of this pass goes to one place that does not move.
        let mut steps = vec![1usize; bucket_count + 1];
        steps[bucket_count] = 0;
        let targets = self.targets(pass);
        let mut put = |(member, bucket): (u32, u32), document: u32, position: u32, byline: u32| {
            let place = &mut next[bucket as usize];
            occurrences[*place] = Occurrence {
                document,
                position,
                member: member | byline,
            };
            *place += steps[bucket as usize];
        };
        for (document, place) in (0..).zip(self.places) {
            let targets = &targets[place.stream as usize][..];
            let found = self.streams[place.stream as usize].document(place.row as usize);
            for (position, &token) in (TITLE..).zip(found.title) {
                put(targets[token as usize], document, position, 0);
            }
            for (position, &token) in (0..).zip(found.body) {
                put(targets[token as usize], document, position, 0);
            }
            let mut byline = found.byline;
            for (name, &length) in (0..).zip(found.name_lengths) {
                let (tokens, others) = byline.split_at(length as usize);
                byline = others;
                for (position, &token) in (name * NAME_GAP..).zip(tokens) {
                    put(targets[token as usize], document, position, BYLINE);
                }
            }
        }
        next.truncate(bucket_count);
        next
    }

    /// Of each surface of each stream: the member and the bucket.
    fn targets(&self, pass: &Pass) -> Vec<Vec<(u32, u32)>> {
        let elsewhere = pass.buckets.len() as u32;
        let mut bucket_of_stem = vec![elsewhere; self.vocabulary.stem_count()];
        for (bucket, stems) in (0..).zip(&pass.buckets) {
            bucket_of_stem[stems.start as usize..stems.end as usize].fill(bucket);
        }
        let stem_of_member = self.vocabulary.stem_of_member();
        let target_of = |&member: &u32| match stem_of_member.get(member as usize) {
            Some(&stem) => (member, bucket_of_stem[stem as usize]),
            None => (0, elsewhere),
        };
        (0..self.streams.len())
            .map(|stream| {
                self.vocabulary
                    .members(stream)
                    .iter()
                    .map(target_of)
                    .collect()
            })
            .collect()
    }
}

/// Ranges of stems for passes of up to `pass_limit` occurrences and buckets of up to
/// `bucket_limit`; a stem is never divided.
fn plan_passes(occurrences: &[u32], pass_limit: u64, bucket_limit: u64) -> Vec<Pass> {
    let mut passes = Vec::new();
    let mut pass = Pass {
        buckets: Vec::new(),
        occurrences: 0,
    };
    let bucket_limit = bucket_limit.min(pass_limit);
    let mut start = 0;
    while start < occurrences.len() {
        let mut end = start + 1;
        let mut count = u64::from(occurrences[start]);
        while end < occurrences.len() && count + u64::from(occurrences[end]) <= bucket_limit {
            count += u64::from(occurrences[end]);
            end += 1;
        }
        if pass.occurrences as u64 + count > pass_limit && !pass.buckets.is_empty() {
            passes.push(pass);
            pass = Pass {
                buckets: Vec::new(),
                occurrences: 0,
            };
        }
        pass.buckets.push(start as u32..end as u32);
        pass.occurrences += count as usize;
        start = end;
    }
    if !pass.buckets.is_empty() {
        passes.push(pass);
    }
    passes
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
        let key_of = |occurrence: &Occurrence| {
            let stem = stem_of_member[(occurrence.member & !BYLINE) as usize];
            2 * (stem - bucket.stems.start) as usize + usize::from(occurrence.member & BYLINE != 0)
        };
        self.ends.clear();
        self.ends.resize(2 * bucket.stems.len() + 1, 0);
        for occurrence in bucket.occurrences {
            self.ends[key_of(occurrence) + 1] += 1;
        }
        for i in 1..self.ends.len() {
            self.ends[i] += self.ends[i - 1];
        }
        // What are starts now are ends when all is put in place.
        self.sorted
            .resize(bucket.occurrences.len(), Occurrence::default());
        for occurrence in bucket.occurrences {
            let place = &mut self.ends[key_of(occurrence)];
            self.sorted[*place] = Occurrence {
                member: occurrence.member & !BYLINE,
                ..*occurrence
            };
            *place += 1;
        }
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
mod tests {
    use super::*;
    use crate::build::article::{Batch, Fields};
    use crate::build::vocabulary::{tests::Toy, Analysis};
    use crate::text::{stand_in, token_spans};
    use std::collections::BTreeMap;
    use std::convert::Infallible;

    /// (document, field, position, form) of each stem.
    type Plain = BTreeMap<String, Vec<(u32, u8, u32, String)>>;

    struct Example {
        title: String,
        body: String,
        byline: Vec<String>,
    }

    fn examples(count: usize) -> Vec<Example> {
        let words = [
            "cat", "Cats", "dog", "the", "The", "É", "u.s", "rare", "x-y", "s",
        ];
        let mut state = 3u64;
        let mut draw = |below: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % below
        };
        let text = |draw: &mut dyn FnMut(u64) -> u64, most: u64| {
            let length = draw(most);
            let words: Vec<&str> = (0..length)
                .map(|_| {
                    let kinds = 1 + draw(10);
                    words[draw(kinds) as usize]
                })
                .collect();
            words.join(" ")
        };
        (0..count)
            .map(|_| Example {
                title: text(&mut draw, 5),
                body: text(&mut draw, 60),
                byline: (0..draw(4)).map(|_| text(&mut draw, 3)).collect(),
            })
            .collect()
    }

    fn plain(examples: &[&Example]) -> Plain {
        let classes = stand_in::classes();
        let mut found = Plain::new();
        for (document, example) in (0..).zip(examples) {
            let names = example.byline.iter().zip(0..);
            let names = names.map(|(name, i)| (2u8, i * NAME_GAP, name));
            let texts = [(0u8, 0, &example.title), (1, 0, &example.body)];
            for (field, start, text) in texts.into_iter().chain(names) {
                let mut spans = Vec::new();
                token_spans(text, &classes, &mut spans).unwrap();
                for (position, span) in (start..).zip(spans) {
                    let surface = &text[span.start as usize..span.end as usize];
                    let form = Toy.fold(&[surface]).unwrap().remove(0);
                    let stem = Toy.stem(&[&form]).unwrap().remove(0);
                    let entry = found.entry(stem).or_default();
                    entry.push((document, field, position, form));
                }
            }
        }
        found
    }

    fn inverted(streams: &[Stream], places: &[Place], memory_bytes: usize) -> (Plain, usize) {
        let counts = surface_counts(streams, places);
        let tables: Vec<_> = streams.iter().map(|stream| &stream.surfaces).collect();
        let vocabulary = Vocabulary::new(&tables, &counts, &mut Toy).unwrap();
        let inversion = Inversion::new(streams, places, &vocabulary, &counts, memory_bytes);
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let mut found = Plain::new();
        let mut sorter = BucketSorter::default();
        let mut take = |stem: u32, texts: &[Occurrence], byline: &[Occurrence]| {
            let of_text = texts.iter().map(|o| (o, u8::from(o.position & TITLE == 0)));
            let mut all: Vec<(u32, u8, u32, String)> = of_text
                .chain(byline.iter().map(|o| (o, 2)))
                .map(|(o, field)| {
                    let form = text(vocabulary.form(o.member));
                    (o.document, field, o.position & !TITLE, form)
                })
                .collect();
            // Within a field they come as they should; between fields the twin differs.
            assert!(texts.windows(2).all(|pair| {
                let key = |o: &Occurrence| (o.document, o.position ^ TITLE);
                key(&pair[0]) < key(&pair[1])
            }));
            all.sort();
            assert_eq!(found.insert(text(vocabulary.stem(stem)), all), None);
            Ok::<(), Infallible>(())
        };
        let mut passes = 0;
        inversion
            .for_each_pass(|buckets| {
                passes += 1;
                for bucket in buckets {
                    sorter.sort(bucket, vocabulary.stem_of_member(), &mut take)?;
                }
                Ok::<(), Infallible>(())
            })
            .unwrap();
        (found, passes)
    }

    #[test]
    fn occurrences_are_those_of_a_plain_map_in_any_memory() {
        let examples = examples(300);
        let rules = stand_in::rules();
        let mut streams = [Stream::new(), Stream::new()];
        let mut places = Vec::new();
        let mut live = Vec::new();
        for (number, example) in examples.iter().enumerate() {
            let byline: Vec<&str> = example.byline.iter().map(|name| &name[..]).collect();
            let mut batch = Batch::new();
            let fields = Fields {
                id: "x",
                title: &example.title,
                body: &example.body,
                byline: &byline,
                ..Fields::default()
            };
            batch.push(&fields, &mut |_, _| Ok(())).unwrap();
            let stream = number / 3 % 2;
            // One in seven is superseded or removed.
            if number % 7 != 0 {
                places.push(Place {
                    stream: stream as u32,
                    row: streams[stream].len() as u32,
                });
                live.push(example);
            }
            streams[stream].add(batch.get(0), &rules).unwrap();
        }
        // Another order than that of arrival.
        places.reverse();
        live.reverse();
        let mut expected = plain(&live);
        expected.values_mut().for_each(|all| all.sort());
        for (memory_bytes, least_passes) in [(usize::MAX, 1), (20_000, 2), (0, 5)] {
            let (found, passes) = inverted(&streams, &places, memory_bytes);
            assert!(passes >= least_passes);
            assert!(found == expected);
        }
    }

    #[test]
    fn passes_cover_all_stems_within_their_limits() {
        let occurrences = [3, 1, 1, 9, 2, 2, 0, 4, 5, 1];
        let passes = plan_passes(&occurrences, 8, 4);
        let starts = |pass: &Pass| pass.buckets.iter().map(|b| (b.start, b.end)).collect();
        let buckets: Vec<Vec<(u32, u32)>> = passes.iter().map(starts).collect();
        assert_eq!(
            buckets,
            [
                vec![(0, 2), (2, 3)],
                vec![(3, 4)],
                vec![(4, 7), (7, 8)],
                vec![(8, 9), (9, 10)]
            ]
        );
        assert!(plan_passes(&[], 8, 4).is_empty());
    }
}
