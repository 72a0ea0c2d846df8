//! The cost and results of a run.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::model::{CompanyId, EvidenceItem, Outcome, Quarantined, RunState, SiteReport, SiteStatus};
use crate::ports::{Cost, ExtractionReport, ProgressEvent, ProgressKind, Spending, Usage};

/// The limit on the time of resolving seeds, in milliseconds.
const RESOLUTION_LIMIT_MS: u64 = 300_000;

/// The cost and results of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Ledger {
    /// Seeds named.
    pub seeds: u64,
    /// Seeds by outcome of resolution.
    pub outcomes: BTreeMap<String, u64>,
    /// Seeds matched, of those that can be in the register at all.
    pub resolved: u64,
    /// Seeds that can be in the register: all but those found to belong elsewhere.
    pub resolvable: u64,
    /// Milliseconds of the first mapping alone; absent before its end, and in runs of versions that did not record it.
    pub resolution_ms: Option<u64>,
    /// Milliseconds in each state, including the time between two attempts.
    pub state_ms: BTreeMap<String, u64>,
    /// The limits on resolution that this run broke: under 80 % resolved, over 300 seconds.
    pub alerts: Vec<String>,
    /// Sites tried.
    pub sites: u64,
    /// Sites read whole or in part.
    pub sites_read: u64,
    /// Pages read.
    pub pages: u64,
    /// Addresses that gave no page, by cause.
    pub refusals: BTreeMap<String, u64>,
    /// Bytes of the pages read, after decompression.
    pub bytes: u64,
    /// Evidence items.
    pub evidence: u64,
    /// Companies with at least one item, including the user's own.
    pub companies_with_evidence: u64,
    /// Evidence items by kind.
    pub evidence_by_key: BTreeMap<String, u64>,
    /// Findings refused at the border, by reason.
    pub quarantined: BTreeMap<String, u64>,
    /// Page extractions that were done before and cost nothing.
    pub extractions_reused: u64,
    /// Pages that no model read, since pages before them showed nothing new.
    pub pages_saturated: u64,
    /// The cost of models' calls that were settled, also of those before the run was stopped and resumed.
    pub usage: Usage,
    /// Calls that were reserved and never settled, since a worker died or was stopped; they count as spent.
    pub unsettled_calls: u64,
    /// What those may have cost.
    pub unsettled: Cost,
    /// Calls that a cap refused, by its scope.
    pub refused_calls: BTreeMap<String, u64>,
    /// Pages that an extractor could not read, by extractor and reason.
    pub extraction_failures: BTreeMap<String, u64>,
    /// Patterns found.
    pub patterns: u64,
    /// Milliseconds under way: the sum of `state_ms`. The time before a person decides or resumes is not part of it. In
    /// runs whose changes of state were not recorded: from submission to the last change.
    pub elapsed_ms: u64,
}

impl Ledger {
    pub(super) fn count_seeds(&mut self, outcomes: impl Iterator<Item = Option<Outcome>>, resolved: bool) {
        for outcome in outcomes {
            self.seeds += 1;
            *self.outcomes.entry(outcome.unwrap_or(Outcome::Unresolved).to_string()).or_default() += 1;
        }
        if resolved {
            let with = |outcome: Outcome| self.outcomes.get(outcome.as_str()).copied().unwrap_or(0);
            self.resolved = with(Outcome::Matched);
            self.resolvable = self.seeds - with(Outcome::NotInRegister);
            self.alerts = self.broken_limits();
        }
    }

    pub(super) fn count_sites(&mut self, sites: &[SiteReport]) {
        for site in sites {
            self.sites += 1;
            self.sites_read += u64::from(site.status != SiteStatus::Unread);
            self.pages += u64::from(site.pages);
            self.bytes += site.bytes;
            for refusal in site.fetches.iter().filter_map(|record| record.refusal.as_ref()) {
                *self.refusals.entry(refusal.cause.to_string()).or_default() += 1;
            }
        }
    }

    pub(super) fn count_evidence(
        &mut self,
        named: &BTreeSet<CompanyId>,
        items: &[EvidenceItem],
        quarantined: &[Quarantined],
    ) {
        let companies: BTreeSet<_> = items.iter().map(|item| item.company).collect();
        let companies: Vec<_> = companies.intersection(named).collect();
        self.evidence = items.len() as u64;
        self.companies_with_evidence = companies.len() as u64;
        for item in items {
            *self.evidence_by_key.entry(item.key.to_string()).or_default() += 1;
        }
        for refused in quarantined {
            *self.quarantined.entry(refused.reason.to_string()).or_default() += 1;
        }
    }

    pub(super) fn count_extractions(&mut self, reports: &[ExtractionReport]) {
        for report in reports {
            self.extractions_reused += u64::from(report.reused);
            self.pages_saturated += u64::from(report.saturated);
            self.usage = self.usage.plus(report.usage);
            for failure in &report.failures {
                let what = format!("{}: {}", failure.extractor, failure.message);
                *self.extraction_failures.entry(what).or_default() += 1;
            }
        }
    }

    /// What models cost. Runs of versions that wrote no calls down have it in their reports alone.
    pub(super) fn count_spending(&mut self, spending: &[Spending]) {
        if !spending.is_empty() {
            self.usage = Usage::default();
        }
        for of in spending {
            self.usage = self.usage.plus(of.usage);
            self.unsettled_calls += of.unsettled_calls;
            self.unsettled = self.unsettled.plus(of.unsettled);
            for (scope, times) in &of.refused {
                *self.refused_calls.entry(scope.to_string()).or_default() += times;
            }
        }
    }

    /// The time of each state, from the changes between them.
    pub(super) fn count_time(&mut self, events: &[ProgressEvent]) {
        let changes: Vec<(RunState, &ProgressEvent)> = events
            .iter()
            .filter_map(|event| match event.kind {
                ProgressKind::StateChanged { state } => Some((state, event)),
                _ => None,
            })
            .collect();
        for pair in changes.windows(2) {
            let ((state, from), (next, to)) = (pair[0], pair[1]);
            let ms = to.at.millis_since(from.at);
            if !state.is_terminal() {
                *self.state_ms.entry(state.to_string()).or_default() += ms;
            }
            if state == RunState::Mapping && next == RunState::Crawl && self.resolution_ms.is_none() {
                self.resolution_ms = Some(ms);
            }
        }
        if changes.len() > 1 {
            self.elapsed_ms = self.state_ms.values().sum();
        }
    }

    /// The two limits on resolution.
    fn broken_limits(&self) -> Vec<String> {
        let mut alerts = Vec::new();
        if self.resolved * 100 < self.resolvable * 80 {
            alerts.push(format!(
                "{} of {} seeds were found in the register, fewer than 80 %: check the names, or give UENs",
                self.resolved, self.resolvable
            ));
        }
        if let Some(ms) = self.resolution_ms.filter(|ms| *ms > RESOLUTION_LIMIT_MS) {
            alerts.push(format!("resolving the seeds took {} s, more than 300", ms / 1000));
        }
        alerts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{RunId, Timestamp};

    fn changes(states: &[(RunState, i64)]) -> Vec<ProgressEvent> {
        let change = |(seq, (state, second)): (u64, &(RunState, i64))| {
            ProgressEvent::new(
                seq,
                Timestamp::from_micros(second * 1_000_000),
                "t".parse().unwrap(),
                RunId::from_u128(1),
                ProgressKind::StateChanged { state: *state },
            )
        };
        (1..).zip(states).map(change).collect()
    }

    #[test]
    fn the_time_of_resolution_is_that_of_the_first_mapping_alone() {
        use RunState::{Crawl, Failed, Mapping, PatternMining, SuggestionsReady};
        let mut ledger = Ledger::default();
        ledger.count_time(&changes(&[
            (Mapping, 0),
            (Crawl, 2),
            (Failed, 100),
            (Mapping, 500),
            (Crawl, 900),
            (PatternMining, 1000),
            (SuggestionsReady, 1001),
        ]));
        assert_eq!(ledger.resolution_ms, Some(2000), "neither the crawl nor the second attempt");
        assert_eq!(ledger.state_ms["crawl"], 98_000 + 100_000);
        assert_eq!(ledger.state_ms.get("failed"), None);
        let mut before = Ledger::default();
        before.count_time(&changes(&[(Mapping, 0)]));
        assert_eq!(before.resolution_ms, None, "not known is not zero");
    }

    #[test]
    fn a_decision_days_later_adds_no_days() {
        use RunState::{Crawl, IntakeSaved, Mapping, PatternMining, SuggestionsReady};
        let day = 86_400;
        let mut ledger = Ledger { elapsed_ms: 2_000 * day as u64, ..Ledger::default() };
        ledger.count_time(&changes(&[
            (IntakeSaved, 0),
            (Mapping, 1),
            (Crawl, 3),
            (PatternMining, 8),
            (SuggestionsReady, 10),
            (PatternMining, 2 * day),
            (SuggestionsReady, 2 * day + 1),
        ]));
        assert_eq!(ledger.elapsed_ms, 11_000);
        let mut before = Ledger { elapsed_ms: 7, ..Ledger::default() };
        before.count_time(&[]);
        assert_eq!(before.elapsed_ms, 7, "a run without events");
    }

    #[test]
    fn the_two_limits() {
        let ledger = |resolved, resolvable, ms| Ledger {
            resolved,
            resolvable,
            resolution_ms: ms,
            ..Ledger::default()
        };
        assert!(ledger(8, 10, Some(300_000)).broken_limits().is_empty());
        assert!(ledger(0, 0, None).broken_limits().is_empty());
        assert_eq!(ledger(7, 10, Some(300_001)).broken_limits().len(), 2);
    }
}
