//! A cursor that is taken is one that was given out: it is the same when it is made again.
#![no_main]

use std::fmt::Debug;

use chrono::{DateTime, Utc};
use crossclaim::http::fuzzing::{self as edge, Faults, PageRequest};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use uuid::Uuid;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    taken::<Value>(&text);
    taken::<Uuid>(&text);
    taken::<(DateTime<Utc>, Uuid)>(&text);
    // Chance does not find a checksum: one is made for what could stand behind it.
    if let Ok(key) = serde_json::from_slice::<Value>(bytes) {
        let cursor = first::<Value>().cursor(&key);
        taken::<Uuid>(&cursor);
        taken::<(DateTime<Utc>, Uuid)>(&cursor);
        taken::<(i64, Uuid)>(&cursor);
        taken::<(String, u32)>(&cursor);
        assert!(PageRequest::<Value>::read(&mut Faults::default(), "others", None, Some(&cursor)).is_err());
    }
    if let Some((id, rest)) = bytes.split_first_chunk::<16>()
        && let Some((seconds, rest)) = rest.split_first_chunk::<8>()
    {
        let id = Uuid::from_bytes(*id);
        comes_back(&id);
        comes_back(&(i64::from_le_bytes(*seconds), id));
        // Outlets come in the order of their names.
        if let Ok(name) = edge::name(&String::from_utf8_lossy(rest), edge::OUTLET_NAME) {
            comes_back(&(name, id));
        }
        // The years that are stored.
        let seconds = i64::from_le_bytes(*seconds).rem_euclid(7_258_118_400);
        if let Some(at) = DateTime::from_timestamp_micros(seconds * 1_000_000 + i64::from(rest.len() as u32)) {
            comes_back(&(at, id));
        }
    }
});

trait Key: serde::Serialize + serde::de::DeserializeOwned + Debug + PartialEq {}
impl<K: serde::Serialize + serde::de::DeserializeOwned + Debug + PartialEq> Key for K {}

fn first<K: Key>() -> PageRequest<K> {
    PageRequest::read(&mut Faults::default(), "things", None, None).expect("the first page is always there")
}

fn taken<K: Key>(cursor: &str) {
    let Ok(request) = PageRequest::<K>::read(&mut Faults::default(), "things", None, Some(cursor)) else { return };
    let Some(key) = &request.page.after else { return assert!(cursor.is_empty()) };
    comes_back(key);
}

fn comes_back<K: Key>(key: &K) {
    let cursor = first::<K>().cursor(key);
    let read = PageRequest::<K>::read(&mut Faults::default(), "things", Some("1"), Some(&cursor)).expect("it was given out");
    assert_eq!(read.page.after.as_ref(), Some(key));
    assert_eq!(read.cursor(key), cursor);
}
