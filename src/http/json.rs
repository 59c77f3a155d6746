//! Bytes of a request → a value of the type the handler wants, or the exact place that is wrong.
//!
//! serde_json limits the depth of what it builds, but not of what it skips, and says where an error is only as a line and a
//! column. One walk over the bytes answers both: how deep they nest, and which value stands at an offset.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, MapAccess, Visitor, value::MapAccessDeserializer},
};

use super::{
    error::{Code, Fault, Problem},
    text::Flaw,
};

/// Levels of objects and arrays a request may nest.
pub const MAX_DEPTH: usize = 32;

/// Reads one JSON object.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    parse_any(bytes).map(|Object(value)| value)
}

/// Reads one JSON document of any form.
pub fn parse_any<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    if depth(bytes) > MAX_DEPTH {
        return Err(Problem::new(Code::MalformedRequest, format!("It nests deeper than {MAX_DEPTH} levels.")));
    }
    match serde_json::from_slice(bytes) {
        Ok(value) => Ok(value),
        Err(error) if error.is_data() => Err(Problem::invalid(vec![fault(bytes, &error)])),
        Err(error) => {
            let place = format!("It is not valid JSON at line {}, column {}.", error.line(), error.column());
            Err(Problem::new(Code::MalformedRequest, place))
        }
    }
}

/// A value that is read from a JSON object only. A derived `Deserialize` takes an array of the fields as well, which no
/// schema of ours allows.
#[derive(Clone, Debug)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }

        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }
}

/// What serde found wrong, by its message: serde has no other way to tell.
pub fn flaw(message: &str) -> (Flaw, Option<&str>) {
    // The place is said by the pointer. A message repeats the client's value, which may be long.
    let message = message.rsplit_once(" at line ").map_or(message, |(message, _)| message);
    let named = message.split('`').nth(1);
    let detail: Cow<'static, str> = match message.char_indices().nth(200) {
        Some((cut, _)) => format!("{}…", &message[..cut]).into(),
        None => message.to_owned().into(),
    };
    let code = match message {
        _ if message.starts_with("missing field") => "required",
        _ if message.starts_with("unknown field") => "unknown-field",
        _ if message.starts_with("duplicate field") => "duplicate-field",
        _ if message.starts_with("unknown variant") => "unknown-value",
        _ if message.starts_with("invalid type") => "wrong-type",
        _ => "invalid-value",
    };
    (Flaw::new(code, detail), named)
}

fn fault(bytes: &[u8], error: &serde_json::Error) -> Fault {
    let message = error.to_string();
    let (Flaw { code, detail }, named) = flaw(&message);
    let pointer = match (code, named) {
        // The error shows at the end of the object that lacks the field.
        ("required", Some(field)) => format!("{}/{field}", enclosing(bytes, offset(bytes, error))),
        _ => pointer(bytes, offset(bytes, error)),
    };
    Fault { pointer, code: code.into(), detail: detail.into_owned() }
}

/// Byte offset of serde_json's one-based line and column.
fn offset(bytes: &[u8], error: &serde_json::Error) -> usize {
    let line_start: usize = bytes.split_inclusive(|&b| b == b'\n').take(error.line().saturating_sub(1)).map(<[u8]>::len).sum();
    (line_start + error.column()).min(bytes.len())
}

fn depth(bytes: &[u8]) -> usize {
    let mut deepest = 0;
    walk(bytes, |frames| deepest = deepest.max(frames.len()));
    deepest
}

/// JSON pointer to the value whose reading had got to `offset`.
fn pointer(bytes: &[u8], offset: usize) -> String {
    let mut last = String::new();
    walk(&bytes[..offset], |frames| last = render(frames));
    last
}

/// JSON pointer to the object that ends at or around `offset`.
fn enclosing(bytes: &[u8], offset: usize) -> String {
    let closed = bytes[..offset].iter().rposition(|b| !b.is_ascii_whitespace()).is_some_and(|at| bytes[at] == b'}');
    let inside = if closed { offset - 1 } else { offset };
    let mut path = Vec::new();
    walk(&bytes[..inside], |frames| path = frames[..frames.len().saturating_sub(1)].to_vec());
    render(&path)
}

fn render(frames: &[Frame<'_>]) -> String {
    let mut pointer = String::new();
    for frame in frames {
        match frame {
            Frame::Object(Some(key)) => {
                // A key is shown as it was sent, short enough to be read.
                let key = String::from_utf8_lossy(&key[..key.len().min(100)]);
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Frame::Array(index) => pointer.push_str(&format!("/{index}")),
            Frame::Object(None) => {}
        }
    }
    pointer
}

#[derive(Clone, Debug)]
enum Frame<'a> {
    /// In an object, at this key.
    Object(Option<&'a [u8]>),
    /// In an array, at this index.
    Array(usize),
}

/// Calls `visit` with the open objects and arrays at every structural byte. Judges nothing: invalid JSON is walked as well.
fn walk<'a>(bytes: &'a [u8], mut visit: impl FnMut(&[Frame<'a>])) {
    let mut frames: Vec<Frame<'a>> = Vec::new();
    let mut expects_key = false;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                let start = at + 1;
                at = start;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                if expects_key && let Some(Frame::Object(key)) = frames.last_mut() {
                    *key = Some(&bytes[start..at.min(bytes.len())]);
                }
            }
            b'{' => {
                frames.push(Frame::Object(None));
                expects_key = true;
            }
            b'[' => {
                frames.push(Frame::Array(0));
                expects_key = false;
            }
            b'}' | b']' => {
                frames.pop();
                expects_key = false;
            }
            b':' => expects_key = false,
            b',' => match frames.last_mut() {
                Some(Frame::Array(index)) => *index += 1,
                _ => expects_key = true,
            },
            _ => {
                at += 1;
                continue;
            }
        }
        // A hostile depth must not cost memory either: one level over the limit is all that needs to be known.
        visit(&frames);
        if frames.len() > MAX_DEPTH {
            return;
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::error::Faults;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Outer {
        name: String,
        inner: Option<Object<Inner>>,
        list: Option<Vec<Object<Inner>>>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Inner {
        text: String,
        count: Option<u8>,
    }

    /// Pointer and code of the fault, or the problem's code where the body as a whole is wrong.
    fn check(body: &str, expected: &str) {
        let problem = parse::<Outer>(body.as_bytes()).expect_err(body);
        let document = problem_json(&problem);
        let found = match &document["errors"][0] {
            serde_json::Value::Null => document["code"].as_str().unwrap().to_owned(),
            fault => format!("{} {}", fault["pointer"].as_str().unwrap(), fault["code"].as_str().unwrap()),
        };
        assert_eq!(found, expected, "{body}");
    }

    fn problem_json(problem: &Problem) -> serde_json::Value {
        use actix_web::{ResponseError, body::MessageBody};
        serde_json::from_slice(&problem.error_response().into_body().try_into_bytes().unwrap()).unwrap()
    }

    #[test]
    fn a_fault_is_named_by_its_place() {
        check(r#"{}"#, "/name required");
        check(r#"{"name":1}"#, "/name wrong-type");
        check(r#"{"name": null}"#, "/name wrong-type");
        check(r#"{"name":{"a":1}}"#, "/name wrong-type");
        check(r#"{"name":["x"]}"#, "/name wrong-type");
        check(r#"{"name":"x","nom":1}"#, "/nom unknown-field");
        check(r#"{"nom":{"a":[1,2]},"name":"x"}"#, "/nom unknown-field");
        check(r#"{"name":"x","name":"y"}"#, "/name duplicate-field");
        check(r#"{"name":"x","inner":{}}"#, "/inner/text required");
        check(r#"{"name":"x","inner":{"count":1}}"#, "/inner/text required");
        check("{\n  \"name\": \"x\",\n  \"inner\": {\n    \"count\": 1\n  }\n}", "/inner/text required");
        check("{\n  \"name\": \"x\",\n  \"inner\": {\n    \"text\": 3\n  }\n}", "/inner/text wrong-type");
        check(r#"{"name":"x","inner":"text"}"#, "/inner wrong-type");
        check(r#"{"name":"x","inner":{"text":"a","count":300}}"#, "/inner/count invalid-value");
        check(r#"{"name":"x","inner":{"text":"a","count":-1}}"#, "/inner/count invalid-value");
        check(r#"{"name":"x","list":[{"text":"a"},{"text":true}]}"#, "/list/1/text wrong-type");
        check(r#"{"name":"x","list":[{"text":"a"},{"size":1}]}"#, "/list/1/size unknown-field");
        check(r#"{"name":"x","list":[{"text":"a"},{}]}"#, "/list/1/text required");
        check(r#"{"name":"x","list":[{"text":"a"},7]}"#, "/list/1 wrong-type");
        check(r#"{"name":"x","a/b~c":1}"#, "/a~1b~0c unknown-field");
    }

    #[test]
    fn an_array_is_not_taken_for_an_object() {
        check(r#"["x",null,null]"#, " wrong-type");
        check(r#""x""#, " wrong-type");
        check(r#"{"name":"x","inner":["a",1]}"#, "/inner wrong-type");
        check(r#"{"name":"x","list":[["a",1]]}"#, "/list/0 wrong-type");
    }

    #[test]
    fn what_is_not_json_is_malformed() {
        for body in
            ["", "{", r#"{"name":"x""#, r#"{"name":"x"} x"#, r#"{"name":"\ud800"}"#, r#"{"name":NaN}"#, "{\"name\":\"\n\"}"]
        {
            check(body, "malformed-request");
        }
        assert_eq!(parse::<Outer>(b"{\"name\":\"\xff\"}").unwrap_err().code, Code::MalformedRequest);
    }

    #[test]
    fn depth_counts_in_unknown_fields_too_and_not_in_strings() {
        let nested = |levels: usize| format!(r#"{{"name":"x","deep":{}{}}}"#, "[".repeat(levels), "]".repeat(levels));
        check(&nested(MAX_DEPTH - 1), "/deep unknown-field");
        check(&nested(MAX_DEPTH), "malformed-request");
        check(&nested(100_000), "malformed-request");
        assert!(parse::<Outer>(format!(r#"{{"name":"\"{}"}}"#, "[".repeat(100)).as_bytes()).is_ok());
    }

    #[test]
    fn a_long_value_is_not_repeated_in_full() {
        let body = format!(r#"{{"name":"x","inner":"{}"}}"#, "long ".repeat(1_000));
        let document = problem_json(&parse::<Outer>(body.as_bytes()).unwrap_err());
        assert!(document.to_string().len() < 800, "{document}");
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_walked_without_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200), at in 0usize..200) {
            let _ = (depth(&bytes), pointer(&bytes, at.min(bytes.len())), enclosing(&bytes, at.min(bytes.len())), Faults::default());
            let _ = parse::<Outer>(&bytes);
        }

        #[test]
        fn any_json_like_text_is_walked_without_panic(text in r#"[\[\]{}:," \\a1]{0,80}"#, at in 0usize..80) {
            let bytes = text.as_bytes();
            let _ = (depth(bytes), pointer(bytes, at.min(bytes.len())), enclosing(bytes, at.min(bytes.len())));
            let _ = parse::<Outer>(bytes);
        }
    }
}
