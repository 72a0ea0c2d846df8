//! The messages protocol of Anthropic.

use std::sync::Arc;

use async_trait::async_trait;
use icp_core::ports::Clock;
use reqwest::header::{HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::{not_an_answer, read};
use super::http::{Endpoint, Server};
use super::{ChatAnswer, ChatProvider, ChatRequest, ProviderError, TokenUsage};

/// A model behind Anthropic's messages protocol. The schema is told in words, and checked in the answer.
#[derive(Debug)]
pub struct Anthropic {
    server: Server,
}

#[derive(Deserialize)]
struct Answer {
    content: Vec<Part>,
    #[serde(default)]
    model: Option<String>,
    #[serde(default)]
    usage: Option<Counts>,
}

#[derive(Deserialize)]
struct Part {
    r#type: String,
    #[serde(default)]
    text: String,
}

#[derive(Deserialize)]
struct Counts {
    #[serde(default)]
    input_tokens: u64,
    #[serde(default)]
    output_tokens: u64,
}

impl Anthropic {
    /// A model at an address. The clock reads dates of `Retry-After`.
    ///
    /// # Errors
    /// `Settings`, when the client cannot be made.
    pub fn new(endpoint: Endpoint, clock: Arc<dyn Clock>) -> Result<Self, ProviderError> {
        let version = HeaderName::from_static("anthropic-version");
        let mut headers = vec![(version, HeaderValue::from_static("2023-06-01"))];
        if let Some(key) = &endpoint.key {
            headers.push((HeaderName::from_static("x-api-key"), key.header("")?));
        }
        Ok(Self { server: Server::new(endpoint, headers, clock)? })
    }

    fn body(&self, request: &ChatRequest) -> Value {
        let system = match &request.schema {
            Some(schema) => {
                format!("{}\n\nThe answer is JSON of this schema and nothing else:\n{schema}", request.system)
            }
            None => request.system.clone(),
        };
        json!({
            "model": self.server.model(),
            "system": system,
            "messages": request.messages,
            "max_tokens": request.max_tokens,
            "temperature": 0,
        })
    }
}

#[async_trait]
impl ChatProvider for Anthropic {
    fn model(&self) -> &str {
        self.server.model()
    }

    async fn complete(&self, request: &ChatRequest) -> Result<ChatAnswer, ProviderError> {
        let body = self.server.post("messages", &self.body(request)).await.map_err(|failed| failed.error)?;
        let answer: Answer = read(&body)?;
        if answer.content.iter().any(|part| part.r#type == "tool_use") {
            return Err(not_an_answer("it calls a tool, and there is none"));
        }
        let text: String = answer
            .content
            .iter()
            .filter(|part| part.r#type == "text")
            .map(|part| part.text.as_str())
            .collect();
        if text.trim().is_empty() {
            return Err(not_an_answer("it holds no text"));
        }
        let model = answer.model.unwrap_or_else(|| self.model().to_owned());
        let usage = answer.usage.map(|it| TokenUsage::new(it.input_tokens, it.output_tokens));
        Ok(ChatAnswer { text, usage, model })
    }
}
