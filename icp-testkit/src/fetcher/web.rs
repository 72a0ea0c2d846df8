//! A small site: what a server or a directory holds of it, and what a fetcher makes of that.

use std::path::Path;
use std::{fs, io};

use icp_core::model::{
    BlockKind, Domain, Page, PageBuilder, Refusal, RefusalCause, Timestamp, Validators, Zone,
};
use icp_core::ports::{FetchOutcome, Sitemap, SitemapEntry};
use url::Url;

use crate::fixture::{at, domain, must};

/// A site to fetch from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WebContent {
    /// The site; every address is one of `https://SITE/`.
    pub site: Domain,
    /// Its robots.txt.
    pub robots: String,
    /// Everything else.
    pub resources: Vec<WebResource>,
}

/// One address of a site.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WebResource {
    /// The path; `/` is the front page.
    pub path: String,
    /// The media type of the body.
    pub media_type: &'static str,
    /// The body, for builders of fetchers that read bytes.
    pub body: Vec<u8>,
    /// The outcome of fetching it, for builders of fetchers that are given outcomes.
    pub outcome: FetchOutcome,
}

impl WebResource {
    /// Whether the address is a sitemap's.
    pub fn is_sitemap(&self) -> bool {
        self.path.contains("sitemap")
    }

    /// Whether robots.txt disallows it.
    pub fn is_disallowed(&self) -> bool {
        self.path.starts_with("/private/")
    }

    /// A tag that changes with the body, as a server sends it.
    pub fn etag(&self) -> String {
        etag(&self.body)
    }

    fn page(site: &Domain, path: &str, title: &str, text: &str) -> Self {
        let body = format!("<!doctype html><title>{title}</title><h1>{title}</h1><p>{text}</p>").into_bytes();
        let mut page = PageBuilder::new(format!("https://{site}{path}"), at(0));
        page.title(title).body_bytes(body.len() as u64).validators(Validators::new(Some(&etag(&body)), None));
        page.block(Zone::Main, BlockKind::Heading(1), title).block(Zone::Main, BlockKind::Text, text);
        let outcome = FetchOutcome::Page(Box::new(page.finish()));
        Self { path: path.to_owned(), media_type: "text/html; charset=utf-8", body, outcome }
    }

    fn sitemap(path: &str, body: impl Into<Vec<u8>>, sitemap: Sitemap) -> Self {
        let body = body.into();
        let outcome =
            FetchOutcome::Sitemap(sitemap.with_validators(Validators::new(Some(&etag(&body)), None)));
        let media_type = if path.ends_with(".txt") { "text/plain" } else { "application/xml" };
        Self { path: path.to_owned(), media_type, body, outcome }
    }

    fn refused(mut self, cause: RefusalCause) -> Self {
        self.outcome = FetchOutcome::Refused(Refusal::new(cause, "refused by the sample"));
        self
    }
}

impl WebContent {
    /// A site with pages, sitemaps of every form and a robots.txt.
    pub fn small() -> Self {
        let site = domain("acme.example");
        let url = |path: &str| must(Url::parse(&format!("https://acme.example{path}")));
        let entry = |path: &str| SitemapEntry::new(url(path));
        let modified: Timestamp = must("2026-05-01T00:00:00Z".parse());
        let xml = |root: &str, items: &str| {
            let space = "http://www.sitemaps.org/schemas/sitemap/0.9";
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root} xmlns=\"{space}\">{items}</{root}>\n"
            )
        };
        let pages = "<url><loc>https://acme.example/</loc></url>\
                     <url><loc>https://acme.example/about?a=1&amp;b=2</loc><lastmod>2026-05-01</lastmod></url>";
        let lists = "<sitemap><loc>https://acme.example/sitemap.xml</loc></sitemap>\
                     <sitemap><loc>https://acme.example/sitemap.txt</loc></sitemap>";
        let mixed = "<url><loc>https://other.example/</loc></url><url><loc>https://acme.example/about</loc></url>\
                     <url><loc>https://acme.example.evil.example/</loc></url><url><loc>javascript:alert(1)</loc></url>";
        let dtd = format!(
            "<!DOCTYPE urlset [<!ENTITY host \"https://acme.example/\">]>{}",
            xml("urlset", "<url><loc>&host;</loc></url>").lines().skip(1).collect::<String>()
        );
        let resources = vec![
            WebResource::page(&site, "/", "Acme Freight", "We move goods across the straits."),
            WebResource::page(&site, "/about", "About Acme", "A team of forty in Tuas, größer each year."),
            WebResource::page(&site, "/private/plans", "Plans", "Nobody reads this.")
                .refused(RefusalCause::RobotsDisallowed),
            WebResource::sitemap(
                "/sitemap.xml",
                xml("urlset", pages),
                Sitemap::new(vec![entry("/"), entry("/about?a=1&b=2").with_last_modified(modified)]),
            ),
            WebResource::sitemap(
                "/sitemap-index.xml",
                xml("sitemapindex", lists),
                Sitemap::default().with_sitemaps(vec![url("/sitemap.xml"), url("/sitemap.txt")]),
            ),
            WebResource::sitemap(
                "/sitemap.txt",
                "https://acme.example/about\nhttps://acme.example/jobs\n",
                Sitemap::new(vec![entry("/about"), entry("/jobs")]),
            ),
            WebResource::sitemap(
                "/sitemap.xml.gz",
                include_bytes!("../../web/sitemap.xml.gz"),
                Sitemap::new(vec![entry("/packed")]),
            ),
            WebResource::sitemap(
                "/sitemap-mixed.xml",
                xml("urlset", mixed),
                Sitemap::new(vec![entry("/about")]),
            ),
            WebResource::sitemap("/sitemap-dtd.xml", dtd, Sitemap::default())
                .refused(RefusalCause::NotSitemap),
            WebResource::sitemap("/private/sitemap.xml", xml("urlset", pages), Sitemap::default())
                .refused(RefusalCause::RobotsDisallowed),
        ];
        Self { site, robots: "User-agent: *\nDisallow: /private/\n".to_owned(), resources }
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> Url {
        must(Url::parse(&format!("https://{}{path}", self.site)))
    }

    /// The page that a fetcher makes of a path, where it makes one.
    pub fn page(&self, path: &str) -> Option<&Page> {
        self.resources.iter().find(|resource| resource.path == path).and_then(|found| match &found.outcome {
            FetchOutcome::Page(page) => Some(page.as_ref()),
            _ => None,
        })
    }

    /// Saves the site as files, `DIR/SITE/PATH`, robots.txt included; a page's file ends in `.html`.
    ///
    /// # Errors
    /// When a folder or file cannot be written.
    pub fn write(&self, dir: &Path) -> io::Result<()> {
        let folder = dir.join(self.site.as_str());
        let write = |name: &str, bytes: &[u8]| {
            let file = folder.join(name);
            fs::create_dir_all(file.parent().unwrap_or(&folder))?;
            fs::write(file, bytes)
        };
        write("robots.txt", self.robots.as_bytes())?;
        for resource in &self.resources {
            let name = match resource.path.trim_start_matches('/') {
                "" => "index.html".to_owned(),
                name if name.contains('.') => name.to_owned(),
                name => format!("{name}.html"),
            };
            write(&name, &resource.body)?;
        }
        Ok(())
    }
}

/// A tag of bytes by the FNV-1a hash (Fowler, Noll, Vo).
fn etag(bytes: &[u8]) -> String {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("\"{hash:016x}\"")
}
