//! How sites were read.

use super::recorded;
use super::shape::{Broken, Mirror, shapes};
use crate::model::{
    CompanyId, Domain, FetchRecord, PageKind, Refusal, RefusalCause, SiteReport, SiteRole, SiteStatus,
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
    }
    FetchRecord as FetchRecordShape {
        url: String,
        kind: Option<PageKind>,
        refusal: Option<Refusal>,
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
    SiteReport = "site" v 1;
}
