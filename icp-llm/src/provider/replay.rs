//! Answers that a model gave once, recorded and given again: a line of JSON each.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{ChatAnswer, ChatProvider, ChatRequest, ProviderError, ProviderErrorKind};
use crate::prompt::{digest, without_fence};

/// A recorded answer. The question is kept as a hash only: recordings hold no page text but what the model quoted.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    request: String,
    answer: ChatAnswer,
}

/// The hash of a question. The fence around page text differs each time and is left out.
fn key(model: &str, request: &ChatRequest) -> String {
    let mut parts = vec![model, request.system.as_str()];
    let messages: Vec<String> = request.messages.iter().map(|it| without_fence(&it.content)).collect();
    parts.extend(messages.iter().map(String::as_str));
    digest(&parts)
}

/// Gives recorded answers.
#[derive(Debug)]
pub struct Replay {
    model: String,
    answers: BTreeMap<String, ChatAnswer>,
}

impl Replay {
    /// Reads a recording of a model.
    ///
    /// # Errors
    /// `Settings`, naming the line that is not an entry.
    pub fn read(model: impl Into<String>, lines: &str) -> Result<Self, ProviderError> {
        let mut answers = BTreeMap::new();
        for (number, line) in lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let entry: Entry = serde_json::from_str(line).map_err(|_| {
                let message = format!("line {} of the recording is not an answer", number + 1);
                ProviderError::new(ProviderErrorKind::Settings, message)
            })?;
            answers.insert(entry.request, entry.answer);
        }
        Ok(Self { model: model.into(), answers })
    }
}

#[async_trait]
impl ChatProvider for Replay {
    fn model(&self) -> &str {
        &self.model
    }

    async fn complete(&self, request: &ChatRequest) -> Result<ChatAnswer, ProviderError> {
        self.answers.get(&key(&self.model, request)).cloned().ok_or_else(|| {
            ProviderError::new(ProviderErrorKind::Missing, "the recording holds no answer to this question")
        })
    }
}

/// Passes questions on and records the answers.
pub struct Recorder<P, W> {
    inner: P,
    out: Mutex<W>,
}

impl<P: fmt::Debug, W> fmt::Debug for Recorder<P, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").field("inner", &self.inner).finish_non_exhaustive()
    }
}

impl<P: ChatProvider, W: Write + Send + 'static> Recorder<P, W> {
    /// Records what a provider answers, a line each.
    pub fn new(inner: P, out: W) -> Self {
        Self { inner, out: Mutex::new(out) }
    }

    /// What was written to.
    pub fn into_out(self) -> W {
        self.out.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl<P: ChatProvider, W: Write + Send + 'static> ChatProvider for Recorder<P, W> {
    fn model(&self) -> &str {
        self.inner.model()
    }

    async fn complete(&self, request: &ChatRequest) -> Result<ChatAnswer, ProviderError> {
        let answer = self.inner.complete(request).await?;
        let entry = Entry { request: key(self.model(), request), answer: answer.clone() };
        let line = serde_json::to_string(&entry).unwrap_or_default();
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(out, "{line}").map_err(|_| {
            ProviderError::new(ProviderErrorKind::Settings, "the recording cannot be written")
        })?;
        Ok(answer)
    }
}
