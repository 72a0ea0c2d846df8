//! The text of company pages: words of the main zone against WCXB's ground truth, beside article extractors.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;
use std::process::Command;

use flate2::read::GzDecoder;
use icp_core::model::{BlockKind, Page, Timestamp, Zone};
use rustc_hash::FxHashMap;
use url::Url;

use crate::evidence::wcxb;
use crate::resolve::cpu;
use crate::table::{Options, Row};

/// Where peers leave what they read.
const PEERS: &str = "target/icp-bench-peers/text";

/// A page of the benchmark and its truth.
struct Sample {
    id: String,
    url: Url,
    html: Vec<u8>,
    truth: String,
}

/// Precision, recall and F1 of one page.
#[derive(Clone, Copy, Debug, Default)]
struct Score {
    precision: f64,
    recall: f64,
    f1: f64,
}

/// The half of the samples a page is in, by a hash of its id that does not change.
pub(super) fn half(id: &str) -> &'static str {
    let hash = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    if (hash >> 32) & 1 == 0 { "dev" } else { "unseen" }
}

/// Rows of the text measure. Without the data there are none.
pub(super) fn rows(options: &Options, show: Option<&str>) -> Result<Vec<Row>, String> {
    let folder = options.data.join("wcxb_service_dev");
    if !folder.is_dir() {
        eprintln!("icp-bench: `{}` is not there, so the text of pages is left out", folder.display());
        return Ok(Vec::new());
    }
    let samples = samples(&folder)?;
    let mut peers: Vec<(&str, BTreeMap<String, String>, f64)> = Vec::new();
    if !options.quick {
        for (name, script) in [
            ("trafilatura", "icp-bench/peers/trafilatura.sh"),
            ("rs-trafilatura", "icp-bench/peers/rs_trafilatura.sh"),
        ] {
            match peer(script, &folder) {
                Ok((texts, speed)) => peers.push((name, texts, speed)),
                Err(why) => eprintln!("icp-bench: {name} is left out: {why}"),
            }
        }
    }
    let (ours, speed) = read(&samples);
    if show == Some("text") {
        worst(&samples, &ours);
    }
    let mut rows = Vec::new();
    for half_name in ["dev", "unseen"] {
        let score = mean(&samples, &ours, half_name);
        let best = |value: fn(&Score) -> f64| {
            let scored =
                peers.iter().map(|(name, texts, _)| (*name, value(&mean(&samples, texts, half_name).1)));
            scored.max_by(|a, b| a.1.total_cmp(&b.1))
        };
        for (what, value, target) in [
            ("F1", (|score: &Score| score.f1) as fn(&Score) -> f64, Some(0.85)),
            ("recall", |score| score.recall, Some(0.95)),
            ("precision", |score| score.precision, None),
        ] {
            let row =
                Row::new(format!("text of company pages, {half_name}: word {what}"), value(&score.1), "")
                    .note(format!("{} pages", score.0));
            let row = match target {
                Some(target) => row.at_least(target),
                None => row,
            };
            let best = best(value);
            rows.push(row.peer(best.map(|it| it.0).unwrap_or_default(), best.map(|it| it.1)));
        }
    }
    for (name, texts, peer_speed) in &peers {
        for half_name in ["dev", "unseen"] {
            let (pages, score) = mean(&samples, texts, half_name);
            rows.push(Row::new(format!("{name}, {half_name}: word F1"), score.f1, "").note(format!(
                "recall {:.3}, precision {:.3}, {pages} pages",
                score.recall, score.precision
            )));
        }
        rows.push(Row::new(format!("{name}: pages per CPU-second"), *peer_speed, "/s"));
    }
    let best = peers.iter().map(|(name, _, speed)| (*name, *speed)).max_by(|a, b| a.1.total_cmp(&b.1));
    rows.push(
        Row::new("text of company pages: pages per CPU-second", speed, "/s")
            .at_least(250.0)
            .peer(best.map(|it| it.0).unwrap_or_default(), best.map(|it| it.1))
            .note("bytes to a whole page on one core, best of three passes"),
    );
    Ok(rows)
}

fn samples(folder: &Path) -> Result<Vec<Sample>, String> {
    wcxb::ids(folder).into_iter().map(|id| sample(folder, id)).collect()
}

fn sample(folder: &Path, id: String) -> Result<Sample, String> {
    let failed = |why: &dyn std::fmt::Display| format!("page {id} of WCXB: {why}");
    let text = std::fs::read_to_string(folder.join(format!("dev-{id}.json"))).map_err(|why| failed(&why))?;
    let meta: serde_json::Value = serde_json::from_str(&text).map_err(|why| failed(&why))?;
    let url = meta["url"].as_str().and_then(|url| url.parse().ok());
    let url = match url {
        Some(url) => url,
        None => format!("https://page-{id}.example/").parse().map_err(|why| failed(&why))?,
    };
    let truth = meta["ground_truth"]["main_content"].as_str().unwrap_or_default().to_owned();
    let mut html = Vec::new();
    let file = std::fs::File::open(folder.join(format!("dev-{id}.html.gz"))).map_err(|why| failed(&why))?;
    GzDecoder::new(file).take(8 << 20).read_to_end(&mut html).map_err(|why| failed(&why))?;
    Ok(Sample { id, url, html, truth })
}

/// Our texts, and pages per second of this thread's processor time.
fn read(samples: &[Sample]) -> (BTreeMap<String, String>, f64) {
    let (mut texts, mut best) = (BTreeMap::new(), 0.0_f64);
    for _ in 0..3 {
        let before = cpu();
        for sample in samples {
            let page = icp_fetch::parse_html(
                &sample.url,
                &sample.html,
                Some("text/html"),
                &[],
                Timestamp::from_micros(0),
            );
            texts.insert(sample.id.clone(), main_text(&page));
        }
        best = best.max(samples.len() as f64 / ((cpu() - before) as f64 / 1e9).max(1e-9));
    }
    (texts, best)
}

/// What the main zone says: its blocks but for the texts of images.
fn main_text(page: &Page) -> String {
    let blocks = page.zone(Zone::Main).filter(|(block, _)| block.kind != BlockKind::ImageText);
    blocks.flat_map(|(_, text)| [text, "\n"]).collect()
}

/// Runs a peer's script. It writes `ID.txt` for every page, and its pages per second of processor time to `speed`.
fn peer(script: &str, folder: &Path) -> Result<(BTreeMap<String, String>, f64), String> {
    let name = Path::new(script).file_stem().and_then(|it| it.to_str()).unwrap_or_default();
    let out = Path::new(PEERS).join(name);
    std::fs::create_dir_all(&out).map_err(|why| format!("cannot make {}: {why}", out.display()))?;
    let status = Command::new(script).arg(folder).arg(&out).status();
    match status {
        Ok(status) if status.success() => {}
        Ok(status) => return Err(format!("{script} failed ({status}); run icp-bench/setup-peers.sh")),
        Err(why) => return Err(format!("{script} cannot be started ({why})")),
    }
    let speed = std::fs::read_to_string(out.join("speed")).map_err(|why| why.to_string())?;
    let speed = speed.trim().parse().map_err(|why| format!("{script}: speed: {why}"))?;
    let mut texts = BTreeMap::new();
    for id in wcxb::ids(folder) {
        let text = std::fs::read_to_string(out.join(format!("{id}.txt"))).unwrap_or_default();
        texts.insert(id, text);
    }
    Ok((texts, speed))
}

/// How many pages a half has, and the mean of their scores.
fn mean(samples: &[Sample], texts: &BTreeMap<String, String>, half_name: &str) -> (usize, Score) {
    let (mut pages, mut sum) = (0, Score::default());
    for sample in samples.iter().filter(|sample| half(&sample.id) == half_name) {
        let score = score(texts.get(&sample.id).map(String::as_str).unwrap_or_default(), &sample.truth);
        pages += 1;
        sum.precision += score.precision;
        sum.recall += score.recall;
        sum.f1 += score.f1;
    }
    let n = (pages as f64).max(1.0);
    (pages, Score { precision: sum.precision / n, recall: sum.recall / n, f1: sum.f1 / n })
}

/// The words of a text, each as often as it stands there.
fn words(text: &str) -> (FxHashMap<String, usize>, usize) {
    let (mut counts, mut total) = (FxHashMap::default(), 0);
    let lower = text.to_lowercase();
    for word in lower.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()) {
        *counts.entry(word.to_owned()).or_insert(0) += 1;
        total += 1;
    }
    (counts, total)
}

fn score(found: &str, truth: &str) -> Score {
    let ((found, n), (truth, m)) = (words(found), words(truth));
    if n == 0 || m == 0 {
        let both = f64::from(u8::from(n == m));
        return Score { precision: both, recall: both, f1: both };
    }
    let shared: usize = truth.iter().map(|(word, count)| *count.min(found.get(word).unwrap_or(&0))).sum();
    let (precision, recall) = (shared as f64 / n as f64, shared as f64 / m as f64);
    let sum = precision + recall;
    Score { precision, recall, f1: if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 } }
}

/// Prints the pages of the half that may be looked at, worst first.
fn worst(samples: &[Sample], texts: &BTreeMap<String, String>) {
    let mut scored: Vec<(Score, &Sample)> = samples
        .iter()
        .filter(|sample| half(&sample.id) == "dev")
        .map(|sample| {
            (score(texts.get(&sample.id).map(String::as_str).unwrap_or_default(), &sample.truth), sample)
        })
        .collect();
    scored.sort_by(|a, b| a.0.f1.total_cmp(&b.0.f1));
    for (score, sample) in scored {
        eprintln!(
            "{}\tF1 {:.3}\tP {:.3}\tR {:.3}\t{}",
            sample.id, score.f1, score.precision, score.recall, sample.url
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_count_as_often_as_they_stand() {
        let score = score("Freight, freight and x_1", "freight and freight freight");
        assert!((score.precision - 0.75).abs() < 1e-9 && (score.recall - 0.75).abs() < 1e-9);
        assert!((super::score("", "").f1 - 1.0).abs() < 1e-9);
        assert!(super::score("a", "").f1 < 1e-9);
    }
}
