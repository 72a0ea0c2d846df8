//! Numbers as people read them, with the nouns they count.

/// Thousands apart: `2,034,118`.
pub(crate) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A factor with as many digits as it deserves: `12×`, `3.4×`, `0.25×`.
pub(crate) fn factor(value: f64) -> String {
    if !value.is_finite() {
        return "beyond measure".to_owned();
    }
    if value >= 1000.0 {
        return format!("{}\u{d7}", grouped(value.round() as u64));
    }
    let digits = if value >= 10.0 {
        0
    } else if value >= 1.0 {
        1
    } else {
        2
    };
    format!("{value:.digits$}\u{d7}")
}

/// A share in per cent: `42 %`, `0.31 %`, and `<0.01 %` where rounding would say none.
pub(crate) fn percent(share: f64) -> String {
    let value = share * 100.0;
    if !value.is_finite() {
        return "unknown".to_owned();
    }
    if value > 0.0 && value < 0.01 {
        return "<0.01\u{a0}%".to_owned();
    }
    let digits = if value == 0.0 || value >= 10.0 {
        0
    } else if value >= 1.0 {
        1
    } else {
        2
    };
    format!("{value:.digits$}\u{a0}%")
}

/// A chance: `0.23`, `0.004`, or `<0.001` when that small.
pub(crate) fn chance(p: f64) -> String {
    if p > 0.0 && p < 0.001 {
        "<0.001".to_owned()
    } else if p < 0.1 {
        format!("{p:.3}")
    } else {
        format!("{p:.2}")
    }
}

/// An expected number: `<0.001`, `0.04`, `43`.
pub(crate) fn expected(n: f64) -> String {
    if n >= 10.0 {
        grouped(n.round() as u64)
    } else if n >= 1.0 {
        format!("{n:.1}")
    } else {
        chance(n)
    }
}

/// Bytes: `640 B`, `12 KB`, `3.4 MB`.
pub(crate) fn bytes(n: u64) -> String {
    match n {
        0..1000 => format!("{n} B"),
        1000..1_000_000 => format!("{} KB", n / 1000),
        _ => format!("{:.1} MB", n as f64 / 1e6),
    }
}

/// The noun that fits a number: "page" for one, "pages" for any other.
pub(crate) fn noun<'a>(n: u64, one: &'a str, many: &'a str) -> &'a str {
    if n == 1 { one } else { many }
}

/// "1 page", "2 pages".
pub(crate) fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(n), noun(n, one, many))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!([0, 7, 999, 1000, 2_034_118].map(grouped), ["0", "7", "999", "1,000", "2,034,118"]);
        assert_eq!(
            [12.4, 3.41, 0.25, 4321.0, f64::INFINITY].map(factor),
            ["12×", "3.4×", "0.25×", "4,321×", "beyond measure"]
        );
        assert_eq!(
            [0.0, 0.42, 0.031, 0.0031, 0.000_001, f64::NAN].map(percent),
            ["0\u{a0}%", "42\u{a0}%", "3.1\u{a0}%", "0.31\u{a0}%", "<0.01\u{a0}%", "unknown"]
        );
        assert_eq!([0.0, 0.0421, 0.234, 2e-9].map(chance), ["0.000", "0.042", "0.23", "<0.001"]);
        assert_eq!([43.4, 3.21, 0.04].map(expected), ["43", "3.2", "0.040"]);
        assert_eq!([999, 12_345, 3_400_000].map(bytes), ["999 B", "12 KB", "3.4 MB"]);
        assert_eq!([0, 1, 2000].map(|n| counted(n, "page", "pages")), ["0 pages", "1 page", "2,000 pages"]);
    }
}
