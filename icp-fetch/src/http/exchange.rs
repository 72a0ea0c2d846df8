//! One request and its answer: headers, and a body that is counted while it streams, after decompression.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use icp_core::model::{Refusal, RefusalCause};
use icp_core::{Error, ErrorKind, Result};
use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_ENCODING, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
use url::Url;

use crate::config::FetchConfig;
use crate::fault::{of_request, refuse};
use crate::guard::Guard;
use crate::html::is_page_type;

use super::answer::Answer;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    /// A page: other media types are refused unread, and so is what is too large.
    Page,
    /// A robots.txt: what is past the limit is not read.
    Robots,
}

/// Asks servers that the guard allows.
#[derive(Debug)]
pub(super) struct Exchange {
    client: Client,
    guard: Guard,
    max_body: usize,
    max_robots: usize,
}

impl Exchange {
    pub(super) fn new(config: &FetchConfig, guard: Guard, plain: bool) -> Result<Self> {
        let operation = "make a fetcher";
        let mut headers = HeaderMap::new();
        let accept = "text/html,application/xhtml+xml,text/plain;q=0.8,*/*;q=0.1";
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static("en,*;q=0.5"));
        let agent = HeaderValue::from_str(&config.user_agent).map_err(|error| {
            let message = format!("the user agent `{}` is not a header value", config.user_agent);
            Error::new(ErrorKind::Invalid, operation, message).with_source(error)
        })?;
        let client = Client::builder()
            .user_agent(agent)
            .default_headers(headers)
            .referer(false)
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .connect_timeout(config.connect_timeout)
            .timeout(config.page_timeout)
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(Duration::from_secs(20))
            .dns_resolver(Arc::new(guard.clone()))
            .tls_backend_preconfigured(tls(plain)?)
            .build()
            .map_err(|error| {
                Error::new(ErrorKind::Internal, operation, "the HTTP client cannot be made")
                    .with_source(error)
            })?;
        Ok(Self { client, guard, max_body: config.max_body, max_robots: config.max_robots })
    }

    /// Asks once; follows nothing.
    pub(super) async fn get(&self, url: &Url, want: Want) -> Result<Answer, Refusal> {
        let response = self.client.get(url.clone()).send().await.map_err(|error| of_request(&error))?;
        self.guard.check_peer(response.remote_addr())?;
        let mut answer =
            Answer { status: response.status(), headers: response.headers().clone(), body: Vec::new() };
        if !answer.status.is_success() {
            return Ok(answer);
        }
        if want == Want::Page && !is_page_type(answer.content_type()) {
            let kind = answer.content_type().unwrap_or_default();
            return Err(refuse(RefusalCause::NotHtml, format!("its media type is `{kind}`")));
        }
        answer.body = self.body(response, want).await?;
        if want == Want::Page
            && answer.content_type().is_none()
            && !crate::html::looks_like_text(&answer.body)
        {
            return Err(refuse(RefusalCause::NotHtml, "it has no media type and is not text"));
        }
        Ok(answer)
    }

    async fn body(&self, response: Response, want: Want) -> Result<Vec<u8>, Refusal> {
        let limit = match want {
            Want::Page => self.max_body,
            Want::Robots => self.max_robots,
        };
        let too_large = || refuse(RefusalCause::TooLarge, format!("more than {limit} bytes"));
        let declared =
            response.content_length().filter(|_| !response.headers().contains_key(CONTENT_ENCODING));
        if want == Want::Page && declared.is_some_and(|declared| declared > limit as u64) {
            return Err(too_large());
        }
        let mut body = Vec::new();
        let mut chunks = response.bytes_stream();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|error| of_request(&error))?;
            let room = limit - body.len();
            if chunk.len() > room {
                if want == Want::Page {
                    return Err(too_large());
                }
                body.extend_from_slice(&chunk[..room]);
                break;
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

/// TLS by rustls with ring. The roots are the system's; a fetcher that speaks plain http only needs none.
fn tls(plain: bool) -> Result<ClientConfig> {
    let operation = "make a fetcher";
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(
            |error| Error::new(ErrorKind::Internal, operation, "TLS cannot be set up").with_source(error),
        )?;
    let mut config = if plain {
        builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth()
    } else {
        builder
            .with_platform_verifier()
            .map_err(|error| {
                let message = "the system has no root certificates; install them (ca-certificates), or name their \
                               file in SSL_CERT_FILE";
                Error::new(ErrorKind::Unavailable, operation, message).with_source(error)
            })?
            .with_no_client_auth()
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
