//! Decisions on seeds, by the machine and by people.

use super::recorded;
use super::shape::{Broken, Mirror, shapes};
use crate::model::{
    Alternate, Confidence, Decision, Entity, FeatureValues, ManualMatch, Method, Outcome, RungRecord, SeedId,
    SeedResolution, Timestamp, Uen,
};

shapes! {
    SeedResolution as SeedResolutionShape {
        seed: SeedId,
        decision: Decision,
        decided_at: Timestamp,
    }
    Decision as DecisionShape {
        outcome: Outcome,
        method: Method,
        probability: Confidence,
        margin: Confidence,
        entity: Option<Entity>,
        alternates: Vec<Alternate>,
        features: FeatureValues,
        reason: String,
        rungs: Vec<RungRecord>,
    }
    Alternate as AlternateShape {
        entity: Entity,
        probability: Confidence,
        matched_name: String,
        features: FeatureValues,
    }
    RungRecord as RungShape {
        method: Method,
        saw: String,
        decided: bool,
    }
}

#[derive(Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ManualMatchShape {
    Entity(Uen),
    NotInRegister,
}

impl Mirror for ManualMatch {
    type Shape = ManualMatchShape;

    fn shape(&self) -> ManualMatchShape {
        match self {
            Self::Entity(uen) => ManualMatchShape::Entity(*uen),
            Self::NotInRegister => ManualMatchShape::NotInRegister,
        }
    }

    fn unshape(shape: ManualMatchShape) -> Result<Self, Broken> {
        Ok(match shape {
            ManualMatchShape::Entity(uen) => Self::Entity(uen),
            ManualMatchShape::NotInRegister => Self::NotInRegister,
        })
    }
}

recorded! {
    SeedResolution = "resolution" v 1;
    ManualMatch = "choice" v 1;
}
