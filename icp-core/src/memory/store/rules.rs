//! Rules, rejections and the audit trail.

use super::rows::Tenant;
use crate::error::Result;
use crate::model::{AdoptedRule, RunId};
use crate::ports::{AcceptCommand, AcceptReceipt, AuditEntry, AuditQuery, RejectCommand, Rejection};
use crate::record;

impl Tenant {
    pub(super) fn accept(&mut self, command: &AcceptCommand) -> Result<AcceptReceipt> {
        let rule = &command.rule;
        if let Some(text) = self.rules.get(&rule.id) {
            return Ok(AcceptReceipt::new(record::read(rule.id, text)?, false));
        }
        self.add_audit("accept rule", &command.audit_entry())?;
        self.rules.insert(rule.id, record::write(rule));
        Ok(AcceptReceipt::new(rule.clone(), true))
    }

    pub(super) fn rules(&self) -> Result<Vec<AdoptedRule>> {
        let mut rules: Vec<AdoptedRule> =
            self.rules.iter().map(|(id, text)| record::read(id, text)).collect::<Result<_>>()?;
        rules.sort_by_key(|rule| (rule.accepted_at, rule.id));
        Ok(rules)
    }

    pub(super) fn reject(&mut self, command: &RejectCommand) -> Result<Rejection> {
        let rejection = &command.rejection;
        self.run_row("reject card", rejection.run)?;
        let key = (rejection.run, rejection.suggestion);
        if let Some(text) = self.rejections.get(&key) {
            return record::read(rejection.suggestion, text);
        }
        self.add_audit("reject card", &command.audit_entry())?;
        self.rejections.insert(key, record::write(rejection));
        Ok(rejection.clone())
    }

    pub(super) fn rejections(&self, run: RunId) -> Result<Vec<Rejection>> {
        let of_run = self.rejections.iter().filter(|((of, _), _)| *of == run);
        let mut rejections: Vec<Rejection> =
            of_run.map(|((_, card), text)| record::read(card, text)).collect::<Result<_>>()?;
        rejections.sort_by_key(|rejection| (rejection.rejected_at, rejection.suggestion));
        Ok(rejections)
    }

    pub(super) fn audit(&self, query: &AuditQuery) -> Vec<AuditEntry> {
        let mut entries: Vec<AuditEntry> = self.audit.values().cloned().collect();
        entries.sort_by_key(|entry| (entry.at, entry.id));
        entries.retain(|entry| query.after.is_none_or(|after| (entry.at, entry.id) > (after.at, after.id)));
        entries.truncate(query.limit);
        entries
    }
}
