//! Gives every token of a sentence its part of speech.
//!
//! A second-order hidden Markov model with endings for unknown words (Brants 2000, "TnT"): the tags a word can have come
//! from the lexicon, the most likely sequence from Viterbi's algorithm. Deterministic, linear in the number of tokens.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::{
    lexicon::{Class, Lexicon, TagScore, VerbForm},
    repair::repair,
    tokens::{Token, TokenKind, is_title_case},
};

/// Penn Treebank tags, merged where reading does not need the difference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tag {
    /// NN
    #[default]
    Noun,
    /// NNS
    Nouns,
    /// NNP, NNPS
    Name,
    /// A noun or name in the genitive: "the city's".
    Genitive,
    /// JJ, JJR, JJS
    Adjective,
    /// RB, RBR, RBS
    Adverb,
    /// VB: infinitive and imperative
    Infinitive,
    /// VBP: finite present, not third person singular
    Present,
    /// VBZ
    Third,
    /// VBD
    Past,
    /// VBN
    Participle,
    /// VBG
    Gerund,
    /// MD
    Modal,
    /// DT, PDT
    Determiner,
    /// PRP, EX
    Pronoun,
    /// PRP$
    Possessive,
    /// IN: preposition or subordinator
    Preposition,
    /// WDT, WP, WRB
    Relative,
    /// TO
    To,
    /// CC
    Conjunction,
    /// CD
    Number,
    /// RP
    Particle,
    /// A pronoun and its verb in one word: "he's", "they've".
    Contraction,
    /// Marks inside a sentence; quotation marks have this too, and are left out of the sequence.
    Mark,
    /// Marks that end a sentence.
    Stop,
}

impl Tag {
    const NAMES: [(&'static str, Self); 25] = [
        ("NN", Self::Noun),
        ("NNS", Self::Nouns),
        ("NNP", Self::Name),
        ("GEN", Self::Genitive),
        ("JJ", Self::Adjective),
        ("RB", Self::Adverb),
        ("VB", Self::Infinitive),
        ("VBP", Self::Present),
        ("VBZ", Self::Third),
        ("VBD", Self::Past),
        ("VBN", Self::Participle),
        ("VBG", Self::Gerund),
        ("MD", Self::Modal),
        ("DT", Self::Determiner),
        ("PRP", Self::Pronoun),
        ("PRP$", Self::Possessive),
        ("IN", Self::Preposition),
        ("WH", Self::Relative),
        ("TO", Self::To),
        ("CC", Self::Conjunction),
        ("CD", Self::Number),
        ("RP", Self::Particle),
        ("CL", Self::Contraction),
        (",", Self::Mark),
        (".", Self::Stop),
    ];

    fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, tag)| *tag)
    }

    /// Carries a clause by itself: "said", "says", "may", "they've".
    #[must_use]
    pub fn is_finite(self) -> bool {
        matches!(self, Self::Past | Self::Third | Self::Present | Self::Modal | Self::Contraction)
    }

    #[must_use]
    pub fn is_verb(self) -> bool {
        matches!(
            self,
            Self::Past | Self::Third | Self::Present | Self::Modal | Self::Infinitive | Self::Participle | Self::Gerund
        )
    }

    #[must_use]
    pub fn is_nominal(self) -> bool {
        matches!(self, Self::Noun | Self::Nouns | Self::Name | Self::Number)
    }
}

/// Tags, and one more state before the first token.
const STATES: usize = Tag::NAMES.len() + 1;
const BEGIN: usize = STATES - 1;
/// Tags of a word that are tried; what is rarer does not change the best sequence.
const MOST_TAGS: usize = 6;
/// How far a shorter ending's tags count beside a longer one's.
const ENDING_SMOOTHING: f32 = 0.1;
const LONGEST_ENDING: usize = 5;
/// Seen fewer times than this, a word's tags are mixed with those of its ending.
const RARE: f32 = 3.0;
/// Least share of the rarer one of two forms that look the same.
const TWIN_SHARE: f32 = 0.08;
/// Tags less likely than this are not tried.
const LEAST_LIKELY: f32 = 0.003;

/// Shorter lines ("In Paris.") may well have no verb.
const SHORTEST_SENTENCE: usize = 4;
/// Longer ones are lists and tables, and each second look costs as much as the first.
const LONGEST_SENTENCE: usize = 100;
/// How much less likely a sequence with a verb may be than the best one without (nats).
const MOST_LOSS: f32 = 9.0;
const MOST_RETRIES: usize = 8;
/// Outweighs every probability of a sentence.
const CERTAIN: f32 = 1.0e3;

type Distribution = [f32; STATES];

/// P(tag | ending), already smoothed with the shorter endings.
type Endings = FxHashMap<String, Ending>;

struct Ending {
    p: Distribution,
    /// The tags of a word of which nothing else is known.
    scores: Vec<TagScore>,
}

pub struct TagModel {
    /// Log probability of a tag behind two others.
    transitions: Vec<[f32; STATES]>,
    prior: Distribution,
    /// By whether the word has a capital.
    endings: [Endings; 2],
    /// Infinitive and present, past and participle look the same in most verbs.
    twins: bool,
}

fn counts(row: &str) -> impl Iterator<Item = (Tag, f32)> {
    row.split(' ').filter_map(|pair| {
        let (tag, count) = pair.rsplit_once(':')?;
        Some((Tag::named(tag)?, count.parse().ok()?))
    })
}

fn rows(file: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    file.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'))
}

impl TagModel {
    pub(super) fn parse(transitions: &'static str, endings: &'static str, twins: bool) -> Self {
        let state = |name: &str| Tag::named(name).map_or(BEGIN, |tag| tag as usize);
        let at = |a: usize, b: usize, c: usize| (a * STATES + b) * STATES + c;
        let mut three = vec![0.0_f32; STATES * STATES * STATES];
        let mut two = vec![0.0_f32; STATES * STATES];
        let mut one = [0.0_f32; STATES];
        let (mut after_two, mut after_one) = (vec![0.0_f32; STATES * STATES], [0.0_f32; STATES]);
        for (context, row) in rows(transitions) {
            let Some((a, b)) = context.split_once(' ') else { continue };
            let (a, b) = (state(a), state(b));
            for (tag, count) in counts(row) {
                let c = tag as usize;
                three[at(a, b, c)] += count;
                two[b * STATES + c] += count;
                one[c] += count;
                after_two[a * STATES + b] += count;
                after_one[b] += count;
            }
        }
        let total = one.iter().sum::<f32>().max(1.0);
        let weights = interpolation(&three, &two, &one, &after_two, &after_one, total);
        let mut log = vec![[0.0; STATES]; STATES * STATES];
        for a in 0..STATES {
            for b in 0..STATES {
                for c in 0..STATES {
                    let ratio = |part: f32, whole: f32| if whole > 0.0 { part / whole } else { 0.0 };
                    let p = weights[0] * one[c] / total
                        + weights[1] * ratio(two[b * STATES + c], after_one[b])
                        + weights[2] * ratio(three[at(a, b, c)], after_two[a * STATES + b]);
                    log[a * STATES + b][c] = (p + 1e-9).ln();
                }
            }
        }
        let prior = one.map(|count| (count / total).max(1e-6));
        let mut model = Self { transitions: log, prior, endings: Default::default(), twins };
        for (ending, p) in smoothed_endings(endings) {
            let (bare, capital) = ending.strip_prefix('^').map_or((ending.as_str(), false), |bare| (bare, true));
            let scores = model.likeliest(&p);
            model.endings[usize::from(capital)].insert(bare.to_owned(), Ending { p, scores });
        }
        for capital in [false, true] {
            let any = Ending { p: model.prior, scores: model.likeliest(&model.prior) };
            model.endings[usize::from(capital)].entry(String::new()).or_insert(any);
        }
        model
    }

    /// The scores of a listed word from its row.
    pub(super) fn scores(&self, word: &str, capital: bool, row: &str) -> Vec<TagScore> {
        let mut p = [0.0; STATES];
        let mut seen = 0.0;
        for (tag, count) in counts(row) {
            p[tag as usize] += count;
            seen += count;
        }
        if seen < RARE {
            let guess = self.by_ending(word, capital);
            for (count, guess) in p.iter_mut().zip(&guess.p) {
                *count += guess;
            }
            seen += 1.0;
        }
        self.likeliest(&p.map(|count| count / seen))
    }

    /// The tags of a word that is a form of a verb and nothing else.
    pub(super) fn verb_scores(&self, form: VerbForm) -> Vec<TagScore> {
        let mut p = [0.0; STATES];
        verb_tags(form).for_each(|tag| p[tag as usize] = 1.0);
        let sum = p.iter().sum::<f32>().max(1.0);
        self.likeliest(&p.map(|count| count / sum))
    }

    fn likeliest(&self, p: &Distribution) -> Vec<TagScore> {
        let mut p = *p;
        // What was counted in one of two forms that look the same may be the other one as well.
        let twins = [(Tag::Infinitive, Tag::Present), (Tag::Past, Tag::Participle)];
        for (a, b) in twins.into_iter().filter(|_| self.twins) {
            let (a, b) = (a as usize, b as usize);
            (p[a], p[b]) = (p[a].max(p[b] * TWIN_SHARE), p[b].max(p[a] * TWIN_SHARE));
        }
        let mut scores: Vec<(f32, TagScore)> = Tag::NAMES
            .iter()
            .map(|(_, tag)| *tag)
            .filter(|tag| p[*tag as usize] > LEAST_LIKELY)
            .map(|tag| (p[tag as usize], (tag, (p[tag as usize] / self.prior[tag as usize]).ln())))
            .collect();
        scores.sort_by(|a, b| b.0.total_cmp(&a.0));
        scores.truncate(MOST_TAGS);
        scores.into_iter().map(|(_, score)| score).collect()
    }

    /// The longest ending of the word that was counted; the empty one always is.
    fn by_ending(&self, word: &str, capital: bool) -> &Ending {
        let endings = &self.endings[usize::from(capital)];
        let longest = word.char_indices().rev().nth(LONGEST_ENDING - 1).map_or(0, |(at, _)| at);
        let mut endings_of_word = word[longest..].char_indices().map(|(at, _)| &word[longest + at..]);
        endings_of_word.find_map(|ending| endings.get(ending)).unwrap_or_else(|| &endings[""])
    }

    /// The tags a token can have, appended to `out`.
    fn candidates(&self, token: &Token<'_>, lexicon: &Lexicon, first: bool, title_case: bool, out: &mut Vec<TagScore>) {
        let sure = |tag: Tag| (tag, 0.0);
        match token.kind {
            TokenKind::Number => return out.push(sure(Tag::Number)),
            TokenKind::Mark => {
                return out.push(sure(if matches!(token.text, "." | "!" | "?" | "…") { Tag::Stop } else { Tag::Mark }));
            }
            TokenKind::Word => {}
        }
        if token.possessive {
            // "he's", "that's": a pronoun has no genitive in 's.
            let pronoun = token.word.tags.first().is_some_and(|(tag, _)| {
                matches!(tag, Tag::Pronoun | Tag::Contraction | Tag::Relative | Tag::Determiner | Tag::Preposition)
            });
            return out.push(sure(if pronoun { Tag::Contraction } else { Tag::Genitive }));
        }
        let capital = token.is_capitalized();
        let known: &[TagScore] = if capital && !first && !title_case { &token.word.capital_tags } else { &token.word.tags };
        if !known.is_empty() {
            out.extend_from_slice(known);
            if capital && (first || title_case) {
                // A name may begin a sentence as well.
                let names = token.word.capital_tags.iter().filter(|(tag, _)| known.iter().all(|(other, _)| other != tag));
                out.extend(names);
            }
            return;
        }
        if capital && (first || title_case) && !token.word.capital_tags.is_empty() {
            return out.extend_from_slice(&token.word.capital_tags);
        }
        if token.text.starts_with(|ch: char| ch.is_ascii_digit()) {
            let mut p = [0.0; STATES];
            p[Tag::Adjective as usize] = 0.6;
            p[Tag::Number as usize] = 0.3;
            p[Tag::Noun as usize] = 0.1;
            return out.extend(self.likeliest(&p));
        }
        let norm = &*lexicon.written(token.text, token.norm());
        let mut last_part = norm;
        if token.compound {
            last_part = norm.rsplit('-').next().filter(|part| !part.is_empty()).unwrap_or(norm);
            // A part of a compound may be listed: "co-founded".
            let part = lexicon.word(last_part);
            if last_part.len() < norm.len() && !capital && !part.tags.is_empty() {
                return out.extend_from_slice(&part.tags);
            }
        }
        let ending = self.by_ending(last_part, capital && !title_case);
        match token.word.verb.as_ref().filter(|_| !capital || first) {
            Some(verb) => {
                let mut p = ending.p;
                // The list of verbs knows forms that the counted text did not hold.
                for tag in verb_tags(verb.form) {
                    p[tag as usize] = p[tag as usize].max(0.3);
                }
                out.extend(self.likeliest(&p));
            }
            None => out.extend_from_slice(&ending.scores),
        }
    }

    /// Sets the tag of every token of a sentence.
    pub fn tag(&self, tokens: &mut [Token<'_>], lexicon: &Lexicon) {
        self.tag_with(tokens, lexicon, &mut Lattice::default());
    }

    /// The same, with a lattice that serves one sentence after the other.
    pub fn tag_with(&self, tokens: &mut [Token<'_>], lexicon: &Lexicon, lattice: &mut Lattice) {
        let title_case = is_title_case(tokens.iter());
        // Quotation marks tell nothing of the grammar around them.
        let mut line: Vec<usize> = Vec::with_capacity(tokens.len());
        line.extend((0..tokens.len()).filter(|&i| !tokens[i].is_quote()));
        lattice.scores.clear();
        lattice.bounds.clear();
        lattice.bounds.push(0);
        // A mark may stand before it: "¿Ganó?", "— He left."
        let first = line.iter().position(|&i| tokens[i].kind != TokenKind::Mark);
        for (k, &i) in line.iter().enumerate() {
            self.candidates(&tokens[i], lexicon, Some(k) == first, title_case, &mut lattice.scores);
            lattice.bounds.push(lattice.scores.len());
        }
        let (mut score, mut path) = self.best_path(lattice);
        let is_that = |k: usize| tokens[line[k]].has(Class::That);
        let reports = |k: usize| tokens[line[k]].word.verb.as_ref().is_some_and(|verb| verb.report.is_some());
        // A second look, for what a verb of the main clause leaves open.
        let prose = (SHORTEST_SENTENCE..LONGEST_SENTENCE).contains(&path.len()) && !title_case;
        for _ in 0..2 {
            let clause = prose.then(|| clause_without_verb(&path, is_that, reports));
            let Some(clause) = clause.flatten() else { break };
            let Some((lower, better)) = self.with_a_verb(lattice, score, clause) else { break };
            (score, path) = (lower, better);
        }
        for (&i, tag) in line.iter().zip(path) {
            tokens[i].tag = tag;
        }
        for token in tokens.iter_mut().filter(|token| token.is_quote()) {
            token.tag = Tag::Mark;
        }
        repair(tokens);
    }

    /// The best sequence in which one word is a finite verb: a sentence has one, however rarely this word is it ("The plant
    /// leaks radiation."). `None` when that is too unlikely.
    fn with_a_verb(&self, lattice: &mut Lattice, score: f32, clause: Range<usize>) -> Option<(f32, Vec<Tag>)> {
        let mut best: Option<(f32, Vec<Tag>)> = None;
        // Its subject stands in front of it.
        let places = lattice.bounds[clause.start + 1]..lattice.bounds[clause.end];
        let candidates: Vec<usize> = places.filter(|&at| lattice.scores[at].0.is_finite()).collect();
        for at in candidates.into_iter().take(MOST_RETRIES) {
            lattice.scores[at].1 += CERTAIN;
            let (forced, path) = self.best_path(lattice);
            lattice.scores[at].1 -= CERTAIN;
            let forced = forced - CERTAIN;
            if score - forced < MOST_LOSS && best.as_ref().is_none_or(|(top, _)| forced > *top) {
                best = Some((forced, path));
            }
        }
        best
    }

    /// Viterbi: the most likely sequence of tags, with its log probability.
    fn best_path(&self, lattice: &mut Lattice) -> (f32, Vec<Tag>) {
        let Lattice { scores, bounds, best, next, from, from_bounds } = lattice;
        let length = bounds.len() - 1;
        if length == 0 {
            return (0.0, Vec::new());
        }
        let of = |k: usize| &scores[bounds[k]..bounds[k + 1]];
        let begin: [TagScore; 1] = [(Tag::Stop, 0.0)];
        // Nothing is behind the first token.
        best.clear();
        best.push(0.0);
        from.clear();
        from_bounds.clear();
        for k in 0..length {
            let now = of(k);
            let before = if k > 0 { of(k - 1) } else { &begin };
            let earlier = if k > 1 { of(k - 2) } else { &begin };
            let state = |steps: usize, tag: Tag| if k < steps { BEGIN } else { tag as usize };
            let here = from.len();
            from_bounds.push(here);
            let states = before.len() * now.len();
            next.clear();
            next.resize(states, f32::NEG_INFINITY);
            from.resize(here + states, 0);
            let rows = next.chunks_exact_mut(now.len()).zip(from[here..].chunks_exact_mut(now.len()));
            for (b, (&(before_tag, _), (tops, origins))) in before.iter().zip(rows).enumerate() {
                for (a, &(earlier_tag, _)) in earlier.iter().enumerate() {
                    let so_far = best[a * before.len() + b];
                    let transitions = &self.transitions[state(2, earlier_tag) * STATES + state(1, before_tag)];
                    for ((&(tag, emission), top), origin) in now.iter().zip(&mut *tops).zip(&mut *origins) {
                        let score = so_far + transitions[tag as usize] + emission;
                        if score > *top {
                            (*top, *origin) = (score, a as u8);
                        }
                    }
                }
            }
            std::mem::swap(best, next);
        }
        let (mut at, score) =
            best.iter().enumerate().fold((0, f32::NEG_INFINITY), |top, (i, &p)| if p > top.1 { (i, p) } else { top });
        let mut path = vec![Tag::default(); length];
        for k in (0..length).rev() {
            let width = of(k).len();
            let (b, c) = (at / width, at % width);
            path[k] = of(k)[c].0;
            let a = from[from_bounds[k] + at] as usize;
            at = if k > 0 { a * of(k - 1).len() + b } else { 0 };
        }
        (score, path)
    }
}

/// The whole sentence, what stands behind "that", or what stands before ", she said", where it has no finite verb.
fn clause_without_verb(path: &[Tag], is_that: impl Fn(usize) -> bool, reports: impl Fn(usize) -> bool) -> Option<Range<usize>> {
    let has_verb = |range: Range<usize>| path[range].iter().any(|tag| tag.is_finite());
    if !has_verb(0..path.len()) {
        return Some(0..path.len());
    }
    if let Some(that) = (0..path.len()).rev().find(|&k| path[k] == Tag::Preposition && is_that(k)) {
        let end = (that + 1..path.len()).find(|&k| matches!(path[k], Tag::Mark | Tag::Stop)).unwrap_or(path.len());
        return (that + 3 < end && !has_verb(that + 1..end)).then_some(that + 1..end);
    }
    let end = path.iter().rposition(|tag| *tag != Tag::Stop)? + 1;
    let comma = path[..end].iter().rposition(|tag| *tag == Tag::Mark)?;
    let trailing_frame = path[end - 1].is_finite() && reports(end - 1);
    (trailing_frame && comma > 2 && !has_verb(0..comma)).then_some(0..comma)
}

fn verb_tags(form: VerbForm) -> impl Iterator<Item = Tag> {
    let tags = [
        (form.past, Tag::Past),
        (form.participle, Tag::Participle),
        (form.ing, Tag::Gerund),
        (form.third_person, Tag::Third),
        (form.base, Tag::Infinitive),
        (form.present, Tag::Present),
    ];
    tags.into_iter().filter_map(|(holds, tag)| holds.then_some(tag))
}

/// The tags that each word of a sentence can have, with room for the search of the best sequence.
#[derive(Default)]
pub struct Lattice {
    scores: Vec<TagScore>,
    bounds: Vec<usize>,
    /// Log probability of the best sequence that ends in two given tags; kept for one step only.
    best: Vec<f32>,
    next: Vec<f32>,
    /// Which tag stood before those two, for every step.
    from: Vec<u8>,
    from_bounds: Vec<usize>,
}

/// Weights of one, two and three tags by deleted interpolation (Brants 2000).
fn interpolation(
    three: &[f32],
    two: &[f32],
    one: &Distribution,
    after_two: &[f32],
    after_one: &Distribution,
    n: f32,
) -> [f32; 3] {
    let mut weights = [0.0_f32; 3];
    let without = |part: f32, whole: f32| if whole > 1.0 { (part - 1.0) / (whole - 1.0) } else { 0.0 };
    for (i, &count) in three.iter().enumerate().filter(|(_, count)| **count > 0.0) {
        let (ab, bc, c) = (i / STATES, i % (STATES * STATES), i % STATES);
        let ratios = [without(one[c], n), without(two[bc], after_one[bc / STATES]), without(count, after_two[ab])];
        let best = (0..3).fold(0, |best, i| if ratios[i] > ratios[best] { i } else { best });
        weights[best] += count;
    }
    let sum = weights.iter().sum::<f32>().max(1.0);
    weights.map(|weight| weight / sum)
}

/// Each ending's own distribution, mixed with that of the ending one letter shorter.
fn smoothed_endings(file: &'static str) -> FxHashMap<String, Distribution> {
    let mut raw: Vec<(String, Distribution)> = rows(file)
        .map(|(ending, row)| {
            let mut p = [0.0; STATES];
            counts(row).for_each(|(tag, count)| p[tag as usize] += count);
            let sum = p.iter().sum::<f32>().max(1.0);
            (if ending == "-" { String::new() } else { ending.to_owned() }, p.map(|count| count / sum))
        })
        .collect();
    raw.sort_by_key(|(ending, _)| ending.chars().count());
    let mut smoothed: FxHashMap<String, Distribution> = FxHashMap::default();
    for (ending, mut p) in raw {
        let (mark, bare) = ending.strip_prefix('^').map_or(("", ending.as_str()), |bare| ("^", bare));
        let mut letters = bare.chars();
        if letters.next().is_some()
            && let Some(shorter) = smoothed.get(&format!("{mark}{}", letters.as_str()))
        {
            for (own, wider) in p.iter_mut().zip(shorter) {
                *own = (*own + ENDING_SMOOTHING * wider) / (1.0 + ENDING_SMOOTHING);
            }
        }
        smoothed.insert(ending, p);
    }
    smoothed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::text::tokenize;

    fn tags(text: &str) -> Vec<(String, Tag)> {
        let lexicon = Lexicon::english();
        let mut tokens = tokenize(text, 0, lexicon);
        lexicon.tag_model.tag(&mut tokens, lexicon);
        tokens.into_iter().map(|token| (token.text.to_owned(), token.tag)).collect()
    }

    fn check(text: &str, word: &str, expected: Tag) {
        let found = tags(text);
        assert_eq!(found.iter().find(|(text, _)| text == word).map(|(_, tag)| *tag), Some(expected), "{text}: {found:?}");
    }

    #[test]
    fn a_word_is_what_its_neighbours_make_it() {
        check("The fish contains mercury .", "contains", Tag::Third);
        check("The plant leaks radiation.", "leaks", Tag::Third);
        check("He fixed the leaks.", "leaks", Tag::Nouns);
        check("The ministry reports rising costs.", "reports", Tag::Third);
        check("The two reports named the firm.", "reports", Tag::Nouns);
        check("The minister has visited the camp.", "visited", Tag::Participle);
        check("The minister visited the camp.", "visited", Tag::Past);
        check("Officials say the river rose.", "say", Tag::Present);
        check("They want to close the mine.", "close", Tag::Infinitive);
        check("The mayor, who rejected the plan last week, resigned on Monday.", "resigned", Tag::Past);
        check("Only a few ships sailed, even though the port was open.", "sailed", Tag::Past);
        check("The cereal contained mercury, a group has claimed.", "contained", Tag::Past);
        check("The minister denied that the plant leaks.", "denied", Tag::Past);
        check("The report published on Monday said nothing.", "published", Tag::Participle);
        check("The dam at Orin leaks, engineer Anna Holm said.", "leaks", Tag::Third);
        check("The ministry denied that the dam leaks water.", "leaks", Tag::Third);
        check("The film, based on a novel, won a prize.", "based", Tag::Participle);
        check("He's said so.", "He's", Tag::Contraction);
        check("Norway’s king left.", "Norway’s", Tag::Genitive);
        check("“We won,” said Zyxa Qarth.", "Zyxa", Tag::Name);
        check("The 12 boats sank.", "12", Tag::Number);
    }

    #[test]
    fn an_empty_line_and_a_line_of_marks_are_no_trouble() {
        assert!(tags("").is_empty());
        assert_eq!(tags("“”").len(), 2);
    }
}
