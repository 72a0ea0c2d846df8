//! Pages as small companies in Singapore write them, and everything the rules should read there: no more, no less.

use std::collections::BTreeSet;

use icp_core::model::BlockKind::{Heading, ImageText, Item, Text};
use icp_core::model::Zone::{Asset, Footer, HttpHeader, JsonLd, Main, Meta, Nav};
use icp_core::model::{Page, PageKind, SiteRole};
use icp_core::site::identity;

use crate::RuleExtractor;
use crate::testing::page;

fn facts(page: &Page) -> BTreeSet<String> {
    RuleExtractor
        .findings(page, SiteRole::Seed)
        .into_iter()
        .map(|finding| format!("{}: {}", finding.key, finding.value))
        .collect()
}

fn set(lines: &[&str]) -> BTreeSet<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

#[test]
fn a_freight_forwarder() {
    let home = page(
        PageKind::Home,
        &[
            (Nav, Item, "Services"),
            (Nav, Item, "Careers"),
            (Main, Heading(1), "Freight forwarding for people who count pallets"),
            (
                Main,
                Text,
                "Northpier Logistics moves sea and air cargo from our bonded warehouse in Tuas to forty ports. \
                 We ship to Malaysia, Thailand and Japan every week.",
            ),
            (Main, Heading(2), "What runs behind the scenes"),
            (
                Main,
                Text,
                "Every booking is keyed once: our systems run on CargoWise and sync with Xero, so invoices leave the same day. \
                 We do not use SAP.",
            ),
            (Main, Heading(2), "Trusted"),
            (Main, ImageText, "ISO 9001:2015 certified"),
            (Main, ImageText, "bizSAFE Level Star"),
            (Main, Text, "More than 300 customers rely on our team of 85 people."),
            (
                Footer,
                Text,
                "Northpier Logistics Pte. Ltd. (UEN 201512345K) 10 Tuas Avenue 3, Singapore 639407",
            ),
            (
                Footer,
                Text,
                "© 2026 Northpier Logistics Pte. Ltd. All rights reserved. Website by Pixel Studio Pte Ltd",
            ),
            (Asset, Text, "https://js.hs-scripts.com/12345.js"),
            (Asset, Text, "https://www.northpier.example.sg/wp-content/themes/np/style.css"),
            (Meta, Text, "generator: WordPress 6.8"),
            (HttpHeader, Text, "server: cloudflare"),
        ],
    );
    assert_eq!(
        facts(&home),
        set(&[
            "compliance: ISO 9001",
            "compliance: bizSAFE",
            "industry_label: freight forwarding",
            "integration: CargoWise",
            "integration: Xero",
            "location: Tuas, Singapore",
            "technology: Cloudflare",
            "technology: HubSpot",
            "technology: WordPress",
        ]),
        "the 300 customers keep the 85 people out: better no number than a wrong one"
    );
    let who = identity(&[home]);
    assert_eq!(who.uens.iter().map(|fact| fact.value.as_str()).collect::<Vec<_>>(), ["201512345K"]);
    assert_eq!(
        who.legal_names.iter().map(|fact| fact.value.as_str()).collect::<Vec<_>>(),
        ["Northpier Logistics Pte. Ltd."]
    );
}

#[test]
fn a_food_wholesaler() {
    let about = page(
        PageKind::About,
        &[
            (Main, Heading(1), "From the port to the pot"),
            (
                Main,
                Text,
                "Harbour Foods is a food importer and wholesaler. Founded in 1988 with 3 employees, we now employ 64 people at our \
                 HACCP-certified cold store in Senoko.",
            ),
            (Main, Heading(2), "Our team"),
            (Main, Item, "Lim Mei Ling, Managing Director"),
            (Main, Item, "R. Kumar — Head of Procurement"),
            (Main, Heading(2), "What our customers say"),
            (Main, Text, "Their drivers know our kitchen. — Head Chef, Lantern House"),
            (Main, Heading(2), "Next"),
            (Main, Text, "We are working towards ISO 22000 and will open an office in Johor Bahru."),
            (JsonLd, Text, "Organization.numberOfEmployees.minValue: 51"),
            (JsonLd, Text, "Organization.numberOfEmployees.maxValue: 200"),
            (JsonLd, Text, "Organization.address.addressCountry: SG"),
        ],
    );
    assert_eq!(
        facts(&about),
        set(&[
            "compliance: HACCP",
            "customer_logo: Lantern House",
            "headcount_hint: 51–200",
            "headcount_hint: 64",
            "industry_label: food wholesale",
            "location: Senoko, Singapore",
            "location: Singapore",
            "staff_title: Head of Procurement",
            "staff_title: Managing Director",
        ])
    );
    let names = ["Lim", "Mei Ling", "Kumar"];
    for finding in RuleExtractor.findings(&about, SiteRole::Seed) {
        assert!(names.iter().all(|name| !finding.quote.contains(name)), "{finding:?}");
    }
}

#[test]
fn a_careers_page() {
    let careers = page(
        PageKind::Careers,
        &[
            (Main, Heading(1), "Join a 40-strong team"),
            (Main, Heading(3), "CNC Machinist (Night Shift)"),
            (Main, Heading(3), "Quality Assurance Engineer"),
            (Main, Item, "Experience with SAP and our ERP integration is a plus"),
            (Main, Item, "Report to the Production Manager"),
            (Main, Item, "Knowledge of ISO 13485"),
            (JsonLd, Text, "JobPosting.title: Production Planner"),
        ],
    );
    assert_eq!(
        facts(&careers),
        set(&[
            "headcount_hint: 40",
            "job_opening_title: CNC Machinist",
            "job_opening_title: Production Planner",
            "job_opening_title: Quality Assurance Engineer",
            "technology: SAP",
        ])
    );
}

#[test]
fn a_page_that_says_nothing_gives_nothing() {
    let page = page(
        PageKind::Home,
        &[(Main, Heading(1), "Welcome"), (Main, Text, "This site is under construction.")],
    );
    assert_eq!(facts(&page), set(&[]));
}
