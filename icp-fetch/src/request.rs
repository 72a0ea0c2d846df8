//! Checks by both fetchers before anything is read: an address, a kind and time left.

use std::time::Duration;

use icp_core::model::{Refusal, RefusalCause, Timestamp};
use icp_core::ports::{FetchRequest, FetchTarget};
use url::Url;

/// The kind of thing that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Page,
    Sitemap,
}

/// The address and kind of a request's target.
pub(crate) fn target(request: &FetchRequest) -> Result<(Url, Kind), Refusal> {
    let kind = match request.target {
        FetchTarget::Home | FetchTarget::Page(_) => Kind::Page,
        FetchTarget::Sitemap(_) => Kind::Sitemap,
        _ => return Err(Refusal::new(RefusalCause::NotFound, "only pages and sitemaps are fetched")),
    };
    let url = request
        .url()
        .ok_or_else(|| Refusal::new(RefusalCause::ForbiddenUrl, "the site has no address on the web"))?;
    Ok((url, kind))
}

/// The time left until a request's deadline; `None` without one.
pub(crate) fn time_left(request: &FetchRequest, now: Timestamp) -> Result<Option<Duration>, Refusal> {
    let Some(deadline) = request.deadline else { return Ok(None) };
    match u64::try_from(deadline.as_micros().saturating_sub(now.as_micros())) {
        Ok(left) if left > 0 => Ok(Some(Duration::from_micros(left))),
        _ => Err(too_late()),
    }
}

/// The refusal of what is not there at the deadline.
pub(crate) fn too_late() -> Refusal {
    Refusal::new(RefusalCause::Timeout, "the request's deadline has passed")
}

/// Whether an address is a host's front page.
pub(crate) fn is_home(url: &Url) -> bool {
    url.path() == "/" && url.query().is_none()
}
