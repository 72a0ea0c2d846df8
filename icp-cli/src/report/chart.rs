//! The drawings: inline SVG with a description each, no scripts, colours from the style sheet.

use icp::model::Estimate;

use super::html::{Html, html};
use crate::number::{factor, grouped, percent};

/// A step of the funnel.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub label: &'static str,
    pub count: u64,
    pub note: String,
}

/// Companies from step to step, each bar as wide as its share of the first.
pub(super) fn funnel(out: &mut Html, steps: &[Step]) {
    let first = steps.first().map_or(0, |step| step.count).max(1) as f64;
    out.raw("<ol class=\"funnel\">");
    let mut above = first;
    for (place, step) in steps.iter().enumerate() {
        let from_above = place > 0;
        let width = |count: f64| (count / first).clamp(0.0, 1.0) * 100.0;
        let (top, bottom) = (width(above).max(1.5), width(step.count as f64).max(1.5));
        above = step.count as f64;
        html!(out; "<li><span class=\"label\">" (step.label) "</span>");
        html!(out; "<svg class=\"bar\" viewBox=\"0 0 100 36\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"" (step.label) ": " (grouped(step.count)) " of " (grouped(first as u64)) "\">");
        // From the width of the step above to its own, then straight down.
        if from_above {
            html!(out; "<polygon class=\"flow\" points=\"0,0 " (at(top)) ",0 " (at(bottom)) ",9 0,9\"/>");
        }
        html!(out; "<rect class=\"fill\" x=\"0\" y=\"9\" width=\"" (at(bottom)) "\" height=\"27\"/></svg>");
        html!(out; "<b class=\"count\">" (grouped(step.count)) "</b><span class=\"note\">" (step.note) "</span></li>");
    }
    out.raw("</ol>");
}

/// A lift with its interval on a logarithmic axis; a line marks 1, where the segment is like any company.
pub(super) fn lift(out: &mut Html, lift: &Estimate) {
    let axis = Axis::around(lift);
    let (low, value, high) = (axis.x(lift.low), axis.x(lift.value), axis.x(lift.high));
    html!(out; "<svg class=\"lift\" viewBox=\"0 0 320 58\" role=\"img\" aria-label=\"Lift " (factor(lift.value)) ", interval " (factor(lift.low)) " to " (factor(lift.high)) ", on a logarithmic scale; 1 means no different from any company\">");
    out.raw("<line class=\"axis\" x1=\"12\" y1=\"40\" x2=\"308\" y2=\"40\"/>");
    for power in axis.from..=axis.to {
        let x = axis.x(10f64.powi(power));
        let class = if power == 0 { "one" } else { "tick" };
        let top = if power == 0 { 6 } else { 36 };
        html!(out; "<line class=\"" (class) "\" x1=\"" (at(x)) "\" y1=\"" (top) "\" x2=\"" (at(x)) "\" y2=\"44\"/>");
        html!(out; "<text class=\"" (class) "\" x=\"" (at(x)) "\" y=\"56\" text-anchor=\"middle\">" (tick(power)) "</text>");
    }
    html!(out; "<line class=\"range\" x1=\"" (at(low)) "\" y1=\"22\" x2=\"" (at(high)) "\" y2=\"22\"/>");
    for x in [low, high] {
        html!(out; "<line class=\"cap\" x1=\"" (at(x)) "\" y1=\"16\" x2=\"" (at(x)) "\" y2=\"28\"/>");
    }
    html!(out; "<circle class=\"value\" cx=\"" (at(value)) "\" cy=\"22\" r=\"6\"/></svg>");
}

/// A row of dots: the first `full` of `all` filled.
pub(super) fn dots(out: &mut Html, full: u32, all: u32) {
    let all = all.clamp(full, 40);
    html!(out; "<svg class=\"dots\" width=\"" (all * 14) "\" height=\"12\" viewBox=\"0 0 " (all * 14) " 12\" role=\"img\" aria-label=\"" (full) " of " (all) "\">");
    for n in 0..all {
        html!(out; "<circle class=\"" (if n < full { "on" } else { "off" }) "\" cx=\"" (n * 14 + 6) "\" cy=\"6\" r=\"4.5\"/>");
    }
    out.raw("</svg>");
}

/// A share with its interval on a line from 0 to 1.
pub(super) fn share(out: &mut Html, share: &Estimate) {
    let x = |value: f64| at(if value.is_finite() { value.clamp(0.0, 1.0) } else { 0.0 } * 148.0 + 6.0);
    html!(out; "<svg class=\"share\" viewBox=\"0 0 160 16\" role=\"img\" aria-label=\"between " (percent(share.low)) " and " (percent(share.high)) "\">");
    out.raw("<line class=\"axis\" x1=\"6\" y1=\"8\" x2=\"154\" y2=\"8\"/>");
    html!(out; "<line class=\"range\" x1=\"" (x(share.low)) "\" y1=\"8\" x2=\"" (x(share.high)) "\" y2=\"8\"/>");
    html!(out; "<circle class=\"value\" cx=\"" (x(share.value)) "\" cy=\"8\" r=\"5\"/></svg>");
}

/// A logarithmic axis of whole powers of ten that always shows 1.
struct Axis {
    from: i32,
    to: i32,
}

impl Axis {
    const LEFT: f64 = 16.0;
    const WIDTH: f64 = 288.0;

    fn around(estimate: &Estimate) -> Self {
        let power =
            |value: f64| if value.is_finite() && value > 0.0 { value.log10().clamp(-4.0, 6.0) } else { 0.0 };
        let low = power(estimate.low).min(power(estimate.value)).floor() as i32;
        let high = power(estimate.high).max(power(estimate.value)).ceil() as i32;
        Self { from: low.min(-1), to: high.max(1) }
    }

    fn x(&self, value: f64) -> f64 {
        let (from, to) = (f64::from(self.from), f64::from(self.to));
        let power = if value.is_nan() || value <= 0.0 { from } else { value.log10().clamp(from, to) };
        Self::LEFT + (power - from) / (to - from) * Self::WIDTH
    }
}

fn tick(power: i32) -> String {
    if power >= 0 { grouped(10u64.pow(power.unsigned_abs())) } else { format!("{}", 10f64.powi(power)) }
}

/// A coordinate with one decimal.
fn at(x: f64) -> String {
    format!("{x:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(draw: impl FnOnce(&mut Html)) -> String {
        let mut out = Html::default();
        draw(&mut out);
        out.finish()
    }

    #[test]
    fn the_lift_axis_shows_one_and_keeps_order() {
        for (low, value, high) in [
            (2.0, 12.0, 80.0),
            (0.01, 0.2, 1.5),
            (1.0, 1.0, 1.0),
            (0.0, f64::NAN, f64::INFINITY),
            (5e3, 1e6, 9e9),
        ] {
            let estimate = Estimate::new(value, low, high, 0.95);
            let axis = Axis::around(&estimate);
            assert!(axis.from < 0 && axis.to > 0);
            for x in [axis.x(low), axis.x(value), axis.x(high)] {
                assert!((Axis::LEFT..=Axis::LEFT + Axis::WIDTH).contains(&x), "{x}");
            }
            assert!(axis.x(low) <= axis.x(high));
            let svg = drawn(|out| lift(out, &estimate));
            assert!(svg.contains("class=\"one\"") && !svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
        let axis = Axis { from: -1, to: 1 };
        assert!((axis.x(1.0) - (Axis::LEFT + Axis::WIDTH / 2.0)).abs() < 1e-9);
    }

    #[test]
    fn funnels_never_overflow() {
        let step = |label, count| Step { label, count, note: String::new() };
        let svg = drawn(|out| funnel(out, &[step("Seeds", 5), step("Found", 9), step("Read", 0)]));
        assert!(svg.contains("width=\"100.0\"") && svg.contains("width=\"1.5\""));
        assert!(!drawn(|out| funnel(out, &[step("Seeds", 0)])).contains("NaN"));
    }

    #[test]
    fn dots_count() {
        let svg = drawn(|out| dots(out, 3, 5));
        assert_eq!(svg.matches("class=\"on\"").count(), 3);
        assert_eq!(svg.matches("class=\"off\"").count(), 2);
    }
}
