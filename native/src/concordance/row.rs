//! Where does a form stand in some texts, and how often are two near each other?
//!
//! Each token is numbered by its form; where a form stands is told by going through the
//! numbers, some thousand million a second, so nothing is sorted for a few dozens of texts.
//! Of many texts that are asked often the numbers are inverted once.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::OnceLock;

use super::KnownWords;
use crate::segment::WholeList;
use crate::text::Span;

/// A row of more tokens than these is inverted when it was gone through so often.
pub(super) const MANY_TOKENS: usize = 1 << 16;
pub(super) const OFTEN: u32 = 16;
/// Tokens that are compared together.
const AT_ONCE: usize = 64;

/// The tokens of one field of all texts, one text behind the other.
#[derive(Default)]
pub struct Row {
    /// Surfaces until they are exchanged for their forms.
    forms: Vec<u32>,
    /// Of each text where its tokens end.
    ends: Vec<u32>,
    /// The position of each token, where they do not count from 0 in each text.
    positions: Option<Vec<u32>>,
    sought: AtomicU32,
    inverted: OnceLock<Inverted>,
}

/// The places in a row, those of one form side by side.
struct Inverted {
    starts: Vec<u32>,
    places: Vec<u32>,
}

impl Row {
    /// Add a text of several parts, which begin at multiples of `gap`; of one part where it is 0.
    pub fn add(&mut self, known: &mut KnownWords, parts: &[(&str, &[Span])], gap: u32) {
        for (number, (text, spans)) in (0u32..).zip(parts) {
            known.meet(text, spans, &mut self.forms);
            if gap > 0 {
                let first = number.wrapping_mul(gap);
                let positions = (0..spans.len() as u32).map(|place| first.wrapping_add(place));
                self.positions.get_or_insert_default().extend(positions);
            }
        }
        self.ends.push(self.forms.len() as u32);
    }

    /// Exchange surfaces, whose forms are known by now, for forms.
    pub fn fold(&mut self, known: &KnownWords) {
        for number in &mut self.forms {
            *number = known.form_of_surface(*number);
        }
    }

    #[cfg(test)]
    pub(super) fn forms(&self) -> &[u32] {
        &self.forms
    }

    #[cfg(test)]
    pub(super) fn ends(&self) -> &[u32] {
        &self.ends
    }

    #[cfg(test)]
    pub(super) fn is_inverted(&self) -> bool {
        self.inverted.get().is_some()
    }

    /// How many words each text has.
    pub fn lengths(&self) -> Vec<u32> {
        let starts = std::iter::once(&0).chain(&self.ends);
        self.ends
            .iter()
            .zip(starts)
            .map(|(end, start)| end - start)
            .collect()
    }

    /// Whether a form stands in it.
    pub fn has(&self, form: u32) -> bool {
        self.forms.contains(&form)
    }

    /// The forms that stand in it, in no order, each once.
    pub fn distinct(&self) -> Vec<u32> {
        let most = self.forms.iter().max().map_or(0, |&most| most as usize + 1);
        let mut seen = vec![false; most];
        let is_new = |form: &u32| !std::mem::replace(&mut seen[*form as usize], true);
        self.forms.iter().copied().filter(is_new).collect()
    }

    /// Where `form` stands.
    pub fn postings(&self, form: u32) -> WholeList {
        let mut found = WholeList::default();
        let mut places = Vec::new();
        self.places(form, &mut places);
        let (mut text, mut start, mut end) = (0, 0, 0);
        for place in places {
            if found.ids.is_empty() || place >= end {
                text += self.ends[text..].partition_point(|&end| end <= place);
                start = text.checked_sub(1).map_or(0, |before| self.ends[before]);
                end = self.ends[text];
                found.ids.push(text as u32);
                found.frequencies.push(0);
            }
            if let Some(frequency) = found.frequencies.last_mut() {
                *frequency += 1;
            }
            found.positions.push(match &self.positions {
                Some(positions) => positions[place as usize],
                None => place - start,
            });
        }
        found
    }

    /// Append the places where `form` stands to `places`.
    fn places(&self, form: u32, places: &mut Vec<u32>) {
        if self.forms.len() > MANY_TOKENS && self.sought.fetch_add(1, Ordering::Relaxed) >= OFTEN {
            let inverted = self.inverted.get_or_init(|| Inverted::of(&self.forms));
            places.extend_from_slice(inverted.places_of(form));
            return;
        }
        for (first, some) in (0u32..).step_by(AT_ONCE).zip(self.forms.chunks(AT_ONCE)) {
            // Without a branch, so that many are compared in one step.
            let is_there = some.iter().fold(false, |found, &one| found | (one == form));
            if is_there {
                let here = (first..).zip(some).filter(|(_, &one)| one == form);
                places.extend(here.map(|(place, _)| place));
            }
        }
    }

    /// Of each text where one of `left` and one of `right` stand at most `distance` words apart:
    /// how many pairs of places that are.
    pub fn pairs(&self, left: &[u32], right: &[u32], distance: u32) -> Vec<(u32, u64)> {
        let (left, right) = (self.places_of_any(left), self.places_of_any(right));
        let mut found = Vec::new();
        let (mut ones, mut others) = (&left[..], &right[..]);
        let mut text = 0;
        while let (Some(&one), Some(&other)) = (ones.first(), others.first()) {
            // What is in no text with the other is passed over.
            text += self.ends[text..].partition_point(|&end| end <= one.max(other));
            let start = text.checked_sub(1).map_or(0, |before| self.ends[before]);
            let end = self.ends[text];
            let (here, rest) = within(ones, start, end);
            ones = rest;
            let (there, rest) = within(others, start, end);
            others = rest;
            if here.is_empty() || there.is_empty() {
                continue;
            }
            let (here, there) = (
                self.positions_at(here, start),
                self.positions_at(there, start),
            );
            // A pair of places where both words stand is one from either side.
            let both: Vec<u32> = common(&here, &there);
            let count = followers(&here, &there, distance) + followers(&there, &here, distance)
                - followers(&both, &both, distance);
            if count > 0 {
                found.push((text as u32, count));
            }
        }
        found
    }

    /// Of each text in which one of `forms` stands: at how many places.
    pub fn frequencies(&self, forms: &[u32]) -> Vec<(u32, u64)> {
        let places = self.places_of_any(forms);
        let mut found: Vec<(u32, u64)> = Vec::new();
        let (mut text, mut end) = (0, 0);
        for place in places {
            if place >= end {
                text += self.ends[text..].partition_point(|&end| end <= place);
                end = self.ends[text];
                found.push((text as u32, 0));
            }
            if let Some((_, count)) = found.last_mut() {
                *count += 1;
            }
        }
        found
    }

    fn places_of_any(&self, forms: &[u32]) -> Vec<u32> {
        let mut places = Vec::new();
        for &form in forms {
            self.places(form, &mut places);
        }
        places.sort_unstable();
        places.dedup();
        places
    }

    fn positions_at(&self, places: &[u32], start: u32) -> Vec<u32> {
        let position = |&place: &u32| match &self.positions {
            Some(positions) => positions[place as usize],
            None => place - start,
        };
        places.iter().map(position).collect()
    }
}

impl Inverted {
    fn of(forms: &[u32]) -> Self {
        let most = forms.iter().max().map_or(0, |&most| most as usize + 1);
        let mut starts = vec![0u32; most + 1];
        for &form in forms {
            starts[form as usize + 1] += 1;
        }
        for form in 0..most {
            starts[form + 1] += starts[form];
        }
        let mut next = starts.clone();
        let mut places = vec![0; forms.len()];
        for (place, &form) in (0u32..).zip(forms) {
            let at = &mut next[form as usize];
            places[*at as usize] = place;
            *at += 1;
        }
        Inverted { starts, places }
    }

    fn places_of(&self, form: u32) -> &[u32] {
        let form = form as usize;
        match self.starts.get(form..form + 2) {
            Some(&[start, end]) => &self.places[start as usize..end as usize],
            _ => &[],
        }
    }
}

/// Those of `places`, which ascend, from `start` to `end`, and those behind.
fn within(places: &[u32], start: u32, end: u32) -> (&[u32], &[u32]) {
    let places = &places[places.partition_point(|&place| place < start)..];
    places.split_at(places.partition_point(|&place| place < end))
}

/// What stands in both of two rows that ascend.
fn common(left: &[u32], right: &[u32]) -> Vec<u32> {
    let is_there = |one: &&u32| right.binary_search(one).is_ok();
    left.iter().filter(is_there).copied().collect()
}

/// How many of `after` stand at most `distance` behind one of `before`, for each of these.
fn followers(before: &[u32], after: &[u32], distance: u32) -> u64 {
    let (mut first, mut last, mut count) = (0, 0, 0);
    for &at in before {
        while first < after.len() && after[first] <= at {
            first += 1;
        }
        last = last.max(first);
        while last < after.len() && after[last] - at <= distance {
            last += 1;
        }
        count += (last - first) as u64;
    }
    count
}
