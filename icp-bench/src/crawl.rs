//! `crawl`: how well pages are read, and what they are taken for.
//!
//! `--only text|robots|politeness|guard|choice|blocked|technologies|speed|hostile` measures one part.
//! `--show text` prints the pages that may be looked at, worst first; `--show kinds` the pages whose kind is wrong; `--show choice`
//! which pages of a site were read; `--show technologies` what only one set of fingerprints sees.
//! `--sites DIR` (again and again) adds labelled sites of one's own to the rows on the choice of pages.
//! `--fingerprints DIR` measures that folder beside our own rules.

mod blocked;
mod choice;
mod guard;
mod hostile;
mod politeness;
mod robots;
mod speed;
mod technologies;
mod text;

use std::path::PathBuf;

pub(crate) use speed::read_alone;

use crate::table::{Options, Row, print};

#[derive(Default)]
struct Arguments {
    show: Option<String>,
    only: Option<String>,
    sites: Vec<PathBuf>,
    fingerprints: Option<PathBuf>,
    /// One hostile case, measured in a process of its own, and the server that plays it.
    case: Option<(String, String)>,
    rest: Vec<String>,
}

impl Arguments {
    fn parse(mut args: impl Iterator<Item = String>) -> Self {
        let mut read =
            Self { fingerprints: std::env::var_os("ICP_FINGERPRINTS").map(PathBuf::from), ..Self::default() };
        let (mut case, mut server) = (None, None);
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--show" => read.show = args.next(),
                "--only" => read.only = args.next(),
                "--sites" => read.sites.extend(args.next().map(PathBuf::from)),
                "--fingerprints" => read.fingerprints = args.next().map(PathBuf::from),
                "--hostile" => case = args.next(),
                "--server" => server = args.next(),
                _ => read.rest.push(arg),
            }
        }
        read.case = case.zip(server);
        read
    }
}

pub(crate) fn run(args: impl Iterator<Item = String>) -> Result<(), String> {
    let Arguments { show, only, sites, fingerprints, case, rest } = Arguments::parse(args);
    if let Some((case, server)) = &case {
        return hostile::case(case, server);
    }
    let options = Options::parse(rest.into_iter());
    let show = show.as_deref();
    let mut rows: Vec<Row> = Vec::new();
    let wanted = |part: &str| only.as_deref().is_none_or(|only| only == part);
    if wanted("text") {
        rows.extend(text::rows(&options, show)?);
    }
    if wanted("robots") {
        rows.extend(robots::rows(&options)?);
    }
    if wanted("politeness") {
        rows.extend(politeness::rows());
    }
    if wanted("guard") {
        rows.extend(guard::rows()?);
    }
    if wanted("choice") {
        rows.extend(choice::rows(&options, &sites, show == Some("choice"))?);
    }
    if wanted("blocked") {
        rows.extend(blocked::rows()?);
    }
    if wanted("technologies") {
        rows.extend(technologies::rows(&options, fingerprints.as_deref(), show == Some("technologies"))?);
    }
    if wanted("speed") {
        rows.extend(speed::rows(&options)?);
    }
    if wanted("hostile") {
        rows.extend(hostile::rows()?);
    }
    print(&rows, options.json);
    Ok(())
}
