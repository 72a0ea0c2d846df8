//! The chat protocol of OpenAI, which llama.cpp, vLLM, Ollama and most hosts speak too.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use icp_core::ports::Clock;
use reqwest::header::AUTHORIZATION;
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::{not_an_answer, read};
use super::http::{Endpoint, Server};
use super::{ChatAnswer, ChatProvider, ChatRequest, ProviderError, TokenUsage};

/// A model behind an OpenAI-compatible chat server, at any base address.
///
/// The answer's schema is sent as `response_format`. A server that refuses that (status 400 or 422) is asked without it
/// from then on.
#[derive(Debug)]
pub struct OpenAi {
    server: Server,
    plain: AtomicBool,
}

#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
    #[serde(default)]
    model: Option<String>,
    #[serde(default)]
    usage: Option<Counts>,
}

#[derive(Deserialize)]
struct Choice {
    message: Said,
}

#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    content: Option<String>,
    #[serde(default)]
    tool_calls: Option<Vec<Value>>,
}

#[derive(Deserialize)]
struct Counts {
    #[serde(default)]
    prompt_tokens: u64,
    #[serde(default)]
    completion_tokens: u64,
}

#[derive(Deserialize)]
struct Models {
    data: Vec<Model>,
}

#[derive(Deserialize)]
struct Model {
    id: String,
}

impl OpenAi {
    /// A model at an address. The clock reads dates of `Retry-After`.
    ///
    /// # Errors
    /// `Settings`, when the client cannot be made.
    pub fn new(endpoint: Endpoint, clock: Arc<dyn Clock>) -> Result<Self, ProviderError> {
        let mut headers = Vec::new();
        if let Some(key) = &endpoint.key {
            headers.push((AUTHORIZATION, key.header("Bearer ")?));
        }
        Ok(Self { server: Server::new(endpoint, headers, clock)?, plain: AtomicBool::new(false) })
    }

    /// The models that a server offers, by name.
    ///
    /// # Errors
    /// When the server does not say.
    pub async fn models(endpoint: Endpoint, clock: Arc<dyn Clock>) -> Result<Vec<String>, ProviderError> {
        let body = Self::new(endpoint, clock)?.server.get("models").await.map_err(|failed| failed.error)?;
        let models: Models = read(&body)?;
        Ok(models.data.into_iter().map(|model| model.id).collect())
    }

    fn body(&self, request: &ChatRequest, with_schema: bool) -> Value {
        let mut messages = vec![json!({"role": "system", "content": request.system})];
        messages.extend(request.messages.iter().map(|it| json!({"role": it.role, "content": it.content})));
        let mut body = json!({
            "model": self.server.model(),
            "messages": messages,
            "max_tokens": request.max_tokens,
            "temperature": 0,
            "stream": false,
        });
        if let (Some(schema), true) = (&request.schema, with_schema) {
            body["response_format"] = json!({
                "type": "json_schema",
                "json_schema": {"name": "answer", "strict": true, "schema": schema},
            });
        }
        body
    }
}

#[async_trait]
impl ChatProvider for OpenAi {
    fn model(&self) -> &str {
        self.server.model()
    }

    async fn complete(&self, request: &ChatRequest) -> Result<ChatAnswer, ProviderError> {
        let path = "chat/completions";
        let with_schema = request.schema.is_some() && !self.plain.load(Ordering::Relaxed);
        let body = match self.server.post(path, &self.body(request, with_schema)).await {
            Err(failed)
                if with_schema && failed.status.is_some_and(|it| matches!(it.as_u16(), 400 | 422)) =>
            {
                let body = self.server.post(path, &self.body(request, false)).await;
                let body = body.map_err(|failed| failed.error)?;
                self.plain.store(true, Ordering::Relaxed);
                body
            }
            answered => answered.map_err(|failed| failed.error)?,
        };
        let completion: Completion = read(&body)?;
        let said = completion.choices.into_iter().next().ok_or_else(|| not_an_answer("it is empty"))?.message;
        if said.tool_calls.is_some_and(|calls| !calls.is_empty()) {
            return Err(not_an_answer("it calls a tool, and there is none"));
        }
        let text = said.content.filter(|text| !text.trim().is_empty());
        let text = text.ok_or_else(|| not_an_answer("it holds no text"))?;
        let model = completion.model.unwrap_or_else(|| self.model().to_owned());
        let usage = completion.usage.map(|it| TokenUsage::new(it.prompt_tokens, it.completion_tokens));
        Ok(ChatAnswer { text, usage, model })
    }
}
