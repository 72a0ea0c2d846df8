//! The grammar of job titles: seniority, function, role. A title is found as whole words and written in one way:
//! "CFO" and "Chief Finance Officer" are "Chief Financial Officer"; the "cto" of "director" is nothing.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::report::pattern;

const SENIORITY: &str = "senior|sr\\.?|junior|jr\\.?|assistant|deputy|lead|principal|chief|group|regional|country|global|associate|graduate|trainee|acting|apac";
const FUNCTION: &str = "operations?|ops|warehous(?:e|ing)|logistics|supply\\schain|sales|marketing|finance|financial|accounts?|accounting|human\\sresources?|hr|\
    people|talent\\sacquisition|recruitment|training|it|information\\stechnology|technology|procurement|purchasing|sourcing|quality|quality\\sassurance|quality\\scontrol|qa|qc|\
    qa/qc|production|manufacturing|plant|factory|engineering|software|data|product|project|programme?|customer\\s(?:service|success|support|experience|care)|business\\sdevelopment|\
    export|import|freight|air\\sfreight|sea\\sfreight|ocean\\sfreight|shipping|customs|fleet|transport(?:ation)?|delivery|distribution|inventory|store|outlet|retail|restaurant|kitchen|\
    maintenance|safety|wsh|ehs|hse|food\\ssafety|r&d|research|key\\saccounts?|digital\\smarketing|digital|brand|content|communications|e-?commerce|merchandising|admin(?:istration|istrative)?|\
    office|legal|compliance|risk|treasury|audit|tax|design|cnc|mechanical|electrical|civil|process|chemical|network|systems?|devops|security|cyber\\s?security|cloud|\
    machine\\slearning|full[\\s-]?stack|front[\\s-]?end|back[\\s-]?end|mobile|web|ux|ui/ux|technical|field\\sservice|service|site|facilit(?:y|ies)|property|building|planning|\
    demand\\splanning|production\\splanning|strategy|growth|partnerships?|commercial|corporate\\saffairs|events?|hospitality|guest\\srelations|implementation|solutions?|pre-?sales|\
    payroll|credit|billing|sustainability|esg|tooling|assembly|packaging|cold\\schain|pharmacy|laboratory|lab";
const ROLE: &str = "manager|executive|supervisor|engineer|officer|coordinator|co-ordinator|assistant|specialist|analyst|developer|administrator|director|lead|leader|planner|\
    technician|designer|consultant|controller|buyer|representative|associate|clerk|operator|driver|scientist|architect|inspector|head|intern|trainer|accountant|advisor|adviser|\
    packer|picker|crew|partner|machinist|welder|chef";
const OFFICERS: &str = "executive|financial|finance|operating|operations|technology|technical|information|marketing|commercial|revenue|product|people|human\\sresources?|growth|risk|\
    compliance|strategy|sustainability|data|digital|customer|information\\ssecurity|medical|legal|investment|innovation|supply\\schain";
const ALONE: &str = "managing\\sdirector|executive\\sdirector|non-executive\\sdirector|independent\\sdirector|executive\\schairman|chairman|chairperson|chairwoman|\
    general\\smanager|deputy\\sgeneral\\smanager|country\\smanager|regional\\smanager|area\\smanager|branch\\smanager|co-?founder|founder|president|company\\ssecretary|\
    financial\\scontroller|head\\schef|executive\\schef|sous\\schef|head\\sbaker|storekeeper|bookkeeper|receptionist|accountant|machinist|welder|recruiter|forklift\\s(?:driver|operator)|\
    lorry\\sdriver|delivery\\s(?:driver|rider)|personal\\sassistant|management\\strainee|scrum\\smaster|freight\\sforwarder|customs\\sdeclarant|baker|barista|director|electrician|\
    account\\sdirector|creative\\sdirector|art\\sdirector|data\\sscientist|quantity\\ssurveyor|pharmacist|chemist|draughtsman|drafter";

static TITLE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?x) (?:
          (?P<acronym> \b (?: CEO|CFO|COO|CTO|CIO|CMO|CHRO|CRO|CCO|CISO|CSO|CPO ) \b )
        | (?i) \b (?:
            (?P<chief> (?:group\s|deputy\s)? chief \s (?P<of_chief>{OFFICERS}) \s officer )
          | (?P<over> (?:(?:group|regional|global|deputy|assistant|senior|apac)\s){{0,2}} (?P<rank>head|director|vice[\s-]president|vp|svp|avp|evp|manager|senior\smanager) (?:\sof\s|,\s|\s-\s|\s–\s)
               (?P<area>(?:{FUNCTION})(?:\s(?:&|and)\s(?:{FUNCTION}))?) )
          | (?P<vp> (?:senior\s|assistant\s|executive\s)? (?:vice[\s-]president|vp) (?:\s (?:{FUNCTION}))? )
          | (?P<alone> (?:(?:{SENIORITY})\s){{0,2}} (?:{ALONE}) (?:\s?(?:&|and|/)\s?(?:ceo|founder|managing\sdirector|chief\sexecutive\sofficer|owner))? )
          | (?P<plain> (?:(?:{SENIORITY})\s){{0,2}} (?:{FUNCTION}) (?:\s(?:&|and|/)\s(?:{FUNCTION}))? (?:\s(?:{FUNCTION}))? \s (?:{ROLE}) (?:\s(?:manager|officer|supervisor|engineer))? )
          ) \b
        )"
    ))
});

/// A title in a text: its place, and the one way to write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Title {
    pub span: Range<usize>,
    pub canonical: String,
}

/// The titles of a text, in order.
pub(crate) fn titles(text: &str) -> impl Iterator<Item = Title> + '_ {
    TITLE.captures_iter(text).filter_map(|found| {
        let whole = found.get(0)?;
        let canonical = if found.name("acronym").is_some() {
            of_acronym(whole.as_str())?.to_owned()
        } else if let Some(chief) = found.name("of_chief") {
            let area = match chief.as_str().to_lowercase().as_str() {
                "finance" => "Financial".to_owned(),
                "operations" => "Operating".to_owned(),
                "technical" => "Technology".to_owned(),
                other => cased(other),
            };
            format!("Chief {area} Officer")
        } else if let (Some(rank), Some(area)) = (found.name("rank"), found.name("area")) {
            let before = cased(&text[whole.start()..rank.start()]);
            let area = cased(area.as_str());
            let rank = cased(rank.as_str());
            let title = match rank.as_str() {
                "Head" => format!("Head of {area}"),
                "Director" | "Manager" | "Senior Manager" => match rank.strip_prefix("Senior ") {
                    Some(rank) => format!("Senior {area} {rank}"),
                    None => format!("{area} {rank}"),
                },
                other => format!("{other} of {area}"),
            };
            if before.is_empty() { title } else { format!("{before} {title}") }
        } else {
            let title = cased(whole.as_str());
            match title.strip_suffix(" Head") {
                Some(area) => format!("Head of {area}"),
                None => match title.split_once("Vice President ") {
                    Some((rank, area)) if !area.starts_with("of ") => {
                        format!("{rank}Vice President of {area}")
                    }
                    _ => title,
                },
            }
        };
        Some(Title { span: whole.range(), canonical })
    })
}

fn of_acronym(text: &str) -> Option<&'static str> {
    Some(match text {
        "CEO" => "Chief Executive Officer",
        "CFO" => "Chief Financial Officer",
        "COO" => "Chief Operating Officer",
        "CTO" => "Chief Technology Officer",
        "CIO" => "Chief Information Officer",
        "CMO" => "Chief Marketing Officer",
        "CHRO" => "Chief Human Resources Officer",
        "CRO" => "Chief Revenue Officer",
        "CCO" => "Chief Commercial Officer",
        "CISO" => "Chief Information Security Officer",
        "CSO" => "Chief Strategy Officer",
        "CPO" => "Chief Product Officer",
        _ => return None,
    })
}

/// Words as titles write them, with the short forms opened up.
fn cased(text: &str) -> String {
    let lower = text
        .to_lowercase()
        .replace("human resources", "hr")
        .replace("human resource", "hr")
        .replace("information technology", "it");
    lower
        .split(|c: char| c.is_whitespace() || c == ',')
        .filter(|word| !word.is_empty())
        .map(|word| match word {
            "of" | "and" => word.to_owned(),
            "&" | "/" => "and".to_owned(),
            "sr" | "sr." => "Senior".to_owned(),
            "jr" | "jr." => "Junior".to_owned(),
            "ops" | "operation" => "Operations".to_owned(),
            "vp" | "vice-president" => "Vice President".to_owned(),
            "svp" => "Senior Vice President".to_owned(),
            "avp" => "Assistant Vice President".to_owned(),
            "evp" => "Executive Vice President".to_owned(),
            "ceo" => "Chief Executive Officer".to_owned(),
            "hr" | "it" | "qa" | "qc" | "qa/qc" | "r&d" | "cnc" | "wsh" | "ehs" | "hse" | "ux" | "ui/ux"
            | "esg" | "apac" => word.to_uppercase(),
            "admin" | "administration" | "administrative" => "Admin".to_owned(),
            "co-ordinator" => "Coordinator".to_owned(),
            "cofounder" | "co-founder" => "Co-Founder".to_owned(),
            "ecommerce" | "e-commerce" => "E-commerce".to_owned(),
            "warehousing" => "Warehouse".to_owned(),
            "devops" => "DevOps".to_owned(),
            word => capital(word),
        })
        .collect::<Vec<_>>()
        .join(" ")
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        titles(text).map(|title| title.canonical).collect()
    }

    #[test]
    fn one_way_to_write_a_title() {
        for (text, title) in [
            ("CFO", "Chief Financial Officer"),
            ("Chief Finance Officer", "Chief Financial Officer"),
            ("CHIEF OPERATING OFFICER", "Chief Operating Officer"),
            ("head of operations", "Head of Operations"),
            ("Head, Operations", "Head of Operations"),
            ("Operations Head", "Head of Operations"),
            ("Director of Finance", "Finance Director"),
            ("Managing Director", "Managing Director"),
            ("WAREHOUSE SUPERVISOR", "Warehouse Supervisor"),
            ("Senior Software Engineer", "Senior Software Engineer"),
            ("Sr. Software Engineer", "Senior Software Engineer"),
            ("VP of Sales", "Vice President of Sales"),
            ("VP Sales", "Vice President of Sales"),
            ("Human Resources Manager", "HR Manager"),
            ("HR Manager", "HR Manager"),
            ("Supply Chain & Logistics Manager", "Supply Chain and Logistics Manager"),
            ("Assistant Quality Assurance Manager", "Assistant Quality Assurance Manager"),
            ("Business Development Executive", "Business Development Executive"),
            ("Co-Founder & CEO", "Co-Founder and Chief Executive Officer"),
            ("Regional Head of Supply Chain", "Regional Head of Supply Chain"),
            ("Forklift Driver", "Forklift Driver"),
            ("Manager, Procurement", "Procurement Manager"),
        ] {
            assert_eq!(read(text), [title], "{text}");
        }
    }

    #[test]
    fn words_that_hold_titles_are_none() {
        for text in [
            "directory",
            "CTOs unite",
            "octo",
            "Managers",
            "cfo",
            "our warehouse",
            "headcount of operations",
            "executive summary",
            "presidential",
            "ITmanager",
        ] {
            assert_eq!(read(text), [""; 0], "{text}");
        }
        assert_eq!(read("director"), ["Director"], "and never a CTO");
    }
}
