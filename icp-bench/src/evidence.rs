//! `evidence`: how right and how complete the extractors are on labelled pages, and how well invented evidence is kept out.
//!
//! `--sites DIR` (again and again) adds labelled sites of one's own: `DIR/web/DOMAIN/PAGE.html`, `DIR/labels/DOMAIN.json`.
//! `--llm URL` measures a language model beside the rules over some of the first set's pages, and nothing else.
//! `--draw FILE` only writes the items that are drawn for judging.
//! `--show KEY` prints what was missed or wrong for a key (`all` for every key) in the sets that may be looked at.

mod guarded;
mod injection;
pub(crate) mod judge;
mod judged;
mod model;
mod quotes;
pub(crate) mod sites;
mod titles;
pub(crate) mod wcxb;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use icp_core::model::SignalKey;
use icp_core::ports::Extractor;
use icp_extract::RuleExtractor;

use crate::table::{Options, Row, print};
use sites::Measured;

/// Keys with fewer labels say too little to be held to a target.
const ENOUGH: usize = 10;

/// What is asked of a set: precision and recall of each key with enough labels, and over all keys.
struct Target {
    key: (f64, f64),
    all: Option<(f64, f64)>,
}

struct Arguments {
    options: Options,
    sites: Vec<PathBuf>,
    show: Option<String>,
    draw: Option<PathBuf>,
    llm: Option<String>,
}

impl Arguments {
    fn parse(args: impl Iterator<Item = String>) -> Self {
        let (mut sites, mut show, mut draw, mut llm, mut rest) = (Vec::new(), None, None, None, Vec::new());
        let mut args = args;
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--sites" => sites.extend(args.next().map(PathBuf::from)),
                "--draw" => draw = args.next().map(PathBuf::from),
                "--llm" => llm = args.next(),
                "--show" => show = args.next(),
                _ => rest.push(arg),
            }
        }
        Self { options: Options::parse(rest.into_iter()), sites, show, draw, llm }
    }
}

pub(crate) fn run(args: impl Iterator<Item = String>) -> Result<(), String> {
    let args = Arguments::parse(args);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(measure(&args))
}

async fn measure(args: &Arguments) -> Result<(), String> {
    if let Some(file) = &args.draw {
        return write_draw(file, &args.options.data.join("wcxb_service_dev"));
    }
    if let Some(url) = &args.llm {
        let real = args.options.data.join("real_sites_dev");
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/labelled_sites/dev");
        print(&model::rows(if real.is_dir() { &real } else { &own }, url).await?, args.options.json);
        return Ok(());
    }
    let rules: Vec<Arc<dyn Extractor>> = vec![Arc::new(RuleExtractor)];
    let mut rows = Vec::new();
    let real = args.options.data.join("real_sites_dev");
    let mut sets: Vec<(String, PathBuf, Target)> = vec![(
        "real sites, dev".to_owned(),
        real.clone(),
        Target { key: (0.90, 0.60), all: Some((0.93, 0.70)) },
    )];
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/labelled_sites");
    for half in ["dev", "unseen"] {
        sets.push((format!("sample sites, {half}"), own.join(half), Target { key: (0.95, 0.85), all: None }));
    }
    for folder in &args.sites {
        let target = Target { key: (0.90, 0.60), all: Some((0.93, 0.70)) };
        sets.push((folder.display().to_string(), folder.clone(), target));
    }
    for (name, folder, target) in sets {
        if !folder.is_dir() {
            eprintln!("icp-bench: `{}` is not there, so \"{name}\" is left out", folder.display());
            continue;
        }
        let measured = sites::measure(&folder, &rules, None).await?;
        rows.extend(table(&name, &measured, &target));
        if !name.contains("unseen") {
            show(args.show.as_deref(), &name, &measured);
        }
    }
    rows.extend(real_pages(args)?);
    rows.extend(titles::rows());
    rows.extend(guarded::rows(&args.options.data).await?);
    let with_pages = if real.is_dir() { real } else { own.join("dev") };
    rows.extend(model::cost(&sites::pages(&with_pages).await?));
    print(&rows, args.options.json);
    Ok(())
}

/// The labelled pages of WCXB, half by half. Both halves may be looked at.
fn real_pages(args: &Arguments) -> Result<Vec<Row>, String> {
    let pages = args.options.data.join("wcxb_service_dev");
    let labels = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/wcxb_labels.json");
    if !pages.is_dir() || !labels.is_file() {
        eprintln!("icp-bench: `{}` or its labels are not there, so they are left out", pages.display());
        return Ok(Vec::new());
    }
    let text = std::fs::read_to_string(&labels).map_err(|error| error.to_string())?;
    let labels: wcxb::Labels = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let mut rows = Vec::new();
    for half in ["first", "second"] {
        let name = format!("real pages, {half} half");
        let measured = wcxb::measure(&pages, &labels, half)?;
        rows.extend(table(&name, &measured, &Target { key: (0.90, 0.70), all: None }));
        show(args.show.as_deref(), &name, &measured);
    }
    rows.extend(judged_items(&pages)?);
    Ok(rows)
}

/// Writes what a judge needs to see of each drawn item.
fn write_draw(file: &Path, pages: &Path) -> Result<(), String> {
    let line = |it: &judged::Drawn| {
        let found = &it.found;
        format!("{}\t{}\t{}\t\t{}\t{}\n", it.page, found.key, found.value, found.url, found.quote)
    };
    let text: String = judged::draw(pages).iter().map(line).collect();
    std::fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))
}

/// The precision of items drawn from all those pages, by the verdicts that are kept.
fn judged_items(pages: &Path) -> Result<Vec<Row>, String> {
    let drawn = judged::draw(pages);
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/wcxb_judged.tsv");
    let text = std::fs::read_to_string(&kept).map_err(|error| format!("{}: {error}", kept.display()))?;
    let verdicts = judged::Verdicts::read(&text).map_err(|error| format!("{}: {error}", kept.display()))?;
    let judged: Vec<bool> = drawn.iter().filter_map(|it| verdicts.on(it)).collect();
    let right = judged.iter().filter(|right| **right).count();
    let open = drawn.len() - judged.len();
    Ok(vec![
        Row::share("real pages: drawn items that are right", right, judged.len())
            .at_least(0.90)
            .note(format!("{} drawn, {open} of them not judged", drawn.len())),
    ])
}

fn table(name: &str, measured: &Measured, target: &Target) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut pair = |what: &str, tally: &judge::Tally, target: Option<(f64, f64)>| {
        let precision = Row::share(format!("{name}: {what} precision"), tally.right, tally.found);
        let recall = Row::share(format!("{name}: {what} recall"), tally.hit, tally.labels);
        match target {
            Some((p, r)) => rows.extend([precision.at_least(p), recall.at_least(r)]),
            None => rows.extend([precision, recall]),
        }
    };
    for (key, tally) in &measured.by_key {
        pair(key.as_str(), tally, (tally.labels >= ENOUGH).then_some(target.key));
    }
    pair("all keys", &measured.all(), target.all);
    rows.push(calibration(name, &measured.all().sure));
    rows.push(Row::new(format!("{name}: pages"), measured.pages as f64, "pages").note(format!(
        "{} sites; {} labels stand on pages that were not reached; {} findings refused at the border",
        measured.sites, measured.unreached, measured.quarantined
    )));
    rows
}

/// How far confidences are from the share that is right (expected calibration error over tenths).
fn calibration(name: &str, sure: &[(f64, bool)]) -> Row {
    let mut tenths = [(0usize, 0.0f64, 0usize); 10];
    for (sure, right) in sure {
        let tenth = &mut tenths[((sure * 10.0) as usize).min(9)];
        *tenth = (tenth.0 + 1, tenth.1 + sure, tenth.2 + usize::from(*right));
    }
    let off: f64 = tenths.iter().map(|(_, sum, right)| (sum - *right as f64).abs()).sum();
    let bands: Vec<String> = tenths
        .iter()
        .enumerate()
        .filter(|(_, (n, ..))| *n > 0)
        .map(|(at, (n, _, right))| format!("{:.1}+: {right} of {n}", at as f64 / 10.0))
        .collect();
    let error = if sure.is_empty() { 0.0 } else { off / sure.len() as f64 };
    Row::new(format!("{name}: confidence, calibration error"), error, "")
        .note(format!("right of found by confidence: {}", bands.join(", ")))
}

fn show(wanted: Option<&str>, name: &str, measured: &Measured) {
    let Some(wanted) = wanted else { return };
    let asked = |key: &SignalKey| wanted == "all" || wanted == key.as_str();
    for (key, tally) in measured.by_key.iter().filter(|(key, _)| asked(key)) {
        for wrong in &tally.wrong {
            eprintln!("{name}\t{key}\tWRONG\t{}\t{}\t{}", wrong.value, wrong.url, wrong.quote);
        }
        for missed in &tally.missed {
            eprintln!("{name}\t{key}\tMISSED\t{}\t{}\t{}", missed.value, missed.page, missed.quote);
        }
    }
}
