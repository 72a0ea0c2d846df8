use std::collections::BTreeMap;
use std::fmt;

use async_trait::async_trait;
use serde::Serialize;

use super::Fence;
use crate::error::Result;
use crate::model::{CompanyId, ContentHash, RunId, Timestamp};
use crate::ports::{BudgetCaps, BudgetScope, Cost, ReservationId, Reserved, Usage};

/// Microseconds of a day.
const DAY_MICROS: i64 = 86_400_000_000;

/// A request for one call of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReserveRequest {
    /// The company whose site it is about.
    pub company: CompanyId,
    /// The page, by a hash of its address: addresses may name people.
    pub page: ContentHash,
    /// The time now.
    pub at: Timestamp,
    /// The most the call can cost.
    pub most: Cost,
    /// The caps that hold now.
    pub caps: BudgetCaps,
}

impl ReserveRequest {
    /// A call about a page of a company's site, made now, at its dearest. No caps.
    pub fn new(company: CompanyId, url: &str, at: Timestamp, most: Cost) -> Self {
        Self { company, page: ContentHash::of(url), at, most, caps: BudgetCaps::default() }
    }

    /// Sets the caps.
    #[must_use]
    pub fn with_caps(mut self, caps: BudgetCaps) -> Self {
        self.caps = caps;
        self
    }

    /// The UTC day it is made on, counted from 1970-01-01.
    pub fn day(&self) -> i64 {
        self.at.as_micros().div_euclid(DAY_MICROS)
    }
}

/// What models cost a company's site in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Spending {
    /// The company.
    pub company: CompanyId,
    /// The cost of the calls that were settled.
    pub usage: Usage,
    /// Calls that were reserved and not settled: under way, or lost with a worker that died.
    pub unsettled_calls: u64,
    /// What those may cost; it counts as spent.
    pub unsettled: Cost,
    /// Reservations that a cap refused, by its scope.
    pub refused: BTreeMap<BudgetScope, u64>,
}

impl Spending {
    /// A company that cost nothing.
    pub fn new(company: CompanyId) -> Self {
        Self {
            company,
            usage: Usage::default(),
            unsettled_calls: 0,
            unsettled: Cost::default(),
            refused: BTreeMap::new(),
        }
    }
}

/// What models may still spend, and what they did. Sums are exact, however many tasks and workers ask at once.
///
/// A reservation counts in full from its grant to its settlement. One that is never settled, because the worker died,
/// counts in full for ever: the call may have been made and billed, and a budget must not be undercounted.
#[async_trait]
pub trait BudgetStore: fmt::Debug + Send + Sync {
    /// Reserves a call, if with it every scope stays under its cap. What a scope holds is what its settled calls cost
    /// and what its other reservations may cost; see [`BudgetCaps::admit`] for the decision. A refusal reserves nothing
    /// and is counted.
    ///
    /// # Behavior
    /// - `parallel_reservations_fill_a_cap_exactly`: of 32 tasks that reserve and settle at once as many calls are
    ///   granted as fit, and no more.
    /// - `hundred_parallel_reservations_stay_under_the_cap`: 100 pages that ask at once never hold more than the cap.
    /// - `each_cap_is_held_by_itself`: page, site, run, day and tenant are told apart; the refusal names the cap.
    /// - `budget_days_begin_at_midnight_utc`: at midnight a day's budget is whole again, that of a tenant is not.
    /// - `unsettled_reservations_count_in_full`: also for the next worker on the run, and for ever.
    /// - `any_order_of_reserving_and_settling_stays_under_the_cap`: whatever is settled when, and whatever for.
    ///
    /// # Errors
    /// `LeaseLost` for an old fence, `NotFound` for an unknown run.
    async fn reserve(&self, fence: Fence, request: &ReserveRequest) -> Result<Reserved>;

    /// Puts what a call cost in the place of what it might have cost. Needs no lease: what was paid was paid.
    ///
    /// # Behavior
    /// - `settled_calls_count_what_they_cost`: what a call did not use can be reserved again.
    /// - `calls_that_cost_more_than_reserved_count_whole`: the truth is written down, also above a cap.
    /// - `settling_twice_counts_once`: the first settlement stays.
    ///
    /// # Errors
    /// `NotFound` for an unknown reservation.
    async fn settle(&self, reservation: ReservationId, usage: Usage) -> Result<()>;

    /// What models cost a run, by company; companies without a reservation are left out.
    ///
    /// # Behavior
    /// - `spending_is_told_by_company`: settled, unsettled and refused calls, each by itself.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn spending(&self, run: RunId) -> Result<Vec<Spending>>;
}
