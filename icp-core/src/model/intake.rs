//! A person's answers, parsed. Made by [`wire`](crate::wire) from JSON; immutable afterwards.
//!
//! Free text went through [`CleanText`]: it holds no e-mail address and no telephone number. The answers as sent are kept
//! apart and go nowhere else.

use serde::{Deserialize, Serialize};

use super::domain::Domain;
use super::headcount::HeadcountBand;
use super::ids::{IntakeId, JobId, RunId};
use super::personal::CleanText;
use super::seed::{Seed, SeedRole};
use super::time::Timestamp;

/// A valid set of answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct IntakePayload {
    /// The user's own website.
    pub website: Domain,
    /// All seeds, sorted by role, name and website.
    pub seeds: Vec<Seed>,
    /// The employee band the user aims at.
    pub employee_band: Option<HeadcountBand>,
    /// Geographies the user sells to.
    pub geographies: Vec<CleanText>,
    /// Languages the user sells in.
    pub languages: Vec<CleanText>,
    /// The user's time zone, as written.
    pub time_zone: Option<CleanText>,
    /// Integrations a customer must have.
    pub must_have_integrations: Vec<CleanText>,
    /// The usual deal.
    pub deal: Deal,
    /// Titles of the people who champion a purchase.
    pub champion_titles: Vec<CleanText>,
    /// Events that precede wins.
    pub triggers: Vec<CleanText>,
    /// Typed answers of the advanced sections.
    pub advanced: Advanced,
    /// Things the person should know, though they did not stop the intake.
    pub warnings: Vec<IntakeWarning>,
}

impl IntakePayload {
    /// Answers that name the user's website and some seeds, and nothing else.
    pub fn new(website: Domain, seeds: Vec<Seed>) -> Self {
        Self {
            website,
            seeds,
            employee_band: None,
            geographies: Vec::new(),
            languages: Vec::new(),
            time_zone: None,
            must_have_integrations: Vec::new(),
            deal: Deal::default(),
            champion_titles: Vec::new(),
            triggers: Vec::new(),
            advanced: Advanced::default(),
            warnings: Vec::new(),
        }
    }

    /// The seeds of one role.
    pub fn seeds_of(&self, role: SeedRole) -> impl Iterator<Item = &Seed> {
        self.seeds.iter().filter(move |seed| seed.role == role)
    }
}

builders!(IntakePayload {
    /// Sets the employee band the user aims at.
    with_employee_band => employee_band: Option<HeadcountBand>,
    /// Sets the geographies the user sells to.
    with_geographies => geographies: Vec<CleanText>,
    /// Sets the languages the user sells in.
    with_languages => languages: Vec<CleanText>,
    /// Sets the user's time zone.
    with_time_zone => time_zone: Option<CleanText>,
    /// Sets the integrations a customer must have.
    with_must_have_integrations => must_have_integrations: Vec<CleanText>,
    /// Sets the usual deal.
    with_deal => deal: Deal,
    /// Sets the titles of the people who champion a purchase.
    with_champion_titles => champion_titles: Vec<CleanText>,
    /// Sets the events that precede wins.
    with_triggers => triggers: Vec<CleanText>,
    /// Sets the typed answers of the advanced sections.
    with_advanced => advanced: Advanced,
    /// Sets the warnings.
    with_warnings => warnings: Vec<IntakeWarning>,
});

/// The usual deal, in whole US dollars and days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Deal {
    /// Average contract value per year.
    pub acv_usd: Option<u64>,
    /// Days from first contact to signature.
    pub cycle_days: Option<u32>,
    /// The price below which the user does not sell.
    pub price_floor_usd: Option<u64>,
}

builders!(Deal {
    /// Sets the average contract value per year.
    with_acv_usd => acv_usd: Option<u64>,
    /// Sets the days from first contact to signature.
    with_cycle_days => cycle_days: Option<u32>,
    /// Sets the price below which the user does not sell.
    with_price_floor_usd => price_floor_usd: Option<u64>,
});

/// The answers of the advanced sections that mining and cards use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Advanced {
    /// C: companies never to target.
    pub never_target: Vec<CleanText>,
    /// C: recurring deal killers.
    pub deal_killers: Vec<CleanText>,
    /// E: stacks that help.
    pub helping_stacks: Vec<CleanText>,
    /// E: stacks that block.
    pub blocking_stacks: Vec<CleanText>,
    /// H: top objections with rebuttals.
    pub objections: Vec<Objection>,
    /// A: the problem the user's product solves.
    pub problem_solved: Option<CleanText>,
}

builders!(Advanced {
    /// Sets the companies never to target.
    with_never_target => never_target: Vec<CleanText>,
    /// Sets the recurring deal killers.
    with_deal_killers => deal_killers: Vec<CleanText>,
    /// Sets the stacks that help.
    with_helping_stacks => helping_stacks: Vec<CleanText>,
    /// Sets the stacks that block.
    with_blocking_stacks => blocking_stacks: Vec<CleanText>,
    /// Sets the top objections.
    with_objections => objections: Vec<Objection>,
    /// Sets the problem the user's product solves.
    with_problem_solved => problem_solved: Option<CleanText>,
});

/// An objection and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Objection {
    /// The buyers' words.
    pub objection: CleanText,
    /// The answer.
    pub rebuttal: Option<CleanText>,
}

impl Objection {
    /// An objection without an answer.
    pub fn new(objection: CleanText) -> Self {
        Self { objection, rebuttal: None }
    }
}

builders!(Objection {
    /// Sets the answer.
    with_rebuttal => rebuttal: Option<CleanText>,
});

/// Something to know about an accepted intake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct IntakeWarning {
    /// JSON pointer (RFC 6901) to the place.
    pub pointer: String,
    /// The warning and its reason, in words.
    pub message: String,
}

impl IntakeWarning {
    /// A warning about the place that `pointer` names.
    pub fn new(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), message: message.into() }
    }
}

/// An intake to be stored, with everything that is written in the same transaction.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NewIntake {
    /// Its id.
    pub id: IntakeId,
    /// The run it starts.
    pub run: RunId,
    /// The first job of the run.
    pub job: JobId,
    /// The same key returns the same receipt, and stores nothing.
    pub idempotency_key: Option<String>,
    /// The person who submitted it.
    pub submitted_by: String,
    /// When.
    pub submitted_at: Timestamp,
    /// The answers exactly as sent.
    pub answers: serde_json::Value,
    /// The answers, parsed.
    pub payload: IntakePayload,
}

impl NewIntake {
    /// An intake without an idempotency key.
    pub fn new(
        id: IntakeId,
        run: RunId,
        job: JobId,
        submitted_by: impl Into<String>,
        submitted_at: Timestamp,
        answers: serde_json::Value,
        payload: IntakePayload,
    ) -> Self {
        let submitted_by = submitted_by.into();
        Self { id, run, job, idempotency_key: None, submitted_by, submitted_at, answers, payload }
    }
}

builders!(NewIntake {
    /// Sets the idempotency key.
    with_idempotency_key => idempotency_key: Option<String>,
});

/// A stored intake, as it was understood. The answers as sent are kept apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StoredIntake {
    /// Its id.
    pub id: IntakeId,
    /// The person who submitted it.
    pub submitted_by: String,
    /// When.
    pub submitted_at: Timestamp,
    /// The answers, parsed.
    pub payload: IntakePayload,
}

impl StoredIntake {
    /// An intake.
    pub fn new(
        id: IntakeId,
        submitted_by: impl Into<String>,
        submitted_at: Timestamp,
        payload: IntakePayload,
    ) -> Self {
        Self { id, submitted_by: submitted_by.into(), submitted_at, payload }
    }
}

/// The ids a submission returns; the same key, the same receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct IntakeReceipt {
    /// The intake.
    #[serde(rename = "response_id")]
    pub intake: IntakeId,
    /// Its run.
    #[serde(rename = "run_id")]
    pub run: RunId,
    /// Its first job.
    #[serde(rename = "queued_job_id")]
    pub job: JobId,
}

impl IntakeReceipt {
    /// A receipt.
    pub fn new(intake: IntakeId, run: RunId, job: JobId) -> Self {
        Self { intake, run, job }
    }
}
