//! The sample: a small web, a register and an intake that belong together, so that everything can be tried without
//! a network.
//!
//! The user is Tidewise, which sells order and inventory sync to businesses in Singapore. It names fifteen best
//! customers, planted in three segments of five, and three lost ones. Some of the sites are in the way on purpose: one
//! refuses robots, one is slow, one is down. All companies, people and numbers are invented; the sites live under
//! the reserved top level `.example`, their telephone numbers and addresses do not exist.

pub mod register;
mod sites;
mod web;

use std::path::Path;
use std::{fs, io};

pub use sites::{Manner, SampleSite, sites};
pub(crate) use web::read_head;
pub use web::{Hit, SampleWeb};

/// The sample intake, in the flat fast-start shape.
pub fn intake_json() -> &'static str {
    include_str!("../sample/intake.json")
}

/// One of the segments hidden among the best customers: what mining should find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlantedSegment {
    /// In a word.
    pub name: &'static str,
    /// The narrowest SSIC 2025 node that holds all five.
    pub node: &'static str,
    /// Fewest and most employees of the five.
    pub headcount: (u32, u32),
    /// The five websites.
    pub domains: [&'static str; 5],
}

/// The three segments.
pub fn planted_segments() -> [PlantedSegment; 3] {
    [
        PlantedSegment {
            name: "freight and warehousing",
            node: "52",
            headcount: (51, 200),
            domains: [
                "northpier.example",
                "straitlane.example",
                "boxwell.example",
                "cinnabarcold.example",
                "harrowtide.example",
            ],
        },
        PlantedSegment {
            name: "food wholesale",
            node: "4630",
            headcount: (11, 50),
            domains: [
                "kestrelfoods.example",
                "pandanpine.example",
                "goldentamarind.example",
                "saltfield.example",
                "petitmarche.example",
            ],
        },
        PlantedSegment {
            name: "precision metal parts",
            node: "259",
            headcount: (51, 200),
            domains: [
                "arclightprecision.example",
                "vantek.example",
                "sembilanmetal.example",
                "kinrei.example",
                "bluequay.example",
            ],
        },
    ]
}

/// The lost customers' websites.
pub const LOST: [&str; 3] = ["littlelantern.example", "straitsprovident.example", "casajambu.example"];

/// The user's own website.
pub const OWN: &str = "tidewise.example";

/// Writes the sites as files, `DIR/<host>/<page>.html` (`index.html` for the home page), with their robots.txt and
/// sitemaps: the saved web that `--offline-web DIR` replays. The site that is down has no folder, a redirect no file.
///
/// # Errors
/// When a folder or file cannot be written.
pub fn write_sites(dir: &Path) -> io::Result<()> {
    for site in sites().iter().filter(|site| site.manner() != Manner::Down) {
        let folder = dir.join(site.host());
        for path in site.paths() {
            let name = match path.trim_start_matches('/') {
                "" => "index.html".to_owned(),
                name if name.contains('.') => name.to_owned(),
                name => format!("{name}.html"),
            };
            let file = folder.join(name);
            fs::create_dir_all(file.parent().unwrap_or(&folder))?;
            fs::write(file, site.body(path).unwrap_or_default())?;
        }
    }
    Ok(())
}
