//! Draws the rows. Reads no clock and no environment: the same rows on every machine.

use std::collections::BTreeSet;
use std::ops::Range;

use icp_core::model::{Date, SsicCode};

use super::codes::{CODES, Code};
use super::known::{KNOWN, Known};
use super::names::{FIRST, PEOPLE, SECOND, STREETS, TRADE};
use super::rng::Rng;
use super::{EDITION, GENERATED, Kind, Row};

const SEED: u64 = 0x1C9_2026;
/// Days from 1965-01-01 to the register's date.
const MAX_AGE_DAYS: u64 = 22_584;
const ALL: Range<usize> = 0..CODES.len();
const CHECK: &[u8] = b"ABCDEGHKMNRWZ";

const KINDS: [(Kind, u64); 6] = [
    (Kind::Company, 550),
    (Kind::Business, 380),
    (Kind::Llp, 45),
    (Kind::ForeignBranch, 15),
    (Kind::AccountingFirm, 6),
    (Kind::LimitedPartnership, 4),
];

/// All rows, by name, then UEN.
pub(super) fn rows() -> Vec<Row> {
    let mut draw = Draw::new();
    let mut rows: Vec<Row> = KNOWN.iter().map(|known| draw.known(known)).collect();
    rows.extend((0..GENERATED).map(|_| draw.row()));
    rows.sort_by(|a, b| (&a.name, &a.uen).cmp(&(&b.name, &b.uen)));
    rows
}

struct Draw {
    rng: Rng,
    /// UENs without their check letters: that is how the numbers are issued.
    uens: BTreeSet<String>,
    /// Names without legal form, so that no two entities differ in it only (but for those of the story).
    stems: BTreeSet<String>,
    /// For each code of the table, the weights up to and with it; a 0 before the first.
    weights: Vec<u64>,
}

impl Draw {
    fn new() -> Self {
        let uens = KNOWN.iter().map(|known| serial(known.uen)).collect();
        let stems =
            KNOWN.iter().flat_map(|known| known.former.iter().chain([&known.name])).map(|name| stem(name));
        let weights = CODES.iter().scan(0, |sum, code| {
            *sum += u64::from(code.1);
            Some(*sum)
        });
        Self {
            rng: Rng::new(SEED),
            uens,
            stems: stems.collect(),
            weights: std::iter::once(0).chain(weights).collect(),
        }
    }

    fn row(&mut self) -> Row {
        let kind = KINDS[self.rng.weighted(KINDS.iter().map(|(_, weight)| *weight))].0;
        let days = self.age_days();
        let registered = date_before(days);
        let primary = if kind == Kind::AccountingFirm { code_at("69201") } else { self.code(&ALL) };
        let second = self.rng.percent(35);
        let near = if self.rng.percent(50) { division(primary.0) } else { ALL };
        let secondary = second.then(|| self.other_code(near, primary));
        let name = self.name(kind, primary.0);
        let mut former = Vec::new();
        if matches!(kind, Kind::Company | Kind::Llp) && self.rng.percent(9) {
            former.push(self.name(kind, primary.0));
            if self.rng.percent(10) {
                former.push(self.name(kind, primary.0));
            }
        }
        let declares = !self.rng.percent(1);
        let (street, sector) = self.rng.pick(STREETS);
        let postal = format!("{sector:02}{:04}", self.rng.below(10_000));
        let unit = (1 + self.rng.below(12) as u8, 1 + self.rng.below(60) as u8);
        Row {
            uen: self.uen(kind, registered.year()),
            name,
            former,
            kind,
            constitution: self.constitution(kind),
            company_type: self.company_type(kind),
            status: self.status(kind),
            registered,
            primary: declares.then(|| ssic(primary.0)),
            secondary: secondary.filter(|_| declares).map(|code| ssic(code.0)),
            block: 1 + self.rng.below(400) as u16,
            street,
            unit: self.rng.percent(80).then_some(unit),
            postal: (!self.rng.percent(3)).then_some(postal),
            officers: 1 + self.rng.below(6) as u8,
        }
    }

    #[expect(clippy::expect_used, reason = "dates written by hand; the tests build every row")]
    fn known(&mut self, known: &Known) -> Row {
        let (year, month, day) = known.registered;
        let (block, street, postal) = known.address;
        Row {
            uen: known.uen.to_owned(),
            name: known.name.to_owned(),
            former: known.former.iter().map(|&name| name.to_owned()).collect(),
            kind: known.kind,
            constitution: if known.kind == Kind::Business { "Sole-Proprietor" } else { "na" },
            company_type: match (known.kind, known.public) {
                (Kind::Company, false) => "Exempt Private Company Limited by Shares",
                (Kind::Company, true) => "Public Company Limited by Shares",
                _ => "na",
            },
            status: known.status,
            registered: Date::new(year, month, day).expect("a day that exists"),
            primary: Some(ssic(known.primary)),
            secondary: known.secondary.map(ssic),
            block,
            street,
            unit: Some((1 + self.rng.below(9) as u8, 1 + self.rng.below(30) as u8)),
            postal: Some(format!("{postal:06}")),
            officers: 3,
        }
    }

    fn age_days(&mut self) -> u64 {
        let uniform = self.rng.below(1 << 20);
        1 + ((MAX_AGE_DAYS * uniform * uniform) >> 40)
    }

    /// A code of a part of the table, by weight.
    fn code(&mut self, of: &Range<usize>) -> &'static Code {
        let (before, upto) = (self.weights[of.start], self.weights[of.end]);
        let at = before + self.rng.below(upto - before);
        &CODES[self.weights.partition_point(|weight| *weight <= at) - 1]
    }

    /// A code of a part that is not a certain one; of the whole table, if the part has no other.
    fn other_code(&mut self, of: Range<usize>, than: &Code) -> &'static Code {
        let of = if of.len() > 1 { of } else { ALL };
        loop {
            let code = self.code(&of);
            if code.0 != than.0 {
                return code;
            }
        }
    }

    fn uen(&mut self, kind: Kind, year: i16) -> String {
        loop {
            let check = char::from(self.rng.pick(CHECK));
            let century = if year < 2000 { 'S' } else { 'T' };
            let short = year % 100;
            let number = self.rng.below(10_000);
            let other = |letters: &str| format!("{century}{short:02}{letters}{number:04}{check}");
            let uen = match kind {
                Kind::Company => format!("{year}{:05}{check}", self.rng.below(45_000)),
                Kind::Business => format!("5{:07}{check}", 2_000_000 + self.rng.below(1_500_000)),
                Kind::Llp => other("LL"),
                Kind::ForeignBranch => other("FC"),
                Kind::AccountingFirm => other("PF"),
                Kind::LimitedPartnership => other("LP"),
            };
            if self.uens.insert(serial(&uen)) {
                return uen;
            }
        }
    }

    fn name(&mut self, kind: Kind, code: &str) -> String {
        loop {
            let stem = self.draw_stem(kind, code);
            if self.stems.insert(stem.clone()) {
                return match self.legal_form(kind) {
                    "" => stem,
                    form => format!("{stem} {form}"),
                };
            }
        }
    }

    fn draw_stem(&mut self, kind: Kind, code: &str) -> String {
        let rng = &mut self.rng;
        let trade = rng.pick(trade_words(code));
        match kind {
            Kind::AccountingFirm => format!(
                "{}, {} & {}",
                rng.pick(PEOPLE),
                rng.pick(PEOPLE),
                rng.pick(&["CO.", "PARTNERS", "ASSOCIATES"])
            ),
            Kind::Llp | Kind::LimitedPartnership if rng.percent(50) => {
                format!("{} {} PARTNERS", rng.pick(FIRST), trade)
            }
            Kind::Business => match rng.below(10) {
                0..=2 => format!("{} {} {trade}", rng.pick(PEOPLE), rng.pick(PEOPLE)),
                3 => format!("{} & {} {trade}", rng.pick(PEOPLE), rng.pick(PEOPLE)),
                4..=5 => format!("{} {trade}", rng.pick(FIRST)),
                6..=7 => format!("{} {} {trade}", rng.pick(FIRST), rng.pick(PEOPLE)),
                _ => format!("{} {} {trade}", rng.pick(FIRST), rng.pick(SECOND)),
            },
            _ => {
                let place = if rng.percent(12) {
                    rng.pick(&[" (S)", " SINGAPORE", " ASIA", " (ASIA PACIFIC)", " INTERNATIONAL"])
                } else {
                    ""
                };
                match rng.below(10) {
                    0..=3 => format!("{} {} {trade}{place}", rng.pick(FIRST), rng.pick(SECOND)),
                    4..=6 => format!("{} {trade}{place}", rng.pick(FIRST)),
                    7..=8 => format!("{} {} {trade}{place}", rng.pick(FIRST), rng.pick(FIRST)),
                    _ => format!("{} {} {trade}{place}", rng.pick(PEOPLE), rng.pick(SECOND)),
                }
            }
        }
    }

    fn legal_form(&mut self, kind: Kind) -> &'static str {
        match kind {
            Kind::Company => match self.rng.below(100) {
                0..=85 => "PTE. LTD.",
                86..=94 => "PRIVATE LIMITED",
                95..=97 => "PTE LTD",
                _ => "LIMITED",
            },
            Kind::Llp => "LLP",
            Kind::LimitedPartnership => "LP",
            Kind::ForeignBranch => {
                self.rng.pick(&["SDN. BHD.", "LIMITED", "CO., LTD.", "GMBH", "INC.", "B.V."])
            }
            Kind::Business | Kind::AccountingFirm => "",
        }
    }

    fn status(&mut self, kind: Kind) -> &'static str {
        let rng = &mut self.rng;
        match kind {
            Kind::Company | Kind::ForeignBranch if rng.percent(73) => "Live Company",
            Kind::Company | Kind::ForeignBranch => match rng.below(20) {
                0..=13 => "Struck Off",
                14..=16 => "Dissolved - Members' Voluntary Winding Up",
                17 => "Dissolved - Creditors' Voluntary Winding Up",
                18 => "Dissolved - Compulsory Winding Up (Insolvency)",
                _ => "Amalgamated",
            },
            Kind::Business if rng.percent(66) => "Live",
            Kind::Business => {
                rng.pick(&["Ceased Registration", "Ceased Registration", "Cancelled", "Terminated"])
            }
            _ if rng.percent(75) => "Live",
            _ => rng.pick(&["Struck Off", "Cancelled"]),
        }
    }

    fn constitution(&mut self, kind: Kind) -> &'static str {
        match kind {
            Kind::Business if self.rng.percent(85) => "Sole-Proprietor",
            Kind::Business => "Partnership",
            _ => "na",
        }
    }

    fn company_type(&mut self, kind: Kind) -> &'static str {
        match kind {
            Kind::Company => match self.rng.below(100) {
                0..=74 => "Exempt Private Company Limited by Shares",
                75..=98 => "Private Company Limited by Shares",
                _ => "Public Company Limited by Shares",
            },
            _ => "na",
        }
    }
}

fn serial(uen: &str) -> String {
    uen[..uen.len() - 1].to_owned()
}

/// A name without its last words of legal form.
fn stem(name: &str) -> String {
    [" PTE. LTD.", " LIMITED"].iter().find_map(|form| name.strip_suffix(form)).unwrap_or(name).to_owned()
}

fn trade_words(code: &str) -> &'static [&'static str] {
    let fits = TRADE.iter().filter(|(prefix, _)| code.starts_with(prefix));
    fits.max_by_key(|(prefix, _)| prefix.len()).map_or(&["ENTERPRISE"], |(_, words)| *words)
}

/// The codes of the same division as one of them.
fn division(code: &str) -> Range<usize> {
    let start = CODES.partition_point(|other| other.0[..2] < code[..2]);
    let end = CODES.partition_point(|other| other.0[..2] <= code[..2]);
    start..end
}

fn code_at(digits: &str) -> &'static Code {
    let at = CODES.binary_search_by(|code| code.0.cmp(digits)).unwrap_or(0);
    &CODES[at]
}

#[expect(clippy::expect_used, reason = "codes of a constant table, all built by the tests")]
fn ssic(digits: &str) -> SsicCode {
    SsicCode::new(digits, EDITION).expect("five digits")
}

/// The day so many days before the register's date.
#[expect(clippy::expect_used, reason = "the walk meets only days that exist; the tests build every row")]
fn date_before(days: u64) -> Date {
    let (mut year, mut month, mut day) = (2026i16, 11i8, 1i8);
    let mut left = days;
    while left >= 366 {
        // The year that ends on 1 November has a 29 February of its own year, if any.
        left -= if leap(year) { 366 } else { 365 };
        year -= 1;
    }
    for _ in 0..left {
        day -= 1;
        if day == 0 {
            month -= 1;
            if month == 0 {
                (year, month) = (year - 1, 12);
            }
            day = days_in(year, month);
        }
    }
    Date::new(year, month, day).expect("a day that exists")
}

fn leap(year: i16) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i16, month: i8) -> i8 {
    match month {
        2 if leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_back_through_leap_years() {
        for (days, date) in [
            (1, "2026-10-31"),
            (365, "2025-11-01"),
            (366, "2025-10-31"),
            (977, "2024-02-28"),
            (976, "2024-02-29"),
            (MAX_AGE_DAYS, "1965-01-01"),
        ] {
            assert_eq!(date_before(days).to_string(), date, "{days} days");
        }
    }

    #[test]
    fn codes_are_sorted_so_that_they_can_be_searched() {
        assert!(CODES.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!(code_at("69201").0, "69201");
    }

    #[test]
    fn codes_are_drawn_by_weight_and_within_their_part() {
        let mut draw = Draw::new();
        let part = division("52292");
        assert!(CODES[part.clone()].iter().all(|code| code.0.starts_with("52")));
        let weight = |code: &Code| f64::from(code.1);
        let expected = CODES.iter().find(|code| code.0 == "52292").map_or(0.0, weight)
            / CODES[part.clone()].iter().map(weight).sum::<f64>();
        let drawn = (0..10_000).filter(|_| draw.code(&part).0 == "52292").count() as f64 / 10_000.0;
        assert!((drawn - expected).abs() < 0.02, "{drawn} of {expected}");
        assert!((0..1000).all(|_| draw.code(&part).0.starts_with("52")));
        assert_ne!(draw.other_code(part, code_at("52292")).0, "52292");
    }

    #[test]
    fn trades_fit_the_longest_prefix() {
        assert!(trade_words("46302").contains(&"SEAFOOD"));
        assert!(trade_words("46900").contains(&"TRADING"));
        assert!(trade_words("01120").contains(&"ENTERPRISE"));
    }
}
