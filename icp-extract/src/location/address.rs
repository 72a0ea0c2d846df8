//! Addresses of the world: the country that a postcode, with what stands around it, is of.
//!
//! A number alone is no postcode. It counts in the form of its country and beside a name that only an address has there:
//! "Portland, OR 97205", "Reading RG1 3EU", "Footscray VIC 3011", "59200 Kuala Lumpur", "1012 AB Amsterdam".

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::lexicon::Hit;
use crate::report::pattern;

/// What the page itself says of its country.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hints<'p> {
    /// The page's language.
    pub language: Option<&'p str>,
    /// The last label of its host.
    pub tld: &'p str,
    /// Whether a street is named in the line or just above it.
    pub street: bool,
}

/// An address found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub start: usize,
    pub end: usize,
    pub country: &'static str,
}

impl Address {
    pub(super) fn span(self) -> Range<usize> {
        self.start..self.end
    }
}

/// The house and the street, in the languages whose streets have a word of their own.
static STREET: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix)
        \b(?:no\.?\s?)?\d{1,5}[a-z]?(?:\s?[-/\u{2013}]\s?\d{1,5}[a-z]?)?,?\s(?:[\p{L}'’.\d-]+\s){0,4}
            (?:street|st|road|rd|avenue|ave|av|drive|dr|lane|ln|way|boulevard|blvd|highway|hwy|parkway|pkwy|court|ct|square|sq|place|crescent|cres|terrace|close|quay|circle|parade|esplanade|walk|broadway|mews|wharf|loop|trail|pike|turnpike)\b
        | \b(?:rue|avenue|boulevard|bd|place|chemin|all[ée]e|impasse|quai|route|via|viale|piazza|corso|calle|carrer|avda|avenida|plaza|paseo|rua|pra[çc]a|jalan|jl|jln|lorong|ulica|ul|al)\b\.?\s[^.;|]{0,40}\d
        | \d{1,4}\s?(?:bis|ter)?,?\s(?:rue|avenue|av\.|boulevard|bd|place|chemin|all[ée]e|impasse|quai|route|cours|square)\s
        | \b[\p{L}-]{2,}(?:stra(?:ß|ss)e|str\.|gasse|platz|allee|weg|damm|ufer|chaussee|straat|laan|plein|kade|dijk|singel|gracht|gatan|v[äa]gen|gade|vej|veien|katu)\s\d
        | \b(?:stra(?:ß|ss)e|am|an\sder|unter\sden|zum|zur|im)\s[\p{L}\s-]{3,30}\s\d{1,4}[a-z]?\b
        | \b(?:level|lvl|floor|suite|ste|unit|room|rm|block|blk|building|bldg|tower|plot|sector|phase|flat|shop|office|survey|kompleks|wisma|lot)\b\.?\s?(?:no\.?\s?)?\#?[a-z]?-?\d
        | \#\d{2,}-\d+ | \b\d{1,2}(?:st|nd|rd|th)\sfloor\b | \b\d{1,2}f\b | \bp\.?\s?o\.?\s?box\b | 〒 | \p{Han}{1,8}(?:路|街|道|号|號|丁目)",
    )
});

/// Whether a text names a house, a street, a floor or a postbox.
pub(super) fn has_street(text: &str) -> bool {
    STREET.is_match(text)
}

static UK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:AB|AL|B|BA|BB|BD|BH|BL|BN|BR|BS|BT|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|E|EC|EH|EN|EX|FK|FY|G|GL|GU|HA|HD|HG|HP|HR|HS|HU|HX|IG|IP|IV|KA|KT|KW|KY|L|LA|LD|LE|LL|LN|LS|LU|M|ME|MK|ML|N|NE|NG|NN|NP|NR|NW|OL|OX|PA|PE|PH|PL|PO|PR|RG|RH|RM|S|SA|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|W|WA|WC|WD|WF|WN|WR|WS|WV|YO|ZE)[0-9][0-9A-HJKPSTUW]?\s[0-9][ABD-HJLNP-UW-Z]{2}\b",
    )
});
static CANADA: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:ON|QC|BC|AB|MB|SK|NS|NB|NL|PE|YT|NT|Ontario|Qu[ée]bec|British Columbia|Alberta|Manitoba|Saskatchewan|Nova Scotia|New Brunswick|Canada)\)?[\s,.·|-]{1,3}[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z][\s-]?[0-9][ABCEGHJ-NPRSTV-Z][0-9]\b",
    )
});
static US: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b\p{Lu}[\p{L}.'’-]+\)?[\s,]{1,3}\(?(?P<state>A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]|Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming)\)?[\s,.]{1,3}(?:USA?[\s,]{1,3}|U\.S\.A?\.?[\s,]{1,3})?[-\u{2013}]?\s?(?P<zip>[0-9]{5})(?:-[0-9]{4})?\b",
    )
});
/// A town and the short form of its state: an address only where addresses stand.
static US_TOWN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b\p{Lu}[\p{L}.'’-]+,\s(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])\b",
    )
});
static AUSTRALIA: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:(?:NSW|N\.S\.W\.|New South Wales|ACT)[\s,.]{1,3}(?:1[0-9]|2[0-9])|(?:VIC|Vic|Victoria)[\s,.]{1,3}[38][0-9]|(?:QLD|Qld|Queensland)[\s,.]{1,3}[49][0-9]|(?:SA|South Australia)[\s,.]{1,3}5[0-9]|(?:WA|Western Australia)[\s,.]{1,3}6[0-9]|(?:TAS|Tas|Tasmania)[\s,.]{1,3}7[0-9]|(?:NT|Northern Territory)[\s,.]{1,3}0[89])[0-9]{2}\b",
    )
});
static DUTCH: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b[1-9][0-9]{3}\s?[A-RT-Z][A-Z]\s{1,2}\p{Lu}[\p{Ll}'’]+"));
static JAPAN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"〒\s?[0-9]{3}-?[0-9]{4}|\b(?:Tokyo|Osaka|Kyoto|Sakai|Kanagawa|Aichi|Hyogo|Fukuoka|\p{Lu}\p{Ll}+-(?:ku|shi|ken))[\s,]{1,2}[0-9]{3}-[0-9]{4}\b",
    )
});
static BRAZIL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\bCEP:?\s?[0-9]{2}\.?[0-9]{3}-[0-9]{3}\b|\b[A-Z]{2}[\s,-]{1,3}[0-9]{5}-[0-9]{3}\b")
});
static IRELAND: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:Dublin|Co\.|County|Cork|Galway|Limerick|Ireland)[\p{L}\s,0-9]{0,24}\b[AC-FHKNPRTV-Y][0-9]{2}\s[0-9AC-FHKNPRTV-Y]{4}\b",
    )
});
/// Five digits and a town; the language says whose, and a prefix where there is one.
static DIGITS_TOWN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:\b(?P<prefix>D|DE|A|AT|CH|F|FR|I|IT|E|ES|L|B|BE|FI|S|SE)\s?[-\u{2013}]\s?)?\b(?P<digits>[0-9]{4,5})\s{1,2}(?P<town>\p{Lu}[\p{L}.'’-]{2,})",
    )
});

/// The postal addresses that a text holds, and the places in it that a postcode stands beside.
pub(super) fn addresses(text: &str, places: &[Hit], hints: Hints<'_>) -> Vec<Address> {
    let mut found = Vec::new();
    let mut every = |rule: &Regex, country: &'static str| {
        found.extend(rule.find_iter(text).map(|it| Address { start: it.start(), end: it.end(), country }));
    };
    every(&UK, "United Kingdom");
    every(&CANADA, "Canada");
    every(&AUSTRALIA, "Australia");
    every(&JAPAN, "Japan");
    every(&BRAZIL, "Brazil");
    every(&IRELAND, "Ireland");
    if hints.street || hints.tld == "nl" || hints.language == Some("nl") || text.contains("Nederland") {
        every(&DUTCH, "Netherlands");
    }
    if hints.street && text.len() <= 160 {
        every(&US_TOWN, "United States");
    }
    for it in US.captures_iter(text) {
        let (Some(whole), Some(state), Some(zip)) = (it.get(0), it.name("state"), it.name("zip")) else {
            continue;
        };
        // "DE 10115 Berlin" is in Germany.
        if state.as_str() != "DE" || zip.as_str().starts_with("19") {
            found.push(Address { start: whole.start(), end: whole.end(), country: "United States" });
        }
    }
    for it in DIGITS_TOWN.captures_iter(text) {
        let (Some(whole), Some(digits)) = (it.get(0), it.name("digits")) else { continue };
        let prefix = it.name("prefix").map(|prefix| prefix.as_str());
        if let Some(country) = by_language(text, digits.as_str(), prefix, hints) {
            found.push(Address { start: whole.start(), end: whole.end(), country });
        }
    }
    found.extend(places.iter().filter_map(|place| beside_postcode(text, place, hints.street)));
    found.sort_by_key(|it| (it.start, it.end));
    found
}

/// The country of "59439 Holzwickede": by its prefix, or by the language and the domain of the page.
fn by_language(text: &str, digits: &str, prefix: Option<&str>, hints: Hints<'_>) -> Option<&'static str> {
    let of = |word: &str| hints.tld == word || hints.language == Some(word);
    match (digits.len(), prefix) {
        (5, Some("D" | "DE")) => return Some("Germany"),
        (4, Some("A" | "AT")) => return Some("Austria"),
        (4, Some("CH")) => return Some("Switzerland"),
        (5, Some("F" | "FR")) => return Some("France"),
        (5, Some("I" | "IT")) if hints.street => return Some("Italy"),
        (5, Some("E" | "ES")) if hints.street => return Some("Spain"),
        (4, Some("B" | "BE")) if hints.street => return Some("Belgium"),
        (4, Some("L")) if hints.street => return Some("Luxembourg"),
        _ => {}
    }
    if digits.len() == 5 {
        if of("de") && (hints.street || hints.tld == "de") && hints.tld != "at" && hints.tld != "ch" {
            return Some("Germany");
        }
        if of("fr") && hints.street {
            return Some(overseas(digits).unwrap_or("France"));
        }
        if of("it") && hints.street {
            return Some("Italy");
        }
        return (of("es") && hints.tld != "mx" && hints.street && hints.tld == "es").then_some("Spain");
    }
    if text.contains("Österreich") || text.contains("Austria") || hints.tld == "at" && hints.street {
        return Some("Austria");
    }
    if text.contains("Schweiz")
        || text.contains("Suisse")
        || text.contains("Switzerland")
        || hints.tld == "ch" && hints.street
    {
        return Some("Switzerland");
    }
    match hints.tld {
        "be" if hints.street => Some("Belgium"),
        "dk" if hints.street => Some("Denmark"),
        "no" if hints.street => Some("Norway"),
        _ => None,
    }
}

/// The French department or collectivity beyond the sea that a postcode is of.
pub(super) fn overseas(postcode: &str) -> Option<&'static str> {
    match postcode {
        "97150" => Some("Saint Martin"),
        "97133" => Some("Saint Barthélemy"),
        _ => match postcode.get(..3)? {
            "971" => Some("Guadeloupe"),
            "972" => Some("Martinique"),
            "973" => Some("French Guiana"),
            "974" => Some("Réunion"),
            "976" => Some("Mayotte"),
            "987" => Some("French Polynesia"),
            "988" => Some("New Caledonia"),
            _ => None,
        },
    }
}

static CODE_AFTER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:\s[Cc]ity)?(?:\s?\([A-Z]{2}\))?[\s,.\u{2013}\u{2014}|:-]{1,4}(?P<code>[0-9]{3}[\s-][0-9]{3,4}|[0-9]{4,7})(?:[^\p{L}0-9%.,]|[.,](?:\D|$)|$)",
    )
});
static CODE_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:^|[^\p{L}0-9.$€£/#])(?P<code>[0-9]{2}-[0-9]{3}|[0-9]{3}\s[0-9]{2}|[0-9]{4}-[0-9]{3}|[0-9]{4}\s?[A-Z]{2}|[0-9]{4,6})[\s,]{1,2}$",
    )
});

/// A city or country with a postcode of its country's length just before or after it.
fn beside_postcode(text: &str, place: &Hit, street: bool) -> Option<Address> {
    let (before, after) = postcode_digits(place.value)?;
    let year = |code: &str| code.len() == 4 && (code.starts_with("19") || code.starts_with("20")) && !street;
    let tail = &text[place.span.end..text.floor_char_boundary(place.span.end + 24)];
    if let Some(code) = CODE_AFTER.captures(tail).and_then(|it| it.name("code")) {
        let digits = code.as_str().bytes().filter(u8::is_ascii_digit).count();
        if after.contains(&digits) && !year(code.as_str()) {
            return Some(Address {
                start: place.span.start,
                end: place.span.end + code.end(),
                country: place.value,
            });
        }
    }
    let from = text.ceil_char_boundary(place.span.start.saturating_sub(16));
    let code = CODE_BEFORE.captures(&text[from..place.span.start])?.name("code")?;
    let digits = code.as_str().bytes().filter(u8::is_ascii_digit).count();
    (before.contains(&digits) && !year(code.as_str())).then_some(Address {
        start: from + code.start(),
        end: place.span.end,
        country: place.value,
    })
}

/// How many digits a postcode has that stands before a town of this country, and one that stands after it.
fn postcode_digits(country: &str) -> Option<(&'static [usize], &'static [usize])> {
    Some(match country {
        "Germany"
        | "France"
        | "Italy"
        | "Spain"
        | "Finland"
        | "Croatia"
        | "Sweden"
        | "Czech Republic"
        | "Slovakia"
        | "Poland"
        | "Serbia"
        | "Bosnia and Herzegovina"
        | "Montenegro"
        | "Estonia"
        | "Morocco"
        | "Algeria"
        | "Senegal"
        | "Monaco"
        | "Greece"
        | "Saint Martin"
        | "Guadeloupe"
        | "Martinique"
        | "Réunion" => (&[5], &[]),
        "Turkey" | "Mexico" | "Malaysia" | "Ukraine" | "Lithuania" => (&[5], &[5]),
        "Austria" | "Switzerland" | "Liechtenstein" | "Belgium" | "Luxembourg" | "Denmark" | "Norway"
        | "Netherlands" | "Hungary" | "Bulgaria" | "Slovenia" | "Latvia" | "Tunisia" | "North Macedonia"
        | "Cyprus" => (&[4], &[]),
        "Portugal" => (&[7, 4], &[]),
        "Romania" | "Russia" | "Belarus" | "Kazakhstan" => (&[6], &[6]),
        "China" | "India" | "Singapore" | "Vietnam" => (&[6], &[6]),
        "Thailand" | "Indonesia" | "South Korea" | "Pakistan" | "Saudi Arabia" | "Sri Lanka" | "Nepal"
        | "Kuwait" | "Egypt" => (&[], &[5]),
        "Philippines" | "Georgia" => (&[4], &[4]),
        "Australia" | "New Zealand" | "South Africa" | "Bangladesh" => (&[], &[4]),
        "Argentina" => (&[4], &[4]),
        "Japan" => (&[], &[7]),
        "Israel" => (&[7], &[7]),
        "Taiwan" => (&[3, 5, 6], &[5, 6]),
        "Kenya" => (&[], &[5]),
        _ => return None,
    })
}
