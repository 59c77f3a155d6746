//! What the terms of two claims have in common: exact stems, and the nearest other word where there is none (Soft TF-IDF;
//! Cohen, Ravikumar and Fienberg 2003), which forgives misspelt words. Found once for a pair; signals and guards read it.

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

    fn contains(self, at: usize) -> bool {
        self.0[at / 64] >> (at % 64) & 1 == 1
    }

    /// The terms at all other positions.
    fn others(self, features: &Features) -> impl Iterator<Item = Term> {
        features.terms().iter().enumerate().filter(move |(at, _)| !self.contains(*at)).map(|(_, term)| *term)
    }
}

/// Two claims, and which terms they share.
pub struct Overlap<'f> {
    pub a: &'f Features,
    pub b: &'f Features,
    shared: Vec<Shared>,
    /// Where the shared terms stand in either claim.
    in_a: Positions,
    in_b: Positions,
}

/// A term of the first claim, and the term of the second that it stands for.
#[derive(Clone, Copy)]
pub struct Shared {
    pub a: Term,
    pub b: Term,
    /// 1 for the same stem, else the words' Jaro–Winkler.
    pub likeness: f32,
}

impl<'f> Overlap<'f> {
    /// Each term is used once; words are alike from a Jaro–Winkler of `soft_match`.
    #[must_use]
    pub fn of(a: &'f Features, b: &'f Features, soft_match: f64) -> Self {
        let shared = Vec::with_capacity(a.terms().len().min(b.terms().len()));
        let mut overlap = Self { a, b, shared, in_a: Positions::default(), in_b: Positions::default() };
        overlap.same();
        overlap.misspelt(soft_match);
        overlap
    }

    #[must_use]
    pub fn shared(&self) -> &[Shared] {
        &self.shared
    }

    /// Terms that only the first claim has.
    pub fn own_a(&self) -> impl Iterator<Item = Term> {
        self.in_a.others(self.a)
    }

    /// Terms that only the second claim has.
    pub fn own_b(&self) -> impl Iterator<Item = Term> {
        self.in_b.others(self.b)
    }

    fn share(&mut self, (i, x): (usize, Term), (j, y): (usize, Term), likeness: f32) {
        self.shared.push(Shared { a: x, b: y, likeness });
        self.in_a.insert(i);
        self.in_b.insert(j);
    }

    fn same(&mut self) {
        let (x, y) = (self.a.terms(), self.b.terms());
        let (mut i, mut j) = (0, 0);
        while i < x.len() && j < y.len() {
            if x[i].id == y[j].id {
                self.share((i, x[i]), (j, y[j]), 1.0);
            }
            let (forward, back) = (x[i].id <= y[j].id, y[j].id <= x[i].id);
            i += usize::from(forward);
            j += usize::from(back);
        }
    }

    fn misspelt(&mut self, soft_match: f64) {
        let (a, b) = (self.a, self.b);
        // Words of `b` without their like: first letter, length and position are all that most comparisons need.
        let mut open = [(0u8, 0u8, 0u8); MOST_TERMS];
        let mut count = 0;
        for (j, y) in b.terms().iter().enumerate().filter(|(j, y)| !self.in_b.contains(*j) && may_be_misspelt(**y)) {
            open[count] = (first(b.word(*y)), y.length() as u8, j as u8);
            count += 1;
        }
        for (i, x) in a.terms().iter().enumerate().filter(|(_, x)| may_be_misspelt(**x)) {
            if count == 0 || self.in_a.contains(i) {
                continue;
            }
            let word = a.word(*x);
            let near = open[..count]
                .iter()
                .enumerate()
                .filter(|(_, (letter, length, _))| *letter == first(word) && x.length().abs_diff(usize::from(*length)) <= 2)
                .filter_map(|(at, (_, _, j))| near(word, b.word(b.terms()[usize::from(*j)])).map(|near| (at, near)))
                .filter(|(_, near)| *near >= soft_match)
                .max_by(|x, y| x.1.total_cmp(&y.1));
            if let Some((at, near)) = near {
                let j = usize::from(open[at].2);
                // No letter: it stands for one other only.
                open[at].0 = 0;
                self.share((i, *x), (j, b.terms()[j]), near as f32);
            }
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
        let overlap = Overlap::of(&a, &b, 0.92);
        let word = |shared: &Shared| (a.word(shared.a).to_owned(), b.word(shared.b).to_owned());
        let mut found: Vec<_> = overlap.shared().iter().map(word).collect();
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
