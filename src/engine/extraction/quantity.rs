//! Numbers as intervals: "more than 50 countries", "250,000 to 300,000", "a handful of allies", "$3.5 billion".

use chrono::NaiveDate;

use super::time;
use crate::{
    domain::{Comparator, Quantity},
    engine::text::{Class, Lexicon, Token, TokenKind},
};

/// Every quantity that the tokens state, in order. `source` is the text the tokens were cut from.
#[must_use]
pub fn quantities(source: &str, tokens: &[Token<'_>], as_of: Option<NaiveDate>) -> Vec<Quantity> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match quantity_at(source, tokens, at, as_of) {
            Some((quantity, next)) => {
                found.push(quantity);
                at = next.max(at + 1);
            }
            None => at += 1,
        }
    }
    found
}

fn quantity_at(source: &str, tokens: &[Token<'_>], at: usize, as_of: Option<NaiveDate>) -> Option<(Quantity, usize)> {
    let lexicon = Lexicon::english();
    let (comparator, mut here) = lexicon
        .numbers
        .comparators
        .iter()
        .find(|(phrase, _)| starts_with(tokens, at, phrase))
        .map_or((None, at), |(phrase, comparator)| (Some(*comparator), at + phrase.len()));
    // "between 5 and 10" is the range its second half spells.
    let between = tokens.get(here).is_some_and(|t| t.is("between") || t.is("from"));
    here += usize::from(between);
    if let Some(number) = number_at(tokens, here) {
        let (mut low, mut high, mut value, mut next, mut currency, mut percent) =
            (Some(number.value), Some(number.value), Some(number.value), number.next, number.currency, number.percent);
        let joiner = tokens.get(next).filter(|t| t.is("to") || t.is("-") || t.is("–") || (between && t.is("and")));
        let mut kind = comparator.unwrap_or(Comparator::Exactly);
        if let Some(second) = joiner.and_then(|_| number_at(tokens, next + 1)).filter(|second| second.value > number.value) {
            // "5 to 10 million": the scale of the second holds for both.
            let scale = if second.scale > 1.0 && number.scale <= 1.0 { second.scale } else { 1.0 };
            (low, high, value, next) = (Some(number.value * scale), Some(second.value), None, second.next);
            currency = currency.or(second.currency);
            percent |= second.percent;
            kind = Comparator::Range;
        } else {
            if between {
                return None;
            }
            match kind {
                Comparator::MoreThan | Comparator::AtLeast => high = None,
                Comparator::LessThan | Comparator::AtMost => low = None,
                Comparator::About => (low, high) = (Some(number.value * 0.9), Some(number.value * 1.1)),
                Comparator::Exactly | Comparator::Range => {}
            }
        }
        let (unit, next) = unit_at(tokens, next, currency, percent);
        if unit.is_none() && comparator.is_none() && kind != Comparator::Range && !stands_alone(tokens, here, next, number.scale)
        {
            return None;
        }
        let text = slice(source, tokens, at, next);
        return Some((Quantity { text, comparator: kind, value, low, high, unit, vague: false, as_of }, next));
    }
    if comparator.is_some() || between {
        return None;
    }
    let (phrase, low, high) = lexicon.numbers.vague.iter().find(|(phrase, ..)| starts_with(tokens, at, phrase))?;
    let next = at + phrase.len();
    let (unit, next) = unit_at(tokens, next, None, false);
    unit.as_ref()?;
    let text = slice(source, tokens, at, next);
    Some((
        Quantity { text, comparator: Comparator::About, value: None, low: Some(*low), high: *high, unit, vague: true, as_of },
        next,
    ))
}

struct Number {
    value: f64,
    scale: f64,
    next: usize,
    currency: Option<&'static str>,
    percent: bool,
}

/// Digits or number words, with a currency sign before and a scale or a percent sign behind.
fn number_at(tokens: &[Token<'_>], at: usize) -> Option<Number> {
    let lexicon = Lexicon::english();
    let (currency, mut here) = match tokens.get(at)?.text {
        "$" => (Some("USD"), at + 1),
        "€" => (Some("EUR"), at + 1),
        "£" => (Some("GBP"), at + 1),
        "¥" => (Some("JPY"), at + 1),
        _ => (None, at),
    };
    let first = tokens.get(here)?;
    if is_calendar(tokens, here) && currency.is_none() {
        return None;
    }
    let mut value;
    if first.kind == TokenKind::Number {
        value = first.text.replace(',', "").parse::<f64>().ok()?;
        here += 1;
    } else if let Some((number, next)) = number_words(tokens, here) {
        value = number;
        here = next;
    } else if let Some((number, scale)) = glued_scale(first.norm()) {
        // "19M", "3.5bn"
        value = number * scale;
        return Some(Number { value, scale, next: here + 1, currency, percent: false });
    } else {
        return None;
    }
    let mut scale = 1.0;
    while let Some(factor) = tokens.get(here).and_then(|t| lexicon.numbers.scale(t.norm())) {
        scale *= factor;
        here += 1;
    }
    value *= scale;
    let percent = tokens.get(here).is_some_and(|t| t.is("%") || t.is("percent"))
        || (tokens.get(here).is_some_and(|t| t.is("per")) && tokens.get(here + 1).is_some_and(|t| t.is("cent")));
    if percent {
        here += if tokens[here].is("per") { 2 } else { 1 };
    }
    value.is_finite().then_some(Number { value, scale, next: here, currency, percent })
}

/// "twenty-five", "thirty four"; "one" alone is mostly a pronoun and counts only before a scale.
fn number_words(tokens: &[Token<'_>], at: usize) -> Option<(f64, usize)> {
    let lexicon = Lexicon::english();
    let word = tokens.get(at)?.norm();
    if let Some((tens, ones)) = word.split_once('-') {
        return Some((lexicon.numbers.value(tens)? + lexicon.numbers.value(ones)?, at + 1));
    }
    let value = lexicon.numbers.value(word)?;
    let next_scale = tokens.get(at + 1).is_some_and(|t| lexicon.numbers.scale(t.norm()).is_some());
    if value == 1.0 && !next_scale {
        return None;
    }
    match tokens.get(at + 1).and_then(|t| lexicon.numbers.value(t.norm())) {
        Some(ones) if value >= 20.0 && (1.0..10.0).contains(&ones) => Some((value + ones, at + 2)),
        _ => Some((value, at + 1)),
    }
}

fn glued_scale(word: &str) -> Option<(f64, f64)> {
    let digits = word.trim_end_matches(|c: char| c.is_alphabetic());
    let scale = Lexicon::english().numbers.scale(&word[digits.len()..]).or_else(|| match &word[digits.len()..] {
        "k" => Some(1e3),
        "b" => Some(1e9),
        _ => None,
    })?;
    Some((digits.replace(',', "").parse().ok()?, scale))
}

/// A year, a day of a month or a clock time is no quantity.
fn is_calendar(tokens: &[Token<'_>], at: usize) -> bool {
    let token = &tokens[at];
    let near_month =
        |i: Option<usize>| i.and_then(|i| tokens.get(i)).is_some_and(|t| t.is_capitalized() && time::month(t.norm()).is_some());
    let dotted_month = at >= 2 && tokens[at - 1].is_mark('.') && near_month(Some(at - 2));
    if near_month(at.checked_sub(1)) || near_month(Some(at + 1)) || dotted_month {
        return true;
    }
    if tokens.get(at + 1).is_some_and(|t| t.is_mark(':'))
        && tokens.get(at + 2).is_some_and(|t| t.kind == TokenKind::Number && t.text.len() == 2)
    {
        return true;
    }
    if time::year(token).is_none() {
        return false;
    }
    // "2018 people" is a number, "2018 elections" and "in 2018" are years: only a comma or a comparator makes it a count.
    let before = at.checked_sub(1).map(|i| tokens[i].norm());
    !matches!(before, Some("than" | "least" | "about" | "some" | "nearly" | "over" | "almost"))
}

/// The counted noun behind the number, or the currency: "countries", "USD", "percent".
fn unit_at(tokens: &[Token<'_>], at: usize, currency: Option<&'static str>, percent: bool) -> (Option<String>, usize) {
    if percent {
        return (Some("percent".to_owned()), at);
    }
    if let Some(code) = currency {
        return (Some(code.to_owned()), at);
    }
    let lexicon = Lexicon::english();
    let mut here = at + usize::from(tokens.get(at).is_some_and(|t| t.is("of") || t.is("in")));
    // "more than 50 of its members": past the determiner.
    while tokens.get(here).is_some_and(|t| matches!(t.norm(), "the" | "its" | "their" | "his" | "her" | "our")) && here < at + 3 {
        here += 1;
    }
    let mut last = None;
    for (i, token) in tokens.iter().enumerate().skip(here).take(4) {
        if !token.is_word() || lexicon.is(token.norm(), Class::Stopword) {
            break;
        }
        match token.norm() {
            "dollars" | "dollar" => return (Some("USD".to_owned()), i + 1),
            "euros" | "euro" => return (Some("EUR".to_owned()), i + 1),
            "pounds" => return (Some("GBP".to_owned()), i + 1),
            _ => {}
        }
        // "several European": an adjective of a place is no counted noun.
        if token.is_capitalized() {
            continue;
        }
        let plural = is_plural(token.norm());
        let verb = lexicon.verb(token.norm()).is_some_and(|verb| verb.form.past || verb.form.base) && !plural;
        if verb && last.is_some() {
            break;
        }
        last = Some(i);
        if plural {
            break;
        }
    }
    match last {
        Some(i) => (Some(tokens[i].norm().to_owned()), i + 1),
        None => (None, at),
    }
}

fn is_plural(word: &str) -> bool {
    matches!(word, "people" | "children" | "men" | "women" | "police" | "troops" | "personnel" | "staff")
        || (word.len() > 3 && word.ends_with('s') && !word.ends_with("ss"))
}

/// "12 were killed", "killing 19", "at least 8": a bare number that a verb counts.
fn stands_alone(tokens: &[Token<'_>], at: usize, next: usize, scale: f64) -> bool {
    let lexicon = Lexicon::english();
    let verb_after = tokens
        .get(next)
        .is_some_and(|t| matches!(t.norm(), "were" | "are" | "was" | "have" | "had" | "dead" | "injured" | "wounded"));
    let verb_before =
        at.checked_sub(1).is_some_and(|i| lexicon.verb(tokens[i].norm()).is_some_and(|verb| verb.form.ing || verb.form.past));
    scale > 1.0 || verb_after || verb_before
}

fn starts_with(tokens: &[Token<'_>], at: usize, phrase: &[String]) -> bool {
    phrase.iter().enumerate().all(|(i, word)| tokens.get(at + i).is_some_and(|token| token.is(word)))
}

fn slice(source: &str, tokens: &[Token<'_>], from: usize, to: usize) -> String {
    source.get(tokens[from].start..tokens[to - 1].end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::text::tokenize;

    type Expected<'a> = (Comparator, Option<f64>, Option<f64>, Option<&'a str>);

    fn check(text: &str, expected: &[Expected<'_>]) {
        let found = quantities(text, &tokenize(text, 0, Lexicon::english()), None);
        let got: Vec<_> = found.iter().map(|q| (q.comparator, q.low, q.high, q.unit.as_deref())).collect();
        assert_eq!(got, expected, "{text}");
        for quantity in &found {
            assert!(text.contains(&quantity.text));
        }
    }

    #[test]
    fn numbers_are_read_as_intervals_with_their_unit() {
        use Comparator::*;
        check("recognition of more than 50 countries", &[(MoreThan, Some(50.0), None, Some("countries"))]);
        check("250,000 to 300,000 are at risk", &[(Range, Some(250_000.0), Some(300_000.0), None)]);
        check("more than three million people fled", &[(MoreThan, Some(3e6), None, Some("people"))]);
        check("paid $3.5 billion for it", &[(Exactly, Some(3.5e9), Some(3.5e9), Some("USD"))]);
        check("at least twelve miners died", &[(AtLeast, Some(12.0), None, Some("miners"))]);
        check("up to 40 percent of voters", &[(AtMost, None, Some(40.0), Some("percent"))]);
        check("between 5 and 10 million euros", &[(Range, Some(5e6), Some(10e6), Some("EUR"))]);
        check("a handful of its allies", &[(About, Some(2.0), Some(12.0), Some("allies"))]);
        check("forced millions of residents to flee", &[(About, Some(1_500_000.0), Some(500_000_000.0), Some("residents"))]);
        check("killing 19 and wounding 40", &[(Exactly, Some(19.0), Some(19.0), None), (Exactly, Some(40.0), Some(40.0), None)]);
        check("sell 19M watches", &[(Exactly, Some(19e6), Some(19e6), Some("watches"))]);
        check(
            "10 lawmakers and twenty-five aides",
            &[(Exactly, Some(10.0), Some(10.0), Some("lawmakers")), (Exactly, Some(25.0), Some(25.0), Some("aides"))],
        );
    }

    #[test]
    fn days_years_and_ages_are_no_quantities() {
        check("on January 10 in 2018 at 18:38", &[]);
        check("Feb. 8, 2019", &[]);
        check("the 35-year-old leader of 2018 elections", &[]);
        check("no one knows", &[]);
    }
}
