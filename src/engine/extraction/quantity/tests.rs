use super::{Comparator::*, *};
use crate::engine::{extraction::time, text::tokenize};

fn read(text: &str, lexicon: &'static Lexicon) -> Vec<Quantity> {
    let mut tokens = tokenize(text, 0, lexicon);
    lexicon.tag_model.tag(&mut tokens, lexicon);
    let tokens: Vec<_> = tokens.iter().collect();
    let published = NaiveDate::from_ymd_opt(2019, 2, 9);
    let said = time::expressions(&tokens, published, lexicon);
    quantities(text, &tokens, &said, published, lexicon)
}

type Expected<'a> = (Comparator, Option<f64>, Option<f64>, &'a str);

/// Each text holds the quantities (comparator, low, high, unit), no more; "" for a number without a unit.
fn all(lexicon: &'static Lexicon, rows: &[(&str, &[Expected<'_>])]) {
    let mut wrong = Vec::new();
    for (text, expected) in rows {
        let found = read(text, lexicon);
        let got: Vec<Expected<'_>> = found
            .iter()
            .map(|q| (q.comparator, q.low.map(rounded), q.high.map(rounded), q.unit.as_deref().unwrap_or("")))
            .collect();
        if got != *expected {
            wrong.push(format!("{text}\n  found    {got:?}\n  expected {expected:?}"));
        }
        assert!(found.iter().all(|q| text.contains(&q.text)), "{text}: {found:?}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

const fn exactly(value: f64, unit: &str) -> Expected<'_> {
    (Exactly, Some(value), Some(value), unit)
}

const fn range(low: f64, high: f64, unit: &str) -> Expected<'_> {
    (Range, Some(low), Some(high), unit)
}

const fn about(low: f64, high: f64, unit: &str) -> Expected<'_> {
    (About, Some(low), Some(high), unit)
}

#[test]
fn digits_and_words_give_the_same_numbers() {
    all(
        Lexicon::english(),
        &[
            ("The blast killed 19 miners", &[exactly(19.0, "miners")]),
            ("The blast killed nineteen miners", &[exactly(19.0, "miners")]),
            ("10 lawmakers and twenty-five aides left", &[exactly(10.0, "lawmakers"), exactly(25.0, "aides")]),
            ("It sold 250,000 cars", &[exactly(250_000.0, "cars")]),
            ("It sold two hundred and fifty thousand cars", &[exactly(250_000.0, "cars")]),
            ("It sold one hundred twenty-five cars", &[exactly(125.0, "cars")]),
            ("It sold two thousand and five cars", &[exactly(2005.0, "cars")]),
            ("It sold 19M watches", &[exactly(19e6, "watches")]),
            ("It sold 3.5 million watches", &[exactly(3.5e6, "watches")]),
            ("It sold half a million watches", &[exactly(0.5e6, "watches")]),
            ("It sold a million watches", &[exactly(1e6, "watches")]),
            ("It sold a dozen ships", &[exactly(12.0, "ships")]),
            ("It sold two dozen ships", &[exactly(24.0, "ships")]),
            ("It sold half a dozen ships", &[exactly(6.0, "ships")]),
            ("It sold seven and a half million cars", &[exactly(7.5e6, "cars")]),
            ("It sold 2 and a half tons", &[exactly(2.5, "tons")]),
            ("It sold just 499", &[exactly(499.0, "")]),
            ("The river is 2½ kilometres wide", &[exactly(2.5, "kilometers")]),
            ("killing 19 and wounding 40", &[exactly(19.0, ""), exactly(40.0, "")]),
            ("Eleven abstained", &[exactly(11.0, "")]),
            ("118 voting to remove him", &[exactly(118.0, "")]),
            ("12 were killed", &[exactly(12.0, "")]),
            ("The toll rose to 40", &[exactly(40.0, "")]),
            ("The flood killed one person", &[exactly(1.0, "person")]),
            ("No one knows the one reason", &[]),
            ("The two said so", &[]),
        ],
    );
}

#[test]
fn the_unit_is_the_head_of_what_is_counted() {
    all(
        Lexicon::english(),
        &[
            ("recognition by 50 countries", &[exactly(50.0, "countries")]),
            ("more than three million Venezuelan migrants left", &[(MoreThan, Some(3e6), None, "migrants")]),
            ("12 wounded soldiers returned", &[exactly(12.0, "soldiers")]),
            ("Some 40 police officers were hurt", &[about(36.0, 44.0, "officers")]),
            ("50 of its members resigned", &[exactly(50.0, "members")]),
            ("They freed 20 Palestinians", &[exactly(20.0, "palestinians")]),
            ("19 dead were found", &[exactly(19.0, "dead")]),
            ("a 30-year sentence", &[exactly(30.0, "years")]),
            ("a 500-strong crowd", &[exactly(500.0, "crowd")]),
            ("a 12-inch screen", &[exactly(12.0, "inches")]),
            ("more than 50ft of pipe", &[(MoreThan, Some(50.0), None, "feet")]),
            ("The wall is 12 miles long", &[exactly(12.0, "miles")]),
            ("The siege lasted two weeks", &[exactly(2.0, "weeks")]),
            ("two of his five assistants left", &[exactly(2.0, "assistants"), exactly(5.0, "assistants")]),
            ("two more holes", &[exactly(2.0, "holes")]),
            ("It pumps 2 million barrels per day", &[exactly(2e6, "barrels")]),
        ],
    );
}

#[test]
fn money_has_a_currency() {
    all(
        Lexicon::english(),
        &[
            ("paid $3.5 billion for it", &[exactly(3.5e9, "USD")]),
            ("paid US$3.5bn for it", &[exactly(3.5e9, "USD")]),
            ("a $70 billion surplus", &[exactly(70e9, "USD")]),
            ("a fine of €40m", &[exactly(40e6, "EUR")]),
            ("a fine of £1,200", &[exactly(1200.0, "GBP")]),
            ("a fine of 12 million euros", &[exactly(12e6, "EUR")]),
            ("a fine of $5 million dollars", &[exactly(5e6, "USD")]),
            ("a fine of 300 Mexican pesos", &[exactly(300.0, "MXN")]),
            ("a loan of 20 billion yuan", &[exactly(20e9, "CNY")]),
            ("between $5 and $10 million", &[range(5e6, 10e6, "USD")]),
            ("up to $2000", &[(AtMost, None, Some(2000.0), "USD")]),
            ("aid worth R$ 40 million", &[exactly(40e6, "BRL")]),
        ],
    );
}

#[test]
fn shares_are_percentages() {
    all(
        Lexicon::english(),
        &[
            ("up to 40 percent of voters", &[(AtMost, None, Some(40.0), "percent")]),
            ("unemployment of 8.5%", &[exactly(8.5, "percent")]),
            ("a rate of 8.5 per cent", &[exactly(8.5, "percent")]),
            ("a rise of 2 percentage points", &[exactly(2.0, "percentage points")]),
            ("5% to 10% of sales", &[range(5.0, 10.0, "percent")]),
            ("half of the voters", &[about(45.0, 55.0, "percent")]),
            ("more than half of the voters", &[(MoreThan, Some(50.0), None, "percent")]),
            ("two thirds of the seats", &[about(60.0, 73.33, "percent")]),
            ("a two-thirds majority", &[about(60.0, 73.33, "percent")]),
            ("a third of the seats", &[about(30.0, 36.67, "percent")]),
            ("three quarters of the crop", &[about(67.5, 82.5, "percent")]),
            ("one in five adults smokes", &[about(18.0, 22.0, "percent")]),
            ("three out of four adults", &[about(67.5, 82.5, "percent")]),
            ("1/3 of the seats", &[about(30.0, 36.67, "percent")]),
            ("They worked half way", &[]),
        ],
    );
}

#[test]
fn a_phrase_at_the_number_opens_its_interval() {
    all(
        Lexicon::english(),
        &[
            ("at least twelve miners died", &[(AtLeast, Some(12.0), None, "miners")]),
            ("no fewer than 12 boats sank", &[(AtLeast, Some(12.0), None, "boats")]),
            ("no more than 12 boats sank", &[(AtMost, None, Some(12.0), "boats")]),
            ("fewer than 12 boats sank", &[(LessThan, None, Some(12.0), "boats")]),
            ("as many as 12 boats sank", &[(AtMost, None, Some(12.0), "boats")]),
            ("nearly 200 boats sank", &[about(180.0, 200.0, "boats")]),
            ("just over 200 boats sank", &[about(200.0, 220.0, "boats")]),
            ("an estimated 200 boats sank", &[about(180.0, 220.0, "boats")]),
            ("a record 200 boats sank", &[exactly(200.0, "boats")]),
            ("200 or more boats sank", &[(AtLeast, Some(200.0), None, "boats")]),
            ("200 or so boats sank", &[about(180.0, 220.0, "boats")]),
            ("more than a minute", &[(MoreThan, Some(1.0), None, "minutes")]),
            ("stole $2 million over six years", &[exactly(2e6, "USD"), exactly(6.0, "years")]),
            ("ice as old as 12 years", &[exactly(12.0, "years")]),
            ("as long as 18 million years", &[(AtMost, None, Some(18e6), "years")]),
            ("over 200 boats sank", &[(MoreThan, Some(200.0), None, "boats")]),
        ],
    );
}

#[test]
fn ranges_have_two_ends() {
    all(
        Lexicon::english(),
        &[
            ("250,000 to 300,000 are at risk", &[range(250_000.0, 300_000.0, "")]),
            ("between 5 and 10 million euros", &[range(5e6, 10e6, "EUR")]),
            ("from 20 to 30 homes", &[range(20.0, 30.0, "homes")]),
            ("20-30 homes burned", &[range(20.0, 30.0, "homes")]),
            ("20–30 percent of homes", &[range(20.0, 30.0, "percent")]),
            ("six to eight weeks", &[range(6.0, 8.0, "weeks")]),
            ("Profit fell 41 percent to $212 million", &[exactly(41.0, "percent"), exactly(212e6, "USD")]),
            ("They won 3-1", &[]),
            ("The house voted 218-213", &[]),
        ],
    );
}

#[test]
fn multiples_count_times() {
    all(
        Lexicon::english(),
        &[
            ("Exports doubled", &[exactly(2.0, "times")]),
            ("Exports tripled to 40 percent", &[exactly(3.0, "times"), exactly(40.0, "percent")]),
            ("The debt is three times larger", &[exactly(3.0, "times")]),
            ("a 40-fold rise", &[exactly(40.0, "times")]),
            ("The price was halved", &[exactly(0.5, "times")]),
        ],
    );
}

#[test]
fn vague_amounts_are_wide() {
    let vague = |low: f64, high: f64, unit: &'static str| (About, Some(low), Some(high), unit);
    all(
        Lexicon::english(),
        &[
            ("a handful of its allies", &[vague(2.0, 12.0, "allies")]),
            ("forced millions of residents to flee", &[vague(1_500_000.0, 500_000_000.0, "residents")]),
            ("tens of thousands of protesters marched", &[vague(15_000.0, 200_000.0, "protesters")]),
            ("several hundred homes burned", &[vague(200.0, 999.0, "homes")]),
            ("dozens were killed", &[vague(20.0, 200.0, "")]),
            ("Several European countries agreed", &[vague(3.0, 20.0, "countries")]),
            ("a few dozen fishermen", &[vague(24.0, 80.0, "fishermen")]),
            ("more than several hundred homes burned", &[(MoreThan, Some(200.0), None, "homes")]),
            ("many hospitals closed", &[(About, Some(5.0), None, "hospitals")]),
        ],
    );
    assert!(read("dozens of homes", Lexicon::english()).iter().all(|q| q.vague && q.value.is_none()));
}

#[test]
fn a_place_in_an_order_is_marked() {
    let found = |text: &str| read(text, Lexicon::english()).into_iter().map(|q| (q.ordinal, q.value, q.unit)).collect::<Vec<_>>();
    assert_eq!(found("the 12th package of sanctions"), [(true, Some(12.0), Some("package".to_owned()))]);
    assert_eq!(found("her third term"), [(true, Some(3.0), Some("term".to_owned()))]);
    for text in ["the first woman", "the Second World War", "the third quarter", "Second, it rained"] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn names_dates_and_ages_are_no_quantities() {
    for text in [
        "on January 10 in 2018 at 18:38",
        "Feb. 8, 2019",
        "the 35-year-old leader of the 2018 elections",
        "The driver, 35 years old, fled",
        "The suspect, aged 35, fled",
        "The Boeing 737 landed",
        "the F-16 jet and the G20 summit",
        "the COVID-19 vaccine",
        "Article 50 was triggered",
        "the Chapter 11 filing of the chain",
        "a category 5 hurricane",
        "on Highway 9",
        "They met at No. 10",
        "after the 9/11 attacks",
        "call 555-0147 now",
        "7-Eleven stores opened",
        "the two-state solution",
        "no one knows",
        "two days earlier",
        "in the 1990s",
    ] {
        assert_eq!(read(text, Lexicon::english()), [], "{text}");
    }
}

#[test]
fn a_number_speaks_of_the_day_that_is_said_next_to_it() {
    let days = |text: &str| {
        read(text, Lexicon::english()).iter().map(|q| q.as_of.map(|day| day.to_string()).unwrap_or_default()).collect::<Vec<_>>()
    };
    assert_eq!(days("50 countries agreed"), ["2019-02-09"]);
    assert_eq!(days("50 countries had agreed as of Monday"), ["2019-02-04"]);
    assert_eq!(days("50 countries had agreed by the end of May 2018"), ["2018-05-31"]);
    assert_eq!(days("50 countries agreed this year"), ["2019-02-09"]);
    assert_eq!(days("Cases rose from 500 patients in 2016 to 900 patients in 2017"), ["2016-12-31", "2017-12-31"]);
    assert_eq!(days("In 2016, 40 homes burned"), ["2016-12-31"]);
}

#[test]
fn spanish_numbers_are_read_from_its_own_tables() {
    all(
        Lexicon::of("es").unwrap(),
        &[
            ("más de 3 millones de migrantes venezolanos", &[(MoreThan, Some(3e6), None, "migrantes")]),
            ("3,5 millones de personas", &[exactly(3.5e6, "personas")]),
            ("1.234,5 toneladas", &[exactly(1234.5, "tonnes")]),
            ("250.000 barriles", &[exactly(250_000.0, "barrels")]),
            ("doscientos cincuenta mil votos", &[exactly(250_000.0, "votos")]),
            ("treinta y cinco países", &[exactly(35.0, "paises")]),
            ("dos millones y medio de votos", &[exactly(2.5e6, "votos")]),
            ("mil soldados", &[exactly(1000.0, "soldados")]),
            ("un 40 % de los votos", &[exactly(40.0, "percent")]),
            ("40 por ciento de los votos", &[exactly(40.0, "percent")]),
            ("entre 5 y 10 millones de euros", &[range(5e6, 10e6, "EUR")]),
            ("al menos doce mineros", &[(AtLeast, Some(12.0), None, "mineros")]),
            ("decenas de miles de manifestantes", &[about(15_000.0, 200_000.0, "manifestantes")]),
            ("una docena de barcos", &[exactly(12.0, "barcos")]),
            ("hasta 300 pesos mexicanos", &[(AtMost, None, Some(300.0), "MXN")]),
            ("uno de cada cinco adultos", &[about(18.0, 22.0, "percent")]),
            ("dos tercios de los escaños", &[about(60.0, 73.33, "percent")]),
            ("el artículo 50", &[]),
            ("el 10 de enero de 2018", &[]),
        ],
    );
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_into_intervals(
        text in "((more than|between|and|to|a|half|third|of|two|hundred|million|in|five|dozens|12|3\\.5bn|1/2|2018|10th|\\$|%|people|-|\\.|,|/|\\PC{0,6}) ?){0,24}"
    ) {
        for lexicon in [Lexicon::english(), Lexicon::of("es").unwrap()] {
            for quantity in read(&text, lexicon) {
                proptest::prop_assert!(text.contains(&quantity.text) && !quantity.text.is_empty());
                proptest::prop_assert!(quantity.low.zip(quantity.high).is_none_or(|(low, high)| low <= high), "{quantity:?}");
                proptest::prop_assert!(quantity.low.is_some() || quantity.high.is_some());
            }
        }
    }
}
