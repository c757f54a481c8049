//! Decisions on what was found: kept, refused, taken back; several people at once.

use plan_model::Confidence;
use plan_workflow::{
    confirm::{
        Act, CandidateKey, Content, DecisionBatch, Fate, Ground, NewDecision, Piece, RejectReason, State, Take, Wish,
        decide,
    },
    permissions::Actor,
    records::PlanId,
    storage::{Storage, StorageError},
};

use crate::{
    database::{Database, at},
    records::{plan, rejection, stamp},
    use_cases::{TEXT, import_text, planner},
};

const NOW: &str = "2023-06-05T08:00:00Z";

pub(crate) async fn decisions_come_back_as_they_were_stored(database: Database) {
    let store = database.open().await;
    let new = plan("甲", 2);
    let id = store.create_plan(stamp("2023-03-01T08:00:00Z"), new.clone()).await.unwrap();
    let take = Take {
        content: Content::Measure(new.register.commitments[0].commitment.clone()),
        indicator: Some("I001".to_owned()),
    };
    let work = Take { content: Content::Work(new.register.work[0].item.clone()), indicator: None };
    let (key, other) = (CandidateKey::Commitment(1), CandidateKey::Work(1));
    let acts = [
        Act::Accept,
        Act::Correct(take.clone()),
        Act::Split(vec![Piece { key: CandidateKey::Added(1), take: work.clone() }]),
        Act::Merge { other, take },
        Act::Reject(RejectReason::PastFact),
        Act::Add(work),
        Act::Undo(vec![1, 3]),
    ];
    let decisions = acts.iter().map(|act| NewDecision { candidate: key, act: act.clone(), reason: "因".to_owned() });
    let batch = DecisionBatch { after: 0, decisions: decisions.collect(), versions: Vec::new() };
    assert_eq!(store.record_decisions(stamp("2023-03-02T08:00:00Z"), id, batch).await, Ok(7));
    let kept = store.decisions(id).await.unwrap();
    assert_eq!(kept.iter().map(|d| d.act.clone()).collect::<Vec<_>>(), acts);
    assert!(kept.iter().zip(1..).all(|(d, n)| d.number == n && d.batch == 1 && d.candidate == key));
    assert_eq!((kept[6].reason.as_str(), kept[6].actor.as_str()), ("因", "林规划"));
    assert_eq!(kept[6].at, at("2023-03-02T08:00:00Z"));
    assert_eq!(store.decisions(PlanId(9)).await, Ok(vec![]));
    let nowhere = DecisionBatch { after: 0, decisions: Vec::new(), versions: Vec::new() };
    let refused = store.record_decisions(stamp("2023-03-02T08:00:00Z"), PlanId(9), nowhere).await;
    assert!(matches!(refused, Err(StorageError::NotFound { .. })), "{refused:?}");
    assert_eq!(store.verify_audit().await.unwrap().faults, []);
}

pub(crate) async fn a_late_decision_or_version_is_refused_whole(database: Database) {
    let store = database.open().await;
    let id = store.create_plan(stamp("2023-03-01T08:00:00Z"), plan("甲", 2)).await.unwrap();
    assert_eq!(store.record_decisions(stamp("2023-03-02T08:00:00Z"), id, rejection(0, 1)).await, Ok(1));
    let revision = store.revision(id).await.unwrap();
    for (after, seen, latest) in [(0, 2, 1), (1, 1, 2), (1, 0, 2), (2, 2, 1)] {
        let refused = store.record_decisions(stamp("2023-03-03T08:00:00Z"), id, rejection(after, seen)).await;
        assert!(
            matches!(refused, Err(StorageError::Conflict { latest: l, .. }) if l == latest),
            "{after} {seen}: {refused:?}"
        );
    }
    assert_eq!((store.decisions(id).await.unwrap().len(), store.revision(id).await.unwrap()), (1, revision));
    let versions = store.indicator_versions(id, "I001").await.unwrap();
    assert_eq!(versions.iter().map(|v| v.is_followed()).collect::<Vec<_>>(), [true, false]);
    assert_eq!(versions[1].reason, "确认：否决 C1");
    assert_eq!(store.verify_audit().await.unwrap().faults, []);
}

/// Twelve people accept and reject at the same moment, two programs for each half.
pub(crate) async fn several_people_confirm_at_once_and_nothing_is_lost(database: Database) {
    let store = database.open().await;
    let other = database.open().await;
    let text = format!(
        "{TEXT}{}",
        (1..=12).map(|n| format!("到2025年，{}类示范点达到{n}个。\n", "甲".repeat(n))).collect::<String>()
    );
    let id = import_text(&store, text.as_bytes(), false).await.unwrap().plan;
    let ground = Ground::read(&store, id).await.unwrap();
    let all = ground.commitments.len() as u32;
    assert!(all >= 16, "{all}");
    let people = (1..=all).map(|number| {
        let (store, ground) = (if number % 2 == 0 { store.clone() } else { other.clone() }, ground.clone());
        tokio::spawn(async move {
            let actor = Actor::new(format!("第{number}人"), "planner");
            let key = CandidateKey::Commitment(number);
            let wish = match number % 3 {
                0 => Wish::Reject { key, seen: 0, reason: RejectReason::NotTarget, words: String::new() },
                _ => Wish::Accept { key, seen: 0 },
            };
            decide(&store, &actor, at(NOW), &ground, wish).await.map(|_| ())
        })
    });
    for person in people.collect::<Vec<_>>() {
        person.await.unwrap().unwrap();
    }
    let state = State::fold(&ground, store.decisions(id).await.unwrap());
    assert!(state.items().all(|item| item.fate != Fate::Open && item.by.is_some()));
    let rejected = state.items().filter(|item| matches!(item.fate, Fate::Rejected { .. })).count() as u32;
    assert_eq!(rejected, all / 3);
    let followed = store.indicators(id, None).await.unwrap().iter().filter(|r| r.is_followed()).count() as u32;
    assert_eq!(followed, all - all / 3, "every commitment of this text is an indicator of its own");
    let check = store.verify_audit().await.unwrap();
    assert_eq!((check.faults, check.records), (vec![], u64::from(all) + 1));
}

pub(crate) async fn the_same_candidate_is_decided_by_one(database: Database) {
    let store = database.open().await;
    let id = import_text(&store, TEXT.as_bytes(), false).await.unwrap().plan;
    let ground = Ground::read(&store, id).await.unwrap();
    let people = (0..6).map(|number| {
        let (store, ground) = (store.clone(), ground.clone());
        tokio::spawn(async move {
            let actor = Actor::new(format!("第{number}人"), "planner");
            let wish = Wish::Accept { key: CandidateKey::Commitment(1), seen: 0 };
            decide(&store, &actor, at(NOW), &ground, wish).await.map(|_| ()).map_err(|error| error.code())
        })
    });
    let mut answers = Vec::new();
    for person in people.collect::<Vec<_>>() {
        answers.push(person.await.unwrap());
    }
    assert_eq!(answers.iter().filter(|a| a.is_ok()).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|a| matches!(a, Ok(()) | Err("decided-meanwhile"))), "{answers:?}");
    assert_eq!(store.decisions(id).await.unwrap().len(), 1);
}

pub(crate) async fn deciding_changes_the_register_and_undoing_changes_it_back(database: Database) {
    let store = database.open().await;
    let id = import_text(&store, TEXT.as_bytes(), false).await.unwrap().plan;
    let ground = Ground::read(&store, id).await.unwrap();
    let before = store.indicators(id, None).await.unwrap();
    let first = &ground.commitments[0];
    let mut content = Content::Measure(first.commitment.clone());
    if let Content::Measure(commitment) = &mut content {
        commitment.target.value = Some("50".parse().unwrap());
    }
    let key = CandidateKey::Commitment(first.number);
    let correct = Wish::Correct { key, seen: 0, content: Box::new(content) };
    let decided = decide(&store, &planner(), at(NOW), &ground, correct).await.unwrap();
    assert_eq!((decided.touched, decided.indicators.len()), (vec![key], 1));
    let find = |records: &[plan_workflow::records::IndicatorRecord]| {
        records.iter().find(|r| r.indicator.id == first.indicator).unwrap().clone()
    };
    let corrected = find(&store.indicators(id, None).await.unwrap());
    assert_eq!((corrected.version, corrected.reason.as_str()), (2, "确认：改正 C1"));
    assert_eq!(corrected.indicator.targets.last().unwrap().value.unwrap().to_string(), "50");
    assert_eq!(corrected.indicator.baseline, find(&before).indicator.baseline);
    decide(&store, &planner(), at(NOW), &ground, Wish::UndoLast).await.unwrap();
    let back = find(&store.indicators(id, None).await.unwrap());
    assert_eq!((back.version, &back.indicator), (3, &find(&before).indicator));
    assert_eq!(store.verify_audit().await.unwrap().faults, []);
}

/// A row written before there was a confidence reads as certain and verifies.
pub(crate) async fn a_plan_stored_before_there_were_decisions_verifies(database: Database) {
    let store = database.open().await;
    let mut new = plan("甲", 1);
    new.register.commitments[0].commitment.confidence = Confidence::Certain;
    new.register.work.clear();
    let id = store.create_plan(stamp("2023-03-01T08:00:00Z"), new).await.unwrap();
    store.close().await;
    // Changes a row only where certain is stored as no word at all.
    database.behind_the_back("UPDATE commitments SET confidence = NULL WHERE confidence IS NULL").await;
    let store = database.open().await;
    assert_eq!(store.commitments(id).await.unwrap()[0].commitment.confidence, Confidence::Certain);
    assert_eq!(store.verify_audit().await.unwrap().faults, []);
}
