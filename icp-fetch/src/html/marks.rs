//! Marks of software inside a page's own markup: attributes, classes, calls in scripts, notes in comments.
//!
//! A mark is kept as `kind: word`, where the word is from a list here. What stands around it is not kept.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use scraper::node::Element;
use scraper::{Html, Node};

/// Attributes that only one software writes. One that ends with `-` may go on.
#[rustfmt::skip]
const ATTRIBUTES: &[&str] = &[
    "data-aos", "data-astro-", "data-bs-", "data-cal-link", "data-cfemail", "data-elementor-", "data-framer-", "data-gatsby-",
    "data-lucide", "data-n-head", "data-netlify", "data-radix-", "data-react-helmet", "data-reactid", "data-reactroot",
    "data-server-rendered", "data-shopify", "data-sveltekit-", "data-tally-src", "data-tf-widget", "data-turbolinks-", "data-v-app",
    "data-wf-page", "data-wf-site", "hx-get", "hx-post", "netlify", "netlify-honeypot", "ng-app", "ng-controller", "ng-version", "uk-grid",
    "wire:id", "x-data",
];

/// Identifiers that only one software gives. One that ends with `-` or `_` may go on.
#[rustfmt::skip]
const IDS: &[&str] = &[
    "CybotCookiebotDialog", "SITE_CONTAINER", "___gatsby", "__next", "__nuxt", "elementor-frontend-css", "fb-customer-chat",
    "google_translate_element", "mc_embed_shell", "mc_embed_signup", "n2-ss-", "onetrust-consent-sdk", "rev_slider_", "shopify-features",
    "tailwind-styles-css",
];

/// Class names that only one software gives. One that ends with `-` or `_` may go on.
#[rustfmt::skip]
const CLASSES: &[&str] = &[
    "MuiBox-root", "MuiButton-root", "MuiContainer-root", "MuiGrid-root", "MuiTypography-root", "ant-btn", "ant-layout", "aos-init",
    "brxe-", "bubble-element", "calendly-badge-widget", "calendly-inline-widget", "cf-turnstile", "chakra-", "cky-", "clutch-widget",
    "cmplz-", "coblocks-", "docusaurus", "ecwid", "elementor-element", "elementor-section", "elementor-widget", "elfsight-app-",
    "et_pb_row", "et_pb_section", "fb-customerchat", "fl-builder", "flickity-", "fluentform", "forminator-ui", "framer-",
    "fusion-builder-row", "g-recaptcha", "gform_wrapper", "glide__track", "grecaptcha-badge", "gtranslate_wrapper", "h-captcha",
    "hbspt-form", "hs-form", "hs_cos_wrapper", "ht-ctc", "ion-page", "joinchat", "mantine-", "n2-section-smartslider", "nf-form-cont",
    "ot-sdk-show-settings", "owl-carousel", "oxy-", "rank-math-", "rev_slider", "shopify-section", "slick-slider", "splide__track",
    "sqs-block", "sqs-layout", "swiper-container", "swiper-wrapper", "t-records", "tribe-events", "trustpilot-widget", "typeform-widget",
    "uk-container", "v-application", "vc_row", "w-webflow-badge", "wistia_embed", "woocommerce-page", "wp-block-", "wpb_wrapper",
    "wpcf7-form", "wpforms-container", "wpforms-form", "wsite-section", "yoast-schema-graph", "yotpo",
];

/// Hidden fields that frameworks put into the forms they make.
const FIELDS: &[&str] =
    &["CRAFT_CSRF_TOKEN", "__VIEWSTATE", "authenticity_token", "csrfmiddlewaretoken", "form_build_id"];

/// Elements of their own that only one software defines.
const ELEMENTS: &[&str] = &["dotlottie-player", "lottie-player", "model-viewer"];

/// What scripts call or set where they belong to one software.
#[rustfmt::skip]
const CALLS: &[&str] = &[
    "GoogleAnalyticsObject", "_gaq",
    "$crisp", "$zoho.salesiq", "AOS.init(", "DD_RUM.init(", "Drupal.settings", "FS.identify", "Intercom(", "L.map(", "LogRocket.init(",
    "Munchkin.init", "NREUM", "OneSignal.init", "OneSignalDeferred", "OptanonWrapper", "ReactDOM.createRoot(", "ReactDOM.render(",
    "Rollbar.init(", "ScrollReveal(", "Sentry.init(", "Shopify.shop", "Shopify.theme", "SnapEngage", "Static.SQUARESPACE_CONTEXT",
    "Stripe(", "Tawk_API", "UserWay", "Vue.createApp", "WebFont.load(", "Webflow.push(", "__NEXT_DATA__", "__NUXT__", "___gatsby",
    "__lc.license", "__next_f", "__remixContext", "__sveltekit", "_hsq", "_iub", "_linkedin_partner_id", "_paq", "_satellite", "_smartsupp",
    "_vwo_code", "_vwo_settings_timer", "_wpemojiSettings", "amplitude.getInstance(", "amplitude.init(", "analytics.load(",
    "angular.module(", "appInsights", "axeptioSettings", "clarity(", "cookieconsent.initialise(", "didomiConfig", "drift.load(",
    "elementorFrontendConfig", "emailjs.init(", "emailjs.send", "et_pb_custom", "fbq(", "feather.replace(", "freshchat", "google.maps.Map",
    "grecaptcha", "gsap.from(", "gsap.registerPlugin(", "gsap.to(", "hbspt.forms.create", "heap.load(", "hj(", "intercomSettings",
    "jQuery(", "klaroConfig", "lottie.loadAnimation", "lucide.createIcons(", "mapboxgl.accessToken", "mixpanel.init(", "new Chart(",
    "new Splide(", "new Swiper(", "new Typed(", "new Vue(", "olark.identify(", "particlesJS(", "pendo.initialize(", "pintrk(", "plausible(",
    "posthog.init(", "rdt(", "rudderanalytics.load(", "snaptr(", "tarteaucitron.init(", "tidioChatApi", "ttq.load(", "turnstile.render(",
    "twq(", "uetq", "voiceflow", "window.__CF$cv$params", "window.plausible", "wixBiSession", "ym(", "zE(", "zESettings",
];

/// What comments name where a tool signs its work.
#[rustfmt::skip]
const NOTES: &[&str] = &[
    "All in One SEO", "Delacon", "Framer", "GTM4WP", "HEAD_svelte-", "LiteSpeed Cache", "Mobirise", "MonsterInsights", "Nicepage", "Rank Math", "SEOPress",
    "Site Kit", "SnapEngage", "This is Squarespace", "This website is like a Rocket", "W3 Total Cache", "WP Fastest Cache",
    "WP Super Cache", "Yoast SEO", "delacon",
];

/// Whether a name is in a list, where an entry may stand for all names that begin so.
fn known(list: &'static [&'static str], name: &str) -> Option<&'static str> {
    list.iter().copied().find(|entry| {
        name == *entry || entry.ends_with(['-', '_']) && name.len() > entry.len() && name.starts_with(entry)
    })
}

/// The most different names of one kind that are looked at.
const MAX_NAMES: usize = 20_000;

/// The names of attributes, classes and identifiers of a page, each once, and the known ones of fields and elements.
#[derive(Default)]
pub(super) struct Names<'h> {
    attributes: BTreeSet<&'h str>,
    ids: BTreeSet<&'h str>,
    classes: BTreeSet<&'h str>,
    fields: BTreeSet<&'static str>,
    elements: BTreeSet<&'static str>,
}

impl<'h> Names<'h> {
    /// Adds those of an element.
    pub(super) fn add(&mut self, element: &'h Element) {
        let put = |names: &mut BTreeSet<&'h str>, name: &'h str| {
            if names.len() < MAX_NAMES {
                names.insert(name);
            }
        };
        element.attrs().for_each(|(name, _)| put(&mut self.attributes, name));
        element.attr("id").into_iter().for_each(|id| put(&mut self.ids, id));
        element.classes().for_each(|class| put(&mut self.classes, class));
        if element.name() == "input" {
            self.fields.extend(element.attr("name").and_then(|name| known(FIELDS, name)));
        }
        self.elements.extend(known(ELEMENTS, element.name()));
    }

    /// The marks among them.
    pub(super) fn marks(&self) -> BTreeSet<String> {
        let attributes = self.attributes.iter().filter_map(|name| {
            known(ATTRIBUTES, name).or_else(|| is_scope(name, "data-v-", 8).then_some("data-v-"))
        });
        let ids = self.ids.iter().filter_map(|id| known(IDS, id));
        let classes = self.classes.iter().filter_map(|class| {
            known(CLASSES, class)
                .or_else(|| is_scope(class, "svelte-", 6).then_some("svelte-"))
                .or_else(|| is_scope(class, "astro-", 8).then_some("astro-"))
        });
        attributes
            .map(|mark| format!("attribute: {mark}"))
            .chain(ids.map(|mark| format!("id: {mark}")))
            .chain(classes.map(|mark| format!("class: {mark}")))
            .chain(self.fields.iter().map(|mark| format!("field: {mark}")))
            .chain(self.elements.iter().map(|mark| format!("element: {mark}")))
            .chain(self.utilities())
            .collect()
    }

    /// Classes like `md:grid-cols-2`, where a page has many: they are a language of their own.
    fn utilities(&self) -> Option<String> {
        let plain = [
            "mx-auto",
            "items-center",
            "max-w-7xl",
            "max-w-6xl",
            "justify-between",
            "text-sm",
            "font-semibold",
        ];
        let found = || self.classes.iter().filter(|class| is_utility(class) && class.len() < 30);
        (found().count() >= UTILITIES
            && plain.iter().filter(|class| self.classes.contains(*class)).count() >= 3)
            .then(|| format!("utility classes: {}", found().take(4).copied().collect::<Vec<_>>().join(" ")))
    }
}

/// Whether a name is a prefix and a short hash, as compilers of components write them.
fn is_scope(name: &str, prefix: &str, length: usize) -> bool {
    name.strip_prefix(prefix).is_some_and(|hash| {
        (length - 1..=length + 2).contains(&hash.len())
            && hash.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            && hash.bytes().any(|byte| byte.is_ascii_digit())
    })
}

/// Finds all of a list in one pass.
#[expect(clippy::expect_used, reason = "constant lists, compiled by every test")]
fn automaton(list: &[&str]) -> AhoCorasick {
    AhoCorasick::builder().kind(Some(AhoCorasickKind::DFA)).build(list).expect("a short list")
}

static CALLS_FOUND: LazyLock<AhoCorasick> = LazyLock::new(|| automaton(CALLS));
static NOTES_FOUND: LazyLock<AhoCorasick> = LazyLock::new(|| automaton(NOTES));

/// The marks of the text of all scripts.
pub(super) fn script(text: &str) -> impl Iterator<Item = String> {
    let mut found = BTreeSet::new();
    for hit in CALLS_FOUND.find_overlapping_iter(text) {
        let call = CALLS[hit.pattern().as_usize()];
        if !found.contains(call) && is_call(text, hit.start(), call) {
            found.insert(call);
        }
    }
    found.into_iter().map(|call| format!("script: {}", call.trim_end_matches('(')))
}

/// Whether the word at a place stands for itself.
fn is_call(text: &str, at: usize, call: &str) -> bool {
    let before = text[..at].chars().next_back();
    let after = text[at + call.len()..].chars().next();
    // `this.gsap.to(`, `my_hj(` and `hjx` are other names; `window.hj(` is this one.
    !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$')
        && (before != Some('.') || text[..at].ends_with("window.") || text[..at].ends_with("self."))
        && (call.ends_with(['(', '_', '.']) || !after.is_some_and(|c| c.is_alphanumeric()))
}

/// The marks of comments.
pub(super) fn comments(html: &Html) -> BTreeSet<String> {
    let comments = html.tree.nodes().filter_map(|node| match node.value() {
        Node::Comment(comment) => Some(&*comment.comment),
        _ => None,
    });
    comments
        .flat_map(|text: &str| NOTES_FOUND.find_overlapping_iter(text))
        .map(|hit| format!("comment: {}", NOTES[hit.pattern().as_usize()]))
        .collect()
}

/// How many different utility classes tell the language of a style sheet.
const UTILITIES: usize = 8;

/// A class with a condition before a colon, or a colour or size on a numbered scale.
fn is_utility(class: &str) -> bool {
    if let Some((condition, rest)) = class.split_once(':') {
        return matches!(
            condition,
            "sm" | "md" | "lg" | "xl" | "2xl" | "hover" | "focus" | "dark" | "group-hover"
        ) && rest
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'/' | b'.' | b':'));
    }
    let scale = |class: &str| {
        class.rsplit_once('-').is_some_and(|(_, step)| {
            matches!(
                step,
                "50" | "100" | "200" | "300" | "400" | "500" | "600" | "700" | "800" | "900" | "950"
            )
        })
    };
    ["bg-", "text-", "border-", "from-", "to-"].iter().any(|start| class.starts_with(start))
        && class.matches('-').count() == 2
        && scale(class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_whole_names() {
        for (text, mark) in [
            ("window.hj(1)", "hj("),
            ("!function(){fbq('init')}", "fbq("),
            ("self.__next_f.push([1])", "__next_f"),
            ("$crisp=[]", "$crisp"),
        ] {
            assert!(text.find(mark).is_some_and(|at| is_call(text, at, mark)), "{text}");
        }
        for (text, mark) in [("my_hj(1)", "hj("), ("a.fbq(1)", "fbq("), ("NREUMS", "NREUM")] {
            assert!(!text.find(mark).is_some_and(|at| is_call(text, at, mark)), "{text}");
        }
    }

    #[test]
    fn fields_and_elements() {
        let html = Html::parse_document(
            "<form><input type=hidden name=csrfmiddlewaretoken value=a1><input name=email></form>\
             <lottie-player src=a.json></lottie-player><p name=__VIEWSTATE>",
        );
        let mut names = Names::default();
        html.tree.values().filter_map(Node::as_element).for_each(|element| names.add(element));
        let marks: Vec<String> = names.marks().into_iter().collect();
        assert_eq!(marks, ["element: lottie-player", "field: csrfmiddlewaretoken"]);
    }

    #[test]
    fn scopes_are_hashes() {
        assert!(is_scope("data-v-7ba5bd90", "data-v-", 8));
        assert!(is_scope("svelte-1k2y3z", "svelte-", 6));
        assert!(!is_scope("data-v-spacing", "data-v-", 8));
        assert!(!is_scope("svelte-slider", "svelte-", 6));
    }
}
