//! Remembers who spoke, so that "he", "the official" and a quotation without a verb find their speaker.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::{
    domain::{Source, SourceKind},
    engine::extraction::cast::Cast,
};

/// Who spoke last, by kind, so that "he", "the official" and a quotation without a verb find their speaker.
#[derive(Clone, Debug, Default)]
pub struct Speakers {
    pub last: Option<Speaker>,
    person: Option<Speaker>,
    pub(super) anonymous: Option<Speaker>,
    /// Full names by their folded last word.
    pub full_names: FxHashMap<String, String>,
    /// Whom each name, role and pronoun of the article means.
    pub cast: Rc<Cast>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Speaker {
    pub source: Source,
    pub upstream: Vec<Source>,
}

impl Speakers {
    #[must_use]
    pub fn with_cast(cast: Rc<Cast>) -> Self {
        Self { full_names: cast.surnames(), cast, ..Self::default() }
    }

    pub(super) fn remember(&mut self, source: &Source, upstream: &[Source]) {
        let speaker = Speaker { source: source.clone(), upstream: upstream.to_vec() };
        match source.kind {
            SourceKind::Person | SourceKind::SocialPost => self.person = Some(speaker.clone()),
            SourceKind::Anonymous => self.anonymous = Some(speaker.clone()),
            _ => {}
        }
        self.last = Some(speaker);
    }

    #[must_use]
    pub fn person(&self) -> Option<&Source> {
        self.person.as_ref().map(|speaker| &speaker.source)
    }
}
