//! Which figures of peers are others than they were.

use std::collections::BTreeMap;

use plan_assessment::InputChange;
use plan_model::{PeerFigure, plain};

use super::{Key, key};

/// What differs between the figures of peers that were kept and those that stand
/// now, by indicator, region and period.
pub fn changes(before: &[PeerFigure], after: &[PeerFigure]) -> Vec<InputChange> {
    let named = |all: &[PeerFigure]| -> BTreeMap<Key, PeerFigure> {
        all.iter().map(|figure| (key(&figure.indicator, &figure.region, figure.period), figure.clone())).collect()
    };
    let (before, after) = (named(before), named(after));
    let mut found = Vec::new();
    let mut all: Vec<&Key> = before.keys().chain(after.keys()).collect();
    all.sort();
    all.dedup();
    for place in all {
        let (old, new) = (before.get(place), after.get(place));
        let Some(any) = old.or(new) else { continue };
        let which = format!("{} {} {}", any.indicator, any.region, any.period);
        let mut say = |field: &str, before: Option<String>, after: Option<String>| {
            let (sort, which, field) = ("peer".to_owned(), which.clone(), field.to_owned());
            found.push(InputChange { sort, which, field, before, after });
        };
        match (old, new) {
            (Some(old), Some(new)) => {
                for ((field, was), (_, is)) in fields(old).into_iter().zip(fields(new)).filter(|(a, b)| a != b) {
                    say(field, Some(was), Some(is));
                }
            }
            (old, new) => {
                let whole = |figure: &PeerFigure| format!("{}{} {}", plain(figure.value), figure.unit, figure.source);
                say("", old.map(whole), new.map(whole));
            }
        }
    }
    found
}

fn fields(of: &PeerFigure) -> [(&'static str, String); 4] {
    [
        ("value", format!("{}{}", plain(of.value), of.unit)),
        ("source", of.source.clone()),
        ("definition", of.definition.clone()),
        ("note", of.note.clone()),
    ]
}
