//! What a language model may cost, and how long it may take.

use std::time::Duration;

use clap::Args;
use icp::engine::company::ModelOptions;
use icp::ports::{BudgetCaps, ExtractBudget};
use icp::prelude::EngineOptions;

/// Hard caps on a language model. Calls that do not fit are not made, and the run goes on with rules.
#[derive(Args, Clone, Copy, Debug, Default)]
#[command(next_help_heading = "What a language model may cost")]
pub(crate) struct Budget {
    /// The maximum number of tokens, in and out, for the whole run.
    #[arg(long, value_name = "N")]
    pub(crate) llm_max_tokens: Option<u64>,
    /// The maximum cost of the whole run, in US dollars, such as 0.50.
    #[arg(long, value_name = "USD")]
    pub(crate) llm_max_usd: Option<Usd>,
    /// The maximum number of tokens for one site.
    #[arg(long, value_name = "N")]
    pub(crate) llm_max_tokens_per_site: Option<u64>,
    /// The maximum cost of one site, in US dollars.
    #[arg(long, value_name = "USD")]
    pub(crate) llm_max_usd_per_site: Option<Usd>,
    /// The maximum number of tokens for one page.
    #[arg(long, value_name = "N")]
    pub(crate) llm_max_tokens_per_page: Option<u64>,
    /// The maximum cost of one page, in US dollars.
    #[arg(long, value_name = "USD")]
    pub(crate) llm_max_usd_per_page: Option<Usd>,
    /// The maximum number of tokens for this tenant on one UTC day, over all its runs.
    #[arg(long, env = "ICP_LLM_MAX_TOKENS_PER_DAY", value_name = "N")]
    pub(crate) llm_max_tokens_per_day: Option<u64>,
    /// The maximum cost of this tenant on one UTC day, over all its runs, in US dollars.
    #[arg(long, env = "ICP_LLM_MAX_USD_PER_DAY", value_name = "USD")]
    pub(crate) llm_max_usd_per_day: Option<Usd>,
    /// The maximum number of tokens for this tenant, over all its runs and days.
    #[arg(long, env = "ICP_LLM_MAX_TOKENS_PER_TENANT", value_name = "N")]
    pub(crate) llm_max_tokens_per_tenant: Option<u64>,
    /// The maximum cost of this tenant, over all its runs and days, in US dollars.
    #[arg(long, env = "ICP_LLM_MAX_USD_PER_TENANT", value_name = "USD")]
    pub(crate) llm_max_usd_per_tenant: Option<Usd>,
    /// How long a language model may take for one site, in seconds.
    #[arg(long, default_value_t = 600, value_name = "N")]
    pub(crate) llm_seconds_per_site: u64,
}

impl Budget {
    /// The engine's options with these caps.
    pub(crate) fn apply(self, options: EngineOptions) -> EngineOptions {
        let models =
            ModelOptions::default().with_time_limit(Some(Duration::from_secs(self.llm_seconds_per_site)));
        options.with_caps(self.caps()).with_models(models)
    }

    /// Whether any cap is in dollars.
    pub(crate) fn caps_money(self) -> bool {
        let caps = self.caps();
        [caps.page, caps.site, caps.run, caps.day, caps.tenant].iter().any(|cap| cap.micro_usd.is_some())
    }

    pub(crate) fn caps(self) -> BudgetCaps {
        BudgetCaps::default()
            .with_page(cap(self.llm_max_tokens_per_page, self.llm_max_usd_per_page))
            .with_site(cap(self.llm_max_tokens_per_site, self.llm_max_usd_per_site))
            .with_run(cap(self.llm_max_tokens, self.llm_max_usd))
            .with_day(cap(self.llm_max_tokens_per_day, self.llm_max_usd_per_day))
            .with_tenant(cap(self.llm_max_tokens_per_tenant, self.llm_max_usd_per_tenant))
    }
}

fn cap(tokens: Option<u64>, usd: Option<Usd>) -> ExtractBudget {
    let mut cap = ExtractBudget::default();
    cap.tokens = tokens;
    cap.micro_usd = usd.map(|usd| usd.0);
    cap
}

/// US dollars, in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Usd(pub(crate) u64);

impl std::str::FromStr for Usd {
    type Err = String;

    /// Decimal places are read as they are: a float would round a cap.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not an amount such as 0.50, with at most six decimal places");
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(part) || part.len() > 6 || text.ends_with('.') {
            return Err(wrong());
        }
        let micro = |text: &str| text.parse::<u64>().map_err(|_| wrong());
        let whole = micro(whole)?.checked_mul(1_000_000).ok_or_else(wrong)?;
        whole.checked_add(micro(&format!("{part:0<6}"))?).map(Self).ok_or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_are_exact() {
        for (text, micro) in
            [("0", 0), ("1", 1_000_000), ("0.50", 500_000), ("0.000001", 1), ("12.3", 12_300_000)]
        {
            assert_eq!(text.parse(), Ok(Usd(micro)), "{text}");
        }
        for text in
            ["", ".", "1.", ".5", "-1", "+1", "1e3", "0.0000001", "1,5", "NaN", "99999999999999999999"]
        {
            assert!(text.parse::<Usd>().is_err(), "{text}");
        }
    }

    #[test]
    fn each_flag_is_its_own_cap() {
        let budget = Budget {
            llm_max_tokens: Some(1),
            llm_max_usd: Some(Usd(2)),
            llm_max_tokens_per_site: Some(3),
            llm_max_usd_per_site: Some(Usd(4)),
            llm_max_tokens_per_page: Some(5),
            llm_max_usd_per_page: Some(Usd(6)),
            llm_max_tokens_per_day: Some(7),
            llm_max_usd_per_day: Some(Usd(8)),
            llm_max_tokens_per_tenant: Some(9),
            llm_max_usd_per_tenant: Some(Usd(10)),
            llm_seconds_per_site: 11,
        };
        let options = budget.apply(EngineOptions::default());
        let caps = options.caps;
        let pair = |cap: ExtractBudget| (cap.tokens.unwrap_or(0), cap.micro_usd.unwrap_or(0));
        let all = [caps.run, caps.site, caps.page, caps.day, caps.tenant];
        assert_eq!(all.map(pair), [(1, 2), (3, 4), (5, 6), (7, 8), (9, 10)]);
        assert_eq!(options.models.time_limit, Some(Duration::from_secs(11)));
    }
}
