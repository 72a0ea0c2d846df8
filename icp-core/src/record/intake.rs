//! Intakes as they were understood.
//!
//! Version 2 holds free text without personal data; version 1 held it as the person wrote it.

use serde_json::Value;

use super::recorded;
use super::shape::{Broken, scrub_at, shapes};
use crate::model::{
    Advanced, CleanText, CompanyId, Deal, Domain, HeadcountBand, IntakePayload, IntakeWarning, Objection,
    Seed, SeedId, SeedRole, Uen,
};

shapes! {
    IntakePayload as IntakeShape {
        website: Domain,
        seeds: Vec<Seed>,
        employee_band: Option<HeadcountBand>,
        geographies: Vec<CleanText>,
        languages: Vec<CleanText>,
        time_zone: Option<CleanText>,
        must_have_integrations: Vec<CleanText>,
        deal: Deal,
        champion_titles: Vec<CleanText>,
        triggers: Vec<CleanText>,
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
        reason: Option<CleanText>,
    }
    Deal as DealShape {
        acv_usd: Option<u64>,
        cycle_days: Option<u32>,
        price_floor_usd: Option<u64>,
    }
    Advanced as AdvancedShape {
        never_target: Vec<CleanText>,
        deal_killers: Vec<CleanText>,
        helping_stacks: Vec<CleanText>,
        blocking_stacks: Vec<CleanText>,
        objections: Vec<Objection>,
        problem_solved: Option<CleanText>,
    }
    Objection as ObjectionShape {
        objection: CleanText,
        rebuttal: Option<CleanText>,
    }
    IntakeWarning as IntakeWarningShape {
        pointer: String,
        message: String,
    }
}

recorded! {
    IntakePayload = "intake" v 2 [1 => mask_free_text];
}

/// The fields of version 1 that hold a person's own words.
const FREE_TEXT: [&str; 14] = [
    "geographies",
    "languages",
    "time_zone",
    "must_have_integrations",
    "champion_titles",
    "triggers",
    "reason",
    "never_target",
    "deal_killers",
    "helping_stacks",
    "blocking_stacks",
    "objection",
    "rebuttal",
    "problem_solved",
];

fn mask_free_text(mut body: Value) -> Result<Value, Broken> {
    scrub_at(&mut body, &FREE_TEXT);
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{read, write};

    const V1: &str = include_str!("fixtures/intake.v1.jsonl");

    #[test]
    fn version_1_reads_for_ever() {
        let payload: IntakePayload = read("the sample", V1).unwrap();
        assert_eq!(payload.website.as_str(), "tidewise.example");
        assert!(payload.seeds.len() > 10 && !payload.champion_titles.is_empty());
        assert_eq!(read::<IntakePayload>("itself", &write(&payload)).unwrap(), payload);
    }

    #[test]
    fn version_2_reads_for_ever_and_is_written_the_same() {
        let text = include_str!("fixtures/intake.v2.jsonl").trim_end();
        assert_eq!(write(&read::<IntakePayload>("the sample", text).unwrap()), text);
    }

    #[test]
    fn the_words_of_version_1_are_masked() {
        let personal = V1.replacen("\"reason\":\"", "\"reason\":\"Ask jane@acme.sg, +65 6123 4567. ", 1);
        assert_ne!(personal, V1);
        let written = write(&read::<IntakePayload>("the sample", &personal).unwrap());
        assert!(written.contains("Ask [e-mail], [phone]. ") && !written.contains("jane"), "{written}");
    }
}
