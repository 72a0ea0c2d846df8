use icp_core::model::{Block, Page};
use proptest::prelude::*;

use super::*;

fn page(html: &str) -> Page {
    let url = "https://acme.example/dir/page".parse().unwrap();
    parse_html(&url, html.as_bytes(), Some("text/html; charset=utf-8"), &[], Timestamp::from_micros(0))
}

fn blocks(html: &str) -> Vec<(Zone, BlockKind, String)> {
    let page = page(html);
    let visible = |(block, text): (&Block, &str)| (block.zone, block.kind, text.to_owned());
    page.visible().map(visible).collect()
}

fn texts(html: &str) -> Vec<String> {
    blocks(html).into_iter().map(|(_, _, text)| text).collect()
}

fn lines(html: &str, zone: Zone) -> Vec<String> {
    page(html).zone(zone).map(|(_, text)| text.to_owned()).collect()
}

#[test]
fn zones_by_element_and_role() {
    let zone_of = |html: &str| blocks(html).into_iter().find(|(_, _, text)| text == "x").unwrap().0;
    for (html, zone) in [
        ("<p>x", Zone::Main),
        ("<nav>x</nav>", Zone::Nav),
        ("<div role=navigation>x</div>", Zone::Nav),
        ("<header>x</header>", Zone::Header),
        ("<div role=banner>x</div>", Zone::Header),
        ("<header><nav>x</nav></header>", Zone::Nav),
        ("<article><header>x</header></article>", Zone::Main),
        ("<main><footer>x</footer></main>", Zone::Main),
        ("<footer>x</footer>", Zone::Footer),
        ("<footer><nav>x</nav></footer>", Zone::Footer),
        ("<div role=contentinfo><p>x</div>", Zone::Footer),
        ("<aside>x</aside>", Zone::Aside),
        ("<main><aside>x</aside></main>", Zone::Aside),
        ("<form><label>x</label></form>", Zone::Form),
        ("<footer><form>x</form></footer>", Zone::Form),
        ("<form><header>top</header><div>x</div></form>", Zone::Main),
        ("<form><h1>Page</h1>x</form>", Zone::Main),
        (&format!("<form><p>{}</p><p>x</form>", "a page of text ".repeat(200)), Zone::Main),
        (&format!("<form><select><option>{}</select><p>x</form>", "choice ".repeat(400)), Zone::Form),
        ("<form><nav>menu</nav><main>x</main></form>", Zone::Main),
        ("<header><main>x</main></header>", Zone::Main),
    ] {
        assert_eq!(zone_of(html), zone, "{html}");
    }
}

#[test]
fn blocks_and_kinds() {
    use BlockKind::{Cell, Heading, ImageText, Item, Text};
    let found: Vec<_> = blocks(
        "<h1>Freight,<br>simplified</h1> loose <b>bold</b> text<p>We <em>serve</em> <a href=/r>retailers</a>.\
         <ul><li>One<li><p>Two <img alt='Logo of Beta' src=b.png> more</p></ul>\
         <table><tr><th>Plan<td>Price</table><div role=heading aria-level=3>Three</div>\
         <svg aria-label='Gamma logo'><text>no</text></svg><svg><title>Delta</title></svg>\
         <dl><dt>Term<dd>Meaning</dl><input type=submit value=Send><h7>odd</h7>",
    )
    .into_iter()
    .map(|(_, kind, text)| (kind, text))
    .collect();
    let expected = [
        (Heading(1), "Freight, simplified"),
        (Text, "loose bold text"),
        (Text, "We serve retailers."),
        (Item, "One"),
        (Item, "Two more"),
        (ImageText, "Logo of Beta"),
        (Cell, "Plan"),
        (Cell, "Price"),
        (Heading(3), "Three"),
        (ImageText, "Gamma logo"),
        (ImageText, "Delta"),
        (Item, "Term"),
        (Item, "Meaning"),
        (Text, "Send"),
        (Text, "odd"),
    ];
    assert_eq!(found, expected.map(|(kind, text)| (kind, text.to_owned())));
}

#[test]
fn what_is_hidden_is_not_read() {
    for hidden in [
        "<p hidden>secret</p>",
        "<p hidden=until-found>secret</p>",
        "<div aria-hidden=true><p>secret</p></div>",
        "<div style='display:none'><section><p>secret</p></section></div>",
        "<span style='color:red; VISIBILITY : hidden !important'>secret</span>",
        "<span style='font-size:0px'>secret</span>",
        "<template><p>secret</p></template>",
        "<noscript><p>secret</p></noscript>",
        "<!-- secret -->",
        "<script>secret</script>",
        "<style>secret</style>",
        "<textarea>secret</textarea>",
        "<dialog>secret</dialog>",
        "<iframe>secret</iframe>",
        "<svg><desc>secret</desc></svg>",
        "<a hidden href=/x>secret</a>",
    ] {
        let page = page(&format!("<p>before</p>{hidden}<p>after</p>"));
        assert_eq!(page.text.as_str(), "before\nafter\n", "{hidden}");
        assert!(page.links.is_empty(), "{hidden}");
    }
    assert_eq!(texts("<div hidden id='S:1f'>streamed</div><div hidden id='S:x'>no</div>"), ["streamed"]);
    assert_eq!(texts("<div style='font-size:0.8em;display:block' aria-hidden=false>seen</div>"), ["seen"]);
}

#[test]
fn links_are_absolute() {
    let page = page(
        "<base href='/root/'><a href='a.html#part'>A</a><a href='?q=1'>Q</a><a href='//cdn.example/x'>C</a>\
         <a href='mailto:a@b.c'>mail</a><a href='javascript:x()'>js</a><a href='tel:1'>tel</a><a>none</a>\
         <nav><a href='/n'>One</a><a href='/m'>Two</a></nav>\
         <a href=/img><img alt='Beta Ltd'></a><a href=/icon aria-label='Careers'></a><a href='http://['>bad</a>",
    );
    let links: Vec<_> =
        page.links.iter().map(|link| (link.url.as_str(), link.text.as_str(), link.zone)).collect();
    assert_eq!(
        links,
        [
            ("https://acme.example/root/a.html", "A", Zone::Main),
            ("https://acme.example/root/?q=1", "Q", Zone::Main),
            ("https://cdn.example/x", "C", Zone::Main),
            ("https://acme.example/n", "One", Zone::Nav),
            ("https://acme.example/m", "Two", Zone::Nav),
            ("https://acme.example/img", "Beta Ltd", Zone::Main),
            ("https://acme.example/icon", "Careers", Zone::Main),
        ]
    );
    let nav: Vec<_> = page.zone(Zone::Nav).map(|(_, text)| text).collect();
    assert_eq!(nav, ["One", "Two"]);
    assert!(page.text.as_str().starts_with("A Q C mail js tel none\n"), "{}", page.text.as_str());
}

#[test]
fn title_and_language() {
    let page = page(
        "<html lang='en-SG'><svg><title>icon</title></svg><title> Acme \n Freight</title><title>2</title>",
    );
    assert_eq!(page.title.as_str(), "Acme Freight");
    assert_eq!(page.language.as_deref(), Some("en"));
}

#[test]
fn machine_zones_stand_behind_the_text_in_order() {
    let html = "<meta name=generator content='WordPress 6.5'><meta property='og:site_name' content=Acme>\
        <meta name=author content='Jane Tan'><meta name=viewport content=x>\
        <script src='//js.hs-scripts.com/1.js'></script><script src='/a.js#x'></script><script src=/a.js></script>\
        <link rel='preload stylesheet' href=s.css><link rel=canonical href=/c><iframe src='https://f.example/'></iframe>\
        <p>Text</p>";
    assert_eq!(
        lines(html, Zone::Asset),
        [
            "https://js.hs-scripts.com/1.js",
            "https://acme.example/a.js",
            "https://acme.example/dir/s.css",
            "https://f.example/"
        ]
    );
    assert_eq!(lines(html, Zone::Meta), ["generator: WordPress 6.5", "og:site_name: Acme"]);
    let url = "https://acme.example/".parse().unwrap();
    let json = format!(
        "{html}<script type='application/ld+json'>{{\"@type\":\"Organization\",\"name\":\"A\"}}</script>"
    );
    let headers = [("Server", "nginx"), ("Set-Cookie", "sid=secret; Path=/"), ("X-Other", "y")];
    let page = parse_html(&url, json.as_bytes(), Some("text/html"), &headers, Timestamp::from_micros(0));
    let zones: Vec<Zone> = page.blocks.iter().map(|block| block.zone).collect();
    assert!(zones.is_sorted(), "{zones:?}");
    assert!(page.text.as_str().ends_with("Organization.name: A\nserver: nginx\nset-cookie: sid\n"));
    assert!(!page.text.as_str().contains("secret"));
}

#[test]
fn json_ld_is_flattened_without_people() {
    let html = r#"<script type="application/ld+json">{"@context":"https://schema.org","@graph":[
        {"@type":["Organization","Thing"],"name":"Acme Pte. Ltd.","email":"jane@acme.example","telephone":"+65 6123 4567",
         "founder":{"@type":"Person","name":"Jane Tan"},"founders":"Jane Tan","numberOfEmployees":{"@type":"QuantitativeValue","minValue":50},
         "address":{"@type":"PostalAddress","addressLocality":"Singapore","postalCode":"048581"},"sameAs":["https://x.example/a"],
         "brand":{"@type":"Person","name":"Jane Tan"},"logo":"https://acme.example/l.png"},
        {"@type":"Person","name":"Jane Tan"},{"@type":"BreadcrumbList","name":"no"},{"name":"untyped"}]}</script>
        <script type='application/ld+json; charset=utf-8'>[{"@type":"https://schema.org/JobPosting","title":"Driver","remote":true}]</script>
        <script type="application/ld+json">{ broken</script>"#;
    assert_eq!(
        lines(html, Zone::JsonLd),
        [
            "Organization.address.addressLocality: Singapore",
            "Organization.address.postalCode: 048581",
            "Organization.name: Acme Pte. Ltd.",
            "Organization.numberOfEmployees.minValue: 50",
            "Organization.sameAs: https://x.example/a",
            "JobPosting.remote: true",
            "JobPosting.title: Driver",
        ]
    );
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let nested = format!("{}{{}}{}", r#"{"@type":"A","b":"#.repeat(60), "}".repeat(60));
    for json in [deep, nested] {
        assert_eq!(
            lines(&format!("<script type=application/ld+json>{json}</script>"), Zone::JsonLd),
            [""; 0]
        );
    }
}

#[test]
fn plain_text_and_missing_types() {
    let url = "https://acme.example/".parse().unwrap();
    let read = |body: &str, kind| {
        parse_html(&url, body.as_bytes(), kind, &[], Timestamp::from_micros(0)).text.into_string()
    };
    assert_eq!(read("a <b>\n\n c  d", Some("text/plain")), "a <b>\nc d\n");
    assert_eq!(read("a < b", None), "a < b\n");
    assert_eq!(read(" \n<!DOCTYPE html><p>a", None), "a\n");
    assert_eq!(read("<p>a", Some("")), "a\n");
}

/// A bomb must be read in time that grows with its size: a parser whose work grows with the square takes minutes.
fn assert_harmless(name: &str, html: &str) {
    let before = cpu_time();
    let page = page(html);
    let took = cpu_time() - before;
    println!("{name}: {took:.2} s");
    assert!(page.text.as_str().contains("before"), "{name}: the text before it is lost");
    assert!(took < 20.0, "{name}: {took} s of processor time");
}

/// Seconds of processor time of this thread; zero where the system does not say.
fn cpu_time() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap_or_default();
    let ticks = |at: usize| stat.rsplit(')').next().and_then(|rest| rest.split(' ').nth(at)?.parse().ok());
    (ticks(12).unwrap_or(0.0) + ticks(13).unwrap_or(0.0)) / 100.0
}

#[test]
fn bombs_are_harmless() {
    let size = 4 << 20;
    let repeat = |piece: &str| format!("<p>before</p>{}", piece.repeat(size / piece.len()));
    let numbered = |piece: fn(usize) -> String| {
        let mut html = "<p>before</p>".to_owned();
        (0..)
            .map(piece)
            .take_while(|piece| {
                html.push_str(piece);
                html.len() < size
            })
            .for_each(drop);
        html
    };
    for (name, html) in [
        ("nesting", repeat("<div>")),
        ("nesting of formatting", repeat("<b>")),
        ("formatting with attributes", numbered(|n| format!("<b a={n}>"))),
        ("formatting and paragraphs", numbered(|n| format!("<p><b a={n}></p>"))),
        ("paragraphs", repeat("<p>")),
        ("stray end tags", format!("<p>before</p>{}{}", "<div>".repeat(900), "</x>".repeat(size / 4))),
        (
            "stray ends of formatting",
            format!("<p>before</p>{}{}", "<i>".repeat(900), "</b>".repeat(size / 4)),
        ),
        ("tables", repeat("<table><td>")),
        ("tables without rows", format!("<p>before</p><table>{}", "<div>x".repeat(size / 6))),
        (
            "attributes",
            format!("<p>before</p><div {}>", (0..600_000).map(|n| format!(" a{n}")).collect::<String>()),
        ),
        (
            "attributes behind a quote",
            format!("<p>before</p><div x='>'{}>", (0..500_000).map(|n| format!(" a{n}")).collect::<String>()),
        ),
        ("options", repeat("<select><option>")),
        ("svg", repeat("<svg><g>")),
        ("comments", repeat("<!--")),
        ("entities", repeat("&#x26;&amp;")),
        ("forms", repeat("<form></form>")),
        ("links", numbered(|n| format!("<a href=/{n}>x"))),
    ] {
        assert_harmless(name, &html);
    }
}

#[test]
fn nesting_of_100k_does_not_overflow() {
    let html = format!("<p>before</p>{}deep{}<p>after", "<div>".repeat(100_000), "</div>".repeat(100_000));
    assert_harmless("100k", &html);
    // Sizes that real pages have are read whole.
    let html = format!("{}deep{}<p>after", "<div><span>".repeat(200), "</span></div>".repeat(200));
    assert_eq!(texts(&html), ["deep", "after"]);
}

#[test]
fn long_tags_keep_their_page() {
    let data = format!("<p>before<img alt=seen src='data:{}'><p>after", "a b=c>\"".repeat(20_000));
    assert_eq!(texts(&data), ["before", "seen", "after"]);
    let many: String = (0..5_000).map(|n| format!(" attribute-{n}=x")).collect();
    assert_eq!(texts(&format!("<p>before<div {many}>inside</div><p>after")), ["before", "inside", "after"]);
    let script =
        format!("<p>before<script>{}</script><p>after", "if (a <b && c) { d = 'e'; } ".repeat(5_000));
    assert_eq!(texts(&script), ["before", "after"]);
}

proptest! {
    #[test]
    fn any_bytes_make_a_page(body in proptest::collection::vec(any::<u8>(), 0..400), kind in "(text/html(; charset=[a-z0-9-]{1,12})?)?") {
        let url = "https://acme.example/".parse().unwrap();
        let kind = (!kind.is_empty()).then_some(kind.as_str());
        let page = parse_html(&url, &body, kind, &[], Timestamp::from_micros(0));
        for block in &page.blocks {
            prop_assert!(!page.block_text(block).is_empty());
        }
    }

    #[test]
    fn any_soup_makes_a_page(parts in proptest::collection::vec("<(/)?(p|div|b|table|td|li|a href=/x|svg|title|nav|form|template|select|option|script|br)>|[a-z &;<>]{0,8}", 0..60)) {
        let first = page(&parts.concat());
        for block in &first.blocks {
            prop_assert!(first.has_quote(block.range(), first.block_text(block)));
        }
        prop_assert_eq!(page(&parts.concat()), first);
    }
}

#[test]
fn zones_by_what_a_part_is_called() {
    let zone_of = |html: &str| blocks(html).into_iter().find(|(_, _, text)| text == "x").unwrap().0;
    for (html, zone) in [
        ("<div id=cookie-banner>x</div>", Zone::Aside),
        ("<div role=dialog>x</div>", Zone::Aside),
        ("<div class='newsletter-popup'>x</div>", Zone::Aside),
        ("<ol class=breadcrumb><li>x</ol>", Zone::Nav),
        ("<ul class=main-menu><li><a href=/a>x</a><li><a href=/b>y</a></ul>", Zone::Nav),
        ("<ul class=lunch-menu><li>x<li>Soup of the day, with bread and butter</ul>", Zone::Main),
        ("<div class=siteFooter>x</div>", Zone::Footer),
        ("<div class=card-footer>x</div>", Zone::Main),
        ("<a href=#main>Skip to content</a><p>x", Zone::Main),
        ("<div class='slick-slide slick-cloned'>x</div>", Zone::Aside),
    ] {
        assert_eq!(zone_of(html), zone, "{html}");
    }
    assert_eq!(lines("<a href=#main>Skip to content</a><p>x", Zone::Nav), ["Skip to content"]);
    // The frame of a page is no part of it, whatever it is called.
    let long = "Cold goods for every market. ".repeat(40);
    assert_eq!(blocks(&format!("<div class=has-modal-popup><p>{long}</div>"))[0].0, Zone::Main);
}

#[test]
fn a_panel_that_a_control_opens_is_read() {
    let panel = "<h3><button id=q aria-controls=a>Who?</button></h3>";
    for hidden in ["hidden", "aria-hidden=true", "style='display:none'"] {
        assert_eq!(texts(&format!("{panel}<div id=a {hidden}>We.</div>")), ["Who?", "We."], "{hidden}");
        assert_eq!(texts(&format!("{panel}<div aria-labelledby=q {hidden}>We.</div>")), ["Who?", "We."]);
        assert_eq!(texts(&format!("{panel}<div id=b {hidden}>We.</div>")), ["Who?"], "{hidden}");
    }
    // What cannot be seen once it is open stays out, and so does a menu or a dialogue.
    for hidden in
        ["style='font-size:0'", "style='visibility:hidden'", "hidden role=menu", "hidden role=dialog"]
    {
        assert_eq!(texts(&format!("{panel}<div id=a {hidden}>We.</div>")), ["Who?"], "{hidden}");
    }
}
