//! Who says it, through whom.

use serde::{Deserialize, Serialize};

/// Source, cue and content of a claim: "Roe" + "said" + …, with the chain from the nearest upstream to the root.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Attribution {
    pub voice: Voice,
    /// The nearest source: who is said to have said it. `None` in the outlet's own voice.
    pub source: Option<Source>,
    /// The words that attribute: "said", "according to", "denied".
    pub cue: Option<String>,
    /// From the nearest upstream to the root, without the outlet itself: `[Reuters, a senior White House official]`.
    pub chain: Vec<Source>,
    /// The words between quotation marks, where there are any.
    pub quote: Option<String>,
    /// The words that deny, where the claim is a denial frame ("denied", "lied about", "is false") and not a plain negation.
    #[serde(default)]
    pub denial: Option<String>,
    /// Somebody whose assertion the source here rejects: Doe in "Roe said Doe lied about …".
    pub asserted_by: Option<Source>,
    /// The outlet gathered it itself: "told <this outlet>", "in an interview with <this outlet>".
    pub own_access: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Voice {
    /// The outlet says it in its own name.
    #[default]
    Outlet,
    /// Somebody else is named as saying it.
    Attributed,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Source {
    pub kind: SourceKind,
    /// As the article writes it, titles removed: "Jane Roe", "a senior treasury official".
    pub name: String,
    /// "US Secretary of State", where the article says it.
    pub role: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    Person,
    Organisation,
    OfficialBody,
    /// Described but not named: "a senior official, who spoke on condition of anonymity".
    Anonymous,
    Document,
    SocialPost,
    /// Another outlet or an agency.
    Outlet,
}

impl SourceKind {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Organisation => "organisation",
            Self::OfficialBody => "official_body",
            Self::Anonymous => "anonymous",
            Self::Document => "document",
            Self::SocialPost => "social_post",
            Self::Outlet => "outlet",
        }
    }
}
