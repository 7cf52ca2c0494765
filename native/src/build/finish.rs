//! How do streams become the sections of a segment?
//!
//! Everything that waited for the last article happens here: the final order, the forms and
//! stems of all surfaces, the inversion, and the writing of lists, dictionaries and columns.
//! Memory: what the streams take, some forty bytes for each distinct word and document, and
//! what inversion is given.

use super::documents::{DocumentPlace, Documents};
use super::in_order::for_each_in_order;
use super::inversion::{counts_of_all, surface_counts, Bucket, BucketSorter, Inversion};
use super::lists::{EncodedList, EncodedStem, FormNumbers, StemEncoder};
use super::stream::Stream;
use super::text_facts::text_table;
use super::value_lists::ValueLists;
use super::vocabulary::{Analysis, Vocabulary};
use crate::container::{ContainerWriter, Section};
use crate::dictionary::DictionaryWriter;
use crate::error::{CoreError, Result};
use crate::norms::LengthCodes;
use crate::postings::ImpactTable;
use crate::scoring::Scoring;
use crate::segment::writer::{Columns, Parts, SegmentSummary, Values, ValuesWriter};
use crate::segment::{FormInfo, ListRef, StemInfo};
use crate::store::write_index;

/// All that is known when the last article has been added.
pub struct Gathered<'a> {
    pub streams: Vec<Stream>,
    /// Of each stream the slots of its articles.
    pub slots: Vec<Vec<u32>>,
    pub documents: Documents,
    /// The index of the store, without the documents' slots.
    pub store_index: Vec<u8>,
    pub codes: &'a LengthCodes,
    pub scoring: Scoring,
    /// The fields that articles are counted by.
    pub facets: &'a [u8],
    pub threads: usize,
    /// What inversion may take besides.
    pub memory_bytes: usize,
    /// Whether what copies are found by is wanted.
    pub with_texts: bool,
}

/// What was written, and what is to be written beside it.
pub struct Written {
    pub summary: SegmentSummary,
    pub texts: Option<Vec<u8>>,
}

/// The bytes of the dictionaries of stems and forms.
type Dictionaries = (Vec<u8>, Vec<u8>);

impl Gathered<'_> {
    /// Write all sections after the store, and the footer.
    pub fn write(self, mut sink: ContainerWriter, analysis: &mut dyn Analysis) -> Result<Written> {
        let order = self.documents.in_order();
        if order.is_empty() {
            return Err(CoreError::Invalid("there is no document to write".into()));
        }
        let places: Vec<DocumentPlace> = order.iter().map(|&(place, _)| place).collect();
        let columns = columns_of(&self.streams, &order, self.codes)?;
        let lengths = columns.lengths_as(self.codes);
        let impacts = self.codes.impacts(self.scoring, lengths.average_body);
        let counts = surface_counts(&self.streams, &places, self.threads);
        let tables: Vec<_> = self.streams.iter().map(|stream| &stream.surfaces).collect();
        // Asking Python is the work of one thread; values are dealt with in another.
        let (values, vocabulary) = std::thread::scope(|scope| {
            let encode = || encode_values(&self.streams, &places, self.facets);
            let beside = (self.threads > 1).then(|| scope.spawn(encode));
            let vocabulary = Vocabulary::new(&tables, &counts_of_all(&counts), analysis);
            let values = match beside.map(|thread| thread.join()) {
                None => encode(),
                Some(Ok(values)) => values,
                Some(Err(panic)) => std::panic::resume_unwind(panic),
            };
            (values, vocabulary)
        });
        let vocabulary = vocabulary?;

        sink.begin(Section::Postings)?;
        // First, so that their places are known before those of the stems'.
        sink.write(&values.lists)?;
        let (stems, forms) = {
            let streams = &self.streams;
            let memory = self.memory_bytes;
            let inversion = Inversion::new(streams, &places, &vocabulary, &counts, memory);
            drop(counts);
            let lists = Lists {
                vocabulary: &vocabulary,
                norms: columns.norms(1),
                impacts: &impacts,
                threads: self.threads,
            };
            lists.write(&inversion, &mut sink)?
        };
        let texts = match self.with_texts {
            true => Some(text_table(
                &self.streams,
                &places,
                &vocabulary,
                self.threads,
            )?),
            false => None,
        };
        drop(vocabulary);
        sink.end()?;

        let slot_of = |place: &DocumentPlace| self.slots[place.stream as usize][place.row as usize];
        let slots: Vec<u32> = places.iter().map(slot_of).collect();
        let parts = Parts {
            stems,
            forms,
            values: values.sections,
            columns,
            lengths,
            store_index: write_index(self.store_index, &slots),
            scoring: self.scoring,
        };
        let summary = parts.write(sink)?;
        Ok(Written { summary, texts })
    }
}

/// The columns of the documents at `places`, in their order, with their dates.
fn columns_of(
    streams: &[Stream],
    places: &[(DocumentPlace, i64)],
    codes: &LengthCodes,
) -> Result<Columns> {
    let count = places.len();
    let mut columns = Columns {
        norms: vec![0; 3 * count],
        ..Columns::default()
    };
    for (number, &(place, date_us)) in places.iter().enumerate() {
        let document = streams[place.stream as usize].document(place.row as usize);
        let fields = [document.title, document.body, document.byline];
        for (field, tokens) in fields.into_iter().enumerate() {
            columns.norms[field * count + number] = codes.code_of(tokens.len() as u32);
        }
        columns.lengths.push(document.body.len() as u32);
        columns.dates.push(date_us);
        columns.digests.push(document.digest);
        columns.boundaries.push(document.boundaries)?;
    }
    Ok(columns)
}

/// What the lists of all stems have in common.
struct Lists<'a> {
    vocabulary: &'a Vocabulary,
    norms: &'a [u8],
    impacts: &'a ImpactTable,
    threads: usize,
}

/// The lists of the stems of a bucket.
#[derive(Default)]
struct EncodedBucket {
    bytes: Vec<u8>,
    stems: Vec<EncodedStem>,
    forms: Vec<FormNumbers>,
}

impl Lists<'_> {
    /// Write the lists of all stems to the open section of postings.
    fn write(&self, inversion: &Inversion<'_>, sink: &mut ContainerWriter) -> Result<Dictionaries> {
        let vocabulary = self.vocabulary;
        let mut ordinals = vec![0; vocabulary.member_count()];
        for (ordinal, &member) in (0..).zip(vocabulary.members_by_form()) {
            ordinals[member as usize] = ordinal;
        }
        let mut stems = DictionaryWriter::new();
        let mut forms: Vec<FormNumbers> = Vec::with_capacity(ordinals.len());
        let mut entry = Vec::new();
        inversion.for_each_pass(|buckets| {
            for_each_in_order(
                buckets.len(),
                self.threads,
                || {
                    (
                        BucketSorter::default(),
                        StemEncoder::new(self.norms, self.impacts),
                    )
                },
                |(sorter, encoder), number| self.encode(sorter, encoder, &buckets[number]),
                |encoded: EncodedBucket| {
                    let mut offset = sink.position();
                    sink.write(&encoded.bytes)?;
                    forms.extend_from_slice(&encoded.forms);
                    for lists in encoded.stems {
                        let stem = stems.len();
                        let members = vocabulary.members_of(stem);
                        let mut by_code = vec![0; members.len()];
                        for member in members {
                            let code = forms[member as usize].code;
                            by_code[code as usize] = ordinals[member as usize];
                        }
                        let mut place = |list: EncodedList| {
                            let start = offset;
                            offset += list.length as u64;
                            list_ref(list, start)
                        };
                        let info = StemInfo {
                            ordinal: stem,
                            forms: by_code,
                            text: lists.text.map(&mut place),
                            byline: lists.byline.map(&mut place),
                        };
                        entry.clear();
                        info.encode(&mut entry);
                        stems.add(vocabulary.stem(stem), &entry);
                    }
                    Ok::<(), CoreError>(())
                },
            )
        })?;
        Ok((stems.finish(), self.forms(&forms)))
    }

    fn encode(
        &self,
        sorter: &mut BucketSorter,
        encoder: &mut StemEncoder<'_>,
        bucket: &Bucket<'_>,
    ) -> EncodedBucket {
        let mut out = EncodedBucket::default();
        let stem_of_member = self.vocabulary.stem_of_member();
        let outcome = sorter.sort(bucket, stem_of_member, |stem, text, byline| {
            let members = self.vocabulary.members_of(stem);
            let (bytes, forms) = (&mut out.bytes, &mut out.forms);
            let encoded = encoder.encode(members, text, byline, bytes, forms);
            out.stems.push(encoded);
            Ok::<(), std::convert::Infallible>(())
        });
        match outcome {
            Ok(()) => out,
        }
    }

    /// The dictionary of forms; `numbers` are those of all members.
    fn forms(&self, numbers: &[FormNumbers]) -> Vec<u8> {
        let mut dictionary = DictionaryWriter::new();
        let mut entry = Vec::new();
        for (ordinal, &member) in (0..).zip(self.vocabulary.members_by_form()) {
            let FormNumbers { code, df } = numbers[member as usize];
            let info = FormInfo {
                ordinal,
                stem: self.vocabulary.stem_of_member()[member as usize],
                code,
                df,
            };
            entry.clear();
            info.encode(&mut entry);
            dictionary.add(self.vocabulary.form(member), &entry);
        }
        dictionary.finish()
    }
}

fn list_ref(list: EncodedList, offset: u64) -> ListRef {
    ListRef {
        offset,
        len: list.length as u64,
        df: list.summary.df,
        df_title: list.summary.df_title,
        df_body: list.summary.df_body,
    }
}

/// What is written of the values.
struct EncodedValues {
    /// Long lists of documents, at the beginning of the postings.
    lists: Vec<u8>,
    sections: Values,
}

fn encode_values(streams: &[Stream], places: &[DocumentPlace], facets: &[u8]) -> EncodedValues {
    let mut lists = Vec::new();
    let mut values = ValuesWriter::new(facets, places.len());
    for (key, documents) in ValueLists::new(streams, places).iter() {
        let outcome = values.add(key, documents, |list| {
            let offset = lists.len() as u64;
            lists.extend_from_slice(list);
            Ok::<u64, std::convert::Infallible>(offset)
        });
        match outcome {
            Ok(()) => {}
        }
    }
    EncodedValues {
        lists,
        sections: values.finish(),
    }
}
