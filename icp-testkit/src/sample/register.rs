//! A register to try things on: generated, always the same, in the format of ACRA's monthly files.
//!
//! Every name is recombined from word lists written for this purpose; nothing is copied from the real register.
//! How each part is drawn:
//!
//! - **Codes** by the weights of a table of some 360 subclasses of SSIC 2025. 1 % declare none; 35 % declare a second,
//!   half of them from the same division.
//! - **Types**: Local Company 55 %, Sole Proprietorship/ Partnership 38 %, Limited Liability Partnership 4.5 %, Foreign
//!   Company 1.5 %, Public Accounting Firm 0.6 %, Limited Partnership 0.4 %.
//! - **Legal forms** of companies: `PTE. LTD.` 86 %, `PRIVATE LIMITED` 9 %, `PTE LTD` 3 %, `LIMITED` 2 %. Businesses have none.
//! - **Alive**: 73 % of companies, 66 % of businesses, 75 % of the others; about 70 % of all.
//! - **Dates** from 1965-01-01 to 2026-10-31: the age is the greatest age times the square of a uniform number.
//! - **Former names**: 9 % of companies and LLPs have one, a tenth of these a second.
//! - **Postal codes**: 3 % missing.
//!
//! The companies of the sample intake are in it, and a few whose names are near theirs.

mod codes;
mod csv;
mod generate;
mod known;
mod names;
mod rng;

use std::sync::LazyLock;

use icp_core::model::{Date, Entity, EntityStatus, EntityType, SsicCode, SsicEdition, Uen};

pub use csv::write_csv;

/// The register's date, from which ages are counted.
pub const AS_OF: &str = "2026-11-01";

/// The edition of its codes.
pub const EDITION: SsicEdition = SsicEdition::Y2025;

/// Generated rows; the companies of the story come on top.
pub const GENERATED: usize = 24_000;

/// The kind of an entity, in the register's terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Company,
    Business,
    Llp,
    ForeignBranch,
    AccountingFirm,
    LimitedPartnership,
}

impl Kind {
    const fn description(self) -> &'static str {
        match self {
            Self::Company => "Local Company",
            Self::Business => "Sole Proprietorship/ Partnership",
            Self::Llp => "Limited Liability Partnership",
            Self::ForeignBranch => "Foreign Company Registered in Singapore",
            Self::AccountingFirm => "Public Accounting Firm",
            Self::LimitedPartnership => "Limited Partnership",
        }
    }
}

/// One row, before it is written as CSV or as an entity.
#[derive(Debug)]
struct Row {
    uen: String,
    name: String,
    former: Vec<String>,
    kind: Kind,
    constitution: &'static str,
    company_type: &'static str,
    status: &'static str,
    registered: Date,
    primary: Option<SsicCode>,
    secondary: Option<SsicCode>,
    block: u16,
    street: &'static str,
    unit: Option<(u8, u8)>,
    postal: Option<String>,
    officers: u8,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(generate::rows);

/// The register's date.
#[expect(clippy::expect_used, reason = "a constant, parsed by every test")]
pub fn as_of() -> Date {
    AS_OF.parse().expect("a date")
}

/// All entities: the same data as [`write_csv`] writes, in the same order (by name, then UEN).
///
/// ```
/// use icp_testkit::sample::register;
/// let entities = register::entities();
/// assert!(entities.len() > 20_000);
/// assert!(entities.iter().any(|entity| entity.name == "NORTHPIER LOGISTICS PTE. LTD."));
/// ```
#[expect(
    clippy::expect_used,
    reason = "every UEN is built in one of the known shapes; the tests build them all"
)]
pub fn entities() -> Vec<Entity> {
    ROWS.iter()
        .map(|row| {
            let uen = row.uen.parse().expect("a well-shaped UEN");
            Entity::new(uen, row.name.as_str(), EntityStatus::from_register(row.status))
                .with_former_names(row.former.clone())
                .with_entity_type(EntityType::new(row.kind.description()))
                .with_registered_on(Some(row.registered))
                .with_ssic(row.primary, row.secondary)
                .with_postal_code(row.postal.clone())
        })
        .collect()
}

/// The UEN of the company behind a site of the sample web: the truth that resolution is tested against.
pub fn uen_of(domain: &str) -> Option<Uen> {
    known::KNOWN.iter().find(|row| row.domain == Some(domain))?.uen.parse().ok()
}
