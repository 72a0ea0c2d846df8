use std::collections::BTreeMap;
use std::sync::Mutex;

use futures_util::FutureExt as _;

use super::*;
use crate::memory::{ManualClock, MemoryFetcher, MemoryStore};
use crate::model::{
    BlockKind, Confidence, ExtractorId, Finding, PageBuilder, PageKind, RefusalCause, SignalKey, Timestamp,
    Zone,
};
use crate::ports::{
    EvidenceBatch, EvidenceStore, ExtractFailure, ExtractRequest, Extraction, ExtractorClass, Store as _,
    TenantStore,
};

pub(in crate::engine::company) const PAGES: usize = 3;

pub(in crate::engine::company) fn at(second: i64) -> Timestamp {
    Timestamp::from_micros(second * 1_000_000)
}

/// A home page with links to the other pages.
pub(in crate::engine::company) fn web(clock: &Arc<ManualClock>) -> MemoryFetcher {
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

pub(in crate::engine::company) fn acme() -> CompanySite {
    CompanySite::of_domain("acme.example".parse().unwrap(), SiteRole::Seed)
}

pub(in crate::engine::company) fn store() -> Arc<dyn TenantStore> {
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

pub(in crate::engine::company) fn now<T>(future: impl Future<Output = T>) -> T {
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
