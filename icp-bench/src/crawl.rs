//! `crawl`: how well pages are read, and what they are taken for.
//!
//! `--only text|robots|politeness|guard|hostile` measures one part. `--show text` prints the pages that may be looked at, worst first; `--show kinds` the pages whose kind is wrong.

mod guard;
mod hostile;
mod politeness;
mod robots;
mod text;

use crate::table::{Options, print};

pub(crate) fn run(args: impl Iterator<Item = String>) -> Result<(), String> {
    let (mut show, mut only, mut rest, mut args) = (None, None, Vec::new(), args);
    let (mut case, mut server) = (None, None);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--show" => show = args.next(),
            "--only" => only = args.next(),
            "--hostile" => case = args.next(),
            "--server" => server = args.next(),
            _ => rest.push(arg),
        }
    }
    if let (Some(case), Some(server)) = (&case, &server) {
        return hostile::case(case, server);
    }
    let options = Options::parse(rest.into_iter());
    let mut rows = Vec::new();
    let wanted = |part: &str| only.as_deref().is_none_or(|only| only == part);
    if wanted("text") {
        rows.extend(text::rows(&options, show.as_deref())?);
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
    if wanted("hostile") {
        rows.extend(hostile::rows()?);
    }
    print(&rows, options.json);
    Ok(())
}
