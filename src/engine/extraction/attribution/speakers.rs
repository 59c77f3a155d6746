//! Remembers who spoke, so that "he", "the official" and a quotation without a verb find their speaker.

use crate::domain::{Source, SourceKind};

/// Who spoke last, by kind, so that "he", "the official" and a quotation without a verb find their speaker.
#[derive(Clone, Debug, Default)]
pub struct Speakers {
    pub last: Option<Speaker>,
    person: Option<Speaker>,
    pub(super) anonymous: Option<Speaker>,
    /// Full names by their folded last word.
    pub full_names: rustc_hash::FxHashMap<String, String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Speaker {
    pub source: Source,
    pub upstream: Vec<Source>,
}

impl Speakers {
    #[must_use]
    pub fn with_names(full_names: rustc_hash::FxHashMap<String, String>) -> Self {
        Self { full_names, ..Self::default() }
    }

    pub(super) fn remember(&mut self, source: &Source, upstream: &[Source]) {
        // A pronoun that stands for nobody known is nobody to come back to.
        if matches!(source.name.as_str(), "he" | "she" | "they" | "it") {
            return;
        }
        let speaker = Speaker { source: source.clone(), upstream: upstream.to_vec() };
        match source.kind {
            SourceKind::Person | SourceKind::SocialPost => self.person = Some(speaker.clone()),
            SourceKind::Anonymous => self.anonymous = Some(speaker.clone()),
            _ => {}
        }
        self.last = Some(speaker);
    }

    /// A person named as the subject of a clause, though he says nothing in it.
    pub fn mention(&mut self, source: Source) {
        if source.kind == SourceKind::Person {
            self.person = Some(Speaker { source, upstream: Vec::new() });
        }
    }

    #[must_use]
    pub fn person(&self) -> Option<&Source> {
        self.person.as_ref().map(|speaker| &speaker.source)
    }

    /// "Roe" → "Jane Roe", where the article has named her in full.
    pub(super) fn in_full(&self, mut source: Source) -> Source {
        if matches!(source.kind, SourceKind::Person | SourceKind::SocialPost)
            && !source.name.contains(' ')
            && let Some(full) = self.full_names.get(&crate::engine::text::fold(&source.name))
        {
            source.name.clone_from(full);
        }
        source
    }
}
