//! Which column of a file holds which fact.

use std::str::FromStr;

use icp_core::{Error, ErrorKind};

use super::OPERATION;

/// The columns that are read, by what they are for; a file's own names stand beside.
///
/// The default is the ACRA register's format. For other files: `uen=Reg No,name=Company,status=State`. The keys are
/// `uen`, `name` (both needed), `type`, `status`, `registered`, `issued`, `ssic`, `ssic_title`, `ssic2`,
/// `ssic2_title`, `postal` and `former` (may be given several times).
///
/// ```
/// use icp_register::ColumnMap;
/// assert!("uen=Reg No,name=Company".parse::<ColumnMap>().is_ok());
/// let error = "uen=Reg No".parse::<ColumnMap>().unwrap_err();
/// assert!(error.to_string().contains("`name`"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnMap {
    uen: String,
    name: String,
    status: Option<String>,
    /// Those that may be missing from a file.
    optional: Vec<(Key, String)>,
    /// Whether a missing column of `optional` is an error: it was asked for by name.
    strict: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Type,
    Registered,
    Issued,
    Ssic,
    SsicTitle,
    Ssic2,
    Ssic2Title,
    Postal,
    Former,
}

const KEYS: [(&str, Key); 9] = [
    ("type", Key::Type),
    ("registered", Key::Registered),
    ("issued", Key::Issued),
    ("ssic", Key::Ssic),
    ("ssic_title", Key::SsicTitle),
    ("ssic2", Key::Ssic2),
    ("ssic2_title", Key::Ssic2Title),
    ("postal", Key::Postal),
    ("former", Key::Former),
];

impl Default for ColumnMap {
    /// The ACRA register's columns.
    fn default() -> Self {
        let fixed = [
            (Key::Type, "entity_type_description"),
            (Key::Registered, "registration_incorporation_date"),
            (Key::Issued, "uen_issue_date"),
            (Key::Ssic, "primary_ssic_code"),
            (Key::SsicTitle, "primary_ssic_description"),
            (Key::Ssic2, "secondary_ssic_code"),
            (Key::Ssic2Title, "secondary_ssic_description"),
            (Key::Postal, "postal_code"),
        ];
        let former = (1..=15).map(|n| (Key::Former, format!("former_entity_name{n}")));
        Self {
            uen: "uen".to_owned(),
            name: "entity_name".to_owned(),
            status: Some("entity_status_description".to_owned()),
            optional: fixed.map(|(key, name)| (key, name.to_owned())).into_iter().chain(former).collect(),
            strict: false,
        }
    }
}

impl FromStr for ColumnMap {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (mut uen, mut name, mut status, mut optional) = (None, None, None, Vec::new());
        for part in text.split(',') {
            let Some((key, column)) = part.split_once('=') else {
                return Err(wrong(format!("`{part}` is not of the form key=column")));
            };
            let column = column.trim().to_owned();
            match key.trim() {
                "uen" => uen = Some(column),
                "name" => name = Some(column),
                "status" => status = Some(column),
                key => match KEYS.iter().find(|(known, _)| *known == key) {
                    Some((_, key)) => optional.push((*key, column)),
                    None => {
                        let known: Vec<&str> = KEYS.iter().map(|(known, _)| *known).collect();
                        let known = known.join(", ");
                        return Err(wrong(format!("`{key}` is none of uen, name, status, {known}")));
                    }
                },
            }
        }
        let needed = |value: Option<String>, key: &str| {
            value.ok_or_else(|| wrong(format!("the column map lacks `{key}`: add {key}=COLUMN")))
        };
        Ok(Self { uen: needed(uen, "uen")?, name: needed(name, "name")?, status, optional, strict: true })
    }
}

fn wrong(message: String) -> Error {
    Error::new(ErrorKind::Invalid, OPERATION, message)
}

/// The positions of the columns in one file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Columns {
    pub(crate) width: usize,
    pub(crate) uen: usize,
    pub(crate) name: usize,
    pub(crate) status: Option<usize>,
    pub(crate) kind: Option<usize>,
    pub(crate) registered: Option<usize>,
    pub(crate) issued: Option<usize>,
    pub(crate) ssic: [Option<usize>; 2],
    pub(crate) ssic_titles: [Option<usize>; 2],
    pub(crate) postal: Option<usize>,
    pub(crate) former: Vec<usize>,
}

impl ColumnMap {
    /// Finds the columns in a header; case and outer white space do not matter.
    pub(crate) fn locate(&self, file: &str, header: &[String]) -> Result<Columns, Error> {
        let find = |wanted: &str| {
            let wanted = wanted.trim().to_lowercase();
            header.iter().position(|name| name.trim().to_lowercase() == wanted)
        };
        let mut missing = Vec::new();
        let mut need = |wanted: &str| {
            find(wanted).unwrap_or_else(|| {
                missing.push(format!("`{wanted}`"));
                0
            })
        };
        let mut columns = Columns {
            width: header.len(),
            uen: need(&self.uen),
            name: need(&self.name),
            ..Columns::default()
        };
        columns.status = self.status.as_deref().map(&mut need);
        for (key, name) in &self.optional {
            let at = if self.strict { Some(need(name)) } else { find(name) };
            match key {
                Key::Type => columns.kind = at,
                Key::Registered => columns.registered = at,
                Key::Issued => columns.issued = at,
                Key::Ssic => columns.ssic[0] = at,
                Key::SsicTitle => columns.ssic_titles[0] = at,
                Key::Ssic2 => columns.ssic[1] = at,
                Key::Ssic2Title => columns.ssic_titles[1] = at,
                Key::Postal => columns.postal = at,
                Key::Former => columns.former.extend(at),
            }
        }
        if missing.is_empty() {
            return Ok(columns);
        }
        let has: Vec<String> = header.iter().take(80).map(|name| format!("`{}`", name.trim())).collect();
        let missing = missing.join(", ");
        Err(wrong(format!(
            "{file} lacks the column {missing}; it has {}. Give a file of the ACRA register, or say which columns \
             to read: uen=COLUMN,name=COLUMN",
            has.join(", ")
        )))
    }
}
