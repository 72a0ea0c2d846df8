//! Identifiers. Each kind is its own type, prints with a prefix, and cannot be mistaken for another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// Why a text is not an identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an id of the form {prefix}_ and 16 to 32 hexadecimal digits")]
pub struct IdError {
    prefix: &'static str,
    text: String,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u128);

        impl $name {
            /// Makes an id from a number of an [`IdSource`](crate::ports::IdSource).
            pub const fn from_u128(value: u128) -> Self {
                Self(value)
            }

            /// Derives an id from content: the same parts, the same id. The parts are length-prefixed, so that
            /// `["ab", "c"]` and `["a", "bc"]` differ.
            pub fn derive(parts: &[&str]) -> Self {
                Self(derive(concat!("icp:", $prefix), parts))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{:032x}"), self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                text.strip_prefix(concat!($prefix, "_"))
                    .filter(|hex| (16..=32).contains(&hex.len()) && hex.bytes().all(|b| b.is_ascii_hexdigit()))
                    .and_then(|hex| u128::from_str_radix(hex, 16).ok())
                    .map(Self)
                    .ok_or_else(|| IdError { prefix: $prefix, text: text.chars().take(80).collect() })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

fn derive(domain: &str, parts: &[&str]) -> u128 {
    let mut hash = Sha256::new();
    for part in std::iter::once(&domain).chain(parts) {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    let digest = hash.finalize();
    let mut first = [0u8; 16];
    first.copy_from_slice(&digest[..16]);
    u128::from_be_bytes(first)
}

id!(/** One submitted intake. */ IntakeId, "intake");
id!(/** One run over one intake. */ RunId, "run");
id!(/** One queued job. */ JobId, "job");
id!(/** One company named in an intake; derived from its role, name and website. */ SeedId, "seed");
id!(/** One company as a tenant knows it; derived from its registrable domain, or its name without one. */ CompanyId, "co");
id!(/** One evidence item; derived from its fingerprint. */ EvidenceId, "ev");
id!(/** One suggestion card; derived from its rule, so that two runs that find the same segment name it alike. */ SuggestionId, "sugg");
id!(/** One adopted rule. */ RuleId, "rule");
id!(/** One audit entry. */ AuditId, "audit");

/// Why a text is not a tenant id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a tenant id is 1 to 64 of A-Z a-z 0-9 . _ - and this is not: `{0}`")]
pub struct TenantIdError(String);

/// One customer organisation of the host: opaque text of the host's choosing, `[A-Za-z0-9._-]{1,64}`.
///
/// On the wire it is a JSON string or an integer.
///
/// ```
/// use icp_core::model::TenantId;
/// let tenant: TenantId = "acme-42".parse()?;
/// assert_eq!(tenant.as_str(), "acme-42");
/// assert!("drop table;".parse::<TenantId>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct TenantId(String);

impl TenantId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TenantId {
    type Err = TenantIdError;
    fn from_str(text: &str) -> Result<Self, TenantIdError> {
        let ok = (1..=64).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
        if ok { Ok(Self(text.to_owned())) } else { Err(TenantIdError(text.chars().take(80).collect())) }
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TenantId({})", self.0)
    }
}

impl<'de> Deserialize<'de> for TenantId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum TextOrNumber {
            Text(String),
            Number(i64),
        }
        let text = match TextOrNumber::deserialize(deserializer)? {
            TextOrNumber::Text(text) => text,
            TextOrNumber::Number(number) => number.to_string(),
        };
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_round_trip_and_do_not_mix() {
        let run = RunId::from_u128(42);
        assert_eq!(run.to_string().parse::<RunId>(), Ok(run));
        assert!(run.to_string().parse::<JobId>().is_err());
        assert!("run_zz".parse::<RunId>().is_err());
    }

    #[test]
    fn derived_ids_keep_part_borders() {
        assert_ne!(SeedId::derive(&["ab", "c"]), SeedId::derive(&["a", "bc"]));
        assert_eq!(SeedId::derive(&["ab", "c"]), SeedId::derive(&["ab", "c"]));
    }

    #[test]
    fn tenant_ids_come_as_text_or_number() {
        assert_eq!(serde_json::from_str::<TenantId>("7").unwrap().as_str(), "7");
        assert_eq!(serde_json::from_str::<TenantId>("\"a.b\"").unwrap().as_str(), "a.b");
        for bad in ["", "a b", "a'b", &"x".repeat(65)] {
            assert!(bad.parse::<TenantId>().is_err(), "{bad}");
        }
    }
}
