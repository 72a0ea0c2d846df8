//! Reading statements: `INSERT`, `UPDATE` and `DELETE`, and what surrounds a query.

use crate::Problem;
use crate::query::{Clauses, Opening, expressions, opening, query};
use crate::scope::{Names, Scope};
use crate::sources::{sources, table_name, target};
use crate::tokens::{Kind, Span, Tokens};

/// Reads a statement, and returns how many tables it names.
pub(crate) const fn statement(t: &Tokens<'_>, span: Span, names: Names) -> Result<usize, Problem> {
    let Opening { body, names, tables } = ok!(opening(t, span, names));
    if body.is_empty() {
        return Err(Problem::NotUnderstood);
    }
    let rest = Span::new(body.from + 1, body.to);
    let more = if t.starts_query(body) || t.opens(body.from) {
        query(t, body, names, false)
    } else if t.is(body.from, "INSERT") {
        insert(t, rest, names)
    } else if t.is(body.from, "UPDATE") {
        update(t, rest, names)
    } else if t.is(body.from, "DELETE") {
        delete(t, rest, names)
    } else if t.is(body.from, "REPLACE") {
        Err(Problem::Replace)
    } else {
        Err(Problem::NotUnderstood)
    };
    Ok(tables + ok!(more))
}

/// The place after `OR IGNORE` and the like.
const fn after_resolution(t: &Tokens<'_>, span: Span) -> Result<usize, Problem> {
    if span.is_empty() || !t.is(span.from, "OR") {
        return Ok(span.from);
    }
    if span.from + 1 < span.to && t.is(span.from + 1, "REPLACE") {
        return Err(Problem::Replace);
    }
    Ok(span.from + 2)
}

const fn insert(t: &Tokens<'_>, span: Span, names: Names) -> Result<usize, Problem> {
    let mut at = ok!(after_resolution(t, span));
    if at >= span.to || !t.is(at, "INTO") {
        return Err(Problem::NotUnderstood);
    }
    at += 1;
    ok!(table_name(t, &mut at, span.to));
    if at + 1 < span.to && t.is(at, "AS") && t.is_name(at + 1) {
        at += 2;
    }
    if at >= span.to || !t.opens(at) {
        return Err(Problem::InsertColumns);
    }
    ok!(columns(t, t.inside(at)));
    at = t.next(at);
    let mut end = at;
    while end < span.to && !starts_conflict(t, end, span.to) && !t.is(end, "RETURNING") {
        end = t.next(end);
    }
    let rows = Span::new(at, end);
    if !t.starts_query(rows) {
        return Err(Problem::NotUnderstood);
    }
    let mut tables = 1 + ok!(query(t, rows, names, true));
    at = end;
    while at < span.to && starts_conflict(t, at, span.to) {
        let mut end = at + 1;
        while end < span.to && !starts_conflict(t, end, span.to) && !t.is(end, "RETURNING") {
            end = t.next(end);
        }
        tables += ok!(conflict(t, Span::new(at + 2, end), names));
        at = end;
    }
    Ok(tables + ok!(expressions(t, Span::new(at, span.to), names)))
}

/// Checks the columns of an `INSERT`: the tenant first, and once.
const fn columns(t: &Tokens<'_>, span: Span) -> Result<(), Problem> {
    if !is_key(t, span) {
        return Err(Problem::InsertColumns);
    }
    let mut at = span.from + 1;
    while at < span.to {
        if t.is_named(at, "tenant_id") {
            return Err(Problem::InsertColumns);
        }
        at += 1;
    }
    Ok(())
}

/// Whether the first of some columns is the tenant.
const fn is_key(t: &Tokens<'_>, span: Span) -> bool {
    !span.is_empty()
        && t.is_tenant_column(span.from)
        && (span.from + 1 == span.to || matches!(t.kind(span.from + 1), Kind::Comma))
}

const fn starts_conflict(t: &Tokens<'_>, at: usize, to: usize) -> bool {
    at + 1 < to && t.is(at, "ON") && t.is(at + 1, "CONFLICT")
}

/// Reads `[(key) [WHERE ..]] DO NOTHING` or `(key) [WHERE ..] DO UPDATE SET .. [WHERE ..]`.
const fn conflict(t: &Tokens<'_>, span: Span, names: Names) -> Result<usize, Problem> {
    let (mut at, mut tables, mut keyed) = (span.from, 0, false);
    if at < span.to && t.opens(at) {
        if !is_key(t, t.inside(at)) {
            return Err(Problem::ConflictKey);
        }
        keyed = true;
        at = t.next(at);
        if at < span.to && t.is(at, "WHERE") {
            let from = at + 1;
            while at < span.to && !t.is(at, "DO") {
                at = t.next(at);
            }
            tables += ok!(expressions(t, Span::new(from, at), names));
        }
    } else if at + 2 < span.to && t.is(at, "ON") && t.is(at + 1, "CONSTRAINT") {
        at += 3;
    }
    if at + 1 >= span.to || !t.is(at, "DO") {
        return Err(Problem::NotUnderstood);
    }
    if t.is(at + 1, "NOTHING") && at + 2 == span.to {
        return Ok(tables);
    }
    if !t.is(at + 1, "UPDATE") || at + 2 >= span.to || !t.is(at + 2, "SET") {
        return Err(Problem::NotUnderstood);
    }
    if !keyed {
        return Err(Problem::ConflictKey);
    }
    let clauses = Clauses::of(t, Span::new(at + 3, span.to), "FROM");
    if clauses.has_list {
        return Err(Problem::NotUnderstood);
    }
    tables += ok!(assignments(t, clauses.head, names));
    Ok(tables + ok!(clauses.rest(t, names)))
}

const fn update(t: &Tokens<'_>, span: Span, names: Names) -> Result<usize, Problem> {
    let mut scope = Scope::new();
    let from = ok!(after_resolution(t, span));
    let at = ok!(target(t, Span::new(from, span.to), &mut scope));
    if at >= span.to || !t.is(at, "SET") {
        return Err(Problem::NotUnderstood);
    }
    let clauses = Clauses::of(t, Span::new(at + 1, span.to), "FROM");
    let mut tables = ok!(assignments(t, clauses.head, names));
    if clauses.has_list {
        tables += ok!(sources(t, clauses.list, names, &mut scope));
    }
    tables += ok!(clauses.rest(t, names));
    Ok(tables + ok!(scope.bind(t, clauses.filter)))
}

/// Reads `column = value, ..`: none of the columns may be the tenant.
const fn assignments(t: &Tokens<'_>, span: Span, names: Names) -> Result<usize, Problem> {
    let (mut at, mut value) = (span.from, false);
    while at < span.to {
        if value {
            value = !matches!(t.kind(at), Kind::Comma);
        } else if matches!(t.kind(at), Kind::Equals) {
            value = true;
        } else {
            let inner = if t.opens(at) { t.inside(at) } else { Span::new(at, at + 1) };
            let mut column = inner.from;
            while column < inner.to {
                if t.is_named(column, "tenant_id") {
                    return Err(Problem::SetsTenant);
                }
                column += 1;
            }
        }
        at = t.next(at);
    }
    expressions(t, span, names)
}

const fn delete(t: &Tokens<'_>, span: Span, names: Names) -> Result<usize, Problem> {
    if span.is_empty() || !t.is(span.from, "FROM") {
        return Err(Problem::NotUnderstood);
    }
    let mut scope = Scope::new();
    let at = ok!(target(t, Span::new(span.from + 1, span.to), &mut scope));
    let clauses = Clauses::of(t, Span::new(at, span.to), "USING");
    if !clauses.head.is_empty() {
        return Err(Problem::NotUnderstood);
    }
    let mut tables = 0;
    if clauses.has_list {
        tables += ok!(sources(t, clauses.list, names, &mut scope));
    }
    tables += ok!(clauses.rest(t, names));
    Ok(tables + ok!(scope.bind(t, clauses.filter)))
}
