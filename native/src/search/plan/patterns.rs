//! Does a form fit `militia*`, and does a value fit `*/2019/*`?
//!
//! `*` stands for any run of characters, also none, `?` for exactly one.  Patterns come
//! here already folded (`searcher/analysis/patterns.py` and `searcher/searching/values.py`
//! say how), and characters are code points, as in Python.
//!
//! Forms are matched piece by piece: each piece between stars is looked for from the left,
//! and the first place is as good as any.  Values are matched character by character,
//! going back to the last star only.  Neither can take longer than the product of both
//! lengths.  Before characters are looked at, the literal ends of a pattern are compared
//! as bytes, which is where most entries of a dictionary fail.

use crate::search::plan::signs::Signs;

/// A folded pattern of forms.
#[derive(Debug)]
pub struct FormPattern {
    /// How every form that fits begins.
    prefix: String,
    /// How every form that fits ends.
    suffix: String,
    head: Piece,
    /// The pieces between stars and the one after the last star; `None` without a star.
    rest: Option<(Vec<Piece>, Piece)>,
    least_length: usize,
    /// What every form that fits has.
    signs: Signs,
    /// Whether all that begins so fits.
    is_prefix: bool,
}

/// A run of characters and question marks between two stars.
#[derive(Debug)]
struct Piece {
    /// `None` where any character may stand.
    characters: Vec<Option<char>>,
}

impl Piece {
    fn new(text: &str) -> Self {
        let characters = text.chars().map(|c| (c != '?').then_some(c)).collect();
        Piece { characters }
    }

    fn len(&self) -> usize {
        self.characters.len()
    }

    /// Whether the piece stands in `form` at `at`, where it must have room.
    fn fits_at(&self, form: &[char], at: usize) -> bool {
        let place = &form[at..at + self.len()];
        (self.characters.iter().zip(place)).all(|(want, have)| want.is_none_or(|c| c == *have))
    }

    /// The first place in `form[start..end]` where the piece fits.
    fn find(&self, form: &[char], start: usize, end: usize) -> Option<usize> {
        let last = end.checked_sub(self.len())?;
        (start..=last).find(|at| self.fits_at(form, *at))
    }
}

impl FormPattern {
    pub fn new(folded: &str) -> Self {
        let is_wild = |c| c == '*' || c == '?';
        let prefix = folded.split(is_wild).next().unwrap_or_default().to_owned();
        let suffix = folded.rsplit(is_wild).next().unwrap_or_default().to_owned();
        let literals = folded.split(is_wild).map(|text| Signs::of(text.as_bytes()));
        let signs = literals.fold(Signs::default(), Signs::with);
        let mut pieces: Vec<Piece> = folded.split('*').map(Piece::new).collect();
        let least_length = pieces.iter().map(Piece::len).sum();
        let rest = if pieces.len() > 1 {
            let tail = pieces.pop().unwrap_or_else(|| Piece::new(""));
            let middle = pieces.drain(1..).filter(|piece| piece.len() > 0);
            Some((middle.collect(), tail))
        } else {
            None
        };
        let head = pieces.pop().unwrap_or_else(|| Piece::new(""));
        let is_prefix = folded.strip_suffix('*') == Some(&prefix);
        FormPattern {
            prefix,
            suffix,
            head,
            rest,
            least_length,
            signs,
            is_prefix,
        }
    }

    /// How every form that fits begins; empty if nothing is known.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// What every form that fits has.
    #[inline]
    pub fn signs(&self) -> Signs {
        self.signs
    }

    /// Whether `form` fits.  `characters` is room to work in.
    pub fn fits(&self, form: &str, characters: &mut Vec<char>) -> bool {
        if form.len() < self.prefix.len() + self.suffix.len() && self.rest.is_some()
            || !form.starts_with(&self.prefix)
            || !form.ends_with(&self.suffix)
        {
            return false;
        }
        if self.is_prefix {
            return true;
        }
        characters.clear();
        characters.extend(form.chars());
        self.fits_characters(characters)
    }

    fn fits_characters(&self, form: &[char]) -> bool {
        let Some((middle, tail)) = &self.rest else {
            return form.len() == self.least_length && self.head.fits_at(form, 0);
        };
        if form.len() < self.least_length || !self.head.fits_at(form, 0) {
            return false;
        }
        let end = form.len() - tail.len();
        if !tail.fits_at(form, end) {
            return false;
        }
        let mut at = self.head.len();
        for piece in middle {
            match piece.find(form, at, end) {
                Some(found) => at = found + piece.len(),
                None => return false,
            }
        }
        true
    }
}

/// A folded pattern of whole values, or one literal value.
#[derive(Debug)]
pub struct ValuePattern {
    prefix: Vec<u8>,
    /// `None` for a literal.
    characters: Option<Vec<char>>,
}

impl ValuePattern {
    /// `prefix` are the bytes up to the first wildcard, and `pattern` the whole of it, or
    /// `None` for a literal.
    pub fn new(prefix: Vec<u8>, pattern: Option<&str>) -> Self {
        ValuePattern {
            prefix,
            characters: pattern.map(|text| text.chars().collect()),
        }
    }

    /// How every value that fits begins.
    pub fn prefix(&self) -> &[u8] {
        &self.prefix
    }

    pub fn is_literal(&self) -> bool {
        self.characters.is_none()
    }

    /// Whether `value` fits.
    pub fn fits(&self, value: &str) -> bool {
        self.fits_in_steps(value).0
    }

    /// Whether `value` fits, and how many characters were compared for it.
    pub fn fits_in_steps(&self, value: &str) -> (bool, usize) {
        match &self.characters {
            None => (value.as_bytes() == self.prefix, 0),
            Some(_) if !value.as_bytes().starts_with(&self.prefix) => (false, 0),
            Some(pattern) => value_fits(pattern, value),
        }
    }
}

/// Match greedily, going back to the last star only.
fn value_fits(pattern: &[char], value: &str) -> (bool, usize) {
    let value: Vec<char> = value.chars().collect();
    let (mut i, mut j) = (0, 0);
    let mut back: Option<(usize, usize)> = None; // after the last star, and what it has taken
    let mut steps = value.len();
    while j < value.len() {
        steps += 1;
        match pattern.get(i) {
            Some('*') => {
                i += 1;
                back = Some((i, j));
            }
            Some(c) if *c == '?' || *c == value[j] => {
                i += 1;
                j += 1;
            }
            _ => match &mut back {
                Some((after, taken)) => {
                    *taken += 1;
                    i = *after;
                    j = *taken;
                }
                None => return (false, steps),
            },
        }
    }
    (pattern[i..].iter().all(|c| *c == '*'), steps)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::random::Random;

    /// Does `text` fit `pattern`, by the definition of `*` and `?`?
    fn plainly_fits(pattern: &[char], text: &[char]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some(('*', rest)) => (0..=text.len()).any(|n| plainly_fits(rest, &text[n..])),
            Some((c, rest)) => match text.split_first() {
                Some((first, after)) => (*c == '?' || c == first) && plainly_fits(rest, after),
                None => false,
            },
        }
    }

    fn form_fits(pattern: &str, form: &str) -> bool {
        FormPattern::new(pattern).fits(form, &mut Vec::new())
    }

    fn value_pattern(pattern: &str) -> ValuePattern {
        let prefix = pattern.split(['*', '?']).next().unwrap();
        ValuePattern::new(prefix.as_bytes().to_vec(), Some(pattern))
    }

    #[test]
    fn patterns_fit_the_forms_of_the_documentation() {
        assert!(form_fits("militia*", "militiamen"));
        assert!(form_fits("militia*", "militia"));
        assert!(form_fits("wom?n", "women"));
        assert!(!form_fits("wom?n", "womn"));
        assert!(form_fits("*gate", "watergate"));
        assert!(!form_fits("a*a", "a"));
        assert!(form_fits("?*", "京"));
        assert!(!form_fits("??", "京"));
    }

    #[test]
    fn patterns_fit_what_they_mean() {
        let mut random = Random::new(7);
        let letters = ['a', 'b', 'é', '京'];
        let signs = ['a', 'b', 'é', '?', '*'];
        for _ in 0..200_000 {
            let text: String = random.string(&letters, 7);
            let pattern: String = random.string(&signs, 6);
            let characters: Vec<char> = text.chars().collect();
            let signs: Vec<char> = pattern.chars().collect();
            let expected = plainly_fits(&signs, &characters);
            assert_eq!(form_fits(&pattern, &text), expected, "{pattern} {text}");
            let as_value = value_pattern(&pattern).fits(&text);
            assert_eq!(as_value, expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_literal_value_is_compared_whole() {
        let literal = ValuePattern::new(b"world*".to_vec(), None);
        assert!(literal.fits("world*"));
        assert!(!literal.fits("worlds"));
    }
}
