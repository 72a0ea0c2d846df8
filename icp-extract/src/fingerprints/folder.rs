//! Fingerprints from a folder: the one place of this crate that reads files.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::Fingerprints;

/// The largest file that is read.
const MAX_FILE: u64 = 16 << 20;
/// The most files.
const MAX_FILES: usize = 256;

/// A folder of fingerprints cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FingerprintError {
    /// A folder or file cannot be read.
    #[error("cannot read `{}`: {source}", path.display())]
    Io {
        /// What was to be read.
        path: PathBuf,
        /// Why it cannot be.
        source: io::Error,
    },
    /// A file or the number of files is past the limit.
    #[error("`{}` is too large for fingerprints", path.display())]
    TooLarge {
        /// The file or folder.
        path: PathBuf,
    },
    /// No file has a technology with a pattern that can be used.
    #[error("`{}` has no fingerprints in the Wappalyzer layout", path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
    },
}

impl Fingerprints {
    /// Reads a folder: its `technologies/*.json` or its own `*.json`, and `categories.json` beside either. A checkout
    /// that has them below `src/` may be named itself.
    ///
    /// # Errors
    /// When the folder or a file cannot be read or is too large, or has no fingerprints.
    pub fn read(folder: &Path) -> Result<Self, FingerprintError> {
        let failed = |path: &Path, source| FingerprintError::Io { path: path.to_owned(), source };
        let below_src = folder.join("src");
        let base = if below_src.join("technologies").is_dir() { below_src } else { folder.to_owned() };
        let below = base.join("technologies");
        let mut paths = Vec::new();
        let listed = if below.is_dir() { &below } else { &base };
        for entry in fs::read_dir(listed).map_err(|source| failed(listed, source))? {
            let path = entry.map_err(|source| failed(listed, source))?.path();
            if path.is_file() && path.extension().is_some_and(|it| it == "json") {
                paths.push(path);
            }
        }
        let categories = base.join("categories.json");
        if listed == &below && categories.is_file() {
            paths.push(categories);
        }
        if paths.len() > MAX_FILES {
            return Err(FingerprintError::TooLarge { path: listed.clone() });
        }
        let mut files = Vec::new();
        for path in paths {
            let mut text = String::new();
            let file = File::open(&path).map_err(|source| failed(&path, source))?;
            file.take(MAX_FILE + 1).read_to_string(&mut text).map_err(|source| failed(&path, source))?;
            if text.len() as u64 > MAX_FILE {
                return Err(FingerprintError::TooLarge { path });
            }
            files.push((path.file_name().unwrap_or_default().to_string_lossy().into_owned(), text));
        }
        let set = Self::from_files(files);
        if set.report().usable == 0 {
            return Err(FingerprintError::Empty { path: folder.to_owned() });
        }
        Ok(set)
    }
}
