//! Rows of storage → the body of an export, in the format that is wanted, as long as there are rows.
//!
//! What goes wrong before the first row is a problem document. After that the status has been sent: the body breaks off without
//! its end, which every client of HTTP tells from a whole one.

mod csv;
mod parquet;

use std::{io, sync::Arc};

use ::parquet::errors::ParquetError;
use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, ContentEncoding},
    web::{self, Bytes},
};
use futures_util::stream;
use tokio::sync::OwnedSemaphorePermit;

use super::{
    State,
    error::{Code, Problem},
    ndjson::NDJSON,
    views::{ExportFormat, Table},
};
use crate::storage::{Rows, StorageError};

/// Exports at once: each holds a connection, and a statement that keeps old rows from being cleaned up.
pub const MOST_EXPORTS: usize = 4;

const PARQUET: &str = "application/vnd.apache.parquet";

/// A permit to export, for as long as it is kept.
pub struct Place {
    _permit: OwnedSemaphorePermit,
}

impl Place {
    pub fn of(state: &State) -> Result<Self, Problem> {
        let permit = Arc::clone(&state.exports).try_acquire_owned();
        permit
            .map(|permit| Self { _permit: permit })
            .map_err(|_| Problem::new(Code::Overloaded, format!("{MOST_EXPORTS} exports are under way already.")))
    }
}

/// Sends all rows. `view` makes those of the answer out of those of storage.
pub async fn answer<S: Send + 'static, R: Table>(
    place: Place,
    name: &str,
    format: ExportFormat,
    mut rows: Rows<S>,
    view: impl Fn(Vec<S>) -> Vec<R> + Clone + Send + 'static,
) -> Result<HttpResponse, Problem> {
    let first = rows.next().await?;
    let encoder = Encoder::new(format).map_err(|_| Problem::internal())?;
    let export = Export { rows, next: first, encoder: Some(encoder), view, _place: place };
    let body =
        stream::try_unfold(export, async |mut export| Ok::<_, io::Error>(export.next().await?.map(|bytes| (bytes, export))));
    let (media_type, extension) = match format {
        ExportFormat::Ndjson => (NDJSON, "ndjson"),
        ExportFormat::Csv => ("text/csv; charset=utf-8; header=present", "csv"),
        ExportFormat::Parquet => (PARQUET, "parquet"),
    };
    let mut response = HttpResponse::Ok();
    response
        .content_type(media_type)
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.{extension}\"")))
        .insert_header((CACHE_CONTROL, "no-store"));
    if format == ExportFormat::Parquet {
        // It is compressed already.
        response.insert_header(ContentEncoding::Identity);
    }
    Ok(response.streaming(body))
}

struct Export<S, R, V> {
    rows: Rows<S>,
    /// Read, and not yet sent.
    next: Option<Vec<S>>,
    /// `None` once the end is sent.
    encoder: Option<Encoder<R>>,
    view: V,
    _place: Place,
}

impl<S: Send + 'static, R: Table, V: Fn(Vec<S>) -> Vec<R> + Clone + Send + 'static> Export<S, R, V> {
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        while let Some(mut encoder) = self.encoder.take() {
            let batch = self.next.take();
            let view = self.view.clone();
            // Off the threads that answer requests: a batch is some milliseconds of work.
            let encoded = web::block(move || match batch {
                Some(batch) => encoder.rows(view(batch)).map(|bytes| (bytes, Some(encoder))),
                None => encoder.finish().map(|bytes| (bytes, None)),
            });
            let (bytes, encoder) = encoded.await.map_err(io::Error::other)?.map_err(io::Error::other)?;
            if encoder.is_some() {
                self.next = self.rows.next().await.map_err(broken_off)?;
            }
            self.encoder = encoder;
            if !bytes.is_empty() {
                return Ok(Some(bytes.into()));
            }
        }
        Ok(None)
    }
}

fn broken_off(error: StorageError) -> io::Error {
    tracing::error!(%error, "an export broke off");
    io::Error::other(error)
}

enum Encoder<R> {
    Ndjson,
    /// With whether the names of the columns are still to be written.
    Csv(bool),
    Parquet(Box<parquet::Writer<R>>),
}

impl<R: Table> Encoder<R> {
    fn new(format: ExportFormat) -> Result<Self, ParquetError> {
        Ok(match format {
            ExportFormat::Ndjson => Self::Ndjson,
            ExportFormat::Csv => Self::Csv(true),
            ExportFormat::Parquet => Self::Parquet(Box::new(parquet::Writer::new()?)),
        })
    }

    fn rows(&mut self, rows: Vec<R>) -> Result<Vec<u8>, ParquetError> {
        Ok(match self {
            Self::Ndjson => {
                let mut lines = Vec::new();
                for row in &rows {
                    serde_json::to_writer(&mut lines, row).expect("a view is JSON");
                    lines.push(b'\n');
                }
                lines
            }
            Self::Csv(first) => {
                let mut lines = if std::mem::take(first) { csv::header::<R>() } else { Vec::new() };
                lines.extend(csv::rows(&rows));
                lines
            }
            Self::Parquet(writer) => writer.rows(rows)?,
        })
    }

    fn finish(self) -> Result<Vec<u8>, ParquetError> {
        match self {
            Self::Csv(true) => Ok(csv::header::<R>()),
            Self::Ndjson | Self::Csv(false) => Ok(Vec::new()),
            Self::Parquet(writer) => writer.finish(),
        }
    }
}
