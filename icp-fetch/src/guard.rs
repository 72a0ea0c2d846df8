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

/// Checks IP literals, names of private networks, scheme, user information and port.
pub(crate) fn check_url(url: &Url, ports: &[u16]) -> Result<(), Refusal> {
    let forbidden = |detail: String| Err(refuse(RefusalCause::ForbiddenUrl, detail));
    match url.host() {
        Some(Host::Ipv4(v4)) if !is_public_v4(v4) => return Err(not_public(v4.into())),
        Some(Host::Ipv6(v6)) if !is_public_v6(v6) => return Err(not_public(v6.into())),
        Some(_) if Domain::of_url(url) == Err(DomainError::Private) => {
            let host = url.host_str().unwrap_or_default();
            let detail = format!("`{host}` is a name of a private network");
            return Err(refuse(RefusalCause::ForbiddenAddress, detail));
        }
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
    if Domain::of_url(url).is_ok_and(|domain| domain.same_site(site)) {
        return Ok(());
    }
    let host = url.host_str().unwrap_or_default();
    Err(refuse(RefusalCause::OffSite, format!("`{host}` is not of {}", site.registrable())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_addresses_are_public() {
        for private in [
            "0.0.0.0",
            "0.255.255.255",
            "10.0.0.0",
            "10.255.255.255",
            "100.64.0.0",
            "100.127.255.255",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.0",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.0.255",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.0",
            "192.168.255.255",
            "198.18.0.0",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.7",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::ffff:0:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:1ff::1",
            "2001:db8::1",
            "2002:808:808::1",
            "3fff::1",
            "3fff:fff::1",
            "4000::1",
            "5f00::1",
            "fc00::1",
            "fdff::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.1",
            "169.253.0.1",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.1",
            "192.88.98.1",
            "192.167.0.1",
            "198.17.0.1",
            "198.20.0.0",
            "203.0.112.1",
            "223.255.255.255",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2003::1",
            "2606:4700::1111",
            "2a00::1",
            "3fff:1000::1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

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
