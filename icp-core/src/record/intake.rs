//! Intakes as they were understood.

use super::recorded;
use super::shape::shapes;
use crate::model::{
    Advanced, CompanyId, Deal, Domain, HeadcountBand, IntakePayload, IntakeWarning, Objection, Seed, SeedId,
    SeedRole, Uen,
};

shapes! {
    IntakePayload as IntakeShape {
        website: Domain,
        seeds: Vec<Seed>,
        employee_band: Option<HeadcountBand>,
        geographies: Vec<String>,
        languages: Vec<String>,
        time_zone: Option<String>,
        must_have_integrations: Vec<String>,
        deal: Deal,
        champion_titles: Vec<String>,
        triggers: Vec<String>,
        advanced: Advanced,
        warnings: Vec<IntakeWarning>,
    }
    Seed as SeedShape {
        id: SeedId,
        company: CompanyId,
        role: SeedRole,
        name: String,
        domain: Option<Domain>,
        uen: Option<Uen>,
        reason: Option<String>,
    }
    Deal as DealShape {
        acv_usd: Option<u64>,
        cycle_days: Option<u32>,
        price_floor_usd: Option<u64>,
    }
    Advanced as AdvancedShape {
        never_target: Vec<String>,
        deal_killers: Vec<String>,
        helping_stacks: Vec<String>,
        blocking_stacks: Vec<String>,
        objections: Vec<Objection>,
        problem_solved: Option<String>,
    }
    Objection as ObjectionShape {
        objection: String,
        rebuttal: Option<String>,
    }
    IntakeWarning as IntakeWarningShape {
        pointer: String,
        message: String,
    }
}

recorded! {
    IntakePayload = "intake" v 1;
}
