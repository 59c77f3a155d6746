//! From how many independent origins the assertion entered the news.
//!
//! Each supporting claim has a root: the innermost source of its chain, the producer of a syndicated article, or, where
//! none is visible, the outlet itself. Claims with one root, one quotation, one publisher or one wording are one origin.
//! `low` counts named roots; `high` adds anonymous and presumed ones.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    domain::{ClaimId, ClaimRelation, Evidence, OriginKind, Origins, Relation, Root, SourceKind},
    engine::{clustering::Member, text::fold},
};

pub(super) fn origins(members: &[&Member<'_>], judged: &[(ClaimId, ClaimRelation)]) -> Origins {
    let mut roots: BTreeMap<(OriginKind, String), Root> = BTreeMap::new();
    let mut by_claim: BTreeMap<ClaimId, (OriginKind, String)> = BTreeMap::new();
    let mut by_quotation: BTreeMap<&str, (OriginKind, String)> = BTreeMap::new();
    let mut hearsay: Vec<(ClaimId, String)> = Vec::new();
    let outlets: BTreeSet<String> = members.iter().map(|m| outlet_key(&m.article.outlet.name)).collect();
    // Members come in the order of time, so a copy finds its original's root.
    for (member, (claim, relation)) in members.iter().zip(judged) {
        if relation.relation == Relation::Disputes {
            // The denial names whose assertion it denies, though no article here carries it.
            if let Some(source) = &relation.asserted_by {
                let key = (OriginKind::from(source.kind), person_key(&source.name));
                roots.entry(key).or_insert_with(|| Root {
                    kind: source.kind.into(),
                    name: source.name.clone(),
                    named: true,
                    claim_ids: Vec::new(),
                });
            }
            continue;
        }
        if relation.relation == Relation::Unclear {
            continue;
        }
        let copied = relation.evidence.iter().find_map(|evidence| match evidence {
            Evidence::SharedWording { other_claim, .. }
            | Evidence::SharedQuotation { other_claim, .. }
            | Evidence::CopiedPassage { other_claim: Some(other_claim), .. }
            | Evidence::SameFamily { other_claim, .. } => by_claim.get(other_claim).cloned(),
            _ => None,
        });
        let quoted = member.features.quotation().and_then(|quotation| by_quotation.get(quotation).cloned());
        let root = match copied.or(quoted) {
            Some(key) => roots.get(&key).cloned().map(|root| (key, root)),
            None => root_of(member, relation, &outlets),
        };
        let Some((key, root)) = root else {
            hearsay.push((*claim, relation.echo_of.clone().unwrap_or_else(|| "unnamed".to_owned())));
            continue;
        };
        by_claim.insert(*claim, key.clone());
        if let Some(quotation) = member.features.quotation() {
            by_quotation.entry(quotation).or_insert_with(|| key.clone());
        }
        roots.entry(key).or_insert_with(|| Root { claim_ids: Vec::new(), ..root }).claim_ids.push(*claim);
    }
    // "Reports say" may be any of the roots already known; only where there is none is it one of its own.
    if !hearsay.is_empty() && roots.is_empty() {
        let name = hearsay[0].1.clone();
        let root = Root {
            kind: OriginKind::Anonymous,
            name,
            named: false,
            claim_ids: hearsay.into_iter().map(|(claim, _)| claim).collect(),
        };
        roots.insert((OriginKind::Anonymous, String::new()), root);
    }
    let roots: Vec<Root> = roots.into_values().collect();
    let low = roots.iter().filter(|root| root.named).count() as i32;
    Origins { low, high: roots.len() as i32, roots }
}

/// `None` for hearsay: a document or a voice that nothing tells apart from others.
fn root_of(member: &Member<'_>, relation: &ClaimRelation, outlets: &BTreeSet<String>) -> Option<((OriginKind, String), Root)> {
    let attribution = &member.reading.attribution;
    let root = |kind: OriginKind, name: &str, key: String, named: bool| {
        Some(((kind, key), Root { kind, name: name.to_owned(), named, claim_ids: Vec::new() }))
    };
    let producer = member.article.provenance.syndication.as_ref().and_then(|s| s.chain.first());
    match attribution.chain.last() {
        Some(source) if source.kind == SourceKind::Anonymous => {
            // An unnamed source is known by who spoke to it: the agency, or else the outlet itself.
            let through =
                attribution.chain.iter().find(|link| link.kind == SourceKind::Outlet).map(|link| &link.name).or(producer);
            let through = through.unwrap_or(&member.article.outlet.name);
            root(OriginKind::Anonymous, &source.name, outlet_key(through), false)
        }
        Some(source) if source.kind == SourceKind::Document => {
            let named = source.name.split_whitespace().skip(1).any(|word| word.starts_with(char::is_uppercase));
            if named { root(OriginKind::Document, &source.name, fold(&source.name), true) } else { None }
        }
        // "according to Meridian": an organisation by its grammar, and an outlet that stands in this very cluster.
        Some(source)
            if source.kind == SourceKind::Outlet
                || (source.kind == SourceKind::Organisation && outlets.contains(&outlet_key(&source.name))) =>
        {
            let named = source.name.starts_with(char::is_uppercase);
            root(OriginKind::Outlet, &source.name, outlet_key(&source.name), named)
        }
        // A post and its author are one origin.
        Some(source) if matches!(source.kind, SourceKind::Person | SourceKind::SocialPost) => {
            let named = source.name.starts_with(char::is_uppercase);
            root(OriginKind::Person, &source.name, person_key(&source.name), named)
        }
        Some(source) => root(source.kind.into(), &source.name, fold(&source.name).trim_start_matches("the ").to_owned(), true),
        None => match producer {
            Some(producer) => root(OriginKind::Outlet, producer, outlet_key(producer), true),
            None if relation.relation == Relation::Echoes => None,
            None => {
                let outlet = &member.article.outlet;
                let key = outlet.family.clone().unwrap_or_else(|| outlet.name.clone());
                // An agency that reports in its own voice is the same origin as the agency that others name.
                let agency = outlet.kind == crate::domain::OutletKind::Agency;
                let kind = if agency { OriginKind::Outlet } else { OriginKind::Presumed };
                root(kind, &outlet.name, outlet_key(&key), agency)
            }
        },
    }
}

fn person_key(name: &str) -> String {
    fold(name).rsplit(' ').next().unwrap_or_default().to_owned()
}

fn outlet_key(name: &str) -> String {
    let folded = fold(name);
    folded.trim_start_matches("the ").split_whitespace().next().unwrap_or_default().to_owned()
}
