//! A table as a picture.

use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::table::{Row, Table};

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// The height of one bar, and the width of what stands left of the bars.
const BAR: i32 = 16;
const LABELS: i32 = 190;
/// The width of the bars, and of the numbers to their right.
const BARS: i32 = 520;
const NUMBERS: i32 = 110;

const OURS: RGBColor = RGBColor(0x1f, 0x6f, 0xb4);
const THEIRS: RGBColor = RGBColor(0xb8, 0xbe, 0xc6);
const TEXT: RGBColor = RGBColor(0x33, 0x33, 0x33);

/// Draws each row as bars of the contenders, on a logarithmic scale: shorter is better.
pub(crate) fn draw(table: &Table, path: &Path) -> Outcome {
    let lines: usize = table.rows.iter().map(|row| row.cells.len() + 2).sum();
    let height = BAR * (i32::try_from(lines)? + 2);
    let size = (u32::try_from(LABELS + BARS + NUMBERS)?, u32::try_from(height)?);
    let area = SVGBackend::new(path, size).into_drawing_area();
    area.fill(&WHITE)?;
    write(&area, (8, BAR), HPos::Left, table.title, 15)?;
    let scale = Scale::of(table);
    let mut top = BAR * 2;
    for row in &table.rows {
        top = draw_row(&area, table, row, &scale, top)?;
    }
    area.present()?;
    Ok(())
}

/// Where values are on the logarithmic axis.
struct Scale {
    least: f64,
    decades: f64,
}

impl Scale {
    /// From half the least value to the greatest.
    fn of(table: &Table) -> Scale {
        let values =
            || table.rows.iter().flat_map(|row| &row.cells).map(|cell| cell.measure.median);
        let least = values().fold(f64::INFINITY, f64::min).max(f64::MIN_POSITIVE) / 2.0;
        let greatest = values().fold(least * 10.0, f64::max);
        Scale { least, decades: (greatest / least).log10() }
    }

    #[expect(clippy::cast_possible_truncation, reason = "at most the width of the picture")]
    fn width(&self, value: f64) -> i32 {
        let part = (value / self.least).log10() / self.decades;
        (part.clamp(0.0, 1.0) * f64::from(BARS)) as i32
    }
}

fn draw_row(
    area: &DrawingArea<SVGBackend<'_>, Shift>,
    table: &Table,
    row: &Row,
    scale: &Scale,
    top: i32,
) -> Result<i32, Box<dyn std::error::Error>> {
    write(area, (8, top + BAR / 2), HPos::Left, &row.label, 13)?;
    let mut top = top + BAR;
    for (index, cell) in row.cells.iter().enumerate() {
        let middle = top + BAR / 2;
        let end = LABELS + scale.width(cell.measure.median);
        let colour = if index == 0 { OURS } else { THEIRS };
        area.draw(&Rectangle::new([(LABELS, top + 2), (end, top + BAR - 2)], colour.filled()))?;
        write(area, (LABELS - 6, middle), HPos::Right, &cell.who, 12)?;
        let number = table.unit.show(cell.measure.median);
        write(area, (end + 6, middle), HPos::Left, &number, 12)?;
        top += BAR;
    }
    Ok(top + BAR)
}

fn write(
    area: &DrawingArea<SVGBackend<'_>, Shift>,
    at: (i32, i32),
    side: HPos,
    text: &str,
    size: i32,
) -> Outcome {
    let style = ("sans-serif", size).into_font().color(&TEXT);
    let style = style.pos(Pos::new(side, VPos::Center));
    area.draw_text(text, &style, at)?;
    Ok(())
}
