//! Every claim stands in the article, word for word, where it says it does, whatever the article is.
#![no_main]

use crossclaim::{
    domain::ClaimReading,
    engine::extraction::{self, Draft, MOST_CLAIMS},
    http::fuzzing as edge,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|raw: &str| {
    // The first line is the title, the first letter says which language.
    let Ok(text) = edge::clean(raw, edge::ARTICLE_TEXT) else { return };
    let (language, text) = match text.split_at_checked(1) {
        Some(("e", text)) => (Some("en"), text),
        Some(("s", text)) => (Some("es"), text),
        _ => (None, &*text),
    };
    let (title, text) = text.split_once('\n').map_or((None, text), |(title, text)| (Some(title), text));
    let draft = Draft { title, text, outlet: "Herald", language, ..Draft::default() };
    let reading = extraction::read(&draft);
    assert!(reading.claims.len() <= MOST_CLAIMS);
    for claim in &reading.claims {
        check(claim, if claim.headline { title.expect("a headline has a title") } else { text });
    }
    let mut end = 0;
    for paragraph in &reading.body {
        assert!(paragraph.start >= end && paragraph.start <= paragraph.end && text.get(paragraph.clone()).is_some());
        end = paragraph.end;
    }
    assert_eq!(extraction::read(&draft), reading, "reading it again says the same");
    if !text.trim().is_empty() {
        check(&extraction::read_claim(text, None), text);
        let given: Vec<String> = text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect();
        let named = extraction::read_given(&draft, &given);
        assert_eq!(named.claims.len(), given.len().min(MOST_CLAIMS));
        for (claim, given) in named.claims.iter().zip(&given) {
            assert_eq!(claim.text, given.trim());
            check(claim, text);
        }
    }
    extraction::ascribed(text);
});

fn check(claim: &ClaimReading, stands_in: &str) {
    assert_eq!(claim.span.slice(stands_in), Some(claim.text.as_str()));
    assert!((0.0..=1.0).contains(&claim.check_worthiness), "{}", claim.check_worthiness);
}
