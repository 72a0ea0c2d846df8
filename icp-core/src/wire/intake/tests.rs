//! The three shapes, and everything that can be wrong with an intake.

use super::*;
use proptest::prelude::*;
use serde_json::json;

fn best(n: usize) -> Value {
    (0..n).map(|i| json!({"name": format!("Acme {i}"), "website": format!("acme{i}.com")})).collect()
}

fn payload(value: Value) -> IntakePayload {
    parse_intake(value).unwrap().into_parts().1
}

fn errors(value: Value) -> Vec<(String, String)> {
    let errors = parse_intake(value).unwrap_err();
    errors.errors().iter().map(|e| (e.pointer.clone(), e.message.clone())).collect()
}

fn places(value: Value) -> Vec<String> {
    errors(value).into_iter().map(|(pointer, _)| pointer).collect()
}

#[test]
fn the_three_shapes_fold_into_one() {
    let lost = json!([{"name": "TinyMart", "website": "tinymart.sg", "reason": "budget too low"}]);
    let flat = json!({
        "website": "https://www.ours.com", "best_customers": best(5), "lost_or_churned": lost,
        "must_have_integrations": ["HubSpot", "hubspot"], "champion_titles": ["RevOps"], "triggers": ["new market"],
        "deal": {"acv_usd": 25000, "cycle_days": 60, "price_floor_usd": 10000},
        "geo_language_tz": {"geo": "SG", "language": "en", "tz": "SGT"}, "employee_band": "50–200"
    });
    let seeds: Vec<Value> =
        (0..5).map(|i| json!({"seed_name": format!("Acme {i}"), "domain": format!("acme{i}.com")})).collect();
    let v1 = json!({
        "answers": {"website": "ours.com", "lost_or_churned": lost, "must_have_integrations": "HubSpot",
            "champion_titles": ["RevOps"], "triggers": ["new market"], "employee_band": "50-200",
            "deal": {"acv_usd": "25k", "cycle_days": 60, "price_floor_usd": "USD 10,000"},
            "geos": ["SG"], "language": "en", "tz": "SGT"},
        "seeds": seeds
    });
    let chat = json!({
        "answers": {"website": "ours.com", "lost": [{"name": "TinyMart", "url": "https://tinymart.sg/", "reason": "budget too low"}],
            "employee_band": "50 to 200",
            "optional": {"geos": "SG", "language": "en", "tz": "SGT", "integrations": ["HubSpot"], "acv": "$25k",
                "cycle": "60 days", "price_floor": "$10k", "champions": ["RevOps"], "triggers": ["new market"]}},
        "seeds": seeds
    });
    let flat = payload(flat);
    assert_eq!(flat, payload(v1));
    assert_eq!(flat, payload(chat));
    assert_eq!(flat.must_have_integrations, ["HubSpot"]);
    assert_eq!(flat.deal.acv_usd, Some(25_000));
    assert_eq!(flat.seeds_of(SeedRole::Lost).count(), 1);
}

#[test]
fn every_error_at_once_with_its_place() {
    let value = json!({
        "website": "http://10.0.0.1", "best_customers": [
            {"name": "A", "website": "user:pw@a.com"}, {"website": "b.com"}, "C", {"name": 4}, {"name": "D", "uen": "12"}],
        "lost_or_churned": "none", "employee_band": "lots", "deal": {"acv_usd": -4}
    });
    assert_eq!(
        places(value),
        [
            "/website",
            "/best_customers/0/website",
            "/best_customers/1/name",
            "/best_customers/2",
            "/best_customers/3/name",
            "/best_customers/4/uen",
            "/lost_or_churned",
            "/employee_band",
            "/deal/acv_usd"
        ]
    );
}

#[test]
fn empty_and_wrong_types() {
    assert_eq!(places(json!({})), ["/website", "/best_customers"]);
    for wrong in [json!([]), json!("x"), json!(4), json!(null)] {
        assert_eq!(places(wrong), [""]);
    }
    assert_eq!(parse_intake_text("{\"website\": ").unwrap_err().errors()[0].pointer, "");
    assert_eq!(places(json!({"answers": 4})), ["/answers", "/website", "/seeds"]);
}

#[test]
fn two_names_of_one_answer_are_an_error() {
    let value = json!({"website": "ours.com", "best_customers": [{"name": "A", "seed_name": "B", "website": "a.com", "url": "b.com"}]});
    assert_eq!(places(value), ["/best_customers/0/seed_name", "/best_customers/0/url"]);
    let value = json!({"website": "ours.com", "best_customers": best(5), "seeds": best(5)});
    assert_eq!(places(value), ["/seeds"]);
}

#[test]
fn seed_counts() {
    let with = |n| json!({"website": "ours.com", "best_customers": best(n), "lost_or_churned": [{"name": "L", "website": "l.com"}]});
    assert_eq!(places(with(0)), ["/best_customers"]);
    let three = payload(with(3));
    assert_eq!(three.warnings.len(), 1, "{:?}", three.warnings);
    assert!(payload(with(5)).warnings.is_empty());
    assert_eq!(payload(with(20)).warnings.len(), 1);
    assert!(payload(with(1)).warnings[0].message.starts_with("1 best customer;"));
    assert_eq!(places(with(200)), ["/best_customers"]);
}

#[test]
fn names_of_any_script() {
    let value = json!({"website": "ours.com", "best_customers": [
        {"name": "中国银行股份有限公司", "website": "boc.cn"}, {"name": "شركة المثال", "website": "example.ae"},
        {"name": "Æther & Øl", "website": "https://bücher.example"}]});
    assert_eq!(payload(value).seeds.len(), 3);
    assert_eq!(
        places(json!({"website": "ours.com", "best_customers": [{"name": "🙂", "website": "a.com"}]})),
        ["/best_customers/0/name"]
    );
}

#[test]
fn contradictions_between_seeds() {
    let own = json!({"website": "ours.com", "best_customers": [{"name": "Us", "website": "shop.ours.com"}]});
    assert_eq!(places(own), ["/best_customers/0/website"]);
    let both = json!({"website": "ours.com", "best_customers": best(5), "lost_or_churned": [{"name": "Acme Zero", "website": "www.acme0.com"}]});
    assert_eq!(places(both), ["/lost_or_churned/0"]);
    let twice = json!({"website": "ours.com", "best_customers": [
        {"name": "Acme", "website": "acme.com"}, {"name": "ACME", "website": "https://acme.com/home"}]});
    let payload = payload(twice);
    assert_eq!(payload.seeds.len(), 1);
    assert!(
        payload
            .warnings
            .iter()
            .any(|w| w.pointer == "/best_customers/1" && w.message.contains("/best_customers/0"))
    );
}

#[test]
fn hostile_addresses_are_named() {
    let long = format!("https://{}.com", "a".repeat(10_000));
    for site in
        ["http://127.0.0.1", "localhost", "u:p@a.com", "javascript:alert(1)", long.as_str(), "ftp://a.com"]
    {
        let value = json!({"website": "ours.com", "best_customers": [{"name": "A", "website": site}]});
        assert_eq!(places(value), ["/best_customers/0/website"], "{}", &site[..site.len().min(40)]);
    }
}

#[test]
fn advanced_sections_add_seeds_and_texts() {
    let value = json!({"website": "ours.com", "best_customers": best(5), "advanced": {
        "B": {"aspirational": [{"name": "Big", "website": "big.com"}]},
        "c": {"lost": [{"name": "Gone", "website": "gone.com", "reason": "price"}], "never_target": ["banks"], "deal_killers": ["on-premise only"]},
        "e": {"blocking": ["SAP R/3"]},
        "h": {"objections": [{"objection": "too new", "rebuttal": "ask our customers"}, "too dear"]},
        "unknown": {"kept": true}}});
    let payload = payload(value);
    assert_eq!(payload.seeds_of(SeedRole::Aspirational).count(), 1);
    assert_eq!(payload.seeds_of(SeedRole::Lost).count(), 1);
    assert_eq!(payload.advanced.never_target, ["banks"]);
    assert_eq!(payload.advanced.objections.len(), 2);
}

#[test]
fn answers_are_kept_as_sent_and_free_text_is_masked() {
    let call = "call Jane at 9123 4567 or jane@tiny.sg";
    let text = json!([call]);
    let answers = json!({
        "website": "ours.com",
        "best_customers": [{"name": "Acme", "website": "acme.com", "reason": call}],
        "lost_or_churned": [{"name": "Tiny", "website": "tiny.sg", "reason": call}],
        "must_have_integrations": text, "champion_titles": text, "triggers": text,
        "geo_language_tz": {"geo": text, "language": text, "tz": call},
        "advanced": {
            "a": {"problem_solved": call}, "c": {"never_target": text, "deal_killers": text},
            "e": {"helping": text, "blocking": text},
            "h": {"objections": [call, {"objection": call, "rebuttal": call}]},
        },
    });
    let parsed = parse_intake(answers.clone()).unwrap();
    assert_eq!(*parsed.answers(), answers);
    let typed = serde_json::to_string(parsed.payload()).unwrap();
    assert!(!typed.contains("9123") && !typed.contains("jane@"), "{typed}");
    assert_eq!(typed.matches("[phone]").count(), 16, "{typed}");
    let seed = parsed.payload().seeds_of(SeedRole::Lost).next().unwrap();
    assert_eq!(seed.reason.as_ref().unwrap(), &"call Jane at [phone] or [e-mail]");
}

#[test]
fn input_order_does_not_matter() {
    let mut seeds = best(7);
    let forward = payload(json!({"website": "ours.com", "best_customers": seeds}));
    seeds.as_array_mut().unwrap().reverse();
    let backward = payload(json!({"website": "ours.com", "best_customers": seeds}));
    assert_eq!(forward.seeds, backward.seeds);
}

proptest! {
    #[test]
    fn any_json_gives_a_payload_or_errors(text in "[\\[\\]{}\":,a-z0-9 ]{0,60}") {
        if let Err(errors) = parse_intake_text(&text) {
            prop_assert!(!errors.errors().is_empty());
        }
    }
}
