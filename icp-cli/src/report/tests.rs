//! The report of a made-up run: complete, escaped, self-contained, the same every time.

use icp::model::*;

use super::*;

/// Everything a report borrows.
struct Fixture {
    website: Domain,
    run: Run,
    register: RegisterSnapshot,
    suggestions: SuggestionSet,
    seeds: Vec<(Seed, Option<Decision>)>,
    sites: Vec<SiteReport>,
    ledger: Ledger,
}

impl Fixture {
    fn render(&self) -> String {
        let seeds: Vec<ReportSeed<'_>> = self
            .seeds
            .iter()
            .map(|(seed, decision)| ReportSeed { seed, decision: decision.as_ref() })
            .collect();
        render(&ReportInput {
            website: &self.website,
            run: &self.run,
            register: Some(&self.register),
            suggestions: &self.suggestions,
            seeds: &seeds,
            sites: &self.sites,
            ledger: self.ledger,
        })
    }
}

fn node(code: &str) -> SsicNode {
    SsicNode::new(code, SsicEdition::Y2025).unwrap()
}

fn entity(name: &str, uen: &str, ssic: &str) -> Entity {
    Entity::new(uen.parse().unwrap(), name, EntityStatus::from_register("Live Company"))
        .with_entity_type(EntityType::new("Local Company"))
        .with_registered_on(Some("2009-04-01".parse().unwrap()))
        .with_ssic(SsicCode::new(ssic, SsicEdition::Y2025).ok(), None)
        .with_postal_code(Some("639407".into()))
}

fn decision(outcome: Outcome, method: Method, probability: f64, reason: &str) -> Decision {
    Decision::new(outcome, method, Confidence::new(probability), reason)
        .with_margin(Confidence::new(0.4))
        .with_rungs([
            RungRecord::new(Method::Uen, "no UEN on the site", false),
            RungRecord::new(method, reason, true),
        ])
}

fn seed(role: SeedRole, name: &str, domain: &str) -> Seed {
    Seed::new(role, name, domain.parse().ok())
}

fn site(seed: &Seed, status: SiteStatus, pages: u32, cause: Option<(RefusalCause, &str)>) -> SiteReport {
    let domain = seed.domain.clone().unwrap();
    let cause = cause.map(|(cause, detail)| Refusal::new(cause, detail));
    let fetches: Vec<FetchRecord> = cause
        .iter()
        .flat_map(|refusal| ["/", "/about"].map(|path| (path, refusal.clone())))
        .map(|(path, refusal)| FetchRecord::new(format!("https://{domain}{path}")).with_refusal(refusal))
        .collect();
    SiteReport::new(domain, seed.company, SiteRole::Seed, status)
        .with_cause(cause)
        .with_pages(pages)
        .with_bytes(u64::from(pages) * 48_211)
        .with_fetches(fetches)
}

fn evidence(name: &str, key: SignalKey, value: &str, cited: Option<(&str, &str)>) -> EvidenceRef {
    let (company, id) = (CompanyId::derive(&["name", name]), ExtractorId::new("made-up", 1));
    let at = Timestamp::from_micros(0);
    let source = if cited.is_some() { EvidenceSource::SeedSite } else { EvidenceSource::Register };
    let item = EvidenceItem::stated(company, key, value, source, id, at);
    EvidenceRef::new(&item, name).with_citation(cited.map(|(url, quote)| citation(url, quote)))
}

fn citation(url: &str, quote: &str) -> Citation {
    Citation::new(url, PageKind::Other, Quote::new(quote).unwrap(), 0, ContentHash::of("made up"))
}

fn lift(count: u64, seeds: (u32, u32), value: f64, low: f64, high: f64, p: f64) -> Lift {
    let estimate = Estimate::new(value, low, high, 0.95);
    Lift::new(count, 612_480, count as f64 / 612_480.0, seeds, estimate, p, p * 1400.0)
}

fn card(
    title: &str,
    grade: Grade,
    rule: Rule,
    names: &[(&str, &str)],
    total: u32,
    lift: Option<Lift>,
) -> SuggestionCard {
    let mut card = SuggestionCard::new(rule, title, grade);
    card.supporting_seeds = names
        .iter()
        .map(|(name, domain)| {
            SeedRef::new(SeedId::derive(&[name]), *name, Fit::Match)
                .with_domain(domain.parse::<Domain>().ok())
        })
        .collect();
    card.seeds_supporting = names.len() as u32;
    card.seeds_total = total;
    card.register = RegisterSize::default().with_whole_rule(true);
    card.lift = lift;
    card.lost = Tally::new(0, 2, 1);
    card
}

fn freight() -> SuggestionCard {
    let rule = Rule::new(
        [
            Condition::Ssic(node("5229")),
            Condition::Signal { key: SignalKey::Integration, value: "CargoWise".into() },
        ],
        [],
    );
    let names = [
        ("Northpier Logistics", "northpier.sg"),
        ("Keel & Crane", "keelcrane.com.sg"),
        ("Lantern Freight", "lanternfreight.sg"),
        ("Merlion Cargo Lines", "merlioncargo.com"),
    ];
    let shared = |key, value: &str, seeds, readable| SharedTrait::new(key, value, seeds, readable);
    let code = |text: &str, title: &str, seeds| SsicRef::new(node(text), seeds).with_title(title.to_owned());
    let mut card = card(
        "Freight forwarders that run CargoWise (SSIC 5229)",
        Grade::Supported,
        rule,
        &names,
        8,
        Some(lift(4218, (4, 8), 41.0, 14.2, 96.0, 1.6e-7)),
    );
    card.rationale = "Four of your eight best customers forward freight and run CargoWise; among live companies one in 145 declares this industry, and none of the lost ones runs it.".into();
    card.ssic_cluster = vec![
        code("52292", "Freight forwarding, packing and crating services", 3),
        code("52291", "Freight transport arrangement", 1),
    ];
    card.headcount_band = "45-120".parse().ok();
    card.integrations = vec![
        shared(SignalKey::Integration, "CargoWise", 4, 4),
        shared(SignalKey::Integration, "Xero", 3, 4),
        shared(SignalKey::Technology, "HubSpot", 2, 4),
    ];
    card.traits = vec![
        shared(SignalKey::Compliance, "ISO 9001", 2, 4),
        shared(SignalKey::Location, "Tuas, Singapore", 3, 4),
    ];
    card.champions = vec!["Head of Operations".into(), "Finance Manager".into()];
    card.evidence = vec![
        evidence(
            "Northpier Logistics",
            SignalKey::Integration,
            "CargoWise",
            Some((
                "https://northpier.sg/about",
                "Every booking is keyed once: our systems run on CargoWise and sync with Xero, so invoices leave the same day.",
            )),
        ),
        evidence(
            "Keel & Crane",
            SignalKey::Integration,
            "CargoWise",
            Some(("https://keelcrane.com.sg/technology", "We use CargoWise for every shipment.")),
        ),
        evidence(
            "Lantern Freight",
            SignalKey::Technology,
            "HubSpot",
            Some(("https://lanternfreight.sg/", "https://js.hs-scripts.com/20311.js")),
        ),
        evidence("Merlion Cargo Lines", SignalKey::Ssic, "52292", None),
    ];
    card.evidence_count = 11;
    let sample = |uen: &str, name: &str, ssic: &str| {
        RegisterSample::new(uen.parse().unwrap(), name, "Live Company").with_ssic(ssic.to_owned())
    };
    card.register = RegisterSize::default().with_total(4218).with_samples([
        sample("200812345K", "ORIENT GATE FORWARDING PTE. LTD.", "52292"),
        sample("201498765R", "STRAITS LINK CARGO PTE. LTD.", "52291"),
    ]);
    card.breadth = Some(4218.0 / 612_480.0);
    card.back_test = Some(BackTest::new(4, 4, Estimate::new(1.0, 0.51, 1.0, 0.95)));
    card.fragility = 1;
    card.would_raise =
        vec!["Two more best customers in freight would make it sturdy against losing any one.".into()];
    card.targeting_pack.ssic_include = card.ssic_cluster.clone();
    card.targeting_pack.technographic_filters = vec!["CargoWise".into(), "Xero".into()];
    card.targeting_pack.headcount_bands = vec!["11-50".parse().unwrap(), "51-200".parse().unwrap()];
    card.targeting_pack.geographies = vec!["Singapore".into()];
    card.targeting_pack.titles = card.champions.clone();
    card.targeting_pack.pitch =
        "Forwarders on CargoWise invoice the same day: bookings post to Xero without being typed twice."
            .into();
    card.targeting_pack.objection = Some("Our forwarder system already exports to accounting.".into());
    card.targeting_pack.rebuttal = Some("It exports files; this posts invoices and matches them.".into());
    card.targeting_pack.suppression = vec![
        Suppressed::new("Northpier Logistics", SeedRole::Best),
        Suppressed::new("Corner Deli", SeedRole::Lost),
    ];
    let reduced = ReducedEvidence::new("Merlion Cargo Lines", "robots.txt line 3");
    card.reduced_evidence = vec![reduced.with_cause(RefusalCause::RobotsDisallowed)];
    card
}

fn fixture() -> Fixture {
    let best = [
        seed(SeedRole::Best, "Northpier Logistics", "northpier.sg"),
        seed(SeedRole::Best, "Keel & Crane", "keelcrane.com.sg"),
        seed(SeedRole::Best, "Lantern Freight", "lanternfreight.sg"),
        seed(SeedRole::Best, "Merlion Cargo Lines", "merlioncargo.com"),
        seed(SeedRole::Best, "Harbour Foods", "harbourfoods.sg"),
        seed(SeedRole::Best, "Golden Crumb", "goldencrumb.sg"),
        seed(SeedRole::Best, "Lian Hup Metal Works", "lianhup.com.sg"),
        seed(SeedRole::Best, "Teutonia Werkzeug GmbH", "teutonia-werkzeug.de"),
        seed(SeedRole::Lost, "Corner Deli", "cornerdeli.sg"),
        seed(SeedRole::Lost, "Asia Tech", "asiatech.sg"),
        seed(SeedRole::Lost, "Bluewave", "bluewave.sg"),
    ];
    let matched = |name: &str, uen: &str, ssic: &str, method, reason: &str| {
        let decision = decision(Outcome::Matched, method, 1.0, reason);
        Some(decision.with_entity(entity(name, uen, ssic)))
    };
    let ambiguous = {
        let alternate =
            |name: &str, uen: &str, p| Alternate::new(entity(name, uen, "62011"), Confidence::new(p), name);
        let reason = "two live companies have nearly this name";
        Some(decision(Outcome::Ambiguous, Method::FuzzyName, 0.52, reason).with_alternates([
            alternate("ASIA TECH PTE. LTD.", "201111111A", 0.52),
            alternate("ASIATECH SERVICES PTE. LTD.", "201222222B", 0.44),
            alternate("TECHNASIA PTE. LTD.", "201333333C", 0.004),
        ]))
    };
    let decisions = [
        matched(
            "NORTHPIER LOGISTICS PTE. LTD.",
            "201512345K",
            "52292",
            Method::Uen,
            "UEN printed in the site's footer",
        ),
        matched(
            "KEEL & CRANE PTE. LTD.",
            "200212345D",
            "52292",
            Method::ExactName,
            "the only live company of this name",
        ),
        matched(
            "LANTERN FREIGHT PTE. LTD.",
            "201712345M",
            "52291",
            Method::SiteLegalName,
            "legal name on the terms page",
        ),
        matched(
            "MERLION CARGO LINES (S) PTE. LTD.",
            "199812345C",
            "52292",
            Method::FuzzyName,
            "near name, far ahead of the next",
        ),
        matched(
            "HARBOUR FOODS PTE LTD",
            "198812345E",
            "46309",
            Method::Uen,
            "UEN printed in the site's footer",
        ),
        matched(
            "GOLDEN CRUMB PTE. LTD.",
            "201312345H",
            "10712",
            Method::ExactName,
            "the only live company of this name",
        ),
        matched(
            "LIAN HUP METAL WORKS PTE LTD",
            "197912345B",
            "25920",
            Method::FormerName,
            "a name it had until 2014",
        ),
        Some(decision(Outcome::NotInRegister, Method::Jurisdiction, 1.0, "GmbH with a .de domain")),
        matched("CORNER DELI", "53012345X", "56111", Method::ExactName, "the only live company of this name"),
        ambiguous,
        Some(decision(Outcome::Unresolved, Method::None, 0.2, "nothing in the register is near enough")),
    ];
    let mut own = site(&seed(SeedRole::Partner, "own", "tallyport.sg"), SiteStatus::Read, 14, None);
    own.role = SiteRole::Own;
    let sites = vec![
        own,
        site(&best[0], SiteStatus::Read, 9, None),
        site(&best[1], SiteStatus::Read, 12, None),
        site(&best[2], SiteStatus::Reduced, 3, Some((RefusalCause::Timeout, "no answer within 15 s"))),
        site(&best[3], SiteStatus::Unread, 0, Some((RefusalCause::RobotsDisallowed, "robots.txt line 3"))),
        site(&best[4], SiteStatus::Read, 7, None),
        site(&best[5], SiteStatus::Read, 6, None),
        site(&best[8], SiteStatus::Unread, 0, Some((RefusalCause::Blocked, "403 and a challenge page"))),
    ];
    let mut food = card(
        "Food wholesalers with cold rooms (SSIC 463)",
        Grade::Tentative,
        Rule::new([Condition::Ssic(node("463"))], []),
        &[("Harbour Foods", "harbourfoods.sg"), ("Golden Crumb", "goldencrumb.sg")],
        8,
        Some(lift(11_930, (2, 8), 6.3, 0.8, 19.0, 0.031)),
    );
    food.rationale =
        "Two of your eight best customers wholesale food; the interval still includes chance.".into();
    food.register = RegisterSize::default().with_total(11_930).with_whole_rule(true);
    food.would_raise = vec![
        "One more best customer in food wholesale.".into(),
        "A website for Golden Crumb that may be read.".into(),
    ];
    food.negative_flags =
        vec!["“Too small to need it” was said of Corner Deli, which sells food too.".into()];
    food.back_test = Some(BackTest::new(1, 2, Estimate::new(0.5, 0.09, 0.91, 0.95)));
    food.evidence_count = 4;
    food.evidence = vec![evidence(
        "Harbour Foods",
        SignalKey::Compliance,
        "HACCP",
        Some(("https://harbourfoods.sg/about", "our HACCP-certified cold store in Senoko")),
    )];
    let metal = card(
        "Companies with ISO 9001 and 51 to 200 people",
        Grade::Exploratory,
        Rule::new(
            [
                Condition::Signal { key: SignalKey::Compliance, value: "ISO 9001".into() },
                Condition::Headcount("51-200".parse().unwrap()),
            ],
            [],
        ),
        &[("Lian Hup Metal Works", "lianhup.com.sg"), ("Northpier Logistics", "northpier.sg")],
        8,
        None,
    );
    let named = |name: &str| NamedSeed::new(SeedId::derive(&[name]), name);
    let theme = |theme: &str, basis, text: &str, from: &str| {
        NegativeTheme::new(theme, basis)
            .with_reasons([NegativeReason::new(named(from).into(), text.into())])
            .with_lost([named(from)])
    };
    let mut small = theme(
        "Too small",
        NegativeBasis::AttributeBacked,
        "Owner did it all in a notebook, too small to need it",
        "Corner Deli",
    );
    small.attribute = Some("entity type Sole Proprietor: 2 of 3 lost, 0 of 7 best".into());
    let mut price = theme("Price", NegativeBasis::Contradicted, "Went with something cheaper", "Bluewave");
    price.contradicted_by = vec![named("Golden Crumb")];
    Fixture {
        website: "tallyport.sg".parse().unwrap(),
        run: Run::new(
            RunId::from_u128(0x0193_5a2c_77de_7000_8a4f_3b2c_9d10_e4f7),
            IntakeId::from_u128(7),
            RunState::SuggestionsReady,
            "2026-11-23T01:02:03Z".parse().unwrap(),
        )
        .with_updated_at("2026-11-23T01:02:41Z".parse::<Timestamp>().unwrap()),
        register: RegisterSnapshot::new(
            "acra-2026-11",
            2_034_118,
            612_480,
            "2026-11-01".parse().unwrap(),
            SsicEdition::Y2025,
        )
        .with_distinct(DistinctValues::new(1390, 6, 5)),
        suggestions: SuggestionSet::default()
            .with_cards([freight(), food, metal])
            .with_negative([
                small,
                price,
                theme(
                    "Wants on-premise",
                    NegativeBasis::ReasonOnly,
                    "Their IT insists on their own servers",
                    "Asia Tech",
                ),
            ])
            .with_notes([
                "One company may be one of two register entries; choosing the right one would add evidence."
                    .to_owned(),
            ]),
        seeds: best.into_iter().zip(decisions).collect(),
        sites,
        ledger: Ledger {
            evidence: 148,
            companies_with_evidence: 7,
            quarantined: 2,
            extraction_failures: 0,
            patterns: 36,
            elapsed_ms: Some(38_400),
        },
    }
}

#[test]
fn everything_a_card_knows_is_shown() {
    let page = fixture().render();
    for text in [
        "Freight forwarders that run CargoWise",
        "4 of 8",
        "Keel &amp; Crane",
        "4,218",
        "41×",
        "0.69",
        "supported",
        "tentative",
        "exploratory",
        "ORIENT GATE FORWARDING",
        "200812345K",
        "keyed once",
        "Two more best customers",
        "Head of Operations",
        "4 of 4",
        "Too small",
        "contradicted",
        "robots disallowed",
        "its robots.txt asks not to be read",
        "GmbH with a .de domain",
        "not in register",
        "ASIATECH SERVICES",
        "Corner Deli",
        "612,480 live companies",
        "2 set aside",
        "38.4 s",
        "No base rate",
        "Do not approach",
        "It exports files",
        "45–120",
    ] {
        assert!(page.contains(text), "`{text}` is missing");
    }
    assert!(!page.contains("TECHNASIA"), "a candidate of probability 0.00 is no choice");
    assert_eq!(page, fixture().render(), "the same run, the same bytes");
}

#[test]
fn nothing_in_the_data_becomes_markup() {
    let mut fixture = fixture();
    let evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
    let card = &mut fixture.suggestions.cards[0];
    card.title = evil.into();
    card.rationale = evil.into();
    card.rule_text = evil.into();
    card.would_raise = vec![evil.into()];
    card.negative_flags = vec![evil.into()];
    card.champions = vec![evil.into()];
    card.supporting_seeds[0].name = evil.into();
    card.integrations[0].value = evil.into();
    card.register.samples[0].name = evil.into();
    card.targeting_pack.pitch = evil.into();
    card.evidence[0].citation = Some(citation("https://a.sg/\"><script>", evil));
    card.evidence[1].citation = Some(citation("javascript:alert(1)", "hello"));
    card.evidence[2].citation = Some(citation("data:text/html;base64,PHNjcmlwdD4=", "hello"));
    fixture.suggestions.negative[0].reasons[0].text = evil.into();
    fixture.suggestions.notes = vec![evil.into()];
    fixture.seeds[0].0.name = evil.into();
    fixture.sites[3].cause = Some(Refusal::new(RefusalCause::Timeout, evil));
    let page = fixture.render();
    assert!(!page.contains("<script") && !page.contains("<img"), "markup from data");
    for (at, _) in page.match_indices("href=\"") {
        let target = &page[at + 6..];
        assert!(
            target.starts_with("https://") || target.starts_with("http://") || target.starts_with('#'),
            "{}",
            &target[..40]
        );
    }
}

#[test]
fn the_file_stands_alone() {
    let page = fixture().render();
    for word in [
        "<script",
        "<link",
        "<img",
        "<iframe",
        "@import",
        "url(",
        " style=",
        " onclick",
        "src=",
        "http-equiv=\"refresh",
    ] {
        assert!(!page.contains(word), "`{word}` in the report");
    }
    let style = page.split("<style>").nth(1).and_then(|rest| rest.split("</style>").next()).unwrap();
    assert_eq!(style, STYLE);
    assert!(!STYLE.contains("</"));
    assert!(page.contains(&format!("default-src 'none'; style-src 'sha256-{}'", style_hash())));
}

#[test]
fn every_element_is_closed_and_every_id_is_one() {
    let page = fixture().render();
    let mut open: Vec<&str> = Vec::new();
    let body = page.replacen(STYLE, "", 1);
    for tag in body.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default()) {
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "in </{name}>");
        } else if !tag.ends_with('/') && !matches!(name, "!doctype" | "meta" | "br") {
            open.push(name);
        }
    }
    assert_eq!(open, [""; 0]);
    let ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let mut once = ids.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), ids.len());
    for target in page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(ids.contains(&target), "#{target} leads nowhere");
    }
    assert_eq!(
        page.matches("role=\"img\"").count(),
        page.matches("<svg").count(),
        "every drawing is described"
    );
}

#[test]
fn a_run_with_nothing_is_a_report_too() {
    let mut fixture = fixture();
    fixture.suggestions =
        SuggestionSet::default().with_notes(["Name at least five best customers.".to_owned()]);
    fixture.seeds.clear();
    fixture.sites.clear();
    fixture.ledger = Ledger::default();
    let page = fixture.render();
    assert!(page.contains("The evidence carries no segment") && page.contains("Name at least five"));
    assert!(!page.contains("NaN"));
}

#[test]
fn failures_of_extractors_are_said() {
    let mut fixture = fixture();
    assert!(!fixture.render().contains("an extractor failed"));
    fixture.ledger.extraction_failures = 3;
    fixture.suggestions.notes.clear();
    assert!(fixture.render().contains("<li>an extractor failed on 3 pages</li>"));
}
