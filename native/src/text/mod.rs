//! Given text, where are its tokens, sentences and paragraphs?
//!
//! The answers are exactly those of `searcher/analysis/tokens.py` and `boundaries.py`, which
//! define what a token and a sentence are; this is the same in a quicker language.
//!
//! - `classes`: what kind of character is this?  As the running Python sees it
//! - `tokens`: where are the tokens?  Character by character
//! - `ascii`: where are they in ASCII, sixty-four characters at a time?
//! - `byte_classes`: which bytes of those are what?
//! - `word_lists`: on which of the lists does a word stand?
//! - `sentences`: where do sentences and paragraphs begin?
//! - `sentence_ends`: does this stop end a sentence?
//!
//! Nothing is folded or stemmed here.  Places are bytes of the UTF-8; whoever speaks to
//! Python about characters converts them.

mod ascii;
mod byte_classes;
pub mod classes;
mod sentence_ends;
pub mod sentences;
pub mod tokens;
pub mod word_lists;

use std::sync::Arc;

pub use classes::{ClassSource, Classes};
pub use sentences::boundaries;
pub use tokens::{for_each_token, token_spans, Span};
pub use word_lists::{List, SentenceWords};

/// What the running Python knows about text: shared by every builder and every thread.
pub struct TextRules {
    pub classes: Arc<Classes>,
    pub words: SentenceWords,
}
