//! `limit` and `cursor` → a page of storage, and the rows of that page → the cursor of the next.
//!
//! A cursor is the sort key of the last row seen, so rows that come or go meanwhile neither repeat nor skip others. It
//! carries a checksum over itself and the list it belongs to. That is no secret and needs none: a cursor grants nothing.

use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use super::{
    error::{Code, Faults, Problem},
    text::Flaw,
};
use crate::storage::Page;

const DEFAULT_LIMIT: usize = 25;
pub const MAX_LIMIT: usize = 100;
const CHECKSUM_BYTES: usize = 8;
/// No sort key comes near this; it bounds the work on a forged cursor.
const MAX_CURSOR_BYTES: usize = 4_096;

/// What a client asked for: a page of the list called `list` (its name, and its order where it has several).
#[derive(Debug)]
pub struct PageRequest<K> {
    pub page: Page<K>,
    list: String,
    limit: usize,
}

impl<K: Serialize + DeserializeOwned> PageRequest<K> {
    pub fn read(
        faults: &mut Faults,
        list: impl Into<String>,
        limit: Option<&str>,
        cursor: Option<&str>,
    ) -> Result<Self, Problem> {
        let list = list.into();
        let limit = faults.given("/limit", limit, |raw| match raw.parse() {
            Ok(limit @ 1..=MAX_LIMIT) => Ok(limit),
            _ => Err(Flaw::new("out-of-range", format!("must be a whole number from 1 to {MAX_LIMIT}"))),
        });
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        let after = cursor.filter(|cursor| !cursor.is_empty()).map(|cursor| decode(&list, cursor)).transpose()?;
        // One row more than asked for tells whether there is a next page.
        Ok(Self { page: Page { after, limit: i64::try_from(limit + 1).unwrap_or(i64::MAX) }, list, limit })
    }

    /// The page without the row more, for lists that tell by themselves whether there is a next one.
    pub fn exactly(&self) -> Page<K>
    where
        K: Clone,
    {
        Page { after: self.page.after.clone(), limit: i64::try_from(self.limit).unwrap_or(i64::MAX) }
    }

    /// The cursor of the page behind this key.
    pub fn cursor(&self, key: &K) -> String {
        encode(&self.list, key)
    }

    /// Cuts the extra row off, and makes the cursor when there was one.
    pub fn finish<R>(&self, mut rows: Vec<R>, key: impl FnOnce(&R) -> K) -> (Vec<R>, Option<String>) {
        let more = rows.len() > self.limit;
        rows.truncate(self.limit);
        let next = rows.last().filter(|_| more).map(|last| encode(&self.list, &key(last)));
        (rows, next)
    }
}

fn encode<K: Serialize>(list: &str, key: &K) -> String {
    let key = serde_json::to_vec(key).unwrap_or_default();
    let mut bytes = checksum(list, &key).to_vec();
    bytes.extend(key);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn decode<K: DeserializeOwned>(list: &str, cursor: &str) -> Result<K, Problem> {
    let key = || {
        let bytes = unhex(cursor)?;
        let (sum, key) = bytes.split_at_checked(CHECKSUM_BYTES)?;
        (sum == checksum(list, key)).then(|| serde_json::from_slice(key).ok()).flatten()
    };
    key().ok_or_else(|| Problem::new(Code::InvalidCursor, "This cursor was not made for this list."))
}

fn checksum(list: &str, key: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let digest = Sha256::new().chain_update(list).chain_update([0]).chain_update(key).finalize();
    std::array::from_fn(|at| digest[at])
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if text.len() > MAX_CURSOR_BYTES
        || !text.len().is_multiple_of(2)
        || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Key = (String, u32);

    fn read(limit: Option<&str>, cursor: Option<&str>) -> Result<PageRequest<Key>, Problem> {
        let mut faults = Faults::default();
        let request = PageRequest::read(&mut faults, "things", limit, cursor)?;
        faults.finish().map(|()| request)
    }

    #[test]
    fn a_full_page_leads_to_the_next_and_the_last_does_not() {
        let request = read(Some("2"), None).unwrap();
        assert_eq!(request.page.limit, 3);
        let (rows, next) = request.finish(vec![1, 2, 3], |&row| (format!("é{row}"), row));
        assert_eq!(rows, [1, 2]);
        let next = read(Some("2"), Some(&next.unwrap())).unwrap();
        assert_eq!(next.page.after, Some(("é2".to_owned(), 2)));
        assert_eq!(next.finish(vec![3, 4], |_| unreachable!()), (vec![3, 4], None));
    }

    #[test]
    fn limits_outside_of_1_to_100_are_refused() {
        assert_eq!(read(None, None).unwrap().limit, 25);
        assert_eq!(read(Some("100"), Some("")).unwrap().limit, 100);
        for bad in ["0", "101", "-1", "1.5", "ten", "99999999999999999999"] {
            assert_eq!(read(Some(bad), None).unwrap_err().code, Code::ValidationFailed, "{bad}");
        }
    }

    #[test]
    fn a_cursor_that_we_did_not_make_is_refused() {
        let good = encode("things", &("a".to_owned(), 1));
        assert!(decode::<Key>("things", &good).is_ok());
        let flipped = |at: usize| {
            let mut bytes = good.clone().into_bytes();
            bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
            String::from_utf8(bytes).unwrap()
        };
        let mut forged: Vec<String> = (0..good.len()).map(flipped).collect();
        forged.extend([
            "é".into(),
            "abc".into(),
            "zz".into(),
            String::from("00"),
            good.to_uppercase(),
            good[2..].into(),
            "00".repeat(9),
        ]);
        forged.push(encode("other things", &("a".to_owned(), 1)));
        forged.push(encode("things", &1));
        for cursor in forged {
            assert_eq!(read(None, Some(&cursor)).unwrap_err().code, Code::InvalidCursor, "{cursor}");
        }
    }
}
