//! Whether the file is there, is a database, and is of this program's schema.

use std::io;

use icp_core::{Error, ErrorKind, Result};
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::io::AsyncReadExt as _;

use crate::error::{open_error, sql_error};
use crate::migrations;
use crate::pool::Pools;

const OPERATION: &str = "check the store";

/// The first bytes of every SQLite file.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Reads the schema version over a connection of its own: the ones that are open would go on reading a file that was
/// removed.
pub(super) async fn schema_version(db: &Pools) -> Result<i64> {
    begins_as_a_database(db).await?;
    let mut fresh = db.connect_options().connect().await.map_err(open_error(db.path()))?;
    let version = migrations::current(&mut fresh, db.path(), OPERATION).await?;
    fresh.close().await.map_err(sql_error(OPERATION))?;
    Ok(version)
}

/// Looks at the file itself: its pages may stand in the log beside it, so that a connection would not notice.
async fn begins_as_a_database(db: &Pools) -> Result<()> {
    let mut begins = [0; MAGIC.len()];
    let read = async {
        let mut file = tokio::fs::File::open(db.path()).await?;
        file.read_exact(&mut begins).await
    };
    let path = db.path().display();
    match read.await {
        Ok(_) if begins == *MAGIC => Ok(()),
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
            let message = format!("{path}: the database file cannot be read: check that it is still there");
            Err(Error::new(ErrorKind::Unavailable, OPERATION, message).with_source(error))
        }
        _ => {
            let message =
                format!("{path}: the file is no longer a SQLite database: restore it from a backup");
            Err(Error::new(ErrorKind::Corrupt, OPERATION, message))
        }
    }
}
