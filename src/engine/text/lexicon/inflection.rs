//! Forms of verbs from their lemma, one function a language; the lists hold what is irregular.

use rustc_hash::FxHashMap;

use super::{Verb, VerbForm, fold, lines};

/// Form → lemma and which forms it can be. Keys are folded, except where an accent tells two forms apart.
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
        add(lemma.to_owned(), lemma, |form| (form.base, form.present) = (true, true));
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

/// "funcionario" → "funcionarios", "portavoz" → "portavoces", "comunicacion" → "comunicaciones".
pub fn spanish_plural(noun: &str) -> String {
    match noun.strip_suffix('z') {
        Some(stem) => format!("{stem}ces"),
        None if noun.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{noun}s"),
        None if noun.ends_with('s') => noun.to_owned(),
        None => format!("{noun}es"),
    }
}

/// Lines are a lemma, then what is irregular, as `form=value`: `present` (stem of "piensa"), `yo` ("digo"), `past` (stem of
/// "dijo"), `weak` (stem of "pidió"), `future` (stem of "dirá"), `participle` ("dicho"); lists of whole forms are `third`,
/// `presents`, `pasts`. A form is listed as it is written, and without its accent where nothing else is written so.
pub fn spanish(file: &'static str) -> Forms {
    let mut forms = Forms::default();
    for line in lines(file) {
        let mut parts = line.split_whitespace();
        let lemma = fold(parts.next().unwrap_or_default());
        let given: FxHashMap<&str, &str> = parts.filter_map(|part| part.split_once('=')).collect();
        let mut add = |word: String, set: fn(&mut VerbForm)| {
            set(&mut forms.entry(word).or_insert_with(|| Verb { lemma: lemma.clone(), ..Verb::default() }).form);
        };
        Conjugation::new(&lemma, &given).each(&mut add);
        for (key, set) in [
            ("third", (|form| form.third_person = true) as fn(&mut VerbForm)),
            ("presents", |form| form.present = true),
            ("pasts", |form| form.past = true),
        ] {
            given.get(key).into_iter().flat_map(|list| list.split(',')).for_each(|word| add(word.to_owned(), set));
        }
    }
    let bare: Vec<(String, Verb)> = forms
        .iter()
        .filter(|(word, _)| !word.is_ascii())
        .map(|(word, verb)| (fold(word), verb.clone()))
        // "anuncio" and "marche" are other words than "anunció" and "marché".
        .filter(|(word, _)| !forms.contains_key(word) && word.ends_with(['a', 'n', 's']))
        .collect();
    forms.extend(bare);
    forms
}

/// The stems a Spanish verb is conjugated from (Real Academia Española 2009, ch. 4).
struct Conjugation<'a> {
    lemma: &'a str,
    /// "ar", or "er" and "ir", which differ in little.
    is_ar: bool,
    is_ir: bool,
    stem: &'a str,
    /// Of the present where the stress is on it: "piens-", "dig-".
    present: String,
    first: String,
    past: Option<&'a str>,
    weak: String,
    future: &'a str,
    participle: String,
}

impl<'a> Conjugation<'a> {
    fn new(lemma: &'a str, given: &FxHashMap<&str, &'a str>) -> Self {
        let (stem, ending) = lemma.split_at(lemma.len().saturating_sub(2));
        let (is_ar, is_ir) = (ending == "ar", ending == "ir");
        let vowel = stem.ends_with(['a', 'e', 'o', 'u']) && !stem.ends_with("gu") && !stem.ends_with("qu");
        // "construir": construye, construyó, construido.
        let uir = is_ir && vowel && stem.ends_with('u');
        let regular = if uir { format!("{stem}y") } else { stem.to_owned() };
        let present = given.get("present").map_or(regular, |stem| (*stem).to_owned());
        let first = given.get("yo").map_or_else(|| format!("{}o", respelt(&present, is_ar, 'o')), |form| (*form).to_owned());
        let weak = given.get("weak").map_or(stem, |stem| stem).to_owned();
        let participle = given.get("participle").map_or_else(
            || match () {
                () if is_ar => format!("{stem}ado"),
                () if vowel && !uir => format!("{stem}ído"),
                () => format!("{stem}ido"),
            },
            |form| (*form).to_owned(),
        );
        let past = given.get("past").copied();
        let future = given.get("future").copied().unwrap_or(lemma);
        Self { lemma, is_ar, is_ir, stem, present, first, past, weak, future, participle }
    }

    fn each(&self, add: &mut impl FnMut(String, fn(&mut VerbForm))) {
        let Self { lemma, stem, present, weak, future, .. } = self;
        let vowel = weak.ends_with(['a', 'e', 'o', 'u']) && !weak.ends_with("gu") && !weak.ends_with("qu") && !self.is_ar;
        add((*lemma).to_owned(), |form| form.base = true);
        for clitic in ["se", "lo", "la", "le", "los", "las", "les"] {
            add(format!("{lemma}{clitic}"), |form| form.base = true);
        }

        let third = if self.is_ar { ["a", "an"] } else { ["e", "en"] };
        third.iter().for_each(|ending| add(format!("{present}{ending}"), |form| form.third_person = true));
        add(self.first.clone(), |form| form.present = true);
        let we = if self.is_ar {
            "amos"
        } else if self.is_ir {
            "imos"
        } else {
            "emos"
        };
        add(format!("{stem}{we}"), |form| form.present = true);
        // Subjunctive: "pidió que renuncie", "niega que cierren".
        let root = self.first.strip_suffix('o').filter(|_| !self.is_ar).unwrap_or(present);
        let mood = if self.is_ar { ["e", "en"] } else { ["a", "an"] };
        for ending in mood {
            let root = if self.is_ar { respelt(root, true, 'e') } else { root.to_owned() };
            add(format!("{root}{ending}"), |form| form.third_person = true);
        }

        let they = match self.past {
            Some(past) => {
                ["o", "e", "imos"].iter().for_each(|ending| add(format!("{past}{ending}"), |form| form.past = true));
                // "dijeron", "tuvieron"
                if past.ends_with('j') { format!("{past}ero") } else { format!("{past}iero") }
            }
            None if self.is_ar => {
                add(format!("{stem}ó"), |form| form.past = true);
                add(format!("{}é", respelt(stem, true, 'e')), |form| form.past = true);
                format!("{stem}aro")
            }
            None => {
                add(format!("{weak}{}", if vowel { "yó" } else { "ió" }), |form| form.past = true);
                add(format!("{stem}í"), |form| form.past = true);
                format!("{weak}{}", if vowel { "yero" } else { "iero" })
            }
        };
        add(format!("{they}n"), |form| form.past = true);
        let root = &they[..they.len() - 1];
        for ending in ["a", "an"] {
            add(format!("{root}{ending}"), |form| form.past = true);
        }
        let root = &root[..root.len() - 1];
        ["se", "sen"].iter().for_each(|ending| add(format!("{root}{ending}"), |form| form.past = true));
        let was = if self.is_ar { ["aba", "aban"] } else { ["ía", "ían"] };
        was.iter().for_each(|ending| add(format!("{stem}{ending}"), |form| form.past = true));

        for ending in ["á", "án", "é", "emos", "ía", "ían"] {
            add(format!("{future}{ending}"), |form| (form.third_person, form.future) = (true, true));
        }
        let gerund = match () {
            () if self.is_ar => "ando",
            () if vowel => "yendo",
            () => "iendo",
        };
        add(format!("{weak}{gerund}"), |form| form.ing = true);
        let participle = self.participle.strip_suffix('o').unwrap_or(&self.participle);
        for ending in ["o", "a", "os", "as"] {
            add(format!("{participle}{ending}"), |form| form.participle = true);
        }
    }
}

/// A stem before another kind of vowel keeps its sound: "explic-e" is "explique", "exig-o" is "exijo".
fn respelt(stem: &str, is_ar: bool, vowel: char) -> String {
    let front = vowel == 'e' || vowel == 'i';
    let changes: &[(&str, &str)] = match (is_ar, front) {
        (true, true) => &[("gu", "gü"), ("c", "qu"), ("g", "gu"), ("z", "c")],
        // "conocer" and "producir" say "zc" behind a vowel, "vencer" and "ejercer" only "z".
        (false, false) => &[("gu", "g"), ("g", "j"), ("ac", "azc"), ("ec", "ezc"), ("oc", "ozc"), ("uc", "uzc"), ("c", "z")],
        _ => &[],
    };
    match changes.iter().find_map(|(from, to)| Some((stem.strip_suffix(from)?, to))) {
        Some((rest, to)) => format!("{rest}{to}"),
        None => stem.to_owned(),
    }
}
