//! Numbers that cannot both be right dispute; numbers of another day are merely out of date; vague words never dispute.

use super::{
    Case, Ruling, Traits, nearly_the_same,
    plurality::{SAME_DAYS, days_between, yields},
    quote,
};
use crate::{
    domain::{Comparator, Evidence, Quantity, Voice},
    engine::{
        clustering::Member,
        text::{Class, Lexicon, stems::stem},
    },
};

/// The figure that fewer outlets carry, of two that exclude each other on the same day; where as many carry each, the later.
pub(super) fn conflicts(case: &Case<'_>) -> Option<Ruling> {
    let (quantity, other_quantity, other) = opposed_with(case, |other| days_between(case.member, other) <= SAME_DAYS)
        // Two exact figures only: vague words dispute nothing.
        .filter(|(a, b, _)| !a.vague && !b.vague)?;
    let unit = unit_key(quantity);
    let carries = |figure: &Quantity, against: &Quantity, member: &Member<'_>, traits: &Traits| {
        days_between(case.member, member) <= SAME_DAYS
            && member.reading.quantities.iter().zip(&traits.units).any(|(quantity, other)| {
                *other == unit && !quantity.ordinal && !disjoint(quantity, figure) && disjoint(quantity, against)
            })
    };
    let own = |member: &Member<'_>, traits: &Traits| carries(quantity, other_quantity, member, traits);
    if !yields(case, other, own, |member, traits| carries(other_quantity, quantity, member, traits)) {
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

fn opposed_with<'a>(case: &Case<'a>, admits: impl Fn(&Member<'_>) -> bool) -> Option<Opposed<'a>> {
    let outlet = case.member.article.outlet.id;
    case.counting()
        .filter(|(other, traits)| {
            other.article.outlet.id != outlet
                && other.reading.polarity == case.member.reading.polarity
                && traits.units.iter().any(|unit| case.own.units.contains(unit))
                && admits(other)
        })
        .find_map(|(other, traits)| {
            let own = (case.member.reading.quantities.as_slice(), case.own.units.as_slice());
            let (a, b) = pair(own, (&other.reading.quantities, &traits.units))?;
            Some((a, b, other))
        })
        // "worth 3.6 billion" and "lost 90 million" count the same euros, and different things.
        .filter(|(_, _, other)| nearly_the_same(case.member, other))
}

/// The first two quantities of one unit that exclude each other. A unit that a claim counts twice is not compared, nor is
/// a place in an order: that one tells two things apart.
fn pair<'a>(a: Counted<'a>, b: Counted<'a>) -> Option<(&'a Quantity, &'a Quantity)> {
    let of_unit = |(quantities, units): Counted<'a>, unit: &str| {
        let mut found = quantities.iter().zip(units).filter(|(quantity, other)| !quantity.ordinal && *other == unit);
        let first = found.next().map(|(quantity, _)| quantity);
        first.filter(|_| found.next().is_none())
    };
    let units = a.1.iter();
    units.filter_map(|unit| of_unit(a, unit).zip(of_unit(b, unit))).find(|(x, y)| disjoint(x, y))
}

/// Quantities, each with what it counts.
type Counted<'a> = (&'a [Quantity], &'a [String]);

pub(super) fn unit_key(quantity: &Quantity) -> String {
    match quantity.unit.as_deref() {
        None => "person".to_owned(),
        // "19 miners" and "12 people" count the same thing.
        Some(unit) if Lexicon::english().is(unit, Class::Person) => "person".to_owned(),
        Some(unit) => stem(unit),
    }
}

/// No number lies in both intervals. The ends of "more than" and "less than" are open.
pub(super) fn disjoint(a: &Quantity, b: &Quantity) -> bool {
    let below = |x: &Quantity, y: &Quantity| match (x.high, y.low) {
        (Some(high), Some(low)) => {
            high < low || (high == low && (x.comparator == Comparator::LessThan || y.comparator == Comparator::MoreThan))
        }
        _ => false,
    };
    below(a, b) || below(b, a)
}
