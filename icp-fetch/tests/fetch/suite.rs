//! The fetchers keep the rules of the port.

use std::sync::Arc;

use async_trait::async_trait;
use icp_core::ports::{Clock, Fetcher};
use icp_fetch::OfflineFetcher;
use icp_testkit::fetcher::{FetcherBuilder, WebContent};
use icp_testkit::store::Guard;

struct Saved;

#[async_trait]
impl FetcherBuilder for Saved {
    async fn build(&self, content: &WebContent, clock: Arc<dyn Clock>) -> (Guard, Arc<dyn Fetcher>) {
        let dir = tempfile::tempdir().unwrap();
        content.write(dir.path()).unwrap();
        let fetcher = OfflineFetcher::new(dir.path(), clock).unwrap();
        (Box::new(dir), Arc::new(fetcher))
    }
}

mod offline {
    use super::Saved;
    icp_testkit::fetcher_conformance!(Saved);
}

#[cfg(feature = "http")]
mod http {
    use std::net::SocketAddr;
    use std::time::Duration;

    use icp_fetch::{FetchConfig, HttpFetcher, WebSource};
    use icp_testkit::fetcher::WebServer;
    use icp_testkit::fetcher::servers::ServerFetcherBuilder;

    use super::*;

    struct Http;

    #[async_trait]
    impl ServerFetcherBuilder for Http {
        async fn build(&self, server: SocketAddr, clock: Arc<dyn Clock>) -> Arc<dyn Fetcher> {
            let config = FetchConfig::default().with_min_delay(Duration::ZERO).with_retries(0_u32);
            Arc::new(HttpFetcher::new(config, WebSource::Loopback(server), clock).unwrap())
        }
    }

    #[async_trait]
    impl FetcherBuilder for Http {
        async fn build(&self, content: &WebContent, clock: Arc<dyn Clock>) -> (Guard, Arc<dyn Fetcher>) {
            let server = WebServer::of(content).await.unwrap();
            let fetcher = ServerFetcherBuilder::build(self, server.addr(), clock).await;
            (Box::new(server), fetcher)
        }
    }

    mod of_every_fetcher {
        use super::Http;
        icp_testkit::fetcher_conformance!(Http);
    }

    mod of_fetchers_that_ask_servers {
        use super::Http;
        icp_testkit::server_fetcher_conformance!(Http);
    }
}
