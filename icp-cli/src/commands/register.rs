//! `icp register`: import and look at the company register.

use std::io::IsTerminal as _;
use std::time::Duration;

use icp::model::SsicError;
use icp::ports::{ImportOutcome, ImportProgress, ImportRequest, ImportStage};
use icp::prelude::*;
use icp::register::{ColumnMap, FileOptions, RegisterFiles, read_titles};
use icp::sqlite::{SqliteDb, StatsBy};
use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};

use crate::args::{By, Global, Import, Stats};
use crate::context::{open, open_existing, print_json};
use crate::fail::{Fail, Outcome};
use crate::number::{counted, grouped};
use crate::print;

pub(crate) async fn import(global: &Global, args: &Import) -> Outcome {
    let edition: SsicEdition =
        args.edition.parse().map_err(|error: SsicError| Fail::input(format!("--edition: {error}")))?;
    let as_of = match &args.as_of {
        Some(text) => Some(text.parse::<Date>().map_err(|error| Fail::input(format!("--as-of: {error}")))?),
        None => None,
    };
    let columns = match &args.map {
        Some(text) => text.parse::<ColumnMap>().map_err(|error| Fail::input(format!("--map: {error}")))?,
        None => ColumnMap::default(),
    };
    let options = FileOptions::new(edition).with_columns(columns);
    let mut request = RegisterFiles::open(&args.files, &options)?.into_request().with_as_of(as_of);
    if let Some(path) = &args.titles {
        let titles = read_titles(path, edition)?;
        if !global.json {
            println!(
                "{} read from {}.",
                counted(titles.len() as u64, "industry title", "industry titles"),
                path.display()
            );
        }
        request = request.with_titles(titles);
    }
    let db = open(&global.db).await?;
    let outcome = import_with_bar(global, &db, request).await?;
    if global.json { print_json(&as_json(&outcome)) } else { print_import(&outcome) }
}

/// Imports with a bar.
pub(crate) async fn import_with_bar(
    global: &Global,
    db: &SqliteDb,
    request: ImportRequest<'static>,
) -> Outcome<ImportOutcome> {
    let bar = if global.quiet || !std::io::stderr().is_terminal() {
        ProgressBar::hidden()
    } else {
        ProgressBar::new(0)
    };
    let style = ProgressStyle::with_template("{prefix:>9} {bar:28} {percent:>3} % {wide_msg} {elapsed}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar.set_prefix("register");
    let mut show = |progress: ImportProgress| {
        bar.set_length(progress.bytes_total);
        bar.set_position(progress.bytes);
        bar.set_message(match progress.stage {
            ImportStage::Rows => format!(
                "{} rows, {} bad, {} of {}",
                HumanCount(progress.rows),
                HumanCount(progress.bad_rows),
                HumanBytes(progress.bytes),
                HumanBytes(progress.bytes_total)
            ),
            ImportStage::Counts => "counting".to_owned(),
            ImportStage::Names => "building the index of names".to_owned(),
            _ => String::new(),
        });
    };
    let outcome = db.register().import(request.with_progress(&mut show)).await;
    bar.finish_and_clear();
    Ok(outcome?)
}

fn print_import(report: &ImportOutcome) -> Outcome {
    let read = &report.read;
    println!(
        "{}: {} new, {} updated; {} left out.",
        counted(read.rows, "good row", "good rows"),
        grouped(report.added),
        grouped(report.updated),
        counted(read.bad_rows, "bad row", "bad rows")
    );
    for bad in read.bad.iter().take(10) {
        println!("  {bad}");
    }
    if read.bad_rows > 10 {
        println!("  ... and {} more; --json names the first hundred", read.bad_rows - 10);
    }
    let codes = ("industry code that is not five digits was", "industry codes that are not five digits were");
    let dates = ("text that is not a date was", "texts that are not dates were");
    for (count, (one, many)) in [(read.odd_codes, codes), (read.odd_dates, dates)] {
        if count > 0 {
            println!("{} read as missing.", counted(count, one, many));
        }
    }
    for notice in &report.notices {
        println!("note: {notice}");
    }
    let held = &report.snapshot;
    println!(
        "The register now has {}, {} live, as of {}.",
        counted(held.entities, "entity", "entities"),
        grouped(held.live),
        held.as_of
    );
    Ok(())
}

fn as_json(report: &ImportOutcome) -> serde_json::Value {
    let bad: Vec<_> = report
        .read
        .bad
        .iter()
        .map(|bad| serde_json::json!({ "file": bad.file, "line": bad.line, "reason": bad.reason }))
        .collect();
    serde_json::json!({
        "rows": report.read.rows,
        "added": report.added,
        "updated": report.updated,
        "changed": report.changed,
        "bad_rows": report.read.bad_rows,
        "bad": bad,
        "odd_codes": report.read.odd_codes,
        "odd_dates": report.read.odd_dates,
        "notices": report.notices.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "snapshot": report.snapshot,
    })
}

pub(crate) async fn stats(global: &Global, args: &Stats) -> Outcome {
    let by = match args.by {
        By::Section => StatsBy::Section,
        By::Division => StatsBy::Division,
        By::Type => StatsBy::EntityType,
        By::Status => StatsBy::Status,
        By::Age => StatsBy::Age,
    };
    let stats = open_existing(&global.db).await?.register().stats(by).await?;
    if global.json {
        let rows: Vec<_> = stats
            .rows
            .iter()
            .map(|row| serde_json::json!({ "label": row.label, "title": row.title, "entities": row.entities, "live": row.live }))
            .collect();
        return print_json(&serde_json::json!({ "snapshot": stats.snapshot, "rows": rows }));
    }
    let held = &stats.snapshot;
    println!(
        "{}, {} live, as of {}, SSIC {}\n",
        counted(held.entities, "entity", "entities"),
        grouped(held.live),
        held.as_of,
        held.edition
    );
    let mut table = print::table(&["", "what", "entities", "live", "share of live"]);
    for row in &stats.rows {
        let label = if row.label.is_empty() { "(not known)" } else { &row.label };
        let share = 100.0 * row.live as f64 / held.live.max(1) as f64;
        table.add_row([
            label.to_owned(),
            row.title.clone().unwrap_or_default(),
            row.entities.to_string(),
            row.live.to_string(),
            format!("{share:.2} %"),
        ]);
    }
    println!("{table}");
    Ok(())
}
