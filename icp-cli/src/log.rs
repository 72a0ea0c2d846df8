//! The log: spans and events of the library on standard error.

use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Writes events of the library's own crates from a level on. Those of other crates are left out: they may hold
/// addresses with keys in them.
pub(crate) fn to_stderr(level: Level) {
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(std::io::stderr);
    let ours = Targets::new().with_target("icp", level);
    tracing_subscriber::registry().with(lines).with(ours).init();
}
