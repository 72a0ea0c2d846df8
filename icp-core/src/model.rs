//! The domain's vocabulary as types. No I/O, no clock.
//!
//! Structs with public fields may gain fields: they have a constructor for what is always there and a `with_` method for
//! each part that may be absent.

/// Builder methods that each set one optional part.
macro_rules! builders {
    ($name:ident { $($(#[$doc:meta])+ $method:ident => $field:ident: $type:ty,)+ }) => {
        impl $name {
            $($(#[$doc])+
            #[must_use]
            pub fn $method(mut self, $field: impl Into<$type>) -> Self {
                self.$field = $field.into();
                self
            })+
        }
    };
}
pub(crate) use builders;

mod card;
mod confidence;
mod domain;
mod evidence;
mod features;
mod grounding;
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
mod suggestion;
mod theme;
mod time;
mod uen;
mod validators;

pub use card::{
    BackTest, EvidenceRef, Grade, ReducedEvidence, RegisterSample, RegisterSize, SeedRef, SharedTrait,
    SsicRef, SuggestionCard, Suppressed, SuppressedRole, TargetingPack,
};
pub use confidence::Confidence;
pub use domain::{Domain, DomainError};
pub(crate) use evidence::keyword_enum;
pub use evidence::{
    Citation, Detection, EvidenceItem, EvidenceSource, ExtractorId, Finding, QuarantineReason, Quarantined,
    SignalKey, UnknownWord, admit,
};
pub use features::FeatureValues;
pub use grounding::{check_model_finding, model_may_quote, value_in_quote};
pub use headcount::{HeadcountBand, HeadcountError};
pub use ids::{
    AuditId, CompanyId, EvidenceId, IdError, IntakeId, JobId, RuleId, RunId, SeedId, SuggestionId, TenantId,
    TenantIdError,
};
pub use intake::{
    Advanced, Deal, IntakePayload, IntakeReceipt, IntakeWarning, NewIntake, Objection, StoredIntake,
};
pub use page::{Block, BlockKind, ContentHash, HashError, Link, Page, PageBuilder, PageKind, Zone};
pub use pattern::{Contrast, Estimate, HeadcountSummary, Lift, Pattern, PatternSnapshot, Tally};
pub(crate) use personal::people::is_personal_address;
pub use personal::{CleanText, EMAIL_MASK, NAME_MASK, PHONE_MASK, Quote, QuoteError};
pub use register::{
    AgeBand, DistinctValues, Entity, EntityStatus, EntityType, RegisterFilter, RegisterSnapshot,
};
pub use resolution::{Alternate, Decision, ManualMatch, Method, Outcome, RungRecord, SeedResolution};
pub use rule::{AdoptedRule, CompanyFacts, Condition, Fit, Rule};
pub use run::{Run, RunState};
pub use seed::{NamedSeed, Seed, SeedRole, company_id};
pub use site::{
    FetchRecord, LinkSource, ReadEnd, Refusal, RefusalCause, SiteCrawl, SiteReport, SiteRole, SiteStatus,
};
pub use ssic::{SsicCode, SsicEdition, SsicError, SsicLevel, SsicNode};
pub use suggestion::SuggestionSet;
pub use theme::{IntakeSection, NegativeBasis, NegativeReason, NegativeTheme, ReasonSource};
pub use time::{Date, TimeError, Timestamp};
pub use uen::{Uen, UenError};
pub use validators::Validators;
