//! Records in the files of a directory, with a limit of bytes: those that were not used for longest go first.
//!
//! A file is written beside its place and then moved there, and begins with a digest of the rest. So a crash, damage, or another
//! process at the same directory can lose a record, and can never change one.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use sha2::{Digest as _, Sha256};

use crate::warc::{Record, hex};

/// The bytes of a digest, in hexadecimal.
const DIGEST: usize = 64;
/// The directory is counted again after this many records, since other processes write too.
const RECOUNT: u64 = 256;

#[derive(Debug)]
pub(super) struct Disk {
    root: PathBuf,
    max_bytes: u64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    bytes: u64,
    written: u64,
}

/// A file of the directory.
struct Entry {
    used: SystemTime,
    path: PathBuf,
    bytes: u64,
}

impl Disk {
    pub(super) fn open(root: &Path, max_bytes: u64) -> io::Result<Self> {
        fs::create_dir_all(root)?;
        let bytes = entries(root)?.iter().map(|entry| entry.bytes).sum();
        let disk = Self { root: root.to_owned(), max_bytes, state: Mutex::new(State { bytes, written: 0 }) };
        disk.make_room(&mut disk.state.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(disk)
    }

    /// A record, which counts as used now. A damaged one is removed.
    pub(super) fn get(&self, key: &str, now: SystemTime) -> Option<Record> {
        let path = self.path(key);
        let bytes = fs::read(&path).ok()?;
        let record = bytes.split_at_checked(DIGEST).and_then(|(digest, rest)| {
            (digest == hex(&Sha256::digest(rest)).as_bytes()).then(|| Record::parse(rest)).flatten()
        });
        match &record {
            Some(_) => touch(&path, now),
            None => self.remove(key),
        }
        record
    }

    /// Keeps a record, unless it is so large that it would drive out most others. What cannot be written is not kept.
    pub(super) fn put(&self, key: &str, record: &Record, now: SystemTime) {
        let rest = record.bytes();
        let bytes = (rest.len() + DIGEST) as u64;
        if bytes > self.max_bytes / 8 {
            return self.remove(key);
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.written += 1;
        let path = self.path(key);
        let beside = path.with_extension(format!("{}-{}.tmp", std::process::id(), state.written));
        let before = fs::metadata(&path).map_or(0, |it| it.len());
        let write = || -> io::Result<()> {
            let mut file = File::create(&beside)?;
            file.write_all(hex(&Sha256::digest(&rest)).as_bytes())?;
            file.write_all(&rest)?;
            file.set_modified(now)?;
            fs::rename(&beside, &path)
        };
        match write() {
            Ok(()) => state.bytes = (state.bytes + bytes).saturating_sub(before),
            Err(error) => {
                tracing::debug!(%error, "a page is not kept");
                let _ = fs::remove_file(&beside);
            }
        }
        if state.bytes > self.max_bytes || state.written.is_multiple_of(RECOUNT) {
            self.make_room(&mut state);
        }
    }

    /// Removes a record.
    pub(super) fn remove(&self, key: &str) {
        let path = self.path(key);
        let bytes = fs::metadata(&path).map_or(0, |it| it.len());
        if fs::remove_file(&path).is_ok() {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.bytes = state.bytes.saturating_sub(bytes);
        }
    }

    /// Counts the directory, and removes what was not used for longest until a tenth of the limit is free.
    fn make_room(&self, state: &mut State) {
        let Ok(mut all) = entries(&self.root) else { return };
        state.bytes = all.iter().map(|entry| entry.bytes).sum();
        if state.bytes <= self.max_bytes {
            return;
        }
        all.sort_by(|a, b| (a.used, &a.path).cmp(&(b.used, &b.path)));
        for entry in all {
            if state.bytes <= self.max_bytes - self.max_bytes / 10 {
                break;
            }
            if fs::remove_file(&entry.path).is_ok() {
                state.bytes = state.bytes.saturating_sub(entry.bytes);
            }
        }
    }

    fn path(&self, key: &str) -> PathBuf {
        self.root.join(hex(&Sha256::digest(key))).with_extension("page")
    }
}

/// Marks a file as used. Without the mark it goes a little earlier, and no more.
fn touch(path: &Path, now: SystemTime) {
    if let Ok(file) = File::options().append(true).open(path) {
        let _ = file.set_modified(now);
    }
}

/// The cache's own files in a directory; others are left alone.
fn entries(root: &Path) -> io::Result<Vec<Entry>> {
    let mut all = Vec::new();
    for file in fs::read_dir(root)? {
        let file = file?;
        let path = file.path();
        let own = path.extension().is_some_and(|ending| ending == "page" || ending == "tmp");
        // A file that another process has just removed is none.
        if let (true, Ok(about)) = (own, file.metadata())
            && about.is_file()
        {
            let used = about.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            all.push(Entry { used, path, bytes: about.len() });
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(second: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + second)
    }

    fn record(bytes: usize) -> Record {
        let at = icp_core::model::Timestamp::from_micros(0);
        Record::new("response", at, "text/plain", vec![b'x'; bytes], 0)
    }

    #[test]
    fn the_limit_holds_and_what_was_used_stays() {
        let dir = tempfile::tempdir().unwrap();
        let disk = Disk::open(dir.path(), 100_000).unwrap();
        disk.put("first", &record(1000), at(0));
        for n in 0..500 {
            disk.put(&format!("k{n}"), &record(1000), at(n));
            assert!(disk.get("first", at(n)).is_some(), "{n}");
            let bytes: u64 = entries(dir.path()).unwrap().iter().map(|entry| entry.bytes).sum();
            assert!(bytes <= 100_000, "{bytes} bytes");
        }
        assert!(disk.get("k499", at(500)).is_some() && disk.get("k0", at(500)).is_none());
        // Too large to be worth it; and a directory that is over its limit when it is opened.
        disk.put("large", &record(20_000), at(501));
        assert!(disk.get("large", at(501)).is_none());
        Disk::open(dir.path(), 10_000).unwrap();
        assert!(entries(dir.path()).unwrap().iter().map(|entry| entry.bytes).sum::<u64>() <= 10_000);
    }

    #[test]
    fn damage_loses_a_record_and_changes_none() {
        let dir = tempfile::tempdir().unwrap();
        let disk = Disk::open(dir.path(), 1 << 20).unwrap();
        let path = disk.path("a");
        disk.put("a", &record(100), at(0));
        let whole = fs::read(&path).unwrap();
        for place in 0..whole.len() {
            let mut other = whole.clone();
            other[place] ^= 1;
            fs::write(&path, &other).unwrap();
            assert!(disk.get("a", at(1)).is_none() && !path.exists(), "a changed byte at {place}");
            fs::write(&path, &whole[..place]).unwrap();
            assert!(disk.get("a", at(1)).is_none(), "cut at {place}");
        }
        // What a process that died left beside its place is neither read nor kept for ever.
        fs::write(dir.path().join("x.1-1.tmp"), vec![0; 2 << 20]).unwrap();
        fs::write(dir.path().join("letter.txt"), "not ours").unwrap();
        let disk = Disk::open(dir.path(), 1 << 20).unwrap();
        assert!(!dir.path().join("x.1-1.tmp").exists() && dir.path().join("letter.txt").exists());
        disk.put("a", &record(100), at(0));
        assert!(disk.get("a", at(1)).is_some());
    }
}
