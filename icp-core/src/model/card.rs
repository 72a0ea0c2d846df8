//! What a person sees: suggestion cards, themes to avoid, and what to do with a card.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::domain::Domain;
use super::evidence::{SignalKey, UnknownWord, keyword_enum};
use super::headcount::HeadcountBand;
use super::ids::{CompanyId, EvidenceId, SeedId, SuggestionId};
use super::pattern::{Estimate, Lift, Tally};
use super::register::{AgeBand, EntityType};
use super::rule::{Fit, Rule};
use super::seed::SeedRole;
use super::site::RefusalCause;
use super::ssic::SsicNode;
use super::uen::Uen;

keyword_enum!(
    /// How far a card can be trusted.
    Grade {
        /// Enough seeds, and chance is a poor explanation.
        Supported = "supported",
        /// It points somewhere, on little.
        Tentative = "tentative",
        /// A thought to look into.
        Exploratory = "exploratory",
    }
);

/// A seed as a card names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeedRef {
    /// The seed.
    pub seed: SeedId,
    /// Its name, as the person wrote it.
    pub name: String,
    /// Its website.
    pub domain: Option<Domain>,
    /// Its register key.
    pub uen: Option<Uen>,
    /// Whether it meets the whole rule, or the rest of it is not known.
    pub fit: Fit,
    /// Conditions not known for it, in words.
    pub unknown: Vec<String>,
}

/// An industry code within a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SsicRef {
    /// The code or node, with its edition.
    #[serde(flatten)]
    pub node: SsicNode,
    /// Its title.
    pub title: Option<String>,
    /// Supporting seeds that declare it.
    pub seeds: u32,
}

/// A trait that supporting seeds share, beyond the rule or as part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedTrait {
    /// The kind of fact.
    pub key: SignalKey,
    /// The value.
    pub value: String,
    /// How many supporting seeds show it.
    pub seeds: u32,
    /// How many of them could be read at all.
    pub readable: u32,
}

/// An evidence item as a card cites it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceRef {
    /// The item.
    pub id: EvidenceId,
    /// Whom it is about.
    pub company: CompanyId,
    /// The company's name.
    pub company_name: String,
    /// The kind of fact.
    pub key: SignalKey,
    /// The value.
    pub value: String,
    /// The page; absent for register facts.
    pub url: Option<String>,
    /// The words; absent for register facts.
    pub quote: Option<String>,
}

/// A sample of the register that meets a card's register conditions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterSample {
    /// Its key.
    pub uen: Uen,
    /// Its name.
    pub name: String,
    /// Its main code.
    pub ssic: Option<String>,
    /// Its status, as the register words it.
    pub status: String,
}

/// The segment in the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterSize {
    /// Live entities that meet the card's register conditions.
    pub total: u64,
    /// Whether the register answers the whole rule, or only a part (the segment is then smaller than `total`).
    pub whole_rule: bool,
    /// A few of them that are not seeds.
    pub samples: Vec<RegisterSample>,
}

/// Each best customer was hidden in turn and the cards mined again: was it caught?
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BackTest {
    /// Hidden supporting seeds that a re-mined card of the same industry caught.
    pub caught: u32,
    /// Supporting seeds hidden.
    pub hidden: u32,
    /// The share, with its Wilson interval.
    pub recall: Estimate,
}

/// A cause for less evidence than there could be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReducedEvidence {
    /// The company's name.
    pub company: String,
    /// Its site.
    pub domain: Option<Domain>,
    /// The cause; absent when the seed has no website or is not in the register.
    pub cause: Option<RefusalCause>,
    /// In words.
    pub detail: String,
}

/// Headcount filters, entity types and the like of one card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetingPack {
    /// Industries to include.
    pub ssic_include: Vec<SsicRef>,
    /// Industries to leave out.
    pub ssic_exclude: Vec<SsicRef>,
    /// Technologies and integrations to look for.
    pub technographic_filters: Vec<String>,
    /// Stacks that block.
    pub technographic_exclude: Vec<String>,
    /// Headcount.
    pub headcount_bands: Vec<HeadcountBand>,
    /// Where to look.
    pub geographies: Vec<String>,
    /// Register entity types.
    pub entity_types: Vec<EntityType>,
    /// Register ages.
    pub company_ages: Vec<AgeBand>,
    /// Whom to approach.
    pub titles: Vec<String>,
    /// Companies not to approach: customers, lost ones, and who was excluded.
    pub suppression: Vec<Suppressed>,
    /// One or two sentences, made only of what the evidence and the intake say.
    pub pitch: String,
    /// The top objection.
    pub objection: Option<String>,
    /// What answers it.
    pub rebuttal: Option<String>,
}

/// A company not to approach, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppressed {
    /// Its name.
    pub name: String,
    /// Its website.
    pub domain: Option<Domain>,
    /// Its register key.
    pub uen: Option<Uen>,
    /// Why.
    pub role: SeedRole,
}

/// A micro-ICP as shown to a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SuggestionCard {
    /// Follows from the rule.
    pub id: SuggestionId,
    /// Industry names and what else defines it.
    pub title: String,
    /// How far to trust it.
    pub grade: Grade,
    /// What would raise the grade.
    pub would_raise: Vec<String>,
    /// The rule.
    pub rule: Rule,
    /// The rule in words.
    pub rule_text: String,
    /// The codes supporting seeds declare within the rule's industry.
    pub ssic_cluster: Vec<SsicRef>,
    /// The supporting seeds' headcount.
    pub headcount_band: Option<HeadcountBand>,
    /// Integrations and technologies supporting seeds share.
    pub integrations: Vec<SharedTrait>,
    /// Other shared traits: compliance, locations, titles.
    pub traits: Vec<SharedTrait>,
    /// Titles that champion a purchase.
    pub champions: Vec<String>,
    /// The seeds that carry it.
    pub supporting_seeds: Vec<SeedRef>,
    /// Supporting seeds.
    pub seeds_supporting: u32,
    /// All best customers.
    pub seeds_total: u32,
    /// Distinct (company, page) pairs of the cited items; register facts count one each company.
    pub evidence_count: u32,
    /// The items.
    pub evidence: Vec<EvidenceRef>,
    /// The segment in the register.
    pub register: RegisterSize,
    /// Against the register; absent when no condition is one the register knows.
    pub lift: Option<Lift>,
    /// The share of the live register the card selects, 0 to 1.
    pub breadth: Option<f64>,
    /// The lost, by the same rule.
    pub lost: Tally,
    /// The back-test.
    pub back_test: Option<BackTest>,
    /// How many supporting seeds may be lost before the grade falls.
    pub fragility: u32,
    /// Why this is a segment, in a sentence.
    pub rationale: String,
    /// Themes to avoid that touch this card.
    pub negative_flags: Vec<String>,
    /// Why there is less evidence than there could be.
    pub reduced_evidence: Vec<ReducedEvidence>,
    /// What to do with it.
    pub targeting_pack: TargetingPack,
}

keyword_enum!(
    /// What a negative theme stands on.
    NegativeBasis {
        /// Only on what the person said.
        ReasonOnly = "reason_only",
        /// Also on an attribute that lost companies share and best ones lack.
        AttributeBacked = "attribute_backed",
        /// A best customer speaks against it.
        Contradicted = "contradicted",
    }
);

/// A theme to avoid, and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NegativeTheme {
    /// The theme, in few words.
    pub theme: String,
    /// What it stands on.
    pub basis: NegativeBasis,
    /// What people said, and of whom.
    pub reasons: Vec<NegativeReason>,
    /// The attribute, in words.
    pub attribute: Option<String>,
    /// Lost companies that carry it, by name.
    pub lost: Vec<String>,
    /// Best companies that speak against it, by name.
    pub contradicted_by: Vec<String>,
    /// The evidence.
    pub evidence: Vec<EvidenceRef>,
}

/// Words of the intake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NegativeReason {
    /// The lost company, or the intake's section.
    pub from: String,
    /// The words.
    pub text: String,
}

/// Everything a run suggests.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SuggestionSet {
    /// The cards, best first.
    pub cards: Vec<SuggestionCard>,
    /// Themes to avoid.
    pub negative: Vec<NegativeTheme>,
    /// What the person should know: why there are few cards, what to add.
    pub notes: Vec<String>,
}
