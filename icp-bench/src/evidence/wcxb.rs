//! Single real pages (WCXB, service pages) with labels of ours beside them.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use flate2::read::GzDecoder;
use icp_core::model::{Page, SignalKey, SiteRole, Timestamp};
use icp_core::site::page_kind;
use icp_extract::RuleExtractor;
use url::Url;

use super::judge::{Found, Label, judge};
use super::sites::Measured;

/// The labels: by page, which half it is in, and the facts.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct Labels {
    pages: BTreeMap<String, LabelledPage>,
}

#[derive(Debug, serde::Deserialize)]
struct LabelledPage {
    half: String,
    findings: Vec<Label>,
}

/// A page of the benchmark. One of them has no address of its own.
pub(crate) fn page(folder: &Path, id: &str) -> Option<Page> {
    let meta: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join(format!("dev-{id}.json"))).ok()?).ok()?;
    let url = meta.get("url")?.as_str()?.parse::<Url>();
    let url = url.or_else(|_| format!("https://page-{id}.example/").parse()).ok()?;
    let mut html = Vec::new();
    let file = std::fs::File::open(folder.join(format!("dev-{id}.html.gz"))).ok()?;
    GzDecoder::new(file).take(8 << 20).read_to_end(&mut html).ok()?;
    let mut page = icp_fetch::parse_html(&url, &html, Some("text/html"), &[], Timestamp::from_micros(0));
    let h1 = page.visible().find(|(block, _)| block.kind == icp_core::model::BlockKind::Heading(1));
    let h1 = h1.map(|(_, text)| text.to_owned());
    page.kind = page_kind(&url, page.title.as_str(), h1.as_deref(), url.path() == "/");
    Some(page)
}

/// The ids of the pages of a folder, in order.
pub(crate) fn ids(folder: &Path) -> Vec<String> {
    let mut ids: Vec<String> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let name = entry.ok()?.file_name();
            Some(name.to_str()?.strip_prefix("dev-")?.strip_suffix(".html.gz")?.to_owned())
        })
        .collect();
    ids.sort();
    ids
}

/// What the rules find on a page.
pub(crate) fn findings(page: &Page) -> Vec<Found> {
    RuleExtractor
        .findings(page, SiteRole::Own)
        .into_iter()
        .map(|it| Found {
            key: it.key,
            value: it.value,
            quote: it.quote,
            url: page.url.clone(),
            sure: it.confidence.get(),
        })
        .collect()
}

/// Judges the labelled pages of one half.
pub(crate) fn measure(folder: &Path, labels: &Labels, half: &str) -> Result<Measured, String> {
    let mut measured = Measured::default();
    let keys: Vec<SignalKey> = SignalKey::ALL
        .iter()
        .copied()
        .filter(|key| {
            labels.pages.values().flat_map(|page| &page.findings).any(|label| label.key == key.as_str())
        })
        .collect();
    for (id, labelled) in labels.pages.iter().filter(|(_, labelled)| labelled.half == half) {
        let page =
            page(folder, id).ok_or_else(|| format!("page {id} of WCXB is not in `{}`", folder.display()))?;
        measured.sites += 1;
        measured.pages += 1;
        let found = findings(&page);
        for key in &keys {
            measured.by_key.entry(*key).or_default().add(judge(*key, &found, &labelled.findings));
        }
    }
    Ok(measured)
}
