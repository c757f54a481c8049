//! What the pages show.

use axum::http::StatusCode;
use plan_workflow::storage::Storage as _;

use crate::people::{Office, PLAN};

#[tokio::test]
async fn an_upload_is_looked_at_before_anything_is_stored() {
    let office = Office::open().await;
    let planner = office.planner().await;
    let sent = planner.upload("/plans/import", &[("jurisdiction", "990199")], ("规划.txt", PLAN.as_bytes())).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let preview = sent.location().to_owned();
    let page = planner.get(&preview).await.main();
    for words in
        ["虚构县国民经济和社会发展第十四个五年规划纲要", "2021-2025", "规划.txt", "常住人口城镇化率", "公共停车位"]
    {
        assert!(page.contains(words), "{words} is missing in {page}");
    }
    assert!(planner.get("/plans").await.main().contains("还没有规划"), "nothing is stored yet");
    let accepted = planner.post(&preview, &[]).await;
    assert_eq!(accepted.status, StatusCode::SEE_OTHER, "{}", accepted.text());
    assert!(planner.get(accepted.location()).await.main().contains("无法判断"));
    assert_eq!(planner.get(&preview).await.status, StatusCode::GONE, "a draft is accepted once");
}

/// The main indicator table of the plan, as an office sends it beside the text.
const TABLE: &str = "<table><tr><td>指标</td><td>单位</td><td>2020年</td><td>2025年</td><td>属性</td></tr>\
    <tr><td>常住人口城镇化率</td><td>%</td><td>60</td><td>71</td><td>预期性</td></tr>\
    <tr><td>人均预期寿命</td><td>岁</td><td>79</td><td>81</td><td>预期性</td></tr></table>";

#[tokio::test]
async fn a_table_in_a_file_of_its_own_is_merged_and_its_contradictions_are_listed() {
    let office = Office::open().await;
    let planner = office.planner().await;
    let files = [("file", "规划.txt", PLAN.as_bytes()), ("table", "指标表.html", TABLE.as_bytes())];
    let sent = planner.upload_files("/plans/import", &[("jurisdiction", "990199")], &files).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let page = planner.get(sent.location()).await.main();
    for words in ["规划.txt + 指标表.html", "人均预期寿命", "数值不同", "71%（2025 年）", "70%（2025 年）"]
    {
        assert!(page.contains(words), "{words} is missing in {page}");
    }
    let accepted = planner.post(sent.location(), &[]).await;
    assert_eq!(accepted.status, StatusCode::SEE_OTHER, "{}", accepted.text());
    let source = planner.get(&format!("{}/source", accepted.location())).await.main();
    assert!(source.contains("附：主要指标表（指标表.html）"), "{source}");
    let nothing = [("file", "规划.txt", PLAN.as_bytes()), ("table", "信.txt", "没有表格。".as_bytes())];
    let refused = planner.upload_files("/plans/import", &[("jurisdiction", "990199")], &nothing).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.main().contains("没有表格"), "{}", refused.main());
}

#[tokio::test]
async fn the_same_text_is_imported_twice_only_on_purpose() {
    let (office, _) = Office::with_plan().await;
    let planner = office.planner().await;
    let sent = planner.upload("/plans/import", &[("jurisdiction", "990199")], ("again.txt", PLAN.as_bytes())).await;
    let preview = sent.location().to_owned();
    let again = planner.post(&preview, &[]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.main().contains("仍然导入"));
    assert_eq!(planner.post(&preview, &[("force", "yes")]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn one_persons_draft_is_not_anothers() {
    let office = Office::open().await;
    let planner = office.planner().await;
    let sent = planner.upload("/plans/import", &[("jurisdiction", "990199")], ("plan.txt", PLAN.as_bytes())).await;
    let second = office.colleague("周规划", "planner").await;
    assert_eq!(second.get(sent.location()).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn files_that_are_no_plans_are_refused_with_what_to_do() {
    let office = Office::open().await;
    let planner = office.planner().await;
    let too_large = vec![b'a'; document_reader::MAX_BYTES + 1];
    let truncated = b"PK\x03\x04 this is the beginning of a docx and nothing more";
    let cases: [(&str, &[u8], StatusCode, &str); 4] = [
        ("empty.txt", b"", StatusCode::UNPROCESSABLE_ENTITY, "空"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", StatusCode::UNPROCESSABLE_ENTITY, "格式"),
        ("plan.docx", truncated, StatusCode::UNPROCESSABLE_ENTITY, "；"),
        ("large.txt", &too_large, StatusCode::PAYLOAD_TOO_LARGE, "上限"),
    ];
    for (name, bytes, status, words) in cases {
        let answer = planner
            .upload(
                "/plans/import",
                &[("jurisdiction", "990199"), ("period", "2021-2025"), ("title", "甲")],
                (name, bytes),
            )
            .await;
        assert_eq!(answer.status, status, "{name}: {}", answer.main());
        assert!(answer.main().contains(words), "{name}: {}", answer.main());
    }
    let nothing = planner
        .upload(
            "/plans/import",
            &[("jurisdiction", "990199"), ("period", "2021-2025")],
            ("a.txt", "天气很好。".as_bytes()),
        )
        .await;
    let preview = planner.get(nothing.location()).await;
    assert!(preview.main().contains("没有找到可衡量的目标"), "{}", preview.main());
    assert_eq!(planner.post(nothing.location(), &[]).await.status, StatusCode::CONFLICT);
    assert!(planner.get("/plans").await.main().contains("还没有规划"));
}

#[tokio::test]
async fn a_body_larger_than_any_document_is_refused_in_words() {
    let office = Office::open().await;
    let planner = office.planner().await;
    let huge = vec![b'a'; document_reader::MAX_BYTES + 4 * 1024 * 1024];
    let answer = planner.upload("/plans/import", &[("jurisdiction", "990199")], ("huge.txt", &huge)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.main().contains("64 MB"), "{}", answer.main());
}

#[tokio::test]
async fn wrong_addresses_get_a_page_that_says_so() {
    let (office, plan) = Office::with_plan().await;
    let reader = office.reader().await;
    for path in [
        "/nowhere".to_owned(),
        "/plans/999".to_owned(),
        "/plans/abc".to_owned(),
        format!("/plans/{plan}/indicators/none"),
    ] {
        let answer = reader.get(&path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.main().contains("没有这个页面") || answer.main().contains("没有"), "{path}: {}", answer.main());
    }
    for (path, part) in [("as_of=yesterday", "as_of"), ("rules=nonsense", "rules"), ("as_of=2023-02-30", "2023-02-30")]
    {
        let answer = reader.get(&format!("/plans/{plan}?{path}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(answer.main().contains(part), "{path}: {}", answer.main());
    }
}

#[tokio::test]
async fn the_list_filters_sorts_and_exports_the_same_rows() {
    let (office, plan) = Office::with_plan().await;
    let reader = office.reader().await;
    let list = format!("/plans/{plan}/indicators");
    let all = reader.get(&list).await.main();
    assert!(all.contains("城镇调查失业率") && all.contains("公共停车位"));
    let found = reader.get(&format!("{list}?q=%E5%81%9C%E8%BD%A6")).await.main();
    assert!(found.contains("公共停车位") && !found.contains("城镇调查失业率"));
    let csv = reader.get(&format!("{list}.csv?q=%E5%81%9C%E8%BD%A6")).await;
    assert!(csv.headers["content-disposition"].to_str().unwrap().contains("attachment"));
    let text = csv.text();
    let rows: Vec<&str> = text.lines().collect();
    assert!(rows.len() == 2 && rows[1].contains("公共停车位"), "{text}");
    let workbook = reader.get(&format!("{list}.xlsx")).await;
    assert!(workbook.body.starts_with(b"PK"), "an xlsx file is a zip file");
    for nonsense in ["sort=nonsense&page=99", "page=-1", "kind=x", "status=%FF"] {
        assert_eq!(reader.get(&format!("{list}?{nonsense}")).await.status, StatusCode::OK, "{nonsense}");
    }
}

#[tokio::test]
async fn the_text_carries_its_marks_and_they_lead_to_the_records() {
    let (office, plan) = Office::with_plan().await;
    let reader = office.reader().await;
    let page = reader.get(&format!("/plans/{plan}/source")).await.main();
    assert!(page.contains("<mark>") && page.contains("id=\"L4\""), "{page}");
    let start = page.find("/indicators/").expect("a mark leads to its record");
    let href = &page[page[..start].rfind('"').unwrap() + 1..];
    let record = reader.get(href.split('"').next().unwrap()).await;
    assert_eq!(record.status, StatusCode::OK);
    assert!(record.main().contains("原文第 4 行"), "{}", record.main());
}

#[tokio::test]
async fn pages_speak_english_where_asked_and_remember_it() {
    let office = Office::open().await;
    let mut reader = office.reader().await;
    let answer = reader.get("/plans?lang=en").await;
    assert!(answer.text().contains("Which plans are there?") && answer.text().contains("lang=\"en\""));
    reader.cookie = format!("{}; lantu_language={}", reader.cookie, answer.cookie("lantu_language").unwrap());
    assert!(reader.get("/plans").await.text().contains("Which plans are there?"));
    assert!(reader.get("/plans?lang=zh").await.text().contains("有哪些规划"));
}

#[tokio::test]
async fn the_sample_loads_whole_and_once() {
    let office = Office::open().await;
    let now = crate::people::NOW.parse().unwrap();
    for _ in 0..2 {
        lantu::sample::load(&office.store, now, [3; 32]).await.unwrap();
    }
    let plans = office.store.plans().await.unwrap();
    assert_eq!(plans.len(), 4, "a second start changes nothing");
    let district = plans.iter().max_by_key(|listing| listing.indicators).unwrap();
    assert!(district.commitments >= 150 && district.plan.head.parent.is_some());
    assert!(!office.store.figures(district.plan.id, None, None).await.unwrap().is_empty());
    let directory = plan_workflow::directory::read(&office.store, None).await.unwrap();
    let day = "2023-12-31".parse().unwrap();
    assert_eq!((directory.units().count(), directory.people().count()), (21, 48));
    assert!(directory.duties().all(|duty| !duty.holders.is_empty()), "everybody has accepted");
    let open = plan_workflow::directory::open_duties(&directory, day);
    assert_eq!(open.len(), 4, "one vacancy, one that waits, one leaving, one that ends: {open:?}");
    assert_eq!(directory.posts("reporter", day).len(), 1);

    use plan_workflow::assessments::{self, ExplanationState, Stage};
    let assessed = assessments::list(&office.store, district.plan.id).await.unwrap();
    let stages: Vec<(&str, Stage)> = assessed.iter().map(|one| (one.kind.as_str(), one.stage)).collect();
    assert_eq!(stages, [("midterm", Stage::Explaining), ("annual", Stage::Published)]);
    let [midterm, _] = &assessed[..] else { panic!("two") };
    let of = |state| midterm.explanations.iter().filter(|one| one.state == state).count();
    use ExplanationState as S;
    let states = [S::Accepted, S::Approved, S::Written, S::Returned, S::Asked].map(of);
    assert_eq!(states, [2, 1, 1, 1, 5], "some have explained, some have not");
    assert!(midterm.explanations.iter().any(|one| one.subject.starts_with('W')), "a project is behind, too");
}

#[tokio::test]
async fn the_third_party_is_led_to_what_it_was_named_for() {
    let office = Office::open().await;
    lantu::sample::load(&office.store, crate::people::NOW.parse().unwrap(), [3; 32]).await.unwrap();
    let evaluator = office.known("evaluator", "pinggu-2025").await;
    let home = evaluator.get("/").await;
    let list = evaluator.get(home.location()).await.main();
    assert!(list.contains("青渚区“十四五”规划中期评估"), "{list}");
    assert_eq!(evaluator.get(&format!("{}/A2", home.location())).await.status, StatusCode::OK);
    assert_eq!(evaluator.get("/plans").await.status, StatusCode::FORBIDDEN);
    // Nobody has named this one: there is nothing to be led to.
    let other = office.colleague("第三方丁", "evaluator").await;
    assert_eq!(other.get("/").await.location(), "/account");
}

#[tokio::test]
async fn days_and_filters_nobody_thought_of_do_no_harm() {
    let (office, plan) = Office::with_plan().await;
    let reader = office.reader().await;
    for day in ["-009999-01-01", "9999-12-31", "0000-01-01", "1949-10-01", "2020-12-31", "2024-02-29"] {
        for page in ["", "/source", "/indicators", "/indicators.xlsx", "/indicators/I001", "/work"] {
            let answer = reader.get(&format!("/plans/{plan}{page}?as_of={day}")).await;
            assert_eq!(answer.status, StatusCode::OK, "{page} {day}");
        }
    }
    for line in ["0", "99999999999", "-1", "x", "4"] {
        let answer = reader.get(&format!("/plans/{plan}/source?line={line}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{line}");
    }
}

/// An invented plan that calls one indicator by two names and is silent on directions.
const NAMES: &str = "第一章 目标\n到2025年，GDP达到600亿元，新增城镇就业5万人，林下小站达到3个。\n到2025年，地区生产总值达到600亿元。\n";

#[tokio::test]
async fn what_the_dictionary_knows_is_shown_as_such() {
    let office = Office::open().await;
    let plan = office.import(NAMES).await;
    let reader = office.reader().await;
    let shows = async |address: &str, words: &[&str]| {
        let answer = reader.get(address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}");
        for word in words {
            assert!(answer.text().contains(word), "{address} lacks {word}: {}", answer.text());
        }
    };
    let base = format!("/plans/{plan}/indicators");
    shows(&base, &["越高越好 · 来自指标词典"]).await;
    shows(&format!("{base}/I001"), &["标准名称", "地区生产总值</a>", "文中又称", "国民经济核算"]).await;
    shows(&format!("{base}/I002"), &["越高越好 <span class=\"second small nowrap\">来自指标词典", "城镇新增就业</a>"])
        .await;
    assert!(!reader.get(&format!("{base}/I003")).await.text().contains("标准名称"), "nobody knows 林下小站");
    shows(&format!("{base}.csv"), &["来自指标词典\n", ",城镇新增就业,方向\n", ",地区生产总值,\n"]).await;
    shows(
        &format!("/api/v1{base}/I002"),
        &["\"dictionary\":{\"entry\":\"城镇新增就业\",\"strength\":\"alias\",\"direction_supplied\":true"],
    )
    .await;
    shows("/dictionary?q=GDP", &["地区生产总值", "统计部门"]).await;
    shows("/dictionary?q=unemployment&lang=en", &["城镇调查失业率", "lower is better"]).await;
    shows("/dictionary?q=林下小站", &["没有这样的指标"]).await;
    shows("/dictionary?page=999&field=教育", &["劳动年龄人口"]).await;
}

#[tokio::test]
async fn an_import_leads_to_confirming_and_the_overview_says_what_waits() {
    let office = Office::open().await;
    let planner = office.planner().await;
    let sent = planner.upload("/plans/import", &[("jurisdiction", "990199")], ("规划.txt", PLAN.as_bytes())).await;
    let accepted = planner.post(sent.location(), &[]).await;
    let plan = office.store.plans().await.unwrap()[0].plan.id;
    let way = format!("href=\"/plans/{plan}/confirm\"");
    let next = planner.get(accepted.location()).await.main();
    assert!(next.contains("去确认") && next.contains(&way) && next.contains("找到 4 条目标和任务"), "{next}");
    // A reader who is given the address decides nothing; later nobody is urged.
    let reader = office.reader().await;
    for page in [reader.get(accepted.location()).await.main(), planner.get(&format!("/plans/{plan}")).await.main()] {
        assert!(!page.contains("去确认") && page.contains(&way) && page.contains("待确认 4 条"), "{page}");
    }
    let confirm = format!("/plans/{plan}/confirm");
    for key in ["C1", "C2", "C3"] {
        planner.post(&confirm, &[("wish", "accept"), ("key", key), ("seen", "0")]).await;
    }
    let page = planner.get(&format!("/plans/{plan}")).await.main();
    assert!(page.contains("待确认 1 条") && page.contains("已确认 3 / 4"), "{page}");
    planner.post(&confirm, &[("wish", "accept"), ("key", "C4"), ("seen", "0")]).await;
    let page = planner.get(&format!("/plans/{plan}")).await.main();
    assert!(!page.contains("待确认"), "{page}");
}

#[tokio::test]
async fn a_forecast_is_shown_as_computed_or_why_there_is_none() {
    let (office, plan) = Office::with_plan().await;
    let planner = office.planner().await;
    let page = format!("/plans/{plan}/indicators/I001");
    let without = planner.get(&page).await.main();
    assert!(without.contains("系统测算，非官方结论") && without.contains("不作测算"), "{without}");
    assert!(!without.contains("class=\"forecast\""), "{without}");
    for (period, value) in [("2021", "62.1"), ("2022", "63.9"), ("2023", "66")] {
        let figure = [("period", period), ("value", value), ("standing", "statistical"), ("source", "公报")];
        planner.post(&format!("{page}/figures"), &figure).await;
    }
    let shown = planner.get(&page).await.main();
    for words in [
        "系统测算，非官方结论",
        "目标年末约",
        "80% 区间",
        "达到目标的可能性",
        "期年度数；平滑出现在的水平",
        "不是官方结论，也不改变判断",
        "逐年测算",
        "class=\"forecast\"",
        "浅蓝带为其区间",
    ] {
        assert!(shown.contains(words), "{words} is missing in {shown}");
    }
    let english = planner.get(&format!("{page}?lang=en")).await.main();
    assert!(english.contains("computed, not official") && english.contains("80% interval"), "{english}");
    // On a day before the figures were there nothing is foretold from them.
    let before = planner.get(&format!("{page}?as_of=2021-06-30")).await.main();
    assert!(before.contains("不作测算") && !before.contains("class=\"forecast\""), "{before}");
}
