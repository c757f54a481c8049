//! Charts as SVG, drawn by hand: the course of an indicator, bullet rows, a heat
//! map, a dumbbell. The same drawing is coloured by the style sheet of a page,
//! or carries its own colours in a report, as SVG and as EMF.
//!
//! Every drawing is readable without colour: what matters is told apart by
//! shape, by solid or dashed lines and by words; and its numbers are at hand as
//! a table. Coordinates are binary floats: they place ink, they are not figures.

mod bullet;
mod canvas;
mod chapters;
mod dumbbell;
mod emf;
mod heat;
#[cfg(test)]
mod tests;
mod trajectory;

use plan_model::{Decimal, Status};

use self::canvas::Canvas;
use crate::xml::escape;

pub use bullet::{Bullet, BulletRow};
pub use dumbbell::{Dumbbell, DumbbellRow};
pub use heat::{HeatCell, HeatMap, HeatRow};
pub use trajectory::{Chart, Forecast, Goal, Mark, Point, end_of, good_below, label, sparkline};

/// The numbers of a drawing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DataTable {
    /// The heads of its columns.
    pub head: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
}

/// A finished drawing.
#[derive(Debug, Clone)]
pub struct Drawing {
    /// Its width in units of its own.
    pub width: f64,
    /// Its height in the same units.
    pub height: f64,
    /// What it shows, in words.
    pub title: String,
    /// The same in a sentence, for those who do not see it.
    pub description: String,
    /// Its numbers.
    pub table: DataTable,
    canvas: Canvas,
}

impl Drawing {
    /// The drawing as SVG inside a page, coloured by the page's style sheet.
    pub fn page(&self) -> String {
        self.svg(&format!(r#" role="img" aria-label="{}""#, escape(&self.title)), false)
    }

    /// The drawing as an SVG file with its own colours, on white.
    pub fn standalone(&self) -> String {
        self.svg(&format!(r#" width="{}" height="{}""#, self.width, self.height), true)
    }

    /// The drawing as an enhanced metafile.
    pub fn metafile(&self) -> Vec<u8> {
        emf::write(self)
    }

    fn svg(&self, attributes: &str, with_look: bool) -> String {
        let shapes: String = self.canvas.shapes.iter().map(|shape| shape.svg(with_look)).collect();
        let paper = if with_look { r##"<rect width="100%" height="100%" fill="#ffffff"/>"## } else { "" };
        format!(
            r#"<svg viewBox="0 0 {} {}"{attributes} xmlns="http://www.w3.org/2000/svg"><title>{}</title><desc>{}</desc>{paper}{shapes}</svg>"#,
            self.width,
            self.height,
            escape(&self.title),
            escape(&self.description)
        )
    }
}

/// A decimal as a coordinate.
fn ink(value: Decimal) -> f64 {
    // Every `Decimal` lies within the range of a double.
    f64::try_from(value).unwrap_or(0.0)
}

/// The verdicts that occur, in the order of their rule set.
fn occurring<'a>(all: impl Iterator<Item = &'a Status>) -> Vec<&'a Status> {
    let mut found: Vec<&Status> = Vec::new();
    for status in all {
        if !found.iter().any(|seen| seen.code == status.code) {
            found.push(status);
        }
    }
    found.sort_by_key(|status| status.order);
    found
}

/// A name cut to so many characters.
fn cut(name: &str, most: usize) -> String {
    if name.chars().nth(most).is_none() {
        return name.to_owned();
    }
    name.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// The next of 1, 2, 2.5, 5, 10, … that is not below `rough`.
fn nice_step(rough: f64) -> f64 {
    let power = 10f64.powf(rough.abs().max(1e-9).log10().floor());
    let share = rough / power;
    let nice = [1.0, 2.0, 2.5, 5.0].into_iter().find(|s| share <= *s + 1e-9).unwrap_or(10.0);
    nice * power
}

/// How many digits after the point the labels of a scale need: 2.5 apart they need
/// one, or 82.5 would read 82.
fn label_digits(step: f64) -> usize {
    let fits = |digits: &usize| {
        let shifted = step * 10f64.powi(*digits as i32);
        (shifted - shifted.round()).abs() < 1e-6 * shifted
    };
    (0..6).find(fits).unwrap_or(6)
}
