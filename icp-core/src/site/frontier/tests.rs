use super::*;
use crate::model::{PageBuilder, Timestamp};
use crate::ports::SitemapEntry;

fn site(links: &[(&str, &str)]) -> Frontier {
    let mut page = PageBuilder::new("https://acme.sg/", Timestamp::from_micros(0));
    for (url, text) in links {
        page.link(*url, text, Zone::Nav);
    }
    let mut frontier = Frontier::new("acme.sg".parse().unwrap(), 3);
    frontier.mark_home(&Url::parse("https://www.acme.sg/index.html").unwrap());
    frontier.add_links(&page.finish(), 0);
    frontier
}

/// The paths in the order in which they are offered, when each page shows one new fact.
fn read(mut frontier: Frontier) -> Vec<String> {
    std::iter::from_fn(|| {
        let next = frontier.next_page()?;
        frontier.learn(&next, 1);
        Some(next.url.path().to_owned())
    })
    .collect()
}

fn paths(links: &[(&str, &str)]) -> Vec<String> {
    read(site(links))
}

#[test]
fn kinds_take_turns_and_nothing_is_read_twice() {
    let order = paths(&[
        ("https://acme.sg/blog/one", "Blog"),
        ("https://acme.sg/about", "About us"),
        ("https://www.acme.sg/about/", "About"),
        ("https://acme.sg/careers", "Careers"),
        ("https://acme.sg/about/team", "Our team"),
        ("https://acme.sg/", "Home"),
        ("https://acme.sg/brochure.pdf", "Brochure"),
        ("https://other.sg/about", "Friends"),
        ("https://acme.sg/login", "Log in"),
    ]);
    assert_eq!(order, ["/careers", "/about", "/blog/one", "/about/team"]);
}

#[test]
fn link_order_does_not_matter() {
    let links = [
        ("https://acme.sg/b", "B"),
        ("https://acme.sg/a", "A"),
        ("https://acme.sg/about", "About"),
        ("https://acme.sg/zh/about", "关于我们"),
        ("https://acme.sg/x", "Careers"),
        ("https://www.acme.sg/x", "Read more"),
    ];
    let mut reversed = links;
    reversed.reverse();
    assert_eq!(paths(&links), paths(&reversed));
}

#[test]
fn terms_and_biographies_wait_until_every_linked_kind_was_read() {
    let order = paths(&[
        ("https://acme.sg/privacy", "Privacy"),
        ("https://acme.sg/terms", "Terms"),
        ("https://acme.sg/our-doctors/lim", "Dr Lim"),
        ("https://acme.sg/our-doctors/tan", "Dr Tan"),
        ("https://acme.sg/our-doctors/wong", "Dr Wong"),
        ("https://acme.sg/our-doctors/goh", "Dr Goh"),
        ("https://acme.sg/our-doctors", "Our doctors"),
        ("https://acme.sg/for-patients", "For patients"),
        ("https://acme.sg/about", "About"),
        ("https://acme.sg/careers", "Careers"),
    ]);
    assert_eq!(order[..2], ["/careers", "/about"]);
    assert_eq!(order[2..5], ["/our-doctors", "/terms", "/for-patients"]);
    assert!(order[6..].iter().all(|path| path.contains("doctors/") || path == "/privacy"), "{order:?}");
}

#[test]
fn a_page_that_could_not_be_read_does_not_cover_its_kind() {
    let mut frontier = site(&[
        ("https://acme.sg/about", "About"),
        ("https://acme.sg/company-profile", "Company"),
        ("https://acme.sg/partners", "Partners"),
    ]);
    assert_eq!(frontier.next_page().unwrap().url.path(), "/about");
    assert!(!frontier.is_covered());
    let next = frontier.next_page().unwrap();
    assert_eq!(next.url.path(), "/company-profile", "the other page of the kind is tried at once");
    frontier.learn(&next, 0);
    let next = frontier.next_page().unwrap();
    frontier.learn(&next, 0);
    assert!(frontier.is_covered());
}

#[test]
fn a_translation_comes_last() {
    let order = paths(&[
        ("https://acme.sg/zh/about", "关于我们"),
        ("https://acme.sg/about", "About"),
        ("https://acme.sg/our-team", "Team"),
        ("https://acme.sg/zh/careers", "招聘"),
    ]);
    assert_eq!(order, ["/zh/careers", "/about", "/our-team", "/zh/about"]);
}

#[test]
fn sitemaps_and_usual_paths_fill_in_what_is_not_linked() {
    let mut frontier = site(&[
        ("https://acme.sg/about", "About"),
        ("https://acme.sg/services", "Services"),
        ("https://jobs.example.com/acme", "Careers"),
    ]);
    assert_eq!(frontier.sitemap().unwrap().as_str(), "https://www.acme.sg/sitemap.xml");
    let listed = ["https://acme.sg/case-studies", "https://acme.sg/about"];
    let entries = listed.iter().map(|url| SitemapEntry::new(Url::parse(url).unwrap())).collect();
    frontier.add_sitemap(&Sitemap::new(entries));
    frontier.add_usual_paths(9);
    assert!(frontier.unlinked().contains(&PageKind::Locations));
    assert!(!frontier.unlinked().contains(&PageKind::Careers), "openings are linked, on another site");
    assert_eq!(read(frontier), ["/case-studies", "/about", "/services", "/integrations", "/contact"]);
    let all = USUAL_PATHS.map(|(_, path)| format!("https://acme.sg{path}"));
    let links: Vec<(&str, &str)> = all.iter().map(|url| (url.as_str(), "x")).collect();
    assert_eq!(site(&links).sitemap(), None, "nothing is missing");
}

#[test]
fn what_is_not_linked_is_found_by_its_usual_path() {
    let mut frontier = site(&[]);
    frontier.add_usual_paths(1);
    assert!(frontier.unlinked().contains(&PageKind::About));
    let next = frontier.next_page().unwrap();
    assert_eq!((next.source, next.url.path()), (LinkSource::UsualPath, "/about"));
    frontier.learn(&next, 0);
    assert!(!frontier.unlinked().contains(&PageKind::About));
}
