//! Rungs 3 and 4: the exact name, a former name, or a legal name printed on the site.

use std::collections::BTreeMap;

use crate::model::{Entity, Method, Uen};
use crate::normalize::{LegalForm, NameForms};

use super::{Ladder, Verdict};

/// The exact matches of a name.
enum Exact<'a> {
    /// One entity.
    One(&'a Entity, Method),
    /// Several that the name cannot tell apart, or one that something speaks against.
    Several(Vec<&'a Entity>, String),
    /// The same words in a legal form that the register's entity does not have.
    OtherForm(&'a Entity),
    /// Nothing.
    None,
}

impl Ladder<'_> {
    /// Rungs 3 and 4. A legal name on the site may settle what the name alone leaves open.
    pub(super) fn exact_name(&mut self) -> Option<Verdict> {
        let found = self.found;
        let by_name = self.look(self.query.forms(), &found.exact);
        let open = match by_name {
            Exact::One(entity, method) => {
                let reason = if method == Method::FormerName {
                    format!("the register has this as a former name of {}", entity.name)
                } else {
                    "the register has this name, and no other live entity does".to_owned()
                };
                self.saw(method, true, format!("{}: {reason}", entity.name));
                return Some(Verdict::matched(method, entity, reason));
            }
            Exact::Several(entities, reason) => {
                self.saw(Method::ExactName, false, reason.clone());
                Some((entities, reason))
            }
            Exact::OtherForm(entity) => {
                self.saw(
                    Method::ExactName,
                    false,
                    format!("{} has the same words but another kind of legal form", entity.name),
                );
                None
            }
            Exact::None => {
                self.saw(Method::ExactName, false, "no entity has or had this name");
                None
            }
        };
        if let Some(verdict) = self.site_legal_name() {
            return Some(verdict);
        }
        let (entities, reason) = open?;
        if let Some(last) = self.rungs.iter_mut().rev().find(|rung| rung.method == Method::ExactName) {
            last.decided = true;
        }
        Some(Verdict::ambiguous(Method::ExactName, entities.into_iter().cloned().collect(), reason))
    }

    fn site_legal_name(&mut self) -> Option<Verdict> {
        let found = self.found;
        let mut ones: BTreeMap<Uen, (&Entity, &str)> = BTreeMap::new();
        for name in &self.facts.site_legal_names {
            if let Exact::One(entity, _) = self.look(&NameForms::of(name), &found.legal_name_exact) {
                ones.entry(entity.uen).or_insert((entity, name));
            }
        }
        if self.facts.site_legal_names.is_empty() {
            self.saw(Method::SiteLegalName, false, "no legal name was found on its site");
            return None;
        }
        if ones.len() > 1 {
            let reason = "its site prints the legal names of several entities".to_owned();
            self.saw(Method::SiteLegalName, true, reason.clone());
            let entities = ones.values().map(|(entity, _)| (*entity).clone()).collect();
            return Some(Verdict::ambiguous(Method::SiteLegalName, entities, reason));
        }
        let Some((entity, name)) = ones.into_values().next() else {
            self.saw(Method::SiteLegalName, false, "the legal names on its site are not those of one entity");
            return None;
        };
        let reason = format!("its site prints the legal name \"{name}\"");
        self.saw(Method::SiteLegalName, true, reason.clone());
        Some(Verdict::matched(Method::SiteLegalName, entity, reason))
    }

    /// The matches of a name among entities that the register returned for it.
    fn look<'e>(&self, name: &NameForms, entities: &'e [Entity]) -> Exact<'e> {
        if name.core.is_empty() || only_a_form(name) {
            return Exact::None;
        }
        let mut present: BTreeMap<Uen, (&Entity, NameForms)> = BTreeMap::new();
        let mut former: BTreeMap<Uen, (&Entity, NameForms)> = BTreeMap::new();
        let mut other_form = None;
        for entity in entities {
            let forms = NameForms::of(&entity.name);
            if forms.core == name.core {
                if compatible(name, &forms) {
                    present.insert(entity.uen, (entity, forms));
                } else {
                    other_form = other_form.or(Some(entity));
                }
            } else if let Some(forms) = entity
                .former_names
                .iter()
                .map(|name| NameForms::of(name))
                .find(|forms| forms.core == name.core && compatible(name, forms))
            {
                former.insert(entity.uen, (entity, forms));
            }
        }
        let live = |found: &BTreeMap<Uen, (&'e Entity, NameForms)>| -> Vec<(&'e Entity, NameForms)> {
            found.values().filter(|(entity, _)| entity.status.live).cloned().collect()
        };
        for (found, method) in [(live(&present), Method::ExactName), (live(&former), Method::FormerName)] {
            match found.as_slice() {
                [] => {}
                [(entity, _)] => return self.unless_short(name, entity, method),
                several => return same_name(name, several, method),
            }
        }
        // Nothing alive has the name; what ended is better than nothing, and is said to have ended.
        let ended: Vec<(&Entity, NameForms)> = present.into_values().chain(former.into_values()).collect();
        match ended.as_slice() {
            [] => other_form.map_or(Exact::None, Exact::OtherForm),
            [(entity, _)] => {
                let method = if NameForms::of(&entity.name).core == name.core {
                    Method::ExactName
                } else {
                    Method::FormerName
                };
                let rival = self.ranked.candidates.iter().find(|candidate| {
                    candidate.entity.status.live
                        && candidate.entity.uen != entity.uen
                        && candidate.probability >= self.options.ask_at
                });
                match rival {
                    None => self.unless_short(name, entity, method),
                    Some(rival) => Exact::Several(
                        vec![entity, self.entity_of(rival.entity.uen, entities).unwrap_or(entity)],
                        format!(
                            "{} had this name and ended (\"{}\"), while {} is alive and has a near name",
                            entity.name, entity.status.text, rival.entity.name
                        ),
                    ),
                }
            }
            several => same_name(name, several, Method::ExactName),
        }
    }

    fn entity_of<'e>(&self, uen: Uen, entities: &'e [Entity]) -> Option<&'e Entity> {
        entities.iter().find(|entity| entity.uen == uen)
    }

    /// One or two letters, or a name whose home is another country, agree by chance: a person is asked.
    fn unless_short<'e>(&self, name: &NameForms, entity: &'e Entity, method: Method) -> Exact<'e> {
        if name.core.chars().filter(char::is_ascii_alphanumeric).count() <= 2
            && name.core.is_ascii()
            && name.form.is_none()
        {
            return Exact::Several(
                vec![entity],
                "a name of one or two letters is shared by chance".to_owned(),
            );
        }
        match self.home_elsewhere() {
            Some(why) if name.form.is_none() => Exact::Several(
                vec![entity],
                format!("the register has this name, but {why}: it may be a local company or a namesake"),
            ),
            _ => Exact::One(entity, method),
        }
    }
}

/// Several entities with the same words: the legal form, or the very spelling, may single one out.
fn same_name<'e>(name: &NameForms, several: &[(&'e Entity, NameForms)], method: Method) -> Exact<'e> {
    let same_form: Vec<_> =
        several.iter().filter(|(_, forms)| name.form.is_some() && forms.form == name.form).collect();
    if let [(entity, _)] = same_form.as_slice() {
        return Exact::One(entity, method);
    }
    let count = several.len();
    let reason = if method == Method::FormerName {
        format!("{count} entities had this name before")
    } else {
        format!("{count} entities have this name")
    };
    Exact::Several(several.iter().map(|(entity, _)| *entity).collect(), reason)
}

/// Whether a name is nothing but a legal form ("Pte Ltd").
pub(super) fn only_a_form(name: &NameForms) -> bool {
    name.form.is_none() && NameForms::of(&format!("x {}", name.light)).core == "x"
}

/// Whether the query's name may be this entity's: as [`NameForms::form_agrees`], and a foreign form or a partnership's is not one
/// that the register leaves out.
fn compatible(query: &NameForms, entity: &NameForms) -> bool {
    let partial = matches!(query.form, Some(LegalForm::Foreign | LegalForm::Llp | LegalForm::Lp));
    query.form_agrees(entity) && !(partial && entity.form.is_none())
}
