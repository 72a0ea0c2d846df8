//! Singapore Standard Industrial Classification: codes, the tree above them, and editions.
//!
//! Section 1 letter, division 2 digits, group 3, class 4, subclass 5. A code means something only with its edition:
//! 62012 is *development of computer games* in SSIC 2025.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::ssic_titles;

/// Why a text is not an SSIC code or node.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SsicError {
    /// Not five digits.
    #[error("`{0}` is not an SSIC code of five digits")]
    Code(String),
    /// Not a letter or two to five digits.
    #[error("`{0}` is not an SSIC section letter or two to five digits")]
    Node(String),
    /// Not an edition.
    #[error("`{0}` is not an SSIC edition; there are 2010, 2015, 2020 and 2025")]
    Edition(String),
}

/// An edition of the classification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum SsicEdition {
    /// SSIC 2010.
    #[serde(rename = "2010")]
    Y2010,
    /// SSIC 2015.
    #[serde(rename = "2015")]
    Y2015,
    /// SSIC 2020.
    #[serde(rename = "2020")]
    Y2020,
    /// SSIC 2025.
    #[serde(rename = "2025")]
    Y2025,
}

impl SsicEdition {
    /// The year as text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Y2010 => "2010",
            Self::Y2015 => "2015",
            Self::Y2020 => "2020",
            Self::Y2025 => "2025",
        }
    }

    /// Every node with a built-in title, by code.
    pub fn built_in_titles(self) -> impl Iterator<Item = (SsicNode, &'static str)> {
        ssic_titles::all(self)
    }
}

impl FromStr for SsicEdition {
    type Err = SsicError;
    fn from_str(text: &str) -> Result<Self, SsicError> {
        [Self::Y2010, Self::Y2015, Self::Y2020, Self::Y2025]
            .into_iter()
            .find(|edition| edition.as_str() == text.trim())
            .ok_or_else(|| SsicError::Edition(text.chars().take(20).collect()))
    }
}

impl fmt::Display for SsicEdition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A five-digit code (a subclass) of one edition.
///
/// ```
/// use icp_core::model::{SsicCode, SsicEdition, SsicLevel};
/// let code = SsicCode::new("01111", SsicEdition::Y2025)?;
/// assert_eq!(code.to_string(), "01111");
/// assert_eq!(code.at(SsicLevel::Division).as_str(), "01");
/// assert_eq!(code.at(SsicLevel::Section).as_str(), "A");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "WireNode", into = "WireNode")]
pub struct SsicCode {
    digits: [u8; 5],
    edition: SsicEdition,
}

impl SsicCode {
    /// Parses five digits. A code of four digits, as spreadsheets write `01111`, is not guessed at.
    ///
    /// # Errors
    /// When the text is not exactly five ASCII digits.
    pub fn new(text: &str, edition: SsicEdition) -> Result<Self, SsicError> {
        let text = text.trim();
        match <[u8; 5]>::try_from(text.as_bytes()) {
            Ok(digits) if digits.iter().all(u8::is_ascii_digit) => Ok(Self { digits, edition }),
            _ => Err(SsicError::Code(text.chars().take(20).collect())),
        }
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.digits).unwrap_or_default()
    }

    /// The edition.
    pub fn edition(self) -> SsicEdition {
        self.edition
    }

    /// The node above (or at) the code on a level. A division of no known section is its own section.
    pub fn at(self, level: SsicLevel) -> SsicNode {
        let mut symbols = [0u8; 5];
        let len = level.digits();
        if level == SsicLevel::Section {
            match ssic_titles::section_of(self.edition, &self.digits[..2]) {
                Some(letter) => {
                    symbols[0] = letter;
                    return SsicNode { symbols, len: 1, edition: self.edition };
                }
                None => return self.at(SsicLevel::Division),
            }
        }
        symbols[..len].copy_from_slice(&self.digits[..len]);
        SsicNode { symbols, len: len as u8, edition: self.edition }
    }

    /// All five nodes, section first.
    pub fn path(self) -> [SsicNode; 5] {
        SsicLevel::ALL.map(|level| self.at(level))
    }
}

impl fmt::Display for SsicCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for SsicCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.as_str(), self.edition)
    }
}

/// A level of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SsicLevel {
    /// A letter.
    Section,
    /// Two digits.
    Division,
    /// Three digits.
    Group,
    /// Four digits.
    Class,
    /// Five digits.
    Subclass,
}

impl SsicLevel {
    /// From the broadest to the narrowest.
    pub const ALL: [Self; 5] = [Self::Section, Self::Division, Self::Group, Self::Class, Self::Subclass];

    /// Its name: `section` to `subclass`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Section => "section",
            Self::Division => "division",
            Self::Group => "group",
            Self::Class => "class",
            Self::Subclass => "subclass",
        }
    }

    const fn digits(self) -> usize {
        match self {
            Self::Section => 1,
            Self::Division => 2,
            Self::Group => 3,
            Self::Class => 4,
            Self::Subclass => 5,
        }
    }
}

impl fmt::Display for SsicLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A node of the tree, of any level, in one edition. JSON: `{"code": "52", "edition": "2025"}`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "WireNode", into = "WireNode")]
pub struct SsicNode {
    symbols: [u8; 5],
    len: u8,
    edition: SsicEdition,
}

impl SsicNode {
    /// Parses a section letter or two to five digits.
    ///
    /// # Errors
    /// When the text is neither.
    pub fn new(text: &str, edition: SsicEdition) -> Result<Self, SsicError> {
        let text = text.trim();
        let bytes = text.as_bytes();
        let ok = match bytes.len() {
            1 => bytes[0].is_ascii_uppercase(),
            2..=5 => bytes.iter().all(u8::is_ascii_digit),
            _ => false,
        };
        if !ok {
            return Err(SsicError::Node(text.chars().take(20).collect()));
        }
        let mut symbols = [0u8; 5];
        symbols[..bytes.len()].copy_from_slice(bytes);
        Ok(Self { symbols, len: bytes.len() as u8, edition })
    }

    /// The letter or digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.symbols[..usize::from(self.len)]).unwrap_or_default()
    }

    /// The edition.
    pub fn edition(self) -> SsicEdition {
        self.edition
    }

    /// The level.
    pub fn level(self) -> SsicLevel {
        SsicLevel::ALL[usize::from(self.len.clamp(1, 5)) - 1]
    }

    /// Whether a code lies at or below this node, in the same edition.
    pub fn contains(self, code: SsicCode) -> bool {
        self.edition == code.edition && code.at(self.level()) == self
    }

    /// Whether `other` is this node or lies below it.
    pub fn covers(self, other: SsicNode) -> bool {
        if self.edition != other.edition || self.len > other.len {
            return false;
        }
        if self.level() == SsicLevel::Section && other.len > 1 {
            return ssic_titles::section_of(self.edition, &other.symbols[..2]) == Some(self.symbols[0]);
        }
        self.symbols[..usize::from(self.len)] == other.symbols[..usize::from(self.len)]
    }

    /// The built-in title: of every node in SSIC 2025, of sections and divisions in older editions.
    pub fn built_in_title(self) -> Option<&'static str> {
        ssic_titles::title(self.edition, self.as_str())
    }
}

impl fmt::Display for SsicNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for SsicNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.as_str(), self.edition)
    }
}

#[derive(Serialize, Deserialize)]
struct WireNode {
    code: String,
    edition: SsicEdition,
}

impl From<SsicNode> for WireNode {
    fn from(node: SsicNode) -> Self {
        Self { code: node.as_str().to_owned(), edition: node.edition }
    }
}

impl TryFrom<WireNode> for SsicNode {
    type Error = SsicError;
    fn try_from(wire: WireNode) -> Result<Self, SsicError> {
        Self::new(&wire.code, wire.edition)
    }
}

impl From<SsicCode> for WireNode {
    fn from(code: SsicCode) -> Self {
        Self { code: code.as_str().to_owned(), edition: code.edition }
    }
}

impl TryFrom<WireNode> for SsicCode {
    type Error = SsicError;
    fn try_from(wire: WireNode) -> Result<Self, SsicError> {
        Self::new(&wire.code, wire.edition)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_above_a_code() {
        let code = SsicCode::new("62012", SsicEdition::Y2025).unwrap();
        let path: Vec<String> = code.path().iter().map(ToString::to_string).collect();
        assert_eq!(path, ["K", "62", "620", "6201", "62012"]);
        let older = SsicCode::new("62012", SsicEdition::Y2020).unwrap();
        assert_eq!(older.at(SsicLevel::Section).as_str(), "J", "sections moved between editions");
        assert!(!code.at(SsicLevel::Class).contains(older));
    }

    #[test]
    fn covering_follows_levels() {
        let node = |text| SsicNode::new(text, SsicEdition::Y2025).unwrap();
        assert!(node("K").covers(node("620")));
        assert!(node("62").covers(node("62")));
        assert!(!node("620").covers(node("62")));
        assert!(!node("K").covers(node("L")));
        for bad in ["", "k", "6", "620129", "6a"] {
            assert!(SsicNode::new(bad, SsicEdition::Y2025).is_err(), "{bad}");
        }
    }

    #[test]
    fn titles_are_built_in() {
        assert_eq!(
            SsicNode::new("52", SsicEdition::Y2025).unwrap().built_in_title(),
            Some("Warehousing and support activities for transportation")
        );
        let group = SsicNode::new("463", SsicEdition::Y2025).unwrap().built_in_title().unwrap();
        assert!(group.starts_with("Wholesale of food"), "{group}");
        let of = |code, edition| SsicNode::new(code, edition).unwrap().built_in_title();
        assert_eq!(of("463", SsicEdition::Y2020), None);
        assert_eq!(of("52292", SsicEdition::Y2025), Some("Freight transport arrangement"));
        assert_eq!(of("45", SsicEdition::Y2025), None, "a division that the newest edition no longer has");
        assert!(of("45", SsicEdition::Y2010).is_some());
        assert_eq!(SsicEdition::Y2025.built_in_titles().count(), 22 + 82 + 212 + 390 + 988);
    }
}
