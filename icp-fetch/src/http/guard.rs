//! The guard of connections: public addresses only, checked three times. Before a request the URL (a resolver never sees
//! an IP literal), then the addresses behind a name as the connection uses them, then the peer that answered.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;
use icp_core::model::{Refusal, RefusalCause};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::Url;

use crate::guard::{check_url, is_public};

/// Looks names up. Tests bring their own.
#[async_trait]
pub(super) trait Lookup: fmt::Debug + Send + Sync + 'static {
    /// The addresses of a name. Port 0 stands for the scheme's own.
    async fn lookup(&self, name: &str) -> io::Result<Vec<SocketAddr>>;
}

/// The system's resolver.
#[derive(Debug)]
pub(super) struct SystemLookup;

#[async_trait]
impl Lookup for SystemLookup {
    async fn lookup(&self, name: &str) -> io::Result<Vec<SocketAddr>> {
        Ok(tokio::net::lookup_host((name, 0)).await?.collect())
    }
}

/// Every name is one server.
#[derive(Debug)]
pub(super) struct OneServer(pub(super) SocketAddr);

#[async_trait]
impl Lookup for OneServer {
    async fn lookup(&self, _: &str) -> io::Result<Vec<SocketAddr>> {
        Ok(vec![self.0])
    }
}

/// Why a name may not be connected to.
#[derive(Debug)]
pub(super) enum GuardError {
    Unresolved { name: String, why: String },
    Forbidden { name: String, address: IpAddr },
}

impl GuardError {
    pub(super) fn refusal(&self) -> Refusal {
        let cause = match self {
            Self::Unresolved { .. } => RefusalCause::DnsFailure,
            Self::Forbidden { .. } => RefusalCause::ForbiddenAddress,
        };
        Refusal::new(cause, self.to_string())
    }
}

impl fmt::Display for GuardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unresolved { name, why } => write!(f, "`{name}` does not resolve: {why}"),
            Self::Forbidden { name, address } => {
                write!(f, "`{name}` leads to {address}, which is not public")
            }
        }
    }
}

impl std::error::Error for GuardError {}

/// The servers that may be asked.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    lookup: Arc<dyn Lookup>,
    /// The one server that may be contacted although it is not public.
    exempt: Option<SocketAddr>,
    ports: Vec<u16>,
}

impl Guard {
    pub(super) fn new(lookup: Arc<dyn Lookup>, exempt: Option<SocketAddr>, ports: Vec<u16>) -> Self {
        Self { lookup, exempt, ports }
    }

    /// Checks an address as written, before any name is looked up.
    pub(super) fn check_url(&self, url: &Url) -> Result<(), Refusal> {
        check_url(url, &self.ports)
    }

    /// Checks who answered.
    pub(super) fn check_peer(&self, peer: Option<SocketAddr>) -> Result<(), Refusal> {
        match peer {
            Some(peer) if is_public(peer.ip()) || self.exempt == Some(peer) => Ok(()),
            Some(peer) => {
                let detail = format!("{} answered, which is not public", peer.ip());
                Err(Refusal::new(RefusalCause::ForbiddenAddress, detail))
            }
            None => {
                Err(Refusal::new(RefusalCause::ForbiddenAddress, "the address that answered is not known"))
            }
        }
    }

    /// The addresses of a name: all of them public, or none at all.
    async fn addresses(&self, name: &str) -> Result<Vec<SocketAddr>, GuardError> {
        let unresolved = |why: String| GuardError::Unresolved { name: name.to_owned(), why };
        let found = self.lookup.lookup(name).await.map_err(|error| unresolved(error.to_string()))?;
        if found.is_empty() {
            return Err(unresolved("it has no address".to_owned()));
        }
        match found.iter().find(|&&found| !is_public(found.ip()) && self.exempt != Some(found)) {
            Some(bad) => Err(GuardError::Forbidden { name: name.to_owned(), address: bad.ip() }),
            None => Ok(found),
        }
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let found = guard.addresses(name.as_str()).await?;
            let found: Addrs = Box::new(found.into_iter());
            Ok(found)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peer_is_checked_too() {
        let guard = Guard::new(Arc::new(SystemLookup), Some(([127, 0, 0, 1], 8080).into()), vec![80]);
        assert!(guard.check_peer(Some(([127, 0, 0, 1], 8080).into())).is_ok());
        assert!(guard.check_peer(Some(([8, 8, 8, 8], 80).into())).is_ok());
        for peer in [None, Some(([127, 0, 0, 1], 8081).into()), Some(([10, 0, 0, 1], 8080).into())] {
            assert_eq!(guard.check_peer(peer).unwrap_err().cause, RefusalCause::ForbiddenAddress, "{peer:?}");
        }
    }
}
