//! Which pages are read: what the choice of pages and the early stop keep of a full crawl's evidence.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use icp_core::engine::company::{CompanyReader, CompanySite, ReadBudget, Reading, Unwatched};
use icp_core::memory::ManualClock;
use icp_core::model::{Domain, PageKind, SignalKey, SiteRole, Timestamp};
use icp_core::ports::{CancelToken, Clock, Extractor};
use icp_extract::RuleExtractor;
use icp_fetch::OfflineFetcher;

use crate::evidence::sites::{label_files, name_of};
use crate::table::{Options, Row};

/// The pages of a full crawl, against which the choice is measured.
const FULL: usize = 60;
/// Limits of pages that are compared.
const LIMITS: [usize; 3] = [12, 16, 20];

type Facts = BTreeSet<(SignalKey, String)>;

/// What the readings of a folder's sites gave.
#[derive(Default)]
struct Set {
    sites: usize,
    full_pages: usize,
    full_facts: usize,
    pages: usize,
    requests: usize,
    kept: usize,
    /// Sites of which everything was kept.
    whole: usize,
    labelled: usize,
    /// Labelled pages read, and facts kept, by the limit of pages, without an early stop.
    by_limit: BTreeMap<usize, (usize, usize, usize)>,
    /// Labelled pages that the default reading reaches, and a full crawl.
    reached: usize,
    reachable: usize,
    /// Pages and new facts of the full crawl by kind.
    gains: BTreeMap<PageKind, (usize, usize)>,
}

pub(super) fn rows(options: &Options, more: &[PathBuf], show: bool) -> Result<Vec<Row>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(|error| error.to_string())?;
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/labelled_sites");
    let mut sets = vec![
        ("sample sites, dev".to_owned(), own.join("dev")),
        ("sample sites, unseen".to_owned(), own.join("unseen")),
        ("real sites, dev".to_owned(), options.data.join("real_sites_dev")),
    ];
    sets.extend(more.iter().map(|folder| (folder.display().to_string(), folder.clone())));
    let mut rows = Vec::new();
    for (name, folder) in sets {
        if !folder.is_dir() {
            eprintln!("icp-bench: `{}` is not there, so \"{name}\" is left out", folder.display());
            continue;
        }
        let set = runtime.block_on(measure(&folder, show && !name.contains("unseen")))?;
        rows.extend(table(&name, &set));
    }
    Ok(rows)
}

async fn measure(folder: &Path, show: bool) -> Result<Set, String> {
    let clock = Arc::new(ManualClock::fixed(Timestamp::from_micros(0)));
    let web = OfflineFetcher::new(folder.join("web"), Arc::clone(&clock) as Arc<dyn Clock>)
        .map_err(|error| error.to_string())?;
    let rules: [Arc<dyn Extractor>; 1] = [Arc::new(RuleExtractor)];
    let reader = CompanyReader::new(&web, &rules, clock.as_ref());
    let everything = ReadBudget::default()
        .with_pages(FULL)
        .with_pages_per_kind(FULL)
        .with_requests(1_000)
        .with_barren_pages(None);
    let mut set = Set::default();
    for file in label_files(folder)? {
        let domain: Domain = file.domain.parse().map_err(|error| format!("{}: {error}", file.domain))?;
        let site = CompanySite::of_domain(domain, SiteRole::Own);
        let read = async |budget: ReadBudget| {
            let reading = reader.read(&site, &budget, &CancelToken::default(), &Unwatched).await;
            reading.map_err(|error| error.to_string())
        };
        let labelled: BTreeSet<String> = file.findings.iter().map(|label| name_of(&label.page)).collect();
        let reached = |reading: &Reading| {
            let read: BTreeSet<String> = reading.crawl.pages.iter().map(|page| name_of(&page.url)).collect();
            labelled.intersection(&read).count()
        };
        let (full, chosen) = (read(everything).await?, read(ReadBudget::default()).await?);
        let (all, found) = (facts(&full), facts(&chosen));
        let kept = all.intersection(&found).count();
        set.sites += 1;
        set.full_pages += full.crawl.pages.len();
        set.full_facts += all.len();
        set.pages += chosen.crawl.pages.len();
        set.requests += chosen.crawl.report.fetches.len();
        set.kept += kept;
        set.whole += usize::from(kept == all.len());
        set.labelled += labelled.len();
        set.reached += reached(&chosen);
        set.reachable += reached(&full);
        for (page, new) in full.crawl.pages.iter().zip(&full.new_facts) {
            let gain = set.gains.entry(page.kind).or_default();
            *gain = (gain.0 + 1, gain.1 + new);
        }
        for limit in LIMITS {
            let reading = read(ReadBudget::default().with_pages(limit).with_barren_pages(None)).await?;
            let by_limit = set.by_limit.entry(limit).or_default();
            by_limit.0 += reached(&reading);
            by_limit.1 += all.intersection(&facts(&reading)).count();
            by_limit.2 += reading.crawl.pages.len();
        }
        if show {
            print(&file.domain, &full, &chosen, kept, all.len());
        }
    }
    if show {
        for (kind, (pages, facts)) in &set.gains {
            eprintln!("{kind:?}\t{pages} pages\t{:.2} new facts a page", *facts as f64 / *pages as f64);
        }
    }
    Ok(set)
}

/// Facts of a reading: key and value.
fn facts(reading: &Reading) -> Facts {
    let items = reading.extracted.iter().flat_map(|extraction| &extraction.items);
    items.map(|item| (item.key, item.value.as_str().to_owned())).collect()
}

fn print(domain: &str, full: &Reading, chosen: &Reading, kept: usize, all: usize) {
    let report = &chosen.crawl.report;
    eprintln!(
        "{domain}\t{} of {} pages, {} requests\t{kept} of {all} facts\tended: {}\tnot linked: {:?}",
        chosen.crawl.pages.len(),
        full.crawl.pages.len(),
        report.fetches.len(),
        report.end.map_or("-", |end| end.as_str()),
        report.unlinked
    );
    let read: BTreeSet<&str> = chosen.crawl.pages.iter().map(|page| page.url.as_str()).collect();
    for (page, new) in chosen.crawl.pages.iter().zip(&chosen.new_facts) {
        eprintln!("  read\t{:?}\t{new}\t{}", page.kind, name_of(&page.url));
    }
    for (page, new) in full.crawl.pages.iter().zip(&full.new_facts) {
        if *new > 0 && !read.contains(page.url.as_str()) {
            eprintln!("  left\t{:?}\t{new}\t{}", page.kind, name_of(&page.url));
        }
    }
}

fn table(name: &str, set: &Set) -> Vec<Row> {
    let kept = Row::share(format!("{name}: facts kept with the early stop"), set.kept, set.full_facts);
    let mut rows = vec![
        kept.at_least(0.95).note(format!(
            "{} pages in {} requests against {} pages; {} of {} sites whole",
            set.pages, set.requests, set.full_pages, set.whole, set.sites
        )),
        Row::share(format!("{name}: labelled pages read with the early stop"), set.reached, set.labelled)
            .note(format!("n={}, of which a full crawl reads {}", set.labelled, set.reachable)),
    ];
    for (limit, (reached, facts, pages)) in &set.by_limit {
        let share = 100.0 * *facts as f64 / set.full_facts.max(1) as f64;
        rows.push(
            Row::share(format!("{name}: labelled pages within {limit} pages"), *reached, set.labelled)
                .note(format!("n={}; no early stop: {pages} pages, {share:.1} % of the facts", set.labelled)),
        );
    }
    rows
}
