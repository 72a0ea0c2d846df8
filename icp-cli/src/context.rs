//! Parts that commands share: the database, the engine, and finding what a person names.

use std::io::IsTerminal as _;
use std::path::Path;
use std::sync::Arc;

use icp::memory::NoWeb;
use icp::model::{IdError, TenantIdError};
use icp::prelude::*;
use icp::sqlite::SqliteDb;

use crate::args::{Global, OfCard, OfRun};
use crate::fail::{Fail, Outcome};
use crate::progress::Bars;

/// Opens the database, making it when it is not there.
pub(crate) async fn open(path: &Path) -> Outcome<SqliteDb> {
    Ok(SqliteDb::open(path).await?)
}

/// Opens a database that must be there already.
pub(crate) async fn open_existing(path: &Path) -> Outcome<SqliteDb> {
    open_named(path, "--db").await
}

/// Opens a database that must be there already; `option` names it.
async fn open_named(path: &Path, option: &str) -> Outcome<SqliteDb> {
    if !path.exists() {
        return Err(Fail::not_ready(format!(
            "there is no database at `{}`; import a register (`icp register import FILES`) or name another with {option}",
            path.display()
        )));
    }
    open(path).await
}

pub(crate) fn tenant(global: &Global) -> Outcome<TenantId> {
    global.tenant.parse().map_err(|error: TenantIdError| Fail::input(format!("--tenant: {error}")))
}

/// Bars on a terminal; nothing for programs.
pub(crate) fn progress(global: &Global) -> Arc<dyn ProgressSink> {
    if global.quiet || !std::io::stderr().is_terminal() {
        Arc::new(NoProgress)
    } else {
        Arc::new(Bars::default())
    }
}

/// An engine over a database's store, a register and a fetcher; with extractors beside the rules.
pub(crate) fn engine(
    store: &SqliteDb,
    register: &SqliteDb,
    fetcher: Arc<dyn Fetcher>,
    progress: Arc<dyn ProgressSink>,
    options: EngineOptions,
    extractors: impl IntoIterator<Item = Arc<dyn Extractor>>,
) -> Engine {
    let clock = Arc::new(SystemClock);
    let mut parts = EngineParts::new(store.store(), register.register(), fetcher, clock, Arc::new(RandomIds))
        .with_extractor(Arc::new(RuleExtractor))
        .with_progress(progress);
    for extractor in extractors {
        parts = parts.with_extractor(extractor);
    }
    Engine::new(parts, options)
}

/// An engine for commands that read no site.
pub(crate) fn engine_without_web(db: &SqliteDb) -> Engine {
    engine(db, db, Arc::new(NoWeb), Arc::new(NoProgress), EngineOptions::default(), None)
}

/// An engine for commands that read no site, over a register that may be in a database of its own.
pub(crate) async fn engine_with_register(
    db: &SqliteDb,
    register: Option<&Path>,
    options: EngineOptions,
) -> Outcome<Engine> {
    let register = match register {
        Some(path) => open_named(path, "--register").await?,
        None => db.clone(),
    };
    Ok(engine(db, &register, Arc::new(NoWeb), Arc::new(NoProgress), options, None))
}

/// The run a person names, or else the newest. Says which one on standard error, so that none is taken silently.
pub(crate) async fn find_run(store: &dyn TenantStore, of: &OfRun) -> Outcome<Run> {
    let (run, choose) = match &of.run {
        Some(text) => {
            let id: RunId = text
                .parse()
                .map_err(|error: IdError| Fail::input(format!("--run: {error}; see `icp runs`")))?;
            let missing = || Fail::input(format!("there is no {id}; see `icp runs`"));
            (store.run(id).await?.ok_or_else(missing)?, "")
        }
        None => {
            let mut newest = store.runs(&RunQuery::newest(2)).await?.into_iter();
            let run = newest.next().ok_or_else(|| {
                Fail::not_ready(
                    "there is no run yet; start one with `icp run INTAKE.json`, or try `icp demo --keep icp.db`",
                )
            })?;
            let others = newest.next().is_some();
            (run, if others { ", the newest; choose another of `icp runs` with --run ID" } else { "" })
        }
    };
    eprintln!("{}: {}, created {}{choose}", run.id, website(store, &run).await?, run.created_at);
    Ok(run)
}

/// The website a run is for.
pub(crate) async fn website(store: &dyn TenantStore, run: &Run) -> Outcome<String> {
    let intake = store.intake(run.intake).await?;
    Ok(intake.map(|intake| intake.payload.website.to_string()).unwrap_or_default())
}

/// The card a person names by number, id or the id's beginning.
pub(crate) async fn find_card(store: &dyn TenantStore, of: &OfCard) -> Outcome<(Run, SuggestionCard)> {
    let run = find_run(store, &of.of).await?;
    let card = card_of(store, &run, &of.card).await?;
    Ok((run, card))
}

/// The card of a run that a person names.
pub(crate) async fn card_of(store: &dyn TenantStore, run: &Run, named: &str) -> Outcome<SuggestionCard> {
    let Some(suggestions) = store.suggestions(run.id).await? else {
        return Err(Fail::not_ready(format!("{} has no cards yet; it is at `{}`", run.id, run.state)));
    };
    let cards = suggestions.cards;
    let at = match named.parse::<usize>() {
        Ok(number) if (1..=cards.len()).contains(&number) => Some(number - 1),
        _ => {
            let wanted = named.strip_prefix("sugg_").unwrap_or(named).to_lowercase();
            let begins =
                |card: &SuggestionCard| card.id.to_string().trim_start_matches("sugg_").starts_with(&wanted);
            let mut found = cards.iter().enumerate().filter(|(_, card)| wanted.len() >= 4 && begins(card));
            found.next().map(|(at, _)| at)
        }
    };
    match at.and_then(|at| cards.into_iter().nth(at)) {
        Some(card) => Ok(card),
        None => {
            Err(Fail::input(format!("there is no card `{named}` in {}; list them with `icp cards`", run.id)))
        }
    }
}

/// Prints a value as one line of JSON.
pub(crate) fn print_json(value: &impl serde::Serialize) -> Outcome {
    let text =
        serde_json::to_string(value).map_err(|error| Fail::machine(format!("cannot write JSON: {error}")))?;
    println!("{text}");
    Ok(())
}
