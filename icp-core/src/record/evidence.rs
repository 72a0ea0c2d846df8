//! Evidence, refusals, and extractions that were done.

use super::recorded;
use super::shape::{Broken, Mirror, shapes};
use crate::model::{
    Citation, CleanText, CompanyId, Confidence, ContentHash, EvidenceId, EvidenceItem, EvidenceSource,
    ExtractorId, PageKind, QuarantineReason, Quarantined, Quote, SignalKey, Timestamp, Zone,
};
use crate::ports::{ExtractionKey, ExtractionReport, StoredExtraction, StoredFailure, Usage};

shapes! {
    EvidenceItem as EvidenceItemShape {
        id: EvidenceId,
        company: CompanyId,
        key: SignalKey,
        value: CleanText,
        source: EvidenceSource,
        citation: Option<Citation>,
        confidence: Confidence,
        extractor: ExtractorId,
        observed_at: Timestamp,
    }
    Quarantined as QuarantinedShape {
        key: SignalKey,
        reason: QuarantineReason,
        url: String,
        extractor: ExtractorId,
    }
    ExtractionKey as ExtractionKeyShape {
        input: ContentHash,
        extractor: ExtractorId,
    }
    StoredExtraction as StoredExtractionShape {
        key: ExtractionKey,
        items: Vec<EvidenceItem>,
        quarantined: Vec<Quarantined>,
        usage: Usage,
    }
    Usage as UsageShape {
        requests: u64,
        tokens_in: u64,
        tokens_out: u64,
        micro_usd: u64,
    }
    ExtractionReport as ExtractionReportShape {
        company: CompanyId,
        pages: u32,
        reused: u32,
        #[serde(default, skip_serializing_if = "is_zero")]
        saturated: u32,
        usage: Usage,
        failures: Vec<StoredFailure>,
    }
    StoredFailure as StoredFailureShape {
        url: String,
        extractor: ExtractorId,
        message: CleanText,
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub struct CitationShape {
    url: String,
    page_kind: PageKind,
    quote: String,
    start: u32,
    end: u32,
    content_hash: ContentHash,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    zone: Option<Zone>,
}

impl Mirror for Citation {
    type Shape = CitationShape;

    fn shape(&self) -> CitationShape {
        CitationShape {
            url: self.url.clone(),
            page_kind: self.page_kind,
            quote: self.quote.as_str().to_owned(),
            start: self.start,
            end: self.end,
            content_hash: self.content_hash.clone(),
            zone: self.zone,
        }
    }

    fn unshape(shape: CitationShape) -> Result<Self, Broken> {
        let CitationShape { url, page_kind, quote, start, end, content_hash, zone } = shape;
        if start.checked_add(u32::try_from(quote.len()).unwrap_or(u32::MAX)) != Some(end) {
            return Err(Broken::new(format!(
                "its quote has {} bytes and its range is {start} to {end}",
                quote.len()
            )));
        }
        Ok(Self { url, page_kind, quote: Quote::trusted(quote), start, end, content_hash, zone })
    }
}

recorded! {
    EvidenceItem = "evidence" v 1;
    Quarantined = "refusal" v 1;
    StoredExtraction = "extraction" v 1;
    ExtractionReport = "extraction report" v 1;
}
