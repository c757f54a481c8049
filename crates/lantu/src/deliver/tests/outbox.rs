//! From what waits to a mail that arrived, with what is noted between.

use plan_model::{Unit, UnitKind};
use plan_store::Store;
use plan_workflow::{
    accounts::{self, NewUser},
    directory::{self, DirectoryEvent, Person, Place},
    notices::{past::Fate, record},
    permissions::Actor,
    storage::{Stamp, Storage as _},
};
use tokio::sync::watch;

use super::{
    super::outbox::{Outbox, Tally, keep_sending},
    *,
};
use crate::{clock::Clock, server::App, settings::Settings};

/// A Friday morning in working hours.
const MORNING: &str = "2024-03-15T09:30:00Z";

/// An office with one duty offered to 周接手, whose mail goes to this address.
struct Office {
    store: Store,
    settings: Settings,
    _folder: tempfile::TempDir,
}

impl Office {
    async fn open(address: &str, port: u16) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at: Timestamp = MORNING.parse().unwrap();
        let url = format!("sqlite:{}", folder.path().join("test.db").display());
        let store = Store::connect(&url, at).await.unwrap();
        let admin = Actor::console("测试");
        for (name, role) in [("林规划", "planner"), ("周接手", "staff")] {
            let new = NewUser { name: name.to_owned(), role: role.to_owned(), password: "correct-horse-9".to_owned() };
            accounts::add_user(&store, &admin, at, new, [7; 32]).await.unwrap();
        }
        let unit = Unit {
            id: "U1".into(),
            name: "虚构县甲局".to_owned(),
            aliases: Vec::new(),
            unit_kind: UnitKind::Department,
            region: None,
            credit_code: None,
        };
        let person = Person {
            id: "P1".to_owned(),
            name: "周接手".to_owned(),
            unit: "U1".into(),
            account: Some("周接手".to_owned()),
            email: Some(address.to_owned()),
            phone: None,
        };
        let give = DirectoryEvent::Give {
            duty: "D1".to_owned(),
            unit: "U1".into(),
            role: "reporter".to_owned(),
            place: Place::First,
            person: "P1".to_owned(),
            from: "2024-03-15".parse().unwrap(),
            until: None,
        };
        let events = [DirectoryEvent::SetUnit(unit), DirectoryEvent::SetPerson(person), give];
        let stamp = Stamp { actor: "林规划".to_owned(), at };
        let empty = directory::read(&store, None).await.unwrap();
        directory::store(&store, stamp, (&empty, &events), "directory.change").await.unwrap();
        let deliver = super::settings(&format!(
            "[email]\nserver = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\nfrom = \"lantu@example.org\""
        ));
        Self { store, settings: Settings { deliver, ..Settings::default() }, _folder: folder }
    }

    fn app(&self, at: &str) -> App {
        App::new(self.store.clone(), self.settings.clone(), Clock::Fixed(at.parse().unwrap()), Vec::new())
    }

    /// One round at a moment, as `lantu remind` or the server makes it.
    async fn round(&self, at: &str) -> Tally {
        let app = self.app(at);
        let (_go, stop) = watch::channel(false);
        let ways = Ways::open(&self.settings.deliver).unwrap();
        Outbox::compute(&app).await.unwrap().send(&app, &ways, &stop).await.unwrap()
    }

    async fn fates(&self) -> Vec<(Fate, String)> {
        let past = record::past(&self.store, &Recipient::Person("周接手".to_owned())).await.unwrap();
        past.sendings().map(|(_, sending)| (sending.fate, sending.detail.clone())).collect()
    }
}

#[tokio::test]
async fn what_waits_is_mailed_once() {
    let mut server = MailServer::start(&[]);
    let office = Office::open("zhou@example.org", server.port).await;
    assert_eq!(office.round("2024-03-15T07:00:00Z").await, Tally::default(), "nobody is woken");
    // Two programs that computed the same send it once.
    let (one, other) = (office.app(MORNING), office.app(MORNING));
    let (_go, stop) = watch::channel(false);
    let ways = Ways::open(&office.settings.deliver).unwrap();
    let (first, second) = (Outbox::compute(&one).await.unwrap(), Outbox::compute(&other).await.unwrap());
    assert_eq!(first.send(&one, &ways, &stop).await.unwrap(), Tally { sent: 1, ..Tally::default() });
    assert_eq!(second.send(&other, &ways, &stop).await.unwrap(), Tally::default());
    let mail = server.next();
    assert_eq!(mail["to"], json!(["zhou@example.org"]));
    let (subject, text) = read(mail["data"].as_str().unwrap());
    assert_eq!(subject, "【蓝图】1 件事等您办理");
    assert!(text.contains("【待接手】虚构县甲局填报人") && text.contains("https://lantu.example.org/inbox"), "{text}");
    for later in [MORNING, "2024-03-15T15:00:00Z", "2024-03-14T10:00:00Z", "2024-03-18T10:00:00Z"] {
        assert_eq!(office.round(later).await, Tally::default(), "{later}");
    }
    assert_eq!(office.fates().await, [(Fate::Sent, String::new())]);
    assert!(office.store.verify_audit().await.unwrap().faults.is_empty());
    // Three working days later nobody has taken it: he and the planner are told; the planner has no address.
    assert_eq!(office.round("2024-03-20T10:00:00Z").await, Tally { sent: 1, ..Tally::default() });
}

#[tokio::test]
async fn what_is_refused_is_a_problem_and_what_is_busy_is_tried_again() {
    let server = MailServer::start(&[]);
    let office = Office::open("nobody@example.org", server.port).await;
    assert_eq!(office.round(MORNING).await, Tally { failed: 1, ..Tally::default() });
    assert_eq!(office.round("2024-03-15T10:30:00Z").await, Tally::default(), "no loop");
    let fates = office.fates().await;
    assert!(matches!(&fates[..], [(Fate::Failed, said)] if said.contains("no such mailbox")), "{fates:?}");
    let office = Office::open("busy@example.org", server.port).await;
    let mut at: Timestamp = MORNING.parse().unwrap();
    let mut tallies = Vec::new();
    // Working hours end before the fourth pause does: it goes on the next working day.
    for minutes in [0, 1, 5, 30, 120, 3 * 24 * 60 - 60, 60, 480] {
        at = at.checked_add(jiff::SignedDuration::from_mins(minutes)).unwrap();
        tallies.push(office.round(&at.to_string()).await);
    }
    let found: Vec<(usize, usize)> = tallies.iter().map(|tally| (tally.deferred, tally.failed)).collect();
    assert_eq!(found, [(1, 0), (0, 0), (1, 0), (1, 0), (1, 0), (0, 1), (0, 0), (0, 0)]);
    let last = office.fates().await;
    assert!(last.iter().any(|(fate, said)| *fate == Fate::Failed && said.contains("已试 5 次")), "{last:?}");
}

#[tokio::test]
async fn the_server_sends_by_itself_and_stops_when_asked() {
    let mut server = MailServer::start(&[]);
    let office = Office::open("zhou@example.org", server.port).await;
    let (stop, stopped) = watch::channel(false);
    let sending = tokio::spawn(keep_sending(office.app(MORNING), stopped));
    let mail = tokio::task::spawn_blocking(move || server.next()).await.unwrap();
    assert_eq!(mail["to"], json!(["zhou@example.org"]));
    stop.send(true).unwrap();
    tokio::time::timeout(std::time::Duration::from_secs(10), sending).await.expect("it stops").unwrap();
    // Without a way to deliver it does not even start.
    let mut quiet = office;
    quiet.settings.deliver = Deliver::default();
    let (_stop, stopped) = watch::channel(false);
    let at_once = tokio::time::timeout(std::time::Duration::from_secs(5), keep_sending(quiet.app(MORNING), stopped));
    at_once.await.expect("it ends by itself");
}
