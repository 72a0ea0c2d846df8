//! The command line.

mod budget;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use icp::model::SsicEdition;
use icp::resolve::{CandidateSource, TrigramFloor};

use crate::fail::{Fail, Outcome};

pub(crate) use budget::{Budget, Usd};

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  an error of the program or of the machine
  2  the command line is wrong
  3  the input is wrong, or names something that is not there
  4  something must be done first (such as importing a register)
  5  busy or not reachable; the same command may work later
  6  cancelled; run it again to go on";

/// Find out who your ideal customers are, with evidence.
///
/// Try `icp demo` first: it needs no network, no server and no key.
#[derive(Debug, Parser)]
#[command(name = "icp", version, after_help = EXIT_CODES, max_term_width = 110)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) global: Global,
}

/// Options of every command.
#[derive(Args, Clone, Debug)]
pub(crate) struct Global {
    /// The database file: store and register in one. Created if it does not exist.
    #[arg(long, global = true, env = "ICP_DB", default_value = "icp.db", value_name = "FILE")]
    pub(crate) db: PathBuf,
    /// Whose data: one customer organisation.
    #[arg(long, global = true, env = "ICP_TENANT", default_value = "local", value_name = "ID")]
    pub(crate) tenant: String,
    /// Print JSON for programs instead of text for people.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// No progress bars.
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Log what happens inside to standard error, from this level up: error, warn, info, debug or trace.
    #[arg(long, global = true, env = "ICP_LOG", value_name = "LEVEL")]
    pub(crate) log: Option<tracing::Level>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run everything on a sample web, register and intake of its own, and write a report.
    Demo(Demo),
    /// Import and look at the company register.
    #[command(subcommand)]
    Register(RegisterCommand),
    /// Find industry codes by words, over SSIC titles of all levels.
    Ssic(Ssic),
    /// Run an intake: resolve, crawl, extract, mine, suggest. Resumes an interrupted run of the same intake.
    Run(Box<RunArgs>),
    /// List runs, newest first.
    Runs,
    /// Show the cards of a run.
    Cards(OfRun),
    /// Show what is known of each company and how sure it is, or a card's evidence with quotes.
    Evidence(Evidence),
    /// Adopt a card as a rule.
    Accept(Accept),
    /// Reject a card, and record why.
    Reject(Reject),
    /// Write a card's targeting pack, or its companies as a CSV other tools import.
    Export(Export),
    /// Find a company in the register by its name, or a CSV column of names.
    Match(Match),
    /// Say which register entity a seed is. A finished run is concluded again at once, without a crawl.
    Decide(Decide),
    /// Check that everything is in place.
    Doctor,
}

#[derive(Args, Debug)]
pub(crate) struct Demo {
    /// Where to write the HTML report.
    #[arg(long, default_value = "icp-report.html", value_name = "FILE")]
    pub(crate) report: PathBuf,
    /// Keep the demo's database in this file instead of a temporary one.
    #[arg(long, value_name = "FILE")]
    pub(crate) keep: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) llm: LlmArgs,
    #[command(flatten)]
    pub(crate) budget: Budget,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RegisterCommand {
    /// Import register files: ACRA's open-data CSV as it is, or any CSV with --map. Repeat it to update in place.
    Import(Import),
    /// Count the register's entities.
    Stats(Stats),
}

#[derive(Args, Debug)]
pub(crate) struct Import {
    /// CSV files, plain or gzipped (.csv.gz).
    #[arg(required = true, value_name = "FILES")]
    pub(crate) files: Vec<PathBuf>,
    /// Columns of a CSV that is not ACRA's, such as uen="Reg No",name=Company,status=Status,ssic=Code.
    #[arg(long, value_name = "FIELD=COLUMN,...")]
    pub(crate) map: Option<String>,
    /// The SSIC edition of the file's codes: 2010, 2015, 2020 or 2025.
    #[arg(long, default_value = "2025", value_name = "YEAR")]
    pub(crate) edition: String,
    /// The date to count ages at (default: the newest registration in the files).
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) as_of: Option<String>,
    /// A classification CSV with the columns code,title.
    #[arg(long, value_name = "FILE")]
    pub(crate) titles: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct Stats {
    /// The attribute to count by.
    #[arg(long, value_enum, default_value_t = By::Section)]
    pub(crate) by: By,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    Section,
    Division,
    Type,
    Status,
    Age,
}

#[derive(Args, Debug)]
pub(crate) struct Ssic {
    /// The words, such as "freight forwarding".
    #[arg(required = true, value_name = "WORDS")]
    pub(crate) words: Vec<String>,
    /// The maximum number of titles to show.
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub(crate) limit: usize,
    /// The SSIC edition: 2010, 2015, 2020 or 2025 (default: the register's, or 2025 when there is none).
    #[arg(long, value_name = "YEAR")]
    pub(crate) edition: Option<SsicEdition>,
}

/// How to find near names in the register.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Candidates {
    /// How to find near names in the register; for `decide`, as the run was made.
    #[arg(long, value_enum, default_value_t = Source::Index, value_name = "SOURCE")]
    pub(crate) candidates: Source,
    /// The minimum trigram similarity of a candidate, 0 to 1; only with --candidates trigram (default: 0.35).
    #[arg(long, value_name = "SIMILARITY")]
    pub(crate) floor: Option<TrigramFloor>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Source {
    /// By the index of names: finds typing errors, other word orders and sounds.
    Index,
    /// Every name at least --floor similar by its trigrams, as PostgreSQL's pg_trgm counts them.
    Trigram,
}

impl Candidates {
    /// The chosen source.
    pub(crate) fn source(self) -> Outcome<CandidateSource> {
        match (self.candidates, self.floor) {
            (Source::Index, None) => Ok(CandidateSource::Index),
            (Source::Index, Some(_)) => {
                Err(Fail::input("--floor is a trigram similarity: give --candidates trigram with it"))
            }
            (Source::Trigram, floor) => Ok(CandidateSource::Trigram { floor: floor.unwrap_or_default() }),
        }
    }
}

/// A language model that adds to the evidence. Its key is read from the environment variable ICP_LLM_KEY.
#[derive(Args, Clone, Debug)]
pub(crate) struct LlmArgs {
    /// Also ask the language model at this address, such as http://127.0.0.1:8080; a key comes from ICP_LLM_KEY.
    #[arg(long, env = "ICP_LLM", value_name = "URL")]
    pub(crate) llm: Option<String>,
    /// The model's name at the server (default: the first one that it offers).
    #[arg(long, env = "ICP_LLM_MODEL", requires = "llm", value_name = "NAME")]
    pub(crate) llm_model: Option<String>,
    /// The protocol that the server speaks.
    #[arg(long, value_enum, default_value_t = LlmApi::Openai, requires = "llm", value_name = "API")]
    pub(crate) llm_api: LlmApi,
    /// The price of a million tokens sent, in US dollars; caps in dollars need it.
    #[arg(long, env = "ICP_LLM_PRICE_IN", value_name = "USD")]
    pub(crate) llm_price_in: Option<Usd>,
    /// The price of a million tokens received, in US dollars; caps in dollars need it.
    #[arg(long, env = "ICP_LLM_PRICE_OUT", value_name = "USD")]
    pub(crate) llm_price_out: Option<Usd>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LlmApi {
    /// Chat completions, as OpenAI, llama.cpp, vLLM and Ollama have them.
    Openai,
    /// Anthropic's messages.
    Anthropic,
}

#[derive(Args, Debug)]
pub(crate) struct RunArgs {
    /// The intake, as JSON; `-` reads standard input.
    #[arg(value_name = "INTAKE.json")]
    pub(crate) intake: PathBuf,
    /// The database file that holds the register, when it is not --db.
    #[arg(long, value_name = "DB")]
    pub(crate) register: Option<PathBuf>,
    /// Read saved sites (DIR/DOMAIN/PATH.html) instead of the web.
    #[arg(long, value_name = "DIR")]
    pub(crate) offline_web: Option<PathBuf>,
    /// Add to the list of directories, networks and marketplaces that are never a company's own site: lines of a domain and
    /// what it is; `!domain` takes one off.
    #[arg(long, value_name = "FILE")]
    pub(crate) aggregators: Option<PathBuf>,
    /// Record the crawl to this new WARC file (compressed when its name ends in .gz). Cookies are left out, but pages are
    /// recorded whole and may name people: the file is for your own disk.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["offline_web", "replay"])]
    pub(crate) record: Option<PathBuf>,
    /// Replay a crawl that was recorded with --record, instead of reading the web.
    #[arg(long, value_name = "FILE", conflicts_with = "offline_web")]
    pub(crate) replay: Option<PathBuf>,
    /// Keep public pages in this directory, apart for each tenant and at most 256 MiB each, and use them again as their
    /// sites permit (default: nothing is kept).
    #[arg(long, env = "ICP_CACHE", value_name = "DIR")]
    pub(crate) cache: Option<PathBuf>,
    /// Keep and use no pages of earlier runs, whatever --cache or ICP_CACHE says.
    #[arg(long)]
    pub(crate) no_cache: bool,
    /// Also write an HTML report.
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Start a new run, even when one of the same intake exists.
    #[arg(long)]
    pub(crate) fresh: bool,
    /// Say what the run would read and cost at most, and stop. No website and no language model is asked.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// The maximum number of pages to read from one site.
    #[arg(long, default_value_t = 12, value_name = "N")]
    pub(crate) pages: usize,
    /// How long the run stays reserved if this process dies, in seconds.
    #[arg(long, env = "ICP_LEASE_SECONDS", default_value_t = 10, value_name = "N")]
    pub(crate) lease: u64,
    /// How a site's owner can reach you: a web page or mail address, sent with every request.
    #[arg(long, env = "ICP_CONTACT", value_name = "CONTACT")]
    pub(crate) contact: Option<String>,
    /// Also find technologies with fingerprints of your own: a folder in the JSON layout of Wappalyzer.
    #[arg(long, env = "ICP_FINGERPRINTS", value_name = "DIR")]
    pub(crate) fingerprints: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) llm: LlmArgs,
    #[command(flatten)]
    pub(crate) candidates: Candidates,
    #[command(flatten)]
    pub(crate) budget: Budget,
}

#[derive(Args, Debug)]
pub(crate) struct OfRun {
    /// The run (default: the newest).
    #[arg(long, value_name = "RUN")]
    pub(crate) run: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct OfCard {
    /// The card: its number in the list, its id, or the id's beginning.
    #[arg(value_name = "CARD")]
    pub(crate) card: String,
    #[command(flatten)]
    pub(crate) of: OfRun,
}

#[derive(Args, Debug)]
pub(crate) struct Evidence {
    /// A card's evidence: its number in the list, its id, or the id's beginning (default: all that the run knows).
    #[arg(value_name = "CARD")]
    pub(crate) card: Option<String>,
    /// Show what was refused instead, and why: nothing of it was used. With a card, on its customers' sites.
    #[arg(long)]
    pub(crate) quarantined: bool,
    #[command(flatten)]
    pub(crate) of: OfRun,
}

#[derive(Args, Debug)]
pub(crate) struct Accept {
    #[command(flatten)]
    pub(crate) card: OfCard,
    /// Who adopts it, for the audit log.
    #[arg(long, env = "USER", default_value = "local", value_name = "NAME")]
    pub(crate) by: String,
}

#[derive(Args, Debug)]
pub(crate) struct Reject {
    #[command(flatten)]
    pub(crate) card: OfCard,
    /// Why it is not for you, in a few words.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// Who rejects it, for the audit log.
    #[arg(long, env = "USER", default_value = "local", value_name = "NAME")]
    pub(crate) by: String,
}

#[derive(Args, Debug)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) card: OfCard,
    /// pack (JSON), or a CSV of companies for hubspot, salesforce, linkedin-ads or sales-navigator.
    #[arg(long, default_value = "pack", value_name = "FORMAT")]
    pub(crate) format: String,
    /// The maximum number of companies in a CSV.
    #[arg(long, default_value_t = 1000, value_name = "N")]
    pub(crate) limit: usize,
    /// Write to a file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// The database file that holds the register, when it is not --db.
    #[arg(long, value_name = "DB")]
    pub(crate) register: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct Match {
    /// The company's name.
    #[arg(value_name = "NAME", required_unless_present = "csv", conflicts_with = "csv")]
    pub(crate) name: Option<String>,
    /// Its website.
    #[arg(long, value_name = "DOMAIN")]
    pub(crate) website: Option<String>,
    /// Its country, such as SG or Malaysia.
    #[arg(long, value_name = "COUNTRY")]
    pub(crate) country: Option<String>,
    /// Its UEN.
    #[arg(long, value_name = "UEN")]
    pub(crate) uen: Option<String>,
    /// Show every rung and feature.
    #[arg(long)]
    pub(crate) explain: bool,
    /// A CSV with a column of names: one decision per line.
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Option<PathBuf>,
    /// The column of names.
    #[arg(long, default_value = "name", requires = "csv", value_name = "COLUMN")]
    pub(crate) column: String,
    #[command(flatten)]
    pub(crate) candidates: Candidates,
}

#[derive(Args, Debug)]
pub(crate) struct Decide {
    /// The seed: its id, or its name as in the intake.
    #[arg(value_name = "SEED")]
    pub(crate) seed: String,
    /// It is this entity.
    #[arg(
        long,
        value_name = "UEN",
        required_unless_present = "not_in_register",
        conflicts_with = "not_in_register"
    )]
    pub(crate) uen: Option<String>,
    /// It is in no register.
    #[arg(long)]
    pub(crate) not_in_register: bool,
    #[command(flatten)]
    pub(crate) of: OfRun,
    /// The database file that holds the register, when it is not --db.
    #[arg(long, value_name = "DB")]
    pub(crate) register: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) candidates: Candidates,
    /// Who decides, for the audit log.
    #[arg(long, env = "USER", default_value = "local", value_name = "NAME")]
    pub(crate) by: String,
}
