//! Who passes on what was withdrawn since.

use std::collections::BTreeSet;

use super::origins::Traces;
use crate::{
    domain::{ArticleId, ClaimId, ClaimRelation},
    engine::clustering::Member,
};

/// Claims that came through an article that was withdrawn: along the chain of origins, or out of its text word for word.
pub(super) fn passing_on(members: &[&Member<'_>], judged: &[(ClaimId, ClaimRelation)], traces: &Traces<'_>) -> BTreeSet<ClaimId> {
    let gone: BTreeSet<ArticleId> = members
        .iter()
        .flat_map(|member| member.article.copied.iter().filter(|copied| copied.withdrawn).map(|copied| copied.source))
        .chain(members.iter().filter(|member| member.article.withdrawn).map(|member| member.article.id))
        .collect();
    let copied = |relation: &ClaimRelation| {
        relation.evidence.iter().filter_map(|evidence| evidence.source_article()).any(|article| gone.contains(&article))
    };
    judged
        .iter()
        .filter(|(claim, relation)| !gone.is_empty() && (copied(relation) || traces.comes_through_withdrawn(*claim)))
        .map(|(claim, _)| *claim)
        .collect()
}
