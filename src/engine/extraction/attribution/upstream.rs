//! Outlets on the way from a source to this page, and who "the official" of a later sentence is.

use std::ops::Range;

use super::{Frame, Scan, Speakers};
use crate::{
    domain::{Source, SourceKind},
    engine::{
        extraction::sources,
        text::{Class, NounKind, Tag, tokenize},
    },
};

impl Scan<'_, '_> {
    /// Outlets named among the frame's words: "in an interview with X", "in an article published by X", "speaking to X".
    pub(super) fn name_upstreams(&self, frame: &mut Frame) {
        let mut regions: Vec<Range<usize>> = frame.words.clone();
        // The adverbial may stand in front of the content or behind it: "In an interview with X, she said …".
        let n = self.len();
        regions.push(0..frame.cue.start);
        regions.push(frame.cue.end..n);
        for region in regions {
            for j in region {
                let near = |class: Class| (j.saturating_sub(3)..j).any(|k| self.has(k, class));
                let introduced = (self.has(j, Class::TalkPreposition) && near(Class::TalkingWord))
                    || (self.has(j, Class::PublishPreposition) && near(Class::PublishingWord));
                // "dijo un alto funcionario de la Casa Blanca a Reuters"
                let told = self.has(j, Class::RecipientPreposition)
                    && self.has(frame.cue.start, Class::TalkingWord)
                    && frame.words.iter().any(|words| words.contains(&j));
                if !(introduced || told) || self.sentence.quoted[j] {
                    continue;
                }
                // "a la agencia EFE"
                let named = [j + 1, self.behind_article(j + 1)]
                    .into_iter()
                    .find_map(|at| sources::outlet_at(self.tokens(), at, self.registry()))
                    .map(|(name, _)| name.to_owned());
                let end = self.phrase_end(j + 1);
                let own =
                    sources::same_outlet(
                        &sources::join(&self.tokens()[j + 1..end.max(j + 1)]),
                        self.draft.outlet,
                        self.draft.domain,
                    ) || named.as_deref().is_some_and(|name| sources::same_outlet(name, self.draft.outlet, self.draft.domain));
                if own {
                    frame.own_access = true;
                } else if let Some(name) = named
                    && !frame.upstream.iter().any(|s| s.name == name)
                {
                    frame.upstream.push(Source { kind: SourceKind::Outlet, name, role: None });
                }
            }
        }
        // "the Reuters source": described through the outlet that spoke to it.
        if let Some(source) = &frame.source
            && source.kind == SourceKind::Anonymous
        {
            let tokens = tokenize(&source.name, 0, self.sentence.lexicon);
            if let Some((name, _)) = (0..tokens.len()).find_map(|at| sources::outlet_at(&tokens, at, self.registry()))
                && !frame.upstream.iter().any(|s| s.name == name)
            {
                let name = name.to_owned();
                if sources::same_outlet(&name, self.draft.outlet, self.draft.domain) {
                    frame.own_access = true;
                } else {
                    frame.upstream.push(Source { kind: SourceKind::Outlet, name, role: None });
                }
            }
        }
    }

    fn behind_article(&self, from: usize) -> usize {
        let outlet = |i: usize| self.tokens()[i].word.noun.is_some_and(|noun| noun.kind == NounKind::Outlet);
        let small = |i: &usize| self.tag(*i) == Some(Tag::Determiner) || outlet(*i) && !self.tokens()[*i].is_capitalized();
        (from..self.len()).find(|i| !small(i)).unwrap_or(from)
    }

    /// "the official" came through the outlet that the official who was described before spoke to.
    pub(super) fn resolve(&self, source: Source, upstream: &mut Vec<Source>, speakers: &Speakers) -> Source {
        if let Some(known) = speakers.anonymous.as_ref().filter(|known| known.source == source) {
            for outlet in &known.upstream {
                if !upstream.contains(outlet) {
                    upstream.push(outlet.clone());
                }
            }
        }
        source
    }
}
