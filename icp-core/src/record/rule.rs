//! Rules, and what people decided on cards.

use serde::{Deserialize, Serialize};

use super::recorded;
use super::shape::{Broken, Mirror, shapes};
use crate::model::{
    AdoptedRule, AgeBand, CleanText, Condition, EntityType, HeadcountBand, Rule, RuleId, RunId, SignalKey,
    SsicNode, SuggestionId, Timestamp,
};
use crate::ports::Rejection;

shapes! {
    AdoptedRule as AdoptedRuleShape {
        id: RuleId,
        name: String,
        rule: Rule,
        suggestion: Option<SuggestionId>,
        accepted_by: String,
        accepted_at: Timestamp,
    }
    Rejection as RejectionShape {
        run: RunId,
        suggestion: SuggestionId,
        reason: CleanText,
        rejected_by: String,
        rejected_at: Timestamp,
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub struct RuleShape {
    all_of: Vec<ConditionShape>,
    #[serde(default)]
    none_of: Vec<ConditionShape>,
}

impl Mirror for Rule {
    type Shape = RuleShape;

    fn shape(&self) -> RuleShape {
        let shapes = |conditions: &[Condition]| conditions.iter().map(Condition::shape).collect();
        RuleShape { all_of: shapes(self.all_of()), none_of: shapes(self.none_of()) }
    }

    fn unshape(shape: RuleShape) -> Result<Self, Broken> {
        Ok(Self::new(Vec::unshape(shape.all_of)?, Vec::unshape(shape.none_of)?))
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "value", rename_all = "snake_case")]
pub enum ConditionShape {
    Ssic(SsicNode),
    EntityType(EntityType),
    CompanyAge(AgeBand),
    Headcount(HeadcountBand),
    Signal { key: SignalKey, value: String },
}

impl Mirror for Condition {
    type Shape = ConditionShape;

    fn shape(&self) -> ConditionShape {
        match self {
            Self::Ssic(node) => ConditionShape::Ssic(*node),
            Self::EntityType(kind) => ConditionShape::EntityType(kind.clone()),
            Self::CompanyAge(band) => ConditionShape::CompanyAge(*band),
            Self::Headcount(band) => ConditionShape::Headcount(*band),
            Self::Signal { key, value } => ConditionShape::Signal { key: *key, value: value.clone() },
        }
    }

    fn unshape(shape: ConditionShape) -> Result<Self, Broken> {
        Ok(match shape {
            ConditionShape::Ssic(node) => Self::Ssic(node),
            ConditionShape::EntityType(kind) => Self::EntityType(kind),
            ConditionShape::CompanyAge(band) => Self::CompanyAge(band),
            ConditionShape::Headcount(band) => Self::Headcount(band),
            ConditionShape::Signal { key, value } => Self::Signal { key, value },
        })
    }
}

recorded! {
    AdoptedRule = "rule" v 1;
    Rejection = "rejection" v 1;
}
