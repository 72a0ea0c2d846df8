//! Legal forms of companies: their wording, class and country.
//!
//! The classes and countries follow [ISO 20275](https://www.gleif.org/en/about-lei/code-lists/iso-20275-entity-legal-forms-code-list);
//! the table is the part of it that turns up in names sent to a Singapore register.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// A class of legal forms: names that differ in it are different entities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LegalForm {
    /// Private limited (Singapore, Malaysia's English form, India).
    PrivateLimited,
    /// Public or unspecified limited.
    Limited,
    /// Limited liability partnership.
    Llp,
    /// Limited partnership.
    Lp,
    /// Another country's form: its entities are not in Singapore's register unless a branch is.
    Foreign,
}

/// The position of a form in a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// At its end.
    Trailing,
    /// At its beginning.
    Leading,
    /// At either end.
    Either,
}

/// One way of writing a legal form.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form {
    /// Its tokens, as the light form writes them.
    pub(super) tokens: &'static [&'static str],
    /// Its class.
    pub(super) class: LegalForm,
    /// The country that uses it (ISO 3166, two letters); empty when several do.
    pub(super) country: &'static str,
    /// Its position.
    pub(super) place: Place,
}

macro_rules! forms {
    ($($place:ident $class:ident $country:literal: $([$($text:literal),+]),+;)+) => {
        &[$($(Form { tokens: &[$($text),+], class: LegalForm::$class, country: $country, place: Place::$place }),+),+]
    };
}

/// The table. Words that are also everyday words in this register ("spa", "trust", "fund") are left out on purpose.
const FORMS: &[Form] = forms! {
    Trailing PrivateLimited "": ["private", "limited"], ["private", "ltd"], ["p", "ltd"];
    Trailing PrivateLimited "SG": ["pte", "limited"], ["pte", "ltd"], ["pte"], ["pteltd"], ["exempt", "private", "limited"],
        ["co", "pte", "ltd"], ["co", "pte", "limited"], ["co", "private", "limited"], ["company", "pte", "ltd"],
        ["company", "private", "limited"], ["company", "pte", "limited"];
    Trailing Limited "": ["co", "ltd"], ["co", "limited"], ["company", "limited"], ["company", "ltd"], ["coltd"],
        ["ltd"], ["limited"], ["limted"], ["public", "company", "limited"], ["public", "limited"],
        ["limited", "company"], ["public", "ltd"];
    Trailing Llp "": ["limited", "liability", "partnership"], ["llp"];
    Trailing Lp "": ["limited", "partnership"], ["lp"];
    Trailing Foreign "IN": ["pvt", "ltd"], ["pvt", "limited"], ["pvt"], ["opc", "private", "limited"],
        ["opc", "pvt", "ltd"];
    Trailing Foreign "AU": ["pty", "ltd"], ["pty", "limited"], ["pty"], ["proprietary", "limited"];
    Trailing Foreign "MY": ["sdn", "bhd"], ["sdn"], ["bhd"], ["sdnbhd"], ["sendirian", "berhad"], ["berhad"], ["plt"];
    Trailing Foreign "BN": ["sdn", "bhd", "brunei"];
    Trailing Foreign "DE": ["gmbh"], ["gmbh", "and", "co", "kg"], ["gmbh", "co", "kg"], ["mbh"], ["ug"],
        ["ug", "haftungsbeschrankt"], ["aktiengesellschaft"], ["kg"], ["kgaa"], ["ohg"], ["ev"], ["ag", "and", "co", "kg"],
        ["ag", "and", "co", "kgaa"], ["gesellschaft", "mit", "beschrankter", "haftung"], ["ggmbh"], ["and", "co", "kg"];
    Trailing Foreign "": ["se"], ["sa"], ["sas"], ["srl"], ["sarl"], ["societas", "europaea"], ["societe", "anonyme"],
        ["sociedad", "anonima"];
    Trailing Foreign "US": ["inc"], ["incorporated"], ["corp"], ["corporation"], ["llc"], ["co", "inc"],
        ["company", "inc"], ["llc", "co"], ["co", "llc"], ["company", "llc"], ["limited", "liability", "company"];
    Trailing Foreign "DE": ["ag"];
    Trailing Foreign "RU": ["joint", "stock", "company"], ["jsc"], ["open", "joint", "stock", "company"],
        ["public", "joint", "stock", "company"], ["closed", "joint", "stock", "company"];
    Trailing Foreign "GB": ["plc"], ["public", "limited", "company"], ["cic"];
    Trailing Foreign "US": ["pllc"], ["lllp"], ["pc"];
    Trailing Foreign "IT": ["societa", "per", "azioni"], ["scarl"], ["srls"], ["sapa"];
    Trailing Foreign "ES": ["slu"], ["sau"], ["sl"], ["sociedad", "limitada"];
    Trailing Foreign "PT": ["lda"], ["sgps"];
    Trailing Foreign "BR": ["ltda"], ["eireli"];
    Trailing Foreign "MX": ["sa", "de", "cv"], ["sab", "de", "cv"], ["s", "de", "rl", "de", "cv"], ["sapi", "de", "cv"];
    Trailing Foreign "FR": ["sasu"], ["eurl"], ["snc"], ["sci"];
    Trailing Foreign "NL": ["bv"], ["nv"], ["cv"], ["besloten", "vennootschap"], ["naamloze", "vennootschap"];
    Trailing Foreign "BE": ["bvba"], ["sprl"], ["cvba"];
    Trailing Foreign "FI": ["oy"], ["oyj"], ["oy", "ab"];
    Trailing Foreign "SE": ["ab"], ["aktiebolag"], ["ab", "publ"], ["hb"];
    Trailing Foreign "DK": ["aps"], ["ivs"];
    Trailing Foreign "": ["as"], ["asa"];
    Trailing Foreign "PL": ["sp", "z", "oo"], ["sp", "zoo"], ["spolka", "akcyjna"],
        ["spolka", "z", "ograniczona", "odpowiedzialnoscia"], ["sp", "k"];
    Trailing Foreign "CZ": ["sro"], ["spol", "s", "ro"];
    Trailing Foreign "HU": ["kft"], ["zrt"], ["nyrt"], ["bt"];
    Trailing Foreign "": ["doo"], ["dd"], ["eood"], ["ood"], ["ead"], ["sia"], ["uab"], ["ou"];
    Trailing Foreign "TR": ["anonim", "sirketi"], ["limited", "sirketi"], ["ltd", "sti"], ["as", "ti"];
    Trailing Foreign "GR": ["ae"], ["epe"];
    Trailing Foreign "JP": ["kk"], ["gk"], ["kabushiki", "kaisha"], ["godo", "kaisha"], ["kabushikigaisha"];
    Trailing Foreign "ID": ["tbk"], ["persero", "tbk"];
    Trailing Foreign "PH": ["opc"];
    Trailing Foreign "AE": ["fze"], ["fzco"], ["fz", "llc"], ["dmcc"], ["fzc"], ["pjsc"], ["pjs"];
    Trailing Foreign "": ["wll"], ["bsc"], ["saog"], ["saoc"], ["sal"], ["sae"], ["kscp"], ["ksc"], ["qsc"], ["qpsc"];
    Trailing Foreign "LU": ["sca"], ["scsp"], ["sicav"];
    Trailing Foreign "LI": ["anstalt"];
    Trailing Foreign "IL": ["baam"];
    Leading Foreign "ID": ["pt"], ["perseroan", "terbatas"];
    Leading Foreign "VN": ["cong", "ty", "tnhh"], ["cong", "ty", "co", "phan"], ["cong", "ty", "tnhh", "mtv"], ["ctcp"],
        ["cong", "ty", "trach", "nhiem", "huu", "han"], ["cong", "ty"];
    Either Foreign "RU": ["ooo"], ["oao"], ["pao"], ["zao"], ["ojsc"], ["cjsc"], ["ojs"],
        ["obshchestvo", "s", "ogranichennoi", "otvetstvennostyu"], ["aktsionernoe", "obshchestvo"],
        ["publichnoe", "aktsionernoe", "obshchestvo"];
    Either Foreign "UA": ["tov"], ["prat"], ["pat"];
    Leading Foreign "RU": ["jsc"], ["limited", "liability", "company"], ["joint", "stock", "company"], ["jsc", "company"],
        ["open", "joint", "stock", "company"], ["public", "joint", "stock", "company"];
    Leading Foreign "": ["srl"], ["societatea", "cu", "raspundere", "limitata"];
    Either Foreign "KR": ["jusighoesa"], ["yuhanhoesa"];
};

/// Forms written in Han characters, which no space separates from the name. Longest first.
const HAN_FORMS: &[(&str, LegalForm, &str)] = &[
    ("私人有限公司", LegalForm::PrivateLimited, "SG"),
    ("股份有限公司", LegalForm::Limited, "CN"),
    ("有限责任公司", LegalForm::Limited, "CN"),
    ("有限責任公司", LegalForm::Limited, "CN"),
    ("有限公司", LegalForm::Limited, ""),
    ("株式会社", LegalForm::Foreign, "JP"),
    ("株式會社", LegalForm::Foreign, "JP"),
    ("合同会社", LegalForm::Foreign, "JP"),
    ("有限会社", LegalForm::Foreign, "JP"),
    ("公司", LegalForm::Limited, ""),
];

/// The table by the token at the border of the name: last for trailing forms, first for leading ones; longest first.
struct Lookup {
    trailing: FxHashMap<&'static str, Vec<&'static Form>>,
    leading: FxHashMap<&'static str, Vec<&'static Form>>,
}

static LOOKUP: LazyLock<Lookup> = LazyLock::new(|| {
    let mut lookup = Lookup { trailing: FxHashMap::default(), leading: FxHashMap::default() };
    for form in FORMS {
        let (Some(first), Some(last)) = (form.tokens.first(), form.tokens.last()) else { continue };
        if form.place != Place::Leading {
            lookup.trailing.entry(last).or_default().push(form);
        }
        if form.place != Place::Trailing {
            lookup.leading.entry(first).or_default().push(form);
        }
    }
    for list in lookup.trailing.values_mut().chain(lookup.leading.values_mut()) {
        list.sort_by_key(|form| std::cmp::Reverse(form.tokens.len()));
    }
    lookup
});

/// The longest form that ends these tokens.
pub(super) fn trailing(tokens: &[&str]) -> Option<&'static Form> {
    LOOKUP.trailing.get(*tokens.last()?)?.iter().copied().find(|form| {
        let Some(at) = tokens.len().checked_sub(form.tokens.len()) else { return false };
        // "Tan & Co Pte Ltd": the "co" belongs to the name.
        let partners = at > 0 && tokens[at - 1] == "and" && matches!(form.tokens[0], "co" | "company");
        tokens[at..] == *form.tokens && !partners
    })
}

/// The longest form that begins these tokens.
pub(super) fn leading(tokens: &[&str]) -> Option<&'static Form> {
    LOOKUP
        .leading
        .get(*tokens.first()?)?
        .iter()
        .copied()
        .find(|form| tokens.len() >= form.tokens.len() && tokens[..form.tokens.len()] == *form.tokens)
}

/// Cuts a form off a token of Han characters, from its end or its beginning.
pub(super) fn cut_han(token: &str) -> Option<(&str, LegalForm, &'static str)> {
    // Nearly every token: not worth the table.
    if token.is_ascii() {
        return None;
    }
    HAN_FORMS.iter().find_map(|&(text, class, country)| {
        token
            .strip_suffix(text)
            .or_else(|| token.strip_prefix(text).filter(|_| country == "JP"))
            .map(|rest| (rest, class, country))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_form_wins() {
        assert_eq!(trailing(&["acme", "pte", "ltd"]).unwrap().tokens.len(), 2);
        assert_eq!(trailing(&["acme", "gmbh", "and", "co", "kg"]).unwrap().tokens.len(), 4);
        assert_eq!(leading(&["cong", "ty", "co", "phan", "sua"]).unwrap().tokens.len(), 4);
        assert!(trailing(&["wellness", "spa"]).is_none());
    }

    #[test]
    fn every_form_is_found_by_itself() {
        for form in FORMS {
            let found = match form.place {
                Place::Leading => leading(form.tokens),
                Place::Trailing | Place::Either => trailing(form.tokens),
            };
            assert_eq!(found.unwrap().tokens, form.tokens);
        }
    }
}
