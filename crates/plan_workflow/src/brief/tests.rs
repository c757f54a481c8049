//! What changed, and since when.

use super::*;

fn status(code: &str, order: u8, judged: bool) -> Status {
    Status {
        code: code.to_owned(),
        word: code.to_owned(),
        word_en: code.to_owned(),
        shape: "●".to_owned(),
        colour: "#000000".to_owned(),
        order,
        judged,
    }
}

#[test]
fn what_moved_is_told_with_what_became_worse_first() {
    let (ahead, in_line, behind, unknown) =
        (status("ahead", 0, true), status("in_line", 1, true), status("behind", 2, true), status("none", 3, false));
    let before = [("I1", &in_line), ("I2", &behind), ("I3", &unknown), ("I4", &in_line), ("I6", &behind)];
    let after = [("I1", &ahead), ("I2", &behind), ("I3", &behind), ("I4", &behind), ("I5", &behind), ("I6", &unknown)];
    let found = moved(before, after);
    let said: Vec<(&str, Turn)> = found.iter().map(|one| (one.subject.as_str(), one.turn)).collect();
    use Turn::{Better, Otherwise, Worse};
    assert_eq!(said, [("I4", Worse), ("I1", Better), ("I3", Otherwise), ("I6", Otherwise)]);
}

#[test]
fn the_last_time_is_the_last_month_until_something_is_published() {
    for (day, before) in [("2023-12-31", "2023-11-30"), ("2024-03-01", "2024-02-29"), ("2024-01-15", "2023-12-31")] {
        let (found, assessment) = last_time(&[], day.parse().unwrap());
        assert_eq!((found.to_string().as_str(), assessment), (before, None));
    }
}
