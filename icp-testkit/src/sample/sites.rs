//! The table of the sample sites: their pages, and how they behave. The pages are files under `sites/<host>/`.

/// How a site answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// At once.
    Normal,
    /// After 300 to 400 ms.
    Slow,
    /// Not at all: the connection is closed without an answer.
    Down,
}

/// A site of the sample web.
#[derive(Debug)]
pub struct SampleSite {
    host: &'static str,
    manner: Manner,
    /// Path and source text, the home page first.
    files: &'static [(&'static str, &'static str)],
    redirects: &'static [(&'static str, &'static str)],
    headers: &'static [(&'static str, &'static str)],
    /// Served in ISO 8859-1, which only the page itself declares.
    latin_1: bool,
}

impl SampleSite {
    /// The host.
    pub fn host(&self) -> &'static str {
        self.host
    }

    /// How it answers.
    pub fn manner(&self) -> Manner {
        self.manner
    }

    /// The paths that have a body: pages, robots.txt, sitemap.xml.
    pub fn paths(&self) -> impl Iterator<Item = &'static str> {
        self.files.iter().map(|(path, _)| *path)
    }

    /// The paths of HTML pages.
    pub fn pages(&self) -> impl Iterator<Item = &'static str> {
        self.paths().filter(|path| !path.contains('.'))
    }

    /// The source text of a path.
    pub fn text(&self, path: &str) -> Option<&'static str> {
        self.files.iter().find(|(known, _)| *known == path).map(|(_, text)| *text)
    }

    /// The bytes of a path as served: the text in the site's character set.
    pub fn body(&self, path: &str) -> Option<Vec<u8>> {
        let text = self.text(path)?;
        Some(if self.latin_1 {
            text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
        } else {
            text.as_bytes().to_vec()
        })
    }

    /// Where a path has moved to, within the site.
    pub fn redirect(&self, path: &str) -> Option<&'static str> {
        self.redirects.iter().find(|(from, _)| *from == path).map(|(_, to)| *to)
    }

    pub(super) fn headers(&self) -> &'static [(&'static str, &'static str)] {
        self.headers
    }

    pub(super) fn content_type(&self, path: &str) -> &'static str {
        match path.rsplit_once('.') {
            Some((_, "txt")) => "text/plain; charset=utf-8",
            Some((_, "xml")) => "application/xml",
            _ if self.latin_1 => "text/html",
            _ => "text/html; charset=utf-8",
        }
    }
}

/// All sites: the best customers by segment, the lost ones, the user's own.
pub fn sites() -> &'static [SampleSite] {
    SITES
}

pub(super) fn site(host: &str) -> Option<&'static SampleSite> {
    SITES.iter().find(|site| site.host == host)
}

const PLAIN: SampleSite =
    SampleSite { host: "", manner: Manner::Normal, files: &[], redirects: &[], headers: &[], latin_1: false };

/// The home page, pages by their names, and other files by theirs.
macro_rules! files {
    ($host:literal: $($page:literal)*; $($file:literal)*) => {
        &[
            ("/", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sites/", $host, "/index.html"))),
            $((
                concat!("/", $page),
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sites/", $host, "/", $page, ".html")),
            ),)*
            $((
                concat!("/", $file),
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sites/", $host, "/", $file)),
            ),)*
        ]
    };
}

#[rustfmt::skip]
static SITES: &[SampleSite] = &[
    SampleSite {
        host: "northpier.example",
        files: files!("northpier.example": "about" "services" "integrations" "careers" "contact" "terms"; "robots.txt" "sitemap.xml"),
        ..PLAIN
    },
    SampleSite {
        host: "straitlane.example",
        files: files!("straitlane.example": "company" "solutions" "technology" "jobs" "legal"; "robots.txt"),
        ..PLAIN
    },
    SampleSite {
        host: "boxwell.example",
        files: files!("boxwell.example": "about-us" "services" "customers" "careers" "privacy-policy"; "robots.txt"),
        headers: &[("X-Powered-By", "PHP/8.2.12"), ("Link", "<http://boxwell.example/wp-json/>; rel=\"https://api.w.org/\"")],
        ..PLAIN
    },
    SampleSite {
        host: "cinnabarcold.example",
        files: files!("cinnabarcold.example": "about" "warehouses" "customers" "careers" "terms"; "sitemap.xml"),
        ..PLAIN
    },
    // Refuses all robots: its pages are there, but no polite reader sees them.
    SampleSite {
        host: "harrowtide.example",
        files: files!("harrowtide.example": "about" "services" "contact"; "robots.txt"),
        ..PLAIN
    },
    SampleSite {
        host: "kestrelfoods.example",
        files: files!("kestrelfoods.example": "about" "products" "wholesale" "contact" "terms"; "robots.txt"),
        ..PLAIN
    },
    SampleSite {
        host: "pandanpine.example",
        files: files!("pandanpine.example": "pages/our-story" "collections/range" "pages/stockists" "pages/trade" "policies/legal-notice"; "robots.txt"),
        headers: &[("Powered-By", "Shopify"), ("Set-Cookie", "_shopify_y=0; Path=/")],
        ..PLAIN
    },
    SampleSite {
        host: "goldentamarind.example",
        manner: Manner::Slow,
        files: files!("goldentamarind.example": "about-us" "manufacturing" "careers" "terms"; "robots.txt"),
        ..PLAIN
    },
    SampleSite {
        host: "saltfield.example",
        files: files!("saltfield.example": "about" "catch" "quality" "careers" "terms"; "robots.txt"),
        redirects: &[("/certificates", "/quality")],
        ..PLAIN
    },
    SampleSite {
        host: "petitmarche.example",
        files: files!("petitmarche.example": "maison" "pantry" "professionals" "legal";),
        latin_1: true,
        ..PLAIN
    },
    SampleSite {
        host: "arclightprecision.example",
        files: files!("arclightprecision.example": "about" "capabilities" "industries" "quality" "careers" "legal"; "robots.txt" "sitemap.xml"),
        ..PLAIN
    },
    SampleSite {
        host: "vantek.example",
        files: files!("vantek.example": "about" "tooling" "systems" "careers" "terms"; "robots.txt"),
        ..PLAIN
    },
    SampleSite {
        host: "sembilanmetal.example",
        files: files!("sembilanmetal.example": "profile" "stamping" "suppliers" "vacancies" "privacy"; "robots.txt"),
        ..PLAIN
    },
    SampleSite {
        host: "kinrei.example",
        files: files!("kinrei.example": "about" "medical" "news" "contact" "terms"; "robots.txt"),
        headers: &[("X-Powered-By", "PHP/8.1.27")],
        ..PLAIN
    },
    SampleSite { host: "bluequay.example", manner: Manner::Down, ..PLAIN },
    SampleSite {
        host: "littlelantern.example",
        files: files!("littlelantern.example": "about" "visit" "workshops";),
        ..PLAIN
    },
    SampleSite {
        host: "straitsprovident.example",
        files: files!("straitsprovident.example": "about" "business-insurance" "security" "careers" "terms"; "robots.txt"),
        ..PLAIN
    },
    SampleSite {
        host: "casajambu.example",
        files: files!("casajambu.example": "hotels" "dining" "careers" "legal"; "robots.txt"),
        ..PLAIN
    },
    SampleSite {
        host: "tidewise.example",
        files: files!("tidewise.example": "product" "integrations" "customers" "customers/northpier" "pricing" "about" "legal"; "robots.txt" "sitemap.xml"),
        ..PLAIN
    },
];
