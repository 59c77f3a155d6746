//! What a language's lists say of one word: its classes, its verb forms, the tags it can have.

use super::{super::tagger::Tag, CalendarWord, NumberWord, Report};

/// A list of words in `classes.tsv`. Closed classes only: what a content word means is never decided here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Stopword,
    Negation,
    Hedge,
    Abbreviation,
    Title,
    Anonymous,
    Document,
    KeepsIse,
    ClaimNoun,
    Be,
    /// "will": the proposition lies ahead.
    Future,
    /// "fail", "unable": negates the verb it governs (Karttunen 1971, negative implicatives).
    Implicative,
    /// "appear", "seem": hedges what it governs.
    Seeming,
    /// "believed to", "alleged to": hedges in the passive.
    Opinion,
    /// "plan to", "set to": what it governs lies ahead.
    Prospective,
    /// Forms of "to have".
    Have,
    /// "could": with a negation, an ability and no guess.
    Ability,
    /// "that" behind a noun.
    Relativizer,
    /// Persons as things counted: "people", "dead", "troops".
    Person,
}

impl Class {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("stopword", Self::Stopword),
        ("negation", Self::Negation),
        ("hedge", Self::Hedge),
        ("abbreviation", Self::Abbreviation),
        ("title", Self::Title),
        ("anonymous", Self::Anonymous),
        ("document", Self::Document),
        ("keeps-ise", Self::KeepsIse),
        ("claim-noun", Self::ClaimNoun),
        ("be", Self::Be),
        ("future", Self::Future),
        ("implicative", Self::Implicative),
        ("seeming", Self::Seeming),
        ("opinion", Self::Opinion),
        ("prospective", Self::Prospective),
        ("have", Self::Have),
        ("ability", Self::Ability),
        ("relativizer", Self::Relativizer),
        ("person", Self::Person),
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
    /// Its part in a number: "seven", "million", "half".
    pub number: Option<NumberWord>,
    /// Its part in a date: "January", "last", "ago".
    pub calendar: Option<CalendarWord>,
    /// A name of a place begins with it.
    pub opens_place: bool,
    /// A vague amount begins with it: "dozens".
    pub opens_vague: bool,
    /// A phrase that negates or conditions begins with it: "no longer".
    pub opens_modality: bool,
    /// A day of several words, or a name that holds a weekday, begins with it.
    pub opens_day: bool,
}

impl Word {
    pub const UNKNOWN: Self = Self {
        classes: Classes(0),
        verb: None,
        tags: Vec::new(),
        capital_tags: Vec::new(),
        number: None,
        calendar: None,
        opens_place: false,
        opens_vague: false,
        opens_modality: false,
        opens_day: false,
    };

    #[must_use]
    pub fn is(&self, class: Class) -> bool {
        self.classes.has(class)
    }
}
