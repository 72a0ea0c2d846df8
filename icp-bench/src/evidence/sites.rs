//! Labelled sites: saved pages with a file of facts beside them, read as a run reads them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use icp_core::consolidate::consolidate;
use icp_core::engine::company::{CompanyReader, CompanySite, ModelOptions, ReadBudget, Unwatched};
use icp_core::memory::ManualClock;
use icp_core::model::{Domain, EvidenceItem, Page, SignalKey, SiteRole, Timestamp};
use icp_core::normalize::fold;
use icp_core::ports::{CancelToken, Clock, Extractor};
use icp_fetch::OfflineFetcher;

use super::judge::{Found, Label, Tally, judge};

/// One site's labels, as the file `labels/DOMAIN.json` has them.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct LabelFile {
    pub(crate) domain: String,
    pub(crate) findings: Vec<Label>,
}

/// The tallies of a folder of labelled sites.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    pub(crate) sites: usize,
    pub(crate) pages: usize,
    pub(crate) by_key: BTreeMap<SignalKey, Tally>,
    /// Labels on pages that no link led to, or that the site's limits left out.
    pub(crate) unreached: usize,
    /// Findings that the border refused.
    pub(crate) quarantined: usize,
    /// Items of a language model, and those whose quotation or value does not stand on the page.
    pub(crate) of_model: usize,
    pub(crate) ungrounded: usize,
    /// Calls of a language model, and pages where it failed.
    pub(crate) calls: u64,
    pub(crate) failures: usize,
}

impl Measured {
    /// All keys together.
    pub(crate) fn all(&self) -> Tally {
        let mut all = Tally::default();
        for tally in self.by_key.values() {
            all.add(tally.clone());
        }
        all
    }
}

/// Reads and judges the sites of `folder` (`web/` and `labels/`), all of them or until there are enough pages. A key is
/// judged on the folders that label it at all.
pub(crate) async fn measure(
    folder: &Path,
    extractors: &[Arc<dyn Extractor>],
    enough: Option<usize>,
) -> Result<Measured, String> {
    let clock = Arc::new(ManualClock::fixed(Timestamp::from_micros(0)));
    let web = OfflineFetcher::new(folder.join("web"), Arc::clone(&clock) as Arc<dyn Clock>)
        .map_err(|error| error.to_string())?;
    // The clock of saved sites stands still, and a model is asked by a clock that runs.
    let models = ModelOptions::default().with_time_limit(None);
    let reader = CompanyReader::new(&web, extractors, clock.as_ref()).with_models(models);
    let files = label_files(folder)?;
    let keys: BTreeSet<SignalKey> =
        files.iter().flat_map(|file| &file.findings).filter_map(|label| label.key.parse().ok()).collect();
    let mut measured = Measured::default();
    for file in files {
        if enough.is_some_and(|pages| measured.pages >= pages) {
            break;
        }
        let domain: Domain = file.domain.parse().map_err(|error| format!("{}: {error}", file.domain))?;
        let site = CompanySite::of_domain(domain, SiteRole::Own);
        let cancel = CancelToken::default();
        // Every saved page may be read: what is measured is extraction, not the choice of pages.
        let budget = ReadBudget::default().with_pages(60).with_pages_per_kind(60).with_barren_pages(None);
        let reading = reader.read(&site, &budget, &cancel, &Unwatched).await.map_err(|e| e.to_string())?;
        let batch = reader.extract(&site, &reading, None, &cancel).await.map_err(|e| e.to_string())?;
        measured.sites += 1;
        measured.pages += reading.crawl.pages.len();
        let read: BTreeSet<String> = reading.crawl.pages.iter().map(|page| name_of(&page.url)).collect();
        measured.unreached +=
            file.findings.iter().filter(|label| !read.contains(&name_of(&label.page))).count();
        measured.quarantined += batch.quarantined.len();
        if let Some(report) = &batch.report {
            measured.calls += report.usage.requests;
            measured.failures += report.failures.len();
        }
        let of_model = batch.items.iter().filter(|item| item.extractor.as_str().starts_with("llm-"));
        let (grounded, ungrounded): (Vec<_>, Vec<_>) =
            of_model.partition(|item| stands(item, &reading.crawl.pages));
        measured.of_model += grounded.len() + ungrounded.len();
        measured.ungrounded += ungrounded.len();
        let by_id: BTreeMap<_, _> = batch.items.iter().map(|item| (item.id, item)).collect();
        let found: Vec<Found> = consolidate(&batch.items)
            .into_iter()
            .filter_map(|fact| {
                let item = by_id.get(fact.items.first()?)?;
                let citation = item.citation.as_ref()?;
                Some(Found {
                    key: item.key,
                    value: fact.value.into_string(),
                    quote: citation.quote.as_str().to_owned(),
                    url: citation.url.clone(),
                    sure: fact.confidence.get(),
                })
            })
            .collect();
        for key in &keys {
            measured.by_key.entry(*key).or_default().add(judge(*key, &found, &file.findings));
        }
    }
    Ok(measured)
}

/// Whether an item's quotation is the page's own bytes, and its value is in the quotation: checked here once more, apart
/// from the code under test.
fn stands(item: &EvidenceItem, pages: &[Page]) -> bool {
    let Some(citation) = &item.citation else { return false };
    let bytes = citation.start as usize..citation.end as usize;
    let page = pages.iter().find(|page| page.url.as_str() == citation.url);
    let quoted = page.and_then(|page| page.text.as_str().get(bytes));
    let words =
        |text: &str| fold(text).split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect::<Vec<_>>();
    let in_quote = words(citation.quote.as_str());
    quoted == Some(citation.quote.as_str())
        && words(item.value.as_str()).iter().all(|word| in_quote.contains(word))
}

/// The pages of every site, read as a run would read up to 20 of each.
pub(crate) async fn pages(folder: &Path) -> Result<Vec<Vec<Page>>, String> {
    let clock = Arc::new(ManualClock::fixed(Timestamp::from_micros(0)));
    let web = OfflineFetcher::new(folder.join("web"), Arc::clone(&clock) as Arc<dyn Clock>)
        .map_err(|error| error.to_string())?;
    let reader = CompanyReader::new(&web, &[], clock.as_ref());
    let mut sites = Vec::new();
    for file in label_files(folder)? {
        let domain: Domain = file.domain.parse().map_err(|error| format!("{}: {error}", file.domain))?;
        let site = CompanySite::of_domain(domain, SiteRole::Seed);
        let budget = ReadBudget::default().with_pages(20);
        let reading = reader.read(&site, &budget, &CancelToken::default(), &Unwatched).await;
        sites.push(reading.map_err(|error| error.to_string())?.crawl.pages);
    }
    Ok(sites)
}

/// The name of a page, by its address or by its file.
pub(crate) fn name_of(page: &str) -> String {
    let path = match page.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => page,
    };
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let path = path.strip_suffix(".html").unwrap_or(path);
    path.strip_suffix("index").unwrap_or(path).trim_end_matches('/').to_lowercase()
}

/// The label files of a folder, in the order of their names.
pub(crate) fn label_files(folder: &Path) -> Result<Vec<LabelFile>, String> {
    let labels = folder.join("labels");
    let entries =
        std::fs::read_dir(&labels).map_err(|error| format!("cannot read `{}`: {error}", labels.display()))?;
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let text =
                std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
            serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
        })
        .collect()
}
