//! How companies write how many people work there.

use std::sync::LazyLock;

use regex::Regex;

use super::number::NUMBER;
use crate::report::pattern;

const MORE: &str = r"(?:more\sthan|plus\sde|über|mehr\sals|más\sde|oltre|meer\sdan|mais\sde|lebih\sdari|over|above|at\sleast|in\sexcess\sof|exceeding|upwards\sof)";
const LESS: &str = r"(?:fewer\sthan|less\sthan|under)";
const ABOUT: &str = r"(?:about|rund|etwa|circa|ca\.|environ|aujourd’hui|aujourd'hui|knapp|around|approximately|approx\.?|some|nearly|almost|close\sto|roughly|currently|now|today|a\stotal\sof|just|only)";
/// Nouns that mean everybody employed.
const EMPLOYED: &str = r"(?:employees|employés|staff(?:\smembers)?|staffers|mitarbeiter(?:[:*_]?innen)?(?:\sund\smitarbeiter(?:innen)?)?|beschäftigten?|angestellten?|kolleg(?:inn)?en(?:\sund\skollegen)?|collaborateurs(?:\set\scollaboratrices)?|salariés|empleados|trabajadores|dipendenti|medewerkers|werknemers|funcionários|colaboradores|karyawan|lawyers|attorneys|solicitors|team\smembers|full-time\sstaff|workers|headcount|personnel|colleagues|teammates)";
/// Nouns that mean it only when the sentence speaks of the company's own people.
const PEOPLE: &str = r"(?:people|professionals|specialists|experts|persons|talents|men\sand\swomen)";
const ADJECTIVES: &str = r"(?:(?:full-time|full\stime|permanent|dedicated|experienced|skilled|talented|passionate|trained|committed|local|highly|well-trained|strong|loyal|professional|qualified|competent|hardworking|regular)\s){0,3}";

pub(super) static COUNTED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?ix) (?P<from>\bfrom\s(?:a\steam\sof\s|just\s|only\s)?)?
          (?: (?P<more>\b{MORE}) \s | (?P<less>\b{LESS}) \s | \b{ABOUT} \s | (?P<between>\bbetween) \s )?
          (?P<no>\b(?:not|no)\s)?
          \b (?P<n>{NUMBER}) (?P<plus>\s?\+)?
          (?: \s?(?:[-\u{{2013}}\u{{2014}}]|\sto\s|\sand\s)\s? (?P<m>{NUMBER}) (?P<plus2>\s?\+)? )?
          \s? {ADJECTIVES} (?: (?P<employed>{EMPLOYED}) | (?P<people>{PEOPLE}) ) \b (?P<all>\s(?:in\sall|altogether|in\stotal)\b)?"
    ))
});

pub(super) static TEAM: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?ix) (?P<from>\bfrom\s)? (?P<word>[\p{{L}}'’-]+\s)? (?P<word2>[\p{{L}}'’-]+\s)?
          \b (?: team | workforce | staff | crew | headcount | staff\sstrength | family | payroll ) \s of \s
          (?: (?P<more>{MORE}) \s | (?P<less>{LESS}) \s | {ABOUT} \s | (?P<between>between) \s )?
          (?P<n>{NUMBER}) (?P<plus>\s?\+)?
          (?: \s?(?:[-\u{{2013}}\u{{2014}}]|\sto\s|\sand\s)\s? (?P<m>{NUMBER}) (?P<plus2>\s?\+)? )?
          (?P<noun>\s[\p{{L}}-]+)? (?P<noun2>\s[\p{{L}}-]+)?"
    ))
});

pub(super) static STRONG: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?ix) \b (?: (?P<more>{MORE}) \s )? (?P<n>{NUMBER}) (?P<plus>\+)? (?: [-\s]strong \b | -(?:person|member|man) \s (?:team|workforce|company|outfit|crew)\b )"
    ))
});

pub(super) static STATED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?ix) \b (?: (?:number|no\.?)\sof\s(?:employees|staff) | employees | headcount | company\ssize | staff\sstrength | team\ssize | workforce )
          \s?[:\u{{2013}}-]\s? (?: (?P<more>{MORE}) \s )? (?P<n>{NUMBER}) (?P<plus>\s?\+)?
          (?: \s?(?:[-\u{{2013}}\u{{2014}}]|\sto\s)\s? (?P<m>{NUMBER}) (?P<plus2>\s?\+)? )?"
    ))
});

pub(super) static EMPLOY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?ix) \b (?: we(?:'|’)?(?:\sare|re|\snow)? \s (?:now\s)? employ | employs | employing | we\sare\s(?:now\s)?a\steam\sof )
          \s (?: (?P<more>{MORE}) \s | (?P<less>{LESS}) \s | {ABOUT} \s )? (?P<n>{NUMBER}) (?P<plus>\s?\+)? \s? (?:people|persons|staff|employees)? (?P<noun>\s[\p{{L}}-]+)?"
    ))
});

/// "A hundred and forty of us cook": everybody.
pub(super) static OF_US: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(r"(?ix) \b (?: (?P<more>{MORE}) \s )? (?P<n>{NUMBER}) (?P<plus>\s?\+)? \s of \s us \b"))
});

/// Chinese and Japanese: "现有员工十二人", "员工 120 人", "120名员工", "従業員数：184名".
pub(super) static HAN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:员工|員工|職員|职员|雇员|従業員数?|社員数?|人员规模|团队)(?:人数|总数|数)?\s?[:：]?\s?(?:约|超过|共|共有|有|近|约有)?\s?(?P<n>[0-9][0-9,]{0,6}|[一二三四五六七八九十百两]{1,6})\s?(?P<plus>\+|余|多)?\s?(?:名|人|位)|(?P<n2>[0-9][0-9,]{0,6}|[一二三四五六七八九十百两]{1,6})\s?(?P<plus2>\+|余|多)?\s?(?:名|位|人的)?(?:全职)?(?:员工|員工|专业人员|雇员|社員|従業員)",
    )
});

/// A number alone, as a counter shows it: "120+", "184 (as of 1 April 2025)".
pub(super) static ALONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?P<more>>|Over\s|More than\s|über\s|ca\.\s)?\s?(?P<n>[0-9]{1,3}(?:[,.][0-9]{3})+|[0-9]{1,6})\s?(?P<plus>\+)?(?:\s?(?:[-–]|to)\s?(?P<m>[0-9][0-9,]{0,6}))?(?:\s?\((?:as\sof|consolidated|non-consolidated|stand|au|incl)[^)]{0,40}\))?(?:\s?(?:people|persons|名|人))?$",
    )
});
