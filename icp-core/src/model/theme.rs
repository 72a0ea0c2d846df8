//! Themes to avoid: their grounds, who named them and who speaks against them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::card::EvidenceRef;
use super::evidence::{UnknownWord, keyword_enum};
use super::personal::CleanText;
use super::seed::NamedSeed;

keyword_enum!(
    /// The grounds of a negative theme.
    NegativeBasis {
        /// Only the person's words.
        ReasonOnly = "reason_only",
        /// Also an attribute that lost companies share and best ones lack.
        AttributeBacked = "attribute_backed",
        /// A best customer speaks against it.
        Contradicted = "contradicted",
    }
);

/// A theme to avoid, and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NegativeTheme {
    /// The theme, in few words.
    pub theme: String,
    /// Its grounds.
    pub basis: NegativeBasis,
    /// The person's words, each with its source.
    pub reasons: Vec<NegativeReason>,
    /// The attribute, in words.
    pub attribute: Option<String>,
    /// Lost companies that carry it, by name.
    pub lost: Vec<NamedSeed>,
    /// Best companies that speak against it, by name.
    pub contradicted_by: Vec<NamedSeed>,
    /// The evidence.
    pub evidence: Vec<EvidenceRef>,
}

impl NegativeTheme {
    /// A theme without companies yet.
    pub fn new(theme: impl Into<String>, basis: NegativeBasis) -> Self {
        Self {
            theme: theme.into(),
            basis,
            reasons: Vec::new(),
            attribute: None,
            lost: Vec::new(),
            contradicted_by: Vec::new(),
            evidence: Vec::new(),
        }
    }
}

builders!(NegativeTheme {
    /// Sets the person's words.
    with_reasons => reasons: Vec<NegativeReason>,
    /// Sets the attribute, in words.
    with_attribute => attribute: Option<String>,
    /// Sets the lost companies that carry it.
    with_lost => lost: Vec<NamedSeed>,
    /// Sets the best companies that speak against it.
    with_contradicted_by => contradicted_by: Vec<NamedSeed>,
    /// Sets the evidence.
    with_evidence => evidence: Vec<EvidenceRef>,
});

/// Words of the intake.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NegativeReason {
    /// The lost company, or the intake's section.
    pub from: ReasonSource,
    /// The words.
    pub text: CleanText,
}

impl NegativeReason {
    /// Words of a source.
    pub fn new(from: ReasonSource, text: CleanText) -> Self {
        Self { from, text }
    }
}

/// The source of a reason.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReasonSource {
    /// Said about a seed.
    Seed(NamedSeed),
    /// An answer of the intake.
    Intake {
        /// The section.
        section: IntakeSection,
    },
}

impl From<NamedSeed> for ReasonSource {
    fn from(seed: NamedSeed) -> Self {
        Self::Seed(seed)
    }
}

impl From<IntakeSection> for ReasonSource {
    fn from(section: IntakeSection) -> Self {
        Self::Intake { section }
    }
}

/// The seed's name, or the section in words.
impl fmt::Display for ReasonSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seed(seed) => fmt::Display::fmt(seed, f),
            Self::Intake { section } => f.pad(match section {
                IntakeSection::DealKillers => "recurring deal killers",
                IntakeSection::NeverTarget => "never to target",
                IntakeSection::BlockingStacks => "stacks that block",
                IntakeSection::PriceFloor => "price floor",
            }),
        }
    }
}

keyword_enum!(
    /// A section of the intake that names something to avoid.
    IntakeSection {
        /// Recurring deal killers.
        DealKillers = "deal_killers",
        /// Companies never to target.
        NeverTarget = "never_target",
        /// Stacks that block.
        BlockingStacks = "blocking_stacks",
        /// The price below which the user does not sell.
        PriceFloor = "price_floor",
    }
);
