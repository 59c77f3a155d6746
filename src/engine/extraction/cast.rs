//! Who and what an article speaks of: names, titles, roles, abbreviations and pronouns to one member each.
//!
//! Built once from the tagged sentences, before any claim is read: `learning` finds the names and what appositions say of
//! them, `discourse` then gives every mention its member, with a confidence. Where two members fit equally well, none is given.

mod discourse;
mod learning;
mod phrases;
#[cfg(test)]
mod tests;

use rustc_hash::FxHashMap;

use self::learning::Learner;
use super::{Draft, clauses::Sentence};
use crate::{
    domain::{EntityKind, Source, SourceKind},
    engine::text::{Gender, Token},
};

/// What a member is, as far as the article or the lists tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MemberKind {
    Person,
    OfficialBody,
    Organisation,
    Outlet,
    Place,
    /// A name that nothing is said of: a work, a person, a firm.
    Unknown,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// In full, as the article writes it, titles removed; what describes him, where he has no name.
    pub name: String,
    /// Folded: "andres roldan".
    pub canonical: String,
    pub kind: MemberKind,
    /// "head of the National Assembly", where the article says it.
    pub role: Option<String>,
    /// Only where the article tells it: "Mr", "she", "granddaughter".
    pub gender: Option<Gender>,
    pub plural: bool,
    pub named: bool,
    /// Brought in as "a nurse", not as "the nurse" that everybody knows.
    indefinite: bool,
    /// The outlet that publishes the article.
    pub publisher: bool,
}

impl Member {
    /// Whether "he" or "she" may stand for the member.
    fn is_one_person(&self) -> bool {
        self.kind == MemberKind::Person && !self.plural
    }

    fn is_body(&self) -> bool {
        matches!(self.kind, MemberKind::OfficialBody | MemberKind::Organisation | MemberKind::Outlet)
    }

    #[must_use]
    pub fn source(&self) -> Source {
        let kind = match self.kind {
            MemberKind::Person if !self.named && (self.indefinite || self.plural) => SourceKind::Anonymous,
            MemberKind::Person | MemberKind::Unknown => SourceKind::Person,
            MemberKind::OfficialBody | MemberKind::Place => SourceKind::OfficialBody,
            MemberKind::Organisation => SourceKind::Organisation,
            MemberKind::Outlet => SourceKind::Outlet,
        };
        Source { kind, name: self.name.clone(), role: self.role.clone().filter(|_| self.named) }
    }

    #[must_use]
    pub fn entity_kind(&self) -> EntityKind {
        match self.kind {
            MemberKind::Person => EntityKind::Person,
            MemberKind::OfficialBody | MemberKind::Organisation => EntityKind::Organisation,
            MemberKind::Outlet => EntityKind::Outlet,
            MemberKind::Place => EntityKind::Place,
            MemberKind::Unknown => EntityKind::Name,
        }
    }
}

/// By what a mention speaks of its member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Name,
    /// "the head of the assembly", "the company".
    Role,
    Pronoun,
    /// "her" in "Roe said her office": who has the part that she has elsewhere in the sentence.
    Owner,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mention {
    pub member: usize,
    pub by: By,
    /// 1 for a name.
    pub confidence: f32,
}

/// A name is certain.
const CERTAIN: f32 = 1.0;
/// The description that stands beside a name.
const BESIDE: f32 = 0.95;
/// "the head of the board" where one member is.
const BY_ROLE: f32 = 0.9;
/// "the company" where one was spoken of last.
const BY_KIND: f32 = 0.7;

#[derive(Clone, Debug, PartialEq)]
struct Role {
    member: usize,
    /// What tells this office from others of the same noun: "board" of "head of the board".
    words: Vec<String>,
}

/// Whom a name may mean. A full name comes before the short forms of others.
#[derive(Clone, Debug, Default)]
struct Bearers {
    full: Option<usize>,
    short: Vec<usize>,
}

impl Bearers {
    fn only(&self) -> Option<usize> {
        self.full.or(match self.short[..] {
            [member] => Some(member),
            _ => None,
        })
    }
}

/// Offices of one noun that are compared: the latest ones, so that a list of officials stays linear.
const MOST_ROLES: usize = 32;

#[derive(Clone, Debug, Default)]
pub struct Cast {
    members: Vec<Member>,
    /// Full names and short ones, folded.
    names: FxHashMap<String, Bearers>,
    /// By the noun of the role.
    roles: FxHashMap<String, Vec<Role>>,
    /// By the byte at which a token of the mention begins.
    mentions: FxHashMap<usize, Mention>,
}

impl Cast {
    /// Everybody who appears in the sentences.
    #[must_use]
    pub fn of<'s, 't: 's>(sentences: impl Iterator<Item = &'s Sentence<'t>>, draft: &Draft<'_>) -> Self {
        Self::default().extended(sentences, draft)
    }

    /// The same members in another text, such as the title; those that only it names are added.
    #[must_use]
    pub fn in_text<'s, 't: 's>(&self, sentences: impl Iterator<Item = &'s Sentence<'t>>, draft: &Draft<'_>) -> Self {
        let (members, names, roles) = (self.members.clone(), self.names.clone(), self.roles.clone());
        Self { members, names, roles, mentions: FxHashMap::default() }.extended(sentences, draft)
    }

    fn extended<'s, 't: 's>(self, sentences: impl Iterator<Item = &'s Sentence<'t>>, draft: &Draft<'_>) -> Self {
        let sentences: Vec<&Sentence<'_>> = sentences.collect();
        let mut learner = Learner::new(self, draft);
        let learnt = learner.learn(&sentences);
        let mut cast = learner.finish();
        discourse::resolve(&mut cast, &sentences, &learnt);
        cast
    }

    /// The mention that the token at this byte belongs to.
    #[must_use]
    pub fn mention(&self, start: usize) -> Option<Mention> {
        self.mentions.get(&start).copied()
    }

    #[must_use]
    pub fn member(&self, mention: Mention) -> &Member {
        &self.members[mention.member]
    }

    /// Who the token at this byte speaks of.
    #[must_use]
    pub fn at(&self, start: usize) -> Option<&Member> {
        self.mention(start).map(|mention| self.member(mention))
    }

    /// Whom a name means, in full or in short; `None` where nobody or more than one has it.
    #[must_use]
    pub fn named(&self, folded: &str) -> Option<&Member> {
        self.names.get(folded).and_then(Bearers::only).map(|member| &self.members[member])
    }

    /// Who may be meant by a role, by its noun and the words that tell it from others.
    fn in_role(&self, head: &str, words: &[&str]) -> Vec<usize> {
        let Some(roles) = self.roles.get(head) else { return Vec::new() };
        let known = |role: &Role, word: &str| {
            role.words.iter().any(|w| w == word) || self.members[role.member].canonical.split(' ').any(|w| w == word)
        };
        let fits = |role: &&Role| words.iter().all(|word| known(role, word));
        let mut fitting: Vec<(usize, usize)> = roles
            .iter()
            .rev()
            .take(MOST_ROLES)
            .filter(fits)
            .map(|role| (words.iter().filter(|word| role.words.iter().any(|w| w == *word)).count(), role.member))
            .collect();
        let most = fitting.iter().map(|(shared, _)| *shared).max().unwrap_or(0);
        fitting.retain(|(shared, _)| *shared == most);
        let mut members: Vec<usize> = fitting.into_iter().map(|(_, member)| member).collect();
        members.sort_unstable();
        members.dedup();
        members
    }

    /// Full names by their folded last word, for the persons of the article.
    #[must_use]
    pub fn surnames(&self) -> FxHashMap<String, String> {
        let person = |member: &&Member| member.named && matches!(member.kind, MemberKind::Person | MemberKind::Unknown);
        self.members
            .iter()
            .filter(person)
            .filter_map(|member| Some((member.canonical.rsplit_once(' ')?.1.to_owned(), member.name.clone())))
            .collect()
    }

    /// The source that a noun phrase of the article means, where it was found to mean a member.
    #[must_use]
    pub fn source_of(&self, token: &Token<'_>) -> Option<Source> {
        self.at(token.start).map(Member::source)
    }
}
