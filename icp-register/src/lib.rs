//! Register files into a stream of rows, for any [`Register`](icp_core::ports::Register). No database.
//!
//! [`RegisterFiles`] reads ACRA's open-data files as they are, and other CSV files by a [`ColumnMap`], plain or gzip;
//! [`read_titles`] reads a classification file. Bad rows are given by name, and do not end the stream.
//!
//! ```
//! use icp_core::memory::MemoryRegister;
//! use icp_core::model::SsicEdition;
//! use icp_core::ports::{NameQuery, Register};
//! use icp_register::{FileOptions, RegisterFiles};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! let file = folder.path().join("companies.csv");
//! std::fs::write(&file, "Reg No,Company,Since\n201912345K,Acme Pte Ltd,2019-04-01\n")?;
//!
//! let options = FileOptions::new(SsicEdition::Y2025)
//!     .with_columns("uen=Reg No,name=Company,registered=Since".parse()?);
//! let register = MemoryRegister::empty();
//! let outcome = register.import(RegisterFiles::open(&[file], &options)?.into_request()).await?;
//! assert_eq!((outcome.added, outcome.read.bad_rows), (1, 0));
//! assert_eq!(register.candidates(&[NameQuery::new("acmee", 1)]).await?[0][0].name, "Acme Pte Ltd");
//! # Ok(()) }
//! ```

mod classification;
mod columns;
mod files;
mod input;
mod records;

pub use classification::read_titles;
pub use columns::ColumnMap;
pub use files::{FileOptions, RegisterFiles};

/// The operation that errors of this crate name.
const OPERATION: &str = "import the register";
