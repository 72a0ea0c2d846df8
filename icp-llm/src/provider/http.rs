//! One POST to one server: no redirect, no proxy, a limit of time and a limit of bytes.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use icp_core::model::Timestamp;
use icp_core::ports::Clock;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
use url::Url;

use super::retry_after;
use super::{ProviderError, ProviderErrorKind as Kind};

/// The most bytes of an answer. Our longest answer is some thousand bytes.
const MAX_ANSWER: usize = 512 * 1024;

/// A server's key. Its text is in no `Debug`, log or error.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl ApiKey {
    /// A key; white space around it is dropped.
    pub fn new(key: &str) -> Self {
        Self(key.trim().to_owned())
    }

    /// As a header's value, after a prefix.
    pub(super) fn header(&self, prefix: &str) -> Result<HeaderValue, ProviderError> {
        let mut value = HeaderValue::from_str(&format!("{prefix}{}", self.0))
            .map_err(|_| ProviderError::new(Kind::Settings, "the key holds characters that no key has"))?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(***)")
    }
}

/// Where a model is served, and the limits of a call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Endpoint {
    /// The server's base address, such as `http://127.0.0.1:8080` or `https://api.example.com/v1`.
    pub base: Url,
    /// The model's name at the server.
    pub model: String,
    /// The key, where the server wants one.
    pub key: Option<ApiKey>,
    /// The longest time for one answer, from the connection to the last byte.
    pub timeout: Duration,
}

impl Endpoint {
    /// A model at an address.
    ///
    /// # Errors
    /// `Settings`, when the address is not an http or https one, or holds a key itself.
    pub fn new(base: &str, model: impl Into<String>) -> Result<Self, ProviderError> {
        let wrong =
            |why: &str| ProviderError::new(Kind::Settings, format!("the model server's address {why}"));
        let base = Url::parse(base.trim())
            .map_err(|_| wrong("is not one; write it like http://127.0.0.1:8080 or https://host/v1"))?;
        if !matches!(base.scheme(), "http" | "https") || base.host_str().is_none() {
            return Err(wrong("must begin with http:// or https://"));
        }
        if !base.username().is_empty() || base.password().is_some() || base.query().is_some() {
            return Err(wrong("must hold no user, password or query; give the key apart"));
        }
        Ok(Self { base, model: model.into(), key: None, timeout: Duration::from_secs(60) })
    }

    /// Sets the key; an empty one is none.
    #[must_use]
    pub fn with_key(mut self, key: Option<ApiKey>) -> Self {
        self.key = key.filter(|key| !key.0.is_empty());
        self
    }

    /// Sets the longest time for one answer.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }
}

/// A server and the client that asks it.
#[derive(Clone)]
pub(super) struct Server {
    client: Client,
    endpoint: Endpoint,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

/// A failed request: what to tell, and the status, where there was one.
pub(super) struct Failed {
    pub(super) error: ProviderError,
    pub(super) status: Option<StatusCode>,
}

impl From<ProviderError> for Failed {
    fn from(error: ProviderError) -> Self {
        Self { error, status: None }
    }
}

impl Server {
    pub(super) fn new(
        endpoint: Endpoint,
        headers: Vec<(HeaderName, HeaderValue)>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, ProviderError> {
        let client = Client::builder()
            .default_headers(HeaderMap::from_iter(headers))
            .referer(false)
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .connect_timeout(endpoint.timeout.min(Duration::from_secs(10)))
            .timeout(endpoint.timeout)
            .tls_backend_preconfigured(tls(endpoint.base.scheme() == "http")?)
            .build()
            .map_err(|_| ProviderError::new(Kind::Settings, "the HTTP client cannot be made"))?;
        Ok(Self { client, endpoint, clock })
    }

    pub(super) fn model(&self) -> &str {
        &self.endpoint.model
    }

    /// Posts JSON to a path below the base address.
    pub(super) async fn post(&self, path: &str, body: &serde_json::Value) -> Result<Vec<u8>, Failed> {
        let request = self.client.post(self.address(path)).header("content-type", "application/json");
        self.send(request.body(body.to_string())).await
    }

    /// Gets a path below the base address.
    pub(super) async fn get(&self, path: &str) -> Result<Vec<u8>, Failed> {
        self.send(self.client.get(self.address(path))).await
    }

    /// The base address may end with the version, as most servers document it, or be the bare host.
    fn address(&self, path: &str) -> Url {
        let mut url = self.endpoint.base.clone();
        let base = url.path().trim_end_matches('/').to_owned();
        url.set_path(&if base.is_empty() { format!("/v1/{path}") } else { format!("{base}/{path}") });
        url
    }

    async fn send(&self, request: RequestBuilder) -> Result<Vec<u8>, Failed> {
        let response = request.send().await.map_err(|error| self.of_transport(&error))?;
        let status = response.status();
        if !status.is_success() {
            let error = self.of_status(&response, self.clock.now());
            return Err(Failed { error, status: Some(status) });
        }
        let mut body = Vec::new();
        let mut chunks = response.bytes_stream();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|error| self.of_transport(&error))?;
            if body.len() + chunk.len() > MAX_ANSWER {
                let message = format!("the model's answer is larger than {} KB", MAX_ANSWER / 1024);
                return Err(ProviderError::new(Kind::TooLarge, message).into());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn host(&self) -> String {
        let host = self.endpoint.base.host_str().unwrap_or_default();
        self.endpoint.base.port().map_or(host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// A failed status in words. The body is not read: servers repeat keys and prompts there.
    fn of_status(&self, response: &Response, now: Timestamp) -> ProviderError {
        let (host, model, status) = (self.host(), self.model(), response.status().as_u16());
        let (kind, message) = match status {
            401 | 403 => {
                let which = if self.endpoint.key.is_some() { "refuses the key" } else { "wants a key" };
                (Kind::WrongKey, format!("the model server {host} {which} (status {status})"))
            }
            404 | 405 => (
                Kind::Missing,
                format!(
                    "the model server {host} has no model `{model}`, or nothing at that address (status {status})"
                ),
            ),
            408 | 504 => (Kind::Timeout, format!("the model server {host} took too long (status {status})")),
            429 => (Kind::RateLimited, format!("the model server {host} wants fewer requests (status 429)")),
            500.. => (Kind::Server, format!("the model server {host} failed (status {status})")),
            300..=399 => (
                Kind::Refused,
                format!(
                    "the model server {host} redirects, which is not followed; give the address it has now (status {status})"
                ),
            ),
            _ => (Kind::Refused, format!("the model server {host} refuses the request (status {status})")),
        };
        let after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        ProviderError::new(kind, message).with_retry_after(after.and_then(|it| retry_after::parse(it, now)))
    }

    fn of_transport(&self, error: &reqwest::Error) -> Failed {
        let (host, limit) = (self.host(), self.endpoint.timeout.as_secs());
        let (kind, message) = if error.is_timeout() {
            (Kind::Timeout, format!("no whole answer of the model server {host} within {limit} s"))
        } else if error.is_connect() {
            (Kind::Unreachable, format!("the model server {host} cannot be reached; is it running?"))
        } else {
            (Kind::Server, format!("the connection to the model server {host} broke"))
        };
        ProviderError::new(kind, message).into()
    }
}

/// TLS by rustls with ring, as the fetcher has it. A server that is asked over plain http needs no roots.
fn tls(plain: bool) -> Result<ClientConfig, ProviderError> {
    let failed = |message: &str| ProviderError::new(Kind::Settings, message);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| failed("TLS cannot be set up"))?;
    let mut config = if plain {
        builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth()
    } else {
        builder
            .with_platform_verifier()
            .map_err(|_| failed("the system has no root certificates; install them (ca-certificates), or name their file in SSL_CERT_FILE"))?
            .with_no_client_auth()
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
