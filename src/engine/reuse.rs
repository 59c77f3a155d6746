//! Two texts to the passages that one took from the other, with their places in both.
//!
//! A text's [`Print`] is its words and the hashes of all runs of five of them. The part of the shorter text's runs that stand in
//! the other is their containment (Broder 1997, "On the resemblance and containment of documents"): likeness of whole texts
//! would hide a copy inside a longer one. Runs in common are the seeds from which passages grow (as in greedy string tiling, Wise
//! 1993), over edits of a few words. Candidates are found by a [`sketch`](Print::sketch): the runs whose hash is 0 modulo a small
//! number (Manber 1994, "Finding similar files in a large file system"), of which two texts that share one both keep it, and
//! so that short texts have some as well, the few smallest hashes of each (the bottom sketch of Broder 1997).
//!
//! Who copied from whom is told by the dates that articles give. Anybody can give an early one, so it is doubted where what the
//! service has seen itself speaks against it ([`Side::is_doubted`]).

mod sketches;

use std::ops::Range;

use chrono::{DateTime, TimeDelta, Utc};
use rustc_hash::{FxHashMap, FxHashSet};

pub(crate) use self::sketches::Sketched;
pub use self::sketches::Sketches;
use super::{
    extraction::{self, Draft},
    settings::{COPIED_PASSAGE_WORDS, DATED_AT_ONCE_HOURS, SEEN_BEFORE_HOURS, SKETCH_MODULUS, SKETCH_SMALLEST},
    text::fold,
};
use crate::domain::{Article, Outlet, Passage, Provenance, Reuse, Span, span::CodePoints};

/// Words of a run. Shorter ones are phrases that many texts share; longer ones are lost by every small edit.
const RUN: usize = 5;
/// Words that may be put in, left out or put otherwise between two runs in common without ending a passage: an edited clause
/// does not, a sentence put in does.
const GAP: usize = 8;
/// Places of one run that are tried in the other text. A bound on the work that a text of one word repeated can cause.
const PLACES: usize = 8;
/// Hashes of one sketch at most: those of 10,000 words. Of longer texts the smallest are kept, the same ones in a copy.
const LONGEST_SKETCH: usize = 1_000;

/// A text's words and runs.
pub struct Print<'t> {
    text: &'t str,
    words: Vec<Word>,
    /// Hash of the run that begins at each word but the last four.
    runs: Vec<u64>,
}

struct Word {
    hash: u64,
    /// Bytes of the text.
    at: Range<usize>,
}

impl<'t> Print<'t> {
    /// Of a whole text.
    #[must_use]
    pub fn of(text: &'t str) -> Self {
        Self::of_parts(text, std::slice::from_ref(&(0..text.len())))
    }

    /// Of the parts of a text that are its own: byte ranges in order, such as an article's paragraphs without credits and captions.
    #[must_use]
    pub fn of_parts(text: &'t str, parts: &[Range<usize>]) -> Self {
        let mut words = Vec::new();
        for part in parts {
            push_words(text, part.clone(), &mut words);
        }
        let runs = words.windows(RUN).map(|run| run.iter().fold(0, |hash, word| mix(hash ^ word.hash))).collect();
        Self { text, words, runs }
    }

    /// Of an article's own text: credits and captions, which many articles share, are no copies.
    #[must_use]
    pub fn of_article(article: &'t Article) -> Self {
        let body = extraction::body(&Draft {
            title: article.title.as_deref(),
            text: &article.text,
            outlet: &article.outlet.name,
            domain: article.outlet.domain.as_deref(),
            byline: article.byline.as_deref(),
            published_at: article.published_at,
            language: Some(&article.language),
            registry: None,
        });
        Self::of_parts(&article.text, &body)
    }

    /// Number of words.
    #[must_use]
    pub fn words(&self) -> usize {
        self.words.len()
    }

    /// The runs by which candidates are found: sorted, each once. Kept with the article, so that it has to stay the same for the
    /// same text.
    #[must_use]
    pub fn sketch(&self) -> Vec<u64> {
        let mut runs = self.runs.clone();
        runs.sort_unstable();
        runs.dedup();
        let (smallest, others) = runs.split_at(runs.len().min(SKETCH_SMALLEST));
        let others = others.iter().filter(|run| **run % SKETCH_MODULUS == 0);
        smallest.iter().chain(others).copied().take(LONGEST_SKETCH).collect()
    }

    fn place(&self, points: &CodePoints, words: &Range<usize>) -> Span {
        points.span(self.text, self.words[words.start].at.start, self.words[words.end - 1].at.end)
    }

    fn distinct(&self) -> FxHashSet<u64> {
        self.runs.iter().copied().collect()
    }
}

/// Part of the distinct runs of the shorter text that stand in the other, 0–1. 0 where one of them has no run.
#[must_use]
pub fn containment(a: &Print<'_>, b: &Print<'_>) -> f32 {
    let (a, b) = (a.distinct(), b.distinct());
    let (shorter, longer) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let shared = shorter.iter().filter(|run| longer.contains(run)).count();
    if shorter.is_empty() { 0.0 } else { shared as f32 / shorter.len() as f32 }
}

/// An article that is compared with another.
pub struct Side<'t> {
    pub article: &'t Article,
    pub print: Print<'t>,
    /// When its text was first received at its address: an edit does not make it younger, another text does.
    pub known_since: DateTime<Utc>,
}

impl<'t> Side<'t> {
    /// The first text at its address.
    #[must_use]
    pub fn of(article: &'t Article) -> Self {
        Self { article, print: Print::of_article(article), known_since: article.received_at }
    }

    /// Whether it is not believed to have been there before `other`: it was received later, long after the date it gives, while
    /// `other` was received when it says that it appeared, and does not say itself that it comes from there. Of two that were both
    /// received late, as archives are, the dates tell.
    fn is_doubted(&self, other: &Self) -> bool {
        let (Some(own), Some(others)) = (self.article.published_at, other.article.published_at) else { return false };
        let at_once = |received: DateTime<Utc>, date| received - date <= TimeDelta::hours(DATED_AT_ONCE_HOURS);
        own <= others
            && others <= self.article.received_at
            && self.known_since - other.known_since >= TimeDelta::hours(SEEN_BEFORE_HOURS)
            && at_once(other.known_since, others)
            && !at_once(self.known_since, own)
            && self.article.outlet.id != other.article.outlet.id
            && !credits(other.article, &self.article.outlet)
    }
}

/// Whether an article says itself that it comes from an outlet: "Meridian" and "Meridian Wire" are one. Its own outlet's name says
/// nothing of the kind, as in the dateline of an agency.
fn credits(article: &Article, outlet: &Outlet) -> bool {
    let bare = |name: &str| fold(name).trim_start_matches("the ").to_owned();
    let begins = |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    let Provenance { syndication, dateline_agency, .. } = &article.provenance;
    let producers = syndication.iter().flat_map(|credit| &credit.chain).chain(dateline_agency).map(|name| bare(name));
    let (own, credited) = (bare(&article.outlet.name), bare(&outlet.name));
    producers.filter(|name| !name.is_empty() && *name != own).any(|name| begins(&credited, &name) || begins(&name, &credited))
}

/// What the later of two articles has from the earlier; of equal times the names decide, as everywhere, and then the addresses.
/// `None` when they share no passage.
#[must_use]
pub fn reuse(a: &Side<'_>, b: &Side<'_>) -> Option<Reuse> {
    let key = |article: &Article| (article.time(), article.outlet.name.clone(), article.url.clone(), article.id);
    let (later, earlier) = if key(a.article) > key(b.article) { (a, b) } else { (b, a) };
    let against_dates = earlier.is_doubted(later);
    let (copy, source) = if against_dates { (earlier, later) } else { (later, earlier) };
    let passages = passages(&copy.print, &source.print);
    let words: u32 = passages.iter().map(|passage| passage.words).sum();
    (words > 0).then(|| Reuse {
        article: copy.article.id,
        source: source.article.id,
        against_dates,
        share: (words as f32 / copy.print.words() as f32).min(1.0),
        words,
        passages,
    })
}

/// Where the words of a claim stand in a text that it was copied from: its longest run of common words, over small edits. `None` when
/// there are none.
#[must_use]
pub fn counterpart(claim: &str, text: &str) -> Option<Span> {
    let (claim, source) = (Print::of(claim), Print::of(text));
    let longest =
        aligned(&claim, &source).into_iter().max_by_key(|found| (found.words, std::cmp::Reverse(found.source.start)))?;
    Some(source.place(&CodePoints::of(text), &longest.source))
}

/// Passages of `copy` that stand in `source`, in the order of `copy`; each with at least [`COPIED_PASSAGE_WORDS`] words in common.
///
/// Takes time in proportion to the two lengths, whatever the texts are.
#[must_use]
pub fn passages(copy: &Print<'_>, source: &Print<'_>) -> Vec<Passage> {
    let (in_copy, in_source) = (CodePoints::of(copy.text), CodePoints::of(source.text));
    aligned(copy, source)
        .into_iter()
        .filter(|found| found.words >= COPIED_PASSAGE_WORDS)
        .map(|found| Passage {
            span: copy.place(&in_copy, &found.copy),
            other_span: source.place(&in_source, &found.source),
            words: u32::try_from(found.words).unwrap_or(u32::MAX),
        })
        .collect()
}

/// A passage as ranges of words.
struct Aligned {
    copy: Range<usize>,
    source: Range<usize>,
    /// Words in common, in their order.
    words: usize,
}

/// Runs in common from left to right, each as far as the texts agree, joined over gaps.
fn aligned(copy: &Print<'_>, source: &Print<'_>) -> Vec<Aligned> {
    let mut places: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
    for (at, run) in source.runs.iter().enumerate() {
        let known = places.entry(*run).or_default();
        if known.len() < PLACES {
            known.push(at);
        }
    }
    let mut found: Vec<Aligned> = Vec::new();
    let mut at = 0;
    while at < copy.runs.len() {
        let open = found.last().filter(|open| at - open.copy.end <= GAP);
        let joins = |place: usize| open.is_some_and(|open| (open.source.end..=open.source.end + GAP).contains(&place));
        // The place that agrees longest; of several the one that goes on where the passage before ended.
        let best = places
            .get(&copy.runs[at])
            .into_iter()
            .flatten()
            .map(|&place| (agreement(&copy.words[at..], &source.words[place..]), joins(place), std::cmp::Reverse(place)))
            .max();
        // No agreement where two runs have one hash by chance.
        let Some((length, joins, std::cmp::Reverse(place))) = best.filter(|(length, ..)| *length >= RUN) else {
            at += 1;
            continue;
        };
        match found.last_mut().filter(|_| joins) {
            Some(open) => {
                open.copy.end = at + length;
                open.source.end = place + length;
                open.words += length;
            }
            None => found.push(Aligned { copy: at..at + length, source: place..place + length, words: length }),
        }
        at += length;
    }
    found
}

/// Words at the beginning of both.
fn agreement(a: &[Word], b: &[Word]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a.hash == b.hash).count()
}

/// Appends the words of one part: letters and digits, with apostrophes inside.
fn push_words(text: &str, part: Range<usize>, words: &mut Vec<Word>) {
    let Some(inside) = text.get(part.clone()) else { return };
    let mut begun = None;
    for (at, ch) in inside.char_indices().chain([(inside.len(), ' ')]) {
        match (begun, continues_word(ch)) {
            (None, true) => begun = Some(at),
            (Some(from), false) => {
                let raw = inside[from..at].trim_end_matches(|ch: char| !ch.is_alphanumeric());
                let word = raw.trim_start_matches(|ch: char| !ch.is_alphanumeric());
                let end = part.start + from + raw.len();
                if !word.is_empty() {
                    words.push(Word { hash: hash(&fold(word)), at: end - word.len()..end });
                }
                begun = None;
            }
            _ => {}
        }
    }
}

/// What folds to an apostrophe or to nothing does not end a word: invisible characters could hide a copy.
fn continues_word(ch: char) -> bool {
    ch.is_alphanumeric() || ch == '\'' || !ch.is_ascii() && matches!(fold(ch.encode_utf8(&mut [0; 4])).as_str(), "'" | "")
}

/// FNV-1a (Fowler, Noll and Vo): hashes are stored, so that they must not depend on a library's version.
fn hash(word: &str) -> u64 {
    word.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The finalizer of SplitMix64 (Steele, Lea and Flood 2014), after a step that tells an order of words from another.
fn mix(hash: u64) -> u64 {
    let hash = hash.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::domain::{ArticleId, ArticleStatus, OutletId, OutletKind, Syndication};

    const SOURCE: &str = "The harbour board closed the northern pier on Monday after divers found cracks in eleven of its forty piles. \
        Repairs will take at least until March, the board said, and cost about two million euros. Ferries to the islands leave from \
        the fish market until then.";

    fn found(copy: &str, source: &str) -> Vec<Passage> {
        passages(&Print::of(copy), &Print::of(source))
    }

    /// The words in common, as they stand in the copy and in the source.
    fn texts<'t>(copy: &'t str, source: &'t str) -> Vec<(&'t str, &'t str)> {
        let slice = |span: Span, text: &'t str| span.slice(text).unwrap();
        found(copy, source).iter().map(|passage| (slice(passage.span, copy), slice(passage.other_span, source))).collect()
    }

    #[test]
    fn a_copied_sentence_is_found_inside_a_text_of_its_own() {
        let copy = "Islanders are angry, our reporter found on a visit. “Repairs will take at least until March, the board said, and \
            cost about two million euros”, but nobody here believes it.";
        let shared = "Repairs will take at least until March, the board said, and cost about two million euros";
        assert_eq!(texts(copy, SOURCE), [(shared, shared)]);
    }

    #[test]
    fn an_edited_sentence_stays_one_passage() {
        let copy = "The harbour board has closed the northern pier on Monday after its divers found cracks in eleven of the forty piles. \
            Repairs will take at least until March and cost about two million euros.";
        let passages = found(copy, SOURCE);
        assert_eq!(passages.len(), 1);
        assert_eq!(passages[0].span.slice(copy).unwrap().split_whitespace().next(), Some("closed"));
        assert!(passages[0].words >= 20, "{passages:?}");
    }

    #[test]
    fn what_is_told_in_other_words_is_no_copy() {
        let told = "Eleven of forty piles of the north pier are cracked, divers say. The pier is shut, and boats to the islands now go from \
            the fish market. It will cost some two million euros to repair.";
        assert_eq!(found(told, SOURCE), []);
        assert!(containment(&Print::of(told), &Print::of(SOURCE)) < 0.1);
    }

    #[test]
    fn a_short_text_is_contained_in_a_long_one_and_nothing_in_an_empty_one() {
        let part = &SOURCE[..109];
        assert_eq!(containment(&Print::of(part), &Print::of(SOURCE)), 1.0);
        assert_eq!(containment(&Print::of(""), &Print::of(SOURCE)), 0.0);
    }

    #[test]
    fn print_and_invisible_characters_hide_no_copy() {
        let disguised = SOURCE.to_uppercase().replace(' ', "\u{a0}").replace("RE", "R\u{200b}É").replace(". ", " — ");
        assert_eq!(containment(&Print::of(&disguised), &Print::of(SOURCE)), 1.0);
        assert_eq!(found(&disguised, SOURCE).len(), 1);
    }

    #[test]
    fn only_the_parts_given_are_compared() {
        let credit = "Photo: closed the northern pier on Monday after divers found cracks in eleven of its forty piles, archive";
        let text = format!("{credit}\nAnother story altogether.");
        assert_eq!(found(&text, SOURCE).len(), 1);
        let body = [credit.len()..text.len()];
        assert_eq!(passages(&Print::of_parts(&text, &body), &Print::of(SOURCE)), []);
    }

    #[test]
    fn one_word_repeated_takes_no_longer_than_it_is() {
        let hostile = "ha ".repeat(100_000);
        let passages = found(&hostile, &hostile);
        assert_eq!((passages.len(), passages[0].words), (1, 100_000));
        assert_eq!(Print::of(&hostile).sketch().len(), 1);
        // A shorter one is taken again and again.
        assert!(found(&hostile, &"ha ".repeat(300)).len() > 1);
    }

    #[test]
    fn stored_hashes_stay_what_they_are() {
        assert_eq!(hash("pier"), 13_771_960_440_641_061_317);
        assert_eq!(Print::of("One two three four five").runs, [2_637_778_098_288_225_037]);
    }

    /// SOURCE in an article of `outlet`, dated and received at these hours, its address known since the third.
    fn article(outlet: u128, dated: Option<i64>, received: i64) -> Article {
        let at = |hour: i64| DateTime::UNIX_EPOCH + TimeDelta::hours(hour);
        Article {
            id: ArticleId(Uuid::from_u128(outlet)),
            outlet: Outlet {
                id: OutletId(Uuid::from_u128(outlet)),
                name: format!("Outlet {outlet}"),
                domain: None,
                kind: OutletKind::Website,
                family: None,
            },
            status: ArticleStatus::Linked,
            url: format!("https://{outlet}.example/"),
            canonical_url: None,
            title: None,
            byline: None,
            text: SOURCE.to_owned(),
            language: "en".to_owned(),
            published_at: dated.map(at),
            received_at: at(received),
            revision: 1,
            current: true,
            withdrawal: None,
            provenance: Provenance::default(),
        }
    }

    #[test]
    fn an_early_date_is_believed_unless_an_earlier_receipt_speaks_against_it() {
        let prompt = |hour| article(1, Some(hour), hour + 1);
        let of = |provenance| Article { provenance, ..prompt(100) };
        let credited = |producer: &str| {
            let syndication = Syndication { chain: vec![producer.to_owned()], text: String::new(), span: Span::default() };
            of(Provenance { syndication: Some(syndication), ..Provenance::default() })
        };
        let dateline = |agency: &str| of(Provenance { dateline_agency: Some(agency.to_owned()), ..Provenance::default() });
        let known = |article: &Article, since: i64| DateTime::UNIX_EPOCH.max(article.received_at - TimeDelta::hours(since));
        let own_dateline = {
            let mut own = dateline("Outlet");
            own.outlet.name = "Outlet".to_owned();
            own
        };
        let cases = [
            ("a date before the source's, received after it", prompt(100), article(2, Some(10), 200), 0, true),
            ("received before it", prompt(100), article(2, Some(10), 90), 0, false),
            ("received after it, but soon after its own date", prompt(100), article(2, Some(99), 123), 0, false),
            ("a day and an hour after its own date", prompt(100), article(2, Some(99), 124), 0, true),
            ("an edit of what was known before", prompt(100), article(2, Some(10), 200), 180, false),
            ("an edit of what was known since, but late", prompt(100), article(2, Some(10), 200), 50, true),
            ("both from an archive", article(1, Some(100), 300), article(2, Some(10), 400), 0, false),
            ("beside one without a date", article(1, None, 100), article(2, Some(10), 200), 0, false),
            ("without a date", prompt(100), article(2, None, 200), 0, false),
            ("later by its date", prompt(100), article(2, Some(110), 200), 0, false),
            ("of the same outlet", prompt(100), article(1, Some(10), 200), 0, false),
            ("beside one that credits it", credited("The outlet 2 wire"), article(2, Some(10), 200), 0, false),
            ("beside one that credits another", credited("Outlet 22"), article(2, Some(10), 200), 0, true),
            ("beside one with its dateline", dateline("OUTLET"), article(2, Some(10), 200), 0, false),
            ("beside one with its own dateline", own_dateline, article(2, Some(10), 200), 0, true),
            ("of the very same date", prompt(100), article(0, Some(100), 200), 0, true),
            ("received within the same hour", prompt(100), article(2, Some(10), 101), 0, false),
            ("received an hour after it", prompt(100), article(2, Some(10), 102), 0, true),
            ("beside a date to come", article(1, Some(110), 100), article(2, Some(10), 105), 0, false),
        ];
        for (what, first, second, edited, doubted) in cases {
            let side = |article, since| Side { known_since: known(article, since), ..Side::of(article) };
            let (a, b) = (side(&first, 0), side(&second, edited));
            let pair = reuse(&a, &b).expect("a passage");
            assert_eq!(reuse(&b, &a), Some(pair.clone()), "{what}");
            assert_eq!(pair.against_dates, doubted, "{what}");
            let earlier = if first.time() < second.time() { &first } else { &second };
            assert_eq!(pair.source == earlier.id, !doubted, "{what}");
        }
        let (first, second) = (prompt(100), article(2, Some(10), 200));
        let edited = Article { received_at: first.received_at + TimeDelta::hours(300), ..first.clone() };
        let edited = Side { known_since: first.received_at, ..Side::of(&edited) };
        assert!(reuse(&edited, &Side::of(&second)).expect("a passage").against_dates, "an edit of the witness");
    }

    proptest! {
        #[test]
        fn spans_show_the_same_words_in_both_texts(
            before in "\\PC{0,80}", after in "\\PC{0,80}", other in "\\PC{0,80}", from in 0usize..10, length in 15usize..30,
        ) {
            let words: Vec<&str> = SOURCE.split(' ').collect();
            let shared = words[from..(from + length).min(words.len())].join(" ");
            let (copy, source) = (format!("{before}. {shared}. {after}"), format!("{other}. {shared}"));
            let passages = found(&copy, &source);
            prop_assert!(!passages.is_empty());
            for passage in passages {
                let print = |text: &str| Print::of(text).words.iter().map(|word| word.hash).collect::<Vec<_>>();
                let (a, b) = (print(passage.span.slice(&copy).unwrap()), print(passage.other_span.slice(&source).unwrap()));
                let common = a.iter().filter(|word| b.contains(word)).count();
                prop_assert!(common >= passage.words as usize);
                prop_assert!(a.len().max(b.len()) <= passage.words as usize * 3);
            }
        }

        #[test]
        fn any_two_texts_can_be_compared(a in "\\PC{0,300}", b in "(a |b |ä |’|\u{301}){0,200}") {
            let (one, two) = (Print::of(&a), Print::of(&b));
            prop_assert_eq!(containment(&one, &two), containment(&two, &one));
            for print in [&one, &two] {
                prop_assert_eq!(containment(print, print), if print.runs.is_empty() { 0.0 } else { 1.0 });
                prop_assert!(print.sketch().iter().all(|hash| print.runs.contains(hash)));
                let whole = passages(print, print);
                prop_assert_eq!(whole.len(), usize::from(print.words() >= COPIED_PASSAGE_WORDS));
            }
            for passage in passages(&two, &one) {
                prop_assert!(passage.span.slice(&b).is_some() && passage.other_span.slice(&a).is_some());
            }
        }
    }
}
