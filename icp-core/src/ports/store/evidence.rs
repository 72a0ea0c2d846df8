use std::fmt;

use async_trait::async_trait;
use serde::Serialize;

use super::Fence;
use crate::error::Result;
use crate::model::{
    CleanText, CompanyId, ContentHash, Domain, EvidenceId, EvidenceItem, EvidenceSource, ExtractorId, Page,
    Quarantined, RunId, SignalKey, SiteRole,
};
use crate::ports::Usage;
use crate::ports::extractor::failure_message;

/// The evidence of one company, written together.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EvidenceBatch {
    /// The company it is about.
    pub company: CompanyId,
    /// Sources that this batch replaces: the run's earlier items of the company from them are removed.
    pub replaces: Vec<EvidenceSource>,
    /// The items.
    pub items: Vec<EvidenceItem>,
    /// Refused findings.
    pub quarantined: Vec<Quarantined>,
    /// How the extraction went, when this is the outcome of one.
    pub report: Option<ExtractionReport>,
}

impl EvidenceBatch {
    /// Some items about a company.
    pub fn new(company: CompanyId, items: Vec<EvidenceItem>) -> Self {
        Self { company, replaces: Vec::new(), items, quarantined: Vec::new(), report: None }
    }

    /// Makes the batch replace what the run had of the company from a source.
    #[must_use]
    pub fn replacing(mut self, source: EvidenceSource) -> Self {
        self.replaces.push(source);
        self
    }

    /// Adds refused findings.
    #[must_use]
    pub fn with_quarantined(mut self, quarantined: Vec<Quarantined>) -> Self {
        self.quarantined = quarantined;
        self
    }

    /// Adds how the extraction went.
    #[must_use]
    pub fn with_report(mut self, report: ExtractionReport) -> Self {
        self.report = Some(report);
        self
    }
}

/// Numbers of items that a batch added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedEvidence {
    /// Items that were new to the run.
    pub added: u64,
    /// Items the run had already.
    pub already: u64,
}

impl RecordedEvidence {
    /// New items, and those that were there.
    pub fn new(added: u64, already: u64) -> Self {
        Self { added, already }
    }
}

/// A page that an extractor could not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct StoredFailure {
    /// The page.
    pub url: String,
    /// The extractor.
    pub extractor: ExtractorId,
    /// Why, in words. At most 200 characters.
    pub message: CleanText,
}

impl StoredFailure {
    /// A failure on a page. Personal data in the message is masked, and a long message is cut.
    pub fn new(url: impl Into<String>, extractor: ExtractorId, message: impl AsRef<str>) -> Self {
        Self { url: url.into(), extractor, message: failure_message(message.as_ref()) }
    }
}

/// How the extraction of one company's site went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ExtractionReport {
    /// The company.
    pub company: CompanyId,
    /// Pages that were extracted now.
    pub pages: u32,
    /// Pages whose extraction was known already and cost nothing.
    pub reused: u32,
    /// Pages that no model read, since pages before them showed nothing new.
    pub saturated: u32,
    /// The cost.
    pub usage: Usage,
    /// Failures.
    pub failures: Vec<StoredFailure>,
}

impl ExtractionReport {
    /// A report of nothing done yet.
    pub fn new(company: CompanyId) -> Self {
        Self { company, pages: 0, reused: 0, saturated: 0, usage: Usage::default(), failures: Vec::new() }
    }
}

/// A place in the list of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EvidenceCursor {
    /// Company of the last item of the page before.
    pub company: CompanyId,
    /// Its key.
    pub key: SignalKey,
    /// Its value.
    pub value: String,
    /// Its id.
    pub id: EvidenceId,
}

impl EvidenceCursor {
    /// The place of an item.
    pub fn of(item: &EvidenceItem) -> Self {
        Self { company: item.company, key: item.key, value: item.value.as_str().to_owned(), id: item.id }
    }
}

/// The evidence to read. An empty query is all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EvidenceQuery {
    /// Only of this run.
    pub run: Option<RunId>,
    /// Only about this company.
    pub company: Option<CompanyId>,
    /// Only of this kind.
    pub key: Option<SignalKey>,
    /// Only items after this place.
    pub after: Option<EvidenceCursor>,
    /// The most items to return.
    pub limit: Option<usize>,
}

impl EvidenceQuery {
    /// The evidence of a run.
    pub fn of_run(run: RunId) -> Self {
        Self { run: Some(run), ..Self::default() }
    }

    /// Only about a company.
    #[must_use]
    pub fn about(mut self, company: CompanyId) -> Self {
        self.company = Some(company);
        self
    }

    /// Only of a kind.
    #[must_use]
    pub fn with_key(mut self, key: SignalKey) -> Self {
        self.key = Some(key);
        self
    }

    /// Only the first items.
    #[must_use]
    pub fn with_limit(mut self, limit: usize) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Only items that come after one.
    #[must_use]
    pub fn after(mut self, item: &EvidenceItem) -> Self {
        self.after = Some(EvidenceCursor::of(item));
        self
    }
}

/// Names an extraction by what goes into it: the same key, the same outcome.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct ExtractionKey {
    /// Hash of everything the extractor is given.
    pub input: ContentHash,
    /// The extractor, with its version.
    pub extractor: ExtractorId,
}

impl ExtractionKey {
    /// A key.
    pub fn new(input: ContentHash, extractor: ExtractorId) -> Self {
        Self { input, extractor }
    }

    /// The key of reading a page of a company's site by an extractor.
    pub fn of(
        page: &Page,
        company: CompanyId,
        site: &Domain,
        role: SiteRole,
        extractor: ExtractorId,
    ) -> Self {
        // The text's hash does not cover the blocks; their zones and kinds decide what rules find. Kinds and zones go
        // in by their names on the wire: keys are stored, and must outlive a new name in the program.
        let blocks: String = page
            .blocks
            .iter()
            .map(|block| {
                format!("{} {} {} {};", wire(&block.zone), wire(&block.kind), block.start, block.end)
            })
            .collect();
        let input = format!(
            "{company}\n{site}\n{role}\n{}\n{}\n{}\n{}\n{blocks}",
            page.url,
            wire(&page.kind),
            page.title.as_str(),
            page.content_hash.as_str()
        );
        Self { input: ContentHash::of(&input), extractor }
    }
}

/// The JSON of a plain enum; writing it cannot fail.
fn wire(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// The kept outcome of an extraction.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct StoredExtraction {
    /// The input and the extractor.
    pub key: ExtractionKey,
    /// The evidence.
    pub items: Vec<EvidenceItem>,
    /// Refused findings.
    pub quarantined: Vec<Quarantined>,
    /// Its cost the first time.
    pub usage: Usage,
}

impl StoredExtraction {
    /// An outcome.
    pub fn new(
        key: ExtractionKey,
        items: Vec<EvidenceItem>,
        quarantined: Vec<Quarantined>,
        usage: Usage,
    ) -> Self {
        Self { key, items, quarantined, usage }
    }
}

/// Evidence, refused findings and kept extractions.
#[async_trait]
pub trait EvidenceStore: fmt::Debug + Send + Sync {
    /// Stores a company's evidence of a run.
    ///
    /// # Behavior
    /// - `evidence_is_idempotent`: writing the same items again adds nothing, and says so.
    /// - `evidence_is_recorded_once_by_concurrent_writers`: several writers of the same items add each once.
    /// - `evidence_replaces_its_source`: items of a replaced source that the batch does not hold are gone; others stay.
    /// - `quarantine_is_counted_once`: writing the same refusals again does not double them.
    /// - `extraction_reports_replace`: a company has one report per run, the last one written.
    ///
    /// # Errors
    /// `LeaseLost` for an old fence, `NotFound` for an unknown run.
    async fn record_evidence(&self, fence: Fence, batch: &EvidenceBatch) -> Result<RecordedEvidence>;

    /// Evidence, by company, key, value and id; each item once, as the newest run that found it wrote it.
    ///
    /// # Behavior
    /// - `evidence_query_narrows`: each part of the query narrows the answer.
    /// - `evidence_is_paged`: pages that follow each other hold every item once, in the same order.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn evidence(&self, query: &EvidenceQuery) -> Result<Vec<EvidenceItem>>;

    /// The refused findings of a run.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn quarantined(&self, run: RunId) -> Result<Vec<Quarantined>>;

    /// How the extraction of each company of a run went, by company.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn extraction_reports(&self, run: RunId) -> Result<Vec<ExtractionReport>>;

    /// Keeps extractions, so that none is done or paid for twice. An extraction belongs to no run.
    ///
    /// # Behavior
    /// - `extractions_are_kept`: they come back as written, whichever run asks; the first writing of a key stays.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn keep_extractions(&self, extractions: &[StoredExtraction]) -> Result<()>;

    /// The kept extractions of some keys, in the order asked.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn extractions(&self, keys: &[ExtractionKey]) -> Result<Vec<Option<StoredExtraction>>>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{BlockKind, PageBuilder, PageKind, Timestamp, Zone};

    #[test]
    fn the_key_of_an_extraction_stays() {
        let mut page = PageBuilder::new("https://acme.example/about", Timestamp::from_micros(0));
        page.title("About us");
        page.block(Zone::Main, BlockKind::Heading(1), "Freight");
        page.block(Zone::JsonLd, BlockKind::Text, "Organization.name: Acme");
        let mut page = page.finish();
        page.kind = PageKind::About;
        let site: Domain = "acme.example".parse().unwrap();
        let (company, model) = (CompanyId::from_u128(7), ExtractorId::new("model", 3));
        let key = |page: &Page| ExtractionKey::of(page, company, &site, SiteRole::Seed, model.clone());
        let pinned = "5eabbbf5959e91cd546ed76a6e2e570381e9afadc27ae2944bbb05936dfee345";
        assert_eq!(key(&page).input.as_str(), pinned);
        // Another model, prompt or version is another extractor, and its extractions are others.
        for other in ["model-large", "model"] {
            let other = ExtractorId::new(other, 4);
            let key = ExtractionKey::of(&page, company, &site, SiteRole::Seed, other);
            assert_ne!(key, super::ExtractionKey::new(key.input.clone(), model.clone()));
        }
        page.blocks[0].kind = BlockKind::Heading(2);
        assert_ne!(key(&page).input.as_str(), pinned);
    }
}
