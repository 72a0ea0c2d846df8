//! Progress as bars on the terminal.

use std::collections::BTreeMap;
use std::sync::Mutex;

use icp::ports::{ProgressEvent, ProgressKind, ProgressSink, StageName};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// One bar per stage. Drawn on standard error, and only on a terminal.
#[derive(Debug, Default)]
pub(crate) struct Bars {
    all: MultiProgress,
    stages: Mutex<BTreeMap<&'static str, ProgressBar>>,
}

impl Bars {
    fn bar(&self, stage: StageName) -> Option<ProgressBar> {
        self.stages.lock().ok()?.get(stage.as_str()).cloned()
    }
}

/// The usual look of a bar.
pub(crate) fn style() -> ProgressStyle {
    ProgressStyle::with_template("{prefix:>9} {bar:28} {pos:>4}/{len:<4} {wide_msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}

impl ProgressSink for Bars {
    fn emit(&self, event: &ProgressEvent) {
        match &event.kind {
            ProgressKind::StageStarted { stage, total, .. } => {
                let bar =
                    self.all.add(ProgressBar::new(*total).with_style(style()).with_prefix(stage.as_str()));
                bar.tick();
                if let Ok(mut stages) = self.stages.lock()
                    && let Some(earlier) = stages.insert(stage.as_str(), bar)
                {
                    self.all.remove(&earlier);
                }
            }
            ProgressKind::UnitDone { stage, label, done, .. } => {
                if let Some(bar) = self.bar(*stage) {
                    bar.set_position(*done);
                    bar.set_message(label.clone());
                }
            }
            ProgressKind::PageFetched { url, .. } => {
                if let Some(bar) = self.bar(StageName::Crawl) {
                    bar.set_message(url.clone());
                }
            }
            ProgressKind::StageDone { stage, .. } => {
                if let Some(bar) = self.bar(*stage) {
                    bar.finish_with_message("");
                }
            }
            _ => {}
        }
    }
}
