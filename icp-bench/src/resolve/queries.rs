//! Queries with known answers: changed names of register rows, real pairs, and names that are in no row.

use icp_core::normalize::{NameForms, core_key};

use super::world::{Origin, World, key_hash};
use crate::rng::Rng;

/// A question and its answer.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    pub(crate) text: String,
    /// The row it is about; `None` for absent names.
    pub(crate) truth: Option<u32>,
    pub(crate) kind: &'static str,
}

/// Kinds that change a name and leave it recognisable.
const CHANGES: [&str; 9] = [
    "as is",
    "legal dropped",
    "legal changed",
    "typo",
    "punctuation",
    "abbreviated",
    "word order",
    "short name",
    "combination",
];

/// The queries over one origin: `each` of every kind of change, and absent names in proportion.
pub(crate) fn queries(world: &World, origin: Origin, each: usize, seed: u64) -> Vec<Query> {
    let mut rng = Rng::new(seed);
    let rows: Vec<u32> = (0..world.rows.len() as u32)
        .filter(|id| world.rows[*id as usize].origin == origin)
        .filter(|id| world.twins.binary_search(id).is_err())
        .collect();
    let mut all = Vec::new();
    // Listings are only learnt from: the pairs of listed companies, which are real, measure them.
    let listings = (origin == Origin::Train).then_some("listing");
    for kind in CHANGES.into_iter().chain(listings) {
        let mut made = 0;
        for _ in 0..each * 60 {
            if made == each {
                break;
            }
            let id = *rng.pick(&rows);
            if let Some(text) = change(&world.rows[id as usize].name, kind, &mut rng)
                && fair(world, &text, id, kind)
            {
                all.push(Query { text, truth: Some(id), kind });
                made += 1;
            }
        }
    }
    let short: Vec<u32> =
        rows.iter().copied().filter(|id| core_key(&world.rows[*id as usize].name).len() < 8).collect();
    for _ in 0..each / 2 {
        let id = *rng.pick(&short);
        let kind = *rng.pick::<&str>(&["legal dropped", "typo", "punctuation", "legal changed"]);
        if let Some(text) = change(&world.rows[id as usize].name, kind, &mut rng)
            && fair(world, &text, id, kind)
        {
            all.push(Query { text, truth: Some(id), kind: "short or initials" });
        }
    }
    aliases(world, &rows, each / 2, &mut rng, &mut all);
    let mut made = 0;
    for id in world.twins.iter().filter(|id| world.rows[**id as usize].origin == origin) {
        if made < each / 2 && rng.chance(0.5) {
            let text = strip(&world.rows[*id as usize].name);
            all.push(Query { text, truth: Some(*id), kind: "duplicate" });
            made += 1;
        }
    }
    absent(world, origin, &rows, each, &mut rng, &mut all);
    all
}

fn aliases(world: &World, rows: &[u32], many: usize, rng: &mut Rng, all: &mut Vec<Query>) {
    let with: Vec<u32> = rows.iter().copied().filter(|id| world.rows[*id as usize].alias.is_some()).collect();
    if with.is_empty() {
        return;
    }
    for _ in 0..many {
        let id = *rng.pick(&with);
        let alias = world.rows[id as usize].alias.clone().unwrap_or_default();
        let text = match rng.below(3) {
            0 => alias,
            1 => alias.replace("有限公司", ""),
            _ => alias.replace("有限公司", "私人有限公司"),
        };
        all.push(Query { text, truth: Some(id), kind: "chinese alias" });
    }
}

/// Absent names: held-out real ones (half of them changed a little), and siblings of rows.
fn absent(world: &World, origin: Origin, rows: &[u32], each: usize, rng: &mut Rng, all: &mut Vec<Query>) {
    let held: Vec<&String> =
        world.absent.iter().filter(|(_, of)| *of == origin).map(|(name, _)| name).collect();
    for _ in 0..each * 3 {
        let name = *rng.pick(&held);
        let changed = if rng.chance(0.5) {
            let kind = *rng.pick::<&str>(&["legal dropped", "typo", "punctuation"]);
            change(name, kind, rng).unwrap_or_else(|| name.clone())
        } else {
            name.clone()
        };
        if !world.keys.contains_key(&key_hash(&core_key(&changed))) {
            all.push(Query { text: changed, truth: None, kind: "absent" });
        }
    }
    let traps: [(&'static str, &[&str]); 6] = [
        (
            "trap: place",
            &["HONG KONG", "MALAYSIA", "INDIA", "ASIA", "(S)", "EUROPE", "JAPAN", "VIETNAM", "CHINA", "UK"],
        ),
        ("trap: number", &["II", "III", "IV", "2", "3", "NO. 5", "2019", "2025", "88", "360"]),
        (
            "trap: word",
            &[
                "HOLDINGS",
                "CAPITAL",
                "FOUNDATION",
                "VENTURES",
                "LOGISTICS",
                "TRADING",
                "REALTY",
                "PROPERTIES",
            ],
        ),
        ("trap: legal form", &["LLP", "GmbH", "S.A.", "Sdn Bhd", "B.V."]),
        ("trap: one word", &[]),
        ("trap: near word", &[]),
    ];
    for (kind, words) in traps {
        for _ in 0..each / 2 {
            let id = *rng.pick(rows);
            let name = &world.rows[id as usize].name;
            let bare = strip(name);
            let form = name.strip_prefix(bare.as_str()).unwrap_or_default().to_owned();
            let text = match kind {
                "trap: legal form" if form.is_empty() => continue,
                "trap: near word" => match near_word(world, &bare, rng) {
                    Some(text) => text + &form,
                    None => continue,
                },
                "trap: legal form" => format!("{bare} {}", rng.pick(words)),
                "trap: one word" => {
                    // Another row's word takes the place of one of this name's.
                    let other = strip(&world.rows[*rng.pick(rows) as usize].name);
                    let mut parts: Vec<&str> = bare.split_whitespace().collect();
                    let (Some(word), true) = (other.split_whitespace().next(), parts.len() >= 2) else {
                        continue;
                    };
                    parts[0] = word;
                    parts.join(" ") + &form
                }
                "trap: number" if bare.bytes().any(|b| b.is_ascii_digit()) => {
                    let digit = char::from(b'0' + rng.below(10) as u8);
                    let at = bare.rfind(|c: char| c.is_ascii_digit()).unwrap_or(0);
                    format!("{}{digit}{}{form}", &bare[..at], &bare[at + 1..])
                }
                _ => format!("{bare} {}{form}", rng.pick(words)),
            };
            // The same kind of form is no trap.
            let agrees = NameForms::of(&text).country == NameForms::of(name).country;
            if kind == "trap: legal form" && agrees {
                continue;
            }
            let taken = world.keys.contains_key(&key_hash(&core_key(&text)));
            if kind == "trap: legal form" || !taken {
                all.push(Query { text, truth: None, kind });
            }
        }
    }
}

/// The first word replaced by another company's that begins with the same two letters.
fn near_word(world: &World, bare: &str, rng: &mut Rng) -> Option<String> {
    let (first, rest) = bare.split_once(' ').unwrap_or((bare, ""));
    let begin: String = first.chars().take(2).collect::<String>().to_lowercase();
    if first.len() < 4 || !begin.is_ascii() {
        return None;
    }
    let from = world.sorted.partition_point(|key| key.as_str() < begin.as_str());
    let many = world.sorted[from..].partition_point(|key| key.starts_with(&begin));
    let other = world.sorted.get(from + rng.below(many.max(1)))?.split(' ').next()?.to_uppercase();
    let differs = other.len() >= 4
        && other.len().abs_diff(first.len()) <= 3
        && !other.starts_with(first)
        && !first.starts_with(other.as_str());
    differs.then(|| format!("{other} {rest}").trim_end().to_owned())
}

/// Whether the changed name still points at its row alone.
fn fair(world: &World, text: &str, id: u32, kind: &str) -> bool {
    let key = core_key(text);
    if key.len() < 2 || world.keys.get(&key_hash(&key)).is_some_and(|other| *other != id) {
        return false;
    }
    kind != "short name" || world.begins_with(&key) == 1
}

/// The name without its legal form, as written.
pub(crate) fn strip(name: &str) -> String {
    let key = core_key(name);
    let mut words: Vec<&str> = name.split_whitespace().collect();
    while words.len() > 1 && core_key(&words[..words.len() - 1].join(" ")) == key {
        words.pop();
    }
    words.join(" ").trim_end_matches([',', '-']).to_owned()
}

fn change(name: &str, kind: &str, rng: &mut Rng) -> Option<String> {
    let bare = strip(name);
    let form = name.strip_prefix(bare.as_str()).unwrap_or_default().to_owned();
    let text = match kind {
        "as is" => {
            if rng.chance(0.5) {
                title(name)
            } else {
                name.to_lowercase()
            }
        }
        "legal dropped" => {
            if form.is_empty() {
                return None;
            }
            title(&bare)
        }
        "legal changed" => {
            let form = *rng.pick::<&str>(&[
                "Pte Ltd",
                "Pte. Ltd.",
                "Private Limited",
                "Ltd",
                "Limited",
                "Co., Ltd.",
                "(Pte) Ltd",
            ]);
            let text = format!("{} {form}", title(&bare));
            // A form that contradicts the registered one is written seldom.
            if !NameForms::of(&text).form_agrees(&NameForms::of(name)) && !rng.chance(0.2) {
                return None;
            }
            text
        }
        "listing" => listing(&bare, &form, rng)?,
        "typo" => {
            let mut text = typo(&bare, rng)?;
            if rng.chance(0.25) {
                text = typo(&text, rng)?;
            }
            text + if rng.chance(0.5) { &form } else { "" }
        }
        "punctuation" => punctuation(&bare, rng)? + if rng.chance(0.5) { &form } else { "" },
        "abbreviated" => abbreviate(&bare, rng)? + if rng.chance(0.5) { &form } else { "" },
        "word order" => {
            let mut words: Vec<&str> = bare.split_whitespace().collect();
            if words.len() < 2 {
                return None;
            }
            let at = rng.below(words.len() - 1);
            words.swap(at, at + 1);
            words.join(" ") + if rng.chance(0.5) { &form } else { "" }
        }
        "short name" => {
            let words: Vec<&str> = bare.split_whitespace().collect();
            if words.len() < 2 {
                return None;
            }
            let keep = 1 + rng.below((words.len() - 1).min(3));
            title(&words[..keep].join(" "))
        }
        _ => {
            let first = *rng.pick::<&str>(&["typo", "abbreviated", "punctuation"]);
            let second = *rng.pick::<&str>(&["legal dropped", "legal changed", "word order"]);
            let once = change(name, second, rng)?;
            change(&once, first, rng)?
        }
    };
    (text != name).then_some(text)
}

fn title(text: &str) -> String {
    let lower = text.to_lowercase();
    let mut out = String::with_capacity(lower.len());
    let mut start = true;
    for c in lower.chars() {
        if start {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
        start = !c.is_alphanumeric();
    }
    out
}

/// One slip of the keyboard in a word of four letters or more.
fn typo(text: &str, rng: &mut Rng) -> Option<String> {
    let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    let long: Vec<usize> = (0..words.len())
        .filter(|at| words[*at].chars().count() >= 4 && words[*at].chars().all(char::is_alphabetic))
        .collect();
    if long.is_empty() {
        return None;
    }
    let word = &mut words[*rng.pick(&long)];
    let mut letters: Vec<char> = word.to_lowercase().chars().collect();
    let at = 1 + rng.below(letters.len() - 1);
    let letter = char::from(b'a' + rng.below(26) as u8);
    match rng.below(5) {
        0 => letters.swap(at, at - 1),
        1 => {
            letters.remove(at);
        }
        2 => letters.insert(at, letter),
        3 => letters.insert(at, letters[at - 1]),
        _ => letters[at] = letter,
    }
    *word = letters.into_iter().collect();
    Some(words.join(" "))
}

fn punctuation(text: &str, rng: &mut Rng) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let changed = match rng.below(6) {
        0 if words.len() >= 2 => {
            let at = rng.below(words.len() - 1);
            let mut out = String::new();
            for (n, word) in words.iter().enumerate() {
                if n > 0 && n != at + 1 {
                    out.push(' ');
                }
                out.push_str(word);
            }
            out
        }
        1 if words.len() >= 2 => words.join("-"),
        2 if text.contains('&') => text.replace('&', "and"),
        2 if text.contains(" AND ") => text.replace(" AND ", " & "),
        3 => {
            let at = rng.below(words.len());
            let letters: Vec<char> = words[at].chars().collect();
            if letters.len() < 6 {
                return None;
            }
            let cut = 3 + rng.below(letters.len() - 5);
            let split: String =
                letters[..cut].iter().chain(std::iter::once(&' ')).chain(&letters[cut..]).collect();
            words
                .iter()
                .enumerate()
                .map(|(n, w)| if n == at { split.as_str() } else { w })
                .collect::<Vec<_>>()
                .join(" ")
        }
        4 if words.len() >= 2 => {
            format!("{} ({})", words[..words.len() - 1].join(" "), words[words.len() - 1])
        }
        _ => text.replace(['.', ',', '\'', '-', '(', ')'], " "),
    };
    Some(changed)
}

/// Words cut short as exchanges and bookkeepers do: known abbreviations, first letters, vowels left out.
fn abbreviate(text: &str, rng: &mut Rng) -> Option<String> {
    const KNOWN: [(&str, &str); 24] = [
        ("HOLDINGS", "HLDGS"),
        ("INTERNATIONAL", "INTL"),
        ("MANAGEMENT", "MGMT"),
        ("SERVICES", "SVCS"),
        ("TECHNOLOGY", "TECH"),
        ("TECHNOLOGIES", "TECH"),
        ("ENGINEERING", "ENGRG"),
        ("INVESTMENTS", "INVS"),
        ("INVESTMENT", "INV"),
        ("DEVELOPMENT", "DEVT"),
        ("GROUP", "GRP"),
        ("INDUSTRIES", "INDS"),
        ("MANUFACTURING", "MFG"),
        ("CORPORATION", "CORP"),
        ("COMPANY", "CO"),
        ("ASSOCIATES", "ASSOC"),
        ("SYSTEMS", "SYS"),
        ("PROPERTIES", "PROPS"),
        ("TRADING", "TRDG"),
        ("PHARMACEUTICALS", "PHARM"),
        ("FINANCIAL", "FINL"),
        ("RESOURCES", "RES"),
        ("SINGAPORE", "S'PORE"),
        ("BROTHERS", "BROS"),
    ];
    let mut words: Vec<String> = text.to_uppercase().split_whitespace().map(str::to_owned).collect();
    let mut changed = 0;
    for word in &mut words {
        if let Some((_, short)) = KNOWN.iter().find(|(long, _)| long == word)
            && rng.chance(0.8)
        {
            *word = (*short).to_owned();
            changed += 1;
        }
    }
    let long: Vec<usize> = (0..words.len())
        .filter(|at| words[*at].len() >= 7 && words[*at].bytes().all(|b| b.is_ascii_uppercase()))
        .collect();
    if (changed == 0 || rng.chance(0.3)) && !long.is_empty() && words.len() >= 2 {
        let word = &mut words[*rng.pick(&long)];
        *word = match rng.below(3) {
            0 => word[..4].to_owned() + ".",
            1 => word[..5 + rng.below(word.len() - 6)].to_owned(),
            _ => {
                let (first, rest) = word.split_at(1);
                first.to_owned() + &rest.replace(['A', 'E', 'I', 'O', 'U'], "")
            }
        };
        changed += 1;
    }
    (changed > 0).then(|| words.join(" "))
}

/// A name as data vendors list securities: in capitals, few letters, words cut short and glued, then what the security is.
fn listing(bare: &str, form: &str, rng: &mut Rng) -> Option<String> {
    const SECURITIES: [&str; 8] = ["", "", "", " O.N.", " DL-,01", " ADR", " A", " NEW"];
    let room = 19 + rng.below(8);
    let mut words: Vec<String> = bare.to_uppercase().split_whitespace().map(str::to_owned).collect();
    if rng.chance(0.5) {
        words.extend(form.to_uppercase().split_whitespace().map(str::to_owned));
    }
    let length = |words: &[String]| words.iter().map(|word| word.len() + 1).sum::<usize>();
    let mut changed = false;
    while length(&words) > room {
        let long = (0..words.len()).rev().max_by_key(|at| words[*at].len())?;
        changed = true;
        if words[long].len() > 6 && words[long].is_ascii() && !words[long].ends_with('.') {
            let keep = 4 + rng.below(words[long].len() - 5);
            words[long].truncate(keep);
            words[long].push('.');
        } else if words.len() > 3 {
            words.pop();
        } else {
            break;
        }
    }
    let mut text = String::new();
    for word in &words {
        if !text.is_empty() && !text.ends_with('.') {
            text.push(' ');
        }
        text.push_str(word);
    }
    let security = *rng.pick(&SECURITIES);
    (changed || !security.is_empty()).then(|| text + security)
}
