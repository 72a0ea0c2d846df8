//! `icp doctor`: is everything in place?

use icp::prelude::*;

use crate::args::Global;
use crate::context::{open_existing, print_json, tenant};
use crate::fail::{Fail, Outcome};
use crate::number::{counted, grouped, noun};
use crate::print;

pub(crate) async fn doctor(global: &Global) -> Outcome {
    let mut checks: Vec<(&str, Result<String, String>)> = Vec::new();
    let tenant = tenant(global);
    checks.push(("tenant", tenant.as_ref().map(ToString::to_string).map_err(ToString::to_string)));
    match open_existing(&global.db).await {
        Err(fail) => checks.push(("database", Err(fail.to_string()))),
        Ok(db) => {
            let store = db.store();
            checks.push((
                "database",
                store
                    .health()
                    .await
                    .map(|health| {
                        format!(
                            "{} ({} schema {})",
                            global.db.display(),
                            health.adapter,
                            health.schema_version
                        )
                    })
                    .map_err(|error| error.to_string()),
            ));
            checks.push((
                "register",
                db.register()
                    .snapshot()
                    .await
                    .map(|s| {
                        format!(
                            "{}, {} live, as of {}, SSIC {}",
                            counted(s.entities, "entity", "entities"),
                            grouped(s.live),
                            s.as_of,
                            s.edition
                        )
                    })
                    .map_err(|_| "empty; import one with `icp register import FILES`".to_owned()),
            ));
            if let Ok(tenant) = &tenant {
                let runs = store.tenant(tenant).runs(&RunQuery::newest(1000)).await;
                checks.push((
                    "runs",
                    runs.map(|runs| runs.len().to_string()).map_err(|error| error.to_string()),
                ));
            }
        }
    }
    let broken = checks.iter().filter(|(_, check)| check.is_err()).count();
    if global.json {
        let rows: Vec<_> = checks
            .iter()
            .map(|(name, check)| serde_json::json!({ "check": name, "ok": check.is_ok(), "text": check.as_ref().unwrap_or_else(|e| e) }))
            .collect();
        print_json(&rows)?;
    } else {
        let mut table = print::table(&["check", "", "what was found"]);
        for (name, check) in &checks {
            let mark = if check.is_ok() { "ok" } else { "MISSING" };
            table.add_row([*name, mark, check.as_ref().unwrap_or_else(|error| error)]);
        }
        println!("{table}");
    }
    if broken == 0 {
        Ok(())
    } else {
        Err(Fail::not_ready(format!(
            "{broken} of {} checks {} something done",
            checks.len(),
            noun(broken as u64, "needs", "need")
        )))
    }
}
