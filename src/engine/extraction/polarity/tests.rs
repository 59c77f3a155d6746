use super::*;
use crate::engine::text::tokenize;

fn tagged<R>(text: &str, read: impl Fn(&[&Token<'_>], &Lexicon) -> R) -> R {
    let lexicon = Lexicon::english();
    let mut tokens = tokenize(text, 0, lexicon);
    lexicon.tag_model.tag(&mut tokens, lexicon);
    read(&tokens.iter().collect::<Vec<_>>(), lexicon)
}

fn polarity(tokens: &[&Token<'_>], lexicon: &Lexicon) -> Polarity {
    read(tokens, false, lexicon).0
}

fn certainty(tokens: &[&Token<'_>], hearsay: bool, lexicon: &Lexicon) -> Certainty {
    read(tokens, hearsay, lexicon).1
}

fn all<T: PartialEq + std::fmt::Debug>(rows: &[(&str, T)], read: impl Fn(&[&Token<'_>], &Lexicon) -> T) {
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(text, expected)| {
            let found = tagged(text, &read);
            let tags = tagged(text, |tokens, _| tokens.iter().map(|t| format!("{}/{:?}", t.text, t.tag)).collect::<Vec<_>>());
            (found != *expected).then(|| format!("{text}: {found:?}, not {expected:?} ({})", tags.join(" ")))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_negation_at_the_verb_denies() {
    use Polarity::*;
    all(
        &[
            ("The company did not pay", Denied),
            ("The company paid", Affirmed),
            ("It isn't closed", Denied),
            ("It will never close", Denied),
            ("The drug does not cause cancer", Denied),
            ("The border is no longer open", Denied),
            ("The plant no longer makes steel", Denied),
            ("The bank has not yet published its results", Denied),
            ("The striker could hardly walk", Denied),
            ("The rule scarcely applies", Denied),
            ("He pleaded not guilty", Denied),
            ("The two sides agreed not to publish the text", Denied),
            ("The senator cannot vote", Denied),
            ("They've not repaired the bridge", Denied),
        ],
        polarity,
    );
}

#[test]
fn a_negation_of_the_subject_or_object_denies() {
    use Polarity::*;
    all(
        &[
            ("No one was hurt", Denied),
            ("Nobody was arrested", Denied),
            ("Neither side paid", Denied),
            ("Neither the bank nor the fund paid", Denied),
            ("None of the passengers survived", Denied),
            ("No vaccine contains the metal", Denied),
            ("Not all schools reopened", Denied),
            ("On Monday, no one came", Denied),
            ("The firm paid no taxes", Denied),
            ("The study found no link between the vaccine and autism", Denied),
            ("There was no evidence of fraud", Denied),
            ("The crash injured nobody", Denied),
            ("The council did nothing", Denied),
            ("Residents with no water left the city", Affirmed),
        ],
        polarity,
    );
}

#[test]
fn negations_count_by_parity() {
    use Polarity::*;
    all(
        &[
            ("She has not ruled out a strike", Affirmed),
            ("He refused to rule out the possibility", Affirmed),
            ("He has repeatedly and flatly refused to rule out the possibility", Affirmed),
            ("He ruled out a strike", Denied),
            ("The minister refused to resign", Denied),
            ("The pilot failed to land", Denied),
            ("The pilot did not fail to land", Affirmed),
            ("The lender was unable to pay", Denied),
            ("The factory stopped producing cars", Affirmed),
            ("The ministry refused to rule that out", Affirmed),
            ("The doctors cannot exclude an infection", Affirmed),
            ("The airline declined to pay compensation", Denied),
            ("The talks failed", Affirmed),
            ("The bank stopped the payment", Affirmed),
        ],
        polarity,
    );
}

#[test]
fn a_negation_of_something_smaller_denies_nothing() {
    use Polarity::*;
    all(
        &[
            ("It is not only late", Affirmed),
            ("They were left without food", Affirmed),
            ("The board pardoned all those who were found not guilty", Affirmed),
            ("He met diplomats who no longer serve the state", Affirmed),
            ("Diplomats who no longer serve the state met him", Affirmed),
            ("The man, who was not named, died", Affirmed),
            ("No fewer than 12 boats sank", Affirmed),
            ("There is no doubt the ice melts", Affirmed),
            ("The price rose by no more than 2 percent", Affirmed),
            ("The law bans cars that do not meet the standard", Affirmed),
            ("The ferry left without its captain", Affirmed),
            ("The team barely won", Affirmed),
            ("Hundreds, if not thousands, fled", Affirmed),
            ("The deal that failed was signed", Affirmed),
            ("It was not without risk", Affirmed),
            ("No, the shop is open", Affirmed),
            ("No, the shop is not open", Denied),
        ],
        polarity,
    );
}

#[test]
fn certainty_is_that_of_the_main_verb() {
    use Certainty::*;
    all(
        &[
            ("The firm paid", Asserted),
            ("The firm reportedly paid", Hedged),
            ("The firm has, reportedly, paid", Hedged),
            ("Perhaps the firm paid", Hedged),
            ("The virus may spread through the air", Hedged),
            ("The dam could fail", Hedged),
            ("The star might leave the club", Hedged),
            ("The mine is likely to close", Hedged),
            ("The plan is unlikely to work", Hedged),
            ("The deal appears to have failed", Hedged),
            ("The roof seems unsafe", Hedged),
            ("The suspect is believed to be armed", Hedged),
            ("The gas is thought to have leaked", Hedged),
            ("The bank is understood to have sold the shares", Hedged),
            ("It is unclear whether the pilot survived", Hedged),
            ("It is possible that the ship sank", Hedged),
            ("The union has not ruled out a strike", Hedged),
            ("The doctors cannot exclude an infection", Hedged),
            ("The singer appeared in court", Asserted),
            ("The rescuers could not find the boat", Asserted),
            ("The firm sold a unit that may close", Asserted),
            ("The alleged killer was arrested", Asserted),
            ("Police arrested a man suspected of fraud", Asserted),
            ("Theresa May left", Asserted),
        ],
        |tokens, lexicon| certainty(tokens, false, lexicon),
    );
}

#[test]
fn what_lies_ahead_is_predicted() {
    use Certainty::*;
    all(
        &[
            ("The firm will pay in May", Predicted),
            ("The firm won't pay", Predicted),
            ("The factory would close in June", Predicted),
            ("The airline is going to cut jobs", Predicted),
            ("The bridge is set to open", Predicted),
            ("Sales are expected to fall", Predicted),
            ("The bank plans to cut 300 jobs", Predicted),
            ("The leaders are to meet on Friday", Predicted),
            ("The ship is due to arrive on Monday", Predicted),
            ("The union intends to strike", Predicted),
            ("They'll appeal", Predicted),
            ("Chancellor to visit flooded towns", Predicted),
            ("Forecasters expect 120 millimetres of rain", Predicted),
            ("The family did not intend to sell the painting", Asserted),
            ("Negotiators met as planned", Asserted),
            ("The judge set bail", Asserted),
        ],
        |tokens, lexicon| certainty(tokens, false, lexicon),
    );
}

#[test]
fn what_depends_on_something_is_conditional() {
    use Certainty::*;
    all(
        &[
            ("The firm would pay if asked", Conditional),
            ("If the deal fails, exports will stop", Conditional),
            ("The strike will go on unless wages rise", Conditional),
            ("The army will withdraw provided that the truce holds", Conditional),
            ("Aid will flow so long as the road is open", Conditional),
            ("The patient would have died", Conditional),
            ("Should the river rise, the ministry would send a team", Conditional),
            ("The crust has been cut off for as long as 18 million years", Asserted),
            ("The city provided shelter for the homeless", Asserted),
            ("It looked as if the roof had burned", Asserted),
        ],
        |tokens, lexicon| certainty(tokens, false, lexicon),
    );
    assert_eq!(tagged("The firm paid", |tokens, lexicon| certainty(tokens, true, lexicon)), Hedged);
    // The condition is not the main clause.
    assert_eq!(tagged("If the bank does not pay, it will close", polarity), Polarity::Affirmed);
}

proptest::proptest! {
    #[test]
    fn any_text_has_a_polarity(text in "([Nn]o|not|who|if|,|will|the|refused|to|pay|longer|\\PC{0,8}| ){0,30}") {
        tagged(&text, |tokens, lexicon| (polarity(tokens, lexicon), certainty(tokens, false, lexicon), outlook(tokens, lexicon)));
    }
}
