//! Internet domains as people paste them.

use std::fmt;
use std::str::FromStr;

use url::{Host, Url};

use super::time::serde_as_text;

/// Why a text is not a company's domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DomainError {
    /// Nothing there.
    #[error("it is empty; give a website such as example.com")]
    Empty,
    /// Longer than any real address.
    #[error("it is longer than 2,048 characters; give only the website, such as example.com")]
    TooLong,
    /// A scheme that is not the web's.
    #[error("only http and https addresses are websites")]
    Scheme,
    /// `user:password@host`.
    #[error("it carries user information before an @; give only the website")]
    UserInfo,
    /// An IP address.
    #[error("it is an IP address; give the website's name")]
    IpAddress,
    /// `localhost`, `.local`, `.internal` and the like.
    #[error("it is a name of a private network; give a public website")]
    Private,
    /// No dot, or nothing before the public suffix.
    #[error("it has no registrable domain; give a whole one such as example.com")]
    NotRegistrable,
    /// Not a host name at all.
    #[error("it is not a website address; give one such as example.com")]
    Syntax,
}

/// A website's host: lower case, IDNA (ASCII) form, without scheme, `www.`, port, path or trailing dot.
/// It has a registrable domain by the [public suffix list](https://publicsuffix.org/).
///
/// ```
/// use icp_core::model::Domain;
/// let domain: Domain = "HTTPS://www.Shop.Example.com.sg:8443/about?x=1".parse()?;
/// assert_eq!(domain.as_str(), "shop.example.com.sg");
/// assert_eq!(domain.registrable(), "example.com.sg");
/// assert!("http://127.0.0.1/".parse::<Domain>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Domain {
    host: String,
    registrable_at: usize,
}

impl Domain {
    /// The host.
    pub fn as_str(&self) -> &str {
        &self.host
    }

    /// The registrable domain (eTLD + 1): what one organisation registers.
    pub fn registrable(&self) -> &str {
        &self.host[self.registrable_at..]
    }

    /// The registrable domain's first label: usually the brand.
    pub fn brand(&self) -> &str {
        self.registrable().split('.').next().unwrap_or_default()
    }

    /// The last label of the public suffix.
    pub fn top_level(&self) -> &str {
        self.host.rsplit('.').next().unwrap_or_default()
    }

    /// Whether two hosts are one organisation's, by registrable domain.
    pub fn same_site(&self, other: &Domain) -> bool {
        self.registrable() == other.registrable()
    }

    /// The domain of a parsed URL.
    ///
    /// # Errors
    /// As for parsing.
    pub fn of_url(url: &Url) -> Result<Self, DomainError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(DomainError::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(DomainError::UserInfo);
        }
        match url.host() {
            Some(Host::Domain(host)) => Self::of_host(host),
            Some(_) => Err(DomainError::IpAddress),
            None => Err(DomainError::Syntax),
        }
    }

    /// A host that was a domain when it was written. The list of public suffixes changes: what it took for a company's
    /// site then and takes for a suffix now is registrable as a whole. Only what was never a host is refused.
    pub(crate) fn trusted(host: String) -> Result<Self, DomainError> {
        let lower = !host.bytes().any(|b| b.is_ascii_uppercase());
        if !lower || host.len() > 253 || !host.contains('.') || !host.split('.').all(is_label) {
            return Err(DomainError::Syntax);
        }
        let registrable_at = psl::domain_str(&host).map_or(0, |registrable| host.len() - registrable.len());
        Ok(Self { host, registrable_at })
    }

    fn of_host(host: &str) -> Result<Self, DomainError> {
        let host = host.trim_end_matches('.');
        let host = host.strip_prefix("www.").filter(|rest| psl::domain_str(rest).is_some()).unwrap_or(host);
        if host.len() > 253 || !host.split('.').all(is_label) {
            return Err(DomainError::Syntax);
        }
        let last = host.rsplit('.').next().unwrap_or_default();
        if last == "localhost"
            || matches!(last, "local" | "internal" | "localdomain" | "lan" | "home" | "corp" | "intranet")
        {
            return Err(DomainError::Private);
        }
        let registrable = psl::domain_str(host).ok_or(DomainError::NotRegistrable)?;
        let registrable_at = host.len() - registrable.len();
        Ok(Self { registrable_at, host: host.to_owned() })
    }
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

impl FromStr for Domain {
    type Err = DomainError;

    fn from_str(text: &str) -> Result<Self, DomainError> {
        let text = text.trim().trim_matches(|c| matches!(c, '<' | '>' | '"' | '\'' | ',' | ';'));
        if text.is_empty() {
            return Err(DomainError::Empty);
        }
        if text.len() > 2048 {
            return Err(DomainError::TooLong);
        }
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(DomainError::Syntax);
        }
        let with_scheme = match text.split_once("://") {
            Some((scheme, rest))
                if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") =>
            {
                format!("http://{rest}")
            }
            Some(_) => return Err(DomainError::Scheme),
            None => {
                let rest = text.trim_start_matches('/');
                if let Some((scheme, after)) = rest.split_once(':') {
                    let port = after.split(['/', '?', '#']).next().unwrap_or_default();
                    if !port.contains('@')
                        && !port.bytes().all(|b| b.is_ascii_digit())
                        && !scheme.contains('.')
                    {
                        return Err(DomainError::Scheme);
                    }
                }
                format!("http://{rest}")
            }
        };
        let url = Url::parse(&with_scheme).map_err(|_| DomainError::Syntax)?;
        Self::of_url(&url)
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.host)
    }
}

impl fmt::Debug for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Domain({})", self.host)
    }
}

mod serde_impls {
    use super::{Domain, serde_as_text};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    serde_as_text!(Domain);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_people_paste() {
        for (pasted, host) in [
            ("acme.com", "acme.com"),
            ("ACME.com.", "acme.com"),
            ("  https://www.acme.com/about#x ", "acme.com"),
            ("//acme.sg", "acme.sg"),
            ("acme.sg:8080", "acme.sg"),
            ("<https://acme.com.sg>", "acme.com.sg"),
            ("http://bücher.example.com", "xn--bcher-kva.example.com"),
            ("公司.com", "xn--55qx5d.com"),
            ("www.gov.sg", "www.gov.sg"),
        ] {
            assert_eq!(pasted.parse::<Domain>().as_ref().map(Domain::as_str), Ok(host), "{pasted}");
        }
    }

    #[test]
    fn what_is_refused_and_why() {
        let long = format!("http://{}.com", "a".repeat(10_000));
        for (text, why) in [
            ("", DomainError::Empty),
            ("http://10.0.0.1/", DomainError::IpAddress),
            ("2130706433", DomainError::IpAddress),
            ("0x7f.1", DomainError::IpAddress),
            ("http://[::1]/", DomainError::IpAddress),
            ("localhost", DomainError::Private),
            ("printer.local", DomainError::Private),
            ("db.internal:5432", DomainError::Private),
            ("user:pw@acme.com", DomainError::UserInfo),
            ("http://acme.com@evil.com", DomainError::UserInfo),
            ("javascript:alert(1)", DomainError::Scheme),
            ("mailto:a@b.com", DomainError::UserInfo),
            ("ftp://acme.com", DomainError::Scheme),
            ("com.sg", DomainError::NotRegistrable),
            ("acme", DomainError::NotRegistrable),
            ("acme — acme.com", DomainError::Syntax),
            (long.as_str(), DomainError::TooLong),
        ] {
            assert_eq!(text.parse::<Domain>(), Err(why), "{}", &text[..text.len().min(40)]);
        }
    }

    #[test]
    fn what_was_written_is_trusted() {
        for (host, registrable) in [
            ("shop.acme.com.sg", "acme.com.sg"),
            ("www.gov.sg", "www.gov.sg"),
            // Public suffixes of today.
            ("blogspot.com", "blogspot.com"),
            ("com.sg", "com.sg"),
        ] {
            let domain = Domain::trusted(host.to_owned()).unwrap();
            assert_eq!((domain.as_str(), domain.registrable()), (host, registrable));
        }
        for never in
            ["", "acme", "Acme.com", "acme.com.", "acme..com", "http://acme.com", "acme.com/about", "a b.com"]
        {
            assert_eq!(Domain::trusted(never.to_owned()), Err(DomainError::Syntax), "{never}");
        }
    }

    proptest! {
        #[test]
        fn what_is_parsed_is_trusted_as_the_same(text in "[a-z]{1,8}(\\.[a-z]{1,3}){1,3}") {
            if let Ok(domain) = text.parse::<Domain>() {
                prop_assert_eq!(Domain::trusted(domain.as_str().to_owned()), Ok(domain));
            }
        }

        #[test]
        fn parsing_is_total_and_idempotent(text in "\\PC{0,60}") {
            if let Ok(domain) = text.parse::<Domain>() {
                prop_assert_eq!(domain.as_str().parse::<Domain>(), Ok(domain.clone()));
                prop_assert!(domain.as_str().ends_with(domain.registrable()));
            }
        }
    }
}
