//! How do the occurrences of a stem become its lists?
//!
//! A stem has a list for title and body together and one for the byline.  Each position says
//! by a small code which form of the stem stands there; the form in most documents has code 0,
//! so that most codes take no room.

use std::ops::Range;

use super::packed_occurrences::{Occurrence, TITLE};
use crate::postings::{ImpactTable, ListEncoder, ListSummary};

/// A list as it was appended to some bytes.
#[derive(Clone, Copy, Debug)]
pub struct EncodedList {
    pub length: usize,
    pub summary: ListSummary,
}

/// The lists of a stem.
#[derive(Clone, Copy, Debug)]
pub struct EncodedStem {
    pub text: Option<EncodedList>,
    pub byline: Option<EncodedList>,
}

/// What the lists of a stem say of one of its forms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FormNumbers {
    pub code: u32,
    /// Documents with the form in title, body and byline.
    pub df: [u32; 3],
}

/// Give codes to the forms of a stem, which stand in the order of their bytes: the smaller
/// the more documents a form is in, counting each field by itself.
pub fn assign_codes(forms: &mut [FormNumbers]) {
    let documents = |form: &FormNumbers| form.df.iter().map(|&df| u64::from(df)).sum::<u64>();
    let mut order: Vec<usize> = (0..forms.len()).collect();
    order.sort_by_key(|&form| std::cmp::Reverse(documents(&forms[form])));
    for (code, form) in (0..).zip(order) {
        forms[form].code = code;
    }
}

/// Encodes the lists of one stem after the other.
pub struct StemEncoder<'a> {
    /// Of each document the code of its body's length.
    norms: &'a [u8],
    impacts: &'a ImpactTable,
    encoder: ListEncoder,
    /// Of each form and field the last document that was counted.
    counted: Vec<[u32; 3]>,
    positions: Vec<u32>,
    codes: Vec<u32>,
}

impl<'a> StemEncoder<'a> {
    pub fn new(norms: &'a [u8], impacts: &'a ImpactTable) -> Self {
        StemEncoder {
            norms,
            impacts,
            encoder: ListEncoder::new(),
            counted: Vec::new(),
            positions: Vec::new(),
            codes: Vec::new(),
        }
    }

    /// Append the lists of the stem with `members` to `out`, first that of `text`, and what
    /// they say of each member to `forms`.
    pub fn encode(
        &mut self,
        members: Range<u32>,
        text: &[Occurrence],
        byline: &[Occurrence],
        out: &mut Vec<u8>,
        forms: &mut Vec<FormNumbers>,
    ) -> EncodedStem {
        let first = forms.len();
        forms.resize(first + members.len(), FormNumbers::default());
        let own = &mut forms[first..];
        if own.len() > 1 {
            self.count(members.start, text, byline, own);
            assign_codes(own);
        }
        let encoded = EncodedStem {
            text: self.encode_list(members.start, text, own, true, out),
            byline: self.encode_list(members.start, byline, own, false, out),
        };
        if let [only] = own {
            let of = |list: Option<EncodedList>| list.map_or_else(Default::default, |l| l.summary);
            let (text, byline) = (of(encoded.text), of(encoded.byline));
            only.df = [text.df_title, text.df_body, byline.df];
        }
        encoded
    }

    /// Count the documents of each form.
    fn count(
        &mut self,
        first_member: u32,
        text: &[Occurrence],
        byline: &[Occurrence],
        forms: &mut [FormNumbers],
    ) {
        self.counted.clear();
        self.counted.resize(forms.len(), [u32::MAX; 3]);
        let mut count = |occurrence: &Occurrence, field: usize| {
            let form = (occurrence.member - first_member) as usize;
            let counted = &mut self.counted[form][field];
            forms[form].df[field] += u32::from(*counted != occurrence.document);
            *counted = occurrence.document;
        };
        for occurrence in text {
            count(occurrence, usize::from(occurrence.position & TITLE == 0));
        }
        for occurrence in byline {
            count(occurrence, 2);
        }
    }

    fn encode_list(
        &mut self,
        first_member: u32,
        occurrences: &[Occurrence],
        forms: &[FormNumbers],
        normed: bool,
        out: &mut Vec<u8>,
    ) -> Option<EncodedList> {
        let mut rest = occurrences;
        let code_of = |occurrence: &Occurrence| {
            let form = &forms[(occurrence.member - first_member) as usize];
            form.code
        };
        while let Some(first @ &Occurrence { document, .. }) = rest.first() {
            // Most words are in an article once.
            if rest.get(1).is_none_or(|next| next.document != document) {
                let position = first.position & !TITLE;
                let in_title = first.position & TITLE != 0;
                self.encoder
                    .push_one(document, in_title, position, code_of(first));
                rest = &rest[1..];
                continue;
            }
            self.positions.clear();
            self.codes.clear();
            let mut title_tf = 0;
            let mut count = 0;
            for occurrence in rest.iter().take_while(|o| o.document == document) {
                title_tf += occurrence.position >> 31;
                self.positions.push(occurrence.position & !TITLE);
                self.codes.push(code_of(occurrence));
                count += 1;
            }
            let body_tf = count as u32 - title_tf;
            self.encoder
                .push(document, title_tf, body_tf, &self.positions, &self.codes);
            rest = &rest[count..];
        }
        if occurrences.is_empty() {
            return None;
        }
        let start = out.len();
        let norms = if normed { self.norms } else { &[] };
        let summary = self.encoder.finish(norms, self.impacts, out);
        Some(EncodedList {
            length: out.len() - start,
            summary,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postings::{Cursor, List, TERMINATED};

    #[test]
    fn the_form_in_most_documents_has_code_0_and_bytes_decide_between_equals() {
        let of = |df: [u32; 3]| FormNumbers { code: 9, df };
        let mut forms = [of([0, 1, 1]), of([0, 5, 0]), of([1, 1, 0]), of([3, 2, 0])];
        assign_codes(&mut forms);
        assert_eq!(forms.map(|form| form.code), [2, 0, 3, 1]);
    }

    #[test]
    fn lists_say_what_the_occurrences_did() {
        let at = |document: u32, position: u32, member: u32| Occurrence {
            document,
            position,
            member,
        };
        let text = [
            at(2, TITLE | 1, 11),
            at(2, 0, 10),
            at(2, 7, 11),
            at(2, 8, 11),
            at(5, TITLE, 11),
            at(9, 3, 10),
        ];
        let byline = [at(5, 0, 11), at(5, 20_001, 11)];
        let norms = [0; 10];
        let impacts = ImpactTable::new(crate::scoring::Scoring::SAMPLE, [1.0; 256]);
        let mut encoder = StemEncoder::new(&norms, &impacts);
        let (mut out, mut forms) = (vec![0xAA; 3], vec![FormNumbers::default()]);
        let encoded = encoder.encode(10..12, &text, &byline, &mut out, &mut forms);
        // Member 10 is in two bodies, 11 in two titles, a body and a byline.
        let expected = [
            FormNumbers {
                code: 1,
                df: [0, 2, 0],
            },
            FormNumbers {
                code: 0,
                df: [2, 1, 1],
            },
        ];
        assert_eq!(forms[1..], expected);
        let (text, byline) = (encoded.text.unwrap(), encoded.byline.unwrap());
        assert_eq!(text.length + byline.length + 3, out.len());
        let read = |bytes: &[u8]| {
            let list = List::open(bytes).unwrap();
            let mut cursor = Cursor::new(&list).unwrap();
            let (mut title, mut body, mut codes) = (vec![], vec![], vec![]);
            let mut found = Vec::new();
            while cursor.doc() != TERMINATED {
                cursor.positions(&mut title, &mut body).unwrap();
                cursor.codes(&mut codes).unwrap();
                found.push((cursor.doc(), title.clone(), body.clone(), codes.clone()));
                cursor.advance().unwrap();
            }
            found
        };
        let expected = [
            (2, vec![1], vec![0, 7, 8], vec![0, 1, 0, 0]),
            (5, vec![0], vec![], vec![0]),
            (9, vec![], vec![3], vec![1]),
        ];
        assert_eq!(read(&out[3..3 + text.length]), expected);
        let expected = [(5, vec![], vec![0, 20_001], vec![0, 0])];
        assert_eq!(read(&out[3 + text.length..]), expected);
    }

    #[test]
    fn an_only_form_is_counted_by_its_lists() {
        let text = [Occurrence {
            document: 1,
            position: 4,
            member: 3,
        }];
        let (mut out, mut forms) = (vec![], vec![]);
        let impacts = ImpactTable::new(crate::scoring::Scoring::SAMPLE, [1.0; 256]);
        let mut encoder = StemEncoder::new(&[0, 0], &impacts);
        let encoded = encoder.encode(3..4, &text, &[], &mut out, &mut forms);
        assert!(encoded.byline.is_none());
        let expected = FormNumbers {
            code: 0,
            df: [0, 1, 0],
        };
        assert_eq!(forms, [expected]);
    }
}
