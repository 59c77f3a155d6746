//! The index against comparing everything with everything.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::{domain::ClaimReading, engine::extraction::read_claim};

/// Features of texts as they stand: reading is not what is tested here.
fn features(texts: &[String]) -> Vec<Features> {
    let reading = read_claim("", None);
    texts.iter().map(|text| Features::of(&ClaimReading { proposition: text.clone(), ..reading.clone() })).collect()
}

/// Texts of made-up words, the first ones much more frequent than the last. Some are copies of the one before with a few
/// words dropped, added or moved.
fn texts(count: usize, seed: u64) -> Vec<String> {
    let mut state = seed;
    let mut next = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let word = |rank: u64| {
        let syllables = ["ba", "ko", "lu", "mi", "ne", "po", "ra", "si", "tu", "ve"];
        format!("{rank}").bytes().map(|digit| syllables[usize::from(digit - b'0')]).collect::<String>() + "m"
    };
    let mut texts: Vec<Vec<String>> = Vec::new();
    for _ in 0..count {
        let mut words = texts.last().filter(|_| next(3) > 0).cloned().unwrap_or_default();
        for _ in 0..next(4).min(words.len() as u64) {
            words.swap_remove(next(words.len() as u64) as usize);
        }
        let length = if words.is_empty() { 1 + next(12) } else { words.len() as u64 + next(4) };
        while (words.len() as u64) < length {
            let range = 1 + next(4_000);
            words.push(word(next(range)));
        }
        texts.push(words);
    }
    texts.iter().map(|words| words.join(" ")).collect()
}

fn index(claims: &[Features]) -> Index {
    Index::build(claims.iter().enumerate().map(|(slot, features)| (slot as Slot, features)))
}

/// What two claims may have in common, by the words of [`RAREST`]: no keys, no hashes of pairs.
fn reasons(features: &Features) -> BTreeSet<Vec<String>> {
    let mut stems: Vec<Term> = features.terms().to_vec();
    stems.sort_by(|a, b| b.idf().total_cmp(&a.idf()).then(a.id.cmp(&b.id)));
    let name = |term: &Term| format!("stem {}", term.id);
    let rare: Vec<String> = stems.iter().take(RAREST).map(name).collect();
    let pairs = rare.iter().flat_map(|a| rare.iter().filter(move |b| a < *b).map(move |b| vec![a.clone(), b.clone()]));
    let alone = rare.iter().map(|stem| vec![stem.clone()]);
    let text = Some(vec![features.folded().to_owned()]).filter(|_| !features.folded().is_empty());
    pairs.chain(alone).chain(text).collect()
}

#[test]
fn exactly_those_are_proposed_that_share_an_uncommon_reason() {
    let mut texts = texts(1_500, 7);
    // Too many say this to find each other by it.
    texts.extend((0..COMMON + 100).map(|i| format!("Baskolam met Vumiraki {}", texts[i])).collect::<Vec<_>>());
    let claims = features(&texts);
    let index = index(&claims);
    let mut claims_with: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
    for (claim, features) in claims.iter().enumerate() {
        for reason in reasons(features) {
            claims_with.entry(reason).or_default().push(claim);
        }
    }
    assert!(claims_with.values().any(|claims| claims.len() > COMMON), "some reason is common");
    let mut expected = vec![BTreeSet::new(); claims.len()];
    for (reason, sharing) in &claims_with {
        let alone = reason.len() == 1 && reason[0].starts_with("stem ");
        if sharing.len() > if alone { COMMON_ALONE } else { COMMON } {
            continue;
        }
        for claim in sharing {
            expected[*claim].extend(sharing.iter().map(|other| *other as Slot));
        }
    }
    for (features, expected) in claims.iter().zip(&expected) {
        let found: BTreeSet<Slot> = index.proposed(&keys(features, RAREST)).into_iter().map(|(slot, _)| slot).collect();
        assert_eq!(found, *expected, "{}", features.folded());
    }
}

/// A consequence that a reader can rely on: of five stems that two claims' rarest are, three lost and three gained leave two.
#[test]
fn claims_that_differ_by_three_words_find_each_other() {
    let claims = features(&texts(2_000, 11));
    let index = index(&claims);
    let stems: Vec<BTreeSet<u32>> = claims.iter().map(|claim| claim.terms().iter().map(|term| term.id).collect()).collect();
    let mut pairs = 0;
    for (a, features) in claims.iter().enumerate().filter(|(a, _)| stems[*a].len() >= RAREST) {
        let alike = |b: &usize| {
            *b != a
                && stems[*b].len() >= RAREST
                && stems[a].difference(&stems[*b]).count() <= RAREST - 2
                && stems[*b].difference(&stems[a]).count() <= RAREST - 2
        };
        let found: BTreeSet<Slot> = index.proposed(&keys(features, RAREST)).into_iter().map(|(slot, _)| slot).collect();
        for b in (0..claims.len()).filter(alike) {
            pairs += 1;
            assert!(found.contains(&(b as Slot)), "{} / {}", features.folded(), claims[b].folded());
        }
    }
    assert!(pairs > 1_000, "{pairs}");
}

#[test]
fn the_most_alike_are_found_as_by_comparing_all() {
    let claims = features(&texts(2_000, 13));
    let index = index(&claims);
    let mut alike = 0;
    for features in claims.iter().step_by(7) {
        let nearest = index.nearest(features, |slot| claims.get(slot as usize));
        let query = Query::of(features);
        let likeness: Vec<u32> = nearest.iter().map(|slot| query.likeness(claims[*slot as usize].terms())).collect();
        assert!(likeness.is_sorted_by(|a, b| a >= b), "best first");
        for (slot, other) in claims.iter().enumerate().filter(|(_, other)| query.likeness(other.terms()) > 800_000) {
            alike += 1;
            assert!(nearest.contains(&(slot as Slot)), "{} / {}", features.folded(), other.folded());
        }
    }
    assert!(alike > 500, "{alike}");
}

#[test]
fn a_claim_of_one_or_two_stems_finds_its_partners() {
    let texts = ["Baskolam", "Baskolam resigned", "Baskolam vumirak", "Tuvenira vumirak"].map(str::to_owned);
    let claims = features(&texts);
    let index = index(&claims);
    let mut found = index.candidates(&claims[0]);
    found.sort_unstable();
    assert_eq!(found, [0, 1, 2]);
    assert!(index.candidates(&claims[3]).contains(&2));
}

#[test]
fn a_text_of_stop_words_proposes_its_copies_only() {
    let claims = features(&["that it was there", "it was that there", "that it was there", "", "…"].map(str::to_owned));
    let index = index(&claims);
    assert_eq!(index.candidates(&claims[0]), [0, 2]);
    assert_eq!(index.candidates(&claims[3]), [0; 0]);
}

#[test]
fn what_everybody_says_proposes_a_bounded_number() {
    let mut texts = vec!["The Baskolam senate met in Tuvenira".to_owned(); COMMON];
    let known = features(&texts);
    let before = index(&known);
    assert_eq!(before.candidates(&known[0]).len(), 2 * PROMISING);
    texts.extend(["The Baskolam senate met in Tuvenira".to_owned(), "Baskolam and Tuvenira lost Vumirakis".to_owned()]);
    let claims = features(&texts);
    let after = index(&claims);
    assert_eq!(after.candidates(&claims[0]), [0; 0], "one more, and every key of it is common");
    assert_eq!(after.candidates(&claims[COMMON + 1]), [COMMON as Slot + 1], "its own keys are not");
}

#[test]
fn a_search_finds_what_does_not_propose_it() {
    let claims = features(&["Baskolam met Vumiraki".to_owned()]);
    let index = index(&claims);
    let long = "Tuvenira, Kolumine, Povesita, Rasinemo, Lubakome, Nepotura and Simibako say Baskolam met Vumiraki".to_owned();
    let text = &features(&[long])[0];
    assert_eq!(index.search(text, |slot| claims.get(slot as usize)), [0]);
}

/// Cosine over all stems of both, written out.
fn cosine(a: &Features, b: &Features) -> f64 {
    let rarity = |features: &Features| -> BTreeMap<u32, f64> {
        features.terms().iter().map(|term| (term.id, f64::from(term.idf()))).collect()
    };
    let (a, b) = (rarity(a), rarity(b));
    let dot: f64 = a.iter().filter_map(|(id, x)| Some(x * b.get(id)?)).sum();
    let length = |v: &BTreeMap<u32, f64>| v.values().map(|x| x * x).sum::<f64>().sqrt();
    if a.is_empty() && b.is_empty() {
        return 1.0;
    }
    if dot == 0.0 { 0.0 } else { dot / (length(&a) * length(&b)) }
}

#[test]
fn likeness_is_the_cosine_of_rarities() {
    let mut texts = texts(60, 17);
    texts.extend(["".to_owned(), (0..400).map(|i| format!("w{i} ")).collect(), texts.join(" ")]);
    let claims = features(&texts);
    for a in &claims {
        let query = Query::of(a);
        for b in &claims {
            assert!((f64::from(query.likeness(b.terms())) / 1e6 - cosine(a, b)).abs() < 1e-5, "{} / {}", a.folded(), b.folded());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn however_it_came_about_the_index_is_that_of_its_claims(
        seed: u64, steps in proptest::collection::vec((0usize..120, any::<bool>()), 0..150), cut in 0usize..120,
    ) {
        let claims = features(&texts(120, seed));
        let mut grown = Index::default();
        let mut held = BTreeSet::new();
        for (slot, insert) in steps {
            if insert {
                grown.insert(slot as Slot, &claims[slot]);
                held.insert(slot);
            } else if held.remove(&slot) {
                grown.remove(slot as Slot, &claims[slot]);
            }
        }
        let part = |slots: &mut dyn Iterator<Item = &usize>| Index::build(slots.map(|slot| (*slot as Slot, &claims[*slot])));
        let built = part(&mut held.iter());
        let mut merged = part(&mut held.iter().filter(|slot| **slot < cut));
        merged.merge(part(&mut held.iter().filter(|slot| **slot >= cut)));
        for features in &claims {
            let keys = keys(features, RAREST);
            prop_assert_eq!(built.proposed(&keys), grown.proposed(&keys));
            prop_assert_eq!(built.proposed(&keys), merged.proposed(&keys));
        }
    }
}
