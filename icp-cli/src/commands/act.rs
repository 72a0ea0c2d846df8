//! Commands by which a person decides: adopt, decide, take away.

use icp::model::UenError;
use icp::prelude::*;
use icp::resolve::ResolveOptions;
use icp::suggest::{Dialect, export_csv};

use crate::args::{Accept, Decide, Export, Global, Reject};
use crate::context::{
    engine_with_register, engine_without_web, find_card, find_run, open_existing, print_json, tenant,
};
use crate::fail::{Fail, Outcome};

pub(crate) async fn accept(global: &Global, args: &Accept) -> Outcome {
    let (db, tenant) = (open_existing(&global.db).await?, tenant(global)?);
    let (run, card) = find_card(db.store().tenant(&tenant).as_ref(), &args.card).await?;
    let receipt = engine_without_web(&db).accept(&tenant, run.id, card.id, &args.by).await?;
    if global.json {
        return print_json(
            &serde_json::json!({ "ok": true, "rule_id": receipt.rule.id, "added": receipt.added, "rule": receipt.rule }),
        );
    }
    if receipt.added {
        println!("Adopted as {}: {}", receipt.rule.id, receipt.rule.rule);
    } else {
        println!(
            "Already adopted as {} by {} at {}.",
            receipt.rule.id, receipt.rule.accepted_by, receipt.rule.accepted_at
        );
    }
    Ok(())
}

pub(crate) async fn reject(global: &Global, args: &Reject) -> Outcome {
    let (db, tenant) = (open_existing(&global.db).await?, tenant(global)?);
    let (run, card) = find_card(db.store().tenant(&tenant).as_ref(), &args.card).await?;
    let rejection = engine_without_web(&db).reject(&tenant, run.id, card.id, &args.reason, &args.by).await?;
    if global.json {
        return print_json(&serde_json::json!({ "ok": true, "rejection": rejection }));
    }
    println!("Rejected by {}: {}", rejection.rejected_by, rejection.reason.as_str());
    Ok(())
}

pub(crate) async fn decide(global: &Global, args: &Decide) -> Outcome {
    let db = open_existing(&global.db).await?;
    let tenant = tenant(global)?;
    let store = db.store().tenant(&tenant);
    let run = find_run(store.as_ref(), &args.of).await?;
    let seeds = store.intake(run.intake).await?.map(|intake| intake.payload.seeds).unwrap_or_default();
    let named = |seed: &&Seed| seed.id.to_string() == args.seed || seed.name.eq_ignore_ascii_case(&args.seed);
    let seed = seeds.iter().find(named).ok_or_else(|| {
        let names: Vec<&str> = seeds.iter().map(|seed| seed.name.as_str()).collect();
        Fail::input(format!("{} has no seed `{}`; its seeds are: {}", run.id, args.seed, names.join(", ")))
    })?;
    let choice = match &args.uen {
        Some(text) => ManualMatch::Entity(
            text.parse().map_err(|error: UenError| Fail::input(format!("--uen: {error}")))?,
        ),
        None => ManualMatch::NotInRegister,
    };
    let decision = SeedDecision::new(run.id, seed.id, choice);
    let resolve = ResolveOptions::default().with_candidates_from(args.candidates.source()?);
    let options = EngineOptions::default().with_resolve(resolve);
    let decided = engine_with_register(&db, args.register.as_deref(), options)
        .await?
        .decide(&tenant, &decision, &args.by)
        .await?;
    if global.json {
        return print_json(
            &serde_json::json!({ "ok": true, "seed": seed.id, "choice": choice, "concluded_again": decided.concluded_again }),
        );
    }
    if decided.concluded_again {
        println!("Noted, and the cards of {} are made again from what was read: see `icp cards`.", run.id);
    } else {
        println!("Noted. The run is not finished; it respects this when it goes on.");
    }
    Ok(())
}

pub(crate) async fn export(global: &Global, args: &Export) -> Outcome {
    let db = open_existing(&global.db).await?;
    let tenant = tenant(global)?;
    let store = db.store().tenant(&tenant);
    let (run, card) = find_card(store.as_ref(), &args.card).await?;
    let text = if args.format == "pack" || args.format == "json" {
        let text = serde_json::to_string_pretty(&card.targeting_pack);
        text.map_err(|error| Fail::machine(format!("cannot write JSON: {error}")))? + "\n"
    } else {
        let dialect: Dialect =
            args.format.parse().map_err(|error| Fail::input(format!("--format: {error}, and pack")))?;
        let engine = engine_with_register(&db, args.register.as_deref(), EngineOptions::default()).await?;
        export_csv(dialect, &engine.companies(&tenant, run.id, card.id, args.limit).await?)
    };
    match &args.out {
        Some(path) => {
            std::fs::write(path, &text)
                .map_err(|error| Fail::machine(format!("cannot write `{}`: {error}", path.display())))?;
            eprintln!("Wrote {}.", path.display());
        }
        None => print!("{text}"),
    }
    Ok(())
}
