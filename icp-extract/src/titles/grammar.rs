//! The grammar of job titles: ranks and areas, a role, and what it is about. A title is written in one way: "VP Sales"
//! and "Vice President, Sales" are "Vice President of Sales"; the "cto" of "director" is nothing.

use std::ops::Range;

use icp_core::model::NAME_MASK;

use super::words::{Class, Gap, Token, han_ending, tokens};

/// How plainly words are a title.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Plain {
    /// Beside a name only: "Partner".
    BesideName,
    /// Where titles are expected: "Moodle Administrator".
    InPlace,
    /// Anywhere: "Head of Operations".
    Anywhere,
}

/// Titles in a text: their place, and each in the one way to write it. "Founder/CEO" has two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Titles {
    pub(crate) span: Range<usize>,
    pub(crate) values: Vec<String>,
    pub(crate) plain: Plain,
    /// Whether it names a group: "Medical Physicists".
    pub(crate) plural: bool,
}

/// The longest text that may be one title.
const LONGEST: usize = 90;
/// The most words a title has.
const MOST_WORDS: usize = 9;
/// The most words of it that the list does not have.
const MOST_OPEN: usize = 4;

/// Words that no title has: they make a sentence, a menu entry, a heading.
#[rustfmt::skip]
const NEVER: &[&str] = &[
    "our", "your", "my", "his", "her", "their", "a", "an", "we", "you", "i", "they", "it's", "is", "are", "was", "were", "be", "been", "has", "have", "had", "with", "by", "how",
    "why", "what", "who", "when", "where", "which", "this", "that", "these", "from", "get", "find", "hire", "hiring", "meet", "become", "join", "contact", "about", "more", "learn",
    "view", "all", "every", "each", "any", "some", "no", "not", "need", "needs", "want", "best", "top", "new", "free", "now", "can", "will", "should", "if", "than", "as", "into",
    "become", "becoming", "request", "book", "see", "read", "use", "using", "buy", "shop", "call", "ask", "help", "helps", "meets", "calling", "dear", "hello", "hi", "unsere",
    "unser", "ihre", "ihr", "wir", "sie", "nos", "notre", "votre", "vos", "nous", "sind", "ist", "mit", "bei", "wie", "warum", "une", "un", "nuestro", "nuestros", "vs", "&c",
    "fractional", "virtual", "former", "formerly", "ex", "ehemaliger", "ehemalige", "ancien", "previously", "rent", "outsourced", "dedicated", "award", "awards", "day", "week",
    "jobs", "job", "salary", "salaries", "course", "courses", "certification", "training's", "interview", "resume", "toolkit", "handbook", "guidebook", "software's", "edition",
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "forty", "drei", "zwei", "vier", "deux", "trois", "featured", "per", "full", "solo", "many", "most", "other", "&",
    "sponsor", "sponsored", "welcome", "introducing", "trusted", "leading", "affordable", "professional", "local", "industry", "industries",
];

/// Titles that no other words than those of the list stand before.
#[rustfmt::skip]
const LEADERS: &[&str] = &[
    "Founder", "Co-Founder", "Managing Director", "Owner", "Co-Owner", "Chief Executive Officer", "President", "Chairman", "Partner", "Managing Partner", "Senior Partner", "Board Member", "Of Counsel",
];

/// Whom services are for.
const OFFERED: &[&str] = &[
    "companies",
    "businesses",
    "startups",
    "teams",
    "brands",
    "clients",
    "agencies",
    "enterprises",
    "smes",
    "you",
    "hire",
];

/// What stands behind a title where the title is the name of a service.
const SOLD: &[&str] = &[
    "service",
    "services",
    "solution",
    "solutions",
    "consulting",
    "advisory",
    "training",
    "support",
    "app",
    "platform",
    "team",
];

/// Trades that are family names as well: "Justin Joiner".
#[rustfmt::skip]
const SURNAMES: &[&str] = &[
    "joiner", "baker", "cook", "carpenter", "mason", "butcher", "brewer", "porter", "gardener", "dean", "judge", "steward", "barber", "tailor", "miller", "turner", "glazier", "chef", "plumber", "roofer",
    "sawyer", "skinner", "fowler", "priest", "chancellor", "marshal", "driver", "coach", "page", "florist", "provost",
    "koch", "bäcker", "schneider", "weber", "fischer", "richter", "wagner", "zimmermann", "jäger", "maler", "schreiner", "metzger", "gärtner", "förster", "maurer", "tischler", "schlosser",
];
/// Words that say too little alone.
const UNFINISHED: &[&str] = &[
    "head",
    "lead",
    "chief",
    "expert",
    "graduate",
    "officer",
    "executive",
    "representative",
    "agent",
    "model",
    "administrator",
];

/// Whether a trade is a family name as well.
pub(crate) fn is_surname(word: &str) -> bool {
    SURNAMES.contains(&word)
}

/// Whether a title is that of who owns or leads a company.
pub(crate) fn leads(value: &str) -> bool {
    LEADERS.contains(&value)
}

/// Short forms behind a title that are not part of it.
#[rustfmt::skip]
const BEHIND: &[&str] = &[
    "remote", "hybrid", "onsite", "on site", "full time", "fulltime", "part time", "parttime", "contract", "permanent", "temporary", "freelance", "internship", "cdi", "cdd", "vollzeit", "teilzeit",
    "m", "w", "d", "f", "h", "x", "mwd", "temps plein", "nights", "urgent", "new", "singapore", "worldwide", "night shift", "shift", "casual", "posted", "apply",
];

/// The titles that a whole short text is, with what stands behind it ("(Full-time)", "- Remote", "m/w/d") left out.
pub(crate) fn whole(text: &str) -> Option<Titles> {
    if text.len() > LONGEST || text.contains(NAME_MASK) || text.ends_with(['?', '!', ':', ';']) {
        return None;
    }
    if let Some(title) = whole_han(text) {
        return Some(title);
    }
    let start = text.len() - without_numbering(text).len();
    let body = &text[start..];
    let cut = body.find(['(', '[', '•', '|']).unwrap_or(body.len());
    let after = &body[cut..];
    // A bracket may stand in the middle: "Engineer (Backend), Payments".
    if after.contains(". ") {
        return None;
    }
    let list = tokens(body[..cut].trim_end());
    let list = without_tail(&list);
    let first = list.first()?;
    // What is before the first word is a sign of something else: a quote, a price.
    if first.span.start > 1 || list.len() > MOST_WORDS + 3 {
        return None;
    }
    if first.is_small() && first.text.is_ascii() {
        return None;
    }
    if !first.is_capital() && !first.text.starts_with('.') && first.text.is_ascii() {
        return None;
    }
    let found = several(list).or_else(|| place(list)).or_else(|| glued(list))?;
    let span = found.span.start + start..found.span.end + start;
    Some(Titles { span, ..found })
}

/// "1. ", "- ", "# ": what lists have before an entry.
fn without_numbering(text: &str) -> &str {
    let sign = |c: char| matches!(c, '#' | '-' | '–' | '•' | '*' | '►' | '»' | '→') || c.is_whitespace();
    let text = text.trim_start_matches(sign);
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    match rest.strip_prefix(['.', ')']) {
        Some(rest) if rest.starts_with(' ') => rest.trim_start(),
        _ => text,
    }
}

/// "Backend Engineer, Indore, India": the title and the place behind it.
fn place(list: &[Token<'_>]) -> Option<Titles> {
    let cut = list.iter().position(|token| matches!(token.gap, Gap::Dash) && token.span.start > 0)?;
    let (title, behind) = list.split_at(cut);
    let short = behind.len() <= 5 && behind.iter().all(|token| token.is_capital() || token.is_small());
    if !short || behind.iter().any(|token| NEVER.contains(&token.key.as_str())) {
        return None;
    }
    several(title).filter(|titles| titles.plain >= Plain::InPlace)
}

/// "EngineerSingapore": a title with the next words run into it, and "Android Engineer Indore, India".
fn glued(list: &[Token<'_>]) -> Option<Titles> {
    let at = (1..list.len()).rev().find(|&at| list[at - 1].role().is_some())?;
    let behind = &list[at..];
    let broken = behind[0].gap == Gap::Break && behind[0].span.start == list[at - 1].span.end;
    let place = behind.len() <= 3
        && behind[0].gap == Gap::Space
        && behind.iter().skip(1).any(|token| token.gap == Gap::Comma)
        && behind.iter().all(|token| token.is_capital() && (!token.is_known() || token.is(Class::Rank)));
    if !broken && !place {
        return None;
    }
    several(&list[..at]).filter(|titles| titles.plain >= Plain::InPlace)
}

/// Cuts "full-time", "m/w/d" and the like from the end.
fn without_tail<'a, 't>(list: &'a [Token<'t>]) -> &'a [Token<'t>] {
    let mut end = list.len();
    while end > 1 {
        let token = &list[end - 1];
        let one_letter = token.key.chars().count() == 1 && token.gap == Gap::Slash;
        let behind = token.gap != Gap::Space && BEHIND.contains(&token.key.as_str());
        let digit = token.text.bytes().all(|b| b.is_ascii_digit()) && token.gap != Gap::Space;
        let letter_before_slash =
            end < list.len() && list[end].gap == Gap::Slash && token.key.chars().count() == 1;
        if one_letter || behind || digit || letter_before_slash {
            end -= 1;
        } else {
            break;
        }
    }
    &list[..end]
}

/// Titles set apart by "and", "/" or a comma, when each is one; else the one title.
fn several(list: &[Token<'_>]) -> Option<Titles> {
    let span = list.first()?.span.start..list.last()?.span.end;
    let mut parts: Vec<&[Token<'_>]> = Vec::new();
    let mut from = 0;
    for at in 1..list.len() {
        let apart =
            matches!(list[at].gap, Gap::And | Gap::Slash | Gap::Dash | Gap::Comma) || list[at].is_and();
        if apart && at > from {
            parts.push(&list[from..at]);
            from = if list[at].is_and() { at + 1 } else { at };
        }
    }
    parts.push(list.get(from..).unwrap_or_default());
    if parts.len() > 1 {
        // Joins from the left as long as the rest is no title of its own: "Director and Business Head, FEC".
        let mut titles: Vec<One> = Vec::new();
        let mut whole = true;
        let mut at = 0;
        while at < parts.len() {
            let one = (at + 1..=parts.len().min(at + 4)).rev().find_map(|end| {
                let (first, last) = (parts[at].first()?, parts[end - 1].last()?);
                let from = list.iter().position(|token| token.span == first.span)?;
                let to = list.iter().position(|token| token.span == last.span)? + 1;
                // A longer part must not be two titles: the pieces are tried as one only when one of them is none.
                if end - at > 1 && parts[at..end].iter().all(|part| is_own(part)) {
                    return None;
                }
                Some((one(&list[from..to])?, end))
            });
            match one {
                Some((title, end)) => {
                    titles.push(title);
                    at = end;
                }
                None => {
                    whole = false;
                    break;
                }
            }
        }
        if whole && titles.len() > 1 {
            // "Founder & CEO, Acme": what stands behind a comma may be a company.
            let open = titles.iter().any(|title| title.plain == Plain::InPlace && title.value.contains(", "));
            let plain = if open { Plain::InPlace } else { titles.iter().map(|title| title.plain).max()? };
            let mut values: Vec<String> = Vec::new();
            for title in &titles {
                if !values.contains(&title.value) {
                    values.push(title.value.clone());
                }
            }
            let plural = titles.iter().any(|title| title.plural);
            return Some(Titles { span, values, plain, plural });
        }
    }
    let title = one(list)?;
    Some(Titles { span, values: vec![title.value], plain: title.plain, plural: title.plural })
}

fn is_own(part: &[Token<'_>]) -> bool {
    // "Project Manager, Recruiting Operations": an area alone is no title, nor is "Head" before what it heads.
    one(part).is_some_and(|title| title.plain > Plain::BesideName)
        || part.len() == 1
            && part[0].is(Class::Weak)
            && !matches!(part[0].key.as_str(), "head" | "lead" | "chief")
}

struct One {
    value: String,
    plain: Plain,
    plural: bool,
}

/// A single title: words before the role, the role, words after it.
fn one(list: &[Token<'_>]) -> Option<One> {
    if list.is_empty()
        || list.len() > MOST_WORDS
        || list.iter().any(|token| NEVER.contains(&token.key.as_str()))
    {
        return None;
    }
    if list.iter().skip(1).any(|token| token.gap == Gap::Break) {
        return None;
    }
    let last = list.len() - 1;
    // The last role wins ("Data Entry Manager Assistant"), unless a sign or "of" parts it from what it is about.
    let cut = list
        .iter()
        .enumerate()
        .skip(1)
        .position(|(_, token)| matches!(token.gap, Gap::Comma | Gap::Dash) || is_of(token))
        .map_or(list.len(), |at| at + 1);
    let head = &list[..cut];
    let mut role = (0..head.len()).rev().find(|&at| head[at].role().is_some())?;
    // "Directeur Marketing Produit": the first word of such a language is the role.
    if let Some(at) = (0..head.len()).find(|&at| head[at].is(Class::First))
        && head[at + 1..].iter().all(|token| token.role().is_none_or(|(class, _)| class > Class::Role))
    {
        role = at;
    }
    let (class, _) = list[role].role()?;
    let before = &list[..role];
    // "46 Trainer", "Englisch26 Trainer": a number of people. "6G Welder", "Class 1" are none.
    let counts = |token: &Token<'_>| {
        !token.is_known()
            && token.text.trim_end_matches('+').ends_with(|c: char| c.is_ascii_digit())
            && !token.text.starts_with('.')
    };
    if before.first().is_some_and(counts) {
        return None;
    }
    let after = &list[role + 1..];
    if before.last().is_some_and(Token::is_small)
        || before.iter().any(|token| matches!(token.gap, Gap::Comma | Gap::Dash))
    {
        return None;
    }
    // "Director and Business Head" are two.
    if before.windows(2).any(|pair| is_title_word(&pair[0]) && (is_sign(&pair[1])))
        || before.last().is_some_and(|token| is_title_word(token) && is_sign(&list[role]))
    {
        return None;
    }
    if !fits_after(&list[role], class, after) {
        return None;
    }
    if list[last].is_and() || list[last].is_small() {
        return None;
    }
    let open = before
        .iter()
        .chain(after)
        .filter(|token| !token.is_known() && !token.is_small() && !token.is_and())
        .count();
    if open > MOST_OPEN {
        return None;
    }
    // "Naveen Mishra Founder": a name, and then a title. Who leads a company has no other words before at all.
    let leading = before.iter().take_while(|token| !token.is_known() && token.gap != Gap::Slash).count();
    let leader = list[role].role().is_some_and(|(_, value)| LEADERS.contains(&value));
    let surname = leading == 1
        && role == 1
        && (after.is_empty() || class == Class::First)
        && SURNAMES.contains(&list[role].key.as_str());
    if leading >= 2 || leading == 1 && leader || surname {
        return None;
    }
    // "AI Agent", "AI Writer" are products.
    let machine = before.last().is_some_and(|token| token.key == "ai")
        && matches!(
            list[role].key.trim_end_matches('s'),
            "agent"
                | "writer"
                | "assistant"
                | "editor"
                | "coach"
                | "tutor"
                | "translator"
                | "sdr"
                | "designer"
                | "planner"
                | "advisor"
        );
    if machine {
        return None;
    }
    if list.len() == 1 && UNFINISHED.contains(&list[0].key.trim_end_matches('s')) {
        return None;
    }
    let capitals = class == Class::First && list[0].is_capital()
        || list
            .iter()
            .all(|token| token.is_capital() || token.is_known() || token.is_small() || token.is_and());
    let helped = before.iter().chain(after).any(|token| token.is_known() && !token.is(Class::Not));
    let plain = match class {
        _ if !capitals => return None,
        Class::Bound if before.is_empty() => return None,
        Class::BoundAcronym => Plain::BesideName,
        Class::Acronym | Class::Role | Class::First | Class::Ending if open == 0 => Plain::Anywhere,
        Class::Acronym | Class::Role | Class::First | Class::Ending => Plain::InPlace,
        Class::Weak if helped && open == 0 => Plain::Anywhere,
        Class::Weak if helped || !before.is_empty() && open <= 2 => Plain::InPlace,
        Class::Bound if helped && open == 0 && !SOLD.contains(&list[role].key.as_str()) => Plain::InPlace,
        _ => Plain::BesideName,
    };
    // Other languages' titles stay as they are written.
    let foreign = class == Class::First;
    if foreign {
        let words: Vec<&str> = list.iter().map(|token| token.text).collect();
        if list[role].plural && list.len() == 1 {
            let word = list[0].text;
            let one = word.strip_suffix("nen").or_else(|| word.strip_suffix('e')).unwrap_or(word);
            return Some(One { value: one.to_owned(), plain, plural: true });
        }
        let value = if shouts(list) { phrase(list, true) } else { words.join(" ") };
        return Some(One { value, plain, plural: list[role].plural });
    }
    Some(One { value: written(before, &list[role], after), plain, plural: list[role].plural })
}

/// A role that is not at the same time a rank or an area.
fn is_title_word(token: &Token<'_>) -> bool {
    token.role().is_some() && !token.is(Class::Rank) && !token.is(Class::Area)
}

fn is_sign(token: &Token<'_>) -> bool {
    matches!(token.gap, Gap::And | Gap::Slash) || token.is_and()
}

fn is_of(token: &Token<'_>) -> bool {
    matches!(
        token.key.as_str(),
        "of" | "for" | "de" | "du" | "des" | "für" | "d" | "di" | "del" | "van" | "to"
    )
}

/// Whether what stands behind a role can be what it is about.
fn fits_after(role: &Token<'_>, class: Class, after: &[Token<'_>]) -> bool {
    let Some(next) = after.first() else { return true };
    if after.len() > 6 {
        return false;
    }
    if class == Class::First {
        return next.gap != Gap::Break;
    }
    // Behind a comma stands what it is about or a unit; behind a dash just as often a place.
    if next.gap == Gap::Comma {
        return true;
    }
    if next.gap == Gap::Dash {
        return after.iter().all(|token| token.is(Class::Area) || token.is_and());
    }
    if matches!(next.gap, Gap::And | Gap::Slash) {
        return after.iter().all(|token| token.is(Class::Area));
    }
    if is_of(next) && after.len() > 1 {
        return next.key != "to" || role.key.contains("assistant");
    }
    // "SEO Consultant for SaaS Companies" is an offer.
    if next.key == "for" && after.last().is_some_and(|token| OFFERED.contains(&token.key.as_str())) {
        return false;
    }
    // "CIO services" are bought, not held.
    if after.last().is_some_and(|token| SOLD.contains(&token.key.as_str())) {
        return false;
    }
    // "VP Sales", "Manager Operations", "Executive Assistant II".
    next.gap == Gap::Space
        && after
            .iter()
            .all(|token| token.is(Class::Area) || token.is(Class::Rank) || token.is_and() || is_sign(token))
        && (after.iter().all(|token| token.is_known() || token.is_and()))
        && (role.role().is_some_and(|(_, value)| {
            [
                "Vice President",
                "Manager",
                "Director",
                "Head",
                "Engineer",
                "Officer",
                "Executive",
                "Specialist",
                "Lead",
            ]
            .iter()
            .any(|end| value.ends_with(end))
        }) || after.iter().all(|token| matches!(token.key.as_str(), "ii" | "iii" | "iv")))
}

/// Whether all is in capitals.
fn shouts(list: &[Token<'_>]) -> bool {
    list.iter().all(|token| !token.text.chars().any(char::is_lowercase))
}

/// The one way to write a title.
fn written(before: &[Token<'_>], role: &Token<'_>, after: &[Token<'_>]) -> String {
    let shout = [before, after].into_iter().all(shouts) && shouts(std::slice::from_ref(role));
    let said = role.role().map_or("", |(_, value)| value);
    let said = if said.is_empty() { as_written(role, shout) } else { said.to_owned() };
    let about = |from: &[Token<'_>]| phrase(from, shout);
    let ranks = before.iter().take_while(|token| token.is(Class::Rank) && !token.is(Class::Area)).count();
    let (rank, area) = before.split_at(ranks);
    let rank = about(rank);
    let area = about(area);
    let joined = |area: &str, said: &str| match role.gap {
        Gap::Slash if !area.is_empty() => format!("{area}/{said}"),
        _ => join(area, said),
    };
    let tail_at = after.iter().position(|token| !is_of(token)).unwrap_or(0);
    let tail = about(&after[tail_at..]);
    let known_tail =
        after[tail_at..].iter().all(|token| token.is(Class::Area) || token.is_and() || is_sign(token));
    let heads = said == "Head" || said.ends_with("Vice President");
    let title = if heads && !area.is_empty() {
        let comma = if tail.is_empty() { String::new() } else { format!(", {tail}") };
        format!("{said} of {area}{comma}")
    } else if heads && !tail.is_empty() {
        format!("{said} of {tail}")
    } else if !tail.is_empty()
        && area.is_empty()
        && known_tail
        && matches!(said.as_str(), "Director" | "Manager")
    {
        format!("{tail} {said}")
    } else if tail.is_empty() {
        joined(&area, &said)
    } else {
        let link = match after.first() {
            Some(token) if token.gap == Gap::Space && !is_of(token) => " ",
            Some(token) if is_of(token) => match token.key.as_str() {
                "of" | "for" | "to" => {
                    return join(&rank, &format!("{} {} {tail}", join(&area, &said), token.key));
                }
                _ => return join(&rank, &format!("{} {}", join(&area, &said), about(after))),
            },
            _ => ", ",
        };
        format!("{}{link}{tail}", join(&area, &said))
    };
    join(&rank, &title)
}

fn join(before: &str, after: &str) -> String {
    if before.is_empty() { after.to_owned() } else { format!("{before} {after}") }
}

fn phrase(list: &[Token<'_>], shout: bool) -> String {
    let mut out = String::new();
    for (at, token) in list.iter().enumerate() {
        if at > 0 {
            out.push_str(match token.gap {
                Gap::Comma => ", ",
                Gap::Dash => " - ",
                Gap::And => " and ",
                Gap::Slash => "/",
                _ => " ",
            });
        }
        let known = token.classes.iter().find(|(class, _)| matches!(class, Class::Rank | Class::Area));
        let known = known.or_else(|| {
            token.classes.first().filter(|(class, value)| *class != Class::Not && !value.is_empty())
        });
        if token.is_and() || token.is_small() {
            out.push_str(&token.key);
        } else if let Some((_, value)) = known {
            out.push_str(value);
        } else {
            out.push_str(&as_written(token, shout));
        }
    }
    out
}

fn as_written(token: &Token<'_>, shout: bool) -> String {
    let lower = shout && token.text.chars().count() > 3;
    let text = if lower { token.text.to_lowercase() } else { token.text.to_owned() };
    let mut chars = text.chars();
    match chars.next() {
        Some(first) if text.chars().nth(1).is_none_or(|second| !second.is_uppercase()) => {
            first.to_uppercase().chain(chars).collect()
        }
        _ => text,
    }
}

/// A short text without spaces that ends with a role.
fn whole_han(text: &str) -> Option<Titles> {
    let body = text.trim();
    let start = text.find(body)?;
    let short = body.split(['（', '(', '/', '／', ' ']).next()?.trim_end();
    if short.chars().count() > 12 || !short.chars().all(|c| c > '\u{2e7f}' && c.is_alphabetic()) {
        return None;
    }
    let (role, value) = han_ending(short)?;
    // "王医生" is how one speaks to a doctor.
    if role != short && matches!(role, "医生" | "医师" | "律师" | "护士" | "教师" | "董事" | "会计")
    {
        return None;
    }
    let value = if role == short { value } else { short };
    let plain = if role.chars().count() >= 3 || role != short { Plain::Anywhere } else { Plain::BesideName };
    Some(Titles { span: start..start + short.len(), values: vec![value.to_owned()], plain, plural: false })
}

/// A title with the bracket behind it: "Technician (m/w/d)", "Engineer (Payroll)".
pub(crate) fn with_bracket(text: &str, titles: Titles) -> Titles {
    let rest = &text[titles.span.end..];
    match rest.find(')') {
        Some(close) if rest.trim_start().starts_with('(') && close <= 40 => {
            Titles { span: titles.span.start..titles.span.end + close + 1, ..titles }
        }
        _ => titles,
    }
}

/// The titles that a text begins with, before a sign or other words: "Quantity Surveyor - Excel, and a good nose".
pub(crate) fn leading(text: &str) -> Option<Titles> {
    let list = tokens(text);
    let first = list.first().filter(|token| token.is_capital() && token.span.start <= 2)?;
    let reach = list
        .iter()
        .enumerate()
        .skip(1)
        .find(|(_, token)| matches!(token.gap, Gap::Break | Gap::Dash | Gap::Comma))
        .map_or(list.len(), |(at, _)| at)
        .min(7);
    let end = (1..=reach).rev().find(|&end| list[end - 1].role().is_some())?;
    let next = list.get(end)?;
    if text[list[end - 1].span.end..].starts_with(['\'', '’']) {
        return None;
    }
    // "Sales specialists are …" is a sentence.
    let sentence = next.gap == Gap::Space
        && !next.is_capital()
        && !matches!(next.key.as_str(), "x" | "on" | "in" | "at" | "shifts" | "days" | "nights" | "or");
    if sentence || next.gap == Gap::Space && (NEVER.contains(&next.key.as_str()) || next.is(Class::Area)) {
        return None;
    }
    let titles = several(&list[..end]).filter(|titles| titles.plain > Plain::BesideName)?;
    (first.span.start <= titles.span.start).then_some(titles)
}

/// The titles that stand in a running text: only words of the list, and capitals where it is not a role by itself.
pub(crate) fn running(text: &str) -> Vec<Titles> {
    let list = tokens(text);
    let mut out = Vec::new();
    let mut at = 0;
    while at < list.len() {
        match longest(&list[at..]) {
            Some((titles, taken)) => {
                out.push(titles);
                at += taken;
            }
            None => at += 1,
        }
    }
    out
}

/// The longest title that begins with the first word, and how many words it takes.
fn longest(list: &[Token<'_>]) -> Option<(Titles, usize)> {
    let first = list.first()?;
    if !first.is_known() || first.is_small() {
        return None;
    }
    let mut reach = 1;
    while reach < list.len().min(MOST_WORDS) {
        let token = &list[reach];
        let joins = token.is_known()
            || token.is_and()
            || matches!(token.key.as_str(), "of" | "de" | "du" | "des" | "di" | "d");
        if token.gap == Gap::Break || !joins {
            break;
        }
        reach += 1;
    }
    (1..=reach).rev().find_map(|end| {
        let part = &list[..end];
        let titles = several(part)?;
        let anywhere = titles.plain == Plain::Anywhere && !titles.plural;
        (anywhere && !part.iter().all(|token| token.is(Class::Not))).then_some((titles, end))
    })
}
