//! When further pages of a site are not worth a model's reading.

use std::collections::BTreeSet;

use crate::model::{EvidenceItem, PageKind, SignalKey};

/// Counts what a model's pages add, page by page in their order.
///
/// Once some pages in a row have shown no new fact (key and value), only pages of a kind that was not read yet are worth
/// reading; a new fact on one of them begins the count again.
#[derive(Clone, Debug, Default)]
pub(super) struct Saturation {
    facts: BTreeSet<(SignalKey, String)>,
    kinds: BTreeSet<PageKind>,
    barren: usize,
}

impl Saturation {
    /// Counts a page that was read. One that failed is none.
    pub(super) fn count(&mut self, kind: PageKind, items: &[EvidenceItem]) {
        self.kinds.insert(kind);
        let mut new = false;
        for item in items {
            new |= self.facts.insert((item.key, item.value.as_str().to_owned()));
        }
        self.barren = if new { 0 } else { self.barren + 1 };
    }

    /// Whether a page of a kind is worth reading, after so many barren pages in a row at most.
    pub(super) fn wants(&self, kind: PageKind, most_barren: Option<usize>) -> bool {
        most_barren.is_none_or(|most| self.barren < most) || !self.kinds.contains(&kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CompanyId, EvidenceSource, ExtractorId, Timestamp};

    fn fact(value: &str) -> EvidenceItem {
        EvidenceItem::stated(
            CompanyId::from_u128(1),
            SignalKey::Integration,
            value,
            EvidenceSource::Llm,
            ExtractorId::new("model", 1),
            Timestamp::from_micros(0),
        )
    }

    /// Reads pages of these kinds and values; the places of those worth reading.
    fn read(most: Option<usize>, pages: &[(PageKind, &[&str])]) -> Vec<usize> {
        let mut saturation = Saturation::default();
        let mut read = Vec::new();
        for (at, (kind, values)) in pages.iter().enumerate() {
            if saturation.wants(*kind, most) {
                let items: Vec<EvidenceItem> = values.iter().map(|value| fact(value)).collect();
                saturation.count(*kind, &items);
                read.push(at);
            }
        }
        read
    }

    #[test]
    fn it_stops_after_barren_pages_in_a_row() {
        use PageKind::Other;
        let pages: [(PageKind, &[&str]); 6] = [
            (Other, &["Xero"]),
            (Other, &[]),
            (Other, &["Odoo"]),
            (Other, &["Xero"]),
            (Other, &[]),
            (Other, &["SAP"]),
        ];
        assert_eq!(
            read(Some(2), &pages),
            [0, 1, 2, 3, 4],
            "a page of known facts is as barren as an empty one"
        );
        assert_eq!(read(Some(3), &pages), [0, 1, 2, 3, 4, 5]);
        assert_eq!(read(None, &pages), [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn one_page_of_each_kind_is_read_all_the_same() {
        use PageKind::{About, Careers, Home};
        let pages: [(PageKind, &[&str]); 6] = [
            (Home, &[]),
            (Home, &[]),
            (Home, &["never seen"]),
            (About, &[]),
            (Careers, &["Odoo"]),
            (Home, &["SAP"]),
        ];
        assert_eq!(read(Some(2), &pages), [0, 1, 3, 4, 5], "a new fact begins the count again");
        assert_eq!(read(Some(0), &pages), [0, 3, 4]);
    }
}
