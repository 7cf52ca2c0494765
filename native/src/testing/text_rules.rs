//! Which classes and lists serve where there is no Python?
//!
//! For tests, benchmarks and fuzzing of this crate alone.  The classes are those of Rust's
//! own tables with a few blocks of marks: near to Python's, not equal.  Whatever indexes
//! asks Python.

use std::sync::Arc;

use crate::error::Result;
use crate::text::classes::{self, ClassSource, Classes, Page};
use crate::text::word_lists::{List, SentenceWords};
use crate::text::TextRules;

/// Knows the classes of the commonest scripts.
pub struct StandIn;

impl ClassSource for StandIn {
    fn page(&self, number: u32) -> Result<Page> {
        let mut page = [0; 256];
        for (point, classes) in (number * 256..).zip(page.iter_mut()) {
            if let Some(character) = char::from_u32(point) {
                *classes = classes_of(character);
            }
        }
        Ok(page)
    }
}

/// Rules that need no Python.
pub fn rules() -> TextRules {
    TextRules {
        classes: Arc::new(classes()),
        words: words(),
    }
}

pub fn classes() -> Classes {
    Classes::new(Box::new(StandIn))
}

/// Some words of every list.
pub fn words() -> SentenceWords {
    let listed = |list, words: &'static str| words.split(' ').map(move |word| (list, word));
    SentenceWords::new(
        listed(List::Titles, "Mr Mrs Dr Gen Lt Gov Rev Sr vs i.e e.g")
            .chain(listed(List::Numbered, "No Nos no Jan Dec Art"))
            .chain(listed(List::Trailing, "Jr Sr al etc Yahoo"))
            .chain(listed(List::States, "Ind Kan D.C N.Y"))
            .chain(listed(List::Companies, "Inc Corp Co Ltd"))
            .chain(listed(List::CompanyWords, "Inc Ltd Chairman Group"))
            .chain(listed(List::Daytime, "a.m p.m A.M P.M"))
            .chain(listed(List::Times, "Monday Friday Jan Eastern"))
            .chain(listed(List::GermanMonths, "Oktober März"))
            .chain(listed(
                List::Openers,
                "The It He They In At A Nobody Analysts",
            ))
            .chain(listed(List::Saying, "said asked asks"))
            .chain(listed(List::Domains, "Com Net Co Uk")),
    )
}

fn classes_of(character: char) -> u16 {
    let mark = matches!(character,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}'
        | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{93c}'
        | '\u{93e}'..='\u{94f}' | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}'
        | '\u{20d0}'..='\u{20f0}' | '\u{3099}' | '\u{309a}' | '\u{fe00}'..='\u{fe0f}');
    let voicing = matches!(character, '\u{ff9e}' | '\u{ff9f}');
    let unspaced = matches!(character,
        '\u{e00}'..='\u{eff}' | '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ff66}'..='\u{ff9d}' | '\u{20000}'..='\u{3ffff}');
    let decimal = matches!(character,
        '0'..='9' | '\u{660}'..='\u{669}' | '\u{966}'..='\u{96f}' | '\u{e50}'..='\u{e59}');
    let space = character.is_whitespace() || matches!(character, '\x1c'..='\x1f');
    let alphanumeric = character.is_alphanumeric() && !mark;
    let mut classes = 0;
    let mut set = |is: bool, class: u16| classes |= if is { class } else { 0 };
    set(alphanumeric, classes::ALPHANUMERIC);
    set(decimal, classes::DECIMAL | classes::DIGIT);
    set(character.is_alphabetic() && !mark, classes::ALPHA);
    set(space, classes::SPACE);
    set(character.is_lowercase(), classes::LOWER);
    set(character.is_uppercase(), classes::UPPER);
    set(mark || voicing, classes::MARK);
    set(alphanumeric && unspaced && !voicing, classes::UNSPACED);
    classes
}
