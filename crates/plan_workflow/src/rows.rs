//! A file of rows that people made: CSV or workbook, each cell with its address.

use document_reader::ReadError;
use plan_model::{Place, Problem};

/// What was odd about a file.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    pub(crate) errors: Vec<Problem>,
    pub(crate) warnings: Vec<Problem>,
}

/// A cell with its place.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) text: String,
    pub(crate) place: Place,
}

/// A row of cells; `place` gives the address of a cell by its column.
pub(crate) struct Row {
    pub(crate) cells: Vec<String>,
    pub(crate) place: RowPlace,
}

pub(crate) enum RowPlace {
    Line(u32),
    Sheet { name: String, row: u32 },
}

impl RowPlace {
    pub(crate) fn of(&self, column: usize) -> Place {
        match self {
            Self::Line(line) => Place::Line(*line),
            Self::Sheet { name, row } => {
                let column = u32::try_from(column).unwrap_or(u32::MAX).saturating_add(1);
                Place::Cell(document_reader::CellPlace { sheet: name.clone(), row: *row, column }.to_string())
            }
        }
    }
}

impl Row {
    pub(crate) fn field(&self, column: Option<usize>) -> Field {
        let cell = column.and_then(|column| self.cells.get(column));
        Field { text: cell.map(|c| c.trim().to_owned()).unwrap_or_default(), place: self.place.of(column.unwrap_or(0)) }
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

/// The rows that stand together: a sheet of a workbook, or a whole text.
pub(crate) struct Rows {
    /// The name of the sheet; empty for a text.
    pub(crate) name: String,
    /// Its rows, those without words included.
    pub(crate) rows: Vec<Row>,
}

/// Reads the rows of a file.
pub(crate) fn read(name: &str, bytes: &[u8], problems: &mut Problems) -> Result<Vec<Rows>, ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    if bytes.len() > document_reader::MAX_BYTES {
        return Err(ReadError::TooLarge { bytes: bytes.len(), limit: document_reader::MAX_BYTES });
    }
    // A zip container or an old office file is a matter for the document reader,
    // which also says what to do with the ones it does not read.
    if bytes.starts_with(b"PK") || bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        workbook(name, bytes, problems)
    } else {
        Ok(vec![Rows { name: String::new(), rows: csv_rows(bytes, problems)? }])
    }
}

/// The rows of each sheet, with empty cells in front so that columns agree.
fn workbook(name: &str, bytes: &[u8], problems: &mut Problems) -> Result<Vec<Rows>, ReadError> {
    let source = document_reader::read(name, bytes)?;
    problems.warnings.extend(source.problems.into_iter().filter(|p| p.code != "table-lost"));
    let mut sheets: Vec<(String, Vec<Row>)> = Vec::new();
    for (number, table) in (1..).zip(source.tables) {
        let (sheet, first_row, first_column) = match &table.place {
            Some(place) => (place.sheet.clone(), place.row, place.column),
            None => (format!("表{number}"), 1, 1),
        };
        let pad = usize::try_from(first_column.saturating_sub(1)).unwrap_or(0);
        let rows = (first_row..).zip(table.rows).map(|(row, cells)| Row {
            cells: std::iter::repeat_n(String::new(), pad).chain(cells).collect(),
            place: RowPlace::Sheet { name: sheet.clone(), row },
        });
        match sheets.last_mut().filter(|(name, _)| *name == sheet) {
            Some((_, all)) => all.extend(rows),
            None => sheets.push((sheet.clone(), rows.collect())),
        }
    }
    Ok(sheets.into_iter().map(|(name, rows)| Rows { name, rows }).collect())
}

fn csv_rows(bytes: &[u8], problems: &mut Problems) -> Result<Vec<Row>, ReadError> {
    let text = decode(bytes, problems)?;
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |mark: char| first.matches(mark).count();
    let delimiter = [b',', b'\t', b';'].into_iter().max_by_key(|mark| (count(char::from(*mark)), *mark == b','));
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter.unwrap_or(b','))
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut lines = Lines { text: text.as_bytes(), byte: 0, line: 1 };
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = lines.of(record.position());
                let cells = record.iter().map(str::to_owned).collect();
                rows.push(Row { cells, place: RowPlace::Line(line) });
            }
            Err(error) => {
                let place = Place::Line(lines.of(error.position()));
                let message = format!("这一行无法读取：{error}");
                problems.errors.push(Problem::new("bad-row", place, message, "请检查引号是否成对"));
                break;
            }
        }
    }
    Ok(rows)
}

/// Counts the lines of a text up to the places asked for, which only go forward.
struct Lines<'a> {
    text: &'a [u8],
    byte: usize,
    line: u32,
}

impl Lines<'_> {
    /// The line in which the words of a record begin. The CSV reader gives the
    /// place where the record before ended: line ends and empty lines follow it.
    fn of(&mut self, position: Option<&csv::Position>) -> u32 {
        let from = position.map_or(self.byte, |p| usize::try_from(p.byte()).unwrap_or(usize::MAX));
        let rest = self.text.get(from..).unwrap_or_default();
        let skipped = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let to = from.saturating_add(skipped).min(self.text.len());
        let passed = self.text.get(self.byte..to).unwrap_or_default();
        let ends = passed.iter().filter(|byte| **byte == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(ends).unwrap_or(u32::MAX));
        self.byte = to;
        self.line
    }
}

/// The text of a CSV file: UTF-8 or UTF-16 by its mark, UTF-8, else GB18030, in
/// which Chinese spreadsheets save.
fn decode(bytes: &[u8], problems: &mut Problems) -> Result<String, ReadError> {
    let marked = encoding_rs::Encoding::for_bom(bytes);
    let encoding = match marked {
        Some((encoding, _)) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => encoding_rs::UTF_8,
        None => encoding_rs::GB18030,
    };
    let (text, damaged) = encoding.decode_with_bom_removal(bytes);
    if text.contains('\0') {
        return Err(ReadError::UnknownFormat {
            found: "二进制文件".to_owned(),
            hint: "请用 CSV 或 xlsx 文件导入".to_owned(),
        });
    }
    if damaged {
        let line = text.split('\n').position(|line| line.contains('\u{fffd}')).unwrap_or(0) + 1;
        problems.errors.push(Problem::new(
            "bad-characters",
            Place::Line(u32::try_from(line).unwrap_or(u32::MAX)),
            "有无法识别的字符",
            "请在表格软件中另存为“CSV UTF-8”后重新导入",
        ));
    }
    Ok(text.into_owned())
}
