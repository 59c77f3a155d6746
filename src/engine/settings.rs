//! Every weight and threshold of the engine, with what it trades. The weights of the signals are in `similarity/weights/`.

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Texts {
    /// Whole texts of a sentence, each about one thing.
    Headlines,
    /// The claims of articles, each in the context of its own.
    Articles,
}

/// From where on likeness links. Likeness is a probability (see `similarity::model`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Linking {
    /// What the weights of the signals were fitted on.
    pub texts: Texts,
    /// Whether a pair is read in the company of its nearest others (see `clustering::partition::in_company`).
    pub company: bool,
    /// From here two claims are linked automatically. 0–1. Higher: fewer wrong joins, more split clusters. For articles it is
    /// chosen on twelve labelled stories in one pool, each read by weights fitted on the others, so that what stands in one cluster
    /// agrees with the labels (B-cubed precision 0.92). It lies below a half because average link asks it of the whole cluster.
    pub link: f64,
    /// From here two claims are shown to an editor as possibly the same.
    pub suggest: f64,
    /// From here two claims hang together for consolidation; the partition inside is decided by average link.
    pub neighbour: f64,
    /// Below this a pair counts as not alike at all. Lower: slower, and nothing gained.
    pub noise: f64,
    /// What a guard takes from the likeness of a pair where groups are weighed, 0–2. Higher: guards split more.
    pub guard_cost: f64,
    /// The most that a pair counts which shares too little to tell. Higher: short texts hang together over one word.
    pub too_little: f64,
    /// Jaro–Winkler from which two different stems count as spellings of one word. 0.92 takes "regonise" for "recognise"
    /// and leaves "wounded" and "founded" apart.
    pub soft_match: f64,
}

impl Linking {
    /// For texts that come without their articles, such as a list of headlines: they share few words beyond what they are
    /// about, so less likeness is enough. Chosen on the Emergent training half (Ferreira & Vlachos 2016): B-cubed F1 0.936 among 60
    /// claims and 0.890 among 239, on claims that the weights were not fitted on.
    #[must_use]
    pub fn headlines() -> Self {
        Self { texts: Texts::Headlines, company: true, link: 0.32, too_little: 0.09, ..Self::default() }
    }
}

impl Default for Linking {
    fn default() -> Self {
        Self {
            texts: Texts::Articles,
            company: false,
            link: 0.33,
            suggest: 0.08,
            neighbour: 0.05,
            noise: 0.02,
            guard_cost: 0.6,
            too_little: 0.14,
            soft_match: 0.92,
        }
    }
}

/// A claim that is no more like than this to any other claim of its cluster is shown to an editor, 0–1. Average link holds it there all the
/// same. Higher: a longer worklist, more of it right as it stands.
pub const DOUBT: f64 = 0.3;

/// Likeness from which a plain negation, or another number, opposes a claim. Lower: more disputes that speak of something
/// else; higher: more that are missed. A denial in so many words ("denied", "lied about") needs none: what it denies is named.
pub const OPPOSITION_LIKENESS: f64 = 0.1;

/// Words that a passage of two articles must have in common. Lower: set phrases, titles of office and lines that sites put into
/// every text count as copies. Among 1,293 articles (FNC-1) 78 pairs on different stories share 12 to 14 words, and 6 share 15 to 19.
pub const COPIED_PASSAGE_WORDS: usize = 15;

/// Part of an article's words that stand in one earlier article, 0–1, from which all of it echoes that one. Higher: what a copy adds
/// in its own words counts as gathered by the outlet itself; lower: so does less of what an outlet adds to a long quotation.
pub const COPIED_ARTICLE: f32 = 0.6;

/// Part of a claim that must stand in a copied passage, 0–1. Below 1, as an edit at its edge ends a passage.
pub const COPIED_CLAIM: f32 = 0.8;

/// One run of words in so many is kept to find articles that share passages, and of each article so many of the smallest besides.
/// Fewer are fewer rows in the database (44 an article of 380 words as it is) and miss more short copies: `examples/reuse.rs`
/// measures it.
pub const SKETCH_MODULUS: u64 = 10;
pub const SKETCH_SMALLEST: usize = 8;

/// Hours between the date of an article and its receipt within which the date is believed whatever else is known. Longer: a forged date
/// steals the origin of what was received in the meantime; shorter: an article that a feed lists late loses its own.
pub const DATED_AT_ONCE_HOURS: i64 = 24;

/// Hours between two receipts from which the one was there before the other. Less is one moment: that of an import, or of the first
/// look at some feeds, whose order says nothing.
pub const SEEN_BEFORE_HOURS: i64 = 1;

/// Earlier articles that one is compared with at most: those with the most hashes in common.
pub const REUSE_SOURCES: usize = 10;
/// Later articles that are asked at most whether a new one is among their sources: those with the most hashes in common. They are many
/// only where the source of a much copied story arrives last.
pub const REUSE_COPIES: usize = 50;

/// Sources by which an article's claims are judged, those that most of it stands in.
pub const JUDGED_SOURCES: usize = 5;
