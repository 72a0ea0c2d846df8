//! Valid things to store, the same each time.

use icp_core::model::{
    AdoptedRule, Advanced, Alternate, AuditId, BackTest, BlockKind, CleanText, CompanyId, Condition,
    Confidence, ContentHash, Contrast, Date, Deal, Decision, DistinctValues, Domain, Entity, EntityStatus,
    EntityType, Estimate, EvidenceItem, EvidenceSource, ExtractorId, FeatureValues, FetchRecord, Fit, Grade,
    IntakeId, IntakePayload, JobId, Lift, Method, NewIntake, Outcome, Page, PageBuilder, PageKind, Pattern,
    PatternSnapshot, QuarantineReason, Quarantined, Refusal, RefusalCause, RegisterSize, RegisterSnapshot,
    Rule, RuleId, RunId, RungRecord, Seed, SeedRef, SeedResolution, SeedRole, SignalKey, SiteCrawl,
    SiteReport, SiteRole, SiteStatus, SsicCode, SsicEdition, SsicNode, SuggestionCard, SuggestionSet, Tally,
    TargetingPack, Timestamp, Zone,
};
use icp_core::ports::{
    AcceptCommand, AuditEntry, EvidenceBatch, ExtractionKey, ExtractionReport, ProgressKind, RegisterPin,
    RejectCommand, Rejection, StageName, StoredExtraction, StoredFailure, Usage,
};
use serde_json::json;

/// A time, `seconds` after an arbitrary beginning.
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(1_780_000_000_000_000 + seconds * 1_000_000)
}

/// A domain that is known to be valid.
pub fn domain(text: &str) -> Domain {
    must(text.parse())
}

/// The run of [`intake`] number `n`.
pub fn run_id(n: u64) -> RunId {
    RunId::from_u128(u128::from(n) + 0x1000)
}

/// Intake number `n`: two best customers and one lost, submitted `n` seconds after the beginning.
pub fn intake(n: u64) -> NewIntake {
    let seed = |role, name: &str, site: Option<&str>, reason: Option<&str>| {
        Seed::new(role, name, site.map(domain), None, reason.map(str::to_owned))
    };
    NewIntake {
        id: IntakeId::from_u128(u128::from(n) + 0x100),
        run: run_id(n),
        job: JobId::from_u128(u128::from(n) + 0x2000),
        idempotency_key: None,
        submitted_by: "kim@host".to_owned(),
        submitted_at: at(i64::try_from(n).unwrap_or(0)),
        answers: json!({ "website": "https://example.com", "extra": { "kept": [1, 2.5, null, "é"] } }),
        payload: IntakePayload {
            website: domain("example.com"),
            seeds: vec![
                seed(SeedRole::Best, "Acme Pte Ltd", Some("acme.sg"), None),
                seed(SeedRole::Best, "Beta", None, None),
                seed(SeedRole::Lost, "Gamma", Some("gamma.com"), Some("too dear")),
            ],
            employee_band: None,
            geographies: vec!["Singapore".to_owned()],
            languages: vec![],
            time_zone: None,
            must_have_integrations: vec!["Xero".to_owned()],
            deal: Deal { acv_usd: Some(12_000), cycle_days: None, price_floor_usd: None },
            champion_titles: vec![],
            triggers: vec![],
            advanced: Advanced::default(),
            warnings: vec![],
        },
    }
}

/// The first best customer of every [`intake`].
pub fn acme() -> Seed {
    intake(0).payload.seeds.swap_remove(0)
}

/// An entity of the register.
pub fn entity(uen: &str, name: &str) -> Entity {
    Entity {
        uen: must(uen.parse()),
        name: name.to_owned(),
        former_names: vec![],
        entity_type: EntityType::new("Local Company"),
        status: EntityStatus::from_register("Live Company"),
        registered_on: Some(must("2015-03-31".parse())),
        primary_ssic: Some(must(SsicCode::new("52292", SsicEdition::Y2025))),
        secondary_ssic: None,
        postal_code: Some("018956".to_owned()),
    }
}

/// A decision on [`acme`], made `seconds` after the beginning.
pub fn resolution(outcome: Outcome, uen: &str, seconds: i64) -> SeedResolution {
    let found = entity(uen, "ACME PTE. LTD.");
    let features = FeatureValues::from_iter([("token_set", 0.1 + 0.2), ("length", 1.0 / 3.0)]);
    let alternate = Alternate {
        entity: entity("201912345K", "ACME MARINE PTE. LTD."),
        probability: Confidence::new(0.4),
        matched_name: "ACME MARINE PTE. LTD.".to_owned(),
        features: features.clone(),
    };
    SeedResolution {
        seed: acme().id,
        decision: Decision {
            outcome,
            method: Method::ExactName,
            probability: Confidence::new(1.0),
            margin: Confidence::new(0.6),
            entity: (outcome == Outcome::Matched).then_some(found),
            alternates: vec![alternate],
            features,
            reason: "the name is the same".to_owned(),
            rungs: vec![RungRecord { method: Method::Uen, saw: "none".to_owned(), decided: false }],
        },
        decided_at: at(seconds),
    }
}

/// A page with a heading, a text and a link.
pub fn page(url: &str, text: &str) -> Page {
    let mut page = PageBuilder::new(url, at(60));
    page.title("Acme").language("en-SG").body_bytes(2048);
    page.block(Zone::Main, BlockKind::Heading(1), "Freight").block(Zone::Main, BlockKind::Text, text);
    page.link("https://acme.sg/about", "About", Zone::Nav);
    page.finish()
}

/// The crawl of a site: a page for each text, and one refusal.
pub fn site(name: &str, texts: &[&str]) -> SiteCrawl {
    let refusal = Refusal::new(RefusalCause::RobotsDisallowed, "Disallow: /private");
    let pages: Vec<Page> =
        texts.iter().enumerate().map(|(n, text)| page(&format!("https://{name}/{n}"), text)).collect();
    let mut fetches: Vec<FetchRecord> = pages
        .iter()
        .map(|page| FetchRecord { url: page.url.clone(), kind: Some(PageKind::Other), refusal: None })
        .collect();
    fetches.push(FetchRecord {
        url: format!("https://{name}/private"),
        kind: None,
        refusal: Some(refusal.clone()),
    });
    SiteCrawl {
        report: SiteReport {
            domain: domain(name),
            company: acme().company,
            role: SiteRole::Seed,
            status: SiteStatus::Reduced,
            cause: Some(refusal),
            pages: u32::try_from(pages.len()).unwrap_or(u32::MAX),
            bytes: 2048,
            fetches,
        },
        pages,
    }
}

/// A fact of the register about a company.
pub fn fact(company: CompanyId, key: SignalKey, value: &str) -> EvidenceItem {
    EvidenceItem::stated(
        company,
        key,
        value,
        EvidenceSource::Register,
        ExtractorId::new("fixture", 1),
        at(90),
    )
}

/// A refusal.
pub fn refused(url: &str) -> Quarantined {
    Quarantined {
        key: SignalKey::Integration,
        reason: QuarantineReason::NotVerbatim,
        url: url.to_owned(),
        extractor: ExtractorId::new("fixture", 1),
    }
}

/// Evidence about [`acme`]: a value of each key, and two refusals that read the same.
pub fn evidence(values: &[(SignalKey, &str)]) -> EvidenceBatch {
    let company = acme().company;
    let items = values.iter().map(|(key, value)| fact(company, *key, value)).collect();
    let refused = vec![refused("https://acme.sg/0"), refused("https://acme.sg/0")];
    EvidenceBatch::new(company, items).with_quarantined(refused)
}

/// How extracting [`acme`]'s site went: `pages` pages, and one that failed.
pub fn report(pages: u32) -> ExtractionReport {
    let mut report = ExtractionReport::new(acme().company);
    report.pages = pages;
    report.usage = Usage::new(900, 40, 12);
    report.failures =
        vec![StoredFailure::new("https://acme.sg/0", ExtractorId::new("fixture", 1), "too long")];
    report
}

/// An extraction of some input, which found one value.
pub fn extraction(input: &str, value: &str) -> StoredExtraction {
    let key = ExtractionKey::new(ContentHash::of(input), ExtractorId::new("fixture", 1));
    let items = vec![fact(acme().company, SignalKey::Integration, value)];
    StoredExtraction::new(key, items, vec![refused("https://acme.sg/0")], Usage::new(10, 2, 1))
}

/// The register as a run saw it, with one count.
pub fn pin(run: RunId, count: u64) -> RegisterPin {
    let (filter, _) = rule("52").register_part();
    RegisterPin::new(patterns(run, 1).register, vec![(filter, count)])
}

/// An event.
pub fn event(label: &str) -> ProgressKind {
    ProgressKind::UnitDone { stage: StageName::Crawl, label: label.to_owned(), done: 1, total: 2 }
}

/// Rejecting the card of a division, with audit entry number `audit`.
pub fn reject(run: RunId, division: &str, reason: &str, audit: u64) -> RejectCommand {
    let reason = CleanText::scrub(reason);
    let rejection = Rejection::new(run, rule(division).suggestion_id(), reason, "kim@host", at(60));
    RejectCommand::new(rejection, AuditId::from_u128(u128::from(audit) + 0x3000))
}

/// A rule about a division.
pub fn rule(division: &str) -> Rule {
    Rule::new([Condition::Ssic(must(SsicNode::new(division, SsicEdition::Y2025)))], [])
}

/// The patterns of a run, with numbers that only survive when stored exactly.
pub fn patterns(run: RunId, best: u32) -> PatternSnapshot {
    let estimate = Estimate { value: 0.1 + 0.2, low: f64::MIN_POSITIVE, high: 1e300 / 3.0, level: 0.95 };
    PatternSnapshot {
        run,
        register: RegisterSnapshot {
            id: "abc".to_owned(),
            entities: 10,
            live: 7,
            as_of: must("2026-11-01".parse::<Date>()),
            edition: SsicEdition::Y2025,
            distinct: DistinctValues { ssic_nodes: 3, entity_types: 2, age_bands: 5 },
        },
        best,
        best_resolved: 1,
        lost: 1,
        patterns: vec![Pattern {
            condition: Condition::Signal { key: SignalKey::Integration, value: "Xero".to_owned() },
            label: "works with Xero".to_owned(),
            best: Tally { have: 1, lack: 0, unknown: 1 },
            seeds: vec![acme().id],
            evidence_count: 1,
            lift: Some(Lift {
                register_count: 3,
                population: 7,
                base_rate: 3.0 / 7.0,
                seeds: (1, 2),
                lift: estimate,
                p_value: 2.2e-16 / 3.0,
                e_value: 0.7,
            }),
            missing_base_rate: None,
            contrast: Contrast {
                lost: Tally::default(),
                difference: None,
                p_value: None,
                attainable_p: Some(0.1),
            },
            fragility: 1,
        }],
        headcount: None,
    }
}

/// A card about a division.
pub fn card(division: &str) -> SuggestionCard {
    let (rule, seed) = (rule(division), acme());
    SuggestionCard {
        id: rule.suggestion_id(),
        title: format!("Division {division}"),
        grade: Grade::Tentative,
        would_raise: vec!["more seeds".to_owned()],
        rule_text: rule.to_string(),
        rule,
        ssic_cluster: vec![],
        headcount_band: None,
        integrations: vec![],
        traits: vec![],
        champions: vec![],
        supporting_seeds: vec![SeedRef {
            seed: seed.id,
            name: seed.name,
            domain: seed.domain,
            uen: None,
            fit: Fit::Match,
            unknown: vec![],
        }],
        seeds_supporting: 1,
        seeds_total: 2,
        evidence_count: 1,
        evidence: vec![],
        register: RegisterSize { total: 3, whole_rule: true, samples: vec![] },
        lift: None,
        breadth: Some(3.0 / 7.0),
        lost: Tally { have: 0, lack: 1, unknown: 0 },
        back_test: Some(BackTest {
            caught: 1,
            hidden: 2,
            recall: Estimate { value: 0.5, low: 0.1, high: 0.9, level: 0.95 },
        }),
        fragility: 1,
        rationale: "one of two best customers is there".to_owned(),
        negative_flags: vec![],
        reduced_evidence: vec![],
        targeting_pack: TargetingPack {
            ssic_include: vec![],
            ssic_exclude: vec![],
            technographic_filters: vec![],
            technographic_exclude: vec![],
            headcount_bands: vec![],
            geographies: vec![],
            entity_types: vec![],
            company_ages: vec![],
            titles: vec![],
            suppression: vec![],
            pitch: "Freight, simplified.".to_owned(),
            objection: None,
            rebuttal: None,
        },
    }
}

/// Suggestions of one card for each division.
pub fn suggestions(divisions: &[&str]) -> SuggestionSet {
    SuggestionSet {
        cards: divisions.iter().map(|division| card(division)).collect(),
        negative: vec![],
        notes: vec!["few seeds".to_owned()],
    }
}

/// Adopting the rule of a division, with audit entry number `audit`.
pub fn accept(division: &str, audit: u64, seconds: i64) -> AcceptCommand {
    let rule = rule(division);
    let id = RuleId::derive(&[&rule.to_string()]);
    let suggestion = rule.suggestion_id();
    let mut adopted = AdoptedRule::new(id, format!("Division {division}"), rule, "kim@host", at(seconds));
    adopted.suggestion = Some(suggestion);
    AcceptCommand::new(adopted, AuditId::from_u128(u128::from(audit) + 0x3000))
}

/// An audit entry for a decision on a company.
pub fn audit(n: u64, company: CompanyId) -> AuditEntry {
    let id = AuditId::from_u128(u128::from(n) + 0x3000);
    AuditEntry::new(id, at(200), "kim@host", "decide_company", company.to_string())
}

/// The value of a result that constants guarantee.
///
/// # Panics
/// When it is an error after all: the fixture is wrong.
#[track_caller]
pub(crate) fn must<T, E: std::fmt::Display>(result: Result<T, E>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{error}"),
    }
}
