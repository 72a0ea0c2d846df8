//! Imports of files into the database: repetition, progress, the index of names, an import that is stopped.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use icp_core::ErrorKind;
use icp_core::model::{Entity, SsicEdition, SsicNode};
use icp_core::ports::{
    ImportOutcome, ImportProgress, ImportRequest, ImportStage, NameQuery, Register as _, RegisterNotice,
};
use icp_register::{FileOptions, RegisterFiles};
use icp_sqlite::{SqliteDb, SqliteRegister, StatsBy};
use icp_testkit::register::RegisterContent;
use tempfile::TempDir;

struct Bed {
    folder: TempDir,
    register: Arc<SqliteRegister>,
}

impl Bed {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let register = SqliteDb::open(folder.path().join("icp.db")).await.unwrap().register();
        Self { folder, register }
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    async fn import(&self, path: &Path) -> ImportOutcome {
        let as_of = Some("2026-11-01".parse().unwrap());
        self.register.import(files(&[path]).with_as_of(as_of)).await.unwrap()
    }
}

fn files(paths: &[&Path]) -> ImportRequest<'static> {
    let paths: Vec<PathBuf> = paths.iter().map(|path| path.to_path_buf()).collect();
    RegisterFiles::open(&paths, &FileOptions::default()).unwrap().into_request()
}

#[tokio::test]
async fn importing_again_updates_in_place() {
    let bed = Bed::new().await;
    let mut content = RegisterContent::small();
    let first = bed.import(&bed.file("r.csv", content.to_acra_csv())).await;
    assert_eq!((first.added, first.updated, first.changed), (7, 0, true));
    let second = bed.import(&bed.file("r.csv", content.to_acra_csv())).await;
    assert_eq!((second.added, second.updated, second.changed), (0, 0, false));
    assert_eq!(second.snapshot, first.snapshot);
    let was = content.entities[3].clone();
    content.entities[3].former_names.insert(0, was.name.clone());
    content.entities[3].name = "LIGHTHOUSE LOGISTICS PTE. LTD.".to_owned();
    let changed = RegisterContent::new(vec![content.entities[3].clone()], content.as_of, content.edition);
    let third = bed.import(&bed.file("r.csv", changed.to_acra_csv())).await;
    assert_eq!((third.added, third.updated, third.changed), (0, 1, true));
    assert_ne!(third.snapshot.id, first.snapshot.id);
    assert_eq!(third.snapshot.entities, 7);
    let found =
        bed.register.by_exact_name(&["lighthouse logistics".to_owned(), was.name.clone()]).await.unwrap();
    assert_eq!(found, [vec![content.entities[3].clone()], vec![content.entities[3].clone()]]);
    let near = [NameQuery::new("Lighthose Logistics", 1)];
    assert_eq!(bed.register.candidates(&near).await.unwrap()[0], [content.entities[3].clone()]);
    // The same content in one go has the same id.
    let other = Bed::new().await;
    let whole = other.import(&other.file("r.csv", content.to_acra_csv())).await;
    assert_eq!(whole.snapshot, third.snapshot);
}

#[tokio::test]
async fn gzip_several_files_and_progress() {
    let bed = Bed::new().await;
    let mut content = RegisterContent::generated(3000);
    let rest = content.entities.split_off(1200);
    let plain = bed.file("a.csv", content.to_acra_csv());
    let packed = {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        let rest = RegisterContent::new(rest, content.as_of, content.edition);
        gzip.write_all(rest.to_acra_csv().as_bytes()).unwrap();
        bed.file("b.csv.gz", gzip.finish().unwrap())
    };
    let bytes = plain.metadata().unwrap().len() + packed.metadata().unwrap().len();
    let mut seen: Vec<ImportProgress> = Vec::new();
    let mut listen = |progress| seen.push(progress);
    let request = files(&[&plain, &packed]).with_progress(&mut listen);
    let report = bed.register.import(request).await.unwrap();
    assert_eq!((report.read.rows, report.snapshot.entities), (3000, 3000));
    assert_eq!(report.snapshot.as_of.to_string(), "2026-12-31", "the newest registration");
    let last = seen.last().unwrap();
    assert_eq!(
        (last.rows, last.bytes, last.bytes_total, last.stage),
        (3000, bytes, bytes, ImportStage::Names)
    );
    assert!(seen.windows(2).all(|pair| pair[0].rows <= pair[1].rows && pair[0].bytes <= pair[1].bytes));
    assert!(seen.len() > 6);
}

#[tokio::test]
async fn the_index_of_names_is_rebuilt_when_it_cannot_be_used() {
    let bed = Bed::new().await;
    let content = RegisterContent::small();
    bed.import(&bed.file("r.csv", content.to_acra_csv())).await;
    let names = bed.folder.path().join("icp.db.names");
    let whole = std::fs::read(&names).unwrap();
    let mut damaged = whole.clone();
    let middle = damaged.len() - 3;
    damaged[middle] ^= 1;
    let mut ranks = whole.clone();
    ranks[20] ^= 1;
    let query = [NameQuery::new("Sunrize Bakery", 1)];
    for (content, rebuilt) in [
        (Some(whole.clone()), false),
        (Some(damaged), true),
        (Some(ranks), true),
        (Some(whole[..whole.len() / 2].to_vec()), true),
        (Some(b"icpRANK1".to_vec()), true),
        (Some(Vec::new()), true),
        (None, true),
    ] {
        match content {
            Some(bytes) => std::fs::write(&names, bytes).unwrap(),
            None => std::fs::remove_file(&names).unwrap(),
        }
        // Another process: nothing in memory.
        let register = SqliteDb::open(bed.folder.path().join("icp.db")).await.unwrap().register();
        let found = register.candidates(&query).await.unwrap();
        assert_eq!(found[0][0].uen.as_str(), "201012345K");
        let notices = register.take_notices().await;
        assert_eq!(
            notices.iter().any(|notice| matches!(notice, RegisterNotice::NamesRebuilt(_))),
            rebuilt,
            "{notices:?}"
        );
        assert_eq!(std::fs::read(&names).unwrap(), whole, "it is put right");
    }
}

#[tokio::test]
async fn stats_add_up() {
    let bed = Bed::new().await;
    let error = bed.register.stats(StatsBy::Status).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let content = RegisterContent::generated(500);
    bed.import(&bed.file("r.csv", content.to_acra_csv())).await;
    for by in [StatsBy::EntityType, StatsBy::Status, StatsBy::Age] {
        let stats = bed.register.stats(by).await.unwrap();
        assert_eq!(stats.rows.iter().map(|row| row.entities).sum::<u64>(), 500, "{by:?}");
        assert_eq!(stats.rows.iter().map(|row| row.live).sum::<u64>(), stats.snapshot.live, "{by:?}");
    }
    let divisions = bed.register.stats(StatsBy::Division).await.unwrap();
    let freight = divisions.rows.iter().find(|row| row.label == "52").unwrap();
    let node = SsicNode::new("52", SsicEdition::Y2025).unwrap();
    let inside = |entity: &&Entity| entity.ssic().any(|code| node.contains(code));
    assert_eq!(freight.entities, content.entities.iter().filter(inside).count() as u64);
    assert!(freight.title.is_some());
    assert!(bed.register.stats(StatsBy::Section).await.unwrap().rows.iter().all(|row| row.label.len() == 1));
}

#[tokio::test]
async fn a_stopped_import_leaves_the_register_as_it_was() {
    let bed = Bed::new().await;
    bed.import(&bed.file("r.csv", RegisterContent::small().to_acra_csv())).await;
    let before = bed.register.snapshot().await.unwrap();
    let file = bed.file("more.csv", RegisterContent::generated(5000).to_acra_csv());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let mut stop = Some(stop);
    let mut tell = |progress: ImportProgress| {
        if progress.rows >= 1000 {
            stop.take().map(|stop| stop.send(()));
        }
    };
    let request = files(&[&file]).with_progress(&mut tell);
    tokio::select! {
        biased;
        _ = stopped => {}
        done = bed.register.import(request) => panic!("it was not stopped: {done:?}"),
    }
    assert_eq!(bed.register.snapshot().await.unwrap(), before);
    let report = bed.import(&file).await;
    assert_eq!(report.snapshot.entities, 5007, "and it can be done again");
}
