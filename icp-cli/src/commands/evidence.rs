//! `icp evidence`: what is known, how sure it is, and the words that say so; or what was refused.

use std::collections::{BTreeMap, BTreeSet};

use icp::consolidate::{Fact, consolidate};
use icp::model::{CompanyId, Detection, EvidenceItem, Quarantined, Run, SiteReport, SuggestionCard};
use icp::ports::EvidenceQuery;
use icp::prelude::{Store as _, TenantStore};
use serde::Serialize;

use crate::args::{Evidence, Global};
use crate::context::{card_of, find_run, open_existing, print_json, tenant};
use crate::fail::Outcome;
use crate::number::counted;
use crate::print::table;

/// A fact with its company's name and its items.
#[derive(Debug, Serialize)]
struct KnownFact<'a> {
    company_name: &'a str,
    #[serde(flatten)]
    fact: &'a Fact,
    /// The share of its worth that is left today.
    freshness: f64,
    evidence: Vec<&'a EvidenceItem>,
}

pub(crate) async fn evidence(global: &Global, args: &Evidence) -> Outcome {
    let store = open_existing(&global.db).await?.store().tenant(&tenant(global)?);
    let run = find_run(store.as_ref(), &args.of).await?;
    let card = match &args.card {
        Some(named) => Some(card_of(store.as_ref(), &run, named).await?),
        None => None,
    };
    if args.quarantined {
        let sites = store.sites(run.id).await?;
        let refused = refused(store.quarantined(run.id).await?, &sites, card.as_ref());
        return if global.json { print_json(&refused) } else { print_refused(&refused) };
    }
    if global.json
        && let Some(card) = &card
    {
        return print_json(&card.evidence);
    }
    let items = store.evidence(&EvidenceQuery::of_run(run.id)).await?;
    let names = names(store.as_ref(), &run).await?;
    let facts = consolidate(&items);
    let by_id: BTreeMap<_, &EvidenceItem> = items.iter().map(|item| (item.id, item)).collect();
    // A card shows those facts that it cites.
    let cited: Option<BTreeSet<_>> =
        card.as_ref().map(|card| card.evidence.iter().map(|item| item.id).collect());
    let now = run.updated_at;
    let mut known: Vec<KnownFact<'_>> = facts
        .iter()
        .filter(|fact| cited.as_ref().is_none_or(|cited| fact.items.iter().any(|id| cited.contains(id))))
        .map(|fact| KnownFact {
            company_name: names.get(&fact.company).map_or("", String::as_str),
            fact,
            freshness: fact.freshness(now),
            evidence: fact.items.iter().filter_map(|id| by_id.get(id).copied()).collect(),
        })
        .collect();
    known.sort_by(|a, b| {
        (a.company_name, a.fact.signal, &a.fact.value).cmp(&(b.company_name, b.fact.signal, &b.fact.value))
    });
    if global.json {
        return print_json(&known);
    }
    if let Some(card) = &card {
        println!("{} [{}]\n", card.title, card.grade);
    }
    print_facts(&known);
    Ok(())
}

/// The names of a run's companies.
async fn names(store: &dyn TenantStore, run: &Run) -> Outcome<BTreeMap<CompanyId, String>> {
    let mut names: BTreeMap<CompanyId, String> =
        store.sites(run.id).await?.into_iter().map(|site| (site.company, site.domain.to_string())).collect();
    if let Some(intake) = store.intake(run.intake).await? {
        names.extend(intake.payload.seeds.into_iter().map(|seed| (seed.company, seed.name)));
    }
    Ok(names)
}

fn print_facts(known: &[KnownFact<'_>]) {
    if known.is_empty() {
        println!("Nothing is known yet.");
        return;
    }
    let mut table = table(&["company", "fact", "value", "sure", "pages", "quote", "page"]);
    for it in known {
        let citation = it.evidence.iter().find_map(|item| item.citation.as_ref());
        let detected = it.evidence.iter().any(|item| item.detection() == Some(Detection::Detected));
        let quote = citation.map(|citation| citation.quote.as_str());
        let mut value = it.fact.value.to_string();
        if !it.fact.contradicts.is_empty() {
            let others: Vec<&str> = it.fact.contradicts.iter().map(|other| other.as_str()).collect();
            value.push_str(&format!(" (another page: {})", others.join(", ")));
        }
        table.add_row([
            it.company_name.to_owned(),
            it.fact.signal.as_str().replace('_', " "),
            value,
            it.fact.confidence.to_string(),
            if it.fact.pages == 0 { String::new() } else { it.fact.pages.to_string() },
            match quote {
                // An address or a header is seen, not said.
                Some(quote) if detected => quote.to_owned(),
                Some(quote) => format!("\u{201c}{quote}\u{201d}"),
                None => String::new(),
            },
            citation.map_or_else(|| "register or intake".to_owned(), |citation| citation.url.clone()),
        ]);
    }
    println!("{table}");
    let unconfirmed = known.iter().filter(|it| !it.fact.corroborated).count();
    if unconfirmed > 0 {
        println!(
            "\n{} a model read on one page and nothing confirms; no supported card rests on them.",
            counted(unconfirmed as u64, "fact", "facts")
        );
    }
}

/// The refusals of a run, or those on the sites of a card's customers.
fn refused(all: Vec<Quarantined>, sites: &[SiteReport], card: Option<&SuggestionCard>) -> Vec<Quarantined> {
    let Some(card) = card else { return all };
    let companies: BTreeSet<CompanyId> = card.evidence.iter().map(|item| item.company).collect();
    let pages: BTreeSet<&str> = sites
        .iter()
        .filter(|site| companies.contains(&site.company))
        .flat_map(|site| site.fetches.iter().map(|fetch| fetch.url.as_str()))
        .collect();
    all.into_iter().filter(|refused| pages.contains(refused.url.as_str())).collect()
}

fn print_refused(refused: &[Quarantined]) -> Outcome {
    if refused.is_empty() {
        println!("Nothing was refused.");
        return Ok(());
    }
    let mut counts: BTreeMap<_, u64> = BTreeMap::new();
    for it in refused {
        *counts.entry((&it.extractor, it.reason, it.key, &it.url)).or_default() += 1;
    }
    println!(
        "{}; none was used.\n",
        counted(refused.len() as u64, "finding was refused", "findings were refused")
    );
    let mut table = table(&["extractor", "why", "fact", "findings", "page"]);
    for ((extractor, reason, key, url), count) in counts {
        table.add_row([
            extractor.to_string(),
            reason.as_str().replace('_', " "),
            key.as_str().replace('_', " "),
            count.to_string(),
            url.clone(),
        ]);
    }
    println!("{table}");
    Ok(())
}
