//! What the workbook says to the person who fills it.

use plan_model::{FigureColumn, ReportingTemplate, WorkColumn};

use super::Look;

/// The lines above the table.
pub(super) fn heading(template: &ReportingTemplate, what: &str) -> Vec<String> {
    let ReportingTemplate { round_title, plan_title, unit, unit_name, opens, due, closes, .. } = template;
    let mut lines = vec![
        format!("{plan_title} {round_title}填报表（{what}）"),
        format!("填报单位：{unit_name}（{unit}）　　开始：{opens}　　报送期限：{due}　　截止：{closes}"),
        "涉密信息不得录入。".to_owned(),
        "只填黄色单元格，灰色单元格不得改动，不要增删行；多余的文字请写在“来源依据”“佐证材料”等列中。\
         填好后保存为 xlsx，在填报页面上传，有错误会一次列出单元格位置。没有填的行视为尚未答复，可以下次再传。"
            .to_owned(),
    ];
    lines.extend(template.notes.iter().cloned());
    lines
}

pub(super) fn figure_column(column: FigureColumn) -> Look {
    let (width, number, advice) = match column {
        FigureColumn::Id => (8.0, false, ""),
        FigureColumn::Name => (28.0, false, ""),
        FigureColumn::Unit => (9.0, false, ""),
        FigureColumn::Period => (10.0, false, ""),
        FigureColumn::Last => (15.0, true, ""),
        FigureColumn::Range => (15.0, false, ""),
        FigureColumn::Value => {
            (13.0, true, "只填数字，如 12.5。不要填公式、“约”、“同上”；没有数的留空，在“答复”列选择。")
        }
        FigureColumn::Answer => (12.0, false, "有数的可以不选。没有数的选“数据未发布”“本期无”或“不适用”，并写明原因。"),
        FigureColumn::Reason => (22.0, false, "没有数时必填：为什么没有。"),
        FigureColumn::Expected => (13.0, false, "没有数时可填：预计哪一天会有，如 2024-03-31，届时再请填报。"),
        FigureColumn::Proxy => {
            (10.0, false, "口径与指标不完全一致、以相近的数代替时选“是”，并在“来源依据”写明是什么口径。")
        }
        FigureColumn::Source => (26.0, false, "数据从哪里来，依据文件的名称、文号；最多 500 字。"),
    };
    Look { head: column.head(), width, filled: column.is_filled(), advice, number }
}

pub(super) fn work_column(column: WorkColumn) -> Look {
    let (width, number, advice) = match column {
        WorkColumn::Id => (8.0, false, ""),
        WorkColumn::Kind => (7.0, false, ""),
        WorkColumn::Title => (30.0, false, ""),
        WorkColumn::Nodes => (26.0, false, ""),
        WorkColumn::State => (10.0, false, "请从列表选择：未启动、推进中、已完成、受阻。"),
        WorkColumn::ShareDone => (10.0, true, "可不填。已完成的百分比，0 至 100，如 60。"),
        WorkColumn::Progress => (32.0, false, "做了什么，到了哪一步；最多 2000 字。"),
        WorkColumn::Problems => (26.0, false, "遇到什么问题；选“受阻”时必填，最多 2000 字。"),
        WorkColumn::NextSteps => (26.0, false, "接下来做什么、何时做；最多 2000 字。"),
        WorkColumn::Evidence => (22.0, false, "佐证材料的名称、文号；最多 500 字。"),
    };
    Look { head: column.head(), width, filled: column.is_filled(), advice, number }
}
