//! A model of tests: answers by a function or from a list.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;

use super::{ChatAnswer, ChatProvider, ChatRequest, ProviderError, ProviderErrorKind};

type Answers = dyn Fn(&ChatRequest) -> Result<ChatAnswer, ProviderError> + Send + Sync;

/// Answers from a script.
pub struct Scripted {
    model: String,
    answers: Box<Answers>,
}

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scripted").field("model", &self.model).finish_non_exhaustive()
    }
}

impl Scripted {
    /// Answers by a function.
    pub fn by(
        answers: impl Fn(&ChatRequest) -> Result<ChatAnswer, ProviderError> + Send + Sync + 'static,
    ) -> Self {
        Self { model: "scripted".to_owned(), answers: Box::new(answers) }
    }

    /// Always says the same.
    pub fn saying(text: impl Into<String>) -> Self {
        let text = text.into();
        Self::by(move |_| Ok(ChatAnswer::new(text.clone(), "scripted")))
    }

    /// Answers from a list, one after another. Past its end there is no answer.
    pub fn listing(answers: impl IntoIterator<Item = Result<ChatAnswer, ProviderError>>) -> Self {
        let left: Mutex<VecDeque<_>> = Mutex::new(answers.into_iter().collect());
        Self::by(move |_| {
            let next = left.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            next.unwrap_or_else(|| {
                Err(ProviderError::new(ProviderErrorKind::Refused, "the script has no more answers"))
            })
        })
    }

    /// Sets the model's name.
    #[must_use]
    pub fn named(mut self, model: impl Into<String>) -> Self {
        self.model = model.into();
        self
    }
}

#[async_trait]
impl ChatProvider for Scripted {
    fn model(&self) -> &str {
        &self.model
    }

    async fn complete(&self, request: &ChatRequest) -> Result<ChatAnswer, ProviderError> {
        (self.answers)(request)
    }
}
