//! Figures of peer regions: how they come in, what they change (nothing of ours), and
//! where they are told.

use axum::http::StatusCode;
use plan_workflow::{
    events::{EventStore as _, Stream},
    records::PlanId,
    storage::Storage as _,
};

use crate::{
    assessing::words_of,
    figures::id_of,
    people::{Office, Person},
};

const TOWN: &str = "常住人口城镇化率";
const FILE: &str = "指标,地区,期间,数值,单位,来源,口径差异,备注\n\
    常住人口城镇化率,乙县,2020,58,,乙县2020年公报,,\n\
    常住人口城镇化率,乙县,2023,65,,乙县2023年公报,,\n\
    常住人口城镇化率,丙县,2020,61,,丙县2020年公报,,\n\
    常住人口城镇化率,丙县,2023,64,,丙县2023年公报,,初步数\n";

/// An office with a plan and its own figure of 2023.
async fn office() -> (Office, PlanId, Person, String) {
    let (office, plan) = Office::with_plan().await;
    let planner = office.planner().await;
    let id = id_of(&office, plan, TOWN).await;
    let own = [("period", "2023"), ("value", "64.5"), ("standing", "statistical"), ("source", "本县公报")];
    planner.post(&format!("/plans/{plan}/indicators/{id}/figures"), &own).await;
    (office, plan, planner, id)
}

async fn stored(office: &Office, plan: PlanId) -> usize {
    office.store.events(&Stream::of_plan(plan, "peers"), None).await.unwrap().len()
}

#[tokio::test]
async fn a_figure_of_a_peer_is_entered_corrected_and_withdrawn() {
    let (office, plan, planner, id) = office().await;
    let page = format!("/plans/{plan}/peers");
    assert!(planner.get(&page).await.main().contains("还没有同类地区的数"));
    let entry = |value: &'static str, region: &'static str, seen: &'static str| {
        let fields = [("region", region), ("period", "2023"), ("value", value), ("source", "乙县公报"), ("seen", seen)];
        [fields.as_slice(), &[("do", "record")]].concat()
    };
    let send = async |person: &Person, fields: Vec<(&'static str, &'static str)>| {
        let fields: Vec<(&str, &str)> = fields.into_iter().chain([("indicator", id.as_str())]).collect();
        person.post(&page, &fields).await
    };
    let reader = office.reader().await;
    assert_eq!(send(&reader, entry("65", "乙县", "0")).await.status, StatusCode::FORBIDDEN);
    assert!(!reader.get(&page).await.main().contains("id=\"enter\""), "who may only look sees no form");
    for (value, region, field, words) in [
        ("约65", "乙县", "value", "不是数字"),
        ("第3名", "乙县", "value", "是位次"),
        ("65", "虚构县", "region", "是本地区"),
        ("65", "", "region", "没有写明地区"),
    ] {
        let refused = send(&planner, entry(value, region, "0")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{value} {region}: {}", refused.text());
        let shown = refused.main();
        assert!(shown.contains(&format!("id=\"field-{field}-wrong\"")) && shown.contains(words), "{words}: {shown}");
        assert!(shown.contains(&format!("value=\"{value}\"")), "what was typed is kept: {shown}");
    }
    assert_eq!(stored(&office, plan).await, 0);
    for (value, seen, words) in [("65", "0", "已保存"), ("65", "1", "没有改动"), ("65.2", "1", "已更正")] {
        let sent = send(&planner, entry(value, "乙县", seen)).await;
        let shown = planner.get(sent.location()).await.main();
        assert!(shown.contains(words), "{value}: {shown}");
    }
    let shown = planner.get(&page).await.main();
    for words in ["<s>65</s>", "65.2", "乙县公报", "林规划", "第 2 版", "更正"] {
        assert!(shown.contains(words), "{words} is missing in {shown}");
    }
    // The way to a correction leads to the form, filled in.
    let form = planner.get(&format!("{page}?indicator={id}&region=%E4%B9%99%E5%8E%BF&period=2023")).await.main();
    assert!(form.contains("更正一个数") && form.contains("value=\"65.2\""), "{form}");
    // Corrected by somebody else since: refused, nothing lost.
    let late = send(&planner, entry("66", "乙县", "1")).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text());
    let withdraw = async |reason: &'static str, seen: &'static str| {
        let fields = [("do", "withdraw"), ("region", "乙县"), ("period", "2023"), ("reason", reason), ("seen", seen)];
        send(&planner, fields.to_vec()).await
    };
    assert!(withdraw("", "2").await.status.is_client_error());
    assert_eq!(withdraw("地区写错", "1").await.status, StatusCode::CONFLICT);
    let gone = withdraw("地区写错", "2").await;
    assert!(planner.get(gone.location()).await.main().contains("地区写错"), "{}", gone.text());
    assert_eq!(withdraw("再撤", "3").await.status, StatusCode::NOT_FOUND);
    assert_eq!((stored(&office, plan).await, office.store_faults().await), (3, 0));
}

#[tokio::test]
async fn a_file_of_peers_is_taken_whole_or_not_at_all_and_comes_back() {
    let (office, plan, planner, _) = office().await;
    let (page, import) = (format!("/plans/{plan}/peers"), format!("/plans/{plan}/peers/import"));
    let sent = async |mode: &str, bytes: &[u8]| planner.upload(&import, &[("do", mode)], ("peers.csv", bytes)).await;
    let bad = format!("{FILE}没有此指标,乙县,2023,1,,公报,,\n{TOWN},乙县,2030,第3名,,,,\n");
    let refused = sent("import", bad.as_bytes()).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let shown = refused.main();
    for words in ["没有此指标", "第 6 行", "第 7 行", "是位次", "没有写明来源", "不在规划期"] {
        assert!(shown.contains(words), "{words} is missing in {shown}");
    }
    assert_eq!(stored(&office, plan).await, 0);
    let checked = sent("check", FILE.as_bytes()).await.main();
    assert!(checked.contains("新增 4 个") && checked.contains("尚未保存"), "{checked}");
    assert_eq!(stored(&office, plan).await, 0);
    let marked = ["\u{feff}", FILE].concat();
    for (bytes, words) in [(FILE.as_bytes(), "新增 4 个"), (marked.as_bytes(), "相同 4 个")] {
        let taken = sent("import", bytes).await;
        assert!(taken.status == StatusCode::OK && taken.main().contains(words), "{}", taken.main());
    }
    // What goes out comes in again and changes nothing, as text and as a workbook.
    for ending in ["csv", "xlsx"] {
        let out = planner.get(&format!("{page}.{ending}")).await;
        let name = format!("peers.{ending}");
        let back = planner.upload(&import, &[("do", "import")], (&name, &out.body)).await;
        assert!(back.main().contains("新增 0 个，更正 0 个，与已有相同 4 个"), "{ending}: {}", back.main());
    }
    assert_eq!(stored(&office, plan).await, 4);
    let template = planner.get(&format!("{page}/template.xlsx")).await;
    let unfilled = planner.upload(&import, &[("do", "import")], ("模板.xlsx", &template.body)).await;
    assert!(unfilled.main().contains("表中没有数值"), "{}", unfilled.main());
    let sheet = document_reader::read("模板.xlsx", &template.body).unwrap();
    assert!(format!("{:?}", sheet.tables).contains(TOWN), "{:?}", sheet.tables);
    for bytes in [b"".as_slice(), b"\0\x01", b"PK nothing"] {
        assert!(sent("import", bytes).await.status.is_client_error());
    }
    assert_eq!(planner.post(&import, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    // In a file of our own figures they are refused.
    let own = format!("/plans/{plan}/figures");
    let mixed = planner.upload(&own, &[("do", "import")], ("figures.csv", FILE.as_bytes())).await;
    assert!(mixed.main().contains("这里只收本地区的监测值"), "{}", mixed.main());
    assert_eq!(office.store.figures(plan, None, None).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_indicator_stands_beside_its_peers_and_its_verdict_stays() {
    let (office, plan, planner, id) = office().await;
    let page = format!("/plans/{plan}/indicators/{id}?as_of=2023-12-31");
    let (before, json) = (planner.get(&page).await.main(), format!("/api/v1{page}"));
    let verdict = planner.get(&json).await.json();
    assert!(!before.contains("id=\"beside\""), "nobody to compare with: {before}");
    let next_day = office.at("2024-03-16T08:00:00Z").planner().await;
    next_day.upload(&format!("/plans/{plan}/peers/import"), &[("do", "import")], ("p.csv", FILE.as_bytes())).await;
    let shown = next_day.get(&page).await.main();
    for words in [
        "与同类地区比较",
        "2023年虚构县为 64.5%",
        "3 个地区（含本地区）中居第 2 位",
        "同类地区的中位数为 64.5%",
        "与2020年相比，本地区提高 4.5个百分点，同类地区变化的中位数为提高 5个百分点",
        "丙县2023年公报",
        "<svg",
    ] {
        assert!(shown.contains(words), "{words} is missing in {shown}");
    }
    assert_eq!(next_day.get(&json).await.json(), verdict, "figures of others judge nothing");
    // As known the day before there was nothing to compare with.
    let back = format!("{page}&known_on=2024-03-15");
    assert!(!next_day.get(&back).await.main().contains("id=\"beside\""));
    let list = next_day.get(&format!("/plans/{plan}/peers?known_on=2024-03-15")).await.main();
    assert!(list.contains("还没有同类地区的数") && !list.contains("id=\"enter\""), "{list}");
    assert!(next_day.get(&format!("{page}&lang=en")).await.main().contains("place 2 of 3 regions"));
}

/// How many events the page was made from.
async fn seen(person: &Person, path: &str) -> String {
    let page = person.get(path).await.main();
    page.split("name=\"seen\" value=\"").nth(1).expect("a form").split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn an_assessment_keeps_its_peers_and_says_what_changed_since() {
    let (office, plan, planner, id) = office().await;
    let import = format!("/plans/{plan}/peers/import");
    planner.upload(&import, &[("do", "import")], ("p.csv", FILE.as_bytes())).await;
    let list = format!("/plans/{plan}/assessments");
    let open = [("kind", "midterm"), ("title", "中期评估"), ("as_of", "2023-12-31"), ("rules", "share-of-pace")];
    let one = planner.post(&list, &open).await.location().to_owned();
    let freeze = [("do", "freeze"), ("due", "2024-04-01"), ("seen", &seen(&planner, &one).await)];
    planner.post(&one, &freeze).await;
    let report = planner.get(&format!("{one}/report.docx")).await.body;
    let words = words_of(&report);
    for part in ["与同类地区比较", "2023年虚构县为64.5%", "居第2位", "同类地区数据", "乙县2020、2023年公报"]
    {
        assert!(words.contains(part), "{part} is missing in {words}");
    }
    // A correction since changes no number of the report, and a replay names it.
    let correction = FILE.replace("2023,65,", "2023,66,");
    planner.upload(&import, &[("do", "import")], ("p.csv", correction.as_bytes())).await;
    assert_eq!(planner.get(&format!("{one}/report.docx")).await.body, report);
    let replayed = planner.get(&format!("{one}?replay=1")).await.main();
    for words in ["完全一致", &format!("peer {id} 乙县 2023 value"), "65%", "66%"] {
        assert!(replayed.contains(words), "{words} is missing in {replayed}");
    }
    // The numbers of the comparison are known to the check.
    let checked = planner.upload(&format!("{one}/check"), &[], ("报告.docx", &report)).await;
    assert!(checked.main().contains("有 0 处需要处理"), "{}", checked.main());
    assert_eq!(office.store_faults().await, 0);
}
