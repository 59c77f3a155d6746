//! Every weight and threshold of the engine, with what it trades. The weights of the signals are in `similarity/weights.tsv`.

/// From where on likeness links. Likeness is a probability (see `similarity::model`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Linking {
    /// From here two claims are linked automatically. 0–1. Higher: fewer wrong joins, more split clusters. Chosen on articles of
    /// one topic, where different claims share many words.
    pub link: f64,
    /// From here two claims are shown to an editor as possibly the same.
    pub suggest: f64,
    /// From here two claims hang together for consolidation; the partition inside is decided by average link.
    pub neighbour: f64,
    /// Below this a pair counts as not alike at all. Lower: slower, and nothing gained.
    pub noise: f64,
    /// What a pair that a guard parts adds to the average of two groups, -1 to 0. Lower: guards split more.
    pub guarded: f64,
    /// Jaro–Winkler from which two different stems count as spellings of one word. 0.92 takes "regonise" for "recognise"
    /// and leaves "wounded" and "founded" apart.
    pub soft_match: f64,
}

impl Linking {
    /// For texts that come without their articles, such as a list of headlines: they share few words beyond what they are
    /// about, so less likeness is enough.
    #[must_use]
    pub fn headlines() -> Self {
        Self { link: 0.33, ..Self::default() }
    }
}

impl Default for Linking {
    fn default() -> Self {
        Self { link: 0.5, suggest: 0.3, neighbour: 0.2, noise: 0.02, guarded: 0.0, soft_match: 0.92 }
    }
}

/// Likeness from which a plain negation, or another number, opposes a claim. Lower: more disputes that speak of something
/// else; higher: more that are missed. A denial in so many words ("denied", "lied about") needs none: what it denies is named.
pub const OPPOSITION_LIKENESS: f64 = 0.5;
