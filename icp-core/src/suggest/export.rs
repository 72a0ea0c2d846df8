//! Company lists as other tools import them: CSV by RFC 4180, safe against formula injection.

use std::fmt::Write as _;
use std::str::FromStr;

use crate::model::{Domain, Uen, builders};

/// The tool whose import format it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dialect {
    /// HubSpot companies.
    HubSpot,
    /// Salesforce accounts (Data Import Wizard).
    Salesforce,
    /// LinkedIn Ads company list.
    LinkedInAds,
    /// LinkedIn Sales Navigator account list.
    SalesNavigator,
}

/// A word that names no dialect.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no export format; there are hubspot, salesforce, linkedin-ads and sales-navigator")]
pub struct UnknownDialect(String);

impl FromStr for Dialect {
    type Err = UnknownDialect;
    fn from_str(text: &str) -> Result<Self, UnknownDialect> {
        Ok(match text {
            "hubspot" => Self::HubSpot,
            "salesforce" => Self::Salesforce,
            "linkedin-ads" => Self::LinkedInAds,
            "sales-navigator" => Self::SalesNavigator,
            other => return Err(UnknownDialect(other.chars().take(40).collect())),
        })
    }
}

impl Dialect {
    /// The header row.
    pub fn header(self) -> &'static [&'static str] {
        match self {
            Self::HubSpot => &[
                "Company name",
                "Company domain name",
                "Industry",
                "Country/Region",
                "UEN",
                "ICP segment",
                "ICP reason",
            ],
            Self::Salesforce => &[
                "Account Name",
                "Website",
                "Industry",
                "Billing Country",
                "UEN",
                "ICP Segment",
                "Description",
            ],
            Self::LinkedInAds => &[
                "companyname",
                "companywebsite",
                "companyemaildomain",
                "linkedincompanypageurl",
                "stocksymbol",
                "industry",
                "city",
                "state",
                "companycountry",
                "zipcode",
            ],
            Self::SalesNavigator => &["Account Name", "Website", "Country"],
        }
    }
}

/// A company of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExportRow {
    /// Its name.
    pub name: String,
    /// Its website, when known.
    pub domain: Option<Domain>,
    /// Its register key.
    pub uen: Option<Uen>,
    /// Its industry's title.
    pub industry: Option<String>,
    /// Its country's name.
    pub country: String,
    /// Its postal code.
    pub postal_code: Option<String>,
    /// The card's title.
    pub segment: String,
    /// Why it is on the list.
    pub reason: String,
}

impl ExportRow {
    /// A company known by name and country, on the list of a segment.
    pub fn new(
        name: impl Into<String>,
        country: impl Into<String>,
        segment: impl Into<String>,
        reason: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            domain: None,
            uen: None,
            industry: None,
            country: country.into(),
            postal_code: None,
            segment: segment.into(),
            reason: reason.into(),
        }
    }
}

builders!(ExportRow {
    /// Sets its website.
    with_domain => domain: Option<Domain>,
    /// Sets its register key.
    with_uen => uen: Option<Uen>,
    /// Sets its industry's title.
    with_industry => industry: Option<String>,
    /// Sets its postal code.
    with_postal_code => postal_code: Option<String>,
});

/// The list as CSV.
///
/// ```
/// use icp_core::suggest::{Dialect, ExportRow, export_csv};
/// let row = ExportRow::new("=HYPERLINK(1)", "Singapore", "Freight", "a, \"b\"");
/// let csv = export_csv(Dialect::SalesNavigator, &[row]);
/// assert_eq!(csv, "Account Name,Website,Country\r\n'=HYPERLINK(1),,Singapore\r\n");
/// ```
pub fn export_csv(dialect: Dialect, rows: &[ExportRow]) -> String {
    let mut csv = dialect.header().join(",");
    csv.push_str("\r\n");
    for row in rows {
        let domain = row.domain.as_ref().map_or("", |domain| domain.as_str());
        let uen = row.uen.as_ref().map_or("", |uen| uen.as_str());
        let industry = row.industry.as_deref().unwrap_or_default();
        let postal = row.postal_code.as_deref().unwrap_or_default();
        let cells: Vec<&str> = match dialect {
            Dialect::HubSpot => {
                vec![&row.name, domain, industry, &row.country, uen, &row.segment, &row.reason]
            }
            Dialect::Salesforce => {
                vec![&row.name, domain, industry, &row.country, uen, &row.segment, &row.reason]
            }
            Dialect::LinkedInAds => {
                vec![&row.name, domain, "", "", "", industry, "", "", &row.country, postal]
            }
            Dialect::SalesNavigator => vec![&row.name, domain, &row.country],
        };
        for (i, cell) in cells.into_iter().enumerate() {
            let comma = if i == 0 { "" } else { "," };
            let _ = write!(csv, "{comma}{}", quoted(cell));
        }
        csv.push_str("\r\n");
    }
    csv
}

/// Quotes a cell where RFC 4180 asks for it, and puts an apostrophe before what a spreadsheet would run (OWASP, CSV
/// injection).
fn quoted(cell: &str) -> String {
    let runs = cell.trim_start().starts_with(['=', '+', '-', '@']) || cell.starts_with(['\t', '\r', '\n']);
    let safe = if runs { format!("'{cell}") } else { cell.to_owned() };
    if safe.contains([',', '"', '\r', '\n']) || safe.starts_with(' ') || safe.ends_with(' ') {
        format!("\"{}\"", safe.replace('"', "\"\""))
    } else {
        safe
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row(name: &str) -> ExportRow {
        ExportRow::new(name, "Singapore", "Freight", "same industry")
            .with_domain("acme.com.sg".parse::<Domain>().ok())
            .with_uen("201912345K".parse::<Uen>().ok())
            .with_industry("Freight, forwarding".to_owned())
            .with_postal_code("048581".to_owned())
    }

    #[test]
    fn every_dialect_has_as_many_cells_as_headings() {
        for dialect in [Dialect::HubSpot, Dialect::Salesforce, Dialect::LinkedInAds, Dialect::SalesNavigator]
        {
            let csv = export_csv(dialect, &[row("Acme")]);
            let line = csv.lines().nth(1).unwrap().replace("\"Freight, forwarding\"", "x");
            assert_eq!(line.split(',').count(), dialect.header().len(), "{dialect:?}");
        }
        assert!("excel".parse::<Dialect>().is_err());
    }

    proptest! {
        #[test]
        fn no_cell_starts_a_formula(name in "[=+@\\- \"',a-z]{0,12}") {
            let csv = export_csv(Dialect::SalesNavigator, &[row(&name)]);
            let body = csv.split_once("\r\n").unwrap().1;
            // The first cell as a program reads it: quotes off, doubled quotes as one.
            let cell = match body.strip_prefix('"') {
                Some(rest) => rest.replace("\"\"", "\u{1}").split('"').next().unwrap().replace('\u{1}', "\""),
                None => body.split(',').next().unwrap().to_owned(),
            };
            prop_assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{cell}");
            prop_assert!(cell.trim_start_matches('\'').ends_with(name.trim_start_matches('\'')), "{cell} of {name}");
        }
    }
}
