//! A table of duties (任务分工表) or ledger (台账) that an office already has:
//! its columns recognised, its rows read, nothing lost.

use std::sync::LazyLock;

use document_reader::{Source, Table};
use jiff::civil::Date;
use plan_model::{Place, Problem};
use serde::Deserialize;

/// Which column holds what, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Columns {
    /// 目标任务.
    pub task: Option<usize>,
    /// 牵头单位.
    pub lead: Option<usize>,
    /// 配合单位.
    pub cooperating: Option<usize>,
    /// 完成时限.
    pub due: Option<usize>,
    /// 类别.
    pub group: Option<usize>,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRow {
    /// Where it stands.
    pub place: Place,
    /// 类别, carried down from a merged cell.
    pub group: String,
    /// 目标任务 as written, line breaks taken out.
    pub task: String,
    /// 牵头单位 as written, one by one.
    pub lead: Vec<String>,
    /// 配合单位 as written, one by one.
    pub cooperating: Vec<String>,
    /// 完成时限 as written.
    pub due_text: String,
    /// Its last day, where the text names one.
    pub due: Option<Date>,
    /// The units were taken from the merged cell above.
    pub carried: bool,
    /// Every cell as it stands, so that nothing is lost.
    pub cells: Vec<String>,
}

/// A row that is none of the table: a subtotal, a note, a row of another table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftRow {
    /// Where it stands.
    pub place: Place,
    /// Its cells as they stand.
    pub cells: Vec<String>,
    /// Why it is none, in Chinese.
    pub because: &'static str,
}

/// What a document holds of such tables.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ledger {
    /// The heads of the columns of the first table, or its first row where no head
    /// was recognised: what a person chooses from.
    pub heads: Vec<String>,
    /// The columns as they were read in the first table.
    pub columns: Columns,
    /// The rows, in order.
    pub rows: Vec<LedgerRow>,
    /// Rows with words that are no row of it, in order: nothing is lost.
    pub left: Vec<LeftRow>,
    /// What should be looked at.
    pub problems: Vec<Problem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    number: Vec<String>,
    group: Vec<String>,
    task: Vec<String>,
    lead: Vec<String>,
    cooperating: Vec<String>,
    due: Vec<String>,
    leader: Vec<String>,
    sums: Vec<String>,
    towns: Vec<String>,
    none: Vec<String>,
    separators: Vec<char>,
    tails: Vec<String>,
    open_ended: Vec<String>,
}

#[expect(clippy::expect_used, reason = "the shipped words are read by a test")]
fn words() -> &'static Words {
    static WORDS: LazyLock<Words> = LazyLock::new(|| {
        toml::from_str(include_str!("../../../../rules/assignments/ledger.toml"))
            .expect("rules/assignments/ledger.toml")
    });
    &WORDS
}

/// The first rows of a table in which its head is looked for.
const HEAD_ROWS: usize = 5;

/// Reads every table of duties of a document. With `given`, the columns are those
/// a person named, for every table.
pub fn read(source: &Source, given: Option<Columns>) -> Ledger {
    let mut ledger = Ledger::default();
    let mut known: Option<Columns> = given;
    for (at, table) in source.tables.iter().enumerate() {
        let head = (0..table.rows.len().min(HEAD_ROWS)).find_map(|row| {
            let columns = recognise(table.rows.get(row)?);
            (columns.task.is_some() && columns.lead.is_some()).then_some((row, columns))
        });
        if ledger.heads.is_empty() {
            ledger.heads = table.rows.get(head.map_or(0, |(row, _)| row)).cloned().unwrap_or_default();
        }
        // A table that goes on over the page may come without its head.
        let (first, columns) = match (head, given, known) {
            (Some((head, _)), Some(given), _) => (head + 1, given),
            (Some((head, columns)), None, _) => (head + 1, columns),
            // A table whose head says nothing known still has one.
            (None, Some(given), _) if at == 0 => {
                ledger.leave(table, 0..1, "用作列名");
                (1, given)
            }
            (None, Some(given), _) => (0, given),
            (None, None, Some(before)) if table.rows.first().is_some_and(|r| r.len() > widest(&before)) => (0, before),
            (None, None, _) => {
                ledger.leave(table, 0..table.rows.len(), "所在的表没有目标任务和牵头单位两列");
                continue;
            }
        };
        if known.is_none() || ledger.columns == Columns::default() {
            ledger.columns = columns;
        }
        known = Some(columns);
        if let Some((head, _)) = head {
            ledger.leave(table, 0..head, "在表头之上");
        }
        read_table(table, first, columns, &mut ledger);
    }
    if ledger.rows.is_empty() {
        ledger.problems.push(Problem::new(
            "ledger-not-found",
            Place::Whole,
            "没有找到任务分工表：表头须有目标任务和牵头单位两列",
            "请核对文件；列名不同的，请在导入时指定各列",
        ));
    }
    ledger
}

impl Ledger {
    /// Keeps the rows that say something but are none of the table's.
    fn leave(&mut self, table: &Table, rows: std::ops::Range<usize>, because: &'static str) {
        for at in rows {
            let Some(cells) = table.rows.get(at).filter(|cells| cells.iter().any(|c| !c.trim().is_empty())) else {
                continue;
            };
            self.left.push(LeftRow { place: table.address(at, 0), cells: cells.clone(), because });
        }
    }
}

/// The words of a row that stands across the columns, such as a chapter.
fn across(cells: &[String], columns: Columns) -> Option<&str> {
    let mut full = cells.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty());
    let (at, words) = full.next()?;
    let alone = full.next().is_none() && at == 0 && columns.task != Some(0);
    let sum = self::words().sums.iter().any(|word| words.contains(word.as_str()));
    let digits = words.trim().chars().all(|c| c.is_ascii_digit());
    (alone && !sum && !digits).then(|| words.trim())
}

/// Whether a head is that of a column that only counts the rows.
pub(super) fn is_number_head(head: &str) -> bool {
    words().number.iter().any(|word| head.trim() == word)
}

/// Whether a name means all towns together: 各镇街, 各乡镇.
pub(super) fn names_all_towns(name: &str) -> bool {
    words().towns.iter().any(|word| name == word)
}

fn widest(columns: &Columns) -> usize {
    [columns.task, columns.lead, columns.cooperating, columns.due, columns.group]
        .into_iter()
        .flatten()
        .max()
        .unwrap_or(0)
}

/// The columns that a row names as a head.
pub fn recognise(row: &[String]) -> Columns {
    let words = words();
    let mut columns = Columns::default();
    for (at, cell) in row.iter().enumerate() {
        let cell: String = cell.chars().filter(|c| !c.is_whitespace()).collect();
        // A head is short; a task is not.
        if cell.is_empty() || cell.chars().count() > 14 {
            continue;
        }
        let says = |list: &[String]| list.iter().any(|word| cell.contains(word.as_str()));
        let slot = if says(&words.number) || says(&words.leader) {
            continue;
        } else if says(&words.lead) {
            &mut columns.lead
        } else if says(&words.cooperating) {
            &mut columns.cooperating
        } else if says(&words.due) {
            &mut columns.due
        } else if says(&words.group) {
            &mut columns.group
        } else if says(&words.task) {
            &mut columns.task
        } else {
            continue;
        };
        slot.get_or_insert(at);
    }
    columns
}

fn read_table(table: &Table, first: usize, columns: Columns, ledger: &mut Ledger) {
    let mut above = LedgerRow {
        place: Place::Whole,
        group: String::new(),
        task: String::new(),
        lead: Vec::new(),
        cooperating: Vec::new(),
        due_text: String::new(),
        due: None,
        carried: false,
        cells: Vec::new(),
    };
    for (number, cells) in table.rows.iter().enumerate().skip(first) {
        let cell = |column: Option<usize>| column.and_then(|c| cells.get(c)).map_or("", |text| text.trim());
        let place = table.address(number, columns.task.unwrap_or(0));
        let task: String = cell(columns.task).split(['\n', '\r']).map(str::trim).collect();
        if let Some(words) = across(cells, columns) {
            words.clone_into(&mut above.group);
            continue;
        }
        if task.is_empty() {
            ledger.leave(table, number..number + 1, "没有目标任务");
            continue;
        }
        if words().sums.contains(&task) {
            ledger.leave(table, number..number + 1, "是合计行");
            continue;
        }
        if recognise(cells).task.is_some() && recognise(cells).lead.is_some() {
            continue; // the head again, on a further page
        }
        let mut row = LedgerRow {
            group: match cell(columns.group) {
                "" => above.group.clone(),
                group => group.to_owned(),
            },
            lead: units(cell(columns.lead)),
            cooperating: units(cell(columns.cooperating)),
            due_text: cell(columns.due).to_owned(),
            due: due(cell(columns.due)),
            carried: false,
            task,
            place,
            cells: cells.clone(),
        };
        if row.lead.is_empty() && !above.lead.is_empty() {
            row.lead = above.lead.clone();
            row.carried = true;
            if row.cooperating.is_empty() {
                row.cooperating = above.cooperating.clone();
            }
        }
        if row.due_text.is_empty() && row.carried {
            (row.due_text, row.due) = (above.due_text.clone(), above.due);
        }
        above = row.clone();
        ledger.rows.push(row);
    }
}

/// The units of a cell, one by one: 区教育局、区卫健局等 → two.
pub fn units(cell: &str) -> Vec<String> {
    let words = words();
    let mut found: Vec<String> = Vec::new();
    for part in cell.split(|c| words.separators.contains(&c)) {
        let mut name: String = part.chars().filter(|c| !c.is_whitespace()).collect();
        for tail in &words.tails {
            if let Some(bare) = name.strip_suffix(tail.as_str()).filter(|bare| bare.chars().count() > 1) {
                name = bare.to_owned();
            }
        }
        if !name.is_empty() && !words.none.contains(&name) && !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

/// The last day of a time as offices write it: 2023年12月底前, 2023.12, 2023-12-31,
/// 2023年底, 2023年三季度. Nothing where it names none.
pub fn due(text: &str) -> Option<Date> {
    let text: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '\u{ff10}'..='\u{ff19}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            other => other,
        })
        .collect();
    if words().open_ended.iter().any(|word| text.contains(word.as_str())) {
        return None;
    }
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let (_, text) = text.split_at_checked(start)?;
    let (year, rest) = number(text)?;
    let year = i16::try_from(year).ok().filter(|year| (1990..=2100).contains(year))?;
    let rest = rest.strip_prefix(['年', '.', '-', '/']).unwrap_or(rest);
    let quarter = ["一季度", "二季度", "三季度", "四季度"].iter().position(|q| rest.contains(q));
    if let Some(quarter) = quarter {
        return last_of(year, i8::try_from(quarter * 3 + 3).ok()?);
    }
    if rest.starts_with("上半年") {
        return last_of(year, 6);
    }
    match number(rest) {
        Some((month, rest)) => {
            let month = i8::try_from(month).ok()?;
            let rest = rest.strip_prefix(['月', '.', '-', '/']).unwrap_or(rest);
            match number(rest) {
                Some((day, _)) => Date::new(year, month, i8::try_from(day).ok()?).ok(),
                None => last_of(year, month),
            }
        }
        None => last_of(year, 12),
    }
}

fn number(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    Some((digits.parse().ok()?, rest))
}

fn last_of(year: i16, month: i8) -> Option<Date> {
    Date::new(year, month, 1).ok().map(Date::last_of_month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_recognised_by_their_words() {
        let cases = [
            ("序号|目标任务|牵头单位|配合单位|完成时限", "1 2 3 4 _"),
            ("序号|类 别|重点任务|责任领导|责任单位|时间节点", "2 4 _ 5 1"),
            ("编号|工作内容|牵头部门（责任人）|协办单位", "1 _ 3 _ _"),
            ("指标|单位|2020年|2025年", "_ _ _ _ _"),
        ];
        for (head, expected) in cases {
            let cells: Vec<String> = head.split('|').map(str::to_owned).collect();
            let c = recognise(&cells);
            let shown = [c.task, c.lead, c.cooperating, c.due, c.group]
                .map(|at| at.map_or("_".to_owned(), |at| at.to_string()))
                .join(" ");
            assert_eq!(shown, expected, "{head}");
        }
    }

    #[test]
    fn dates_are_read_as_offices_write_them() {
        let cases = [
            ("2023年12月底前", Some("2023-12-31")),
            ("2023年底", Some("2023-12-31")),
            ("2023.6", Some("2023-06-30")),
            ("２０２４年2月", Some("2024-02-29")),
            ("2023-09-15", Some("2023-09-15")),
            ("2023年三季度", Some("2023-09-30")),
            ("2024年上半年完成", Some("2024-06-30")),
            ("到2025年", Some("2025-12-31")),
            ("长期坚持", None),
            ("持续推进（2025年底前取得明显成效）", None),
            ("", None),
            ("2023年13月", None),
        ];
        for (text, expected) in cases {
            assert_eq!(due(text).map(|d| d.to_string()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn several_units_of_a_cell_are_told_apart() {
        let cases = [
            ("区教育局、区卫生健康局，区民政局等", "区教育局 区卫生健康局 区民政局"),
            ("区经信局\n区科技局按职责分工负责", "区经信局 区科技局"),
            (" 各镇（街道） ", "各镇（街道）"),
            ("—", ""),
            ("区教育局（待认领）、区财政局", "区教育局 区财政局"),
            ("", ""),
        ];
        for (cell, expected) in cases {
            assert_eq!(units(cell).join(" "), expected, "{cell}");
        }
    }

    #[test]
    fn chapters_across_titles_and_other_tables_are_told_apart() {
        let row = |cells: &[&str]| {
            let cells: String = cells.iter().map(|cell| format!("<td>{cell}</td>")).collect();
            format!("<tr>{cells}</tr>")
        };
        let duties = [
            row(&["某区任务分工表", "", "", ""]),
            row(&["序号", "目标任务", "牵头单位", "配合单位"]),
            row(&["一、产业", "", "", ""]),
            row(&["1", "建设园区", "区经信局", "各镇街"]),
            row(&["合计", "", "", ""]),
            row(&["二、民生", "", "", ""]),
            row(&["2", "改造小区", "区住建局", ""]),
            row(&["", "合计", "", ""]),
        ];
        let other = [row(&["联系人", "电话"]), row(&["样某", "0000"])];
        let text = format!(
            "<html><body><table>{}</table><p>附表</p><table>{}</table></body></html>",
            duties.concat(),
            other.concat()
        );
        let source = document_reader::read("分工.html", text.as_bytes()).unwrap();
        let ledger = read(&source, None);
        let rows: Vec<_> = ledger.rows.iter().map(|r| (r.group.as_str(), r.task.as_str())).collect();
        assert_eq!(rows, [("一、产业", "建设园区"), ("二、民生", "改造小区")]);
        let left: Vec<_> = ledger.left.iter().map(|row| (row.cells.concat(), row.because)).collect();
        assert_eq!(left[0], ("某区任务分工表".to_owned(), "在表头之上"));
        assert_eq!(left[1], ("合计".to_owned(), "没有目标任务"));
        assert_eq!(left[2], ("合计".to_owned(), "是合计行"));
        assert_eq!(left[3].1, "所在的表没有目标任务和牵头单位两列");
        assert_eq!((left.len(), ledger.heads[1].as_str(), ledger.columns.task), (5, "目标任务", Some(1)));
        // Columns that a person names hold for every table.
        let given = Columns { task: Some(0), lead: Some(1), ..Columns::default() };
        assert!(read(&source, Some(given)).rows.iter().any(|row| row.task == "联系人"));
    }

    #[test]
    fn a_table_is_read_with_its_merged_cells_and_nothing_is_lost() {
        let text = "<table><tr><td>序号</td><td>类别</td><td>目标任务</td><td>牵头单位</td><td>完成时限</td></tr>\
            <tr><td>1</td><td>产业</td><td>建设特种纸产业园</td><td>区经信局、区科技局</td><td>2024年底</td></tr>\
            <tr><td>2</td><td></td><td>完善企业服务平台</td><td></td><td></td></tr>\
            <tr><td></td><td>小计</td><td></td><td></td><td></td></tr>\
            <tr><td>3</td><td>民生</td><td>改造老旧小区</td><td>区住建局</td><td>长期</td></tr></table>";
        let source =
            document_reader::read("分工.html", format!("<html><body>{text}</body></html>").as_bytes()).unwrap();
        let ledger = read(&source, None);
        let shown: Vec<String> = ledger
            .rows
            .iter()
            .map(|r| format!("{}/{}/{}/{}/{}", r.group, r.task, r.lead.join("+"), r.due_text, r.carried))
            .collect();
        assert_eq!(
            shown,
            [
                "产业/建设特种纸产业园/区经信局+区科技局/2024年底/false",
                "产业/完善企业服务平台/区经信局+区科技局/2024年底/true",
                "民生/改造老旧小区/区住建局/长期/false",
            ]
        );
        assert!(ledger.problems.is_empty(), "{:?}", ledger.problems);
        let left: Vec<_> = ledger.left.iter().map(|row| (row.cells.concat(), row.because)).collect();
        assert_eq!(left, [("小计".to_owned(), "没有目标任务")]);
        let none = document_reader::read("无表.txt", "没有表格。".as_bytes()).unwrap();
        assert_eq!(read(&none, None).problems[0].code, "ledger-not-found");
    }
}
