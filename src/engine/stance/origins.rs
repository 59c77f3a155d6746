//! From how many independent origins the assertion entered the news.
//!
//! Each supporting claim has a root: the innermost source of its chain, the producer of a syndicated article, or, where
//! none is visible, the outlet itself. What was copied has the root of what it was copied from, and what names an outlet that
//! stands in this cluster has the root of that outlet's claim; outlets that name one another have none but their ring. A
//! person and the body that he speaks for are one root. `low` counts named roots; `high` adds anonymous and presumed ones.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    domain::{ClaimId, ClaimRelation, Evidence, OriginKind, Origins, Relation, Root, SourceKind},
    engine::{clustering::Member, text::fold},
};

type Key = (OriginKind, String);

/// Where a claim has it from, as far as the claim itself tells.
enum Trace<'a> {
    Root(Key, Root),
    /// Copied from a claim that stands earlier, or the same quotation.
    Copy(ClaimId),
    /// Names an outlet, which may stand in this cluster.
    Outlet(&'a str, Key, Root),
    /// "Reports say": nothing tells from where.
    Hearsay,
}

impl Traces<'_> {
    pub(super) fn origins(&self, members: &[&Member<'_>], judged: &[(ClaimId, ClaimRelation)]) -> Origins {
        let mut roots: BTreeMap<Key, Root> = BTreeMap::new();
        let mut hearsay: Vec<(ClaimId, String)> = Vec::new();
        let counting = members.iter().zip(judged).filter(|(member, _)| !member.article.withdrawn);
        for (claim, relation) in counting.map(|(_, judged)| judged) {
            match relation.relation {
                // The denial names whose assertion it denies, though no article here carries it.
                Relation::Disputes => {
                    if let Some(source) = &relation.asserted_by {
                        let root = root(source.kind.into(), &source.name, is_named(&source.name));
                        roots.entry((source.kind.into(), person_key(&source.name))).or_insert(root);
                    }
                }
                Relation::Unclear => {}
                _ => match self.root(*claim) {
                    Some((key, root)) => roots.entry(key).or_insert(root).claim_ids.push(*claim),
                    None => hearsay.push((*claim, relation.echo_of.clone().unwrap_or_else(|| "unnamed".to_owned()))),
                },
            }
        }
        join_speakers(&mut roots, members);
        // "Reports say" may be any of the roots already known; only where there is none is it one of its own.
        if !hearsay.is_empty() && roots.is_empty() {
            let mut root = root(OriginKind::Anonymous, &hearsay[0].1, false);
            root.claim_ids = hearsay.into_iter().map(|(claim, _)| claim).collect();
            roots.insert((OriginKind::Anonymous, String::new()), root);
        }
        let roots: Vec<Root> = roots.into_values().collect();
        let low = roots.iter().filter(|root| root.named).count() as i32;
        Origins { low, high: roots.len() as i32, roots }
    }
}

/// The traces of all supporting claims.
pub(super) struct Traces<'a> {
    of_claim: BTreeMap<ClaimId, (&'a str, Trace<'a>)>,
    /// The claims of each outlet, in the order of time.
    by_outlet: BTreeMap<String, Vec<ClaimId>>,
    names: Names,
    withdrawn: BTreeSet<ClaimId>,
}

impl<'a> Traces<'a> {
    pub fn of(members: &'a [&Member<'a>], judged: &'a [(ClaimId, ClaimRelation)]) -> Self {
        let mut quotations: BTreeMap<&str, ClaimId> = BTreeMap::new();
        let withdrawn = members.iter().filter(|member| member.article.withdrawn).map(|member| member.claim).collect();
        let mut traces = Self { of_claim: BTreeMap::new(), by_outlet: BTreeMap::new(), names: Names::of(members), withdrawn };
        // Members come in the order of time, so a copy finds its original.
        for (member, (claim, relation)) in members.iter().zip(judged) {
            if matches!(relation.relation, Relation::Disputes | Relation::Unclear) {
                continue;
            }
            let copied = relation.evidence.iter().find_map(copied_from).filter(|other| traces.of_claim.contains_key(other));
            let quoted = member.features.quotation().and_then(|quotation| quotations.get(quotation).copied());
            let trace = match copied.or(quoted) {
                Some(other) => Trace::Copy(other),
                None => trace(member, relation, &traces.names),
            };
            if let Some(quotation) = member.features.quotation() {
                quotations.entry(quotation).or_insert(*claim);
            }
            let outlet = member.article.outlet.name.as_str();
            traces.by_outlet.entry(traces.names.key(outlet)).or_default().push(*claim);
            traces.of_claim.insert(*claim, (outlet, trace));
        }
        traces
    }

    fn root(&self, claim: ClaimId) -> Option<(Key, Root)> {
        let mut passed = Vec::new();
        let (key, mut root) = self.follow(claim, &mut passed)?;
        // Whoever is quoted did not withdraw it; an outlet that told it itself did.
        let own = matches!(root.kind, OriginKind::Outlet | OriginKind::Presumed) && root.circular.is_empty();
        root.withdrawn = own && passed.last().is_some_and(|(_, last)| self.withdrawn.contains(last));
        Some((key, root))
    }

    /// Whether a claim came through one that was withdrawn.
    pub fn comes_through_withdrawn(&self, claim: ClaimId) -> bool {
        let mut passed = Vec::new();
        self.follow(claim, &mut passed);
        passed.iter().skip(1).any(|(_, other)| self.withdrawn.contains(other))
    }

    /// Up the chain. `passed` are the outlets on the way, each with the claim that it was left by.
    fn follow(&self, claim: ClaimId, passed: &mut Vec<(&'a str, ClaimId)>) -> Option<(Key, Root)> {
        let (outlet, trace) = self.of_claim.get(&claim)?;
        if let Some(at) = passed.iter().position(|(_, known)| *known == claim) {
            // It comes back to where it was: whoever said it first is not told.
            let mut ring: Vec<String> = passed[at..].iter().map(|(outlet, _)| (*outlet).to_owned()).collect();
            ring.sort();
            ring.dedup();
            let name = ring.join(", ");
            let root = Root { circular: ring, ..root(OriginKind::Outlet, &name, false) };
            return Some(((OriginKind::Outlet, format!("ring {}", fold(&name))), root));
        }
        passed.push((outlet, claim));
        match trace {
            Trace::Root(key, root) => Some((key.clone(), root.clone())),
            Trace::Copy(other) => self.follow(*other, passed),
            Trace::Hearsay => None,
            Trace::Outlet(named, key, root) => {
                // An outlet that names itself goes no further.
                let there =
                    self.by_outlet.get(&self.names.key(named)).filter(|_| self.names.key(named) != self.names.key(outlet));
                let further = there.and_then(|claims| self.follow(*claims.first()?, passed));
                further.or_else(|| Some((key.clone(), root.clone())))
            }
        }
    }
}

/// The earlier claim that a claim was copied from.
pub(super) fn copied_from(evidence: &Evidence) -> Option<ClaimId> {
    match evidence {
        Evidence::SharedWording { other_claim, .. }
        | Evidence::SharedQuotation { other_claim, .. }
        | Evidence::SharedValue { other_claim, .. }
        | Evidence::CopiedPassage { other_claim: Some(other_claim), .. }
        | Evidence::SameFamily { other_claim, .. } => Some(*other_claim),
        _ => None,
    }
}

/// A spokesman, and the body that he speaks for, are one root; so are two descriptions of one unnamed voice, the one shorter.
fn join_speakers(roots: &mut BTreeMap<Key, Root>, members: &[&Member<'_>]) {
    let sources = || members.iter().flat_map(|member| &member.reading.attribution.chain);
    let speaks_for = |person: &Root, body: &Root| {
        let body = fold(&body.name);
        let body = body.trim_start_matches("the ");
        sources()
            .filter(|source| person_key(&source.name) == person_key(&person.name))
            .filter_map(|source| source.role.as_deref())
            .any(|role| fold(role).contains(body))
    };
    let is_body =
        |root: &Root| matches!(root.kind, OriginKind::Organisation | OriginKind::OfficialBody) && root.circular.is_empty();
    let same = |a: &Root, b: &Root| {
        let somebody = |root: &Root| !root.named && matches!(root.kind, OriginKind::Person | OriginKind::Anonymous);
        let unnamed = somebody(a) && somebody(b);
        (b.kind == OriginKind::Person && is_body(a) && speaks_for(b, a)) || (unnamed && fold(&b.name).starts_with(&fold(&a.name)))
    };
    let keys: Vec<Key> = roots.keys().cloned().collect();
    for one in &keys {
        for other in keys.iter().filter(|other| *other != one) {
            let joined = roots.get(one).zip(roots.get(other)).is_some_and(|(a, b)| same(a, b));
            // The person is told; the body that he speaks for goes without saying.
            if joined && let Some(body) = roots.remove(one) {
                roots.entry(other.clone()).and_modify(|root| root.claim_ids.extend(body.claim_ids));
                break;
            }
        }
    }
}

fn root(kind: OriginKind, name: &str, named: bool) -> Root {
    Root { kind, name: name.to_owned(), named, claim_ids: Vec::new(), circular: Vec::new(), withdrawn: false }
}

/// "Jane Roe", "the Tarn council"; "a gravedigger" could be anybody.
fn is_named(name: &str) -> bool {
    name.split_whitespace().any(|word| word.starts_with(char::is_uppercase) && !matches!(word, "A" | "An" | "The" | "One"))
}

fn trace<'a>(member: &'a Member<'a>, relation: &ClaimRelation, names: &Names) -> Trace<'a> {
    let attribution = &member.reading.attribution;
    let at = |kind: OriginKind, name: &str, key: String, named: bool| Trace::Root((kind, key), root(kind, name, named));
    let producer = member.article.provenance.syndication.as_ref().and_then(|s| s.chain.first());
    match attribution.chain.last() {
        Some(source) if source.kind == SourceKind::Anonymous => {
            // An unnamed source is known by who spoke to it: the agency, or else the outlet itself.
            let through =
                attribution.chain.iter().find(|link| link.kind == SourceKind::Outlet).map(|link| &link.name).or(producer);
            let through = through.unwrap_or(&member.article.outlet.name);
            at(OriginKind::Anonymous, &source.name, names.key(through), false)
        }
        Some(source) if source.kind == SourceKind::Document => {
            let named = source.name.split_whitespace().skip(1).any(|word| word.starts_with(char::is_uppercase));
            // A document that nothing tells apart from others is hearsay.
            if named { at(OriginKind::Document, &source.name, fold(&source.name), true) } else { Trace::Hearsay }
        }
        // "according to Meridian": an organisation by its grammar, and an outlet that stands in this very cluster.
        Some(source)
            if source.kind == SourceKind::Outlet
                || (source.kind == SourceKind::Organisation && names.publishes(&source.name)) =>
        {
            let named = source.name.starts_with(char::is_uppercase);
            let key = (OriginKind::Outlet, names.key(&source.name));
            Trace::Outlet(&source.name, key, root(OriginKind::Outlet, &source.name, named))
        }
        // A post and its author are one origin.
        Some(source) if matches!(source.kind, SourceKind::Person | SourceKind::SocialPost) => {
            at(OriginKind::Person, &source.name, person_key(&source.name), is_named(&source.name))
        }
        // "the health ministry" is one body; "a ministry" may be any.
        Some(source) => at(source.kind.into(), &source.name, bare(&source.name), !source.name.starts_with("a ")),
        None => match producer {
            Some(producer) => {
                let key = (OriginKind::Outlet, names.key(producer));
                Trace::Outlet(producer, key, root(OriginKind::Outlet, producer, true))
            }
            None if relation.relation == Relation::Echoes => Trace::Hearsay,
            None => {
                let outlet = &member.article.outlet;
                let key = outlet.family.clone().unwrap_or_else(|| outlet.name.clone());
                // An agency that reports in its own voice is the same origin as the agency that others name.
                let agency = outlet.kind == crate::domain::OutletKind::Agency;
                let kind = if agency { OriginKind::Outlet } else { OriginKind::Presumed };
                at(kind, &outlet.name, names.key(&key), agency)
            }
        },
    }
}

/// By the last name: it stays when the first is left out.
pub(super) fn person_key(name: &str) -> String {
    fold(name).rsplit(' ').next().unwrap_or_default().to_owned()
}

/// Folded, without its article.
pub(super) fn bare(name: &str) -> String {
    fold(name).trim_start_matches("the ").to_owned()
}

/// The names of outlets that stand in a cluster, to know "Meridian" for "Meridian Wire" and "Daily Lantern" from "Daily Post".
struct Names {
    all: BTreeSet<String>,
    publishing: BTreeSet<String>,
}

impl Names {
    fn of(members: &[&Member<'_>]) -> Self {
        let outlets = || members.iter().map(|member| &member.article.outlet);
        let sources = members.iter().flat_map(|member| &member.reading.attribution.chain);
        let named = sources.filter(|source| matches!(source.kind, SourceKind::Outlet | SourceKind::Organisation));
        let producers = members.iter().filter_map(|member| member.article.provenance.syndication.as_ref()?.chain.first());
        let families = outlets().filter_map(|outlet| outlet.family.as_ref());
        let publishing: BTreeSet<String> = outlets().map(|outlet| bare(&outlet.name)).collect();
        let others = named.map(|source| &source.name).chain(producers).chain(families).map(|name| bare(name));
        let all = publishing.iter().cloned().chain(others).filter(|name| !name.is_empty()).collect();
        let mut names = Self { all, publishing: BTreeSet::new() };
        names.publishing = publishing.iter().map(|name| names.key(name)).collect();
        names
    }

    /// The shortest of the names that the name begins with, in whole words.
    fn key(&self, name: &str) -> String {
        let name = bare(name);
        let begins =
            |short: &&String| name.strip_prefix(short.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        self.all.iter().filter(begins).min_by_key(|short| short.len()).cloned().unwrap_or(name)
    }

    fn publishes(&self, name: &str) -> bool {
        self.publishing.contains(&self.key(name))
    }
}
