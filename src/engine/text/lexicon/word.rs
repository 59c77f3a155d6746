//! What a language's lists say of one word: its classes, its verb forms, the tags it can have.

use super::{super::tagger::Tag, Report};

/// A list of words in `classes.tsv`. Closed classes only: what a content word means is never decided here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Stopword,
    Negation,
    Hedge,
    /// "U.S.", "Inc.": ends a sentence only where an [`Class::Opener`] follows.
    Abbreviation,
    /// "Mr.", "Col.": a name follows, and the sentence goes on.
    NameAbbreviation,
    /// "No. 2", "Feb. 8": an abbreviation in front of a number, a word elsewhere.
    NumberAbbreviation,
    /// "Calif.", "Ill.": an abbreviation where it has a capital.
    ProperAbbreviation,
    /// Written with a capital at the beginning of a sentence only.
    Opener,
    /// Months and days of the week.
    Calendar,
    /// Stands with numbers in the time stamp of a page ("Updated 4:12 PM EST").
    Stamp,
    /// Begins a by-line.
    Byline,
    /// Who works for a paper, and what they do there.
    Press,
    /// Names a picture or how it came.
    Picture,
    /// Where somebody stands in a picture.
    Position,
    /// In capitals before a dash, a label and no place ("UPDATE - ").
    Label,
    Title,
    Anonymous,
    Document,
    KeepsIse,
    ClaimNoun,
    Be,
}

impl Class {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("stopword", Self::Stopword),
        ("negation", Self::Negation),
        ("hedge", Self::Hedge),
        ("abbreviation", Self::Abbreviation),
        ("name-abbreviation", Self::NameAbbreviation),
        ("number-abbreviation", Self::NumberAbbreviation),
        ("proper-abbreviation", Self::ProperAbbreviation),
        ("opener", Self::Opener),
        ("calendar", Self::Calendar),
        ("stamp", Self::Stamp),
        ("byline", Self::Byline),
        ("press", Self::Press),
        ("picture", Self::Picture),
        ("position", Self::Position),
        ("label", Self::Label),
        ("title", Self::Title),
        ("anonymous", Self::Anonymous),
        ("document", Self::Document),
        ("keeps-ise", Self::KeepsIse),
        ("claim-noun", Self::ClaimNoun),
        ("be", Self::Be),
    ];

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, class)| *class)
    }
}

/// A set of classes, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Classes(u64);

impl Classes {
    pub(super) fn insert(&mut self, class: Class) {
        self.0 |= 1 << class as u64;
    }

    #[must_use]
    pub fn has(self, class: Class) -> bool {
        self.0 & (1 << class as u64) != 0
    }
}

/// Which forms of a verb a word can be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VerbForm {
    pub base: bool,
    pub third_person: bool,
    pub past: bool,
    pub participle: bool,
    pub ing: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verb {
    pub lemma: String,
    pub form: VerbForm,
    /// What the verb does to its content, where it reports.
    pub report: Option<Report>,
}

/// A tag with the log of how much more likely the word makes it: P(tag | word) / P(tag).
pub type TagScore = (Tag, f32);

/// Everything the lists say of a folded word. A word that no list has is [`Word::UNKNOWN`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Word {
    pub classes: Classes,
    pub verb: Option<Verb>,
    /// Written small, or with a capital at the beginning of a sentence.
    pub tags: Vec<TagScore>,
    /// Written with a capital inside a sentence.
    pub capital_tags: Vec<TagScore>,
    /// A name of a place begins with it.
    pub opens_place: bool,
}

impl Word {
    pub const UNKNOWN: Self =
        Self { classes: Classes(0), verb: None, tags: Vec::new(), capital_tags: Vec::new(), opens_place: false };

    #[must_use]
    pub fn is(&self, class: Class) -> bool {
        self.classes.has(class)
    }
}
