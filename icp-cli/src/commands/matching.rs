//! `icp match`: one name, or a CSV column of names, to register entities.

use std::io::IsTerminal as _;
use std::path::Path;

use icp::model::{Decision, DomainError, UenError};
use icp::prelude::*;
use icp::resolve::{ResolveOptions, SeedFacts, resolve};
use indicatif::ProgressBar;

use crate::args::{Global, Match};
use crate::context::{open_existing, print_json};
use crate::fail::{Fail, Outcome as Ended};
use crate::{print, progress};

/// Names resolved in one batch.
const BATCH: usize = 200;

pub(crate) async fn match_names(global: &Global, args: &Match) -> Ended {
    let options = ResolveOptions::default().with_candidates_from(args.candidates.source()?);
    let register = open_existing(&global.db).await?.register();
    register.snapshot().await.map_err(|_| {
        Fail::not_ready("the register is empty; import one first: `icp register import FILES`")
    })?;
    if let Some(path) = &args.csv {
        let ended = match_csv(global, register.as_ref(), path, &args.column, &options).await;
        say_notices(&register).await;
        return ended;
    }
    let domain = args.website.as_ref().map(|text| text.parse());
    let domain =
        domain.transpose().map_err(|error: DomainError| Fail::input(format!("--website: {error}")))?;
    let uen = args.uen.as_ref().map(|text| text.parse());
    let uen = uen.transpose().map_err(|error: UenError| Fail::input(format!("--uen: {error}")))?;
    let facts = SeedFacts::named(args.name.clone().unwrap_or_default())
        .with_domain(domain)
        .with_uen(uen)
        .with_country(args.country.clone());
    let decisions = resolve(register.as_ref(), &[facts], &options).await?;
    say_notices(&register).await;
    let Some(decision) = decisions.into_iter().next() else {
        return Err(Fail::machine("the resolver gave no answer"));
    };
    if global.json {
        return print_json(&as_json(&decision));
    }
    show(&decision, args.explain);
    Ok(())
}

/// Says what happened to the index of names on the way.
async fn say_notices(register: &icp::sqlite::SqliteRegister) {
    for notice in register.take_notices().await {
        eprintln!("note: {notice}");
    }
}

/// The documented shape.
fn as_json(decision: &Decision) -> serde_json::Value {
    serde_json::json!({
        "decision": decision.outcome,
        "method": decision.method,
        "probability": decision.probability,
        "margin": decision.margin,
        "entity": decision.entity,
        "alternates": decision.alternates,
        "features": decision.features,
        "reason": decision.reason,
        "rungs": decision.rungs,
    })
}

fn show(decision: &Decision, explain: bool) {
    println!("{}: {}", decision.outcome.to_string().replace('_', " "), decision.reason);
    if let Some(entity) = &decision.entity {
        let code = entity.primary_ssic.map_or("no code".to_owned(), |code| format!("SSIC {code}"));
        println!("  {} ({}), {}, {code}", entity.name, entity.uen, entity.status.text);
    }
    println!(
        "  by {}, probability {}, margin {}",
        decision.method.to_string().replace('_', " "),
        decision.probability,
        decision.margin
    );
    if print::choices(decision).next().is_some() {
        let mut table = print::table(&["it could be", "UEN", "status", "probability"]);
        for other in print::choices(decision) {
            let entity = &other.entity;
            table.add_row([
                entity.name.clone(),
                entity.uen.to_string(),
                entity.status.text.clone(),
                other.probability.to_string(),
            ]);
        }
        println!("{table}");
    }
    if explain {
        let mut table = print::table(&["rung", "", "what it saw"]);
        for rung in &decision.rungs {
            let mark = if rung.decided { "decided" } else { "" };
            table.add_row([rung.method.to_string().replace('_', " "), mark.to_owned(), rung.saw.clone()]);
        }
        println!("{table}");
        let mut table = print::table(&["feature", "value"]);
        for (name, value) in decision.features.iter() {
            table.add_row([name.to_owned(), format!("{value:.3}")]);
        }
        println!("{table}");
    }
}

async fn match_csv(
    global: &Global,
    register: &dyn Register,
    path: &Path,
    column: &str,
    options: &ResolveOptions,
) -> Ended {
    let wrong = |what: String| Fail::input(format!("cannot read `{}`: {what}", path.display()));
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).from_path(path).map_err(|error| wrong(error.to_string()))?;
    let headers = reader.byte_headers().map_err(|error| wrong(error.to_string()))?.clone();
    let names_of =
        |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_start_matches('\u{feff}').trim().to_owned();
    let at =
        headers.iter().position(|header| names_of(header).eq_ignore_ascii_case(column)).ok_or_else(|| {
            let known: Vec<String> = headers.iter().map(names_of).collect();
            Fail::input(format!(
                "`{}` has no column `{column}`; it has: {}; name one with --column",
                path.display(),
                known.join(", ")
            ))
        })?;
    let mut names: Vec<(u64, String)> = Vec::new();
    for record in reader.byte_records() {
        let record = record.map_err(|error| wrong(error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        names.push((line, record.get(at).map(names_of).unwrap_or_default()));
    }
    let bar = if global.quiet || !std::io::stderr().is_terminal() {
        ProgressBar::hidden()
    } else {
        ProgressBar::new(names.len() as u64)
    };
    bar.set_style(progress::style());
    bar.set_prefix("match");
    let mut table =
        (!global.json).then(|| print::table(&["line", "name", "outcome", "entity", "UEN", "probability"]));
    for batch in names.chunks(BATCH) {
        let facts: Vec<SeedFacts> = batch.iter().map(|(_, name)| SeedFacts::named(name)).collect();
        let decisions = resolve(register, &facts, options).await?;
        for ((line, name), decision) in batch.iter().zip(decisions) {
            match &mut table {
                None => {
                    let mut value = as_json(&decision);
                    value["name"] = name.as_str().into();
                    value["line"] = (*line).into();
                    print_json(&value)?;
                }
                Some(table) => {
                    let entity = decision.entity.as_ref();
                    table.add_row([
                        line.to_string(),
                        name.clone(),
                        decision.outcome.to_string().replace('_', " "),
                        entity.map(|entity| entity.name.clone()).unwrap_or_default(),
                        entity.map(|entity| entity.uen.to_string()).unwrap_or_default(),
                        decision.probability.to_string(),
                    ]);
                }
            }
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    if let Some(table) = table {
        println!("{table}");
    }
    Ok(())
}
