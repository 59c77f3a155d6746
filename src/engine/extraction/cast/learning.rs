//! Names and what stands beside them to members: "Parlo, the messaging service", "board head Jane Roe", "(WHO)".

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    BESIDE, By, CERTAIN, Cast, Draft, MOST_ROLES, Member, MemberKind, Mention, Role,
    phrases::{self, Description, NamePhrase, is_body, noun_in_name},
};
use crate::engine::{
    extraction::{
        clauses::Sentence,
        sources::{self, Publisher},
    },
    text::{Class, Gender, Lexicon, NounKind, Registry, Tag, Token, fold, lexicon::Noun},
};

/// Words of a role that is kept with its person.
const LONGEST_ROLE: usize = 12;

/// How much one piece of evidence speaks for a kind. What a list says is beyond doubt.
const LISTED: f32 = 100.0;
const APPOSED: f32 = 3.0;
const SHAPE: f32 = 5.0;
const PLACE_SHAPE: f32 = 2.0;
const TITLED: f32 = 4.0;
const RELATIVE: f32 = 2.0;
const AGE: f32 = 3.0;
const GUESS: f32 = 1.0;

/// The names of one sentence, with the members they mean.
#[derive(Clone, Debug, Default)]
pub(super) struct Learnt {
    pub names: Vec<(NamePhrase, usize)>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Evidence([f32; 5]);

impl Evidence {
    const KINDS: [MemberKind; 5] =
        [MemberKind::Person, MemberKind::OfficialBody, MemberKind::Organisation, MemberKind::Outlet, MemberKind::Place];

    fn add(&mut self, kind: MemberKind, weight: f32) {
        if let Some(at) = Self::KINDS.iter().position(|known| *known == kind) {
            self.0[at] += weight;
        }
    }

    /// The kind with most evidence; `Unknown` without any, or where two have the same.
    fn settled(&self) -> MemberKind {
        let most = self.0.iter().copied().fold(0.0, f32::max);
        let mut best = Self::KINDS.iter().zip(self.0).filter(|(_, weight)| *weight >= most && most > 0.0);
        match (best.next(), best.next()) {
            (Some((kind, _)), None) => *kind,
            _ => MemberKind::Unknown,
        }
    }
}

pub(super) struct Learner<'d> {
    cast: Cast,
    draft: &'d Draft<'d>,
    publisher: Publisher,
    evidence: Vec<Evidence>,
}

impl<'d> Learner<'d> {
    pub(super) fn new(cast: Cast, draft: &'d Draft<'d>) -> Self {
        let evidence = cast
            .members
            .iter()
            .map(|member| {
                let mut evidence = Evidence::default();
                evidence.add(member.kind, TITLED);
                evidence
            })
            .collect();
        Self { cast, draft, publisher: Publisher::new(draft.outlet, draft.domain), evidence }
    }

    pub(super) fn finish(mut self) -> Cast {
        for (member, evidence) in self.cast.members.iter_mut().zip(&self.evidence) {
            if member.named {
                member.kind = evidence.settled();
            }
        }
        self.cast
    }

    /// Names of all sentences to members, longer names before the short forms of them.
    pub(super) fn learn(&mut self, sentences: &[&Sentence<'_>]) -> Vec<Learnt> {
        let phrases: Vec<Vec<NamePhrase>> = sentences
            .iter()
            .map(|sentence| if sentence.title_case { self.known_names(sentence) } else { phrases::names(sentence) })
            .collect();
        let written_small = written_small(sentences, &phrases);
        let mut learnt: Vec<Learnt> = vec![Learnt::default(); sentences.len()];
        // What a member may be called in short depends on its kind, so that long names are read before short ones.
        for length in [3, 2, 1] {
            let now = |phrase: &NamePhrase| phrase.name.len().min(3) == length;
            let known = self.cast.members.len();
            let mut new: Vec<(usize, &[Token<'_>])> = Vec::new();
            for (k, sentence) in sentences.iter().enumerate() {
                for phrase in phrases[k].iter().filter(|phrase| now(phrase)) {
                    let words = &sentence.tokens[phrase.name.clone()];
                    let common = phrase.doubtful && !is_name_alone(&words[0], sentence.lexicon, &written_small);
                    let Some(member) = self.member(sentence, phrase, common) else { continue };
                    if member >= known && new.last().is_none_or(|(last, _)| *last < member) {
                        new.push((member, words));
                    }
                    for token in words {
                        self.mention(token, member);
                    }
                    learnt[k].names.push((phrase.clone(), member));
                }
            }
            for (k, sentence) in sentences.iter().enumerate() {
                for (phrase, member) in learnt[k].names.iter().filter(|(phrase, _)| now(phrase)) {
                    self.read_context(sentence, phrase, *member);
                }
            }
            for (member, words) in new {
                self.shorten(words, member);
            }
        }
        for names in &mut learnt {
            names.names.sort_by_key(|(phrase, _)| phrase.name.start);
        }
        learnt
    }

    /// Where every word has a capital, only names that the article has elsewhere are names.
    fn known_names(&self, sentence: &Sentence<'_>) -> Vec<NamePhrase> {
        const LONGEST: usize = 4;
        let tokens = &sentence.tokens;
        let mut found = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let end = (at + 1..=(at + LONGEST).min(tokens.len()))
                .rev()
                .find(|&end| tokens[at].is_capitalized() && self.cast.named(&canonical(&tokens[at..end])).is_some());
            if let Some(end) = end {
                found.push(NamePhrase { role: at..at, name: at..end, doubtful: false });
            }
            at = end.unwrap_or(at + 1);
        }
        found
    }

    fn mention(&mut self, token: &Token<'_>, member: usize) {
        self.cast.mentions.insert(token.start, Mention { member, by: By::Name, confidence: CERTAIN });
    }

    /// The member that a name means; a new one unless `common` says that the word is none by itself.
    fn member(&mut self, sentence: &Sentence<'_>, phrase: &NamePhrase, common: bool) -> Option<usize> {
        let tokens = &sentence.tokens[phrase.name.clone()];
        let (kind, official) = self.kind_by_list(sentence, &phrase.name);
        let key = official.as_deref().map_or_else(|| canonical(tokens), fold);
        if let Some(known) = self.cast.names.get(&key) {
            // "Mrs Roe" and "Mr Roe" share a name, and yet not a person.
            return known.only().or_else(|| self.by_gender(sentence, phrase, &known.short));
        }
        if common {
            return None;
        }
        let name = match (&official, kind) {
            (Some(name), Some(MemberKind::Outlet)) => name.clone(),
            _ => sources::join(tokens),
        };
        let publisher = self.publisher.is_called(&name, self.draft.outlet);
        let id = self.cast.members.len();
        let mut evidence = Evidence::default();
        let shape = if publisher { Some(MemberKind::Outlet) } else { kind.or_else(|| kind_by_shape(tokens)) };
        match shape {
            Some(kind) => evidence.add(
                kind,
                if publisher || official.is_some() {
                    LISTED
                } else if kind == MemberKind::Place {
                    PLACE_SHAPE
                } else {
                    SHAPE
                },
            ),
            None if looks_like_person(sentence, &phrase.name) => evidence.add(MemberKind::Person, GUESS),
            None => {}
        }
        self.evidence.push(evidence);
        self.cast.members.push(Member {
            name,
            canonical: key.clone(),
            kind: MemberKind::Unknown,
            role: None,
            gender: None,
            plural: false,
            named: true,
            indefinite: false,
            publisher,
        });
        self.cast.names.entry(key).or_default().full = Some(id);
        Some(id)
    }

    fn by_gender(&self, sentence: &Sentence<'_>, phrase: &NamePhrase, bearers: &[usize]) -> Option<usize> {
        let gender = title_gender(&sentence.tokens[phrase.role.clone()])?;
        let mut fitting = bearers.iter().filter(|&&id| self.cast.members[id].gender == Some(gender));
        fitting.next().filter(|_| fitting.next().is_none()).copied()
    }

    /// Registers what a member may be called in short.
    fn shorten(&mut self, tokens: &[Token<'_>], id: usize) {
        let words: Vec<&Token<'_>> = tokens.iter().filter(|t| t.is_word()).collect();
        if words.len() < 2 {
            return;
        }
        let (first, last) = (words[0], words[words.len() - 1]);
        let mut forms: Vec<String> = Vec::new();
        match self.evidence[id].settled() {
            MemberKind::Place => {}
            kind @ (MemberKind::Organisation | MemberKind::OfficialBody | MemberKind::Outlet) => {
                // "Norrland" for "Norrland Semiconductor", but Westmoor is where the Westmoor Harbour Trust has its seat.
                let firm =
                    last.word.noun_in_name.is_some_and(|noun| noun.kind == NounKind::Organisation) || tokens.len() > words.len();
                let distinctive = firm && first.word.tags.is_empty() && noun_in_name(first).is_none() && !first.word.opens_place;
                forms.extend(distinctive.then(|| first.norm().to_owned()));
                forms.extend((1..words.len() - 1).map(|from| canonical_of(&words[from..])));
                forms.extend((kind == MemberKind::Outlet).then(|| last.norm().to_owned()));
                self.role(id, last.norm(), words[..words.len() - 1].iter().map(|t| t.norm().to_owned()).collect());
            }
            MemberKind::Person | MemberKind::Unknown => {
                forms.push(last.norm().to_owned());
                if words.len() > 2 {
                    forms.push(format!("{} {}", first.norm(), last.norm()));
                    // "Anna van der Berg" is "van der Berg" as well.
                    forms.extend((1..words.len() - 1).map(|from| canonical_of(&words[from..])));
                }
                // A forename by itself is rarer: "Karel has a vivid imagination".
                forms.extend((first.word.tags.is_empty() && noun_in_name(first).is_none()).then(|| first.norm().to_owned()));
            }
        }
        for form in forms {
            let bearers = self.cast.names.entry(form).or_default();
            if !bearers.short.contains(&id) {
                bearers.short.push(id);
            }
        }
    }

    fn kind_by_list(&self, sentence: &Sentence<'_>, name: &Range<usize>) -> (Option<MemberKind>, Option<String>) {
        let tokens = &sentence.tokens;
        let words = |i: usize| tokens[name.clone()].get(i).map(Token::norm);
        let lexicon = sentence.lexicon;
        if let Some((place, n)) = lexicon.place_named(words)
            && n == name.len()
        {
            return (Some(MemberKind::Place), Some(place.canonical.clone()));
        }
        let registry: &Registry = self.draft.registry();
        let article = name.start.checked_sub(1).filter(|&i| tokens[i].has(Class::DefiniteArticle));
        for from in [Some(name.start), article].into_iter().flatten() {
            if let Some((outlet, n)) = registry.outlet(|i| tokens[from..name.end].get(i).map(Token::norm))
                && from + n == name.end
            {
                return (Some(MemberKind::Outlet), Some(outlet.name.clone()));
            }
        }
        match lexicon.known_body(words).filter(|(_, n)| *n == name.len()) {
            // "Who" is a pronoun and "Fed" a verb: an abbreviation is written in capitals.
            Some((body, _)) if name.len() > 1 || is_acronym(&tokens[name.start]) || tokens[name.start].word.tags.is_empty() => {
                let kind = match body.kind {
                    crate::domain::SourceKind::Organisation => MemberKind::Organisation,
                    _ => MemberKind::OfficialBody,
                };
                (Some(kind), Some(body.name.clone()))
            }
            _ => (None, None),
        }
    }

    fn role(&mut self, member: usize, head: &str, words: Vec<String>) {
        let roles = self.cast.roles.entry(head.to_owned()).or_default();
        if !roles.iter().rev().take(MOST_ROLES).any(|role| role.member == member && role.words == words) {
            roles.push(Role { member, words });
        }
    }

    /// What stands around a name tells of its bearer.
    fn read_context(&mut self, sentence: &Sentence<'_>, phrase: &NamePhrase, member: usize) {
        let tokens = &sentence.tokens;
        let mut begin = phrase.name.start;
        if !phrase.role.is_empty() {
            begin = phrase.role.start;
            self.evidence[member].add(MemberKind::Person, TITLED);
            self.set_gender(member, title_gender(&tokens[phrase.role.clone()]));
            if let Some(head) = phrase.role.clone().rev().find(|&i| is_office(&tokens[i])) {
                self.describe(sentence, member, &Description { range: phrase.role.clone(), head });
            }
        }
        // "the novel “Winter Mill”": marks around nothing but the name.
        let quote = begin > 0 && tokens[begin - 1].is_quote() && tokens.get(phrase.name.end).is_some_and(Token::is_quote);
        let before = (begin - usize::from(quote)).checked_sub(1);
        let end = phrase.name.end + usize::from(quote);
        if tokens[phrase.name.end - 1].possessive {
            return;
        }
        // "councillor Rita Falk", "the magazine Circuit"
        if let Some(head) =
            before.filter(|&i| tokens[i].tag.is_nominal() && !tokens[i].is_capitalized() || i == 0 && tokens[i].tag.is_nominal())
            && let Some(noun) = tokens[head].word.noun
            && (is_body(noun.kind) || matches!(noun.kind, NounKind::Person | NounKind::Place))
            && !noun.plural
        {
            let range = phrases::phrase_start(sentence, head + 1)..head + 1;
            self.describe(sentence, member, &Description { range, head });
        }
        if let Some(description) = phrases::naming(sentence, begin) {
            self.describe(sentence, member, &description);
        }
        // "Norrland shares", "shares of Norrland"
        let share = |i: usize| tokens.get(i).is_some_and(|t| noun_of(t) == Some(NounKind::Share));
        if share(end) || (begin > 1 && share(begin - 2) && tokens[begin - 1].tag == Tag::Preposition) {
            self.evidence[member].add(MemberKind::Organisation, RELATIVE);
        }
        let closes = |i: usize| tokens.get(i).is_none_or(|t| !t.is_word() || t.tag.is_finite() || t.tag == Tag::Adverb);
        if let Some(comma) = before.filter(|&i| tokens[i].is_mark(',') && closes(end))
            && let Some(description) = phrases::description_before(sentence, comma)
            && self.is_free(sentence, &description, member)
        {
            self.describe(sentence, member, &description);
        }
        if tokens.get(end).is_some_and(|t| t.is_mark(',')) {
            match tokens.get(end + 1) {
                Some(next) if next.tag == Tag::Relative => {
                    let person = next.word.noun.is_none() && next.norm() != "which";
                    let who = next.has(Class::RelativePronoun) && person;
                    self.evidence[member].add(MemberKind::Person, if who { RELATIVE } else { 0.0 });
                }
                Some(next) if next.tag == Tag::Number && tokens.get(end + 2).is_none_or(|t| !t.is_word()) => {
                    self.evidence[member].add(MemberKind::Person, AGE);
                }
                _ => {}
            }
            if let Some(description) = phrases::description_after(sentence, end) {
                self.describe(sentence, member, &description);
            }
        }
        if tokens.get(end).is_some_and(|t| t.is_mark('(')) && tokens.get(end + 2).is_some_and(|t| t.is_mark(')')) {
            self.abbreviate(sentence, &phrase.name, member, end + 1);
        }
    }

    /// A description belongs to one name: "the mayor" of "the mayor, Jane Roe, and Max Doe".
    fn is_free(&self, sentence: &Sentence<'_>, description: &Description, member: usize) -> bool {
        self.cast.mention(sentence.tokens[description.head].start).is_none_or(|known| known.member == member)
    }

    /// "the World Health Organization (WHO)"
    fn abbreviate(&mut self, sentence: &Sentence<'_>, name: &Range<usize>, member: usize, at: usize) {
        let token = &sentence.tokens[at];
        let letters: String = token.norm().chars().filter(|c| c.is_alphanumeric()).collect();
        let initials: String =
            sentence.tokens[name.clone()].iter().filter(|t| t.is_capitalized()).filter_map(|t| t.norm().chars().next()).collect();
        if is_acronym(token) && letters.len() > 1 && (initials == letters || initials.starts_with(&letters)) {
            self.cast.names.entry(token.norm().to_owned()).or_default().full = Some(member);
            self.mention(token, member);
            self.evidence[member].add(MemberKind::Organisation, GUESS);
        }
    }

    /// What a description says of a member: its kind, its role, its gender.
    fn describe(&mut self, sentence: &Sentence<'_>, member: usize, description: &Description) {
        let tokens = &sentence.tokens;
        let head = &tokens[description.head];
        let Some(noun) = head.word.noun else { return };
        let agency = noun.kind == NounKind::OfficialBody
            && description.head > description.range.start
            && tokens[description.head - 1].word.noun_in_name.is_some_and(|noun| noun.kind == NounKind::Outlet);
        let kind = if agency { Some(MemberKind::Outlet) } else { kind_of(noun) };
        if let Some(kind) = kind {
            self.evidence[member].add(kind, APPOSED);
        }
        self.set_gender(member, noun.gender);
        self.cast.mentions.insert(head.start, Mention { member, by: By::Role, confidence: BESIDE });
        let words = role_words(&tokens[description.range.clone()], head);
        self.role(member, head.norm(), words);
        let role = &tokens[description.range.start..description.range.end.min(description.range.start + LONGEST_ROLE)];
        let article = role
            .iter()
            .take_while(|t| matches!(t.tag, Tag::Determiner | Tag::Number) || noun_of(t) == Some(NounKind::Address))
            .count();
        let text = sources::join(&role[article.min(role.len())..]);
        let known = &mut self.cast.members[member];
        if known.role.is_none() && !text.is_empty() && noun.kind == NounKind::Person {
            known.role = Some(text);
        }
    }

    fn set_gender(&mut self, member: usize, gender: Option<Gender>) {
        let known = &mut self.cast.members[member].gender;
        *known = known.or(gender);
    }
}

fn noun_of(token: &Token<'_>) -> Option<NounKind> {
    token.word.noun.map(|noun| noun.kind)
}

fn kind_of(noun: Noun) -> Option<MemberKind> {
    match noun.kind {
        NounKind::Person => Some(MemberKind::Person),
        NounKind::OfficialBody => Some(MemberKind::OfficialBody),
        NounKind::Organisation | NounKind::AnyOrganisation => Some(MemberKind::Organisation),
        NounKind::Outlet => Some(MemberKind::Outlet),
        NounKind::Place => Some(MemberKind::Place),
        _ => None,
    }
}

/// "Tolland Bank", "Hobart & Sons", "Radio Estuary", "Port Lyle": what the words of a name show.
fn kind_by_shape(tokens: &[Token<'_>]) -> Option<MemberKind> {
    let joint = tokens.iter().position(|t| noun_of(t) == Some(NounKind::Joint) && !t.is_capitalized());
    let head = &tokens[..joint.unwrap_or(tokens.len())];
    if tokens.iter().any(|t| t.is_mark('&')) {
        return Some(MemberKind::Organisation);
    }
    let (first, last) = (head.first()?, head.last()?);
    if tokens.len() == 1 {
        return is_acronym(last).then_some(MemberKind::Organisation);
    }
    let by_last = noun_in_name(last).filter(|noun| noun.kind != NounKind::Person).and_then(kind_of);
    let by_first = noun_in_name(first)
        .filter(|noun| matches!(noun.kind, NounKind::Outlet | NounKind::Place))
        .map(|noun| if noun.kind == NounKind::Outlet { MemberKind::Outlet } else { MemberKind::Place });
    by_last.or(by_first)
}

fn looks_like_person(sentence: &Sentence<'_>, name: &Range<usize>) -> bool {
    let tokens = &sentence.tokens[name.clone()];
    let words = tokens.iter().filter(|t| t.is_word()).count();
    let title_of_work = name.start > 0
        && sentence.tokens[name.start - 1].is_quote()
        && sentence.tokens.get(name.end).is_some_and(|t| t.is_quote() || t.is_mark(','));
    (2..=4).contains(&words) && !title_of_work && tokens.iter().all(|t| !t.text.contains(|c: char| c.is_ascii_digit()))
}

fn is_acronym(token: &Token<'_>) -> bool {
    let letters = token.text.split(['\'', '’']).next().unwrap_or(token.text);
    letters.len() > 1 && letters.chars().all(|c| c.is_uppercase() || c == '.' || c.is_ascii_digit())
}

/// An office, not a mere form of address.
fn is_office(token: &Token<'_>) -> bool {
    noun_of(token) == Some(NounKind::Person)
}

fn title_gender(role: &[Token<'_>]) -> Option<Gender> {
    role.iter().find_map(|t| t.word.noun?.gender)
}

pub(super) fn canonical(tokens: &[Token<'_>]) -> String {
    let words: Vec<&Token<'_>> = tokens.iter().filter(|t| t.is_word() || t.is_mark('&') || is_apostrophe(t)).collect();
    canonical_of(&words)
}

fn is_apostrophe(token: &Token<'_>) -> bool {
    token.is_mark('\'') || token.is_mark('’')
}

fn canonical_of(words: &[&Token<'_>]) -> String {
    let mut out = String::with_capacity(words.iter().map(|token| token.text.len() + 1).sum());
    for (k, token) in words.iter().enumerate() {
        // "builders' league"
        if is_apostrophe(token) {
            out.push('\'');
            continue;
        }
        if k > 0 {
            out.push(' ');
        }
        out.push_str(token.norm());
        // "st brannock's hospital": inside a name the genitive is a part of it.
        if token.possessive && k + 1 < words.len() {
            out.push_str("'s");
        }
    }
    out
}

/// The words of a description that tell its office from others: no article, no pronoun, not the noun itself.
pub(super) fn role_words(tokens: &[Token<'_>], head: &Token<'_>) -> Vec<String> {
    tokens
        .iter()
        .filter(|t| t.start != head.start && t.is_word())
        .filter(|t| {
            t.tag.is_nominal()
                || matches!(t.tag, Tag::Adjective | Tag::Genitive)
                || t.word.noun.is_some_and(|noun| noun.kind == NounKind::Shift)
        })
        .map(|t| t.norm().to_owned())
        .collect()
}

/// A capital at the beginning of a sentence is a name's only where no list and no other sentence has the word without one.
fn is_name_alone(token: &Token<'_>, lexicon: &Lexicon, written_small: &FxHashSet<String>) -> bool {
    let listed = !token.word.tags.is_empty() || token.word.verb.is_some() || token.word.noun.is_some();
    let place = token.word.opens_place && lexicon.place(|i| (i == 0).then_some(token.norm())).is_some();
    place
        || is_acronym(token)
        || (!listed && matches!(token.tag, Tag::Name | Tag::Genitive | Tag::Noun) && !written_small.contains(token.norm()))
}

/// Words at the beginning of a sentence that the article also has without a capital.
fn written_small(sentences: &[&Sentence<'_>], phrases: &[Vec<NamePhrase>]) -> FxHashSet<String> {
    let doubtful: FxHashMap<&str, ()> = sentences
        .iter()
        .zip(phrases)
        .flat_map(|(sentence, phrases)| phrases.iter().filter(|p| p.doubtful).map(|p| (sentence.tokens[p.name.start].norm(), ())))
        .collect();
    if doubtful.is_empty() {
        return FxHashSet::default();
    }
    sentences
        .iter()
        .flat_map(|sentence| &sentence.tokens)
        .filter(|t| t.word.tags.is_empty() && t.is_word() && !t.is_capitalized() && doubtful.contains_key(t.norm()))
        .map(|t| t.norm().to_owned())
        .collect()
}
