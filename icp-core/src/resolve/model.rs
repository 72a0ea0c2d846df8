//! The scorer: small boosted trees (Friedman, 2001), read from a table that ships with the library.
//!
//! The table (`trees.txt`) is text: a tree a line, its nodes in preorder, a split as `feature<threshold` with the branch
//! for smaller values first, a leaf as a number. The log-odds of a comparison is the bias plus one leaf of every tree.
//! It is written by `icp-bench train`; its hash is in every decision.

use std::fmt::Write as _;
use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use super::features::{FEATURE_NAMES, Features};

const TABLE: &str = include_str!("trees.txt");

/// Why a table is not a scorer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the scorer's table: {what}")]
pub struct TableError {
    line: usize,
    what: String,
}

/// A split, or a leaf when `feature` is [`LEAF`].
#[derive(Clone, Copy, Debug)]
struct Node {
    feature: u16,
    /// Where the branch for values not smaller begins.
    other: u16,
    /// The threshold of a split, the value of a leaf.
    value: f32,
}

const LEAF: u16 = u16::MAX;

/// Scores comparisons.
#[derive(Clone, Debug)]
pub struct Model {
    nodes: Vec<Node>,
    roots: Vec<u32>,
    bias: f32,
    /// Factor and summand applied to the log-odds before candidates are weighed against each other.
    pub(super) scale: f64,
    pub(super) shift: f64,
    /// The same for two names alone.
    pair_scale: f64,
    pair_shift: f64,
    match_at: f64,
    version: String,
}

impl Model {
    /// The scorer that ships.
    pub fn shipped() -> &'static Self {
        #[expect(clippy::expect_used, reason = "a test reads the shipped table")]
        static SHIPPED: LazyLock<Model> =
            LazyLock::new(|| Model::parse(TABLE).expect("the shipped table is a scorer"));
        &SHIPPED
    }

    /// Reads a table.
    ///
    /// # Errors
    /// When a line does not belong in a table.
    pub fn parse(table: &str) -> Result<Self, TableError> {
        let mut hash = String::new();
        for byte in &Sha256::digest(table.as_bytes())[..6] {
            let _ = write!(hash, "{byte:02x}");
        }
        let mut model = Self {
            nodes: Vec::new(),
            roots: Vec::new(),
            bias: 0.0,
            scale: 1.0,
            shift: 0.0,
            pair_scale: 1.0,
            pair_shift: 0.0,
            match_at: 0.9,
            version: format!("trees/{hash}"),
        };
        for (at, line) in table.lines().enumerate() {
            let wrong = |what: String| TableError { line: at + 1, what };
            let number =
                |text: &str| text.parse::<f32>().map_err(|_| wrong(format!("`{text}` is not a number")));
            match line.split_once(' ') {
                _ if line.starts_with('#') || line.is_empty() => {}
                Some(("bias", value)) => model.bias = number(value)?,
                Some(("scale", value)) => model.scale = f64::from(number(value)?),
                Some(("shift", value)) => model.shift = f64::from(number(value)?),
                Some(("pair_scale", value)) => model.pair_scale = f64::from(number(value)?),
                Some(("pair_shift", value)) => model.pair_shift = f64::from(number(value)?),
                Some(("match_at", value)) => model.match_at = f64::from(number(value)?),
                Some(("tree", nodes)) => {
                    model.roots.push(model.nodes.len() as u32);
                    let mut tokens = nodes.split(' ');
                    let root = model.nodes.len();
                    model.read_tree(root, &mut tokens, 0).map_err(wrong)?;
                    if tokens.next().is_some() {
                        return Err(wrong("the tree goes on after its end".to_owned()));
                    }
                }
                _ => return Err(wrong("unknown line".to_owned())),
            }
        }
        Ok(model)
    }

    fn read_tree<'t>(
        &mut self,
        root: usize,
        tokens: &mut impl Iterator<Item = &'t str>,
        depth: usize,
    ) -> Result<(), String> {
        let token = tokens.next().ok_or("the tree ends too early")?;
        if depth > 16 {
            return Err("the tree is too deep".to_owned());
        }
        let number = |text: &str| text.parse::<f32>().map_err(|_| format!("`{text}` is not a number"));
        let Some((feature, threshold)) = token.split_once('<') else {
            self.nodes.push(Node { feature: LEAF, other: 0, value: number(token)? });
            return Ok(());
        };
        let feature = FEATURE_NAMES
            .iter()
            .position(|name| *name == feature)
            .ok_or_else(|| format!("`{feature}` is not a feature"))?;
        let here = self.nodes.len();
        self.nodes.push(Node { feature: feature as u16, other: 0, value: number(threshold)? });
        self.read_tree(root, tokens, depth + 1)?;
        self.nodes[here].other =
            u16::try_from(self.nodes.len() - root).map_err(|_| "the tree is too large")?;
        self.read_tree(root, tokens, depth + 1)
    }

    /// The log-odds that the two names are one company's.
    pub fn score(&self, features: &Features) -> f64 {
        let mut sum = self.bias;
        for root in &self.roots {
            let tree = &self.nodes[*root as usize..];
            let mut at = 0;
            loop {
                let node = tree[at];
                if node.feature == LEAF {
                    sum += node.value;
                    break;
                }
                at = if features[usize::from(node.feature)] < node.value {
                    at + 1
                } else {
                    usize::from(node.other)
                };
            }
        }
        f64::from(sum)
    }

    /// The probability of a match for a score without rival candidates, when half of such pairs are.
    pub(super) fn alone(&self, score: f64) -> f64 {
        1.0 / (1.0 + (-(self.pair_scale * score + self.pair_shift)).exp())
    }

    /// The least probability at which matches were right often enough when it was calibrated.
    pub fn match_at(&self) -> f64 {
        self.match_at
    }

    /// Names the table in decisions: its hash.
    pub fn version(&self) -> &str {
        &self.version
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_table_is_read() {
        let model = Model::shipped();
        assert!(model.roots.len() >= 20 && (0.5..1.0).contains(&model.match_at()));
        assert!(model.version().len() > 12);
    }

    #[test]
    fn a_tree_is_walked() {
        let model = Model::parse("bias 1\ntree gram_dice<0.5 -2 core_equal<0.5 0.25 4\n").unwrap();
        let mut features = [0.0; super::super::FEATURES];
        assert_eq!(model.score(&features), -1.0);
        features[0] = 0.5;
        assert_eq!(model.score(&features), 1.25);
        features[4] = 1.0;
        assert_eq!(model.score(&features), 5.0);
    }

    #[test]
    fn wrong_tables_are_refused_with_their_line() {
        for table in ["bias x", "tree", "tree a<1 2 3", "tree gram_dice<1 2", "tree 1 2", "nonsense"] {
            assert!(Model::parse(table).unwrap_err().to_string().starts_with("line 1"), "{table}");
        }
    }
}
