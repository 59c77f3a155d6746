//! Cases of layout: whole pages, as HTML and as copied from a browser, and single lines.

use super::*;

fn body(text: &str) -> Vec<&str> {
    layout(&Draft { text, title: Some("Mayor opens bridge"), outlet: "Harbour Courier", ..Draft::default() }, Lexicon::english())
        .paragraphs
        .into_iter()
        .map(|range| &text[range])
        .collect()
}

#[test]
fn prompts_navigation_and_related_titles_are_no_body() {
    let text = "- Harbour Courier\nWorld\nMayor opens bridge\nMayor Opens Bridge - Harbour Courier\nSubscribe\n\
        The bridge opened on Monday.\nREAD MORE: Why the Bridge Was Late\nA Crowd on the Bridge - Harbour Courier\n\
        Tolls to Rise Next Year\n“It is done,” she said.\nJoin our commenting forum\nNewsfeed\n0\nlog in or register";
    assert_eq!(body(text), ["The bridge opened on Monday.", "“It is done,” she said."]);
}

#[test]
fn captions_are_no_body() {
    let text = "© AGENCY / Some NameA crowd waits\nA woman carries a bag over the bridge, Friday, Feb. 8, 2019.\n\
        The mayor, rear, looks on as crews work in the city on March 6, 2019. (Jo Doe/TASS/Example)\n\
        The bridge carries 300 cars a day.\nThe mayor died on March 6, 2019.";
    assert_eq!(body(text), ["The bridge carries 300 cars a day.", "The mayor died on March 6, 2019."]);
}

#[test]
fn a_text_without_any_punctuation_is_read_as_it_is() {
    assert_eq!(body("Bridge closed after storm"), ["Bridge closed after storm"]);
}

fn provenance(text: &str, outlet: &str, byline: Option<&str>) -> Provenance {
    layout(&Draft { text, outlet, byline, domain: Some("courier.example"), ..Draft::default() }, Lexicon::english()).provenance
}

#[test]
fn a_credit_line_names_the_producer_and_the_distributor() {
    let found =
        provenance("It rained.\n\n© 2019 Bloomberg News\n\nDistributed by Tribune Content Agency, LLC.", "Harbour Courier", None);
    assert_eq!(found.syndication.map(|s| s.chain), Some(vec!["Bloomberg News".to_owned(), "Tribune Content Agency".to_owned()]));
}

#[test]
fn own_copyright_and_picture_credits_are_no_syndication() {
    assert_eq!(provenance("It rained.\n© 2019 Harbour Courier", "Harbour Courier", None).syndication, None);
    assert_eq!(provenance("It rained.\n© REUTERS / Jo Doe", "Harbour Courier", None).syndication, None);
}

#[test]
fn an_agency_byline_is_syndication() {
    assert_eq!(
        provenance("It rained.", "Harbour Courier", Some("By Reuters")).syndication.map(|s| s.chain),
        Some(vec!["Reuters".to_owned()])
    );
    assert_eq!(provenance("It rained.", "Harbour Courier", Some("Jo Doe")).syndication, None);
}

#[test]
fn an_original_publisher_is_read() {
    let text = "It rained.\nThis article was originally published by Valley Post on 3 May.";
    assert_eq!(provenance(text, "Harbour Courier", None).syndication.map(|s| s.chain), Some(vec!["Valley Post".to_owned()]));
}

#[test]
fn datelines_are_kept_as_provenance_and_left_out_of_the_body() {
    let text = "WASHINGTON (Sputnik) - The senator left.\nLONDON, Feb 3 — It rained.";
    assert_eq!(body(text), ["The senator left.", "It rained."]);
    let found = provenance(text, "Harbour Courier", None);
    assert_eq!((found.dateline_place.as_deref(), found.dateline_agency.as_deref()), (Some("WASHINGTON"), Some("Sputnik")));
    assert_eq!(body("The mayor - a baker - left."), ["The mayor - a baker - left."]);
}

/// A page, its text as copied from a browser, and the paragraphs that either is to yield.
macro_rules! page {
    ($name:literal, $outlet:literal) => {
        (
            $name,
            $outlet,
            include_str!(concat!("../../../../samples/pages/", $name, ".html")),
            include_str!(concat!("../../../../samples/pages/", $name, ".copied.txt")),
            include_str!(concat!("../../../../samples/pages/", $name, ".body.txt")),
        )
    };
}

#[test]
fn pages_yield_their_article_and_nothing_else() {
    for (name, outlet, html, copied, body) in [
        page!("wire", "Meridian Wire"),
        page!("newspaper", "Harbour Courier"),
        page!("broadcaster", "Estuary News"),
        page!("tabloid", "The Lantern"),
        page!("live", "Gazette"),
        page!("syndicated", "The Valley Record"),
    ] {
        let page = crate::engine::extraction::html::article(html).unwrap();
        let expected: Vec<&str> = body.lines().collect();
        for text in [page.text.as_str(), copied] {
            let draft = Draft { text, title: page.title.as_deref(), outlet, ..Draft::default() };
            let layout = layout(&draft, Lexicon::english());
            let found: Vec<&str> = layout.paragraphs.into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, expected, "{name}");
            let chain = layout.provenance.syndication.map(|syndication| syndication.chain);
            let other = (name == "syndicated").then(|| vec!["Bloomberg News".to_owned(), "Tribune Content Agency".to_owned()]);
            assert_eq!(chain, other, "{name}");
        }
    }
}

/// Each line stands between two paragraphs, so that it is judged by itself.
fn is_body(line: &str) -> bool {
    let text = format!("The bridge opened on Monday.\n\n{line}\n\nNobody came to see it.");
    let draft = Draft { text: &text, title: Some("Mayor opens bridge"), outlet: "Harbour Courier", ..Draft::default() };
    layout(&draft, Lexicon::english()).paragraphs.len() == 3
}

#[test]
fn lines_of_the_page_are_no_body() {
    for line in [
        "Advertisement",
        "Story continues below",
        "Story continues below advertisement.",
        "Article continues after this ad",
        "3 min read",
        "5-minute read",
        "Updated 4:12 PM EST",
        "Updated 4:12 PM EST, Fri February 8, 2019",
        "Published 9 hours ago",
        "Feb. 8, 2019, 6:38 p.m. ET",
        "1,234 shares",
        "1.2k shares",
        "48 Comments",
        "Comments (214)",
        "Share on Facebook",
        "Share this article.",
        "Follow us on Twitter and Facebook.",
        "Follow @harbourcourier for more.",
        "Sign up for our free newsletter.",
        "Sign up to Daily Brief, our free email.",
        "Enter your email address.",
        "By signing up, you agree to our Terms of Service.",
        "All rights reserved.",
        "This material may not be published, broadcast, rewritten or redistributed.",
        "We use cookies to improve your experience. You can change your choices at any time by visiting this page, and you can read how we and our 812 partners use your data, for which purposes and for how long we keep it.",
        "Please enable JavaScript to view the comments.",
        "Read more: Why the bridge was late.",
        "READ MORE: Why the bridge was late",
        "Also read: Tolls rise.",
        "Related: Tolls rise.",
        "Watch: The bridge opens.",
        "Recommended",
        "Topics: Bridges, Mayors",
        "Tags: bridge",
        "Image caption The mayor cut the ribbon",
        "Photograph: Jill Farrow/The Courier",
        "Pictured: the mayor.",
        "FILE - In this Feb. 8, 2019 file photo, a crane stood at the bridge.",
        "Getty Images",
        "Crowds waited on Monday. Jill Farrow/AFP/Getty Images",
        "Crowds waited on Monday. (AP Photo/Jill Farrow)",
        "Jane Roe, left, speaks with Max Doe at the bridge on Monday.",
        "This article was amended on 8 February 2019. An earlier version said that the bridge had cost 60 million euros; it cost 40 million.",
        "Correction: The bridge is 400 metres long.",
        "Editor’s note: This story has been updated.",
        "An earlier version of this article misspelled a name.",
        "Additional reporting by Jane Roe.",
        "(Reporting by Jane Roe in Leeds; Editing by Max Doe)",
        "Reporting by Jane Roe; Editing by Max Doe.",
        "Jane Roe and Max Doe contributed to this report.",
        "With files from Reuters.",
        "By Jane Roe",
        "By JANE ROE and MAX DOE, Associated Press",
        "By Jane Roe, Staff Writer.",
        "Written by Jane Roe",
        "The writer is a columnist in Leeds.",
        "The views expressed are the author's own.",
        "— Jane Roe (@janeroe) February 8, 2019",
        "https://example.org/bridge",
        "pic.example.org/a1",
        "{\"@context\":\"https://schema.org\",\"@type\":\"NewsArticle\"}",
        "window.dataLayer.push(function(){ return 1; });",
        "<div class=\"ad\">It is over.</div>",
        "Заголовок открываемого материала.",
        "Home | World | Politics | Sport",
        "Home World Politics Business Sport Opinion Culture Travel",
        "Why Did the Mayor's Bridge Take So Long?",
        "Mayor Opens Bridge | Harbour Courier",
        "A crowd on the bridge - Harbour Courier",
        "* * *",
        "‘A question of money’",
        "_____",
    ] {
        assert!(!is_body(line), "{line}");
    }
}

#[test]
fn sentences_are_body_however_short_or_odd() {
    for line in [
        "It failed.",
        "“No.”",
        "Why?",
        "By Monday the city was empty.",
        "By then Roe had left.",
        "Share prices fell by 3 percent.",
        "World leaders met on Monday.",
        "Comments by the mayor angered the council.",
        "Copyright holders sued the firm.",
        "Published on Monday, the report names nobody.",
        "Compiled by the council, the list names 40 streets.",
        "Reporting by the Valley Post showed that the bridge was unsafe last year.",
        "Distributed by volunteers, the leaflets reached every house in the town.",
        "The company changed its privacy policy on Monday.",
        "The app was removed from Google Play.",
        "He sued Getty Images.",
        "This image was a fake, the ministry said.",
        "Something went wrong on the second day.",
        "Sources: nobody knows.",
        "Live pigs were sold at the market.",
        "Video of the crash was shown in court.",
        "The mayor died on March 6, 2019.",
        "The mayor said (not for the first time) that it was safe.",
        "Он ушел (“he left”), the mayor wrote.",
        "He likes the band (AC/DC).",
        "12 people died.",
        "In 2019, 300.",
        "The ministry said:",
        "The deal is worth £5 million, up from £3 million a year ago, and will be signed in Paris next week by both heads of state. The talks took nine months",
    ] {
        assert!(is_body(line), "{line}");
    }
}

#[test]
fn a_list_of_stories_ends_where_prose_begins() {
    let text = "The bridge opened on Monday.\nRelated stories\nWhy was it late?\n“We are proud”\nTolls rise next year\nIt failed.\nNobody came.";
    assert_eq!(body(text), ["The bridge opened on Monday.", "It failed.", "Nobody came."]);
}

#[test]
fn the_items_of_a_list_belong_to_the_sentence_before() {
    let text = "The mayor said she would:\n• open the bridge in May\n• close the old road\nNobody believed her.\nTolls to rise next year";
    assert_eq!(body(text).len(), 4);
}

#[test]
fn who_wrote_the_article_is_introduced_at_its_end() {
    let story = "The bridge opened on Monday. Mayor Jane Roe cut the ribbon.";
    for line in [
        "Max Doe is a reporter for the Courier.",
        "Max Doe covers shipping for the Courier. Follow him on Twitter: @maxdoe.",
        "Max Doe reported from Leeds.",
    ] {
        assert_eq!(body(&format!("{story}\n{line}\n© 2024 Harbour Courier")), [story], "{line}");
    }
    for line in ["Jane Roe is a former reporter of the Courier.", "Max Doe is the mayor of Leeds.", "Max Doe left."] {
        assert_eq!(body(&format!("{story}\n{line}")).len(), 2, "{line}");
    }
}

#[test]
fn a_paragraph_that_is_repeated_is_read_once() {
    let line = "“The bridge is a promise kept to the people,” the mayor said.";
    assert_eq!(body(&format!("{line}\n{line}\nNo.\nNo.")), [line, "No.", "No."]);
}

#[test]
fn signatures_and_bylines_name_an_agency() {
    for (text, expected) in [
        ("It rained.\n— Reuters", "Reuters"),
        ("It rained.\n(AP)", "Associated Press"),
        ("It rained.\n(Reporting by Jane Roe, Reuters; Editing by Max Doe)", "Reuters"),
        ("By Jane Roe, Associated Press\nIt rained.", "Associated Press"),
        ("By Reuters\nIt rained.", "Reuters"),
        ("It rained.\nCopyright 2024 The Associated Press. All rights reserved.", "The Associated Press"),
        ("It rained.\nThis article is republished from Valley Post under a licence.", "Valley Post"),
        ("It rained.\nThis story was originally published on 3 May by Valley Post.", "Valley Post"),
        ("It rained.\nSource: Valley Post", "Valley Post"),
        ("It rained.\nAdditional reporting by Reuters.", ""),
        ("It rained.\n(Reporting by Jane Roe; Editing by Max Doe)", ""),
        ("It rained. Reuters", ""),
        ("By Jane Roe\nIt rained.", ""),
    ] {
        let chain = provenance(text, "Harbour Courier", None).syndication.map_or_else(Vec::new, |s| s.chain);
        assert_eq!(chain.join(" > "), expected, "{text}");
    }
}

#[test]
fn a_megabyte_of_anything_takes_linear_time() {
    for unit in [
        "a",
        " ",
        "\n",
        ".",
        "\"",
        "A. ",
        "a\n",
        "a.\n",
        "By A\n",
        "12\n",
        "(",
        "- ",
        "— A",
        "a:",
        "a, left, ",
        "© ",
        "/A",
        "{\n",
        "é ",
        "\u{a0}",
        "Related\n",
        "x:\n",
        "The mayor, left, speaks.\n",
        "read more ",
        "Jane Roe is a reporter.\n",
        "A B C\nd e f\n",
    ] {
        let text = unit.repeat(1_000_000 / unit.len());
        let draft = Draft { text: &text, title: Some(unit), outlet: unit, byline: Some(unit), ..Draft::default() };
        let mut last = 0;
        for paragraph in layout(&draft, Lexicon::english()).paragraphs {
            assert!(paragraph.start >= last && paragraph.end <= text.len(), "{unit}");
            last = paragraph.end;
        }
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_laid_out_in_slices_of_itself(text in "(\\PC|\n){0,400}", title in "\\PC{0,20}", outlet in "\\PC{0,8}") {
        let draft = Draft { text: &text, title: Some(&title), outlet: &outlet, ..Draft::default() };
        let mut last = 0;
        for paragraph in layout(&draft, Lexicon::english()).paragraphs {
            proptest::prop_assert!(paragraph.start >= last);
            proptest::prop_assert!(text.get(paragraph.clone()).is_some());
            last = paragraph.end;
        }
    }

    #[test]
    fn any_furniture_is_laid_out_in_slices(parts in proptest::collection::vec(proptest::sample::select(vec![
        "By", "Roe", "Reuters", "©", "2019", "Distributed by", "(", ")", "-", "—", ":", "\n", " ", "Feb.", "LONDON", ".", "“", "”", "Photo:", "/", "left", ",", "é", "\u{a0}", "Related", "said"]), 0..60)) {
        let text = parts.join(" ");
        let draft = Draft { text: &text, title: Some("Roe"), outlet: "Roe", byline: Some(&text), ..Draft::default() };
        for paragraph in layout(&draft, Lexicon::english()).paragraphs {
            proptest::prop_assert!(text.get(paragraph).is_some());
        }
    }
}
