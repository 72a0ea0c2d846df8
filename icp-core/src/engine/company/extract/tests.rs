use std::sync::Mutex;

use async_trait::async_trait;

use super::super::tests::{PAGES, acme, at, now, web};
use super::super::{ReadBudget, Unwatched};
use super::*;
use crate::memory::{ManualClock, MemoryMeters};
use crate::model::{
    BlockKind, CompanyId, Confidence, Finding, PageBuilder, PageKind, SignalKey, SiteCrawl, SiteReport,
    SiteStatus, Zone,
};
use crate::ports::{BudgetCaps, Cost, ExtractBudget, ExtractFailure, Meters as _, Reserved};

/// Makes a call on each page: at most 60 tokens and 7 millionths, in truth 50 + 5 and 6. It finds the page's first line
/// where that begins with a capital letter.
#[derive(Debug, Default)]
struct Model {
    /// Reports its cost without having asked.
    asks_nobody: bool,
    read: Mutex<Vec<String>>,
}

#[async_trait]
impl Extractor for Model {
    fn id(&self) -> ExtractorId {
        ExtractorId::new("model", 1)
    }

    fn class(&self) -> ExtractorClass {
        ExtractorClass::Model
    }

    async fn extract(&self, request: ExtractRequest<'_>) -> Extraction {
        let usage = Usage::new(50, 5, 6);
        if !self.asks_nobody {
            match request.meter.reserve(Cost::new(60, 7)).await {
                Ok(Reserved::Granted(call)) => request.meter.settle(call, usage).await.unwrap(),
                Ok(Reserved::Refused(refusal)) => {
                    return Extraction::failed(ExtractFailure::new(refusal.to_string()));
                }
                Err(error) => return Extraction::failed(ExtractFailure::new(error.to_string())),
            }
        }
        self.read.lock().unwrap().push(request.page.url.clone());
        let (block, text) = request.page.visible().next().unwrap();
        let fact = text
            .starts_with(char::is_uppercase)
            .then(|| Finding::new(SignalKey::IndustryLabel, text, text, block.range(), Confidence::new(0.5)));
        Extraction::found(fact.into_iter().collect()).with_usage(usage)
    }
}

/// The failures of a site that is read under caps, and the cost.
fn spend(meters: &MemoryMeters, model: Model, pages: usize) -> (Vec<String>, Usage) {
    let clock = Arc::new(ManualClock::fixed(at(0)));
    let web = web(&clock);
    let extractors = [Arc::new(model) as Arc<dyn Extractor>];
    let reader = CompanyReader::new(&web, &extractors, clock.as_ref())
        .with_concurrent_extractions(pages)
        .with_meters(Arc::new(meters.clone()));
    let cancel = CancelToken::default();
    let reading = now(reader.read(&acme(), &ReadBudget::default(), &cancel, &Unwatched)).unwrap();
    let report = now(reader.extract(&acme(), &reading, None, &cancel)).unwrap().report.unwrap();
    (report.failures.into_iter().map(|failure| failure.message.into_string()).collect(), report.usage)
}

#[test]
fn pages_in_flight_never_spend_more_than_a_cap() {
    let tokens = |tokens| ExtractBudget::default().with_tokens(tokens);
    let site = |cap| BudgetCaps::default().with_site(cap);
    // 55 are spent on each page before; the next may take 60.
    for (caps, pages_read, message) in [
        (BudgetCaps::default(), 3, ""),
        (site(tokens(170)), 3, ""),
        (site(tokens(169)), 2, "the token budget of the site is spent"),
        (site(tokens(59)), 0, "the token budget of the site is spent"),
        (site(ExtractBudget::default().with_micro_usd(13)), 2, "the money budget of the site is spent"),
        (BudgetCaps::default().with_page(tokens(60)), 3, ""),
        (BudgetCaps::default().with_page(tokens(59)), 0, "the token budget of the page is spent"),
        (BudgetCaps::default().with_run(tokens(115)), 2, "the token budget of the run is spent"),
    ] {
        for at_once in [1, 3] {
            let (failures, usage) = spend(&MemoryMeters::new(caps), Model::default(), at_once);
            assert_eq!(usage.requests, pages_read, "{caps:?}");
            assert_eq!(failures, vec![message.to_owned(); PAGES - pages_read as usize], "{caps:?}");
        }
    }
}

#[test]
fn a_model_that_asks_nobody_is_counted_all_the_same() {
    let meters =
        MemoryMeters::new(BudgetCaps::default().with_site(ExtractBudget::default().with_tokens(200)));
    let (failures, usage) = spend(&meters, Model { asks_nobody: true, ..Model::default() }, 1);
    assert_eq!((failures.len(), usage.requests), (0, 3), "it cannot be stopped");
    let meter = meters.of_page(acme().company, "https://acme.example/more");
    let Reserved::Refused(refusal) = now(meter.reserve(Cost::new(36, 0))).unwrap() else { panic!() };
    assert_eq!((refusal.held, refusal.cap), (165, 200));
    let other = meters.of_page(CompanyId::from_u128(9), "https://acme.example/");
    assert!(matches!(now(other.reserve(Cost::new(36, 0))), Ok(Reserved::Granted(_))));
}

/// A site with pages of these kinds and lines, and the model's report after reading it.
fn read(
    options: ModelOptions,
    at_once: usize,
    pages: &[(PageKind, &str)],
) -> (Vec<String>, ExtractionReport) {
    let clock = Arc::new(ManualClock::fixed(at(0)));
    let web = web(&clock);
    let model = Arc::new(Model::default());
    let extractors = [Arc::clone(&model) as Arc<dyn Extractor>];
    let reader = CompanyReader::new(&web, &extractors, clock.as_ref())
        .with_concurrent_extractions(at_once)
        .with_models(options);
    let pages = pages.iter().enumerate().map(|(number, (kind, line))| {
        let mut page = PageBuilder::new(format!("https://acme.example/{number}"), at(0));
        page.block(Zone::Main, BlockKind::Text, line);
        let mut page = page.finish();
        page.kind = *kind;
        page
    });
    let site = acme();
    let report = SiteReport::new(site.site.clone(), site.company, site.role, SiteStatus::Read);
    let reading = Reading::of_crawl(SiteCrawl::new(report).with_pages(pages.collect::<Vec<_>>()));
    let batch = now(reader.extract(&site, &reading, None, &CancelToken::default())).unwrap();
    let urls = model.read.lock().unwrap();
    let read = urls.iter().map(|url| url.rsplit('/').next().unwrap().to_owned()).collect();
    (read, batch.report.unwrap())
}

#[test]
fn a_model_stops_when_pages_show_nothing_new() {
    use PageKind::{About, Home, Other};
    let pages = [
        (Home, "Freight"),
        (Other, "nothing"),
        (Other, "Freight"),
        (Other, "Cold storage"),
        (About, "nothing"),
        (Other, "Customs"),
    ];
    let after = |pages| ModelOptions::default().with_barren_pages(pages);
    assert_eq!(read(after(None), 1, &pages).0.len(), 6);
    let (urls, report) = read(after(Some(2)), 1, &pages);
    assert_eq!((urls, report.saturated), (vec!["0".into(), "1".into(), "2".into(), "4".into()], 2));
    assert_eq!((report.failures.len(), report.usage.requests), (0, 4));
    // Pages that are under way when it is decided are read: the fourth finds something, and all goes on.
    assert_eq!(read(after(Some(2)), 2, &pages).0.len(), 6);
}

#[test]
fn models_have_a_deadline_for_each_site() {
    let pages = [(PageKind::Home, "Freight"), (PageKind::About, "Customs")];
    let (urls, report) = read(ModelOptions::default().with_time_limit(Some(Duration::ZERO)), 1, &pages);
    assert_eq!((urls.len(), report.failures.len()), (0, 2));
    assert_eq!(report.failures[0].message, "the time for models on this site is over");
    let (urls, _) = read(ModelOptions::default().with_time_limit(Some(Duration::from_secs(1))), 1, &pages);
    assert_eq!(urls.len(), 2);
}
