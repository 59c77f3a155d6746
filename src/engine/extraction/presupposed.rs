//! What a claim takes for granted instead of asserting it: "the rigged vote", "the legitimately elected mayor".
//!
//! Only words that have an opposite count, since only these can stand against what somebody else asserts. What is taken for granted
//! may be another's words, a manner of speaking or a name: it is for an editor to look at, and decides nothing.

use crate::engine::text::{Lexicon, Tag, Token};

/// Of each such phrase what it takes for granted, as a sentence: "The mayor was legitimately elected".
#[must_use]
pub fn presupposed(words: &[&Token<'_>], lexicon: &Lexicon) -> Vec<String> {
    (0..words.len()).filter_map(|at| phrase(words, at, lexicon)).collect()
}

fn phrase(words: &[&Token<'_>], at: usize, lexicon: &Lexicon) -> Option<String> {
    let word = words[at];
    // A name is what it is called.
    if lexicon.poles(word.norm()).is_empty() || word.is_capitalized() && at > 0 {
        return None;
    }
    let of = |i: usize| words.get(i).map(|token| token.tag);
    // "legitimately elected", or the word by itself.
    let described = match of(at)? {
        Tag::Adverb if of(at + 1) == Some(Tag::Participle) => at + 2,
        Tag::Adjective | Tag::Participle | Tag::Past => at + 1,
        _ => return None,
    };
    let nominal = |i: &usize| of(*i).is_some_and(|tag| matches!(tag, Tag::Noun | Tag::Nouns | Tag::Name | Tag::Adjective));
    let end = (described..words.len()).find(|i| !nominal(i)).unwrap_or(words.len());
    let named = matches!(of(end.checked_sub(1)?)?, Tag::Noun | Tag::Nouns | Tag::Name) && end > described;
    // "a fake passport" tells of no passport that anybody knows.
    let before = at.checked_sub(1).map(|i| words[i]);
    let known = before.is_some_and(|token| token.is("the") || matches!(token.tag, Tag::Possessive | Tag::Genitive))
        || of(described) == Some(Tag::Name) && before.is_none_or(|token| !matches!(token.tag, Tag::Determiner | Tag::Name));
    // "the rigged vote of Tarn"
    let behind = (end + 1..words.len()).find(|i| of(*i) != Some(Tag::Name)).unwrap_or(words.len());
    let whole = if words.get(end).is_some_and(|token| token.is("of")) && behind > end + 1 { behind } else { end };
    let join = |range: std::ops::Range<usize>| words[range].iter().map(|token| token.text).collect::<Vec<_>>().join(" ");
    (named && known).then(|| {
        let verb = if of(end - 1) == Some(Tag::Nouns) { "were" } else { "was" };
        format!("{} {verb} {}", join(described..whole), join(at..described).to_lowercase())
    })
}

#[cfg(test)]
mod tests {
    use crate::engine::extraction::read_claim;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(read_claim(text, None).presupposes, expected, "{text}");
    }

    #[test]
    fn what_describes_a_known_thing_is_taken_for_granted() {
        check("The legitimately elected Roe criticised the council", &["Roe was legitimately elected"]);
        check("The protesters want the rigged vote to be repeated", &["vote was rigged"]);
        check("The county closed its unsafe bridges in May", &["bridges were unsafe"]);
        check("The rigged vote of Tarn cost a million euros", &["vote of Tarn was rigged"]);
        check("The court heard of the forged letters", &["letters were forged"]);
    }

    #[test]
    fn what_is_asserted_or_unknown_is_not() {
        check("The vote was rigged", &[]);
        check("A forged letter was found in the safe", &[]);
        check("The large bridge will be closed", &[]);
        check("The True Path party met in Tarn", &[]);
        check("", &[]);
    }
}
