//! Where a request may go, as far as an address says: public hosts, web schemes and ports, the site itself, and no
//! directory of companies.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use icp_core::model::{Domain, DomainError, Refusal, RefusalCause};
use url::{Host, Url};

use crate::Aggregators;

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

/// Checks IP literals, names of private networks, scheme, user information and port.
pub(crate) fn check_url(url: &Url, ports: &[u16]) -> Result<(), Refusal> {
    let forbidden = |detail: String| Err(Refusal::new(RefusalCause::ForbiddenUrl, detail));
    match url.host() {
        Some(Host::Ipv4(v4)) if !is_public_v4(v4) => return Err(not_public(v4.into())),
        Some(Host::Ipv6(v6)) if !is_public_v6(v6) => return Err(not_public(v6.into())),
        Some(_) if Domain::of_url(url) == Err(DomainError::Private) => {
            let host = url.host_str().unwrap_or_default();
            let detail = format!("`{host}` is a name of a private network");
            return Err(Refusal::new(RefusalCause::ForbiddenAddress, detail));
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
    Refusal::new(RefusalCause::ForbiddenAddress, format!("{address} is not a public address"))
}

/// Checks that an address is of the site it is fetched for.
pub(crate) fn check_site(url: &Url, site: &Domain) -> Result<(), Refusal> {
    if Domain::of_url(url).is_ok_and(|domain| domain.same_site(site)) {
        return Ok(());
    }
    let host = url.host_str().unwrap_or_default();
    Err(Refusal::new(RefusalCause::OffSite, format!("`{host}` is not of {}", site.registrable())))
}

/// Refuses directories, networks and whatever else the list has.
pub(crate) fn check_own_site(site: &Domain, listed: &Aggregators) -> Result<(), Refusal> {
    if let Some(kind) = listed.kind(site) {
        let detail = format!(
            "{} is on the list of aggregators ({kind}) and no company's own site",
            site.registrable()
        );
        return Err(Refusal::new(RefusalCause::Aggregator, detail));
    }
    Ok(())
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
}
