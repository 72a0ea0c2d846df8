//! The public API of every published crate, compared with the committed texts in `api/`.
//!
//! The sources are read as they stand, without a compiler, so this works on stable Rust. Every `pub` item counts as
//! public. That is sound: CI denies the lint `unreachable_pub`, so an item is `pub` only where a host can reach it.
//! Items behind the feature `internal`, `#[doc(hidden)]` and `#[cfg(test)]` are promised to nobody and left out.
//! Macros are not expanded: a macro that makes items stands with its whole text, without the bodies of its functions.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod api_reader;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Lines of a difference to show.
const SHOWN: usize = 40;

/// The published libraries of the workspace: name and folder.
fn published() -> Vec<(String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut dirs: Vec<PathBuf> =
        std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    dirs.push(root.to_owned());
    let mut crates = Vec::new();
    for dir in dirs {
        let Ok(manifest) = std::fs::read_to_string(dir.join("Cargo.toml")) else { continue };
        if dir.join("src/lib.rs").exists() && !manifest.contains("publish = false") {
            let name = manifest.lines().find_map(|line| line.strip_prefix("name = ")).unwrap();
            crates.push((name.trim_matches('"').to_owned(), dir));
        }
    }
    crates.sort();
    crates
}

#[test]
fn the_public_api_is_the_committed_one() {
    let snapshots = Path::new(env!("CARGO_MANIFEST_DIR")).join("api");
    let update = std::env::var_os("UPDATE_API").is_some();
    let mut changed = String::new();
    let mut known = BTreeSet::new();
    for (name, dir) in published() {
        let file = snapshots.join(format!("{name}.txt"));
        let now = api_reader::lines(&dir.join("src"));
        assert!(!now.is_empty(), "{name} has no public item");
        if update {
            std::fs::create_dir_all(&snapshots).unwrap();
            std::fs::write(&file, now.join("\n") + "\n").unwrap();
        }
        let before = std::fs::read_to_string(&file).unwrap_or_default();
        let before: BTreeSet<&str> = before.lines().collect();
        let now: BTreeSet<&str> = now.iter().map(String::as_str).collect();
        let gone = before.difference(&now).map(|line| ('-', line));
        let new = now.difference(&before).map(|line| ('+', line));
        for (sign, line) in gone.chain(new) {
            writeln!(changed, "{sign} {name}: {line}").unwrap();
        }
        known.insert(file);
    }
    for entry in std::fs::read_dir(&snapshots).into_iter().flatten() {
        let path = entry.unwrap().path();
        assert!(known.contains(&path), "{} belongs to no published crate; delete it", path.display());
    }
    let count = changed.lines().count();
    let shown: Vec<&str> = changed.lines().take(SHOWN).collect();
    assert!(
        changed.is_empty(),
        "the public API differs from `api/` in {count} lines. When that is meant, accept it with \
         `UPDATE_API=1 cargo test --test api` and say in CHANGELOG.md who is affected:\n{}",
        shown.join("\n")
    );
}

/// The reader sees what a host can use, and nothing else.
#[test]
fn the_reader_tells_public_from_private() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("room")).unwrap();
    std::fs::write(
        dir.path().join("lib.rs"),
        "mod room; pub use room::Thing; pub(crate) use room::Secret; #[cfg(test)] pub mod tests { pub fn no() {} }",
    )
    .unwrap();
    let room = r#"
        mod inner;
        /// Doc.
        #[derive(Clone, Debug)] #[non_exhaustive]
        pub struct Thing { /// Doc.
            pub size: Option<u8>, hidden: bool }
        pub(crate) struct Secret { pub x: u8 }
        impl Clone for Secret { fn clone(&self) -> Self { todo() } }
        impl Thing {
            pub fn new(size: &'static str) -> Self { Self { size: None, hidden: true } }
            fn private(&self) {}
            #[doc(hidden)] pub fn hidden(&self) {}
            #[cfg(feature = "internal")] pub fn internal(&self) {}
            pub const MOST: usize = 3;
        }
        impl From<u8> for Thing { type Error = (); fn from(_: u8) -> Self { Self::new("") } }
        pub enum Kind { A, B(u8), C { x: u8 } }
        pub trait Port: Send { type Item; fn required(&self) -> u8; fn provided(&self) {} }
        macro_rules! id { ($name:ident) => { pub struct $name; impl $name { pub fn go(self) { body() } } }; }
        id!(/** Doc. */ Number);
    "#;
    std::fs::write(dir.path().join("room.rs"), room).unwrap();
    std::fs::write(
        dir.path().join("room/inner.rs"),
        "pub fn deep<T: Into<String>>(text: T) { text.into(); }",
    )
    .unwrap();
    let expected = "\
pub use room::Thing
room: id!(Number)
room: impl From<u8> for Thing { type Error = (); }
room: macro_rules! id { ($name: ident) => { pub struct $name; impl $name { pub fn go(self) } }; }
room::Kind: A
room::Kind: B(u8)
room::Kind: C { x: u8 }
room::Kind: pub enum Kind
room::Port: fn provided(&self) { .. }
room::Port: fn required(&self) -> u8
room::Port: pub trait Port: Send
room::Port: type Item
room::Thing: #[derive(Clone, Debug)] #[non_exhaustive] pub struct Thing { .. }
room::Thing: pub const MOST: usize
room::Thing: pub fn new(size: &'static str) -> Self
room::Thing: pub size: Option<u8>
room::inner: pub fn deep<T: Into<String>>(text: T)";
    assert_eq!(api_reader::lines(dir.path()).join("\n"), expected);
}
