//! Confirming what was found, by requests: what every key and button sends.

use axum::http::StatusCode;
use plan_workflow::{
    confirm::{Fate, Ground, State},
    records::PlanId,
    storage::Storage as _,
};

use crate::people::{Answer, Office, Person};

#[path = "../../../plan_extraction/tests/cases/prose.rs"]
#[allow(dead_code, reason = "the parser of the cases is shared; not all of it is asked here")]
mod prose;

/// C1 to C4 in lines 4 and 6; the same station is promised twice and differently.
const TEXT: &str = "虚构县国民经济和社会发展第十四个五年规划纲要（2021-2025年）\n\
    第一章 发展目标\n\
    2020年，常住人口城镇化率为60%。\n\
    到2025年，常住人口城镇化率达到70%，城镇调查失业率控制在5.5%以内。\n\
    第二章 民生\n\
    到2025年，新增公共停车位1000个，软件和算力产业产值达到500亿元。\n\
    到2025年，新增公共停车位1200个。\n\
    加快建设云岭算力中心，推进数据开放。\n";

struct Desk {
    office: Office,
    plan: PlanId,
    lin: Person,
}

impl Desk {
    async fn open() -> Self {
        let office = Office::open().await;
        let plan = office.import(TEXT).await;
        let lin = office.planner().await;
        Self { office, plan, lin }
    }

    /// A second planner.
    async fn zhou(&self) -> Person {
        self.office.colleague("周规划", "planner").await
    }

    fn path(&self, tail: &str) -> String {
        format!("/plans/{}/confirm{tail}", self.plan)
    }

    async fn state(&self) -> State {
        let ground = Ground::read(&self.office.store, self.plan).await.unwrap();
        State::fold(&ground, self.office.store.decisions(self.plan).await.unwrap())
    }

    async fn fate(&self, key: &str) -> Fate {
        self.state().await.item(key.parse().unwrap()).unwrap().fate.clone()
    }

    /// Sends `wish` about a candidate as the page of now would, with more fields.
    async fn send(&self, person: &Person, (wish, key): (&str, &str), more: &[(&str, &str)]) -> Answer {
        let state = self.state().await;
        let seen = key.parse().ok().and_then(|key| state.item(key)).map_or(0, |item| item.last).to_string();
        let mut fields = vec![("wish", wish), ("key", key), ("seen", seen.as_str())];
        fields.extend(more);
        person.post(&self.path(""), &fields).await
    }
}

/// The fields of a measure as the form sends them.
fn measure<'a>(name: &'a str, value: &'a str, unit: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("kind", "measure"),
        ("name", name),
        ("op", "="),
        ("value", value),
        ("high", ""),
        ("unit", unit),
        ("due", "2025"),
        ("soft", "no"),
        ("class", "numeric"),
        ("intent", "reach"),
    ]
}

#[tokio::test]
async fn a_planner_is_offered_every_decision_and_a_reader_none() {
    let desk = Desk::open().await;
    let page = desk.lin.get(&desk.path("")).await.main();
    for words in
        ["找到的对不对", "已确认 0 /", "采纳", "否决", "拆分", "id=\"fields\"", "data-keys=\"C1\"", "常住人口城镇化率"]
    {
        assert!(page.contains(words), "{words} is missing in {page}");
    }
    let reader = desk.office.reader().await;
    let page = reader.get(&desk.path("")).await.main();
    assert!(page.contains("常住人口城镇化率") && !page.contains("name=\"wish\""), "{page}");
    let nowhere = reader.get("/plans/99/confirm").await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn accepting_goes_on_to_the_next_open_one() {
    let desk = Desk::open().await;
    let accepted = desk.send(&desk.lin, ("accept", "C1"), &[("at", "C1"), ("f_order", "text")]).await;
    assert_eq!(accepted.status, StatusCode::SEE_OTHER, "{}", accepted.text());
    assert_eq!(accepted.location(), format!("{}?at=C2&f_order=text#C2", desk.path("")));
    assert_eq!(desk.fate("C1").await, Fate::Accepted);
    // A script asks for the pane alone, and looks later whether others went on.
    let part = desk.send(&desk.lin, ("accept", "C2"), &[("at", "C2"), ("f_order", "text"), ("part", "pane")]).await;
    let pane = part.text();
    assert_eq!(part.status, StatusCode::OK);
    assert!(pane.starts_with("<section") && pane.contains("data-states=\"C1:accepted C2:accepted\""), "{pane}");
    assert!(pane.contains("data-at=\"C3\"") && pane.contains("data-last=\"2\""), "{pane}");
    assert_eq!(desk.lin.get(&desk.path("?after=2&part=pane")).await.status, StatusCode::NO_CONTENT);
    assert_eq!(desk.lin.get(&desk.path("?after=1&part=pane")).await.status, StatusCode::OK);
    let source = desk.lin.get(&desk.path("?at=C1")).await.main();
    assert!(source.contains("data-fate=\"accepted\" data-of=\"C1\""), "{source}");
}

#[tokio::test]
async fn contradicting_targets_are_shown_and_settled() {
    let desk = Desk::open().await;
    let page = desk.lin.get(&desk.path("?at=C3")).await.main();
    assert!(page.contains("互相矛盾") && page.contains("2 条互相矛盾"), "{page}");
    let indicator = desk.state().await.item("C3".parse().unwrap()).unwrap().indicator.clone().unwrap();
    let values = async || {
        let records = desk.office.store.indicators(desk.plan, None).await.unwrap();
        let record = records.into_iter().find(|r| r.indicator.id == indicator).unwrap();
        record.indicator.targets.iter().map(|t| t.value.unwrap().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(values().await, ["1000", "1200"]);
    let rejected = desk.send(&desk.lin, ("reject", "C3"), &[("reason", "duplicate")]).await;
    assert_eq!(rejected.status, StatusCode::SEE_OTHER, "{}", rejected.text());
    assert_eq!(values().await, ["1200"]);
    assert!(!desk.lin.get(&desk.path("?at=C5")).await.main().contains("条互相矛盾"));
    let page = desk.lin.get(&format!("/plans/{}/indicators/{indicator}", desk.plan)).await.main();
    assert!(page.contains("1200") && !page.contains("1000"), "{page}");
}

#[tokio::test]
async fn what_is_rejected_is_followed_no_longer_until_taken_back() {
    let desk = Desk::open().await;
    let list = async || desk.lin.get(&format!("/plans/{}/indicators", desk.plan)).await.main();
    assert!(list().await.contains("城镇调查失业率"));
    desk.send(&desk.lin, ("reject", "C2"), &[("reason", "other"), ("words", "统计部门不再发布")]).await;
    assert!(!list().await.contains("城镇调查失业率"));
    let page = desk.lin.get(&desk.path("?at=C2")).await.main();
    assert!(page.contains("统计部门不再发布") && page.contains("林规划"), "{page}");
    desk.send(&desk.lin, ("undo-last", ""), &[]).await;
    assert!(list().await.contains("城镇调查失业率"));
    assert_eq!(desk.fate("C2").await, Fate::Open);
}

#[tokio::test]
async fn two_people_decide_and_the_second_sees_the_first() {
    let desk = Desk::open().await;
    let zhou = desk.zhou().await;
    let mut first = measure("常住人口城镇化率", "71", "%");
    first.extend([("wish", "correct"), ("key", "C1"), ("seen", "0")]);
    assert_eq!(desk.lin.post(&desk.path(""), &first).await.status, StatusCode::SEE_OTHER);
    // Zhou had opened the page before.
    let mut second = measure("常住人口城镇化率", "72", "%");
    second.extend([("wish", "correct"), ("key", "C1"), ("seen", "0"), ("at", "C1")]);
    let refused = zhou.post(&desk.path(""), &second).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let page = refused.main();
    assert!(page.contains("已由林规划处理") && page.contains("71%"), "the other's decision is there: {page}");
    assert!(page.contains("value=\"72\"") && page.contains("name=\"seen\" value=\"1\""), "and one's own: {page}");
    // On different candidates nobody hinders anybody.
    let other = desk.send(&zhou, ("accept", "C2"), &[]).await;
    assert_eq!(other.status, StatusCode::SEE_OTHER);
    assert_eq!(desk.state().await.decisions().len(), 2);
    // Undoing is everybody's own.
    desk.send(&zhou, ("undo-last", ""), &[]).await;
    assert_eq!((desk.fate("C1").await, desk.fate("C2").await), (Fate::Corrected, Fate::Open));
}

#[tokio::test]
async fn what_was_typed_wrongly_is_shown_again_with_what_is_wrong() {
    let desk = Desk::open().await;
    for (field, value, said) in [
        ("value", "很多", "目标值"),
        ("due", "二五年", "年份"),
        ("high", "1", "上限小于下限"),
        ("name", "", "名称"),
        ("op", "?", "比较"),
    ] {
        let mut fields = measure("常住人口城镇化率", "70", "%");
        fields.retain(|(name, _)| *name != field);
        fields.push((field, value));
        let refused = desk.send(&desk.lin, ("correct", "C1"), &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        let page = refused.main();
        assert!(page.contains(said) && page.contains("role=\"alert\""), "{field}: {page}");
        assert!(value.is_empty() || page.contains(&format!("value=\"{value}\"")) || field == "op", "{field}: {page}");
    }
    for (wish, key) in [("accept", "C99"), ("accept", "Z1"), ("sing", "C1"), ("split", "C1"), ("undo", "C1")] {
        let refused = desk.send(&desk.lin, (wish, key), &[]).await;
        let status = refused.status;
        assert!(
            status == StatusCode::UNPROCESSABLE_ENTITY || status == StatusCode::NOT_FOUND,
            "{wish} {key}: {status}"
        );
    }
    assert!(desk.state().await.decisions().is_empty());
}

#[tokio::test]
async fn one_is_split_two_are_merged_and_one_is_added() {
    let desk = Desk::open().await;
    let names = [("names", "软件产业产值/算力产业产值"), ("values", "300/200")];
    assert_eq!(desk.send(&desk.lin, ("split", "C4"), &names).await.status, StatusCode::SEE_OTHER);
    let state = desk.state().await;
    let part = state.item("A2".parse().unwrap()).unwrap();
    assert_eq!((part.content.name(), part.parent), ("算力产业产值", Some("C4".parse().unwrap())));
    let list = desk.lin.get(&format!("/plans/{}/indicators", desk.plan)).await.main();
    assert!(list.contains("软件产业产值") && list.contains("算力产业产值") && !list.contains("软件和算力产业产值"));
    let merged = desk.send(&desk.lin, ("merge", "C3"), &[("other", "C5"), ("other_seen", "0")]).await;
    assert_eq!(merged.status, StatusCode::SEE_OTHER, "{}", merged.text());
    assert!(matches!(desk.fate("C5").await, Fate::Merged { .. }));
    // Added by line and words: the rules read the words by themselves.
    let form = desk.lin.get(&desk.path("?line=3&words=%E5%B8%B8%E4%BD%8F%E4%BA%BA%E5%8F%A3")).await.main();
    assert!(form.contains("补充一条") && form.contains("name=\"start\" value=\"6\""), "{form}");
    let missing = desk.lin.get(&desk.path("?line=3&words=%E6%B2%A1%E6%9C%89")).await.main();
    assert!(missing.contains("没有这几个字"), "{missing}");
    let mut fields = measure("常住人口城镇化率", "60", "%");
    fields.extend([("wish", "add"), ("line", "3"), ("start", "6"), ("end", "17")]);
    let added = desk.lin.post(&desk.path(""), &fields).await;
    assert_eq!(added.location(), format!("{}?at=A3#A3", desk.path("")), "{}", added.text());
    let none = [("wish", "add"), ("line", "3"), ("start", "0"), ("end", "5"), ("reason", "past_fact")];
    assert_eq!(desk.lin.post(&desk.path(""), &none).await.status, StatusCode::SEE_OTHER);
    assert!(matches!(desk.fate("A4").await, Fate::Rejected { .. }));
}

#[tokio::test]
async fn one_press_accepts_a_chapter_and_one_takes_it_back() {
    let desk = Desk::open().await;
    let of = [("of", "发展目标")];
    let done = desk.send(&desk.lin, ("certain", "C1"), &of).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    assert_eq!((desk.fate("C1").await, desk.fate("C2").await), (Fate::Accepted, Fate::Accepted));
    assert_eq!(desk.fate("C3").await, Fate::Open);
    desk.send(&desk.lin, ("undo-last", ""), &[]).await;
    assert_eq!((desk.fate("C1").await, desk.fate("C2").await), (Fate::Open, Fate::Open));
}

#[tokio::test]
async fn coverage_says_what_became_of_every_number_and_word_of_intent() {
    let desk = Desk::open().await;
    let coverage = async |query: &str| desk.lin.get(&desk.path(&format!("/coverage{query}"))).await.main();
    let page = coverage("?show=registered&sort=number").await;
    assert!(page.contains("<strong>1200</strong>") && page.contains(">C5</a>") && page.contains("待确认"), "{page}");
    desk.send(&desk.lin, ("accept", "C5"), &[]).await;
    desk.send(&desk.lin, ("reject", "C4"), &[("reason", "slogan")]).await;
    assert!(coverage("?show=registered&sort=number").await.contains("已确认"));
    let rejected = coverage("?show=rejected&sort=number").await;
    assert!(rejected.contains("<strong>500</strong>") && rejected.contains(">C4</a>"), "{rejected}");
    let accounted = coverage("?show=accounted").await;
    assert!(accounted.contains("<strong>60</strong>"), "{accounted}");
    let intents = coverage("?show=all&sort=intent").await;
    assert!(intents.contains("<strong>加快</strong>"), "{intents}");
}

#[tokio::test]
async fn corrections_are_exported_as_cases_the_parser_reads() {
    let desk = Desk::open().await;
    let exported = async || desk.lin.get(&desk.path("/cases.md")).await;
    assert!(exported().await.text().contains("尚无更正"));
    let corrected = measure("常住人口城镇化率", "71", "%");
    desk.send(&desk.lin, ("correct", "C1"), &corrected).await;
    assert!(exported().await.text().contains("尚无更正"), "C2 of the same line is still open");
    desk.send(&desk.lin, ("reject", "C2"), &[("reason", "other"), ("words", "不再发布 | 停用")]).await;
    desk.send(&desk.lin, ("reject", "C5"), &[("reason", "duplicate")]).await;
    let answer = exported().await;
    assert!(answer.headers["content-disposition"].to_str().unwrap().contains("confirmed-"));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("confirmed.md"), answer.text()).unwrap();
    let cases = prose::read_all(folder.path());
    let shown: Vec<(&str, &[String])> = cases.iter().map(|c| (c.title.as_str(), c.expected.as_slice())).collect();
    let rule = desk.state().await.item("C1".parse().unwrap()).unwrap().content.rule().to_owned();
    let row = format!("常住人口城镇化率 | = | 71 | % | 2025 | no | numeric | {rule}");
    assert_eq!(shown, [("第 4 行", [row].as_slice()), ("第 7 行", &[])]);
    assert!(cases[0].text.contains("城镇调查失业率") && cases[0].period.is_some());
}
