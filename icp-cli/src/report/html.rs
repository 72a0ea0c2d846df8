//! Writing HTML so that a value can never become markup: constant text goes in as it is, every value is escaped.

use std::fmt::{self, Write};

/// An HTML text under construction.
#[derive(Debug, Default)]
pub(super) struct Html(String);

impl Html {
    /// Constant markup. Only what is written in the source can go this way.
    pub(super) fn raw(&mut self, markup: &'static str) {
        self.0.push_str(markup);
    }

    /// A value, escaped for text and for quoted attributes alike.
    pub(super) fn text(&mut self, value: &(impl fmt::Display + ?Sized)) {
        // Writing to a string cannot fail; a value whose own printing fails is cut where it failed.
        let _ = write!(Escape(&mut self.0), "{value}");
    }

    /// A link to a page of the web, or the words alone when the address is anything else (`javascript:`, `data:`, a path).
    pub(super) fn link(&mut self, url: &str, words: &str) {
        if is_web(url) {
            html!(self; "<a href=\"" (url) "\" rel=\"noopener noreferrer nofollow\" referrerpolicy=\"no-referrer\">" (words) "</a>");
        } else {
            self.text(words);
        }
    }

    /// The text.
    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// Writes constant markup and, in brackets, escaped values: `html!(out; "<b>" (name) "</b>")`.
macro_rules! html {
    ($out:expr;) => {};
    ($out:expr; $markup:literal $($rest:tt)*) => {{ $out.raw($markup); html!($out; $($rest)*); }};
    ($out:expr; ($value:expr) $($rest:tt)*) => {{ $out.text(&$value); html!($out; $($rest)*); }};
}
pub(super) use html;

struct Escape<'a>(&'a mut String);

impl Write for Escape<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                c if c.is_control() && c != '\n' => {}
                // Signs that turn the reading direction could make words read as others.
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
                c => self.0.push(c),
            }
        }
        Ok(())
    }
}

/// Whether an address is `http` or `https`, with nothing in it that a browser would drop or read otherwise.
fn is_web(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else { return false };
    (scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"))
        && !rest.is_empty()
        && !url.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Html)) -> String {
        let mut out = Html::default();
        write(&mut out);
        out.finish()
    }

    #[test]
    fn values_never_become_markup() {
        let evil = "<script>alert('x')</script> & \"quotes\" \u{202e}gnp";
        let got = written(|out| html!(out; "<p title=\"" (evil) "\">" (evil) "</p>"));
        let safe = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;quotes&quot; gnp";
        assert_eq!(got, format!("<p title=\"{safe}\">{safe}</p>"));
    }

    #[test]
    fn only_the_web_is_linked() {
        assert!(
            written(|out| out.link("https://a.sg/?a=1&b=\"2", "A<b>"))
                .starts_with("<a href=\"https://a.sg/?a=1&amp;b=&quot;2\"")
        );
        for bad in [
            "javascript:alert(1)",
            "JAVASCRIPT://a.sg/%0aalert(1)",
            "java\nscript://x",
            " https://a.sg",
            "data:text/html,<script>",
            "/etc/passwd",
            "https://",
            "https://a.sg\\@b.sg",
            "",
        ] {
            assert_eq!(written(|out| out.link(bad, "words")), "words", "{bad}");
        }
    }
}
