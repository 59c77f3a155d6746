//! What a language's lists say of one word: its classes, its verb forms, the tags it can have.

use super::{super::tagger::Tag, CalendarWord, NumberWord, Report};

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
    KeepsIse,
    ClaimNoun,
    Be,
    Even,
    Concession,
    Subordinator,
    SubordinatorAfterComma,
    LeadingSubordinator,
    TimeSpan,
    TimeModifier,
    Following,
    MoveNoun,
    Coordinator,
    Demonstrative,
    RelativePronoun,
    LooseGerund,
    GeneralAdverb,
    SoleVerb,
    AppointingVerb,
    SoleOffice,
    That,
    AgentPreposition,
    Have,
    NamingParticiple,
    FalseWord,
    /// "wrong", "exaggerated": false only where a report is called so.
    WrongWord,
    As,
    TopicPreposition,
    Of,
    AccusationPreposition,
    Reflexive,
    /// "se": makes "negarse a" of "negar".
    ReflexiveClitic,
    /// "a": who is told stands behind it.
    RecipientPreposition,
    /// "en", "durante": opens an adverbial, no part of the noun phrase before it.
    AdverbialPreposition,
    Channel,
    PersonalPronoun,
    GroupPronoun,
    PublishingWord,
    TalkingWord,
    TalkPreposition,
    PublishPreposition,
    PostWord,
    CoreEnd,
    CueNoun,
    CueAdjective,
    CueAdverb,
    FirstPerson,
    InView,
    CuePreposition,
    TimeLimit,
    IfOnly,
    Only,
    WishVerb,
    Whether,
    Do,
    FloatingQuantifier,
    DefiniteArticle,
    Despite,
    LinkingAdverb,
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
    /// "expects a rise".
    Forecast,
    /// "could": with a negation, an ability and no guess.
    Ability,
    /// Persons as things counted: "people", "dead", "troops".
    Person,
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
        ("keeps-ise", Self::KeepsIse),
        ("claim-noun", Self::ClaimNoun),
        ("be", Self::Be),
        ("even", Self::Even),
        ("concession", Self::Concession),
        ("subordinator", Self::Subordinator),
        ("subordinator-after-comma", Self::SubordinatorAfterComma),
        ("leading-subordinator", Self::LeadingSubordinator),
        ("time-span", Self::TimeSpan),
        ("time-modifier", Self::TimeModifier),
        ("following", Self::Following),
        ("move-noun", Self::MoveNoun),
        ("coordinator", Self::Coordinator),
        ("demonstrative", Self::Demonstrative),
        ("relative-pronoun", Self::RelativePronoun),
        ("loose-gerund", Self::LooseGerund),
        ("general-adverb", Self::GeneralAdverb),
        ("sole-verb", Self::SoleVerb),
        ("appointing-verb", Self::AppointingVerb),
        ("sole-office", Self::SoleOffice),
        ("that", Self::That),
        ("agent-preposition", Self::AgentPreposition),
        ("have", Self::Have),
        ("naming-participle", Self::NamingParticiple),
        ("false-word", Self::FalseWord),
        ("wrong-word", Self::WrongWord),
        ("as", Self::As),
        ("topic-preposition", Self::TopicPreposition),
        ("of", Self::Of),
        ("accusation-preposition", Self::AccusationPreposition),
        ("reflexive", Self::Reflexive),
        ("reflexive-clitic", Self::ReflexiveClitic),
        ("recipient-preposition", Self::RecipientPreposition),
        ("adverbial-preposition", Self::AdverbialPreposition),
        ("channel", Self::Channel),
        ("personal-pronoun", Self::PersonalPronoun),
        ("group-pronoun", Self::GroupPronoun),
        ("publishing-word", Self::PublishingWord),
        ("talking-word", Self::TalkingWord),
        ("talk-preposition", Self::TalkPreposition),
        ("publish-preposition", Self::PublishPreposition),
        ("post-word", Self::PostWord),
        ("phrase-end", Self::CoreEnd),
        ("cue-noun", Self::CueNoun),
        ("cue-adjective", Self::CueAdjective),
        ("cue-adverb", Self::CueAdverb),
        ("first-person", Self::FirstPerson),
        ("in-view", Self::InView),
        ("cue-preposition", Self::CuePreposition),
        ("time-limit", Self::TimeLimit),
        ("if-only", Self::IfOnly),
        ("only", Self::Only),
        ("wish-verb", Self::WishVerb),
        ("whether", Self::Whether),
        ("do", Self::Do),
        ("floating-quantifier", Self::FloatingQuantifier),
        ("definite-article", Self::DefiniteArticle),
        ("despite", Self::Despite),
        ("linking-adverb", Self::LinkingAdverb),
        ("future", Self::Future),
        ("implicative", Self::Implicative),
        ("seeming", Self::Seeming),
        ("opinion", Self::Opinion),
        ("prospective", Self::Prospective),
        ("forecast", Self::Forecast),
        ("ability", Self::Ability),
        ("person", Self::Person),
    ];

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, class)| *class)
    }
}

/// A set of classes, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Classes(u128);

impl Classes {
    pub(super) fn insert(&mut self, class: Class) {
        self.0 |= 1 << class as u32;
    }

    #[must_use]
    pub fn has(self, class: Class) -> bool {
        self.0 & (1 << class as u32) != 0
    }
}

/// Which forms of a verb a word can be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VerbForm {
    /// The infinitive.
    pub base: bool,
    /// Finite, in the present, not third person.
    pub present: bool,
    pub third_person: bool,
    pub past: bool,
    pub participle: bool,
    pub ing: bool,
    /// Tells by its own ending what lies ahead: "cerrará", "cerraría".
    pub future: bool,
}

impl VerbForm {
    pub const NONE: Self =
        Self { base: false, present: false, third_person: false, past: false, participle: false, ing: false, future: false };
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verb {
    pub lemma: String,
    pub form: VerbForm,
    /// What the verb does to its content, where it reports.
    pub report: Option<Report>,
    /// What has to stand beside it to make it a cue of attribution.
    pub complements: Complements,
}

/// What a verb takes when it attributes something to its subject; the letters of `reporting.tsv`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Complements {
    /// "that P", or P itself.
    pub clause: bool,
    pub quotation: bool,
    /// "whether P", "how P".
    pub question: bool,
    /// "to leave".
    pub infinitive: bool,
    /// "a plan".
    pub noun: bool,
    /// "of fraud", "about the delay".
    pub preposition: bool,
    /// "the court to rule".
    pub order: bool,
    /// Nothing: "they disagree".
    pub nothing: bool,
    /// "it": "as she put it".
    pub it: bool,
    /// Two objects: "called the vote a sham".
    pub two_objects: bool,
    /// Whatever stands there: "said".
    pub anything: bool,
}

impl Complements {
    pub(super) fn add(&mut self, letters: &str) {
        for letter in letters.chars() {
            match letter {
                'c' => self.clause = true,
                'q' => self.quotation = true,
                'w' => self.question = true,
                't' => self.infinitive = true,
                'n' => self.noun = true,
                'p' => self.preposition = true,
                'o' => self.order = true,
                's' => self.nothing = true,
                'i' => self.it = true,
                '2' => self.two_objects = true,
                'a' => self.anything = true,
                _ => {}
            }
        }
    }
}

/// A tag with the log of how much more likely the word makes it: P(tag | word) / P(tag).
pub type TagScore = (Tag, f32);

/// What a noun stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NounKind {
    /// "minister", "granddaughter", "nurse".
    Person,
    /// "Mr": before a name, and no part of it.
    Address,
    OfficialBody,
    Organisation,
    /// "company": may be any organisation that was named.
    AnyOrganisation,
    Outlet,
    Document,
    Place,
    /// "he": somebody named before.
    He,
    She,
    It,
    They,
    /// "de", "van": inside a name.
    Particle,
    /// "University of Strand".
    Joint,
    /// "deputy", "former": makes another office of the one behind.
    Shift,
    /// "23-year-old".
    Age,
    /// "Easter".
    Feast,
    /// "shares": of a firm.
    Share,
    /// "who gave her name as".
    Naming,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gender {
    Female,
    Male,
}

/// How a word takes part in telling whom a phrase names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noun {
    pub kind: NounKind,
    pub plural: bool,
    pub gender: Option<Gender>,
}

impl Noun {
    /// The kind of a row in `nouns.tsv`, and whether it holds only inside a name.
    pub(super) fn named(name: &str) -> Option<(Self, bool)> {
        let (name, in_name) = name.strip_suffix("_name").map_or((name, false), |name| (name, true));
        let (kind, plural, gender) = match name {
            "person" => (NounKind::Person, false, None),
            "man" => (NounKind::Person, false, Some(Gender::Male)),
            "woman" => (NounKind::Person, false, Some(Gender::Female)),
            "people" => (NounKind::Person, true, None),
            "address" => (NounKind::Address, false, None),
            "address_man" => (NounKind::Address, false, Some(Gender::Male)),
            "address_woman" => (NounKind::Address, false, Some(Gender::Female)),
            "official_body" => (NounKind::OfficialBody, false, None),
            "organisation" => (NounKind::Organisation, false, None),
            "organisation_any" => (NounKind::AnyOrganisation, false, None),
            "outlet" => (NounKind::Outlet, false, None),
            "document" => (NounKind::Document, false, None),
            "documents" => (NounKind::Document, true, None),
            "place" => (NounKind::Place, false, None),
            "he" => (NounKind::He, false, Some(Gender::Male)),
            "she" => (NounKind::She, false, Some(Gender::Female)),
            "it" => (NounKind::It, false, None),
            "they" => (NounKind::They, true, None),
            "particle" => (NounKind::Particle, false, None),
            "joint" => (NounKind::Joint, false, None),
            "shift" => (NounKind::Shift, false, None),
            "share" => (NounKind::Share, true, None),
            "naming" => (NounKind::Naming, false, None),
            "feast" => (NounKind::Feast, false, None),
            "age" => (NounKind::Age, false, None),
            _ => return None,
        };
        Some((Self { kind, plural, gender }, in_name))
    }

    /// Whether the words of this kind are formed into a plural.
    pub(super) fn inflects(self) -> bool {
        use NounKind::{AnyOrganisation, Document, OfficialBody, Organisation, Outlet, Person, Place};
        !self.plural && matches!(self.kind, Person | OfficialBody | Organisation | AnyOrganisation | Outlet | Document | Place)
    }
}

/// Everything the lists say of a folded word. A word that no list has is [`Word::UNKNOWN`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Word {
    pub classes: Classes,
    pub verb: Option<Verb>,
    /// Written small, or with a capital at the beginning of a sentence.
    pub tags: Vec<TagScore>,
    /// Written with a capital inside a sentence.
    pub capital_tags: Vec<TagScore>,
    /// Whom or what it stands for, as a noun.
    pub noun: Option<Noun>,
    /// The same for a word with a capital: "Post" is a newspaper there.
    pub noun_in_name: Option<Noun>,
    /// Its part in a number: "seven", "million", "half".
    pub number: Option<NumberWord>,
    /// Its part in a date: "January", "last", "ago".
    pub calendar: Option<CalendarWord>,
    /// A name of a place begins with it.
    pub opens_place: bool,
    /// A fixed phrase of `phrases.tsv` begins with it.
    pub opens_phrase: bool,
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
        noun: None,
        noun_in_name: None,
        number: None,
        calendar: None,
        opens_place: false,
        opens_phrase: false,
        opens_vague: false,
        opens_modality: false,
        opens_day: false,
    };

    #[must_use]
    pub fn is(&self, class: Class) -> bool {
        self.classes.has(class)
    }
}
