//! Word lists as text: one entry per line, columns set apart by tabs, `#` at the start of a comment.

use std::collections::{BTreeMap, BTreeSet};

/// A file of `lexicon/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WordList {
    /// The file's name.
    pub file: &'static str,
    /// Its content.
    pub text: &'static str,
}

macro_rules! word_list {
    ($file:literal) => {
        WordList { file: $file, text: include_str!(concat!("../lexicon/", $file)) }
    };
}

pub(crate) const BUSINESS_HEADS: WordList = word_list!("business_heads.tsv");
pub(crate) const CITIES: WordList = word_list!("cities.tsv");
pub(crate) const COUNTRIES: WordList = word_list!("countries.tsv");
pub(crate) const INDUSTRIES: WordList = word_list!("industries.tsv");
pub(crate) const LIBRARIES: WordList = word_list!("libraries.tsv");
pub(crate) const PAYMENTS: WordList = word_list!("payments.tsv");
pub(crate) const PLACES: WordList = word_list!("places.tsv");
pub(crate) const PRODUCTS: WordList = word_list!("products.tsv");
pub(crate) const SCHEMA_TYPES: WordList = word_list!("schema_types.tsv");
pub(crate) const SECTORS: WordList = word_list!("sectors.tsv");
pub(crate) const SOFTWARE: WordList = word_list!("software.tsv");
pub(crate) const STANDARDS: WordList = word_list!("standards.tsv");
pub(crate) const TECHNOLOGIES: WordList = word_list!("technologies.tsv");
pub(crate) const TECHNOLOGY_KINDS: WordList = word_list!("technology_kinds.tsv");
pub(crate) const TITLE_WORDS: WordList = word_list!("title_words.tsv");

/// A line of a word list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// The file.
    pub file: &'static str,
    /// The line's number, from 1.
    pub line: usize,
    /// The words to look for.
    pub name: &'static str,
    /// The value they count as.
    pub value: &'static str,
    /// The third column, where there is one.
    pub how: Option<&'static str>,
}

impl Row {
    /// An error that names this line.
    pub(crate) fn error(&self, problem: ListProblem) -> ListError {
        ListError { file: self.file, line: self.line, problem }
    }
}

/// A word list cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("lexicon/{file}:{line}: {problem}")]
pub(crate) struct ListError {
    /// The file.
    pub file: &'static str,
    /// The line's number, from 1.
    pub line: usize,
    /// The problem with it.
    pub problem: ListProblem,
}

/// The problem with a line of a word list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ListProblem {
    /// Fewer than two columns, more than three, or one that is empty or has space around it.
    #[error("the line has not two or three clean columns")]
    Columns,
    /// A third column that the list does not know.
    #[error("the word in the third column is unknown here")]
    UnknownWord,
    /// Words that an earlier line has already, in these or other capitals.
    #[error("an earlier line lists the same")]
    Twice,
    /// A regular expression that does not compile.
    #[error("the pattern does not compile")]
    Pattern,
}

impl WordList {
    /// The lines of the list, without comments and empty lines.
    pub(crate) fn rows(self) -> Result<Vec<Row>, ListError> {
        let mut seen = BTreeSet::new();
        let mut rows = Vec::new();
        for (line, text) in (1..).zip(self.text.lines()) {
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let mut columns = text.split('\t');
            let name = columns.next().unwrap_or_default();
            let value = columns.next().unwrap_or_default();
            let row = Row { file: self.file, line, name, value, how: columns.next() };
            let clean = |text: &str| !text.is_empty() && text.trim() == text;
            if !clean(name) || !clean(value) || !row.how.is_none_or(clean) || columns.next().is_some() {
                return Err(row.error(ListProblem::Columns));
            }
            if !seen.insert((name.to_lowercase(), row.how)) {
                return Err(row.error(ListProblem::Twice));
            }
            rows.push(row);
        }
        Ok(rows)
    }

    /// The list as a map of whole names. It has two columns.
    pub(crate) fn map(self) -> Result<BTreeMap<&'static str, &'static str>, ListError> {
        let entry = |row: Row| match row.how {
            None => Ok((row.name, row.value)),
            Some(_) => Err(row.error(ListProblem::UnknownWord)),
        };
        self.rows()?.into_iter().map(entry).collect()
    }
}

/// Unwraps what was read from a list of this crate.
#[expect(clippy::expect_used, reason = "the lists are constants, and a test reads every one")]
pub(crate) fn sound<T>(read: Result<T, ListError>) -> T {
    read.expect("a sound word list")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::{business, compliance, lexicon, libraries, technology, titles};

    /// Reads a list as its rule does.
    fn read(list: WordList) -> Result<usize, ListError> {
        Ok(match list.file {
            "countries.tsv" | "schema_types.tsv" => list.map()?.len(),
            "business_heads.tsv" => business::heads(list)?.len(),
            "sectors.tsv" => lexicon::entries(lexicon::Topic::Sector, list)?.len(),
            "industries.tsv" => lexicon::entries(lexicon::Topic::Industry, list)?.len(),
            "libraries.tsv" => libraries::names(list)?.len(),
            "cities.tsv" | "places.tsv" => lexicon::entries(lexicon::Topic::Place, list)?.len(),
            "payments.tsv" => lexicon::entries(lexicon::Topic::Payment, list)?.len(),
            "software.tsv" => lexicon::entries(lexicon::Topic::Software, list)?.len(),
            "products.tsv" => lexicon::entries(lexicon::Topic::Product, list)?.len(),
            "standards.tsv" => compliance::standards(list)?.len(),
            "technologies.tsv" => technology::fingerprints(list)?.len(),
            "technology_kinds.tsv" => technology::kinds::kinds(list)?.len(),
            "title_words.tsv" => titles::word_count(list)?,
            other => panic!("lexicon/{other} has no reader"),
        })
    }

    #[test]
    fn every_file_of_the_lexicon_is_read_and_sound() {
        let lists = [
            BUSINESS_HEADS,
            CITIES,
            COUNTRIES,
            INDUSTRIES,
            LIBRARIES,
            PAYMENTS,
            PLACES,
            PRODUCTS,
            SCHEMA_TYPES,
            SECTORS,
            SOFTWARE,
            STANDARDS,
            TECHNOLOGIES,
            TECHNOLOGY_KINDS,
            TITLE_WORDS,
        ];
        for list in lists {
            let entries = read(list).unwrap_or_else(|error| panic!("{error}"));
            assert!(entries > 20, "lexicon/{} is nearly empty", list.file);
            assert!(
                list.text.starts_with("# "),
                "lexicon/{}:1: the list does not say its columns",
                list.file
            );
        }
        let mut files: Vec<String> = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("lexicon"))
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        assert_eq!(files, lists.map(|list| list.file));
    }

    #[test]
    fn a_malformed_list_is_refused_with_file_and_line() {
        for (file, text, message) in [
            (
                "countries.tsv",
                "# Codes.\nSG",
                "lexicon/countries.tsv:2: the line has not two or three clean columns",
            ),
            (
                "countries.tsv",
                "SG\tSingapore\texact",
                "lexicon/countries.tsv:1: the word in the third column is unknown here",
            ),
            (
                "schema_types.tsv",
                "A\tx\n\nA\ty",
                "lexicon/schema_types.tsv:3: an earlier line lists the same",
            ),
            (
                "industries.tsv",
                "logistics \tlogistics",
                "lexicon/industries.tsv:1: the line has not two or three clean columns",
            ),
            (
                "places.tsv",
                "Tuas\tTuas\tsometimes",
                "lexicon/places.tsv:1: the word in the third column is unknown here",
            ),
            (
                "products.tsv",
                "Xero\tXero\nXERO\tXero\texact",
                "lexicon/products.tsv:2: an earlier line lists the same",
            ),
            ("standards.tsv", "ISO(9001\tISO 9001", "lexicon/standards.tsv:1: the pattern does not compile"),
            (
                "standards.tsv",
                "ISO\tISO\tperhaps",
                "lexicon/standards.tsv:1: the word in the third column is unknown here",
            ),
            (
                "technologies.tsv",
                "x.com\tX",
                "lexicon/technologies.tsv:1: the word in the third column is unknown here",
            ),
            (
                "technologies.tsv",
                "x.com\tX\thost\t1",
                "lexicon/technologies.tsv:1: the line has not two or three clean columns",
            ),
        ] {
            assert_eq!(read(WordList { file, text }).unwrap_err().to_string(), message, "{text:?}");
        }
    }

    #[test]
    fn rows_leave_out_comments_and_empty_lines() {
        let list = WordList { file: "x.tsv", text: "# columns\n\nXero\tXero\nQBO\tQuickBooks\texact\n" };
        let rows = list.rows().unwrap();
        assert_eq!(rows[0], Row { file: "x.tsv", line: 3, name: "Xero", value: "Xero", how: None });
        assert_eq!(
            rows[1],
            Row { file: "x.tsv", line: 4, name: "QBO", value: "QuickBooks", how: Some("exact") }
        );
        for text in ["Xero", "Xero\t", "\tXero", "Xero \tXero", "Xero\tXero\t", "Xero\tXero\texact\tmore"] {
            let error = WordList { file: "x.tsv", text }.rows().unwrap_err();
            assert_eq!((error.line, error.problem), (1, ListProblem::Columns), "{text}");
        }
    }
}
