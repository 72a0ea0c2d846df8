//! One observed fact about one company, with the words that show it.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::confidence::Confidence;
use super::grounding::check_model_finding;
use super::ids::{CompanyId, EvidenceId};
use super::page::{ContentHash, Page, PageKind, Zone};
use super::personal::{CleanText, Quote, QuoteError};
use super::time::Timestamp;

macro_rules! keyword_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;
            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                Self::ALL.iter().copied().find(|it| it.as_str() == text).ok_or_else(|| UnknownWord(text.chars().take(60).collect()))
            }
        }
    };
}
pub(crate) use keyword_enum;

/// A word outside a fixed set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown word `{0}`")]
pub struct UnknownWord(pub(crate) String);

keyword_enum!(
    /// The kind of fact an evidence item states.
    SignalKey {
        /// An SSIC code of the register.
        Ssic = "ssic",
        /// An industry the company says it is in.
        IndustryLabel = "industry_label",
        /// An industry whose companies it says it serves.
        IndustryServed = "industry_served",
        /// A product the company says it works with.
        Integration = "integration",
        /// Software the company runs, works with or builds on. [`EvidenceItem::detection`] tells whether its site was seen
        /// to run it or its words name it.
        Technology = "technology",
        /// Software that the company's words name. Conditions and patterns only: evidence has it as `technology`.
        TechnologyMentioned = "technology_mentioned",
        /// The number of people who work there.
        HeadcountHint = "headcount_hint",
        /// A role somebody at the company holds.
        StaffTitle = "staff_title",
        /// A role the company hires for.
        JobOpeningTitle = "job_opening_title",
        /// A role that buys the user's product (only from the user's own site, case studies and intake).
        BuyerTitle = "buyer_title",
        /// Where the company is.
        Location = "location",
        /// A price it charges.
        PricingHint = "pricing_hint",
        /// A customer it shows.
        CustomerLogo = "customer_logo",
        /// A use of the product.
        UseCase = "use_case",
        /// A standard, certificate or law it meets.
        Compliance = "compliance",
        /// An event that precedes a purchase.
        Trigger = "trigger",
        /// The register's entity type.
        EntityType = "entity_type",
        /// The age by the register, as a band.
        CompanyAge = "company_age",
    }
);

keyword_enum!(
    /// Where an item comes from.
    EvidenceSource {
        /// The person's own answers.
        Intake = "intake",
        /// The user's own website.
        UserSite = "user_site",
        /// A seed's website.
        SeedSite = "seed_site",
        /// The company register.
        Register = "register",
        /// A language model that read a page.
        Llm = "llm",
    }
);

keyword_enum!(
    /// How software became known: two facts that are never mixed.
    Detection {
        /// The site was seen to run it: a loaded address, a response header, a cookie, a meta element.
        Detected = "detected",
        /// The company's words name it.
        Mentioned = "mentioned",
    }
);

impl Detection {
    /// By the zone that the quotation is in.
    pub fn of_zone(zone: Zone) -> Self {
        if zone.is_visible() { Self::Mentioned } else { Self::Detected }
    }
}

/// Name and version of an extractor: `rules-tech/1`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExtractorId(String);

impl ExtractorId {
    /// Names an extractor.
    pub fn new(name: &str, version: u32) -> Self {
        Self(format!("{name}/{version}"))
    }

    /// The name and version.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ExtractorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A span of a page and its meaning, as an extractor reports it. Not evidence until [`admit`]ted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Finding {
    /// The kind of fact.
    pub key: SignalKey,
    /// The normalised value: a product's usual name, a band, a title. Grouping is by this text.
    pub value: String,
    /// The quotation, as the extractor saw it.
    pub quote: String,
    /// The byte range of the quotation in the page's text.
    pub range: Range<usize>,
    /// How sure the rule is.
    pub confidence: Confidence,
}

impl Finding {
    /// A finding: `quote` is at `range` of the page's text and means `value`.
    pub fn new(
        key: SignalKey,
        value: impl Into<String>,
        quote: impl Into<String>,
        range: Range<usize>,
        confidence: Confidence,
    ) -> Self {
        Self { key, value: value.into(), quote: quote.into(), range, confidence }
    }
}

/// The page and place where an item was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Citation {
    /// The page's address.
    pub url: String,
    /// The page's purpose.
    pub page_kind: PageKind,
    /// The words, verbatim.
    pub quote: Quote,
    /// First byte of the quote in the page's text.
    pub start: u32,
    /// After its last byte.
    pub end: u32,
    /// Hash of the page's text.
    pub content_hash: ContentHash,
    /// The part of the page it is in; absent in evidence of before zones were kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<Zone>,
}

impl Citation {
    /// A quotation that begins at byte `start` of a page's text.
    pub fn new(
        url: impl Into<String>,
        page_kind: PageKind,
        quote: Quote,
        start: u32,
        content_hash: ContentHash,
    ) -> Self {
        // A quotation is at most `Quote::MAX_BYTES` long.
        let end = start.saturating_add(quote.as_str().len() as u32);
        Self { url: url.into(), page_kind, quote, start, end, content_hash, zone: None }
    }

    /// Says which part of the page it is in.
    #[must_use]
    pub fn in_zone(mut self, zone: Option<Zone>) -> Self {
        self.zone = zone;
        self
    }

    /// The byte range of the quotation.
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// One observed fact about one company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EvidenceItem {
    /// Derived from company, key, value, page and quote: a re-run finds the same id and adds nothing.
    pub id: EvidenceId,
    /// The company it is about.
    pub company: CompanyId,
    /// The kind of fact.
    pub key: SignalKey,
    /// The normalised value, without personal data.
    pub value: CleanText,
    /// Where it comes from.
    pub source: EvidenceSource,
    /// The page and the words; absent for register facts and the intake's own answers.
    pub citation: Option<Citation>,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// The extractor that found it.
    pub extractor: ExtractorId,
    /// When the page, register or intake said so.
    pub observed_at: Timestamp,
}

impl EvidenceItem {
    /// A fact without a page: from the register or the intake.
    pub fn stated(
        company: CompanyId,
        key: SignalKey,
        value: &str,
        source: EvidenceSource,
        extractor: ExtractorId,
        observed_at: Timestamp,
    ) -> Self {
        let value = CleanText::scrub(value);
        let id = EvidenceId::derive(&[
            &company.to_string(),
            key.as_str(),
            value.as_str(),
            source.as_str(),
            extractor.as_str(),
        ]);
        Self {
            id,
            company,
            key,
            value,
            source,
            citation: None,
            confidence: Confidence::new(1.0),
            extractor,
            observed_at,
        }
    }

    /// For a technology, how it became known. Evidence of before zones were kept was detected: nothing else was read then.
    pub fn detection(&self) -> Option<Detection> {
        detection(self.key, self.citation.as_ref())
    }

    /// The key that conditions and patterns have it under: a technology that is only named is another signal than one
    /// that was seen to run.
    pub fn signal(&self) -> SignalKey {
        match self.detection() {
            Some(Detection::Mentioned) => SignalKey::TechnologyMentioned,
            _ => self.key,
        }
    }
}

/// How a fact became known, when it is a technology.
pub(crate) fn detection(key: SignalKey, citation: Option<&Citation>) -> Option<Detection> {
    let zone = citation.and_then(|citation| citation.zone);
    (key == SignalKey::Technology).then(|| zone.map_or(Detection::Detected, Detection::of_zone))
}

builders!(EvidenceItem {
    /// Sets how sure the rule is; 1 unless set.
    with_confidence => confidence: Confidence,
});

keyword_enum!(
    /// Why a finding was not admitted.
    QuarantineReason {
        /// The quotation is not at that place of the page.
        NotVerbatim = "not_verbatim",
        /// The quotation is empty or too long to be one.
        QuoteLength = "quote_length",
        /// It holds an e-mail address or a telephone number.
        PersonalData = "personal_data",
        /// The value is empty or too long to be one.
        ValueLength = "value_length",
        /// The quotation is nowhere on the page.
        NotFound = "not_found",
        /// It is in a part of the page that does not speak for the company.
        WrongZone = "wrong_zone",
        /// The quotation does not hold the value.
        ValueNotInQuote = "value_not_in_quote",
        /// The quotation does not say what the key means.
        KeyMismatch = "key_mismatch",
        /// The text gives orders to its reader: it was not read, or its findings were dropped.
        Instruction = "instruction",
        /// It repeats the example of a prompt.
        ExampleMarker = "example_marker",
        /// There were more findings than one sentence or page may give.
        OverLimit = "over_limit",
    }
);

/// A finding that was refused, counted so that nothing disappears silently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Quarantined {
    /// The kind of fact it claimed.
    pub key: SignalKey,
    /// Why it was refused.
    pub reason: QuarantineReason,
    /// The page.
    pub url: String,
    /// The extractor that claimed it.
    pub extractor: ExtractorId,
}

impl Quarantined {
    /// A refusal.
    pub fn new(
        key: SignalKey,
        reason: QuarantineReason,
        url: impl Into<String>,
        extractor: ExtractorId,
    ) -> Self {
        Self { key, reason, url: url.into(), extractor }
    }
}

impl From<QuoteError> for QuarantineReason {
    fn from(error: QuoteError) -> Self {
        match error {
            QuoteError::Empty | QuoteError::TooLong => Self::QuoteLength,
            QuoteError::PersonalData => Self::PersonalData,
        }
    }
}

/// The maximum length of a finding's value, in bytes.
const MAX_VALUE: usize = 160;

/// The border: makes evidence from a finding whose quote is verbatim on the page and holds no personal data. A model's
/// finding must also pass [`check_model_finding`]: a person can read the quote there, and the value stands in it.
///
/// # Errors
/// The refusal, to be counted.
pub fn admit(
    finding: &Finding,
    page: &Page,
    company: CompanyId,
    source: EvidenceSource,
    extractor: &ExtractorId,
) -> Result<EvidenceItem, Quarantined> {
    let refuse = |reason| Quarantined::new(finding.key, reason, page.url.clone(), extractor.clone());
    let quote = Quote::new(&finding.quote).map_err(|error| refuse(error.into()))?;
    if finding.value.trim().is_empty() || finding.value.len() > MAX_VALUE {
        return Err(refuse(QuarantineReason::ValueLength));
    }
    if !page.has_quote(finding.range.clone(), &finding.quote) {
        return Err(refuse(QuarantineReason::NotVerbatim));
    }
    if source == EvidenceSource::Llm {
        check_model_finding(finding, page).map_err(refuse)?;
    }
    let value = CleanText::scrub(finding.value.trim());
    if value.as_str() != finding.value.trim() {
        return Err(refuse(QuarantineReason::PersonalData));
    }
    let id = EvidenceId::derive(&[
        &company.to_string(),
        finding.key.as_str(),
        value.as_str(),
        source.as_str(),
        extractor.as_str(),
        &page.url,
        page.content_hash.as_str(),
        &finding.range.start.to_string(),
        quote.as_str(),
    ]);
    Ok(EvidenceItem {
        id,
        company,
        key: finding.key,
        value,
        source,
        citation: Some(
            Citation::new(
                page.url.clone(),
                page.kind,
                quote,
                finding.range.start as u32,
                page.content_hash.clone(),
            )
            .in_zone(page.zone_at(&finding.range)),
        ),
        confidence: finding.confidence,
        extractor: extractor.clone(),
        observed_at: page.fetched_at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{BlockKind, PageBuilder, Zone};

    fn page() -> Page {
        let mut page = PageBuilder::new("https://acme.sg/", Timestamp::from_micros(0));
        page.block(Zone::Main, BlockKind::Text, "We sync with Xero and ship from Tuas.");
        page.finish()
    }

    fn finding(quote: &str, range: Range<usize>) -> Finding {
        Finding {
            key: SignalKey::Integration,
            value: "Xero".into(),
            quote: quote.into(),
            range,
            confidence: Confidence::new(0.8),
        }
    }

    #[test]
    fn only_verbatim_quotes_pass() {
        let (company, id) = (CompanyId::from_u128(1), ExtractorId::new("test", 1));
        let admit = |f: &Finding| admit(f, &page(), company, EvidenceSource::SeedSite, &id);
        let item = admit(&finding("sync with Xero", 3..17)).unwrap();
        let citation = item.citation.unwrap();
        assert_eq!((citation.quote.as_str(), citation.range()), ("sync with Xero", 3..17));
        for (quote, range, reason) in [
            ("sync with Sage", 3..17, QuarantineReason::NotVerbatim),
            ("sync with Xero", 4..18, QuarantineReason::NotVerbatim),
            ("sync with Xero", 3..9999, QuarantineReason::NotVerbatim),
            ("", 0..0, QuarantineReason::QuoteLength),
            (&"x".repeat(Quote::MAX_BYTES + 1), 0..401, QuarantineReason::QuoteLength),
            ("jane@acme.sg", 0..12, QuarantineReason::PersonalData),
        ] {
            assert_eq!(admit(&finding(quote, range)).unwrap_err().reason, reason);
        }
        let personal = Finding { value: "jane@acme.sg".into(), ..finding("sync with Xero", 3..17) };
        assert_eq!(admit(&personal).unwrap_err().reason, QuarantineReason::PersonalData);
    }

    #[test]
    fn a_model_must_show_its_value_where_a_person_reads() {
        let (company, id) = (CompanyId::from_u128(1), ExtractorId::new("model", 1));
        let mut page = PageBuilder::new("https://acme.sg/", Timestamp::from_micros(0));
        page.block(Zone::Main, BlockKind::Text, "We sync with Xero")
            .block(Zone::Nav, BlockKind::Text, "Xero")
            .block(Zone::Footer, BlockKind::Text, "Xero House, Singapore")
            .block(Zone::Meta, BlockKind::Text, "description: Xero");
        let page = page.finish();
        let of = |key, value: &str, range: Range<usize>| {
            let quote = page.text.as_str().get(range.clone()).unwrap().to_owned();
            Finding { value: value.into(), key, ..finding(&quote, range) }
        };
        let (text, key) = (page.text.as_str(), SignalKey::Integration);
        let foot = text.find("Xero House").unwrap();
        for (finding, refused) in [
            (of(key, "Xero", 3..17), None),
            (of(key, "Sage", 3..17), Some(QuarantineReason::ValueNotInQuote)),
            (of(key, "Xero", 18..22), Some(QuarantineReason::WrongZone)),
            (of(key, "Xero", 3..22), Some(QuarantineReason::WrongZone)),
            (of(key, "Xero", foot..foot + 10), Some(QuarantineReason::WrongZone)),
            (of(SignalKey::Location, "Singapore", foot..foot + 21), None),
            (of(key, "Xero", text.len() - 5..text.len() - 1), Some(QuarantineReason::WrongZone)),
        ] {
            let admitted = |source| admit(&finding, &page, company, source, &id).map_err(|it| it.reason);
            assert_eq!(admitted(EvidenceSource::Llm).err(), refused, "{finding:?}");
            assert!(admitted(EvidenceSource::SeedSite).is_ok(), "rules may conclude: {finding:?}");
        }
    }

    #[test]
    fn the_same_fact_has_the_same_id() {
        let (company, id) = (CompanyId::from_u128(1), ExtractorId::new("test", 1));
        let once = admit(&finding("sync with Xero", 3..17), &page(), company, EvidenceSource::SeedSite, &id)
            .unwrap();
        let mut later = page();
        later.fetched_at = Timestamp::from_micros(5);
        let twice =
            admit(&finding("sync with Xero", 3..17), &later, company, EvidenceSource::SeedSite, &id).unwrap();
        assert_eq!(once.id, twice.id);
    }
}
