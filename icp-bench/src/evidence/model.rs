//! A language model beside the rules: what it adds, what it costs, and that nothing it invents is kept.

use std::path::Path;
use std::sync::Arc;

use icp::prelude::{RandomIds, SystemClock};
use icp_core::model::{Page, SiteRole};
use icp_core::ports::{Clock, Extractor, Usage};
use icp_extract::RuleExtractor;
use icp_llm::{Endpoint, LlmExtractor, LlmOptions, OpenAi, Retrying};

use super::sites::{self, Measured};
use crate::table::Row;

/// As many pages are asked about; the sites are taken in order until there are that many.
const PAGES: usize = 20;
/// The pages of a site that the cost is told for.
const SITE: usize = 20;

/// The most tokens that a site of 20 pages takes, on average over pages of real sites and on the dearest site.
pub(super) fn cost(pages_of_sites: &[Vec<Page>]) -> Vec<Row> {
    let options = LlmOptions::default();
    let per_page = |pages: &[Page]| {
        let used = pages
            .iter()
            .map(|page| options.estimate(page, SiteRole::Seed))
            .fold(Usage::default(), Usage::plus);
        (used.tokens_in as f64 / pages.len() as f64, used.requests)
    };
    let sites: Vec<f64> = pages_of_sites
        .iter()
        .filter(|pages| pages.len() >= 5)
        .map(|pages| per_page(pages).0 * SITE as f64)
        .collect();
    if sites.is_empty() {
        return Vec::new();
    }
    let mean = sites.iter().sum::<f64>() / sites.len() as f64;
    let dearest = sites.iter().copied().fold(0.0, f64::max);
    vec![Row::new("tokens sent for a 20-page site", mean, "tokens").at_most(30_000.0).note(format!(
        "at three bytes a token, more than any tokeniser counts; mean of {} real sites, dearest {dearest:.0}",
        sites.len()
    ))]
}

/// Rules alone and with the model, over the same pages.
pub(super) async fn rows(folder: &Path, url: &str) -> Result<Vec<Row>, String> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let models =
        OpenAi::models(Endpoint::new(url, "").map_err(|error| error.to_string())?, Arc::clone(&clock));
    let model = models.await.map_err(|error| error.to_string())?;
    let model = model.into_iter().next().ok_or("the model server offers no model")?;
    let endpoint = Endpoint::new(url, &model).map_err(|error| error.to_string())?;
    let provider = OpenAi::new(endpoint, Arc::clone(&clock)).map_err(|error| error.to_string())?;
    let provider = Arc::new(Retrying::new(provider, Arc::clone(&clock)));
    let asked: Arc<dyn Extractor> = Arc::new(LlmExtractor::new(provider, clock, Arc::new(RandomIds)));
    let rules: Vec<Arc<dyn Extractor>> = vec![Arc::new(RuleExtractor)];
    let both: Vec<Arc<dyn Extractor>> = vec![Arc::new(RuleExtractor), asked];
    let alone = sites::measure(folder, &rules, Some(PAGES)).await?;
    let with = sites::measure(folder, &both, Some(PAGES)).await?;
    let shares = |what: &str, measured: &Measured| {
        let all = measured.all();
        [
            Row::share(format!("{what}: all keys precision"), all.right, all.found),
            Row::share(format!("{what}: all keys recall"), all.hit, all.labels),
        ]
    };
    let mut rows = Vec::new();
    rows.extend(shares("rules alone", &alone));
    rows.extend(shares(&format!("rules and {model}"), &with));
    let told = format!(
        "{} pages, {} calls, {} failures; {} items kept, {} refused",
        with.pages,
        with.calls,
        with.failures,
        with.of_model,
        with.quarantined - alone.quarantined
    );
    let ungrounded = Row::new(format!("{model}: ungrounded items kept"), with.ungrounded as f64, "items");
    rows.push(ungrounded.at_most(0.0).note(told));
    Ok(rows)
}
