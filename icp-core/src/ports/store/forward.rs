//! For stores that wrap another one.

/// Implements some of the small stores of a type by handing each call on to a field.
///
/// A host that adds to a few of the concerns, or keeps them elsewhere, writes those itself and forwards the rest. The
/// conformance suite of `icp-testkit` tells whether the whole still keeps its promises.
///
/// ```
/// use std::sync::Arc;
/// use icp_core::ports::TenantStore;
///
/// #[derive(Debug)]
/// struct Watched {
///     inner: Arc<dyn TenantStore>,
/// }
///
/// icp_core::forward_stores!(Watched => inner: IntakeStore, RunStore, EventStore, SiteStore, EvidenceStore, InsightStore, BudgetStore);
/// // `RuleStore` is the host's own.
/// ```
#[macro_export]
macro_rules! forward_stores {
    ($type:ident => $inner:ident: $($store:ident),+ $(,)?) => {
        $($crate::forward_stores!(@$store $type $inner);)+
    };
    (@IntakeStore $type:ident $inner:ident) => {
        #[$crate::__private::async_trait]
        impl $crate::ports::IntakeStore for $type {
            async fn submit_intake(
                &self,
                intake: &$crate::model::NewIntake,
            ) -> $crate::Result<$crate::model::IntakeReceipt> {
                self.$inner.submit_intake(intake).await
            }

            async fn intake(
                &self,
                id: $crate::model::IntakeId,
            ) -> $crate::Result<Option<$crate::model::StoredIntake>> {
                self.$inner.intake(id).await
            }

            async fn answers(
                &self,
                id: $crate::model::IntakeId,
            ) -> $crate::Result<Option<$crate::__private::Value>> {
                self.$inner.answers(id).await
            }

            async fn record_resolutions(
                &self,
                fence: $crate::ports::Fence,
                resolutions: &[$crate::model::SeedResolution],
            ) -> $crate::Result<()> {
                self.$inner.record_resolutions(fence, resolutions).await
            }

            async fn resolutions(
                &self,
                run: $crate::model::RunId,
            ) -> $crate::Result<Vec<$crate::model::SeedResolution>> {
                self.$inner.resolutions(run).await
            }

            async fn decide_company(&self, decision: &$crate::ports::CompanyDecision) -> $crate::Result<()> {
                self.$inner.decide_company(decision).await
            }

            async fn known_companies(
                &self,
                query: &$crate::ports::KnownQuery,
            ) -> $crate::Result<Vec<Option<$crate::ports::KnownCompany>>> {
                self.$inner.known_companies(query).await
            }
        }
    };
    (@RunStore $type:ident $inner:ident) => {
        #[$crate::__private::async_trait]
        impl $crate::ports::RunStore for $type {
            async fn run(&self, id: $crate::model::RunId) -> $crate::Result<Option<$crate::model::Run>> {
                self.$inner.run(id).await
            }

            async fn runs(&self, query: &$crate::ports::RunQuery) -> $crate::Result<Vec<$crate::model::Run>> {
                self.$inner.runs(query).await
            }

            async fn queued_runs(
                &self,
                at: $crate::model::Timestamp,
                limit: usize,
            ) -> $crate::Result<Vec<$crate::model::RunId>> {
                self.$inner.queued_runs(at, limit).await
            }

            async fn claim_run(&self, claim: &$crate::ports::RunClaim) -> $crate::Result<$crate::ports::Lease> {
                self.$inner.claim_run(claim).await
            }

            async fn renew_lease(
                &self,
                lease: &$crate::ports::Lease,
                until: $crate::model::Timestamp,
            ) -> $crate::Result<$crate::ports::Lease> {
                self.$inner.renew_lease(lease, until).await
            }

            async fn release_run(&self, lease: &$crate::ports::Lease) -> $crate::Result<()> {
                self.$inner.release_run(lease).await
            }

            async fn advance_run(
                &self,
                advance: &$crate::ports::RunAdvance,
            ) -> $crate::Result<$crate::ports::RunAdvanced> {
                self.$inner.advance_run(advance).await
            }
        }
    };
    (@EventStore $type:ident $inner:ident) => {
        #[$crate::__private::async_trait]
        impl $crate::ports::EventStore for $type {
            async fn append_events(
                &self,
                fence: $crate::ports::Fence,
                at: $crate::model::Timestamp,
                kinds: &[$crate::ports::ProgressKind],
            ) -> $crate::Result<Vec<$crate::ports::ProgressEvent>> {
                self.$inner.append_events(fence, at, kinds).await
            }

            async fn events(
                &self,
                query: &$crate::ports::EventQuery,
            ) -> $crate::Result<Vec<$crate::ports::ProgressEvent>> {
                self.$inner.events(query).await
            }
        }
    };
    (@SiteStore $type:ident $inner:ident) => {
        #[$crate::__private::async_trait]
        impl $crate::ports::SiteStore for $type {
            async fn record_site(
                &self,
                fence: $crate::ports::Fence,
                site: &$crate::model::SiteCrawl,
            ) -> $crate::Result<()> {
                self.$inner.record_site(fence, site).await
            }

            async fn sites(&self, run: $crate::model::RunId) -> $crate::Result<Vec<$crate::model::SiteReport>> {
                self.$inner.sites(run).await
            }

            async fn pages(
                &self,
                run: $crate::model::RunId,
                site: &$crate::model::Domain,
            ) -> $crate::Result<Vec<$crate::model::Page>> {
                self.$inner.pages(run, site).await
            }
        }
    };
    (@EvidenceStore $type:ident $inner:ident) => {
        #[$crate::__private::async_trait]
        impl $crate::ports::EvidenceStore for $type {
            async fn record_evidence(
                &self,
                fence: $crate::ports::Fence,
                batch: &$crate::ports::EvidenceBatch,
            ) -> $crate::Result<$crate::ports::RecordedEvidence> {
                self.$inner.record_evidence(fence, batch).await
            }

            async fn evidence(
                &self,
                query: &$crate::ports::EvidenceQuery,
            ) -> $crate::Result<Vec<$crate::model::EvidenceItem>> {
                self.$inner.evidence(query).await
            }

            async fn quarantined(
                &self,
                run: $crate::model::RunId,
            ) -> $crate::Result<Vec<$crate::model::Quarantined>> {
                self.$inner.quarantined(run).await
            }

            async fn extraction_reports(
                &self,
                run: $crate::model::RunId,
            ) -> $crate::Result<Vec<$crate::ports::ExtractionReport>> {
                self.$inner.extraction_reports(run).await
            }

            async fn keep_extractions(
                &self,
                extractions: &[$crate::ports::StoredExtraction],
            ) -> $crate::Result<()> {
                self.$inner.keep_extractions(extractions).await
            }

            async fn extractions(
                &self,
                keys: &[$crate::ports::ExtractionKey],
            ) -> $crate::Result<Vec<Option<$crate::ports::StoredExtraction>>> {
                self.$inner.extractions(keys).await
            }
        }
    };
    (@InsightStore $type:ident $inner:ident) => {
        #[$crate::__private::async_trait]
        impl $crate::ports::InsightStore for $type {
            async fn pin_register(
                &self,
                fence: $crate::ports::Fence,
                pin: &$crate::ports::RegisterPin,
            ) -> $crate::Result<()> {
                self.$inner.pin_register(fence, pin).await
            }

            async fn register_pin(
                &self,
                run: $crate::model::RunId,
            ) -> $crate::Result<Option<$crate::ports::RegisterPin>> {
                self.$inner.register_pin(run).await
            }

            async fn save_patterns(
                &self,
                fence: $crate::ports::Fence,
                snapshot: &$crate::model::PatternSnapshot,
            ) -> $crate::Result<()> {
                self.$inner.save_patterns(fence, snapshot).await
            }

            async fn patterns(
                &self,
                run: $crate::model::RunId,
            ) -> $crate::Result<Option<$crate::model::PatternSnapshot>> {
                self.$inner.patterns(run).await
            }

            async fn publish_suggestions(
                &self,
                fence: $crate::ports::Fence,
                suggestions: &$crate::model::SuggestionSet,
            ) -> $crate::Result<()> {
                self.$inner.publish_suggestions(fence, suggestions).await
            }

            async fn suggestions(
                &self,
                run: $crate::model::RunId,
            ) -> $crate::Result<Option<$crate::model::SuggestionSet>> {
                self.$inner.suggestions(run).await
            }
        }
    };
    (@RuleStore $type:ident $inner:ident) => {
        #[$crate::__private::async_trait]
        impl $crate::ports::RuleStore for $type {
            async fn accept(
                &self,
                command: &$crate::ports::AcceptCommand,
            ) -> $crate::Result<$crate::ports::AcceptReceipt> {
                self.$inner.accept(command).await
            }

            async fn rules(&self) -> $crate::Result<Vec<$crate::model::AdoptedRule>> {
                self.$inner.rules().await
            }

            async fn reject(
                &self,
                command: &$crate::ports::RejectCommand,
            ) -> $crate::Result<$crate::ports::Rejection> {
                self.$inner.reject(command).await
            }

            async fn rejections(&self, run: $crate::model::RunId) -> $crate::Result<Vec<$crate::ports::Rejection>> {
                self.$inner.rejections(run).await
            }

            async fn audit(
                &self,
                query: &$crate::ports::AuditQuery,
            ) -> $crate::Result<Vec<$crate::ports::AuditEntry>> {
                self.$inner.audit(query).await
            }
        }
    };
    (@BudgetStore $type:ident $inner:ident) => {
        #[$crate::__private::async_trait]
        impl $crate::ports::BudgetStore for $type {
            async fn reserve(
                &self,
                fence: $crate::ports::Fence,
                request: &$crate::ports::ReserveRequest,
            ) -> $crate::Result<$crate::ports::Reserved> {
                self.$inner.reserve(fence, request).await
            }

            async fn settle(
                &self,
                reservation: $crate::ports::ReservationId,
                usage: $crate::ports::Usage,
            ) -> $crate::Result<()> {
                self.$inner.settle(reservation, usage).await
            }

            async fn spending(&self, run: $crate::model::RunId) -> $crate::Result<Vec<$crate::ports::Spending>> {
                self.$inner.spending(run).await
            }
        }
    };
}
