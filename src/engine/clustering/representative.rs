//! The wording that stands for a cluster: the proposition that says most in common with all others.
//!
//! Rule, in this order: an affirmed claim before a denial; one with a subject before a pronoun; a body claim before a headline; most words shared with the
//! other claims; the shorter one; the alphabetically first. It depends on the claims only, not on their order.

use super::Member;
use crate::domain::Polarity;

/// Longer wordings are cut at a word, with an ellipsis.
const LONGEST: usize = 280;

#[must_use]
pub fn wording(members: &[&Member<'_>]) -> String {
    let shared = |member: &Member<'_>| -> f64 {
        let likeness = |other: &&&Member<'_>| {
            let dot: f32 =
                member.features.terms().iter().filter_map(|t| other.features.weight_of(t.id).map(|w| w * t.weight())).sum();
            f64::from(dot / (member.features.norm() * other.features.norm()).max(f32::EPSILON))
        };
        // Each outlet's copies count as they come; a bounded sample keeps large clusters cheap.
        members.iter().take(64).filter(|other| other.claim != member.claim).map(|other| likeness(&other)).sum()
    };
    let best = members.iter().min_by(|a, b| {
        let key = |m: &Member<'_>| {
            (m.reading.polarity == Polarity::Denied, begins_with_pronoun(&m.reading.proposition), m.reading.headline)
        };
        key(a)
            .cmp(&key(b))
            .then_with(|| ((shared(b) * 1e4) as i64).cmp(&((shared(a) * 1e4) as i64)))
            .then_with(|| a.reading.proposition.len().cmp(&b.reading.proposition.len()))
            .then_with(|| a.reading.proposition.cmp(&b.reading.proposition))
    });
    best.map(|member| sentence(&member.reading.proposition)).unwrap_or_default()
}

/// "It lost 90 million euros" says nothing without its article.
fn begins_with_pronoun(proposition: &str) -> bool {
    let first = proposition.split_whitespace().next().unwrap_or_default().to_lowercase();
    let first = first.split(['\'', '’']).next().unwrap_or_default();
    matches!(first, "it" | "he" | "she" | "they" | "this" | "that" | "these" | "those" | "there" | "we" | "i")
}

fn sentence(proposition: &str) -> String {
    let trimmed = proposition.trim();
    let cut = match trimmed.char_indices().nth(LONGEST) {
        Some((at, _)) => {
            let end = trimmed[..at].rfind(' ').unwrap_or(at);
            format!("{}…", &trimmed[..end])
        }
        None => trimmed.to_owned(),
    };
    let mut chars = cut.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
