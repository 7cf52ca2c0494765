//! What do the dictionaries of a segment say of a stem, a form, a value?
//!
//! ```text
//! stem  = number of forms varint, ordinal of each form varint (differences, zigzag),
//!         text list, byline list
//! list  = df varint; unless 0: offset varint, length varint, and for the text list
//!         documents with it in the title varint, in the body varint
//! form  = ordinal of its stem varint, code varint, documents with it in title, body and
//!         byline varint each
//! value = 0, documents | 1, offset varint, length varint of the documents
//! documents = count varint, differences varint (each less one but the first)
//! ```

use crate::bytes::{put_varint, Reader};
use crate::error::Damage;

/// Document lists up to this long stand in the dictionary itself.
const INLINE_BYTES: usize = 48;

/// What is known of a stem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StemInfo {
    pub ordinal: u32,
    /// The ordinals of its forms; the place in this list is the code of a form.
    pub forms: Vec<u32>,
    pub text: Option<ListRef>,
    pub byline: Option<ListRef>,
}

/// Where a posting list lies, and how many documents are in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRef {
    pub offset: u64,
    pub len: u64,
    pub df: u32,
    pub df_title: u32,
    pub df_body: u32,
}

impl StemInfo {
    pub fn encode(&self, out: &mut Vec<u8>) {
        put_varint(out, self.forms.len() as u64);
        let mut before = 0i64;
        for form in &self.forms {
            let difference = i64::from(*form) - before;
            put_varint(out, (difference << 1 ^ difference >> 63) as u64);
            before = i64::from(*form);
        }
        for (list, is_text) in [(&self.text, true), (&self.byline, false)] {
            let Some(list) = list else {
                put_varint(out, 0);
                continue;
            };
            put_varint(out, u64::from(list.df));
            put_varint(out, list.offset);
            put_varint(out, list.len);
            if is_text {
                put_varint(out, u64::from(list.df_title));
                put_varint(out, u64::from(list.df_body));
            }
        }
    }

    pub fn decode(ordinal: u32, bytes: &[u8]) -> Result<Self, Damage> {
        let mut reader = Reader::new(bytes);
        let count = reader.varint_usize()?;
        if count > bytes.len() {
            return Err(Damage("a stem has more forms than bytes"));
        }
        let mut forms = Vec::with_capacity(count);
        let mut before = 0i64;
        for _ in 0..count {
            let coded = reader.varint()?;
            before = before.wrapping_add((coded >> 1) as i64 ^ -((coded & 1) as i64));
            forms.push(u32::try_from(before).map_err(|_| Damage("a form has no such ordinal"))?);
        }
        let text = decode_list(&mut reader, true)?;
        let byline = decode_list(&mut reader, false)?;
        Ok(Self {
            ordinal,
            forms,
            text,
            byline,
        })
    }
}

fn decode_list(reader: &mut Reader<'_>, is_text: bool) -> Result<Option<ListRef>, Damage> {
    let df = reader.varint_u32()?;
    if df == 0 {
        return Ok(None);
    }
    let (offset, len) = (reader.varint()?, reader.varint()?);
    let (df_title, df_body) = if is_text {
        (reader.varint_u32()?, reader.varint_u32()?)
    } else {
        (0, df)
    };
    Ok(Some(ListRef {
        offset,
        len,
        df,
        df_title,
        df_body,
    }))
}

/// What is known of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormInfo {
    pub ordinal: u32,
    /// The ordinal of its stem.
    pub stem: u32,
    /// How the positions of the stem's lists name it.
    pub code: u32,
    /// Documents with this form in the title, in the body, in the byline.
    pub df: [u32; 3],
}

impl FormInfo {
    pub fn encode(&self, out: &mut Vec<u8>) {
        put_varint(out, u64::from(self.stem));
        put_varint(out, u64::from(self.code));
        for df in self.df {
            put_varint(out, u64::from(df));
        }
    }

    pub fn decode(ordinal: u32, bytes: &[u8]) -> Result<Self, Damage> {
        let mut reader = Reader::new(bytes);
        Ok(Self {
            ordinal,
            stem: reader.varint_u32()?,
            code: reader.varint_u32()?,
            df: [
                reader.varint_u32()?,
                reader.varint_u32()?,
                reader.varint_u32()?,
            ],
        })
    }
}

/// Where the documents of a value are listed.
#[derive(Debug, PartialEq, Eq)]
pub enum ValueDocuments<'a> {
    /// In the dictionary.
    Inline(&'a [u8]),
    /// In the section of postings.
    Apart { offset: u64, len: u64 },
}

impl<'a> ValueDocuments<'a> {
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Damage> {
        let mut reader = Reader::new(bytes);
        match reader.u8()? {
            0 => Ok(Self::Inline(reader.rest())),
            1 => Ok(Self::Apart {
                offset: reader.varint()?,
                len: reader.varint()?,
            }),
            _ => Err(Damage("a value has no such kind of list")),
        }
    }

    /// Encode the entry of a value with these documents, ascending; a long list is handed to
    /// `apart`, which writes it to the section of postings and returns its offset there.
    pub fn encode<E>(
        documents: &[u32],
        out: &mut Vec<u8>,
        apart: impl FnOnce(&[u8]) -> Result<u64, E>,
    ) -> Result<(), E> {
        let mut list = Vec::new();
        encode_documents(documents, &mut list);
        if list.len() <= INLINE_BYTES {
            out.push(0);
            out.extend_from_slice(&list);
        } else {
            let offset = apart(&list)?;
            out.push(1);
            put_varint(out, offset);
            put_varint(out, list.len() as u64);
        }
        Ok(())
    }
}

fn encode_documents(documents: &[u32], out: &mut Vec<u8>) {
    put_varint(out, documents.len() as u64);
    let mut next = 0u32;
    for document in documents {
        put_varint(out, u64::from(document - next));
        next = document + 1;
    }
}

/// Read a list of documents, which are below `document_count` and ascend.
pub fn decode_documents(bytes: &[u8], document_count: u32) -> Result<Vec<u32>, Damage> {
    let mut reader = Reader::new(bytes);
    let count = reader.varint_usize()?;
    if count > bytes.len() {
        return Err(Damage("a list of documents is cut short"));
    }
    let mut documents = Vec::with_capacity(count);
    let mut next = 0u64;
    for _ in 0..count {
        let document = next.saturating_add(reader.varint()?);
        if document >= u64::from(document_count) {
            return Err(Damage("a list names a document that is not there"));
        }
        documents.push(document as u32);
        next = document + 1;
    }
    Ok(documents)
}

/// The first document of a list and the one after its last, if each follows the one before:
/// told without reading them one by one.
pub fn run_of_documents(bytes: &[u8], document_count: u32) -> Result<Option<(u32, u32)>, Damage> {
    let mut reader = Reader::new(bytes);
    let count = reader.varint()?;
    if count == 0 {
        return Ok(None);
    }
    let first = reader.varint()?;
    let rest = reader.rest();
    let end = first.saturating_add(count);
    // The differences of neighbours are written as zeros, a byte each.
    let follow = rest.len() as u64 == count - 1 && rest.iter().all(|byte| *byte == 0);
    if follow && end > u64::from(document_count) {
        return Err(Damage("a list names a document that is not there"));
    }
    Ok(follow.then_some((first as u32, end as u32)))
}

/// The JSON string that `rest` goes on with after its opening quote, unescaped.
pub fn json_string(rest: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut bytes = rest.iter().copied();
    loop {
        match bytes.next()? {
            b'"' => return Some(out),
            b'\\' => match bytes.next()? {
                b'n' => out.push(b'\n'),
                b'r' => out.push(b'\r'),
                b't' => out.push(b'\t'),
                b'b' => out.push(8),
                b'f' => out.push(12),
                // Only control characters are written so; all else is UTF-8 as it is.
                b'u' => {
                    let mut code = 0u32;
                    for _ in 0..4 {
                        code = code * 16 + char::from(bytes.next()?).to_digit(16)?;
                    }
                    let mut room = [0; 4];
                    out.extend_from_slice(char::from_u32(code)?.encode_utf8(&mut room).as_bytes());
                }
                other => out.push(other),
            },
            other => out.push(other),
        }
    }
}
