//! Intakes, resolutions and choices.

use super::rows::{IntakeRow, RunRow, Tenant};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{
    CompanyId, IntakeId, IntakePayload, IntakeReceipt, ManualMatch, NewIntake, Outcome, Run, RunId, RunState,
    SeedResolution, StoredIntake,
};
use crate::ports::{CompanyDecision, KnownCompany};
use crate::record;

impl Tenant {
    pub(super) fn submit(&mut self, intake: &NewIntake) -> Result<IntakeReceipt> {
        if let Some(key) = &intake.idempotency_key {
            let first = self.intakes.values().find(|row| row.idempotency_key.as_ref() == Some(key));
            if let Some(row) = first {
                return Ok(row.receipt);
            }
        }
        let used = self.intakes.values().any(|row| {
            row.receipt.intake == intake.id || row.receipt.run == intake.run || row.receipt.job == intake.job
        });
        if used {
            return Err(Error::new(
                ErrorKind::Conflict,
                "submit intake",
                format!("{}, its run or its job is stored already: submit it under new ids", intake.id),
            ));
        }
        let receipt = IntakeReceipt { intake: intake.id, run: intake.run, job: intake.job };
        self.intakes.insert(
            intake.id,
            IntakeRow {
                idempotency_key: intake.idempotency_key.clone(),
                receipt,
                submitted_by: intake.submitted_by.clone(),
                submitted_at: intake.submitted_at,
                answers: intake.answers.clone(),
                payload: record::write(&intake.payload),
            },
        );
        let run = Run {
            id: intake.run,
            intake: intake.id,
            state: RunState::IntakeSaved,
            created_at: intake.submitted_at,
            updated_at: intake.submitted_at,
            failure: None,
        };
        self.runs.insert(intake.run, RunRow { run, token: 0, holder: None, events: Vec::new() });
        Ok(receipt)
    }

    pub(super) fn intake(&self, id: IntakeId) -> Result<Option<StoredIntake>> {
        let Some(row) = self.intakes.get(&id) else { return Ok(None) };
        Ok(Some(StoredIntake {
            id,
            submitted_by: row.submitted_by.clone(),
            submitted_at: row.submitted_at,
            payload: record::read(id, &row.payload)?,
        }))
    }

    pub(super) fn record_resolutions(&mut self, run: RunId, resolutions: &[SeedResolution]) {
        let rows = resolutions.iter().map(|resolution| ((run, resolution.seed), record::write(resolution)));
        self.resolutions.extend(rows);
    }

    pub(super) fn resolutions(&self, run: RunId) -> Result<Vec<SeedResolution>> {
        let of_run = self.resolutions.iter().filter(|((of, _), _)| *of == run);
        of_run.map(|((_, seed), text)| record::read(seed, text)).collect()
    }

    pub(super) fn decide(&mut self, decision: &CompanyDecision) -> Result<()> {
        self.add_audit("decide company", &decision.audit)?;
        self.choices.insert(decision.company, record::write(&decision.choice));
        Ok(())
    }

    pub(super) fn known(&self, company: CompanyId, other_than: RunId) -> Result<Option<KnownCompany>> {
        if let Some(text) = self.choices.get(&company) {
            let choice: ManualMatch = record::read(company, text)?;
            return Ok(Some(KnownCompany::by_person(company, choice)));
        }
        let mut newest = None;
        for ((run, seed), text) in &self.resolutions {
            if *run == other_than || self.company_of(*run, *seed)? != Some(company) {
                continue;
            }
            let resolution: SeedResolution = record::read(seed, text)?;
            let decision = &resolution.decision;
            if decision.outcome == Outcome::Matched
                && KnownCompany::is_made_by(decision.method)
                && let Some(entity) = &decision.entity
                && newest.as_ref().is_none_or(|(at, of, _)| (*at, *of) < (resolution.decided_at, *run))
            {
                let known = KnownCompany::by_run(company, entity.uen, decision.method, decision.probability);
                newest = Some((resolution.decided_at, *run, known));
            }
        }
        Ok(newest.map(|(_, _, known)| known))
    }

    fn company_of(&self, run: RunId, seed: crate::model::SeedId) -> Result<Option<CompanyId>> {
        let Some(run) = self.runs.get(&run) else { return Ok(None) };
        let Some(intake) = self.intakes.get(&run.run.intake) else { return Ok(None) };
        let payload: IntakePayload = record::read(run.run.intake, &intake.payload)?;
        Ok(payload.seeds.iter().find(|held| held.id == seed).map(|held| held.company))
    }
}
