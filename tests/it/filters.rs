//! The filters that need no story told: lines in, lines out.

use serde_json::{Value, json};

use crate::cli::{crossclaim, expect_two_bad_lines, fed, objects, with_bad_lines};

#[test]
fn checkworthy_scores_each_line_and_says_why() {
    let rows = [
        json!({"id": "vote", "text": "Senator Ashby voted against the ferry bill, which cost 40 million dollars."}),
        json!({"id": "wish", "text": "I hope that we can all come together and do what is right."}),
        json!({"text": "Unemployment in Marlow rose to 9 percent last year."}),
    ];
    let output = fed(&mut crossclaim(&["checkworthy"]), &with_bad_lines(&rows));
    expect_two_bad_lines(&output);
    let told = objects(&output);
    let claims: Vec<(&Value, &Value)> = told.iter().map(|row| (&row["id"], &row["claim"])).collect();
    // A row without an id has its line number, from 0: two bad lines and an empty one come before it.
    assert_eq!(claims, [(&json!("vote"), &json!(true)), (&json!("wish"), &json!(false)), (&json!("5"), &json!(true))]);
    let score = |at: usize| told[at]["score"].as_f64().expect("a number");
    assert!(score(0) > 0.9 && score(1) < 0.1, "{told:?}");
    assert_eq!(told[0]["reasons"][0]["text"], "voted");
    let weights: Vec<f64> = told[1]["reasons"].as_array().expect("a list").iter().filter_map(|r| r["weight"].as_f64()).collect();
    assert!(!weights.is_empty() && weights.is_sorted_by(|a, b| a.abs() >= b.abs()), "the strongest comes first: {weights:?}");
}

#[test]
fn attribution_tells_what_is_ascribed_and_who_speaks() {
    let rows = [
        json!({"id": "quoted", "text": "“The dam is sáfe,” said Anna Holm, an engineer."}),
        json!({"id": "plain", "text": "The dam was built in 1962."}),
        json!({"text": "He wants to close the mine."}),
    ];
    let output = fed(&mut crossclaim(&["attribution"]), &with_bad_lines(&rows));
    expect_two_bad_lines(&output);
    let told = objects(&output);
    let quote = json!([{"text": "The dam is sáfe,", "span": {"start": 1, "end": 17}, "speaker": "Anna Holm"}]);
    assert_eq!(told[0], json!({"id": "quoted", "attributed": true, "quotes": quote}));
    assert_eq!(told[1], json!({"id": "plain", "attributed": false, "quotes": []}));
    assert_eq!((&told[2]["id"], &told[2]["attributed"]), (&json!("5"), &json!(true)));
}
