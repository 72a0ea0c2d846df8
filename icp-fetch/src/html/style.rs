//! Hidden elements: the ways to hide an element that show in the element alone.

use scraper::node::Element;

/// Elements whose content is not text of the page.
const UNSEEN: [&str; 18] = [
    "audio", "canvas", "datalist", "embed", "head", "iframe", "map", "math", "noembed", "noframes",
    "noscript", "object", "script", "style", "template", "textarea", "title", "video",
];

/// Whether an element and all in it is left out. A `panel` is one that opens on a click: it is closed, not hidden.
pub(super) fn is_unseen(element: &Element, panel: impl Fn() -> bool) -> bool {
    if UNSEEN.binary_search(&element.name()).is_ok()
        || (element.name() == "dialog" && element.attr("open").is_none())
    {
        return true;
    }
    let style = element.attr("style");
    let closed = (element.attr("hidden").is_some() && !is_streamed(element))
        || element.attr("aria-hidden").is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
        || style.is_some_and(|style| hides(style, &["display"]));
    style.is_some_and(|style| hides(style, &["visibility", "font-size"])) || (closed && !panel())
}

/// Whether an element is a part of the page that arrived late: React sends such parts hidden, under the ids `S:0`,
/// `S:1` and so on, and a script moves them to their places before anybody reads the page.
fn is_streamed(element: &Element) -> bool {
    let number = element.attr("id").and_then(|id| id.strip_prefix("S:"));
    element.name() == "div"
        && number
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Whether an inline style hides by one of these properties: `display: none`, `visibility: hidden`, `font-size: 0`.
fn hides(style: &str, by: &[&str]) -> bool {
    style.split(';').any(|declaration| {
        let Some((property, value)) = declaration.split_once(':') else {
            return false;
        };
        let value = value.trim().to_ascii_lowercase();
        let value = value.trim_end_matches("!important").trim_end();
        let property = property.trim().to_ascii_lowercase();
        by.contains(&property.as_str())
            && match property.as_str() {
                "display" => value == "none",
                "visibility" => value == "hidden" || value == "collapse",
                "font-size" => {
                    let number = value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
                    number.parse::<f32>() == Ok(0.0)
                }
                _ => false,
            }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hiding_styles() {
        const ALL: [&str; 3] = ["display", "visibility", "font-size"];
        for style in [
            "display:none",
            "color:red; DISPLAY : None !important",
            "visibility:hidden;",
            "font-size:0",
            "font-size: 0px",
            "font-size:0.0em ;x:y",
            "font-size:.0rem!important",
        ] {
            assert!(hides(style, &ALL), "{style}");
        }
        for style in [
            "display:block",
            "font-size:0.9em",
            "font-size:10px",
            "opacity:0",
            "none",
            "",
            "visibility:visible",
        ] {
            assert!(!hides(style, &ALL), "{style}");
        }
        assert!(UNSEEN.is_sorted());
    }
}
