//! The tables of one query, and which of them a condition binds to the tenant.

use crate::Problem;
use crate::tokens::{Kind, Span, Tokens};

/// The most tables of one query, and the most names of common table expressions.
const MOST: usize = 16;

/// The names of the common table expressions that a query can see.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names {
    list: [usize; MOST],
    count: usize,
}

impl Names {
    pub(crate) const fn none() -> Self {
        Self { list: [0; MOST], count: 0 }
    }

    pub(crate) const fn with(mut self, name: usize) -> Result<Self, Problem> {
        if self.count == MOST {
            return Err(Problem::TooLarge);
        }
        self.list[self.count] = name;
        self.count += 1;
        Ok(self)
    }

    pub(crate) const fn has(&self, t: &Tokens<'_>, name: usize) -> bool {
        let mut at = 0;
        while at < self.count {
            if t.same_name(self.list[at], name) {
                return true;
            }
            at += 1;
        }
        false
    }
}

/// A table, or what stands in the place of one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source {
    /// The token that conditions call it by.
    pub(crate) name: Option<usize>,
    /// Whether it is a table: it needs the tenant.
    pub(crate) table: bool,
    /// Whether a left join brings it in: its `ON` says nothing about the others.
    pub(crate) left: bool,
    /// The condition of the join that brings it in.
    pub(crate) on: Span,
    bound: bool,
}

impl Source {
    pub(crate) const fn new(name: Option<usize>, table: bool, left: bool) -> Self {
        Self { name, table, left, on: Span::new(0, 0), bound: false }
    }
}

/// The tables of one query.
#[derive(Debug)]
pub(crate) struct Scope {
    list: [Source; MOST],
    count: usize,
    /// Whether a condition of alternatives was seen where a comparison with the tenant could stand.
    alternatives: bool,
}

impl Scope {
    pub(crate) const fn new() -> Self {
        Self { list: [Source::new(None, false, false); MOST], count: 0, alternatives: false }
    }

    /// Adds a source; no two may have one name.
    pub(crate) const fn add(&mut self, t: &Tokens<'_>, source: Source) -> Result<(), Problem> {
        if self.count == MOST {
            return Err(Problem::TooLarge);
        }
        let mut at = 0;
        while at < self.count {
            if let (Some(one), Some(other)) = (self.list[at].name, source.name)
                && t.alike(one, other)
            {
                return Err(Problem::SameName);
            }
            at += 1;
        }
        self.list[self.count] = source;
        self.count += 1;
        Ok(())
    }

    /// Gives the newest source its condition.
    pub(crate) const fn join_on(&mut self, on: Span) {
        self.list[self.count - 1].on = on;
    }

    /// Checks that the conditions of the joins and `filter` bind every table. How many there are.
    pub(crate) const fn bind(mut self, t: &Tokens<'_>, filter: Span) -> Result<usize, Problem> {
        self.conditions(t, filter, None);
        let mut at = 0;
        while at < self.count {
            let source = self.list[at];
            self.conditions(t, source.on, if source.left { Some(at) } else { None });
            at += 1;
        }
        let (mut at, mut tables) = (0, 0);
        while at < self.count {
            let source = self.list[at];
            if source.table {
                if !source.bound {
                    return Err(if self.alternatives { Problem::Alternative } else { Problem::Unbound });
                }
                tables += 1;
            }
            at += 1;
        }
        Ok(tables)
    }

    /// Marks the sources that a condition binds; `only` one of them when the condition speaks of no other.
    const fn conditions(&mut self, t: &Tokens<'_>, span: Span, only: Option<usize>) {
        if span.is_empty() {
            return;
        }
        if has_or(t, span) {
            self.alternatives = true;
            return;
        }
        let (mut from, mut at, mut level) = (span.from, span.from, Level::new());
        while at < span.to {
            if level.step(t, at) && t.is(at, "AND") {
                self.condition(t, Span::new(from, at), only);
                from = at + 1;
            }
            at = t.next(at);
        }
        self.condition(t, Span::new(from, span.to), only);
    }

    /// One part of a conjunction: a comparison with the tenant, or another conjunction in parentheses.
    const fn condition(&mut self, t: &Tokens<'_>, span: Span, only: Option<usize>) {
        if span.is_empty() {
            return;
        }
        let inner = t.inside(span.from);
        if t.opens(span.from) && inner.to + 1 == span.to {
            if !t.starts_query(inner) {
                self.conditions(t, inner, only);
            }
            return;
        }
        let Some(column) = compared_with_tenant(t, span) else { return };
        if !t.is_tenant_column(column) {
            return;
        }
        let (mut at, mut found) = (0, None);
        while at < self.count {
            let source = self.list[at];
            let meant = if t.follows_dot(column) {
                matches!(source.name, Some(name) if t.same_name(name, column - 2))
            } else {
                source.table
            };
            if meant {
                // A plain name of several tables says nothing.
                if found.is_some() {
                    return;
                }
                found = Some(at);
            }
            at += 1;
        }
        if let Some(found) = found
            && (only.is_none() || matches!(only, Some(only) if only == found))
        {
            self.list[found].bound = true;
        }
    }
}

/// The column of `column = tenant` or `tenant = column`, when that is all there is.
const fn compared_with_tenant(t: &Tokens<'_>, span: Span) -> Option<usize> {
    let length = span.to - span.from;
    let qualified = length == 5;
    if length != 3 && !qualified {
        return None;
    }
    let (first, last) = (span.from, span.to - 1);
    let column = if matches!(t.kind(last), Kind::Tenant) && matches!(t.kind(last - 1), Kind::Equals) {
        last - 2
    } else if matches!(t.kind(first), Kind::Tenant) && matches!(t.kind(first + 1), Kind::Equals) {
        last
    } else {
        return None;
    };
    let plain = !qualified || (t.follows_dot(column) && t.is_name(column - 2));
    if plain { Some(column) } else { None }
}

const fn has_or(t: &Tokens<'_>, span: Span) -> bool {
    let (mut at, mut level) = (span.from, Level::new());
    while at < span.to {
        if level.step(t, at) && t.is(at, "OR") {
            return true;
        }
        at = t.next(at);
    }
    false
}

/// Tells the `AND` and `OR` of a condition from those of `CASE .. END` and of `BETWEEN .. AND ..`.
struct Level {
    cases: usize,
    between: usize,
}

impl Level {
    const fn new() -> Self {
        Self { cases: 0, between: 0 }
    }

    /// Whether the token belongs to the condition itself.
    const fn step(&mut self, t: &Tokens<'_>, at: usize) -> bool {
        if t.is(at, "CASE") {
            self.cases += 1;
        } else if t.is(at, "END") && self.cases > 0 {
            self.cases -= 1;
        } else if self.cases == 0 {
            if t.is(at, "BETWEEN") {
                self.between += 1;
            } else if t.is(at, "AND") && self.between > 0 {
                self.between -= 1;
            } else {
                return true;
            }
        }
        false
    }
}
