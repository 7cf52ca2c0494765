//! Which forms, and so which posting lists, does a word of the query stand for?
//!
//! Patterns and fuzzy words go through the forms of the dictionary that begin as they must.
//! The stems of the forms found are looked up once each; where all forms of a stem are
//! meant its list is taken whole.
//!
//! A pattern that fits too many different forms is refused.  Forms count by field, since a
//! word asked for in titles stands for the forms in titles, and once, however many segments
//! hold them.

use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use super::distance::FuzzyForm;
use super::plan::{Plan, Word};
use super::stream::Codes;
use super::words::{WordHere, WordList};
use crate::error::{CoreError, Result};
use crate::segment::{FormInfo, Segment, StemInfo};

/// A pattern that fits more forms than this is refused (docs/query-language.md).
pub const EXPANSION_LIMIT: usize = 50_000;

/// The words of a plan in each segment.
pub fn expand<'a>(plan: &Plan, segments: &[&'a Segment]) -> Result<Vec<Vec<WordHere<'a>>>> {
    let mut by_segment: Vec<Vec<WordHere>> = segments.iter().map(|_| Vec::new()).collect();
    for (number, word) in plan.words.iter().enumerate() {
        match word {
            Word::Stem(stem) => {
                for (segment, words) in segments.iter().zip(&mut by_segment) {
                    words.push(of_stem(segment, stem)?);
                }
            }
            Word::Form(form) => {
                for (segment, words) in segments.iter().zip(&mut by_segment) {
                    words.push(of_form(segment, form)?);
                }
            }
            Word::Pattern(None) => {
                for words in &mut by_segment {
                    words.push(WordHere::new(Vec::new(), Some([0; 3])));
                }
            }
            Word::Pattern(Some(_)) | Word::Fuzzy { .. } => {
                let found =
                    (segments.iter().map(|s| Found::of(word, s))).collect::<Result<Vec<_>>>()?;
                let fields = fields_of(plan, number);
                refuse_too_many(number, word, fields, &found, segments)?;
                for ((segment, words), found) in segments.iter().zip(&mut by_segment).zip(found) {
                    words.push(of_forms(segment, found.forms)?);
                }
            }
        }
    }
    Ok(by_segment)
}

/// In which of the fields of text a word is asked for.
fn fields_of(plan: &Plan, word: usize) -> [bool; 3] {
    let mut fields = [false; 3];
    for clause in &plan.clauses {
        clause.operand.visit_words(&mut |other| {
            if other == word {
                for field in clause.scope.fields() {
                    fields[*field as usize] = true;
                }
            }
        });
    }
    fields
}

// ---------------------------------------------------------------- one list

fn of_stem<'a>(segment: &'a Segment, stem: &[u8]) -> Result<WordHere<'a>> {
    let Some(info) = segment.stem(stem)? else {
        return Ok(WordHere::new(Vec::new(), Some([0; 3])));
    };
    let known = df_of_stem(&info);
    Ok(WordHere::new(
        vec![list_of(segment, &info, None)?],
        Some(known),
    ))
}

fn of_form<'a>(segment: &'a Segment, form: &[u8]) -> Result<WordHere<'a>> {
    match segment.form(form)? {
        None => Ok(WordHere::new(Vec::new(), Some([0; 3]))),
        Some(info) => of_forms(segment, vec![info]),
    }
}

fn list_of<'a>(
    segment: &'a Segment,
    stem: &StemInfo,
    codes: Option<Codes>,
) -> Result<WordList<'a>> {
    Ok(WordList {
        text: segment.text_list(stem)?,
        byline: segment.byline_list(stem)?,
        df_title: stem.text.as_ref().map_or(0, |list| list.df_title),
        codes: codes.map(Rc::new),
    })
}

fn df_of_stem(info: &StemInfo) -> [u32; 3] {
    let text = info.text.as_ref();
    [
        text.map_or(0, |list| list.df_title),
        text.map_or(0, |list| list.df_body),
        info.byline.as_ref().map_or(0, |list| list.df),
    ]
}

// ---------------------------------------------------------------- several forms

fn of_forms<'a>(segment: &'a Segment, forms: Vec<FormInfo>) -> Result<WordHere<'a>> {
    let mut known = match &forms[..] {
        [] => Some([0; 3]),
        [form] => Some(form.df),
        _ => None,
    };
    let mut codes_of_stem: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for form in &forms {
        codes_of_stem.entry(form.stem).or_default().push(form.code);
    }
    let mut lists = Vec::with_capacity(codes_of_stem.len());
    let is_one = codes_of_stem.len() == 1;
    for (ordinal, codes) in codes_of_stem {
        let stem = segment.stem_at(ordinal)?;
        let codes = if codes.len() >= stem.forms.len() {
            if is_one {
                known = Some(df_of_stem(&stem));
            }
            None
        } else if let [code] = codes[..] {
            Some(Codes::One(code))
        } else {
            let wanted = (0..stem.forms.len() as u32).map(|code| codes.contains(&code));
            Some(Codes::Several(wanted.collect()))
        };
        lists.push(list_of(segment, &stem, codes)?);
    }
    Ok(WordHere::new(lists, known))
}

/// The forms of one segment that fit.
struct Found {
    forms: Vec<FormInfo>,
    /// How many of them stand in the title, in the body, in the byline.
    by_field: [usize; 3],
}

impl Found {
    fn of(word: &Word, segment: &Segment) -> Result<Self> {
        let mut found = Found {
            forms: Vec::new(),
            by_field: [0; 3],
        };
        for_each_fit(word, segment, |_, info| {
            for (count, df) in found.by_field.iter_mut().zip(info.df) {
                *count += usize::from(df > 0);
            }
            found.forms.push(info);
        })?;
        Ok(found)
    }
}

/// Whether a form fits a word.
type Fits<'a> = Box<dyn FnMut(&str) -> bool + 'a>;

/// Call `visit` with each form of the segment that fits.
fn for_each_fit(
    word: &Word,
    segment: &Segment,
    mut visit: impl FnMut(&[u8], FormInfo),
) -> Result<()> {
    let mut room = Vec::new();
    let (prefix, mut fits): (String, Fits) = match word {
        Word::Pattern(Some(pattern)) => {
            let fits = Box::new(|form: &str| pattern.fits(form, &mut room));
            (pattern.prefix().to_owned(), fits)
        }
        Word::Fuzzy { form, edits } => {
            let mut fuzzy = FuzzyForm::new(form, *edits);
            (fuzzy.prefix(), Box::new(move |form| fuzzy.is_near(form)))
        }
        _ => return Ok(()),
    };
    let mut cursor = segment.forms_from(prefix.as_bytes())?;
    while let Some((form, info)) = cursor.next()? {
        if !form.starts_with(prefix.as_bytes()) {
            break;
        }
        let text = std::str::from_utf8(form);
        if fits(text.map_err(|_| segment.damaged_forms("a form is not UTF-8"))?) {
            visit(form, info()?);
        }
    }
    Ok(())
}

fn refuse_too_many(
    number: usize,
    word: &Word,
    fields: [bool; 3],
    found: &[Found],
    segments: &[&Segment],
) -> Result<()> {
    for field in (0..3).filter(|field| fields[*field]) {
        let at_most: usize = found.iter().map(|found| found.by_field[field]).sum();
        if at_most <= EXPANSION_LIMIT {
            continue;
        }
        let mut different: HashSet<Vec<u8>> = HashSet::new();
        for segment in segments {
            for_each_fit(word, segment, |form, info| {
                if info.df[field] > 0 {
                    different.insert(form.to_vec());
                }
            })?;
        }
        if different.len() > EXPANSION_LIMIT {
            return Err(CoreError::TooManyForms {
                leaf: number,
                found: different.len(),
            });
        }
    }
    Ok(())
}
