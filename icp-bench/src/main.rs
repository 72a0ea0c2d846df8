//! The measured promises: `icp-bench SUBCOMMAND [--json] [--data DIR]`.

mod resolve;
mod rng;
mod table;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_default();
    let options = table::Options::parse(args);
    let done = match command.as_str() {
        "resolve" => resolve::run(&options),
        "train" => resolve::train::run(&options),
        _ => Err("usage: icp-bench resolve|train [--json] [--data DIR] [--rows N] [--quick]".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("icp-bench: {why}");
            ExitCode::FAILURE
        }
    }
}
