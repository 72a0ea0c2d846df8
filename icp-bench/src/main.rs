//! The measured promises: `icp-bench SUBCOMMAND [--json] [--data DIR]`.

mod crawl;
mod evidence;
mod resolve;
mod rng;
mod store;
mod table;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_default();
    let done = match command.as_str() {
        "crawl" => crawl::run(args),
        "evidence" => evidence::run(args),
        "resolve" => resolve::run(&table::Options::parse(args)),
        "words" => resolve::words::run(&table::Options::parse(args)),
        "train" => resolve::train::run(&table::Options::parse(args)),
        "store" => store::run(&table::Options::parse(args)),
        "store-import" => store::import_alone(args),
        _ => Err(
            "usage: icp-bench crawl|evidence|resolve|words|train|store [--json] [--data DIR] [--rows N] [--quick]"
                .to_owned(),
        ),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("icp-bench: {why}");
            ExitCode::FAILURE
        }
    }
}
