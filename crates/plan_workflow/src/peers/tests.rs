//! Files and typed figures in, figures of peers and faults out; comparisons.

use std::collections::BTreeMap;

use jiff::civil::date;
use plan_assessment::SeriesBreak;
use plan_model::{Baseline, Decimal, Direction, Indicator, IndicatorKind, Measure, Observation, PeerFigure, Standing};

use super::{check, compare, *};
use crate::{
    directory::Directory,
    figures::{Names, read_file},
    records::{IndicatorRecord, PlanHead, PlanKind},
};

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn indicator(id: &str, name: &str, unit: &str, measure: Measure) -> Indicator {
    Indicator {
        id: id.to_owned(),
        name: name.to_owned(),
        group: String::new(),
        unit: unit.to_owned(),
        kind: IndicatorKind::NotStated,
        measure,
        direction: Some(Direction::Higher),
        baseline: None,
        targets: Vec::new(),
    }
}

fn names() -> Names {
    let all = [
        indicator("I001", "森林覆盖率", "%", Measure::Level),
        indicator("I002", "地区生产总值", "亿元", Measure::Level),
        indicator("I003", "宜居城市排名", "位", Measure::Rank),
        indicator("I004", "通用机场", "", Measure::YesNo),
        indicator("I005", "单位能耗", "吨标准煤/万元", Measure::Level),
    ];
    let record = |indicator: Indicator| IndicatorRecord {
        indicator,
        version: 1,
        mentions: Vec::new(),
        base_fact: None,
        dictionary: None,
        reason: String::new(),
        actor: String::new(),
        at: Timestamp::UNIX_EPOCH,
    };
    Names::of(&all.into_iter().map(record).collect::<Vec<_>>())
}

fn head(title: &str, jurisdiction: &str) -> PlanHead {
    PlanHead {
        title: title.to_owned(),
        jurisdiction: jurisdiction.to_owned(),
        period: "2021-2025".parse().unwrap(),
        kind: PlanKind::Outline,
        parent: None,
    }
}

/// What a file gives beside the figures of an earlier one: `I001 乙区 2023 41.5%
/// source`, or the faults as `code@place`.
fn outcome(stored: &[PeerFigure], bytes: &[u8]) -> Vec<String> {
    let own = OwnRegion::of(&head("虚构市甲区国民经济和社会发展纲要", "990102"), &Directory::default());
    let mut peers = Peers::default();
    for (number, figure) in (1..).zip(stored) {
        peers.apply(PeerEvent::Record(figure.clone()), (number, Timestamp::UNIX_EPOCH, "林规划"));
    }
    let (names, period) = (names(), "2021-2025".parse().unwrap());
    let ground = check::Ground { names: &names, period, own: &own, peers: &peers, today: date(2024, 3, 15) };
    let read = read_file("同类地区.csv", bytes).unwrap();
    let mut errors = read.problems.errors;
    let figures = check::check(&read.figures, &ground, &mut errors);
    if !errors.is_empty() {
        assert!(errors.iter().all(|problem| !problem.hint.is_empty()), "{errors:?}");
        return errors.iter().map(|problem| format!("{}@{}", problem.code, problem.place)).collect();
    }
    let line = |f: &PeerFigure| {
        let more: Vec<&str> = [&f.definition, &f.note, &f.given].into_iter().map(String::as_str).collect();
        let more = more.join("/").trim_matches('/').to_owned();
        format!("{} {} {} {}{} {} {more}", f.indicator, f.region, f.period, f.value, f.unit, f.source)
            .trim_end()
            .to_owned()
    };
    figures.iter().map(line).collect()
}

const HEAD: &str = "指标,地区,期间,数值,单位,来源,口径差异,备注\n";

#[test]
fn files_are_read_or_every_fault_is_named_with_its_place() {
    let rows = |rows: &str| [HEAD, rows].concat().into_bytes();
    let good = [
        (rows("森林覆盖率,乙区,2023,41.5,,乙区公报,,初步数"), vec!["I001 乙区 2023 41.5% 乙区公报 初步数"]),
        (rows("I002,乙区,2023Q2,12345,万元,乙区公报,,"), vec!["I002 乙区 2023Q2 1.2345亿元 乙区公报 12345万元"]),
        (rows("I002,乙 区,2023,1.20,亿元,公报,含飞地,"), vec!["I002 乙 区 2023 1.20亿元 公报 含飞地"]),
        (rows("宜居城市排名,乙区,2023,3,,公报,,"), vec!["I003 乙区 2023 3位 公报"]),
        (
            "编号,地区,来源,2022,2023\nI001,乙区,公报,40,41\nI001,丙区,公报,,39%\n".into(),
            vec!["I001 乙区 2022 40% 公报", "I001 乙区 2023 41% 公报", "I001 丙区 2023 39% 公报"],
        ),
        ([b"\xef\xbb\xbf".as_slice(), &rows("I001,乙区,2023,41,,公报,,")].concat(), vec!["I001 乙区 2023 41% 公报"]),
        (
            encoding_rs::GB18030.encode(&[HEAD, "森林覆盖率,乙区,2023,41,,公报,,"].concat()).0.into_owned(),
            vec!["I001 乙区 2023 41% 公报"],
        ),
    ];
    for (bytes, expected) in good {
        assert_eq!(outcome(&[], &bytes), expected, "{}", String::from_utf8_lossy(&bytes));
    }
    let bad = [
        ("没有的指标,乙区,2023,41,,公报,,", vec!["unknown-indicator@2"]),
        ("I001,乙区,2023,41,,公报,,\nI001,乙 区,2023,41.0,,公报,,", vec!["duplicate-row@3"]),
        ("I001,甲区,2023,41,,公报,,", vec!["own-region@2"]),
        ("I001,虚构市甲区,2023,41,,公报,,", vec!["own-region@2"]),
        ("I001,本地区,2023,41,,公报,,", vec!["own-region@2"]),
        ("I001,990102,2023,41,,公报,,", vec!["own-region@2"]),
        ("I001,乙区,2024,41,,公报,,", vec!["period-in-future@2"]),
        ("I001,乙区,2024-03,41,,公报,,", vec!["period-in-future@2"]),
        ("I001,乙区,2019,41,,公报,,", vec!["year-outside-period@2"]),
        ("I001,乙区,去年,41,,公报,,", vec!["bad-period@2"]),
        ("I001,乙区,2023,第3名,,公报,,", vec!["rank-for-figure@2"]),
        ("I001,乙区,2023,3/12,,公报,,", vec!["rank-for-figure@2"]),
        ("I001,乙区,2023,第三,,公报,,", vec!["rank-for-figure@2"]),
        ("I003,乙区,2023,2.5,,公报,,", vec!["bad-value@2"]),
        ("I004,乙区,2023,1,,公报,,", vec!["not-compared@2"]),
        ("I001,乙区,2023,约41,,公报,,", vec!["bad-value@2"]),
        ("I001,乙区,2023,,,公报,,", vec!["bad-value@2"]),
        ("I001,乙区,2023,41,,,,", vec!["no-source@2"]),
        ("I001,,2023,41,,公报,,", vec!["no-region@2"]),
        ("I001,乙区,2023,41,个百分点,公报,,", vec!["unit-differs@2"]),
        ("I002,乙区,2023,41,亿美元,公报,,", vec!["unit-differs@2"]),
        ("I001,乙区,2023,41,,公报,,,多出的格", vec!["too-many-cells@2"]),
        // Everything that is wrong, in one answer.
        (
            ",甲区,2030,前三名,,,,",
            vec!["unknown-indicator@2", "own-region@2", "year-outside-period@2", "no-source@2", "rank-for-figure@2"],
        ),
    ];
    for (text, expected) in bad {
        assert_eq!(outcome(&[], &rows(text)), expected, "{text}");
    }
}

#[test]
fn a_region_keeps_the_name_it_was_called_first() {
    let known = peer("丙 区", "2022", "1");
    let bytes = [HEAD, "I001,丙区,2023,41,,公报,,"].concat();
    assert_eq!(outcome(&[known], bytes.as_bytes()), ["I001 丙 区 2023 41% 公报"]);
}

#[test]
fn the_own_region_is_known_by_code_name_and_title() {
    let cases = [
        ("虚构市甲区国民经济和社会发展纲要", "990102", "甲区", true),
        ("虚构市甲区国民经济和社会发展纲要", "990102", "虚构市甲区", true),
        ("虚构市甲区国民经济和社会发展纲要", "990102", "虚构市", false),
        ("青石县“十四五”规划", "某地", "青石", true),
        ("青石县“十四五”规划", "某地", "某地", true),
        ("青石县“十四五”规划", "某地", "黑石县", false),
        ("规划", "", "石县", false),
    ];
    for (title, code, name, own) in cases {
        assert_eq!(OwnRegion::of(&head(title, code), &Directory::default()).is(name), own, "{title} {code} {name}");
    }
    for (title, code, called) in [
        ("虚构市甲区国民经济和社会发展纲要", "990102", "虚构市甲区"),
        ("青石县“十四五”规划", "某地", "某地"),
        ("关于规划的说明", "990102", "本地区"),
    ] {
        assert_eq!(OwnRegion::of(&head(title, code), &Directory::default()).name, called, "{title} {code}");
    }
}

fn peer(region: &str, year: &str, value: &str) -> PeerFigure {
    let (value, definition) = value.split_once('*').unwrap_or((value, ""));
    PeerFigure {
        indicator: "I001".to_owned(),
        region: region.to_owned(),
        period: year.parse().unwrap(),
        value: decimal(value),
        unit: "%".to_owned(),
        source: format!("{region}{year}年公报"),
        definition: definition.to_owned(),
        note: String::new(),
        given: String::new(),
    }
}

#[test]
fn a_correction_and_a_withdrawal_replace_nothing() {
    let record = |value: &str| PeerEvent::Record(peer("乙区", "2023", value));
    let withdraw = PeerEvent::Withdraw {
        indicator: "I001".to_owned(),
        region: "乙区".to_owned(),
        period: "2023".parse().unwrap(),
        reason: "地区写错".to_owned(),
    };
    let mut peers = Peers::default();
    let stands = |peers: &Peers| -> Vec<String> {
        peers.standing().map(|kept| format!("{}v{}", kept.figure.value, kept.vintage)).collect()
    };
    let steps =
        [(record("41"), vec!["41v1"]), (record("42"), vec!["42v2"]), (withdraw, vec![]), (record("43"), vec!["43v3"])];
    for (number, (event, expected)) in (1..).zip(steps) {
        let json = serde_json::to_value(&event).unwrap();
        assert_eq!(serde_json::from_value::<PeerEvent>(json).unwrap(), event);
        peers.apply(event, (number, Timestamp::UNIX_EPOCH, "林规划"));
        assert_eq!((stands(&peers), peers.version()), (expected.into_iter().map(str::to_owned).collect(), number));
    }
    let all: Vec<(u32, bool)> = peers.of("I001").map(|kept| (kept.vintage, kept.withdrawn.is_some())).collect();
    assert_eq!(all, [(3, false), (2, true), (1, false)]);
}

#[test]
fn what_changed_since_is_named() {
    let before = [peer("乙区", "2023", "41"), peer("丙区", "2023", "40")];
    let after = [peer("乙区", "2023", "42"), peer("丁区", "2023", "39")];
    let found: Vec<String> = changes(&before, &after)
        .into_iter()
        .map(|c| format!("{} {} {} {:?}→{:?}", c.sort, c.which, c.field, c.before, c.after))
        .collect();
    assert_eq!(
        found,
        [
            "peer I001 丁区 2023  None→Some(\"39% 丁区2023年公报\")",
            "peer I001 丙区 2023  Some(\"40% 丙区2023年公报\")→None",
            "peer I001 乙区 2023 value Some(\"41%\")→Some(\"42%\")",
        ]
    );
    assert!(changes(&before, &before).is_empty());
}

/// Our figures and theirs as `2020 41, 2023 42`; what the comparison says.
fn said(ours: &str, theirs: &[(&str, &str)], change: impl Fn(&mut Indicator) -> Option<SeriesBreak>) -> String {
    let mut indicator = indicator("I001", "森林覆盖率", "%", Measure::Level);
    let broken = change(&mut indicator);
    let list = |text: &str| -> Vec<(String, String)> {
        let one = |part: &str| part.trim().split_once(' ').map(|(a, b)| (a.to_owned(), b.to_owned()));
        text.split(',').filter_map(one).collect()
    };
    let observation = |(period, value): &(String, String)| Observation {
        indicator: "I001".to_owned(),
        period: period.parse().unwrap(),
        value: decimal(value),
        standing: Standing::Statistical,
        vintage: 1,
        source: "公报".to_owned(),
        note: String::new(),
    };
    let observations: Vec<Observation> = list(ours).iter().map(observation).collect();
    let preferred = ([Standing::Statistical].as_slice(), date(2024, 12, 31));
    let figures = compare::own_figures(&indicator, observations.iter(), preferred, 2020);
    let mut peers: Vec<PeerFigure> = Vec::new();
    for (region, figures) in theirs {
        peers.extend(
            list(figures)
                .iter()
                .map(|(period, value)| PeerFigure { unit: indicator.unit.clone(), ..peer(region, period, value) }),
        );
    }
    let own = compare::Own { name: "甲区", indicator: &indicator, figures, breaks: broken.iter().collect() };
    let Some(found) = compare::compare(&own, &peers.iter().collect::<Vec<_>>()) else { return "无".to_owned() };
    let rows: Vec<String> = found
        .rows
        .iter()
        .map(|row| {
            let mark = if row.own {
                "!"
            } else if row.other_definition {
                "*"
            } else {
                ""
            };
            let from = row.from.as_ref().map_or("—".to_owned(), |v| v.value.to_string());
            format!("{}{mark} {from}→{}", row.region, row.to.value)
        })
        .collect();
    let from = found.from.map_or("—".to_owned(), |from| from.to_string());
    let place = found
        .place
        .map_or("不排位".to_owned(), |p| format!("{}/{}{}", p.place, p.of, if p.tied { "并列" } else { "" }));
    let median = found.median.map_or("—".to_owned(), plan_model::plain);
    let change = found.change.map_or("—".to_owned(), |c| {
        format!("{}对{}{}（{}）", c.own.round_dp(2).normalize(), c.median.round_dp(2).normalize(), c.unit, c.peers)
    });
    format!("{from}–{}：{}；{place}；中位数{median}；变化{change}；注{}", found.to, rows.join("、"), found.notes.len())
}

#[test]
fn comparisons_say_what_may_be_said() {
    let none = |_: &mut Indicator| None;
    let three = [("乙区", "2020 40, 2023 44"), ("丙区", "2020 42, 2023 43"), ("丁区", "2020 30, 2023 43")];
    assert_eq!(
        said("2020 41, 2023 43", &three, none),
        "2020–2023：乙区 40→44、甲区! 41→43、丁区 30→43、丙区 42→43；2/4并列；中位数43；变化2对4百分点（3）；注0"
    );
    // Lower is better: the best end is the other one.
    let lower = |of: &mut Indicator| {
        of.direction = Some(Direction::Lower);
        None
    };
    assert!(said("2020 41, 2023 43", &three, lower).contains("丁区 30→43、丙区 42→43、乙区 40→44；1/4并列"));
    // No direction, no ranking.
    let undirected = |of: &mut Indicator| {
        of.direction = None;
        None
    };
    assert_eq!(
        said("2020 41, 2023 43", &three, undirected),
        "2020–2023：甲区! 41→43、丁区 30→43、丙区 42→43、乙区 40→44；不排位；中位数43；变化2对4百分点（3）；注0"
    );
    // Amounts: percentages of the beginning; two peers, the median between them.
    let amount = |of: &mut Indicator| {
        of.unit = "亿元".to_owned();
        None
    };
    let two = [("乙区", "2020 100, 2023 110"), ("丙区", "2020 200, 2023 260")];
    assert!(said("2020 50, 2023 60", &two, amount).ends_with("3/3；中位数185；变化20对20%（2）；注0"));
    // Only what is there for one and the same period; who has none is named.
    let late = [("乙区", "2021 40, 2022 44"), ("丙区", "2022 43"), ("丁区", "2023 50")];
    assert_eq!(
        said("2021 41, 2022 42, 2023 45", &late, none),
        "2021–2022：乙区 40→44、丙区 —→43、甲区! 41→42；3/3；中位数43.5；变化1对4百分点（1）；注1"
    );
    // Another definition is shown and does not count.
    let defined =
        [("乙区", "2020 40, 2023 44*常住口径"), ("丙区", "2020 42, 2023 43"), ("丁区", "2020 30*旧口径, 2023 43")];
    assert_eq!(
        said("2020 41, 2023 43.5", &defined, none),
        "2020–2023：乙区* 40→44、甲区! 41→43.5、丁区 30→43、丙区 42→43；1/3；中位数43；变化2.5对1百分点（1）；注1"
    );
    // Our own definition changed in between: no change of ours is told.
    let broken = |_: &mut Indicator| {
        Some(SeriesBreak { indicator: "I001".to_owned(), from: "2022".parse().unwrap(), overlap: None })
    };
    assert!(said("2020 41, 2023 43", &three, broken).ends_with("变化—；注1"));
    // The base of the text stands for the base year.
    let based = |of: &mut Indicator| {
        of.baseline = Some(Baseline { value: decimal("39"), period: None });
        None
    };
    assert!(said("2023 43", &three, based).contains("甲区! 39→43"));
    // Nothing in common, nothing said.
    assert_eq!(said("2022 41", &three, none), "无");
    assert_eq!(
        said("2023-06 41", &[("乙区", "2023-06 40")], none).split('；').next(),
        Some("—–2023-06：甲区! —→41、乙区 —→40")
    );
}

#[test]
fn figures_of_peers_are_refused_among_our_own() {
    let own_head = head("虚构市甲区国民经济和社会发展纲要", "990102");
    let found = |text: &str| -> Vec<String> {
        let read = read_file("监测值.csv", text.as_bytes()).unwrap();
        among_own(&read.figures, &own_head).iter().map(|p| format!("{}@{}", p.code, p.place)).collect()
    };
    assert_eq!(found("指标,地区,期间,数值\nI001,甲区,2023,4\nI001,乙区,2023,5\n"), ["figure-of-a-peer@3"]);
    assert_eq!(found("指标,期间,数值,口径差异\nI001,2023,4,常住\n"), ["figure-of-a-peer@2"]);
    assert!(found("指标,期间,数值\nI001,2023,4\n").is_empty());
}

#[test]
fn what_an_assessment_keeps_is_over_on_its_day() {
    let mut peers = Peers::default();
    for (number, year) in (1..).zip(["2022", "2023", "2023Q2"]) {
        peers.apply(PeerEvent::Record(peer("乙区", year, "4")), (number, Timestamp::UNIX_EPOCH, "林规划"));
    }
    let kept = |day, wanted: bool| peers.known_on(day, |_| wanted).len();
    assert_eq!((kept(date(2023, 6, 30), true), kept(date(2023, 12, 31), true)), (2, 3));
    assert_eq!(kept(date(2023, 12, 31), false), 0);
    assert_eq!((peers.regions(), peers.is_empty()), (vec!["乙区"], false));
    let all: BTreeMap<u32, &str> = peers.of("I001").map(|kept| (kept.vintage, kept.figure.region.as_str())).collect();
    assert_eq!(all.len(), 1, "each is the first of its period");
}
