use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::model::keyword_enum;
use crate::model::{Outcome, RunId, RunState, SiteStatus, UnknownWord};

keyword_enum!(
    /// A stage of a run.
    StageName {
        /// Seeds to register entities.
        Map = "map",
        /// Reading sites.
        Crawl = "crawl",
        /// Pages to evidence.
        Extract = "extract",
        /// Evidence to patterns.
        Mine = "mine",
        /// Patterns to cards.
        Suggest = "suggest",
    }
);

/// Something that happened, for a bar or a page to show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ProgressEvent {
    /// A stage began, with so many units of work.
    StageStarted {
        /// The run.
        run: RunId,
        /// The stage.
        stage: StageName,
        /// Units of work: seeds, sites, pages.
        total: u64,
    },
    /// One unit of a stage is done.
    UnitDone {
        /// The run.
        run: RunId,
        /// The stage.
        stage: StageName,
        /// What was done, in a word: a seed, a site.
        label: String,
        /// Units done so far.
        done: u64,
        /// Units of work.
        total: u64,
    },
    /// A seed was resolved, or not.
    SeedResolved {
        /// The run.
        run: RunId,
        /// The seed's name.
        name: String,
        /// The outcome.
        outcome: Outcome,
    },
    /// A page was read or refused.
    PageFetched {
        /// The run.
        run: RunId,
        /// Its address.
        url: String,
        /// Whether it was read.
        read: bool,
    },
    /// A site is done.
    SiteDone {
        /// The run.
        run: RunId,
        /// The site.
        site: String,
        /// How it went.
        status: SiteStatus,
        /// Pages read.
        pages: u32,
    },
    /// A stage ended.
    StageDone {
        /// The run.
        run: RunId,
        /// The stage.
        stage: StageName,
    },
    /// The run changed its state.
    StateChanged {
        /// The run.
        run: RunId,
        /// The new state.
        state: RunState,
    },
}

/// Hears of progress. Called from hot paths: must not block, and may drop events.
pub trait ProgressSink: fmt::Debug + Send + Sync + 'static {
    /// Takes an event.
    fn emit(&self, event: &ProgressEvent);
}

/// Hears nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl ProgressSink for NoProgress {
    fn emit(&self, _: &ProgressEvent) {}
}
