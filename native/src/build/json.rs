//! How is an article written as JSON, byte for byte as Python writes it?
//!
//! The stored form of an article is what `json.dumps(..., ensure_ascii=False,
//! separators=(",", ":"))` makes of it, because its digest tells whether an article has
//! changed, whichever path wrote it.  Strings are all there is to it: runs of bytes that
//! need no escape are found eight at a time and copied whole.

const HIGH: u64 = 0x8080_8080_8080_8080;
const ONES: u64 = 0x0101_0101_0101_0101;

/// Append `text` to `out` as a JSON string, in quotes.
pub fn put_string(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    out.reserve(bytes.len() + bytes.len() / 16 + 2);
    out.push(b'"');
    let mut from = 0;
    loop {
        let to = next_special(bytes, from);
        out.extend_from_slice(&bytes[from..to]);
        match bytes.get(to) {
            None => break,
            Some(&byte) => put_escape(out, byte),
        }
        from = to + 1;
    }
    out.push(b'"');
}

/// Where the first byte from `from` on is that JSON escapes; the end if there is none.
fn next_special(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(eight) = bytes[at..].first_chunk() {
        let found = specials(u64::from_le_bytes(*eight));
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let rest = bytes[at..].iter().position(|&byte| is_special(byte));
    rest.map_or(bytes.len(), |i| at + i)
}

/// The high bit of the first byte that is escaped, and of some after it.
#[inline]
fn specials(word: u64) -> u64 {
    // A borrow can only mark bytes above one that is rightly marked, and the first counts.
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    let zero_in = |word: u64| word.wrapping_sub(ONES) & !word;
    let quote = zero_in(word ^ (ONES * u64::from(b'"')));
    let backslash = zero_in(word ^ (ONES * u64::from(b'\\')));
    (control | quote | backslash) & HIGH
}

fn is_special(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

fn put_escape(out: &mut Vec<u8>, byte: u8) {
    let short = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x0C => b'f',
        0x08 => b'b',
        _ => {
            let digit = |value: u8| b"0123456789abcdef"[usize::from(value)];
            out.extend_from_slice(&[b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte & 15)]);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        let mut out = Vec::new();
        put_string(&mut out, text);
        String::from_utf8(out).expect("JSON is text")
    }

    #[test]
    fn escapes_are_those_of_python() {
        assert_eq!(written(""), "\"\"");
        assert_eq!(
            written("a\"b\\c/\n\r\t\u{c}\u{8}"),
            r#""a\"b\\c/\n\r\t\f\b""#
        );
        assert_eq!(
            written("\0\u{1f}\u{7f}é€😀"),
            "\"\\u0000\\u001f\u{7f}é€😀\""
        );
    }

    #[test]
    fn every_byte_at_every_place_is_escaped_or_not() {
        for byte in 0..0x80u8 {
            for length in 0..20 {
                for place in 0..length {
                    let mut text = "é".repeat(length / 2) + &"x".repeat(length);
                    text.insert(text.len() - length + place, char::from(byte));
                    let mut plain = String::from("\"");
                    for character in text.chars() {
                        match character {
                            '"' => plain.push_str("\\\""),
                            '\\' => plain.push_str("\\\\"),
                            '\n' => plain.push_str("\\n"),
                            '\r' => plain.push_str("\\r"),
                            '\t' => plain.push_str("\\t"),
                            '\u{c}' => plain.push_str("\\f"),
                            '\u{8}' => plain.push_str("\\b"),
                            c if c < ' ' => plain.push_str(&format!("\\u{:04x}", c as u32)),
                            c => plain.push(c),
                        }
                    }
                    plain.push('"');
                    assert_eq!(written(&text), plain);
                }
            }
        }
    }
}
