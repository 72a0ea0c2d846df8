//! The extractor: asks, checks, grounds, counts.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use icp_core::model::{ExtractorId, Page, PageKind, QuarantineReason, SignalKey, SiteRole};
use icp_core::ports::{
    Clock, Cost, ExtractFailure, ExtractRequest, Extraction, Extractor, ExtractorClass, IdSource,
    RefusedFinding, Reserved, Usage,
};

use crate::answer::{Answer, parse};
use crate::ground::{Claim, PageIndex, Taken};
use crate::prompt::{Group, digest, question, version};
use crate::provider::{ChatAnswer, ChatProvider, ChatRequest, ProviderError, ProviderErrorKind, TokenUsage};
use crate::text::{MAX_CHUNK, Sent, choose, tokens};

/// How often a call looks whether the work was cancelled.
const LOOK: Duration = Duration::from_millis(50);
/// The part of a faulty answer that is shown to the model again.
const SHOWN: usize = 2_000;

/// What a model costs, and how much of a page it is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LlmOptions {
    /// Millionths of a US dollar for a million tokens sent.
    pub price_in: u64,
    /// Millionths of a US dollar for a million tokens received.
    pub price_out: u64,
    /// The most parts of one page to ask about.
    pub max_chunks: usize,
}

impl Default for LlmOptions {
    fn default() -> Self {
        Self { price_in: 0, price_out: 0, max_chunks: 2 }
    }
}

impl LlmOptions {
    /// Sets the prices of a million tokens, sent and received, in millionths of a US dollar.
    #[must_use]
    pub fn with_prices(mut self, tokens_in: u64, tokens_out: u64) -> Self {
        (self.price_in, self.price_out) = (tokens_in, tokens_out);
        self
    }

    /// Sets the most parts of one page to ask about.
    #[must_use]
    pub fn with_max_chunks(mut self, chunks: usize) -> Self {
        self.max_chunks = chunks.max(1);
        self
    }

    /// The most that reading a page may take: its questions and whole answers, without repairs. Nothing is asked.
    pub fn estimate(&self, page: &Page, role: SiteRole) -> Usage {
        let Some(group) = Group::of(page.kind) else { return Usage::default() };
        let sent = choose(page);
        let chunks = sent.chunks.iter().take(self.max_chunks);
        chunks
            .map(|chunk| self.cost(at_most(&question(group, role, page.kind, &chunk.text, 0))))
            .fold(Usage::default(), Usage::plus)
    }

    /// The most that any page may take, before it is read.
    pub fn estimate_any(&self, role: SiteRole) -> Usage {
        let longest = "x".repeat(MAX_CHUNK);
        let asked = |group| at_most(&question(group, role, PageKind::Industries, &longest, 0));
        let most = Group::ALL.map(asked).into_iter().max_by_key(|most| most.tokens_in).unwrap_or_default();
        (0..self.max_chunks).map(|_| self.cost(most)).fold(Usage::default(), Usage::plus)
    }

    fn cost(&self, tokens: TokenUsage) -> Usage {
        let money = |count: u64, price: u64| u128::from(count) * u128::from(price);
        let sum = money(tokens.tokens_in, self.price_in) + money(tokens.tokens_out, self.price_out);
        let micro_usd = u64::try_from(sum.div_ceil(1_000_000)).unwrap_or(u64::MAX);
        Usage::new(tokens.tokens_in, tokens.tokens_out, micro_usd)
    }
}

/// Asks a language model what a page says, and keeps what the page says too.
pub struct LlmExtractor {
    provider: Arc<dyn ChatProvider>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn IdSource>,
    options: LlmOptions,
    id: ExtractorId,
}

impl fmt::Debug for LlmExtractor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LlmExtractor")
            .field("id", &self.id)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl LlmExtractor {
    /// An extractor over a model. `random` makes the fences around page text; the clock keeps deadlines.
    pub fn new(provider: Arc<dyn ChatProvider>, clock: Arc<dyn Clock>, random: Arc<dyn IdSource>) -> Self {
        // The model and every word of the prompt are part of the name: another one reads the page again.
        let model: String = provider
            .model()
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || "-._:".contains(*c))
            .take(60)
            .collect();
        let id = ExtractorId::new(&format!("llm-{model}-{}", version()), 1);
        Self { provider, clock, random, options: LlmOptions::default(), id }
    }

    /// Sets prices and limits.
    #[must_use]
    pub fn with_options(mut self, options: LlmOptions) -> Self {
        self.options = options;
        self
    }

    fn fence(&self) -> u64 {
        let id = digest(&[&self.random.next_id().to_string()]);
        u64::from_str_radix(&id[..16], 16).unwrap_or_default()
    }

    /// One call: reserved before at the most it can cost, settled after at what it did.
    async fn ask(
        &self,
        asked: &ChatRequest,
        of: &ExtractRequest<'_>,
        spent: &mut Usage,
    ) -> Result<String, Stop> {
        if of.cancel.is_cancelled() {
            return Err(Stop::Cancelled);
        }
        let most = at_most(asked);
        let cost = self.options.cost(most);
        let unknown = |_| Stop::Failed(ExtractFailure::transient("the model budget cannot be asked"));
        let reserved = of.meter.reserve(Cost::new(most.tokens_in + most.tokens_out, cost.micro_usd)).await;
        let reservation = match reserved.map_err(unknown)? {
            Reserved::Granted(reservation) => reservation,
            Reserved::Refused(refusal) => {
                return Err(Stop::Failed(ExtractFailure::new(refusal.to_string())));
            }
        };
        let answered = self.in_time(asked, of).await;
        let usage = match &answered {
            Ok(answer) => {
                answer.usage.unwrap_or_else(|| TokenUsage::new(most.tokens_in, tokens(answer.text.len())))
            }
            // The server may have read the question and written a whole answer; it has not told.
            Err(Stop::Cancelled | Stop::Late | Stop::Lost(_)) => most,
            Err(Stop::Failed(_)) => TokenUsage::default(),
        };
        let usage = self.options.cost(usage);
        *spent = spent.plus(usage);
        of.meter.settle(reservation, usage).await.map_err(unknown)?;
        Ok(answered?.text)
    }

    async fn in_time(&self, asked: &ChatRequest, of: &ExtractRequest<'_>) -> Result<ChatAnswer, Stop> {
        let mut call = self.provider.complete(asked);
        loop {
            if of.cancel.is_cancelled() {
                return Err(Stop::Cancelled);
            }
            if of.deadline.is_some_and(|deadline| self.clock.now() >= deadline) {
                return Err(Stop::Late);
            }
            if let Ok(answered) = tokio::time::timeout(LOOK, &mut call).await {
                return answered.map_err(|error| failure(&error));
            }
        }
    }

    /// Asks about a part of a page; an answer that is not as agreed is asked for once more.
    async fn answer(
        &self,
        asked: ChatRequest,
        of: &ExtractRequest<'_>,
        spent: &mut Usage,
    ) -> Result<Answer, Stop> {
        let said = self.ask(&asked, of, spent).await?;
        let wrong = match parse(&said) {
            Ok(answer) => return Ok(answer),
            Err(wrong) => wrong,
        };
        let shown = &said[..said.floor_char_boundary(SHOWN)];
        let again =
            format!("That cannot be read: {wrong}. Answer again, with the JSON object and nothing else.");
        let said = self.ask(&asked.and_then(shown, again), of, spent).await?;
        parse(&said).map_err(|wrong| {
            let message = format!(
                "the model `{}` gave no answer of the agreed form, twice: {wrong}",
                self.provider.model()
            );
            Stop::Failed(ExtractFailure::new(message))
        })
    }

    fn take(
        &self,
        answer: &Answer,
        of: &ExtractRequest<'_>,
        keys: &[SignalKey],
        index: &PageIndex<'_>,
        out: &mut Out,
    ) {
        for item in &answer.items {
            // A key outside the set has no name to count it under: the first one that was asked for stands in.
            let Some(key) = item.key.parse().ok().filter(|key| keys.contains(key)) else {
                let key = item.key.parse().unwrap_or(keys[0]);
                out.refused.push(RefusedFinding::new(key, QuarantineReason::KeyMismatch));
                continue;
            };
            let claim = Claim::new(key, &item.value, &item.quote);
            match index.ground(claim, of.role, &mut out.taken) {
                Ok(finding) => out.findings.push(finding),
                Err(reason) => out.refused.push(RefusedFinding::new(key, reason)),
            }
        }
    }
}

/// What was found so far.
#[derive(Default)]
struct Out {
    findings: Vec<icp_core::model::Finding>,
    refused: Vec<RefusedFinding>,
    taken: Taken,
}

/// Why there is no answer.
enum Stop {
    Cancelled,
    /// The deadline was over during the call.
    Late,
    /// The server may have worked, but there is nothing to use.
    Lost(ExtractFailure),
    /// The server did nothing.
    Failed(ExtractFailure),
}

fn failure(error: &ProviderError) -> Stop {
    use ProviderErrorKind::{NotAnAnswer, Timeout, TooLarge};
    let failure = if error.is_transient() {
        ExtractFailure::transient(&error.message)
    } else {
        ExtractFailure::new(&error.message)
    };
    match error.kind {
        NotAnAnswer | Timeout | TooLarge => Stop::Lost(failure),
        _ => Stop::Failed(failure),
    }
}

fn at_most(asked: &ChatRequest) -> TokenUsage {
    TokenUsage::new(tokens(asked.bytes()), u64::from(asked.max_tokens))
}

#[async_trait]
impl Extractor for LlmExtractor {
    fn id(&self) -> ExtractorId {
        self.id.clone()
    }

    fn class(&self) -> ExtractorClass {
        ExtractorClass::Model
    }

    async fn extract(&self, request: ExtractRequest<'_>) -> Extraction {
        let page = request.page;
        let Some(group) = Group::of(page.kind) else { return Extraction::default() };
        let sent: Sent = choose(page);
        let keys = group.keys(request.role);
        let mut out = Out::default();
        for _ in 0..sent.cuts() {
            out.refused.push(RefusedFinding::new(keys[0], QuarantineReason::Instruction));
        }
        let index = PageIndex::with_cut(page, sent.cut);
        let mut spent = Usage::default();
        let mut failures = Vec::new();
        for chunk in sent.chunks.iter().take(self.options.max_chunks) {
            let asked = question(group, request.role, page.kind, &chunk.text, self.fence());
            match self.answer(asked, &request, &mut spent).await {
                Ok(answer) => self.take(&answer, &request, &keys, &index, &mut out),
                Err(stop) => {
                    let failure = match stop {
                        Stop::Cancelled => ExtractFailure::transient("it was cancelled"),
                        Stop::Late => ExtractFailure::transient("the time for the model was over"),
                        Stop::Lost(failure) | Stop::Failed(failure) => failure,
                    };
                    failures.push(failure);
                    break;
                }
            }
        }
        tracing::debug!(
            chunks = sent.chunks.len(),
            findings = out.findings.len(),
            refused = out.refused.len(),
            "page asked about"
        );
        let mut extraction = Extraction::found(out.findings).with_refused(out.refused).with_usage(spent);
        extraction.failures = failures;
        extraction
    }
}
