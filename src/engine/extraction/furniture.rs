//! Sorts the lines of an article: body on one side, page furniture on the other; credit lines are read for provenance.
//!
//! Knows nothing of claims. A line is body unless a rule says otherwise, and each rule is about shape or about a pattern in
//! `lexicon/<language>/furniture.tsv`, never about a particular site.

use std::ops::Range;

use super::Draft;
use crate::{
    domain::{Provenance, Syndication, span::CodePoints},
    engine::text::{Lexicon, Registry, Token, TokenKind, fold, lexicon::LinePattern, tokenize},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    Body,
    /// The article's own title, said again.
    Headline,
    Caption,
    Credit,
    /// Navigation, prompts, related titles, by-lines, dates: no sentence of the article.
    Furniture,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// Body paragraphs as byte ranges of the text, datelines left out.
    pub paragraphs: Vec<Range<usize>>,
    pub provenance: Provenance,
}

#[must_use]
pub fn layout(draft: &Draft<'_>, lexicon: &'static Lexicon) -> Layout {
    let _ = lexicon;
    let lines: Vec<Range<usize>> = lines(draft.text);
    let title = draft.title.map(fold).unwrap_or_default();
    // A text with hardly any punctuated line (a headline, a list) has no prose to tell furniture from.
    let punctuated = lines.iter().filter(|line| is_punctuated(&draft.text[(*line).clone()])).count();
    let prose = punctuated > 0;
    let mut layout = Layout::default();
    let mut credits = Credits::default();
    for line in lines {
        let text = &draft.text[line.clone()];
        match classify(text, &title, draft.outlet, prose) {
            LineKind::Body => {
                let start = read_dateline(text, &mut layout.provenance);
                layout.paragraphs.push(line.start + start..line.end);
            }
            LineKind::Credit => credits.read(text, line.clone(), draft),
            LineKind::Headline | LineKind::Caption | LineKind::Furniture => {}
        }
    }
    layout.provenance.syndication = credits.syndication(draft).or_else(|| agency_byline(draft));
    layout
}

fn lines(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        if !trimmed.is_empty() {
            let lead = line.len() - line.trim_start().len();
            found.push(start + lead..start + lead + trimmed.len());
        }
        start += line.len();
    }
    found
}

/// What one line is. `title` is folded; `prose` says that the text has punctuated lines at all.
fn classify(line: &str, title: &str, outlet: &str, prose: bool) -> LineKind {
    let folded = fold(line);
    let folded = folded.trim();
    if !title.is_empty() && same_title(folded, title) {
        return LineKind::Headline;
    }
    if let Some(kind) = by_pattern(folded) {
        return kind;
    }
    if !folded.chars().any(char::is_alphanumeric) {
        return LineKind::Furniture;
    }
    let outlet = fold(outlet);
    if !outlet.is_empty() && names_only_the_outlet(folded, &outlet) {
        return LineKind::Caption;
    }
    if !prose {
        return LineKind::Body;
    }
    if !is_punctuated(line) || is_byline(folded) || is_title_case(line) {
        return LineKind::Furniture;
    }
    if is_caption(line) { LineKind::Caption } else { LineKind::Body }
}

fn by_pattern(folded: &str) -> Option<LineKind> {
    Lexicon::english().furniture.iter().find_map(|(pattern, words, meaning)| {
        let hit = match pattern {
            LinePattern::Whole => folded.trim_end_matches([':', '.', '!']) == words,
            LinePattern::Start => folded.strip_prefix(words.as_str()).is_some_and(|rest| {
                // "watch:" ends in a mark of its own; "share on" must not take "share ones".
                !words.ends_with(char::is_alphanumeric) || rest.chars().next().is_none_or(|c| !c.is_alphanumeric())
            }),
            // A long paragraph that mentions a privacy policy is about it.
            LinePattern::Anywhere => folded.len() < 200 && folded.contains(words.as_str()),
        };
        let sentence = folded.len() > 160 && meaning != "credit";
        (hit && !sentence).then_some(if meaning == "credit" { LineKind::Credit } else { LineKind::Furniture })
    })
}

/// The title, or the title with the site's name behind it.
fn same_title(folded: &str, title: &str) -> bool {
    let bare = |text: &str| text.trim_end_matches(['.', ' ']).to_owned();
    let (line, title) = (bare(folded), bare(title));
    line == title
        || line.strip_prefix(title.as_str()).is_some_and(|rest| rest.len() < 40 && rest.trim_start().starts_with(['-', '|']))
}

/// "- The Outlet" and "… - The Outlet": site headings and picture titles.
fn names_only_the_outlet(folded: &str, outlet: &str) -> bool {
    folded.strip_suffix(outlet).is_some_and(|rest| {
        let rest = rest.trim_end();
        rest.is_empty() || rest.ends_with(['-', '|', '/'])
    })
}

/// Ends as a sentence or a quotation does.
fn is_punctuated(line: &str) -> bool {
    line.trim_end().ends_with(['.', '!', '?', ':', ';', '…', '"', '”', '’', '\'', '»', ')', ',', '。', '！', '？'])
}

/// "'Stop the Coup': Singer Slams Minister as 'Liar'": a headline of another story, whatever it ends in.
fn is_title_case(line: &str) -> bool {
    if line.ends_with(['.', '!', '?', '…']) || line.len() > 160 {
        return false;
    }
    let tokens = tokenize(line, 0, Lexicon::english());
    let words: Vec<&Token<'_>> = tokens.iter().filter(|t| t.is_word() && t.text.chars().count() > 3).collect();
    words.len() > 3 && words.iter().filter(|t| t.is_capitalized()).count() * 10 >= words.len() * 9
}

fn is_byline(folded: &str) -> bool {
    folded.len() < 80 && folded.starts_with("by ") && folded.split_whitespace().count() <= 8
}

/// A picture's description: one sentence in the present tense with the day it was taken, or one that ends in a picture credit.
fn is_caption(line: &str) -> bool {
    if line.len() > 420 {
        return false;
    }
    let tokens = tokenize(line, 0, Lexicon::english());
    if has_picture_credit(line) {
        return true;
    }
    let Some(ending) = dated_ending(&tokens) else { return false };
    let first_verb = tokens[..ending].iter().find_map(|token| {
        Lexicon::english()
            .verb(token.norm())
            .filter(|verb| verb.form.third_person || verb.form.past || (verb.form.base && token.is("is")))
    });
    let one_sentence = line.matches(". ").count() <= 3;
    one_sentence && first_verb.is_some_and(|verb| verb.form.third_person && !verb.form.past)
}

/// "(Name Surname/TASS/Abaca)", "(AP Photo/Name)", "(Getty Images)" at the end.
fn has_picture_credit(line: &str) -> bool {
    let Some(open) = line.rfind('(') else { return false };
    let inside = line[open + 1..].trim_end_matches(['.', ' ']).trim_end_matches(')');
    let folded = fold(inside);
    let slashes = inside.contains('/') && inside.chars().next().is_some_and(char::is_uppercase) && !inside.contains("://");
    line.trim_end().trim_end_matches('.').ends_with(')')
        && inside.len() < 80
        && (slashes || ["photo", "getty images", "photograph", "image:", "picture:"].iter().any(|word| folded.contains(word)))
}

/// Where a final "Friday, Feb. 8, 2019." or "March 6, 2019" begins, if the line ends in one.
fn dated_ending(tokens: &[Token<'_>]) -> Option<usize> {
    let last = tokens.iter().rposition(|token| token.kind != TokenKind::Mark)?;
    let year = &tokens[last];
    if year.kind != TokenKind::Number || year.text.len() != 4 || !matches!(year.text.as_bytes()[0], b'1' | b'2') {
        return None;
    }
    tokens[last.saturating_sub(5)..last]
        .iter()
        .position(|token| super::time::month(token.norm()).is_some())
        .map(|at| last.saturating_sub(5) + at)
}

/// Reads "WASHINGTON (Sputnik) - " and returns where the sentence behind it begins.
fn read_dateline(line: &str, provenance: &mut Provenance) -> usize {
    let limit = line.char_indices().nth(80).map_or(line.len(), |(at, _)| at);
    let head = &line[..limit];
    let Some((dash, width)) = [" - ", " – ", " — ", " -- ", ") -", "—", ": "]
        .iter()
        .filter_map(|mark| {
            head.find(mark).map(|at| (at + usize::from(mark.starts_with(')')), mark.len() - usize::from(mark.starts_with(')'))))
        })
        .min()
    else {
        return 0;
    };
    let before = head[..dash].trim();
    let (place, agency) = match before.split_once('(') {
        Some((place, rest)) => (place.trim(), rest.strip_suffix(')').map(str::trim)),
        None => (before, None),
    };
    let capitals = place.chars().filter(|c| c.is_alphabetic()).count();
    let leading_word_is_capitals = place
        .split([',', ' '])
        .next()
        .is_some_and(|w| w.chars().count() > 2 && w.chars().all(|c| c.is_uppercase() || !c.is_alphabetic()));
    let is_place = capitals > 2 && leading_word_is_capitals;
    // "(Reuters) - …" has no place; "LONDON: …" needs no agency; a bare "Word - " is no dateline.
    if !(is_place || (place.is_empty() && agency.is_some_and(|name| name.chars().next().is_some_and(char::is_uppercase)))) {
        return 0;
    }
    if agency.is_none() && place.split_whitespace().count() > 5 {
        return 0;
    }
    if is_place && provenance.dateline_place.is_none() {
        provenance.dateline_place = Some(place.trim_end_matches(',').to_owned());
    }
    if let Some(name) = agency.filter(|name| name.len() < 60)
        && provenance.dateline_agency.is_none()
    {
        provenance.dateline_agency = Some(name.to_owned());
    }
    let rest = &line[dash + width..];
    dash + width + (rest.len() - rest.trim_start().len())
}

/// Credit lines of one article, the producer and those who passed it on.
#[derive(Default)]
struct Credits {
    producer: Option<String>,
    distributors: Vec<String>,
    first_line: Option<Range<usize>>,
}

impl Credits {
    fn read(&mut self, line: &str, at: Range<usize>, draft: &Draft<'_>) {
        let folded = fold(line);
        let found = if let Some(name) = copyright_holder(line) {
            let own = is_own_name(&name, draft);
            if !own && self.producer.is_none() {
                self.producer = Some(name);
            }
            !own
        } else if folded.starts_with("distributed by") {
            let name = organisation(&line["distributed by".len().min(line.len())..]);
            let own = name.is_empty() || is_own_name(&name, draft);
            if !own {
                self.distributors.push(name);
            }
            !own
        } else if let Some(name) = originally_by(line, &folded).filter(|name| !is_own_name(name, draft)) {
            self.producer.get_or_insert(name);
            true
        } else {
            false
        };
        if found {
            self.first_line.get_or_insert(at);
        }
    }

    fn syndication(self, draft: &Draft<'_>) -> Option<Syndication> {
        let line = self.first_line?;
        let chain: Vec<String> = self.producer.into_iter().chain(self.distributors).collect();
        let span = CodePoints::of(draft.text).span(draft.text, line.start, line.end);
        (!chain.is_empty()).then(|| Syndication { chain, text: draft.text[line].to_owned(), span })
    }
}

/// "© 2019 Bloomberg News" → "Bloomberg News". A picture credit ("© REUTERS / Name") has no year, and credits a picture.
fn copyright_holder(line: &str) -> Option<String> {
    let rest = line.trim_start();
    let lower = fold(rest);
    let rest = ["©", "(c)", "copyright ©", "copyright (c)", "copyright"]
        .iter()
        .filter(|mark| lower.starts_with(**mark))
        .max_by_key(|mark| mark.chars().count())
        .map(|mark| rest.char_indices().nth(mark.chars().count()).map_or("", |(at, _)| &rest[at..]))?
        .trim_start();
    let year = rest.get(..4).filter(|year| year.bytes().all(|b| b.is_ascii_digit()))?;
    let name = organisation(rest[year.len()..].trim_start_matches([',', ' ', '-']));
    (!name.is_empty() && !name.contains('/')).then_some(name)
}

/// "This article was originally published by The Example on …" → "The Example".
fn originally_by(line: &str, folded: &str) -> Option<String> {
    if let Some(rest) = folded.strip_prefix("source:") {
        return Some(organisation(&line[line.len() - rest.len().min(line.len())..])).filter(|name| !name.is_empty());
    }
    if !folded.starts_with("this ") && !folded.starts_with("originally") && !folded.starts_with("republished") {
        return None;
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    let at = words
        .iter()
        .rposition(|word| matches!(*word, "by" | "in" | "from"))
        .or_else(|| words.iter().position(|word| *word == "on"))?;
    let name: Vec<&str> = words[at + 1..]
        .iter()
        .copied()
        .take_while(|word| word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()))
        .collect();
    Some(organisation(&name.join(" "))).filter(|name| !name.is_empty())
}

/// The name up to the end of its clause, without the form of company: "Tribune Content Agency, LLC." → "Tribune Content Agency".
fn organisation(text: &str) -> String {
    let end = text.find(['.', ',', '|', ';', '(']).unwrap_or(text.len());
    text[..end].trim().trim_end_matches(" LLC").trim_end_matches(" Inc").trim().to_owned()
}

fn is_own_name(name: &str, draft: &Draft<'_>) -> bool {
    super::sources::same_outlet(name, draft.outlet, draft.domain)
}

/// "By Reuters" over an article of another outlet.
fn agency_byline(draft: &Draft<'_>) -> Option<Syndication> {
    let byline = draft.byline?;
    let folded = fold(byline);
    let words: Vec<&str> =
        folded.split(|c: char| !c.is_alphanumeric() && c != '-').filter(|w| !w.is_empty() && *w != "by").collect();
    let (outlet, length) =
        (0..words.len()).find_map(|at| Registry::built_in().outlet(|i| words.get(at + i).copied()).map(|(o, n)| (o, n + at)))?;
    let whole_byline = length == words.len();
    if !whole_byline || !outlet.is_agency || is_own_name(&outlet.name, draft) {
        return None;
    }
    Some(Syndication { chain: vec![outlet.name.clone()], text: byline.to_owned(), span: crate::domain::Span::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> Vec<&str> {
        layout(
            &Draft { text, title: Some("Mayor opens bridge"), outlet: "Harbour Courier", ..Draft::default() },
            Lexicon::english(),
        )
        .paragraphs
        .into_iter()
        .map(|range| &text[range])
        .collect()
    }

    #[test]
    fn prompts_navigation_and_related_titles_are_no_body() {
        let text = "- Harbour Courier\nWorld\nMayor opens bridge\nMayor Opens Bridge - Harbour Courier\nSubscribe\n\
            The bridge opened on Monday.\nREAD MORE: Why the Bridge Was Late\nA Crowd on the Bridge - Harbour Courier\n\
            Tolls to Rise Next Year\n“It is done,” she said.\nJoin our commenting forum\nNewsfeed\n0\nlog in or register";
        assert_eq!(body(text), ["The bridge opened on Monday.", "“It is done,” she said."]);
    }

    #[test]
    fn captions_are_no_body() {
        let text = "© AGENCY / Some NameA crowd waits\nA woman carries a bag over the bridge, Friday, Feb. 8, 2019.\n\
            The mayor, rear, looks on as crews work in the city on March 6, 2019. (Jo Doe/TASS/Example)\n\
            The bridge carries 300 cars a day.\nThe mayor died on March 6, 2019.";
        assert_eq!(body(text), ["The bridge carries 300 cars a day.", "The mayor died on March 6, 2019."]);
    }

    #[test]
    fn a_text_without_any_punctuation_is_read_as_it_is() {
        assert_eq!(body("Bridge closed after storm"), ["Bridge closed after storm"]);
    }

    fn provenance(text: &str, outlet: &str, byline: Option<&str>) -> Provenance {
        layout(&Draft { text, outlet, byline, domain: Some("courier.example"), ..Draft::default() }, Lexicon::english())
            .provenance
    }

    #[test]
    fn a_credit_line_names_the_producer_and_the_distributor() {
        let found = provenance(
            "It rained.\n\n© 2019 Bloomberg News\n\nDistributed by Tribune Content Agency, LLC.",
            "Harbour Courier",
            None,
        );
        assert_eq!(
            found.syndication.map(|s| s.chain),
            Some(vec!["Bloomberg News".to_owned(), "Tribune Content Agency".to_owned()])
        );
    }

    #[test]
    fn own_copyright_and_picture_credits_are_no_syndication() {
        assert_eq!(provenance("It rained.\n© 2019 Harbour Courier", "Harbour Courier", None).syndication, None);
        assert_eq!(provenance("It rained.\n© REUTERS / Jo Doe", "Harbour Courier", None).syndication, None);
    }

    #[test]
    fn an_agency_byline_is_syndication() {
        assert_eq!(
            provenance("It rained.", "Harbour Courier", Some("By Reuters")).syndication.map(|s| s.chain),
            Some(vec!["Reuters".to_owned()])
        );
        assert_eq!(provenance("It rained.", "Harbour Courier", Some("Jo Doe")).syndication, None);
    }

    #[test]
    fn an_original_publisher_is_read() {
        let text = "It rained.\nThis article was originally published by Valley Post on 3 May.";
        assert_eq!(provenance(text, "Harbour Courier", None).syndication.map(|s| s.chain), Some(vec!["Valley Post".to_owned()]));
    }

    #[test]
    fn datelines_are_kept_as_provenance_and_left_out_of_the_body() {
        let text = "WASHINGTON (Sputnik) - The senator left.\nLONDON, Feb 3 — It rained.";
        assert_eq!(body(text), ["The senator left.", "It rained."]);
        let found = provenance(text, "Harbour Courier", None);
        assert_eq!((found.dateline_place.as_deref(), found.dateline_agency.as_deref()), (Some("WASHINGTON"), Some("Sputnik")));
        assert_eq!(body("The mayor - a baker - left."), ["The mayor - a baker - left."]);
    }
}
