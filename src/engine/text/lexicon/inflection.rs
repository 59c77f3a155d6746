//! Forms of verbs from their lemma, one function a language; the lists hold what is irregular.

use rustc_hash::FxHashMap;

use super::{Verb, VerbForm, lines};

/// Folded form → lemma and which forms it can be.
pub type Forms = FxHashMap<String, Verb>;

/// Lines are `lemma`, then past and participle where they are irregular.
pub fn english(file: &'static str) -> Forms {
    let mut forms = Forms::default();
    let mut add = |word: String, lemma: &str, set: fn(&mut VerbForm)| {
        set(&mut forms.entry(word).or_insert_with(|| Verb { lemma: lemma.to_owned(), ..Verb::default() }).form);
    };
    for line in lines(file) {
        let parts: Vec<&str> = line.split_whitespace().collect();
        let lemma = parts[0];
        let e = lemma.ends_with('e');
        let y = lemma.ends_with('y') && !lemma.ends_with("ay") && !lemma.ends_with("ey") && !lemma.ends_with("oy");
        let sibilant = ["s", "x", "z", "ch", "sh", "o"].iter().any(|ending| lemma.ends_with(ending));
        let doubled = doubles(lemma).then(|| format!("{lemma}{}", &lemma[lemma.len() - 1..]));
        let root = doubled.as_deref().unwrap_or(lemma);
        add(lemma.to_owned(), lemma, |form| form.base = true);
        let third = if lemma == "be" {
            "is".to_owned()
        } else if lemma == "have" {
            "has".to_owned()
        } else if y {
            format!("{}ies", &lemma[..lemma.len() - 1])
        } else if sibilant {
            format!("{lemma}es")
        } else {
            format!("{lemma}s")
        };
        add(third, lemma, |form| form.third_person = true);
        let ing = if let Some(stem) = lemma.strip_suffix("ie") {
            format!("{stem}ying")
        } else if e && !lemma.ends_with("ee") && lemma != "be" {
            format!("{}ing", &lemma[..lemma.len() - 1])
        } else {
            format!("{root}ing")
        };
        add(ing, lemma, |form| form.ing = true);
        let regular = if e {
            format!("{lemma}d")
        } else if y {
            format!("{}ied", &lemma[..lemma.len() - 1])
        } else {
            format!("{root}ed")
        };
        add(parts.get(1).map_or_else(|| regular.clone(), |w| (*w).to_owned()), lemma, |form| form.past = true);
        add(parts.get(2).map_or(regular, |w| (*w).to_owned()), lemma, |form| form.participle = true);
    }
    // "recognised" beside "recognized": the lists have the American spelling, the news has both.
    let british: Vec<(String, Verb)> = forms
        .iter()
        .filter(|(_, verb)| verb.lemma.len() > 5 && (verb.lemma.ends_with("ize") || verb.lemma.ends_with("yze")))
        .map(|(form, verb)| (form.replacen("iz", "is", 1).replacen("yz", "ys", 1), verb.clone()))
        .collect();
    for (form, verb) in british {
        forms.entry(form).or_insert(verb);
    }
    for word in ["are", "were", "am"] {
        let form = VerbForm { past: word == "were", third_person: word != "were", ..VerbForm::default() };
        forms.insert(word.to_owned(), Verb { lemma: "be".to_owned(), form, ..Verb::default() });
    }
    forms
}

/// "spokesman" → "spokesmen", "ministry" → "ministries".
#[must_use]
pub fn english_plural(noun: &str) -> String {
    if let Some(stem) = noun.strip_suffix("man") {
        return format!("{stem}men");
    }
    if let Some(stem) = noun.strip_suffix("child") {
        return format!("{stem}children");
    }
    match noun.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'i', 'o', 'u'])) {
        Some(stem) => format!("{stem}ies"),
        None if noun.ends_with(['s', 'x', 'z']) || noun.ends_with("ch") || noun.ends_with("sh") => format!("{noun}es"),
        None => format!("{noun}s"),
    }
}

/// One vowel and one consonant at the end of a short word or of a listed longer one: "stop" → "stopped", "commit" → "committed".
fn doubles(lemma: &str) -> bool {
    let bytes = lemma.as_bytes();
    let vowel = |b: u8| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u');
    let n = bytes.len();
    if n < 3 || vowel(bytes[n - 1]) || matches!(bytes[n - 1], b'w' | b'x' | b'y') || !vowel(bytes[n - 2]) || vowel(bytes[n - 3]) {
        return false;
    }
    let vowels = bytes.iter().filter(|b| vowel(**b)).count();
    vowels == 1
        || [
            "admit", "commit", "permit", "submit", "occur", "refer", "prefer", "transfer", "compel", "expel", "control",
            "patrol", "regret", "forget", "begin", "defer", "infer", "rebut", "acquit", "cancel", "travel", "label", "signal",
            "total", "kidnap",
        ]
        .contains(&lemma)
}
