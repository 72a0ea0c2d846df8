//! Stage `crawl`: reads the user's site and every seed's, several at a time, pages of one site in turn.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::stream::{self, StreamExt};
use url::Url;

use super::StageContext;
use super::frontier::Frontier;
use crate::error::Result;
use crate::extract::page_kind;
use crate::model::{
    BlockKind, CompanyId, Domain, FetchRecord, Page, Refusal, RefusalCause, SeedRole, SiteCrawl, SiteReport,
    SiteRole, SiteStatus, Zone, company_id,
};
use crate::ports::{FetchOutcome, FetchRequest, ProgressEvent, StageName};

/// A site to read.
#[derive(Clone, Debug)]
struct Site {
    domain: Domain,
    company: CompanyId,
    role: SiteRole,
}

/// So many refusals in a row by a site itself end the reading: it does not want us.
const TURNED_AWAY: usize = 2;

pub(super) async fn read_sites(stage: &StageContext<'_>) -> Result<()> {
    let run = stage.run;
    let sites = sites_of(stage);
    let total = sites.len() as u64;
    stage.emit(&ProgressEvent::StageStarted { run, stage: StageName::Crawl, total });
    let read: BTreeSet<Domain> = stage.tenant.sites(run).await?.into_iter().map(|site| site.domain).collect();
    let mut done = sites.iter().filter(|site| read.contains(&site.domain)).count() as u64;
    let waiting = sites.into_iter().filter(|site| !read.contains(&site.domain));
    let mut crawls = stream::iter(waiting.map(|site| async move {
        stage.check_cancelled().await?;
        let crawl = read_site(stage, &site).await?;
        stage.tenant.record_site(run, &crawl).await?;
        Ok::<SiteReport, crate::Error>(crawl.report)
    }))
    .buffer_unordered(stage.options.concurrent_sites.max(1));
    while let Some(report) = crawls.next().await {
        let report = report?;
        done += 1;
        let site = report.domain.to_string();
        stage.emit(&ProgressEvent::SiteDone {
            run,
            site: site.clone(),
            status: report.status,
            pages: report.pages,
        });
        stage.emit(&ProgressEvent::UnitDone { run, stage: StageName::Crawl, label: site, done, total });
    }
    stage.emit(&ProgressEvent::StageDone { run, stage: StageName::Crawl });
    Ok(())
}

/// The user's site, then the best and the lost customers' sites, each registrable domain once.
fn sites_of(stage: &StageContext<'_>) -> Vec<Site> {
    let payload = stage.payload();
    let own = Site {
        domain: payload.website.clone(),
        company: company_id("", Some(&payload.website)),
        role: SiteRole::Own,
    };
    let mut sites: BTreeMap<String, Site> = BTreeMap::from([(own.domain.registrable().to_owned(), own)]);
    for seed in payload.seeds.iter().filter(|seed| matches!(seed.role, SeedRole::Best | SeedRole::Lost)) {
        if let Some(domain) = &seed.domain {
            sites.entry(domain.registrable().to_owned()).or_insert_with(|| Site {
                domain: domain.clone(),
                company: seed.company,
                role: SiteRole::Seed,
            });
        }
    }
    let mut sites: Vec<Site> = sites.into_values().collect();
    sites.sort_by_key(|site| (site.role, site.domain.clone()));
    sites
}

async fn read_site(stage: &StageContext<'_>, site: &Site) -> Result<SiteCrawl> {
    let mut reading = Reading { stage, site, pages: Vec::new(), fetches: Vec::new(), turned_away: 0 };
    let mut frontier = Frontier::new(site.domain.clone(), stage.options.pages_per_kind);
    let home = stage.parts.fetcher.home(&site.domain);
    frontier.mark_read(&home);
    if reading.read(&home, true).await? {
        if let Some(page) = reading.pages.first() {
            if let Ok(served_at) = Url::parse(&page.url) {
                frontier.mark_read(&served_at);
            }
            frontier.add_links(page, 0);
        }
        while reading.pages.len() < stage.options.pages_per_site && reading.turned_away < TURNED_AWAY {
            let Some((url, guess, depth)) = frontier.next() else { break };
            stage.cancel.check()?;
            if reading.read(&url, false).await?
                && let Some(page) = reading.pages.last_mut()
            {
                if page.kind == crate::model::PageKind::Other {
                    page.kind = guess;
                }
                if let Some(record) = reading.fetches.last_mut() {
                    record.kind = Some(page.kind);
                }
                frontier.add_links(page, depth + 1);
            }
        }
    }
    Ok(reading.finish())
}

/// The reading of one site so far.
struct Reading<'a> {
    stage: &'a StageContext<'a>,
    site: &'a Site,
    pages: Vec<Page>,
    fetches: Vec<FetchRecord>,
    turned_away: usize,
}

impl Reading<'_> {
    async fn read(&mut self, url: &Url, is_home: bool) -> Result<bool> {
        let request = FetchRequest { url: url.clone(), site: self.site.domain.clone() };
        let outcome = self.stage.parts.fetcher.fetch(&request).await?;
        let (kind, refusal) = match outcome {
            FetchOutcome::Page(page)
                if self.pages.iter().any(|read| read.content_hash == page.content_hash) =>
            {
                // The same text at another address shows nothing new.
                self.fetches.push(FetchRecord { url: url.to_string(), kind: None, refusal: None });
                return Ok(false);
            }
            FetchOutcome::Page(mut page) => {
                let first_heading = page
                    .blocks
                    .iter()
                    .find(|block| block.zone == Zone::Main && block.kind == BlockKind::Heading(1))
                    .map(|block| page.block_text(block).to_owned());
                let served_at = Url::parse(&page.url).unwrap_or_else(|_| url.clone());
                page.kind = page_kind(&served_at, page.title.as_str(), first_heading.as_deref(), is_home);
                let kind = page.kind;
                self.pages.push(*page);
                self.turned_away = 0;
                (Some(kind), None)
            }
            FetchOutcome::Refused(refusal) => {
                if refusal.cause == RefusalCause::Blocked {
                    self.turned_away += 1;
                }
                (None, Some(refusal))
            }
        };
        let read = kind.is_some();
        self.fetches.push(FetchRecord { url: url.to_string(), kind, refusal });
        self.stage.emit(&ProgressEvent::PageFetched { run: self.stage.run, url: url.to_string(), read });
        Ok(read)
    }

    fn finish(self) -> SiteCrawl {
        // A dead link on a site that was read takes no evidence away; a page that was refused does.
        let harmless =
            |cause| matches!(cause, RefusalCause::NotFound | RefusalCause::NotHtml | RefusalCause::OffSite);
        let mut refusals = self.fetches.iter().filter_map(|record| record.refusal.clone());
        let cause: Option<Refusal> =
            refusals.find(|refusal| self.pages.is_empty() || !harmless(refusal.cause));
        let status = match (self.pages.is_empty(), &cause) {
            (true, _) => SiteStatus::Unread,
            (false, Some(_)) => SiteStatus::Reduced,
            (false, None) => SiteStatus::Read,
        };
        SiteCrawl {
            report: SiteReport {
                domain: self.site.domain.clone(),
                company: self.site.company,
                role: self.site.role,
                status,
                cause,
                pages: self.pages.len() as u32,
                bytes: self.pages.iter().map(|page| page.body_bytes).sum(),
                fetches: self.fetches,
            },
            pages: self.pages,
        }
    }
}
