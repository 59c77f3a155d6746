//! Days that a text names, resolved against the day it was published.
//!
//! First version: absolute days ("May 3, 2019", "3 May", "January 10"), days of the week, yesterday and today.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use crate::engine::text::{Token, TokenKind};

/// Number of a month from its folded name or abbreviation.
#[must_use]
pub fn month(word: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.trim_end_matches('.');
    let full = MONTHS.iter().position(|name| *name == word);
    let short = || (word.len() == 3 || word == "sept").then(|| MONTHS.iter().position(|name| name.starts_with(word)))?;
    full.or_else(short).map(|at| at as u32 + 1)
}

#[must_use]
pub fn weekday(word: &str) -> Option<Weekday> {
    match word {
        "monday" | "mon" => Some(Weekday::Mon),
        "tuesday" | "tue" | "tues" => Some(Weekday::Tue),
        "wednesday" => Some(Weekday::Wed),
        "thursday" | "thu" | "thurs" => Some(Weekday::Thu),
        "friday" | "fri" => Some(Weekday::Fri),
        "saturday" => Some(Weekday::Sat),
        "sunday" => Some(Weekday::Sun),
        _ => None,
    }
}

/// A written month is a capitalised word ("May", "Sept."): "may" and "march" are also verbs.
fn written_month(token: &Token<'_>) -> Option<u32> {
    token.is_capitalized().then(|| month(token.norm())).flatten()
}

fn day_of_month(token: &Token<'_>) -> Option<u32> {
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|ending| token.norm().strip_suffix(ending)).unwrap_or(token.norm());
    digits.parse().ok().filter(|day| (1..=31).contains(day))
}

#[must_use]
pub fn year(token: &Token<'_>) -> Option<i32> {
    (token.kind == TokenKind::Number && token.text.len() == 4)
        .then(|| token.text.parse().ok())
        .flatten()
        .filter(|y| (1500..=2200).contains(y))
}

/// The first day that the tokens name.
#[must_use]
pub fn event_date(tokens: &[Token<'_>], published: Option<NaiveDate>) -> Option<NaiveDate> {
    (0..tokens.len()).find_map(|at| date_at(tokens, at, published))
}

fn date_at(tokens: &[Token<'_>], at: usize, published: Option<NaiveDate>) -> Option<NaiveDate> {
    let token = &tokens[at];
    if let Some(month) = written_month(token) {
        // "May 3, 2019", "May 3", and "3 May 2019".
        let skip_stop = usize::from(tokens.get(at + 1).is_some_and(|t| t.is_mark('.')));
        let after = tokens.get(at + 1 + skip_stop).and_then(day_of_month);
        let before = at.checked_sub(1).and_then(|i| day_of_month(&tokens[i]));
        let day = after.or(before)?;
        let mut rest = tokens[at + 1..].iter().take(4);
        let explicit = rest.find_map(year);
        return match (explicit, published) {
            (Some(year), _) => NaiveDate::from_ymd_opt(year, month, day),
            (None, Some(published)) => nearest_year(month, day, published),
            (None, None) => None,
        };
    }
    let published = published?;
    match token.norm() {
        "yesterday" => published.checked_sub_days(Days::new(1)),
        "today" => Some(published),
        word if token.is_capitalized() => weekday(word).and_then(|day| {
            let back = (7 + published.weekday().num_days_from_monday() - day.num_days_from_monday()) % 7;
            published.checked_sub_days(Days::new(u64::from(back)))
        }),
        _ => None,
    }
}

/// News speaks of the day that is nearest to its own.
fn nearest_year(month: u32, day: u32, published: NaiveDate) -> Option<NaiveDate> {
    (-1..=1)
        .filter_map(|shift| NaiveDate::from_ymd_opt(published.year() + shift, month, day))
        .min_by_key(|date| (*date - published).num_days().abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::text::{Lexicon, tokenize};

    fn check(text: &str, expected: &str) {
        let published = NaiveDate::from_ymd_opt(2019, 2, 9);
        let found = event_date(&tokenize(text, 0, Lexicon::english()), published).map(|d| d.to_string()).unwrap_or_default();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn days_are_resolved_against_the_day_of_publication() {
        check("sworn in on January 10", "2019-01-10");
        check("on Feb. 8, 2018 it closed", "2018-02-08");
        check("on 3 May 2017", "2017-05-03");
        check("on December 20", "2018-12-20");
        check("on Wednesday", "2019-02-06");
        check("on Saturday", "2019-02-09");
        check("yesterday", "2019-02-08");
        check("they may march 3 miles", "");
        check("in January", "");
    }
}
