//! The sentences on a bound: what stands beside it, and in which periods it was broken.

use plan_model::{Decimal, Message, Period, plain};

use crate::{exact::shown, finding::Finding, message::Say};

/// What is compared with the bound.
#[derive(Debug, Clone, Copy)]
pub(super) enum Compared {
    /// The latest figure.
    Latest,
    /// The mean rate of the years so far.
    MeanRate,
    /// What an amount of the year to date comes to for the whole year.
    WholeYear(Decimal),
}

/// How one figure stands to the bound, in Chinese and in English.
fn told(compared: Compared, finding: &Finding) -> (String, String) {
    let unit = &finding.unit;
    let value = finding.judged.as_ref().map(|judged| plain(judged.value)).unwrap_or_default();
    match compared {
        Compared::Latest => (format!("最近一期 {value}{unit}"), format!("{value}{unit}")),
        Compared::MeanRate => (format!("年均 {value}{unit}"), format!("{value}{unit} a year on average")),
        Compared::WholeYear(whole) => {
            (format!("折合全年 {}{unit}", shown(whole)), format!("{}{unit} for the whole year", shown(whole)))
        }
    }
}

/// A sentence on a bound that one figure tells: that of the judged period.
pub(super) fn one(say: Say, compared: Compared, finding: &Finding) -> Message {
    let (zh, en) = told(compared, finding);
    say.with([
        ("period", finding.judged.as_ref().map(|judged| judged.period.to_string()).unwrap_or_default()),
        ("latest", zh),
        ("latest_en", en),
        ("target", finding.target.clone()),
    ])
}

/// A figure that broke the bound.
#[derive(Debug, Clone, Copy)]
pub(super) struct Break {
    pub(super) period: Period,
    pub(super) value: Decimal,
    /// The bound agreed for this year, where it is another than that of the target.
    pub(super) agreed: Option<Decimal>,
}

/// More breaks than these are counted, not named.
const NAMED: usize = 3;

/// A sentence on a bound that was broken before the latest figure, with what broke it.
pub(super) fn before(say: Say, breaks: &[Break], finding: &Finding) -> Message {
    let unit = &finding.unit;
    let named = || breaks.iter().take(NAMED);
    let zh = named().map(|one| {
        let agreed = one.agreed.map(|bound| format!("（当年界限 {}{unit}）", plain(bound))).unwrap_or_default();
        format!("{} {}{unit}{agreed}", in_chinese(one.period), plain(one.value))
    });
    let en = named().map(|one| {
        let agreed = one.agreed.map(|bound| format!(", bound {}{unit}", plain(bound))).unwrap_or_default();
        format!("{} ({}{unit}{agreed})", one.period, plain(one.value))
    });
    let (mut zh, mut en) = (zh.collect::<Vec<_>>().join("、"), en.collect::<Vec<_>>().join(", "));
    if breaks.len() > NAMED {
        zh.push_str(&format!(" 等 {} 期", breaks.len()));
        en.push_str(&format!(" and {} more", breaks.len() - NAMED));
    }
    let last = finding.judged.as_ref().map(|judged| (judged.period, format!("{}{unit}", plain(judged.value))));
    let (last, last_en) = last
        .map(|(period, value)| (format!("{} {value}", in_chinese(period)), format!("{period} ({value})")))
        .unwrap_or_default();
    say.with([
        ("breaks", zh),
        ("breaks_en", en),
        ("last", last),
        ("last_en", last_en),
        ("target", finding.target.clone()),
    ])
}

fn in_chinese(period: Period) -> String {
    match period {
        Period::Year(year) => format!("{year} 年"),
        Period::Quarter(year, quarter) => format!("{year} 年 {quarter} 季度"),
        Period::Month(year, month) => format!("{year} 年 {month} 月"),
    }
}
