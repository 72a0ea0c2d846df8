//! Stage `mine`: evidence to patterns.

use super::{StageContext, profiles};
use crate::error::Result;
use crate::mine::find_patterns;
use crate::ports::{ProgressEvent, StageName};

pub(super) async fn mine_patterns(stage: &StageContext<'_>) -> Result<()> {
    let run = stage.run;
    stage.emit(&ProgressEvent::StageStarted { run, stage: StageName::Mine, total: 1 });
    let loaded = profiles::load(stage).await?;
    let snapshot = find_patterns(run, &loaded.best, &loaded.lost, &loaded.rates, &loaded.titles);
    stage.tenant.save_patterns(&snapshot).await?;
    let label = format!("{} patterns", snapshot.patterns.len());
    stage.emit(&ProgressEvent::UnitDone { run, stage: StageName::Mine, label, done: 1, total: 1 });
    stage.emit(&ProgressEvent::StageDone { run, stage: StageName::Mine });
    Ok(())
}
