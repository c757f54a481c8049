//! `lantu assess … --forecasts`: each indicator forecast by several methods, one row
//! a method. Computed, never official; verdicts do not depend on it.

use plan_assessment::forecast::{ByMethod, ByMethods, Role};
use plan_model::{Indicator, Message, plain};
use serde::Serialize;

use super::{Failure, assess::Format, output};

/// The forecasts of one indicator, or why there are none.
pub(crate) type Told = Result<ByMethods, Message>;

/// The columns of the CSV form.
const COLUMNS: [&str; 16] = [
    "id", "name", "method", "role", "year", "value", "low", "high", "unit", "chance", "trials", "ahead", "off",
    "off_unit", "inside", "reading",
];

#[derive(Serialize)]
struct Named<'a> {
    id: &'a str,
    name: &'a str,
    methods: &'a [ByMethod],
    reading: &'a Message,
}

pub(crate) fn shown(format: Format, all: &[(&Indicator, Told)]) -> Result<String, Failure> {
    match format {
        Format::Json => {
            let named: Vec<Named<'_>> = all
                .iter()
                .map(|(indicator, told)| {
                    let (methods, reading) = match told {
                        Ok(told) => (told.methods.as_slice(), &told.reading),
                        Err(reason) => (&[][..], reason),
                    };
                    Named { id: &indicator.id, name: &indicator.name, methods, reading }
                })
                .collect();
            output::json(&named)
        }
        Format::Csv => output::csv(COLUMNS, all.iter().flat_map(|(indicator, told)| rows(indicator, told))),
        Format::Table => {
            let head =
                ["编号", "指标", "方法", "目标年", "约", "区间", "可能性", "自己的过去", "说明"].map(str::to_owned);
            let body = all.iter().flat_map(|(indicator, told)| rows(indicator, told)).map(short);
            Ok(output::table(&std::iter::once(head).chain(body).collect::<Vec<_>>()))
        }
    }
}

/// A row for each method, or one that says why there is none. What the methods say
/// together stands at the first.
fn rows(indicator: &Indicator, told: &Told) -> Vec<[String; 16]> {
    let (id, name) = (indicator.id.clone(), indicator.name.clone());
    let told = match told {
        Ok(told) => told,
        Err(reason) => {
            let mut row: [String; 16] = Default::default();
            [row[0], row[1], row[15]] = [id, name, reason.zh.clone()];
            return vec![row];
        }
    };
    let row = |(place, one): (usize, &ByMethod)| {
        let forecast = &one.forecast;
        let end = forecast.course.last();
        let calibrated = one.role != Role::Reference;
        let role = match one.role {
            Role::Default => "default",
            Role::Slower => "slower",
            Role::Reference => "reference",
        };
        let of_end = |value: fn(&plan_model::ForecastPoint) -> plan_model::Decimal| end.map(|end| plain(value(end)));
        let trial = |value: fn(&plan_assessment::forecast::Trials) -> String| {
            one.trials.as_ref().map(value).unwrap_or_default()
        };
        [
            id.clone(),
            name.clone(),
            forecast.method.clone(),
            role.to_owned(),
            end.map(|end| end.period.to_string()).unwrap_or_default(),
            of_end(|end| end.value).unwrap_or_default(),
            of_end(|end| end.low).filter(|_| calibrated).unwrap_or_default(),
            of_end(|end| end.high).filter(|_| calibrated).unwrap_or_default(),
            forecast.unit.clone(),
            if calibrated { plain(forecast.chance) } else { String::new() },
            trial(|trials| trials.count.to_string()),
            trial(|trials| trials.ahead.to_string()),
            trial(|trials| plain(trials.off)),
            trial(|trials| trials.unit.clone()),
            if calibrated { trial(|trials| trials.inside.to_string()) } else { String::new() },
            if place == 0 { told.reading.zh.clone() } else { String::new() },
        ]
    };
    told.methods.iter().enumerate().map(row).collect()
}

/// A row as a terminal shows it.
fn short(row: [String; 16]) -> [String; 9] {
    let [id, name, method, _, year, value, low, high, unit, chance, trials, ahead, off, off_unit, inside, reading] =
        row;
    let interval = if low.is_empty() { String::new() } else { format!("{low}–{high}") };
    let inside = if inside.is_empty() { inside } else { format!("，{inside} 次在区间内") };
    let tried = if trials.is_empty() {
        String::new()
    } else {
        format!("平均差 {off}{off_unit}（试 {trials} 次，向前 {ahead} 期{inside}）")
    };
    let value = if value.is_empty() { value } else { format!("{value}{unit}") };
    [id, name, method, year, value, interval, chance, tried, reading]
}
