//! Suggestions: cards, and themes to avoid.

use serde::{Deserialize, Serialize};

use super::recorded;
use super::shape::{Broken, Mirror, shapes};
use super::suggestion_v1::from_version_1;
use crate::model::{
    AgeBand, BackTest, Citation, CleanText, CompanyId, Confidence, Domain, EntityType, Estimate, EvidenceId,
    EvidenceRef, EvidenceSource, ExtractorId, Fit, Grade, HeadcountBand, IntakeSection, Lift, NamedSeed,
    NegativeBasis, NegativeReason, NegativeTheme, ReasonSource, ReducedEvidence, RefusalCause,
    RegisterSample, RegisterSize, Rule, SeedId, SeedRef, SharedTrait, SignalKey, SsicNode, SsicRef,
    SuggestionCard, SuggestionId, SuggestionSet, Suppressed, SuppressedRole, Tally, TargetingPack, Timestamp,
    Uen,
};

shapes! {
    SuggestionSet as SuggestionSetShape {
        cards: Vec<SuggestionCard>,
        negative: Vec<NegativeTheme>,
        notes: Vec<String>,
        register_snapshot: Option<String>,
    }
    SuggestionCard as SuggestionCardShape {
        id: SuggestionId,
        title: String,
        grade: Grade,
        would_raise: Vec<String>,
        rule: Rule,
        rule_text: String,
        ssic_cluster: Vec<SsicRef>,
        headcount_band: Option<HeadcountBand>,
        integrations: Vec<SharedTrait>,
        traits: Vec<SharedTrait>,
        champions: Vec<CleanText>,
        supporting_seeds: Vec<SeedRef>,
        seeds_supporting: u32,
        seeds_total: u32,
        evidence_count: u32,
        evidence: Vec<EvidenceRef>,
        register: RegisterSize,
        lift: Option<Lift>,
        breadth: Option<f64>,
        lost: Tally,
        back_test: Option<BackTest>,
        fragility: u32,
        rationale: String,
        negative_flags: Vec<String>,
        reduced_evidence: Vec<ReducedEvidence>,
        targeting_pack: TargetingPack,
    }
    SeedRef as SeedRefShape {
        seed: SeedId,
        name: String,
        domain: Option<Domain>,
        uen: Option<Uen>,
        fit: Fit,
        unknown: Vec<String>,
    }
    SsicRef as SsicRefShape {
        #[serde(flatten)]
        node: SsicNode,
        title: Option<String>,
        seeds: u32,
    }
    SharedTrait as SharedTraitShape {
        key: SignalKey,
        value: String,
        seeds: u32,
        readable: u32,
    }
    EvidenceRef as EvidenceRefShape {
        id: EvidenceId,
        company: CompanyId,
        company_name: String,
        key: SignalKey,
        value: CleanText,
        source: EvidenceSource,
        confidence: Confidence,
        extractor: ExtractorId,
        observed_at: Timestamp,
        citation: Option<Citation>,
    }
    RegisterSize as RegisterSizeShape {
        total: Option<u64>,
        whole_rule: bool,
        samples: Vec<RegisterSample>,
    }
    RegisterSample as RegisterSampleShape {
        uen: Uen,
        name: String,
        ssic: Option<String>,
        status: String,
    }
    BackTest as BackTestShape {
        caught: u32,
        hidden: u32,
        recall: Estimate,
    }
    ReducedEvidence as ReducedEvidenceShape {
        company: String,
        domain: Option<Domain>,
        cause: Option<RefusalCause>,
        detail: String,
    }
    TargetingPack as TargetingPackShape {
        ssic_include: Vec<SsicRef>,
        ssic_exclude: Vec<SsicRef>,
        technographic_filters: Vec<CleanText>,
        technographic_exclude: Vec<CleanText>,
        headcount_bands: Vec<HeadcountBand>,
        geographies: Vec<CleanText>,
        entity_types: Vec<EntityType>,
        company_ages: Vec<AgeBand>,
        titles: Vec<CleanText>,
        suppression: Vec<Suppressed>,
        pitch: CleanText,
        objection: Option<CleanText>,
        rebuttal: Option<CleanText>,
    }
    Suppressed as SuppressedShape {
        name: String,
        domain: Option<Domain>,
        uen: Option<Uen>,
        role: SuppressedRole,
    }
    NegativeTheme as NegativeThemeShape {
        theme: String,
        basis: NegativeBasis,
        reasons: Vec<NegativeReason>,
        attribute: Option<String>,
        lost: Vec<NamedSeed>,
        contradicted_by: Vec<NamedSeed>,
        evidence: Vec<EvidenceRef>,
    }
    NegativeReason as NegativeReasonShape {
        from: ReasonSource,
        text: CleanText,
    }
    NamedSeed as NamedSeedShape {
        name: String,
        seed: SeedId,
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ReasonSourceShape {
    Seed(NamedSeedShape),
    Intake { section: IntakeSection },
}

impl Mirror for ReasonSource {
    type Shape = ReasonSourceShape;

    fn shape(&self) -> ReasonSourceShape {
        match self {
            Self::Seed(seed) => ReasonSourceShape::Seed(seed.shape()),
            Self::Intake { section } => ReasonSourceShape::Intake { section: *section },
        }
    }

    fn unshape(shape: ReasonSourceShape) -> Result<Self, Broken> {
        Ok(match shape {
            ReasonSourceShape::Seed(seed) => Self::Seed(NamedSeed::unshape(seed)?),
            ReasonSourceShape::Intake { section } => Self::Intake { section },
        })
    }
}

recorded! {
    SuggestionSet = "suggestions" v 2 [1 => from_version_1];
}

#[cfg(test)]
mod tests {
    use crate::model::SuggestionSet;
    use crate::record::{read, write};

    #[test]
    fn version_2_reads_for_ever_and_is_written_the_same() {
        let text = include_str!("fixtures/suggestions.v2.jsonl").trim_end();
        let set: SuggestionSet = read("the sample", text).unwrap();
        assert!(set.register_snapshot.is_some());
        assert_eq!(write(&set), text);
    }
}
