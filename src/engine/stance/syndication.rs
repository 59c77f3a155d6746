//! A credit line, a by-line or a dateline says that the whole article was produced by somebody else: every claim echoes.

use super::{Case, Ruling, quote};
use crate::domain::{Evidence, Quote};

pub(super) fn is_syndicated(case: &Case<'_>) -> Option<Ruling> {
    let member = case.member;
    let credit = member.article.provenance.syndication.as_ref()?;
    // A passage of the outlet's own reporting inside it stays its own.
    if member.reading.attribution.own_access {
        return None;
    }
    let evidence = Evidence::Syndicated {
        quote: quote(member),
        credit: Quote { article_id: member.article.id, text: credit.text.clone(), span: credit.span, in_title: false },
        chain: credit.chain.clone(),
    };
    Some(Ruling::echo(credit.chain.first().cloned(), evidence))
}
