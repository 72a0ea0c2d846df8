//! What a person answered, parsed. Made by [`wire`](crate::wire) from JSON; immutable afterwards.

use serde::{Deserialize, Serialize};

use super::domain::Domain;
use super::headcount::HeadcountBand;
use super::ids::{IntakeId, JobId, RunId};
use super::seed::{Seed, SeedRole};
use super::time::Timestamp;

/// A valid set of answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IntakePayload {
    /// The user's own website.
    pub website: Domain,
    /// All seeds, sorted by role, name and website.
    pub seeds: Vec<Seed>,
    /// Which employee band the user aims at.
    pub employee_band: Option<HeadcountBand>,
    /// Geographies the user sells to.
    pub geographies: Vec<String>,
    /// Languages the user sells in.
    pub languages: Vec<String>,
    /// The user's time zone, as written.
    pub time_zone: Option<String>,
    /// Integrations a customer must have.
    pub must_have_integrations: Vec<String>,
    /// The usual deal.
    pub deal: Deal,
    /// Titles of the people who champion a purchase.
    pub champion_titles: Vec<String>,
    /// Events that precede wins.
    pub triggers: Vec<String>,
    /// Typed answers of the advanced sections.
    pub advanced: Advanced,
    /// What the person should know, though it did not stop the intake.
    pub warnings: Vec<IntakeWarning>,
}

impl IntakePayload {
    /// The seeds of one role.
    pub fn seeds_of(&self, role: SeedRole) -> impl Iterator<Item = &Seed> {
        self.seeds.iter().filter(move |seed| seed.role == role)
    }
}

/// The usual deal, in whole US dollars and days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deal {
    /// Average contract value a year.
    pub acv_usd: Option<u64>,
    /// Days from first contact to signature.
    pub cycle_days: Option<u32>,
    /// Below this the user does not sell.
    pub price_floor_usd: Option<u64>,
}

/// What the advanced sections add to mining and cards. The whole answers stay beside it as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advanced {
    /// C: who never to target.
    pub never_target: Vec<String>,
    /// C: recurring deal killers.
    pub deal_killers: Vec<String>,
    /// E: stacks that help.
    pub helping_stacks: Vec<String>,
    /// E: stacks that block.
    pub blocking_stacks: Vec<String>,
    /// H: top objections with rebuttals.
    pub objections: Vec<Objection>,
    /// A: the problem the user's product solves.
    pub problem_solved: Option<String>,
}

/// An objection and what answers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objection {
    /// What buyers say.
    pub objection: String,
    /// What answers it.
    pub rebuttal: Option<String>,
}

/// Something to know about an accepted intake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntakeWarning {
    /// JSON pointer (RFC 6901) to the place.
    pub pointer: String,
    /// What and why, in words.
    pub message: String,
}

/// An intake to be stored, with everything that is written in the same transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct NewIntake {
    /// Its id.
    pub id: IntakeId,
    /// The run it starts.
    pub run: RunId,
    /// The first job of the run.
    pub job: JobId,
    /// The same key returns the same receipt, and stores nothing.
    pub idempotency_key: Option<String>,
    /// Who submitted it.
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

/// A stored intake, as it was understood. The answers as sent are kept apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredIntake {
    /// Its id.
    pub id: IntakeId,
    /// Who submitted it.
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

/// What a submission returns; the same key, the same receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
