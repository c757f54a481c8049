//! A list as a workbook or CSV: the rows on the screen, all pages of them.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use plan_model::{Decimal, plain};
use plan_report::{Sheet, SheetCell, write_xlsx};

use crate::server::{
    App,
    refusal::{Answer, Refusal},
    visit::Visit,
};

/// The type of a workbook.
pub(super) const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A cell: a number kept exact, or words.
pub(super) enum Cell {
    /// A number, or none.
    Number(Option<Decimal>),
    /// Words.
    Words(String),
}

impl Cell {
    /// These words.
    pub(super) fn words(words: &str) -> Self {
        Cell::Words(words.to_owned())
    }

    /// A spreadsheet takes words that begin like this for a formula; text from a
    /// document must not be able to become one.
    fn csv(&self) -> String {
        match self {
            Cell::Number(number) => number.map(plain).unwrap_or_default(),
            Cell::Words(words) if words.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{words}"),
            Cell::Words(words) => words.clone(),
        }
    }

    fn sheet(self) -> SheetCell {
        match self {
            // Workbooks hold binary floats; CSV and the API carry the exact decimal.
            Cell::Number(Some(number)) => SheetCell::Number(number),
            Cell::Number(None) => SheetCell::Empty,
            Cell::Words(words) => SheetCell::Words(words),
        }
    }
}

/// A list to take along.
pub(super) struct List {
    /// The name of the file without its ending: ASCII.
    pub(super) file: String,
    /// The name of the worksheet.
    pub(super) name: String,
    /// The line above the table of the workbook.
    pub(super) heading: String,
    /// The heads of the columns, and how wide they are in characters.
    pub(super) columns: Vec<(String, f64)>,
    /// The rows.
    pub(super) rows: Vec<Vec<Cell>>,
}

impl List {
    /// As CSV.
    pub(super) fn csv(self) -> Answer {
        let broken = |error: csv::Error| {
            tracing::error!(%error, "the list could not be written as CSV");
            Refusal::broken()
        };
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(self.columns.iter().map(|(head, _)| head)).map_err(broken)?;
        for row in &self.rows {
            writer.write_record(row.iter().map(Cell::csv)).map_err(broken)?;
        }
        let table = writer.into_inner().map_err(|_| Refusal::broken())?;
        // Excel takes a CSV without this mark for GBK and shows Chinese as rubbish.
        let bytes = [b"\xef\xbb\xbf".as_slice(), &table].concat();
        Ok(download("text/csv; charset=utf-8", &format!("{}.csv", self.file), bytes))
    }

    /// As a workbook.
    pub(super) fn xlsx(self) -> Answer {
        let sheet = Sheet {
            name: self.name,
            heading: vec![self.heading],
            columns: self.columns,
            rows: self.rows.into_iter().map(|row| row.into_iter().map(Cell::sheet).collect()).collect(),
            frozen_columns: 2,
            printed: false,
        };
        let bytes = write_xlsx(&sheet).map_err(|error| {
            tracing::error!(%error, "the list could not be written as a workbook");
            Refusal::broken()
        })?;
        Ok(download(WORKBOOK, &format!("{}.xlsx", self.file), bytes))
    }
}

/// What stands above a table that leaves the program: that it is internal (what is
/// public has addresses of its own), the day looked back to, and where it is a
/// sample, that it is one.
pub(super) fn heading(app: &App, visit: &Visit, words: String) -> String {
    let mut words = visit.say("export-internal") + &words;
    if let Some(day) = visit.known_on {
        words.push_str(&visit.language.say_with("export-known-on", &[("date", day.to_string().into())]));
    }
    if app.settings.sample.is_some() {
        words.push_str(&visit.say("export-sample"));
    }
    words
}

/// What stands before the names of files that leave the program: 内部-.
const INTERNAL: &str = "%E5%86%85%E9%83%A8-";

/// A file to take along, named as what it is: internal. A CSV has no place for a
/// mark that would not be read back as a row, so every file carries it in its name
/// and every answer in its head (`server::speak`). The name is ASCII.
pub(super) fn download(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"internal-{name}\"; filename*=UTF-8''{INTERNAL}{name}");
    let headers = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    (headers, bytes).into_response()
}
