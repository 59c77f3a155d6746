//! The same odd number in an earlier article: two who count for themselves seldom arrive at 1,243.

use super::{Case, Ruling, precedes, quote};
use crate::domain::{Comparator, Evidence, Polarity, Quantity};

/// Figures, from the first to the last that is not zero, from which a number is odd: 137 and 3.47, but not 2,500.
const FIGURES: usize = 3;

pub(super) fn shares_rare_value(case: &Case<'_>) -> Option<Ruling> {
    let member = case.member;
    let odd = || member.reading.quantities.iter().zip(&case.own.units).filter(|(quantity, _)| is_odd(quantity));
    // Who denies a number has it from whom he denies.
    let (other, quantity) =
        case.others.iter().zip(case.traits).filter(|_| member.reading.polarity == Polarity::Affirmed).find_map(
            |(other, traits)| {
                let earlier = other.article.outlet.id != member.article.outlet.id && precedes(other, member);
                let there = || other.reading.quantities.iter().zip(&traits.units);
                let same = |(quantity, unit): &(&Quantity, &String)| {
                    there().any(|(known, counted)| is_odd(known) && known.value == quantity.value && counted == *unit)
                };
                Some((other, odd().filter(|_| earlier).find(same)?.0))
            },
        )?;
    let evidence =
        Evidence::SharedValue { quote: quote(member), quantity: quantity.clone(), other: quote(other), other_claim: other.claim };
    Some(Ruling::echo(Some(other.article.outlet.name.clone()), evidence))
}

fn is_odd(quantity: &Quantity) -> bool {
    let exact = quantity.comparator == Comparator::Exactly && !quantity.vague && !quantity.ordinal;
    exact && quantity.value.is_some_and(|value| figures(value) >= FIGURES)
}

/// "1,240" has three: zeros at the end are rounding.
fn figures(value: f64) -> usize {
    let digits: String = format!("{value}").chars().filter(char::is_ascii_digit).collect();
    digits.trim_matches('0').len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_at_either_end_are_no_figures() {
        let cases = [(137.0, 3), (1_240.0, 3), (2_500.0, 2), (50.0, 1), (3.47, 3), (0.025, 2), (1_000_000.0, 1), (10_001.0, 5)];
        for (value, expected) in cases {
            assert_eq!(figures(value), expected, "{value}");
        }
    }
}
