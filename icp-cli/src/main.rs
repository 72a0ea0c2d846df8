//! The `icp` command: a thin host over the library.

mod args;
mod commands;
mod context;
mod fail;
mod log;
mod number;
mod print;
mod progress;
mod report;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Cli, Command, RegisterCommand};
use fail::Outcome;

/// A reader that closed the pipe has seen enough: `icp evidence | head` is no error. `println!` knows no other way than to
/// panic then.
fn end_quietly_when_nobody_reads() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let message = panic.payload_as_str().unwrap_or_default();
        if message.starts_with("failed printing to stdout") && message.contains("Broken pipe") {
            std::process::exit(0);
        }
        usual(panic);
    }));
}

fn main() -> ExitCode {
    end_quietly_when_nobody_reads();
    let cli = Cli::parse();
    if let Some(level) = cli.global.log {
        log::to_stderr(level);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: the program cannot start its threads: {error}");
            return ExitCode::from(1);
        }
    };
    let json = cli.global.json;
    match runtime.block_on(dispatch(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fail) => {
            if json {
                println!("{}", fail.json());
            }
            eprintln!("{fail}");
            ExitCode::from(fail.code())
        }
    }
}

async fn dispatch(cli: Cli) -> Outcome {
    let global = &cli.global;
    match cli.command {
        Command::Demo(args) => commands::demo::demo(global, &args).await,
        Command::Register(RegisterCommand::Import(args)) => commands::register::import(global, &args).await,
        Command::Register(RegisterCommand::Stats(args)) => commands::register::stats(global, &args).await,
        Command::Ssic(args) => commands::ssic::ssic(global, &args).await,
        Command::Run(args) => commands::run::run(global, &args).await,
        Command::Runs => commands::show::runs(global).await,
        Command::Cards(args) => commands::show::cards(global, &args).await,
        Command::Evidence(args) => commands::evidence::evidence(global, &args).await,
        Command::Accept(args) => commands::act::accept(global, &args).await,
        Command::Reject(args) => commands::act::reject(global, &args).await,
        Command::Export(args) => commands::act::export(global, &args).await,
        Command::Decide(args) => commands::act::decide(global, &args).await,
        Command::Match(args) => commands::matching::match_names(global, &args).await,
        Command::Doctor => commands::doctor::doctor(global).await,
    }
}
