//! Rows → CSV (RFC 4180): a line of names, then a line a row, with CRLF at their ends.
//!
//! A spreadsheet takes a cell that begins with "=" for a formula, and what outlets write is not ours to vouch for: such a text gets
//! an apostrophe in front of it, as OWASP advises. Numbers and times are our own and stay as they are.

use std::borrow::Cow;

use chrono::SecondsFormat;

use crate::http::views::{Cell, Table};

pub fn header<R: Table>() -> Vec<u8> {
    let names: Vec<&str> = R::COLUMNS.iter().map(|column| column.name).collect();
    format!("{}\r\n", names.join(",")).into_bytes()
}

pub fn rows<R: Table>(rows: &[R]) -> Vec<u8> {
    let mut lines = String::new();
    for row in rows {
        for (at, column) in R::COLUMNS.iter().enumerate() {
            if at > 0 {
                lines.push(',');
            }
            lines.push_str(&cell(&column.cell, row));
        }
        lines.push_str("\r\n");
    }
    lines.into_bytes()
}

fn cell<'a, R>(cell: &Cell<R>, row: &'a R) -> Cow<'a, str> {
    let written = match cell {
        Cell::Text(read) => read(row).map(quoted),
        Cell::Whole(read) => read(row).map(|value| value.to_string().into()),
        Cell::Real(read) => read(row).map(|value| value.to_string().into()),
        Cell::Truth(read) => read(row).map(|value| value.to_string().into()),
        Cell::Time(read) => read(row).map(|time| time.to_rfc3339_opts(SecondsFormat::AutoSi, true).into()),
    };
    written.unwrap_or_default()
}

fn quoted(text: Cow<'_, str>) -> Cow<'_, str> {
    // The full-width forms count as the plain ones in some programs.
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if !formula && !text.contains(['"', ',', '\r', '\n']) {
        return text;
    }
    let guard = if formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\"")).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_end_a_cell_is_quoted_and_nothing_else() {
        for (text, expected) in [
            ("plain words", "plain words"),
            ("one, two", "\"one, two\""),
            ("he said \"no\"", "\"he said \"\"no\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("a - b = c", "a - b = c"),
            ("", ""),
        ] {
            assert_eq!(quoted(text.into()), expected);
        }
    }

    #[test]
    fn no_text_is_taken_for_a_formula() {
        for text in ["=1+1", "+49", "-3 °C", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "=HYPERLINK(\"x\",\"y\")"] {
            let written = quoted(text.into());
            assert_eq!(written, format!("\"'{}\"", text.replace('"', "\"\"")));
        }
    }
}
