//! Abbreviations that company names are shortened with, and what they stand for.
//!
//! Only true abbreviations: plurals and near synonyms are left alone, because folding those costs recall.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

const TABLE: &[(&str, &[&str])] = &[
    ("accounting", &["acctg"]),
    ("advertising", &["advg", "advtg", "advt"]),
    ("and", &["n", "und", "et"]),
    ("associates", &["assoc", "assocs"]),
    ("bank", &["bk"]),
    ("brothers", &["bros"]),
    ("building", &["bldg"]),
    ("centre", &["center", "ctr", "cntr"]),
    ("chemicals", &["chems"]),
    ("co", &["company", "coy"]),
    ("communications", &["comms", "commun"]),
    ("construction", &["constr", "constn", "const"]),
    ("consulting", &["consultg"]),
    ("development", &["dev", "devt", "dvlpt", "devel"]),
    ("distribution", &["distr", "distrib"]),
    ("electronics", &["elecs", "electr"]),
    ("engineering", &["engg", "engrg", "engrng", "engr"]),
    ("enterprise", &["entpr", "enterp"]),
    ("enterprises", &["ents", "entps"]),
    ("exploration", &["expl"]),
    ("financial", &["finl", "fincl"]),
    ("government", &["govt"]),
    ("group", &["grp", "gp"]),
    ("holdings", &["hldg", "hldgs", "hdgs", "hlds", "hldngs", "hlgs"]),
    ("industries", &["inds", "indus"]),
    ("insurance", &["ins", "insur"]),
    ("international", &["intl", "internatl", "intnl", "int", "internat"]),
    ("investment", &["inv", "invt", "invmt", "invest"]),
    ("investments", &["invs", "invts", "invests"]),
    ("laboratories", &["labs"]),
    ("logistics", &["logis", "log"]),
    ("management", &["mgmt", "mgt", "mngt", "mgnt"]),
    ("manufacturing", &["mfg", "manuf", "mfrg"]),
    ("market", &["mkt"]),
    ("marketing", &["mktg"]),
    ("materials", &["matls", "mat"]),
    ("medical", &["med"]),
    ("mining", &["mng", "minng"]),
    ("national", &["natl"]),
    ("organisation", &["organization", "org"]),
    ("partners", &["ptnrs", "ptrs"]),
    ("petroleum", &["petr", "petrol"]),
    ("pharmaceuticals", &["pharms", "pharma", "pharm", "pharmac"]),
    ("products", &["prods"]),
    ("properties", &["ppty", "pptys", "props"]),
    ("real", &["rl"]),
    ("resources", &["res", "resrcs", "rsrcs"]),
    ("saint", &["st"]),
    ("science", &["sci"]),
    ("sciences", &["scis"]),
    ("securities", &["secs"]),
    ("services", &["svc", "svcs", "servs", "srvcs"]),
    ("singapore", &["spore"]),
    ("solutions", &["solns", "solut"]),
    ("systems", &["sys", "syst", "systs"]),
    ("technologies", &["techs", "technols", "technolog"]),
    ("technology", &["technol", "techn"]),
    ("telecommunications", &["telecomm", "telecoms", "telecom"]),
    ("therapeutics", &["therap"]),
    ("trading", &["trdg", "trg"]),
    ("transport", &["transp", "trans"]),
    ("university", &["univ"]),
];

static SHORT: LazyLock<FxHashMap<&'static str, &'static str>> = LazyLock::new(|| {
    TABLE.iter().flat_map(|(long, shorts)| shorts.iter().map(|short| (*short, *long))).collect()
});

/// The word an abbreviation stands for, or the token itself.
pub(crate) fn expand(token: &str) -> &str {
    SHORT.get(token).copied().unwrap_or(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expanding_twice_is_expanding_once() {
        for (long, shorts) in TABLE {
            assert_eq!(expand(long), *long, "{long} must not be an abbreviation itself");
            for short in *shorts {
                assert_eq!(expand(short), *long);
            }
        }
    }
}
