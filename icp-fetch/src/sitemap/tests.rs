use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::*;

fn site() -> Domain {
    "acme.example".parse().unwrap()
}

fn read(body: impl AsRef<[u8]>) -> Result<Sitemap, Refusal> {
    parse(&site(), body.as_ref(), None, false, &FetchConfig::default())
}

fn addresses(sitemap: &Sitemap) -> Vec<&str> {
    sitemap.entries.iter().map(|entry| entry.url.as_str()).collect()
}

fn pages(items: &str) -> String {
    format!(
        "<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{items}</urlset>"
    )
}

fn urls(count: usize) -> String {
    pages(&(0..count).map(|n| format!("<url><loc>https://acme.example/{n}</loc></url>")).collect::<String>())
}

#[test]
fn a_list_of_pages() {
    let list = pages(
        "<url><loc> https://acme.example/a </loc><lastmod>2026-05-01T10:00:00+08:00</lastmod></url>
         <url><loc>https://shop.acme.example/b?x=1&amp;y=2#top</loc><lastmod>2026-05</lastmod></url>
         <url><lastmod>2026</lastmod><loc><![CDATA[http://acme.example/c&d]]></loc><priority>0.5</priority></url>
         <url><loc>https://acme.example/&#x61;b</loc><lastmod>yesterday</lastmod></url>
         <url><loc>https://acme.example/a</loc></url>",
    );
    let found = read(list).unwrap();
    let expected = [
        "https://acme.example/a",
        "https://shop.acme.example/b?x=1&y=2",
        "http://acme.example/c&d",
        "https://acme.example/ab",
    ];
    assert_eq!(addresses(&found), expected, "in order, each once");
    let times: Vec<_> = found.entries.iter().map(|entry| entry.last_modified).collect();
    let time = |text: &str| Some(text.parse::<Timestamp>().unwrap());
    let expected =
        [time("2026-05-01T02:00:00Z"), time("2026-05-01T00:00:00Z"), time("2026-01-01T00:00:00Z"), None];
    assert_eq!(times, expected);
    assert_eq!((found.sitemaps.len(), found.truncated), (0, false));
}

#[test]
fn a_list_of_sitemaps() {
    let list = "<sitemapindex><sitemap><loc>https://acme.example/one.xml</loc><lastmod>2026-05-01</lastmod></sitemap>\
                <sitemap><loc>https://acme.example/two.xml.gz</loc></sitemap>\
                <sitemap><loc>https://other.example/three.xml</loc></sitemap></sitemapindex>";
    let found = read(list).unwrap();
    let sitemaps: Vec<&str> = found.sitemaps.iter().map(Url::as_str).collect();
    assert_eq!(sitemaps, ["https://acme.example/one.xml", "https://acme.example/two.xml.gz"]);
    assert_eq!((found.entries.len(), found.truncated), (0, false));
}

#[test]
fn empty_lists_are_lists() {
    for list in
        ["<urlset/>", "<urlset></urlset>", "<sitemapindex/>", "\u{feff}<!-- none --><urlset> </urlset>"]
    {
        assert_eq!(read(list).unwrap(), Sitemap::default(), "{list}");
    }
}

#[test]
fn names_may_have_prefixes_and_what_lies_deeper_is_not_an_entry() {
    let list = "<s:urlset xmlns:s='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:image='i'><s:url>\
                <image:image><image:loc>https://acme.example/photo.jpg</image:loc></image:image>\
                <s:loc>https://acme.example/a</s:loc></s:url></s:urlset>";
    assert_eq!(addresses(&read(list).unwrap()), ["https://acme.example/a"]);
}

#[test]
fn plain_text_has_one_address_a_line() {
    let found =
        read("\u{feff}https://acme.example/a\r\n\r\n  https://acme.example/b  \nnot an address\n").unwrap();
    assert_eq!(addresses(&found), ["https://acme.example/a", "https://acme.example/b"]);
}

#[test]
fn other_charsets_are_decoded() {
    let list = pages("<url><loc>https://acme.example/größe</loc></url>");
    let wide: Vec<u8> = [0xfeff].into_iter().chain(list.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(addresses(&read(wide).unwrap()), ["https://acme.example/gr%C3%B6%C3%9Fe"]);
}

#[test]
fn only_addresses_of_the_site_are_kept() {
    let list = pages(
        "<url><loc>https://other.example/</loc></url><url><loc>//acme.example/x</loc></url>\
         <url><loc>/relative</loc></url><url><loc>ftp://acme.example/</loc></url><url><loc></loc></url>\
         <url><loc>javascript:alert(1)</loc></url><url><loc>https://acme.example/ok</loc></url>\
         <url><loc>https://acme.example/&unknown;</loc></url><url><loc>http://127.0.0.1/</loc></url>",
    );
    assert_eq!(addresses(&read(list).unwrap()), ["https://acme.example/ok"]);
    let long = pages(&format!("<url><loc>https://acme.example/{}</loc></url>", "x".repeat(1 << 20)));
    assert_eq!(addresses(&read(long).unwrap()), [""; 0]);
}

#[test]
fn a_document_type_is_refused() {
    let bomb = "<?xml version='1.0'?><!DOCTYPE urlset [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;'>\
                <!ENTITY c SYSTEM 'file:///etc/passwd'>]><urlset><url><loc>https://acme.example/&b;&c;</loc></url></urlset>";
    let refusal = read(bomb).unwrap_err();
    assert_eq!(refusal.cause, RefusalCause::NotSitemap);
    assert!(refusal.detail.contains("document type"), "{}", refusal.detail);
    assert_eq!(read("<!DOCTYPE html><html><p>a page").unwrap_err().cause, RefusalCause::NotSitemap);
}

#[test]
fn what_is_not_a_sitemap() {
    for body in [
        "",
        "   \n",
        "not an address\nhttps://acme.example/",
        "{}",
        "<html><body>Not found</body></html>",
        "<rss version='2.0'><channel/></rss>",
        "<",
        "<!-- nothing else -->",
        "<?xml version='1.0'?>",
    ] {
        assert_eq!(read(body).map_err(|refusal| refusal.cause), Err(RefusalCause::NotSitemap), "{body}");
    }
    assert_eq!(read(b"\x1f\x8bnot gzip").unwrap_err().cause, RefusalCause::NotSitemap);
    assert_eq!(read(b"\0\x01\x02\xff\xfe").unwrap_err().cause, RefusalCause::NotSitemap);
}

#[test]
fn what_was_read_of_a_broken_list_is_kept() {
    let whole = urls(3);
    let cut = whole.find("https://acme.example/2").unwrap() + 10;
    let found = read(&whole[..cut]).unwrap();
    assert_eq!(addresses(&found), ["https://acme.example/0", "https://acme.example/1"]);
    assert!(found.truncated, "it breaks off");
    for broken in [
        "<urlset><url><loc>https://acme.example/0</loc></url><url><loc>https://acme.example/1</wrong>",
        "<urlset><url><loc>https://acme.example/0</loc></url></other>",
        "<urlset><url><loc>https://acme.example/0</loc></url><url <<<",
    ] {
        let found = read(broken).unwrap();
        assert_eq!((addresses(&found), found.truncated), (vec!["https://acme.example/0"], true), "{broken}");
    }
    let found = parse(&site(), whole.as_bytes(), None, true, &FetchConfig::default()).unwrap();
    assert!(found.truncated, "the body was cut before");
}

#[test]
fn addresses_are_limited() {
    let config = FetchConfig::default().with_max_sitemap_urls(2_usize);
    let read = |body: &str| parse(&site(), body.as_bytes(), None, false, &config).unwrap();
    for body in [urls(3), "https://acme.example/0\nhttps://acme.example/1\nhttps://acme.example/2".to_owned()]
    {
        let found = read(&body);
        assert_eq!((found.entries.len(), found.truncated), (2, true), "{body}");
    }
    let exact = read(&urls(2));
    assert_eq!((exact.entries.len(), exact.truncated), (2, false));
}

#[test]
fn a_compressed_list_is_limited_as_it_grows() {
    let packed = |text: &str| {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(text.as_bytes()).unwrap();
        gzip.finish().unwrap()
    };
    assert_eq!(addresses(&read(packed(&urls(2))).unwrap()), addresses(&read(urls(2)).unwrap()));
    let bomb = packed(&format!("{}{}", urls(2).trim_end_matches("</urlset>"), " ".repeat(8 << 20)));
    assert!(bomb.len() < 64 << 10);
    let config = FetchConfig::default().with_max_sitemap(4096_usize);
    let (bytes, whole) = unpack(&bomb, config.max_sitemap);
    assert_eq!((bytes.len(), whole), (4096, false), "no more is unpacked");
    let found = parse(&site(), &bomb, None, false, &config).unwrap();
    assert_eq!((found.entries.len(), found.truncated), (2, true));
    let exact = packed(&urls(2));
    let config = FetchConfig::default().with_max_sitemap(urls(2).len());
    assert!(!parse(&site(), &exact, None, false, &config).unwrap().truncated);
    let torn = packed(&urls(500));
    assert!(read(&torn[..torn.len() / 2]).map_or(true, |found| found.truncated));
}

proptest! {
    #[test]
    fn any_bytes_give_an_answer(body in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&body);
    }

    #[test]
    fn any_pieces_keep_to_the_site(
        pieces in proptest::collection::vec(
            proptest::sample::select(vec![
                "<urlset>", "</urlset>", "<url>", "</url>", "<loc>", "</loc>", "<loc/>", "<sitemapindex>", "<sitemap>",
                "https://acme.example/a", "https://other.example/", "&amp;", "&#0;", "&x;", "<![CDATA[", "]]>", "<!--",
                "-->", "<lastmod>", "2026-05-01", "</lastmod>", "\n", "<?xml version='1.0'?>", "é", "<",
            ]),
            0..40,
        )
    ) {
        if let Ok(found) = read(pieces.concat()) {
            for url in found.entries.iter().map(|entry| &entry.url).chain(&found.sitemaps) {
                prop_assert!(Domain::of_url(url).unwrap().same_site(&site()), "{}", url);
            }
        }
    }
}
