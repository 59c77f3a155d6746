//! Named participants in canonical form: "US", "U.S." and "Washington" are one place, "Mr Roe" and "Jane Roe" one name.

use rustc_hash::FxHashMap;

use super::sources;
use crate::{
    domain::{Entity, EntityKind},
    engine::text::{Class, Lexicon, Token, fold, is_title_case},
};

/// Full names of an article by their folded last word: "roe" → "Jane Roe". The longest form wins, then the first.
#[must_use]
pub fn full_names(tokens: &[Token<'_>], lexicon: &Lexicon) -> FxHashMap<String, String> {
    let mut names: FxHashMap<String, String> = FxHashMap::default();
    for name in runs(tokens, lexicon) {
        let words: Vec<&Token<'_>> = name.iter().filter(|t| t.is_word()).collect();
        if words.len() < 2 || words.len() > 4 || words.iter().any(|t| lexicon.body(t.norm()).is_some()) {
            continue;
        }
        if let Some(last) = words.last() {
            names.entry(last.norm().to_owned()).or_insert_with(|| sources::join(name));
        }
    }
    names
}

/// Entities of a claim in the order they are first named, each once.
#[must_use]
pub fn entities(tokens: &[&Token<'_>], full_names: &FxHashMap<String, String>, lexicon: &Lexicon) -> Vec<Entity> {
    let title_case = is_title_case(tokens.iter().copied());
    let mut found: Vec<Entity> = Vec::new();
    let mut add = |entity: Entity| {
        if !found.iter().any(|known| known.name == entity.name) {
            found.push(entity);
        }
    };
    let mut at = 0;
    while at < tokens.len() {
        let token = tokens[at];
        if !(token.is_capitalized() || token.text.starts_with('@')) {
            let people = token.word.opens_place.then(|| lexicon.small_place(|i| tokens.get(at + i).map(|t| t.norm()))).flatten();
            if let Some((canonical, n)) = people {
                add(Entity { name: canonical.to_owned(), text: written(tokens, at, n), kind: EntityKind::Place });
            }
            at += people.map_or(1, |(_, n)| n);
            continue;
        }
        if let Some((canonical, n)) = lexicon.place(|i| tokens.get(at + i).map(|t| t.norm())) {
            add(Entity { name: canonical.to_owned(), text: written(tokens, at, n), kind: EntityKind::Place });
            at += n;
            continue;
        }
        // Where every word has a capital, only names that the body knows are names.
        if title_case && !full_names.contains_key(token.norm()) {
            at += 1;
            continue;
        }
        let mut end = at;
        while end < tokens.len()
            && !(title_case && end > at)
            && tokens[end].is_capitalized()
            && lexicon.place(|i| tokens.get(end + i).map(|t| t.norm())).is_none()
        {
            end += 1;
            if tokens[end - 1].possessive {
                break;
            }
        }
        let end = end.max(at + 1);
        let start = (at..end)
            .find(|&i| !lexicon.is(tokens[i].norm(), Class::Title) && !lexicon.is(tokens[i].norm(), Class::Stopword))
            .unwrap_or(end);
        // A capital at the beginning of a sentence names nobody by itself.
        let sentence_start = start == 0
            && end == 1
            && !full_names.contains_key(token.norm())
            && (lexicon.is(token.norm(), Class::Stopword) || lexicon.verb(token.norm()).is_some());
        let number = tokens[start.min(tokens.len() - 1)].norm().split('-').all(|part| lexicon.numbers.value(part).is_some());
        if start < end
            && !number
            && !sentence_start
            && super::time::month(tokens[start].norm()).is_none()
            && super::time::weekday(tokens[start].norm()).is_none()
        {
            let last = tokens[end - 1].norm();
            let name = match full_names.get(last) {
                Some(full) => fold(full),
                None => tokens[start..end].iter().map(|t| t.norm()).collect::<Vec<_>>().join(" "),
            };
            add(Entity { name, text: written(tokens, start, end - start), kind: EntityKind::Name });
        }
        at = end;
    }
    found
}

fn written(tokens: &[&Token<'_>], at: usize, n: usize) -> String {
    tokens[at..(at + n).min(tokens.len())].iter().map(|t| t.text).collect::<Vec<_>>().join(" ")
}

/// Runs of capitalised words, titles and places in front left out.
fn runs<'a, 't>(tokens: &'a [Token<'t>], lexicon: &Lexicon) -> Vec<&'a [Token<'t>]> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if !tokens[at].is_capitalized() {
            at += 1;
            continue;
        }
        let mut end = at;
        while end < tokens.len() && tokens[end].is_capitalized() {
            end += 1;
            if tokens[end - 1].possessive {
                break;
            }
        }
        let mut start = at;
        while start < end {
            let token = &tokens[start];
            let place = lexicon.place(|i| tokens.get(start + i).map(|t| t.norm()));
            if lexicon.is(token.norm(), Class::Title)
                || lexicon.is(token.norm(), Class::Stopword)
                || token.text.len() <= 3 && token.text.chars().all(|c| c.is_uppercase())
            {
                start += 1;
            } else if let Some((_, n)) = place {
                start += n;
            } else {
                break;
            }
        }
        if start < end {
            found.push(&tokens[start..end]);
        }
        at = end;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::text::tokenize;

    #[test]
    fn one_participant_has_one_name() {
        let article = "Jane Roe met US officials. Mr Roe left.";
        let names = full_names(&tokenize(article, 0, Lexicon::english()), Lexicon::english());
        for (text, expected) in [
            ("Mr Roe said Washington paid", vec!["jane roe", "united states"]),
            ("U.S. President Jane Roe left America", vec!["united states", "jane roe"]),
            ("The South Korean army", vec!["south korea"]),
            ("They left in January", vec![]),
        ] {
            let tokens = tokenize(text, 0, Lexicon::english());
            let found: Vec<String> =
                entities(&tokens.iter().collect::<Vec<_>>(), &names, Lexicon::english()).into_iter().map(|e| e.name).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
