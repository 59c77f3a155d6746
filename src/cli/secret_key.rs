//! The file with the key for secrets, beside a private database: made once, readable by its owner alone.

use std::{
    fs::{self, File},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};

use super::CliError;
use crate::domain::SecretKey;

/// Whoever calls it holds the directory for itself.
pub(super) fn in_file(path: &Path) -> Result<SecretKey, CliError> {
    let failed = |source| CliError::File { path: path.display().to_string(), source };
    match fs::read_to_string(path) {
        Ok(text) => SecretKey::parse(text.trim())
            .ok_or_else(|| CliError::Refused(format!("{}: it holds no key; put back the file that was there", path.display()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let key = SecretKey::generate();
            write(path, &BASE64.encode(key.bytes())).map_err(failed)?;
            tracing::info!(file = %path.display(), "made a key for secrets; keep a copy with your backups");
            Ok(key)
        }
        Err(error) => Err(failed(error)),
    }
}

/// Whole or not at all, and on disk before anything is encrypted with it.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let unfinished = path.with_added_extension("unfinished");
    let mut file = File::options().create(true).truncate(true).write(true).mode(0o600).open(&unfinished)?;
    writeln!(file, "{text}")?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}
