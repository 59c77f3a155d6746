//! Everything that needs more than one module, in one binary: the tests share one Postgres cluster (`harness`).

mod api;
mod api_bad_requests;
mod api_openapi;
mod api_reads;
mod api_story;
mod architecture;
mod bulk;
mod cache;
mod cli;
mod compatibility;
mod constraints;
mod corpus;
mod decisions;
mod egress;
#[cfg(target_os = "linux")]
mod embedded;
mod evaluate;
mod events;
mod evidence;
mod feeds;
mod fetch;
mod filters;
mod harness;
mod import;
mod keys;
mod order;
mod origin;
mod repeat;
mod reuse;
mod review;
mod samples;
mod service;
mod storage;
mod watches;
mod webhooks;
mod withdrawal;
