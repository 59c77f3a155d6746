//! Phrases that turn a proposition, only seem to, or make it depend on something.

use super::{Aliases, tabbed};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modality {
    /// "no longer", "rule out".
    Negates,
    /// "not only": no denial.
    Idle,
    /// "cannot exclude": neither asserted nor denied.
    Open,
    /// "if", "provided that".
    Condition,
}

pub(super) fn parse(file: &'static str) -> Aliases<Modality> {
    Aliases::new(tabbed(file).filter_map(|row| {
        let modality = named(row[0])?;
        Some((row.get(1)?.split('|').map(str::to_owned).collect(), modality))
    }))
}

fn named(kind: &str) -> Option<Modality> {
    match kind {
        "negates" => Some(Modality::Negates),
        "open" => Some(Modality::Open),
        "idle" => Some(Modality::Idle),
        "condition" => Some(Modality::Condition),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::ENGLISH_FILES, *};

    #[test]
    fn every_row_has_a_meaning() {
        for row in tabbed(ENGLISH_FILES.modality) {
            assert!(named(row[0]).is_some() && row.len() == 2, "{row:?}");
        }
    }
}
