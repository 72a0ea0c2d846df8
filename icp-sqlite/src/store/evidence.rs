//! Evidence, refusals and extractions.

use std::collections::BTreeMap;

use icp_core::model::{EvidenceId, EvidenceItem, RunId};
use icp_core::ports::{EvidenceBatch, EvidenceQuery, ExtractionKey, RecordedEvidence, StoredExtraction};
use icp_core::{Result, record};

use super::sites::records;
use crate::error::column;
use crate::sql::tenants as sql;
use crate::tenant::TenantTx;

pub(super) async fn put(tx: &mut TenantTx, run: RunId, batch: &EvidenceBatch) -> Result<RecordedEvidence> {
    let company = batch.company.to_string();
    let stays: String = batch.items.iter().map(|item| format!("{} ", item.id)).collect();
    for source in &batch.replaces {
        let drop = tx
            .query(&sql::EVIDENCE_DROP)
            .bind(run.to_string())
            .bind(company.clone())
            .bind(source.as_str())
            .bind(stays.clone());
        tx.execute(drop).await?;
    }
    let mut recorded = RecordedEvidence::default();
    for item in &batch.items {
        let insert = tx
            .query(&sql::EVIDENCE_INSERT)
            .bind(run.to_string())
            .bind(item.id.to_string())
            .bind(item.company.to_string())
            .bind(item.key.as_str())
            .bind(record::write(item))
            .bind(item.source.as_str());
        let added = tx.execute(insert).await?;
        recorded.added += added;
        recorded.already += 1 - added.min(1);
    }
    let mut said: BTreeMap<String, i64> = BTreeMap::new();
    for refusal in &batch.quarantined {
        let refusal = record::write(refusal);
        let before = said.entry(refusal.clone()).or_default();
        let insert = tx
            .query(&sql::QUARANTINE_INSERT)
            .bind(run.to_string())
            .bind(company.clone())
            .bind(refusal)
            .bind(*before);
        *before += 1;
        tx.execute(insert).await?;
    }
    if let Some(report) = &batch.report {
        let put = tx.query(&sql::REPORT_PUT).bind(run.to_string()).bind(company).bind(record::write(report));
        tx.execute(put).await?;
    }
    Ok(recorded)
}

pub(super) async fn read(tx: &mut TenantTx, query: &EvidenceQuery) -> Result<Vec<EvidenceItem>> {
    let key = query.key.map(|key| key.as_str());
    let company = query.company.map(|company| company.to_string());
    let select = match (query.run, company) {
        (Some(run), company) => tx.query(&sql::EVIDENCE_OF_RUN).bind(run.to_string()).bind(company).bind(key),
        (None, Some(company)) => tx.query(&sql::EVIDENCE_OF_COMPANY).bind(company).bind(key),
        (None, None) => tx.query(&sql::EVIDENCE).bind(key),
    };
    let rows: Vec<EvidenceItem> = records(tx, select).await?;
    let by_id: BTreeMap<EvidenceId, EvidenceItem> = rows.into_iter().map(|item| (item.id, item)).collect();
    let mut items: Vec<EvidenceItem> = by_id.into_values().collect();
    // By the order of the keys' declaration, which their texts do not follow.
    items.sort_by(|a, b| {
        (a.company, a.key, a.value.as_str(), a.id).cmp(&(b.company, b.key, b.value.as_str(), b.id))
    });
    if let Some(after) = &query.after {
        items.retain(|item| {
            (item.company, item.key, item.value.as_str(), item.id)
                > (after.company, after.key, after.value.as_str(), after.id)
        });
    }
    items.truncate(query.limit.unwrap_or(usize::MAX));
    Ok(items)
}

pub(super) async fn keep(tx: &mut TenantTx, extractions: &[StoredExtraction]) -> Result<()> {
    for extraction in extractions {
        let insert = tx
            .query(&sql::EXTRACTION_INSERT)
            .bind(extraction.key.input.as_str().to_owned())
            .bind(extraction.key.extractor.as_str().to_owned())
            .bind(record::write(extraction));
        tx.execute(insert).await?;
    }
    Ok(())
}

pub(super) async fn kept(tx: &mut TenantTx, keys: &[ExtractionKey]) -> Result<Vec<Option<StoredExtraction>>> {
    let operation = tx.operation();
    let mut found = Vec::with_capacity(keys.len());
    for key in keys {
        let query = tx
            .query(&sql::EXTRACTION)
            .bind(key.input.as_str().to_owned())
            .bind(key.extractor.as_str().to_owned());
        let row = tx.one(query).await?;
        found.push(row.map(|row| record::read(&key.extractor, column(operation, &row, 0)?)).transpose()?);
    }
    Ok(found)
}
