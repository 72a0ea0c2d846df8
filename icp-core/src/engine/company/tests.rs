use std::sync::Mutex;

use super::*;
use crate::memory::{ManualClock, MemoryFetcher, MemoryStore};
use crate::model::{Confidence, ExtractorId, Finding, PageBuilder};
use crate::ports::{ExtractFailure, Store as _, TenantStore};

const PAGES: usize = 3;

fn at(second: i64) -> Timestamp {
    Timestamp::from_micros(second * 1_000_000)
}

/// A home page with links to the other pages.
fn web(clock: &Arc<ManualClock>) -> MemoryFetcher {
    let mut home = PageBuilder::new("https://acme.example/", at(0));
    home.block(Zone::Main, BlockKind::Text, "Freight of every kind");
    let mut web = MemoryFetcher::new(Arc::clone(clock) as Arc<dyn crate::ports::Clock>);
    for page in ["about", "pricing"] {
        let url = format!("https://acme.example/{page}");
        home.link(&url, page, Zone::Nav);
        let mut other = PageBuilder::new(&url, at(0));
        other.block(Zone::Main, BlockKind::Text, &format!("The page on {page}"));
        web = web.with_page(other.finish());
    }
    web.with_page(home.finish())
}

fn acme() -> CompanySite {
    CompanySite::of_domain("acme.example".parse().unwrap(), SiteRole::Seed)
}

fn store() -> Arc<dyn TenantStore> {
    MemoryStore::default().tenant(&"t".parse().unwrap())
}

/// Finds the freight of the home page, and fails on it the first times.
#[derive(Debug)]
struct Failing {
    times: usize,
    asked: Mutex<BTreeMap<String, usize>>,
}

impl Failing {
    fn first(times: usize) -> Arc<Self> {
        Arc::new(Self { times, asked: Mutex::default() })
    }
}

#[async_trait]
impl Extractor for Failing {
    fn id(&self) -> ExtractorId {
        ExtractorId::new("failing", 1)
    }

    fn class(&self) -> ExtractorClass {
        ExtractorClass::Rules
    }

    async fn extract(&self, request: ExtractRequest<'_>) -> Extraction {
        let asked = {
            let mut asked = self.asked.lock().unwrap();
            let asked = asked.entry(request.page.url.clone()).or_default();
            *asked += 1;
            *asked
        };
        if request.page.kind != PageKind::Home {
            return Extraction::default();
        }
        if asked <= self.times {
            return Extraction::failed(ExtractFailure::transient("busy"));
        }
        Extraction::found(vec![Finding::new(
            SignalKey::IndustryLabel,
            "Freight",
            "Freight",
            0..7,
            Confidence::new(0.9),
        )])
    }
}

async fn read_and_extract(extractor: &Arc<Failing>, store: &dyn EvidenceStore) -> (Reading, EvidenceBatch) {
    let clock = Arc::new(ManualClock::fixed(at(0)));
    let web = web(&clock);
    let extractors = [Arc::clone(extractor) as Arc<dyn Extractor>];
    let reader = CompanyReader::new(&web, &extractors, clock.as_ref());
    let cancel = CancelToken::default();
    let reading = reader.read(&acme(), &ReadBudget::default(), &cancel, &Unwatched).await.unwrap();
    assert_eq!(reading.crawl.pages.len(), PAGES);
    store.keep_extractions(&reading.extracted).await.unwrap();
    let batch = reader.extract(&acme(), &reading, Some(store), &cancel).await.unwrap();
    (reading, batch)
}

fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().unwrap()
}

#[test]
fn rules_that_failed_while_reading_are_tried_once_more() {
    let (extractor, store) = (Failing::first(1), store());
    let (reading, batch) = now(read_and_extract(&extractor, store.as_ref()));
    assert_eq!((reading.extracted.len(), reading.failures.len()), (PAGES - 1, 1), "a failure is not done");
    assert_eq!(batch.items.len(), 1);
    let report = batch.report.unwrap();
    assert_eq!((report.pages as usize, report.failures), (PAGES, vec![]), "the second time went well");
    let asked: Vec<usize> = extractor.asked.lock().unwrap().values().copied().collect();
    assert_eq!(asked.iter().sum::<usize>(), PAGES + 1);
}

#[test]
fn rules_that_fail_again_are_counted_once_and_not_kept() {
    let (extractor, store) = (Failing::first(2), store());
    let (_, batch) = now(read_and_extract(&extractor, store.as_ref()));
    assert_eq!(batch.items, []);
    assert_eq!(batch.report.unwrap().failures.len(), 1);
    let (_, batch) = now(read_and_extract(&extractor, store.as_ref()));
    assert_eq!((batch.items.len(), batch.report.unwrap().failures.len()), (1, 0), "a later run tries again");
}

#[test]
fn a_time_limit_counts_from_the_start_of_each_reading() {
    let clock = Arc::new(ManualClock::fixed(at(0)));
    let web = web(&clock);
    let reader = CompanyReader::new(&web, &[], clock.as_ref());
    let budget = ReadBudget::default().with_time_limit(Duration::from_secs(60));
    for start in [0, 1_000_000] {
        clock.set(at(start));
        let (site, cancel) = (acme(), CancelToken::default());
        let reading = now(reader.read(&site, &budget, &cancel, &Unwatched)).unwrap();
        assert_eq!(reading.crawl.pages.len(), PAGES, "a long-lived reader reads on");

        let late = Late { clock: Arc::clone(&clock), after: at(start + 60) };
        let reading = now(reader.read(&site, &budget, &cancel, &late)).unwrap();
        assert_eq!(reading.crawl.pages.len(), 1, "the limit was over after the first page");
        assert_eq!(reading.crawl.report.cause.unwrap().cause, RefusalCause::Timeout);
    }
}

/// Moves the clock after each page.
#[derive(Debug)]
struct Late {
    clock: Arc<ManualClock>,
    after: Timestamp,
}

#[async_trait]
impl ReadWatch for Late {
    async fn page(&self, _: &str, _: bool) -> Result<()> {
        self.clock.set(self.after);
        Ok(())
    }
}

/// Spends on every page, and notes what it might have spent.
#[derive(Debug, Default)]
struct Spender(Mutex<Vec<ExtractBudget>>);

#[async_trait]
impl Extractor for Spender {
    fn id(&self) -> ExtractorId {
        ExtractorId::new("spender", 1)
    }

    fn class(&self) -> ExtractorClass {
        ExtractorClass::Model
    }

    async fn extract(&self, request: ExtractRequest<'_>) -> Extraction {
        self.0.lock().unwrap().push(request.budget);
        Extraction::default().with_usage(Usage::new(50, 10, 7))
    }
}

#[test]
fn the_budget_of_a_site_is_counted_down_across_its_pages() {
    let clock = Arc::new(ManualClock::fixed(at(0)));
    let web = web(&clock);
    let (site, cancel) = (acme(), CancelToken::default());
    let unlimited = ExtractBudget::default();
    let limited = unlimited.with_tokens(100).with_micro_usd(100);
    for (budget, asked) in [
        (unlimited, vec![unlimited; PAGES]),
        (limited, vec![limited, unlimited.with_tokens(40).with_micro_usd(93)]),
    ] {
        let spender = Arc::new(Spender::default());
        let extractors = [Arc::clone(&spender) as Arc<dyn Extractor>];
        let reader = CompanyReader::new(&web, &extractors, clock.as_ref())
            .with_concurrent_extractions(1)
            .with_extract_budget(budget);
        let reading = now(reader.read(&site, &ReadBudget::default(), &cancel, &Unwatched)).unwrap();
        // Twice: each site has a budget of its own.
        for _ in 0..2 {
            let batch = now(reader.extract(&site, &reading, None, &cancel)).unwrap();
            assert_eq!(*spender.0.lock().unwrap(), asked);
            let report = batch.report.unwrap();
            assert_eq!(report.failures.len(), PAGES - asked.len(), "the rest is counted, not forgotten");
            assert_eq!(report.usage.requests as usize, asked.len());
            spender.0.lock().unwrap().clear();
        }
    }
}
