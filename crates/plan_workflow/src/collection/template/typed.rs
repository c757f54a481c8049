//! What a person typed into the fields of a report, page or workbook alike → an
//! answer, or every fault with the field it is in. Nothing is guessed: what is
//! not a plain figure is refused with the reason, and no field that was filled is
//! dropped in silence.

use std::sync::LazyLock;

use jiff::{ToSpan as _, civil::Date};
use plan_model::{Answer, AnswerKind, Decimal, FigureColumn, Period, WorkColumn, WorkReport, WorkState, parse_decimal};
use serde::Deserialize;

use crate::register::name_key;

/// The most characters of a reason, a source or an evidence note.
pub const MOST_NOTE: usize = 500;
/// The most characters of 进展情况, 存在问题 and 下一步打算.
pub const MOST_TEXT: usize = 2000;

/// The fields of an answer as typed; all may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AnswerDraft {
    /// 本期值.
    pub value: String,
    /// 答复: a word of [`AnswerKind`]; empty beside a figure.
    pub answer: String,
    /// 原因.
    pub reason: String,
    /// 预计时间.
    pub expected: String,
    /// 替代口径: 是, 否 or empty.
    pub proxy: String,
    /// 来源依据.
    pub source: String,
}

/// The fields of a report on work as typed; all may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorkDraft {
    /// 进展状态: a word of [`WorkState`].
    pub state: String,
    /// 完成比例, in percent.
    pub share_done: String,
    /// 进展情况.
    pub progress: String,
    /// 存在问题.
    pub problems: String,
    /// 下一步打算.
    pub next_steps: String,
    /// 佐证材料.
    pub evidence: String,
}

/// What is wrong with a field: `F` is [`FigureColumn`] or [`WorkColumn`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault<F> {
    /// Which field.
    pub field: F,
    /// A stable word for the kind of fault.
    pub code: &'static str,
    /// What is wrong, in Chinese.
    pub message: String,
    /// What to do, in Chinese.
    pub hint: &'static str,
}

/// A fault before it is known in which field.
struct Wrong(&'static str, String, &'static str);

impl Wrong {
    fn at<F>(self, field: F) -> Fault<F> {
        Fault { field, code: self.0, message: self.1, hint: self.2 }
    }
}

/// The words of `rules/reporting.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    ditto: Vec<String>,
    none: Vec<String>,
    approximate: Approximate,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Approximate {
    starts: Vec<String>,
    ends: Vec<String>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the file is part of the program, and a test reads it")]
    toml::from_str(include_str!("../../../../../rules/reporting.toml")).expect("rules/reporting.toml is read")
});

/// Reads an answer. `None` where nothing was filled in.
///
/// # Errors
/// Every fault of every field.
pub fn answer(draft: &AnswerDraft, unit: &str, opens: Date) -> Result<Option<Answer>, Vec<Fault<FigureColumn>>> {
    use FigureColumn as Column;
    let mut faults = Vec::new();
    let value = keep(figure(&draft.value, unit), Column::Value, &mut faults).flatten();
    let expected = keep(day(&draft.expected, opens), Column::Expected, &mut faults).flatten();
    let proxy = keep(yes_no(&draft.proxy), Column::Proxy, &mut faults).unwrap_or(false);
    let reason = keep(text(&draft.reason, MOST_NOTE), Column::Reason, &mut faults).unwrap_or_default();
    let source = keep(text(&draft.source, MOST_NOTE), Column::Source, &mut faults).unwrap_or_default();
    let kind = keep(kind_of(draft, proxy), Column::Answer, &mut faults).flatten();
    if let Some(kind) = kind {
        faults.extend(conflicts(kind, draft, proxy));
    }
    match (kind, value) {
        _ if !faults.is_empty() => Err(faults),
        (None, _) => Ok(None),
        (Some(_), Some(value)) => Ok(Some(Answer::Figure { value, proxy, source })),
        (Some(kind), None) => Ok(Answer::without_figure(kind, reason, expected)),
    }
}

fn is_typed(text: &str) -> bool {
    !clean(text).is_empty()
}

/// What sort of answer is meant; `None` where nothing is.
fn kind_of(draft: &AnswerDraft, proxy: bool) -> Result<Option<AnswerKind>, Wrong> {
    let word = clean(&draft.answer);
    if !word.is_empty() {
        let unknown = || {
            let hint = "请从列表中选择：数据、数据未发布、本期无、不适用";
            Wrong("unknown-answer", format!("答复“{word}”不在列表中"), hint)
        };
        return AnswerKind::from_word(&word).map(Some).ok_or_else(unknown);
    }
    if is_typed(&draft.value) {
        return Ok(Some(AnswerKind::Figure));
    }
    if proxy || [&draft.reason, &draft.expected, &draft.source].into_iter().any(|text| is_typed(text)) {
        let hint = "有数请填写“本期值”；没有数请选“数据未发布”“本期无”或“不适用”；都不填请清空这一行";
        return Err(Wrong("answer-missing", "这一行既没有本期值，也没有选择答复".to_owned(), hint));
    }
    Ok(None)
}

/// What does not go together, or is missing beside what is there.
fn conflicts(kind: AnswerKind, draft: &AnswerDraft, proxy: bool) -> Vec<Fault<FigureColumn>> {
    use FigureColumn as Column;
    let word = kind.word();
    let (value, reason) = (is_typed(&draft.value), is_typed(&draft.reason));
    let (expected, source) = (is_typed(&draft.expected), is_typed(&draft.source));
    let with_figure = [
        (!value, Column::Value, "value-missing", "答复为“数据”，但没有填写本期值", "请填写本期值，或改正答复"),
        (
            reason,
            Column::Reason,
            "reason-with-figure",
            "已填本期值，“原因”只用于没有数的行",
            "请把说明移到“来源依据”，清空“原因”",
        ),
        (
            expected,
            Column::Expected,
            "expected-with-figure",
            "已填本期值，“预计时间”只用于没有数的行",
            "请清空“预计时间”",
        ),
        (
            proxy && !source,
            Column::Source,
            "proxy-unexplained",
            "替代口径为“是”，但没有写明是什么口径",
            "请在“来源依据”写明用的是什么口径、来自哪里",
        ),
    ];
    let without_figure = [
        (
            value,
            Column::Value,
            "value-without-data",
            "却填了本期值",
            "两者只能留一：有数请把答复改为“数据”，没有数请清空本期值",
        ),
        (!reason, Column::Reason, "reason-missing", "但没有写明原因", "请在“原因”写明为什么没有数"),
        (
            source,
            Column::Source,
            "source-without-figure",
            "“来源依据”只用于有数的行",
            "请把说明移到“原因”，清空“来源依据”",
        ),
        (proxy, Column::Proxy, "proxy-without-figure", "“替代口径”只用于有数的行", "请清空“替代口径”"),
    ];
    let (rules, before) = match kind {
        AnswerKind::Figure => (with_figure, String::new()),
        _ => (without_figure, format!("答复为“{word}”，")),
    };
    let broken = rules.into_iter().filter(|(is_broken, ..)| *is_broken);
    broken.map(|(_, field, code, message, hint)| Wrong(code, format!("{before}{message}"), hint).at(field)).collect()
}

/// Reads a report on work. `None` where nothing was filled in.
///
/// # Errors
/// Every fault of every field.
pub fn work(draft: &WorkDraft) -> Result<Option<WorkReport>, Vec<Fault<WorkColumn>>> {
    use WorkColumn as Column;
    let mut faults = Vec::new();
    let state = keep(state(&draft.state), Column::State, &mut faults);
    let share = keep(share(&draft.share_done), Column::ShareDone, &mut faults).flatten();
    let long = [
        (&draft.progress, Column::Progress),
        (&draft.problems, Column::Problems),
        (&draft.next_steps, Column::NextSteps),
    ];
    let [progress, problems, next_steps] =
        long.map(|(typed, field)| keep(text(typed, MOST_TEXT), field, &mut faults).unwrap_or_default());
    let evidence = keep(text(&draft.evidence, MOST_NOTE), Column::Evidence, &mut faults).unwrap_or_default();
    let all = [&draft.state, &draft.share_done, &draft.progress, &draft.problems, &draft.next_steps, &draft.evidence];
    if all.iter().all(|typed| clean(typed).is_empty()) {
        return Ok(None);
    }
    let hundred = Decimal::ONE_HUNDRED;
    if state == Some(None) {
        let hint = "请从列表中选择：未启动、推进中、已完成、受阻";
        faults.push(Wrong("state-missing", "没有选择进展状态".to_owned(), hint).at(Column::State));
    }
    let contradicts = match (state.flatten(), share) {
        (Some(WorkState::Completed), Some(share)) => share < hundred,
        (Some(WorkState::NotStarted), Some(share)) => !share.is_zero(),
        _ => false,
    };
    if let (true, Some(state), Some(share)) = (contradicts, state.flatten(), share) {
        let message = format!("进展状态为“{}”，完成比例却是 {share}", state.word());
        faults.push(Wrong("share-contradicts", message, "请改正进展状态或完成比例").at(Column::ShareDone));
    }
    if state.flatten() == Some(WorkState::Blocked) && clean(&draft.problems).is_empty() {
        let message = "进展状态为“受阻”，但没有写明存在问题".to_owned();
        faults.push(Wrong("problems-missing", message, "请在“存在问题”写明受阻的原因").at(Column::Problems));
    }
    match state.flatten() {
        Some(state) if faults.is_empty() => {
            Ok(Some(WorkReport { state, share_done: share, progress, problems, next_steps, evidence }))
        }
        _ => Err(faults),
    }
}

fn keep<T, F>(read: Result<T, Wrong>, field: F, faults: &mut Vec<Fault<F>>) -> Option<T> {
    read.map_err(|wrong| faults.push(wrong.at(field))).ok()
}

/// The text without what cannot be seen at its ends or at all.
pub(super) fn clean(text: &str) -> String {
    let unseen = |c: &char| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    let seen: String = text.replace("\r\n", "\n").chars().filter(unseen).collect();
    seen.trim().chars().map(|c| if matches!(c, '\r' | '\u{2028}') { '\n' } else { c }).collect()
}

/// Full-width signs as plain ones, without spaces.
fn fold(text: &str) -> String {
    let folded = text.chars().filter(|c| !c.is_whitespace()).map(|c| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '−' => '-',
        other => other,
    });
    folded.flat_map(char::to_lowercase).collect()
}

fn text(typed: &str, most: usize) -> Result<String, Wrong> {
    let text = clean(typed).replace('\t', " ");
    let length = text.chars().count();
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(Wrong("bad-text", "含有控制字符".to_owned(), "请删去不可见的字符后重新输入"));
    }
    if length > most {
        let hint = "请精简；详细材料可作为佐证另交";
        return Err(Wrong("text-too-long", format!("有 {length} 个字，超过 {most} 个字"), hint));
    }
    Ok(text)
}

fn yes_no(typed: &str) -> Result<bool, Wrong> {
    match clean(typed).as_str() {
        "是" | "√" => Ok(true),
        "否" | "" => Ok(false),
        other => Err(Wrong("bad-yes-no", format!("“{other}”不在列表中"), "请选“是”“否”或留空")),
    }
}

fn state(typed: &str) -> Result<Option<WorkState>, Wrong> {
    let word = clean(typed);
    match WorkState::from_word(&word) {
        None if !word.is_empty() => {
            let hint = "请从列表中选择：未启动、推进中、已完成、受阻";
            Err(Wrong("unknown-state", format!("进展状态“{word}”不在列表中"), hint))
        }
        state => Ok(state),
    }
}

fn share(typed: &str) -> Result<Option<Decimal>, Wrong> {
    let share = figure(typed, "%")?;
    match share {
        Some(share) if share < Decimal::ZERO || share > Decimal::ONE_HUNDRED => {
            let message = format!("完成比例 {share} 不在 0 至 100 之间");
            Err(Wrong("share-outside", message, "请填 0 至 100 的百分数，如 60"))
        }
        share => Ok(share),
    }
}

/// Reads a figure in the unit of its row; the unit may stand behind it. `None`
/// where nothing was typed.
fn figure(typed: &str, unit: &str) -> Result<Option<Decimal>, Wrong> {
    let shown = clean(typed);
    let folded = fold(&shown);
    if folded.is_empty() {
        return Ok(None);
    }
    let is_one_of = |words: &[String]| words.iter().any(|word| fold(word) == folded);
    if is_one_of(&WORDS.ditto) {
        let hint = "请填出数值本身，不要写“同上”之类";
        return Err(Wrong("ditto", format!("“{shown}”不是数值"), hint));
    }
    if is_one_of(&WORDS.none) {
        let hint = "没有数请把本期值留空，在“答复”选“数据未发布”“本期无”或“不适用”并写明原因；数为零请填 0";
        return Err(Wrong("word-for-none", format!("“{shown}”不是数值"), hint));
    }
    let not_a_number = || {
        let hint = "请只填一个数，如 12.5；文字说明请写在“来源依据”";
        Err(Wrong("not-a-number", format!("“{shown}”不是数值"), hint))
    };
    let approximate = WORDS.approximate.starts.iter().any(|word| folded.starts_with(&fold(word)))
        || WORDS.approximate.ends.iter().any(|word| folded.ends_with(&fold(word)));
    if approximate && folded.chars().any(|c| c.is_ascii_digit()) {
        let hint =
            "请填确切数值；尚无确切数的，在“答复”选“数据未发布”并写明原因；只能用约数的，填数字并在“来源依据”写明";
        return Err(Wrong("approximate", format!("“{shown}”是约数"), hint));
    }
    // Spaces inside a number are left in, so that 12 5 is not read as 125.
    let of_number = |c: &char| c.is_ascii_digit() || "０１２３４５６７８９.,+-．，－− ".contains(*c);
    let number: String = shown.chars().take_while(of_number).collect();
    let behind: String = shown.chars().skip(number.chars().count()).collect();
    let Ok(value) = parse_decimal(&number) else { return not_a_number() };
    let behind = behind.trim();
    if behind.is_empty() || same_unit(behind, unit) {
        return Ok(Some(value));
    }
    let points = |unit: &str| name_key(unit).trim_start_matches('个') == "百分点";
    let percent = |unit: &str| name_key(unit) == "%";
    if points(behind) && percent(unit) || percent(behind) && points(unit) {
        let message = format!("“{shown}”的单位与这一行的单位“{unit}”不同：百分点是两个百分数之差，不是 %");
        return Err(Wrong("unit-differs", message, "请按这一行的单位填数，只填数字"));
    }
    if behind.chars().any(|c| c.is_numeric()) || behind.starts_with(['（', '(', '；', '、', '。']) {
        return not_a_number();
    }
    let message = match unit {
        "" => format!("“{shown}”带有单位“{behind}”，这一行没有单位"),
        unit => format!("“{shown}”的单位“{behind}”与这一行的单位“{unit}”不同"),
    };
    Err(Wrong("unit-differs", message, "请换算成这一行的单位，只填数字"))
}

/// The same unit, whether or not it is counted with 个.
fn same_unit(typed: &str, unit: &str) -> bool {
    let (typed, unit) = (name_key(typed), name_key(unit));
    let bare = |unit: &str| unit.strip_prefix('个').filter(|rest| !rest.is_empty()).unwrap_or(unit).to_owned();
    !unit.is_empty() && (typed == unit || bare(&typed) == bare(&unit))
}

/// Reads a day: 2024-03-31, 2024/3/31, 2024.3.31, 20240331, 2024年3月31日. `None`
/// where nothing was typed.
fn day(typed: &str, opens: Date) -> Result<Option<Date>, Wrong> {
    const HINT: &str = "请写成 2024-03-31 的样子";
    let shown = clean(typed);
    let folded = fold(&shown);
    if folded.is_empty() {
        return Ok(None);
    }
    let separated = folded.replace(['年', '月', '/', '.'], "-");
    let parts: Vec<&str> = separated.trim_end_matches('日').split('-').collect();
    let whole = |text: &str| text.chars().all(|c| c.is_ascii_digit()).then(|| text.parse::<i16>().ok()).flatten();
    let found = match parts.as_slice() {
        [year, month, day] if year.len() == 4 => {
            let part = |text: &str| whole(text).and_then(|number| i8::try_from(number).ok());
            whole(year).zip(part(month).zip(part(day))).and_then(|(y, (m, d))| Date::new(y, m, d).ok())
        }
        [digits] if digits.len() == 8 => Date::strptime("%Y%m%d", digits).ok(),
        [serial] => {
            if let Some(date) = of_serial(serial) {
                let message = format!("“{shown}”是数字；如果是日期，应为 {date}");
                return Err(Wrong("number-for-day", message, HINT));
            }
            None
        }
        [year, month] if whole(year).is_some() && year.len() == 4 && whole(month).is_some() => {
            return Err(Wrong("bad-day", format!("“{shown}”没有写明是哪一天"), HINT));
        }
        _ => None,
    };
    let Some(date) = found.filter(|date| Period::Year(date.year()).to_string().parse::<Period>().is_ok()) else {
        return Err(Wrong("bad-day", format!("“{shown}”不是日期"), HINT));
    };
    if date < opens {
        let message = format!("预计时间 {date} 早于本轮填报开始的 {opens}");
        return Err(Wrong("expected-past", message, "请填以后的日期；不知道何时有可以留空"));
    }
    Ok(Some(date))
}

/// The day that Excel means by a number of five digits (from 1927 to 2173).
fn of_serial(digits: &str) -> Option<Date> {
    let days: i64 = digits.parse().ok().filter(|days| (10_000..100_000).contains(days))?;
    Date::new(1899, 12, 30).ok()?.checked_add(days.days()).ok()
}
