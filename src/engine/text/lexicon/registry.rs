//! Agencies and outlets by name: those of the data file, and those that a workspace knows.

use std::sync::LazyLock;

use super::{Aliases, Class, Lexicon, lines};
use crate::engine::text::fold;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredOutlet {
    pub name: String,
    pub is_agency: bool,
}

/// Outlets that a workspace knows, beside those of the data file.
#[derive(Default)]
pub struct Registry(Aliases<RegisteredOutlet>);

static PUBLIC: LazyLock<Aliases<RegisteredOutlet>> = LazyLock::new(|| {
    Aliases::new(lines(include_str!("registry/outlets.tsv")).map(|line| {
        let row: Vec<&str> = line.split('\t').collect();
        let names = row.get(1).copied().unwrap_or("").split('|').chain([row[0]]).filter(|a| !a.is_empty());
        let outlet = RegisteredOutlet { name: row[0].to_owned(), is_agency: row.get(2) == Some(&"agency") };
        (names.map(fold).collect(), outlet)
    }))
});

impl Registry {
    /// An agency is also known by the first word of its name ("Meridian" for "Meridian Wire").
    pub fn new<'a>(outlets: impl IntoIterator<Item = (&'a str, bool)>) -> Self {
        Self(Aliases::new(outlets.into_iter().map(|(name, is_agency)| {
            let full = fold(name);
            let bare = full.strip_prefix("the ").unwrap_or(&full).to_owned();
            let distinctive = |word: &&str| is_agency && word.len() > 3 && !Lexicon::english().is(word, Class::Stopword);
            let first = bare.split(' ').next().filter(distinctive).map(str::to_owned);
            let names: Vec<String> = first.into_iter().chain([full.clone(), bare.clone()]).collect();
            (names, RegisteredOutlet { name: name.to_owned(), is_agency })
        })))
    }

    /// What is known without any workspace.
    #[must_use]
    pub fn built_in() -> &'static Self {
        static NONE: LazyLock<Registry> = LazyLock::new(Registry::default);
        &NONE
    }

    /// The longest outlet name that starts at `words(0)`, and how many words it takes.
    pub fn outlet<'a>(&self, words: impl Fn(usize) -> Option<&'a str> + Copy) -> Option<(&RegisteredOutlet, usize)> {
        self.0.longest(words).into_iter().chain(PUBLIC.longest(words)).max_by_key(|(_, length)| *length)
    }
}
