//! `crawl`: how well pages are read, and what they are taken for.
//!
//! `--show text` prints the pages that may be looked at, worst first; `--show kinds` the pages whose kind is wrong.

mod text;

use crate::table::{Options, print};

pub(crate) fn run(args: impl Iterator<Item = String>) -> Result<(), String> {
    let (mut show, mut rest, mut args) = (None, Vec::new(), args);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--show" => show = args.next(),
            _ => rest.push(arg),
        }
    }
    let options = Options::parse(rest.into_iter());
    let mut rows = Vec::new();
    rows.extend(text::rows(&options, show.as_deref())?);
    print(&rows, options.json);
    Ok(())
}
