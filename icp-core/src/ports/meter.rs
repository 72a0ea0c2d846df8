//! What a model asks before each call, and tells after it.

use std::fmt;

use async_trait::async_trait;

use super::budget::{Cost, ReservationId, Reserved};
use super::extractor::Usage;
use crate::error::Result;
use crate::model::CompanyId;

/// Grants the calls of a model on one page. Every call is reserved at its dearest and settled at what it cost.
///
/// ```
/// # fn main() { futures_util::FutureExt::now_or_never(call()).unwrap().unwrap() }
/// # async fn call() -> icp_core::Result<()> {
/// use icp_core::memory::MemoryMeters;
/// use icp_core::model::CompanyId;
/// use icp_core::ports::{BudgetCaps, Cost, ExtractBudget, Meters, Reserved, Usage};
///
/// let caps = BudgetCaps::default().with_site(ExtractBudget::default().with_tokens(1_000));
/// let meters = MemoryMeters::new(caps);
/// let meter = meters.of_page(CompanyId::from_u128(1), "https://acme.sg/");
/// // The prompt has 600 tokens, and the answer may have 300.
/// let Reserved::Granted(call) = meter.reserve(Cost::new(900, 0)).await? else { panic!() };
/// assert!(matches!(meter.reserve(Cost::new(900, 0)).await?, Reserved::Refused(_)));
/// meter.settle(call, Usage::new(600, 20, 0)).await?;
/// assert!(matches!(meter.reserve(Cost::new(380, 0)).await?, Reserved::Granted(_)));
/// # Ok(()) }
/// ```
#[async_trait]
pub trait Meter: fmt::Debug + Send + Sync {
    /// Asks for one call: the most it can cost. Without a grant the call must not be made.
    ///
    /// # Errors
    /// When it cannot be told; the call must not be made then either.
    async fn reserve(&self, most: Cost) -> Result<Reserved>;

    /// Tells what a call cost; nothing, when it was not made. A call that is never settled counts in full.
    ///
    /// # Errors
    /// When it cannot be written down. The call then counts in full, and nothing is lost.
    async fn settle(&self, reservation: ReservationId, usage: Usage) -> Result<()>;
}

/// The meters of the pages that are read together.
pub trait Meters: fmt::Debug + Send + Sync {
    /// The meter of a page of a company's site.
    fn of_page(&self, company: CompanyId, url: &str) -> Box<dyn Meter>;
}

/// Grants everything and counts nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unmetered;

#[async_trait]
impl Meter for Unmetered {
    async fn reserve(&self, _: Cost) -> Result<Reserved> {
        Ok(Reserved::Granted(ReservationId::new(0)))
    }

    async fn settle(&self, _: ReservationId, _: Usage) -> Result<()> {
        Ok(())
    }
}
