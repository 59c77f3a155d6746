//! Evidence: the reason as a value, and the sentence for people that says the same.
//!
//! A sentence speaks of "the outlet" and repeats the article's words in quotation marks. It never asserts anything of its own.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{QuantityView, SourceView, view_enum};
use crate::domain::{self, Evidence, Fidelity, Quote, Source, Span};

/// Half-open range of Unicode code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Span)]
pub struct SpanView {
    pub start: u32,
    pub end: u32,
}

impl From<Span> for SpanView {
    fn from(span: Span) -> Self {
        Self { start: span.start, end: span.end }
    }
}

/// Words that stand in an article, and where.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Quote)]
pub struct QuoteView {
    pub article_id: Uuid,
    pub text: String,
    pub span: SpanView,
    /// True when the span counts in the article's title instead of its text.
    pub in_title: bool,
}

impl From<&Quote> for QuoteView {
    fn from(quote: &Quote) -> Self {
        Self { article_id: quote.article_id.0, text: quote.text.clone(), span: quote.span.into(), in_title: quote.in_title }
    }
}

view_enum! {
    /// `trimmed`: words are left out, none is changed. `altered`: a few words are others. `paraphrased`: told in
    /// other words.
    FidelityView of domain::Fidelity { Verbatim, Trimmed, Altered, Paraphrased }
}

/// One reason for a label. `quote` is from the article that is judged, `other` from the one it is compared with.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = Evidence)]
pub enum EvidenceView {
    /// The claim denies what others assert.
    #[schema(title = "DenialEvidence")]
    Denial {
        summary: String,
        quote: QuoteView,
        cue: String,
        #[schema(required)]
        denier: Option<SourceView>,
        #[schema(required)]
        asserted_by: Option<SourceView>,
    },
    /// Two numbers for the same thing at the same time that cannot both be right.
    #[schema(title = "QuantityConflictEvidence")]
    QuantityConflict { summary: String, quote: QuoteView, quantity: QuantityView, other: QuantityView, other_claim: Uuid },
    /// The same thing counted at another time: not a dispute.
    #[schema(title = "QuantitySupersededEvidence")]
    QuantitySuperseded { summary: String, quote: QuoteView, quantity: QuantityView, other: QuantityView, other_claim: Uuid },
    /// A word that cannot be true together with one of another claim.
    #[schema(title = "OppositeEvidence")]
    Opposite { summary: String, quote: QuoteView, word: String, other: QuoteView, other_word: String, other_claim: Uuid },
    /// Somebody else holds what only one can hold.
    #[schema(title = "RivalEvidence")]
    Rival {
        summary: String,
        quote: QuoteView,
        /// Whom this claim names.
        holder: String,
        other: QuoteView,
        other_holder: String,
        other_claim: Uuid,
    },
    /// A credit line says that somebody else produced the whole article.
    #[schema(title = "SyndicatedEvidence")]
    Syndicated { summary: String, quote: QuoteView, credit: QuoteView, chain: Vec<String> },
    /// The passage it stands in, or most of the article, stands in an earlier article of another outlet.
    #[schema(title = "CopiedPassageEvidence")]
    CopiedPassage {
        summary: String,
        quote: QuoteView,
        /// The words in the earlier article; for a claim that has no words there, how the longest passage begins.
        other: QuoteView,
        /// Who published that article.
        outlet: String,
        /// Its claim in this cluster, if it has one.
        #[schema(required)]
        other_claim: Option<Uuid>,
        /// Part of the judged article that stands in the earlier one.
        #[schema(minimum = 0, maximum = 1)]
        share: f32,
    },
    /// Another outlet or agency is named as the one who has it.
    #[schema(title = "NamedUpstreamEvidence")]
    NamedUpstream { summary: String, quote: QuoteView, cue: String, upstream: SourceView },
    /// The outlet gathered it itself.
    #[schema(title = "OwnAccessEvidence")]
    OwnAccess {
        summary: String,
        quote: QuoteView,
        cue: String,
        #[schema(required)]
        root: Option<SourceView>,
    },
    /// Said by a person, body or document, and passed on.
    #[schema(title = "AttributedEvidence")]
    Attributed { summary: String, quote: QuoteView, cue: String, source: SourceView },
    /// The same quotation stands in another article.
    #[schema(title = "SharedQuotationEvidence")]
    SharedQuotation { summary: String, quote: QuoteView, other: QuoteView, other_claim: Uuid, fidelity: FidelityView },
    /// The same wording stands in an earlier article of another outlet.
    #[schema(title = "SharedWordingEvidence")]
    SharedWording {
        summary: String,
        quote: QuoteView,
        other: QuoteView,
        other_claim: Uuid,
        /// Part of this claim's wording that is shared.
        #[schema(minimum = 0, maximum = 1)]
        share: f32,
    },
    /// The same odd number stands in an earlier article of another outlet.
    #[schema(title = "SharedValueEvidence")]
    SharedValue { summary: String, quote: QuoteView, quantity: QuantityView, other: QuoteView, other_claim: Uuid },
    /// Another outlet of the same publisher has it.
    #[schema(title = "SameFamilyEvidence")]
    SameFamily { summary: String, quote: QuoteView, family: String, other_claim: Uuid },
    /// The outlet says it in its own voice, and nothing points to another source.
    #[schema(title = "OutletVoiceEvidence")]
    OutletVoice { summary: String, quote: QuoteView },
    /// An editor decided. What the rules say stands behind it.
    #[schema(title = "RelabelledEvidence")]
    Relabelled { summary: String, quote: QuoteView, by: String, reason: String },
    /// The rules do not decide.
    #[schema(title = "UndecidedEvidence")]
    Undecided { summary: String, quote: QuoteView },
}

impl From<&Evidence> for EvidenceView {
    fn from(evidence: &Evidence) -> Self {
        let summary = summary(evidence);
        let quote = QuoteView::from(evidence.quote());
        match evidence {
            Evidence::Denial { cue, denier, asserted_by, .. } => Self::Denial {
                summary,
                quote,
                cue: cue.clone(),
                denier: denier.as_ref().map(Into::into),
                asserted_by: asserted_by.as_ref().map(Into::into),
            },
            Evidence::QuantityConflict { quantity, other, other_claim, .. } => Self::QuantityConflict {
                summary,
                quote,
                quantity: quantity.into(),
                other: other.into(),
                other_claim: other_claim.0,
            },
            Evidence::QuantitySuperseded { quantity, other, other_claim, .. } => Self::QuantitySuperseded {
                summary,
                quote,
                quantity: quantity.into(),
                other: other.into(),
                other_claim: other_claim.0,
            },
            Evidence::Opposite { word, other, other_word, other_claim, .. } => Self::Opposite {
                summary,
                quote,
                word: word.clone(),
                other: other.into(),
                other_word: other_word.clone(),
                other_claim: other_claim.0,
            },
            Evidence::Syndicated { credit, chain, .. } => {
                Self::Syndicated { summary, quote, credit: credit.into(), chain: chain.clone() }
            }
            Evidence::CopiedPassage { other, outlet, other_claim, share, .. } => Self::CopiedPassage {
                summary,
                quote,
                other: other.into(),
                outlet: outlet.clone(),
                other_claim: other_claim.map(|claim| claim.0),
                share: *share,
            },
            Evidence::NamedUpstream { cue, upstream, .. } => {
                Self::NamedUpstream { summary, quote, cue: cue.clone(), upstream: upstream.into() }
            }
            Evidence::OwnAccess { cue, root, .. } => {
                Self::OwnAccess { summary, quote, cue: cue.clone(), root: root.as_ref().map(Into::into) }
            }
            Evidence::Attributed { cue, source, .. } => {
                Self::Attributed { summary, quote, cue: cue.clone(), source: source.into() }
            }
            Evidence::SharedQuotation { other, other_claim, fidelity, .. } => Self::SharedQuotation {
                summary,
                quote,
                other: other.into(),
                other_claim: other_claim.0,
                fidelity: (*fidelity).into(),
            },
            Evidence::SharedWording { other, other_claim, share, .. } => {
                Self::SharedWording { summary, quote, other: other.into(), other_claim: other_claim.0, share: *share }
            }
            Evidence::SharedValue { quantity, other, other_claim, .. } => {
                Self::SharedValue { summary, quote, quantity: quantity.into(), other: other.into(), other_claim: other_claim.0 }
            }
            Evidence::Rival { holder, other, other_holder, other_claim, .. } => Self::Rival {
                summary,
                quote,
                holder: holder.clone(),
                other: other.into(),
                other_holder: other_holder.clone(),
                other_claim: other_claim.0,
            },
            Evidence::SameFamily { family, other_claim, .. } => {
                Self::SameFamily { summary, quote, family: family.clone(), other_claim: other_claim.0 }
            }
            Evidence::Relabelled { by, reason, .. } => {
                Self::Relabelled { summary, quote, by: by.clone(), reason: reason.clone() }
            }
            Evidence::OutletVoice { .. } => Self::OutletVoice { summary, quote },
            Evidence::Undecided { .. } => Self::Undecided { summary, quote },
        }
    }
}

fn summary(evidence: &Evidence) -> String {
    let words = &evidence.quote().text;
    match evidence {
        Evidence::Denial { cue, denier, asserted_by, .. } => {
            let denier = denier.as_ref().map_or("The outlet".to_owned(), described);
            let target = asserted_by.as_ref().map(|source| format!(" what {} asserts", described(source))).unwrap_or_default();
            format!("{denier} denies{target}, by the words “{cue}”: “{words}”")
        }
        Evidence::QuantityConflict { quantity, other, .. } => {
            format!("Gives “{}” where another outlet gives “{}” for the same time: “{words}”", quantity.text, other.text)
        }
        Evidence::QuantitySuperseded { quantity, other, .. } => {
            format!("Gives “{}”, another outlet “{}” for another time; both may be right: “{words}”", quantity.text, other.text)
        }
        Evidence::Opposite { word, other, other_word, .. } => {
            format!("Says “{word}” where another outlet says “{other_word}”: “{words}” / “{}”", other.text)
        }
        Evidence::Syndicated { credit, chain, .. } => {
            format!("The article is credited to {}: “{}”", chain.join(", distributed by "), credit.text)
        }
        Evidence::CopiedPassage { other, outlet, share, .. } => format!(
            "{:.0} % of the article stands in an earlier one of {outlet}, which has it so: “{}”",
            share * 100.0,
            other.text
        ),
        Evidence::NamedUpstream { cue, upstream, .. } => {
            format!("Passes on a report of {}, by the words “{cue}”: “{words}”", described(upstream))
        }
        Evidence::OwnAccess { cue, root: Some(root), .. } => {
            format!("The outlet has it from {} itself, by the words “{cue}”: “{words}”", described(root))
        }
        Evidence::OwnAccess { cue, root: None, .. } => {
            format!("The outlet gathered it itself, by the words “{cue}”: “{words}”")
        }
        Evidence::Attributed { cue, source, .. } => {
            format!("Reports what {} says, by the words “{cue}”: “{words}”", described(source))
        }
        Evidence::SharedQuotation { other, fidelity, .. } => {
            let how = match fidelity {
                Fidelity::Verbatim => "Repeats",
                Fidelity::Trimmed => "Repeats in part",
                Fidelity::Altered => "Repeats in changed words",
                Fidelity::Paraphrased => "Tells in words of its own",
            };
            format!("{how} a quotation that another article carries: “{}”", other.text)
        }
        Evidence::SharedWording { other, share, .. } => {
            format!("Shares {:.0} % of its wording with an earlier article: “{}”", share * 100.0, other.text)
        }
        Evidence::SharedValue { quantity, other, .. } => {
            format!("Gives the same odd number, {}, as an earlier article: “{}”", quantity.text, other.text)
        }
        Evidence::Rival { holder, other, other_holder, .. } => {
            format!(
                "Names {holder} where another outlet names {other_holder}, and only one of them can be right: “{words}” / “{}”",
                other.text
            )
        }
        Evidence::SameFamily { family, .. } => format!("Another outlet of {family} has it as well: “{words}”"),
        Evidence::Relabelled { by, reason, .. } => format!("{by} decided so ({reason}): “{words}”"),
        Evidence::OutletVoice { .. } => format!("Says it in its own name, and names no other source: “{words}”"),
        Evidence::Undecided { .. } => format!("Says too little to decide: “{words}”"),
    }
}

fn described(source: &Source) -> String {
    match &source.role {
        Some(role) => format!("{} ({role})", source.name),
        None => source.name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ArticleId, SourceKind};

    #[test]
    fn a_denial_names_who_denies_whom() {
        let source = |name: &str, role: Option<&str>| {
            Some(Source { kind: SourceKind::Person, name: name.into(), role: role.map(Into::into) })
        };
        let quote = Quote { article_id: ArticleId::new(), text: "she denied it".into(), span: Span::new(0, 13), in_title: false };
        let mut evidence = Evidence::Denial { quote: quote.clone(), cue: "denied".into(), denier: None, asserted_by: None };
        assert_eq!(summary(&evidence), "The outlet denies, by the words “denied”: “she denied it”");
        evidence = Evidence::Denial {
            quote,
            cue: "denied".into(),
            denier: source("Ada Moor", Some("mayor")),
            asserted_by: source("Ben Low", None),
        };
        assert_eq!(summary(&evidence), "Ada Moor (mayor) denies what Ben Low asserts, by the words “denied”: “she denied it”");
        let json = serde_json::to_value(EvidenceView::from(&evidence)).unwrap();
        assert_eq!((&json["kind"], &json["denier"]["name"]), (&"denial".into(), &"Ada Moor".into()));
        assert_eq!(json["quote"]["span"], serde_json::json!({"start": 0, "end": 13}));
    }
}
