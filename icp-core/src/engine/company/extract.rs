//! Making evidence from a reading.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt as _, ready};
use futures_util::stream::{FuturesOrdered, StreamExt as _};

use super::metered::Watched;
use super::saturation::Saturation;
use super::{CompanyReader, CompanySite, Reading};
use crate::error::Result;
use crate::model::{EvidenceSource, ExtractorId, Page, Quarantined, SiteRole, Timestamp, admit};
use crate::ports::{
    CancelToken, EvidenceBatch, EvidenceStore, ExtractRequest, Extraction, ExtractionKey, ExtractionReport,
    Extractor, ExtractorClass, StoredExtraction, StoredFailure, Usage,
};

/// When extractors of class `Model` stop reading a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ModelOptions {
    /// How long all pages of a site may take together. Pages that are left count as failures.
    pub time_limit: Option<Duration>,
    /// This many pages in a row without a new fact (key and value) end the reading, once a page of each kind was read.
    pub barren_pages: Option<usize>,
}

impl Default for ModelOptions {
    fn default() -> Self {
        Self { time_limit: Some(Duration::from_secs(600)), barren_pages: Some(4) }
    }
}

impl ModelOptions {
    /// Sets how long all pages of a site may take together.
    #[must_use]
    pub fn with_time_limit(mut self, limit: Option<Duration>) -> Self {
        self.time_limit = limit;
        self
    }

    /// Sets after how many pages in a row without a new fact the reading ends.
    #[must_use]
    pub fn with_barren_pages(mut self, pages: Option<usize>) -> Self {
        self.barren_pages = pages;
        self
    }
}

/// A page for an extractor.
struct Task<'a> {
    key: ExtractionKey,
    page: &'a Page,
    extractor: &'a Arc<dyn Extractor>,
    is_model: bool,
}

/// An extraction and what failed in it.
type Extracted = (StoredExtraction, Vec<StoredFailure>);

/// A task, and its extraction if it is new.
type Done<'a> = Result<(&'a Task<'a>, Option<Extracted>)>;

/// What all pages of one call share.
struct Shared<'a> {
    of: &'a CompanySite,
    known: Option<&'a dyn EvidenceStore>,
    cancel: &'a CancelToken,
    deadline: Option<Timestamp>,
}

impl CompanyReader<'_> {
    /// Makes evidence from a reading. Extractions that `known` holds are reused, and new ones are kept there as soon as
    /// they are done, so that none is done or paid for twice. Those that failed while reading are tried once more.
    ///
    /// # Errors
    /// `Cancelled`, and errors of `known` and of the meters. An extractor that fails means reduced evidence, and the
    /// report says so.
    pub async fn extract(
        &self,
        of: &CompanySite,
        reading: &Reading,
        known: Option<&dyn EvidenceStore>,
        cancel: &CancelToken,
    ) -> Result<EvidenceBatch> {
        let done: BTreeMap<&ExtractionKey, &StoredExtraction> =
            reading.extracted.iter().map(|extraction| (&extraction.key, extraction)).collect();
        let tasks = self.tasks(of, reading);
        let unknown: Vec<ExtractionKey> =
            tasks.iter().map(|task| &task.key).filter(|key| !done.contains_key(key)).cloned().collect();
        let mut kept: BTreeMap<ExtractionKey, StoredExtraction> = BTreeMap::new();
        if let Some(store) = known {
            let found = store.extractions(&unknown).await?;
            kept.extend(found.into_iter().flatten().map(|extraction| (extraction.key.clone(), extraction)));
        }
        let mut report = ExtractionReport::new(of.company);
        let deadline = self.models.time_limit.map(|limit| self.clock.now().plus(limit));
        let shared = Shared { of, known, cancel, deadline };
        let waiting = tasks.iter().filter(|task| !done.contains_key(&task.key));
        let fresh = self.extract_all(&shared, waiting, &kept, &mut report).await?;
        let mut batch = EvidenceBatch::new(of.company, Vec::new());
        for Task { key, page, .. } in &tasks {
            let new = done.get(key).copied().or_else(|| fresh.get(key));
            let Some(extraction) = new.or_else(|| kept.get(key)) else { continue };
            if new.is_some() {
                report.pages += 1;
                report.usage = report.usage.plus(extraction.usage);
            } else {
                report.reused += 1;
            }
            // A page that still shows the fact was observed now.
            let seen = extraction.items.iter().cloned().map(|mut item| {
                item.observed_at = page.fetched_at;
                item
            });
            batch.items.extend(seen);
            batch.quarantined.extend(extraction.quarantined.iter().cloned());
        }
        batch.report = Some(report);
        Ok(batch)
    }

    /// Every page for every extractor, in the order they were read.
    fn tasks<'t>(&'t self, of: &CompanySite, reading: &'t Reading) -> Vec<Task<'t>> {
        let mut tasks = Vec::new();
        for page in &reading.crawl.pages {
            for extractor in self.extractors {
                let key = ExtractionKey::of(page, of.company, &of.site, of.role, extractor.id());
                let is_model = extractor.class() == ExtractorClass::Model;
                tasks.push(Task { key, page, extractor, is_model });
            }
        }
        tasks
    }

    /// Works through tasks, several at a time, and returns the extractions that are new. Whether a page is worth a model's
    /// reading is decided by the pages so many places before it, kept or new: a run that is resumed decides the same.
    async fn extract_all<'t>(
        &'t self,
        shared: &'t Shared<'t>,
        mut waiting: impl Iterator<Item = &'t Task<'t>> + Send,
        kept: &BTreeMap<ExtractionKey, StoredExtraction>,
        report: &mut ExtractionReport,
    ) -> Result<BTreeMap<ExtractionKey, StoredExtraction>> {
        let mut saturations: BTreeMap<ExtractorId, Saturation> = BTreeMap::new();
        let mut fresh = BTreeMap::new();
        let mut running: FuturesOrdered<BoxFuture<'_, Done<'_>>> = FuturesOrdered::new();
        loop {
            while running.len() < self.concurrent_extractions {
                let Some(task) = waiting.next() else { break };
                let saturation = saturations.entry(task.key.extractor.clone()).or_default();
                if task.is_model && !saturation.wants(task.page.kind, self.models.barren_pages) {
                    report.saturated += 1;
                } else if kept.contains_key(&task.key) {
                    running.push_back(ready(Ok((task, None))).boxed());
                } else {
                    let work = self.extract_and_keep(shared, task);
                    running.push_back(work.map(move |done| Ok((task, Some(done?)))).boxed());
                }
            }
            let Some(done) = running.next().await else { return Ok(fresh) };
            let (task, new) = done?;
            let saturation = saturations.entry(task.key.extractor.clone()).or_default();
            match new {
                None => {
                    let items = kept.get(&task.key).map(|extraction| extraction.items.as_slice());
                    saturation.count(task.page.kind, items.unwrap_or_default());
                }
                Some((extraction, failures)) => {
                    if failures.is_empty() {
                        saturation.count(task.page.kind, &extraction.items);
                    }
                    report.failures.extend(failures);
                    fresh.insert(task.key.clone(), extraction);
                }
            }
        }
    }

    /// Extracts one page and keeps the outcome, unless the work was cancelled.
    async fn extract_and_keep(&self, shared: &Shared<'_>, task: &Task<'_>) -> Result<Extracted> {
        let Shared { of, known, cancel, deadline } = shared;
        let Task { key, page, extractor, is_model } = task;
        cancel.check()?;
        let request = ExtractRequest::new(page, &of.site, of.role).with_cancel((*cancel).clone());
        let (extraction, failures) = if *is_model {
            if deadline.is_some_and(|deadline| self.clock.now() >= deadline) {
                let late = "the time for models on this site is over";
                let failure = StoredFailure::new(&page.url, key.extractor.clone(), late);
                let nothing = StoredExtraction::new(key.clone(), Vec::new(), Vec::new(), Usage::default());
                return Ok((nothing, vec![failure]));
            }
            let meter = Watched::new(self.meters.of_page(of.company, &page.url));
            let mut request = request.with_meter(&meter);
            request.deadline = *deadline;
            let (extraction, failures) = self.extract_page(of, key.clone(), extractor, request).await;
            meter.end(extraction.usage).await?;
            (extraction, failures)
        } else {
            self.extract_page(of, key.clone(), extractor, request).await
        };
        // Failures are not kept: they are tried again next time.
        if failures.is_empty()
            && let Some(store) = known
        {
            store.keep_extractions(std::slice::from_ref(&extraction)).await?;
        }
        Ok((extraction, failures))
    }

    /// One page through one extractor, and through the border.
    pub(super) async fn extract_page(
        &self,
        of: &CompanySite,
        key: ExtractionKey,
        extractor: &Arc<dyn Extractor>,
        request: ExtractRequest<'_>,
    ) -> Extracted {
        let source = match (extractor.class(), of.role) {
            (ExtractorClass::Model, _) => EvidenceSource::Llm,
            (ExtractorClass::Rules, SiteRole::Own) => EvidenceSource::UserSite,
            (ExtractorClass::Rules, SiteRole::Seed) => EvidenceSource::SeedSite,
        };
        let (id, page) = (&key.extractor, request.page);
        let Extraction { findings, refused, usage, failures } = extractor.extract(request).await;
        let (mut items, mut quarantined) = (Vec::new(), Vec::new());
        for finding in &findings {
            match admit(finding, page, of.company, source, id) {
                Ok(item) => items.push(item),
                Err(refused) => quarantined.push(refused),
            }
        }
        let refused = refused.into_iter();
        quarantined.extend(refused.map(|it| Quarantined::new(it.key, it.reason, &page.url, id.clone())));
        let failures: Vec<StoredFailure> = failures
            .into_iter()
            .map(|failure| StoredFailure::new(&page.url, id.clone(), failure.message))
            .collect();
        for failure in &failures {
            tracing::warn!(extractor = %failure.extractor, company = %of.company, "an extractor failed on a page");
        }
        (StoredExtraction::new(key, items, quarantined, usage), failures)
    }
}

#[cfg(test)]
mod tests;
