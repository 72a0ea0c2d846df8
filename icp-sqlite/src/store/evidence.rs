//! Evidence and refusals.

use std::collections::BTreeMap;

use icp_core::Result;
use icp_core::model::{EvidenceId, EvidenceItem, RunId};
use icp_core::ports::{EvidenceQuery, RecordedEvidence, SiteEvidence};

use super::sites;
use crate::error::to_json;
use crate::sql::tenants as sql;
use crate::tenant::TenantTx;

pub(super) async fn put(tx: &mut TenantTx, run: RunId, evidence: &SiteEvidence) -> Result<RecordedEvidence> {
    let (operation, mut recorded) = (tx.operation(), RecordedEvidence::default());
    for item in &evidence.items {
        let insert = tx
            .query(&sql::EVIDENCE_INSERT)
            .bind(run.to_string())
            .bind(item.id.to_string())
            .bind(item.company.to_string())
            .bind(item.key.as_str())
            .bind(to_json(operation, item)?);
        let added = tx.execute(insert).await?;
        recorded.added += added;
        recorded.already += 1 - added.min(1);
    }
    let mut said: BTreeMap<String, i64> = BTreeMap::new();
    for refusal in &evidence.quarantined {
        let refusal = to_json(operation, refusal)?;
        let before = said.entry(refusal.clone()).or_default();
        let insert = tx
            .query(&sql::QUARANTINE_INSERT)
            .bind(run.to_string())
            .bind(evidence.company.to_string())
            .bind(refusal)
            .bind(*before);
        *before += 1;
        tx.execute(insert).await?;
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
    let rows: Vec<EvidenceItem> = sites::json_rows(tx, select).await?;
    let by_id: BTreeMap<EvidenceId, EvidenceItem> = rows.into_iter().map(|item| (item.id, item)).collect();
    let mut items: Vec<EvidenceItem> = by_id.into_values().collect();
    // By the order of the keys' declaration, which their texts do not follow.
    items.sort_by(|a, b| {
        (a.company, a.key, a.value.as_str(), a.id).cmp(&(b.company, b.key, b.value.as_str(), b.id))
    });
    Ok(items)
}
