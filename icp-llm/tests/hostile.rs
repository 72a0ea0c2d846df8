//! Servers that misbehave, over real sockets: each ends soon, with words for a person, and without the key.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use icp_core::memory::SequentialIds;
use icp_core::model::{BlockKind, PageBuilder, PageKind, SiteRole, Timestamp, Zone};
use icp_core::ports::{Clock, ExtractRequest, Extraction, Extractor};
use icp_llm::{
    Anthropic, ApiKey, ChatProvider, ChatRequest, Endpoint, LlmExtractor, OpenAi, ProviderErrorKind as Kind,
    Recorder, Replay, Retrying, Scripted,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const KEY: &str = "sk-very-secret";

/// Stands still, does not wait, and remembers for how long it was asked to.
#[derive(Debug, Default)]
struct Impatient(Mutex<Vec<Duration>>);

#[async_trait]
impl Clock for Impatient {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(0)
    }

    async fn sleep(&self, duration: Duration) {
        self.0.lock().unwrap().push(duration);
    }
}

#[derive(Clone, Copy)]
enum Manner {
    /// A status, a header and a body.
    Says(u16, &'static str, &'static str),
    /// A body of this many bytes.
    Long(usize),
    Endless,
    Hangs,
    /// 400 to whoever asks for a schema.
    Plain(&'static str),
}

async fn read_request(socket: &mut TcpStream) -> String {
    let mut seen = Vec::new();
    let mut buffer = [0; 8192];
    loop {
        let n = socket.read(&mut buffer).await.unwrap_or(0);
        seen.extend_from_slice(&buffer[..n]);
        let text = String::from_utf8_lossy(&seen).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|it| it.strip_prefix("content-length: "));
            if n == 0 || body.len() >= length.and_then(|it| it.trim().parse().ok()).unwrap_or(0) {
                return text;
            }
        } else if n == 0 {
            return text;
        }
    }
}

async fn answer(mut socket: TcpStream, manner: Manner) {
    let request = read_request(&mut socket).await;
    let head = |status: u16, header: &str, length: usize| {
        let gap = if header.is_empty() { "" } else { "\r\n" };
        format!("HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: {length}\r\n{header}{gap}\r\n")
    };
    let text = match manner {
        Manner::Says(status, header, body) => head(status, header, body.len()) + body,
        Manner::Plain(_) if request.contains("response_format") => head(400, "", 0),
        Manner::Plain(body) => head(200, "", body.len()) + body,
        Manner::Long(bytes) => head(200, "", bytes) + &"x".repeat(bytes),
        Manner::Hangs => std::future::pending().await,
        Manner::Endless => {
            let _ = socket.write_all(b"HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n\r\n").await;
            while socket.write_all(b"400\r\n").await.is_ok()
                && socket.write_all(&[b' '; 1024]).await.is_ok()
                && socket.write_all(b"\r\n").await.is_ok()
            {}
            return;
        }
    };
    let _ = socket.write_all(text.as_bytes()).await;
    let _ = socket.shutdown().await;
}

/// A server of one manner; counts its calls.
async fn serve(manner: Manner) -> (Endpoint, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(answer(socket, manner));
        }
    });
    let endpoint = Endpoint::new(&format!("http://{address}"), "test-model").unwrap();
    (endpoint.with_key(Some(ApiKey::new(KEY))).with_timeout(Duration::from_secs(2)), calls)
}

fn asked() -> ChatRequest {
    ChatRequest::new("system", "question", 100).with_schema(serde_json::json!({"type": "object"}))
}

const GOOD: &str = r#"{"choices":[{"message":{"content":"{\"items\":[]}"}}],"usage":{"prompt_tokens":7,"completion_tokens":3}}"#;

#[tokio::test]
async fn whatever_a_server_does_has_an_end_and_words() {
    for (manner, kind, calls, said) in [
        (Manner::Says(200, "", "<html>"), Kind::NotAnAnswer, 1, "cannot be used"),
        (Manner::Says(200, "", ""), Kind::NotAnAnswer, 1, "cannot be used"),
        (Manner::Says(200, "", r#"{"choices":[]}"#), Kind::NotAnAnswer, 1, "empty"),
        (
            Manner::Says(200, "", r#"{"choices":[{"message":{"content":null}}]}"#),
            Kind::NotAnAnswer,
            1,
            "no text",
        ),
        (
            Manner::Says(200, "", r#"{"choices":[{"message":{"content":"x","tool_calls":[{}]}}]}"#),
            Kind::NotAnAnswer,
            1,
            "tool",
        ),
        (Manner::Long(10 << 20), Kind::TooLarge, 1, "larger"),
        (Manner::Endless, Kind::TooLarge, 1, "larger"),
        (Manner::Hangs, Kind::Timeout, 1, "within 2 s"),
        (Manner::Says(401, "", KEY), Kind::WrongKey, 1, "refuses the key"),
        (Manner::Says(404, "", ""), Kind::Missing, 1, "`test-model`"),
        (Manner::Says(302, "location: http://127.0.0.1:9/", ""), Kind::Refused, 1, "redirects"),
        (Manner::Says(400, "", ""), Kind::Refused, 2, "refuses the request"),
        (Manner::Says(429, "retry-after: 5", ""), Kind::RateLimited, 3, "fewer requests"),
        (Manner::Says(429, "retry-after: 3600", ""), Kind::RateLimited, 1, "fewer requests"),
        (Manner::Says(503, "", ""), Kind::Server, 3, "failed"),
    ] {
        let (endpoint, counted) = serve(manner).await;
        let clock = Arc::new(Impatient::default());
        let model = Retrying::new(OpenAi::new(endpoint, clock.clone()).unwrap(), clock.clone());
        let error = model.complete(&asked()).await.unwrap_err();
        assert_eq!(error.kind, kind, "{error}");
        assert!(error.message.contains(said), "{error}");
        assert_eq!(counted.load(Ordering::Relaxed), calls, "{error}");
        assert!(!format!("{error} {error:?} {model:?}").contains(KEY), "{error:?} {model:?}");
        if said == "fewer requests" && calls == 3 {
            assert_eq!(*clock.0.lock().unwrap(), [Duration::from_secs(5); 2], "as long as the server says");
        }
    }
}

#[tokio::test]
async fn a_server_without_schemas_is_asked_without() {
    let (endpoint, calls) = serve(Manner::Plain(GOOD)).await;
    let model = OpenAi::new(endpoint, Arc::new(Impatient::default())).unwrap();
    for tries in [2, 3] {
        let answer = model.complete(&asked()).await.unwrap();
        assert_eq!((answer.text.as_str(), answer.usage.unwrap().tokens_in), (r#"{"items":[]}"#, 7));
        assert_eq!(calls.load(Ordering::Relaxed), tries, "refused once, then never offered again");
    }
}

#[tokio::test]
async fn anthropic_answers_are_read() {
    let body = r#"{"content":[{"type":"text","text":"hello"}],"model":"m","usage":{"input_tokens":5,"output_tokens":2}}"#;
    let (endpoint, _) = serve(Manner::Says(200, "", body)).await;
    let model = Anthropic::new(endpoint, Arc::new(Impatient::default())).unwrap();
    let answer = model.complete(&asked()).await.unwrap();
    assert_eq!((answer.text.as_str(), answer.usage.unwrap().tokens_out), ("hello", 2));
    let (endpoint, _) = serve(Manner::Says(200, "", r#"{"content":[{"type":"tool_use"}]}"#)).await;
    let model = Anthropic::new(endpoint, Arc::new(Impatient::default())).unwrap();
    assert_eq!(model.complete(&asked()).await.unwrap_err().kind, Kind::NotAnAnswer);
}

#[test]
fn addresses_that_cannot_work_are_refused() {
    for base in
        ["", "localhost:8080", "file:///etc/passwd", "http://user:secret@host/", "https://host/?key=secret"]
    {
        let error = Endpoint::new(base, "m").unwrap_err();
        assert_eq!(error.kind, Kind::Settings);
        assert!(!error.message.contains("secret"));
    }
}

async fn extract(model: impl ChatProvider) -> Extraction {
    let mut page = PageBuilder::new("https://acme.sg/", Timestamp::from_micros(0));
    page.block(Zone::Main, BlockKind::Text, "Every booking syncs with Xero overnight.");
    let mut page = page.finish();
    page.kind = PageKind::Home;
    let (clock, ids) = (Arc::new(Impatient::default()), Arc::new(SequentialIds::default()));
    let site = "acme.sg".parse().unwrap();
    LlmExtractor::new(Arc::new(model), clock, ids)
        .extract(ExtractRequest::new(&page, &site, SiteRole::Seed))
        .await
}

const ITEM: &str = r#"{"items":[{"key":"integration","value":"Xero","quote":"syncs with Xero"}]}"#;

fn says(text: &str) -> Result<icp_llm::ChatAnswer, icp_llm::ProviderError> {
    Ok(icp_llm::ChatAnswer::new(text, "scripted"))
}

#[tokio::test]
async fn a_wrong_form_is_asked_for_once_more() {
    let repaired = extract(Scripted::listing([says("Sure!"), says(ITEM)])).await;
    assert_eq!((repaired.findings.len(), repaired.failures.len(), repaired.usage.requests), (1, 0, 2));
    for wrong in
        ["", "Sure!", r#"{"items":[{"key":"integration","value":NaN,"quote":"x"}]}"#, r#"{"items":[],"x":1}"#]
    {
        let failed = extract(Scripted::listing([says(wrong), says(wrong), says(ITEM)])).await;
        assert_eq!(
            (failed.findings.len(), failed.failures.len(), failed.usage.requests),
            (0, 1, 2),
            "{wrong}"
        );
        assert!(failed.failures[0].message.as_str().contains("twice"));
    }
}

#[tokio::test]
async fn a_server_that_is_away_is_a_failure_and_not_an_end() {
    let endpoint = Endpoint::new("http://127.0.0.1:9", "m").unwrap();
    let failed = extract(OpenAi::new(endpoint, Arc::new(Impatient::default())).unwrap()).await;
    assert!(failed.failures[0].message.as_str().contains("cannot be reached"), "{:?}", failed.failures);
    assert!(failed.failures[0].transient);
}

#[tokio::test]
async fn a_recording_gives_the_same_findings_under_another_fence() {
    let recorder = Arc::new(Recorder::new(Scripted::saying(ITEM), Vec::new()));
    let first = extract(Arc::clone(&recorder)).await;
    let lines = String::from_utf8(Arc::into_inner(recorder).unwrap().into_out()).unwrap();
    assert!(!lines.contains("booking"), "a recording holds no page text");
    let again = extract(Replay::read("scripted", &lines).unwrap()).await;
    assert_eq!((again.findings, again.failures), (first.findings, vec![]));
    assert_eq!(extract(Replay::read("other", &lines).unwrap()).await.failures.len(), 1);
    assert!(Replay::read("scripted", "{").is_err());
}
