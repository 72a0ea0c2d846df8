//! Asks a language model what a page says of a company, and keeps only what the page says too.
//!
//! [`LlmExtractor`] is an [`Extractor`](icp_core::ports::Extractor) of class `Model` over any [`ChatProvider`]. The model
//! gets the words of the page's content behind a random fence, never HTML, and answers with key, value and quote. It has no
//! tools and names no places: [`PageIndex`] finds the quote on the page and hands on the page's own bytes. What is not
//! there, or says something else, is refused and counted. Blocks that speak to a model instead of to people are cut.
//!
//! ```
//! use std::sync::Arc;
//! use icp_core::memory::{ManualClock, SequentialIds};
//! use icp_core::model::{BlockKind, PageBuilder, PageKind, QuarantineReason, SiteRole, Timestamp, Zone};
//! use icp_core::ports::{ExtractRequest, Extractor};
//! use icp_llm::{LlmExtractor, Scripted};
//!
//! # fn main() { tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(read()) }
//! # async fn read() {
//! let mut page = PageBuilder::new("https://northpier.sg/", Timestamp::from_micros(0));
//! page.block(Zone::Main, BlockKind::Text, "Every booking syncs with Xero overnight.");
//! let mut page = page.finish();
//! page.kind = PageKind::Home;
//!
//! let model = Scripted::saying(r#"{"items":[
//!     {"key": "integration", "value": "Xero", "quote": "syncs with xero"},
//!     {"key": "integration", "value": "SAP", "quote": "syncs with SAP"}]}"#);
//! let clock = Arc::new(ManualClock::fixed(Timestamp::from_micros(0)));
//! let extractor = LlmExtractor::new(Arc::new(model), clock, Arc::new(SequentialIds::default()));
//! let site = "northpier.sg".parse().unwrap();
//! let found = extractor.extract(ExtractRequest::new(&page, &site, SiteRole::Seed)).await;
//! assert_eq!(found.findings[0].quote, "syncs with Xero");
//! assert_eq!(found.refused[0].reason, QuarantineReason::NotFound);
//! # }
//! ```

mod answer;
mod extractor;
mod fits;
mod ground;
mod guard;
mod prompt;
mod provider;
mod text;

pub use extractor::{LlmExtractor, LlmOptions};
pub use ground::{Claim, MAX_ITEMS, PageIndex, Taken};
pub use guard::speaks_to_a_model;
pub use prompt::{EXAMPLE_MARKER, MAX_ANSWER_TOKENS};
pub use provider::{
    Anthropic, ApiKey, ChatAnswer, ChatProvider, ChatRequest, Endpoint, Message, OpenAi, ProviderError,
    ProviderErrorKind, Recorder, Replay, Retrying, Role, Scripted, TokenUsage,
};
