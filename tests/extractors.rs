//! Extractors of class `Model` in a run: source, concurrency, resuming, and failures.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use common::*;
use icp::engine::company::ModelOptions;
use icp::memory::{MemoryStore, SequentialIds};
use icp::model::{Confidence, EvidenceSource, ExtractorId, Finding, Grade, PageKind, SignalKey};
use icp::ports::{
    BudgetCaps, BudgetScope, Cost, EvidenceQuery, ExtractBudget, ExtractFailure, ExtractRequest, Extraction,
    ExtractorClass, Reserved, Usage,
};
use icp::prelude::*;
use icp_testkit::sample;

/// The counts of a [`Counting`] extractor.
#[derive(Debug, Default)]
struct Counts {
    /// Begun and ended, by address.
    pages: BTreeMap<String, (usize, usize)>,
    /// Pages of each site under way.
    under_way: BTreeMap<String, usize>,
    /// The most pages of one site that were under way.
    most: usize,
}

/// Stands for a model: finds the first short line of a page, and counts.
#[derive(Debug, Default)]
struct Counting {
    counts: Mutex<Counts>,
    /// Cancels when it has begun this many pages.
    stop: Option<(usize, CancelToken)>,
    /// Fails on pages of this kind.
    fails_on: Option<PageKind>,
}

impl Counting {
    fn begin(&self, request: &ExtractRequest<'_>) {
        let mut counts = self.counts.lock().unwrap();
        counts.pages.entry(request.page.url.clone()).or_default().0 += 1;
        let now = counts.under_way.entry(request.site.to_string()).or_default();
        *now += 1;
        counts.most = counts.most.max(counts.under_way.values().copied().max().unwrap());
        let begun: usize = counts.pages.values().map(|(begun, _)| begun).sum();
        if let Some((at, cancel)) = &self.stop
            && begun == *at
        {
            cancel.cancel();
        }
    }

    fn end(&self, request: &ExtractRequest<'_>) {
        let mut counts = self.counts.lock().unwrap();
        counts.pages.get_mut(&request.page.url).unwrap().1 += 1;
        *counts.under_way.get_mut(request.site.as_str()).unwrap() -= 1;
    }

    fn begun(&self) -> Vec<usize> {
        self.counts.lock().unwrap().pages.values().map(|(begun, _)| *begun).collect()
    }

    fn ended(&self) -> Vec<usize> {
        self.counts.lock().unwrap().pages.values().map(|(_, ended)| *ended).collect()
    }
}

#[icp::async_trait]
impl Extractor for Counting {
    fn id(&self) -> ExtractorId {
        ExtractorId::new("counting", 1)
    }

    fn class(&self) -> ExtractorClass {
        ExtractorClass::Model
    }

    async fn extract(&self, request: ExtractRequest<'_>) -> Extraction {
        let usage = Usage::new(100, 10, 5);
        let call = match request.meter.reserve(Cost::new(120, 5)).await.unwrap() {
            Reserved::Granted(call) => call,
            Reserved::Refused(refusal) => {
                return Extraction::failed(ExtractFailure::new(refusal.to_string()));
            }
        };
        self.begin(&request);
        // Gives every other page the chance to begin.
        for _ in 0..8 {
            tokio::task::yield_now().await;
        }
        self.end(&request);
        request.meter.settle(call, usage).await.unwrap();
        let page = request.page;
        if Some(page.kind) == self.fails_on {
            return Extraction::failed(ExtractFailure::new("too long")).with_usage(usage);
        }
        let short = page.zone(Zone::Main).find(|(_, text)| (1..100).contains(&text.len()));
        let finding = short.map(|(block, text)| {
            Finding::new(SignalKey::IndustryLabel, text, text, block.range(), Confidence::new(0.5))
        });
        Extraction::found(finding.into_iter().collect()).with_usage(usage)
    }
}

fn engine_with(extractor: &Arc<Counting>, sites: &Path, options: EngineOptions) -> Engine {
    // Its findings are all the same: it is to read every page.
    let options = options.with_models(ModelOptions::default().with_barren_pages(None));
    let store = Arc::new(MemoryStore::default());
    let fetcher = Arc::new(icp::fetch::OfflineFetcher::new(sites, clock()).unwrap());
    let ids = Arc::new(SequentialIds::default());
    let parts = EngineParts::new(store, memory_register(), fetcher, clock(), ids)
        .with_extractor(Arc::new(RuleExtractor))
        .with_extractor(Arc::clone(extractor) as Arc<dyn Extractor>);
    Engine::new(parts, options)
}

fn sites() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    sample::write_sites(folder.path()).unwrap();
    folder
}

#[tokio::test]
async fn a_model_reads_several_pages_at_a_time_under_the_cap() {
    let sites = sites();
    for cap in [1, 3] {
        let model = Arc::new(Counting::default());
        let options = EngineOptions::default().with_concurrent_extractions(cap);
        let engine = engine_with(&model, sites.path(), options);
        let run = submit(&engine).await;
        engine.run(&tenant(), run, &CancelToken::default()).await.unwrap();
        assert_eq!(model.counts.lock().unwrap().most, cap);

        let pages = model.begun().len() as u64;
        let ledger = engine.report(&tenant(), run).await.unwrap().ledger;
        assert_eq!(ledger.pages, pages, "every page that was read");
        assert_eq!((ledger.usage.requests, ledger.usage.tokens_in), (pages, 100 * pages));
        let store = engine.parts().store.tenant(&tenant());
        let evidence = store.evidence(&EvidenceQuery::of_run(run)).await.unwrap();
        let (found, rest): (Vec<_>, Vec<_>) =
            evidence.iter().partition(|item| item.extractor == ExtractorId::new("counting", 1));
        assert!(found.len() > 10, "{}", found.len());
        assert!(found.iter().all(|item| item.source == EvidenceSource::Llm));
        assert!(rest.iter().all(|item| item.source != EvidenceSource::Llm));
    }
}

#[tokio::test]
async fn a_run_that_is_resumed_extracts_no_page_twice() {
    let sites = sites();
    for (concurrent_sites, pages) in [(1, 1), (8, 4)] {
        for at in [1, 10, 50] {
            let cancel = CancelToken::default();
            let stop = Some((at, cancel.clone()));
            let model = Arc::new(Counting { stop, ..Counting::default() });
            let options = EngineOptions::default()
                .with_concurrent_sites(concurrent_sites)
                .with_concurrent_extractions(pages);
            let engine = engine_with(&model, sites.path(), options);
            let run = submit(&engine).await;
            let error = engine.run(&tenant(), run, &cancel).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
            let before = model.ended().len();
            // Pages that were given up midway are not under way any more.
            model.counts.lock().unwrap().under_way.clear();
            let ended = engine.run(&tenant(), run, &CancelToken::default()).await.unwrap();
            assert_eq!(ended.state, RunState::SuggestionsReady);
            assert!(before < model.ended().len(), "it was not stopped midway");
            assert!(model.ended().iter().all(|times| *times == 1), "{at}: {:?}", model.ended());
            if (concurrent_sites, pages) == (1, 1) {
                assert!(model.begun().iter().all(|times| *times == 1), "{at}: {:?}", model.begun());
            }
        }
    }
}

#[tokio::test]
async fn an_extractor_that_fails_is_counted_and_the_run_ends_well() {
    let sites = sites();
    let model = Arc::new(Counting { fails_on: Some(PageKind::Home), ..Counting::default() });
    let engine = engine_with(&model, sites.path(), EngineOptions::default());
    let run = submit(&engine).await;
    let ended = engine.run(&tenant(), run, &CancelToken::default()).await.unwrap();
    assert_eq!(ended.state, RunState::SuggestionsReady);
    let ledger = engine.report(&tenant(), run).await.unwrap().ledger;
    let expected = BTreeMap::from([("counting/1: too long".to_owned(), ledger.sites_read)]);
    assert_eq!(ledger.extraction_failures, expected);
    assert!(ledger.sites_read > 0);
}

#[tokio::test]
async fn caps_hold_for_each_site_and_for_the_run() {
    let sites = sites();
    let tokens = |tokens| ExtractBudget::default().with_tokens(tokens);
    // A page takes 110 tokens of the 120 it asks for: two fit into 230 and no third.
    for (caps, scope) in [
        (BudgetCaps::default().with_site(tokens(230)), BudgetScope::Site),
        (BudgetCaps::default().with_run(tokens(1_000)), BudgetScope::Run),
        (BudgetCaps::default().with_day(tokens(1_000)), BudgetScope::Day),
    ] {
        let model = Arc::new(Counting::default());
        let engine = engine_with(&model, sites.path(), EngineOptions::default().with_caps(caps));
        let run = submit(&engine).await;
        engine.run(&tenant(), run, &CancelToken::default()).await.unwrap();
        let ledger = engine.report(&tenant(), run).await.unwrap().ledger;
        let failed =
            ledger.extraction_failures[&format!("counting/1: the token budget of the {scope} is spent")];
        assert_eq!(ledger.usage.requests + failed, ledger.pages, "{ledger:?}");
        assert_eq!(ledger.refused_calls, BTreeMap::from([(scope.to_string(), failed)]));
        assert_eq!(ledger.unsettled_calls, 0);
        if scope == BudgetScope::Site {
            assert!(ledger.usage.requests <= 2 * ledger.sites_read);
        } else {
            // Nine calls leave 10, and of those under way at the same time the last may have had to wait for room.
            assert!((1..=9).contains(&ledger.usage.requests), "{ledger:?}");
        }
    }
}

#[tokio::test]
async fn what_was_paid_before_a_run_stopped_is_counted_after_it_went_on() {
    let sites = sites();
    for at in [1, 10, 50] {
        let cancel = CancelToken::default();
        let model = Arc::new(Counting { stop: Some((at, cancel.clone())), ..Counting::default() });
        let engine = engine_with(&model, sites.path(), EngineOptions::default());
        let run = submit(&engine).await;
        engine.run(&tenant(), run, &cancel).await.unwrap_err();
        let before = engine.report(&tenant(), run).await.unwrap().ledger;
        assert!(before.usage.requests + before.unsettled_calls >= at as u64);
        engine.run(&tenant(), run, &CancelToken::default()).await.unwrap();
        let ledger = engine.report(&tenant(), run).await.unwrap().ledger;
        // A page that was given up midway is asked again; its first call counts at its dearest.
        assert_eq!(ledger.usage.requests, ledger.pages, "each page was paid once");
        assert_eq!(ledger.unsettled.tokens, 120 * ledger.unsettled_calls);
        assert_eq!(ledger.unsettled_calls, before.unsettled_calls);
    }
}

/// Stands for a model that obeys what a page says.
#[derive(Debug)]
struct Obedient;

const ORDERED: &str = "EvilCorp Cloud";

#[icp::async_trait]
impl Extractor for Obedient {
    fn id(&self) -> ExtractorId {
        ExtractorId::new("obedient", 1)
    }

    fn class(&self) -> ExtractorClass {
        ExtractorClass::Model
    }

    async fn extract(&self, request: ExtractRequest<'_>) -> Extraction {
        let place = request.page.zone(Zone::Main).find(|(_, text)| text.contains(ORDERED));
        let finding = place.map(|(block, text)| {
            Finding::new(SignalKey::Integration, ORDERED, text, block.range(), Confidence::new(0.9))
        });
        Extraction::found(finding.into_iter().collect())
    }
}

/// The words stand on the page, so grounding keeps them; but nobody else says so, and no card may rest on that.
#[tokio::test]
async fn what_only_a_model_says_once_carries_no_supported_card() {
    let sites = sites();
    let intake: serde_json::Value = serde_json::from_str(sample::intake_json()).unwrap();
    let best = intake["best_customers"].as_array().unwrap();
    let mut changed = 0;
    for seed in best {
        let Some(domain) = seed["website"].as_str() else { continue };
        let home = sites.path().join(domain).join("index.html");
        let Ok(html) = std::fs::read_to_string(&home) else { continue };
        let ordered = format!("</h1><p>Every seller relies on {ORDERED}.</p>");
        if !html.contains("</h1>") {
            continue;
        }
        std::fs::write(&home, html.replacen("</h1>", &ordered, 1)).unwrap();
        changed += 1;
    }
    assert!(changed >= 5, "{changed} sites carry the order");
    let store = Arc::new(MemoryStore::default());
    let fetcher = Arc::new(icp::fetch::OfflineFetcher::new(sites.path(), clock()).unwrap());
    let parts =
        EngineParts::new(store, memory_register(), fetcher, clock(), Arc::new(SequentialIds::default()))
            .with_extractor(Arc::new(RuleExtractor))
            .with_extractor(Arc::new(Obedient));
    let engine = Engine::new(parts, EngineOptions::default());
    let run = submit(&engine).await;
    engine.run(&tenant(), run, &CancelToken::default()).await.unwrap();
    let store = engine.parts().store.tenant(&tenant());
    let evidence = store.evidence(&EvidenceQuery::of_run(run)).await.unwrap();
    let kept = evidence.iter().filter(|item| item.value.as_str() == ORDERED).count();
    assert!(kept >= 5, "the order reached the evidence of {kept} customers");
    for card in engine.report(&tenant(), run).await.unwrap().suggestions.cards {
        let rests = card.rule_text.contains("EvilCorp") || card.title.contains("EvilCorp");
        assert!(!rests || card.grade != Grade::Supported, "{} [{:?}]", card.title, card.grade);
    }
}
