//! Libraries by the addresses they are loaded from: the package of a public network, or the file's own name.
//!
//! A package network prints the package in the path (`/npm/swiper@11/`). Elsewhere the file's name tells:
//! `jquery-3.7.1.min.js` is jQuery, `jquery.flexslider-min.js` is FlexSlider, and `my-bootstrap-theme.js` is nothing.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use crate::technology::version_after;
use crate::word_list::{self, ListError, ListProblem, WordList, sound};

/// Where a name of `libraries.tsv` counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A package of a network, or a file's name.
    Library,
    /// `plugin`: a folder of `wp-content/plugins/`.
    Plugin,
    /// `theme`: a folder of `wp-content/themes/`.
    Theme,
}

pub(crate) type Names = BTreeMap<(Kind, &'static str), &'static str>;

/// Reads the list of libraries.
pub(crate) fn names(list: WordList) -> Result<Names, ListError> {
    list.rows()?
        .into_iter()
        .map(|row| {
            let kind = match row.how {
                None => Kind::Library,
                Some("plugin") => Kind::Plugin,
                Some("theme") => Kind::Theme,
                Some(_) => return Err(row.error(ListProblem::UnknownWord)),
            };
            Ok(((kind, row.name), row.value))
        })
        .collect()
}

static NAMES: LazyLock<Names> = LazyLock::new(|| sound(names(word_list::LIBRARIES)));

/// Whether the list has a library of this name.
pub(crate) fn is_known(name: &str) -> bool {
    NAMES.values().any(|known| *known == name)
}

/// A library that an address names.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Library {
    /// Its usual name.
    pub(crate) name: &'static str,
    /// Where the address names it.
    pub(crate) span: Range<usize>,
    /// Where the address names its version.
    pub(crate) version: Option<Range<usize>>,
}

/// The libraries that an address names: `path` is the place of its path.
pub(crate) fn libraries(address: &str, host: &str, path: Range<usize>) -> Vec<Library> {
    let mut found = Vec::new();
    let mut add = |kind: Kind, name: &str, span: Range<usize>, version: Option<Range<usize>>| {
        if let Some(name) = NAMES.get(&(kind, name.to_ascii_lowercase().as_str())) {
            found.push(Library { name, span, version });
        }
    };
    let text = address.get(path.clone()).unwrap_or_default();
    for (folder, kind) in [("wp-content/plugins/", Kind::Plugin), ("wp-content/themes/", Kind::Theme)] {
        if let Some(at) = text.find(folder) {
            let start = at + folder.len();
            let end = text[start..].find('/').map_or(text.len(), |end| start + end);
            add(kind, &text[start..end], path.start + at..path.start + end, None);
        }
    }
    if let Some(span) = package(host, text) {
        let place = path.start + span.start..path.start + span.end;
        let version = version_after(address, place.end).filter(|it| it.end <= path.end);
        add(Kind::Library, &text[span], place, version);
    }
    let file = text.rfind('/').map_or(0, |at| at + 1);
    if let Some(name) = library_of_file(&text[file..]) {
        // `jquery.` in front of a name may be gone: the version stands behind the name all the same.
        let at =
            text[file..].to_ascii_lowercase().find(&name).map_or(text.len(), |at| file + at + name.len());
        let version = version_after(address, path.start + at);
        let version = version.filter(|it| it.end <= path.end && address[it.clone()].contains('.'));
        add(Kind::Library, &name, path.start + file..path.end, version);
    }
    if is_jquery_plugin(&text[file..]) {
        add(Kind::Library, "jquery", path.start + file..path.end, None);
    }
    found
}

/// Where the path of a package network names the package.
fn package(host: &str, path: &str) -> Option<Range<usize>> {
    let start = match host.to_ascii_lowercase().as_str() {
        "unpkg.com" | "esm.sh" | "cdn.skypack.dev" => 1,
        "cdn.jsdelivr.net" => path.find("/npm/")? + "/npm/".len(),
        "cdnjs.cloudflare.com"
        | "ajax.googleapis.com"
        | "ajax.aspnetcdn.com"
        | "cdn.bootcdn.net"
        | "lib.baomitu.com" => {
            path.find("/ajax/libs/").map_or(path.find("/ajax/").map(|at| at + 6), |at| Some(at + 11))?
        }
        "maxcdn.bootstrapcdn.com"
        | "netdna.bootstrapcdn.com"
        | "stackpath.bootstrapcdn.com"
        | "code.jquery.com" => 1,
        _ => return None,
    };
    let rest = path.get(start..)?;
    let scope = if rest.starts_with('@') { rest.find('/').map_or(0, |at| at + 1) } else { 0 };
    let end = rest.get(scope..)?.find(['/', '@', ',', '+']).map_or(rest.len(), |at| scope + at);
    (end > 0).then_some(start..start + end)
}

/// What may follow a library's name in a file's name: builds, parts, versions.
#[rustfmt::skip]
const BUILDS: &[&str] = &[
    "min", "bundle", "pkgd", "slim", "full", "prod", "production", "umd", "all", "pro", "esm", "module", "packed", "compat", "core", "theme", "css", "js", "mjs", "browser",
    "global", "standalone", "default", "legacy", "lite", "free", "custom", "dev", "pack", "dist", "cdn", "modern", "iife", "font", "regular", "lc", "grid", "reboot", "es5", "latest",
];

/// The name before version and build: `jquery-3.7.1.min.js` is `jquery`.
fn library_of_file(file: &str) -> Option<String> {
    let lower = file.to_ascii_lowercase();
    if !(lower.ends_with(".js") || lower.ends_with(".css") || lower.ends_with(".mjs")) {
        return None;
    }
    let mut name = lower.as_str();
    while let Some(at) = name.rfind(['.', '-', '_', '@']) {
        let part = &name[at + 1..];
        let version = part.trim_start_matches(['v', 'r']);
        let is_version = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
        // A hash of the content, as build tools put it in.
        let is_hash = part.len() >= 6
            && part.bytes().all(|byte| byte.is_ascii_hexdigit())
            && part.bytes().any(|byte| byte.is_ascii_digit());
        if !(part.is_empty() || is_version || is_hash || BUILDS.contains(&part)) {
            break;
        }
        name = &name[..at];
    }
    let name = if name.len() > 7 { name.strip_prefix("jquery.").unwrap_or(name) } else { name };
    Some(name.to_owned())
}

/// Whether a script is an extension of jQuery, by the name that these have: `jquery.NAME.js`.
fn is_jquery_plugin(file: &str) -> bool {
    let lower = file.to_ascii_lowercase();
    lower.starts_with("jquery.") && lower.ends_with(".js")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(address: &str) -> Vec<&'static str> {
        let at = address.find("://").unwrap() + 3;
        let end = address[at..].find('/').map_or(address.len(), |end| at + end);
        let stop = address.find('?').unwrap_or(address.len());
        libraries(address, &address[at..end], end..stop).into_iter().map(|it| it.name).collect()
    }

    #[test]
    fn packages_and_files() {
        for (address, value) in [
            ("https://unpkg.com/react@18.3.1/umd/react.production.min.js", "React"),
            ("https://cdn.jsdelivr.net/npm/@emailjs/browser@4/dist/email.min.js", "EmailJS"),
            ("https://cdn.jsdelivr.net/npm/swiper@11/swiper-bundle.min.css", "Swiper"),
            ("https://cdnjs.cloudflare.com/ajax/libs/font-awesome/6.0/css/all.min.css", "Font Awesome"),
            ("https://ajax.googleapis.com/ajax/libs/jquery/3.5.1/jquery.min.js", "jQuery"),
            ("https://d3e54v103j8qbb.cloudfront.net/js/jquery-3.5.1.min.dc5e7f18c8.js", "jQuery"),
            ("https://acme.example/js/owl.carousel.min.js?v=1", "Owl Carousel"),
            ("https://acme.example/css/bootstrap.min.css", "Bootstrap"),
            ("https://acme.example/wp-content/plugins/contact-form-7/includes/js/index.js", "Contact Form 7"),
            ("https://acme.example/wp-content/themes/astra/main.css", "Astra"),
        ] {
            let found = values(address);
            assert!(!found.is_empty() && found.iter().all(|found| *found == value), "{address}: {found:?}");
        }
    }

    #[test]
    fn an_extension_of_jquery_comes_with_jquery() {
        assert_eq!(values("https://acme.example/js/jquery.flexslider-min.js"), ["FlexSlider", "jQuery"]);
        assert_eq!(values("https://acme.example/granite/jquery.lc-7842899024219bcb-lc.min.js")[0], "jQuery");
    }

    #[test]
    fn other_names_are_no_library() {
        for address in [
            "https://acme.example/js/my-bootstrap-theme.js",
            "https://acme.example/js/reaction.min.js",
            "https://acme.example/js/app-jquery-helpers.js",
            "https://acme.example/img/bootstrap.png",
            "https://unpkg.com/reactive-thing@1/index.js",
            "https://acme.example/npm/left.js?x=/npm/swiper/",
            "https://acme.example/blog/contact-form-7/",
        ] {
            assert_eq!(values(address), [""; 0], "{address}");
        }
    }
}
