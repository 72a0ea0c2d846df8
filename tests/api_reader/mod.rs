//! Reads a crate's sources into lines of its public API, one an item.

use std::collections::BTreeSet;
use std::path::Path;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Fields, ImplItem, Item, ItemImpl, TraitItem, Type, Visibility};

/// The public API of the crate in a source folder, sorted.
pub(crate) fn lines(src: &Path) -> Vec<String> {
    let mut reader = Reader::default();
    reader.file(&src.join("lib.rs"), src, "");
    let Reader { mut lines, impls, private } = reader;
    lines.extend(impls.into_iter().filter(|(of, _)| !private.contains(of)).map(|(_, line)| line));
    lines.sort();
    lines.dedup();
    lines
}

#[derive(Default)]
struct Reader {
    lines: Vec<String>,
    /// Lines of implementations, by the name of their type: shown unless the type is private.
    impls: Vec<(String, String)>,
    private: BTreeSet<String>,
}

impl Reader {
    fn file(&mut self, file: &Path, dir: &Path, module: &str) {
        let text =
            std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        parsed.items.into_iter().for_each(|item| self.item(item, dir, module));
    }

    fn item(&mut self, item: Item, dir: &Path, module: &str) {
        let mut say = |place: &str, item: &dyn ToTokens| self.lines.push(line(place, item));
        match item {
            Item::Mod(mut item) if !hidden(&item.attrs) => {
                let name = item.ident.to_string();
                let (path, below) = (join(module, &name), dir.join(&name));
                let content = item.content.take();
                if public(&item.vis) {
                    say(module, &item);
                }
                match content {
                    Some((_, items)) => items.into_iter().for_each(|item| self.item(item, &below, &path)),
                    None => {
                        let beside = dir.join(format!("{name}.rs"));
                        let file = if beside.exists() { beside } else { below.join("mod.rs") };
                        self.file(&file, &below, &path);
                    }
                }
            }
            Item::Use(item) if shown(&item.attrs, &item.vis) => say(module, &item),
            Item::Fn(item) if shown(&item.attrs, &item.vis) => say(module, &item),
            Item::Const(item) if shown(&item.attrs, &item.vis) => say(module, &item),
            Item::Static(item) if shown(&item.attrs, &item.vis) => say(module, &item),
            Item::Type(item) if shown(&item.attrs, &item.vis) => say(module, &item),
            Item::Struct(mut item) if shown(&item.attrs, &item.vis) => {
                let place = join(module, &item.ident.to_string());
                let fields = std::mem::replace(&mut item.fields, Fields::Unit);
                let closed = fields.iter().any(|field| !public(&field.vis));
                self.lines.push(line(&place, &item) + if closed { " { .. }" } else { "" });
                for (at, field) in fields.iter().enumerate().filter(|(_, field)| public(&field.vis)) {
                    let number = if field.ident.is_none() { format!("{at}: ") } else { String::new() };
                    self.lines.push(format!("{place}: {number}{}", flat(field)));
                }
            }
            Item::Enum(mut item) if shown(&item.attrs, &item.vis) => {
                let place = join(module, &item.ident.to_string());
                let variants = std::mem::take(&mut item.variants);
                say(&place, &item);
                variants.iter().for_each(|variant| say(&place, variant));
            }
            Item::Trait(mut item) if shown(&item.attrs, &item.vis) => {
                let place = join(module, &item.ident.to_string());
                let parts = std::mem::take(&mut item.items);
                say(&place, &item);
                for part in &parts {
                    let provided = matches!(part, TraitItem::Fn(method) if method.default.is_some());
                    self.lines.push(line(&place, part) + if provided { " { .. }" } else { "" });
                }
            }
            Item::Impl(item) if !hidden(&item.attrs) => self.implementation(item, module),
            Item::Macro(item) if !hidden(&item.attrs) => {
                let exported = item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export"));
                let makes_items = item.ident.is_none() || item.mac.tokens.to_string().contains("pub ");
                if (exported || makes_items) && !item.mac.path.is_ident("thread_local") {
                    say(module, &item);
                }
            }
            Item::Struct(item) => _ = self.private.insert(item.ident.to_string()),
            Item::Enum(item) => _ = self.private.insert(item.ident.to_string()),
            _ => {}
        }
    }

    fn implementation(&mut self, mut item: ItemImpl, module: &str) {
        let of = match &*item.self_ty {
            Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
            _ => None,
        };
        let of = of.unwrap_or_else(|| flat(&item.self_ty));
        let parts = std::mem::take(&mut item.items);
        if item.trait_.is_some() {
            item.items = parts.into_iter().filter(|part| matches!(part, ImplItem::Type(_))).collect();
            return self.impls.push((of, line(module, &item)));
        }
        let place = join(module, &of);
        for part in parts {
            let shown = match &part {
                ImplItem::Fn(part) => shown(&part.attrs, &part.vis),
                ImplItem::Const(part) => shown(&part.attrs, &part.vis),
                _ => false,
            };
            if shown {
                self.impls.push((of.clone(), line(&place, &part)));
            }
        }
    }
}

fn join(module: &str, name: &str) -> String {
    if module.is_empty() { name.to_owned() } else { format!("{module}::{name}") }
}

fn public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn shown(attributes: &[Attribute], visibility: &Visibility) -> bool {
    public(visibility) && !hidden(attributes)
}

/// Whether nobody may rely on an item: it is for tests, for the feature `internal`, or not in the documentation.
fn hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().map(|attribute| attribute.to_token_stream().to_string().replace(' ', "")).any(|text| {
        text == "#[doc(hidden)]"
            || text == "#[cfg(test)]"
            || text.starts_with("#[cfg") && text.contains("\"internal\"")
    })
}

fn line(place: &str, item: &(impl ToTokens + ?Sized)) -> String {
    let colon = if place.is_empty() { "" } else { ": " };
    format!("{place}{colon}{}", flat(item))
}

/// An item on one line, without what is not its interface, nearly as people write it.
fn flat(item: &(impl ToTokens + ?Sized)) -> String {
    let (mut text, mut last) = (String::new(), "");
    for token in strip(item.to_token_stream()).to_string().split_whitespace() {
        let joins = token.starts_with([',', ';', ':', '(', ')', '[', ']', '<', '>', '!'])
            && !["=", "->", "=>", "+", ",", "{"].contains(&last);
        if !text.is_empty()
            && !joins
            && !last.ends_with(['(', '[', '<', '&', '#', '$'])
            && !last.ends_with("::")
        {
            text.push(' ');
        }
        text.push_str(token);
        last = token;
    }
    text.trim_end_matches(" { }").trim_end_matches(" {}").trim_end_matches(';').trim_end().to_owned()
}

/// Without documentation, hints to the compiler, bodies of functions and values of constants.
fn strip(tokens: TokenStream) -> TokenStream {
    let mut kept: Vec<TokenTree> = Vec::new();
    let (mut body_follows, mut value) = (false, false);
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        value &= !is_sign(&token, ';');
        match token {
            _ if value => {}
            sign if is_sign(&sign, '#') && tokens.peek().is_some_and(is_hint) => _ = tokens.next(),
            TokenTree::Group(group) if body_follows && group.delimiter() == Delimiter::Brace => {
                body_follows = false;
            }
            TokenTree::Group(group) => {
                kept.push(Group::new(group.delimiter(), strip(group.stream())).into());
            }
            sign if is_sign(&sign, '=') && is_constant(&kept) => value = true,
            other => {
                body_follows |= matches!(&other, TokenTree::Ident(word) if word == "fn");
                body_follows &= !is_sign(&other, ';');
                kept.push(other);
            }
        }
    }
    // A comma at the end is the formatter's choice, but for the one that makes a tuple.
    if kept.last().is_some_and(|last| is_sign(last, ','))
        && kept.iter().filter(|sign| is_sign(sign, ',')).count() > 1
    {
        kept.pop();
    }
    kept.into_iter().collect()
}

fn is_sign(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

fn is_hint(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else { return false };
    let first = group.stream().into_iter().next();
    first.is_some_and(|word| ["doc", "allow", "expect", "inline"].contains(&word.to_string().as_str()))
}

/// Whether the tokens of an item so far are those of a constant: `pub const NAME : Type`.
fn is_constant(tokens: &[TokenTree]) -> bool {
    let word =
        |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "const" || word == "static");
    let start = tokens.iter().rposition(|token| is_sign(token, ';')).map_or(0, |at| at + 1);
    tokens[start..].iter().any(word)
        && !tokens[start..].iter().any(|token| matches!(token, TokenTree::Ident(word) if word == "fn"))
}
