//! What does one segment hold, and where?
//!
//! A `Segment` is one file, opened: documents numbered in tie order (newest first, those
//! without a date last, equal ones by id), posting lists by stem, and for every document its
//! field norms, length, instant, digest, boundaries and the article itself.  Opening maps the
//! file and reads its footer and its `Meta`; all else is checked and looked at when it is
//! asked for.
//!
//! What this does not do: it evaluates no query, and knows nothing of deletions, which are
//! kept in the index's list of segments.

mod cursors;
#[cfg(test)]
mod damage_tests;
mod entries;
mod meta;
#[cfg(test)]
mod tests;
mod whole_lists;
pub mod writer;

use std::path::Path;
use std::sync::OnceLock;

pub use cursors::{FormCursor, ValueCursor};
pub use entries::{FormInfo, ListRef, StemInfo, ValueDocuments};
pub use meta::Meta;
pub use whole_lists::WholeList;

use crate::columns::{self, BytesColumn, Days, Ordinals};
use crate::container::{Container, Section};
use crate::dictionary::DictionaryReader;
use crate::error::{CoreError, Damage, Result};
use crate::postings::List;
use crate::store::{Body, Place, Store};

/// The field of identities, by its number in the dictionary of values (`searcher/fields.py`).
pub const ID_FIELD: u8 = 8;
/// Names of a byline begin this many positions apart, so longer ones are cut.
pub const NAME_GAP: u32 = 20_000;
const ID_KEY: &[u8] = b"{\"id\":\"";

/// One opened segment; may be used from any thread.
pub struct Segment {
    container: Container,
    meta: Meta,
    store: OnceLock<Store>,
}

impl Segment {
    /// Open the segment in `path`.
    pub fn open(path: &Path) -> Result<Self> {
        let container = Container::open(path)?;
        let meta = Meta::decode(container.section(Section::Meta)?)
            .map_err(|damage| container.damaged(Section::Meta, damage))?;
        // What takes memory by the number of documents may then believe it.
        if container.section_len(Section::Norms) != 3 * u64::from(meta.document_count) {
            return Err(container.damaged(Section::Norms, LENGTH));
        }
        Ok(Self {
            container,
            meta,
            store: OnceLock::new(),
        })
    }

    /// Check every byte of the file, and the columns whose bytes are not all numbers.
    pub fn verify(&self) -> Result<()> {
        self.container.verify()?;
        self.days()?;
        let section = self.container.section(Section::Ordinals)?;
        Ordinals::verify(section, self.doc_count() as usize)
            .map_err(|damage| self.damaged(Section::Ordinals, damage))
    }

    /// Whether the file is still as long as it was: asked before an answer is given.
    pub fn check_length(&self) -> Result<()> {
        self.container.check_length()
    }

    /// The name of the file, without its directory.
    pub fn file_name(&self) -> &str {
        self.container.file_name()
    }

    /// The number of documents, deleted ones included.
    pub fn doc_count(&self) -> u32 {
        self.meta.document_count
    }

    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    // ------------------------------------------------------------ columns

    /// The field norms of all documents; 0 is the title, 1 the body, 2 the byline.
    pub fn norms(&self, field: usize) -> Result<&[u8]> {
        let count = self.doc_count() as usize;
        let norms = self.container.section(Section::Norms)?;
        if norms.len() != 3 * count || field > 2 {
            return Err(self.damaged(Section::Norms, LENGTH));
        }
        Ok(&norms[field * count..(field + 1) * count])
    }

    /// The words of all bodies.
    pub fn lengths(&self) -> Result<&[u32]> {
        self.column(Section::Lengths, columns::u32s)
    }

    /// The instants of all documents in microseconds since 1970, descending; `i64::MIN`
    /// where there is none.
    pub fn dates(&self) -> Result<&[i64]> {
        self.column(Section::Dates, columns::i64s)
    }

    /// The day of each document, as days since 1970.
    pub fn days(&self) -> Result<Days<'_>> {
        let section = self.container.section(Section::Days)?;
        Days::open(section, self.doc_count() as usize)
            .map_err(|damage| self.damaged(Section::Days, damage))
    }

    /// The ordinals of the values of field number `field`; None if articles are not counted by
    /// it.
    pub fn ordinals(&self, field: u8) -> Result<Option<Ordinals<'_>>> {
        let section = self.container.section(Section::Ordinals)?;
        Ordinals::open(section, field, self.doc_count() as usize)
            .map_err(|damage| self.damaged(Section::Ordinals, damage))
    }

    /// The digests of all articles.
    pub fn digests(&self) -> Result<&[u64]> {
        self.column(Section::Digests, columns::u64s)
    }

    fn column<'a, T>(
        &'a self,
        section: Section,
        view: impl Fn(&'a [u8]) -> std::result::Result<&'a [T], Damage>,
    ) -> Result<&'a [T]> {
        let values = view(self.container.section(section)?)
            .map_err(|damage| self.damaged(section, damage))?;
        if values.len() != self.doc_count() as usize {
            return Err(self.damaged(section, LENGTH));
        }
        Ok(values)
    }

    /// The positions at which sentences and paragraphs of a body begin.
    pub fn boundaries(
        &self,
        doc: u32,
        sentences: &mut Vec<u32>,
        paragraphs: &mut Vec<u32>,
    ) -> Result<()> {
        let bytes = self.boundary_bytes(doc)?;
        columns::decode_boundaries(bytes, sentences, paragraphs)
            .map_err(|damage| self.damaged(Section::Boundaries, damage))
    }

    /// The boundaries of a document as they are stored.
    pub fn boundary_bytes(&self, doc: u32) -> Result<&[u8]> {
        BytesColumn::open(self.container.section(Section::Boundaries)?)
            .and_then(|column| column.get(doc))
            .map_err(|damage| self.damaged(Section::Boundaries, damage))
    }

    // ------------------------------------------------------------ articles

    /// The stored article without its body, as JSON.
    pub fn hot(&self, doc: u32) -> Result<Vec<u8>> {
        self.check_document(doc)?;
        self.store()?.hot(&self.container, doc)
    }

    /// The body.
    pub fn cold(&self, doc: u32) -> Result<Vec<u8>> {
        self.check_document(doc)?;
        self.store()?.cold(&self.container, doc)
    }

    /// Where the articles of some documents lie.
    pub fn places(&self, docs: &[u32]) -> Result<Vec<Place>> {
        docs.iter().try_for_each(|doc| self.check_document(*doc))?;
        self.store()?.places(&self.container, docs)
    }

    /// The article at `place` without its body, and what `use_body` makes of that, which is
    /// decompressed as far as it is looked at.
    pub fn article<R>(
        &self,
        place: Place,
        use_body: impl FnOnce(&mut Body<'_, '_>) -> Result<R>,
    ) -> Result<(Vec<u8>, R)> {
        self.store()?.article(&self.container, place, use_body)
    }

    /// The identity of a document.  Cost: decompresses a block of stored fields.
    pub fn id(&self, doc: u32) -> Result<Vec<u8>> {
        let hot = self.hot(doc)?;
        hot.strip_prefix(ID_KEY)
            .and_then(entries::json_string)
            .ok_or_else(|| self.damaged(Section::Store, Damage("an article has no id")))
    }

    /// The stored articles, for merging.
    pub fn store(&self) -> Result<&Store> {
        if self.store.get().is_none() {
            let store = Store::open(&self.container)?;
            if store.document_count() != self.doc_count() {
                return Err(self.damaged(Section::StoreIndex, LENGTH));
            }
            // Another thread may have been first; both have read the same.
            let _ = self.store.set(store);
        }
        self.store
            .get()
            .ok_or_else(|| CoreError::Invalid("the store was not opened".to_owned()))
    }

    /// The file, for merging.
    pub fn container(&self) -> &Container {
        &self.container
    }

    fn check_document(&self, doc: u32) -> Result<()> {
        if doc < self.doc_count() {
            return Ok(());
        }
        Err(CoreError::Invalid(format!(
            "no document has the number {doc}"
        )))
    }

    // ------------------------------------------------------------ stems and forms

    fn dictionary(&self, section: Section) -> Result<DictionaryReader<'_>> {
        DictionaryReader::open(self.container.section(section)?)
            .map_err(|damage| self.damaged(section, damage))
    }

    /// The dictionary of stems, for merging; `StemInfo::decode` reads its values.
    pub fn stems(&self) -> Result<DictionaryReader<'_>> {
        self.dictionary(Section::Stems)
    }

    /// The dictionary of forms; `FormInfo::decode` reads its values.
    pub fn forms(&self) -> Result<DictionaryReader<'_>> {
        self.dictionary(Section::Forms)
    }

    /// The dictionary of values; the first byte of a key is the number of its field.
    pub fn values(&self) -> Result<DictionaryReader<'_>> {
        self.dictionary(Section::Values)
    }

    /// What is known of a stem; None if the segment does not hold it.
    pub fn stem(&self, stem: &[u8]) -> Result<Option<StemInfo>> {
        self.stems()?
            .get(stem)
            .and_then(|found| {
                found
                    .map(|(ordinal, value)| StemInfo::decode(ordinal, value))
                    .transpose()
            })
            .map_err(|damage| self.damaged(Section::Stems, damage))
    }

    /// The stem that stands at place `ordinal` of the dictionary.
    pub fn stem_at(&self, ordinal: u32) -> Result<StemInfo> {
        self.stems()?
            .value_at(ordinal)
            .and_then(|value| StemInfo::decode(ordinal, value))
            .map_err(|damage| self.damaged(Section::Stems, damage))
    }

    /// What is known of a form; None if the segment does not hold it.
    pub fn form(&self, form: &[u8]) -> Result<Option<FormInfo>> {
        self.forms()?
            .get(form)
            .and_then(|found| {
                found
                    .map(|(ordinal, value)| FormInfo::decode(ordinal, value))
                    .transpose()
            })
            .map_err(|damage| self.damaged(Section::Forms, damage))
    }

    /// The form that stands at place `ordinal` of the dictionary, and what is known of it.
    pub fn form_at(&self, ordinal: u32) -> Result<(Vec<u8>, FormInfo)> {
        self.forms()?
            .at(ordinal)
            .and_then(|(form, value)| Ok((form, FormInfo::decode(ordinal, value)?)))
            .map_err(|damage| self.damaged(Section::Forms, damage))
    }

    /// The forms from `prefix` on, in byte order.
    pub fn forms_from(&self, prefix: &[u8]) -> Result<FormCursor<'_>> {
        FormCursor::new(self, prefix)
    }

    /// The postings of a stem in title and body.
    pub fn text_list(&self, stem: &StemInfo) -> Result<Option<List<'_>>> {
        self.list(stem.text.as_ref())
    }

    /// The postings of a stem in the byline.
    pub fn byline_list(&self, stem: &StemInfo) -> Result<Option<List<'_>>> {
        self.list(stem.byline.as_ref())
    }

    fn list(&self, place: Option<&ListRef>) -> Result<Option<List<'_>>> {
        let Some(place) = place else { return Ok(None) };
        let bytes = self
            .container
            .range(Section::Postings, place.offset, place.len)?;
        let list = List::open(bytes).map_err(|damage| self.damaged_postings(damage))?;
        if list.df() != place.df || list.df() > self.doc_count() {
            return Err(self.damaged_postings(Damage("a list and its entry disagree")));
        }
        Ok(Some(list))
    }

    // ------------------------------------------------------------ values

    /// The documents, ascending, whose value field number `field` holds `value`.
    pub fn value_documents(&self, field: u8, value: &[u8]) -> Result<Option<Vec<u32>>> {
        let mut key = Vec::with_capacity(value.len() + 1);
        key.push(field);
        key.extend_from_slice(value);
        let found = self
            .values()?
            .get(&key)
            .map_err(|damage| self.damaged(Section::Values, damage))?;
        found
            .map(|(_, entry)| self.documents_of_entry(entry))
            .transpose()
    }

    /// The documents of an entry of the dictionary of values, if each follows the one before,
    /// from the first up to another; `None` if they lie apart.
    pub fn run_of_entry(&self, entry: &[u8]) -> Result<Option<(u32, u32)>> {
        let values = |damage| self.damaged(Section::Values, damage);
        match ValueDocuments::decode(entry).map_err(values)? {
            ValueDocuments::Inline(bytes) => {
                entries::run_of_documents(bytes, self.doc_count()).map_err(values)
            }
            ValueDocuments::Apart { offset, len } => {
                let bytes = self.container.range(Section::Postings, offset, len)?;
                entries::run_of_documents(bytes, self.doc_count())
                    .map_err(|damage| self.damaged_postings(damage))
            }
        }
    }

    /// The documents of an entry of the dictionary of values.
    pub fn documents_of_entry(&self, entry: &[u8]) -> Result<Vec<u32>> {
        let values = |damage| self.damaged(Section::Values, damage);
        match ValueDocuments::decode(entry).map_err(values)? {
            ValueDocuments::Inline(bytes) => {
                entries::decode_documents(bytes, self.doc_count()).map_err(values)
            }
            ValueDocuments::Apart { offset, len } => {
                let bytes = self.container.range(Section::Postings, offset, len)?;
                entries::decode_documents(bytes, self.doc_count())
                    .map_err(|damage| self.damaged_postings(damage))
            }
        }
    }

    /// The values of field number `field` from `prefix` on, in byte order.
    pub fn values_from(&self, field: u8, prefix: &[u8]) -> Result<ValueCursor<'_>> {
        ValueCursor::new(self, field, prefix)
    }

    // ------------------------------------------------------------ damage

    pub fn damaged(&self, section: Section, damage: Damage) -> CoreError {
        self.container.damaged(section, damage)
    }

    pub fn damaged_postings(&self, damage: Damage) -> CoreError {
        self.damaged(Section::Postings, damage)
    }

    pub fn damaged_forms(&self, detail: &'static str) -> CoreError {
        self.damaged(Section::Forms, Damage(detail))
    }

    pub fn damaged_values(&self, detail: &'static str) -> CoreError {
        self.damaged(Section::Values, Damage(detail))
    }
}

const LENGTH: Damage = Damage("it has not one value for each document");
