//! Crawl-delays, taken out of a file: the standard does not know them, and other records must not end a group
//! ([RFC 9309, section 2.2.4](https://www.rfc-editor.org/rfc/rfc9309#section-2.2.4)).

use std::time::Duration;

/// An agent as the file names it, and the time between requests that is asked of it.
pub(super) type Delay = (String, Duration);

/// The file without its crawl-delays, and these.
pub(super) fn take(text: &str) -> (String, Vec<Delay>) {
    let (mut rest, mut delays) = (String::with_capacity(text.len()), Vec::new());
    // The agents of the last run of `User-agent` lines.
    let (mut agents, mut open) = (Vec::new(), false);
    for line in text.split_inclusive(['\n', '\r']) {
        let plain = line.split('#').next().unwrap_or_default().trim();
        let (key, value) = plain
            .split_once(':')
            .or_else(|| plain.split_once([' ', '\t']))
            .map_or(("", ""), |(key, value)| (key.trim(), value.trim()));
        if is(key, &["user-agent", "useragent", "user agent"]) {
            if !open {
                agents.clear();
            }
            open = true;
            agents.push(value);
        } else if is(key, &["crawl-delay", "crawldelay", "crawl delay"]) {
            open = false;
            if let Some(delay) = value.parse().ok().and_then(|delay| Duration::try_from_secs_f64(delay).ok())
            {
                delays.extend(agents.iter().map(|agent| ((*agent).to_owned(), delay)));
            }
            continue;
        } else if !plain.is_empty() {
            open = false;
        }
        rest.push_str(line);
    }
    (rest, delays)
}

/// The longest delay that is asked of an agent.
pub(super) fn of(agent: &str, delays: &[Delay]) -> Option<Duration> {
    delays.iter().filter(|(name, _)| name.eq_ignore_ascii_case(agent)).map(|(_, delay)| *delay).max()
}

fn is(key: &str, names: &[&str]) -> bool {
    names.iter().any(|name| key.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_are_of_the_agents_just_named() {
        let (rest, delays) = take(
            "User-agent: a\nCrawl-delay: 10\nUser-agent: b\nUser-agent: C\nDisallow: /x\ncrawl-delay: 0.5 # slow\n\
             User-agent: d\nCrawl-delay: -1\nCrawl-delay: soon\nCrawl-delay: 1e300\n",
        );
        assert_eq!(rest, "User-agent: a\nUser-agent: b\nUser-agent: C\nDisallow: /x\nUser-agent: d\n");
        let of = |agent| of(agent, &delays).map(|delay| delay.as_millis());
        assert_eq!(
            [of("a"), of("b"), of("c"), of("d"), of("e")],
            [Some(10_000), Some(500), Some(500), None, None]
        );
    }
}
