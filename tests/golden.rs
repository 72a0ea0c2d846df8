//! The sample run as a golden text: what a person reads of the cards, so that any change of them is seen and meant.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::fmt::Write as _;
use std::sync::Arc;

use common::*;
use icp::prelude::*;
use icp_testkit::sample;

#[tokio::test]
async fn the_sample_run() {
    let dir = tempfile::tempdir().unwrap();
    sample::write_sites(dir.path()).unwrap();
    let engine = memory_engine(Arc::new(icp::fetch::OfflineFetcher::new(dir.path(), clock()).unwrap()));
    let run = submit(&engine).await;
    engine.run(&tenant(), run, &CancelToken::default()).await.unwrap();
    let report = engine.report(&tenant(), run).await.unwrap();
    let mut text = String::new();
    for card in &report.suggestions.cards {
        let lift = card.lift.unwrap();
        let seeds: Vec<String> =
            card.supporting_seeds.iter().map(|seed| format!("{} ({:?})", seed.name, seed.fit)).collect();
        writeln!(text, "{} [{}] {}", card.title, card.grade, card.id).unwrap();
        writeln!(text, "  {}", card.rule_text).unwrap();
        writeln!(text, "  seeds: {}", seeds.join(", ")).unwrap();
        writeln!(
            text,
            "  register: {} of {}; lift {:.1} ({:.1} to {:.1}); fragility {}; evidence {}",
            lift.register_count,
            lift.population,
            lift.lift.value,
            lift.lift.low,
            lift.lift.high,
            card.fragility,
            card.evidence_count
        )
        .unwrap();
        writeln!(text, "  pitch: {}", card.targeting_pack.pitch).unwrap();
    }
    for theme in &report.suggestions.negative {
        let lost: Vec<&str> = theme.lost.iter().map(|seed| seed.name.as_str()).collect();
        writeln!(text, "avoid: {} ({}), lost: {}", theme.theme, theme.basis, lost.join(", ")).unwrap();
    }
    for seed in &report.seeds {
        let decision = seed.decision.as_ref().unwrap();
        let uen = decision.entity.as_ref().map(|entity| entity.uen.to_string()).unwrap_or_default();
        writeln!(text, "seed: {} is {} {uen} by {}", seed.seed.name, decision.outcome, decision.method)
            .unwrap();
    }
    insta::assert_snapshot!(text);
}

/// Every seed resolves to the very entity the sample planted for its website.
#[tokio::test]
async fn every_seed_is_the_entity_it_should_be() {
    let dir = tempfile::tempdir().unwrap();
    sample::write_sites(dir.path()).unwrap();
    let engine = memory_engine(Arc::new(icp::fetch::OfflineFetcher::new(dir.path(), clock()).unwrap()));
    let run = submit(&engine).await;
    engine.run(&tenant(), run, &CancelToken::default()).await.unwrap();
    let report = engine.report(&tenant(), run).await.unwrap();
    for seed in &report.seeds {
        let truth = sample::register::uen_of(seed.seed.domain.as_ref().unwrap().as_str());
        let decided = seed.decision.as_ref().unwrap().entity.as_ref().map(|entity| entity.uen);
        assert_eq!(decided, truth, "{}", seed.seed.name);
    }
}
