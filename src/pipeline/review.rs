//! What an editor should look at: pairs that the rules propose and do not decide. Worked out when it is asked for, so that it is as new
//! as the corpus and goes away by itself once the question is settled.

use uuid::Uuid;

use super::{PipelineError, Service, blocking};
use crate::{
    domain::{Claim, ReviewKind, WorkspaceId},
    engine::similarity::Match,
    storage::Page,
};

/// Claims that are looked at together.
const LOOKED_AT: i64 = 200;
/// Claims that one request looks at: a page may come out short, and the next one goes on.
const MOST_LOOKED_AT: usize = 2_000;

/// A claim, and the clusters that it may have to do with.
#[derive(Clone, Debug)]
pub struct ReviewItem {
    pub claim: Claim,
    /// The sentence that the clusters speak against; `None` where the claim itself may belong to them.
    pub presupposes: Option<String>,
    /// Best first.
    pub matches: Vec<Match>,
}

impl Service {
    /// At most `page.limit` items, newest claims first, and the claim after which the next page begins.
    pub async fn review(
        &self,
        workspace: WorkspaceId,
        kind: ReviewKind,
        page: &Page<Uuid>,
    ) -> Result<(Vec<ReviewItem>, Option<Uuid>), PipelineError> {
        let wanted = usize::try_from(page.limit).unwrap_or_default();
        let shared = self.workspaces.of(workspace).corpus.clone();
        let (mut items, mut after, mut looked_at) = (Vec::new(), page.after, 0);
        while looked_at < MOST_LOOKED_AT {
            let claims = self.store.review_claims(workspace, kind, &Page { after, limit: LOOKED_AT }).await?;
            if claims.is_empty() {
                return Ok((items, None));
            }
            looked_at += claims.len();
            let corpus = shared.clone();
            let found = blocking(move || {
                let corpus = corpus.read();
                claims.into_iter().map(|claim| (claim.id.0, review(&corpus, kind, claim))).collect::<Vec<_>>()
            })
            .await?;
            for (id, item) in found {
                after = Some(id);
                items.extend(item);
                if items.len() == wanted {
                    return Ok((items, after));
                }
            }
        }
        Ok((items, after))
    }
}

fn review(corpus: &crate::engine::clustering::Corpus, kind: ReviewKind, claim: Claim) -> Option<ReviewItem> {
    let (presupposes, matches) = match kind {
        ReviewKind::Suggested => (None, corpus.suggested(claim.id)),
        ReviewKind::Doubtful => (None, corpus.doubted(claim.id).into_iter().collect()),
        ReviewKind::Presupposed => {
            let against = claim.reading.presupposes.iter().map(|taken| (Some(taken.clone()), corpus.against(claim.id, taken)));
            against.into_iter().find(|(_, matches)| !matches.is_empty())?
        }
    };
    (!matches.is_empty()).then_some(ReviewItem { claim, presupposes, matches })
}
