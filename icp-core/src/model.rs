//! The domain: what the words of the trade are as types. No I/O, no clock.

mod card;
mod confidence;
mod domain;
mod evidence;
mod features;
mod headcount;
mod ids;
mod intake;
mod page;
mod pattern;
mod personal;
mod register;
mod resolution;
mod rule;
mod run;
mod seed;
mod site;
mod ssic;
mod ssic_titles;
mod time;
mod uen;

pub use card::*;
pub use confidence::Confidence;
pub use domain::{Domain, DomainError};
pub(crate) use evidence::keyword_enum;
pub use evidence::{
    Citation, EvidenceItem, EvidenceSource, ExtractorId, Finding, QuarantineReason, Quarantined, SignalKey,
    UnknownWord, admit,
};
pub use features::FeatureValues;
pub use headcount::{HeadcountBand, HeadcountError};
pub use ids::{
    AuditId, CompanyId, EvidenceId, IdError, IntakeId, JobId, RuleId, RunId, SeedId, SuggestionId, TenantId,
    TenantIdError,
};
pub use intake::{
    Advanced, Deal, IntakePayload, IntakeReceipt, IntakeWarning, NewIntake, Objection, StoredIntake,
};
pub use page::{Block, BlockKind, ContentHash, Link, Page, PageBuilder, PageKind, Zone};
pub use pattern::{Contrast, Estimate, HeadcountSummary, Lift, Pattern, PatternSnapshot, Tally};
pub use personal::{CleanText, EMAIL_MASK, PHONE_MASK, PersonalData, Quote};
pub use register::{
    AgeBand, DistinctValues, Entity, EntityStatus, EntityType, RegisterFilter, RegisterSnapshot,
};
pub use resolution::{Alternate, Decision, ManualMatch, Method, Outcome, RungRecord, SeedResolution};
pub use rule::{AdoptedRule, CompanyFacts, Condition, Fit, Rule};
pub use run::{Run, RunState};
pub use seed::{Seed, SeedRole, company_id};
pub use site::{FetchRecord, Refusal, RefusalCause, SiteCrawl, SiteReport, SiteRole, SiteStatus};
pub use ssic::{SsicCode, SsicEdition, SsicError, SsicLevel, SsicNode};
pub use time::{Date, TimeError, Timestamp};
pub use uen::{Uen, UenError};
