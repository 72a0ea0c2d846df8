//! Events of runs. Number, time, tenant and run are stored beside the record.

use serde::{Deserialize, Serialize};

use super::recorded;
use super::shape::{Broken, Mirror};
use crate::model::{Outcome, RunState, SiteStatus};
use crate::ports::{ProgressKind, StageName};

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum ProgressShape {
    StageStarted { stage: StageName, total: u64 },
    UnitDone { stage: StageName, label: String, done: u64, total: u64 },
    SeedResolved { name: String, outcome: Outcome },
    PageFetched { url: String, read: bool },
    SiteDone { site: String, status: SiteStatus, pages: u32 },
    StageDone { stage: StageName },
    StateChanged { state: RunState },
}

impl Mirror for ProgressKind {
    type Shape = ProgressShape;

    fn shape(&self) -> ProgressShape {
        match self.clone() {
            Self::StageStarted { stage, total } => ProgressShape::StageStarted { stage, total },
            Self::UnitDone { stage, label, done, total } => {
                ProgressShape::UnitDone { stage, label, done, total }
            }
            Self::SeedResolved { name, outcome } => ProgressShape::SeedResolved { name, outcome },
            Self::PageFetched { url, read } => ProgressShape::PageFetched { url, read },
            Self::SiteDone { site, status, pages } => ProgressShape::SiteDone { site, status, pages },
            Self::StageDone { stage } => ProgressShape::StageDone { stage },
            Self::StateChanged { state } => ProgressShape::StateChanged { state },
        }
    }

    fn unshape(shape: ProgressShape) -> Result<Self, Broken> {
        Ok(match shape {
            ProgressShape::StageStarted { stage, total } => Self::StageStarted { stage, total },
            ProgressShape::UnitDone { stage, label, done, total } => {
                Self::UnitDone { stage, label, done, total }
            }
            ProgressShape::SeedResolved { name, outcome } => Self::SeedResolved { name, outcome },
            ProgressShape::PageFetched { url, read } => Self::PageFetched { url, read },
            ProgressShape::SiteDone { site, status, pages } => Self::SiteDone { site, status, pages },
            ProgressShape::StageDone { stage } => Self::StageDone { stage },
            ProgressShape::StateChanged { state } => Self::StateChanged { state },
        })
    }
}

recorded! {
    ProgressKind = "event" v 1;
}
