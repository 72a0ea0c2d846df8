//! The rules of [`Extractor`]: one function per rule, named as in the trait's documentation.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use icp_core::Result;
use icp_core::model::{BlockKind, Domain, Page, PageBuilder, SiteRole, Zone, check_model_finding};
use icp_core::ports::{
    BudgetRefusal, BudgetScope, BudgetUnit, CancelToken, Cost, ExtractRequest, Extraction, Extractor,
    ExtractorClass, Meter, ReservationId, Reserved, Usage,
};

use crate::fixture::{at, domain, must};
use crate::random::Random;
use crate::store::Guard;

/// Makes extractors to test. Every case asks for a new one.
#[async_trait]
pub trait ExtractorBuilder: Send + Sync {
    /// An extractor, and what must live as long as it.
    async fn build(&self) -> (Guard, Arc<dyn Extractor>);
}

/// Emits one `#[tokio::test]` for each case, against extractors of an [`ExtractorBuilder`](crate::extractor).
///
/// ```no_run
/// # use icp_testkit::{extractor::ExtractorBuilder, store::Guard};
/// # use icp_core::{model::ExtractorId, ports::{ExtractRequest, Extraction, Extractor, ExtractorClass}};
/// # use std::sync::Arc;
/// #[derive(Debug)]
/// struct FindsNothing;
/// # #[async_trait::async_trait]
/// # impl Extractor for FindsNothing {
/// #     fn id(&self) -> ExtractorId { ExtractorId::new("nothing", 1) }
/// #     fn class(&self) -> ExtractorClass { ExtractorClass::Rules }
/// #     async fn extract(&self, _: ExtractRequest<'_>) -> Extraction { Extraction::default() }
/// # }
/// #[async_trait::async_trait]
/// impl ExtractorBuilder for FindsNothing {
///     async fn build(&self) -> (Guard, Arc<dyn Extractor>) {
///         (Box::new(()), Arc::new(FindsNothing))
///     }
/// }
/// icp_testkit::extractor_conformance!(FindsNothing);
/// ```
#[macro_export]
macro_rules! extractor_conformance {
    (@list $then:ident $args:tt) => {
        $crate::extractor_conformance! { @$then $args
            quotes_are_spans
            rules_are_deterministic
            rules_are_free
            models_show_their_values
            empty_pages_give_nothing
            cancelled_extraction_returns
            calls_are_metered
            id_is_stable
        }
    };
    (@names () $($case:ident)*) => { &[$(stringify!($case)),*] };
    (@tests ($builder:expr) $($case:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                $crate::extractor::$case(&$builder).await;
            }
        )*
    };
    ($builder:expr) => { $crate::extractor_conformance!(@list tests ($builder)); };
}

/// The names of all cases.
pub const CASES: &[&str] = crate::extractor_conformance!(@list names ());

/// Words of business sites and of none, in several scripts: what extractors look for, in every wrong order.
const WORDS: [&str; 48] = [
    "We integrate with",
    "Xero",
    "SAP",
    "not",
    "a team of",
    "between",
    "50",
    "1,200",
    "80+",
    "employees",
    "people",
    "ISO 9001:2015",
    "certified",
    "UEN",
    "201512345K",
    "Co. Reg. No.:",
    "© 2026",
    "Northpier",
    "Pte. Ltd.",
    "(",
    ")",
    "&",
    "and",
    "Head of Operations",
    "CFO",
    "Tuas",
    "Singapore 638888",
    "offices in",
    "headquartered in",
    "freight forwarding",
    "we serve",
    "https://",
    "js.stripe.com",
    "/wp-content/",
    "generator: WordPress 6.5",
    "set-cookie: _ga",
    "numberOfEmployees.minValue: 50",
    "JobPosting.title: Warehouse Manager",
    "PostalAddress.addressLocality: ",
    "größer",
    "中文",
    "e\u{301}",
    "🙂",
    ".",
    "?",
    "\u{2022}",
    "“we”",
    "\u{a0}",
];

/// Pages of words, the same each time: every zone and kind of block, characters of one to four bytes.
pub fn pages() -> Vec<Page> {
    let zones = [
        Zone::Main,
        Zone::Nav,
        Zone::Header,
        Zone::Aside,
        Zone::Form,
        Zone::Footer,
        Zone::Asset,
        Zone::Meta,
        Zone::JsonLd,
        Zone::HttpHeader,
    ];
    let kinds =
        [BlockKind::Heading(1), BlockKind::Item, BlockKind::Cell, BlockKind::ImageText, BlockKind::Text];
    let mut random = Random::new(11);
    let text = |random: &mut Random, words: usize| {
        let gap = [" ", " ", ""];
        (0..words).map(|_| format!("{}{}", random.of(&WORDS), random.of(&gap))).collect::<String>()
    };
    (0..96)
        .map(|n| {
            let mut page = PageBuilder::new(format!("https://acme.example/{n}"), at(n));
            page.title(&text(&mut random, 3));
            for _ in 0..random.below(10) {
                let (zone, kind) = (zones[random.below(zones.len())], kinds[random.below(kinds.len())]);
                let words = random.below(24);
                page.block(zone, kind, &text(&mut random, words));
            }
            page.finish()
        })
        .collect()
}

fn site() -> Domain {
    domain("acme.example")
}

fn requests<'a>(page: &'a Page, site: &'a Domain) -> [ExtractRequest<'a>; 2] {
    [SiteRole::Own, SiteRole::Seed].map(|role| ExtractRequest::new(page, site, role))
}

#[track_caller]
fn check_quotes(page: &Page, extraction: &Extraction) {
    for finding in &extraction.findings {
        assert!(!finding.quote.is_empty(), "an empty quote proves nothing: {finding:?}");
        assert!(page.has_quote(finding.range.clone(), &finding.quote), "not at its place: {finding:?}");
    }
}

/// Every finding's quote is the page text at its range, on any page.
pub async fn quotes_are_spans(builder: &dyn ExtractorBuilder) {
    let (_guard, extractor) = builder.build().await;
    let site = site();
    for page in &pages() {
        for request in requests(page, &site) {
            check_quotes(page, &extractor.extract(request).await);
        }
    }
}

/// An extractor of class `Rules` gives the same extraction for the same page.
pub async fn rules_are_deterministic(builder: &dyn ExtractorBuilder) {
    let ((_guard, one), (_other_guard, other)) = (builder.build().await, builder.build().await);
    if one.class() != ExtractorClass::Rules {
        return;
    }
    let site = site();
    for page in &pages() {
        for request in requests(page, &site) {
            let first = one.extract(request.clone()).await;
            assert_eq!(one.extract(request.clone()).await, first, "asked twice");
            assert_eq!(other.extract(request).await, first, "another one of the same id");
        }
    }
}

/// An extractor of class `Rules` reports no usage.
pub async fn rules_are_free(builder: &dyn ExtractorBuilder) {
    let (_guard, extractor) = builder.build().await;
    if extractor.class() != ExtractorClass::Rules {
        return;
    }
    let site = site();
    for page in &pages() {
        for request in requests(page, &site) {
            assert_eq!(extractor.extract(request).await.usage, Usage::default());
        }
    }
}

/// An extractor of class `Model` quotes one visible block, and the value stands in the quote.
pub async fn models_show_their_values(builder: &dyn ExtractorBuilder) {
    let (_guard, extractor) = builder.build().await;
    if extractor.class() != ExtractorClass::Model {
        return;
    }
    let site = site();
    for page in &pages() {
        for request in requests(page, &site) {
            for finding in &extractor.extract(request).await.findings {
                assert_eq!(check_model_finding(finding, page), Ok(()), "the border refuses it: {finding:?}");
            }
        }
    }
}

/// A page without text gives no finding and no failure.
pub async fn empty_pages_give_nothing(builder: &dyn ExtractorBuilder) {
    let (_guard, extractor) = builder.build().await;
    let (site, empty) = (site(), PageBuilder::new("https://acme.example/", at(0)).finish());
    for request in requests(&empty, &site) {
        let extraction = extractor.extract(request).await;
        assert_eq!((extraction.findings, extraction.failures), (vec![], vec![]));
    }
}

/// With a cancelled token it returns soon, and its findings still hold.
pub async fn cancelled_extraction_returns(builder: &dyn ExtractorBuilder) {
    let (_guard, extractor) = builder.build().await;
    let (site, cancel) = (site(), CancelToken::default());
    cancel.cancel();
    for page in &pages() {
        for request in requests(page, &site) {
            let extracting = extractor.extract(request.with_cancel(cancel.clone()));
            let extraction = must(tokio::time::timeout(Duration::from_secs(10), extracting).await);
            check_quotes(page, &extraction);
        }
    }
}

/// It reserves every call with the request's meter before it makes it, settles it, and reports the usage it settled;
/// where the meter refuses, it makes no call, and says so as a failure.
pub async fn calls_are_metered(builder: &dyn ExtractorBuilder) {
    let (_guard, extractor) = builder.build().await;
    let site = site();
    for refuses in [false, true] {
        for page in &pages() {
            let meter = CountingMeter { refuses, seen: Mutex::default() };
            let request = ExtractRequest::new(page, &site, SiteRole::Seed).with_meter(&meter);
            let extraction = extractor.extract(request).await;
            let (asked, settled, usage) = meter.seen.into_inner().unwrap_or_else(PoisonError::into_inner);
            assert_eq!(extraction.usage, usage, "what is reported is what was settled");
            if refuses {
                assert_eq!((usage, settled), (Usage::default(), 0), "no call is made without a grant");
                assert!(asked == 0 || !extraction.failures.is_empty(), "a refusal is said");
            } else {
                assert_eq!(settled, asked, "every call is settled");
            }
        }
    }
}

/// Counts reservations, settlements, and the usage settled.
#[derive(Debug)]
struct CountingMeter {
    refuses: bool,
    seen: Mutex<(u64, u64, Usage)>,
}

#[async_trait]
impl Meter for CountingMeter {
    async fn reserve(&self, most: Cost) -> Result<Reserved> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.0 += 1;
        let (scope, unit) = (BudgetScope::Page, BudgetUnit::Tokens);
        Ok(if self.refuses {
            Reserved::Refused(BudgetRefusal::new(scope, unit, 0, 0, most.tokens))
        } else {
            Reserved::Granted(ReservationId::new(seen.0))
        })
    }

    async fn settle(&self, reservation: ReservationId, usage: Usage) -> Result<()> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        assert!((1..=seen.0).contains(&reservation.number()), "{reservation} was never granted");
        *seen = (seen.0, seen.1 + 1, seen.2.plus(usage));
        Ok(())
    }
}

/// The id is the same each time it is asked.
pub async fn id_is_stable(builder: &dyn ExtractorBuilder) {
    let ((_guard, one), (_other_guard, other)) = (builder.build().await, builder.build().await);
    let id = one.id();
    assert!(!id.as_str().is_empty());
    if let Some(page) = pages().first() {
        let site = site();
        one.extract(ExtractRequest::new(page, &site, SiteRole::Seed)).await;
    }
    assert_eq!([one.id(), other.id()], [id.clone(), id]);
}
