//! "won't" to "will not": a text in which everything is written out, so that both spellings read alike.

use std::{borrow::Cow, sync::LazyLock};

use rustc_hash::FxHashMap;

use crate::engine::text::fold;

struct Contractions {
    whole: FxHashMap<&'static str, &'static str>,
    endings: Vec<(&'static str, &'static str)>,
}

static CONTRACTIONS: LazyLock<Contractions> = LazyLock::new(|| {
    let file = include_str!("../../text/lexicon/en/contractions.tsv");
    let of = |kind: &str| -> Vec<(&'static str, &'static str)> {
        let rows = file.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect::<Vec<_>>());
        rows.filter(|row| row[0] == kind).map(|row| (row[1], row[2])).collect()
    };
    Contractions { whole: of("whole").into_iter().collect(), endings: of("ending") }
});

/// The text with every contraction written out, in small letters.
pub(super) fn written_out(text: &str) -> String {
    let in_word = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '’');
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while !rest.is_empty() {
        let word = &rest[..rest.find(|c| !in_word(c)).unwrap_or(rest.len())];
        out.push_str(&word_written_out(word));
        rest = &rest[word.len()..];
        let gap = &rest[..rest.find(in_word).unwrap_or(rest.len())];
        out.push_str(gap);
        rest = &rest[gap.len()..];
    }
    out
}

fn word_written_out(word: &str) -> Cow<'_, str> {
    let small = fold(&word.replace('’', "'"));
    if let Some(long) = CONTRACTIONS.whole.get(small.as_str()) {
        return Cow::Borrowed(long);
    }
    for (ending, long) in &CONTRACTIONS.endings {
        let Some(stem) = small.strip_suffix(ending).filter(|stem| !stem.is_empty()) else { continue };
        let letters = stem.chars().count();
        return Cow::Owned(format!("{} {long}", word.chars().take(letters).collect::<String>()));
    }
    Cow::Borrowed(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contractions_are_written_out_and_possessives_stay() {
        for (short, long) in [
            ("The dam won't hold", "The dam will not hold"),
            ("Roe DIDN’T say it's over", "Roe DID not say it is over"),
            ("They can't, we've seen", "They can not, we have seen"),
            ("Marlow's mayor cannot leave", "Marlow's mayor can not leave"),
            ("the workers' rights and 'quoted' words", "the workers' rights and 'quoted' words"),
            ("n't 'd é’ll ’", "n't 'd é will ’"),
        ] {
            assert_eq!(written_out(short), long);
        }
    }
}
