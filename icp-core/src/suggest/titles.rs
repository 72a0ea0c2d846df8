//! Rules and industries as people read them.

use std::collections::BTreeMap;

use crate::mine::label;
use crate::model::{Condition, Rule, SsicNode};

/// The industry's title without its remarks in brackets.
pub(super) fn short_title(title: &str) -> String {
    let bare = title.split(" (").next().unwrap_or(title).trim();
    let mut short = String::new();
    for (i, c) in bare.chars().enumerate() {
        if i == 0 {
            short.extend(c.to_uppercase());
        } else {
            short.push(c);
        }
    }
    short
}

/// A card's title: the industry, then what else defines the segment.
pub(super) fn card_title(rule: &Rule, titles: &BTreeMap<SsicNode, String>) -> String {
    let mut parts: Vec<String> = Vec::new();
    for condition in rule.all_of() {
        parts.push(match condition {
            Condition::Ssic(node) => match titles.get(node) {
                Some(title) => format!("{} ({node})", short_title(title)),
                None => format!("SSIC {node}"),
            },
            Condition::EntityType(kind) => kind.to_string(),
            Condition::CompanyAge(band) => format!("{band} years old"),
            Condition::Headcount(band) => format!("{band} employees"),
            Condition::Signal { value, .. } => value.clone(),
        });
    }
    parts.join(" · ")
}

/// The rule in words, with industries' titles.
pub(super) fn rule_text(rule: &Rule, titles: &BTreeMap<SsicNode, String>) -> String {
    let all = rule.all_of().iter().map(|condition| label(condition, titles));
    let none = rule.none_of().iter().map(|condition| format!("not {}", label(condition, titles)));
    all.chain(none).collect::<Vec<_>>().join(" and ")
}
