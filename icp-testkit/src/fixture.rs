//! Valid things to store, the same each time.

use icp_core::model::{
    AdoptedRule, Alternate, AuditId, BackTest, BlockKind, Citation, CleanText, CompanyId, Condition,
    Confidence, ContentHash, Contrast, Date, Deal, Decision, DistinctValues, Domain, Entity, EntityStatus,
    EntityType, Estimate, EvidenceItem, EvidenceRef, EvidenceSource, ExtractorId, FeatureValues, FetchRecord,
    Fit, Grade, IntakeId, IntakePayload, IntakeSection, JobId, Lift, Method, NegativeBasis, NegativeReason,
    NegativeTheme, NewIntake, Outcome, Page, PageBuilder, PageKind, Pattern, PatternSnapshot,
    QuarantineReason, Quarantined, Quote, Refusal, RefusalCause, RegisterSize, RegisterSnapshot, Rule,
    RuleId, RunId, RungRecord, Seed, SeedRef, SeedResolution, SeedRole, SignalKey, SiteCrawl, SiteReport,
    SiteRole, SiteStatus, SsicCode, SsicEdition, SsicNode, SuggestionCard, SuggestionSet, Suppressed, Tally,
    TargetingPack, Timestamp, Zone,
};
use icp_core::ports::{
    AcceptCommand, AuditEntry, Cost, EvidenceBatch, ExtractionKey, ExtractionReport, ProgressKind,
    RegisterPin, RejectCommand, Rejection, ReserveRequest, StageName, StoredExtraction, StoredFailure, Usage,
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
    let seed = |role, name: &str, site: Option<&str>| Seed::new(role, name, site.map(domain));
    let seeds = vec![
        seed(SeedRole::Best, "Acme Pte Ltd", Some("acme.sg")),
        seed(SeedRole::Best, "Beta", None),
        seed(SeedRole::Lost, "Gamma", Some("gamma.com")).with_reason(CleanText::scrub("too dear")),
    ];
    NewIntake::new(
        IntakeId::from_u128(u128::from(n) + 0x100),
        run_id(n),
        JobId::from_u128(u128::from(n) + 0x2000),
        "kim@host",
        at(i64::try_from(n).unwrap_or(0)),
        json!({ "website": "https://example.com", "extra": { "kept": [1, 2.5, null, "é"] } }),
        IntakePayload::new(domain("example.com"), seeds)
            .with_geographies([CleanText::scrub("Singapore")])
            .with_must_have_integrations([CleanText::scrub("Xero")])
            .with_deal(Deal::default().with_acv_usd(12_000)),
    )
}

/// The first best customer of every [`intake`].
pub fn acme() -> Seed {
    intake(0).payload.seeds.swap_remove(0)
}

/// A call of a model about a page of acme that may take so many tokens and as many millionths of a dollar. No caps.
pub fn model_call(most: u64) -> ReserveRequest {
    ReserveRequest::new(acme().company, "https://acme.sg/", at(0), Cost::new(most, most))
}

/// An entity of the register.
pub fn entity(uen: &str, name: &str) -> Entity {
    Entity::new(must(uen.parse()), name, EntityStatus::from_register("Live Company"))
        .with_entity_type(EntityType::new("Local Company"))
        .with_registered_on(Some(must("2015-03-31".parse())))
        .with_ssic(Some(must(SsicCode::new("52292", SsicEdition::Y2025))), None)
        .with_postal_code(Some("018956".to_owned()))
}

/// A decision on [`acme`], made `seconds` after the beginning.
pub fn resolution(outcome: Outcome, uen: &str, seconds: i64) -> SeedResolution {
    let found = entity(uen, "ACME PTE. LTD.");
    let features = FeatureValues::from_iter([("token_set", 0.1 + 0.2), ("length", 1.0 / 3.0)]);
    let alternate = Alternate::new(
        entity("201912345K", "ACME MARINE PTE. LTD."),
        Confidence::new(0.4),
        "ACME MARINE PTE. LTD.",
    )
    .with_features(features.clone());
    let decision = Decision::new(outcome, Method::ExactName, Confidence::new(1.0), "the name is the same")
        .with_margin(Confidence::new(0.6))
        .with_entity((outcome == Outcome::Matched).then_some(found))
        .with_alternates([alternate])
        .with_features(features)
        .with_rungs([RungRecord::new(Method::Uen, "none", false)]);
    SeedResolution::new(acme().id, decision, at(seconds))
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
    let mut fetches: Vec<FetchRecord> =
        pages.iter().map(|page| FetchRecord::new(&page.url).with_kind(PageKind::Other)).collect();
    fetches.push(FetchRecord::new(format!("https://{name}/private")).with_refusal(refusal.clone()));
    let report = SiteReport::new(domain(name), acme().company, SiteRole::Seed, SiteStatus::Reduced)
        .with_cause(refusal)
        .with_pages(u32::try_from(pages.len()).unwrap_or(u32::MAX))
        .with_bytes(2048u64)
        .with_fetches(fetches);
    SiteCrawl::new(report).with_pages(pages)
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
    let extractor = ExtractorId::new("fixture", 1);
    Quarantined::new(SignalKey::Integration, QuarantineReason::NotVerbatim, url, extractor)
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
    let as_of = must("2026-11-01".parse::<Date>());
    let register = RegisterSnapshot::new("abc", 10, 7, as_of, SsicEdition::Y2025)
        .with_distinct(DistinctValues::new(3, 2, 5));
    let estimate = Estimate::new(0.1 + 0.2, f64::MIN_POSITIVE, 1e300 / 3.0, 0.95);
    let pattern = Pattern::new(
        Condition::Signal { key: SignalKey::Integration, value: "Xero".to_owned() },
        "works with Xero",
        Tally::new(1, 0, 1),
        Contrast::new(Tally::default()).with_attainable_p(0.1),
    )
    .with_seeds([acme().id])
    .with_evidence_count(1u32)
    .with_lift(Lift::new(3, 7, 3.0 / 7.0, (1, 2), estimate, 2.2e-16 / 3.0, 0.7))
    .with_fragility(1u32);
    PatternSnapshot::new(run, register)
        .with_best(best)
        .with_best_resolved(1u32)
        .with_lost(1u32)
        .with_patterns([pattern])
}

/// A card about a division, with a value in most of its fields.
pub fn card(division: &str) -> SuggestionCard {
    let (rule, seed) = (rule(division), acme());
    let mut card = SuggestionCard::new(rule, format!("Division {division}"), Grade::Tentative);
    card.would_raise = vec!["more seeds".to_owned()];
    card.supporting_seeds =
        vec![SeedRef::new(seed.id, seed.name.clone(), Fit::Match).with_domain(seed.domain.clone())];
    (card.seeds_supporting, card.seeds_total, card.evidence_count) = (1, 2, 1);
    card.evidence = vec![cited()];
    card.register = RegisterSize::default().with_total(3).with_whole_rule(true);
    card.breadth = Some(3.0 / 7.0);
    card.lost = Tally::new(0, 1, 0);
    card.back_test = Some(BackTest::new(1, 2, Estimate::new(0.5, 0.1, 0.9, 0.95)));
    card.fragility = 1;
    card.rationale = "one of two best customers is there".to_owned();
    card.targeting_pack = TargetingPack::default()
        .with_suppression([Suppressed::new(seed.name, SeedRole::Best).with_domain(seed.domain)])
        .with_pitch(CleanText::scrub("Freight, simplified."));
    card
}

/// Evidence about [`acme`] as a card cites it: with its place on the page.
fn cited() -> EvidenceRef {
    let text = "We sync with Xero.";
    let quote = must(Quote::new("sync with Xero"));
    let citation = Citation::new("https://acme.sg/0", PageKind::Other, quote, 3, ContentHash::of(text));
    let item = fact(acme().company, SignalKey::Integration, "Xero");
    EvidenceRef::new(&item, "Acme Pte Ltd").with_citation(citation)
}

/// Suggestions of one card for each division, and a theme to avoid.
pub fn suggestions(divisions: &[&str]) -> SuggestionSet {
    let lost = intake(0).payload.seeds.swap_remove(2).named();
    let said = NegativeReason::new(lost.clone().into(), CleanText::scrub("too dear"));
    let answered = NegativeReason::new(IntakeSection::PriceFloor.into(), CleanText::scrub("below USD 6000"));
    let theme = NegativeTheme::new("Budget or price", NegativeBasis::ReasonOnly)
        .with_reasons([said, answered])
        .with_lost([lost]);
    SuggestionSet::default()
        .with_cards(divisions.iter().map(|division| card(division)).collect::<Vec<_>>())
        .with_negative([theme])
        .with_notes(["few seeds".to_owned()])
        .with_register_snapshot("abc".to_owned())
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
