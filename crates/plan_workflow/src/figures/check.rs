//! Checking raw figures against the register: every fault of every figure.

use std::collections::{HashMap, HashSet};

use plan_assessment::{convert_unit, is_points};
use plan_model::{Decimal, Indicator, Measure, Period, Place, PlanPeriod, Problem, Standing, parse_decimal};

use super::{Field, RawFigure};
use crate::{
    records::{IndicatorRecord, NewFigure},
    register::name_key,
};

/// The most characters of a source or a remark.
const MOST_TEXT: usize = 500;

/// What checking gave.
#[derive(Debug, Default)]
pub(super) struct Checked {
    pub(super) figures: Vec<NewFigure>,
    /// Where the value of each of them stands.
    pub(super) places: Vec<Place>,
    pub(super) errors: Vec<Problem>,
    pub(super) warnings: Vec<Problem>,
}

/// An indicator with the other names by which the text calls it.
pub(super) type Named = (Vec<String>, Indicator);

/// Checks figures; where there are no errors, `figures` holds them all.
pub(super) fn check(raw: Vec<RawFigure>, names: &Names, period: PlanPeriod, default: Standing) -> Checked {
    let mut checked = Checked::default();
    let mut places: HashMap<(String, Period, Standing), Vec<(usize, Place)>> = HashMap::new();
    for figure in raw {
        let place = figure.value.place.clone();
        let found = check_one(&figure, names, period, default, &mut checked.errors);
        let Some(new) = found else { continue };
        let key = (new.indicator.clone(), new.period, new.standing);
        let earlier = places.entry(key).or_default();
        if let Some((last, at)) = earlier.last() {
            note_repeat(&new, checked.figures.get(*last), (at, &place), &mut checked.errors, &mut checked.warnings);
        }
        earlier.push((checked.figures.len(), place.clone()));
        checked.places.push(place);
        checked.figures.push(new);
    }
    // A row of a wide table is several figures, but its name is wrong only once.
    let mut said = HashSet::new();
    checked.errors.retain(|e| said.insert((e.code.clone(), e.place.clone(), e.message.clone())));
    checked
}

/// The same key again in one file: a revision where source or remark says
/// something else, else a mistake.
fn note_repeat(
    new: &NewFigure,
    earlier: Option<&NewFigure>,
    (at, place): (&Place, &Place),
    errors: &mut Vec<Problem>,
    warnings: &mut Vec<Problem>,
) {
    let at = match at {
        Place::Line(line) => format!("第 {line} 行"),
        other => format!(" {other} "),
    };
    let what = format!("{} {}（{}）", new.indicator, new.period, chinese(new.standing));
    if earlier.is_some_and(|earlier| earlier.source == new.source && earlier.note == new.note) {
        let message = format!("与{at}重复：{what} 只能有一个数");
        let hint = "请删去一处；如是修订数，请在“来源”或“备注”中写明，修订数放在后面";
        errors.push(Problem::new("duplicate-row", place.clone(), message, hint));
    } else {
        let message = format!("{what} 在{at}已有一个数，按修订数处理");
        warnings.push(Problem::new("revised-in-file", place.clone(), message, "如不是修订，请删去一处后重新导入"));
    }
}

/// The indicators by id and by name.
#[derive(Debug)]
pub(crate) struct Names {
    indicators: Vec<Named>,
    by_id: HashMap<String, usize>,
    by_name: HashMap<String, Vec<usize>>,
}

impl Names {
    /// Of the indicators of a register.
    pub(crate) fn of(records: &[IndicatorRecord]) -> Self {
        let also = |record: &IndicatorRecord| record.dictionary.clone().map(|link| link.also).unwrap_or_default();
        Self::new(records.iter().map(|record| (also(record), record.indicator.clone())).collect())
    }

    /// Of these indicators.
    pub(super) fn new(indicators: Vec<Named>) -> Self {
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, (also, indicator)) in indicators.iter().enumerate() {
            for name in std::iter::once(&indicator.name).chain(also) {
                by_name.entry(name_key(name)).or_default().push(at);
                // 地区生产总值（亿元）: tells it from 地区生产总值 that is to double (倍).
                let unit = if indicator.measure == Measure::Multiple { TIMES } else { indicator.unit.as_str() };
                by_name.entry(with_unit(name, unit)).or_default().push(at);
            }
        }
        // What is to double has its figures in a unit of its own, which tells it too
        // where nothing else of that name has it.
        for (at, (also, indicator)) in indicators.iter().enumerate() {
            for name in std::iter::once(&indicator.name).chain(also).filter(|_| indicator.measure == Measure::Multiple)
            {
                by_name.entry(with_unit(name, &indicator.unit)).or_insert_with(|| vec![at]);
            }
        }
        let by_id = indicators.iter().enumerate().map(|(at, (_, i))| (name_key(&i.id), at)).collect();
        Self { indicators, by_id, by_name }
    }

    fn named(&self, name: &str) -> Option<Vec<&Indicator>> {
        let places = self.by_name.get(name)?;
        Some(places.iter().filter_map(|at| self.indicators.get(*at)).map(|(_, indicator)| indicator).collect())
    }

    /// The indicator that a figure names, by id, name or both.
    pub(crate) fn find(&self, figure: &RawFigure, errors: &mut Vec<Problem>) -> Option<&Indicator> {
        let (id, name) = (name_key(&figure.id.text), name_key(&figure.name.text));
        let named = self.named(&name);
        if id.is_empty() && name.is_empty() {
            let place = figure.name.place.clone();
            errors.push(Problem::new("unknown-indicator", place, "没有写明指标", "请填写指标编号（如 I001）或名称"));
            return None;
        }
        let key = if id.is_empty() { &name } else { &id };
        if let Some((_, found)) = self.by_id.get(key).and_then(|at| self.indicators.get(*at)) {
            let agrees = id.is_empty()
                || name.is_empty()
                || named.is_some_and(|all| all.iter().any(|other| other.id == found.id));
            if !agrees {
                let message = format!("编号 {} 是“{}”，与名称“{}”不符", found.id, found.name, figure.name.text);
                let hint = "请核对编号与名称，改正其一";
                errors.push(Problem::new("indicator-mismatch", figure.name.place.clone(), message, hint));
            }
            return agrees.then_some(found);
        }
        if !id.is_empty() {
            let message = format!("没有编号为“{}”的指标", figure.id.text);
            errors.push(Problem::new("unknown-indicator", figure.id.place.clone(), message, "请在指标页面查对编号"));
            return None;
        }
        match named.as_deref() {
            Some([one]) => Some(*one),
            Some(several) => {
                let list = several.iter().map(|i| format!("{}（{}，{}）", i.id, i.unit, i.measure.word()));
                let list = list.collect::<Vec<_>>().join("、");
                let message = format!("“{}”对应多个指标：{list}", figure.name.text);
                let hint = "请改填指标编号，或写成“名称（单位）”";
                errors.push(Problem::new("ambiguous-indicator", figure.name.place.clone(), message, hint));
                None
            }
            None => {
                let message = format!("没有指标“{}”", figure.name.text);
                errors.push(Problem::new("unknown-indicator", figure.name.place.clone(), message, self.hint(&name)));
                None
            }
        }
    }

    /// What to do about a name that is not there, with names that contain it.
    fn hint(&self, name: &str) -> String {
        let near = self.by_name.iter().filter(|(key, _)| key.contains(name) || name.contains(key.as_str()));
        let mut near: Vec<String> = near
            .flat_map(|(_, all)| all)
            .filter_map(|at| self.indicators.get(*at))
            .map(|(_, i)| format!("{} {}", i.id, i.name))
            .collect();
        near.sort();
        near.dedup();
        near.truncate(3);
        match near.is_empty() {
            true => "请在指标页面查对编号或全称".to_owned(),
            false => format!("请填写编号或全称，相近的有：{}", near.join("、")),
        }
    }
}

/// The unit of a target that is a multiple.
const TIMES: &str = "倍";

fn with_unit(name: &str, unit: &str) -> String {
    name_key(&format!("{name}({unit})"))
}

fn check_one(
    figure: &RawFigure,
    register: &Names,
    period: PlanPeriod,
    default: Standing,
    errors: &mut Vec<Problem>,
) -> Option<NewFigure> {
    let before = errors.len();
    let indicator = register.find(figure, errors);
    let time = check_period(&figure.period, period, errors);
    let standing = check_standing(&figure.standing, default, errors);
    for field in [&figure.source, &figure.note] {
        check_text(field, errors);
    }
    let value = check_value(&figure.value, indicator, errors);
    let converted = value.zip(indicator).and_then(|(value, of)| in_unit(value, &figure.unit, of, errors));
    if errors.len() > before {
        return None;
    }
    let (value, given) = converted?;
    let mut note = figure.note.text.trim().to_owned();
    if !given.is_empty() {
        // What was reported stays to be read where the unit was converted.
        note =
            [note, format!("原报 {given}")].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("；");
    }
    Some(NewFigure {
        indicator: indicator?.id.clone(),
        period: time?,
        value,
        standing: standing?,
        source: figure.source.text.trim().to_owned(),
        note,
        seen: figure.seen,
    })
}

pub(crate) fn check_period(field: &Field, plan: PlanPeriod, errors: &mut Vec<Problem>) -> Option<Period> {
    let period: Period = match field.text.parse() {
        Ok(period) => period,
        Err(_) => {
            let message = format!("“{}”不是期间", field.text);
            let hint = "请写成 2023、2023Q2 或 2023-06";
            errors.push(Problem::new("bad-period", field.place.clone(), message, hint));
            return None;
        }
    };
    // The year before the plan is where its baselines belong.
    if plan.contains(period.year()) || period.year() == plan.base_year() {
        return Some(period);
    }
    let message = format!("{period} 不在规划期 {plan}（含基期 {} 年）之内", plan.base_year());
    let hint = "请核对年份；其他年份的数请填到相应规划";
    errors.push(Problem::new("year-outside-period", field.place.clone(), message, hint));
    None
}

fn check_standing(field: &Field, default: Standing, errors: &mut Vec<Problem>) -> Option<Standing> {
    if field.text.trim().is_empty() {
        return Some(default);
    }
    let found = Standing::from_word(&field.text);
    if found.is_none() {
        let message = format!("“{}”不是口径", field.text);
        let hint = "请填 自报（reported）、统计（statistical）或 核查（verified）";
        errors.push(Problem::new("bad-standing", field.place.clone(), message, hint));
    }
    found
}

pub(crate) fn check_text(field: &Field, errors: &mut Vec<Problem>) {
    let length = field.text.trim().chars().count();
    let odd = field.text.trim().chars().any(|c| c.is_control() && c != '\n');
    if length > MOST_TEXT || odd {
        let message = if odd {
            "含有控制字符".to_owned()
        } else {
            format!("有 {length} 个字，超过 {MOST_TEXT} 个字")
        };
        errors.push(Problem::new("bad-text", field.place.clone(), message, "请精简或重新输入来源、备注"));
    }
}

pub(crate) fn check_value(field: &Field, indicator: Option<&Indicator>, errors: &mut Vec<Problem>) -> Option<Decimal> {
    let text = field.text.trim();
    if text.is_empty() {
        errors.push(Problem::new("bad-value", field.place.clone(), "没有填写数值", "请填写数值，没有数的请删去这一行"));
        return None;
    }
    // A sheet shows a share as 12.5%; for an indicator in % that is what is meant.
    let percent = indicator.is_some_and(|i| matches!(i.unit.as_str(), "%" | "％"));
    let bare = if percent { text.strip_suffix(['%', '％']).unwrap_or(text) } else { text };
    let value = match parse_decimal(bare) {
        Ok(value) => value,
        Err(_) => {
            let message = format!("“{text}”不是数字");
            let hint = "请只填数字，如 12.5，不带单位、“约”、文字";
            errors.push(Problem::new("bad-value", field.place.clone(), message, hint));
            return None;
        }
    };
    let indicator = indicator?;
    let done_or_not = indicator.measure == Measure::YesNo && value != Decimal::ZERO && value != Decimal::ONE;
    if done_or_not {
        let message = format!("“{}”只有建成（1）和未建成（0）", indicator.name);
        errors.push(Problem::new("bad-value", field.place.clone(), message, "请填 1 或 0"));
        return None;
    }
    Some(value)
}

/// The value in the indicator's unit, and what was given where that is another one.
pub(crate) fn in_unit(
    value: Decimal,
    unit: &Field,
    of: &Indicator,
    errors: &mut Vec<Problem>,
) -> Option<(Decimal, String)> {
    let typed = unit.text.trim();
    if typed.is_empty() || name_key(typed) == name_key(&of.unit) {
        return Some((value, String::new()));
    }
    let same_sort = !of.unit.is_empty() && is_points(typed) == is_points(&of.unit);
    match convert_unit(value, typed, &of.unit).filter(|_| same_sort) {
        Some(converted) => Some((converted.normalize(), format!("{value}{typed}"))),
        None => {
            let own =
                if of.unit.is_empty() { "没有单位".to_owned() } else { format!("单位是“{}”", of.unit) };
            let message = format!("“{typed}”不能准确换算：指标“{}”{own}", of.name);
            let hint = "请换算成指标的单位后填写，并在备注中写明怎样换算";
            errors.push(Problem::new("unit-differs", unit.place.clone(), message, hint));
            None
        }
    }
}

fn chinese(standing: Standing) -> &'static str {
    match standing {
        Standing::Reported => "自报",
        Standing::Statistical => "统计",
        Standing::Verified => "核查",
    }
}
