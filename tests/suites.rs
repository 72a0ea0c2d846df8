//! The rule extractor, and a wrapper around it, keep the rules of the port.

mod rules {
    use std::sync::Arc;

    use icp::prelude::*;
    use icp_testkit::extractor::ExtractorBuilder;
    use icp_testkit::store::Guard;

    struct Plain;

    #[async_trait]
    impl ExtractorBuilder for Plain {
        async fn build(&self) -> (Guard, Arc<dyn Extractor>) {
            (Box::new(()), Arc::new(RuleExtractor))
        }
    }

    icp_testkit::extractor_conformance!(Plain);

    /// Passes on only what it is sure of.
    #[derive(Debug)]
    struct Sure(RuleExtractor);

    #[async_trait]
    impl Extractor for Sure {
        fn id(&self) -> ExtractorId {
            ExtractorId::new("sure-rules", 1)
        }

        fn class(&self) -> ExtractorClass {
            self.0.class()
        }

        async fn extract(&self, request: ExtractRequest<'_>) -> Extraction {
            let mut extraction = self.0.extract(request).await;
            extraction.findings.retain(|finding| finding.confidence >= Confidence::new(0.8));
            extraction
        }
    }

    struct Wrapped;

    #[async_trait]
    impl ExtractorBuilder for Wrapped {
        async fn build(&self) -> (Guard, Arc<dyn Extractor>) {
            (Box::new(()), Arc::new(Sure(RuleExtractor)))
        }
    }

    mod wrapped {
        use super::Wrapped;
        icp_testkit::extractor_conformance!(Wrapped);
    }
}
