use std::sync::Arc;

use async_trait::async_trait;

use crate::engine::company::tests::{acme, at, now};
use crate::engine::company::{CompanyReader, ReadBudget, Reading, Unwatched};
use crate::memory::{ManualClock, MemoryFetcher};
use crate::model::{
    BlockKind, Confidence, ExtractorId, Finding, LinkSource, Page, PageBuilder, PageKind, ReadEnd, Refusal,
    RefusalCause, SignalKey, SiteStatus, Zone,
};
use crate::ports::{
    CancelToken, Clock, ExtractRequest, Extraction, Extractor, ExtractorClass, FetchOutcome, Sitemap,
    SitemapEntry,
};

/// Finds the first word of each page.
#[derive(Debug)]
struct FirstWord;

#[async_trait]
impl Extractor for FirstWord {
    fn id(&self) -> ExtractorId {
        ExtractorId::new("first-word", 1)
    }

    fn class(&self) -> ExtractorClass {
        ExtractorClass::Rules
    }

    async fn extract(&self, request: ExtractRequest<'_>) -> Extraction {
        let text = request.page.text.as_str();
        let Some(word) = text.split_whitespace().next() else { return Extraction::default() };
        let at = 0..word.len();
        Extraction::found(vec![Finding::new(SignalKey::UseCase, word, word, at, Confidence::new(0.9))])
    }
}

fn url(path: &str) -> String {
    format!("https://acme.example{path}")
}

fn page(path: &str, text: &str, links: &[&str]) -> Page {
    let mut page = PageBuilder::new(url(path), at(0));
    page.block(Zone::Main, BlockKind::Text, text);
    for link in links {
        page.link(url(link), "", Zone::Nav);
    }
    page.finish()
}

fn web(pages: impl IntoIterator<Item = Page>) -> MemoryFetcher {
    let clock = Arc::new(ManualClock::fixed(at(0))) as Arc<dyn Clock>;
    pages.into_iter().fold(MemoryFetcher::new(clock), MemoryFetcher::with_page)
}

fn refused(web: MemoryFetcher, path: &str, cause: RefusalCause) -> MemoryFetcher {
    let address = url(path).parse().unwrap();
    web.with_outcome(&address, FetchOutcome::Refused(Refusal::new(cause, "said the test")))
}

fn read_with(web: &MemoryFetcher, budget: &ReadBudget, extractors: &[Arc<dyn Extractor>]) -> Reading {
    let clock = ManualClock::fixed(at(0));
    let reader = CompanyReader::new(web, extractors, &clock);
    now(reader.read(&acme(), budget, &CancelToken::default(), &Unwatched)).unwrap()
}

fn read(web: &MemoryFetcher) -> Reading {
    read_with(web, &ReadBudget::default(), &[Arc::new(FirstWord)])
}

/// A home page with ten more of no kind, all of one word.
fn barren(also: &[&str]) -> MemoryFetcher {
    let paths: Vec<String> = (0..10).map(|n| format!("/n{n}")).collect();
    let links: Vec<&str> = paths.iter().map(String::as_str).chain(also.iter().copied()).collect();
    let pages = paths.iter().map(|path| page(path, &format!("Freight of {path}"), &[]));
    let kinds = also.iter().map(|path| page(path, &format!("Freight and {path}"), &[]));
    web(pages.chain(kinds).chain([page("/", "Freight", &links)]))
}

#[test]
fn pages_that_show_nothing_new_end_the_reading() {
    let web = barren(&[]);
    let budget = ReadBudget::default().with_pages_per_kind(20);
    let rules: [Arc<dyn Extractor>; 1] = [Arc::new(FirstWord)];
    let report = |budget: &ReadBudget, rules: &[Arc<dyn Extractor>]| {
        let report = read_with(&web, budget, rules).crawl.report;
        (report.pages, report.end.unwrap())
    };
    assert_eq!(report(&budget, &rules), (6, ReadEnd::Saturated));
    assert_eq!(report(&budget.with_least_pages(0), &rules), (4, ReadEnd::Saturated));
    assert_eq!(report(&budget.with_barren_pages(None), &rules), (11, ReadEnd::Complete));
    assert_eq!(report(&budget, &[]), (11, ReadEnd::Complete), "nobody says what is new");
    assert_eq!(report(&budget.with_pages(5), &rules), (5, ReadEnd::Limit));
    assert_eq!(report(&budget.with_bytes(1), &[]), (11, ReadEnd::Complete), "pages in memory have no bytes");
}

#[test]
fn a_page_of_each_linked_kind_is_read_all_the_same() {
    let kinds = ["/about", "/careers", "/pricing", "/privacy", "/blog", "/partners", "/customers"];
    let reading = read(&barren(&kinds));
    let read: Vec<PageKind> = reading.crawl.pages.iter().map(|page| page.kind).collect();
    use PageKind::{About, Blog, Careers, Customers, Legal, Partners, Pricing};
    for kind in [About, Careers, Pricing, Legal, Blog, Partners, Customers] {
        assert!(read.contains(&kind), "{kind:?}: {read:?}");
    }
    assert_eq!(reading.crawl.report.end, Some(ReadEnd::Saturated));
}

#[test]
fn a_usual_path_with_nothing_behind_it_is_no_failure() {
    let web = web([page("/", "Freight", &[]), page("/contact", "Where we are", &[])]);
    let report = read(&web).crawl.report;
    assert_eq!((report.status, report.pages), (SiteStatus::Read, 2));
    let tried = report.fetches.iter().filter(|fetch| fetch.found == LinkSource::UsualPath);
    let tried: Vec<_> =
        tried.map(|fetch| (fetch.url.as_str(), fetch.kind, fetch.refusal.is_none())).collect();
    let budget = ReadBudget::default().with_usual_paths(9);
    assert_eq!(tried.len(), ReadBudget::default().usual_paths);
    let found = |url: &str| (url == self::url("/contact")).then_some(PageKind::Locations);
    assert!(tried.iter().all(|(url, kind, no_refusal)| *kind == found(url) && *no_refusal), "{tried:?}");
    let report = read_with(&web, &budget, &[]).crawl.report;
    assert!(report.unlinked.contains(&PageKind::Careers) && !report.unlinked.contains(&PageKind::Locations));
}

#[test]
fn a_sitemap_leads_to_what_no_page_links_to() {
    let listed = |path| SitemapEntry::new(url(path).parse().unwrap());
    let of_pages = Sitemap::new(vec![listed("/our-story"), listed("/careers/")]);
    let index = Sitemap::default()
        .with_sitemaps(vec![url("/post-sitemap.xml").parse().unwrap(), url("/pages.xml").parse().unwrap()]);
    let web =
        web([page("/", "Freight", &[]), page("/our-story", "Story", &[]), page("/careers/", "Jobs", &[])])
            .with_outcome(&url("/sitemap.xml").parse().unwrap(), FetchOutcome::Sitemap(index))
            .with_outcome(&url("/pages.xml").parse().unwrap(), FetchOutcome::Sitemap(of_pages));
    let report = read(&web).crawl.report;
    let tried: Vec<&str> =
        report.fetches.iter().map(|fetch| fetch.url.trim_start_matches("https://acme.example")).collect();
    assert_eq!(
        tried,
        ["/", "/sitemap.xml", "/pages.xml", "/careers/", "/our-story"],
        "no usual path is tried"
    );
    assert_eq!((report.pages, report.status), (3, SiteStatus::Read));
}

#[test]
fn a_home_page_that_is_not_there_is_asked_for_once() {
    let report = read(&web([])).crawl.report;
    assert_eq!((report.fetches.len(), report.end), (1, Some(ReadEnd::NoHome)));
    let web = refused(web([]), "/", RefusalCause::Blocked);
    assert_eq!(read(&web).crawl.report.end, Some(ReadEnd::TurnedAway));
}

#[test]
fn a_dead_link_or_host_of_a_site_that_was_read_is_not_its_cause() {
    let home = || page("/", "Freight", &["/about", "/gone"]);
    let mut with_links = PageBuilder::new(url("/"), at(0));
    with_links.block(Zone::Main, BlockKind::Text, "Freight");
    with_links.link("https://shop.acme.example/about", "About", Zone::Nav);
    let dead = "https://shop.acme.example/about".parse().unwrap();
    let refusal = Refusal::new(RefusalCause::DnsFailure, "no such name");
    let beside = web([with_links.finish()]).with_outcome(&dead, FetchOutcome::Refused(refusal));
    let report = read(&beside).crawl.report;
    assert_eq!((report.status, report.cause.clone(), report.advice()), (SiteStatus::Read, None, None));
    assert!(report.fetches.iter().any(|fetch| fetch.refusal.is_some()), "it is kept all the same");

    for (cause, status) in [
        (RefusalCause::ClientError, SiteStatus::Read),
        (RefusalCause::RedirectLimit, SiteStatus::Read),
        (RefusalCause::ConnectFailure, SiteStatus::Reduced),
        (RefusalCause::RobotsDisallowed, SiteStatus::Reduced),
        (RefusalCause::TooLarge, SiteStatus::Reduced),
    ] {
        let report = read(&refused(web([home()]), "/about", cause)).crawl.report;
        assert_eq!(report.status, status, "{cause}");
        assert_eq!(
            report.cause.as_ref().map(|it| it.cause),
            (status == SiteStatus::Reduced).then_some(cause)
        );
        assert!(report.advice().is_none_or(|advice| !advice.contains("check the website")), "{cause}");
    }
    let report = read(&refused(web([]), "/", RefusalCause::DnsFailure)).crawl.report;
    assert!(report.advice().unwrap().contains("check the website"));
}

#[test]
fn an_empty_shell_is_a_cause_and_no_page() {
    let mut shell = PageBuilder::new(url("/"), at(0));
    shell.block(Zone::Main, BlockKind::Text, "Loading");
    shell.block(Zone::Asset, BlockKind::Text, &url("/static/main.js"));
    let reading = read(&web([shell.finish()]));
    let report = &reading.crawl.report;
    assert_eq!((report.status, report.pages), (SiteStatus::Unread, 0));
    assert_eq!(report.cause.as_ref().unwrap().cause, RefusalCause::NeedsJavascript);
    let meta = reading.extracted.iter().map(|extraction| extraction.items.len()).sum::<usize>();
    assert_eq!((reading.crawl.pages.len(), meta), (1, 1), "what machines read on it stays");
}
