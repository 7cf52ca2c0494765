//! What is the whole posting list of one form in one field?
//!
//! The slow and simple reading of a list, for Whoosh's own searchers and for the plain
//! executor: everything is decoded at once.

use super::Segment;
use crate::error::{Damage, Result};
use crate::postings::{Cursor, List, TERMINATED};

/// The postings of one form in one field.
#[derive(Default, Debug, PartialEq, Eq)]
pub struct WholeList {
    pub ids: Vec<u32>,
    pub frequencies: Vec<u32>,
    /// Those of each document, one after the other.
    pub positions: Vec<u32>,
}

impl Segment {
    /// The postings of `form` in title (0), body (1) or byline (2); None without any.
    pub fn form_postings(&self, field: usize, form: &[u8]) -> Result<Option<WholeList>> {
        let Some(info) = self.form(form)? else {
            return Ok(None);
        };
        if info.df.get(field).is_none_or(|df| *df == 0) {
            return Ok(None);
        }
        let stem = self.stem_at(info.stem)?;
        let list = match field {
            2 => self.byline_list(&stem)?,
            _ => self.text_list(&stem)?,
        };
        let Some(list) = list else { return Ok(None) };
        let found =
            read(&list, field == 0, info.code).map_err(|damage| self.damaged_postings(damage))?;
        if found.ids.len() != info.df[field] as usize {
            return Err(self.damaged_postings(Damage("a form and its list disagree")));
        }
        Ok(Some(found))
    }

    /// The forms of a stem, in byte order.
    pub fn forms_of_stem(&self, stem: &[u8]) -> Result<Vec<Vec<u8>>> {
        let Some(info) = self.stem(stem)? else {
            return Ok(Vec::new());
        };
        let mut forms = Vec::new();
        for ordinal in &info.forms {
            forms.push(self.form_at(*ordinal)?.0);
        }
        forms.sort_unstable();
        Ok(forms)
    }
}

fn read(list: &List<'_>, is_title: bool, code: u32) -> std::result::Result<WholeList, Damage> {
    let mut found = WholeList::default();
    let (mut title, mut body, mut codes) = (Vec::new(), Vec::new(), Vec::new());
    let mut cursor = Cursor::new(list)?;
    while cursor.doc() != TERMINATED {
        cursor.positions(&mut title, &mut body)?;
        cursor.codes(&mut codes)?;
        // The codes of the title come first.
        let (positions, codes) = if is_title {
            (&title, codes.get(..title.len()))
        } else {
            (&body, codes.get(title.len()..))
        };
        let codes = codes
            .filter(|codes| codes.len() == positions.len())
            .ok_or(Damage("positions and codes disagree"))?;
        let before = found.positions.len();
        let here = positions.iter().zip(codes);
        found
            .positions
            .extend(here.filter(|(_, have)| **have == code).map(|(at, _)| *at));
        let frequency = found.positions.len() - before;
        if frequency > 0 {
            found.ids.push(cursor.doc());
            found.frequencies.push(frequency as u32);
        }
        cursor.advance()?;
    }
    Ok(found)
}
