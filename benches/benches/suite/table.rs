//! The one form of all results: rows of what was measured, in which ours comes first.

use std::fmt::Write as _;

/// A median, and the quartiles around it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measure {
    pub(crate) low: f64,
    pub(crate) median: f64,
    pub(crate) high: f64,
}

impl Measure {
    /// The median of what was measured, and its quartiles.
    pub(crate) fn of(mut samples: Vec<f64>) -> Measure {
        samples.sort_unstable_by(f64::total_cmp);
        let at = |quarter| samples.get(samples.len() * quarter / 4).copied().unwrap_or_default();
        Measure { low: at(1), median: at(2), high: at(3) }
    }

    /// One after the other.
    pub(crate) fn and(self, next: Measure) -> Measure {
        Measure {
            low: self.low + next.low,
            median: self.median + next.median,
            high: self.high + next.high,
        }
    }

    /// A number of bytes.
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    pub(crate) fn bytes(count: usize) -> Measure {
        let count = count as f64;
        Measure { low: count, median: count, high: count }
    }

    /// The same for one of so many.
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    pub(crate) fn per(self, count: usize) -> Measure {
        let count = count as f64;
        Measure { low: self.low / count, median: self.median / count, high: self.high / count }
    }
}

/// What the numbers of a table count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Seconds.
    Time,
    /// Bytes.
    Bytes,
}

impl Unit {
    /// The number as a person reads it.
    pub(crate) fn show(self, value: f64) -> String {
        let steps: [(f64, &str); 4] = match self {
            Unit::Time => [(1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")],
            Unit::Bytes => [(1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B")],
        };
        let step = steps.iter().find(|(size, _)| value >= *size);
        let (size, name) = step.copied().unwrap_or((steps[3].0, steps[3].1));
        let number = value / size;
        match number {
            100.0.. => format!("{number:.0} {name}"),
            10.0.. => format!("{number:.1} {name}"),
            _ => format!("{number:.2} {name}"),
        }
    }
}

/// What one contender needed.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub(crate) who: String,
    pub(crate) measure: Measure,
}

/// What all contenders needed for the same work; ours is the first.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) label: String,
    pub(crate) cells: Vec<Cell>,
}

impl Row {
    /// A row with our own number.
    pub(crate) fn new(label: impl Into<String>, ours: Measure) -> Row {
        Row { label: label.into(), cells: Vec::new() }.with("pickle-core", ours)
    }

    /// Adds a contender.
    pub(crate) fn with(mut self, who: impl Into<String>, measure: Measure) -> Row {
        self.cells.push(Cell { who: who.into(), measure });
        self
    }

    /// Adds contenders of another row.
    pub(crate) fn with_all(mut self, cells: &[Cell]) -> Row {
        self.cells.extend_from_slice(cells);
        self
    }

    /// The measure of a contender.
    pub(crate) fn measure(&self, who: &str) -> Option<Measure> {
        Some(self.cells.iter().find(|cell| cell.who == who)?.measure)
    }

    /// Our median.
    pub(crate) fn ours(&self) -> f64 {
        self.cells.first().map_or(f64::NAN, |cell| cell.measure.median)
    }

    /// Our median over that of a contender.
    pub(crate) fn ratio(&self, who: &str) -> Option<f64> {
        Some(self.ours() / self.measure(who)?.median)
    }
}

/// Rows of the same kind.
#[derive(Debug)]
pub(crate) struct Table {
    /// Its name in file names and targets.
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    /// What a reader has to know.
    pub(crate) note: &'static str,
    pub(crate) unit: Unit,
    pub(crate) rows: Vec<Row>,
}

impl Table {
    /// A table without rows.
    pub(crate) fn new(
        id: &'static str,
        unit: Unit,
        title: &'static str,
        note: &'static str,
    ) -> Table {
        Table { id, title, note, unit, rows: Vec::new() }
    }

    /// All contenders, in the order in which they come.
    pub(crate) fn contenders(&self) -> Vec<&str> {
        let mut contenders: Vec<&str> = Vec::new();
        for cell in self.rows.iter().flat_map(|row| &row.cells) {
            if !contenders.contains(&cell.who.as_str()) {
                contenders.push(&cell.who);
            }
        }
        contenders
    }

    /// The table in Markdown: medians, half the distance of the quartiles, and in brackets ours
    /// over theirs.
    pub(crate) fn markdown(&self) -> String {
        let contenders = self.contenders();
        let mut text = format!("| | {} |\n|---|", contenders.join(" | "));
        text.push_str(&"---:|".repeat(contenders.len()));
        for row in &self.rows {
            let _ = write!(text, "\n| {} |", row.label);
            for who in &contenders {
                text.push(' ');
                text.push_str(&self.cell(row, who).unwrap_or_default());
                text.push_str(" |");
            }
        }
        text.push('\n');
        text
    }

    fn cell(&self, row: &Row, who: &str) -> Option<String> {
        let Measure { low, median, high } = row.measure(who)?;
        let mut text = self.unit.show(median);
        if high > low {
            let _ = write!(text, " ±{:.0} %", (high - low) / median * 50.0);
        }
        if row.cells.first().is_some_and(|ours| ours.who != who) {
            let _ = write!(text, " ({})", ratio(row.ratio(who)?));
        }
        Some(text)
    }
}

/// A ratio with two digits that count.
pub(crate) fn ratio(ratio: f64) -> String {
    match ratio {
        10.0.. => format!("{ratio:.0}"),
        1.0.. => format!("{ratio:.1}"),
        0.1.. => format!("{ratio:.2}"),
        _ => format!("{ratio:.3}"),
    }
}
