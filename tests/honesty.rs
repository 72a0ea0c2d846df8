//! Random customers have nothing in common but what everybody has: at most 5 of 100 sets may look supported.
//!
//! The whole product runs on each set: resolution, crawl, extraction, mining, cards and their grades. The customers are
//! drawn from the sample register, and each has a site that shows common products and certificates at random.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use common::*;
use icp::model::{Entity, Grade};
use icp::prelude::*;
use icp_testkit::sample;
use serde_json::json;

/// Shown by so many of a hundred sites, whoever they are.
const COMMON: [(u64, &str); 8] = [
    (45, "<p>We use Xero for our accounts.</p>"),
    (30, "<p>Our CRM is integrated with HubSpot.</p>"),
    (25, "<p>Integrates with Salesforce and Microsoft Dynamics 365.</p>"),
    (35, "<p>We are ISO 9001 certified.</p>"),
    (20, "<p>We are ISO 14001 and bizSAFE Star certified.</p>"),
    (30, "<p>A team of 80 employees in Singapore.</p>"),
    (20, "<p>Our team of 300 employees works in Jurong.</p>"),
    (25, "<h2>Careers</h2><p>We are hiring: Operations Manager</p>"),
];

const SETS: usize = 100;

/// SplitMix64: the same numbers everywhere.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }

    fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }
}

/// Live companies of the register at random, each with a saved site.
fn companies(sites: &Path, numbers: &mut Numbers, count: usize) -> Vec<(Entity, String)> {
    let live: Vec<Entity> =
        sample::register::entities().into_iter().filter(|entity| entity.status.live).collect();
    (0..count)
        .map(|at| {
            let entity = numbers.pick(&live).clone();
            let domain = format!("company{at}.example");
            let mut html = format!("<!doctype html><title>{0}</title><main><h1>{0}</h1>", entity.name);
            for (share, text) in COMMON {
                if numbers.below(100) < share {
                    html.push_str(text);
                }
            }
            write!(html, "</main><footer>UEN {}</footer>", entity.uen).unwrap();
            let folder = sites.join(&domain);
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("index.html"), html).unwrap();
            (entity, domain)
        })
        .collect()
}

/// Runs the product on one set of customers: whether a card looks supported, cards, evidence items.
async fn run(sites: Arc<dyn Fetcher>, answers: serde_json::Value) -> (bool, usize, u64) {
    let engine = memory_engine(sites);
    let intake = parse_intake(answers).unwrap();
    let run = engine.submit(&tenant(), "t", intake, None).await.unwrap().run;
    engine.run(&tenant(), run, &CancelToken::default()).await.unwrap();
    let report = engine.report(&tenant(), run).await.unwrap();
    let cards = &report.suggestions.cards;
    (cards.iter().any(|card| card.grade == Grade::Supported), cards.len(), report.ledger.evidence)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_100_sets_of_random_customers_at_most_5_look_supported() {
    let sites = tempfile::tempdir().unwrap();
    let mut numbers = Numbers(2026);
    let companies = companies(sites.path(), &mut numbers, 300);
    std::fs::create_dir_all(sites.path().join("ours.example")).unwrap();
    std::fs::write(sites.path().join("ours.example/index.html"), "<title>Ours</title><p>We sell things.</p>")
        .unwrap();
    let fetcher: Arc<dyn Fetcher> = Arc::new(icp::fetch::OfflineFetcher::new(sites.path(), clock()).unwrap());
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..SETS {
        let (mut drawn, mut taken) = (Vec::new(), BTreeSet::new());
        while drawn.len() < 15 {
            let (entity, domain) = numbers.pick(&companies);
            if taken.insert(entity.uen) {
                drawn.push(json!({ "name": entity.name, "website": domain, "reason": "price" }));
            }
        }
        let answers = json!({
            "website": "ours.example",
            "best_customers": drawn[..12],
            "lost_or_churned": drawn[12..],
        });
        running.spawn(run(Arc::clone(&fetcher), answers));
    }
    let (mut supported, mut cards, mut evidence) = (0, 0, 0);
    for (looks_supported, made, items) in running.join_all().await {
        supported += u32::from(looks_supported);
        cards += made;
        evidence += items;
    }
    println!("{supported} of {SETS} sets look supported; {cards} cards, {evidence} evidence items");
    assert!(evidence > 100 * 15 * 3, "the sites were not read: {evidence}");
    assert!(supported <= 5, "{supported} of {SETS}");
}
