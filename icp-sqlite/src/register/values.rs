//! How values are stored in the register's tables.

use icp_core::model::{
    AgeBand, Date, Entity, EntityStatus, EntityType, RegisterFilter, SsicCode, SsicEdition, SsicLevel,
    SsicNode,
};
use icp_core::{Error, ErrorKind, Result};
use sqlx::sqlite::SqliteRow;

use crate::error::{column, corrupt};

/// A date as a number like 20260131.
pub(crate) fn date_number(date: Date) -> i64 {
    date.to_string()
        .bytes()
        .filter(u8::is_ascii_digit)
        .fold(0, |number, digit| number * 10 + i64::from(digit - b'0'))
}

/// The date of a number.
pub(crate) fn date_of(operation: &'static str, number: i64) -> Result<Date> {
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    format!("{year:04}-{month:02}-{day:02}").parse().map_err(|error| corrupt(operation, error))
}

/// The code of a number; a negative one stands for none.
pub(crate) fn code_of(
    operation: &'static str,
    number: Option<i64>,
    edition: SsicEdition,
) -> Result<Option<SsicCode>> {
    let Some(number) = number.filter(|number| *number >= 0) else { return Ok(None) };
    SsicCode::new(&format!("{number:05}"), edition).map(Some).map_err(|error| corrupt(operation, error))
}

/// The ranges of code numbers at or below a node. Neighbouring divisions of a section are one range.
pub(crate) fn code_ranges(node: SsicNode) -> Vec<(i64, i64)> {
    let text = node.as_str();
    if node.level() != SsicLevel::Section {
        let width = 10_i64.pow(5 - u32::try_from(text.len().min(5)).unwrap_or(5));
        let first = text.parse::<i64>().unwrap_or(0) * width;
        return vec![(first, first + width - 1)];
    }
    let mut ranges: Vec<(i64, i64)> = Vec::new();
    for division in 0..100_i64 {
        let inside = SsicNode::new(&format!("{division:02}"), node.edition()).is_ok_and(|it| node.covers(it));
        if inside {
            let (first, last) = (division * 1000, division * 1000 + 999);
            match ranges.last_mut() {
                Some(range) if range.1 + 1 == first => range.1 = last,
                _ => ranges.push((first, last)),
            }
        }
    }
    ranges
}

/// The number of an age band in the tables; 0 stands for none.
pub(crate) fn age_number(band: AgeBand) -> i64 {
    AgeBand::ALL.iter().zip(1..).find(|(held, _)| **held == band).map_or(0, |(_, number)| number)
}

/// The band of a number.
pub(crate) fn age_of(number: i64) -> Option<AgeBand> {
    AgeBand::ALL.get(usize::try_from(number - 1).ok()?).copied()
}

/// The dates of registration (as numbers) that give this age at a date.
pub(crate) fn registered_between(band: AgeBand, as_of: Date) -> (i64, i64) {
    let now = date_number(as_of);
    let years = |years: i64| now - years * 10_000;
    match band {
        AgeBand::UpTo2 => (years(3) + 1, now),
        AgeBand::From3To5 => (years(6) + 1, years(3)),
        AgeBand::From6To10 => (years(11) + 1, years(6)),
        AgeBand::From11To20 => (years(21) + 1, years(11)),
        _ => (0, years(21)),
    }
}

/// An entity with its row id, from the columns that every entity statement selects.
pub(crate) fn entity(
    operation: &'static str,
    row: &SqliteRow,
    edition: SsicEdition,
) -> Result<(i64, Entity)> {
    let uen: &str = column(operation, row, 1)?;
    let former: Option<&str> = column(operation, row, 3)?;
    let kind: Option<&str> = column(operation, row, 4)?;
    let uen = uen.parse().map_err(|error| corrupt(operation, error))?;
    let status = EntityStatus::new(column::<String, _>(operation, row, 5)?, column(operation, row, 6)?);
    let registered_on = column::<Option<i64>, _>(operation, row, 7)?.map(|number| date_of(operation, number));
    let primary = code_of(operation, column(operation, row, 8)?, edition)?;
    let secondary = code_of(operation, column(operation, row, 9)?, edition)?;
    let entity = Entity::new(uen, column::<String, _>(operation, row, 2)?, status)
        .with_former_names(former.map(|names| names.lines().map(str::to_owned).collect()).unwrap_or_default())
        .with_entity_type(kind.and_then(EntityType::new))
        .with_registered_on(registered_on.transpose()?)
        .with_ssic(primary, secondary)
        .with_postal_code(column(operation, row, 10)?);
    Ok((column(operation, row, 0)?, entity))
}

/// A cell of the register: entities that no filter can tell apart.
pub(crate) struct Cell {
    pub(crate) codes: [Option<SsicCode>; 2],
    pub(crate) kind: Option<EntityType>,
    pub(crate) age: Option<AgeBand>,
    pub(crate) live: bool,
    pub(crate) count: u64,
}

impl Cell {
    pub(crate) fn read(operation: &'static str, row: &SqliteRow, edition: SsicEdition) -> Result<Self> {
        let kind: &str = column(operation, row, 2)?;
        Ok(Self {
            codes: [
                code_of(operation, column(operation, row, 0)?, edition)?,
                code_of(operation, column(operation, row, 1)?, edition)?,
            ],
            kind: EntityType::new(kind),
            age: age_of(column(operation, row, 3)?),
            live: column(operation, row, 4)?,
            count: unsigned(operation, column(operation, row, 5)?)?,
        })
    }

    /// As [`RegisterFilter::matches`] for each entity of the cell.
    pub(crate) fn passes(&self, filter: &RegisterFilter) -> bool {
        let any_below = |node: SsicNode| self.codes.iter().flatten().any(|code| node.contains(*code));
        (filter.include_ended || self.live)
            && filter.ssic.is_none_or(any_below)
            && !filter.exclude_ssic.iter().any(|node| any_below(*node))
            && filter.entity_type.as_ref().is_none_or(|wanted| self.kind.as_ref() == Some(wanted))
            && filter.age.is_none_or(|wanted| self.age == Some(wanted))
    }
}

/// A count.
pub(crate) fn unsigned(operation: &'static str, number: i64) -> Result<u64> {
    u64::try_from(number).map_err(|error| corrupt(operation, error))
}

/// The error of a register that holds nothing.
pub(crate) fn nothing_imported(operation: &'static str) -> Error {
    let message = "no register was imported yet: import register files first";
    Error::new(ErrorKind::NotFound, operation, message)
}
