//! Reading queries: `SELECT`, `VALUES`, their unions, and what may stand in their clauses.
//!
//! SQL is recursive, and so are this file, `sources` and `statement`: each calls the others.

use crate::Problem;
use crate::scope::{Names, Scope};
use crate::sources::sources;
use crate::statement::statement;
use crate::tokens::{Kind, Span, Tokens};

/// The part of a statement after its `WITH`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opening {
    pub(crate) body: Span,
    pub(crate) names: Names,
    pub(crate) tables: usize,
}

/// Reads `WITH name AS (..), ..`. A name is visible after its own text; in a recursive one, within it too.
pub(crate) const fn opening(t: &Tokens<'_>, span: Span, mut names: Names) -> Result<Opening, Problem> {
    let (mut at, mut tables) = (span.from, 0);
    if span.is_empty() || !t.is(at, "WITH") {
        return Ok(Opening { body: span, names, tables });
    }
    at += 1;
    let recursive = at < span.to && t.is(at, "RECURSIVE");
    if recursive {
        at += 1;
    }
    loop {
        let name = at;
        if at >= span.to || !t.is_name(at) {
            return Err(Problem::NotUnderstood);
        }
        at += 1;
        if at < span.to && t.opens(at) {
            at = t.next(at);
        }
        if at >= span.to || !t.is(at, "AS") {
            return Err(Problem::NotUnderstood);
        }
        at += 1;
        if at < span.to && t.is(at, "NOT") {
            at += 1;
        }
        if at < span.to && t.is(at, "MATERIALIZED") {
            at += 1;
        }
        if at >= span.to || !t.opens(at) {
            return Err(Problem::NotUnderstood);
        }
        let visible = ok!(names.with(name));
        tables += ok!(statement(t, t.inside(at), if recursive { visible } else { names }));
        names = visible;
        at = t.next(at);
        if at < span.to && matches!(t.kind(at), Kind::Comma) {
            at += 1;
        } else {
            return Ok(Opening { body: Span::new(at, span.to), names, tables });
        }
    }
}

/// Reads a query, and returns how many tables it names. With `insert`, its first column must be the tenant.
pub(crate) const fn query(t: &Tokens<'_>, span: Span, names: Names, insert: bool) -> Result<usize, Problem> {
    let Opening { body, names, mut tables } = ok!(opening(t, span, names));
    let (mut from, mut at) = (body.from, body.from);
    while at < body.to {
        if t.is(at, "UNION") || t.is(at, "INTERSECT") || t.is(at, "EXCEPT") {
            tables += ok!(select(t, Span::new(from, at), names, insert));
            from = at + 1;
            if from < body.to && (t.is(from, "ALL") || t.is(from, "DISTINCT")) {
                from += 1;
            }
            at = from;
        } else {
            at = t.next(at);
        }
    }
    Ok(tables + ok!(select(t, Span::new(from, body.to), names, insert)))
}

/// Reads one part of a union.
const fn select(t: &Tokens<'_>, span: Span, names: Names, insert: bool) -> Result<usize, Problem> {
    if span.is_empty() {
        return Err(Problem::NotUnderstood);
    }
    let mut at = span.from;
    if t.opens(at) {
        let tables = ok!(query(t, t.inside(at), names, insert));
        return Ok(tables + ok!(expressions(t, Span::new(t.next(at), span.to), names)));
    }
    if t.is(at, "VALUES") {
        if insert {
            ok!(rows_begin_with_tenant(t, Span::new(at + 1, span.to)));
        }
        return expressions(t, Span::new(at + 1, span.to), names);
    }
    if !t.is(at, "SELECT") {
        return Err(Problem::NotUnderstood);
    }
    at += 1;
    if at < span.to && (t.is(at, "DISTINCT") || t.is(at, "ALL")) {
        at += 1;
    }
    let clauses = Clauses::of(t, Span::new(at, span.to), "FROM");
    if insert && !begins_with_tenant(t, clauses.head) {
        return Err(Problem::InsertValues);
    }
    let mut scope = Scope::new();
    let mut tables = ok!(expressions(t, clauses.head, names));
    if clauses.has_list {
        tables += ok!(sources(t, clauses.list, names, &mut scope));
    }
    tables += ok!(clauses.rest(t, names));
    Ok(tables + ok!(scope.bind(t, clauses.filter)))
}

/// Whether the first of some expressions is the tenant.
const fn begins_with_tenant(t: &Tokens<'_>, span: Span) -> bool {
    !span.is_empty()
        && matches!(t.kind(span.from), Kind::Tenant)
        && (span.from + 1 == span.to || matches!(t.kind(span.from + 1), Kind::Comma))
}

/// Checks that there are rows of values, and that the first value of each is the tenant.
const fn rows_begin_with_tenant(t: &Tokens<'_>, span: Span) -> Result<(), Problem> {
    let mut at = span.from;
    loop {
        if at >= span.to || !t.opens(at) {
            return Err(Problem::NotUnderstood);
        }
        if !begins_with_tenant(t, t.inside(at)) {
            return Err(Problem::InsertValues);
        }
        at = t.next(at);
        if at == span.to {
            return Ok(());
        }
        if !matches!(t.kind(at), Kind::Comma) {
            return Err(Problem::NotUnderstood);
        }
        at += 1;
    }
}

/// The clauses of a `SELECT`, `UPDATE` or `DELETE`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clauses {
    /// The part before the list of tables.
    pub(crate) head: Span,
    pub(crate) has_list: bool,
    /// The list of tables.
    pub(crate) list: Span,
    /// The condition.
    pub(crate) filter: Span,
    /// Grouping, order, limit and what is returned.
    pub(crate) tail: Span,
}

impl Clauses {
    /// Finds the clauses; the list of tables begins with `opener`.
    pub(crate) const fn of(t: &Tokens<'_>, span: Span, opener: &str) -> Self {
        let (mut list, mut filter, mut tail) = (None, None, span.to);
        let mut at = span.from;
        while at < span.to {
            if list.is_none() && filter.is_none() && t.is(at, opener) && !is_distinct_from(t, at) {
                list = Some(at);
            } else if filter.is_none() && t.is(at, "WHERE") {
                filter = Some(at);
            } else if t.starts_tail(at) {
                tail = at;
                break;
            }
            at = t.next(at);
        }
        let (filter_from, list_to) = match filter {
            Some(at) => (at + 1, at),
            None => (tail, tail),
        };
        let (list_from, head_to) = match list {
            Some(at) => (at + 1, at),
            None => (list_to, list_to),
        };
        Self {
            head: Span::new(span.from, head_to),
            has_list: list.is_some(),
            list: Span::new(list_from, list_to),
            filter: Span::new(filter_from, tail),
            tail: Span::new(tail, span.to),
        }
    }

    /// Reads the queries within the condition and what follows it.
    pub(crate) const fn rest(&self, t: &Tokens<'_>, names: Names) -> Result<usize, Problem> {
        let tables = ok!(expressions(t, self.filter, names));
        Ok(tables + ok!(expressions(t, self.tail, names)))
    }
}

/// Whether this `FROM` is that of `IS [NOT] DISTINCT FROM`.
const fn is_distinct_from(t: &Tokens<'_>, at: usize) -> bool {
    at >= 2
        && t.is(at, "FROM")
        && t.is(at - 1, "DISTINCT")
        && (t.is(at - 2, "IS") || (at >= 3 && t.is(at - 2, "NOT") && t.is(at - 3, "IS")))
}

/// Reads the queries within expressions, and refuses a table that stands there in any other way.
pub(crate) const fn expressions(t: &Tokens<'_>, span: Span, names: Names) -> Result<usize, Problem> {
    let (mut at, mut tables) = (span.from, 0);
    while at < span.to {
        match t.kind(at) {
            Kind::Open | Kind::Bracket => {
                let inner = t.inside(at);
                tables += ok!(if t.opens(at) && t.starts_query(inner) {
                    query(t, inner, names, false)
                } else if !inner.is_empty() && t.is(inner.from, "WHERE") && at > 0 && t.is(at - 1, "FILTER") {
                    expressions(t, Span::new(inner.from + 1, inner.to), names)
                } else {
                    expressions(t, inner, names)
                });
            }
            Kind::Word if t.is(at, "IN") && !(at + 1 < span.to && t.opens(at + 1)) => {
                return Err(Problem::InTable);
            }
            Kind::Word if names_a_table(t, at) => return Err(Problem::NotUnderstood),
            _ => {}
        }
        at = t.next(at);
    }
    Ok(tables)
}

/// Whether a keyword of tables stands where only an expression may.
const fn names_a_table(t: &Tokens<'_>, at: usize) -> bool {
    if t.is(at, "FROM") {
        return !is_distinct_from(t, at);
    }
    if t.is(at, "UPDATE") {
        return !(at > 0 && (t.is(at - 1, "FOR") || t.is(at - 1, "KEY")));
    }
    t.is(at, "JOIN")
        || t.is(at, "INTO")
        || t.is(at, "USING")
        || t.is(at, "WHERE")
        || t.is(at, "SELECT")
        || t.is(at, "VALUES")
        || t.is(at, "WITH")
        || t.is(at, "TABLE")
        || t.is(at, "INSERT")
        || t.is(at, "DELETE")
        || t.is(at, "SET")
        || t.is(at, "UNION")
        || t.is(at, "INTERSECT")
        || t.is(at, "EXCEPT")
}
