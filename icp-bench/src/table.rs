//! The output of every benchmark: rows of measures, as a table or as JSON lines.

use std::path::PathBuf;

use serde::Serialize;

/// How a benchmark is run.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// One JSON object a line.
    pub(crate) json: bool,
    /// Where the data is.
    pub(crate) data: PathBuf,
    /// Another size of the register.
    pub(crate) rows: Option<usize>,
    /// Without peers and growth rows.
    pub(crate) quick: bool,
    /// With the slow rows.
    pub(crate) full: bool,
}

impl Options {
    pub(crate) fn parse(args: impl Iterator<Item = String>) -> Self {
        let data = std::env::var("ICP_DATA").unwrap_or_else(|_| "../shared/data".to_owned());
        let mut options = Self { json: false, data: data.into(), rows: None, quick: false, full: false };
        let mut args = args.peekable();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--json" => options.json = true,
                "--quick" => options.quick = true,
                "--full" => options.full = true,
                "--data" => options.data = args.next().unwrap_or_default().into(),
                "--rows" => options.rows = args.next().and_then(|n| n.parse().ok()),
                other => eprintln!("icp-bench: ignoring `{other}`"),
            }
        }
        options
    }
}

/// One measure.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Row {
    pub(crate) measure: String,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
    pub(crate) interval: Option<(f64, f64)>,
    pub(crate) peer: Option<String>,
    pub(crate) peer_value: Option<f64>,
    pub(crate) ratio: Option<f64>,
    pub(crate) target: Option<String>,
    pub(crate) holds: Option<bool>,
    pub(crate) note: Option<String>,
}

impl Row {
    pub(crate) fn new(measure: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { measure: measure.into(), value, unit, ..Self::default() }
    }

    /// A share of `n`, with its 95 % interval (Wilson, 1927).
    pub(crate) fn share(measure: impl Into<String>, hits: usize, n: usize) -> Self {
        let value = if n == 0 { 0.0 } else { hits as f64 / n as f64 };
        Self {
            interval: Some(wilson(hits, n)),
            note: Some(format!("n={n}")),
            ..Self::new(measure, value, "")
        }
    }

    pub(crate) fn at_least(mut self, target: f64) -> Self {
        self.target = Some(format!(">= {target}"));
        self.holds = Some(self.value >= target);
        self
    }

    pub(crate) fn at_most(mut self, target: f64) -> Self {
        self.target = Some(format!("<= {target}"));
        self.holds = Some(self.value <= target);
        self
    }

    pub(crate) fn peer(mut self, name: impl Into<String>, value: Option<f64>) -> Self {
        if let Some(value) = value {
            self.peer = Some(name.into());
            self.peer_value = Some(value);
            self.ratio = (self.value > 0.0).then(|| value / self.value);
        }
        self
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        let note = note.into();
        self.note = Some(match self.note.take() {
            Some(before) => format!("{before}; {note}"),
            None => note,
        });
        self
    }
}

/// The 95 % interval of a share.
pub(crate) fn wilson(hits: usize, n: usize) -> (f64, f64) {
    if n == 0 {
        return (0.0, 1.0);
    }
    let (n, z) = (n as f64, 1.96f64);
    let p = hits as f64 / n;
    let centre = p + z * z / (2.0 * n);
    let spread = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let whole = 1.0 + z * z / n;
    (((centre - spread) / whole).max(0.0), ((centre + spread) / whole).min(1.0))
}

/// Prints the rows.
pub(crate) fn print(rows: &[Row], json: bool) {
    if json {
        for row in rows {
            println!("{}", serde_json::to_string(row).unwrap_or_default());
        }
        return;
    }
    println!(
        "| measure | ours | 95 % interval | peer | target | holds | note |\n|---|---|---|---|---|---|---|"
    );
    for row in rows {
        let interval = row.interval.map(|(a, b)| format!("{a:.3}-{b:.3}")).unwrap_or_default();
        let peer = match (&row.peer, row.peer_value) {
            (Some(name), Some(value)) => format!("{value:.3} ({name})"),
            _ => String::new(),
        };
        let holds = match row.holds {
            Some(true) => "yes",
            Some(false) => "**no**",
            None => "",
        };
        println!(
            "| {} | {:.3} {} | {interval} | {peer} | {} | {holds} | {} |",
            row.measure,
            row.value,
            row.unit,
            row.target.as_deref().unwrap_or_default(),
            row.note.as_deref().unwrap_or_default()
        );
    }
}
