//! The pacing certificates of a run: what was asked of each site, and when.

use std::sync::Arc;

use icp::fetch::HttpFetcher;
use icp::pace::PacingCertificate;
use icp::prelude::*;
use serde::Serialize;

use crate::number::counted;

/// Where a run reads sites.
pub(crate) enum Web {
    /// From a directory or a recording, which need no pace.
    Saved(Arc<dyn Fetcher>),
    /// From servers.
    Asked(Arc<HttpFetcher>),
}

impl Web {
    pub(crate) fn fetcher(&self) -> Arc<dyn Fetcher> {
        match self {
            Self::Saved(fetcher) => fetcher.clone(),
            Self::Asked(fetcher) => fetcher.clone(),
        }
    }
}

/// A site's certificate.
#[derive(Debug, Serialize)]
pub(crate) struct SitePacing {
    site: Domain,
    certificate: PacingCertificate,
    /// Where the certificate does not hold: a defect of ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
}

impl SitePacing {
    /// How many requests a site was asked, and how far apart they were on average, when it is that site's.
    pub(crate) fn of(&self, site: &Domain) -> Option<String> {
        if self.site != *site {
            return None;
        }
        let (mut requests, mut gaps, mut millis) = (0, 0, 0);
        for host in &self.certificate.hosts {
            requests += host.requests.len() as u64;
            for pair in host.requests.windows(2) {
                if let [earlier, later] = pair {
                    gaps += 1;
                    millis += later.started.millis_since(earlier.started);
                }
            }
        }
        let asked = counted(requests, "request", "requests");
        if gaps == 0 {
            return Some(asked);
        }
        Some(format!("{asked}, every {:.1} s", millis as f64 / f64::from(gaps) / 1000.0))
    }
}

/// A run's report with the certificates of what it asked of servers.
#[derive(Serialize)]
pub(crate) struct Paced<'a> {
    #[serde(flatten)]
    pub(crate) run: &'a RunReport,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(crate) pacing: &'a [SitePacing],
}

/// The certificates of the sites that were asked since a time. One that does not hold means a defect, which is said; the
/// run's report is not lost for it.
pub(crate) async fn certificates(web: &Web, run: &RunReport, since: Timestamp) -> Vec<SitePacing> {
    let Web::Asked(fetcher) = web else { return Vec::new() };
    let mut all = Vec::new();
    for site in &run.sites {
        let certificate = fetcher.pacing(&site.domain, since).await;
        let fault = certificate.verify().err().map(|fault| fault.to_string());
        if let Some(fault) = &fault {
            eprintln!("warning: the pace of {} was not kept, please report this: {fault}", site.domain);
        }
        if !certificate.hosts.is_empty() {
            all.push(SitePacing { site: site.domain.clone(), certificate, fault });
        }
    }
    all
}

/// Says how many requests were made.
pub(crate) fn print(pacing: &[SitePacing]) {
    let hosts = || pacing.iter().flat_map(|site| &site.certificate.hosts);
    let requests: usize = hosts().map(|host| host.requests.len()).sum();
    if requests > 0 && pacing.iter().all(|site| site.fault.is_none()) {
        println!(
            "Pace: {} to {}, each when its host's schedule permitted it.",
            counted(requests as u64, "request", "requests"),
            counted(hosts().count() as u64, "host", "hosts")
        );
    }
}
