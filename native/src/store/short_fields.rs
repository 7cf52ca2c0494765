//! What does the hot part of a stored article say?
//!
//! It is the JSON object that `build/json.rs` or Python writes: names to strings, to lists of
//! strings, or to a number, and metadata to an object of such strings and lists.  Only the fields that a hit shows are kept, and a string without
//! an escape, as nearly all are, is a slice of the object.

use std::borrow::Cow;

use crate::error::Damage;

const DAMAGE: Damage = Damage("stored fields are no article");

/// The short fields of an article that a hit shows.
#[derive(Debug, Default, PartialEq)]
pub struct ShortFields<'a> {
    pub id: Cow<'a, str>,
    pub title: Cow<'a, str>,
    pub byline: Vec<Cow<'a, str>>,
    pub date: Option<Cow<'a, str>>,
    pub updated: Option<Cow<'a, str>>,
    pub status: Option<Cow<'a, str>>,
    pub source: Option<Cow<'a, str>>,
    pub section: Option<Cow<'a, str>>,
    pub language: Option<Cow<'a, str>>,
    pub url: Option<Cow<'a, str>>,
    pub path: Option<Cow<'a, str>>,
    pub metadata: Vec<(Cow<'a, str>, Texts<'a>)>,
}

/// A text, or several.
#[derive(Debug, PartialEq)]
pub enum Texts<'a> {
    One(Cow<'a, str>),
    Several(Vec<Cow<'a, str>>),
}

impl<'a> ShortFields<'a> {
    /// Read the hot part of an article.
    pub fn of(hot: &'a [u8]) -> Result<Self, Damage> {
        let text = std::str::from_utf8(hot).map_err(|_| DAMAGE)?;
        let mut reader = Reader { text, at: 0 };
        let mut fields = ShortFields::default();
        let (mut has_id, mut has_title) = (false, false);
        reader.take(b'{')?;
        loop {
            let name = reader.string()?;
            reader.take(b':')?;
            match &*name {
                "id" => {
                    fields.id = reader.string()?;
                    has_id = true;
                }
                "title" => {
                    fields.title = reader.string()?;
                    has_title = true;
                }
                "byline" => fields.byline = reader.strings()?,
                "date" => fields.date = Some(reader.string()?),
                "updated" => fields.updated = Some(reader.string()?),
                "status" => fields.status = Some(reader.string()?),
                "source" => fields.source = Some(reader.string()?),
                "section" => fields.section = Some(reader.string()?),
                "language" => fields.language = Some(reader.string()?),
                "url" => fields.url = Some(reader.string()?),
                "path" => fields.path = Some(reader.string()?),
                "metadata" => fields.metadata = reader.object()?,
                _ => reader.pass()?,
            }
            if !reader.goes_on(b'}')? {
                break;
            }
        }
        let is_whole = reader.at == text.len() && has_id && has_title;
        is_whole.then_some(fields).ok_or(DAMAGE)
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Result<u8, Damage> {
        self.text.as_bytes().get(self.at).copied().ok_or(DAMAGE)
    }

    fn take(&mut self, expected: u8) -> Result<(), Damage> {
        let found = self.peek()?;
        self.at += 1;
        (found == expected).then_some(()).ok_or(DAMAGE)
    }

    /// Whether there is another item: a comma, and not the `closing` bracket.
    fn goes_on(&mut self, closing: u8) -> Result<bool, Damage> {
        let found = self.peek()?;
        self.at += 1;
        match found {
            b',' => Ok(true),
            found if found == closing => Ok(false),
            _ => Err(DAMAGE),
        }
    }

    fn string(&mut self) -> Result<Cow<'a, str>, Damage> {
        self.take(b'"')?;
        let start = self.at;
        let rest = &self.text.as_bytes()[start..];
        let length = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'));
        self.at += length.ok_or(DAMAGE)?;
        let mut slice = &self.text[start..self.at];
        if self.peek()? == b'"' {
            self.at += 1;
            return Ok(Cow::Borrowed(slice));
        }
        let mut out = String::new();
        loop {
            out.push_str(slice);
            self.at += 1;
            if self.text.as_bytes()[self.at - 1] == b'"' {
                return Ok(Cow::Owned(out));
            }
            out.push(self.escaped()?);
            let rest = &self.text.as_bytes()[self.at..];
            let length = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'));
            slice = &self.text[self.at..self.at + length.ok_or(DAMAGE)?];
            self.at += slice.len();
        }
    }

    /// What stands after a backslash.
    fn escaped(&mut self) -> Result<char, Damage> {
        let found = self.peek()?;
        self.at += 1;
        Ok(match found {
            b'"' | b'\\' | b'/' => char::from(found),
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'u' => {
                // Only control characters are written so; all else is UTF-8 as it is.
                let digits = self.text.get(self.at..self.at + 4).ok_or(DAMAGE)?;
                self.at += 4;
                let is_hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
                let code = u32::from_str_radix(digits, 16).ok();
                let character = code.filter(|_| is_hexadecimal).and_then(char::from_u32);
                character.ok_or(DAMAGE)?
            }
            _ => return Err(DAMAGE),
        })
    }

    fn strings(&mut self) -> Result<Vec<Cow<'a, str>>, Damage> {
        self.take(b'[')?;
        let mut strings = Vec::new();
        if self.peek()? == b']' {
            self.at += 1;
            return Ok(strings);
        }
        loop {
            strings.push(self.string()?);
            if !self.goes_on(b']')? {
                return Ok(strings);
            }
        }
    }

    fn object(&mut self) -> Result<Vec<(Cow<'a, str>, Texts<'a>)>, Damage> {
        self.take(b'{')?;
        let mut members = Vec::new();
        if self.peek()? == b'}' {
            self.at += 1;
            return Ok(members);
        }
        loop {
            let name = self.string()?;
            self.take(b':')?;
            let texts = match self.peek()? {
                b'[' => Texts::Several(self.strings()?),
                _ => Texts::One(self.string()?),
            };
            members.push((name, texts));
            if !self.goes_on(b'}')? {
                return Ok(members);
            }
        }
    }

    /// Leave out a value: a string, strings or a number.
    fn pass(&mut self) -> Result<(), Damage> {
        match self.peek()? {
            b'"' => self.string().map(drop),
            b'[' => self.strings().map(drop),
            _ => {
                let rest = self.text.as_bytes()[self.at..].iter();
                let length = rest.take_while(|byte| byte.is_ascii_digit()).count();
                self.at += length;
                (length > 0).then_some(()).ok_or(DAMAGE)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_is_read() {
        let hot = br#"{"id":"a","title":"\"T\u001f\n\u00e9\\","byline":["A B","C"],"date":"2013-01-02","updated":"2013-02-03","status":"draft","record":3,"language":"en","url":"http:\/\/x","metadata":{"a":"b","c":["d","e"]}}"#;
        let expected = ShortFields {
            id: "a".into(),
            title: "\"T\u{1f}\n\u{e9}\\".into(),
            byline: vec!["A B".into(), "C".into()],
            date: Some("2013-01-02".into()),
            updated: Some("2013-02-03".into()),
            status: Some("draft".into()),
            language: Some("en".into()),
            url: Some("http://x".into()),
            metadata: vec![
                ("a".into(), Texts::One("b".into())),
                ("c".into(), Texts::Several(vec!["d".into(), "e".into()])),
            ],
            ..ShortFields::default()
        };
        assert_eq!(ShortFields::of(hot), Ok(expected));
    }

    #[test]
    fn whatever_is_cut_or_changed_is_an_article_or_damage() {
        let hot = br#"{"id":"a","title":"\u00e9","byline":["A"],"record":3,"metadata":{"a":"b","c":["d"]}}"#;
        for length in 0..hot.len() {
            assert_eq!(ShortFields::of(&hot[..length]), Err(DAMAGE));
        }
        for place in 0..hot.len() {
            for byte in 0..=255 {
                let mut changed = hot.to_vec();
                changed[place] = byte;
                let _ = ShortFields::of(&changed);
            }
        }
        assert!(ShortFields::of(br#"{"id":"a"}"#).is_err());
        assert!(ShortFields::of(br#"{"id":"a","title":3}"#).is_err());
        assert!(ShortFields::of(br#"{"id":"a","title":"t"}}"#).is_err());
    }
}
