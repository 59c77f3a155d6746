//! Reasons not to link two claims, however alike they read. Similarity proposes, slots dispose.
//!
//! Two claims that a guard parts are never linked by themselves; inside a larger group the guard weighs against joining
//! ([`Linking::guarded`]), so that one misread name cannot split a story.

use super::{
    GuardHit,
    features::{Features, Participants, disjoint, same_term},
};
use crate::engine::settings::Linking;

/// The one guard that says "not known" instead of "not the same".
pub const TOO_LITTLE: &str = "too_little";
/// Days between two named event days from which they are two events.
const DAYS_APART: i64 = 3;

/// Every guard that speaks against the link.
#[must_use]
pub fn guards(a: &Features, b: &Features, linking: &Linking) -> Vec<GuardHit> {
    [ordinals(a, b), roles(a, b), places(a, b), condition(a, b), event_date(a, b), too_little(a, b, linking.soft_match)]
        .into_iter()
        .flatten()
        .collect()
}

/// "12th package" is not "13th package".
fn ordinals(a: &Features, b: &Features) -> Option<GuardHit> {
    disjoint(&a.ordinals, &b.ordinals)
        .then(|| GuardHit { guard: "ordinal", detail: format!("{} / {}", a.ordinals.join(", "), b.ordinals.join(", ")) })
}

/// The same verb with another actor, or another object.
fn roles(a: &Features, b: &Features) -> Option<GuardHit> {
    let (x, y) = (a.roles.as_ref()?, b.roles.as_ref()?);
    if x.verb != y.verb {
        return None;
    }
    let swapped = !x.agent.people.is_empty() && !x.patient.people.is_empty() && x.agent == y.patient && x.patient == y.agent;
    if swapped {
        return Some(GuardHit {
            guard: "role_swap",
            detail: format!("{} {} {} / the other way round", named(&x.agent), x.verb, named(&x.patient)),
        });
    }
    for (guard, p, q) in [("actor", &x.agent, &y.agent), ("object", &x.patient, &y.patient)] {
        // A state and its leader may stand for one another, so only like is compared with like.
        let people = disjoint(&p.people, &q.people);
        let places = p.people.is_empty() && q.people.is_empty() && disjoint(&p.places, &q.places);
        if people || places {
            return Some(GuardHit { guard, detail: format!("{} / {}", named(p), named(q)) });
        }
    }
    None
}

fn named(participants: &Participants) -> String {
    participants.people.iter().chain(&participants.places).cloned().collect::<Vec<_>>().join(", ")
}

/// Each names a place that the other does not, and they share none.
fn places(a: &Features, b: &Features) -> Option<GuardHit> {
    let own = |x: &[String], y: &[String]| x.iter().any(|place| !y.contains(place));
    let target_differs = own(&a.places, &b.places) && own(&b.places, &a.places);
    let shared = a.places.iter().any(|place| b.places.contains(place));
    (target_differs && !shared)
        .then(|| GuardHit { guard: "place", detail: format!("{} / {}", a.places.join(", "), b.places.join(", ")) })
}

/// "if Roe steps down" is not "if they back Doe".
fn condition(a: &Features, b: &Features) -> Option<GuardHit> {
    disjoint(&a.condition, &b.condition)
        .then(|| GuardHit { guard: "condition", detail: format!("{} / {}", a.condition.join(", "), b.condition.join(", ")) })
}

fn event_date(a: &Features, b: &Features) -> Option<GuardHit> {
    let (x, y) = (a.event_date?, b.event_date?);
    ((x - y).num_days().abs() >= DAYS_APART).then(|| GuardHit { guard: "event_date", detail: format!("{x} / {y}") })
}

/// Two short texts that share one word, or only names, are not known to be about one thing.
fn too_little(a: &Features, b: &Features, soft_match: f64) -> Option<GuardHit> {
    if a.folded == b.folded && !a.folded.is_empty() || a.quotation.is_some() && a.quotation == b.quotation {
        return None;
    }
    let shared: Vec<&str> = a
        .terms
        .iter()
        .filter(|term| b.terms.iter().any(|other| same_term(term, other, soft_match)))
        .map(|term| term.stem.as_str())
        .collect();
    let only_names = shared.iter().all(|stem| stem.starts_with('@') || a.name_stems.iter().any(|name| name == stem));
    (shared.len() < 2 || only_names).then(|| GuardHit { guard: TOO_LITTLE, detail: shared.join(", ") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::extraction::read_claim;

    fn check(a: &str, b: &str, expected: &[&str]) {
        let features = |text: &str| Features::of(&read_claim(text, None));
        let (x, y) = (features(a), features(b));
        let found: Vec<&str> = guards(&x, &y, &Linking::default()).into_iter().map(|hit| hit.guard).collect();
        assert_eq!(found, expected, "{a} / {b}");
        let back: Vec<&str> = guards(&y, &x, &Linking::default()).into_iter().map(|hit| hit.guard).collect();
        assert_eq!(back, expected, "guards are symmetric");
    }

    #[test]
    fn another_ordinal_is_another_thing() {
        check("The EU adopted its 12th package of sanctions", "The EU adopted its 13th package of sanctions", &["ordinal"]);
        check("The EU adopted its 12th package of sanctions", "The bloc adopted the 12th package", &[]);
    }

    #[test]
    fn another_actor_or_object_is_another_claim() {
        check("Russia recognised Jane Roe as president", "Russia recognised Max Doe as president", &["object"]);
        check("Max Doe declared himself president of the club", "Jane Roe declared herself president of the club", &["actor"]);
        check("Jane Roe accused Max Doe of fraud at the bank", "Max Doe accused Jane Roe of fraud at the bank", &["object"]);
        check("Jane Roe beat Max Doe in the final vote", "Max Doe beat Jane Roe in the final vote", &["role_swap"]);
        check("Jane Roe won the vote in May", "The vote was won by Roe in May", &[]);
    }

    #[test]
    fn another_place_is_another_event() {
        check("Washington plans sanctions on Cuban officials", "New sanctions on Iranian officials are planned", &["place"]);
        check("The quake struck Peru at night", "The quake struck at night", &[]);
    }

    #[test]
    fn another_condition_is_another_claim() {
        check(
            "Paris would lift the sanctions if Max Roe stepped down",
            "Sanctions would be lifted if officers back Jane Doe",
            &["condition"],
        );
    }

    #[test]
    fn another_day_is_another_event() {
        check("The bridge collapsed on 3 May 2019", "The bridge collapsed on 9 May 2019", &["event_date"]);
    }

    #[test]
    fn a_shared_name_is_not_a_shared_claim() {
        check("Jane Roe opened the bridge", "Jane Roe sold a house", &["too_little"]);
    }
}
