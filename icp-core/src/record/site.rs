//! How sites were read.

use serde_json::{Value, json};

use super::recorded;
use super::shape::{Broken, Mirror, shapes};
use crate::model::{
    CompanyId, Domain, FetchRecord, LinkSource, PageKind, ReadEnd, Refusal, RefusalCause, SiteReport,
    SiteRole, SiteStatus,
};

shapes! {
    SiteReport as SiteReportShape {
        domain: Domain,
        company: CompanyId,
        role: SiteRole,
        status: SiteStatus,
        cause: Option<Refusal>,
        pages: u32,
        bytes: u64,
        fetches: Vec<FetchRecord>,
        end: Option<ReadEnd>,
        unlinked: Vec<PageKind>,
    }
    FetchRecord as FetchRecordShape {
        url: String,
        kind: Option<PageKind>,
        refusal: Option<Refusal>,
        found: LinkSource,
    }
}

#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub struct RefusalShape {
    cause: RefusalCause,
    detail: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry_after_s: Option<u64>,
}

impl Mirror for Refusal {
    type Shape = RefusalShape;

    fn shape(&self) -> RefusalShape {
        RefusalShape {
            cause: self.cause,
            detail: self.detail.clone(),
            retry_after_s: self.retry_after.map(|after| after.as_secs()),
        }
    }

    fn unshape(shape: RefusalShape) -> Result<Self, Broken> {
        let RefusalShape { cause, detail, retry_after_s } = shape;
        Ok(Self { cause, detail, retry_after: retry_after_s.map(std::time::Duration::from_secs) })
    }
}

recorded! {
    SiteReport = "site" v 2 [1 => how_found];
}

/// Version 1 did not say how an address was found, why the reading ended and what was not linked. Links were all there was.
fn how_found(mut body: Value) -> Result<Value, Broken> {
    let broken = || Broken::new("the addresses tried are no list of objects");
    let report = body.as_object_mut().ok_or_else(broken)?;
    report.insert("end".to_owned(), Value::Null);
    report.insert("unlinked".to_owned(), json!([]));
    let fetches = report.get_mut("fetches").and_then(Value::as_array_mut).ok_or_else(broken)?;
    for (at, fetch) in fetches.iter_mut().enumerate() {
        let found = if at == 0 { LinkSource::Home } else { LinkSource::Link };
        fetch.as_object_mut().ok_or_else(broken)?.insert("found".to_owned(), json!(found));
    }
    Ok(body)
}
