//! The pages of the sample web, as texts: sound HTML, whole links, and the facts the story needs.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use icp_core::model::{CleanText, Domain};
use icp_testkit::sample::{LOST, Manner, OWN, intake_json, planted_segments, register, sites, write_sites};

/// The links of `<a href="...">` in a text.
fn links(html: &str) -> Vec<&str> {
    html.split("<a ")
        .skip(1)
        .filter_map(|rest| {
            let tag = &rest[..rest.find('>')?];
            let value = &tag[tag.find("href=\"")? + 6..];
            Some(&value[..value.find('"')?])
        })
        .collect()
}

#[test]
fn every_page_is_a_page() {
    let mut pages = 0;
    for site in sites() {
        for path in site.pages() {
            let html = site.text(path).unwrap();
            let at = format!("{}{path}", site.host());
            for (part, count) in
                [("<title>", 1), ("</title>", 1), ("<body", 1), ("</body>", 1), ("<h1>", 1), ("</h1>", 1)]
            {
                assert_eq!(html.matches(part).count(), count, "{part} in {at}");
            }
            for tag in [
                "html", "main", "nav", "table", "ul", "ol", "dl", "div", "section", "article", "script", "p",
                "h2", "h3",
            ] {
                let opened =
                    html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
                assert_eq!(opened, html.matches(&format!("</{tag}>")).count(), "<{tag}> in {at}");
            }
            assert!(!html.contains("{{"), "a gap was left in {at}");
            assert!(html.lines().count() <= 45, "{at} is long for a small company's page");
            pages += 1;
        }
    }
    assert!(pages >= 90, "{pages} pages");
}

#[test]
fn no_two_pages_say_the_same() {
    let mut titles = BTreeSet::new();
    for site in sites() {
        for path in site.pages() {
            let html = site.text(path).unwrap();
            let title = &html[html.find("<title>").unwrap()..html.find("</title>").unwrap()];
            assert!(titles.insert(title), "{title}");
        }
    }
}

#[test]
fn every_internal_link_leads_somewhere() {
    let mut followed = 0;
    for site in sites() {
        for path in site.pages() {
            for link in links(site.text(path).unwrap()) {
                let Some(target) = link.strip_prefix('/').map(|_| link.split(['#', '?']).next().unwrap())
                else {
                    assert!(link.starts_with("mailto:"), "{link} on {}{path}", site.host());
                    continue;
                };
                let found = site.text(target).is_some()
                    || site.redirect(target).is_some_and(|to| site.text(to).is_some());
                assert!(found, "{}{path} links to {target}", site.host());
                followed += 1;
            }
        }
        // And every page can be reached from the home page by links alone.
        let mut reached = BTreeSet::from(["/"]);
        let mut waiting = vec!["/"];
        while let Some(path) = waiting.pop() {
            for link in links(site.text(path).unwrap_or_default()) {
                let target = link.split('#').next().unwrap();
                let target = site.redirect(target).unwrap_or(target);
                if target.starts_with('/') && reached.insert(target) {
                    waiting.push(target);
                }
            }
        }
        for path in site.pages() {
            assert!(reached.contains(path), "{}{path} cannot be reached", site.host());
        }
    }
    assert!(followed > 400, "{followed} links");
}

#[test]
fn sitemaps_list_pages_that_exist() {
    let mut maps = 0;
    for site in sites() {
        let Some(xml) = site.text("/sitemap.xml") else { continue };
        maps += 1;
        let listed: BTreeSet<&str> = xml
            .split("<loc>")
            .skip(1)
            .map(|rest| rest.split("</loc>").next().unwrap())
            .map(|url| url.strip_prefix(&format!("http://{}", site.host())).unwrap())
            .collect();
        assert_eq!(listed, site.pages().collect(), "{}", site.host());
    }
    assert!(maps >= 3);
}

#[test]
fn each_company_names_itself_where_a_person_would_look() {
    for site in sites().iter().filter(|site| site.manner() != Manner::Down) {
        let uen = register::uen_of(site.host()).unwrap();
        let pages = site.pages().filter(|path| site.text(path).unwrap().contains(uen.as_str())).count();
        assert!(pages > 0, "{} prints its UEN nowhere", site.host());
    }
}

#[test]
fn contact_data_is_there_to_be_kept_out() {
    let mut with_email = 0;
    let mut with_phone = 0;
    for site in sites() {
        for path in site.pages() {
            let clean = CleanText::scrub(site.text(path).unwrap());
            with_email += usize::from(clean.as_str().contains("[e-mail]"));
            with_phone += usize::from(clean.as_str().contains("[phone]"));
            // The register key is no telephone number and must survive the scrubbing.
            let uen = register::uen_of(site.host()).unwrap();
            let before = site.text(path).unwrap().matches(uen.as_str()).count();
            assert_eq!(clean.as_str().matches(uen.as_str()).count(), before, "{}{path}", site.host());
        }
    }
    assert!(with_email >= 12 && with_phone >= 8, "{with_email} with e-mail, {with_phone} with telephone");
}

#[test]
fn segments_share_what_was_planted_and_not_everything() {
    let says = |domain: &str, words: &[&str]| {
        let site = sites().iter().find(|site| site.host() == domain).unwrap();
        site.pages().any(|path| words.iter().any(|word| site.text(path).unwrap().contains(word)))
    };
    let planted: [(usize, &[&str], usize); 9] = [
        (0, &["Xero"], 5),
        (0, &["CargoWise"], 3),
        (0, &["ISO 28000"], 3),
        (1, &["QuickBooks"], 4),
        (1, &["Shopify", "cdn.shopify.com"], 4),
        (1, &["HACCP", "FSSC 22000"], 5),
        (2, &["SAP Business One"], 2),
        (2, &["Dynamics 365"], 2),
        (2, &["AS9100", "ISO 13485"], 3),
    ];
    for (segment, words, expected) in planted {
        let found = planted_segments()[segment].domains.iter().filter(|domain| says(domain, words)).count();
        assert_eq!(found, expected, "{words:?}");
    }
    for words in [&["Xero"][..], &["QuickBooks"], &["CargoWise"], &["SAP Business One"]] {
        assert!(!LOST.iter().any(|domain| says(domain, words)), "{words:?} also at a lost one");
    }
}

#[test]
fn the_cast_is_complete() {
    let hosts: BTreeSet<&str> = sites().iter().map(|site| site.host()).collect();
    let best = planted_segments().into_iter().flat_map(|segment| segment.domains);
    let cast: BTreeSet<&str> = best.chain(LOST).chain([OWN]).collect();
    assert_eq!(hosts, cast);
    assert_eq!(hosts.len(), 19);
    for manner in [Manner::Slow, Manner::Down] {
        assert_eq!(sites().iter().filter(|site| site.manner() == manner).count(), 1);
    }
}

#[test]
fn the_intake_names_them_all() {
    let intake: serde_json::Value = serde_json::from_str(intake_json()).unwrap();
    let domains = |list: &str| -> BTreeSet<String> {
        intake[list]
            .as_array()
            .unwrap()
            .iter()
            .map(|seed| seed["website"].as_str().unwrap().parse::<Domain>().unwrap().to_string())
            .collect()
    };
    let best: BTreeSet<String> =
        planted_segments().into_iter().flat_map(|segment| segment.domains).map(str::to_owned).collect();
    assert_eq!(domains("best_customers"), best);
    assert_eq!(domains("lost_or_churned"), LOST.map(str::to_owned).into());
    assert_eq!(intake["website"].as_str().unwrap().parse::<Domain>().unwrap().as_str(), OWN);
    for lost in intake["lost_or_churned"].as_array().unwrap() {
        assert!(lost["reason"].as_str().is_some_and(|reason| reason.len() > 10), "{lost}");
    }
}

#[test]
fn saved_sites_are_the_served_bytes() {
    let dir = std::env::temp_dir().join(format!("icp-sample-sites-{}", std::process::id()));
    write_sites(&dir).unwrap();
    assert_eq!(
        std::fs::read(dir.join("northpier.example/index.html")).unwrap(),
        sites()[0].body("/").unwrap()
    );
    assert!(dir.join("tidewise.example/customers/northpier.html").is_file());
    assert!(dir.join("harrowtide.example/robots.txt").is_file());
    assert!(!dir.join("bluequay.example").exists());
    let latin = std::fs::read(dir.join("petitmarche.example/maison.html")).unwrap();
    assert!(String::from_utf8(latin).is_err(), "Latin-1, as its meta element says");
    std::fs::remove_dir_all(dir).unwrap();
}
