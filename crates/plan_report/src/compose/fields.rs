//! The fields of a template by their names.

use super::{
    data::{ReportData, WorkGroup},
    sentences,
    template::{Piece, TemplateError},
};
use crate::document::{Number, Run};

/// Fields that stand alone on a line and become paragraphs, tables or drawings.
pub(super) const BLOCKS: [&str; 20] = [
    "总体结论",
    "简要结论",
    "分章结论",
    "主要指标表",
    "滞后指标清单",
    "滞后要点",
    "滞后指标说明",
    "无法判断说明",
    "进度图",
    "历年判断图",
    "年度变化图",
    "指标走势图",
    "横向比较",
    "重点任务情况",
    "重大项目情况",
    "指标明细表",
    "任务明细表",
    "项目明细表",
    "图表数据",
    ANNEXES,
];

/// The annexes of the template itself, named below the text.
pub(super) const ANNEXES: &str = "附件说明";

/// Fields inside a line.
const WORDS: [&str; 17] = [
    "规划名称",
    "地区",
    "规划期",
    "规划期已过",
    "主送机关",
    "报送机关",
    "评估日期",
    "评估年度",
    "判断规则",
    "示例说明",
    "指标总数",
    "主要指标数",
    "能够判断数",
    "滞后指标数",
    "无法判断数",
    "任务总数",
    "项目总数",
];

/// The runs of a line.
pub(super) fn runs(pieces: &[Piece], data: &ReportData, line: u32) -> Result<Vec<Run>, TemplateError> {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Words(words) => Ok(Run::Text(words.clone())),
            Piece::Field(name) => field(name, data).ok_or_else(|| unknown(name, line)),
        })
        .collect()
}

/// The words of a line that takes no marks: title and subtitle.
pub(super) fn words(pieces: &[Piece], data: &ReportData, line: u32) -> Result<String, TemplateError> {
    Ok(runs(pieces, data, line)?.iter().map(Run::words).collect())
}

fn field(name: &str, data: &ReportData) -> Option<Run> {
    let count = |subject: &str, what: &str, count: usize| Some(Number::counted(subject, what, count, "项").into());
    let work = |group| data.work.iter().filter(|w| w.group == group).count();
    match name {
        "规划名称" => Some(data.plan.as_str().into()),
        "地区" => Some(data.region.as_str().into()),
        "规划期" => Some(format!("{}—{}年", data.period.first_year(), data.period.last_year()).into()),
        "评估日期" => Some(sentences::date(data.as_of).into()),
        "评估年度" => Some(format!("{}年", data.as_of.year()).into()),
        "判断规则" => Some(data.rule_set.as_str().into()),
        "示例说明" => Some(if data.sample { "（示例数据，纯属虚构）" } else { "" }.into()),
        "规划期已过" => Some(sentences::share("time", "已过时间", data.time_passed).into()),
        "主送机关" => Some(organ(&data.region, "人民代表大会常务委员会", "主送机关").into()),
        "报送机关" => Some(organ(&data.region, "人民政府", "报送机关").into()),
        "主要指标数" => count("count/main", "主要指标", data.main().len()),
        "能够判断数" => {
            let judged = data.indicators.iter().filter(|i| i.verdict.status.judged).count();
            count("count/judged", "能够判断的指标", judged)
        }
        "指标总数" => count("count/indicators", "监测指标", data.indicators.len()),
        "滞后指标数" => count("count/behind", "滞后指标", data.indicators.iter().filter(|i| i.behind).count()),
        "无法判断数" => {
            let unjudged = data.indicators.iter().filter(|i| !i.verdict.status.judged).count();
            count("count/unjudged", "无法判断的指标", unjudged)
        }
        "任务总数" => count("count/tasks", "重点任务", work(WorkGroup::Task)),
        "项目总数" => count("count/projects", "重大项目", work(WorkGroup::Project)),
        _ => None,
    }
}

/// 甲区人民政府; where the place is not known, people write it.
fn organ(region: &str, name: &str, what: &str) -> String {
    if region.is_empty() { format!("〔{what}〕") } else { format!("{region}{name}") }
}

fn unknown(name: &str, line: u32) -> TemplateError {
    if BLOCKS.contains(&name) {
        return TemplateError::new(line, format!("字段“{{{{{name}}}}}”会生成整段或整张表，请让它单独占一行"));
    }
    let known = format!("句中可用：{}；单独一行可用：{}", WORDS.join("、"), BLOCKS.join("、"));
    TemplateError::new(line, format!("不认识的字段“{{{{{name}}}}}”；{known}"))
}

#[cfg(test)]
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    WORDS.iter().chain(&BLOCKS).copied()
}
