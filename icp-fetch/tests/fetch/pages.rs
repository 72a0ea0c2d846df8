//! Pages as they are in the world, where they are at hand.

use std::io::Read as _;

use icp_core::model::Timestamp;
use icp_fetch::parse_html;
use url::Url;

use crate::support::data;

#[test]
fn real_pages_are_read() {
    let Some(dir) = data("wcxb_service_dev") else {
        return;
    };
    let (mut pages, mut with_text, mut bytes) = (0, 0, 0);
    let mut names: Vec<_> = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    for name in names.iter().filter(|name| name.extension().is_some_and(|extension| extension == "gz")) {
        let mut body = Vec::new();
        flate2::read::GzDecoder::new(std::fs::File::open(name).unwrap()).read_to_end(&mut body).unwrap();
        let truth = std::fs::read_to_string(name.with_extension("").with_extension("json")).unwrap();
        let truth: serde_json::Value = serde_json::from_str(&truth).unwrap();
        let home = Url::parse("https://page.example/").unwrap();
        let url = truth["url"].as_str().and_then(|url| Url::parse(url).ok()).unwrap_or(home);
        let page = parse_html(&url, &body, Some("text/html"), &[], Timestamp::from_micros(0));
        let mut end = 0;
        for block in &page.blocks {
            let range = block.range();
            assert!(range.start >= end && range.start < range.end, "{name:?}: {block:?}");
            let text = page.text.as_str().get(range.clone()).unwrap_or_else(|| panic!("{name:?}: {block:?}"));
            assert_eq!(page.text.as_str().as_bytes().get(range.end), Some(&b'\n'), "{name:?}: {text:?}");
            end = range.end;
        }
        let visible: usize = page.visible().map(|(_, text)| text.len()).sum();
        pages += 1;
        with_text += usize::from(visible > 500);
        bytes += body.len();
    }
    println!("{pages} pages, {with_text} with more than 500 bytes of text, {bytes} bytes of HTML");
    assert!(pages >= 100, "{pages} pages");
    assert!(with_text * 100 >= pages * 95, "{with_text} of {pages} pages have text");
}
