//! Titles beside a name: on team pages, under testimonials, in a sentence. Whose person it is decides the key.

use icp_core::model::{BlockKind, NAME_MASK, PageKind, SignalKey};
use icp_core::site::text::has_word;

use super::grammar::{Plain, Titles, leading, running, whole};
use super::parts::{Entry, Part};
use super::person::{is_first_name, is_name};
use super::{Search, grammar};

/// Longer texts are sentences.
const SHORT: usize = 140;

/// A title with a name beside it.
struct Pair {
    /// Where the text the titles were read in begins in the block.
    from: usize,
    titles: Titles,
    /// The company named behind the title.
    company: Option<String>,
    sure: f64,
}

pub(super) fn find(search: &mut Search<'_, '_>, entries: &[Entry<'_>]) {
    for at in 0..entries.len() {
        let entry = &entries[at];
        if entry.block.kind == BlockKind::ImageText {
            pictured(search, entries, at);
            continue;
        }
        let mut pairs = Vec::new();
        if entry.text.len() <= SHORT {
            let apart = (entry.part != Part::Jobs).then(|| beside(entries, at)).flatten();
            pairs.extend(apart.or_else(|| inside(entry.text)).or_else(|| attributed(entries, at)));
        }
        if pairs.is_empty() {
            pairs.extend(signed(entry.text));
        }
        if pairs.is_empty() {
            pairs = in_sentence(search, entry.text);
        }
        for pair in pairs {
            if let Some(key) = whose(search, entries, at, &pair) {
                search.report(entry.block, pair.from, &pair.titles, key, pair.sure);
            }
        }
        if entry.people {
            group(search, entries, at);
        }
        protection_officer(search, entry);
    }
}

/// A picture whose text is a name and a title: "Jane Tan, Cellar Hand". Only where nobody else speaks.
fn pictured(search: &mut Search<'_, '_>, entries: &[Entry<'_>], at: usize) {
    let entry = &entries[at];
    let theirs = matches!(
        search.page.kind,
        PageKind::Blog | PageKind::Customers | PageKind::Partners | PageKind::Integrations
    );
    if theirs
        || entry.text.len() > SHORT
        || !matches!(entry.part, Part::Team | Part::Other)
        || is_quoted(entries, at)
    {
        return;
    }
    let pair = [", ", " - ", " – ", " — ", " | "].iter().find_map(|sign| {
        let (name, title) = entry.text.split_once(sign).filter(|(name, _)| is_name(name))?;
        let titles = whole(title).filter(|titles| titles.plain > Plain::BesideName)?;
        Some((name.len() + sign.len(), titles))
    });
    if let Some((from, titles)) = pair {
        search.report(entry.block, from, &titles, SignalKey::StaffTitle, 0.75);
    }
}

/// The next block on one side that is not a picture, and how it reads.
fn neighbour<'e, 'p>(entries: &'e [Entry<'p>], at: usize, forward: bool) -> Option<&'e Entry<'p>> {
    let step = |at: usize| if forward { Some(at + 1) } else { at.checked_sub(1) };
    let mut next = step(at);
    for _ in 0..3 {
        let entry = next.and_then(|at| entries.get(at))?;
        if entry.block.kind != BlockKind::ImageText && entry.text.chars().any(char::is_alphabetic) {
            return Some(entry);
        }
        next = next.and_then(step);
    }
    None
}

/// Whether a block is plainly a name: masked as one, or a heading of its own.
fn is_plain_name(entry: &Entry<'_>) -> bool {
    is_name(entry.text)
        && (entry.text.contains(NAME_MASK) || matches!(entry.block.kind, BlockKind::Heading(_)))
}

/// A block that is a title, beside a block that is a name.
fn beside(entries: &[Entry<'_>], at: usize) -> Option<Pair> {
    let entry = &entries[at];
    let begun = || leading(entry.text).filter(|_| entry.part == Part::Team).map(|titles| (titles, None));
    let (mut titles, mut company) = with_company(entry.text).or_else(begun)?;
    // On a team page a word behind the comma is a unit: "Business Head, Parks".
    if entry.part == Part::Team
        && company.as_deref().is_some_and(|name| !name.contains(' ') && !is_company(name))
        && let Some(full) = whole(entry.text)
    {
        (titles, company) = (full, None);
    }
    let (before, after) = (neighbour(entries, at, false), neighbour(entries, at, true));
    let team = entry.part == Part::Team;
    let sides = || before.into_iter().chain(after);
    // Outside a team or testimonials the name must be plain: two words beside "Pricing Guide" are none.
    let named = if team || entry.part == Part::Voices || is_quoted(entries, at) {
        sides().any(|side| is_name(side.text)) || team && before.is_some_and(|side| is_first_name(side.text))
    } else {
        let leads = titles.values.iter().any(|value| grammar::leads(value));
        titles.plain != Plain::InPlace
            && (sides().any(is_plain_name)
                || leads && titles.plain == Plain::Anywhere && sides().any(|side| is_name(side.text)))
    };
    (named && (!titles.plural || entry.people)).then_some(Pair {
        from: 0,
        titles,
        company,
        sure: if team { 0.9 } else { 0.8 },
    })
}

/// A title and a company under the words of somebody without a name: "— Head Chef, Lantern House".
fn attributed(entries: &[Entry<'_>], at: usize) -> Option<Pair> {
    let entry = &entries[at];
    if entry.part != Part::Voices && !is_quoted(entries, at) {
        return None;
    }
    let bare = entry.text.trim_start_matches(['-', '–', '—', '~', ' ', '―']);
    let from = entry.text.len() - bare.len();
    let (titles, company) = with_company(bare)
        .filter(|(titles, _)| titles.plain > Plain::BesideName || from > 0 || bare.contains(", "))?;
    company.is_some().then_some(Pair { from, titles, company, sure: 0.7 })
}

/// The titles a text is, and the company behind them: "Fleet Manager, Webb Logistics".
fn with_company(text: &str) -> Option<(Titles, Option<String>)> {
    let full = whole(text);
    for (at, sign) in text.match_indices([',', '@', '|', '·', '–', '—', '-', '(']) {
        let (left, right) = (text[..at].trim_end(), text[at + sign.len()..].trim());
        if sign == "-" && !text[..at].ends_with(' ') || sign == "(" {
            continue;
        }
        if let Some(titles) = whole(left)
            && !right.is_empty()
        {
            // "Project Manager, Recruiting Operations" and "Manager, Procurement" are about something; what has words that
            // titles do not have is a company or a place.
            let about = full.as_ref().is_some_and(|full| full.plain == Plain::Anywhere && full.span.end > at);
            if about {
                break;
            }
            return Some((titles, Some(right.to_owned())));
        }
    }
    for word in [" at ", " of ", " bei ", " chez ", " @ "] {
        if let Some((left, right)) = text.split_once(word)
            && full.as_ref().is_none_or(|full| full.plain < Plain::Anywhere)
            && let Some(titles) = whole(left)
            && right.starts_with(|c: char| c.is_uppercase() || c.is_numeric())
        {
            let company = right.split([',', '–', '|']).next_back().unwrap_or(right);
            return Some((titles, Some(if word == " of " { right } else { company }.to_owned())));
        }
    }
    full.map(|full| (full, None))
}

/// "Jane Tan, Managing Director", "CEO: Jane Tan".
fn inside(text: &str) -> Option<Pair> {
    let bare = text.trim_start_matches(['-', '–', '—', '~', '•', ' ', '―']);
    let start = text.len() - bare.len();
    let signs = [", ", " - ", " – ", " — ", " | ", ": ", " · ", " • ", " / ", " (", "– ", "— ", ",", "–"];
    for sign in signs {
        let Some(at) = bare.find(sign) else { continue };
        let (left, right) = (&bare[..at], &bare[at + sign.len()..]);
        let from = start + at + sign.len();
        if is_name(left)
            || is_first_name(left)
                && left.chars().any(char::is_lowercase)
                && right.len() < 50
                && !matches!(sign, ": " | "," | "-" | "–")
        {
            let right = right.trim_end_matches([')', '.']);
            if let Some((titles, company)) = with_company(right) {
                return Some(Pair { from, titles, company, sure: 0.85 });
            }
            // "Cape Mentelle Vineyards, Cellar Door Manager" has the company first.
            if let Some((company, title)) = right.rsplit_once(", ")
                && let Some(titles) = whole(title).filter(|titles| titles.plain > Plain::BesideName)
            {
                let from = from + right.len() - title.len();
                return Some(Pair { from, titles, company: Some(company.to_owned()), sure: 0.75 });
            }
        }
        if let Some(titles) = whole(left)
            && !is_address(left)
            && (right.starts_with(NAME_MASK)
                || is_name(right.split([',', '(']).next().unwrap_or_default())
                // "Geschäftsführer: Jane Tan Registergericht …": the next entry of a legal notice runs on.
                || sign == ": " && titles.plain == Plain::Anywhere && after_name(&bare[at..]))
        {
            return Some(Pair { from: start, titles, company: None, sure: 0.85 });
        }
    }
    run_in(bare).map(|pair| Pair { from: pair.from + start, ..pair })
}

/// What stands behind the last words of somebody: "“It works.” Jane Tan, Owner", "They swept. Jane Tan, Owner, Acme".
fn signed(text: &str) -> Option<Pair> {
    let closed =
        text.rfind(['”', '"', '»', '“']).map(|at| at + text[at..].chars().next().map_or(0, char::len_utf8));
    let ended = text
        .char_indices()
        .filter(|&(at, c)| {
            // Not the full stop of "Mr." or of an initial.
            matches!(c, '.' | '!' | '。')
                && text[..at].chars().rev().take(3).all(char::is_lowercase)
                && at > 20
        })
        .map(|(at, c)| at + c.len_utf8())
        .next_back();
    [closed, ended].into_iter().flatten().find_map(|from| {
        let rest = text.get(from..).filter(|rest| (6..=SHORT).contains(&rest.trim().len()))?;
        let bare = rest.trim_start();
        let from = from + rest.len() - bare.len();
        let pair = inside(bare)?;
        // Without marks a company must be named, or a sentence would do.
        (closed.is_some() || pair.company.is_some()).then_some(Pair { from: pair.from + from, ..pair })
    })
}

/// "GeschäftsführerinFenja Tammena", "Chairman Jane Tan", "Jane Tan Chairman": nothing between the name and the title.
fn run_in(text: &str) -> Option<Pair> {
    if text.len() > 70 {
        return None;
    }
    let humps = text
        .char_indices()
        .skip(3)
        .filter(|&(at, c)| c.is_uppercase() && !text[..at].ends_with(['-', '/', '’', '\'']))
        .map(|(at, _)| at);
    let masks = text.match_indices(NAME_MASK).flat_map(|(at, mask)| {
        let end = at + mask.len();
        [at, end + text[end..].len() - text[end..].trim_start().len()]
    });
    let cuts: Vec<usize> = masks.chain(humps).filter(|&at| at > 0 && at < text.len()).collect();
    for at in cuts {
        let (left, right) = (text[..at].trim_end(), &text[at..]);
        // "Electrician Prep Webinar": words behind a space are a name only where names are plain.
        let glued = left.len() == at || right.starts_with(NAME_MASK);
        if is_name(right)
            && !is_address(left)
            && let Some(titles) = whole(left).filter(|it| {
                it.plain > Plain::BesideName && (glued || it.values.iter().any(|value| grammar::leads(value)))
            })
        {
            return Some(Pair { from: 0, titles, company: None, sure: 0.75 });
        }
        if is_name(left)
            && let Some((titles, company)) = with_company(right)
                .filter(|(titles, _)| titles.plain == Plain::Anywhere || left.ends_with(NAME_MASK))
        {
            return Some(Pair { from: at, titles, company, sure: 0.75 });
        }
    }
    None
}

/// Words that are said before or within a name as well: "Chef Anna", "Mason Hill".
fn is_address(word: &str) -> bool {
    const ADDRESS: &[&str] =
        &["chef", "captain", "professor", "doctor", "pastor", "master", "judge", "coach", "dean"];
    let lower = word.trim().to_lowercase();
    ADDRESS.contains(&lower.as_str()) || grammar::is_surname(&lower)
}

/// "Our Managing Director, Mr Tan, has led …", "Northpier CEO Jane Tan said".
fn in_sentence(search: &Search<'_, '_>, text: &str) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for titles in running(text) {
        let word = &text[titles.span.clone()];
        if !word.starts_with(|c: char| c.is_uppercase()) || is_address(word) {
            continue;
        }
        let (before, after) = (&text[..titles.span.start], &text[titles.span.end..]);
        // "CRO Conversion Rate Optimization": after other titles only a name that was masked.
        let leads = titles.values.iter().any(|value| grammar::leads(value));
        let name_after =
            after_name(after) && (leads || after.starts_with([',', ':']) || after.contains(NAME_MASK));
        let name_before = before_name(before);
        if !name_after && !name_before {
            continue;
        }
        let company = company_after(after).or_else(|| {
            // "Webb Logistics CEO Jane Tan": the words before the title name the company.
            let words: Vec<&str> =
                before.rsplit(['.', ',', ';']).next().unwrap_or_default().split_whitespace().collect();
            let last = words
                .last()
                .filter(|word| name_after && word.starts_with(char::is_uppercase) && words.len() > 1)?;
            let pair = words.get(words.len().saturating_sub(2)..).unwrap_or_default().join(" ");
            Some(if search.is_own(&pair) { pair } else { (*last).to_owned() })
        });
        pairs.push(Pair { from: 0, titles, company, sure: 0.7 });
    }
    pairs
}

/// Whether a name follows: " Jane Tan", ", Mr Tan, ".
fn after_name(after: &str) -> bool {
    let rest = after.strip_prefix(',').unwrap_or(after).trim_start_matches([' ', ':']);
    if rest.len() == after.len() {
        return false;
    }
    if rest.split_whitespace().take(2).any(|word| word.starts_with(NAME_MASK)) {
        return true;
    }
    let words: Vec<&str> = rest
        .split_inclusive(char::is_whitespace)
        .take(4)
        .take_while(|word| word.starts_with(|c: char| c.is_uppercase()))
        .collect();
    (2..=words.len()).any(|n| is_name(words[..n].concat().trim_end_matches([',', '.', ' ', ';', ':'])))
}

/// Whether a name stands before: "Jane Tan, ", "Jane Tan is our ".
fn before_name(before: &str) -> bool {
    let Some(head) = before
        .strip_suffix(", ")
        .or_else(|| before.strip_suffix(" - "))
        .or_else(|| before.strip_suffix(" – "))
        .or_else(|| before.strip_suffix(" ("))
    else {
        return false;
    };
    if head.ends_with(NAME_MASK) {
        return true;
    }
    let words: Vec<&str> = head.split_whitespace().collect();
    (2..=words.len().min(4)).any(|n| is_name(&words[words.len() - n..].join(" ")))
}

/// "… of Acme", "…, Acme Pte Ltd", "… at Acme".
fn company_after(after: &str) -> Option<String> {
    let rest = [" at ", " of ", ", ", " @ ", " for ", " from ", " with ", " bei ", " chez ", " de ", "/"]
        .iter()
        .find_map(|word| after.strip_prefix(word))?;
    let rest = rest.strip_prefix("the ").unwrap_or(rest);
    if rest.split_whitespace().take(2).any(|word| word.starts_with(NAME_MASK)) {
        return None;
    }
    let words: Vec<&str> = rest
        .split_whitespace()
        .take(5)
        .take_while(|word| word.starts_with(|c: char| c.is_uppercase() || c.is_numeric()))
        .collect();
    let name = words.join(" ");
    (!words.is_empty() && !is_name(name.split(',').next().unwrap_or_default().trim_end_matches('.')))
        .then_some(name)
        .or_else(|| {
            after
                .starts_with(" of ")
                .then(|| String::from("another"))
                .filter(|_| !rest.starts_with("our") && !words.is_empty())
        })
}

/// Whose person a pair names: the company's (`staff_title`), a customer's (`buyer_title`), or nobody's that matters.
fn whose(search: &Search<'_, '_>, entries: &[Entry<'_>], at: usize, pair: &Pair) -> Option<SignalKey> {
    let entry = &entries[at];
    let kind = search.page.kind;
    let own_company = pair.company.as_deref().is_some_and(|name| search.is_own(name));
    if own_company {
        return Some(SignalKey::StaffTitle);
    }
    if kind == PageKind::Blog {
        return None;
    }
    let quoted = is_quoted(entries, at);
    if kind == PageKind::Customers || entry.part == Part::Voices {
        return Some(SignalKey::BuyerTitle);
    }
    if matches!(kind, PageKind::Legal | PageKind::Locations) && !is_marked(entries, at) || search.careers {
        return pair.company.is_none().then_some(SignalKey::StaffTitle);
    }
    if entry.part != Part::Team && kind != PageKind::About {
        if quoted {
            // A founder without a company is as often the company's own.
            let leads = pair.titles.values.iter().any(|value| grammar::leads(value));
            return (pair.company.is_some() || !leads).then_some(SignalKey::BuyerTitle);
        }
        // Under a text, or on a page of what the company sells: who is named with a company is of that company.
        let sells = matches!(
            kind,
            PageKind::Product
                | PageKind::Industries
                | PageKind::Integrations
                | PageKind::Pricing
                | PageKind::Partners
        );
        if pair.company.is_some() && (sells || entry.text.len() <= SHORT) {
            return Some(SignalKey::BuyerTitle);
        }
    }
    let sentence = entry.text.to_lowercase();
    if has_word(&sentence, PAST) {
        return None;
    }
    // A company behind the title is another's, unless the part speaks of the own people: then it is a place or a unit.
    if pair.company.as_deref().is_some_and(is_company) || entry.text.len() > SHORT && pair.company.is_some() {
        return None;
    }
    match entry.part {
        Part::Team => Some(SignalKey::StaffTitle),
        Part::Jobs if pair.company.is_none() => Some(SignalKey::StaffTitle),
        _ if pair.company.is_some() => None,
        _ => Some(SignalKey::StaffTitle),
    }
}

/// Words of a sentence about what somebody was before, or whom somebody meets.
const PAST: &[&str] = &[
    "was",
    "former",
    "formerly",
    "previously",
    "worked as",
    "served as",
    "ehemaliger",
    "ancien",
    "anciennement",
    "before joining",
    "reports to",
    "reporting to",
];

/// Whether a name has the form of a company.
fn is_company(name: &str) -> bool {
    const FORMS: &[&str] = &[
        "ltd",
        "limited",
        "inc",
        "llc",
        "llp",
        "gmbh",
        "pte",
        "sdn",
        "bhd",
        "pty",
        "corp",
        "corporation",
        "company",
        "plc",
        "ag",
        "sa",
        "sarl",
        "bv",
        "nv",
        "srl",
        "spa",
        "university",
        "college",
        "hospital",
        "school",
        "bank",
        "hotel",
        "foundation",
    ];
    has_word(&name.to_lowercase(), FORMS)
}

/// Whether somebody is quoted around a pair: the block before (names and pictures aside), or the block itself.
fn is_quoted(entries: &[Entry<'_>], at: usize) -> bool {
    is_marked(entries, at) || is_voiced(entries, at)
}

/// Whether the words before speak in the first person.
fn is_voiced(entries: &[Entry<'_>], at: usize) -> bool {
    spoken(entries, at).is_some_and(|before| {
        before.text.len() >= 40
            && !matches!(before.block.kind, BlockKind::Heading(_))
            && entries[at].part != Part::Team
            && has_word(&before.text.to_lowercase(), FIRST_PERSON)
    })
}

/// The block before, names and pictures aside.
fn spoken<'e, 'p>(entries: &'e [Entry<'p>], at: usize) -> Option<&'e Entry<'p>> {
    entries[..at].iter().rev().take(5).find(|before| {
        before.block.kind != BlockKind::ImageText && !is_first_name(before.text) && before.text.len() >= 4
    })
}

/// Whether quotation marks stand around the words before.
fn is_marked(entries: &[Entry<'_>], at: usize) -> bool {
    let entry = &entries[at];
    if has_quote_marks(entry.text) || entry.text.contains(['”', '»']) {
        return true;
    }
    if spoken(entries, at).is_some_and(|before| has_quote_marks(before.text)) {
        return true;
    }
    // The name above, the words below.
    entries.get(at + 1).is_some_and(|next| starts_quote(next.text))
}

/// Words in which somebody speaks of what was done for them.
const FIRST_PERSON: &[&str] = &["i", "my", "me", "i've", "i’m", "mein", "ich", "je", "mon", "saya", "yo"];

fn starts_quote(text: &str) -> bool {
    text.starts_with(['“', '"', '«', '„', '‘', '”'])
}

fn has_quote_marks(text: &str) -> bool {
    starts_quote(text) || text.ends_with(['”', '"', '»', '“'])
}

/// Titles of a team page without a name beside them: "Medical Physicists".
fn group(search: &mut Search<'_, '_>, entries: &[Entry<'_>], at: usize) {
    let entry = &entries[at];
    if entry.text.len() > SHORT || is_quoted(entries, at) {
        return;
    }
    // "5 Fitters", "15+ Technicians".
    let text = entry.text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '+' | ' '));
    let from = entry.text.len() - text.len();
    let begun = || leading(text).map(|titles| (titles, None));
    let Some((titles, company)) = with_company(text).or_else(begun) else { return };
    if titles.plain == Plain::Anywhere && !company.as_deref().is_some_and(is_company) {
        search.report(entry.block, from, &titles, SignalKey::StaffTitle, 0.7);
    }
}

/// A privacy policy that says whom to write to.
fn protection_officer(search: &mut Search<'_, '_>, entry: &Entry<'_>) {
    const PHRASES: &[&str] =
        &["our data protection officer", "our dpo", "the data protection officer of", "contact our data"];
    if search.page.kind != PageKind::Legal || !has_word(&entry.text.to_lowercase(), PHRASES) {
        return;
    }
    let officer = running(entry.text).into_iter().find(|titles| titles.values == ["Data Protection Officer"]);
    if let Some(titles) = officer {
        search.report(entry.block, 0, &titles, SignalKey::StaffTitle, 0.75);
    }
}
