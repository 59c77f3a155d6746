//! Storage against a real Postgres: what goes in comes out, once, under concurrency, and page by page.

mod articles;
mod bounds;
mod faults;
mod lists;
mod plans;
pub mod samples;
