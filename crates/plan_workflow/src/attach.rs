//! The main indicator table in a file of its own: its rows follow the text of
//! the plan, under a heading that names the file, so that they are read, shown
//! and anchored like a table of the text.

use document_reader::{Heading, HeadingStyle, Line, Role, Source};
use plan_model::{Place, Problem};

use crate::WorkflowError;

/// A file with the main indicator table: a workbook, or a document with tables.
#[derive(Debug, Clone, Copy)]
pub struct Sheet<'a> {
    /// The name of the file.
    pub name: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
}

/// Reads the file and puts its tables at the end of the text. Answers the line of
/// the heading they stand under. A file without a table is refused.
pub(crate) fn attach(source: &mut Source, sheet: Sheet<'_>) -> Result<u32, WorkflowError> {
    let read = document_reader::read(sheet.name, sheet.bytes)?;
    if read.tables.is_empty() {
        let message = format!("“{}”中没有表格；请选择含主要指标表的文件（xlsx、docx 或 html）", sheet.name);
        return Err(WorkflowError::BadInput { field: "指标表", message });
    }
    let add = |source: &mut Source, text: String, role: Role| {
        source.lines.push(Line { text, role, body_start: 0, glued_box: None });
        u32::try_from(source.lines.len()).unwrap_or(u32::MAX)
    };
    let title = format!("附：主要指标表（{}）", sheet.name);
    let first = add(source, title.clone(), Role::Heading);
    source.headings.push(Heading { line: first, style: HeadingStyle::Plain, level: 1, title, run_in: false });
    for mut table in read.tables {
        if let Some(title) = &table.title {
            add(source, title.clone(), Role::TableTitle);
        }
        let from = table.first_line;
        for at in 0..table.rows.len() {
            let text = u32::try_from(at).ok().and_then(|at| read.lines.get((from + at - 1) as usize));
            let line = add(source, text.map(|line| line.text.clone()).unwrap_or_default(), Role::TableRow);
            if at == 0 {
                table.first_line = line;
            }
        }
        add(source, String::new(), Role::Blank);
        source.tables.push(table);
    }
    source.problems.extend(read.problems.into_iter().map(|problem| of_sheet(problem, sheet.name)));
    Ok(first)
}

/// What was odd about the file says that it was that file.
fn of_sheet(problem: Problem, name: &str) -> Problem {
    let message = match &problem.place {
        Place::Cell(_) => format!("指标表“{name}”：{}", problem.message),
        place => format!("指标表“{name}”{place}：{}", problem.message),
    };
    let place = if matches!(problem.place, Place::Cell(_)) { problem.place } else { Place::Whole };
    Problem { place, message, ..problem }
}

#[cfg(test)]
mod tests {
    use plan_model::IndicatorKind;
    use rust_xlsxwriter::Workbook;

    use super::*;
    use crate::{
        import::{ImportRequest, Preview, preview_with},
        records::PlanKind,
        register::dictionary::Dictionary,
    };

    const PLAN: &str = "虚构县第十四个五年规划纲要\n第一章 目标\n\
        到2025年，森林覆盖率达到48%，湖区观鸟台达到20座，湖鲜加工量达到3万吨，城乡绿道网长度达到90公里，灯塔修复率达到70%。\n";

    /// The rows of an indicator table: 指标, 单位, 2020年, 2025年, 年均增速〔累计〕, 属性.
    const ROWS: [[&str; 6]; 8] = [
        ["指标", "单位", "2020年", "2025年", "年均增速〔累计〕", "属性"],
        ["森林覆盖率", "%", "41", "49", "", "约束性"],
        ["湖区观鸟台", "个", "5", "20", "", "预期性"],
        ["湖鲜加工量", "吨", "", "30000", "", "预期性"],
        ["城乡绿道网长度", "公里", "", "90", "", ""],
        ["单位产值能耗降低", "%", "", "", "〔14.5〕", "约束性"],
        ["渔业总产值", "亿元", "10", "", "6.5", "预期性"],
        ["灯塔修复率", "%", "", "70", "", ""],
    ];

    fn workbook(rows: &[[&str; 6]]) -> Vec<u8> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.set_name("主要指标").unwrap();
        for (row, cells) in (0_u32..).zip(rows) {
            for (column, cell) in (0_u16..).zip(cells) {
                match cell.parse::<f64>() {
                    Ok(number) => sheet.write_number(row, column, number).unwrap(),
                    Err(_) => sheet.write_string(row, column, *cell).unwrap(),
                };
            }
        }
        book.save_to_buffer().unwrap()
    }

    fn with_sheet(text: &str, name: &str, bytes: &[u8]) -> Result<Preview, WorkflowError> {
        let request = ImportRequest {
            title: None,
            jurisdiction: "990199".to_owned(),
            period: Some("2021-2025".parse().unwrap()),
            kind: PlanKind::Outline,
            parent: None,
        };
        preview_with(request, ("plan.txt", text.as_bytes()), Some(Sheet { name, bytes }), Dictionary::standard())
    }

    #[test]
    fn a_workbook_is_read_like_a_table_of_the_text_and_merged() {
        let bytes = workbook(&ROWS);
        let preview = with_sheet(PLAN, "指标表.xlsx", &bytes).unwrap();
        assert_eq!(preview.file_name, "plan.txt + 指标表.xlsx");
        let find = |name: &str| {
            let found = preview.register.indicators.iter().find(|new| new.indicator.name == name);
            found.unwrap_or_else(|| panic!("{name} is missing"))
        };
        // The row and the sentence are one indicator with both places.
        let forest = find("森林覆盖率");
        assert_eq!((forest.mentions.len(), forest.indicator.kind), (2, IndicatorKind::Binding));
        assert_eq!(forest.indicator.baseline.as_ref().unwrap().value.to_string(), "41");
        let energy = find("单位产值能耗降低");
        assert_eq!(energy.indicator.targets[0].value.unwrap().to_string(), "14.5");
        assert_eq!((find("渔业总产值").indicator.unit.as_str(), energy.indicator.kind), ("%", IndicatorKind::Binding));
        let last = preview.register.commitments.last().unwrap();
        assert_eq!(last.chapter, "附：主要指标表（指标表.xlsx）");
        let text = &preview.source.line(last.commitment.anchor.line).unwrap().text;
        assert!(text.starts_with("灯塔修复率"), "{text}");
    }

    #[test]
    fn what_contradicts_a_sentence_is_listed_with_both_places() {
        let mut rows = ROWS;
        rows[7][3] = "";
        rows[0][3] = "2024年";
        let problems = |rows: &[[&str; 6]]| {
            let preview = with_sheet(PLAN, "指标表.xlsx", &workbook(rows)).unwrap();
            let own = preview.register.problems.into_iter().filter(|p| p.code.starts_with("table-"));
            own.map(|p| format!("{} {} {}", p.code, p.place, p.message)).collect::<Vec<_>>()
        };
        assert_eq!(
            problems(&ROWS),
            [
                "table-value-differs 主要指标!A2 指标表 主要指标!A2（第 6 行）“森林覆盖率”为 49%（2025 年），第 3 行“森林覆盖率”为 48%（2025 年）：数值不同",
                "table-unit-differs 主要指标!A3 指标表 主要指标!A3（第 7 行）“湖区观鸟台”为 20个（2025 年），第 3 行“湖区观鸟台”为 20座（2025 年）：单位不同",
            ]
        );
        // Another year for the same value; another value in another year is a way.
        let of_2024 = problems(&rows);
        assert_eq!(of_2024.len(), 2, "{of_2024:?}");
        assert!(of_2024.iter().all(|problem| problem.starts_with("table-year-differs")), "{of_2024:?}");
        assert!(of_2024[0].contains("湖鲜加工量") && of_2024[1].contains("城乡绿道网长度"), "{of_2024:?}");
    }

    #[test]
    fn a_web_page_will_do_and_what_holds_no_table_is_refused() {
        let rows: String = ROWS.iter().map(|row| format!("<tr><td>{}</td></tr>", row.join("</td><td>"))).collect();
        let page = format!("<html><body><h1>附件</h1><table>{rows}</table></body></html>");
        let preview = with_sheet(PLAN, "table.html", page.as_bytes()).unwrap();
        assert!(preview.register.indicators.iter().any(|new| new.indicator.name == "渔业总产值"));
        let refused = with_sheet(PLAN, "letter.txt", "没有表格的信。\n".as_bytes()).unwrap_err();
        assert_eq!(refused.code(), "bad-input");
        let other = [["姓名", "单位", "电话", "", "", ""], ["甲", "乙", "1", "", "", ""]];
        let preview = with_sheet(PLAN, "people.xlsx", &workbook(&other)).unwrap();
        assert!(preview.register.problems.iter().any(|p| p.code == "sheet-without-indicators"));
        assert!(with_sheet(PLAN, "broken.xlsx", b"PK\x03\x04").is_err());
    }
}
