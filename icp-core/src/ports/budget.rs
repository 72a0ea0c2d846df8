//! Caps on what models may spend, and whether one more call fits. Adapters keep the sums; what fits is decided here.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::extractor::{ExtractBudget, Usage};
use crate::model::{UnknownWord, keyword_enum};

keyword_enum! {
    /// Something that has a cap of its own, the smallest first.
    BudgetScope {
        /// One page of a company's site, in one run.
        Page = "page",
        /// One company's site, in one run.
        Site = "site",
        /// One run.
        Run = "run",
        /// A tenant on one day of the UTC calendar, over all its runs.
        Day = "day",
        /// A tenant, over all its runs and days.
        Tenant = "tenant",
    }
}

keyword_enum! {
    /// Something that is counted.
    BudgetUnit {
        /// Tokens, in and out.
        Tokens = "tokens",
        /// Money, in millionths of a US dollar.
        MicroUsd = "micro_usd",
    }
}

/// Tokens and money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Cost {
    /// Tokens in and out.
    pub tokens: u64,
    /// Money, in millionths of a US dollar.
    pub micro_usd: u64,
}

impl Cost {
    /// Tokens, and money in millionths of a US dollar.
    pub fn new(tokens: u64, micro_usd: u64) -> Self {
        Self { tokens, micro_usd }
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            tokens: self.tokens.saturating_add(other.tokens),
            micro_usd: self.micro_usd.saturating_add(other.micro_usd),
        }
    }

    /// What is left of it without the other; never less than nothing.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self {
            tokens: self.tokens.saturating_sub(other.tokens),
            micro_usd: self.micro_usd.saturating_sub(other.micro_usd),
        }
    }
}

impl From<Usage> for Cost {
    fn from(usage: Usage) -> Self {
        Self::new(usage.tokens_in.saturating_add(usage.tokens_out), usage.micro_usd)
    }
}

/// Hard caps on what extractors of class `Model` may spend. Every cap of every scope holds at the same time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BudgetCaps {
    /// For one page.
    pub page: ExtractBudget,
    /// For one site.
    pub site: ExtractBudget,
    /// For one run.
    pub run: ExtractBudget,
    /// For one tenant on one UTC day.
    pub day: ExtractBudget,
    /// For one tenant, ever.
    pub tenant: ExtractBudget,
}

impl BudgetCaps {
    /// Caps one page.
    #[must_use]
    pub fn with_page(mut self, cap: ExtractBudget) -> Self {
        self.page = cap;
        self
    }

    /// Caps one site.
    #[must_use]
    pub fn with_site(mut self, cap: ExtractBudget) -> Self {
        self.site = cap;
        self
    }

    /// Caps one run.
    #[must_use]
    pub fn with_run(mut self, cap: ExtractBudget) -> Self {
        self.run = cap;
        self
    }

    /// Caps a tenant's UTC day.
    #[must_use]
    pub fn with_day(mut self, cap: ExtractBudget) -> Self {
        self.day = cap;
        self
    }

    /// Caps a tenant.
    #[must_use]
    pub fn with_tenant(mut self, cap: ExtractBudget) -> Self {
        self.tenant = cap;
        self
    }

    /// The cap of a scope.
    pub fn of(&self, scope: BudgetScope) -> ExtractBudget {
        match scope {
            BudgetScope::Page => self.page,
            BudgetScope::Site => self.site,
            BudgetScope::Run => self.run,
            BudgetScope::Day => self.day,
            BudgetScope::Tenant => self.tenant,
        }
    }

    /// Whether one more call, at its dearest, stays under every cap. `held` says what a scope has spent and reserved.
    /// The smallest scope that refuses is named. A call that costs nothing is never refused.
    ///
    /// # Errors
    /// The cap that would be exceeded.
    pub fn admit(&self, most: Cost, held: impl Fn(BudgetScope) -> Cost) -> Result<(), BudgetRefusal> {
        for &scope in BudgetScope::ALL {
            let (cap, held) = (self.of(scope), held(scope));
            let units = [
                (BudgetUnit::Tokens, cap.tokens, held.tokens, most.tokens),
                (BudgetUnit::MicroUsd, cap.micro_usd, held.micro_usd, most.micro_usd),
            ];
            for (unit, cap, held, asked) in units {
                if let Some(cap) = cap
                    && asked > cap.saturating_sub(held)
                {
                    return Err(BudgetRefusal { scope, unit, cap, held, asked });
                }
            }
        }
        Ok(())
    }
}

/// A call that a cap forbids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct BudgetRefusal {
    /// Whose cap it is.
    pub scope: BudgetScope,
    /// The unit of the numbers.
    pub unit: BudgetUnit,
    /// The cap.
    pub cap: u64,
    /// Spent and reserved so far.
    pub held: u64,
    /// The most the call might have cost.
    pub asked: u64,
}

impl BudgetRefusal {
    /// A refusal.
    pub fn new(scope: BudgetScope, unit: BudgetUnit, cap: u64, held: u64, asked: u64) -> Self {
        Self { scope, unit, cap, held, asked }
    }
}

impl fmt::Display for BudgetRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the numbers: failures with the same words are counted together.
        let what = match self.unit {
            BudgetUnit::Tokens => "token",
            BudgetUnit::MicroUsd => "money",
        };
        write!(f, "the {what} budget of the {} is spent", self.scope)
    }
}

/// A reservation that was granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ReservationId(u64);

impl ReservationId {
    /// A number that whoever grants has not used before.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for ReservationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "reservation {}", self.0)
    }
}

/// The answer to a reservation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Reserved {
    /// The call may be made. It counts as spent in full until it is settled.
    Granted(ReservationId),
    /// The call must not be made.
    Refused(BudgetRefusal),
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tokens(tokens: u64) -> ExtractBudget {
        ExtractBudget::default().with_tokens(tokens)
    }

    #[test]
    fn the_smallest_scope_that_refuses_is_named() {
        let caps = BudgetCaps::default().with_page(tokens(100)).with_run(tokens(50));
        let nothing = |_| Cost::default();
        assert_eq!(caps.admit(Cost::new(50, 1_000_000), nothing), Ok(()));
        let refused = caps.admit(Cost::new(51, 0), nothing).unwrap_err();
        assert_eq!((refused.scope, refused.unit, refused.cap), (BudgetScope::Run, BudgetUnit::Tokens, 50));
        let refused = caps.admit(Cost::new(101, 0), nothing).unwrap_err();
        assert_eq!(refused.scope, BudgetScope::Page);
        assert_eq!(refused.to_string(), "the token budget of the page is spent");
        let money = BudgetCaps::default().with_day(ExtractBudget::default().with_micro_usd(5));
        let refused = money.admit(Cost::new(9, 6), nothing).unwrap_err();
        assert_eq!(refused.to_string(), "the money budget of the day is spent");
    }

    proptest! {
        #[test]
        fn what_is_admitted_fits(cap: u64, held: u64, asked: u64) {
            let caps = BudgetCaps::default().with_site(tokens(cap));
            let fits = caps.admit(Cost::new(asked, 0), |_| Cost::new(held, 0)).is_ok();
            let together = u128::from(held) + u128::from(asked);
            prop_assert_eq!(fits, together <= u128::from(cap) || asked == 0);
        }
    }
}
