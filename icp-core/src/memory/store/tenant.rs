//! The tables of one tenant, and the rules between them.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::error::{Error, ErrorKind, Result};
use crate::model::{
    AdoptedRule, AuditId, CompanyId, Domain, EvidenceId, EvidenceItem, IntakeId, IntakeReceipt, NewIntake,
    Outcome, PatternSnapshot, PersonChoice, Quarantined, RuleId, Run, RunId, RunState, SeedId,
    SeedResolution, SiteCrawl, StoredIntake, SuggestionSet,
};
use crate::ports::{
    AcceptCommand, AcceptReceipt, AuditEntry, EvidenceQuery, KnownCompany, RecordedEvidence, RunAdvance,
    SiteEvidence,
};

/// A refusal is known by whom it is about, what it says, and how often it was said before in the same batch.
type RefusalKey = (CompanyId, String, usize);

#[derive(Debug, Default)]
pub(super) struct Tenant {
    pub(super) intakes: BTreeMap<IntakeId, StoredIntake>,
    pub(super) receipts: BTreeMap<IntakeId, (Option<String>, IntakeReceipt)>,
    pub(super) runs: BTreeMap<RunId, Run>,
    pub(super) resolutions: BTreeMap<RunId, BTreeMap<SeedId, SeedResolution>>,
    pub(super) choices: BTreeMap<CompanyId, PersonChoice>,
    pub(super) sites: BTreeMap<RunId, BTreeMap<Domain, SiteCrawl>>,
    pub(super) evidence: BTreeMap<RunId, BTreeMap<EvidenceId, EvidenceItem>>,
    pub(super) quarantined: BTreeMap<RunId, BTreeMap<RefusalKey, Quarantined>>,
    pub(super) patterns: BTreeMap<RunId, PatternSnapshot>,
    pub(super) suggestions: BTreeMap<RunId, SuggestionSet>,
    pub(super) rules: BTreeMap<RuleId, AdoptedRule>,
    pub(super) audit: BTreeMap<AuditId, AuditEntry>,
}

impl Tenant {
    pub(super) fn submit(&mut self, intake: &NewIntake) -> Result<IntakeReceipt> {
        if let Some(key) = &intake.idempotency_key {
            let first = self.receipts.values().find(|(held, _)| held.as_ref() == Some(key));
            if let Some((_, receipt)) = first {
                return Ok(*receipt);
            }
        }
        let used = self.receipts.values().any(|(_, receipt)| {
            receipt.intake == intake.id || receipt.run == intake.run || receipt.job == intake.job
        });
        if used {
            return Err(Error::new(
                ErrorKind::Conflict,
                "submit intake",
                format!("{}, its run or its job is stored already: submit it under new ids", intake.id),
            ));
        }
        let receipt = IntakeReceipt { intake: intake.id, run: intake.run, job: intake.job };
        self.receipts.insert(intake.id, (intake.idempotency_key.clone(), receipt));
        self.intakes.insert(
            intake.id,
            StoredIntake {
                id: intake.id,
                submitted_by: intake.submitted_by.clone(),
                submitted_at: intake.submitted_at,
                answers: intake.answers.clone(),
                payload: intake.payload.clone(),
            },
        );
        self.runs.insert(
            intake.run,
            Run {
                id: intake.run,
                intake: intake.id,
                state: RunState::IntakeSaved,
                created_at: intake.submitted_at,
                updated_at: intake.submitted_at,
                failure: None,
            },
        );
        Ok(receipt)
    }

    pub(super) fn advance(&mut self, advance: &RunAdvance) -> Result<Run> {
        const OPERATION: &str = "advance run";
        let RunAdvance { run, from, to, at, failure } = advance;
        if !from.may_become(*to) {
            let message = format!("a run cannot go from {from} to {to}");
            return Err(Error::new(ErrorKind::Invalid, OPERATION, message));
        }
        let Some(stored) = self.runs.get_mut(run) else {
            return Err(Error::new(ErrorKind::NotFound, OPERATION, format!("there is no run {run}")));
        };
        if stored.state != *from {
            let message = format!("{run} is in {}, not in {from}: read it again", stored.state);
            return Err(Error::new(ErrorKind::Conflict, OPERATION, message));
        }
        stored.state = *to;
        stored.updated_at = *at;
        stored.failure = failure.clone().filter(|_| *to == RunState::Failed);
        Ok(stored.clone())
    }

    pub(super) fn known(&self, company: CompanyId, other_than: RunId) -> Option<KnownCompany> {
        if let Some(choice) = self.choices.get(&company) {
            return Some(KnownCompany { company, choice: *choice, by_person: true });
        }
        let (_, _, uen) = self
            .resolutions
            .iter()
            .filter(|(run, _)| **run != other_than)
            .flat_map(|(run, seeds)| seeds.values().map(move |resolution| (*run, resolution)))
            .filter(|(run, resolution)| self.company_of(*run, resolution.seed) == Some(company))
            .filter(|(_, resolution)| resolution.decision.outcome == Outcome::Matched)
            .filter_map(|(run, resolution)| {
                Some((resolution.decided_at, run, resolution.decision.entity.as_ref()?.uen))
            })
            .max()?;
        Some(KnownCompany { company, choice: PersonChoice::Entity(uen), by_person: false })
    }

    fn company_of(&self, run: RunId, seed: SeedId) -> Option<CompanyId> {
        let intake = self.intakes.get(&self.runs.get(&run)?.intake)?;
        Some(intake.payload.seeds.iter().find(|held| held.id == seed)?.company)
    }

    pub(super) fn record_evidence(&mut self, run: RunId, evidence: &SiteEvidence) -> RecordedEvidence {
        let mut recorded = RecordedEvidence::default();
        let items = self.evidence.entry(run).or_default();
        for item in &evidence.items {
            match items.entry(item.id) {
                Entry::Occupied(_) => recorded.already += 1,
                Entry::Vacant(place) => {
                    place.insert(item.clone());
                    recorded.added += 1;
                }
            }
        }
        let refused = self.quarantined.entry(run).or_default();
        let mut said: BTreeMap<String, usize> = BTreeMap::new();
        for quarantined in &evidence.quarantined {
            let words = serde_json::to_string(quarantined).unwrap_or_else(|_| format!("{quarantined:?}"));
            let before = said.entry(words.clone()).or_default();
            refused.insert((evidence.company, words, *before), quarantined.clone());
            *before += 1;
        }
        recorded
    }

    /// An item that several runs found is the newest run's.
    pub(super) fn evidence(&self, query: &EvidenceQuery) -> Vec<EvidenceItem> {
        let mut items: BTreeMap<EvidenceId, &EvidenceItem> = BTreeMap::new();
        for (run, of_run) in &self.evidence {
            if query.run.is_none_or(|wanted| wanted == *run) {
                items.extend(of_run.iter().map(|(id, item)| (*id, item)));
            }
        }
        let mut items: Vec<&EvidenceItem> = items
            .into_values()
            .filter(|item| query.company.is_none_or(|wanted| wanted == item.company))
            .filter(|item| query.key.is_none_or(|wanted| wanted == item.key))
            .collect();
        items.sort_by(|a, b| {
            (a.company, a.key, a.value.as_str(), a.id).cmp(&(b.company, b.key, b.value.as_str(), b.id))
        });
        items.into_iter().cloned().collect()
    }

    pub(super) fn accept(&mut self, command: &AcceptCommand) -> Result<AcceptReceipt> {
        if let Some(rule) = self.rules.get(&command.rule.id) {
            return Ok(AcceptReceipt { rule: rule.clone(), added: false });
        }
        let rule = command.rule.clone();
        self.add_audit(
            "accept rule",
            &AuditEntry {
                id: command.audit,
                at: rule.accepted_at,
                actor: rule.accepted_by.clone(),
                action: "accept_rule".to_owned(),
                subject: rule.id.to_string(),
            },
        )?;
        self.rules.insert(rule.id, rule.clone());
        Ok(AcceptReceipt { rule, added: true })
    }

    pub(super) fn add_audit(&mut self, operation: &'static str, entry: &AuditEntry) -> Result<()> {
        if self.audit.contains_key(&entry.id) {
            let message = format!("{} is an audit entry already: use a new id", entry.id);
            return Err(Error::new(ErrorKind::Conflict, operation, message));
        }
        self.audit.insert(entry.id, entry.clone());
        Ok(())
    }

    /// How many things are stored.
    pub(super) fn rows(&self) -> u64 {
        let pages = self.sites.values().flat_map(BTreeMap::values).map(|site| 1 + site.pages.len());
        let rows = self.intakes.len()
            + self.receipts.len()
            + self.runs.len()
            + self.resolutions.values().map(BTreeMap::len).sum::<usize>()
            + self.choices.len()
            + pages.sum::<usize>()
            + self.evidence.values().map(BTreeMap::len).sum::<usize>()
            + self.quarantined.values().map(BTreeMap::len).sum::<usize>()
            + self.patterns.len()
            + self.suggestions.len()
            + self.rules.len()
            + self.audit.len();
        rows as u64
    }
}
