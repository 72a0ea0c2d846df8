//! Stage `suggest`: segments to cards.

use super::{StageContext, profiles};
use crate::error::Result;
use crate::mine::{back_test, find_segments};
use crate::model::Entity;
use crate::ports::{ProgressEvent, StageName};
use crate::suggest::{SuggestInput, make_suggestions};

/// Register samples to ask for: a few more than shown, since seeds among them are left out.
const SAMPLES: usize = 25;

pub(super) async fn make_cards(stage: &StageContext<'_>) -> Result<()> {
    let run = stage.run;
    stage.emit(&ProgressEvent::StageStarted { run, stage: StageName::Suggest, total: 1 });
    let loaded = profiles::load(stage).await?;
    let options = &stage.options.segments;
    let segments = find_segments(&loaded.best, &loaded.rates, options);
    let back_tests = back_test(&loaded.best, &segments, &loaded.rates, options);
    let mut samples: Vec<Vec<Entity>> = Vec::with_capacity(segments.len());
    for segment in &segments {
        let (filter, _) = segment.rule.register_part();
        samples.push(stage.parts.register.sample(&filter, SAMPLES).await?);
    }
    let suggestions = make_suggestions(&SuggestInput {
        payload: stage.payload(),
        best: &loaded.best,
        lost: &loaded.lost,
        segments: &segments,
        back_tests: &back_tests,
        samples: &samples,
        rates: &loaded.rates,
        titles: &loaded.titles,
        own_buyer_titles: &loaded.own_buyer_titles,
    });
    stage.tenant.publish_suggestions(run, &suggestions).await?;
    let label = format!("{} cards", suggestions.cards.len());
    stage.emit(&ProgressEvent::UnitDone { run, stage: StageName::Suggest, label, done: 1, total: 1 });
    stage.emit(&ProgressEvent::StageDone { run, stage: StageName::Suggest });
    Ok(())
}
