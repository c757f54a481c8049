//! A reporting day in a minute: 200 units report 10,000 figures by page, program
//! and workbook, while leaders read overviews.
//!
//! Work has its moment, evenly over the minute, and is timed from that moment on:
//! a server that falls behind cannot hide it.

use std::{
    io::{Cursor, Read as _, Write as _},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use hyper::{Method, StatusCode, header};
use plan_workflow::records::PlanId;

use crate::{
    http::{Connection, Failure},
    machine::Server,
    measure::Measured,
    office::{LOGIN, MONTHS, ROUNDS, UNITS, indicator_id, led, month, reporter, unit_id},
};

/// Connections that report at once.
const REPORTERS: usize = 32;
/// Leaders, each looking at another page every fifth of a second.
const LEADERS: usize = 8;
const LOOK: Duration = Duration::from_millis(200);

/// How a reporting day went.
pub struct Day {
    /// Figures reported.
    pub figures: usize,
    /// How long it took.
    pub took: Duration,
    /// Saving one figure on the page, the page that follows included.
    pub page: Measured,
    /// Ten figures by a program.
    pub program: Measured,
    /// Ten figures by workbook: download, fill in, upload.
    pub workbook: Measured,
    /// A leader's page.
    pub read: Measured,
}

/// What a unit does in one go.
#[derive(Clone, Copy)]
enum Work {
    /// One figure of a round on the page.
    Page(usize, usize, usize),
    /// A round's figures by a program.
    Program(usize, usize),
    /// A round's figures by workbook.
    Workbook(usize, usize),
}

/// Everything the units do: three rounds by page, one by program, one by workbook,
/// so that neighbours in time are different units.
fn works(units: usize) -> Vec<Work> {
    let mut all = Vec::new();
    for row in 0..ROUNDS.saturating_sub(2) * led(0).count() {
        let each = led(0).count();
        all.extend((0..units).map(|unit| Work::Page(unit, row / each, row % each)));
        if row % 15 == 7 {
            let whole = if row < 15 { Work::Program as fn(usize, usize) -> Work } else { Work::Workbook };
            let round = if row < 15 { ROUNDS - 2 } else { ROUNDS - 1 };
            all.extend((0..units).map(|unit| whole(unit, round)));
        }
    }
    all
}

/// A unit's session, as a browser and as a program have it.
#[derive(Clone)]
struct Session {
    cookie: String,
    form: String,
    bearer: String,
}

async fn session(address: &str, unit: usize) -> Result<Session, Failure> {
    let mut connection = Connection::open(address).await?;
    connection.log_in(&reporter(unit), LOGIN.1).await?;
    let bearer = connection.proof.as_ref().map_or_else(String::new, |(_, value)| value.clone());
    let token = bearer.trim_start_matches("Bearer ").to_owned();
    connection.proof = Some((header::COOKIE, format!("lantu_session={token}")));
    let page = connection.expect((Method::GET, "/account"), None, &[200]).await?;
    let page = String::from_utf8_lossy(&page);
    let form = page.split("name=\"token\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    Ok(Session { cookie: format!("lantu_session={token}"), form: form.ok_or("no form token")?.to_owned(), bearer })
}

/// Lets the day pass.
pub async fn day(server: &Server, plans: &[PlanId], length: Duration) -> Result<Day, Failure> {
    let units = plans.len() * UNITS;
    let mut sessions = Vec::with_capacity(units);
    for unit in 0..units {
        sessions.push(session(&server.address, unit).await?);
    }
    let (sessions, works) = (Arc::new(sessions), Arc::new(works(units)));
    let next = Arc::new(AtomicUsize::new(0));
    let plans: Arc<[PlanId]> = plans.into();
    // One after the other: many log-ins at once to one account are slowed.
    let mut desks = Vec::new();
    for _ in 0..LEADERS {
        let mut connection = Connection::open(&server.address).await?;
        connection.log_in(LOGIN.0, LOGIN.1).await?;
        let token = connection.proof.as_ref().map_or("", |(_, value)| value.trim_start_matches("Bearer ")).to_owned();
        connection.proof = Some((header::COOKIE, format!("lantu_session={token}")));
        desks.push(connection);
    }
    // The day does not begin with a server that has just been started: every page
    // was looked at once.
    if let Some(desk) = desks.first_mut() {
        for plan in plans.iter() {
            for tail in ["", "/indicators", "/rounds"] {
                desk.expect((Method::GET, &format!("/plans/{plan}{tail}")), None, &[200]).await?;
            }
        }
    }
    let begin = Instant::now();
    let mut reporters = Vec::new();
    for _ in 0..REPORTERS {
        let (sessions, works, next, plans) = (sessions.clone(), works.clone(), next.clone(), plans.clone());
        let mut connection = Connection::open(&server.address).await?;
        reporters.push(tokio::spawn(async move {
            let mut own = [Measured::empty()?, Measured::empty()?, Measured::empty()?];
            let mut figures = 0;
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(work) = works.get(at).copied() else { break };
                let moment = begin + length.mul_f64(at as f64 / works.len() as f64);
                tokio::time::sleep_until(moment.into()).await;
                let (kind, done) = carry_out(&mut connection, &sessions, &plans, work).await?;
                if let Some(measured) = own.get_mut(kind) {
                    measured.add(moment.elapsed());
                }
                figures += done;
            }
            Ok::<_, Failure>((own, figures))
        }));
    }
    let mut leaders = Vec::new();
    for (n, connection) in desks.into_iter().enumerate() {
        leaders.push(tokio::spawn(lead(connection, plans.clone(), n, (begin, length))));
    }
    let mut all = Day {
        figures: 0,
        took: Duration::ZERO,
        page: Measured::empty()?,
        program: Measured::empty()?,
        workbook: Measured::empty()?,
        read: Measured::empty()?,
    };
    for reporter in reporters {
        let ([page, program, workbook], figures) = reporter.await??;
        all.page.join(&page)?;
        all.program.join(&program)?;
        all.workbook.join(&workbook)?;
        all.figures += figures;
    }
    all.took = begin.elapsed();
    for leader in leaders {
        all.read.join(&leader.await??)?;
    }
    Ok(all)
}

/// A leader who looks at overviews and lists.
async fn lead(
    mut connection: Connection,
    plans: Arc<[PlanId]>,
    n: usize,
    (begin, length): (Instant, Duration),
) -> Result<Measured, Failure> {
    let mut own = Measured::empty()?;
    for look in 0.. {
        let moment = begin + LOOK * look + LOOK.mul_f64(n as f64 / LEADERS as f64);
        if moment.duration_since(begin) >= length {
            break;
        }
        tokio::time::sleep_until(moment.into()).await;
        let at = look as usize * 7 + n * 3;
        let plan = plans.get(at % plans.len().max(1)).map_or_else(|| "1".to_owned(), ToString::to_string);
        let tail = ["", "/indicators", "/rounds"].get(at % 3).copied().unwrap_or("");
        connection.expect((Method::GET, &format!("/plans/{plan}{tail}")), None, &[200]).await?;
        own.add(moment.elapsed());
    }
    own.took = begin.elapsed();
    Ok(own)
}

/// Answers which kind it was, and how many figures.
async fn carry_out(
    connection: &mut Connection,
    sessions: &[Session],
    plans: &[PlanId],
    work: Work,
) -> Result<(usize, usize), Failure> {
    let (Work::Page(unit, round, _) | Work::Program(unit, round) | Work::Workbook(unit, round)) = work;
    let session = sessions.get(unit).ok_or("no such unit")?;
    let plan = plans.get(unit / UNITS).ok_or("no such plan")?;
    let period = month(MONTHS + round);
    connection.proof = Some((header::COOKIE, session.cookie.clone()));
    match work {
        Work::Page(_, _, row) => {
            let subject = indicator_id(led(unit).start() + row);
            let path = format!("/report/{plan}/{period}");
            let body = format!(
                "token={}&seen.{subject}=0&value.{subject}={}.{row}&source.{subject}=%E5%8F%B0%E8%B4%A6%E7%AC%AC{row}%E9%A1%B5",
                session.form,
                1500 + unit
            );
            let form = Some(("application/x-www-form-urlencoded", body));
            let (status, answer) = connection.ask(Method::POST, &path, form).await?;
            if status != StatusCode::SEE_OTHER {
                let said: String = String::from_utf8_lossy(&answer).chars().take(400).collect();
                return Err(format!("{path} {subject}: {status}: {said}").into());
            }
            connection.expect((Method::GET, &format!("{path}?saved=1&at={subject}")), None, &[200]).await?;
            Ok((0, 1))
        }
        Work::Program(..) => {
            connection.proof = Some((header::AUTHORIZATION, session.bearer.clone()));
            let rows: Vec<_> = led(unit)
                .map(|n| {
                    serde_json::json!({
                        "subject": indicator_id(n), "seen": 0,
                        "answer": { "answer": "figure", "value": format!("{}.5", 1500 + unit), "source": "系统对接", "proxy": false },
                    })
                })
                .collect();
            let count = rows.len();
            let body = serde_json::json!({ "unit": unit_id(unit), "submit": true, "rows": rows }).to_string();
            let path = format!("/api/v1/plans/{plan}/rounds/{period}/rows");
            connection.expect((Method::POST, &path), Some(("application/json", body)), &[200, 201]).await?;
            Ok((1, count))
        }
        Work::Workbook(..) => {
            let base = format!("/report/{plan}/{period}/{}", unit_id(unit));
            let template = connection.expect((Method::GET, &format!("{base}/template.xlsx")), None, &[200]).await?;
            let (filled, count) = fill_in(&template, unit)?;
            let (kind, body) = multipart(&session.form, &filled);
            let (status, answer) = connection.ask_bytes(Method::POST, &format!("{base}/workbook"), &kind, body).await?;
            if status != StatusCode::SEE_OTHER {
                let text = String::from_utf8_lossy(&answer).into_owned();
                let said: String = text.split("<main").nth(1).unwrap_or(&text).chars().take(900).collect();
                return Err(format!("{base}: {status}: {said}").into());
            }
            Ok((2, count))
        }
    }
}

fn multipart(token: &str, file: &[u8]) -> (String, Vec<u8>) {
    const EDGE: &str = "edge-of-parts";
    let mut body = Vec::new();
    body.extend(format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n{token}\r\n").bytes());
    let head = "Content-Disposition: form-data; name=\"file\"; filename=\"filled.xlsx\"";
    body.extend(format!("--{EDGE}\r\n{head}\r\n\r\n").bytes());
    body.extend(file);
    body.extend(format!("\r\n--{EDGE}--\r\n").bytes());
    (format!("multipart/form-data; boundary={EDGE}"), body)
}

/// Types a figure into every empty cell of the column 本期值 (G) and a note beside
/// it, as somebody in an office would; answers the workbook and how many.
fn fill_in(template: &[u8], unit: usize) -> Result<(Vec<u8>, usize), Failure> {
    let mut from = zip::ZipArchive::new(Cursor::new(template))?;
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut count = 0;
    for at in 0..from.len() {
        let mut part = from.by_index(at)?;
        let name = part.name()?.into_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes)?;
        if name.ends_with("sheet1.xml") {
            let text = String::from_utf8(bytes)?;
            let mut out = String::with_capacity(text.len() * 2);
            for piece in text.split_inclusive("/>") {
                let cell = piece.rfind("<c r=\"G").and_then(|start| piece.get(start..));
                match cell.and_then(|cell| cell.strip_suffix("/>")).filter(|cell| !cell.contains('>')) {
                    Some(cell) => {
                        out.push_str(piece.strip_suffix(&format!("{cell}/>")).unwrap_or(piece));
                        out.push_str(&format!("{cell} t=\"inlineStr\"><is><t>{}.25</t></is></c>", 1500 + unit));
                        count += 1;
                    }
                    None => out.push_str(piece),
                }
            }
            bytes = out.into_bytes();
        }
        to.start_file(name, zip::write::SimpleFileOptions::default())?;
        to.write_all(&bytes)?;
    }
    Ok((to.finish()?.into_inner(), count))
}
