//! Checking raw figures of peers: every fault of every figure.

use std::collections::HashMap;

use jiff::civil::Date;
use plan_model::{Decimal, Indicator, Measure, PeerFigure, Period, Place, PlanPeriod, Problem};

use super::{Key, OwnRegion, Peers, key};
use crate::{
    figures::{Names, RawFigure, check_period, check_text, check_value, in_unit},
    register::name_key,
    rows::Field,
};

/// The most characters of a region's name.
const MOST_NAME: usize = 40;

/// What figures are checked against.
pub(super) struct Ground<'a> {
    pub(super) names: &'a Names,
    pub(super) period: PlanPeriod,
    pub(super) own: &'a OwnRegion,
    pub(super) peers: &'a Peers,
    pub(super) today: Date,
}

/// Checks figures; where there are no errors, all of them are answered.
pub(super) fn check(raw: &[RawFigure], ground: &Ground<'_>, errors: &mut Vec<Problem>) -> Vec<PeerFigure> {
    let mut figures = Vec::new();
    let mut spelt: HashMap<String, String> = HashMap::new();
    let known = ground.peers.regions();
    let mut seen: HashMap<Key, Place> = HashMap::new();
    for one in raw {
        let Some(mut figure) = check_one(one, ground, errors) else { continue };
        // A region is called as it was called first.
        let region = name_key(&figure.region);
        let first = known.iter().find(|name| name_key(name) == region).map(|name| (*name).to_owned());
        figure.region = spelt.entry(region).or_insert_with(|| first.unwrap_or_else(|| figure.region.clone())).clone();
        let place = one.value.place.clone();
        match seen.insert(key(&figure.indicator, &figure.region, figure.period), place.clone()) {
            Some(earlier) => errors.push(doubled(&figure, &earlier, place)),
            None => figures.push(figure),
        }
    }
    // A row of a wide table is several figures, but what it says once is wrong once.
    let mut said = std::collections::HashSet::new();
    errors.retain(|e| said.insert((e.code.clone(), e.place.clone(), e.message.clone())));
    figures
}

fn doubled(figure: &PeerFigure, earlier: &Place, place: Place) -> Problem {
    let at = match earlier {
        Place::Line(line) => format!("第 {line} 行"),
        other => format!(" {other} "),
    };
    let message = format!("与{at}重复：{} {} {} 只能有一个数", figure.indicator, figure.region, figure.period);
    Problem::new("duplicate-row", place, message, "请删去一处；更正已保存的数请另行导入")
}

fn check_one(raw: &RawFigure, ground: &Ground<'_>, errors: &mut Vec<Problem>) -> Option<PeerFigure> {
    let before = errors.len();
    let indicator = ground.names.find(raw, errors);
    let region = check_region(&raw.region, ground.own, errors);
    let period = check_period(&raw.period, ground.period, errors);
    if let Some(period) = period {
        check_past(period, &raw.period, ground.today, errors);
    }
    for field in [&raw.source, &raw.definition, &raw.note] {
        check_text(field, errors);
    }
    if raw.source.text.trim().is_empty() {
        let hint = "请写明这个数在哪里公布的，如“临江区2023年统计公报”";
        errors.push(Problem::new("no-source", raw.source.place.clone(), "没有写明来源", hint));
    }
    let value = check_number(raw, indicator, errors);
    let converted = value.zip(indicator).and_then(|(value, of)| in_unit(value, &raw.unit, of, errors));
    if errors.len() > before {
        return None;
    }
    let (indicator, (value, given)) = (indicator?, converted?);
    Some(PeerFigure {
        indicator: indicator.id.clone(),
        region: region?,
        period: period?,
        value,
        unit: indicator.unit.clone(),
        source: raw.source.text.trim().to_owned(),
        definition: raw.definition.text.trim().to_owned(),
        note: raw.note.text.trim().to_owned(),
        given,
    })
}

fn check_region(field: &Field, own: &OwnRegion, errors: &mut Vec<Problem>) -> Option<String> {
    let name = field.text.trim();
    let mut refuse = |code: &str, message: String, hint: &str| {
        errors.push(Problem::new(code, field.place.clone(), message, hint));
        None
    };
    if name.is_empty() {
        return refuse("no-region", "没有写明地区".to_owned(), "请填写同类地区的名称，如“临江区”");
    }
    if name.chars().count() > MOST_NAME || name.chars().any(char::is_control) {
        let message = format!("地区名称过长（最多 {MOST_NAME} 个字）或含有控制字符");
        return refuse("bad-region", message, "请只填地区名称");
    }
    if own.is(name) {
        let message = format!("“{name}”是本地区，不是同类地区");
        return refuse("own-region", message, "本地区的数请在指标页面填报或在“导入数据”导入");
    }
    Some(name.to_owned())
}

fn check_past(period: Period, field: &Field, today: Date, errors: &mut Vec<Problem>) {
    if period.last_day() > today {
        let message = format!("{period} 还没有过完，不会有公布的数");
        let hint = "请核对期间；预计数、目标数不能作为同类地区的数";
        errors.push(Problem::new("period-in-future", field.place.clone(), message, hint));
    }
}

/// The number, or what it is instead: a place among regions is no figure.
fn check_number(raw: &RawFigure, indicator: Option<&Indicator>, errors: &mut Vec<Problem>) -> Option<Decimal> {
    let text = raw.value.text.trim();
    let mut refuse = |code: &str, message: String, hint: &str| {
        errors.push(Problem::new(code, raw.value.place.clone(), message, hint));
        None
    };
    let ranked = indicator.is_some_and(|of| of.measure == Measure::Rank);
    let digits = text.chars().any(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
    let looks_ranked = text.starts_with(['第', '前']) || text.ends_with(['名', '位']) || text.contains('/');
    if looks_ranked && digits {
        let message = format!("“{text}”是位次，不是数值");
        let hint = "请填写数值本身，位次由系统按各地的数排出；指标本身是位次的，只填数字";
        return refuse("rank-for-figure", message, hint);
    }
    if indicator.is_some_and(|of| of.measure == Measure::YesNo) {
        let message = format!("“{}”只有建成和未建成，不作横向比较", indicator.map_or("", |of| of.name.as_str()));
        return refuse("not-compared", message, "请删去这一行");
    }
    let value = check_value(&raw.value, indicator, errors)?;
    if ranked && (value < Decimal::ONE || !value.fract().is_zero()) {
        let message = format!("“{text}”不是位次");
        errors.push(Problem::new("bad-value", raw.value.place.clone(), message, "这个指标是位次，请填 1、2、3…"));
        return None;
    }
    Some(value)
}
