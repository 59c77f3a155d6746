//! The verbs: reading an article, comparing claims, forming clusters, judging relations.
//!
//! Pure and deterministic: no I/O, no clock, no randomness, and total, so that any text gives an answer and never a panic.

pub mod clustering;
pub mod evaluation;
pub mod extraction;
mod postings;
pub mod reuse;
pub mod settings;
pub mod similarity;
pub mod stance;
#[cfg(test)]
mod tests;
pub mod text;

/// Version of the reader and of the rules. Stored with every claim, so that what an older engine read can be read again.
pub const VERSION: i32 = 2;
