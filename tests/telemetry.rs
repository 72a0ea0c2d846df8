//! Operators' view: a span for every stage and site, the line of the first mapping, and never the words of a page.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::fmt::{Debug, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use common::*;
use icp::ports::EvidenceQuery;
use icp::prelude::*;
use icp_testkit::sample::SampleWeb;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Keeps a line for every span and event: its name and its fields.
#[derive(Clone, Default)]
struct Kept {
    lines: Arc<Mutex<Vec<String>>>,
    spans: Arc<AtomicU64>,
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}

impl Kept {
    fn keep(&self, name: &str, fields: impl FnOnce(&mut Line)) {
        let mut line = Line(name.to_owned());
        fields(&mut line);
        self.lines.lock().unwrap().push(line.0);
    }
}

impl Subscriber for Kept {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("icp")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.keep(&format!("span {}", span.metadata().name()), |line| span.record(line));
        Id::from_u64(self.spans.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        self.keep("record", |line| values.record(line));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.keep(&format!("event {}", event.metadata().level()), |line| event.record(line));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn spans_ids_and_counts_and_no_words_of_a_page() {
    let kept = Kept::default();
    let _guard = tracing::subscriber::set_default(kept.clone());
    let web = SampleWeb::start().await.unwrap();
    let engine = memory_engine(http(&web));
    let run = submit(&engine).await;
    engine.run(&tenant(), run, &CancelToken::default()).await.unwrap();
    let lines = kept.lines.lock().unwrap().clone();
    let with = |start: &str| lines.iter().filter(|line| line.starts_with(start)).count();

    for stage in ["span resolve", "span mine", "span suggest"] {
        assert!(with(stage) >= 1, "{stage}");
    }
    assert_eq!(with("span site "), 19, "one a site");
    assert_eq!(lines.iter().filter(|line| line.contains("site done")).count(), 19);
    let sla: Vec<&String> = lines.iter().filter(|line| line.contains("mapping_sla")).collect();
    assert_eq!(sla.len(), 1, "{sla:?}");
    assert!(sla[0].contains("mapping_sla tenant=test total=18 resolved="), "{}", sla[0]);
    assert!(sla[0].contains(" rate=0.") && sla[0].contains(" elapsed_s="), "{}", sla[0]);

    let store = engine.parts().store.tenant(&tenant());
    let mut looked_for = 0;
    for item in store.evidence(&EvidenceQuery::of_run(run)).await.unwrap() {
        // Short quotes are single words, which may be part of an id or a host.
        let Some(quote) =
            item.citation.map(|citation| citation.quote).filter(|quote| quote.as_str().len() > 20)
        else {
            continue;
        };
        looked_for += 1;
        let told = lines.iter().find(|line| line.contains(quote.as_str()));
        assert!(told.is_none(), "{quote:?} in {told:?}");
    }
    assert!(looked_for > 200, "{looked_for}");
    // Queries of addresses may hold keys; a seed's reason is the user's own text.
    assert!(!lines.iter().any(|line| line.contains('?') || line.contains("budget")), "{lines:#?}");
}
