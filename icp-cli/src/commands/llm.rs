//! The language model a person names with `--llm`.

use std::sync::Arc;

use icp::llm::{
    Anthropic, ApiKey, ChatProvider, Endpoint, LlmExtractor, LlmOptions, OpenAi, ProviderError, Retrying,
};
use icp::prelude::*;

use crate::args::{Budget, LlmApi, LlmArgs};
use crate::fail::{Fail, Outcome};

/// The variable that holds the key. Not an option: options are seen by everybody on the machine.
const KEY: &str = "ICP_LLM_KEY";

/// What the model costs. A cap in dollars without prices would never be reached, so it is an error.
pub(crate) fn options(args: &LlmArgs, budget: &Budget) -> Outcome<LlmOptions> {
    let (Some(price_in), Some(price_out)) = (args.llm_price_in, args.llm_price_out) else {
        if args.llm.is_some() && budget.caps_money() {
            return Err(Fail::input(
                "a cap in US dollars needs the model's prices: --llm-price-in and --llm-price-out, for a million tokens",
            ));
        }
        return Ok(LlmOptions::default());
    };
    Ok(LlmOptions::default().with_prices(price_in.0, price_out.0))
}

/// The extractor over the named model; none when no model is named.
pub(crate) async fn extractor(args: &LlmArgs, budget: &Budget) -> Outcome<Option<Arc<dyn Extractor>>> {
    let Some(base) = &args.llm else { return Ok(None) };
    let options = options(args, budget)?;
    let wrong = |error: ProviderError| Fail::input(format!("--llm: {error}"));
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let key = std::env::var(KEY).ok().map(|key| ApiKey::new(&key));
    let endpoint =
        |model: &str| Ok::<_, Fail>(Endpoint::new(base, model).map_err(wrong)?.with_key(key.clone()));
    let model = match (&args.llm_model, args.llm_api) {
        (Some(model), _) => model.clone(),
        (None, LlmApi::Anthropic) => return Err(Fail::input("--llm-api anthropic needs --llm-model NAME")),
        (None, LlmApi::Openai) => {
            let models = OpenAi::models(endpoint("")?, Arc::clone(&clock)).await;
            let models = models.map_err(|error| {
                Fail::not_ready(format!("{error}; start the server, or name its model with --llm-model"))
            })?;
            models.into_iter().next().ok_or_else(|| Fail::not_ready("the model server offers no model"))?
        }
    };
    let provider: Arc<dyn ChatProvider> = match args.llm_api {
        LlmApi::Openai => {
            let server = OpenAi::new(endpoint(&model)?, Arc::clone(&clock)).map_err(wrong)?;
            Arc::new(Retrying::new(server, Arc::clone(&clock)))
        }
        LlmApi::Anthropic => {
            let server = Anthropic::new(endpoint(&model)?, Arc::clone(&clock)).map_err(wrong)?;
            Arc::new(Retrying::new(server, Arc::clone(&clock)))
        }
    };
    let extractor = LlmExtractor::new(provider, clock, Arc::new(RandomIds));
    Ok(Some(Arc::new(extractor.with_options(options))))
}
