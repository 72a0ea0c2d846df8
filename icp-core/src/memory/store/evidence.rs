//! Sites, pages and evidence.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::rows::{SiteRow, Tenant};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Domain, EvidenceId, EvidenceItem, Page, Quarantined, RunId, SiteCrawl, SiteReport};
use crate::ports::{
    EvidenceBatch, EvidenceQuery, ExtractionKey, ExtractionReport, RecordedEvidence, StoredExtraction,
};
use crate::record;

impl Tenant {
    pub(super) fn record_site(&mut self, run: RunId, site: &SiteCrawl) {
        let mut row = SiteRow { report: record::write(&site.report), pages: Vec::new() };
        for page in &site.pages {
            let stored = record::write_page(page);
            row.pages.push((stored.link, stored.body_key.clone()));
            self.bodies.entry(stored.body_key).or_insert(stored.body);
        }
        self.sites.insert((run, site.report.domain.clone()), row);
    }

    pub(super) fn sites(&self, run: RunId) -> Result<Vec<SiteReport>> {
        let of_run = self.sites.iter().filter(|((of, _), _)| *of == run);
        of_run.map(|((_, domain), row)| record::read(domain, &row.report)).collect()
    }

    pub(super) fn pages(&self, run: RunId, site: &Domain) -> Result<Vec<Page>> {
        let Some(row) = self.sites.get(&(run, site.clone())) else { return Ok(Vec::new()) };
        let pages = (1..).zip(&row.pages).map(|(at, (link, key))| {
            let what = format!("page {at} of {site}");
            let body = self.bodies.get(key).ok_or_else(|| {
                Error::new(ErrorKind::Corrupt, "read pages", format!("the body of {what} is missing"))
            })?;
            record::read_page(what, link, body)
        });
        pages.collect()
    }

    pub(super) fn record_evidence(&mut self, run: RunId, batch: &EvidenceBatch) -> Result<RecordedEvidence> {
        let held = if batch.replaces.is_empty() { Vec::new() } else { self.evidence_of_run(run)? };
        for (id, item) in held {
            let replaced = item.company == batch.company && batch.replaces.contains(&item.source);
            if replaced && !batch.items.iter().any(|new| new.id == id) {
                self.evidence.remove(&(run, id));
            }
        }
        let mut recorded = RecordedEvidence::default();
        for item in &batch.items {
            match self.evidence.entry((run, item.id)) {
                Entry::Occupied(_) => recorded.already += 1,
                Entry::Vacant(place) => {
                    place.insert(record::write(item));
                    recorded.added += 1;
                }
            }
        }
        let mut said: BTreeMap<String, usize> = BTreeMap::new();
        for refusal in &batch.quarantined {
            let words = record::write(refusal);
            let before = said.entry(words.clone()).or_default();
            self.quarantined.insert((run, (batch.company, words.clone(), *before)), words);
            *before += 1;
        }
        if let Some(report) = &batch.report {
            self.reports.insert((run, batch.company), record::write(report));
        }
        Ok(recorded)
    }

    fn evidence_of_run(&self, run: RunId) -> Result<Vec<(EvidenceId, EvidenceItem)>> {
        let of_run = self.evidence.iter().filter(|((of, _), _)| *of == run);
        of_run.map(|((_, id), text)| Ok((*id, record::read(id, text)?))).collect()
    }

    /// An item that several runs found is the newest run's.
    pub(super) fn evidence(&self, query: &EvidenceQuery) -> Result<Vec<EvidenceItem>> {
        let mut newest: BTreeMap<EvidenceId, &str> = BTreeMap::new();
        for ((run, id), text) in &self.evidence {
            if query.run.is_none_or(|wanted| wanted == *run) {
                newest.insert(*id, text);
            }
        }
        let mut items: Vec<EvidenceItem> =
            newest.into_iter().map(|(id, text)| record::read(id, text)).collect::<Result<_>>()?;
        items.retain(|item| {
            query.company.is_none_or(|wanted| wanted == item.company)
                && query.key.is_none_or(|wanted| wanted == item.key)
                && query.after.as_ref().is_none_or(|after| {
                    (item.company, item.key, item.value.as_str(), item.id)
                        > (after.company, after.key, after.value.as_str(), after.id)
                })
        });
        items.sort_by(|a, b| {
            (a.company, a.key, a.value.as_str(), a.id).cmp(&(b.company, b.key, b.value.as_str(), b.id))
        });
        items.truncate(query.limit.unwrap_or(usize::MAX));
        Ok(items)
    }

    pub(super) fn quarantined(&self, run: RunId) -> Result<Vec<Quarantined>> {
        let of_run = self.quarantined.iter().filter(|((of, _), _)| *of == run);
        of_run.map(|(_, text)| record::read(run, text)).collect()
    }

    pub(super) fn extraction_reports(&self, run: RunId) -> Result<Vec<ExtractionReport>> {
        let of_run = self.reports.iter().filter(|((of, _), _)| *of == run);
        of_run.map(|((_, company), text)| record::read(company, text)).collect()
    }

    pub(super) fn keep_extractions(&mut self, extractions: &[StoredExtraction]) {
        for extraction in extractions {
            let ExtractionKey { input, extractor } = extraction.key.clone();
            self.extractions.entry((input, extractor)).or_insert_with(|| record::write(extraction));
        }
    }

    pub(super) fn kept_extractions(&self, keys: &[ExtractionKey]) -> Result<Vec<Option<StoredExtraction>>> {
        keys.iter()
            .map(|key| {
                let text = self.extractions.get(&(key.input.clone(), key.extractor.clone()));
                text.map(|text| record::read(&key.extractor, text)).transpose()
            })
            .collect()
    }
}
