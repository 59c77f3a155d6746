//! What an article as a whole is about, by which two articles on one story know each other, however little their single claims
//! share.

use rustc_hash::FxHashMap;

use super::Features;

/// Stems that are kept: enough that two short articles on one story share some of them.
const MOST: usize = 64;
/// Cosine from which two articles tell one story. Of the labelled stories in the samples 97 of 100 pairs of articles on one story
/// reach it, and none on two does.
const STORY: f64 = 0.18;

/// The stems of an article by their rarity and the number of claims that hold them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Topic {
    /// Sorted by id; weights in [`Self::STEPS`], so that equal topics are equal.
    stems: Box<[(u32, u32)]>,
    /// Sum of the squares of the weights.
    square: u64,
}

impl Topic {
    const STEPS: f32 = 16.0;

    /// Of all claims of an article; their rarities must be those of the language still.
    pub(super) fn of(claims: &[Features]) -> Self {
        let mut weights: FxHashMap<u32, f32> = FxHashMap::default();
        for term in claims.iter().flat_map(Features::terms) {
            *weights.entry(term.id).or_default() += term.idf();
        }
        let mut stems: Vec<(u32, u32)> =
            weights.into_iter().map(|(id, weight)| (id, (weight * Self::STEPS).round() as u32)).collect();
        stems.sort_unstable_by_key(|&(id, weight)| (std::cmp::Reverse(weight), id));
        stems.truncate(MOST);
        stems.sort_unstable();
        let square = stems.iter().map(|(_, weight)| u64::from(*weight).pow(2)).sum();
        Self { stems: stems.into_boxed_slice(), square }
    }

    /// From 0 (nothing in common) to 1 (surely one story).
    pub(super) fn likeness(&self, other: &Self) -> f64 {
        let (x, y) = (&self.stems, &other.stems);
        let (mut i, mut j, mut dot) = (0, 0, 0);
        while i < x.len() && j < y.len() {
            if x[i].0 == y[j].0 {
                dot += u64::from(x[i].1) * u64::from(y[j].1);
            }
            let (forward, back) = (x[i].0 <= y[j].0, y[j].0 <= x[i].0);
            i += usize::from(forward);
            j += usize::from(back);
        }
        let norms = (self.square as f64 * other.square as f64).sqrt();
        if norms > 0.0 { (dot as f64 / norms / STORY).min(1.0) } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{
        settings::Linking,
        similarity::{compare, features::UNKNOWN_STORY, guards::TOO_LITTLE, search::whole},
    };

    fn article(claims: &[&str]) -> Vec<Features> {
        Features::in_article(claims.iter().map(|claim| whole(claim)).collect())
    }

    fn dam() -> [Vec<Features>; 2] {
        [
            article(&[
                "The dam at Marlow broke on Monday night",
                "Forty villages along the river Orl were flooded",
                "Engineers had warned of cracks in the dam",
                "The ministry of water owns the dam",
            ]),
            article(&[
                "Thousands fled as the river Orl rose at Marlow",
                "The dam had cracks for years",
                "The minister resigned over the flood",
                "Nobody had inspected the dam at Marlow",
            ]),
        ]
    }

    fn bank() -> Vec<Features> {
        article(&[
            "The bank of Tarn raised its interest rate",
            "Inflation reached nine percent in the spring",
            "Markets expected a smaller step",
            "The governor resigned over the rate",
        ])
    }

    #[test]
    fn articles_on_one_story_know_each_other() {
        let [here, there] = dam();
        let (one, other) = (here[0].same_story(&there[3]), here[0].same_story(&bank()[0]));
        assert!(one > 0.8 && other < 0.3, "{one} {other}");
        assert!((here[0].same_story(&here[1]) - there[3].same_story(&there[3])).abs() < 1e-9, "an article is on its own story");
        assert!((there[3].same_story(&here[0]) - one).abs() < 1e-9);
        assert!((here[0].same_story(&whole("The dam at Marlow broke")) - UNKNOWN_STORY).abs() < 1e-9);
    }

    #[test]
    fn claims_of_two_stories_need_more_to_link() {
        let [here, there] = dam();
        let linking = Linking::default();
        let (resigned, minister, governor) = (&there[2], &here[3], &bank()[3]);
        let too_little = |a, b| compare(a, b, &linking).guards.iter().any(|hit| hit.guard == TOO_LITTLE);
        assert!(!too_little(resigned, minister));
        assert!(too_little(governor, minister));
        let [known, unknown] = [&here[2], &whole("Engineers had warned of cracks in the dam")]
            .map(|claim| compare(claim, &there[1], &linking).similarity);
        assert!(known > 3.0 * unknown, "{known} {unknown}");
    }

    #[test]
    fn an_article_without_words_is_on_no_story() {
        let (empty, [here, _]) = (article(&["…", "?"]), dam());
        assert!(empty[0].same_story(&here[0]) < UNKNOWN_STORY);
        assert!(empty[0].same_story(&article(&["…", "?"])[0]).is_finite());
    }
}
