use std::fmt;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::cancel::CancelToken;
use super::meter::{Meter, Unmetered};
use crate::model::{
    CleanText, Domain, ExtractorId, Finding, Page, QuarantineReason, SignalKey, SiteRole, Timestamp,
};

/// How an extractor works, which decides the source of its evidence and when it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ExtractorClass {
    /// Fast, free and deterministic: runs on every page while a site is being read. Its evidence counts as the site's.
    Rules,
    /// Slow, paid or not repeatable: runs after a site was read, several pages at a time. Its evidence counts as a
    /// model's.
    Model,
}

/// Limits on what an extraction may spend; `None` means no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExtractBudget {
    /// Tokens in and out.
    pub tokens: Option<u64>,
    /// Money, in millionths of a US dollar.
    pub micro_usd: Option<u64>,
}

impl ExtractBudget {
    /// Limits the tokens.
    #[must_use]
    pub fn with_tokens(mut self, tokens: u64) -> Self {
        self.tokens = Some(tokens);
        self
    }

    /// Limits the money, in millionths of a US dollar.
    #[must_use]
    pub fn with_micro_usd(mut self, micro_usd: u64) -> Self {
        self.micro_usd = Some(micro_usd);
        self
    }
}

/// One page to extract from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ExtractRequest<'a> {
    /// The page.
    pub page: &'a Page,
    /// The site it belongs to.
    pub site: &'a Domain,
    /// Whose site that is.
    pub role: SiteRole,
    /// Grants calls of a model: each is reserved before it is made, and settled after.
    pub meter: &'a dyn Meter,
    /// Asks to stop early; what was found so far is returned.
    pub cancel: CancelToken,
    /// When to give up.
    pub deadline: Option<Timestamp>,
}

impl<'a> ExtractRequest<'a> {
    /// A page of a site, without limits.
    pub fn new(page: &'a Page, site: &'a Domain, role: SiteRole) -> Self {
        Self { page, site, role, meter: &Unmetered, cancel: CancelToken::default(), deadline: None }
    }

    /// Sets who grants calls of a model.
    #[must_use]
    pub fn with_meter(mut self, meter: &'a dyn Meter) -> Self {
        self.meter = meter;
        self
    }

    /// Sets the cancellation token.
    #[must_use]
    pub fn with_cancel(mut self, cancel: CancelToken) -> Self {
        self.cancel = cancel;
        self
    }

    /// Limits the time.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Timestamp) -> Self {
        self.deadline = Some(deadline);
        self
    }
}

/// A finding that the extractor refused itself, such as a quote that is not on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefusedFinding {
    /// The kind of fact it claimed.
    pub key: SignalKey,
    /// Why it was refused.
    pub reason: QuarantineReason,
}

impl RefusedFinding {
    /// A refusal.
    pub fn new(key: SignalKey, reason: QuarantineReason) -> Self {
        Self { key, reason }
    }
}

/// The cost of an extraction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Usage {
    /// Calls of a model.
    pub requests: u64,
    /// Tokens sent.
    pub tokens_in: u64,
    /// Tokens received.
    pub tokens_out: u64,
    /// Money, in millionths of a US dollar.
    pub micro_usd: u64,
}

impl Usage {
    /// The cost of one call.
    pub fn new(tokens_in: u64, tokens_out: u64, micro_usd: u64) -> Self {
        Self { requests: 1, tokens_in, tokens_out, micro_usd }
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            requests: self.requests.saturating_add(other.requests),
            tokens_in: self.tokens_in.saturating_add(other.tokens_in),
            tokens_out: self.tokens_out.saturating_add(other.tokens_out),
            micro_usd: self.micro_usd.saturating_add(other.micro_usd),
        }
    }

    /// What is left of it without the other; never less than nothing.
    pub(crate) fn minus(self, other: Self) -> Self {
        Self {
            requests: self.requests.saturating_sub(other.requests),
            tokens_in: self.tokens_in.saturating_sub(other.tokens_in),
            tokens_out: self.tokens_out.saturating_sub(other.tokens_out),
            micro_usd: self.micro_usd.saturating_sub(other.micro_usd),
        }
    }
}

/// Something an extractor could not do. It reduces evidence and is counted; it never ends a run.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExtractFailure {
    /// In words for the person who reads the report; no page text, no keys. At most 200 characters.
    pub message: CleanText,
    /// Whether trying again later may succeed.
    pub transient: bool,
}

impl ExtractFailure {
    /// A permanent failure. Personal data in the message is masked, and a long message is cut.
    pub fn new(message: impl AsRef<str>) -> Self {
        Self { message: failure_message(message.as_ref()), transient: false }
    }

    /// A temporary failure. Personal data in the message is masked, and a long message is cut.
    pub fn transient(message: impl AsRef<str>) -> Self {
        Self { transient: true, ..Self::new(message) }
    }
}

/// The longest message of a failure, in characters.
const MESSAGE_CHARS: usize = 200;

/// A failure's message without personal data and without length: an adapter may have put anything into it.
pub(super) fn failure_message(message: &str) -> CleanText {
    let mut clean = CleanText::scrub(message);
    // A cut can leave digits that look like a telephone number, and a mask can be longer than what it masks.
    while let Some((end, _)) = clean.as_str().char_indices().nth(MESSAGE_CHARS) {
        clean = CleanText::scrub(&clean.as_str()[..end]);
    }
    clean
}

/// The outcome of extracting from one page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Extraction {
    /// Findings. They become evidence only where their quotes are on the page.
    pub findings: Vec<Finding>,
    /// Findings that the extractor refused itself.
    pub refused: Vec<RefusedFinding>,
    /// The cost.
    pub usage: Usage,
    /// Failures.
    pub failures: Vec<ExtractFailure>,
}

impl Extraction {
    /// Findings that cost nothing.
    pub fn found(findings: Vec<Finding>) -> Self {
        Self { findings, ..Self::default() }
    }

    /// Nothing but a failure.
    pub fn failed(failure: ExtractFailure) -> Self {
        Self { failures: vec![failure], ..Self::default() }
    }

    /// Adds what the extractor refused itself.
    #[must_use]
    pub fn with_refused(mut self, refused: Vec<RefusedFinding>) -> Self {
        self.refused = refused;
        self
    }

    /// Adds the cost.
    #[must_use]
    pub fn with_usage(mut self, usage: Usage) -> Self {
        self.usage = usage;
        self
    }

    /// Adds a failure.
    #[must_use]
    pub fn with_failure(mut self, failure: ExtractFailure) -> Self {
        self.failures.push(failure);
        self
    }
}

/// Reads a page and reports findings.
#[async_trait]
pub trait Extractor: fmt::Debug + Send + Sync + 'static {
    /// Its name and version. A page is read once by each id: change the version when the findings may change.
    fn id(&self) -> ExtractorId;

    /// How it works.
    fn class(&self) -> ExtractorClass;

    /// The findings of one page. Having found nothing is not a failure.
    ///
    /// # Behavior
    /// - `quotes_are_spans`: every finding's quote is the page text at its range, on any page.
    /// - `rules_are_deterministic`: an extractor of class `Rules` gives the same extraction for the same page.
    /// - `rules_are_free`: an extractor of class `Rules` reports no usage.
    /// - `models_show_their_values`: an extractor of class `Model` quotes one visible block of a zone that the key may be
    ///   quoted from, and the value stands in the quote. The border refuses anything else.
    /// - `empty_pages_give_nothing`: a page without text gives no finding and no failure.
    /// - `cancelled_extraction_returns`: with a cancelled token it returns soon, and its findings still hold.
    /// - `calls_are_metered`: it reserves every call with the request's meter before it makes it, settles it, and reports
    ///   the usage it settled; where the meter refuses, it makes no call, and says so as a failure.
    /// - `id_is_stable`: the id is the same each time it is asked.
    async fn extract(&self, request: ExtractRequest<'_>) -> Extraction;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::StoredFailure;

    #[test]
    fn messages_of_failures_are_clean_and_short() {
        let said = "refused: \"write to jane.tan@acme.sg or call +65 6123 4567\"";
        let failure = ExtractFailure::new(said);
        assert_eq!(failure.message, "refused: \"write to [e-mail] or call [phone]\"");
        assert!(ExtractFailure::transient(said).transient);
        assert_eq!(ExtractFailure::transient(said).message, failure.message);
        let stored = StoredFailure::new("https://acme.sg/", ExtractorId::new("model", 1), said);
        assert_eq!(stored.message, failure.message);

        let long = "\u{e9}\u{1f600}".repeat(300);
        let message = ExtractFailure::new(&long).message;
        assert_eq!(message.as_str(), "\u{e9}\u{1f600}".repeat(100));
        for words in 180..205 {
            let message = ExtractFailure::new(format!("{} a@b.sg 6123 4567 8", "x".repeat(words))).message;
            assert!(message.as_str().chars().count() <= 200, "{message}");
            assert_eq!(CleanText::scrub(message.as_str()), message);
        }
    }
}
