//! A place in a stored text.

use serde::{Deserialize, Serialize};

/// Half-open range of Unicode code points into a stored text (an article's `text`, or its `title` for a headline claim).
///
/// Code points, not bytes: clients in any language can slice with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end);
        // Texts are capped far below 4 billion code points at the edge; saturating keeps the function total.
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { start: clamp(start), end: clamp(end) }
    }

    #[must_use]
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The text that stands at this span, or `None` when the span reaches past the end.
    #[must_use]
    pub fn slice(self, text: &str) -> Option<&str> {
        let mut offsets = text.char_indices().map(|(at, _)| at).chain(std::iter::once(text.len()));
        let start = offsets.nth(self.start as usize)?;
        let end = if self.is_empty() { start } else { offsets.nth(self.len() - 1)? };
        text.get(start..end)
    }
}

/// Turns byte offsets of one text into code points; built once per text, each look-up is a binary search.
pub struct CodePoints {
    /// Byte offset of every 64th code point.
    marks: Vec<usize>,
}

impl CodePoints {
    const STRIDE: usize = 64;

    #[must_use]
    pub fn of(text: &str) -> Self {
        Self { marks: text.char_indices().step_by(Self::STRIDE).map(|(at, _)| at).collect() }
    }

    /// `start` and `end` are byte offsets on character boundaries of `text`, the text this was built from.
    #[must_use]
    pub fn span(&self, text: &str, start: usize, end: usize) -> Span {
        let first = self.index(text, start);
        Span::new(first, first + text[start..end].chars().count())
    }

    fn index(&self, text: &str, byte: usize) -> usize {
        let block = self.marks.partition_point(|&mark| mark <= byte).saturating_sub(1);
        let from = self.marks.get(block).copied().unwrap_or(0);
        block * Self::STRIDE + text[from..byte].chars().count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_counts_code_points_and_not_bytes() {
        let text = "Élan “vital” — naïf";
        assert_eq!(Span::new(5, 12).slice(text), Some("“vital”"));
        assert_eq!(Span::new(0, 0).slice(text), Some(""));
        assert_eq!(Span::new(15, 19).slice(text), Some("naïf"));
        assert_eq!(Span::new(15, 20).slice(text), None);
    }

    proptest::proptest! {
        #[test]
        fn bytes_to_code_points_and_back(text in "\\PC{0,300}", a in 0usize..300, b in 0usize..300) {
            let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let (a, b) = (starts[a % starts.len()], starts[b % starts.len()]);
            let (start, end) = (a.min(b), a.max(b));
            let span = CodePoints::of(&text).span(&text, start, end);
            proptest::prop_assert_eq!(span.slice(&text), Some(&text[start..end]));
        }
    }
}
