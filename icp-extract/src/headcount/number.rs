//! Numbers as sites write them: `85`, `1,200`, `twelve`, `a hundred and forty`, `十二`.

/// A number in digits, or in English words below a thousand.
pub(super) const NUMBER: &str = r"(?:[0-9]{1,3}(?:[,.][0-9]{3})+|[0-9]{1,6}|(?:a|one|two|three|four|five|six|seven|eight|nine)[\s-]hundred(?:\s(?:and\s)?(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[\s-](?:one|two|three|four|five|six|seven|eight|nine))?|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|one|two|three|four|five|six|seven|eight|nine))?|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[\s-](?:one|two|three|four|five|six|seven|eight|nine)|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)";

#[rustfmt::skip]
const WORDS: &[(&str, u32)] = &[
    ("a", 1), ("one", 1), ("two", 2), ("three", 3), ("four", 4), ("five", 5), ("six", 6), ("seven", 7), ("eight", 8), ("nine", 9), ("ten", 10), ("eleven", 11),
    ("twelve", 12), ("thirteen", 13), ("fourteen", 14), ("fifteen", 15), ("sixteen", 16), ("seventeen", 17), ("eighteen", 18), ("nineteen", 19), ("twenty", 20),
    ("thirty", 30), ("forty", 40), ("fifty", 50), ("sixty", 60), ("seventy", 70), ("eighty", 80), ("ninety", 90),
];

/// The value of a number that [`NUMBER`] matches, up to 999,999.
pub(super) fn value(text: &str) -> Option<u32> {
    if text.bytes().any(|b| b.is_ascii_digit()) {
        return text.replace([',', '.'], "").parse().ok().filter(|n| *n <= 999_999);
    }
    let mut sum = 0;
    for word in
        text.to_lowercase().split([' ', '-', '\u{a0}']).filter(|word| !word.is_empty() && *word != "and")
    {
        if word == "hundred" {
            sum *= 100;
        } else {
            sum += WORDS.iter().find(|(name, _)| *name == word)?.1;
        }
    }
    (sum > 0).then_some(sum)
}

/// The value of a number in digits or in Chinese words below a thousand.
pub(super) fn han(text: &str) -> Option<u32> {
    if text.bytes().any(|b| b.is_ascii_digit()) {
        return value(text);
    }
    let (mut sum, mut digit) = (0, 0);
    for c in text.chars() {
        match c {
            '十' => {
                sum += digit.max(1) * 10;
                digit = 0;
            }
            '百' => {
                sum += digit.max(1) * 100;
                digit = 0;
            }
            '两' => digit = 2,
            c => {
                let at = "一二三四五六七八九".chars().position(|one| one == c)?;
                digit = u32::try_from(at).ok()? + 1;
            }
        }
    }
    Some(sum + digit).filter(|n| *n > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_words() {
        for (text, n) in [
            ("85", 85),
            ("1,200", 1200),
            ("1.200", 1200),
            ("twelve", 12),
            ("Twenty-six", 26),
            ("a hundred and forty", 140),
            ("two hundred", 200),
        ] {
            assert_eq!(value(text), Some(n), "{text}");
        }
        for (text, n) in
            [("十二", 12), ("四十", 40), ("两百", 200), ("一百二十五", 125), ("120", 120), ("五", 5)]
        {
            assert_eq!(han(text), Some(n), "{text}");
        }
        assert_eq!((value("few"), han("员")), (None, None));
    }
}
