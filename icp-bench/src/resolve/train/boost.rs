//! Gradient boosting with histograms: logistic loss, second-order leaves (Friedman, 2001; Chen and Guestrin, 2016), every
//! tree from a random part of the rows and features (Friedman, 2002).

use icp_core::resolve::internal::{FEATURES, Features};

use crate::rng::Rng;

const BINS: usize = 64;

/// How to boost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    trees: usize,
    leaves: usize,
    rate: f64,
    /// The least sum of second derivatives in a leaf.
    least: f64,
    /// Ridge on leaf values.
    ridge: f64,
    /// The share of rows, and of features, that a tree sees.
    rows: f64,
    features: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { trees: 160, leaves: 16, rate: 0.1, least: 4.0, ridge: 2.0, rows: 0.5, features: 0.7 }
    }
}

/// Trees, as they will be written.
#[derive(Debug)]
pub(crate) struct Boosted {
    bias: f64,
    trees: Vec<Vec<Node>>,
}

#[derive(Clone, Copy, Debug)]
enum Node {
    Leaf(f64),
    Split { feature: usize, threshold: f32, below: usize, above: usize },
}

/// Rows of one leaf while a tree grows.
struct Open {
    node: usize,
    rows: Vec<u32>,
    gain: f64,
    feature: usize,
    bin: usize,
}

pub(crate) fn fit(rows: &[&Features], labels: &[bool], settings: &Settings) -> Boosted {
    let cuts: Vec<Vec<f32>> = (0..FEATURES).map(|feature| cuts(rows, feature)).collect();
    let bins: Vec<[u8; FEATURES]> = rows
        .iter()
        .map(|row| std::array::from_fn(|f| cuts[f].partition_point(|cut| *cut <= row[f]) as u8))
        .collect();
    let positive = labels.iter().filter(|label| **label).count() as f64 / labels.len().max(1) as f64;
    let bias = (positive / (1.0 - positive)).ln();
    let mut scores = vec![bias; rows.len()];
    let mut trees = Vec::new();
    let mut rng = Rng::new(17);
    for _ in 0..settings.trees {
        let slopes: Vec<(f64, f64)> = scores
            .iter()
            .zip(labels)
            .map(|(score, label)| {
                let p = 1.0 / (1.0 + (-score).exp());
                (p - f64::from(u8::from(*label)), (p * (1.0 - p)).max(1e-9))
            })
            .collect();
        let mut nodes = vec![Node::Leaf(0.0)];
        let some: Vec<u32> = (0..rows.len() as u32).filter(|_| rng.chance(settings.rows)).collect();
        let used: [bool; FEATURES] = std::array::from_fn(|_| rng.chance(settings.features));
        let opened = |node, rows| opened(node, rows, &bins, &slopes, &cuts, &used, settings);
        let mut open = vec![opened(0, some)];
        while open.len() < settings.leaves {
            let Some(at) = (0..open.len()).max_by(|a, b| open[*a].gain.total_cmp(&open[*b].gain)) else {
                break;
            };
            if open[at].gain <= 1e-6 {
                break;
            }
            let leaf = open.swap_remove(at);
            let (below, above): (Vec<u32>, Vec<u32>) =
                leaf.rows.iter().partition(|row| usize::from(bins[**row as usize][leaf.feature]) <= leaf.bin);
            let threshold = cuts[leaf.feature][leaf.bin];
            let (left, right) = (nodes.len(), nodes.len() + 1);
            nodes[leaf.node] = Node::Split { feature: leaf.feature, threshold, below: left, above: right };
            nodes.extend([Node::Leaf(0.0), Node::Leaf(0.0)]);
            open.push(opened(left, below));
            open.push(opened(right, above));
        }
        for leaf in &open {
            let (g, h) = leaf.rows.iter().fold((0.0, 0.0), |(g, h), row| {
                let (dg, dh) = slopes[*row as usize];
                (g + dg, h + dh)
            });
            let value = -settings.rate * g / (h + settings.ridge);
            nodes[leaf.node] = Node::Leaf(value);
        }
        for (score, row) in scores.iter_mut().zip(rows) {
            *score += walk(&nodes, row);
        }
        trees.push(nodes);
    }
    Boosted { bias, trees }
}

/// The value a tree gives a row.
fn walk(nodes: &[Node], row: &Features) -> f64 {
    let mut at = 0;
    loop {
        match nodes[at] {
            Node::Leaf(value) => return value,
            Node::Split { feature, threshold, below, above } => {
                at = if row[feature] < threshold { below } else { above };
            }
        }
    }
}

/// Up to 63 values that divide a feature's rows evenly.
fn cuts(rows: &[&Features], feature: usize) -> Vec<f32> {
    let step = (rows.len() / 20_000).max(1);
    let mut values: Vec<f32> = rows.iter().step_by(step).map(|row| row[feature]).collect();
    values.sort_by(f32::total_cmp);
    values.dedup();
    if values.len() < BINS {
        return values.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0).collect();
    }
    let mut cuts: Vec<f32> = (1..BINS).map(|n| values[n * values.len() / BINS]).collect();
    cuts.dedup();
    cuts
}

/// The best split of some rows.
fn opened(
    node: usize,
    rows: Vec<u32>,
    bins: &[[u8; FEATURES]],
    slopes: &[(f64, f64)],
    cuts: &[Vec<f32>],
    used: &[bool; FEATURES],
    settings: &Settings,
) -> Open {
    let mut sums = vec![[(0.0f64, 0.0f64); BINS]; FEATURES];
    let (mut g, mut h) = (0.0, 0.0);
    for row in &rows {
        let (dg, dh) = slopes[*row as usize];
        g += dg;
        h += dh;
        for (feature, bin) in bins[*row as usize].iter().enumerate() {
            let sum = &mut sums[feature][usize::from(*bin)];
            sum.0 += dg;
            sum.1 += dh;
        }
    }
    let worth = |g: f64, h: f64| g * g / (h + settings.ridge);
    let mut best = Open { node, rows, gain: 0.0, feature: 0, bin: 0 };
    for feature in (0..FEATURES).filter(|feature| used[*feature]) {
        let (mut left_g, mut left_h) = (0.0, 0.0);
        for (bin, (slope, bend)) in sums[feature].iter().enumerate().take(cuts[feature].len()) {
            left_g += slope;
            left_h += bend;
            if left_h < settings.least || h - left_h < settings.least {
                continue;
            }
            let gain = worth(left_g, left_h) + worth(g - left_g, h - left_h) - worth(g, h);
            if gain > best.gain {
                (best.gain, best.feature, best.bin) = (gain, feature, bin);
            }
        }
    }
    best
}

impl Boosted {
    /// The table's lines.
    pub(crate) fn write(&self, names: &[&str]) -> String {
        let mut out = format!("bias {:.4}\n", self.bias);
        for tree in &self.trees {
            out.push_str("tree");
            preorder(tree, 0, names, &mut out);
            out.push('\n');
        }
        out
    }
}

fn preorder(tree: &[Node], at: usize, names: &[&str], out: &mut String) {
    match tree[at] {
        Node::Leaf(value) => out.push_str(&format!(" {value:.4}")),
        Node::Split { feature, threshold, below, above } => {
            out.push_str(&format!(" {}<{threshold}", names[feature]));
            preorder(tree, below, names, out);
            preorder(tree, above, names, out);
        }
    }
}
