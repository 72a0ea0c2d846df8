//! The span of a fetch: ids and counts, never a path, a query or what a page says.

use icp_core::Result;
use icp_core::ports::{FetchOutcome, FetchRequest, FetchTarget};
use tracing::Span;
use tracing::field::Empty;

/// Opens the span of a request.
pub(crate) fn span(request: &FetchRequest) -> Span {
    let target = match request.target {
        FetchTarget::Home => "home",
        FetchTarget::Page(_) => "page",
        FetchTarget::Sitemap(_) => "sitemap",
        _ => "other",
    };
    let host = match &request.target {
        FetchTarget::Page(url) | FetchTarget::Sitemap(url) => url.host_str().unwrap_or_default(),
        _ => request.site.as_str(),
    };
    tracing::info_span!(
        "fetch",
        host,
        target,
        outcome = Empty,
        cause = Empty,
        status = Empty,
        bytes = Empty,
        ms = Empty,
    )
}

/// Adds the outcome to the span.
pub(crate) fn note(span: &Span, outcome: &Result<FetchOutcome>, ms: u64) {
    span.record("ms", ms);
    let outcome = match outcome {
        Ok(FetchOutcome::Page(page)) => {
            span.record("bytes", page.body_bytes);
            "page"
        }
        Ok(FetchOutcome::NotModified) => "not_modified",
        Ok(FetchOutcome::Sitemap(_)) => "sitemap",
        Ok(FetchOutcome::Refused(refusal)) => {
            span.record("cause", refusal.cause.as_str());
            "refused"
        }
        Ok(_) => "other",
        Err(_) => "failed",
    };
    span.record("outcome", outcome);
    span.in_scope(|| tracing::debug!(outcome, ms, "fetched"));
}
