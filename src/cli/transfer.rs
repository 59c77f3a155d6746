//! `export` and `import`: a workspace as one file, for whoever may use the database.
//!
//! The file is gzip over lines of JSON: what it is, then one row of a table a line, then how many there were and a checksum over all
//! that stands before. So a file that was cut off or altered is known as such, and nothing of it is kept.

use std::{
    borrow::Cow,
    fs::{self, File},
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use chrono::SecondsFormat;
use clap::Args;
use flate2::{Compression, read::MultiGzDecoder, write::GzEncoder};
use futures_util::TryStreamExt;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::{CliError, keys::Place};
use crate::{
    domain::{WorkspaceId, clock},
    storage::{KEPT, Load, Loading, Store},
};

const FORMAT: &str = "crossclaim-workspace";
const VERSION: u32 = 2;
/// Bytes of rows that are written together, and how many rows at most.
const TOGETHER: usize = 4 << 20;
const ROWS_TOGETHER: usize = 1_000;
/// No row comes near it; it bounds what a broken file can take.
const LONGEST_LINE: u64 = 64 << 20;

#[derive(Args)]
pub(super) struct Export {
    /// File to write, such as newsroom.ndjson.gz; `-` for standard output
    file: PathBuf,
    #[command(flatten)]
    place: Place,
}

#[derive(Args)]
pub(super) struct Import {
    /// File that `export` wrote; `-` for standard input
    file: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// The first line.
#[derive(Serialize, Deserialize)]
struct Header {
    format: String,
    version: u32,
    /// Version of the program that wrote it.
    written_by: String,
    /// Name of the workspace that it was.
    workspace: String,
    written_at: String,
}

/// The last line.
#[derive(Serialize, Deserialize)]
struct Footer {
    rows: u64,
    /// Of every byte before this line, in hexadecimal.
    sha256: String,
}

/// Every line between.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row<'a> {
    table: &'a str,
    #[serde(borrow)]
    row: &'a RawValue,
}

impl Export {
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        let Self { file, place } = self;
        place.with_workspace(async |store, workspace| {
            let rows = if is_standard(&file) {
                write(store, workspace, &place.workspace, io::stdout().lock()).await?
            } else {
                // Whoever finds the file finds a whole one.
                let unfinished = file.with_added_extension("unfinished");
                let out = File::create(&unfinished).map_err(|source| failed(&unfinished, source))?;
                match write(store, workspace, &place.workspace, &out).await {
                    Ok(rows) => out
                        .sync_all()
                        .and_then(|()| fs::rename(&unfinished, &file))
                        .map(|()| rows)
                        .map_err(|source| failed(&file, source))?,
                    Err(error) => {
                        let _ = fs::remove_file(&unfinished);
                        return Err(error);
                    }
                }
            };
            anstream::eprintln!("{rows} rows of workspace {:?} written to {}", place.workspace, shown(&file));
            Ok(())
        })
    }
}

impl Import {
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        let Self { file, place } = self;
        place.with_workspace(async |store, workspace| {
            let input: Box<dyn Read> = match is_standard(&file) {
                true => Box::new(io::stdin().lock()),
                false => Box::new(File::open(&file).map_err(|source| failed(&file, source))?),
            };
            let load = match store.load(workspace).await? {
                Loading::Ready(load) => load,
                Loading::InUse => {
                    return Err(CliError::Refused("a service is running on this database; stop it, and import again".to_owned()));
                }
                Loading::NotEmpty => {
                    return Err(CliError::Refused(format!(
                        "workspace {:?} is not empty; make one for it with `crossclaim workspaces create`",
                        place.workspace
                    )));
                }
            };
            let rows = read(load, input).await.map_err(|error| match error {
                CliError::Refused(why) => CliError::Refused(format!("{}: {why}; nothing was imported", file.display())),
                other => other,
            })?;
            anstream::eprintln!("{rows} rows of {} read into workspace {:?}", shown(&file), place.workspace);
            Ok(())
        })
    }
}

fn is_standard(file: &Path) -> bool {
    file.as_os_str() == "-"
}

fn shown(file: &Path) -> Cow<'_, str> {
    if is_standard(file) { "standard input or output".into() } else { file.to_string_lossy() }
}

fn failed(file: &Path, source: io::Error) -> CliError {
    CliError::File { path: file.display().to_string(), source }
}

/// Lines on their way into the file.
struct Lines<W: Write> {
    out: GzEncoder<BufWriter<W>>,
    checksum: Sha256,
}

impl<W: Write> Lines<W> {
    fn push(&mut self, line: &str) -> io::Result<()> {
        for part in [line, "\n"] {
            self.checksum.update(part);
            self.out.write_all(part.as_bytes())?;
        }
        Ok(())
    }
}

/// The number of rows written.
async fn write(store: &Store, workspace: WorkspaceId, name: &str, out: impl Write) -> Result<u64, CliError> {
    let mut lines = Lines { out: GzEncoder::new(BufWriter::new(out), Compression::default()), checksum: Sha256::new() };
    lines.push(&json(&Header {
        format: FORMAT.to_owned(),
        version: VERSION,
        written_by: env!("CARGO_PKG_VERSION").to_owned(),
        workspace: name.to_owned(),
        written_at: clock::now().to_rfc3339_opts(SecondsFormat::Secs, true),
    }))?;
    let mut dump = store.dump(workspace).await?;
    let mut count = 0;
    for (table, _) in KEPT {
        let mut rows = dump.rows(table);
        while let Some(row) = rows.try_next().await? {
            lines.push(&format!("{{\"table\":\"{table}\",\"row\":{row}}}"))?;
            count += 1;
        }
    }
    let sha256 = hex(lines.checksum.clone());
    lines.push(&json(&Footer { rows: count, sha256 }))?;
    lines.out.finish()?.flush()?;
    Ok(count)
}

/// The number of rows read.
async fn read(mut load: Load, input: impl Read) -> Result<u64, CliError> {
    let refused = |why: &str| CliError::Refused(why.to_owned());
    let mut input = BufReader::new(MultiGzDecoder::new(input));
    let mut checksum = Sha256::new();
    let mut line = String::new();
    let header = match next_line(&mut input, &mut line) {
        Ok(true) => serde_json::from_str::<Header>(&line).ok().filter(|header| header.format == FORMAT),
        _ => None,
    };
    let header = header.ok_or_else(|| refused("it is not a file that `crossclaim export` wrote"))?;
    if header.version != VERSION {
        return Err(CliError::Refused(format!(
            "it has version {} of the format, and this program reads version {VERSION}; it was written by crossclaim {}",
            header.version, header.written_by
        )));
    }
    let mut count = 0;
    let mut batch = Batch::default();
    loop {
        checksum.update(&line);
        if !next_line(&mut input, &mut line).map_err(|error| CliError::Refused(format!("it cannot be read on: {error}")))? {
            return Err(refused("it ends before its last line: it was cut off"));
        }
        if let Ok(Row { table, row }) = serde_json::from_str(&line) {
            count += 1;
            if batch.table != table || batch.is_full() {
                batch.write(&mut load).await?;
                table.clone_into(&mut batch.table);
            }
            batch.bytes += row.get().len();
            batch.rows.push(row.get().to_owned());
            continue;
        }
        let footer: Footer = serde_json::from_str(&line)
            .map_err(|_| CliError::Refused(format!("its line {} is none that export writes", count + 2)))?;
        if footer.rows != count || footer.sha256 != hex(checksum) {
            return Err(refused("its checksum is wrong: it was altered or damaged"));
        }
        if next_line(&mut input, &mut line).unwrap_or(true) {
            return Err(refused("something follows its last line"));
        }
        batch.write(&mut load).await?;
        load.commit().await?;
        return Ok(count);
    }
}

/// False at the end. A line is whole only with its end.
fn next_line(input: &mut impl BufRead, line: &mut String) -> io::Result<bool> {
    line.clear();
    input.take(LONGEST_LINE).read_line(line)?;
    match line.is_empty() || line.ends_with('\n') {
        true => Ok(!line.is_empty()),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

/// Rows of one table that are written together.
#[derive(Default)]
struct Batch {
    table: String,
    rows: Vec<String>,
    bytes: usize,
}

impl Batch {
    fn is_full(&self) -> bool {
        self.rows.len() == ROWS_TOGETHER || self.bytes >= TOGETHER
    }

    async fn write(&mut self, load: &mut Load) -> Result<(), CliError> {
        if self.rows.is_empty() {
            return Ok(());
        }
        match load.rows(&self.table, &self.rows).await {
            Ok(true) => {}
            Ok(false) => return Err(CliError::Refused(format!("it holds rows of a table {:?} that there is not", self.table))),
            Err(error) if error.is_outage() => return Err(error.into()),
            Err(error) => {
                return Err(CliError::Refused(format!(
                    "a row of table {:?} cannot be stored ({})",
                    self.table,
                    super::with_cause(&error)
                )));
            }
        }
        self.rows.clear();
        self.bytes = 0;
        Ok(())
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("it is JSON")
}

fn hex(checksum: Sha256) -> String {
    checksum.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
