//! What does an article bring into the index?
//!
//! A [`Batch`] holds some articles as the index needs them: texts to find words in, value
//! terms, the stored JSON and its digest.  All strings of a batch lie on end in two blocks
//! of memory, so an article costs no allocation.  Digests are BLAKE2b of 64 bits over the
//! whole JSON; those of a batch are computed together, as many at once as the processor's
//! vectors hold.
//!
//! Which fields there are is told by Python (`searcher/fields.py`); what is made of them is
//! what `searcher/codec/schema.py` says (`stored_of`, `values_of`, `has_of`).

use std::sync::Arc;

use blake2b_simd::many::{hash_many, HashManyJob};
use blake2b_simd::Params;

use super::dates::{IndexedDate, MISSING_DATE};
use super::json::put_string;
use crate::error::{CoreError, Result};

/// The numbers of the fields whose values are made here; `searcher/fields.py` has them all.
pub mod value_field {
    pub const SOURCE: u8 = 0;
    pub const PATH: u8 = 4;
    pub const NAME: u8 = 5;
    pub const HAS: u8 = 6;
    pub const FILE: u8 = 7;
    pub const ID: u8 = 8;
    pub const DATE: u8 = 9;
    pub const STATUS: u8 = 10;
    pub const CREDIT: u8 = 11;
}

/// The fields before the value fields that an article may have a value for.
const HAS_FIRST: [&str; 4] = ["title", "body", "byline", "date"];
/// One bit each in `Row::has`.
const MOST_HAS: usize = 64;

/// A field that is one value, compared whole.
#[derive(Clone, Debug)]
pub struct ValueField {
    pub name: String,
    pub number: u8,
}

/// The value fields of the articles of an index.
#[derive(Clone, Debug)]
pub struct ValueFields {
    attributes: Vec<ValueField>,
    metadata: Vec<ValueField>,
    /// The terms of `has`, by their bits.
    has: Vec<String>,
    path: Option<usize>,
    status: Option<usize>,
}

impl ValueFields {
    /// `attributes` are values that each article has a place for, `metadata` those that may
    /// be found among its metadata.
    pub fn new(attributes: Vec<ValueField>, metadata: Vec<ValueField>) -> Result<Self> {
        let values = attributes.iter().chain(&metadata);
        let names = values.map(|field| field.name.clone());
        let has: Vec<String> = HAS_FIRST
            .map(String::from)
            .into_iter()
            .chain(names)
            .collect();
        if has.len() > MOST_HAS {
            return Err(CoreError::Invalid("there are too many fields".to_owned()));
        }
        let place_of = |number| {
            let mut numbers = attributes.iter().map(|field| field.number);
            numbers.position(|found| found == number)
        };
        let (path, status) = (place_of(value_field::PATH), place_of(value_field::STATUS));
        Ok(ValueFields {
            attributes,
            metadata,
            has,
            path,
            status,
        })
    }

    /// The names of the fields that an article may have a value for, by their bits.
    pub fn has(&self) -> &[String] {
        &self.has
    }

    /// Fields as every index has them, for tests.
    #[cfg(any(test, feature = "samples"))]
    pub fn sample() -> Self {
        let field = |(number, name): (usize, &&str)| ValueField {
            name: (*name).to_owned(),
            number: number as u8,
        };
        let names = ["source", "section", "language", "url", "path"];
        let attributes = names.iter().enumerate().map(field).collect();
        let country = ValueField {
            name: "country".to_owned(),
            number: 64,
        };
        ValueFields::new(attributes, vec![country]).expect("few fields")
    }
}

/// What an article has under one name of its metadata: a text, or several.
#[derive(Clone, Debug)]
pub struct Metadata<'a> {
    pub name: &'a str,
    pub texts: Vec<&'a str>,
    pub is_list: bool,
}

/// An article as it is handed over.
#[derive(Default)]
pub struct Fields<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub body: &'a str,
    pub byline: &'a [&'a str],
    pub date: Option<&'a IndexedDate>,
    /// The attributes among the value fields, in their order; what is left out at the end is
    /// not there.
    pub values: &'a [Option<&'a str>],
    /// In the order of the names.
    pub metadata: &'a [Metadata<'a>],
    /// As JSON writes the number.
    pub record: Option<&'a str>,
    pub date_text: Option<&'a str>,
    pub encoding: Option<&'a str>,
    /// In ISO 8601, as `isoformat` writes it.
    pub updated: Option<&'a str>,
    /// Whether the title says that the article corrects another.
    pub is_correction: bool,
    /// The agencies that the article credits, as terms.
    pub credits: &'a [&'a str],
}

/// What folds a value that is not ASCII: the definition, `fold_value`.
pub type FoldValue<'f> = dyn FnMut(&str, &mut String) -> Result<()> + 'f;

/// A part of a block of strings.
#[derive(Clone, Copy)]
struct Slice {
    start: usize,
    end: usize,
}

struct Row {
    id: Slice,
    title: Slice,
    body: Slice,
    /// Ranges of `Batch::names` and `Batch::values`.
    names: Slice,
    values: Slice,
    json: Slice,
    /// The part of the JSON that says the body, with the comma before it.
    json_body: Slice,
    date_us: i64,
    digest: u64,
    has: u64,
    mark: TextMark,
}

/// What copies have to know of an article besides its words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TextMark {
    Plain,
    /// Its title says that it corrects another.
    Correction,
    /// It has a status, and is nobody's copy.
    Hidden,
}

/// Some articles, prepared.
pub struct Batch {
    fields: Arc<ValueFields>,
    texts: String,
    json: Vec<u8>,
    names: Vec<Slice>,
    values: Vec<(u8, Slice)>,
    rows: Vec<Row>,
    sealed: usize,
}

/// How much a batch holds: the next one will hold about as much, and what has room from the
/// beginning is not copied again and again as it grows.
#[derive(Clone, Copy, Default)]
pub struct Sizes {
    texts: usize,
    json: usize,
    names: usize,
    values: usize,
    rows: usize,
}

impl Batch {
    #[cfg(any(test, feature = "samples"))]
    pub fn sample() -> Self {
        Batch::with_room(Arc::new(ValueFields::sample()), Sizes::default())
    }

    /// An empty batch with room for what a batch of these sizes holds, and a little more.
    pub fn with_room(fields: Arc<ValueFields>, sizes: Sizes) -> Self {
        let room = |held: usize| held + held / 8;
        Batch {
            fields,
            texts: String::with_capacity(room(sizes.texts)),
            json: Vec::with_capacity(room(sizes.json)),
            names: Vec::with_capacity(room(sizes.names)),
            values: Vec::with_capacity(room(sizes.values)),
            rows: Vec::with_capacity(sizes.rows),
            sealed: 0,
        }
    }

    /// How much there is of everything.
    pub fn sizes(&self) -> Sizes {
        Sizes {
            texts: self.texts.len(),
            json: self.json.len(),
            names: self.names.len(),
            values: self.values.len(),
            rows: self.rows.len(),
        }
    }

    /// How many articles there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Memory in use.
    pub fn size_bytes(&self) -> usize {
        self.texts.len()
            + self.json.len()
            + std::mem::size_of_val(&self.names[..])
            + std::mem::size_of_val(&self.values[..])
            + std::mem::size_of_val(&self.rows[..])
    }

    /// Add an article.
    pub fn push(&mut self, fields: &Fields<'_>, fold: &mut FoldValue<'_>) -> Result<()> {
        let id = self.put_text(fields.id);
        let title = self.put_text(fields.title);
        let body = self.put_text(fields.body);
        let names_start = self.names.len();
        for name in fields.byline {
            let name = self.put_text(name);
            self.names.push(name);
        }
        let values_start = self.values.len();
        self.put_values(fields, id, fold)?;
        let (json, json_body) = self.put_json(fields);
        let status = self
            .fields
            .status
            .and_then(|place| fields.values.get(place));
        let mark = match (status, fields.is_correction) {
            (Some(Some(_)), _) => TextMark::Hidden,
            (_, true) => TextMark::Correction,
            _ => TextMark::Plain,
        };
        self.rows.push(Row {
            id,
            title,
            body,
            names: Slice {
                start: names_start,
                end: self.names.len(),
            },
            values: Slice {
                start: values_start,
                end: self.values.len(),
            },
            json,
            json_body,
            date_us: fields.date.map_or(MISSING_DATE, |date| date.instant_us),
            digest: 0,
            has: has_bits(fields, &self.fields),
            mark,
        });
        Ok(())
    }

    fn put_text(&mut self, text: &str) -> Slice {
        let start = self.texts.len();
        self.texts.push_str(text);
        Slice {
            start,
            end: self.texts.len(),
        }
    }

    fn put_values(
        &mut self,
        fields: &Fields<'_>,
        id: Slice,
        fold: &mut FoldValue<'_>,
    ) -> Result<()> {
        let table = self.fields.clone();
        for (field, value) in table.attributes.iter().zip(fields.values) {
            if let Some(value) = value {
                let folded = self.put_folded(value, fold)?;
                self.values.push((field.number, folded));
            }
        }
        for (field, found) in in_metadata(&table, fields.metadata) {
            for text in &found.texts {
                let folded = self.put_folded(text, fold)?;
                self.values.push((field.number, folded));
            }
        }
        for name in fields.byline {
            let folded = self.put_folded(name, fold)?;
            self.values.push((value_field::NAME, folded));
        }
        for credit in fields.credits {
            let credit = self.put_text(credit);
            self.values.push((value_field::CREDIT, credit));
        }
        if let Some(path) = table.path.and_then(|place| *fields.values.get(place)?) {
            let path = self.put_text(path);
            self.values.push((value_field::FILE, path));
        }
        self.values.push((value_field::ID, id));
        if let Some(date) = fields.date {
            let day = self.put_text(&date.day);
            self.values.push((value_field::DATE, day));
        }
        Ok(())
    }

    fn put_folded(&mut self, value: &str, fold: &mut FoldValue<'_>) -> Result<Slice> {
        let start = self.texts.len();
        if value.is_ascii() {
            fold_ascii_value(value, &mut self.texts);
        } else {
            fold(value, &mut self.texts)?;
        }
        Ok(Slice {
            start,
            end: self.texts.len(),
        })
    }

    fn put_json(&mut self, fields: &Fields<'_>) -> (Slice, Slice) {
        let out = &mut self.json;
        let start = out.len();
        out.extend_from_slice(b"{\"id\":");
        put_string(out, fields.id);
        out.extend_from_slice(b",\"title\":");
        put_string(out, fields.title);
        let body_start = out.len();
        out.extend_from_slice(b",\"body\":");
        put_string(out, fields.body);
        let body_end = out.len();
        if !fields.byline.is_empty() {
            out.extend_from_slice(b",\"byline\":");
            put_strings(out, fields.byline);
        }
        if let Some(date) = fields.date {
            put_member(out, "date", &date.iso);
        }
        for (field, value) in self.fields.attributes.iter().zip(fields.values) {
            if let Some(value) = value {
                put_member(out, &field.name, value);
            }
        }
        if let Some(record) = fields.record {
            out.extend_from_slice(b",\"record\":");
            out.extend_from_slice(record.as_bytes());
        }
        for (name, value) in [
            ("date_text", fields.date_text),
            ("encoding", fields.encoding),
            ("updated", fields.updated),
        ] {
            if let Some(value) = value {
                put_member(out, name, value);
            }
        }
        put_metadata(out, fields.metadata);
        out.push(b'}');
        let whole = Slice {
            start,
            end: out.len(),
        };
        let body = Slice {
            start: body_start,
            end: body_end,
        };
        (whole, body)
    }

    /// Compute the digests of the articles that have none yet.
    pub fn seal(&mut self) {
        let mut params = Params::new();
        params.hash_length(8);
        let unsealed = &mut self.rows[self.sealed..];
        let mut jobs: Vec<HashManyJob<'_>> = unsealed
            .iter()
            .map(|row| HashManyJob::new(&params, &self.json[row.json.start..row.json.end]))
            .collect();
        hash_many(jobs.iter_mut());
        for (row, job) in unsealed.iter_mut().zip(&jobs) {
            let hash = job.to_hash();
            row.digest = hash
                .as_bytes()
                .first_chunk()
                .map_or(0, |&b| u64::from_be_bytes(b));
        }
        self.sealed = self.rows.len();
    }

    /// The article `number` of the batch.
    pub fn get(&self, number: usize) -> Prepared<'_> {
        Prepared {
            batch: self,
            row: &self.rows[number],
        }
    }
}

fn put_member(out: &mut Vec<u8>, name: &str, value: &str) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
    put_string(out, value);
}

fn put_strings(out: &mut Vec<u8>, texts: &[&str]) {
    let mut before = b'[';
    for text in texts {
        out.push(before);
        put_string(out, text);
        before = b',';
    }
    out.push(b']');
}

fn put_metadata(out: &mut Vec<u8>, metadata: &[Metadata<'_>]) {
    if metadata.is_empty() {
        return;
    }
    let mut before: &[u8] = b",\"metadata\":{";
    for Metadata {
        name,
        texts,
        is_list,
    } in metadata
    {
        out.extend_from_slice(before);
        put_string(out, name);
        out.push(b':');
        match &texts[..] {
            [text] if !is_list => put_string(out, text),
            texts => put_strings(out, texts),
        }
        before = b",";
    }
    out.push(b'}');
}

/// The fields of `table` that are found in `metadata`, with what is found.
fn in_metadata<'f, 'm>(
    table: &'f ValueFields,
    metadata: &'m [Metadata<'m>],
) -> impl Iterator<Item = (&'f ValueField, &'m Metadata<'m>)> {
    let found = |field: &ValueField| metadata.iter().find(|found| found.name == field.name);
    // Most articles have none.
    let fields = if metadata.is_empty() {
        &[][..]
    } else {
        &table.metadata
    };
    fields
        .iter()
        .filter_map(move |field| Some((field, found(field)?)))
}

fn has_bits(fields: &Fields<'_>, table: &ValueFields) -> u64 {
    let given = [
        !fields.title.is_empty(),
        !fields.body.is_empty(),
        !fields.byline.is_empty(),
        fields.date.is_some(),
    ];
    let values = fields
        .values
        .iter()
        .map(|value| value.is_some_and(|v| !v.is_empty()));
    let all = given.into_iter().chain(values).enumerate();
    let mut bits = all.fold(0, |bits, (bit, has)| bits | u64::from(has) << bit);
    for (field, _) in in_metadata(table, fields.metadata) {
        let bit = table.has.iter().position(|name| *name == field.name);
        bits |= bit.map_or(0, |bit| 1 << bit);
    }
    bits
}

/// `fold_value` of `analysis/values.py` for a value in ASCII: small letters, single blanks.
fn fold_ascii_value(value: &str, out: &mut String) {
    // What `str.split` parts words at; all of it is plain white space to `typography.py`.
    let blank = |c: char| matches!(c, '\t'..='\r' | '\x1c'..='\x1f' | ' ');
    let mut parts = value.split(blank).filter(|part| !part.is_empty());
    let mut put = |part: &str| {
        let start = out.len();
        out.push_str(part);
        out[start..].make_ascii_lowercase();
    };
    if let Some(first) = parts.next() {
        put(first);
    }
    for part in parts {
        put(" ");
        put(part);
    }
}

/// One article of a batch.
#[derive(Clone, Copy)]
pub struct Prepared<'b> {
    batch: &'b Batch,
    row: &'b Row,
}

impl<'b> Prepared<'b> {
    fn text(&self, slice: Slice) -> &'b str {
        &self.batch.texts[slice.start..slice.end]
    }

    pub fn id(&self) -> &'b str {
        self.text(self.row.id)
    }

    pub fn title(&self) -> &'b str {
        self.text(self.row.title)
    }

    pub fn body(&self) -> &'b str {
        self.text(self.row.body)
    }

    pub fn names(&self) -> impl Iterator<Item = &'b str> + '_ {
        let names = &self.batch.names[self.row.names.start..self.row.names.end];
        names.iter().map(|&name| self.text(name))
    }

    /// The terms of the value fields except `has`, each with its field; names may repeat.
    pub fn values(&self) -> impl Iterator<Item = (u8, &'b str)> + '_ {
        let values = &self.batch.values[self.row.values.start..self.row.values.end];
        values
            .iter()
            .map(|&(field, value)| (field, self.text(value)))
    }

    /// The names that the bits of `has` stand for.
    pub fn has_names(&self) -> &'b [String] {
        self.batch.fields.has()
    }

    /// Which of `has_names` the article has, a bit each.
    pub fn has(&self) -> u64 {
        self.row.has
    }

    pub fn date_us(&self) -> i64 {
        self.row.date_us
    }

    pub fn digest(&self) -> u64 {
        self.row.digest
    }

    pub fn mark(&self) -> TextMark {
        self.row.mark
    }

    /// The stored JSON.
    pub fn json(&self) -> &'b [u8] {
        &self.batch.json[self.row.json.start..self.row.json.end]
    }

    /// The stored JSON without the body, put into `out`.
    pub fn put_hot(&self, out: &mut Vec<u8>) {
        let json = &self.batch.json;
        out.clear();
        out.extend_from_slice(&json[self.row.json.start..self.row.json_body.start]);
        out.extend_from_slice(&json[self.row.json_body.end..self.row.json.end]);
    }
}

#[cfg(test)]
mod tests;
