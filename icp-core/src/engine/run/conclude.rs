//! Stages `mine` and `suggest`: evidence to patterns, segments to cards. Both work on the same profiles and the same counts of
//! the register.

use tracing::Instrument as _;

use super::{RunContext, profiles};
use crate::error::{Error, ErrorKind, Result};
use crate::mine::{back_test, find_patterns, find_segments};
use crate::model::{Entity, RegisterSnapshot};
use crate::ports::{ProgressKind, RegisterPage, StageName};
use crate::suggest::{SuggestInput, make_suggestions};
use crate::words::count;

/// Register samples to ask for: a few more than shown, since seeds among them are left out.
const SAMPLES: usize = 25;

/// `register` is the register as it was before the seeds were resolved: a run never mixes two of them.
pub(super) async fn conclude(context: &RunContext<'_>, register: RegisterSnapshot) -> Result<()> {
    let loaded = profiles::load(context, register).await?;
    mine(context, &loaded).instrument(tracing::info_span!("mine", stage = "pattern_mining")).await?;
    suggest(context, &loaded).instrument(tracing::info_span!("suggest", stage = "suggestions")).await
}

async fn mine(context: &RunContext<'_>, loaded: &profiles::Profiles) -> Result<()> {
    context.begin(StageName::Mine, 1).await?;
    let snapshot = find_patterns(context.run(), &loaded.best, &loaded.lost, &loaded.rates, &loaded.titles);
    context.store.save_patterns(context.fence, &snapshot).await?;
    tracing::info!(patterns = snapshot.patterns.len(), "patterns found");
    done(context, StageName::Mine, count(snapshot.patterns.len(), "pattern")).await
}

async fn suggest(context: &RunContext<'_>, loaded: &profiles::Profiles) -> Result<()> {
    context.begin(StageName::Suggest, 1).await?;
    let options = &context.options.segments;
    let segments = find_segments(&loaded.best, &loaded.rates, options);
    let back_tests = back_test(&loaded.best, &segments, &loaded.rates, options);
    let register = &context.parts.register;
    let mut samples: Vec<Vec<Entity>> = Vec::with_capacity(segments.len());
    for segment in &segments {
        let (filter, _) = segment.rule.register_part();
        samples.push(register.page(&RegisterPage::new(filter, SAMPLES)).await?);
    }
    if register.snapshot().await?.id != loaded.rates.snapshot().id {
        let message = "the register changed meanwhile; run it again to use the new one throughout";
        return Err(Error::new(ErrorKind::Conflict, "make cards", message).with_transient(true));
    }
    let input = SuggestInput::new(context.payload(), &loaded.rates, &loaded.titles)
        .with_profiles(&loaded.best, &loaded.lost)
        .with_segments(&segments, &back_tests)
        .with_samples(&samples)
        .with_own_buyer_titles(&loaded.own_buyer_titles)
        .with_own_company(&loaded.own_uens, &loaded.own_legal_names);
    let suggestions = make_suggestions(&input);
    context.store.publish_suggestions(context.fence, &suggestions).await?;
    tracing::info!(cards = suggestions.cards.len(), "cards made");
    done(context, StageName::Suggest, count(suggestions.cards.len(), "card")).await
}

async fn done(context: &RunContext<'_>, stage: StageName, label: String) -> Result<()> {
    let unit = ProgressKind::UnitDone { stage, label, done: 1, total: 1 };
    context.emit(&[unit, ProgressKind::StageDone { stage }]).await
}
