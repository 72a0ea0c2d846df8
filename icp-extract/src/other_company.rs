//! Sentences about another company: "Gumnut Homes builds 700 houses a year with 320 staff".

use std::sync::LazyLock;

use icp_core::model::Page;
use icp_core::site::text::has_word;
use regex::Regex;

use crate::report::pattern;

/// A name of two or more words at the start, and a verb or a description after it.
static SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:At |For |With |Like )?(?P<name>\p{Lu}[\p{L}\d&'’.-]*(?:\s(?:\p{Lu}[\p{L}\d&'’.-]*|of|and|&)){1,4}),?\s(?:is|was|are|has|had|employs|builds|runs|operates|makes|manages|sells|serves|uses|needed|wanted|came|hired|grew|with|a|an|the|et|emploie|ist|hat|beschäftigt)\b",
    )
});

/// Whether a sentence names a company other than the site's own as its subject, and does not speak of "us" besides.
pub(crate) fn is_subject(page: &Page, sentence: &str) -> bool {
    let Some(name) = SUBJECT.captures(sentence).and_then(|it| it.name("name")) else { return false };
    let lower = sentence.to_lowercase();
    let first = lower.split_whitespace().next().unwrap_or_default();
    if matches!(first, "the" | "our" | "we" | "all" | "this" | "with") {
        return false;
    }
    !is_own_name(page, name.as_str())
        && !has_word(&lower, &["our company", "our team", "we are", "we have", "we employ"])
}

/// Whether a name is (a part of) the site's own: the letters of one of its words are in the site's host or title.
fn is_own_name(page: &Page, name: &str) -> bool {
    let host =
        page.url.split("://").nth(1).unwrap_or_default().split('/').next().unwrap_or_default().to_lowercase();
    let host: String = host.chars().filter(|c| c.is_alphanumeric()).collect();
    name.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() >= 4)
        .any(|word| host.contains(&word.to_lowercase()))
}

/// Whether a page tells of work done for others, or is a story: what it says of figures and papers is theirs.
pub(crate) fn is_its_page(page: &Page) -> bool {
    #[rustfmt::skip]
    const FOLDERS: &[&str] = &[
        "portfolio", "case-stud", "casestud", "realisation", "réalisation", "referenz", "references", "our-work", "success-stor", "customer-stor", "client-stor", "journal", "blog",
        "news", "stories", "projekte", "branchen",
    ];
    let path =
        page.url.split("://").nth(1).and_then(|rest| rest.split_once('/')).map_or("", |(_, path)| path);
    let path = path.to_lowercase();
    FOLDERS.iter().any(|folder| path.split('/').any(|part| part.starts_with(folder)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::one;
    use icp_core::model::PageKind;

    #[test]
    fn who_a_sentence_is_about() {
        let page = one(PageKind::About, "");
        for text in
            ["Gumnut Homes builds houses with 320 staff.", "Batu Kawan Circuits employs 3,400 people."]
        {
            assert!(is_subject(&page, text), "{text}");
        }
        for text in [
            "Northpier Logistics employs 85 people.",
            "The firm has 19 staff.",
            "We are a team of 30.",
            "With over 40 staff we deliver.",
            "Our Jurong Team has 40 people.",
        ] {
            assert!(!is_subject(&page, text), "{text}");
        }
    }
}
