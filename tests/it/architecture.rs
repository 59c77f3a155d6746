//! Holds the direction of dependency between the layers, read from the paths in the source.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Each layer with those it may name. A layer that is not listed may name none.
const ALLOWED: &[(&str, &[&str])] = &[
    ("main", &["cli"]),
    ("cli", &["config", "dashboard", "domain", "egress", "embedder", "engine", "http", "pipeline", "storage", "telemetry"]),
    ("http", &["config", "dashboard", "domain", "egress", "engine", "failpoint", "pipeline", "storage"]),
    ("pipeline", &["domain", "egress", "embedder", "engine", "failpoint", "storage"]),
    ("storage", &["domain", "failpoint"]),
    ("engine", &["domain"]),
    ("config", &["domain", "egress"]),
    ("telemetry", &["domain"]),
    ("dashboard", &[]),
    ("egress", &[]),
    ("embedder", &["domain"]),
    ("failpoint", &[]),
    ("domain", &[]),
];

#[test]
fn layers_depend_only_on_those_below_them() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut forbidden = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for file in rust_files(&src) {
        let layer = layer_of(file.strip_prefix(&src).expect("it lies in src"));
        if layer == "lib" {
            continue;
        }
        let text = fs::read_to_string(&file).expect("source is readable");
        forbidden.extend(forbidden_edges(&layer, &text).into_iter().map(|to| format!("{}: {layer} → {to}", file.display())));
        seen.insert(layer);
    }
    assert!(forbidden.is_empty(), "forbidden dependencies:\n{}", forbidden.into_iter().collect::<Vec<_>>().join("\n"));
    let unknown: Vec<_> = seen.iter().filter(|layer| !ALLOWED.iter().any(|(name, _)| name == layer)).collect();
    assert!(unknown.is_empty(), "layers without a rule in ALLOWED: {unknown:?}");
    assert!(seen.contains("domain") && seen.contains("storage"), "the scan found only {seen:?}");
}

#[test]
fn a_forbidden_edge_is_found_however_it_is_written() {
    let found = |layer, text| forbidden_edges(layer, text).into_iter().collect::<Vec<_>>();
    assert_eq!(found("domain", "use crate::storage::Store;"), ["storage"]);
    assert_eq!(found("engine", "fn f() -> crate::http::Problem { todo() }"), ["http"]);
    assert_eq!(found("storage", "use crate::{domain::Claim, engine::{self, text}};"), ["engine"]);
    assert_eq!(found("storage", "use crate::{\n    domain::{Claim, Span},\n    pipeline::Service,\n};"), ["pipeline"]);
    assert_eq!(found("main", "crossclaim::storage::Store::connect(o)"), ["storage"]);
    assert_eq!(found("engine", "use super::super::storage::Store;"), ["storage"]);
}

#[test]
fn what_is_allowed_or_only_mentioned_is_not_found() {
    let found = |layer, text| forbidden_edges(layer, text).into_iter().collect::<Vec<_>>();
    assert_eq!(found("pipeline", "use crate::{domain::Claim, engine, storage::{Store, Page}};"), [""; 0]);
    assert_eq!(found("domain", "// use crate::storage::Store;\nuse super::Claim;"), [""; 0]);
    assert_eq!(found("domain", "use crate::domain::Claim;"), [""; 0]);
    assert_eq!(found("domain", "/// See [`crate::storage`].\npub struct Claim;"), [""; 0]);
}

/// J6: what several instances agree on is the database's time.
#[test]
fn the_clock_of_the_machine_is_asked_in_one_place() {
    let asks = |source: &String| {
        let program = source.split("#[cfg(test)]").next().unwrap_or_default();
        program.contains("Utc::now") || program.contains("SystemTime::now")
    };
    let asking: Vec<String> = sources().into_iter().filter(asks).collect();
    let heads: Vec<_> = asking.iter().map(|source| source.lines().next().unwrap_or_default()).collect();
    assert!(heads.len() == 1 && heads[0].starts_with("//! What time it is"), "{heads:#?}");
}

/// Layers that a file of `layer` names and may not.
fn forbidden_edges(layer: &str, text: &str) -> BTreeSet<String> {
    let allowed = ALLOWED.iter().find(|(name, _)| *name == layer).map_or(&[][..], |(_, allowed)| allowed);
    let known = |name: &String| ALLOWED.iter().any(|(layer, _)| layer == name);
    named_modules(text).into_iter().filter(known).filter(|name| name != layer && !allowed.contains(&name.as_str())).collect()
}

/// First segments after `crate::`, `crossclaim::` and chains of `super::`, those in braces included.
fn named_modules(text: &str) -> BTreeSet<String> {
    let code: String = text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    let roots = ["crate::", "crossclaim::", "super::"].map(|root| code.match_indices(root).map(|(at, _)| at + root.len()));
    roots.into_iter().flatten().flat_map(|at| heads(&code[at..])).collect()
}

/// `a` of `a::b`, and `a`, `c` of `{a::b, c::{d, e}}`.
fn heads(path: &str) -> Vec<String> {
    let word = |text: &str| text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let Some(list) = path.strip_prefix('{') else { return vec![word(path)] };
    let mut depth = 0;
    let mut heads = vec![word(list)];
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => heads.push(word(&list[at + 1..])),
            _ => {}
        }
    }
    heads
}

/// `storage` of `storage/claims.rs`, `cli` of `cli.rs`.
fn layer_of(path: &Path) -> String {
    let first = path.iter().next().unwrap_or_default().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The text of every file of the program.
pub fn sources() -> Vec<String> {
    let files = rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    files.iter().map(|file| fs::read_to_string(file).expect("source is readable")).collect()
}

fn rust_files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("src is readable");
    let paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    let (directories, files): (Vec<_>, Vec<_>) = paths.into_iter().partition(|path| path.is_dir());
    let below = directories.iter().flat_map(|directory| rust_files(directory));
    files.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs")).chain(below).collect()
}
