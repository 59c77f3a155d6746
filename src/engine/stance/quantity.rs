//! Numbers that cannot both be right dispute; numbers of another day are merely out of date; vague words never dispute.

use super::{Case, Ruling, nearly_the_same, precedes, quote};
use crate::{
    domain::{Comparator, Evidence, Quantity, Voice},
    engine::{
        clustering::Member,
        text::{Class, Lexicon, stems::stem},
    },
};

/// Articles this many days apart speak of different days.
const SAME_DAYS: i64 = 2;
/// The later of two claims whose numbers exclude each other, on the same day and from different outlets.
pub(super) fn conflicts(case: &Case<'_>) -> Option<Ruling> {
    let (quantity, other_quantity, other) = opposed(case)?;
    if days_between(case.member, other) > SAME_DAYS || !precedes(other, case.member) {
        return None;
    }
    let attribution = &case.member.reading.attribution;
    let by = attribution.source.clone().filter(|_| attribution.voice == Voice::Attributed);
    let evidence = Evidence::QuantityConflict {
        quote: quote(case.member),
        quantity: quantity.clone(),
        other: other_quantity.clone(),
        other_claim: other.claim,
    };
    Some(Ruling::disputes(by, evidence))
}

/// Evidence, not a label: the same thing counted at another time.
pub(super) fn superseded(case: &Case<'_>) -> Option<Evidence> {
    let (quantity, other_quantity, other) = opposed_with(case, |other| days_between(case.member, other) > SAME_DAYS)?;
    Some(Evidence::QuantitySuperseded {
        quote: quote(case.member),
        quantity: quantity.clone(),
        other: other_quantity.clone(),
        other_claim: other.claim,
    })
}

type Opposed<'a> = (&'a Quantity, &'a Quantity, &'a Member<'a>);

fn opposed<'a>(case: &Case<'a>) -> Option<Opposed<'a>> {
    // Two exact figures only: vague words dispute nothing.
    opposed_with(case, |other| days_between(case.member, other) <= SAME_DAYS && precedes(other, case.member))
        .filter(|(a, b, _)| !a.vague && !b.vague)
}

fn opposed_with<'a>(case: &Case<'a>, admits: impl Fn(&Member<'_>) -> bool) -> Option<Opposed<'a>> {
    let outlet = case.member.article.outlet.id;
    case.others
        .iter()
        .copied()
        .filter(|other| {
            other.article.outlet.id != outlet && other.reading.polarity == case.member.reading.polarity && admits(other)
        })
        .find_map(|other| pair(&case.member.reading.quantities, &other.reading.quantities).map(|(a, b)| (a, b, other)))
        // "worth 3.6 billion" and "lost 90 million" count the same euros, and different things.
        .filter(|(_, _, other)| nearly_the_same(case.member, other))
}

/// The first two quantities of one unit that exclude each other. A unit that a claim counts twice is not compared, nor is
/// a place in an order: that one tells two things apart.
fn pair<'a>(a: &'a [Quantity], b: &'a [Quantity]) -> Option<(&'a Quantity, &'a Quantity)> {
    let once = |list: &[Quantity], unit: &str| list.iter().filter(|q| !q.ordinal && unit_key(q) == unit).count() == 1;
    a.iter().filter(|x| !x.ordinal && once(a, &unit_key(x))).find_map(|x| {
        let unit = unit_key(x);
        b.iter().find(|y| !y.ordinal && unit_key(y) == unit && once(b, &unit) && disjoint(x, y)).map(|y| (x, y))
    })
}

fn unit_key(quantity: &Quantity) -> String {
    match quantity.unit.as_deref() {
        None => "person".to_owned(),
        // "19 miners" and "12 people" count the same thing.
        Some(unit) if Lexicon::english().is(unit, Class::Person) => "person".to_owned(),
        Some(unit) => stem(unit),
    }
}

/// No number lies in both intervals. The ends of "more than" and "less than" are open.
fn disjoint(a: &Quantity, b: &Quantity) -> bool {
    let below = |x: &Quantity, y: &Quantity| match (x.high, y.low) {
        (Some(high), Some(low)) => {
            high < low || (high == low && (x.comparator == Comparator::LessThan || y.comparator == Comparator::MoreThan))
        }
        _ => false,
    };
    below(a, b) || below(b, a)
}

fn days_between(a: &Member<'_>, b: &Member<'_>) -> i64 {
    (a.article.time() - b.article.time()).num_days().abs()
}
