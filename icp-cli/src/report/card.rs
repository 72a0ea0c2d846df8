//! One segment.

use icp::model::{Detection, EvidenceRef, Fit, Grade, SharedTrait, SignalKey, SuggestionCard, TargetingPack};

use super::chart;
use super::html::{Html, html};
use super::tables::{Column, table};
use crate::number::{chance, counted, expected, factor, grouped, noun, percent};

/// The grade as a small sign.
pub(super) fn badge(out: &mut Html, grade: Grade) {
    let class = match grade {
        Grade::Supported => "supported",
        Grade::Tentative => "tentative",
        _ => "exploratory",
    };
    html!(out; "<span class=\"badge " (class) "\">" (grade) "</span>");
}

/// The whole card.
pub(super) fn card(out: &mut Html, number: usize, card: &SuggestionCard) {
    html!(out; "<article class=\"card\" id=\"card-" (number) "\" aria-labelledby=\"title-" (number) "\"><header><p class=\"eyebrow\">Segment " (number) " ");
    badge(out, card.grade);
    html!(out; "</p><h3 id=\"title-" (number) "\">" (card.title) "</h3><p class=\"rationale\">" (card.rationale) "</p>");
    html!(out; "<p class=\"rule\"><span>Rule</span> <code>" (card.rule_text) "</code></p></header>");
    supporters(out, card);
    figures(out, card);
    for (title, class, lines) in [
        ("What would raise the grade", "raise", &card.would_raise),
        ("Take care", "warn", &card.negative_flags),
    ] {
        if !lines.is_empty() {
            html!(out; "<div class=\"aside " (class) "\"><h4>" (title) "</h4><ul>");
            for line in lines {
                html!(out; "<li>" (line) "</li>");
            }
            out.raw("</ul></div>");
        }
    }
    traits(out, card);
    samples(out, card);
    evidence(out, card);
    pack(out, &card.targeting_pack, card);
    reduced(out, card);
    html!(out; "<p class=\"meta\"><code>" (card.id) "</code></p></article>");
}

fn supporters(out: &mut Html, card: &SuggestionCard) {
    out.raw("<div class=\"support\"><p class=\"k\">");
    chart::dots(out, card.seeds_supporting, card.seeds_total);
    html!(out; " <b>" (card.seeds_supporting) " of " (card.seeds_total) "</b> best " (noun(card.seeds_total.into(), "customer", "customers")) "</p><ul class=\"chips\">");
    for seed in &card.supporting_seeds {
        html!(out; "<li>" (seed.name));
        if seed.fit != Fit::Match && !seed.unknown.is_empty() {
            html!(out; " <small>not known: " (seed.unknown.join(", ")) "</small>");
        }
        out.raw("</li>");
    }
    out.raw("</ul></div>");
}

fn figures(out: &mut Html, card: &SuggestionCard) {
    out.raw("<dl class=\"figures\"><div class=\"size\"><dt>In the register</dt><dd>");
    if let Some(total) = card.register.total {
        html!(out; "<b>" (grouped(total)) "</b>");
    }
    out.raw("<span>");
    out.raw(match (card.register.total.is_some(), card.register.whole_rule) {
        (false, _) => "The register knows none of the conditions, so it cannot count the segment.",
        (true, true) => "live companies meet the whole rule",
        (true, false) => "live companies meet the part the register knows; the segment is smaller",
    });
    if let Some(breadth) = card.breadth {
        html!(out; " (" (percent(breadth)) " of all)");
    }
    out.raw("</span></dd></div>");
    if let Some(lift) = &card.lift {
        html!(out; "<div class=\"wide\"><dt>Lift</dt><dd><b>" (factor(lift.lift.value)) "</b><span>" (percent(lift.lift.level)) " interval " (factor(lift.lift.low)) " to " (factor(lift.lift.high)) "; base rate " (percent(lift.base_rate)));
        html!(out; "; by chance alone: p " (chance(lift.p_value)) ", or " (expected(lift.e_value)) " patterns this strong</span>");
        chart::lift(out, &lift.lift);
        out.raw("</dd></div>");
    } else {
        out.raw("<div class=\"wide\"><dt>Lift</dt><dd><span>No base rate: the register knows none of the conditions.</span></dd></div>");
    }
    out.raw("<div><dt>Back-test</dt><dd>");
    match &card.back_test {
        Some(test) if test.hidden > 0 => {
            html!(out; "<b>" (test.caught) " of " (test.hidden) "</b><span>hidden customers caught again</span>");
            chart::share(out, &test.recall);
        }
        _ => out.raw("<span>Too few customers to hide one.</span>"),
    }
    out.raw("</dd></div><div><dt>Fragility</dt><dd>");
    match card.fragility {
        0 => out.raw("<b>0</b><span>losing any one customer lowers the grade</span>"),
        n => {
            html!(out; "<b>" (n) "</b><span>" (noun(n.into(), "customer", "customers")) " may be lost before the grade falls</span>")
        }
    }
    html!(out; "</dd></div><div><dt>Among the lost</dt><dd><b>" (card.lost.have) "</b><span>fit, " (card.lost.lack) " do not, " (card.lost.unknown) " unknown</span></dd></div>");
    html!(out; "<div><dt>Evidence</dt><dd><b>" (grouped(u64::from(card.evidence_count))) "</b><span>" (noun(card.evidence_count.into(), "company page", "company pages")) "</span></dd></div></dl>");
}

fn traits(out: &mut Html, card: &SuggestionCard) {
    let rows: Vec<&SharedTrait> = card.integrations.iter().chain(&card.traits).collect();
    if rows.is_empty() && card.ssic_cluster.is_empty() && card.headcount_band.is_none() {
        return;
    }
    out.raw("<h4>What they share</h4>");
    table(
        out,
        "Shared traits",
        &[Column::text("Trait"), Column::text("Value"), Column::number("Seen at")],
        |out| {
            for code in &card.ssic_cluster {
                html!(out; "<tr><td>Industry code</td><th scope=\"row\">" (code.node) " <small>" (code.title.as_deref().unwrap_or_default()) " (SSIC " (code.node.edition()) ")</small></th><td class=\"n\">" (code.seeds) "</td></tr>");
            }
            if let Some(band) = card.headcount_band {
                html!(out; "<tr><td>Headcount</td><th scope=\"row\">" (band) "</th><td class=\"n\"></td></tr>");
            }
            for row in &rows {
                html!(out; "<tr><td>" (label(row.key)) "</td><th scope=\"row\">" (row.value) "</th><td class=\"n\">" (row.seeds) " of " (row.readable) " readable</td></tr>");
            }
        },
    );
    if !card.champions.is_empty() {
        html!(out; "<p class=\"champions\"><b>Champions:</b> " (joined(&card.champions, ", ")) "</p>");
    }
}

fn samples(out: &mut Html, card: &SuggestionCard) {
    if card.register.samples.is_empty() {
        return;
    }
    out.raw("<h4>From the register</h4>");
    let columns =
        [Column::text("Company"), Column::text("UEN"), Column::text("SSIC"), Column::text("Status")];
    table(out, "Companies of the register that fit", &columns, |out| {
        for row in &card.register.samples {
            html!(out; "<tr><th scope=\"row\">" (row.name) "</th><td><code>" (row.uen) "</code></td><td>" (row.ssic.as_deref().unwrap_or("none")) "</td><td>" (row.status) "</td></tr>");
        }
    });
}

fn evidence(out: &mut Html, card: &SuggestionCard) {
    if card.evidence.is_empty() {
        return;
    }
    html!(out; "<details><summary>Evidence <span class=\"muted\">" (counted(card.evidence.len() as u64, "item", "items")) "</span></summary>");
    evidence_list(out, &card.evidence);
    out.raw("</details>");
}

/// Items with their quotations, each linked to the page that says so.
pub(super) fn evidence_list(out: &mut Html, items: &[EvidenceRef]) {
    out.raw("<ul class=\"evidence\">");
    for item in items {
        html!(out; "<li><p><b>" (item.company_name) "</b> <span class=\"muted\">" (label(item.key)) "</span> " (item.value) "</p>");
        match item.quote() {
            // An address or a header is seen, not said.
            Some(quote) if item.detection() == Some(Detection::Detected) => {
                html!(out; "<p class=\"seen\"><code>" (quote) "</code></p>")
            }
            Some(quote) => html!(out; "<blockquote><p>" (quote) "</p></blockquote>"),
            None => {}
        }
        match item.url() {
            Some(url) => {
                out.raw("<p class=\"source\">");
                out.link(&to_words(url, item), url);
                out.raw("</p>");
            }
            None => out.raw("<p class=\"source\">From the register or the intake</p>"),
        }
        out.raw("</li>");
    }
    out.raw("</ul>");
}

/// The address with a text fragment (WICG Scroll To Text Fragment), so that a browser that knows it shows the very
/// words. What only machines read is not on the page, and an address that has a fragment keeps it.
fn to_words(url: &str, item: &EvidenceRef) -> String {
    let words = match item.quote() {
        Some(quote) if item.detection() != Some(Detection::Detected) && !url.contains('#') => quote,
        _ => return url.to_owned(),
    };
    let mut target = format!("{url}#:~:text=");
    for byte in words.split_whitespace().take(10).collect::<Vec<_>>().join(" ").bytes() {
        if byte.is_ascii_alphanumeric() {
            target.push(char::from(byte));
        } else {
            target.push_str(&format!("%{byte:02X}"));
        }
    }
    target
}

fn pack(out: &mut Html, pack: &TargetingPack, card: &SuggestionCard) {
    out.raw("<details><summary>Targeting pack</summary><dl class=\"pack\">");
    let code = |code: &icp::model::SsicRef| match &code.title {
        Some(title) => format!("{} {title}", code.node),
        None => code.node.to_string(),
    };
    let rows: [(&str, Vec<String>); 9] = [
        ("Industries to include", pack.ssic_include.iter().map(code).collect()),
        ("Industries to leave out", pack.ssic_exclude.iter().map(code).collect()),
        ("Stack to look for", texts(&pack.technographic_filters)),
        ("Stack that blocks", texts(&pack.technographic_exclude)),
        ("Headcount", pack.headcount_bands.iter().map(ToString::to_string).collect()),
        ("Where", texts(&pack.geographies)),
        ("Entity types", pack.entity_types.iter().map(ToString::to_string).collect()),
        ("Company age", pack.company_ages.iter().map(|age| format!("{age} years")).collect()),
        ("Whom to approach", texts(if pack.titles.is_empty() { &card.champions } else { &pack.titles })),
    ];
    for (label, values) in rows.iter().filter(|(_, values)| !values.is_empty()) {
        html!(out; "<div><dt>" (label) "</dt><dd>" (values.join(" · ")) "</dd></div>");
    }
    if !pack.pitch.is_empty() {
        html!(out; "<div><dt>Pitch</dt><dd>" (pack.pitch) "</dd></div>");
    }
    if let Some(objection) = &pack.objection {
        html!(out; "<div><dt>Top objection</dt><dd>" (objection));
        if let Some(rebuttal) = &pack.rebuttal {
            html!(out; "<br><b>Answer:</b> " (rebuttal));
        }
        out.raw("</dd></div>");
    }
    if !pack.suppression.is_empty() {
        out.raw("<div><dt>Do not approach</dt><dd><ul class=\"chips\">");
        for company in &pack.suppression {
            html!(out; "<li>" (company.name) " <small>" (company.role.as_str().replace('_', " ")) "</small></li>");
        }
        out.raw("</ul></dd></div>");
    }
    out.raw("</dl></details>");
}

fn reduced(out: &mut Html, card: &SuggestionCard) {
    if card.reduced_evidence.is_empty() {
        return;
    }
    html!(out; "<details><summary>Reduced evidence <span class=\"muted\">" (counted(card.reduced_evidence.len() as u64, "company", "companies")) "</span></summary><ul>");
    for item in &card.reduced_evidence {
        html!(out; "<li><b>" (item.company) "</b>: " (item.detail));
        if let Some(cause) = item.cause {
            html!(out; " <span class=\"muted\">" (cause.advice()) "</span>");
        }
        out.raw("</li>");
    }
    out.raw("</ul></details>");
}

fn texts(items: &[impl ToString]) -> Vec<String> {
    items.iter().map(ToString::to_string).collect()
}

/// The items as one text.
pub(super) fn joined(items: &[impl ToString], separator: &str) -> String {
    texts(items).join(separator)
}

/// A signal key in words.
pub(super) fn label(key: SignalKey) -> String {
    match key {
        SignalKey::Ssic => "Industry code".to_owned(),
        SignalKey::HeadcountHint => "Headcount".to_owned(),
        other => {
            let words = other.as_str().replace('_', " ");
            words[..1].to_uppercase() + &words[1..]
        }
    }
}
