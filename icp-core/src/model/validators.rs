use serde::{Deserialize, Serialize};

/// The marks that a site gives a version of a resource
/// ([RFC 9110, section 8.8](https://www.rfc-editor.org/rfc/rfc9110#section-8.8)). Sent back with a later request, they ask
/// for the resource only if it has changed.
///
/// ```
/// use icp_core::model::Validators;
/// let marks = Validators::new(Some("\"v1\""), None);
/// assert_eq!(marks.and_then(|marks| marks.etag), Some("\"v1\"".to_owned()));
/// assert_eq!(Validators::new(None, Some(" ")), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Validators {
    /// The entity tag, with its quotes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// The time of the last change, as the site wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
}

impl Validators {
    /// The longest mark that is kept.
    const MAX_LENGTH: usize = 256;

    /// The marks that are there; `None` without any. An empty mark, one with control characters, or one too long to be
    /// sent back is left out.
    pub fn new(etag: Option<&str>, last_modified: Option<&str>) -> Option<Self> {
        let mark = |text: Option<&str>| {
            let text = text?.trim();
            let is_fit =
                !text.is_empty() && text.len() <= Self::MAX_LENGTH && !text.chars().any(char::is_control);
            is_fit.then(|| text.to_owned())
        };
        let marks = Self { etag: mark(etag), last_modified: mark(last_modified) };
        (marks.etag.is_some() || marks.last_modified.is_some()).then_some(marks)
    }

    /// Whether these marks, of a request, name the version that `current` marks: by the entity tag where the request has
    /// one, else by the time of the last change
    /// ([RFC 9110, section 13.2.2](https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2)).
    ///
    /// ```
    /// use icp_core::model::Validators;
    /// let current = Validators::new(Some("W/\"v2\""), Some("Sun, 06 Nov 1994 08:49:37 GMT")).unwrap();
    /// assert!(Validators::new(Some("\"v2\""), None).unwrap().matches(&current));
    /// assert!(!Validators::new(Some("\"v1\""), current.last_modified.as_deref()).unwrap().matches(&current));
    /// ```
    pub fn matches(&self, current: &Self) -> bool {
        let opaque = |tag: &str| tag.strip_prefix("W/").unwrap_or(tag).to_owned();
        match &self.etag {
            Some(tag) => current.etag.as_deref().map(opaque) == Some(opaque(tag)),
            None => self.last_modified.is_some() && self.last_modified == current.last_modified,
        }
    }
}
