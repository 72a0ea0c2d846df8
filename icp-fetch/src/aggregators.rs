//! Websites where companies are listed, never one company's own.

use icp_core::model::Domain;

/// Registrable domains.
const DOMAINS: [&str; 78] = [
    "accaglobal.com",
    "alibaba.com",
    "amazon.com",
    "amazon.sg",
    "angel.co",
    "apollo.io",
    "apple.com",
    "bbb.org",
    "behance.net",
    "bing.com",
    "bit.ly",
    "bizfile.gov.sg",
    "bloomberg.com",
    "builtwith.com",
    "capterra.com",
    "carousell.sg",
    "cbinsights.com",
    "clutch.co",
    "companieshouse.id",
    "corporationwiki.com",
    "craft.co",
    "data.gov.sg",
    "discord.com",
    "discord.gg",
    "dnb.com",
    "ebay.com",
    "ecosystm360.com",
    "etsy.com",
    "eventbrite.com",
    "foodpanda.sg",
    "fundsupermart.com",
    "g2.com",
    "getapp.com",
    "github.com",
    "goo.gl",
    "google.com",
    "grab.com",
    "hotfrog.com",
    "indeed.com",
    "insead.edu",
    "issuu.com",
    "jobscentral.com.sg",
    "kickstarter.com",
    "kompass.com",
    "lemon8-app.com",
    "line.me",
    "linktr.ee",
    "manta.com",
    "medium.com",
    "mycareersfuture.gov.sg",
    "opencorporates.com",
    "opengovsg.com",
    "owler.com",
    "pinterest.com",
    "pitchbook.com",
    "producthunt.com",
    "qoo10.sg",
    "quora.com",
    "recordowl.com",
    "reddit.com",
    "rocketreach.co",
    "sgpbusiness.com",
    "slideshare.net",
    "softwareadvice.com",
    "statista.com",
    "streetdirectory.com",
    "t.me",
    "taobao.com",
    "telegram.org",
    "tiktok.com",
    "trustpilot.com",
    "twitter.com",
    "wa.me",
    "whatsapp.com",
    "wikipedia.org",
    "x.com",
    "youtube.com",
    "zoominfo.com",
];

/// Brands that list companies under many top-level domains.
const BRANDS: [&str; 16] = [
    "carousell",
    "crunchbase",
    "facebook",
    "glassdoor",
    "instagram",
    "jobsdb",
    "jobstreet",
    "lazada",
    "linkedin",
    "opengovsg",
    "recordowl",
    "sgpbusiness",
    "shopee",
    "thesmartlocal",
    "tripadvisor",
    "yellowpages",
];

/// Whether a site is a directory, marketplace or network rather than one company's own, by its registrable domain.
///
/// ```
/// assert!(icp_fetch::is_aggregator(&"sg.linkedin.com".parse()?));
/// assert!(icp_fetch::is_aggregator(&"shopee.sg".parse()?));
/// assert!(!icp_fetch::is_aggregator(&"greenpack.example".parse()?));
/// # Ok::<(), icp_core::model::DomainError>(())
/// ```
pub fn is_aggregator(site: &Domain) -> bool {
    DOMAINS.binary_search(&site.registrable()).is_ok() || BRANDS.binary_search(&site.brand()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_and_registrable() {
        assert!(DOMAINS.is_sorted() && BRANDS.is_sorted());
        for listed in DOMAINS {
            assert_eq!(listed.parse::<Domain>().unwrap().registrable(), listed);
        }
    }
}
