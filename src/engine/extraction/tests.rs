//! Cases of reading, a few words each, from many topics: what is claimed, who says it, through whom, with which polarity.

use super::*;
use crate::domain::{Polarity, Voice};

fn read_text(text: &str) -> Vec<ClaimReading> {
    read(&Draft {
        text,
        outlet: "Harbour Courier",
        domain: Some("harbourcourier.example"),
        language: Some("en"),
        ..Draft::default()
    })
    .claims
}

/// Checks the first claim of a text: proposition, polarity, and chain as "nearest upstream > root".
fn check(text: &str, proposition: &str, polarity: Polarity, chain: &str) {
    let claims = read_text(text);
    let claim = claims.first().unwrap_or_else(|| panic!("no claim in {text}"));
    let found = claim.attribution.chain.iter().map(|s| s.name.as_str()).collect::<Vec<_>>().join(" > ");
    assert_eq!((claim.proposition.as_str(), claim.polarity, found.as_str()), (proposition, polarity, chain), "{text}");
}

use Polarity::{Affirmed, Denied};

#[test]
fn a_reporting_frame_is_split_from_its_content() {
    check("The minister said that the dam was safe.", "the dam was safe", Affirmed, "The minister");
    check("The dam was safe, the minister said.", "The dam was safe", Affirmed, "the minister");
    check("The dam was safe, the minister said on Monday in parliament.", "The dam was safe", Affirmed, "the minister");
    check("According to the police, the driver fled.", "the driver fled", Affirmed, "the police");
    check("The driver fled, according to the police.", "The driver fled", Affirmed, "the police");
    check("“The dam was safe,” said engineer Anna Holm.", "The dam was safe", Affirmed, "Anna Holm");
    check("Anna Holm, the chief engineer, said the dam was safe.", "the dam was safe", Affirmed, "Anna Holm");
    check("A deckhand who swam ashore said the ferry was overloaded.", "the ferry was overloaded", Affirmed, "A deckhand");
    check(
        "The cereal contained mercury, a parents' group has claimed.",
        "The cereal contained mercury",
        Affirmed,
        "a parents' group",
    );
    check("In the days after the vote, General Max Roe said troops would stay.", "troops would stay", Affirmed, "Max Roe");
}

#[test]
fn a_report_that_is_rejected_is_denied() {
    check("Reports that the dam had cracked were denied by the ministry.", "the dam had cracked", Denied, "the ministry");
    check("The report that the dam had cracked is wrong, engineers said.", "the dam had cracked", Denied, "engineers");
    check("The mayor dismissed complaints that the water was salty.", "the water was salty", Denied, "The mayor");
}

#[test]
fn a_judgement_belongs_to_who_judges() {
    check("The dam was described by engineers as unsafe.", "The dam was described as unsafe", Affirmed, "engineers");
    check("The law is widely seen as an attack on the press.", "The law is seen as an attack on the press", Affirmed, "unnamed");
    check(
        "The cup final was denounced by Tarn United as a farce.",
        "The cup final was denounced as a farce",
        Affirmed,
        "Tarn United",
    );
    let rest = "Turnout was low in the May vote, widely regarded as rigged";
    check(&format!("{rest}."), rest, Affirmed, "");
    check("The painting is known as the Blue Nun.", "The painting is known as the Blue Nun", Affirmed, "");
}

#[test]
fn an_accusation_beside_the_main_verb_belongs_to_its_subject() {
    let claims = read_text("Anna Holm left the hall, accusing the council of fraud.");
    let found: Vec<_> = claims.iter().map(|claim| (claim.proposition.as_str(), claim.attribution.voice)).collect();
    assert_eq!(found, [("Anna Holm left the hall", Voice::Outlet), ("the council of fraud", Voice::Attributed)]);
}

#[test]
fn a_denial_gives_the_assertion_with_its_polarity_turned() {
    check("The company denied that it had sold the data.", "it had sold the data", Denied, "The company");
    check("The company denied reports that it had sold the data.", "it had sold the data", Denied, "The company");
    check("The mayor rejected as false a report that the bridge is unsafe.", "the bridge is unsafe", Denied, "The mayor");
    check("There is no evidence that the vaccine causes infertility.", "the vaccine causes infertility", Denied, "");
    check(
        "There is no evidence that the vaccine causes infertility, the ministry said.",
        "the vaccine causes infertility",
        Denied,
        "the ministry",
    );
    check("Claims that the star had died are untrue, her agent said.", "the star had died", Denied, "her agent");
    check("Jane Roe said Max Doe lied about the sale of arms to rebels.", "the sale of arms to rebels", Denied, "Jane Roe");
    check("She did not sign the contract, the bank said.", "She did not sign the contract", Denied, "the bank");
}

#[test]
fn rejecting_a_plan_denies_nothing() {
    check(
        "The council rejected the plan to widen the road in May.",
        "The council rejected the plan to widen the road in May",
        Affirmed,
        "",
    );
    check("He has not ruled out a third term in office.", "He has not ruled out a third term in office", Affirmed, "");
}

#[test]
fn the_denied_asserter_is_kept() {
    let claims = read_text("Jane Roe said Max Doe lied about the sale of arms to rebels, 'it is totally false, ' she said.");
    assert_eq!(claims.len(), 1, "{claims:#?}");
    assert_eq!(claims[0].attribution.asserted_by.as_ref().map(|s| s.name.as_str()), Some("Max Doe"));
    assert_eq!(claims[0].attribution.denial.as_deref(), Some("lied about"));
    assert_eq!(claims[0].polarity, Denied);
}

#[test]
fn it_is_false_denies_what_was_said_right_before() {
    let claims = read_text("Max Doe said the island had been sold to a bank. “It is a lie,” the governor said.");
    assert_eq!(
        (claims[0].polarity, claims[0].attribution.source.as_ref().map(|s| s.name.as_str())),
        (Denied, Some("the governor"))
    );
    assert_eq!(claims[0].attribution.asserted_by.as_ref().map(|s| s.name.as_str()), Some("Max Doe"));
}

#[test]
fn upstream_outlets_stand_in_the_chain() {
    check("The talks failed, a senior official told Reuters.", "The talks failed", Affirmed, "Reuters > a senior official");
    check(
        "Reuters cited a senior official as saying that the talks failed.",
        "the talks failed",
        Affirmed,
        "Reuters > a senior official",
    );
    check(
        "“The strike is over in all ports,” Roe said, according to the Associated Press.",
        "The strike is over in all ports",
        Affirmed,
        "Associated Press > Roe",
    );
    check(
        "The cement plant will close in May, state-backed Telesur reported on Saturday.",
        "The cement plant will close in May",
        Affirmed,
        "Telesur",
    );
    check("The talks failed, the minister told Sky Horizon.", "The talks failed", Affirmed, "Sky Horizon > the minister");
    check(
        "Opposition leader Jane Roe in an article published by The New York Times said that the army had split.",
        "the army had split",
        Affirmed,
        "New York Times > Jane Roe",
    );
}

#[test]
fn telling_this_very_outlet_is_own_access() {
    for text in [
        "The ferry was overloaded, a deckhand told the Harbour Courier.",
        "In an interview with Harbour Courier, Anna Holm stressed that the ferry was overloaded.",
    ] {
        let claims = read_text(text);
        assert!(claims[0].attribution.own_access, "{text}");
        assert!(claims[0].attribution.chain.iter().all(|s| s.kind != SourceKind::Outlet), "{text}");
    }
    assert!(!read_text("The ferry was overloaded, a deckhand told Reuters.")[0].attribution.own_access);
}

#[test]
fn the_official_of_the_next_sentence_is_the_one_described_before() {
    let claims =
        read_text("The talks failed, a senior trade official told Reuters. “We tried for nine long weeks,” the official said.");
    let chain: Vec<&str> = claims[1].attribution.chain.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(chain, ["Reuters", "a senior trade official"]);
}

#[test]
fn a_quotation_over_two_sentences_has_one_speaker() {
    for text in [
        "“The engine stopped at noon. The crew called for help at once,” captain Max Roe said.",
        "“The engine stopped at noon,” captain Max Roe said. “The crew called for help at once.”",
    ] {
        let claims = read_text(text);
        assert_eq!(claims.len(), 2, "{text}");
        for claim in &claims {
            assert_eq!(claim.attribution.source.as_ref().map(|s| s.name.as_str()), Some("Max Roe"), "{text}");
        }
        assert_ne!(claims[0].attribution.quote, claims[1].attribution.quote, "each claim quotes its own part");
    }
}

#[test]
fn two_facts_make_two_claims() {
    let propositions = |text: &str| read_text(text).into_iter().map(|c| c.proposition).collect::<Vec<_>>();
    assert_eq!(
        propositions("The president closed the border and expelled the envoy of Chile."),
        ["The president closed the border", "The president expelled the envoy of Chile"]
    );
    assert_eq!(
        propositions("The mayor, who rejected the plan last week, resigned on Monday."),
        ["The mayor resigned on Monday", "The mayor rejected the plan last week"]
    );
    assert_eq!(
        propositions("A White House official said the talks went on, even though only a few ships have arrived."),
        ["the talks went on", "only a few ships have arrived"]
    );
}

#[test]
fn the_writers_aside_is_the_outlets_own_voice() {
    let claims = read_text("A senior official said the talks went on, even though only a few ships have arrived since May.");
    assert_eq!((claims[0].attribution.voice, claims[1].attribution.voice), (Voice::Attributed, Voice::Outlet));
}

#[test]
fn what_one_does_is_no_report() {
    check("Jane Roe declared herself president of the club.", "Jane Roe declared herself president of the club", Affirmed, "");
    check("Norvane has snapped up Orin Rail in May.", "Norvane has snapped up Orin Rail in May", Affirmed, "");
    check("The king announced plans in May.", "The king announced plans in May", Affirmed, "");
}

#[test]
fn pronouns_find_their_person() {
    let claims = read_text("Mayor Jane Roe opened the bridge on Monday. She has led the city since 2011.");
    assert_eq!(claims[1].proposition, "Jane Roe has led the city since 2011");
}

#[test]
fn questions_and_remarks_about_sources_are_no_claims() {
    for text in ["Will the bridge ever open?", "He spoke on condition of anonymity.", "Wow."] {
        assert_eq!(read_text(text), [], "{text}");
    }
}

#[test]
fn a_frame_may_stand_inside_its_content() {
    check(
        "The machines, the mayor said, were repaired within two days.",
        "The machines were repaired within two days",
        Affirmed,
        "the mayor",
    );
    check(
        "The dam was built badly, she said; a log of the works was burned in 1971.",
        "The dam was built badly",
        Affirmed,
        "she",
    );
    check("Asked why the dam leaked, the engineer said the gates had rusted.", "the gates had rusted", Affirmed, "the engineer");
    check(
        "Rents rose by a tenth, figures from the ministry show.",
        "Rents rose by a tenth",
        Affirmed,
        "figures from the ministry",
    );
    check(
        "Rents rose by a tenth, a 2022 study by the university found.",
        "Rents rose by a tenth",
        Affirmed,
        "a 2022 study by the university",
    );
    check(
        "Rents rose by a tenth in May, the statistics office reported on 20 June.",
        "Rents rose by a tenth in May",
        Affirmed,
        "the statistics office",
    );
}

#[test]
fn two_sentences_in_one_quotation_are_two_claims() {
    let claims = read_text("“Order books are full, and nobody has gone bankrupt since 2023,” Anna Holm said.");
    let found: Vec<(&str, Polarity)> = claims.iter().map(|c| (c.proposition.as_str(), c.polarity)).collect();
    assert_eq!(found, [("Order books are full", Affirmed), ("nobody has gone bankrupt since 2023", Denied)]);
    for claim in &claims {
        assert_eq!(claim.attribution.source.as_ref().map(|s| s.name.as_str()), Some("Anna Holm"));
    }
}

#[test]
fn a_denial_may_only_point_back() {
    for denial in ["The bank denied this.", "The bank dismissed the accusation as false.", "The bank rejected the claim."] {
        let claims = read_text(&format!("Jane Roe said the loans were paid to Max Doe. {denial}"));
        assert_eq!(claims.len(), 2, "{denial}: {claims:#?}");
        let (said, denied) = (&claims[0], &claims[1]);
        assert_eq!((denied.proposition.as_str(), denied.polarity), (said.proposition.as_str(), Denied), "{denial}");
        assert_eq!(denied.text, denial);
        assert_eq!(denied.attribution.source.as_ref().map(|s| s.name.as_str()), Some("The bank"), "{denial}");
    }
}

#[test]
fn a_relative_clause_beside_a_speaker_is_the_outlets_own() {
    let claims = read_text("Jane Roe, who joined the bank in 2024, said the branch would close.");
    let found: Vec<(&str, Voice)> = claims.iter().map(|c| (c.proposition.as_str(), c.attribution.voice)).collect();
    assert_eq!(found, [("the branch would close", Voice::Attributed), ("Jane Roe joined the bank in 2024", Voice::Outlet)]);
}

#[test]
fn wishes_and_orders_state_nothing() {
    for text in [
        "May reason prevail in the council of Orin.",
        "If only the mayor had closed the bridge in May.",
        "“Pray for the 12 miners of Orin,” the bishop said.",
        "I hope the 12 miners come home.",
        "What happens to a town of 3,000 when the mine closes?",
    ] {
        assert_eq!(read_text(text), [], "{text}");
    }
}

#[test]
fn a_speaker_is_found_on_either_side_of_a_quotation() {
    for (text, speakers) in [
        ("“We won,” said the union's chairwoman, Anna Holm, “and they know it.”", &[Some("Anna Holm"), Some("Anna Holm")][..]),
        ("“Heck of a way to leave,” muttered one of the deputies.", &[Some("one of the deputies")]),
        ("Roe, who had toured the camp, called it “a disgrace to us all”.", &[Some("Roe")]),
        ("Solberg rejected the criticism, saying staff had been told “in accordance with the law”.", &[Some("Solberg")]),
        ("In Roe's words, the plan “forgives everything except taxes”.", &[Some("Roe")]),
        ("@holm_anna: “Somebody should tell the minister.”", &[Some("@holm_anna")]),
        ("The film “Night Bus” opened on Friday.", &[]),
        ("“There was never a deal,” she wrote minutes later.", &[Some("she")]),
    ] {
        let found: Vec<Option<String>> = ascribed(text).quotations.into_iter().map(|q| q.speaker).collect();
        assert_eq!(found.iter().map(Option::as_deref).collect::<Vec<_>>(), speakers, "{text}");
    }
}

#[test]
fn what_somebody_thinks_wants_or_fears_is_ascribed_to_him() {
    for text in [
        "The senator wants to close the base.",
        "Analysts suspect that the merger will fail.",
        "There is a growing belief among local mayors that the money is gone.",
        "Residents, fearful that the dam might break, left on Monday.",
        "The firm is expected to name a new chief on Friday.",
        "The general was accused last night of taking bribes.",
        "We never saw the money.",
        "As Roe put it, the tank was empty.",
        "A witness reported seeing two men on the bridge.",
    ] {
        assert!(ascribed(text).attributed, "{text}");
    }
    for text in [
        "The storm claimed 12 lives on the coast.",
        "The added costs wiped out the gains.",
        "The Supporters' Club has called off the march.",
        "He wrote off half of the loan.",
        "Its claims department has 600 employees.",
        "The dam was finished in 1962.",
        "The spokeswoman spoke for 22 minutes.",
    ] {
        assert!(!ascribed(text).attributed, "{text}");
    }
}

#[test]
fn headlines_are_claims_of_the_title() {
    let draft = Draft {
        title: Some("Bridge Closed After Storm, Mayor Says"),
        text: "The bridge was closed on Monday.",
        language: Some("en"),
        ..Draft::default()
    };
    let reading = read(&draft);
    assert!(reading.claims[0].headline && !reading.claims[1].headline);
    assert_eq!(reading.claims[0].span.slice(draft.title.unwrap()), Some(reading.claims[0].text.as_str()));
}

#[test]
fn another_language_is_marked_and_yields_no_claims() {
    let text = "Le maire a dit lundi que le pont est sûr et que les travaux se termineront en mai, selon le rapport de la ville.";
    let reading = read(&Draft { text, ..Draft::default() });
    assert_eq!((reading.language.as_str(), reading.claims.len()), ("fr", 0));
}

#[test]
fn given_claims_are_found_where_they_stand() {
    let draft = Draft {
        text: "It rained. The dam was safe, the minister said.",
        outlet: "Harbour Courier",
        language: Some("en"),
        ..Draft::default()
    };
    let reading = read_given(&draft, &["The dam was safe, the minister said.".to_owned()]);
    assert_eq!(reading.claims[0].span.slice(draft.text), Some("The dam was safe, the minister said."));
    assert_eq!(reading.claims[0].proposition, "The dam was safe");
}

/// A megabyte of anything must be read in less than a second: `cargo bench --bench reading` measures it, and this is here
/// so that nothing is forgotten that takes minutes.
#[test]
fn hostile_text_comes_to_an_end() {
    for unit in ["said “no” ", "Roe, who said, ", "and ", "“", "(", "; ", "that that ", "12 ", "\u{202e}", "last week "] {
        let text = unit.repeat(60_000 / unit.len());
        for claim in read_text(&text) {
            assert_eq!(claim.span.slice(&text), Some(claim.text.as_str()), "{unit}");
        }
        let quotations = ascribed(&text).quotations;
        assert!(quotations.iter().all(|q| text.get(q.inner.clone()).is_some()), "{unit}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 200, ..Default::default() })]

    #[test]
    fn any_text_is_read_without_panic_and_every_span_slices_it(text in "\\PC{0,400}", title in "\\PC{0,80}") {
        let draft = Draft { text: &text, title: Some(&title), outlet: "X", language: Some("en"), ..Draft::default() };
        for claim in read(&draft).claims {
            let whole = if claim.headline { &title } else { &text };
            proptest::prop_assert_eq!(claim.span.slice(whole), Some(claim.text.as_str()));
        }
    }

    #[test]
    fn newslike_text_is_read_without_panic(words in proptest::collection::vec(
        proptest::sample::select(vec!["said", "that", "the", "minister", "denied", "“", "”", "\"", "'", ",", ".", "who", "and", "Roe", "Jane", "told", "Reuters", "lied", "about", "12", "more", "than",
            "according", "to", "is", "false", "no", "evidence", "after", "was", "killed", "U.S.", "it", "he", "citing", "reports", "claimed", "\n", "—", "(", ")", "%", "$", "five"]), 0..120)) {
        let text = words.join(" ");
        let draft = Draft { text: &text, outlet: "X", language: Some("en"), ..Draft::default() };
        for claim in read(&draft).claims {
            proptest::prop_assert_eq!(claim.span.slice(&text), Some(claim.text.as_str()));
            proptest::prop_assert!((0.0..=1.0).contains(&claim.check_worthiness));
        }
    }
}
