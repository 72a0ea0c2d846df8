//! Training the shipped scorer: `icp-bench train` writes `icp-core/src/resolve/trees.txt`.
//!
//! Queries are made from names of the training origins only, over the same register that is measured on. Trees are
//! boosted on three fifths of the queries, and calibrated on the others.

mod boost;

use icp_core::resolve::internal::{FEATURE_NAMES, Features, Model, Verdict, compare_all, pair_log_odds};
use icp_core::resolve::{NameIndex, ResolveOptions, SeedFacts};

use super::queries::{Query, queries};
use super::world::{Origin, World};
use super::{build_index, now};
use crate::rng::Rng;
use crate::table::Options;

/// A query's candidates: their features, and which is right.
struct Group {
    features: Vec<Features>,
    truth: Option<usize>,
}

/// The name the resolver looks for.
fn asked(query: &Query) -> String {
    SeedFacts::named(query.text.clone()).query()
}

fn group(world: &World, query: &Query, ids: &[u32]) -> Group {
    let entities: Vec<_> = ids.iter().map(|id| world.entity(*id)).collect();
    let truth = query.truth.and_then(|truth| ids.iter().position(|id| *id == truth));
    Group { features: compare_all(&asked(query), &entities), truth }
}

/// The same question to a small register: few of the candidates, often without the right one, and rows at random. So
/// that having no rival is not taken for being right.
fn thinned(world: &World, query: &Query, hits: &[u32], rng: &mut Rng) -> Vec<u32> {
    let many = *rng.pick(&[1, 1, 2, 3, 5, 8]);
    let with_truth = rng.chance(0.5);
    let mut ids: Vec<u32> = hits
        .iter()
        .copied()
        .filter(|id| {
            (Some(*id) == query.truth && with_truth) || (Some(*id) != query.truth && rng.chance(0.3))
        })
        .take(many)
        .collect();
    if ids.is_empty() || rng.chance(0.2) {
        ids.push(rng.below(world.rows.len()) as u32);
    }
    ids.dedup();
    ids
}

pub(crate) fn run(options: &Options) -> Result<(), String> {
    let start = now();
    let world = World::build(&options.data, options.rows.unwrap_or(2_000_000))?;
    let index = build_index(&world);
    eprintln!("register of {} rows after {:.0} s", world.rows.len(), start.elapsed().as_secs_f64());
    let each = if options.quick { 200 } else { 2000 };
    let questions: Vec<Query> = queries(&world, Origin::Train, each, 11)
        .into_iter()
        .filter(|query| query.kind != "duplicate")
        .collect();
    let candidates = ResolveOptions::default().candidates;
    let mut rng = Rng::new(5);
    let groups: Vec<[Group; 2]> = questions
        .iter()
        .map(|query| {
            let hits: Vec<u32> = index.search(&asked(query), candidates).iter().map(|hit| hit.id).collect();
            let thinned = thinned(&world, query, &hits, &mut rng);
            [hits, thinned].map(|ids| group(&world, query, &ids))
        })
        .collect();
    eprintln!("{} queries after {:.0} s", groups.len(), start.elapsed().as_secs_f64());
    let (fit, held): (Vec<_>, Vec<_>) = groups.iter().enumerate().partition(|(at, _)| at % 5 < 3);
    let mut rows: Vec<&Features> = Vec::new();
    let mut labels = Vec::new();
    for group in fit.iter().flat_map(|(_, both)| both.iter()) {
        for (at, features) in group.features.iter().enumerate() {
            rows.push(features);
            labels.push(group.truth == Some(at));
        }
    }
    let boosted = boost::fit(&rows, &labels, &boost::Settings::default());
    eprintln!("trees after {:.0} s", start.elapsed().as_secs_f64());
    let mut table = String::from(
        "# The scorer of near names: boosted trees over the features of `icp_core::resolve::internal::compare`.\n\
         # Written by `cargo run --release -p icp-bench -- train`; do not edit. Names learnt from: GLEIF (CC0).\n",
    );
    table.push_str(&boosted.write(&FEATURE_NAMES));
    let model = Model::parse(&table).map_err(|e| e.to_string())?;
    let scored: Vec<(Vec<f64>, Option<usize>)> = held
        .iter()
        .map(|(_, groups)| &groups[0])
        .map(|group| (group.features.iter().map(|f| model.score(f)).collect(), group.truth))
        .collect();
    let (scale, shift) = calibrate(&scored);
    let match_at = threshold(&scored, scale, shift, 0.985);
    let (pair_scale, pair_shift) =
        calibrate(&pairs(&world, &index, &model, held.iter().map(|(at, _)| &questions[*at])));
    table.push_str(&format!(
        "scale {scale:.4}\nshift {shift:.4}\nmatch_at {match_at:.4}\npair_scale {pair_scale:.4}\npair_shift {pair_shift:.4}\n"
    ));
    let path = "icp-core/src/resolve/trees.txt";
    std::fs::write(path, &table)
        .map_err(|e| format!("cannot write {path}: {e}; run it from the workspace's root"))?;
    eprintln!(
        "wrote {path}: {} bytes, scale {scale:.3}, shift {shift:.3}, match_at {match_at:.3}",
        table.len()
    );
    Ok(())
}

/// Pairs of names alone: each query with its row, and with the nearest other row. As many are one company's as are not.
fn pairs<'q>(
    world: &World,
    index: &NameIndex,
    model: &Model,
    held: impl Iterator<Item = &'q Query>,
) -> Vec<(Vec<f64>, Option<usize>)> {
    let mut scored = Vec::new();
    for query in held {
        let Some(truth) = query.truth else { continue };
        let name = asked(query);
        let other = index.search(&name, 2).iter().map(|hit| hit.id).find(|id| *id != truth);
        // A row found by its alias is no pair of names.
        let (Some(other), None) = (other, &world.rows[truth as usize].alias) else { continue };
        let score = |row: u32| pair_log_odds(model, &name, &world.rows[row as usize].name);
        scored.push((vec![score(truth)], Some(0)));
        scored.push((vec![score(other)], None));
    }
    scored
}

/// The scale and shift under which held-out answers are likeliest: a search over a grid that narrows.
fn calibrate(scored: &[(Vec<f64>, Option<usize>)]) -> (f64, f64) {
    let loss = |scale: f64, shift: f64| -> f64 {
        scored
            .iter()
            .map(|(scores, truth)| {
                let verdict = Verdict::of(scores, scale, shift);
                -truth.map_or(verdict.absent, |at| verdict.matches[at]).max(1e-9).ln()
            })
            .sum()
    };
    let (mut scale, mut shift) = (1.0, 0.0);
    let (mut wide, mut far) = (0.5, 2.0);
    for _ in 0..7 {
        let mut best = (f64::INFINITY, scale, shift);
        for a in -3..=3 {
            for b in -3..=3 {
                let (s, t) = ((scale + wide * f64::from(a) / 3.0).max(0.1), shift + far * f64::from(b) / 3.0);
                let l = loss(s, t);
                if l < best.0 {
                    best = (l, s, t);
                }
            }
        }
        (scale, shift) = (best.1, best.2);
        wide *= 0.45;
        far *= 0.45;
    }
    (scale, shift)
}

/// The least probability above which so many answers are right.
fn threshold(scored: &[(Vec<f64>, Option<usize>)], scale: f64, shift: f64, precision: f64) -> f64 {
    let mut answers: Vec<(f64, bool)> = scored
        .iter()
        .filter_map(|(scores, truth)| {
            let verdict = Verdict::of(scores, scale, shift);
            let top = (0..scores.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b]))?;
            Some((verdict.matches[top], *truth == Some(top)))
        })
        .collect();
    answers.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut right, mut least) = (0usize, 0.99);
    for (at, (probability, ok)) in answers.iter().enumerate() {
        right += usize::from(*ok);
        if right as f64 >= precision * (at + 1) as f64 && at > 100 {
            least = *probability;
        }
    }
    least.clamp(0.5, 0.99)
}
