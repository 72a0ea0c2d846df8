//! A language model as this crate sees it: one question, one answer, what it cost.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

mod anthropic;
mod body;
mod http;
mod openai;
mod replay;
mod retry;
mod retry_after;
mod scripted;

pub use anthropic::Anthropic;
pub use http::{ApiKey, Endpoint};
pub use openai::OpenAi;
pub use replay::{Recorder, Replay};
pub use retry::Retrying;
pub use scripted::Scripted;

/// Who says something in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Role {
    /// We.
    User,
    /// The model.
    Assistant,
}

/// A turn of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Message {
    /// Who says it.
    pub role: Role,
    /// What is said.
    pub content: String,
}

impl Message {
    /// What we say.
    pub fn user(content: impl Into<String>) -> Self {
        Self { role: Role::User, content: content.into() }
    }

    /// What the model said.
    pub fn assistant(content: impl Into<String>) -> Self {
        Self { role: Role::Assistant, content: content.into() }
    }
}

/// A question to a model. The model has no tools.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChatRequest {
    /// What the model is to do.
    pub system: String,
    /// The conversation, ours first.
    pub messages: Vec<Message>,
    /// The JSON schema of the answer. A server that knows none is asked without.
    pub schema: Option<serde_json::Value>,
    /// The most tokens to answer with.
    pub max_tokens: u32,
}

impl ChatRequest {
    /// A question.
    pub fn new(system: impl Into<String>, message: impl Into<String>, max_tokens: u32) -> Self {
        Self { system: system.into(), messages: vec![Message::user(message)], schema: None, max_tokens }
    }

    /// Sets the schema of the answer.
    #[must_use]
    pub fn with_schema(mut self, schema: serde_json::Value) -> Self {
        self.schema = Some(schema);
        self
    }

    /// Goes on: what the model said, and what we say to that.
    #[must_use]
    pub fn and_then(mut self, answer: impl Into<String>, message: impl Into<String>) -> Self {
        self.messages.extend([Message::assistant(answer), Message::user(message)]);
        self
    }

    /// Bytes of everything that is sent as text.
    pub fn bytes(&self) -> usize {
        let schema = self.schema.as_ref().map_or(0, |schema| schema.to_string().len());
        self.system.len() + schema + self.messages.iter().map(|it| it.content.len() + 16).sum::<usize>()
    }
}

/// Tokens that a call took, as the server counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TokenUsage {
    /// Sent.
    pub tokens_in: u64,
    /// Received.
    pub tokens_out: u64,
}

impl TokenUsage {
    /// Tokens sent and received.
    pub fn new(tokens_in: u64, tokens_out: u64) -> Self {
        Self { tokens_in, tokens_out }
    }
}

/// An answer of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChatAnswer {
    /// The text.
    pub text: String,
    /// The tokens, when the server counts them.
    pub usage: Option<TokenUsage>,
    /// The model that answered, as the server names it.
    pub model: String,
}

impl ChatAnswer {
    /// An answer.
    pub fn new(text: impl Into<String>, model: impl Into<String>) -> Self {
        Self { text: text.into(), usage: None, model: model.into() }
    }

    /// Sets the tokens it took.
    #[must_use]
    pub fn with_usage(mut self, usage: TokenUsage) -> Self {
        self.usage = Some(usage);
        self
    }
}

/// The kind of a provider's failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProviderErrorKind {
    /// The settings cannot work: an address, a key that is no header value.
    Settings,
    /// The server refuses the key, or wants one.
    WrongKey,
    /// There is no such model or address.
    Missing,
    /// Too many requests.
    RateLimited,
    /// The server failed.
    Server,
    /// The server cannot be reached.
    Unreachable,
    /// No whole answer in time.
    Timeout,
    /// The answer is larger than allowed.
    TooLarge,
    /// The answer is not what the protocol says, or holds no text.
    NotAnAnswer,
    /// The server refuses the request.
    Refused,
}

/// Why there is no answer. Holds no key, no header and no text that a server sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
#[non_exhaustive]
pub struct ProviderError {
    /// The kind.
    pub kind: ProviderErrorKind,
    /// In words for a person.
    pub message: String,
    /// How long the server asks to wait.
    pub retry_after: Option<Duration>,
}

impl ProviderError {
    /// A failure.
    pub fn new(kind: ProviderErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), retry_after: None }
    }

    /// Sets how long the server asks to wait.
    #[must_use]
    pub fn with_retry_after(mut self, after: Option<Duration>) -> Self {
        self.retry_after = after;
        self
    }

    /// Whether the same question may have an answer later.
    pub fn is_transient(&self) -> bool {
        use ProviderErrorKind::{RateLimited, Server, Timeout, Unreachable};
        matches!(self.kind, RateLimited | Server | Timeout | Unreachable)
    }
}

/// Answers questions.
#[async_trait]
pub trait ChatProvider: fmt::Debug + Send + Sync + 'static {
    /// The model's name. Answers of another model are other answers.
    fn model(&self) -> &str;

    /// Answers one question.
    ///
    /// # Errors
    /// When there is no answer; the error says whether it is worth to ask again.
    async fn complete(&self, request: &ChatRequest) -> Result<ChatAnswer, ProviderError>;
}

#[async_trait]
impl<P: ChatProvider + ?Sized> ChatProvider for std::sync::Arc<P> {
    fn model(&self) -> &str {
        (**self).model()
    }

    async fn complete(&self, request: &ChatRequest) -> Result<ChatAnswer, ProviderError> {
        (**self).complete(request).await
    }
}
