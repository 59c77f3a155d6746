//! Reads the article in order and finds whom "he", "the company" and "the inspectors" mean at each place.
//!
//! Centring without a parser (after Grosz, Joshi & Weinstein 1995): the subject of the sentence before is the best
//! candidate, then whoever was named last; number and gender must agree where the text tells them.

use super::{
    BY_KIND, BY_ROLE, By, Cast, MOST_ROLES, Member, MemberKind, Mention,
    learning::{Learnt, role_words},
    phrases::{self, is_body},
};
use crate::{
    domain::SourceKind,
    engine::{
        extraction::{clauses::Sentence, sources},
        text::{
            Class, Gender, Lexicon, NounKind, Tag, Token, fold,
            lexicon::{Noun, Report},
        },
    },
};

/// Sentences back to which a pronoun may look.
const MEMORY: usize = 3;
/// Candidates that are looked at, so that a long sentence stays linear.
const MOST_RECENT: usize = 24;

/// How near a candidate stands, by the sentences between; the subject of its sentence first.
const SUBJECT: [f32; MEMORY + 1] = [6.0, 5.0, 2.0, 1.0];
const OBJECT: [f32; MEMORY + 1] = [3.0, 2.5, 0.8, 0.4];
/// Whoever speaks goes on speaking.
const SPEAKER: f32 = 0.5;
const GENDER: f32 = 0.4;
/// Inside a quotation others are spoken of than around it.
const OTHER_VOICE: f32 = 1.0;
/// Two candidates nearer than this to each other fit equally well.
const TOO_CLOSE: f32 = 0.3;

/// Confidence in a pronoun that means the subject right before, and in any other.
const NEAR: f32 = 0.8;
const FAR: f32 = 0.6;

#[derive(Clone, Copy, Debug)]
struct Seen {
    member: usize,
    sentence: usize,
    subject: bool,
    speaker: bool,
    quoted: bool,
}

struct Discourse<'c> {
    cast: &'c mut Cast,
    recent: Vec<Seen>,
    /// For each member where in `recent` it was seen last.
    last: Vec<Option<usize>>,
    sentence: usize,
}

pub(super) fn resolve(cast: &mut Cast, sentences: &[&Sentence<'_>], learnt: &[Learnt]) {
    let mut discourse = Discourse { cast, recent: Vec::new(), last: Vec::new(), sentence: 0 };
    for (k, sentence) in sentences.iter().enumerate() {
        discourse.sentence = k;
        discourse.read(sentence, &learnt[k]);
    }
}

impl Discourse<'_> {
    fn read(&mut self, sentence: &Sentence<'_>, learnt: &Learnt) {
        let tokens = &sentence.tokens;
        let mut names = learnt.names.iter().peekable();
        let mut at = 0;
        while at < tokens.len() {
            if let Some((phrase, member)) = names.next_if(|(phrase, _)| phrase.name.start <= at) {
                let start = if phrase.role.is_empty() { phrase.name.start } else { phrase.role.start };
                let begin = phrases::phrase_start(sentence, start + 1).min(start);
                self.see(sentence, *member, begin, phrase.name.end);
                at = phrase.name.end.max(at + 1);
                continue;
            }
            let token = &tokens[at];
            if let Some(noun) = token.word.noun.filter(|_| token.is_word()) {
                match noun.kind {
                    NounKind::He | NounKind::She | NounKind::It | NounKind::They => self.pronoun(sentence, at, noun),
                    NounKind::Person
                    | NounKind::OfficialBody
                    | NounKind::Organisation
                    | NounKind::AnyOrganisation
                    | NounKind::Outlet => self.description(sentence, at, noun),
                    _ => {}
                }
            } else if is_age(sentence, token) {
                let noun = Noun { kind: NounKind::He, plural: false, gender: None };
                self.pronoun(sentence, at, noun);
            }
            at += 1;
        }
    }

    fn see(&mut self, sentence: &Sentence<'_>, member: usize, start: usize, end: usize) {
        let (subject, speaker) = grammar(sentence, start, end);
        let seen = Seen { member, sentence: self.sentence, subject, speaker, quoted: sentence.quoted[start] };
        if self.last.len() <= member {
            self.last.resize(member + 1, None);
        }
        self.last[member] = Some(self.recent.len());
        self.recent.push(seen);
    }

    fn mention(&mut self, token: &Token<'_>, member: usize, by: By, confidence: f32) {
        self.cast.mentions.insert(token.start, Mention { member, by, confidence });
    }

    fn pronoun(&mut self, sentence: &Sentence<'_>, at: usize, noun: Noun) {
        let token = &sentence.tokens[at];
        // A name that nothing is said of may be anybody's who acts.
        let fits = |member: &Member, acts: bool| match noun.kind {
            NounKind::They => member.plural,
            NounKind::It => {
                (member.is_body() || (acts && member.kind == MemberKind::Unknown)) && !member.plural && !member.publisher
            }
            _ => (member.is_one_person() || (acts && member.kind == MemberKind::Unknown)) && agree(member.gender, noun.gender),
        };
        if token.has(Class::Reflexive) {
            return;
        }
        // "her" is both: "contradicted her", "her office".
        let owned = sentence.tokens.get(at + 1).is_some_and(|next| {
            next.tag.is_nominal() || matches!(next.tag, Tag::Adjective | Tag::Participle | Tag::Gerund | Tag::Genitive)
        });
        let possessive = token.tag == Tag::Possessive && owned;
        let subject = token.has(Class::PersonalPronoun) || grammar(sentence, at, at + 1).0;
        let Some((member, confidence)) = self.nearest(sentence, at, noun.gender, !subject && !possessive, fits) else { return };
        let here = self.last[member].is_some_and(|at| self.recent[at].sentence == self.sentence);
        self.mention(token, member, if possessive && here { By::Owner } else { By::Pronoun }, confidence);
        if confidence >= NEAR {
            self.learn_from_pronoun(member, noun);
        }
        if !possessive {
            // "The 23-year-old" begins with its article.
            self.see(sentence, member, phrases::phrase_start(sentence, at + 1), at + 1);
        }
    }

    /// "Acme said it would close": what "it" says is a body, who "she" is is a woman.
    fn learn_from_pronoun(&mut self, member: usize, pronoun: Noun) {
        let speaks = self.last.get(member).copied().flatten().is_some_and(|at| self.recent[at].speaker);
        let member = &mut self.cast.members[member];
        member.gender = member.gender.or(pronoun.gender);
        if member.kind == MemberKind::Unknown {
            match pronoun.kind {
                NounKind::It if speaks => member.kind = MemberKind::Organisation,
                NounKind::He | NounKind::She => member.kind = MemberKind::Person,
                _ => {}
            }
        }
    }

    /// The best candidate, or `None` where there is none or two are as good. An object is never the subject of its clause.
    fn nearest(
        &self,
        sentence: &Sentence<'_>,
        at: usize,
        gender: Option<Gender>,
        object: bool,
        fits: impl Fn(&Member, bool) -> bool,
    ) -> Option<(usize, f32)> {
        let quoted = sentence.quoted[at];
        let barred = if object {
            self.recent.iter().rev().find(|s| s.sentence == self.sentence && s.subject).map(|s| s.member)
        } else {
            None
        };
        let speaker = quoted.then(|| self.speaker_around(sentence)).flatten();
        let mut best: Vec<(f32, usize)> = Vec::new();
        for seen in self.recent.iter().rev().take(MOST_RECENT) {
            let distance = self.sentence - seen.sentence;
            if distance > MEMORY {
                break;
            }
            let member = &self.cast.members[seen.member];
            if !fits(member, seen.subject) || Some(seen.member) == barred || Some(seen.member) == speaker {
                continue;
            }
            let mut weight = if seen.subject { SUBJECT[distance] } else { OBJECT[distance] };
            weight += if seen.speaker { SPEAKER } else { 0.0 };
            weight += if gender.is_some() && member.gender == gender { GENDER } else { 0.0 };
            weight -= if seen.quoted != quoted { OTHER_VOICE } else { 0.0 };
            match best.iter_mut().find(|(_, known)| *known == seen.member) {
                Some(known) => known.0 = known.0.max(weight),
                None => best.push((weight, seen.member)),
            }
        }
        best.sort_by(|a, b| b.0.total_cmp(&a.0));
        let (weight, member) = *best.first()?;
        let clear = best.get(1).is_none_or(|next| weight - next.0 > TOO_CLOSE);
        clear.then_some((member, if weight >= SUBJECT[1] - OTHER_VOICE { NEAR } else { FAR }))
    }

    /// Who says the quotation of this sentence: its own speaker, else the last one.
    fn speaker_around(&self, sentence: &Sentence<'_>) -> Option<usize> {
        let own = sentence.tokens.iter().enumerate().filter(|(i, _)| !sentence.quoted[*i]).find_map(|(i, t)| {
            let mention = self.cast.mention(t.start)?;
            grammar(sentence, i, i + 1).1.then_some(mention.member)
        });
        own.or_else(|| self.recent.iter().rev().find(|seen| seen.speaker && !seen.quoted).map(|seen| seen.member))
    }

    /// "the company", "his lawyer", "a nurse on the ward", "residents".
    fn description(&mut self, sentence: &Sentence<'_>, at: usize, noun: Noun) {
        let tokens = &sentence.tokens;
        let head = &tokens[at];
        if !phrases::is_head(sentence, at) {
            return;
        }
        let start = phrases::phrase_start(sentence, at + 1);
        if let Some(known) = self.cast.mention(head.start) {
            if known.by == By::Role {
                self.see(sentence, known.member, start, at + 1);
            }
            return;
        }
        let end = if head.tag == Tag::Genitive { at + 1 } else { phrases::phrase_end(sentence, at + 1) };
        let first = &tokens[start];
        let definite = first.has(Class::DefiniteArticle)
            || first.has(Class::Demonstrative)
            || tokens[start..at].iter().any(|t| matches!(t.tag, Tag::Possessive | Tag::Genitive));
        if definite {
            let near_end = of_phrase_end(tokens, at, end);
            let words = role_words(&tokens[start..near_end], head);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            if let Some((member, confidence)) = self.in_role(sentence, at, noun, &words) {
                self.mention(head, member, By::Role, confidence);
                self.see(sentence, member, start, at + 1);
                return;
            }
        }
        let counted = first.tag == Tag::Number || (first.tag == Tag::Determiner && start < at);
        let predicate = start > 0 && tokens[start - 1].has(Class::Be);
        if predicate || !(definite || counted || (noun.plural && noun.kind == NounKind::Person)) {
            return;
        }
        let group = !definite && !counted;
        let known = group.then(|| role_words(&tokens[start..at], head)).and_then(|words| self.same_group(head.norm(), &words));
        if let Some(member) = known {
            self.mention(head, member, By::Role, BY_ROLE);
            self.see(sentence, member, start, at + 1);
            return;
        }
        let member = self.introduce(sentence, start..end, at, noun, definite);
        self.mention(head, member, By::Role, 1.0);
        self.see(sentence, member, start, at + 1);
    }

    /// "residents" are the same wherever they are named without more words.
    fn same_group(&self, head: &str, words: &[String]) -> Option<usize> {
        let roles = self.cast.roles.get(head)?;
        roles.iter().rev().take(MOST_ROLES).find(|role| role.words == words).map(|role| role.member)
    }

    /// A definite description of somebody who is known: by the office, else by the kind.
    fn in_role(&self, sentence: &Sentence<'_>, at: usize, noun: Noun, words: &[&str]) -> Option<(usize, f32)> {
        let lexicon = sentence.lexicon;
        let shift = |word: &str| lexicon.word(word).noun.is_some_and(|noun| noun.kind == NounKind::Shift);
        let head = sentence.tokens[at].norm();
        let mut fitting = self.cast.in_role(head, words);
        // "the director" is not the former one, unless she is the only one there is.
        let same_shift = |member: usize| {
            self.cast.roles[head]
                .iter()
                .any(|role| role.member == member && role.words.iter().all(|word| !shift(word) || words.contains(&word.as_str())))
        };
        fitting.retain(|&member| same_shift(member));
        // A body must have been spoken of before; a person's office may be told later.
        let spoken = |member: usize| self.last.get(member).is_some_and(Option::is_some);
        if noun.kind != NounKind::Person || fitting.len() > 1 {
            fitting.retain(|&member| spoken(member));
        }
        match fitting[..] {
            [] if noun.kind == NounKind::AnyOrganisation && words.is_empty() => self.latest_company(lexicon),
            [] => None,
            [member] => Some((member, BY_ROLE)),
            _ => fitting.into_iter().max_by_key(|&member| self.last.get(member)).map(|member| (member, BY_KIND)),
        }
    }

    /// "the company": the organisation that was spoken of last, unless its name says that it is something else.
    fn latest_company(&self, lexicon: &Lexicon) -> Option<(usize, f32)> {
        const REACH: usize = 100;
        let other = |member: &Member| {
            let noun = member.canonical.rsplit(' ').next().and_then(|last| lexicon.word(last).noun);
            noun.is_some_and(|noun| noun.kind != NounKind::AnyOrganisation && is_body(noun.kind))
        };
        let company = |id: usize| {
            let member = &self.cast.members[id];
            member.named && member.kind == MemberKind::Organisation && !other(member)
        };
        self.recent.iter().rev().take(REACH).map(|seen| seen.member).find(|&id| company(id)).map(|id| (id, BY_KIND))
    }

    /// Somebody who has no name: "a nurse on the ward", "the civil protection agency".
    fn introduce(
        &mut self,
        sentence: &Sentence<'_>,
        range: std::ops::Range<usize>,
        at: usize,
        noun: Noun,
        definite: bool,
    ) -> usize {
        let tokens = &sentence.tokens;
        let name = sources::join(&tokens[range.clone()]);
        // "the central bank" is a body that everybody knows, though it has no name.
        let official = at
            .checked_sub(1)
            .and_then(|from| sentence.lexicon.known_body(|i| tokens[from..=at].get(i).map(Token::norm)))
            .is_some_and(|(body, n)| n == 2 && body.kind == SourceKind::OfficialBody);
        let kind = match noun.kind {
            _ if official => MemberKind::OfficialBody,
            NounKind::Person => MemberKind::Person,
            NounKind::OfficialBody => MemberKind::OfficialBody,
            NounKind::Outlet => MemberKind::Outlet,
            _ => MemberKind::Organisation,
        };
        let id = self.cast.members.len();
        let plural = noun.plural;
        self.cast.members.push(Member {
            canonical: fold(&name),
            name,
            kind,
            role: None,
            gender: noun.gender,
            plural,
            named: false,
            indefinite: !definite,
            publisher: false,
        });
        let words = role_words(&tokens[range], &tokens[at]);
        self.cast.roles.entry(tokens[at].norm().to_owned()).or_default().push(super::Role { member: id, words });
        id
    }
}

fn agree(known: Option<Gender>, asked: Option<Gender>) -> bool {
    known.is_none() || asked.is_none() || known == asked
}

fn is_age(sentence: &Sentence<'_>, token: &Token<'_>) -> bool {
    token.text.starts_with(|c: char| c.is_ascii_digit())
        && token
            .norm()
            .split_once('-')
            .is_some_and(|(_, unit)| sentence.lexicon.word(unit).noun.is_some_and(|noun| noun.kind == NounKind::Age))
}

/// Where the "of the board" behind a head ends; other prepositions tell a place or a time.
fn of_phrase_end(tokens: &[Token<'_>], head: usize, end: usize) -> usize {
    let joint = |i: usize| tokens.get(i).and_then(|t| t.word.noun).is_some_and(|noun| noun.kind == NounKind::Joint);
    if !joint(head + 1) {
        return head + 1;
    }
    (head + 2..end).find(|&i| tokens[i].tag == Tag::Preposition).unwrap_or(end)
}

/// Whether a phrase is the subject of a verb, and whether that verb reports.
fn grammar(sentence: &Sentence<'_>, start: usize, end: usize) -> (bool, bool) {
    const REACH: usize = 16;
    let tokens = &sentence.tokens;
    let reports = |i: usize| tokens[i].word.verb.as_ref().is_some_and(|verb| verb.report.is_some());
    let before = (0..start).rev().find(|&i| !tokens[i].is_quote());
    // "Dorian guns", "Norrland shares": what the name only describes acts.
    let describes = tokens.get(end).is_some_and(|t| t.tag.is_nominal() && t.is_word() && !t.is_capitalized())
        && tokens[end - 1].is_capitalized();
    let owner = describes || (end > 0 && tokens[end - 1].tag == Tag::Genitive);
    let pronoun = matches!(tokens[start].tag, Tag::Pronoun | Tag::Possessive);
    // `"…," said Jane Roe`
    let inverts = |i: usize| {
        let class = tokens[i].word.verb.as_ref().and_then(|verb| verb.report);
        matches!(class, Some(Report::Say | Report::Announce | Report::Hedge)) && tokens[i].tag.is_finite() && !sentence.quoted[i]
    };
    if let Some(verb) = before.filter(|&i| !pronoun && !owner && inverts(i) && i > 0) {
        let own_verb = tokens.get(end).is_some_and(|t| t.tag.is_finite());
        if (tokens[verb - 1].is_quote() || tokens[verb - 1].is_mark(',')) && !own_verb {
            return (true, true);
        }
    }
    if owner {
        return (false, false);
    }
    let verb = tokens.get(end).filter(|t| t.tag.is_finite() || t.tag == Tag::Adverb);
    let joined = before.is_some_and(|i| tokens[i].tag == Tag::Conjunction);
    let free = before.is_none_or(|i| {
        let t = &tokens[i];
        !t.is_word() || t.has(Class::That) || t.has(Class::Subordinator) || t.has(Class::Concession) || t.tag == Tag::Relative || t.tag == Tag::Adverb
            // "said he had lost": a clause without "that".
            || (verb.is_some() && (t.tag.is_verb() || t.tag.is_nominal()))
    });
    if !(free || (joined && verb.is_some())) {
        return (false, false);
    }
    let finite =
        (end..tokens.len().min(end + REACH)).find(|&i| tokens[i].tag.is_finite() && sentence.quoted[i] == sentence.quoted[start]);
    match finite {
        Some(verb) => (true, reports(verb) && !sentence.quoted[verb]),
        None => (before.is_none(), false),
    }
}
