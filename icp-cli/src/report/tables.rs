//! Themes to avoid, the seeds with how each was found, and the sites with how each was read.

use std::collections::BTreeMap;

use icp::model::{
    CompanyId, Method, NegativeBasis, NegativeTheme, Outcome, SiteReport, SiteRole, SiteStatus,
};

use super::ReportSeed;
use super::card::{evidence_list, joined};
use super::html::{Html, html};
use crate::number::{bytes, counted, grouped};
use crate::print::choices;

/// A column's heading, and whether numbers stand in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    title: &'static str,
    class: &'static str,
}

impl Column {
    pub(super) const fn text(title: &'static str) -> Self {
        Self { title, class: "" }
    }

    pub(super) const fn number(title: &'static str) -> Self {
        Self { title, class: "n" }
    }
}

/// A table that scrolls by itself where the page is narrow; its region takes the keyboard so that it can.
pub(super) fn table(out: &mut Html, name: &str, columns: &[Column], rows: impl FnOnce(&mut Html)) {
    html!(out; "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"" (name) "\"><table><thead><tr>");
    for column in columns {
        html!(out; "<th scope=\"col\" class=\"" (column.class) "\">" (column.title) "</th>");
    }
    out.raw("</tr></thead><tbody>");
    rows(out);
    out.raw("</tbody></table></div>");
}

/// Themes to avoid.
pub(super) fn negative(out: &mut Html, themes: &[NegativeTheme]) {
    if themes.is_empty() {
        return;
    }
    out.raw(
        "<section aria-labelledby=\"negative\"><h2 id=\"negative\">Whom to avoid</h2><div class=\"themes\">",
    );
    for theme in themes {
        let (class, basis) = match theme.basis {
            NegativeBasis::ReasonOnly => ("reason", "said, not seen"),
            NegativeBasis::AttributeBacked => ("backed", "backed by an attribute"),
            _ => ("contradicted", "contradicted"),
        };
        html!(out; "<article class=\"theme\"><h3>" (theme.theme) "</h3><span class=\"badge " (class) "\">" (basis) "</span>");
        for reason in &theme.reasons {
            html!(out; "<blockquote><p>" (reason.text) "</p><footer>" (reason.from) "</footer></blockquote>");
        }
        if let Some(attribute) = &theme.attribute {
            html!(out; "<p><b>Shared by the lost:</b> " (attribute) "</p>");
        }
        if !theme.lost.is_empty() {
            html!(out; "<p><b>Lost:</b> " (joined(&theme.lost, ", ")) "</p>");
        }
        if !theme.contradicted_by.is_empty() {
            html!(out; "<p><b>Speaks against it:</b> " (joined(&theme.contradicted_by, ", ")) "</p>");
        }
        if !theme.evidence.is_empty() {
            html!(out; "<details><summary>Evidence <span class=\"muted\">" (counted(theme.evidence.len() as u64, "item", "items")) "</span></summary>");
            evidence_list(out, &theme.evidence);
            out.raw("</details>");
        }
        out.raw("</article>");
    }
    out.raw("</div></section>");
}

/// The seeds, and how each was found.
pub(super) fn seeds(out: &mut Html, seeds: &[ReportSeed<'_>]) {
    out.raw("<section aria-labelledby=\"seeds\"><h2 id=\"seeds\">How each company was found</h2>");
    let columns = [
        Column::text("Company"),
        Column::text("Role"),
        Column::text("Outcome"),
        Column::text("Register entry"),
        Column::text("Why"),
    ];
    table(out, "Companies named, and how each was found", &columns, |out| {
        for ReportSeed { seed, decision } in seeds {
            html!(out; "<tr><th scope=\"row\">" (seed.name));
            if let Some(domain) = &seed.domain {
                html!(out; "<br><small>" (domain) "</small>");
            }
            html!(out; "</th><td>" (seed.role) "</td>");
            let Some(decision) = decision else {
                out.raw("<td><span class=\"status off\">not tried</span></td><td></td><td></td></tr>");
                continue;
            };
            let class = match decision.outcome {
                Outcome::Matched => "ok",
                Outcome::Ambiguous => "some",
                _ => "off",
            };
            html!(out; "<td><span class=\"status " (class) "\">" (decision.outcome.as_str().replace('_', " ")) "</span><br><small>" (method(decision.method)) ", p\u{a0}" (decision.probability) "</small></td><td>");
            match &decision.entity {
                Some(entity) => {
                    html!(out; (entity.name) "<br><small><code>" (entity.uen) "</code> " (entity.status.text) "</small>")
                }
                None if choices(decision).next().is_none() => out.raw("<span class=\"muted\">none</span>"),
                None => {
                    out.raw("<ul class=\"choices\">");
                    for choice in choices(decision) {
                        html!(out; "<li>" (choice.entity.name) " <small><code>" (choice.entity.uen) "</code> p\u{a0}" (choice.probability) "</small></li>");
                    }
                    out.raw("</ul>");
                }
            }
            html!(out; "</td><td>" (decision.reason));
            if !decision.rungs.is_empty() {
                out.raw("<details><summary>Steps</summary><ol>");
                for rung in &decision.rungs {
                    html!(out; "<li>" (method(rung.method)) ": " (rung.saw) (if rung.decided { " (decided)" } else { "" }) "</li>");
                }
                out.raw("</ol></details>");
            }
            out.raw("</td></tr>");
        }
    });
    out.raw("</section>");
}

/// The sites, and how each was read.
pub(super) fn sites(out: &mut Html, sites: &[SiteReport], names: &BTreeMap<CompanyId, &str>) {
    if sites.is_empty() {
        return;
    }
    out.raw("<section aria-labelledby=\"sites\"><h2 id=\"sites\">How each website was read</h2>");
    let columns = [
        Column::text("Website"),
        Column::text("Status"),
        Column::number("Pages"),
        Column::number("Size"),
        Column::text("Cause"),
    ];
    table(out, "Websites, and how each was read", &columns, |out| {
        for site in sites {
            let name = match site.role {
                SiteRole::Own => "Your site",
                _ => names.get(&site.company).copied().unwrap_or_default(),
            };
            let (class, status) = match site.status {
                SiteStatus::Read => ("ok", "read"),
                SiteStatus::Reduced => ("some", "read in part"),
                _ => ("off", "not read"),
            };
            html!(out; "<tr><th scope=\"row\">" (site.domain) "<br><small>" (name) "</small></th><td><span class=\"status " (class) "\">" (status) "</span></td>");
            html!(out; "<td class=\"n\">" (grouped(u64::from(site.pages))) "</td><td class=\"n\">" (bytes(site.bytes)) "</td><td>");
            if let Some(refusal) = &site.cause {
                html!(out; (refusal.cause.as_str().replace('_', " ")) ": " (site.advice().unwrap_or_default()) "<br><small>" (refusal.detail) "</small>");
            }
            let refused: Vec<_> =
                site.fetches.iter().filter_map(|fetch| Some((&fetch.url, fetch.refusal.as_ref()?))).collect();
            if refused.len() > 1 {
                html!(out; "<details><summary>" (counted(refused.len() as u64, "address", "addresses")) " without a page</summary><ul>");
                for (url, refusal) in refused {
                    html!(out; "<li>" (url) " <small>" (refusal.cause.as_str().replace('_', " ")) "</small></li>");
                }
                out.raw("</ul></details>");
            }
            out.raw("</td></tr>");
        }
    });
    out.raw("</section>");
}

/// A rung of the ladder in words.
fn method(method: Method) -> &'static str {
    match method {
        Method::Person => "by a person",
        Method::Uen => "UEN",
        Method::KnownDomain => "known website",
        Method::ExactName => "exact name",
        Method::FormerName => "former name",
        Method::SiteLegalName => "legal name on the site",
        Method::FuzzyName => "near name",
        Method::Jurisdiction => "jurisdiction",
        Method::None => "no step",
        _ => "another step",
    }
}
