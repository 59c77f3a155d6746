use proptest::prelude::*;

use super::*;
use crate::{
    domain::Relation::{Corroborates, Disputes, Echoes, Unclear},
    engine::text::Lexicon,
};

fn check(cases: &[(&str, &str, Relation)]) {
    let wrong: Vec<_> = cases.iter().filter(|(claim, said, expected)| between(claim, said) != *expected).collect();
    let told: Vec<_> = wrong.iter().map(|(claim, said, _)| between(claim, said)).collect();
    assert!(wrong.is_empty(), "{wrong:#?} told {told:?}");
}

#[test]
fn a_plain_retelling_corroborates() {
    check(&[
        ("The bridge is unsafe", "Engineers find the bridge is unsafe", Corroborates),
        ("A whale swam up the river Tarn", "Whale swims up the Tarn", Corroborates),
        ("Corvane is buying the shipyard", "Corvane confirms purchase of shipyard", Corroborates),
        ("A baker in Marlow found a ring in a loaf", "Marlow baker finds gold ring in a loaf of bread", Corroborates),
        ("The vaccine protects children", "Vaccine protects children, study shows", Corroborates),
    ]);
}

#[test]
fn a_denial_or_a_debunk_disputes() {
    check(&[
        ("The bridge is unsafe", "Mayor denies that the bridge is unsafe", Disputes),
        ("The bridge is unsafe", "No, the bridge is not unsafe", Disputes),
        ("Corvane is buying the shipyard", "Corvane denies it is buying the shipyard", Disputes),
        ("Corvane is buying the shipyard", "Corvane is not buying the shipyard", Disputes),
        ("A whale swam up the river Tarn", "Viral photo of whale in the Tarn is a hoax", Disputes),
        ("A whale swam up the river Tarn", "That whale in the Tarn? It's fake", Disputes),
        ("The singer Ada Moss is dead", "Ada Moss is alive and well, her agent says", Disputes),
        ("The singer Ada Moss is dead", "Ada Moss death hoax fools fans", Disputes),
        ("The vaccine causes blindness", "Doctors debunk claim that the vaccine causes blindness", Disputes),
        ("The striker has signed for Dynamo", "Striker has not signed for Dynamo, club insists", Disputes),
    ]);
}

#[test]
fn hedges_questions_and_sources_echo() {
    check(&[
        ("The bridge is unsafe", "The bridge is reportedly unsafe", Echoes),
        ("The bridge is unsafe", "Report: the bridge is unsafe, says an engineer", Echoes),
        ("Corvane is buying the shipyard", "Rumor: Corvane may be buying the shipyard", Echoes),
        ("Corvane is buying the shipyard", "Is Corvane buying the shipyard?", Echoes),
        ("A whale swam up the river Tarn", "Fishermen claim whale swam up the Tarn", Echoes),
        ("The singer Ada Moss is dead", "Ada Moss allegedly dead", Echoes),
        ("The striker has signed for Dynamo", "Striker could sign for Dynamo, sources say", Echoes),
        ("The vaccine causes blindness", "Video claims vaccine causes blindness", Echoes),
    ]);
}

#[test]
fn who_denies_a_denial_corroborates_it_no_less_than_who_repeats_it() {
    check(&[
        ("The bridge is not safe", "The bridge is not safe", Corroborates),
        ("The army did not shell the port", "Army did not shell port", Corroborates),
        ("Apples do not cure colds", "Apples don't cure colds", Corroborates),
    ]);
}

#[test]
fn a_text_about_something_else_is_unclear() {
    check(&[
        ("The bridge is unsafe", "Striker signs for Dynamo", Unclear),
        ("A whale swam up the river Tarn", "Bank raises interest rates", Unclear),
        ("The singer Ada Moss is dead", "Hoax: fake handbags seized by customs", Unclear),
        ("The bridge is unsafe", "", Unclear),
        ("", "The bridge is unsafe", Unclear),
        ("", "", Unclear),
    ]);
}

#[test]
fn contractions_read_as_what_they_stand_for() {
    let claim = "Corvane will buy the shipyard, and its workers are safe";
    for (short, long) in [
        ("Corvane won't buy the shipyard", "Corvane will not buy the shipyard"),
        ("Corvane isn’t buying the shipyard", "Corvane is not buying the shipyard"),
        ("Workers of the shipyard can't leave", "Workers of the shipyard cannot leave"),
        ("They didn't buy it: it's a hoax", "They did not buy it: it is a hoax"),
    ] {
        assert_eq!(Pair::of(claim, short), Pair::of(claim, long), "{short}");
    }
    assert_eq!(between(claim, "Corvane won't buy the shipyard"), Disputes);
}

#[test]
fn the_place_of_a_cue_is_a_sign() {
    let has = |said: &str, sign: &str| Pair::of("The bridge is unsafe", said).signs.iter().any(|known| known.name == sign);
    assert!(has("Hoax: bridge unsafe", "cue debunk before"));
    assert!(has("Bridge unsafe: a hoax", "cue debunk behind"));
    assert!(has("Bridge hoax made it unsafe", "cue debunk within"));
    assert!(has("It was a hoax", "cue debunk alone"));
    assert!(has("Bridge is no hoax, it is unsafe", "cue debunk negated"));
}

#[test]
fn names_are_no_signs() {
    let pair = Pair::of("The bridge is unsafe", "Mayor Jane Roe of Marlow closes the unsafe bridge");
    assert!(pair.signs.iter().any(|sign| sign.name == "word closes"));
    assert!(pair.signs.iter().all(|sign| sign.name != "word roe" && sign.name != "word jane"), "{:?}", pair.signs);
}

#[test]
fn every_weight_is_a_number_of_bounded_size() {
    assert!(WEIGHTS.len() > 100);
    assert!(WEIGHTS.contains_key(BIAS));
    assert!(WEIGHTS.values().flatten().all(|weight| weight.abs() < 10.0));
}

#[test]
fn no_weight_is_of_a_place() {
    let lexicon = Lexicon::english();
    for sign in WEIGHTS.keys().filter_map(|sign| sign.strip_prefix(WORD)) {
        assert!(lexicon.place(|i| (i == 0).then_some(sign)).is_none(), "{sign}");
    }
}

proptest! {
    #[test]
    fn any_text_gets_one_answer(claim in "\\PC{0,80}", said in "\\PC{0,200}") {
        prop_assert_eq!(between(&claim, &said), between(&claim, &said));
    }

    #[test]
    fn signs_are_bounded(said in "((no|not|hoax|:|\\?|bridge|unsafe|report|-|says|can't) ?){0,60}", times in 1usize..40) {
        let pair = Pair::of("The bridge is not unsafe", &said.repeat(times));
        prop_assert!(pair.signs.iter().all(|sign| (0.0..=1.0).contains(&sign.value)));
        prop_assert!(pair.signs.len() < 700);
        prop_assert!(pair.signs.is_sorted_by(|a, b| a.name < b.name));
    }
}
