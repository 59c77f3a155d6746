//! Text to tokens, stems and sentences, with the word lists of a language.
//!
//! Offsets are byte offsets into the text that was given; [`crate::domain::span::CodePoints`] turns them into public spans.

pub mod fold;
pub mod lexicon;
pub mod plain;
pub mod quotes;
mod repair;
pub mod sentences;
pub mod stems;
pub mod tagger;
pub mod tokens;

pub use fold::fold;
pub use lexicon::{Class, Gender, Lexicon, NounKind, Registry};
pub use plain::Plain;
pub use tagger::Tag;
pub use tokens::{Token, TokenKind, is_title_case, tokenize};
