//! Which forms and stems do the surfaces of a segment have?
//!
//! What a form and a stem is stays in Python, which is asked once for each surface and once
//! for each form, some thousands at a time.  Only the commonest case of folding is answered
//! here: letters and digits of ASCII become small (`folding.py` does no more to them).  And of
//! stemming: a form in ASCII with anything but letters in it is its own stem (`stemming.py`).
//!
//! The outcome numbers stems in the order of their bytes, and forms as **members** of their
//! stems: those of the first stem, then those of the second, each stem's in the order of
//! their bytes.  So the members of a stem are a range, and stems that are near in a list of
//! tokens sorted by member are near in the segment.

use std::ops::Range;

use super::interner::Interner;
use super::surfaces::SurfaceTable;
use crate::error::{CoreError, Result};

/// Surfaces or forms asked about at once.
const ASKED_AT_ONCE: usize = 8192;
/// Stands for a surface that no live article has.
pub const NO_MEMBER: u32 = u32::MAX;

/// What knows forms and stems.
pub trait Analysis {
    /// The form of each surface, in order.
    fn fold(&mut self, surfaces: &[&str]) -> Result<Vec<String>>;
    /// The stem of each form, in order.
    fn stem(&mut self, forms: &[&str]) -> Result<Vec<String>>;
}

/// The forms and stems of a segment.
pub struct Vocabulary {
    forms: Interner,
    stems: Interner,
    /// The number in `stems` of each stem, in order.
    stem_numbers: Vec<u32>,
    /// Where the members of each stem start, and behind them the end.
    member_starts: Vec<u32>,
    /// Of each member: its number in `forms`.
    form_numbers: Vec<u32>,
    /// Of each member: its stem.
    stem_of_member: Vec<u32>,
    /// The member that has each place in the order of the forms' bytes.
    members_by_form: Vec<u32>,
    /// Of each stream: the member of each surface.
    members: Vec<Vec<u32>>,
}

impl Vocabulary {
    /// Ask for what is to know about the surfaces of `tables` that `counts` says are met.
    pub fn new(
        tables: &[&SurfaceTable],
        counts: &[Vec<u32>],
        analysis: &mut dyn Analysis,
    ) -> Result<Self> {
        let mut forms = Interner::new();
        let mut members = folded(tables, counts, &mut forms, analysis)?;
        let (stems, stem_of_form) = stemmed(&forms, analysis)?;
        let stem_numbers = stems.sorted();
        let rank_of_stem = inverse(&stem_numbers);
        let forms_in_order = forms.sorted();

        let mut member_starts = vec![0u32; stems.len() + 1];
        for &stem in &stem_of_form {
            member_starts[rank_of_stem[stem as usize] as usize + 1] += 1;
        }
        for i in 1..member_starts.len() {
            member_starts[i] += member_starts[i - 1];
        }
        let mut next = member_starts.clone();
        let mut form_numbers = vec![0; forms.len()];
        let mut stem_of_member = vec![0; forms.len()];
        let mut member_of_form = vec![0; forms.len()];
        let mut members_by_form = Vec::with_capacity(forms.len());
        for &form in &forms_in_order {
            let stem = rank_of_stem[stem_of_form[form as usize] as usize];
            let member = next[stem as usize];
            next[stem as usize] += 1;
            form_numbers[member as usize] = form;
            stem_of_member[member as usize] = stem;
            member_of_form[form as usize] = member;
            members_by_form.push(member);
        }
        for member in members.iter_mut().flatten() {
            if *member != NO_MEMBER {
                *member = member_of_form[*member as usize];
            }
        }
        Ok(Vocabulary {
            forms,
            stems,
            stem_numbers,
            member_starts,
            form_numbers,
            stem_of_member,
            members_by_form,
            members,
        })
    }

    pub fn stem_count(&self) -> usize {
        self.stem_numbers.len()
    }

    pub fn member_count(&self) -> usize {
        self.form_numbers.len()
    }

    pub fn stem(&self, stem: u32) -> &[u8] {
        self.stems.get(self.stem_numbers[stem as usize])
    }

    pub fn form(&self, member: u32) -> &[u8] {
        self.forms.get(self.form_numbers[member as usize])
    }

    /// The members of `stem`.
    pub fn members_of(&self, stem: u32) -> Range<u32> {
        self.member_starts[stem as usize]..self.member_starts[stem as usize + 1]
    }

    /// The stem of each member.
    pub fn stem_of_member(&self) -> &[u32] {
        &self.stem_of_member
    }

    /// The members in the order of their forms.
    pub fn members_by_form(&self) -> &[u32] {
        &self.members_by_form
    }

    /// The member of each surface of a stream.
    pub fn members(&self, stream: usize) -> &[u32] {
        &self.members[stream]
    }

    /// Memory in use.
    pub fn size_bytes(&self) -> usize {
        let numbers = [
            &self.stem_numbers,
            &self.member_starts,
            &self.form_numbers,
            &self.stem_of_member,
            &self.members_by_form,
        ];
        let numbers = numbers.into_iter().chain(&self.members);
        let numbers: usize = numbers.map(|n| std::mem::size_of_val(&n[..])).sum();
        self.forms.size_bytes() + self.stems.size_bytes() + numbers
    }
}

/// The number in `forms` of the form of each surface of each table.
fn folded(
    tables: &[&SurfaceTable],
    counts: &[Vec<u32>],
    forms: &mut Interner,
    analysis: &mut dyn Analysis,
) -> Result<Vec<Vec<u32>>> {
    let mut found = Vec::new();
    let mut small = Vec::new();
    for (table, counts) in tables.iter().zip(counts) {
        let mut numbers = vec![NO_MEMBER; table.len()];
        // Numbers of the surfaces to ask about, and the surfaces on end.
        let mut asked: Vec<(u32, usize)> = Vec::new();
        let mut texts = Vec::new();
        table.for_each(|surface, bytes| {
            if counts[surface as usize] == 0 {
                return;
            }
            if bytes.iter().all(u8::is_ascii_alphanumeric) {
                small.clear();
                small.extend(bytes.iter().map(u8::to_ascii_lowercase));
                numbers[surface as usize] = forms.intern(&small);
            } else {
                texts.extend_from_slice(bytes);
                asked.push((surface, texts.len()));
            }
        });
        let texts = text_of(&texts)?;
        let mut start = 0;
        for some in asked.chunks(ASKED_AT_ONCE) {
            let surfaces: Vec<&str> = some
                .iter()
                .map(|&(_, end)| &texts[std::mem::replace(&mut start, end)..end])
                .collect();
            let answers = analysis.fold(&surfaces)?;
            check_count(answers.len(), surfaces.len())?;
            for (&(surface, _), form) in some.iter().zip(&answers) {
                numbers[surface as usize] = forms.intern(form.as_bytes());
            }
        }
        found.push(numbers);
    }
    Ok(found)
}

/// The stems, and of each form the number of its stem.
fn stemmed(forms: &Interner, analysis: &mut dyn Analysis) -> Result<(Interner, Vec<u32>)> {
    let mut stems = Interner::new();
    let mut stem_of_form = Vec::with_capacity(forms.len());
    let numbers: Vec<u32> = (0..forms.len() as u32).collect();
    for some in numbers.chunks(ASKED_AT_ONCE) {
        let is_asked = |&&number: &&u32| !is_own_stem(forms.get(number));
        let asked = some.iter().filter(is_asked);
        let asked: Vec<&str> = asked
            .map(|&number| text_of(forms.get(number)))
            .collect::<Result<_>>()?;
        let answers = analysis.stem(&asked)?;
        check_count(answers.len(), asked.len())?;
        let mut answers = answers.iter();
        for &number in some {
            let form = forms.get(number);
            let stem = match is_own_stem(form) {
                true => form,
                false => answers.next().map_or(form, |stem| stem.as_bytes()),
            };
            stem_of_form.push(stems.intern(stem));
        }
    }
    Ok((stems, stem_of_form))
}

fn is_own_stem(form: &[u8]) -> bool {
    form.is_ascii() && !form.iter().all(u8::is_ascii_alphabetic)
}

fn text_of(bytes: &[u8]) -> Result<&str> {
    std::str::from_utf8(bytes).map_err(|_| CoreError::Invalid("a token is not UTF-8".into()))
}

fn check_count(found: usize, asked: usize) -> Result<()> {
    match found == asked {
        true => Ok(()),
        false => Err(CoreError::Invalid(format!(
            "asked for {asked} forms or stems, got {found}"
        ))),
    }
}

fn inverse(permutation: &[u32]) -> Vec<u32> {
    let mut inverse = vec![0; permutation.len()];
    for (place, &number) in permutation.iter().enumerate() {
        inverse[number as usize] = place as u32;
    }
    inverse
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::analysis::Toy;
    use std::collections::BTreeMap;

    fn table(words: &[&str]) -> SurfaceTable {
        let mut table = SurfaceTable::new();
        for word in words {
            table.intern(word.as_bytes(), 0, word.len());
        }
        table
    }

    #[test]
    fn surfaces_of_all_streams_meet_in_their_forms() {
        let words = ["Cats", "dog", "U.S", "É", "gone", "cat"];
        let more = ["cats", "us", "an-extraordinarily-long-token", "CAT's"];
        let (first, second) = (table(&words), table(&more));
        let mut counts = vec![vec![1; words.len()], vec![3; more.len()]];
        counts[0][4] = 0;
        let vocabulary = Vocabulary::new(&[&first, &second], &counts, &mut Toy).unwrap();

        let mut plain: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for word in words.iter().chain(&more).filter(|&&word| word != "gone") {
            let form = Toy.fold(&[word]).unwrap().remove(0);
            let stem = Toy.stem(&[&form]).unwrap().remove(0);
            let forms = plain.entry(stem).or_default();
            forms.push(form);
            forms.sort();
            forms.dedup();
        }
        assert_eq!(vocabulary.stem_count(), plain.len());
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        for (stem, (expected, forms)) in (0..).zip(&plain) {
            assert_eq!(&text(vocabulary.stem(stem)), expected);
            let members = vocabulary.members_of(stem);
            let found: Vec<String> = members.clone().map(|m| text(vocabulary.form(m))).collect();
            assert_eq!(&found, forms);
            for member in members {
                assert_eq!(vocabulary.stem_of_member()[member as usize], stem);
            }
        }
        for (stream, words) in [&words[..], &more[..]].into_iter().enumerate() {
            for (word, &member) in words.iter().zip(vocabulary.members(stream)) {
                if *word == "gone" {
                    assert_eq!(member, NO_MEMBER);
                } else {
                    let form = Toy.fold(&[word]).unwrap().remove(0);
                    assert_eq!(text(vocabulary.form(member)), form);
                }
            }
        }
        let in_order: Vec<&[u8]> = vocabulary
            .members_by_form()
            .iter()
            .map(|&member| vocabulary.form(member))
            .collect();
        assert_eq!(in_order.len(), vocabulary.member_count());
        assert!(in_order.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn an_answer_of_another_length_is_refused() {
        struct Forgetful;
        impl Analysis for Forgetful {
            fn fold(&mut self, _: &[&str]) -> Result<Vec<String>> {
                Ok(vec![])
            }
            fn stem(&mut self, _: &[&str]) -> Result<Vec<String>> {
                Ok(vec![])
            }
        }
        for word in ["plain", "é"] {
            let table = table(&[word]);
            assert!(Vocabulary::new(&[&table], &[vec![1]], &mut Forgetful).is_err());
        }
    }
}
