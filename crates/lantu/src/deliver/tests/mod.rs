//! Mail to a real server (aiosmtpd), chat messages to a robot that listens here.

mod outbox;

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    sync::{Arc, Mutex},
};

use axum::{Router, extract::Request, http::StatusCode, response::IntoResponse as _};
use http_body_util::BodyExt as _;
use plan_workflow::{
    notices::{About, Kind, Notice, past::Mark},
    records::PlanId,
};
use serde_json::{Value, json};

use super::*;

const NOW: &str = "2026-09-15T01:30:00Z";

fn message(to: Recipient) -> Message {
    let notice = |kind, title: &str, left: Option<i64>| Notice {
        kind,
        about: About { plan: Some(PlanId(1)), subject: "I001".to_owned(), unit: "U1".to_owned() },
        unit: "虚构县甲局".to_owned(),
        title: title.to_owned(),
        path: "/plans/1/reports?at=I001".to_owned(),
        due: left.map(|_| "2026-09-10".parse().unwrap()),
        left,
        waited: 4,
        own: left.is_some(),
        at_once: true,
        meaning: String::new(),
        mark: Mark { item: title.to_owned(), step: "s".to_owned(), round: "r".to_owned() },
    };
    let notices = vec![notice(Kind::Report, "新增公共停车位", Some(-3)), notice(Kind::Offer, "石门园区提升工程", None)];
    Message { id: "abc123".to_owned(), to, digest: false, waiting: 5, failures: 0, notices }
}

fn person() -> Recipient {
    Recipient::Person("张报".to_owned())
}

fn settings(text: &str) -> Deliver {
    toml::from_str(&format!("site = \"https://lantu.example.org/\"\n{text}")).unwrap()
}

async fn deliver(ways: &Ways, to: Recipient, address: &str) -> Outcome {
    let message = message(to);
    let addresses = HashMap::from([("张报".to_owned(), address.to_owned())]);
    let way = ways.to(&message.to, &addresses).expect("there is a way");
    way.send(&message.id, &ways.letter(&message, Language::Zh), NOW.parse().unwrap()).await
}

/// A mail server of its own process, on a port of 127.0.0.1; ends with the test.
struct MailServer {
    child: Child,
    said: BufReader<ChildStdout>,
    port: u16,
}

impl MailServer {
    fn start(arguments: &[&str]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/smtp_server.py");
        let python = std::env::var("LANTU_PYTHON").unwrap_or_else(|_| "/usr/bin/python3".to_owned());
        let mut child = Command::new(python)
            .arg(script)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 runs; scripts/install-test-needs installs what is needed");
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut port = String::new();
        said.read_line(&mut port).unwrap();
        let port = port.trim().parse().expect("the server prints its port; it needs python3-aiosmtpd");
        Self { child, said, port }
    }

    fn next(&mut self) -> Value {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        // Its standard input ends with it, and with that the server; this is for one that hangs.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The decoded subject and text of a mail.
fn read(data: &str) -> (String, String) {
    let (head, body) = data.split_once("\r\n\r\n").unwrap();
    let unfolded = head.replace("\r\n ", " ");
    let field = |name: &str| unfolded.lines().find_map(|l| l.strip_prefix(name)).unwrap_or_default().trim().to_owned();
    assert_eq!(field("Content-Type:"), "text/plain; charset=utf-8");
    assert_eq!(field("Content-Transfer-Encoding:"), "base64");
    let subject: String = field("Subject:").split_whitespace().map(word).collect();
    (subject, decode(&body.replace("\r\n", "")))
}

/// An encoded word of a head (RFC 2047), or a plain one.
fn word(text: &str) -> String {
    match text.strip_prefix("=?utf-8?b?").and_then(|rest| rest.strip_suffix("?=")) {
        Some(coded) => decode(coded),
        None => text.to_owned(),
    }
}

fn decode(text: &str) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    String::from_utf8(STANDARD.decode(text).unwrap()).unwrap()
}

#[tokio::test]
async fn mail_arrives_in_chinese_with_its_links() {
    let mut server = MailServer::start(&[]);
    let text = format!(
        "[email]\nserver = \"127.0.0.1\"\nport = {}\ntls = \"none\"\nfrom = \"蓝图 <lantu@example.org>\"",
        server.port
    );
    let ways = Ways::open(&settings(&text)).unwrap();
    assert_eq!(deliver(&ways, person(), "zhang@example.org").await, Outcome::Taken);
    let mail = server.next();
    assert_eq!((&mail["from"], &mail["to"]), (&json!("lantu@example.org"), &json!(["zhang@example.org"])));
    let data = mail["data"].as_str().unwrap();
    assert!(data.is_ascii() && data.lines().all(|line| line.len() <= 78), "{data}");
    assert!(data.contains("Message-ID: <abc123@example.org>"), "{data}");
    let (subject, text) = read(data);
    assert_eq!(subject, "【蓝图】1 件已逾期，请办理");
    assert_eq!(
        text.lines().collect::<Vec<_>>(),
        [
            "以下 2 件请您办理或知悉，其中 1 件已逾期。您名下共有 5 件待办。",
            "",
            "1. 【待填报】新增公共停车位（虚构县甲局） 期限 2026-09-10，逾期 3 个工作日",
            "   https://lantu.example.org/plans/1/reports?at=I001",
            "",
            "2. 【待认领】石门园区提升工程（虚构县甲局） 已等 4 个工作日；告知，请督促",
            "   https://lantu.example.org/plans/1/reports?at=I001",
            "",
            "全部待办：",
            "https://lantu.example.org/inbox",
            "",
            "--",
            "本消息由蓝图按提醒规则自动发送，请勿直接回复。",
        ]
    );
    // A mailbox that is not known is given up, a busy server is tried again.
    let refused = deliver(&ways, person(), "nobody@example.org").await;
    assert!(matches!(&refused, Outcome::Never(said) if said.contains("no such mailbox")), "{refused:?}");
    let later = deliver(&ways, person(), "busy@example.org").await;
    assert!(matches!(&later, Outcome::Later(said) if said.contains("come later")), "{later:?}");
    for address in ["no address", "a@b\r\nRCPT TO:<c@d>", ""] {
        assert!(matches!(deliver(&ways, person(), address).await, Outcome::Never(_)), "{address}");
    }
    let port = server.port;
    drop(server);
    let gone = deliver(&ways, person(), "zhang@example.org").await;
    assert!(matches!(gone, Outcome::Later(_)), "{gone:?} on {port}");
}

#[tokio::test]
async fn mail_is_protected_and_the_login_is_shown_to_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(file("cert.pem"), made.cert.pem()).unwrap();
    std::fs::write(file("key.pem"), made.signing_key.serialize_pem()).unwrap();
    std::fs::write(file("password"), "geheim-7\n").unwrap();
    std::fs::write(file("wrong"), "geheim-8\n").unwrap();
    for tls in ["starttls", "tls"] {
        let (cert, key) = (file("cert.pem"), file("key.pem"));
        let arguments = [&format!("--{tls}"), "--cert", &cert, "--key", &key, "--login", "lantu:geheim-7"];
        let mut server = MailServer::start(&arguments);
        let text = |authority: bool, password: &str| {
            let authority = if authority { format!("authority = {cert:?}\n") } else { String::new() };
            let (port, password) = (server.port, file(password));
            format!(
                "[email]\nserver = \"localhost\"\nport = {port}\ntls = \"{tls}\"\nfrom = \"lantu@example.org\"\n\
                 login = \"lantu\"\npassword_file = {password:?}\n{authority}"
            )
        };
        let (right, stranger, wrong) = (text(true, "password"), text(false, "password"), text(true, "wrong"));
        // A certificate that nobody vouches for is not trusted, and no password goes there.
        let outcome = deliver(&Ways::open(&settings(&stranger)).unwrap(), person(), "a@example.org").await;
        assert!(matches!(outcome, Outcome::Later(_)), "{tls}: {outcome:?}");
        let outcome = deliver(&Ways::open(&settings(&wrong)).unwrap(), person(), "a@example.org").await;
        let said = format!("{outcome:?}");
        assert!(matches!(outcome, Outcome::Never(_)) && !said.contains("geheim"), "{tls}: {said}");
        let ways = Ways::open(&settings(&right)).unwrap();
        assert_eq!(deliver(&ways, person(), "a@example.org").await, Outcome::Taken, "{tls}");
        let mail = server.next();
        assert_eq!((&mail["tls"], &mail["login"]), (&json!(true), &json!(true)), "{tls}");
    }
}

/// What a robot was told: path with query, kind of content, body.
type Heard = Arc<Mutex<Vec<(String, String, Value)>>>;

/// A robot that listens on a port of 127.0.0.1 and answers as it is told.
async fn robot(status: StatusCode, answer: &'static str) -> (String, Heard) {
    let heard = Heard::default();
    let noted = Arc::clone(&heard);
    let hear = move |request: Request| {
        let noted = Arc::clone(&noted);
        async move {
            let path = request.uri().to_string();
            let kind = request.headers()["content-type"].to_str().unwrap().to_owned();
            let body = request.into_body().collect().await.unwrap().to_bytes();
            noted.lock().unwrap().push((path, kind, serde_json::from_slice(&body).unwrap()));
            (status, [("location", "/elsewhere")], answer).into_response()
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(hear)).await });
    (format!("http://{address}"), heard)
}

const TAKEN: &str = r#"{"errcode":0,"errmsg":"ok"}"#;

const MARKDOWN: &str = "**以下 2 件等本单位办理，其中 1 件已逾期。**\n\
    \n> 1. [【待填报】新增公共停车位（虚构县甲局） 期限 2026-09-10，逾期 3 个工作日](https://lantu.example.org/plans/1/reports?at=I001)\
    \n> 2. [【待认领】石门园区提升工程（虚构县甲局） 已等 4 个工作日；告知，请督促](https://lantu.example.org/plans/1/reports?at=I001)\
    \n\n[打开蓝图](https://lantu.example.org/)";

#[tokio::test]
async fn robots_are_spoken_to_in_their_own_forms() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "SECtest\n").unwrap();
    let (url, heard) = robot(StatusCode::OK, TAKEN).await;
    let text = format!(
        "[[robots]]\nname = \"企微群\"\nkind = \"wecom\"\nurl = \"{url}/cgi-bin/webhook/send?key=k\"\n\
         [[robots]]\nname = \"钉钉群\"\nkind = \"dingtalk\"\nurl = \"{url}/robot/send?access_token=t\"\n\
         secret_file = {secret:?}\n"
    );
    let ways = Ways::open(&settings(&text)).unwrap();
    for group in ["企微群", "钉钉群"] {
        assert_eq!(deliver(&ways, Recipient::Group(group.to_owned()), "").await, Outcome::Taken, "{group}");
    }
    let json = "application/json; charset=utf-8".to_owned();
    // The signature was computed with openssl.
    let signed =
        "/robot/send?access_token=t&timestamp=1789435800000&sign=jfvvGxcg6PDauoZ%2BYMHarAVBhuiCeJMmUPtVQtor0kY%3D";
    let subject = "【蓝图】1 件已逾期，请办理";
    let expected = vec![
        (
            "/cgi-bin/webhook/send?key=k".to_owned(),
            json.clone(),
            json!({ "msgtype": "markdown", "markdown": { "content": MARKDOWN } }),
        ),
        (signed.to_owned(), json, json!({ "msgtype": "markdown", "markdown": { "title": subject, "text": MARKDOWN } })),
    ];
    assert_eq!(*heard.lock().unwrap(), expected);
    assert!(ways.to(&Recipient::Group("别的群".to_owned()), &HashMap::new()).is_none());
}

#[tokio::test]
async fn a_robot_that_redirects_or_is_gone_is_not_followed() {
    let (url, heard) = robot(StatusCode::TEMPORARY_REDIRECT, "").await;
    let of = |url: &str| settings(&format!("[[robots]]\nname = \"群\"\nkind = \"wecom\"\nurl = \"{url}/send\"\n"));
    let group = || Recipient::Group("群".to_owned());
    let outcome = deliver(&Ways::open(&of(&url)).unwrap(), group(), "").await;
    assert!(matches!(outcome, Outcome::Never(_)), "{outcome:?}");
    assert_eq!(heard.lock().unwrap().len(), 1, "it was asked once and nowhere else");
    let (url, _) = robot(StatusCode::OK, r#"{"errcode":45009,"errmsg":"api freq out of limit"}"#).await;
    let outcome = deliver(&Ways::open(&of(&url)).unwrap(), group(), "").await;
    assert!(matches!(outcome, Outcome::Later(_)), "{outcome:?}");
    let unused = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let outcome = deliver(&Ways::open(&of(&format!("http://{unused}"))).unwrap(), group(), "").await;
    assert!(matches!(outcome, Outcome::Later(_)), "{outcome:?}");
}
