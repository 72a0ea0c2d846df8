//! Commands that only read.

use icp::prelude::*;

use crate::args::{Global, OfRun};
use crate::context::{engine_without_web, find_run, open_existing, print_json, tenant, website};
use crate::fail::Outcome;
use crate::print;

pub(crate) async fn runs(global: &Global) -> Outcome {
    let store = open_existing(&global.db).await?.store().tenant(&tenant(global)?);
    let runs = store.runs(&RunQuery::newest(50)).await?;
    if global.json {
        return print_json(&runs);
    }
    if runs.is_empty() {
        println!("No run yet. Start one with `icp run INTAKE.json`.");
        return Ok(());
    }
    let mut table = print::table(&["run", "website", "state", "created", "note"]);
    for run in runs {
        let website = website(store.as_ref(), &run).await?;
        table.add_row([
            run.id.to_string(),
            website,
            run.state.to_string(),
            run.created_at.to_string(),
            run.failure.unwrap_or_default(),
        ]);
    }
    println!("{table}");
    Ok(())
}

pub(crate) async fn cards(global: &Global, args: &OfRun) -> Outcome {
    let (db, tenant) = (open_existing(&global.db).await?, tenant(global)?);
    let run = find_run(db.store().tenant(&tenant).as_ref(), args).await?;
    let report = engine_without_web(&db).report(&tenant, run.id).await?;
    if global.json { print_json(&report) } else { print::report(&report, &[]) }
}
