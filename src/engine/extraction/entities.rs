//! Participants of a claim in canonical form: "US" and "U.S." are one place, "Mr Roe", "the mayor" and "she" one person.

use super::cast::{By, Cast, MemberKind, Mention};
use crate::{
    domain::{Entity, EntityKind},
    engine::text::{Lexicon, Token, lexicon::PlaceSense},
};

/// A description that is less sure than this names nobody.
const LEAST_SURE: f32 = 0.8;

/// Entities of a claim in the order they are first named, each once. `text` is what the tokens were cut from.
#[must_use]
pub fn entities(text: &str, tokens: &[&Token<'_>], cast: &Cast, lexicon: &Lexicon) -> Vec<Entity> {
    let mut found: Vec<Entity> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let mention = cast.mention(tokens[at].start).filter(|mention| is_entity(*mention, cast));
        // "the Colombian Defense Ministry" is the ministry, and of Colombia.
        let place = place(text, tokens, at, lexicon);
        // Most words name nobody.
        if mention.is_none() && place.is_none() {
            at += 1;
            continue;
        }
        let member = mention.map(|mention| member(text, tokens, at, mention, cast));
        let end = member.iter().chain(&place).map(|(_, end)| *end).max();
        // "Gobierno de Estados Unidos": so is the place behind it.
        let official = mention.is_some_and(|mention| cast.member(mention).kind == MemberKind::OfficialBody);
        let inside = at + 1..end.filter(|_| official).unwrap_or(at);
        for (entity, _) in place.into_iter().chain(member) {
            add(&mut found, entity);
        }
        for (entity, _) in inside.filter_map(|at| self::place(text, tokens, at, lexicon)) {
            add(&mut found, entity);
        }
        at = end.unwrap_or(at + 1);
    }
    found
}

fn add(found: &mut Vec<Entity>, entity: Entity) {
    match found.iter_mut().find(|known| known.name == entity.name) {
        // "She … Roe": the surest of the mentions speaks for all.
        Some(known) if known.confidence < entity.confidence => *known = entity,
        Some(_) => {}
        None => found.push(entity),
    }
}

/// Whoever is named takes part, and a person who is only meant; "the company" and "it" name nobody.
fn is_entity(mention: Mention, cast: &Cast) -> bool {
    let member = cast.member(mention);
    let meant = match mention.by {
        By::Name => true,
        By::Role => mention.confidence >= LEAST_SURE && member.entity_kind() == EntityKind::Person,
        By::Pronoun => member.entity_kind() == EntityKind::Person,
        By::Owner => false,
    };
    meant && member.named && !member.publisher
}

fn member(text: &str, tokens: &[&Token<'_>], at: usize, mention: Mention, cast: &Cast) -> (Entity, usize) {
    let mut end = at + 1;
    // The words of one name stand side by side.
    while mention.by == By::Name
        && end < tokens.len()
        && cast.mention(tokens[end].start) == Some(mention)
        && !tokens[end - 1].possessive
    {
        end += 1;
    }
    let member = cast.member(mention);
    let entity = Entity {
        name: member.canonical.clone(),
        text: written(text, &tokens[at..end]),
        kind: member.entity_kind(),
        confidence: mention.confidence,
    };
    (entity, end)
}

/// "U.S. President", "Colombian": a place inside a title or as an adjective.
fn place(text: &str, tokens: &[&Token<'_>], at: usize, lexicon: &Lexicon) -> Option<(Entity, usize)> {
    if !(tokens[at].is_capitalized() || tokens[at].word.opens_place && lexicon.grammar.small_demonyms) {
        return None;
    }
    let (place, n) = lexicon.place_named(|i| tokens.get(at + i).map(|t| t.norm()))?;
    if !(tokens[at].is_capitalized() || place.sense == PlaceSense::Demonym) {
        return None;
    }
    let entity = Entity {
        name: place.canonical.clone(),
        text: written(text, &tokens[at..at + n]),
        kind: EntityKind::Place,
        confidence: 1.0,
    };
    Some((entity, at + n))
}

/// The words as they stand in the text.
fn written(text: &str, tokens: &[&Token<'_>]) -> String {
    let whole = tokens.first().zip(tokens.last()).and_then(|(first, last)| text.get(first.start..last.end));
    whole.map_or_else(String::new, str::to_owned)
}
