//! The three intake shapes, folded into one payload.
//!
//! 1. Flat fast-start: `website`, `best_customers`, `lost_or_churned`, and the optional answers beside them.
//! 2. `{ "answers": {...}, "seeds": [...] }`.
//! 3. The chat's: `answers.website`, `answers.lost`, `answers.optional.{geos, integrations, acv, ...}`.
//!
//! Every free text becomes [`CleanText`] here. Names of companies stay as written, since they are matched.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::fields::{Field, FieldError, IntakeErrors, Reader, kind};
use crate::model::{
    Advanced, CleanText, Deal, Domain, HeadcountBand, IntakePayload, IntakeWarning, Objection, Seed,
    SeedRole, Uen,
};
use crate::normalize::light_key;
use crate::words::count;

/// The most companies one intake may name.
const MAX_SEEDS: usize = 100;
/// Fewer best customers than this are accepted with a warning.
const FEW_BEST: usize = 5;
/// More best customers than this are accepted with a warning.
const MANY_BEST: usize = 15;

/// Parses an intake from JSON text.
///
/// # Errors
/// All errors at once; a text that is not JSON is one error with line and column.
///
/// ```
/// use icp_core::wire::parse_intake_text;
/// let errors = parse_intake_text(r#"{"website": "localhost", "best_customers": []}"#).unwrap_err();
/// let places: Vec<&str> = errors.errors().iter().map(|error| error.pointer.as_str()).collect();
/// assert_eq!(places, ["/website", "/best_customers"]);
/// ```
pub fn parse_intake_text(text: &str) -> Result<ParsedIntake, IntakeErrors> {
    let answers: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
        let message = format!("not JSON: {error}; check the file around that place");
        IntakeErrors::new(vec![FieldError::new("", message)])
    })?;
    parse_intake(answers)
}

/// Parses an intake from JSON.
///
/// # Errors
/// All errors at once.
pub fn parse_intake(answers: Value) -> Result<ParsedIntake, IntakeErrors> {
    let payload = payload(&answers)?;
    Ok(ParsedIntake { answers, payload })
}

/// Answers with their meaning. Made by parsing only, so that the two cannot disagree.
#[derive(Clone, Debug, PartialEq)]
pub struct ParsedIntake {
    answers: Value,
    payload: IntakePayload,
}

impl ParsedIntake {
    /// The answers exactly as sent.
    pub fn answers(&self) -> &Value {
        &self.answers
    }

    /// Their meaning.
    pub fn payload(&self) -> &IntakePayload {
        &self.payload
    }

    /// Both.
    pub fn into_parts(self) -> (Value, IntakePayload) {
        (self.answers, self.payload)
    }
}

fn payload(value: &Value) -> Result<IntakePayload, IntakeErrors> {
    let mut reader = Reader::default();
    let Value::Object(root) = value else {
        reader.error(
            "",
            format!("expected an object with `website` and `best_customers`, found {}", kind(value)),
        );
        return Err(IntakeErrors::new(reader.errors));
    };
    reader.add_place("", root);
    if let Some(answers) = object(&mut reader, "", root, "answers") {
        reader.add_place("/answers", answers);
        if let Some(optional) = object(&mut reader, "/answers", answers, "optional") {
            reader.add_place("/answers/optional", optional);
        }
    }

    let website = website(&mut reader);
    let advanced_object = reader.field(&["advanced"]).and_then(|field| match field.value {
        Value::Object(object) => Some((field.pointer, object)),
        other => {
            reader.error(
                field.pointer,
                format!("expected an object keyed by section (a to h), found {}", kind(other)),
            );
            None
        }
    });
    let (advanced, advanced_seeds) = match &advanced_object {
        Some((place, object)) => advanced(&mut reader, place, object),
        None => (Advanced::default(), Vec::new()),
    };

    let mut listed = Vec::new();
    let best_field = reader.field(&["best_customers", "seeds"]);
    match &best_field {
        Some(field) => seeds(&mut reader, field, SeedRole::Best, &mut listed),
        None => reader.error(
            if reader_has_answers(root) { "/seeds" } else { "/best_customers" },
            "missing; name 5 to 15 of your best customers, each with a name and a website",
        ),
    }
    if let Some(field) = reader.field(&["lost_or_churned", "lost", "churned"]) {
        seeds(&mut reader, &field, SeedRole::Lost, &mut listed);
    }
    listed.extend(advanced_seeds);
    let mut warnings = Vec::new();
    let seeds = settle_seeds(&mut reader, listed, website.as_ref(), best_field.as_ref(), &mut warnings);

    let employee_band = reader
        .field(&["employee_band", "headcount_band", "employee_bands"])
        .and_then(|field| band(&mut reader, &field));
    let (geographies, languages, time_zone) = places_and_tongues(&mut reader);
    let must_have_integrations = list(&mut reader, &["must_have_integrations", "integrations"]);
    let champion_titles = list(&mut reader, &["champion_titles", "champions"]);
    let triggers = list(&mut reader, &["triggers", "win_triggers"]);
    let deal = deal(&mut reader);

    match (website, reader.errors.is_empty()) {
        (Some(website), true) => Ok(IntakePayload {
            website,
            seeds,
            employee_band,
            geographies,
            languages,
            time_zone,
            must_have_integrations,
            deal,
            champion_titles,
            triggers,
            advanced,
            warnings,
        }),
        _ => Err(IntakeErrors::new(reader.errors)),
    }
}

fn reader_has_answers(root: &Map<String, Value>) -> bool {
    root.contains_key("answers")
}

fn object<'a>(
    reader: &mut Reader<'a>,
    place: &str,
    within: &'a Map<String, Value>,
    name: &str,
) -> Option<&'a Map<String, Value>> {
    match reader.field_of(place, within, &[name])? {
        Field { value: Value::Object(object), .. } => Some(object),
        field => {
            reader.error(field.pointer, format!("expected an object, found {}", kind(field.value)));
            None
        }
    }
}

fn list(reader: &mut Reader<'_>, names: &[&str]) -> Vec<CleanText> {
    let Some(field) = reader.field(names) else { return Vec::new() };
    reader.clean_texts(&field)
}

fn website(reader: &mut Reader<'_>) -> Option<Domain> {
    let Some(field) = reader.field(&["website", "domain", "url"]) else {
        reader.error("/website", "missing; give your own company's website, such as example.com");
        return None;
    };
    domain(reader, &field)
}

fn domain(reader: &mut Reader<'_>, field: &Field<'_>) -> Option<Domain> {
    let Value::String(text) = field.value else {
        reader.error(
            &field.pointer,
            format!("expected a website such as example.com, found {}", kind(field.value)),
        );
        return None;
    };
    match text.parse::<Domain>() {
        Ok(domain) => Some(domain),
        Err(error) => {
            reader.error(&field.pointer, format!("not a usable website: {error}"));
            None
        }
    }
}

fn band(reader: &mut Reader<'_>, field: &Field<'_>) -> Option<HeadcountBand> {
    let text = match field.value {
        Value::Number(number) => number.to_string(),
        _ => reader.text(field)?,
    };
    text.parse().map_err(|error| reader.error(&field.pointer, format!("{error}"))).ok()
}

fn places_and_tongues(reader: &mut Reader<'_>) -> (Vec<CleanText>, Vec<CleanText>, Option<CleanText>) {
    let mut geographies = list(reader, &["geos", "geographies", "geo"]);
    let mut languages = list(reader, &["languages", "language"]);
    let mut time_zone = reader.field(&["time_zone", "tz"]).and_then(|field| reader.clean_text(&field));
    if let Some(field) = reader.field(&["geo_language_tz"]) {
        match field.value {
            Value::Object(object) => {
                let mut texts = |names: &[&str]| -> Vec<CleanText> {
                    reader
                        .field_of(&field.pointer, object, names)
                        .map(|field| reader.clean_texts(&field))
                        .unwrap_or_default()
                };
                geographies.extend(texts(&["geo", "geos"]));
                languages.extend(texts(&["language", "languages"]));
                time_zone = time_zone.or_else(|| texts(&["tz", "time_zone"]).into_iter().next());
            }
            other => reader.error(
                &field.pointer,
                format!("expected an object with geo, language and tz, found {}", kind(other)),
            ),
        }
    }
    (CleanText::each_once(geographies), CleanText::each_once(languages), time_zone)
}

fn deal(reader: &mut Reader<'_>) -> Deal {
    let nested = reader.field(&["deal"]);
    let mut amount = |names: &[&str]| -> Option<u64> {
        let inside = match &nested {
            Some(Field { pointer, value: Value::Object(object) }) => reader.field_of(pointer, object, names),
            _ => None,
        };
        let field = inside.or_else(|| reader.field(names))?;
        reader.amount(&field)
    };
    let acv_usd = amount(&["acv_usd", "acv"]);
    let cycle_days = amount(&["cycle_days", "cycle"]).map(|days| u32::try_from(days).unwrap_or(u32::MAX));
    let price_floor_usd = amount(&["price_floor_usd", "price_floor"]);
    if let Some(field) = &nested
        && !field.value.is_object()
    {
        reader.error(
            &field.pointer,
            format!(
                "expected an object with acv_usd, cycle_days, price_floor_usd, found {}",
                kind(field.value)
            ),
        );
    }
    Deal { acv_usd, cycle_days, price_floor_usd }
}

/// A seed with the place it was read from.
type Listed = (String, Seed);

fn seeds<'a>(reader: &mut Reader<'a>, field: &Field<'a>, role: SeedRole, into: &mut Vec<Listed>) {
    let Value::Array(items) = field.value else {
        reader.error(
            &field.pointer,
            format!("expected a list of {{\"name\", \"website\"}}, found {}", kind(field.value)),
        );
        return;
    };
    for (i, item) in items.iter().enumerate() {
        let place = format!("{}/{i}", field.pointer);
        let Value::Object(object) = item else {
            reader.error(
                place,
                format!(
                    "expected an object such as {{\"name\": \"Acme\", \"website\": \"acme.com\"}}, found {}",
                    kind(item)
                ),
            );
            continue;
        };
        if let Some(seed) = seed(reader, &place, object, role) {
            into.push((place, seed));
        }
    }
}

fn seed<'a>(
    reader: &mut Reader<'a>,
    place: &str,
    object: &'a Map<String, Value>,
    role: SeedRole,
) -> Option<Seed> {
    let before = reader.errors.len();
    let name = match reader.field_of(place, object, &["name", "seed_name", "company"]) {
        Some(field) => {
            let name = reader.text(&field);
            match &name {
                None if reader.errors.len() == before => {
                    reader.error(&field.pointer, "the name is empty; give the company's name")
                }
                Some(name) if name.chars().count() > 300 => {
                    reader.error(
                        &field.pointer,
                        "the name is longer than 300 characters; give only the company's name",
                    );
                }
                Some(name) if name.contains("://") => {
                    reader.error(
                        &field.pointer,
                        "this is an address; put it under `website` and the company's name here",
                    );
                }
                Some(name) if !name.chars().any(char::is_alphanumeric) => {
                    reader.error(
                        &field.pointer,
                        "there is no letter or digit in the name; give the company's name",
                    );
                }
                _ => {}
            }
            name
        }
        None => {
            reader.error(format!("{place}/name"), "missing; give the company's name");
            None
        }
    };
    let site = reader
        .field_of(place, object, &["website", "domain", "url"])
        .filter(|field| field.value.as_str().is_none_or(|text| !text.trim().is_empty()))
        .and_then(|field| domain(reader, &field));
    let uen = reader.field_of(place, object, &["uen"]).and_then(|field| {
        let text = reader.text(&field)?;
        text.parse::<Uen>().map_err(|error| reader.error(&field.pointer, error.to_string())).ok()
    });
    let reason =
        reader.field_of(place, object, &["reason", "why"]).and_then(|field| reader.clean_text(&field));
    let role = match reader.field_of(place, object, &["role"]) {
        None => role,
        Some(field) => match field.value.as_str().map(str::parse::<SeedRole>) {
            Some(Ok(role)) => role,
            _ => {
                reader.error(field.pointer, "a role is one of best, lost, aspirational, partner");
                role
            }
        },
    };
    (reader.errors.len() == before)
        .then(|| Seed::new(role, &name.unwrap_or_default(), site).with_uen(uen).with_reason(reason))
}

/// Checks the seeds against each other, merges repetitions, and puts them in an order that does not depend on input.
fn settle_seeds(
    reader: &mut Reader<'_>,
    listed: Vec<Listed>,
    own: Option<&Domain>,
    best_field: Option<&Field<'_>>,
    warnings: &mut Vec<IntakeWarning>,
) -> Vec<Seed> {
    let mut warn = |pointer: &str, message: String| warnings.push(IntakeWarning::new(pointer, message));
    let best_pointer = best_field.map_or("/best_customers", |field| &field.pointer).to_owned();
    if listed.len() > MAX_SEEDS {
        reader.error(
            &best_pointer,
            format!(
                "{} companies are named, {MAX_SEEDS} at most; name the 5 to 15 best customers",
                listed.len()
            ),
        );
        return Vec::new();
    }
    let mut kept: Vec<Listed> = Vec::new();
    let mut by_company: BTreeMap<_, usize> = BTreeMap::new();
    for (place, seed) in listed {
        if let (Some(own), Some(domain)) = (own, &seed.domain)
            && own.same_site(domain)
        {
            reader.error(format!("{place}/website"), "this is your own website; name customers here");
            continue;
        }
        match by_company.get(&seed.company).map(|at| &kept[*at]) {
            Some((first, earlier)) if earlier.role != seed.role => {
                reader.error(
                    place,
                    format!(
                        "the same company is {} at {first} and {} here; decide which it is",
                        earlier.role, seed.role
                    ),
                );
            }
            Some((first, earlier)) => {
                let same = light_key(&earlier.name) == light_key(&seed.name);
                let what = if same { "the same company" } else { "another name with the same website" };
                warn(&place, format!("{what} as {first}; counted once, as `{}`", earlier.name));
            }
            None => {
                if seed.domain.is_none() {
                    warn(&place, "no website; only the register can speak for this company".to_owned());
                }
                by_company.insert(seed.company, kept.len());
                kept.push((place, seed));
            }
        }
    }
    let best = kept.iter().filter(|(_, seed)| seed.role == SeedRole::Best).count();
    // An empty list is an error of its own; one whose entries are all wrong has said so already.
    let empty = best_field.is_some_and(|field| field.value.as_array().is_some_and(Vec::is_empty));
    if best_field.is_some() && best == 0 && (empty || reader.errors.is_empty()) {
        reader
            .error(&best_pointer, "no best customer is named; name 5 to 15, each with a name and a website");
    } else if best > 0 && best < FEW_BEST {
        warn(
            &best_pointer,
            format!(
                "{}; with fewer than {FEW_BEST} the cards are graded down. Add more to raise them",
                count(best, "best customer")
            ),
        );
    } else if best > MANY_BEST {
        warn(
            &best_pointer,
            format!(
                "{}; beyond {MANY_BEST} the crawl takes longer and segments blur. The best ones suffice",
                count(best, "best customer")
            ),
        );
    }
    if best > 0 && !kept.iter().any(|(_, seed)| seed.role == SeedRole::Lost) {
        warn(
            "/lost_or_churned",
            "no lost or churned customer is named; about 3 with a reason show what to avoid".to_owned(),
        );
    }
    let mut seeds: Vec<Seed> = kept.into_iter().map(|(_, seed)| seed).collect();
    seeds.sort_by(|a, b| {
        (a.role, light_key(&a.name), &a.domain, a.id).cmp(&(b.role, light_key(&b.name), &b.domain, b.id))
    });
    seeds
}

/// The advanced sections: keys `a` to `h` in either case.
fn advanced<'a>(
    reader: &mut Reader<'a>,
    place: &str,
    object: &'a Map<String, Value>,
) -> (Advanced, Vec<Listed>) {
    let mut parsed = Advanced::default();
    let mut seeds_found = Vec::new();
    let section = |reader: &mut Reader<'a>, letter: &str| -> Option<(String, &'a Map<String, Value>)> {
        let upper = letter.to_uppercase();
        let field = reader.field_of(place, object, &[letter, &upper])?;
        match field.value {
            Value::Object(section) => Some((field.pointer, section)),
            other => {
                reader.error(field.pointer, format!("expected an object of answers, found {}", kind(other)));
                None
            }
        }
    };
    let texts = |reader: &mut Reader<'a>,
                 section: &Option<(String, &'a Map<String, Value>)>,
                 names: &[&str]|
     -> Vec<CleanText> {
        let Some((place, object)) = section else { return Vec::new() };
        let field = reader.field_of(place, object, names);
        field.map(|field| reader.clean_texts(&field)).unwrap_or_default()
    };
    let a = section(reader, "a");
    parsed.problem_solved = texts(reader, &a, &["problem_solved", "problem"])
        .into_iter()
        .reduce(|all, next| CleanText::scrub(&format!("{all}, {next}")));
    let b = section(reader, "b");
    let c = section(reader, "c");
    for (section, names, role) in [
        (&b, &["aspirational", "aspirational_logos"][..], SeedRole::Aspirational),
        (&b, &["partners", "resellers"][..], SeedRole::Partner),
        (&c, &["lost", "lost_or_churned"][..], SeedRole::Lost),
    ] {
        if let Some((place, object)) = section
            && let Some(field) = reader.field_of(place, object, names)
        {
            seeds(reader, &field, role, &mut seeds_found);
        }
    }
    parsed.never_target = texts(reader, &c, &["never_target"]);
    parsed.deal_killers = texts(reader, &c, &["deal_killers"]);
    let e = section(reader, "e");
    parsed.helping_stacks = texts(reader, &e, &["helping", "stacks_that_help"]);
    parsed.blocking_stacks = texts(reader, &e, &["blocking", "stacks_that_block"]);
    if let Some((place, object)) = section(reader, "h")
        && let Some(field) = reader.field_of(&place, object, &["objections"])
    {
        parsed.objections = objections(reader, &field);
    }
    (parsed, seeds_found)
}

fn objections<'a>(reader: &mut Reader<'a>, field: &Field<'a>) -> Vec<Objection> {
    let Value::Array(items) = field.value else {
        reader.error(
            &field.pointer,
            format!("expected a list of {{\"objection\", \"rebuttal\"}}, found {}", kind(field.value)),
        );
        return Vec::new();
    };
    let mut found = Vec::new();
    for (i, item) in items.iter().enumerate() {
        let place = format!("{}/{i}", field.pointer);
        match item {
            Value::String(text) => found.push(Objection::new(CleanText::scrub_free(text.trim()))),
            Value::Object(object) => {
                let objection = reader
                    .field_of(&place, object, &["objection"])
                    .and_then(|field| reader.clean_text(&field));
                let rebuttal = reader
                    .field_of(&place, object, &["rebuttal"])
                    .and_then(|field| reader.clean_text(&field));
                match objection {
                    Some(objection) => found.push(Objection::new(objection).with_rebuttal(rebuttal)),
                    None => reader.error(format!("{place}/objection"), "missing; write what buyers object"),
                }
            }
            other => reader.error(place, format!("expected text or an object, found {}", kind(other))),
        }
    }
    found
}

#[cfg(test)]
mod tests;
