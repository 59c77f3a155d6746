//! Words of a language that tell when: months, weekdays, "last", "ago", "since".

use chrono::Weekday;
use rustc_hash::FxHashMap;

use super::{Aliases, tabbed};

/// What one word does where time is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CalendarWord {
    Month(Month),
    Weekday(Weekday),
    /// "yesterday": days from the day of publication.
    Day(i64),
    Unit(Unit),
    /// "Q1".
    Quarter(u32),
    /// "last" -1, "this" 0, "next" 1; `behind` its noun in "la semana pasada".
    Shift {
        by: i64,
        behind: bool,
    },
    /// "the past two weeks".
    Past,
    /// "two weeks AGO", "HACE dos semanas".
    Ago {
        behind: bool,
    },
    /// "a day EARLIER" -1, "two days AFTER" 1: counted from another day.
    From(i64),
    /// "early", "end": no more exact than what it is a part of.
    Part,
    /// "5 PM".
    Clock,
    /// "DÉCADA de 1990".
    Decade,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month {
    pub number: u32,
    /// Also a name or another word: "May", "March".
    pub ambiguous: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Hour,
    Day,
    /// A part of a day: "last night".
    Night,
    Weekend,
    Week,
    Fortnight,
    Month,
    Quarter,
    Half,
    Year,
    Decade,
    Century,
}

impl Unit {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "hour" => Self::Hour,
            "day" => Self::Day,
            "night" => Self::Night,
            "weekend" => Self::Weekend,
            "week" => Self::Week,
            "fortnight" => Self::Fortnight,
            "month" => Self::Month,
            "quarter" => Self::Quarter,
            "half" => Self::Half,
            "year" => Self::Year,
            "decade" => Self::Decade,
            "century" => Self::Century,
            _ => return None,
        })
    }
}

/// What a preposition in front of a time does. A word may do several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum TimeLink {
    /// A bare month or year behind it tells when.
    When = 1,
    /// The same, where the month's word is nothing else.
    Weak = 1 << 1,
    /// From then to the day of publication.
    Since = 1 << 2,
    /// From the day of publication to then.
    Until = 1 << 3,
    /// Not in that time.
    NotIn = 1 << 4,
    /// Joins a day, its month and its year.
    Of = 1 << 5,
    Article = 1 << 6,
}

impl TimeLink {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "when" => Self::When,
            "weak" => Self::Weak,
            "since" => Self::Since,
            "until" => Self::Until,
            "not-in" => Self::NotIn,
            "of" => Self::Of,
            "article" => Self::Article,
            _ => return None,
        })
    }
}

#[derive(Debug, Default)]
pub struct Calendar {
    words: FxHashMap<String, CalendarWord>,
    links: FxHashMap<String, u8>,
    /// Opening word (may be empty) and the word between the two ends.
    pub ranges: Vec<(String, String)>,
    /// "1990S".
    decade_endings: Vec<String>,
    /// Days that are written as phrases: "antes de ayer".
    pub days: Aliases<i64>,
    /// "Black Friday" is no Friday.
    pub names: Aliases<()>,
    pub capital_months: bool,
    pub capital_weekdays: bool,
}

impl Calendar {
    #[must_use]
    pub fn parse(file: &'static str) -> Self {
        let mut this = Self::default();
        let (mut names, mut days) = (Vec::new(), Vec::new());
        for row in tabbed(file) {
            let words = row.get(1).copied().unwrap_or("");
            let third = row.get(2).copied().unwrap_or("");
            let number: i64 = third.parse().unwrap_or(0);
            let behind = row.get(3).is_some_and(|side| *side == "behind");
            let role = match row[0] {
                "month" => Some(CalendarWord::Month(Month { number: number as u32, ambiguous: row.get(3).is_some() })),
                "weekday" => Weekday::try_from(number as u8).ok().map(CalendarWord::Weekday),
                "day" => Some(CalendarWord::Day(number)),
                "unit" => Unit::named(third).map(CalendarWord::Unit),
                "quarter" => Some(CalendarWord::Quarter(number as u32)),
                "shift" => Some(CalendarWord::Shift { by: number, behind }),
                "past" => Some(CalendarWord::Past),
                "ago" => Some(CalendarWord::Ago { behind: third == "behind" }),
                "from" => Some(CalendarWord::From(number)),
                "part" => Some(CalendarWord::Part),
                "clock" => Some(CalendarWord::Clock),
                "decade" => Some(CalendarWord::Decade),
                _ => None,
            };
            if let Some(role) = role {
                this.words.extend(words.split(' ').map(|word| (word.to_owned(), role)));
            } else if let Some(link) = TimeLink::named(row[0]) {
                for word in words.split(' ') {
                    *this.links.entry(word.to_owned()).or_default() |= link as u8;
                }
            } else {
                match row[0] {
                    "capital" => {
                        this.capital_months = words.contains("months");
                        this.capital_weekdays = words.contains("weekdays");
                    }
                    "range" => this.ranges.push((words.to_owned(), third.to_owned())),
                    "decade-ending" => this.decade_endings.push(words.to_owned()),
                    "day-phrase" => days.push((vec![words.to_owned()], number)),
                    "name" => names.push(words.to_owned()),
                    _ => {}
                }
            }
        }
        this.days = Aliases::new(days);
        this.names = Aliases::new([(names, ())]);
        this
    }

    /// Every word with a part in dates.
    pub(super) fn words(&self) -> impl Iterator<Item = (&str, CalendarWord)> {
        self.words.iter().map(|(word, role)| (word.as_str(), *role))
    }

    #[must_use]
    pub fn word(&self, word: &str) -> Option<CalendarWord> {
        self.words.get(word).copied()
    }

    #[must_use]
    pub fn links(&self, word: &str, link: TimeLink) -> bool {
        self.links.get(word).is_some_and(|links| links & link as u8 != 0)
    }

    /// First year of "1990s".
    #[must_use]
    pub fn decade(&self, word: &str) -> Option<i32> {
        let digits = word.trim_end_matches(|c: char| !c.is_ascii_digit());
        let listed = digits.len() == 4 && digits.ends_with('0') && self.decade_endings.iter().any(|e| *e == word[digits.len()..]);
        listed.then(|| digits.parse().ok()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ENGLISH_FILES, SPANISH_FILES};
    use super::*;

    #[test]
    fn a_calendar_has_twelve_months_and_seven_weekdays() {
        for file in [ENGLISH_FILES.calendar, SPANISH_FILES.calendar] {
            let calendar = Calendar::parse(file);
            let (mut months, mut weekdays) = (Vec::new(), Vec::new());
            for (_, word) in calendar.words() {
                match word {
                    CalendarWord::Month(month) => months.push(month.number),
                    CalendarWord::Weekday(day) => weekdays.push(day.num_days_from_monday()),
                    _ => {}
                }
            }
            for list in [&mut months, &mut weekdays] {
                list.sort_unstable();
                list.dedup();
            }
            assert_eq!((months, weekdays), ((1..=12).collect(), (0..=6).collect()));
        }
    }

    #[test]
    fn every_row_has_a_meaning() {
        const KINDS: [&str; 19] = [
            "month",
            "weekday",
            "day",
            "unit",
            "quarter",
            "shift",
            "past",
            "ago",
            "from",
            "part",
            "clock",
            "decade",
            "capital",
            "range",
            "decade-ending",
            "day-phrase",
            "name",
            "article",
            "of",
        ];
        for row in [ENGLISH_FILES.calendar, SPANISH_FILES.calendar].into_iter().flat_map(tabbed) {
            assert!(KINDS.contains(&row[0]) || TimeLink::named(row[0]).is_some(), "{row:?}");
            assert!(row[0] != "unit" || Unit::named(row[2]).is_some(), "{row:?}");
        }
    }
}
