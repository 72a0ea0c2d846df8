//! Calls of models: what was granted, settled and refused.

use std::collections::BTreeMap;

use super::rows::Tenant;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{CompanyId, ContentHash, RunId};
use crate::ports::{BudgetScope, Cost, ReservationId, ReserveRequest, Reserved, Spending, Usage};

/// A call that was granted.
#[derive(Debug)]
pub(super) struct CallRow {
    run: RunId,
    company: CompanyId,
    page: ContentHash,
    day: i64,
    most: Cost,
    usage: Option<Usage>,
}

impl CallRow {
    /// What it counts for.
    fn held(&self) -> Cost {
        self.usage.map_or(self.most, Cost::from)
    }

    /// Whether a request shares its scope.
    fn shares(&self, scope: BudgetScope, run: RunId, request: &ReserveRequest) -> bool {
        let site = self.run == run && self.company == request.company;
        match scope {
            BudgetScope::Page => site && self.page == request.page,
            BudgetScope::Site => site,
            BudgetScope::Run => self.run == run,
            BudgetScope::Day => self.day == request.day(),
            BudgetScope::Tenant => true,
        }
    }
}

impl Tenant {
    pub(super) fn reserve(&mut self, run: RunId, request: &ReserveRequest) -> Reserved {
        let held = |scope| {
            let calls = self.calls.iter().filter(|call| call.shares(scope, run, request));
            calls.fold(Cost::default(), |sum, call| sum.plus(call.held()))
        };
        if let Err(refusal) = request.caps.admit(request.most, held) {
            *self.refused_calls.entry((run, request.company, refusal.scope)).or_default() += 1;
            return Reserved::Refused(refusal);
        }
        self.calls.push(CallRow {
            run,
            company: request.company,
            page: request.page.clone(),
            day: request.day(),
            most: request.most,
            usage: None,
        });
        Reserved::Granted(ReservationId::new(self.calls.len() as u64))
    }

    pub(super) fn settle(&mut self, reservation: ReservationId, usage: Usage) -> Result<()> {
        let at = usize::try_from(reservation.number()).ok().and_then(|number| number.checked_sub(1));
        let call = at.and_then(|at| self.calls.get_mut(at)).ok_or_else(|| {
            Error::new(ErrorKind::NotFound, "settle a call", format!("there is no {reservation}"))
        })?;
        call.usage.get_or_insert(usage);
        Ok(())
    }

    pub(super) fn spending(&self, run: RunId) -> Vec<Spending> {
        let mut of: BTreeMap<CompanyId, Spending> = BTreeMap::new();
        for call in self.calls.iter().filter(|call| call.run == run) {
            let spending = of.entry(call.company).or_insert_with(|| Spending::new(call.company));
            match call.usage {
                Some(usage) => spending.usage = spending.usage.plus(usage),
                None => {
                    spending.unsettled_calls += 1;
                    spending.unsettled = spending.unsettled.plus(call.most);
                }
            }
        }
        for (&(_, company, scope), times) in self.refused_calls.iter().filter(|((of, ..), _)| *of == run) {
            of.entry(company).or_insert_with(|| Spending::new(company)).refused.insert(scope, *times);
        }
        of.into_values().collect()
    }
}
