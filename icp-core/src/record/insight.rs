//! Patterns.

use super::recorded;
use super::shape::shapes;
use crate::model::{
    Condition, Contrast, Estimate, HeadcountBand, HeadcountSummary, Lift, Pattern, PatternSnapshot,
    RegisterSnapshot, RunId, SeedId, Tally,
};

shapes! {
    PatternSnapshot as PatternSnapshotShape {
        run: RunId,
        register: RegisterSnapshot,
        best: u32,
        best_resolved: u32,
        lost: u32,
        patterns: Vec<Pattern>,
        headcount: Option<HeadcountSummary>,
    }
    Pattern as PatternShape {
        condition: Condition,
        label: String,
        best: Tally,
        seeds: Vec<SeedId>,
        evidence_count: u32,
        lift: Option<Lift>,
        missing_base_rate: Option<String>,
        contrast: Contrast,
        fragility: u32,
    }
    Tally as TallyShape {
        have: u32,
        lack: u32,
        unknown: u32,
    }
    Lift as LiftShape {
        register_count: u64,
        population: u64,
        base_rate: f64,
        seeds: (u32, u32),
        lift: Estimate,
        p_value: f64,
        e_value: f64,
    }
    Estimate as EstimateShape {
        value: f64,
        low: f64,
        high: f64,
        level: f64,
    }
    Contrast as ContrastShape {
        lost: Tally,
        difference: Option<f64>,
        p_value: Option<f64>,
        attainable_p: Option<f64>,
    }
    HeadcountSummary as HeadcountSummaryShape {
        companies: u32,
        median: u32,
        range: HeadcountBand,
    }
}

recorded! {
    PatternSnapshot = "patterns" v 1;
}
