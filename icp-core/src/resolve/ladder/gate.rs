//! Rungs 5 and 6: companies of other countries are not forced in; what is left is decided by score.

use crate::model::{Method, Outcome};
use crate::normalize::{LegalForm, light_key};

use super::exact::only_a_form;
use super::{Ladder, Verdict};

/// Country-code domains that companies everywhere use.
const EVERYBODYS: &[&str] = &[
    "ai", "ac", "am", "app", "bz", "cc", "co", "fm", "gg", "im", "io", "is", "la", "ly", "me", "pm", "sc",
    "sh", "so", "st", "tc", "to", "tv", "vc", "vg", "ws", "xn",
];

impl Ladder<'_> {
    /// Why the company's home seems to be another country, apart from its legal form.
    pub(super) fn home_elsewhere(&self) -> Option<String> {
        if let Some(country) =
            self.facts.country.as_deref().map(str::trim).filter(|country| !country.is_empty())
        {
            let home = ["sg", "sgp", "singapore"].contains(&country.to_lowercase().as_str());
            return (!home).then(|| format!("its country is given as {country}"));
        }
        let site = self.facts.site()?;
        let top = site.top_level();
        let foreign = top.len() == 2 && top != "sg" && !EVERYBODYS.contains(&top);
        foreign.then(|| format!("its website ends in .{top}"))
    }

    fn nothing_to_compare(&self) -> bool {
        self.query.forms().light.is_empty() || only_a_form(self.query.forms())
    }

    fn foreign_form(&self) -> Option<String> {
        let stated_home = self
            .facts
            .country
            .as_deref()
            .map(str::trim)
            .is_some_and(|country| ["sg", "sgp", "singapore"].contains(&country.to_lowercase().as_str()));
        let forms = self.query.forms();
        (forms.form == Some(LegalForm::Foreign) && !stated_home).then(|| match forms.country {
            Some(country) => format!("its legal form is one of another country ({country})"),
            None => "its legal form is one of another country".to_owned(),
        })
    }

    /// Rung 5: the jurisdiction gate. No exact name was found before it.
    pub(super) fn jurisdiction(&mut self) -> Option<Verdict> {
        if self.nothing_to_compare() {
            self.saw(Method::Jurisdiction, false, "there is no name to compare");
            return None;
        }
        let (form, home) = (self.foreign_form(), self.home_elsewhere());
        let near = self
            .ranked
            .candidates
            .first()
            .filter(|top| top.probability >= self.options.match_at && top.clash.is_none());
        let why = match (form, home) {
            (Some(form), Some(home)) => format!("{form} and {home}"),
            (Some(form), None) => form,
            (None, Some(home)) => {
                // A website alone says less than a name that the register nearly has.
                if let Some(near) = near {
                    let reason = format!("{home}, but the register has {}", near.entity.name);
                    let choices = vec![near.entity.clone()];
                    self.saw(Method::Jurisdiction, true, reason.clone());
                    return Some(Verdict::ambiguous(Method::Jurisdiction, choices, reason));
                }
                home
            }
            (None, None) => {
                self.saw(Method::Jurisdiction, false, "nothing points to another country");
                return None;
            }
        };
        let reason = format!("{why}, and the register has no entity of that name");
        self.saw(Method::Jurisdiction, true, reason.clone());
        Some(Verdict::outside(Method::Jurisdiction, reason))
    }

    /// Rung 6: the scored comparison of near names.
    pub(super) fn fuzzy(&mut self) -> Option<Verdict> {
        let (match_at, ask_at) = (self.options.match_at, self.options.ask_at);
        let absent = self.ranked.absent;
        if self.nothing_to_compare() {
            self.saw(Method::FuzzyName, false, "there is no name to compare");
            return None;
        }
        let Some(top) = self.ranked.candidates.first() else {
            self.saw(Method::FuzzyName, false, "the register has no near name");
            return None;
        };
        let side_evidence = match top.side_evidence {
            0.0 => String::new(),
            side_evidence => {
                format!(", with {side_evidence:+.1} log-odds from its website, address and industry")
            }
        };
        let seen = format!(
            "of {} near names {} is the likeliest, with probability {:.2}{side_evidence}; none of them: {absent:.2} (scorer {})",
            self.ranked.candidates.len(),
            top.entity.name,
            top.probability,
            super::super::Model::shipped().version(),
        );
        // Other facts choose between like names; they never make a match of a strange one.
        let like = super::super::Model::shipped().alone(top.score - top.side_evidence) >= 0.5;
        let (entity, probability, clash) = (top.entity.clone(), top.probability, top.clash);
        let twin = self.ranked.candidates.get(1).filter(|second| {
            second.entity.status.live && entity.status.live && light_key(second.name) == light_key(top.name)
        });
        if probability >= match_at && like && clash.is_none() && twin.is_none() {
            let mut verdict = Verdict::matched(
                Method::FuzzyName,
                &entity,
                format!("its name is near \"{}\", and no other is as near", top.name),
            );
            verdict.probability = Some(probability);
            self.saw(Method::FuzzyName, true, seen);
            return Some(verdict);
        }
        if probability >= ask_at {
            let likely = self.ranked.candidates.iter().filter(|c| c.probability >= ask_at).count();
            let reason = match (clash, twin.is_some()) {
                (_, true) => "two live entities have this name".to_owned(),
                (Some(clash), _) => format!("the nearest name, {}, has {clash}", entity.name),
                _ if likely == 1 => format!("{} is near, but not near enough to be sure", entity.name),
                _ => format!("{likely} entities have names about as near"),
            };
            self.saw(Method::FuzzyName, true, seen);
            return Some(Verdict {
                outcome: Outcome::Ambiguous,
                method: Method::FuzzyName,
                entity: None,
                choices: Vec::new(),
                probability: Some(probability),
                reason,
            });
        }
        let whole_local_name = matches!(
            self.query.forms().form,
            Some(LegalForm::PrivateLimited | LegalForm::Llp | LegalForm::Lp)
        );
        if whole_local_name && absent >= self.options.absent_at {
            self.saw(Method::FuzzyName, true, seen);
            return Some(Verdict::outside(
                Method::FuzzyName,
                "it is written as a whole registered name, and the register has none like it",
            ));
        }
        self.saw(Method::FuzzyName, false, seen);
        None
    }

    pub(super) fn why_unresolved(&self) -> String {
        let forms = self.query.forms();
        if forms.light.is_empty() {
            "the name has no letters or digits; give the company's name".to_owned()
        } else if only_a_form(forms) {
            "the name is only a legal form; give the company's name".to_owned()
        } else if self.ranked.candidates.is_empty() {
            "the register has no name like it; give the registered name or the UEN".to_owned()
        } else {
            "no name in the register is near enough; give the registered name or the UEN".to_owned()
        }
    }
}
