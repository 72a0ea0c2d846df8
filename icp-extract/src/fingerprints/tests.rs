use icp_core::model::{BlockKind, CompanyId, EvidenceSource, PageBuilder, Timestamp, Zone, admit};

use super::*;

/// Invented technologies, one for each thing that the layout can say.
const FILE: &str = r##"{
  "Alder": { "cats": [1], "scriptSrc": ["alder(?:\\.min)?\\.js\\?v=([\\d.]+)\\;version:\\1"], "implies": ["Birch\\;confidence:50", "Cedar"] },
  "Birch": { "cats": [2], "headers": { "Server": "^birch/([\\d.]+)\\;version:\\1" } },
  "Cedar": { "cats": [2], "implies": "Elm" },
  "Dogwood": { "cats": [9], "meta": { "generator": ["^Dogwood ([\\d.]+)\\;version:\\1", "^Dog"] } },
  "Elm": { "cookies": { "elm_session": "" } },
  "Fir": { "cookies": { "fir": "^\\d+$" }, "html": "<fir", "js": { "Fir.a": "", "Fir.b": "" }, "dom": "div.fir" },
  "Ginkgo": { "scriptSrc": "ginkgo\\.js", "requires": "Alder" },
  "Hazel": { "scriptSrc": "hazel\\.js", "requiresCategory": [1] },
  "Ivy": { "scriptSrc": "ivy\\.js", "excludes": "Alder" },
  "Juniper": { "dom": ["a[href*='juniper.example'], link[href^='https://juniper.example/css']", "#juniper"] },
  "Kapok": { "scriptSrc": ["kapok(?!-free)\\.js", "kapok2\\.js\\;confidence:25", "[kK]\\d{9}"] },
  "Larch": { "headers": { "x-varnish": "" } }
}"##;

fn set() -> Fingerprints {
    let categories = r#"{ "1": { "name": "Live chat" }, "2": { "name": "Servers" } }"#;
    let files = [("a.json", FILE), ("categories.json", categories), ("broken.json", "{")];
    Fingerprints::from_files(files.map(|(name, text)| (name.to_owned(), text.to_owned())))
}

fn page(lines: &[(Zone, &str)]) -> Page {
    let mut page = PageBuilder::new("https://northpier.sg/", Timestamp::from_micros(0));
    for (zone, line) in lines {
        page.block(*zone, BlockKind::Text, line);
    }
    page.finish()
}

fn named(set: &Fingerprints, lines: &[(Zone, &str)]) -> Vec<String> {
    set.technologies(&page(lines)).into_iter().map(|it| it.name).collect()
}

#[test]
fn what_is_read_and_what_is_left_out() {
    let report = set().report().clone();
    assert_eq!((report.technologies, report.usable, report.patterns), (12, 10, 13));
    assert_eq!(report.without_literal, 1, "only `[kK]\\d{{9}}` has no literal");
    assert_eq!(report.unreadable, ["broken.json"]);
    let rejected: Vec<(&str, &str, &str)> = report
        .rejected
        .iter()
        .map(|it| (it.file.as_str(), it.technology.as_str(), it.field.as_str()))
        .collect();
    assert_eq!(rejected, [("a.json", "Kapok", "scriptSrc")]);
    assert!(report.rejected[0].problem.contains("look-around"), "{:?}", report.rejected);
    let unsupported: Vec<(&str, usize)> =
        report.unsupported.iter().map(|(field, n)| (field.as_str(), *n)).collect();
    assert_eq!(unsupported, [("cookies: value", 1), ("dom", 2), ("html", 1), ("js", 2)]);
}

#[test]
fn every_field_finds_its_technology() {
    let set = set();
    for (zone, line, name, version, quote) in [
        (Zone::HttpHeader, "server: birch/2.4", "Birch", Some("2.4"), "birch/2.4"),
        (Zone::HttpHeader, "x-varnish: present", "Larch", None, "x-varnish"),
        (Zone::HttpHeader, "set-cookie: elm_session", "Elm", None, "elm_session"),
        (Zone::Meta, "generator: Dogwood 7.1", "Dogwood", Some("7.1"), "Dogwood 7.1"),
        (Zone::Asset, "link https://www.juniper.example/", "Juniper", None, "juniper.example"),
        (Zone::Asset, "https://x.example/IVY.js", "Ivy", None, "IVY.js"),
        (Zone::Asset, "inline https://x.example/kapok2.js", "Kapok", None, "kapok2.js"),
    ] {
        let page = page(&[(zone, line)]);
        let found = set.technologies(&page);
        assert_eq!(found.len(), 1, "{line}: {found:?}");
        assert_eq!((found[0].name.as_str(), found[0].version.as_deref()), (name, version), "{line}");
        assert_eq!(&page.text.as_str()[found[0].range.clone()], quote, "{line}");
    }
    for (zone, line) in [
        (Zone::Main, "https://x.example/ivy.js"),
        (Zone::Asset, "link https://x.example/ivy.js"),
        (Zone::Asset, "https://www.juniper.example/"),
        (Zone::Asset, "script: ivy.js"),
        (Zone::HttpHeader, "via: birch/2.4"),
        (Zone::Meta, "description: Dogwood 7.1"),
        (Zone::HttpHeader, "set-cookie: elm_session_2"),
    ] {
        assert_eq!(named(&set, &[(zone, line)]), [""; 0], "{line}");
    }
}

#[test]
fn implied_required_and_excluded() {
    let set = set();
    let alder = (Zone::Asset, "https://x.example/alder.min.js?v=3.2");
    let found = set.technologies(&page(&[alder]));
    let told: Vec<(&str, Option<&str>)> =
        found.iter().map(|it| (it.name.as_str(), it.implied_by.as_deref())).collect();
    let by = Some("Alder");
    assert_eq!(told, [("Alder", None), ("Birch", by), ("Cedar", by), ("Elm", Some("Cedar"))]);
    assert!((found[1].confidence.get() - 0.45).abs() < 1e-9, "half of 0.9");
    assert_eq!(found[0].categories, ["Live chat"]);

    let [ginkgo, hazel, ivy] = ["ginkgo", "hazel", "ivy"].map(|name| format!("https://x.example/{name}.js"));
    let lines = [(Zone::Asset, ginkgo.as_str()), (Zone::Asset, hazel.as_str())];
    assert_eq!(named(&set, &lines), [""; 0]);
    let with = named(&set, &[lines[0], lines[1], alder]);
    assert!(["Alder", "Ginkgo", "Hazel"].iter().all(|name| with.iter().any(|it| it == name)), "{with:?}");
    let without = named(&set, &[alder, (Zone::Asset, ivy.as_str())]);
    assert!(!without.contains(&"Alder".to_owned()), "{without:?}");
}

#[test]
fn findings_pass_the_border_and_are_what_left_a_mark() {
    let extractor = FingerprintExtractor::new(set());
    let page = page(&[
        (Zone::Asset, "https://x.example/alder.js?v=3"),
        (Zone::Asset, "https://x.example/kapok2.js"),
        (Zone::HttpHeader, "x-varnish: present"),
    ]);
    let found = extractor.findings(&page);
    let values: Vec<&str> = found.iter().map(|it| it.value.as_str()).collect();
    assert_eq!(values, ["Alder", "Kapok", "Larch"]);
    assert!((found[1].confidence.get() - 0.225).abs() < 1e-9, "a quarter of 0.9");
    for finding in &found {
        assert!(page.has_quote(finding.range.clone(), &finding.quote), "{finding:?}");
        let source = EvidenceSource::SeedSite;
        assert!(
            admit(finding, &page, CompanyId::from_u128(1), source, &extractor.id()).is_ok(),
            "{finding:?}"
        );
    }
}

#[test]
fn another_set_is_another_extractor() {
    let id = |text: &str| {
        let files = [("a.json".to_owned(), text.to_owned())];
        FingerprintExtractor::new(Fingerprints::from_files(files)).id()
    };
    let one = r#"{ "Alder": { "scriptSrc": "alder\\.js" } }"#;
    assert_eq!(id(one), id(one));
    assert_ne!(id(one), id(&one.replace("alder", "older")));
}

#[test]
fn three_layouts_of_a_folder() {
    let one = r#"{ "Alder": { "scriptSrc": "alder\\.js", "cats": [1] } }"#;
    let wrapped = r#"{ "technologies": { "Alder": { "scriptSrc": "alder\\.js", "cats": [1] } } }"#;
    let categories = r#"{ "1": { "name": "Live chat" } }"#;
    let root = std::env::temp_dir().join(format!("icp-fingerprints-{}", std::process::id()));
    for (at, files) in [
        vec![("technologies/a.json", one), ("categories.json", categories)],
        vec![("src/technologies/a.json", one), ("src/categories.json", categories)],
        vec![("all.json", wrapped), ("categories.json", categories)],
    ]
    .into_iter()
    .enumerate()
    {
        let folder = root.join(at.to_string());
        for (name, text) in files {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let set = Fingerprints::read(&folder).unwrap();
        let found = set.technologies(&page(&[(Zone::Asset, "https://x.example/alder.js")]));
        assert_eq!(found[0].categories, ["Live chat"], "{at}");
    }
    std::fs::create_dir_all(root.join("empty")).unwrap();
    assert!(matches!(Fingerprints::read(&root.join("empty")), Err(FingerprintError::Empty { .. })));
    assert!(matches!(Fingerprints::read(&root.join("none")), Err(FingerprintError::Io { .. })));
    std::fs::remove_dir_all(&root).unwrap();
}
