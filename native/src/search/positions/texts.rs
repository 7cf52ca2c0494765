//! How long are the texts of a document, and where do their sentences begin?
//!
//! Only any-words (`*` in a phrase) and `w/s`, `w/p` ask.  The body has exact columns for
//! both.  Of titles there is the field norm, which is exact for the short and nearly so for
//! the long; the number of words is between the lengths of two norms.  Where that does not
//! settle it, and for bylines, the stored article is asked: Python counts its words.

use crate::error::{CoreError, Result};
use crate::postings::TERMINATED;
use crate::search::failure::Failure;
use crate::search::plan::{Field, Scope, Unit};
use crate::segment::{Segment, NAME_GAP};

/// Counts the words of a title (`byline` false), or of each name of a byline, given the
/// stored fields of an article.
pub trait WordCounter {
    fn count(&self, byline: bool, stored: &[u8]) -> Result<Vec<u32>>;
}

/// The texts of one segment.
pub struct Texts<'a> {
    segment: &'a Segment,
    counter: &'a dyn WordCounter,
    length_of_code: &'a [u32; 256],
    boundaries: Boundaries,
    /// The document, field and counts that were asked for last.
    counted: Option<(u32, bool, Vec<u32>)>,
}

#[derive(Default)]
struct Boundaries {
    /// One more than the document, or 0.
    doc: u64,
    sentences: Vec<u32>,
    paragraphs: Vec<u32>,
}

impl<'a> Texts<'a> {
    pub fn new(
        segment: &'a Segment,
        counter: &'a dyn WordCounter,
        length_of_code: &'a [u32; 256],
    ) -> Self {
        Texts {
            segment,
            counter,
            length_of_code,
            boundaries: Boundaries::default(),
            counted: None,
        }
    }

    /// Where the sentences or paragraphs of a body begin.
    pub fn unit_starts(&mut self, doc: u32, unit: Unit) -> Result<&[u32]> {
        let kept = &mut self.boundaries;
        if kept.doc != u64::from(doc) + 1 {
            kept.doc = 0;
            (self.segment).boundaries(doc, &mut kept.sentences, &mut kept.paragraphs)?;
            kept.doc = u64::from(doc) + 1;
        }
        Ok(match unit {
            Unit::Sentence => &kept.sentences,
            Unit::Paragraph => &kept.paragraphs,
        })
    }

    /// The first document, `target` or larger, that has a word in one of the fields.
    pub fn next_with_words(
        &mut self,
        target: u32,
        scope: Scope,
    ) -> std::result::Result<u32, Failure> {
        let mut first = TERMINATED;
        for field in scope.fields() {
            let norms = self.segment.norms(*field as usize)?;
            let rest = norms.get(target as usize..).unwrap_or(&[]);
            if let Some(steps) = rest.iter().position(|code| *code != 0) {
                first = first.min(target + steps as u32);
            }
        }
        Ok(first)
    }

    /// The positions at which a run of `len` words may start, any words.
    pub fn all_starts(
        &mut self,
        doc: u32,
        field: Field,
        len: u32,
        out: &mut Vec<u32>,
    ) -> std::result::Result<(), Failure> {
        out.clear();
        let body;
        let counts: &[u32] = match field {
            Field::Body => {
                body = [self.body_length(doc)?];
                &body
            }
            _ => self.counts(doc, field == Field::Byline)?,
        };
        for (i, count) in (0u32..).zip(counts) {
            let first = i.saturating_mul(NAME_GAP);
            // A name that is longer than the gap runs into the next, as positions do.
            let end = first.saturating_add((*count + 1).saturating_sub(len));
            out.extend(first..end);
        }
        crate::search::positions::spans::tidy_positions(out);
        Ok(())
    }

    /// Whether a word stands at `position`.
    pub fn is_word(
        &mut self,
        doc: u32,
        field: Field,
        position: u32,
    ) -> std::result::Result<bool, Failure> {
        Ok(match field {
            Field::Body => position < self.body_length(doc)?,
            Field::Title => {
                let norms = self.segment.norms(Field::Title as usize)?;
                let code = usize::from(norms.get(doc as usize).copied().unwrap_or(0));
                let most = self.length_of_code[code];
                let least = match code {
                    0 => 0,
                    _ => self.length_of_code[code - 1] + 1,
                };
                if position < least.min(most) {
                    true
                } else if position >= most && code < 255 {
                    false
                } else {
                    self.counts(doc, false)?
                        .first()
                        .is_some_and(|n| position < *n)
                }
            }
            Field::Byline => {
                let counts = self.counts(doc, true)?;
                (0u32..).zip(counts).any(|(i, count)| {
                    let first = i.saturating_mul(NAME_GAP);
                    (first..first.saturating_add(*count)).contains(&position)
                })
            }
        })
    }

    fn body_length(&self, doc: u32) -> Result<u32> {
        let lengths = self.segment.lengths()?;
        let length = lengths.get(doc as usize).copied();
        length.ok_or_else(|| CoreError::Invalid(format!("there is no document {doc}")))
    }

    fn counts(&mut self, doc: u32, byline: bool) -> Result<&[u32]> {
        let is_kept = matches!(&self.counted, Some((d, b, _)) if *d == doc && *b == byline);
        if !is_kept {
            let stored = self.segment.hot(doc)?;
            let counts = self.counter.count(byline, &stored)?;
            self.counted = Some((doc, byline, counts));
        }
        Ok(self.counted.as_ref().map_or(&[], |(_, _, counts)| counts))
    }
}
