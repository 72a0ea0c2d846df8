//! Things that can go wrong with the file, and what the error says.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use std::io::Read as _;
use std::time::Duration;

use icp_core::ErrorKind;
use icp_core::ports::{RunQuery, Store as _};
use icp_sqlite::{SqliteDb, SqliteOptions};
use icp_testkit::fixture;
use sqlx::{Connection as _, SqliteConnection};

async fn raw(path: &std::path::Path) -> SqliteConnection {
    SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap()
}

#[tokio::test]
async fn a_store_survives_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("icp.db");
    let tenant = "acme".parse().unwrap();
    let db = SqliteDb::open(&path).await.unwrap();
    let receipt = db.store().tenant(&tenant).submit_intake(&fixture::intake(1)).await.unwrap();
    db.close().await;
    let again = SqliteDb::open(&path).await.unwrap().store();
    assert!(again.tenant(&tenant).intake(receipt.intake).await.unwrap().is_some());
    let health = again.health().await.unwrap();
    assert_eq!((health.adapter.as_str(), health.schema_version), ("sqlite", 5));
}

#[tokio::test]
async fn a_folder_that_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let error = SqliteDb::open(folder.path().join("no/such/icp.db")).await.unwrap_err();
    assert_eq!((error.kind(), error.is_transient()), (ErrorKind::Invalid, false));
    assert!(error.to_string().contains("no/such/icp.db") && error.to_string().contains("folder"), "{error}");
}

#[tokio::test]
async fn a_file_that_is_no_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("icp.db");
    let text = "uen,entity_name\n".repeat(100);
    std::fs::write(&path, &text).unwrap();
    let error = SqliteDb::open(&path).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().contains("not a SQLite database"), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "it is left as it was");
}

#[tokio::test]
async fn a_newer_schema_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("icp.db");
    SqliteDb::open(&path).await.unwrap().close().await;
    let mut other = raw(&path).await;
    let newer = "INSERT INTO _icp_migrations (version, description, success, checksum, execution_time) \
        VALUES (99, 'from the future', 1, x'00', 0)";
    sqlx::query(newer).execute(&mut other).await.unwrap();
    other.close().await.unwrap();
    let error = SqliteDb::open(&path).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().contains("99") && error.to_string().contains("update the program"), "{error}");
}

#[tokio::test]
async fn a_file_another_process_writes_to() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("icp.db");
    let options = SqliteOptions::default().with_busy_timeout(Duration::from_millis(50));
    let db = SqliteDb::open_with(&path, options).await.unwrap();
    let tenant = db.store().tenant(&"acme".parse().unwrap());
    let mut other = raw(&path).await;
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let error = tenant.submit_intake(&fixture::intake(1)).await.unwrap_err();
    assert_eq!((error.kind(), error.is_transient()), (ErrorKind::Unavailable, true));
    assert!(error.to_string().contains("locked"), "{error}");
    assert!(tenant.runs(&icp_core::ports::RunQuery::newest(1)).await.unwrap().is_empty(), "reading goes on");
    sqlx::query("COMMIT").execute(&mut other).await.unwrap();
    tenant.submit_intake(&fixture::intake(1)).await.unwrap();
}

#[tokio::test]
async fn our_migrations_leave_a_hosts_tables_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("host.db");
    std::fs::File::create(&path).unwrap();
    let mut host = raw(&path).await;
    for statement in
        ["CREATE TABLE _sqlx_migrations (version INTEGER)", "INSERT INTO _sqlx_migrations VALUES (7)"]
    {
        sqlx::query(statement).execute(&mut host).await.unwrap();
    }
    SqliteDb::open(&path).await.unwrap();
    let versions: Vec<i64> =
        sqlx::query_scalar("SELECT version FROM _sqlx_migrations").fetch_all(&mut host).await.unwrap();
    assert_eq!(versions, [7]);
}

/// A store that has written and read, so that its connections are open.
async fn in_use(path: &std::path::Path) -> SqliteDb {
    let db = SqliteDb::open(path).await.unwrap();
    let tenant = db.store().tenant(&"acme".parse().unwrap());
    tenant.submit_intake(&fixture::intake(1)).await.unwrap();
    assert_eq!(tenant.runs(&RunQuery::newest(9)).await.unwrap().len(), 1);
    assert_eq!(db.store().health().await.unwrap().schema_version, 5);
    db
}

#[tokio::test]
async fn health_notices_that_the_file_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("icp.db");
    let db = in_use(&path).await;
    std::fs::remove_file(&path).unwrap();
    let error = db.store().health().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert!(error.to_string().contains("icp.db"), "{error}");
    assert!(!path.exists(), "asking makes no file");
}

#[tokio::test]
async fn health_notices_that_the_file_became_something_else() {
    for garbage in ["", "uen,name\n", &"uen,entity_name\n".repeat(1000)] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("icp.db");
        let db = in_use(&path).await;
        std::fs::write(&path, garbage).unwrap();
        let error = db.store().health().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
    }
}

#[tokio::test]
async fn health_notices_another_schema() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("icp.db");
    let db = in_use(&path).await;
    let mut other = raw(&path).await;
    let newer = "INSERT INTO _icp_migrations (version, description, success, checksum, execution_time) \
        VALUES (99, 'from the future', 1, x'00', 0)";
    for (change, said) in [
        (newer, "update the program"),
        ("DELETE FROM _icp_migrations WHERE version > 1", "open it again"),
        ("DROP TABLE _icp_migrations", "refused a statement"),
    ] {
        sqlx::query(change).execute(&mut other).await.unwrap();
        let error = db.store().health().await.unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
    }
}

const TOGETHER: usize = 8;

/// Opens a file from many threads at the same moment, each with a runtime of its own as a process has one.
fn opened_together(path: &std::path::Path) {
    let start = std::sync::Barrier::new(TOGETHER);
    std::thread::scope(|scope| {
        let open = || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            start.wait();
            runtime.block_on(async {
                let db = SqliteDb::open(path).await?;
                let health = db.store().health().await?;
                db.close().await;
                Ok::<_, icp_core::Error>(health.schema_version)
            })
        };
        let openers: Vec<_> = (0..TOGETHER).map(|_| scope.spawn(open)).collect();
        for opener in openers {
            assert_eq!(opener.join().unwrap().unwrap(), 5);
        }
    });
}

#[test]
fn many_open_a_new_file_at_the_same_time() {
    for _ in 0..10 {
        let folder = tempfile::tempdir().unwrap();
        opened_together(&folder.path().join("icp.db"));
    }
}

#[test]
fn many_open_an_old_file_at_the_same_time() {
    let mut old = Vec::new();
    let packed = include_bytes!("fixtures/before-records.db.gz");
    flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut old).unwrap();
    for _ in 0..10 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.db");
        std::fs::write(&path, &old).unwrap();
        opened_together(&path);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn one_file_by_two_names_is_prepared_by_one_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("icp.db");
    std::fs::File::create(&path).unwrap();
    let lock = std::fs::File::create(folder.path().join("icp.db.lock")).unwrap();
    lock.lock().unwrap();
    let other = folder.path().join("other.db");
    std::os::unix::fs::symlink(&path, &other).unwrap();
    let mut opening = std::pin::pin!(SqliteDb::open(&other));
    let waits = tokio::time::timeout(Duration::from_millis(100), &mut opening).await;
    assert!(waits.is_err(), "it waits for the lock");
    assert_eq!(std::fs::metadata(&path).unwrap().len(), 0, "and touches nothing before");
    drop(lock);
    opening.await.unwrap();
}
