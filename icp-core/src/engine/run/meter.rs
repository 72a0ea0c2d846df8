//! Meters of a run: every call is written down in the store, under the run's lease.

use std::sync::Arc;

use async_trait::async_trait;

use crate::error::Result;
use crate::model::CompanyId;
use crate::ports::{
    BudgetCaps, Clock, Cost, Fence, Meter, Meters, ReservationId, ReserveRequest, Reserved, TenantStore,
    Usage,
};

/// Grants calls by the store's sums.
#[derive(Clone, Debug)]
pub(super) struct RunMeters {
    pub(super) store: Arc<dyn TenantStore>,
    pub(super) fence: Fence,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) caps: BudgetCaps,
}

impl Meters for RunMeters {
    fn of_page(&self, company: CompanyId, url: &str) -> Box<dyn Meter> {
        Box::new(PageMeter { run: self.clone(), company, url: url.to_owned() })
    }
}

#[derive(Debug)]
struct PageMeter {
    run: RunMeters,
    company: CompanyId,
    url: String,
}

#[async_trait]
impl Meter for PageMeter {
    async fn reserve(&self, most: Cost) -> Result<Reserved> {
        let RunMeters { store, fence, clock, caps } = &self.run;
        let request = ReserveRequest::new(self.company, &self.url, clock.now(), most).with_caps(*caps);
        store.reserve(*fence, &request).await
    }

    async fn settle(&self, reservation: ReservationId, usage: Usage) -> Result<()> {
        self.run.store.settle(reservation, usage).await
    }
}
