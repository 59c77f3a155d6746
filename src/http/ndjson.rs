//! A body of newline-delimited JSON, plain or gzip → its lines, in batches, as they arrive.
//!
//! Nothing here grows with the body: a line, a batch and what a few compressed bytes unfold to are bounded, and nothing is read
//! that was not asked for, so that a client is read no faster than its lines are worked off.

use std::{
    io::{self, Write},
    time::Duration,
};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::header::CONTENT_ENCODING,
    web::{Buf, Bytes, BytesMut},
};
use flate2::write::MultiGzDecoder;
use futures_util::StreamExt;
use tokio::time::{Instant, timeout_at};

use super::{
    State,
    error::{Code, Problem},
    extract::{MAX_BODY_BYTES, check_no_query},
};

/// Media type of a body whose lines are JSON documents.
pub const NDJSON: &str = "application/x-ndjson";

/// Longest line, in bytes: what may be posted alone may be posted as a line.
pub const MAX_LINE_BYTES: usize = MAX_BODY_BYTES;
/// Lines of a batch, and bytes that make one full.
const BATCH_LINES: usize = 128;
const BATCH_BYTES: usize = 256 * 1024;
/// How long a batch that has begun waits for more lines.
const LINGER: Duration = Duration::from_millis(50);
/// How often a wait for the body looks up whether it is to be given up.
const LOOK_UP: Duration = Duration::from_millis(500);

/// Compressed bytes unfolded together: gzip makes at most 1,032 bytes of one.
const UNFOLDED_TOGETHER: usize = 1024;
/// Bytes that a compressed body may unfold to. Much more text comes as several requests.
const MAX_UNFOLDED: u64 = 4 << 30;
/// Texts shrink to a third or a tenth; what unfolds to more than this times its size, past the first megabyte, is no text.
const MAX_RATIO: u64 = 200;
const RATIO_FREE: u64 = 1 << 20;

/// A line that is not blank.
#[derive(Debug)]
pub struct Line {
    /// From 1, counting blank lines as well.
    pub number: u64,
    /// Without its end; or why it could not be read.
    pub bytes: Result<Bytes, Problem>,
}

/// The lines of a request's body.
pub struct NdjsonBody {
    payload: Payload,
    /// How long the client may send nothing while it is waited for.
    deadline: Duration,
    gzip: Option<Gunzip>,
    unread: Bytes,
    lines: Lines,
    ended: bool,
}

impl FromRequest for NdjsonBody {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        std::future::ready(is_gzip(request).map(|gzip| Self {
            payload: payload.take(),
            deadline: State::of(request).options.body_deadline,
            gzip: gzip.then(Gunzip::default),
            unread: Bytes::new(),
            lines: Lines::default(),
            ended: false,
        }))
    }
}

/// Whether the body is compressed, if it is one of ours.
fn is_gzip(request: &HttpRequest) -> Result<bool, Problem> {
    check_no_query(request)?;
    let mime = request.mime_type().ok().flatten();
    let is_ndjson = mime
        .is_some_and(|mime| mime.essence_str() == NDJSON && mime.get_param("charset").is_none_or(|charset| charset == "utf-8"));
    if !is_ndjson {
        return Err(Problem::new(
            Code::UnsupportedMediaType,
            "Send the body as application/x-ndjson in UTF-8, a document a line.",
        ));
    }
    let encodings: Vec<&[u8]> = request.headers().get_all(CONTENT_ENCODING).map(|encoding| encoding.as_bytes()).collect();
    match encodings[..] {
        [] => Ok(false),
        [encoding] if encoding.eq_ignore_ascii_case(b"identity") => Ok(false),
        [encoding] if encoding.eq_ignore_ascii_case(b"gzip") => Ok(true),
        _ => Err(Problem::gzip_or_nothing()),
    }
}

impl NdjsonBody {
    /// The next lines, as many as are there and fit; `None` at the end of the body. Where the body cannot be read on, or `give_up`
    /// finds a reason not to, the last line says why.
    pub async fn next_batch(&mut self, give_up: impl Fn() -> Option<Problem>) -> Option<Vec<Line>> {
        let mut batch = Vec::new();
        let mut bytes = 0;
        let begun = Instant::now();
        let mut full_at = begun;
        loop {
            while let Some(line) = self.next_line() {
                if batch.is_empty() {
                    full_at = Instant::now() + LINGER;
                }
                bytes += line.bytes.as_ref().map_or(0, Bytes::len);
                batch.push(line);
                if batch.len() == BATCH_LINES || bytes >= BATCH_BYTES {
                    return Some(batch);
                }
            }
            if self.ended {
                return (!batch.is_empty()).then_some(batch);
            }
            if let Some(problem) = give_up() {
                self.break_off(problem);
                continue;
            }
            let patience = if batch.is_empty() { (begun + self.deadline).min(Instant::now() + LOOK_UP) } else { full_at };
            match timeout_at(patience, self.payload.next()).await {
                Ok(Some(Ok(chunk))) => self.unread = chunk,
                Ok(Some(Err(_))) => self.break_off(Problem::new(Code::MalformedRequest, "The body broke off.")),
                Ok(None) => self.finish(),
                Err(_) if !batch.is_empty() => return Some(batch),
                Err(_) if begun.elapsed() < self.deadline => {}
                Err(_) => {
                    let detail = format!("Nothing more of the body arrived within {:?}.", self.deadline);
                    self.break_off(Problem::new(Code::RequestTimeout, detail));
                }
            }
        }
    }

    fn break_off(&mut self, problem: Problem) {
        self.lines.break_off(problem);
        self.ended = true;
    }

    /// A line that is complete in what has arrived.
    fn next_line(&mut self) -> Option<Line> {
        loop {
            let line = self.lines.next();
            if line.is_some() || self.unread.is_empty() || self.ended {
                return line;
            }
            match &mut self.gzip {
                None => self.lines.push(&std::mem::take(&mut self.unread)),
                Some(gzip) => {
                    let together = self.unread.len().min(UNFOLDED_TOGETHER);
                    match gzip.unfold(&self.unread[..together]) {
                        Ok(text) => self.lines.push(&text),
                        Err(problem) => self.break_off(problem),
                    }
                    self.unread.advance(together);
                }
            }
        }
    }

    fn finish(&mut self) {
        match self.gzip.as_mut().map(Gunzip::finish) {
            None => self.lines.finish(),
            Some(Ok(text)) => {
                self.lines.push(&text);
                self.lines.finish();
            }
            Some(Err(problem)) => self.break_off(problem),
        }
        self.ended = true;
    }
}

/// Bytes in any portions → lines.
#[derive(Default)]
struct Lines {
    buffer: BytesMut,
    /// Bytes of the buffer that hold no line end.
    searched: usize,
    number: u64,
    /// The line in hand was too long, and has been told so.
    skipping: bool,
    /// Why nothing follows what is in the buffer.
    broken_off: Option<Problem>,
}

impl Lines {
    fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// No more is to come: what has no line end is the last line.
    fn finish(&mut self) {
        if !self.buffer.is_empty() {
            self.buffer.extend_from_slice(b"\n");
        }
    }

    /// What has arrived of the line in hand is lost.
    fn break_off(&mut self, problem: Problem) {
        self.broken_off = Some(problem);
    }

    fn next(&mut self) -> Option<Line> {
        while let Some(end) = self.buffer[self.searched..].iter().position(|&byte| byte == b'\n') {
            let mut bytes = self.buffer.split_to(self.searched + end + 1).freeze();
            self.searched = 0;
            self.number += 1;
            bytes.truncate(bytes.len() - 1);
            if std::mem::take(&mut self.skipping) {
                continue;
            }
            if self.number == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
                bytes.advance(3);
            }
            if bytes.len() > MAX_LINE_BYTES {
                return Some(Line { number: self.number, bytes: Err(too_long()) });
            }
            if !bytes.trim_ascii().is_empty() {
                return Some(Line { number: self.number, bytes: Ok(bytes) });
            }
        }
        self.searched = self.buffer.len();
        if self.buffer.len() > MAX_LINE_BYTES || self.skipping {
            self.buffer.clear();
            self.searched = 0;
            if !std::mem::replace(&mut self.skipping, true) {
                return Some(Line { number: self.number + 1, bytes: Err(too_long()) });
            }
        }
        let number = self.number + if self.skipping { 2 } else { 1 };
        self.broken_off.take().map(|problem| Line { number, bytes: Err(problem) })
    }
}

fn too_long() -> Problem {
    Problem::new(Code::PayloadTooLarge, format!("The line is longer than {MAX_LINE_BYTES} bytes."))
}

/// Gzip, one member or several, with a bound on what it unfolds to.
struct Gunzip {
    decoder: MultiGzDecoder<Vec<u8>>,
    taken: u64,
    given: u64,
}

impl Default for Gunzip {
    fn default() -> Self {
        Self { decoder: MultiGzDecoder::new(Vec::new()), taken: 0, given: 0 }
    }
}

impl Gunzip {
    fn unfold(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Problem> {
        // Without the flush the decoder would hold the last lines back.
        self.decoder.write_all(bytes).and_then(|()| self.decoder.flush()).map_err(|_| broken())?;
        self.taken += bytes.len() as u64;
        self.unfolded()
    }

    fn finish(&mut self) -> Result<Vec<u8>, Problem> {
        if self.taken > 0 {
            self.decoder.try_finish().map_err(|_: io::Error| broken())?;
        }
        self.unfolded()
    }

    fn unfolded(&mut self) -> Result<Vec<u8>, Problem> {
        let text = std::mem::take(self.decoder.get_mut());
        self.given += text.len() as u64;
        if self.given > MAX_UNFOLDED || self.given > RATIO_FREE + self.taken * MAX_RATIO {
            return Err(Problem::new(Code::PayloadTooLarge, "The compressed body unfolds to too much."));
        }
        Ok(text)
    }
}

fn broken() -> Problem {
    Problem::new(Code::MalformedRequest, "The body is not what gzip makes, or is cut off.")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines by number, those that were refused by the code of their problem.
    fn read(portions: &[&[u8]]) -> Vec<(u64, Result<Bytes, Code>)> {
        let mut lines = Lines::default();
        let mut found = Vec::new();
        for portion in portions {
            lines.push(portion);
            found.extend(std::iter::from_fn(|| lines.next()));
        }
        lines.finish();
        found.extend(std::iter::from_fn(|| lines.next()));
        found.into_iter().map(|line| (line.number, line.bytes.map_err(|problem| problem.code))).collect()
    }

    fn text(number: u64, bytes: &'static [u8]) -> (u64, Result<Bytes, Code>) {
        (number, Ok(Bytes::from_static(bytes)))
    }

    #[test]
    fn lines_are_numbered_and_blank_ones_left_out() {
        assert_eq!(read(&[b""]), []);
        assert_eq!(read(&[b"\xef\xbb\xbf"]), []);
        assert_eq!(read(&[b"\xef\xbb\xbfa\n\n b\r\n\t\r\nc"]), [text(1, b"a"), text(3, b" b\r"), text(5, b"c")]);
        assert_eq!(read(&[b"a\n\xef\xbb\xbfb\n"]), [text(1, b"a"), text(2, b"\xef\xbb\xbfb")]);
    }

    #[test]
    fn a_line_that_is_too_long_is_told_once_and_skipped() {
        let long = vec![b'x'; MAX_LINE_BYTES + 1];
        let refused = |number| (number, Err(Code::PayloadTooLarge));
        let whole = [&long[..], b"\na\n"].concat();
        assert_eq!(read(&[&whole]), [refused(1), text(2, b"a")]);
        let portions: Vec<&[u8]> = whole.chunks(100_000).collect();
        assert_eq!(read(&portions), [refused(1), text(2, b"a")]);
        assert_eq!(read(&[b"a\n", &long, &long, &long]), [text(1, b"a"), refused(2)]);
        assert_eq!(read(&[&long[1..], b"\n"])[0].1.as_ref().map(Bytes::len), Ok(MAX_LINE_BYTES));
    }

    #[test]
    fn what_breaks_off_is_told_after_the_lines_before_it() {
        let mut lines = Lines::default();
        lines.push(b"a\n\nb\nhalf a li");
        lines.break_off(Problem::new(Code::RequestTimeout, "…"));
        let found: Vec<_> = std::iter::from_fn(|| lines.next()).map(|line| (line.number, line.bytes.is_ok())).collect();
        assert_eq!(found, [(1, true), (3, true), (4, false)]);
    }

    #[test]
    fn a_compressed_body_unfolds_to_text_but_not_to_anything() {
        let compress = |bytes: &[u8]| {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        };
        let unfold = |bytes: &[u8]| -> Result<Vec<u8>, Code> {
            let mut gzip = Gunzip::default();
            let mut text = Vec::new();
            for slice in bytes.chunks(UNFOLDED_TOGETHER) {
                text.extend(gzip.unfold(slice).map_err(|problem| problem.code)?);
            }
            text.extend(gzip.finish().map_err(|problem| problem.code)?);
            Ok(text)
        };
        let plain: Vec<u8> = (0..100_000).flat_map(|n: u32| format!("{n},").into_bytes()).collect();
        let compressed = compress(&plain);
        assert_eq!(unfold(&compressed), Ok(plain));
        assert_eq!(unfold(b""), Ok(Vec::new()));
        assert_eq!(unfold(&compressed[..compressed.len() - 9]), Err(Code::MalformedRequest));
        assert_eq!(unfold(&[&compressed[..], b"and more"].concat()), Err(Code::MalformedRequest));
        assert_eq!(unfold(&compress(&vec![b'x'; 8 << 20])), Err(Code::PayloadTooLarge));
    }

    proptest::proptest! {
        #[test]
        fn portions_make_no_difference(bytes in "[a\n\r \u{feff}]{0,60}", cuts in proptest::collection::vec(0usize..60, 0..5)) {
            let bytes = bytes.as_bytes();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).chain([0, bytes.len()]).collect();
            cuts.sort_unstable();
            let portions: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            proptest::prop_assert_eq!(read(&portions), read(&[bytes]));
        }
    }
}
