//! One request and its answer: headers, and a body that is counted while it streams, after decompression.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use icp_core::model::{Refusal, RefusalCause, Validators};
use icp_core::{Error, ErrorKind, Result};
use reqwest::header::{
    ACCEPT, ACCEPT_LANGUAGE, CONTENT_ENCODING, HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH,
};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
use url::Url;

use crate::config::FetchConfig;
use crate::html::is_page_type;
use crate::request::Kind;

use super::answer::Answer;
use super::fault::of_request;
use super::guard::Guard;

/// The thing asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Want {
    /// A page: other media types are refused unread, and so is a body that is too large.
    Page,
    /// A sitemap, of any media type: what is past the limit is not read.
    Sitemap,
    /// A robots.txt: what is past the limit is not read.
    Robots,
}

impl Want {
    /// What is asked for a kind of thing.
    pub(super) fn of(kind: Kind) -> Self {
        match kind {
            Kind::Page => Self::Page,
            Kind::Sitemap => Self::Sitemap,
        }
    }

    /// Its word in a recording.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Sitemap => "sitemap",
            Self::Robots => "robots",
        }
    }

    /// The want of a word.
    pub(super) fn parse(word: &str) -> Option<Self> {
        [Self::Page, Self::Sitemap, Self::Robots].into_iter().find(|want| want.as_str() == word)
    }

    /// The media types that are asked for.
    pub(crate) fn accept(self) -> &'static str {
        match self {
            Self::Page => "text/html,application/xhtml+xml,text/plain;q=0.8,*/*;q=0.1",
            Self::Sitemap => "application/xml,text/xml,text/plain;q=0.8,*/*;q=0.1",
            Self::Robots => "text/plain,*/*;q=0.1",
        }
    }
}

/// The languages that are asked for.
pub(crate) const LANGUAGES: &str = "en,*;q=0.5";

/// A question to a server.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question<'a> {
    pub(super) url: &'a Url,
    pub(super) want: Want,
    /// Marks of the version that is there already.
    pub(super) validators: Option<&'a Validators>,
}

/// Asks servers that the guard allows.
#[derive(Debug)]
pub(super) struct Exchange {
    client: Client,
    guard: Guard,
    max_body: usize,
    max_sitemap: usize,
    max_robots: usize,
}

impl Exchange {
    pub(super) fn new(config: &FetchConfig, guard: Guard, plain: bool) -> Result<Self> {
        let operation = "make a fetcher";
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(LANGUAGES));
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
        let (max_body, max_sitemap, max_robots) = (config.max_body, config.max_sitemap, config.max_robots);
        Ok(Self { client, guard, max_body, max_sitemap, max_robots })
    }

    /// Asks once; follows nothing.
    pub(super) async fn get(&self, question: Question<'_>) -> Result<Answer, Refusal> {
        let want = question.want;
        let response = self.request(question).send().await.map_err(|error| of_request(&error))?;
        self.guard.check_peer(response.remote_addr())?;
        let (status, headers) = (response.status(), response.headers().clone());
        let address = response.remote_addr().map(|peer| peer.ip());
        let mut answer = Answer { status, headers, body: Vec::new(), at: None, address, cut: false };
        if !answer.status.is_success() {
            return Ok(answer);
        }
        if want == Want::Page && !is_page_type(answer.content_type()) {
            let kind = answer.content_type().unwrap_or_default();
            return Err(Refusal::new(RefusalCause::NotHtml, format!("its media type is `{kind}`")));
        }
        (answer.body, answer.cut) = self.body(response, want).await?;
        if want == Want::Page
            && answer.content_type().is_none()
            && !crate::html::looks_like_text(&answer.body)
        {
            return Err(Refusal::new(RefusalCause::NotHtml, "it has no media type and is not text"));
        }
        Ok(answer)
    }

    fn request(&self, question: Question<'_>) -> RequestBuilder {
        let mut request = self.client.get(question.url.clone()).header(ACCEPT, question.want.accept());
        if let Some(validators) = question.validators {
            let marks = [(IF_NONE_MATCH, &validators.etag), (IF_MODIFIED_SINCE, &validators.last_modified)];
            for (name, mark) in marks {
                // A mark that is no header value cannot be one that the site gave.
                if let Some(mark) = mark.as_ref().and_then(|mark| HeaderValue::from_str(mark).ok()) {
                    request = request.header(name, mark);
                }
            }
        }
        request
    }

    /// At most the limit's bytes, and whether there are more.
    async fn body(&self, response: Response, want: Want) -> Result<(Vec<u8>, bool), Refusal> {
        let limit = match want {
            Want::Page => self.max_body,
            Want::Sitemap => self.max_sitemap,
            Want::Robots => self.max_robots,
        };
        let too_large = || Refusal::new(RefusalCause::TooLarge, format!("more than {limit} bytes"));
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
                return Ok((body, true));
            }
            body.extend_from_slice(&chunk);
        }
        Ok((body, false))
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
