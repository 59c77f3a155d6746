//! Small articles: whom each name, role and pronoun means.

use proptest::prelude::*;

use super::*;
use crate::engine::{
    extraction::read,
    text::{Lexicon, fold, quotes, sentences},
};

fn sentences_of(text: &str) -> Vec<Sentence<'_>> {
    let quotations = quotes::quotations(text, 0, None, Lexicon::english());
    let cut = sentences::sentences(text, 0, Lexicon::english());
    cut.into_iter().map(|part| Sentence::new(&text[part.clone()], part.start, &quotations, Lexicon::english())).collect()
}

fn cast_of(text: &str) -> Cast {
    Cast::of(sentences_of(text).iter(), &Draft { outlet: "Harbour Courier", ..Draft::default() })
}

/// Whom the last mention in `text` of the word means; "-" where nobody was found.
fn meant<'a>(cast: &'a Cast, text: &str, word: &str) -> &'a str {
    let sentences = sentences_of(text);
    let token = sentences.iter().flat_map(|s| &s.tokens).rfind(|t| t.text.trim_end_matches("'s") == word);
    let token = token.unwrap_or_else(|| panic!("no {word} in {text}"));
    cast.at(token.start).map_or("-", |member| member.name.as_str())
}

#[track_caller]
fn means(text: &str, word: &str, expected: &str) {
    assert_eq!(meant(&cast_of(text), text, word), expected, "{word} in {text}");
}

#[track_caller]
fn is_a(text: &str, name: &str, kind: MemberKind) {
    let cast = cast_of(text);
    let member = cast.named(name).unwrap_or_else(|| panic!("nobody is {name} in {text}"));
    assert_eq!(member.kind, kind, "{name} in {text}");
}

#[test]
fn what_stands_beside_a_name_tells_its_kind() {
    use MemberKind::{OfficialBody, Organisation, Outlet, Person, Place};
    for (text, name, kind) in [
        ("Parlo, the messaging service, lost data.", "parlo", Organisation),
        ("The messaging service Parlo lost data.", "parlo", Organisation),
        ("They sued the firm Clearglass.", "clearglass", Organisation),
        ("Shares of Acmara fell by a third.", "acmara", Organisation),
        ("They sold Acmara shares in May.", "acmara", Organisation),
        ("Acmara said on Monday that it would close.", "acmara", Organisation),
        ("The contractor, Hobart & Sons, left.", "hobart & sons", Organisation),
        ("The owner of the mine, Auric Resources, paid.", "auric resources", Organisation),
        ("It was sold to Tolland Bank.", "tolland bank", Organisation),
        ("He studied at the University of Strand in May.", "university of strand", Organisation),
        ("The Builders' League warned of losses.", "builders' league", Organisation),
        ("St Brannock's Hospital closed.", "st brannock's hospital", Organisation),
        ("The Athletics Integrity Office opened a case.", "athletics integrity office", OfficialBody),
        ("She wrote to the Ministry of Fisheries.", "ministry of fisheries", OfficialBody),
        ("She wrote to the White House.", "white house", OfficialBody),
        ("The magazine Circuit wrote on it.", "circuit", Outlet),
        ("It stood in Circuit, a weekly magazine.", "circuit", Outlet),
        ("Meridian Wire, a news agency, wrote on it.", "meridian wire", Outlet),
        ("He told the broadcaster Channel Six so.", "channel six", Outlet),
        ("He spoke to the Northgate Gazette.", "northgate gazette", Outlet),
        ("It flooded the river Osk.", "osk", Place),
        ("It happened in Port Lyle.", "port lyle", Place),
        ("The mayor, Ase Holm, left.", "ase holm", Person),
        ("Councillor Rita Falk left.", "rita falk", Person),
        ("They met councillor Rita Falk.", "rita falk", Person),
        ("Board head Jane Orr left.", "jane orr", Person),
        ("Mr Tring left early.", "tring", Person),
        ("Pell, 58, left early.", "pell", Person),
        ("Gordon Pell, who owned it, left.", "gordon pell", Person),
        ("A woman named Berta Koch left.", "berta koch", Person),
    ] {
        is_a(text, name, kind);
    }
}

#[test]
fn names_begin_and_end_where_they_should() {
    for (text, word, expected) in [
        ("Education Minister Piet Sandoval left.", "Sandoval", "Piet Sandoval"),
        ("Detective Sergeant Mary Quill left.", "Quill", "Mary Quill"),
        ("Venezuelan President Juan Roe left.", "Roe", "Juan Roe"),
        ("They met Secretary of State Max Doe.", "Doe", "Max Doe"),
        ("They met Col. Jose Doe there.", "Doe", "Jose Doe"),
        ("They met J. Doe there.", "Doe", "J. Doe"),
        ("They met Anna van der Berg there.", "Berg", "Anna van der Berg"),
        ("The State Museum burnt.", "Museum", "State Museum"),
        ("It belongs to Hobart & Sons now.", "Sons", "Hobart & Sons"),
        ("The National Bank of Doria fell.", "Doria", "National Bank of Doria"),
        ("He asked the Institute for Fiscal Research.", "Research", "Institute for Fiscal Research"),
        ("They met Anna Baker Holm there.", "Holm", "Anna Baker Holm"),
        ("He left General Motors in May.", "Motors", "General Motors"),
        ("He left the Farmers Union in May.", "Union", "Farmers Union"),
    ] {
        means(text, word, expected);
    }
}

#[test]
fn a_capital_at_the_beginning_names_nobody() {
    for (text, word) in [
        ("Rents were up in May.", "Rents"),
        ("Nobody was hurt.", "Nobody"),
        ("None of it was true.", "None"),
        ("Fewer than ten came.", "Fewer"),
        ("Talks will go on.", "Talks"),
        ("Every third pupil failed.", "Every"),
        ("Kerosene was used, and kerosene burns.", "Kerosene"),
        ("“Hospitals are full,” he said.", "Hospitals"),
        ("Sixty-four were found.", "Sixty-four"),
        ("It rained before Easter.", "Easter"),
        ("It rained on Monday.", "Monday"),
    ] {
        let cast = cast_of(text);
        let named = sentences_of(text)
            .iter()
            .flat_map(|s| &s.tokens)
            .filter(|t| t.text == word)
            .any(|t| cast.at(t.start).is_some_and(|member| member.named));
        assert!(!named, "{word} in {text}");
    }
    // Unless the word is known to be a name.
    means("They met Anna Rent there. Rent left.", "Rent", "Anna Rent");
}

#[test]
fn short_forms_and_abbreviations_mean_the_whole() {
    for (text, word, expected) in [
        ("Jane Roe came. Mr Doe left with Roe.", "Roe", "Jane Roe"),
        ("Andrés Roldán came. They saw Roldan leave.", "Roldan", "Andrés Roldán"),
        ("They met Karel Sund. The mayor thanked Karel.", "Karel", "Karel Sund"),
        ("Norrland Semiconductor fell. They left Norrland.", "Norrland", "Norrland Semiconductor"),
        ("The Westmoor Harbour Trust fell. They left the Harbour Trust.", "Trust", "Westmoor Harbour Trust"),
        ("The Royal Hill Society (RHS) paid. They left the RHS.", "RHS", "Royal Hill Society"),
        ("They met Jane Roe and John Roe. Later Roe left.", "Roe", "-"),
        ("Mrs Jane Roe met Mr John Roe. Later Mrs Roe left.", "Roe", "Jane Roe"),
        // A town is not the trust that has its name.
        ("The Westmoor Harbour Trust fell. It rained in Westmoor.", "Westmoor", "Westmoor"),
    ] {
        means(text, word, expected);
    }
}

#[test]
fn roles_mean_who_has_them() {
    for (text, word, expected) in [
        ("Juan Roe, the head of the assembly, left. The head of the assembly won.", "head", "Juan Roe"),
        ("The head of the board, Jane Roe, left. The head won.", "head", "Jane Roe"),
        ("Katz, the collector's granddaughter, wept. The granddaughter left.", "granddaughter", "Katz"),
        ("Ewa Lind, the board's director, left. The director of the board won.", "director", "Ewa Lind"),
        ("Its president, Omar Feld, left. The president won.", "president", "Omar Feld"),
        ("Judge Lorna Fife spoke. The judge left.", "judge", "Lorna Fife"),
        ("Finance Minister Max Doe spoke. The minister left.", "minister", "Max Doe"),
        ("A geologist who drew the map, Bruno Achard, left. The geologist won.", "geologist", "Bruno Achard"),
        ("One of them was known to the chairman. The trust's chairman, Max Doe, left.", "chairman", "Max Doe"),
        // The deputy is somebody else, and so is the former one.
        ("The mayor, Jane Roe, left. The deputy mayor stayed.", "mayor", "The deputy mayor"),
        ("The former director, Anton Greve, left. The director stayed.", "director", "The director"),
        ("Parlo, the messaging service, fell. The company paid.", "company", "Parlo"),
        ("Auric Resources fell. The company paid.", "company", "Auric Resources"),
        ("Arven Bank fell. The bank paid.", "bank", "Arven Bank"),
        ("The central bank fell. The bank paid. Later Tolland Bank fell.", "paid", "-"),
        ("The civil protection agency warned of rain. The agency left.", "agency", "The civil protection agency"),
        ("A nurse on the ward wept. The nurse left.", "nurse", "A nurse on the ward"),
        ("Two inspectors wept. The inspectors left.", "inspectors", "Two inspectors"),
    ] {
        means(text, word, expected);
    }
    means("The central bank fell. The bank paid. Later it bought Tolland Bank.", "Bank", "Tolland Bank");
}

#[test]
fn pronouns_mean_the_nearest_who_fits() {
    for (text, word, expected) in [
        ("Jane Roe spoke. She left.", "She", "Jane Roe"),
        ("Jane Roe met Max Doe. She left.", "She", "Jane Roe"),
        ("Mr Doe met Mrs Roe. She left.", "She", "Roe"),
        ("The mayor, Jane Roe, denied it. A geologist, Bruno Achard, contradicted her. He left.", "He", "Bruno Achard"),
        ("The mayor, Jane Roe, denied it. A geologist, Bruno Achard, contradicted her.", "her", "Jane Roe"),
        ("Butcher Alan Tring said he had lost.", "he", "Alan Tring"),
        ("Joyce Wambui fell. She lives, her coach, Daniel Reuter, said. He denied that she had been ill.", "she", "Joyce Wambui"),
        ("“It burnt,” said Hana Ito. She left.", "She", "Hana Ito"),
        ("“He stole it,” prosecutor Anita Dray said of Gordon Pell.", "He", "-"),
        ("Gordon Pell left. “He stole it,” Anita Dray said.", "He", "Gordon Pell"),
        ("Parlo, the messaging service, fell. It blamed a clerk.", "It", "Parlo"),
        ("The company fell. It blamed a clerk.", "It", "The company"),
        ("Two inspectors came. They left.", "They", "Two inspectors"),
        ("Residents complained. They left.", "They", "Residents"),
        ("One pupil, who gave her name only as Nora, said she had seen it.", "she", "Nora"),
        ("Almaz Tessema won. The 23-year-old left.", "23-year-old", "Almaz Tessema"),
        (
            "The trust fell. “It was known to the chairman,” Max Doe said. “He signed it.” Ann Orr, the chairman, left.",
            "He",
            "Ann Orr",
        ),
        ("Lev Markovic spoke. No Dorian gun has fired, he said.", "he", "Lev Markovic"),
        ("A spokesman came. She left.", "She", "-"),
        ("Jane Roe and Max Doe spoke of the bill with Ann Orr and Tom Orr.", "bill", "-"),
        ("It was Mr Doe who told Mrs Roe that he had left.", "he", "Doe"),
    ] {
        means(text, word, expected);
    }
}

#[test]
fn where_two_fit_equally_well_nobody_is_meant() {
    for (text, word) in [
        ("They met Jane Roe and Ann Orr. She left.", "She"),
        ("They met Jane Roe, Ann Orr and Eva Lind. The bridge fell. She left.", "She"),
    ] {
        means(text, word, "-");
    }
}

#[test]
fn confidence_falls_from_name_to_role_to_pronoun() {
    let text = "Juan Roe, the head of the board, left. The head of the board won. He paid.";
    let cast = cast_of(text);
    let at = |needle: &str| cast.mention(text.find(needle).unwrap()).unwrap();
    let (name, beside, role, pronoun) = (at("Roe"), at("head"), cast.mention(text.rfind("head").unwrap()).unwrap(), at("He "));
    assert!(name.confidence > beside.confidence && beside.confidence > role.confidence && role.confidence > pronoun.confidence);
    assert_eq!((name.by, role.by, pronoun.by), (By::Name, By::Role, By::Pronoun));
}

#[test]
fn members_become_sources_with_their_roles() {
    for (text, name, kind, role) in [
        ("Juan Roe, the head of the board, left.", "juan roe", SourceKind::Person, Some("head of the board")),
        ("Finance Minister Max Doe left.", "max doe", SourceKind::Person, Some("Finance Minister")),
        ("Mr Doe left early.", "doe", SourceKind::Person, None),
        ("The magazine Circuit fell.", "circuit", SourceKind::Outlet, None),
        ("They asked Washington.", "washington", SourceKind::OfficialBody, None),
    ] {
        let cast = cast_of(text);
        let found = sentences_of(text)
            .iter()
            .flat_map(|s| &s.tokens)
            .filter_map(|t| cast.at(t.start))
            .find(|member| member.named && fold(&member.name).ends_with(name))
            .unwrap_or_else(|| panic!("{text}"))
            .source();
        assert_eq!((found.kind, found.role.as_deref()), (kind, role), "{text}");
    }
}

fn newslike() -> impl Strategy<Value = String> {
    let words = vec![
        "Jane",
        "Roe",
        "Roe's",
        "the",
        "The",
        "mayor",
        "Mayor",
        "of",
        "Westmoor",
        "Bank",
        "Parlo",
        ",",
        ".",
        "“",
        "”",
        "said",
        "she",
        "He",
        "it",
        "company",
        "who",
        "(",
        "WHO",
        ")",
        "&",
        "Sons",
        "Mrs",
        "a",
        "nurse",
        "is",
        "University",
        "'",
        "van",
        "Reuters",
        "told",
        "Two",
        "inspectors",
        "they",
        "St",
        "U.S.",
        "former",
        "director",
        "named",
        "as",
        "shares",
        "\n",
        "23-year-old",
    ];
    prop::collection::vec(prop::sample::select(words), 0..80).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_text_has_a_cast_and_always_the_same(text in prop_oneof![newslike(), "\\PC{0,300}"]) {
        let (one, two) = (cast_of(&text), cast_of(&text));
        prop_assert_eq!(&one.members, &two.members);
        prop_assert_eq!(&one.mentions, &two.mentions);
        for (start, mention) in &one.mentions {
            prop_assert!(text.is_char_boundary(*start) && mention.member < one.members.len());
            prop_assert!((0.0..=1.0).contains(&mention.confidence));
        }
    }

    #[test]
    fn every_entity_is_written_in_the_article(text in newslike()) {
        let draft = Draft { text: &text, outlet: "X", language: Some("en"), ..Draft::default() };
        for entity in read(&draft).claims.iter().flat_map(|claim| &claim.entities) {
            prop_assert!(!entity.text.is_empty() && text.contains(&entity.text), "{:?}", entity);
            prop_assert!(entity.confidence > 0.0 && entity.confidence <= 1.0);
        }
    }
}
