//! Suggestion cards as a person sees them, and the actions they prepare.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::confidence::Confidence;
use super::domain::Domain;
use super::evidence::{
    Citation, Detection, EvidenceItem, EvidenceSource, ExtractorId, SignalKey, UnknownWord, detection,
    keyword_enum,
};
use super::headcount::HeadcountBand;
use super::ids::{CompanyId, EvidenceId, SeedId, SuggestionId};
use super::pattern::{Estimate, Lift, Tally};
use super::personal::CleanText;
use super::register::{AgeBand, EntityType};
use super::rule::{Fit, Rule};
use super::seed::SeedRole;
use super::site::RefusalCause;
use super::ssic::SsicNode;
use super::time::Timestamp;
use super::uen::Uen;

keyword_enum!(
    /// How far a card can be trusted.
    Grade {
        /// Enough seeds, and chance is a poor explanation.
        Supported = "supported",
        /// A hint, on little evidence.
        Tentative = "tentative",
        /// An idea to look into.
        Exploratory = "exploratory",
    }
);

/// A seed that supports a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
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

impl SeedRef {
    /// A seed and its fit with the rule.
    pub fn new(seed: SeedId, name: impl Into<String>, fit: Fit) -> Self {
        Self { seed, name: name.into(), domain: None, uen: None, fit, unknown: Vec::new() }
    }
}

builders!(SeedRef {
    /// Sets its website.
    with_domain => domain: Option<Domain>,
    /// Sets its register key.
    with_uen => uen: Option<Uen>,
    /// Sets the conditions not known for it.
    with_unknown => unknown: Vec<String>,
});

/// An industry code within a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SsicRef {
    /// The code or node, with its edition.
    #[serde(flatten)]
    pub node: SsicNode,
    /// Its title.
    pub title: Option<String>,
    /// Supporting seeds that declare it.
    pub seeds: u32,
}

impl SsicRef {
    /// A code that `seeds` supporting seeds declare.
    pub fn new(node: SsicNode, seeds: u32) -> Self {
        Self { node, title: None, seeds }
    }
}

builders!(SsicRef {
    /// Sets its title.
    with_title => title: Option<String>,
});

/// A trait that supporting seeds share, beyond the rule or as part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SharedTrait {
    /// The kind of fact.
    pub key: SignalKey,
    /// The value.
    pub value: String,
    /// Supporting seeds that show it.
    pub seeds: u32,
    /// Supporting seeds whose site was read.
    pub readable: u32,
}

impl SharedTrait {
    /// A trait that `seeds` of `readable` supporting seeds show.
    pub fn new(key: SignalKey, value: impl Into<String>, seeds: u32, readable: u32) -> Self {
        Self { key, value: value.into(), seeds, readable }
    }
}

/// An evidence item as a card cites it.
///
/// In JSON the citation's fields are beside the others, and are absent for facts of the register and the intake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EvidenceRef {
    /// The item.
    pub id: EvidenceId,
    /// The company it is about.
    pub company: CompanyId,
    /// The company's name.
    pub company_name: String,
    /// The kind of fact.
    pub key: SignalKey,
    /// The value.
    pub value: CleanText,
    /// Where it comes from.
    pub source: EvidenceSource,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// The extractor that found it.
    pub extractor: ExtractorId,
    /// When the page, register or intake said so.
    pub observed_at: Timestamp,
    /// The page, the words and their place in its text.
    #[serde(flatten)]
    pub citation: Option<Citation>,
}

impl EvidenceRef {
    /// An item about a company of that name.
    pub fn new(item: &EvidenceItem, company_name: impl Into<String>) -> Self {
        Self {
            id: item.id,
            company: item.company,
            company_name: company_name.into(),
            key: item.key,
            value: item.value.clone(),
            source: item.source,
            confidence: item.confidence,
            extractor: item.extractor.clone(),
            observed_at: item.observed_at,
            citation: item.citation.clone(),
        }
    }

    /// For a technology, how it became known.
    pub fn detection(&self) -> Option<Detection> {
        detection(self.key, self.citation.as_ref())
    }

    /// The page's address.
    pub fn url(&self) -> Option<&str> {
        self.citation.as_ref().map(|citation| citation.url.as_str())
    }

    /// The words, verbatim.
    pub fn quote(&self) -> Option<&str> {
        self.citation.as_ref().map(|citation| citation.quote.as_str())
    }
}

builders!(EvidenceRef {
    /// Sets the citation.
    with_citation => citation: Option<Citation>,
});

/// A sample of the register that meets a card's register conditions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
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

impl RegisterSample {
    /// A sample without an industry code.
    pub fn new(uen: Uen, name: impl Into<String>, status: impl Into<String>) -> Self {
        Self { uen, name: name.into(), ssic: None, status: status.into() }
    }
}

builders!(RegisterSample {
    /// Sets its main code.
    with_ssic => ssic: Option<String>,
});

/// The segment in the register.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RegisterSize {
    /// Live entities that meet the card's register conditions; absent when they were not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Whether the register answers the whole rule, or only a part (the segment is then smaller than `total`).
    pub whole_rule: bool,
    /// A few of them that are not seeds.
    pub samples: Vec<RegisterSample>,
}

builders!(RegisterSize {
    /// Sets the number of live entities.
    with_total => total: Option<u64>,
    /// Sets whether the register answers the whole rule.
    with_whole_rule => whole_rule: bool,
    /// Sets the samples.
    with_samples => samples: Vec<RegisterSample>,
});

/// The back-test: each best customer hidden in turn, and the cards mined again.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BackTest {
    /// Hidden supporting seeds that a re-mined card of the same industry caught.
    pub caught: u32,
    /// Supporting seeds hidden.
    pub hidden: u32,
    /// The share, with its Wilson interval.
    pub recall: Estimate,
}

impl BackTest {
    /// A back-test that caught `caught` of the `hidden` seeds.
    pub fn new(caught: u32, hidden: u32, recall: Estimate) -> Self {
        Self { caught, hidden, recall }
    }
}

/// A cause for less evidence than there could be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
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

impl ReducedEvidence {
    /// A company and the cause in words.
    pub fn new(company: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { company: company.into(), domain: None, cause: None, detail: detail.into() }
    }
}

builders!(ReducedEvidence {
    /// Sets its site.
    with_domain => domain: Option<Domain>,
    /// Sets the cause.
    with_cause => cause: Option<RefusalCause>,
});

/// Headcount filters, entity types and the like of one card.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TargetingPack {
    /// Industries to include.
    pub ssic_include: Vec<SsicRef>,
    /// Industries to leave out.
    pub ssic_exclude: Vec<SsicRef>,
    /// Technologies and integrations to look for.
    pub technographic_filters: Vec<CleanText>,
    /// Stacks that block.
    pub technographic_exclude: Vec<CleanText>,
    /// Headcount.
    pub headcount_bands: Vec<HeadcountBand>,
    /// Where to look.
    pub geographies: Vec<CleanText>,
    /// Register entity types.
    pub entity_types: Vec<EntityType>,
    /// Register ages.
    pub company_ages: Vec<AgeBand>,
    /// Titles of the people to approach.
    pub titles: Vec<CleanText>,
    /// Companies not to approach: customers, lost ones, partners, those never to target, and the user's own company.
    pub suppression: Vec<Suppressed>,
    /// One or two sentences, made only of the evidence and the intake.
    pub pitch: CleanText,
    /// The top objection.
    pub objection: Option<CleanText>,
    /// Its answer.
    pub rebuttal: Option<CleanText>,
}

builders!(TargetingPack {
    /// Sets the industries to include.
    with_ssic_include => ssic_include: Vec<SsicRef>,
    /// Sets the industries to leave out.
    with_ssic_exclude => ssic_exclude: Vec<SsicRef>,
    /// Sets the technologies and integrations to look for.
    with_technographic_filters => technographic_filters: Vec<CleanText>,
    /// Sets the stacks that block.
    with_technographic_exclude => technographic_exclude: Vec<CleanText>,
    /// Sets the headcount.
    with_headcount_bands => headcount_bands: Vec<HeadcountBand>,
    /// Sets where to look.
    with_geographies => geographies: Vec<CleanText>,
    /// Sets the register entity types.
    with_entity_types => entity_types: Vec<EntityType>,
    /// Sets the register ages.
    with_company_ages => company_ages: Vec<AgeBand>,
    /// Sets the titles of the people to approach.
    with_titles => titles: Vec<CleanText>,
    /// Sets the companies not to approach.
    with_suppression => suppression: Vec<Suppressed>,
    /// Sets the pitch.
    with_pitch => pitch: CleanText,
    /// Sets the top objection.
    with_objection => objection: Option<CleanText>,
    /// Sets its answer.
    with_rebuttal => rebuttal: Option<CleanText>,
});

keyword_enum!(
    /// Why a company is not to be approached.
    SuppressedRole {
        /// A best customer.
        Best = "best",
        /// Lost or churned.
        Lost = "lost",
        /// A logo the user would like to win.
        Aspirational = "aspirational",
        /// A reseller or partner.
        Partner = "partner",
        /// Named by the user as never to target.
        NeverTarget = "never_target",
        /// The user's own company.
        Own = "own",
    }
);

impl From<SeedRole> for SuppressedRole {
    fn from(role: SeedRole) -> Self {
        match role {
            SeedRole::Best => Self::Best,
            SeedRole::Lost => Self::Lost,
            SeedRole::Aspirational => Self::Aspirational,
            SeedRole::Partner => Self::Partner,
        }
    }
}

/// A company not to approach, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Suppressed {
    /// Its name.
    pub name: String,
    /// Its website.
    pub domain: Option<Domain>,
    /// Its register key.
    pub uen: Option<Uen>,
    /// Why.
    pub role: SuppressedRole,
}

impl Suppressed {
    /// A company known by its name alone.
    pub fn new(name: impl Into<String>, role: impl Into<SuppressedRole>) -> Self {
        Self { name: name.into(), domain: None, uen: None, role: role.into() }
    }
}

builders!(Suppressed {
    /// Sets its website.
    with_domain => domain: Option<Domain>,
    /// Sets its register key.
    with_uen => uen: Option<Uen>,
});

/// A micro-ICP as shown to a person. The fields after [`grade`](Self::grade) are set one by one after
/// [`new`](Self::new).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SuggestionCard {
    /// Follows from the rule.
    pub id: SuggestionId,
    /// Industry names and what else defines it.
    pub title: String,
    /// How far to trust it.
    pub grade: Grade,
    /// Things that would raise the grade.
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
    pub champions: Vec<CleanText>,
    /// The seeds that carry it.
    pub supporting_seeds: Vec<SeedRef>,
    /// Supporting seeds.
    pub seeds_supporting: u32,
    /// All best customers.
    pub seeds_total: u32,
    /// Distinct (company, page) pairs of the cited items; register facts count once per company.
    pub evidence_count: u32,
    /// The items.
    pub evidence: Vec<EvidenceRef>,
    /// The segment in the register.
    pub register: RegisterSize,
    /// Against the register; absent when the register knows none of the conditions.
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
    /// The actions it prepares.
    pub targeting_pack: TargetingPack,
}

impl SuggestionCard {
    /// A card with a title and a grade, without numbers and evidence yet. Its id follows from the rule.
    pub fn new(rule: Rule, title: impl Into<String>, grade: Grade) -> Self {
        Self {
            id: rule.suggestion_id(),
            title: title.into(),
            grade,
            would_raise: Vec::new(),
            rule_text: rule.to_string(),
            register: RegisterSize::default().with_whole_rule(rule.register_part().1),
            rule,
            ssic_cluster: Vec::new(),
            headcount_band: None,
            integrations: Vec::new(),
            traits: Vec::new(),
            champions: Vec::new(),
            supporting_seeds: Vec::new(),
            seeds_supporting: 0,
            seeds_total: 0,
            evidence_count: 0,
            evidence: Vec::new(),
            lift: None,
            breadth: None,
            lost: Tally::default(),
            back_test: None,
            fragility: 0,
            rationale: String::new(),
            negative_flags: Vec::new(),
            reduced_evidence: Vec::new(),
            targeting_pack: TargetingPack::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{BlockKind, Finding, PageBuilder, Zone, admit};

    #[test]
    fn a_reference_keeps_the_place_of_its_words() {
        let mut page = PageBuilder::new("https://acme.sg/", Timestamp::from_micros(0));
        page.block(Zone::Main, BlockKind::Text, "We sync with Xero.");
        let page = page.finish();
        let finding =
            Finding::new(SignalKey::Integration, "Xero", "sync with Xero", 3..17, Confidence::new(0.8));
        let id = ExtractorId::new("test", 1);
        let item = admit(&finding, &page, CompanyId::from_u128(1), EvidenceSource::SeedSite, &id).unwrap();
        let cited = EvidenceRef::new(&item, "Acme");
        let json = serde_json::to_value(&cited).unwrap();
        assert_eq!((&json["url"], &json["quote"]), (&"https://acme.sg/".into(), &"sync with Xero".into()));
        assert_eq!((&json["start"], &json["end"]), (&3.into(), &17.into()));
        assert_eq!(json["content_hash"], page.content_hash.as_str());
        assert_eq!((&json["source"], &json["extractor"]), (&"seed_site".into(), &"test/1".into()));
        assert_eq!(serde_json::from_value::<EvidenceRef>(json).unwrap(), cited);

        let at = Timestamp::from_micros(0);
        let stated =
            EvidenceItem::stated(item.company, SignalKey::Ssic, "52292", EvidenceSource::Register, id, at);
        let json = serde_json::to_value(EvidenceRef::new(&stated, "Acme")).unwrap();
        assert!(json.get("url").is_none() && json.get("quote").is_none(), "{json}");
        assert_eq!(serde_json::from_value::<EvidenceRef>(json).unwrap().citation, None);
    }

    #[test]
    fn a_total_that_is_not_known_is_absent() {
        let json = serde_json::to_value(RegisterSize::default()).unwrap();
        assert!(json.get("total").is_none(), "{json}");
        assert_eq!(serde_json::to_value(RegisterSize::default().with_total(0)).unwrap()["total"], 0);
    }
}
