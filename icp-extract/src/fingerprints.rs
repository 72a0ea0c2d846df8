//! Fingerprints that a user brings: a folder in the JSON layout of Wappalyzer, used as an extractor of its own.
//!
//! None is part of this crate. Patterns look at what a page keeps: the addresses it loads, sends to and links to, meta
//! elements, headers, and names of cookies. What needs more, such as the whole markup or a browser, is counted in the
//! [`FingerprintReport`] and left out, and so is a pattern that the `regex` crate refuses. Literals that a match must
//! have are looked for first, so that thousands of patterns cost little.

mod find;
mod folder;
mod layout;
mod pattern;

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;
use async_trait::async_trait;
use icp_core::model::{ContentHash, ExtractorId, Finding, Page, SignalKey};
use icp_core::ports::{ExtractRequest, Extraction, Extractor, ExtractorClass};
use serde_json::{Map, Value};

use crate::technology::Technology;
use layout::Reach;
use pattern::Pattern;

pub use folder::FingerprintError;

/// A pattern that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RejectedPattern {
    /// The file.
    pub file: String,
    /// The technology.
    pub technology: String,
    /// The field.
    pub field: String,
    /// Why.
    pub problem: String,
}

/// What was read of a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FingerprintReport {
    /// Technologies with a name.
    pub technologies: usize,
    /// Technologies that a page can show: others have no pattern that can be used.
    pub usable: usize,
    /// Patterns in use.
    pub patterns: usize,
    /// Patterns over addresses without a literal that a match must have: each is tried on every address.
    pub without_literal: usize,
    /// Patterns that cannot be used because the `regex` crate refuses them.
    pub rejected: Vec<RejectedPattern>,
    /// Patterns of fields that a page does not keep, by field.
    pub unsupported: BTreeMap<String, usize>,
    /// Files that are not in the layout.
    pub unreadable: Vec<String>,
}

/// One technology of the set.
#[derive(Debug, Default)]
struct Known {
    name: String,
    categories: Vec<String>,
    category_ids: Vec<u64>,
    implies: Vec<(String, f64)>,
    requires: Vec<String>,
    requires_category: Vec<u64>,
    excludes: Vec<String>,
}

/// A pattern of a technology.
#[derive(Debug)]
struct Rule {
    technology: usize,
    pattern: Pattern,
}

/// Rules over one kind of address: by their literals, and those that have none.
#[derive(Debug)]
struct Addresses {
    literals: AhoCorasick,
    /// The rule of each literal.
    rules: Vec<usize>,
    always: Vec<usize>,
}

impl Addresses {
    /// The rules that may match an address, in their order.
    fn candidates(&self, address: &str) -> Vec<usize> {
        let mut found: BTreeSet<usize> = self.always.iter().copied().collect();
        let hits = self.literals.find_overlapping_iter(address);
        found.extend(hits.filter_map(|hit| self.rules.get(hit.pattern().as_usize()).copied()));
        found.into_iter().collect()
    }
}

/// A set of fingerprints, ready to be used.
///
/// ```
/// use icp_core::model::{BlockKind, PageBuilder, Timestamp, Zone};
/// use icp_extract::Fingerprints;
/// let file = r#"{ "Acme Chat": { "cats": [52], "scriptSrc": "chat\\.acme\\.example/v([\\d.]+)\\;version:\\1" } }"#;
/// let set = Fingerprints::from_files([("a.json".to_owned(), file.to_owned())]);
/// let mut page = PageBuilder::new("https://northpier.sg/", Timestamp::from_micros(0));
/// page.block(Zone::Asset, BlockKind::Text, "https://chat.acme.example/v2.1/widget.js");
/// let page = page.finish();
/// let found = set.technologies(&page);
/// assert_eq!((found[0].name.as_str(), found[0].version.as_deref()), ("Acme Chat", Some("2.1")));
/// assert_eq!(&page.text.as_str()[found[0].range.clone()], "chat.acme.example/v2.1");
/// ```
#[derive(Debug)]
pub struct Fingerprints {
    technologies: Vec<Known>,
    by_name: BTreeMap<String, usize>,
    rules: Vec<Rule>,
    loads: Option<Addresses>,
    uses: Option<Addresses>,
    links: Option<Addresses>,
    meta: BTreeMap<String, Vec<usize>>,
    headers: BTreeMap<String, Vec<usize>>,
    cookies: BTreeMap<String, Vec<usize>>,
    report: FingerprintReport,
    hash: ContentHash,
}

impl Fingerprints {
    /// Reads files of the layout, given as name and text. Never fails: what cannot be used is in the report. A file
    /// named `categories.json` names the categories.
    pub fn from_files(files: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut files: Vec<(String, String)> = files.into_iter().collect();
        files.sort();
        let whole: String = files.iter().flat_map(|(name, text)| [name.as_str(), "\n", text, "\n"]).collect();
        let mut reading = Reading::default();
        let read = |text: &str| serde_json::from_str::<Value>(text).ok();
        for (name, text) in &files {
            match read(text) {
                Some(value) if name.ends_with("categories.json") => reading.categories(&value),
                Some(_) => {}
                None => reading.report.unreadable.push(name.clone()),
            }
        }
        for (name, text) in files.iter().filter(|(name, _)| !name.ends_with("categories.json")) {
            if let Some(value) = read(text)
                && let Some(technologies) = layout::technologies(&value)
            {
                let fields =
                    |(name, value): (&String, &Value)| Some((name.clone(), value.as_object()?.clone()));
                for (technology, fields) in technologies.iter().filter_map(fields) {
                    reading.technology(name, &technology, &fields);
                }
            }
        }
        reading.finish(ContentHash::of(&whole))
    }

    /// What was read, and what was left out.
    pub fn report(&self) -> &FingerprintReport {
        &self.report
    }

    /// The names of the technologies, in the files' order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.technologies.iter().map(|technology| technology.name.as_str())
    }

    /// The technologies of a page: what left a mark, and what that implies, without what misses a requirement.
    pub fn technologies(&self, page: &Page) -> Vec<Technology> {
        find::technologies(self, page)
    }

    fn addresses(&self, reach: Reach) -> Option<&Addresses> {
        match reach {
            Reach::Load => self.loads.as_ref(),
            Reach::Use => self.uses.as_ref(),
            Reach::Link => self.links.as_ref(),
        }
    }
}

/// A set while it is read.
#[derive(Default)]
struct Reading {
    category_names: BTreeMap<u64, String>,
    technologies: Vec<Known>,
    by_name: BTreeMap<String, usize>,
    rules: Vec<Rule>,
    addresses: [Vec<usize>; 3],
    meta: BTreeMap<String, Vec<usize>>,
    headers: BTreeMap<String, Vec<usize>>,
    cookies: BTreeMap<String, Vec<usize>>,
    report: FingerprintReport,
}

/// Fields with patterns for what a page does not keep.
const UNSUPPORTED: &[&str] =
    &["certIssuer", "css", "dns", "html", "js", "probe", "robots", "scripts", "text", "url", "xhr"];

impl Reading {
    fn categories(&mut self, file: &Value) {
        for (id, category) in file.as_object().into_iter().flatten() {
            if let (Ok(id), Some(name)) = (id.parse(), category.get("name").and_then(Value::as_str)) {
                self.category_names.insert(id, name.to_owned());
            }
        }
    }

    fn technology(&mut self, file: &str, name: &str, fields: &Map<String, Value>) {
        if self.by_name.contains_key(name) {
            return;
        }
        let at = self.technologies.len();
        let category_ids = layout::numbers(fields.get("cats"));
        let plain = |field: &str| layout::names(fields.get(field)).into_iter().map(|it| it.0).collect();
        self.technologies.push(Known {
            name: name.to_owned(),
            categories: category_ids.iter().filter_map(|id| self.category_names.get(id).cloned()).collect(),
            category_ids,
            implies: layout::names(fields.get("implies")),
            requires: plain("requires"),
            requires_category: layout::numbers(fields.get("requiresCategory")),
            excludes: plain("excludes"),
        });
        self.by_name.insert(name.to_owned(), at);
        let from = self.rules.len();
        for text in layout::texts(fields.get("scriptSrc")) {
            if let Some(rule) = self.rule(file, at, "scriptSrc", text) {
                self.addresses[0].push(rule);
            }
        }
        for field in ["meta", "headers", "cookies"] {
            for (name, text) in layout::named(fields.get(field)) {
                // Of a cookie only the name is kept, so a pattern for its value cannot be tried.
                if field == "cookies" && !text.starts_with("\\;") && !text.is_empty() {
                    *self.report.unsupported.entry("cookies: value".to_owned()).or_default() += 1;
                    continue;
                }
                let Some(rule) = self.rule(file, at, field, text) else { continue };
                let rules = match field {
                    "meta" => &mut self.meta,
                    "headers" => &mut self.headers,
                    _ => &mut self.cookies,
                };
                rules.entry(name).or_default().push(rule);
            }
        }
        self.selectors(file, at, fields.get("dom"));
        for field in UNSUPPORTED {
            let patterns = match fields.get(*field) {
                None => 0,
                Some(Value::Array(values)) => values.len(),
                Some(Value::Object(values)) => values.len(),
                Some(_) => 1,
            };
            if patterns > 0 {
                *self.report.unsupported.entry((*field).to_owned()).or_default() += patterns;
            }
        }
        self.report.usable += usize::from(self.rules.len() > from);
    }

    /// Selectors by an element's address become patterns for it; of others the markup is not kept.
    fn selectors(&mut self, file: &str, technology: usize, dom: Option<&Value>) {
        let mut selectors = layout::texts(dom);
        for (selector, tests) in dom.and_then(Value::as_object).into_iter().flatten() {
            if tests.as_object().is_some_and(|tests| tests.keys().all(|test| test == "exists")) {
                selectors.push(selector);
            } else {
                *self.report.unsupported.entry("dom".to_owned()).or_default() += 1;
            }
        }
        for selector in selectors.into_iter().flat_map(|selector| selector.split(',')) {
            match layout::address_selector(selector) {
                Some((reach, text)) => {
                    if let Some(rule) = self.rule(file, technology, "dom", &text) {
                        self.addresses[reach as usize].push(rule);
                    }
                }
                None => *self.report.unsupported.entry("dom".to_owned()).or_default() += 1,
            }
        }
    }

    /// Compiles a pattern into a rule, or reports why not.
    fn rule(&mut self, file: &str, technology: usize, field: &str, text: &str) -> Option<usize> {
        match Pattern::read(text) {
            Ok(pattern) => {
                self.rules.push(Rule { technology, pattern });
                Some(self.rules.len() - 1)
            }
            Err(rejected) => {
                self.report.rejected.push(RejectedPattern {
                    file: file.to_owned(),
                    technology: self.technologies[technology].name.clone(),
                    field: field.to_owned(),
                    problem: rejected.0,
                });
                None
            }
        }
    }

    fn finish(mut self, hash: ContentHash) -> Fingerprints {
        self.report.technologies = self.technologies.len();
        self.report.patterns = self.rules.len();
        let [loads, uses, links] = std::mem::take(&mut self.addresses).map(|rules| {
            let (with, always): (Vec<usize>, Vec<usize>) =
                rules.into_iter().partition(|at| !self.rules[*at].pattern.literals.is_empty());
            self.report.without_literal += always.len();
            let pairs =
                with.iter().flat_map(|at| self.rules[*at].pattern.literals.iter().map(move |it| (it, *at)));
            let (literals, rules): (Vec<&String>, Vec<usize>) = pairs.unzip();
            let literals = AhoCorasick::builder().ascii_case_insensitive(true).build(literals).ok()?;
            Some(Addresses { literals, rules, always })
        });
        Fingerprints {
            technologies: self.technologies,
            by_name: self.by_name,
            rules: self.rules,
            loads,
            uses,
            links,
            meta: self.meta,
            headers: self.headers,
            cookies: self.cookies,
            report: self.report,
            hash,
        }
    }
}

/// An extractor over a set of fingerprints. Its id follows from the set, so that another set is another extractor.
#[derive(Debug)]
pub struct FingerprintExtractor {
    set: Fingerprints,
    id: ExtractorId,
}

impl FingerprintExtractor {
    /// An extractor over a set.
    pub fn new(set: Fingerprints) -> Self {
        let id = ExtractorId::new(&format!("fingerprints-{}", &set.hash.as_str()[..12]), 1);
        Self { set, id }
    }

    /// The findings of one page: what left a mark. What is only implied is no evidence: the words that show it are
    /// another's.
    pub fn findings(&self, page: &Page) -> Vec<Finding> {
        let seen = self.set.technologies(page).into_iter().filter(|it| it.implied_by.is_none());
        seen.filter_map(|it| {
            let quote = page.text.as_str().get(it.range.clone()).filter(|quote| !quote.trim().is_empty())?;
            Some(Finding::new(SignalKey::Technology, &it.name, quote, it.range.clone(), it.confidence))
        })
        .collect()
    }
}

#[async_trait]
impl Extractor for FingerprintExtractor {
    fn id(&self) -> ExtractorId {
        self.id.clone()
    }

    fn class(&self) -> ExtractorClass {
        ExtractorClass::Rules
    }

    async fn extract(&self, request: ExtractRequest<'_>) -> Extraction {
        Extraction::found(self.findings(request.page))
    }
}

#[cfg(test)]
mod tests;
