//! Between a model type and its stored shape.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::model::{
    AgeBand, AuditId, BlockKind, CleanText, CompanyId, Confidence, ContentHash, Date, Domain, EntityType,
    EvidenceId, EvidenceSource, ExtractorId, FeatureValues, Fit, Grade, HeadcountBand, IntakeId,
    IntakeSection, JobId, LinkSource, Method, NegativeBasis, Outcome, PageKind, QuarantineReason, Quote,
    ReadEnd, RefusalCause, RuleId, RunId, RunState, SeedId, SeedRole, SignalKey, SiteRole, SiteStatus,
    SsicCode, SsicEdition, SsicNode, SuggestionId, SuppressedRole, Timestamp, Uen, Zone,
};

/// Why a record cannot be read.
#[derive(Debug)]
pub struct Broken(String);

impl Broken {
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<serde_json::Error> for Broken {
    fn from(error: serde_json::Error) -> Self {
        // The words of the parser name fields and places, never the text around them.
        Self(format!("it is not of its shape ({error})"))
    }
}

/// A model type that has a stored shape.
pub trait Mirror: Sized {
    /// The shape.
    type Shape: Serialize + DeserializeOwned;
    /// As it is stored.
    fn shape(&self) -> Self::Shape;
    /// From what was stored.
    fn unshape(shape: Self::Shape) -> Result<Self, Broken>;
}

/// Types that are stored as they are: numbers, ids, words of closed lists, and texts of a fixed syntax.
///
/// Some check their syntax when they are read: ids, hashes, times, UENs (patterns of digits and letters), SSIC codes and
/// nodes (digits or a section letter; no list of titles is asked), headcount bands (numbers in order), confidences (0 to
/// 1). No such check rests on data that an update changes or on a rule that can become stricter, so that what was written
/// passes for ever, and what does not pass is damage. A type whose check can change has a shape of its own below.
macro_rules! stored_as_they_are {
    ($($leaf:ty),+ $(,)?) => {$(
        impl Mirror for $leaf {
            type Shape = $leaf;

            fn shape(&self) -> $leaf {
                self.clone()
            }

            fn unshape(shape: $leaf) -> Result<Self, Broken> {
                Ok(shape)
            }
        }
    )+};
}

stored_as_they_are!(
    bool,
    u32,
    u64,
    f64,
    String,
    AgeBand,
    AuditId,
    BlockKind,
    CompanyId,
    Confidence,
    ContentHash,
    Date,
    EntityType,
    EvidenceId,
    EvidenceSource,
    ExtractorId,
    FeatureValues,
    Fit,
    Grade,
    HeadcountBand,
    IntakeId,
    IntakeSection,
    JobId,
    LinkSource,
    Method,
    NegativeBasis,
    Outcome,
    PageKind,
    QuarantineReason,
    ReadEnd,
    RefusalCause,
    RuleId,
    RunId,
    RunState,
    SeedId,
    SeedRole,
    SignalKey,
    SiteRole,
    SiteStatus,
    SsicCode,
    SsicEdition,
    SsicNode,
    SuggestionId,
    SuppressedRole,
    Timestamp,
    Uen,
    Zone,
);

/// A host that had a registrable domain when it was written. The list that says so changes, and is not asked again.
impl Mirror for Domain {
    type Shape = String;

    fn shape(&self) -> String {
        self.as_str().to_owned()
    }

    fn unshape(shape: String) -> Result<Self, Broken> {
        Self::trusted(shape).map_err(|_| Broken::new("a domain is not a host name"))
    }
}

/// Text that was clean when it was written.
impl Mirror for CleanText {
    type Shape = String;

    fn shape(&self) -> String {
        self.as_str().to_owned()
    }

    fn unshape(shape: String) -> Result<Self, Broken> {
        Ok(Self::trusted(shape))
    }
}

impl Mirror for Quote {
    type Shape = String;

    fn shape(&self) -> String {
        self.as_str().to_owned()
    }

    fn unshape(shape: String) -> Result<Self, Broken> {
        Ok(Self::trusted(shape))
    }
}

impl<T: Mirror> Mirror for Option<T> {
    type Shape = Option<T::Shape>;

    fn shape(&self) -> Self::Shape {
        self.as_ref().map(T::shape)
    }

    fn unshape(shape: Self::Shape) -> Result<Self, Broken> {
        shape.map(T::unshape).transpose()
    }
}

impl<T: Mirror> Mirror for Vec<T> {
    type Shape = Vec<T::Shape>;

    fn shape(&self) -> Self::Shape {
        self.iter().map(T::shape).collect()
    }

    fn unshape(shape: Self::Shape) -> Result<Self, Broken> {
        shape.into_iter().map(T::unshape).collect()
    }
}

impl<A: Mirror, B: Mirror> Mirror for (A, B)
where
    (A::Shape, B::Shape): Serialize + DeserializeOwned,
{
    type Shape = (A::Shape, B::Shape);

    fn shape(&self) -> Self::Shape {
        (self.0.shape(), self.1.shape())
    }

    fn unshape((a, b): Self::Shape) -> Result<Self, Broken> {
        Ok((A::unshape(a)?, B::unshape(b)?))
    }
}

/// Declares the stored shape of a struct: the names and types of the fields as they are written. A model that changes
/// stops compiling here; what is stored changes only by a new version.
macro_rules! shapes {
    ($($model:ident as $shape:ident { $($(#[$attribute:meta])* $field:ident: $type:ty),* $(,)? })+) => {$(
        #[derive(Debug, serde::Serialize, serde::Deserialize)]
        pub struct $shape {
            $($(#[$attribute])* $field: <$type as $crate::record::shape::Mirror>::Shape,)*
        }

        impl $crate::record::shape::Mirror for $model {
            type Shape = $shape;

            fn shape(&self) -> $shape {
                $shape { $($field: <$type as $crate::record::shape::Mirror>::shape(&self.$field),)* }
            }

            fn unshape(shape: $shape) -> Result<Self, $crate::record::shape::Broken> {
                Ok($model { $($field: <$type as $crate::record::shape::Mirror>::unshape(shape.$field)?,)* })
            }
        }
    )+};
}
pub(super) use shapes;

/// Masks personal data in the texts of an older body that stand under these names, at any depth.
pub(super) fn scrub_at(value: &mut Value, names: &[&str]) {
    fn scrub(value: &mut Value) {
        match value {
            Value::String(text) => *text = CleanText::scrub(text).into_string(),
            Value::Array(values) => values.iter_mut().for_each(scrub),
            _ => {}
        }
    }
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if names.contains(&name.as_str()) {
                    scrub(value);
                }
                scrub_at(value, names);
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| scrub_at(value, names)),
        _ => {}
    }
}
