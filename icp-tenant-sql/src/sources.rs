//! Reading lists of tables: names, joins, aliases, and what stands in the place of a table.

use crate::Problem;
use crate::query::{expressions, query};
use crate::scope::{Names, Scope, Source};
use crate::tokens::{Kind, Span, Tokens};

/// Functions that stand in a `FROM` and read no table. Any other is taken for a table: the name of a full-text table
/// is a function too.
const FUNCTIONS: &[&str] = &[
    "generate_series",
    "json_each",
    "json_tree",
    "jsonb_each",
    "jsonb_tree",
    "json_array_elements",
    "json_array_elements_text",
    "json_to_recordset",
    "jsonb_array_elements",
    "jsonb_array_elements_text",
    "jsonb_to_recordset",
    "pragma_table_info",
    "regexp_split_to_table",
    "string_to_table",
    "unnest",
];

/// Reads a list of tables with its joins.
pub(crate) const fn sources(
    t: &Tokens<'_>,
    span: Span,
    names: Names,
    scope: &mut Scope,
) -> Result<usize, Problem> {
    let (mut at, mut tables, mut joined, mut left) = (span.from, 0, false, false);
    loop {
        let (next, inner) = ok!(source(t, Span::new(at, span.to), names, left, scope));
        tables += inner;
        at = next;
        if at < span.to && joined && t.is(at, "ON") {
            let on = Span::new(at + 1, condition_end(t, at + 1, span.to));
            if on.is_empty() {
                return Err(Problem::NotUnderstood);
            }
            tables += ok!(expressions(t, on, names));
            scope.join_on(on);
            at = on.to;
        } else if at + 1 < span.to && joined && t.is(at, "USING") && t.opens(at + 1) {
            at = t.next(at + 1);
        } else if left {
            return Err(Problem::Join);
        }
        if at == span.to {
            return Ok(tables);
        }
        (joined, left) = (false, false);
        if !matches!(t.kind(at), Kind::Comma) {
            joined = true;
            if t.is(at, "INNER") || t.is(at, "CROSS") {
                at += 1;
            } else if t.is(at, "LEFT") {
                left = true;
                at += 1;
                if at < span.to && t.is(at, "OUTER") {
                    at += 1;
                }
            }
            if at >= span.to || !t.is(at, "JOIN") {
                return Err(Problem::Join);
            }
        }
        at += 1;
    }
}

/// The place where the condition of a join ends.
const fn condition_end(t: &Tokens<'_>, from: usize, to: usize) -> usize {
    let mut at = from;
    while at < to {
        // A function may be called `left`.
        let join = starts_join(t, at) && !(at + 1 < to && t.opens(at + 1));
        if join || matches!(t.kind(at), Kind::Comma) || t.is(at, "ON") || t.is(at, "USING") {
            return at;
        }
        at = t.next(at);
    }
    to
}

const fn starts_join(t: &Tokens<'_>, at: usize) -> bool {
    t.is(at, "JOIN")
        || t.is(at, "INNER")
        || t.is(at, "CROSS")
        || t.is(at, "LEFT")
        || t.is(at, "RIGHT")
        || t.is(at, "FULL")
        || t.is(at, "NATURAL")
}

/// Reads one table, query or function of a list, and the place after it.
const fn source(
    t: &Tokens<'_>,
    span: Span,
    names: Names,
    left: bool,
    scope: &mut Scope,
) -> Result<(usize, usize), Problem> {
    let mut at = span.from;
    if at < span.to && t.is(at, "LATERAL") {
        at += 1;
    }
    if at < span.to && t.opens(at) {
        let inner = t.inside(at);
        if !t.starts_query(inner) {
            return Err(Problem::Join);
        }
        let tables = ok!(query(t, inner, names, false));
        let (name, next) = ok!(alias(t, Span::new(t.next(at), span.to)));
        ok!(scope.add(t, Source::new(name, false, left)));
        return Ok((next, tables));
    }
    let (name, qualified) = ok!(table_name(t, &mut at, span.to));
    let (mut table, mut tables) = (qualified || !names.has(t, name), 0);
    if at < span.to && t.opens(at) {
        tables = ok!(expressions(t, t.inside(at), names));
        table = qualified || !is_function(t, name);
        at = t.next(at);
        if at + 1 < span.to && t.is(at, "WITH") && t.is(at + 1, "ORDINALITY") {
            at += 2;
        }
    }
    let (given, next) = ok!(alias(t, Span::new(at, span.to)));
    let called = if given.is_some() { given } else { Some(name) };
    ok!(scope.add(t, Source::new(called, table, left)));
    Ok((next, tables))
}

/// Reads the table that a statement changes, and the place after it.
pub(crate) const fn target(t: &Tokens<'_>, span: Span, scope: &mut Scope) -> Result<usize, Problem> {
    let mut at = span.from;
    let (name, _) = ok!(table_name(t, &mut at, span.to));
    let (given, next) = ok!(alias(t, Span::new(at, span.to)));
    let called = if given.is_some() { given } else { Some(name) };
    ok!(scope.add(t, Source::new(called, true, false)));
    Ok(next)
}

/// Reads a name, with its schema or without: its last part, and whether there was a schema.
pub(crate) const fn table_name(t: &Tokens<'_>, at: &mut usize, to: usize) -> Result<(usize, bool), Problem> {
    let mut qualified = false;
    loop {
        if *at >= to || !t.is_name(*at) || (!qualified && is_reserved(t, *at)) {
            return Err(Problem::NotUnderstood);
        }
        let name = *at;
        *at += 1;
        if *at >= to || !matches!(t.kind(*at), Kind::Dot) {
            return Ok((name, qualified));
        }
        qualified = true;
        *at += 1;
    }
}

const fn is_function(t: &Tokens<'_>, name: usize) -> bool {
    let mut at = 0;
    while at < FUNCTIONS.len() {
        if t.is(name, FUNCTIONS[at]) {
            return true;
        }
        at += 1;
    }
    false
}

/// Reads an alias, its columns and SQLite's hints: the name if there is one, and the place after all of it.
const fn alias(t: &Tokens<'_>, span: Span) -> Result<(Option<usize>, usize), Problem> {
    let (mut at, mut name) = (span.from, None);
    let marked = at < span.to && t.is(at, "AS");
    if marked {
        at += 1;
    }
    if at < span.to && t.is_name(at) && !is_reserved(t, at) {
        name = Some(at);
        at += 1;
        if at < span.to && t.opens(at) {
            at = t.next(at);
        }
    } else if marked {
        return Err(Problem::NotUnderstood);
    }
    if at + 1 < span.to && t.is(at, "NOT") && t.is(at + 1, "INDEXED") {
        at += 2;
    } else if at + 2 < span.to && t.is(at, "INDEXED") && t.is(at + 1, "BY") && t.is_name(at + 2) {
        at += 3;
    }
    Ok((name, at))
}

/// Whether a keyword stands here that is no name of a table.
const fn is_reserved(t: &Tokens<'_>, at: usize) -> bool {
    starts_join(t, at)
        || t.starts_tail(at)
        || t.is(at, "OUTER")
        || t.is(at, "ON")
        || t.is(at, "USING")
        || t.is(at, "AS")
        || t.is(at, "SET")
        || t.is(at, "NOT")
        || t.is(at, "INDEXED")
        || t.is(at, "WHERE")
        || t.is(at, "SELECT")
        || t.is(at, "VALUES")
        || t.is(at, "DEFAULT")
        || t.is(at, "TABLE")
        || t.is(at, "TABLESAMPLE")
        || t.is(at, "LATERAL")
        || t.is(at, "FROM")
}
