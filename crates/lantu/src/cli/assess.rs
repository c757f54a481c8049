//! `lantu assess PLAN` and `lantu assess --case DIR`: how the indicators stand.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use plan_assessment::{
    AssessRow, Case, DEFAULT_RULE_SET, Question, RuleSet, Rules, assess, compare, forecasts, read_case, ready_rule_set,
    ready_rule_sets,
};
use plan_model::{Indicator, Verdict};
use plan_workflow::{assess::Situation, records::PlanId};
use serde::Serialize;

use super::{Failure, Outcome, files, forecasts as by_methods, output, store};
use crate::clock::Clock;

/// The largest file of a case or of rules.
const LARGEST: usize = 16 * 1024 * 1024;

/// What to judge, and how.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("what").required(true).args(["plan", "case"])))]
pub(crate) struct Args {
    /// 规划编号
    plan: Option<PlanId>,
    /// 文件夹，内有 indicators.tsv 和 values.tsv；不用数据库
    #[arg(long, value_name = "DIR")]
    case: Option<PathBuf>,
    /// 判断日期，如 2023-12-31；不写则为今天
    #[arg(long, value_name = "DATE", value_parser = super::day)]
    as_of: Option<Date>,
    /// 判断规则：share-of-pace、points-behind、growth-pace，或一个 .toml 规则文件
    #[arg(long, value_name = "NAME", default_value = DEFAULT_RULE_SET)]
    rules: String,
    /// 输出格式
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// 不列判断，改列各指标用默认方法和较慢的方法所作的测算（非官方，不影响判断）
    #[arg(long)]
    forecasts: bool,
    #[command(flatten)]
    store: store::StoreArgs,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum Format {
    Table,
    Json,
    Csv,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let rules = rule_set(&args.rules)?;
    let as_of = args.as_of.unwrap_or_else(|| Clock::System.today());
    match (&args.case, args.plan) {
        (Some(folder), _) => {
            let case = case(folder)?;
            let question = Question {
                indicators: &case.indicators,
                observations: &case.observations,
                breaks: &[],
                agreed: &[],
                nodes: &[],
                period: case.period,
                as_of,
            };
            if args.forecasts {
                let rules = Rules::ready(&rules);
                let told = case.indicators.iter().filter_map(|one| Some((one, forecasts(&question, &one.id, &rules)?)));
                return output::print(&by_methods::shown(args.format, &told.collect::<Vec<_>>())?);
            }
            let verdicts = assess(&question, &rules);
            output::print(&shown(args.format, &case.indicators, &verdicts)?)?;
            if !case.official.is_empty() && matches!(args.format, Format::Table) {
                let agreement = compare(&verdicts, &case.official, &rules);
                output::print(&format!("与官方判断相同：{} / {}\n", agreement.same, agreement.judged))?;
            }
            Ok(())
        }
        (None, Some(plan)) => args.store.with(async |store| {
            let situation = Situation::read(&store, plan, None).await?;
            if args.forecasts {
                let indicators = situation.records.iter().map(|record| &record.indicator);
                let told = indicators.filter_map(|one| Some((one, situation.forecasts(&one.id, &rules, as_of)?)));
                return output::print(&by_methods::shown(args.format, &told.collect::<Vec<_>>())?);
            }
            let verdicts = situation.verdicts(&rules, as_of);
            let indicators: Vec<Indicator> = situation.records.iter().map(|record| record.indicator.clone()).collect();
            output::print(&shown(args.format, &indicators, &verdicts)?)
        }),
        // Clap asks for one of the two.
        (None, None) => Err(Failure::new("请写出规划编号，或用 --case 指定文件夹")),
    }
}

/// The ready rule set of this name, or the one in this file.
pub(crate) fn rule_set(name: &str) -> Result<RuleSet, Failure> {
    if let Some(rules) = ready_rule_set(name) {
        return Ok(rules.clone());
    }
    if !name.ends_with(".toml") {
        let known: Vec<&str> = ready_rule_sets().iter().map(|rules| rules.name.as_str()).collect();
        return Err(Failure::new(format!(
            "没有判断规则“{name}”；可用 {}，或写出一个 .toml 规则文件",
            known.join("、")
        )));
    }
    RuleSet::parse(&text(Path::new(name))?).map_err(|error| Failure::new(format!("{name}:0: {error}")))
}

fn text(path: &Path) -> Result<String, Failure> {
    String::from_utf8(files::bytes(path, LARGEST)?)
        .map_err(|_| Failure::new(format!("{}:0: 不是 UTF-8 文本；请另存为 UTF-8", path.display())))
}

fn case(folder: &Path) -> Result<Case, Failure> {
    let (indicators, values) = (folder.join("indicators.tsv"), folder.join("values.tsv"));
    let case = read_case(&text(&indicators)?, &text(&values)?);
    eprint!("{}", files::problem_lines(&indicators, &case.indicator_problems));
    eprint!("{}", files::problem_lines(&values, &case.value_problems));
    if case.indicators.is_empty() {
        return Err(Failure::new(format!("{}:0: 没有可用的指标；请按上面所列改正", indicators.display())));
    }
    Ok(case)
}

/// A verdict with the name of what it judges.
#[derive(Serialize)]
struct Named<'a> {
    name: &'a str,
    #[serde(flatten)]
    verdict: &'a Verdict,
}

fn shown(format: Format, indicators: &[Indicator], verdicts: &[Verdict]) -> Result<String, Failure> {
    let pairs = || indicators.iter().zip(verdicts);
    let rows = || pairs().map(|(indicator, verdict)| AssessRow::new(indicator, verdict));
    match format {
        Format::Json => {
            let named: Vec<Named<'_>> =
                pairs().map(|(indicator, verdict)| Named { name: &indicator.name, verdict }).collect();
            output::json(&named)
        }
        Format::Csv => output::csv(AssessRow::COLUMNS, rows().map(|row| row.cells().map(str::to_owned))),
        Format::Table => {
            let head = ["编号", "指标", "属性", "现值", "期间", "应达", "进度比", "判断", "理由"].map(str::to_owned);
            let body = rows()
                .map(|r| [r.id, r.name, r.kind, r.value, r.value_period, r.expected, r.ratio, r.status, r.reason]);
            Ok(output::table(&std::iter::once(head).chain(body).collect::<Vec<_>>()))
        }
    }
}
