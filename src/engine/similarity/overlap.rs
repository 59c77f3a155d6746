//! What the terms of two claims have in common: exact stems, and the nearest other word where there is none (Soft TF-IDF;
//! Cohen, Ravikumar and Fienberg 2003), which forgives misspelt words. Nothing is allocated.

use super::{
    Features,
    features::MOST_TERMS,
    words::{Term, TermKind},
};

/// A set of positions in a claim's terms.
#[derive(Clone, Copy, Default)]
struct Positions([u64; MOST_TERMS.div_ceil(64)]);

impl Positions {
    fn insert(&mut self, at: usize) {
        self.0[at / 64] |= 1 << (at % 64);
    }

    fn contains(&self, at: usize) -> bool {
        self.0[at / 64] >> (at % 64) & 1 == 1
    }
}

/// Calls `found(a, b, likeness)` for every term of `a` with the term of `b` it stands for, each used once; likeness is 1 for
/// the same stem and the words' Jaro–Winkler, at least `soft_match`, else.
pub fn shared_terms(a: &Features, b: &Features, soft_match: f64, mut found: impl FnMut(Term, Term, f32)) {
    let (mut used, mut taken) = (Positions::default(), Positions::default());
    let (mut i, mut j) = (0, 0);
    while let (Some(x), Some(y)) = (a.terms().get(i), b.terms().get(j)) {
        if x.id == y.id {
            found(*x, *y, 1.0);
            used.insert(i);
            taken.insert(j);
        }
        let (forward, back) = (x.id <= y.id, y.id <= x.id);
        i += usize::from(forward);
        j += usize::from(back);
    }
    // Words of `b` without their like: first letter, length and position are all that most comparisons need.
    let mut open = [(0u8, 0usize, 0usize); MOST_TERMS];
    let mut count = 0;
    for (j, y) in b.terms().iter().enumerate().filter(|(j, y)| !taken.contains(*j) && may_be_misspelt(**y)) {
        open[count] = (first(b.word(*y)), y.length(), j);
        count += 1;
    }
    for (_, x) in a.terms().iter().enumerate().filter(|(i, x)| !used.contains(*i) && may_be_misspelt(**x)) {
        let word = a.word(*x);
        let near = open[..count]
            .iter()
            .enumerate()
            .filter(|(_, (letter, length, _))| *letter == first(word) && x.length().abs_diff(*length) <= 2)
            .filter_map(|(at, (_, _, j))| near(word, b.word(b.terms()[*j])).map(|near| (at, near)))
            .filter(|(_, near)| *near >= soft_match)
            .max_by(|x, y| x.1.total_cmp(&y.1));
        if let Some((at, near)) = near {
            // No letter: it stands for one other only.
            open[at].0 = 0;
            found(*x, b.terms()[open[at].2], near as f32);
        }
    }
}

fn first(word: &str) -> u8 {
    word.as_bytes().first().copied().unwrap_or_default()
}

/// Short words and numbers differ by one sign and mean something else.
fn may_be_misspelt(term: Term) -> bool {
    term.length() >= 6 && !matches!(term.kind(), TermKind::Place | TermKind::Amount | TermKind::Number)
}

/// Jaro–Winkler, if both are words.
fn near(a: &str, b: &str) -> Option<f64> {
    let word = |word: &str| word.bytes().all(|b| b.is_ascii() && !b.is_ascii_digit());
    // "recognize" and "recognise" are one word already; a misspelling is as near to the one as to the other.
    let british = |word: &str| word.replace('z', "s");
    (word(a) && word(b)).then(|| match a.contains('z') != b.contains('z') {
        true => strsim::jaro_winkler(&british(a), &british(b)),
        false => strsim::jaro_winkler(a, b),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::extraction::read_claim;

    fn words(a: &str, b: &str) -> Vec<(String, String)> {
        let (a, b) = (Features::of(&read_claim(a, None)), Features::of(&read_claim(b, None)));
        let mut found = Vec::new();
        shared_terms(&a, &b, 0.92, |x, y, _| found.push((a.word(x).to_owned(), b.word(y).to_owned())));
        found.sort();
        found
    }

    fn check(a: &str, b: &str, expected: &[(&str, &str)]) {
        let found = words(a, b);
        let found: Vec<(&str, &str)> = found.iter().map(|(x, y)| (x.as_str(), y.as_str())).collect();
        assert_eq!(found, expected, "{a} / {b}");
    }

    #[test]
    fn inflected_and_misspelt_words_are_shared() {
        check(
            "The plants leaked radiation",
            "A plant leaks raditaion",
            &[("leaked", "leaks"), ("plants", "plant"), ("radiation", "raditaion")],
        );
    }

    #[test]
    fn numbers_and_short_words_must_be_the_same() {
        check("The dam held 120000 tons", "The dam held 120001 tons", &[("dam", "dam"), ("held", "held"), ("tons", "tons")]);
        check("The ship sank", "The shop sank", &[("sank", "sank")]);
    }

    #[test]
    fn a_word_stands_for_one_other() {
        check("The volunteers met", "The voluntears and volunters met", &[("met", "met"), ("volunteers", "volunters")]);
    }
}
