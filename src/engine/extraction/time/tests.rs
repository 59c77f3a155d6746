use super::*;
use crate::engine::text::tokenize;

/// A Saturday.
const PUBLISHED: &str = "2019-02-09";

fn said(text: &str, lexicon: &'static Lexicon) -> Vec<Timex> {
    let mut tokens = tokenize(text, 0, lexicon);
    lexicon.tag_model.tag(&mut tokens, lexicon);
    expressions(&tokens.iter().collect::<Vec<_>>(), PUBLISHED.parse().ok(), lexicon)
}

fn shown(period: Period) -> String {
    match period.single_day() {
        Some(day) => day.to_string(),
        None => format!("{}..{}", period.from(), period.to()),
    }
}

/// All periods that are said; "?" for a time that is not resolved.
fn all(lexicon: &'static Lexicon, rows: &[(&str, &str)]) {
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(text, expected)| {
            let found: Vec<String> = said(text, lexicon).iter().map(|t| t.period.map_or("?".to_owned(), shown)).collect();
            (found.join(" ") != *expected).then(|| format!("{text}: {found:?}, not {expected:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn dates_are_read_in_every_order() {
    all(
        Lexicon::english(),
        &[
            ("He was sworn in on January 10", "2019-01-10"),
            ("on Feb. 8, 2018 it closed", "2018-02-08"),
            ("It opened on 3 May 2017", "2017-05-03"),
            ("It closed on December 20", "2018-12-20"),
            ("on the 10th of January", "2019-01-10"),
            ("It was filed on 2019-02-08", "2019-02-08"),
            ("It was filed on 25/12/2018", "2018-12-25"),
            ("It was filed on 03/05/2018", "?"),
            ("The talks ran from January 10 to January 12", "2019-01-10..2019-01-12"),
            ("the January 10-12 summit", "2019-01-10..2019-01-12"),
            ("the 10-12 January summit", "2019-01-10..2019-01-12"),
            ("The vote on Wednesday, Feb. 6 failed", "2019-02-06"),
            ("They may march 3 miles", ""),
            ("Prime Minister May won 12 votes", ""),
        ],
    );
}

#[test]
fn days_of_the_week_follow_the_verb() {
    all(
        Lexicon::english(),
        &[
            ("The mine closed on Wednesday", "2019-02-06"),
            ("The mine closed on Saturday", "2019-02-09"),
            ("The mine will close on Wednesday", "2019-02-13"),
            ("The leaders are expected to meet Monday", "2019-02-11"),
            ("He died last Friday", "2019-02-08"),
            ("next Tuesday's vote", "2019-02-12"),
            ("The match this Sunday", "2019-02-10"),
            ("Wednesday night's fire", "2019-02-06"),
            ("The shops were full on Black Friday", "?"),
        ],
    );
}

#[test]
fn relative_times_are_counted_from_publication() {
    all(
        Lexicon::english(),
        &[
            ("The bank failed yesterday", "2019-02-08"),
            ("The vote is tomorrow", "2019-02-10"),
            ("the day before yesterday", "2019-02-07"),
            ("It burned this morning", "2019-02-09"),
            ("It burned last night", "2019-02-08"),
            ("It fell last week", "2019-01-28..2019-02-03"),
            ("It fell this week", "2019-02-04..2019-02-10"),
            ("the vote next month", "2019-03-01..2019-03-31"),
            ("It fell last year", "2018-01-01..2018-12-31"),
            ("It fell earlier this month", "2019-02-01..2019-02-09"),
            ("The club will move later this year", "2019-02-09..2019-12-31"),
            ("The ship sank two days ago", "2019-02-07"),
            ("The ship sank two weeks ago", "2019-01-21..2019-01-27"),
            ("The ship sank three months ago", "2018-11-01..2018-11-30"),
            ("The ship sank a year ago", "2018-01-01..2018-12-31"),
            ("The ship sank several weeks ago", "?"),
            ("The ship sank a day earlier", "?"),
            ("The ship sank two days before the storm", ""),
            ("The trial is expected to last five weeks", ""),
            ("The bill goes to committee on Monday", "2019-02-11"),
            ("The ship sank two days after January 10", "2019-01-12"),
            ("Prices rose in the past two weeks", "2019-01-26..2019-02-09"),
            ("Prices rose over the last three years", "2016-02-09..2019-02-09"),
            ("The road will open in two weeks", "2019-02-18..2019-02-24"),
            ("The siege lasted two weeks", ""),
            ("in the last week of May", "2019-05-01..2019-05-31"),
        ],
    );
}

#[test]
fn months_years_and_longer_periods_are_intervals() {
    all(
        Lexicon::english(),
        &[
            ("The plant closed in March", "2018-03-01..2018-03-31"),
            ("The plant will close in March", "2019-03-01..2019-03-31"),
            ("The plant closed last March", "2018-03-01..2018-03-31"),
            ("in late January", "2019-01-01..2019-01-31"),
            ("in mid-January", "2019-01-01..2019-01-31"),
            ("by the end of May 2018", "2018-05-01..2018-05-31"),
            ("in March 2017", "2017-03-01..2017-03-31"),
            ("He has led the state since 2014", "2014-01-01..2019-02-09"),
            ("The ban holds until 2020", "2019-02-09..2020-12-31"),
            ("Exports fell in 2018", "2018-01-01..2018-12-31"),
            ("the 2018 elections", "2018-01-01..2018-12-31"),
            ("Exports fell after 2014", "?"),
            ("from 2014 to 2016", "2014-01-01..2016-12-31"),
            ("between 2014 and 2016", "2014-01-01..2016-12-31"),
            ("the years 2014-2016", "2014-01-01..2016-12-31"),
            ("the 2017-18 season", "2017-01-01..2018-12-31"),
            ("between March and May", "2019-03-01..2019-05-31"),
            ("in the 1990s", "1990-01-01..1999-12-31"),
            ("in the 19th century", "1800-01-01..1899-12-31"),
            ("Profit fell in the first quarter", "2019-01-01..2019-03-31"),
            ("Profit fell in the fourth quarter", "2018-10-01..2018-12-31"),
            ("Profit fell in the second quarter of 2017", "2017-04-01..2017-06-30"),
            ("Profit fell in the first half of last year", "2018-01-01..2018-06-30"),
            ("Profit fell in Q3 2018", "2018-07-01..2018-09-30"),
            ("United scored in the first half", ""),
        ],
    );
}

#[test]
fn what_only_looks_like_a_time_is_none() {
    all(
        Lexicon::english(),
        &[
            ("at 5:30 p.m. the doors opened", "?"),
            ("at 5pm the doors opened", "?"),
            ("some 2000 homes burned", ""),
            ("The storm killed 2000 people", ""),
            ("a fine of $2000", ""),
            ("the second half of the match", ""),
            ("The ball went past the post", ""),
            ("He is the last man", ""),
        ],
    );
}

#[test]
fn spanish_times_are_read_from_its_own_tables() {
    all(
        Lexicon::of("es").unwrap(),
        &[
            ("el 10 de enero", "2019-01-10"),
            ("el 3 de mayo de 2017", "2017-05-03"),
            ("el miércoles pasado", "2019-02-06"),
            ("el próximo martes", "2019-02-12"),
            ("hace dos semanas", "2019-01-21..2019-01-27"),
            ("hace 3 días", "2019-02-06"),
            ("la semana pasada", "2019-01-28..2019-02-03"),
            ("este mes", "2019-02-01..2019-02-28"),
            ("ayer", "2019-02-08"),
            ("antes de ayer", "2019-02-07"),
            ("en enero de 2018", "2018-01-01..2018-01-31"),
            ("desde 2014", "2014-01-01..2019-02-09"),
            ("en los últimos cinco años", "2014-02-09..2019-02-09"),
            ("el primer trimestre de 2018", "2018-01-01..2018-03-31"),
            ("la década de 1990", "1990-01-01..1999-12-31"),
            ("entre 2014 y 2016", "2014-01-01..2016-12-31"),
        ],
    );
}

#[test]
fn the_most_exact_time_is_that_of_the_event() {
    let period = |text: &str| event_period(&said(text, Lexicon::english())).map(shown);
    assert_eq!(period("In 2018 the bank closed on May 3, 2018").as_deref(), Some("2018-05-03"));
    assert_eq!(period("The bank closed"), None);
}

#[test]
fn without_a_day_of_publication_only_full_dates_are_resolved() {
    let lexicon = Lexicon::english();
    let tokens = tokenize("yesterday, on January 10, on May 3, 2019 and in 2018", 0, lexicon);
    let found = expressions(&tokens.iter().collect::<Vec<_>>(), None, lexicon);
    let days: Vec<_> = found.iter().map(|timex| timex.period.map(Period::from)).collect();
    assert_eq!(days, [None, None, NaiveDate::from_ymd_opt(2019, 5, 3), NaiveDate::from_ymd_opt(2018, 1, 1)]);
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_in_order(
        text in "((January|May|Monday|last|next|two|weeks|ago|since|until|the|of|first|quarter|2018|99999|31|10th|-|,|/|to|day|after|\\PC{0,6}) ?){0,24}",
        days in -200_000_i32..200_000,
    ) {
        let lexicon = Lexicon::english();
        let published = NaiveDate::from_num_days_from_ce_opt(737_000 + days);
        let tokens = tokenize(&text, 0, lexicon);
        let words: Vec<_> = tokens.iter().collect();
        let mut end = 0;
        for timex in expressions(&words, published, lexicon) {
            proptest::prop_assert!(timex.tokens.start >= end && timex.tokens.end > timex.tokens.start);
            proptest::prop_assert!(timex.tokens.end <= words.len());
            proptest::prop_assert!(timex.period.is_none_or(|period| period.from() <= period.to()));
            end = timex.tokens.end;
        }
    }
}
