//! What people type → an answer or its faults. Whole workbooks are tried where
//! they are written, in `plan_report`.

use jiff::civil::Date;

use super::{AnswerDraft, WorkDraft, typed};

fn opens() -> Date {
    Date::new(2024, 4, 1).unwrap()
}

/// The answer in short, or each fault as `field code`.
fn answered(draft: &AnswerDraft, unit: &str) -> String {
    match typed::answer(draft, unit, opens()) {
        Ok(answer) => serde_json::to_string(&answer).unwrap().replace('"', ""),
        Err(faults) => {
            assert!(faults.iter().all(|fault| !fault.message.is_empty() && !fault.hint.is_empty()));
            let faults = faults.iter().map(|fault| format!("{} {}", fault.field.head(), fault.code));
            faults.collect::<Vec<_>>().join("; ")
        }
    }
}

#[test]
fn a_figure_is_read_exactly_or_refused() {
    let read = [
        ("12.50", "%", "12.50"),
        ("１２．５％", "%", "12.5"),
        ("12.5%", "％", "12.5"),
        ("1,234,567.80", "万元", "1234567.80"),
        ("１，２３４", "家", "1234"),
        ("-3.2", "%", "-3.2"),
        ("－3.2", "%", "-3.2"),
        ("+7", "家", "7"),
        (" \u{200b}12\u{a0}\n", "家", "12"),
        ("12.5亿元", "亿元", "12.5"),
        ("12.5 亿元", "亿元", "12.5"),
        ("12家", "家", "12"),
        ("12个", "个", "12"),
        ("1.2个百分点", "百分点", "1.2"),
        ("1.2百分点", "个百分点", "1.2"),
        ("12.5KM²", "km²", "12.5"),
        ("0.1234567890123456789", "", "0.1234567890123456789"),
    ];
    for (value, unit, figure) in read {
        let draft = AnswerDraft { value: value.to_owned(), ..AnswerDraft::default() };
        let wanted = format!("{{answer:figure,value:{figure},proxy:false,source:}}");
        assert_eq!(answered(&draft, unit), wanted, "{value} in {unit}");
    }
    let refused = [
        ("约12.5", "%", "approximate"),
        ("12.5左右", "%", "approximate"),
        ("1.2万余", "元", "approximate"),
        ("≥12", "%", "approximate"),
        ("～12", "%", "approximate"),
        ("近20家", "家", "approximate"),
        ("同上", "%", "ditto"),
        ("同 上", "%", "ditto"),
        ("〃", "%", "ditto"),
        ("持平", "%", "ditto"),
        ("无", "%", "word-for-none"),
        ("—", "%", "word-for-none"),
        ("Ｎ／Ａ", "%", "word-for-none"),
        ("12.5亿元", "万元", "unit-differs"),
        ("12.5%", "亿元", "unit-differs"),
        ("12.5%", "个百分点", "unit-differs"),
        ("12.5个百分点", "%", "unit-differs"),
        ("12.5个", "", "unit-differs"),
        ("12-13", "%", "not-a-number"),
        ("12 5", "%", "not-a-number"),
        ("1,23", "%", "not-a-number"),
        ("1.2.3", "%", "not-a-number"),
        ("1.2E5", "元", "not-a-number"),
        ("12.5（预计）", "%", "not-a-number"),
        ("十二", "%", "not-a-number"),
        ("TRUE", "%", "not-a-number"),
        ("=A1*2", "%", "not-a-number"),
        ("99999999999999999999999999999999", "元", "not-a-number"),
    ];
    for (value, unit, code) in refused {
        let draft = AnswerDraft { value: value.to_owned(), ..AnswerDraft::default() };
        assert_eq!(answered(&draft, unit), format!("本期值 {code}"), "{value} in {unit}");
    }
}

#[test]
fn the_fields_of_an_answer_must_go_together() {
    // value, answer, reason, expected, proxy, source
    let cases: [([&str; 6], &str); 26] = [
        (["", "", "", "", "", ""], "null"),
        ([" ", "", "\u{3000}", "", "否", ""], "null"),
        (["12", "数据", "", "", "是", "按旧口径"], "{answer:figure,value:12,proxy:true,source:按旧口径}"),
        (["12", "", "", "", "否", "甲\r\n乙"], "{answer:figure,value:12,proxy:false,source:甲\\n乙}"),
        (["", "数据未发布", "年报未出", "", "", ""], "{answer:not_published,reason:年报未出,expected:null}"),
        (
            ["", "数据未发布", "年报未出", "2024年5月3日", "", ""],
            "{answer:not_published,reason:年报未出,expected:2024-05-03}",
        ),
        (["", "本期无", "年度数", "2025/1/31", "", ""], "{answer:none_this_period,reason:年度数,expected:2025-01-31}"),
        (["", "不适用", "没有港口", "20250131", "", ""], "{answer:not_applicable,reason:没有港口,expected:2025-01-31}"),
        (["", "数据未发布", "", "", "", ""], "原因 reason-missing"),
        (["", "数据未发布", " ", "2024-05-03", "", ""], "原因 reason-missing"),
        (["12", "数据未发布", "年报未出", "", "", ""], "本期值 value-without-data"),
        (["约12", "本期无", "", "", "", ""], "本期值 approximate; 本期值 value-without-data; 原因 reason-missing"),
        (["", "数据", "", "", "", ""], "本期值 value-missing"),
        (["", "", "", "", "", "年报"], "答复 answer-missing"),
        (["", "", "年报未出", "", "", ""], "答复 answer-missing"),
        (["", "有数", "", "", "", ""], "答复 unknown-answer"),
        (["12", "", "因故", "", "", ""], "原因 reason-with-figure"),
        (["12", "", "", "2024-05-03", "", ""], "预计时间 expected-with-figure"),
        (["12", "", "", "", "是", ""], "来源依据 proxy-unexplained"),
        (["12", "", "", "", "大概", ""], "替代口径 bad-yes-no"),
        (["", "不适用", "没有港口", "", "是", "年报"], "来源依据 source-without-figure; 替代口径 proxy-without-figure"),
        (["", "本期无", "年度数", "45382", "", ""], "预计时间 number-for-day"),
        (["", "本期无", "年度数", "2024-02-30", "", ""], "预计时间 bad-day"),
        (["", "本期无", "年度数", "2024年5月", "", ""], "预计时间 bad-day"),
        (["", "本期无", "年度数", "2024-03-31", "", ""], "预计时间 expected-past"),
        (
            ["", "本期无", "年度数", "年底", "", "\u{7}"],
            "预计时间 bad-day; 来源依据 bad-text; 来源依据 source-without-figure",
        ),
    ];
    for (fields, wanted) in cases {
        let [value, answer, reason, expected, proxy, source] = fields.map(str::to_owned);
        let draft = AnswerDraft { value, answer, reason, expected, proxy, source };
        assert_eq!(answered(&draft, "家"), wanted, "{fields:?}");
    }
    let long = AnswerDraft { value: "1".to_owned(), source: "长".repeat(501), ..AnswerDraft::default() };
    assert_eq!(answered(&long, ""), "来源依据 text-too-long");
}

#[test]
fn the_fields_of_work_must_go_together() {
    // state, share done, progress, problems, next steps, evidence
    let cases: [([&str; 6], &str); 17] = [
        (["", "", "", "", "", ""], "None"),
        (["推进中", "", "", "", "", ""], "Underway None"),
        (["推进中", "60", "甲", "乙", "丙", "丁"], "Underway Some(60) 甲乙丙丁"),
        (["推进中", "60.5％", "", "", "", ""], "Underway Some(60.5)"),
        (["已完成", "100", "", "", "", ""], "Completed Some(100)"),
        (["未启动", "0", "", "", "", ""], "NotStarted Some(0)"),
        (["受阻", "", "", "用地未批", "", ""], "Blocked None 用地未批"),
        (["受阻", "", "等批复", "", "", ""], "存在问题 problems-missing"),
        (["", "", "甲", "", "", ""], "进展状态 state-missing"),
        (["进行中", "", "甲", "", "", ""], "进展状态 unknown-state"),
        (["推进中", "100.1", "", "", "", ""], "完成比例（%） share-outside"),
        (["推进中", "-1", "", "", "", ""], "完成比例（%） share-outside"),
        (["推进中", "过半", "", "", "", ""], "完成比例（%） not-a-number"),
        (["推进中", "约60", "", "", "", ""], "完成比例（%） approximate"),
        (["已完成", "90", "", "", "", ""], "完成比例（%） share-contradicts"),
        (["未启动", "5", "", "", "", ""], "完成比例（%） share-contradicts"),
        (["", "三成", "", "", "", "\u{7}"], "完成比例（%） not-a-number; 佐证材料 bad-text; 进展状态 state-missing"),
    ];
    for (fields, wanted) in cases {
        let [state, share_done, progress, problems, next_steps, evidence] = fields.map(str::to_owned);
        let draft = WorkDraft { state, share_done, progress, problems, next_steps, evidence };
        let came = match typed::work(&draft) {
            Ok(None) => "None".to_owned(),
            Ok(Some(r)) => {
                let words = [r.progress, r.problems, r.next_steps, r.evidence].concat();
                format!("{:?} {:?} {words}", r.state, r.share_done).trim().to_owned()
            }
            Err(faults) => {
                let faults = faults.iter().map(|fault| format!("{} {}", fault.field.head(), fault.code));
                faults.collect::<Vec<_>>().join("; ")
            }
        };
        assert_eq!(came, wanted, "{fields:?}");
    }
}
