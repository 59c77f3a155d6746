//! Claims that others have collected → articles of which no more is known than that a claim appeared there.
//!
//! Such an article has one sentence for each claim that is said to stand in it. Where the article itself is stored it is left as it is:
//! its own words say more. When it is sent later it becomes the next revision.

use std::time::Duration;

use super::{PipelineError, Service};
use crate::domain::{Appearance, ArticleId, Body, CollectedClaim, NewArticle, WorkspaceId};

/// What became of one appearance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Collected {
    pub article: ArticleId,
    pub outcome: Outcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing was known at its address.
    Created,
    /// Another claim of it was.
    Revision,
    /// The claim was known there, or the article itself was.
    Known,
}

impl Service {
    /// Stores a claim with its appearances and its review; repeating it changes nothing. One outcome an appearance, in order.
    pub async fn collect(
        &self,
        workspace: WorkspaceId,
        collected: &CollectedClaim,
        actor: &str,
    ) -> Result<Vec<Collected>, PipelineError> {
        let mut outcomes = Vec::with_capacity(collected.appearances.len());
        let mut noted = Vec::new();
        for appearance in &collected.appearances {
            let sentence = collected.sentence(&appearance.outlet.name);
            let found = self.store.articles_at(workspace, &[&appearance.url]).await?.pop().flatten();
            let (older, mut sentences) = match found {
                // The article itself.
                Some(found) if found.sentences.is_empty() => {
                    outcomes.push(Collected { article: found.article, outcome: Outcome::Known });
                    continue;
                }
                Some(found) => (Some(found.article), found.sentences),
                None => (None, Vec::new()),
            };
            let known = older.filter(|_| sentences.contains(&sentence));
            let (article, outcome) = match known {
                Some(article) => (article, Outcome::Known),
                None => {
                    sentences.push(sentence.clone());
                    let submitted = self.submit(workspace, article(appearance, sentences), Duration::ZERO).await?;
                    (submitted.id, if older.is_some() { Outcome::Revision } else { Outcome::Created })
                }
            };
            noted.push((article, sentence, older.filter(|older| *older != article)));
            outcomes.push(Collected { article, outcome });
        }
        self.store.note_appearances(workspace, collected.review.as_ref(), &noted, actor).await?;
        Ok(outcomes)
    }
}

fn article(appearance: &Appearance, sentences: Vec<String>) -> NewArticle {
    let Appearance { url, title, byline, outlet, published_at } = appearance.clone();
    NewArticle {
        outlet,
        url,
        canonical_url: None,
        title,
        byline,
        body: Body::Text(sentences.join("\n\n")),
        language: None,
        published_at,
        claims: sentences,
    }
}
