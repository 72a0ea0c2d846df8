//! From text to tokens. Where SQLite and PostgreSQL read a text differently, or where it takes their settings to know,
//! it is refused.

use crate::{Dialect, Problem};

/// The most tokens of a statement.
const MOST: usize = 1024;
/// The most levels of parentheses.
const DEPTH: usize = 32;

/// The sort of a token.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// A keyword or a plain name.
    Word,
    /// A name in quotes.
    Quoted,
    /// A string.
    Text,
    Number,
    /// The parameter that is the tenant.
    Tenant,
    /// Any other parameter.
    Parameter,
    /// The operator `=`, alone.
    Equals,
    Operator,
    Dot,
    Comma,
    /// `(`
    Open,
    /// `[`, of a PostgreSQL array.
    Bracket,
    Close,
    /// The end, after the last token.
    End,
}

/// A token: its sort, its bytes (without quotes), and for an opening one the place of its closing one.
#[derive(Clone, Copy, Debug)]
struct Token {
    kind: Kind,
    from: usize,
    to: usize,
    close: usize,
}

/// The tokens from one place up to another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) from: usize,
    pub(crate) to: usize,
}

impl Span {
    pub(crate) const fn new(from: usize, to: usize) -> Self {
        Self { from, to }
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.from >= self.to
    }
}

/// A statement as tokens, without blanks and comments.
#[derive(Debug)]
pub(crate) struct Tokens<'a> {
    text: &'a [u8],
    list: [Token; MOST + 1],
    count: usize,
}

impl<'a> Tokens<'a> {
    pub(crate) const fn read(text: &'a str, dialect: Dialect) -> Result<Self, Problem> {
        let text = text.as_bytes();
        let end = Token { kind: Kind::End, from: text.len(), to: text.len(), close: 0 };
        let mut tokens = Self { text, list: [end; MOST + 1], count: 0 };
        let (mut opened, mut depth) = ([0usize; DEPTH], 0);
        let mut at = 0;
        loop {
            at = ok!(skip_blanks(text, at));
            if at == text.len() {
                break;
            }
            if tokens.count == MOST {
                return Err(Problem::TooLarge);
            }
            let (token, next) = ok!(token(text, at, dialect));
            match token.kind {
                Kind::Open | Kind::Bracket => {
                    if depth == DEPTH {
                        return Err(Problem::TooLarge);
                    }
                    opened[depth] = tokens.count;
                    depth += 1;
                }
                Kind::Close => {
                    if depth == 0 {
                        return Err(Problem::Parentheses);
                    }
                    depth -= 1;
                    let open = opened[depth];
                    if matches!(tokens.list[open].kind, Kind::Bracket) != (text[at] == b']') {
                        return Err(Problem::Parentheses);
                    }
                    tokens.list[open].close = tokens.count;
                }
                _ => {}
            }
            tokens.list[tokens.count] = token;
            tokens.count += 1;
            at = next;
        }
        if depth == 0 { Ok(tokens) } else { Err(Problem::Parentheses) }
    }

    pub(crate) const fn all(&self) -> Span {
        Span::new(0, self.count)
    }

    pub(crate) const fn kind(&self, at: usize) -> Kind {
        self.list[at].kind
    }

    /// Whether parentheses open here.
    pub(crate) const fn opens(&self, at: usize) -> bool {
        matches!(self.kind(at), Kind::Open)
    }

    /// The tokens between parentheses or brackets that open here.
    pub(crate) const fn inside(&self, at: usize) -> Span {
        Span::new(at + 1, self.list[at].close)
    }

    /// The next token of the same level.
    pub(crate) const fn next(&self, at: usize) -> usize {
        match self.kind(at) {
            Kind::Open | Kind::Bracket => self.list[at].close + 1,
            _ => at + 1,
        }
    }

    /// Whether a keyword stands here.
    pub(crate) const fn is(&self, at: usize, keyword: &str) -> bool {
        matches!(self.kind(at), Kind::Word) && self.spells(at, keyword) && !self.follows_dot(at)
    }

    /// Whether a query begins here, and not an expression.
    pub(crate) const fn starts_query(&self, span: Span) -> bool {
        let at = span.from;
        !span.is_empty() && (self.is(at, "SELECT") || self.is(at, "VALUES") || self.is(at, "WITH"))
    }

    /// Whether a clause begins here that follows the condition.
    pub(crate) const fn starts_tail(&self, at: usize) -> bool {
        self.is(at, "GROUP")
            || self.is(at, "HAVING")
            || self.is(at, "WINDOW")
            || self.is(at, "ORDER")
            || self.is(at, "LIMIT")
            || self.is(at, "OFFSET")
            || self.is(at, "FETCH")
            || self.is(at, "FOR")
            || self.is(at, "RETURNING")
    }

    /// Whether a name stands here, in quotes or not, in any case.
    pub(crate) const fn is_named(&self, at: usize, name: &str) -> bool {
        matches!(self.kind(at), Kind::Word | Kind::Quoted | Kind::Text) && self.spells(at, name)
    }

    /// Whether the column of tenants stands here, plainly. (SQLite takes a name in quotes that it does not know for a
    /// string.)
    pub(crate) const fn is_tenant_column(&self, at: usize) -> bool {
        matches!(self.kind(at), Kind::Word) && self.spells(at, "tenant_id")
    }

    pub(crate) const fn is_name(&self, at: usize) -> bool {
        matches!(self.kind(at), Kind::Word | Kind::Quoted)
    }

    pub(crate) const fn follows_dot(&self, at: usize) -> bool {
        at > 0 && matches!(self.kind(at - 1), Kind::Dot)
    }

    /// Whether two names are the same for every database.
    pub(crate) const fn same_name(&self, one: usize, other: usize) -> bool {
        match (self.kind(one), self.kind(other)) {
            (Kind::Word, Kind::Word) => self.alike(one, other),
            (Kind::Quoted, Kind::Quoted) => self.alike(one, other) && self.same_bytes(one, other),
            _ => false,
        }
    }

    /// Whether two names are the same for some database.
    pub(crate) const fn alike(&self, one: usize, other: usize) -> bool {
        let (one, other) = (self.list[one], self.list[other]);
        alike(self.text, one.from, one.to, self.text, other.from, other.to)
    }

    const fn same_bytes(&self, one: usize, other: usize) -> bool {
        let (one, other) = (self.list[one], self.list[other]);
        let mut at = 0;
        while at < one.to - one.from {
            if self.text[one.from + at] != self.text[other.from + at] {
                return false;
            }
            at += 1;
        }
        one.to - one.from == other.to - other.from
    }

    const fn spells(&self, at: usize, word: &str) -> bool {
        let token = self.list[at];
        alike(self.text, token.from, token.to, word.as_bytes(), 0, word.len())
    }
}

/// Whether two texts are equal except for upper and lower case.
const fn alike(a: &[u8], a_from: usize, a_to: usize, b: &[u8], b_from: usize, b_to: usize) -> bool {
    if a_to - a_from != b_to - b_from {
        return false;
    }
    let mut at = 0;
    while at < a_to - a_from {
        if !a[a_from + at].eq_ignore_ascii_case(&b[b_from + at]) {
            return false;
        }
        at += 1;
    }
    true
}

/// The byte at a place; 0 after the last.
const fn byte(text: &[u8], at: usize) -> u8 {
    if at < text.len() { text[at] } else { 0 }
}

/// The place after blanks and comments.
const fn skip_blanks(text: &[u8], mut at: usize) -> Result<usize, Problem> {
    loop {
        match (byte(text, at), byte(text, at + 1)) {
            (b' ' | b'\t' | b'\n' | b'\r', _) => at += 1,
            (b'-', b'-') => {
                while at < text.len() && text[at] != b'\n' {
                    // For one database it ends the comment, for the other it does not.
                    if text[at] == b'\r' && byte(text, at + 1) != b'\n' {
                        return Err(Problem::Token);
                    }
                    at += 1;
                }
            }
            (b'/', b'*') => {
                at += 2;
                while !(byte(text, at) == b'*' && byte(text, at + 1) == b'/') {
                    // One database nests comments, the other does not.
                    if at >= text.len() || (text[at] == b'/' && byte(text, at + 1) == b'*') {
                        return Err(Problem::Token);
                    }
                    at += 1;
                }
                at += 2;
            }
            _ => return Ok(at),
        }
    }
}

const fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$'
}

/// One token, and the place after it.
const fn token(text: &[u8], at: usize, dialect: Dialect) -> Result<(Token, usize), Problem> {
    let sqlite = matches!(dialect, Dialect::Sqlite);
    let first = text[at];
    let kind = match first {
        b'a'..=b'z' | b'A'..=b'Z' | b'_' => return word(text, at),
        b'0'..=b'9' => return number(text, at),
        b'.' if byte(text, at + 1).is_ascii_digit() => return number(text, at),
        b'\'' => return string(text, at, sqlite),
        b'"' => return quoted(text, at, b'"', Kind::Quoted),
        b'`' if sqlite => return quoted(text, at, b'`', Kind::Quoted),
        b'[' if sqlite => return quoted(text, at, b']', Kind::Quoted),
        b'?' if sqlite => return parameter(text, at),
        b'$' if !sqlite => return parameter(text, at),
        b'.' => Kind::Dot,
        b',' => Kind::Comma,
        b'(' => Kind::Open,
        b'[' => Kind::Bracket,
        b')' => Kind::Close,
        b']' if !sqlite => Kind::Close,
        b';' => return Err(Problem::Semicolon),
        b':' | b'@' | b'$' if sqlite => return Err(Problem::Parameter),
        _ => return operator(text, at, sqlite),
    };
    Ok((Token { kind, from: at, to: at + 1, close: 0 }, at + 1))
}

/// A word. Directly before a string it changes how the string is read; only the `x` of a blob is known not to.
const fn word(text: &[u8], from: usize) -> Result<(Token, usize), Problem> {
    let mut at = from;
    while is_word_byte(byte(text, at)) {
        at += 1;
    }
    let short = at == from + 1;
    let escapes = short && matches!(text[from], b'u' | b'U') && byte(text, at) == b'&';
    let prefix = byte(text, at) == b'\'' && !(short && matches!(text[from], b'x' | b'X'));
    if prefix || (escapes && matches!(byte(text, at + 1), b'\'' | b'"')) {
        return Err(Problem::Token);
    }
    Ok((Token { kind: Kind::Word, from, to: at, close: 0 }, at))
}

/// A number. Databases differ in how they read a word directly after one.
const fn number(text: &[u8], from: usize) -> Result<(Token, usize), Problem> {
    let mut at = from;
    if text[at] == b'0' && matches!(byte(text, at + 1), b'x' | b'X') {
        at += 2;
        while byte(text, at).is_ascii_hexdigit() {
            at += 1;
        }
    } else {
        while byte(text, at).is_ascii_digit() {
            at += 1;
        }
        if byte(text, at) == b'.' {
            at += 1;
            while byte(text, at).is_ascii_digit() {
                at += 1;
            }
        }
        if matches!(byte(text, at), b'e' | b'E') {
            at += 1;
            if matches!(byte(text, at), b'+' | b'-') {
                at += 1;
            }
            while byte(text, at).is_ascii_digit() {
                at += 1;
            }
        }
    }
    if is_word_byte(byte(text, at)) || byte(text, at) == b'.' {
        return Err(Problem::Token);
    }
    Ok((Token { kind: Kind::Number, from, to: at, close: 0 }, at))
}

/// A string. It takes a setting of PostgreSQL to know what a backslash in one means.
const fn string(text: &[u8], from: usize, sqlite: bool) -> Result<(Token, usize), Problem> {
    let (token, next) = ok!(quoted(text, from, b'\'', Kind::Text));
    let mut at = token.from;
    while at < token.to {
        if !sqlite && text[at] == b'\\' {
            return Err(Problem::Token);
        }
        at += 1;
    }
    Ok((token, next))
}

/// A string or a name in quotes; a doubled quote stands for one.
const fn quoted(text: &[u8], from: usize, quote: u8, kind: Kind) -> Result<(Token, usize), Problem> {
    let mut at = from + 1;
    loop {
        if at >= text.len() || text[at] == 0 {
            return Err(Problem::Token);
        }
        if text[at] == quote {
            if quote == b']' || byte(text, at + 1) != quote {
                break;
            }
            at += 1;
        }
        at += 1;
    }
    Ok((Token { kind, from: from + 1, to: at, close: 0 }, at + 1))
}

const fn parameter(text: &[u8], from: usize) -> Result<(Token, usize), Problem> {
    let mut at = from + 1;
    while byte(text, at).is_ascii_digit() {
        at += 1;
    }
    if at == from + 1 || is_word_byte(byte(text, at)) {
        return Err(Problem::Parameter);
    }
    let tenant = at == from + 2 && text[from + 1] == b'1';
    let kind = if tenant { Kind::Tenant } else { Kind::Parameter };
    Ok((Token { kind, from, to: at, close: 0 }, at))
}

/// An operator: all its characters, up to a comment.
const fn operator(text: &[u8], from: usize, sqlite: bool) -> Result<(Token, usize), Problem> {
    let mut at = from;
    loop {
        let comment = matches!((byte(text, at), byte(text, at + 1)), (b'-', b'-') | (b'/', b'*'));
        let more = match byte(text, at) {
            b'+' | b'-' | b'*' | b'/' | b'<' | b'>' | b'=' | b'~' | b'!' | b'%' | b'&' | b'|' => true,
            b'@' | b'#' | b'^' | b'`' | b'?' | b':' => !sqlite,
            _ => false,
        };
        if comment || !more {
            break;
        }
        at += 1;
    }
    if at == from {
        return Err(Problem::Token);
    }
    let kind = if at == from + 1 && text[from] == b'=' { Kind::Equals } else { Kind::Operator };
    Ok((Token { kind, from, to: at, close: 0 }, at))
}
