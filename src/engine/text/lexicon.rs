//! The word lists of a language, read once from data files that are part of the binary.
//!
//! A cue word, an alias or a country is a line in a file under `lexicon/<language>/`, never a line of code; a further
//! language is a further folder (and, where its verbs inflect, a function in `inflection`).

mod aliases;
mod calendar;
mod inflection;
mod line_patterns;
mod modality;
mod numbers;
mod registry;
mod word;

use std::{borrow::Cow, sync::LazyLock};

use rustc_hash::{FxHashMap, FxHashSet};
use unicode_normalization::UnicodeNormalization;

pub use self::{
    aliases::Aliases,
    calendar::{Calendar, CalendarWord, Month, TimeLink, Unit},
    line_patterns::{LineMatch, LineMeaning, LinePatterns, bare},
    modality::Modality,
    numbers::{Bound, NumberFiles, NumberWord, Numbers},
    registry::{RegisteredOutlet, Registry},
    word::{Class, Classes, Complements, Gender, Noun, NounKind, TagScore, Verb, VerbForm, Word},
};
use super::{
    fold,
    stems::{self, Stemming},
    tagger::TagModel,
};
use crate::domain::SourceKind;

/// What a reporting verb does to its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    Say,
    Announce,
    /// "told": a recipient stands between the verb and the content.
    Tell,
    /// "claimed", "alleged": the outlet keeps its distance.
    Hedge,
    /// "believes", "considers".
    Think,
    Deny,
    /// "rejected": denies when its object is a claim.
    Reject,
    /// "lied about".
    Lie,
    Accuse,
    /// "Reuters cited an official as saying".
    Quote,
    /// "the poll showed", "the minutes reveal".
    Show,
    /// "asked", "wants", "fears", "called it": ascribes something to its subject that is no assertion of his.
    Ascribe,
}

impl Report {
    fn named(name: &str) -> Self {
        match name {
            "announce" => Self::Announce,
            "tell" => Self::Tell,
            "hedge" => Self::Hedge,
            "think" => Self::Think,
            "deny" => Self::Deny,
            "reject" => Self::Reject,
            "lie" => Self::Lie,
            "accuse" => Self::Accuse,
            "quote" => Self::Quote,
            "show" => Self::Show,
            "ask" | "know" | "intend" | "feel" | "judge" => Self::Ascribe,
            _ => Self::Say,
        }
    }
}

/// Fixed phrases that make a frame.
#[derive(Debug, Default)]
pub struct Phrases {
    /// "according to": a source follows.
    pub source: PhraseList,
    /// "there is no evidence that": what follows is denied.
    pub denial: PhraseList,
    /// "is not true", "never happened": what stands before is denied.
    pub falsehood: PhraseList,
}

impl Phrases {
    fn parse(file: &'static str) -> Self {
        let of = |kind: &str| PhraseList::new(tabbed(file).filter(|row| row[0] == kind).map(|row| phrase(row[1])));
        Self { source: of("source"), denial: of("denial"), falsehood: of("falsehood") }
    }
}

/// By the first word, longest phrase first.
#[derive(Debug, Default)]
pub struct PhraseList(FxHashMap<String, Vec<Vec<String>>>);

impl PhraseList {
    fn new(phrases: impl Iterator<Item = Vec<String>>) -> Self {
        let mut table: FxHashMap<String, Vec<Vec<String>>> = FxHashMap::default();
        for words in phrases {
            table.entry(words[0].clone()).or_default().push(words);
        }
        table.values_mut().for_each(|list| list.sort_by_key(|words| std::cmp::Reverse(words.len())));
        Self(table)
    }

    /// How many words the longest phrase that starts at `words(0)` takes.
    pub fn longest<'a>(&self, words: impl Fn(usize) -> Option<&'a str>) -> Option<usize> {
        let here = |phrase: &&Vec<String>| phrase.iter().enumerate().all(|(i, part)| words(i) == Some(part));
        self.0.get(words(0)?)?.iter().find(here).map(Vec::len)
    }
}

/// How a name speaks of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceSense {
    Name,
    /// "Colombian", "Colombians".
    Demonym,
    /// A capital or a palace that stands for the state: "Washington", "the Kremlin".
    Seat,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub canonical: String,
    pub sense: PlaceSense,
}

/// One end of a pair of opposites: "rose" or "fell".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pole {
    row: u16,
    second: bool,
}

impl Pole {
    #[must_use]
    pub fn opposite(self) -> Self {
        Self { second: !self.second, ..self }
    }
}

/// A body that everybody knows by its name: "NATO".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    pub name: String,
    pub kind: SourceKind,
}

/// What a language does that its lists cannot say.
#[derive(Clone, Copy, Debug)]
pub struct Grammar {
    /// The subject may be left out: "Dijo que P".
    pub drops_subjects: bool,
    /// Two negations are one: "no pagó nada".
    pub negative_concord: bool,
    /// Names of peoples are written small: "venezolano".
    pub small_demonyms: bool,
    /// A form of a verb looks like no other form, and like no noun unless the tags say so.
    verbs_stand_out: bool,
}

pub struct Lexicon {
    words: FxHashMap<String, Word>,
    pub phrases: Phrases,
    bodies: Aliases<Body>,
    pub numbers: Numbers,
    pub calendar: Calendar,
    modality: Aliases<Modality>,
    pub grammar: Grammar,
    /// Some words are listed as they are written, so that "esta" and "está" are two.
    accents: bool,
    stemming: Stemming,
    synonyms: FxHashMap<String, String>,
    /// Poles that a word stands for.
    poles: FxHashMap<String, Vec<Pole>>,
    synonym_stems: FxHashMap<String, String>,
    spelling: FxHashMap<String, String>,
    places: Aliases<Place>,
    /// Canonical names of places in which many states lie.
    regions: FxHashSet<&'static str>,
    pub furniture: LinePatterns,
    frequency: FxHashMap<String, f32>,
    pub tag_model: TagModel,
}

static UNKNOWN: Word = Word::UNKNOWN;
static ENGLISH: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(&ENGLISH_FILES));
static SPANISH: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(&SPANISH_FILES));

struct Files {
    stemming: Stemming,
    grammar: Grammar,
    classes: &'static str,
    verbs: &'static str,
    inflect: fn(&'static str) -> inflection::Forms,
    plural: fn(&str) -> String,
    reporting: &'static str,
    phrases: &'static str,
    bodies: &'static str,
    nouns: &'static str,
    numbers: NumberFiles,
    calendar: &'static str,
    modality: &'static str,
    synonyms: &'static str,
    antonyms: &'static str,
    spelling: &'static str,
    places: &'static str,
    furniture: &'static str,
    frequency: &'static str,
    tags: &'static str,
    tag_transitions: &'static str,
    tag_endings: &'static str,
}

static ENGLISH_FILES: Files = Files {
    stemming: Stemming::English,
    grammar: Grammar { drops_subjects: false, negative_concord: false, small_demonyms: false, verbs_stand_out: false },
    classes: include_str!("lexicon/en/classes.tsv"),
    verbs: include_str!("lexicon/en/verbs.txt"),
    inflect: inflection::english,
    plural: inflection::english_plural,
    reporting: include_str!("lexicon/en/reporting.tsv"),
    phrases: include_str!("lexicon/en/phrases.tsv"),
    bodies: include_str!("lexicon/en/bodies.tsv"),
    nouns: include_str!("lexicon/en/nouns.tsv"),
    numbers: NumberFiles {
        numbers: include_str!("lexicon/en/numbers.tsv"),
        vague: include_str!("lexicon/en/vague.tsv"),
        comparators: include_str!("lexicon/en/comparators.tsv"),
        units: include_str!("lexicon/en/units.tsv"),
    },
    calendar: include_str!("lexicon/en/calendar.tsv"),
    modality: include_str!("lexicon/en/modality.tsv"),
    synonyms: include_str!("lexicon/en/synonyms.tsv"),
    antonyms: include_str!("lexicon/en/antonyms.tsv"),
    spelling: include_str!("lexicon/en/spelling.tsv"),
    places: include_str!("lexicon/en/places.tsv"),
    furniture: include_str!("lexicon/en/furniture.tsv"),
    frequency: include_str!("lexicon/en/frequency.tsv"),
    tags: include_str!("lexicon/en/tags.tsv"),
    tag_transitions: include_str!("lexicon/en/tag-transitions.tsv"),
    tag_endings: include_str!("lexicon/en/tag-endings.tsv"),
};

static SPANISH_FILES: Files = Files {
    stemming: Stemming::Spanish,
    grammar: Grammar { drops_subjects: true, negative_concord: true, small_demonyms: true, verbs_stand_out: true },
    classes: include_str!("lexicon/es/classes.tsv"),
    verbs: include_str!("lexicon/es/verbs.txt"),
    inflect: inflection::spanish,
    plural: inflection::spanish_plural,
    reporting: include_str!("lexicon/es/reporting.tsv"),
    phrases: include_str!("lexicon/es/phrases.tsv"),
    bodies: include_str!("lexicon/es/bodies.tsv"),
    nouns: include_str!("lexicon/es/nouns.tsv"),
    numbers: NumberFiles {
        numbers: include_str!("lexicon/es/numbers.tsv"),
        vague: include_str!("lexicon/es/vague.tsv"),
        comparators: include_str!("lexicon/es/comparators.tsv"),
        units: include_str!("lexicon/es/units.tsv"),
    },
    calendar: include_str!("lexicon/es/calendar.tsv"),
    modality: include_str!("lexicon/es/modality.tsv"),
    synonyms: include_str!("lexicon/es/synonyms.tsv"),
    antonyms: include_str!("lexicon/es/antonyms.tsv"),
    spelling: "",
    places: include_str!("lexicon/es/places.tsv"),
    furniture: include_str!("lexicon/es/furniture.tsv"),
    frequency: "",
    tags: include_str!("lexicon/es/tags.tsv"),
    tag_transitions: include_str!("lexicon/es/tag-transitions.tsv"),
    tag_endings: include_str!("lexicon/es/tag-endings.tsv"),
};

/// Lines that hold something: comments and blank lines left out.
fn lines(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines().map(str::trim_end).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn tabbed(file: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    lines(file).map(|line| line.split('\t').collect())
}

/// The names of one column, parted by "|".
fn alternatives<'a>(row: &[&'a str], column: usize) -> impl Iterator<Item = &'a str> {
    row.get(column).copied().unwrap_or("").split('|').filter(|name| !name.is_empty())
}

fn phrase(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

impl Lexicon {
    #[must_use]
    pub fn english() -> &'static Self {
        &ENGLISH
    }

    /// Languages (ISO 639-1) that have lists. English comes first: it is what an unclear text is taken for.
    pub const LANGUAGES: [&'static str; 2] = ["en", "es"];

    /// The lists of a language, where there are any.
    #[must_use]
    pub fn of(language: &str) -> Option<&'static Self> {
        match language {
            "en" => Some(&ENGLISH),
            "es" => Some(&SPANISH),
            _ => None,
        }
    }

    fn parse(files: &Files) -> Self {
        let mut synonyms = FxHashMap::default();
        let mut synonym_stems = FxHashMap::default();
        for row in tabbed(files.synonyms) {
            let group = row[0];
            for word in row.get(1).copied().unwrap_or("").split_whitespace().chain([group]) {
                synonyms.insert(word.to_owned(), group.to_owned());
                synonym_stems.insert(files.stemming.snowball(word), group.to_owned());
            }
        }
        let places = Aliases::new(tabbed(files.places).flat_map(|row| {
            let senses = [(1, PlaceSense::Name), (2, PlaceSense::Demonym), (3, PlaceSense::Seat)];
            senses.map(|(column, sense)| {
                let own = (sense == PlaceSense::Name).then_some(row[0]);
                (alternatives(&row, column).chain(own).map(fold).collect(), Place { canonical: row[0].to_owned(), sense })
            })
        }));
        let bodies = Aliases::new(tabbed(files.bodies).map(|row| {
            let organisation = row.get(2) == Some(&"organisation");
            let kind = if organisation { SourceKind::Organisation } else { SourceKind::OfficialBody };
            (alternatives(&row, 1).chain([row[0]]).map(fold).collect(), Body { name: row[0].to_owned(), kind })
        }));
        let tag_model = TagModel::parse(files.tag_transitions, files.tag_endings, !files.grammar.verbs_stand_out);
        let numbers = Numbers::parse(&files.numbers);
        let calendar = Calendar::parse(files.calendar);
        let modality = modality::parse(files.modality);
        let mut words = words(files, &places, &tag_model);
        for (word, role) in numbers.words() {
            mark(&mut words, word, |entry| entry.number = Some(role));
        }
        for (word, role) in calendar.words() {
            words.entry(word.to_owned()).or_default().calendar = Some(role);
        }
        for word in numbers.vague.first_words() {
            words.entry(word.to_owned()).or_default().opens_vague = true;
        }
        for word in modality.first_words() {
            mark(&mut words, word, |entry| entry.opens_modality = true);
        }
        for word in calendar.days.first_words().chain(calendar.names.first_words()) {
            words.entry(word.to_owned()).or_default().opens_day = true;
        }
        Self {
            accents: words.keys().any(|word| !word.is_ascii()),
            grammar: files.grammar,
            stemming: files.stemming,
            words,
            phrases: Phrases::parse(files.phrases),
            bodies,
            numbers,
            calendar,
            modality,
            synonyms,
            poles: poles(files.antonyms),
            synonym_stems,
            spelling: tabbed(files.spelling).map(|row| (row[0].to_owned(), row[1].to_owned())).collect(),
            places,
            regions: tabbed(ENGLISH_FILES.places).filter(|row| row.get(4) == Some(&"region")).map(|row| row[0]).collect(),
            furniture: LinePatterns::parse(files.furniture),
            frequency: tabbed(files.frequency).filter_map(|row| Some((row[0].to_owned(), row.get(1)?.parse().ok()?))).collect(),
            tag_model,
        }
    }

    /// What the lists say of a folded word.
    #[must_use]
    pub fn word(&self, word: &str) -> &Word {
        self.words.get(word).unwrap_or(&UNKNOWN)
    }

    /// The same, with the word as the list has it.
    pub(super) fn entry(&self, word: &str) -> (Option<&str>, &Word) {
        self.words.get_key_value(word).map_or((None, &UNKNOWN), |(word, entry)| (Some(word), entry))
    }

    /// What is known of a token that is no word.
    pub(super) fn nothing() -> &'static Word {
        &UNKNOWN
    }

    /// Whether the folded word says all that the written one does.
    pub(super) fn reads_folded(&self, text: &str) -> bool {
        // Accents are what is left of it; what is invisible or drawn otherwise says nothing more.
        !self.accents || text.is_ascii() || text.nfkd().all(|ch| fold::is_invisible(ch) || !fold::is_combining(ch))
    }

    /// What they say of a word as it is written, if its accents make it another one: "está" is not "esta".
    pub(super) fn written_word(&self, text: &str, folded: &str) -> &Word {
        if self.reads_folded(text) {
            return self.word(folded);
        }
        // "público" is no form of "publicar", or it would be listed with its accent.
        let plain = || Some(self.word(folded)).filter(|word| word.verb.is_none());
        self.words.get(&lower(text)).or_else(plain).unwrap_or(&UNKNOWN)
    }

    /// The word as the endings of the language's tags are written: with its accents where they tell something.
    pub(super) fn written<'a>(&self, text: &str, folded: &'a str) -> Cow<'a, str> {
        if self.reads_folded(text) { Cow::Borrowed(folded) } else { Cow::Owned(lower(text)) }
    }

    #[must_use]
    pub fn is(&self, word: &str, class: Class) -> bool {
        self.word(word).is(class)
    }

    /// Lemma and possible forms of a folded word, if it can be a verb.
    #[must_use]
    pub fn verb(&self, word: &str) -> Option<&Verb> {
        self.word(word).verb.as_ref()
    }

    /// Every form of a verb that the lists know.
    pub fn verbs(&self) -> impl Iterator<Item = (&str, &Verb)> {
        self.words.iter().filter_map(|(form, word)| Some((form.as_str(), word.verb.as_ref()?)))
    }

    /// What kind of body a noun stands for: "ministry", "bank".
    #[must_use]
    pub fn body(&self, word: &str) -> Option<SourceKind> {
        let word = self.word(word);
        match word.noun.or(word.noun_in_name)?.kind {
            NounKind::OfficialBody => Some(SourceKind::OfficialBody),
            NounKind::Organisation | NounKind::AnyOrganisation => Some(SourceKind::Organisation),
            _ => None,
        }
    }

    /// The longest name of a well-known body that starts at `words(0)`, and how many words it takes.
    pub fn known_body<'a>(&self, words: impl Fn(usize) -> Option<&'a str>) -> Option<(&Body, usize)> {
        self.bodies.longest(words)
    }

    pub(super) fn synonym(&self, word: &str) -> Option<&str> {
        self.synonyms.get(word).map(String::as_str)
    }

    pub(super) fn synonym_stem(&self, stem: &str) -> Option<&str> {
        self.synonym_stems.get(stem).map(String::as_str)
    }

    pub(super) fn spelling(&self, word: &str) -> Option<&str> {
        self.spelling.get(word).map(String::as_str)
    }

    /// The longest place name that starts at `words(0)`: canonical name and how many words it takes.
    pub fn place<'a>(&self, words: impl Fn(usize) -> Option<&'a str>) -> Option<(&str, usize)> {
        self.place_named(words).map(|(place, length)| (place.canonical.as_str(), length))
    }

    /// The same, with the sense in which the name is used.
    pub fn place_named<'a>(&self, words: impl Fn(usize) -> Option<&'a str>) -> Option<(&Place, usize)> {
        self.places.longest(words)
    }

    /// The poles that a folded word stands for.
    #[must_use]
    pub fn poles(&self, word: &str) -> &[Pole] {
        self.poles.get(word).map_or(&[], Vec::as_slice)
    }

    /// Whether a place, by its canonical name, is one in which many states lie: it tells none of them from another.
    #[must_use]
    pub fn is_region(&self, place: &str) -> bool {
        self.regions.contains(place)
    }

    /// Stem of a folded word: words that tell the same in other forms share it.
    #[must_use]
    pub fn stem(&self, word: &str) -> String {
        stems::cached(word, self.stemming, self)
    }

    /// The longest phrase that turns a proposition and starts at `words(0)`, with its length.
    pub fn modality<'a>(&self, words: impl Fn(usize) -> Option<&'a str>) -> Option<(Modality, usize)> {
        self.modality.longest(words).map(|(modality, length)| (*modality, length))
    }

    /// Inverse document frequency of a stem in news prose, in nats. Fixed, so that a decision never depends on what else is
    /// stored; an unlisted stem is as rare as the rarest listed one.
    #[must_use]
    pub fn idf(&self, stem: &str) -> f32 {
        const UNSEEN: f32 = 9.0;
        self.frequency.get(stem).copied().unwrap_or(UNSEEN)
    }
}

/// Small letters with their acute accents, which lists write; tilde and diaeresis go as in folded words.
fn lower(text: &str) -> String {
    let kept = |ch: &char| !matches!(ch, '\u{303}' | '\u{308}');
    text.nfd().filter(kept).nfc().flat_map(char::to_lowercase).collect()
}

/// Sets something for a folded word, and for the form of a verb that is spelt so but for an accent on its last letter
/// ("duplico", "duplicó").
fn mark(words: &mut FxHashMap<String, Word>, word: &str, set: impl Fn(&mut Word)) {
    set(words.entry(word.to_owned()).or_default());
    if let Some(stem) = word.strip_suffix('o')
        && let Some(entry) = words.get_mut(&format!("{stem}ó"))
    {
        set(entry);
    }
}

/// One entry a word from all lists that speak of words.
fn poles(file: &'static str) -> FxHashMap<String, Vec<Pole>> {
    let mut poles: FxHashMap<String, Vec<Pole>> = FxHashMap::default();
    for (row, sides) in (0..).zip(tabbed(file)) {
        for (second, side) in [false, true].into_iter().zip(sides) {
            for word in side.split(' ') {
                poles.entry(fold(word)).or_default().push(Pole { row, second });
            }
        }
    }
    poles
}

fn words(files: &Files, places: &Aliases<Place>, tag_model: &TagModel) -> FxHashMap<String, Word> {
    let mut words: FxHashMap<String, Word> = FxHashMap::default();
    for (form, verb) in (files.inflect)(files.verbs) {
        let entry = words.entry(form).or_default();
        if verb.form.future {
            entry.classes.insert(Class::Future);
        }
        if files.grammar.verbs_stand_out {
            entry.tags = tag_model.verb_scores(verb.form);
        }
        entry.verb = Some(verb);
    }
    let mut cues: FxHashMap<&str, (Report, Complements)> = FxHashMap::default();
    for row in tabbed(files.reporting) {
        let class = Report::named(row[0]);
        for lemma in row[2].split(' ') {
            let (report, complements) = cues.entry(lemma).or_insert((class, Complements::default()));
            // A verb that reports in one use reports, whatever else it does.
            if *report == Report::Ascribe {
                *report = class;
            }
            complements.add(row[1]);
        }
    }
    for verb in words.values_mut().filter_map(|word| word.verb.as_mut()) {
        if let Some((report, complements)) = cues.get(verb.lemma.as_str()) {
            (verb.report, verb.complements) = (Some(*report), *complements);
        }
    }
    for row in tabbed(files.classes) {
        let Some(class) = Class::named(row[0]) else { continue };
        for word in row.get(1).copied().unwrap_or("").split_whitespace() {
            words.entry(word.to_owned()).or_default().classes.insert(class);
        }
    }
    for row in tabbed(files.phrases) {
        if let Some(first) = row[1].split(' ').next() {
            words.entry(first.to_owned()).or_default().opens_phrase = true;
        }
    }
    for row in tabbed(files.nouns) {
        let Some((noun, in_name)) = Noun::named(row[0]) else { continue };
        for word in row.get(1).copied().unwrap_or("").split_whitespace() {
            let plural = noun.inflects().then(|| ((files.plural)(word), Noun { plural: true, ..noun }));
            for (form, noun) in [(word.to_owned(), noun)].into_iter().chain(plural) {
                let entry = words.entry(form).or_default();
                // A plural that is listed by itself ("men") stays what the list says.
                (if in_name { &mut entry.noun_in_name } else { &mut entry.noun }).get_or_insert(noun);
            }
        }
    }
    for first in places.first_words() {
        words.entry(first.to_owned()).or_default().opens_place = true;
    }
    for row in tabbed(files.tags) {
        // "^word": what the word is where a capital inside a sentence begins it.
        let (word, capital) = row[0].strip_prefix('^').map_or((row[0], false), |word| (word, true));
        let scores = tag_model.scores(word, capital, row.get(1).copied().unwrap_or(""));
        let entry = words.entry(word.to_owned()).or_default();
        *(if capital { &mut entry.capital_tags } else { &mut entry.tags }) = scores;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_are_inflected() {
        let lexicon = Lexicon::english();
        for (word, lemma) in [
            ("said", "say"),
            ("denies", "deny"),
            ("denied", "deny"),
            ("stopped", "stop"),
            ("committed", "commit"),
            ("urging", "urge"),
            ("lying", "lie"),
            ("were", "be"),
            ("fled", "flee"),
            ("recognizes", "recognize"),
            ("opened", "open"),
        ] {
            assert_eq!(lexicon.verb(word).map(|verb| verb.lemma.as_str()), Some(lemma), "{word}");
        }
    }

    #[test]
    fn the_longest_alias_wins() {
        let lexicon = Lexicon::english();
        let text = ["north", "korea", "said"];
        assert_eq!(lexicon.place(|i| text.get(i).copied()), Some(("north korea", 2)));
        let text = ["u.s.", "troops"];
        assert_eq!(lexicon.place(|i| text.get(i).copied()), Some(("united states", 1)));
        let text = ["the", "associated", "press"];
        assert_eq!(
            Registry::built_in().outlet(|i| text.get(i + 1).copied()).map(|(o, n)| (o.name.as_str(), n)),
            Some(("Associated Press", 2))
        );
    }

    #[test]
    fn every_list_is_well_formed() {
        for row in tabbed(ENGLISH_FILES.classes) {
            assert!(Class::named(row[0]).is_some(), "{} is no class", row[0]);
        }
        for row in tabbed(ENGLISH_FILES.nouns) {
            assert!(Noun::named(row[0]).is_some(), "{} is no kind of noun", row[0]);
        }
        for row in tabbed(ENGLISH_FILES.reporting) {
            for lemma in row[2].split(' ') {
                assert!(Lexicon::english().verb(lemma).is_some(), "{lemma} is missing from verbs.txt");
            }
        }
    }

    #[test]
    fn every_language_has_lists() {
        assert!(Lexicon::LANGUAGES.iter().all(|language| Lexicon::of(language).is_some()));
        assert!(Lexicon::of("fr").is_none());
    }

    #[test]
    fn a_place_has_one_name_in_every_language() {
        let english: Vec<&str> = tabbed(ENGLISH_FILES.places).map(|row| row[0]).collect();
        for row in tabbed(SPANISH_FILES.places) {
            assert!(english.contains(&row[0]), "{} is no place of the English list", row[0]);
        }
    }

    #[test]
    fn an_accent_tells_two_words_apart() {
        let lexicon = &*SPANISH;
        let of = |text: &str| lexicon.written_word(text, &fold(text)).clone();
        assert!(of("Está").is(Class::Be) && !of("Esta").is(Class::Be));
        assert_eq!(of("Señaló").verb.map(|verb| verb.lemma), Some("senalar".to_owned()));
        assert!(of("público").verb.is_none() && of("publico").verb.is_some());
        assert_eq!(of("anunció").verb.map(|verb| verb.form.past), Some(true));
        assert_eq!(of("anuncio").verb.map(|verb| verb.form.past), Some(false));
        assert_eq!(of("esta\u{301}").verb.map(|verb| verb.lemma), Some("estar".to_owned()));
    }
}
