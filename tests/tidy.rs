//! The rules of the house that a program can check.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

fn sources(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            sources(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push(path);
        }
    }
}

fn all_sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    sources(Path::new(env!("CARGO_MANIFEST_DIR")), &mut found);
    assert!(found.len() > 50, "the sources are not where they should be");
    found
}

#[test]
fn no_file_is_past_700_lines() {
    for path in all_sources() {
        let lines = std::fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 700, "{} has {lines} lines; divide it", path.display());
    }
}

#[test]
fn nothing_is_left_to_do() {
    let left: Vec<&str> = vec![
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("#[ig", "nore"),
        concat!("FIX", "ME"),
    ];
    for path in all_sources() {
        let text = std::fs::read_to_string(&path).unwrap();
        for word in &left {
            assert!(!text.contains(word), "{} still has `{word}`", path.display());
        }
    }
}
