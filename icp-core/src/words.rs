//! Numbers, nouns and lists as people read them. Everything core writes for people counts and joins through here.

/// A number with its noun: "1 card", "2 cards", "no companies" is "0 companies".
pub(crate) fn count(n: impl TryInto<u64>, noun: &str) -> String {
    let n = n.try_into().unwrap_or(u64::MAX);
    format!("{n} {}", plural(n, noun))
}

/// The noun as it follows a number.
pub(crate) fn plural(n: impl TryInto<u64>, noun: &str) -> String {
    if n.try_into().is_ok_and(|n: u64| n == 1) {
        return noun.to_owned();
    }
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ => format!("{noun}s"),
    }
}

/// A number that is not negative, with the digits that matter.
pub(crate) fn number(value: f64) -> String {
    if value >= 100.0 {
        format!("{value:.0}")
    } else if value >= 10.0 {
        format!("{value:.1}")
    } else if value >= 0.01 {
        format!("{value:.2}")
    } else if value >= 0.001 {
        format!("{value:.3}")
    } else if value == 0.0 {
        "0".to_owned()
    } else {
        "fewer than 0.001".to_owned()
    }
}

/// A share as a percentage.
pub(crate) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent >= 10.0 {
        format!("{percent:.0} %")
    } else if percent >= 1.0 {
        format!("{percent:.1} %")
    } else if percent >= 0.01 {
        format!("{percent:.2} %")
    } else {
        "under 0.01 %".to_owned()
    }
}

/// "a, b and c".
pub(crate) fn and_list<S: AsRef<str>>(items: &[S]) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [head @ .., last] => {
            let head: Vec<&str> = head.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", head.join(", "), last.as_ref())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_is_singular() {
        assert_eq!(count(1u32, "card"), "1 card");
        assert_eq!(count(0u32, "card"), "0 cards");
        assert_eq!(count(2usize, "live company"), "2 live companies");
        assert_eq!(count(3u64, "survey"), "3 surveys");
    }

    #[test]
    fn numbers_have_the_digits_that_matter() {
        let cases = [
            (0.0, "0"),
            (0.000_9, "fewer than 0.001"),
            (0.002_34, "0.002"),
            (0.23, "0.23"),
            (4.567, "4.57"),
            (45.67, "45.7"),
            (456.7, "457"),
        ];
        for (value, text) in cases {
            assert_eq!(number(value), text);
        }
        assert_eq!(and_list(&["a", "b", "c"]), "a, b and c");
    }

    proptest! {
        #[test]
        fn no_number_has_an_exponent(value in prop_oneof![0.0f64..2.0, 0.0f64..1e9]) {
            let text = number(value);
            prop_assert!(!text.contains("e-") && !text.contains("e+"), "{text}");
            if value >= 0.001 {
                prop_assert!(text.parse::<f64>().is_ok(), "{text}");
            }
        }
    }
}
