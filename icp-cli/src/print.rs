//! Text for people: tables and cards that fit the terminal.

use std::fmt::Write as _;

use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, LineStyle, Table, TableStyle};
use icp::engine::{Ledger, RunReport};
use icp::model::{Alternate, Confidence, Decision, Fit, Outcome as Resolved, SiteStatus, SuggestionCard};

use crate::commands::pacing::SitePacing;
use crate::fail::Outcome;
use crate::number::{counted, expected, grouped, noun};

/// One line below the headings, and none elsewhere.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// A table that fits the terminal.
pub(crate) fn table(headings: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE).set_header(headings);
    fit(&mut table);
    table
}

/// The terminal's width, or a page's where there is no terminal.
fn fit(table: &mut Table) {
    table.set_content_arrangement(ContentArrangement::Dynamic);
    if table.width().is_none() {
        table.set_width(120);
    }
}

/// Two columns without lines: names and values.
fn pairs() -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING);
    fit(&mut table);
    table
}

/// A whole run, with the pace that was kept where servers were asked.
pub(crate) fn report(run: &RunReport, pacing: &[SitePacing]) -> Outcome {
    let ledger = &run.ledger;
    println!(
        "{}: {} of {} resolved in {:.1} s · {} of {} read, {} · {} · {} · {}\n",
        run.website,
        ledger.resolved,
        counted(ledger.resolvable, "seed", "seeds"),
        ledger.resolution_ms.unwrap_or_default() as f64 / 1000.0,
        ledger.sites_read,
        counted(ledger.sites, "site", "sites"),
        counted(ledger.pages, "page", "pages"),
        counted(ledger.evidence, "evidence item", "evidence items"),
        counted(ledger.patterns, "pattern", "patterns"),
        counted(run.suggestions.cards.len() as u64, "card", "cards")
    );
    for (number, item) in (1..).zip(&run.suggestions.cards) {
        card(number, item);
    }
    if !run.suggestions.negative.is_empty() {
        println!("To avoid");
        let mut table = table(&["theme", "stands on", "said", "lost"]);
        for theme in &run.suggestions.negative {
            let said: Vec<String> =
                theme.reasons.iter().map(|reason| format!("\u{201c}{}\u{201d}", reason.text)).collect();
            let basis = theme.basis.to_string().replace('_', " ");
            let lost: Vec<&str> = theme.lost.iter().map(|seed| seed.name.as_str()).collect();
            table.add_row([theme.theme.clone(), basis, said.join("; "), lost.join(", ")]);
        }
        println!("{table}\n");
    }
    sites(run, pacing);
    seeds(run);
    if let Some(models) = models(ledger) {
        println!("{models}\n");
    }
    let failures = failures(ledger.extraction_failures.values().sum());
    for note in ledger.alerts.iter().chain(&failures).chain(&run.suggestions.notes) {
        println!("note: {note}");
    }
    Ok(())
}

/// What models cost, in words; nothing when no call was made or refused.
pub(crate) fn models(ledger: &Ledger) -> Option<String> {
    let usage = ledger.usage;
    let refused: u64 = ledger.refused_calls.values().sum();
    if usage.requests == 0 && ledger.unsettled_calls == 0 && refused == 0 {
        return None;
    }
    let mut text = format!(
        "Language model: {}, {} tokens in and {} out, {} · {} of pages · {:.1} s for the run",
        counted(usage.requests, "call", "calls"),
        grouped(usage.tokens_in),
        grouped(usage.tokens_out),
        usd(usage.micro_usd),
        bytes(ledger.bytes),
        ledger.elapsed_ms as f64 / 1000.0
    );
    if ledger.unsettled_calls > 0 {
        let (calls, lost) = (ledger.unsettled_calls, ledger.unsettled);
        let _ = write!(
            text,
            "; {} never answered, and {} counted in full: {} tokens, {}",
            counted(calls, "call", "calls"),
            noun(calls, "is", "are"),
            grouped(lost.tokens),
            usd(lost.micro_usd)
        );
    }
    if refused > 0 {
        let caps: Vec<String> = ledger
            .refused_calls
            .iter()
            .map(|(scope, times)| format!("{times} by that of the {scope}"))
            .collect();
        let _ = write!(text, "; {} by a cap: {}", counted_refused(refused), caps.join(", "));
    }
    if ledger.pages_saturated > 0 {
        let pages = counted(ledger.pages_saturated, "page was", "pages were");
        let _ = write!(text, "; {pages} not worth a call");
    }
    Some(text)
}

fn counted_refused(calls: u64) -> String {
    format!("{} refused", counted(calls, "call was", "calls were"))
}

/// Dollars, exactly.
fn usd(micro: u64) -> String {
    format!("${}.{:06}", grouped(micro / 1_000_000), micro % 1_000_000)
}

fn bytes(bytes: u64) -> String {
    if bytes < 1_000_000 {
        return format!("{:.1} kB", bytes as f64 / 1e3);
    }
    format!("{:.1} MB", bytes as f64 / 1e6)
}

/// Failures of extractors in words; nothing when there is none.
pub(crate) fn failures(pages: u64) -> Option<String> {
    (pages > 0).then(|| format!("an extractor failed on {}", counted(pages, "page", "pages")))
}

fn card(number: usize, card: &SuggestionCard) {
    println!("{number}  {}   [{}]", card.title, card.grade);
    let mut table = pairs();
    let mut row = |name: &str, value: String| {
        if !value.is_empty() {
            table.add_row([format!("   {name}"), value]);
        }
    };
    row("why", card.rationale.clone());
    row("rule", card.rule_text.clone());
    let seeds: Vec<String> = card
        .supporting_seeds
        .iter()
        .map(
            |seed| {
                if seed.fit == Fit::Match { seed.name.clone() } else { format!("{} (in part)", seed.name) }
            },
        )
        .collect();
    row("seeds", format!("{} of {}: {}", card.seeds_supporting, card.seeds_total, seeds.join(", ")));
    if let Some(lift) = &card.lift {
        let part = if card.register.whole_rule { "" } else { " by what the register knows of the rule" };
        row(
            "register",
            format!(
                "{} of {}{part}",
                lift.register_count,
                counted(lift.population, "live company", "live companies")
            ),
        );
        row(
            "lift",
            format!(
                "{:.1} times the register (95 % interval {:.1} to {:.1}); {} such patterns expected by chance",
                lift.lift.value,
                lift.lift.low,
                lift.lift.high,
                expected(lift.e_value)
            ),
        );
    }
    let samples: Vec<String> =
        card.register.samples.iter().map(|sample| format!("{} ({})", sample.name, sample.uen)).collect();
    row("such as", samples.join(", "));
    if let Some(test) = &card.back_test {
        row(
            "back-test",
            format!(
                "{} of {} caught",
                test.caught,
                counted(test.hidden.into(), "hidden seed", "hidden seeds")
            ),
        );
    }
    row(
        "evidence",
        format!(
            "{}; see `icp evidence {number}`",
            counted(card.evidence_count.into(), "page or register fact", "pages and register facts")
        ),
    );
    row(
        "fragile",
        format!(
            "the grade falls when {} of its seeds {} lost",
            card.fragility,
            noun(card.fragility.into(), "is", "are")
        ),
    );
    row("would raise", card.would_raise.join("; "));
    let reduced: Vec<String> =
        card.reduced_evidence.iter().map(|r| format!("{}: {}", r.company, r.detail)).collect();
    row("reduced", reduced.join("; "));
    println!("{table}\n");
}

fn sites(run: &RunReport, pacing: &[SitePacing]) {
    if run.sites.is_empty() {
        return;
    }
    println!("How each site was read");
    let mut table = table(&["site", "outcome", "pages", "size", "pace", "cause", "what it means"]);
    for site in &run.sites {
        let outcome = match site.status {
            SiteStatus::Read => "read",
            SiteStatus::Reduced => "read in part",
            _ => "not read",
        };
        let cause = site.cause.as_ref().map(|refusal| format!("{} ({})", refusal.cause, refusal.detail));
        table.add_row([
            site.domain.to_string(),
            outcome.to_owned(),
            site.pages.to_string(),
            bytes(site.bytes),
            pacing.iter().find_map(|paced| paced.of(&site.domain)).unwrap_or_default(),
            cause.unwrap_or_default(),
            site.advice().unwrap_or_default().to_owned(),
        ]);
    }
    println!("{table}\n");
}

fn seeds(run: &RunReport) {
    let open: Vec<_> = run
        .seeds
        .iter()
        .filter_map(|seed| Some((seed, seed.decision.as_ref()?)))
        .filter(|(_, decision)| decision.outcome != Resolved::Matched)
        .collect();
    if open.is_empty() {
        return;
    }
    println!("Seeds without a register entity");
    let mut table = table(&["seed", "outcome", "why", "it could be"]);
    for (seed, decision) in open {
        let choices: Vec<String> =
            choices(decision).map(|a| format!("{} ({})", a.entity.name, a.entity.uen)).collect();
        table.add_row([
            seed.seed.name.clone(),
            decision.outcome.to_string().replace('_', " "),
            decision.reason.clone(),
            choices.join("; "),
        ]);
    }
    println!("{table}\n");
}

/// The candidates worth showing: those whose probability does not print as 0.00.
pub(crate) fn choices(decision: &Decision) -> impl Iterator<Item = &Alternate> {
    decision
        .alternates
        .iter()
        .filter(|choice| choice.probability.to_string() != Confidence::new(0.0).to_string())
}

#[cfg(test)]
mod tests {
    use icp::ports::{Cost, Usage};

    use super::*;

    #[test]
    fn what_models_cost_is_said() {
        let mut ledger = Ledger::default();
        assert_eq!(models(&ledger), None);
        ledger.usage = Usage::new(12_345, 678, 1_234_567);
        ledger.bytes = 2_500;
        ledger.elapsed_ms = 1_500;
        let said = "Language model: 1 call, 12,345 tokens in and 678 out, $1.234567 · 2.5 kB of pages · 1.5 s for the run";
        assert_eq!(models(&ledger).unwrap(), said);
        ledger.unsettled_calls = 2;
        ledger.unsettled = Cost::new(900, 40);
        ledger.refused_calls.insert("run".to_owned(), 3);
        ledger.pages_saturated = 1;
        let more = "; 2 calls never answered, and are counted in full: 900 tokens, $0.000040; 3 calls were refused by a \
            cap: 3 by that of the run; 1 page was not worth a call";
        assert_eq!(models(&ledger).unwrap(), format!("{said}{more}"));
    }

    #[test]
    fn failures_of_extractors_are_said() {
        assert_eq!(failures(0), None);
        assert_eq!(failures(1).unwrap(), "an extractor failed on 1 page");
        assert_eq!(failures(3).unwrap(), "an extractor failed on 3 pages");
    }
}
