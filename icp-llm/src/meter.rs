//! The page's budget: reserved before a call, settled after it.

use icp_core::ports::{ExtractBudget, Usage};

/// What a page may spend, and has spent.
#[derive(Debug)]
pub(crate) struct Meter {
    budget: ExtractBudget,
    spent: Usage,
}

impl Meter {
    pub(crate) fn new(budget: ExtractBudget) -> Self {
        Self { budget, spent: Usage::default() }
    }

    /// Whether a call that takes at most this much may be made.
    pub(crate) fn reserve(&self, most: Usage) -> bool {
        let left = self.budget.after(self.spent);
        left.tokens.is_none_or(|limit| most.tokens_in.saturating_add(most.tokens_out) <= limit)
            && left.micro_usd.is_none_or(|limit| most.micro_usd <= limit)
    }

    /// Counts what a call took. One that failed took nothing that the server counted.
    pub(crate) fn settle(&mut self, usage: Usage, answered: bool) {
        if answered {
            self.spent = self.spent.plus(usage);
        }
    }

    pub(crate) fn spent(&self) -> Usage {
        self.spent
    }
}
