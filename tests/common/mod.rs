//! A whole engine on the sample web, register and intake.

#![allow(dead_code)] // each test file uses a part of it

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use icp::fetch::{FetchConfig, HttpFetcher, WebSource};
use icp::memory::{ManualClock, MemoryRegister, MemoryStore, SequentialIds};
use icp::model::SsicEdition;
use icp::prelude::*;
use icp_testkit::sample::{self, SampleWeb};

pub(crate) fn tenant() -> TenantId {
    "test".parse().unwrap()
}

pub(crate) fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::fixed("2026-11-23T08:00:00Z".parse().unwrap()))
}

/// Built once: it is read only.
pub(crate) fn memory_register() -> Arc<MemoryRegister> {
    static REGISTER: OnceLock<Arc<MemoryRegister>> = OnceLock::new();
    Arc::clone(REGISTER.get_or_init(|| Arc::new(build_register())))
}

fn build_register() -> MemoryRegister {
    MemoryRegister::new(sample::register::entities(), sample::register::as_of(), SsicEdition::Y2025)
}

pub(crate) fn http(web: &SampleWeb) -> Arc<dyn Fetcher> {
    let config = FetchConfig::default().with_min_delay(Duration::ZERO).with_retries(0_u32);
    Arc::new(HttpFetcher::new(config, WebSource::Loopback(web.addr()), clock()).unwrap())
}

pub(crate) fn engine(
    store: Arc<dyn Store>,
    register: Arc<dyn Register>,
    fetcher: Arc<dyn Fetcher>,
) -> Engine {
    let parts = EngineParts::new(store, register, fetcher, clock(), Arc::new(SequentialIds::default()))
        .with_extractor(Arc::new(RuleExtractor));
    Engine::new(parts, EngineOptions::default())
}

pub(crate) fn memory_engine(fetcher: Arc<dyn Fetcher>) -> Engine {
    engine(Arc::new(MemoryStore::default()), memory_register(), fetcher)
}

pub(crate) async fn submit(engine: &Engine) -> RunId {
    let intake = parse_intake_text(sample::intake_json()).unwrap();
    engine.submit(&tenant(), "test", intake, None).await.unwrap().run
}
