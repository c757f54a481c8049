//! From a file to raw figures: CSV or workbook, tall or wide.

use document_reader::ReadError;
use plan_model::{Period, Place, Problem};

use super::{
    Field, MOST_FIGURES, RawFigure,
    words::{Column, Words},
};

/// What was odd about a file.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    pub(crate) errors: Vec<Problem>,
    pub(crate) warnings: Vec<Problem>,
}

/// A file as read.
pub(super) struct Read {
    pub(super) figures: Vec<RawFigure>,
    pub(super) problems: Problems,
}

/// A row of cells; `place` gives the address of a cell by its column.
pub(crate) struct Row {
    pub(crate) cells: Vec<String>,
    place: RowPlace,
}

enum RowPlace {
    Line(u32),
    Sheet { name: String, row: u32 },
}

impl RowPlace {
    fn of(&self, column: usize) -> Place {
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

/// The head of a table: which column holds what.
struct Head {
    known: Vec<(Column, usize)>,
    /// In a wide table the columns of periods, with the cells that name them.
    periods: Vec<(usize, Field)>,
    width: usize,
}

/// The rows of a CSV file, or of each sheet of a workbook.
pub(crate) fn tables(name: &str, bytes: &[u8]) -> Result<(Vec<Vec<Row>>, Problems), ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    if bytes.len() > document_reader::MAX_BYTES {
        return Err(ReadError::TooLarge { bytes: bytes.len(), limit: document_reader::MAX_BYTES });
    }
    let mut problems = Problems::default();
    // A zip container or an old office file is a matter for the document reader,
    // which also says what to do with the ones it does not read.
    let tables = if bytes.starts_with(b"PK") || bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        workbook(name, bytes, &mut problems)?
    } else {
        vec![csv_rows(bytes, &mut problems)?]
    };
    Ok((tables, problems))
}

/// Reads a file of figures.
pub(super) fn read(name: &str, bytes: &[u8]) -> Result<Read, ReadError> {
    let (tables, mut problems) = tables(name, bytes)?;
    let mut figures = Vec::new();
    let mut heads = 0;
    for rows in &tables {
        let Some((at, head)) = rows.iter().take(10).enumerate().find_map(|(at, row)| Some((at, head_of(row)?))) else {
            continue;
        };
        heads += 1;
        if let Some(row) = rows.get(at) {
            note_unread_columns(row, &head, &mut problems);
        }
        for row in rows.iter().skip(at + 1).filter(|row| !row.is_blank()) {
            take_row(row, &head, &mut figures, &mut problems);
        }
    }
    if heads == 0 {
        problems.errors.push(Problem::new(
            "no-header",
            Place::Line(1),
            "没有找到表头",
            "第一行应为：指标,期间,数值,口径,来源,备注；或者：指标,口径,来源,备注,2021,2022,2023（每期一列）",
        ));
    } else if figures.is_empty() && problems.errors.is_empty() {
        problems.warnings.push(Problem::new("no-figures", Place::Whole, "表中没有数值", "请填写数值后重新导入"));
    }
    if figures.len() > MOST_FIGURES {
        let message = format!("共 {} 个数值，超过一次 {MOST_FIGURES} 个的上限", figures.len());
        problems.errors.push(Problem::new("too-many-figures", Place::Whole, message, "请拆成几个文件分别导入"));
    }
    Ok(Read { figures, problems })
}

/// The head in a row, if it is one: it names the indicator, and a value or periods.
fn head_of(row: &Row) -> Option<Head> {
    let words = Words::standard();
    let mut head = Head { known: Vec::new(), periods: Vec::new(), width: 0 };
    for (at, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty()) {
        head.width = at + 1;
        if let Some(column) = words.column(cell) {
            head.known.push((column, at));
        } else if cell.parse::<Period>().is_ok() {
            head.periods.push((at, row.field(Some(at))));
        }
    }
    let has = |column| head.known.iter().any(|(known, _)| *known == column);
    let names = has(Column::Id) || has(Column::Indicator);
    let tall = has(Column::Value) && has(Column::Period);
    (names && (tall || !head.periods.is_empty())).then_some(head)
}

impl Head {
    fn at(&self, column: Column) -> Option<usize> {
        self.known.iter().find(|(known, _)| *known == column).map(|(_, at)| *at)
    }
}

/// A column that nobody reads may be a misspelt one.
fn note_unread_columns(row: &Row, head: &Head, problems: &mut Problems) {
    let words = Words::standard();
    for (at, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty()) {
        let known = head.known.iter().find(|(_, column)| *column == at);
        if let Some((column, _)) = known.filter(|(column, _)| head.at(*column) != Some(at)) {
            let message = format!("“{}”列有两列", words.word(*column));
            problems.errors.push(Problem::new("duplicate-column", row.place.of(at), message, "请只保留一列"));
        } else if known.is_none() && !head.periods.iter().any(|(column, _)| *column == at) {
            let message = format!("不认识的列“{}”，没有读取", cell.trim());
            let hint = "如应读取，请改用：指标、期间、数值、口径、来源、备注、单位，或期间如 2023";
            problems.warnings.push(Problem::new("unknown-column", row.place.of(at), message, hint));
        }
    }
}

fn take_row(row: &Row, head: &Head, figures: &mut Vec<RawFigure>, problems: &mut Problems) {
    if let Some((at, cell)) = row.cells.iter().enumerate().skip(head.width).find(|(_, cell)| !cell.trim().is_empty()) {
        let message = format!("“{}”在表头之外：这一行的列数多于表头", cell.trim());
        let hint = "请检查是否多了逗号；含逗号的文字须加英文双引号";
        problems.errors.push(Problem::new("too-many-cells", row.place.of(at), message, hint));
        return;
    }
    let field = |column| row.field(head.at(column));
    let figure = |period: Field, value: Field| RawFigure {
        id: field(Column::Id),
        name: field(Column::Indicator),
        period,
        value,
        standing: field(Column::Standing),
        source: field(Column::Source),
        note: field(Column::Note),
        unit: field(Column::Unit),
        seen: None,
    };
    if head.at(Column::Value).is_some() && head.at(Column::Period).is_some() {
        figures.push(figure(field(Column::Period), field(Column::Value)));
    }
    for (at, period) in &head.periods {
        let value = row.field(Some(*at));
        // An empty cell of a wide table is a period without a figure.
        if !value.text.is_empty() {
            figures.push(figure(period.clone(), value));
        }
    }
}

/// The rows of each sheet, with empty cells in front so that columns agree.
fn workbook(name: &str, bytes: &[u8], problems: &mut Problems) -> Result<Vec<Vec<Row>>, ReadError> {
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
    Ok(sheets.into_iter().map(|(_, rows)| rows).collect())
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
            hint: "监测值请用 CSV 或 xlsx 文件导入".to_owned(),
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
