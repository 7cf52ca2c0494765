//! How are the sections of a segment written, and in which order?
//!
//! The one place that knows: building (`build/`) and merging (`merge/`) bring the parts.  The
//! store and the posting lists are written as they come, into the sections that the caller has
//! open; [`Parts::write`] writes all the others, and the footer.
//!
//! What this does not do: it computes nothing of the parts but what follows from the lists of
//! values (`ValuesWriter`): their dictionary, ordinals and days.

use super::entries::ValueDocuments;
use super::meta::Meta;
use crate::columns::{bytes_of, BytesColumnWriter, DaysWriter, OrdinalsWriter};
use crate::container::{ContainerWriter, Section};
use crate::dictionary::DictionaryWriter;
use crate::error::Result;
use crate::norms::LengthCodes;
use crate::scoring::Scoring;

/// The field of days, by its number in the dictionary of values (`searcher/fields.py`).
const DATE_FIELD: u8 = 9;

/// What a finished segment holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentSummary {
    pub documents: u32,
    /// The recorded lengths of all titles, bodies and bylines, added up.
    pub field_length_totals: [u64; 3],
    pub file_bytes: u64,
}

/// What a segment says of its articles besides what they say, in their order.
#[derive(Default)]
pub struct Columns {
    /// Titles, then bodies, then bylines.
    pub norms: Vec<u8>,
    pub lengths: Vec<u32>,
    pub dates: Vec<i64>,
    pub digests: Vec<u64>,
    pub boundaries: BytesColumnWriter,
}

impl Columns {
    /// The norms of title (0), body (1) or byline (2).
    pub fn norms(&self, field: usize) -> &[u8] {
        let count = self.lengths.len();
        &self.norms[field * count..(field + 1) * count]
    }

    /// What scores need to know of them.
    pub fn lengths_as(&self, codes: &LengthCodes) -> FieldLengths {
        let totals = [0, 1, 2].map(|field| codes.total(self.norms(field)));
        FieldLengths {
            totals,
            average_body: totals[1] as f64 / self.lengths.len() as f64,
        }
    }
}

/// The recorded lengths of the fields of a segment.
#[derive(Clone, Copy, Debug)]
pub struct FieldLengths {
    pub totals: [u64; 3],
    pub average_body: f64,
}

/// Takes the values of all documents, in the order of fields and bytes.
pub struct ValuesWriter {
    dictionary: DictionaryWriter,
    ordinals: OrdinalsWriter,
    days: DaysWriter,
    entry: Vec<u8>,
}

/// The sections that follow from the values.
pub struct Values {
    dictionary: Vec<u8>,
    ordinals: Vec<u8>,
    days: Vec<u8>,
}

impl ValuesWriter {
    /// For so many documents; `facets` are the fields that have a column of ordinals.
    pub fn new(facets: &[u8], documents: usize) -> Self {
        ValuesWriter {
            dictionary: DictionaryWriter::new(),
            ordinals: OrdinalsWriter::new(facets, documents),
            days: DaysWriter::new(documents),
            entry: Vec::new(),
        }
    }

    /// Add the next value, the number of its field before it, with its documents, ascending.
    ///
    /// `put_list` writes a list that is too long for the dictionary to the section of postings
    /// and says where it lies there.
    pub fn add<E>(
        &mut self,
        key: &[u8],
        documents: &[u32],
        put_list: impl FnMut(&[u8]) -> std::result::Result<u64, E>,
    ) -> std::result::Result<(), E> {
        self.entry.clear();
        ValueDocuments::encode(documents, &mut self.entry, put_list)?;
        self.dictionary.add(key, &self.entry);
        if let Some((&field, value)) = key.split_first() {
            self.ordinals.add(field, documents);
            if field == DATE_FIELD {
                self.days.add(value, documents);
            }
        }
        Ok(())
    }

    pub fn finish(self) -> Values {
        Values {
            dictionary: self.dictionary.finish(),
            ordinals: self.ordinals.finish(),
            days: self.days.finish(),
        }
    }
}

/// All of a segment but its store and its posting lists.
pub struct Parts {
    pub stems: Vec<u8>,
    pub forms: Vec<u8>,
    pub values: Values,
    pub columns: Columns,
    pub lengths: FieldLengths,
    pub store_index: Vec<u8>,
    /// What the impacts of the posting lists were computed with.
    pub scoring: Scoring,
}

impl Parts {
    /// Write the sections after those of store and postings, and the footer.
    pub fn write(self, mut sink: ContainerWriter) -> Result<SegmentSummary> {
        let meta = Meta {
            document_count: self.columns.lengths.len() as u32,
            field_length_totals: self.lengths.totals,
            average_body_length: self.lengths.average_body,
            scoring: self.scoring,
        };
        let mut put = |section, bytes: &[u8]| -> Result<()> {
            sink.begin(section)?;
            sink.write(bytes)?;
            sink.end()
        };
        put(Section::Stems, &self.stems)?;
        put(Section::Forms, &self.forms)?;
        put(Section::Values, &self.values.dictionary)?;
        put(Section::Norms, &self.columns.norms)?;
        put(Section::Lengths, bytes_of(&self.columns.lengths))?;
        put(Section::Dates, bytes_of(&self.columns.dates))?;
        put(Section::Digests, bytes_of(&self.columns.digests))?;
        put(Section::Boundaries, &self.columns.boundaries.finish())?;
        put(Section::Ordinals, &self.values.ordinals)?;
        put(Section::Days, &self.values.days)?;
        put(Section::StoreIndex, &self.store_index)?;
        put(Section::Meta, &meta.encode())?;
        Ok(SegmentSummary {
            documents: meta.document_count,
            field_length_totals: meta.field_length_totals,
            file_bytes: sink.finish()?,
        })
    }
}
