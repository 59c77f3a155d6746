//! Reasons not to link two claims, however alike they read. Similarity proposes, slots dispose.
//!
//! Two claims that a guard parts are never linked by themselves; inside a larger group the guard weighs against joining
//! ([`crate::engine::settings::Linking::guard_cost`]), so that one misread name cannot split a story.

use super::{
    GuardHit,
    features::{DEED, Features},
    overlap::Overlap,
    words::{Slot, SlotKind, Term, TermKind, disjoint, id_of},
};

/// The one guard that says "not known" instead of "not the same".
pub const TOO_LITTLE: &str = "too_little";
/// From here two claims are known to belong to one story.
const ONE_STORY: f64 = 0.8;
/// Days between two named event days from which they are two events.
const DAYS_APART: i64 = 3;

/// Every guard that speaks against the link.
#[must_use]
pub fn guards(overlap: &Overlap<'_>) -> Vec<GuardHit> {
    let (a, b) = (overlap.a, overlap.b);
    let rivals = rivals(overlap).is_some();
    let roles = if rivals { None } else { roles(a, b) };
    let slots = [ordinals(a, b), roles, places(a, b), condition(a, b), event_date(a, b)];
    let mut hits: Vec<GuardHit> = slots.into_iter().flatten().collect();
    // What has been read into slots tells more than what has not.
    if hits.is_empty() && !rivals {
        hits.extend(exchanged(overlap));
    }
    hits.extend(too_little(overlap));
    hits
}

/// Rarity of words that only one claim has, as a share of that of the words both have, up to which they say the same.
const SAME_BUT_NAMES: f32 = 0.3;
/// Words that two claims must share, beside names and numbers, for that.
const SHARED_WORDS: usize = 3;

/// The same sentence about somebody, somewhere or some year else: nearly all words are shared but a name on either side, or the
/// number that tells which one is meant. How many there were of something is no such number.
fn exchanged(overlap: &Overlap<'_>) -> Option<GuardHit> {
    if !same_but_names(overlap, SHARED_WORDS) {
        return None;
    }
    let (a, b) = (overlap.a, overlap.b);
    [("name", TermKind::Name), ("place", TermKind::Place), ("number", TermKind::Number)].into_iter().find_map(|(guard, kind)| {
        let x = overlap.own_a().find(|term| term.kind() == kind)?;
        let y = overlap.own_b().find(|term| term.kind() == kind)?;
        Some(GuardHit { guard, detail: format!("{} / {}", a.word(x), b.word(y)) })
    })
}

/// Two who cannot both hold what only one can ("Roe won the vote", "Doe won the vote"): a question in dispute, and not two questions.
/// Whom the first claim names, and whom the second.
#[must_use]
pub fn rivals(overlap: &Overlap<'_>) -> Option<[String; 2]> {
    let (a, b) = (overlap.a, overlap.b);
    let of = |features: &Features, kind| features.slot(kind).first().map(|slot| slot.id());
    let same = |kind| of(a, kind).is_some() && of(a, kind) == of(b, kind);
    if !same(SlotKind::Seat) || !same(SlotKind::Verb) {
        return None;
    }
    let office = of(a, SlotKind::Seat) != Some(id_of(DEED) & Slot::ID_MASK);
    let apart = |kind| disjoint(a.slot(kind), b.slot(kind));
    let holder = match (apart(SlotKind::Agent), apart(SlotKind::Patient)) {
        (true, false) => SlotKind::Agent,
        (false, true) if office => SlotKind::Patient,
        _ => return None,
    };
    // The office is shared besides.
    same_but_names(overlap, if office { 1 } else { 2 }).then(|| [a.names(holder), b.names(holder)])
}

/// Whether what each claim has alone is little beside names and numbers, and at least so many words are shared.
fn same_but_names(overlap: &Overlap<'_>, least: usize) -> bool {
    let is_word = |term: Term| term.kind() == TermKind::Word && !term.in_name();
    let shared = overlap.shared().iter().filter(|shared| is_word(shared.a) && is_word(shared.b));
    let (words, rarity) = shared.fold((0, 0.0), |(words, sum), shared| (words + 1, sum + shared.a.idf().min(shared.b.idf())));
    let differs = |own: &mut dyn Iterator<Item = Term>| own.filter(|term| is_word(*term)).map(Term::idf).sum::<f32>();
    words >= least && differs(&mut overlap.own_a()).max(differs(&mut overlap.own_b())) <= SAME_BUT_NAMES * rarity
}

/// "12th package" is not "13th package".
fn ordinals(a: &Features, b: &Features) -> Option<GuardHit> {
    differ("ordinal", a, b, SlotKind::Ordinal)
}

/// Both fill a slot, and with nobody in common.
fn differ(guard: &'static str, a: &Features, b: &Features, kind: SlotKind) -> Option<GuardHit> {
    disjoint(a.slot(kind), b.slot(kind)).then(|| GuardHit { guard, detail: format!("{} / {}", a.names(kind), b.names(kind)) })
}

/// The same verb with another actor, or another object.
fn roles(a: &Features, b: &Features) -> Option<GuardHit> {
    let (x, y) = (a.slot(SlotKind::Verb).first()?, b.slot(SlotKind::Verb).first()?);
    if x.id() != y.id() {
        return None;
    }
    let same = |p, q| a.slot(p).iter().map(|slot| slot.id()).eq(b.slot(q).iter().map(|slot| slot.id()));
    let people = !a.slot(SlotKind::Agent).is_empty() && !a.slot(SlotKind::Patient).is_empty();
    let swapped = people
        && same(SlotKind::Agent, SlotKind::Patient)
        && same(SlotKind::Patient, SlotKind::Agent)
        && same(SlotKind::AgentPlace, SlotKind::PatientPlace)
        && same(SlotKind::PatientPlace, SlotKind::AgentPlace);
    if swapped {
        let (agent, patient) = (a.names(SlotKind::Agent), a.names(SlotKind::Patient));
        return Some(GuardHit { guard: "role_swap", detail: format!("{agent} {} {patient} / the other way round", a.name(*x)) });
    }
    [("actor", SlotKind::Agent, SlotKind::AgentPlace), ("object", SlotKind::Patient, SlotKind::PatientPlace)]
        .into_iter()
        .find_map(|(guard, people, places)| {
            // A state and its leader may stand for one another, so only like is compared with like.
            let no_people = a.slot(people).is_empty() && b.slot(people).is_empty();
            differ(guard, a, b, if no_people { places } else { people })
        })
}

/// Each names a place that the other does not, and they share none.
fn places(a: &Features, b: &Features) -> Option<GuardHit> {
    differ("place", a, b, SlotKind::Place)
}

/// "if Roe steps down" is not "if they back Doe".
fn condition(a: &Features, b: &Features) -> Option<GuardHit> {
    differ("condition", a, b, SlotKind::Condition)
}

fn event_date(a: &Features, b: &Features) -> Option<GuardHit> {
    let (x, y) = (a.event_date()?, b.event_date()?);
    ((x - y).num_days().abs() >= DAYS_APART).then(|| GuardHit { guard: "event_date", detail: format!("{x} / {y}") })
}

/// Two short texts that share one word, or only names, are not known to be about one thing; unless their articles are.
fn too_little(overlap: &Overlap<'_>) -> Option<GuardHit> {
    let (a, b) = (overlap.a, overlap.b);
    let quotation = a.quotation().is_some() && a.quotation() == b.quotation();
    let story = a.same_story(b) >= ONE_STORY;
    if a.folded() == b.folded() && !a.folded().is_empty() || quotation || story {
        return None;
    }
    let shared = overlap.shared();
    let only_names = shared.iter().all(|shared| shared.a.kind() == TermKind::Place || shared.a.in_name());
    let words = || shared.iter().map(|shared| a.word(shared.a)).collect::<Vec<_>>().join(", ");
    (shared.len() < 2 || only_names).then(|| GuardHit { guard: TOO_LITTLE, detail: words() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{extraction::read_claim, settings::Linking};

    fn check(a: &str, b: &str, expected: &[&str]) {
        let features = |text: &str| Features::of(&read_claim(text, None));
        let (x, y) = (features(a), features(b));
        let found: Vec<&str> =
            guards(&Overlap::of(&x, &y, Linking::default().soft_match)).into_iter().map(|hit| hit.guard).collect();
        assert_eq!(found, expected, "{a} / {b}");
        let back: Vec<&str> =
            guards(&Overlap::of(&y, &x, Linking::default().soft_match)).into_iter().map(|hit| hit.guard).collect();
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
    fn who_holds_what_only_one_can_is_one_question() {
        check("Jane Roe won the election for mayor in Tarn", "Max Doe won the election for mayor in Tarn", &[]);
        check("Jane Roe was elected mayor of Tarn on Sunday", "Max Doe was elected mayor of Tarn on Sunday", &[]);
        check("The board appointed Jane Roe chief executive", "The board appointed Max Doe chief executive", &[]);
        check("The final was won by Jane Roe in straight sets", "The final was won by Max Doe in straight sets", &[]);
        // Others may too.
        check("Jane Roe won a medal at the games in Tarn", "Max Doe won a medal at the games in Tarn", &["actor"]);
        check("Jane Roe was elected to the council of Tarn", "Max Doe was elected to the council of Tarn", &["actor"]);
        // Or it is another seat.
        check("Jane Roe was elected mayor of Tarn on Sunday", "Max Doe was elected governor of Tarn on Sunday", &["actor"]);
        check(
            "Jane Roe won the election for mayor in Tarn",
            "Max Doe won the lottery of the harbour board",
            &["actor", "too_little"],
        );
    }

    #[test]
    fn another_place_is_another_event() {
        check("Washington plans sanctions on Cuban officials", "New sanctions on Iranian officials are planned", &["place"]);
        check("The quake struck Peru at night", "The quake struck at night", &[]);
    }

    #[test]
    fn the_same_sentence_about_another_is_another_claim() {
        check(
            "The striker Max Roe has signed a contract with Rovers in Tarn until summer",
            "The striker Ola Brandt has signed a contract with Rovers in Tarn until summer",
            &["actor"],
        );
        check(
            "The budget of 2018 was rejected by the court of auditors",
            "The budget of 2019 was rejected by the court of auditors",
            &["number"],
        );
        // Another amount, a name that one of them leaves out, another first name: still the same.
        check("The fire in Tarn destroyed 12 houses at the harbour", "The fire in Tarn destroyed 19 houses at the harbour", &[]);
        check("Jane Roe opened the longest bridge of the country", "Roe opened the longest bridge of the country", &[]);
        check("Critics say the bridge leaks water into the old mine", "The bridge leaks water into the old mine", &[]);
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
