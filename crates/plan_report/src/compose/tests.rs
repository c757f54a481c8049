//! Reports from a small fictional case, judged by the default rule set.

use jiff::civil::date;
use plan_assessment::{DEFAULT_RULE_SET, Question, assess, read_case, ready_rule_set};
use plan_model::{PeerChange, PeerComparison, PeerNote, PeerPlace, PeerRow, PeerValue, Period, Status};

use super::*;
use crate::{
    document::{Row, Run},
    write_docx,
};

const INDICATORS: &str = "\
id\tgroup\tname\tunit\tbase_year\tbase_value\ttarget_year\ttarget_value\top\ttype\tdirection\tkind
1\t一、创新发展\t研发投入强度\t%\t2020\t2.1\t2025\t3.1\t>=\tlevel\thigher\t预期性
2\t一、创新发展\t新增高新技术企业\t家\t\t\t2025\t200\t>=\tcumulative\thigher\t预期性
3\t二、绿色发展\t森林覆盖率\t%\t2020\t51\t2025\t53\t>=\tlevel\thigher\t约束性
4\t二、绿色发展\t空气质量优良天数比例\t%\t2020\t90\t2025\t93\t>=\tlevel\thigher\t约束性
";

const VALUES: &str = "\
id\tperiod\tvalue\tstatus
1\t2021\t2.3\tsourced
1\t2022\t2.5\tsourced
1\t2023\t2.7\tsourced
2\t2021\t40\tsourced
2\t2022\t45\tsourced
2\t2023\t50\tsourced
3\t2021\t51\tsourced
3\t2022\t51.1\tsourced
3\t2023\t51.1\tsourced
";

fn data() -> ReportData {
    let case = read_case(INDICATORS, VALUES);
    assert!(case.indicator_problems.is_empty() && case.value_problems.is_empty(), "{case:?}");
    let rules = ready_rule_set(DEFAULT_RULE_SET).unwrap();
    let verdicts = |year: i16| {
        let question = Question {
            indicators: &case.indicators,
            observations: &case.observations,
            breaks: &[],
            agreed: &[],
            nodes: &[],
            period: Some("2021-2025".parse().unwrap()),
            as_of: date(year, 12, 31),
        };
        assess(&question, rules)
    };
    let indicators = case.indicators.iter().zip(verdicts(2023)).enumerate().map(|(at, (indicator, verdict))| {
        let figures = case.observations.iter().filter(|o| o.indicator == indicator.id);
        IndicatorStanding {
            indicator: indicator.clone(),
            behind: verdict.status.code == "behind",
            verdict,
            history: figures
                .map(|o| HistoryPoint {
                    period: o.period,
                    value: o.value,
                    standing: o.standing,
                    source: "示例公报".to_owned(),
                })
                .collect(),
            by_year: (2021..=2023).map(|year| (year, verdicts(year)[at].clone())).collect(),
            explanation: None,
        }
    });
    let status = Status {
        code: "on_schedule".to_owned(),
        word: "按期".to_owned(),
        word_en: "on schedule".to_owned(),
        shape: "●".to_owned(),
        colour: "#4a8f29".to_owned(),
        order: 1,
        judged: true,
    };
    let work = |group, name: &str| WorkStanding {
        subject: "W1".to_owned(),
        group,
        chapter: "一、创新发展".to_owned(),
        name: name.to_owned(),
        lead: "区科技局".to_owned(),
        due: "2025年".to_owned(),
        status: status.clone(),
        progress: "节点均按期完成".to_owned(),
        behind: false,
        explanation: None,
    };
    ReportData {
        assessment: "A-1".to_owned(),
        plan: "示例区第十四个五年规划纲要".to_owned(),
        region: "示例区".to_owned(),
        period: "2021-2025".parse().unwrap(),
        as_of: date(2023, 12, 31),
        rule_set: rules.title.clone(),
        time_passed: "0.6".parse().unwrap(),
        sample: true,
        indicators: indicators.collect(),
        work: vec![work(WorkGroup::Task, "建成示例实验室"), work(WorkGroup::Project, "示例产业园")],
        peers: vec![beside("1", true), beside("3", false)],
        texts: [("困难和问题".to_owned(), vec!["要素保障不足。".to_owned()])].into(),
    }
}

/// The region second of three; or with a peer that counts otherwise, and only now.
fn beside(indicator: &str, ranked: bool) -> PeerComparison {
    let value = |value: &str, source: &str| PeerValue {
        value: value.parse().unwrap(),
        source: source.to_owned(),
        standing: (source == "示例公报").then_some(plan_model::Standing::Statistical),
    };
    let published = |region: &str| match region {
        "示例区" => "示例公报".to_owned(),
        other => format!("{other}2023年公报（虚构）"),
    };
    let row = |region: &str, from: &str, to: &str| PeerRow {
        region: region.to_owned(),
        own: region == "示例区",
        from: ranked.then(|| value(from, &format!("{region}2020年公报（虚构）"))),
        to: value(to, &published(region)),
        other_definition: !ranked && region == "甲邻区",
    };
    let change = PeerChange {
        own: "0.6".parse().unwrap(),
        median: "-0.15".parse().unwrap(),
        peers: 2,
        unit: "百分点".to_owned(),
        relative: false,
    };
    let other = PeerNote::OtherDefinition { region: "甲邻区".to_owned(), words: "含飞地".to_owned() };
    let notes = vec![other, PeerNote::NotThen { region: "丙邻区".to_owned(), latest: "2022".parse().unwrap() }];
    PeerComparison {
        indicator: indicator.to_owned(),
        unit: "%".to_owned(),
        from: ranked.then(|| "2020".parse().unwrap()),
        to: "2023".parse().unwrap(),
        rows: vec![row("甲邻区", "2.9", "3"), row("示例区", "2.1", "2.7"), row("乙邻区", "2.4", "2.2")],
        place: ranked.then_some(PeerPlace { place: 2, of: 3, tied: false }),
        median: Some("2.6".parse().unwrap()),
        change: ranked.then_some(change),
        notes: if ranked { Vec::new() } else { notes },
    }
}

#[test]
fn peers_stand_in_a_part_of_their_own_with_every_source() {
    let words = composed("# 标题\n## 指标\n{{横向比较}}").unwrap();
    let expected = "\
与同类地区比较
有同类地区同期数的指标[2项]，同类地区为甲邻区、乙邻区。各地的数取自其公开发布的资料，只作比较，不参与对本规划的判断和测算。
森林覆盖率。2023年示例区为[2.7%]，同类地区的中位数为[2.6%]。
图：森林覆盖率与同类地区比较
注：森林覆盖率：甲邻区口径不同（含飞地），不参加排位；丙邻区没有2023年的数（最近为2022年），未列入。
研发投入强度。2023年示例区为[2.7%]，在有同期、同口径数的[3个]地区（含本地区）中居第[2位]，同类地区的中位数为[2.6%]；与2020年相比，示例区提高[0.6个百分点]，同类地区变化的中位数为下降[0.15个百分点]。
图：研发投入强度与同类地区比较
森林覆盖率（2023年，%）
甲邻区*||—|[3]|甲邻区2023年公报（虚构）
示例区||—|[2.7]|统计：示例公报
乙邻区||—|[2.2]|乙邻区2023年公报（虚构）
研发投入强度（2020年—2023年，%）
甲邻区||[2.9]|[3]|甲邻区2020、2023年公报（虚构）
示例区|[2]|[2.1]|[2.7]|统计：示例公报；起点：示例区2020年公报（虚构）
乙邻区||[2.4]|[2.2]|乙邻区2020、2023年公报（虚构）";
    assert!(words.contains(expected), "{words}");
    // Nobody's figures, nothing said: not even a heading.
    let mut alone = data();
    alone.peers.clear();
    let document = compose(&Template::parse("# 标题\n{{横向比较}}").unwrap(), &alone).unwrap();
    assert!(document.blocks.is_empty(), "{:?}", document.blocks);
    // Every number but the counts knows its source and its time.
    let document = compose(&Template::parse("# 标题\n{{横向比较}}").unwrap(), &data()).unwrap();
    let mut bound = 0;
    for number in numbers(&document.blocks).filter(|number| !number.subject.starts_with("count/")) {
        assert!(!number.source.is_empty() && number.period.is_some(), "{number:?}");
        bound += 1;
    }
    assert_eq!(bound, 9 + 6, "six figures now, three at the beginning; two own, two medians, two changes in words");
}

/// All numbers of paragraphs and tables.
fn numbers(blocks: &[Block]) -> impl Iterator<Item = &crate::document::Number> {
    let runs = blocks.iter().flat_map(|block| -> Vec<&Run> {
        match block {
            Block::Paragraph(runs) => runs.iter().collect(),
            Block::Table(table) => {
                let cells = table.rows.iter().filter_map(|row| match row {
                    Row::Cells(cells) => Some(cells.iter().flatten()),
                    Row::Group(_) => None,
                });
                cells.flatten().collect()
            }
            _ => Vec::new(),
        }
    });
    runs.filter_map(|run| match run {
        Run::Number(number) => Some(number),
        Run::Text(_) | Run::Strong(_) | Run::Word(_) => None,
    })
}

/// The words of a composed template.
fn composed(template: &str) -> Result<String, TemplateError> {
    let document = compose(&Template::parse(template)?, &data())?;
    let words = |runs: &[Run]| {
        runs.iter()
            .map(|run| match run {
                Run::Text(words) | Run::Strong(words) => words.clone(),
                Run::Number(number) => format!("[{}]", number.words()),
                Run::Word(word) => word.words.clone(),
            })
            .collect::<String>()
    };
    let mut out = vec![document.title.clone()];
    out.extend(document.subtitle.clone());
    for block in &document.blocks {
        out.push(match block {
            Block::Heading(_, runs) | Block::Paragraph(runs) | Block::Note(runs) | Block::Addressee(runs) => {
                words(runs)
            }
            Block::Closing(lines) => lines.iter().map(|line| line.words.as_str()).collect::<Vec<_>>().join("\n"),
            Block::Table(table) => {
                let row = |row: &Row| match row {
                    Row::Cells(cells) => cells.iter().map(|c| words(c)).collect::<Vec<_>>().join("|"),
                    Row::Group(words) => words.clone(),
                };
                table.rows.iter().map(row).collect::<Vec<_>>().join("\n")
            }
            Block::FreeText(text) => format!("({}) {}", text.title, text.paragraphs.join("")),
            Block::Figure(figure) => format!("图：{}", figure.caption),
            Block::Annex(annex) => format!("附件：{}", annex.title),
            Block::PageBreak | Block::Contents => String::new(),
        });
    }
    Ok(out.join("\n"))
}

#[test]
fn every_ready_template_is_filled_and_written() {
    for kind in ReportKind::ALL {
        let template = Template::parse(kind.ready_template()).unwrap();
        let document = compose(&template, &data()).unwrap_or_else(|e| panic!("{kind}: {e}"));
        assert!(document.subtitle.iter().any(|line| line.contains("示例")), "a sample says so");
        let issued = write_docx(&document).unwrap();
        // The brief is one page.
        let least = if *kind == ReportKind::Brief { 5 } else { 11 };
        assert!(issued.numbers.numbers.len() >= least, "{kind}: {} numbers", issued.numbers.numbers.len());
        // What is counted or said twice agrees with itself.
        for number in &issued.numbers.numbers {
            let other = issued.numbers.numbers.iter().find(|n| n.subject == number.subject && n.value != number.value);
            assert!(other.is_none(), "{kind}: {number:?} and {other:?}");
        }
        assert_eq!(kind.code().parse::<ReportKind>().unwrap(), *kind);
    }
}

#[test]
fn the_final_report_has_the_five_parts_of_the_decision() {
    let template = Template::parse(ReportKind::Final.ready_template()).unwrap();
    let headings: Vec<String> = template
        .parts
        .iter()
        .filter_map(|(_, part)| match part {
            Part::Heading(crate::Level::One, words) => Some(fields::words(words, &data(), 1).unwrap()),
            _ => None,
        })
        .collect();
    assert_eq!(headings, ["主要指标完成情况", "重点任务完成情况", "重大项目完成情况", "困难和问题", "意见"]);
}

#[test]
fn sentences_are_computed_from_the_verdicts() {
    let whole = composed("# 标题\n{{总体结论}}").unwrap();
    for part in [
        "指标共[4项]，其中约束性[2项]、预期性[2项]",
        "规划期已过[60%]。\n列入监测的指标[4项]，能够判断的[3项]：基本符合预期[2项]、滞后[1项]。",
        "符合进度要求的[2项]，占[66.7%]；尚无达到规划目标值的。其余[1项]数据不全，无法判断。",
        "不是官方评估结论",
    ] {
        assert!(whole.contains(part), "{part} is not in {whole}");
    }
    let chapters = composed("# 标题\n{{分章结论}}").unwrap();
    for part in [
        "创新发展\n共[2项]，基本符合预期[2项]。有监测值的[2项]见指标明细表。",
        "森林覆盖率2023年为[51.1%]（2020年基期[51%]），目标不低于[53%]，判断为滞后。",
    ] {
        assert!(chapters.contains(part), "{part} is not in {chapters}");
    }
    let brief = composed("# 标题\n{{简要结论}}").unwrap();
    assert!(
        brief.contains("列入监测的[4项]指标中，能够判断的[3项]：基本符合预期[2项]、滞后[1项]；符合进度要求的占[66.7%]")
            && brief.contains("重点任务[1项]，其中按期[1项]。"),
        "{brief}"
    );
    let table = composed("# 标题\n{{主要指标表}}").unwrap();
    assert!(table.contains("2|新增高新技术企业|预期性|家|—|[[135]]|[≥[200]]|"), "sums in brackets: {table}");
    assert!(table.contains("一、创新发展\n1|研发投入强度|预期性|%|[2.1]|[2.7]|≥[3.1]|"), "{table}");
    assert!(table.contains("4|空气质量优良天数比例|约束性|%|[90]|—|≥[93]|◇ 无法判断"), "{table}");
    let behind = composed("# 标题\n{{滞后指标说明}}").unwrap();
    assert!(behind.contains("森林覆盖率（约束性）") && behind.contains("(森林覆盖率：原因)"), "{behind}");
    let detail = composed("# 标题\n{{指标明细表}}").unwrap();
    assert!(detail.contains("一、创新发展\n1|研发投入强度|预期性|%|[2.1]|[2.3]|[2.5]|[2.7]|≥[3.1]"), "{detail}");
    assert!(detail.contains("◇ 无法判断|没有可用的监测值"), "{detail}");
    assert!(detail.contains("● 基本符合预期|按序时进度应为"), "a value under its year is not told again: {detail}");
}

#[test]
fn a_template_with_a_fault_is_refused_with_its_line() {
    let cases = [
        ("", "第 1 行：模板是空的"),
        ("正文", "第 1 行：第一行应是标题"),
        ("# 标题\n\n{{不存在}}", "第 3 行：不认识的字段“{{不存在}}”；句中可用：规划名称"),
        ("# 标题\n见{{主要指标表}}。", "第 2 行：字段“{{主要指标表}}”会生成整段或整张表"),
        ("# 标题\n共{{指标总数", "第 2 行：“{{指标总数”没有结束"),
        ("# 标题\n【待填：问题", "第 2 行：“【待填：”没有结束"),
        ("# 标题\n###### 六级", "第 2 行：标题最多五个“#”"),
        ("# {{什么}}", "第 1 行：不认识的字段“{{什么}}”"),
    ];
    for (template, expected) in cases {
        let error = composed(template).unwrap_err().to_string();
        assert!(error.contains(expected), "{template:?}: {error}");
    }
}

#[test]
fn every_field_is_named_in_the_readme_and_gives_something() {
    let readme = include_str!("../../../../rules/reports/README.md");
    for name in fields::all() {
        assert!(readme.contains(name), "{name} is not in rules/reports/README.md");
        let words = composed(&format!("# 题\n{{{{{name}}}}}\n【附件】甲")).unwrap();
        assert!(words.chars().count() > "题\n\n附件：甲".chars().count() + 1, "{name} gives nothing: {words}");
    }
}

#[test]
fn a_report_has_the_lines_of_an_official_document() {
    let words = composed(
        "# 标题\n【主送】{{主送机关}}：\n正文。\n{{附件说明}}\n【署名】{{报送机关}}\n【附件】甲表\n【附件横排】乙表",
    );
    let expected =
        "示例区人民代表大会常务委员会：\n正文。\n附件：1.甲表\n2.乙表\n示例区人民政府\n　　　　年　　月　　日";
    assert!(words.as_ref().is_ok_and(|words| words.contains(expected)), "{words:?}");
    let mut unknown = data();
    unknown.region.clear();
    let document = compose(&Template::parse("# 标题\n【主送】{{主送机关}}：").unwrap(), &unknown).unwrap();
    assert!(matches!(document.blocks.as_slice(), [Block::Addressee(runs)] if runs[0].words() == "〔主送机关〕"));
}

#[test]
fn main_indicators_are_concluded_apart_and_a_year_is_no_plan_period() {
    let mut many = data();
    many.indicators[1].indicator.kind = plan_model::IndicatorKind::NotStated;
    let words = |data: &ReportData| -> String {
        let runs = sentences::whole(data).into_iter().flatten();
        runs.map(|run| run.words()).collect()
    };
    let said = words(&many);
    for part in [
        "预期性1项（以下称主要指标），其余1项未注明属性。",
        "主要指标3项，能够判断的2项：",
        "列入监测的指标4项，能够判断的3项：",
    ] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
    for standing in &mut many.indicators {
        standing.indicator.kind = plan_model::IndicatorKind::NotStated;
    }
    many.period = "2023-2023".parse().unwrap();
    let said = words(&many);
    assert!(!said.contains("未注明") && said.contains("计划年度已过60%"), "{said}");
    // A table of nothing but targets stands in the annex alone.
    many.indicators.retain(|i| i.verdict.value.is_none());
    let document = compose(&Template::parse("# 标题\n{{主要指标表}}").unwrap(), &many).unwrap();
    assert!(matches!(document.blocks.as_slice(), [Block::Paragraph(_)]), "{:?}", document.blocks);
    assert!(words(&many).ends_with("列入监测的指标1项，目前都无法判断，原因见附件。"), "{}", words(&many));
}

#[test]
fn a_brief_says_how_many_more_of_what() {
    let mut many = data();
    let one = many.indicators.iter().find(|i| i.behind).unwrap().clone();
    many.indicators.extend((0..5).map(|_| one.clone()));
    many.work[1].behind = true;
    let document = compose(&Template::parse("# 标题\n{{滞后要点}}").unwrap(), &many).unwrap();
    let Some(Block::Paragraph(runs)) = document.blocks.last() else { panic!("{:?}", document.blocks) };
    let said: String = runs.iter().map(|run| run.words()).collect();
    assert_eq!(said, "另有4项指标（森林覆盖率等）、1项重大项目（示例产业园）进度滞后。");
}

#[test]
fn a_plan_without_figures_or_indicators_still_has_a_report() {
    let mut bare = data();
    for standing in &mut bare.indicators {
        standing.history.clear();
        standing.by_year.clear();
    }
    let mut empty = bare.clone();
    empty.indicators.clear();
    empty.work.clear();
    for data in [bare, empty] {
        for kind in ReportKind::ALL {
            let template = Template::parse(kind.ready_template()).unwrap();
            write_docx(&compose(&template, &data).unwrap()).unwrap_or_else(|e| panic!("{kind}: {e}"));
        }
    }
}

#[test]
fn periods_are_written_as_people_do() {
    for (period, words) in
        [("2023", "2023年"), ("2023Q2", "2023年二季度"), ("2023-06", "2023年6月"), ("2023-11", "2023年11月")]
    {
        let period: Period = period.parse().unwrap();
        assert_eq!(sentences::period_words(&period.to_string()), words);
    }
}

#[test]
fn what_cannot_be_judged_is_listed_by_what_is_missing() {
    let words = composed("# 标题\n{{无法判断说明}}").unwrap();
    assert!(words.contains("截至2023年12月31日没有可用的监测值（1项）\n二、绿色发展|空气质量优良天数比例"), "{words}");
    let mut judged = data();
    judged.indicators.retain(|i| i.verdict.status.judged);
    let document = compose(&Template::parse("# 标题\n{{无法判断说明}}").unwrap(), &judged).unwrap();
    assert!(matches!(document.blocks.as_slice(), [Block::Paragraph(_)]), "a sentence and no empty table");
}

#[test]
fn drawings_show_the_forecast_and_their_numbers_stand_in_an_annex() {
    let document = compose(
        &Template::parse(
            "# 标题\n{{进度图}}\n{{历年判断图}}\n{{年度变化图}}\n{{指标走势图}}\n【附件】图表数据\n{{图表数据}}",
        )
        .unwrap(),
        &data(),
    )
    .unwrap();
    let figures: Vec<_> = document
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::Figure(figure) => Some(figure),
            _ => None,
        })
        .collect();
    let captions: Vec<&str> = figures.iter().map(|f| f.caption.as_str()).collect();
    assert_eq!(
        captions,
        [
            "主要指标从基期到目标的进度",
            "主要指标历年判断",
            "一年来从基期到目标走过的路程",
            "研发投入强度的走势",
            "新增高新技术企业的走势",
            "森林覆盖率的走势"
        ]
    );
    let course = &figures[3].drawing;
    let svg = course.standalone();
    // The strokes that tell the band without colour, and its ends in words.
    assert!(svg.contains("测算 ") && svg.matches(r#"stroke-width="0.6""#).count() > 10, "{svg}");
    let [.., last, target] = course.table.rows.as_slice() else { panic!("{:?}", course.table) };
    assert!(last[0] == "2025年" && last[2].contains("%（"), "{last:?}");
    assert_eq!(*target, ["2025年目标", "≥3.1%", "—"]);
    assert!(figures[0].drawing.standalone().contains("一、创新发展"), "rows stand under their chapters");
    let tables: Vec<_> = document
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::Table(table) => Some(table),
            _ => None,
        })
        .collect();
    assert_eq!(tables.len(), 4, "one for each sort of drawing");
    let numbers: usize = figures.iter().map(|f| f.drawing.table.rows.len() + 1).sum();
    assert_eq!(tables.iter().map(|t| t.rows.len()).sum::<usize>(), numbers, "every number of every drawing");
    assert!(matches!(&tables[0].rows[0], Row::Group(words) if words == "图1　主要指标从基期到目标的进度"));
}

#[test]
fn the_even_pace_leads_to_the_target_that_was_judged() {
    let mut later = data();
    let standing = &mut later.indicators[0];
    let mut target = standing.indicator.targets[0].clone();
    (target.value, target.due) = (Some("4".parse().unwrap()), plan_model::DueYear::Year(2035));
    standing.indicator.targets.push(target);
    let document = compose(&Template::parse("# 标题\n{{指标走势图}}").unwrap(), &later).unwrap();
    let Some(Block::Figure(figure)) = document.blocks.first() else { panic!("{:?}", document.blocks) };
    let svg = figure.drawing.standalone();
    // 2020 to 2025 is a third of the axis to 2035: the dashed line ends there.
    let dashed = svg.split("<path").find(|path| path.contains(r#"stroke-dasharray="5 4""#)).unwrap();
    let end: f64 = dashed.rsplit_once('L').unwrap().1.split(' ').next().unwrap().parse().unwrap();
    assert!(end < 300.0, "{dashed}");
}

#[test]
fn a_brief_names_at_most_so_many_and_says_how_many_more() {
    let mut many = data();
    let one = many.indicators.iter().find(|i| i.behind).unwrap().clone();
    many.indicators.extend((0..14).map(|at| {
        let mut next = one.clone();
        next.indicator.id = format!("x{at}");
        next
    }));
    let document = compose(&Template::parse("# 标题\n{{滞后指标清单}}").unwrap(), &many).unwrap();
    match document.blocks.as_slice() {
        [Block::Table(table), Block::Note(note)] => {
            assert_eq!(table.rows.len(), 9);
            assert!(matches!(&note[1], Run::Number(n) if n.words() == "6项"), "{note:?}");
        }
        other => panic!("{other:?}"),
    }
}
