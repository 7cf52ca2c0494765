//! How do the posting lists of stems merge?
//!
//! The sources' dictionaries are walked side by side.  For each stem the forms of all sources
//! are brought together, the documents of each form counted among the live ones, codes given
//! anew (0 to the form of most documents), and the lists read document by document, the lowest
//! new number first.

use super::order::{Order, DELETED};
use super::{Source, KEYS};
use crate::container::{ContainerWriter, Section};
use crate::dictionary::{self, DictionaryWriter};
use crate::error::{CoreError, Damage, Result};
use crate::postings::{Cursor, ImpactTable, List, ListEncoder, TERMINATED};
use crate::segment::{FormInfo, ListRef, Segment, StemInfo};

/// The stems and forms of the merged segment, as they are found.
#[derive(Default)]
pub struct Vocabulary {
    stems: Vec<StemEntry>,
    forms: Vec<FormEntry>,
    /// The bytes of all stems and forms.
    bytes: Vec<u8>,
}

struct StemEntry {
    key: (usize, usize),
    /// Its forms are `forms[first..first + count]`, by code.
    first: usize,
    count: usize,
    text: Option<ListRef>,
    byline: Option<ListRef>,
}

struct FormEntry {
    key: (usize, usize),
    stem: u32,
    code: u32,
    df: [u32; 3],
}

impl Vocabulary {
    fn keep(&mut self, bytes: &[u8]) -> (usize, usize) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        (start, self.bytes.len())
    }

    /// The dictionaries of stems and of forms, made of those of `sources`.
    pub fn dictionaries(&self, sources: &[Source]) -> Result<(Vec<u8>, Vec<u8>)> {
        let of = |key: (usize, usize)| &self.bytes[key.0..key.1];
        let mut sorted: Vec<u32> = (0..self.forms.len() as u32).collect();
        sorted.sort_unstable_by_key(|form| of(self.forms[*form as usize].key));
        let mut ordinals = vec![0; sorted.len()];
        let mut forms = DictionaryWriter::new();
        let mut value = Vec::new();
        let mut before: Option<&[u8]> = None;
        for (ordinal, form) in (0..).zip(&sorted) {
            ordinals[*form as usize] = ordinal;
            let entry = &self.forms[*form as usize];
            if before == Some(of(entry.key)) {
                return Err(two_stems(sources));
            }
            before = Some(of(entry.key));
            value.clear();
            let info = FormInfo {
                ordinal,
                stem: entry.stem,
                code: entry.code,
                df: entry.df,
            };
            info.encode(&mut value);
            forms.add(of(entry.key), &value);
        }
        let mut stems = DictionaryWriter::new();
        for (ordinal, entry) in (0..).zip(&self.stems) {
            value.clear();
            let info = StemInfo {
                ordinal,
                forms: ordinals[entry.first..entry.first + entry.count].to_vec(),
                text: entry.text.clone(),
                byline: entry.byline.clone(),
            };
            info.encode(&mut value);
            stems.add(of(entry.key), &value);
        }
        Ok((stems.finish(), forms.finish()))
    }
}

/// Segments of one index are made with one stemmer, so one of them is wrong; which, no one
/// can tell.
fn two_stems(sources: &[Source]) -> CoreError {
    let names: Vec<&str> = sources.iter().map(|s| s.segment.file_name()).collect();
    CoreError::Damaged {
        file: names.join(" or "),
        section: Section::Stems.name(),
        detail: "a form has two stems".to_owned(),
    }
}

/// Write all lists to the open section of postings.
pub fn write(
    sources: &[Source],
    order: &Order,
    body_norms: &[u8],
    impacts: &ImpactTable,
    sink: &mut ContainerWriter,
) -> Result<Vocabulary> {
    let mut heads = Vec::new();
    for (source, numbers) in sources.iter().zip(&order.new_number) {
        heads.push(Head::new(&source.segment, numbers)?);
    }
    let mut vocabulary = Vocabulary::default();
    let mut encoder = ListEncoder::new();
    let mut out = Vec::new();
    while let Some(key) = heads.iter().filter_map(|head| head.key.as_ref()).min() {
        let key = key.clone();
        let mut sharing: Vec<&mut Head<'_>> = heads
            .iter_mut()
            .filter(|head| head.key.as_ref() == Some(&key))
            .collect();
        let mut forms = Forms::of(&mut sharing)?;
        forms.count(&sharing)?;
        forms.assign_codes(&mut sharing);
        let mut lists = [None, None];
        for (is_text, list) in [true, false].into_iter().zip(&mut lists) {
            let mut parts = Vec::new();
            for head in &sharing {
                parts.extend(head.part(is_text)?);
            }
            push_all(&mut parts, &mut encoder)?;
            out.clear();
            let norms = if is_text { body_norms } else { &[] };
            let summary = encoder.finish(norms, impacts, &mut out);
            if summary.df > 0 {
                let offset = sink.position();
                sink.write(&out)?;
                *list = Some(ListRef {
                    offset,
                    len: out.len() as u64,
                    df: summary.df,
                    df_title: summary.df_title,
                    df_body: summary.df_body,
                });
            }
        }
        let [text, byline] = lists;
        if text.is_some() || byline.is_some() {
            let first = vocabulary.forms.len();
            let stem = vocabulary.stems.len() as u32;
            let kept = vocabulary.keep(&key);
            for (code, form) in (0..).zip(forms.by_code()) {
                let key = vocabulary.keep(&form.bytes);
                let df = form.df;
                vocabulary.forms.push(FormEntry {
                    key,
                    stem,
                    code,
                    df,
                });
            }
            vocabulary.stems.push(StemEntry {
                key: kept,
                first,
                count: vocabulary.forms.len() - first,
                text,
                byline,
            });
        }
        for head in sharing {
            head.advance()?;
        }
    }
    Ok(vocabulary)
}

// ---------------------------------------------------------------- one source

/// The next stem of one source.
struct Head<'a> {
    segment: &'a Segment,
    numbers: &'a [u32],
    has_deleted: bool,
    entries: dictionary::Cursor<'a>,
    key: Option<Vec<u8>>,
    info: StemInfo,
    /// For each of its codes there the form, as a place in `Forms`, later the new code.
    codes: Vec<u32>,
}

impl<'a> Head<'a> {
    fn new(segment: &'a Segment, numbers: &'a [u32]) -> Result<Self> {
        let entries = segment
            .stems()?
            .cursor()
            .map_err(|damage| segment.damaged(Section::Stems, damage))?;
        let mut head = Self {
            segment,
            numbers,
            has_deleted: numbers.contains(&DELETED),
            entries,
            key: None,
            info: StemInfo {
                ordinal: 0,
                forms: Vec::new(),
                text: None,
                byline: None,
            },
            codes: Vec::new(),
        };
        head.advance()?;
        Ok(head)
    }

    fn advance(&mut self) -> Result<()> {
        let damaged = |damage| self.segment.damaged(Section::Stems, damage);
        let before = self.key.take();
        if let Some((ordinal, key, value)) = self.entries.next().map_err(damaged)? {
            if before.is_some_and(|before| before.as_slice() >= key) {
                return Err(damaged(KEYS));
            }
            self.info = StemInfo::decode(ordinal, value).map_err(damaged)?;
            self.key = Some(key.to_vec());
        }
        Ok(())
    }

    fn part(&self, is_text: bool) -> Result<Option<Part<'_>>> {
        let list = if is_text {
            self.segment.text_list(&self.info)?
        } else {
            self.segment.byline_list(&self.info)?
        };
        list.map(|list| Part::new(self, &list)).transpose()
    }
}

/// A list that is being read, standing on a live document.
struct Part<'a> {
    head: &'a Head<'a>,
    cursor: Cursor<'a>,
    /// The new number of the document, `DELETED` at the end.
    number: u32,
    title: Vec<u32>,
    body: Vec<u32>,
    codes: Vec<u32>,
}

impl<'a> Part<'a> {
    fn new(head: &'a Head<'a>, list: &List<'a>) -> Result<Self> {
        let cursor = Cursor::new(list).map_err(|damage| head.segment.damaged_postings(damage))?;
        let mut part = Self {
            head,
            cursor,
            number: DELETED,
            title: Vec::new(),
            body: Vec::new(),
            codes: Vec::new(),
        };
        part.settle()?;
        Ok(part)
    }

    fn advance(&mut self) -> Result<()> {
        self.cursor
            .advance()
            .map_err(|damage| self.head.segment.damaged_postings(damage))?;
        self.settle()
    }

    /// Go on to a document that is live.
    fn settle(&mut self) -> Result<()> {
        let damaged = |damage| self.head.segment.damaged_postings(damage);
        loop {
            let document = self.cursor.doc();
            if document == TERMINATED {
                self.number = DELETED;
                return Ok(());
            }
            let number = self.head.numbers.get(document as usize);
            self.number = *number
                .ok_or_else(|| damaged(Damage("a list names a document that is not there")))?;
            if self.number != DELETED {
                return Ok(());
            }
            self.cursor.advance().map_err(damaged)?;
        }
    }

    /// Read the positions of the document, and for each the form or new code there.
    fn read(&mut self) -> Result<()> {
        let damaged = |damage| self.head.segment.damaged_postings(damage);
        self.cursor
            .positions(&mut self.title, &mut self.body)
            .map_err(damaged)?;
        self.cursor.codes(&mut self.codes).map_err(damaged)?;
        if self.codes.len() != self.title.len() + self.body.len() {
            return Err(damaged(Damage("positions and codes disagree")));
        }
        for code in &mut self.codes {
            let new = self.head.codes.get(*code as usize);
            *code = *new.ok_or_else(|| damaged(Damage("a code stands for no form")))?;
        }
        Ok(())
    }
}

fn push_all(parts: &mut [Part<'_>], encoder: &mut ListEncoder) -> Result<()> {
    let mut positions = Vec::new();
    while let Some(part) = parts.iter_mut().min_by_key(|part| part.number) {
        if part.number == DELETED {
            break;
        }
        part.read()?;
        positions.clear();
        positions.extend_from_slice(&part.title);
        positions.extend_from_slice(&part.body);
        let (title_tf, body_tf) = (part.title.len() as u32, part.body.len() as u32);
        encoder.push(part.number, title_tf, body_tf, &positions, &part.codes);
        part.advance()?;
    }
    Ok(())
}

// ---------------------------------------------------------------- forms

/// The forms of one stem in all sources, in byte order.
struct Forms {
    forms: Vec<Form>,
}

struct Form {
    bytes: Vec<u8>,
    df: [u32; 3],
    code: Option<u32>,
}

impl Forms {
    /// Bring the forms together; the heads' codes become places among them.
    fn of(heads: &mut [&mut Head<'_>]) -> Result<Self> {
        let mut found: Vec<(Vec<u8>, [u32; 3])> = Vec::new();
        let mut own: Vec<Vec<Vec<u8>>> = Vec::new();
        for head in heads.iter() {
            let mut forms = Vec::new();
            for ordinal in &head.info.forms {
                let (bytes, info) = head.segment.form_at(*ordinal)?;
                found.push((bytes.clone(), info.df));
                forms.push(bytes);
            }
            own.push(forms);
        }
        found.sort_unstable();
        let mut forms: Vec<Form> = Vec::new();
        for (bytes, df) in found {
            match forms.last_mut() {
                Some(last) if last.bytes == bytes => {
                    for (sum, more) in last.df.iter_mut().zip(df) {
                        *sum = sum.saturating_add(more);
                    }
                }
                _ => forms.push(Form {
                    bytes,
                    df,
                    code: None,
                }),
            }
        }
        for (head, own) in heads.iter_mut().zip(own) {
            head.codes = own
                .iter()
                .map(|bytes| forms.partition_point(|form| form.bytes < *bytes) as u32)
                .collect();
        }
        Ok(Self { forms })
    }

    /// Count the live documents of each form, where some are deleted.
    fn count(&mut self, heads: &[&mut Head<'_>]) -> Result<()> {
        if !heads.iter().any(|head| head.has_deleted) {
            return Ok(()); // the sums are right
        }
        for form in &mut self.forms {
            form.df = [0; 3];
        }
        let mut seen = vec![[DELETED; 3]; self.forms.len()];
        for head in heads {
            for is_text in [true, false] {
                let Some(mut part) = head.part(is_text)? else {
                    continue;
                };
                while part.number != DELETED {
                    part.read()?;
                    for (index, form) in part.codes.iter().enumerate() {
                        let field = match (is_text, index < part.title.len()) {
                            (true, true) => 0,
                            (true, false) => 1,
                            (false, _) => 2,
                        };
                        let last = &mut seen[*form as usize][field];
                        if *last != part.number {
                            *last = part.number;
                            self.forms[*form as usize].df[field] += 1;
                        }
                    }
                    part.advance()?;
                }
            }
        }
        Ok(())
    }

    /// Give codes to the forms that live documents have; the heads' places become codes.
    fn assign_codes(&mut self, heads: &mut [&mut Head<'_>]) {
        let documents = |form: &Form| form.df.iter().map(|df| u64::from(*df)).sum::<u64>();
        let mut order: Vec<usize> = (0..self.forms.len())
            .filter(|form| documents(&self.forms[*form]) > 0)
            .collect();
        order.sort_by_key(|form| std::cmp::Reverse(documents(&self.forms[*form])));
        for (code, form) in (0..).zip(order) {
            self.forms[form].code = Some(code);
        }
        for head in heads {
            for code in &mut head.codes {
                // What no live document has is met no more.
                *code = self.forms[*code as usize].code.unwrap_or(u32::MAX);
            }
        }
    }

    /// The forms that have codes, in their order.
    fn by_code(&self) -> Vec<&Form> {
        let mut coded: Vec<&Form> = self.forms.iter().filter(|f| f.code.is_some()).collect();
        coded.sort_unstable_by_key(|form| form.code);
        coded
    }
}
