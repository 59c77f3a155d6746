//! Crossclaim cross-references the claims of news articles: which outlets corroborate, dispute or only echo each claim,
//! with evidence, and from how many independent origins it comes. It never rules on truth.
//!
//! Reading order: [`domain`] (the nouns), [`engine`] (the verbs: pure, deterministic, no I/O), [`storage`] (all SQL),
//! [`egress`] (the way out), [`embedder`] (sentence vectors, if wanted), [`pipeline`] (ingest and linker), [`http`] (the REST API), [`dashboard`], [`cli`].
//!
//! Direction of dependency, held by `tests/it/architecture.rs`:
//! `cli → {http, pipeline, storage, config}`, `http → {pipeline, storage, engine, domain}`,
//! `pipeline → {storage, engine, egress, embedder, domain}`, `storage → domain`, `engine → domain`, `domain → nothing`.

pub mod cli;
pub mod config;
pub mod dashboard;
pub mod domain;
pub mod egress;
pub mod embedder;
pub mod engine;
mod failpoint;
pub mod http;
pub mod pipeline;
pub mod storage;
pub mod telemetry;
