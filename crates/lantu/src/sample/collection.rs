//! Rounds of the sample: the yearly one of 2022, which is over and locked, and a
//! monthly one that is open on the day of the sample.

use jiff::{Timestamp, civil::date};
use plan_model::{Answer, Period, Standing, UnitId};
use plan_store::Store;
use plan_workflow::{
    WorkflowError,
    collection::{Asked, Desk, Entry, Filled, Frequency, Opening, Rounds, SheetPlace, Stage, Step},
    directory::{self, Directory, Post},
    permissions::Actor,
    records::PlanId,
    storage::Storage as _,
};

use super::AS_OF;

/// Which unit is asked for the indicators whose name contains a word.
const ASKED: [(&str, &str); 6] = [
    ("教育", "区教育局"),
    ("幼儿园", "区教育局"),
    ("新增就业", "区人力资源和社会保障局"),
    ("托位", "区卫生健康局"),
    ("外资", "区商务局"),
    ("停车", "区住房和城乡建设局"),
];

/// Opens the rounds of a plan that has none.
pub(super) async fn load(store: &Store, planner: &Actor, now: Timestamp, plan: PlanId) -> Result<(), WorkflowError> {
    let directory = directory::read(store, None).await?;
    if Rounds::read(store, plan, None).await?.version() > 0 {
        return Ok(());
    }
    let indicators = store.indicators(plan, None).await?;
    let mut asked = Vec::new();
    for record in indicators.iter().filter(|record| record.is_followed()) {
        let name = &record.indicator.name;
        let unit = ASKED.iter().find(|(word, _)| name.contains(word)).and_then(|(_, unit)| directory.unit_named(unit));
        asked.extend(unit.map(|unit| Asked { subject: record.indicator.id.clone(), unit: unit.id.clone() }));
    }
    let desk = Desk { storage: store, actor: planner, now, today: AS_OF, directory: &directory };
    let yearly =
        Opening { period: Period::Year(2022), frequency: Frequency::Yearly, dates: None, asked: asked.clone() };
    let past = desk.open(plan, &Rounds::read(store, plan, None).await?, yearly).await?;
    answer(store, planner, (now, plan, &past), &directory).await?;
    let rounds = Rounds::read(store, plan, None).await?;
    desk.lock(plan, &rounds, &past, "年度数据已核收完毕").await?;
    let dates = Some((date(2023, 12, 1), date(2023, 12, 28), date(2024, 1, 12)));
    let monthly = Opening { period: Period::Month(2023, 11), frequency: Frequency::Monthly, dates, asked };
    desk.open(plan, &Rounds::read(store, plan, None).await?, monthly).await?;
    Ok(())
}

/// What the units answered: the figures that are stored as reported, and that
/// there is none where there is none.
async fn answer(
    store: &Store,
    planner: &Actor,
    (now, plan, round): (Timestamp, PlanId, &str),
    directory: &Directory,
) -> Result<(), WorkflowError> {
    let rounds = Rounds::read(store, plan, None).await?;
    let Some(state) = rounds.round(round) else { return Ok(()) };
    let figures = store.figures(plan, None, None).await?;
    let today = state.round.due;
    let units: Vec<UnitId> = state.units().cloned().collect();
    for unit in &units {
        let acts = |role: &str| {
            let name =
                directory.holders(unit, role, today).first().map_or("示例", |(person, _)| person.name.as_str());
            let post = Post { unit: unit.clone(), role: role.to_owned(), deputy: false };
            Actor::new(name, "staff").with_posts(vec![post])
        };
        let (reporter, approver) = (acts("reporter"), acts("approver"));
        let desk = |actor| Desk { storage: store, actor, now, today, directory };
        let reported = |subject: &str| {
            let same = figures.iter().map(|figure| &figure.observation).filter(|figure| {
                figure.indicator == subject
                    && figure.period == state.round.period
                    && figure.standing == Standing::Reported
            });
            let latest = same.max_by_key(|figure| figure.vintage);
            let none =
                || Answer::NoneThisPeriod { reason: "以统计部门发布的数据为准".to_owned(), expected: None };
            latest.map_or_else(none, |figure| Answer::Figure {
                value: figure.value,
                proxy: false,
                source: figure.source.clone(),
            })
        };
        let filled: Vec<Filled> = state
            .asked_of(unit)
            .map(|subject| Filled { subject: subject.to_owned(), entry: Entry::Figure(reported(subject)), seen: None })
            .collect();
        let place = SheetPlace { plan, round: state, unit };
        desk(&reporter).save(place, &filled, (true, true)).await?;
        let rows = (1..).zip(&filled).map(|(number, one)| (unit.clone(), one.subject.clone(), number));
        let rows: Vec<_> = rows.collect();
        desk(&approver).judge(plan, state, Step::Pass(Stage::Unit), &rows).await?;
        desk(planner).judge(plan, state, Step::Pass(Stage::Planning), &rows).await?;
    }
    Ok(())
}
