//! The part of the register that a run keeps.

use super::recorded;
use super::shape::shapes;
use crate::model::{
    AgeBand, Date, DistinctValues, Entity, EntityStatus, EntityType, RegisterFilter, RegisterSnapshot,
    SsicCode, SsicEdition, SsicNode, Uen,
};
use crate::ports::RegisterPin;

shapes! {
    Entity as EntityShape {
        uen: Uen,
        name: String,
        former_names: Vec<String>,
        entity_type: Option<EntityType>,
        status: EntityStatus,
        registered_on: Option<Date>,
        primary_ssic: Option<SsicCode>,
        secondary_ssic: Option<SsicCode>,
        postal_code: Option<String>,
    }
    EntityStatus as EntityStatusShape {
        text: String,
        live: bool,
    }
    RegisterSnapshot as RegisterSnapshotShape {
        id: String,
        entities: u64,
        live: u64,
        as_of: Date,
        edition: SsicEdition,
        distinct: DistinctValues,
    }
    DistinctValues as DistinctValuesShape {
        ssic_nodes: u64,
        entity_types: u64,
        age_bands: u64,
    }
    RegisterFilter as RegisterFilterShape {
        ssic: Option<SsicNode>,
        exclude_ssic: Vec<SsicNode>,
        entity_type: Option<EntityType>,
        age: Option<AgeBand>,
        include_ended: bool,
    }
    RegisterPin as RegisterPinShape {
        snapshot: RegisterSnapshot,
        counts: Vec<(RegisterFilter, u64)>,
    }
}

recorded! {
    RegisterPin = "register pin" v 1;
}
