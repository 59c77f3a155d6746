//! Reads what stands before the first sentence of a report: "WASHINGTON (Reuters) -", "Paris, 3 May —", "10:45 a.m. —".

use super::lines::Words;
use crate::engine::text::{Class, Lexicon, Registry, fold};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dateline<'a> {
    pub place: Option<&'a str>,
    pub agency: Option<&'a str>,
    /// Where the sentence behind it begins.
    pub end: usize,
}

/// The dateline that `line` begins with.
pub fn read<'a>(line: &'a str, lexicon: &'static Lexicon, registry: &Registry) -> Option<Dateline<'a>> {
    let first = line.chars().next()?;
    if !(first.is_uppercase() || first.is_numeric() || first == '(') {
        return None;
    }
    let joint = Joint::find(line)?;
    let head = line[..joint.at].trim_end();
    let end = line.len() - line[joint.end..].trim_start().len();
    // "NATO – which has no army – …" goes on with a small letter.
    if !line[end..].starts_with(|ch: char| !ch.is_lowercase() && (ch.is_alphanumeric() || "\"“‘'«¿¡$€£[(@#".contains(ch)))
    {
        return None;
    }
    if is_stamp(head, lexicon) {
        return Some(Dateline { end, ..Dateline::default() });
    }
    let (before, agency) = split_agency(head);
    let place = Place::read(before, lexicon)?;
    let known_agency = |name: &str| is_outlet(name, registry);
    let accepted = match agency {
        Some(name) => {
            is_name(name) && (place.name.is_empty() || place.capitals || place.dated || place.known || known_agency(name))
        }
        None if joint.colon => place.capitals && (place.known || place.dated || place.label),
        None if !place.name.is_empty() && known_agency(place.name) => {
            return Some(Dateline { place: None, agency: Some(place.name), end });
        }
        None => place.dated || (place.capitals && (place.known || place.label || place.letters > 3)),
    };
    let name = Some(place.name).filter(|name| !name.is_empty() && !place.label);
    accepted.then_some(Dateline { place: name, agency, end })
}

/// The dash or colon that closes a dateline.
struct Joint {
    at: usize,
    end: usize,
    colon: bool,
}

impl Joint {
    fn find(line: &str) -> Option<Self> {
        const FARTHEST: usize = 99;
        // Most lines begin without any of the marks, which their bytes tell sooner than their characters.
        let may_hold = |seen: bool, byte: &u8| seen | !byte.is_ascii() | matches!(byte, b'-' | b':');
        if !line.as_bytes()[..line.len().min(FARTHEST)].iter().fold(false, may_hold) {
            return None;
        }
        let marks = line.char_indices().take(FARTHEST).filter(|(_, ch)| matches!(ch, '-' | '–' | '—' | ':'));
        for (at, ch) in marks {
            let before = line[..at].chars().next_back().unwrap_or(' ');
            let after = line[at..].chars().nth(1)?;
            let dash = match ch {
                '-' | '–' if before.is_whitespace() => {
                    after.is_whitespace() || after == '-' || line[..at].trim_end().ends_with(')')
                }
                '-' | '–' => before == ')' || (matches!(before, '.' | '/') && (after.is_whitespace() || after == '-')),
                '—' => true,
                _ => false,
            };
            let colon = ch == ':' && after.is_whitespace();
            if dash || colon {
                let rest = &line[at..];
                let width = rest.len() - rest.trim_start_matches(['-', '–', '—', ':']).len();
                return Some(Self { at, end: at + width, colon });
            }
        }
        None
    }
}

/// "LONDON, Feb. 8 (AP)" → "LONDON, Feb. 8" and "AP"; "/Newswire/" is how press releases write it.
fn split_agency(head: &str) -> (&str, Option<&str>) {
    let head = head.trim_end_matches('.');
    let split = |inside: &'_ str, open: char| inside.rfind(open).map(|at| (at, at + open.len_utf8()));
    if let Some(inside) = head.strip_suffix(')')
        && let Some((at, from)) = split(inside, '(')
    {
        return (head[..at].trim(), Some(inside[from..].trim()));
    }
    if let Some(inside) = head.strip_suffix('/')
        && let Some((at, from)) = split(inside, '/')
    {
        return (head[..at].trim(), Some(inside[from..].trim()));
    }
    (head, None)
}

/// A few words, the first with a capital.
fn is_name(text: &str) -> bool {
    text.len() < 60 && text.starts_with(char::is_uppercase) && text.split_whitespace().count() <= 5
}

struct Place<'a> {
    name: &'a str,
    /// Its first word is written in capitals.
    capitals: bool,
    letters: usize,
    dated: bool,
    known: bool,
    label: bool,
}

impl<'a> Place<'a> {
    /// `None` where words stand that no place or date has.
    fn read(text: &'a str, lexicon: &'static Lexicon) -> Option<Self> {
        const MOST_WORDS: usize = 7;
        let mut name = text;
        let mut dated = false;
        for (i, word) in text.split_whitespace().enumerate() {
            let bare = word.trim_matches(|ch: char| !ch.is_alphanumeric());
            let number = bare.starts_with(|ch: char| ch.is_ascii_digit());
            let calendar = lexicon.is(&fold(bare), Class::Calendar);
            if (number || calendar) && !dated {
                // "LONDON, Feb. 8": the place ends where the date begins.
                name = &text[..word.as_ptr() as usize - text.as_ptr() as usize];
                dated = true;
            }
            let joins = bare.chars().count() <= 3;
            if i >= MOST_WORDS || !(number || calendar || joins || bare.starts_with(char::is_uppercase)) {
                return None;
            }
        }
        // A bare number is no date.
        dated &= text.split_whitespace().any(|word| lexicon.is(fold(word).trim_matches(['.', ',']), Class::Calendar));
        let name = name.trim().trim_end_matches(['.', ',']);
        let first = name.split([',', ' ', '/']).next().unwrap_or_default();
        let letters = name.chars().filter(|ch| ch.is_alphabetic()).count();
        let capitals =
            letters > 2 && first.chars().nth(1).is_some() && first.chars().all(|ch| ch.is_uppercase() || !ch.is_alphabetic());
        let folded = fold(name.split(',').next().unwrap_or_default());
        let words: Vec<&str> = folded.split_whitespace().collect();
        let known = lexicon.place(|i| words.get(i).copied()).is_some_and(|(_, length)| length == words.len());
        // "On Monday — …".
        if !capitals && lexicon.is(&fold(first), Class::Opener) {
            return None;
        }
        let label = capitals && words.iter().all(|word| lexicon.is(word, Class::Label));
        Some(Self { name, capitals, letters, dated, known, label })
            .filter(|place| !place.name.is_empty() || place.dated || text.is_empty())
    }
}

fn is_outlet(name: &str, registry: &Registry) -> bool {
    let folded = fold(name);
    let words: Vec<&str> = folded.split_whitespace().collect();
    registry.outlet(|i| words.get(i).copied()).is_some_and(|(_, length)| length == words.len())
}

/// "10:45 a.m.", "Feb. 8, 14:32 GMT": when a part of a live report was written.
fn is_stamp(head: &str, lexicon: &'static Lexicon) -> bool {
    if !head.contains(|ch: char| ch.is_ascii_digit()) {
        return false;
    }
    let mut words = Words::default();
    words.read(head, head.len());
    // A number alone may be a year.
    (words.len() > 1 || head.contains(':')) && super::is_stamp(&words, lexicon)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, place: &str, agency: &str, rest: &str) {
        let found = read(line, Lexicon::english(), Registry::built_in()).unwrap_or_default();
        let parts = (found.place.unwrap_or_default(), found.agency.unwrap_or_default(), &line[found.end..]);
        assert_eq!(parts, (place, agency, rest), "{line}");
    }

    #[test]
    fn a_dateline_names_place_and_agency() {
        for (head, place, agency) in [
            ("WASHINGTON (Reuters) - ", "WASHINGTON", "Reuters"),
            ("WASHINGTON (Reuters) -", "WASHINGTON", "Reuters"),
            ("WASHINGTON, Feb 8 (Reuters) - ", "WASHINGTON", "Reuters"),
            ("LONDON, Feb. 8 (AP) — ", "LONDON", "AP"),
            ("LONDON (AP) —", "LONDON", "AP"),
            ("MOSCOW. May 3 (Interfax) - ", "MOSCOW", "Interfax"),
            ("BEIJING, May 3 (Xinhua) -- ", "BEIJING", "Xinhua"),
            ("Caracas (AFP) – ", "Caracas", "AFP"),
            ("Caracas, Feb 8 (EFE).- ", "Caracas", "EFE"),
            ("NEW YORK, May 3, 2019 /Newswire/ -- ", "NEW YORK", "Newswire"),
            ("CARACAS, Venezuela — ", "CARACAS, Venezuela", ""),
            ("CARACAS, Venezuela (AP) — ", "CARACAS, Venezuela", "AP"),
            ("SÃO PAULO — ", "SÃO PAULO", ""),
            ("RIO DE JANEIRO — ", "RIO DE JANEIRO", ""),
            ("Paris/Berlin, 3 May - ", "Paris/Berlin", ""),
            ("LONDON: ", "LONDON", ""),
            ("(Reuters) - ", "", "Reuters"),
            ("Feb 8 (Reuters) - ", "", "Reuters"),
            ("(CNN) — ", "", "CNN"),
            ("CNN — ", "", "CNN"),
            ("10:45 a.m. — ", "", ""),
            ("14:32 GMT - ", "", ""),
            ("UPDATE - ", "", ""),
            ("BREAKING: ", "", ""),
        ] {
            for rest in ["The senator left.", "“We left,” he said.", "12 people left."] {
                check(&format!("{head}{rest}"), place, agency, rest);
            }
        }
    }

    #[test]
    fn other_heads_are_no_dateline() {
        for line in [
            "The mayor - a baker - left.",
            "NATO — the alliance — left.",
            "Jane Roe (Labour) - The candidate for Leeds.",
            "Jane Roe: “We left.”",
            "The senator said: “We left.”",
            "NASA: The agency left.",
            "On Monday — The Day After — he left.",
            "Paris-based lenders left.",
            "2019 - The year of the storm.",
            "- He left.",
            "LONDON",
            "LONDON - ",
            "",
        ] {
            check(line, "", "", line);
        }
    }

    proptest::proptest! {
        #[test]
        fn a_dateline_ends_in_its_line(line in "[A-Z(]\\PC{0,40}[-—:] ?\\PC{0,40}") {
            if let Some(found) = read(&line, Lexicon::english(), Registry::built_in()) {
                proptest::prop_assert!(line.get(found.end..).is_some_and(|rest| !rest.is_empty()));
            }
        }
    }
}
