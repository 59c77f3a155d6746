//! Numbers as intervals with a unit: "more than 50 countries", "250,000 to 300,000", "a handful of allies", "$3.5 billion".
//!
//! Reading starts at a word that can be a number and looks at its neighbours from there, so that the other words cost one
//! question each. A number that names something ("Article 50"), dates it or gives an age is no quantity; a place in an
//! order ("the 12th package") is one that is marked, except "first", which counts nothing.

mod counted;
mod number;

use chrono::NaiveDate;

use self::number::{Number, Span};
use super::time::Timex;
use crate::{
    domain::{Comparator, Quantity},
    engine::text::{
        Class, Lexicon, Tag, Token, TokenKind,
        lexicon::{Bound, CalendarWord, NumberWord},
    },
};

/// How far a fraction in words is from the share it stands for: "half" is 45 to 55 percent.
const ROUNDING: f64 = 0.1;

/// Every quantity that the tokens state, in order. `source` is the text the tokens were cut from, `said` the expressions of
/// time among them.
#[must_use]
pub fn quantities(
    source: &str,
    tokens: &[&Token<'_>],
    said: &[Timex],
    published: Option<NaiveDate>,
    lexicon: &'static Lexicon,
) -> Vec<Quantity> {
    let line = Line { tokens, lexicon };
    let mut times = said.iter().peekable();
    let mut found = Vec::new();
    let mut at = 0;
    // No quantity begins in the words of the one before.
    let mut free = 0;
    while at < tokens.len() {
        while times.next_if(|timex| timex.tokens.end <= at).is_some() {}
        if let Some(timex) = times.peek().filter(|timex| timex.tokens.contains(&at)) {
            at = timex.tokens.end;
            free = at;
            continue;
        }
        match line.opens(at).then(|| line.amount(at, free)).flatten() {
            Some(Read::Amount(amount)) => {
                at = amount.end.max(at + 1);
                free = at;
                found.push(amount.finish(source, tokens, as_of(&amount, said, published)));
            }
            Some(Read::Nothing { end }) => at = end.max(at + 1),
            None => at += 1,
        }
    }
    found
}

/// The last day of the nearest time that is said, and the article's own day without one or within it.
fn as_of(amount: &Amount, said: &[Timex], published: Option<NaiveDate>) -> Option<NaiveDate> {
    // Between two times that are equally near, the one behind.
    let distance = |timex: &Timex| match timex.tokens.start.checked_sub(amount.end) {
        Some(behind) => (behind, 0),
        None => (amount.start.saturating_sub(timex.tokens.end), 1),
    };
    let nearest = said.iter().filter(|timex| timex.period.is_some()).min_by_key(|timex| distance(timex));
    match nearest.and_then(|timex| timex.period) {
        Some(period) => published.filter(|day| period.contains(*day)).or(Some(period.to())),
        None => published,
    }
}

/// A quantity before its words are copied: tokens `start..end`.
struct Amount {
    start: usize,
    end: usize,
    comparator: Comparator,
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    unit: Option<String>,
    vague: bool,
    ordinal: bool,
}

impl Amount {
    fn exactly(start: usize, end: usize, value: f64, unit: Option<String>) -> Self {
        let value = Some(value);
        Self { start, end, comparator: Comparator::Exactly, value, low: value, high: value, unit, vague: false, ordinal: false }
    }

    /// The words as they stand. Words that a reader has moved apart have no text in common: then the number alone.
    fn finish(&self, source: &str, tokens: &[&Token<'_>], as_of: Option<NaiveDate>) -> Quantity {
        let words = tokens.get(self.start..self.end).and_then(|words| Some((words.first()?.start, words.last()?.end)));
        let text = words.and_then(|(from, to)| source.get(from..to)).unwrap_or(tokens[self.start].text);
        Quantity {
            text: text.to_owned(),
            comparator: self.comparator,
            value: self.value,
            low: self.low,
            high: self.high,
            unit: self.unit.clone(),
            vague: self.vague,
            ordinal: self.ordinal,
            as_of,
        }
    }
}

/// What reading at a token gave.
enum Read {
    Amount(Amount),
    /// A number that is no quantity; reading goes on behind it.
    Nothing {
        end: usize,
    },
}

struct Line<'a, 't> {
    tokens: &'a [&'a Token<'t>],
    lexicon: &'static Lexicon,
}

impl<'a, 't> Line<'a, 't> {
    fn token(&self, at: usize) -> Option<&'a Token<'t>> {
        self.tokens.get(at).copied()
    }

    fn role(&self, at: usize) -> Option<NumberWord> {
        self.token(at)?.word.number
    }

    fn tag(&self, at: usize) -> Option<Tag> {
        self.token(at).map(|token| token.tag)
    }

    /// Words from `at` on, for tables of phrases.
    fn ahead(&self, at: usize) -> impl Fn(usize) -> Option<&'a str> {
        move |i| self.token(at + i).map(Token::norm)
    }

    /// Words in front of `at`, nearest first, down to `floor`.
    fn back(&self, at: usize, floor: usize) -> impl Fn(usize) -> Option<&'a str> {
        move |i| self.token(at.checked_sub(i + 1).filter(|i| *i >= floor)?).map(Token::norm)
    }

    fn is_mark(&self, at: usize, mark: char) -> bool {
        self.token(at).is_some_and(|token| token.is_mark(mark))
    }

    /// Whether a number can begin here: most tokens end at this question.
    fn opens(&self, at: usize) -> bool {
        let token = self.tokens[at];
        match token.kind {
            TokenKind::Number => true,
            TokenKind::Mark => false,
            TokenKind::Word => {
                !matches!(token.word.number, None | Some(NumberWord::Partitive | NumberWord::Times))
                    || token.word.opens_vague
                    || token.text.as_bytes()[0].is_ascii_digit()
                    || token.compound && token.text.contains('-')
            }
        }
    }

    fn amount(&self, at: usize, free: usize) -> Option<Read> {
        if self.tokens[at].word.opens_vague
            && let Some(amount) = self.vague(at, free)
        {
            return Some(Read::Amount(amount));
        }
        self.compound(at)
            .or_else(|| self.ordinal(at))
            .or_else(|| self.share(at, free))
            .or_else(|| self.multiple(at).map(Read::Amount))
            .or_else(|| self.cardinal(at, free))
    }

    /// "dozens of homes", "several hundred people".
    fn vague(&self, at: usize, free: usize) -> Option<Amount> {
        let (amount, length) = self.lexicon.numbers.vague.longest(self.ahead(at))?;
        let end = at + length;
        let (unit, next) = self.unit(end);
        if self.tag(at.wrapping_sub(1)) == Some(Tag::Relative) || unit.is_none() && !self.stands_alone(at, end) {
            return None;
        }
        let open = self.compared(at, free).filter(|(bound, _)| bound.high.is_none());
        let (start, open) = open.map_or((at, false), |(_, start)| (start, true));
        Some(Amount {
            start,
            end: next,
            comparator: if open { Comparator::MoreThan } else { Comparator::About },
            value: None,
            low: Some(amount.low),
            high: amount.high.filter(|_| !open),
            unit,
            vague: true,
            ordinal: false,
        })
    }

    /// "30-year" and "500-strong" count; "35-year-old" is an age, "7-Eleven" a name, "two-thirds" a share.
    fn compound(&self, at: usize) -> Option<Read> {
        let token = self.tokens[at];
        let mut parts = token.norm().split('-');
        let (first, second) = (parts.next()?, parts.next()?);
        let numbers = &self.lexicon.numbers;
        let value = numbers.value(first).or_else(|| numbers.digits(first).filter(|_| !first.is_empty()))?;
        let rest = parts.next();
        if rest.is_some_and(|rest| numbers.is_age(rest)) {
            return Some(Read::Nothing { end: at + 1 });
        }
        if rest.is_none()
            && let Some(denominator) = self.denominator(second)
        {
            return Some(Read::Amount(share(at, at + 1, value / denominator)));
        }
        if numbers.value(second).is_some() || numbers.scale(second).is_some() {
            return None;
        }
        if numbers.word(second) == Some(NumberWord::Times) {
            return Some(Read::Amount(Amount::exactly(at, at + 1, value, Some(TIMES.to_owned()))));
        }
        let single = |i: usize| (i == 0).then_some(second);
        if let Some((unit, 1)) = numbers.units.behind.longest(single) {
            return Some(Read::Amount(Amount::exactly(at, at + 1, value, Some(unit.clone()))));
        }
        if numbers.comparators.behind.longest(single).is_some() {
            let (unit, end) = self.unit(at + 1);
            return Some(Read::Amount(Amount::exactly(at, end, value, unit)));
        }
        Some(Read::Nothing { end: at + 1 })
    }

    /// "the 12th package", "her third term".
    fn ordinal(&self, at: usize) -> Option<Read> {
        let token = self.tokens[at];
        let value = match token.word.number {
            Some(NumberWord::Ordinal(value)) => value,
            _ => self.lexicon.numbers.ordinal_digits(token.norm())?,
        };
        let article = at > 0 && matches!(self.role(at - 1), Some(NumberWord::Article | NumberWord::Value(_)));
        if article && self.role(at + 1) == Some(NumberWord::Partitive) {
            return None;
        }
        let (unit, end) = self.unit(at + 1);
        let of_time = |i: usize| matches!(self.token(i).and_then(|t| t.word.calendar), Some(CalendarWord::Unit(_)));
        // "Second World War" is a name, "third quarter" a time, "Second, …" an enumeration.
        let named = token.is_capitalized() && at > 0 || self.tag(at + 1) == Some(Tag::Name);
        let separate = self.role(at + 1) == Some(NumberWord::Partitive);
        match unit {
            Some(unit) if value > 1.0 && !named && !separate && !of_time(at + 1) => {
                Some(Read::Amount(Amount { ordinal: true, ..Amount::exactly(at, end, value, Some(unit)) }))
            }
            _ => Some(Read::Nothing { end: at + 1 }),
        }
    }

    /// "half of the voters", "two thirds", "one in five", "three out of four", "1/3 of".
    fn share(&self, at: usize, free: usize) -> Option<Read> {
        let partitive = |i: usize| self.role(i) == Some(NumberWord::Partitive);
        if self.role(at) == Some(NumberWord::Half) {
            if self.role(at + 1) == Some(NumberWord::Article) && self.is_scale(at + 2) {
                return None;
            }
            return if partitive(at + 1) {
                Some(Read::Amount(self.compared_share(at, at + 1, 0.5, free)))
            } else {
                Some(Read::Nothing { end: at + 1 })
            };
        }
        let glued = self.is_mark(at + 1, '/')
            && self.tokens[at].end == self.tokens[at + 1].start
            && self.token(at + 2).is_some_and(|t| t.kind == TokenKind::Number && t.start == self.tokens[at + 1].end);
        if glued {
            let part = |i: usize| self.lexicon.numbers.digits(self.tokens[i].text);
            return match part(at).zip(part(at + 2)) {
                Some((a, b)) if a < b && b <= 10.0 && partitive(at + 3) => {
                    Some(Read::Amount(self.compared_share(at, at + 3, a / b, free)))
                }
                // 9/11, 24/7, 50/50
                _ => Some(Read::Nothing { end: at + 3 }),
            };
        }
        let numerator = match self.role(at) {
            Some(NumberWord::Article) => 1.0,
            Some(NumberWord::Value(value)) => value,
            _ => self.lexicon.numbers.digits(self.tokens[at].text).filter(|_| self.tokens[at].kind == TokenKind::Number)?,
        };
        if let Some(denominator) = self.token(at + 1).and_then(|t| self.denominator(t.norm())) {
            let one = matches!(self.role(at + 1), Some(NumberWord::Ordinal(_))) || numerator == 1.0;
            if one && !partitive(at + 2) {
                return None;
            }
            // "a quarter of a million"
            if self.role(at + 3) == Some(NumberWord::Article) && self.is_scale(at + 4) {
                return None;
            }
            return Some(Read::Amount(self.compared_share(at, at + 2, numerator / denominator, free)));
        }
        if self.role(at) == Some(NumberWord::Article) {
            return None;
        }
        let (_, length) = self.lexicon.numbers.ratios.longest(self.ahead(at + 1))?;
        let of = self.number(at + 1 + length)?;
        let whole = of.scale <= 1.0 && of.value <= 1000.0 && numerator < of.value && of.value.fract() == 0.0;
        let unit = self.token(of.end).is_some_and(|t| t.word.calendar.is_some()) || self.is_mark(of.end, '%');
        (whole && !unit).then(|| Read::Amount(self.compared_share(at, of.end, numerator / of.value, free)))
    }

    /// Whether a word can stand under the line of a fraction.
    fn denominator(&self, word: &str) -> Option<f64> {
        match self.lexicon.numbers.word(word)? {
            NumberWord::Fraction(value) => Some(value),
            NumberWord::Ordinal(value) if value > 2.0 => Some(value),
            _ => None,
        }
    }

    fn is_scale(&self, at: usize) -> bool {
        matches!(self.role(at), Some(NumberWord::Scale(_)))
    }

    fn compared_share(&self, at: usize, end: usize, part: f64, free: usize) -> Amount {
        let Some((bound, start)) = self.compared(at, free) else { return share(at, end, part) };
        let mut amount = share(start, end, part);
        amount.bound(100.0 * part, bound);
        amount
    }

    /// "doubled", "three times".
    fn multiple(&self, at: usize) -> Option<Amount> {
        let unit = Some(TIMES.to_owned());
        if let Some(NumberWord::Multiple(value)) = self.role(at) {
            return Some(Amount::exactly(at, at + 1, value, unit));
        }
        let number = self.number(at)?;
        (self.role(number.end) == Some(NumberWord::Times)).then(|| Amount::exactly(at, number.end + 1, number.value, unit))
    }

    /// A plain number or a range, with all that stands around it.
    fn cardinal(&self, at: usize, free: usize) -> Option<Read> {
        let numbers = &self.lexicon.numbers;
        let glued = self.glued_unit(at);
        let first = glued.as_ref().map_or_else(|| self.number(at).or_else(|| self.single(at, free)), |(n, _)| Some(*n))?;
        let (money, start) = self.money_before(at, free);
        let range = self.range(start, &first, money.as_ref(), free);
        if range.is_none() && self.is_glued_dash(first.end) {
            // The score "3-1", the vote "218-213", a telephone number.
            return Some(Read::Nothing { end: first.end + 2 });
        }
        let nothing = Some(Read::Nothing { end: first.end });
        let (start, end) = range.as_ref().map_or((start, first.end), |range| (range.start, range.end));
        if numbers.names.behind.longest(self.ahead(end)).is_some() {
            return nothing;
        }
        let before = self.compared(start, free);
        let (end, behind) = self.compared_behind(end);
        let (unit, end) = match &money {
            // "$5 million dollars"
            Some(code) => match numbers.units.behind.longest(self.ahead(end)) {
                Some((same, length)) if same == code => (money, end + length),
                _ => (money, end),
            },
            None if glued.is_some() => (glued.map(|(_, unit)| unit), end),
            None => self.unit(end),
        };
        // "50 or more people", "50 people or more"
        let (end, behind) = if behind.is_some() { (end, behind) } else { self.compared_behind(end) };
        // "over six years" is how long, not more than how long.
        let of_time = self.tokens[..end].last().is_some_and(|t| matches!(t.word.calendar, Some(CalendarWord::Unit(_))));
        let (start, bound) = match before {
            Some((bound, from)) if !(bound.not_time && of_time) => (from, Some(bound)),
            _ => (start, behind),
        };
        let plain = bound.is_none() && range.is_none();
        let alone = unit.is_none() && bound.is_none() && first.scale <= 1.0 && !self.stands_alone(start, end);
        let score = range.is_some() && alone && self.is_glued_dash(first.end);
        let pronoun = first.is_one && bound.is_none() && !self.counts_one(first.end);
        if score || pronoun || plain && (alone || self.is_name(at, &first, free, end)) {
            return nothing;
        }
        let mut amount = Amount::exactly(start, end, first.value, unit);
        match (range, bound) {
            (Some(Span { low, high, .. }), _) => {
                amount = Amount { comparator: Comparator::Range, value: None, low: Some(low), high: Some(high), ..amount };
            }
            (None, Some(bound)) => amount.bound(first.value, bound),
            (None, None) => {}
        }
        Some(Read::Amount(amount))
    }

    /// The phrase before a number: what it makes of it, and where it begins.
    fn compared(&self, at: usize, free: usize) -> Option<(Bound, usize)> {
        let (bound, length) = self.lexicon.numbers.comparators.before.longest(self.back(at, free))?;
        Some((*bound, at - length))
    }

    fn compared_behind(&self, at: usize) -> (usize, Option<Bound>) {
        match self.lexicon.numbers.comparators.behind.longest(self.ahead(at)) {
            Some((bound, length)) => (at + length, Some(*bound)),
            None => (at, None),
        }
    }

    /// "more than A minute"
    fn single(&self, at: usize, free: usize) -> Option<Number> {
        let counts = self.role(at) == Some(NumberWord::Article)
            && self.compared(at, free).is_some()
            && self.lexicon.numbers.units.behind.longest(self.ahead(at + 1)).is_some();
        counts.then_some(Number { value: 1.0, scale: 1.0, end: at + 1, is_one: false, is_label: false })
    }

    fn money_before(&self, at: usize, free: usize) -> (Option<String>, usize) {
        // "US$" is one sign; "a $" is an article and a sign.
        let glued = |i: usize| i == 0 || self.tokens[at - i - 1].end == self.tokens[at - i].start;
        let back = self.back(at, free);
        match self.lexicon.numbers.units.before.longest(|i| back(i).filter(|_| glued(i))) {
            Some((unit, length)) => (Some(unit.clone()), at - length),
            None => (None, at),
        }
    }

    /// "one" is mostly a pronoun: it counts persons only.
    fn counts_one(&self, next: usize) -> bool {
        (next..next + 2).any(|i| self.token(i).is_some_and(|t| t.has(Class::Person)))
    }

    /// "12 were killed", "killing 19", "rose to 40", "19 dead": a bare number that a verb counts.
    fn stands_alone(&self, start: usize, end: usize) -> bool {
        let person = self.token(end).is_some_and(|t| t.has(Class::Person));
        let verb_behind = self.tag(end).is_some_and(|tag| tag.is_verb() && tag != Tag::Infinitive);
        let verb_before = |i: usize| {
            // "killing 19" at the beginning of a line looks like a noun.
            let ing = self.token(i).and_then(|token| token.word.verb.as_ref()).is_some_and(|verb| verb.form.ing);
            ing || self.tag(i).is_some_and(|tag| tag.is_verb() && tag != Tag::Modal)
        };
        let before = start.checked_sub(1);
        let reached = start >= 2
            && matches!(self.tag(start - 1), Some(Tag::To | Tag::Preposition | Tag::Particle | Tag::Adverb))
            && verb_before(start - 2)
            && self.tokens[start].kind == TokenKind::Number;
        // "the two said": who they are is known, how many is not the point.
        let definite = before.is_some_and(|i| matches!(self.tag(i), Some(Tag::Determiner | Tag::Possessive)));
        person || verb_behind && !definite || before.is_some_and(verb_before) || reached
    }
}

const PERCENT: &str = "percent";
const TIMES: &str = "times";

/// A part of a whole, in percent, as exact as news means it.
fn share(start: usize, end: usize, part: f64) -> Amount {
    let percent = 100.0 * part;
    let mut amount = Amount::exactly(start, end, percent, Some(PERCENT.to_owned()));
    amount.bound(
        percent,
        Bound { comparator: Comparator::About, low: Some(1.0 - ROUNDING), high: Some(1.0 + ROUNDING), not_time: false },
    );
    amount
}

impl Amount {
    fn bound(&mut self, value: f64, bound: Bound) {
        self.comparator = bound.comparator;
        // Nine tenths of 22 are 19.8, not 19.800000000000001.
        let share_of = |share: f64| (share * value * 1e6).round() / 1e6;
        self.low = bound.low.map(share_of);
        self.high = bound.high.map(share_of);
    }
}

#[cfg(test)]
mod tests;
