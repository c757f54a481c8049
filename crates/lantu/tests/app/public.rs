//! 内部 and 公开: nothing is shown without an account but what was marked.

use axum::http::StatusCode;

use crate::{county::County, people::Office};

/// What leaves the program says whom it is for: every answer in its head, every file
/// in its name, a Word file and a workbook in their first lines as well. A CSV has
/// no line of its own for it: it is read back as it is.
#[tokio::test]
async fn what_leaves_the_program_carries_its_mark() {
    let county = County::open().await;
    let (plan, planner) = (county.plan, &county.planner);
    let head = |answer: &crate::people::Answer, name: &str| {
        answer.headers.get(name).map_or("", |value| value.to_str().unwrap()).to_owned()
    };
    for (tail, columns) in [
        ("indicators.csv", Some("编号")),
        ("work.csv", Some("编号")),
        ("quality.csv", Some("")),
        ("contradictions.csv", Some("")),
        ("breakdown/gaps.csv", Some("")),
        ("indicators.xlsx", None),
        ("work.xlsx", None),
        ("assignments.xlsx", None),
        ("assignments.docx", None),
        ("assessments/A1/report.docx", None),
    ] {
        let answer = planner.get(&format!("/plans/{plan}/{tail}")).await;
        assert_eq!((answer.status, head(&answer, "x-lantu-mark").as_str()), (StatusCode::OK, "internal"), "{tail}");
        let name = head(&answer, "content-disposition");
        assert!(name.contains("filename=\"internal-") && name.contains("''%E5%86%85%E9%83%A8-"), "{tail}: {name}");
        let first = match columns {
            Some(_) => answer.text().lines().next().unwrap().to_owned(),
            None if tail.ends_with("docx") => {
                document_reader::read("表.docx", &answer.body).unwrap().lines.remove(0).text
            }
            None => {
                let sheets = document_reader::read_workbook(&answer.body).unwrap();
                sheets[0].cells[0].text.clone()
            }
        };
        match columns {
            Some(words) => assert!(!first.contains("内部") && first.contains(words), "{tail}: {first}"),
            None => assert!(first.contains("内部"), "{tail}: {first}"),
        }
    }
    let reporter = county.person("own-reporter");
    let template = reporter.get(&format!("/report/{plan}/2024-02/U1/template.xlsx")).await;
    assert!(head(&template, "content-disposition").contains("internal-"));
    // Programs are told of each thing, and a public reader of what is marked alone.
    let api = format!("/api/v1/plans/{plan}");
    assert_eq!(planner.get(&api).await.json()["mark"], "内部");
    for (what, seen) in [("plan", "0"), ("I001", "1")] {
        let fields = [("what", what), ("public", "yes"), ("seen", seen)];
        assert_eq!(planner.post(&format!("/plans/{plan}/marks"), &fields).await.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(planner.get("/api/v1/plans").await.json()["plans"][0]["mark"], "公开");
    let indicators = planner.get(&format!("{api}/indicators")).await.json();
    let marks = [0, 1].map(|at| indicators["indicators"][at]["mark"].clone());
    assert_eq!(marks, ["公开", "内部"]);
    let nobody = county.office.passer_by();
    for path in ["/public".to_owned(), format!("/public/plans/{plan}"), format!("/api/v1/public/plans/{plan}")] {
        let answer = nobody.get(&path).await;
        assert_eq!((answer.status, head(&answer, "x-lantu-mark").as_str()), (StatusCode::OK, "public"), "{path}");
        // Neither the indicator beside it, nor what was reported and not accepted.
        for hidden in ["失业率", "停车", "66.125", "虚构县住房局", "林规划"] {
            assert!(!answer.text().contains(hidden), "{path} shows {hidden}");
        }
    }
    for path in ["/public/plans/1/assessments/A1", "/public/plans/1/assessments/A1/report.docx"] {
        assert_eq!(nobody.get(path).await.status, StatusCode::NOT_FOUND, "{path} is not published");
    }
    for path in ["/login", "/health"] {
        assert_eq!(head(&nobody.get(path).await, "x-lantu-mark"), "", "{path}");
    }
}

#[tokio::test]
async fn nothing_is_public_until_it_is_marked() {
    let (office, plan) = Office::with_plan().await;
    let nobody = office.passer_by();
    assert!(!nobody.get("/public").await.text().contains("虚构县"));
    assert_eq!(nobody.get("/api/v1/public/plans").await.json()["plans"], serde_json::json!([]));
    for path in [
        format!("/public/plans/{plan}"),
        format!("/api/v1/public/plans/{plan}"),
        "/public/plans/99".to_owned(),
        "/public/plans/x".to_owned(),
    ] {
        let answer = nobody.get(&path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(!answer.text().contains("虚构县"), "{path}");
    }
}

#[tokio::test]
async fn what_is_marked_is_shown_and_nothing_beside_it() {
    let (office, plan) = Office::with_plan().await;
    let (planner, nobody) = (office.planner().await, office.passer_by());
    let marks = format!("/plans/{plan}/marks");
    let set = async |what: &[&str], public: &str, seen: &str| {
        let mut fields: Vec<(&str, &str)> = what.iter().map(|what| ("what", *what)).collect();
        fields.extend([("public", public), ("seen", seen)]);
        planner.post(&marks, &fields).await.status
    };
    let page = format!("/public/plans/{plan}");
    let api = format!("/api/v1/public/plans/{plan}");
    // An indicator alone shows nothing; with its plan it does, and its neighbour does not.
    assert_eq!(set(&["I001"], "yes", "0").await, StatusCode::SEE_OTHER);
    assert_eq!(nobody.get(&page).await.status, StatusCode::NOT_FOUND);
    assert_eq!(set(&["plan"], "yes", "0").await, StatusCode::CONFLICT, "somebody marked since");
    assert_eq!(set(&["plan"], "yes", "1").await, StatusCode::SEE_OTHER);
    let shown = nobody.get(&page).await.main();
    assert!(shown.contains("城镇化率") && shown.contains("70"), "{shown}");
    assert!(!shown.contains("失业率") && !shown.contains("停车") && !shown.contains("林规划"), "{shown}");
    assert!(nobody.get("/public").await.main().contains("虚构县"));
    let json = nobody.get(&api).await.json();
    assert_eq!(json["indicators"].as_array().unwrap().len(), 1);
    assert_eq!((&json["indicators"][0]["target"], &json["mark"]), (&"70".into(), &"公开".into()));
    assert!(!json.to_string().contains("失业率") && !json.to_string().contains("林规划"), "{json}");
    // Who, and when; and back again.
    let own = planner.get(&marks).await.main();
    assert!(own.contains("林规划") && own.contains("公开"), "{own}");
    assert_eq!(set(&["plan"], "no", "2").await, StatusCode::SEE_OTHER);
    assert_eq!(nobody.get(&page).await.status, StatusCode::NOT_FOUND);
    assert_eq!(nobody.get(&api).await.status, StatusCode::NOT_FOUND);
    // Only what is there, only by a planner.
    assert_eq!(set(&["I999"], "yes", "3").await, StatusCode::UNPROCESSABLE_ENTITY);
    let reader = office.reader().await;
    assert_eq!(
        reader.post(&marks, &[("what", "plan"), ("public", "yes"), ("seen", "3")]).await.status,
        StatusCode::FORBIDDEN
    );
    assert!(!reader.get(&marks).await.main().contains("checkbox"));
    assert_eq!(office.store_faults().await, 0);
}
