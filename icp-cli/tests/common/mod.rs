//! The command, run as a person would.

#![allow(dead_code)] // each test file uses a part of it

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use icp_testkit::sample;

/// A directory with the sample register imported, the sample sites saved and the sample intake.
pub(crate) struct Place {
    pub(crate) dir: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        let place = Self { dir: tempfile::tempdir().unwrap() };
        let mut csv = std::fs::File::create(place.path("register.csv")).unwrap();
        sample::register::write_csv(&mut csv).unwrap();
        sample::write_sites(&place.path("sites")).unwrap();
        std::fs::write(place.path("intake.json"), sample::intake_json()).unwrap();
        let output = place.icp(&[
            "register",
            "import",
            "register.csv",
            "--as-of",
            "2026-11-01",
            "--db",
            "register.db",
        ]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        command(self.dir.path(), args)
    }

    pub(crate) fn icp(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }
}

/// The built command, in a directory, with nothing of the caller's settings.
pub(crate) fn command(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_icp"));
    command
        .args(args)
        .current_dir(dir)
        // A run whose process was killed can be taken up as soon as its lease has ended.
        .env("ICP_LEASE_SECONDS", "1")
        .env_remove("ICP_DB")
        .env_remove("ICP_TENANT")
        .env_remove("ICP_CONTACT");
    command
}

pub(crate) fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stdout)))
}
