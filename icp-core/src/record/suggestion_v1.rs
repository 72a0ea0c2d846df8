//! Suggestions of version 1, brought to version 2.
//!
//! Version 1 cited evidence by page and words alone, named seeds without their ids, wrote 0 for a total that was not
//! counted, and held a person's own words as they were written.
//!
//! - A seed's id follows from its role, name and website, which the cards' suppression lists hold.
//! - A citation of a page keeps page and words. Fields that a store has added meanwhile (`source`, `confidence`,
//!   `extractor`, `observed_at`, `citation`) are taken; without them the place in the page is not known, and the citation
//!   carries the hash of no page, so that nothing is highlighted in a wrong place.

use serde_json::{Map, Value, json};

use super::shape::{Broken, scrub_at};
use crate::model::{ContentHash, Domain, ExtractorId, PageKind, Seed, SeedRole};

/// The fields of version 1 that hold a person's own words.
const FREE_TEXT: [&str; 11] = [
    "champions",
    "negative_flags",
    "theme",
    "text",
    "pitch",
    "objection",
    "rebuttal",
    "titles",
    "geographies",
    "technographic_filters",
    "technographic_exclude",
];

pub(super) fn from_version_1(mut body: Value) -> Result<Value, Broken> {
    scrub_at(&mut body, &FREE_TEXT);
    let seeds = Seeds::of(&body);
    for card in array(&mut body, "cards")? {
        let counted = card.get("lift").is_some_and(|lift| !lift.is_null());
        if !counted {
            object(member(card, "register")?)?.insert("total".to_owned(), Value::Null);
        }
        cite(array(card, "evidence")?)?;
    }
    for theme in array(&mut body, "negative")? {
        for name in array(theme, "lost")? {
            *name = seeds.named(SeedRole::Lost, text(name)?);
        }
        for name in array(theme, "contradicted_by")? {
            *name = seeds.named(SeedRole::Best, text(name)?);
        }
        for reason in array(theme, "reasons")? {
            let from = member(reason, "from")?;
            *from = seeds.source(text(from)?);
        }
        cite(array(theme, "evidence")?)?;
    }
    object(&mut body)?.insert("register_snapshot".to_owned(), Value::Null);
    Ok(body)
}

/// Seeds by role and name, with their websites, as the suppression lists have them.
struct Seeds(Vec<(String, String, Option<Domain>)>);

impl Seeds {
    fn of(body: &Value) -> Self {
        let cards = body["cards"].as_array().into_iter().flatten();
        let listed =
            cards.flat_map(|card| card["targeting_pack"]["suppression"].as_array().into_iter().flatten());
        let known = listed.filter_map(|seed| {
            let domain = seed["domain"].as_str().and_then(|host| Domain::trusted(host.to_owned()).ok());
            Some((seed["role"].as_str()?.to_owned(), seed["name"].as_str()?.to_owned(), domain))
        });
        Self(known.collect())
    }

    fn named(&self, role: SeedRole, name: &str) -> Value {
        let known = self.0.iter().find(|(as_role, as_name, _)| as_role == role.as_str() && as_name == name);
        let seed = Seed::new(role, name, known.and_then(|(_, _, domain)| domain.clone()));
        json!({ "name": name, "seed": seed.id })
    }

    fn source(&self, from: &str) -> Value {
        let section = match from {
            "recurring deal killers" => "deal_killers",
            "never to target" => "never_target",
            "stacks that block" => "blocking_stacks",
            "price floor" => "price_floor",
            seed => {
                let mut source = self.named(SeedRole::Lost, seed);
                source["kind"] = "seed".into();
                return source;
            }
        };
        json!({ "kind": "intake", "section": section })
    }
}

fn cite(items: &mut [Value]) -> Result<(), Broken> {
    for item in items {
        let item = object(item)?;
        let (url, quote) = (item.remove("url"), item.remove("quote"));
        let words = url.as_ref().and_then(Value::as_str).zip(quote.as_ref().and_then(Value::as_str));
        let citation = words.map_or(Value::Null, |(url, quote)| {
            json!({
                "url": url,
                "page_kind": PageKind::Other,
                "quote": quote,
                "start": 0,
                "end": quote.len(),
                "content_hash": ContentHash::of(""),
            })
        });
        let (source, confidence, extractor) = match words {
            Some(_) => ("seed_site", 0.0, ExtractorId::new("not-recorded", 0)),
            None => ("register", 1.0, ExtractorId::new("register", 1)),
        };
        let mut unless_there = |name: &str, value: Value| {
            item.entry(name).or_insert(value);
        };
        unless_there("source", source.into());
        unless_there("confidence", confidence.into());
        unless_there("extractor", json!(extractor));
        unless_there("observed_at", json!(crate::model::Timestamp::from_micros(0)));
        unless_there("citation", citation);
    }
    Ok(())
}

fn member<'a>(value: &'a mut Value, name: &str) -> Result<&'a mut Value, Broken> {
    value.get_mut(name).ok_or_else(|| Broken::new(format!("it has no `{name}`")))
}

fn array<'a>(value: &'a mut Value, name: &str) -> Result<&'a mut Vec<Value>, Broken> {
    member(value, name)?.as_array_mut().ok_or_else(|| Broken::new(format!("`{name}` is no list")))
}

fn object(value: &mut Value) -> Result<&mut Map<String, Value>, Broken> {
    value.as_object_mut().ok_or_else(|| Broken::new("an object was expected"))
}

fn text(value: &Value) -> Result<&str, Broken> {
    value.as_str().ok_or_else(|| Broken::new("a text was expected"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EvidenceSource, IntakePayload, ReasonSource, SuggestionSet};
    use crate::record::{read, write};

    const V1: &str = include_str!("fixtures/suggestions.v1.jsonl");
    const INTAKE_V1: &str = include_str!("fixtures/intake.v1.jsonl");

    fn version_1() -> Value {
        serde_json::from_str(V1).unwrap()
    }

    fn read_value(value: &Value) -> SuggestionSet {
        read("the sample", &value.to_string()).unwrap()
    }

    #[test]
    fn version_1_reads_for_ever() {
        let old = version_1();
        let set = read_value(&old);
        assert_eq!(set.cards.len(), old["body"]["cards"].as_array().unwrap().len());
        for (card, old) in set.cards.iter().zip(old["body"]["cards"].as_array().unwrap()) {
            assert_eq!(card.id.to_string(), old["id"]);
            assert_eq!(card.register.total, old["register"]["total"].as_u64());
            for (item, old) in card.evidence.iter().zip(old["evidence"].as_array().unwrap()) {
                assert_eq!((item.url(), item.quote()), (old["url"].as_str(), old["quote"].as_str()));
                assert_eq!(item.source == EvidenceSource::Register, old["url"].is_null());
            }
        }
        assert_eq!(read::<SuggestionSet>("itself", &write(&set)).unwrap(), set);
    }

    #[test]
    fn seeds_get_the_ids_they_have_in_the_intake() {
        let intake: IntakePayload = read("the intake", INTAKE_V1).unwrap();
        let set = read_value(&version_1());
        let lost: Vec<_> = set.negative.iter().flat_map(|theme| &theme.lost).collect();
        let sources = set.negative.iter().flat_map(|theme| &theme.reasons).map(|reason| &reason.from);
        let said: Vec<_> = sources
            .filter_map(|source| match source {
                ReasonSource::Seed(seed) => Some(seed),
                ReasonSource::Intake { .. } => None,
            })
            .collect();
        assert!(!lost.is_empty() && !said.is_empty());
        for seed in lost.into_iter().chain(said) {
            let known = intake.seeds.iter().find(|known| known.id == seed.seed);
            assert_eq!(known.map(|known| known.name.as_str()), Some(seed.name.as_str()));
        }
    }

    #[test]
    fn a_total_that_was_not_counted_is_absent_and_words_are_masked() {
        let mut old = version_1();
        let card = &mut old["body"]["cards"][0];
        card["lift"] = Value::Null;
        card["register"]["total"] = 0.into();
        card["targeting_pack"]["rebuttal"] = "Ask jane@acme.sg".into();
        old["body"]["negative"][0]["reasons"][0]["text"] = "Call +65 6123 4567".into();
        let set = read_value(&old);
        assert_eq!(set.cards[0].register.total, None);
        let rebuttal = set.cards[0].targeting_pack.rebuttal.as_ref().unwrap();
        assert_eq!(rebuttal.as_str(), "Ask [e-mail]");
        assert!(set.negative[0].reasons.iter().any(|reason| reason.text.as_str() == "Call [phone]"));
    }

    #[test]
    fn fields_that_a_store_added_are_taken() {
        let mut old = version_1();
        let evidence = old["body"]["cards"][0]["evidence"].as_array_mut().unwrap();
        let cited = evidence.iter_mut().find(|item| item["quote"].is_string()).unwrap();
        let (id, quote) = (cited["id"].clone(), cited["quote"].as_str().unwrap().to_owned());
        cited["extractor"] = "rules-tech/1".into();
        cited["citation"] = json!({"url": cited["url"], "page_kind": "home", "quote": quote, "start": 7,
            "end": 7 + quote.len(), "content_hash": ContentHash::of("the page")});
        let set = read_value(&old);
        let cited = set.cards[0].evidence.iter().find(|item| item.id.to_string() == id).unwrap();
        assert_eq!(cited.extractor.as_str(), "rules-tech/1");
        assert_eq!(cited.citation.as_ref().map(|citation| citation.start), Some(7));
    }
}
