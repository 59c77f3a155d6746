//! When a text says that something happened: expressions of time to periods, resolved against the day of publication.
//!
//! After TIMEX3 (Pustejovsky et al. 2003): an expression is found first and resolved second. One that cannot be resolved
//! ("a day earlier") is still found, so that its number is not read as a quantity.

mod reader;

use std::ops::Range;

use chrono::{Datelike, Days, Months, NaiveDate};

use self::reader::Reader;
use crate::{
    domain::Period,
    engine::text::{Lexicon, Token, lexicon::Unit},
};

/// An expression of time: where it stands among the tokens, and when that is, if the text tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timex {
    pub tokens: Range<usize>,
    pub period: Option<Period>,
}

/// Where the proposition lies, seen from the day of publication: decides between last and next Wednesday.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outlook {
    Past,
    Future,
    #[default]
    Unknown,
}

/// Every expression of time among the tokens, in order.
#[must_use]
pub fn expressions(tokens: &[&Token<'_>], published: Option<NaiveDate>, lexicon: &'static Lexicon) -> Vec<Timex> {
    Reader::new(tokens, published, lexicon).read()
}

/// When the event is: the most exact of the periods that are said, the first among equals.
#[must_use]
pub fn event_period(said: &[Timex]) -> Option<Period> {
    said.iter().filter_map(|timex| timex.period).min_by_key(|period| (period.to() - period.from()).num_days())
}

fn shifted(day: NaiveDate, days: i64) -> Option<NaiveDate> {
    if days < 0 { day.checked_sub_days(Days::new(days.unsigned_abs())) } else { day.checked_add_days(Days::new(days as u64)) }
}

/// `count` units from `day`, as the calendar unit that lies there: "two months ago" is a month, "two days ago" a day.
fn units_from(day: NaiveDate, count: i64, unit: Unit) -> Option<Period> {
    let by_months = |months: i64| {
        let months_away = Months::new(u32::try_from(months.unsigned_abs()).ok()?);
        if months < 0 { day.checked_sub_months(months_away) } else { day.checked_add_months(months_away) }
    };
    match unit {
        Unit::Hour => Period::new(shifted(day, if count < 0 { -1 } else { 0 })?, shifted(day, i64::from(count > 0))?),
        Unit::Day | Unit::Night => shifted(day, count).map(Period::day),
        Unit::Week => Period::week_of(shifted(day, count.checked_mul(7)?)?),
        Unit::Fortnight => Period::week_of(shifted(day, count.checked_mul(14)?)?),
        Unit::Weekend => {
            let saturday = shifted(Period::week_of(shifted(day, count.checked_mul(7)?)?)?.from(), 5)?;
            Period::new(saturday, shifted(saturday, 1)?)
        }
        Unit::Month => by_months(count).and_then(|there| Period::months(there.year(), there.month(), 1)),
        Unit::Quarter => {
            by_months(count.checked_mul(3)?).and_then(|there| Period::months(there.year(), there.month0() / 3 * 3 + 1, 3))
        }
        Unit::Half => {
            by_months(count.checked_mul(6)?).and_then(|there| Period::months(there.year(), there.month0() / 6 * 6 + 1, 6))
        }
        Unit::Year => Period::years(day.year().checked_add(i32::try_from(count).ok()?)?, 1),
        Unit::Decade => Period::years(
            day.year().checked_add(i32::try_from(count.checked_mul(10)?).ok()?)?.div_euclid(10).checked_mul(10)?,
            10,
        ),
        Unit::Century => None,
    }
}

#[cfg(test)]
mod tests;
