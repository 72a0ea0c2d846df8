use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::error::{Error, ErrorKind, Result};
use crate::model::CompanyId;
use crate::ports::{BudgetCaps, BudgetScope, Cost, Meter, Meters, ReservationId, Reserved, Usage};

/// Meters for hosts that read companies without a store. It knows pages, sites, and itself: the caps of a run, a day and
/// a tenant hold for all that one value grants.
#[derive(Clone, Debug)]
pub struct MemoryMeters {
    caps: BudgetCaps,
    calls: Arc<Mutex<Vec<Call>>>,
}

/// A granted call: its place in the list is its number.
#[derive(Debug)]
struct Call {
    company: CompanyId,
    url: Arc<str>,
    most: Cost,
    usage: Option<Usage>,
}

impl MemoryMeters {
    /// Meters under some caps.
    pub fn new(caps: BudgetCaps) -> Self {
        Self { caps, calls: Arc::default() }
    }

    fn calls(&self) -> MutexGuard<'_, Vec<Call>> {
        // Each change is a single push or assignment, so that a panic elsewhere leaves nothing half done.
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Meters for MemoryMeters {
    fn of_page(&self, company: CompanyId, url: &str) -> Box<dyn Meter> {
        Box::new(PageMeter { meters: self.clone(), company, url: url.into() })
    }
}

#[derive(Debug)]
struct PageMeter {
    meters: MemoryMeters,
    company: CompanyId,
    url: Arc<str>,
}

#[async_trait]
impl Meter for PageMeter {
    async fn reserve(&self, most: Cost) -> Result<Reserved> {
        let mut calls = self.meters.calls();
        let mut held: BTreeMap<BudgetScope, Cost> = BTreeMap::new();
        for call in calls.iter() {
            let cost = call.usage.map_or(call.most, Cost::from);
            for &scope in BudgetScope::ALL {
                let same = match scope {
                    BudgetScope::Page => call.company == self.company && call.url == self.url,
                    BudgetScope::Site => call.company == self.company,
                    BudgetScope::Run | BudgetScope::Day | BudgetScope::Tenant => true,
                };
                if same {
                    let sum = held.entry(scope).or_default();
                    *sum = sum.plus(cost);
                }
            }
        }
        let held = |scope| held.get(&scope).copied().unwrap_or_default();
        if let Err(refusal) = self.meters.caps.admit(most, held) {
            return Ok(Reserved::Refused(refusal));
        }
        let number = calls.len() as u64;
        calls.push(Call { company: self.company, url: Arc::clone(&self.url), most, usage: None });
        Ok(Reserved::Granted(ReservationId::new(number)))
    }

    async fn settle(&self, reservation: ReservationId, usage: Usage) -> Result<()> {
        let mut calls = self.meters.calls();
        let at = usize::try_from(reservation.number()).unwrap_or(usize::MAX);
        let call = calls.get_mut(at).ok_or_else(|| {
            Error::new(ErrorKind::NotFound, "settle a call", format!("there is no {reservation}"))
        })?;
        call.usage.get_or_insert(usage);
        Ok(())
    }
}
