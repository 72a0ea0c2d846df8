//! Answers that look like pages and are none: challenges for people, parked names, shells that scripts fill, and the
//! pages that servers show for an address that does not exist.

use url::Url;

use super::text::find_word;
use crate::model::{BlockKind, Page, Refusal, RefusalCause, Zone};

/// Titles of pages that ask whether the reader is a person, in lower case.
const CHALLENGES: [&str; 14] = [
    "access denied",
    "are you a robot",
    "attention required",
    "bot verification",
    "checking your browser",
    "ddos-guard",
    "human verification",
    "just a moment",
    "one moment, please",
    "pardon our interruption",
    "please verify you are a human",
    "robot or human",
    "security check",
    "you have been blocked",
];

/// Words of names that are for sale or lead nowhere yet, in lower case.
#[rustfmt::skip]
const PARKED: [&str; 24] = [
    "this domain is for sale", "this domain may be for sale", "this domain name is for sale", "domain is parked", "domain has been parked",
    "domain name is parked", "parked free", "parked domain", "buy this domain", "the domain is available for purchase",
    "domain has expired", "domain name has expired", "this domain has been registered", "this domain is registered", "future home of",
    "this account has been suspended", "account suspended", "website is under construction", "site is under construction",
    "welcome to nginx", "apache2 default page", "apache2 ubuntu default page", "this site is coming soon", "website coming soon",
];

/// Hosts that serve nothing but parked names.
const PARKING: [&str; 9] = [
    "above.com",
    "afternic.com",
    "bodis.com",
    "dan.com",
    "hugedomains.com",
    "parkingcrew.net",
    "parklogic.com",
    "sedoparking.com",
    "undeveloped.com",
];

/// Titles and headings of addresses that do not exist, in lower case.
const MISSING: [&str; 8] = [
    "404",
    "error 404",
    "page not found",
    "not found",
    "page cannot be found",
    "page can't be found",
    "oops! that page can’t be found",
    "nothing found",
];

/// The most text of a challenge or a parked name, in bytes.
const LITTLE_TEXT: usize = 1500;
/// A page with fewer letters, digits and signs than this, and with scripts, is a shell.
const SHELL_TEXT: usize = 200;

/// Why an answer is no page of a company, in spite of its status. None for a page.
///
/// ```
/// use icp_core::model::{BlockKind, PageBuilder, RefusalCause, Timestamp, Zone};
/// use icp_core::site::no_page;
///
/// let mut shell = PageBuilder::new("https://acme.sg/", Timestamp::from_micros(0));
/// shell.block(Zone::Main, BlockKind::Text, "Loading");
/// shell.block(Zone::Asset, BlockKind::Text, "https://acme.sg/static/main.3f2a.js");
/// assert_eq!(no_page(&shell.finish()).unwrap().cause, RefusalCause::NeedsJavascript);
/// ```
pub fn no_page(page: &Page) -> Option<Refusal> {
    challenge(page).or_else(|| parked(page)).or_else(|| missing(page)).or_else(|| shell(page))
}

/// Whether a page is a challenge for people: its title says so and it has hardly any text.
pub fn challenge(page: &Page) -> Option<Refusal> {
    let title = page.title.as_str().trim().to_lowercase();
    let found = CHALLENGES.iter().find(|words| title.starts_with(*words))?;
    let detail = format!("a challenge for people: `{found}`");
    (text_bytes(page) <= LITTLE_TEXT).then(|| Refusal::new(RefusalCause::Challenge, detail))
}

fn parked(page: &Page) -> Option<Refusal> {
    if text_bytes(page) > LITTLE_TEXT {
        return None;
    }
    let title = page.title.as_str().to_lowercase();
    let texts = || page.visible().map(|(_, text)| text.to_lowercase()).chain([title.clone()]);
    let words = PARKED.iter().find(|words| texts().any(|text| find_word(&text, words).is_some()));
    let host = || {
        let mut hosts = assets(page).filter_map(|url| Some(url.host_str()?.to_owned()));
        let is_of = |host: &str, of: &str| {
            host.strip_suffix(of).is_some_and(|sub| sub.is_empty() || sub.ends_with('.'))
        };
        hosts.find_map(|host| PARKING.iter().find(|of| is_of(&host, of)))
    };
    let why = words.or_else(host)?;
    Some(Refusal::new(RefusalCause::Parked, format!("the name is parked: `{why}`")))
}

/// Whether a page says that its address does not exist, though the server did not.
fn missing(page: &Page) -> Option<Refusal> {
    let heading = page
        .blocks
        .iter()
        .find(|block| block.zone == Zone::Main && block.kind == BlockKind::Heading(1))
        .map(|block| page.block_text(block));
    let title = page.title.as_str();
    let parts = title.split(['|', '–', '—', '·']).chain(title.split(" - ")).chain(heading);
    let says_so = |part: &str| {
        let part = part.trim().trim_end_matches(['.', '!']).to_lowercase();
        MISSING.contains(&part.as_str()) || part.starts_with("404 ") || part.starts_with("404:")
    };
    let found = parts.into_iter().find(|part| says_so(part))?;
    Some(Refusal::new(RefusalCause::NotFound, format!("the page says `{}`", found.trim())))
}

/// Whether a page is empty until scripts fill it. A short page with a heading was written to be read.
fn shell(page: &Page) -> Option<Refusal> {
    if page.visible().any(|(block, _)| matches!(block.kind, BlockKind::Heading(_))) {
        return None;
    }
    let text: usize = page.visible().map(|(_, text)| text.trim().chars().count()).sum();
    let is_script = |url: &Url| [".js", ".mjs"].iter().any(|ending| url.path().ends_with(ending));
    (text < SHELL_TEXT && assets(page).any(|url| is_script(&url))).then(|| {
        let detail = format!("{text} characters of text, and scripts that may make more");
        Refusal::new(RefusalCause::NeedsJavascript, detail)
    })
}

fn text_bytes(page: &Page) -> usize {
    page.visible().map(|(_, text)| text.len()).sum()
}

/// The addresses that a page loads.
fn assets(page: &Page) -> impl Iterator<Item = Url> + '_ {
    page.zone(Zone::Asset).filter_map(|(_, line)| Url::parse(line.trim()).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{PageBuilder, Timestamp};

    fn cause(title: &str, h1: &str, text: &str, asset: &str) -> Option<RefusalCause> {
        let mut page = PageBuilder::new("https://acme.sg/", Timestamp::from_micros(0));
        page.title(title);
        if !h1.is_empty() {
            page.block(Zone::Main, BlockKind::Heading(1), h1);
        }
        page.block(Zone::Main, BlockKind::Text, text);
        page.block(Zone::Asset, BlockKind::Text, asset);
        no_page(&page.finish()).map(|refusal| refusal.cause)
    }

    #[test]
    fn what_is_no_page() {
        use RefusalCause::{Challenge, NeedsJavascript, NotFound, Parked};
        let script = "https://acme.sg/assets/index-3f2a.js";
        let long = "Acme carries freight by road, sea and air. ".repeat(60);
        for (title, h1, text, asset, expected) in [
            ("Acme", "", "You need to enable JavaScript to run this app.", script, Some(NeedsJavascript)),
            ("Acme", "", "", "https://acme.sg/a.js?v=3", Some(NeedsJavascript)),
            ("Acme", "Freight", "We are a small company.", "https://acme.sg/style.css", None),
            ("Acme", "Freight", "We are a small company.", script, None),
            ("Acme", "Freight", long.as_str(), script, None),
            ("Just a moment...", "acme.sg", "Checking your browser", script, Some(Challenge)),
            ("Just a moment for freight", "Freight", long.as_str(), script, None),
            ("acme.sg", "acme.sg", "This domain is for sale. Make an offer.", "", Some(Parked)),
            ("acme.sg", "", "Related links", "https://img.sedoparking.com/x.js", Some(Parked)),
            ("Parking", "We build parked domain tools", long.as_str(), "", None),
            ("Page not found | Acme", "Oops", "Go home", script, Some(NotFound)),
            ("Acme", "404", long.as_str(), "", Some(NotFound)),
            ("Acme - lost and found", "Lost property", long.as_str(), "", None),
        ] {
            assert_eq!(cause(title, h1, text, asset), expected, "{title} / {h1}");
        }
    }
}
