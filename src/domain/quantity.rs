//! Numbers as an article gives them: an interval with a unit and a day it speaks of.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// "more than 50 countries": comparator `more_than`, value 50, interval (50, ∞), unit "countries".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quantity {
    /// The words, as they stand.
    pub text: String,
    pub comparator: Comparator,
    /// The number named, where one is ("a handful" names none).
    pub value: Option<f64>,
    /// Lower end of what the words allow; `None` when open.
    pub low: Option<f64>,
    /// Upper end of what the words allow; `None` when open.
    pub high: Option<f64>,
    /// Counted noun ("countries"), currency code ("USD"), "percent" or "times".
    pub unit: Option<String>,
    /// True for words such as "several" or "millions": the interval is wide, and alone it never disputes.
    pub vague: bool,
    /// True for a place in an order ("the 12th package"): it says which one, not how many, and is never compared.
    #[serde(default)]
    pub ordinal: bool,
    /// The day the number speaks of: the last of the period that is said, the article's own day where none is.
    pub as_of: Option<NaiveDate>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparator {
    Exactly,
    About,
    MoreThan,
    AtLeast,
    LessThan,
    AtMost,
    Range,
}
