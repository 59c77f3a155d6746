//! The signs of a stance: a claim and a text to named values that the model weighs.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::{
    BIAS,
    contractions::written_out,
    cues::{CUES, Cue},
};
use crate::{
    domain::{Certainty, ClaimReading, Polarity, Voice},
    engine::{
        extraction::read_claim,
        settings::Linking,
        similarity::{
            Features,
            features::clip,
            overlap::Overlap,
            signals::{self, Signal},
        },
        text::{Class, Lexicon, TokenKind, tokenize},
    },
};

/// How the names of signs begin that are of one word each: a word that the claim does not hold, the first word, the first word
/// of a question.
pub const WORD: &str = "word ";
pub const FIRST: &str = "first ";
pub const ASKS: &str = "asks ";
/// Longer texts are read by their beginning.
const MOST_BYTES: usize = 2_048;
const MOST_WORDS: usize = 160;
/// Below both, a text that shares no word with the claim is not about it.
const LEAST_SUBWORDS: f64 = 0.03;
const LEAST_MEANING: f64 = 0.07;
/// Words behind a negation that it may negate.
const REACH: usize = 5;
/// Groups of cues that contradict, and that keep their distance, as the list of cues calls them.
const AGAINST: [&str; 4] = ["debunk", "false", "deny", "fooled"];
const DISTANCE: [&str; 7] = ["rumor", "report", "claim", "say", "appear", "may", "unverified"];

/// A sign and how strongly it is there, 0–1.
#[derive(Clone, Debug, PartialEq)]
pub struct Sign {
    pub name: String,
    pub value: f32,
}

/// A claim and a text as the model sees them.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// In the order of their names, each once.
    pub signs: Vec<Sign>,
    /// Whether the text is about the claim at all.
    pub related: bool,
}

impl Pair {
    #[must_use]
    pub fn of(claim: &str, said: &str) -> Self {
        let [claim, said] = [claim, said].map(|text| written_out(clip(text, MOST_BYTES)));
        let (claim_reading, said_reading) = (read_claim(&claim, None), read_claim(&said, None));
        let (claim, said) = (Words::of(&claim), Words::of(&said));
        let shared = said.shared_with(&claim);
        let mut signs = Signs::default();
        signs.add(BIAS);
        signs.readings(&claim_reading, &said_reading);
        signs.words_added(&claim, &said, &said_reading);
        signs.cues(&claim, &said, &shared);
        signs.negations(&claim, &said, &shared);
        signs.opposites(&claim, &said);
        signs.shape(&said, &shared);
        let covered = claim.stems.iter().filter(|stem| said.stems.contains(*stem)).count();
        signs.weigh("share of the text", ratio(shared.iter().filter(|shared| **shared).count(), said.list.len()));
        signs.weigh("share of the claim", ratio(covered, claim.stems.len()));
        let related = shared.contains(&true) || {
            let [claim, said] = [&claim_reading, &said_reading].map(Features::of);
            let values = signals::read(&Overlap::of(&claim, &said, Linking::headlines().soft_match));
            let reads = |signal, least| values.get(signal).is_some_and(|value| value >= least);
            reads(Signal::AnyShared, f64::MIN_POSITIVE)
                || reads(Signal::Subwords, LEAST_SUBWORDS)
                || reads(Signal::Related, LEAST_MEANING)
        };
        Self { signs: signs.0.into_iter().map(|(name, value)| Sign { name, value }).collect(), related }
    }
}

/// The words of a text and its marks, folded, compounds in their parts.
pub(super) struct Words {
    list: Vec<Word>,
    stems: FxHashSet<String>,
}

struct Word {
    text: String,
    stem: String,
    /// Says something by itself.
    content: bool,
    negation: bool,
}

impl Word {
    fn is_number(&self) -> bool {
        self.text.starts_with(|c: char| c.is_ascii_digit())
    }
}

impl Words {
    pub(super) fn of(text: &str) -> Self {
        let lexicon = Lexicon::english();
        let mut list = Vec::new();
        for token in tokenize(text, 0, lexicon) {
            for part in token.norm().split('-').filter(|part| !part.is_empty()).take(MOST_WORDS) {
                let negation = lexicon.is(part, Class::Negation);
                let content = token.kind != TokenKind::Mark && !negation && !lexicon.is(part, Class::Stopword);
                list.push(Word { text: part.to_owned(), stem: lexicon.stem(part), content, negation });
            }
            if list.len() >= MOST_WORDS {
                break;
            }
        }
        list.truncate(MOST_WORDS);
        let stems = list.iter().filter(|word| word.content).map(|word| word.stem.clone()).collect();
        Self { list, stems }
    }

    /// For each word, whether it says what the other text says.
    fn shared_with(&self, other: &Self) -> Vec<bool> {
        self.list.iter().map(|word| word.content && other.stems.contains(&word.stem)).collect()
    }

    pub(super) fn texts(&self) -> Vec<&str> {
        self.list.iter().map(|word| word.text.as_str()).collect()
    }

    fn is(&self, at: usize, text: &str) -> bool {
        self.list.get(at).is_some_and(|word| word.text == text)
    }
}

/// Where something stands, seen from the words that both texts share.
fn place(at: usize, shared: &[bool]) -> &'static str {
    let first = shared.iter().position(|shared| *shared);
    let last = shared.iter().rposition(|shared| *shared);
    match first.zip(last) {
        None => "alone",
        Some((first, _)) if at < first => "before",
        Some((_, last)) if at > last => "behind",
        Some(_) => "within",
    }
}

fn ratio(part: usize, whole: usize) -> f32 {
    part as f32 / whole.max(1) as f32
}

#[derive(Default)]
struct Signs(BTreeMap<String, f32>);

impl Signs {
    fn add(&mut self, name: impl Into<String>) {
        self.weigh(name, 1.0);
    }

    fn weigh(&mut self, name: impl Into<String>, value: f32) {
        self.0.insert(name.into(), value);
    }

    /// What the rules read of each text.
    fn readings(&mut self, claim: &ClaimReading, said: &ClaimReading) {
        let certainty = |reading: &ClaimReading| match reading.certainty {
            Certainty::Asserted => "asserted",
            Certainty::Hedged => "hedged",
            Certainty::Conditional => "conditional",
            Certainty::Predicted => "predicted",
        };
        self.add(format!("claim {}", certainty(claim)));
        self.add(format!("text {}", certainty(said)));
        self.add(format!("claim {}, text {}", certainty(claim), certainty(said)));
        match (claim.polarity, said.polarity) {
            (Polarity::Affirmed, Polarity::Affirmed) => {}
            (Polarity::Denied, Polarity::Denied) => self.add("both denied"),
            (Polarity::Affirmed, Polarity::Denied) => self.add("text denied"),
            (Polarity::Denied, Polarity::Affirmed) => self.add("claim denied"),
        }
        if said.attribution.denial.is_some() {
            self.add("denial frame");
        }
        if said.attribution.voice == Voice::Attributed {
            self.add("attributed");
        }
        if let Some(source) = &said.attribution.source {
            self.add(format!("source {}", source.kind.as_str()));
        }
        let values = |reading: &ClaimReading| -> Vec<f64> { reading.quantities.iter().filter_map(|q| q.value).collect() };
        let (of_claim, of_said) = (values(claim), values(said));
        if !of_claim.is_empty() && !of_said.is_empty() {
            self.add(if of_said.iter().any(|value| of_claim.contains(value)) { "same number" } else { "other number" });
        }
    }

    /// Words that the claim does not hold. Names are left out: they tell the story, not the stance.
    fn words_added(&mut self, claim: &Words, said: &Words, reading: &ClaimReading) {
        let named = Words::of(&reading.entities.iter().map(|entity| entity.text.as_str()).collect::<Vec<_>>().join(" "));
        let known: FxHashSet<&str> = claim.list.iter().chain(&named.list).map(|word| word.stem.as_str()).collect();
        let is_place = |word: &Word| Lexicon::english().place(|i| (i == 0).then_some(word.text.as_str())).is_some();
        for word in said.list.iter().filter(|word| !word.is_number() && !known.contains(word.stem.as_str()) && !is_place(word)) {
            self.add(format!("{WORD}{}", word.text));
        }
    }

    /// Cue words: which group, where, and what stands beside them.
    fn cues(&mut self, claim: &Words, said: &Words, shared: &[bool]) {
        let texts = said.texts();
        let of_claim: FxHashSet<&str> = CUES.find(&claim.texts()).map(|cue| cue.group).collect();
        let known: FxHashSet<&str> = claim.list.iter().map(|word| word.text.as_str()).collect();
        let mut groups: Vec<&str> = Vec::new();
        // What the claim says itself is no stance towards it.
        let own = |cue: &Cue| !texts[cue.from..cue.to].iter().all(|word| known.contains(word));
        for Cue { group, from, to } in CUES.find(&texts).filter(own) {
            groups.push(group);
            self.add(format!("cue {group}"));
            self.add(format!("cue {group} {}", place(from, shared)));
            let around = from.saturating_sub(1)..(to + 1).min(said.list.len());
            let beside = [
                ("negated", said.list[from.saturating_sub(3)..from].iter().any(|word| word.negation)),
                ("beside", shared[around].contains(&true)),
                ("in both", of_claim.contains(group)),
                ("first", from == 0),
                ("last", to == said.list.len()),
                ("before colon", said.is(to, ":")),
                ("behind mark", from > 0 && [":", ",", "-", "–", "—"].iter().any(|mark| said.is(from - 1, mark))),
                ("asked", said.is(said.list.len() - 1, "?")),
            ];
            beside.iter().filter(|(_, holds)| *holds).for_each(|(how, _)| self.add(format!("cue {group} {how}")));
        }
        of_claim.iter().for_each(|group| self.add(format!("claim cue {group}")));
        groups.sort_unstable();
        groups.dedup();
        for (at, one) in groups.iter().enumerate() {
            groups[at + 1..].iter().for_each(|other| self.add(format!("cues {one}, {other}")));
        }
        let any = |of: &[&str]| groups.iter().any(|group| of.contains(group));
        let count = groups.iter().filter(|group| DISTANCE.contains(group)).count();
        match (any(&AGAINST), count > 0) {
            (true, true) => self.add("cues against and of distance"),
            (true, false) => self.add("cues against alone"),
            (false, true) => self.add("cues of distance alone"),
            (false, false) if said.list.iter().any(|word| word.negation) => {}
            (false, false) => self.add(if texts.contains(&"?") { "plain question" } else { "plain statement" }),
        }
        self.weigh("cues of distance", count.min(3) as f32 / 3.0);
    }

    /// Negations that the claim does not have, by what they negate.
    fn negations(&mut self, claim: &Words, said: &Words, shared: &[bool]) {
        let negated = |words: &Words, at: usize| -> Vec<String> {
            words.list[at + 1..].iter().take(3).filter(|word| word.content).map(|word| word.stem.clone()).collect()
        };
        let places = |words: &Words| -> Vec<usize> { (0..words.list.len()).filter(|at| words.list[*at].negation).collect() };
        let in_claim = places(claim);
        let of_claim: FxHashSet<String> = in_claim.iter().flat_map(|at| negated(claim, *at)).collect();
        let (mut same, mut new) = (false, 0);
        for at in places(said) {
            if negated(said, at).iter().any(|stem| of_claim.contains(stem)) {
                same = true;
                continue;
            }
            new += 1;
            self.add(format!("negation {}", place(at, shared)));
            let ahead = shared[at + 1..].iter().take(REACH).position(|shared| *shared);
            let behind = shared[..at].iter().rev().take(REACH).position(|shared| *shared);
            self.add(ahead.map_or("negates nothing shared".to_owned(), |far| format!("negates shared {far}")));
            self.add(behind.map_or("negation behind nothing shared".to_owned(), |far| format!("negation behind shared {far}")));
            if ahead.is_some_and(|far| far <= 1) {
                self.add("negation beside");
            }
            if behind == Some(1) && ahead.is_some() {
                self.add("negated predicate");
            }
        }
        if same {
            self.add("same negation");
        }
        if new > 0 {
            self.weigh("new negations", new.min(2) as f32 / 2.0);
        }
        if !in_claim.is_empty() {
            self.add("negation in claim");
            if new == 0 && !same {
                self.add("negation in claim alone");
            }
        }
    }

    /// "dead" of the one and "alive" of the other.
    fn opposites(&mut self, claim: &Words, said: &Words) {
        for [one, other] in &CUES.opposites {
            let has = |words: &Words, side: &FxHashSet<&str>| words.list.iter().any(|word| side.contains(word.text.as_str()));
            let crossed = |here, there| has(claim, here) && has(said, there);
            if crossed(one, other) || crossed(other, one) {
                self.add(if crossed(one, one) || crossed(other, other) { "opposite beside the same" } else { "opposite" });
            }
        }
    }

    /// Question, quotation, label before a colon.
    fn shape(&mut self, said: &Words, shared: &[bool]) {
        let texts = said.texts();
        if let Some(first) = said.list.first().filter(|word| !word.is_number()) {
            self.add(if shared[0] { "begins with the shared".to_owned() } else { format!("{FIRST}{}", first.text) });
        }
        if texts.last() == Some(&"?") {
            self.add("question");
            self.add(format!("{ASKS}{}", texts[0]));
        } else if texts.contains(&"?") {
            self.add("question within");
        }
        if let Some(colon) = texts.iter().position(|text| *text == ":") {
            self.add("colon");
            let label = [
                ("short label", colon <= 3),
                ("label shares", shared[..colon].contains(&true)),
                ("text behind label shares", shared[colon..].contains(&true)),
                ("label at the end", texts.len() - colon <= 4),
            ];
            label.iter().filter(|(_, holds)| *holds).for_each(|(name, _)| self.add(*name));
        }
    }
}
