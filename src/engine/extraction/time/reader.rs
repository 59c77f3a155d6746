//! Finds the expressions of time in one proposition and resolves each.

use std::{cell::OnceCell, ops::Range};

use chrono::{Datelike, NaiveDate, Weekday};

use super::{Outlook, Timex, shifted, units_from};
use crate::{
    domain::Period,
    engine::{
        extraction::polarity,
        text::{
            Class, Lexicon, Tag, Token, TokenKind,
            lexicon::{CalendarWord, Month, NumberWord, TimeLink, Unit},
        },
    },
};

/// Years that a bare number of four digits can be.
const YEARS: std::ops::RangeInclusive<i32> = 1500..=2200;
/// Words of "the end of", at most, between a preposition and the time it belongs to.
const MOST_PARTS: usize = 4;

/// An expression that was found, and when it is.
type Found = Option<(Range<usize>, Option<Period>)>;

pub(super) struct Reader<'a, 't> {
    tokens: &'a [&'a Token<'t>],
    published: Option<NaiveDate>,
    lexicon: &'static Lexicon,
    /// Asked for by few expressions, and not cheap.
    outlook: OnceCell<Outlook>,
}

impl<'a, 't> Reader<'a, 't> {
    pub(super) fn new(tokens: &'a [&'a Token<'t>], published: Option<NaiveDate>, lexicon: &'static Lexicon) -> Self {
        Self { tokens, published, lexicon, outlook: OnceCell::new() }
    }

    pub(super) fn read(&self) -> Vec<Timex> {
        let mut found: Vec<Timex> = Vec::new();
        // As it was said, before "since" stretched it: both ends of a range are joined as they were said.
        let mut last_said = None;
        let mut at = 0;
        while at < self.tokens.len() {
            let Some((tokens, said)) = self.opens(at).then(|| self.expression(at)).flatten() else {
                at += 1;
                continue;
            };
            // "January 10th quarter": what reaches back into the expression before is none of its own.
            if found.last().is_some_and(|last| tokens.start < last.tokens.end) {
                at += 1;
                continue;
            }
            at = tokens.end;
            let joined = found.last().and_then(|last| {
                let ends = last_said.zip(said).filter(|_| self.joins(&last.tokens, &tokens));
                ends.and_then(|(from, to): (Period, Period)| Period::new(from.from(), to.to()))
            });
            match (joined, found.last_mut()) {
                (Some(whole), Some(last)) => *last = Timex { tokens: last.tokens.start..tokens.end, period: Some(whole) },
                _ => {
                    let period = said.and_then(|period| self.stretched(period, tokens.start));
                    found.push(Timex { tokens, period });
                }
            }
            last_said = said;
        }
        found
    }

    /// Whether anything can begin here: most tokens end at this question.
    fn opens(&self, at: usize) -> bool {
        self.token(at).is_some_and(|token| {
            token.word.calendar.is_some()
                || token.word.opens_day
                || token.text.as_bytes()[0].is_ascii_digit()
                || self.part_of_compound(at).is_some()
        })
    }

    fn token(&self, at: usize) -> Option<&'a Token<'t>> {
        self.tokens.get(at).copied()
    }

    fn norm(&self, at: usize) -> &str {
        self.token(at).map_or("", Token::norm)
    }

    fn calendar(&self, at: usize) -> Option<CalendarWord> {
        self.token(at)?.word.calendar
    }

    fn links(&self, at: usize, link: TimeLink) -> bool {
        self.lexicon.calendar.links(self.norm(at), link)
    }

    fn links_before(&self, at: usize, link: TimeLink) -> bool {
        at.checked_sub(1).is_some_and(|before| self.links(before, link))
    }

    fn outlook(&self) -> Outlook {
        *self.outlook.get_or_init(|| polarity::outlook(self.tokens, self.lexicon))
    }

    /// "mid-March": the month in it.
    fn part_of_compound(&self, at: usize) -> Option<Month> {
        let (part, month) = self.token(at).filter(|token| token.compound)?.norm().split_once('-')?;
        match (self.lexicon.word(part).calendar, self.lexicon.word(month).calendar) {
            (Some(CalendarWord::Part), Some(CalendarWord::Month(month))) => Some(month),
            _ => None,
        }
    }

    fn expression(&self, at: usize) -> Found {
        let token = self.token(at)?;
        if token.word.opens_day {
            let calendar = &self.lexicon.calendar;
            let words = |i: usize| self.token(at + i).map(Token::norm);
            if let Some((_, length)) = calendar.names.longest(words) {
                return Some((at..at + length, None));
            }
            if let Some((days, length)) = calendar.days.longest(words) {
                return Some((at..at + length, self.published.and_then(|day| shifted(day, *days)).map(Period::day)));
            }
        }
        match token.word.calendar {
            Some(CalendarWord::Month(month)) => self.month(at, month),
            Some(CalendarWord::Weekday(day)) => self.weekday(at, day, None),
            Some(CalendarWord::Day(days)) => {
                let end = at + 1 + usize::from(self.calendar(at + 1) == Some(CalendarWord::Unit(Unit::Night)));
                Some((at..end, self.published.and_then(|day| shifted(day, days)).map(Period::day)))
            }
            Some(CalendarWord::Shift { by, behind: false }) => self.shift(at, by),
            Some(CalendarWord::Past) => self.stretch(at, -1),
            Some(CalendarWord::Unit(unit)) => self.unit(at, unit),
            Some(CalendarWord::Ago { behind: false }) => {
                let (count, next) = self.count(at + 1).unwrap_or((None, at + 1));
                let Some(CalendarWord::Unit(unit)) = self.calendar(next) else { return None };
                Some((at..next + 1, self.away(count.map(|count| -count), unit)))
            }
            Some(CalendarWord::Quarter(quarter)) => self.part_of_year(at..at + 1, quarter, 3),
            Some(CalendarWord::Decade) => {
                let year = at + 1 + usize::from(self.links(at + 1, TimeLink::Of));
                let first = self.year(year).filter(|year| year % 10 == 0)?;
                Some((at..year + 1, Period::years(first, 10)))
            }
            _ => match self.part_of_compound(at) {
                Some(month) => {
                    let (year, end) = self.year_behind(at + 1);
                    let period = match year {
                        Some(year) => Period::months(year, month.number, 1),
                        None => self.nearest_month(month.number, None),
                    };
                    Some((at..end, period))
                }
                None => self.digits(at),
            },
        }
    }

    // Dates in digits.

    fn digits(&self, at: usize) -> Found {
        let token = self.token(at)?;
        if !token.text.as_bytes()[0].is_ascii_digit() {
            return None;
        }
        if let Some(found) = self.day_and_month(at) {
            return Some(found);
        }
        if token.kind == TokenKind::Word {
            if let Some(first) = self.lexicon.calendar.decade(token.norm()) {
                return Some((at..at + 1, Period::years(first, 10)));
            }
            // "5pm"
            let ending = token.norm().trim_start_matches(|c: char| c.is_ascii_digit());
            let clock = self.lexicon.word(ending).calendar == Some(CalendarWord::Clock);
            return clock.then_some((at..at + 1, None));
        }
        let glued = |mark: char| self.glued(at, mark);
        if glued(':') {
            let end = if self.calendar(at + 3) == Some(CalendarWord::Clock) { at + 4 } else { at + 3 };
            return Some((at..end, None));
        }
        for mark in ['-', '/'] {
            if glued(mark) && self.glued(at + 2, mark) {
                return Some((at..at + 5, self.numeric_date(at).map(Period::day)));
            }
        }
        if self.calendar(at + 1) == Some(CalendarWord::Clock) {
            return Some((at..at + 2, None));
        }
        let year = self.year(at).filter(|_| self.is_year(at))?;
        if glued('-') || glued('/') {
            // The season "2018-19".
            let short = self.norm(at + 2);
            let end = short.parse::<i32>().ok().filter(|_| short.len() == 2).map(|short| year / 100 * 100 + short);
            if let Some(end) = end.filter(|end| *end > year) {
                return Some((at..at + 3, Period::years(year, (end - year + 1) as u32)));
            }
        }
        Some((at..at + 1, Period::years(year, 1)))
    }

    /// A number, a mark and a number without a space between them.
    fn glued(&self, at: usize, mark: char) -> bool {
        let (Some(a), Some(m), Some(b)) = (self.token(at), self.token(at + 1), self.token(at + 2)) else { return false };
        m.is_mark(mark) && b.kind == TokenKind::Number && a.end == m.start && m.end == b.start
    }

    /// "2019-02-08", "25/12/2018". Which of "03/05" is the month differs between countries: those are not resolved.
    fn numeric_date(&self, at: usize) -> Option<NaiveDate> {
        let part = |i: usize| self.norm(at + i).parse::<u32>().ok();
        let (a, b, c) = (part(0)?, part(2)?, part(4)?);
        match () {
            () if a > 31 => NaiveDate::from_ymd_opt(i32::try_from(a).ok()?, b, c),
            () if c < 100 => None,
            () if a > 12 || a == b => NaiveDate::from_ymd_opt(i32::try_from(c).ok()?, b, a),
            () if b > 12 => NaiveDate::from_ymd_opt(i32::try_from(c).ok()?, a, b),
            () => None,
        }
    }

    fn year(&self, at: usize) -> Option<i32> {
        let token = self.token(at).filter(|t| t.kind == TokenKind::Number && t.text.len() == 4)?;
        token.text.parse().ok().filter(|year| YEARS.contains(year))
    }

    /// "2018 elections" and "in 2018" hold years; "about 2000 homes", "2000 people" and "$2000" hold numbers.
    fn is_year(&self, at: usize) -> bool {
        let numbers = &self.lexicon.numbers;
        let before = |i: usize| at.checked_sub(i + 1).map(|i| self.norm(i));
        let behind = |i: usize| self.token(at + 1 + i).map(Token::norm);
        let counts = self.token(at + 1).is_some_and(|next| next.has(Class::Person))
            || matches!(self.token(at + 1).and_then(|next| next.word.number), Some(NumberWord::Scale(_)))
            || numbers.units.behind.longest(behind).is_some()
            || numbers.units.before.longest(before).is_some();
        let compared = !self.links_before(at, TimeLink::When) && numbers.comparators.before.longest(before).is_some();
        !counts && !compared
    }

    /// ", 2019" or "de 2019" behind a day or month: the year, and where it ends.
    fn year_behind(&self, at: usize) -> (Option<i32>, usize) {
        let skip = usize::from(self.links(at, TimeLink::Of) || self.token(at).is_some_and(|t| t.is_mark(',')));
        match self.year(at + skip) {
            Some(year) if skip == 0 || self.is_year(at + skip) => (Some(year), at + skip + 1),
            _ => (None, at),
        }
    }

    // Days and months.

    fn day_of_month(&self, at: usize) -> Option<u32> {
        let token = self.token(at)?;
        let day = match token.kind {
            TokenKind::Number => token.text.parse().ok()?,
            TokenKind::Word => self.lexicon.numbers.ordinal_digits(token.norm())? as u32,
            TokenKind::Mark => return None,
        };
        (1..=31).contains(&day).then_some(day)
    }

    /// A month that is written as one: "May", not "may".
    fn written_month(&self, at: usize) -> Option<Month> {
        let capital = !self.lexicon.calendar.capital_months || self.token(at)?.is_capitalized();
        match self.calendar(at) {
            Some(CalendarWord::Month(month)) if capital => Some(month),
            _ => None,
        }
    }

    /// "10 January 2019", "10th of January", "10-12 January".
    fn day_and_month(&self, at: usize) -> Found {
        let first = self.day_of_month(at)?;
        let mut here = at + 1;
        let mut last = first;
        if self.joins_range(here)
            && let Some(day) = self.day_of_month(here + 1).filter(|day| *day > first)
        {
            (last, here) = (day, here + 2);
        }
        here += usize::from(self.links(here, TimeLink::Of));
        let month = self.written_month(here)?;
        let (year, end) = self.year_behind(here + 1);
        Some((at..end, self.days(year, month.number, first, last)))
    }

    /// "January 10, 2019", "January 10-12", "January 2019", "in January".
    fn month(&self, at: usize, month: Month) -> Found {
        self.written_month(at)?;
        let behind = at + 1 + usize::from(self.token(at + 1).is_some_and(|t| t.is_mark('.')));
        let counts = self.token(behind + 1).is_some_and(|next| next.has(Class::Person));
        if let Some(first) = self.day_of_month(behind).filter(|_| !counts) {
            let mut end = behind + 1;
            let mut last = first;
            if self.joins_range(end)
                && let Some(day) = self.day_of_month(end + 1).filter(|day| *day > first && self.calendar(end + 2).is_none())
            {
                (last, end) = (day, end + 2);
            }
            let (year, end) = self.year_behind(end);
            return Some((at..end, self.days(year, month.number, first, last)));
        }
        if let (Some(year), end) = self.year_behind(behind) {
            return Some((at..end, Period::months(year, month.number, 1)));
        }
        let shift = self.shift_behind(at + 1);
        let in_range = self.joins_range(at + 1) && self.written_month(at + 2).is_some()
            || at >= 2 && self.joins_range(at - 1) && self.written_month(at - 2).is_some();
        let said = self.links_before(at, TimeLink::When) || !month.ambiguous && self.links_before(at, TimeLink::Weak);
        // "the end of May", "the last week of May"
        let part = at >= 2
            && self.links(at - 1, TimeLink::Of)
            && matches!(self.calendar(at - 2), Some(CalendarWord::Part | CalendarWord::Unit(_)));
        (said || in_range || part || shift.is_some())
            .then(|| (at..at + 1 + usize::from(shift.is_some()), self.nearest_month(month.number, shift)))
    }

    fn days(&self, year: Option<i32>, month: u32, first: u32, last: u32) -> Option<Period> {
        let from = match year {
            Some(year) => NaiveDate::from_ymd_opt(year, month, first)?,
            None => self.nearest_day(month, first)?,
        };
        Period::new(from, NaiveDate::from_ymd_opt(from.year(), month, last)?)
    }

    /// News speaks of the day that is nearest to its own, on the side where its verb looks.
    fn nearest_day(&self, month: u32, day: u32) -> Option<NaiveDate> {
        let published = self.published?;
        let outlook = self.outlook();
        (-1..=1)
            .filter_map(|shift| NaiveDate::from_ymd_opt(published.year().checked_add(shift)?, month, day))
            .filter(|date| match outlook {
                Outlook::Past => *date <= published,
                Outlook::Future => *date >= published,
                Outlook::Unknown => true,
            })
            .min_by_key(|date| (*date - published).num_days().abs())
    }

    fn nearest_month(&self, month: u32, shift: Option<i64>) -> Option<Period> {
        let published = self.published?;
        let outlook = self.outlook();
        (-1..=1)
            .filter_map(|years| Period::months(published.year().checked_add(years)?, month, 1))
            .filter(|period| match (shift, outlook) {
                (Some(-1), _) => period.to() < published,
                (Some(1), _) => period.from() > published,
                (Some(_), _) => period.from().year() == published.year(),
                (None, Outlook::Past) => period.from() <= published,
                (None, Outlook::Future) => period.to() >= published,
                (None, Outlook::Unknown) => true,
            })
            .min_by_key(|period| (period.from() - published).num_days().abs())
    }

    // Days of the week.

    fn weekday(&self, at: usize, day: Weekday, shift: Option<i64>) -> Found {
        if self.lexicon.calendar.capital_weekdays && !self.token(at)?.is_capitalized() {
            return None;
        }
        // "Wednesday, January 10": the date says more.
        let date = at + 1 + usize::from(self.token(at + 1).is_some_and(|t| t.is_mark(',')));
        let dated = match self.calendar(date) {
            Some(CalendarWord::Month(month)) => self.month(date, month),
            _ => self.day_and_month(date),
        };
        if let Some((tokens, Some(period))) = dated.filter(|(_, period)| period.is_some_and(|p| p.single_day().is_some())) {
            return Some((at..tokens.end, Some(period)));
        }
        let behind = self.shift_behind(at + 1);
        let mut end = at + 1 + usize::from(behind.is_some());
        end += usize::from(self.calendar(end) == Some(CalendarWord::Unit(Unit::Night)));
        let period = self.published.and_then(|published| {
            let ahead = (7 + i64::from(day.num_days_from_monday()) - i64::from(published.weekday().num_days_from_monday())) % 7;
            let days = match shift.or(behind) {
                Some(-1) => ahead - 7,
                Some(1) if ahead == 0 => 7,
                Some(1) => ahead,
                Some(_) => i64::from(day.num_days_from_monday()) - i64::from(published.weekday().num_days_from_monday()),
                None if self.outlook() == Outlook::Future => ahead,
                None if ahead == 0 => 0,
                None => ahead - 7,
            };
            shifted(published, days).map(Period::day)
        });
        Some((at..end, period))
    }

    // Counted from the day of publication.

    /// "la semana PASADA".
    fn shift_behind(&self, at: usize) -> Option<i64> {
        match self.calendar(at) {
            Some(CalendarWord::Shift { by, behind: true }) => Some(by),
            _ => None,
        }
    }

    /// "last week", "next Tuesday", "this year", "the last two weeks".
    fn shift(&self, at: usize, by: i64) -> Found {
        match self.calendar(at + 1) {
            Some(CalendarWord::Weekday(day)) => {
                let (tokens, period) = self.weekday(at + 1, day, Some(by))?;
                Some((at..tokens.end, period))
            }
            Some(CalendarWord::Month(month)) => {
                self.written_month(at + 1)?;
                Some((at..at + 2, self.nearest_month(month.number, Some(by))))
            }
            // "the last week of May" is no week from today.
            Some(CalendarWord::Unit(_)) if self.links(at + 2, TimeLink::Of) && by != 0 => None,
            // "the last quarter century"
            Some(CalendarWord::Unit(_)) if matches!(self.calendar(at + 2), Some(CalendarWord::Unit(_))) => None,
            Some(CalendarWord::Unit(unit)) => {
                let resolved = match unit {
                    Unit::Day | Unit::Hour if by != 0 => None,
                    _ => self.away(Some(by), unit),
                };
                Some((at..at + 2, resolved.and_then(|period| self.half_said(period, at))))
            }
            _ if by == 0 => None,
            // "will last five weeks", "is expected to last five weeks"
            _ if at > 0 && matches!(self.tokens[at - 1].tag, Tag::To | Tag::Modal | Tag::Adverb) => None,
            _ => self.stretch(at, by),
        }
    }

    /// "earlier this month" ends today, "later this month" begins today.
    fn half_said(&self, period: Period, at: usize) -> Option<Period> {
        let published = self.published?;
        match at.checked_sub(1).and_then(|before| self.calendar(before)) {
            Some(CalendarWord::From(-1)) if period.contains(published) => Period::new(period.from(), published),
            Some(CalendarWord::From(_)) if period.contains(published) => Period::new(published, period.to()),
            _ => Some(period),
        }
    }

    /// "the past two weeks", "the next three days", "the past year".
    fn stretch(&self, at: usize, direction: i64) -> Found {
        let (count, next) = self.count(at + 1).unwrap_or((Some(1), at + 1));
        let Some(CalendarWord::Unit(unit)) = self.calendar(next) else { return None };
        let period = self.published.zip(count).and_then(|(published, count)| {
            let (unit, size) = match unit {
                Unit::Week => (Unit::Day, 7),
                Unit::Fortnight => (Unit::Day, 14),
                other => (other, 1),
            };
            // From the same day of that month or year, not from its first.
            let there = match unit {
                Unit::Day | Unit::Hour | Unit::Night => {
                    units_from(published, (direction * count).checked_mul(size)?, unit)?.from()
                }
                _ => {
                    let months = match unit {
                        Unit::Month => 1,
                        Unit::Quarter => 3,
                        Unit::Half => 6,
                        Unit::Year => 12,
                        Unit::Decade => 120,
                        _ => return None,
                    };
                    let away = chrono::Months::new(u32::try_from(count.checked_mul(months)?).ok()?);
                    if direction < 0 { published.checked_sub_months(away)? } else { published.checked_add_months(away)? }
                }
            };
            Period::new(there.min(published), there.max(published))
        });
        Some((at..next + 1, period))
    }

    /// "two weeks ago", "a day earlier", "the first quarter", "la semana pasada".
    fn unit(&self, at: usize, unit: Unit) -> Found {
        if let Some(by) = self.shift_behind(at + 1) {
            return Some((at..at + 2, self.away(Some(by), unit)));
        }
        if let Some(found) = self.ordinal_unit(at, unit) {
            return Some(found);
        }
        let (start, count) = self.count_before(at).unwrap_or((at, Some(1)));
        match self.calendar(at + 1) {
            Some(CalendarWord::Ago { behind: true }) => {
                let known = count.filter(|_| start < at);
                Some((start..at + 2, self.away(known.map(|count| -count), unit)))
            }
            // "the day before yesterday", "two days after January 10": the other day is known where it follows.
            Some(CalendarWord::From(sign)) => {
                let other = self.opens(at + 2).then(|| self.expression(at + 2)).flatten();
                match other.and_then(|(tokens, period)| Some((tokens.end, period?.single_day()?))) {
                    Some((end, day)) => {
                        let count = count.filter(|_| unit == Unit::Day);
                        let period = count.and_then(|count| shifted(day, count.checked_mul(sign)?)).map(Period::day);
                        Some((start..end, period))
                    }
                    // "nine years after the fire": how long, not when.
                    None if start < at
                        && self.links(at + 1, TimeLink::NotIn)
                        && self.token(at + 2).is_some_and(Token::is_word) =>
                    {
                        None
                    }
                    None => Some((start..at + 2, None)),
                }
            }
            // "will open in two weeks"
            _ if start < at && self.links_before(start, TimeLink::When) && self.outlook() == Outlook::Future => {
                Some((start..at + 1, self.away(count, unit)))
            }
            _ => None,
        }
    }

    /// "the first quarter of 2018", "the 19th century".
    fn ordinal_unit(&self, at: usize, unit: Unit) -> Found {
        let months = match unit {
            Unit::Quarter => 3,
            Unit::Half => 6,
            Unit::Century => 1,
            _ => return None,
        };
        let before = self.token(at.checked_sub(1)?)?;
        let ordinal = match before.word.number {
            Some(NumberWord::Ordinal(number)) => number,
            _ => self.lexicon.numbers.ordinal_digits(before.norm())?,
        };
        let number = (1.0..=21.0).contains(&ordinal).then_some(ordinal as u32)?;
        if unit == Unit::Century {
            return Some((at - 1..at + 1, Period::years((number as i32 - 1) * 100, 100)));
        }
        self.part_of_year(at - 1..at + 1, number, months)
    }

    /// A quarter or a half of the year that follows; without a year, the last quarter of that number that has begun.
    fn part_of_year(&self, tokens: Range<usize>, number: u32, months: u32) -> Found {
        let of = |year: i32| Period::months(year, (number.checked_sub(1)?) * months + 1, months);
        let (year, end) = self.year_behind(tokens.end);
        if let Some(year) = year {
            return Some((tokens.start..end, of(year)));
        }
        let mut next = tokens.end;
        while self.links(next, TimeLink::Of) || self.links(next, TimeLink::Article) {
            next += 1;
        }
        let published = self.published?;
        match (self.calendar(next), self.calendar(next + 1)) {
            (Some(CalendarWord::Shift { by, .. }), Some(CalendarWord::Unit(Unit::Year))) => {
                Some((tokens.start..next + 2, of(published.year().checked_add(by as i32)?)))
            }
            (Some(CalendarWord::Unit(Unit::Year)), _) if next > tokens.end => {
                Some((tokens.start..next + 1, of(published.year())))
            }
            _ if months == 3 => {
                let begun = [published.year(), published.year() - 1].into_iter().filter_map(of).find(|p| p.from() <= published);
                Some((tokens, begun))
            }
            // The first half of a match, more often than not.
            _ => None,
        }
    }

    fn away(&self, count: Option<i64>, unit: Unit) -> Option<Period> {
        units_from(self.published?, count?, unit)
    }

    /// A small number before a unit of time: its value, unless it is vague, and where it ends.
    fn count(&self, at: usize) -> Option<(Option<i64>, usize)> {
        let token = self.token(at)?;
        if token.kind == TokenKind::Number {
            return Some((Some(token.text.parse().ok()?), at + 1));
        }
        if token.word.opens_vague
            && let Some((_, length)) = self.lexicon.numbers.vague.longest(|i| self.token(at + i).map(Token::norm))
        {
            let end = at + length;
            let partitive = self.token(end).is_some_and(|t| t.word.number == Some(NumberWord::Partitive));
            return Some((None, end + usize::from(partitive)));
        }
        match token.word.number? {
            NumberWord::Value(value) => Some((Some(value as i64), at + 1)),
            NumberWord::Article => Some((Some(1), at + 1)),
            _ => None,
        }
    }

    /// The same, read from the unit backwards.
    fn count_before(&self, at: usize) -> Option<(usize, Option<i64>)> {
        (1..=3).filter_map(|back| at.checked_sub(back)).rev().find_map(|start| {
            let (count, end) = self.count(start)?;
            (end == at).then_some((start, count))
        })
    }

    // What stands between and before expressions.

    fn joins_range(&self, at: usize) -> bool {
        let token = self.norm(at);
        !token.is_empty() && self.lexicon.calendar.ranges.iter().any(|(_, joiner)| joiner == token)
    }

    /// "from Monday to Wednesday", "2014-2018": one joiner between the two, and its opening word before the first.
    fn joins(&self, first: &Range<usize>, second: &Range<usize>) -> bool {
        let between = first.end..second.start;
        if between.is_empty() || between.len() > 2 || (between.len() == 2 && !self.links(between.end - 1, TimeLink::Article)) {
            return false;
        }
        let joiner = self.norm(between.start);
        let mut before = first.start;
        while before > 0 && self.links(before - 1, TimeLink::Article) {
            before -= 1;
        }
        self.lexicon.calendar.ranges.iter().any(|(opener, word)| {
            word == joiner && (opener.is_empty() || before.checked_sub(1).is_some_and(|i| self.norm(i) == opener))
        })
    }

    /// What the preposition makes of a period: "since 2014" reaches to today, "after 2014" is not in 2014.
    fn stretched(&self, period: Period, start: usize) -> Option<Period> {
        let mut before = start;
        while before > start.saturating_sub(MOST_PARTS)
            && (self.links_before(before, TimeLink::Article)
                || self.links_before(before, TimeLink::Of)
                || self.calendar(before - 1) == Some(CalendarWord::Part))
        {
            before -= 1;
        }
        if self.links_before(before, TimeLink::Since) {
            let published = self.published?;
            return Period::new(period.from(), published.max(period.from()));
        }
        if self.links_before(before, TimeLink::NotIn) {
            return None;
        }
        if self.links_before(before, TimeLink::Until)
            && let Some(published) = self.published.filter(|published| *published <= period.to())
        {
            return Period::new(published, period.to());
        }
        Some(period)
    }
}
