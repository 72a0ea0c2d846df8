//! The place of the extractor over a language model. It holds no code yet.
//!
//! What will live here implements `icp_core::ports::Extractor` and adds to the rule extractors when a host configures a
//! model. It will depend on `icp-core` and on no other adapter. Its findings pass the same border as everybody's:
//! a finding whose quote does not stand verbatim on the page is quarantined and counted, never used.
