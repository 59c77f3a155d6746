//! The reason for a decision, as a value. A sentence for people is rendered from it at the edge.

use serde::{Deserialize, Serialize};

use super::{ArticleId, ClaimId, Quantity, Source, Span};

/// Words that stand in an article, and where: what a reader can check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    pub article_id: ArticleId,
    pub text: String,
    pub span: Span,
    /// True when the span counts in the article's title instead of its text.
    pub in_title: bool,
}

/// How faithfully a quotation is repeated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fidelity {
    #[default]
    Verbatim,
    /// Words are left out, none is changed.
    Trimmed,
    /// A few words are others.
    Altered,
    /// What the one quotes the other tells in its own words, of the same speaker.
    Paraphrased,
}

/// One reason. Every variant carries at least one [`Quote`] from the article it judges.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Evidence {
    /// The claim denies what others assert: by a denial frame ("denied that", "lied about") or its own negation.
    Denial { quote: Quote, cue: String, denier: Option<Source>, asserted_by: Option<Source> },
    /// Two numbers for the same thing at the same time that cannot both be right.
    QuantityConflict { quote: Quote, quantity: Quantity, other: Quantity, other_claim: ClaimId },
    /// The same thing counted at another time: not a dispute.
    QuantitySuperseded { quote: Quote, quantity: Quantity, other: Quantity, other_claim: ClaimId },
    /// A word that cannot be true together with one of another claim: "rose" where that one says "fell".
    Opposite { quote: Quote, word: String, other: Quote, other_word: String, other_claim: ClaimId },
    /// Somebody else holds what only one can hold: "Roe won the vote" where another claim says "Doe won the vote".
    Rival { quote: Quote, holder: String, other: Quote, other_holder: String, other_claim: ClaimId },
    /// A credit line says that the whole article was produced by somebody else.
    Syndicated { quote: Quote, credit: Quote, chain: Vec<String> },
    /// Stands in a passage, or in a whole article, that was copied from an earlier article of another outlet. `other` are the words
    /// there, `share` is the part of the judged article that stands in the earlier one, 0–1.
    CopiedPassage { quote: Quote, other: Quote, outlet: String, other_claim: Option<ClaimId>, share: f32 },
    /// The chain names another outlet or agency: "told Reuters", "according to the AP".
    NamedUpstream { quote: Quote, cue: String, upstream: Source },
    /// The outlet gathered it itself: "told <this outlet>".
    OwnAccess { quote: Quote, cue: String, root: Option<Source> },
    /// Said by a person, body or document, and passed on.
    Attributed { quote: Quote, cue: String, source: Source },
    /// The same quotation stands in another article.
    SharedQuotation {
        quote: Quote,
        other: Quote,
        other_claim: ClaimId,
        #[serde(default)]
        fidelity: Fidelity,
    },
    /// The same wording stands in an earlier article of another outlet. `share` is the part of this claim's wording, 0–1.
    SharedWording { quote: Quote, other: Quote, other_claim: ClaimId, share: f32 },
    /// The same odd number stands in an earlier article of another outlet.
    SharedValue { quote: Quote, quantity: Quantity, other: Quote, other_claim: ClaimId },
    /// Another outlet of the same publisher has it.
    SameFamily { quote: Quote, family: String, other_claim: ClaimId },
    /// The outlet says it in its own voice, and nothing points to another source.
    OutletVoice { quote: Quote },
    /// An editor decided. What the rules say stands behind it.
    Relabelled { quote: Quote, by: String, reason: String },
    /// The rules do not decide: too little is asserted.
    Undecided { quote: Quote },
}

impl Evidence {
    /// The earlier article that the claim's words were found in.
    #[must_use]
    pub fn source_article(&self) -> Option<ArticleId> {
        match self {
            Self::CopiedPassage { other, .. }
            | Self::SharedQuotation { other, .. }
            | Self::SharedWording { other, .. }
            | Self::SharedValue { other, .. } => Some(other.article_id),
            _ => None,
        }
    }

    /// The words in the judged article.
    #[must_use]
    pub fn quote(&self) -> &Quote {
        match self {
            Self::Denial { quote, .. }
            | Self::QuantityConflict { quote, .. }
            | Self::QuantitySuperseded { quote, .. }
            | Self::Opposite { quote, .. }
            | Self::Rival { quote, .. }
            | Self::SharedValue { quote, .. }
            | Self::Syndicated { quote, .. }
            | Self::CopiedPassage { quote, .. }
            | Self::NamedUpstream { quote, .. }
            | Self::OwnAccess { quote, .. }
            | Self::Attributed { quote, .. }
            | Self::SharedQuotation { quote, .. }
            | Self::SharedWording { quote, .. }
            | Self::SameFamily { quote, .. }
            | Self::Relabelled { quote, .. }
            | Self::OutletVoice { quote }
            | Self::Undecided { quote } => quote,
        }
    }
}
