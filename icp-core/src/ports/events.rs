use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::model::keyword_enum;
use crate::model::{Outcome, RunId, RunState, SiteStatus, TenantId, Timestamp, UnknownWord};

keyword_enum!(
    /// A stage of a run.
    StageName {
        /// Seeds to register entities. The wire name is that of the run's state.
        Resolve = "mapping",
        /// Reading sites, and evidence from their pages.
        Crawl = "crawl",
        /// Evidence to patterns.
        Mine = "mine",
        /// Patterns to cards.
        Suggest = "suggest",
    }
);

/// The kinds of events of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ProgressKind {
    /// A stage began.
    StageStarted {
        /// The stage.
        stage: StageName,
        /// Units of work: seeds or sites.
        total: u64,
    },
    /// One unit of a stage is done.
    UnitDone {
        /// The stage.
        stage: StageName,
        /// A label of the unit: a seed, a site.
        label: String,
        /// Units done so far.
        done: u64,
        /// Units of work.
        total: u64,
    },
    /// A seed has a decision.
    SeedResolved {
        /// The seed's name.
        name: String,
        /// The outcome.
        outcome: Outcome,
    },
    /// A page was read or refused.
    PageFetched {
        /// Its address.
        url: String,
        /// Whether it was read.
        read: bool,
    },
    /// A site is done.
    SiteDone {
        /// The site.
        site: String,
        /// How it went.
        status: SiteStatus,
        /// Pages read.
        pages: u32,
    },
    /// A stage ended.
    StageDone {
        /// The stage.
        stage: StageName,
    },
    /// The run changed its state.
    StateChanged {
        /// The new state.
        state: RunState,
    },
}

/// Something that happened in a run, for a bar or a page to show. Stored, so that it can be replayed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ProgressEvent {
    /// Its number within the run, from 1, without gaps.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Whose run.
    pub tenant: TenantId,
    /// The run.
    pub run: RunId,
    /// The kind of event.
    #[serde(flatten)]
    pub kind: ProgressKind,
}

impl ProgressEvent {
    /// An event.
    pub fn new(seq: u64, at: Timestamp, tenant: TenantId, run: RunId, kind: ProgressKind) -> Self {
        Self { seq, at, tenant, run, kind }
    }
}

/// Receives events once they are stored. Called from hot paths: must not block, and may drop events.
pub trait ProgressSink: fmt::Debug + Send + Sync + 'static {
    /// Takes an event.
    fn emit(&self, event: &ProgressEvent);
}

/// Ignores all events.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl ProgressSink for NoProgress {
    fn emit(&self, _: &ProgressEvent) {}
}
