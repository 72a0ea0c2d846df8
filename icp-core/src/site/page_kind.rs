//! The purpose of a page, by its address, title and first heading; and of a link's target, by its address and words.
//!
//! The address decides when it says anything: anchor words alone name the right kind about one time in three.

use url::Url;

use super::text::find_word;
use crate::model::PageKind;

/// Words that name a kind: as a whole path segment, or as a phrase of a title. Written without signs between words.
#[rustfmt::skip]
const WORDS: &[(PageKind, &[&str])] = &[
    (PageKind::Careers, &[
        "careers", "career", "jobs", "job openings", "job opportunities", "vacancies", "vacancy", "join us",
        "join our team", "join the team", "hiring", "we are hiring", "work with us", "recruitment",
        "openings", "open positions", "current openings", "life at", "internships", "kerjaya", "招聘", "加入我们",
    ]),
    (PageKind::Legal, &[
        "legal", "privacy", "privacy policy", "privacy notice", "privacy statement", "terms", "terms of use",
        "terms of service", "terms and conditions", "terms conditions", "terms of sale", "tos", "pdpa",
        "cookies", "cookie policy", "disclaimer", "imprint", "impressum", "data protection", "gdpr",
        "legal notice", "隐私政策",
    ]),
    (PageKind::Pricing, &[
        "pricing", "price", "prices", "plans", "plans and pricing", "pricing plans", "price list", "rates",
        "fees", "harga", "价格",
    ]),
    (PageKind::Integrations, &[
        "integrations", "integration", "connectors", "connector", "app marketplace", "marketplace", "apps",
        "app directory", "plugins", "plug ins", "add ons", "addons", "works with", "ecosystem",
    ]),
    (PageKind::Customers, &[
        "customers", "customer", "clients", "client", "our customers", "our clients", "case studies",
        "case study", "casestudies", "success stories", "success story", "customer stories", "client stories",
        "testimonials", "testimonial", "references", "portfolio", "projects", "our work", "track record",
        "client list", "客户案例",
    ]),
    (PageKind::Partners, &[
        "partners", "partner", "our partners", "become a partner", "partner program", "partner programme",
        "resellers", "alliances", "channel partners", "principals",
    ]),
    (PageKind::Industries, &[
        "industries", "industry", "sectors", "sector", "verticals", "who we serve", "industries we serve",
        "markets we serve", "markets", "行业",
    ]),
    (PageKind::Locations, &[
        "locations", "location", "contact", "contact us", "contacts", "contactus", "offices", "our offices",
        "branches", "find us", "get in touch", "where we are", "store locator", "hubungi kami", "联系我们",
    ]),
    (PageKind::About, &[
        "about", "about us", "aboutus", "company", "our company", "our story", "story", "team", "our team",
        "the team", "meet the team", "leadership", "management", "management team", "who we are", "history",
        "our history", "mission", "our people", "people", "company profile", "corporate profile", "profile",
        "tentang kami", "关于我们", "公司简介",
    ]),
    (PageKind::Product, &[
        "product", "products", "our products", "features", "platform", "solutions", "solution",
        "our solutions", "services", "service", "our services", "what we do", "how it works", "software",
        "capabilities", "perkhidmatan", "服务", "产品",
    ]),
];

/// Segments under which everything is an article.
#[rustfmt::skip]
const ARTICLES: &[&str] = &[
    "blog", "blogs", "news", "newsroom", "press", "press releases", "media", "insights", "articles", "article", "resources", "resource", "events",
    "event", "webinars", "guides", "stories", "knowledge base", "category", "tag", "author", "berita", "新闻",
];

/// The kind of a page: what it is for.
///
/// ```
/// use icp_core::{site::page_kind, model::PageKind};
/// let url = "https://northpier.sg/about-us".parse().unwrap();
/// assert_eq!(page_kind(&url, "Our story | Northpier", None, false), PageKind::About);
/// ```
pub fn page_kind(url: &Url, title: &str, h1: Option<&str>, is_home: bool) -> PageKind {
    if is_home {
        return PageKind::Home;
    }
    by_path(url)
        .or_else(|| h1.and_then(by_words))
        .or_else(|| title.split(['|', '–', '—', '·', ':']).chain(title.split(" - ")).find_map(by_words))
        .unwrap_or(PageKind::Other)
}

/// The kind of page a link leads to, before it is read.
pub fn link_kind(url: &Url, text: &str) -> PageKind {
    let segments = segments(url);
    if segments.iter().all(|segment| is_root_word(segment)) {
        return PageKind::Home;
    }
    by_path(url).or_else(|| by_words(text)).unwrap_or(PageKind::Other)
}

/// A segment that does not lead away from the home page: a language, or a name for it.
fn is_root_word(segment: &str) -> bool {
    matches!(
        segment,
        "home" | "index" | "default" | "en" | "sg" | "en sg" | "zh" | "ms" | "my" | "en gb" | "en us"
    )
}

fn segments(url: &Url) -> Vec<String> {
    let Some(parts) = url.path_segments() else { return Vec::new() };
    parts
        .filter(|part| !part.is_empty())
        .map(|part| {
            let decoded = url::form_urlencoded::parse(part.as_bytes())
                .next()
                .map(|(text, _)| text.into_owned())
                .unwrap_or_default();
            let stem = [".html", ".htm", ".php", ".aspx", ".asp", ".jsp"]
                .iter()
                .find_map(|end| decoded.strip_suffix(end))
                .unwrap_or(&decoded);
            words(stem)
        })
        .filter(|part| !part.is_empty())
        .collect()
}

/// Lower case, one space between words, no signs.
fn words(text: &str) -> String {
    text.to_lowercase()
        .replace('&', " and ")
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn by_path(url: &Url) -> Option<PageKind> {
    let segments = segments(url);
    if segments.iter().any(|segment| ARTICLES.contains(&segment.as_str())) {
        return Some(PageKind::Blog);
    }
    // A dated page is an article, unless it stands below the job adverts.
    if segments.iter().any(|segment| is_year(segment)) {
        let jobs = segments.iter().any(|segment| exact(segment) == Some(PageKind::Careers));
        return Some(if jobs { PageKind::Careers } else { PageKind::Blog });
    }
    // The last segment says most: `/about/careers` is about careers. `/customers/acme` has only its parent to go by.
    segments.iter().rev().find_map(|segment| exact(segment)).or_else(|| {
        segments
            .iter()
            .rev()
            .find_map(|segment| (segment.split(' ').count() <= 3).then(|| within(segment))?)
    })
}

fn is_year(segment: &str) -> bool {
    segment.len() == 4 && segment.parse::<u16>().is_ok_and(|year| (1990..2100).contains(&year))
}

fn by_words(text: &str) -> Option<PageKind> {
    let text = words(text);
    if ARTICLES.contains(&text.as_str()) {
        return Some(PageKind::Blog);
    }
    exact(&text).or_else(|| (text.split(' ').count() <= 5).then(|| within(&text))?)
}

fn exact(text: &str) -> Option<PageKind> {
    let joined = text.replace(' ', "");
    WORDS
        .iter()
        .find(|(_, names)| names.iter().any(|name| *name == text || name.replace(' ', "") == joined))
        .map(|(kind, _)| *kind)
}

/// Beside other words, "legal" is what a law firm sells.
fn within(text: &str) -> Option<PageKind> {
    WORDS
        .iter()
        .find(|(_, names)| names.iter().any(|name| *name != "legal" && find_word(text, name).is_some()))
        .map(|(kind, _)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(path: &str, title: &str, h1: Option<&str>) -> PageKind {
        page_kind(&format!("https://northpier.sg{path}").parse().unwrap(), title, h1, false)
    }

    #[test]
    fn addresses_decide() {
        for (path, expected) in [
            ("/about-us", PageKind::About),
            ("/aboutus.html", PageKind::About),
            ("/about/careers/", PageKind::Careers),
            ("/our-team", PageKind::About),
            ("/customers/harbour-foods", PageKind::Customers),
            ("/case-studies", PageKind::Customers),
            ("/integrations/xero", PageKind::Integrations),
            ("/industries/food-and-beverage", PageKind::Industries),
            ("/en/contact", PageKind::Locations),
            ("/privacy-policy", PageKind::Legal),
            ("/terms-and-conditions.php", PageKind::Legal),
            ("/pricing", PageKind::Pricing),
            ("/blog/how-our-customers-use-integrations", PageKind::Blog),
            ("/2024/05/new-warehouse", PageKind::Blog),
            ("/services/freight", PageKind::Product),
            ("/partners", PageKind::Partners),
            ("/%E5%85%B3%E4%BA%8E%E6%88%91%E4%BB%AC", PageKind::About),
            ("/why-so-many-good-customers-stay-here", PageKind::Other),
            ("/x7", PageKind::Other),
            ("/discover", PageKind::Other),
            ("/jobs/2026/05/warehouse-manager", PageKind::Careers),
            ("/practice-areas/in-house-legal", PageKind::Other),
            ("/legal", PageKind::Legal),
            ("/legal-notice", PageKind::Legal),
        ] {
            assert_eq!(kind(path, "", None), expected, "{path}");
        }
    }

    #[test]
    fn titles_help_where_addresses_are_silent() {
        assert_eq!(kind("/p/12", "Careers | Northpier", None), PageKind::Careers);
        assert_eq!(kind("/p/12", "Northpier - Our Clients", None), PageKind::Customers);
        assert_eq!(kind("/p/12", "", Some("Industries we serve")), PageKind::Industries);
        assert_eq!(kind("/p/12", "How a company grew with its people in many places", None), PageKind::Other);
        assert_eq!(kind("/pricing", "About us", Some("About us")), PageKind::Pricing);
    }

    #[test]
    fn links() {
        let link = |path: &str, text: &str| link_kind(&format!("https://n.sg{path}").parse().unwrap(), text);
        assert_eq!(link("/", "Back to the start"), PageKind::Home);
        assert_eq!(link("/en/index.html", ""), PageKind::Home);
        assert_eq!(link("/page?id=3", "Join us"), PageKind::Careers);
        assert_eq!(link("/products/wms", "Careers"), PageKind::Product);
        assert_eq!(link("/x", "Click here"), PageKind::Other);
        assert_eq!(page_kind(&"https://n.sg/pricing".parse().unwrap(), "", None, true), PageKind::Home);
    }
}
