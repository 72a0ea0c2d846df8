//! Similarity held against values that Postgres gave, and the nearest texts against comparing all.

use proptest::prelude::*;

use super::*;

/// Values that PostgreSQL 15.18 gave (`lc_ctype` C.UTF-8).
const FROM_POSTGRES: &[(&str, &str, f32)] = &[
    ("", "", 0.0),
    ("a", "", 0.0),
    ("a", "a", 1.0),
    ("word", "two words", 0.36363637),
    ("Tech in Asia", "Asia Tech", 0.7692308),
    ("Supply59", "Supply 59", 0.5833333),
    ("ACME TRADING PTE. LTD.", "acme trading", 0.61904764),
    ("Zhongguo Yinhang", "中国银行", 0.0),
    ("中国银行股份有限公司", "中国银行", 0.33333334),
    ("中国银行", "中国石油", 0.25),
    ("Müller GmbH", "Muller GmbH", 0.6),
    ("MÜLLER", "müller", 1.0),
    ("İstanbul", "istanbul", 1.0),
    ("straße", "STRASSE", 0.36363637),
    ("naïve café", "naive cafe", 0.375),
    ("L'Oréal", "Loreal", 0.15384616),
    ("S.E.A. Freight", "SEA Freight", 0.5294118),
    ("a_b", "a b", 1.0),
    ("a_b", "ab", 0.16666667),
    ("x²", "x2", 0.25),
    ("½ price", "price", 1.0),
    ("①②", "12", 0.0),
    ("Ⅷ fund", "viii fund", 0.41666666),
    ("ООО Ромашка", "ооо ромашка", 1.0),
    ("שלום עולם", "שלום", 0.5),
    ("日本電気株式会社", "日本電気", 0.4),
    ("한국전력", "한국", 0.33333334),
    ("ไทย จำกัด", "ไทย", 0.4),
    ("éclair", "éclair", 0.36363637),
    ("١٢٣", "123", 0.0),
    ("ﷺ", "a", 0.0),
    ("🙂 acme", "acme 🙂🙂", 1.0),
    ("aaaa", "aa", 0.75),
    ("abcabcabc", "abc", 0.6666667),
    ("one two three", "three two one", 1.0),
    ("  spaced   out  ", "spaced out", 1.0),
    ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaa", 1.0),
    ("Ａｃｍｅ", "acme", 0.0),
    ("ⅷ", "Ⅷ", 1.0),
    ("ǅ", "ǆ", 1.0),
    ("ª", "a", 0.0),
    ("٣", "3", 0.0),
    ("हिन्दी", "हिन्द", 0.625),
    ("Đông Á", "dong a", 0.07692308),
    ("ß", "ss", 0.0),
    ("Σίσυφος", "σίσυφοσ", 0.6),
    ("²", "²", 0.0),
    ("①", "①", 0.0),
    ("½", "½", 0.0),
    ("_", "_", 0.0),
    ("Ⅷ", "Ⅷ", 1.0),
    ("٣", "٣", 1.0),
    ("ि", "ि", 1.0),
    ("ⓐ", "ⓐ", 1.0),
    ("々", "々", 1.0),
    ("〇", "〇", 1.0),
    ("ー", "ー", 1.0),
    ("゛", "゛", 0.0),
    ("㈱", "㈱", 0.0),
    ("㎡", "㎡", 0.0),
    ("℃", "℃", 0.0),
    ("™", "™", 0.0),
];

#[test]
fn equals_what_postgres_gave() {
    for (a, b, expected) in FROM_POSTGRES {
        let ours = similarity(a, b);
        assert!((ours - expected).abs() < 1e-6, "{a} / {b}: {ours}, Postgres {expected}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn similarity_is_symmetric_and_bounded(a in "\\PC{0,30}", b in "\\PC{0,30}") {
        let there = similarity(&a, &b);
        prop_assert_eq!(there, similarity(&b, &a));
        prop_assert!((0.0..=1.0).contains(&there));
        prop_assert!(words(&a).is_empty() || similarity(&a, &a) == 1.0);
    }

    #[test]
    fn the_index_is_a_scan(
        texts in proptest::collection::vec("([a-e]{1,5} ?){0,5}|[中国银行é]{1,4}|\\PC{0,12}", 0..40),
        query in "([a-e]{1,5} ?){0,5}|[中国银行é]{1,4}|\\PC{0,12}",
        threshold in prop::sample::select(vec![0.0f64, 0.2, 0.35, 0.7, 1.0]),
        limit in 0usize..8,
    ) {
        let mut builder = TrigramIndexBuilder::new();
        for (id, text) in texts.iter().enumerate() {
            builder.push(id as u32, text);
        }
        let mut expected: Vec<TrigramHit> = texts
            .iter()
            .enumerate()
            .map(|(id, text)| TrigramHit { id: id as u32, similarity: similarity(&query, text) })
            .filter(|hit| hit.similarity > 0.0 && f64::from(hit.similarity) >= threshold)
            .collect();
        expected.sort_by(|a, b| b.similarity.total_cmp(&a.similarity).then(a.id.cmp(&b.id)));
        expected.truncate(limit);
        prop_assert_eq!(builder.finish().top(&query, threshold, limit), expected);
    }
}
