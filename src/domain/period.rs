//! Days as a text names them: one day, or the week, month or year it gives instead of a day.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// First and last day; never the other way round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Ends")]
pub struct Period {
    from: NaiveDate,
    to: NaiveDate,
}

#[derive(Deserialize)]
struct Ends {
    from: NaiveDate,
    to: NaiveDate,
}

impl TryFrom<Ends> for Period {
    type Error = &'static str;

    fn try_from(ends: Ends) -> Result<Self, Self::Error> {
        Self::new(ends.from, ends.to).ok_or("a period ends before it begins")
    }
}

impl Period {
    #[must_use]
    pub fn new(from: NaiveDate, to: NaiveDate) -> Option<Self> {
        (from <= to).then_some(Self { from, to })
    }

    #[must_use]
    pub fn day(day: NaiveDate) -> Self {
        Self { from: day, to: day }
    }

    /// `count` calendar months, the first of them `month` of `year`.
    #[must_use]
    pub fn months(year: i32, month: u32, count: u32) -> Option<Self> {
        let from = NaiveDate::from_ymd_opt(year, month, 1)?;
        Self::new(from, from.checked_add_months(Months::new(count))?.pred_opt()?)
    }

    #[must_use]
    pub fn years(year: i32, count: u32) -> Option<Self> {
        Self::months(year, 1, count.checked_mul(12)?)
    }

    /// Monday to Sunday around a day.
    #[must_use]
    pub fn week_of(day: NaiveDate) -> Option<Self> {
        let from = day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday())))?;
        Self::new(from, from.checked_add_days(Days::new(6))?)
    }

    #[must_use]
    pub fn from(self) -> NaiveDate {
        self.from
    }

    #[must_use]
    pub fn to(self) -> NaiveDate {
        self.to
    }

    #[must_use]
    pub fn single_day(self) -> Option<NaiveDate> {
        (self.from == self.to).then_some(self.from)
    }

    #[must_use]
    pub fn contains(self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to
    }

    /// Some day lies in both; two periods that do not overlap speak of different times.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.from <= other.to && other.from <= self.to
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn months_and_weeks_have_their_last_day() {
        let period = |from: &str, to: &str| Period::new(day(from), day(to));
        assert_eq!(Period::months(2020, 2, 1), period("2020-02-01", "2020-02-29"));
        assert_eq!(Period::months(2018, 10, 3), period("2018-10-01", "2018-12-31"));
        assert_eq!(Period::years(1990, 10), period("1990-01-01", "1999-12-31"));
        assert_eq!(Period::week_of(day("2019-02-09")), period("2019-02-04", "2019-02-10"));
        assert_eq!(Period::months(2020, 13, 1), None);
    }

    #[test]
    fn a_period_read_from_outside_is_checked() {
        assert!(serde_json::from_str::<Period>(r#"{"from":"2019-02-01","to":"2019-02-28"}"#).is_ok());
        assert!(serde_json::from_str::<Period>(r#"{"from":"2019-02-28","to":"2019-02-01"}"#).is_err());
    }

    #[test]
    fn periods_overlap_when_they_share_a_day() {
        let (january, winter) = (Period::months(2019, 1, 1), Period::months(2018, 12, 3));
        assert!(january.zip(winter).is_some_and(|(a, b)| a.overlaps(b) && b.overlaps(a)));
        assert!(!Period::day(day("2019-02-01")).overlaps(Period::day(day("2019-02-02"))));
    }
}
