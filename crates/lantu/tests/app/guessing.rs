//! 猜测编号: what a unit owns, asked for by people of another unit and of another
//! region who know or guess its identifiers, by page, form, export and interface.
//! Each is refused, and nothing in the store changes.

use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use plan_workflow::{
    directory::{self, DirectoryFile},
    evidence::hash_of,
    permissions::Actor,
    records::AuditFilter,
    storage::Storage as _,
};

use crate::{
    county::{County, PDF, SECRETS},
    people::{Answer, NOW, Person},
};

/// The colleagues of another unit of the same region, and evaluators nobody named.
const OTHERS: &[&str] = &["other-reporter", "other-approver", "other-evaluator"];
/// The people of another region.
const FAR: &[&str] =
    &["far-planner", "far-reporter", "far-approver", "far-reader", "far-supervisor", "far-congress", "far-leader"];

/// What is asked for, as a line of a table: whose it is, method, address, and what
/// is sent: fields of a form, JSON, or `file:` and fields that go with a file.
///
/// `unit`: of U1 alone. `region`: of the region, read by all of it. `list`: a list
/// that may be asked for and must not tell of others. `typed`: what is typed must lie
/// in one's region, and the page says so (422). In addresses and fields `{P}`
/// is the plan, `{Q}` the plan of the other region, `{hash}` the file.
const GUESSES: &str = "\
unit GET /report/{P}/2024-02/U1
unit GET /report/{P}/2024-02/U1/template.xlsx
unit POST /report/{P}/2024-02/U1 row=I001/1&do=approve
unit POST /report/{P}/2024-02/U1 row=I001/1&do=return-unit&reason=x
unit POST /report/{P}/2024-02/U1 row=I001/1&do=accept
unit POST /report/{P}/2024-02/U1 row=I001/1&do=return-planning&reason=x
unit POST /report/{P}/2024-02/U1/workbook file:do=submit
list POST /report/{P}/2024-02 seen.W1=0&state.W1=已完成&share.W1=100&progress.W1=冒填&do=submit
list GET /report/{P}/2024-02
list GET /report
unit GET /api/v1/plans/{P}/rounds/2024-02/rows?unit=U1
unit POST /api/v1/plans/{P}/rounds/2024-02/rows {\"unit\":\"U1\",\"submit\":true,\"rows\":[{\"subject\":\"I001\",\"answer\":{\"answer\":\"figure\",\"value\":\"1\",\"source\":\"\",\"proxy\":false}}]}
unit POST /api/v1/plans/{P}/rounds/2024-02/rows {\"unit\":\"U2\",\"submit\":true,\"rows\":[{\"subject\":\"I001\",\"answer\":{\"answer\":\"figure\",\"value\":\"1\",\"source\":\"\",\"proxy\":false}}]}
unit GET /plans/{P}/evidence/{hash}
unit GET /api/v1/plans/{P}/evidence/{hash}
unit POST /plans/{P}/evidence/1 reason=x
unit DELETE /api/v1/plans/{P}/evidence/1?reason=x
unit POST /plans/{P}/evidence file:subject=W1&round=2024-02
unit POST /plans/{P}/evidence file:subject=I001
unit POST /api/v1/plans/{P}/evidence?subject=W1&round=2024-02&name=a.pdf bytes
list GET /api/v1/plans/{P}/evidence
list GET /plans/{P}/work/W1
unit POST /plans/{P}/assignments/I002 unit=U1&seen=1&do=accept
unit POST /plans/{P}/assignments/I002 unit=U1&seen=1&do=return&reason=x
unit POST /plans/{P}/assignments/I002 unit=U2&part=lead&due=2024-12-31&seen=1&do=offer
unit POST /plans/{P}/assignments/I001 unit=U1&seen=2&do=withdraw&reason=x
unit POST /plans/{P}/assignments/unit pick=I002|U1|1&do=accept&unit=U1
unit POST /plans/{P}/nodes/W1 rows=1&due-0=2025&what-0=冒报&seen=1&do=propose
unit POST /plans/{P}/nodes/W1 seen=1&do=approve
unit POST /plans/{P}/nodes/W1 seen=1&do=done&node=N1&on=2024-03-01&evidence=x
unit POST /plans/{P}/breakdown/I001 seen=0&do=save
unit POST /plans/{P}/breakdown/I001/shares seen=0&do=save
unit POST /plans/{P}/breakdown/nodes chapter=&do=propose
unit POST /plans/{P}/assessments/A1 seen=2&do=explain&subject=I001&cause=x&measures=y
unit POST /plans/{P}/assessments/A1 seen=2&do=explain&subject=I001&cause=x&measures=y&basis=z
unit POST /plans/{P}/assessments/A1 seen=2&do=withdraw&reason=x
unit POST /plans/{P}/assessments/A1 seen=2&do=approve&subject=I001&desk=unit
unit POST /plans/{P}/assessments/A1 seen=2&do=return&subject=I001&desk=unit&reason=x
unit POST /plans/{P}/assessments/A1 seen=2&do=outside&subject=I001&word=滞后
unit POST /inbox item=report/{P}/2024-02/U1
unit POST /inbox item=approval/{P}/2024-02/U1
unit POST /inbox item=handover//D9/U1
list GET /inbox
unit POST /units/U1 do=change&name=冒名局&kind=department&region=990199
unit POST /units/U1 do=merge&into=U2&from=2024-03-15
unit POST /units/U1 do=person&name=冒名
unit POST /units/U1 do=give&role=reporter&place=second&person=P5&from=2024-03-15
unit POST /people/P1 do=leave&on=2024-03-15
unit POST /people/P1 do=change&unit=U2&name=冒名
unit POST /duties/D1 do=hand-over&person=P5&from=2024-03-16
unit POST /duties/D1 do=depute&person=P5&from=2024-04-01&until=2024-04-02&reason=x
unit POST /duties/D1 do=recall&from=2024-03-11&reason=x
unit POST /duties/D1 do=end&on=2024-03-15
unit POST /plans/{P}/peers do=record&indicator=I001&region=乙县&period=2023&value=1&source=x&seen=0
unit POST /plans/{P}/peers do=withdraw&indicator=I001&region=乙县&period=2023&reason=x&seen=1
unit POST /plans/{P}/peers/import file:do=import
unit POST /plans/{P}/rounds/2024-02 do=lock&reason=x
unit POST /plans/{P}/marks what=plan&public=yes&seen=0
unit POST /api/v1/plans/{P}/observations [{\"indicator\":\"I001\",\"period\":\"2023\",\"value\":\"1\",\"standing\":\"reported\"}]
region GET /plans/{P}
region GET /plans/{P}/indicators?q=城镇化率
region GET /plans/{P}/indicators.csv
region GET /plans/{P}/peers
region GET /plans/{P}/peers.csv
region GET /plans/{P}/peers.xlsx
region GET /plans/{P}/indicators.xlsx
region GET /plans/{P}/indicators/I001
region GET /plans/{P}/work?q=停车
region GET /plans/{P}/work.csv
region GET /plans/{P}/assignments?q=停车
region GET /plans/{P}/assignments.xlsx
region GET /plans/{P}/assignments.docx
region GET /plans/{P}/assignments/unit?unit=U1
region GET /plans/{P}/quality.csv
region GET /plans/{P}/breakdown/gaps.csv
region GET /plans/{P}/assessments/A1
region GET /plans/{P}/assessments/A1/report.docx
region GET /plans/{P}/assessments/A1/report.pdf
region GET /api/v1/plans/{P}
region GET /api/v1/plans/{P}/indicators/I001
region GET /api/v1/plans/{P}/observations
region GET /plans/{P}/indicators/I001?lang=en&known_on=2024-03-14
region GET /plans/{Q}/../{P}/indicators.csv
region GET /plans/0{P}/indicators.csv
region GET /units/U1
region GET /people/P1
region GET /duties/D1
region POST /duties/D9 do=accept
region POST /units/U3 do=merge&into=U1&from=2024-03-15
region POST /units/U3 do=give&role=reporter&place=second&person=P1&from=2024-03-15
region POST /duties/D7 do=hand-over&person=P1&from=2024-03-16
region POST /duties/D7 do=depute&person=P1&from=2024-03-16&until=2024-03-17&reason=x
region POST /people/P7 do=change&unit=U1&name=样某
region POST /people/P7 do=leave&on=2024-03-15&successor=P1
typed POST /units do=add&name=冒名局&kind=department&region=990199
typed POST /units do=add&name=冒名局&kind=department&region=
typed POST /plans/{Q}/rounds frequency=monthly&period=2024-02&scope=chosen&subjects=I001=U1
region POST /plans/{Q}/breakdown/I003/shares units=U1&s-U1-2024=5&seen=0&reason=x&do=save
region POST /plans/{Q}/breakdown/I003/shares units=&add=U1&seen=0&do=add
typed POST /regions region=990199&name=冒名县
region GET /plans/{Q}/evidence/{hash}
region GET /plans/{Q}/assessments/A1
region GET /report/{Q}/2024-02/U1
region GET /plans/{Q}/assignments/offer?source=plan&of={P}
region POST /plans/{Q}/assignments/I001 unit=U1&part=lead&due=2024-12-31&seen=0&do=offer
list GET /
list GET /plans
list GET /plans?q=虚构县
list GET /api/v1/plans
list GET /units
list GET /units?q=虚构
list GET /units?q=样own
list GET /units?region=990199
list GET /regions
list GET /duties
list GET /units/U3
list GET /people/P7
list GET /duties/D7
list GET /plans/{Q}
list GET /plans/{Q}/assignments
list GET /plans/{Q}/assignments/I001
list GET /plans/{Q}/assignments/unit?unit=U1
list GET /plans/{Q}/breakdown/I001
list GET /plans/{Q}/health
list GET /plans/{Q}/rounds
list GET /public
list GET /api/v1/public/plans
";

/// The words of the plan and of the people of the first region: none of another's.
const OF_REGION: [&str; 4] = ["虚构县", "样own", "样other", "P1@example.cn"];

async fn sent(person: &Person, method: &str, path: &str, body: &str) -> Answer {
    if let Some(fields) = body.strip_prefix("file:") {
        let fields: Vec<(String, String)> = serde_urlencoded::from_str(fields).unwrap();
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        return person.upload(path, &fields, ("a.pdf", PDF)).await;
    }
    let request = person.request(method.parse::<Method>().unwrap(), path);
    let (request, body) = match (method, path.starts_with("/api/")) {
        ("GET", _) => (request, Body::empty()),
        (_, true) => {
            let kind = if body == "bytes" { "application/pdf" } else { "application/json" };
            let body = if body == "bytes" { Body::from(PDF) } else { Body::from(body.to_owned()) };
            (request.header("x-lantu-token", &person.token).header(header::CONTENT_TYPE, kind), body)
        }
        (_, false) => {
            let kind = "application/x-www-form-urlencoded";
            (request.header(header::CONTENT_TYPE, kind), Body::from(format!("{body}&token={}", person.token)))
        }
    };
    person.send(request.body(body).unwrap()).await
}

async fn head(county: &County) -> i64 {
    county.office.store.audit(AuditFilter::default(), 1).await.unwrap()[0].seq
}

#[tokio::test]
async fn what_another_unit_or_region_owns_is_neither_read_nor_changed() {
    let county = County::open().await;
    let far = county.office.import_of(&crate::people::PLAN.replace("虚构县", "远方市"), "990200").await;
    let (plan, far) = (county.plan.to_string(), far.to_string());
    let mut before = head(&county).await;
    let nobody = county.office.passer_by();
    let (mut wrong, mut asked) = (Vec::new(), 0);
    for line in GUESSES.lines() {
        let line = line.replace("{P}", &plan).replace("{Q}", &far).replace("{hash}", &hash_of(PDF));
        let [whose, method, path, body] = &[line.splitn(4, ' ').collect::<Vec<_>>(), vec![""]].concat()[..4] else {
            panic!("{line}")
        };
        let path = encoded(path);
        let who = match *whose {
            "unit" => [OTHERS, FAR].concat(),
            "region" | "typed" => FAR.to_vec(),
            _ => [&["other-reporter"], FAR].concat(),
        };
        for name in who.iter().copied().chain(["nobody"]) {
            let person = if name == "nobody" { &nobody } else { county.person(name) };
            let answer = sent(person, method, &path, body).await;
            asked += 1;
            let told = String::from_utf8_lossy(&answer.body).into_owned();
            let secrets: &[&str] = if name.starts_with("far-") { &OF_REGION } else { &[] };
            // What one has typed oneself is shown again.
            let told = match line.split_once("?q=") {
                Some((_, typed)) => told.replace(&format!("value=\"{typed}\""), ""),
                None => told,
            };
            let shown = SECRETS[..3].iter().chain(secrets).find(|secret| told.contains(**secret));
            let away = answer.location().starts_with("/login?next=") || answer.status == StatusCode::UNAUTHORIZED;
            let refused = matches!(answer.status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND) || away;
            let said = *whose == "typed" && answer.status == StatusCode::UNPROCESSABLE_ENTITY;
            let fine = *whose == "list" || refused || said;
            if !fine || shown.is_some() || answer.status.is_server_error() {
                wrong.push(format!("{name} {line}: {} shows {shown:?}", answer.status));
            }
            let now = head(&county).await;
            if now != before {
                wrong.push(format!("{name} {line}: the store has changed"));
                before = now;
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {asked}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(asked > 900, "{asked} asked");
    // Who owns them reads them: the addresses are the right ones.
    for (name, path) in [
        ("own-reporter", format!("/report/{plan}/2024-02/U1")),
        ("own-second", format!("/report/{plan}/2024-02/U1/template.xlsx")),
        ("own-deputy", format!("/plans/{plan}/evidence/{}", hash_of(PDF))),
        ("own-approver", format!("/api/v1/plans/{plan}/rounds/2024-02/rows?unit=U1")),
        ("named-evaluator", format!("/plans/{plan}/assessments/A1")),
        ("other-reporter", "/units/U1".to_owned()),
    ] {
        assert_eq!(county.person(name).get(&path).await.status, StatusCode::OK, "{name} {path}");
    }
    // The workbook of units holds those of the region alone.
    let file = county.person("far-planner").get("/units.xlsx").await.body;
    let actor = Actor::new("林规划", "planner");
    let empty = directory::Directory::default();
    let file = DirectoryFile { name: "单位.xlsx", bytes: &file };
    let read = directory::preview(&empty, (&actor, "2024-03-15".parse().unwrap()), file).unwrap();
    let names = format!("{:?}", read.rows);
    assert!(names.contains("远方市民政局") && !names.contains("虚构县") && !names.contains("样own"), "{names}");
    assert_eq!(county.office.at(NOW).store_faults().await, 0);
}

/// An address with what is no ASCII written as browsers do.
fn encoded(path: &str) -> String {
    let byte = |b: u8| if b.is_ascii() { char::from(b).to_string() } else { format!("%{b:02X}") };
    path.bytes().map(byte).collect()
}
