//! Everything cards are made of.

use std::collections::BTreeMap;

use crate::mine::{BaseRates, SeedProfile, Segment};
use crate::model::{BackTest, CleanText, Entity, IntakePayload, SsicNode, Uen};

/// Everything cards are made of.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct SuggestInput<'a> {
    /// The answers.
    pub payload: &'a IntakePayload,
    /// The register's counts.
    pub rates: &'a BaseRates,
    /// Industry titles.
    pub titles: &'a BTreeMap<SsicNode, String>,
    /// The best customers.
    pub best: &'a [SeedProfile],
    /// The lost.
    pub lost: &'a [SeedProfile],
    /// The segments found.
    pub segments: &'a [Segment],
    /// Their back-tests, in the order of the segments.
    pub back_tests: &'a [Option<BackTest>],
    /// Register entities that meet each segment's register part, in the order of the segments.
    pub samples: &'a [Vec<Entity>],
    /// Titles of buyers that the user's own site names.
    pub own_buyer_titles: &'a [CleanText],
    /// UENs that the user's own site prints as its owner's.
    pub own_uens: &'a [Uen],
    /// Legal names that the user's own site prints as its owner's.
    pub own_legal_names: &'a [String],
}

impl<'a> SuggestInput<'a> {
    /// The answers and the register, without any customer or segment.
    pub fn new(
        payload: &'a IntakePayload,
        rates: &'a BaseRates,
        titles: &'a BTreeMap<SsicNode, String>,
    ) -> Self {
        Self {
            payload,
            rates,
            titles,
            best: &[],
            lost: &[],
            segments: &[],
            back_tests: &[],
            samples: &[],
            own_buyer_titles: &[],
            own_uens: &[],
            own_legal_names: &[],
        }
    }

    /// Sets the best and the lost customers.
    #[must_use]
    pub fn with_profiles(mut self, best: &'a [SeedProfile], lost: &'a [SeedProfile]) -> Self {
        (self.best, self.lost) = (best, lost);
        self
    }

    /// Sets the segments with their back-tests, in the same order.
    #[must_use]
    pub fn with_segments(mut self, segments: &'a [Segment], back_tests: &'a [Option<BackTest>]) -> Self {
        (self.segments, self.back_tests) = (segments, back_tests);
        self
    }

    /// Sets the register entities of each segment.
    #[must_use]
    pub fn with_samples(mut self, samples: &'a [Vec<Entity>]) -> Self {
        self.samples = samples;
        self
    }

    /// Sets the titles of buyers that the user's own site names.
    #[must_use]
    pub fn with_own_buyer_titles(mut self, titles: &'a [CleanText]) -> Self {
        self.own_buyer_titles = titles;
        self
    }

    /// Sets the UENs and the legal names that the user's own site prints as its owner's.
    #[must_use]
    pub fn with_own_company(mut self, uens: &'a [Uen], legal_names: &'a [String]) -> Self {
        (self.own_uens, self.own_legal_names) = (uens, legal_names);
        self
    }
}
