//! Problems of a statement.

use std::fmt;

/// The reason why a statement is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Problem {
    /// A table without its own comparison with the tenant.
    Unbound,
    /// A table without one, in a clause of alternatives.
    Alternative,
    /// No table at all.
    NoTable,
    /// An `INSERT` whose first column is not the tenant.
    InsertColumns,
    /// An `INSERT` whose first value is not the tenant.
    InsertValues,
    /// A row that gets another tenant.
    SetsTenant,
    /// A conflict that could change another tenant's row.
    ConflictKey,
    /// A replacement that could drop another tenant's row.
    Replace,
    /// Two tables of one query under one name.
    SameName,
    /// A join that cannot be followed.
    Join,
    /// A table named after `IN`.
    InTable,
    /// A parameter without a number, or with a name.
    Parameter,
    /// A character, string, number or comment that cannot be read for certain.
    Token,
    /// Parentheses that do not match.
    Parentheses,
    /// More than one statement, or a semicolon.
    Semicolon,
    /// Too many tokens, tables or levels.
    TooLarge,
    /// Anything else that cannot be followed.
    NotUnderstood,
}

impl Problem {
    /// The problem in words, with the remedy.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::Unbound => {
                "every table needs its own `tenant_id = ?1` ($1 in PostgreSQL), joined by AND to its WHERE or ON; with \
                 several tables each names its table: `alias.tenant_id = ?1`"
            }
            Self::Alternative => {
                "a table is not bound to the tenant, and an OR stands where its comparison should: write `tenant_id = \
                 ?1 AND (.. OR ..)`"
            }
            Self::NoTable => "the statement names no table: it needs no tenant",
            Self::InsertColumns => "an INSERT lists its columns, `tenant_id` first and once",
            Self::InsertValues => {
                "an INSERT gives ?1 ($1 in PostgreSQL) as the first value of every row and SELECT"
            }
            Self::SetsTenant => "a statement does not change tenant_id",
            Self::ConflictKey => "the key of ON CONFLICT begins with tenant_id; DO UPDATE needs such a key",
            Self::Replace => {
                "REPLACE can drop another tenant's row: use ON CONFLICT (tenant_id, ..) DO UPDATE"
            }
            Self::SameName => "two tables of one query have the same name: give each its own alias",
            Self::Join => {
                "only comma, inner, cross and left joins are understood, each with its own ON before the next join, and \
                 without parentheses"
            }
            Self::InTable => "IN is followed by parentheses: write `IN (SELECT ..)`",
            Self::Parameter => "parameters are numbered, ?1 in SQLite and $1 in PostgreSQL",
            Self::Token => {
                "a character, string, number or comment cannot be read for certain; write plain ASCII SQL"
            }
            Self::Parentheses => "parentheses do not match",
            Self::Semicolon => "one statement, without a semicolon",
            Self::TooLarge => "the statement has too many tokens, tables or levels: divide it",
            Self::NotUnderstood => {
                "the statement cannot be followed: write it as a plain SELECT, INSERT, UPDATE or DELETE"
            }
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for Problem {}
