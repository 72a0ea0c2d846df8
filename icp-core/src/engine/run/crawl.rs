//! Stage `crawl`: reads the user's site and every seed's, several at a time, and makes evidence from each.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use futures_util::future::{BoxFuture, FutureExt as _};
use futures_util::stream::{self, StreamExt as _};
use tracing::Instrument as _;

use super::RunContext;
use super::meter::RunMeters;
use crate::engine::company::{CompanyReader, CompanySite, ReadWatch, Reading};
use crate::error::Result;
use crate::model::{CompanyId, Domain, SeedRole, SiteCrawl, SiteReport, SiteRole};
use crate::ports::{EvidenceStore, ProgressKind, StageName};

pub(super) async fn read_sites(context: &RunContext<'_>) -> Result<()> {
    let run = context.run();
    let sites = sites_of(context);
    let total = sites.len() as u64;
    context.begin(StageName::Crawl, total).await?;
    let read: BTreeMap<Domain, SiteReport> =
        context.store.sites(run).await?.into_iter().map(|site| (site.domain.clone(), site)).collect();
    let reports = context.store.extraction_reports(run).await?;
    let extracted: BTreeSet<CompanyId> = reports.into_iter().map(|report| report.company).collect();
    let is_done = |site: &CompanySite| read.contains_key(&site.site) && extracted.contains(&site.company);
    let (done, waiting): (Vec<CompanySite>, Vec<CompanySite>) = sites.into_iter().partition(is_done);
    let progress = Progress { done: AtomicU64::new(done.len() as u64), total };
    let (parts, options) = (context.parts, context.options);
    let meters = RunMeters {
        store: Arc::clone(&context.store),
        fence: context.fence,
        clock: Arc::clone(&parts.clock),
        caps: options.caps,
    };
    let reader = CompanyReader::new(parts.fetcher.as_ref(), &parts.extractors, parts.clock.as_ref())
        .with_concurrent_extractions(options.concurrent_extractions)
        .with_models(options.models)
        .with_meters(Arc::new(meters));
    // Boxed one by one: a stream over closures that borrow would not be `Send`, and hosts spawn runs.
    let mut work: Vec<BoxFuture<'_, Result<()>>> = Vec::new();
    for site in &waiting {
        let span = tracing::info_span!("site", stage = "crawl", site = %site.site, company = %site.company);
        work.push(one(context, &reader, site, read.get(&site.site), &progress).instrument(span).boxed());
    }
    let mut crawls = stream::iter(work).buffer_unordered(context.options.concurrent_sites.max(1));
    // Nothing else may be awaited here: a site that waits in the stream may hold what it would wait for.
    while let Some(done) = crawls.next().await {
        done?;
    }
    drop(crawls);
    context.emit(&[ProgressKind::StageDone { stage: StageName::Crawl }]).await
}

/// One site: reading, storing, extracting, storing. What an interrupted run has stored is not done again.
async fn one(
    context: &RunContext<'_>,
    reader: &CompanyReader<'_>,
    site: &CompanySite,
    read: Option<&SiteReport>,
    progress: &Progress,
) -> Result<()> {
    context.check_cancelled().await?;
    let (store, cancel) = (&context.store, context.cancel);
    let reading = match read {
        Some(report) => {
            let pages = store.pages(context.run(), &site.site).await?;
            Reading::of_crawl(SiteCrawl::new(report.clone()).with_pages(pages))
        }
        None => {
            let watch = Watch { context };
            let reading = reader.read(site, &context.options.reading, cancel, &watch).await?;
            store.keep_extractions(&reading.extracted).await?;
            store.record_site(context.fence, &reading.crawl).await?;
            reading
        }
    };
    let known: &dyn EvidenceStore = store.as_ref();
    let batch = reader.extract(site, &reading, Some(known), cancel).await?;
    let recorded = store.record_evidence(context.fence, &batch).await?;
    let report = reading.crawl.report;
    tracing::info!(
        status = %report.status,
        pages = report.pages,
        bytes = report.bytes,
        evidence = recorded.added,
        quarantined = batch.quarantined.len(),
        "site done"
    );
    let done = progress.done.fetch_add(1, Ordering::Relaxed) + 1;
    let label = site.site.to_string();
    let finished = ProgressKind::SiteDone { site: label.clone(), status: report.status, pages: report.pages };
    let unit = ProgressKind::UnitDone { stage: StageName::Crawl, label, done, total: progress.total };
    context.emit(&[finished, unit]).await
}

/// Sites done so far, of all.
struct Progress {
    done: AtomicU64,
    total: u64,
}

struct Watch<'a> {
    context: &'a RunContext<'a>,
}

#[async_trait]
impl ReadWatch for Watch<'_> {
    async fn page(&self, url: &str, read: bool) -> Result<()> {
        self.context.emit(&[ProgressKind::PageFetched { url: url.to_owned(), read }]).await
    }
}

/// The user's site, then the best and the lost customers' sites, each registrable domain once.
fn sites_of(context: &RunContext<'_>) -> Vec<CompanySite> {
    let payload = context.payload();
    let own = CompanySite::of_domain(payload.website.clone(), SiteRole::Own);
    let mut sites: BTreeMap<String, CompanySite> = BTreeMap::from([(own.site.registrable().to_owned(), own)]);
    for seed in payload.seeds.iter().filter(|seed| matches!(seed.role, SeedRole::Best | SeedRole::Lost)) {
        if let Some(domain) = &seed.domain {
            let site = || CompanySite::new(seed.company, domain.clone(), SiteRole::Seed);
            sites.entry(domain.registrable().to_owned()).or_insert_with(site);
        }
    }
    let mut sites: Vec<CompanySite> = sites.into_values().collect();
    sites.sort_by_key(|site| (site.role, site.site.clone()));
    sites
}
