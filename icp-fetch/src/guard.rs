//! Where a request may go: public web addresses only, checked three times. Before a request the URL (a resolver never
//! sees an IP literal), then the addresses behind a name as the connection uses them, then the peer that answered.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;
use icp_core::model::{Domain, DomainError, Refusal, RefusalCause};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::fault::refuse;

/// Whether an address is a globally routable unicast one, by the special-purpose registries of IANA
/// ([RFC 6890](https://www.rfc-editor.org/rfc/rfc6890)). Addresses of IPv6 that carry one of IPv4 are not.
///
/// ```
/// use icp_fetch::is_public;
/// assert!(is_public("93.184.216.34".parse()?));
/// assert!(!is_public("169.254.169.254".parse()?));
/// assert!(!is_public("::ffff:93.184.216.34".parse()?));
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !matches!(
        address.octets(),
        [0 | 10 | 127, ..]
            | [100, 64..=127, ..]
            | [169, 254, ..]
            | [172, 16..=31, ..]
            | [192, 0, 0 | 2, _]
            | [192, 88, 99, _]
            | [192, 168, ..]
            | [198, 18 | 19, ..]
            | [198, 51, 100, _]
            | [203, 0, 113, _]
            | [224..=255, ..]
    )
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let global_unicast = a & 0xe000 == 0x2000;
    let protocol_assignments = a == 0x2001 && b < 0x0200;
    let documentation = (a == 0x2001 && b == 0x0db8) || (a == 0x3fff && b < 0x1000);
    let six_to_four = a == 0x2002;
    global_unicast && !protocol_assignments && !documentation && !six_to_four
}

/// Looks names up. Tests bring their own.
#[async_trait]
pub(crate) trait Lookup: fmt::Debug + Send + Sync + 'static {
    /// The addresses of a name. Port 0 stands for the scheme's own.
    async fn lookup(&self, name: &str) -> io::Result<Vec<SocketAddr>>;
}

/// The system's resolver.
#[derive(Debug)]
pub(crate) struct SystemLookup;

#[async_trait]
impl Lookup for SystemLookup {
    async fn lookup(&self, name: &str) -> io::Result<Vec<SocketAddr>> {
        Ok(tokio::net::lookup_host((name, 0)).await?.collect())
    }
}

/// Every name is one server.
#[derive(Debug)]
pub(crate) struct OneServer(pub(crate) SocketAddr);

#[async_trait]
impl Lookup for OneServer {
    async fn lookup(&self, _: &str) -> io::Result<Vec<SocketAddr>> {
        Ok(vec![self.0])
    }
}

/// Why a name may not be connected to.
#[derive(Debug)]
pub(crate) enum GuardError {
    Unresolved { name: String, why: String },
    Forbidden { name: String, address: IpAddr },
}

impl GuardError {
    pub(crate) fn refusal(&self) -> Refusal {
        let cause = match self {
            Self::Unresolved { .. } => RefusalCause::DnsFailure,
            Self::Forbidden { .. } => RefusalCause::ForbiddenAddress,
        };
        refuse(cause, self.to_string())
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

/// What may be asked.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    lookup: Arc<dyn Lookup>,
    /// The one server that may be contacted although it is not public.
    exempt: Option<SocketAddr>,
    ports: Vec<u16>,
}

impl Guard {
    pub(crate) fn new(lookup: Arc<dyn Lookup>, exempt: Option<SocketAddr>, ports: Vec<u16>) -> Self {
        Self { lookup, exempt, ports }
    }

    /// Checks an address as written, before any name is looked up.
    pub(crate) fn check_url(&self, url: &Url) -> Result<(), Refusal> {
        check_url(url, &self.ports)
    }

    /// Checks who answered.
    pub(crate) fn check_peer(&self, peer: Option<SocketAddr>) -> Result<(), Refusal> {
        match peer {
            Some(peer) if is_public(peer.ip()) || self.exempt == Some(peer) => Ok(()),
            Some(peer) => {
                let detail = format!("{} answered, which is not public", peer.ip());
                Err(refuse(RefusalCause::ForbiddenAddress, detail))
            }
            None => Err(refuse(RefusalCause::ForbiddenAddress, "the address that answered is not known")),
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

/// Checks scheme, user information, port and IP literals.
pub(crate) fn check_url(url: &Url, ports: &[u16]) -> Result<(), Refusal> {
    let forbidden = |detail: String| Err(refuse(RefusalCause::ForbiddenUrl, detail));
    match url.host() {
        Some(Host::Ipv4(v4)) if !is_public_v4(v4) => return Err(not_public(v4.into())),
        Some(Host::Ipv6(v6)) if !is_public_v6(v6) => return Err(not_public(v6.into())),
        Some(_) => {}
        None => return forbidden("the address has no host".to_owned()),
    }
    if !matches!(url.scheme(), "http" | "https") {
        return forbidden(format!("the scheme `{}` is not the web's", url.scheme()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return forbidden("the address carries user information".to_owned());
    }
    match url.port_or_known_default() {
        Some(port) if ports.contains(&port) => Ok(()),
        port => forbidden(format!("port {} is not a web port", port.unwrap_or(0))),
    }
}

fn not_public(address: IpAddr) -> Refusal {
    refuse(RefusalCause::ForbiddenAddress, format!("{address} is not a public address"))
}

/// Checks that an address is of the site it is fetched for.
pub(crate) fn check_site(url: &Url, site: &Domain) -> Result<(), Refusal> {
    let off_site = || {
        let host = url.host_str().unwrap_or_default();
        Err(refuse(RefusalCause::OffSite, format!("`{host}` is not of {}", site.registrable())))
    };
    match Domain::of_url(url) {
        Ok(domain) if domain.same_site(site) => Ok(()),
        Err(DomainError::Private) => {
            let host = url.host_str().unwrap_or_default();
            Err(refuse(RefusalCause::ForbiddenAddress, format!("`{host}` is a name of a private network")))
        }
        _ => off_site(),
    }
}
