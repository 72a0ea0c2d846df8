//! Each case of the suites fails for an adapter that breaks its rule.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use futures_util::future::BoxFuture;
use icp_core::memory::MemoryFetcher;
use icp_core::model::{Confidence, ExtractorId, Finding, Refusal, RefusalCause, SignalKey, Zone};
use icp_core::ports::{
    Clock, ExtractRequest, Extraction, Extractor, ExtractorClass, FetchOutcome, FetchRequest, FetchTarget,
    Fetcher, Sitemap, SitemapEntry, Usage,
};
use icp_core::{Error, ErrorKind, Result};
use icp_testkit::extractor::{self, ExtractorBuilder};
use icp_testkit::fetcher::{self, FetcherBuilder, WebContent};
use icp_testkit::store::Guard;

/// The case, run on the side: whether it failed.
async fn fails(case: impl Future<Output = ()> + Send + 'static) -> bool {
    tokio::spawn(case).await.is_err_and(|error| error.is_panic())
}

type WebFault = fn(&dyn FetcherFault, &FetchRequest, Result<FetchOutcome>) -> Result<FetchOutcome>;

/// Facts a fault may ask for.
trait FetcherFault: Send + Sync {
    fn count(&self) -> u64;
}

/// A memory fetcher with one fault.
struct BrokenFetcher {
    inner: MemoryFetcher,
    fault: WebFault,
    count: AtomicU64,
}

impl std::fmt::Debug for BrokenFetcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BrokenFetcher")
    }
}

impl FetcherFault for BrokenFetcher {
    fn count(&self) -> u64 {
        self.count.fetch_add(1, Ordering::Relaxed)
    }
}

#[async_trait]
impl Fetcher for BrokenFetcher {
    async fn fetch(&self, request: &FetchRequest) -> Result<FetchOutcome> {
        (self.fault)(self, request, self.inner.fetch(request).await)
    }
}

#[derive(Clone, Copy)]
struct BuildsBroken(WebFault);

#[async_trait]
impl FetcherBuilder for BuildsBroken {
    async fn build(&self, content: &WebContent, clock: Arc<dyn Clock>) -> (Guard, Arc<dyn Fetcher>) {
        let inner = content.resources.iter().fold(MemoryFetcher::new(clock), |web, resource| {
            web.with_outcome(&content.url(&resource.path), resource.outcome.clone())
        });
        (Box::new(()), Arc::new(BrokenFetcher { inner, fault: self.0, count: AtomicU64::new(0) }))
    }
}

fn refused(cause: RefusalCause) -> Result<FetchOutcome> {
    Ok(FetchOutcome::Refused(Refusal::new(cause, "broken")))
}

/// Takes refusals of a cause for refusals of another.
fn confused(outcome: Result<FetchOutcome>, cause: RefusalCause) -> Result<FetchOutcome> {
    match outcome {
        Ok(FetchOutcome::Refused(refusal)) if refusal.cause == cause => refused(RefusalCause::Protocol),
        other => other,
    }
}

/// Changes sitemaps.
fn list(outcome: Result<FetchOutcome>, change: impl Fn(&mut Sitemap)) -> Result<FetchOutcome> {
    outcome.map(|outcome| match outcome {
        FetchOutcome::Sitemap(mut sitemap) => {
            change(&mut sitemap);
            FetchOutcome::Sitemap(sitemap)
        }
        other => other,
    })
}

#[tokio::test]
async fn broken_fetchers_are_found_out() {
    type Case = fn(BuildsBroken) -> BoxFuture<'static, ()>;
    macro_rules! cases {
        ($($case:ident by $fault:expr),* $(,)?) => {
            &[$((stringify!($case), (|builder| Box::pin(async move { fetcher::$case(&builder).await })) as Case, $fault)),*]
        };
    }
    let cases: &[(&str, Case, WebFault)] = cases![
        home_is_found by |_, request, outcome| match request.target {
            FetchTarget::Home => refused(RefusalCause::NotFound),
            _ => outcome,
        },
        absence_is_an_outcome by |_, _, outcome| match outcome {
            Ok(FetchOutcome::Refused(refusal)) if refusal.cause == RefusalCause::NotFound => {
                Err(Error::new(ErrorKind::NotFound, "fetch a page", "there is none"))
            }
            other => other,
        },
        robots_is_an_outcome by |_, _, outcome| confused(outcome, RefusalCause::RobotsDisallowed),
        sitemap_obeys_robots by |_, _, outcome| confused(outcome, RefusalCause::RobotsDisallowed),
        private_addresses_are_refused by |_, _, outcome| confused(outcome, RefusalCause::ForbiddenAddress),
        off_site_is_refused by |_, _, outcome| confused(outcome, RefusalCause::OffSite),
        same_bytes_same_page by |fault, _, outcome| outcome.map(|outcome| match outcome {
            FetchOutcome::Page(mut page) => {
                page.body_bytes = fault.count();
                FetchOutcome::Page(page)
            }
            other => other,
        }),
        not_modified_needs_validators by |fault, _, outcome| match outcome {
            Ok(FetchOutcome::Page(_)) if fault.count() > 0 => Ok(FetchOutcome::NotModified),
            other => other,
        },
        sitemap_is_listed by |_, _, outcome| list(outcome, |list| list.sitemaps.clear()),
        sitemap_keeps_to_its_site by |_, _, outcome| list(outcome, |list| {
            list.entries.push(SitemapEntry::new("https://other.example/".parse().unwrap()));
        }),
        sitemap_with_a_dtd_is_refused by |_, request, outcome| match request.url() {
            Some(url) if url.path().contains("dtd") => Ok(FetchOutcome::Sitemap(Sitemap::default())),
            _ => outcome,
        },
        deadline_is_kept by |_, _, outcome| confused(outcome, RefusalCause::Timeout),
    ];
    for (name, case, fault) in cases {
        assert!(!fails(case(BuildsBroken(|_, _, outcome| outcome))).await, "{name} fails without a fault");
        assert!(fails(case(BuildsBroken(*fault))).await, "{name} does not see its fault");
    }
    assert_eq!(cases.len(), fetcher::CASES.len());
}

type ExtractFault = fn(u64, &ExtractRequest<'_>, &mut Extraction);

/// Finds the first word of a page's content, with one fault.
#[derive(Debug)]
struct BrokenExtractor {
    fault: ExtractFault,
    class: ExtractorClass,
    changes_its_id: bool,
    count: AtomicU64,
}

#[async_trait]
impl Extractor for BrokenExtractor {
    fn id(&self) -> ExtractorId {
        let version = if self.changes_its_id { self.count.fetch_add(1, Ordering::Relaxed) } else { 1 };
        ExtractorId::new("first-word", u32::try_from(version).unwrap())
    }

    fn class(&self) -> ExtractorClass {
        self.class
    }

    async fn extract(&self, request: ExtractRequest<'_>) -> Extraction {
        let findings = request.page.zone(Zone::Main).find_map(|(block, text)| {
            let word = text.split_whitespace().next().filter(|word| word.contains(char::is_alphanumeric))?;
            let range = block.range().start..block.range().start + word.len();
            Some(Finding::new(SignalKey::Integration, word, word, range, Confidence::new(0.5)))
        });
        let mut extraction = Extraction::found(findings.into_iter().collect());
        (self.fault)(self.count.fetch_add(1, Ordering::Relaxed), &request, &mut extraction);
        extraction
    }
}

#[derive(Clone, Copy)]
struct BuildsBrokenExtractor(ExtractFault, &'static str);

#[async_trait]
impl ExtractorBuilder for BuildsBrokenExtractor {
    async fn build(&self) -> (Guard, Arc<dyn Extractor>) {
        let count = AtomicU64::new(0);
        let class = match self.1 {
            "models_show_their_values" => ExtractorClass::Model,
            _ => ExtractorClass::Rules,
        };
        let changes_its_id = self.1 == "id_is_stable";
        (Box::new(()), Arc::new(BrokenExtractor { fault: self.0, class, changes_its_id, count }))
    }
}

#[tokio::test]
async fn broken_extractors_are_found_out() {
    type Case = fn(BuildsBrokenExtractor) -> BoxFuture<'static, ()>;
    macro_rules! cases {
        ($($case:ident by $fault:expr),* $(,)?) => {
            &[$((stringify!($case), (|builder| Box::pin(async move { extractor::$case(&builder).await })) as Case, $fault)),*]
        };
    }
    let cases: &[(&str, Case, ExtractFault)] = cases![
        quotes_are_spans by |_, _, extraction| extraction.findings.iter_mut().for_each(|it| it.range.end += 1),
        rules_are_deterministic by |count, _, extraction| {
            extraction.findings.truncate(usize::try_from(count % 2).unwrap());
        },
        rules_are_free by |_, _, extraction| extraction.usage = Usage::new(1, 1, 1),
        models_show_their_values by |count, request, extraction| {
            let menu = request.page.zone(Zone::Nav).next();
            for finding in &mut extraction.findings {
                match menu {
                    // A span of the page and its own value, where no person reads content.
                    Some((block, text)) if count % 2 == 0 => {
                        (finding.range, finding.quote, finding.value) = (block.range(), text.into(), text.into());
                    }
                    _ => finding.value = "Elsewhere".to_owned(),
                }
            }
        },
        empty_pages_give_nothing by |_, request, extraction| {
            if request.page.text.as_str().is_empty() {
                extraction.failures.push(icp_core::ports::ExtractFailure::new("no text"));
            }
        },
        cancelled_extraction_returns by |_, request, extraction| {
            if request.cancel.is_cancelled() {
                extraction.findings.iter_mut().for_each(|it| it.quote.push('x'));
            }
        },
        id_is_stable by |_, _, _| (),
    ];
    for (name, case, fault) in cases {
        let sound_name = if *name == "id_is_stable" { "" } else { *name };
        let whole = BuildsBrokenExtractor(|_, _, _| (), sound_name);
        assert!(!fails(case(whole)).await, "{name} fails without a fault");
        let broken = BuildsBrokenExtractor(*fault, name);
        assert!(fails(case(broken)).await, "{name} does not see its fault");
    }
    assert_eq!(cases.len(), extractor::CASES.len());
}
