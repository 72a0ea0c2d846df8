//! The extractor keeps the rules of the port, with a model that quotes whatever it is shown.

use std::sync::Arc;

use async_trait::async_trait;
use icp_core::memory::{ManualClock, SequentialIds};
use icp_core::model::Timestamp;
use icp_core::ports::Extractor;
use icp_llm::{ChatAnswer, LlmExtractor, Scripted};
use icp_testkit::extractor::ExtractorBuilder;
use icp_testkit::store::Guard;

struct Model;

#[async_trait]
impl ExtractorBuilder for Model {
    async fn build(&self) -> (Guard, Arc<dyn Extractor>) {
        let model = Scripted::by(|request| {
            let text = request.messages[0].content.rsplit("Page (").next().unwrap_or_default();
            let lines = text.lines().skip(2).take(10).map(|line| line.trim_start_matches(['#', '-', ' ']));
            let keys = ["integration", "location", "headcount_hint", "compliance", "nonsense"];
            let items: Vec<_> = lines
                .enumerate()
                .map(|(n, line)| {
                    let quote: String = line.chars().take(200).collect();
                    let value = quote.split_whitespace().nth(n % 3).unwrap_or("Xero");
                    serde_json::json!({"key": keys[n % keys.len()], "value": value, "quote": quote})
                })
                .collect();
            Ok(ChatAnswer::new(serde_json::json!({ "items": items }).to_string(), "scripted"))
        });
        let clock = Arc::new(ManualClock::fixed(Timestamp::from_micros(0)));
        let ids = Arc::new(SequentialIds::default());
        (Box::new(()), Arc::new(LlmExtractor::new(Arc::new(model), clock, ids)))
    }
}

icp_testkit::extractor_conformance!(Model);
