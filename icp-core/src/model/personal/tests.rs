use super::*;
use proptest::prelude::*;

#[test]
fn what_is_masked() {
    for (text, clean) in [
        ("jane@acme.sg", "[e-mail]"),
        ("Jane.Tan+x@mail.acme.com.sg!", "[e-mail]!"),
        ("jane (at) acme (dot) sg", "[e-mail]"),
        ("jane＠acme.sg", "[e-mail]"),
        ("Tel: 6123 4567", "Tel: [phone]"),
        ("(65) 6123-4567", "[phone]"),
        ("+65-9123-4567 ext", "[phone] ext"),
        ("Call 91234567 now", "Call [phone] now"),
        ("office 6123 4567, level 3", "office [phone], level 3"),
    ] {
        assert_eq!(CleanText::scrub(text).as_str(), clean, "{text}");
    }
}

#[test]
fn what_is_left_alone() {
    for text in [
        "UEN 201912345K",
        "UEN: 53012345X",
        "since 2019-2024",
        "ISO 9001 2015",
        "ISO 9001:2015",
        "Singapore 048581",
        "12,000 orders a day",
        "S$1,200,000",
        "50 to 200 people",
        "@acme on social media",
        "v1.2.3",
        "#08-01",
    ] {
        assert_eq!(CleanText::scrub(text).as_str(), text);
    }
}

fn lines(table: &str) -> impl Iterator<Item = &str> {
    table.lines().filter(|line| !line.starts_with("# "))
}

#[test]
fn what_reaches_a_person_is_masked() {
    let digits = |text: &str| text.chars().filter(|c| c.is_numeric()).count();
    let wrong: Vec<(&str, CleanText)> = lines(include_str!("masked.txt"))
        .map(|text| (text, CleanText::scrub(text)))
        .filter(|(text, clean)| {
            let phone = clean.as_str().contains(PHONE_MASK) && digits(clean.as_str()) <= 6;
            clean.as_str() == *text || !(phone || clean.as_str().contains(EMAIL_MASK))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_reaches_nobody_is_left_alone() {
    let wrong: Vec<(&str, CleanText)> = lines(include_str!("kept.txt"))
        .map(|text| (text, CleanText::scrub(text)))
        .filter(|(text, clean)| clean != text)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_tables_are_large_enough() {
    assert!(lines(include_str!("masked.txt")).count() >= 150);
    assert!(lines(include_str!("kept.txt")).count() >= 200);
}

#[test]
fn quotes_refuse_what_text_masks() {
    assert_eq!(Quote::new("mail jane@acme.sg"), Err(QuoteError::PersonalData));
    assert!(serde_json::from_str::<Quote>("\"+65 6123 4567\"").is_err());
    assert!(Quote::new("we use Xero").is_ok());
}

#[test]
fn quotes_have_the_length_they_promise() {
    assert_eq!(Quote::new(""), Err(QuoteError::Empty));
    assert_eq!(Quote::new(" \n"), Err(QuoteError::Empty));
    assert!(Quote::new(&"a".repeat(Quote::MAX_BYTES)).is_ok());
    assert_eq!(Quote::new(&"a".repeat(Quote::MAX_BYTES + 1)), Err(QuoteError::TooLong));
    assert_eq!(
        Quote::new(&"é".repeat(Quote::MAX_BYTES / 2 + 1)),
        Err(QuoteError::TooLong),
        "bytes, not letters"
    );
}

proptest! {
    #[test]
    fn scrubbed_text_always_makes_a_quote(text in "(\\PC|[0-9 @.+()-]){0,80}") {
        let clean = CleanText::scrub(&text);
        let quote = Quote::new(clean.as_str());
        prop_assert!(quote.is_ok() || quote == Err(QuoteError::Empty), "{quote:?}");
        prop_assert_eq!(CleanText::scrub(clean.as_str()), clean);
    }
}
