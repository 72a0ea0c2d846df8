//! How many new facts a page promises: what pages of its kind show on sites in general, and showed on this one.

use std::collections::BTreeMap;

use crate::model::PageKind;

/// The kinds that a site may have beside its home page.
pub(super) const KINDS: [PageKind; 11] = [
    PageKind::About,
    PageKind::Industries,
    PageKind::Customers,
    PageKind::Integrations,
    PageKind::Partners,
    PageKind::Pricing,
    PageKind::Careers,
    PageKind::Product,
    PageKind::Locations,
    PageKind::Legal,
    PageKind::Blog,
];

/// Hundredths of new facts on a first page of a kind: about what labelled sites show, rounded.
fn usual(kind: PageKind) -> u64 {
    match kind {
        PageKind::Home => 1100,
        PageKind::Careers | PageKind::Integrations => 900,
        PageKind::Customers => 800,
        PageKind::About => 750,
        PageKind::Industries => 650,
        PageKind::Pricing => 600,
        PageKind::Partners => 400,
        PageKind::Product => 350,
        PageKind::Locations => 300,
        PageKind::Other => 250,
        PageKind::Legal => 150,
        PageKind::Blog => 100,
    }
}

/// Pages that were read, and the new facts they showed.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    pages: usize,
    facts: usize,
}

impl Seen {
    /// The mean of what was seen, with the usual number as if it had been seen once.
    fn expects(self, usual: u64) -> u64 {
        (usual + 100 * self.facts as u64) / (1 + self.pages as u64)
    }
}

/// What the pages of one site have shown, by kind and by pattern of addresses.
#[derive(Clone, Debug, Default)]
pub(super) struct Gains {
    kinds: BTreeMap<PageKind, Seen>,
    shapes: BTreeMap<(PageKind, String), Seen>,
}

impl Gains {
    /// Counts a page that was read.
    pub(super) fn learn(&mut self, kind: PageKind, shape: Option<(PageKind, String)>, facts: usize) {
        let count = |seen: &mut Seen| {
            seen.pages += 1;
            seen.facts += facts;
        };
        count(self.kinds.entry(kind).or_default());
        if let Some(shape) = shape {
            count(self.shapes.entry(shape).or_default());
        }
    }

    /// How many pages of a kind were read.
    pub(super) fn pages(&self, kind: PageKind) -> usize {
        self.kinds.get(&kind).map_or(0, |seen| seen.pages)
    }

    /// Hundredths of new facts on the next page of a kind, or of a repeated pattern of that kind.
    pub(super) fn expected(&self, kind: PageKind, repeated: Option<&(PageKind, String)>) -> u64 {
        let of_kind = self.kinds.get(&kind).copied().unwrap_or_default().expects(usual(kind));
        let of_shape = repeated.map(|shape| self.shapes.get(shape).copied().unwrap_or_default());
        of_shape.map_or(of_kind, |seen| seen.expects(of_kind / 2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_site_shows_outweighs_the_usual() {
        let mut gains = Gains::default();
        let shape = (PageKind::Customers, "acme.sg/stories/".to_owned());
        let first = gains.expected(PageKind::Customers, Some(&shape));
        assert!(first < gains.expected(PageKind::Customers, None), "one of many promises less");
        gains.learn(PageKind::Customers, Some(shape.clone()), 40);
        assert!(gains.expected(PageKind::Customers, Some(&shape)) > first);
        let (before, mut barren) = (gains.expected(PageKind::Other, None), gains.clone());
        barren.learn(PageKind::Other, None, 0);
        assert!(barren.expected(PageKind::Other, None) < before);
    }
}
