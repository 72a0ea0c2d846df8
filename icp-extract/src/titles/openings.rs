//! Positions that the company has open: lists and cards of a careers page, and sentences that look for somebody.

use std::sync::LazyLock;

use icp_core::model::{BlockKind, NAME_MASK, PageKind, SignalKey};
use icp_core::site::text::has_word;
use regex::Regex;

use super::Search;
use super::grammar::{Plain, Titles, leading, whole, with_bracket};
use super::parts::{Entry, Part};
use super::person::is_name;
use crate::report::pattern;

/// Words before the title of an opening, in the same short text.
static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix)^(?:\d+[.)]\s*)?(?: (?:now\s|we(?:'re|’re|\sare)\s)(?:hiring|recruiting) | (?:hiring|recruiting)(?:\s*:) | (?:open\s)?position | role | job\stitle | job | vacancy | opening | wanted | apply\s(?:now|for|as) | join\sus\sas | als | postuler | poste
          | alternance | stage | position\stitle | jawatan | 职位 | 现招聘 | 招聘 | 诚聘 | we\sneed | looking\sfor | urgently\shiring )\s*(?:[:：\-–]\s*|\s+|(?:\ban?\s))(?:an?\s)?",
    )
});
/// Words of a sentence in which the company looks for somebody.
static SEEKS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix)\b(?P<who> we | we're | we’re | us | wir | nous | kami | (?:[\w.&-]+\s){0,2}[\w.&-]+ )\s (?:(?:is|are|am)\s)?(?:(?:currently|now|always|also|actively|urgently)\s)? (?: looking\s(?:for|to\shire) | seeking | hiring | recruiting | suchen | sucht | cherchons | recherchons | recrutons | recherche | mencari )
          \s (?:an?\s|one\s|two\s|three\s|four\s|our\s(?:next|first)\s|un\s|une\s|eine?n?\s|experienced\s|motivated\s|talented\s|passionate\s|skilled\s|for\s)*",
    )
});
/// The mark that says that an opening is for every gender: nothing but an opening has it, in any language.
static FOR_ALL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?x)\s*[(\[]\s?(?: (?: [mwfdxighMWFDXIGH] \s?[/|,*]\s? ){1,3} [mwfdxighMWFDXIGH*] | (?i: all\sgenders | gn | mwd | f/h/nb | h/f/x) )\s?[)\]] | \s+-?\s?(?: [HF]/[FH] | [mw]/[wm]/[dx] | [mf]/[fm]/[dx] ) (?:/\w)?$",
    )
});
/// What stands under the title of a posting: its kind of contract, its parts, the way to apply.
static POSTING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix)^(?: full[\s-]?time | part[\s-]?time | permanent(?:\sfull[\s-]?time)? | contract | temporary | remote | hybrid | on[\s-]?site | internship
          | vollzeit | teilzeit | unbefristet | cdi | cdd | temps\splein | tiempo\scompleto | jornada\scompleta | tempo\spieno | tempo\sintegral
          | apply(?:\snow|\shere|\sfor\sthis\s(?:job|position|role)|\sonline)? | view\s(?:job|position|role|opening|details)(?:\sdetails|\sdescription)? | see\s(?:job|position) | jetzt\sbewerben | bewerben | zur\sstelle(?:nanzeige)? | postuler(?:\sici)? | candidater | je\spostule | solliciteer(?:\snu)? | ansøg | ansök | aplicar | inscribirme | candidati
          | job\s(?:code|type|id|ref(?:erence)?|location|description|responsibilities|requirements|duties|summary|overview|brief) \b .* | employment\stype \b .* | (?:key\s|main\s|your\s)?(?:responsibilities|requirements|qualifications|duties)\s?:? | salary\b.* | ref(?:erence)?(?:\sno)?\.?\s?: .* | closing\sdate\b.* | vacancies\s?:.* | no\.?\sof\s(?:vacancies|positions)\b.* | experience\s?:.*
          | ihre\saufgaben\s?:? | deine\saufgaben\s?:? | aufgaben\s?:? | ihr\sprofil\s?:? | dein\sprofil\s?:? | anforderungen\s?:? | missions\s?:? | vos\smissions\s?:? | profil\srecherché\s?:? | requisitos\s?:? )$",
    )
});
/// Words that say a position is no longer open.
const GONE: &[&str] = &[
    "position is filled",
    "filled",
    "closed",
    "no longer",
    "expired",
    "position filled",
    "pourvu",
    "besetzt",
];

pub(super) fn find(search: &mut Search<'_, '_>, entries: &[Entry<'_>]) {
    let careers = search.careers;
    for (at, entry) in entries.iter().enumerate() {
        if careers || entry.part == Part::Jobs {
            listed(search, entries, at);
        }
        if search.page.kind != PageKind::Blog
            && search.page.kind != PageKind::Customers
            && entry.part != Part::Voices
        {
            sought(search, entry);
        }
    }
}

/// A short text of a careers page that is a title and little else.
fn listed(search: &mut Search<'_, '_>, entries: &[Entry<'_>], at: usize) {
    let entry = &entries[at];
    let heading = matches!(entry.block.kind, BlockKind::Heading(2..));
    let fits = match entry.part {
        Part::Jobs => entry.block.kind != BlockKind::ImageText,
        Part::Other => heading,
        Part::Team | Part::Voices => false,
    };
    if !fits || matches!(entry.block.kind, BlockKind::Heading(1)) && entry.text.contains(['|', '?']) {
        return;
    }
    let from = BEFORE.find(entry.text).map_or(0, |found| found.end());
    let found = whole(&entry.text[from..])
        .map(|titles| (titles, from))
        .or_else(|| whole(entry.text).map(|titles| (titles, 0)));
    let found = found.or_else(|| leading(entry.text).filter(|_| careers(search)).map(|titles| (titles, 0)));
    let posted = heading && careers(search) && is_posting(entries, at);
    let marked = || unlisted(&entry.text[from..], posted).map(|titles| (titles, from));
    let Some((titles, from)) = found.or_else(marked) else { return };
    // A name beside it: somebody who works here already.
    let near = |step: isize| {
        at.checked_add_signed(step).and_then(|at| entries.get(at)).map_or("", |entry| entry.text)
    };
    let held = near(-1).contains(NAME_MASK) && is_name(near(-1))
        || !heading && is_name(near(-1)) && !near(-1).contains(',') && !is_title_before(entries, at);
    // "UX Designers" in a list elsewhere are whom one can hire here, not who is wanted.
    if titles.plural && !search.careers {
        return;
    }
    let gone = (1..=2).any(|step| {
        let next = near(step).to_lowercase();
        next.len() < 60 && GONE.iter().any(|word| next.contains(word))
    });
    let least = if from > 0 { Plain::BesideName } else { Plain::InPlace };
    let lone_weak =
        titles.plain == Plain::BesideName && heading && at + 1 < entries.len() && near(1).len() > 40;
    // "Architect", "Buyer" say enough between other titles, or above the parts of a posting.
    let among = || posted || careers(search) && is_among_titles(entries, at);
    if held || gone || titles.plain < least && !lone_weak && !among() {
        return;
    }
    let titles = with_bracket(&entry.text[from..], titles);
    search.report(entry.block, from, &titles, SignalKey::JobOpeningTitle, if heading { 0.85 } else { 0.8 });
}

/// Whether the next texts are those of a posting.
fn is_posting(entries: &[Entry<'_>], at: usize) -> bool {
    let next = entries.iter().skip(at + 1).filter(|entry| entry.block.kind != BlockKind::ImageText);
    next.take(3)
        .take_while(|entry| !matches!(entry.block.kind, BlockKind::Heading(..=2)))
        .any(|entry| entry.text.len() <= 60 && POSTING.is_match(entry.text.trim()))
}

/// Whether an entry of a list has titles next to it.
fn is_among_titles(entries: &[Entry<'_>], at: usize) -> bool {
    let kind = entries[at].block.kind;
    let alike = |entry: &&Entry<'_>| entry.block.kind == kind;
    let is_title =
        |entry: &Entry<'_>| whole(entry.text).is_some_and(|titles| titles.plain > Plain::BesideName);
    let before = entries[..at].iter().rev().take(6).find(alike);
    let after = entries[at + 1..].iter().take(6).find(alike);
    matches!(kind, BlockKind::Item | BlockKind::Cell | BlockKind::Heading(_))
        && before.into_iter().chain(after).any(is_title)
}

/// A title of words that the list does not have: only where the place says that it is one.
fn unlisted(text: &str, posted: bool) -> Option<Titles> {
    let marked = FOR_ALL.find(text).filter(|found| found.start() >= 3).map(|found| found.start());
    let text = text.get(..marked.or_else(|| posted.then_some(text.len()))?)?.trim_end();
    let text = if marked.is_some() { text } else { without_place(text) };
    let words = text.split_whitespace().count();
    let open = marked.is_some() || text.split_whitespace().all(|word| word.len() <= 3 || is_upper(word));
    let plain = !text.contains(['?', '!', ':', '“', '"', '%', '[']) && !text.ends_with('.');
    (open && plain && (1..=8).contains(&words) && is_upper(text) && !is_ordinary(text)).then(|| Titles {
        span: 0..text.len(),
        values: vec![text.to_owned()],
        plain: Plain::InPlace,
        plural: false,
    })
}

/// "DevOps Indore, India" without the place; a place of one word that no comma parts stays.
fn without_place(text: &str) -> &str {
    let head = text.split(", ").next().unwrap_or(text);
    match head.rsplit_once(' ') {
        Some((title, _)) if head.len() < text.len() => title,
        _ => head,
    }
}

fn is_upper(word: &str) -> bool {
    word.starts_with(|c: char| c.is_uppercase() || c.is_numeric() || c == '.' || c == '(' || c == '&')
}

/// Whether a heading is one that any careers page has.
fn is_ordinary(text: &str) -> bool {
    const ORDINARY: &[&str] = &[
        "our",
        "your",
        "you",
        "we",
        "us",
        "job",
        "jobs",
        "career",
        "careers",
        "position",
        "positions",
        "opening",
        "openings",
        "vacancy",
        "vacancies",
        "apply",
        "join",
        "work",
        "working",
        "why",
        "what",
        "how",
        "who",
        "about",
        "team",
        "benefits",
        "perks",
        "process",
        "role",
        "roles",
        "opportunities",
        "opportunity",
        "employment",
        "responsibilities",
        "requirements",
        "qualifications",
        "description",
        "location",
        "contact",
        "remote",
        "hybrid",
        "culture",
        "skills",
        "stellen",
        "stellenangebote",
        "karriere",
        "bewerbung",
        "initiativbewerbung",
        "offres",
        "candidature",
        "spontanée",
        "empleo",
        "department",
        "departments",
        "full-time",
        "part-time",
        "internships",
        "summary",
        "overview",
        "experience",
        "hiring",
        "details",
        "type",
        "life",
        "values",
        "equal",
    ];
    has_word(&text.to_lowercase(), ORDINARY)
}

fn careers(search: &Search<'_, '_>) -> bool {
    search.careers
}

/// Whether the words before are behind another title of the list: a place, a department.
fn is_title_before(entries: &[Entry<'_>], at: usize) -> bool {
    (2..=4).filter_map(|step| entries.get(at.checked_sub(step)?)).any(|entry| whole(entry.text).is_some())
}

/// "We are looking for a React Developer".
fn sought(search: &mut Search<'_, '_>, entry: &Entry<'_>) {
    let seeks: Vec<(usize, bool)> = SEEKS
        .captures_iter(entry.text)
        .filter_map(|found| {
            let who = found.name("who")?.as_str().to_lowercase();
            let ours = ["we", "we're", "we’re", "us", "wir", "nous", "kami"]
                .contains(&who.rsplit(' ').next().unwrap_or_default());
            Some((found.get(0)?.end(), ours || search.is_own(&who)))
        })
        .collect();
    for (from, ours) in seeks {
        if !ours {
            continue;
        }
        let rest = &entry.text[from..];
        let to = rest
            .find([',', '.', ';', '!', '('])
            .into_iter()
            .chain(
                [
                    " who ",
                    " to ",
                    " with ",
                    " for ",
                    " that ",
                    " in ",
                    " at ",
                    " für ",
                    " mit ",
                    " pour ",
                    " and have",
                    " responsible",
                ]
                .iter()
                .filter_map(|word| rest.find(word)),
            )
            .min()
            .unwrap_or(rest.len());
        if let Some(titles) = whole(rest[..to].trim_end()).filter(|titles| titles.plain > Plain::BesideName) {
            search.report(entry.block, from, &titles, SignalKey::JobOpeningTitle, 0.8);
        }
    }
}
